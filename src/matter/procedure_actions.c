/* Actions and clocks. */
#include <stdlib.h>
#include <string.h>

#include "matter/catalogue.h"
#include "matter/procedure_reader.h"

static const char *const ACTION_KEYS[] = {"title", "help", "plain", "from", "to",     "by",   "not",   "needs",  "asks",
                                          "when",  "then", "counts", "upto", "again", "within", "page", NULL};

/* ---- actions ---- */

static bool move_of(struct reader *r, struct procedure_move *m, const struct procedure_track *t,
                    const struct yaml *node) {
  static const char *const allowed[] = {"when", "to", NULL};
  if (node->kind == YAML_MAP) {
    if (!keys_check(r, node, allowed)) return false;
    const struct yaml *to = yaml_get(node, "to");
    if (!to) {
      finding_error(r, at_value(node), "procedure.action.to");
      return false;
    }
    m->when = condition_of(r, t, yaml_get(node, "when"));
    node = to;
  }
  if (node->kind == YAML_SCALAR && text_eq(node->text, "stay")) {
    m->to = TO_STAY;
    return true;
  }
  if (node->kind == YAML_SCALAR && text_eq(node->text, "previous")) {
    m->to = TO_PREVIOUS;
    return true;
  }
  m->stage = stage_named(r, t, node);
  return m->stage != NULL;
}

static void moves_fill(struct reader *r, struct procedure_action *a, const struct yaml *node) {
  if (!node) {
    finding_error(r, a->at, "procedure.action.to");
    return;
  }
  struct procedure_move *moves = ARENA_ARRAY(r->arena, list_count(node) + 1, struct procedure_move);
  for (size_t i = 0; i < list_count(node); i++)
    if (move_of(r, &moves[a->moves_count], a->track, list_item(node, i))) a->moves_count++;
  for (size_t i = 0; i < a->moves_count; i++) {
    bool last = i + 1 == a->moves_count;
    if (last == (moves[i].when != NULL)) finding_error(r, at_value(list_item(node, i)), "procedure.action.to-otherwise");
  }
  a->moves = moves;
}

static void from_fill(struct reader *r, struct procedure_action *a, const struct yaml *node) {
  bool start = node && node->kind == YAML_SCALAR && text_eq(node->text, "start");
  if (start && a->track->index == 0) {
    a->opens = true;
    return;
  }
  if (start) finding_error(r, at_value(node), "procedure.action.start-side");
  if (!node) finding_error(r, a->at, "procedure.action.from");
  if (node && !start) a->from = stages_of(r, a->track, node);
}

static const char *const PAGE_NAMES[] = {"composer", NULL};

static void bounds_fill(struct reader *r, struct procedure_action *a, const struct yaml *node) {
  const struct yaml *counts = yaml_get(node, "counts");
  int k = counts ? one_of(r, counts, COUNTS_NAMES) : 0;
  a->counts = k > 0 ? (enum procedure_counts)k : COUNTS_NOTHING;
  int64_t upto = 0;
  int_of(r, yaml_get(node, "upto"), 1, 1000, &upto);
  a->upto = (int)upto;
  a->composer = yaml_get(node, "page") && one_of(r, yaml_get(node, "page"), PAGE_NAMES) == 0;
  a->again = limit_of(r, yaml_get(node, "again"));
  a->within = limit_of(r, yaml_get(node, "within"));
}

static void action_fill(struct reader *r, struct procedure_action *a, const struct yaml *node) {
  static const struct procedure_move nowhere = {.to = TO_STAY};
  a->moves = &nowhere;
  if (!keys_check(r, node, ACTION_KEYS)) return;
  a->title = bilingual_of(r, node, "title", true);
  a->help = bilingual_of(r, node, "help", false);
  a->plain = bilingual_of(r, node, "plain", false);
  from_fill(r, a, yaml_get(node, "from"));
  moves_fill(r, a, yaml_get(node, "to"));
  a->by = actors_of(r, a->track, yaml_get(node, "by"));
  a->not_by = actors_of(r, a->track, yaml_get(node, "not"));
  if (!yaml_get(node, "by")) finding_error(r, a->at, "procedure.action.by", a->name);
  a->needs = fields_of(r, a->track, yaml_get(node, "needs"));
  a->asks = fields_of(r, a->track, yaml_get(node, "asks"));
  a->when = condition_of(r, a->track, yaml_get(node, "when"));
  a->effects = effects_of(r, a->track, yaml_get(node, "then"));
  bounds_fill(r, a, node);
}

