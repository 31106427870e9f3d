/* Are the counters right? Recounts from the matters, says what differs, and puts it right. Also the way figures come into a
 * database that was made before there were counters, or whose definitions have changed. */
#ifndef MATTER_FIGURE_CHECK_H
#define MATTER_FIGURE_CHECK_H

#include "matter/figure.h"

struct lane_txn;
struct world;

/* One counter that is not what the matters say. Texts live until the next one. */
struct figure_difference {
  enum figure_by by;
  int64_t period; /* yyyymm or yyyymmdd */
  const char *procedure, *measure, *value;
  int64_t street, kept, counted; /* the counter, and what was found */
};
typedef int figure_difference_fn(void *ctx, const struct figure_difference *d, struct error *err);

/* The months counters or matters know of, yyyymm; both 0 when there are none. */
int figure_months(int *first, int *last, struct db *db, struct arena *a, int64_t district, int offset_min, struct error *err);

/* Compares all counters of a month and of its days, in one view of the database; `each` gets what differs. Uses `a` freely. */
int figure_compare(struct db *db, struct arena *a, int64_t district, int offset_min, int month, figure_difference_fn *each,
                   void *ctx, struct error *err);

/* The same in the lane, putting right what differs; `repaired` is increased by how many. */
int figure_repair(struct lane_txn *t, int offset_min, int month, int64_t *repaired, struct error *err);

/* What has been reached with each matter (matter.facts), `most` matters from `*after` on (0 first; set to where to go on, 0 at
 * the end). `wrong` is increased by how many differ; with `t` given they are put right, and the counters of those follow
 * with the next figure_repair. */
int figure_facts_check(struct db *db, struct lane_txn *t, struct arena *a, const struct world *w, int64_t *after, int most,
                       int64_t *wrong, struct error *err);

/* Does a step of what a migration asked for (table recount): 1 when more is to be done, 0 when the counters are right. In the
 * lane; `*month` is where it goes on, 0 first. */
int figure_recount_step(struct lane_txn *t, const struct world *w, int *month, struct error *err);
/* 1 while the counters are being made, 0 not. */
int figure_recount_due(struct db *db, struct arena *a, int64_t district, struct error *err);

#endif
