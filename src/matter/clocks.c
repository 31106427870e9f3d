/* The stored clocks of a matter: which start, stop, pause and go on when a track moves, and when their marks fall due.
 */
#include "matter/sealed_internal.h"

#include <string.h>

/* --- numbers and limits with the district's own settings -------------------------------------------------------- */

static const char *setting_value(struct work *k, const struct procedure_setting *s) {
  return world_setting(k->w, k->a, k->s->procedure->name, s->name);
}

/* The day whose rules a matter keeps: the one on which it was opened. */
static int32_t rule_day(const struct work *k) {
  return day_of_ms(k->s->opened ? k->s->opened : k->now, k->w->offset_min);
}

static const struct procedure_change *change_on(const struct procedure_setting *s, int32_t day) {
  const struct procedure_change *found = NULL;
  for (size_t i = 0; s && i < s->changes_count && s->changes[i].from <= day; i++) found = &s->changes[i];
  return found;
}

/* What the district set while running, else what the procedure says for the day the matter was opened. */
int limit_resolve(struct limit *out, struct work *k, const struct procedure_limit *l) {
  const char *own = l->setting ? setting_value(k, l->setting) : NULL;
  const struct procedure_change *change = change_on(l->setting, rule_day(k));
  return limit_parse(out, own ? own : change ? change->limit : l->text, k->err);
}

int world_limit(struct limit *out, const struct world *w, struct arena *a, const struct procedure *p,
                const struct procedure_limit *l, struct error *err) {
  const char *own = l->setting ? world_setting(w, a, p->name, l->setting->name) : NULL;
  return limit_parse(out, own ? own : l->text, err);
}

int64_t number_resolve(struct work *k, const struct procedure_number *n) {
  const char *own = n->setting ? setting_value(k, n->setting) : NULL;
  int64_t v;
  if (own && text_to_int(own, &v) && v >= n->setting->min && v <= n->setting->max) return v;
  const struct procedure_change *change = change_on(n->setting, rule_day(k));
  return change ? change->number : n->number;
}

static const struct state_track *value_track(struct doing *d, const struct procedure_field *f) {
  return f->track == d->track->type ? d->track : &d->k->s->tracks[0];
}

static int table_limit(struct limit *out, struct doing *d, const struct procedure_clock *c) {
  const char *v = state_value(d->k->s, value_track(d, c->limit_field), c->limit_field);
  for (size_t i = 0; v && i < c->rows_count; i++)
    if (text_eq(c->rows[i].value, v)) return limit_resolve(out, d->k, &c->rows[i].limit);
  if (c->limit.text) return limit_resolve(out, d->k, &c->limit);
  return error_fault(d->k->err, "matter.limit", "clock %s has no limit for this value", c->name);
}

static enum catalogue_limit kind_wanted(struct doing *d, const struct procedure_clock *c) {
  enum catalogue_limit kind = LIMIT_GENERAL;
  const char *v = c->kind_field ? state_value(d->k->s, value_track(d, c->kind_field), c->kind_field) : NULL;
  return v && catalogue_limit_from_name(&kind, v) ? kind : LIMIT_GENERAL;
}

/* Was the kind chosen in this very step? */
static bool said_now(const struct doing *d, const struct procedure_field *f) {
  for (size_t i = 0; f && i < d->k->s->said_count; i++)
    if (d->k->s->said[i].field == f && d->k->s->said[i].step == d->step) return true;
  return false;
}

/* By the catalogue as it stood when the matter was opened; a code that is younger than the matter as it stands now.
 * A kind the catalogue does not give is refused where it is chosen; where it was chosen under another category it becomes the
 * longest before it that there is. */
static int catalogue_limit(struct limit *out, struct doing *d, const struct procedure_clock *c) {
  struct state *s = d->k->s;
  enum catalogue_limit kind = kind_wanted(d, c), found;
  const struct world *w = d->k->w;
  if (!world_condition_limit(out, &found, w, s->category, s->condition_no, kind, rule_day(d->k)) &&
      !world_condition_limit(out, &found, w, s->category, s->condition_no, kind, day_of_ms(d->k->now, w->offset_min)))
    return limit_resolve(out, d->k, &c->limit);
  if (found == kind || !said_now(d, c->kind_field)) return 0;
  return error_set(d->k->err, ERR_INPUT, "matter.limit.kind", c->kind_field->name, NULL);
}

