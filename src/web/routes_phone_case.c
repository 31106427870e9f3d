/* A case on the phone with the one next step as a big button, and the forms on which something is begun. What was typed
 * comes as a plain form, or from the phone's queue, which is told as JSON what came of it (docs/offline.md). */
#include <math.h>
#include <string.h>

#include "pages.h"
#include "place/plate.h"
#include "web/case_doing.h"
#include "matter/sealed.h"
#include "web/case_offer.h"
#include "web/sealed_reading.h"
#include "web/phone.h"
#include "web/resident.h"

enum { GET_CODE, GET_DO, GET_TRACK, GET_KEEP };
enum { ACT_CODE, ACT_TRACK, ACT_ACTION };
enum { OPEN_PROCEDURE, OPEN_ACTION, OPEN_PLACE };
enum { UPLOAD_MAX = 64 << 20, TABS_MOST = 40, PICTURES = 7, WAYS_MOST = 8 };

struct reading {
  struct request *r;
  struct case_asker who;
  struct state *s;
  struct case_view *v;
};

static int read_case(struct reading *c, struct request *r, const char *code, struct error *err) {
  int64_t id = 0;
  *c = (struct reading){.r = r};
  if (desk_asker(&c->who, r, err) < 0) return -1;
  if (sealed_find_code(c->who.db, &r->actor, c->who.world->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(&c->s, c->who.db, c->who.world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  return case_view_make(&c->v, &c->who, c->s, err);
}

/* --- the case --------------------------------------------------------------------------------------------------- */

static const char *address_of(const struct reading *c) {
  return arena_printf(c->r->arena, "/phone%s", case_address(c->r->arena, c->s->code));
}

static struct form_for form_of(const struct reading *c, const struct procedure_action *action,
                               const struct state_track *track) {
  return (struct form_for){
      .procedure = c->s->procedure,
      .action = action,
      .state = c->s,
      .track = track,
      .address = arena_printf(c->r->arena, "%s/act/%lld/%s", address_of(c), (long long)track->id, action->name)};
}

static void make_tabs(struct view_phone_case *view, const struct reading *c, const struct case_offer *chosen) {
  struct phone_link *tabs = ARENA_ARRAY(c->r->arena, TABS_MOST, struct phone_link);
  for (int rank = 0; rank < 1000; rank++) /* few offers: as good as sorting them, and steady */
    for (int i = 0; i < c->v->offer_count && view->tab_count < TABS_MOST; i++) {
      const struct case_offer *o = &c->v->offers[i];
      if (case_offer_rank(c->s, o) != rank || o == chosen) continue;
      tabs[view->tab_count++] = (struct phone_link){
          .href = arena_printf(c->r->arena, "%s?do=%s&track=%lld#do", address_of(c), o->name, (long long)o->track),
          .title = o->title,
          .about = o->track_title,
          .icon = case_offer_ends(o->action) ? "danger" : ""};
    }
  view->tabs = tabs;
}

static bool is_personal_fact(const struct reading *c, const struct case_fact *f) {
  const struct procedure_field *field = procedure_field_find(c->s->procedure, NULL, f->field);
  return field && (field->type == FIELD_PERSON || field->type == FIELD_PHONE);
}

/* What the head does not say already; nothing about persons in a copy that stays on the phone. */
static void make_facts(struct view_phone_case *view, const struct reading *c) {
  struct case_fact *facts = ARENA_ARRAY(c->r->arena, (size_t)c->v->fact_count + 1, struct case_fact);
  for (int i = 0; i < c->v->fact_count; i++) {
    const struct case_fact *f = &c->v->facts[i];
    if (!f->head && !(view->keep && is_personal_fact(c, f))) facts[view->fact_count++] = *f;
  }
  view->facts = facts;
}

/* In the grid's own work (a patrol) one does the same again and again; ending it is the exception, done once. */
static const struct case_offer *usual_step(const struct reading *c) {
  for (int i = 0; c->s->procedure->menu == IN_GRID && i < c->v->offer_count; i++)
    if (!case_offer_leads_to(c->v->offers[i].action)) return &c->v->offers[i];
  return case_offer_usual(c->s, c->v);
}

static int show_case(const struct reading *c, int status, const struct case_offer *chosen, const struct case_form *form,
                     const struct view_problem *problem, bool keep, struct error *err) {
  struct view_phone_case view = {.v = *c->v, .problem = problem, .form = form, .keep = keep, .position = "", .geo = ""};
  view.form_title = form ? form->title : "";
  view.primary = chosen && chosen == usual_step(c);
  view.unfold = c->s->procedure->menu == IN_GRID;
  if (keep) view.v.reporter_count = 0;
  if (c->v->has_position) {
    view.position = arena_printf(c->r->arena, "%.6f,%.6f", c->v->lon, c->v->lat);
    view.geo = arena_printf(c->r->arena, "geo:%.6f,%.6f", c->v->lat, c->v->lon);
  }
  for (int i = 0; form && i < form->field_count; i++)
    if (text_eq(form->fields[i].kind, "position") && phone_map(&view.map, c->r, c->who.db, err) < 0) return -1;
  make_tabs(&view, c, chosen);
  make_facts(&view, c);
  phone_frame(c->r);
  page_phone_case(reply_html(c->r, status), &view, &c->r->page);
  return 0;
}

static int case_get(struct request *r, struct error *err) {
  struct reading c;
  struct case_form *form = NULL;
  if (read_case(&c, r, req_text(r, GET_CODE), err) < 0) return -1;
  if (c.s->sealed && req_bool(r, GET_KEEP)) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  int noting = sealed_reading(r, c.who.db, c.s, case_get, err);
  if (noting) return noting < 0 ? -1 : 0;
  const struct case_offer *chosen = req_has(r, GET_DO)
                                        ? case_offer_find(c.s, c.v, req_text(r, GET_DO), req_int(r, GET_TRACK))
                                        : usual_step(&c);
  const char *own = chosen ? case_offer_page(r->arena, c.s, chosen) : NULL;
  if (own && req_has(r, GET_DO)) return reply_redirect(r, own);
  if (chosen && !own) {
    struct form_for what = form_of(&c, chosen->action, state_track_by_id(c.s, chosen->track));
    form = ARENA_NEW(r->arena, struct case_form);
    if (form_make(form, &c.who, &what, NULL, NULL, err) < 0) return -1;
  }
  return show_case(&c, 200, own ? NULL : chosen, form, NULL, req_bool(r, GET_KEEP), err);
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

static int show_again(struct request *r, void *ctx, struct error *err);
static int done(struct request *r, void *ctx, struct error *err);

static bool is_ours_to_mend(const struct error *e) {
  return e->kind == ERR_FAULT || e->kind == ERR_UNAVAILABLE;
}

/* The phone's queue keeps its own files; a plain form has them kept here, so that nobody has to choose them again. */
static int not_taken(struct request *r, struct doing *d, const struct error *wrong, struct error *err) {
  d->wrong = *wrong;
  error_clear(err);
  if (is_ours_to_mend(wrong)) {
    *err = *wrong;
    return -1;
  }
  bool keep = d->draft_count && !phone_wants_json(r);
  return keep ? app_run(r, doing_keep_files, d, show_again) : show_again(r, d, err);
}

static int start(struct doing *d, const struct case_asker *who, struct error *err) {
  bool again = http_pair_get(&d->r->http->form, "_again") != NULL;
  doing_read(d, who);
  if ((again || d->elsewhere) && d->wrong.kind == ERR_INPUT) error_clear(&d->wrong);
  struct error wrong = d->wrong;
  if (again || wrong.kind != ERR_NONE) return not_taken(d->r, d, &wrong, err);
  return app_run(d->r, d->opening ? doing_run_opening : doing_run, d, done);
}

static const struct procedure_action *action_on(const struct reading *c, int64_t track, const char *name,
                                                const struct state_track **out, struct error *err) {
  const struct state_track *t = *out = state_track_by_id(c->s, track);
  const struct procedure_action *a = t ? procedure_action_find(t->type, name) : NULL;
  if (!a || a->opens) error_set(err, ERR_INPUT, "matter.action", NULL, name, NULL);
  return a && !a->opens ? a : NULL;
}

/* What cannot even be read is said in the form the sender speaks. */
static int refuse(struct request *r, struct error *err) {
  if (!phone_wants_json(r) || is_ours_to_mend(err)) return -1;
  struct error wrong = *err;
  struct case_asker who;
  error_clear(err);
  if (desk_asker(&who, r, err) < 0) return -1;
  return phone_reply_wrong(r, &wrong, &who, NULL, "", 0);
}

static int act_post(struct request *r, struct error *err) {
  struct reading c;
  const struct state_track *t;
  struct doing *d = ARENA_NEW(r->arena, struct doing);
  *d = (struct doing){
      .r = r, .code = req_text(r, ACT_CODE), .track = req_int(r, ACT_TRACK), .action = req_text(r, ACT_ACTION)};
  if (read_case(&c, r, d->code, err) < 0) return refuse(r, err);
  const struct procedure_action *a = action_on(&c, d->track, d->action, &t, err);
  if (!a) return refuse(r, err);
  d->elsewhere = !procedure_action_from(a, t->stage);
  d->what = form_of(&c, a, t);
  d->act.matter = c.s->id;
  d->act.track = t->id;
  return start(d, &c.who, err);
}

static int show_case_again(struct request *r, struct doing *d, struct error *err) {
  struct reading c;
  const struct state_track *t;
  struct case_form *form = ARENA_NEW(r->arena, struct case_form);
  if (read_case(&c, r, d->code, err) < 0) return refuse(r, err);
  const struct procedure_action *a = action_on(&c, d->track, d->action, &t, err);
  if (phone_wants_json(r)) return phone_reply_wrong(r, &d->wrong, &c.who, c.s, d->action, d->track);
  if (!a) return -1;
  struct form_for what = form_of(&c, a, t);
  if (form_make(form, &c.who, &what, &d->said, &d->wrong, err) < 0) return -1;
  bool moved = d->wrong.kind == ERR_CONFLICT || d->wrong.kind == ERR_DENIED;
  const struct view_problem *problem = moved ? desk_problem(r, &d->wrong) : NULL;
  if (moved) form->error = "";
  int status = d->wrong.kind == ERR_NONE ? 200 : error_http_status(d->wrong.kind);
  return show_case(&c, status, case_offer_find(c.s, c.v, d->action, d->track), form, problem, false, err);
}

/* --- beginning something ---------------------------------------------------------------------------------------- */

static int find_opening(struct form_for *what, struct view_phone_open *view, struct request *r,
                        const struct case_asker *who, const char *procedure, const char *name, struct error *err) {
  struct desk_opening *list;
  int n;
  struct phone_link *ways = ARENA_ARRAY(r->arena, WAYS_MOST, struct phone_link);
  const struct desk_opening *chosen = NULL;
  if (desk_openings(&list, &n, r, who, err) < 0) return -1;
  for (int i = 0; i < n; i++) {
    if (!text_eq(list[i].procedure->name, procedure)) continue;
    bool here = text_eq(list[i].action->name, name);
    const char *href = arena_printf(r->arena, "/phone/open/%s/%s", procedure, list[i].action->name);
    if (here) chosen = &list[i];
    if (view->way_count < WAYS_MOST)
      ways[view->way_count++] =
          (struct phone_link){.href = href, .title = list[i].title, .about = "", .icon = "", .chosen = here};
  }
  if (!chosen) return error_set(err, ERR_DENIED, "matter.not-yours", NULL, NULL);
  *what = (struct form_for){.procedure = chosen->procedure,
                            .action = chosen->action,
                            .at = chosen->post->at,
                            .address = arena_printf(r->arena, "/phone/open/%s/%s", procedure, name)};
  const char *about = bilingual_pick(&chosen->action->help, r->lang == LANG_ZH);
  view->about = about ? about : "";
  view->ways = ways;
  return 0;
}

/* The commonest categories as pictures, for fields that take one. */
static void make_pictures(struct view_phone_open *view, struct request *r, const struct case_asker *who) {
  struct resident x = {.r = r, .app = app_of(r), .db = who->db, .w = who->world, .a = r->arena};
  int n;
  const struct view_category *all = resident_categories(&x, "", &n);
  struct phone_picture *out = ARENA_ARRAY(r->arena, PICTURES, struct phone_picture);
  for (int i = 0; i < n && i < PICTURES; i++)
    out[view->picture_count++] = (struct phone_picture){all[i].key, all[i].title, all[i].icon};
  view->pictures = out;
}

static bool asks_category(const struct case_form *form) {
  for (int i = 0; i < form->field_count; i++)
    if (text_eq(form->fields[i].as, "category")) return true;
  return false;
}

/* In the order in which somebody reports with a phone in the hand: what it is, a photo, words, where. */
static int phone_rank(const struct form_field *f) {
  static const char *const order[] = {"category", "photo", "summary", "voice", "position", "place", "address", "urgency"};
  enum { KNOWN = sizeof order / sizeof *order };
  for (int i = 0; i < KNOWN; i++)
    if (text_eq(f->as, order[i]) || text_eq(f->kind, order[i])) return i;
  return KNOWN;
}

static void order_fields(struct case_form *form, struct arena *a) {
  struct form_field *out = ARENA_ARRAY(a, (size_t)form->field_count + 1, struct form_field);
  int n = 0;
  for (int rank = 0; n < form->field_count; rank++)
    for (int i = 0; i < form->field_count; i++)
      if (phone_rank(&form->fields[i]) == rank) out[n++] = form->fields[i];
  form->fields = out;
}

/* A place of the book stands in the form when it lies in the post's own part; another one is passed over. */
static int place_within(struct place_chain *at, const struct case_asker *who, int64_t place, struct error *err) {
  struct place_row row;
  struct scope scope;
  if (place_get(&row, who->db, who->arena, who->world->district, place, err) < 0) return -1;
  struct place_chain chain = {.street = row.street, .community = row.community, .grid = row.grid, .building = row.building,
                              .stairwell = row.stairwell};
  access_scope(who->actor, &scope);
  if (row.level <= PLACE_STAIRWELL && access_scope_covers(&scope, &chain, 0)) *at = chain;
  return 0;
}

static int show_opening(struct request *r, const struct case_asker *who, const struct doing *d, int status,
                        struct error *err) {
  struct case_form form;
  struct form_for what;
  struct view_phone_open view = {.form = &form};
  if (find_opening(&what, &view, r, who, d->procedure, d->action, err) < 0) return -1;
  if (d->place && place_within(&what.at, who, d->place, err) < 0) return -1;
  bool typed = d->said.items != NULL;
  if (form_make(&form, who, &what, typed ? &d->said : NULL, typed ? &d->wrong : NULL, err) < 0) return -1;
  if (phone_map(&view.map, r, who->db, err) < 0) return -1;
  view.title = bilingual_pick(&what.procedure->title, r->lang == LANG_ZH);
  if (form.has_files) order_fields(&form, r->arena);
  form.may_hide = phone_anybody_opens(what.procedure) && !what.procedure->confidential;
  view.form_title = form.title;
  if (asks_category(&form)) make_pictures(&view, r, who);
  phone_frame(r);
  page_phone_open(reply_html(r, status), &view, &r->page);
  return 0;
}

static int open_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct doing d = {.r = r, .procedure = req_text(r, OPEN_PROCEDURE), .action = req_text(r, OPEN_ACTION),
                    .place = req_int(r, OPEN_PLACE)};
  return desk_asker(&who, r, err) < 0 ? -1 : show_opening(r, &who, &d, 200, err);
}

static int open_post(struct request *r, struct error *err) {
  struct case_asker who;
  struct view_phone_open ignored = {0};
  struct doing *d = ARENA_NEW(r->arena, struct doing);
  *d = (struct doing){
      .r = r, .opening = true, .procedure = req_text(r, OPEN_PROCEDURE), .action = req_text(r, OPEN_ACTION)};
  if (desk_asker(&who, r, err) < 0) return -1;
  if (find_opening(&d->what, &ignored, r, &who, d->procedure, d->action, err) < 0) return refuse(r, err);
  d->act.procedure = d->procedure;
  d->act.source = "patrol";
  return start(d, &who, err);
}

static int show_opening_again(struct request *r, struct doing *d, struct error *err) {
  struct case_asker who;
  if (desk_asker(&who, r, err) < 0) return -1;
  if (phone_wants_json(r)) return phone_reply_wrong(r, &d->wrong, &who, NULL, d->action, 0);
  return show_opening(r, &who, d, d->wrong.kind == ERR_NONE ? 200 : error_http_status(d->wrong.kind), err);
}

/* The receipt is for the reporter: it is told once, and stands in no address. */
static int show_sent(struct request *r, const struct acted *acted, struct error *err) {
  struct place_qr qr;
  const char *host = text_empty(r->http->host) ? "localhost" : r->http->host;
  const char *site = arena_printf(r->arena, "%s://%s", r->http->tls ? "https" : "http", host);
  struct view_phone_sent view = {.code = acted->code,
                                 .receipt = acted->receipt,
                                 .next_due = acted->next_due,
                                 .address = place_qr_address(r->arena, site, "r", acted->receipt)};
  if (place_qr_make(&qr, r->arena, view.address, err) < 0) return -1;
  view.qr_view = qr.view;
  view.qr_path = qr.path;
  phone_frame(r);
  page_phone_sent(reply_html(r, 200), &view, &r->page);
  return 0;
}

/* --- after it --------------------------------------------------------------------------------------------------- */

static int show_again(struct request *r, void *ctx, struct error *err) {
  struct doing *d = ctx;
  if (err->kind != ERR_NONE) return -1;
  if (!phone_wants_json(r)) doing_say_kept(d);
  return d->opening ? show_opening_again(r, d, err) : show_case_again(r, d, err);
}

static int done(struct request *r, void *ctx, struct error *err) {
  struct doing *d = ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    return not_taken(r, d, &wrong, err);
  }
  if (phone_wants_json(r)) return phone_reply_done(r, &d->acted);
  if (d->opening && !text_empty(d->acted.receipt)) return show_sent(r, &d->acted, err);
  reply_notice(r, d->acted.again ? W_CASE_DONE_BEFORE : W_CASE_DONE);
  const char *code = case_address(r->arena, d->acted.code) + strlen("/case/");
  return reply_redirect(r, arena_printf(r->arena, "/phone?done=%s", code));
}

#define CODE(i) [i] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64}
#define NAME(i, n) [i] = {.name = (n), .type = PARAM_CODE, .in = IN_PATH, .required = true}
#define TRACK(i, where) [i] = {.name = "track", .type = PARAM_INT, .in = (where), .low = 0, .high = 9e15}

const struct route routes_phone_case[] = {
    {.method = HTTP_GET,
     .path = "/phone/case/{code}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_CASE,
     .rate = RATE_PAGE,
     .handler = case_get,
     PARAMS(CODE(GET_CODE), [GET_DO] = {.name = "do", .type = PARAM_CODE, .in = IN_QUERY}, TRACK(GET_TRACK, IN_QUERY),
            [GET_KEEP] = {.name = "keep", .type = PARAM_BOOL, .in = IN_QUERY})},
    {.method = HTTP_POST,
     .path = "/phone/case/{code}/act/{track}/{action}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_PHONE_ACT,
     .rate = RATE_REPORT,
     .body_max = UPLOAD_MAX,
     .handler = act_post,
     PARAMS(CODE(ACT_CODE),
            [ACT_TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 0, .high = 9e15},
            NAME(ACT_ACTION, "action"))},
    {.method = HTTP_GET,
     .path = "/phone/open/{procedure}/{action}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .help = W_ROUTE_PHONE_OPEN,
     .rate = RATE_PAGE,
     .handler = open_get,
     PARAMS(NAME(OPEN_PROCEDURE, "procedure"), NAME(OPEN_ACTION, "action"),
            [OPEN_PLACE] = {.name = "place", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_POST,
     .path = "/phone/open/{procedure}/{action}",
     .kind = ROUTE_PAGE,
     .who = PHONE_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_PHONE_SEND,
     .rate = RATE_REPORT,
     .body_max = UPLOAD_MAX,
     .handler = open_post,
     PARAMS(NAME(OPEN_PROCEDURE, "procedure"), NAME(OPEN_ACTION, "action"))},
    {0}};
