/* Who asks: from the session's cookie to an actor, and what the frame of every page says to them. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "people/org.h"
#include "people/session.h"
#include "place/place.h"
#include "web/app_inside.h"
#include "web/menu.h"

static const char SESSION_COOKIE[] = "session";

const char *app_session_token(const struct request *r) {
  const char *token = http_pair_get(&r->http->cookies, SESSION_COOKIE);
  return token ? token : "";
}

void app_keep_session(struct request *r, const char *token, time_ms expires) {
  if (token)
    http_cookie(r->http, SESSION_COOKIE, token, (expires - r->now) / SECOND_MS);
  else
    http_cookie(r->http, SESSION_COOKIE, "", -1);
}

/* --- the frame -------------------------------------------------------------------------------------------------- */

/* Where a post is held, in a few words: the organisation, the place, or the district. */
static const char *place_of_post(struct request *r, struct db *db, const struct post *post) {
  struct error ignored = {0};
  struct org_row org;
  struct place_row place;
  if (post->org && people_org_by_id(&org, db, r->arena, r->actor.district, post->org, &ignored) == 1)
    return r->lang == LANG_EN ? org.name_en : org.name_zh;
  if (post->place && place_get(&place, db, r->arena, r->actor.district, post->place, &ignored) == 0) return place.name;
  return r->page.district;
}

static void say_who(struct request *r, struct db *db, const struct session_state *state) {
  r->page.signed_in = true;
  r->page.user_name = text_empty(state->name) ? state->login : state->name;
  r->page.user_role = word(r->lang, W_ROLE_RESIDENT);
  if (!r->actor.post_count) return;
  const struct post *post = &r->actor.posts[0];
  r->page.user_role = arena_printf(r->arena, "%s · %s", place_of_post(r, db, post), words_find(r->lang, role_words(post->role)));
}

static void fill_menu(struct request *r) {
  struct engine *engine = app_of(r)->engine;
  const struct world *w = world_take(engine);
  menu_head(r, w);
  world_release(engine, w);
}

/* --- the hook --------------------------------------------------------------------------------------------------- */

struct touching {
  struct lane_job job;
  char token[SESSION_TOKEN_SIZE];
};

static int touch(struct lane_txn *t, void *ctx, struct error *err) { return people_session_touch(t, ctx, err); }

static void touched(struct lane_job *job) { free(job); }

/* Nobody waits for it, so its memory is its own. */
static void touch_later(struct request *r, const char *token) {
  struct touching *t = xmalloc(sizeof *t);
  struct error ignored = {0};
  *t = (struct touching){.job = {.run = touch, .done = touched}};
  text_copy(t->token, sizeof t->token, token);
  t->job.ctx = t->token;
  if (lane_submit(app_of(r)->lane, &t->job, &ignored) < 0) free(t);
}

/* An account that must change its password or turn on one-time codes first may do that, sign out, and nothing else. */
static int check_first_steps(const struct request *r, const struct session_state *state, struct error *err) {
  static const char *const open[] = {"/password", "/codes", "/sign-out", "/sign-in", "/api/v1/session"};
  for (size_t i = 0; i < sizeof open / sizeof *open; i++)
    if (text_eq(r->http->path, open[i])) return 0;
  if (state->must_change) return error_set(err, ERR_DENIED, "desk.password-first", NULL, NULL);
  if (state->must_enrol) return error_set(err, ERR_DENIED, "desk.codes-first", NULL, NULL);
  return 0;
}

static int know_session(struct request *r, const char *token, struct error *err) {
  struct session_state state = {0};
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  int known = people_session_actor(&r->actor, &state, db, r->arena, app_of(r)->people, token, r->now, err);
  if (known < 0) return -1;
  if (!known) return 0;
  r->csrf_secret = token;
  if (state.touch) touch_later(r, token);
  if (r->route->kind == ROUTE_PAGE) {
    say_who(r, db, &state);
    fill_menu(r);
  }
  return check_first_steps(r, &state, err);
}

/* "Authorization: Bearer KEY" or "X-API-Key: KEY". */
static const char *key_of(const struct request *r) {
  const char *header = http_header_in(r->http, "Authorization");
  if (header && text_starts(header, "Bearer ")) return header + strlen("Bearer ");
  return http_header_in(r->http, "X-API-Key");
}

/* A program's key, or the token of a session that a program opened for a person. What is not known is an error, never an
 * anonymous caller. */
static int know_key(struct request *r, const char *key, struct error *err) {
  struct db *db;
  r->bearer = true;
  if (app_db(&db, r, err) < 0 || know_session(r, key, err) < 0) return -1;
  if (r->actor.kind == ACTOR_ACCOUNT) return 0;
  int known = people_key_actor(&r->actor, db, r->arena, app_of(r)->people, key, r->now, err);
  if (known < 0) return -1;
  return known ? 0 : error_set(err, ERR_SIGN_IN, "app.key", NULL, NULL);
}

int app_identify(struct request *r, struct error *err) {
  const struct web_app *app = app_of(r);
  const char *key = key_of(r);
  const char *token = app_session_token(r);
  r->actor.district = app->district;
  r->page.district = r->lang == LANG_EN ? app->name_en : app->name_zh;
  r->page.offset_min = app->offset_min;
  r->page.demo = app->demo;
  if (key) return know_key(r, key, err);
  return *token ? know_session(r, token, err) : 0;
}
