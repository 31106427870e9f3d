/* matter/clock_settings: the district's own calendar and rules, from the file people edit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "matter/clock_settings.h"
#include "matter_calendar.h"

static void assert_usual(const struct clock_rules *r) {
  struct clock_rules u = clock_rules_usual();
  assert_int_equal(r->work_day_start_counts, u.work_day_start_counts);
  assert_int_equal(r->natural_day_start_counts, u.natural_day_start_counts);
  assert_int_equal(r->whole_days, u.whole_days);
  assert_int_equal(r->off_day_moves, u.off_day_moves);
  assert_int_equal(r->office_end_ends, u.office_end_ends);
  assert_int_equal(r->month_end_spills, u.month_end_spills);
  assert_int_equal(r->warn_share_milli, u.warn_share_milli);
  assert_int_equal(r->warn_work_ms, u.warn_work_ms);
}

static void the_shipped_file_says_what_is_usual(void **state) {
  (void)state;
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct clock_settings s, usual = clock_settings_usual();
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  char *text = arena_alloc(a, CALENDAR_FILE_MAX);
  FILE *f = fopen("catalogues/calendar.yaml", "r");
  assert_non_null(f);
  size_t n = fread(text, 1, CALENDAR_FILE_MAX, f);
  fclose(f);
  if (clock_settings_read(&s, c, text, n, &err))
    fail_msg("%s %s:%s %s %s", err.code, err.arg[0], err.arg[1], err.arg[2], err.arg[3]);
  assert_usual(&s.clock);
  assert_true(s.duplicates.far_m == usual.duplicates.far_m && s.duplicates.late_ms == usual.duplicates.late_ms);
  assert_int_equal(calendar_hours_count(c), 1);
  assert_int_equal(calendar_hours_at(c, 0)->week, WEEK_MONDAY_TO_FRIDAY);
  assert_int_equal(calendar_build(c, 0, 0, &err), 0);
  arena_free(a);
}

static void a_district_says_its_own(void **state) {
  (void)state;
  static const char yaml[] =
      "hours:\n  - {from: 2026-01-01, week: [mon, sat], open: 9:00-12:00}\n"
      "days:\n  - {day: 2026-08-26, rule: hours, open: 09:00-10:00, zh: 区庆半天, en: District day}\n"
      "  - {day: 2026-08-29, rule: off}\n"
      "clock: {work-day-start-counts: yes, warn-share: 12.5, warn-left: 0.5 work-hour}\n"
      "duplicates: {near-metres: 20, far-metres: 80, soon: 2 urgent-days, late: 5UD}\n";
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct clock_settings s;
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  assert_int_equal(clock_settings_read(&s, c, yaml, strlen(yaml), &err), 0);
  assert_true(s.clock.work_day_start_counts);
  assert_true(s.clock.whole_days);
  assert_int_equal(s.clock.warn_share_milli, 125);
  assert_int_equal(s.clock.warn_work_ms, HOUR_MS / 2);
  assert_null(s.clock.older);
  assert_true(s.duplicates.near_m == 20 && s.duplicates.far_m == 80);
  assert_int_equal(s.duplicates.soon_ms, 2 * DAY_MS);
  assert_int_equal(calendar_build(c, 0, 0, &err), 0);
  struct day_info info;
  calendar_look(&info, c, day_from_civil(2026, 8, 26)); /* a Wednesday, else not worked */
  assert_int_equal(info.kind, DAY_KIND_DISTRICT_HOURS);
  assert_int_equal(info.minutes, 60);
  assert_string_equal(info.en, "District day");
  calendar_look(&info, c, day_from_civil(2026, 8, 22));
  assert_true(info.worked);
  calendar_look(&info, c, day_from_civil(2026, 8, 29));
  assert_false(info.worked);
  arena_free(a);
}

