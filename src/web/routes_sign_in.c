/* Signing in and out, one's own password and one-time codes. */
#include <string.h>

#include "pages.h"
#include "people/account.h"
#include "people/csrf.h"
#include "people/session.h"
#include "people/totp.h"
#include "place/plate.h"
#include "web/view_sign_in.h"

enum { SIGN_IN_LOGIN, SIGN_IN_PASSWORD, SIGN_IN_CODE, SIGN_IN_NEXT };
enum { PAGE_NEXT };
enum { PASSWORD_OLD, PASSWORD_NEW, PASSWORD_AGAIN };
enum { CODES_SECRET, CODES_CODE };

/* --- in --------------------------------------------------------------------------------------------------------- */

static void show_sign_in(struct request *r, int status, const struct view_sign_in *view) {
  page_sign_in(reply_html(r, status), view, &r->page);
}

static int sign_in_get(struct request *r, struct error *err) {
  struct view_sign_in view = {.next = req_text(r, PAGE_NEXT), .login = ""};
  (void)err;
  show_sign_in(r, 200, &view);
  return 0;
}

struct entering {
  struct sign_in sign_in;
  const struct people_env *env;
};

static int record(struct lane_txn *t, void *ctx, struct error *err) {
  struct entering *e = ctx;
  return people_sign_in_record(t, e->env, &e->sign_in, err);
}

/* The way back only into our own pages. */
static bool is_own(const char *next) {
  return next[0] == '/' && next[1] != '/' && next[1] != '\\' && !text_starts(next, "/sign-");
}

/* What browsers say of the device. Only the page that comes first depends on it: each leads to the other. */
static bool is_on_phone(const struct request *r) {
  const char *says = http_header_in(r->http, "Sec-CH-UA-Mobile"), *name = http_header_in(r->http, "User-Agent");
  return (says && text_eq(says, "?1")) || (name && strstr(name, "Mobi"));
}

/* Those whose work is out of doors. */
#define OUT_OF_DOORS                                                                              \
  (ROLE_BIT(ROLE_GRID_WORKER) | ROLE_BIT(ROLE_BUILDING_HEAD) | ROLE_BIT(ROLE_STAIRWELL_HEAD) | \
   ROLE_BIT(ROLE_COMMUNITY_OFFICER))

static const char *first_page(const struct request *r, const struct actor *actor) {
  if (!actor->post_count) return "/";
  return is_on_phone(r) && access_has_role(actor, OUT_OF_DOORS) ? "/phone" : "/desk";
}

/* Straight to where they wanted; else to their work; those who hold no post to the
 * front page. */
static int greet(struct request *r, const struct sign_in *s, struct error *err) {
  struct actor actor = {0};
  struct session_state state = {0};
  struct db *db;
  const char *next = req_text(r, SIGN_IN_NEXT);
  app_keep_session(r, s->token, s->expires);
  if (app_db(&db, r, err) < 0) return -1;
  if (people_session_actor(&actor, &state, db, r->arena, app_of(r)->people, s->token, r->now, err) < 0) return -1;
  if (state.must_change) return reply_redirect(r, "/password");
  if (state.must_enrol) return reply_redirect(r, "/codes");
  if (is_own(next)) return reply_redirect(r, next);
  return reply_redirect(r, first_page(r, &actor));
}

static int signed_in(struct request *r, void *ctx, struct error *err) {
  const struct sign_in *s = &((struct entering *)ctx)->sign_in;
  if (err->kind != ERR_NONE) return -1;
  if (s->answer.kind == ERR_NONE) return greet(r, s, err);
  bool code = text_eq(s->answer.code, "people.sign-in.code-needed") || text_eq(s->answer.code, "people.sign-in.code-wrong");
  struct view_sign_in view = {.problem = desk_problem(r, &s->answer), .next = req_text(r, SIGN_IN_NEXT),
                              .login = req_text(r, SIGN_IN_LOGIN), .code_needed = code};
  show_sign_in(r, error_http_status(s->answer.kind), &view);
  return 0;
}

