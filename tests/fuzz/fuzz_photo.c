/* Photos: whatever arrives becomes a JPEG of bounded size or is refused with a code. The work is done in this process,
 * without the confinement, so that the sanitizers see it. */
#include "base/base.h"
#include "fuzz.h"
#include "store/file_kind.h"
#include "store/photo_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct photo_limits limits = {.bytes = 1 << 16, .pixels = 200000, .edge = 120, .thumb_edge = 40, .quality = 60};
  struct photo_answer answer;
  struct buf jpeg, thumb;
  if (size > 1 << 16) return 0;
  buf_init(&jpeg, 1 << 20);
  buf_init(&thumb, 1 << 20);
  photo_work(&answer, &jpeg, &thumb, (struct bytes){data, size}, &limits);
  if (answer.err.kind == ERR_NONE) {
    PROMISE(answer.width >= 1 && answer.width <= limits.edge && answer.height >= 1 && answer.height <= limits.edge);
    PROMISE(answer.thumb_width <= limits.thumb_edge && answer.thumb_height <= limits.thumb_edge);
    PROMISE(text_eq(file_sniff((struct bytes){(unsigned char *)jpeg.data, jpeg.len}), "image/jpeg"));
    PROMISE(answer.thumb_len > 0 && answer.thumb_len == thumb.len);
  } else {
    PROMISE(answer.err.code[0]);
  }
  buf_free(&jpeg);
  buf_free(&thumb);
  return 0;
}
