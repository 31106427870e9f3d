#include "web/table_out.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file without a name, which goes when it was sent: `write` fills it under the name it has until then. */
static int send_file(struct request *r, enum sheet_format format, const char *name,
                     int (*write)(const char *path, void *ctx, struct error *err), void *ctx, struct error *err) {
  struct stat st;
  char *path = arena_printf(r->arena, "%s/export-XXXXXX", app_of(r)->dir);
  int fd = mkstemp(path);
  if (fd < 0) return error_set(err, ERR_UNAVAILABLE, "board.sheet", NULL, NULL);
  int wrote = write(path, ctx, err);
  close(fd);
  fd = wrote < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  unlink(path);
  if (fd < 0) return wrote < 0 ? -1 : error_set(err, ERR_UNAVAILABLE, "board.sheet", NULL, NULL);
  reply_download(r, sheet_media(format), arena_printf(r->arena, "%s%s", name, sheet_ending(format)));
  r->http->reply.file_fd = fd;
  r->http->reply.file_size = fstat(fd, &st) == 0 ? st.st_size : 0;
  return 0;
}

static enum sheet_format sheet_of(enum table_format format) { return format == TABLE_XLSX ? SHEET_XLSX : SHEET_CSV; }

/* --- a table that is there -------------------------------------------------------------------------------------- */

struct whole {
  const struct table *t;
  enum sheet_format format;
  int offset_min;
};

static int write_whole(const char *path, void *ctx, struct error *err) {
  const struct whole *w = ctx;
  return table_sheet(w->t, w->format, path, w->offset_min, err);
}

int table_reply(struct request *r, const struct table *t, enum table_format format, const char *name, const char *sub,
                int offset_min, struct error *err) {
  struct bytes pdf;
  struct whole w = {t, sheet_of(format), offset_min};
  if (format != TABLE_PDF) return send_file(r, w.format, name, write_whole, &w, err);
  if (table_pdf(t, r->lang, sub, r->now, r->arena, &pdf, err) < 0) return -1;
  reply_download(r, "application/pdf", arena_printf(r->arena, "%s.pdf", name));
  buf_add(&r->http->reply.body, pdf.data, pdf.len);
  return r->http->reply.body.full ? error_set(err, ERR_TOO_LARGE, "board.paper.large", NULL, NULL) : 0;
}

/* --- row by row ------------------------------------------------------------------------------------------------- */

struct rows {
  const struct table_sheet_of *of;
  enum sheet_format format;
  int (*write)(struct sheet *sheet, void *ctx, struct error *err);
  void *ctx;
};

static int write_rows(const char *path, void *ctx, struct error *err) {
  const struct rows *w = ctx;
  struct sheet *sheet;
  struct error closing = {0};
  if (sheet_open(&sheet, w->format, path, w->of->title, w->of->columns, w->of->column_count, w->of->offset_min, err) < 0)
    return -1;
  int wrote = w->write(sheet, w->ctx, err);
  if (sheet_close(sheet, &closing) < 0 && wrote == 0) {
    *err = closing;
    return -1;
  }
  return wrote;
}

int table_sheet_reply(struct request *r, const struct table_sheet_of *of, enum table_format format,
                      int (*write)(struct sheet *sheet, void *ctx, struct error *err), void *ctx, struct error *err) {
  struct rows w = {of, sheet_of(format), write, ctx};
  return send_file(r, w.format, of->name, write_rows, &w, err);
}
