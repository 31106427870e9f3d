#include "store/photo.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/file_kind.h"
#include "store/helper.h"
#include "store/photo_internal.h"

const struct photo_limits photo_limits_usual = {.bytes = 10 << 20, .pixels = 40000000, .edge = 2560, .thumb_edge = 480,
                                                .quality = 82, .cpu_s = 10, .wall_s = 30, .memory = 640 << 20};

static int talk(const struct helper *h, struct photo *out, struct arena *arena, struct bytes data,
                const struct photo_limits *limits, struct error *err) {
  struct photo_question q = {.limits = *limits, .len = data.len};
  struct photo_answer a;
  if (helper_say(h, &q, sizeof q) < 0 || helper_say(h, data.data, data.len) < 0 || helper_hear(h, &a, sizeof a) < 0)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  if (a.err.kind != ERR_NONE) {
    *err = a.err;
    return -1;
  }
  if (a.len > PHOTO_ANSWER_MAX || a.thumb_len > PHOTO_ANSWER_MAX)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  unsigned char *jpeg = arena_alloc(arena, a.len), *thumb = arena_alloc(arena, a.thumb_len);
  if (helper_hear(h, jpeg, a.len) < 0 || helper_hear(h, thumb, a.thumb_len) < 0)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  *out = (struct photo){.jpeg = {jpeg, a.len}, .thumb = {thumb, a.thumb_len}, .width = a.width, .height = a.height,
                        .thumb_width = a.thumb_width, .thumb_height = a.thumb_height};
  return 0;
}

static int check(struct bytes data, const char *claimed, const struct photo_limits *limits, struct error *err) {
  const char *media;
  char most[24];
  snprintf(most, sizeof most, "%lld", (long long)(limits->bytes >> 20));
  if ((int64_t)data.len > limits->bytes) return error_set(err, ERR_TOO_LARGE, "file.photo.bytes", NULL, most, NULL);
  if (file_is_what_it_says(&media, data, claimed, err) < 0) return -1;
  if (!strcmp(media, "image/jpeg") || !strcmp(media, "image/png") || !strcmp(media, "image/webp")) return 0;
  if (!strcmp(file_sniff(data), "image/heic")) return error_set(err, ERR_INPUT, "file.photo.heic", NULL, NULL);
  return error_set(err, ERR_INPUT, "file.photo.kind", NULL, NULL);
}

int photo_process(struct photo *out, struct arena *arena, struct bytes data, const char *claimed,
                  const struct photo_limits *limits, struct error *err) {
  struct helper h;
  if (check(data, claimed, limits, err) < 0 || helper_turn("file.photo.busy", err) < 0) return -1;
  int r = helper_start(&h, NULL, PHOTO_WORKER, limits->wall_s, "file.photo.helper", err);
  if (r == 0) {
    r = talk(&h, out, arena, data, limits, err);
    helper_stop(&h);
  }
  helper_turn_done();
  if (r < 0) log_event(LOG_INFO, "photo-refused", "code", err->code, "detail", err->detail, NULL);
  return r;
}
