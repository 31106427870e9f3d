#include "web/assets.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

const struct asset_file *asset_find(const char *path, bool *hashed) {
  for (int i = 0; i < ASSETS; i++) {
    const struct asset_file *f = &asset_files[i];
    *hashed = text_eq(path, f->url);
    if (*hashed) return f;
    if (text_starts(path, "/assets/") && text_eq(path + strlen("/assets/"), f->name)) return f;
  }
  return NULL;
}
