/* What stands around the text: mark, number, lines, title, signature, imprint, and the code to verify it by. The numbers in
 * here are those of GB/T 9704-2012, sections 7 and 10. */
#include <qrencode.h>
#include <string.h>

#include "board/paper_press.h"

static const struct press_style BODY = {.font = FONT_SONG, .size = SIZE_3, .grid = true};
static const struct press_style TITLE = {.font = FONT_TITLE, .size = SIZE_2, .align = PANGO_ALIGN_CENTER};
static const struct press_style SMALL = {.font = FONT_SONG, .size = SIZE_4};

enum { QR_SIZE_MM = 18, QR_ABOVE_MM = 26 };

/* --- the code ----------------------------------------------------------------------------------------------------- */

static void draw_qr(struct press *p, const char *text) {
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  if (!code) return;
  double cell = QR_SIZE_MM * MM / code->width, left = TYPE_WIDTH - QR_SIZE_MM * MM, top = -QR_ABOVE_MM * MM;
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1) cairo_rectangle(p->cr, left + x * cell, top + y * cell, cell, cell);
  cairo_fill(p->cr);
  QRcode_free(code);
}

static void draw_code(struct press *p, const json_t *paper) {
  static const struct press_style style = {.font = FONT_HEI, .size = SIZE_SMALL_5, .align = PANGO_ALIGN_RIGHT};
  if (!*press_text(paper, "qr")) return;
  draw_qr(p, press_text(paper, "qr"));
  double width = 90 * MM;
  PangoLayout *layout = press_layout(p, &style, width, press_text(paper, "qr-words"));
  cairo_move_to(p->cr, TYPE_WIDTH - (QR_SIZE_MM + 3) * MM - width, -QR_ABOVE_MM * MM);
  pango_cairo_show_layout(p->cr, layout);
  g_object_unref(layout);
}

/* --- the mark ----------------------------------------------------------------------------------------------------- */

/* The mark in red with its letters' top at `top`, as large as `width` allows; returns where its letters end. */
static double draw_mark(struct press *p, const char *mark, double top, double width, double largest) {
  struct press_style style = {.font = FONT_TITLE, .size = largest, .red = true};
  double wide = press_width(p, &style, mark), above;
  if (wide > width) style.size *= width / wide;
  double tall = press_ink(p, &style, mark, &above);
  press_at(p, &style, (TYPE_WIDTH - press_width(p, &style, mark)) / 2, top - above, mark);
  return top + tall;
}

static void draw_centred(struct press *p, const struct press_style *style, double y, const char *text) {
  press_at(p, style, (TYPE_WIDTH - press_width(p, style, text)) / 2, y, text);
}

/* Number in the middle, or with a signer: number one character from the left, signer one from the right (7.2.5, 7.2.6). */
static void draw_number(struct press *p, const json_t *paper, double y) {
  static const struct press_style name = {.font = FONT_KAI, .size = SIZE_3, .grid = true};
  const char *number = press_text(paper, "number"), *signer = press_text(paper, "signer");
  if (!*signer) {
    draw_centred(p, &BODY, y, number);
    return;
  }
  double wide = press_width(p, &name, signer), x = TYPE_WIDTH - CHARACTER - wide;
  press_at(p, &BODY, CHARACTER, y, number);
  press_at(p, &name, x, y, signer);
  press_at(p, &BODY, x - press_width(p, &BODY, "签发人："), y, "签发人：");
}

static void head_official(struct press *p, const json_t *paper) {
  static const struct press_style hei = {.font = FONT_HEI, .size = SIZE_3, .grid = true};
  if (*press_text(paper, "urgency")) press_at(p, &hei, 0, 0, press_text(paper, "urgency"));
  double end = draw_mark(p, press_text(paper, "mark"), 35 * MM, TYPE_WIDTH, 46);
  double number = end + 2 * LINE;
  draw_number(p, paper, number);
  double line = number + LINE + 4 * MM - (LINE - SIZE_3) / 2;
  press_rule(p, 0, line, TYPE_WIDTH, 0.6 * MM, true);
  p->y = line + 2 * LINE;
}

/* 10.1: lines of 170 mm, in the middle of the page. */
static void head_letter(struct press *p, const json_t *paper) {
  double wide = 170 * MM, left = (PAGE_WIDTH - wide) / 2 - MARGIN_LEFT;
  double end = draw_mark(p, press_text(paper, "mark"), 30 * MM - MARGIN_TOP, TYPE_WIDTH, 34);
  double line = end + 4 * MM, foot = PAGE_HEIGHT - MARGIN_TOP - 20 * MM;
  press_rule(p, left, line, wide, 0.9 * MM, true);
  press_rule(p, left, line + 1.5 * MM, wide, 0.35 * MM, true);
  press_rule(p, left, foot - 1.5 * MM, wide, 0.35 * MM, true);
  press_rule(p, left, foot - 0.9 * MM, wide, 0.9 * MM, true);
  const char *number = press_text(paper, "number");
  p->y = line + 3 * MM;
  press_at(p, &BODY, TYPE_WIDTH - press_width(p, &BODY, number), p->y, number);
  p->y += 3 * LINE;
}

static void head_form(struct press *p, const json_t *paper) { (void)p, (void)paper; }

