/* Charts: figures drawn by the server as SVG, so that they need no script, print, and can be read by everybody.
 *
 * Every chart has a title and a description for those who do not see it, and below it a table that says the same, number
 * by number, each with its link where it has one. Series differ by pattern (bars, donut) or by dash and mark (lines) as
 * well as by colour. Looks are attributes, not styles: the content security policy stays strict, and the same bytes
 * can go into a document. `dark` is for the big screen.
 *
 *   double n[] = {12, 7, 30};
 *   const char *names[] = {"金川路街道", "滨河路街道", "双湾镇"};
 *   struct chart_series s = {.name = "结案数", .values = n};
 *   struct chart c = {.kind = CHART_BARS, .lang = lang, .id = "by-street", .title = "各街道结案数", .head = "街道",
 *                     .labels = names, .count = 3, .series = &s, .series_count = 1};
 *   view.chart = chart_view(arena, &c);          // web/chart_view.h; then, in a page: {{include chart m.chart}}
 *
 * The page links assets/chart.css. All texts are escaped here; NaN is "no value" and is shown as —. */
#ifndef BOARD_CHART_H
#define BOARD_CHART_H

#include "base/base.h"
#include "base/words.h"

enum chart_kind {
  CHART_BARS,    /* lying bars, one group a label: for names (streets, departments, kinds) */
  CHART_COLUMNS, /* standing bars, one group a label: for time */
  CHART_LINES,   /* one line a series over the labels */
  CHART_DONUT    /* shares of the first series */
};

enum { CHART_SERIES = 6, CHART_LABELS = 400 };

struct chart_series {
  const char *name;
  const double *values;     /* one a label */
  const char *const *hrefs; /* the list each number counted, or NULL; single ones may be NULL */
};

struct chart {
  enum chart_kind kind;
  enum lang lang;
  const char *id;    /* unique on the page: letters, digits, - */
  const char *title; /* what it shows */
  const char *note;  /* said with it (period, definition), or NULL */
  const char *head;  /* title of the labels' column in the table */
  const char *unit;  /* after numbers, "%" for rates (then one decimal), or NULL */
  const char *const *labels;
  int count; /* labels, at most CHART_LABELS */
  const struct chart_series *series;
  int series_count;  /* 1..CHART_SERIES */
  int width, height; /* of the drawing in its own units; 0: 440 and what the kind needs */
  double most;       /* the axis' end (100 for rates); 0: by the numbers */
  bool dark;         /* light on dark, for the big screen */
  bool no_table;     /* where the table stands beside it on the page anyway */
};

/* Writes the drawing; nothing when the chart is empty. Its frame and its table are pages/chart.html: web/chart_view.h. */
void chart_write(struct buf *out, const struct chart *c);
bool chart_empty(const struct chart *c); /* no labels, or all values 0 or none: a sentence stands instead */
void chart_value(char *out, size_t n, const struct chart *c, double v); /* a number as the chart shows it */

/* A small line without axes, 96 x 24, for a cell or a tile; `title` is what it shows. */
void chart_spark(struct buf *out, const char *title, const double *values, int count, bool dark);

#endif
