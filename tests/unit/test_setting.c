/* Settings as data: values with days and bounds, the district's file over the shipped one, mistakes with their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/setting.h"
#include "base/text.h"
#include "base/time.h"
#include "matter/limit.h"

static void every_shipped_setting_is_right(void **state) {
  (void)state;
  struct arena *a = arena_new(8 << 20);
  struct settings s;
  struct error err = {0};
  struct limit limit;
  if (settings_shipped(&s, a, &err)) fail_msg("%s %s %s %s", err.code, err.arg[0], err.arg[1], err.arg[2]);
  assert_true(s.count > 20);
  for (size_t i = 0; i < s.count; i++)
    for (size_t v = 0; s.items[i].kind == SETTING_LIMIT && v < s.items[i].count; v++)
      assert_int_equal(limit_parse(&limit, s.items[i].values[v].text, &err), 0);
  assert_string_equal(setting_on(&s, "rights.answer-limit", day_from_civil(2026, 11, 23)), "15 work-days");
  assert_null(setting_on(&s, "rights.answer-limit", day_from_civil(2021, 10, 31)));
  assert_null(setting_on(&s, "rights.wishes", 0));
  assert_int_equal(setting_number_on(&s, "people.password-chars", 0, 0), 10);
  arena_free(a);
}

#define ONE(type, values) "x.limit:\n  title: {zh: 甲, en: A}\n  type: " type "\n  values:\n" values

static void a_value_holds_on_its_days(void **state) {
  (void)state;
  static const char text[] = ONE("limit", "    - {from: 2020-01-01, value: 1 work-days}\n"
                                          "    - {from: 2027-01-01, until: 2027-12-31, value: 2 work-days}\n");
  struct arena *a = arena_new(8 << 20);
  struct settings s;
  struct error err = {0};
  assert_int_equal(settings_read(&s, a, text, strlen(text), &err), 0);
  assert_null(setting_on(&s, "x.limit", day_from_civil(2019, 12, 31)));
  assert_string_equal(setting_on(&s, "x.limit", day_from_civil(2026, 12, 31)), "1 work-days");
  assert_string_equal(setting_on(&s, "x.limit", day_from_civil(2027, 1, 1)), "2 work-days");
  assert_null(setting_on(&s, "x.limit", day_from_civil(2028, 1, 1)));
  arena_free(a);
}

static void mistakes_are_refused_where_they_stand(void **state) {
  (void)state;
  static const struct {
    const char *text, *code, *line;
  } cases[] = {
      {ONE("limit", "    - {from: 2027-01-01, value: 1 work-days}\n    - {from: 2026-01-01, value: 2 work-days}\n"),
       "setting.days", "6"},
      {ONE("limit", "    - {from: 2027-02-30, value: 1 work-days}\n"), "setting.form", "5"},
      {ONE("limit", "    - {from: 2027-02-03, worth: 1 work-days}\n"), "setting.form", "5"},
      {ONE("limit", "    []\n"), "setting.form", "5"},
      {ONE("wish", "    - {value: 1}\n"), "setting.form", "3"},
      {ONE("number\n  least: 1\n  most: 5", "    - {value: 6}\n"), "setting.value", "7"},
      {ONE("number\n  least: 9\n  most: 5", "    - {value: 6}\n"), "setting.form", "2"},
      {"x.limit:\n  title: {zh: 甲}\n  type: text\n  values: [{value: a}]\n", "setting.form", "2"},
      {"x: &a 1\n", "yaml.anchor", "1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct arena *a = arena_new(8 << 20);
    struct settings s;
    struct error err = {0};
    assert_int_equal(settings_read(&s, a, cases[i].text, strlen(cases[i].text), &err), -1);
    if (!text_starts(cases[i].code, "yaml.")) {
      assert_string_equal(err.code, cases[i].code);
      assert_string_equal(err.arg[0], cases[i].line);
    }
    arena_free(a);
  }
}

static void the_districts_file_lies_over_the_shipped_one_by_name(void **state) {
  (void)state;
  char folder[] = "/tmp/tongxin-setting-XXXXXX", path[64];
  struct arena *a = arena_new(8 << 20);
  struct settings s;
  struct error err = {0};
  assert_non_null(mkdtemp(folder));
  assert_int_equal(settings_load(&s, a, folder, &err), 0);
  assert_int_equal(setting_number_on(&s, "people.lock-minutes", 0, 0), 15);
  snprintf(path, sizeof path, "%s/settings.yaml", folder);
  FILE *f = fopen(path, "w");
  fputs("people.lock-minutes:\n  title: {zh: 锁, en: Lock}\n  type: number\n  least: 1\n  most: 99\n  values: [{value: 44}]\n", f);
  fclose(f);
  assert_int_equal(settings_load(&s, a, folder, &err), 0);
  assert_int_equal(setting_number_on(&s, "people.lock-minutes", 0, 0), 44);
  assert_int_equal(setting_number_on(&s, "people.password-chars", 0, 0), 10);
  unlink(path);
  rmdir(folder);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shipped_setting_is_right), cmocka_unit_test(a_value_holds_on_its_days),
      cmocka_unit_test(mistakes_are_refused_where_they_stand),
      cmocka_unit_test(the_districts_file_lies_over_the_shipped_one_by_name)};
  return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
