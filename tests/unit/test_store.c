/* store: the door, the lane, the journal, idempotency keys, search. On SQLite and on PostgreSQL. */
#include "dbtest.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "store/db_internal.h"

static void every_statement_prepares(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct db *db;
  DB_OK(db_open(&db, t->url, DB_WRITER, &err), &err);
  DB_OK(db_prepare_all(db, &err), &err);
  assert_int_equal(db_is_current(db, &err), 1);
  db_close(db);
}

static int add_entry(struct lane_txn *t, void *ctx, struct error *err) {
  const char *data = ctx;
  int64_t id;
  if (lane_next(t, "thing", &id, err) < 0) return -1;
  struct journal_entry e = {"system", "test.add", "thing", id, data};
  if (journal_append(t, &e, NULL, err) < 0) return -1;
  if (strcmp(data, "{\"fail\":1}") == 0) return error_set(err, ERR_CONFLICT, "test.told-to", NULL, NULL);
  return 0;
}

static int run_lane(struct dbtest *t, lane_fn *fn, const char *text, struct error *err) {
  char *copy = arena_strdup(t->arena, text);
  return lane_call(t->lane, fn, copy, err);
}

static int64_t head_seq(struct dbtest *t) {
  struct q_journal_head_out head = {0};
  struct error err = {0};
  DB_OK(q_journal_head(t->db, t->arena, &head, &(struct q_journal_head_in){.district = DBTEST_DISTRICT}, &err), &err);
  return head.seq;
}

static void a_failed_job_leaves_nothing_behind(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  DB_OK(run_lane(t, add_entry, "{}", &err), &err);
  assert_int_equal(run_lane(t, add_entry, "{\"fail\":1}", &err), -1);
  assert_string_equal(err.code, "test.told-to");
  error_clear(&err);
  DB_OK(run_lane(t, add_entry, "{}", &err), &err);
  assert_int_equal(head_seq(t), 2); /* numbers stay dense */
  struct q_journal_of_subject_out *rows;
  size_t n;
  struct q_journal_of_subject_in in = {.district = DBTEST_DISTRICT, .subject = "thing", .subject_id = 2};
  DB_OK(q_journal_of_subject(t->db, t->arena, &rows, &n, &in, &err), &err);
  assert_int_equal(n, 1);
}

static struct journal_report verify(struct dbtest *t) {
  struct journal_report report;
  struct error err = {0};
  DB_OK(journal_verify(t->db, DBTEST_DISTRICT, &report, NULL, NULL, &err), &err);
  return report;
}

static void tamper(struct dbtest *t, const char *sql) {
  struct error err = {0};
  struct db *db;
  DB_OK(db_open(&db, t->url, DB_WRITER, &err), &err);
  DB_OK(db->driver->script(db, sql, &err), &err);
  db_close(db);
}

static int checkpoint_now(struct lane_txn *t, void *ctx, struct error *err) {
  return journal_checkpoint(t, ctx, err);
}

static void fill(struct dbtest *t, int n) {
  struct error err = {0};
  char data[40];
  for (int i = 0; i < n; i++) {
    snprintf(data, sizeof data, "{\"n\":%d}", i);
    DB_OK(lane_call(t->lane, add_entry, data, &err), &err);
  }
}

static void verify_finds_a_changed_byte(void **state) {
  struct dbtest *t = dbtest_of(state);
  fill(t, 20);
  assert_int_equal(verify(t).bad_seq, 0);
  assert_int_equal(verify(t).entries, 20);
  tamper(t, "UPDATE journal SET data = '{\"n\":6 }' WHERE seq = 7");
  assert_int_equal(verify(t).bad_seq, 7);
  assert_string_equal(verify(t).code, "journal.changed");
}

static void verify_finds_a_missing_entry(void **state) {
  struct dbtest *t = dbtest_of(state);
  fill(t, 20);
  tamper(t, "DELETE FROM journal WHERE seq = 11");
  assert_int_equal(verify(t).bad_seq, 11);
  assert_string_equal(verify(t).code, "journal.missing");
}

static void verify_finds_swapped_entries(void **state) {
  struct dbtest *t = dbtest_of(state);
  fill(t, 20);
  tamper(t, "UPDATE journal SET seq = 1000 WHERE seq = 4");
  tamper(t, "UPDATE journal SET seq = 4 WHERE seq = 5");
  tamper(t, "UPDATE journal SET seq = 5 WHERE seq = 1000");
  assert_int_equal(verify(t).bad_seq, 4);
}

static void verify_finds_a_cut_tail_by_its_checkpoint(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct journal_key key;
  struct error err = {0};
  char dir[] = "/tmp/tongxin-key-XXXXXX", path[80];
  assert_non_null(mkdtemp(dir));
  DB_OK(journal_key_load(&key, dir, &err), &err);
  fill(t, 10);
  DB_OK(lane_call(t->lane, checkpoint_now, &key, &err), &err);
  fill(t, 2);
  assert_int_equal(verify(t).bad_seq, 0);
  assert_int_equal(verify(t).checkpoints, 1);
  tamper(t, "DELETE FROM journal WHERE seq >= 10");
  assert_int_equal(verify(t).bad_seq, 10);
  assert_string_equal(verify(t).code, "journal.cut-off");
  struct journal_key again;
  DB_OK(journal_key_load(&again, dir, &err), &err);
  assert_memory_equal(key.public, again.public, sizeof key.public);
  snprintf(path, sizeof path, "%s/journal.key", dir);
  unlink(path);
  snprintf(path, sizeof path, "%s/journal.pub", dir);
  unlink(path);
  rmdir(dir);
}

