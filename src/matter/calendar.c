#include "matter/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { MINUTES_A_DAY = 24 * 60, NO_ROW = 0xFFFF };

/* One day of the sealed table. The sums are of all days before it. */
struct entry {
  uint32_t minutes_before, days_before;
  uint16_t minutes; /* of office this day */
  uint16_t row;     /* the special day that governs it, or NO_ROW */
  uint16_t hours;   /* the office hours in force */
  uint8_t kind;
  uint8_t known;
};

struct calendar {
  struct arena *arena;
  int offset_min;
  struct calendar_day *rows;
  size_t row_count, row_room;
  struct calendar_hours *hours;
  size_t hours_count, hours_room;
  uint8_t known[10000 / 8]; /* bit per year */
  struct entry *entries;    /* NULL until sealed; one more than days, for the last sums */
  int32_t first, days;
};

struct calendar *calendar_new(struct arena *a, int offset_min) {
  struct calendar *c = ARENA_NEW(a, struct calendar);
  c->arena = a;
  c->offset_min = offset_min;
  return c;
}

/* Doubles an arena array; the old piece is left to the arena. */
static void *grown(struct arena *a, void *old, size_t count, size_t *room, size_t size) {
  if (count < *room) return old;
  *room = *room ? *room * 2 : 64;
  void *bigger = arena_array(a, *room, size);
  if (count) memcpy(bigger, old, count * size);
  return bigger;
}

static bool day_in_range(int32_t day) {
  return day >= day_from_civil(1, 1, 1) && day <= day_from_civil(9999, 12, 31);
}

static bool spans_in_order(const struct span *spans, int count) {
  if (count < 0 || count > CALENDAR_SPANS) return false;
  for (int i = 0; i < count; i++) {
    if (spans[i].from < 0 || spans[i].to > MINUTES_A_DAY || spans[i].from >= spans[i].to) return false;
    if (i && spans[i].from < spans[i - 1].to) return false;
  }
  return true;
}

static bool name_is_fit(const char *s) {
  return !s || (strlen(s) <= CALENDAR_NAME_MAX && text_is_utf8(s, strlen(s)) && !text_has_controls(s));
}

static const char *kept_name(struct calendar *c, const char *s) {
  return s && *s ? arena_strdup(c->arena, s) : "";
}

int calendar_add_day(struct calendar *c, const struct calendar_day *row, struct error *err) {
  if (!day_in_range(row->day)) return error_set(err, ERR_INPUT, "calendar.day.range", "day", NULL);
  char date[16];
  date_format(date, sizeof date, row->day);
  if (!name_is_fit(row->zh) || !name_is_fit(row->en))
    return error_set(err, ERR_INPUT, "calendar.day.name", "name", date, NULL);
  bool own_hours = row->rule == DAY_HOURS;
  if (own_hours && (row->span_count < 1 || !spans_in_order(row->spans, row->span_count)))
    return error_set(err, ERR_INPUT, "calendar.spans", "hours", date, NULL);
  if (c->row_count >= CALENDAR_ROWS) return error_set(err, ERR_INPUT, "calendar.too-many", NULL, "20000", NULL);
  c->rows = grown(c->arena, c->rows, c->row_count, &c->row_room, sizeof *c->rows);
  struct calendar_day *kept = &c->rows[c->row_count++];
  *kept = *row;
  kept->zh = kept_name(c, row->zh);
  kept->en = kept_name(c, row->en);
  if (!own_hours) kept->span_count = 0;
  return 0;
}

int calendar_add_hours(struct calendar *c, const struct calendar_hours *row, struct error *err) {
  if (!day_in_range(row->from)) return error_set(err, ERR_INPUT, "calendar.day.range", "from", NULL);
  char date[16];
  date_format(date, sizeof date, row->from);
  if (row->span_count < 1 || !spans_in_order(row->spans, row->span_count))
    return error_set(err, ERR_INPUT, "calendar.spans", "hours", date, NULL);
  if (row->week < 0 || row->week > 0x7F) return error_set(err, ERR_INPUT, "calendar.week", "week", date, NULL);
  if (c->hours_count >= CALENDAR_HOURS) return error_set(err, ERR_INPUT, "calendar.too-many", NULL, "200", NULL);
  c->hours = grown(c->arena, c->hours, c->hours_count, &c->hours_room, sizeof *c->hours);
  /* Kept in the order of their dates; among equals the later word comes later and so wins. */
  size_t at = c->hours_count++;
  while (at > 0 && c->hours[at - 1].from > row->from) {
    c->hours[at] = c->hours[at - 1];
    at--;
  }
  c->hours[at] = *row;
  if (!row->week) c->hours[at].week = WEEK_MONDAY_TO_FRIDAY;
  return 0;
}

