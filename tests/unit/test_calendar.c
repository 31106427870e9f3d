/* matter/calendar: which days are worked, when, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "matter_calendar.h"

static int32_t day(const char *text) {
  int32_t d = 0;
  assert_true(date_parse(&d, text));
  return d;
}

static time_ms at(const char *text) {
  time_ms t = 0;
  assert_true(time_parse(&t, text, OFFSET_CHINA_MIN));
  return t;
}

static enum day_kind kind_of(const struct calendar *c, const char *date) {
  struct day_info info;
  assert_true(calendar_look(&info, c, day(date)));
  return info.kind;
}

static bool worked(const struct calendar *c, const char *date) {
  struct day_info info;
  assert_true(calendar_look(&info, c, day(date)));
  return info.worked;
}

static struct calendar *plain(struct arena *a) {
  struct error err = {0};
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  assert_int_equal(add_usual_hours(c, &err), 0);
  return c;
}

static void the_notice_of_2026_is_as_published(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct calendar *c = real_calendar(a, OFFSET_CHINA_MIN);
  assert_non_null(c);
  static const char *const made_up[] = {"2026-01-04", "2026-02-14", "2026-02-28",
                                        "2026-05-09", "2026-09-20", "2026-10-10"};
  for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++)
    assert_int_equal(kind_of(c, made_up[i]), DAY_KIND_MAKE_UP);
  for (int32_t d = day("2026-10-01"); d <= day("2026-10-07"); d++) {
    struct day_info info;
    calendar_look(&info, c, d);
    assert_false(info.worked);
    assert_string_equal(info.zh, "国庆节");
    assert_string_equal(info.en, "National Day");
  }
  assert_int_equal(kind_of(c, "2026-10-06"), DAY_KIND_IN_LIEU);
  assert_int_equal(kind_of(c, "2026-11-23"), DAY_KIND_WORK);
  assert_int_equal(kind_of(c, "2026-11-22"), DAY_KIND_WEEKEND);
  assert_true(calendar_known(c, 2026));
  assert_false(calendar_known(c, 2027));
  assert_int_equal(calendar_unknown_between(c, day("2026-12-30"), day("2027-01-02")), 2027);
  assert_int_equal(calendar_unknown_between(c, day("2025-12-30"), day("2026-01-02")), 0);
  arena_free(a);
}

/* The whole of every year, from both sources, day by day. */
static void the_package_agrees_with_the_notices_of_2022_to_2026(void **state) {
  (void)state;
  struct arena *a = arena_new(32 << 20);
  struct error err = {0};
  struct calendar *package = real_calendar(a, OFFSET_CHINA_MIN), *notices = plain(a);
  assert_non_null(package);
  for (int year = 2022; year <= 2027; year++) {
    const char *path = shared_file(a, arena_printf(a, "holiday/holiday-cn-%d.json", year));
    if (!path) {
      arena_free(a);
      skip();
    }
    assert_int_equal(calendar_load_file(notices, path, &err), 0);
    assert_int_equal(calendar_known(notices, year), year <= 2026);
  }
  assert_int_equal(calendar_build(notices, 0, 0, &err), 0);
  int differ = 0;
  for (int32_t d = day("2022-01-01"); d <= day("2026-12-31"); d++) {
    struct day_info x, y;
    calendar_look(&x, package, d);
    calendar_look(&y, notices, d);
    char text[16];
    date_format(text, sizeof text, d);
    if (x.worked != y.worked) fprintf(stderr, "# %s: package %d, notice %d\n", text, x.worked, y.worked);
    differ += x.worked != y.worked;
  }
  assert_int_equal(differ, 0);
  arena_free(a);
}

static void next_years_notice_changes_this_december(void **state) {
  (void)state;
  static const char notice[] =
      "{\"year\":2023,\"days\":[{\"name\":\"元旦\",\"date\":\"2022-12-31\",\"isOffDay\":true},"
      "{\"name\":\"元旦\",\"date\":\"2022-12-30\",\"isOffDay\":true}]}";
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct calendar *before = plain(a), *after = plain(a);
  assert_int_equal(calendar_build(before, 2020, 2025, &err), 0);
  assert_int_equal(calendar_load_holiday_cn(after, notice, strlen(notice), &err), 0);
  assert_int_equal(calendar_build(after, 2020, 2025, &err), 0);
  assert_true(worked(before, "2022-12-30"));
  assert_false(worked(after, "2022-12-30"));
  assert_true(calendar_known(after, 2023));
  assert_false(calendar_known(after, 2022));
  arena_free(a);
}

