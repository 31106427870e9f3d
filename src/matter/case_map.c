#include "matter/case_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/yaml.h"

static const char *const part_names[CASE_PARTS] = {
    [CASE_REFERENCE] = "reference",
    [CASE_TOPIC] = "topic",
    [CASE_DETAILS] = "details",
    [CASE_CATEGORY] = "category",
    [CASE_SOURCE_CATEGORY] = "source-category",
    [CASE_SOURCE_CHANNEL] = "source-channel",
    [CASE_DEPARTMENT] = "department",
    [CASE_PLACE] = "place",
    [CASE_POSITION] = "position",
    [CASE_ADDRESS] = "address",
    [CASE_DUE] = "due",
    [CASE_RESULT] = "result",
    [CASE_CLOSED_THERE] = "closed-there",
    [CASE_LAT] = "lat",
    [CASE_OPENED] = "opened",
    [CASE_CLOSED] = "closed",
    [CASE_STATUS] = "status",
    [CASE_ON_TIME] = "on-time",
};

const char *case_part_name(enum case_part part) {
  return part_names[part];
}

/* What is being read. */
struct reading {
  struct arena *a;
  struct error *err;
  struct case_map *map;
};

static int wrong(struct reading *r, const struct yaml *at, const char *code, const char *what) {
  return error_set(r->err, ERR_INPUT, code, NULL, arena_printf(r->a, "%d", at ? at->line : 1),
                   arena_printf(r->a, "%d", at ? at->column : 1), what, NULL);
}

static int want_keys(struct reading *r, const struct yaml *node, const char *const *allowed) {
  if (node->kind != YAML_MAP) return wrong(r, node, "import.map.value", node->key ? node->key : "");
  for (size_t i = 0; i < node->count; i++) {
    const char *const *k = allowed;
    while (*k && !text_eq(*k, node->items[i]->key)) k++;
    if (!*k) return wrong(r, node->items[i], "import.map.key", node->items[i]->key);
  }
  return 0;
}

/* A scalar with something in it; `node` NULL leaves `out` as it is. */
static int text_at(struct reading *r, const struct yaml *node, const char **out) {
  if (!node) return 0;
  if (node->kind != YAML_SCALAR || !*node->text) return wrong(r, node, "import.map.value", node->key ? node->key : "");
  *out = node->text;
  return 0;
}

/* The index of a scalar among `names`; -1 with an error. */
static int choice_at(struct reading *r, const struct yaml *node, const char *const *names, int otherwise) {
  if (!node) return otherwise;
  for (int i = 0; names[i]; i++)
    if (node->kind == YAML_SCALAR && text_eq(node->text, names[i])) return i;
  return wrong(r, node, "import.map.value", node->key);
}

/* --- tables ----------------------------------------------------------------------------------------------------- */

static int by_from(const void *a, const void *b) {
  return strcmp(((const struct case_word *)a)->from, ((const struct case_word *)b)->from);
}

const struct case_word *case_words_find(const struct case_words *words, const char *from) {
  struct case_word key = {.from = from};
  return words->count ? bsearch(&key, words->items, words->count, sizeof key, by_from) : NULL;
}

static int word_at(struct reading *r, const struct yaml *node, struct case_word *out) {
  static const char *const allowed[] = {"key", "zh", "en", NULL};
  out->from = node->key;
  if (node->kind != YAML_MAP) return text_at(r, node, &out->to);
  if (want_keys(r, node, allowed) < 0 || text_at(r, yaml_get(node, "key"), &out->to) < 0) return -1;
  if (text_at(r, yaml_get(node, "zh"), &out->zh) < 0 || text_at(r, yaml_get(node, "en"), &out->en) < 0) return -1;
  return out->to ? 0 : wrong(r, node, "import.map.missing", "key");
}

/* {theirs: ours}, or {theirs: {key: .., zh: .., en: ..}}. */
static int table_at(struct reading *r, const struct yaml *node, struct case_words *out) {
  if (!node) return 0;
  if (node->kind != YAML_MAP || node->count > CASE_MAP_ROWS_MAX) return wrong(r, node, "import.map.value", node->key);
  out->items = ARENA_ARRAY(r->a, node->count + 1, struct case_word);
  for (size_t i = 0; i < node->count; i++)
    if (word_at(r, node->items[i], &out->items[i]) < 0) return -1;
  out->count = node->count;
  qsort(out->items, out->count, sizeof *out->items, by_from);
  return 0;
}

