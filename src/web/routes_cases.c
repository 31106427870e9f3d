/* Finding cases: filters that stand in the address, so that a list is kept and shared as a link. */
#include <string.h>

#include "matter/catalogue.h"
#include "matter/list.h"
#include "pages.h"
#include "people/org.h"
#include "place/place.h"
#include "web/case_filter.h"
#include "web/case_view_inside.h"
#include "web/desk_lists.h"
#include "web/desk_rows.h"
#include "web/desk_sheet.h"
#include "web/routes_cases.h"

enum { EXPORT_FORMAT = FILTER_PARAMS };
enum { SAVE_NAME = FILTER_PARAMS };
enum { DROP_ID };
enum { SAVED_MOST = 20 };

/* --- rows ------------------------------------------------------------------------------------------------------- */

struct desk_row cases_row(const struct case_asker *who, const struct list_row *in) {
  struct arena *a = who->arena;
  bool zh = who->lang == LANG_ZH;
  struct desk_row row = {.code = in->code,
                         .href = case_address(a, in->code),
                         .summary = text_shorten(a, in->summary, 80),
                         .category = case_category_title(who, in->category),
                         .procedure = bilingual_pick(&in->procedure->title, zh),
                         .stage = bilingual_pick(&in->stage->title, zh),
                         .role = zh ? in->org_zh : in->org_en,
                         .at = in->opened,
                         .changed = in->updated,
                         .confidential = in->confidential,
                         .reporters = in->reporters,
                         .urges = in->urges};
  row.light = case_light_of(a, who->lang, in->due, in->warn_at, who->now);
  if (in->phase == PHASE_SUSPENDED) row.light = (struct case_light){.look = "held", .words = row.stage, .due = in->due};
  row.late = text_eq(row.light.look, "late");
  desk_row_words(&row, who, in->procedure, in->source, in->urgency, in->card);
  desk_row_place(&row, who, in->street_name, in->community_name, in->grid_name, in->address);
  return row;
}

static int make_rows(struct view_cases *view, struct request *r, const struct case_asker *who,
                     const struct list_filter *f, struct error *err) {
  struct list_row *rows;
  size_t n;
  bool more = false;
  view->next = view->first = "";
  if (matter_list(&rows, &n, &more, who->db, r->arena, who->world, f, who->now, err) < 0) return -1;
  struct desk_row *list = ARENA_ARRAY(r->arena, n + 1, struct desk_row);
  for (size_t i = 0; i < n; i++) {
    list[i] = cases_row(who, &rows[i]);
    list[i].pick = true;
  }
  view->rows = list;
  view->row_count = (int)n;
  if (more && n) view->next = case_filter_next(r, "/cases", f, &rows[n - 1]);
  if (f->at) view->first = case_filter_with(r, "/cases", "at", "");
  return 0;
}

/* --- tabs and choices ------------------------------------------------------------------------------------------- */

static int make_tabs(struct view_cases *view, struct request *r, const struct case_asker *who,
                     struct error *err) {
  const struct phase_count *counts;
  struct desk_tab *tabs = ARENA_ARRAY(r->arena, PHASE_VOID + 4, struct desk_tab);
  int64_t open = 0, late = 0, soon = 0;
  int n = 3;
  bool none = !*req_text(r, FILTER_PHASE) && !*req_text(r, FILTER_STATE);
  if (desk_phase_counts(&counts, who, err) < 0) return -1;
  for (int p = 0; p <= PHASE_VOID; p++) {
    open += counts[p].n;
    late += counts[p].late;
    soon += counts[p].soon;
    if (!counts[p].n) continue;
    tabs[n++] = (struct desk_tab){.href = arena_printf(r->arena, "/cases?phase=%s", case_phases[p]),
                                  .title = case_phase(r->lang, p),
                                  .count = counts[p].n,
                                  .mark = counts[p].late ? "late" : "",
                                  .chosen = text_eq(req_text(r, FILTER_PHASE), case_phases[p])};
  }
  tabs[0] = (struct desk_tab){.href = "/cases?state=open",
                              .title = word(r->lang, W_STATE_OPEN),
                              .count = open,
                              .mark = "",
                              .chosen = text_eq(req_text(r, FILTER_STATE), "open") || none};
  tabs[1] = (struct desk_tab){.href = "/cases?state=soon",
                              .title = word(r->lang, W_STATE_SOON),
                              .count = soon,
                              .mark = soon ? "soon" : "",
                              .chosen = text_eq(req_text(r, FILTER_STATE), "soon")};
  tabs[2] = (struct desk_tab){.href = "/cases?state=late",
                              .title = word(r->lang, W_STATE_LATE),
                              .count = late,
                              .mark = late ? "late" : "",
                              .chosen = text_eq(req_text(r, FILTER_STATE), "late")};
  view->tabs = tabs;
  view->tab_count = n;
  return 0;
}

