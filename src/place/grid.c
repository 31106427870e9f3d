#include "place/grid.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "place/overlay.h"
#include "place/place.h"
#include "place/place_internal.h"
#include "store/store.h"

/* ---- the order of numbers ---- */

static int north_first(const void *a, const void *b) {
  double x = place_shape_centre(&(*(const struct place_feature *const *)a)->shape).lat;
  double y = place_shape_centre(&(*(const struct place_feature *const *)b)->shape).lat;
  return (x < y) - (x > y);
}

static int west_first(const void *a, const void *b) {
  double x = place_shape_centre(&(*(const struct place_feature *const *)a)->shape).lon;
  double y = place_shape_centre(&(*(const struct place_feature *const *)b)->shape).lon;
  return (x > y) - (x < y);
}

/* A row is the northernmost one left and all whose middle lies north of its southern edge. */
void place_grids_order(const struct place_feature **features, int count) {
  qsort(features, (size_t)count, sizeof *features, north_first);
  for (int i = 0, end; i < count; i = end) {
    double south = features[i]->shape.box.south / 1e7;
    for (end = i + 1; end < count && place_shape_centre(&features[end]->shape).lat > south; end++) continue;
    qsort(features + i, (size_t)(end - i), sizeof *features, west_first);
  }
}

/* ---- what an import works with ---- */

/* One drawing: from the file, or in force and left as it is. */
struct drawn {
  const struct place_feature *feature; /* NULL: in force */
  struct place_shape shape;
  enum place_level level;
  int64_t place;   /* 0: to be made */
  int64_t parent;  /* the community of a grid, the street of a community */
  const char *code, *label, *geometry;
  bool replaced;   /* in force, but the file has it anew */
};

struct import {
  struct lane_txn *t;
  struct arena *arena;
  const struct place_grids_options *options;
  struct place_grids_report *report;
  struct drawn *drawn;
  int count, from_file;
};

static void finding(struct import *m, const struct place_feature *f, const char *code, const char *other) {
  struct place_finding bad = {.code = code, .feature = f->number, .name = f->label, .other = other};
  if (f->shape.rings > 0) bad.at = place_shape_inside(&f->shape);
  place_finding_add(&m->report->found, &bad);
}

static bool digits(const char *s, size_t n) { return strlen(s) == n && strspn(s, "0123456789") == n; }

/* 1 the place in force with that code, 0 none, -1 error. */
static int in_force(struct place_row *out, struct import *m, const char *code, struct error *err) {
  struct q_place_find_in in = {.district = m->t->district, .code = code, .at = m->t->now};
  struct q_place_find_out row;
  int found = q_place_find(m->t->db, m->arena, &row, &in, err);
  if (found == 1 && row.valid_to != 0) return 0;
  if (found == 1)
    *out = (struct place_row){.id = row.id, .level = (enum place_level)row.level, .name = row.name, .code = row.code,
                              .parent = row.parent, .kind = row.kind, .at = {row.lon, row.lat}};
  return found;
}

/* ---- whose drawing is it? ---- */

static int resolve_border(struct import *m, struct drawn *d, struct error *err) {
  struct place_row row;
  int found = in_force(&row, m, d->feature->code, err);
  if (found < 0) return -1;
  if (found == 0 || (row.level != PLACE_COMMUNITY && row.level != PLACE_STREET)) {
    finding(m, d->feature, "place.grid.community", d->feature->code);
    return 0;
  }
  d->level = row.level;
  d->place = row.id;
  d->parent = row.parent;
  return 0;
}

/* A code that stands for a grid in force is drawn anew; one that was used before is refused. */
static int resolve_code(struct import *m, struct drawn *d, struct error *err) {
  struct place_row row;
  struct error used = {0};
  int found = in_force(&row, m, d->code, err);
  if (found < 0) return -1;
  if (found == 1) d->place = row.id;
  else if (place_code_free(m->t, d->code, &used) != 0) {
    if (used.kind != ERR_CONFLICT) {
      *err = used;
      return -1;
    }
    finding(m, d->feature, "place.grid.retired", d->code);
  }
  return 0;
}

