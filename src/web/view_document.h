/* What the pages of issued papers show. */
#ifndef WEB_VIEW_DOCUMENT_H
#define WEB_VIEW_DOCUMENT_H

#include "base/base.h"

struct view_document {
  int64_t id, journal;
  const char *title, *number, *organ, *date, *code, *href, *copies, *line;
  time_ms at;
  bool holds, sealed;
};

struct view_documents {
  const char *code; /* of the case */
  const struct view_document *rows;
  int row_count;
};

#endif