static bool year_in_range(int year) {
  return year >= 1 && year <= 9999;
}

int calendar_add_year(struct calendar *c, int year, struct error *err) {
  if (!year_in_range(year)) return error_set(err, ERR_INPUT, "calendar.year", "year", NULL);
  c->known[year / 8] |= (uint8_t)(1U << (year % 8));
  return 0;
}

bool calendar_known(const struct calendar *c, int year) {
  return year_in_range(year) && ((unsigned)c->known[year / 8] >> (year % 8) & 1U);
}

int calendar_offset(const struct calendar *c) {
  return c->offset_min;
}
size_t calendar_day_count(const struct calendar *c) {
  return c->row_count;
}
const struct calendar_day *calendar_day_at(const struct calendar *c, size_t i) {
  return &c->rows[i];
}
size_t calendar_hours_count(const struct calendar *c) {
  return c->hours_count;
}
const struct calendar_hours *calendar_hours_at(const struct calendar *c, size_t i) {
  return &c->hours[i];
}

/* ------------------------------------------------------------------ reading spans */

/* "8:30" or "08:30", up to 24:00. */
static bool read_clock_time(const char **p, int16_t *out) {
  int parts[2] = {0, 0};
  for (int i = 0; i < 2; i++) {
    int digits = 0;
    for (; **p >= '0' && **p <= '9' && digits < 2; (*p)++, digits++) parts[i] = parts[i] * 10 + (**p - '0');
    if (!digits || (i == 1 && digits != 2)) return false;
    if (i == 0 && *(*p)++ != ':') return false;
  }
  if (parts[1] > 59 || parts[0] * 60 + parts[1] > MINUTES_A_DAY) return false;
  *out = (int16_t)(parts[0] * 60 + parts[1]);
  return true;
}

/* Moves past one of the separators; false when none is there. */
static bool skip_any(const char **p, const char *const *separators) {
  for (; *separators; separators++) {
    if (!text_starts(*p, *separators)) continue;
    *p += strlen(*separators);
    return true;
  }
  return false;
}

bool calendar_read_spans(struct span *spans, int *count, const char *text) {
  static const char *const between[] = {",", "，", "、", ";", "；", " ", "\t", NULL};
  static const char *const dash[] = {"-", "–", "—", "~", "～", NULL};
  const char *p = text;
  *count = 0;
  if (!p) return false;
  while (skip_any(&p, between)) continue;
  while (*p) {
    if (*count == CALENDAR_SPANS) return false;
    struct span *s = &spans[*count];
    if (!read_clock_time(&p, &s->from) || !skip_any(&p, dash) || !read_clock_time(&p, &s->to)) return false;
    (*count)++;
    if (*p && !skip_any(&p, between)) return false;
    while (skip_any(&p, between)) continue;
  }
  return *count > 0 && spans_in_order(spans, *count);
}

/* ------------------------------------------------------------------ sealing */

static int minutes_of(const struct span *spans, int count) {
  int sum = 0;
  for (int i = 0; i < count; i++) sum += spans[i].to - spans[i].from;
  return sum;
}

/* Points every day at the special row that governs it: the district's over the nation's, the later over the earlier. */
static void place_rows(struct calendar *c) {
  for (size_t i = 0; i < c->row_count; i++) {
    const struct calendar_day *row = &c->rows[i];
    if (row->day < c->first || row->day >= c->first + c->days) continue;
    struct entry *e = &c->entries[row->day - c->first];
    if (e->row != NO_ROW && c->rows[e->row].layer > row->layer) continue;
    e->row = (uint16_t)i;
  }
}

static enum day_kind kind_of_row(const struct calendar_day *row, bool usual) {
  bool district = row->layer == CALENDAR_DISTRICT;
  switch (row->rule) {
    case DAY_OFF:
      if (district) return DAY_KIND_DISTRICT_OFF;
      return row->in_lieu ? DAY_KIND_IN_LIEU : DAY_KIND_HOLIDAY;
    case DAY_WORKED:
      if (district) return DAY_KIND_DISTRICT_WORK;
      return usual ? DAY_KIND_WORK : DAY_KIND_MAKE_UP;
    case DAY_HOURS: break;
  }
  return DAY_KIND_DISTRICT_HOURS;
}

