#include "store/lane.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queries.h"
#include "store/lane_internal.h"

enum { MOST_WAITING = 20000, MOST_IN_BATCH = 512, BATCH_ARENA = 512 << 20, BUSY_TRIES = 20, CAREFUL_AFTER = 16 };

struct lane {
  struct db *db;
  int64_t district;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t some;
  struct lane_job *first, *last;
  bool closing;
  struct lane_figures figures;
  time_ms fixed_now;
  /* the batch being run; only the lane's thread touches these */
  struct lane_state state, before_job;
  int careful; /* so many batches still run with a savepoint for each job, because one was refused lately */
  struct listener *listeners;
  struct last_thing *last_first, **last_end; /* what is put off to the end of the batch, in order */
  struct lane_sums sums;
  struct arena *arena;
};

struct listener {
  struct listener *next;
  void (*fn)(void *ctx);
  void *ctx;
};

/* --- sequences -------------------------------------------------------------------------------------------------- */

static int load_counter(struct lane_txn *t, const char *name, struct lane_counter **out, struct error *err) {
  struct lane_state *s = &t->lane->state;
  for (int i = 0; i < s->counters; i++)
    if (text_eq(s->counter[i].name, name)) {
      *out = &s->counter[i];
      return 0;
    }
  if (s->counters == LANE_COUNTERS) return error_fault(err, "store.sequence", "too many sequences: %s", name);
  struct q_sequence_get_out row = {.next = 1};
  if (q_sequence_get(t->db, t->arena, &row, &(struct q_sequence_get_in){.district = t->district, .name = name}, err) <
      0)
    return -1;
  struct lane_counter *c = &s->counter[s->counters++];
  text_copy(c->name, sizeof c->name, name);
  c->next = c->kept = row.next;
  *out = c;
  return 0;
}

int lane_next(struct lane_txn *t, const char *sequence, int64_t *out, struct error *err) {
  struct lane_counter *c = NULL;
  if (load_counter(t, sequence, &c, err) < 0) return -1;
  *out = c->next++;
  return 0;
}

static int keep_counters(struct lane_txn *t, struct error *err) {
  struct lane_state *s = &t->lane->state;
  for (int i = 0; i < s->counters; i++) {
    struct lane_counter *c = &s->counter[i];
    if (c->next == c->kept) continue;
    struct q_sequence_put_in in = {.district = t->district, .name = c->name, .next = c->next};
    if (q_sequence_put(t->db, &in, err) < 0) return -1;
    c->kept = c->next;
  }
  return 0;
}

struct lane_state *lane_state(struct lane_txn *t) {
  return &t->lane->state;
}

struct lane_sums *lane_sums(struct lane_txn *t) {
  return &t->lane->sums;
}

/* --- one batch -------------------------------------------------------------------------------------------------- */

static int start_batch(struct lane_txn *t, struct error *err) {
  struct q_lane_lock_out lock;
  struct q_journal_head_out head = {0};
  struct lane_state *s = &t->lane->state;
  memset(s, 0, sizeof *s);
  if (db_begin(t->db, err) < 0) return -1;
  int locked = q_lane_lock(t->db, t->arena, &lock, &(struct q_lane_lock_in){.district = t->district}, err);
  if (locked == 0) {
    struct q_sequence_put_in in = {.district = t->district, .name = "lane", .next = 1};
    locked = q_sequence_put(t->db, &in, err);
  }
  if (locked < 0) return -1;
  int r = q_journal_head(t->db, t->arena, &head, &(struct q_journal_head_in){.district = t->district}, err);
  if (r < 0) return -1;
  s->journal_seq = head.seq;
  if (r == 1 && head.hash.len == HASH_BYTES) memcpy(s->journal_hash, head.hash.data, HASH_BYTES);
  return 0;
}

/* True when the failure is of the kind that passes: another process was writing, the connection was lost. */
static bool passes(const struct error *e) {
  return text_eq(e->code, "store.busy") || text_eq(e->code, "store.away");
}

