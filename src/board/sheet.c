#include "board/sheet.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { NAME_CHARS = 31, CELL_CHARS = 32767, TEXT_ARENA = 4 << 20, USUAL_WIDTH = 16 };

struct sheet {
  enum sheet_format format;
  int columns, offset_min, column;
  int64_t row; /* the next one, 0 is the titles */
  FILE *csv;
  lxw_workbook *book;
  lxw_worksheet *page;
  lxw_format *date, *bold;
  struct arena *arena; /* of the row: XLSX needs texts cut */
};

static int failed(struct error *err, const char *what) {
  return error_unavailable(err, "board.sheet", "%s: %s", what, strerror(errno));
}

/* --- CSV (RFC 4180, with CRLF) ---------------------------------------------------------------------------------- */

static bool is_plain_number(const char *s) {
  double number;
  return strspn(s, "+-0123456789.") == strlen(s) && text_to_real(s, &number);
}

/* Excel and WPS also fold the full-width signs. */
static bool could_be_formula(const char *s) {
  static const char *const wide[] = {"＝", "＋", "－", "＠"};
  if (*s && strchr("=+-@\t\r", *s)) return !is_plain_number(s);
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    if (text_starts(s, wide[i])) return true;
  return false;
}

static void csv_text(FILE *f, const char *s) {
  bool guarded = could_be_formula(s), quoted = strpbrk(s, ",\"\r\n\t;") != NULL;
  if (quoted) putc('"', f);
  if (guarded) putc('\'', f);
  for (; *s; s++) {
    if (*s == '"') putc('"', f);
    putc(*s, f);
  }
  if (quoted) putc('"', f);
}

static int open_csv(struct sheet *s, const char *path, struct error *err) {
  s->csv = fopen(path, "wbe");
  if (!s->csv) return failed(err, "opening a table");
  fputs("\xEF\xBB\xBF", s->csv);
  return 0;
}

/* --- XLSX ------------------------------------------------------------------------------------------------------- */

static void safe_name(char *out, size_t size, const char *name, struct arena *a) {
  text_copy(out, size, text_shorten(a, text_empty(name) ? "Sheet" : name, NAME_CHARS));
  for (char *p = out; *p; p++)
    if (strchr("[]:*?/\\'", *p)) *p = ' ';
}

static int open_xlsx(struct sheet *s, const char *path, const char *name, const struct sheet_column *columns, struct error *err) {
  char safe[4 * NAME_CHARS + 4];
  lxw_workbook_options options = {.constant_memory = LXW_TRUE};
  s->book = workbook_new_opt(path, &options);
  if (!s->book) return failed(err, "opening a workbook");
  safe_name(safe, sizeof safe, name, s->arena);
  s->page = workbook_add_worksheet(s->book, safe);
  if (!s->page) return failed(err, "adding a sheet");
  s->bold = workbook_add_format(s->book);
  format_set_bold(s->bold);
  s->date = workbook_add_format(s->book);
  format_set_num_format(s->date, "yyyy-mm-dd hh:mm");
  for (int i = 0; i < s->columns; i++)
    worksheet_set_column(s->page, (lxw_col_t)i, (lxw_col_t)i, columns[i].width ? columns[i].width : USUAL_WIDTH, NULL);
  worksheet_freeze_panes(s->page, 1, 0);
  return 0;
}

/* --- both ------------------------------------------------------------------------------------------------------- */

/* Moves to the next cell; false when the row is full. */
static bool next_cell(struct sheet *s, int *column) {
  if (s->column >= s->columns) return false;
  if (s->csv && s->column) putc(',', s->csv);
  *column = s->column++;
  return true;
}

void sheet_text(struct sheet *s, const char *text) {
  int column;
  if (!next_cell(s, &column) || text_empty(text)) return;
  if (s->csv) {
    csv_text(s->csv, text);
    return;
  }
  if (strlen(text) > CELL_CHARS) text = text_shorten(s->arena, text, CELL_CHARS);
  worksheet_write_string(s->page, (lxw_row_t)s->row, (lxw_col_t)column, text, s->row ? NULL : s->bold);
}

void sheet_number(struct sheet *s, double number) {
  int column;
  if (!next_cell(s, &column) || !isfinite(number)) return;
  if (s->csv) fprintf(s->csv, "%.15g", number);
  else worksheet_write_number(s->page, (lxw_row_t)s->row, (lxw_col_t)column, number, NULL);
}

void sheet_int(struct sheet *s, int64_t number) {
  int column;
  if (!next_cell(s, &column)) return;
  if (s->csv) fprintf(s->csv, "%" PRId64, number);
  else worksheet_write_number(s->page, (lxw_row_t)s->row, (lxw_col_t)column, (double)number, NULL);
}

void sheet_time(struct sheet *s, time_ms at) {
  int column;
  char text[40];
  struct civil c;
  if (!next_cell(s, &column) || !at) return;
  if (s->csv) {
    time_format_short(text, sizeof text, at, s->offset_min);
    fputs(text, s->csv);
    return;
  }
  civil_from_ms(&c, at, s->offset_min);
  lxw_datetime when = {c.year, c.month, c.day, c.hour, c.minute, c.second};
  worksheet_write_datetime(s->page, (lxw_row_t)s->row, (lxw_col_t)column, &when, s->date);
}

int sheet_row_end(struct sheet *s, struct error *err) {
  int column;
  while (next_cell(s, &column)) continue;
  s->column = 0;
  s->row++;
  arena_reset(s->arena);
  if (s->csv) return fputs("\r\n", s->csv) < 0 ? failed(err, "writing a table") : 0;
  return s->row >= LXW_ROW_MAX ? error_set(err, ERR_TOO_LARGE, "board.sheet-rows", NULL, NULL) : 0;
}

int sheet_open(struct sheet **out, enum sheet_format format, const char *path, const char *name,
               const struct sheet_column *columns, int count, int offset_min, struct error *err) {
  struct sheet *s = xmalloc(sizeof *s);
  *s = (struct sheet){.format = format, .columns = count, .offset_min = offset_min, .arena = arena_new(TEXT_ARENA)};
  int r = format == SHEET_CSV ? open_csv(s, path, err) : open_xlsx(s, path, name, columns, err);
  if (r == 0) {
    for (int i = 0; i < count; i++) sheet_text(s, columns[i].title);
    r = sheet_row_end(s, err);
  }
  if (r == 0) {
    *out = s;
    return 0;
  }
  struct error closing = {0};
  sheet_close(s, &closing);
  return -1;
}

int sheet_close(struct sheet *s, struct error *err) {
  int r = 0;
  if (s->csv && (ferror(s->csv) | fclose(s->csv))) r = failed(err, "writing a table");
  if (s->book && workbook_close(s->book) != LXW_NO_ERROR) r = failed(err, "writing a workbook");
  arena_free(s->arena);
  free(s);
  return r;
}

const char *sheet_media(enum sheet_format format) {
  return format == SHEET_CSV ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

const char *sheet_ending(enum sheet_format format) { return format == SHEET_CSV ? ".csv" : ".xlsx"; }
