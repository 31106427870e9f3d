/* The page of a case and everything that can be done on it; the pages on which something is begun. Which actions there
 * are and what they ask is data: no procedure is known here by name. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "matter/opening.h"
#include "matter/duplicate.h"
#include "matter/list.h"
#include "pages.h"
#include "people/person.h"
#include "place/plate.h"
#include "web/case_doing.h"
#include "matter/sealed.h"
#include "web/case_offer.h"
#include "web/case_panes.h"
#include "web/sealed_reading.h"
#include "web/view_case.h"

enum { GET_CODE, GET_DO, GET_TRACK, GET_WITH, GET_TAB };
enum { WATCH_CODE, WATCH_ON };
enum { ACT_CODE, ACT_TRACK, ACT_ACTION };
enum { PHOTO_CODE, PHOTO_ID, PHOTO_SMALL };
enum { OWN_ID, OWN_SMALL };
enum { OPEN_PROCEDURE, OPEN_ACTION };
enum { NAMES_CODE, NAMES_REASON };
enum {
  NEAR_DAYS = 30,
  HISTORY_DAYS = 90,
  NEAR_MOST = 60,
  NEAR_SHOWN = 5,
  TABS_MOST = 80,
  UPLOAD_MAX = 48 << 20,
  WORDS_MOST = 8192
};

/* One case in front of one person. */
struct reading {
  struct request *r;
  struct case_asker who;
  struct state *s;
  struct case_view *v;
  const struct case_offer *chosen;
  const struct compose *compose;
  int64_t seen_step; /* of somebody who was not the fastest; else 0 */
};