void actions_fill(struct reader *r, struct draft *d) {
  for (size_t i = 0; i < d->track->actions_count; i++) action_fill(r, &d->actions[i], d->actions_node->items[i]);
}

/* ---- clocks ---- */

static const char *const CLOCK_KEYS[] = {"title", "starts", "until", "pauses", "limit", "when",
                                         "again", "counts", "response", "shown", "at", NULL};

void events_of(struct reader *r, const struct procedure_track *t, const struct yaml *node,
               struct procedure_stage_list *stages, const struct procedure_action *const **actions,
               size_t *actions_count) {
  size_t n = list_count(node);
  const struct procedure_action **acts = ARENA_ARRAY(r->arena, n + 1, const struct procedure_action *);
  struct yaml **rest = ARENA_ARRAY(r->arena, n + 1, struct yaml *);
  struct yaml stage_items = {.kind = YAML_LIST, .items = rest};
  for (size_t i = 0; i < n; i++) {
    const struct yaml *item = list_item(node, i);
    const char *word = text_of(r, item);
    if (!word) continue;
    if (!text_starts(word, "did ")) {
      rest[stage_items.count++] = arena_memdup(r->arena, item, sizeof *item);
      continue;
    }
    acts[*actions_count] = action_named(r, t, item, word + 4);
    if (acts[*actions_count]) (*actions_count)++;
  }
  *stages = stages_of(r, t, &stage_items);
  *actions = acts;
}

static void table_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  static const char *const allowed[] = {"by", "of", "otherwise", NULL};
  c->limit_from = LIMIT_TABLE;
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *of = yaml_get(node, "of");
  c->limit_field = field_named(r, c->track, yaml_get(node, "by"));
  if (yaml_get(node, "otherwise")) c->limit = limit_of(r, yaml_get(node, "otherwise"));
  if (!of || !want_map(r, of)) {
    finding_error(r, at_key(node), "procedure.effect.missing", "of");
    return;
  }
  struct procedure_limit_row *rows = ARENA_ARRAY(r->arena, of->count + 1, struct procedure_limit_row);
  for (size_t i = 0; i < of->count; i++)
    rows[i] = (struct procedure_limit_row){of->items[i]->key, limit_of(r, of->items[i]), at_key(of->items[i])};
  c->rows = rows;
  c->rows_count = of->count;
}

/* {given: FIELD}: a value says the end; without one the clock does not start. */
static void given_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  static const char *const allowed[] = {"given", NULL};
  c->limit_from = LIMIT_GIVEN;
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *given = yaml_get(node, "given");
  const struct procedure_field *f = c->limit_field = field_named(r, c->track, given);
  if (f && f->type != FIELD_DATE && f->type != FIELD_TIME)
    finding_error(r, at_value(given), "procedure.effect.field-type", f->name, "date, time");
}

/* {catalogue: FIELD, kind: FIELD}: which of the condition's limits, by a choice whose options are their names. */
static void kind_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  enum catalogue_limit kind;
  const struct procedure_field *f = c->kind_field = node ? field_named(r, c->track, node) : NULL;
  if (!f) return;
  bool fits = f->type == FIELD_CHOICE;
  for (size_t i = 0; fits && i < f->options_count; i++) fits = catalogue_limit_from_name(&kind, f->options[i].name);
  if (!fits) finding_error(r, at_value(node), "procedure.clock.kind", f->name);
}

