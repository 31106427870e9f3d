#include "store/image.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/file_kind.h"

enum { RGB = 3, JPEG_MARKER = 0xFF, JPEG_SOS = 0xDA, JPEG_EOI = 0xD9, JPEG_APP1 = 0xE1, EXIF_ORIENTATION = 0x0112 };

static int broken(struct error *err) { return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL); }

static struct bytes part(struct bytes whole, size_t from, size_t len) {
  if (from > whole.len || len > whole.len - from) return (struct bytes){0};
  return (struct bytes){whole.data + from, len};
}

/* --- EXIF: one number is read, everything else is left behind --------------------------------------------------- */

static uint32_t number(struct bytes b, size_t at, int size, bool little) {
  uint32_t n = 0;
  if (at > b.len || b.len - at < (size_t)size) return 0;
  for (int i = 0; i < size; i++) n = n << 8 | b.data[at + (size_t)(little ? size - 1 - i : i)];
  return n;
}

/* The orientation tag of the first directory of a TIFF block. */
static int tiff_orientation(struct bytes tiff) {
  if (tiff.len < 8) return 1;
  bool little = tiff.data[0] == 'I';
  size_t at = number(tiff, 4, 4, little);
  uint32_t entries = number(tiff, at, 2, little);
  for (uint32_t i = 0; i < entries && i < 512; i++) {
    size_t entry = at + 2 + (size_t)i * 12;
    if (number(tiff, entry, 2, little) != EXIF_ORIENTATION) continue;
    uint32_t value = number(tiff, entry + 8, 2, little);
    return value >= 1 && value <= 8 ? (int)value : 1;
  }
  return 1;
}

/* Walks the segments up to the first scan. Returns where the scan starts, 0 when there is none. */
static size_t jpeg_walk(struct bytes d, int *orientation) {
  size_t at = 2;
  while (at + 4 <= d.len) {
    if (d.data[at] != JPEG_MARKER) return 0;
    if (d.data[at + 1] == JPEG_MARKER) {
      at++; /* fill bytes before a marker are allowed */
      continue;
    }
    size_t len = number(d, at + 2, 2, false);
    if (d.data[at + 1] == JPEG_SOS) return at;
    struct bytes body = part(d, at + 4, len < 2 ? 0 : len - 2);
    if (d.data[at + 1] == JPEG_APP1 && body.len > 6 && memcmp(body.data, "Exif\0", 6) == 0)
      *orientation = tiff_orientation(part(body, 6, body.len - 6));
    if (len < 2) return 0;
    at += 2 + len;
  }
  return 0;
}

static int png_orientation(struct bytes d) {
  for (size_t at = 8; at + 12 <= d.len;) {
    size_t len = number(d, at, 4, false);
    if (memcmp(d.data + at + 4, "eXIf", 4) == 0) return tiff_orientation(part(d, at + 8, len));
    if (len > d.len) return 1;
    at += 12 + len;
  }
  return 1;
}

static int webp_orientation(struct bytes d) {
  for (size_t at = 12; at + 8 <= d.len;) {
    size_t len = number(d, at + 4, 4, true);
    if (memcmp(d.data + at, "EXIF", 4) == 0) {
      struct bytes body = part(d, at + 8, len);
      bool named = body.len > 6 && memcmp(body.data, "Exif\0", 6) == 0;
      return tiff_orientation(named ? part(body, 6, body.len - 6) : body);
    }
    if (len > d.len) return 1;
    at += 8 + len + (len & 1);
  }
  return 1;
}

int image_orientation(struct bytes data) {
  const char *media = file_sniff(data);
  int orientation = 1;
  if (text_eq(media, "image/jpeg")) jpeg_walk(data, &orientation);
  if (text_eq(media, "image/png")) return png_orientation(data);
  if (text_eq(media, "image/webp")) return webp_orientation(data);
  return orientation;
}

/* --- decoding --------------------------------------------------------------------------------------------------- */

static int check_size(int64_t width, int64_t height, int64_t most_pixels, struct error *err) {
  char w[24], h[24], most[24];
  if (width < 1 || height < 1) return broken(err);
  if (width <= most_pixels / height) return 0;
  snprintf(w, sizeof w, "%lld", (long long)width);
  snprintf(h, sizeof h, "%lld", (long long)height);
  snprintf(most, sizeof most, "%lld", (long long)(most_pixels / 1000000));
  return error_set(err, ERR_TOO_LARGE, "file.photo.pixels", NULL, w, h, most, NULL);
}

static void make(struct image *image, int width, int height, int channels) {
  image->width = width;
  image->height = height;
  image->rgb = xmalloc((size_t)width * (size_t)height * (size_t)channels);
}

