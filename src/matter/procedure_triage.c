/* Decision tables: how the file writes them, which row answers, and a row in words.
 *
 *   triage:
 *     level:                                  the choice field it sets
 *       inputs: [injury, ongoing]
 *       hit: first                            or unique: no two rows may hold at once
 *       rows:
 *         - {when: {ongoing: yes}, is: three, because: {zh: .., en: ..}, now: [{tell: police-liaison}]}
 *         - {is: one, because: {..}}          whatever is left */
#include <math.h>

#include "matter/procedure_reader.h"

/* ---- reading ---- */

static bool takes_part(const struct procedure_table *t, const struct procedure_field *f) {
  for (size_t i = 0; i < t->inputs.count; i++)
    if (t->inputs.items[i] == f) return true;
  return false;
}

/* A row compares inputs with values and bounds, and nothing else: only then can a table be proved complete. */
static bool row_test_ok(struct reader *r, const struct procedure_table *t, const struct procedure_condition *c) {
  if (!c) return true;
  if (c->test == TEST_ALL) {
    for (size_t i = 0; i < c->parts_count; i++)
      if (!row_test_ok(r, t, c->parts[i])) return false;
    return true;
  }
  bool compares = c->test == TEST_VALUE || c->test == TEST_RANGE;
  if (!compares)
    finding_error(r, c->at, "procedure.triage.test");
  else if (!takes_part(t, c->field))
    finding_error(r, c->at, "procedure.triage.input", c->field->name);
  return compares && takes_part(t, c->field);
}

static bool option_known(const struct procedure_field *f, const char *name) {
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, name)) return true;
  return false;
}

static void row_fill(struct reader *r, struct procedure_row *row, const struct procedure_table *t,
                     const struct yaml *node) {
  static const char *const allowed[] = {"when", "is", "because", "now", NULL};
  row->at = at_value(node);
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *when = yaml_get(node, "when"), *is = yaml_get(node, "is");
  bool rest = !when || (when->kind == YAML_MAP && when->count == 0);
  row->when = rest ? NULL : condition_of(r, t->track, when);
  row_test_ok(r, t, row->when);
  row->because = bilingual_of(r, node, "because", true);
  row->effects = effects_of(r, t->track, yaml_get(node, "now"));
  row->is = is ? text_of(r, is) : NULL;
  if (!is) finding_error(r, row->at, "procedure.triage.is");
  if (row->is && t->field && !option_known(t->field, row->is))
    finding_error(r, at_value(is), "procedure.value.unknown", row->is);
}

static void inputs_check(struct reader *r, const struct procedure_table *t, const struct yaml *node) {
  for (size_t i = 0; i < t->inputs.count; i++) {
    const struct procedure_field *f = t->inputs.items[i];
    bool fits = f->type == FIELD_CHOICE || f->type == FIELD_YES_NO || f->type == FIELD_NUMBER;
    if (!fits || f == t->field || f->record)
      finding_error(r, at_value(list_item(node, i)), "procedure.triage.input-type", f->name);
  }
}

static void table_fill(struct reader *r, struct procedure_table *t, const struct yaml *node) {
  static const char *const allowed[] = {"inputs", "hit", "rows", NULL}, *const hits[] = {"first", "unique", NULL};
  struct yaml name = {.kind = YAML_SCALAR, .text = node->key, .line = node->key_line, .column = node->key_column};
  t->field = field_named(r, t->track, &name);
  t->at = at_key(node);
  if (t->field && (t->field->type != FIELD_CHOICE || t->field->track != t->track || t->field->record))
    finding_error(r, t->at, "procedure.triage.field", t->field->name);
  if (!keys_check(r, node, allowed)) return;
  const struct yaml *rows = yaml_get(node, "rows"), *inputs = yaml_get(node, "inputs"), *hit = yaml_get(node, "hit");
  t->unique = hit && one_of(r, hit, hits) == 1;
  t->inputs = fields_of(r, t->track, inputs);
  if (t->inputs.count == list_count(inputs)) inputs_check(r, t, inputs);
  if (!t->inputs.count) finding_error(r, t->at, "procedure.effect.missing", "inputs");
  if (!list_count(rows)) finding_error(r, t->at, "procedure.effect.missing", "rows");
  struct procedure_row *list = ARENA_ARRAY(r->arena, list_count(rows) + 1, struct procedure_row);
  for (size_t i = 0; i < list_count(rows); i++) {
    list[i].number = (int)i + 1;
    row_fill(r, &list[i], t, list_item(rows, i));
  }
  t->rows = list;
  t->rows_count = list_count(rows);
}

void tables_fill(struct reader *r, struct draft *d) {
  const struct yaml *node = yaml_get(d->node, "triage");
  if (!node || !want_map(r, node)) return;
  struct procedure_table *tables = ARENA_ARRAY(r->arena, node->count + 1, struct procedure_table);
  for (size_t i = 0; i < node->count; i++) {
    tables[i].track = d->track;
    table_fill(r, &tables[i], node->items[i]);
  }
  d->track->tables = tables;
  d->track->tables_count = node->count;
}

/* ---- asking ---- */

static void mark_given(void *to, const char *value) {
  (void)value;
  *(bool *)to = true;
}

const struct procedure_row *procedure_decide(const struct procedure_table *table, const struct procedure_facts *facts) {
  for (size_t i = 0; i < table->inputs.count; i++) {
    bool given = false;
    facts->values(facts->of, table->inputs.items[i], mark_given, &given);
    if (!given) return NULL;
  }
  for (size_t i = 0; i < table->rows_count; i++)
    if (procedure_holds(table->rows[i].when, facts)) return &table->rows[i];
  return NULL;
}

/* ---- in words ---- */

static const char *value_title(const struct procedure_field *f, const char *value, bool zh) {
  if (f->type == FIELD_YES_NO) return text_eq(value, "yes") ? (zh ? "是" : "yes") : zh ? "否" : "no";
  for (size_t i = 0; i < f->options_count; i++)
    if (text_eq(f->options[i].name, value)) return bilingual_pick(&f->options[i].title, zh);
  return value;
}

static void range_words(struct buf *out, const struct procedure_condition *c, bool zh) {
  if (isinf(c->max))
    buf_printf(out, zh ? "%g及以上" : "%g or more", c->min);
  else if (isinf(c->min))
    buf_printf(out, zh ? "%g及以下" : "%g or less", c->max);
  else
    buf_printf(out, zh ? "%g至%g" : "%g to %g", c->min, c->max);
}

static void value_words(struct buf *out, const struct procedure_condition *c, bool zh) {
  buf_printf(out, zh ? "%s为" : "%s: ", bilingual_pick(&c->field->label, zh));
  if (c->test == TEST_RANGE) {
    range_words(out, c, zh);
    return;
  }
  for (size_t i = 0; i < c->values_count; i++)
    buf_printf(out, "%s%s", i ? (zh ? "或" : " or ") : "", value_title(c->field, c->values[i], zh));
}

void procedure_condition_words(struct buf *out, const struct procedure_condition *c, bool zh) {
  if (!c) return;
  if (c->test == TEST_VALUE || c->test == TEST_RANGE) value_words(out, c, zh);
  if (c->test != TEST_ALL) return;
  for (size_t i = 0; i < c->parts_count; i++) {
    if (i) buf_puts(out, zh ? "，" : ", ");
    procedure_condition_words(out, c->parts[i], zh);
  }
}
