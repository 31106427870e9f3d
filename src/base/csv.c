#include "base/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

enum { ROW_BYTES = 1 << 20, FIELD_BYTES = 256 << 10, COLUMNS = 256, READ_BYTES = 256 << 10, HEAD_BYTES = 4096 };

/* The window [start, end) of `data` holds what was read and not yet used; a row is parsed when the whole of it
 * lies in the window, its quotes removed in place. */
struct csv {
  struct arena *arena;
  int fd; /* -1 when reading from memory */
  gzFile gz; /* reads `fd` when the file is compressed, else NULL */
  const void *source; /* the caller's bytes then; `data` is a copy, because rows are cut in place */
  char *data;
  size_t cap, start, end;
  bool at_end; /* nothing more to read */
  int64_t size, offset, line;
  struct csv_limits limits;
  char **fields;
  char **header;
  int header_count;
};

static void close_file(void *what) {
  struct csv *c = what;
  if (c->gz) gzclose(c->gz); /* closes fd too */
  if (c->fd >= 0 && !c->gz) close(c->fd);
  c->gz = NULL;
  c->fd = -1;
}

/* A gzip file is known by its first two bytes, not by its name. */
static int open_compressed(struct csv *c, const char *path, struct error *err) {
  unsigned char magic[2];
  if (pread(c->fd, magic, sizeof magic, 0) != (ssize_t)sizeof magic || magic[0] != 0x1F || magic[1] != 0x8B) return 0;
  c->gz = gzdopen(c->fd, "rb");
  return c->gz ? 0 : error_unavailable(err, "csv.unreadable", "%s: gzip", path);
}

static ssize_t read_some(struct csv *c, char *out, size_t n) {
  if (!c->gz) return read(c->fd, out, n);
  int got = gzread(c->gz, out, (unsigned)(n < READ_BYTES ? n : READ_BYTES));
  int what = 0;
  if (got >= 0 && (gzerror(c->gz, &what), what != Z_OK && what != Z_STREAM_END)) got = -1; /* cut short */
  if (got < 0) errno = EIO;
  return got;
}

int64_t csv_done(const struct csv *c) { return c->gz ? (int64_t)gzoffset(c->gz) : c->offset; }

void csv_close(struct csv *c) { close_file(c); }

int64_t csv_size(const struct csv *c) { return c->size; }

static struct csv *csv_make(struct arena *a, const struct csv_limits *limits) {
  struct csv *c = ARENA_NEW(a, struct csv);
  c->arena = a;
  c->fd = -1;
  c->line = 1;
  if (limits != NULL) c->limits = *limits;
  if (c->limits.row_bytes == 0) c->limits.row_bytes = ROW_BYTES;
  if (c->limits.field_bytes == 0) c->limits.field_bytes = FIELD_BYTES;
  if (c->limits.columns == 0) c->limits.columns = COLUMNS;
  c->fields = ARENA_ARRAY(a, (size_t)c->limits.columns, char *);
  return c;
}

/* Fills the window from the file, moving what is left to its front. */
static int fill(struct csv *c, struct error *err) {
  if (c->at_end) return 0;
  if (c->start > 0) {
    memmove(c->data, c->data + c->start, c->end - c->start);
    c->end -= c->start;
    c->start = 0;
  }
  while (c->end < c->cap) {
    ssize_t n = read_some(c, c->data + c->end, c->cap - c->end);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && c->gz) return error_set(err, ERR_INPUT, "csv.gzip", NULL, NULL);
    if (n < 0) return error_unavailable(err, "csv.unreadable", "read: %s", strerror(errno));
    if (n == 0) {
      c->at_end = true;
      break;
    }
    c->end += (size_t)n;
  }
  return 0;
}

