/* A small SVG writer, the pen of all drawings: every text is escaped, all looks are attributes (no style
 * element, so that a strict content security policy is kept), no script, no outside part. Coordinates are pixels. */
#ifndef MATTER_SVG_H
#define MATTER_SVG_H

#include <stdbool.h>

#include "base/buf.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* Begins a document with a white ground and an accessible title. */
void svg_begin(struct buf *out, int width, int height, const char *title);
void svg_finish(struct buf *out);

/* The same as part of a page: no ground, as wide as its place (class "drawing"), with a description where there is one.
 * `id` begins the ids inside; letters, digits, -. */
void svg_begin_part(struct buf *out, int width, int height, const char *id, const char *title,
                    const char *description);

/* A text with & < > " ' escaped, for what is written beside the drawing. */
void svg_escape(struct buf *out, const char *text);

/* A rounded box. Colours are written as given: "#0b3478" or "none". */
void svg_box(struct buf *out, int x, int y, int width, int height, int radius, const char *fill, const char *stroke);

/* One line of text on the baseline y. */
void svg_text(struct buf *out, int x, int y, int size, enum svg_anchor anchor, bool bold, const char *colour,
              const char *text);

/* A straight line; `arrow` puts a head at its end (for level and upright lines). */
void svg_line(struct buf *out, int x1, int y1, int x2, int y2, const char *colour, bool dashed, bool arrow);
void svg_dot(struct buf *out, int x, int y, int radius, const char *colour);

/* About how wide a text of that size is drawn: East Asian characters count a whole size, others a little over half. */
int svg_text_width(const char *text, int size);

#endif
