/* The catalogue: all rows of the shipped schemes, and what a broken file is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "matter/catalogue.h"

static const struct catalogue *read_shipped(struct arena *a) {
  const struct catalogue *c = NULL;
  struct error err = {0};
  if (catalogue_read(&c, a, "catalogues", &err)) fail_msg("%s %s %s %s", err.code, err.arg[0], err.arg[1], err.arg[2]);
  return c;
}

static void every_shipped_code_has_a_unit_and_conditions(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct catalogue *c = read_shipped(a);
  size_t urban = 0, components = 0, common = 0;
  for (size_t i = 0; i < c->codes_count; i++) {
    const struct catalogue_code *code = &c->codes[i];
    assert_true(code->conditions_count > 0);
    assert_non_null(code->unit);
    assert_non_null(code->major);
    urban += strcmp(code->scheme, "urban-yuncheng") == 0;
    components += strcmp(code->kind, "component") == 0;
    common += code->icon != NULL;
    if (code->icon) assert_non_null(code->public_title.zh);
  }
  assert_int_equal(urban, 190);
  assert_int_equal(components, 92);
  assert_true(common >= 24);
  arena_free(a);
}

static void a_code_is_found_with_its_limits(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct catalogue *c = read_shipped(a);
  int32_t day = day_from_civil(2026, 11, 23);
  const struct catalogue_code *kitchen = catalogue_find(c, "urban-yuncheng", "event", "0131", day);
  assert_non_null(kitchen);
  assert_string_equal(kitchen->title.zh, "餐厨垃圾遗撒和污染");
  assert_string_equal(kitchen->key, "urban-yuncheng/event/0131");
  assert_int_equal(kitchen->conditions_count, 4);
  assert_int_equal(kitchen->conditions[0].limits[LIMIT_GENERAL].unit, UNIT_WORK_HOUR);
  assert_int_equal(kitchen->conditions[0].limits[LIMIT_GENERAL].milli, 4 * LIMIT_ONE);
  assert_false(kitchen->conditions[0].urgent);
  const struct catalogue_code *pipe = catalogue_find_key(c, "urban-yuncheng/event/0501", day);
  assert_non_null(pipe);
  const struct catalogue_condition *first = catalogue_condition_find(pipe, 1, day);
  assert_true(first->urgent);
  assert_int_equal(first->limits[LIMIT_GENERAL].milli, LIMIT_ONE);
  assert_null(catalogue_condition_find(pipe, 9, day));
  assert_null(catalogue_find(c, "urban-yuncheng", "event", "9999", day));
  assert_null(catalogue_find(c, "grid-service", "event", "0131", day));
  arena_free(a);
}

static void the_codes_of_a_major_come_one_after_the_other(void **state) {
  (void)state;
  struct arena *a = arena_new(64 << 20);
  const struct catalogue *c = read_shipped(a);
  const struct catalogue_major *sudden = catalogue_major_find(c, "urban-yuncheng", "event", "05");
  assert_non_null(sudden);
  size_t n = 0;
  for (const struct catalogue_code *k = catalogue_next_of(c, sudden, NULL); k; k = catalogue_next_of(c, sudden, k)) {
    assert_memory_equal(k->code, "05", 2);
    n++;
  }
  assert_int_equal(n, 10);
  arena_free(a);
}

/* ---- broken files ---- */

static char folder[] = "/tmp/tongxin-catalogue-XXXXXX";

