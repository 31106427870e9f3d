/* The engine: runs procedures. One call, engine_act(), changes matters; the timer takes due marks of clocks; the rest here
 * says what somebody could do.
 *
 * An engine holds a world: the district's procedures in all their versions, catalogues, calendar and settings, read
 * from the table `rulebook`. A world is immutable; when a rulebook changes a new one takes its place, and whoever works
 * with the old one finishes with it. */
#ifndef MATTER_ENGINE_H
#define MATTER_ENGINE_H

#include "base/base.h"
#include "base/setting.h"
#include "base/words.h"
#include "matter/calendar.h"
#include "matter/clock.h"
#include "matter/procedure.h"
#include "people/access.h"
#include "store/store.h"

struct catalogue;
struct checklist;
struct duplicate_rules;
struct engine;
struct document_template;
struct people_env;
struct place_map;
struct seal_keys;
struct state;

/* What is true in the district at present. Valid until world_release. */
struct world {
  int64_t district;
  const char *code;              /* 6-digit county code */
  const char *name_zh, *name_en; /* of the district */
  int offset_min;
  const struct seal_keys *keys; /* of the district: they unwrap the keys of sealed matters */
  const struct calendar *calendar;
  const char *calendar_digest; /* of everything it was read from */
  const struct clock_rules *rules;
  const struct duplicate_rules *duplicates;
  const struct catalogue *catalogue; /* all schemes */
  const struct settings *settings;   /* of settings.yaml; ask world_value */
  const struct procedure *const *procedures; /* newest versions, for opening */
  size_t procedure_count;
  const struct document_template *documents; /* the newest templates of papers */
  size_t document_count;
};

/* Reads the procedures of `env->district` through `db`, catalogues and calendar from `folder` (schemes.csv ...,
 * calendar.yaml, chinese-days.json). `env` and `places` (where does a point lie?) must outlive the
 * engine. Errors: those of the readers, with the rulebook's name as the first argument. */
int engine_open(struct engine **out, struct db *db, const struct people_env *env, struct place_map *places,
                const char *folder, struct error *err);
void engine_close(struct engine *e);

/* The present world, counted. */
const struct world *world_take(struct engine *e);
void world_release(struct engine *e, const struct world *w);

/* Reads the world anew when rulebooks were added since; returns 1 when it did. engine_reload always does. */
int engine_refresh(struct engine *e, struct db *db, struct error *err);
int engine_reload(struct engine *e, struct db *db, struct error *err);

/* What a limit of a procedure is in this district: its own value where it has set one, else the procedure's. */
int world_limit(struct limit *out, const struct world *w, struct arena *a, const struct procedure *p,
                const struct procedure_limit *l, struct error *err);

/* The template of a paper, NULL when there is none of that name. */
const struct document_template *world_document(const struct world *w, const char *name);

/* A checklist by name: its newest version (version 0) or the one an inspection keeps. NULL when unknown. */
const struct checklist *world_checklist(const struct world *w, const char *name, int version);

/* A procedure by name: its newest version (version 0) or the one a matter keeps. NULL when unknown. */
const struct procedure *world_procedure(const struct world *w, const char *name, int version);

/* What a procedure says of the others in use, and they of it (procedure_check_together): findings in the file of `p` and,
 * about it, in theirs. `which` (may be NULL) gets the procedure each finding lies in. */
void world_check_procedure(struct procedure_findings *found, const struct procedure ***which, struct arena *a,
                           const struct world *w, const struct procedure *p);

/* What a setting of settings.yaml is on a day, with what the district changed while running over it; NULL: nothing holds. */
const char *world_value(const struct world *w, const char *name, int32_t day);

/* Takes a rulebook into use (checked first) as the next version; nothing happens when it is the same text. In the lane.
 * `now_version` may be NULL. Journalled as rulebook.adopt with its hash. */
int engine_adopt(struct lane_txn *t, const struct actor *actor, const char *kind, const char *name, const char *source,
                 int *now_version, struct error *err);

/* Would the catalogue be right with these texts in the place of files of their names (kind "catalogue" of engine_adopt)? Lists
 * every mistake. Nothing is written. */