/* The strongest reduction the decoder offers that still leaves `edge` pixels on the longest side. */
static tjscalingfactor reduction(int width, int height, int edge) {
  int count = 0, longest = width > height ? width : height;
  tjscalingfactor best = {1, 1}, *f = tjGetScalingFactors(&count);
  for (int i = 0; f && i < count; i++)
    if (f[i].num <= f[i].denom && TJSCALED(longest, f[i]) >= edge && f[i].num * best.denom < best.num * f[i].denom)
      best = f[i];
  return best;
}

/* Printers' JPEGs carry inverted ink values: a colour is what ink and black let through. */
static void ink_to_rgb(struct image *image) {
  size_t n = (size_t)image->width * (size_t)image->height;
  for (size_t i = 0; i < n; i++) {
    unsigned char ink[4];
    memcpy(ink, image->rgb + 4 * i, 4);
    for (size_t c = 0; c < RGB; c++) image->rgb[RGB * i + c] = (unsigned char)(ink[c] * ink[3] / 255);
  }
}

static int unpack_jpeg(tjhandle tj, struct image *out, struct bytes d, int64_t most_pixels, int edge, struct error *err) {
  int width, height, sampling, colours;
  if (tjDecompressHeader3(tj, d.data, d.len, &width, &height, &sampling, &colours) < 0) return broken(err);
  if (check_size(width, height, most_pixels, err) < 0) return -1;
  tjscalingfactor f = reduction(width, height, edge);
  bool ink = colours == TJCS_CMYK || colours == TJCS_YCCK;
  make(out, TJSCALED(width, f), TJSCALED(height, f), ink ? 4 : RGB);
  int r = tjDecompress2(tj, d.data, d.len, out->rgb, out->width, 0, out->height, ink ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS);
  if (r < 0 && tjGetErrorCode(tj) != TJERR_WARNING) return broken(err);
  if (ink) ink_to_rgb(out);
  return 0;
}

/* A picture whose end is missing is refused: the decoder would fill the rest with grey and call it a warning. Other
 * warnings (stray bytes that some phones write) are let pass. */
static int decode_jpeg(struct image *out, struct bytes d, int64_t most_pixels, int edge, struct error *err) {
  static const unsigned char end[] = {JPEG_MARKER, JPEG_EOI};
  int orientation = 1;
  size_t scan = jpeg_walk(d, &orientation);
  if (!scan || !memmem(d.data + scan, d.len - scan, end, sizeof end)) return broken(err);
  tjhandle tj = tjInitDecompress();
  if (!tj) return broken(err);
  int r = unpack_jpeg(tj, out, d, most_pixels, edge, err);
  tjDestroy(tj);
  return r;
}

static int decode_png(struct image *out, struct bytes d, int64_t most_pixels, struct error *err) {
  png_image png = {.version = PNG_IMAGE_VERSION};
  png_color white = {255, 255, 255};
  if (!png_image_begin_read_from_memory(&png, d.data, d.len)) return broken(err);
  int r = check_size(png.width, png.height, most_pixels, err);
  if (r == 0) {
    png.format = PNG_FORMAT_RGB;
    make(out, (int)png.width, (int)png.height, RGB);
    if (!png_image_finish_read(&png, &white, out->rgb, 0, NULL)) r = broken(err);
  }
  png_image_free(&png);
  return r;
}

static void lay_on_white(struct image *image, const unsigned char *rgba) {
  size_t n = (size_t)image->width * (size_t)image->height;
  for (size_t i = 0; i < n; i++) {
    int alpha = rgba[4 * i + 3];
    for (size_t c = 0; c < RGB; c++)
      image->rgb[RGB * i + c] = (unsigned char)((rgba[4 * i + c] * alpha + 255 * (255 - alpha)) / 255);
  }
}

static int decode_webp(struct image *out, struct bytes d, int64_t most_pixels, struct error *err) {
  WebPBitstreamFeatures f;
  if (WebPGetFeatures(d.data, d.len, &f) != VP8_STATUS_OK) return broken(err);
  if (f.has_animation) return error_set(err, ERR_INPUT, "file.photo.animated", NULL, NULL);
  if (check_size(f.width, f.height, most_pixels, err) < 0) return -1;
  size_t pixels = (size_t)f.width * (size_t)f.height;
  unsigned char *rgba = xmalloc(pixels * 4);
  bool good = WebPDecodeRGBAInto(d.data, d.len, rgba, pixels * 4, f.width * 4) != NULL;
  if (good) {
    make(out, f.width, f.height, RGB);
    lay_on_white(out, rgba);
  }
  free(rgba);
  return good ? 0 : broken(err);
}

static void turn(struct image *image, int orientation);

