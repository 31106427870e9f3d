#include "matter/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"

/* What one reading is about: where the files lie, which texts take the place of files, and whether it goes on after a
 * mistake to list them all. */
struct reading {
  struct arena *arena;
  const char *folder;
  const struct catalogue_text *texts;
  size_t text_count;
  struct catalogue_findings *found; /* NULL: the first mistake ends it */
  struct error *err;
};

/* One file being read, row by row. */
struct table {
  struct reading *in;
  struct arena *arena;
  struct csv *csv;
  struct csv_row row;
  const char *path;
  struct error *err;
};

/* A growing array in the arena. */
struct grow {
  void *items;
  size_t count, cap, size;
};

static void *grow_add(struct arena *a, struct grow *g) {
  if (g->count == g->cap) {
    size_t cap = g->cap ? g->cap * 2 : 64;
    char *grown = arena_array(a, cap, g->size);
    if (g->count > 0) memcpy(grown, g->items, g->count * g->size);
    g->items = grown;
    g->cap = cap;
  }
  return (char *)g->items + g->count++ * g->size;
}

static int refuse(struct table *t, const char *code, const char *what) {
  char line[24];
  snprintf(line, sizeof line, "%lld", (long long)t->row.line);
  return error_set(t->err, ERR_INPUT, code, NULL, t->path, line, what, NULL);
}

/* The text that takes the place of the file, or the file. */
static int table_find(struct table *t, const char *name) {
  const struct reading *in = t->in;
  for (size_t i = 0; i < in->text_count; i++)
    if (text_eq(in->texts[i].name, name))
      return csv_open_bytes(&t->csv, t->arena, in->texts[i].text, in->texts[i].len, NULL, t->err);
  return csv_open(&t->csv, t->arena, arena_printf(t->arena, "%s/%s", in->folder, name), NULL, t->err);
}

/* Opens it and sees that it has the columns, in any order. `columns` ends with NULL. */
static int table_open(struct table *t, const char *const *columns) {
  if (table_find(t, t->path)) return -1;
  if (csv_read_header(t->csv, t->err)) return -1;
  for (size_t i = 0; columns[i]; i++) {
    int at = 0;
    if (csv_column_required(&at, t->csv, columns[i], t->err)) return -1;
  }
  return 0;
}

/* A mistake is listed and reading goes on; false when it must end. */
static bool noted(struct table *t) {
  struct catalogue_findings *found = t->in->found;
  if (!found || t->err->kind != ERR_INPUT) return false;
  if (found->count < CATALOGUE_FINDINGS) {
    found->files[found->count] = t->path;
    found->items[found->count++] = *t->err;
  }
  found->total++;
  error_clear(t->err);
  return true;
}

/* Every row of a file, to `take`. */
static int each_row(struct reading *in, const char *path, const char *const *columns,
                    int (*take)(struct table *t, void *to), void *to) {
  struct table t = {.in = in, .arena = in->arena, .err = in->err, .path = path};
  if (table_open(&t, columns) < 0) return noted(&t) ? 0 : -1;
  for (int got; (got = csv_next(t.csv, &t.row, in->err)) != 0;)
    if ((got < 0 || take(&t, to) < 0) && !noted(&t)) return -1;
  csv_close(t.csv);
  return 0;
}

static const char *cell(struct table *t, const char *column) {
  int at = csv_column(t->csv, column);
  return at < 0 ? "" : t->row.field[at];
}

static const char *kept(struct table *t, const char *column) { return arena_strdup(t->arena, cell(t, column)); }

static int texts(struct table *t, struct bilingual *out, const char *zh, const char *en) {
  out->zh = kept(t, zh);
  out->en = kept(t, en);
  if (text_empty(out->zh) || text_empty(out->en))
    return refuse(t, "catalogue.missing-text", text_empty(out->zh) ? zh : en);
  return 0;
}

static int days(struct table *t, int32_t *from, int32_t *until) {
  const char *a = cell(t, "from"), *b = cell(t, "until");
  *from = *until = 0;
  if (a[0] && !date_parse(from, a)) return refuse(t, "catalogue.date", a);
  if (b[0] && !date_parse(until, b)) return refuse(t, "catalogue.date", b);
  if (*from && *until && *from > *until) return refuse(t, "catalogue.date", b);
  return 0;
}

static bool days_overlap(int32_t from, int32_t until, int32_t other_from, int32_t other_until) {
  bool before = until != 0 && other_from != 0 && until < other_from;
  bool after = other_until != 0 && from != 0 && other_until < from;
  return !before && !after;
}

static bool in_force(int32_t from, int32_t until, int32_t day) {
  return (from == 0 || from <= day) && (until == 0 || day <= until);
}

/* ---- the files ---- */

/* What the rows of a file are put into. */
struct filling {
  struct catalogue *c;
  struct grow *rows;
  const char *scheme;
  size_t first; /* of the scheme's codes */
};

