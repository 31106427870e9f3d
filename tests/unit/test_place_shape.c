/* place: coordinates, exact shapes, GeoJSON and what is wrong with it, overlaps and gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/base.h"
#include "base/csv.h"
#include "place/coord.h"
#include "place/finding.h"
#include "place/geojson.h"
#include "place/overlay.h"
#include "place/plate.h"
#include "place/shape.h"

static struct arena *arena;
static struct place_shape nation;

static int set_up(void **state) {
  (void)state;
  struct error err = {0};
  static char text[10000];
  arena = arena_new(512 << 20);
  FILE *f = fopen("catalogues/nation-bound.geojson", "r");
  if (f == NULL) return -1;
  size_t n = fread(text, 1, sizeof text, f);
  fclose(f);
  return place_nation_read(&nation, arena, text, n, &err);
}

static int tear_down(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

/* The path of a shared data file, or a skip that says what is missing. */
static const char *shared(const char *name) {
  const char *root = getenv("TONGXIN_SHARED");
  const char *path = arena_printf(arena, "%s/data/%s", root != NULL ? root : "../shared", name);
  FILE *f = fopen(path, "r");
  if (f == NULL) {
    print_message("# skipped: no shared data at %s\n", path);
    skip();
    return NULL;
  }
  fclose(f);
  return path;
}

/* ---- coordinates ---- */

static struct lonlat pair(char **field, int at) {
  struct lonlat p = {0, 0};
  assert_true(text_to_real(field[at], &p.lon));
  assert_true(text_to_real(field[at + 1], &p.lat));
  return p;
}

static void near(struct lonlat a, struct lonlat b, double degrees) {
  assert_true(fabs(a.lon - b.lon) <= degrees);
  assert_true(fabs(a.lat - b.lat) <= degrees);
}

static void every_way_between_the_three_systems_agrees_with_332_cities(void **state) {
  (void)state;
  const double fixture = 7.3e-6 + 1e-7; /* what the formula and the file differ by, and the rounding of the file */
  struct csv *c = NULL;
  struct csv_row row;
  struct error err = {0};
  const char *path = shared("coordinates/wgs84_gcj02_bd09_china_cities.csv");
  if (path == NULL) return;
  assert_int_equal(csv_open(&c, arena, path, NULL, &err), 0);
  assert_int_equal(csv_read_header(c, &err), 0);
  int cities = 0;
  while (csv_next(c, &row, &err) == 1) {
    struct lonlat p[3] = {pair(row.field, 1), pair(row.field, 3), pair(row.field, 5)};
    for (int from = 0; from < 3; from++) {
      for (int to = 0; to < 3; to++) {
        struct lonlat there = place_coord_convert(p[from], (enum place_crs)from, (enum place_crs)to);
        near(there, p[to], fixture);
        near(place_coord_convert(there, (enum place_crs)to, (enum place_crs)from), p[from], 1e-9);
      }
    }
    cities++;
  }
  assert_int_equal(err.kind, ERR_NONE);
  assert_int_equal(cities, 332);
}

static void far_from_the_country_the_shift_is_nothing(void **state) {
  (void)state;
  struct lonlat boston = {-71.06, 42.36};
  near(place_coord_convert(boston, CRS_WGS84, CRS_GCJ02), boston, 0);
  near(place_coord_convert(boston, CRS_GCJ02, CRS_WGS84), boston, 0);
}

static void a_coordinate_system_has_one_of_three_names(void **state) {
  (void)state;
  enum place_crs crs = CRS_WGS84;
  struct error err = {0};
  assert_int_equal(place_crs_parse(&crs, "GCJ-02", &err), 0);
  assert_int_equal(crs, CRS_GCJ02);
  assert_int_equal(place_crs_parse(&crs, "mercator", &err), -1);
  assert_string_equal(err.code, "place.crs");
}

static void a_minute_of_latitude_is_a_sea_mile(void **state) {
  (void)state;
  struct lonlat a = {102.19, 38.5}, b = {102.19, 38.5 + 1.0 / 60};
  assert_true(fabs(place_coord_distance(a, b) - 1850.0) < 1.0);
  struct lonlat beijing = {116.3913, 39.9075}, shanghai = {121.4737, 31.2304};
  assert_true(fabs(place_coord_distance(beijing, shanghai) - 1068000) < 6000);
}