static int clock_limit(struct limit *out, struct doing *d, const struct procedure_clock *c) {
  switch (c->limit_from) {
    case LIMIT_TABLE: return table_limit(out, d, c);
    case LIMIT_CATALOGUE: return catalogue_limit(out, d, c);
    case LIMIT_PLAN: return plan_limit(out, d);
    case LIMIT_GIVEN:
    case LIMIT_FIXED: break;
  }
  return limit_resolve(out, d->k, &c->limit);
}

/* --- keeping a clock -------------------------------------------------------------------------------------------- */

/* The moment of the next mark of an open, running clock; 0 when none is left or it is paused. */
int clock_next_mark_at(struct work *k, struct state_clock *c) {
  const struct procedure_clock *type = c->type;
  c->mark_at = 0;
  struct clock_reading r;
  if (clock_read(&r, &c->clock, k->w->calendar, k->w->rules, k->now, k->err) < 0) return -1;
  c->due = r.due;
  c->warn_at = r.warn_at;
  if (c->clock.end != CLOCK_OPEN || r.state == STATE_PAUSED || c->mark >= (int)type->marks_count) return 0;
  const struct procedure_mark *m = &type->marks[c->mark];
  if (!m->after.text)
    return clock_moment(&c->mark_at, &c->clock, k->w->calendar, k->w->rules, m->percent * 10, k->now, k->err);
  struct limit after;
  if (limit_resolve(&after, k, &m->after) < 0) return -1;
  return clock_advance(&c->mark_at, k->w->calendar, k->w->rules, r.due, after, k->err);
}

int clocks_save(struct work *k, struct state_clock *c, bool fresh) {
  struct buf segments;
  int r;
  if (clock_next_mark_at(k, c) < 0) return -1;
  buf_init(&segments, 256 * 1024);
  if (k->s->sealed) segments_hush(&c->clock);
  segments_write(&segments, &c->clock);
  if (fresh) {
    struct q_clock_add_in in = {.district = k->w->district,
                                .id = c->id,
                                .matter = k->s->id,
                                .track = c->track->id,
                                .name = kept_clock(k->a, k->s, c->type),
                                .unit = unit_name(c->clock.limit.unit),
                                .milli = c->clock.limit.milli,
                                .fixed_due = c->clock.fixed_due,
                                .started = c->clock.started,
                                .ended = c->clock.ended,
                                .end_kind = (int64_t)c->clock.end,
                                .segments = segments.data,
                                .due = c->due,
                                .warn_at = c->warn_at,
                                .late = c->late,
                                .counts = c->counts,
                                .mark = c->mark,
                                .mark_at = c->mark_at};
    r = q_clock_add(k->t->db, &in, k->err);
  } else {
    struct q_clock_put_in in = {.district = k->w->district,
                                .id = c->id,
                                .ended = c->clock.ended,
                                .end_kind = (int64_t)c->clock.end,
                                .segments = segments.data,
                                .due = c->due,
                                .warn_at = c->warn_at,
                                .late = c->late,
                                .mark = c->mark,
                                .mark_at = c->mark_at};
    r = q_clock_put(k->t->db, &in, k->err);
  }
  buf_free(&segments);
  return r < 0 ? -1 : 0;
}

static struct state_clock *find_clock(struct doing *d, const struct procedure_clock *type) {
  struct state *s = d->k->s;
  for (size_t i = s->clock_count; i-- > 0;)
    if (s->clocks[i].type == type && s->clocks[i].track == d->track) return &s->clocks[i];
  return NULL;
}

static bool is_open(const struct state_clock *c) {
  return c && c->clock.end == CLOCK_OPEN;
}

static bool is_paused(const struct state_clock *c) {
  for (int i = c->clock.count; i-- > 0;) {
    enum segment_kind kind = c->clock.segments[i].kind;
    if (kind == SEGMENT_RUN || kind == SEGMENT_PAUSE) return kind == SEGMENT_PAUSE;
  }
  return false;
}

/* A clock that had stopped goes on: the time between counts as a pause. */
static int go_on(struct doing *d, struct state_clock *c, const char *reason) {
  time_ms stopped = c->clock.ended;
  c->clock.end = CLOCK_OPEN;
  c->clock.ended = 0;
  if (!is_paused(c) && clock_pause(&c->clock, d->k->a, stopped, reason, d->k->err) < 0) return -1;
  if (clock_resume(&c->clock, d->k->a, d->k->now, reason, d->k->err) < 0) return -1;
  return clocks_save(d->k, c, false);
}