static int take_unit(struct table *t, void *to) {
  struct filling *f = to;
  struct catalogue_unit unit = {.key = kept(t, "key")};
  if (texts(t, &unit.title, "zh", "en")) return -1;
  if (text_empty(unit.key)) return refuse(t, "catalogue.missing-text", "key");
  if (catalogue_unit_find(f->c, unit.key)) return refuse(t, "catalogue.twice", unit.key);
  memcpy(grow_add(t->arena, f->rows), &unit, sizeof unit);
  f->c->units = f->rows->items;
  f->c->units_count = f->rows->count;
  return 0;
}

static int take_major(struct table *t, void *to) {
  struct filling *f = to;
  struct catalogue_major major = {.scheme = f->scheme, .kind = kept(t, "kind"), .code = kept(t, "code")};
  if (texts(t, &major.title, "zh", "en")) return -1;
  if (strlen(major.code) != 2 || text_empty(major.kind)) return refuse(t, "catalogue.code", major.code);
  if (catalogue_major_find(f->c, f->scheme, major.kind, major.code)) return refuse(t, "catalogue.twice", major.code);
  memcpy(grow_add(t->arena, f->rows), &major, sizeof major);
  f->c->majors = f->rows->items;
  f->c->majors_count = f->rows->count;
  return 0;
}

/* Digits, longer than its major: "0131", "01131". */
static bool code_is_good(const char *code) {
  size_t n = strlen(code);
  return n >= 4 && n <= 8 && strspn(code, "0123456789") == n;
}

static int code_fill(struct table *t, const struct catalogue *c, struct catalogue_code *code) {
  code->kind = kept(t, "kind");
  code->code = kept(t, "code");
  if (!code_is_good(code->code)) return refuse(t, "catalogue.code", code->code);
  code->key = arena_printf(t->arena, "%s/%s/%s", code->scheme, code->kind, code->code);
  code->major = catalogue_major_find(c, code->scheme, code->kind, arena_strndup(t->arena, code->code, 2));
  if (!code->major) return refuse(t, "catalogue.major", code->code);
  code->unit = catalogue_unit_find(c, cell(t, "unit"));
  if (!code->unit) return refuse(t, "catalogue.unit", cell(t, "unit"));
  if (texts(t, &code->title, "zh", "en") || days(t, &code->from, &code->until)) return -1;
  code->local = text_eq(cell(t, "local"), "yes");
  if (cell(t, "public-zh")[0] && texts(t, &code->public_title, "public-zh", "public-en")) return -1;
  code->icon = cell(t, "icon")[0] ? kept(t, "icon") : NULL;
  return 0;
}

static int code_is_new(struct table *t, const struct grow *codes, const struct catalogue_code *code) {
  const struct catalogue_code *items = codes->items;
  for (size_t i = 0; i < codes->count; i++)
    if (text_eq(items[i].key, code->key) && days_overlap(items[i].from, items[i].until, code->from, code->until))
      return refuse(t, items[i].from == code->from ? "catalogue.twice" : "catalogue.overlap", code->code);
  return 0;
}

static int take_code(struct table *t, void *to) {
  struct filling *f = to;
  struct catalogue_code code = {.scheme = f->scheme};
  if (code_fill(t, f->c, &code) || code_is_new(t, f->rows, &code)) return -1;
  memcpy(grow_add(t->arena, f->rows), &code, sizeof code);
  return 0;
}

/* "3-5": March to May; "11-2": November to February; "": all year. */
static int season_fill(struct table *t, struct catalogue_condition *k) {
  const char *text = cell(t, "season"), *dash = strchr(text, '-');
  int64_t from = 0, until = 0;
  if (!text[0]) return 0;
  bool good = dash && text_to_int(arena_strndup(t->arena, text, (size_t)(dash - text)), &from) &&
              text_to_int(dash + 1, &until) && from >= 1 && from <= 12 && until >= 1 && until <= 12;
  if (!good) return refuse(t, "catalogue.season", text);
  k->season_from = (int)from;
  k->season_until = (int)until;
  return 0;
}

static const char *const limit_names[LIMIT_KINDS] = {"general", "engineering", "special"};

const char *catalogue_limit_name(enum catalogue_limit kind) { return limit_names[kind]; }

bool catalogue_limit_from_name(enum catalogue_limit *out, const char *name) {
  for (int i = 0; i < LIMIT_KINDS; i++) {
    if (!text_eq(limit_names[i], name)) continue;
    *out = (enum catalogue_limit)i;
    return true;
  }
  return false;
}

/* The general limit must be there; columns of the others may be missing from a city's file. None may be shorter than the one
 * before it: whoever needs more time for works must not be given less. */
