#include "place/division.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "base/csv.h"
#include "place/place.h"
#include "place/place_internal.h"
#include "store/store.h"

/* Digits of a code that a level fills, and what a code is divided by to leave only those. */
static const int LEVEL_DIGITS[DIVISION_LEVELS + 1] = {0, 2, 4, 6, 9, 12};
static const int64_t LEVEL_UNIT[DIVISION_LEVELS + 1] = {1000000000000, 10000000000, 100000000, 1000000, 1000, 1};

/* ---- names and kinds ---- */

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), m = strlen(end);
  return n >= m && strcmp(s + n - m, end) == 0;
}

/* GB/T 10114: 001-099 streets, 100-199 towns, 200-399 townships, 400 and above what is not a division proper. */
static const char *street_kind(int64_t number, const char *name) {
  if (ends_with(name, "街道") || ends_with(name, "街道办事处")) return "street";
  if (ends_with(name, "镇")) return "town";
  if (ends_with(name, "乡") || ends_with(name, "苏木")) return "township";
  if (number < 100) return "street";
  if (number < 200) return "town";
  return number < 400 ? "township" : "zone";
}

/* The same standard: 001-199 residents' committees, 200-399 villagers', 400-499 and 500-599 their like in zones. */
static const char *community_kind(int64_t number, const char *name) {
  if (number >= 400) return number < 500 ? "zone-community" : "zone-village";
  if (ends_with(name, "居委会") || ends_with(name, "居民委员会") || ends_with(name, "社区")) return "community";
  if (ends_with(name, "村委会") || ends_with(name, "村民委员会")) return "village";
  return number < 200 ? "community" : "village";
}

const char *place_division_kind(int level, int64_t code, const char *name) {
  if (level == DIVISION_PROVINCE) return "province";
  if (level == DIVISION_CITY) return "city";
  if (level == DIVISION_COUNTY) return "county";
  if (level == DIVISION_STREET) return street_kind(code / 1000 % 1000, name);
  return community_kind(code % 1000, name);
}

void place_division_core(char *out, size_t size, const char *name) {
  static const char *const endings[] = {"社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会",
                                        "街道办事处",     "社区",       "街道",       "村",         NULL};
  text_copy(out, size, name);
  for (int i = 0; endings[i] != NULL; i++) {
    if (!ends_with(out, endings[i]) || strlen(out) == strlen(endings[i])) continue;
    out[strlen(out) - strlen(endings[i])] = '\0';
    return;
  }
}

void place_division_short(char *out, size_t size, const char *name) {
  static const char *const forms[][2] = {{"社区居民委员会", "社区"}, {"社区居委会", "社区"}, {"村民委员会", "村"},
                                         {"村委会", "村"},          {"居民委员会", "社区"}, {"居委会", "社区"},
                                         {"街道办事处", "街道"}};
  text_copy(out, size, name);
  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
    size_t n = strlen(out), m = strlen(forms[i][0]);
    if (!ends_with(out, forms[i][0]) || n == m) continue;
    text_copy(out + n - m, size - (n - m), forms[i][1]);
    return;
  }
}

static bool same_name(const char *a, const char *b) {
  char x[256], y[256];
  if (strcmp(a, b) == 0) return true;
  place_division_core(x, sizeof x, a);
  place_division_core(y, sizeof y, b);
  return strcmp(x, y) == 0;
}

/* ---- reading ---- */

struct reading {
  struct arena *arena;
  struct place_divisions *out;
  int64_t cap, all;
  place_progress *progress;
  void *ctx;
  int64_t scope_code, scope_unit; /* 0: the nation */
};

static void add(struct reading *r, int level, int64_t code, const char *name) {
  struct place_divisions *list = r->out;
  if (list->count == r->cap) {
    r->cap = r->cap == 0 ? 4096 : r->cap * 2;
    struct place_division *item = ARENA_ARRAY(r->arena, (size_t)r->cap, struct place_division);
    if (list->count > 0) memcpy(item, list->item, (size_t)list->count * sizeof *item);
    list->item = item;
  }
  list->item[list->count++] = (struct place_division){code, level, place_division_kind(level, code, name),
                                                      arena_strdup(r->arena, name)};
}