static void draw_title(struct press *p, const json_t *paper, bool form) {
  if (!*press_text(paper, "title")) return;
  PangoLayout *layout = press_layout(p, &TITLE, TYPE_WIDTH, press_text(paper, "title"));
  press_lines(p, layout, 0, LINE * 1.15);
  g_object_unref(layout);
  const char *number = press_text(paper, "number");
  if (form && *number) {
    press_at(p, &SMALL, TYPE_WIDTH - press_width(p, &SMALL, number), p->y, number);
    p->y += LINE;
  } else {
    press_skip(p, LINE);
  }
}

void head_draw(struct press *p, const json_t *paper) {
  const char *layout = press_text(paper, "layout");
  bool marked = *press_text(paper, "mark"), letter = !strcmp(layout, "letter");
  p->number_first = !letter;
  draw_code(p, paper);
  if (marked && letter)
    head_letter(p, paper);
  else if (marked)
    head_official(p, paper);
  else
    head_form(p, paper);
  draw_title(p, paper, !marked);
}

/* --- signature and date ------------------------------------------------------------------------------------------- */

/* 7.3.5.1: the date four characters from the right, the organ in the middle over it; the seal presses on both, its top
 * within a line of the text, so three lines are left. */
static void sign_sealed(struct press *p, const char *organ, const char *date) {
  press_need(p, 6 * LINE);
  press_skip(p, 3 * LINE);
  double day = press_width(p, &BODY, date), wide = press_width(p, &BODY, organ);
  double middle = TYPE_WIDTH - 4 * CHARACTER - day / 2, x = middle - wide / 2;
  if (x + wide > TYPE_WIDTH) x = TYPE_WIDTH - wide;
  press_at(p, &BODY, x, p->y, organ);
  press_at(p, &BODY, middle - day / 2, p->y + LINE, date);
  p->y += 2 * LINE;
}

/* 7.3.5.2: the organ two characters from the right, the date's first character two further in than the organ's. */
static void sign_plain(struct press *p, const char *organ, const char *date) {
  press_need(p, 3 * LINE);
  press_skip(p, LINE);
  double day = press_width(p, &BODY, date), wide = press_width(p, &BODY, organ), end = TYPE_WIDTH - 2 * CHARACTER;
  double x = end - wide, when = x + 2 * CHARACTER;
  if (when + day > end) {
    when = end - day;
    x = *organ ? when - 2 * CHARACTER : when;
  }
  press_at(p, &BODY, x, p->y, organ);
  press_at(p, &BODY, when, p->y + LINE, date);
  p->y += 2 * LINE;
}

/* --- imprint ------------------------------------------------------------------------------------------------------ */

static double imprint_height(PangoLayout *copies) {
  double lines = 0;
  if (copies) lines += pango_layout_get_line_count(copies);
  return (lines + 1) * LINE * 0.85;
}

static void draw_imprint(struct press *p, const json_t *paper, PangoLayout *copies, double height) {
  const double pitch = LINE * 0.85, thick = 0.35 * MM, thin = 0.25 * MM;
  double y = TYPE_HEIGHT - height;
  p->bottom = TYPE_HEIGHT + LINE;
  p->y = y;
  press_rule(p, 0, y, TYPE_WIDTH, thick, false);
  if (copies) {
    press_lines(p, copies, CHARACTER, pitch);
    press_rule(p, 0, p->y, TYPE_WIDTH, thin, false);
  }
  const char *by = press_text(paper, "printed-by"), *on = press_text(paper, "printed-on");
  press_at(p, &SMALL, CHARACTER, p->y + (pitch - SIZE_4 * 1.4) / 2, by);
  press_at(p, &SMALL, TYPE_WIDTH - CHARACTER - press_width(p, &SMALL, on), p->y + (pitch - SIZE_4 * 1.4) / 2, on);
  press_rule(p, 0, TYPE_HEIGHT, TYPE_WIDTH, thick, false);
}

/* 7.4: at the foot of the last page, which is an even one. Where the text ends on an odd page, a page of its own without a
 * number carries it (7.5). */
static void imprint(struct press *p, const json_t *paper) {
  const char *to = press_text(paper, "copies-to");
  if (!*press_text(paper, "printed-by") && !*to) return;
  char *text = *to ? g_strconcat("抄送：", to, g_str_has_suffix(to, "。") ? "" : "。", NULL) : NULL;
  PangoLayout *copies = text ? press_layout(p, &SMALL, TYPE_WIDTH - 2 * CHARACTER, text) : NULL;
  double height = imprint_height(copies);
  bool letter = !strcmp(press_text(paper, "layout"), "letter");
  if (p->y + height > TYPE_HEIGHT || (!letter && p->page % 2)) {
    press_page(p);
    p->number_here = false;
    if (!letter && p->page % 2) {
      press_page(p);
      p->number_here = false;
    }
  }
  draw_imprint(p, paper, copies, height);
  if (copies) g_object_unref(copies);
  g_free(text);
}

void foot_draw(struct press *p, const json_t *paper) {
  const char *organ = press_text(paper, "organ"), *date = press_text(paper, "date");
  if (*organ || *date) {
    if (json_is_true(json_object_get(paper, "sealed")))
      sign_sealed(p, organ, date);
    else
      sign_plain(p, organ, date);
  }
  imprint(p, paper);
}
