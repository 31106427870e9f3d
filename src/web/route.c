/* Dispatch: everything that happens to every request before its handler. */
#include "web/route.h"

#include <string.h>

#include "people/csrf.h"
#include "people/rate.h"
#include "web/assets.h"
#include "web/decode.h"
#include "web/route_inside.h"

enum { KEY_CLASS = RATE_CLASSES, /* a key with a rate of its own has one bucket for everything it does */
       BODY_MAX = 64 * 1024, CSRF_SECRET = 24, YEAR_SECONDS = 365 * 24 * 3600 };

static int (*identify)(struct request *r, struct error *err);
static unsigned char csrf_key[KEY_BYTES];
static struct rate_table *rates;

void route_set_csrf_key(const unsigned char key[KEY_BYTES]) { memcpy(csrf_key, key, KEY_BYTES); }
void route_set_rates(struct rate_table *table) { rates = table; }

void route_set_identify(int (*hook)(struct request *r, struct error *err)) { identify = hook; }

size_t route_body_limit(enum http_method method, const char *path, void *app) {
  (void)app;
  const struct route *r = route_find(method, path, NULL);
  return r && r->body_max ? r->body_max : BODY_MAX;
}

/* --- language --- */

/* ?lang= is remembered in a cookie; otherwise the cookie, otherwise what the browser prefers. */
static void choose_language(struct request *r) {
  const struct http_request *h = r->http;
  const char *asked = http_pair_get(&h->query, "lang"), *kept = http_pair_get(&h->cookies, "lang");
  r->lang = decode_language(http_header_in(h, "Accept-Language"), LANG_ZH);
  if (kept) r->lang = lang_from_tag(kept, r->lang);
  if (!asked) return;
  r->lang = lang_from_tag(asked, r->lang);
  http_cookie(r->http, "lang", r->lang == LANG_EN ? "en" : "zh", YEAR_SECONDS);
}

