/* CSV as people really send it (RFC 4180 and its neighbours): comma, double quotes, CRLF or LF, an optional UTF-8
 * BOM, line ends inside quotes. Everything is bounded, read in a stream, and checked to be UTF-8 field by field;
 * GB18030 and UTF-16 files, the commonest mistake, are recognised and refused by name. A broken row is one error
 * with its line number, and reading goes on after it, so that an importer can report every broken row. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct csv;

/* What one row may be. Zero means the default: 1 MiB a row, 256 KiB a field, 256 columns. */
struct csv_limits {
  size_t row_bytes;
  size_t field_bytes;
  int columns;
};

/* One row. `field[i]` is NUL-terminated UTF-8 without its quotes; it lives until the next csv_next(). */
struct csv_row {
  int count;
  char **field;
  int64_t line;   /* the line of the file the row begins on, from 1 */
  int64_t offset; /* the byte of the file the row begins at, for resuming */
};

/* Opens the file at `path`, compressed with gzip or not. Errors: csv.missing (no such file), csv.unreadable,
 * csv.encoding.utf16. */
int csv_open(struct csv **out, struct arena *a, const char *path, const struct csv_limits *limits, struct error *err);

/* Reads from memory, which must live as long as the reader. For tests, uploads and the fuzzer. */
int csv_open_bytes(struct csv **out, struct arena *a, const void *bytes, size_t n, const struct csv_limits *limits,
                   struct error *err);

/* The file is closed with the arena; close it sooner with this. */
void csv_close(struct csv *c);

/* Reads the next row: 1 a row, 0 the end, -1 an error, after which the next call goes on with the following row.
 * Empty lines are skipped. Errors carry the line as {1}: csv.quote, csv.row.large, csv.field.large,
 * csv.columns.many, csv.encoding, csv.encoding.gb18030, csv.columns (another number of fields than the header
 * has: {2} found, {3} expected). */
int csv_next(struct csv *c, struct csv_row *row, struct error *err);

/* Reads the first row as the header and keeps it: from now on every row must have as many fields.
 * Errors: csv.empty, csv.header.twice ({1} the name), and those of csv_next(). */
int csv_read_header(struct csv *c, struct error *err);

/* The column of `name` in the header, or -1. Upper and lower case count as different. */
int csv_column(const struct csv *c, const char *name);

/* The same, but a missing column is the error csv.column.missing ({1} the name). */
int csv_column_required(int *out, const struct csv *c, const char *name, struct error *err);

/* Goes on from `offset`, a row's beginning learned from an earlier reading of the same file; `line` is its line. */
int csv_seek(struct csv *c, int64_t offset, int64_t line, struct error *err);

/* Size of the file in bytes, and how much of it was read (of a compressed file: as it lies there), for progress. */
int64_t csv_size(const struct csv *c);
int64_t csv_done(const struct csv *c);

/* True when a spreadsheet would run the field as a formula (it begins with = + - @ tab or carriage return, and is
 * not simply a number). */
bool csv_is_formula(const char *field);

/* Writes one field: quoted when it must be, and with a leading apostrophe when a spreadsheet would run it.
 * csv_write_end ends the row with CRLF. `first` is true for the first field of the row. */
void csv_write(struct buf *out, const char *field, bool first);
void csv_write_end(struct buf *out);

#endif