static void a_wrong_line_is_pointed_at(void **state) {
  (void)state;
  static const struct {
    const char *yaml, *code, *line, *key;
  } cases[] = {
      {"holidays: []\n", "clock.settings.key", "1", "holidays"},
      {"hours:\n  - {from: 2026-01-01, open: 12:00-9:00}\n", "clock.settings.value", "2", "open"},
      {"hours:\n  - {from: 2026-02-30, open: 9:00-12:00}\n", "clock.settings.value", "2", "from"},
      {"hours:\n  - {from: 2026-01-01, week: [monday], open: 9:00-12:00}\n", "clock.settings.value", "2", "-"},
      {"hours:\n  - {from: 2026-01-01, open: 9:00-12:00, until: x}\n", "clock.settings.key", "2", "until"},
      {"hours: 9:00-12:00\n", "clock.settings.value", "1", "hours"},
      {"days:\n  - {day: 2026-01-01, rule: half}\n", "clock.settings.value", "2", "rule"},
      {"days:\n  - {day: 2026-01-01, rule: hours}\n", "clock.settings.value", "2", "-"},
      {"clock:\n  whole-days: perhaps\n", "clock.settings.value", "2", "whole-days"},
      {"clock:\n  warn-share: 101\n", "clock.settings.value", "2", "warn-share"},
      {"clock:\n  warn-left: 1 work-day\n", "clock.settings.value", "2", "warn-left"},
      {"duplicates: {near-metres: 50, far-metres: 10}\n", "clock.settings.value", "1", "far-metres"},
      {"[]\n", "clock.settings.value", "1", "-"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct error err = {0};
    struct clock_settings s;
    assert_int_equal(clock_settings_read(&s, NULL, cases[i].yaml, strlen(cases[i].yaml), &err), -1);
    assert_string_equal(err.code, cases[i].code);
    assert_string_equal(err.arg[0], cases[i].line);
    assert_string_equal(err.arg[2], cases[i].key);
  }
}

static void an_empty_file_is_all_usual(void **state) {
  (void)state;
  struct error err = {0};
  struct clock_settings s;
  assert_int_equal(clock_settings_read(&s, NULL, "", 0, &err), 0);
  assert_usual(&s.clock);
}

/* A rule that changes on a day is that of clocks that start then or later; each entry says only what is other. */
static void rules_with_days_hold_for_clocks_that_start_after_them(void **state) {
  (void)state;
  static const char yaml[] =
      "hours:\n  - {from: 2020-01-01, week: [mon, tue, wed, thu, fri], open: 09:00-17:00}\n"
      "clock:\n"
      "  - {from: 2020-01-01, work-day-start-counts: no, warn-share: 20}\n"
      "  - {from: 2026-12-01, work-day-start-counts: yes}\n";
  static const char backwards[] = "clock:\n  - {from: 2026-12-01}\n  - {from: 2026-11-30, whole-days: no}\n";
  struct arena *a = arena_new(16 << 20);
  struct error err = {0};
  struct clock_settings s;
  struct calendar *c = calendar_new(a, OFFSET_CHINA_MIN);
  assert_int_equal(clock_settings_read(&s, c, yaml, strlen(yaml), &err), 0);
  assert_int_equal(calendar_build(c, 0, 0, &err), 0);
  assert_int_equal(s.clock.warn_share_milli, 200);
  assert_false(clock_rules_on(&s.clock, day_from_civil(2026, 11, 30))->work_day_start_counts);
  assert_true(clock_rules_on(&s.clock, day_from_civil(2026, 12, 1))->work_day_start_counts);
  struct limit two = {2 * LIMIT_ONE, UNIT_WORK_DAY};
  time_ms before, after, friday = ms_of_day(day_from_civil(2026, 11, 27), OFFSET_CHINA_MIN) + 10 * HOUR_MS;
  time_ms tuesday = ms_of_day(day_from_civil(2026, 12, 1), OFFSET_CHINA_MIN) + 10 * HOUR_MS;
  assert_int_equal(clock_advance(&before, c, &s.clock, friday, two, &err), 0);
  assert_int_equal(clock_advance(&after, c, &s.clock, tuesday, two, &err), 0);
  assert_int_equal(day_of_ms(before, OFFSET_CHINA_MIN), day_from_civil(2026, 12, 1));
  assert_int_equal(day_of_ms(after, OFFSET_CHINA_MIN), day_from_civil(2026, 12, 2));
  assert_int_equal(clock_settings_read(&s, NULL, backwards, strlen(backwards), &err), -1);
  assert_string_equal(err.code, "clock.settings.value");
  assert_string_equal(err.arg[0], "3");
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rules_with_days_hold_for_clocks_that_start_after_them),
      cmocka_unit_test(the_shipped_file_says_what_is_usual),
      cmocka_unit_test(a_district_says_its_own),
      cmocka_unit_test(a_wrong_line_is_pointed_at),
      cmocka_unit_test(an_empty_file_is_all_usual),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
