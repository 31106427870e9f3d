/* Lists: what somebody may see of many matters at once. Every list starts from a scope (people/access.h) or from the
 * public, so that it holds nothing its reader may not open. */
#ifndef MATTER_LIST_H
#define MATTER_LIST_H

#include "matter/engine.h"
#include "matter/state.h"

/* By the moment of opening, of the earliest end, of the last change; each in both directions. */
enum list_order { LIST_NEWEST, LIST_SOONEST, LIST_CHANGED, LIST_OLDEST, LIST_LATEST, LIST_STALEST };

/* What to list. Zero-initialised it asks for everything the scope shows. */
struct list_filter {
  const struct scope *scope; /* NULL: what everybody may see */
  bool only_open;
  int phase_from, phase_to; /* enum procedure_phase; used when `phases` */
  bool phases;
  int64_t street, community, grid, org;
  const char *procedure, *category, *major; /* category "scheme/kind/code"; major "scheme/kind/01"; NULL any */
  const char *source, *words;               /* words: as typed; NULL any */
  time_ms from, to;                         /* opened in [from, to); 0 open */
  bool late, soon;                          /* past its end; in the amber part */
  int card;                                 /* at least this supervision card; 0 any */
  bool placeless, relapsed, reopened;
  int64_t watcher, only;                    /* watched by that account; this matter alone; 0 any */
  enum list_order order;
  int most;   /* rows, 1..200; 0: 30 */
  time_ms at; /* cursor: where the page before ended (its last row's moment and id), 0 first page */
  int64_t at_id;
};

struct list_row;

/* The moment by which a list in that order is sorted: where the next page goes on. */
time_ms matter_list_key(enum list_order order, const struct list_row *row);

struct list_row {
  int64_t id, street, community, grid, org, merged_into, relapse_of;
  const char *code, *summary, *source, *category, *urgency, *address, *street_name, *community_name, *grid_name;
  const char *org_zh, *org_en;
  const struct procedure *procedure; /* of the world taken */
  const struct procedure_stage *stage;
  enum procedure_phase phase;
  enum procedure_outcome outcome;
  double lon, lat;
  time_ms opened, updated, closed, due, warn_at;
  bool confidential, late;
  int card, reporters, returns, reworks, urges, reopens;
};

/* One page. `more` (may be NULL) says whether another follows; its cursor is the last row's opened / due / updated and
 * id. Error list.words (INPUT) when nothing searchable was typed. */
int matter_list(struct list_row **rows, size_t *count, bool *more, struct db *db, struct arena *a,
                const struct world *w, const struct list_filter *filter, time_ms now, struct error *err);

/* Open matters by phase, for the numbers beside tabs. */
struct phase_count {
  int64_t n, late, soon, carded;
};
int matter_phase_counts(struct phase_count counts[PHASE_VOID + 1], struct db *db, struct arena *a,
                        const struct world *w, const struct scope *scope, time_ms now, struct error *err);

/* Open matters everybody may see, in a street (0: all) together. */
int matter_public_counts(struct phase_count *out, struct db *db, struct arena *a, const struct world *w, int64_t street,
                         time_ms now, struct error *err);

/* What waits for an actor: one row per track that stands on a list of theirs, the most pressing first. */
struct inbox_row {
  int64_t matter, track;
  const char *code, *summary, *source, *category, *urgency, *address, *street_name, *community_name, *grid_name, *role;
  const struct procedure *procedure;
  const struct procedure_track *type;
  const struct procedure_stage *stage;
  enum procedure_phase phase;            /* of the matter */
  time_ms due, warn_at, opened, entered; /* due 0: no clock runs */
  bool confidential;
  int card, urges, reporters;
};
struct inbox_filter {
  const char *procedure, *type, *stage; /* NULL any */
  int most;                             /* 0: 50 */
  time_ms after; /* cursor: the last row's due (as given back; use INBOX_NO_DUE for 0) and track */
  int64_t after_track;
};
#define INBOX_NO_DUE ((time_ms)253402300799 * 1000)
int matter_inbox(struct inbox_row **rows, size_t *count, bool *more, struct db *db, struct arena *a,
                 const struct world *w, const struct actor *actor, const struct inbox_filter *filter,
                 struct error *err);

/* The same counted by procedure, track type and stage. */
struct inbox_count {
  const struct procedure *procedure;
  const struct procedure_track *type;
  const struct procedure_stage *stage;
  int64_t n, late;
};
int matter_inbox_counts(struct inbox_count **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct actor *actor, time_ms now, struct error *err);

/* Matters within a radius (at most 1 km) that were opened in [since, until) (until 0: no end), newest first; sealed ones
 * never; `only_public` for residents. The caller asks access before it shows more than that something is there. */
struct near_row {
  int64_t id;
  const char *code, *summary, *category, *address;
  const struct procedure *procedure;
  const struct procedure_stage *stage;
  enum procedure_phase phase;
  enum procedure_outcome outcome;
  double lon, lat, distance_m;
  time_ms opened, closed;
  bool confidential, shown_public;
  int reporters;
  struct place_chain at;
};
int matter_within(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                  double lon, double lat, double radius_m, time_ms since, time_ms until, bool only_public, int most,
                  struct error *err);
/* The same within 150 m. */
int matter_near(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                double lon, double lat, time_ms since, time_ms until, bool only_public, int most, struct error *err);

#endif
