/* The writer lane: every change to a district goes through here, one after the other, in batches.
 *
 * What has gathered while the last batch was being made durable forms the next one, in one transaction. A job that is
 * refused leaves nothing of itself behind: the batch is then taken back and run once more with a savepoint for each job,
 * so a job must bear being run again before it is told that it is done. Only after the commit is the job's `done` called:
 * what it acknowledges is on the disk. On SQLite the lane has the one writing connection of the process. On PostgreSQL a
 * batch starts by locking the district's row, so that any number of servers work side by side. Ids and journal numbers
 * are dense sequences kept in that transaction; nothing asks the database for ids or for the time. */
#ifndef STORE_LANE_H
#define STORE_LANE_H

#include "base/base.h"
#include "store/db.h"

struct lane;

/* What a job works with. */
struct lane_txn {
  struct db *db;
  int64_t district;
  time_ms now;          /* the same for the whole batch */
  struct arena *arena;  /* of the batch: results that outlive it must be copied */
  struct lane *lane;
};

typedef int lane_fn(struct lane_txn *t, void *ctx, struct error *err);

/* One change. The memory is the caller's until `done` is called, which happens exactly once, on the lane's thread, after
 * the commit (err.kind is ERR_NONE) or after the failure (nothing of the job remains). `done` must be quick. */
struct lane_job {
  lane_fn *run;
  void (*done)(struct lane_job *job);
  void *ctx;
  struct error err;
  struct lane_job *next;
};

/* Opens the lane of a district and starts its thread. `url` as for db_open. */
int lane_open(struct lane **out, const char *url, int64_t district, struct error *err);

/* Finishes what was handed in, then stops. NULL is allowed. */
void lane_close(struct lane *lane);

/* Hands in a job. -1 with store.lane-full when too many wait: nothing was taken, `done` will not be called. */
int lane_submit(struct lane *lane, struct lane_job *job, struct error *err);

/* Runs a job and waits for it: for commands, imports and tests; never on a thread that serves requests. */
int lane_call(struct lane *lane, lane_fn *run, void *ctx, struct error *err);

/* The next number of a named dense sequence, from 1: "matter", "person", ... A job that fails gives its numbers back. */
int lane_next(struct lane_txn *t, const char *sequence, int64_t *out, struct error *err);

/* Puts work off to the end of the batch, in the same transaction but outside the job's savepoint: for an index that would
 * otherwise be flushed at every savepoint. Not run when this job fails; when it fails itself, so does the whole batch. The
 * memory of ctx must be the transaction's arena. Always 0. */
int lane_at_end(struct lane_txn *t, lane_fn *fn, void *ctx);

/* A kind of counter that many jobs of a batch move: what they add to the same one is written once, when the batch ends.
 * `compare` orders items by what they count (0: the same counter), `add` takes `more` into `into`. */
struct lane_sum {
  int (*compare)(const void *a, const void *b);
  void (*add)(void *into, const void *more);
  int (*write)(struct lane_txn *t, const void *item, struct error *err);
};

/* Adds an item to the sums of its kind; a job that fails adds nothing. The item must be the transaction's arena and is
 * changed. Nobody reads such a counter within the batch: it is not written yet. */
void lane_sum(struct lane_txn *t, const struct lane_sum *kind, void *item);

/* Runs `fn(ctx)` on the lane's thread after the batch is durable, only if this job succeeded: to wake listeners. The
 * memory of ctx must outlive the batch. */
void lane_after_commit(struct lane_txn *t, void (*fn)(void *ctx), void *ctx);

/* For /metrics. */
struct lane_figures {
  int64_t jobs, failed, batches, waiting, largest_batch;
};
void lane_figures(struct lane *lane, struct lane_figures *out);

/* Moves the lane's idea of now for tests and replays: 0 goes back to the wall clock. */
void lane_set_now(struct lane *lane, time_ms now);

#endif