static void limit_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  static const char *const allowed[] = {"catalogue", "kind", "otherwise", NULL};
  if (!node) {
    finding_error(r, c->at, "procedure.clock.limit", c->name);
  } else if (node->kind == YAML_SCALAR && text_eq(node->text, "plan")) {
    c->limit_from = LIMIT_PLAN;
  } else if (node->kind != YAML_MAP) {
    c->limit = limit_of(r, node);
  } else if (yaml_get(node, "by")) {
    table_fill(r, c, node);
  } else if (yaml_get(node, "given")) {
    given_fill(r, c, node);
  } else {
    c->limit_from = LIMIT_CATALOGUE;
    keys_check(r, node, allowed);
    const struct yaml *catalogue = yaml_get(node, "catalogue"), *otherwise = yaml_get(node, "otherwise");
    if (!catalogue || !otherwise)
      finding_error(r, at_key(node), "procedure.effect.missing", catalogue ? "otherwise" : "catalogue");
    c->limit_field = catalogue ? field_named(r, c->track, catalogue) : NULL;
    c->limit = limit_of(r, otherwise);
    kind_fill(r, c, yaml_get(node, "kind"));
    if (c->limit_field && c->limit_field->type != FIELD_CONDITION)
      finding_error(r, at_value(catalogue), "procedure.effect.field-type", c->limit_field->name, "condition");
  }
}

/* "80%", "late", "late + 1 work-days". */
static bool mark_when(struct reader *r, struct procedure_mark *m, const struct yaml *node) {
  const char *key = node->key;
  size_t n = strlen(key);
  int64_t percent = 0;
  m->percent = 100;
  if (text_eq(key, "late")) return true;
  if (text_starts(key, "late + ")) {
    struct yaml rest = {.kind = YAML_SCALAR, .text = key + 7, .line = node->key_line, .column = node->key_column};
    m->after = limit_of(r, &rest);
    return m->after.text != NULL;
  }
  if (n > 1 && key[n - 1] == '%' && text_to_int(arena_strndup(r->arena, key, n - 1), &percent) && percent > 0 &&
      percent <= 1000) {
    m->percent = (int)percent;
    return true;
  }
  finding_error(r, at_key(node), "procedure.clock.mark", key);
  return false;
}

static int by_time(const void *a, const void *b) {
  const struct procedure_mark *x = a, *y = b;
  if (x->percent != y->percent) return x->percent < y->percent ? -1 : 1;
  return (x->after.text != NULL) - (y->after.text != NULL);
}

static void marks_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  if (!node || !want_map(r, node)) return;
  struct procedure_mark *marks = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_mark);
  for (size_t i = 0; i < node->count; i++) {
    struct procedure_mark *m = &marks[c->marks_count];
    if (!mark_when(r, m, node->items[i])) continue;
    m->effects = effects_of(r, c->track, node->items[i]);
    m->at = at_key(node->items[i]);
    c->marks_count++;
  }
  if (c->marks_count > 1) qsort(marks, c->marks_count, sizeof *marks, by_time);
  c->marks = marks;
}

static void clock_fill(struct reader *r, struct procedure_clock *c, const struct yaml *node) {
  static const char *const again[] = {"anew", "continue", NULL};
  if (!keys_check(r, node, CLOCK_KEYS)) return;
  c->title = bilingual_of(r, node, "title", true);
  events_of(r, c->track, yaml_get(node, "starts"), &c->start_stages, &c->start_actions, &c->start_actions_count);
  events_of(r, c->track, yaml_get(node, "until"), &c->stop_stages, &c->stop_actions, &c->stop_actions_count);
  c->pause_stages = stages_of(r, c->track, yaml_get(node, "pauses"));
  limit_fill(r, c, yaml_get(node, "limit"));
  c->when = condition_of(r, c->track, yaml_get(node, "when"));
  c->goes_on = yaml_get(node, "again") && one_of(r, yaml_get(node, "again"), again) == 1;
  c->counts = yes_no_of(r, yaml_get(node, "counts"), false);
  c->shown = yes_no_of(r, yaml_get(node, "shown"), false);
  c->response = yes_no_of(r, yaml_get(node, "response"), false);
  marks_fill(r, c, yaml_get(node, "at"));
}

void clocks_fill(struct reader *r, struct draft *d) {
  for (size_t i = 0; i < d->track->clocks_count; i++) clock_fill(r, &d->clocks[i], d->clocks_node->items[i]);
}
