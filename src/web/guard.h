/* The guard: refuses every request that two programs could read differently, before anything is done with it.
 *
 * HTTP libraries forgive a lot, and a proxy in front forgives something else; what slips between the two is request
 * smuggling (RFC 9112, 11.2). The guard looks at what the library read and takes only the strict form. It is pure,
 * so the tests and the fuzzer call it as the server does. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include <stddef.h>
#include <stdint.h>

struct guard_header {
  const char *name, *value;
  size_t name_len, value_len; /* real lengths: a NUL inside is seen */
};

struct guard_request {
  const char *method, *version, *target;
  const struct guard_header *headers;
  size_t count;
};

struct guard_verdict {
  int status;          /* 0: let it in; else 400, 414, 417, 431, 501, 505 */
  const char *code;    /* error code of words/web.tsv, "web.guard...." */
  int64_t body_length; /* Content-Length; -1 when chunked; 0 none */
};

enum { GUARD_TARGET_MAX = 8000, GUARD_HEADERS_MAX = 100, GUARD_HEADER_BYTES_MAX = 30000 };

/* Looks at the head of a request before anything else does, and says in `out` whether it is let through. */
void guard_check(const struct guard_request *q, struct guard_verdict *out);

#endif
