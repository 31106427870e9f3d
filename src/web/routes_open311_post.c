/* Open311 GeoReport v2: sending a request. It opens a matter of the procedure that anybody may open and that has a
 * category, by the same engine as every other door; what comes back is its number, and the reporter's receipt as its
 * token. */
#include <math.h>
#include <string.h>

#include "people/session.h"
#include "store/file.h"
#include "web/api.h"
#include "web/open311.h"

enum { MEDIA_MOST = 9, MEDIA_BODY = 96 << 20, SAID_ROOM = MEDIA_MOST + 8, URL_MOST = 500 };
enum {
  POST_SERVICE,
  POST_LAT,
  POST_LONG,
  POST_ADDRESS,
  POST_ADDRESS_ID,
  POST_EMAIL,
  POST_FIRST,
  POST_LAST,
  POST_PHONE,
  POST_DESCRIPTION,
  POST_MEDIA_URL,
  POST_MEDIA,
  POST_KEY
};

/* One request on its way through the lane. */
struct sending {
  struct request *r;
  const struct procedure *procedure;
  const struct procedure_action *action;
  const struct catalogue_code *code; /* NULL: something else */
  const char *description;
  struct file_draft drafts[MEDIA_MOST];
  int draft_count;
  struct said said[SAID_ROOM];
  size_t said_count;
  struct reporter_in reporter;
  bool test; /* everything is tried and nothing kept */
  const char *number, *receipt;
  time_ms next_due;
};

/* --- who may ---------------------------------------------------------------------------------------------------- */

static int is_open(bool *out, struct request *r, struct db *db, struct error *err) {
  struct q_setting_get_in in = {.district = app_of(r)->district, .name = "open311.anonymous"};
  struct q_setting_get_out row = {0};
  int found = q_setting_get(db, r->arena, &row, &in, err);
  *out = found == 1 ? text_eq(row.value, "yes") : app_of(r)->demo;
  return found < 0 ? -1 : 0;
}

/* A key that is known is who asks; without one, or in an open district with any, it is anyone. A browser's session counts
 * for nothing here: no form token guards this door. */
static int know_sender(struct request *r, struct db *db, struct error *err) {
  struct actor keyed;
  bool open;
  if (r->actor.kind == ACTOR_API_KEY) return 0;
  r->actor = (struct actor){.kind = ACTOR_ANONYMOUS, .district = app_of(r)->district};
  int known = people_key_actor(&keyed, db, r->arena, app_of(r)->people, req_text(r, POST_KEY), r->now, err);
  if (known < 0 || is_open(&open, r, db, err) < 0) return -1;
  if (known) r->actor = keyed;
  return known || open ? 0 : error_set(err, ERR_DENIED, "open311.key", "api_key", NULL);
}

/* --- of which procedure ----------------------------------------------------------------------------------------- */

static const struct procedure_field *asked_as(const struct procedure_action *a, enum procedure_field_as as) {
  for (size_t i = 0; i < a->needs.count; i++)
    if (a->needs.items[i]->as == as) return a->needs.items[i];
  for (size_t i = 0; i < a->asks.count; i++)
    if (a->asks.items[i]->as == as) return a->asks.items[i];
  return NULL;
}

static const struct procedure_field *asked_photos(const struct procedure_action *a) {
  for (size_t i = 0; i < a->asks.count; i++)
    if (a->asks.items[i]->type == FIELD_PHOTO) return a->asks.items[i];
  return NULL;
}

static bool anyone_may(const struct procedure_action *a) {
  for (size_t i = 0; i < a->by.count; i++)
    if (a->by.items[i].kind == ACTOR_ANYONE) return true;
  return false;
}

/* The first procedure that anybody may open by saying what it is about and of which category. */
static int choose_procedure(struct sending *p, struct error *err) {
  const struct world *w = api_world(p->r);
  for (size_t i = 0; i < w->procedure_count; i++) {
    const struct procedure_track *main = &w->procedures[i]->tracks[0];
    for (size_t k = 0; k < main->actions_count; k++) {
      const struct procedure_action *a = &main->actions[k];
      if (!a->opens || !anyone_may(a) || !asked_as(a, AS_SUMMARY) || !asked_as(a, AS_CATEGORY)) continue;
      p->procedure = w->procedures[i];
      p->action = a;
      return 0;
    }
  }
  return error_set(err, ERR_UNAVAILABLE, "open311.closed", NULL, NULL);
}

