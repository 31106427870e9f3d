#include "matter/clock.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "matter/clock_gauge.h"

struct clock_rules clock_rules_usual(void) {
  return (struct clock_rules){
      .whole_days = true, .off_day_moves = true, .warn_share_milli = 300, .warn_work_ms = HOUR_MS};
}

const char *segment_kind_name(enum segment_kind k) {
  static const char *const names[] = {"run", "pause", "limit", "extend"};
  return names[k];
}

bool segment_kind_from_name(enum segment_kind *out, const char *name) {
  for (int k = SEGMENT_RUN; k <= SEGMENT_EXTEND; k++) {
    if (!text_eq(name, segment_kind_name((enum segment_kind)k))) continue;
    *out = (enum segment_kind)k;
    return true;
  }
  return false;
}

const char *clock_state_name(enum clock_state s) {
  static const char *const names[] = {"running", "paused", "met", "late", "void"};
  return names[s];
}

const char *clock_light_name(enum clock_light l) {
  static const char *const names[] = {"green", "amber", "red", "grey"};
  return names[l];
}

/* ------------------------------------------------------------------ what happens to a clock */

static struct segment *last_segment(const struct clock *c) {
  return c->count ? &c->segments[c->count - 1] : NULL;
}

static int may_happen(const struct clock *c, time_ms at, struct error *err) {
  const struct segment *last = last_segment(c);
  if (!last) return error_set(err, ERR_CONFLICT, "clock.empty", NULL, NULL);
  if (c->end != CLOCK_OPEN) return error_set(err, ERR_CONFLICT, "clock.ended", NULL, NULL);
  if (at < last->from) return error_set(err, ERR_CONFLICT, "clock.order", NULL, NULL);
  /* Pausing, resuming and splitting add at most two segments. */
  if (c->count + 2 > CLOCK_SEGMENTS_MAX) return error_set(err, ERR_CONFLICT, "clock.segments", NULL, "500", NULL);
  return 0;
}

static void add_segment(struct clock *c, struct arena *a, struct segment s) {
  if (c->count >= c->room) {
    c->room = c->count < 4 ? 8 : c->count * 2;
    struct segment *bigger = ARENA_ARRAY(a, (size_t)c->room, struct segment);
    if (c->count) memcpy(bigger, c->segments, (size_t)c->count * sizeof *bigger);
    c->segments = bigger;
  }
  s.reason = arena_strdup(a, s.reason);
  c->segments[c->count++] = s;
}

int clock_start(struct clock *c, struct arena *a, time_ms at, struct limit limit, struct error *err) {
  if (c->count) return error_set(err, ERR_CONFLICT, "clock.started", NULL, NULL);
  if (limit_check(limit, err)) return -1;
  *c = (struct clock){.limit = limit, .started = at};
  add_segment(c, a, (struct segment){.kind = SEGMENT_RUN, .from = at});
  return 0;
}

int clock_start_fixed(struct clock *c, struct arena *a, time_ms at, time_ms due, struct error *err) {
  if (c->count) return error_set(err, ERR_CONFLICT, "clock.started", NULL, NULL);
  if (due < at) return error_set(err, ERR_INPUT, "clock.fixed-order", NULL, NULL);
  *c = (struct clock){.limit = {.unit = UNIT_FIXED}, .started = at, .fixed_due = due};
  add_segment(c, a, (struct segment){.kind = SEGMENT_RUN, .from = at});
  return 0;
}

/* Closes the open segment at `at` and opens one of `kind`. */
static void turn(struct clock *c, struct arena *a, time_ms at, enum segment_kind kind, const char *reason) {
  last_segment(c)->to = at;
  add_segment(c, a, (struct segment){.kind = kind, .from = at, .reason = reason});
}

int clock_pause(struct clock *c, struct arena *a, time_ms at, const char *reason, struct error *err) {
  if (may_happen(c, at, err)) return -1;
  if (last_segment(c)->kind == SEGMENT_PAUSE) return error_set(err, ERR_CONFLICT, "clock.paused", NULL, NULL);
  turn(c, a, at, SEGMENT_PAUSE, reason);
  return 0;
}

int clock_resume(struct clock *c, struct arena *a, time_ms at, const char *reason, struct error *err) {
  if (may_happen(c, at, err)) return -1;
  if (last_segment(c)->kind != SEGMENT_PAUSE) return error_set(err, ERR_CONFLICT, "clock.running", NULL, NULL);
  turn(c, a, at, SEGMENT_RUN, reason);
  return 0;
}

