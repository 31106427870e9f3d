/* What a form can send: the first byte chooses the decoder, the rest goes through it. What comes out is UTF-8. */
#include <string.h>

#include "base/base.h"
#include "fuzz.h"
#include "web/decode.h"
#include "web/multipart.h"

static void check(const struct http_pairs *pairs) {
  for (size_t i = 0; i < pairs->count; i++) {
    PROMISE(text_is_utf8(pairs->at[i].name, strlen(pairs->at[i].name)));
    PROMISE(text_is_utf8(pairs->at[i].value, strlen(pairs->at[i].value)));
  }
}

static void one_path(struct arena *a, const char *s) {
  struct error err = {0};
  char *path;
  if (decode_path(&path, a, s, &err) < 0) return;
  PROMISE(text_is_utf8(path, strlen(path)));
  PROMISE(strstr(path, "/../") == NULL);
}

static void many_parts(struct arena *a, const uint8_t *data, size_t size) {
  struct error err = {0};
  struct http_pairs fields = {0};
  struct http_file *files = NULL;
  size_t count = 0;
  struct bytes body = {.data = data, .len = size};
  if (multipart_parse(&fields, &files, &count, a, body, "b", &err) < 0) return;
  check(&fields);
  for (size_t i = 0; i < count; i++) PROMISE(files[i].len <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  struct arena *a = arena_new(64u << 20);
  struct http_pairs pairs = {0};
  struct error err = {0};
  const char *s = arena_strndup(a, (const char *)data + 1, size - 1);
  switch (data[0]) {
    case 'f':
      decode_form(&pairs, a, (const char *)data + 1, size - 1, &err);
      check(&pairs); /* also after a refusal: the language of the answer is looked up in them */
      break;
    case 'c':
      if (text_is_utf8(s, strlen(s))) decode_cookies(&pairs, a, s), check(&pairs);
      break;
    case 'p': one_path(a, s); break;
    case 'l': decode_language(s, LANG_ZH); break;
    case 't':
      decode_media_type(a, s);
      decode_parameter(a, s, "boundary");
      break;
    default: many_parts(a, data + 1, size - 1);
  }
  arena_free(a);
  return 0;
}
