/* What the server and its photo helper say to each other. Both are the same program, so plain structs will do. */
#ifndef STORE_PHOTO_INTERNAL_H
#define STORE_PHOTO_INTERNAL_H

#include "store/photo.h"

struct photo_question {
  struct photo_limits limits;
  size_t len; /* bytes of picture that follow */
};

/* Followed by `len` and `thumb_len` bytes when err.kind is ERR_NONE. */
struct photo_answer {
  struct error err;
  int width, height, thumb_width, thumb_height;
  size_t len, thumb_len;
};

enum { PHOTO_ANSWER_MAX = 16 << 20 };

/* The work itself, without confinement: for the helper and the fuzz target. */
void photo_work(struct photo_answer *answer, struct buf *jpeg, struct buf *thumb, struct bytes data,
                const struct photo_limits *limits);

#endif