/* --- what is said ----------------------------------------------------------------------------------------------- */

static void say(struct sending *p, enum procedure_field_as as, const char *value) {
  const struct procedure_field *f = asked_as(p->action, as);
  if (f && !text_empty(value)) p->said[p->said_count++] = (struct said){f->name, 0, value};
}

static void add_line(struct sending *p, enum word pattern, const char *value) {
  struct buf b;
  buf_init(&b, 8000);
  words_format(&b, p->r->lang, pattern, value, NULL);
  p->description = arena_printf(p->r->arena, "%s\n%s", p->description, b.data);
  buf_free(&b);
}

/* attribute[CONDITION]=2: what the sender picked is for whoever files it, so it is said in words. */
static int read_attributes(struct sending *p, struct error *err) {
  const struct http_pairs *form = &p->r->http->form;
  for (size_t i = 0; i < form->count; i++) {
    const char *name = form->at[i].name, *value = form->at[i].value;
    int64_t order;
    if (!text_starts(name, "attribute[") || !*value) continue;
    bool known =
        p->code && text_eq(name, "attribute[CONDITION]") && text_to_int(value, &order) && order > 0 && order < 1000;
    const struct catalogue_condition *c = NULL;
    int32_t today = day_of_ms(p->r->now, app_of(p->r)->offset_min);
    if (known) c = catalogue_condition_find(p->code, (int)order, today);
    if (!c) return error_set(err, ERR_INPUT, "open311.attribute", name, name, NULL);
    add_line(p, W_OPEN311_CONDITION_SAID, bilingual_pick(&c->filing, p->r->lang == LANG_ZH));
  }
  return 0;
}

static int read_media_url(struct sending *p, struct error *err) {
  const char *url = req_text(p->r, POST_MEDIA_URL);
  if (!*url) return 0;
  if (!text_starts(url, "http://") && !text_starts(url, "https://"))
    return error_set(err, ERR_INPUT, "open311.media-url", "media_url", NULL);
  add_line(p, W_OPEN311_MEDIA_SAID, url);
  return 0;
}

static int read_service(struct sending *p, struct error *err) {
  const char *service = req_text(p->r, POST_SERVICE);
  p->code = open311_service(api_world(p->r), service, p->r->now);
  if (!p->code && !text_eq(service, OPEN311_OTHER))
    return error_set(err, ERR_INPUT, "open311.service", "service_code", service, NULL);
  const char *title = p->code ? open311_title(p->r, p->code) : word(p->r->lang, W_OPEN311_OTHER);
  p->description = req_has(p->r, POST_DESCRIPTION) ? req_text(p->r, POST_DESCRIPTION) : title;
  return 0;
}

/* A point, an address in words, or a place of ours: one of them at least. */
static int read_where(struct sending *p, struct error *err) {
  const struct request *r = p->r;
  bool point = req_has(r, POST_LAT) && req_has(r, POST_LONG);
  if (req_has(r, POST_LAT) != req_has(r, POST_LONG))
    return error_set(err, ERR_INPUT, "open311.circle", req_has(r, POST_LAT) ? "long" : "lat", NULL);
  if (!point && !req_has(r, POST_ADDRESS) && !req_has(r, POST_ADDRESS_ID))
    return error_set(err, ERR_INPUT, "open311.where", "lat", NULL);
  if (point) say(p, AS_POSITION, arena_printf(r->arena, "%.7f,%.7f", req_real(r, POST_LONG), req_real(r, POST_LAT)));
  say(p, AS_ADDRESS, req_text(r, POST_ADDRESS));
  if (req_has(r, POST_ADDRESS_ID)) say(p, AS_PLACE, req_text(r, POST_ADDRESS_ID));
  return 0;
}

/* Chinese names have the family name first and no space between. */
static void read_reporter(struct sending *p) {
  struct request *r = p->r;
  const char *first = req_text(r, POST_FIRST), *last = req_text(r, POST_LAST), *at = last;
  bool chinese = *last && text_is_cjk(text_next(&at));
  const char *both =
      chinese ? arena_printf(r->arena, "%s%s", last, first) : arena_printf(r->arena, "%s %s", first, last);
  p->reporter = (struct reporter_in){.name = text_trim(r->arena, both),
                                     .phone = req_text(r, POST_PHONE),
                                     .mail = req_text(r, POST_EMAIL),
                                     .lang = r->lang};
}

