/* What many matters cost: a page of a list reads its page and no more, and counters that a whole batch moves are written
 * once. */
#include "dbtest.h"

#include <stdio.h>
#include <string.h>

#include "matter/list.h"
#include "store/db_internal.h"

#define ON_SQLITE(fn) cmocka_unit_test_setup_teardown(fn, dbtest_sqlite, dbtest_end)

/* --- lists ------------------------------------------------------------------------------------------------------ */

enum { FEW = 400, MANY = 8000, STREETS = 5, GRIDS = 20, ORGS = 4, SMALL_ORG = 90 };

/* Matters FROM to TO, spread over places, categories and departments; one of fifty is open. */
static void add_matters(struct dbtest *t, int from, int to) {
  static const char matters[] =
      "WITH RECURSIVE k (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM k WHERE n < %d) INSERT INTO matter (district, id, code,"
      " procedure, version, main, stage, phase, outcome, summary, source, category, condition_no, urgency, street, community,"
      " grid, building, stairwell, to_be_placed, lon, lat, cell, address, opened, updated, closed, due, warn_at, shown_due,"
      " confidential, sealed, public, card, reporters, returns, reworks, urges, reopens, extensions, late, merged_into,"
      " origin, relapse_of, org, last_step, facts) SELECT %d, n, 'code-' || n, CASE n %% 40 WHEN 0 THEN 'rare' ELSE 'usual' END,"
      " 0, n, 'x', CASE n %% 50 WHEN 0 THEN 0 ELSE 9 END, CASE n %% 50 WHEN 0 THEN 0 ELSE 1 END, 'what', CASE n %% 30"
      " WHEN 0 THEN 'patrol' ELSE 'public' END, 's/k/0' || (n %% 3) || (n %% 7), 0, '', n %% %d + 1, n %% %d + 100,"
      " n %% %d + 1000, n %% 20 + 5000, n %% 40 + 6000, n %% 150 = 0, 102.0, 38.0, n %% 500, '', n * 1000, n * 1000,"
      " CASE n %% 50 WHEN 0 THEN NULL ELSE n * 1000 + 5 END, CASE n %% 50 WHEN 0 THEN n * 1000 + 5 ELSE NULL END,"
      " CASE n %% 50 WHEN 0 THEN n * 1000 + 1 ELSE NULL END, NULL, 0, 0, 1, 0, 1, 0, 0, 0, n %% 100 = 7, 0, 0, NULL, NULL,"
      " CASE n %% 90 WHEN 5 THEN 1 ELSE NULL END, 0, 1, 0 FROM k";
  static const char parts[] =
      "WITH RECURSIVE k (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM k WHERE n < %d) INSERT INTO matter_org (district, org,"
      " opened, matter) SELECT %d, CASE n %% 97 WHEN 0 THEN %d ELSE n %% %d + 1 END, n * 1000, n FROM k";
  struct error err = {0};
  struct db *db;
  char sql[4000];
  DB_OK(db_open(&db, t->url, DB_WRITER, &err), &err);
  snprintf(sql, sizeof sql, matters, from, to, DBTEST_DISTRICT, STREETS, GRIDS, GRIDS);
  DB_OK(db->driver->script(db, sql, &err), &err);
  snprintf(sql, sizeof sql, parts, from, to, DBTEST_DISTRICT, SMALL_ORG, ORGS);
  DB_OK(db->driver->script(db, sql, &err), &err);
  db_close(db);
}

/* Steps of SQLite's machine for one page, the second time it is asked for. */
static int64_t cost(struct dbtest *t, struct list_filter filter, const struct scope_arm *arm) {
  static const struct world world = {.district = DBTEST_DISTRICT};
  struct scope scope = {.count = 1};
  struct list_row *rows;
  struct error err = {0};
  size_t n = 0;
  int64_t before = 0;
  scope.arm[0] = arm ? *arm : (struct scope_arm){.kind = SCOPE_DISTRICT, .confidential = true};
  filter.scope = &scope;
  for (int i = 0; i < 2; i++) {
    before = t->db->steps;
    DB_OK(matter_list(&rows, &n, NULL, t->db, t->arena, &world, &filter, (time_ms)MANY * 1000, &err), &err);
  }
  assert_true(n > 0);
  return t->db->steps - before;
}

