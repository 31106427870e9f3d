/* YAML as a small tree, with the line and column of everything in it.
 *
 * What people write by hand is read here: procedures, catalogues, maps of an import, configuration. Of YAML only
 * what is safe to read from a stranger: one document, maps with scalar keys, lists and scalars. Anchors, aliases and
 * tags are refused (no billion laughs), depth and size are bounded, a key given twice is refused. Every scalar is
 * text; what it means is the reader's business, so "no" stays "no". */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { YAML_DEPTH_MAX = 16, YAML_NODES_MAX = 100000 };

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
  enum yaml_kind kind;
  int line, column;         /* 1-based; the column counts characters */
  const char *key;          /* its key, when it stands in a map */
  int key_line, key_column; /* where the key stands */
  const char *text;         /* YAML_SCALAR: never NULL, "" when nothing was written */
  bool quoted;              /* YAML_SCALAR: written in quotes or as a block */
  struct yaml **items;      /* YAML_LIST, YAML_MAP: in the order of the file */
  size_t count, cap;
};

/* Reads `len` bytes into a tree in `a`. -1 with err ERR_INPUT and a code yaml.*: {1} is the line, {2} the column,
 * {3} what stands there; yaml.too-large when there are more than `max` bytes. An empty file is an empty map. */
int yaml_read(struct yaml **out, struct arena *a, const char *text, size_t len, size_t max, struct error *err);

/* The value at a key of a map, or NULL (also when `node` is NULL or no map). */
struct yaml *yaml_get(const struct yaml *node, const char *key);

#endif
