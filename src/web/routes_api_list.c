/* The JSON API: many matters at once - lists, search, what waits for me, figures, messages. */
#include <string.h>

#include "store/message.h"
#include "web/api_row.h"

/* --- lists ------------------------------------------------------------------------------------------------------ */

enum {
  LIST_CURSOR,
  LIST_LIMIT,
  LIST_ORDER,
  LIST_OPEN,
  LIST_PHASE,
  LIST_STREET,
  LIST_COMMUNITY,
  LIST_GRID,
  LIST_ORG,
  LIST_PROCEDURE,
  LIST_CATEGORY,
  LIST_MAJOR,
  LIST_SOURCE,
  LIST_FROM,
  LIST_TO,
  LIST_LATE,
  LIST_SOON,
  LIST_CARD,
  LIST_PLACELESS,
  LIST_RELAPSED,
  LIST_REOPENED,
  LIST_Q
};

static const char *text_or_null(const struct request *r, int p) {
  return req_has(r, p) ? req_text(r, p) : NULL;
}

static void fill_filter(struct list_filter *f, const struct request *r) {
  *f = (struct list_filter){.only_open = req_bool(r, LIST_OPEN),
                            .phases = req_has(r, LIST_PHASE),
                            .phase_from = (int)req_int(r, LIST_PHASE),
                            .phase_to = (int)req_int(r, LIST_PHASE),
                            .street = req_int(r, LIST_STREET),
                            .community = req_int(r, LIST_COMMUNITY),
                            .grid = req_int(r, LIST_GRID),
                            .org = req_int(r, LIST_ORG),
                            .procedure = text_or_null(r, LIST_PROCEDURE),
                            .category = text_or_null(r, LIST_CATEGORY),
                            .major = text_or_null(r, LIST_MAJOR),
                            .source = text_or_null(r, LIST_SOURCE),
                            .words = text_or_null(r, LIST_Q),
                            .from = req_int(r, LIST_FROM),
                            .to = req_int(r, LIST_TO),
                            .late = req_bool(r, LIST_LATE),
                            .soon = req_bool(r, LIST_SOON),
                            .card = (int)req_int(r, LIST_CARD),
                            .placeless = req_bool(r, LIST_PLACELESS),
                            .relapsed = req_bool(r, LIST_RELAPSED),
                            .reopened = req_bool(r, LIST_REOPENED),
                            .order = (enum list_order)req_int(r, LIST_ORDER),
                            .most = (int)req_int(r, LIST_LIMIT)};
}

static const char *cursor_after(const struct request *r, const struct list_filter *f, const struct list_row *last) {
  time_ms at = f->order == LIST_SOONEST ? last->due : f->order == LIST_CHANGED ? last->updated : last->opened;
  return api_cursor(r->arena, at, last->id);
}

static int reply_rows(struct request *r, struct list_filter *f, const char *cursor, struct error *err) {
  struct db *db;
  struct scope room;
  struct list_row *rows;
  size_t n;
  bool more;
  struct json j;
  f->scope = api_scope(r, &room);
  if (api_cursor_read(&f->at, &f->at_id, cursor, err) < 0 || app_db(&db, r, err) < 0) return -1;
  if (matter_list(&rows, &n, &more, db, r->arena, api_world(r), f, r->now, err) < 0) return -1;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < n; i++) api_row_write(&j, r, &rows[i], f->scope != NULL);
  json_array_end(&j);
  api_put_next(&j, more ? cursor_after(r, f, &rows[n - 1]) : NULL);
  json_object_end(&j);
  return 0;
}

static int list(struct request *r, struct error *err) {
  struct list_filter f;
  fill_filter(&f, r);
  return reply_rows(r, &f, req_text(r, LIST_CURSOR), err);
}

/* --- search ----------------------------------------------------------------------------------------------------- */

enum { SEARCH_Q, SEARCH_CURSOR, SEARCH_LIMIT };

static int find(struct request *r, struct error *err) {
  struct list_filter f = {.words = req_text(r, SEARCH_Q), .most = (int)req_int(r, SEARCH_LIMIT)};
  return reply_rows(r, &f, req_text(r, SEARCH_CURSOR), err);
}

/* --- the inbox -------------------------------------------------------------------------------------------------- */