/* True when it is the database that failed, not the job: the jobs after it would fare no better. */
static bool is_store_trouble(const struct error *e) {
  return passes(e) || text_eq(e->code, "store.disk");
}

/* Takes back what a failed job did. -1 when the database has already taken back more than that: SQLite ends the whole
 * transaction when its disk is full, PostgreSQL when the connection is lost. */
static int undo_job(struct lane_txn *t, struct error *err) {
  if (!db_in_transaction(t->db)) return error_unavailable(err, "store.away", "the transaction was ended");
  return db_rollback_to(t->db, err) < 0 || db_release(t->db, err) < 0 ? -1 : 0;
}

/* Runs one job in its savepoint. Whatever it did is undone when it fails, ids and journal numbers included. -1 when the
 * batch cannot go on: nothing may be run outside its transaction, where it would be committed by itself. */
static int run_job(struct lane_txn *t, struct lane_job *job, struct error *err) {
  struct lane *lane = t->lane;
  struct listener *listeners = lane->listeners;
  struct last_thing **last_end = lane->last_end;
  struct lane_item **sums_end = lane->sums.end;
  lane->before_job = lane->state;
  if (db_savepoint(t->db, err) < 0) return -1;
  if (job->run(t, job->ctx, &job->err) == 0 && job->err.kind == ERR_NONE && db_release(t->db, &job->err) == 0) return 0;
  if (job->err.kind == ERR_NONE) error_fault(&job->err, "store.job", "a job failed without saying why");
  lane->state = lane->before_job;
  lane->listeners = listeners;
  lane->last_end = last_end;
  *last_end = NULL;
  lane->sums.end = sums_end;
  *sums_end = NULL;
  struct error undo = {0};
  bool undone = undo_job(t, &undo) == 0;
  if (undone && !is_store_trouble(&job->err)) return 0;
  *err = is_store_trouble(&job->err) ? job->err : undo;
  return -1;
}

/* Work put off to the end of the batch: once for all jobs, in their order, outside their savepoints. */
struct last_thing {
  struct last_thing *next;
  lane_fn *fn;
  void *ctx;
};

int lane_at_end(struct lane_txn *t, lane_fn *fn, void *ctx) {
  struct last_thing *l = ARENA_NEW(t->arena, struct last_thing);
  *l = (struct last_thing){.fn = fn, .ctx = ctx};
  *t->lane->last_end = l;
  t->lane->last_end = &l->next;
  return 0;
}

static void forget_last_things(struct lane *lane) {
  lane->last_first = NULL;
  lane->last_end = &lane->last_first;
  lane->sums.first = NULL;
  lane->sums.end = &lane->sums.first;
}

static int run_last_things(struct lane_txn *t, struct error *err) {
  for (struct last_thing *l = t->lane->last_first; l; l = l->next)
    if (l->fn(t, l->ctx, err) < 0) return -1;
  return lane_sums_write(t, err);
}

static int run_jobs(struct lane_txn *t, struct lane_job *jobs, struct error *err) {
  for (struct lane_job *j = jobs; j; j = j->next)
    if (run_job(t, j, err) < 0) return -1;
  return 0;
}

static void forget_errors(struct lane_job *jobs) {
  for (struct lane_job *j = jobs; j; j = j->next) error_clear(&j->err);
}

/* All jobs of a batch without savepoints: 0, or 1 when one of them was refused, or -1 when the database failed. */
static int run_bare(struct lane_txn *t, struct lane_job *jobs, struct error *err) {
  for (struct lane_job *j = jobs; j; j = j->next) {
    if (j->run(t, j->ctx, &j->err) == 0 && j->err.kind == ERR_NONE) continue;
    if (j->err.kind == ERR_NONE) error_fault(&j->err, "store.job", "a job failed without saying why");
    if (!is_store_trouble(&j->err)) return 1;
    *err = j->err;
    return -1;
  }
  return 0;
}