static void put(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static void put_good(void) {
  put("schemes.csv", "scheme,zh,en,source-zh,source-en\ns,方案,Scheme,来源,Source\n");
  put("units.csv", "key,zh,en\nclean,环卫,Sanitation\n");
  put("s/majors.csv", "kind,code,zh,en\nevent,01,市容,Streets\n");
  put("s/codes.csv", "kind,code,zh,en,unit,local,public-zh,public-en,icon,from,until\nevent,0101,垃圾,Waste,clean,,,,,,\n");
  put("s/conditions.csv", "kind,code,order,filing-zh,filing-en,limit,closing-zh,closing-en,season,from,until\n"
                          "event,0101,1,有垃圾,Waste,4WH,清理,Cleaned,,,\n");
}

static int make_folder(void **state) {
  (void)state;
  char path[200];
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/s", folder);
  return mkdir(path, 0700);
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const names[] = {"schemes.csv", "units.csv", "s/majors.csv", "s/codes.csv", "s/conditions.csv"};
  char path[200];
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/s", folder);
  rmdir(path);
  return rmdir(folder);
}

static void assert_refused(const char *name, const char *text, const char *code, const char *line) {
  struct arena *a = arena_new(16 << 20);
  const struct catalogue *c = NULL;
  struct error err = {0};
  put_good();
  if (name) put(name, text);
  int result = catalogue_read(&c, a, folder, &err);
  if (!code) {
    assert_int_equal(result, 0);
  } else {
    assert_int_equal(result, -1);
    assert_null(c);
    assert_string_equal(err.code, code);
    assert_string_equal(err.arg[1], line);
  }
  arena_free(a);
}

#define CODES "kind,code,zh,en,unit,local,public-zh,public-en,icon,from,until\n"
#define THREE \
  "kind,code,order,filing-zh,filing-en,limit,limit-engineering,limit-special,closing-zh,closing-en,season,from,until\n"
#define CONDITIONS "kind,code,order,filing-zh,filing-en,limit,closing-zh,closing-en,season,from,until\n"

static void each_mistake_is_refused_with_its_line(void **state) {
  (void)state;
  assert_refused(NULL, NULL, NULL, NULL);
  assert_refused("s/codes.csv", CODES "event,0101,垃圾,Waste,cleen,,,,,,\n", "catalogue.unit", "2");
  assert_refused("s/codes.csv", CODES "event,0201,垃圾,Waste,clean,,,,,,\n", "catalogue.major", "2");
  assert_refused("s/codes.csv", CODES "event,01x1,垃圾,Waste,clean,,,,,,\n", "catalogue.code", "2");
  assert_refused("s/codes.csv", CODES "event,0101,垃圾,,clean,,,,,,\n", "catalogue.missing-text", "2");
  assert_refused("s/codes.csv", CODES "event,0101,垃圾,Waste,clean,,,,,,\nevent,0101,垃圾,Waste,clean,,,,,,\n",
                 "catalogue.twice", "3");
  assert_refused("s/codes.csv",
                 CODES "event,0101,垃圾,Waste,clean,,,,,2020-01-01,2024-12-31\n"
                       "event,0101,垃圾,Waste,clean,,,,,2024-06-01,\n",
                 "catalogue.overlap", "3");
  assert_refused("s/codes.csv", CODES "event,0101,垃圾,Waste,clean,,,,,2024-02-30,\n", "catalogue.date", "2");
  assert_refused("s/conditions.csv", CONDITIONS "event,0101,1,有垃圾,Waste,soon,清理,Cleaned,,,\n", "catalogue.limit", "2");
  /* general <= works <= special, in whatever units; each may be missing */
  assert_refused("s/conditions.csv", THREE "event,0101,1,有垃圾,Waste,4WH,2WD,10WD,清理,Cleaned,,,\n", NULL, NULL);
  assert_refused("s/conditions.csv", THREE "event,0101,1,有垃圾,Waste,4WH,,4WH,清理,Cleaned,,,\n", NULL, NULL);
  assert_refused("s/conditions.csv", THREE "event,0101,1,有垃圾,Waste,2WD,4WH,,清理,Cleaned,,,\n", "catalogue.limit-order", "2");
  assert_refused("s/conditions.csv", THREE "event,0101,1,有垃圾,Waste,4WH,10WD,9WD,清理,Cleaned,,,\n", "catalogue.limit-order",
                 "2");
  assert_refused("s/conditions.csv", THREE "event,0101,1,有垃圾,Waste,4WH,,2UH,清理,Cleaned,,,\n", "catalogue.limit-order", "2");
  assert_refused("s/conditions.csv", CONDITIONS "event,0101,0,有垃圾,Waste,4WH,清理,Cleaned,,,\n", "catalogue.order", "2");
  assert_refused("s/conditions.csv", CONDITIONS "event,0101,1,有垃圾,Waste,4WH,清理,Cleaned,13-2,,\n", "catalogue.season", "2");
  assert_refused("s/conditions.csv", CONDITIONS "event,0102,1,有垃圾,Waste,4WH,清理,Cleaned,,,\n", "catalogue.code", "2");
}

static void a_code_follows_its_dates_and_a_condition_its_season(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  const struct catalogue *c = NULL;
  struct error err = {0};
  put_good();
  put("s/codes.csv", CODES "event,0101,旧名,Old,clean,,,,,,2024-12-31\nevent,0101,新名,New,clean,,,,,2025-01-01,\n");
  put("s/conditions.csv", CONDITIONS "event,0101,1,冬季,Winter,15WD,补植,Planted,11-2,,\n"
                               "event,0101,1,平时,Else,3WD,补植,Planted,3-10,,\n");
  assert_int_equal(catalogue_read(&c, a, folder, &err), 0);
  const struct catalogue_code *code = catalogue_find(c, "s", "event", "0101", day_from_civil(2024, 12, 31));
  assert_string_equal(code->title.en, "Old");
  code = catalogue_find(c, "s", "event", "0101", day_from_civil(2025, 1, 1));
  assert_string_equal(code->title.en, "New");
  assert_string_equal(catalogue_condition_find(code, 1, day_from_civil(2025, 1, 15))->filing.en, "Winter");
  assert_string_equal(catalogue_condition_find(code, 1, day_from_civil(2025, 3, 1))->filing.en, "Else");
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_code_has_a_unit_and_conditions),
      cmocka_unit_test(a_code_is_found_with_its_limits),
      cmocka_unit_test(the_codes_of_a_major_come_one_after_the_other),
      cmocka_unit_test(each_mistake_is_refused_with_its_line),
      cmocka_unit_test(a_code_follows_its_dates_and_a_condition_its_season),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