static int take_media(struct sending *p, struct db *db, struct error *err) {
  struct file_limits limits;
  p->draft_count = req_count(p->r, POST_MEDIA);
  if (!p->draft_count) return 0;
  if (file_limits_load(&limits, api_world(p->r)->settings, db, app_of(p->r)->district, err) < 0) return -1;
  for (int i = 0; i < p->draft_count; i++) {
    const struct http_file *f = req_file_at(p->r, POST_MEDIA, i);
    struct bytes data = {f->data, f->len};
    if (file_take_photo(&p->drafts[i], app_of(p->r)->files, data, f->type, &limits, err) < 0) return -1;
  }
  return 0;
}

/* --- in the lane ------------------------------------------------------------------------------------------------ */

static int say_media(struct sending *p, struct lane_txn *t, struct error *err) {
  const struct procedure_field *f = asked_photos(p->action);
  const char *actor = actor_key(t->arena, &p->r->actor);
  for (int i = 0; f && i < p->draft_count; i++) {
    int64_t id;
    if (file_add(t, app_of(p->r)->files, &p->drafts[i], actor, &id, err) < 0) return -1;
    p->said[p->said_count++] = (struct said){f->name, i, arena_printf(t->arena, "%lld", (long long)id)};
  }
  return 0;
}

static int open_it(struct lane_txn *t, void *ctx, struct error *err) {
  struct sending *p = ctx;
  struct acted done;
  size_t before = p->said_count;
  if (say_media(p, t, err) < 0) return -1;
  struct act act = {.actor = &p->r->actor,
                    .procedure = p->procedure->name,
                    .action = p->action->name,
                    .said = p->said,
                    .said_count = p->said_count,
                    .reporter = &p->reporter,
                    .source = "open311"};
  if (*p->r->idempotency_key) {
    act.once_key = p->r->idempotency_key;
    act.once_request = p->r->http->body;
  }
  int result = engine_act(t, app_of(p->r)->engine, &act, &done, err);
  p->said_count = before; /* the lane may run it again */
  if (result < 0) return -1;
  p->number = arena_strdup(p->r->arena, done.code);
  p->receipt = arena_strdup(p->r->arena, done.receipt);
  p->next_due = done.next_due;
  return p->test ? error_set(err, ERR_CONFLICT, "open311.tested", NULL, NULL) : 0;
}

static void write_notice(struct open311 *o, const struct sending *p) {
  struct buf b;
  buf_init(&b, 2000);
  if (p->test)
    buf_puts(&b, word(p->r->lang, W_OPEN311_TESTED));
  else
    words_format(&b, p->r->lang, W_OPEN311_NOTICE, p->receipt, NULL);
  open311_put(o, "service_notice", b.data);
  buf_free(&b);
}

/* With the setting open311.tokens the answer is the token first, and the number is asked for with it. */
static int tokens_first(bool *out, struct request *r, struct error *err) {
  struct q_setting_get_in in = {.district = app_of(r)->district, .name = "open311.tokens"};
  struct q_setting_get_out row = {0};
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  int found = q_setting_get(db, r->arena, &row, &in, err);
  *out = found == 1 && text_eq(row.value, "yes");
  return found < 0 ? -1 : 0;
}

static int opened(struct request *r, void *ctx, struct error *err) {
  struct sending *p = ctx;
  struct open311 o;
  bool token;
  bool tested = p->test && text_eq(err->code, "open311.tested");
  if (err->kind != ERR_NONE && !tested) return -1;
  error_clear(err);
  if (tokens_first(&token, r, err) < 0) return -1;
  r->http->reply.no_store = true;
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests");
  open311_item(&o, "request");
  if (token)
    open311_put(&o, "token", p->receipt);
  else
    open311_put(&o, "service_request_id", p->number);
  write_notice(&o, p);
  open311_put(&o, "account_id", NULL);
  open311_item_end(&o);
  open311_list_end(&o);
  return 0;
}