/* 0: durable; -1: the database failed; 1: a job was refused, and nothing of the batch was done. */
static int try_batch(struct lane_txn *t, struct lane_job *jobs, struct error *err) {
  forget_last_things(t->lane);
  int r = start_batch(t, err);
  if (r == 0) r = t->lane->careful ? run_jobs(t, jobs, err) : run_bare(t, jobs, err);
  if (r == 0 && run_last_things(t, err) == 0 && keep_counters(t, err) == 0 && db_commit(t->db, err) == 0) return 0;
  db_rollback(t->db);
  t->lane->listeners = NULL;
  return r > 0 ? 1 : -1;
}

/* Those that were refused too: what they were refused for may have been the work of one that is undone now. */
static void fail_all(struct lane_job *jobs, const struct error *why) {
  for (struct lane_job *j = jobs; j; j = j->next) j->err = *why;
}

static void wake_listeners(struct lane *lane) {
  struct listener *l = lane->listeners;
  lane->listeners = NULL;
  for (; l; l = l->next) l->fn(l->ctx);
}

/* Counted before anybody is told, so that who was told sees it counted. */
static void finish_jobs(struct lane *lane, struct lane_job *jobs) {
  int64_t failed = 0, count = 0;
  for (struct lane_job *j = jobs; j; j = j->next, count++) failed += j->err.kind != ERR_NONE;
  pthread_mutex_lock(&lane->lock);
  lane->figures.jobs += count;
  lane->figures.failed += failed;
  lane->figures.batches++;
  if (count > lane->figures.largest_batch) lane->figures.largest_batch = count;
  pthread_mutex_unlock(&lane->lock);
  for (struct lane_job *j = jobs, *next; j; j = next) {
    next = j->next; /* `done` may free the job */
    j->done(j);
  }
}

/* Savepoints cost a fifth of a batch (every page touched is copied for each), and hardly a job is refused. So a batch runs
 * without them first; when a job is refused all is taken back and run again, each job in a savepoint of its own, and so
 * are the next batches. A job that is alone needs no second run. Jobs can be run again: a batch that meets another
 * writer is, too. */
static void run_batch(struct lane *lane, struct lane_job *jobs) {
  struct error err = {0};
  struct lane_txn t = {.db = lane->db, .district = lane->district, .arena = lane->arena, .lane = lane};
  for (int try = 0; try < BUSY_TRIES; try++) {
    error_clear(&err);
    pthread_mutex_lock(&lane->lock);
    t.now = lane->fixed_now ? lane->fixed_now : wall_now();
    pthread_mutex_unlock(&lane->lock);
    int r = try_batch(&t, jobs, &err);
    if (r == 0 || (r > 0 && !jobs->next) || (r < 0 && !passes(&err))) break;
    if (r > 0) lane->careful = CAREFUL_AFTER + 1;
    forget_errors(jobs);
    arena_reset(lane->arena);
  }
  if (err.kind != ERR_NONE) {
    log_event(LOG_ERROR, "batch-failed", "code", err.code, "detail", err.detail, NULL);
    fail_all(jobs, &err);
  }
  if (lane->careful) lane->careful--;
  wake_listeners(lane);
  finish_jobs(lane, jobs);
  arena_reset(lane->arena);
}

/* --- the thread ------------------------------------------------------------------------------------------------- */

/* Takes up to a batchful of waiting jobs, or NULL when closing and nothing waits. */
static struct lane_job *take(struct lane *lane) {
  pthread_mutex_lock(&lane->lock);
  while (!lane->first && !lane->closing) pthread_cond_wait(&lane->some, &lane->lock);
  struct lane_job *jobs = lane->first, *end = jobs;
  int64_t n = jobs ? 1 : 0;
  for (; end && end->next && n < MOST_IN_BATCH; n++) end = end->next;
  if (end) {
    lane->first = end->next;
    if (!lane->first) lane->last = NULL;
    end->next = NULL;
    lane->figures.waiting -= n;
  }
  pthread_mutex_unlock(&lane->lock);
  return jobs;
}

