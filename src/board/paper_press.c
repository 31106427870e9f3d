#include "board/paper_press.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <string.h>

/* The standard names 仿宋, 黑体, 楷体 and 小标宋. Where a district owns them they are used; otherwise free ones near them. */
static const char *const FAMILIES[FONTS] = {
    [FONT_SONG] = "FangSong_GB2312,FangSong,STFangsong,Noto Serif CJK SC,AR PL UMing CN,serif",
    [FONT_HEI] = "SimHei,STHeiti,Noto Sans CJK SC,WenQuanYi Micro Hei,sans-serif",
    [FONT_KAI] = "KaiTi_GB2312,KaiTi,STKaiti,AR PL UKai CN,Noto Serif CJK SC,serif",
    [FONT_TITLE] = "FZXiaoBiaoSong-B05S,FZXiaoBiaoSong-B05,STZhongsong,Noto Serif CJK SC Semi-Bold,Noto Serif CJK SC,serif",
};

static cairo_status_t keep(void *to, const unsigned char *data, unsigned int len) {
  struct buf *out = to;
  buf_add(out, data, len);
  return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

void press_open(struct press *p, struct buf *out, struct bytes blobs) {
  *p = (struct press){.out = out, .blobs = blobs, .bottom = TYPE_HEIGHT};
  p->surface = cairo_pdf_surface_create_for_stream(keep, out, PAGE_WIDTH, PAGE_HEIGHT);
  cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
  p->cr = cairo_create(p->surface);
  p->context = pango_cairo_create_context(p->cr);
  pango_context_set_language(p->context, pango_language_from_string("zh-cn"));
  pango_context_set_round_glyph_positions(p->context, FALSE);
  pango_cairo_context_set_resolution(p->context, 72);
  for (int i = 0; i < FONTS; i++) {
    p->fonts[i] = pango_font_description_from_string(FAMILIES[i]);
    if (i == FONT_TITLE) pango_font_description_set_weight(p->fonts[i], PANGO_WEIGHT_SEMIBOLD);
  }
}

void press_close(struct press *p) {
  for (int i = 0; i < FONTS; i++) pango_font_description_free(p->fonts[i]);
  g_object_unref(p->context);
  cairo_destroy(p->cr);
  cairo_surface_finish(p->surface);
  cairo_surface_destroy(p->surface);
}

const char *press_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

/* Section 7.5: 4号 half-width numerals between dashes, the dash 7 mm below the type area; on odd pages one character from
 * its right edge, on even ones one from its left. */
static void number_page(struct press *p) {
  static const struct press_style style = {.font = FONT_SONG, .size = SIZE_4};
  char text[32];
  snprintf(text, sizeof text, "— %d —", p->page);
  double width = press_width(p, &style, text), x = p->page % 2 ? TYPE_WIDTH - CHARACTER - width : CHARACTER;
  press_at(p, &style, x, TYPE_HEIGHT + 7 * MM - SIZE_4 / 2, text);
}

static void end_page(struct press *p) {
  if (p->number_here && (p->page > 1 || p->number_first)) number_page(p);
  cairo_restore(p->cr);
  cairo_show_page(p->cr);
}

void press_page(struct press *p) {
  if (p->page) end_page(p);
  p->page++;
  p->pages++;
  p->y = 0;
  p->bottom = TYPE_HEIGHT;
  p->number_here = true;
  cairo_save(p->cr);
  cairo_translate(p->cr, MARGIN_LEFT, MARGIN_TOP);
}

void press_paper_end(struct press *p) {
  if (p->page) end_page(p);
  p->page = 0;
}

void press_need(struct press *p, double height) {
  if (p->y > 0 && p->y + height > p->bottom + 0.01) press_page(p);
}

void press_skip(struct press *p, double height) {
  p->y = p->y + height > p->bottom ? p->bottom : p->y + height;
}

/* --- text ------------------------------------------------------------------------------------------------------- */

static void ink(struct press *p, bool red) {
  if (red)
    cairo_set_source_rgb(p->cr, 0.86, 0, 0);
  else
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* Characters stand CHARACTER apart, a little closer than a font of 16 points sets them. */
static void to_grid(PangoLayout *layout, double size) {
  PangoAttrList *list = pango_attr_list_new();
  pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)((CHARACTER - size) * PANGO_SCALE)));
  pango_layout_set_attributes(layout, list);
  pango_attr_list_unref(list);
}

PangoLayout *press_layout(struct press *p, const struct press_style *style, double width, const char *text) {
  PangoLayout *layout = pango_layout_new(p->context);
  PangoFontDescription *font = p->fonts[style->font];
  pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  if (width > 0) {
    pango_layout_set_width(layout, (int)((width + 0.5) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  }
  pango_layout_set_indent(layout, (int)(style->first * PANGO_SCALE));
  pango_layout_set_alignment(layout, style->align);
  if (style->grid && style->size == SIZE_3) to_grid(layout, style->size);
  pango_layout_set_text(layout, text, -1);
  return layout;
}

void press_lines(struct press *p, PangoLayout *layout, double x, double pitch) {
  PangoLayoutIter *iter = pango_layout_get_iter(layout);
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iter, NULL, &logical);
    double height = logical.height / (double)PANGO_SCALE;
    double down = (pango_layout_iter_get_baseline(iter) - logical.y) / (double)PANGO_SCALE;
    press_need(p, pitch);
    cairo_move_to(p->cr, x + logical.x / (double)PANGO_SCALE, p->y + (pitch - height) / 2 + down);
    pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(iter));
    p->y += pitch;
  } while (pango_layout_iter_next_line(iter));
  pango_layout_iter_free(iter);
}

double press_at(struct press *p, const struct press_style *style, double x, double y, const char *text) {
  PangoLayout *layout = press_layout(p, style, 0, text);
  int width, height;
  pango_layout_get_size(layout, &width, &height);
  ink(p, style->red);
  cairo_move_to(p->cr, x, y);
  pango_cairo_show_layout(p->cr, layout);
  ink(p, false);
  g_object_unref(layout);
  return width / (double)PANGO_SCALE;
}

double press_width(struct press *p, const struct press_style *style, const char *text) {
  PangoLayout *layout = press_layout(p, style, 0, text);
  int width, height;
  pango_layout_get_size(layout, &width, &height);
  g_object_unref(layout);
  return width / (double)PANGO_SCALE;
}

double press_ink(struct press *p, const struct press_style *style, const char *text, double *above) {
  PangoLayout *layout = press_layout(p, style, 0, text);
  PangoRectangle drawn;
  pango_layout_get_extents(layout, &drawn, NULL);
  g_object_unref(layout);
  *above = drawn.y / (double)PANGO_SCALE;
  return drawn.height / (double)PANGO_SCALE;
}

void press_rule(struct press *p, double x, double y, double width, double thick, bool red) {
  ink(p, red);
  cairo_rectangle(p->cr, x, y, width, thick);
  cairo_fill(p->cr);
  ink(p, false);
}
