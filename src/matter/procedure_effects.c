/* Effects: what follows an action or a clock. Each is a map with one key that says what, and perhaps `when`. */
#include <string.h>

#include "matter/procedure_reader.h"

static void read_assign(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                        const struct yaml *node) {
  e->field = node->kind == YAML_SCALAR ? procedure_field_find(r->p, t, node->text) : NULL;
  if (!e->field) {
    e->actors = actors_of(r, t, node);
    return;
  }
  bool fits = e->field->type == FIELD_DEPARTMENT || e->field->type == FIELD_POST;
  if (!fits) finding_error(r, at_value(node), "procedure.effect.field-type", e->field->name, "department, post");
}

/* With `each`, a name may be one of the record's parts: "undertakings.what". */
static void carry_fill(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                       const struct yaml *node) {
  if (!node || !want_map(r, node)) return;
  struct procedure_carry *carry = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_carry);
  for (size_t i = 0; i < node->count; i++) {
    carry[i].theirs = node->items[i]->key;
    carry[i].ours = field_named(r, t, node->items[i]);
    if (carry[i].ours) e->carry_count++;
  }
  e->carry = carry;
  if (e->carry_count != node->count) e->carry_count = 0; /* reported already; keep no hole in the array */
}

static const struct procedure_field *record_of(struct reader *r, const struct procedure_track *t, const struct yaml *each) {
  const struct procedure_field *f = each ? field_named(r, t, each) : NULL;
  if (f && f->type != FIELD_RECORD) finding_error(r, at_value(each), "procedure.effect.field-type", f->name, "record");
  return f;
}

/* `add: {track, each: RECORD, by: ITS-ACTION, carry}`: what each row hands on is a field of the track. */
static void read_add_each(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                          const struct yaml *node) {
  const struct yaml *by = yaml_get(node, "by");
  e->each = record_of(r, t, yaml_get(node, "each"));
  if (!by) finding_error(r, at_key(node), "procedure.effect.add-each");
  const char *name = by ? text_of(r, by) : NULL;
  e->action = name && e->track ? procedure_action_find(e->track, name) : NULL;
  if (name && e->track && !e->action) finding_error(r, at_value(by), "procedure.action.unknown", name);
  carry_fill(r, e, t, yaml_get(node, "carry"));
  for (size_t i = 0; e->track && i < e->carry_count; i++)
    if (!procedure_field_find(r->p, e->track, e->carry[i].theirs))
      finding_error(r, at_key(yaml_get(node, "carry")->items[i]), "procedure.field.unknown", e->carry[i].theirs);
}

static void read_add(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                     const struct yaml *node) {
  static const char *const allowed[] = {"track", "as", "for", "percent", "each", "by", "carry", NULL};
  e->percent.number = 100;
  if (node->kind == YAML_SCALAR) {
    e->track = track_named(r, node);
  } else if (keys_check(r, node, allowed)) {
    const struct yaml *track = yaml_get(node, "track"), *as = yaml_get(node, "as"), *field = yaml_get(node, "for");
    e->track = track ? track_named(r, track) : NULL;
    e->track_role = as ? text_of(r, as) : NULL;
    e->field = field ? field_named(r, t, field) : NULL;
    if (yaml_get(node, "percent")) e->percent = number_of(r, yaml_get(node, "percent"), 0, 100);
    if (!track) finding_error(r, at_key(node), "procedure.effect.missing", "track");
    if (yaml_get(node, "each")) read_add_each(r, e, t, node);
  }
  if (e->track == &r->p->tracks[0]) finding_error(r, at_value(node), "procedure.effect.add-main");
  if (e->track && e->track_role && !procedure_track_role_find(e->track, e->track_role))
    finding_error(r, at_value(yaml_get(node, "as")), "procedure.track.role", e->track_role, e->track->name);
}

static void read_start(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                       const struct yaml *node) {
  (void)t;
  e->clock = clock_named(r, node);
}

