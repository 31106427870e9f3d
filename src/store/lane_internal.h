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

struct lane_state *lane_state(struct lane_txn *t);

#endif
