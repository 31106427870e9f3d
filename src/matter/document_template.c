/* Templates of papers: reading and checking documents/NAME.yaml. */
#include <stdio.h>
#include <string.h>

#include "matter/document.h"

static const char *const LAYOUTS[] = {"official", "letter", "minutes", "form", NULL};
static const char *const SERIES[] = {"holder", "community", "street", "district", NULL};
static const char *const GIVEN[] = {"number", "year", "seq", "short", "body", "date", "case", NULL};
static const char *const PARTS[] = {"title", "text", "heading", "subheading", "plain", "small", "annex", "row", "sign", NULL};
static const char *const KEYS[] = {"document", "version", "title",     "layout", "series",  "number", "organ", "mark",
                                   "addressee", "copies-to", "copies", "without", "blanks", "parts", NULL};

static int wrong(const struct yaml *node, const char *what, struct error *err) {
  char line[16];
  snprintf(line, sizeof line, "%d", node ? (node->key_line ? node->key_line : node->line) : 1);
  return error_set(err, ERR_INPUT, "document.template", NULL, line, what, NULL);
}

static int index_of(const char *const *names, const char *text) {
  for (int i = 0; names[i]; i++)
    if (text_eq(names[i], text)) return i;
  return -1;
}

bool document_has_blank(const struct document_template *t, const char *name) {
  for (size_t i = 0; t->blanks && i < t->blanks->count; i++)
    if (text_eq(t->blanks->items[i]->text, name)) return true;
  return false;
}

/* Every {name} is one the program gives or a blank. */
static int check_pattern(const struct document_template *t, const struct yaml *node, struct error *err) {
  for (const char *s = strchr(node->text, '{'); s; s = strchr(s + 1, '{')) {
    char name[64];
    size_t len = strcspn(s + 1, "}");
    if (!s[len + 1] || len >= sizeof name) return wrong(node, s, err);
    memcpy(name, s + 1, len);
    name[len] = '\0';
    if (index_of(GIVEN, name) < 0 && !document_has_blank(t, name)) return wrong(node, name, err);
  }
  return 0;
}

static int check_part(const struct document_template *t, const struct yaml *part, struct error *err) {
  if (part->kind != YAML_MAP || part->count != 1) return wrong(part, "parts", err);
  const struct yaml *it = part->items[0];
  int kind = index_of(PARTS, it->key);
  bool several = kind >= 0 && (text_eq(it->key, "row") || text_eq(it->key, "sign"));
  if (kind < 0 || (several ? it->kind != YAML_LIST || !it->count : it->kind != YAML_SCALAR)) return wrong(it, it->key, err);
  if (!several) return check_pattern(t, it, err);
  for (size_t i = 0; i < it->count; i++)
    if (it->items[i]->kind != YAML_SCALAR) return wrong(it->items[i], it->key, err);
    else if (check_pattern(t, it->items[i], err) < 0) return -1;
  return 0;
}

static int pattern_of(const char **out, const struct document_template *t, const struct yaml *root, const char *key,
                      struct error *err) {
  const struct yaml *node = yaml_get(root, key);
  *out = "";
  if (!node) return 0;
  if (node->kind != YAML_SCALAR) return wrong(node, key, err);
  *out = node->text;
  return check_pattern(t, node, err);
}

static int names_of(const struct yaml **out, const struct yaml *root, const char *key, struct error *err) {
  *out = yaml_get(root, key);
  if (!*out) return 0;
  if ((*out)->kind != YAML_LIST) return wrong(*out, key, err);
  for (size_t i = 0; i < (*out)->count; i++)
    if ((*out)->items[i]->kind != YAML_SCALAR) return wrong((*out)->items[i], key, err);
  return 0;
}

static int read_top(struct document_template *t, const struct yaml *root, struct error *err) {
  const struct yaml *name = yaml_get(root, "document"), *layout = yaml_get(root, "layout"), *series = yaml_get(root, "series"),
                    *title = yaml_get(root, "title"), *copies = yaml_get(root, "copies"), *version = yaml_get(root, "version");
  int64_t n = 1, v = 1;
  for (size_t i = 0; i < root->count; i++)
    if (index_of(KEYS, root->items[i]->key) < 0) return wrong(root->items[i], root->items[i]->key, err);
  if (!name || name->kind != YAML_SCALAR || !*name->text) return wrong(root, "document", err);
  if (!layout || index_of(LAYOUTS, layout->text) < 0) return wrong(layout ? layout : root, "layout", err);
  if (!series || index_of(SERIES, series->text) < 0) return wrong(series ? series : root, "series", err);
  if (!yaml_get(title, "zh") || !yaml_get(title, "en")) return wrong(title ? title : root, "title", err);
  if (copies && (!text_to_int(copies->text, &n) || n < 1 || n > 9)) return wrong(copies, "copies", err);
  if (!version || !text_to_int(version->text, &v) || v < 1) return wrong(version ? version : root, "version", err);
  *t = (struct document_template){.name = name->text, .version = (int)v, .layout = layout->text, .copies = (int)n,
                                  .series = (enum document_series)index_of(SERIES, series->text)};
  t->title = (struct bilingual){yaml_get(title, "zh")->text, yaml_get(title, "en")->text};
  return 0;
}

int document_template_read(struct document_template *out, struct arena *a, const char *text, size_t len, struct error *err) {
  struct yaml *root;
  if (yaml_read(&root, a, text, len, DOCUMENT_FILE_MAX, err) < 0) return -1;
  if (root->kind != YAML_MAP) return wrong(root, "document", err);
  if (read_top(out, root, err) < 0 || names_of(&out->blanks, root, "blanks", err) < 0 ||
      names_of(&out->without, root, "without", err) < 0 || pattern_of(&out->number, out, root, "number", err) < 0 ||
      pattern_of(&out->organ, out, root, "organ", err) < 0 || pattern_of(&out->mark, out, root, "mark", err) < 0 ||
      pattern_of(&out->addressee, out, root, "addressee", err) < 0 ||
      pattern_of(&out->copies_to, out, root, "copies-to", err) < 0)
    return -1;
  if (!strstr(out->number, "{seq}") || !strstr(out->number, "{year}")) return wrong(yaml_get(root, "number"), "number", err);
  out->parts = yaml_get(root, "parts");
  if (!out->parts || out->parts->kind != YAML_LIST || !out->parts->count) return wrong(out->parts, "parts", err);
  for (size_t i = 0; i < out->parts->count; i++)
    if (check_part(out, out->parts->items[i], err) < 0) return -1;
  return 0;
}
