/* The JSON API: matters - opening, listing, looking at one, acting on it, following it - and receipts, by which a
 * resident without an account does the same with their own. */
#include <string.h>

#include "matter/state.h"
#include "web/api.h"
#include "web/case_json.h"
#include "web/sealed_reading.h"

/* --- what came of an action ------------------------------------------------------------------------------------- */

static int acted(struct request *r, const struct acted *done, void *ctx, struct error *err) {
  struct json j;
  (void)ctx;
  if (!done) return err->kind == ERR_NONE ? error_fault(err, "web.fault", "an action without an answer") : -1;
  api_reply(r, &j, done->again ? 200 : 201);
  json_put(&j, "code", done->code);
  json_put(&j, "receipt", text_empty(done->receipt) ? NULL : done->receipt);
  json_put(&j, "stage", text_empty(done->stage) ? NULL : done->stage);
  json_put_int(&j, "track", done->track);
  json_put_int(&j, "step", done->step);
  json_put_time(&j, "next_date", done->next_due, app_of(r)->offset_min);
  json_put_bool(&j, "again", done->again);
  json_object_end(&j);
  return 0;
}

/* The same key with another body is refused: the body is what was asked. */
static void add_once(struct act *act, const struct request *r) {
  if (!*r->idempotency_key) return;
  act->once_key = r->idempotency_key;
  act->once_request = r->http->body;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

enum { OPEN_PROCEDURE, OPEN_ACTION, OPEN_SAID, OPEN_REPORTER, OPEN_SOURCE, OPEN_ORIGIN };

static int find_opening(struct act *act, struct request *r, struct error *err) {
  const struct procedure *p = world_procedure(api_world(r), req_text(r, OPEN_PROCEDURE), 0);
  if (!p) return error_set(err, ERR_INPUT, "matter.procedure", "procedure", req_text(r, OPEN_PROCEDURE), NULL);
  const char *wanted = req_has(r, OPEN_ACTION) ? req_text(r, OPEN_ACTION) : NULL;
  const struct procedure_action *action = procedure_opening(p, wanted);
  if (!action) return error_set(err, ERR_INPUT, "matter.action", "action", wanted ? wanted : "", NULL);
  act->procedure = p->name;
  act->action = action->name;
  return 0;
}

/* Who opens it as anybody may is its reporter and gets a receipt, with an account or without. */
static bool opens_as_anyone(const struct procedure_action *action) {
  for (size_t i = 0; i < action->by.count; i++)
    if (action->by.items[i].kind == ACTOR_ANYONE) return true;
  return false;
}

/* Where a person's report comes from follows from what they do. A program brings what others told it, and may say from where
 * when its key names that source and the procedure knows it. */
static int claim_source(struct act *act, const struct request *r, const struct procedure *p, struct error *err) {
  const char *source = req_text(r, OPEN_SOURCE);
  act->source = "api";
  if (!req_has(r, OPEN_SOURCE) || text_eq(source, act->source)) return 0;
  if (!access_may_claim(&r->actor, source)) return error_set(err, ERR_DENIED, "api.source", "source", source, NULL);
  for (size_t i = 0; i < p->tracks[0].fields.count; i++) {
    const struct procedure_field *f = &p->tracks[0].fields.items[i];
    for (size_t k = 0; f->as == AS_SOURCE && k < f->options_count; k++)
      if (text_eq(f->options[k].name, source)) act->claimed = true;
  }
  if (!act->claimed) return error_set(err, ERR_INPUT, "api.source.unknown", "source", source, NULL);
  act->source = source;
  return 0;
}

static int open_matter(struct request *r, struct error *err) {
  struct act act = {.actor = &r->actor};
  struct said *said;
  struct reporter_in *reporter;
  if (find_opening(&act, r, err) < 0) return -1;
  if (api_said(&said, &act.said_count, r, OPEN_SAID, err) < 0) return -1;
  const struct procedure *p = world_procedure(api_world(r), act.procedure, 0);
  if (claim_source(&act, r, p, err) < 0) return -1;
  bool as_anyone = opens_as_anyone(procedure_opening(p, act.action));
  if (api_said_files(said, act.said_count, r, p, &p->tracks[0], err) < 0) return -1;
  if (api_reporter(&reporter, r, OPEN_REPORTER, as_anyone, err) < 0) return -1;
  if (req_has(r, OPEN_ORIGIN)) {
    struct db *db;
    struct state *origin;
    if (app_db(&db, r, err) < 0 || api_matter(&origin, r, db, req_text(r, OPEN_ORIGIN), err) < 0) return -1;
    act.origin = origin->id;
  }
  act.said = said;
  act.reporter = reporter;
  add_once(&act, r);
  return app_act(r, &act, acted, NULL);
}

/* --- one matter ------------------------------------------------------------------------------------------------- */

enum { ONE_CODE };

static int reply_case(struct request *r, struct db *db, const struct state *s, struct error *err) {
  struct case_view *view;
  struct json j;
  struct case_asker who = {.engine = app_of(r)->engine,
                           .world = api_world(r),
                           .people = app_of(r)->people,
                           .db = db,
                           .arena = r->arena,
                           .actor = &r->actor,
                           .lang = r->lang,
                           .now = r->now};
  if (case_view_make(&view, &who, s, err) < 0) return -1;
  r->http->reply.no_store = true;
  json_start(&j, reply_json(r, 200));
  case_json_write(&j, view, r->lang, app_of(r)->offset_min);
  return 0;
}

static int get_matter(struct request *r, struct error *err) {
  struct db *db;
  struct state *s;
  if (app_db(&db, r, err) < 0 || api_matter(&s, r, db, req_text(r, ONE_CODE), err) < 0) return -1;
  int noting = sealed_reading(r, db, s, get_matter, err);
  if (noting) return noting < 0 ? -1 : 0;
  return reply_case(r, db, s, err);
}

/* --- acting ----------------------------------------------------------------------------------------------------- */

enum { ACT_CODE, ACT_ACTION, ACT_TRACK, ACT_SAID, ACT_SEEN };

static int act_on(struct request *r, const struct state *s, struct error *err) {
  struct act act = {.actor = &r->actor,
                    .matter = s->id,
                    .action = req_text(r, ACT_ACTION),
                    .track = req_int(r, ACT_TRACK),
                    .seen_step = req_int(r, ACT_SEEN)};
  struct said *said;
  const struct state_track *track = state_track_by_id(s, act.track);
  const struct procedure_track *type = track ? track->type : &s->procedure->tracks[0];
  if (api_said(&said, &act.said_count, r, ACT_SAID, err) < 0) return -1;
  if (api_said_files(said, act.said_count, r, s->procedure, type, err) < 0) return -1;
  act.said = said;
  add_once(&act, r);
  return app_act(r, &act, acted, NULL);
}

static int post_action(struct request *r, struct error *err) {
  struct db *db;
  struct state *s;
  if (app_db(&db, r, err) < 0 || api_matter(&s, r, db, req_text(r, ACT_CODE), err) < 0) return -1;
  return act_on(r, s, err);
}

/* --- following: "me too" ---------------------------------------------------------------------------------------- */

enum { FOLLOW_CODE, FOLLOW_REPORTER };

struct following {
  struct request *r;
  struct follow follow;
  struct acted acted;
};

static int follow_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct following *f = ctx;
  struct arena *a = f->r->arena;
  struct acted done = {0};
  if (engine_follow(t, app_of(f->r)->engine, &f->follow, &done, err) < 0) return -1;
  done.code = arena_strdup(a, done.code);
  done.receipt = arena_strdup(a, done.receipt);
  done.stage = arena_strdup(a, done.stage);
  f->acted = done;
  return 0;
}

