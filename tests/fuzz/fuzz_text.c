/* Text and times: whatever passes the UTF-8 check can be walked, cut, trimmed and put back together. */
#include <string.h>

#include "base/base.h"
#include "fuzz.h"

static void walk(const char *s, size_t n) {
  size_t chars = 0, bytes = 0;
  char one[8];
  const char *p = s;
  for (uint32_t c; (c = text_next(&p)) != 0; chars++) bytes += text_encode(c, one);
  PROMISE(chars == text_chars(s));
  PROMISE(bytes == n);
}

static void cut(struct arena *a, const char *s, size_t n) {
  char small[11];
  text_copy(small, sizeof small, s);
  PROMISE(text_is_utf8(small, strlen(small)));
  PROMISE(strncmp(small, s, strlen(small)) == 0);
  const char *trimmed = text_trim(a, s), *few = text_shorten(a, s, 5);
  PROMISE(strlen(trimmed) <= n && text_is_utf8(trimmed, strlen(trimmed)));
  PROMISE(text_chars(few) <= 6 && text_is_utf8(few, strlen(few)));
  PROMISE(text_eq(text_trim(a, trimmed), trimmed));
}

static void read_numbers(const char *s) {
  time_ms at, again;
  double real;
  int64_t whole;
  char out[48];
  if (text_to_int(s, &whole) && text_to_real(s, &real)) PROMISE(real == (double)whole);
  if (!time_parse(&at, s, OFFSET_CHINA_MIN)) return;
  time_format(out, sizeof out, at, OFFSET_CHINA_MIN);
  PROMISE(time_parse(&again, out, 0));
  PROMISE(again <= at && at - again < SECOND_MS); /* written to the second, also before 1970 */
}

static void quote(const char *s) {
  struct buf b;
  struct json j;
  buf_init(&b, 1 << 20);
  json_start(&j, &b);
  json_string(&j, s);
  PROMISE(b.full || text_is_utf8(b.data, b.len));
  buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!text_is_utf8((const char *)data, size) || size > 10000) return 0;
  struct arena *a = arena_new(1 << 20);
  const char *s = arena_strndup(a, (const char *)data, size);
  walk(s, size);
  cut(a, s, size);
  read_numbers(s);
  quote(s);
  arena_free(a);
  return 0;
}
