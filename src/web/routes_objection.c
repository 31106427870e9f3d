/* Objecting to what is published: by anybody on the page its QR leads to, or by staff for somebody who came with a paper. Which
 * procedure takes it is said by the publication (`objections`); a receipt is given as for a report. */
#include <string.h>

#include "board/notice.h"
#include "pages.h"
#include "people/identity.h"
#include "web/resident.h"
#include "web/view_notice.h"

enum { OBJECTIONS_SHOWN = 30, SAID_MOST = 16, NAME_MOST = 40 };
enum { OBJECT_ID };

struct objecting {
  struct resident x;
  int64_t id, matter;
  const struct procedure *procedure;
  const struct procedure_action *action;
  struct said said[SAID_MOST + RESIDENT_PHOTOS];
  size_t said_count;
  struct reporter_in reporter;
  struct resident_photos photos;
  const char *once;
  struct acted acted;
  struct view_fault fault;
  const char *fault_field;
};

/* --- what everybody sees of them -------------------------------------------------------------------------------- */

static const char *answer_of(const struct state *s) {
  const struct procedure_track *main = &s->procedure->tracks[0];
  for (size_t i = 0; i < main->fields.count; i++) {
    const struct procedure_field *f = &main->fields.items[i];
    const char *v = f->as == AS_ANSWER && f->seen == SEEN_PUBLIC ? state_value(s, &s->tracks[0], f) : NULL;
    if (v) return v;
  }
  return "";
}

static int fill_one(struct view_objection *out, const struct resident *x, int64_t id, struct error *err) {
  struct state *s;
  int found = state_load(&s, x->db, x->w, id, x->a, err);
  if (found <= 0) return found;
  bool open = s->outcome == OUTCOME_OPEN;
  *out = (struct view_objection){.code = s->code,
                                 .state = resident_say(x, &s->tracks[0].stage->title),
                                 .look = open ? "amber" : s->outcome == OUTCOME_DONE ? "green" : "",
                                 .answer = open ? "" : answer_of(s),
                                 .at = s->opened,
                                 .due = open ? s->due : 0};
  return 1;
}

static int fill_list(struct view_notice *v, const struct resident *x, const struct notice *n, struct error *err) {
  struct q_notice_objections_out *rows;
  struct notice *editions;
  size_t count, edition_count;
  if (notice_editions(&editions, &edition_count, x->db, x->a, x->w, n->track, err) < 0) return -1;
  struct q_notice_objections_in in = {
      .district = x->app->district, .matter = n->matter, .procedure = n->publication->objects};
  if (q_notice_objections(x->db, x->a, &rows, &count, &in, err) < 0) return -1;
  struct view_objection *out = ARENA_ARRAY(x->a, count + 1, struct view_objection);
  for (size_t i = 0; i < count && v->objection_count < OBJECTIONS_SHOWN; i++) {
    bool before = edition_count && rows[i].opened < editions[0].begins; /* to another publication of the same matter */
    if (before || (n->ended && rows[i].opened > n->ended)) continue;
    int found = fill_one(&out[v->objection_count], x, rows[i].id, err);
    if (found < 0) return -1;
    v->objection_count += found;
  }
  v->objections = out;
  return 0;
}

/* --- the form --------------------------------------------------------------------------------------------------- */

static bool may_fill_in(const struct resident *x, const struct procedure_field *f) {
  if (f->type == FIELD_PHOTO) return x->r->actor.post_count > 0; /* the paper somebody brought */
  return f->type == FIELD_TEXT || f->type == FIELD_PERSON || f->type == FIELD_PHONE || f->type == FIELD_CHOICE;
}

static void add_input(struct view_resident_form *form, struct view_input *inputs, const struct resident *x,
                      const struct objecting *tried, const struct procedure_action *action, const struct procedure_field *f) {
  if (!may_fill_in(x, f)) return;
  struct view_input in = resident_input(x, action, f, tried ? req_form(x->r, f->name) : NULL);
  if (tried && text_eq(tried->fault_field, f->name)) in.error = tried->fault.what;
  form->photos = form->photos || f->type == FIELD_PHOTO;
  inputs[form->input_count++] = in;
}

