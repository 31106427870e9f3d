#include "place/place.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "store/store.h"
#include "place/geojson.h"
#include "place/place_internal.h"
#include "place/shape.h"

/* The name of the lane's counter that every change of the tree moves on. */
static const char VERSION[] = "place-version";

struct lonlat place_nowhere(void) { return (struct lonlat){NAN, NAN}; }

/* ---- reading ---- */

static void row_from(struct place_row *out, const struct q_place_find_out *in) {
  *out = (struct place_row){.id = in->id,
                            .level = (enum place_level)in->level,
                            .kind = in->kind,
                            .code = in->code,
                            .name = in->name,
                            .plate = in->plate,
                            .end_reason = in->end_reason,
                            .parent = in->parent,
                            .street = in->street,
                            .community = in->community,
                            .grid = in->grid,
                            .building = in->building,
                            .stairwell = in->stairwell,
                            .at = {in->lon, in->lat},
                            .valid_from = in->valid_from,
                            .valid_to = in->valid_to,
                            .successor = in->successor};
}

/* 1 found, 0 not, -1 error. */
static int find(struct place_row *out, struct db *db, struct arena *a, const struct q_place_find_in *in,
                struct error *err) {
  struct q_place_find_out row;
  int found = q_place_find(db, a, &row, in, err);
  if (found == 1) row_from(out, &row);
  return found;
}

static int missing(int64_t id, struct error *err) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, id);
  return error_set(err, ERR_MISSING, "place.missing", NULL, text, NULL);
}

int place_get(struct place_row *out, struct db *db, struct arena *a, int64_t district, int64_t id, struct error *err) {
  struct q_place_find_in in = {.district = district, .id = id};
  int found = id > 0 ? find(out, db, a, &in, err) : 0;
  if (found == 0) return missing(id, err);
  return found == 1 ? 0 : -1;
}

int place_by_code(struct place_row *out, struct db *db, struct arena *a, int64_t district, const char *code, time_ms at,
                  struct error *err) {
  struct q_place_find_in in = {.district = district, .code = code, .at = at};
  int found = find(out, db, a, &in, err);
  if (found != 0) return found == 1 ? 0 : -1;
  struct q_place_had_code_in had = {.district = district, .code = code, .at = at};
  struct q_place_had_code_out before;
  found = q_place_had_code(db, a, &before, &had, err);
  if (found == 1) return place_get(out, db, a, district, before.place, err);
  if (found == 0) return error_set(err, ERR_INPUT, "place.code.unknown", NULL, code, NULL);
  return -1;
}

int place_by_plate(struct place_row *out, struct db *db, struct arena *a, int64_t district, const char *plate,
                   struct error *err) {
  char plain[32];
  size_t n = 0;
  for (const char *p = plate; *p != '\0' && n + 1 < sizeof plain; p++)
    if (*p != ' ' && *p != '-') plain[n++] = (char)toupper((unsigned char)*p);
  plain[n] = '\0';
  struct q_place_find_in in = {.district = district, .plate = plain};
  int found = n > 0 ? find(out, db, a, &in, err) : 0;
  if (found == 0) return error_set(err, ERR_MISSING, "place.plate.unknown", NULL, NULL);
  return found == 1 ? 0 : -1;
}

int place_chain(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district, int64_t id,
                struct error *err) {
  struct place_row up[PLACE_HOUSEHOLD + 1];
  size_t n = 0;
  for (int64_t at = id; at != 0 && n < sizeof up / sizeof up[0]; at = up[n - 1].parent)
    if (place_get(&up[n++], db, a, district, at, err) != 0) return -1;
  *out = ARENA_ARRAY(a, n, struct place_row);
  *count = n;
  for (size_t i = 0; i < n; i++) (*out)[i] = up[n - 1 - i];
  return 0;
}

const char *place_label(struct arena *a, const struct place_row *chain, size_t count) {
  struct buf b;
  buf_init(&b, 2000);
  for (size_t i = 0; i < count; i++)
    if (chain[i].level != PLACE_DISTRICT || count == 1) buf_puts(&b, chain[i].name);
  const char *label = arena_strdup(a, b.data != NULL ? b.data : "");
  buf_free(&b);
  return label;
}

