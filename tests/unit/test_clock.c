/* matter/clock: legal limits, counted and explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/words.h"
#include "matter/clock.h"
#include "matter_calendar.h"

static struct arena *arena;
static struct calendar *cal;
static struct clock_rules rules;

static int set_up(void **state) {
  (void)state;
  arena = arena_new((size_t)512 << 20);
  cal = real_calendar(arena, OFFSET_CHINA_MIN);
  rules = clock_rules_usual();
  return cal ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

static time_ms at(const char *text) {
  time_ms t = 0;
  assert_true(time_parse(&t, text, OFFSET_CHINA_MIN));
  return t;
}

static struct limit limit(const char *text) {
  struct limit l = {0};
  struct error err = {0};
  assert_int_equal(limit_parse(&l, text, &err), 0);
  return l;
}

static time_ms due_with(const struct calendar *c, const struct clock_rules *r, const char *start, const char *l) {
  struct error err = {0};
  time_ms due = 0;
  if (clock_advance(&due, c, r, at(start), limit(l), &err)) fail_msg("%s from %s: %s", l, start, err.code);
  return due;
}

static void expect_due(const char *start, const char *l, const char *due) {
  char got[48];
  time_format(got, sizeof got, due_with(cal, &rules, start, l), OFFSET_CHINA_MIN);
  char want[48];
  time_format(want, sizeof want, at(due), OFFSET_CHINA_MIN);
  if (strcmp(got, want) != 0) fail_msg("%s + %s: %s, expected %s", start, l, got, want);
}

static struct clock *started(const char *start, const char *l) {
  struct error err = {0};
  struct clock *c = ARENA_NEW(arena, struct clock);
  assert_int_equal(clock_start(c, arena, at(start), limit(l), &err), 0);
  return c;
}

static struct clock_reading reading(const struct clock *c, const char *now) {
  struct error err = {0};
  struct clock_reading r;
  if (clock_read(&r, c, cal, &rules, at(now), &err)) fail_msg("%s", err.code);
  return r;
}

static void expect_time(time_ms got, const char *want) {
  char a[48], b[48];
  time_format(a, sizeof a, got, OFFSET_CHINA_MIN);
  time_format(b, sizeof b, at(want), OFFSET_CHINA_MIN);
  assert_string_equal(a, b);
}

/* ------------------------------------------------------------------ limits */

static void limits_are_read_from_procedures_and_catalogues(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t milli;
    enum unit unit;
    const char *written;
  } cases[] = {{"4 work-hours", 4000, UNIT_WORK_HOUR, "4 work-hours"},
               {"2UH", 2000, UNIT_URGENT_HOUR, "2 urgent-hours"},
               {"0.5 work-day", 500, UNIT_WORK_DAY, "0.5 work-days"},
               {"1 WD", 1000, UNIT_WORK_DAY, "1 work-day"},
               {"5 urgent-minutes", 5000, UNIT_URGENT_MINUTE, "5 urgent-minutes"},
               {"2 months", 2000, UNIT_MONTH, "2 months"},
               {"5UD", 5000, UNIT_URGENT_DAY, "5 urgent-days"},
               {"15 natural-days", 15000, UNIT_NATURAL_DAY, "15 natural-days"},
               {"1.125WH", 1125, UNIT_WORK_HOUR, "1.125 work-hours"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limit l = limit(cases[i].text);
    assert_int_equal(l.milli, cases[i].milli);
    assert_int_equal(l.unit, cases[i].unit);
    char text[48];
    limit_write(text, sizeof text, l);
    assert_string_equal(text, cases[i].written);
    assert_true(limit_same(limit(text), l));
  }
}

static void wrong_limits_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *code;
  } cases[] = {{"", "limit.text"},
               {"work-hours", "limit.text"},
               {"4", "limit.text"},
               {"4 hours", "limit.text"},
               {"-4 WH", "limit.text"},
               {"4. WH", "limit.text"},
               {"4.1234 WH", "limit.text"},
               {"4 WH x", "limit.text"},
               {"1 fixed", "limit.text"},
               {"0 WH", "limit.zero"},
               {"10001 WD", "limit.large"},
               {"0.5 month", "limit.month"},
               {"99999999999999999999 WH", "limit.text"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limit l;
    struct error err = {0};
    assert_int_equal(limit_parse(&l, cases[i].text, &err), -1);
    assert_string_equal(err.code, cases[i].code);
  }
  struct limit l;
  struct error err = {0};
  assert_int_equal(limit_parse(&l, NULL, &err), -1);
}

static void limits_are_said_in_two_languages(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 200);
  limit_words(&b, LANG_ZH, limit("4WH"));
  buf_puts(&b, "|");
  limit_words(&b, LANG_EN, limit("4WH"));
  buf_puts(&b, "|");
  limit_words(&b, LANG_EN, limit("1WD"));
  buf_puts(&b, "|");
  limit_words(&b, LANG_ZH, limit("0.5WD"));
  assert_string_equal(b.data, "4 个工作时|4 work hours|1 work day|0.5 个工作日");
  buf_free(&b);
}

/* ------------------------------------------------------------------ ends */