static const struct view_resident_form *form_of(const struct resident *x, const struct notice *n, const struct objecting *tried,
                                                const struct procedure_action *action) {
  struct view_resident_form *form = ARENA_NEW(x->a, struct view_resident_form);
  struct view_input *inputs = ARENA_ARRAY(x->a, action->needs.count + action->asks.count + 1, struct view_input);
  char *once = arena_alloc(x->a, RESIDENT_ONCE + 1);
  random_code(once, RESIDENT_ONCE);
  *form = (struct view_resident_form){.action = arena_printf(x->a, "/public/notice/%lld/object", (long long)n->id),
                                      .title = resident_say(x, &action->title),
                                      .help = "",
                                      .name = action->name,
                                      .look = "primary",
                                      .once = tried ? tried->once : once,
                                      .open = tried != NULL,
                                      .inputs = inputs,
                                      .fault = {"", "", ""}};
  for (size_t i = 0; i < action->needs.count; i++) add_input(form, inputs, x, tried, action, action->needs.items[i]);
  for (size_t i = 0; i < action->asks.count; i++) add_input(form, inputs, x, tried, action, action->asks.items[i]);
  if (tried) {
    form->fault = tried->fault;
    form->kept = resident_photo_views(x, tried->photos.kept, tried->photos.kept_count);
    form->kept_count = tried->photos.kept_count;
  }
  return form;
}

static const struct procedure_action *taken_by(const struct resident *x, const struct notice *n, const struct procedure **p) {
  *p = n->publication->objects ? world_procedure(x->w, n->publication->objects, 0) : NULL;
  return *p ? procedure_opening(*p, n->publication->objects_by) : NULL;
}

int resident_fill_objections(struct view_notice *v, const struct resident *x, const struct notice *n,
                             const struct objecting *tried, struct error *err) {
  const struct procedure *p;
  const struct procedure_action *action = taken_by(x, n, &p);
  v->objections = ARENA_NEW(x->a, struct view_objection);
  if (!action) return 0;
  bool running = n->fate == NOTICE_SHOWN && (!n->ends || x->r->now < n->ends);
  v->for_others = x->r->actor.post_count > 0;
  if (running || tried) v->object = form_of(x, n, tried, action);
  return fill_list(v, x, n, err);
}

/* --- objecting -------------------------------------------------------------------------------------------------- */

static void read_one(struct objecting *o, const struct procedure_field *f) {
  const char *typed = f->type == FIELD_PHOTO ? NULL : req_form(o->x.r, f->name);
  const char *value = typed ? text_trim(o->x.a, typed) : "";
  if (text_empty(value)) return;
  if (f->as == AS_NAME) o->reporter.name = value;
  if (f->as == AS_PHONE) o->reporter.phone = value;
  bool kept_apart = f->as == AS_NAME || f->as == AS_PHONE; /* who it is stands with the receipt, not in the matter */
  if (!kept_apart && o->said_count < SAID_MOST) o->said[o->said_count++] = (struct said){f->name, 0, value};
}

static void read_said(struct objecting *o) {
  o->said_count = 0;
  for (size_t i = 0; i < o->action->needs.count; i++) read_one(o, o->action->needs.items[i]);
  for (size_t i = 0; i < o->action->asks.count; i++) read_one(o, o->action->asks.items[i]);
  for (int i = 0; i < o->photos.kept_count + o->photos.draft_count; i++)
    o->said[o->said_count++] = (struct said){o->photos.field, i, arena_printf(o->x.a, "%lld", (long long)o->photos.kept[i])};
}

