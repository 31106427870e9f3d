#include "base/setting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/file_text.h"
#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"

static int refuse(struct error *err, const char *code, const struct yaml *at) {
  char line[16], column[16];
  snprintf(line, sizeof line, "%d", at->line);
  snprintf(column, sizeof column, "%d", at->column);
  const char *what = at->kind == YAML_SCALAR && *at->text ? at->text : at->key ? at->key : "…";
  return error_set(err, ERR_INPUT, code, NULL, line, column, what, NULL);
}

static const char *text_at(const struct yaml *map, const char *key) {
  const struct yaml *v = yaml_get(map, key);
  return v && v->kind == YAML_SCALAR ? v->text : "";
}

/* A map may only hold the keys named; NULL ends them. */
static int only_keys(const struct yaml *map, const char *const *keys, struct error *err) {
  if (map->kind != YAML_MAP) return refuse(err, "setting.form", map);
  for (size_t i = 0; i < map->count; i++) {
    const char *const *k = keys;
    while (*k && !text_eq(*k, map->items[i]->key)) k++;
    if (!*k) return refuse(err, "setting.form", map->items[i]);
  }
  return 0;
}

static int read_texts(const char **zh, const char **en, const struct yaml *map, const char *key, bool must,
                      struct error *err) {
  const struct yaml *both = yaml_get(map, key);
  *zh = *en = "";
  if (!both && !must) return 0;
  *zh = text_at(both, "zh");
  *en = text_at(both, "en");
  return **zh && **en ? 0 : refuse(err, "setting.form", both ? both : map);
}

static int read_kind(enum setting_kind *out, const struct yaml *map, struct error *err) {
  static const char *const names[] = {"number", "limit", "text", "roles", "address", "choice"};
  for (int i = SETTING_NUMBER; i <= SETTING_CHOICE; i++) {
    if (!text_eq(text_at(map, "type"), names[i])) continue;
    *out = (enum setting_kind)i;
    return 0;
  }
  return refuse(err, "setting.form", yaml_get(map, "type") ? yaml_get(map, "type") : map);
}

static int read_bounds(struct setting *s, const struct yaml *map, struct error *err) {
  if (s->kind != SETTING_NUMBER) return 0;
  if (text_to_int(text_at(map, "least"), &s->least) && text_to_int(text_at(map, "most"), &s->most) &&
      s->least <= s->most)
    return 0;
  return refuse(err, "setting.form", map);
}

static int read_day(int32_t *out, const struct yaml *map, const char *key, struct error *err) {
  const struct yaml *v = yaml_get(map, key);
  *out = 0;
  if (!v || (v->kind == YAML_SCALAR && date_parse(out, v->text))) return 0;
  return refuse(err, "setting.form", v);
}

static int read_value(struct setting_value *out, const struct setting *s, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"from", "until", "value", NULL};
  int64_t n;
  if (only_keys(map, keys, err) < 0 || read_day(&out->from, map, "from", err) < 0 ||
      read_day(&out->until, map, "until", err) < 0)
    return -1;
  const struct yaml *value = yaml_get(map, "value");
  if (!value || value->kind != YAML_SCALAR || strlen(value->text) > SETTING_VALUE_MAX)
    return refuse(err, "setting.form", value ? value : map);
  if (s->kind == SETTING_NUMBER && (!text_to_int(value->text, &n) || n < s->least || n > s->most))
    return refuse(err, "setting.value", value);
  out->text = value->text;
  return out->until && out->until < out->from ? refuse(err, "setting.days", map) : 0;
}

/* In the order of their days, each after the one before has ended; one without an end ends the day before the next. */
static int read_values(struct setting *s, struct arena *a, const struct yaml *map, struct error *err) {
  const struct yaml *list = yaml_get(map, "values");
  if (!list || list->kind != YAML_LIST || !list->count) return refuse(err, "setting.form", list ? list : map);
  struct setting_value *values = ARENA_ARRAY(a, list->count, struct setting_value);
  for (size_t i = 0; i < list->count; i++) {
    if (read_value(&values[i], s, list->items[i], err) < 0) return -1;
    if (i == 0) continue;
    if (values[i].from <= values[i - 1].from || values[i].from <= values[i - 1].until)
      return refuse(err, "setting.days", list->items[i]);
    if (!values[i - 1].until) values[i - 1].until = values[i].from - 1;
  }
  s->values = values;
  s->count = list->count;
  return 0;
}

