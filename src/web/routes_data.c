/* Requests of people about the data kept about them, for those who answer: what waits with its legal end, one request with
 * what is asked and what is stored, granting and refusing. Those above and auditors see what waits, not what was written. */
#include <string.h>

#include "matter/data_request.h"
#include "people/identity.h"
#include "people/person.h"
#include "web/api.h"
#include "web/data_view.h"
#include "web/panel.h"

enum { LIST_STATE, LIST_BEFORE };
enum { ONE_ID };
enum { API_ID, API_DECISION, API_VALUE, API_REASON };
enum { PAGE_ROWS = 100, MASK_SIZE = 64 };

#define DATA_WHO                                                                                           \
  (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_DISTRICT_LEADER) | \
   ROLE_BIT(ROLE_AUDITOR))

static const char *what_title(enum lang lang, const char *what) {
  if (text_eq(what, "copy")) return word(lang, W_DATA_COPY);
  return word(lang, text_eq(what, "delete") ? W_DATA_DELETE : W_DATA_CORRECT);
}

/* --- the list --------------------------------------------------------------------------------------------------- */

struct line {
  int64_t id, record;
  const char *what, *field;
  time_ms asked, due, answered;
  bool granted;
};

static void state_cell(struct panel *p, struct panel_part *t, const struct line *l) {
  if (l->answered) {
    panel_tag(p, t, l->granted ? "clock ok" : "clock held", panel_word(p, l->granted ? W_DATA_GRANTED : W_DATA_REFUSED));
    return;
  }
  bool late = l->due < p->r->now, soon = !late && l->due - p->r->now < 3 * (time_ms)DAY_MS;
  panel_tag(p, t, late ? "clock late" : soon ? "clock soon" : "clock ok",
            panel_word(p, late ? W_DATA_LATE : soon ? W_DATA_SOON : W_DATA_WAITING));
}

static int put_line(struct panel *p, struct panel_part *t, const struct line *l, struct error *err) {
  const char *about;
  if (data_about(&about, p->who.db, p->r->arena, p->who.world->district, p->r->lang, l->record, l->field, err) < 0) return -1;
  panel_row(p, t);
  panel_link(p, t, arena_printf(p->r->arena, "/data-requests/%lld", (long long)l->id), panel_count(p, l->id));
  panel_cell(p, t, what_title(p->r->lang, l->what));
  panel_cell(p, t, about);
  panel_time(p, t, l->asked);
  panel_time(p, t, l->answered ? l->answered : l->due);
  state_cell(p, t, l);
  if (!l->answered && l->due < p->r->now) panel_row_look(t, "late");
  return 0;
}

