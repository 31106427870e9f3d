/* Reading helpers: findings, names, small values. Each reports what is wrong once and goes on, so that one run
 * shows a clerk everything there is to mend. */
#include "matter/procedure_reader.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FINDINGS_MAX = 200, NAME_MAX_CHARS = 40 };

struct procedure_at at_value(const struct yaml *node) {
  return (struct procedure_at){node ? node->line : 0, node ? node->column : 0};
}

struct procedure_at at_key(const struct yaml *node) {
  if (!node || !node->key) return at_value(node);
  return (struct procedure_at){node->key_line, node->key_column};
}

void finding_add(struct procedure_findings *found, struct arena *a, struct procedure_at at,
                 enum procedure_severity severity, const char *code, ...) {
  if (severity == FINDING_ERROR) found->errors++;
  if (found->count == FINDINGS_MAX) return;
  if (found->count == found->cap) {
    size_t cap = found->cap ? found->cap * 2 : 16;
    struct procedure_finding *grown = ARENA_ARRAY(a, cap, struct procedure_finding);
    if (found->count > 0) memcpy(grown, found->items, found->count * sizeof *grown);
    found->items = grown;
    found->cap = cap;
  }
  struct procedure_finding *f = &found->items[found->count++];
  *f = (struct procedure_finding){.at = at, .severity = severity, .code = code};
  va_list args;
  va_start(args, code);
  const char *arg = NULL;
  for (size_t i = 0; i < ERROR_ARGS; i++) {
    if (i == 0 || arg) arg = va_arg(args, const char *);
    f->arg[i] = arg ? text_shorten(a, arg, 60) : "";
  }
  va_end(args);
}

static int by_place(const void *a, const void *b) {
  const struct procedure_finding *x = a, *y = b;
  if (x->at.line != y->at.line) return x->at.line < y->at.line ? -1 : 1;
  if (x->at.column != y->at.column) return x->at.column < y->at.column ? -1 : 1;
  return strcmp(x->code, y->code);
}

void findings_sort(struct procedure_findings *found) {
  if (found->count > 1) qsort(found->items, found->count, sizeof *found->items, by_place);
}

/* ---- names ---- */

/* Changes (insert, drop, replace) from `a` to `b`, by rows; both are cut at NAME_MAX_CHARS bytes. */
static size_t distance(const char *a, const char *b) {
  size_t n = strnlen(a, NAME_MAX_CHARS), m = strnlen(b, NAME_MAX_CHARS), row[NAME_MAX_CHARS + 1];
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 1; i <= n; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t best = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[m];
}

const char *nearest_name(const char *word, const char *const *names, size_t count) {
  const char *best = NULL;
  size_t least = strlen(word) / 3 + 1;
  for (size_t i = 0; i < count; i++) {
    size_t d = names[i] ? distance(word, names[i]) : SIZE_MAX;
    if (d <= least && (!best || d < least)) best = names[i], least = d;
  }
  return best;
}

void finding_wrong_name(struct reader *r, struct procedure_at at, const char *code, const char *code_near,
                        const char *word, const char *const *names, size_t count) {
  const char *near = nearest_name(word, names, count);
  if (near)
    finding_error(r, at, code_near, word, near);
  else
    finding_error(r, at, code, word);
}

bool want_map(struct reader *r, const struct yaml *node) {
  if (node->kind == YAML_MAP) return true;
  if (node->kind == YAML_SCALAR && node->text[0] == '\0') return false; /* `name:` with nothing: all by default */
  finding_error(r, at_value(node), "procedure.want.map");
  return false;
}

static size_t count_names(const char *const *names) {
  size_t n = 0;
  while (names[n]) n++;
  return n;
}

bool keys_check(struct reader *r, const struct yaml *node, const char *const *allowed) {
  if (!want_map(r, node)) return false;
  for (size_t i = 0; i < node->count; i++) {
    const struct yaml *item = node->items[i];
    size_t k = 0;
    while (allowed[k] && !text_eq(allowed[k], item->key)) k++;
    if (!allowed[k])
      finding_wrong_name(r, at_key(item), "procedure.key.unknown", "procedure.key.near", item->key, allowed, k);
  }
  return true;
}

bool name_check(struct reader *r, const struct yaml *node) {
  const char *s = node->key;
  size_t n = strlen(s);
  bool good = n > 0 && n <= NAME_MAX_CHARS && s[0] >= 'a' && s[0] <= 'z' && s[n - 1] != '-';
  for (size_t i = 0; i < n && good; i++)
    good = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '-';
  if (!good) finding_error(r, at_key(node), "procedure.name", s);
  return good;
}

/* ---- values ---- */

const char *text_of(struct reader *r, const struct yaml *node) {
  if (!node) return NULL;
  if (node->kind == YAML_SCALAR && node->text[0]) return node->text;
  finding_error(r, at_value(node), "procedure.want.text");
  return NULL;
}