static int resolve_grid(struct import *m, struct drawn *d, struct error *err) {
  const struct place_feature *f = d->feature;
  bool coded = f->code[0] != '\0';
  const char *community = coded ? arena_strndup(m->arena, f->code, strlen(f->code) < 12 ? strlen(f->code) : 12) : f->parent;
  struct place_row row;
  d->level = PLACE_GRID;
  if (coded && (!digits(f->code, 15) || strcmp(f->code + 12, "000") == 0 ||
                (f->parent[0] != '\0' && strcmp(f->parent, community) != 0))) {
    finding(m, f, "place.grid.code", f->code);
    return 0;
  }
  int found = in_force(&row, m, community, err);
  if (found < 0) return -1;
  if (found == 0 || row.level != PLACE_COMMUNITY) {
    finding(m, f, "place.grid.community", community);
    return 0;
  }
  d->parent = row.id;
  d->code = coded ? f->code : "";
  return coded ? resolve_code(m, d, err) : 0;
}

static int by_code(const void *a, const void *b) {
  return strcmp((*(const struct drawn *const *)a)->feature->code, (*(const struct drawn *const *)b)->feature->code);
}

static void find_twins(struct import *m) {
  struct drawn **order = ARENA_ARRAY(m->arena, (size_t)m->from_file + 1, struct drawn *);
  int n = 0;
  for (int i = 0; i < m->from_file; i++)
    if (m->drawn[i].feature->code[0] != '\0') order[n++] = &m->drawn[i];
  qsort(order, (size_t)n, sizeof *order, by_code);
  for (int i = 1; i < n; i++)
    if (strcmp(order[i - 1]->feature->code, order[i]->feature->code) == 0)
      finding(m, order[i]->feature, "place.grid.twice", order[i]->feature->code);
}

static int take_file(struct import *m, const struct place_features *features, struct error *err) {
  for (int i = 0; i < features->count; i++) {
    const struct place_feature *f = &features->item[i];
    if (f->shape.rings == 0) continue; /* reading has said why */
    struct drawn *d = &m->drawn[m->count++];
    *d = (struct drawn){.feature = f, .shape = f->shape, .label = f->label, .code = f->code};
    int rc = digits(f->code, 12) ? resolve_border(m, d, err) : resolve_grid(m, d, err);
    if (rc != 0) return -1;
  }
  m->from_file = m->count;
  find_twins(m);
  return 0;
}

/* ---- what is drawn already ---- */

static bool community_in_file(const struct import *m, int64_t community) {
  for (int i = 0; i < m->from_file; i++)
    if (m->drawn[i].level == PLACE_GRID && m->drawn[i].parent == community) return true;
  return false;
}

static int take_present(struct import *m, const struct q_place_shape_now_out *rows, size_t n, struct error *err) {
  for (size_t r = 0; r < n; r++) {
    struct drawn *d = &m->drawn[m->count];
    *d = (struct drawn){.level = (enum place_level)rows[r].level, .place = rows[r].place, .parent = rows[r].parent,
                        .code = rows[r].code, .label = rows[r].name, .geometry = rows[r].geometry};
    for (int i = 0; i < m->from_file && !d->replaced; i++)
      if (m->drawn[i].place == d->place) {
        d->replaced = true;
        m->drawn[i].geometry = d->geometry;
      }
    if (!d->replaced && m->options->replace && d->level == PLACE_GRID && community_in_file(m, d->parent))
      d->replaced = true;
    if (place_shape_parse(&d->shape, m->arena, d->geometry, err) != 0) return -1;
    m->count++;
  }
  return 0;
}

/* ---- the checks on the whole ---- */

static struct place_area *areas_of_file(struct import *m) {
  struct place_area *areas = ARENA_ARRAY(m->arena, (size_t)m->from_file + 1, struct place_area);
  for (int i = 0; i < m->from_file; i++)
    areas[i] = (struct place_area){.number = m->drawn[i].feature->number, .label = m->drawn[i].label,
                                   .shape = &m->drawn[i].shape};
  return areas;
}

