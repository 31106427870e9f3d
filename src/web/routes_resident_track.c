/* The receipt: whoever has its code sees how their matter stands, in plain words, and may do what reporters may do. */
#include <stdlib.h>
#include <string.h>

#include "matter/state.h"
#include "pages.h"
#include "place/plate.h"
#include "web/resident.h"

enum { OTHERS_MOST = 4, ACT_BODY = 96 << 20, SAID_MOST = 24 + RESIDENT_PHOTOS, RECEIPT_CHARS_MOST = 24 };

/* --- a receipt and what it opens -------------------------------------------------------------------------------- */

/* One matter of a receipt with the eyes of its reporter. */
struct opened {
  struct actor actor;
  struct state *state;
  struct case_view *view;
};

struct receipt {
  struct resident x;
  const char *code;
  int64_t reporter;
  struct opened main, others[OTHERS_MOST];
  int other_count;
  /* an action that was tried */
  struct opened *tried;
  const char *tried_action, *once;
  const struct procedure_action *action;
  int64_t track;
  struct resident_photos photos;
  struct said said[SAID_MOST];
  size_t said_count;
  struct view_fault fault;
  const char *fault_field;
};

static int open_matter(struct opened *o, const struct receipt *p, int64_t matter, struct error *err) {
  const struct resident *x = &p->x;
  int found = state_load(&o->state, x->db, x->w, matter, x->a, err);
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "resident.receipt", "receipt", NULL);
  o->actor = state_receipt_actor(o->state, p->reporter);
  if (o != &p->main) o->actor.own = p->main.actor.own; /* opened out of the reported one */
  struct case_asker who = resident_asker(x, &o->actor);
  return case_view_make(&o->view, &who, o->state, err);
}

/* Matters opened out of the reported one (departments called to it) belong to its reporter as well. */
static int open_others(struct receipt *p, struct error *err) {
  const struct state *s = p->main.state;
  for (size_t i = 0; i < s->link_count && p->other_count < OTHERS_MOST; i++) {
    struct opened *o = &p->others[p->other_count];
    struct error why = {0};
    int r = open_matter(o, p, s->links[i].other, &why);
    if (r < 0 && why.kind != ERR_MISSING) {
      *err = why;
      return -1;
    }
    if (r == 0 && o->state->origin == s->id) p->other_count++;
  }
  return 0;
}

static int open_receipt(struct receipt *p, struct request *r, const char *code, struct error *err) {
  int64_t matter = 0;
  if (resident_open(&p->x, r, err) < 0) return -1;
  p->code = code;
  if (state_find_receipt(p->x.db, p->x.app->district, code, &matter, &p->reporter, r->arena, err) < 0) return -1;
  if (!matter) return error_set(err, ERR_MISSING, "resident.receipt", "receipt", NULL);
  if (open_matter(&p->main, p, matter, err) < 0) return -1;
  return open_others(p, err);
}

/* --- shown ------------------------------------------------------------------------------------------------------ */

static const struct view_photo *photos_of(const struct receipt *p, const struct case_photo *photos, int n) {
  struct view_photo *out = ARENA_ARRAY(p->x.a, (size_t)n + 1, struct view_photo);
  for (int i = 0; i < n; i++)
    out[i] = (struct view_photo){.href = arena_printf(p->x.a, "/r/%s/photo/%lld", p->code, (long long)photos[i].id),
                                 .ticket = photos[i].label,
                                 .number = i + 1,
                                 .sound = photos[i].sound};
  return out;
}

static void fill_steps(struct view_resident_matter *m, const struct receipt *p, const struct case_view *v) {
  struct view_resident_step *out = ARENA_ARRAY(p->x.a, (size_t)v->step_count + 1, struct view_resident_step);
  for (int i = 0; i < v->step_count; i++) {
    const struct case_step *s = &v->steps[i];
    if (text_empty(s->plain)) continue;
    bool opening = i == v->step_count - 1; /* what it said stands above already */
    out[m->step_count++] = (struct view_resident_step){.words = s->plain,
                                                       .at = s->at,
                                                       .late = s->late,
                                                       .facts = s->facts,
                                                       .fact_count = opening ? 0 : s->fact_count,
                                                       .photos = photos_of(p, s->photos, s->photo_count),
                                                       .photo_count = opening ? 0 : s->photo_count};
  }
  m->steps = out;
}

static bool may_fill_in(const struct procedure_field *f) {
  return f->type == FIELD_TEXT || f->type == FIELD_CHOICE || f->type == FIELD_YES_NO || f->type == FIELD_RATING ||
         f->type == FIELD_PHOTO;
}

