#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "store/confine.h"
#include "store/helper.h"
#include "store/image.h"
#include "store/photo_internal.h"

void photo_work(struct photo_answer *answer, struct buf *jpeg, struct buf *thumb, struct bytes data,
                const struct photo_limits *limits) {
  struct image image = {0};
  *answer = (struct photo_answer){0};
  if (image_decode(&image, data, limits->pixels, limits->edge, &answer->err) < 0) return;
  image_shrink(&image, limits->edge);
  answer->width = image.width;
  answer->height = image.height;
  if (image_encode(jpeg, &image, limits->quality, &answer->err) == 0) {
    image_shrink(&image, limits->thumb_edge);
    answer->thumb_width = image.width;
    answer->thumb_height = image.height;
    image_encode(thumb, &image, limits->quality, &answer->err);
  }
  image_free(&image);
  answer->len = jpeg->len;
  answer->thumb_len = thumb->len;
}

/* The question is read before the doors are shut because it says how far; the picture comes after. */
int photo_worker_main(void) {
  struct photo_question q;
  struct photo_answer answer = {0};
  struct buf jpeg, thumb;
  buf_init(&jpeg, PHOTO_ANSWER_MAX / 2);
  buf_init(&thumb, PHOTO_ANSWER_MAX / 2);
  if (helper_read(&q, sizeof q) < 0) return 64;
  if (confine_helper((size_t)q.limits.memory, q.limits.cpu_s, &answer.err) < 0) {
    helper_write(&answer, sizeof answer);
    return 69;
  }
  unsigned char *data = xmalloc(q.len + 1);
  if (helper_read(data, q.len) < 0) return 64;
  photo_work(&answer, &jpeg, &thumb, (struct bytes){data, q.len}, &q.limits);
  int r = helper_write(&answer, sizeof answer);
  if (r == 0 && answer.err.kind == ERR_NONE)
    r = helper_write(jpeg.data, jpeg.len) < 0 || helper_write(thumb.data, thumb.len) < 0 ? -1 : 0;
  _exit(r < 0 ? 74 : 0); /* nothing to tidy: what would is not allowed to */
}