static int sign_in_post(struct request *r, struct error *err) {
  struct entering *e = ARENA_NEW(r->arena, struct entering);
  struct db *db;
  struct sign_in_ask ask = {.login = req_text(r, SIGN_IN_LOGIN), .password = req_text(r, SIGN_IN_PASSWORD),
                            .code = req_text(r, SIGN_IN_CODE), .source = r->http->peer, .old_token = app_session_token(r)};
  if (app_db(&db, r, err) < 0) return -1;
  e->env = app_of(r)->people;
  if (people_sign_in_check(&e->sign_in, db, r->arena, e->env, &ask, r->now, err) < 0) return -1;
  return app_run(r, record, e, signed_in);
}

/* --- out -------------------------------------------------------------------------------------------------------- */

static int end_session(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  return people_sign_out(t, &r->actor, app_session_token(r), err);
}

static int signed_out(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  app_keep_session(r, NULL, 0);
  reply_notice(r, W_SIGN_OUT_DONE);
  return reply_redirect(r, "/sign-in");
}

static int sign_out(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, end_session, r, signed_out);
}

/* --- password --------------------------------------------------------------------------------------------------- */

static int show_password(struct request *r, int status, const struct view_problem *problem) {
  struct view_password view = {.problem = problem, .least = people_in_force(app_of(r)->people)->password.min_chars};
  page_password(reply_html(r, status), &view, &r->page);
  return 0;
}

static int password_get(struct request *r, struct error *err) {
  (void)err;
  return show_password(r, 200, NULL);
}

struct changing {
  struct request *r;
  char hash[PASSWORD_HASH_SIZE];
};

static int change_password(struct lane_txn *t, void *ctx, struct error *err) {
  struct changing *c = ctx;
  struct request *r = c->r;
  return people_account_password(t, app_of(r)->people, &r->actor, r->actor.account, c->hash, false, app_session_token(r), err);
}

static int password_changed(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, W_PASSWORD_DONE);
  return reply_redirect(r, "/desk");
}

static int password_post(struct request *r, struct error *err) {
  struct changing *c = ARENA_NEW(r->arena, struct changing);
  struct db *db;
  struct error wrong = {0};
  const char *new = req_text(r, PASSWORD_NEW);
  c->r = r;
  if (app_db(&db, r, err) < 0) return -1;
  if (!text_eq(new, req_text(r, PASSWORD_AGAIN)))
    error_set(&wrong, ERR_INPUT, "desk.password.again", "again", NULL);
  else
    people_password_change_prepare(c->hash, db, r->arena, app_of(r)->people, &r->actor, req_text(r, PASSWORD_OLD), new, &wrong);
  if (wrong.kind != ERR_NONE) return show_password(r, error_http_status(wrong.kind), desk_problem(r, &wrong));
  return app_run(r, change_password, c, password_changed);
}

/* --- one-time codes --------------------------------------------------------------------------------------------- */

