/* A chart on a page: the drawing (board/chart.h) in its frame, with the table that says the same. */
#ifndef WEB_CHART_VIEW_H
#define WEB_CHART_VIEW_H

#include "board/chart.h"
#include "web/page.h"

struct chart_cell {
  const char *text, *href; /* href NULL: no link */
};

struct chart_row {
  const char *label;
  const struct chart_cell *cells;
  int cell_count;
};

struct chart_view {
  struct html drawing; /* "" when there is nothing to show */
  const char *title, *head;
  bool dark, table;
  const struct chart_series *series;
  int series_count;
  const struct chart_row *rows;
  int row_count;
};

/* In the arena; `c` and what it points to must live as long. Never NULL. */
const struct chart_view *chart_view(struct arena *a, const struct chart *c);

#endif