/* Their words for one answer: a scalar or a list. */
static int list_at(struct reading *r, const struct yaml *node, struct case_words *out) {
  if (!node) return 0;
  size_t n = node->kind == YAML_LIST ? node->count : 1;
  if (node->kind == YAML_MAP || n > CASE_MAP_ROWS_MAX) return wrong(r, node, "import.map.value", node->key);
  out->items = ARENA_ARRAY(r->a, n + 1, struct case_word);
  for (size_t i = 0; i < n; i++)
    if (text_at(r, node->kind == YAML_LIST ? node->items[i] : node, &out->items[i].from) < 0) return -1;
  out->count = n;
  qsort(out->items, out->count, sizeof *out->items, by_from);
  return 0;
}

/* --- the parts -------------------------------------------------------------------------------------------------- */

/* A part is a column's name, or a map with `column` and what else it takes. */
static int column_at(struct reading *r, const struct yaml *node, enum case_part part) {
  if (!node) return 0;
  return text_at(r, node->kind == YAML_MAP ? yaml_get(node, "column") : node, &r->map->column[part]);
}

static int read_topic(struct reading *r, const struct yaml *node) {
  struct case_map *m = r->map;
  if (!node) return wrong(r, NULL, "import.map.missing", "topic");
  if (node->kind != YAML_LIST) {
    if (text_at(r, node, &m->topic[0]) < 0) return -1;
  } else if (!node->count || node->count > CASE_TOPIC_COLUMNS) {
    return wrong(r, node, "import.map.value", "topic");
  }
  for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++)
    if (text_at(r, node->items[i], &m->topic[i]) < 0) return -1;
  m->column[CASE_TOPIC] = m->topic[0];
  return 0;
}

static int read_category(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"column", "table", "otherwise", NULL};
  static const char *const otherwise[] = {"text", "refuse", NULL};
  if (!node) return 0;
  if (column_at(r, node, CASE_SOURCE_CATEGORY) < 0) return -1;
  if (node->kind != YAML_MAP) return 0;
  int o = choice_at(r, yaml_get(node, "otherwise"), otherwise, 0);
  if (o < 0 || want_keys(r, node, allowed) < 0) return -1;
  r->map->category_otherwise = o == 1 ? CASE_REFUSE : CASE_KEEP_TEXT;
  return table_at(r, yaml_get(node, "table"), &r->map->categories);
}

static int read_department(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"column", "table", "otherwise", NULL};
  static const char *const otherwise[] = {"create", "refuse", "leave", NULL};
  static const enum case_otherwise means[] = {CASE_CREATE, CASE_REFUSE, CASE_LEAVE};
  if (!node) return 0;
  if (column_at(r, node, CASE_DEPARTMENT) < 0) return -1;
  if (node->kind != YAML_MAP) return 0;
  int o = choice_at(r, yaml_get(node, "otherwise"), otherwise, 0);
  if (o < 0 || want_keys(r, node, allowed) < 0) return -1;
  r->map->department_otherwise = means[o];
  return table_at(r, yaml_get(node, "table"), &r->map->departments);
}

static int read_status(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"column", "open", "closed", NULL};
  if (!node) return 0;
  if (want_keys(r, node, allowed) < 0 || column_at(r, node, CASE_STATUS) < 0) return -1;
  return list_at(r, yaml_get(node, "open"), &r->map->status_open) < 0
             ? -1
             : list_at(r, yaml_get(node, "closed"), &r->map->status_closed);
}

static int read_on_time(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"column", "yes", "no", NULL};
  if (!node) return 0;
  if (want_keys(r, node, allowed) < 0 || column_at(r, node, CASE_ON_TIME) < 0) return -1;
  return list_at(r, yaml_get(node, "yes"), &r->map->on_time) < 0
             ? -1
             : list_at(r, yaml_get(node, "no"), &r->map->overdue);
}

static int read_position(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"lon", "lat", "crs", "outside", NULL};
  static const char *const outside[] = {"refuse", "keep", NULL};
  struct case_map *m = r->map;
  const char *crs = "wgs84";
  if (!node) return 0;
  if (want_keys(r, node, allowed) < 0 || text_at(r, yaml_get(node, "crs"), &crs) < 0) return -1;
  if (text_at(r, yaml_get(node, "lon"), &m->column[CASE_POSITION]) < 0) return -1;
  if (text_at(r, yaml_get(node, "lat"), &m->column[CASE_LAT]) < 0) return -1;
  if (!m->column[CASE_POSITION] || !m->column[CASE_LAT]) return wrong(r, node, "import.map.missing", "lon, lat");
  int o = choice_at(r, yaml_get(node, "outside"), outside, 0);
  m->outside = o == 1;
  return o < 0 ? -1 : place_crs_parse(&m->crs, crs, r->err);
}

