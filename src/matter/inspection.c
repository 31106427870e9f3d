/* Rounds, answers and findings of inspections. */
#include "matter/inspection.h"

#include <string.h>

#include "matter/engine_internal.h"
#include "store/file.h"

/* --- small things ----------------------------------------------------------------------------------------------- */

static bool in_list(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool completes(const struct procedure_track *t, const struct procedure_action *action) {
  for (size_t i = 0; t->inspection && i < action->needs.count; i++)
    if (action->needs.items[i] == t->inspection->answers) return true;
  return false;
}

const struct procedure_action *inspection_completes(const struct state_track *t) {
  for (size_t i = 0; t->type->inspection && i < t->type->actions_count; i++)
    if (completes(t->type, &t->type->actions[i]) && procedure_action_from(&t->type->actions[i], t->stage))
      return &t->type->actions[i];
  return NULL;
}

/* --- answers out of what was said ------------------------------------------------------------------------------- */

struct reading_answers {
  struct arena *a;
  const struct state *s;
  const struct state_track *t;
  const struct checklist_edition *edition;
};

static const char *part_said(const struct reading_answers *r, const struct state_step *step, int row, const char *part) {
  for (size_t i = 0; i < r->s->said_count; i++) {
    const struct state_said *said = &r->s->said[i];
    if (said->step != step || said->number != row || !said->field || said->track != r->t) continue;
    if (said->field->record == r->t->type->inspection->answers && text_eq(said->field->name, part))
      return said->value ? said->value : "";
  }
  return "";
}

static bool is_clause(const struct reading_answers *r, const struct state_said *said) {
  return said->track == r->t && said->field && said->field->record == r->t->type->inspection->answers &&
         text_eq(said->field->name, "clause") && said->value;
}

/* Each clause's answer as it was said last; with `upto` only in steps before it. */
static struct inspection_answer *answers_said(const struct reading_answers *r, const struct state_step *upto) {
  struct inspection_answer *out = ARENA_ARRAY(r->a, r->edition->clause_count + 1, struct inspection_answer);
  for (size_t i = 0; i < r->edition->clause_count; i++) out[i].note = "";
  for (size_t i = 0; i < r->s->said_count; i++) {
    const struct state_said *said = &r->s->said[i];
    if (!is_clause(r, said)) continue;
    if (upto && said->step->id >= upto->id) break;
    int k = checklist_clause_index(r->edition, said->value);
    if (k < 0) continue;
    out[k] = (struct inspection_answer){.verdict = verdict_by_name(part_said(r, said->step, said->number, "verdict")),
                                        .note = part_said(r, said->step, said->number, "note")};
    if (!text_to_int(part_said(r, said->step, said->number, "photo"), &out[k].photo)) out[k].photo = 0;
  }
  return out;
}

/* --- loading ---------------------------------------------------------------------------------------------------- */

static int load_draft(struct inspection *in, struct db *db, struct arena *a, int64_t district, struct error *err) {
  struct q_inspection_draft_all_out *rows;
  size_t n;
  struct q_inspection_draft_all_in which = {.district = district, .inspection = in->id};
  if (q_inspection_draft_all(db, a, &rows, &n, &which, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    int k = checklist_clause_index(in->edition, rows[i].clause);
    bool known = k >= 0 && rows[i].verdict >= 0 && rows[i].verdict < VERDICTS;
    if (known) in->now[k] = (struct inspection_answer){(enum verdict)rows[i].verdict, rows[i].note, rows[i].photo};
  }
  return 0;
}

static const struct state_step *step_numbered(const struct state *s, int64_t id) {
  for (size_t i = 0; i < s->step_count; i++)
    if (s->steps[i].id == id) return &s->steps[i];
  return NULL;
}

/* Which clauses a round asks: all, or those that did not hold when it began. */
static void fill_asked(struct inspection *in, struct arena *a) {
  in->asked = ARENA_ARRAY(a, in->edition->clause_count + 1, bool);
  for (size_t i = 0; i < in->edition->clause_count; i++)
    in->asked[i] = !in->again || in->before[i].verdict == VERDICT_FAILS;
}

int inspection_load(struct inspection **out, struct db *db, struct arena *a, const struct world *w, const struct state *s,
                    const struct state_track *t, struct error *err) {
  struct q_inspection_last_out row = {0};
  struct q_inspection_last_in which = {.district = w->district, .track = t->id};
  *out = NULL;
  int r = t->type->inspection ? q_inspection_last(db, a, &row, &which, err) : 0;
  if (r != 1) return r;
  struct inspection *in = ARENA_NEW(a, struct inspection);
  *in = (struct inspection){.id = row.id, .round = (int)row.round, .again = row.again != 0, .begun = row.begun, .done = row.done,
                            .score = (int)row.score, .level = (int)row.level, .fails = (int)row.fails,
                            .checklist = world_checklist(w, row.checklist, (int)row.version)};
  in->edition = in->checklist ? checklist_edition_find(in->checklist, row.edition) : NULL;
  if (!in->edition) return error_set(err, ERR_CONFLICT, "inspection.no-checklist", NULL, row.checklist, NULL);
  struct reading_answers of = {a, s, t, in->edition};
  const struct state_step *step = row.step ? step_numbered(s, row.step) : NULL;
  in->before = answers_said(&of, step);
  in->now = in->done ? answers_said(&of, NULL) : ARENA_ARRAY(a, in->edition->clause_count + 1, struct inspection_answer);
  for (size_t i = 0; !in->done && i < in->edition->clause_count; i++) in->now[i].note = "";
  fill_asked(in, a);
  *out = in;
  return !in->done && load_draft(in, db, a, w->district, err) < 0 ? -1 : 1;
}

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* On entering a stage that inspects. A round that was left without being completed is not begun anew: it goes on. */
int inspection_begin(struct doing *d, const struct procedure_stage *from) {
  struct work *k = d->k;
  const struct procedure_inspection *type = d->track->type->inspection;
  if (!type || from == d->track->stage) return 0;
  bool again = in_list(&type->again, d->track->stage);
  if (!again && !in_list(&type->open, d->track->stage)) return 0;
  struct q_inspection_last_out last = {0};
  struct q_inspection_last_in which = {.district = k->w->district, .track = d->track->id};
  int had = q_inspection_last(k->t->db, k->a, &last, &which, k->err);
  if (had < 0) return -1;
  if (had && !last.done) return 0;
  again = again && had;
  const struct checklist *list =
      again ? world_checklist(k->w, last.checklist, (int)last.version) : world_checklist(k->w, type->answers->checklist, 0);
  if (!list) return error_set(k->err, ERR_CONFLICT, "inspection.no-checklist", NULL, type->answers->checklist, NULL);
  const char *edition = again ? last.edition : checklist_on(list, day_of_ms(k->now, k->w->offset_min))->name;
  struct q_inspection_add_in in = {.district = k->w->district, .matter = k->s->id, .track = d->track->id, .round = last.round + 1,
                                   .again = again, .checklist = list->name, .version = list->version, .edition = edition,
                                   .begun = k->now};
  if (lane_next(k->t, "inspection", &in.id, k->err) < 0) return -1;
  return q_inspection_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* --- completing ------------------------------------------------------------------------------------------------- */

static int wrong(struct work *k, const char *code, const struct checklist_clause *c, const char *part) {
  const char *words = title_arg(k->a, &c->text);
  return error_set(k->err, ERR_INPUT, code, arena_printf(k->a, "%s.%s", c->code, part), c->code, words, NULL);
}

/* The photo is whoever's it is who answers, or lay in the draft of this round. */
static int photo_check(struct work *k, const struct inspection *in, int clause, int64_t photo) {
  struct file_info info;
  if (!photo || in->now[clause].photo == photo) return 0;
  if (file_get(k->t->db, k->a, k->w->district, photo, &info, k->err) < 0) return -1;
  return text_eq(info.actor, k->key) ? 0 : error_set(k->err, ERR_MISSING, "file.missing", NULL, NULL);
}

static int answer_check(struct work *k, const struct checklist_clause *c, const struct inspection_answer *a) {
  if (a->verdict == VERDICT_NONE) return wrong(k, "inspection.missing", c, "verdict");
  if (a->verdict == VERDICT_NOT_APPLICABLE && text_empty(a->note)) return wrong(k, "inspection.note", c, "note");
  if (c->photo && a->verdict != VERDICT_NOT_APPLICABLE && !a->photo) return wrong(k, "inspection.photo", c, "photo");
  return 0;
}

/* What this step said, clause by clause: each asked one once, no other. */
static int answers_of_step(struct doing *d, struct inspection *in, struct inspection_answer *out) {
  struct work *k = d->k;
  const struct reading_answers of = {k->a, k->s, d->track, in->edition};
  for (size_t i = 0; i < k->s->said_count; i++) {
    const struct state_said *said = &k->s->said[i];
    if (said->step != d->step || !is_clause(&of, said)) continue;
    int c = checklist_clause_index(in->edition, said->value);
    if (c < 0 || !in->asked[c]) return error_set(k->err, ERR_INPUT, "inspection.clause", "answers", said->value, NULL);
    if (out[c].verdict != VERDICT_NONE) return error_set(k->err, ERR_INPUT, "inspection.twice", "answers", said->value, NULL);
    out[c].verdict = verdict_by_name(part_said(&of, d->step, said->number, "verdict"));
    out[c].note = part_said(&of, d->step, said->number, "note");
    if (!text_to_int(part_said(&of, d->step, said->number, "photo"), &out[c].photo)) out[c].photo = 0;
    if (photo_check(k, in, c, out[c].photo) < 0) return -1;
  }
  for (size_t i = 0; i < in->edition->clause_count; i++)
    if (in->asked[i] && answer_check(k, &in->edition->clauses[i], &out[i]) < 0) return -1;
  return 0;
}

static int set_number(struct doing *d, const struct procedure_field *f, int n) {
  return f ? effect_set_value(d, f, arena_printf(d->k->a, "%d", n)) : 0;
}

static int add_finding(struct doing *d, const struct inspection *in, const struct checklist_clause *c) {
  struct work *k = d->k;
  struct q_finding_add_in row = {.district = k->w->district, .matter = k->s->id, .track = d->track->id, .inspection = in->id,
                                 .clause = c->code, .severity = (int64_t)c->severity, .found = k->now};
  if (lane_next(k->t, "finding", &row.id, k->err) < 0) return -1;
  return q_finding_add(k->t->db, &row, k->err) < 0 ? -1 : 0;
}

/* What holds now clears its finding; what does not and has none gets one. */
static int follow_findings(struct doing *d, const struct inspection *in, const enum verdict *verdicts) {
  struct work *k = d->k;
  struct q_finding_of_track_out *rows;
  size_t n;
  struct q_finding_of_track_in which = {.district = k->w->district, .track = d->track->id};
  if (q_finding_of_track(k->t->db, k->a, &rows, &n, &which, k->err) < 0) return -1;
  bool *open = ARENA_ARRAY(k->a, in->edition->clause_count + 1, bool);
  for (size_t i = 0; i < n; i++) {
    int c = checklist_clause_index(in->edition, rows[i].clause);
    if (rows[i].cleared) continue;
    if (c >= 0 && verdicts[c] == VERDICT_FAILS) {
      open[c] = true;
      continue;
    }
    struct q_finding_clear_in clear = {.district = k->w->district, .id = rows[i].id, .cleared = k->now};
    if (q_finding_clear(k->t->db, &clear, k->err) < 0) return -1;
  }
  for (size_t c = 0; c < in->edition->clause_count; c++)
    if (verdicts[c] == VERDICT_FAILS && !open[c] && add_finding(d, in, &in->edition->clauses[c]) < 0) return -1;
  return 0;
}

static int finish(struct doing *d, const struct inspection *in, const struct checklist_result *result) {
  struct work *k = d->k;
  const struct procedure_inspection *type = d->track->type->inspection;
  struct q_inspection_done_in done = {.district = k->w->district, .id = in->id, .done = k->now, .step = d->step->id,
                                      .score = result->score, .level = result->level, .fails = result->fails};
  struct q_inspection_draft_drop_in drop = {.district = k->w->district, .inspection = in->id};
  if (q_inspection_done(k->t->db, &done, k->err) < 0 || q_inspection_draft_drop(k->t->db, &drop, k->err) < 0) return -1;
  if (set_number(d, type->score, result->score) < 0 || set_number(d, type->level, result->level) < 0) return -1;
  return set_number(d, type->findings, result->fails);
}

/* Before the move, so that conditions, tables and papers see what came of it. */
int inspection_complete(struct doing *d) {
  struct work *k = d->k;
  struct inspection *in;
  struct checklist_result result;
  if (!completes(d->track->type, d->action)) return 0;
  int r = inspection_load(&in, k->t->db, k->a, k->w, k->s, d->track, k->err);
  if (r < 0) return -1;
  if (r == 0 || in->done) return error_set(k->err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  size_t n = in->edition->clause_count;
  const struct reading_answers of = {k->a, k->s, d->track, in->edition};
  in->before = answers_said(&of, d->step); /* the round is not complete yet: not what this step says */
  fill_asked(in, k->a);
  struct inspection_answer *said = ARENA_ARRAY(k->a, n + 1, struct inspection_answer);
  enum verdict *verdicts = ARENA_ARRAY(k->a, n + 1, enum verdict);
  if (answers_of_step(d, in, said) < 0) return -1;
  for (size_t i = 0; i < n; i++) verdicts[i] = in->asked[i] ? said[i].verdict : in->before[i].verdict;
  checklist_judge(&result, in->checklist, in->edition, verdicts);
  return follow_findings(d, in, verdicts) < 0 ? -1 : finish(d, in, &result);
}

/* --- answers so far --------------------------------------------------------------------------------------------- */

static int keep_in_world(struct work *k, const struct inspection_draft *draft) {
  struct inspection *in;
  int r = state_load(&k->s, k->t->db, k->w, draft->matter, k->a, k->err);
  if (r < 0) return -1;
  if (r == 1) state_subject(k->s, k->a, &k->subject);
  const struct state_track *t = r == 1 ? state_track_by_id(k->s, draft->track) : NULL;
  if (!t || access_matter(k->actor, &k->subject, k->now) == VIEW_NONE)
    return error_set(k->err, ERR_MISSING, "matter.unknown", NULL, NULL);
  const struct procedure_action *action = inspection_completes(t);
  if (!action) return error_set(k->err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  if (!who_may(k, t, action, NULL)) return error_set(k->err, ERR_DENIED, "matter.not-yours", NULL, NULL);
  r = inspection_load(&in, k->t->db, k->a, k->w, k->s, t, k->err);
  if (r < 0) return -1;
  if (r == 0 || in->done) return error_set(k->err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  int c = checklist_clause_index(in->edition, draft->clause);
  if (c < 0 || !in->asked[c]) return error_set(k->err, ERR_INPUT, "inspection.clause", "answers", draft->clause, NULL);
  if (photo_check(k, in, c, draft->answer.photo) < 0) return -1;
  struct q_inspection_draft_put_in row = {.district = k->w->district, .inspection = in->id, .clause = draft->clause,
                                          .verdict = (int64_t)draft->answer.verdict, .note = draft->answer.note,
                                          .photo = draft->answer.photo, .actor = k->key, .at = k->now};
  if (row.photo && file_use(k->t, row.photo, k->err) < 0) return -1;
  return q_inspection_draft_put(k->t->db, &row, k->err) < 0 ? -1 : 0;
}

int inspection_keep(struct lane_txn *t, struct engine *e, const struct inspection_draft *draft, struct error *err) {
  const struct world *w = world_take(e);
  struct work k = {.t = t, .e = e, .w = w, .a = t->arena, .actor = draft->actor, .key = actor_key(t->arena, draft->actor),
                   .now = t->now, .err = err};
  int r = keep_in_world(&k, draft);
  world_release(e, w);
  return r;
}

/* --- findings --------------------------------------------------------------------------------------------------- */

int inspection_findings(struct finding **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct state *s, const struct state_track *t, struct error *err) {
  struct q_finding_of_track_out *rows;
  struct q_finding_of_track_in which = {.district = w->district, .track = t->id};
  struct inspection *in;
  *count = 0;
  *out = NULL;
  int r = inspection_load(&in, db, a, w, s, t, err);
  if (r <= 0) return r;
  if (q_finding_of_track(db, a, &rows, count, &which, err) < 0) return -1;
  *out = ARENA_ARRAY(a, *count + 1, struct finding);
  const struct reading_answers of = {a, s, t, in->edition};
  const struct inspection_answer *said = answers_said(&of, NULL);
  for (size_t i = 0; i < *count; i++) {
    int c = checklist_clause_index(in->edition, rows[i].clause);
    (*out)[i] = (struct finding){.id = rows[i].id, .paper = rows[i].paper, .clause = c < 0 ? NULL : &in->edition->clauses[c],
                                 .severity = (enum clause_severity)rows[i].severity, .found = rows[i].found,
                                 .cleared = rows[i].cleared, .note = c < 0 ? "" : said[c].note};
  }
  return 0;
}

/* --- completing with what was kept ------------------------------------------------------------------------------ */

static void say_part(struct said *said, size_t *n, struct arena *a, const struct procedure_field *answers, int row,
                     const char *part, const char *value) {
  if (!text_empty(value)) said[(*n)++] = (struct said){arena_printf(a, "%s.%s", answers->name, part), row, value};
}

/* The answers kept, as a program would say them. */
static struct said *said_of(const struct inspection *in, const struct procedure_field *answers, struct arena *a, size_t *count) {
  struct said *said = ARENA_ARRAY(a, 4 * in->edition->clause_count + 1, struct said);
  int row = 0;
  *count = 0;
  for (size_t i = 0; i < in->edition->clause_count; i++) {
    const struct inspection_answer *k = &in->now[i];
    if (!in->asked[i] || k->verdict == VERDICT_NONE) continue;
    say_part(said, count, a, answers, row, "clause", in->edition->clauses[i].code);
    say_part(said, count, a, answers, row, "verdict", verdict_name(k->verdict));
    say_part(said, count, a, answers, row, "note", k->note);
    if (k->photo) say_part(said, count, a, answers, row, "photo", arena_printf(a, "%lld", (long long)k->photo));
    row++;
  }
  return said;
}

static int first_missing(const struct inspection *in, struct arena *a, struct error *err) {
  for (size_t i = 0; i < in->edition->clause_count; i++)
    if (in->asked[i] && in->now[i].verdict == VERDICT_NONE)
      return error_set(err, ERR_INPUT, "inspection.missing", arena_printf(a, "%s.verdict", in->edition->clauses[i].code),
                       in->edition->clauses[i].code, title_arg(a, &in->edition->clauses[i].text), NULL);
  return 0;
}

/* The engine decides whether the actor may: what is loaded here is only what was kept, and is not shown to anybody. */
static int finish_in_world(struct lane_txn *t, struct engine *e, const struct world *w, struct act *act, struct acted *acted,
                           struct error *err) {
  struct state *s;
  struct inspection *in = NULL;
  int r = state_load(&s, t->db, w, act->matter, t->arena, err);
  const struct state_track *track = r == 1 ? state_track_by_id(s, act->track) : NULL;
  const struct procedure_action *action = track ? inspection_completes(track) : NULL;
  if (r < 0) return -1;
  if (!action) return error_set(err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  r = inspection_load(&in, t->db, t->arena, w, s, track, err);
  if (r < 0) return -1;
  if (r == 0 || in->done) return error_set(err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  if (first_missing(in, t->arena, err) < 0) return -1;
  act->action = action->name;
  act->said = said_of(in, track->type->inspection->answers, t->arena, &act->said_count);
  return engine_act(t, e, act, acted, err);
}

int inspection_finish(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t matter, int64_t track,
                      struct acted *acted, struct error *err) {
  const struct world *w = world_take(e);
  struct act act = {.actor = actor, .matter = matter, .track = track};
  int r = finish_in_world(t, e, w, &act, acted, err);
  world_release(e, w);
  return r;
}
