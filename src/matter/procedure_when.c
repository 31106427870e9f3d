/* Conditions: small tests that are read from a map and asked of a running matter.
 *
 *   {kind: emergency}            the field has that value        {kind: [daily, drive]}   one of them
 *   {people: {min: 3, max: 9}}   a number in bounds              {given: FIELD}           it has a value
 *   {every: {TRACK: STAGES}}     {some: {TRACK: STAGES}}         {was: STAGES}            {done: ACTION} {done: {ACTION: 2}}
 *   {quorum: TRACK}              {passed: TRACK}             {settled: PROCEDURE}
 *   {all: [..]} {any: [..]} {not: ..}                            several keys in one map: all of them */
#include <math.h>
#include <string.h>

#include "matter/procedure_reader.h"

static struct procedure_condition *condition_new(struct reader *r, enum procedure_test test, const struct yaml *node) {
  struct procedure_condition *c = ARENA_NEW(r->arena, struct procedure_condition);
  c->test = test;
  c->at = at_key(node);
  c->times = 1;
  return c;
}

static void parts_of(struct reader *r, struct procedure_condition *c, const struct procedure_track *t,
                     const struct yaml *node) {
  const struct procedure_condition **parts =
      ARENA_ARRAY(r->arena, list_count(node) + 1, const struct procedure_condition *);
  for (size_t i = 0; i < list_count(node); i++) {
    const struct procedure_condition *part = condition_of(r, t, list_item(node, i));
    if (part) parts[c->parts_count++] = part;
  }
  c->parts = parts;
}

static const char *value_name(const struct procedure_field *f, const char *value) {
  if (f->type == FIELD_YES_NO) return text_eq(value, "yes") || text_eq(value, "no") ? value : NULL;
  if (f->type != FIELD_CHOICE && f->type != FIELD_CHOICES) return value;
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, value)) return f->options[i].name;
  return NULL;
}

static void values_check(struct reader *r, struct procedure_condition *c, const struct yaml *node) {
  for (size_t i = 0; i < c->values_count; i++) {
    if (value_name(c->field, c->values[i])) continue;
    const char **names = ARENA_ARRAY(r->arena, c->field->options_count + 1, const char *);
    for (size_t k = 0; k < c->field->options_count; k++) names[k] = c->field->options[k].name;
    finding_wrong_name(r, at_value(list_item(node, i)), "procedure.value.unknown", "procedure.value.near", c->values[i],
                       names, c->field->options_count);
  }
}

static void range_of(struct reader *r, struct procedure_condition *c, const struct yaml *node) {
  static const char *const allowed[] = {"min", "max", NULL};
  keys_check(r, node, allowed);
  c->test = TEST_RANGE;
  const struct yaml *min = yaml_get(node, "min"), *max = yaml_get(node, "max");
  c->min = -INFINITY;
  c->max = INFINITY;
  if (min && !text_to_real(min->text ? min->text : "", &c->min)) finding_error(r, at_value(min), "procedure.want.text");
  if (max && !text_to_real(max->text ? max->text : "", &c->max)) finding_error(r, at_value(max), "procedure.want.text");
}

static struct procedure_condition *value_test(struct reader *r, const struct procedure_track *t,
                                              const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, TEST_VALUE, node);
  struct yaml name = {.kind = YAML_SCALAR, .text = node->key, .line = node->key_line, .column = node->key_column};
  c->field = field_named(r, t, &name);
  if (!c->field) return NULL;
  if (node->kind == YAML_MAP) {
    range_of(r, c, node);
    return c;
  }
  c->values = texts_of(r, node, &c->values_count);
  values_check(r, c, node);
  return c;
}

/* {every: {TRACK: STAGES}} or {every: {TRACK.ROLE: STAGES}} */
static struct procedure_condition *tracks_test(struct reader *r, enum procedure_test test, const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, test, node);
  if (node->kind != YAML_MAP || node->count != 1) {
    finding_error(r, at_value(node), "procedure.want.map");
    return NULL;
  }
  const struct yaml *item = node->items[0];
  const char *dot = strchr(item->key, '.');
  struct yaml name = {.kind = YAML_SCALAR, .line = item->key_line, .column = item->key_column};
  name.text = dot ? arena_strndup(r->arena, item->key, (size_t)(dot - item->key)) : item->key;
  c->track = track_named(r, &name);
  if (!c->track) return NULL;
  c->track_role = dot ? dot + 1 : NULL;
  if (dot && !procedure_track_role_find(c->track, dot + 1))
    finding_error(r, at_key(item), "procedure.track.role", dot + 1, c->track->name);
  struct procedure_stage_list stages = stages_of(r, c->track, item);
  c->stages = stages.items;
  c->stages_count = stages.count;
  return c;
}

static struct procedure_condition *done_test(struct reader *r, const struct procedure_track *t,
                                             const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, TEST_DONE, node);
  if (node->kind == YAML_SCALAR) {
    const char *name = text_of(r, node);
    c->action = name ? action_named(r, t, node, name) : NULL;
    return c->action ? c : NULL;
  }
  if (node->kind != YAML_MAP || node->count != 1) {
    finding_error(r, at_value(node), "procedure.want.map");
    return NULL;
  }
  int64_t times = 1;
  int_of(r, node->items[0], 1, 1000, &times);
  c->times = (int)times;
  c->action = action_named(r, t, node, node->items[0]->key);
  return c->action ? c : NULL;
}