static int read_one(struct setting *out, struct arena *a, const struct yaml *map, struct error *err) {
  static const char *const keys[] = {"title", "unit",    "basis", "type",   "least",
                                     "most",  "choices", "start", "values", NULL};
  *out = (struct setting){
      .name = map->key, .choices = text_at(map, "choices"), .at_start = text_eq(text_at(map, "start"), "true")};
  if (only_keys(map, keys, err) < 0 || read_texts(&out->title_zh, &out->title_en, map, "title", true, err) < 0 ||
      read_texts(&out->unit_zh, &out->unit_en, map, "unit", false, err) < 0 ||
      read_texts(&out->basis_zh, &out->basis_en, map, "basis", false, err) < 0 || read_kind(&out->kind, map, err) < 0)
    return -1;
  return read_bounds(out, map, err) < 0 ? -1 : read_values(out, a, map, err);
}

int settings_read(struct settings *out, struct arena *a, const char *yaml, size_t n, struct error *err) {
  struct yaml *root;
  *out = (struct settings){0};
  if (yaml_read(&root, a, yaml, n, SETTING_FILE_MAX, err) < 0) return -1;
  if (root->kind != YAML_MAP) return refuse(err, "setting.form", root);
  struct setting *items = ARENA_ARRAY(a, root->count + 1, struct setting);
  for (size_t i = 0; i < root->count; i++)
    if (read_one(&items[i], a, root->items[i], err) < 0) return -1;
  *out = (struct settings){items, root->count};
  return 0;
}

int settings_shipped(struct settings *out, struct arena *a, struct error *err) {
  const struct embedded *file = embedded_find("catalogues/settings.yaml");
  *out = (struct settings){0};
  return file ? settings_read(out, a, (const char *)file->data.data, file->data.len, err) : 0;
}

/* What the district's file says goes first, so that it is found first. */
static void lay_over(struct settings *out, struct arena *a, const struct settings *own,
                     const struct settings *shipped) {
  struct setting *items = ARENA_ARRAY(a, own->count + shipped->count + 1, struct setting);
  size_t n = 0;
  for (size_t i = 0; i < own->count; i++) items[n++] = own->items[i];
  for (size_t i = 0; i < shipped->count; i++)
    if (!setting_find(own, shipped->items[i].name)) items[n++] = shipped->items[i];
  *out = (struct settings){items, n};
}

int settings_load(struct settings *out, struct arena *a, const char *folder, struct error *err) {
  struct settings shipped, own;
  const char *path = arena_printf(a, "%s/settings.yaml", folder);
  char *text;
  size_t n;
  if (settings_shipped(&shipped, a, err) < 0) return -1;
  *out = shipped;
  if (access(path, F_OK) != 0) return 0;
  if (file_text(&text, &n, a, path, SETTING_FILE_MAX, err) < 0 || settings_read(&own, a, text, n, err) < 0) return -1;
  lay_over(out, a, &own, &shipped);
  return 0;
}

/* "https://host" or "https://host:port", nothing behind it. */
static bool is_address(const char *v) {
  const char *rest = text_starts(v, "https://") ? v + 8 : text_starts(v, "http://") ? v + 7 : "";
  return *rest && !strpbrk(rest, "/?#@ \t\"'<>");
}

int setting_check(const struct setting *s, const char *value, struct error *err) {
  char low[24], high[24], word[64];
  int64_t n;
  if (strlen(value) > SETTING_VALUE_MAX || text_has_controls(value))
    return error_set(err, ERR_INPUT, "setting.text", "value", NULL);
  snprintf(low, sizeof low, "%lld", (long long)s->least);
  snprintf(high, sizeof high, "%lld", (long long)s->most);
  if (s->kind == SETTING_NUMBER && (!text_to_int(value, &n) || n < s->least || n > s->most))
    return error_set(err, ERR_INPUT, "setting.number", "value", low, high, NULL);
  if (s->kind == SETTING_ADDRESS && *value && !is_address(value))
    return error_set(err, ERR_INPUT, "setting.address", "value", NULL);
  if (s->kind != SETTING_CHOICE) return 0;
  snprintf(word, sizeof word, " %s ", value);
  char all[SETTING_VALUE_MAX];
  snprintf(all, sizeof all, " %s ", s->choices);
  if (*value && !strchr(value, ' ') && strstr(all, word)) return 0;
  return error_set(err, ERR_INPUT, "setting.choice", "value", s->choices, NULL);
}

const struct setting *setting_find(const struct settings *s, const char *name) {
  for (size_t i = 0; i < s->count; i++)
    if (text_eq(s->items[i].name, name)) return &s->items[i];
  return NULL;
}

const char *setting_on(const struct settings *s, const char *name, int32_t day) {
  const struct setting *found = setting_find(s, name);
  for (size_t i = found ? found->count : 0; i-- > 0;)
    if (found->values[i].from <= day && (!found->values[i].until || day <= found->values[i].until))
      return found->values[i].text;
  return NULL;
}

int64_t setting_number_on(const struct settings *s, const char *name, int32_t day, int64_t otherwise) {
  const char *text = setting_on(s, name, day);
  int64_t n;
  return text && text_to_int(text, &n) ? n : otherwise;
}
