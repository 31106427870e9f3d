/* people: who is asking, and who may.
 *
 * Persons, households and organisations with their numbers (checked, sealed, matched by a keyed hash, shown masked);
 * posts, which say who holds which role where and from when until when; sign-in (passwords, lock-out, one-time
 * codes), the proof that a form is ours, and rate limits. And access: the one place of the house that decides who may
 * see or do what. A role is data here as a name with a rank and a reach; nothing in this room knows a matter, a
 * procedure or HTTP. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "people/access.h"
#include "people/csrf.h"
#include "people/identity.h"
#include "people/password.h"
#include "people/rate.h"
#include "people/role.h"
#include "people/seal.h"
#include "people/totp.h"

#endif