/* The end a value says: a moment, or a date's last millisecond. False when nothing was said. */
static bool given_end(time_ms *out, struct doing *d, const struct procedure_clock *c) {
  const char *v = state_value(d->k->s, value_track(d, c->limit_field), c->limit_field);
  int offset = d->k->w->offset_min;
  int32_t day;
  if (text_empty(v)) return false;
  if (c->limit_field->type == FIELD_TIME) return time_parse(out, v, offset);
  if (!date_parse(&day, v)) return false;
  *out = ms_of_day(day + 1, offset) - 1;
  return true;
}

static int start_given(struct doing *d, struct state_clock *c, time_ms end) {
  struct work *k = d->k;
  if (work_next(k, "clock", &c->id) < 0) return -1;
  if (clock_start_fixed(&c->clock, k->a, k->now, end, k->err) < 0) return -1;
  k->s->clock_count++;
  return clocks_save(k, c, true);
}

static int start(struct doing *d, const struct procedure_clock *type) {
  struct work *k = d->k;
  struct procedure_facts facts;
  struct state_of of = {k->s, d->track};
  struct state_clock *old = find_clock(d, type);
  struct limit limit;
  state_facts(&facts, &of);
  if (is_open(old) || !procedure_holds(type->when, &facts)) return 0;
  time_ms end = 0;
  if (type->limit_from == LIMIT_GIVEN && !given_end(&end, d, type)) return 0;
  if (old && type->goes_on && old->clock.end == CLOCK_ENDED_MET) return go_on(d, old, d->action->name);
  struct state_clock *c = &k->s->clocks[k->s->clock_count];
  *c = (struct state_clock){.type = type, .track = d->track, .counts = type->counts};
  if (type->limit_from == LIMIT_GIVEN) return start_given(d, c, end);
  if (clock_limit(&limit, d, type) < 0 || work_next(k, "clock", &c->id) < 0) return -1;
  if (clock_start(&c->clock, k->a, k->now, limit, k->err) < 0) return -1;
  k->s->clock_count++;
  return clocks_save(k, c, true);
}

int clocks_restart(struct doing *d, const struct procedure_clock *type) {
  struct state_clock *c = find_clock(d, type);
  if (is_open(c) && (clock_void(&c->clock, d->k->now, d->k->err) < 0 || clocks_save(d->k, c, false) < 0)) return -1;
  return start(d, type);
}

void note_late(struct work *k, struct state_clock *c) {
  if (c->counts) k->s->late = true;
  if (c->counts || c->type->response) c->late = true;
}

/* Met: in time, or late. */
static int stop(struct doing *d, struct state_clock *c) {
  struct work *k = d->k;
  struct clock_reading r;
  if (clock_read(&r, &c->clock, k->w->calendar, k->w->rules, k->now, k->err) < 0) return -1;
  bool late = r.over > 0 || k->now > r.due;
  if (is_paused(c)) late = r.over > 0;
  if (clock_meet(&c->clock, k->now, k->err) < 0) return -1;
  if (late) note_late(k, c);
  return clocks_save(k, c, false);
}