static struct procedure_condition *not_test(struct reader *r, const struct procedure_track *t,
                                            const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, TEST_NOT, node);
  const struct procedure_condition **parts = ARENA_ARRAY(r->arena, 1, const struct procedure_condition *);
  parts[0] = condition_of(r, t, node);
  if (!parts[0]) return NULL;
  c->parts = parts;
  c->parts_count = 1;
  return c;
}

static struct procedure_condition *decided_test(struct reader *r, enum procedure_test test, const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, test, node);
  c->track = track_named(r, node);
  return c->track ? c : NULL;
}

static struct procedure_condition *settled_test(struct reader *r, const struct yaml *node) {
  struct procedure_condition *c = condition_new(r, TEST_SETTLED, node);
  c->other = text_of(r, node);
  return c->other ? c : NULL;
}

static struct procedure_condition *one_test(struct reader *r, const struct procedure_track *t,
                                            const struct yaml *node) {
  const char *key = node->key;
  if (text_eq(key, "all") || text_eq(key, "any")) {
    struct procedure_condition *c = condition_new(r, text_eq(key, "all") ? TEST_ALL : TEST_ANY, node);
    parts_of(r, c, t, node);
    return c;
  }
  if (text_eq(key, "not")) return not_test(r, t, node);
  if (text_eq(key, "every")) return tracks_test(r, TEST_EVERY, node);
  if (text_eq(key, "some")) return tracks_test(r, TEST_SOME, node);
  if (text_eq(key, "quorum")) return decided_test(r, TEST_QUORUM, node);
  if (text_eq(key, "passed")) return decided_test(r, TEST_PASSED, node);
  if (text_eq(key, "settled")) return settled_test(r, node);
  if (text_eq(key, "done")) return done_test(r, t, node);
  if (text_eq(key, "was")) {
    struct procedure_condition *c = condition_new(r, TEST_WAS, node);
    struct procedure_stage_list stages = stages_of(r, t, node);
    c->stages = stages.items;
    c->stages_count = stages.count;
    return c;
  }
  if (text_eq(key, "given")) {
    struct procedure_condition *c = condition_new(r, TEST_GIVEN, node);
    c->field = field_named(r, t, node);
    return c->field ? c : NULL;
  }
  return value_test(r, t, node);
}

const struct procedure_condition *condition_of(struct reader *r, const struct procedure_track *t,
                                               const struct yaml *node) {
  if (!node) return NULL;
  if (node->kind != YAML_MAP || node->count == 0) {
    finding_error(r, at_value(node), "procedure.want.condition");
    return NULL;
  }
  if (node->count == 1) return one_test(r, t, node->items[0]);
  struct procedure_condition *all = condition_new(r, TEST_ALL, node);
  const struct procedure_condition **parts = ARENA_ARRAY(r->arena, node->count, const struct procedure_condition *);
  for (size_t i = 0; i < node->count; i++) {
    const struct procedure_condition *part = one_test(r, t, node->items[i]);
    if (part) parts[all->parts_count++] = part;
  }
  all->parts = parts;
  return all;
}

/* ---- asking ---- */

struct wanted {
  const struct procedure_condition *c;
  bool given, match;
};

static void see_value(void *to, const char *value) {
  struct wanted *w = to;
  double n = 0;
  w->given = true;
  if (w->c->test == TEST_RANGE && text_to_real(value, &n)) w->match |= n >= w->c->min && n <= w->c->max;
  for (size_t i = 0; i < w->c->values_count; i++) w->match |= text_eq(w->c->values[i], value);
}

static bool field_holds(const struct procedure_condition *c, const struct procedure_facts *facts) {
  struct wanted w = {.c = c};
  facts->values(facts->of, c->field, see_value, &w);
  return c->test == TEST_GIVEN ? w.given : w.match;
}

static bool tracks_hold(const struct procedure_condition *c, const struct procedure_facts *facts) {
  int all = 0, in_stages = 0;
  facts->tracks(facts->of, c, &all, &in_stages);
  return c->test == TEST_EVERY ? all > 0 && in_stages == all : in_stages > 0;
}

static bool was_holds(const struct procedure_condition *c, const struct procedure_facts *facts) {
  for (size_t i = 0; i < c->stages_count; i++)
    if (facts->was(facts->of, c->stages[i])) return true;
  return false;
}

static bool parts_hold(const struct procedure_condition *c, const struct procedure_facts *facts, bool want) {
  for (size_t i = 0; i < c->parts_count; i++)
    if (procedure_holds(c->parts[i], facts) == want) return want;
  return !want;
}

bool procedure_holds(const struct procedure_condition *c, const struct procedure_facts *facts) {
  if (!c) return true;
  switch (c->test) {
    case TEST_ALL: return parts_hold(c, facts, false);
    case TEST_ANY: return parts_hold(c, facts, true);
    case TEST_NOT: return !procedure_holds(c->parts[0], facts);
    case TEST_VALUE:
    case TEST_RANGE:
    case TEST_GIVEN: return field_holds(c, facts);
    case TEST_EVERY:
    case TEST_SOME: return tracks_hold(c, facts);
    case TEST_WAS: return was_holds(c, facts);
    case TEST_QUORUM:
    case TEST_PASSED: return facts->decided(facts->of, c);
    case TEST_SETTLED: return facts->settled && facts->settled(facts->of, c->other);
    case TEST_DONE: return facts->done(facts->of, c->action) >= c->times;
  }
  return false;
}
