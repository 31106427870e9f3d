/* Persons and households. What is personal is sealed on the way in and opened here only; who may have it opened is
 * access.h's to say, before. */
#ifndef PEOPLE_PERSON_H
#define PEOPLE_PERSON_H

#include "people/access.h"
#include "people/settings.h"

/* What is known of a new person; NULL for what is not. At least a name or a telephone. */
struct person_new {
  const char *staff_name;   /* of somebody who will hold a post: published with it */
  const char *name;         /* of a resident: sealed */
  const char *id_number;    /* GB 11643, any spelling */
  const char *phone;        /* any spelling */
  const char *safe_contact; /* when and how it is safe to reach this person */
  const char *lang;         /* "zh" (default) or "en" */
};

/* Adds a person in the lane and journals it without personal data. -1: people.person.empty, identity.*,
 * people.person.known (ERR_CONFLICT: the identity number is somebody's already). */
int people_person_add(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                      const struct person_new *in, int64_t *id, struct error *err);

/* The person a resident is who reports with a name and telephone: the one with this telephone and this very name, or a
 * new one. `phone` may be NULL: always a new one. */
int people_person_of_reporter(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                              const char *name, const char *phone, int64_t *id, struct error *err);

/* Sets everything personal of a person to NULL, ends what could identify them again, journals it. */
int people_person_erase(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t person,
                        struct error *err);

/* A person in clear (after access_open said yes) or masked (for everybody else). NULL where nothing is known; `erased`
 * when it was taken out. Returns 1, 0 when there is no such person, -1 on error. */
struct person_view {
  int64_t id;
  const char *name, *id_number, *phone, *safe_contact, *lang;
  bool staff, erased;
};
int people_person_clear(struct person_view *out, struct db *db, struct arena *a, const struct people_env *env,
                        int64_t person, struct error *err);
int people_person_masked(struct person_view *out, struct db *db, struct arena *a, const struct people_env *env,
                         int64_t person, struct error *err);

/* A household at a place, and who belongs to it. */
int people_household_add(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t place,
                         const char *door, int64_t *id, struct error *err);
int people_household_join(struct lane_txn *t, const struct actor *by, int64_t household, int64_t person,
                          const char *relation, struct error *err);

/* "account:12", "receipt:9", "key:3", "system", "anyone": an actor in the journal. */
enum { ACTOR_NAME_SIZE = 32 };
void people_actor_name(char out[ACTOR_NAME_SIZE], const struct actor *actor);

/* One journal line of this room. `data` is canonical JSON without personal data, NULL for {}. */
int people_journal(struct lane_txn *t, const struct actor *by, const char *action, const char *subject, int64_t id,
                   const char *data, struct error *err);

#endif