/* All areas as they will be, so that a parent drawn in the same file counts. `areas[i]` belongs to drawing i. */
static struct place_area *areas_after(struct import *m) {
  struct place_area *areas = ARENA_ARRAY(m->arena, (size_t)m->count + 1, struct place_area);
  for (int i = 0; i < m->count; i++) {
    const struct drawn *d = &m->drawn[i];
    areas[i] = (struct place_area){.number = d->feature != NULL ? d->feature->number : 0, .label = d->label,
                                   .shape = &d->shape};
    for (int k = 0; k < m->count && d->parent != 0; k++)
      if (!m->drawn[k].replaced && m->drawn[k].place == d->parent) areas[i].parent = &areas[k];
  }
  return areas;
}

static int check_level(struct import *m, const struct place_area *areas, enum place_level level, struct error *err) {
  struct place_area *same = ARENA_ARRAY(m->arena, (size_t)m->count + 1, struct place_area);
  int n = 0, fresh = 0;
  for (int i = 0; i < m->count; i++) {
    if (m->drawn[i].level != level || m->drawn[i].replaced) continue;
    fresh += areas[i].number != 0;
    same[n++] = areas[i];
  }
  struct place_overlay_options o = {.tolerance_m = m->options->tolerance_m, .allow_gaps = m->options->allow_gaps};
  return fresh > 0 ? place_overlay_check(same, n, &o, &m->report->found, err) : 0;
}

static int check(struct import *m, struct error *err) {
  int invalid = place_overlay_validity(areas_of_file(m), m->from_file, &m->report->found, err);
  if (invalid < 0) return -1;
  if (invalid > 0) return 0; /* overlaps of what crosses itself mean nothing */
  struct place_area *areas = areas_after(m);
  for (int level = PLACE_STREET; level <= PLACE_GRID; level++)
    if (check_level(m, areas, (enum place_level)level, err) != 0) return -1;
  return 0;
}

/* ---- taking it ---- */

static const char *geometry_text(struct arena *a, const struct place_shape *shape) {
  struct buf b;
  struct json j;
  buf_init(&b, 16 << 20);
  json_start(&j, &b);
  place_shape_write(&j, shape);
  const char *text = arena_strdup(a, b.data);
  buf_free(&b);
  return text;
}

static const char *crs_name(enum place_crs crs) {
  static const char *const names[] = {"wgs84", "gcj02", "bd09"};
  return names[crs];
}

static int draw(struct import *m, const struct drawn *d, const char *geometry, struct error *err) {
  struct lonlat at = place_shape_inside(&d->shape);
  struct q_place_shape_end_in end = {.district = m->t->district, .place = d->place, .valid_to = m->t->now};
  struct q_place_shape_add_in add = {.district = m->t->district, .place = d->place, .valid_from = m->t->now,
                                     .geometry = geometry, .area = place_shape_area(&d->shape),
                                     .source = crs_name(m->options->crs), .synthetic = m->options->synthetic};
  struct q_place_move_in move = {.district = m->t->district, .id = d->place, .lon = at.lon, .lat = at.lat};
  if (q_place_shape_end(m->t->db, &end, err) < 0 || q_place_shape_add(m->t->db, &add, err) < 0) return -1;
  return q_place_move(m->t->db, &move, err) < 0 ? -1 : 0;
}

/* "第003网格" when the drawing has no name of its own. */
static int make_grid(struct import *m, struct drawn *d, struct error *err) {
  const struct place_feature *f = d->feature;
  bool dedicated = strcmp(f->kind, "dedicated") == 0;
  struct place_new make = {.actor = m->options->actor, .level = PLACE_GRID, .parent = d->parent,
                           .kind = dedicated ? "dedicated" : "basic", .code = d->code[0] != '\0' ? d->code : NULL,
                           .name = f->name, .at = place_nowhere(), .quiet = true};
  m->report->added++;
  if (f->name[0] != '\0') return place_add(m->t, &make, &d->place, err);
  struct place_row row;
  make.name = "…"; /* until its number is known */
  if (place_add(m->t, &make, &d->place, err) != 0) return -1;
  if (place_get(&row, m->t->db, m->arena, m->t->district, d->place, err) != 0) return -1;
  struct q_place_change_in name = {.district = m->t->district, .id = d->place, .kind = make.kind, .lon = NAN, .lat = NAN,
                                   .name = arena_printf(m->arena, "第%s网格", row.code + 12)};
  return q_place_change(m->t->db, &name, err) < 0 ? -1 : 0;
}