static int followed(struct request *r, void *ctx, struct error *err) {
  struct following *f = ctx;
  return acted(r, err->kind == ERR_NONE ? &f->acted : NULL, NULL, err);
}

static int follow(struct request *r, struct error *err) {
  struct following *f = ARENA_NEW(r->arena, struct following);
  struct reporter_in *reporter;
  struct db *db;
  struct state *s;
  if (app_db(&db, r, err) < 0 || api_matter(&s, r, db, req_text(r, FOLLOW_CODE), err) < 0) return -1;
  if (api_reporter(&reporter, r, FOLLOW_REPORTER, true, err) < 0) return -1;
  *f = (struct following){.r = r, .follow = {.actor = &r->actor, .matter = s->id, .reporter = reporter}};
  if (*r->idempotency_key) f->follow.once_key = r->idempotency_key;
  f->follow.once_request = r->http->body;
  return app_run(r, follow_in_lane, f, followed);
}

/* --- receipts --------------------------------------------------------------------------------------------------- */

static int get_receipt(struct request *r, struct error *err) {
  struct db *db;
  struct state *s;
  if (app_db(&db, r, err) < 0 || api_receipt(&s, r, db, req_text(r, ONE_CODE), err) < 0) return -1;
  return reply_case(r, db, s, err);
}

static int post_receipt(struct request *r, struct error *err) {
  struct db *db;
  struct state *s;
  if (app_db(&db, r, err) < 0 || api_receipt(&s, r, db, req_text(r, ACT_CODE), err) < 0) return -1;
  return act_on(r, s, err);
}

#define CODE_PARAM(n) \
  { .name = (n), .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 40, .zh = "编号", .en = "its code" }
