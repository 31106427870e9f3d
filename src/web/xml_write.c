#include "web/xml_write.h"

#include <stdint.h>

#include "base/text.h"

void xml_start(struct xml *x, struct buf *out) {
  *x = (struct xml){.out = out};
  buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

static void tag(struct xml *x, const char *before, const char *name) {
  buf_puts(x->out, before);
  buf_puts(x->out, name);
  buf_putc(x->out, '>');
}

void xml_open(struct xml *x, const char *name) {
  if (x->depth == XML_DEPTH) return;
  x->open[x->depth++] = name;
  tag(x, "<", name);
}

void xml_close(struct xml *x) {
  if (x->depth > 0) tag(x, "</", x->open[--x->depth]);
}

static void escape(struct buf *out, const char *text) {
  const char *p = text;
  for (uint32_t c; (c = text_next(&p)) != 0;) {
    char bytes[5];
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF) continue;
    if (c == '&')
      buf_puts(out, "&amp;");
    else if (c == '<')
      buf_puts(out, "&lt;");
    else if (c == '>')
      buf_puts(out, "&gt;");
    else if (c == '\r')
      buf_puts(out, "&#13;");
    else
      buf_add(out, bytes, text_encode(c, bytes));
  }
}

void xml_text(struct xml *x, const char *name, const char *text) {
  tag(x, "<", name);
  if (text) escape(x->out, text);
  tag(x, "</", name);
}
