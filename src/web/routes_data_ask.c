/* What somebody asks about the data kept about them: on their own page, and in the JSON API. */
#include <stdio.h>
#include <string.h>

#include "matter/data_request.h"
#include "web/api.h"
#include "web/data_view.h"
#include "web/resident.h"

enum { ASK_WHAT, ASK_RECORD, ASK_FIELD, ASK_VALUE, ASK_WORDS };
enum { RECORDS_MOST = 100, LINE_BYTES = 400 };

/* --- the form --------------------------------------------------------------------------------------------------- */

static const char *typed(const struct resident *x, const char *name) {
  const char *s = x->r->http->method == HTTP_POST ? req_form(x->r, name) : NULL;
  return s ? s : "";
}

static int fill_records(struct view_resident_ask *v, const struct resident *x, struct error *err) {
  struct q_reporter_of_person_in in = {.district = x->app->district, .person = x->r->actor.person, .most = RECORDS_MOST};
  struct q_reporter_of_person_out *rows;
  size_t n;
  if (q_reporter_of_person(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct view_my_record *out = ARENA_ARRAY(x->a, n + 1, struct view_my_record);
  const char *chosen = typed(x, "record");
  out[0] = (struct view_my_record){"0", word(x->r->lang, W_DATA_RECORD_SELF), false};
  for (size_t i = 0; i < n; i++) {
    const char *value = arena_printf(x->a, "%lld", (long long)rows[i].id);
    out[i + 1] = (struct view_my_record){value, arena_printf(x->a, "%s %s", rows[i].code, rows[i].summary),
                                         text_eq(value, chosen)};
  }
  v->records = out;
  v->record_count = (int)n + 1;
  return 0;
}

static void fill_fields(struct view_resident_ask *v, const struct resident *x) {
  static const char *const names[] = {"", "name", "phone", "id-number", "mail", "contents"};
  enum { COUNT = sizeof names / sizeof *names };
  struct view_my_record *out = ARENA_ARRAY(x->a, COUNT, struct view_my_record);
  for (int i = 0; i < COUNT; i++)
    out[i] = (struct view_my_record){names[i], data_field_title(x->r->lang, names[i]), text_eq(names[i], v->field)};
  v->fields = out;
  v->field_count = COUNT;
}

static int fill_requests(struct view_resident_ask *v, const struct resident *x, struct error *err) {
  struct q_data_request_of_person_in in = {.district = x->app->district, .person = x->r->actor.person,
                                           .most = DATA_REQUESTS_MOST};
  struct q_data_request_of_person_out *rows;
  size_t n;
  if (q_data_request_of_person(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  struct view_my_request *out = ARENA_ARRAY(x->a, n + 1, struct view_my_request);
  for (size_t i = 0; i < n; i++) {
    const struct q_data_request_of_person_out *row = &rows[i];
    const char *answer = NULL, *about;
    if (data_request_open_answer(&answer, x->a, x->app->people, row->id, row->answer, err) < 0 ||
        data_about(&about, x->db, x->a, x->app->district, x->r->lang, row->record, row->field, err) < 0)
      return -1;
    out[i] = (struct view_my_request){.word = arena_printf(x->a, "resident.ask-%s", row->what), .about = about,
                                      .answer = answer ? answer : "", .asked = row->asked, .due = row->due,
                                      .answered = row->answered, .granted = row->granted != 0,
                                      .late = !row->answered && row->due < x->r->now};
  }
  v->requests = out;
  v->request_count = (int)n;
  return 0;
}

int resident_fill_ask(struct view_resident_ask *v, const struct resident *x, const struct error *wrong, struct error *err) {
  const char *what = typed(x, "what");
  *v = (struct view_resident_ask){.fault = {"", "", ""}, .what = *what ? what : "copy", .field = typed(x, "field"),
                                  .value = typed(x, "value"), .words = typed(x, "words")};
  if (wrong) v->fault = resident_fault(x, wrong);
  v->limit = data_limit_words(x->a, x->w, x->r->lang, x->r->now);
  fill_fields(v, x);
  if (!x->r->actor.person) {
    v->records = ARENA_NEW(x->a, struct view_my_record);
    return 0;
  }
  return fill_records(v, x, err) < 0 ? -1 : fill_requests(v, x, err);
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

struct asking {
  struct request *r;
  struct data_ask ask;
  int64_t id;
};

static int ask_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct asking *a = ctx;
  return data_request_ask(t, app_of(a->r)->engine, &a->r->actor, &a->ask, &a->id, err);
}

static int start(struct request *r, int (*after)(struct request *r, void *ctx, struct error *err)) {
  struct asking *a = ARENA_NEW(r->arena, struct asking);
  *a = (struct asking){.r = r, .ask = {.what = req_text(r, ASK_WHAT), .record = req_int(r, ASK_RECORD),
                                       .field = req_text(r, ASK_FIELD), .value = req_text(r, ASK_VALUE),
                                       .words = req_text(r, ASK_WORDS)}};
  return app_run(r, ask_in_lane, a, after);
}

static int asked(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    error_clear(err);
    return resident_show_me(r, &wrong, error_http_status(wrong.kind), err);
  }
  reply_notice(r, W_RESIDENT_ASKED);
  return reply_redirect(r, "/me");
}

static int me_ask(struct request *r, struct error *err) {
  (void)err;
  return start(r, asked);
}

/* --- the API ---------------------------------------------------------------------------------------------------- */

static int api_asked(struct request *r, void *ctx, struct error *err) {
  const struct asking *a = ctx;
  struct data_request q;
  struct db *db;
  struct json j;
  if (err->kind != ERR_NONE || app_db(&db, r, err) < 0) return -1;
  if (data_request_get(&q, db, r->arena, app_of(r)->people, a->id, err) <= 0) return -1;
  api_reply(r, &j, 201);
  data_put(&j, r, &q, true);
  json_object_end(&j);
  return 0;
}

static int api_ask(struct request *r, struct error *err) {
  (void)err;
  return start(r, api_asked);
}

static int api_mine(struct request *r, struct error *err) {
  struct q_data_request_of_person_in in = {.district = app_of(r)->district, .person = r->actor.person,
                                           .most = DATA_REQUESTS_MOST};
  struct q_data_request_of_person_out *rows;
  struct db *db;
  size_t n;
  if (app_db(&db, r, err) < 0 || q_data_request_of_person(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  int64_t *ids = ARENA_ARRAY(r->arena, n + 1, int64_t);
  for (size_t i = 0; i < n; i++) ids[i] = rows[i].id;
  return data_reply_items(r, db, ids, n, true, err);
}

#define ASK_PARAMS(where)                                                                                              \
  PARAMS([ASK_WHAT] = {.name = "what", .type = PARAM_CHOICE, .in = where, .required = true,                            \
                       .choices = "copy|correct|delete", .zh = "请求", .en = "what is asked"},                         \
         [ASK_RECORD] = {.name = "record", .type = PARAM_INT, .in = where, .low = 0, .high = 1e15,                     \
                         .zh = "哪一次上报；0 为本人信息", .en = "which report; 0: what stands about oneself"},        \
         [ASK_FIELD] = {.name = "field", .type = PARAM_CHOICE, .in = where, .choices = "|name|phone|id-number|mail|contents", \
                        .zh = "哪一项", .en = "what to correct; delete: contents, what was written, spoken and photographed too"}, \
         [ASK_VALUE] = {.name = "value", .type = PARAM_TEXT, .in = where, .max = 200, .zh = "应更正为",                \
                        .en = "what it should say"},                                                                   \
         [ASK_WORDS] = {.name = "words", .type = PARAM_LINES, .in = where, .max = DATA_WORDS_MAX, .zh = "说明",        \
                        .en = "in words"})

const struct route routes_data_ask[] = {
    {.method = HTTP_POST, .path = "/me/ask", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .tag = "resident", .help = W_ROUTE_ME_ASK, .rate = RATE_REPORT, .handler = me_ask, ASK_PARAMS(IN_FORM)},
    {.method = HTTP_GET, .path = "/api/v1/me/data-requests", .kind = ROUTE_API, .who = ACCESS_SIGNED_IN,
     .reply = "data-requests", .tag = "people", .help = W_API_DATA_MINE, .rate = RATE_API, .handler = api_mine},
    {.method = HTTP_POST, .path = "/api/v1/me/data-requests", .kind = ROUTE_API, .who = ACCESS_SIGNED_IN,
     .csrf = CSRF_TOKEN, .reply = "data-request", .tag = "people", .help = W_ROUTE_ME_ASK, .rate = RATE_REPORT,
     .handler = api_ask, ASK_PARAMS(IN_JSON)},
    {0}};
