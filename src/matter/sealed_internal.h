/* What the engine's files need of sealed matters. */
#ifndef MATTER_SEALED_INTERNAL_H
#define MATTER_SEALED_INTERNAL_H

#include "matter/engine_internal.h"
#include "matter/sealed.h"

/* The name as the tables and the journal have it: itself, or in a sealed matter a number. */
const char *kept_track(struct arena *a, const struct state *s, const struct procedure_track *t);
const char *kept_role(struct arena *a, const struct state *s, const struct procedure_track *t, const char *role);
const char *kept_stage(struct arena *a, const struct state *s, const struct procedure_stage *stage); /* NULL: "" */
const char *kept_action(struct arena *a, const struct state *s, const struct procedure_action *action, const char *name);
const char *kept_field(struct arena *a, const struct state *s, const struct procedure_field *f, const char *name);
const char *kept_clock(struct arena *a, const struct state *s, const struct procedure_clock *c);
const char *kept_procedure(const struct state *s);

/* And back. NULL when there is none. */
const struct procedure_track *found_track(const struct state *s, const char *kept);
const char *found_role(const struct state *s, const struct procedure_track *t, const char *kept);
const struct procedure_stage *found_stage(const struct state *s, const struct procedure_track *t, const char *kept);
const struct procedure_action *found_action(const struct state *s, const struct procedure_track *t, const char *kept);
const char *found_action_name(struct arena *a, const struct state *s, const struct procedure_action *action, const char *kept);
const struct procedure_field *found_field(const struct state *s, const struct procedure_track *t, const char *kept);
const char *found_field_name(struct arena *a, const struct state *s, const struct procedure_track *t, const char *kept);
const struct procedure_clock *found_clock(const struct state *s, const char *kept);

/* Draws the next id of a kind of thing for this matter. */
int work_next(struct work *k, const char *what, int64_t *out);

/* A new matter's key and code. */
int sealed_new(struct work *k);
/* Writes the rows of a sealed matter: in place of the plain ones. */
int sealed_insert(struct work *k);
int sealed_update(struct work *k);
/* Fills the state from the head. 1, or 0 when the key is destroyed: then there is no such matter. */
int sealed_open(struct state *s, struct db *db, const struct world *w, struct arena *a, struct error *err);
/* Salt and value in one, encrypted for one row of `said` with the matter's key or, a personal value of an ordinary matter, with
 * the district's; and opened. */
struct bytes said_seal(struct arena *a, const struct seal_keys *key, int64_t district, const char *kept_field, int64_t step,
                       int64_t number, const unsigned char *salt, const char *value);
int said_open(struct arena *a, const struct seal_keys *key, int64_t district, const char *kept_field, int64_t step,
              int64_t number, struct bytes sealed, unsigned char salt[SALT_BYTES], const char **value, struct error *err);
/* The matter's key out of its wrapping. -1 when it does not open. */
int sealed_unwrap(struct seal_keys *out, const struct seal_keys *district_keys, int64_t district, int64_t matter,
                  struct bytes wrapped, struct arena *a, struct error *err);

/* Calls `each` with the keys of those assigned whose post is of that role; for the supervisor and those who may break the
 * glass, with the key of the role itself. */
int sealed_role_keys(struct work *k, enum role role, int (*each)(void *ctx, const char *key), void *ctx);

#endif