static int take(struct import *m, struct drawn *d, struct error *err) {
  const char *geometry = geometry_text(m->arena, &d->shape);
  if (d->place != 0 && d->geometry != NULL && strcmp(d->geometry, geometry) == 0) {
    m->report->unchanged++;
    return 0;
  }
  if (d->place != 0) m->report->redrawn++;
  else if (make_grid(m, d, err) != 0) return -1;
  return draw(m, d, geometry, err);
}

/* Those with codes first, then those to be numbered, in their order, so that numbers follow the given ones. */
static int take_all(struct import *m, struct error *err) {
  const struct place_feature **order = ARENA_ARRAY(m->arena, (size_t)m->from_file + 1, const struct place_feature *);
  int n = 0;
  for (int i = 0; i < m->from_file; i++) {
    if (m->drawn[i].level == PLACE_GRID && m->drawn[i].code[0] == '\0') order[n++] = m->drawn[i].feature;
    else if (take(m, &m->drawn[i], err) != 0) return -1;
  }
  place_grids_order(order, n);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < m->from_file; i++)
      if (m->drawn[i].feature == order[k] && take(m, &m->drawn[i], err) != 0) return -1;
  return 0;
}

static int retire(struct import *m, struct error *err) {
  for (int i = m->from_file; i < m->count; i++) {
    const struct drawn *d = &m->drawn[i];
    bool gone = d->replaced;
    for (int k = 0; k < m->from_file && gone; k++) gone = m->drawn[k].place != d->place;
    if (!gone) continue;
    struct q_place_end_in end = {.district = m->t->district, .id = d->place, .valid_to = m->t->now,
                                 .end_reason = m->options->reason != NULL ? m->options->reason : "redrawn"};
    struct q_place_shape_end_in shape = {.district = m->t->district, .place = d->place, .valid_to = m->t->now};
    if (q_place_end(m->t->db, &end, err) < 0 || q_place_shape_end(m->t->db, &shape, err) < 0) return -1;
    m->report->retired++;
  }
  return 0;
}