static int read_state(struct reading *c, struct request *r, const char *code, struct error *err) {
  int64_t id = 0;
  *c = (struct reading){.r = r};
  if (desk_asker(&c->who, r, err) < 0) return -1;
  if (sealed_find_code(c->who.db, &r->actor, c->who.world->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(&c->s, c->who.db, c->who.world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  return found ? 0 : error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
}

static int read_case(struct reading *c, struct request *r, const char *code, struct error *err) {
  return read_state(c, r, code, err) < 0 ? -1 : case_view_make(&c->v, &c->who, c->s, err);
}

/* --- what can be done ------------------------------------------------------------------------------------------- */

static int add_tabs(struct case_tab *tabs, const struct reading *c, int64_t track) {
  int n = 0;
  for (int pass = 0; pass < 1000; pass++) /* few offers: as good as sorting them, and steady */
    for (int i = 0; i < c->v->offer_count && n < TABS_MOST; i++) {
      const struct case_offer *o = &c->v->offers[i];
      if (o->track != track || case_offer_rank(c->s, o) != pass) continue;
      const char *href = arena_printf(c->r->arena, "%s?do=%s&track=%lld#do", case_address(c->r->arena, c->v->code),
                                      o->name, (long long)o->track);
      tabs[n++] = (struct case_tab){.href = href,
                                    .title = o->title,
                                    .track = o->track_title,
                                    .chosen = o == c->chosen,
                                    .danger = case_offer_ends(o->action)};
    }
  return n;
}

static void make_tabs(struct view_case *view, const struct reading *c) {
  struct arena *a = c->r->arena;
  struct case_tab *main = ARENA_ARRAY(a, TABS_MOST, struct case_tab);
  struct case_lane *lanes = ARENA_ARRAY(a, (size_t)c->v->track_count + 1, struct case_lane);
  view->tabs = main;
  view->tab_count = add_tabs(main, c, c->s->tracks[0].id);
  view->lanes = lanes;
  for (int i = 0; i < c->v->track_count; i++) {
    struct case_tab *tabs = ARENA_ARRAY(a, TABS_MOST, struct case_tab);
    int n = add_tabs(tabs, c, c->v->tracks[i].id);
    if (n) lanes[view->lane_count++] = (struct case_lane){.track = c->v->tracks[i], .tabs = tabs, .tab_count = n};
  }
}

static struct form_for form_of(const struct reading *c, const struct procedure_action *action,
                               const struct state_track *track) {
  const char *address = arena_printf(c->r->arena, "%s/act/%lld/%s", case_address(c->r->arena, c->s->code),
                                     (long long)track->id, action->name);
  return (struct form_for){
      .procedure = c->s->procedure, .action = action, .state = c->s, .track = track, .address = address};
}

/* --- neighbours ------------------------------------------------------------------------------------------------- */

static bool same_major(const char *a, const char *b) {
  const char *ca = strrchr(a, '/'), *cb = strrchr(b, '/');
  return ca && cb && ca - a == cb - b && strncmp(a, b, (size_t)(ca - a) + 3) == 0;
}

static const char *reason_text(struct request *r, const struct duplicate_score *score) {
  struct buf b;
  buf_init(&b, WORDS_MOST);
  for (int i = 0; i < score->reason_count; i++) {
    if (i) buf_puts(&b, r->lang == LANG_ZH ? "；" : "; ");
    duplicate_reason_words(&b, r->lang, &score->reasons[i]);
  }
  const char *s = arena_strdup(r->arena, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

/* Where two become one, if that can be done from here: an action that merges, with the other's number filled in. */
static const char *merge_address(const struct reading *c, const char *other) {
  for (int i = 0; i < c->v->offer_count; i++) {
    const struct case_offer *o = &c->v->offers[i];
    for (size_t k = 0; k < o->action->effects.count; k++)
      if (o->action->effects.items[k].kind == EFFECT_MERGE)
        return arena_printf(c->r->arena, "%s?do=%s&track=%lld&with=%s#do", case_address(c->r->arena, c->v->code),
                            o->name, (long long)o->track, case_address(c->r->arena, other) + strlen("/case/"));
  }
  return "";
}

static struct case_near near_of(const struct reading *c, const struct near_row *row) {
  bool zh = c->r->lang == LANG_ZH;
  return (struct case_near){.code = row->code,
                            .summary = text_shorten(c->r->arena, row->summary, 60),
                            .opened = row->opened,
                            .procedure = bilingual_pick(&row->procedure->title, zh),
                            .stage = bilingual_pick(&row->stage->title, zh),
                            .score = "",
                            .reasons = "",
                            .merge_href = ""};
}

static bool may_see_near(const struct scope *scope, const struct near_row *row) {
  for (size_t i = 0; i < scope->count; i++) {
    struct scope one = {.arm = {scope->arm[i]}, .count = 1};
    if ((scope->arm[i].confidential || !row->confidential) && access_scope_covers(&one, &row->at, 0)) return true;
  }
  return false;
}

static void score_near(struct duplicate_score *out, const struct reading *c, const struct near_row *row) {
  struct arena *a = c->r->arena;
  const char *mine = c->s->category, *theirs = row->category;
  struct duplicate_pair pair = {
      .distance_m = row->distance_m,
      .apart_ms = c->s->opened > row->opened ? c->s->opened - row->opened : row->opened - c->s->opened,
      .codes_known = *mine && *theirs,
      .same_category = *mine && text_eq(mine, theirs),
      .same_major = same_major(mine, theirs),
      .a = duplicate_text_new(a, NULL, NULL, c->s->summary),
      .b = duplicate_text_new(a, NULL, NULL, row->summary)};
  duplicate_score(out, a, c->who.world->duplicates, &pair);
}

/* What may be the same, and what was here before. */
static int make_near(struct view_case *view, const struct reading *c, struct error *err) {
  struct near_row *rows;
  size_t n;
  struct scope scope;
  time_ms since = c->s->opened - HISTORY_DAYS * (time_ms)DAY_MS, until = c->s->opened + HISTORY_DAYS * (time_ms)DAY_MS;
  struct case_near *near = ARENA_ARRAY(c->r->arena, NEAR_SHOWN, struct case_near);
  struct case_near *history = ARENA_ARRAY(c->r->arena, NEAR_SHOWN, struct case_near);
  view->near = near;
  view->history = history;
  if (c->v->view < VIEW_HANDLER || isnan(c->s->lon)) return 0;
  access_scope(&c->r->actor, &scope);
  if (matter_near(&rows, &n, c->who.db, c->r->arena, c->who.world, c->s->lon, c->s->lat, since, until, false, NEAR_MOST,
                  err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++) {
    struct duplicate_score score = {0};
    bool linked = false;
    for (size_t k = 0; k < c->s->link_count; k++) linked = linked || c->s->links[k].other == rows[i].id;
    if (rows[i].id == c->s->id || linked || !may_see_near(&scope, &rows[i])) continue;
    if (rows[i].outcome == OUTCOME_OPEN) score_near(&score, c, &rows[i]);
    if (score.candidate && view->near_count < NEAR_SHOWN) {
      struct case_near *out = &near[view->near_count++];
      *out = near_of(c, &rows[i]);
      out->score = arena_printf(c->r->arena, "%.2f", score.score);
      out->reasons = reason_text(c->r, &score);
      out->merge_href = merge_address(c, rows[i].code);
    } else if (rows[i].outcome == OUTCOME_DONE && view->history_count < NEAR_SHOWN) {
      history[view->history_count++] = near_of(c, &rows[i]);
    }
  }
  return 0;
}

/* --- the page --------------------------------------------------------------------------------------------------- */

/* The list somebody came from, so that its filter is not lost; else the desk. */
static const char *back_address(const struct request *r) {
  static const char *const lists[] = {"/cases", "/desk", "/leader/list"};
  const char *from = http_header_in(r->http, "Referer"), *at = from ? strstr(from, "://") : NULL;
  size_t n = at && r->http->host ? strlen(r->http->host) : 0;
  const char *path = n && strncmp(at + 3, r->http->host, n) == 0 ? at + 3 + n : "";
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (text_starts(path, lists[i]) && !strstr(path, "/bulk")) return arena_strdup(r->arena, path);
  return "/desk";
}

static const char *supervise_address(const struct reading *c) {
  for (int i = 0; i < c->v->offer_count; i++) {
    const struct case_offer *o = &c->v->offers[i];
    if (o->action->counts == COUNTS_SUPERVISE && !o->action->track->index)
      return arena_printf(c->r->arena, "%s?do=%s&track=%lld#do", case_address(c->r->arena, c->v->code), o->name,
                          (long long)o->track);
  }
  return "";
}

static bool is_watched(const struct reading *c) {
  struct q_watch_get_out row;
  struct error ignored = {0};
  struct q_watch_get_in in = {.district = c->who.world->district, .account = c->r->actor.account, .matter = c->s->id};
  return q_watch_get(c->who.db, c->r->arena, &row, &in, &ignored) == 1;
}

/* The page's address with what is being done, so that a pane can be changed without losing the form. */
static const char *here_address(const struct reading *c) {
  const char *address = case_address(c->r->arena, c->v->code);
  if (!c->chosen) return address;
  return arena_printf(c->r->arena, "%s?do=%s&track=%lld", address, c->chosen->name, (long long)c->chosen->track);
}

static const struct view_map *make_map(const struct reading *c) {
  struct view_map *map = ARENA_NEW(c->r->arena, struct view_map);
  *map = (struct view_map){.title = word(c->r->lang, W_CASE_PLACE), .communities = true, .zoom = 16,
                           .street = c->s->at.street, .tiles = app_of(c->r)->tiles,
                           .at = arena_printf(c->r->arena, "%.5f,%.5f", c->v->lon, c->v->lat),
                           .point = *c->v->light.look ? c->v->light.look : "done"};
  return map;
}

/* `form` may be one with what was typed; else the form of what is chosen is made anew. */
static int show_case(const struct reading *c, int status, const struct case_form *form,
                     const struct view_problem *problem, struct error *err) {
  struct request *r = c->r;
  struct view_case view = {.v = *c->v,
                           .problem = problem,
                           .form = form,
                           .form_title = form ? form->title : "",
                           .compose = c->compose,
                           .opened = c->who.reporters_open,
                           .working = c->v->view >= VIEW_HANDLER};
  if (r->actor.post_count && desk_frame(r, &c->who, err) < 0) return -1;
  const char *pane = http_pair_get(&r->http->query, "tab");
  make_tabs(&view, c);
  if (make_near(&view, c, err) < 0) return -1;
  case_panes_make(&view, &c->who, pane ? pane : "", here_address(c));
  if (c->seen_step) case_between(&view, c->seen_step);
  view.supervise_href = supervise_address(c);
  view.back = back_address(r);
  view.here = case_address(r->arena, c->v->code);
  view.watched = is_watched(c);
  for (size_t i = 0; i < c->s->track_count; i++) view.inspects = view.inspects || c->s->tracks[i].type->inspection;
  if (c->v->has_position) {
    view.geo = arena_printf(r->arena, "geo:%.6f,%.6f", c->v->lat, c->v->lon);
    view.position = arena_printf(r->arena, "%.5f, %.5f", c->v->lon, c->v->lat);
    if (!c->v->sealed) view.map = make_map(c); /* tiles may come from elsewhere, which would learn where it lies */
  }
  page_case(reply_html(r, status), &view, &r->page);
  return 0;
}

/* A form with the number of another case already in its place (`with`). */
static int make_form(const struct case_form **out, struct reading *c, const char *with, struct error *err) {
  struct case_form *form = ARENA_NEW(c->r->arena, struct case_form);
  const struct state_track *t = state_track_by_id(c->s, c->chosen->track);
  struct form_for what = form_of(c, c->chosen->action, t);
  *out = form;
  if (form_make(form, &c->who, &what, NULL, NULL, err) < 0 || case_compose(&c->compose, &c->who, &what, NULL, err) < 0)
    return -1;
  for (int i = 0; *with && i < form->field_count; i++)
    if (text_eq(form->fields[i].kind, "matter")) ((struct form_field *)(uintptr_t)form->fields)[i].value = with;
  return 0;
}

static int case_get(struct request *r, struct error *err) {
  struct reading c;
  const struct case_form *form = NULL;
  if (read_case(&c, r, req_text(r, GET_CODE), err) < 0) return -1;
  int noting = sealed_reading(r, c.who.db, c.s, case_get, err);
  if (noting) return noting < 0 ? -1 : 0;
  c.chosen = req_has(r, GET_DO) ? case_offer_find(c.s, c.v, req_text(r, GET_DO), req_int(r, GET_TRACK))
                                : case_offer_usual(c.s, c.v);
  const char *own = c.chosen ? case_offer_page(r->arena, c.s, c.chosen) : NULL;
  if (own && req_has(r, GET_DO)) return reply_redirect(r, own);
  if (own) c.chosen = NULL;
  if (c.chosen && make_form(&form, &c, req_text(r, GET_WITH), err) < 0) return -1;
  return show_case(&c, 200, form, NULL, err);
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

static int show_again(struct request *r, void *ctx, struct error *err);

/* Something was wrong: the files are kept under their ids, so that nobody has to choose them again. */
static int keep_and_show(struct request *r, struct doing *d, const struct error *wrong, struct error *err) {
  d->wrong = *wrong;
  error_clear(err);
  if (wrong->kind == ERR_FAULT || wrong->kind == ERR_UNAVAILABLE) {
    *err = *wrong;
    return -1;
  }
  return d->draft_count ? app_run(r, doing_keep_files, d, show_again) : show_again(r, d, err);
}

static int done(struct request *r, void *ctx, struct error *err);

/* Reads the form and hands it over; or shows the form again. */
static int start(struct doing *d, const struct case_asker *who, lane_fn *run, struct error *err) {
  struct request *r = d->r;
  bool again = http_pair_get(&r->http->form, "_again") != NULL;
  doing_read(d, who);
  if ((again || d->elsewhere) && d->wrong.kind == ERR_INPUT) error_clear(&d->wrong);
  struct error wrong = d->wrong;
  return again || wrong.kind != ERR_NONE ? keep_and_show(r, d, &wrong, err) : app_run(r, run, d, done);
}

/* --- on a case */

static const struct procedure_action *action_on(const struct reading *c, int64_t track, const char *name,
                                                const struct state_track **out, struct error *err) {
  const struct state_track *t = *out = state_track_by_id(c->s, track);
  const struct procedure_action *a = t ? procedure_action_find(t->type, name) : NULL;
  if (!a || a->opens) error_set(err, ERR_INPUT, "matter.action", NULL, name, NULL);
  return a && !a->opens ? a : NULL;
}

static int act_post(struct request *r, struct error *err) {
  struct reading c;
  const struct state_track *t;
  struct doing *d = ARENA_NEW(r->arena, struct doing);
  *d = (struct doing){
      .r = r, .code = req_text(r, ACT_CODE), .track = req_int(r, ACT_TRACK), .action = req_text(r, ACT_ACTION)};
  if (read_case(&c, r, d->code, err) < 0) return -1;
  const struct procedure_action *a = action_on(&c, d->track, d->action, &t, err);
  if (!a) return -1;
  d->elsewhere = !procedure_action_from(a, t->stage);
  d->what = form_of(&c, a, t);
  d->act.matter = c.s->id;
  d->act.track = t->id;
  return start(d, &c.who, doing_run, err);
}

static int show_case_again(struct request *r, struct doing *d, struct error *err) {
  struct reading c;
  const struct state_track *t;
  struct case_form *form = ARENA_NEW(r->arena, struct case_form);
  if (read_case(&c, r, d->code, err) < 0) return -1;
  const struct procedure_action *a = action_on(&c, d->track, d->action, &t, err);
  if (!a) return -1;
  struct form_for what = form_of(&c, a, t);
  if (form_make(form, &c.who, &what, &d->said, &d->wrong, err) < 0) return -1;
  if (case_compose(&c.compose, &c.who, &what, &d->said, err) < 0) return -1;
  c.chosen = case_offer_find(c.s, c.v, d->action, d->track);
  bool moved = d->wrong.kind == ERR_CONFLICT || d->wrong.kind == ERR_DENIED;
  if (moved) c.seen_step = d->act.seen_step;
  const struct view_problem *problem = moved ? desk_problem(r, &d->wrong) : NULL;
  if (moved) form->error = "";
  int status = d->wrong.kind == ERR_NONE ? 200 : d->wrong.kind == ERR_INPUT ? 422 : error_http_status(d->wrong.kind);
  return show_case(&c, status, form, problem, err);
}

/* --- beginning something */

static const struct procedure_action *find_opening(struct request *r, const struct case_asker *who,
                                                   const char *procedure, const char *name, const struct procedure **p,
                                                   const struct post **post, struct error *err) {
  struct desk_opening *list;
  int n;
  if (desk_openings(&list, &n, r, who, err) < 0) return NULL;
  for (int i = 0; i < n; i++) {
    if (!text_eq(list[i].procedure->name, procedure) || !text_eq(list[i].action->name, name)) continue;
    *p = list[i].procedure;
    *post = list[i].post;
    return list[i].action;
  }
  error_set(err, ERR_DENIED, "matter.not-yours", NULL, NULL);
  return NULL;
}

static int opening_form(struct form_for *what, struct request *r, const struct case_asker *who, const char *procedure,
                        const char *name, struct error *err) {
  const struct procedure *p;
  const struct post *post;
  const struct procedure_action *a = find_opening(r, who, procedure, name, &p, &post, err);
  if (!a) return -1;
  *what = (struct form_for){
      .procedure = p, .action = a, .at = post->at, .address = arena_printf(r->arena, "/open/%s/%s", p->name, a->name)};
  return 0;
}

static int show_opening(struct request *r, const struct case_asker *who, const struct form_for *what,
                        const struct form_said *said, const struct error *wrong, int status, struct error *err) {
  struct case_form form;
  bool zh = r->lang == LANG_ZH;
  const char *about = bilingual_pick(&what->procedure->about, zh);
  if (form_make(&form, who, what, said, wrong, err) < 0 || desk_frame(r, who, err) < 0) return -1;
  struct view_open view = {.form = &form,
                           .title = form.title,
                           .about = about ? about : "",
                           .procedure = bilingual_pick(&what->procedure->title, zh)};
  if (case_compose(&view.compose, who, what, said, err) < 0) return -1;
  page_open(reply_html(r, status), &view, &r->page);
  return 0;
}

static int open_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct form_for what;
  if (desk_asker(&who, r, err) < 0) return -1;
  if (opening_form(&what, r, &who, req_text(r, OPEN_PROCEDURE), req_text(r, OPEN_ACTION), err) < 0) return -1;
  return show_opening(r, &who, &what, NULL, NULL, 200, err);
}

static int open_post(struct request *r, struct error *err) {
  struct case_asker who;
  struct doing *d = ARENA_NEW(r->arena, struct doing);
  *d = (struct doing){
      .r = r, .opening = true, .procedure = req_text(r, OPEN_PROCEDURE), .action = req_text(r, OPEN_ACTION)};
  if (desk_asker(&who, r, err) < 0 || opening_form(&d->what, r, &who, d->procedure, d->action, err) < 0) return -1;
  d->act.procedure = d->procedure;
  d->act.source = "desk";
  return start(d, &who, doing_run_opening, err);
}

static int show_opening_again(struct request *r, struct doing *d, struct error *err) {
  struct case_asker who;
  struct form_for what;
  if (desk_asker(&who, r, err) < 0 || opening_form(&what, r, &who, d->procedure, d->action, err) < 0) return -1;
  int status = d->wrong.kind == ERR_NONE ? 200 : d->wrong.kind == ERR_INPUT ? 422 : error_http_status(d->wrong.kind);
  return show_opening(r, &who, &what, &d->said, &d->wrong, status, err);
}

/* The receipt is for the reporter: it is told once, and stands in no address. */
static int show_registered(struct request *r, const struct acted *acted, struct error *err) {
  struct place_qr qr;
  const char *host = text_empty(r->http->host) ? "localhost" : r->http->host;
  const char *site = arena_printf(r->arena, "%s://%s", r->http->tls ? "https" : "http", host);
  struct view_registered view = {.code = acted->code,
                                 .receipt = acted->receipt,
                                 .next_due = acted->next_due,
                                 .address = place_qr_address(r->arena, site, "r", acted->receipt)};
  if (place_qr_make(&qr, r->arena, view.address, err) < 0) return -1;
  view.qr_view = qr.view;
  view.qr_path = qr.path;
  page_registered(reply_html(r, 200), &view, &r->page);
  return 0;
}

/* --- after it */

static int show_again(struct request *r, void *ctx, struct error *err) {
  struct doing *d = ctx;
  if (err->kind != ERR_NONE) return -1;
  doing_say_kept(d);
  return d->opening ? show_opening_again(r, d, err) : show_case_again(r, d, err);
}

static int done(struct request *r, void *ctx, struct error *err) {
  struct doing *d = ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    return keep_and_show(r, d, &wrong, err);
  }
  if (d->opening && !text_empty(d->acted.receipt)) return show_registered(r, &d->acted, err);
  reply_notice(r, d->acted.again ? W_CASE_DONE_BEFORE : W_CASE_DONE);
  return reply_redirect(r, case_address(r->arena, d->acted.code));
}

/* --- the reporters' names in clear ------------------------------------------------------------------------------ */

struct opening_names {
  struct request *r;
  int64_t matter;
  const char *reason;
};

static int note_opening(struct lane_txn *t, void *ctx, struct error *err) {
  struct opening_names *o = ctx;
  return matter_note_opening(t, &o->r->actor, o->matter, "reporter", o->reason, err);
}

static int show_opened(struct request *r, void *ctx, struct error *err) {
  struct reading c;
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  if (read_state(&c, r, req_text(r, NAMES_CODE), err) < 0) return -1;
  c.who.reporters_open = true;
  if (case_view_make(&c.v, &c.who, c.s, err) < 0) return -1;
  return show_case(&c, 200, NULL, NULL, err);
}

static int reporters_post(struct request *r, struct error *err) {
  struct reading c;
  struct subject subject;
  struct error wrong = {0};
  struct opening_names *o = ARENA_NEW(r->arena, struct opening_names);
  if (read_case(&c, r, req_text(r, NAMES_CODE), err) < 0) return -1;
  state_subject(c.s, r->arena, &subject);
  *o = (struct opening_names){.r = r, .matter = c.s->id, .reason = req_text(r, NAMES_REASON)};
  if (access_open(&r->actor, &subject, DATUM_REPORTER, o->reason, r->now, &wrong) < 0)
    return show_case(&c, error_http_status(wrong.kind), NULL, desk_problem(r, &wrong), err);
  return app_run(r, note_opening, o, show_opened);
}

/* --- watching --------------------------------------------------------------------------------------------------- */

struct watching {
  struct request *r;
  int64_t matter;
  bool on;
};

static int set_watch(struct lane_txn *t, void *ctx, struct error *err) {
  struct watching *w = ctx;
  struct q_watch_add_in add = {t->district, w->r->actor.account, w->matter, t->now};
  struct q_watch_drop_in drop = {t->district, w->r->actor.account, w->matter};
  return (w->on ? q_watch_add(t->db, &add, err) : q_watch_drop(t->db, &drop, err)) < 0 ? -1 : 0;
}

static int watch_set(struct request *r, void *ctx, struct error *err) {
  struct watching *w = ctx;
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, w->on ? W_WATCH_ON : W_WATCH_OFF);
  return reply_redirect(r, case_address(r->arena, req_text(r, WATCH_CODE)));
}

static int watch_post(struct request *r, struct error *err) {
  struct reading c;
  struct watching *w = ARENA_NEW(r->arena, struct watching);
  if (read_case(&c, r, req_text(r, WATCH_CODE), err) < 0) return -1;
  *w = (struct watching){.r = r, .matter = c.s->id, .on = req_bool(r, WATCH_ON)};
  return app_run(r, set_watch, w, watch_set);
}

/* --- photos ----------------------------------------------------------------------------------------------------- */

static int serve_file(struct request *r, struct db *db, int64_t id, bool small, struct error *err) {
  struct file_info info;
  int fd = 0;
  const char *has = http_header_in(r->http, "If-None-Match");
  if (file_open(db, app_of(r)->files, r->arena, id, small, &info, &fd, err) < 0) return -1;
  bool thumb = small && *info.thumb_hash;
  const char *etag = arena_printf(r->arena, "\"%s\"", thumb ? info.thumb_hash : info.hash);
  reply_as(r, 200, info.media);
  http_header(r->http, "ETag", etag);
  http_header(r->http, "X-Content-Type-Options", "nosniff");
  r->http->reply.no_store = false;
  http_header(r->http, "Cache-Control", "private, no-cache");
  if (!text_starts(info.media, "image/")) http_header(r->http, "Content-Disposition", "attachment");
  if (has && strstr(has, etag)) {
    close(fd);
    r->http->reply.status = 304;
    return 0;
  }
  r->http->reply.file_fd = fd;
  r->http->reply.file_size = thumb ? info.thumb_bytes : info.bytes;
  return 0;
}

/* Whoever sees the field sees the file. */
static int photo_get(struct request *r, struct error *err) {
  struct reading c;
  if (read_case(&c, r, req_text(r, PHOTO_CODE), err) < 0) return -1;
  if (!case_view_has_file(c.v, req_int(r, PHOTO_ID))) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return serve_file(r, c.who.db, req_int(r, PHOTO_ID), req_bool(r, PHOTO_SMALL), err);
}

/* A photo that belongs to nothing yet: only for whoever sent it. */
static int own_photo_get(struct request *r, struct error *err) {
  struct file_info info;
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  if (file_get(db, r->arena, app_of(r)->district, req_int(r, OWN_ID), &info, err) < 0) return -1;
  if (!text_eq(info.actor, actor_key(r->arena, &r->actor)))
    return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return serve_file(r, db, req_int(r, OWN_ID), req_bool(r, OWN_SMALL), err);
}

#define CODE(i) [i] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64}
#define FILE_ID(i) [i] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 9e15}
#define SMALL(i) [i] = {.name = "small", .type = PARAM_BOOL, .in = IN_QUERY}

const struct route routes_case[] = {
    {.method = HTTP_GET,
     .path = "/case/{code}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_CASE_PAGE,
     .rate = RATE_PAGE,
     .handler = case_get,
     PARAMS(CODE(GET_CODE), [GET_DO] = {.name = "do", .type = PARAM_CODE, .in = IN_QUERY},
            [GET_TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [GET_WITH] = {.name = "with", .type = PARAM_TEXT, .in = IN_QUERY, .max = 64},
            [GET_TAB] = {.name = "tab", .type = PARAM_CODE, .in = IN_QUERY})},
    {.method = HTTP_POST,
     .path = "/case/{code}/watch",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .csrf = CSRF_TOKEN,
     .help = W_ROUTE_CASE_WATCH,
     .handler = watch_post,
     PARAMS(CODE(WATCH_CODE), [WATCH_ON] = {.name = "on", .type = PARAM_BOOL, .in = IN_FORM})},
    {.method = HTTP_POST,
     .path = "/case/{code}/act/{track}/{action}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_CASE_ACT,
     .rate = RATE_REPORT,
     .body_max = UPLOAD_MAX,
     .handler = act_post,
     PARAMS(CODE(ACT_CODE),
            [ACT_TRACK] = {.name = "track", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 0, .high = 9e15},
            [ACT_ACTION] = {.name = "action", .type = PARAM_CODE, .in = IN_PATH, .required = true})},
    {.method = HTTP_POST,
     .path = "/case/{code}/reporters",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .csrf = CSRF_TOKEN,
     .help = W_ROUTE_CASE_REPORTERS,
     .handler = reporters_post,
     PARAMS(CODE(NAMES_CODE), [NAMES_REASON] = {.name = "reason", .type = PARAM_TEXT, .in = IN_FORM, .max = 200})},
    {.method = HTTP_GET,
     .path = "/case/{code}/photo/{id}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_CASE_PHOTO,
     .handler = photo_get,
     PARAMS(CODE(PHOTO_CODE), FILE_ID(PHOTO_ID), SMALL(PHOTO_SMALL))},
    {.method = HTTP_GET,
     .path = "/photo/{id}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_SIGNED_IN,
     .help = W_ROUTE_OWN_PHOTO,
     .handler = own_photo_get,
     PARAMS(FILE_ID(OWN_ID), SMALL(OWN_SMALL))},
    {.method = HTTP_GET,
     .path = "/open/{procedure}/{action}",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .help = W_ROUTE_OPEN_PAGE,
     .handler = open_get,
     PARAMS([OPEN_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_PATH, .required = true},
            [OPEN_ACTION] = {.name = "action", .type = PARAM_CODE, .in = IN_PATH, .required = true})},
    {.method = HTTP_POST,
     .path = "/open/{procedure}/{action}",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_OPEN,
     .rate = RATE_REPORT,
     .body_max = UPLOAD_MAX,
     .handler = open_post,
     PARAMS([OPEN_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_PATH, .required = true},
            [OPEN_ACTION] = {.name = "action", .type = PARAM_CODE, .in = IN_PATH, .required = true})},
    {0}};