/* "+08:00", "-05:00": minutes east of Greenwich. */
static bool read_zone(int *out, const char *text) {
  int64_t h, m;
  char hours[3] = {0}, minutes[3] = {0};
  if (text_eq(text, "Z")) {
    *out = 0;
    return true;
  }
  if (strlen(text) != 6 || !strchr("+-", text[0]) || text[3] != ':') return false;
  memcpy(hours, text + 1, 2);
  memcpy(minutes, text + 4, 2);
  if (!text_to_int(hours, &h) || !text_to_int(minutes, &m) || h < 0 || h > 14 || m < 0 || m > 59) return false;
  *out = (int)(h * 60 + m) * (text[0] == '-' ? -1 : 1);
  return true;
}

static int read_time(struct reading *r, const struct yaml *node) {
  static const char *const allowed[] = {"zone", "format", NULL};
  const char *zone = NULL;
  if (!node) return 0;
  if (want_keys(r, node, allowed) < 0 || text_at(r, yaml_get(node, "zone"), &zone) < 0) return -1;
  if (zone && !read_zone(&r->map->offset_min, zone)) return wrong(r, yaml_get(node, "zone"), "import.map.value", "zone");
  return text_at(r, yaml_get(node, "format"), &r->map->format);
}

static int read_fields(struct reading *r, const struct yaml *node) {
  if (!node) return 0;
  if (node->kind != YAML_MAP) return wrong(r, node, "import.map.value", "fields");
  for (size_t i = 0; i < node->count; i++) {
    int part = 0;
    while (part <= CASE_CLOSED_THERE && !text_eq(part_names[part], node->items[i]->key)) part++;
    if (part > CASE_CLOSED_THERE) return wrong(r, node->items[i], "import.map.key", node->items[i]->key);
    if (text_at(r, node->items[i], &r->map->field[part]) < 0) return -1;
  }
  return 0;
}

static int read_plain(struct reading *r, const struct yaml *root) {
  static const struct {
    const char *key;
    enum case_part part;
  } plain[] = {{"id", CASE_REFERENCE}, {"opened", CASE_OPENED},        {"target", CASE_DUE},   {"closed", CASE_CLOSED},
               {"details", CASE_DETAILS}, {"channel", CASE_SOURCE_CHANNEL}, {"place", CASE_PLACE}, {"address", CASE_ADDRESS},
               {"result", CASE_RESULT}};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (text_at(r, yaml_get(root, plain[i].key), &r->map->column[plain[i].part]) < 0) return -1;
  if (!r->map->column[CASE_REFERENCE]) return wrong(r, NULL, "import.map.missing", "id");
  return r->map->column[CASE_OPENED] ? 0 : wrong(r, NULL, "import.map.missing", "opened");
}