static int limits_fill(struct table *t, struct catalogue_condition *k) {
  static const char *const columns[LIMIT_KINDS] = {"limit", "limit-engineering", "limit-special"};
  int64_t before = 0;
  for (int i = 0; i < LIMIT_KINDS; i++) {
    struct error ignored = {0};
    const char *text = cell(t, columns[i]);
    if (i != LIMIT_GENERAL && !*text) continue;
    if (limit_parse(&k->limits[i], text, &ignored)) return refuse(t, "catalogue.limit", text);
    if (limit_weight(k->limits[i]) < before) return refuse(t, "catalogue.limit-order", text);
    before = limit_weight(k->limits[i]);
  }
  return 0;
}

static int condition_fill(struct table *t, struct catalogue_condition *k) {
  int64_t order = 0;
  if (!text_to_int(cell(t, "order"), &order) || order < 1 || order > 99)
    return refuse(t, "catalogue.order", cell(t, "order"));
  k->order = (int)order;
  if (limits_fill(t, k)) return -1;
  enum unit unit = k->limits[LIMIT_GENERAL].unit;
  k->urgent = unit == UNIT_URGENT_MINUTE || unit == UNIT_URGENT_HOUR || unit == UNIT_URGENT_DAY;
  if (texts(t, &k->filing, "filing-zh", "filing-en") || texts(t, &k->closing, "closing-zh", "closing-en")) return -1;
  if (days(t, &k->from, &k->until)) return -1;
  return season_fill(t, k);
}

static int condition_is_new(struct table *t, const struct catalogue_code *code, const struct catalogue_condition *k) {
  for (size_t i = 0; i < code->conditions_count; i++) {
    const struct catalogue_condition *other = &code->conditions[i];
    if (other->order != k->order || other->season_from != k->season_from) continue;
    if (days_overlap(other->from, other->until, k->from, k->until))
      return refuse(t, other->from == k->from ? "catalogue.twice" : "catalogue.overlap", code->code);
  }
  return 0;
}

static void condition_add(struct arena *a, struct catalogue_code *code, const struct catalogue_condition *k) {
  struct catalogue_condition *grown = ARENA_ARRAY(a, code->conditions_count + 1, struct catalogue_condition);
  if (code->conditions_count > 0) memcpy(grown, code->conditions, code->conditions_count * sizeof *grown);
  grown[code->conditions_count++] = *k;
  code->conditions = grown;
}

static int take_condition(struct table *t, void *to) {
  struct filling *f = to;
  struct catalogue_code *items = f->rows->items;
  struct catalogue_condition k = {0};
  bool known = false;
  if (condition_fill(t, &k)) return -1;
  for (size_t i = f->first; i < f->rows->count; i++) {
    if (!text_eq(items[i].code, cell(t, "code")) || !text_eq(items[i].kind, cell(t, "kind"))) continue;
    if (condition_is_new(t, &items[i], &k)) return -1;
    condition_add(t->arena, &items[i], &k);
    known = true;
  }
  return known ? 0 : refuse(t, "catalogue.code", cell(t, "code"));
}

/* Every code has a condition: without one it has no limit and nobody could file under it. */
static int conditions_complete(struct reading *in, const char *path, const struct filling *f) {
  const struct catalogue_code *items = f->rows->items;
  struct table t = {.in = in, .arena = in->arena, .err = in->err, .path = path};
  for (size_t i = f->first; i < f->rows->count; i++)
    if (items[i].conditions_count == 0 && refuse(&t, "catalogue.conditionless", items[i].code) < 0 && !noted(&t)) return -1;
  return 0;
}