static int open_lines(struct panel *p, struct panel_part *t, struct error *err) {
  struct q_data_request_open_out *rows;
  size_t n;
  struct q_data_request_open_in in = {.district = p->who.world->district, .most = DATA_REQUESTS_MOST};
  if (q_data_request_open(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct line l = {.id = rows[i].id, .record = rows[i].record, .what = rows[i].what, .field = rows[i].field,
                     .asked = rows[i].asked, .due = rows[i].due};
    if (put_line(p, t, &l, err) < 0) return -1;
  }
  return 0;
}

static int answered_lines(struct panel *p, struct panel_part *t, int64_t before, struct error *err) {
  struct q_data_request_answered_out *rows;
  size_t n;
  struct q_data_request_answered_in in = {.district = p->who.world->district, .before = before ? before : INT64_MAX,
                                          .most = PAGE_ROWS};
  if (q_data_request_answered(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct line l = {.id = rows[i].id, .record = rows[i].record, .what = rows[i].what, .field = rows[i].field,
                     .asked = rows[i].asked, .due = rows[i].due, .answered = rows[i].answered,
                     .granted = rows[i].granted != 0};
    if (put_line(p, t, &l, err) < 0) return -1;
  }
  if (n == PAGE_ROWS)
    t->next = arena_printf(p->r->arena, "/data-requests?state=answered&before=%lld", (long long)rows[n - 1].id);
  return 0;
}

static int list_get(struct request *r, struct error *err) {
  struct panel p;
  struct q_data_request_count_out count = {0};
  bool answered = text_eq(req_text(r, LIST_STATE), "answered");
  if (panel_start(&p, r, W_DATA_TITLE, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_DATA_TITLE),
              panel_say(&p, W_DATA_SUB, data_limit_words(r->arena, p.who.world, r->lang, r->now), NULL));
  struct q_data_request_count_in in = {.district = p.who.world->district, .now = r->now};
  if (q_data_request_count(p.who.db, r->arena, &count, &in, err) < 0) return -1;
  panel_tab(&p, "/data-requests", panel_word(&p, W_DATA_WAITING), panel_count(&p, count.waiting), !answered);
  panel_tab(&p, "/data-requests?state=answered", panel_word(&p, W_RESIDENT_ANSWERED), NULL, answered);
  struct panel_part *t = panel_table(&p, NULL, W_DATA_NUMBER, W_DATA_WHAT, W_DATA_ABOUT, W_DATA_ASKED,
                                     answered ? W_RESIDENT_ANSWERED : W_DATA_DUE, W_DATA_STATE, NO_WORD);
  t->empty = panel_word(&p, answered ? W_DATA_NONE_ANSWERED : W_DATA_NONE);
  int filled = answered ? answered_lines(&p, t, req_int(r, LIST_BEFORE), err) : open_lines(&p, t, err);
  return filled < 0 ? -1 : panel_send(&p, 200);
}

/* --- one request ------------------------------------------------------------------------------------------------ */

/* What is stored, masked: whoever answers need not read it to put something else in its place. */
static const char *masked(struct request *r, void (*mask)(char *, size_t, const char *), const char *text) {
  char *out = arena_alloc(r->arena, MASK_SIZE);
  if (text_empty(text)) return "—";
  mask(out, MASK_SIZE, text);
  return out;
}

static int stored_part(struct panel *p, const struct data_request *q, struct error *err) {
  struct request *r = p->r;
  struct data_record record = {0};
  struct person_view person = {0};
  const struct people_env *env = app_of(r)->people;
  struct panel_part *f = panel_facts(p, panel_word(p, W_DATA_STORED));
  if (q->record && data_record_get(&record, p->who.db, r->arena, env, q->record, err) < 0) return -1;
  if (!q->record && people_person_clear(&person, p->who.db, r->arena, env, q->person, err) < 0) return -1;
  panel_fact(p, f, W_RESIDENT_NAME, masked(r, mask_name, q->record ? record.name : person.name));
  panel_fact(p, f, W_RESIDENT_PHONE, masked(r, mask_phone, q->record ? record.phone : person.phone));
  if (q->record) panel_fact(p, f, W_DATA_MAIL, masked(r, mask_name, record.mail));
  else panel_fact(p, f, W_RESIDENT_ID_NUMBER, masked(r, mask_resident_id, person.id_number));
  return 0;
}

static int asked_part(struct panel *p, const struct data_request *q, bool whole, struct error *err) {
  const char *about;
  struct panel_part *f = panel_facts(p, panel_word(p, W_DATA_ASKED_PART));
  if (data_about(&about, p->who.db, p->r->arena, p->who.world->district, p->r->lang, q->record, q->field, err) < 0) return -1;
  panel_fact(p, f, W_DATA_WHAT, what_title(p->r->lang, q->what));
  panel_fact(p, f, W_DATA_ABOUT, about);
  if (whole && *q->value) panel_fact(p, f, W_DATA_VALUE, q->value);
  panel_fact(p, f, W_DATA_WORDS, !whole ? panel_word(p, W_DATA_SEALED) : *q->words ? q->words : "—");
  panel_fact(p, f, W_DATA_ASKED, panel_when(p, q->asked));
  panel_fact(p, f, W_DATA_DUE, panel_when(p, q->due));
  if (q->told_late) panel_fact(p, f, W_DATA_TOLD_LATE, panel_when(p, q->told_late));
  return 0;
}

static void answer_part(struct panel *p, const struct data_request *q, bool whole) {
  struct panel_part *f = panel_facts(p, panel_word(p, W_DATA_ANSWER));
  panel_fact(p, f, W_DATA_STATE, panel_word(p, q->granted ? W_DATA_GRANTED : W_DATA_REFUSED));
  panel_fact(p, f, W_RESIDENT_ANSWERED, panel_when(p, q->answered));
  panel_fact(p, f, W_DATA_BY, case_actor_name(&p->who, q->answered_by));
  panel_fact(p, f, W_DATA_REASON, !whole ? panel_word(p, W_DATA_SEALED) : *q->answer ? q->answer : "—");
}

static void answer_forms(struct panel *p, const struct data_request *q, const struct error *wrong) {
  struct arena *a = p->r->arena;
  const char *to_grant = arena_printf(a, "/data-requests/%lld/grant", (long long)q->id);
  const char *to_refuse = arena_printf(a, "/data-requests/%lld/refuse", (long long)q->id);
  bool refusing = text_eq(p->r->http->path, to_refuse), correct = text_eq(q->what, "correct");
  struct panel_form *f = panel_form(p, panel_word(p, W_DATA_GRANT), to_grant, W_DATA_GRANT);
  f->help = panel_word(p, correct                     ? W_DATA_GRANT_CORRECT_HELP
                          : text_eq(q->field, "contents") ? W_DATA_GRANT_DELETE_CONTENTS_HELP
                          : text_eq(q->what, "delete") ? q->record ? W_DATA_GRANT_DELETE_RECORD_HELP : W_DATA_GRANT_DELETE_HELP
                                                       : W_DATA_GRANT_COPY_HELP);
  if (text_eq(q->what, "delete")) f->look = "danger";
  if (correct) panel_field(p, f, "value", "text", W_DATA_VALUE, q->value)->needed = true;
  struct form_field *words = panel_field(p, f, "reason", "lines", W_DATA_ANSWER_WORDS, "");
  words->max_chars = DATA_WORDS_MAX;
  if (!refusing) panel_wrong(p, f, wrong);
  f = panel_form(p, panel_word(p, W_DATA_REFUSE), to_refuse, W_DATA_REFUSE);
  f->help = panel_word(p, W_DATA_REFUSE_HELP);
  words = panel_field(p, f, "reason", "lines", W_DATA_REASON, "");
  words->needed = true;
  words->max_chars = DATA_WORDS_MAX;
  if (refusing) panel_wrong(p, f, wrong);
}

static int show_one(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct data_request q;
  if (panel_start(&p, r, W_DATA_TITLE, err) < 0) return -1;
  int found = data_request_get(&q, p.who.db, r->arena, app_of(r)->people, req_int(r, ONE_ID), err);
  if (found <= 0) return found < 0 ? -1 : error_set(err, ERR_MISSING, "data.missing", NULL, NULL);
  bool answers = data_request_may_answer(p.who.world, &r->actor, r->now);
  r->http->reply.no_store = true;
  panel_title(&p, panel_say(&p, W_DATA_ONE, panel_count(&p, q.id), what_title(r->lang, q.what), NULL), "");
  panel_back(&p, "/data-requests", panel_word(&p, W_DATA_TITLE));
  bool late = !q.answered && q.due < r->now;
  if (late) panel_note(&p, "warning", panel_word(&p, W_DATA_LATE_NOTE));
  if (asked_part(&p, &q, answers, err) < 0) return -1;
  if (answers && stored_part(&p, &q, err) < 0) return -1;
  if (q.answered) answer_part(&p, &q, answers);
  else if (answers) answer_forms(&p, &q, wrong);
  return panel_send(&p, status);
}

static int one_get(struct request *r, struct error *err) { return show_one(r, NULL, 200, err); }

/* --- answering -------------------------------------------------------------------------------------------------- */

struct answering {
  struct request *r;
  int64_t id;
  bool grant;
  const char *value, *reason;
};

static int answer_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  const struct answering *a = ctx;
  return data_request_answer(t, app_of(a->r)->engine, &a->r->actor, a->id, a->grant, a->value, a->reason, err);
}

static int answered(struct request *r, void *ctx, struct error *err) {
  const struct answering *a = ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    error_clear(err);
    return show_one(r, &wrong, error_http_status(wrong.kind), err);
  }
  reply_notice(r, a->grant ? W_DATA_DONE_GRANTED : W_DATA_DONE_REFUSED);
  return reply_redirect(r, "/data-requests");
}

