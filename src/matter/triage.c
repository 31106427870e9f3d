/* Decision tables on a running matter: asked when one of their inputs is said. The answer is said like any other value, in
 * the same step, with the number of the row beside it as FIELD.row: what decided stays to be read when it is asked again. */
#include "matter/engine_internal.h"

#include <string.h>

static bool said_now(const struct doing *d, const struct procedure_table *t) {
  const struct state *s = d->k->s;
  for (size_t i = s->said_count; i-- > 0 && s->said[i].step == d->step;)
    for (size_t n = 0; n < t->inputs.count; n++)
      if (s->said[i].field == t->inputs.items[n]) return true;
  return false;
}

static int answer(struct doing *d, const struct procedure_table *t, const struct procedure_row *row) {
  struct state *s = d->k->s;
  const char *which = arena_printf(d->k->a, "%s.row", t->field->name);
  if (d->row_count == DOING_ROWS) return error_fault(d->k->err, "matter.cascade", "too many decision tables");
  if (effect_set_value(d, t->field, row->is) < 0) return -1;
  if (say_keep(d, t->field, which, 0, arena_printf(d->k->a, "%d", row->number)) < 0) return -1;
  s->said[s->said_count - 1].field = NULL; /* it is about the field, not a value of it */
  d->rows[d->row_count++] = row;
  return 0;
}

int triage_decide(struct doing *d) {
  const struct procedure *p = d->k->s->procedure;
  for (size_t i = 0; i < p->tracks_count; i++) {
    const struct procedure_track *type = &p->tracks[i];
    if (type != d->track->type && type->index) continue;
    struct state_of of = {d->k->s, type == d->track->type ? d->track : &d->k->s->tracks[0]};
    struct procedure_facts facts;
    state_facts(&facts, &of);
    for (size_t n = 0; n < type->tables_count; n++) {
      const struct procedure_table *t = &type->tables[n];
      const struct procedure_row *row = said_now(d, t) ? procedure_decide(t, &facts) : NULL;
      if (row && answer(d, t, row) < 0) return -1;
    }
  }
  return 0;
}

static const struct procedure_table *table_of(const struct procedure *p, const struct procedure_field *f) {
  for (size_t i = 0; i < p->tracks_count; i++)
    for (size_t n = 0; n < p->tracks[i].tables_count; n++)
      if (p->tracks[i].tables[n].field == f) return &p->tracks[i].tables[n];
  return NULL;
}

const struct procedure_row *state_decided_by(const struct state *s, const struct state_step *step,
                                             const struct procedure_field *f) {
  const struct procedure_table *t = table_of(s->procedure, f);
  size_t len = strlen(f->name);
  int64_t row;
  for (size_t i = 0; t && i < s->said_count; i++) {
    const struct state_said *said = &s->said[i];
    if (said->step != step || said->field || !text_starts(said->field_name, f->name)) continue;
    if (text_eq(said->field_name + len, ".row") && said->value && text_to_int(said->value, &row) && row >= 1 &&
        row <= (int64_t)t->rows_count)
      return &t->rows[row - 1];
  }
  return NULL;
}
