#include "board/table.h"

#include "base/arena.h"

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
