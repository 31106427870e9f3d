/* Files for the browser, compiled into the program. */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stdbool.h>

#include "base/buf.h"
#include "web/assets_ids.h"

struct asset_file {
  const char *name;     /* "app.css" */
  const char *url;      /* "/assets/app-0123456789abcdef.css" */
  const char *etag;     /* with its quotes */
  const char *type;
  struct bytes plain, packed; /* packed: gzip; len 0 when it would not help */
};

/* ASSETS entries. */
extern const struct asset_file asset_files[];

/* The file of a path under /assets/, by its name with or without the hash; NULL when there is none. *hashed says the
 * path carries the hash of this very content, so it may be kept for ever. */
const struct asset_file *asset_find(const char *path, bool *hashed);

#endif