struct catalogue_text;
struct catalogue_findings;
int engine_catalogue_try(struct engine *e, struct db *db, struct arena *a, const struct catalogue_text *with, size_t count,
                         struct catalogue_findings *found, struct error *err);

/* The journal's and tables' name of an actor: "account:12", "receipt:3", "key:2", "system", "anyone". In `a`. */
const char *actor_key(struct arena *a, const struct actor *actor);

/* --- doing ------------------------------------------------------------------------------------------------------ */

/* One value said: field "problem"; rows of a record as field "minutes.deadline" with number = row. Photos and files are
 * ids of store/file.h, places ids, positions "lon,lat", moments RFC 3339, categories "scheme/kind/code", departments ids
 * of organisations (each a value with its own number). */
struct said {
  const char *field;
  int number;
  const char *value;
};

/* Who reports, when a matter is opened or followed ("me too") by a resident. Empty strings where not given. */
struct reporter_in {
  const char *name, *phone, *mail;
  bool confidential;
  enum lang lang;
};

/* An action somebody wants taken. */
struct act {
  const struct actor *actor;
  const char *action;
  const char *procedure;  /* opening: of which procedure; NULL otherwise */
  int64_t matter, track;  /* not opening: which; track 0 is the main one */
  const struct said *said;
  size_t said_count;
  const struct reporter_in *reporter; /* opening for somebody: a receipt is made; may be NULL */
  int64_t origin;         /* opening out of another matter; 0 */
  const char *source;     /* opening: by which door it came: "public", "plate", "open311", "import", "api" ... */
  bool claimed;           /* opening: `source` was claimed by a program that may; it takes the place of the procedure's */
  int64_t seen_step;      /* the last step the actor saw; 0: not asked. Moved on since: matter.moved */
  const char *once_key;   /* idempotency key or NULL; once_request what was asked */
  struct bytes once_request;
  time_ms at;             /* imports only: when it happened; 0: now */
  bool anywhere;          /* imports only: a position outside the district is kept, without a place */
};

/* What came of it. Strings in the transaction's arena: copy what must outlive the batch. */
struct acted {
  int64_t matter, track, step;
  const char *code, *receipt; /* receipt "" when none was made */
  const char *stage;
  time_ms next_due;           /* what the reporter is told; 0 none */
  bool late;                  /* a clock that counts has passed its end */
  bool again;                 /* the same request as before: nothing was done now */
};

/* Takes the action. Errors:
 *   matter.unknown (MISSING)      no such matter, or none this actor may know of
 *   matter.procedure (INPUT)      no such procedure
 *   matter.track, matter.action (INPUT)    no such track, no such action
 *   matter.action-elsewhere (INPUT, {1} title, {2} track)   an action of another kind of track
 *   matter.opens (CONFLICT, {1} title)     it begins a matter
 *   matter.stage (CONFLICT, {1} title, {2} action, {3} a stage it belongs to)     not in this stage
 *   matter.done (CONFLICT, {1} action, {2} stage)           it was done before, and this is past it
 *   matter.moved (CONFLICT)       somebody was faster
 *   matter.not-yours (DENIED)     none of your posts may, or you are excluded
 *   matter.condition (CONFLICT)   what it waits for has not happened
 *   matter.often, matter.soon, matter.too-late (CONFLICT)
 *   matter.field.* (INPUT, field set)      a value is missing, too long, not one of the choices ...
 *   matter.place.missing (INPUT)  neither a place nor a point nor, where the district as a whole will do, an address
 *   matter.place.outside (INPUT)  the point lies outside the district */
int engine_act(struct lane_txn *t, struct engine *e, const struct act *act, struct acted *out, struct error *err);

/* "Me too": one more reporter for a matter that is open, with a receipt of their own. With a key (NULL none) the same request
 * again gets the first answer and its receipt; another request under it is refused: store.once-differs. */
struct follow {
  const struct actor *actor;
  int64_t matter;
  const struct reporter_in *reporter;
  const char *once_key;
  struct bytes once_request;
};
int engine_follow(struct lane_txn *t, struct engine *e, const struct follow *follow, struct acted *out, struct error *err);

