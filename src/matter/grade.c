/* Levels follow their track: they stand while it is in a stage that shows them and lapse with its clock. A level that changes
 * ends the one before, which stays in the table: what was awarded when, and on which inspection. */
#include "matter/engine_internal.h"

enum { FATE_STANDS, FATE_LAPSED, FATE_REPLACED, FATE_TAKEN_BACK };

static bool is_shown(const struct procedure_grade *g, const struct procedure_stage *stage) {
  for (size_t i = 0; i < g->shown.count; i++)
    if (g->shown.items[i] == stage) return true;
  return false;
}

static time_ms end_of(const struct state *s, const struct state_track *t) {
  for (size_t i = s->clock_count; i-- > 0;)
    if (s->clocks[i].type == t->type->grade->until && s->clocks[i].track == t) return s->clocks[i].due;
  return 0;
}

static int paper_of(struct work *k, const struct state_track *t, int64_t *out) {
  struct q_document_last_of_track_out row = {0};
  struct q_document_last_of_track_in in = {.district = k->w->district, .matter = k->s->id, .track = t->id};
  *out = 0;
  if (!t->type->grade->paper) return 0;
  in.name = t->type->grade->paper->name;
  if (q_document_last_of_track(k->t->db, k->a, &row, &in, k->err) < 0) return -1;
  *out = row.id;
  return 0;
}

static int end(struct work *k, const struct q_grade_last_out *row, int fate) {
  struct q_grade_put_in in = {.district = k->w->district, .id = row->id, .ends = row->ends, .paper = row->paper,
                              .ended = k->now, .fate = fate};
  return q_grade_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int give(struct work *k, const struct state_track *t, const struct q_inspection_last_done_out *round, int64_t paper) {
  const struct state *s = k->s;
  const char *name = state_value(s, t, t->type->inspection->of);
  struct q_grade_add_in in = {.district = k->w->district, .matter = s->id, .track = t->id, .procedure = s->procedure->name,
                              .version = s->procedure->version, .type = t->type->name, .checklist = round->checklist,
                              .checklist_version = round->version, .edition = round->edition, .street = s->at.street,
                              .community = s->at.community, .name = name ? name : "", .level = round->level,
                              .score = round->score, .inspected = round->done,
                              .paper = paper, .begins = k->now, .ends = end_of(s, t)};
  if (lane_next(k->t, "grade", &in.id, k->err) < 0) return -1;
  return q_grade_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int follow_track(struct work *k, const struct state_track *t) {
  struct q_grade_last_out had = {0};
  struct q_inspection_last_done_out round = {0};
  struct q_grade_last_in which = {.district = k->w->district, .track = t->id};
  struct q_inspection_last_done_in of = {.district = k->w->district, .track = t->id};
  int found = q_grade_last(k->t->db, k->a, &had, &which, k->err);
  if (found < 0 || q_inspection_last_done(k->t->db, k->a, &round, &of, k->err) < 0) return -1;
  bool stands = found && had.fate == FATE_STANDS;
  if (!is_shown(t->type->grade, t->stage) || k->s->confidential || round.level == 0)
    return stands ? end(k, &had, k->now >= had.ends ? FATE_LAPSED : FATE_TAKEN_BACK) : 0;
  int64_t paper;
  if (paper_of(k, t, &paper) < 0) return -1;
  if (stands && had.level == round.level && had.inspected == round.done && had.ends == end_of(k->s, t) && had.paper == paper)
    return 0;
  if (stands && end(k, &had, FATE_REPLACED) < 0) return -1;
  return give(k, t, &round, paper);
}

int grade_follow(struct work *k) {
  for (size_t i = 0; i < k->s->track_count; i++) {
    const struct state_track *t = &k->s->tracks[i];
    if (t->type->grade && follow_track(k, t) < 0) return -1;
  }
  return 0;
}
