/* What a procedure means: every stage can be reached and left, every action has somebody who may take it and can come
 * about, every track is used. Clocks, fields and words are in procedure_check_use.c. */
#include "matter/procedure_check.h"

#include <string.h>

void check_error(struct check *k, struct procedure_at at, const char *code, const char *a, const char *b,
                 const char *c) {
  finding_add(k->found, k->arena, at, FINDING_ERROR, code, a, b, c, NULL);
}

void check_warning(struct check *k, struct procedure_at at, const char *code, const char *a) {
  finding_add(k->found, k->arena, at, FINDING_WARNING, code, a, NULL);
}

static void walk_list(struct check *k, const struct procedure_effects *list, const struct procedure_action *action,
                      void (*see)(struct check *k, const struct procedure_effect *e,
                                  const struct procedure_action *action, void *to),
                      void *to) {
  for (size_t i = 0; i < list->count; i++) see(k, &list->items[i], action, to);
}

void check_effects(struct check *k,
                   void (*see)(struct check *k, const struct procedure_effect *e,
                               const struct procedure_action *action, void *to),
                   void *to) {
  for (size_t i = 0; i < k->p->tracks_count; i++) {
    const struct procedure_track *t = &k->p->tracks[i];
    for (size_t j = 0; j < t->actions_count; j++) walk_list(k, &t->actions[j].effects, &t->actions[j], see, to);
    for (size_t j = 0; j < t->clocks_count; j++)
      for (size_t m = 0; m < t->clocks[j].marks_count; m++)
        walk_list(k, &t->clocks[j].marks[m].effects, NULL, see, to);
    for (size_t j = 0; j < t->tables_count; j++)
      for (size_t m = 0; m < t->tables[j].rows_count; m++) walk_list(k, &t->tables[j].rows[m].effects, NULL, see, to);
    if (t->plan) walk_list(k, &t->plan->effects, NULL, see, to);
  }
}

/* ---- which stages can be reached, and from which an end can be ---- */

static bool starts_in(const struct procedure_action *action, const bool *reached) {
  for (size_t i = 0; i < action->from.count; i++)
    if (reached[action->from.items[i]->index]) return true;
  return action->opens;
}

static bool reach_by(const struct procedure_action *action, bool *reached) {
  bool more = false;
  if (!starts_in(action, reached)) return false;
  for (size_t i = 0; i < action->moves_count; i++) {
    const struct procedure_stage *to = action->moves[i].stage;
    if (action->moves[i].to != TO_STAGE || reached[to->index]) continue;
    reached[to->index] = more = true;
  }
  return more;
}

static bool *reach(struct check *k, const struct procedure_track *t) {
  bool *reached = ARENA_ARRAY(k->arena, t->stages_count + 1, bool), more = true;
  if (t->start) reached[t->start->index] = true;
  while (more) {
    more = false;
    for (size_t i = 0; i < t->actions_count; i++) more |= reach_by(&t->actions[i], reached);
  }
  return reached;
}

static bool leads_into(const struct procedure_action *action, const struct procedure_stage *stage) {
  for (size_t i = 0; i < action->moves_count; i++)
    if (action->moves[i].to == TO_STAGE && action->moves[i].stage == stage) return true;
  return false;
}

/* Does going back from `stage` to where it came from lead to a stage that ends? */
static bool previous_ends(const struct procedure_track *t, const struct procedure_stage *stage, const bool *ends) {
  for (size_t i = 0; i < t->actions_count; i++) {
    if (!leads_into(&t->actions[i], stage)) continue;
    for (size_t j = 0; j < t->actions[i].from.count; j++)
      if (ends[t->actions[i].from.items[j]->index]) return true;
  }
  return false;
}

static bool moves_to_end(const struct procedure_track *t, const struct procedure_action *action,
                         const struct procedure_stage *from, const bool *ends) {
  for (size_t i = 0; i < action->moves_count; i++) {
    const struct procedure_move *m = &action->moves[i];
    if (m->to == TO_STAGE && ends[m->stage->index]) return true;
    if (m->to == TO_PREVIOUS && previous_ends(t, from, ends)) return true;
  }
  return false;
}

static bool end_by(const struct procedure_track *t, const struct procedure_action *action, bool *ends) {
  bool more = false;
  for (size_t i = 0; i < action->from.count; i++) {
    const struct procedure_stage *from = action->from.items[i];
    if (ends[from->index] || !moves_to_end(t, action, from, ends)) continue;
    ends[from->index] = more = true;
  }
  return more;
}