struct bilingual bilingual_of(struct reader *r, const struct yaml *parent, const char *key, bool required) {
  static const char *const allowed[] = {"zh", "en", NULL};
  struct bilingual out = {0};
  const struct yaml *node = yaml_get(parent, key);
  if (!node) {
    if (required) finding_error(r, at_key(parent), "procedure.title.missing", key);
    return out;
  }
  if (node->kind != YAML_MAP) {
    finding_error(r, at_value(node), "procedure.title.languages", key);
    return out;
  }
  keys_check(r, node, allowed);
  const struct yaml *zh = yaml_get(node, "zh"), *en = yaml_get(node, "en");
  if (!zh || !en) finding_error(r, at_key(node), "procedure.title.language", key, zh ? "en" : "zh");
  out.zh = text_of(r, zh);
  out.en = text_of(r, en);
  return out;
}

bool yes_no_of(struct reader *r, const struct yaml *node, bool otherwise) {
  if (!node) return otherwise;
  if (node->kind == YAML_SCALAR && (text_eq(node->text, "yes") || text_eq(node->text, "true"))) return true;
  if (node->kind == YAML_SCALAR && (text_eq(node->text, "no") || text_eq(node->text, "false"))) return false;
  finding_error(r, at_value(node), "procedure.want.yes-no");
  return otherwise;
}

bool int_of(struct reader *r, const struct yaml *node, int64_t min, int64_t max, int64_t *out) {
  if (!node) return false;
  int64_t n = 0;
  if (node->kind == YAML_SCALAR && text_to_int(node->text, &n) && n >= min && n <= max) {
    *out = n;
    return true;
  }
  finding_error(r, at_value(node), "procedure.want.number", arena_printf(r->arena, "%lld", (long long)min),
                arena_printf(r->arena, "%lld", (long long)max));
  return false;
}

int one_of(struct reader *r, const struct yaml *node, const char *const *names) {
  const char *word = text_of(r, node);
  if (!word) return -1;
  size_t count = count_names(names);
  for (size_t i = 0; i < count; i++)
    if (text_eq(names[i], word)) return (int)i;
  finding_wrong_name(r, at_value(node), "procedure.word.unknown", "procedure.word.near", word, names, count);
  return -1;
}

/* "setting NAME": the setting, reported when there is none or it is of the other kind. */
static const struct procedure_setting *setting_of(struct reader *r, const struct yaml *node, bool is_limit) {
  const char *name = node->text + strlen("setting ");
  const struct procedure_setting *s = procedure_setting_find(r->p, name);
  if (s && s->is_limit == is_limit) {
    r->setting_used[s - r->p->settings] = true;
    return s;
  }
  const char **names = ARENA_ARRAY(r->arena, r->p->settings_count + 1, const char *);
  for (size_t i = 0; i < r->p->settings_count; i++) names[i] = r->p->settings[i].name;
  finding_wrong_name(r, at_value(node), "procedure.setting.unknown", "procedure.setting.near", name, names,
                     r->p->settings_count);
  return NULL;
}

static bool is_setting(const struct yaml *node) {
  return node->kind == YAML_SCALAR && text_starts(node->text, "setting ");
}

struct procedure_limit limit_of(struct reader *r, const struct yaml *node) {
  struct procedure_limit out = {0};
  if (!node) return out;
  if (is_setting(node)) {
    out.setting = setting_of(r, node, true);
    out.text = out.setting ? out.setting->limit : NULL;
  } else {
    out.text = text_of(r, node);
  }
  struct error err = {0};
  if (out.text && limit_parse(&out.value, out.text, &err)) {
    finding_error(r, at_value(node), "procedure.limit", out.text);
    out.text = NULL;
  }
  return out;
}

struct procedure_number number_of(struct reader *r, const struct yaml *node, int64_t min, int64_t max) {
  struct procedure_number out = {0};
  if (!node) return out;
  if (!is_setting(node)) {
    int_of(r, node, min, max, &out.number);
    return out;
  }
  out.setting = setting_of(r, node, false);
  if (out.setting) out.number = out.setting->number;
  return out;
}

size_t list_count(const struct yaml *node) {
  if (!node) return 0;
  return node->kind == YAML_LIST ? node->count : 1;
}

const struct yaml *list_item(const struct yaml *node, size_t i) {
  return node->kind == YAML_LIST ? node->items[i] : node;
}

const char *const *texts_of(struct reader *r, const struct yaml *node, size_t *count) {
  size_t n = list_count(node), kept = 0;
  const char **out = ARENA_ARRAY(r->arena, n + 1, const char *);
  for (size_t i = 0; i < n; i++) {
    const char *text = text_of(r, list_item(node, i));
    if (text) out[kept++] = text;
  }
  *count = kept;
  return out;
}