/* True for what lies in the scope, and for what the scope lies in. */
static bool in_scope(const struct reading *r, int level, int64_t code) {
  if (r->scope_code == 0) return true;
  if (level >= DIVISION_COUNTY) return code / r->scope_unit == r->scope_code;
  return code == r->scope_code * r->scope_unit / LEVEL_UNIT[level] * LEVEL_UNIT[level];
}

static int bad_code(int64_t line, const char *text, struct error *err) {
  char number[24];
  snprintf(number, sizeof number, "%" PRId64, line);
  return error_set(err, ERR_INPUT, "place.division.code", "code", number, text, NULL);
}

/* The level a 12-digit code says by its zeros; a county's list has no code that ends otherwise. */
static int level_of(int64_t code) {
  for (int level = DIVISION_PROVINCE; level < DIVISION_COMMUNITY; level++)
    if (code % LEVEL_UNIT[level] == 0) return level;
  return DIVISION_COMMUNITY;
}

/* One row of a file; `level` 0 when the code says it. */
static int read_row(struct reading *r, const struct csv_row *row, int level, int code_at, int name_at,
                    struct error *err) {
  const char *text = row->field[code_at], *name = row->field[name_at];
  size_t digits = strlen(text);
  int64_t code = 0;
  bool formed = digits == (size_t)LEVEL_DIGITS[level != 0 ? level : DIVISION_COMMUNITY];
  if (!formed || strspn(text, "0123456789") != digits || text[0] == '0' || !text_to_int(text, &code))
    return bad_code(row->line, text, err);
  code *= LEVEL_UNIT[level != 0 ? level : DIVISION_COMMUNITY];
  if (level == 0) level = level_of(code);
  if (!in_scope(r, level, code)) return 0;
  if (text_empty(name) || text_chars(name) > PLACE_NAME_MAX || text_has_controls(name)) return bad_code(row->line, text, err);
  add(r, level, code, name);
  return 0;
}

static const struct csv_limits LIMITS = {.row_bytes = 64 << 10, .field_bytes = 4 << 10};

static int read_rows(struct reading *r, struct csv *c, int level, struct error *err) {
  struct csv_row row;
  int code_at, name_at, got;
  if (csv_read_header(c, err) != 0) return -1;
  code_at = csv_column(c, "code12");
  if (code_at < 0 && csv_column_required(&code_at, c, "code", err) != 0) return -1;
  if (csv_column_required(&name_at, c, "name", err) != 0) return -1;
  int64_t rows = 0;
  while ((got = csv_next(c, &row, err)) == 1) {
    if (read_row(r, &row, level, code_at, name_at, err) != 0) return -1;
    if (++rows % 50000 == 0 && r->progress != NULL) r->progress(r->ctx, "read", row.offset, csv_size(c));
  }
  csv_close(c);
  return got;
}

static int read_file(struct reading *r, const char *path, int level, struct error *err) {
  struct csv *c = NULL;
  if (csv_open(&c, r->arena, path, &LIMITS, err) != 0) return -1;
  return read_rows(r, c, level, err);
}

static int by_level_and_code(const void *a, const void *b) {
  const struct place_division *x = a, *y = b;
  if (x->level != y->level) return x->level - y->level;
  return (x->code > y->code) - (x->code < y->code);
}

static bool has(const struct place_divisions *list, int level, int64_t code) {
  struct place_division key = {.code = code, .level = level};
  return bsearch(&key, list->item, (size_t)list->count, sizeof key, by_level_and_code) != NULL;
}