/* "ABCD EFGH ...": for typing it into a telephone. */
static const char *spaced(struct arena *a, const char *secret) {
  struct buf b;
  buf_init(&b, 200);
  for (size_t i = 0; secret[i]; i++) {
    if (i && i % 4 == 0) buf_putc(&b, ' ');
    buf_putc(&b, secret[i]);
  }
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

static int codes_are_on(bool *out, struct request *r, struct error *err) {
  struct q_account_by_id_out row = {0};
  struct db *db;
  struct q_account_by_id_in in = {.district = app_of(r)->district, .id = r->actor.account};
  if (app_db(&db, r, err) < 0 || q_account_by_id(db, r->arena, &row, &in, err) < 0) return -1;
  *out = row.totp.len > 0;
  return 0;
}

static int show_codes(struct request *r, int status, const char *secret, const struct view_problem *problem, struct error *err) {
  struct view_codes view = {.problem = problem, .secret = secret};
  struct place_qr qr;
  if (codes_are_on(&view.on, r, err) < 0) return -1;
  view.uri = totp_uri(r->arena, r->page.district, r->page.user_name, secret);
  view.spaced = spaced(r->arena, secret);
  if (place_qr_make(&qr, r->arena, view.uri, err) < 0) return -1;
  view.qr_view = qr.view;
  view.qr_path = qr.path;
  page_codes(reply_html(r, status), &view, &r->page);
  return 0;
}

static int codes_get(struct request *r, struct error *err) {
  char *secret = arena_alloc(r->arena, TOTP_SECRET_TEXT);
  totp_secret_new(secret);
  return show_codes(r, 200, secret, NULL, err);
}

static int set_codes(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  const char *secret = req_text(r, CODES_SECRET);
  if (!*secret) secret = NULL;
  return people_account_totp(t, app_of(r)->people, &r->actor, r->actor.account, secret, req_text(r, CODES_CODE), err);
}

static int codes_set(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) {
    char *fresh = arena_alloc(r->arena, TOTP_SECRET_TEXT);
    const char *secret = req_text(r, CODES_SECRET);
    totp_secret_new(fresh);
    struct error wrong = *err;
    error_clear(err);
    return show_codes(r, error_http_status(wrong.kind), *secret ? secret : fresh, desk_problem(r, &wrong), err);
  }
  reply_notice(r, *req_text(r, CODES_SECRET) ? W_CODES_ON : W_CODES_OFF);
  return reply_redirect(r, "/desk");
}

static int codes_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, set_codes, r, codes_set);
}

const struct route routes_sign_in[] = {
    {.method = HTTP_GET, .path = "/sign-in", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .help = W_ROUTE_SIGN_IN_PAGE,
     .handler = sign_in_get, PARAMS([PAGE_NEXT] = {.name = "next", .type = PARAM_TEXT, .in = IN_QUERY, .max = 2000})},
    {.method = HTTP_POST, .path = "/sign-in", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .csrf = CSRF_SAME,
     .help = W_ROUTE_SIGN_IN, .rate = RATE_SIGN_IN, .handler = sign_in_post,
     PARAMS([SIGN_IN_LOGIN] = {.name = "account", .type = PARAM_TEXT, .in = IN_FORM, .max = 100},
            [SIGN_IN_PASSWORD] = {.name = "password", .type = PARAM_SECRET, .in = IN_FORM, .max = 1000},
            [SIGN_IN_CODE] = {.name = "code", .type = PARAM_SECRET, .in = IN_FORM, .max = 20},
            [SIGN_IN_NEXT] = {.name = "next", .type = PARAM_TEXT, .in = IN_FORM, .max = 2000})},
    {.method = HTTP_POST, .path = "/sign-out", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_SIGN_OUT, .handler = sign_out},
    {.method = HTTP_GET, .path = "/password", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .help = W_ROUTE_PASSWORD_PAGE,
     .handler = password_get},
    {.method = HTTP_POST, .path = "/password", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_PASSWORD, .rate = RATE_SIGN_IN, .handler = password_post,
     PARAMS([PASSWORD_OLD] = {.name = "old", .type = PARAM_SECRET, .in = IN_FORM, .max = 1000},
            [PASSWORD_NEW] = {.name = "new", .type = PARAM_SECRET, .in = IN_FORM, .max = 1000},
            [PASSWORD_AGAIN] = {.name = "again", .type = PARAM_SECRET, .in = IN_FORM, .max = 1000})},
    {.method = HTTP_GET, .path = "/codes", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .help = W_ROUTE_CODES_PAGE,
     .handler = codes_get},
    {.method = HTTP_POST, .path = "/codes", .kind = ROUTE_PAGE, .who = ACCESS_SIGNED_IN, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_CODES, .rate = RATE_SIGN_IN, .handler = codes_post,
     PARAMS([CODES_SECRET] = {.name = "secret", .type = PARAM_SECRET, .in = IN_FORM, .max = 64},
            [CODES_CODE] = {.name = "code", .type = PARAM_SECRET, .in = IN_FORM, .max = 20})},
    {0}};
