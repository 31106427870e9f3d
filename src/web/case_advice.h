/* Advice for whoever decides who shall handle a case: what the catalogue says, and who put the same right before. It is
 * shown with its reason; nothing is chosen by it. */
#ifndef WEB_CASE_ADVICE_H
#define WEB_CASE_ADVICE_H

#include "web/case_view.h"

enum { ADVICE_MOST = 2 };

struct case_advice {
  int64_t org[ADVICE_MOST];       /* the catalogue's first, then the one that did most of them, when it is another */
  const char *line[ADVICE_MOST];  /* why, in words; of the same index */
  int count;
};

/* For a category's key; none when nothing is known. -1 only when the database fails. */
int case_advice_make(struct case_advice *out, const struct case_asker *who, const char *category, struct error *err);

#endif