static int code_error(const char *what, int64_t code, struct error *err) {
  char text[24];
  snprintf(text, sizeof text, "%012" PRId64, code);
  return error_set(err, ERR_INPUT, what, "code", text, NULL);
}

/* Every division but those of the highest level in the list has its parent in the list, and none is there twice. */
static int check_tree(const struct place_divisions *list, struct error *err) {
  const struct place_division *before = NULL;
  int64_t known = 0; /* the parent of the row before: rows are in order, most share theirs */
  for (int64_t i = 0; i < list->count; i++) {
    const struct place_division *d = &list->item[i];
    if (before != NULL && before->level == d->level && before->code == d->code)
      return code_error("place.division.twice", d->code, err);
    before = d;
    if (d->level == list->item[0].level) continue;
    int64_t parent = d->code / LEVEL_UNIT[d->level - 1] * LEVEL_UNIT[d->level - 1];
    if (parent != known && !has(list, d->level - 1, parent))
      return code_error("place.division.parent", d->code, err);
    known = parent;
  }
  return 0;
}

static int read_folder(struct reading *r, const char *folder, struct error *err) {
  static const char *const files[] = {"provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv"};
  for (int level = DIVISION_PROVINCE; level <= DIVISION_LEVELS; level++)
    if (read_file(r, arena_printf(r->arena, "%s/%s", folder, files[level - 1]), level, err) != 0) return -1;
  return 0;
}

static int start_reading(struct reading *r, const char *scope, struct error *err) {
  *r->out = (struct place_divisions){.scope = arena_strdup(r->arena, scope)};
  if (scope[0] == '\0') return 0;
  if (strlen(scope) != 6 || !text_to_int(scope, &r->scope_code) || r->scope_code < 100000)
    return error_set(err, ERR_INPUT, "place.division.scope", "district", scope, NULL);
  r->scope_unit = LEVEL_UNIT[DIVISION_COUNTY];
  return 0;
}

static int finish_reading(struct reading *r, struct error *err) {
  struct place_divisions *out = r->out;
  if (out->count > 0) qsort(out->item, (size_t)out->count, sizeof *out->item, by_level_and_code);
  if (out->count == 0 || (r->scope_code != 0 && !has(out, DIVISION_COUNTY, r->scope_code * r->scope_unit)))
    return error_set(err, ERR_INPUT, "place.division.scope", "district", out->scope, NULL);
  return check_tree(out, err);
}

int place_divisions_read(struct place_divisions *out, struct arena *a, const char *from, const char *scope,
                         place_progress *progress, void *ctx, struct error *err) {
  struct stat st;
  struct reading r = {.arena = a, .out = out, .progress = progress, .ctx = ctx};
  if (start_reading(&r, scope, err) != 0) return -1;
  bool folder = stat(from, &st) == 0 && S_ISDIR(st.st_mode);
  if ((folder ? read_folder(&r, from, err) : read_file(&r, from, 0, err)) != 0) return -1;
  return finish_reading(&r, err);
}

int place_divisions_read_bytes(struct place_divisions *out, struct arena *a, const struct bytes files[DIVISION_LEVELS],
                               const char *scope, struct error *err) {
  struct reading r = {.arena = a, .out = out};
  if (start_reading(&r, scope, err) != 0) return -1;
  for (int level = DIVISION_PROVINCE; level <= DIVISION_LEVELS; level++) {
    struct csv *c = NULL;
    const struct bytes *file = &files[level - 1];
    if (csv_open_bytes(&c, a, file->data, file->len, &LIMITS, err) != 0 || read_rows(&r, c, level, err) != 0) return -1;
  }
  return finish_reading(&r, err);
}

/* ---- applying ---- */

/* A row in force, and what becomes of it. */
struct current {
  int64_t id, code;
  int level;
  const char *kind, *name;
};