int image_decode(struct image *out, struct bytes data, int64_t most_pixels, int edge, struct error *err) {
  const char *media = file_sniff(data);
  int r;
  if (text_eq(media, "image/jpeg")) r = decode_jpeg(out, data, most_pixels, edge, err);
  else if (text_eq(media, "image/png")) r = decode_png(out, data, most_pixels, err);
  else if (text_eq(media, "image/webp")) r = decode_webp(out, data, most_pixels, err);
  else if (text_eq(media, "image/heic")) r = error_set(err, ERR_INPUT, "file.photo.heic", NULL, NULL);
  else r = error_set(err, ERR_INPUT, "file.photo.kind", NULL, NULL);
  if (r < 0) {
    image_free(out);
    return -1;
  }
  turn(out, image_orientation(data));
  return 0;
}

void image_free(struct image *image) {
  free(image->rgb);
  *image = (struct image){0};
}

/* --- turning and shrinking -------------------------------------------------------------------------------------- */

/* Where the pixel (x, y) of the upright picture lies in the stored one (EXIF 2.32, tag 274). */
static size_t source_of(const struct image *from, int orientation, int x, int y) {
  int w = from->width, h = from->height, sx = x, sy = y;
  switch (orientation) {
    case 2: sx = w - 1 - x; break;
    case 3: sx = w - 1 - x; sy = h - 1 - y; break;
    case 4: sy = h - 1 - y; break;
    case 5: sx = y; sy = x; break;
    case 6: sx = y; sy = h - 1 - x; break;
    case 7: sx = w - 1 - y; sy = h - 1 - x; break;
    case 8: sx = w - 1 - y; sy = x; break;
    default: break;
  }
  return ((size_t)sy * (size_t)w + (size_t)sx) * RGB;
}

static void turn(struct image *image, int orientation) {
  if (orientation < 2 || orientation > 8) return;
  bool lying = orientation >= 5;
  struct image upright;
  make(&upright, lying ? image->height : image->width, lying ? image->width : image->height, RGB);
  unsigned char *to = upright.rgb;
  for (int y = 0; y < upright.height; y++)
    for (int x = 0; x < upright.width; x++, to += RGB) memcpy(to, image->rgb + source_of(image, orientation, x, y), RGB);
  free(image->rgb);
  *image = upright;
}

/* Adds one stored row, narrowed to `width` and weighted, to the sums of a new row. */
static void add_row(float *sums, const unsigned char *row, int from, int width, float weight) {
  double step = (double)from / width;
  for (int x = 0; x < width; x++, sums += RGB) {
    double start = x * step, end = start + step;
    for (int s = (int)start; s < from && s < end; s++) {
      double covered = fmin(end, s + 1) - fmax(start, s);
      float w = weight * (float)(covered / step);
      const unsigned char *p = row + (size_t)s * RGB;
      sums[0] += w * (float)p[0];
      sums[1] += w * (float)p[1];
      sums[2] += w * (float)p[2];
    }
  }
}

void image_shrink(struct image *image, int edge) {
  int longest = image->width > image->height ? image->width : image->height;
  if (longest <= edge) return;
  struct image small;
  int64_t w = ((int64_t)image->width * edge + longest / 2) / longest, h = ((int64_t)image->height * edge + longest / 2) / longest;
  make(&small, w < 1 ? 1 : (int)w, h < 1 ? 1 : (int)h, RGB);
  size_t row_len = (size_t)small.width * RGB;
  float *sums = xmalloc(row_len * sizeof *sums);
  double step = (double)image->height / small.height;
  for (int y = 0; y < small.height; y++) {
    double start = y * step, end = start + step;
    for (size_t i = 0; i < row_len; i++) sums[i] = 0.5F; /* rounds to the nearest */
    for (int s = (int)start; s < image->height && s < end; s++)
      add_row(sums, image->rgb + (size_t)s * (size_t)image->width * RGB, image->width, small.width,
              (float)((fmin(end, s + 1) - fmax(start, s)) / step));
    for (size_t i = 0; i < row_len; i++)
      small.rgb[(size_t)y * row_len + i] = (unsigned char)(sums[i] > 255 ? 255 : sums[i]);
  }
  free(sums);
  free(image->rgb);
  *image = small;
}

/* --- encoding --------------------------------------------------------------------------------------------------- */

int image_encode(struct buf *out, const struct image *image, int quality, struct error *err) {
  tjhandle tj = tjInitCompress();
  unsigned char *jpeg = NULL;
  unsigned long len = 0;
  if (!tj) return broken(err);
  int r = tjCompress2(tj, image->rgb, image->width, 0, image->height, TJPF_RGB, &jpeg, &len, TJSAMP_420, quality,
                      TJFLAG_PROGRESSIVE);
  if (r == 0) buf_add(out, jpeg, len);
  tjFree(jpeg);
  tjDestroy(tj);
  return r < 0 || out->full ? broken(err) : 0;
}
