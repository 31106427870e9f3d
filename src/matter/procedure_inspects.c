/* Inspections: `inspects` and `grades` of a track, and fields of type checklist.
 *
 *   form:
 *     answers: {type: checklist, checklist: nursing-room, label: …}
 *   inspects:
 *     answers: answers                     the field; the action that says it completes a round
 *     of: unit                             a text: what is inspected
 *     open: [looking]                      on entering: a round on the edition of the day
 *     again: [looking-again]               on entering: only what did not hold
 *     score: score                         numbers the engine fills; each may be left out
 *     level: level
 *     findings: open-findings
 *   grades:
 *     title: …
 *     shown: [graded]                      while it stands there it has its level
 *     until: validity                      a clock whose late mark takes it out
 *     paper: certificate                   of `documents`
 *
 * A checklist field is a record whose parts the program gives, so that everything that can show, export, check or erase a
 * record can do so with the answers of an inspection. */
#include "matter/checklist.h"
#include "matter/procedure_reader.h"

/* --- the field ------------------------------------------------------------------------------------------------------ */

static const struct procedure_option VERDICT_OPTIONS[] = {
    {.name = "holds", .title = {"符合", "Holds"}},
    {.name = "fails", .title = {"不符合", "Does not hold"}},
    {.name = "not-applicable", .title = {"不适用", "Does not apply"}},
};
enum { PARTS = 4, NOTE_MOST = 300, CODE_MOST = 16 };

static void part(struct procedure_field *out, const struct procedure_field *record, int index, const char *name,
                 enum procedure_field_type type, struct bilingual label) {
  *out = (struct procedure_field){.name = name, .type = type, .label = label, .track = record->track, .record = record,
                                  .index = index, .seen = SEEN_REPORTER, .at = record->at};
}

void checklist_field_fill(struct reader *r, struct procedure_field *f, const struct yaml *node) {
  const struct yaml *name = yaml_get(node, "checklist");
  struct procedure_field *parts = ARENA_ARRAY(r->arena, PARTS, struct procedure_field);
  if (!name) finding_error(r, f->at, "procedure.effect.missing", "checklist");
  if (name && text_of(r, name)) f->checklist = name->text;
  part(&parts[0], f, 0, "clause", FIELD_TEXT, (struct bilingual){"条款", "Clause"});
  part(&parts[1], f, 1, "verdict", FIELD_CHOICE, (struct bilingual){"结论", "Answer"});
  part(&parts[2], f, 2, "note", FIELD_TEXT, (struct bilingual){"说明", "Note"});
  part(&parts[3], f, 3, "photo", FIELD_PHOTO, (struct bilingual){"照片", "Photo"});
  parts[0].required = parts[1].required = true;
  parts[0].has_max = parts[2].has_max = parts[3].has_max = true;
  parts[0].max = CODE_MOST;
  parts[1].options = VERDICT_OPTIONS;
  parts[1].options_count = sizeof VERDICT_OPTIONS / sizeof VERDICT_OPTIONS[0];
  parts[2].max = NOTE_MOST;
  parts[3].max = 1;
  f->fields = parts;
  f->fields_count = PARTS;
  f->has_max = true;
  f->max = CHECKLIST_CLAUSES_MOST;
}

/* --- the track ------------------------------------------------------------------------------------------------------ */

static const struct procedure_field *field_at(struct reader *r, const struct draft *d, const struct yaml *node, const char *key,
                                              enum procedure_field_type type) {
  const struct yaml *at = yaml_get(node, key);
  const struct procedure_field *f = at ? field_named(r, d->track, at) : NULL;
  if (f && (f->type != type || f->track != d->track))
    finding_error(r, at_value(at), "procedure.effect.field-type", f->name, procedure_field_type_name(type));
  return f;
}

static void inspects_fill(struct reader *r, struct draft *d, const struct yaml *node) {
  static const char *const allowed[] = {"answers", "of", "open", "again", "score", "level", "findings", NULL};
  struct procedure_inspection *i = ARENA_NEW(r->arena, struct procedure_inspection);
  if (!keys_check(r, node, allowed)) return;
  i->at = at_key(node);
  i->answers = field_at(r, d, node, "answers", FIELD_RECORD);
  i->of = field_at(r, d, node, "of", FIELD_TEXT);
  i->open = stages_of(r, d->track, yaml_get(node, "open"));
  i->again = stages_of(r, d->track, yaml_get(node, "again"));
  i->score = field_at(r, d, node, "score", FIELD_NUMBER);
  i->level = field_at(r, d, node, "level", FIELD_NUMBER);
  i->findings = field_at(r, d, node, "findings", FIELD_NUMBER);
  const char *missing = !yaml_get(node, "answers") ? "answers" : !yaml_get(node, "of") ? "of" : !i->open.count ? "open" : NULL;
  if (missing) finding_error(r, i->at, "procedure.effect.missing", missing);
  if (i->answers && !i->answers->checklist)
    finding_error(r, at_value(yaml_get(node, "answers")), "procedure.effect.field-type", i->answers->name, "checklist");
  if (i->answers && i->of) d->track->inspection = i;
}