struct applying {
  struct lane_txn *t;
  struct arena *arena;
  const struct place_divisions *list;
  struct place_divisions_report *report;
  struct current *now, *ended;
  int64_t now_count, now_cap, ended_count;
  struct place_division **begun; /* rows of the list that begin, with their ids beside them */
  int64_t *begun_id;
  int64_t begun_count;
  time_ms at;
  place_progress *progress;
  void *ctx;
  int level;
};

static int keep_current(void *ctx, const struct q_division_now_out *row, struct error *err) {
  struct applying *p = ctx;
  (void)err;
  struct reading scope = {0};
  if (p->list->scope[0] != '\0') {
    text_to_int(p->list->scope, &scope.scope_code);
    scope.scope_unit = LEVEL_UNIT[DIVISION_COUNTY];
  }
  if (!in_scope(&scope, p->level, row->code)) return 0;
  if (p->now_count == p->now_cap) {
    p->now_cap = p->now_cap == 0 ? 1024 : p->now_cap * 2;
    struct current *now = ARENA_ARRAY(p->arena, (size_t)p->now_cap, struct current);
    if (p->now_count > 0) memcpy(now, p->now, (size_t)p->now_count * sizeof *now);
    p->now = now;
  }
  p->now[p->now_count++] = (struct current){row->id, row->code, p->level, arena_strdup(p->arena, row->kind),
                                            arena_strdup(p->arena, row->name)};
  return 0;
}

static int read_current(struct applying *p, struct error *err) {
  for (p->level = DIVISION_PROVINCE; p->level <= DIVISION_LEVELS; p->level++) {
    struct q_division_now_in in = {.district = p->t->district, .level = p->level};
    if (q_division_now(p->t->db, keep_current, p, &in, err) < 0) return -1;
  }
  return 0;
}

static int begin(struct applying *p, struct place_division *d, struct error *err) {
  p->begun[p->begun_count] = d;
  p->report->added++;
  return lane_next(p->t, "division", &p->begun_id[p->begun_count++], err);
}

/* The same code in both: the same place, perhaps spelt otherwise, or another one. */
static int compare(struct applying *p, const struct current *c, struct place_division *d, struct error *err) {
  if (!same_name(c->name, d->name)) {
    p->ended[p->ended_count++] = *c;
    return begin(p, d, err);
  }
  if (strcmp(c->name, d->name) == 0 && strcmp(c->kind, d->kind) == 0) {
    p->report->unchanged++;
    return 0;
  }
  p->report->renamed++;
  struct q_division_rename_in in = {.district = p->t->district, .id = c->id, .kind = d->kind, .name = d->name};
  return q_division_rename(p->t->db, &in, err) < 0 ? -1 : 0;
}

/* Both lists are in the order of level and code: one walk finds what is new, gone and changed. */
static int walk(struct applying *p, struct error *err) {
  const struct place_divisions *list = p->list;
  int64_t i = 0, k = 0;
  while (i < list->count || k < p->now_count) {
    int order = 0;
    if (k == p->now_count) order = -1;
    else if (i == list->count) order = 1;
    else {
      struct place_division c = {.code = p->now[k].code, .level = p->now[k].level};
      order = by_level_and_code(&list->item[i], &c);
    }
    int rc = 0;
    if (order < 0) rc = begin(p, &list->item[i++], err);
    else if (order > 0) p->ended[p->ended_count++] = p->now[k++];
    else rc = compare(p, &p->now[k++], &list->item[i++], err);
    if (rc != 0) return -1;
  }
  return 0;
}

/* The id of the begun row that goes on with `c`: the only one of its name in its street, else in its county; else 0. */
static int64_t successor_of(const struct applying *p, const struct current *c) {
  int64_t in_street = 0, in_county = 0;
  int streets = 0, counties = 0;
  for (int64_t i = 0; i < p->begun_count; i++) {
    const struct place_division *d = p->begun[i];
    bool county = d->code / LEVEL_UNIT[DIVISION_COUNTY] == c->code / LEVEL_UNIT[DIVISION_COUNTY];
    if (d->level != c->level || !county || !same_name(d->name, c->name)) continue;
    in_county = p->begun_id[i];
    counties++;
    if (d->code / LEVEL_UNIT[DIVISION_STREET] != c->code / LEVEL_UNIT[DIVISION_STREET]) continue;
    in_street = p->begun_id[i];
    streets++;
  }
  if (streets == 1) return in_street;
  return counties == 1 ? in_county : 0;
}