static int start(struct request *r, bool grant) {
  struct answering *a = ARENA_NEW(r->arena, struct answering);
  *a = (struct answering){r, req_int(r, ONE_ID), grant, panel_typed(r, "value"), panel_typed(r, "reason")};
  return app_run(r, answer_in_lane, a, answered);
}

static int too_long(const char *text, struct error *err) {
  char most[16];
  if (text_chars(text) <= DATA_WORDS_MAX) return 0;
  text_copy(most, sizeof most, "500");
  return error_set(err, ERR_INPUT, "data.long", "reason", most, NULL);
}

static int post(struct request *r, bool grant, struct error *err) {
  struct error wrong = {0};
  if (too_long(panel_typed(r, "reason"), &wrong) < 0) return show_one(r, &wrong, error_http_status(wrong.kind), err);
  return start(r, grant);
}

static int grant_post(struct request *r, struct error *err) { return post(r, true, err); }
static int refuse_post(struct request *r, struct error *err) { return post(r, false, err); }

/* --- the API ---------------------------------------------------------------------------------------------------- */

static int api_list(struct request *r, struct error *err) {
  struct q_data_request_open_out *rows;
  struct db *db;
  size_t n;
  struct q_data_request_open_in in = {.district = app_of(r)->district, .most = DATA_REQUESTS_MOST};
  if (app_db(&db, r, err) < 0 || q_data_request_open(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  int64_t *ids = ARENA_ARRAY(r->arena, n + 1, int64_t);
  for (size_t i = 0; i < n; i++) ids[i] = rows[i].id;
  return data_reply_items(r, db, ids, n, false, err);
}

static int api_reply_one(struct request *r, int64_t id, struct error *err) {
  struct data_request q;
  struct db *db;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  int found = data_request_get(&q, db, r->arena, app_of(r)->people, id, err);
  if (found <= 0) return found < 0 ? -1 : error_set(err, ERR_MISSING, "data.missing", NULL, NULL);
  api_reply(r, &j, 200);
  data_put(&j, r, &q, data_request_may_answer(api_world(r), &r->actor, r->now));
  json_object_end(&j);
  return 0;
}

static int api_one(struct request *r, struct error *err) { return api_reply_one(r, req_int(r, API_ID), err); }

static int api_answered(struct request *r, void *ctx, struct error *err) {
  const struct answering *a = ctx;
  return err->kind != ERR_NONE ? -1 : api_reply_one(r, a->id, err);
}

static int api_answer(struct request *r, struct error *err) {
  struct answering *a = ARENA_NEW(r->arena, struct answering);
  (void)err;
  *a = (struct answering){r, req_int(r, API_ID), text_eq(req_text(r, API_DECISION), "grant"), req_text(r, API_VALUE),
                          req_text(r, API_REASON)};
  return app_run(r, answer_in_lane, a, api_answered);
}

#define ID_PARAM {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15, \
                  .zh = "请求编号", .en = "number of the request"}

const struct route routes_data[] = {
    {.method = HTTP_GET, .path = "/data-requests", .kind = ROUTE_PAGE, .who = DATA_WHO, .help = W_ROUTE_DATA_LIST,
     .rate = RATE_PAGE, .handler = list_get,
     PARAMS([LIST_STATE] = {.name = "state", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = "open|answered"},
            [LIST_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_GET, .path = "/data-requests/{id}", .kind = ROUTE_PAGE, .who = DATA_WHO, .help = W_ROUTE_DATA_ONE,
     .rate = RATE_PAGE, .handler = one_get, PARAMS([ONE_ID] = ID_PARAM)},
    {.method = HTTP_POST, .path = "/data-requests/{id}/grant", .kind = ROUTE_PAGE, .who = DATA_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_DATA_GRANT, .handler = grant_post, PARAMS([ONE_ID] = ID_PARAM)},
    {.method = HTTP_POST, .path = "/data-requests/{id}/refuse", .kind = ROUTE_PAGE, .who = DATA_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_DATA_REFUSE, .handler = refuse_post, PARAMS([ONE_ID] = ID_PARAM)},
    {.method = HTTP_GET, .path = "/api/v1/data-requests", .kind = ROUTE_API, .who = DATA_WHO, .reply = "data-requests",
     .tag = "people", .help = W_ROUTE_DATA_LIST, .rate = RATE_API, .handler = api_list},
    {.method = HTTP_GET, .path = "/api/v1/data-requests/{id}", .kind = ROUTE_API, .who = DATA_WHO, .reply = "data-request",
     .tag = "people", .help = W_ROUTE_DATA_ONE, .rate = RATE_API, .handler = api_one, PARAMS([API_ID] = ID_PARAM)},
    {.method = HTTP_POST, .path = "/api/v1/data-requests/{id}/answer", .kind = ROUTE_API, .who = DATA_WHO,
     .csrf = CSRF_TOKEN, .reply = "data-request", .tag = "people", .help = W_ROUTE_DATA_ANSWER, .rate = RATE_API,
     .handler = api_answer,
     PARAMS([API_ID] = ID_PARAM,
            [API_DECISION] = {.name = "decision", .type = PARAM_CHOICE, .in = IN_JSON, .required = true,
                              .choices = "grant|refuse", .zh = "同意或不同意", .en = "grant or refuse"},
            [API_VALUE] = {.name = "value", .type = PARAM_TEXT, .in = IN_JSON, .max = 200, .zh = "更正为",
                           .en = "what a correction puts in"},
            [API_REASON] = {.name = "reason", .type = PARAM_LINES, .in = IN_JSON, .max = DATA_WORDS_MAX, .zh = "答复或理由",
                            .en = "what the person is told"})},
    {0}};
