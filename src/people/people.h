/* people: who?
 *
 * role.h      the roles, as one list
 * access.h    who may see or do what: the one place that decides
 * identity.h  numbers that name people and bodies: checked, in one form, masked
 * seal.h      sealed fields and the keys they are sealed with
 * settings.h  the room's settings, and people_env: what its functions need beside a connection
 * person.h    persons and households;  org.h  organisations
 * body.h      bodies that decide, and who has a seat in them
 * post.h      posts: appointing, hand-over, turns, vacancies
 * account.h   accounts, passwords, one-time codes;  session.h  signing in, sessions, keys: from a secret to an actor
 * password.h  totp.h  csrf.h  rate.h  the tools of the last two
 *
 * Sits on place, store and base; knows no matter and no HTTP. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "people/access.h"
#include "people/account.h"
#include "people/body.h"
#include "people/csrf.h"
#include "people/identity.h"
#include "people/org.h"
#include "people/password.h"
#include "people/person.h"
#include "people/post.h"
#include "people/rate.h"
#include "people/role.h"
#include "people/seal.h"
#include "people/session.h"
#include "people/settings.h"
#include "people/totp.h"

#endif
