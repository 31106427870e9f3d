/* What the engine's files share. act.c takes an action from door to journal; say.c checks what was said; who.c knows
 * who is meant; clocks.c keeps the stored clocks; effects.c does what follows; world.c holds the rulebooks; timer.c
 * takes marks. */
#ifndef MATTER_ENGINE_INTERNAL_H
#define MATTER_ENGINE_INTERNAL_H

#include <pthread.h>

#include "matter/catalogue.h"
#include "matter/engine.h"
#include "matter/state.h"
#include "matter/state_internal.h"
#include "people/settings.h"

struct place_map;
struct people_env;
struct world_box;

enum { CASCADE_MAX = 12 };

/* A report this far from every community of the district is not the district's. */
enum { PLACE_FAR_M = 20000 };

struct engine {
  int64_t district;
  const struct people_env *env;
  struct place_map *places;
  char *folder;
  pthread_mutex_t lock;
  struct world_box *box; /* the present world, under the lock */
};

int world_catalogue_read(const struct catalogue **out, struct arena *a, struct db *db, int64_t district, const char *folder,
                         const struct catalogue_text *with, size_t with_count, struct catalogue_findings *found,
                         struct error *err);

/* world.c: questions to the catalogue and the settings. `category` is "scheme/kind/code". */
bool world_category(const struct world *w, const char *category, int32_t day);
bool world_condition_exists(const struct world *w, const char *category, int number, int32_t day);
/* The limit of a condition, of the kind asked for or the longest before it that the catalogue gives; `found` says which. */
bool world_condition_limit(struct limit *out, enum catalogue_limit *found, const struct world *w, const char *category,
                           int number, enum catalogue_limit kind, int32_t day);
const char *world_setting(const struct world *w, struct arena *a, const char *procedure, const char *name);

/* The same world under another calendar, for trying; lives as long as `a` and `w`. Not to be released. */
const struct world *world_with_calendar(const struct world *w, struct arena *a, const struct calendar *other);

/* world_calendar.c: the calendar with the rules of clocks, from the folder's files and the rulebooks of the district. */
struct world_calendar {
  const struct calendar *calendar;
  const struct clock_rules *rules;
  const struct duplicate_rules *duplicates;
  const char *digest;
};
int world_calendar_read(struct world_calendar *out, struct arena *a, struct db *db, int64_t district, int offset_min,
                        const char *folder, const struct calendar_text *with, struct error *err);

/* say.c: "lon,lat" in range. */
bool position_read(const char *v, double *lon, double *lat);

/* One matter being moved: what the whole cascade of one act shares. */
struct work {
  struct lane_txn *t;
  struct engine *e;
  const struct world *w;
  struct arena *a;
  const struct actor *actor;
  const char *key; /* of the actor */
  time_ms now;
  int depth;
  struct error *err;
  struct state *s;
  struct subject subject;
  bool fresh;            /* not in the table yet */
  bool for_another;      /* opened under a post: whoever does it is not the reporter */
  const struct act *act; /* as asked; for the first action only */
  bool words_changed;    /* summary or address: the search index is due */
};

enum { DOING_ROWS = 8 };

/* One action being taken on one track. */
struct doing {
  struct work *k;
  struct state_track *track;
  const struct procedure_action *action;
  struct state_step *step;
  const struct post *post;
  struct buf *digests; /* JSON object of field digests for the journal */
  bool some_digest;
  const struct procedure_row *rows[DOING_ROWS]; /* of decision tables that answered; their effects follow */
  size_t row_count;
};

/* act.c */
int act_take(struct work *k, struct state_track *track, const struct procedure_action *action, const struct said *said,
             size_t said_count, const struct post *post);
int act_open(struct work *parent, const struct procedure *p, const struct procedure_action *action,
             const struct said *said, size_t said_count, const char *link, struct work **child);
int work_finish(struct work *k);
/* Neither too often, too soon nor too late: `upto`, `again`, `within`. */
int act_in_time(struct work *k, const struct state_track *t, const struct procedure_action *action);
int64_t cell_of(double lon, double lat);
int reporter_insert(struct work *k, const struct reporter_in *in, int64_t reported);
int note_step(struct doing *d, const char *name, const struct procedure_stage *from);
void track_enter(struct doing *d, struct state_track *track, const struct procedure_stage *stage);
int track_add(struct doing *d, const struct procedure_track *type, const char *role, int64_t org, int64_t post,
              int64_t person);

/* say.c: checks the values against the action's fields; 0 with what stands, -1 with matter.field.* */
/* Loosely: 5 to 15 digits with + - ( ) . and spaces. Numbering plans change; a wrong refusal helps nobody. */
bool phone_fits(const char *v);