/* ---- shapes ---- */

static struct place_shape shape_of(const char *geometry) {
  struct place_shape s;
  struct error err = {0};
  assert_int_equal(place_shape_parse(&s, arena, geometry, &err), 0);
  return s;
}

static const char SQUARE_WITH_HOLE[] =
    "{\"type\":\"Polygon\",\"coordinates\":[[[102,38],[102.01,38],[102.01,38.01],[102,38.01],[102,38]],"
    "[[102.004,38.004],[102.006,38.004],[102.006,38.006],[102.004,38.006],[102.004,38.004]]]}";

static void a_point_is_inside_outside_or_exactly_on_the_border(void **state) {
  (void)state;
  struct place_shape s = shape_of(SQUARE_WITH_HOLE);
  const struct {
    double lon, lat;
    enum place_side side;
  } cases[] = {{102.002, 38.002, SIDE_INSIDE},   {102.005, 38.005, SIDE_OUTSIDE}, {102, 38, SIDE_BORDER},
               {102.01, 38.005, SIDE_BORDER},    {102.005, 38.01, SIDE_BORDER},   {102.004, 38.005, SIDE_BORDER},
               {102.0100001, 38.005, SIDE_OUTSIDE}, {102.0099999, 38.005, SIDE_INSIDE},
               {102.002, 38.004, SIDE_INSIDE},   {101.9, 38, SIDE_OUTSIDE},       {102.005, 38.006, SIDE_BORDER}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct place_point p = place_point_make((struct lonlat){cases[i].lon, cases[i].lat});
    assert_int_equal(place_shape_side(&s, p), cases[i].side);
  }
}

static void area_centre_and_distance_are_in_metres(void **state) {
  (void)state;
  struct place_shape s = shape_of(SQUARE_WITH_HOLE);
  double mx, my;
  place_coord_scale(&mx, &my, 38.005);
  double expected = 0.01 * mx * 0.01 * my * 0.96;
  assert_true(fabs(place_shape_area(&s) / expected - 1) < 1e-6);
  near(place_shape_centre(&s), (struct lonlat){102.005, 38.005}, 1e-9);
  struct lonlat inside = place_shape_inside(&s);
  assert_int_equal(place_shape_side(&s, place_point_make(inside)), SIDE_INSIDE);
  double d = place_shape_distance(&s, place_point_make((struct lonlat){102.02, 38.005}));
  assert_true(fabs(d - 0.01 * mx) < 0.5);
  assert_true(fabs(place_box_distance(&s.box, place_point_make((struct lonlat){102.02, 38.005})) - d) < 0.01);
}

static void a_shape_written_reads_back_the_same(void **state) {
  (void)state;
  const char *texts[] = {SQUARE_WITH_HOLE,
                         "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[102,38],[102.01,38],[102.01,38.01],[102,38]]],"
                         "[[[103,38],[103.01,38],[103.01,38.0123457],[103,38]]]]}"};
  for (int i = 0; i < 2; i++) {
    struct place_shape s = shape_of(texts[i]);
    struct buf b;
    struct json j;
    buf_init(&b, 10000);
    json_start(&j, &b);
    place_shape_write(&j, &s);
    struct place_shape again = shape_of(b.data);
    assert_int_equal(again.rings, s.rings);
    assert_memory_equal(again.polygon, s.polygon, (size_t)s.rings * sizeof *s.polygon);
    for (int r = 0; r < s.rings; r++) {
      assert_int_equal(again.ring[r].count, s.ring[r].count);
      assert_memory_equal(again.ring[r].point, s.ring[r].point, (size_t)s.ring[r].count * sizeof *s.ring[r].point);
    }
    buf_free(&b);
  }
}

/* ---- GeoJSON ---- */

static struct place_features features;
static struct place_findings found;
static struct error error;

static int read_text(const char *text, enum place_crs crs) {
  struct place_geojson_options options = {.crs = crs, .nation = &nation};
  place_findings_start(&found, arena, 0);
  error_clear(&error);
  return place_geojson_read(&features, arena, text, strlen(text), &options, &found, &error);
}

