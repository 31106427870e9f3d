#include "place/demo.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "place/place.h"
#include "store/store.h"

/* The ground is a lattice of about 90 by 110 metres whose nodes are pushed about a little, so that borders look walked
 * rather than ruled; every area is a rectangle of the lattice and takes its border nodes from it: neighbours share
 * theirs exactly, so there is neither gap nor overlap. */
enum { LATTICE_W = 160, LATTICE_H = 120, PITCH = 10000 /* 1e-7 degrees */, RURAL_WEIGHT = 10 };

struct rect {
  int x, y, w, h;
};

struct demo {
  struct lane_txn *t;
  const struct place_demo_options *options;
  struct place_demo_report *report;
  struct place_features features;
  struct rect *rects; /* of each feature */
  struct place_point origin;
};

static uint32_t mix(uint32_t a, uint32_t b) {
  uint32_t h = a * 73856093u ^ b * 19349663u;
  h = (h ^ (h >> 13)) * 0x5bd1e995u;
  return h ^ (h >> 15);
}

static struct place_point node(const struct demo *d, int x, int y) {
  uint32_t h = mix((uint32_t)x + 1, (uint32_t)y + 1);
  int32_t dx = (int32_t)(h % (PITCH / 2)) - PITCH / 4, dy = (int32_t)((h >> 14) % (PITCH / 2)) - PITCH / 4;
  return (struct place_point){d->origin.x + x * PITCH + dx, d->origin.y + y * PITCH + dy};
}

/* ---- cutting the lattice ---- */

/* Cuts `r` into `n` rectangles whose areas go by their weights: in two across the longer side, and so on. */
static void slice(struct rect *out, const int *weight, int n, struct rect r) {
  if (n == 1) {
    *out = r;
    return;
  }
  int all = 0, left = 0, k = 0;
  for (int i = 0; i < n; i++) all += weight[i];
  do left += weight[k++];
  while (k < n - 1 && left + weight[k] / 2 < all / 2);
  bool across = r.w >= r.h;
  int length = across ? r.w : r.h;
  int cut = (int)((int64_t)length * left / all);
  cut = cut < 1 ? 1 : cut > length - 1 ? length - 1 : cut;
  struct rect a = r, b = r;
  if (across) {
    a.w = cut;
    b.x += cut;
    b.w -= cut;
  } else {
    a.h = cut;
    b.y += cut;
    b.h -= cut;
  }
  slice(out, weight, k, a);
  slice(out + k, weight + k, n - k, b);
}

static void draw(struct demo *d, struct place_feature *f, struct rect r) {
  struct arena *a = d->t->arena;
  struct place_ring *ring = ARENA_NEW(a, struct place_ring);
  ring->point = ARENA_ARRAY(a, (size_t)(2 * (r.w + r.h)), struct place_point);
  int n = 0;
  for (int i = 0; i < r.w; i++) ring->point[n++] = node(d, r.x + i, r.y);
  for (int i = 0; i < r.h; i++) ring->point[n++] = node(d, r.x + r.w, r.y + i);
  for (int i = 0; i < r.w; i++) ring->point[n++] = node(d, r.x + r.w - i, r.y + r.h);
  for (int i = 0; i < r.h; i++) ring->point[n++] = node(d, r.x, r.y + r.h - i);
  ring->count = n;
  f->shape = (struct place_shape){.rings = 1, .ring = ring, .polygon = ARENA_NEW(a, int)};
  place_shape_measure(&f->shape);
}

static void feature(struct demo *d, const char *code, const char *parent, const char *label, struct rect r) {
  int i = d->features.count++;
  d->rects[i] = r;
  d->features.item[i] = (struct place_feature){.number = i + 1, .label = label, .code = code, .name = "", .parent = parent,
                                               .kind = "basic"};
  draw(d, &d->features.item[i], r);
}

