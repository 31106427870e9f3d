/* A small streaming XML writer: it keeps the nesting, escapes every text, and writes into a buf. Elements only: what we
 * send needs no attributes. Reading XML is not our business. */
#ifndef WEB_XML_WRITE_H
#define WEB_XML_WRITE_H

#include "base/buf.h"

enum { XML_DEPTH = 16 };

struct xml {
  struct buf *out;
  const char *open[XML_DEPTH];
  int depth;
};

/* Writes the declaration; the buffer stays the caller's, names must live until they are closed. */
void xml_start(struct xml *x, struct buf *out);
void xml_open(struct xml *x, const char *name);
/* Closes the element opened last. */
void xml_close(struct xml *x);
/* An element with a text in it; NULL is an empty element. Characters XML 1.0 does not allow are left out. */
void xml_text(struct xml *x, const char *name, const char *text);

#endif
