/* A matter as it stands: its row, its tracks, what was done and said, its clocks, who reported it. Loaded whole, in a few
 * queries, for whoever is about to show it or to move it. */
#ifndef MATTER_STATE_H
#define MATTER_STATE_H

#include "base/base.h"
#include "matter/clock.h"
#include "matter/figure.h"
#include "matter/procedure.h"
#include "people/access.h"
#include "store/store.h"

struct engine;
struct seal_keys;
struct world;

struct state_track {
  int64_t id;
  const struct procedure_track *type;
  const struct procedure_stage *stage, *previous; /* previous may be NULL */
  const char *role;                               /* "lead" or "" */
  int number;
  int64_t org, post, person;
  const char *starter, *returned_to;
  time_ms entered, opened, closed;
  bool quorate, passed; /* of its roll and its ballot, see ballot.h */
};

struct state_step {
  int64_t id;
  const struct state_track *track;
  const struct procedure_action *action; /* NULL for one the version no longer knows */
  const char *action_name;
  const struct procedure_stage *from, *to; /* from NULL at the opening */
  time_ms at;
  const char *actor;
  int64_t post, org;
  enum procedure_counts counts;
  int64_t journal;
};

/* A value said in a step. Values of a field said again replace the earlier ones: see state_value. */
struct state_said {
  const struct state_step *step;
  const struct state_track *track;
  const struct procedure_field *field; /* NULL for one the version no longer knows */
  const char *field_name;
  int number;
  const char *value;   /* NULL when sealed or erased; in a sealed matter whoever loads it has it in clear */
  struct bytes sealed;
  bool erased;
};

struct state_clock {
  int64_t id;
  const struct procedure_clock *type;
  const struct state_track *track;
  struct clock clock;
  time_ms due, warn_at, mark_at;
  int mark;
  bool late, counts;
};

struct state_reporter {
  int64_t id, reported, person, api_key;
  const char *receipt;
  struct bytes name, phone, mail; /* sealed */
  bool confidential;
  enum lang lang;
  time_ms at;
};

struct state_link {
  int64_t other;
  const char *kind, *code, *procedure, *stage;
  bool outgoing; /* this matter came first */
  bool ended;
};

struct state {
  int64_t district, id;
  const char *code, *summary, *source, *category, *urgency, *address;
  int condition_no;
  const struct procedure *procedure;
  struct place_chain at;
  bool to_be_placed, confidential, sealed, shown_public, late;
  double lon, lat; /* NaN when not given */
  time_ms opened, updated, closed, due, warn_at, shown_due;
  int card, reporter_total, returns, reworks, urges, reopens, extensions;
  enum procedure_phase phase;
  enum procedure_outcome outcome;
  const struct seal_keys *key;     /* of a sealed matter, NULL otherwise */
  const struct glass_grant *grants; /* of a sealed matter: broken glasses */
  size_t grant_count;
  int64_t concerned; /* of a sealed matter: the person whose own file it is, 0 nobody's */
  int64_t merged_into, origin, relapse_of, last_step, facts;
  struct figure_counted counted; /* as the counters have it: before this action */
  const int64_t *orgs_listed; /* in whose lists it stands: before this action */
  size_t orgs_listed_count;
  struct state_track *tracks; /* [0] is main */
  size_t track_count;
  struct state_step *steps; /* in order */
  size_t step_count;
  struct state_said *said; /* in order of steps */
  size_t said_count;
  struct state_clock *clocks;
  size_t clock_count;
  struct state_reporter *reporters;
  size_t reporter_count;
  struct state_link *links;
  size_t link_count;
};

/* Loads a matter. 1 when there is one, 0 when not, -1 on error. Everything lives in `a`; the procedure belongs to `w`. */
int state_load(struct state **out, struct db *db, const struct world *w, int64_t matter, struct arena *a,
               struct error *err);
/* The id of a code (never of a sealed matter: sealed_find_code) or of a receipt; 0 when there is none. `reporter` (may be
 * NULL) gets the reporter's id. */
int state_find_code(struct db *db, int64_t district, const char *code, int64_t *matter, struct arena *a, struct error *err);
int state_find_receipt(struct db *db, int64_t district, const char *receipt, int64_t *matter, int64_t *reporter,
                       struct arena *a, struct error *err);

/* The actor who shows a receipt: `reporter` of the matter `s` (state_find_receipt). */
struct actor state_receipt_actor(const struct state *s, int64_t reporter);
/* Whoever asks is a reporter and reported this matter themselves. Who pressed "me too", or whose report was merged into it,
 * hears how it goes on; what somebody else wrote, photographed or said is not theirs, and neither is ending it. */
bool state_is_own(const struct state *s, const struct actor *actor);

/* The present value of a field on a track (number 0), NULL when never given, sealed or erased. */
const char *state_value(const struct state *s, const struct state_track *t, const struct procedure_field *f);
/* The step in which it was said last, NULL when never. Values with numbers 0.. stand in s->said with that step. */
const struct state_step *state_said_in(const struct state *s, const struct state_track *t, const struct procedure_field *f);

/* What a value says, a personal one opened with the district's keys; *out NULL when it was erased. */
int state_said_clear(const char **out, struct arena *a, const struct seal_keys *keys, const struct state *s,
                     const struct state_said *said, struct error *err);

/* The row of a decision table that gave the field its value in that step, NULL when none did. */
const struct procedure_row *state_decided_by(const struct state *s, const struct state_step *step,
                                             const struct procedure_field *f);

const struct state_track *state_track_by_id(const struct state *s, int64_t id); /* 0: main; NULL when none */

const struct state_track *state_latest(const struct state *s, const struct procedure_track *type); /* NULL when none */

/* What access needs to know of it. Arrays in `a`. */
void state_subject(const struct state *s, struct arena *a, struct subject *out);

/* How the facts of conditions are answered for one track of a matter. */
struct state_of {
  const struct state *state;
  const struct state_track *track;
};
void state_facts(struct procedure_facts *out, const struct state_of *of);

#endif