static void fill_entry(const struct calendar *c, struct entry *e, int32_t day) {
  const struct calendar_hours *hours = &c->hours[e->hours];
  bool usual = hours->week >> (weekday_of_day(day) - 1) & 1;
  const struct calendar_day *row = e->row == NO_ROW ? NULL : &c->rows[e->row];
  e->kind = (uint8_t)(row ? kind_of_row(row, usual) : usual ? DAY_KIND_WORK : DAY_KIND_WEEKEND);
  int minutes = 0;
  if (row && row->rule == DAY_HOURS)
    minutes = minutes_of(row->spans, row->span_count);
  else if (row ? row->rule == DAY_WORKED : usual)
    minutes = minutes_of(hours->spans, hours->span_count);
  e->minutes = (uint16_t)minutes;
}

static void fill_table(struct calendar *c) {
  uint32_t minutes = 0, days = 0;
  uint16_t hours = 0;
  for (int32_t i = 0; i <= c->days; i++) {
    struct entry *e = &c->entries[i];
    e->minutes_before = minutes;
    e->days_before = days;
    if (i == c->days) break;
    int32_t day = c->first + i;
    while (hours + 1U < c->hours_count && c->hours[hours + 1].from <= day) hours++;
    e->hours = hours;
    fill_entry(c, e, day);
    struct civil date;
    civil_from_day(&date, day);
    e->known = calendar_known(c, date.year);
    minutes += e->minutes;
    days += e->minutes > 0;
  }
}

int calendar_build(struct calendar *c, int first_year, int last_year, struct error *err) {
  if (!first_year) first_year = CALENDAR_FIRST_YEAR;
  if (!last_year) last_year = CALENDAR_LAST_YEAR;
  if (!year_in_range(first_year) || !year_in_range(last_year) || last_year < first_year ||
      last_year - first_year >= CALENDAR_YEARS_MAX)
    return error_set(err, ERR_INPUT, "calendar.year", "year", NULL);
  if (!c->hours_count) return error_set(err, ERR_INPUT, "calendar.no-hours", "hours", NULL);
  c->first = day_from_civil(first_year, 1, 1);
  c->days = day_from_civil(last_year, 12, 31) - c->first + 1;
  c->entries = ARENA_ARRAY(c->arena, (size_t)c->days + 1, struct entry);
  for (int32_t i = 0; i <= c->days; i++) c->entries[i].row = NO_ROW;
  place_rows(c);
  fill_table(c);
  return 0;
}

/* ------------------------------------------------------------------ asking */

int32_t calendar_first_day(const struct calendar *c) {
  return c->first;
}
int32_t calendar_last_day(const struct calendar *c) {
  return c->first + c->days - 1;
}

bool calendar_covers(const struct calendar *c, time_ms at) {
  return at >= ms_of_day(c->first, c->offset_min) && at < ms_of_day(c->first + c->days, c->offset_min);
}

const char *calendar_day_key(enum day_kind kind) {
  static const char *const names[] = {"work",    "weekend",      "holiday",       "in-lieu",
                                      "make-up", "district-off", "district-work", "district-hours"};
  return names[kind];
}

static const struct span *spans_of(const struct calendar *c, const struct entry *e, int *count) {
  if (e->row != NO_ROW && c->rows[e->row].rule == DAY_HOURS) {
    *count = c->rows[e->row].span_count;
    return c->rows[e->row].spans;
  }
  *count = c->hours[e->hours].span_count;
  return c->hours[e->hours].spans;
}

bool calendar_look(struct day_info *out, const struct calendar *c, int32_t day) {
  *out = (struct day_info){.kind = DAY_KIND_WEEKEND, .zh = "", .en = ""};
  if (day < c->first || day >= c->first + c->days) return false;
  const struct entry *e = &c->entries[day - c->first];
  out->kind = (enum day_kind)e->kind;
  out->worked = e->minutes > 0;
  out->known = e->known;
  out->minutes = e->minutes;
  if (out->worked) out->spans = spans_of(c, e, &out->span_count);
  if (e->row != NO_ROW) {
    out->zh = c->rows[e->row].zh;
    out->en = c->rows[e->row].en;
  }
  return true;
}

int calendar_unknown_between(const struct calendar *c, int32_t from, int32_t to) {
  struct civil a, b;
  civil_from_day(&a, from);
  civil_from_day(&b, to);
  for (int year = a.year; year <= b.year; year++)
    if (!calendar_known(c, year)) return year;
  return 0;
}

static int32_t clamp_index(const struct calendar *c, int32_t day) {
  int32_t i = day - c->first;
  return i < 0 ? 0 : i > c->days ? c->days : i;
}

/* Office milliseconds of the day `e` that have passed `ms` milliseconds after its midnight. */
static int64_t passed_in_day(const struct calendar *c, const struct entry *e, int64_t ms) {
  if (!e->minutes) return 0;
  int count;
  const struct span *spans = spans_of(c, e, &count);
  int64_t sum = 0;
  for (int i = 0; i < count; i++) {
    int64_t from = (int64_t)spans[i].from * MINUTE_MS, to = (int64_t)spans[i].to * MINUTE_MS;
    if (ms <= from) break;
    sum += (ms < to ? ms : to) - from;
  }
  return sum;
}

