/* Correcting what is kept about a person, at their request (PIPL 46). */
#ifndef PEOPLE_PERSON_CHANGE_H
#define PEOPLE_PERSON_CHANGE_H

#include "people/person.h"

/* Puts `value` (already in its one form: identity.h) in the place of the old one: sealed, and with the hash it is found
 * by. `field` is "name", "phone" or "id-number". In the lane; journalled with the field, not the value. Errors:
 * people.person.missing; people.person.known (CONFLICT, the identity number is somebody else's). */
int people_person_correct(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t person,
                          const char *field, const char *value, struct error *err);

#endif
