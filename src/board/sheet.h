/* Sheets: a list as a table people open in Excel or WPS (XLSX) or take further (CSV, UTF-8 with the mark Excel wants).
 * Rows are written as they come: memory does not grow with the list.
 *
 * What people typed can never become a formula: XLSX cells are written as strings, and in CSV a text that begins with
 * = + - @ (also full-width), a tab or a carriage return gets an apostrophe before it, unless it is a plain number. */
#ifndef BOARD_SHEET_H
#define BOARD_SHEET_H

#include "base/base.h"

enum sheet_format { SHEET_CSV, SHEET_XLSX };

struct sheet_column {
  const char *title;
  int width; /* characters, XLSX only; 0: usual */
};

struct sheet;

/* Starts a table at `path` (made anew, or overwritten) with its line of titles. `name` is the sheet's name in XLSX, cut to
 * 31 characters; characters Excel forbids in it become a space. Times are written at `offset_min`. Error: board.sheet. */
int sheet_open(struct sheet **out, enum sheet_format format, const char *path, const char *name,
               const struct sheet_column *columns, int count, int offset_min, struct error *err);

/* The next cell of the row; NULL, NaN and 0 give an empty one. Cells beyond the last column are our bug and are left out;
 * a text is cut at 32,767 characters in XLSX. */
void sheet_text(struct sheet *s, const char *text);
void sheet_number(struct sheet *s, double number);
void sheet_int(struct sheet *s, int64_t number); /* 0 is written as 0 */
void sheet_time(struct sheet *s, time_ms at);    /* "2026-11-23 10:18", a date in XLSX */

/* Ends the row. Error board.sheet-rows when XLSX can hold no more (1,048,575 rows): offer CSV. */
int sheet_row_end(struct sheet *s, struct error *err);

/* Writes what is left and frees the sheet, also after an error (then the file is no good). Errors: board.sheet (disk). */
int sheet_close(struct sheet *s, struct error *err);

/* For Content-Type, and the ending of the file's name with its dot. */
const char *sheet_media(enum sheet_format format);
const char *sheet_ending(enum sheet_format format);

#endif
