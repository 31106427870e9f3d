/* The rest of what a procedure means: clocks that end, tables that are complete, fields that are used, words that can
 * be filled in; and what several procedures say of each other. */
#include <string.h>

#include "matter/procedure_check.h"

/* ---- clocks end ---- */

static bool in_list(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool stops(const struct procedure_clock *c, const struct procedure_action *action) {
  for (size_t i = 0; i < c->stop_actions_count; i++)
    if (c->stop_actions[i] == action) return true;
  for (size_t i = 0; i < action->effects.count; i++) {
    const struct procedure_effect *e = &action->effects.items[i];
    if (e->kind == EFFECT_CLOCK && e->clock == c && e->clock_op == CLOCK_STOP && !e->when) return true;
  }
  return false;
}

/* Marks what the running clock can still be running in after `action` from a marked stage. */
static bool run_on(const struct procedure_clock *c, const struct procedure_action *action, bool *running) {
  bool from = false, more = false;
  for (size_t i = 0; i < action->from.count; i++) from |= running[action->from.items[i]->index];
  if (!from || stops(c, action)) return false;
  for (size_t i = 0; i < action->moves_count; i++) {
    const struct procedure_move *m = &action->moves[i];
    if (m->to != TO_STAGE || in_list(&c->stop_stages, m->stage) || running[m->stage->index]) continue;
    running[m->stage->index] = more = true;
  }
  return more;
}

/* Follows the clock from `start`; an end of the track in which it still runs is a finding. */
static void check_end(struct check *k, const struct procedure_clock *c, const struct procedure_stage *start) {
  const struct procedure_track *t = c->track;
  bool *running = ARENA_ARRAY(k->arena, t->stages_count + 1, bool), more = true;
  running[start->index] = true;
  while (more) {
    more = false;
    for (size_t i = 0; i < t->actions_count; i++) more |= run_on(c, &t->actions[i], running);
  }
  for (size_t i = 0; i < t->stages_count; i++) {
    if (!running[i] || !t->stages[i].final) continue;
    check_error(k, c->at, "procedure.clock.endless", c->name, start->name, t->stages[i].name);
    return;
  }
}

static void check_clock_ends(struct check *k, const struct procedure_clock *c) {
  bool effect_starts = k->clock_ops[c->index] & (1U << CLOCK_START);
  if (c->start_stages.count == 0 && c->start_actions_count == 0 && !effect_starts)
    check_error(k, c->at, "procedure.clock.startless", c->name, NULL, NULL);
  for (size_t i = 0; i < c->start_stages.count; i++) check_end(k, c, c->start_stages.items[i]);
  for (size_t i = 0; i < c->start_actions_count; i++)
    for (size_t j = 0; j < c->start_actions[i]->moves_count; j++)
      if (c->start_actions[i]->moves[j].stage && c->start_actions[i]->track == c->track)
        check_end(k, c, c->start_actions[i]->moves[j].stage);
}

/* ---- tables ---- */

static bool row_for(const struct procedure_clock *c, const char *value) {
  for (size_t i = 0; i < c->rows_count; i++)
    if (text_eq(c->rows[i].value, value)) return true;
  return false;
}

static void check_table(struct check *k, const struct procedure_clock *c) {
  const struct procedure_field *f = c->limit_field;
  if (c->limit_from != LIMIT_TABLE || !f) return;
  if (f->type != FIELD_CHOICE) {
    check_error(k, c->at, "procedure.clock.table-field", c->name, NULL, NULL);
    return;
  }
  for (size_t i = 0; i < f->options_count && !c->limit.text; i++)
    if (!row_for(c, f->options[i].name)) check_error(k, c->at, "procedure.clock.table", c->name, f->options[i].name, NULL);
  for (size_t i = 0; i < c->rows_count; i++) {
    bool known = false;
    for (size_t j = 0; j < f->options_count; j++) known |= text_eq(f->options[j].name, c->rows[i].value);
    if (!known) check_error(k, c->rows[i].at, "procedure.clock.table-value", c->name, c->rows[i].value, NULL);
  }
}

/* ---- fields ---- */

static void use_fields(struct check *k, const struct procedure_field_list *list) {
  for (size_t i = 0; i < list->count; i++)
    if (!list->items[i]->record) k->used[list->items[i]->track->index][list->items[i]->index] = true;
}

/* A response that never comes is only known when something happens at the clock's end. */
static void check_response(struct check *k, const struct procedure_clock *c) {
  for (size_t i = 0; i < c->marks_count; i++)
    if (!c->marks[i].after.text && c->marks[i].percent == 100) return;
  if (c->response) check_error(k, c->at, "procedure.clock.response", c->name, NULL, NULL);
}

static void check_fields(struct check *k, const struct procedure_track *t) {
  unsigned taken = 0;
  for (size_t i = 0; i < t->fields.count; i++) {
    const struct procedure_field *f = &t->fields.items[i];
    if (!k->used[t->index][i]) check_warning(k, f->at, "procedure.field.unused", f->name);
    bool single = f->as != AS_NOTHING && f->as != AS_REASON;
    if (single && (taken & (1U << f->as)))
      check_error(k, f->at, "procedure.field.as-twice", FIELD_AS_NAMES[f->as], NULL, NULL);
    if (single) taken |= 1U << f->as;
  }
}

/* ---- words ---- */

static bool placeholder_known(const char *name, size_t len) {
  static const char *const known[] = {"number", "summary", "place", "category", "holder", "due", "stage", "reason", "answer"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (strlen(known[i]) == len && memcmp(known[i], name, len) == 0) return true;
  return false;
}

static void check_text(struct check *k, struct procedure_at at, const char *text) {
  for (const char *s = text ? strchr(text, '{') : NULL; s; s = strchr(s + 1, '{')) {
    size_t len = strcspn(s + 1, "}");
    if (s[len + 1] == '}' && placeholder_known(s + 1, len)) continue;
    check_error(k, at, "procedure.words.placeholder", arena_strndup(k->arena, s, len + 2), NULL, NULL);
  }
}

static void check_words(struct check *k, struct procedure_at at, const struct bilingual *words) {
  check_text(k, at, words->zh);
  check_text(k, at, words->en);
}

static void see_words(struct check *k, const struct procedure_effect *e, const struct procedure_action *action,
                      void *to) {
  (void)action;
  (void)to;
  check_words(k, e->at, &e->words);
}

/* ---- all of it ---- */

static void check_track_use(struct check *k, const struct procedure_track *t) {
  for (size_t i = 0; i < t->stages_count; i++) check_words(k, t->stages[i].at, &t->stages[i].plain);
  for (size_t i = 0; i < t->actions_count; i++) {
    check_words(k, t->actions[i].at, &t->actions[i].plain);
    use_fields(k, &t->actions[i].needs);
    use_fields(k, &t->actions[i].asks);
  }
  for (size_t i = 0; i < t->clocks_count; i++) {
    check_clock_ends(k, &t->clocks[i]);
    check_response(k, &t->clocks[i]);
    check_table(k, &t->clocks[i]);
  }
}

void check_use(struct check *k) {
  for (size_t i = 0; i < k->p->tracks_count; i++) check_track_use(k, &k->p->tracks[i]);
  for (size_t i = 0; i < k->p->tracks_count; i++) check_fields(k, &k->p->tracks[i]);
  check_effects(k, see_words, NULL);
}

/* ---- several procedures together ---- */

struct together {
  struct check check;
  const struct procedure *const *all;
  size_t count;
};

static const struct procedure *by_name(const struct together *t, const char *name) {
  for (size_t i = 0; i < t->count; i++)
    if (text_eq(t->all[i]->name, name)) return t->all[i];
  return NULL;
}

static bool takes_from(const struct procedure *p, const char *name) {
  for (size_t i = 0; i < p->open_from_count; i++)
    if (text_eq(p->open_from[i], name)) return true;
  return false;
}

static void see_open(struct check *k, const struct procedure_effect *e, const struct together *t) {
  const struct procedure *other = by_name(t, e->procedure);
  if (!other) {
    check_error(k, e->at, "procedure.together.procedure", e->procedure, NULL, NULL);
    return;
  }
  if (!takes_from(other, k->p->name))
    check_error(k, e->at, "procedure.together.from", other->name, k->p->name, NULL);
  if (!procedure_opening(other, e->other))
    check_error(k, e->at, "procedure.together.action", other->name, e->other, NULL);
  for (size_t i = 0; i < e->carry_count; i++)
    if (!procedure_field_find(other, &other->tracks[0], e->carry[i].theirs))
      check_error(k, e->at, "procedure.together.field", other->name, e->carry[i].theirs, NULL);
}

/* An action on the origin must exist in at least one procedure this one may come from. */
static void see_origin(struct check *k, const struct procedure_effect *e, const struct together *t) {
  for (size_t i = 0; i < k->p->open_from_count; i++) {
    const struct procedure *from = by_name(t, k->p->open_from[i]);
    if (from && procedure_action_find(&from->tracks[0], e->other)) return;
  }
  check_error(k, e->at, "procedure.together.action", k->p->open_from_count ? k->p->open_from[0] : "", e->other, NULL);
}

/* Whom an objection is taken by: a procedure that may be opened out of this one, by an action everybody may take. */
static void see_objections(struct check *k, const struct procedure_publication *p, const struct together *t) {
  const struct procedure *other = p && p->objects ? by_name(t, p->objects) : NULL;
  if (!p || !p->objects) return;
  if (!other) {
    check_error(k, p->at, "procedure.together.procedure", p->objects, NULL, NULL);
    return;
  }
  if (!takes_from(other, k->p->name)) check_error(k, p->at, "procedure.together.from", other->name, k->p->name, NULL);
  if (!procedure_opening(other, p->objects_by))
    check_error(k, p->at, "procedure.together.action", other->name, p->objects_by, NULL);
}

static void see_together(struct check *k, const struct procedure_effect *e, const struct procedure_action *action,
                         void *to) {
  (void)action;
  if (e->kind == EFFECT_OPEN) see_open(k, e, to);
  if (e->kind == EFFECT_DO && e->origin) see_origin(k, e, to);
}

void procedure_check_together(struct procedure_findings *found, size_t **which, struct arena *a,
                              const struct procedure *const *procedures, size_t count) {
  struct together t = {.check = {.found = found, .arena = a}, .all = procedures, .count = count};
  size_t *of = ARENA_ARRAY(a, found->count + 200, size_t), n = found->count;
  for (size_t i = 0; i < count; i++) {
    t.check.p = procedures[i];
    if (by_name(&t, procedures[i]->name) != procedures[i])
      check_error(&t.check, procedures[i]->tracks[0].at, "procedure.together.twice", procedures[i]->name, NULL, NULL);
    check_effects(&t.check, see_together, &t);
    for (size_t j = 0; j < procedures[i]->tracks_count; j++) see_objections(&t.check, procedures[i]->tracks[j].publication, &t);
    while (n < found->count) of[n++] = i;
  }
  if (which) *which = of;
}
