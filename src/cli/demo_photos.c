/* Two drawn pictures for the demonstration: a back wall with overflowing bins, and the same wall when it is clean. They
 * go in by the door every photo goes through. */
#include <png.h>
#include <stdlib.h>

#include "cli/demo.h"
#include "store/file.h"

enum { WIDE = 960, HIGH = 720, PICTURE_BYTES = WIDE * HIGH * 3 };

struct colour {
  unsigned char r, g, b;
};

static void fill_box(unsigned char *picture, int left, int top, int right, int bottom, struct colour c) {
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++) {
      unsigned char *p = picture + ((size_t)y * WIDE + (size_t)x) * 3;
      int shade = (x * 7 + y * 13) % 9 - 4; /* a little grain, so that it does not look painted by rule */
      p[0] = (unsigned char)(c.r + shade);
      p[1] = (unsigned char)(c.g + shade);
      p[2] = (unsigned char)(c.b + shade);
    }
}

/* Bricks, a door and the pavement. */
static void draw_wall(unsigned char *picture) {
  fill_box(picture, 0, 0, WIDE, 520, (struct colour){188, 182, 170});
  for (int row = 0; row < 13; row++)
    for (int x = row % 2 ? -60 : 0; x < WIDE; x += 120)
      fill_box(picture, x < 4 ? 4 : x + 4, row * 40 + 4, x + 116 > WIDE ? WIDE : x + 116, row * 40 + 36,
               (struct colour){201, 195, 184});
  fill_box(picture, 640, 120, 820, 520, (struct colour){122, 78, 58});
  fill_box(picture, 796, 320, 808, 344, (struct colour){214, 190, 120});
  fill_box(picture, 0, 520, WIDE, HIGH, (struct colour){142, 144, 148});
}

static void draw_rubbish(unsigned char *picture) {
  for (int bin = 0; bin < 3; bin++) {
    int left = 90 + bin * 170;
    fill_box(picture, left, 330, left + 130, 560, (struct colour){54, 110, 72});
    fill_box(picture, left - 8, 316, left + 138, 336, (struct colour){40, 84, 56});
    for (int bag = 0; bag < 3; bag++)
      fill_box(picture, left + bag * 38, 270 + bag % 2 * 18, left + bag * 38 + 52, 318, (struct colour){226, 222, 214});
  }
  fill_box(picture, 60, 590, 560, 640, (struct colour){96, 92, 78});
  fill_box(picture, 300, 560, 380, 606, (struct colour){216, 208, 190});
}

static void draw_clean(unsigned char *picture) {
  fill_box(picture, 120, 350, 240, 560, (struct colour){54, 110, 72});
  fill_box(picture, 112, 330, 248, 352, (struct colour){40, 84, 56});
  fill_box(picture, 300, 350, 420, 560, (struct colour){58, 98, 150});
  fill_box(picture, 292, 330, 428, 352, (struct colour){44, 76, 120});
}

/* As PNG in the arena. */
static struct bytes encode(struct arena *a, const unsigned char *picture, struct error *err) {
  png_image image = {.version = PNG_IMAGE_VERSION, .width = WIDE, .height = HIGH, .format = PNG_FORMAT_RGB};
  png_alloc_size_t size = PICTURE_BYTES + 65536;
  unsigned char *bytes = arena_alloc(a, size);
  if (png_image_write_to_memory(&image, bytes, &size, 0, picture, 0, NULL)) return (struct bytes){bytes, size};
  error_fault(err, "demo.photo", "the picture could not be written: %s", image.message);
  return (struct bytes){0};
}

struct adding {
  struct file_store *store;
  struct file_draft draft;
  int64_t *id;
};

static int add_row(struct lane_txn *t, void *ctx, struct error *err) {
  struct adding *a = ctx;
  return file_add(t, a->store, &a->draft, "system", a->id, err);
}

static int add_picture(struct demo *d, struct file_store *store, bool clean, int64_t *id, struct error *err) {
  unsigned char *picture = xmalloc(PICTURE_BYTES);
  struct adding add = {.store = store, .id = id};
  struct file_limits limits;
  draw_wall(picture);
  if (clean)
    draw_clean(picture);
  else
    draw_rubbish(picture);
  struct bytes png = encode(d->arena, picture, err);
  free(picture);
  if (file_limits_usual(&limits, err) < 0) return -1;
  if (!png.data || file_take_photo(&add.draft, store, png, "image/png", &limits, err) < 0) return -1;
  return lane_call(d->lane, add_row, &add, err);
}

int demo_photos(struct demo *d, struct error *err) {
  struct file_store *store;
  if (file_store_open(&store, d->dir, d->district, err) < 0) return -1;
  int r = add_picture(d, store, false, &d->photo_before, err);
  if (r == 0) r = add_picture(d, store, true, &d->photo_after, err);
  file_store_close(store);
  return r;
}
