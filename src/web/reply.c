/* Replies: pages, JSON, redirects, downloads, errors. */
#include <string.h>

#include "web/pages.h"
#include "web/route_inside.h"
#include "web/view_error.h"

struct buf *reply_as(struct request *r, int status, const char *type) {
  struct http_reply *reply = &r->http->reply;
  buf_clear(&reply->body);
  reply->status = status;
  reply->type = type;
  reply->no_store = r->actor.kind != ACTOR_ANONYMOUS;
  return &reply->body;
}

struct buf *reply_html(struct request *r, int status) {
  http_header(r->http, "Content-Language", lang_tag(r->lang));
  r->page.signed_in = r->actor.kind == ACTOR_ACCOUNT;
  struct buf *b = reply_as(r, status, "text/html; charset=utf-8");
  r->http->reply.no_store = true; /* every page carries a token or a name */
  return b;
}

struct buf *reply_json(struct request *r, int status) {
  http_header(r->http, "Content-Language", lang_tag(r->lang));
  return reply_as(r, status, "application/json");
}

int reply_redirect(struct request *r, const char *path) {
  bool own = path[0] == '/' && path[1] != '/' && path[1] != '\\';
  for (const char *p = path; *p; p++) own = own && (unsigned char)*p > 0x20 && *p != '\\' && *p != 0x7f;
  reply_as(r, 303, NULL);
  http_header(r->http, "Location", own ? path : "/");
  return 0;
}

/* RFC 6266: an ASCII name for old clients and the real one. */
int reply_download(struct request *r, const char *type, const char *file_name) {
  struct buf b;
  buf_init(&b, 4000);
  buf_puts(&b, "attachment; filename=\"");
  for (const char *p = file_name; *p; p++)
    if ((unsigned char)*p < 0x80) buf_putc(&b, *p == '"' || *p == '\\' || *p == '/' || *p < 0x20 ? '_' : *p);
  buf_puts(&b, "\"; filename*=UTF-8''");
  page_part_string(&b, file_name);
  reply_as(r, 200, type);
  http_header(r->http, "Content-Disposition", b.data);
  buf_free(&b);
  return 0;
}

void reply_notice(struct request *r, enum word word_id) {
  http_cookie(r->http, "notice", arena_printf(r->arena, "%d", (int)word_id), 60);
}

static void error_page(struct request *r, int status, const char *what, const char *hint, const struct error *e) {
  struct view_error view = {.status = status, .what = what, .hint = hint, .field = e->field};
  if (e->kind == ERR_SIGN_IN) view.sign_in = "/sign-in";
  page_error(reply_html(r, status), &view, &r->page);
}

static void error_json(struct request *r, int status, const char *what, const char *hint, const struct error *e) {
  struct json j;
  json_start(&j, reply_json(r, status));
  json_object(&j);
  json_put(&j, "code", e->code);
  json_put(&j, "message", what);
  json_put(&j, "hint", hint);
  json_put(&j, "field", *e->field ? e->field : NULL);
  json_put(&j, "request_id", r->http->id);
  json_object_end(&j);
}

void reply_error(struct request *r, const struct error *e) {
  int status = error_http_status(e->kind);
  struct buf what, hint;
  buf_init(&what, 4000);
  buf_init(&hint, 4000);
  error_words(&what, &hint, r->lang, e);
  if (e->kind == ERR_FAULT || e->kind == ERR_UNAVAILABLE)
    log_event(LOG_ERROR, "request-failed", "id", r->http->id, "code", e->code, "detail", e->detail, NULL);
  if (e->kind == ERR_UNAVAILABLE) http_header(r->http, "Retry-After", "2");
  enum route_kind kind = r->route ? r->route->kind : text_starts(r->http->path, "/api/") ? ROUTE_API : ROUTE_PAGE;
  if (r->route && r->route->on_error) {
    r->route->on_error(r, e);
  } else if (kind == ROUTE_API) {
    error_json(r, status, what.data, hint.data, e);
  } else if (kind == ROUTE_PAGE) {
    error_page(r, status, what.data, hint.data, e);
  } else {
    buf_printf(reply_as(r, status, "text/plain; charset=utf-8"), "%s: %s\n%s\n", e->code, what.data, hint.data);
  }
  buf_free(&what);
  buf_free(&hint);
}