static void work_hours_skip_lunch_night_weekend_and_holiday(void **state) {
  (void)state;
  expect_due("2026-11-23T10:18", "4 work-hours", "2026-11-23T16:48");
  expect_due("2026-11-23T08:00", "1 work-hour", "2026-11-23T09:30");    /* before office */
  expect_due("2026-11-23T13:00", "1 work-hour", "2026-11-23T15:30");    /* at lunch */
  expect_due("2026-11-23T08:30", "3.5 work-hours", "2026-11-23T12:00"); /* to the end of the morning, not after lunch */
  expect_due("2026-11-23T20:00", "2 work-hours", "2026-11-24T10:30");   /* at night */
  expect_due("2026-11-27T17:00", "2 work-hours", "2026-11-30T09:30");   /* over the weekend */
  expect_due("2026-11-28T10:00", "1 work-hour", "2026-11-30T09:30");    /* on a Saturday */
  expect_due("2026-02-13T17:30", "1 work-hour", "2026-02-14T09:00");    /* Saturday 14 February is made up */
  expect_due("2026-09-30T17:30", "1 work-hour", "2026-10-08T09:00");    /* over National Day */
}

static void work_days_end_with_the_office_of_the_last_day(void **state) {
  (void)state;
  expect_due("2026-11-23T10:18", "1 work-day", "2026-11-24T18:00");
  expect_due("2026-11-23T23:00", "1 work-day", "2026-11-24T18:00");
  expect_due("2026-11-26T10:00", "3 work-days", "2026-12-01T18:00");
  expect_due("2026-11-28T10:00", "1 work-day", "2026-11-30T18:00");
  expect_due("2026-02-13T09:00", "1 work-day", "2026-02-14T18:00");
  expect_due("2026-02-14T09:00", "1 work-day", "2026-02-24T18:00");
  expect_due("2026-11-23T10:18", "0.5 work-day", "2026-11-24T12:00");
  expect_due("2026-11-23T10:18", "1.5 work-days", "2026-11-25T12:00");
  rules.work_day_start_counts = true;
  expect_due("2026-11-23T10:18", "1 work-day", "2026-11-23T18:00");
  expect_due("2026-11-28T10:00", "1 work-day", "2026-11-30T18:00");
}

static void urgent_units_run_through(void **state) {
  (void)state;
  expect_due("2026-10-01T23:59", "5 urgent-minutes", "2026-10-02T00:04");
  expect_due("2026-10-01T23:00", "2 urgent-hours", "2026-10-02T01:00");
  expect_due("2026-10-01T23:00", "1 urgent-day", "2026-10-02T23:00");
  expect_due("2026-10-01T23:00", "0.5 urgent-hour", "2026-10-01T23:30");
}

static void natural_days_and_months_follow_the_law(void **state) {
  (void)state;
  expect_due("2026-11-23T10:00", "2 natural-days", "2026-11-25T23:59:59.999");
  expect_due("2026-11-23T10:00", "5 natural-days", "2026-11-30T23:59:59.999"); /* Saturday: moved to Monday */
  expect_due("2026-09-25T10:00", "7 natural-days", "2026-10-08T23:59:59.999"); /* 2 October: moved */
  expect_due("2026-01-31T10:00", "1 month", "2026-02-28T23:59:59.999");        /* a made-up Saturday is worked */
  expect_due("2024-01-31T10:00", "1 month", "2024-02-29T23:59:59.999");
  expect_due("2026-04-30T10:00", "2 months", "2026-06-30T23:59:59.999");
  expect_due("2025-12-15T10:00", "2 months", "2026-02-24T23:59:59.999"); /* the 15th is a feast: moved */
  expect_due("2026-01-31T10:00", "12 months", "2027-02-01T23:59:59.999");
  rules.off_day_moves = false;
  expect_due("2026-11-23T10:00", "5 natural-days", "2026-11-28T23:59:59.999");
  rules.natural_day_start_counts = true;
  expect_due("2026-11-23T10:00", "5 natural-days", "2026-11-27T23:59:59.999");
  rules = clock_rules_usual();
  rules.office_end_ends = true;
  expect_due("2026-11-23T10:00", "2 natural-days", "2026-11-25T18:00");
  rules = clock_rules_usual();
  rules.month_end_spills = true;
  expect_due("2026-03-31T10:00", "1 month", "2026-05-06T23:59:59.999"); /* 1 May and the days after are off */
}

/* Ten in the morning of a day, and the day on which so many months from then end. */
static int32_t months_later(int32_t day, int months) {
  struct error err = {0};
  time_ms due;
  struct limit l = {(int64_t)months * LIMIT_ONE, UNIT_MONTH};
  if (clock_advance(&due, cal, &rules, ms_of_day(day, OFFSET_CHINA_MIN) + 10 * HOUR_MS, l, &err)) fail_msg("%s", err.code);
  return day_of_ms(due, OFFSET_CHINA_MIN);
}

/* The day of the same number in the month that many later, or that month's last. */
static int32_t same_day(int32_t day, int months) {
  struct civil c;
  civil_from_day(&c, day);
  int month = c.year * 12 + c.month - 1 + months, year = month / 12, last = days_in_month(year, month % 12 + 1);
  return day_from_civil(year, month % 12 + 1, c.day < last ? c.day : last);
}