static int take_scheme(struct table *t, void *to) {
  struct filling *f = to;
  struct catalogue_scheme s = {.name = kept(t, "scheme")};
  if (texts(t, &s.title, "zh", "en") || texts(t, &s.source, "source-zh", "source-en")) return -1;
  size_t n = strlen(s.name);
  if (n == 0 || strspn(s.name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n) return refuse(t, "catalogue.code", s.name);
  memcpy(grow_add(t->arena, f->rows), &s, sizeof s);
  f->c->schemes = f->rows->items;
  f->c->schemes_count = f->rows->count;
  return 0;
}

static int read_scheme_codes(struct reading *in, struct filling *f) {
  static const char *const codes[] = {"kind",      "code",      "zh",   "en",   "unit",  "local",
                                      "public-zh", "public-en", "icon", "from", "until", NULL};
  static const char *const conditions[] = {"kind",       "code",       "order",  "filing-zh", "filing-en", "limit",
                                           "closing-zh", "closing-en", "season", "from",      "until",     NULL};
  const char *path = arena_printf(in->arena, "%s/conditions.csv", f->scheme);
  f->first = f->rows->count;
  if (each_row(in, arena_printf(in->arena, "%s/codes.csv", f->scheme), codes, take_code, f) < 0) return -1;
  return each_row(in, path, conditions, take_condition, f) < 0 ? -1 : conditions_complete(in, path, f);
}

static int read_all(struct reading *in, struct catalogue *c) {
  static const char *const schemes[] = {"scheme", "zh", "en", "source-zh", "source-en", NULL};
  static const char *const units[] = {"key", "zh", "en", NULL}, *const majors[] = {"kind", "code", "zh", "en", NULL};
  struct grow scheme_rows = {.size = sizeof(struct catalogue_scheme)}, unit_rows = {.size = sizeof(struct catalogue_unit)};
  struct grow major_rows = {.size = sizeof(struct catalogue_major)}, code_rows = {.size = sizeof(struct catalogue_code)};
  if (each_row(in, "schemes.csv", schemes, take_scheme, &(struct filling){c, &scheme_rows, NULL, 0}) < 0 ||
      each_row(in, "units.csv", units, take_unit, &(struct filling){c, &unit_rows, NULL, 0}) < 0)
    return -1;
  for (size_t i = 0; i < c->schemes_count; i++) {
    struct filling f = {c, &major_rows, c->schemes[i].name, 0};
    if (each_row(in, arena_printf(in->arena, "%s/majors.csv", f.scheme), majors, take_major, &f) < 0) return -1;
  }
  for (size_t i = 0; i < c->schemes_count; i++) {
    struct filling f = {c, &code_rows, c->schemes[i].name, 0};
    if (read_scheme_codes(in, &f) < 0) return -1;
  }
  c->codes = code_rows.items;
  c->codes_count = code_rows.count;
  return 0;
}

int catalogue_read_with(const struct catalogue **out, struct arena *a, const char *folder, const struct catalogue_text *texts_of,
                        size_t count, struct catalogue_findings *found, struct error *err) {
  struct catalogue *c = ARENA_NEW(a, struct catalogue);
  struct reading in = {.arena = a, .folder = folder, .texts = texts_of, .text_count = count, .found = found, .err = err};
  *out = NULL;
  if (found) *found = (struct catalogue_findings){0};
  if (read_all(&in, c) < 0) return -1;
  if (found && found->count) {
    *err = found->items[0];
    return -1;
  }
  *out = c;
  return 0;
}

int catalogue_read(const struct catalogue **out, struct arena *a, const char *folder, struct error *err) {
  return catalogue_read_with(out, a, folder, NULL, 0, NULL, err);
}

/* ---- looking up ---- */

const struct catalogue_unit *catalogue_unit_find(const struct catalogue *c, const char *key) {
  for (size_t i = 0; i < c->units_count; i++)
    if (text_eq(c->units[i].key, key)) return &c->units[i];
  return NULL;
}

const struct catalogue_major *catalogue_major_find(const struct catalogue *c, const char *scheme, const char *kind,
                                                   const char *code) {
  for (size_t i = 0; i < c->majors_count; i++) {
    const struct catalogue_major *m = &c->majors[i];
    if (text_eq(m->code, code) && text_eq(m->kind, kind) && text_eq(m->scheme, scheme)) return m;
  }
  return NULL;
}

const struct catalogue_code *catalogue_find_key(const struct catalogue *c, const char *key, int32_t day) {
  for (size_t i = 0; i < c->codes_count; i++)
    if (text_eq(c->codes[i].key, key) && in_force(c->codes[i].from, c->codes[i].until, day)) return &c->codes[i];
  return NULL;
}

const struct catalogue_code *catalogue_find(const struct catalogue *c, const char *scheme, const char *kind,
                                            const char *code, int32_t day) {
  char key[128];
  int n = snprintf(key, sizeof key, "%s/%s/%s", scheme, kind, code);
  return n > 0 && (size_t)n < sizeof key ? catalogue_find_key(c, key, day) : NULL;
}

static bool in_season(const struct catalogue_condition *k, int32_t day) {
  if (k->season_from == 0) return true;
  struct civil date = {0};
  civil_from_day(&date, day);
  bool within = k->season_from <= k->season_until;
  if (within) return date.month >= k->season_from && date.month <= k->season_until;
  return date.month >= k->season_from || date.month <= k->season_until;
}

const struct catalogue_condition *catalogue_condition_find(const struct catalogue_code *code, int order, int32_t day) {
  for (size_t i = 0; i < code->conditions_count; i++) {
    const struct catalogue_condition *k = &code->conditions[i];
    if (k->order == order && in_force(k->from, k->until, day) && in_season(k, day)) return k;
  }
  return NULL;
}

const struct catalogue_code *catalogue_next_of(const struct catalogue *c, const struct catalogue_major *major,
                                               const struct catalogue_code *after) {
  size_t i = after ? (size_t)(after - c->codes) + 1 : 0;
  for (; i < c->codes_count; i++)
    if (c->codes[i].major == major) return &c->codes[i];
  return NULL;
}
