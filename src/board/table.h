/* Tables: one description of a table of figures for every shape it is given out in - on a page (pages/table.html), as CSV and
 * as XLSX here; a document takes the same description. */
#ifndef BOARD_TABLE_H
#define BOARD_TABLE_H

#include "base/base.h"
#include "board/sheet.h"

struct table_column {
  const char *title;
  bool number; /* set to the right */
};

/* A name, a count or a share; `text` is what is read, `n` the number itself (NaN where there is none). */
struct table_cell {
  const char *text, *href; /* href NULL: opens nothing */
  double n;
  bool number;
};

struct table_row {
  const struct table_cell *cells; /* one a column */
  int count;
  bool total;
};

struct table {
  const char *id, *title; /* id: of its section on the page, and its name in the address of the sheet */
  const struct table_column *columns;
  int column_count;
  const struct table_row *rows;
  int row_count;
  const char *csv, *xlsx; /* addresses of the sheets */
};

/* Writes the table to `path`. Errors: board.sheet. */
int table_sheet(const struct table *t, enum sheet_format format, const char *path, int offset_min, struct error *err);

#endif
