#include "base/embedded.h"

#include "base/text.h"

const struct embedded *embedded_find(const char *name) {
  for (const struct embedded *f = embedded_files; f->name; f++)
    if (text_eq(f->name, name)) return f;
  return NULL;
}
