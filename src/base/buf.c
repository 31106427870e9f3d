#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { SMALLEST = 256 };

static char nothing[1] = "";

void buf_init(struct buf *b, size_t max) { *b = (struct buf){.data = nothing, .max = max}; }

void buf_free(struct buf *b) {
  if (b->data != nothing) free(b->data);
  buf_init(b, b->max);
}

void buf_clear(struct buf *b) {
  b->len = 0;
  b->full = false;
  if (b->cap) b->data[0] = '\0';
}

static bool room(struct buf *b, size_t n) {
  if (b->full) return false;
  if (n > b->max - b->len) {
    b->full = true;
    return false;
  }
  size_t need = b->len + n + 1;
  if (need <= b->cap) return true;
  size_t cap = b->cap ? b->cap * 2 : SMALLEST;
  if (cap < need) cap = need;
  b->data = xrealloc(b->data == nothing ? NULL : b->data, cap);
  b->cap = cap;
  return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n) {
  if (!n || !room(b, n)) return;
  memcpy(b->data + b->len, bytes, n);
  b->len += n;
  b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s) {
  if (s) buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c) { buf_add(b, &c, 1); }

void buf_printf(struct buf *b, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  if (n > 0 && room(b, (size_t)n)) {
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
    b->len += (size_t)n;
  }
  va_end(again);
}

void buf_int(struct buf *b, int64_t n) { buf_printf(b, "%lld", (long long)n); }