static bool is_tried(const struct receipt *p, const struct opened *o, const struct procedure_action *action) {
  return p->tried == o && p->tried_action && text_eq(p->tried_action, action->name);
}

/* Forms of two matters may stand on one page: the ids of the others are told apart by the matter. */
static const char *id_of(const struct receipt *p, const struct opened *o, const char *name) {
  return o == &p->main ? name : arena_printf(p->x.a, "%s-%lld", name, (long long)o->state->id);
}

static void add_input(struct view_resident_form *form, struct view_input *inputs, const struct receipt *p,
                      const struct opened *o, const struct procedure_action *action, const struct procedure_field *f) {
  if (!may_fill_in(f)) return;
  bool tried = is_tried(p, o, action);
  const char *typed = tried ? req_form(p->x.r, f->name) : NULL;
  struct view_input in = resident_input(&p->x, action, f, typed);
  in.id = arena_printf(p->x.a, "%s-%s", id_of(p, o, action->name), f->name);
  if (tried && text_eq(p->fault_field, f->name)) in.error = p->fault.what;
  form->photos = form->photos || f->type == FIELD_PHOTO;
  form->open = form->open || f->type == FIELD_RATING;
  inputs[form->input_count++] = in;
}

static struct view_resident_form form_of(const struct receipt *p, const struct opened *o,
                                         const struct case_offer *offer) {
  const struct procedure_action *a = offer->action;
  char *once = arena_alloc(p->x.a, RESIDENT_ONCE + 1);
  random_code(once, RESIDENT_ONCE);
  struct view_resident_form form = {
      .action = arena_printf(p->x.a, "/r/%s/act/%lld/%s", p->code, (long long)o->state->id, a->name),
      .title = offer->title,
      .help = offer->help,
      .name = id_of(p, o, a->name),
      .look = "",
      .once = once};
  struct view_input *inputs = ARENA_ARRAY(p->x.a, a->needs.count + a->asks.count + 1, struct view_input);
  form.inputs = inputs;
  for (size_t i = 0; i < a->needs.count; i++) add_input(&form, inputs, p, o, a, a->needs.items[i]);
  for (size_t i = 0; i < a->asks.count; i++) add_input(&form, inputs, p, o, a, a->asks.items[i]);
  if (form.open) form.look = "primary";
  if (is_tried(p, o, a)) {
    form.open = true;
    form.fault = p->fault;
    form.once = p->once;
    form.kept = resident_photo_views(&p->x, p->photos.kept, p->photos.kept_count);
    form.kept_count = p->photos.kept_count;
  }
  return form;
}

static bool is_for_reporter(const struct procedure_action *action) {
  for (size_t k = 0; k < action->by.count; k++)
    if (action->by.items[k].kind == ACTOR_REPORTER) return true;
  return false;
}

/* What asks for something first; what is done at one press (withdrawing) comes last, away from the thumb. */
static void fill_forms(struct view_resident_matter *m, const struct receipt *p, const struct opened *o) {
  const struct case_view *v = o->view;
  struct view_resident_form *out = ARENA_ARRAY(p->x.a, (size_t)v->offer_count + 1, struct view_resident_form);
  for (int last = 0; last < 2; last++)
    for (int i = 0; i < v->offer_count; i++)
      if (is_for_reporter(v->offers[i].action) && (v->offers[i].fields == 0) == (last == 1))
        out[m->form_count++] = form_of(p, o, &v->offers[i]);
  m->forms = out;
}

/* The next day by which something must happen. Where the procedure shows no clock at this stage, the one that runs. */
static time_ms next_date(const struct opened *o) {
  time_ms next = o->view->next_date;
  for (size_t i = 0; !o->view->next_date && i < o->state->clock_count; i++) {
    const struct state_clock *c = &o->state->clocks[i];
    if (c->track != &o->state->tracks[0] || c->clock.ended || !c->due) continue;
    if (!next || c->due < next) next = c->due;
  }
  return next;
}

static const char *value_as(const struct opened *o, enum procedure_field_as as) {
  for (int i = o->view->fact_count; i-- > 0;) {
    const struct case_fact *f = &o->view->facts[i];
    const struct procedure_field *field =
        procedure_field_find(o->state->procedure, &o->state->procedure->tracks[0], f->field);
    if (field && field->as == as) return f->value;
  }
  return "";
}

