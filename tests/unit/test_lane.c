/* The lane when the database fails under it: a full disk, a lost connection. Whoever was told "done" finds it done,
 * whoever was told "no" finds nothing of it, and the next batch works. */
#include "dbtest.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "store/db_internal.h"

#define ON_SQLITE(fn) cmocka_unit_test_setup_teardown(fn, dbtest_sqlite, dbtest_end)
#define ON_POSTGRESQL(fn) cmocka_unit_test_setup_teardown(fn, dbtest_postgresql, dbtest_end)

enum { JOBS = 3 };

/* Jobs handed in together, so that they are one batch. The first thing the lane does is wait at the gate. */
struct party {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool open, somebody_waits;
  int left, runs;
};

struct guest {
  struct lane_job job;
  struct party *party;
  const char *trouble; /* SQL run in the middle of the job, or NULL */
  bool fails_after;    /* and then says that it failed, as a job does whose statement met the trouble */
};

static void party_start(struct party *p, int guests) {
  *p = (struct party){.left = guests};
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->changed, NULL);
}

static void party_end(struct party *p) {
  pthread_mutex_lock(&p->lock);
  p->open = true;
  pthread_cond_broadcast(&p->changed);
  while (p->left) pthread_cond_wait(&p->changed, &p->lock);
  pthread_mutex_unlock(&p->lock);
  pthread_mutex_destroy(&p->lock);
  pthread_cond_destroy(&p->changed);
}

static void leave(struct lane_job *job) {
  struct party *p = ((struct guest *)job)->party;
  pthread_mutex_lock(&p->lock);
  p->left--;
  pthread_cond_broadcast(&p->changed);
  pthread_mutex_unlock(&p->lock);
}

static int wait_at_gate(struct lane_txn *t, void *ctx, struct error *err) {
  struct party *p = ((struct guest *)ctx)->party;
  (void)t;
  (void)err;
  pthread_mutex_lock(&p->lock);
  p->somebody_waits = true;
  pthread_cond_broadcast(&p->changed);
  while (!p->open) pthread_cond_wait(&p->changed, &p->lock);
  pthread_mutex_unlock(&p->lock);
  return 0;
}

/* Until the lane is at the gate, and so has taken it alone: what is handed in from now on is the next batch. */
static void see_it_wait(struct party *p) {
  pthread_mutex_lock(&p->lock);
  while (!p->somebody_waits) pthread_cond_wait(&p->changed, &p->lock);
  pthread_mutex_unlock(&p->lock);
}

static int add(struct lane_txn *t, const char *data, struct error *err) {
  int64_t id;
  if (lane_next(t, "thing", &id, err) < 0) return -1;
  struct journal_entry e = {"system", "test.add", "thing", id, data};
  return journal_append(t, &e, NULL, err);
}

static int write_some(struct lane_txn *t, void *ctx, struct error *err) {
  struct guest *g = ctx;
  g->party->runs++;
  if (add(t, "{}", err) < 0) return -1;
  if (g->trouble && t->db->driver->script(t->db, g->trouble, err) < 0 && !g->fails_after) return -1;
  if (g->fails_after) return error_unavailable(err, "store.disk", "as told");
  return g->trouble ? add(t, "{\"after\":1}", err) : 0;
}

static int64_t entries(struct dbtest *t) {
  struct journal_report report;
  struct error err = {0};
  DB_OK(journal_verify(t->db, DBTEST_DISTRICT, &report, NULL, NULL, &err), &err);
  assert_int_equal(report.bad_seq, 0);
  return report.entries;
}

/* The gate, then three jobs as one batch, the second with `trouble`. Their errors are left in `g`. */
static int run_batch(struct dbtest *t, struct guest g[JOBS + 1], const char *trouble, bool fails_after) {
  struct party party;
  struct error err = {0};
  party_start(&party, JOBS + 1);
  for (int i = 0; i <= JOBS; i++) {
    g[i] = (struct guest){.job = {.run = i ? write_some : wait_at_gate, .done = leave, .ctx = &g[i]}, .party = &party};
    if (i == 2) g[i].trouble = trouble, g[i].fails_after = fails_after;
    DB_OK(lane_submit(t->lane, &g[i].job, &err), &err);
    if (i == 0) see_it_wait(&party);
  }
  party_end(&party);
  return party.runs;
}