/* What a plan of visits counts by: every day of six years, every span up to a year. */
static void months_end_on_the_same_day_or_the_months_last_from_every_day(void **state) {
  (void)state;
  enum { LONGEST_FEAST = 12 };
  int32_t first = day_from_civil(2020, 1, 1), last = day_from_civil(2025, 12, 31);
  for (int months = 1; months <= 12; months++) {
    int32_t before = 0;
    for (int32_t day = first; day <= last; day++) {
      rules.off_day_moves = false;
      assert_int_equal(months_later(day, months), same_day(day, months));
      rules.off_day_moves = true;
      int32_t due = months_later(day, months), plain = same_day(day, months);
      assert_true(due >= plain && due - plain <= LONGEST_FEAST);
      assert_true(due >= before); /* who was visited later is not due earlier */
      before = due;
    }
  }
}

/* Each visit paid on the day it is due: the dates go on, none twice, and a year holds four. */
static void visits_every_three_months_go_on_from_any_first_day(void **state) {
  (void)state;
  int32_t first = day_from_civil(2020, 1, 1);
  for (int32_t served = first; served < first + 366; served++) {
    int32_t due = served;
    for (int visit = 0; visit < 8; visit++) {
      int32_t next = months_later(due, 3);
      assert_true(next - due >= 89 && next - due <= 92 + 12);
      due = next;
    }
    assert_true(due - served >= 8 * 89);
  }
}

static void another_offset_has_its_own_midnight(void **state) {
  (void)state;
  struct calendar *urumqi = real_calendar(arena, 6 * 60), *west = real_calendar(arena, -5 * 60);
  assert_non_null(urumqi);
  assert_non_null(west);
  time_ms start, due, want;
  struct error err = {0};
  assert_true(time_parse(&start, "2026-11-23T10:18:00+06:00", 0));
  assert_true(time_parse(&want, "2026-11-23T16:48:00+06:00", 0));
  assert_int_equal(clock_advance(&due, urumqi, &rules, start, limit("4WH"), &err), 0);
  assert_int_equal(due, want);
  assert_true(time_parse(&start, "2026-11-23T23:30:00-05:00", 0));
  assert_true(time_parse(&want, "2026-11-24T18:00:00-05:00", 0));
  assert_int_equal(clock_advance(&due, west, &rules, start, limit("1WD"), &err), 0);
  assert_int_equal(due, want);
}

static void an_end_beyond_the_calendar_is_an_error(void **state) {
  (void)state;
  struct error err = {0};
  time_ms due;
  assert_int_equal(clock_advance(&due, cal, &rules, at("2079-12-01"), limit("100WD"), &err), -1);
  assert_string_equal(err.code, "clock.beyond-calendar");
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, at("2079-12-01"), limit("9999 months"), &err), -1);
  assert_string_equal(err.code, "clock.beyond-calendar");
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, at("1970-01-01"), limit("1UH"), &err), -1);
  assert_string_equal(err.code, "clock.beyond-calendar");
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, INT64_MAX, limit("1WD"), &err), -1);
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, INT64_MIN, limit("1WD"), &err), -1);
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, at("2026-01-01"), (struct limit){0, UNIT_WORK_DAY}, &err), -1);
  assert_string_equal(err.code, "limit.zero");
  error_clear(&err);
  assert_int_equal(clock_advance(&due, cal, &rules, at("2026-01-01"), (struct limit){INT64_MAX, UNIT_WORK_HOUR}, &err),
                   -1);
  assert_string_equal(err.code, "limit.large");
}

/* ------------------------------------------------------------------ a clock's life */

static void a_clock_is_read_as_it_runs(void **state) {
  (void)state;
  struct clock *c = started("2026-11-23T10:18", "4WH");
  struct clock_reading r = reading(c, "2026-11-23T11:18");
  assert_int_equal(r.state, STATE_RUNNING);
  assert_int_equal(r.light, LIGHT_GREEN);
  assert_int_equal(r.used, HOUR_MS);
  assert_int_equal(r.left, 3 * HOUR_MS);
  assert_int_equal(r.used_milli, 250);
  expect_time(r.due, "2026-11-23T16:48");
  expect_time(r.warn_at, "2026-11-23T15:36"); /* 30 % of four hours, sooner than one hour before the end */
  assert_int_equal(reading(c, "2026-11-23T15:35:59").light, LIGHT_GREEN);
  assert_int_equal(reading(c, "2026-11-23T15:36").light, LIGHT_AMBER);
  assert_int_equal(reading(c, "2026-11-23T16:48").light, LIGHT_AMBER);
  r = reading(c, "2026-11-23T17:48");
  assert_int_equal(r.state, STATE_LATE);
  assert_int_equal(r.light, LIGHT_RED);
  assert_int_equal(r.over, HOUR_MS);
  assert_int_equal(r.left, 0);
  struct clock_reading day = reading(started("2026-11-23T10:18", "1WD"), "2026-11-24T12:00");
  assert_int_equal(day.used, DAY_TICKS / 2);
  assert_int_equal(day.left, DAY_TICKS / 2);
}