enum { INBOX_CURSOR, INBOX_LIMIT, INBOX_PROCEDURE, INBOX_TYPE, INBOX_STAGE };

static void write_inbox_row(struct json *j, struct request *r, const struct inbox_row *row) {
  int offset = app_of(r)->offset_min;
  json_object(j);
  json_put(j, "code", row->code);
  json_put_int(j, "track", row->track);
  api_put_named(j, r, "procedure", row->procedure->name, &row->procedure->title);
  api_put_named(j, r, "type", row->type->name, &row->type->title);
  api_put_named(j, r, "stage", row->stage->name, &row->stage->title);
  json_put(j, "role", text_empty(row->role) ? NULL : row->role);
  json_put(j, "summary", row->summary);
  json_put(j, "category", text_empty(row->category) ? NULL : row->category);
  json_put(j, "urgency", text_empty(row->urgency) ? NULL : row->urgency);
  json_put(j, "address", text_empty(row->address) ? NULL : row->address);
  json_put(j, "street", row->street_name);
  json_put(j, "community", row->community_name);
  json_put(j, "grid", row->grid_name);
  json_put_time(j, "opened", row->opened, offset);
  json_put_time(j, "entered", row->entered, offset);
  json_put_time(j, "due", row->due, offset);
  json_put_bool(j, "confidential", row->confidential);
  json_put_int(j, "card", row->card);
  json_put_int(j, "urges", row->urges);
  json_object_end(j);
}

static int inbox(struct request *r, struct error *err) {
  struct inbox_filter f = {.procedure = text_or_null(r, INBOX_PROCEDURE),
                           .type = text_or_null(r, INBOX_TYPE),
                           .stage = text_or_null(r, INBOX_STAGE),
                           .most = (int)req_int(r, INBOX_LIMIT)};
  struct db *db;
  struct inbox_row *rows;
  size_t n;
  bool more;
  struct json j;
  if (api_cursor_read(&f.after, &f.after_track, req_text(r, INBOX_CURSOR), err) < 0 || app_db(&db, r, err) < 0)
    return -1;
  if (matter_inbox(&rows, &n, &more, db, r->arena, api_world(r), &r->actor, &f, err) < 0) return -1;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < n; i++)
    if (rows[i].stage) write_inbox_row(&j, r, &rows[i]);
  json_array_end(&j);
  api_put_next(&j,
               more ? api_cursor(r->arena, rows[n - 1].due ? rows[n - 1].due : INBOX_NO_DUE, rows[n - 1].track) : NULL);
  json_object_end(&j);
  return 0;
}

