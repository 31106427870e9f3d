/* The JSON API: signing in and out, and who I am. */
#include <string.h>

#include "people/org.h"
#include "people/session.h"
#include "web/api.h"

/* --- signing in: the slow half here, the rest in the lane ------------------------------------------------------- */

enum { IN_ACCOUNT, IN_PASSWORD, IN_CODE };

static int record(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  return people_sign_in_record(t, app_of(r)->people, r->kept, err);
}

static int recorded(struct request *r, void *ctx, struct error *err) {
  struct sign_in *s = r->kept;
  struct json j;
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  if (s->answer.kind != ERR_NONE) {
    *err = s->answer;
    return -1;
  }
  api_reply(r, &j, 201);
  json_put(&j, "token", s->token);
  json_put_time(&j, "expires", s->expires, app_of(r)->offset_min);
  json_object_end(&j);
  return 0;
}

static int sign_in(struct request *r, struct error *err) {
  struct sign_in_ask ask = {.login = req_text(r, IN_ACCOUNT),
                            .password = req_text(r, IN_PASSWORD),
                            .code = req_text(r, IN_CODE),
                            .device = "API",
                            .source = r->http->peer};
  struct sign_in *s = ARENA_NEW(r->arena, struct sign_in);
  struct db *db;
  r->kept = s;
  if (app_db(&db, r, err) < 0) return -1;
  if (people_sign_in_check(s, db, r->arena, app_of(r)->people, &ask, r->now, err) < 0) return -1;
  return app_run(r, record, r, recorded);
}

/* --- signing out ------------------------------------------------------------------------------------------------ */

static int end_session(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  return people_sign_out(t, &r->actor, r->csrf_secret, err);
}

static int ended(struct request *r, void *ctx, struct error *err) {
  struct json j;
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  if (!r->bearer) app_keep_session(r, NULL, 0);
  api_reply(r, &j, 200);
  json_put_bool(&j, "ended", true);
  json_object_end(&j);
  return 0;
}

static int sign_out(struct request *r, struct error *err) {
  if (r->actor.kind != ACTOR_ACCOUNT) return error_set(err, ERR_SIGN_IN, "access.sign-in", NULL, NULL);
  return app_run(r, end_session, r, ended);
}

/* --- who I am --------------------------------------------------------------------------------------------------- */

static int put_org(struct json *j, struct request *r, struct db *db, int64_t id, struct error *err) {
  struct org_row org;
  int found = id ? people_org_by_id(&org, db, r->arena, app_of(r)->district, id, err) : 0;
  json_key(j, "organisation");
  if (found < 0) return -1;
  if (!found) {
    json_null(j);
    return 0;
  }
  json_object(j);
  json_put_int(j, "id", org.id);
  json_put(j, "name", r->lang == LANG_EN ? org.name_en : org.name_zh);
  json_object_end(j);
  return 0;
}

static int put_post(struct json *j, struct request *r, struct db *db, const struct post *post, struct error *err) {
  struct place_row place = {0};
  if (post->place && place_get(&place, db, r->arena, app_of(r)->district, post->place, err) < 0) return -1;
  json_object(j);
  json_put_int(j, "id", post->id);
  json_put(j, "role", role_name(post->role));
  json_put(j, "title", words_find(r->lang, role_words(post->role)));
  json_key(j, "place");
  if (post->place) {
    json_object(j);
    json_put_int(j, "id", place.id);
    json_put(j, "name", place.name);
    json_object_end(j);
  } else {
    json_null(j);
  }
  if (put_org(j, r, db, post->org, err) < 0) return -1;
  json_put_bool(j, "acting", post->acting);
  json_object_end(j);
  return 0;
}

static const char *kind_of(const struct actor *actor) {
  return actor->kind == ACTOR_API_KEY ? "key" : "account";
}

static int me(struct request *r, struct error *err) {
  struct db *db;
  struct json j;
  const char **keys;
  size_t n;
  if (app_db(&db, r, err) < 0) return -1;
  engine_keys(&r->actor, r->arena, &keys, &n);
  api_reply(r, &j, 200);
  json_put(&j, "kind", kind_of(&r->actor));
  json_put(&j, "district", app_of(r)->code);
  json_put(&j, "csrf", r->actor.kind == ACTOR_ACCOUNT && !r->bearer ? r->page.csrf : NULL);
  json_key(&j, "posts");
  json_array(&j);
  for (size_t i = 0; i < r->actor.post_count; i++)
    if (put_post(&j, r, db, &r->actor.posts[i], err) < 0) return -1;
  json_array_end(&j);
  json_key(&j, "keys");
  json_array(&j);
  for (size_t i = 0; i < n; i++) json_string(&j, keys[i]);
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

const struct route routes_api_people[] = {{.method = HTTP_POST,
                                           .path = "/api/v1/sign-in",
                                           .kind = ROUTE_API,
                                           .who = ACCESS_PUBLIC,
                                           .csrf = CSRF_ORIGIN,
                                           .reply = "session",
                                           .tag = "people",
                                           .help = W_API_SIGN_IN,
                                           .rate = RATE_SIGN_IN,
                                           .handler = sign_in,
                                           PARAMS([IN_ACCOUNT] = {.name = "account",
                                                                  .type = PARAM_TEXT,
                                                                  .in = IN_BODY,
                                                                  .required = true,
                                                                  .max = 40,
                                                                  .zh = "账号",
                                                                  .en = "account"},
                                                  [IN_PASSWORD] = {.name = "password",
                                                                   .type = PARAM_SECRET,
                                                                   .in = IN_BODY,
                                                                   .required = true,
                                                                   .zh = "密码",
                                                                   .en = "password"},
                                                  [IN_CODE] = {.name = "code",
                                                               .type = PARAM_CODE,
                                                               .in = IN_BODY,
                                                               .max = 8,
                                                               .zh = "动态口令",
                                                               .en = "one-time code"})},
                                          {.method = HTTP_DELETE,
                                           .path = "/api/v1/session",
                                           .kind = ROUTE_API,
                                           .who = ACCESS_SIGNED_IN,
                                           .csrf = CSRF_TOKEN,
                                           .reply = "session-ended",
                                           .tag = "people",
                                           .help = W_API_SIGN_OUT,
                                           .rate = RATE_API,
                                           .handler = sign_out},
                                          {.method = HTTP_GET,
                                           .path = "/api/v1/me",
                                           .kind = ROUTE_API,
                                           .who = ACCESS_SIGNED_IN | ACCESS_API_KEY,
                                           .reply = "me",
                                           .tag = "people",
                                           .help = W_API_ME,
                                           .rate = RATE_API,
                                           .handler = me},
                                          {0}};
