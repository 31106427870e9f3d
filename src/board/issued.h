/* Issued papers as PDF: what document.h froze, set by board/paper.h with the code and QR of that very paper. */
#ifndef BOARD_ISSUED_H
#define BOARD_ISSUED_H

#include "board/paper.h"

/* Puts one issued paper into a pile. `content` is its frozen JSON, `qr` the address that verifies it, `qr_words` what stands
 * beside. Error document.broken (FAULT) when the content cannot be read. */
int issued_put(struct paper *p, const char *content, const char *qr, const char *qr_words, struct error *err);

/* Title, number, organ and date of a content, for lists and the public page. Strings in `a`, "" where there is none. */
struct issued_head {
  const char *title, *number, *organ, *date;
  int copies;
};
void issued_head_of(struct issued_head *out, struct arena *a, const char *content);

#endif