static int end_rows(struct applying *p, struct error *err) {
  for (int64_t i = 0; i < p->ended_count; i++) {
    int64_t successor = successor_of(p, &p->ended[i]);
    struct q_division_end_in in = {.district = p->t->district, .id = p->ended[i].id, .valid_to = p->at,
                                   .successor = successor};
    if (q_division_end(p->t->db, &in, err) < 0) return -1;
    p->report->ended++;
    if (successor != 0) p->report->linked++;
  }
  return 0;
}

enum { CHUNK = 1000 };

/* Writes begun rows `from`..`to` as one statement. */
static int add_chunk(struct applying *p, struct buf *b, int64_t from, int64_t to, struct error *err) {
  struct json j;
  buf_clear(b);
  json_start(&j, b);
  json_array(&j);
  for (int64_t i = from; i < to; i++) {
    json_array(&j);
    json_int(&j, p->begun_id[i]);
    json_int(&j, p->begun[i]->level);
    json_int(&j, p->begun[i]->code);
    json_string(&j, p->begun[i]->kind);
    json_string(&j, p->begun[i]->name);
    json_array_end(&j);
  }
  json_array_end(&j);
  if (b->full) return error_fault(err, "place.division.chunk", "chunk too large");
  struct q_division_add_many_in in = {.district = p->t->district, .valid_from = p->at, .rows = b->data};
  return q_division_add_many(p->t->db, &in, err) < 0 ? -1 : 0;
}

static int add_rows(struct applying *p, struct error *err) {
  struct buf b;
  buf_init(&b, 4 << 20);
  int rc = 0;
  for (int64_t i = 0; rc == 0 && i < p->begun_count; i += CHUNK) {
    int64_t to = i + CHUNK < p->begun_count ? i + CHUNK : p->begun_count;
    rc = add_chunk(p, &b, i, to, err);
    if (p->progress != NULL && i % (CHUNK * 50) == 0) p->progress(p->ctx, "write", to, p->begun_count);
  }
  buf_free(&b);
  return rc;
}

/* An edition goes on top of what is in force: nothing may have begun after it, and what began on its very day cannot
 * end on it. Only additions may come on the same day (one county first, the nation afterwards). */
static int check_date(struct applying *p, int32_t day, int offset_min, struct error *err) {
  struct q_division_latest_in in = {.district = p->t->district};
  struct q_division_latest_out latest = {0};
  if (q_division_latest(p->t->db, p->arena, &latest, &in, err) < 0) return -1;
  int32_t last = latest.valid_from != 0 ? day_of_ms(latest.valid_from, offset_min) : INT32_MIN;
  if (day > last || (day == last && p->ended_count == 0) || p->begun_count + p->ended_count == 0) return 0;
  char text[24];
  date_format(text, sizeof text, last);
  return error_set(err, ERR_CONFLICT, "place.division.older", "date", text, NULL);
}

static int journal_import(struct lane_txn *t, const char *actor, const char *action,
                          const struct place_divisions_report *report, const char *scope, struct error *err) {
  struct buf b;
  struct json j;
  buf_init(&b, 1000);
  json_start(&j, &b);
  json_object(&j);
  json_put_int(&j, "added", report->added);
  json_put_int(&j, "ended", report->ended);
  json_put_int(&j, "linked", report->linked);
  json_put_int(&j, "renamed", report->renamed);
  json_put(&j, "scope", scope);
  json_object_end(&j);
  struct journal_entry entry = {.actor = actor, .action = action, .subject = "place", .subject_id = 0, .data = b.data};
  int rc = journal_append(t, &entry, NULL, err);
  buf_free(&b);
  return rc < 0 ? -1 : place_touch(t, err);
}