static void check_ends(struct check *k, const struct procedure_track *t, const bool *reached) {
  bool *ends = ARENA_ARRAY(k->arena, t->stages_count + 1, bool), more = true, any = false;
  for (size_t i = 0; i < t->stages_count; i++) any |= ends[i] = t->stages[i].final;
  if (!any) {
    check_error(k, t->at, "procedure.stages.final-missing", t->name, NULL, NULL);
    return;
  }
  while (more) {
    more = false;
    for (size_t i = 0; i < t->actions_count; i++) more |= end_by(t, &t->actions[i], ends);
  }
  for (size_t i = 0; i < t->stages_count; i++)
    if (reached[i] && !ends[i]) check_error(k, t->stages[i].at, "procedure.stage.dead-end", t->stages[i].name, NULL, NULL);
}

static void check_stages(struct check *k, const struct procedure_track *t) {
  bool *reached = reach(k, t);
  for (size_t i = 0; i < t->stages_count; i++) {
    const struct procedure_stage *s = &t->stages[i];
    if (!reached[i]) check_error(k, s->at, "procedure.stage.unreachable", s->name, NULL, NULL);
    if (s->final && s->held.count > 0) check_error(k, s->at, "procedure.stage.final-held", s->name, NULL, NULL);
  }
  check_ends(k, t, reached);
  k->reached[t->index] = reached;
}

/* ---- who can act ---- */

static bool actor_same(const struct procedure_actor *a, const struct procedure_actor *b) {
  if (b->kind == ACTOR_ANYONE) return true;
  if (a->kind != b->kind || a->role != b->role) return false;
  if (a->track != b->track || a->action != b->action) return false;
  return !b->track_role || text_eq(a->track_role, b->track_role);
}

static bool excluded(const struct procedure_action *action, const struct procedure_actor *by) {
  for (size_t i = 0; i < action->not_by.count; i++)
    if (actor_same(by, &action->not_by.items[i])) return true;
  return false;
}

static void check_actors(struct check *k, const struct procedure_action *action) {
  bool somebody = false, person = false;
  for (size_t i = 0; i < action->by.count; i++) {
    const struct procedure_actor *by = &action->by.items[i];
    if (excluded(action, by)) continue;
    somebody = true;
    person |= by->kind != ACTOR_SYSTEM;
    bool holderless = by->kind == ACTOR_HOLDER && action->track->holder == HOLDER_NONE;
    if (holderless && !k->assigned[action->track->index])
      check_error(k, by->at, "procedure.action.holder", action->name, NULL, NULL);
  }
  if (action->by.count > 0 && !somebody) check_error(k, action->at, "procedure.action.nobody", action->name, NULL, NULL);
  if (somebody && !person && !k->done[action->track->index][action->index] && !k->opens_others)
    check_error(k, action->at, "procedure.action.system", action->name, NULL, NULL);
}

/* ---- what can come about ---- */

static bool share_value(const struct procedure_condition *a, const struct procedure_condition *b) {
  for (size_t i = 0; i < a->values_count; i++)
    for (size_t j = 0; j < b->values_count; j++)
      if (text_eq(a->values[i], b->values[j])) return true;
  return false;
}

/* A choice cannot have two values at once. */
static bool clash(const struct procedure_condition *all) {
  for (size_t i = 0; i < all->parts_count; i++)
    for (size_t j = i + 1; j < all->parts_count; j++) {
      const struct procedure_condition *a = all->parts[i], *b = all->parts[j];
      bool values = a->test == TEST_VALUE && b->test == TEST_VALUE && a->field == b->field;
      if (values && a->field->type != FIELD_CHOICES && !share_value(a, b)) return true;
    }
  return false;
}

static bool can_be(struct check *k, const struct procedure_condition *c) {
  if (!c) return true;
  bool some = c->parts_count == 0;
  switch (c->test) {
    case TEST_ALL:
      for (size_t i = 0; i < c->parts_count; i++)
        if (!can_be(k, c->parts[i])) return false;
      return !clash(c);
    case TEST_ANY:
      for (size_t i = 0; i < c->parts_count; i++) some |= can_be(k, c->parts[i]);
      return some;
    case TEST_EVERY:
    case TEST_SOME:
    case TEST_WAS: some = false;
      for (size_t i = 0; i < c->stages_count; i++) {
        const struct procedure_stage *s = c->stages[i];
        some |= k->reached[s->track->index] && k->reached[s->track->index][s->index];
      }
      return some;
    case TEST_NOT:
    case TEST_VALUE:
    case TEST_RANGE:
    case TEST_GIVEN:
    case TEST_QUORUM:
    case TEST_PASSED:
    case TEST_SETTLED:
    case TEST_DONE: break;
  }
  return true;
}

static void check_action(struct check *k, const struct procedure_action *action) {
  bool reachable = starts_in(action, k->reached[action->track->index]);
  if (!reachable || !can_be(k, action->when))
    check_error(k, action->at, "procedure.action.never", action->name, NULL, NULL);
  for (size_t i = 0; i < action->moves_count; i++)
    if (action->opens && action->moves[i].to != TO_STAGE)
      check_error(k, action->at, "procedure.action.previous", action->name, NULL, NULL);
  check_actors(k, action);
}