static void *work(void *arg) {
  struct lane *lane = arg;
  for (struct lane_job *jobs; (jobs = take(lane)) != NULL;) run_batch(lane, jobs);
  return NULL;
}

int lane_open(struct lane **out, const char *url, int64_t district, struct error *err) {
  struct db *db = NULL;
  if (db_open(&db, url, DB_WRITER, err) < 0) return -1;
  struct lane *lane = xmalloc(sizeof *lane);
  lane->db = db;
  lane->district = district;
  lane->arena = arena_new(BATCH_ARENA);
  pthread_mutex_init(&lane->lock, NULL);
  pthread_cond_init(&lane->some, NULL);
  if (pthread_create(&lane->thread, NULL, work, lane) != 0) {
    db_close(db);
    arena_free(lane->arena);
    free(lane);
    return error_unavailable(err, "store.thread", "cannot start the lane's thread");
  }
  *out = lane;
  return 0;
}

void lane_close(struct lane *lane) {
  if (!lane) return;
  pthread_mutex_lock(&lane->lock);
  lane->closing = true;
  pthread_cond_signal(&lane->some);
  pthread_mutex_unlock(&lane->lock);
  pthread_join(lane->thread, NULL);
  db_checkpoint(lane->db);
  db_close(lane->db);
  arena_free(lane->arena);
  pthread_mutex_destroy(&lane->lock);
  pthread_cond_destroy(&lane->some);
  free(lane);
}

int lane_submit(struct lane *lane, struct lane_job *job, struct error *err) {
  job->next = NULL;
  error_clear(&job->err);
  pthread_mutex_lock(&lane->lock);
  bool taken = !lane->closing && lane->figures.waiting < MOST_WAITING;
  if (taken) {
    if (lane->last)
      lane->last->next = job;
    else
      lane->first = job;
    lane->last = job;
    lane->figures.waiting++;
    pthread_cond_signal(&lane->some);
  }
  pthread_mutex_unlock(&lane->lock);
  return taken ? 0 : error_unavailable(err, "store.lane-full", "too many jobs wait");
}

struct waiting_call {
  struct lane_job job;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool done;
};

static void call_done(struct lane_job *job) {
  struct waiting_call *call = (struct waiting_call *)job;
  pthread_mutex_lock(&call->lock);
  call->done = true;
  pthread_cond_signal(&call->changed);
  pthread_mutex_unlock(&call->lock);
}

int lane_call(struct lane *lane, lane_fn *run, void *ctx, struct error *err) {
  struct waiting_call call = {.job = {.run = run, .ctx = ctx, .done = call_done}};
  pthread_mutex_init(&call.lock, NULL);
  pthread_cond_init(&call.changed, NULL);
  int r = lane_submit(lane, &call.job, err);
  if (r == 0) {
    pthread_mutex_lock(&call.lock);
    while (!call.done) pthread_cond_wait(&call.changed, &call.lock);
    pthread_mutex_unlock(&call.lock);
    if (call.job.err.kind != ERR_NONE) {
      if (err->kind == ERR_NONE) *err = call.job.err;
      r = -1;
    }
  }
  pthread_mutex_destroy(&call.lock);
  pthread_cond_destroy(&call.changed);
  return r;
}

void lane_after_commit(struct lane_txn *t, void (*fn)(void *ctx), void *ctx) {
  struct listener *l = ARENA_NEW(t->arena, struct listener);
  *l = (struct listener){.next = t->lane->listeners, .fn = fn, .ctx = ctx};
  t->lane->listeners = l;
}

void lane_figures(struct lane *lane, struct lane_figures *out) {
  pthread_mutex_lock(&lane->lock);
  *out = lane->figures;
  pthread_mutex_unlock(&lane->lock);
}

void lane_set_now(struct lane *lane, time_ms now) {
  pthread_mutex_lock(&lane->lock);
  lane->fixed_now = now;
  pthread_mutex_unlock(&lane->lock);
}
