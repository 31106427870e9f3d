#include "base/yaml.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct reading {
  struct arena *arena;
  struct fy_parser *parser;
  struct fy_diag *diag;
  struct yaml *stack[YAML_DEPTH_MAX];
  struct yaml *pending_key[YAML_DEPTH_MAX]; /* of the map at that depth: a key read, its value not yet */
  int depth;
  struct yaml *root;
  size_t nodes;
  bool document_done;
  struct error *err;
};

static int refuse_at(struct reading *r, const char *code, int line, int column, const char *what) {
  char l[16], c[16];
  snprintf(l, sizeof l, "%d", line);
  snprintf(c, sizeof c, "%d", column);
  return error_set(r->err, ERR_INPUT, code, NULL, l, c, what ? what : "", NULL);
}

static int refuse(struct reading *r, const char *code, const struct yaml *node, const char *what) {
  return refuse_at(r, code, node->line, node->column, what);
}

static struct yaml *node_new(struct reading *r, struct fy_event *event, enum yaml_kind kind) {
  struct yaml *node = ARENA_NEW(r->arena, struct yaml);
  const struct fy_mark *mark = fy_event_start_mark(event);
  node->kind = kind;
  node->line = mark ? mark->line + 1 : 1;
  node->column = mark ? mark->column + 1 : 1;
  return node;
}

static void list_append(struct reading *r, struct yaml *list, struct yaml *node) {
  if (list->count == list->cap) {
    size_t cap = list->cap ? list->cap * 2 : 8;
    struct yaml **grown = ARENA_ARRAY(r->arena, cap, struct yaml *);
    if (list->count > 0) memcpy(grown, list->items, list->count * sizeof *grown);
    list->items = grown;
    list->cap = cap;
  }
  list->items[list->count++] = node;
}

/* A node has come: it is the root, a row of a list, a key, or the value of the key before it. */
static int place_node(struct reading *r, struct yaml *node) {
  if (++r->nodes > YAML_NODES_MAX) return refuse(r, "yaml.too-many", node, NULL);
  if (r->depth == 0) {
    r->root = node;
    return 0;
  }
  struct yaml *parent = r->stack[r->depth - 1];
  if (parent->kind == YAML_LIST) {
    list_append(r, parent, node);
    return 0;
  }
  struct yaml **key = &r->pending_key[r->depth - 1];
  if (*key == NULL) {
    if (node->kind != YAML_SCALAR) return refuse(r, "yaml.key-kind", node, NULL);
    if (yaml_get(parent, node->text)) return refuse(r, "yaml.key-twice", node, node->text);
    *key = node;
    return 0;
  }
  node->key = (*key)->text;
  node->key_line = (*key)->line;
  node->key_column = (*key)->column;
  *key = NULL;
  list_append(r, parent, node);
  return 0;
}

static int begin(struct reading *r, struct fy_event *event, enum yaml_kind kind) {
  struct yaml *node = node_new(r, event, kind);
  if (place_node(r, node)) return -1;
  if (r->depth == YAML_DEPTH_MAX) return refuse(r, "yaml.too-deep", node, NULL);
  r->pending_key[r->depth] = NULL;
  r->stack[r->depth++] = node;
  return 0;
}

static int take_scalar(struct reading *r, struct fy_event *event) {
  struct yaml *node = node_new(r, event, YAML_SCALAR);
  size_t len = 0;
  const char *text = fy_token_get_text(event->scalar.value, &len);
  if (text && !text_is_utf8(text, len)) return refuse(r, "yaml.encoding", node, NULL);
  node->text = text ? arena_strndup(r->arena, text, len) : "";
  enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
  node->quoted = style != FYSS_PLAIN;
  bool in_quotes = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
  if (in_quotes && node->column > 1) node->column--; /* libfyaml points behind the opening quote */
  if (text_has_controls(node->text)) return refuse(r, "yaml.control", node, NULL);
  return place_node(r, node);
}