/* ---- what the effects do, gathered first ---- */

static void gather(struct check *k, const struct procedure_effect *e, const struct procedure_action *action, void *to) {
  (void)to;
  if (e->kind == EFFECT_ASSIGN && action) k->assigned[action->track->index] = true;
  if ((e->kind == EFFECT_DO || e->kind == EFFECT_ADD) && e->action) k->done[e->action->track->index][e->action->index] = true;
  if (e->kind == EFFECT_OPEN) k->opens_others = true;
  if (e->kind == EFFECT_CLOCK && e->clock) k->clock_ops[e->clock->index] |= 1U << e->clock_op;
  if (e->field && e->field->record == NULL) k->used[e->field->track->index][e->field->index] = true;
  if (e->kind != EFFECT_ADD || !e->track) return;
  k->added[e->track->index] = true;
  bool wants_holder = e->track->holder != HOLDER_NONE && e->track->holder != HOLDER_ANY;
  if (wants_holder && !e->field) check_error(k, e->at, "procedure.effect.add-for", e->track->name, NULL, NULL);
}

struct role_wanted {
  const struct procedure_track *track;
  const char *role;
  bool found;
};

static void see_role(struct check *k, const struct procedure_effect *e, const struct procedure_action *action, void *to) {
  (void)k;
  (void)action;
  struct role_wanted *w = to;
  if (e->kind == EFFECT_ADD && e->track == w->track && text_eq(e->track_role, w->role)) w->found = true;
}

static void check_track(struct check *k, const struct procedure_track *t) {
  if (t->index > 0 && !k->added[t->index] && !t->plan) check_error(k, t->at, "procedure.track.unused", t->name, NULL, NULL);
  for (size_t i = 0; i < t->roles_count; i++) {
    struct role_wanted w = {t, t->roles[i].name, false};
    check_effects(k, see_role, &w);
    if (t->roles[i].least > 0 && !w.found)
      check_error(k, t->roles[i].at, "procedure.track.role-unfilled", t->name, t->roles[i].name, NULL);
  }
  for (size_t i = 0; i < t->actions_count; i++) check_action(k, &t->actions[i]);
}

/* What it publishes may be objected to: then another procedure acts on it. */
static void see_publications(struct check *k) {
  for (size_t i = 0; i < k->p->tracks_count; i++)
    if (k->p->tracks[i].publication && k->p->tracks[i].publication->objects) k->opens_others = true;
}

static void prepare(struct check *k) {
  size_t n = k->p->tracks_count, clocks = 0;
  k->reached = ARENA_ARRAY(k->arena, n, bool *);
  k->done = ARENA_ARRAY(k->arena, n, bool *);
  k->used = ARENA_ARRAY(k->arena, n, bool *);
  k->assigned = ARENA_ARRAY(k->arena, n, bool);
  k->added = ARENA_ARRAY(k->arena, n, bool);
  for (size_t i = 0; i < n; i++) {
    k->done[i] = ARENA_ARRAY(k->arena, k->p->tracks[i].actions_count + 1, bool);
    k->used[i] = ARENA_ARRAY(k->arena, k->p->tracks[i].fields.count + 1, bool);
    const struct procedure_inspection *in = k->p->tracks[i].inspection;
    const struct procedure_field *const given[] = {in ? in->score : NULL, in ? in->level : NULL, in ? in->findings : NULL};
    for (size_t f = 0; f < sizeof given / sizeof given[0]; f++)
      if (given[f]) k->used[i][given[f]->index] = true;
    clocks += k->p->tracks[i].clocks_count;
  }
  k->clock_ops = ARENA_ARRAY(k->arena, clocks + 1, unsigned);
  check_effects(k, gather, NULL);
  see_publications(k);
}

void procedure_check(struct procedure_findings *found, struct arena *a, const struct procedure *p) {
  struct check k = {.found = found, .arena = a, .p = p};
  if (!procedure_opening(p, NULL)) {
    check_error(&k, p->tracks[0].at, "procedure.open.missing", NULL, NULL, NULL);
    return; /* nothing could be reached, and saying so of every stage would hide why */
  }
  prepare(&k);
  for (size_t i = 0; i < p->tracks_count; i++) check_stages(&k, &p->tracks[i]);
  for (size_t i = 0; i < p->tracks_count; i++) check_track(&k, &p->tracks[i]);
  for (size_t i = 0; i < p->tracks_count; i++) publication_check(found, a, &p->tracks[i]);
  for (size_t i = 0; i < p->tracks_count; i++) inspection_check(found, a, p, &p->tracks[i]);
  check_tables(&k);
  check_plans(&k);
  check_ballots(&k);
  check_secrecy(&k);
  check_use(&k);
}