/* An event splits the open segment, so that segments stay in the order of time. */
static void add_event(struct clock *c, struct arena *a, enum segment_kind kind, time_ms at, struct limit limit,
                      const char *reason) {
  struct segment open = *last_segment(c);
  last_segment(c)->to = at;
  add_segment(c, a, (struct segment){.kind = kind, .from = at, .to = at, .reason = reason, .limit = limit});
  add_segment(c, a, (struct segment){.kind = open.kind, .from = at, .reason = open.reason});
}

static struct limit limit_as_set(const struct clock *c) {
  for (int i = c->count - 1; i >= 0; i--)
    if (c->segments[i].kind == SEGMENT_LIMIT) return c->segments[i].limit;
  return c->limit;
}

int clock_extend(struct clock *c, struct arena *a, time_ms at, struct limit more, const char *reason,
                 struct error *err) {
  if (may_happen(c, at, err) || limit_check(more, err)) return -1;
  if (limit_as_set(c).unit == UNIT_FIXED) return error_set(err, ERR_CONFLICT, "clock.fixed", NULL, NULL);
  add_event(c, a, SEGMENT_EXTEND, at, more, reason);
  return 0;
}

int clock_relimit(struct clock *c, struct arena *a, time_ms at, struct limit limit, const char *reason,
                  struct error *err) {
  if (may_happen(c, at, err) || limit_check(limit, err)) return -1;
  add_event(c, a, SEGMENT_LIMIT, at, limit, reason);
  return 0;
}

static int end_clock(struct clock *c, enum clock_end end, time_ms at, struct error *err) {
  if (may_happen(c, at, err)) return -1;
  c->end = end;
  c->ended = at;
  return 0;
}

int clock_meet(struct clock *c, time_ms at, struct error *err) {
  return end_clock(c, CLOCK_ENDED_MET, at, err);
}
int clock_void(struct clock *c, time_ms at, struct error *err) {
  return end_clock(c, CLOCK_ENDED_VOID, at, err);
}

/* ------------------------------------------------------------------ measuring */

static int beyond(struct error *err) {
  return error_set(err, ERR_INPUT, "clock.beyond-calendar", NULL, NULL);
}

int64_t gauge_measure(const struct gauge *g, time_ms at) {
  if (g->limit.unit == UNIT_WORK_HOUR) return calendar_work_ms(g->cal, at);
  if (g->limit.unit == UNIT_WORK_DAY) return calendar_work_ticks(g->cal, at);
  return at;
}

/* The earliest moment at which the measure reaches `value`. */
static bool moment_of(time_ms *out, const struct gauge *g, int64_t value, time_ms near) {
  if (g->limit.unit == UNIT_WORK_HOUR) return calendar_at_work_ms(out, g->cal, value, near);
  if (g->limit.unit == UNIT_WORK_DAY) return calendar_at_work_ticks(out, g->cal, value, near);
  *out = value;
  return true;
}

static time_ms midnight_of(const struct gauge *g, time_ms at, int32_t plus) {
  int offset = calendar_offset(g->cal);
  return ms_of_day(day_of_ms(at, offset) + plus, offset);
}

static time_ms anchor_of(const struct gauge *g) {
  time_ms start = g->clock->started;
  switch (g->limit.unit) {
    case UNIT_WORK_DAY: return midnight_of(g, start, g->rules->work_day_start_counts ? 0 : 1);
    case UNIT_NATURAL_DAY: return midnight_of(g, start, g->rules->natural_day_start_counts ? 0 : 1);
    case UNIT_MONTH: return midnight_of(g, start, 1);
    default: return start;
  }
}

/* The end of the day that corresponds to the start day `months` later. */
static time_ms month_end(const struct gauge *g, int64_t months) {
  int offset = calendar_offset(g->cal);
  struct civil c;
  civil_from_ms(&c, g->clock->started, offset);
  int64_t month = c.year * 12LL + c.month - 1 + months;
  int year = (int)(month / 12), in_year = (int)(month % 12) + 1;
  if (year > 9999) return INT64_MAX;
  int length = days_in_month(year, in_year), day = c.day < length ? c.day : length;
  int spill = g->rules->month_end_spills && c.day > length;
  return ms_of_day(day_from_civil(year, in_year, day) + 1 + spill, offset);
}

