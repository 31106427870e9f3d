/* Clocks for display: how much is used of which limit, until when, and how that was counted. */
#include <string.h>

#include "web/case_view_inside.h"

enum { LINE_BYTES = 2000 };

static bool counts_hours(enum unit u) {
  return u == UNIT_URGENT_MINUTE || u == UNIT_URGENT_HOUR || u == UNIT_WORK_HOUR || u == UNIT_FIXED;
}

static const char *limit_text(const struct case_asker *who, struct limit l) {
  struct buf b;
  buf_init(&b, LINE_BYTES);
  limit_words(&b, who->lang, l);
  const char *s = arena_strdup(who->arena, b.data);
  buf_free(&b);
  return s;
}

/* Of working time no days can be made: 38 work hours are not a day and a half. */
static const char *hours_text(const struct case_asker *who, int64_t span) {
  const char *args[] = {arena_printf(who->arena, "%lld", (long long)(span / HOUR_MS)),
                        arena_printf(who->arena, "%lld", (long long)(span % HOUR_MS / MINUTE_MS))};
  if (span < HOUR_MS) return case_span(who->arena, who->lang, span);
  return case_say(who->arena, who->lang, span % HOUR_MS >= MINUTE_MS ? W_SPAN_HOURS_MINUTES : W_SPAN_HOURS, 2, args);
}

/* Hours in hours and minutes, days in days with one decimal. */
static const char *ticks_text(const struct case_asker *who, enum unit unit, int64_t ticks) {
  struct limit l = clock_ticks_limit(unit, ticks);
  if (unit == UNIT_URGENT_MINUTE) return case_span(who->arena, who->lang, ticks);
  if (counts_hours(unit)) return hours_text(who, l.milli * (HOUR_MS / LIMIT_ONE));
  l.milli = l.milli / 100 * 100;
  return limit_text(who, l);
}

bool case_clock_used(const struct case_asker *who, const struct state_clock *c, time_ms at, const char **used,
                     const char **limit, struct clock_reading *reading) {
  struct error ignored = {0};
  const struct world *w = who->world;
  if (clock_read(reading, &c->clock, w->calendar, w->rules, at, &ignored) < 0) return false;
  *used = ticks_text(who, reading->limit.unit, reading->used);
  *limit = reading->limit.unit == UNIT_FIXED ? "" : limit_text(who, reading->limit);
  return true;
}

const struct state_clock *case_clock_ended_by(const struct state *s, const struct state_step *step) {
  const struct state_clock *found = NULL;
  for (size_t i = 0; i < s->clock_count; i++) {
    const struct state_clock *c = &s->clocks[i];
    if (c->track != step->track || c->clock.end != CLOCK_ENDED_MET || c->clock.ended != step->at) continue;
    if (!found || c->clock.started > found->clock.started) found = c;
  }
  return found;
}

static void explain(struct case_clock *out, const struct case_asker *who, const struct state_clock *c) {
  struct clock_line *lines;
  size_t n = 0;
  struct error ignored = {0};
  const struct world *w = who->world;
  if (clock_explain(&lines, &n, who->arena, &c->clock, w->calendar, w->rules, who->now, &ignored) < 0) return;
  const char **texts = ARENA_ARRAY(who->arena, n + 1, const char *);
  for (size_t i = 0; i < n; i++) {
    struct buf b;
    buf_init(&b, LINE_BYTES);
    clock_line_words(&b, who->lang, &lines[i], c->clock.limit.unit, w->offset_min);
    texts[i] = arena_strdup(who->arena, b.data);
    buf_free(&b);
  }
  out->lines = texts;
  out->line_count = (int)n;
}

/* A paused clock is grey and says so; an ended one says whether it was in time. */
static struct case_light clock_light(const struct case_asker *who, const struct state_clock *c,
                                     const struct clock_reading *r) {
  struct case_light light = {.look = "held", .words = word(who->lang, W_LIGHT_PAUSED)};
  if (c->clock.end == CLOCK_ENDED_VOID) light.words = word(who->lang, W_LIGHT_VOID);
  else if (c->clock.end == CLOCK_ENDED_MET) {
    bool late = r->state == STATE_LATE;
    light.look = late ? "late" : "ok";
    light.words = word(who->lang, late ? W_LIGHT_WAS_LATE : W_LIGHT_IN_TIME);
  } else if (r->state != STATE_PAUSED)
    light = case_light_of(who->arena, who->lang, r->due, r->warn_at, who->now);
  light.due = r->due;
  return light;
}

static bool fill(struct case_clock *out, const struct case_asker *who, const struct state_clock *c) {
  struct clock_reading r;
  const char *used, *limit;
  if (!c->type || !case_clock_used(who, c, who->now, &used, &limit, &r)) return false;
  *out = (struct case_clock){.name = c->type->name,
                             .title = case_pick(who, &c->type->title),
                             .track = case_track_words(who, c->track),
                             .light = clock_light(who, c, &r),
                             .started = c->clock.started,
                             .due = r.due,
                             .ended = c->clock.ended,
                             .used = used,
                             .limit = limit,
                             .used_milli = r.used_milli,
                             .late = r.state == STATE_LATE,
                             .paused = r.state == STATE_PAUSED,
                             .counts = c->counts,
                             .shown = c->type->shown,
                             .unknown_year = r.unknown_year};
  explain(out, who, c);
  return true;
}

int case_clocks(struct case_view *v, const struct case_asker *who, struct error *err) {
  const struct state *s = v->state;
  struct case_clock *list = ARENA_ARRAY(who->arena, s->clock_count + 1, struct case_clock);
  int n = 0;
  (void)err;
  for (int round = 0; round < 2; round++) /* running ones first */
    for (size_t i = s->clock_count; i-- > 0;) {
      const struct state_clock *c = &s->clocks[i];
      bool ended = c->clock.end != CLOCK_OPEN;
      bool may = v->view >= VIEW_HANDLER || (c->type && c->type->shown);
      if (may && ended == (round == 1) && fill(&list[n], who, c)) n++;
    }
  v->clocks = list;
  v->clock_count = n;
  return 0;
}