/* Reads one feature with the given coordinates and expects exactly one finding, of this code. */
static void one_finding(const char *coordinates, const char *code) {
  const char *text = arena_printf(arena,
                                  "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
                                  "{\"name\":\"某网格\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":%s}}]}",
                                  coordinates);
  assert_int_equal(read_text(text, CRS_WGS84), 0);
  assert_int_equal(found.errors, 1);
  assert_string_equal(found.item[0].code, code);
  assert_int_equal(found.item[0].feature, 1);
  assert_string_equal(found.item[0].name, "某网格");
}

static void every_fault_of_a_ring_is_found_by_name(void **state) {
  (void)state;
  one_finding("[[[102,38],[102.01,38],[102,38]]]", "place.ring.short");
  one_finding("[]", "place.ring.short");
  one_finding("[[[102,38],[102,38],[102.01,38],[102.01,38],[102,38]]]", "place.ring.short");
  one_finding("[[[102,38],[102.01,38],[102.01,38.01],[102,38.01]]]", "place.ring.open");
  assert_true(fabs(found.item[0].size - 1110) < 5);
  one_finding("[[[102,38],[102.01,38],[102.02,38],[102,38]]]", "place.ring.flat");
  one_finding("[[[102,38],[102.01,95],[102.02,38],[102,38]]]", "place.ring.range");
  one_finding("[[[38,102],[38,102.01],[38.01,102.01],[38,102]]]", "place.ring.swapped");
  one_finding("[[[2,48],[2.01,48],[2.01,48.01],[2,48]]]", "place.ring.outside-nation");
  one_finding("[[[102,38],[\"x\",38],[102.01,38.01],[102,38]]]", "place.ring.position");
  one_finding("[[[102,38],[102.01,38],[102.01,38.01],[102,38]],[[102,38],[102,38]]]", "place.ring.short");
}

static void a_file_with_three_faults_tells_all_three(void **state) {
  (void)state;
  const char *text =
      "{\"type\":\"FeatureCollection\",\"features\":["
      "{\"type\":\"Feature\",\"properties\":{\"code\":620302004001001},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}},"
      "{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[102,38]]]}},"
      "{\"type\":\"Feature\",\"properties\":{\"name\":\"丙\"},\"geometry\":null}]}";
  assert_int_equal(read_text(text, CRS_WGS84), 0);
  assert_int_equal(found.errors, 3);
  assert_string_equal(found.item[0].name, "620302004001001");
  assert_string_equal(found.item[1].name, "#2");
  assert_string_equal(found.item[2].code, "place.feature.geometry");
}

static void a_name_that_no_list_could_show_is_a_fault_of_its_feature(void **state) {
  (void)state;
  static const char *const names[] = {"甲\\n乙", "\\u202e甲", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
                                      "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一"};
  for (int i = 0; i < 3; i++) {
    const char *text = arena_printf(arena, "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
                                           "{\"name\":\"%s\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                                           "[[[102,38],[102.01,38],[102.01,38.01],[102,38]]]}}]}", names[i]);
    assert_int_equal(read_text(text, CRS_WGS84), 0);
    assert_int_equal(found.errors, 1);
    assert_string_equal(found.item[0].code, "place.feature.name");
    assert_string_equal(found.item[0].name, "#1");
  }
}

static void refused(const char *text, const char *code) {
  assert_int_equal(read_text(text, CRS_WGS84), -1);
  assert_string_equal(error.code, code);
}

static void what_is_not_geojson_is_refused_with_its_reason(void **state) {
  (void)state;
  refused("", "place.geojson.syntax");
  refused("{\"type\":\"FeatureCollection\",\n\"features\":[,]}", "place.geojson.syntax");
  assert_string_equal(error.arg[0], "2");
  refused("{\"type\":\"Feature\",\"properties\":{}}", "place.geojson.type");
  refused("[1,2,3]", "place.geojson.type");
  refused("{\"type\":\"FeatureCollection\",\"features\":[]}", "place.geojson.empty");
  refused("{\"a\":1,\"a\":2}", "place.geojson.syntax");
  refused("{\"name\":\"\xB1\xE0\xBA\xC5\"}", "place.geojson.encoding");
  char bomb[4001];
  memset(bomb, '[', 4000);
  bomb[4000] = '\0';
  refused(bomb, "place.geojson.deep");
  struct place_geojson_options small = {.max_values = 10};
  const char *wide = "[1,1,1,1,1,1,1,1,1,1,1,1,1]";
  error_clear(&error);
  assert_int_equal(place_geojson_read(&features, arena, wide, strlen(wide), &small, &found, &error), -1);
  assert_string_equal(error.code, "place.geojson.large");
}