static void a_rewritten_chain_is_found_by_its_checkpoint(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct journal_key key;
  struct error err = {0};
  crypto_sign_keypair(key.public, key.secret);
  fill(t, 3);
  DB_OK(lane_call(t->lane, checkpoint_now, &key, &err), &err);
  /* the whole last line made anew with a right hash, as somebody with the database could */
  struct q_journal_page_out *rows;
  size_t n;
  struct q_journal_page_in in = {.district = DBTEST_DISTRICT, .before = 100, .count = 2};
  DB_OK(q_journal_page(t->db, t->arena, &rows, &n, &in, &err), &err);
  struct journal_entry forged = {rows[0].actor, rows[0].action, rows[0].subject, rows[0].subject_id, "{\"n\":99}"};
  unsigned char hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1], sql[400];
  journal_hash(hash, DBTEST_DISTRICT, 3, rows[0].at, &forged, rows[1].hash.data);
  text_hex(hex, hash, sizeof hash);
  snprintf(sql, sizeof sql,
           db_is_postgresql(t->db) ? "UPDATE journal SET data = '{\"n\":99}', hash = '\\x%s' WHERE seq = 3"
                                   : "UPDATE journal SET data = '{\"n\":99}', hash = x'%s' WHERE seq = 3",
           hex);
  tamper(t, sql);
  assert_int_equal(verify(t).bad_seq, 3);
  assert_string_equal(verify(t).code, "journal.checkpoint-mismatch");
}

enum { THREADS = 4, JOBS = 200 };

static void *submit_many(void *arg) {
  struct dbtest *t = arg;
  for (int i = 0; i < JOBS; i++) {
    struct error err = {0};
    char good[] = "{}", bad[] = "{\"fail\":1}";
    lane_call(t->lane, add_entry, i % 10 == 9 ? bad : good, &err);
  }
  return NULL;
}

static void many_threads_share_one_lane(void **state) {
  struct dbtest *t = dbtest_of(state);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, submit_many, t);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  struct lane_figures f;
  lane_figures(t->lane, &f);
  assert_int_equal(f.jobs, THREADS * JOBS);
  assert_int_equal(f.failed, THREADS * JOBS / 10);
  assert_int_equal(head_seq(t), THREADS * JOBS * 9 / 10);
  assert_int_equal(verify(t).bad_seq, 0);
}

static void two_servers_share_one_district(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct dbtest other = *t;
  pthread_t a, b;
  DB_OK(lane_open(&other.lane, t->url, DBTEST_DISTRICT, &err), &err);
  pthread_create(&a, NULL, submit_many, t);
  pthread_create(&b, NULL, submit_many, &other);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  lane_close(other.lane);
  assert_int_equal(head_seq(t), 2 * JOBS * 9 / 10);
  assert_int_equal(verify(t).bad_seq, 0);
}

static int use_key(struct lane_txn *t, void *ctx, struct error *err) {
  const char *request = ctx, *reply;
  struct bytes r = {(const unsigned char *)request, strlen(request)};
  int64_t id;
  int found = once_find(t, "phone", "k1", r, &id, &reply, err);
  if (found < 0) return -1;
  if (found) {
    if (strcmp(reply, "{\"code\":\"A1\"}") != 0 || id != 7) return error_fault(err, "store.job", "wrong reply");
    return 0;
  }
  return once_keep(t, "phone", "k1", r, 7, "{\"code\":\"A1\"}", err);
}

static void a_key_gives_the_first_answer_again(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  DB_OK(run_lane(t, use_key, "report one", &err), &err);
  DB_OK(run_lane(t, use_key, "report one", &err), &err);
  assert_int_equal(run_lane(t, use_key, "report two", &err), -1);
  assert_string_equal(err.code, "store.once-differs");
}

static void text_is_cut_into_pairs(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 1000);
  search_tokens(&b, "电梯坏了,3号楼ＬＥＤ灯Abc");
  assert_string_equal(b.data, "电梯 梯坏 坏了 了 3 号楼 楼 led 灯 abc");
  buf_free(&b);
  struct arena *a = arena_new(10000);
  assert_string_equal(search_query(a, "电梯坏", false), "\"电梯\" + \"梯坏\"");
  assert_string_equal(search_query(a, "电", false), "\"电\"*");
  assert_string_equal(search_query(a, "电梯 3号", true), "'电梯' & '3' & '号':*");
  assert_null(search_query(a, " ,。!", false));
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(every_statement_prepares),
      DB_TEST(a_failed_job_leaves_nothing_behind),
      DB_TEST(verify_finds_a_changed_byte),
      DB_TEST(verify_finds_a_missing_entry),
      DB_TEST(verify_finds_swapped_entries),
      DB_TEST(verify_finds_a_cut_tail_by_its_checkpoint),
      DB_TEST(a_rewritten_chain_is_found_by_its_checkpoint),
      DB_TEST(many_threads_share_one_lane),
      DB_TEST(two_servers_share_one_district),
      DB_TEST(a_key_gives_the_first_answer_again),
      cmocka_unit_test(text_is_cut_into_pairs),
  };
  return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
