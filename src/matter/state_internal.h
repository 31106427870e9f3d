/* What state.c and the engine share: room to grow in a loaded matter, and the stored form of a clock's segments. */
#ifndef MATTER_STATE_INTERNAL_H
#define MATTER_STATE_INTERNAL_H

#include "matter/state.h"

/* How much one action (with everything that follows from it) may add to a matter in memory. Pointers into the arrays
 * stay good because the arrays never move. */
enum {
  STATE_MORE_TRACKS = 64,
  STATE_MORE_STEPS = 128,
  STATE_MORE_SAID = 1024,
  STATE_MORE_CLOCKS = 128,
  STATE_MORE_REPORTERS = 8
};

/* Takes the reasons out: they are names of actions and stages. */
void segments_hush(struct clock *c);
void segments_write(struct buf *out, const struct clock *c);
int segments_read(struct clock *c, const char *text, struct arena *a, struct error *err);

/* listing.c: the organisations that hold a track of it, each once. In `a`. */
void listing_orgs(const int64_t **orgs, size_t *count, const struct state *s, struct arena *a);

#endif
