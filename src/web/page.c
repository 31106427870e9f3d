#include "web/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "web/assets.h"

void page_raw(struct buf *out, const char *s, size_t n) { buf_add(out, s, n); }

void page_text_string(struct buf *out, const char *s) {
  if (!s) return;
  for (;;) {
    size_t n = strcspn(s, "&<>\"'");
    buf_add(out, s, n);
    s += n;
    switch (*s) {
      case '\0': return;
      case '&': buf_puts(out, "&amp;"); break;
      case '<': buf_puts(out, "&lt;"); break;
      case '>': buf_puts(out, "&gt;"); break;
      case '"': buf_puts(out, "&quot;"); break;
      default: buf_puts(out, "&#39;"); break;
    }
    s++;
  }
}

void page_text_html(struct buf *out, struct html h) { buf_puts(out, h.text); }
void page_text_long(struct buf *out, long long n) { buf_printf(out, "%lld", n); }
void page_text_size(struct buf *out, unsigned long long n) { buf_printf(out, "%llu", n); }
void page_text_bool(struct buf *out, bool b) { buf_puts(out, b ? "true" : "false"); }

void page_text_real(struct buf *out, double n) {
  if (!isfinite(n)) {
    buf_puts(out, "—");
    return;
  }
  char s[400];
  int len = snprintf(s, sizeof s, "%.6f", n);
  if (len < 0 || (size_t)len >= sizeof s) return;
  while (len && s[len - 1] == '0') s[--len] = '\0';
  if (len && s[len - 1] == '.') s[--len] = '\0';
  buf_puts(out, strcmp(s, "-0") == 0 ? "0" : s);
}

/* Browsers skip leading white space and controls, and drop tab and line ends inside: an address with any of them is
 * not believed at all. A colon before the first / ? # ends a scheme. */
static bool address_is_safe(const char *s) {
  for (const char *p = s; *p; p++)
    if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == '\\') return false;
  if (s[0] == '/' && s[1] == '/') return false;
  size_t n = strcspn(s, ":/?#");
  if (s[n] != ':') return true;
  static const char *const schemes[] = {"http", "https", "mailto", "tel", "geo"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (strlen(schemes[i]) == n && strncasecmp(s, schemes[i], n) == 0) return true;
  static const char *const images[] = {"data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"};
  for (size_t i = 0; i < sizeof images / sizeof *images; i++)
    if (strncasecmp(s, images[i], strlen(images[i])) == 0) return true;
  return false;
}

void page_url_string(struct buf *out, const char *s) {
  if (!s) return;
  if (address_is_safe(s))
    page_text_string(out, s);
  else
    buf_putc(out, '#');
}

void page_part_string(struct buf *out, const char *s) {
  for (; s && *s; s++) {
    unsigned char c = (unsigned char)*s;
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
    if (plain)
      buf_putc(out, (char)c);
    else
      buf_printf(out, "%%%02X", c);
  }
}

void page_part_long(struct buf *out, long long n) { page_text_long(out, n); }
void page_part_size(struct buf *out, unsigned long long n) { page_text_size(out, n); }

bool page_true_string(const char *s) { return s && *s; }
bool page_true_html(struct html h) { return h.text && *h.text; }
bool page_true_pointer(const void *p) { return p != NULL; }
bool page_true_long(long long n) { return n != 0; }
bool page_true_size(unsigned long long n) { return n != 0; }
bool page_true_real(double n) { return n > 0 || n < 0; }

bool page_same(const char *a, const char *b) { return text_eq(a, b); }

struct page_value page_value_string(const char *s) { return (struct page_value){.kind = VALUE_TEXT, .text = s ? s : ""}; }
struct page_value page_value_long(long long n) { return (struct page_value){.kind = VALUE_INT, .n = n}; }
struct page_value page_value_size(unsigned long long n) {
  return (struct page_value){.kind = VALUE_INT, .n = n > INT64_MAX ? INT64_MAX : (int64_t)n};
}
struct page_value page_value_real(double n) { return (struct page_value){.kind = VALUE_REAL, .real = n}; }

static void value_text(struct buf *out, const struct page_value *v) {
  switch (v->kind) {
    case VALUE_TEXT: buf_puts(out, v->text); break;
    case VALUE_INT: buf_int(out, v->n); break;
    case VALUE_REAL: page_text_real(out, v->real); break;
  }
}

void page_word(struct buf *out, const struct page_context *ctx, enum word id, const struct page_value *args, int n) {
  if (!n) {
    page_text_string(out, word(ctx->lang, id));
    return;
  }
  struct buf filled, text[WORD_ARGS_MOST];
  const char *strings[WORD_ARGS_MOST];
  if (n > WORD_ARGS_MOST) n = WORD_ARGS_MOST;
  for (int i = 0; i < n; i++) {
    buf_init(&text[i], 4096);
    value_text(&text[i], &args[i]);
    strings[i] = text[i].data;
  }
  buf_init(&filled, 32768);
  words_fill(&filled, word(ctx->lang, id), strings, n);
  page_text_string(out, filled.data);
  buf_free(&filled);
  for (int i = 0; i < n; i++) buf_free(&text[i]);
}

void page_word_key(struct buf *out, const struct page_context *ctx, const char *key) {
  const char *s = key ? words_find(ctx->lang, key) : NULL;
  page_text_string(out, s ? s : key);
}

void page_time(struct buf *out, const struct page_context *ctx, time_ms at) {
  char s[48];
  if (at) time_format_short(s, sizeof s, at, ctx->offset_min);
  buf_puts(out, at ? s : "—");
}

void page_day(struct buf *out, const struct page_context *ctx, int32_t day) {
  (void)ctx;
  char s[48];
  if (day) date_format(s, sizeof s, day);
  buf_puts(out, day ? s : "—");
}

void page_asset(struct buf *out, enum asset a) { buf_puts(out, asset_files[a].url); }
