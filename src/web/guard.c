#include "web/guard.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static void refuse(struct guard_verdict *v, int status, const char *code) {
  if (v->status) return;
  v->status = status;
  v->code = code;
}

static bool is_token_char(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!is_token_char((unsigned char)s[i])) return false;
  return n > 0;
}

static bool named(const struct guard_header *h, const char *name) {
  return h->name_len == strlen(name) && strncasecmp(h->name, name, h->name_len) == 0;
}

static void check_line(const struct guard_request *q, struct guard_verdict *v) {
  static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  bool known = false;
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) known |= strcmp(q->method, methods[i]) == 0;
  bool upper = true;
  for (const char *p = q->method; *p; p++) upper &= *p >= 'A' && *p <= 'Z';
  if (!known) refuse(v, upper ? 501 : 400, "web.guard.method");
  if (strcmp(q->version, "HTTP/1.1") != 0 && strcmp(q->version, "HTTP/1.0") != 0) refuse(v, 505, "web.guard.version");
  size_t n = strlen(q->target);
  if (n > GUARD_TARGET_MAX) refuse(v, 414, "web.guard.target-long");
  bool star = strcmp(q->target, "*") == 0 && strcmp(q->method, "OPTIONS") == 0;
  if (q->target[0] != '/' && !star) refuse(v, 400, "web.guard.target");
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)q->target[i];
    if (c <= 0x20 || c >= 0x7f || strchr("#\"<>\\^`{|}", c)) refuse(v, 400, "web.guard.target");
  }
}

/* Field names are tokens (so no space before the colon), values hold no control but tab. */
static void check_fields(const struct guard_request *q, struct guard_verdict *v) {
  size_t bytes = 0;
  if (q->count > GUARD_HEADERS_MAX) refuse(v, 431, "web.guard.headers");
  for (size_t i = 0; i < q->count; i++) {
    const struct guard_header *h = &q->headers[i];
    bytes += h->name_len + h->value_len + 4;
    if (!is_token(h->name, h->name_len)) refuse(v, 400, "web.guard.name");
    for (size_t k = 0; k < h->value_len; k++) {
      unsigned char c = (unsigned char)h->value[k];
      if ((c < 0x20 && c != '\t') || c == 0x7f) refuse(v, 400, "web.guard.value");
    }
  }
  if (bytes > GUARD_HEADER_BYTES_MAX) refuse(v, 431, "web.guard.headers");
}

/* The one header of that name; more than one is refused. NULL when there is none. */
static const struct guard_header *only(const struct guard_request *q, const char *name, struct guard_verdict *v) {
  const struct guard_header *found = NULL;
  for (size_t i = 0; i < q->count; i++) {
    if (!named(&q->headers[i], name)) continue;
    if (found) refuse(v, 400, "web.guard.twice");
    found = &q->headers[i];
  }
  return found;
}

static void check_length(const struct guard_request *q, struct guard_verdict *v) {
  const struct guard_header *length = only(q, "Content-Length", v);
  const struct guard_header *coding = only(q, "Transfer-Encoding", v);
  if (length && coding) refuse(v, 400, "web.guard.length");
  if (coding) {
    bool chunked = coding->value_len == 7 && strncasecmp(coding->value, "chunked", 7) == 0;
    if (!chunked) refuse(v, 501, "web.guard.coding");
    if (strcmp(q->version, "HTTP/1.0") == 0) refuse(v, 400, "web.guard.coding");
    v->body_length = -1;
  }
  if (length) {
    if (!length->value_len || length->value_len > 15) refuse(v, 400, "web.guard.length");
    for (size_t i = 0; i < length->value_len && i < 16; i++) {
      char c = length->value[i];
      if (c < '0' || c > '9') refuse(v, 400, "web.guard.length");
      v->body_length = v->body_length * 10 + (c - '0');
    }
  }
  bool safe = strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0;
  if (safe && v->body_length != 0) refuse(v, 400, "web.guard.body");
}

static bool is_host(const char *s, size_t n) {
  if (!n || n > 255) return false;
  bool bracket = s[0] == '[';
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                c == '_' || c == ':' || (bracket && (c == '[' || c == ']'));
    if (!good) return false;
  }
  return true;
}

static void check_single(const struct guard_request *q, struct guard_verdict *v) {
  const struct guard_header *host = only(q, "Host", v);
  if (!host && strcmp(q->version, "HTTP/1.1") == 0) refuse(v, 400, "web.guard.host");
  if (host && !is_host(host->value, host->value_len)) refuse(v, 400, "web.guard.host");
  static const char *const once[] = {"Content-Type", "Authorization", "Origin", "Referer", "Idempotency-Key",
                                     "If-None-Match", "Range", "X-CSRF-Token", "X-Forwarded-Proto"};
  for (size_t i = 0; i < sizeof once / sizeof *once; i++) only(q, once[i], v);
  const struct guard_header *expect = only(q, "Expect", v);
  if (expect && !(expect->value_len == 12 && strncasecmp(expect->value, "100-continue", 12) == 0))
    refuse(v, 417, "web.guard.expect");
}

void guard_check(const struct guard_request *q, struct guard_verdict *out) {
  *out = (struct guard_verdict){0};
  check_line(q, out);
  check_fields(q, out);
  check_single(q, out);
  check_length(q, out);
}