/* Takes the marks of clocks that have fallen due by now, at most `most` in one job, and erases sealed matters whose time to be
 * kept is over; `taken` gets how many there were. */
int engine_timer(struct lane_txn *t, struct engine *e, int most, int *taken, struct error *err);

/* The marks alone, each in a job of its own: for when one of them made engine_timer fail. What a mark is refused for is
 * logged and kept (table clock_aside), the mark is put off, from a minute to six hours the more often it was refused, and
 * the others are taken. -1 only when the store fails. Not in the lane. */
int engine_timer_each(struct lane *lane, struct engine *e, struct db *db, time_ms now, int most, int *taken,
                      struct error *err);

/* A mark that was set aside is due now; clock 0: all of them. In the lane. Errors: matter.aside.none (also for one of a sealed
 * matter: it is tried again with all). */
int engine_mark_again(struct lane_txn *t, int64_t clock, struct error *err);

/* When the next mark falls due, 0 when none waits. */
int engine_next_mark(struct db *db, int64_t district, time_ms *out, struct error *err);

/* After a change of calendar: computes the ends of the open clocks again, `most` from `*after` on (0 first; set to where
 * to go on, 0 at the end), and says which changed. */
struct changed_clock {
  int64_t matter, clock;
  const char *code, *name;
  time_ms was, is;
};
int engine_recompute(struct lane_txn *t, struct engine *e, int64_t *after, int most, struct changed_clock **changed,
                     size_t *count, struct error *err);

/* The journal's line about one of them. `actor` as actor_key gives it. */
int engine_recompute_note(struct lane_txn *t, const struct changed_clock *clock, const char *actor, struct error *err);

/* A part of the calendar kept as a rulebook of kind "calendar": under the name CALENDAR_OWN the district's own days, as in
 * catalogues/calendar.yaml; under any other the notice of a year, as calendar_load_holiday_cn takes it. */
#define CALENDAR_OWN "district"
struct calendar_text {
  const char *name, *source;
};

/* The calendar as it would be with `with` (NULL: as it is). Errors: those of the readers. */
int engine_calendar_try(const struct calendar **out, struct engine *e, struct db *db, struct arena *a,
                        const struct calendar_text *with, struct error *err);

/* Which open clocks that end at `from` or later would end at another moment with `other`; of at most CALENDAR_TRIED that
 * are looked at (`more`: there are further ones). Sealed matters are left out. Nothing is written. */
enum { CALENDAR_TRIED = 500 };
struct calendar_moves {
  struct changed_clock *clocks;
  size_t count;
  bool more;
};
int engine_calendar_moves(struct calendar_moves *out, struct engine *e, struct db *db, struct arena *a,
                          const struct calendar *other, time_ms from, time_ms now, struct error *err);

/* For the outbox (outbox_open_fn): opens the sealed address of a reporter. `env` is the struct people_env of the engine. */
int engine_open_address(void *env, struct bytes sealed, const char *key_id, char *out, size_t size, struct error *err);

/* --- what could be done ----------------------------------------------------------------------------------------- */

/* One action this actor could take now on one track. */
struct offer {
  const struct procedure_action *action;
  int64_t track;
  const struct post *post; /* as which post; NULL as reporter or anyone */
};

/* All of them, in the order of the procedure. An actor who may not see the matter gets none. */
int engine_offers(struct engine *e, const struct actor *actor, const struct state *s, struct arena *a, time_ms now,
                  struct offer **out, size_t *count, struct error *err);

/* The opening actions of a procedure this actor may take at a place (chain NULL: in the district as a whole). The
 * procedure of the offers belongs to the world the caller has taken. */
int engine_openings(struct engine *e, const struct actor *actor, const struct place_chain *at, const char *procedure,
                    struct arena *a, struct offer **out, size_t *count, struct error *err);

/* The keys under which things wait for an actor in the table `hold` and in messages: account, person, posts with their
 * role and place, organisations. In `a`. */
int engine_keys(const struct actor *actor, struct arena *a, const char ***keys, size_t *count);

#endif