static bool has_anchor_or_tag(const struct fy_event *event) {
  switch (event->type) {
    case FYET_SCALAR: return event->scalar.anchor || event->scalar.tag;
    case FYET_SEQUENCE_START: return event->sequence_start.anchor || event->sequence_start.tag;
    case FYET_MAPPING_START: return event->mapping_start.anchor || event->mapping_start.tag;
    default: return event->type == FYET_ALIAS;
  }
}

static int take(struct reading *r, struct fy_event *event) {
  if (has_anchor_or_tag(event)) return refuse(r, "yaml.alias", node_new(r, event, YAML_SCALAR), NULL);
  switch (event->type) {
    case FYET_DOCUMENT_START:
      if (r->document_done) return refuse(r, "yaml.documents", node_new(r, event, YAML_SCALAR), NULL);
      return 0;
    case FYET_DOCUMENT_END: r->document_done = true; return 0;
    case FYET_MAPPING_START: return begin(r, event, YAML_MAP);
    case FYET_SEQUENCE_START: return begin(r, event, YAML_LIST);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END: r->depth--; return 0;
    case FYET_SCALAR: return take_scalar(r, event);
    default: return 0;
  }
}

static int refuse_syntax(struct reading *r) {
  void *iterator = NULL;
  const struct fy_diag_error *first = fy_diag_errors_iterate(r->diag, &iterator);
  if (!first) return refuse_at(r, "yaml.syntax", 1, 1, "");
  int line = first->line < 0 ? 1 : first->line, column = first->column < 0 ? 1 : first->column;
  return refuse_at(r, "yaml.syntax", line, column, first->msg);
}

static int take_all(struct reading *r) {
  struct fy_event *event;
  while ((event = fy_parser_parse(r->parser)) != NULL) {
    int failed = take(r, event);
    fy_parser_event_free(r->parser, event);
    if (failed) return -1;
  }
  if (fy_parser_get_stream_error(r->parser)) return refuse_syntax(r);
  if (!r->root || (r->root->kind == YAML_SCALAR && r->root->text[0] == '\0')) {
    r->root = ARENA_NEW(r->arena, struct yaml);
    *r->root = (struct yaml){.kind = YAML_MAP, .line = 1, .column = 1};
  }
  return 0;
}

int yaml_read(struct yaml **out, struct arena *a, const char *text, size_t len, size_t max, struct error *err) {
  struct reading r = {.arena = a, .err = err};
  *out = NULL;
  if (len > max) return error_set(err, ERR_TOO_LARGE, "yaml.too-large", NULL, "1", "1", "", NULL);
  /* A byte-order mark is what some Windows editors leave; it is no part of the text. */
  if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, len -= 3;
  if (!text_is_utf8(text, len)) return refuse_at(&r, "yaml.encoding", 1, 1, "");
  struct fy_diag_cfg quiet = {.level = FYET_ERROR, .module_mask = ~0U};
  r.diag = fy_diag_create(&quiet);
  if (!r.diag) return error_fault(err, "yaml.fault", "no diagnostics");
  fy_diag_set_collect_errors(r.diag, true);
  struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DISABLE_RECYCLING, .diag = r.diag};
  r.parser = fy_parser_create(&cfg);
  int failed = r.parser == NULL || fy_parser_set_string(r.parser, len ? text : " ", len ? len : 1) != 0;
  if (failed)
    error_fault(err, "yaml.fault", "no parser");
  else
    failed = take_all(&r);
  if (r.parser) fy_parser_destroy(r.parser);
  fy_diag_destroy(r.diag);
  if (failed) return -1;
  *out = r.root;
  return 0;
}

struct yaml *yaml_get(const struct yaml *node, const char *key) {
  if (!node || node->kind != YAML_MAP) return NULL;
  for (size_t i = 0; i < node->count; i++)
    if (text_eq(node->items[i]->key, key)) return node->items[i];
  return NULL;
}
