#include "store/search.h"

#include <string.h>

enum { MOST_TOKENS = 32, WORD_MAX = 64 };

/* Full-width ASCII (U+FF01..U+FF5E) and the ideographic space, folded; ASCII letters made small. */
static uint32_t fold(uint32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c == 0x3000) c = ' ';
  if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return c;
}

static bool is_word(uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7);
}

/* One token after the other: a pair of CJK characters, the last one alone, or a word. */
struct cutter {
  const char *at;
  uint32_t previous; /* the CJK character whose pair is still to come */
  char token[WORD_MAX + 8];
};

static bool cut_word(struct cutter *c, uint32_t first) {
  size_t n = text_encode(first, c->token);
  while (*c->at) {
    const char *before = c->at;
    uint32_t next = fold(text_next(&c->at));
    if (!is_word(next)) {
      c->at = before;
      break;
    }
    if (n < WORD_MAX) n += text_encode(next, c->token + n);
  }
  return true;
}

/* Gives the next token in c->token; false at the end. */
static bool cut(struct cutter *c) {
  for (;;) {
    const char *before = c->at;
    uint32_t next = fold(text_next(&c->at));
    if (text_is_cjk(next)) {
      uint32_t first = c->previous;
      c->previous = next;
      if (!first) continue;
      size_t n = text_encode(first, c->token);
      text_encode(next, c->token + n);
      return true;
    }
    if (c->previous) {
      text_encode(c->previous, c->token);
      c->previous = 0;
      c->at = before;
      return true;
    }
    if (!next) return false;
    if (is_word(next)) return cut_word(c, next);
  }
}

void search_tokens(struct buf *out, const char *text) {
  struct cutter c = {.at = text};
  while (cut(&c)) {
    if (out->len && out->data[out->len - 1] != ' ') buf_putc(out, ' ');
    buf_puts(out, c.token);
  }
}

static bool is_pair_or_word(const char *token) {
  const char *p = token;
  uint32_t first = text_next(&p);
  return !text_is_cjk(first) || *p;
}

/* A run of pairs becomes a phrase; the lone last character of a longer run says nothing new and is left out; alone it
 * asks for every pair that begins with it. */
char *search_query(struct arena *a, const char *typed, bool postgresql) {
  struct cutter c = {.at = typed};
  struct buf b;
  bool in_run = false;
  int count = 0;
  buf_init(&b, 8192);
  while (count < MOST_TOKENS && cut(&c)) {
    const char *p = c.token;
    bool cjk = text_is_cjk(text_next(&p)), pair = is_pair_or_word(c.token);
    if (cjk && !pair && in_run) {
      in_run = false;
      continue;
    }
    if (count++) buf_puts(&b, postgresql ? (in_run && cjk ? " <-> " : " & ") : (in_run && cjk ? " + " : " AND "));
    if (postgresql)
      buf_printf(&b, "'%s'%s", c.token, pair ? "" : ":*");
    else
      buf_printf(&b, "\"%s\"%s", c.token, pair ? "" : "*");
    in_run = cjk && pair;
  }
  char *query = count ? arena_strdup(a, b.data) : NULL;
  buf_free(&b);
  return query;
}