static bool is_name(const char *s) {
  size_t n = s ? strlen(s) : 0;
  return n > 0 && n <= 40 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static int read_settings(struct reading *r, const struct yaml *root) {
  static const char *const early[] = {"refuse", "at-opening", NULL}, *const formulas[] = {"refuse", "keep", NULL};
  struct case_map *m = r->map;
  if (text_at(r, yaml_get(root, "source"), &m->source) < 0) return -1;
  if (!m->source) return wrong(r, NULL, "import.map.missing", "source");
  if (!is_name(m->source)) return wrong(r, yaml_get(root, "source"), "import.map.value", "source");
  if (text_at(r, yaml_get(root, "procedure"), &m->procedure) < 0 || text_at(r, yaml_get(root, "open"), &m->open) < 0 ||
      text_at(r, yaml_get(root, "close"), &m->close) < 0)
    return -1;
  int e = choice_at(r, yaml_get(root, "closed-early"), early, 0), f = choice_at(r, yaml_get(root, "formulas"), formulas, 0);
  m->early_at_opening = e == 1;
  m->formulas = f == 1;
  return e < 0 || f < 0 ? -1 : 0;
}

static int read_all(struct reading *r, const struct yaml *root) {
  static const char *const allowed[] = {"source",   "procedure", "open",    "close",    "time",     "id",
                                        "opened",   "target",    "closed",  "status",   "on-time",  "topic",
                                        "details",  "category",  "channel", "department", "place",  "address",
                                        "position", "result",    "closed-early", "formulas", "fields", NULL};
  if (want_keys(r, root, allowed) < 0 || read_settings(r, root) < 0 || read_plain(r, root) < 0) return -1;
  if (read_topic(r, yaml_get(root, "topic")) < 0 || read_category(r, yaml_get(root, "category")) < 0) return -1;
  if (read_department(r, yaml_get(root, "department")) < 0 || read_status(r, yaml_get(root, "status")) < 0) return -1;
  if (read_on_time(r, yaml_get(root, "on-time")) < 0 || read_position(r, yaml_get(root, "position")) < 0) return -1;
  return read_time(r, yaml_get(root, "time")) < 0 ? -1 : read_fields(r, yaml_get(root, "fields"));
}

int case_map_read(struct case_map **out, struct arena *a, const char *text, size_t len, int offset_min,
                  struct error *err) {
  struct yaml *root;
  struct case_map *m = ARENA_NEW(a, struct case_map);
  struct reading r = {a, err, m};
  *m = (struct case_map){.procedure = "imported",
                         .close = "close",
                         .offset_min = offset_min,
                         .department_otherwise = CASE_CREATE};
  for (int i = 0; i < CASE_PARTS; i++) m->field[i] = part_names[i];
  if (yaml_read(&root, a, text, len, CASE_MAP_MAX, err) < 0 || read_all(&r, root) < 0) return -1;
  *out = m;
  return 0;
}

int case_map_bind(struct case_map *m, const struct csv *csv, struct error *err) {
  for (int i = 0; i < CASE_PARTS; i++) {
    m->at[i] = -1;
    if (m->column[i] && csv_column_required(&m->at[i], csv, m->column[i], err) < 0) return -1;
  }
  for (int i = 0; i < CASE_TOPIC_COLUMNS; i++) {
    m->topic_at[i] = -1;
    if (m->topic[i] && csv_column_required(&m->topic_at[i], csv, m->topic[i], err) < 0) return -1;
  }
  return 0;
}

/* --- moments ---------------------------------------------------------------------------------------------------- */

/* At least `least`, at most `most` digits at *p. */
static bool digits(const char **p, int least, int most, int *out) {
  int n = 0;
  *out = 0;
  for (; n < most && **p >= '0' && **p <= '9'; n++) *out = *out * 10 + *(*p)++ - '0';
  return n >= least;
}

static bool half_day(const char **p, int *hour) {
  bool pm = (*p)[0] == 'P' || (*p)[0] == 'p', am = (*p)[0] == 'A' || (*p)[0] == 'a';
  if ((!pm && !am) || ((*p)[1] != 'M' && (*p)[1] != 'm') || *hour < 1 || *hour > 12) return false;
  *p += 2;
  *hour = *hour % 12 + (pm ? 12 : 0);
  return true;
}

/* One piece of the format; moves both on. */
static bool piece(const char **f, const char **p, struct civil *c) {
  static const struct {
    const char *name;
    int least, most;
    size_t offset;
  } parts[] = {{"YYYY", 4, 4, offsetof(struct civil, year)}, {"MM", 2, 2, offsetof(struct civil, month)},
               {"DD", 2, 2, offsetof(struct civil, day)},    {"hh", 2, 2, offsetof(struct civil, hour)},
               {"mm", 2, 2, offsetof(struct civil, minute)}, {"ss", 2, 2, offsetof(struct civil, second)},
               {"M", 1, 2, offsetof(struct civil, month)},   {"D", 1, 2, offsetof(struct civil, day)},
               {"h", 1, 2, offsetof(struct civil, hour)}};
  if (text_starts(*f, "AM")) {
    *f += 2;
    return half_day(p, &c->hour);
  }
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!text_starts(*f, parts[i].name)) continue;
    *f += strlen(parts[i].name);
    return digits(p, parts[i].least, parts[i].most, (int *)(void *)((char *)c + parts[i].offset));
  }
  return *(*f)++ == *(*p)++;
}

bool case_moment(time_ms *out, const struct case_map *map, const char *text) {
  struct civil c = {.year = 1, .month = 1, .day = 1};
  const char *f = map->format, *p = text;
  if (!f) return time_parse(out, text, map->offset_min);
  while (*f)
    if (!piece(&f, &p, &c)) return false;
  if (*p || !date_exists(c.year, c.month, c.day) || c.hour > 23 || c.minute > 59 || c.second > 59) return false;
  *out = ms_from_civil(&c, map->offset_min);
  return true;
}
