/* A clock told line by line: what counted, what did not, and why. The lines cut time exactly where gauge_run does, so
 * what they count adds up to what the clock has used. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "matter/clock_gauge.h"

const char *clock_line_key(enum clock_line_kind k) {
  static const char *const names[] = {"start-day", "office",  "work-day", "natural", "break", "night",  "off",
                                      "paused",    "relimit", "extended", "summed",  "moved", "unknown"};
  return names[k];
}

struct telling {
  const struct gauge *g;
  struct arena *arena;
  struct clock_line *lines;
  size_t count, room;
  time_ms until;
};

static struct clock_line line_of(enum clock_line_kind kind, time_ms from, time_ms to) {
  return (struct clock_line){.kind = kind, .from = from, .to = to, .zh = "", .en = "", .reason = ""};
}

/* Nothing counted twice over and nothing to tell apart: two nights around midnight, the two days of a weekend. */
static bool continues(const struct clock_line *before, const struct clock_line *l) {
  bool quiet = l->kind == LINE_NIGHT || l->kind == LINE_OFF;
  return quiet && before->kind == l->kind && before->to == l->from && before->day == l->day &&
         strcmp(before->zh, l->zh) == 0 && strcmp(before->en, l->en) == 0;
}

static void tell(struct telling *t, struct clock_line l) {
  if (t->count && continues(&t->lines[t->count - 1], &l)) {
    t->lines[t->count - 1].to = l.to;
    return;
  }
  if (t->count == t->room) {
    t->room = t->room ? t->room * 2 : 32;
    struct clock_line *bigger = ARENA_ARRAY(t->arena, t->room, struct clock_line);
    if (t->count) memcpy(bigger, t->lines, t->count * sizeof *bigger);
    t->lines = bigger;
  }
  t->lines[t->count++] = l;
}

/* Tells [from, to) as `kind`, with what it counted; nothing when it is empty. */
static void tell_piece(struct telling *t, enum clock_line_kind kind, time_ms from, time_ms to,
                       const struct day_info *info) {
  if (from >= to) return;
  struct clock_line l = line_of(kind, from, to);
  l.counted = gauge_measure(t->g, to) - gauge_measure(t->g, from);
  if (info && kind != LINE_NIGHT && kind != LINE_BREAK) {
    l.day = info->kind;
    l.zh = info->zh;
    l.en = info->en;
  }
  tell(t, l);
}

static time_ms later(time_ms a, time_ms b) {
  return a > b ? a : b;
}
static time_ms sooner(time_ms a, time_ms b) {
  return a < b ? a : b;
}

/* One worked day for a clock of work hours: night, office, lunch, office, night, each cut to [low, high). */
static void tell_office_day(struct telling *t, time_ms midnight, const struct day_info *info, time_ms low,
                            time_ms high) {
  time_ms cursor = low;
  for (int i = 0; i < info->span_count; i++) {
    time_ms from = midnight + (time_ms)info->spans[i].from * MINUTE_MS;
    time_ms to = midnight + (time_ms)info->spans[i].to * MINUTE_MS;
    tell_piece(t, i ? LINE_BREAK : LINE_NIGHT, cursor, sooner(from, high), NULL);
    cursor = later(cursor, from);
    tell_piece(t, LINE_OFFICE, cursor, sooner(to, high), info);
    cursor = later(cursor, to);
  }
  tell_piece(t, LINE_NIGHT, cursor, high, NULL);
}

/* A run of a clock that counts office time or work days, day by day. */
static void tell_days(struct telling *t, time_ms low, time_ms high) {
  int offset = calendar_offset(t->g->cal);
  struct day_info info;
  for (int32_t day = day_of_ms(low, offset); low < high; day++) {
    if (t->count + CALENDAR_SPANS * 2 + 2 > CLOCK_LINES_MAX) {
      tell_piece(t, LINE_SUMMED, low, high, NULL);
      return;
    }
    time_ms midnight = ms_of_day(day, offset), end = sooner(midnight + DAY_MS, high);
    calendar_look(&info, t->g->cal, day);
    if (!info.worked)
      tell_piece(t, LINE_OFF, low, end, &info);
    else if (t->g->limit.unit == UNIT_WORK_DAY)
      tell_piece(t, LINE_WORK_DAY, low, end, &info);
    else
      tell_office_day(t, midnight, &info, low, end);
    low = end;
  }
}

