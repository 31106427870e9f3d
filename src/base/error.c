#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

int error_set(struct error *e, enum error_kind kind, const char *code, const char *field, ...) {
  if (e->kind != ERR_NONE) return -1;
  e->kind = kind;
  text_copy(e->code, sizeof e->code, code);
  text_copy(e->field, sizeof e->field, field ? field : "");
  va_list args;
  va_start(args, field);
  const char *arg;
  while (e->args < ERROR_ARGS && (arg = va_arg(args, const char *)) != NULL) {
    text_copy(e->arg[e->args], sizeof e->arg[0], arg);
    e->args++;
  }
  va_end(args);
  return -1;
}

static void set_detail(struct error *e, const char *fmt, va_list args) {
  vsnprintf(e->detail, sizeof e->detail, fmt, args);
}

int error_fault(struct error *e, const char *code, const char *fmt, ...) {
  if (e->kind != ERR_NONE) return -1;
  error_set(e, ERR_FAULT, code, NULL, NULL);
  va_list args;
  va_start(args, fmt);
  set_detail(e, fmt, args);
  va_end(args);
  return -1;
}

int error_unavailable(struct error *e, const char *code, const char *fmt, ...) {
  if (e->kind != ERR_NONE) return -1;
  error_set(e, ERR_UNAVAILABLE, code, NULL, NULL);
  va_list args;
  va_start(args, fmt);
  set_detail(e, fmt, args);
  va_end(args);
  return -1;
}

void error_clear(struct error *e) { memset(e, 0, sizeof *e); }

int error_http_status(enum error_kind kind) {
  switch (kind) {
    case ERR_NONE: return 200;
    case ERR_INPUT: return 422;
    case ERR_SIGN_IN: return 401;
    case ERR_DENIED: return 403;
    case ERR_MISSING: return 404;
    case ERR_CONFLICT: return 409;
    case ERR_TOO_LARGE: return 413;
    case ERR_TOO_MANY: return 429;
    case ERR_UNAVAILABLE: return 503;
    case ERR_FAULT: break;
  }
  return 500;
}

/* Exit codes follow sysexits.h. */
int error_exit_code(enum error_kind kind) {
  switch (kind) {
    case ERR_NONE: return 0;
    case ERR_INPUT:
    case ERR_TOO_LARGE: return 65;
    case ERR_SIGN_IN:
    case ERR_DENIED: return 77;
    case ERR_MISSING: return 66;
    case ERR_CONFLICT: return 73;
    case ERR_TOO_MANY:
    case ERR_UNAVAILABLE: return 75;
    case ERR_FAULT: break;
  }
  return 70;
}
