#include "board/table.h"

#include <string.h>

#include "base/arena.h"
#include "board/paper.h"

static int write_rows(struct sheet *s, const struct table *t, struct error *err) {
  for (int r = 0; r < t->row_count; r++) {
    for (int i = 0; i < t->rows[r].count; i++) {
      const struct table_cell *cell = &t->rows[r].cells[i];
      if (cell->number)
        sheet_number(s, cell->n);
      else
        sheet_text(s, cell->text);
    }
    if (sheet_row_end(s, err) < 0) return -1;
  }
  return 0;
}

int table_sheet(const struct table *t, enum sheet_format format, const char *path, int offset_min, struct error *err) {
  struct sheet *s;
  struct error closing = {0};
  struct arena *a = arena_new(4096);
  struct sheet_column *columns = ARENA_ARRAY(a, (size_t)t->column_count + 1, struct sheet_column);
  for (int i = 0; i < t->column_count; i++)
    columns[i] = (struct sheet_column){t->columns[i].title, t->columns[i].number ? 12 : 30};
  int r = sheet_open(&s, format, path, t->title, columns, t->column_count, offset_min, err);
  if (r == 0) {
    r = write_rows(s, t, err);
    if (sheet_close(s, &closing) < 0 && r == 0) {
      *err = closing;
      r = -1;
    }
  }
  arena_free(a);
  return r;
}

/* --- as PDF ----------------------------------------------------------------------------------------------------- */

/* Widths are in halves of a character; a line of the type area holds about so many at the size of cells. */
enum { LINE_HALVES = 62, CELL_LEAST = 8, CELL_MOST = 30, COLUMNS_MOST = 12 };

static int width_of(const char *text) {
  int n = 0;
  for (const char *p = text ? text : ""; *p;) n += text_next(&p) < 0x2e80 ? 1 : 2;
  return n;
}

static int column_width(const struct table *t, int column) {
  int most = width_of(t->columns[column].title);
  for (int i = 0; i < t->row_count; i++) {
    int w = column < t->rows[i].count ? width_of(t->rows[i].cells[column].text) : 0;
    if (w > most) most = w;
  }
  if (t->columns[column].number && most > CELL_LEAST) most = CELL_LEAST + 2;
  most += 2;
  return most < CELL_LEAST ? CELL_LEAST : most > CELL_MOST ? CELL_MOST : most;
}

/* The columns [from, to) with the first before them. */
static void write_part(struct paper *p, const struct table *t, const int *all, int from, int to) {
  const char *texts[COLUMNS_MOST];
  int widths[COLUMNS_MOST], n = 0;
  widths[n] = all[0];
  texts[n++] = t->columns[0].title;
  for (int i = from; i < to; i++) {
    widths[n] = all[i];
    texts[n++] = t->columns[i].title;
  }
  paper_table(p, widths, n, texts, false);
  for (int r = 0; r < t->row_count; r++) {
    n = 0;
    texts[n++] = t->rows[r].cells[0].text;
    for (int i = from; i < to; i++) texts[n++] = i < t->rows[r].count ? t->rows[r].cells[i].text : "";
    paper_row(p, texts, n);
  }
  paper_table_end(p);
}

static void write_parts(struct paper *p, const struct table *t, struct arena *a) {
  int *widths = ARENA_ARRAY(a, (size_t)t->column_count + 1, int);
  for (int i = 0; i < t->column_count; i++) widths[i] = column_width(t, i);
  for (int from = 1; from < t->column_count || from == 1;) {
    int to = from, sum = widths[0];
    while (to < t->column_count && to - from < COLUMNS_MOST - 1 && (to == from || sum + widths[to] <= LINE_HALVES))
      sum += widths[to++];
    write_part(p, t, widths, from, to);
    if (to == from) break;
    from = to;
  }
}

int table_pdf(const struct table *t, enum lang lang, const char *sub, time_ms made, struct arena *a, struct bytes *pdf,
              struct error *err) {
  struct paper p;
  paper_start(&p, lang, t->title, made);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM, .title = t->title, .number = sub});
  if (t->row_count)
    write_parts(&p, t, a);
  else
    paper_text(&p, PAPER_SMALL, word(lang, W_CHART_EMPTY));
  paper_text(&p, PAPER_SMALL, t->note);
  paper_end(&p);
  return paper_pdf(&p, a, pdf, NULL, err);
}