/* Looks at the first bytes: a UTF-8 BOM is passed over, a UTF-16 one is the sender's mistake, and a NUL is in no text. */
static int check_bom(struct csv *c, struct error *err) {
  const unsigned char *p = (const unsigned char *)c->data;
  size_t n = c->end;
  if (n >= 2 && ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF)))
    return error_set(err, ERR_INPUT, "csv.encoding.utf16", NULL, NULL);
  if (n > 0 && memchr(p, 0, n < HEAD_BYTES ? n : HEAD_BYTES) != NULL)
    return error_set(err, ERR_INPUT, "csv.not-text", NULL, NULL);
  if (n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF) {
    c->start = 3;
    c->offset = 3;
  }
  return 0;
}

int csv_open(struct csv **out, struct arena *a, const char *path, const struct csv_limits *limits, struct error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 && errno == ENOENT) return error_set(err, ERR_MISSING, "csv.missing", NULL, path, NULL);
  if (fd < 0) return error_unavailable(err, "csv.unreadable", "%s: %s", path, strerror(errno));
  struct csv *c = csv_make(a, limits);
  c->fd = fd;
  arena_on_free(a, close_file, c);
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return error_unavailable(err, "csv.unreadable", "%s: not a plain file", path);
  c->size = st.st_size;
  if (open_compressed(c, path, err) != 0) return -1;
  /* One whole row always fits, plus the byte after it and the NUL that ends its last field. */
  c->cap = c->limits.row_bytes + READ_BYTES;
  c->data = arena_alloc(a, c->cap + 1);
  if (fill(c, err) != 0 || check_bom(c, err) != 0) return -1;
  *out = c;
  return 0;
}

int csv_open_bytes(struct csv **out, struct arena *a, const void *bytes, size_t n, const struct csv_limits *limits,
                   struct error *err) {
  struct csv *c = csv_make(a, limits);
  c->data = arena_alloc(a, n + 1);
  if (n > 0) memcpy(c->data, bytes, n);
  c->source = bytes;
  c->cap = c->end = n;
  c->size = (int64_t)n;
  c->at_end = true;
  if (check_bom(c, err) != 0) return -1;
  *out = c;
  return 0;
}

int csv_seek(struct csv *c, int64_t offset, int64_t line, struct error *err) {
  if (offset < 0 || (!c->gz && offset > c->size)) return error_fault(err, "csv.seek", "offset outside the file");
  if (c->fd < 0) {
    if (c->cap > 0) memcpy(c->data, c->source, c->cap);
    c->start = (size_t)offset;
  } else {
    int64_t at = c->gz ? gzseek(c->gz, offset, SEEK_SET) : lseek(c->fd, offset, SEEK_SET);
    if (at < 0) return error_unavailable(err, "csv.unreadable", "seek failed");
    c->start = c->end = 0;
    c->at_end = false;
  }
  c->offset = offset;
  c->line = line;
  return 0;
}

/* Moves past `n` bytes of the window. */
static void consume(struct csv *c, size_t n) {
  c->start += n;
  c->offset += (int64_t)n;
}

/* The end of the row that begins at c->start, as an offset from it: behind its line end, or where the data ends.
 * `lines` counts the line ends in it. Returns false when the row does not end within the window. */
static bool row_extent(const struct csv *c, size_t *extent, int64_t *lines, bool *open_quote) {
  const char *p = c->data + c->start, *end = c->data + c->end;
  const char *q = p;
  bool quoted = false;
  *lines = 0;
  while (q < end) {
    if (!quoted) {
      const char *nl = memchr(q, '\n', (size_t)(end - q));
      const char *quote = memchr(q, '"', (size_t)((nl ? nl : end) - q));
      if (quote == NULL) {
        if (nl == NULL) break;
        (*lines)++;
        *extent = (size_t)(nl + 1 - p);
        *open_quote = false;
        return true;
      }
      quoted = true;
      q = quote + 1;
    } else {
      if (*q == '"') quoted = false; /* a doubled quote closes and opens again at once */
      if (*q == '\n') (*lines)++;
      q++;
    }
  }
  *extent = (size_t)(end - p);
  *open_quote = quoted;
  return false;
}

static int at_line(struct error *err, enum error_kind kind, const char *code, int64_t line) {
  char n[24];
  snprintf(n, sizeof n, "%lld", (long long)line);
  return error_set(err, kind, code, NULL, n, NULL);
}