static void tell_run(struct telling *t, const struct segment *s, time_ms low, time_ms high) {
  time_ms to = sooner(s->to ? s->to : INT64_MAX, t->until);
  if (low > s->from) tell_piece(t, LINE_START_DAY, s->from, sooner(low, to), NULL);
  /* The start day's own time counts for nothing, whatever the measure says of it. */
  if (low > s->from && t->count && t->lines[t->count - 1].kind == LINE_START_DAY) t->lines[t->count - 1].counted = 0;
  high = sooner(high, t->until);
  if (low >= high) return;
  enum unit u = t->g->limit.unit;
  if (u == UNIT_WORK_HOUR || u == UNIT_WORK_DAY)
    tell_days(t, low, high);
  else
    tell_piece(t, LINE_NATURAL, low, high, NULL);
}

static void tell_event(struct telling *t, const struct segment *s, struct limit was) {
  struct clock_line l = line_of(s->kind == SEGMENT_LIMIT ? LINE_RELIMIT : LINE_EXTENDED, s->from, s->from);
  l.reason = s->reason ? s->reason : "";
  l.was = was;
  l.now = s->limit;
  tell(t, l);
}

static void tell_pause(struct telling *t, int i, const struct segment *s) {
  time_ms low, high;
  struct clock_line l = line_of(LINE_PAUSED, s->from, sooner(s->to ? s->to : INT64_MAX, t->until));
  l.reason = s->reason ? s->reason : "";
  if (gauge_run(t->g, i, &low, &high)) l.counted = gauge_measure(t->g, l.to) - gauge_measure(t->g, l.from);
  if (l.to > l.from) tell(t, l);
}

static void tell_segments(struct telling *t) {
  const struct clock *c = t->g->clock;
  struct limit was = c->limit;
  time_ms low, high;
  for (int i = 0; i < c->count && c->segments[i].from <= t->until; i++) {
    const struct segment *s = &c->segments[i];
    if (s->kind == SEGMENT_LIMIT || s->kind == SEGMENT_EXTEND)
      tell_event(t, s, was);
    else if (s->kind == SEGMENT_PAUSE)
      tell_pause(t, i, s);
    else if (gauge_run(t->g, i, &low, &high))
      tell_run(t, s, low, high);
    if (s->kind == SEGMENT_LIMIT) was = s->limit;
  }
}

static void tell_end(struct telling *t, const struct finish *f) {
  int offset = calendar_offset(t->g->cal);
  if (f->moved) {
    struct day_info info;
    calendar_look(&info, t->g->cal, f->last_day);
    struct clock_line l = line_of(LINE_MOVED, ms_of_day(f->last_day, offset), f->due);
    l.day = info.kind;
    l.zh = info.zh;
    l.en = info.en;
    tell(t, l);
  }
  if (f->unknown_year) {
    struct clock_line l = line_of(LINE_UNKNOWN, ms_of_day(day_from_civil(f->unknown_year, 1, 1), offset), f->due);
    l.year = f->unknown_year;
    tell(t, l);
  }
}

int clock_explain(struct clock_line **lines, size_t *count, struct arena *a, const struct clock *c,
                  const struct calendar *cal, const struct clock_rules *rules, time_ms until, struct error *err) {
  struct gauge g;
  struct finish f;
  if (gauge_init(&g, c, cal, rules, until, err)) return -1;
  if (!gauge_finish(&f, &g)) return error_set(err, ERR_INPUT, "clock.beyond-calendar", NULL, NULL);
  struct telling t = {.g = &g, .arena = a, .until = sooner(until, g.now)};
  tell_segments(&t);
  tell_end(&t, &f);
  *lines = t.lines;
  *count = t.count;
  return 0;
}