static void half_of_the_limit_is_used_at_a_moment(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-11-23T10:18", "4WH");
  time_ms t;
  assert_int_equal(clock_moment(&t, c, cal, &rules, 500, c->started, &err), 0);
  expect_time(t, "2026-11-23T14:48");
  assert_int_equal(clock_moment(&t, c, cal, &rules, 2000, c->started, &err), 0);
  expect_time(t, "2026-11-24T11:18"); /* 1.2 hours left on Monday, 2.8 on Tuesday */
  assert_int_equal(clock_moment(&t, c, cal, &rules, 1000, c->started, &err), 0);
  expect_time(t, "2026-11-23T16:48");
  assert_int_equal(clock_moment(&t, c, cal, &rules, 0, c->started, &err), 0);
  expect_time(t, "2026-11-23T10:18");
}

static void a_pause_does_not_count(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_pause(c, arena, at("2026-11-23T11:18"), "等待居民补充材料", &err), 0);
  struct clock_reading r = reading(c, "2026-11-24T09:00");
  assert_int_equal(r.state, STATE_PAUSED);
  assert_int_equal(r.light, LIGHT_GREY);
  assert_true(r.due_moves);
  assert_int_equal(r.used, HOUR_MS);
  expect_time(r.due, "2026-11-24T12:00");
  assert_int_equal(clock_resume(c, arena, at("2026-11-24T09:30"), NULL, &err), 0);
  r = reading(c, "2026-11-24T10:00");
  assert_int_equal(r.state, STATE_RUNNING);
  expect_time(r.due, "2026-11-24T15:00");
  assert_int_equal(r.used, HOUR_MS + HOUR_MS / 2);
  /* Paused at its very end it is over, however late it goes on. */
  struct clock *e = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_pause(e, arena, at("2026-11-23T16:48"), "x", &err), 0);
  expect_time(reading(e, "2026-11-24T09:00").due, "2026-11-23T16:48");
  assert_int_equal(reading(e, "2026-11-24T09:00").state, STATE_LATE);
  /* A work-day clock has its last day whole. */
  struct clock *d = started("2026-11-23T10:00", "1WD");
  assert_int_equal(clock_pause(d, arena, at("2026-11-24T10:00"), "x", &err), 0);
  assert_int_equal(clock_resume(d, arena, at("2026-11-25T11:00"), NULL, &err), 0);
  expect_time(reading(d, "2026-11-25T12:00").due, "2026-11-26T18:00");
  rules.whole_days = false;
  expect_time(reading(d, "2026-11-25T12:00").due, "2026-11-26T09:30");
}

static void a_change_of_category_keeps_the_time_used(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-11-23T10:00", "2WH");
  assert_int_equal(clock_relimit(c, arena, at("2026-11-23T11:00"), limit("1WD"), "改为道路破损", &err), 0);
  expect_time(reading(c, "2026-11-23T11:00").due, "2026-11-24T18:00"); /* as if it had been so from the start */
  assert_int_equal(clock_relimit(c, arena, at("2026-11-23T15:30"), limit("3WH"), "改回", &err), 0);
  struct clock_reading r = reading(c, "2026-11-23T15:30");
  assert_int_equal(r.used, 3 * HOUR_MS);
  assert_int_equal(r.left, 0);
  expect_time(r.due, "2026-11-23T15:30");
  assert_int_equal(r.state, STATE_RUNNING);
  assert_int_equal(reading(c, "2026-11-23T15:31").state, STATE_LATE);
  /* A shorter limit may already have been over, even while the clock was paused later. */
  struct clock *d = started("2026-11-23T08:30", "3WD");
  assert_int_equal(clock_pause(d, arena, at("2026-11-23T11:30"), "x", &err), 0);
  assert_int_equal(clock_relimit(d, arena, at("2026-11-23T14:30"), limit("1UH"), "危险", &err), 0);
  r = reading(d, "2026-11-23T15:00");
  expect_time(r.due, "2026-11-23T09:30");
  assert_int_equal(r.state, STATE_LATE);
}

static void an_extension_adds_and_keeps_its_history(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_extend(c, arena, at("2026-11-23T11:00"), limit("2WH"), "雨天", &err), 0);
  struct clock_reading r = reading(c, "2026-11-23T11:00");
  expect_time(r.due, "2026-11-24T09:18");
  assert_int_equal(r.limit.milli, 6000);
  assert_int_equal(r.total, 6 * HOUR_MS);
  /* In another unit it counts from the end there would have been. */
  struct clock *d = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_extend(d, arena, at("2026-11-23T11:00"), limit("1WD"), "缺配件", &err), 0);
  expect_time(reading(d, "2026-11-23T11:00").due, "2026-11-24T18:00");
  assert_int_equal(reading(d, "2026-11-23T11:00").limit.milli, 4000);
  assert_string_equal(d->segments[1].reason, "缺配件");
  /* A new limit replaces extensions of the old one. */
  assert_int_equal(clock_relimit(d, arena, at("2026-11-23T11:30"), limit("5WH"), "改类", &err), 0);
  expect_time(reading(d, "2026-11-23T11:30").due, "2026-11-23T17:48");
}