static struct form_group *group(struct request *r, size_t room) {
  struct form_group *g = ARENA_NEW(r->arena, struct form_group);
  *g = (struct form_group){.title = "", .options = ARENA_ARRAY(r->arena, room + 1, struct form_option)};
  return g;
}

static void choose(struct form_group *g, const char *value, const char *title, const char *chosen) {
  struct form_option *options = (struct form_option *)(uintptr_t)g->options;
  options[g->option_count++] =
      (struct form_option){.value = value, .title = title, .note = "", .chosen = text_eq(value, chosen)};
}

static void choose_lists(struct view_cases *view, struct request *r, const struct case_asker *who) {
  const struct world *w = who->world;
  const struct catalogue *c = w->catalogue;
  struct form_group *states_of = group(r, 9), *procedures = group(r, w->procedure_count);
  struct form_group *majors = group(r, c->majors_count), *sources = group(r, 40);
  for (int i = 0; case_states[i]; i++)
    choose(states_of, case_states[i], word(r->lang, case_state_word(i)), req_text(r, FILTER_STATE));
  for (size_t i = 0; i < w->procedure_count; i++)
    if (!w->procedures[i]->secrecy)
      choose(procedures, w->procedures[i]->name, case_pick(who, &w->procedures[i]->title), req_text(r, FILTER_PROCEDURE));
  for (size_t i = 0; i < c->majors_count; i++)
    choose(majors, arena_printf(r->arena, "%s/%s/%s", c->majors[i].scheme, c->majors[i].kind, c->majors[i].code),
           case_pick(who, &c->majors[i].title), req_text(r, FILTER_MAJOR));
  for (size_t i = 0; i < w->procedure_count; i++) {
    const struct procedure_field *f = procedure_field_as(w->procedures[i], AS_SOURCE);
    for (size_t k = 0; f && k < f->options_count && sources->option_count < 40; k++)
      choose(sources, f->options[k].name, case_pick(who, &f->options[k].title), req_text(r, FILTER_SOURCE));
  }
  view->states = states_of;
  view->procedures = procedures;
  view->majors = majors;
  view->sources = sources;
  view->state_groups = view->procedure_groups = view->major_groups = view->source_groups = 1;
}

static int choose_places(struct view_cases *view, struct request *r, const struct case_asker *who,
                         const struct scope *scope, struct error *err) {
  struct form_group *g;
  bool by_org = scope->count && scope->arm[0].kind == SCOPE_ORG;
  if (form_places(&g, &view->place_groups, who, req_int(r, FILTER_PLACE), by_org, err) < 0) return -1;
  view->places = g;
  const char *org = req_int(r, FILTER_ORG) ? arena_printf(r->arena, "%lld", (long long)req_int(r, FILTER_ORG)) : "";
  if (form_departments(&g, &view->org_groups, who, NULL, &org, *org ? 1 : 0, err) < 0) return -1;
  view->orgs = g;
  return 0;
}

static const char *day_text(struct request *r, int p) {
  char s[48];
  if (!req_has(r, p)) return "";
  date_format(s, sizeof s, (int32_t)req_int(r, p));
  return arena_strdup(r->arena, s);
}

