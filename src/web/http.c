/* What HTTP means to us without the library: names, cookies, headers, the reading of a request's parts. */
#include "web/http.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "web/decode.h"
#include "web/http_inside.h"
#include "web/multipart.h"

static const char *const methods[HTTP_METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

const char *http_method_name(enum http_method m) { return (unsigned)m < HTTP_METHODS ? methods[m] : "?"; }

enum http_method http_method_find(const char *name) {
  int m = 0;
  while (m < HTTP_METHODS && strcmp(name, methods[m]) != 0) m++;
  return (enum http_method)m;
}

const char *http_pair_get(const struct http_pairs *p, const char *name) {
  for (size_t i = 0; i < p->count; i++)
    if (strcmp(p->at[i].name, name) == 0) return p->at[i].value;
  return NULL;
}

const char *http_header_in(const struct http_request *r, const char *name) {
  for (size_t i = 0; i < r->headers.count; i++)
    if (strcasecmp(r->headers.at[i].name, name) == 0) return r->headers.at[i].value;
  return NULL;
}

static bool is_header_text(const char *s) {
  for (; *s; s++)
    if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f) return false;
  return true;
}

void http_header(struct http_request *r, const char *name, const char *value) {
  struct http_reply *reply = &r->reply;
  int most = (int)(sizeof reply->headers / sizeof *reply->headers);
  if (reply->header_count == most || !value || !is_header_text(name) || !is_header_text(value)) return;
  reply->headers[reply->header_count++] = (struct http_pair){arena_strdup(r->arena, name), arena_strdup(r->arena, value)};
}

void http_cookie(struct http_request *r, const char *name, const char *value, int64_t max_age) {
  const char *age = "";
  if (max_age > 0) age = arena_printf(r->arena, "; Max-Age=%lld", (long long)max_age);
  if (max_age < 0) age = "; Max-Age=0";
  const char *secure = r->tls ? "; Secure" : "";
  if (strpbrk(value, "; ,\"\\")) return;
  http_header(r, "Set-Cookie",
              arena_printf(r->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value, age, secure));
}

void http_stream(struct http_request *r, int (*next)(struct http_request *r, void *ctx, struct buf *chunk),
                 void (*end)(void *ctx), void *ctx) {
  r->reply.next = next;
  r->reply.next_end = end;
  r->reply.next_ctx = ctx;
}

/* The client's address as the proxy we were told to believe gives it: the last entry it added. */
static void read_forwarded(struct http_request *r, const char *proxy) {
  if (text_empty(proxy) || !text_eq(r->peer, proxy)) return;
  const char *from = http_header_in(r, "X-Forwarded-For");
  if (from) {
    const char *comma = strrchr(from, ',');
    const char *last = text_trim(r->arena, comma ? comma + 1 : from);
    size_t n = strspn(last, "0123456789abcdefABCDEF.:[]");
    if (n && n < 64 && !last[n]) r->peer = last;
  }
  const char *scheme = http_header_in(r, "X-Forwarded-Proto");
  if (scheme) r->tls = strcasecmp(scheme, "https") == 0;
}

static int read_body(struct http_request *r, struct error *err) {
  const char *header = http_header_in(r, "Content-Type");
  r->content_type = decode_media_type(r->arena, header);
  const char *bytes = (const char *)r->body.data;
  if (text_eq(r->content_type, "application/x-www-form-urlencoded"))
    return decode_form(&r->form, r->arena, bytes, r->body.len, err);
  if (text_eq(r->content_type, "multipart/form-data"))
    return multipart_parse(&r->form, &r->files, &r->file_count, r->arena, r->body,
                           decode_parameter(r->arena, header, "boundary"), err);
  return 0;
}

void http_read_parts(struct http_request *r, const char *proxy) {
  struct error *err = &r->bad;
  r->path = "/";
  r->content_type = "";
  char *path = NULL;
  read_forwarded(r, proxy);
  decode_cookies(&r->cookies, r->arena, http_header_in(r, "Cookie"));
  for (size_t i = 0; i < r->headers.count; i++)
    if (!text_is_utf8(r->headers.at[i].value, strlen(r->headers.at[i].value))) r->headers.at[i].value = "";
  if (decode_path(&path, r->arena, r->target, err) != 0) return;
  r->path = path;
  const char *query = strchr(r->target, '?');
  if (query && decode_form(&r->query, r->arena, query + 1, strlen(query + 1), err) != 0) return;
  read_body(r, err);
}