static void a_clock_ends_once(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_meet(c, at("2026-11-23T16:48"), &err), 0);
  struct clock_reading r = reading(c, "2027-01-01");
  assert_int_equal(r.state, STATE_MET);
  assert_int_equal(r.used, 4 * HOUR_MS);
  assert_int_equal(clock_meet(c, at("2026-11-23T17:00"), &err), -1);
  assert_string_equal(err.code, "clock.ended");
  error_clear(&err);
  c = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_meet(c, at("2026-11-23T16:48:01"), &err), 0);
  assert_int_equal(reading(c, "2027-01-01").state, STATE_LATE);
  c = started("2026-11-23T10:18", "4WH");
  assert_int_equal(clock_void(c, at("2026-11-25"), &err), 0);
  assert_int_equal(reading(c, "2027-01-01").state, STATE_VOID);
}

static void what_cannot_happen_is_refused(void **state) {
  (void)state;
  struct error err = {0};
  struct clock empty = {0}, *c = started("2026-11-23T10:18", "4WH");
  struct clock_reading r;
  static const char *const codes[] = {"clock.empty", "clock.started", "clock.running", "clock.order", "clock.paused"};
  for (int i = 0; i < 5; i++) {
    int rc = i == 0   ? clock_read(&r, &empty, cal, &rules, at("2026-11-23"), &err)
             : i == 1 ? clock_start(c, arena, at("2026-11-23"), limit("1WD"), &err)
             : i == 2 ? clock_resume(c, arena, at("2026-11-24"), NULL, &err)
             : i == 3 ? clock_pause(c, arena, at("2026-11-23T10:17"), "x", &err)
                      : clock_pause(c, arena, at("2026-11-24"), "x", &err) ||
                            clock_pause(c, arena, at("2026-11-24"), "x", &err);
    assert_int_not_equal(rc, 0);
    assert_string_equal(err.code, codes[i]);
    error_clear(&err);
  }
  int rc = 0;
  for (int i = 0; i < CLOCK_SEGMENTS_MAX && !rc; i++)
    rc = clock_resume(c, arena, at("2026-11-25"), NULL, &err) || clock_pause(c, arena, at("2026-11-25"), "x", &err);
  assert_int_not_equal(rc, 0);
  assert_string_equal(err.code, "clock.segments");
}

static void an_end_may_be_given_as_a_moment(void **state) {
  (void)state;
  struct error err = {0};
  struct clock c = {0}, wrong = {0};
  assert_int_equal(clock_start_fixed(&c, arena, at("2015-01-01T00:25"), at("2015-01-16T08:30"), &err), 0);
  struct clock_reading r = reading(&c, "2015-01-10");
  assert_int_equal(r.state, STATE_RUNNING);
  expect_time(r.due, "2015-01-16T08:30");
  assert_int_equal(r.used + r.left, r.total);
  assert_int_equal(r.unknown_year, 0);
  assert_int_equal(clock_pause(&c, arena, at("2015-01-11"), "x", &err), 0);
  expect_time(reading(&c, "2015-01-12").due, "2015-01-16T08:30");
  assert_int_equal(clock_extend(&c, arena, at("2015-01-12"), limit("1WD"), "x", &err), -1);
  assert_string_equal(err.code, "clock.fixed");
  error_clear(&err);
  assert_int_equal(clock_meet(&c, at("2015-01-16T08:30"), &err), 0);
  assert_int_equal(reading(&c, "2015-02-01").state, STATE_MET);
  assert_int_equal(clock_start_fixed(&wrong, arena, at("2015-01-02"), at("2015-01-01"), &err), -1);
  assert_string_equal(err.code, "clock.fixed-order");
}

static void a_year_without_notice_is_counted_by_weekends_and_said(void **state) {
  (void)state;
  struct clock *c = started("2026-12-30T10:00", "3WD");
  struct clock_reading r = reading(c, "2026-12-30T11:00");
  expect_time(r.due, "2027-01-04T18:00"); /* 1 January counts as worked until the notice says otherwise */
  assert_int_equal(r.unknown_year, 2027);
  struct clock_line *lines;
  size_t n;
  struct error err = {0};
  assert_int_equal(clock_explain(&lines, &n, arena, c, cal, &rules, r.due, &err), 0);
  assert_int_equal(lines[n - 1].kind, LINE_UNKNOWN);
  assert_int_equal(lines[n - 1].year, 2027);
  assert_int_equal(reading(started("2026-12-30T10:00", "3UD"), "2026-12-30T10:00").unknown_year, 0);
  /* The notice comes: the open clock has another end. */
  struct calendar *later = calendar_new(arena, OFFSET_CHINA_MIN);
  assert_int_equal(add_usual_hours(later, &err), 0);
  assert_int_equal(calendar_load_file(later, CHINESE_DAYS, &err), 0);
  struct calendar_day off = {.day = day_from_civil(2027, 1, 1), .rule = DAY_OFF, .zh = "元旦"};
  assert_int_equal(calendar_add_day(later, &off, &err), 0);
  assert_int_equal(calendar_add_year(later, 2027, &err), 0);
  assert_int_equal(calendar_build(later, 0, 0, &err), 0);
  assert_int_equal(clock_read(&r, c, later, &rules, at("2026-12-30T11:00"), &err), 0);
  expect_time(r.due, "2027-01-05T18:00");
  assert_int_equal(r.unknown_year, 0);
}