static int grids_of(const struct q_place_of_level_out *community) {
  return 2 + (int)(mix((uint32_t)strtoul(community->code + 6, NULL, 10), 7) % 3);
}

static int weight_of(const struct q_place_of_level_out *community) {
  bool rural = strcmp(community->kind, "village") == 0;
  return grids_of(community) * (rural ? RURAL_WEIGHT : 1);
}

static void cut_community(struct demo *d, const struct q_place_of_level_out *c, struct rect r) {
  static const int even[] = {1, 1, 1, 1};
  struct rect parts[4];
  int n = grids_of(c);
  feature(d, c->code, "", c->name, r);
  slice(parts, even, n, r);
  for (int i = 0; i < n; i++) feature(d, "", c->code, c->name, parts[i]);
}

/* The communities of one street: `c`[0..n). */
static void cut_street(struct demo *d, const struct q_place_of_level_out *c, int n, struct rect r) {
  int *weight = ARENA_ARRAY(d->t->arena, (size_t)n, int);
  struct rect *parts = ARENA_ARRAY(d->t->arena, (size_t)n, struct rect);
  for (int i = 0; i < n; i++) weight[i] = weight_of(&c[i]);
  slice(parts, weight, n, r);
  for (int i = 0; i < n; i++) cut_community(d, &c[i], parts[i]);
}

static int read_level(struct q_place_of_level_out **rows, int *n, struct demo *d, enum place_level level,
                      struct error *err) {
  struct q_place_of_level_in in = {.district = d->t->district, .level = level};
  size_t count;
  if (q_place_of_level(d->t->db, d->t->arena, rows, &count, &in, err) < 0) return -1;
  *n = (int)count;
  return 0;
}

static int cut_district(struct demo *d, struct error *err) {
  struct q_place_of_level_out *street, *community;
  int streets, communities;
  struct arena *a = d->t->arena;
  if (read_level(&street, &streets, d, PLACE_STREET, err) != 0) return -1;
  if (read_level(&community, &communities, d, PLACE_COMMUNITY, err) != 0) return -1;
  if (streets == 0 || communities == 0) return error_set(err, ERR_CONFLICT, "place.point.nowhere", NULL, NULL);
  d->features.item = ARENA_ARRAY(a, (size_t)(streets + communities * 5), struct place_feature);
  d->rects = ARENA_ARRAY(a, (size_t)(streets + communities * 5), struct rect);
  int *weight = ARENA_ARRAY(a, (size_t)streets, int), *first = ARENA_ARRAY(a, (size_t)streets + 1, int);
  for (int s = 0, c = 0; s < streets; s++) { /* both are in the order of codes: a street's communities lie together */
    for (first[s] = c; c < communities && community[c].street == street[s].id; c++) weight[s] += weight_of(&community[c]);
    first[s + 1] = c;
  }
  struct rect *parts = ARENA_ARRAY(a, (size_t)streets, struct rect);
  slice(parts, weight, streets, (struct rect){0, 0, LATTICE_W, LATTICE_H});
  for (int s = 0; s < streets; s++) {
    feature(d, street[s].code, "", street[s].name, parts[s]);
    if (first[s + 1] > first[s]) cut_street(d, &community[first[s]], first[s + 1] - first[s], parts[s]);
  }
  return 0;
}

/* ---- buildings ---- */

static int make_stairwell(struct demo *d, int64_t building, int number, int doors, struct error *err) {
  int64_t stairwell, household;
  struct place_new make = {.actor = d->options->actor, .level = PLACE_STAIRWELL, .parent = building, .kind = "stairwell",
                           .name = arena_printf(d->t->arena, "%d单元", number), .at = place_nowhere(), .plate = true,
                           .quiet = true};
  if (place_add(d->t, &make, &stairwell, err) != 0) return -1;
  d->report->stairwells++;
  for (int i = 0; i < doors; i++) {
    struct place_new home = {.actor = d->options->actor, .level = PLACE_HOUSEHOLD, .parent = stairwell,
                             .kind = "household", .at = place_nowhere(), .quiet = true,
                             .name = arena_printf(d->t->arena, "%d%02d", i / 2 + 1, i % 2 + 1)};
    if (place_add(d->t, &home, &household, err) != 0) return -1;
    d->report->households++;
  }
  return 0;
}

