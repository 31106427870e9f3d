/* What the lane and the journal share: the state of the batch being run. */
#ifndef STORE_LANE_INTERNAL_H
#define STORE_LANE_INTERNAL_H

#include "store/lane.h"

enum { LANE_COUNTERS = 64 };

struct lane_counter {
  char name[32];
  int64_t next, kept;
};

/* Copied before each job and put back when the job fails, so that numbers stay dense. */
struct lane_state {
  int64_t journal_seq;
  unsigned char journal_hash[HASH_BYTES];
  int counters;
  struct lane_counter counter[LANE_COUNTERS];
};

/* Items to be added up, in the order they came; `end` is put back when the job that added the last ones fails. */
struct lane_item {
  struct lane_item *next;
  const struct lane_sum *kind;
  void *item;
};
struct lane_sums {
  struct lane_item *first, **end;
};
struct lane_sums *lane_sums(struct lane_txn *t);
int lane_sums_write(struct lane_txn *t, struct error *err);

struct lane_state *lane_state(struct lane_txn *t);

#endif