static void works_again(struct dbtest *t, int64_t before) {
  struct guest g[JOBS + 1];
  run_batch(t, g, NULL, false);
  for (int i = 1; i <= JOBS; i++) assert_int_equal(g[i].job.err.kind, ERR_NONE);
  assert_int_equal(entries(t), before + JOBS);
}

/* ROLLBACK stands for what SQLite does by itself when it cannot write: the whole transaction is gone, not the job's
 * part of it. A savepoint opened after that would be a transaction of its own. */
static void a_transaction_that_ends_by_itself_fails_the_whole_batch(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct guest g[JOBS + 1];
  run_batch(t, g, "ROLLBACK", true);
  for (int i = 1; i <= JOBS; i++) assert_string_equal(g[i].job.err.code, "store.disk");
  assert_int_equal(entries(t), 0);
  works_again(t, 0);
}

/* Pages run out in the middle of the second job. */
static void a_full_disk_loses_nothing_and_halves_nothing(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct guest g[JOBS + 1];
  struct error err = {0};
  works_again(t, 0);
  run_batch(t, g, "PRAGMA max_page_count = 1; CREATE TABLE too_much (x text); INSERT INTO too_much VALUES (zeroblob(9999999))",
            false);
  for (int i = 1; i <= JOBS; i++) assert_string_equal(g[i].job.err.code, "store.disk");
  assert_int_equal(entries(t), JOBS);
  lane_close(t->lane);
  DB_OK(lane_open(&t->lane, t->url, DBTEST_DISTRICT, &err), &err);
  works_again(t, JOBS);
}

/* PostgreSQL ends the connection in the middle of the second job. */
static void a_connection_lost_again_and_again_fails_the_batch_and_keeps_nothing(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct guest g[JOBS + 1];
  struct error err = {0};
  /* Ends its own connection unless somebody with a certain name is connected. */
  const char *end_once =
      "SELECT CASE WHEN (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'done before') = 0 "
      "THEN pg_terminate_backend(pg_backend_pid()) END";
  struct db *mark = NULL;
  run_batch(t, g, end_once, false);
  /* Every try met the end of its connection: all are told so, nothing is kept. */
  for (int i = 1; i <= JOBS; i++) assert_string_equal(g[i].job.err.code, "store.away");
  assert_int_equal(entries(t), 0);
  char url[700];
  snprintf(url, sizeof url, "%s%sapplication_name=done%%20before", t->url, strchr(t->url, '?') ? "&" : "?");
  DB_OK(db_open(&mark, url, DB_READER, &err), &err);
  run_batch(t, g, end_once, false);
  for (int i = 1; i <= JOBS; i++) assert_int_equal(g[i].job.err.kind, ERR_NONE);
  assert_int_equal(entries(t), JOBS + 1);
  db_close(mark);
}

/* A job that hides an error from the database: PostgreSQL would answer its COMMIT with a quiet ROLLBACK. */
static int hide_an_error(struct lane_txn *t, void *ctx, struct error *err) {
  struct error hidden = {0};
  (void)ctx;
  if (add(t, "{}", err) < 0) return -1;
  t->db->driver->script(t->db, "SELECT no_such_column", &hidden);
  return 0;
}

static void a_job_that_hides_an_error_is_not_acknowledged_unless_it_was_kept(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  int r = lane_call(t->lane, hide_an_error, NULL, &err);
  assert_int_equal(entries(t), r == 0 ? 1 : 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(a_transaction_that_ends_by_itself_fails_the_whole_batch),
      ON_SQLITE(a_full_disk_loses_nothing_and_halves_nothing),
      ON_POSTGRESQL(a_connection_lost_again_and_again_fails_the_batch_and_keeps_nothing),
      DB_TEST(a_job_that_hides_an_error_is_not_acknowledged_unless_it_was_kept),
  };
  return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