/* After a row that is too large to hold: drops everything up to the next line end outside the window. */
static int skip_line(struct csv *c, struct error *err) {
  for (;;) {
    const char *p = c->data + c->start;
    const char *nl = memchr(p, '\n', c->end - c->start);
    if (nl != NULL) {
      consume(c, (size_t)(nl + 1 - p));
      c->line++;
      return 0;
    }
    consume(c, c->end - c->start);
    if (c->at_end) return 0;
    if (fill(c, err) != 0) return -1;
  }
}

/* True when the bytes read as GB18030 (GBK's two-byte characters and the four-byte ones), with at least one
 * character outside ASCII: what a Chinese spreadsheet writes when asked for plain "CSV". */
static bool looks_gb18030(const unsigned char *p, size_t n) {
  bool some = false;
  for (size_t i = 0; i < n;) {
    if (p[i] < 0x80) {
      i++;
    } else if (p[i] == 0x80 || p[i] == 0xFF || i + 1 >= n) {
      return false;
    } else if ((p[i + 1] >= 0x40 && p[i + 1] <= 0x7E) || (p[i + 1] >= 0x80 && p[i + 1] <= 0xFE)) {
      some = true;
      i += 2;
    } else if (i + 3 < n && p[i + 1] >= 0x30 && p[i + 1] <= 0x39 && p[i + 2] >= 0x81 && p[i + 3] >= 0x30 &&
               p[i + 3] <= 0x39) {
      some = true;
      i += 4;
    } else {
      return false;
    }
  }
  return some;
}

/* Reads one quoted field at *p (its opening quote), closing the gaps its doubled quotes leave. Moves *p behind
 * the closing quote; returns the field's length, or -1 when something other than a comma or the row's end follows. */
static ptrdiff_t quoted_field(char **p, char *end) {
  char *in = *p + 1, *out = *p + 1, *begin = out;
  while (in < end) {
    char *quote = memchr(in, '"', (size_t)(end - in));
    if (quote == NULL) return -1;
    if (out != in) memmove(out, in, (size_t)(quote - in));
    out += quote - in;
    in = quote + 1;
    if (in < end && *in == '"') {
      *out++ = '"';
      in++;
      continue;
    }
    if (in < end && *in != ',') return -1;
    *p = in;
    *out = '\0';
    return out - begin;
  }
  return -1;
}

/* Cuts the row [p, end) into fields. */
static int split(struct csv *c, char *p, char *end, struct csv_row *row, struct error *err) {
  row->count = 0;
  for (;;) {
    if (row->count == c->limits.columns) return at_line(err, ERR_TOO_LARGE, "csv.columns.many", row->line);
    char *field = p;
    ptrdiff_t n;
    if (p < end && *p == '"') {
      field = p + 1;
      n = quoted_field(&p, end);
      if (n < 0) return at_line(err, ERR_INPUT, "csv.quote", row->line);
    } else {
      char *comma = memchr(p, ',', (size_t)(end - p));
      p = comma != NULL ? comma : end;
      n = p - field;
    }
    if ((size_t)n > c->limits.field_bytes) return at_line(err, ERR_TOO_LARGE, "csv.field.large", row->line);
    c->fields[row->count++] = field;
    bool last = p == end;
    *p = '\0'; /* `end` itself is the line end or the spare byte */
    if (!text_is_utf8(field, (size_t)n)) {
      bool gb = looks_gb18030((const unsigned char *)field, (size_t)n);
      return at_line(err, ERR_INPUT, gb ? "csv.encoding.gb18030" : "csv.encoding", row->line);
    }
    if (last) break;
    p++;
  }
  row->field = c->fields;
  return 0;
}

static int check_columns(const struct csv *c, const struct csv_row *row, struct error *err) {
  if (c->header == NULL || row->count == c->header_count) return 0;
  char line[24], found[24], expected[24];
  snprintf(line, sizeof line, "%lld", (long long)row->line);
  snprintf(found, sizeof found, "%d", row->count);
  snprintf(expected, sizeof expected, "%d", c->header_count);
  return error_set(err, ERR_INPUT, "csv.columns", NULL, line, found, expected, NULL);
}

