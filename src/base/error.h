/* Errors: what went wrong, where, and what to do, carried by the request that met them.
 *
 * An error has a stable dotted code ("place.point.outside-nation"); the words for it, in Chinese and in
 * English, stand in words/ under `error.<code>` (what is wrong) and `hint.<code>` (how to mend it), with {1}
 * to {4} for its arguments. The build fails when a code used in C has no words. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>

/* Whose turn it is. Each kind has one HTTP status and one exit code, said at the edge and nowhere else. */
enum error_kind {
  ERR_NONE = 0,
  ERR_INPUT,       /* the sender can mend it: a field, a file, a parameter */
  ERR_SIGN_IN,     /* we do not know who is asking */
  ERR_DENIED,      /* we know, and may not */
  ERR_MISSING,     /* no such thing, or none this asker may know of */
  ERR_CONFLICT,    /* right once, not now: wrong stage, somebody was faster, already done */
  ERR_TOO_LARGE,   /* more bytes, pixels, rows than allowed */
  ERR_TOO_MANY,    /* too often: rate limit, lock-out */
  ERR_UNAVAILABLE, /* try again later: disk full, database away */
  ERR_FAULT        /* our bug */
};

enum { ERROR_ARGS = 4 };

/* Between the Chinese and the English of an argument that comes in both languages (a title from a procedure file). */
enum { ERROR_ARG_LANGUAGES = 0x1F };

/* The error of one request or command. Zero-initialise it. */
struct error {
  enum error_kind kind;
  char code[72];              /* stable, dotted */
  char field[72];             /* the form field or parameter it points at, or "" */
  char arg[ERROR_ARGS][200];  /* for {1}..{4} in its words */
  int args;
  char detail[320];           /* for the log only, never shown; no personal data */
};

/* Sets `e` unless it already holds an error (the lower message is the better one), and returns -1, so that a
 * function can end with `return error_set(...)`. `field` may be NULL. Arguments are strings, NULL ends them. */
int error_set(struct error *e, enum error_kind kind, const char *code, const char *field, ... /* NULL */)
    __attribute__((sentinel));

/* The same for our own bugs and for the outside world failing: `detail` is for the log. */
int error_fault(struct error *e, const char *code, const char *detail_fmt, ...) __attribute__((format(printf, 3, 4)));
int error_unavailable(struct error *e, const char *code, const char *detail_fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Empties `e` for reuse. */
void error_clear(struct error *e);

/* HTTP status and command exit code of a kind. */
int error_http_status(enum error_kind kind);
int error_exit_code(enum error_kind kind);

#endif