#define ACTION_PARAMS                                                                                                 \
  [ACT_ACTION] = {.name = "action",                                                                                   \
                  .type = PARAM_CODE,                                                                                 \
                  .in = IN_JSON,                                                                                      \
                  .required = true,                                                                                   \
                  .zh = "操作",                                                                                       \
                  .en = "name of the action, from the offers of the matter"},                                         \
  [ACT_TRACK] = {.name = "track",                                                                                     \
                 .type = PARAM_INT,                                                                                   \
                 .in = IN_JSON,                                                                                       \
                 .low = 0,                                                                                            \
                 .high = 1e15,                                                                                        \
                 .zh = "办理线",                                                                                      \
                 .en = "id of the track; 0 or absent: main"},                                                         \
  [ACT_SAID] = {.name = "said", .type = PARAM_JSON, .in = IN_JSON, .zh = "填写内容", .en = "what is said, by field"}, \
  [ACT_SEEN] = {.name = "seen_step",                                                                                  \
                .type = PARAM_INT,                                                                                    \
                .in = IN_JSON,                                                                                        \
                .low = 0,                                                                                             \
                .high = 1e15,                                                                                         \
                .zh = "看到的最后一步",                                                                               \
                .en = "last_step as it was seen; 409 when the matter moved on since"}

const struct route routes_api_matter[] =
    {{.method = HTTP_POST,
      .path = "/api/v1/matters",
      .kind = ROUTE_API,
      .who = ACCESS_PUBLIC,
      .csrf = CSRF_ORIGIN,
      .reply = "acted",
      .tag = "matters",
      .help = W_API_OPEN,
      .rate = RATE_REPORT,
      .idempotent = true,
      .handler = open_matter,
      PARAMS([OPEN_PROCEDURE] = {.name = "procedure",
                                 .type = PARAM_CODE,
                                 .in = IN_JSON,
                                 .required = true,
                                 .zh = "办理程序",
                                 .en = "name of the procedure"},
             [OPEN_ACTION] = {.name = "action",
                              .type = PARAM_CODE,
                              .in = IN_JSON,
                              .zh = "操作",
                              .en = "the opening action; the procedure's first when absent"},
             [OPEN_SAID] = {.name = "said",
                            .type = PARAM_JSON,
                            .in = IN_JSON,
                            .required = true,
                            .zh = "填写内容",
                            .en = "what is said, by field"},
             [OPEN_REPORTER] = {.name = "reporter",
                                .type = PARAM_JSON,
                                .in = IN_JSON,
                                .zh = "上报人",
                                .en = "who reports: name, phone, mail, confidential"},
             [OPEN_SOURCE] = {.name = "source",
                              .type = PARAM_CODE,
                              .in = IN_JSON,
                              .zh = "来源：只有密钥写明的来源才能声明",
                              .en = "where it comes from: only a source that the caller's key names"},
             [OPEN_ORIGIN] = {.name = "origin",
                              .type = PARAM_TEXT,
                              .in = IN_JSON,
                              .max = 40,
                              .zh = "来自哪件事",
                              .en = "code of the matter it is opened out of"})},
     {.method = HTTP_GET,
      .path = "/api/v1/matters/{code}",
      .kind = ROUTE_API,
      .who = ACCESS_PUBLIC,
      .reply = "matter",
      .tag = "matters",
      .help = W_API_MATTER,
      .rate = RATE_API,
      .handler = get_matter,
      PARAMS([ONE_CODE] = CODE_PARAM("code"))},
     {.method = HTTP_POST,
      .path = "/api/v1/matters/{code}/actions",
      .kind = ROUTE_API,
      .who = ACCESS_SIGNED_IN | ACCESS_API_KEY,
      .csrf = CSRF_TOKEN,
      .reply = "acted",
      .tag = "matters",
      .help = W_API_ACT,
      .rate = RATE_API,
      .idempotent = true,
      .handler = post_action,
      PARAMS([ACT_CODE] = CODE_PARAM("code"), ACTION_PARAMS)},
     {.method = HTTP_POST,
      .path = "/api/v1/matters/{code}/follow",
      .kind = ROUTE_API,
      .who = ACCESS_PUBLIC,
      .csrf = CSRF_ORIGIN,
      .reply = "acted",
      .tag = "matters",
      .help = W_API_FOLLOW,
      .rate = RATE_REPORT,
      .idempotent = true,
      .handler = follow,
      PARAMS([FOLLOW_CODE] = CODE_PARAM("code"), [FOLLOW_REPORTER] =
                                                     {.name = "reporter",
                                                      .type = PARAM_JSON,
                                                      .in = IN_JSON,
                                                      .zh = "上报人",
                                                      .en = "who follows: name, phone, mail, confidential"})},
     {.method = HTTP_GET,
      .path = "/api/v1/receipts/{receipt}",
      .kind = ROUTE_API,
      .who = ACCESS_PUBLIC,
      .reply = "matter",
      .tag = "receipts",
      .help = W_API_RECEIPT,
      .rate = RATE_API,
      .handler = get_receipt,
      PARAMS([ONE_CODE] = CODE_PARAM("receipt"))},
     {.method = HTTP_POST,
      .path = "/api/v1/receipts/{receipt}/actions",
      .kind = ROUTE_API,
      .who = ACCESS_PUBLIC,
      .csrf = CSRF_ORIGIN,
      .reply = "acted",
      .tag = "receipts",
      .help = W_API_RECEIPT_ACT,
      .rate = RATE_REPORT,
      .idempotent = true,
      .handler = post_receipt,
      PARAMS([ACT_CODE] = CODE_PARAM("receipt"), ACTION_PARAMS)},
     {0}};
