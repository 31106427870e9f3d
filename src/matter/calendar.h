/* The work calendar: which days are worked, during which hours, and why.
 *
 * Three layers, the later over the earlier: the district's office hours with their working week (from a date on),
 * the days the State Council's yearly notice moves (days off, and weekends made up, 调休), and the district's own
 * changes (a day off, a half day, an emergency day). Rows go in, calendar_build() seals them into one table of days
 * with running sums, so that "four work hours from now" is a search in a sorted array and never a walk. A sealed
 * calendar is read-only and may be read by any number of threads.
 *
 * 全国年节及纪念日放假办法 (2024): a day is worked when it is Monday to Friday and not off by the notice, or a
 * weekend day named by it as made up. The notice belongs to its year, but may name days of the December before. A year
 * without a notice is worked by its weekends alone, and every answer that touches it says so. */
#ifndef MATTER_CALENDAR_H
#define MATTER_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time.h"

struct arena;
struct calendar;

enum {
  CALENDAR_SPANS = 8,          /* office hours a day has at most */
  CALENDAR_ROWS = 20000,       /* special days a calendar has at most */
  CALENDAR_HOURS = 200,        /* changes of office hours */
  CALENDAR_FILE_MAX = 1 << 20, /* bytes of a calendar file */
  CALENDAR_NAME_MAX = 120,     /* bytes of a day's name */
  CALENDAR_FIRST_YEAR = 2000,  /* the table's years unless calendar_build is told others */
  CALENDAR_LAST_YEAR = 2079,
  CALENDAR_YEARS_MAX = 200,
  WEEK_MONDAY_TO_FRIDAY = 0x1F, /* bit 0 Monday .. bit 6 Sunday */
  DAY_TICKS = 1000000000        /* one work day is counted in parts finer than a millisecond */
};

/* Minutes of a day, [from, to): 08:30-12:00 is {510, 720}. 24:00 is 1440. */
struct span {
  int16_t from, to;
};

/* Who says that the day is special. The district's word goes over the nation's. */
enum calendar_layer { CALENDAR_NATION, CALENDAR_DISTRICT };

enum day_rule {
  DAY_OFF,    /* not worked */
  DAY_WORKED, /* worked with the usual hours, whatever weekday it is: a made-up weekend, an emergency day */
  DAY_HOURS   /* worked with hours of its own: a half day */
};

/* One special day: what the tables keep and the loaders make. Names may be NULL or "". */
struct calendar_day {
  int32_t day; /* base/time.h day number */
  enum calendar_layer layer;
  enum day_rule rule;
  bool in_lieu; /* off, not for the feast itself but moved there from a weekend; told, not counted */
  const char *zh, *en;
  struct span spans[CALENDAR_SPANS]; /* for DAY_HOURS */
  int span_count;
};

/* Office hours from a day on, until the next such row. */
struct calendar_hours {
  int32_t from; /* day number */
  int week;     /* bit mask of the weekdays worked; 0 means Monday to Friday */
  struct span spans[CALENDAR_SPANS];
  int span_count;
};

/* An empty calendar in `a`, for a place `offset_min` minutes east of UTC. The table of the usual 80 years takes about
 * half a megabyte of the arena. */
struct calendar *calendar_new(struct arena *a, int offset_min);

/* Adds one row; strings are copied. A later row for the same day and layer replaces the earlier (next year's notice may
 * change this December). Errors (ERR_INPUT): calendar.day.range, calendar.day.name, calendar.spans, calendar.too-many.
 */
int calendar_add_day(struct calendar *c, const struct calendar_day *row, struct error *err);

/* Adds office hours. Errors (ERR_INPUT): calendar.day.range, calendar.spans, calendar.week, calendar.too-many. */
int calendar_add_hours(struct calendar *c, const struct calendar_hours *row, struct error *err);

/* Says that the notice for `year` is published and in. Error: calendar.year. */
int calendar_add_year(struct calendar *c, int year, struct error *err);

/* Reads "08:30-12:00, 14:30-18:00" (comma, Chinese comma, semicolon or white space between; - or – inside).
 * False when it is anything else, out of order or overlapping. */
bool calendar_read_spans(struct span *spans, int *count, const char *text);

/* Seals the calendar: rows become the table of the years first..last (0, 0 for the usual ones). Without any office
 * hours the error calendar.no-hours; calendar.year when the years make no sense. To change a sealed calendar, make a
 * new one from the rows and recompute the open clocks (clock_due in matter/clock.h). */
