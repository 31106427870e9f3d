/* Posts: who holds which role where, from when until when; hand-over, standing in, rotation, vacancies.
 *
 * Nothing is overwritten: a post ends and another begins, so the table says at any later time who was in office when.
 * The actions run in the lane, are checked by access_may_appoint, and are journalled. */
#ifndef PEOPLE_POST_H
#define PEOPLE_POST_H

#include "people/access.h"
#include "people/settings.h"

/* A post as the table has it. */
struct post_row {
  struct post post;
  int64_t person;
  time_ms from, until;                          /* until 0: no end set */
  int rotation;                                 /* turn in the monthly rotation, from 1; 0: always on duty */
  const char *appointed_by, *duty_phone, *name; /* name: of the holder, public with the post; duty_phone may be NULL */
};

/* A new post. `at` is the whole chain above the place, the place included (struct place_chain as the place room gives
 * it). */
struct post_new {
  enum role role;
  int64_t person;
  int64_t place; /* 0 for the whole district and for organisations */
  struct place_chain at;
  int64_t org;         /* for roles bound to an organisation, and where a place's post belongs to one; else 0 */
  time_ms from, until; /* from 0: now; until 0: open */
  int rotation;
  bool acting;
  const char *appointed_by, *duty_phone;
};

/* Appoints. -1: people.post.role (no such role, or one without posts), people.post.level ({1}: the level it is bound
 * at), people.post.org, people.post.person (no such person, or no name to publish), people.post.dates,
 * people.post.already, people.post.turn (somebody has this turn), people.post.denied. */
int people_post_appoint(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                        const struct post_new *in, int64_t *id, struct error *err);

/* Ends a post at a moment (0: now). `reason`: "term", "resigned", "handed-over", "mistake". -1: people.post.missing,
 * people.post.ended, people.post.denied. */
int people_post_end(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t post, time_ms at,
                    const char *reason, struct error *err);

/* Ends one and starts the next at the same moment: same role, place, organisation, turn, telephone. */
int people_post_hand_over(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t post,
                          int64_t to_person, time_ms at, int64_t *id, struct error *err);

/* Two who share a post at one place exchange their turns from now on: both posts end and begin anew. -1: those of
 * people_post_end and people_post_appoint, people.post.swap (not the same role at the same place, or one has no turn). */
int people_post_swap(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t one, int64_t other,
                     struct error *err);

/* A place got another parent: copies the chain into every post bound to it. Called by whoever moves places. */
int people_post_moved(struct lane_txn *t, int64_t place, const struct place_chain *at, struct error *err);

/* Reading. people_post_get returns 1, or 0 when there is none. */
int people_post_get(struct post_row *out, struct db *db, struct arena *a, int64_t district, int64_t post,
                    struct error *err);

/* Which posts: 0 and ROLE_NONE for "any"; give at least one. */
struct post_filter {
  int64_t place, grid, street, org;
  enum role role;
};
int people_posts_in_office(struct post_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                           const struct post_filter *which, time_ms now, struct error *err);
int people_post_history(struct post_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                        int64_t place, enum role role, struct error *err);

/* ---- rotation (pure) ---- */

/* Who of those who share a role at one place is on duty in a month: the turns go round, one a month, and an empty turn
 * is covered by the next that is filled (*standing_in). `turns[i]` is the turn of holder i, 0 for those always on duty,
 * who are not part of it. Returns the index, or -1 when there is no rotation. The calendar does not depend on who came
 * when, so a list printed in January is right in December unless somebody leaves. */
int people_rotation_on_duty(const int *turns, size_t count, int year, int month, bool *standing_in);

/* ---- vacancies (pure) ---- */

struct force_place {
  int64_t id;
  enum role_level level;
};

struct force_finding {
  size_t place; /* index into the places given */
  enum role role;
  int least, most, have; /* have < least: vacancy; most > 0 and have > most: excess */
};

/* Checks every rule at every place of its level against the posts in office, in the order of the places. */
void people_force_check(struct force_finding **out, size_t *count, struct arena *a, const struct force_rule *rules,
                        size_t rule_count, const struct force_place *places, size_t place_count,
                        const struct post_row *posts, size_t post_count);

#endif
