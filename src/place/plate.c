#include "place/plate.h"

#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#include "base/arena.h"
#include "base/error.h"

/* The quiet zone the standard (ISO/IEC 18004) asks for. */
enum { QUIET = 4, PATH_MAX_BYTES = 256 << 10, TEXT_MAX = 1000 };

/* One rectangle for every run of dark modules in a row. */
static void draw(struct buf *out, const QRcode *qr) {
  for (int y = 0; y < qr->width; y++) {
    const unsigned char *row = qr->data + y * qr->width;
    for (int x = 0, run; x < qr->width; x += run) {
      for (run = 1; x + run < qr->width && (row[x + run] & 1) == (row[x] & 1); run++) continue;
      if ((row[x] & 1) != 0) buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
    }
  }
}

static int encode(int *side, struct buf *path, const char *text, struct error *err) {
  QRcode *qr = strlen(text) <= TEXT_MAX ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
  if (qr == NULL) return error_set(err, ERR_INPUT, "place.qr.long", NULL, NULL);
  *side = qr->width + 2 * QUIET;
  draw(path, qr);
  QRcode_free(qr);
  return path->full ? error_set(err, ERR_INPUT, "place.qr.long", NULL, NULL) : 0;
}

int place_qr_make(struct place_qr *out, struct arena *a, const char *text, struct error *err) {
  struct buf path;
  buf_init(&path, PATH_MAX_BYTES);
  int rc = encode(&out->side, &path, text, err);
  if (rc == 0) {
    out->path = arena_strdup(a, path.data);
    out->view = arena_printf(a, "0 0 %d %d", out->side, out->side);
  }
  buf_free(&path);
  return rc;
}

int place_qr_svg(struct buf *out, const char *text, int millimetres, struct error *err) {
  struct buf path;
  int side = 0;
  buf_init(&path, PATH_MAX_BYTES);
  int rc = encode(&side, &path, text, err);
  if (rc == 0)
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" height=\"%dmm\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"%s\"/></svg>\n",
               millimetres, millimetres, side, side, side, side, path.data);
  buf_free(&path);
  return rc;
}

const char *place_qr_address(struct arena *a, const char *base, const char *kind, const char *code) {
  size_t n = strlen(base);
  while (n > 0 && base[n - 1] == '/') n--;
  return arena_printf(a, "%.*s/%s/%s", (int)n, base, kind, code);
}