static void fill_matter(struct view_resident_matter *m, const struct receipt *p, const struct opened *o) {
  const struct case_view *v = o->view;
  *m = (struct view_resident_matter){.code = v->code,
                                     .procedure = v->procedure,
                                     .stage = v->stage,
                                     .plain = v->plain,
                                     .summary = v->summary,
                                     .place = v->place,
                                     .category = v->category,
                                     .holder = v->holder,
                                     .answer = value_as(o, AS_ANSWER),
                                     .light = v->light,
                                     .opened = v->opened,
                                     .over = v->over,
                                     .joined = v->joined,
                                     .stops = v->stops,
                                     .stop_count = v->stop_count,
                                     .tracks = v->tracks,
                                     .track_count = v->track_count,
                                     .photo_count = v->photo_count};
  if (v->over && text_empty(m->answer)) m->answer = o->state->outcome == OUTCOME_DONE ? "" : value_as(o, AS_REASON);
  m->next_date = v->over ? 0 : next_date(o);
  m->late = m->next_date && m->next_date < p->x.r->now;
  m->late_words = o->state->card ? v->card_title : "";
  m->photos = photos_of(p, v->photos, v->photo_count);
  fill_steps(m, p, v);
  fill_forms(m, p, o);
}

static const char *merged_code(const struct receipt *p) {
  const struct state *s = p->main.state;
  for (size_t i = 0; i < s->reporter_count; i++) {
    if (s->reporters[i].id != p->reporter || s->reporters[i].reported == s->id) continue;
    for (size_t k = 0; k < s->link_count; k++)
      if (s->links[k].other == s->reporters[i].reported) return s->links[k].code;
  }
  return "";
}

static int show_receipt(struct receipt *p, int status, bool fresh, struct error *err) {
  const struct resident *x = &p->x;
  const char *site;
  struct place_qr qr;
  struct view_resident_receipt v = {.receipt = p->code, .fresh = fresh, .merged = merged_code(p), .fault = p->fault};
  if (resident_site(&site, x, err) < 0) return -1;
  v.address = place_qr_address(x->a, site, "r", p->code);
  if (place_qr_make(&qr, x->a, v.address, err) != 0) return -1;
  v.qr_view = qr.view;
  v.qr_path = qr.path;
  if (resident_notices_here(&v.notices, x, p->main.state->at.community, err) < 0) return -1;
  fill_matter(&v.main, p, &p->main);
  struct view_resident_matter *others = ARENA_ARRAY(x->a, OTHERS_MOST, struct view_resident_matter);
  for (int i = 0; i < p->other_count; i++) fill_matter(&others[i], p, &p->others[i]);
  v.others = others;
  v.other_count = p->other_count;
  page_resident_receipt(reply_html(x->r, status), &v, &x->r->page);
  return 0;
}

/* --- routes: looking -------------------------------------------------------------------------------------------- */

enum { GET_RECEIPT, GET_NEW };

static int receipt_get(struct request *r, struct error *err) {
  struct receipt *p = ARENA_NEW(r->arena, struct receipt);
  *p = (struct receipt){.tried_action = NULL, .fault_field = ""};
  if (open_receipt(p, r, req_text(r, GET_RECEIPT), err) < 0) return -1;
  return show_receipt(p, 200, req_bool(r, GET_NEW), err);
}

enum { PHOTO_RECEIPT, PHOTO_FILE, PHOTO_WHOLE };

static int photo_get(struct request *r, struct error *err) {
  struct receipt *p = ARENA_NEW(r->arena, struct receipt);
  *p = (struct receipt){.fault_field = ""};
  if (open_receipt(p, r, req_text(r, PHOTO_RECEIPT), err) < 0) return -1;
  int64_t file = req_int(r, PHOTO_FILE);
  bool seen = case_view_has_file(p->main.view, file);
  for (int i = 0; i < p->other_count; i++) seen = seen || case_view_has_file(p->others[i].view, file);
  if (!seen) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return resident_photo_send(&p->x, file, !req_bool(r, PHOTO_WHOLE), err);
}

static int show_track(struct request *r, const char *receipt, const struct error *e) {
  struct resident x;
  resident_begin(&x, r);
  struct view_resident_track v = {.receipt = receipt, .fault = {"", "", ""}};
  if (e) v.fault = resident_fault(&x, e);
  page_resident_track(reply_html(r, e ? 422 : 200), &v, &r->page);
  return 0;
}

static int track_get(struct request *r, struct error *err) {
  (void)err;
  return show_track(r, "", NULL);
}

/* As people copy it from paper: in any case, with blanks and hyphens. */
static const char *tidy(struct arena *a, const char *s) {
  char *out = arena_alloc(a, strlen(s) + 1), *to = out;
  for (; *s; s++)
    if (*s != ' ' && *s != '-') *to++ = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
  *to = '\0';
  return out;
}

