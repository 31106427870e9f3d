/* What somebody wrote, spoke and photographed in a matter, erased at their justified request (PIPL 47). The matter goes on with
 * its place, category and steps; values go with their salts, so that the journal's digests say nothing and its chain stays
 * whole. Papers that were issued and other matters that officials opened out of this one keep their own words. */
#ifndef MATTER_FORGET_H
#define MATTER_FORGET_H

#include "matter/engine.h"

/* Whose: steps with their account or their receipt, and the opening without either at that moment. */
struct forget {
  int64_t matter;
  const char *account, *receipt; /* actor keys */
  time_ms opened;
};

/* In the lane. 0, also when there is no such matter any more. */
int matter_forget(struct lane_txn *t, struct engine *e, const struct world *w, const struct forget *f, struct error *err);

#endif