int say_check(struct work *k, const struct state_track *track, const struct procedure_action *action,
              const struct said *said, size_t count);
/* Puts one checked value into the state, the table and the journal's digests. */
int say_keep(struct doing *d, const struct procedure_field *f, const char *field_name, int number, const char *value);

/* who.c */
bool who_may(struct work *k, const struct state_track *track, const struct procedure_action *action,
             const struct post **post);
/* Calls `each` with every key an actor of a procedure stands for ("role:street-centre@31", "org:5", "reporter:9"). */
int who_keys(struct work *k, const struct state_track *track, const struct procedure_actors *actors,
             int (*each)(void *ctx, const char *key), void *ctx);
const char *who_role_key(struct work *k, enum role role, const struct state_track *track);
int who_hold(struct work *k, struct state_track *track);

/* clocks.c */
int clocks_follow(struct doing *d, const struct procedure_stage *from); /* after a stage change or an action */
int clocks_effect(struct doing *d, const struct procedure_effect *e);
int clocks_save(struct work *k, struct state_clock *c, bool fresh);
int clocks_restart(struct doing *d, const struct procedure_clock *type); /* an open one anew, from now */
int clocks_hold(struct doing *d, const struct procedure_clock *type);    /* pauses an open one */
void clocks_summary(struct work *k);
void note_late(struct work *k, struct state_clock *c);
int clock_next_mark_at(struct work *k, struct state_clock *c);
int limit_resolve(struct limit *out, struct work *k, const struct procedure_limit *l);
int64_t number_resolve(struct work *k, const struct procedure_number *n);

/* effects.c */
int effects_before(struct doing *d, const struct procedure_effects *effects);
int effects_run(struct doing *d, const struct procedure_effects *effects);

/* Gives a field a value in the doing's step, as the system. */
int effect_set_value(struct doing *d, const struct procedure_field *f, const char *value);

/* triage.c: asks the decision tables an input of which was said in this step. */
int triage_decide(struct doing *d);

/* plan.c: where a plan of visits stands. */
struct plan_tally {
  bool started;
  int open, paid, clean; /* waiting; paid since the last start; clean ones of these in a row, to the latest */
};
void plan_tally(struct plan_tally *out, const struct state *s, const struct procedure_track *type);
/* How long until the visit of the doing's track is due. */
int plan_limit(struct limit *out, struct doing *d);
/* Adds the next visit, starts anew or completes, as the step that was just taken asks. */
int plans_follow(struct doing *d, const struct procedure_stage *from);

/* A title as an error argument in both languages. */
const char *title_arg(struct arena *a, const struct bilingual *title);

/* tell.c: a message to whoever a key names. `words` NULL texts: the plain words of the track's stage. */
int tell_actors(struct doing *d, const struct procedure_actors *actors, const struct bilingual *words);
int tell_role(struct doing *d, enum role role, const struct bilingual *words);
/* "{number}", "{due}", "{holder}", "{stage}" replaced. In the arena. */
/* One message under one key, and a mail where the key is a reporter with an address (deliver.c). */
int tell_deliver(struct work *k, const char *key, const char *zh, const char *en);
const char *tell_fill(struct work *k, const struct state_track *t, const char *pattern, bool zh);

/* ballot_roll.c: before the move a meeting's notice is checked and votes are counted; after it rolls are drawn and opened. */
int ballot_before(struct doing *d);
int ballot_after(struct doing *d, const struct procedure_stage *from);
/* ballot_count.c */
int ballot_count(struct doing *d);

/* inspection.c: on entering a stage that inspects a round begins; the action that says its answers completes it. */
int inspection_begin(struct doing *d, const struct procedure_stage *from);
int inspection_complete(struct doing *d);

/* grade.c: brings the levels of the matter's tracks up to date with where they stand. */
int grade_follow(struct work *k);

/* publish.c: brings the publications of the matter's tracks up to date with where they stand. */
int publish_follow(struct work *k);
/* Opening out of a matter that takes objections to what it publishes: only while it is on show. Errors notice.over, notice.late
 * (CONFLICT, {1} when its period ended). */
int publish_objection(struct work *k, int64_t origin);

/* listing.c: brings the lists of organisations up to date with who holds its tracks. */
int listing_follow(struct work *k);

/* counter.c: counters, written once for all actions of a batch */
void tally_move(struct work *k, const struct q_tally_add_in *by);
void public_move(struct work *k, const struct figure_counted *was, const struct figure_counted *is);

/* document.c: issues the effect's paper. */
int document_issue(struct doing *d, const struct procedure_effect *e);

/* places */
int where_place(struct work *k, int64_t place);
int where_position(struct work *k, double lon, double lat);

#endif