static int track_post(struct request *r, struct error *err) {
  const char *typed = req_form(r, "receipt"), *code = tidy(r->arena, typed ? typed : "");
  struct error why = {0};
  int64_t matter = 0;
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  if (strlen(code) <= RECEIPT_CHARS_MOST &&
      state_find_receipt(db, app_of(r)->district, code, &matter, NULL, r->arena, err) < 0)
    return -1;
  if (matter) return reply_redirect(r, arena_printf(r->arena, "/r/%s", code));
  error_set(&why, ERR_MISSING, "resident.receipt", "receipt", NULL);
  return show_track(r, typed ? typed : "", &why);
}

/* --- routes: acting --------------------------------------------------------------------------------------------- */

enum { ACT_RECEIPT, ACT_MATTER, ACT_ACTION };

static const struct procedure_field *asked_field(const struct procedure_action *a, const char *name) {
  for (size_t i = 0; i < a->needs.count; i++)
    if (text_eq(a->needs.items[i]->name, name)) return a->needs.items[i];
  for (size_t i = 0; i < a->asks.count; i++)
    if (text_eq(a->asks.items[i]->name, name)) return a->asks.items[i];
  return NULL;
}

static void read_said(struct receipt *p) {
  const struct http_pairs *form = &p->x.r->http->form;
  p->said_count = 0;
  for (size_t i = 0; i < form->count && p->said_count < SAID_MOST - RESIDENT_PHOTOS; i++) {
    const struct procedure_field *f = asked_field(p->action, form->at[i].name);
    const char *value = f && f->type != FIELD_PHOTO ? text_trim(p->x.a, form->at[i].value) : "";
    if (!text_empty(value)) p->said[p->said_count++] = (struct said){f->name, 0, value};
  }
}

static int run_act(struct lane_txn *t, void *ctx, struct error *err) {
  struct receipt *p = ctx;
  struct acted acted;
  if (resident_photos_add(t, p->x.app, &p->photos, actor_key(t->arena, &p->tried->actor), err) < 0) return -1;
  read_said(p);
  for (int i = 0; i < p->photos.kept_count + p->photos.draft_count; i++)
    p->said[p->said_count++] =
        (struct said){p->photos.field, i, arena_printf(p->x.a, "%lld", (long long)p->photos.kept[i])};
  struct act act = {.actor = &p->tried->actor,
                    .action = p->tried_action,
                    .matter = p->tried->state->id,
                    .track = p->track,
                    .said = p->said,
                    .said_count = p->said_count,
                    .once_key = text_empty(p->once) ? NULL : p->once,
                    .once_request = {.data = (const unsigned char *)p->tried_action, .len = strlen(p->tried_action)}};
  return engine_act(t, p->x.app->engine, &act, &acted, err);
}

static int keep_photos(struct lane_txn *t, void *ctx, struct error *err) {
  struct receipt *p = ctx;
  return resident_photos_add(t, p->x.app, &p->photos, actor_key(t->arena, &p->tried->actor), err);
}

/* The receipt as it stands now, with the form that failed open and filled in. */
static int show_tried(struct request *r, void *ctx, struct error *err) {
  struct receipt *p = ctx;
  int64_t tried = p->tried->state->id;
  if (err->kind != ERR_NONE) return -1;
  p->photos.kept_count += p->photos.draft_count;
  p->photos.draft_count = p->other_count = 0;
  if (open_receipt(p, r, p->code, err) < 0) return -1;
  p->tried = &p->main;
  for (int i = 0; i < p->other_count; i++)
    if (p->others[i].state->id == tried) p->tried = &p->others[i];
  return show_receipt(p, 422, false, err);
}

static int failed(struct receipt *p, struct error *err) {
  struct error none = {0};
  p->fault = resident_fault(&p->x, err);
  p->fault_field = arena_strdup(p->x.a, err->field);
  error_clear(err);
  if (p->photos.draft_count) return app_run(p->x.r, keep_photos, p, show_tried);
  if (show_tried(p->x.r, p, &none) == 0) return 0;
  *err = none;
  return -1;
}

static int acted(struct request *r, void *ctx, struct error *err) {
  struct receipt *p = ctx;
  if (err->kind == ERR_NONE) {
    reply_notice(r, W_RESIDENT_DONE);
    return reply_redirect(r, arena_printf(r->arena, "/r/%s", p->code));
  }
  if (err->kind != ERR_INPUT && err->kind != ERR_CONFLICT && err->kind != ERR_DENIED) return -1;
  return failed(p, err);
}