static void shifted_coordinates_are_stored_unshifted(void **state) {
  (void)state;
  struct lonlat at = {102.19, 38.52}, gcj = place_coord_convert(at, CRS_WGS84, CRS_GCJ02);
  assert_true(fabs(gcj.lon - at.lon) > 0.001);
  const char *json = arena_printf(arena,
                                  "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},"
                                  "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.9f,%.9f],[102.3,38.5],"
                                  "[102.3,38.6],[%.9f,%.9f]]]}}]}",
                                  gcj.lon, gcj.lat, gcj.lon, gcj.lat);
  assert_int_equal(read_text(json, CRS_GCJ02), 0);
  assert_int_equal(found.errors, 0);
  near(place_point_lonlat(features.item[0].shape.ring[0].point[0]), at, 1e-7);
}

/* ---- overlay ---- */

static struct place_area areas[100];
static struct place_shape shapes[100];

static struct place_area *area(int i, const char *label, double west, double south, double east, double north,
                               const struct place_area *parent) {
  shapes[i] = shape_of(arena_printf(arena,
                                    "{\"type\":\"Polygon\",\"coordinates\":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}",
                                    west, south, east, south, east, north, west, north, west, south));
  areas[i] = (struct place_area){.number = i + 1, .label = label, .shape = &shapes[i], .parent = parent};
  return &areas[i];
}

static void check(int count, bool allow_gaps) {
  struct place_overlay_options options = {.allow_gaps = allow_gaps};
  place_findings_start(&found, arena, 0);
  error_clear(&error);
  assert_int_equal(place_overlay_check(areas, count, &options, &found, &error), 0);
}

static void an_overlap_is_told_with_place_and_size(void **state) {
  (void)state;
  area(0, "甲", 102, 38, 102.010, 38.01, NULL);
  area(1, "乙", 102.009, 38, 102.02, 38.01, NULL);
  check(2, false);
  assert_int_equal(found.errors, 1);
  assert_string_equal(found.item[0].code, "place.area.overlap");
  assert_string_equal(found.item[0].name, "甲");
  assert_string_equal(found.item[0].other, "乙");
  near(found.item[0].at, (struct lonlat){102.0095, 38.005}, 1e-6);
  double mx, my;
  place_coord_scale(&mx, &my, 38.005);
  assert_true(fabs(found.item[0].size - 0.001 * mx * 0.01 * my) < 1);
  struct error words;
  place_finding_error(&words, &found.item[0]);
  assert_string_equal(words.arg[2], "102.009500, 38.005000");
}

static void neighbours_that_share_a_border_do_not_overlap(void **state) {
  (void)state;
  area(0, "甲", 102, 38, 102.01, 38.01, NULL);
  area(1, "乙", 102.01, 38, 102.02, 38.01, NULL);
  area(2, "丙", 102.0199999, 38, 102.03, 38.01, NULL); /* one centimetre: below the tolerance */
  check(3, false);
  assert_int_equal(found.count, 0);
}

static void a_gap_in_a_drawn_parent_and_a_part_outside_are_told(void **state) {
  (void)state;
  static struct place_shape whole;
  static struct place_area parent = {.label = "某社区", .shape = &whole};
  whole = shape_of("{\"type\":\"Polygon\",\"coordinates\":[[[102,38],[102.03,38],[102.03,38.01],[102,38.01],[102,38]]]}");
  area(0, "甲", 102, 38, 102.01, 38.01, &parent);
  area(1, "乙", 102.02, 38, 102.031, 38.01, &parent);
  check(2, false);
  assert_int_equal(found.errors, 2);
  assert_string_equal(found.item[0].code, "place.area.outside");
  assert_string_equal(found.item[0].name, "乙");
  assert_string_equal(found.item[0].other, "某社区");
  assert_string_equal(found.item[1].code, "place.area.gap");
  near(found.item[1].at, (struct lonlat){102.015, 38.005}, 1e-6);
  check(2, true);
  assert_int_equal(found.errors, 1);
  assert_int_equal(found.warnings, 1);
}