static int64_t ticks_of(const struct gauge *g, struct limit l) {
  switch (l.unit) {
    case UNIT_URGENT_MINUTE: return l.milli * (MINUTE_MS / LIMIT_ONE);
    case UNIT_URGENT_HOUR:
    case UNIT_WORK_HOUR: return l.milli * (HOUR_MS / LIMIT_ONE);
    case UNIT_URGENT_DAY:
    case UNIT_NATURAL_DAY: return l.milli * (DAY_MS / LIMIT_ONE);
    case UNIT_WORK_DAY: return l.milli * (DAY_TICKS / LIMIT_ONE);
    case UNIT_MONTH: return month_end(g, l.milli / LIMIT_ONE) - g->anchor;
    case UNIT_FIXED: return g->clock->fixed_due - g->clock->started;
    case UNIT_NONE:
    case UNIT_COUNT: break;
  }
  return 0;
}

struct limit clock_ticks_limit(enum unit unit, int64_t ticks) {
  struct limit l = {.unit = unit};
  switch (unit) {
    case UNIT_URGENT_MINUTE: l.milli = ticks / (MINUTE_MS / LIMIT_ONE); break;
    case UNIT_FIXED:
      l.unit = UNIT_URGENT_HOUR; /* a given end is told in plain hours */
      /* fall through */
    case UNIT_URGENT_HOUR:
    case UNIT_WORK_HOUR: l.milli = ticks / (HOUR_MS / LIMIT_ONE); break;
    case UNIT_MONTH:
      l.unit = UNIT_NATURAL_DAY;
      /* fall through */
    case UNIT_URGENT_DAY:
    case UNIT_NATURAL_DAY: l.milli = ticks / (DAY_MS / LIMIT_ONE); break;
    case UNIT_WORK_DAY: l.milli = ticks / (DAY_TICKS / LIMIT_ONE); break;
    case UNIT_NONE:
    case UNIT_COUNT: break;
  }
  return l;
}

bool gauge_run(const struct gauge *g, int i, time_ms *low, time_ms *high) {
  const struct segment *s = &g->clock->segments[i];
  bool ran = s->kind == SEGMENT_RUN || (s->kind == SEGMENT_PAUSE && g->limit.unit == UNIT_FIXED);
  if (!ran) return false;
  bool first = i == 0 || s->from < g->anchor;
  *low = first ? g->anchor : s->from;
  *high = s->to && i + 1 < g->clock->count ? s->to : INT64_MAX;
  if (*high < *low) *high = *low;
  return true;
}

static bool reach_open(struct reach *r, const struct gauge *g, int64_t ticks, time_ms low) {
  r->low = low;
  return moment_of(&r->at, g, gauge_measure(g, low) + ticks - r->before, low);
}

static bool reach_ticks(struct reach *r, const struct gauge *g, int64_t ticks) {
  *r = (struct reach){0};
  time_ms low, high;
  for (int i = 0; i < g->clock->count; i++) {
    if (!gauge_run(g, i, &low, &high)) continue;
    if (high == INT64_MAX) return reach_open(r, g, ticks, low);
    int64_t piece = gauge_measure(g, high) - gauge_measure(g, low);
    if (r->before + piece >= ticks) return reach_open(r, g, ticks, low);
    r->before += piece;
  }
  r->resumed = true;
  low = last_segment(g->clock)->from;
  if (low < g->now) low = g->now;
  return reach_open(r, g, ticks, low > g->anchor ? low : g->anchor);
}

/* Adds the extensions granted since the limit was set. Those of another unit become what they cover in this one. */
static int add_extensions(struct gauge *g, struct error *err) {
  const struct clock *c = g->clock;
  int first = 0;
  for (int i = 0; i < c->count; i++)
    if (c->segments[i].kind == SEGMENT_LIMIT) first = i;
  for (int i = first; i < c->count; i++)
    if (c->segments[i].kind == SEGMENT_EXTEND && c->segments[i].limit.unit == g->limit.unit)
      g->limit.milli += c->segments[i].limit.milli;
  g->total = ticks_of(g, g->limit);
  g->whole = g->limit.milli % LIMIT_ONE == 0;
  for (int i = first; i < c->count; i++) {
    if (c->segments[i].kind != SEGMENT_EXTEND || c->segments[i].limit.unit == g->limit.unit) continue;
    struct reach r;
    time_ms end;
    if (!reach_ticks(&r, g, g->total)) return beyond(err);
    if (clock_advance(&end, g->cal, g->rules, r.at, c->segments[i].limit, err)) return -1;
    g->total += gauge_measure(g, end) - gauge_measure(g, r.at);
    g->whole = false;
  }
  return 0;
}

