/* Tables: one description of a table of figures for every shape it is given out in - on a page (pages/table.html), as CSV,
 * as XLSX and as PDF here. */
#ifndef BOARD_TABLE_H
#define BOARD_TABLE_H

#include "base/base.h"
#include "base/words.h"
#include "board/sheet.h"

struct table_column {
  const char *title;
  bool number; /* set to the right */
};

/* A name, a count or a share; `text` is what is read, `n` the number itself (NaN where there is none). */
struct table_cell {
  const char *text, *href; /* href NULL: opens nothing */
  const char *look;        /* a class of the page ("clock late"), or NULL */
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
  const char *csv, *xlsx, *pdf; /* addresses of the same as a file */
  const char *note;             /* said below it, or NULL */
};

/* Writes the table to `path`. Errors: board.sheet. */
int table_sheet(const struct table *t, enum sheet_format format, const char *path, int offset_min, struct error *err);

/* The same as a PDF of A4 pages in `a`: columns that do not fit beside each other follow below, each time with the first one.
 * `sub` stands under the title. Blocks as paper_pdf does; errors: those of paper_pdf. */
int table_pdf(const struct table *t, enum lang lang, const char *sub, time_ms made, struct arena *a, struct bytes *pdf,
              struct error *err);

#endif
