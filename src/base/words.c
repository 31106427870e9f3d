#include "base/words.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "base/words_table.h"

const char *word(enum lang lang, enum word id) {
  if ((unsigned)id >= WORDS || (unsigned)lang >= LANGS) return "";
  return words_table[id].text[lang];
}

int words_args(enum word id) { return (unsigned)id < WORDS ? words_table[id].args : 0; }

enum word words_id(const char *key) {
  int low = 0, high = WORDS;
  while (low < high) {
    int middle = low + (high - low) / 2;
    int order = strcmp(key, words_table[middle].key);
    if (order == 0) return (enum word)middle;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return WORDS;
}

const char *words_find(enum lang lang, const char *key) {
  enum word id = words_id(key);
  return id == WORDS ? NULL : word(lang, id);
}

void words_fill(struct buf *out, const char *pattern, const char *const *args, int count) {
  for (const char *p = pattern; *p; p++) {
    if (p[0] == '{' && p[1] >= '1' && p[1] <= '4' && p[2] == '}') {
      int i = p[1] - '1';
      if (i < count) buf_puts(out, args[i]);
      p += 2;
    } else {
      buf_putc(out, *p);
    }
  }
}

void words_format(struct buf *out, enum lang lang, enum word id, ...) {
  const char *args[WORD_ARGS_MOST];
  int count = 0;
  va_list list;
  va_start(list, id);
  for (const char *s; count < WORD_ARGS_MOST && (s = va_arg(list, const char *)) != NULL;) args[count++] = s;
  va_end(list);
  words_fill(out, word(lang, id), args, count);
}

/* What to say when a code has no words of its own. */
static const char *kind_name(enum error_kind kind) {
  static const char *const names[] = {
      [ERR_NONE] = "fault",         [ERR_INPUT] = "input",         [ERR_SIGN_IN] = "sign-in",
      [ERR_DENIED] = "denied",      [ERR_MISSING] = "missing",     [ERR_CONFLICT] = "conflict",
      [ERR_TOO_LARGE] = "too-large", [ERR_TOO_MANY] = "too-many",  [ERR_UNAVAILABLE] = "unavailable",
      [ERR_FAULT] = "fault"};
  return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "fault";
}

/* An argument in both languages is "中文 US English" (U+001F between): the part of this language, in `copy`. */
static const char *in_language(char *copy, size_t size, const char *arg, enum lang lang) {
  const char *middle = strchr(arg, ERROR_ARG_LANGUAGES);
  text_copy(copy, size, middle && lang == LANG_EN ? middle + 1 : arg);
  char *end = strchr(copy, ERROR_ARG_LANGUAGES);
  if (end) *end = '\0';
  return copy;
}

static void one(struct buf *out, enum lang lang, const char *prefix, const struct error *e) {
  if (!out) return;
  struct buf b;
  buf_init(&b, 120);
  buf_puts(&b, prefix);
  buf_puts(&b, e->code);
  const char *pattern = words_find(lang, b.data);
  if (!pattern) {
    buf_clear(&b);
    buf_puts(&b, prefix);
    buf_puts(&b, "kind.");
    buf_puts(&b, kind_name(e->kind));
    pattern = words_find(lang, b.data);
  }
  const char *args[ERROR_ARGS];
  char copies[ERROR_ARGS][sizeof e->arg[0]];
  for (int i = 0; i < ERROR_ARGS; i++) args[i] = in_language(copies[i], sizeof copies[i], e->arg[i], lang);
  if (pattern) words_fill(out, pattern, args, e->args);
  buf_free(&b);
}

void error_words(struct buf *what, struct buf *hint, enum lang lang, const struct error *e) {
  one(what, lang, "error.", e);
  one(hint, lang, "hint.", e);
}

const char *lang_tag(enum lang lang) { return lang == LANG_EN ? "en" : "zh-CN"; }

enum lang lang_from_tag(const char *tag, enum lang otherwise) {
  if (text_empty(tag) || (tag[2] != '\0' && tag[2] != '-' && tag[2] != '_')) return otherwise;
  if ((tag[0] | 0x20) == 'z' && (tag[1] | 0x20) == 'h') return LANG_ZH;
  if ((tag[0] | 0x20) == 'e' && (tag[1] | 0x20) == 'n') return LANG_EN;
  return otherwise;
}
