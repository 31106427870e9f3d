#include "matter/svg.h"

#include <stdint.h>

#include "base/text.h"

void svg_escape(struct buf *out, const char *text) {
  for (; text && *text; text++) {
    switch (*text) {
      case '&': buf_puts(out, "&amp;"); break;
      case '<': buf_puts(out, "&lt;"); break;
      case '>': buf_puts(out, "&gt;"); break;
      case '"': buf_puts(out, "&quot;"); break;
      case '\'': buf_puts(out, "&#39;"); break;
      default: buf_putc(out, *text);
    }
  }
}

void svg_begin(struct buf *out, int width, int height, const char *title) {
  buf_printf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
             "font-family=\"PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif\">\n<title>",
             width, height, width, height);
  svg_escape(out, title);
  buf_puts(out, "</title>\n");
  svg_box(out, 0, 0, width, height, 0, "#ffffff", "none");
}

void svg_begin_part(struct buf *out, int width, int height, const char *id, const char *title,
                    const char *description) {
  bool described = description && *description;
  buf_printf(out,
             "<svg class=\"drawing\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title%s%s%s\" "
             "font-family=\"PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif\">\n<title id=\"%s-title\">",
             width, height, id, described ? " " : "", described ? id : "", described ? "-desc" : "", id);
  svg_escape(out, title);
  buf_puts(out, "</title>\n");
  if (!described) return;
  buf_printf(out, "<desc id=\"%s-desc\">", id);
  svg_escape(out, description);
  buf_puts(out, "</desc>\n");
}

void svg_finish(struct buf *out) { buf_puts(out, "</svg>\n"); }

void svg_box(struct buf *out, int x, int y, int width, int height, int radius, const char *fill, const char *stroke) {
  buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"%s\"/>\n", x, y,
             width, height, radius, fill, stroke);
}

void svg_text(struct buf *out, int x, int y, int size, enum svg_anchor anchor, bool bold, const char *colour,
              const char *text) {
  static const char *const anchors[] = {"start", "middle", "end"};
  buf_printf(out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"%s\">", x, y, size,
             anchors[anchor], bold ? "bold" : "normal", colour);
  svg_escape(out, text);
  buf_puts(out, "</text>\n");
}

static void head(struct buf *out, int x1, int y1, int x2, int y2, const char *colour) {
  int dx = x2 > x1 ? -7 : x2 < x1 ? 7 : 0, dy = y2 > y1 ? -7 : y2 < y1 ? 7 : 0;
  int sx = dx ? 0 : 4, sy = dx ? 4 : 0;
  buf_printf(out, "<path d=\"M%d %d L%d %d L%d %d Z\" fill=\"%s\"/>\n", x2, y2, x2 + dx + sx, y2 + dy + sy, x2 + dx - sx,
             y2 + dy - sy, colour);
}

void svg_line(struct buf *out, int x1, int y1, int x2, int y2, const char *colour, bool dashed, bool arrow) {
  buf_printf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"%s/>\n", x1, y1, x2, y2, colour,
             dashed ? " stroke-dasharray=\"5 3\"" : "");
  if (arrow) head(out, x1, y1, x2, y2, colour);
}

void svg_dot(struct buf *out, int x, int y, int radius, const char *colour) {
  buf_printf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"%s\"/>\n", x, y, radius, colour);
}

int svg_text_width(const char *text, int size) {
  int width = 0;
  for (uint32_t c; text && (c = text_next(&text)) != 0;) width += c >= 0x2E80 ? size * 10 : size * 6;
  return width / 10 + 2;
}
