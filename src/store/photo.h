/* Photos: what arrives is decoded and encoded anew in a confined, short-lived helper process, so that nothing of the file
 * a stranger sent is ever kept or sent on: no EXIF, no GPS place, no hidden archive, and no way in for a picture made to
 * break a decoder. The helper is this same program run as `tongxin photo-worker`. */
#ifndef STORE_PHOTO_H
#define STORE_PHOTO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* What a photo may be and becomes. */
struct photo_limits {
  int64_t bytes;   /* as it arrives */
  int64_t pixels;  /* as it arrives */
  int edge, thumb_edge; /* longest side kept, in pixels */
  int quality;     /* JPEG, 1..100 */
  int cpu_s, wall_s;    /* seconds of work, seconds until it is given up */
  int64_t memory;  /* bytes the helper may use */
};

/* 10 MiB, 40 million pixels, 2560 and 480 pixels, quality 82, 10 s, 30 s, 640 MiB. */
extern const struct photo_limits photo_limits_usual;

/* The picture kept and the small one for lists, both JPEG. */
struct photo {
  struct bytes jpeg, thumb;
  int width, height, thumb_width, thumb_height;
};

/* Processes `data`, claimed to be of media type `claimed` (may be NULL). Blocks for up to `wall_s`; at most as many
 * helpers run at once as there are cores, further callers wait their turn. Any thread, never the lane's. Results are in
 * `arena`.
 * Errors: file.empty, file.unknown, file.not-what-it-says, file.photo.bytes {MiB allowed}, file.photo.pixels,
 * file.photo.kind, file.photo.heic, file.photo.animated, file.photo.broken (cannot be decoded, or the helper died of it),
 * file.photo.busy and file.photo.helper (ours: try again later). */
int photo_process(struct photo *out, struct arena *arena, struct bytes data, const char *claimed,
                  const struct photo_limits *limits, struct error *err);

/* The helper: reads a question on standard input, answers on standard output, returns its exit code. The program's main()
 * calls it, and nothing else, when its first argument is PHOTO_WORKER. */
#define PHOTO_WORKER "photo-worker"
int photo_worker_main(void);

#endif