static int inbox_counts(struct request *r, struct error *err) {
  struct db *db;
  struct inbox_count *rows;
  size_t n;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  if (matter_inbox_counts(&rows, &n, db, r->arena, api_world(r), &r->actor, r->now, err) < 0) return -1;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < n; i++) {
    json_object(&j);
    api_put_named(&j, r, "procedure", rows[i].procedure->name, &rows[i].procedure->title);
    api_put_named(&j, r, "type", rows[i].type->name, &rows[i].type->title);
    api_put_named(&j, r, "stage", rows[i].stage->name, &rows[i].stage->title);
    json_put_int(&j, "count", rows[i].n);
    json_put_int(&j, "late", rows[i].late);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

/* --- figures ---------------------------------------------------------------------------------------------------- */

static int figures(struct request *r, struct error *err) {
  struct phase_count counts[PHASE_VOID + 1];
  struct scope room;
  const struct scope *scope = api_scope(r, &room);
  struct db *db;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  if (matter_phase_counts(counts, db, r->arena, api_world(r), scope, r->now, err) < 0) return -1;
  api_reply(r, &j, 200);
  json_put(&j, "of", scope ? "scope" : "public");
  json_key(&j, "phases");
  json_array(&j);
  for (int i = 0; i <= PHASE_VOID; i++) {
    if (!counts[i].n) continue;
    json_object(&j);
    json_put(&j, "phase", procedure_phase_name((enum procedure_phase)i));
    json_put_int(&j, "open", counts[i].n);
    json_put_int(&j, "late", counts[i].late);
    json_put_int(&j, "soon", counts[i].soon);
    json_put_int(&j, "carded", counts[i].carded);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

/* --- messages --------------------------------------------------------------------------------------------------- */

enum { MESSAGES_BEFORE, MESSAGES_LIMIT };
enum { MARK_UPTO };

static int messages(struct request *r, struct error *err) {
  struct db *db;
  struct message *rows;
  const char **keys;
  size_t n, key_count, limit = req_has(r, MESSAGES_LIMIT) ? (size_t)req_int(r, MESSAGES_LIMIT) : API_PAGE_USUAL;
  int64_t unread;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  engine_keys(&r->actor, r->arena, &keys, &key_count);
  if (message_unread(db, r->arena, r->actor.district, keys, key_count, r->actor.account, &unread, err) < 0) return -1;
  if (message_list(db, r->arena, r->actor.district, keys, key_count, r->actor.account, req_int(r, MESSAGES_BEFORE),
                   limit, &rows, &n, err) < 0)
    return -1;
  api_reply(r, &j, 200);
  json_put_int(&j, "unread", unread);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < n; i++) {
    json_object(&j);
    json_put_int(&j, "id", rows[i].id);
    json_put(&j, "kind", rows[i].kind);
    json_put(&j, "words", r->lang == LANG_EN ? rows[i].en : rows[i].zh);
    json_put_time(&j, "at", rows[i].at, app_of(r)->offset_min);
    json_put_bool(&j, "seen", rows[i].seen);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static int mark_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  const char **keys;
  size_t n;
  engine_keys(&r->actor, t->arena, &keys, &n);
  return message_mark(t, r->actor.account, keys, n, req_int(r, MARK_UPTO), err);
}

static int marked(struct request *r, void *ctx, struct error *err) {
  struct json j;
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  api_reply(r, &j, 200);
  json_put_int(&j, "upto", req_int(r, MARK_UPTO));
  json_object_end(&j);
  return 0;
}

static int mark(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, mark_in_lane, r, marked);
}

#define PHASES "reported|verifying|accepted|filed|dispatched|handling|handled|checking|suspended|closed|refused|void"
#define CURSOR_PARAM \
  { .name = "cursor", .type = PARAM_CODE, .in = IN_QUERY, .zh = "翻页标记", .en = "next of the page before" }
#define LIMIT_PARAM                                                                                    \
  {                                                                                                    \
    .name = "limit", .type = PARAM_INT, .in = IN_QUERY, .low = 1, .high = API_PAGE_MOST, .zh = "条数", \
    .en = "rows of a page"                                                                             \
  }
#define ID_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_INT, .in = IN_QUERY, .low = 1, .high = 1e15, .zh = (zh_), .en = (en_) }
#define FLAG_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_BOOL, .in = IN_QUERY, .zh = (zh_), .en = (en_) }
#define NAME_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_CODE, .in = IN_QUERY, .zh = (zh_), .en = (en_) }
#define KEY_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_TEXT, .in = IN_QUERY, .max = 80, .zh = (zh_), .en = (en_) }
#define TIME_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_TIME, .in = IN_QUERY, .zh = (zh_), .en = (en_) }

const struct route routes_api_list[] = {
    {.method = HTTP_GET,
     .path = "/api/v1/matters",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "rows",
     .tag = "matters",
     .help = W_API_LIST,
     .rate = RATE_API,
     .handler = list,
     PARAMS([LIST_CURSOR] = CURSOR_PARAM, [LIST_LIMIT] = LIMIT_PARAM,
            [LIST_ORDER] = {.name = "order",
                            .type = PARAM_CHOICE,
                            .in = IN_QUERY,
                            .choices = "newest|soonest|changed",
                            .zh = "排序",
                            .en = "newest first, soonest due first, or changed last first"},
            [LIST_OPEN] = FLAG_PARAM("open", "只看未办结", "only those not ended"),
            [LIST_PHASE] =
                {.name = "phase", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = PHASES, .zh = "环节", .en = "phase"},
            [LIST_STREET] = ID_PARAM("street", "街道", "id of the street"),
            [LIST_COMMUNITY] = ID_PARAM("community", "社区", "id of the community"),
            [LIST_GRID] = ID_PARAM("grid", "网格", "id of the grid"),
            [LIST_ORG] = ID_PARAM("organisation", "部门", "id of the department"),
            [LIST_PROCEDURE] = NAME_PARAM("procedure", "办理程序", "name of the procedure"),
            [LIST_CATEGORY] = KEY_PARAM("category", "类别", "scheme/kind/code"),
            [LIST_MAJOR] = KEY_PARAM("major", "大类", "scheme/kind/two digits"),
            [LIST_SOURCE] = NAME_PARAM("source", "来源", "where it came from"),
            [LIST_FROM] = TIME_PARAM("from", "起", "opened at or after"),
            [LIST_TO] = TIME_PARAM("to", "止", "opened before"),
            [LIST_LATE] = FLAG_PARAM("late", "已超期", "past its end"),
            [LIST_SOON] = FLAG_PARAM("soon", "将到期", "due soon"),
            [LIST_CARD] = {.name = "card",
                           .type = PARAM_INT,
                           .in = IN_QUERY,
                           .low = 1,
                           .high = 3,
                           .zh = "督办等级",
                           .en = "at least this supervision card"},
            [LIST_PLACELESS] = FLAG_PARAM("placeless", "待定位", "to be placed"),
            [LIST_RELAPSED] = FLAG_PARAM("relapsed", "回流", "relapsed"),
            [LIST_REOPENED] = FLAG_PARAM("reopened", "重新办理", "reopened"),
            [LIST_Q] =
                {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 100, .zh = "查找", .en = "words to find"})},
    {.method = HTTP_GET,
     .path = "/api/v1/search",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "rows",
     .tag = "matters",
     .help = W_API_SEARCH,
     .rate = RATE_API,
     .handler = find,
     PARAMS([SEARCH_Q] = {.name = "q",
                          .type = PARAM_TEXT,
                          .in = IN_QUERY,
                          .required = true,
                          .max = 100,
                          .zh = "查找",
                          .en = "words to find"},
            [SEARCH_CURSOR] = CURSOR_PARAM, [SEARCH_LIMIT] = LIMIT_PARAM)},
    {.method = HTTP_GET,
     .path = "/api/v1/inbox",
     .kind = ROUTE_API,
     .who = ACCESS_SIGNED_IN,
     .reply = "inbox",
     .tag = "inbox",
     .help = W_API_INBOX,
     .rate = RATE_API,
     .handler = inbox,
     PARAMS([INBOX_CURSOR] = CURSOR_PARAM, [INBOX_LIMIT] = LIMIT_PARAM,
            [INBOX_PROCEDURE] = NAME_PARAM("procedure", "办理程序", "name of the procedure"),
            [INBOX_TYPE] = NAME_PARAM("type", "办理线", "type of the track"),
            [INBOX_STAGE] = NAME_PARAM("stage", "环节", "stage"))},
    {.method = HTTP_GET,
     .path = "/api/v1/inbox/counts",
     .kind = ROUTE_API,
     .who = ACCESS_SIGNED_IN,
     .reply = "inbox-counts",
     .tag = "inbox",
     .help = W_API_INBOX_COUNTS,
     .rate = RATE_API,
     .handler = inbox_counts},
    {.method = HTTP_GET,
     .path = "/api/v1/figures",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "figures",
     .tag = "figures",
     .help = W_API_FIGURES,
     .rate = RATE_API,
     .handler = figures},
    {.method = HTTP_GET,
     .path = "/api/v1/messages",
     .kind = ROUTE_API,
     .who = ACCESS_SIGNED_IN,
     .reply = "messages",
     .tag = "inbox",
     .help = W_API_MESSAGES,
     .rate = RATE_API,
     .handler = messages,
     PARAMS([MESSAGES_BEFORE] = ID_PARAM("before", "早于", "only those with a smaller id"), [MESSAGES_LIMIT] =
                                                                                                LIMIT_PARAM)},
    {.method = HTTP_POST,
     .path = "/api/v1/messages/seen",
     .kind = ROUTE_API,
     .who = ACCESS_SIGNED_IN,
     .csrf = CSRF_TOKEN,
     .reply = "messages-seen",
     .tag = "inbox",
     .help = W_API_MESSAGES_SEEN,
     .rate = RATE_API,
     .handler = mark,
     PARAMS([MARK_UPTO] = {.name = "upto",
                           .type = PARAM_INT,
                           .in = IN_JSON,
                           .required = true,
                           .low = 0,
                           .high = 1e15,
                           .zh = "看到哪一条",
                           .en = "id of the newest message that was seen"})},
    {0}};