static void the_districts_word_goes_over_the_nations(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct calendar *c = plain(a);
  struct calendar_day rows[] = {
      {.day = day("2026-10-01"), .layer = CALENDAR_DISTRICT, .rule = DAY_WORKED, .zh = "防汛值守", .en = "Flood watch"},
      {.day = day("2026-10-01"), .layer = CALENDAR_NATION, .rule = DAY_OFF, .zh = "国庆节", .en = "National Day"},
      {.day = day("2026-03-09"), .layer = CALENDAR_DISTRICT, .rule = DAY_OFF, .zh = "沙尘停工"},
      {.day = day("2026-03-10"), .layer = CALENDAR_DISTRICT, .rule = DAY_OFF, .zh = "先说放假"},
      {.day = day("2026-03-10"), .layer = CALENDAR_DISTRICT, .rule = DAY_WORKED, .zh = "后改上班"},
      {.day = day("2026-03-06"),
       .layer = CALENDAR_DISTRICT,
       .rule = DAY_HOURS,
       .zh = "半天",
       .spans = {{510, 720}},
       .span_count = 1},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) assert_int_equal(calendar_add_day(c, &rows[i], &err), 0);
  assert_int_equal(calendar_build(c, 0, 0, &err), 0);
  assert_int_equal(kind_of(c, "2026-10-01"), DAY_KIND_DISTRICT_WORK);
  assert_int_equal(kind_of(c, "2026-03-09"), DAY_KIND_DISTRICT_OFF);
  assert_int_equal(kind_of(c, "2026-03-10"), DAY_KIND_DISTRICT_WORK);
  struct day_info half;
  calendar_look(&half, c, day("2026-03-06"));
  assert_int_equal(half.kind, DAY_KIND_DISTRICT_HOURS);
  assert_int_equal(half.minutes, 210);
  assert_int_equal(calendar_day_count(c), 6);
  assert_string_equal(calendar_day_at(c, 2)->zh, "沙尘停工");
  arena_free(a);
}

static void office_hours_change_with_the_season(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct calendar *c = plain(a);
  struct calendar_hours summer = {.from = day("2026-06-01")}, autumn = {.from = day("2026-10-08"), .week = 0x3F};
  assert_true(calendar_read_spans(summer.spans, &summer.span_count, "8:00-12:00，15:00-18:30"));
  assert_true(calendar_read_spans(autumn.spans, &autumn.span_count, "9:00–12:00 13:00–14:00"));
  assert_int_equal(calendar_add_hours(c, &autumn, &err), 0);
  assert_int_equal(calendar_add_hours(c, &summer, &err), 0);
  assert_int_equal(calendar_build(c, 0, 0, &err), 0);
  struct day_info info;
  calendar_look(&info, c, day("2026-05-29"));
  assert_int_equal(info.minutes, 420);
  calendar_look(&info, c, day("2026-06-01"));
  assert_int_equal(info.minutes, 450);
  calendar_look(&info, c, day("2026-10-10")); /* a Saturday, worked since the autumn */
  assert_int_equal(info.minutes, 240);
  arena_free(a);
}