const struct clock_rules *clock_rules_on(const struct clock_rules *newest, int32_t day) {
  while (newest->older && day < newest->from) newest = newest->older;
  return newest;
}

int gauge_init(struct gauge *g, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
               time_ms now, struct error *err) {
  *g = (struct gauge){.clock = c, .cal = cal, .rules = rules, .now = c->end == CLOCK_OPEN ? now : c->ended};
  if (!c->count) return error_set(err, ERR_CONFLICT, "clock.empty", NULL, NULL);
  if (!calendar_covers(cal, c->started) || !calendar_covers(cal, g->now)) return beyond(err);
  g->rules = clock_rules_on(rules, day_of_ms(c->started, calendar_offset(cal)));
  g->limit = limit_as_set(c);
  g->anchor = anchor_of(g);
  return add_extensions(g, err);
}

/* ------------------------------------------------------------------ the end */

static time_ms office_end(const struct gauge *g, int32_t day, const struct day_info *info) {
  time_ms midnight = ms_of_day(day, calendar_offset(g->cal));
  return midnight + (time_ms)info->spans[info->span_count - 1].to * MINUTE_MS;
}

/* A clock of whole work days ends with the office hours of its last day. */
static bool finish_work_day(struct finish *f, const struct gauge *g) {
  struct day_info info;
  if (!g->whole || !g->rules->whole_days) return true;
  int32_t day = day_of_ms(f->reach.at - 1, calendar_offset(g->cal));
  if (!calendar_look(&info, g->cal, day)) return false;
  if (info.worked) f->end = f->due = office_end(g, day, &info);
  return true;
}

/* A clock of natural days or months ends with its last day, or with the next day worked. */
static bool finish_natural_day(struct finish *f, const struct gauge *g) {
  int offset = calendar_offset(g->cal);
  struct day_info info;
  int32_t day = day_of_ms(f->reach.at - 1, offset);
  if (!calendar_look(&info, g->cal, day)) return false;
  if (g->rules->off_day_moves) f->unknown_year = calendar_unknown_between(g->cal, day, day);
  f->last_day = day;
  f->moved = g->rules->off_day_moves && !info.worked;
  if (f->moved && (!calendar_work_day_from(&day, g->cal, day) || !calendar_look(&info, g->cal, day))) return false;
  bool by_office = g->rules->office_end_ends && info.worked;
  time_ms day_end = by_office ? office_end(g, day, &info) : ms_of_day(day + 1, offset);
  bool to_the_end = f->moved || g->rules->whole_days || f->reach.at > day_end;
  f->end = to_the_end ? day_end : f->reach.at;
  /* 24:00 is written as the last moment of its day, for people read the date. */
  f->due = f->end == ms_of_day(day + 1, offset) ? f->end - 1 : f->end;
  return true;
}

bool gauge_finish(struct finish *f, const struct gauge *g) {
  *f = (struct finish){0};
  enum unit u = g->limit.unit;
  int offset = calendar_offset(g->cal);
  if (u == UNIT_FIXED) {
    f->end = f->due = g->clock->fixed_due;
    f->total = g->total;
    return true;
  }
  if (!reach_ticks(&f->reach, g, g->total)) return false;
  f->end = f->due = f->reach.at;
  if (!calendar_covers(g->cal, f->reach.at - 1)) return false;
  if (u == UNIT_WORK_DAY && !finish_work_day(f, g)) return false;
  if ((u == UNIT_NATURAL_DAY || u == UNIT_MONTH) && !finish_natural_day(f, g)) return false;
  f->total = f->reach.before + gauge_measure(g, f->end) - gauge_measure(g, f->reach.low);
  if (u == UNIT_WORK_HOUR || u == UNIT_WORK_DAY)
    f->unknown_year = calendar_unknown_between(g->cal, day_of_ms(g->clock->started, offset), day_of_ms(f->due, offset));
  return true;
}

int clock_advance(time_ms *due, const struct calendar *cal, const struct clock_rules *rules, time_ms start,
                  struct limit limit, struct error *err) {
  if (limit_check(limit, err)) return -1;
  struct segment run = {.kind = SEGMENT_RUN, .from = start};
  struct clock c = {.limit = limit, .started = start, .segments = &run, .count = 1};
  return clock_due(due, &c, cal, rules, start, err);
}

