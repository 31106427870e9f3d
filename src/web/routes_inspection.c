/* Inspections: the list of those due, the page on which one is done clause by clause (saved as one goes), all units under one
 * letter, and the public list of levels. */
#include <string.h>

#include "matter/inspection.h"
#include "matter/list.h"
#include "matter/sealed.h"
#include "pages.h"
#include "place/place.h"
#include "web/case_offer.h"
#include "web/case_view_inside.h"
#include "web/resident.h"
#include "web/view_inspection.h"

enum { AT_CODE, AT_TRACK };
enum { DUE_MOST = 200, GRADES_MOST = 300, SOON_DAYS = 60, ENDED_DAYS = 180, UPLOAD_MAX = 48 << 20 };

/* --- one inspection in front of one person ---------------------------------------------------------------------- */

struct looking {
  struct request *r;
  struct case_asker who;
  struct state *s;
  const struct state_track *t;
  const struct procedure_action *completes;
  struct inspection *in;
};

static int find_case(struct looking *x, struct request *r, const char *code, struct error *err) {
  struct case_view *v;
  int64_t id = 0;
  *x = (struct looking){.r = r};
  if (desk_asker(&x->who, r, err) < 0) return -1;
  if (sealed_find_code(x->who.db, &r->actor, x->who.world->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(&x->s, x->who.db, x->who.world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found || x->s->sealed) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  if (case_view_make(&v, &x->who, x->s, err) < 0) return -1;
  return v->view < VIEW_HANDLER ? error_set(err, ERR_MISSING, "access.matter", NULL, NULL) : 0;
}

static int find_round(struct looking *x, struct request *r, struct error *err) {
  if (find_case(x, r, req_text(r, AT_CODE), err) < 0) return -1;
  x->t = state_track_by_id(x->s, req_int(r, AT_TRACK));
  if (!x->t || !x->t->type->inspection) return error_set(err, ERR_MISSING, "inspection.none", NULL, NULL);
  int had = inspection_load(&x->in, x->who.db, r->arena, x->who.world, x->s, x->t, err);
  if (had < 0) return -1;
  x->completes = inspection_completes(x->t);
  if (!had || x->in->done || !x->completes) return error_set(err, ERR_CONFLICT, "inspection.none", NULL, NULL);
  return 0;
}

static bool owns_photo(const struct looking *x, int64_t photo) {
  struct file_info info;
  struct error ignored = {0};
  return photo && file_get(x->who.db, x->r->arena, x->who.world->district, photo, &info, &ignored) == 0 &&
         text_eq(info.actor, actor_key(x->r->arena, &x->r->actor));
}

static struct inspection_clause_view clause_view(const struct looking *x, size_t i, const struct error *wrong) {
  const struct checklist_clause *c = &x->in->edition->clauses[i];
  const struct inspection_answer *a = &x->in->now[i];
  static const enum word severities[] = {W_INSPECTION_MINOR, W_INSPECTION_SERIOUS, W_INSPECTION_GRAVE};
  size_t n = strlen(c->code);
  bool here = wrong && strncmp(wrong->field, c->code, n) == 0 && wrong->field[n] == '.';
  const struct view_problem *problem = here ? desk_problem(x->r, wrong) : NULL;
  return (struct inspection_clause_view){.code = c->code, .text = case_pick(&x->who, &c->text),
                                         .help = case_pick(&x->who, &c->help), .verdict = verdict_name(a->verdict),
                                         .severity = word(x->r->lang, severities[c->severity]),
                                         .note = a->note, .photo = a->photo, .own_photo = owns_photo(x, a->photo),
                                         .before = x->in->again ? x->in->before[i].note : "", .needs_photo = c->photo,
                                         .veto = c->veto, .error = problem ? problem->what : ""};
}

static const char *count_words(struct request *r, enum word id, int a, int b) {
  const char *args[] = {arena_printf(r->arena, "%d", a), arena_printf(r->arena, "%d", b)};
  return desk_say(r, id, 2, args);
}

static int show_round(const struct looking *x, int status, const struct error *wrong, struct error *err) {
  struct request *r = x->r;
  const char *name = state_value(x->s, x->t, x->t->type->inspection->of);
  const char *round = arena_printf(r->arena, "%d", x->in->round);
  struct inspection_clause_view *clauses = ARENA_ARRAY(r->arena, x->in->edition->clause_count + 1, struct inspection_clause_view);
  struct view_inspection v = {.code = x->s->code, .name = name ? name : x->s->summary, .clauses = clauses,
                              .checklist = case_pick(&x->who, &x->in->checklist->title), .edition = x->in->edition->name,
                              .procedure = case_pick(&x->who, &x->s->procedure->title),
                              .title = case_pick(&x->who, &x->completes->title),
                              .case_href = case_address(r->arena, x->s->code),
                              .problem = wrong ? desk_problem(r, wrong) : NULL};
  v.address = arena_printf(r->arena, "/inspection/%s/%lld", v.case_href + strlen("/case/"), (long long)x->t->id);
  v.round = x->in->again ? desk_say(r, W_INSPECTION_ROUND_AGAIN, 1, &round) : desk_say(r, W_INSPECTION_ROUND, 1, &round);
  for (size_t i = 0; i < x->in->edition->clause_count; i++) {
    if (!x->in->asked[i]) continue;
    v.answered += x->in->now[i].verdict != VERDICT_NONE;
    clauses[v.clause_count++] = clause_view(x, i, wrong);
  }
  v.progress = count_words(r, W_INSPECTION_PROGRESS, v.answered, v.clause_count);
  if (desk_frame(r, &x->who, err) < 0) return -1;
  page_inspection(reply_html(r, status), &v, &r->page);
  r->http->reply.no_store = true;
  return 0;
}

static int round_get(struct request *r, struct error *err) {
  struct looking x;
  return find_round(&x, r, err) < 0 ? -1 : show_round(&x, 200, NULL, err);
}

/* --- saving ----------------------------------------------------------------------------------------------------- */

/* What came with one form: answers to some clauses, their photos on the disk already. */
struct saving {
  struct request *r;
  int64_t matter, track;
  const char *code;
  struct inspection_draft *drafts;
  struct file_draft **photos; /* beside drafts: NULL none came */
  size_t count;
  bool complete;
  struct acted acted;
};

static const struct http_file *file_of(const struct request *r, const char *field) {
  for (size_t i = 0; i < r->http->file_count; i++)
    if (text_eq(r->http->files[i].field, field) && r->http->files[i].len) return &r->http->files[i];
  return NULL;
}

static const char *form_of(struct request *r, const char *part, const char *clause) {
  const char *v = http_pair_get(&r->http->form, arena_printf(r->arena, "%s.%s", part, clause));
  return v ? text_trim(r->arena, v) : NULL;
}

/* The answer of one clause as the form has it; false when the form says nothing of it. */
static int read_clause(struct saving *k, const struct looking *x, size_t i, const struct file_limits *limits, struct error *err) {
  struct request *r = k->r;
  const struct checklist_clause *c = &x->in->edition->clauses[i];
  const char *verdict = form_of(r, "v", c->code), *note = form_of(r, "n", c->code);
  const struct http_file *file = file_of(r, arena_printf(r->arena, "p.%s", c->code));
  if (!x->in->asked[i] || (!verdict && !file && text_empty(note))) return 0;
  struct inspection_draft *d = &k->drafts[k->count];
  *d = (struct inspection_draft){.actor = &r->actor, .matter = k->matter, .track = k->track, .clause = c->code,
                                 .answer = x->in->now[i]};
  if (verdict) d->answer.verdict = verdict_by_name(verdict);
  if (note) d->answer.note = text_shorten(r->arena, note, 300);
  if (file) {
    k->photos[k->count] = ARENA_NEW(r->arena, struct file_draft);
    struct bytes data = {file->data, file->len};
    if (file_take_photo(k->photos[k->count], app_of(r)->files, data, file->type, limits, err) < 0) {
      text_copy(err->field, sizeof err->field, arena_printf(r->arena, "%s.photo", c->code));
      return -1;
    }
  }
  k->count++;
  return 0;
}

static int keep_answers(struct lane_txn *t, void *ctx, struct error *err) {
  struct saving *k = ctx;
  const char *key = actor_key(t->arena, &k->r->actor);
  for (size_t i = 0; i < k->count; i++) {
    struct inspection_draft d = k->drafts[i];
    if (k->photos[i] && file_add(t, app_of(k->r)->files, k->photos[i], key, &d.answer.photo, err) < 0) return -1;
    if (inspection_keep(t, app_of(k->r)->engine, &d, err) < 0) return -1;
  }
  return 0;
}

static int complete_round(struct lane_txn *t, void *ctx, struct error *err) {
  struct saving *k = ctx;
  return inspection_finish(t, app_of(k->r)->engine, &k->r->actor, k->matter, k->track, &k->acted, err);
}

/* Something was wrong: what was saved stays saved, and the clause is pointed at. */
static int show_wrong(struct request *r, struct error *err) {
  struct looking x;
  struct error wrong = *err;
  if (wrong.kind == ERR_FAULT || wrong.kind == ERR_UNAVAILABLE) return -1;
  error_clear(err);
  if (find_round(&x, r, err) < 0) return -1;
  return show_round(&x, wrong.kind == ERR_INPUT ? 422 : error_http_status(wrong.kind), &wrong, err);
}

static int completed(struct request *r, void *ctx, struct error *err) {
  struct saving *k = ctx;
  if (err->kind != ERR_NONE) return show_wrong(r, err);
  reply_notice(r, W_INSPECTION_COMPLETED);
  return reply_redirect(r, case_address(r->arena, k->code));
}

static int kept(struct request *r, void *ctx, struct error *err) {
  struct saving *k = ctx;
  if (err->kind != ERR_NONE) return show_wrong(r, err);
  if (k->complete) return app_run(r, complete_round, k, completed);
  reply_notice(r, W_INSPECTION_SAVED);
  return reply_redirect(r, r->http->path);
}

static int round_post(struct request *r, struct error *err) {
  struct looking x;
  struct file_limits limits;
  struct saving *k = ARENA_NEW(r->arena, struct saving);
  if (find_round(&x, r, err) < 0) return -1;
  if (file_limits_load(&limits, x.who.world->settings, x.who.db, x.who.world->district, err) < 0) return -1;
  size_t n = x.in->edition->clause_count;
  *k = (struct saving){.r = r, .matter = x.s->id, .track = x.t->id, .code = x.s->code,
                       .drafts = ARENA_ARRAY(r->arena, n + 1, struct inspection_draft),
                       .photos = ARENA_ARRAY(r->arena, n + 1, struct file_draft *),
                       .complete = http_pair_get(&r->http->form, "_complete") != NULL};
  for (size_t i = 0; i < n; i++)
    if (read_clause(k, &x, i, &limits, err) < 0) return show_wrong(r, err);
  return app_run(r, keep_answers, k, kept);
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

static const char *day_words(struct request *r, time_ms at, int offset) {
  char day[16];
  date_format(day, sizeof day, day_of_ms(at, offset));
  return arena_strdup(r->arena, day);
}

static int due_row(struct inspection_due_row *out, const struct case_asker *who, const struct inbox_row *in, struct error *err) {
  struct state *s;
  int r = state_load(&s, who->db, who->world, in->matter, who->arena, err);
  if (r <= 0) return r;
  const struct state_track *t = state_track_by_id(s, in->track);
  if (!t || s->sealed || !inspection_completes(t)) return 0;
  const char *name = state_value(s, t, t->type->inspection->of), *address = case_address(who->arena, s->code);
  int64_t place = s->at.grid ? s->at.grid : s->at.community ? s->at.community : s->at.street;
  *out = (struct inspection_due_row){.code = s->code, .procedure = case_pick(who, &s->procedure->title),
                                     .title = case_pick(who, &t->stage->title), .name = name ? name : s->summary,
                                     .where = case_place_label(who, place),
                                     .href = arena_printf(who->arena, "/inspection/%s/%lld", address + strlen("/case/"),
                                                          (long long)t->id),
                                     .light = case_light_of(who->arena, who->lang, in->due, in->warn_at, who->now)};
  return 1;
}

static int fill_due(struct view_inspections *v, const struct case_asker *who, struct error *err) {
  struct inbox_row *rows;
  size_t n;
  struct inbox_filter filter = {.most = DUE_MOST};
  if (matter_inbox(&rows, &n, NULL, who->db, who->arena, who->world, who->actor, &filter, err) < 0) return -1;
  struct inspection_due_row *due = ARENA_ARRAY(who->arena, n + 1, struct inspection_due_row);
  for (size_t i = 0; i < n; i++) {
    if (!rows[i].type->inspection) continue;
    int r = due_row(&due[v->due_count], who, &rows[i], err);
    if (r < 0) return -1;
    v->due_count += r;
  }
  v->due = due;
  return 0;
}

/* A level in words: the title of the procedure's grade and of the level. */
struct grade_kind {
  const char *kind, *level;
};

static struct grade_kind kind_of(struct request *r, const struct world *w, const char *procedure, int64_t version,
                                 const char *type, const char *checklist, int64_t checklist_version, int64_t level) {
  const struct procedure *p = world_procedure(w, procedure, (int)version);
  const struct procedure_track *t = p ? procedure_track_find(p, type) : NULL;
  const struct checklist *c = world_checklist(w, checklist, (int)checklist_version);
  struct bilingual title = c ? checklist_level_title(c, (int)level) : (struct bilingual){NULL, NULL};
  bool zh = r->lang == LANG_ZH;
  return (struct grade_kind){.kind = t && t->grade ? bilingual_pick(&t->grade->title, zh) : "",
                             .level = title.zh ? bilingual_pick(&title, zh) : arena_printf(r->arena, "%lld", (long long)level)};
}

static int standing(struct grade_row **out, int *count, struct request *r, struct db *db, const struct world *w, time_ms before,
                    struct error *err) {
  struct q_grade_standing_out *rows;
  size_t n;
  struct q_grade_standing_in in = {.district = w->district, .before = before, .count = GRADES_MOST};
  if (q_grade_standing(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(r->arena, n + 1, struct grade_row);
  *count = (int)n;
  for (size_t i = 0; i < n; i++) {
    const struct q_grade_standing_out *g = &rows[i];
    struct grade_kind k = kind_of(r, w, g->procedure, g->version, g->type, g->checklist, g->checklist_version, g->level);
    (*out)[i] = (struct grade_row){.name = g->name, .place = g->place ? g->place : "", .kind = k.kind, .level = k.level,
                                   .inspected = day_words(r, g->inspected, w->offset_min), .fate = "",
                                   .until = day_words(r, g->ends, w->offset_min), .paper = g->paper ? g->paper : "",
                                   .soon = g->ends < r->now + SOON_DAYS * (time_ms)DAY_MS};
  }
  return 0;
}

static int due_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct view_inspections v = {0};
  struct grade_row *lapsing;
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || fill_due(&v, &who, err) < 0) return -1;
  if (standing(&lapsing, &v.lapsing_count, r, who.db, who.world, r->now + SOON_DAYS * (time_ms)DAY_MS, err) < 0) return -1;
  v.lapsing = lapsing;
  page_inspections(reply_html(r, 200), &v, &r->page);
  r->http->reply.no_store = true;
  return 0;
}

static int fill_ended(struct view_stars *v, const struct resident *x, struct error *err) {
  struct q_grade_ended_out *rows;
  size_t n;
  struct request *r = x->r;
  struct q_grade_ended_in in = {.district = x->w->district, .since = r->now - ENDED_DAYS * (time_ms)DAY_MS, .count = GRADES_MOST};
  if (q_grade_ended(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct grade_row *out = ARENA_ARRAY(x->a, n + 1, struct grade_row);
  for (size_t i = 0; i < n; i++) {
    const struct q_grade_ended_out *g = &rows[i];
    struct grade_kind k = kind_of(r, x->w, g->procedure, g->version, g->type, g->checklist, g->checklist_version, g->level);
    out[i] = (struct grade_row){.name = g->name, .place = g->place ? g->place : "", .kind = k.kind, .level = k.level,
                                .inspected = "", .paper = "", .until = day_words(r, g->ended, x->w->offset_min),
                                .fate = word(r->lang, g->fate == 1 ? W_STARS_LAPSED : W_STARS_TAKEN_BACK)};
  }
  v->ended = out;
  v->ended_count = (int)n;
  return 0;
}

static int stars_get(struct request *r, struct error *err) {
  struct resident x;
  struct view_stars v = {0};
  struct grade_row *rows;
  if (resident_open(&x, r, err) < 0 || standing(&rows, &v.row_count, r, x.db, x.w, INT64_MAX, err) < 0) return -1;
  v.rows = rows;
  if (fill_ended(&v, &x, err) < 0) return -1;
  page_stars(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- all units under one letter --------------------------------------------------------------------------------- */

/* The clock that runs on a track and ends first. */
static const struct state_clock *running(const struct state *s, const struct state_track *t) {
  const struct state_clock *first = NULL;
  for (size_t i = 0; i < s->clock_count; i++) {
    const struct state_clock *c = &s->clocks[i];
    if (c->track == t && c->clock.end == CLOCK_OPEN && (!first || c->due < first->due)) first = c;
  }
  return first;
}

static int unit_row(struct unit_row *out, const struct looking *x, const struct state_track *t, struct error *err) {
  struct request *r = x->r;
  struct finding *found;
  size_t n;
  const struct state_clock *c = running(x->s, t);
  const char *name = state_value(x->s, t, t->type->inspection->of), *address = case_address(r->arena, x->s->code);
  const char *score = t->type->inspection->score ? state_value(x->s, t, t->type->inspection->score) : NULL;
  if (inspection_findings(&found, &n, x->who.db, r->arena, x->who.world, x->s, t, err) < 0) return -1;
  struct unit_finding *findings = ARENA_ARRAY(r->arena, n + 1, struct unit_finding);
  *out = (struct unit_row){.name = name ? name : "", .stage = case_pick(&x->who, &t->stage->title), .found = (int)n,
                           .holder = case_holder(&x->who, t), .score = score ? score : "", .findings = findings,
                           .finding_count = (int)n, .ended = t->stage->final,
                           .clock = c ? case_pick(&x->who, &c->type->title) : "",
                           .href = arena_printf(r->arena, "%s?track=%lld#do", address, (long long)t->id), .inspect_href = ""};
  if (inspection_completes(t))
    out->inspect_href = arena_printf(r->arena, "/inspection/%s/%lld", address + strlen("/case/"), (long long)t->id);
  if (c) out->light = case_light_of(r->arena, r->lang, c->due, c->warn_at, r->now);
  for (size_t i = 0; i < n; i++) {
    const struct checklist_clause *clause = found[i].clause;
    findings[i] = (struct unit_finding){.code = clause ? clause->code : "",
                                        .text = clause ? case_pick(&x->who, &clause->text) : "",
                                        .note = found[i].note,
                                        .cleared = found[i].cleared != 0};
    out->open += !found[i].cleared;
  }
  return 0;
}

static int units_get(struct request *r, struct error *err) {
  struct looking x;
  int ended = 0, open = 0;
  if (find_case(&x, r, req_text(r, AT_CODE), err) < 0) return -1;
  struct unit_row *rows = ARENA_ARRAY(r->arena, x.s->track_count + 1, struct unit_row);
  struct view_units v = {.code = x.s->code, .summary = x.s->summary, .rows = rows, .case_href = case_address(r->arena, x.s->code),
                         .procedure = case_pick(&x.who, &x.s->procedure->title)};
  for (size_t i = 0; i < x.s->track_count; i++) {
    if (!x.s->tracks[i].type->inspection) continue;
    if (unit_row(&rows[v.row_count], &x, &x.s->tracks[i], err) < 0) return -1;
    ended += rows[v.row_count].ended;
    open += rows[v.row_count++].open;
  }
  if (!v.row_count) return error_set(err, ERR_MISSING, "inspection.none", NULL, NULL);
  v.ended = arena_printf(r->arena, "%d / %d", ended, v.row_count);
  v.open_findings = arena_printf(r->arena, "%d", open);
  if (desk_frame(r, &x.who, err) < 0) return -1;
  page_inspection_units(reply_html(r, 200), &v, &r->page);
  return 0;
}

#define CODE [AT_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64}
#define TRACK [AT_TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 9e15}

const struct route routes_inspection[] = {
    {.method = HTTP_GET, .path = "/inspections", .kind = ROUTE_PAGE, .who = CASES_WHO, .help = W_ROUTE_INSPECTIONS,
     .rate = RATE_PAGE, .handler = due_get},
    {.method = HTTP_GET, .path = "/inspection/{code}/{track}", .kind = ROUTE_PAGE, .who = DESK_WHO, .help = W_ROUTE_INSPECTION,
     .rate = RATE_PAGE, .handler = round_get, PARAMS(CODE, TRACK)},
    {.method = HTTP_POST, .path = "/inspection/{code}/{track}", .kind = ROUTE_PAGE, .who = DESK_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_INSPECTION_SAVE, .rate = RATE_PAGE, .body_max = UPLOAD_MAX, .handler = round_post,
     PARAMS(CODE, TRACK)},
    {.method = HTTP_GET, .path = "/case/{code}/units", .kind = ROUTE_PAGE, .who = DESK_WHO, .help = W_ROUTE_INSPECTION_UNITS,
     .rate = RATE_PAGE, .handler = units_get, PARAMS(CODE)},
    {.method = HTTP_GET, .path = "/public/stars", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_STARS, .rate = RATE_PAGE, .handler = stars_get},
    {0}};
