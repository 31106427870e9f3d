/* Pixels: decoding, turning, shrinking and encoding pictures. Runs only inside the confined helper (photo_worker.c) and
 * in the fuzz target, never in the server: what a stranger sends is taken apart where nothing can be reached.
 *
 * JPEG (libjpeg-turbo), PNG (libpng) and WebP (libwebp) are read; JPEG is written. Only pixels pass from one to the
 * other, so that no EXIF, GPS, colour profile, comment or appended archive survives. */
#ifndef STORE_IMAGE_H
#define STORE_IMAGE_H

#include "base/buf.h"
#include "base/error.h"

/* Three bytes a pixel (red, green, blue), rows without gaps. Zero-initialise; image_free() gives `rgb` back. */
struct image {
  int width, height;
  unsigned char *rgb;
};

/* Decodes `data` and turns it the way its EXIF orientation says. `most_pixels` is checked before pixels are unpacked; a JPEG is
 * unpacked only as large as `edge` (longest side, pixels) needs. Errors: file.photo.broken, file.photo.pixels {width}
 * {height} {million pixels allowed}, file.photo.kind, file.photo.heic, file.photo.animated. */
int image_decode(struct image *out, struct bytes data, int64_t most_pixels, int edge, struct error *err);

/* Shrinks so that the longest side is at most `edge`, averaging areas; smaller pictures stay as they are. */
void image_shrink(struct image *image, int edge);

/* Writes a progressive JPEG of `quality` (1..100) into `out` (whose maximum holds). Error: file.photo.broken. */
int image_encode(struct buf *out, const struct image *image, int quality, struct error *err);

/* Gives the pixels back; the image is empty afterwards and may be freed again. */
void image_free(struct image *image);

/* The EXIF orientation (1..8) found in a JPEG, PNG or WebP; 1 when there is none or it makes no sense. */
int image_orientation(struct bytes data);

#endif
