/* QR codes as SVG: for the plates at stairwells and for receipts. The server draws them; nothing leaves the page. */
#ifndef PLACE_PLATE_H
#define PLACE_PLATE_H

#include "base/buf.h"

struct arena;
struct error;

/* A QR code of `text` (error correction M, four modules of quiet zone): its side in modules, and the path of its dark
 * modules for an SVG whose viewBox is "0 0 side side". A page puts both into <svg><path d=...>. Error: place.qr.long. */
struct place_qr {
  int side;
  const char *view; /* "0 0 37 37" */
  const char *path; /* "M4 4h7v1h-7z..." */
};
int place_qr_make(struct place_qr *out, struct arena *a, const char *text, struct error *err);

/* The same as a whole SVG document of `millimetres` side, for the API and for saving as a file. */
int place_qr_svg(struct buf *out, const char *text, int millimetres, struct error *err);

/* The address a plate or a receipt leads to: `base` without a slash at its end, '/', `kind` ("p" plate, "r" receipt),
 * '/', code. */
const char *place_qr_address(struct arena *a, const char *base, const char *kind, const char *code);

#endif
