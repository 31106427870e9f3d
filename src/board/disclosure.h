/* The plan of disclosure: what villages and communities have to make public, how often and by when (catalogues/disclosure.yaml),
 * and what of it is due or late. An item is paid by a publication that names it (`item` of `publishes` in a procedure).
 * Organic Law of Villagers' Committees, art. 35; Organic Law of Urban Residents' Committees, art. 34. */
#ifndef BOARD_DISCLOSURE_H
#define BOARD_DISCLOSURE_H

#include "matter/engine.h"
#include "store/store.h"

/* EVERY_EVENT: at any time, never due by itself. */
enum disclosure_every { EVERY_MONTH, EVERY_QUARTER, EVERY_HALF_YEAR, EVERY_YEAR, EVERY_EVENT };

struct disclosure_item {
  const char *name; /* as the procedure's choice says it */
  struct bilingual title, who, law;
  const char *article, *kind; /* kind of place: "village", "community"; NULL both */
  enum disclosure_every every;
  int due;  /* by the end of this day of the month, quarter ... (1 its first) */
  int days; /* stays published at least so many days */
};

struct disclosure_plan {
  const struct disclosure_item *items;
  size_t count;
};

/* The plan of a data directory's folder `catalogues`, else the one that comes with the program. In `a`. Errors:
 * disclosure.form ({1} line, {2} column), those of YAML. */
int disclosure_load(struct disclosure_plan *out, struct arena *a, const char *folder, struct error *err);
int disclosure_read(struct disclosure_plan *out, struct arena *a, const char *text, size_t len, struct error *err);

/* The first day of the span a day lies in (`before` spans earlier), and the first day after it. Day numbers. */
void disclosure_span(int32_t *first, int32_t *after, enum disclosure_every every, int32_t day, int before);

enum disclosure_state { DISCLOSURE_PAID, DISCLOSURE_DUE, DISCLOSURE_LATE };

/* One item of one place in one span. */
struct disclosure_row {
  const struct disclosure_item *item;
  int64_t place, street;
  const char *place_code, *place_name;
  int32_t first, due; /* day numbers: the span begins; its last day in time */
  enum disclosure_state state;
  int64_t notice;     /* what paid it, 0 none */
};

/* What is owed on the day of `now`, for the places `sees` lets through, late ones first, then by day. Items of the span before
 * are late when a place had published something by then and not this. Items at any time are left out. */
int disclosure_list(struct disclosure_row **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                    const struct disclosure_plan *plan, bool (*sees)(void *ctx, const struct place_chain *at), void *ctx,
                    time_ms now, struct error *err);

/* A publication that hangs without a photo of it, or came down without one. */
struct disclosure_photo {
  int64_t notice;
  const char *code, *heading, *place;
  bool down; /* the photo of it taken down */
  time_ms since;
};
int disclosure_photos(struct disclosure_photo **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                      bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now, struct error *err);

/* An objection that waits for its answer. */
struct disclosure_objection {
  const char *code, *place;
  time_ms opened, due;
  bool late;
};
int disclosure_objections(struct disclosure_objection **out, size_t *count, struct db *db, struct arena *a,
                          const struct world *w, bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now,
                          struct error *err);

/* All three as one JSON object: {"items": [...], "photos": [...], "objections": [...]}. */
struct json;
struct disclosure_all {
  struct disclosure_row *rows;
  struct disclosure_photo *photos;
  struct disclosure_objection *objections;
  size_t row_count, photo_count, objection_count;
};
int disclosure_all(struct disclosure_all *out, struct db *db, struct arena *a, const struct world *w, const char *folder,
                   bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now, struct error *err);
void disclosure_put(struct json *j, const struct disclosure_all *all, enum lang lang, int offset_min);

/* "month", "quarter" ... */
const char *disclosure_every_name(enum disclosure_every every);
const char *disclosure_state_name(enum disclosure_state state);

#endif