static int apply(struct applying *p, const char *actor, int32_t day, int offset_min, struct error *err) {
  if (read_current(p, err) != 0) return -1;
  p->ended = ARENA_ARRAY(p->arena, (size_t)p->now_count + 1, struct current);
  p->begun = ARENA_ARRAY(p->arena, (size_t)p->list->count + 1, struct place_division *);
  p->begun_id = ARENA_ARRAY(p->arena, (size_t)p->list->count + 1, int64_t);
  if (walk(p, err) != 0 || check_date(p, day, offset_min, err) != 0) return -1;
  if (end_rows(p, err) != 0 || add_rows(p, err) != 0) return -1;
  p->report->in_force = p->report->unchanged + p->report->renamed + p->report->added;
  return journal_import(p->t, actor, "place.divisions", p->report, p->list->scope, err);
}

int place_divisions_apply(struct place_divisions_report *report, struct lane_txn *t, const char *actor,
                          const struct place_divisions *list, int32_t day, int offset_min, place_progress *progress,
                          void *ctx, struct error *err) {
  *report = (struct place_divisions_report){0};
  struct applying p = {.t = t, .arena = arena_new((size_t)1 << 31), .list = list, .report = report,
                       .at = ms_of_day(day, offset_min), .progress = progress, .ctx = ctx};
  int rc = apply(&p, actor, day, offset_min, err);
  arena_free(p.arena);
  return rc;
}

/* ---- the district's own tree ---- */

struct adopting {
  struct lane_txn *t;
  const char *actor;
  struct place_divisions_report *report;
  int64_t low, high; /* the county's codes */
};

static const char *code_text(struct arena *a, int64_t code) { return arena_printf(a, "%012" PRId64, code); }

/* Follows a code that ended to the one that goes on with it, perhaps over several editions. 1 there is one. */
static int follow(int64_t *code, const struct adopting *d, int level, const char *from, struct error *err) {
  struct q_division_heir_in in = {.district = d->t->district, .level = level};
  struct q_division_heir_out heir;
  if (!text_to_int(from, &in.code)) return 0;
  for (int steps = 0; steps < 20; steps++) {
    int found = q_division_heir(d->t->db, d->t->arena, &heir, &in, err);
    if (found <= 0) return found;
    if (heir.valid_to == 0) {
      *code = heir.code;
      return 1;
    }
    in.code = heir.code;
  }
  return 0;
}

/* What becomes of a place whose code is no longer in the list under its name. */
struct fate {
  struct place_row place;
  const char *code; /* NULL: it ends */
};

static bool listed(const struct q_division_range_out *rows, size_t n, const char *code, const char *name) {
  int64_t number = 0;
  if (!text_to_int(code, &number)) return false;
  for (size_t i = 0; i < n; i++)
    if (rows[i].code == number) return same_name(rows[i].name, name);
  return false;
}

/* Codes are exchanged in two steps, over one that cannot be in use, so that two places can swap theirs. */
static int settle(struct adopting *d, struct fate *fates, size_t n, struct error *err) {
  for (size_t i = 0; i < n; i++) {
    const char *between = arena_printf(d->t->arena, "moving-%" PRId64, fates[i].place.id);
    if (fates[i].code != NULL && place_recode(d->t, fates[i].place.id, between, err) != 0) return -1;
  }
  for (size_t i = 0; i < n; i++) {
    struct q_place_code_change_in in = {.district = d->t->district, .id = fates[i].place.id, .code = fates[i].code,
                                        .code_from = d->t->now};
    struct q_place_end_in end = {.district = d->t->district, .id = fates[i].place.id, .valid_to = d->t->now,
                                 .end_reason = "division-list"};
    int rc = fates[i].code != NULL ? q_place_code_change(d->t->db, &in, err) : q_place_end(d->t->db, &end, err);
    if (rc < 0) return -1;
    if (fates[i].code != NULL) d->report->linked++;
    else d->report->ended++;
  }
  return 0;
}