/* The other way: the earliest millisecond after midnight at which `work` office milliseconds have passed. */
static int64_t reached_in_day(const struct calendar *c, const struct entry *e, int64_t work) {
  int count;
  const struct span *spans = spans_of(c, e, &count);
  for (int i = 0; i < count; i++) {
    int64_t length = (int64_t)(spans[i].to - spans[i].from) * MINUTE_MS;
    if (work <= length) return (int64_t)spans[i].from * MINUTE_MS + work;
    work -= length;
  }
  return DAY_MS;
}

/* The table's day of a moment and the milliseconds since its midnight; moments outside count as the table's edge. */
static const struct entry *entry_of(const struct calendar *c, time_ms at, int64_t *since_midnight) {
  int32_t day = day_of_ms(at, c->offset_min);
  int32_t i = clamp_index(c, day);
  *since_midnight = i == day - c->first && i < c->days ? at - ms_of_day(day, c->offset_min) : 0;
  return &c->entries[i];
}

int64_t calendar_work_ms(const struct calendar *c, time_ms at) {
  int64_t ms;
  const struct entry *e = entry_of(c, at, &ms);
  return (int64_t)e->minutes_before * MINUTE_MS + passed_in_day(c, e, ms);
}

int64_t calendar_work_ticks(const struct calendar *c, time_ms at) {
  int64_t ms;
  const struct entry *e = entry_of(c, at, &ms);
  int64_t whole = (int64_t)e->days_before * DAY_TICKS;
  return e->minutes ? whole + passed_in_day(c, e, ms) * DAY_TICKS / ((int64_t)e->minutes * MINUTE_MS) : whole;
}

static int64_t minutes_before(const struct entry *e) {
  return e->minutes_before;
}
static int64_t days_before(const struct entry *e) {
  return e->days_before;
}

/* The last day whose sum lies below `value`, going from `i` in doubling steps and then halving. -1 when the table ends
 * before the sum is reached or `value` lies before its beginning. */
static int32_t last_below(const struct calendar *c, int64_t (*sum)(const struct entry *), int64_t value, int32_t i) {
  if (sum(&c->entries[c->days]) < value || value <= 0) return -1;
  if (sum(&c->entries[i]) >= value) i = 0; /* `near` was not near: begin at the beginning */
  int32_t low = i, step = 1;
  while (low + step < c->days && sum(&c->entries[low + step]) < value) {
    low += step;
    step *= 2;
  }
  int32_t high = low + step < c->days ? low + step : c->days;
  while (high - low > 1) {
    int32_t middle = low + (high - low) / 2;
    if (sum(&c->entries[middle]) < value)
      low = middle;
    else
      high = middle;
  }
  return low;
}

bool calendar_at_work_ms(time_ms *out, const struct calendar *c, int64_t value, time_ms near) {
  /* Sums are in whole minutes; a day is the one when its sum before lies below the value rounded up. */
  int64_t minutes = (value + MINUTE_MS - 1) / MINUTE_MS;
  int32_t i = last_below(c, minutes_before, minutes, clamp_index(c, day_of_ms(near, c->offset_min)));
  if (i < 0) return false;
  int64_t rest = value - (int64_t)c->entries[i].minutes_before * MINUTE_MS;
  *out = ms_of_day(c->first + i, c->offset_min) + reached_in_day(c, &c->entries[i], rest);
  return true;
}

bool calendar_at_work_ticks(time_ms *out, const struct calendar *c, int64_t value, time_ms near) {
  int64_t days = (value + DAY_TICKS - 1) / DAY_TICKS;
  int32_t i = last_below(c, days_before, days, clamp_index(c, day_of_ms(near, c->offset_min)));
  if (i < 0) return false;
  const struct entry *e = &c->entries[i];
  int64_t ticks = value - (int64_t)e->days_before * DAY_TICKS;
  int64_t work = (ticks * e->minutes * MINUTE_MS + DAY_TICKS - 1) / DAY_TICKS;
  *out = ms_of_day(c->first + i, c->offset_min) + reached_in_day(c, e, work);
  return true;
}

bool calendar_work_day_from(int32_t *out, const struct calendar *c, int32_t day) {
  int32_t i = clamp_index(c, day);
  int32_t found = last_below(c, days_before, (int64_t)c->entries[i].days_before + 1, i);
  if (found < 0) return false;
  *out = c->first + found;
  return true;
}
