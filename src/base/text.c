#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Length of the well-formed UTF-8 sequence at s (n bytes left), 0 when malformed. Table 3-7 of Unicode. */
static size_t sequence(const unsigned char *s, size_t n) {
  if (s[0] < 0x80) return s[0] ? 1 : 0;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  size_t len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  if (n < len) return 0;
  unsigned char low = 0x80, high = 0xBF;
  if (s[0] == 0xE0) low = 0xA0;
  if (s[0] == 0xED) high = 0x9F;
  if (s[0] == 0xF0) low = 0x90;
  if (s[0] == 0xF4) high = 0x8F;
  if (s[1] < low || s[1] > high) return 0;
  for (size_t i = 2; i < len; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return len;
}

bool text_is_utf8(const char *s, size_t n) {
  const unsigned char *p = (const unsigned char *)s;
  while (n) {
    size_t len = sequence(p, n);
    if (!len) return false;
    p += len;
    n -= len;
  }
  return true;
}

void text_copy(char *out, size_t size, const char *s) {
  if (!size) return;
  size_t n = strlen(s);
  if (n >= size) {
    n = size - 1;
    while (n && ((unsigned char)s[n] & 0xC0) == 0x80) n--;
  }
  memcpy(out, s, n);
  out[n] = '\0';
}

uint32_t text_next(const char **p) {
  const unsigned char *s = (const unsigned char *)*p;
  if (!s[0]) return 0;
  if (s[0] < 0x80) {
    *p += 1;
    return s[0];
  }
  size_t len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  uint32_t c = s[0] & (0xFFu >> (len + 1));
  for (size_t i = 1; i < len; i++) {
    if ((s[i] & 0xC0) != 0x80) { /* a cut tail: take what is there, never run past the end */
      *p += i;
      return 0xFFFD;
    }
    c = (c << 6) | (s[i] & 0x3F);
  }
  *p += len;
  return c;
}

size_t text_encode(uint32_t c, char *out) {
  size_t n = 0;
  if (c < 0x80) {
    out[n++] = (char)c;
  } else if (c < 0x800) {
    out[n++] = (char)(0xC0 | (c >> 6));
    out[n++] = (char)(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out[n++] = (char)(0xE0 | (c >> 12));
    out[n++] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[n++] = (char)(0x80 | (c & 0x3F));
  } else {
    out[n++] = (char)(0xF0 | (c >> 18));
    out[n++] = (char)(0x80 | ((c >> 12) & 0x3F));
    out[n++] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[n++] = (char)(0x80 | (c & 0x3F));
  }
  out[n] = '\0';
  return n;
}

static bool is_bidi_override(uint32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

bool text_has_controls(const char *s) {
  for (uint32_t c; (c = text_next(&s)) != 0;)
    if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || is_bidi_override(c)) return true;
  return false;
}

size_t text_chars(const char *s) {
  size_t n = 0;
  for (; *s; s++)
    if (((unsigned char)*s & 0xC0) != 0x80) n++;
  return n;
}

static bool is_space(uint32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x3000 || c == 0xFEFF; }

char *text_trim(struct arena *a, const char *s) {
  char *out = arena_alloc(a, strlen(s) + 1), *w = out, *keep = out;
  bool started = false;
  while (*s) {
    const char *from = s;
    uint32_t c = text_next(&s);
    if (is_space(c) && !started) continue;
    if (c == '\r') {
      if (*s != '\n') *w++ = '\n';
      continue;
    }
    started = true;
    memcpy(w, from, (size_t)(s - from));
    w += s - from;
    if (!is_space(c)) keep = w;
  }
  *keep = '\0';
  return out;
}

char *text_shorten(struct arena *a, const char *s, size_t chars) {
  const char *p = s;
  for (size_t i = 0; i < chars && *p; i++) text_next(&p);
  if (!*p) return arena_strdup(a, s);
  return arena_printf(a, "%.*s…", (int)(p - s), s);
}

bool text_is_cjk(uint32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

bool text_empty(const char *s) { return !s || !*s; }
bool text_eq(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : "") == 0; }
bool text_starts(const char *s, const char *prefix) { return s && strncmp(s, prefix, strlen(prefix)) == 0; }

bool text_to_int(const char *s, int64_t *out) {
  if (text_empty(s) || is_space((unsigned char)*s) || *s == '+') return false;
  char *end;
  errno = 0;
  long long v = strtoll(s, &end, 10);
  if (errno || *end) return false;
  *out = v;
  return true;
}

bool text_to_real(const char *s, double *out) {
  if (text_empty(s) || strspn(s, "+-0123456789.eE") != strlen(s)) return false;
  char *end;
  errno = 0;
  double v = strtod(s, &end);
  if (errno || *end || !isfinite(v)) return false;
  *out = v;
  return true;
}

void text_hex(char *out, const unsigned char *bytes, size_t n) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < n; i++) {
    out[2 * i] = digits[bytes[i] >> 4];
    out[2 * i + 1] = digits[bytes[i] & 15];
  }
  out[2 * n] = '\0';
}

static int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool text_unhex(unsigned char *out, size_t n, const char *hex) {
  if (strlen(hex) != 2 * n) return false;
  for (size_t i = 0; i < n; i++) {
    int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = (unsigned char)(high * 16 + low);
  }
  return true;
}