/* ------------------------------------------------------------------ for people and for programs */

/* Why a day is what it is: "春节，调休上班", or "双休日" alone. */
static void day_words(struct buf *out, enum lang lang, const struct clock_line *l) {
  char key[48];
  snprintf(key, sizeof key, "clock.day.%s", calendar_day_key(l->day));
  const char *name = lang == LANG_EN && *l->en ? l->en : l->zh, *kind = words_find(lang, key);
  if (!*name)
    buf_puts(out, kind);
  else
    words_format(out, lang, W_CLOCK_LINE_NAME, name, kind, NULL);
}

static bool worked_specially(const struct clock_line *l) {
  return (l->kind == LINE_OFFICE || l->kind == LINE_WORK_DAY) && l->day != DAY_KIND_WORK;
}

/* {1} from, {2} to (or the old limit), {3} what counted (or the new limit), {4} why. */
void clock_line_words(struct buf *out, enum lang lang, const struct clock_line *l, enum unit unit, int offset_min) {
  char key[48], from[40], to[40];
  struct buf second, third, why;
  buf_init(&second, 400);
  buf_init(&third, 400);
  buf_init(&why, 2000);
  time_format_short(from, sizeof from, l->from, offset_min);
  time_format_short(to, sizeof to, l->to, offset_min);
  if (l->kind == LINE_MOVED) from[10] = '\0'; /* the day alone */
  if (l->kind == LINE_UNKNOWN) snprintf(from, sizeof from, "%d", l->year);
  if (l->kind == LINE_RELIMIT)
    limit_words(&second, lang, l->was);
  else
    buf_puts(&second, to);
  bool changed = l->kind == LINE_RELIMIT || l->kind == LINE_EXTENDED;
  limit_words(&third, lang, changed ? l->now : clock_ticks_limit(unit, l->counted));
  if (l->kind == LINE_OFF || l->kind == LINE_MOVED || worked_specially(l))
    day_words(&why, lang, l);
  else
    buf_puts(&why, l->reason);
  snprintf(key, sizeof key, "clock.line.%s%s", clock_line_key(l->kind), worked_specially(l) ? "-special" : "");
  const char *args[] = {from, second.data, third.data, why.data};
  words_fill(out, words_find(lang, key), args, 4);
  buf_free(&second);
  buf_free(&third);
  buf_free(&why);
}

static void limit_json(struct json *j, const char *key, struct limit l) {
  if (l.unit == UNIT_NONE) return;
  char text[48];
  limit_write(text, sizeof text, l);
  json_put(j, key, text);
}

static void line_json(struct json *j, const struct clock_line *l, enum unit unit, int offset_min) {
  json_object(j);
  json_put(j, "kind", clock_line_key(l->kind));
  json_put_time(j, "from", l->from, offset_min);
  json_put_time(j, "to", l->to, offset_min);
  struct limit counted = clock_ticks_limit(unit, l->counted);
  json_put_real(j, "counted", (double)counted.milli / LIMIT_ONE);
  json_put(j, "unit", unit_name(counted.unit));
  json_put_int(j, "ticks", l->counted);
  if (l->kind == LINE_OFFICE || l->kind == LINE_WORK_DAY || l->kind == LINE_OFF || l->kind == LINE_MOVED)
    json_put(j, "day", calendar_day_key(l->day));
  if (*l->zh) json_put(j, "name_zh", l->zh);
  if (*l->en) json_put(j, "name_en", l->en);
  if (*l->reason) json_put(j, "reason", l->reason);
  limit_json(j, "was", l->was);
  limit_json(j, "now", l->now);
  if (l->year) json_put_int(j, "year", l->year);
  json_object_end(j);
}

void clock_lines_json(struct json *j, const struct clock_line *lines, size_t count, enum unit unit, int offset_min) {
  json_array(j);
  for (size_t i = 0; i < count; i++) line_json(j, &lines[i], unit, offset_min);
  json_array_end(j);
}
