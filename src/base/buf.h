/* Buffers: bytes that grow up to a maximum said when they are made. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growable buffer. `full` becomes and stays true when a write would have passed `max`; what did fit stays,
 * later writes do nothing, so a writer checks once, at the end. `data` is always NUL-terminated. */
struct buf {
  char *data;
  size_t len, cap, max;
  bool full;
};

/* Starts an empty buffer that may hold `max` bytes; buf_free gives its memory back, buf_clear keeps it for reuse. */
void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
void buf_clear(struct buf *b);

/* Each adds at the end: bytes, a string, one character, a formatted string, an integer in decimals. What would pass
 * `max` is not written and sets `full`. */
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_int(struct buf *b, int64_t n);

/* A read-only view of bytes that somebody else owns. */
struct bytes {
  const unsigned char *data;
  size_t len;
};

#endif
