/* What the server and the paper helper say to each other; both are built from the same tree. */
#ifndef BOARD_PAPER_INTERNAL_H
#define BOARD_PAPER_INTERNAL_H

#include <stddef.h>

#include "base/error.h"

struct paper_question {
  size_t text_len, blobs_len; /* JSON, then pictures */
};

struct paper_answer {
  struct error err;
  size_t len; /* bytes of PDF that follow */
  int pages;
};

enum {
  PAPER_TEXT_MOST = 4 << 20,
  PAPER_BLOBS_MOST = 48 << 20,
  PAPER_PDF_MOST = 64 << 20,
  PAPER_COLUMNS_MOST = 16,
  PAPER_WALL_S = 30
};

#define PAPER_HELPER "tongxin-paper"

#endif