static int post(struct request *r, struct error *err) {
  struct sending *p = ARENA_NEW(r->arena, struct sending);
  struct db *db;
  *p = (struct sending){.r = r, .test = text_starts(r->http->path, "/open311/test/")};
  if (app_db(&db, r, err) < 0 || know_sender(r, db, err) < 0) return -1;
  if (choose_procedure(p, err) < 0 || read_service(p, err) < 0) return -1;
  if (read_attributes(p, err) < 0 || read_media_url(p, err) < 0 || read_where(p, err) < 0) return -1;
  say(p, AS_SUMMARY, p->description);
  say(p, AS_CATEGORY, p->code ? p->code->key : "");
  read_reporter(p);
  if (take_media(p, db, err) < 0) return -1;
  return app_run(r, open_it, p, opened);
}

#define POST_PARAMS                                                                                                    \
  PARAMS(                                                                                                              \
      [POST_SERVICE] = {.name = "service_code",                                                                        \
                        .type = PARAM_CODE,                                                                            \
                        .in = IN_FORM,                                                                                 \
                        .required = true,                                                                              \
                        .zh = "服务代码",                                                                              \
                        .en = "service code"},                                                                         \
      [POST_LAT] =                                                                                                     \
          {.name = "lat", .type = PARAM_REAL, .in = IN_FORM, .low = -90, .high = 90, .zh = "纬度", .en = "latitude"},  \
      [POST_LONG] = {.name = "long",                                                                                   \
                     .type = PARAM_REAL,                                                                               \
                     .in = IN_FORM,                                                                                    \
                     .low = -180,                                                                                      \
                     .high = 180,                                                                                      \
                     .zh = "经度",                                                                                     \
                     .en = "longitude"},                                                                               \
      [POST_ADDRESS] = {.name = "address_string", .type = PARAM_TEXT, .in = IN_FORM, .zh = "地址", .en = "address"},   \
      [POST_ADDRESS_ID] = {.name = "address_id",                                                                       \
                           .type = PARAM_INT,                                                                          \
                           .in = IN_FORM,                                                                              \
                           .low = 1,                                                                                   \
                           .high = 1e15,                                                                               \
                           .zh = "地点编号",                                                                           \
                           .en = "id of a place"},                                                                     \
      [POST_EMAIL] = {.name = "email", .type = PARAM_TEXT, .in = IN_FORM, .max = 120, .zh = "邮箱", .en = "mail"},     \
      [POST_FIRST] =                                                                                                   \
          {.name = "first_name", .type = PARAM_TEXT, .in = IN_FORM, .max = 30, .zh = "名", .en = "first name"},        \
      [POST_LAST] =                                                                                                    \
          {.name = "last_name", .type = PARAM_TEXT, .in = IN_FORM, .max = 30, .zh = "姓", .en = "last name"},          \
      [POST_PHONE] = {.name = "phone", .type = PARAM_TEXT, .in = IN_FORM, .max = 30, .zh = "电话", .en = "telephone"}, \
      [POST_DESCRIPTION] =                                                                                             \
          {.name = "description", .type = PARAM_LINES, .in = IN_FORM, .zh = "描述", .en = "description"},              \
      [POST_MEDIA_URL] = {.name = "media_url",                                                                         \
                          .type = PARAM_TEXT,                                                                          \
                          .in = IN_FORM,                                                                               \
                          .max = URL_MOST,                                                                             \
                          .zh = "附件网址",                                                                            \
                          .en = "address of a photo"},                                                                 \
      [POST_MEDIA] =                                                                                                   \
          {.name = "media", .type = PARAM_FILE, .in = IN_FORM, .many = MEDIA_MOST, .zh = "照片", .en = "photos"},      \
      [POST_KEY] = {.name = "api_key", .type = PARAM_SECRET, .in = IN_FORM, .max = 200, .zh = "密钥", .en = "key"})
#define POST_ROUTE(path_)                                                                                     \
  {                                                                                                           \
    .method = HTTP_POST, .path = (path_), .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .csrf = CSRF_NONE,         \
    .tag = "open311", .help = W_OPEN311_POST, .rate = RATE_REPORT, .body_max = MEDIA_BODY, .open_form = true, \
    .idempotent = true, .handler = post, .on_error = open311_error, POST_PARAMS                               \
  }

const struct route routes_open311_post[] = {POST_ROUTE("/open311/v2/requests.json"),
                                            POST_ROUTE("/open311/v2/requests.xml"),
                                            POST_ROUTE("/open311/test/v2/requests.json"),
                                            POST_ROUTE("/open311/test/v2/requests.xml"),
                                            {0}};