int cases_show(struct request *r, const struct error *saving, const char *name, struct error *err) {
  struct case_asker who;
  struct scope scope;
  struct list_filter f;
  struct error wrong = {0};
  int status = 200;
  struct view_cases view = {.words = req_text(r, FILTER_WORDS),
                            .from = day_text(r, FILTER_FROM),
                            .to = day_text(r, FILTER_TO),
                            .phase = req_text(r, FILTER_PHASE),
                            .order = req_text(r, FILTER_ORDER),
                            .filter_name = name,
                            .saving = saving ? desk_problem(r, saving) : NULL,
                            .next = "",
                            .first = ""};
  access_scope(&r->actor, &scope);
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0) return -1;
  if (case_filter_read(&f, r, &who, &scope, &wrong) < 0 || make_rows(&view, r, &who, &f, &wrong) < 0) {
    if (wrong.kind != ERR_INPUT && wrong.kind != ERR_MISSING) {
      *err = wrong;
      return -1;
    }
    view.problem = desk_problem(r, &wrong);
    status = 422;
  }
  if (make_tabs(&view, r, &who, err) < 0 || choose_places(&view, r, &who, &scope, err) < 0) return -1;
  if (desk_saved_filters(&view, r, &who, err) < 0) return -1;
  if (saving) status = error_http_status(saving->kind);
  choose_lists(&view, r, &who);
  desk_sort_heads(&view, r, f.order);
  view.narrowed = f.procedure || f.source || f.org || f.from || f.to;
  view.export_csv = case_filter_with(r, "/cases/export", "format", "csv");
  view.export_xlsx = case_filter_with(r, "/cases/export", "format", "xlsx");
  view.export_pdf = case_filter_with(r, "/cases/export", "format", "pdf");
  page_cases(reply_html(r, status), &view, &r->page);
  return 0;
}

static int cases_get(struct request *r, struct error *err) { return cases_show(r, NULL, "", err); }

/* --- the same list as a file ------------------------------------------------------------------------------------ */

/* A filter's list page by page, or chosen ones each by itself within what the asker may list. */
struct exporting {
  const struct case_asker *who;
  struct list_filter f;
  const int64_t *ids; /* NULL: the filter's */
  int count, at;
  bool done;
};

static int next_chosen(struct exporting *x, struct desk_sheet_row *out, struct error *err) {
  int found = 0;
  for (; x->at < x->count && found < DESK_SHEET_PAGE; x->at++) {
    struct list_filter one = {.scope = x->f.scope, .only = x->ids[x->at], .most = 1};
    struct list_row *rows;
    size_t n;
    if (matter_list(&rows, &n, NULL, x->who->db, x->who->arena, x->who->world, &one, x->who->now, err) < 0) return -1;
    if (n) out[found++] = (struct desk_sheet_row){cases_row(x->who, &rows[0]), rows[0].summary};
  }
  return found;
}

static int next_rows(void *ctx, struct desk_sheet_row *out, struct error *err) {
  struct exporting *x = ctx;
  struct list_row *rows;
  size_t n;
  bool more;
  if (x->ids) return next_chosen(x, out, err);
  if (x->done) return 0;
  if (matter_list(&rows, &n, &more, x->who->db, x->who->arena, x->who->world, &x->f, x->who->now, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) out[i] = (struct desk_sheet_row){cases_row(x->who, &rows[i]), rows[i].summary};
  x->done = !more || !n;
  if (!n) return 0;
  x->f.at = matter_list_key(x->f.order, &rows[n - 1]);
  x->f.at_id = rows[n - 1].id;
  return (int)n;
}

static int send_list(struct request *r, struct exporting *x, enum table_format format, struct error *err) {
  const char *title = word(r->lang, W_CASES_TITLE);
  x->f.most = DESK_SHEET_PAGE;
  return desk_sheet_reply(r, title, title, NULL, format, x->who->world->offset_min, next_rows, x, err);
}

int cases_export_chosen(struct request *r, const struct case_asker *who, const int64_t *ids, int count, struct error *err) {
  struct scope scope;
  struct exporting x = {.who = who, .f = {.scope = &scope}, .ids = ids, .count = count};
  access_scope(&r->actor, &scope);
  return send_list(r, &x, TABLE_XLSX, err);
}

static int export_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct scope scope;
  struct exporting x = {.who = &who};
  access_scope(&r->actor, &scope);
  if (desk_asker(&who, r, err) < 0 || case_filter_read(&x.f, r, &who, &scope, err) < 0) return -1;
  return send_list(r, &x, (enum table_format)req_int(r, EXPORT_FORMAT), err);
}

/* --- saved filters ---------------------------------------------------------------------------------------------- */

struct saving {
  struct request *r;
  const char *name, *query;
  int64_t drop;
};

