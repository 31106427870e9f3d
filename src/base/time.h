/* Time: milliseconds since 1970 UTC, and civil dates in the district's own offset. One function reads the wall
 * clock; everything else is told what time it is. Work calendars and legal clocks live in matter/. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t time_ms;

enum { SECOND_MS = 1000, MINUTE_MS = 60 * 1000, HOUR_MS = 3600 * 1000, DAY_MS = 24 * 3600 * 1000 };

/* China keeps one offset all year; a district elsewhere sets its own. */
enum { OFFSET_CHINA_MIN = 8 * 60 };

/* The one reader of the wall clock. Tests move it with wall_set / wall_shift; TONGXIN_NOW (ISO 8601) starts it
 * elsewhere, running on from there. */
time_ms wall_now(void);
void wall_set(time_ms now);      /* frozen at `now` until the next call */
void wall_shift(time_ms by);     /* moves a frozen or a running clock */
void wall_release(void);         /* back to the real one */

/* A monotonic count of nanoseconds for measuring, never for dating. */
int64_t monotonic_ns(void);

/* A civil date and time. */
struct civil {
  int year, month, day;        /* 1-based */
  int hour, minute, second, ms;
  int weekday;                 /* 1 Monday .. 7 Sunday; ignored on input */
};

/* Day number (days since 1970-01-01) of a civil date, and back. Proleptic Gregorian, any year 1..9999. */
int32_t day_from_civil(int year, int month, int day);
void civil_from_day(struct civil *out, int32_t day);
int weekday_of_day(int32_t day); /* 1 Monday .. 7 Sunday */
bool date_exists(int year, int month, int day);
int days_in_month(int year, int month);

/* Moments and civil time at an offset in minutes east of UTC. */
void civil_from_ms(struct civil *out, time_ms at, int offset_min);
time_ms ms_from_civil(const struct civil *c, int offset_min);
int32_t day_of_ms(time_ms at, int offset_min);
time_ms ms_of_day(int32_t day, int offset_min); /* its midnight */

/* "2026-11-23T10:18:00+08:00" (W3C / RFC 3339). `out` has at least 40 bytes. */
void time_format(char *out, size_t size, time_ms at, int offset_min);
/* "2026-11-23" and "2026-11-23 10:18". */
void date_format(char *out, size_t size, int32_t day);
void time_format_short(char *out, size_t size, time_ms at, int offset_min);

/* Reads RFC 3339 with or without seconds, fraction and zone ("T" or a space between); without a zone the
 * given offset is meant. date_parse reads "YYYY-MM-DD". False when the text is anything else. */
bool time_parse(time_ms *out, const char *s, int offset_min);
bool date_parse(int32_t *out, const char *s);

#endif