static void a_hole_between_four_areas_is_a_gap_without_any_parent(void **state) {
  (void)state;
  area(0, "北", 102, 38.02, 102.03, 38.03, NULL);
  area(1, "南", 102, 38.00, 102.03, 38.01, NULL);
  area(2, "西", 102, 38.01, 102.01, 38.02, NULL);
  area(3, "东", 102.02, 38.01, 102.03, 38.02, NULL);
  check(4, false);
  assert_int_equal(found.errors, 1);
  assert_string_equal(found.item[0].code, "place.area.gap");
  near(found.item[0].at, (struct lonlat){102.015, 38.015}, 1e-6);
}

static void areas_in_force_are_compared_only_with_what_is_new(void **state) {
  (void)state;
  area(0, "甲", 102, 38, 102.01, 38.01, NULL)->number = 0;
  area(1, "乙", 102.005, 38, 102.02, 38.01, NULL)->number = 0;
  check(2, true);
  assert_int_equal(found.count, 0);
}

static void a_bow_tie_crosses_itself_and_says_where(void **state) {
  (void)state;
  shapes[0] = shape_of("{\"type\":\"Polygon\",\"coordinates\":[[[102,38],[102.01,38.01],[102.01,38],[102,38.02],[102,38]]]}");
  areas[0] = (struct place_area){.number = 1, .label = "蝴蝶", .shape = &shapes[0]};
  place_findings_start(&found, arena, 0);
  assert_int_equal(place_overlay_validity(areas, 1, &found, &error), 1);
  assert_string_equal(found.item[0].code, "place.ring.crossing");
  near(found.item[0].at, (struct lonlat){102.0066667, 38.0066667}, 1e-6);
  /* Two halves of one size take each other's area away, and it is not flat for that. */
  const char *text =
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[102,38],[102.01,38.01],[102.01,38],[102,38.01],[102,38]]]}}]}";
  assert_int_equal(read_text(text, CRS_WGS84), 0);
  assert_int_equal(found.errors, 0);
  shapes[0] = features.item[0].shape;
  place_findings_start(&found, arena, 0);
  assert_int_equal(place_overlay_validity(areas, 1, &found, &error), 1);
  assert_string_equal(found.item[0].code, "place.ring.crossing");
  shapes[0] = shape_of(SQUARE_WITH_HOLE);
  shapes[0].ring[1].point[0] = (struct place_point){1030000000, 390000000};
  place_findings_start(&found, arena, 0);
  assert_int_equal(place_overlay_validity(areas, 1, &found, &error), 1);
}

/* ---- the shared data ---- */

static void read_shared(const char *name, enum place_crs crs) {
  const char *path = shared(name);
  if (path == NULL) return;
  struct place_geojson_options options = {.crs = crs, .nation = &nation};
  place_findings_start(&found, arena, 0);
  error_clear(&error);
  assert_int_equal(place_geojson_read_file(&features, arena, path, &options, &found, &error), 0);
}

static void check_features(void) {
  assert_true(features.count <= 100);
  for (int i = 0; i < features.count; i++)
    areas[i] = (struct place_area){.number = i + 1, .label = features.item[i].label, .shape = &features.item[i].shape};
  assert_int_equal(place_overlay_validity(areas, features.count, &found, &error), 0);
  check(features.count, false);
}

static void fifty_three_made_up_villages_fit_together(void **state) {
  (void)state;
  read_shared("geo/demo_620302_villages_SYNTHETIC_wgs84.geojson", CRS_WGS84);
  assert_int_equal(found.errors, 0);
  assert_int_equal(features.count, 53);
  check_features();
  for (int i = 0; i < found.count; i++)
    print_message("# %s %s %s %.1f m2\n", found.item[i].code, found.item[i].name, found.item[i].other, found.item[i].size);
  assert_int_equal(found.errors, 0);
}

