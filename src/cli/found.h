/* Founding a district: its directory, keys, schema, its row and the rulebooks it begins with; all of it or nothing. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include "base/base.h"

struct found_settings {
  const char *dir, *url;
  const char *code;              /* six digits */
  const char *name_zh, *name_en; /* NULL: from the nation's list; without an English name the Chinese one stands */
  int offset_min;
  bool demo;
};

/* Errors: found.dir, found.code, found.name (not in the list and not given), found.exists (CONFLICT), those of the store,
 * the keys and the rulebooks. What was made before a failure is taken away again, but for the schema in a PostgreSQL
 * database, which is only empty tables. */
int found_district(const struct found_settings *s, struct arena *a, struct error *err);

#endif
