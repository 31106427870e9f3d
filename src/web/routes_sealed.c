/* Sealed files: which ones somebody works on, breaking the glass, one's own file, and the quick way out. */
#include <string.h>

#include "matter/sealed.h"
#include "pages.h"
#include "web/case_view_inside.h"
#include "web/view_sealed.h"

enum { GLASS_CODE, GLASS_REASON };
enum { FILES_MOST = 100 };

/* --- what I work on --------------------------------------------------------------------------------------------- */

static struct desk_row row_of(const struct case_asker *who, const struct state *s) {
  struct desk_row row = {.code = s->code,
                         .href = case_address(who->arena, s->code),
                         .summary = "",
                         .category = "",
                         .procedure = case_pick(who, &s->procedure->title),
                         .stage = case_pick(who, &s->tracks[0].stage->title),
                         .source = "", .urgency = "", .role = "", .place = "", .where = "", .card = "", .card_title = "",
                         .at = s->opened,
                         .confidential = true};
  row.light = case_light_of(who->arena, who->lang, s->due, s->warn_at, who->now);
  row.late = text_eq(row.light.look, "late");
  return row;
}

/* Those a person is assigned to, or has broken the glass of; not the files about themselves. */
static int make_rows(struct view_sealed *view, const struct case_asker *who, struct error *err) {
  struct state **all;
  size_t n;
  if (sealed_known(&all, &n, who->db, who->arena, who->world, who->actor, who->now, FILES_MOST, err) < 0) return -1;
  struct desk_row *rows = ARENA_ARRAY(who->arena, n + 1, struct desk_row);
  for (size_t i = 0; i < n; i++) {
    struct subject subject;
    state_subject(all[i], who->arena, &subject);
    if (access_matter(who->actor, &subject, who->now) >= VIEW_HANDLER) rows[view->row_count++] = row_of(who, all[i]);
  }
  view->rows = rows;
  return 0;
}

static bool may_break_somewhere(const struct case_asker *who) {
  role_set glass = 0;
  for (size_t i = 0; i < who->world->procedure_count; i++)
    if (who->world->procedures[i]->secrecy) glass |= who->world->procedures[i]->secrecy->glass;
  return access_has_role(who->actor, glass);
}

/* `typed` is given back beside what was wrong with it. */
static int show(struct request *r, int status, const char *typed, const struct error *wrong, struct error *err) {
  struct case_asker who;
  struct view_sealed view = {.code = req_text(r, GLASS_CODE), .reason = typed};
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || make_rows(&view, &who, err) < 0) return -1;
  view.may_break = may_break_somewhere(&who);
  view.problem = wrong ? desk_problem(r, wrong) : NULL;
  page_sealed(reply_html(r, status), &view, &r->page);
  r->http->reply.no_store = true;
  return 0;
}

static int sealed_get(struct request *r, struct error *err) {
  return show(r, 200, "", NULL, err);
}

/* --- the glass -------------------------------------------------------------------------------------------------- */

struct breaking {
  struct request *r;
  struct broken_glass glass;
};

static int run_break(struct lane_txn *t, void *ctx, struct error *err) {
  struct breaking *b = ctx;
  b->r->quiet = true;
  return sealed_break_glass(t, app_of(b->r)->engine, &b->r->actor, &b->glass, err);
}

static int broken(struct request *r, void *ctx, struct error *err) {
  struct breaking *b = ctx;
  if (err->kind == ERR_NONE) return reply_redirect(r, case_address(r->arena, b->glass.code));
  if (err->kind == ERR_FAULT || err->kind == ERR_UNAVAILABLE) return -1;
  struct error wrong = *err;
  error_clear(err);
  return show(r, wrong.kind == ERR_INPUT ? 422 : 404, b->glass.reason, &wrong, err);
}

static int sealed_post(struct request *r, struct error *err) {
  struct breaking *b = ARENA_NEW(r->arena, struct breaking);
  (void)err;
  *b = (struct breaking){.r = r, .glass = {.code = req_text(r, GLASS_CODE), .reason = req_text(r, GLASS_REASON)}};
  return app_run(r, run_break, b, broken);
}

