/* Publications: `publishes` on a track or at the top of the file. */
#include "matter/procedure_reader.h"

static const struct procedure_field *field_at(struct reader *r, struct draft *d, const char *key, bool required) {
  const struct yaml *at = yaml_get(yaml_get(d->node, "publishes"), key);
  if (at) return field_named(r, d->track, at);
  if (required) finding_error(r, at_key(yaml_get(d->node, "publishes")), "procedure.effect.missing", key);
  return NULL;
}

/* The options a program can tell apart: where the text may hang. */
static void spots_check(struct reader *r, const struct procedure_field *where, struct procedure_at at) {
  if (!where) return;
  if (where->type != FIELD_CHOICE) {
    finding_error(r, at, "procedure.effect.field-type", where->name, "choice");
    return;
  }
  for (size_t i = 0; i < where->options_count; i++) {
    const char *spot = where->options[i].name;
    if (!text_eq(spot, "board") && !text_eq(spot, "page") && !text_eq(spot, "both"))
      finding_error(r, where->options[i].at, "procedure.publication.where", spot);
  }
}

static void objections_fill(struct reader *r, struct procedure_publication *p, const struct yaml *node) {
  static const char *const allowed[] = {"procedure", "by", NULL};
  if (!node || !keys_check(r, node, allowed)) return;
  const struct yaml *procedure = yaml_get(node, "procedure"), *by = yaml_get(node, "by");
  if (!procedure || !by) {
    finding_error(r, at_key(node), "procedure.effect.missing", procedure ? "by" : "procedure");
    return;
  }
  p->objects = text_of(r, procedure);
  p->objects_by = text_of(r, by);
}

static void type_check(struct reader *r, const struct procedure_publication *p, const struct procedure_field *f,
                       enum procedure_field_type type) {
  if (f && f->type != type)
    finding_error(r, p->at, "procedure.effect.field-type", f->name, procedure_field_type_name(type));
}

void publication_fill(struct reader *r, struct draft *d) {
  static const char *const allowed[] = {"title", "heading", "text",  "where",  "proof",     "removed",
                                        "item",  "shown",   "period", "objections", NULL};
  const struct yaml *node = yaml_get(d->node, "publishes");
  if (!node || !keys_check(r, node, allowed)) return;
  struct procedure_publication *p = ARENA_NEW(r->arena, struct procedure_publication);
  const struct yaml *period = yaml_get(node, "period");
  p->at = at_key(node);
  p->title = bilingual_of(r, node, "title", true);
  p->heading = field_at(r, d, "heading", true);
  p->text = field_at(r, d, "text", true);
  p->where = field_at(r, d, "where", false);
  p->proof = field_at(r, d, "proof", false);
  p->shown = stages_of(r, d->track, yaml_get(node, "shown"));
  p->period = period ? clock_named(r, period) : NULL;
  spots_check(r, p->where, p->at);
  p->removed = field_at(r, d, "removed", false);
  p->item = field_at(r, d, "item", false);
  objections_fill(r, p, yaml_get(node, "objections"));
  type_check(r, p, p->proof, FIELD_PHOTO);
  type_check(r, p, p->removed, FIELD_PHOTO);
  type_check(r, p, p->item, FIELD_CHOICE);
  if (!p->shown.count) finding_error(r, p->at, "procedure.effect.missing", "shown");
  d->track->publication = p;
}

static bool is_shown(const struct procedure_publication *p, const struct procedure_stage *stage) {
  for (size_t i = 0; i < p->shown.count; i++)
    if (p->shown.items[i] == stage) return true;
  return false;
}

/* Taken from every shown stage, it leads out of them. */
static bool takes_out(const struct procedure_publication *p, const struct procedure_action *action) {
  for (size_t i = 0; i < p->shown.count; i++)
    if (!procedure_action_from(action, p->shown.items[i])) return false;
  const struct procedure_move *last = &action->moves[action->moves_count - 1];
  return last->to == TO_STAGE && !is_shown(p, last->stage);
}

static bool ends_by(const struct procedure_publication *p, const struct procedure_clock *c) {
  for (size_t i = 0; i < c->marks_count; i++)
    for (size_t k = 0; k < c->marks[i].effects.count; k++) {
      const struct procedure_effect *e = &c->marks[i].effects.items[k];
      if (e->kind == EFFECT_DO && e->action && e->action->track == c->track && takes_out(p, e->action)) return true;
    }
  return false;
}

/* Every stage the publication can begin in starts its period. */
static bool begins_with(const struct procedure_publication *p, const struct procedure_clock *c) {
  for (size_t i = 0; i < p->shown.count; i++) {
    bool starts = false;
    for (size_t k = 0; k < c->start_stages.count; k++) starts |= c->start_stages.items[k] == p->shown.items[i];
    if (starts) return true;
  }
  return false;
}

void publication_check(struct procedure_findings *found, struct arena *a, const struct procedure_track *t) {
  const struct procedure_publication *p = t->publication;
  if (!p) return;
  const struct procedure_field *const shown[] = {p->heading, p->text};
  for (size_t i = 0; i < 2; i++)
    if (shown[i]->seen != SEEN_PUBLIC || shown[i]->type != FIELD_TEXT)
      finding_add(found, a, p->at, FINDING_ERROR, "procedure.publication.hidden", shown[i]->name, NULL);
  if (!p->period || p->period->track != t || !begins_with(p, p->period) || !ends_by(p, p->period))
    finding_add(found, a, p->at, FINDING_ERROR, "procedure.publication.endless", t->name, NULL);
}
