/* YAML: what is read is bounded, is UTF-8, and knows where it stood; what is not is refused with a code. */
#include <string.h>

#include "base/base.h"
#include "base/yaml.h"
#include "fuzz.h"

static size_t check(const struct yaml *node, int depth) {
  PROMISE(depth <= YAML_DEPTH_MAX + 1);
  PROMISE(node->line >= 1 && node->column >= 1);
  if (node->kind == YAML_SCALAR) {
    PROMISE(node->text && text_is_utf8(node->text, strlen(node->text)));
    return 1;
  }
  size_t nodes = 1;
  for (size_t i = 0; i < node->count; i++) {
    PROMISE(node->kind != YAML_MAP || yaml_get(node, node->items[i]->key) == node->items[i]);
    nodes += check(node->items[i], depth + 1);
  }
  return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena *a = arena_new(256u << 20);
  struct yaml *root = NULL;
  struct error err = {0};
  if (yaml_read(&root, a, (const char *)data, size, 1 << 16, &err) == 0)
    PROMISE(check(root, 0) <= YAML_NODES_MAX);
  else
    PROMISE(err.code[0]);
  arena_free(a);
  return 0;
}