static struct opened *matter_of(struct receipt *p, int64_t matter) {
  if (p->main.state->id == matter) return &p->main;
  for (int i = 0; i < p->other_count; i++)
    if (p->others[i].state->id == matter) return &p->others[i];
  return NULL;
}

/* What is offered names the track; what is not offered any more still gets the engine's own words. */
static int find_action(struct receipt *p, struct error *err) {
  const struct case_view *v = p->tried->view;
  for (int i = 0; i < v->offer_count; i++)
    if (text_eq(v->offers[i].name, p->tried_action)) {
      p->action = v->offers[i].action;
      p->track = v->offers[i].track;
      return 0;
    }
  p->action = procedure_action_find(&p->tried->state->procedure->tracks[0], p->tried_action);
  return p->action ? 0 : error_set(err, ERR_MISSING, "matter.action", NULL, p->tried_action, NULL);
}

static int act_post(struct request *r, struct error *err) {
  struct receipt *p = ARENA_NEW(r->arena, struct receipt);
  struct error photo = {0};
  *p = (struct receipt){.fault_field = "", .tried_action = req_text(r, ACT_ACTION)};
  if (open_receipt(p, r, req_text(r, ACT_RECEIPT), err) < 0) return -1;
  p->tried = matter_of(p, req_int(r, ACT_MATTER));
  if (!p->tried) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  if (find_action(p, err) < 0) return -1;
  p->once = req_form(r, "once");
  const struct procedure_field *f = resident_field(p->action, AS_NOTHING, FIELD_PHOTO);
  if (f && resident_photos_read(&p->photos, &p->x, f->name, RESIDENT_PHOTOS, &photo) < 0) return failed(p, &photo);
  return app_run(r, run_act, p, acted);
}

#define RECEIPT_PARAM                                                                                                  \
  {                                                                                                                    \
    .name = "receipt", .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = RECEIPT_CHARS_MOST, .zh = "回执码", \
    .en = "code of the receipt"                                                                                        \
  }

const struct route routes_resident_track[] = {
    {.method = HTTP_GET,
     .path = "/r/{receipt}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "resident",
     .help = W_ROUTE_RECEIPT,
     .rate = RATE_PAGE,
     .handler = receipt_get,
     PARAMS([GET_RECEIPT] = RECEIPT_PARAM, [GET_NEW] = {.name = "new",
                                                        .type = PARAM_BOOL,
                                                        .in = IN_QUERY,
                                                        .zh = "刚提交",
                                                        .en = "just sent"})},
    {.method = HTTP_GET,
     .path = "/r/{receipt}/photo/{file}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "resident",
     .help = W_ROUTE_RECEIPT_PHOTO,
     .rate = RATE_PAGE,
     .handler = photo_get,
     PARAMS([PHOTO_RECEIPT] = RECEIPT_PARAM,
            [PHOTO_FILE] = {.name = "file",
                            .type = PARAM_INT,
                            .in = IN_PATH,
                            .required = true,
                            .low = 1,
                            .high = 1e15,
                            .zh = "照片编号",
                            .en = "id of the photo"},
            [PHOTO_WHOLE] = {.name = "whole", .type = PARAM_BOOL, .in = IN_QUERY, .zh = "原图", .en = "in full size"})},
    {.method = HTTP_POST,
     .path = "/r/{receipt}/act/{matter}/{action}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .csrf = CSRF_ORIGIN,
     .tag = "resident",
     .help = W_ROUTE_RECEIPT_ACT,
     .rate = RATE_REPORT,
     .body_max = ACT_BODY,
     .open_form = true,
     .handler = act_post,
     PARAMS([ACT_RECEIPT] = RECEIPT_PARAM,
            [ACT_MATTER] = {.name = "matter",
                            .type = PARAM_INT,
                            .in = IN_PATH,
                            .required = true,
                            .low = 1,
                            .high = 1e15,
                            .zh = "事项编号",
                            .en = "id of the matter"},
            [ACT_ACTION] =
                {.name = "action", .type = PARAM_CODE, .in = IN_PATH, .required = true, .zh = "操作", .en = "action"})},
    {.method = HTTP_GET,
     .path = "/track",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .tag = "resident",
     .help = W_ROUTE_TRACK,
     .rate = RATE_PAGE,
     .handler = track_get},
    {.method = HTTP_POST,
     .path = "/track",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .csrf = CSRF_ORIGIN,
     .tag = "resident",
     .help = W_ROUTE_TRACK_FIND,
     .rate = RATE_SIGN_IN,
     .open_form = true,
     .handler = track_post},
    {0}};
