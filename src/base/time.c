#include "base/time.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"

/* The moved clock: `base` is what it shows when it is frozen, or what is added to the real one. */
static struct {
  pthread_mutex_t lock;
  bool read_environment, frozen;
  time_ms frozen_at, shift;
  const char *file; /* of TONGXIN_NOW=@FILE, NULL none */
  char said[40];    /* what stood in it last */
} moved = {.lock = PTHREAD_MUTEX_INITIALIZER};

static time_ms real_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (time_ms)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

/* The clock is set whenever another moment stands in the file: tests let it jump while the program runs. */
static void follow_file(void) {
  char line[sizeof moved.said] = "";
  time_ms start;
  FILE *f = fopen(moved.file, "r");
  if (!f) return;
  if (!fgets(line, sizeof line, f)) line[0] = '\0';
  fclose(f);
  line[strcspn(line, "\r\n")] = '\0';
  if (strcmp(line, moved.said) == 0 || !time_parse(&start, line, OFFSET_CHINA_MIN)) return;
  memcpy(moved.said, line, sizeof line);
  moved.shift = start - real_now();
}

static void read_environment(void) {
  if (moved.read_environment) return;
  moved.read_environment = true;
  const char *s = getenv("TONGXIN_NOW");
  time_ms start;
  if (s && *s == '@')
    moved.file = s + 1;
  else if (s && time_parse(&start, s, OFFSET_CHINA_MIN)) moved.shift = start - real_now();
}

time_ms wall_now(void) {
  pthread_mutex_lock(&moved.lock);
  read_environment();
  if (moved.file) follow_file();
  time_ms now = (moved.frozen ? moved.frozen_at : real_now()) + moved.shift;
  pthread_mutex_unlock(&moved.lock);
  return now;
}

void wall_set(time_ms now) {
  pthread_mutex_lock(&moved.lock);
  moved.read_environment = true;
  moved.frozen = true;
  moved.frozen_at = now;
  moved.shift = 0;
  pthread_mutex_unlock(&moved.lock);
}

void wall_shift(time_ms by) {
  pthread_mutex_lock(&moved.lock);
  read_environment();
  moved.shift += by;
  pthread_mutex_unlock(&moved.lock);
}

void wall_release(void) {
  pthread_mutex_lock(&moved.lock);
  moved.frozen = false;
  moved.shift = 0;
  pthread_mutex_unlock(&moved.lock);
}

int64_t monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool date_exists(int year, int month, int day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

/* Counts from 1 March of year 0, so that the leap day is the last of its year. */
int32_t day_from_civil(int year, int month, int day) {
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int weekday_of_day(int32_t day) {
  int32_t w = (day + 3) % 7; /* 1970-01-01 was a Thursday */
  return (w < 0 ? w + 7 : w) + 1;
}

void civil_from_day(struct civil *out, int32_t day) {
  int32_t z = day + 719468;
  int32_t era = (z >= 0 ? z : z - 146096) / 146097;
  int32_t doe = z - era * 146097;
  int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int32_t mp = (5 * doy + 2) / 153;
  *out = (struct civil){0};
  out->day = doy - (153 * mp + 2) / 5 + 1;
  out->month = mp < 10 ? mp + 3 : mp - 9;
  out->year = yoe + era * 400 + (out->month <= 2);
  out->weekday = weekday_of_day(day);
}

static int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

int32_t day_of_ms(time_ms at, int offset_min) {
  return (int32_t)floor_div(at + (time_ms)offset_min * MINUTE_MS, DAY_MS);
}

time_ms ms_of_day(int32_t day, int offset_min) { return (time_ms)day * DAY_MS - (time_ms)offset_min * MINUTE_MS; }

void civil_from_ms(struct civil *out, time_ms at, int offset_min) {
  int32_t day = day_of_ms(at, offset_min);
  int64_t rest = at - ms_of_day(day, offset_min);
  civil_from_day(out, day);
  out->hour = (int)(rest / HOUR_MS);
  out->minute = (int)(rest / MINUTE_MS % 60);
  out->second = (int)(rest / SECOND_MS % 60);
  out->ms = (int)(rest % SECOND_MS);
}

time_ms ms_from_civil(const struct civil *c, int offset_min) {
  return ms_of_day(day_from_civil(c->year, c->month, c->day), offset_min) + (time_ms)c->hour * HOUR_MS +
         (time_ms)c->minute * MINUTE_MS + (time_ms)c->second * SECOND_MS + c->ms;
}

void time_format(char *out, size_t size, time_ms at, int offset_min) {
  struct civil c;
  civil_from_ms(&c, at, offset_min);
  int off = abs(offset_min);
  snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second,
           offset_min < 0 ? '-' : '+', off / 60, off % 60);
}

void date_format(char *out, size_t size, int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  snprintf(out, size, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void time_format_short(char *out, size_t size, time_ms at, int offset_min) {
  struct civil c;
  civil_from_ms(&c, at, offset_min);
  snprintf(out, size, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* Exactly `digits` decimal digits at *p. */
static bool digits(const char **p, int count, int *out) {
  int v = 0;
  for (int i = 0; i < count; i++, (*p)++) {
    if (**p < '0' || **p > '9') return false;
    v = v * 10 + (**p - '0');
  }
  *out = v;
  return true;
}

static bool literal(const char **p, char c) {
  if (**p != c) return false;
  (*p)++;
  return true;
}

static bool date_part(const char **p, struct civil *c) {
  return digits(p, 4, &c->year) && literal(p, '-') && digits(p, 2, &c->month) && literal(p, '-') &&
         digits(p, 2, &c->day) && date_exists(c->year, c->month, c->day);
}

static bool zone_part(const char **p, int *offset_min) {
  if (literal(p, 'Z') || literal(p, 'z')) {
    *offset_min = 0;
    return true;
  }
  int sign = **p == '-' ? -1 : **p == '+' ? 1 : 0, h, m;
  if (!sign) return true; /* none given: the caller's offset is meant */
  (*p)++;
  if (!digits(p, 2, &h)) return false;
  literal(p, ':');
  if (!digits(p, 2, &m) || h > 14 || m > 59) return false;
  *offset_min = sign * (h * 60 + m);
  return true;
}

bool time_parse(time_ms *out, const char *s, int offset_min) {
  struct civil c = {0};
  if (!s || !date_part(&s, &c)) return false;
  if (*s) {
    if (!literal(&s, 'T') && !literal(&s, ' ')) return false;
    if (!digits(&s, 2, &c.hour) || !literal(&s, ':') || !digits(&s, 2, &c.minute)) return false;
    if (literal(&s, ':') && !digits(&s, 2, &c.second)) return false;
    if (literal(&s, '.')) {
      int unit = 100, any = 0;
      for (; *s >= '0' && *s <= '9'; s++, any = 1) {
        c.ms += (*s - '0') * unit;
        unit /= 10;
      }
      if (!any) return false;
    }
    if (c.hour > 23 || c.minute > 59 || c.second > 60 || !zone_part(&s, &offset_min)) return false;
  }
  if (*s) return false;
  *out = ms_from_civil(&c, offset_min);
  return true;
}

bool date_parse(int32_t *out, const char *s) {
  struct civil c = {0};
  if (!s || !date_part(&s, &c) || *s) return false;
  *out = day_from_civil(c.year, c.month, c.day);
  return true;
}