static bool has_stage(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool has_action(const struct procedure_action *const *list, size_t n, const struct procedure_action *action) {
  for (size_t i = 0; i < n; i++)
    if (list[i] == action) return true;
  return false;
}

static int pause_or_resume(struct doing *d, struct state_clock *c, bool pause, const char *reason) {
  if (!is_open(c) || is_paused(c) == pause) return 0;
  int r = pause ? clock_pause(&c->clock, d->k->a, d->k->now, reason, d->k->err)
                : clock_resume(&c->clock, d->k->a, d->k->now, reason, d->k->err);
  return r < 0 ? -1 : clocks_save(d->k, c, false);
}

int clocks_hold(struct doing *d, const struct procedure_clock *type) {
  return pause_or_resume(d, find_clock(d, type), true, d->action->name);
}

static int void_all(struct doing *d) {
  struct state *s = d->k->s;
  for (size_t i = 0; i < s->clock_count; i++) {
    struct state_clock *c = &s->clocks[i];
    if (c->track != d->track || !is_open(c)) continue;
    if (clock_void(&c->clock, d->k->now, d->k->err) < 0 || clocks_save(d->k, c, false) < 0) return -1;
  }
  return 0;
}

static int follow_one(struct doing *d, const struct procedure_clock *type, bool entered) {
  const struct procedure_stage *stage = d->track->stage;
  struct state_clock *c = find_clock(d, type);
  bool stops = (entered && has_stage(&type->stop_stages, stage)) ||
               has_action(type->stop_actions, type->stop_actions_count, d->action);
  if (stops && is_open(c) && stop(d, c) < 0) return -1;
  bool starts = (entered && has_stage(&type->start_stages, stage)) ||
                has_action(type->start_actions, type->start_actions_count, d->action);
  if (starts && start(d, type) < 0) return -1;
  if (!entered || !type->pause_stages.count) return 0;
  return pause_or_resume(d, find_clock(d, type), has_stage(&type->pause_stages, stage), stage->name);
}

int clocks_follow(struct doing *d, const struct procedure_stage *from) {
  const struct procedure_track *type = d->track->type;
  bool entered = from != d->track->stage;
  for (size_t i = 0; i < type->clocks_count; i++)
    if (follow_one(d, &type->clocks[i], entered) < 0) return -1;
  return entered && d->track->stage->final ? void_all(d) : 0;
}

/* --- effects on clocks ------------------------------------------------------------------------------------------ */

static int extend(struct doing *d, struct state_clock *c, const struct procedure_effect *e) {
  struct limit more = {0};
  if (e->extend.text) {
    if (limit_resolve(&more, d->k, &e->extend) < 0) return -1;
  } else {
    double n = 0;
    const char *v = e->field ? state_value(d->k->s, value_track(d, e->field), e->field) : NULL;
    if (!v || !text_to_real(v, &n)) return 0;
    more = (struct limit){(int64_t)(n * LIMIT_ONE), e->extend_unit};
  }
  if (clock_extend(&c->clock, d->k->a, d->k->now, more, d->action->name, d->k->err) < 0) return -1;
  return clocks_save(d->k, c, false);
}

static int relimit(struct doing *d, struct state_clock *c) {
  struct limit limit;
  if (c->type->limit_from == LIMIT_GIVEN) return 0;
  if (clock_limit(&limit, d, c->type) < 0) return -1;
  if (limit_same(limit, c->clock.limit) && c->clock.limit.unit == limit.unit && c->clock.count == 1) return 0;
  if (clock_relimit(&c->clock, d->k->a, d->k->now, limit, d->action->name, d->k->err) < 0) return -1;
  c->mark = 0;
  return clocks_save(d->k, c, false);
}

/* The clock may belong to another track than the action: the main one's, from a side track. */
static struct state_track *clock_track(struct doing *d, const struct procedure_clock *type) {
  if (type->track == d->track->type) return d->track;
  for (size_t i = 0; i < d->k->s->track_count; i++)
    if (d->k->s->tracks[i].type == type->track) return &d->k->s->tracks[i];
  return NULL;
}

int clocks_effect(struct doing *d, const struct procedure_effect *e) {
  struct doing there = *d;
  there.track = clock_track(d, e->clock);
  if (!there.track) return 0;
  struct state_clock *c = find_clock(&there, e->clock);
  int r = 0;
  if (e->clock_op == CLOCK_START)
    r = start(&there, e->clock);
  else if (!is_open(c))
    return 0;
  else if (e->clock_op == CLOCK_PAUSE || e->clock_op == CLOCK_RESUME)
    r = pause_or_resume(&there, c, e->clock_op == CLOCK_PAUSE, d->action->name);
  else if (e->clock_op == CLOCK_STOP)
    r = stop(&there, c);
  else if (e->clock_op == CLOCK_EXTEND)
    r = extend(&there, c, e);
  else
    r = relimit(&there, c);
  return r < 0 ? -1 : who_hold(d->k, there.track);
}

/* --- the matter's own summary of its clocks --------------------------------------------------------------------- */

static void earlier(time_ms *at, time_ms candidate) {
  if (candidate && (!*at || candidate < *at)) *at = candidate;
}

void clocks_summary(struct work *k) {
  struct state *s = k->s;
  s->due = s->warn_at = s->shown_due = 0;
  for (size_t i = 0; i < s->clock_count; i++) {
    struct state_clock *c = &s->clocks[i];
    if (!is_open(c)) continue;
    if (!is_paused(c)) {
      if (!s->due || c->due < s->due) s->warn_at = c->warn_at;
      earlier(&s->due, c->due);
    }
    if (c->type->shown) earlier(&s->shown_due, c->due);
  }
}