/* ------------------------------------------------------------------ told line by line */

static char *told(const struct clock *c, const char *until, enum lang lang) {
  struct clock_line *lines;
  size_t n;
  struct error err = {0};
  struct buf b;
  assert_int_equal(clock_explain(&lines, &n, arena, c, cal, &rules, at(until), &err), 0);
  buf_init(&b, 1 << 20);
  struct clock_reading r = reading(c, until);
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++) {
    clock_line_words(&b, lang, &lines[i], r.limit.unit, OFFSET_CHINA_MIN);
    buf_putc(&b, '\n');
    sum += lines[i].counted;
  }
  assert_int_equal(sum, r.used);
  char *text = arena_strdup(arena, b.data);
  buf_free(&b);
  return text;
}

static void every_line_says_what_counted_and_why(void **state) {
  (void)state;
  struct error err = {0};
  struct clock *c = started("2026-02-13T16:00", "8WH");
  assert_int_equal(clock_pause(c, arena, at("2026-02-14T10:30"), "等待材料", &err), 0);
  assert_int_equal(clock_resume(c, arena, at("2026-02-14T11:00"), NULL, &err), 0);
  assert_string_equal(told(c, "2026-02-24T09:00", LANG_ZH),
                      "2026-02-13 16:00 至 2026-02-13 18:00　办公时间，计 2 个工作时\n"
                      "2026-02-13 18:00 至 2026-02-14 08:30　下班时间，不计\n"
                      "2026-02-14 08:30 至 2026-02-14 10:30　办公时间（春节，调休上班），计 2 个工作时\n"
                      "2026-02-14 10:30 至 2026-02-14 11:00　暂停计时：等待材料\n"
                      "2026-02-14 11:00 至 2026-02-14 12:00　办公时间（春节，调休上班），计 1 个工作时\n"
                      "2026-02-14 12:00 至 2026-02-14 14:30　午休等非办公时间，不计\n"
                      "2026-02-14 14:30 至 2026-02-14 18:00　办公时间（春节，调休上班），计 3.5 个工作时\n"
                      "2026-02-14 18:00 至 2026-02-15 00:00　下班时间，不计\n"
                      "2026-02-15 00:00 至 2026-02-20 00:00　春节，法定放假，不计\n"
                      "2026-02-20 00:00 至 2026-02-21 00:00　春节，调休放假，不计\n"
                      "2026-02-21 00:00 至 2026-02-23 00:00　春节，法定放假，不计\n"
                      "2026-02-23 00:00 至 2026-02-24 00:00　春节，调休放假，不计\n"
                      "2026-02-24 00:00 至 2026-02-24 08:30　下班时间，不计\n"
                      "2026-02-24 08:30 至 2026-02-24 09:00　办公时间，计 0.5 个工作时\n");
  struct clock *d = started("2026-11-26T10:00", "2WH");
  assert_int_equal(clock_relimit(d, arena, at("2026-11-26T11:00"), limit("2WD"), "other category", &err), 0);
  assert_string_equal(told(d, "2026-11-30T18:00", LANG_EN),
                      "2026-11-26 10:00 to 2026-11-26 11:00: the start day, not counted\n"
                      "2026-11-26 11:00: limit changed from 2 work hours to 2 work days: other category\n"
                      "2026-11-26 11:00 to 2026-11-27 00:00: the start day, not counted\n"
                      "2026-11-27 00:00 to 2026-11-28 00:00: work day, counted 1 work day\n"
                      "2026-11-28 00:00 to 2026-11-30 00:00: Weekend, not counted\n"
                      "2026-11-30 00:00 to 2026-11-30 18:00: work day, counted 1 work day\n");
  assert_string_equal(told(started("2026-09-25T10:00", "7ND"), "2026-10-08T10:00", LANG_EN),
                      "2026-09-25 10:00 to 2026-09-26 00:00: the start day, not counted\n"
                      "2026-09-26 00:00 to 2026-10-08 10:00: runs on without a break, counted 12.416 natural days\n"
                      "The last day, 2026-10-02, is National Day, Public holiday: the end moves to 2026-10-08 23:59\n");
}

static void a_very_long_clock_is_told_in_bounded_lines(void **state) {
  (void)state;
  struct clock *c = started("2026-01-05T10:00", "9000WH");
  struct clock_line *lines;
  size_t n;
  struct error err = {0};
  time_ms due;
  assert_int_equal(clock_due(&due, c, cal, &rules, c->started, &err), 0);
  assert_int_equal(clock_explain(&lines, &n, arena, c, cal, &rules, due, &err), 0);
  assert_true(n <= CLOCK_LINES_MAX + 2);
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += lines[i].counted;
  assert_int_equal(sum, 9000LL * HOUR_MS);
}