static int make_building(struct demo *d, int64_t grid, struct lonlat at, int number, int stairwells, int doors,
                         struct error *err) {
  int64_t building;
  struct place_new make = {.actor = d->options->actor, .level = PLACE_BUILDING, .parent = grid, .kind = "building",
                           .name = arena_printf(d->t->arena, "%d号楼", number), .at = at, .quiet = true};
  if (place_add(d->t, &make, &building, err) != 0) return -1;
  d->report->buildings++;
  for (int i = 1; i <= stairwells; i++)
    if (make_stairwell(d, building, i, doors, err) != 0) return -1;
  return 0;
}

/* A place for the i-th of four buildings in a rectangle: a quarter in from its sides, checked against its true border. */
static struct lonlat building_at(const struct demo *d, const struct place_shape *shape, struct rect r, int i) {
  struct place_point p = {d->origin.x + (int32_t)((r.x + r.w * (i % 2 == 0 ? 0.3 : 0.7)) * PITCH),
                          d->origin.y + (int32_t)((r.y + r.h * (i / 2 == 0 ? 0.3 : 0.7)) * PITCH)};
  if (place_shape_side(shape, p) == SIDE_INSIDE) return place_point_lonlat(p);
  return place_shape_inside(shape);
}

/* The drawing a grid was made from: the one whose inner point the grid was given as its position. */
static int drawing_of(const struct demo *d, const struct q_place_of_level_out *grid) {
  struct place_point p = place_point_make((struct lonlat){grid->lon, grid->lat});
  for (int i = 0; i < d->features.count; i++)
    if (d->features.item[i].code[0] == '\0' && place_shape_side(&d->features.item[i].shape, p) == SIDE_INSIDE) return i;
  return -1;
}

static int make_buildings(struct demo *d, struct error *err) {
  struct q_place_of_level_out *grid;
  int grids, number = 0;
  int64_t community = 0;
  size_t street = strlen(d->options->street) == 12 ? 9 : 0;
  if (read_level(&grid, &grids, d, PLACE_GRID, err) != 0) return -1;
  d->report->grids = grids;
  for (int g = 0; g < grids; g++) {
    bool rich = street > 0 && strncmp(grid[g].code, d->options->street, street) == 0;
    int drawing = drawing_of(d, &grid[g]);
    if (grid[g].community != community) number = 0; /* buildings are numbered through the community */
    community = grid[g].community;
    for (int i = 0; drawing >= 0 && i < (rich ? 4 : 1); i++) {
      struct lonlat at = building_at(d, &d->features.item[drawing].shape, d->rects[drawing], i);
      if (make_building(d, grid[g].id, at, ++number, rich ? 3 : 1, rich ? 4 : 0, err) != 0) return -1;
    }
  }
  return 0;
}

int place_demo_make(struct place_demo_report *report, struct lane_txn *t, const struct place_demo_options *options,
                    struct error *err) {
  *report = (struct place_demo_report){0};
  struct demo d = {.t = t, .options = options, .report = report};
  struct place_point centre = place_point_make(options->centre);
  d.origin = (struct place_point){centre.x - LATTICE_W / 2 * PITCH, centre.y - LATTICE_H / 2 * PITCH};
  if (cut_district(&d, err) != 0) return -1;
  struct place_grids_options draw_options = {.actor = options->actor, .synthetic = true};
  struct place_grids_report drawn = {0};
  place_findings_start(&drawn.found, t->arena, 10);
  if (place_grids_import(&drawn, t, &d.features, &draw_options, err) != 0) return -1;
  if (make_buildings(&d, err) != 0) return -1;
  return place_touch(t, err);
}