static int settle_level(struct adopting *d, int level, const struct q_division_range_out *rows, size_t n,
                        struct error *err) {
  struct q_place_of_level_in in = {.district = d->t->district, .level = level - DIVISION_COUNTY + PLACE_DISTRICT};
  struct q_place_of_level_out *places;
  size_t count, fated = 0;
  if (q_place_of_level(d->t->db, d->t->arena, &places, &count, &in, err) < 0) return -1;
  struct fate *fates = ARENA_ARRAY(d->t->arena, count + 1, struct fate);
  for (size_t i = 0; i < count; i++) {
    int64_t code = 0;
    if (listed(rows, n, places[i].code, places[i].name)) continue;
    int found = follow(&code, d, level, places[i].code, err);
    if (found < 0) return -1;
    fates[fated].place = (struct place_row){.id = places[i].id};
    fates[fated++].code = found == 1 ? code_text(d->t->arena, code) : NULL;
  }
  return settle(d, fates, fated, err);
}

/* Makes the place of one division unless its code has one already. */
static int make_missing(struct adopting *d, int level, const struct q_division_range_out *row, struct error *err) {
  struct place_row parent = {0};
  const char *code = code_text(d->t->arena, row->code);
  struct q_place_find_in find = {.district = d->t->district, .code = code, .at = d->t->now};
  struct q_place_find_out there;
  int found = q_place_find(d->t->db, d->t->arena, &there, &find, err);
  if (found != 0) return found < 0 ? -1 : 0;
  if (level > DIVISION_COUNTY) {
    const char *above = code_text(d->t->arena, row->code / LEVEL_UNIT[level - 1] * LEVEL_UNIT[level - 1]);
    if (place_by_code(&parent, d->t->db, d->t->arena, d->t->district, above, d->t->now, err) != 0) return -1;
  }
  char name[256];
  place_division_short(name, sizeof name, row->name);
  struct place_new make = {.actor = d->actor, .level = (enum place_level)(level - DIVISION_COUNTY + PLACE_DISTRICT),
                           .parent = parent.id, .kind = level == DIVISION_COUNTY ? "district" : row->kind, .code = code,
                           .name = name, .at = place_nowhere(), .quiet = true};
  int64_t id;
  d->report->added++;
  return place_add(d->t, &make, &id, err);
}

int place_divisions_adopt(struct place_divisions_report *report, struct lane_txn *t, const char *actor, const char *county,
                          struct error *err) {
  *report = (struct place_divisions_report){0};
  struct adopting d = {.t = t, .actor = actor, .report = report};
  if (strlen(county) != 6 || !text_to_int(county, &d.low))
    return error_set(err, ERR_INPUT, "place.division.scope", "district", county, NULL);
  d.low *= LEVEL_UNIT[DIVISION_COUNTY];
  d.high = d.low + LEVEL_UNIT[DIVISION_COUNTY] - 1;
  for (int level = DIVISION_COUNTY; level <= DIVISION_COMMUNITY; level++) {
    struct q_division_range_in in = {.district = t->district, .level = level, .low = d.low, .high = d.high,
                                     .at = INT64_MAX};
    struct q_division_range_out *rows;
    size_t n;
    if (q_division_range(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
    if (level == DIVISION_COUNTY && n == 0)
      return error_set(err, ERR_INPUT, "place.division.scope", "district", county, NULL);
    if (settle_level(&d, level, rows, n, err) != 0) return -1;
    for (size_t i = 0; i < n; i++)
      if (make_missing(&d, level, &rows[i], err) != 0) return -1;
    report->in_force += (int64_t)n;
  }
  return journal_import(t, actor, "place.divisions-adopt", report, county, err);
}