/* --- my own file ------------------------------------------------------------------------------------------------ */

static int own_file(struct own_file *out, const struct case_asker *who, const struct state *s, struct error *err) {
  struct case_view *v;
  if (case_view_make(&v, who, s, err) < 0) return -1;
  const char *about = bilingual_pick(&s->procedure->about, who->lang == LANG_ZH);
  *out = (struct own_file){.title = v->procedure,
                           .stage = v->stage,
                           .about = about ? about : "",
                           .facts = v->facts,
                           .fact_count = v->fact_count,
                           .readings = v->readings,
                           .reading_count = v->reading_count};
  return 0;
}

static int own_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct state **all;
  size_t n;
  struct view_own_files view = {0};
  if (desk_asker(&who, r, err) < 0) return -1;
  if (sealed_known(&all, &n, who.db, r->arena, who.world, &r->actor, r->now, FILES_MOST, err) < 0) return -1;
  struct own_file *files = ARENA_ARRAY(r->arena, n + 1, struct own_file);
  for (size_t i = 0; i < n; i++) {
    if (!r->actor.person || all[i]->concerned != r->actor.person) continue;
    if (own_file(&files[view.count++], &who, all[i], err) < 0) return -1;
  }
  view.files = files;
  page_own_files(reply_html(r, 200), &view, &r->page);
  r->http->reply.no_store = true;
  return 0;
}

/* --- the way out ------------------------------------------------------------------------------------------------ */

/* To the first page, which tells nothing. Asked for from one of our own pages, this browser is signed out as well, so that
 * going back shows nothing either; a page of somebody else's cannot do that to anybody. */
static int leave_get(struct request *r, struct error *err) {
  const char *from = http_header_in(r->http, "Sec-Fetch-Site"), *how = http_header_in(r->http, "Sec-Fetch-Mode");
  (void)err;
  if (from && how && text_eq(from, "same-origin") && text_eq(how, "navigate")) app_keep_session(r, NULL, 0);
  http_header(r->http, "Clear-Site-Data", "\"cache\"");
  return reply_redirect(r, "/");
}

#define GLASS_REASON_IN [GLASS_REASON] = {.name = "reason", .type = PARAM_TEXT, .in = IN_FORM, .max = 400}
#define GLASS_CODE_IN(where) [GLASS_CODE] = {.name = "code", .type = PARAM_TEXT, .in = (where), .max = 64}

const struct route routes_sealed[] = {{.method = HTTP_GET,
                                       .path = "/sealed",
                                       .kind = ROUTE_PAGE,
                                       .who = CASES_WHO,
                                       .help = W_ROUTE_SEALED,
                                       .rate = RATE_PAGE,
                                       .handler = sealed_get,
                                       PARAMS(GLASS_CODE_IN(IN_QUERY))},
                                      {.method = HTTP_POST,
                                       .path = "/sealed",
                                       .kind = ROUTE_PAGE,
                                       .who = CASES_WHO,
                                       .csrf = CSRF_TOKEN,
                                       .help = W_ROUTE_SEALED_GLASS,
                                       .rate = RATE_REPORT,
                                       .handler = sealed_post,
                                       PARAMS(GLASS_CODE_IN(IN_FORM), GLASS_REASON_IN)},
                                      {.method = HTTP_GET,
                                       .path = "/me/files",
                                       .kind = ROUTE_PAGE,
                                       .who = ACCESS_SIGNED_IN,
                                       .help = W_ROUTE_OWN_FILES,
                                       .rate = RATE_PAGE,
                                       .handler = own_get},
                                      {.method = HTTP_GET,
                                       .path = "/leave",
                                       .kind = ROUTE_PAGE,
                                       .who = ACCESS_PUBLIC,
                                       .help = W_ROUTE_LEAVE,
                                       .handler = leave_get},
                                      {0}};