int clock_due(time_ms *out, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
              time_ms now, struct error *err) {
  struct gauge g;
  struct finish f;
  if (gauge_init(&g, c, cal, rules, now, err)) return -1;
  if (!gauge_finish(&f, &g)) return beyond(err);
  *out = f.due;
  return 0;
}

int clock_moment(time_ms *out, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
                 int share_milli, time_ms now, struct error *err) {
  struct gauge g;
  struct finish f;
  struct reach r;
  if (gauge_init(&g, c, cal, rules, now, err)) return -1;
  if (!gauge_finish(&f, &g)) return beyond(err);
  if (share_milli == LIMIT_ONE) {
    *out = f.due;
    return 0;
  }
  int64_t ticks = f.total / LIMIT_ONE * share_milli + f.total % LIMIT_ONE * share_milli / LIMIT_ONE;
  if (ticks <= 0) {
    *out = c->started;
    return 0;
  }
  if (!reach_ticks(&r, &g, ticks)) return beyond(err);
  *out = r.at > c->started ? r.at : c->started;
  return 0;
}

/* ------------------------------------------------------------------ reading */

static int64_t used_until(const struct gauge *g, time_ms until) {
  int64_t sum = 0;
  time_ms low, high;
  for (int i = 0; i < g->clock->count && g->clock->segments[i].from <= until; i++) {
    if (!gauge_run(g, i, &low, &high)) continue;
    if (high > until) high = until;
    if (high > low) sum += gauge_measure(g, high) - gauge_measure(g, low);
  }
  return sum;
}

static enum clock_state state_of(const struct gauge *g, const struct finish *f) {
  const struct clock *c = g->clock;
  if (c->end == CLOCK_ENDED_VOID) return STATE_VOID;
  if (g->now > f->due) return STATE_LATE;
  if (c->end == CLOCK_ENDED_MET) return STATE_MET;
  return last_segment(c)->kind == SEGMENT_PAUSE ? STATE_PAUSED : STATE_RUNNING;
}

/* From when on it is amber: little of the limit is left, or little office time. */
static time_ms warn_moment(const struct gauge *g, const struct finish *f) {
  struct reach r;
  time_ms at = f->due, by_office;
  int64_t share = f->total / LIMIT_ONE * g->rules->warn_share_milli;
  if (f->total > share && reach_ticks(&r, g, f->total - share) && r.at < at) at = r.at;
  bool office = g->limit.unit == UNIT_WORK_HOUR || g->limit.unit == UNIT_WORK_DAY;
  int64_t left = calendar_work_ms(g->cal, f->due) - g->rules->warn_work_ms;
  if (office && calendar_at_work_ms(&by_office, g->cal, left, g->clock->started) && by_office < at) at = by_office;
  return at > g->clock->started ? at : g->clock->started;
}

static enum clock_light light_of(const struct clock_reading *r, time_ms now) {
  switch (r->state) {
    case STATE_LATE: return LIGHT_RED;
    case STATE_VOID:
    case STATE_PAUSED: return LIGHT_GREY;
    case STATE_MET: return LIGHT_GREEN;
    case STATE_RUNNING: break;
  }
  return now >= r->warn_at ? LIGHT_AMBER : LIGHT_GREEN;
}

int clock_read(struct clock_reading *out, const struct clock *c, const struct calendar *cal,
               const struct clock_rules *rules, time_ms now, struct error *err) {
  struct gauge g;
  struct finish f;
  *out = (struct clock_reading){0};
  if (gauge_init(&g, c, cal, rules, now, err)) return -1;
  if (!gauge_finish(&f, &g)) return beyond(err);
  out->limit = g.limit;
  out->due = f.due;
  out->state = state_of(&g, &f);
  out->due_moves = out->state == STATE_PAUSED && f.reach.resumed;
  out->used = used_until(&g, g.now);
  out->total = f.total;
  out->left = out->used < f.total && g.now <= f.due ? f.total - out->used : 0;
  out->over = g.now > f.end ? gauge_measure(&g, g.now) - gauge_measure(&g, f.end) : 0;
  out->used_milli = f.total > 0 ? (int)((double)out->used * LIMIT_ONE / (double)f.total) : 0;
  out->unknown_year = f.unknown_year;
  if (out->state == STATE_RUNNING) out->warn_at = warn_moment(&g, &f);
  out->light = light_of(out, g.now);
  return 0;
}