static void read_extend(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                        const struct yaml *node) {
  static const char *const allowed[] = {"clock", "by", "unit", NULL};
  e->clock_op = CLOCK_EXTEND;
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *clock = yaml_get(node, "clock"), *by = yaml_get(node, "by"), *unit = yaml_get(node, "unit");
  if (!clock || !by) {
    finding_error(r, at_key(node), "procedure.effect.missing", clock ? "by" : "clock");
    return;
  }
  e->clock = clock_named(r, clock);
  e->field = by->kind == YAML_SCALAR ? procedure_field_find(r->p, t, by->text) : NULL;
  if (!e->field) {
    e->extend = limit_of(r, by);
    return;
  }
  if (e->field->type != FIELD_NUMBER)
    finding_error(r, at_value(by), "procedure.effect.field-type", e->field->name, "number");
  e->extend_unit = unit && unit->kind == YAML_SCALAR ? unit_from_name(unit->text) : UNIT_NONE;
  if (e->extend_unit == UNIT_NONE) finding_error(r, at_value(unit ? unit : by), "procedure.effect.unit");
}

static void read_tell(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                      const struct yaml *node) {
  e->actors = actors_of(r, t, node);
}

static void read_open(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                      const struct yaml *node) {
  static const char *const allowed[] = {"procedure", "by", "link", "each", "carry", NULL};
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *procedure = yaml_get(node, "procedure"), *by = yaml_get(node, "by");
  if (!procedure || !by) finding_error(r, at_key(node), "procedure.effect.missing", procedure ? "by" : "procedure");
  e->procedure = text_of(r, procedure);
  e->other = text_of(r, by);
  e->link = yaml_get(node, "link") ? text_of(r, yaml_get(node, "link")) : "opened";
  e->each = record_of(r, t, yaml_get(node, "each"));
  carry_fill(r, e, t, yaml_get(node, "carry"));
}

static void matter_field(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                         const struct yaml *node) {
  e->field = field_named(r, t, node);
  if (e->field && e->field->type != FIELD_MATTER)
    finding_error(r, at_value(node), "procedure.effect.field-type", e->field->name, "matter");
}

static void read_link(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                      const struct yaml *node) {
  static const char *const allowed[] = {"to", "as", NULL};
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *to = yaml_get(node, "to"), *as = yaml_get(node, "as");
  if (!to) finding_error(r, at_key(node), "procedure.effect.missing", "to");
  if (to) matter_field(r, e, t, to);
  e->link = as ? text_of(r, as) : "related";
}

static void read_supervise(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                           const struct yaml *node) {
  (void)t;
  int k = one_of(r, node, CARD_NAMES);
  if (k >= 0) e->card = (enum procedure_card)k;
}

static void read_escalate(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                          const struct yaml *node) {
  if (node->kind == YAML_SCALAR && text_eq(node->text, "up")) {
    if (r->p->ladder_count == 0) finding_error(r, at_value(node), "procedure.effect.ladder");
    return;
  }
  e->actors = actors_of(r, t, node);
}

static void read_set(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                     const struct yaml *node) {
  if (node->kind != YAML_MAP || node->count != 1) {
    finding_error(r, at_value(node), "procedure.want.map");
    return;
  }
  const struct yaml *item = node->items[0];
  struct yaml name = {.kind = YAML_SCALAR, .text = item->key, .line = item->key_line, .column = item->key_column};
  e->field = field_named(r, t, &name);
  e->value = text_of(r, item);
  if (!e->field || !e->value || (e->field->type != FIELD_CHOICE && e->field->type != FIELD_CHOICES)) return;
  for (size_t i = 0; i < e->field->options_count; i++)
    if (text_eq(e->field->options[i].name, e->value)) return;
  finding_error(r, at_value(item), "procedure.value.unknown", e->value);
}

