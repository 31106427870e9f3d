/* Plans of visits on a running matter. Where a plan stands is read from the steps: since its last start, how many visits were
 * paid and how many of the latest were clean. Nothing else is kept, so nothing can disagree with the history. */
#include "matter/engine_internal.h"

static bool has_action(const struct procedure_action *const *list, size_t n, const struct procedure_action *action) {
  for (size_t i = 0; i < n; i++)
    if (action && list[i] == action) return true;
  return false;
}

static bool has_stage(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool starts(const struct state *s, const struct procedure_plan *p, const struct state_step *step) {
  bool entered = step->track == &s->tracks[0] && step->to && step->to != step->from;
  return has_action(p->start_actions, p->start_actions_count, step->action) ||
         (entered && has_stage(&p->start_stages, step->to));
}

static bool restarts(const struct procedure_plan *p, const struct state_step *step) {
  return has_action(p->restart_actions, p->restart_actions_count, step->action);
}

/* The step from which the plan counts: 1 behind its place, 0 before there was one. */
static size_t counts_from(const struct state *s, const struct procedure_plan *p) {
  for (size_t i = s->step_count; i-- > 0;)
    if (starts(s, p, &s->steps[i]) || restarts(p, &s->steps[i])) return i + 1;
  return 0;
}

/* A visit that was paid (not one that was called off) after step `from`. */
static bool paid_since(const struct state *s, const struct state_track *t, size_t from) {
  if (!t->stage->final || t->stage->outcome != OUTCOME_DONE) return false;
  for (size_t i = from; i < s->step_count; i++)
    if (s->steps[i].track == t && s->steps[i].to && s->steps[i].to->final) return true;
  return false;
}

void plan_tally(struct plan_tally *out, const struct state *s, const struct procedure_track *type) {
  size_t from = counts_from(s, type->plan);
  *out = (struct plan_tally){.started = from > 0};
  for (size_t i = 0; i < s->track_count; i++) {
    const struct state_track *t = &s->tracks[i];
    struct procedure_facts facts;
    struct state_of of = {s, t};
    if (t->type != type) continue;
    out->open += !t->stage->final;
    if (!paid_since(s, t, from)) continue;
    state_facts(&facts, &of);
    out->paid++;
    bool clean = procedure_holds(type->plan->clean, &facts);
    out->clean = clean && !(type->plan->skips_first && out->paid == 1) ? out->clean + 1 : 0;
  }
}

int plan_limit(struct limit *out, struct doing *d) {
  struct plan_tally tally;
  plan_tally(&tally, d->k->s, d->track->type);
  return limit_resolve(out, d->k, tally.paid ? &d->track->type->plan->every : &d->track->type->plan->first);
}

/* Would the next visit be due after the last day of the plan? */
static int past_end(struct doing *d, const struct procedure_plan *p, const struct plan_tally *tally, bool *past) {
  struct work *k = d->k;
  struct limit limit;
  time_ms due;
  int32_t day;
  const char *v = p->until ? state_value(k->s, &k->s->tracks[0], p->until) : NULL;
  *past = false;
  if (!v || !date_parse(&day, v)) return 0;
  if (limit_resolve(&limit, k, tally->paid ? &p->every : &p->first) < 0 ||
      clock_advance(&due, k->w->calendar, k->w->rules, k->now, limit, k->err) < 0)
    return -1;
  *past = due >= ms_of_day(day + 1, k->w->offset_min);
  return 0;
}

static int complete(struct doing *d, const struct procedure_plan *p) {
  struct doing there = *d;
  there.track = &d->k->s->tracks[0];
  return effects_run(&there, &p->effects);
}

/* The next visit: held by whoever holds the matter, where visits have a holder. */
static int add_next(struct doing *d, const struct procedure_track *type) {
  const struct state_track *main = &d->k->s->tracks[0];
  if (type->holder == HOLDER_NONE) return track_add(d, type, NULL, 0, 0, 0);
  return track_add(d, type, NULL, main->org, main->post, main->person);
}

/* A visit that waits when the plan starts anew is due as the first one is. */
static int restart_waiting(struct doing *d, const struct procedure_track *type) {
  for (size_t i = 0; i < d->k->s->track_count; i++) {
    struct doing there = *d;
    there.track = &d->k->s->tracks[i];
    if (there.track->type != type || there.track->stage->final) continue;
    if (clocks_restart(&there, type->plan->clock) < 0 || who_hold(d->k, there.track) < 0) return -1;
  }
  return 0;
}

static int follow_one(struct doing *d, const struct procedure_track *type, bool visit_ended) {
  const struct procedure_plan *p = type->plan;
  struct plan_tally tally;
  bool started = starts(d->k->s, p, d->step), again = restarts(p, d->step), past;
  plan_tally(&tally, d->k->s, type);
  if (!started && !again && !visit_ended) return 0;
  if (again && tally.open) return restart_waiting(d, type);
  if (tally.open || !tally.started) return 0;
  if (past_end(d, p, &tally, &past) < 0) return -1;
  bool enough = (p->clean_count && tally.clean >= p->clean_count) || (p->times && tally.paid >= p->times);
  return past || enough ? complete(d, p) : add_next(d, type);
}

int plans_follow(struct doing *d, const struct procedure_stage *from) {
  const struct procedure *p = d->k->s->procedure;
  const struct procedure_stage *now = d->track->stage;
  bool ended = from && from != now && now->final && now->outcome == OUTCOME_DONE; /* one called off ends the plan */
  for (size_t i = 1; i < p->tracks_count; i++)
    if (p->tracks[i].plan && !d->k->s->tracks[0].stage->final &&
        follow_one(d, &p->tracks[i], ended && d->track->type == &p->tracks[i]) < 0)
      return -1;
  return 0;
}