static void lines_are_written_as_json(void **state) {
  (void)state;
  struct clock_line *lines;
  size_t n;
  struct error err = {0};
  struct buf b;
  struct json j;
  assert_int_equal(
      clock_explain(&lines, &n, arena, started("2026-11-23T17:00", "2WH"), cal, &rules, at("2026-11-23T18:30"), &err),
      0);
  buf_init(&b, 4096);
  json_start(&j, &b);
  clock_lines_json(&j, lines, n, UNIT_WORK_HOUR, OFFSET_CHINA_MIN);
  assert_string_equal(
      b.data,
      "[{\"kind\":\"office\",\"from\":\"2026-11-23T17:00:00+08:00\",\"to\":\"2026-11-23T18:00:00+08:00\","
      "\"counted\":1,\"unit\":\"work-hour\",\"ticks\":3600000,\"day\":\"work\"},"
      "{\"kind\":\"night\",\"from\":\"2026-11-23T18:00:00+08:00\",\"to\":\"2026-11-23T18:30:00+08:00\","
      "\"counted\":0,\"unit\":\"work-hour\",\"ticks\":0}]");
  buf_free(&b);
}

/* ------------------------------------------------------------------ properties, with a seeded generator */

static uint64_t seed = 20260209;

static uint64_t draw(uint64_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed % below;
}

static time_ms some_moment(void) {
  return at("2024-01-01") + (time_ms)draw(3ULL * 365 * 24 * 3600) * SECOND_MS;
}

static struct limit some_limit(void) {
  enum unit u = (enum unit)(UNIT_URGENT_MINUTE + draw(UNIT_MONTH));
  int64_t milli = u == UNIT_MONTH || draw(3) ? (int64_t)(1 + draw(20)) * LIMIT_ONE : (int64_t)(1 + draw(20000));
  return (struct limit){milli, u};
}

static time_ms advance(time_ms start, struct limit l) {
  struct error err = {0};
  time_ms due;
  if (clock_advance(&due, cal, &rules, start, l, &err)) fail_msg("%s", err.code);
  return due;
}

static void later_starts_and_larger_amounts_never_end_earlier(void **state) {
  (void)state;
  for (int i = 0; i < 20000; i++) {
    struct limit l = some_limit(), more = l;
    time_ms start = some_moment(), later = start + (time_ms)draw(400000) * SECOND_MS;
    more.milli += (int64_t)(l.unit == UNIT_MONTH ? draw(5) * LIMIT_ONE : draw(5000));
    time_ms due = advance(start, l);
    assert_true(due > start);
    assert_true(advance(later, l) >= due);
    assert_true(advance(start, more) >= due);
  }
}

static void work_hours_add_up(void **state) {
  (void)state;
  for (int i = 0; i < 20000; i++) {
    struct limit a = {(int64_t)(1 + draw(50000)), UNIT_WORK_HOUR}, b = {(int64_t)(1 + draw(50000)), UNIT_WORK_HOUR};
    time_ms start = some_moment();
    struct limit both = {a.milli + b.milli, UNIT_WORK_HOUR};
    assert_int_equal(advance(advance(start, a), b), advance(start, both));
  }
}

/* A clock with a random life. */
static struct clock *some_clock(time_ms *now) {
  struct error err = {0};
  struct clock *c = ARENA_NEW(arena, struct clock);
  time_ms t = some_moment();
  assert_int_equal(clock_start(c, arena, t, some_limit(), &err), 0);
  bool paused = false;
  for (uint64_t steps = draw(8); steps; steps--) {
    t += (time_ms)draw(200000) * SECOND_MS;
    int rc = 0;
    switch (draw(4)) {
      case 0: rc = clock_relimit(c, arena, t, some_limit(), "r", &err); break;
      case 1: rc = clock_extend(c, arena, t, some_limit(), "e", &err); break;
      default:
        rc = paused ? clock_resume(c, arena, t, NULL, &err) : clock_pause(c, arena, t, "p", &err);
        paused = !paused;
    }
    assert_int_equal(rc, 0);
  }
  *now = t + (time_ms)draw(400000) * SECOND_MS;
  return c;
}

static void what_is_told_adds_up_to_what_is_used(void **state) {
  (void)state;
  struct arena *whole = arena;
  for (int i = 0; i < 4000; i++) {
    arena = arena_new(64 << 20);
    struct error err = {0};
    struct clock_reading r;
    struct clock_line *lines;
    size_t n;
    time_ms now;
    struct clock *c = some_clock(&now);
    if (clock_read(&r, c, cal, &rules, now, &err)) fail_msg("%s", err.code);
    assert_int_equal(clock_explain(&lines, &n, arena, c, cal, &rules, now, &err), 0);
    int64_t sum = 0;
    for (size_t k = 0; k < n; k++) {
      sum += lines[k].counted;
      assert_true(lines[k].counted >= 0);
      assert_true(lines[k].from <= lines[k].to || lines[k].kind == LINE_MOVED || lines[k].kind == LINE_UNKNOWN);
      if (k && lines[k].kind != LINE_MOVED && lines[k].kind != LINE_UNKNOWN)
        assert_int_equal(lines[k].from, lines[k - 1].to); /* no gap, nothing twice */
    }
    assert_int_equal(sum, r.used);
    if (now <= r.due && r.state != STATE_LATE) assert_int_equal(r.used + r.left, r.total > r.used ? r.total : r.used);
    arena_free(arena);
  }
  arena = whole;
}