static void read_do(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                    const struct yaml *node) {
  static const char *const allowed[] = {"origin", NULL};
  if (node->kind == YAML_MAP) {
    if (!keys_check(r, node, allowed)) return;
    e->origin = true;
    e->other = yaml_get(node, "origin") ? text_of(r, yaml_get(node, "origin")) : NULL;
    return;
  }
  const char *name = text_of(r, node);
  e->action = name ? action_named(r, t, node, name) : NULL;
  e->own = e->action && e->action->track == t && !strchr(name, '.');
}

static void read_issue(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                       const struct yaml *node) {
  (void)t;
  e->document = document_named(r, node);
}

static const struct {
  const char *key;
  enum procedure_effect_kind kind;
  enum procedure_clock_op op;
  void (*read)(struct reader *r, struct procedure_effect *e, const struct procedure_track *t, const struct yaml *node);
} EFFECTS[] = {
    {"assign", EFFECT_ASSIGN, 0, read_assign},      {"add", EFFECT_ADD, 0, read_add},
    {"start", EFFECT_CLOCK, CLOCK_START, read_start}, {"pause", EFFECT_CLOCK, CLOCK_PAUSE, read_start},
    {"resume", EFFECT_CLOCK, CLOCK_RESUME, read_start}, {"stop", EFFECT_CLOCK, CLOCK_STOP, read_start},
    {"relimit", EFFECT_CLOCK, CLOCK_RELIMIT, read_start}, {"extend", EFFECT_CLOCK, CLOCK_EXTEND, read_extend},
    {"tell", EFFECT_TELL, 0, read_tell},            {"open", EFFECT_OPEN, 0, read_open},
    {"link", EFFECT_LINK, 0, read_link},            {"merge", EFFECT_MERGE, 0, matter_field},
    {"supervise", EFFECT_SUPERVISE, 0, read_supervise}, {"escalate", EFFECT_ESCALATE, 0, read_escalate},
    {"set", EFFECT_SET, 0, read_set},               {"do", EFFECT_DO, 0, read_do},
    {"issue", EFFECT_ISSUE, 0, read_issue},
};
enum { EFFECTS_COUNT = sizeof EFFECTS / sizeof EFFECTS[0] };

static void unknown_effect(struct reader *r, const struct yaml *item) {
  const char *names[EFFECTS_COUNT];
  for (size_t i = 0; i < EFFECTS_COUNT; i++) names[i] = EFFECTS[i].key;
  finding_wrong_name(r, at_key(item), "procedure.effect.unknown", "procedure.effect.near", item->key, names,
                     EFFECTS_COUNT);
}

static bool effect_of(struct reader *r, struct procedure_effect *e, const struct procedure_track *t,
                      const struct yaml *node) {
  if (node->kind != YAML_MAP || node->count == 0) {
    finding_error(r, at_value(node), "procedure.want.effect");
    return false;
  }
  int what = 0;
  for (size_t i = 0; i < node->count; i++) {
    const struct yaml *item = node->items[i];
    if (text_eq(item->key, "when") || text_eq(item->key, "words")) continue;
    size_t k = 0;
    while (k < EFFECTS_COUNT && !text_eq(EFFECTS[k].key, item->key)) k++;
    if (k == EFFECTS_COUNT) {
      unknown_effect(r, item);
      continue;
    }
    if (what++ > 0) {
      finding_error(r, at_key(item), "procedure.effect.several");
      continue;
    }
    *e = (struct procedure_effect){.kind = EFFECTS[k].kind, .clock_op = EFFECTS[k].op, .at = at_key(item)};
    EFFECTS[k].read(r, e, t, item);
  }
  if (what == 0) return false;
  e->when = condition_of(r, t, yaml_get(node, "when"));
  e->words = bilingual_of(r, node, "words", false);
  return true;
}

struct procedure_effects effects_of(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  struct procedure_effects out = {0};
  struct procedure_effect *items = ARENA_ARRAY(r->arena, list_count(node) + 1, struct procedure_effect);
  for (size_t i = 0; i < list_count(node); i++)
    if (effect_of(r, &items[out.count], t, list_item(node, i))) out.count++;
  out.items = items;
  return out;
}
