/* The guard, on heads cut into lines: it lets in only what can be read in one way. */
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "fuzz.h"
#include "web/guard.h"

enum { MOST = 120 };

/* Cuts the next line off; its end is LF. */
static size_t line_of(const char **p, const char *end) {
  const char *nl = memchr(*p, '\n', (size_t)(end - *p));
  size_t n = (size_t)((nl ? nl : end) - *p);
  *p = nl ? nl + 1 : end;
  return n;
}

static size_t count_of(const struct guard_request *q, const char *name) {
  size_t n = 0;
  for (size_t i = 0; i < q->count; i++)
    n += q->headers[i].name_len == strlen(name) && strncasecmp(q->headers[i].name, name, strlen(name)) == 0;
  return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 40000) return 0;
  struct arena *a = arena_new(1 << 20);
  struct guard_header headers[MOST];
  struct guard_request q = {.method = "POST", .version = "HTTP/1.1", .headers = headers};
  struct guard_verdict out = {0};
  const char *p = (const char *)data, *end = p + size, *target = p;
  q.target = arena_strndup(a, target, line_of(&p, end));
  while (p < end && q.count < MOST) {
    const char *line = p;
    size_t n = line_of(&p, end);
    const char *colon = memchr(line, ':', n);
    size_t name = colon ? (size_t)(colon - line) : n;
    headers[q.count++] = (struct guard_header){.name = arena_strndup(a, line, name), .name_len = name,
      .value = arena_strndup(a, line + name + (colon != NULL), n - name - (colon != NULL)),
      .value_len = n - name - (colon != NULL)};
  }
  guard_check(&q, &out);
  if (out.status == 0) {
    PROMISE(count_of(&q, "host") == 1);
    PROMISE(count_of(&q, "content-length") <= 1);
    PROMISE(!count_of(&q, "content-length") || !count_of(&q, "transfer-encoding"));
  }
  arena_free(a);
  return 0;
}
