/* Plans of visits: a track type whose tracks the plan adds one after the other.
 *
 *   plan:
 *     starts: [did serve]                 actions, or stages of the matter
 *     first: 7 natural-days               the first is due so long after the start
 *     every: 3 months                     each further one so long after the last
 *     until: {clean: 3, when: {again: "no"}, counting: every}   or {times: 12}, or {date: FIELD}
 *     restart-on: [did relapse]           counts anew, from `first`
 *     then: [{do: finish}]                when it is complete
 *
 * When a visit is due is said by the track's own clock with `limit: plan`: what a missed visit brings about are its marks. */
#include "matter/procedure_check.h"

static void until_fill(struct reader *r, struct procedure_plan *p, const struct procedure_track *t,
                       const struct yaml *node) {
  static const char *const allowed[] = {"clean", "when", "counting", "times", "date", NULL};
  static const char *const counting[] = {"all", "every", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  const struct yaml *clean = yaml_get(node, "clean"), *when = yaml_get(node, "when"), *date = yaml_get(node, "date");
  int64_t n = 0;
  if (int_of(r, clean, 1, 100, &n)) p->clean_count = (int)n;
  n = 0;
  if (int_of(r, yaml_get(node, "times"), 1, 400, &n)) p->times = (int)n;
  p->clean = condition_of(r, t, when);
  if (clean && !when) finding_error(r, at_key(clean), "procedure.effect.missing", "when");
  p->skips_first = yaml_get(node, "counting") && one_of(r, yaml_get(node, "counting"), counting) == 1;
  p->until = date ? field_named(r, &r->p->tracks[0], date) : NULL;
  if (p->until && p->until->type != FIELD_DATE)
    finding_error(r, at_value(date), "procedure.effect.field-type", p->until->name, "date");
}

void plan_fill(struct reader *r, struct draft *d) {
  static const char *const allowed[] = {"starts", "first", "every", "until", "restart-on", "then", NULL};
  const struct yaml *node = d->track->index ? yaml_get(d->node, "plan") : NULL;
  if (!node || !keys_check(r, node, allowed)) return;
  const struct procedure_track *main = &r->p->tracks[0];
  struct procedure_plan *p = ARENA_NEW(r->arena, struct procedure_plan);
  struct procedure_stage_list none = {0};
  p->at = at_key(node);
  events_of(r, main, yaml_get(node, "starts"), &p->start_stages, &p->start_actions, &p->start_actions_count);
  events_of(r, main, yaml_get(node, "restart-on"), &none, &p->restart_actions, &p->restart_actions_count);
  if (none.count) finding_error(r, at_value(yaml_get(node, "restart-on")), "procedure.plan.restart");
  p->first = limit_of(r, yaml_get(node, "first"));
  p->every = limit_of(r, yaml_get(node, "every"));
  until_fill(r, p, d->track, yaml_get(node, "until"));
  p->effects = effects_of(r, main, yaml_get(node, "then"));
  for (size_t i = 0; i < d->track->clocks_count && !p->clock; i++)
    if (d->clocks[i].limit_from == LIMIT_PLAN) p->clock = &d->clocks[i];
  d->track->plan = p;
}

/* ---- checking ---- */

static void check_plan(struct check *k, const struct procedure_track *t) {
  const struct procedure_plan *p = t->plan;
  if (!p->start_stages.count && !p->start_actions_count)
    check_error(k, p->at, "procedure.plan.starts", t->name, NULL, NULL);
  if (!p->first.text || !p->every.text) check_error(k, p->at, "procedure.plan.spans", t->name, NULL, NULL);
  if (!p->clean_count && !p->times && !p->until) check_error(k, p->at, "procedure.plan.endless", t->name, NULL, NULL);
  if (!p->clock) check_error(k, p->at, "procedure.plan.clock", t->name, NULL, NULL);
  for (size_t i = 0; i < p->effects.count; i++)
    if (p->effects.items[i].kind == EFFECT_SET || p->effects.items[i].kind == EFFECT_ASSIGN)
      check_error(k, p->effects.items[i].at, "procedure.plan.then", NULL, NULL, NULL);
}

void check_plans(struct check *k) {
  for (size_t i = 0; i < k->p->tracks_count; i++) {
    const struct procedure_track *t = &k->p->tracks[i];
    if (t->plan) check_plan(k, t);
    for (size_t j = 0; !t->plan && j < t->clocks_count; j++)
      if (t->clocks[j].limit_from == LIMIT_PLAN)
        check_error(k, t->clocks[j].at, "procedure.plan.missing", t->clocks[j].name, NULL, NULL);
  }
}