static void grades_fill(struct reader *r, struct draft *d, const struct yaml *node) {
  static const char *const allowed[] = {"title", "shown", "until", "paper", NULL};
  struct procedure_grade *g = ARENA_NEW(r->arena, struct procedure_grade);
  if (!keys_check(r, node, allowed)) return;
  g->at = at_key(node);
  g->title = bilingual_of(r, node, "title", true);
  g->shown = stages_of(r, d->track, yaml_get(node, "shown"));
  g->until = yaml_get(node, "until") ? clock_named(r, yaml_get(node, "until")) : NULL;
  g->paper = yaml_get(node, "paper") ? document_named(r, yaml_get(node, "paper")) : NULL;
  if (!g->shown.count || !yaml_get(node, "until"))
    finding_error(r, g->at, "procedure.effect.missing", g->shown.count ? "until" : "shown");
  d->track->grade = g;
}

void inspection_fill(struct reader *r, struct draft *d) {
  const struct yaml *inspects = yaml_get(d->node, "inspects"), *grades = yaml_get(d->node, "grades");
  if (inspects) inspects_fill(r, d, inspects);
  if (grades) grades_fill(r, d, grades);
}

/* --- what it means -------------------------------------------------------------------------------------------------- */

struct inspection_checking {
  struct procedure_findings *found;
  struct arena *a;
  const struct procedure_track *t;
};

static void wrong(const struct inspection_checking *k, struct procedure_at at, const char *code, const char *arg) {
  finding_add(k->found, k->a, at, FINDING_ERROR, code, arg, NULL);
}

static bool in_list(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool names(const struct procedure_field_list *list, const struct procedure_field *f) {
  for (size_t i = 0; f && i < list->count; i++)
    if (list->items[i] == f) return true;
  return false;
}

/* Whoever is in a round can complete it. */
static void check_stages(const struct inspection_checking *k, const struct procedure_stage_list *list) {
  const struct procedure_inspection *in = k->t->inspection;
  for (size_t s = 0; s < list->count; s++) {
    bool completes = false;
    for (size_t i = 0; i < k->t->actions_count; i++)
      completes |= names(&k->t->actions[i].needs, in->answers) && procedure_action_from(&k->t->actions[i], list->items[s]);
    if (!completes) wrong(k, list->items[s]->at, "procedure.inspection.endless", list->items[s]->name);
  }
}

/* Answers are said in a round only, all at once, and lead out of it; what they come to nobody says. */
static void check_action(const struct inspection_checking *k, const struct procedure_action *action) {
  const struct procedure_inspection *in = k->t->inspection;
  const struct procedure_field *const given[] = {in->score, in->level, in->findings};
  for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
    if (names(&action->needs, given[i]) || names(&action->asks, given[i]))
      wrong(k, action->at, "procedure.inspection.given", given[i]->name);
  if (names(&action->asks, in->answers)) wrong(k, action->at, "procedure.inspection.asked", action->name);
  if (!names(&action->needs, in->answers)) return;
  if (action->opens) wrong(k, action->at, "procedure.inspection.outside", action->name);
  for (size_t i = 0; i < action->from.count; i++)
    if (!in_list(&in->open, action->from.items[i]) && !in_list(&in->again, action->from.items[i]))
      wrong(k, action->at, "procedure.inspection.outside", action->name);
  for (size_t i = 0; i < action->moves_count; i++)
    if (action->moves[i].to == TO_STAY) wrong(k, action->at, "procedure.inspection.outside", action->name);
}

static bool leaves(const struct procedure_grade *g, const struct procedure_effect *e) {
  if (e->kind != EFFECT_DO || !e->action || e->action->track != g->until->track) return false;
  const struct procedure_move *last = &e->action->moves[e->action->moves_count - 1];
  return last->to == TO_STAGE && !in_list(&g->shown, last->stage);
}

/* A level lapses: the clock starts with it and its late mark takes the track out. */
static void check_grade(const struct inspection_checking *k) {
  const struct procedure_grade *g = k->t->grade;
  bool starts = false, ends = false;
  if (!k->t->inspection || !k->t->inspection->level) {
    wrong(k, g->at, "procedure.grade.level", k->t->name);
    return;
  }
  if (k->t->inspection->of->seen != SEEN_PUBLIC) wrong(k, g->at, "procedure.grade.hidden", k->t->inspection->of->name);
  if (!g->until) return;
  for (size_t i = 0; i < g->until->start_stages.count; i++) starts |= in_list(&g->shown, g->until->start_stages.items[i]);
  for (size_t i = 0; i < g->until->marks_count; i++)
    for (size_t e = 0; e < g->until->marks[i].effects.count; e++) ends |= leaves(g, &g->until->marks[i].effects.items[e]);
  if (g->until->track != k->t || !starts || !ends) wrong(k, g->at, "procedure.grade.endless", g->until->name);
}

void inspection_check(struct procedure_findings *found, struct arena *a, const struct procedure *p,
                      const struct procedure_track *t) {
  const struct inspection_checking k = {found, a, t};
  for (size_t i = 0; i < t->fields.count; i++)
    if (t->fields.items[i].checklist && (!t->inspection || t->inspection->answers != &t->fields.items[i]))
      wrong(&k, t->fields.items[i].at, "procedure.inspection.loose", t->fields.items[i].name);
  if (t->grade) check_grade(&k);
  if (!t->inspection) return;
  if (p->secrecy) wrong(&k, t->inspection->at, "procedure.inspection.sealed", t->name);
  check_stages(&k, &t->inspection->open);
  check_stages(&k, &t->inspection->again);
  for (size_t i = 0; i < t->actions_count; i++) check_action(&k, &t->actions[i]);
}