/* This page's address with another lang=. */
static const char *here(struct request *r, const char *lang) {
  struct buf b;
  buf_init(&b, 16000);
  buf_add(&b, r->http->target, strcspn(r->http->target, "?"));
  char mark = '?';
  for (size_t i = 0; i < r->http->query.count; i++) {
    const struct http_pair *q = &r->http->query.at[i];
    if (text_eq(q->name, "lang")) continue;
    buf_putc(&b, mark);
    page_part_string(&b, q->name);
    buf_putc(&b, '=');
    page_part_string(&b, q->value);
    mark = '&';
  }
  buf_printf(&b, "%clang=%s", mark, lang);
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static void fill_page(struct request *r) {
  struct page_context *p = &r->page;
  p->lang = r->lang;
  p->district = p->csrf = p->user_name = p->user_role = p->notice = p->account = "";
  p->path = r->http->path;
  p->request_id = r->http->id;
  p->now = r->now;
  p->offset_min = OFFSET_CHINA_MIN;
  p->here_zh = here(r, "zh");
  p->here_en = here(r, "en");
}

/* A word of success left by the page before. The cookie holds a number of our own table, no text. */
static void take_notice(struct request *r) {
  const char *cookie = http_pair_get(&r->http->cookies, "notice");
  int64_t id = -1;
  if (!cookie || r->http->method != HTTP_GET) return;
  if (text_to_int(cookie, &id) && id >= 0 && id < WORDS) r->page.notice = word(r->lang, (enum word)id);
  http_cookie(r->http, "notice", "", -1);
}

/* --- cross-site request forgery: people/csrf.h decides, here is only what the request said --- */

/* Who is not signed in gets a secret of this browser, for the forms that are open to everybody. */
static void give_csrf(struct request *r) {
  if (text_empty(r->csrf_secret)) r->csrf_secret = http_pair_get(&r->http->cookies, "csrf");
  if (text_empty(r->csrf_secret)) {
    char *secret = arena_alloc(r->arena, CSRF_SECRET + 1);
    random_code(secret, CSRF_SECRET);
    r->csrf_secret = secret;
    if (r->route->kind == ROUTE_PAGE && r->http->method == HTTP_GET) http_cookie(r->http, "csrf", secret, 0);
  }
  char *token = arena_alloc(r->arena, CSRF_TOKEN_SIZE);
  people_csrf_token(token, csrf_key, r->csrf_secret);
  r->page.csrf = token;
}

static int check_csrf(const struct request *r, struct error *err) {
  const struct http_request *h = r->http;
  struct csrf_request said = {.method = http_method_name(h->method),
                              .host = h->host,
                              .origin = http_header_in(h, "Origin"),
                              .referer = http_header_in(h, "Referer"),
                              .fetch_site = http_header_in(h, "Sec-Fetch-Site"),
                              .token = http_pair_get(&h->form, "csrf"),
                              .bound_to = r->csrf_secret};
  if (!said.token) said.token = http_header_in(h, "X-CSRF-Token");
  if (r->bearer || r->actor.kind == ACTOR_API_KEY || r->actor.kind == ACTOR_MACHINE) return 0;
  switch (r->route->csrf) {
    case CSRF_NONE: return 0;
    case CSRF_ORIGIN: return people_csrf_origin(&said, false, err);
    case CSRF_SAME: return people_csrf_sign_in(&said, csrf_key, err);
    case CSRF_TOKEN: break;
  }
  return people_csrf_full(&said, csrf_key, err);
}

/* --- rate --- */

/* Who cannot be told from others (a socket whose proxy was not named with --proxy) is not limited: one would use up
 * what all have. */
static int check_rate(struct request *r, struct error *err) {
  const char *caller = r->http->peer;
  time_ms wait = 0;
  if (!rates || r->route->rate == RATE_NONE) return 0;
  if (!r->actor.account && !r->actor.api_key && text_eq(caller, "unix")) return 0;
  if (r->actor.account) caller = arena_printf(r->arena, "account:%lld", (long long)r->actor.account);
  if (r->actor.api_key) caller = arena_printf(r->arena, "key:%lld", (long long)r->actor.api_key);
  struct rate_limit own = {r->actor.per_minute, (r->actor.per_minute + 1) / 2};
  int ok = own.per_minute ? people_rate_take_own(rates, KEY_CLASS, caller, own, r->now, &wait, err)
                          : people_rate_take(rates, (int)r->route->rate, caller, r->now, &wait, err);
  if (ok == 0) return 0;
  http_header(r->http, "Retry-After", arena_printf(r->arena, "%lld", (long long)(wait / SECOND_MS + 1)));
  return -1;
}

/* --- dispatch --- */

static int take_key(struct request *r, struct error *err) {
  const char *key = http_header_in(r->http, "Idempotency-Key");
  r->idempotency_key = key && r->route->idempotent ? key : "";
  if (strlen(r->idempotency_key) > 100) return error_set(err, ERR_INPUT, "web.key.long", "Idempotency-Key", NULL);
  return 0;
}

static int prepare(struct request *r, struct error *err) {
  if (r->http->bad.kind != ERR_NONE) {
    *err = r->http->bad;
    return -1;
  }
  if (identify && identify(r, err) != 0) return -1;
  give_csrf(r);
  if (access_route(r->route->who, &r->actor, err) != 0) return -1;
  if (check_csrf(r, err) != 0 || check_rate(r, err) != 0 || take_key(r, err) != 0) return -1;
  return params_read(r, err);
}

static void allow_header(struct request *r, unsigned allowed) {
  struct buf b;
  buf_init(&b, 200);
  if (allowed & (1u << HTTP_GET)) allowed |= 1u << HTTP_HEAD;
  allowed |= 1u << HTTP_OPTIONS;
  for (int m = 0; m < HTTP_METHODS; m++)
    if (allowed & (1u << m)) buf_printf(&b, "%s%s", b.len ? ", " : "", http_method_name((enum http_method)m));
  http_header(r->http, "Allow", b.data);
  buf_free(&b);
}

static void no_route(struct request *r, unsigned allowed) {
  struct error err = r->http->bad;
  if (allowed) allow_header(r, allowed);
  if (allowed && r->http->method == HTTP_OPTIONS) {
    reply_as(r, 204, NULL);
    return;
  }
  error_set(&err, ERR_MISSING, allowed ? "web.method" : "web.missing", NULL, NULL);
  reply_error(r, &err);
  if (allowed) r->http->reply.status = 405;
  else if (r->http->bad.kind == ERR_INPUT) r->http->reply.status = 400;
}

static void serve_asset(struct request *r, const struct asset_file *f, bool hashed) {
  struct http_request *h = r->http;
  const char *has = http_header_in(h, "If-None-Match"), *accepts = http_header_in(h, "Accept-Encoding");
  bool packed = f->packed.len && accepts && strstr(accepts, "gzip");
  h->label = "/assets";
  reply_as(r, 200, f->type);
  h->reply.no_store = false;
  http_header(h, "Cache-Control", hashed ? "public, max-age=31536000, immutable" : "public, max-age=300");
  http_header(h, "ETag", f->etag);
  if (f->packed.len) http_header(h, "Vary", "Accept-Encoding");
  if (has && strstr(has, f->etag)) {
    h->reply.status = 304;
    return;
  }
  if (packed) http_header(h, "Content-Encoding", "gzip");
  h->reply.fixed = packed ? f->packed : f->plain;
}

static bool try_asset(struct request *r) {
  bool hashed = false;
  if (r->http->method != HTTP_GET || !text_starts(r->http->path, "/assets/")) return false;
  const struct asset_file *f = asset_find(r->http->path, &hashed);
  if (f) serve_asset(r, f, hashed);
  return f != NULL;
}

/* A guest who opens a page that wants a name is shown the way, and back. */
static bool send_to_sign_in(struct request *r, const struct error *e) {
  unsigned allowed = 0;
  if (e->kind != ERR_SIGN_IN || r->route->kind != ROUTE_PAGE || r->http->method != HTTP_GET) return false;
  if (!route_find(HTTP_GET, "/sign-in", &allowed)) return false;
  struct buf b;
  buf_init(&b, 16000);
  buf_puts(&b, "/sign-in?next=");
  page_part_string(&b, r->http->target);
  reply_redirect(r, b.data);
  buf_free(&b);
  return true;
}

static void end_with(struct request *r, int result, const struct error *err) {
  if (result == 0) return;
  if (err->kind == ERR_NONE) {
    struct error fault = {0};
    error_fault(&fault, "web.fault", "%s failed without a reason", r->route->path);
    reply_error(r, &fault);
  } else if (!send_to_sign_in(r, err)) {
    reply_error(r, err);
  }
}

void route_handle(struct http_request *h, void *app) {
  struct request *r = ARENA_NEW(h->arena, struct request);
  unsigned allowed = 0;
  *r = (struct request){.http = h, .app = app, .worker = h->worker, .arena = h->arena, .now = wall_now()};
  r->idempotency_key = "";
  h->user = r;
  choose_language(r);
  if (try_asset(r)) return;
  fill_page(r);
  r->route = route_find(h->method, h->path, &allowed);
  if (!r->route) {
    no_route(r, allowed);
    return;
  }
  h->label = r->route->path;
  if (r->route->kind == ROUTE_PAGE) take_notice(r);
  struct error err = {0};
  int result = prepare(r, &err);
  if (result == 0) result = r->route->handler(r, &err);
  end_with(r, result, &err);
}

/* --- deferral --- */

struct deferred {
  struct request *r;
  void (*start)(struct request *r, void *ctx);
  int (*after)(struct request *r, void *ctx, struct error *err);
  void *start_ctx, *after_ctx;
};

static void run_start(struct http_request *h, void *ctx) {
  struct deferred *d = ctx;
  (void)h;
  d->start(d->r, d->start_ctx);
}

static void run_after(struct http_request *h, void *ctx) {
  struct deferred *d = ctx;
  struct error err = {0};
  d->r->worker = h->worker;
  end_with(d->r, d->after(d->r, d->after_ctx, &err), &err);
}

int request_defer(struct request *r, void (*start)(struct request *r, void *ctx), void *ctx) {
  struct deferred *d = ARENA_NEW(r->arena, struct deferred);
  *d = (struct deferred){.r = r, .start = start, .start_ctx = ctx};
  r->deferred = d;
  http_defer(r->http, run_start, d);
  return 0;
}

void request_continue(struct request *r, int (*after)(struct request *r, void *ctx, struct error *err), void *ctx) {
  struct deferred *d = r->deferred;
  d->after = after;
  d->after_ctx = ctx;
  http_continue(r->http, run_after, d);
}
