#include "web/chart_view.h"

#include "base/arena.h"
#include "board/chart.h"

enum { DRAWING_MOST = 1 << 20 };

static void make_rows(struct chart_view *v, struct arena *a, const struct chart *c) {
  struct chart_row *rows = ARENA_ARRAY(a, (size_t)c->count + 1, struct chart_row);
  for (int i = 0; i < c->count; i++) {
    struct chart_cell *cells = ARENA_ARRAY(a, (size_t)c->series_count + 1, struct chart_cell);
    for (int s = 0; s < c->series_count; s++) {
      char text[64];
      chart_value(text, sizeof text, c, c->series[s].values[i]);
      cells[s] = (struct chart_cell){arena_strdup(a, text), c->series[s].hrefs ? c->series[s].hrefs[i] : NULL};
    }
    rows[i] = (struct chart_row){c->labels[i], cells, c->series_count};
  }
  v->rows = rows;
  v->row_count = c->count;
}

const struct chart_view *chart_view(struct arena *a, const struct chart *c) {
  struct chart_view *v = ARENA_NEW(a, struct chart_view);
  struct buf b;
  *v = (struct chart_view){.title = c->title,
                           .head = c->head ? c->head : c->title,
                           .dark = c->dark,
                           .table = !c->no_table && !chart_empty(c),
                           .series = c->series,
                           .series_count = c->series_count};
  buf_init(&b, DRAWING_MOST);
  chart_write(&b, c);
  v->drawing = (struct html){b.len ? arena_strdup(a, b.data) : ""};
  buf_free(&b);
  if (v->table) make_rows(v, a, c);
  return v;
}
