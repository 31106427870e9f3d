/* The press: pages, fonts and lines, for the paper helper only. Everything is measured in points from the upper left corner
 * of the type area (版心) of GB/T 9704-2012, section 5: A4, 37 mm above it, 28 mm left of it, 156 mm wide, 225 mm high. */
#ifndef BOARD_PAPER_PRESS_H
#define BOARD_PAPER_PRESS_H

#include <cairo.h>
#include <jansson.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "base/buf.h"

#define MM (72.0 / 25.4)

/* GB/T 9704-2012, sections 5.1 to 5.2.4. */
#define PAGE_WIDTH (210 * MM)
#define PAGE_HEIGHT (297 * MM)
#define MARGIN_TOP (37 * MM)
#define MARGIN_LEFT (28 * MM)
#define TYPE_WIDTH (156 * MM)
#define TYPE_HEIGHT (225 * MM)
#define LINE (TYPE_HEIGHT / 22)
#define CHARACTER (TYPE_WIDTH / 28)

/* Sizes by the names printers use, in points. */
#define SIZE_2 22.0
#define SIZE_3 16.0
#define SIZE_4 14.0
#define SIZE_SMALL_4 12.0
#define SIZE_SMALL_5 9.0

enum press_font { FONT_SONG, FONT_HEI, FONT_KAI, FONT_TITLE, FONTS };

/* How one piece of text is set. */
struct press_style {
  enum press_font font;
  double size;
  double first; /* how far its first line is set in */
  PangoAlignment align;
  bool grid; /* 28 characters a line: spacing as the standard counts it */
  bool red;
};

struct press {
  cairo_surface_t *surface;
  cairo_t *cr;
  PangoContext *context;
  PangoFontDescription *fonts[FONTS];
  struct buf *out;
  struct bytes blobs;
  double y;            /* where the next line begins */
  double bottom;       /* where the type area ends; less when something waits at its foot */
  int pages;           /* drawn altogether */
  int page;            /* of this paper, 1.. ; 0: none begun */
  bool number_first;   /* a page number on page 1 too */
  bool number_here;    /* on the page being drawn */
};

/* Opens a PDF that is written to `out`. */
void press_open(struct press *p, struct buf *out, struct bytes blobs);
void press_close(struct press *p); /* ends the PDF */

/* Ends the page (its number is drawn) and begins another. */
void press_page(struct press *p);
/* Ends the last page of one paper. */
void press_paper_end(struct press *p);
/* Sees that `height` is left on this page, else begins another. */
void press_need(struct press *p, double height);
void press_skip(struct press *p, double height); /* not beyond the page's end */

/* A layout in a style, `width` points wide (0: as wide as it is). To be freed with g_object_unref. */
PangoLayout *press_layout(struct press *p, const struct press_style *style, double width, const char *text);
/* Draws the layout's lines one after another, each `pitch` high, on as many pages as they need. */
void press_lines(struct press *p, PangoLayout *layout, double x, double pitch);
/* Draws at one place, y at the top of the line's letters' room; returns the width. */
double press_at(struct press *p, const struct press_style *style, double x, double y, const char *text);
double press_width(struct press *p, const struct press_style *style, const char *text);
/* The height of the letters themselves (not of their room), and how far below the room's top they begin. */
double press_ink(struct press *p, const struct press_style *style, const char *text, double *above);

/* A filled line of `thick` points. */
void press_rule(struct press *p, double x, double y, double width, double thick, bool red);

/* A string of a JSON object, "" when there is none. */
const char *press_text(const json_t *object, const char *key);

/* --- parts and head, in their own files --------------------------------------------------------------------------- */

void parts_draw(struct press *p, const json_t *parts);
void head_draw(struct press *p, const json_t *paper);
void foot_draw(struct press *p, const json_t *paper); /* signature, date, imprint, lines at the foot of a letter */

#endif