static void a_file_with_a_byte_order_mark_is_read(void **state) {
  (void)state;
  read_shared("geo/longwosion_620300_lowres.json", CRS_WGS84);
  assert_int_equal(features.count, 2);
  assert_int_equal(found.errors, 0);
}

static void real_counties_agree_in_both_systems(void **state) {
  (void)state;
  read_shared("geo/jinchang_counties_vonng_wgs84.geojson", CRS_WGS84);
  struct place_features wgs = features;
  assert_int_equal(found.errors, 0);
  read_shared("geo/jinchang_counties_vonng_gcj02.geojson", CRS_GCJ02);
  assert_int_equal(found.errors, 0);
  assert_int_equal(features.count, wgs.count);
  for (int i = 0; i < wgs.count; i++) {
    const struct place_shape *a = &wgs.item[i].shape, *b = &features.item[i].shape;
    assert_true(fabs(place_shape_area(a) / place_shape_area(b) - 1) < 1e-3);
    assert_true(place_coord_distance(place_shape_centre(a), place_shape_centre(b)) < 20);
  }
  assert_string_equal(features.item[0].code, "620302");
}

/* ---- QR codes ---- */

static void a_qr_code_is_square_quiet_at_its_edge_and_has_its_corner(void **state) {
  (void)state;
  struct place_qr qr;
  const char *address = place_qr_address(arena, "http://127.0.0.1:8365/", "p", "ABCDE23456");
  assert_string_equal(address, "http://127.0.0.1:8365/p/ABCDE23456");
  error_clear(&error);
  assert_int_equal(place_qr_make(&qr, arena, address, &error), 0);
  assert_int_equal((qr.side - 8 - 17) % 4, 0);
  assert_string_equal(qr.view, arena_printf(arena, "0 0 %d %d", qr.side, qr.side));
  assert_true(text_starts(qr.path, "M4 4h7v1h-7z")); /* the top of the first finder pattern, four modules in */
  assert_null(strstr(qr.path, "M3 "));
  char *long_text = arena_alloc(arena, 3001);
  memset(long_text, 'x', 3000);
  assert_int_equal(place_qr_make(&qr, arena, long_text, &error), -1);
  assert_string_equal(error.code, "place.qr.long");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_way_between_the_three_systems_agrees_with_332_cities),
      cmocka_unit_test(far_from_the_country_the_shift_is_nothing),
      cmocka_unit_test(a_coordinate_system_has_one_of_three_names),
      cmocka_unit_test(a_minute_of_latitude_is_a_sea_mile),
      cmocka_unit_test(a_point_is_inside_outside_or_exactly_on_the_border),
      cmocka_unit_test(area_centre_and_distance_are_in_metres),
      cmocka_unit_test(a_shape_written_reads_back_the_same),
      cmocka_unit_test(every_fault_of_a_ring_is_found_by_name),
      cmocka_unit_test(a_file_with_three_faults_tells_all_three),
      cmocka_unit_test(a_name_that_no_list_could_show_is_a_fault_of_its_feature),
      cmocka_unit_test(what_is_not_geojson_is_refused_with_its_reason),
      cmocka_unit_test(shifted_coordinates_are_stored_unshifted),
      cmocka_unit_test(an_overlap_is_told_with_place_and_size),
      cmocka_unit_test(neighbours_that_share_a_border_do_not_overlap),
      cmocka_unit_test(a_gap_in_a_drawn_parent_and_a_part_outside_are_told),
      cmocka_unit_test(a_hole_between_four_areas_is_a_gap_without_any_parent),
      cmocka_unit_test(areas_in_force_are_compared_only_with_what_is_new),
      cmocka_unit_test(a_bow_tie_crosses_itself_and_says_where),
      cmocka_unit_test(fifty_three_made_up_villages_fit_together),
      cmocka_unit_test(a_file_with_a_byte_order_mark_is_read),
      cmocka_unit_test(real_counties_agree_in_both_systems),
      cmocka_unit_test(a_qr_code_is_square_quiet_at_its_edge_and_has_its_corner),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