static int save_filter(struct lane_txn *t, void *ctx, struct error *err) {
  const struct saving *s = ctx;
  struct q_saved_filter_list_in mine = {t->district, s->r->actor.account};
  struct q_saved_filter_list_out *rows;
  size_t n;
  int64_t id;
  if (q_saved_filter_list(t->db, t->arena, &rows, &n, &mine, err) < 0) return -1;
  const char *most = arena_printf(t->arena, "%d", SAVED_MOST);
  if (n >= SAVED_MOST) return error_set(err, ERR_CONFLICT, "desk.filter.many", "name", most, NULL);
  if (lane_next(t, "saved-filter", &id, err) < 0) return -1;
  struct q_saved_filter_put_in in = {t->district, id, s->r->actor.account, s->name, s->query, t->now};
  return q_saved_filter_put(t->db, &in, err) < 0 ? -1 : 0;
}

static int drop_filter(struct lane_txn *t, void *ctx, struct error *err) {
  const struct saving *s = ctx;
  struct q_saved_filter_drop_in in = {t->district, s->r->actor.account, s->drop};
  return q_saved_filter_drop(t->db, &in, err) < 0 ? -1 : 0;
}

static int filter_saved(struct request *r, void *ctx, struct error *err) {
  const struct saving *s = ctx;
  if (err->kind == ERR_FAULT || err->kind == ERR_UNAVAILABLE) return -1;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    error_clear(err);
    return cases_show(r, &wrong, s->name, err);
  }
  reply_notice(r, s->drop ? W_FILTER_DROPPED : W_FILTER_SAVED);
  return reply_redirect(r, s->drop ? "/cases" : arena_printf(r->arena, "/cases?%s", s->query));
}

static int filter_post(struct request *r, struct error *err) {
  struct saving *s = ARENA_NEW(r->arena, struct saving);
  const char *here = case_filter_with(r, "/cases", "at", "");
  *s = (struct saving){.r = r, .name = req_text(r, SAVE_NAME), .query = strchr(here, '?') ? strchr(here, '?') + 1 : ""};
  struct error wrong = {0};
  if (!*s->name) error_set(&wrong, ERR_INPUT, "desk.filter.name", "name", NULL);
  else if (!*s->query) error_set(&wrong, ERR_INPUT, "desk.filter.empty", "name", NULL);
  if (wrong.kind != ERR_NONE) return cases_show(r, &wrong, s->name, err);
  return app_run(r, save_filter, s, filter_saved);
}

static int filter_drop_post(struct request *r, struct error *err) {
  struct saving *s = ARENA_NEW(r->arena, struct saving);
  (void)err;
  *s = (struct saving){.r = r, .drop = req_int(r, DROP_ID), .name = "", .query = ""};
  return app_run(r, drop_filter, s, filter_saved);
}

const struct route routes_cases[] = {
    {.method = HTTP_POST,
     .path = "/cases/filters",
     .kind = ROUTE_PAGE,
     .who = CASES_WHO,
     .csrf = CSRF_TOKEN,
     .help = W_ROUTE_FILTER_SAVE,
     .handler = filter_post,
     PARAMS(CASE_FILTER, [SAVE_NAME] = {.name = "name", .type = PARAM_TEXT, .in = IN_FORM, .max = 30})},
    {.method = HTTP_POST,
     .path = "/cases/filters/{id}/drop",
     .kind = ROUTE_PAGE,
     .who = CASES_WHO,
     .csrf = CSRF_TOKEN,
     .help = W_ROUTE_FILTER_DROP,
     .handler = filter_drop_post,
     PARAMS([DROP_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 9e15})},
    {.method = HTTP_GET,
     .path = "/cases",
     .kind = ROUTE_PAGE,
     .who = CASES_WHO,
     .help = W_ROUTE_CASES,
     .rate = RATE_PAGE,
     .handler = cases_get,
     PARAMS(CASE_FILTER)},
    {.method = HTTP_GET,
     .path = "/cases/export",
     .kind = ROUTE_PAGE,
     .who = CASES_WHO,
     .help = W_ROUTE_CASES_EXPORT,
     .rate = RATE_EXPORT,
     .handler = export_get,
     PARAMS(CASE_FILTER, [EXPORT_FORMAT] = {.name = "format", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = TABLE_FORMATS})},
    {0}};
