/* Months that have ended are kept as they were: for reports that do not change, and for what is published. */
#ifndef MATTER_FIGURE_MONTH_H
#define MATTER_FIGURE_MONTH_H

#include "matter/figure.h"

struct lane_txn;
struct world;

/* Keeps the oldest month that has ended by the transaction's now and is not kept yet: 1 when it did, 0 when there is none.
 * Journalled as figures.month with the hash of its rows. In the lane. */
int figure_month_keep(struct lane_txn *t, const struct world *w, struct error *err);

/* The kept number of every measure of a procedure in a month. 1 when the month was kept (at *kept), 0 not. Street FIGURE_ANY:
 * the district; org FIGURE_ANY: all. */
struct figure_kept_which {
  int month;
  const char *procedure;
  int64_t street, org;
};
int figure_month_sums(int64_t n[MEASURES], time_ms *kept, struct db *db, struct arena *a, int64_t district,
                      const struct figure_kept_which *which, struct error *err);

#endif