static const struct list_filter asked[] = {
    {0},
    {.only_open = true},
    {.late = true, .only_open = true, .order = LIST_SOONEST},
    {.order = LIST_CHANGED},
    {.phases = true, .phase_from = 9, .phase_to = 9},
    {.street = 2},
    {.community = 103},
    {.grid = 1007},
    {.grid = 1007, .phases = true, .phase_from = 9, .phase_to = 9},
    {.procedure = "rare"},
    {.category = "s/k/012"},
    {.major = "s/k/01"},
    {.source = "patrol"},
    {.placeless = true},
    {.reopened = true},
    {.relapsed = true},
    {.from = 100 * 1000, .to = 200 * 1000},
    {.org = 2},
    {.org = 2, .phases = true, .phase_from = 9, .phase_to = 9},
    {.org = 2, .from = 100 * 1000, .to = 200 * 1000},
    {.at = 300 * 1000, .at_id = 300},
    {.org = 2, .at = 300 * 1000, .at_id = 300},
};
static const struct scope_arm arms[] = {{.kind = SCOPE_STREET, .id = 2},    {.kind = SCOPE_COMMUNITY, .id = 103},
                                        {.kind = SCOPE_GRID, .id = 1007},   {.kind = SCOPE_BUILDING, .id = 5003},
                                        {.kind = SCOPE_STAIRWELL, .id = 6003}, {.kind = SCOPE_ORG, .id = 3}};
enum { ASKED = sizeof asked / sizeof *asked, ARMS = sizeof arms / sizeof *arms };

static void a_page_of_a_list_costs_the_same_among_twenty_times_as_many(void **state) {
  struct dbtest *t = dbtest_of(state);
  int64_t few[ASKED + ARMS];
  add_matters(t, 1, FEW);
  for (int i = 0; i < ASKED; i++) few[i] = cost(t, asked[i], NULL);
  for (int i = 0; i < ARMS; i++) few[ASKED + i] = cost(t, (struct list_filter){0}, &arms[i]);
  add_matters(t, FEW + 1, MANY);
  for (int i = 0; i < ASKED + ARMS; i++) {
    int64_t many = i < ASKED ? cost(t, asked[i], NULL) : cost(t, (struct list_filter){0}, &arms[i - ASKED]);
    /* A page that was not full among few is full among many: up to thirty-one rows of about sixty steps more. */
    if (many > few[i] + few[i] / 2 + 2500)
      fail_msg("list %d: %lld steps among few, %lld among many", i, (long long)few[i], (long long)many);
  }
}

/* Less than one row in eighty is this organisation's: its list is read whole, not looked for among all. */
static void an_organisation_with_few_matters_does_not_wait_for_all_others(void **state) {
  struct dbtest *t = dbtest_of(state);
  add_matters(t, 1, MANY);
  struct list_filter rare = {.org = SMALL_ORG, .procedure = "usual", .source = "public"};
  assert_in_range(cost(t, rare, NULL), 1, 15000);
}

/* --- sums -------------------------------------------------------------------------------------------------------- */

struct adding {
  int64_t day, n;
};

static int adding_compare(const void *a, const void *b) {
  const struct adding *x = a, *y = b;
  return (x->day > y->day) - (x->day < y->day);
}

static void adding_more(void *into, const void *more) {
  ((struct adding *)into)->n += ((const struct adding *)more)->n;
}

static int64_t written[10];
static int writes;

static int adding_write(struct lane_txn *t, const void *item, struct error *err) {
  const struct adding *a = item;
  (void)t;
  (void)err;
  written[a->day] += a->n;
  writes++;
  return 0;
}

static const struct lane_sum kind = {adding_compare, adding_more, adding_write};

static void one_more(struct lane_txn *t, int64_t day) {
  struct adding *a = ARENA_NEW(t->arena, struct adding);
  *a = (struct adding){day, 1};
  lane_sum(t, &kind, a);
}

static int add_days(struct lane_txn *t, void *ctx, struct error *err) {
  const bool *fails = ctx;
  for (int i = 0; i < 6; i++) one_more(t, i % 2);
  if (*fails) return error_set(err, ERR_INPUT, "test.refused", NULL, NULL);
  return 0;
}

static void a_counter_is_written_once_for_a_batch_and_not_at_all_for_a_job_that_fails(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  bool no = false, yes = true;
  writes = 0;
  memset(written, 0, sizeof written);
  DB_OK(lane_call(t->lane, add_days, &no, &err), &err);
  assert_int_equal(writes, 2);
  assert_int_equal(written[0], 3);
  assert_int_equal(written[1], 3);
  assert_int_equal(lane_call(t->lane, add_days, &yes, &err), -1);
  assert_int_equal(writes, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      ON_SQLITE(a_page_of_a_list_costs_the_same_among_twenty_times_as_many),
      ON_SQLITE(an_organisation_with_few_matters_does_not_wait_for_all_others),
      DB_TEST(a_counter_is_written_once_for_a_batch_and_not_at_all_for_a_job_that_fails),
  };
  return cmocka_run_group_tests_name("many", tests, NULL, NULL);
}