/* Brings a whole row into the window. 1 there is one, 0 the end, -1 an error (the row is passed over). */
static int find_row(struct csv *c, size_t *extent, int64_t *lines, struct error *err) {
  bool open_quote = false;
  if (row_extent(c, extent, lines, &open_quote)) return 1;
  if (!c->at_end) {
    if (fill(c, err) != 0) return -1;
    if (row_extent(c, extent, lines, &open_quote)) return 1;
  }
  if (*extent == 0) return 0;
  int64_t line = c->line;
  if (!c->at_end) return skip_line(c, err) != 0 ? -1 : at_line(err, ERR_TOO_LARGE, "csv.row.large", line);
  if (!open_quote) return 1;
  /* A quote that is never closed would swallow the rest of the file: give the row up, go on with the next line. */
  if (skip_line(c, err) != 0) return -1;
  return at_line(err, ERR_INPUT, "csv.quote", line);
}

int csv_next(struct csv *c, struct csv_row *row, struct error *err) {
  for (;;) {
    size_t extent = 0;
    int64_t lines = 0;
    int found = find_row(c, &extent, &lines, err);
    if (found <= 0) return found;
    char *p = c->data + c->start, *end = p + extent;
    row->line = c->line;
    row->offset = c->offset;
    c->line += lines;
    consume(c, extent);
    if (end > p && end[-1] == '\n') end--;
    if (end > p && end[-1] == '\r') end--;
    if (end == p) continue;
    if ((size_t)(end - p) > c->limits.row_bytes) return at_line(err, ERR_TOO_LARGE, "csv.row.large", row->line);
    if (split(c, p, end, row, err) != 0 || check_columns(c, row, err) != 0) return -1;
    return 1;
  }
}

int csv_read_header(struct csv *c, struct error *err) {
  struct csv_row row;
  int got = csv_next(c, &row, err);
  if (got < 0) return -1;
  if (got == 0) return error_set(err, ERR_INPUT, "csv.empty", NULL, NULL);
  char **names = ARENA_ARRAY(c->arena, (size_t)row.count, char *);
  for (int i = 0; i < row.count; i++) {
    names[i] = text_trim(c->arena, row.field[i]);
    for (int j = 0; j < i; j++)
      if (text_eq(names[i], names[j])) return error_set(err, ERR_INPUT, "csv.header.twice", NULL, names[i], NULL);
  }
  c->header = names;
  c->header_count = row.count;
  return 0;
}

int csv_column(const struct csv *c, const char *name) {
  for (int i = 0; i < c->header_count; i++)
    if (text_eq(c->header[i], name)) return i;
  return -1;
}

int csv_column_required(int *out, const struct csv *c, const char *name, struct error *err) {
  *out = csv_column(c, name);
  if (*out >= 0) return 0;
  return error_set(err, ERR_INPUT, "csv.column.missing", NULL, name, NULL);
}

bool csv_is_formula(const char *field) {
  if (field[0] == '\0' || strchr("=+-@\t\r", field[0]) == NULL) return false;
  double number;
  return !text_to_real(field, &number);
}

void csv_write(struct buf *out, const char *field, bool first) {
  if (!first) buf_putc(out, ',');
  if (field == NULL) return;
  bool formula = csv_is_formula(field);
  bool mark = strncmp(field, "\xEF\xBB\xBF", 3) == 0; /* bare, at the start of a file, it would be read as a BOM */
  bool quote = formula || mark || strpbrk(field, ",\"\r\n") != NULL || field[0] == ' ';
  if (!quote) {
    buf_puts(out, field);
    return;
  }
  buf_putc(out, '"');
  if (formula) buf_putc(out, '\'');
  for (const char *p = field; *p != '\0'; p++) {
    if (*p == '"') buf_putc(out, '"');
    buf_putc(out, *p);
  }
  buf_putc(out, '"');
}

void csv_write_end(struct buf *out) { buf_puts(out, "\r\n"); }