static void pausing_and_resuming_never_ends_earlier(void **state) {
  (void)state;
  struct arena *whole = arena;
  for (int i = 0; i < 10000; i++) {
    arena = arena_new(1 << 20);
    struct error err = {0};
    struct clock a = {0}, b = {0};
    struct limit l = some_limit();
    time_ms start = some_moment(), due, later;
    assert_int_equal(clock_start(&a, arena, start, l, &err), 0);
    assert_int_equal(clock_start(&b, arena, start, l, &err), 0);
    assert_int_equal(clock_due(&due, &a, cal, &rules, start, &err), 0);
    time_ms pause = start + (time_ms)draw((uint64_t)(due - start)), resume = pause + (time_ms)draw(500000) * SECOND_MS;
    assert_int_equal(clock_pause(&b, arena, pause, "p", &err), 0);
    assert_int_equal(clock_resume(&b, arena, resume, NULL, &err), 0);
    assert_int_equal(clock_due(&later, &b, cal, &rules, resume, &err), 0);
    assert_true(later >= due);
    arena_free(arena);
  }
  arena = whole;
}

static void asking_again_changes_nothing(void **state) {
  (void)state;
  struct calendar *again = real_calendar(arena, OFFSET_CHINA_MIN);
  for (int i = 0; i < 2000; i++) {
    struct error err = {0};
    time_ms now, a, b;
    struct clock *c = some_clock(&now);
    assert_int_equal(clock_due(&a, c, cal, &rules, now, &err), 0);
    assert_int_equal(clock_due(&b, c, again, &rules, now, &err), 0);
    assert_int_equal(a, b);
  }
}

static void the_end_is_where_the_limit_is_used(void **state) {
  (void)state;
  for (int i = 0; i < 10000; i++) {
    struct error err = {0};
    struct clock c = {0};
    struct clock_reading r;
    struct limit l = some_limit();
    assert_int_equal(clock_start(&c, arena, some_moment(), l, &err), 0);
    time_ms due;
    assert_int_equal(clock_due(&due, &c, cal, &rules, c.started, &err), 0);
    assert_int_equal(clock_read(&r, &c, cal, &rules, due, &err), 0);
    assert_true(r.state == STATE_RUNNING);
    assert_true(r.left <= 1);
    assert_int_equal(clock_read(&r, &c, cal, &rules, due + 1, &err), 0);
    assert_true(r.state == STATE_LATE);
  }
}

static void an_end_is_found_quickly(void **state) {
  (void)state;
  enum { TIMES = 200000 };
  struct error err = {0};
  time_ms due, sum = 0, start = at("2026-01-01");
  int64_t before = monotonic_ns();
  for (int i = 0; i < TIMES; i++) {
    struct limit l = {(1 + i % 40) * LIMIT_ONE, i % 2 ? UNIT_WORK_HOUR : UNIT_WORK_DAY};
    if (clock_advance(&due, cal, &rules, start + (time_ms)i * 60000, l, &err)) fail_msg("%s", err.code);
    sum += due;
  }
  int64_t each = (monotonic_ns() - before) / TIMES;
  fprintf(stderr, "# one end in %lld ns (check %lld)\n", (long long)each, (long long)(sum % 1000));
  assert_true(each < 20000); /* generous: other programs share the machine, sanitizers run this too */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(limits_are_read_from_procedures_and_catalogues),
      TEST(wrong_limits_are_refused),
      TEST(limits_are_said_in_two_languages),
      TEST(work_hours_skip_lunch_night_weekend_and_holiday),
      TEST(work_days_end_with_the_office_of_the_last_day),
      TEST(urgent_units_run_through),
      TEST(natural_days_and_months_follow_the_law),
      TEST(months_end_on_the_same_day_or_the_months_last_from_every_day),
      TEST(visits_every_three_months_go_on_from_any_first_day),
      TEST(another_offset_has_its_own_midnight),
      TEST(an_end_beyond_the_calendar_is_an_error),
      TEST(a_clock_is_read_as_it_runs),
      TEST(half_of_the_limit_is_used_at_a_moment),
      TEST(a_pause_does_not_count),
      TEST(a_change_of_category_keeps_the_time_used),
      TEST(an_extension_adds_and_keeps_its_history),
      TEST(a_clock_ends_once),
      TEST(what_cannot_happen_is_refused),
      TEST(an_end_may_be_given_as_a_moment),
      TEST(a_year_without_notice_is_counted_by_weekends_and_said),
      TEST(every_line_says_what_counted_and_why),
      TEST(a_very_long_clock_is_told_in_bounded_lines),
      TEST(lines_are_written_as_json),
      TEST(later_starts_and_larger_amounts_never_end_earlier),
      TEST(work_hours_add_up),
      TEST(what_is_told_adds_up_to_what_is_used),
      TEST(pausing_and_resuming_never_ends_earlier),
      TEST(asking_again_changes_nothing),
      TEST(the_end_is_where_the_limit_is_used),
      TEST(an_end_is_found_quickly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