static void hours_are_read_as_people_write_them(void **state) {
  (void)state;
  struct span s[CALENDAR_SPANS];
  int n;
  assert_true(calendar_read_spans(s, &n, "08:30-12:00, 14:30-18:00"));
  assert_int_equal(n, 2);
  assert_int_equal(s[0].from, 510);
  assert_int_equal(s[1].to, 1080);
  assert_true(calendar_read_spans(s, &n, "0:00-24:00"));
  static const char *const wrong[] = {"",
                                      " ",
                                      "8:30",
                                      "8:30-",
                                      "12:00-8:30",
                                      "8:00-12:00,11:00-13:00",
                                      "8:00-25:00",
                                      "8:60-9:00",
                                      "8-12",
                                      "8:00-9:00x",
                                      "1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00 11:00-12:00 "
                                      "13:00-14:00 15:00-16:00 17:00-18:00"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(calendar_read_spans(s, &n, wrong[i]));
  assert_false(calendar_read_spans(s, &n, NULL));
}

static void the_measures_go_there_and_back(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct calendar *c = real_calendar(a, OFFSET_CHINA_MIN);
  assert_non_null(c);
  int64_t last_work = -1, last_days = -1;
  for (time_ms t = at("2026-01-28T00:00"); t < at("2026-03-10T00:00"); t += 7 * MINUTE_MS + 333) {
    int64_t work = calendar_work_ms(c, t), days = calendar_work_ticks(c, t);
    assert_true(work >= last_work && days >= last_days);
    last_work = work;
    last_days = days;
    time_ms back, early;
    assert_true(calendar_at_work_ms(&back, c, work, t - 40LL * DAY_MS));
    assert_true(back <= t);
    assert_int_equal(calendar_work_ms(c, back), work);
    assert_true(calendar_at_work_ms(&early, c, work, at("2026-12-01"))); /* a wrong hint is no harm */
    assert_int_equal(early, back);
    assert_true(calendar_at_work_ticks(&back, c, days, t));
    assert_true(back <= t);
    assert_int_equal(calendar_work_ticks(c, back), days);
  }
  arena_free(a);
}

static void the_table_has_edges(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct calendar *c = plain(a);
  assert_int_equal(calendar_build(c, 2026, 2026, &err), 0);
  struct day_info info;
  assert_false(calendar_look(&info, c, day("2025-12-31")));
  assert_false(calendar_look(&info, c, day("2027-01-01")));
  assert_true(calendar_covers(c, at("2026-12-31T23:59:59")));
  assert_false(calendar_covers(c, at("2027-01-01T00:00")));
  assert_int_equal(calendar_work_ms(c, at("2025-06-01")), 0);
  assert_int_equal(calendar_work_ms(c, at("2030-06-01")), calendar_work_ms(c, at("2031-06-01")));
  time_ms t;
  assert_false(calendar_at_work_ms(&t, c, calendar_work_ms(c, at("2030-06-01")) + 1, at("2026-06-01")));
  assert_false(calendar_at_work_ms(&t, c, INT64_MAX / 2, at("2026-06-01")));
  assert_false(calendar_at_work_ticks(&t, c, INT64_MAX / 2, at("2026-06-01")));
  assert_false(calendar_at_work_ms(&t, c, 0, at("2026-06-01")));
  int32_t d;
  assert_true(calendar_work_day_from(&d, c, day("2026-11-21")));
  assert_int_equal(d, day("2026-11-23"));
  assert_true(calendar_work_day_from(&d, c, day("2026-12-31")));
  assert_false(calendar_work_day_from(&d, c, day("2027-01-01")));
  arena_free(a);
}

static void expect_code(struct error *err, const char *code) {
  assert_string_equal(err->code, code);
  error_clear(err);
}

static void wrong_rows_are_refused(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  assert_int_equal(calendar_build(c, 0, 0, &err), -1);
  expect_code(&err, "calendar.no-hours");
  struct calendar_day row = {.day = INT32_MAX};
  assert_int_equal(calendar_add_day(c, &row, &err), -1);
  expect_code(&err, "calendar.day.range");
  row = (struct calendar_day){.day = 20000, .rule = DAY_HOURS, .spans = {{600, 500}}, .span_count = 1};
  assert_int_equal(calendar_add_day(c, &row, &err), -1);
  expect_code(&err, "calendar.spans");
  row = (struct calendar_day){.day = 20000, .zh = "坏\x01字"};
  assert_int_equal(calendar_add_day(c, &row, &err), -1);
  expect_code(&err, "calendar.day.name");
  struct calendar_hours h = {.from = 0, .span_count = 0};
  assert_int_equal(calendar_add_hours(c, &h, &err), -1);
  expect_code(&err, "calendar.spans");
  h = (struct calendar_hours){.from = 0, .week = 0x80, .spans = {{1, 2}}, .span_count = 1};
  assert_int_equal(calendar_add_hours(c, &h, &err), -1);
  expect_code(&err, "calendar.week");
  assert_int_equal(add_usual_hours(c, &err), 0);
  assert_int_equal(calendar_build(c, 2030, 2020, &err), -1);
  expect_code(&err, "calendar.year");
  assert_int_equal(calendar_build(c, 1, 9999, &err), -1);
  expect_code(&err, "calendar.year");
  arena_free(a);
}

static void wrong_files_say_what_and_where_and_change_nothing(void **state) {
  (void)state;
  static const struct {
    const char *json, *code, *arg;
  } cases[] = {
      {"{\n\"holidays\":{\n]", "calendar.file.json", "3"},
      {"{\"holidays\":{\"2026-01-01\":\"a\",\"2026-01-01\":\"b\"},\"workdays\":{}}", "calendar.file.json", "1"},
      {"[]", "calendar.file.shape", "{}"},
      {"{\"workdays\":{}}", "calendar.file.shape", "holidays"},
      {"{\"holidays\":{}}", "calendar.file.shape", "workdays"},
      {"{\"holidays\":{\"2026-01-01\":\"x,元旦,1\"},\"workdays\":{\"2026-02-30\":\"y\"}}", "calendar.file.date",
       "2026-02-30"},
      {"{\"holidays\":{\"2026-01-01\":5},\"workdays\":{}}", "calendar.file.shape", "2026-01-01"},
      {"{\"year\":\"2026\",\"days\":[]}", "calendar.file.shape", "year"},
      {"{\"year\":2026,\"days\":{}}", "calendar.file.shape", "days"},
      {"{\"year\":2026,\"days\":[{\"name\":\"元旦\",\"date\":\"2026-01-01\",\"isOffDay\":true},{\"name\":\"x\"}]}",
       "calendar.file.shape", "days[1]"},
      {"{\"year\":2026,\"days\":[{\"name\":\"元旦\",\"date\":\"2026-1-1\",\"isOffDay\":true}]}", "calendar.file.date",
       "2026-1-1"},
      {"{\"year\":2026,\"days\":[{\"name\":\"\\u0007\",\"date\":\"2026-01-01\",\"isOffDay\":true}]}",
       "calendar.day.name", "2026-01-01"},
  };
  struct arena *a = arena_new(64 << 20);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct error err = {0};
    struct calendar *c = plain(a);
    size_t n = strlen(cases[i].json);
    int rc = strstr(cases[i].json, "year") ? calendar_load_holiday_cn(c, cases[i].json, n, &err)
                                           : calendar_load_chinese_days(c, cases[i].json, n, &err);
    assert_int_equal(rc, -1);
    assert_string_equal(err.code, cases[i].code);
    assert_string_equal(err.arg[0], cases[i].arg);
    assert_int_equal(calendar_day_count(c), 0);
    assert_false(calendar_known(c, 2026));
  }
  struct error err = {0};
  char *big = arena_alloc(a, CALENDAR_FILE_MAX + 2);
  memset(big, ' ', CALENDAR_FILE_MAX + 1);
  assert_int_equal(calendar_load_holiday_cn(plain(a), big, CALENDAR_FILE_MAX + 1, &err), -1);
  expect_code(&err, "calendar.file.size");
  assert_int_equal(calendar_load_file(plain(a), "no/such/file.json", &err), -1);
  expect_code(&err, "calendar.file.read");
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_notice_of_2026_is_as_published),
      cmocka_unit_test(the_package_agrees_with_the_notices_of_2022_to_2026),
      cmocka_unit_test(next_years_notice_changes_this_december),
      cmocka_unit_test(the_districts_word_goes_over_the_nations),
      cmocka_unit_test(office_hours_change_with_the_season),
      cmocka_unit_test(hours_are_read_as_people_write_them),
      cmocka_unit_test(the_measures_go_there_and_back),
      cmocka_unit_test(the_table_has_edges),
      cmocka_unit_test(wrong_rows_are_refused),
      cmocka_unit_test(wrong_files_say_what_and_where_and_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