int calendar_build(struct calendar *c, int first_year, int last_year, struct error *err);

/* Loaders. Bytes are bounded (CALENDAR_FILE_MAX), JSON is strict (duplicate keys refused), dates and names are checked;
 * nothing is added when anything is wrong. Errors: calendar.file.json ({1} line, {2} what), calendar.file.shape
 * ({1} what was met where), calendar.file.date, calendar.file.size.
 *   chinese_days: {"holidays":{"2026-01-01":"New Year's Day,元旦,1"},"workdays":{…},"inLieuDays":{…}}, many years;
 *     a year counts as published when its 1 January is in.
 *   holiday_cn: {"year":2026,"papers":[…],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true}]}, one notice;
 *     an empty `days` is a year not yet published. */
int calendar_load_chinese_days(struct calendar *c, const char *json, size_t n, struct error *err);
int calendar_load_holiday_cn(struct calendar *c, const char *json, size_t n, struct error *err);
/* Either of them, told apart by its keys, from a file. Also calendar.file.read. */
int calendar_load_file(struct calendar *c, const char *path, struct error *err);

/* The rows, in the order they were added, for those who store them. The pointers live as long as the calendar. */
size_t calendar_day_count(const struct calendar *c);
const struct calendar_day *calendar_day_at(const struct calendar *c, size_t i);
size_t calendar_hours_count(const struct calendar *c);
const struct calendar_hours *calendar_hours_at(const struct calendar *c, size_t i);

/* Is the notice of this year in? May be asked before and after sealing. */
bool calendar_known(const struct calendar *c, int year);
/* The first year not known that the days from..to touch, or 0. */
int calendar_unknown_between(const struct calendar *c, int32_t from, int32_t to);
int calendar_offset(const struct calendar *c); /* minutes east of UTC */

/* ------------------------------------------------------------------ asking a sealed calendar */

/* What a day is, for people: words are under "clock.day.<name>" by calendar_day_key(). */
enum day_kind {
  DAY_KIND_WORK,          /* a plain work day */
  DAY_KIND_WEEKEND,       /* plainly not worked */
  DAY_KIND_HOLIDAY,       /* off by the notice */
  DAY_KIND_IN_LIEU,       /* off by the notice, moved from a weekend */
  DAY_KIND_MAKE_UP,       /* a weekend day worked by the notice */
  DAY_KIND_DISTRICT_OFF,  /* off by the district's own change */
  DAY_KIND_DISTRICT_WORK, /* worked by the district's own change */
  DAY_KIND_DISTRICT_HOURS /* worked with hours of its own */
};
const char *calendar_day_key(enum day_kind kind); /* "work", "weekend", "holiday", … */

struct day_info {
  enum day_kind kind;
  bool worked;              /* it is a work day: at least one minute of office */
  bool known;               /* its year's notice is in */
  const char *zh, *en;      /* the special day's names, or "" */
  const struct span *spans; /* office hours when worked */
  int span_count, minutes;
};

/* False when `day` lies outside the table; then `out` is an unworked day. */
bool calendar_look(struct day_info *out, const struct calendar *c, int32_t day);

/* The days the table covers, as counted by day_from_civil, and whether the day of `at` is among them. */
int32_t calendar_first_day(const struct calendar *c);
int32_t calendar_last_day(const struct calendar *c);
bool calendar_covers(const struct calendar *c, time_ms at);

/* The first work day at or after `day`; false when the table ends before. */
bool calendar_work_day_from(int32_t *out, const struct calendar *c, int32_t day);

/* Two measures of time that only ever grow; differences between two moments are what a clock counts. Moments outside
 * the table count as its edge.
 *   work_ms: milliseconds of office time from the table's beginning.
 *   work_ticks: work days from the table's beginning in DAY_TICKS; within a day, by the share of its office time. */
int64_t calendar_work_ms(const struct calendar *c, time_ms at);
int64_t calendar_work_ticks(const struct calendar *c, time_ms at);

/* The other way: the earliest moment at which the measure reaches `value`. `near` is any moment not later than the
 * answer and close to it (the start of the clock); the search begins there. False when the table ends before. */
bool calendar_at_work_ms(time_ms *out, const struct calendar *c, int64_t value, time_ms near);
bool calendar_at_work_ticks(time_ms *out, const struct calendar *c, int64_t value, time_ms near);

#endif