static int run_objection(struct lane_txn *t, void *ctx, struct error *err) {
  struct objecting *o = ctx;
  const struct actor *actor = &o->x.r->actor;
  if (resident_photos_add(t, o->x.app, &o->photos, actor_key(t->arena, actor), err) < 0) return -1;
  read_said(o);
  const char *asked = o->said_count ? o->said[0].value : "";
  struct act act = {.actor = actor,
                    .action = o->action->name,
                    .procedure = o->procedure->name,
                    .said = o->said,
                    .said_count = o->said_count,
                    .reporter = &o->reporter,
                    .origin = o->matter,
                    .source = actor->post_count ? "paper" : "public",
                    .once_key = text_empty(o->once) ? NULL : o->once,
                    .once_request = {.data = (const unsigned char *)asked, .len = strlen(asked)}};
  if (engine_act(t, o->x.app->engine, &act, &o->acted, err) < 0) return -1;
  o->acted.receipt = arena_strdup(o->x.a, o->acted.receipt);
  return 0;
}

static int show_again(struct objecting *o, struct error *err) {
  int status = error_http_status(err->kind);
  o->fault = resident_fault(&o->x, err);
  o->fault_field = arena_strdup(o->x.a, err->field);
  o->photos.draft_count = 0; /* chosen anew: a refused one leaves nothing behind */
  error_clear(err);
  return resident_show_notice(o->x.r, o->id, o, status, err);
}

static int objected(struct request *r, void *ctx, struct error *err) {
  struct objecting *o = ctx;
  if (err->kind == ERR_NONE) return reply_redirect(r, arena_printf(r->arena, "/r/%s?new=1", o->acted.receipt));
  if (err->kind != ERR_INPUT && err->kind != ERR_CONFLICT) return -1;
  return show_again(o, err);
}

/* What the engine does not look at: it keeps who objects apart from what was said. */
static int check_reporter(struct objecting *o, struct error *err) {
  char phone[PHONE_SIZE];
  const struct procedure_field *name = resident_field(o->action, AS_NAME, FIELD_PERSON);
  const struct procedure_field *tel = resident_field(o->action, AS_PHONE, FIELD_PHONE);
  const char *n = o->reporter.name;
  if (n && (text_chars(n) > NAME_MOST || text_has_controls(n)))
    return error_set(err, ERR_INPUT, "matter.field.long", name->name, resident_say(&o->x, &name->label),
                     arena_printf(o->x.a, "%d", NAME_MOST), NULL);
  return o->reporter.phone && phone_read(phone, o->reporter.phone, tel->name, err) < 0 ? -1 : 0;
}

static int object_post(struct request *r, struct error *err) {
  struct objecting *o = ARENA_NEW(r->arena, struct objecting);
  struct notice n;
  *o = (struct objecting){.id = req_int(r, OBJECT_ID), .once = req_form(r, "once"), .fault_field = ""};
  if (resident_open(&o->x, r, err) < 0 || notice_get(&n, o->x.db, o->x.a, o->x.w, o->id, err) < 0) return -1;
  o->action = taken_by(&o->x, &n, &o->procedure);
  o->matter = n.matter;
  if (!o->action) return error_set(err, ERR_MISSING, "notice.unknown", NULL, NULL);
  o->reporter.lang = r->lang;
  const struct procedure_field *photo = resident_field(o->action, AS_NOTHING, FIELD_PHOTO);
  read_said(o);
  if (check_reporter(o, err) < 0) return show_again(o, err);
  if (photo && r->actor.post_count && resident_photos_read(&o->photos, &o->x, photo->name, 3, err) < 0)
    return err->kind == ERR_FAULT ? -1 : show_again(o, err);
  if (!o->photos.field) o->photos.field = photo ? photo->name : "";
  return app_run(r, run_objection, o, objected);
}

const struct route routes_objection[] = {
    {.method = HTTP_POST, .path = "/public/notice/{id}/object", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .csrf = CSRF_ORIGIN,
     .open_form = true, .tag = "public", .help = W_ROUTE_OBJECT, .rate = RATE_REPORT, .body_max = 32 << 20,
     .handler = object_post,
     PARAMS([OBJECT_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15,
                           .zh = "公示号", .en = "id of the publication"})},
    {0}};