int place_children(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district,
                   int64_t parent, int max, struct error *err) {
  struct q_place_children_in in = {.district = district, .parent = parent, .count = max};
  struct q_place_children_out *rows;
  if (q_place_children(db, a, &rows, count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, *count, struct place_row);
  for (size_t i = 0; i < *count; i++)
    (*out)[i] = (struct place_row){.id = rows[i].id, .level = (enum place_level)rows[i].level, .kind = rows[i].kind,
                                   .code = rows[i].code, .name = rows[i].name, .parent = parent,
                                   .street = rows[i].street, .community = rows[i].community, .grid = rows[i].grid,
                                   .building = rows[i].building, .stairwell = rows[i].stairwell,
                                   .at = {rows[i].lon, rows[i].lat}, .plate = rows[i].plate};
  return 0;
}

/* "%text%" with the characters LIKE gives a meaning to taken literally. */
static const char *like_pattern(struct arena *a, const char *text) {
  struct buf b;
  buf_init(&b, 1000);
  buf_putc(&b, '%');
  for (const char *p = text; *p != '\0'; p++) {
    if (strchr("%_!", *p) != NULL) buf_putc(&b, '!');
    buf_putc(&b, *p);
  }
  buf_putc(&b, '%');
  const char *pattern = arena_strdup(a, b.data);
  buf_free(&b);
  return pattern;
}

int place_search(struct place_row **out, size_t *count, struct db *db, struct arena *a, int64_t district,
                 const char *text, int max, struct error *err) {
  *count = 0;
  const char *wanted = text_trim(a, text);
  if (text_empty(wanted) || text_chars(wanted) > 100) return 0;
  struct q_place_search_in in = {.district = district, .pattern = like_pattern(a, wanted), .count = max};
  struct q_place_search_out *rows;
  if (q_place_search(db, a, &rows, count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, *count, struct place_row);
  for (size_t i = 0; i < *count; i++)
    (*out)[i] = (struct place_row){.id = rows[i].id, .level = (enum place_level)rows[i].level, .kind = rows[i].kind,
                                   .code = rows[i].code, .name = rows[i].name, .parent = rows[i].parent,
                                   .street = rows[i].street, .community = rows[i].community, .grid = rows[i].grid,
                                   .building = rows[i].building, .stairwell = rows[i].stairwell,
                                   .at = {rows[i].lon, rows[i].lat}};
  return 0;
}

bool place_is_within(const struct place_row *p, int64_t ancestor) {
  if (ancestor == 0) return false;
  return p->id == ancestor || p->parent == ancestor || p->street == ancestor || p->community == ancestor ||
         p->grid == ancestor || p->building == ancestor || p->stairwell == ancestor;
}

/* ---- changing ---- */

int place_touch(struct lane_txn *t, struct error *err) {
  int64_t version;
  return lane_next(t, VERSION, &version, err);
}

int place_journal(struct lane_txn *t, const char *actor, const char *action, int64_t id, const char *key,
                  const char *value, struct error *err) {
  struct buf b;
  struct json j;
  buf_init(&b, 1000);
  json_start(&j, &b);
  json_object(&j);
  if (key != NULL) json_put(&j, key, value);
  json_object_end(&j);
  struct journal_entry entry = {.actor = actor, .action = action, .subject = "place", .subject_id = id, .data = b.data};
  int rc = journal_append(t, &entry, NULL, err);
  buf_free(&b);
  return rc < 0 ? -1 : place_touch(t, err);
}

/* How many digits a level adds to the code of the place that numbers it. */
static int number_digits(enum place_level level) {
  switch (level) {
    case PLACE_GRID: return 3;
    case PLACE_BUILDING: return 5;
    case PLACE_STAIRWELL: return 2;
    default: return 0;
  }
}

static bool all_digits(const char *s, size_t n) {
  if (strlen(s) != n) return false;
  return strspn(s, "0123456789") == n;
}

/* The lowest number after every one ever used under `prefix`; numbers of ended places stay taken. */
static int next_code(const char **out, struct lane_txn *t, const char *prefix, int digits, struct error *err) {
  size_t length = strlen(prefix) + (size_t)digits;
  struct q_place_codes_used_in in = {.district = t->district, .low = prefix, .high = arena_printf(t->arena, "%s:", prefix)};
  struct q_place_codes_used_out *rows;
  size_t n;
  if (q_place_codes_used(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  int64_t last = 0, limit = 1;
  for (int i = 0; i < digits; i++) limit *= 10;
  for (size_t i = 0; i < n; i++) {
    int64_t number = 0;
    if (!all_digits(rows[i].code, length) || !text_to_int(rows[i].code + strlen(prefix), &number)) continue;
    if (number > last) last = number;
  }
  if (last + 1 >= limit) return error_set(err, ERR_CONFLICT, "place.numbers.out", NULL, prefix, NULL);
  *out = arena_printf(t->arena, "%s%0*" PRId64, prefix, digits, last + 1);
  return 0;
}

int place_code_free(struct lane_txn *t, const char *code, struct error *err) {
  struct q_place_code_known_in in = {.district = t->district, .code = code};
  struct q_place_code_known_out known = {0};
  if (q_place_code_known(t->db, t->arena, &known, &in, err) < 0) return -1;
  return known.count == 0 ? 0 : error_set(err, ERR_CONFLICT, "place.code.used", NULL, code, NULL);
}

/* Checks or makes the code of a new place. */
static int choose_code(const char **out, struct lane_txn *t, const struct place_new *what, const char *prefix,
                       struct error *err) {
  int digits = number_digits(what->level);
  if (what->code == NULL && digits > 0) return next_code(out, t, prefix, digits, err);
  if (what->code == NULL && what->level == PLACE_HOUSEHOLD)
    *out = arena_printf(t->arena, "%s-%s", prefix, what->name);
  else *out = what->code;
  if (*out == NULL) return error_set(err, ERR_INPUT, "place.code.form", "code", "", NULL);
  bool formed = digits == 0 || (text_starts(*out, prefix) && all_digits(*out + strlen(prefix), (size_t)digits));
  if (what->level <= PLACE_COMMUNITY) formed = all_digits(*out, 12);
  if (!formed) return error_set(err, ERR_INPUT, "place.code.form", "code", *out, NULL);
  /* The national list gives codes to other places from one edition to the next; our own are never used again. */
  return what->level <= PLACE_COMMUNITY ? 0 : place_code_free(t, *out, err);
}

/* A building is numbered in its community, wherever its grid; everything else in its parent. */
static int numbering(const char **prefix, struct lane_txn *t, const struct place_new *what, const struct place_row *parent,
                     struct error *err) {
  *prefix = parent->code;
  if (what->level != PLACE_BUILDING || parent->level == PLACE_COMMUNITY) return 0;
  struct place_row community;
  if (place_get(&community, t->db, t->arena, t->district, parent->community, err) != 0) return -1;
  *prefix = community.code;
  return 0;
}

static bool parent_fits(enum place_level level, enum place_level parent) {
  if (level == PLACE_BUILDING) return parent == PLACE_GRID || parent == PLACE_COMMUNITY;
  return (int)parent == (int)level - 1;
}

static int check_parent(struct place_row *parent, struct lane_txn *t, const struct place_new *what, struct error *err) {
  *parent = (struct place_row){.code = ""};
  if (what->level == PLACE_DISTRICT && what->parent == 0) return 0;
  if (place_get(parent, t->db, t->arena, t->district, what->parent, err) != 0) return -1;
  if (parent->valid_to == 0 && parent_fits(what->level, parent->level)) return 0;
  return error_set(err, ERR_INPUT, "place.parent", "parent", parent->name, NULL);
}

int place_add(struct lane_txn *t, const struct place_new *what, int64_t *id, struct error *err) {
  struct place_row parent;
  const char *prefix = "", *code = NULL;
  if (check_parent(&parent, t, what, err) != 0 || numbering(&prefix, t, what, &parent, err) != 0) return -1;
  if (choose_code(&code, t, what, prefix, err) != 0 || lane_next(t, "place", id, err) < 0) return -1;
  char plate[PLACE_PLATE_CHARS + 1] = "";
  if (what->plate) random_code(plate, PLACE_PLATE_CHARS);
  struct q_place_add_in in = {.district = t->district, .id = *id, .level = what->level, .kind = what->kind, .code = code,
                              .name = what->name, .parent = what->parent, .street = parent.street,
                              .community = parent.community, .grid = what->grid != 0 ? what->grid : parent.grid,
                              .building = parent.building, .stairwell = parent.stairwell, .lon = what->at.lon,
                              .lat = what->at.lat, .plate = what->plate ? plate : NULL, .valid_from = t->now};
  if (what->level == PLACE_STREET) in.street = *id;
  if (what->level == PLACE_COMMUNITY) in.community = *id;
  if (what->level == PLACE_GRID) in.grid = *id;
  if (what->level == PLACE_BUILDING) in.building = *id;
  if (what->level == PLACE_STAIRWELL) in.stairwell = *id;
  if (q_place_add(t->db, &in, err) < 0) return -1;
  return what->quiet ? 0 : place_journal(t, what->actor, "place.add", *id, "code", code, err);
}

static int keep_history(struct lane_txn *t, int64_t id, struct error *err) {
  struct q_place_history_add_in in = {.district = t->district, .place = id, .until = t->now};
  return q_place_history_add(t->db, &in, err) < 0 ? -1 : 0;
}

int place_change(struct lane_txn *t, const char *actor, int64_t id, const char *name, struct lonlat at,
                 struct error *err) {
  struct place_row row;
  if (place_get(&row, t->db, t->arena, t->district, id, err) != 0 || keep_history(t, id, err) != 0) return -1;
  struct q_place_change_in in = {.district = t->district, .id = id, .kind = row.kind,
                                 .name = name != NULL ? name : row.name, .lon = row.at.lon, .lat = row.at.lat};
  if (isfinite(at.lon)) {
    in.lon = at.lon;
    in.lat = at.lat;
  }
  if (q_place_change(t->db, &in, err) < 0) return -1;
  return place_journal(t, actor, "place.change", id, NULL, NULL, err);
}

int place_recode(struct lane_txn *t, int64_t id, const char *code, struct error *err) {
  if (keep_history(t, id, err) != 0) return -1;
  struct q_place_code_change_in in = {.district = t->district, .id = id, .code = code, .code_from = t->now};
  return q_place_code_change(t->db, &in, err) < 0 ? -1 : 0;
}

int place_end(struct lane_txn *t, const char *actor, int64_t id, const char *reason, int64_t successor,
              struct error *err) {
  struct place_row row, *children;
  size_t n;
  if (place_get(&row, t->db, t->arena, t->district, id, err) != 0) return -1;
  if (place_children(&children, &n, t->db, t->arena, t->district, id, 1, err) != 0) return -1;
  if (n > 0) return error_set(err, ERR_CONFLICT, "place.has-children", NULL, row.name, NULL);
  struct q_place_end_in in = {.district = t->district, .id = id, .valid_to = t->now, .end_reason = reason,
                              .successor = successor};
  struct q_place_shape_end_in shape = {.district = t->district, .place = id, .valid_to = t->now};
  if (q_place_end(t->db, &in, err) < 0 || q_place_shape_end(t->db, &shape, err) < 0) return -1;
  return place_journal(t, actor, "place.end", id, "code", row.code, err);
}

/* ---- the map ---- */

struct place_map {
  int64_t district;
  struct arena *arena;
  struct place_shape nation; /* no rings: not asked */
  struct place_slot *slot;
};

int place_map_open(struct place_map **out, int64_t district, struct bytes nation, struct error *err) {
  struct arena *a = arena_new(16 << 20);
  struct place_map *map = ARENA_NEW(a, struct place_map);
  map->arena = a;
  map->district = district;
  if (nation.data != NULL && place_nation_read(&map->nation, a, nation.data, nation.len, err) != 0) {
    arena_free(a);
    return -1;
  }
  map->slot = place_slot_new();
  *out = map;
  return 0;
}

void place_map_close(struct place_map *map) {
  if (map == NULL) return;
  place_slot_free(map->slot);
  arena_free(map->arena);
}

struct place_index *place_map_take(struct place_map *map) { return place_slot_take(map->slot); }

static int tree_version(int64_t *out, struct db *db, int64_t district, struct arena *a, struct error *err) {
  struct q_sequence_get_in in = {.district = district, .name = VERSION};
  struct q_sequence_get_out row = {0};
  int found = q_sequence_get(db, a, &row, &in, err);
  *out = found == 1 ? row.next : 0;
  return found < 0 ? -1 : 0;
}

/* What the index is built from: the drawn areas of grids, and every community with its area or its middle. */
struct entries {
  struct place_index_entry *grid, *community;
  int grids, communities;
};

static int read_communities(struct entries *e, struct db *db, int64_t district, struct arena *a, struct error *err) {
  struct q_place_of_level_in in = {.district = district, .level = PLACE_COMMUNITY};
  struct q_place_of_level_out *rows;
  size_t n;
  if (q_place_of_level(db, a, &rows, &n, &in, err) < 0) return -1;
  e->community = ARENA_ARRAY(a, n, struct place_index_entry);
  e->communities = (int)n;
  for (size_t i = 0; i < n; i++)
    e->community[i] = (struct place_index_entry){.id = rows[i].id, .community = rows[i].id, .street = rows[i].street,
                                                 .code = rows[i].code, .at = {rows[i].lon, rows[i].lat}};
  return 0;
}

static int read_areas(struct entries *e, struct db *db, int64_t district, struct arena *a, struct error *err) {
  struct q_place_shape_now_in in = {.district = district};
  struct q_place_shape_now_out *rows;
  size_t n;
  if (q_place_shape_now(db, a, &rows, &n, &in, err) < 0) return -1;
  e->grid = ARENA_ARRAY(a, n, struct place_index_entry);
  for (size_t i = 0; i < n; i++) {
    if (rows[i].level != PLACE_GRID && rows[i].level != PLACE_COMMUNITY) continue;
    struct place_shape *shape = ARENA_NEW(a, struct place_shape);
    if (place_shape_parse(shape, a, rows[i].geometry, err) != 0) return -1;
    if (rows[i].level == PLACE_GRID)
      e->grid[e->grids++] = (struct place_index_entry){.id = rows[i].place, .community = rows[i].community,
                                                       .street = rows[i].street, .code = rows[i].code, .shape = shape};
    for (int c = 0; rows[i].level == PLACE_COMMUNITY && c < e->communities; c++)
      if (e->community[c].id == rows[i].place) e->community[c].shape = shape;
  }
  return 0;
}

static int rebuild(struct place_map *map, struct db *db, struct arena *a, struct error *err) {
  int64_t version;
  struct entries e = {0};
  if (db_read_begin(db, err) != 0) return -1;
  int rc = tree_version(&version, db, map->district, a, err);
  if (rc == 0) rc = read_communities(&e, db, map->district, a, err);
  if (rc == 0) rc = read_areas(&e, db, map->district, a, err);
  db_read_end(db);
  if (rc != 0) return -1;
  place_slot_put(map->slot, place_index_build(e.grid, e.grids, e.community, e.communities, version));
  return 0;
}

int place_map_refresh(struct place_map *map, struct db *db, struct error *err) {
  struct arena *a = arena_new((size_t)1 << 30);
  struct place_index *old = place_map_take(map);
  int64_t version;
  int rc = tree_version(&version, db, map->district, a, err);
  if (rc == 0 && (old == NULL || place_index_version(old) != version)) rc = rebuild(map, db, a, err);
  place_index_release(old);
  arena_free(a);
  return rc;
}

/* Catches slips of the pen before the index is asked. */
static int check_point(const struct place_map *map, struct lonlat at, struct error *err) {
  if (!place_coord_valid(at)) return error_set(err, ERR_INPUT, "place.point.range", "lon", NULL);
  if (map->nation.rings == 0) return 0;
  if (place_shape_side(&map->nation, place_point_make(at)) != SIDE_OUTSIDE) return 0;
  struct lonlat swapped = {at.lat, at.lon};
  bool would_fit = place_coord_valid(swapped) &&
                   place_shape_side(&map->nation, place_point_make(swapped)) != SIDE_OUTSIDE;
  return error_set(err, ERR_INPUT, would_fit ? "place.point.swapped" : "place.point.outside-nation", "lon", NULL);
}

int place_locate(struct place_found *out, struct place_map *map, struct lonlat at, struct error *err) {
  if (check_point(map, at, err) != 0) return -1;
  struct place_index *index = place_map_take(map);
  bool found = index != NULL && place_index_locate(out, index, at);
  place_index_release(index);
  return found ? 0 : error_set(err, ERR_UNAVAILABLE, "place.point.nowhere", NULL, NULL);
}