/* Buildings of the redrawn communities go to the grid they now stand in. */
static int move_buildings(struct import *m, struct error *err) {
  struct q_place_of_level_in in = {.district = m->t->district, .level = PLACE_BUILDING};
  struct q_place_of_level_out *rows;
  size_t n;
  if (q_place_of_level(m->t->db, m->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t r = 0; r < n; r++) {
    if (isnan(rows[r].lon) || !community_in_file(m, rows[r].community)) continue;
    struct place_point p = place_point_make((struct lonlat){rows[r].lon, rows[r].lat});
    int64_t grid = 0;
    for (int i = 0; i < m->count && grid == 0; i++)
      if (m->drawn[i].level == PLACE_GRID && !m->drawn[i].replaced &&
          place_shape_side(&m->drawn[i].shape, p) != SIDE_OUTSIDE)
        grid = m->drawn[i].place;
    if (grid == 0 || grid == rows[r].grid) continue;
    struct q_place_regrid_in move = {.district = m->t->district, .building = rows[r].id, .grid = grid};
    if (q_place_regrid(m->t->db, &move, err) < 0) return -1;
    m->report->buildings_moved++;
  }
  return 0;
}

static int journal(struct import *m, struct error *err) {
  struct buf b;
  struct json j;
  buf_init(&b, 1000);
  json_start(&j, &b);
  json_object(&j);
  json_put_int(&j, "added", m->report->added);
  json_put_int(&j, "redrawn", m->report->redrawn);
  json_put_int(&j, "retired", m->report->retired);
  json_object_end(&j);
  struct journal_entry entry = {.actor = m->options->actor, .action = "place.grids", .subject = "place", .data = b.data};
  int rc = journal_append(m->t, &entry, NULL, err);
  buf_free(&b);
  return rc < 0 ? -1 : place_touch(m->t, err);
}

static int import(struct import *m, const struct place_features *features, struct error *err) {
  struct q_place_shape_now_in in = {.district = m->t->district};
  struct q_place_shape_now_out *rows;
  size_t n;
  if (q_place_shape_now(m->t->db, m->arena, &rows, &n, &in, err) < 0) return -1;
  m->drawn = ARENA_ARRAY(m->arena, (size_t)features->count + n + 1, struct drawn);
  if (take_file(m, features, err) != 0 || take_present(m, rows, n, err) != 0) return -1;
  if (m->report->found.errors == 0 && check(m, err) != 0) return -1;
  if (m->report->found.errors > 0) {
    const char *count = arena_printf(m->arena, "%d", m->report->found.errors);
    return error_set(err, ERR_INPUT, "place.grids.refused", NULL, count, NULL);
  }
  if (m->options->dry_run) return 0;
  if (retire(m, err) != 0 || take_all(m, err) != 0 || move_buildings(m, err) != 0) return -1;
  return journal(m, err);
}

int place_grids_import(struct place_grids_report *report, struct lane_txn *t, const struct place_features *features,
                       const struct place_grids_options *options, struct error *err) {
  struct import m = {.t = t, .arena = arena_new((size_t)1 << 31), .options = options, .report = report};
  report->features = features->count;
  int rc = import(&m, features, err);
  arena_free(m.arena);
  return rc;
}

/* ---- out ---- */

static void shift(struct place_shape *shape, enum place_crs crs) {
  for (int r = 0; r < shape->rings; r++)
    for (int i = 0; i < shape->ring[r].count; i++) {
      struct place_point *p = &shape->ring[r].point[i];
      *p = place_point_make(place_coord_convert(place_point_lonlat(*p), CRS_WGS84, crs));
    }
}

static void write_feature(struct json *j, const struct q_place_shape_now_out *row, const struct place_shape *shape,
                          enum place_crs crs) {
  json_object(j);
  json_put(j, "type", "Feature");
  json_key(j, "properties");
  json_object(j);
  json_put(j, "code", row->code);
  json_put(j, "name", row->name);
  json_put(j, "kind", row->kind);
  json_put(j, "community", row->parent_code);
  json_put_real(j, "area_m2", round(row->area));
  json_put(j, "crs", crs_name(crs));
  if (row->synthetic != 0) json_put_bool(j, "synthetic", true);
  json_object_end(j);
  json_key(j, "geometry");
  place_shape_write(j, shape);
  json_object_end(j);
}

static int write_row(FILE *out, struct buf *b, struct arena *a, const struct q_place_shape_now_out *row, bool first,
                     enum place_crs crs, struct error *err) {
  struct json j;
  struct place_shape shape;
  if (place_shape_parse(&shape, a, row->geometry, err) != 0) return -1;
  if (crs != CRS_WGS84) shift(&shape, crs);
  buf_clear(b);
  json_start(&j, b);
  write_feature(&j, row, &shape, crs);
  if (!first) fputs(",\n", out);
  fwrite(b->data, 1, b->len, out);
  return b->full || ferror(out) ? error_unavailable(err, "place.grids.write", "write failed") : 0;
}

int place_grids_export(FILE *out, struct db *db, int64_t district, enum place_crs crs, struct error *err) {
  struct arena *a = arena_new((size_t)1 << 31);
  struct q_place_shape_now_in in = {.district = district};
  struct q_place_shape_now_out *rows;
  struct buf b;
  size_t n = 0;
  buf_init(&b, 32 << 20);
  int rc = q_place_shape_now(db, a, &rows, &n, &in, err) < 0 ? -1 : 0;
  fputs("{\"type\":\"FeatureCollection\",\"features\":[\n", out);
  for (size_t i = 0; rc == 0 && i < n; i++) rc = write_row(out, &b, a, &rows[i], i == 0, crs, err);
  fputs("\n]}\n", out);
  buf_free(&b);
  arena_free(a);
  return rc;
}
