#include "place/overlay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <geos_c.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "place/finding.h"

static const double TOLERANCE_M = 0.5;
static const double LEAST_M2 = 1.0;

/* GEOS works in our own whole 1e-7 degrees: exact as doubles, and a grid size of 1 keeps results on the grain. */
struct overlay {
  GEOSContextHandle_t geos;
  struct arena *arena;
  struct place_findings *found;
  struct place_area *areas;
  int count;
  GEOSGeometry **geometry; /* one an area */
  double tolerance;
  bool allow_gaps;
  char message[200];
};

static void on_error(const char *message, void *what) {
  struct overlay *o = what;
  text_copy(o->message, sizeof o->message, message);
}

static int fault(const struct overlay *o, struct error *err) {
  return error_fault(err, "place.geometry", "GEOS: %s", o->message);
}

static void destroy(const struct overlay *o, GEOSGeometry *g) {
  if (g != NULL) GEOSGeom_destroy_r(o->geos, g);
}

/* ---- our rings to GEOS and back ---- */

static GEOSGeometry *ring_to_geos(const struct overlay *o, const struct place_ring *ring) {
  unsigned n = (unsigned)ring->count;
  GEOSCoordSequence *s = GEOSCoordSeq_create_r(o->geos, n + 1, 2);
  for (unsigned i = 0; i <= n; i++) {
    struct place_point p = ring->point[i % n];
    GEOSCoordSeq_setXY_r(o->geos, s, i, p.x, p.y);
  }
  return GEOSGeom_createLinearRing_r(o->geos, s);
}

/* The polygon whose outer ring is ring `first` of the shape, with its holes; `*next` is the ring after it. */
static GEOSGeometry *polygon_to_geos(const struct overlay *o, const struct place_shape *shape, int first, int *next) {
  int end = first + 1;
  while (end < shape->rings && shape->polygon[end] == shape->polygon[first]) end++;
  unsigned holes = (unsigned)(end - first - 1);
  GEOSGeometry **hole = ARENA_ARRAY(o->arena, holes, GEOSGeometry *);
  for (unsigned i = 0; i < holes; i++) hole[i] = ring_to_geos(o, &shape->ring[first + 1 + (int)i]);
  *next = end;
  return GEOSGeom_createPolygon_r(o->geos, ring_to_geos(o, &shape->ring[first]), hole, holes);
}

static GEOSGeometry *shape_to_geos(const struct overlay *o, const struct place_shape *shape) {
  GEOSGeometry **polygon = ARENA_ARRAY(o->arena, (size_t)shape->rings, GEOSGeometry *);
  unsigned n = 0;
  for (int r = 0; r < shape->rings;) polygon[n++] = polygon_to_geos(o, shape, r, &r);
  if (n == 1) return polygon[0];
  return GEOSGeom_createCollection_r(o->geos, GEOS_MULTIPOLYGON, polygon, n);
}

static struct place_ring ring_from_geos(const struct overlay *o, const GEOSGeometry *g) {
  const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(o->geos, g);
  unsigned n = 0;
  GEOSCoordSeq_getSize_r(o->geos, s, &n);
  struct place_ring ring = {.count = (int)n - 1, .point = ARENA_ARRAY(o->arena, n, struct place_point)};
  for (unsigned i = 0; i + 1 < n; i++) {
    double x = 0, y = 0;
    GEOSCoordSeq_getXY_r(o->geos, s, i, &x, &y);
    ring.point[i] = (struct place_point){(int32_t)x, (int32_t)y};
  }
  return ring;
}

/* ---- telling ---- */

/* What is being looked for when pieces of an overlay are told. */
struct search {
  const char *code;
  const struct place_area *area; /* NULL for a gap between areas */
  const char *other;
  bool warning;
};

static void tell_ring(struct overlay *o, const struct search *s, struct place_shape *piece) {
  place_shape_measure(piece);
  double area = place_shape_area(piece), length = place_ring_length(&piece->ring[0]);
  if (area < LEAST_M2 || area / (length / 2) < o->tolerance) return;
  struct place_finding finding = {.code = s->code, .warning = s->warning, .other = s->other,
                                  .at = place_shape_inside(piece), .size = area, .unit = "m2"};
  if (s->area != NULL) {
    finding.feature = s->area->number;
    finding.name = s->area->label;
  }
  place_finding_add(o->found, &finding);
}

static void tell_polygon(struct overlay *o, const struct search *s, const GEOSGeometry *g) {
  int holes = GEOSGetNumInteriorRings_r(o->geos, g);
  size_t rings = (size_t)(holes > 0 ? holes : 0) + 1;
  struct place_shape piece = {.rings = (int)rings, .ring = ARENA_ARRAY(o->arena, rings, struct place_ring),
                              .polygon = ARENA_ARRAY(o->arena, rings, int)};
  piece.ring[0] = ring_from_geos(o, GEOSGetExteriorRing_r(o->geos, g));
  for (int i = 0; i < holes; i++) piece.ring[i + 1] = ring_from_geos(o, GEOSGetInteriorRingN_r(o->geos, g, i));
  if (piece.ring[0].count >= 3) tell_ring(o, s, &piece);
}

/* Tells every polygon in the result of an overlay; points and lines, where areas merely touch, are nothing. */
static void tell_pieces(struct overlay *o, const struct search *s, const GEOSGeometry *g) {
  int type = GEOSGeomTypeId_r(o->geos, g);
  if (GEOSisEmpty_r(o->geos, g) == 1) return;
  if (type == GEOS_POLYGON) tell_polygon(o, s, g);
  if (type != GEOS_MULTIPOLYGON && type != GEOS_GEOMETRYCOLLECTION) return;
  int n = GEOSGetNumGeometries_r(o->geos, g);
  for (int i = 0; i < n; i++) tell_pieces(o, s, GEOSGetGeometryN_r(o->geos, g, i));
}

/* ---- the context ---- */

static int overlay_open(struct overlay *o, struct place_area *areas, int count, struct place_findings *found,
                        struct error *err) {
  *o = (struct overlay){.found = found, .areas = areas, .count = count, .tolerance = TOLERANCE_M};
  o->arena = arena_new((size_t)1 << 31);
  o->geos = GEOS_init_r();
  GEOSContext_setErrorMessageHandler_r(o->geos, on_error, o);
  o->geometry = ARENA_ARRAY(o->arena, (size_t)count, GEOSGeometry *);
  for (int i = 0; i < count; i++) {
    o->geometry[i] = shape_to_geos(o, areas[i].shape);
    if (o->geometry[i] == NULL) return fault(o, err);
  }
  return 0;
}

static void overlay_close(struct overlay *o) {
  for (int i = 0; i < o->count; i++) destroy(o, o->geometry[i]);
  GEOS_finish_r(o->geos);
  arena_free(o->arena);
}

/* ---- validity ---- */

/* GEOS says why in English; the reasons that people meet have words of their own. */
static const char *reason_code(const char *reason) {
  if (strncmp(reason, "Self-intersection", 17) == 0) return "place.ring.crossing";
  if (strncmp(reason, "Ring Self-intersection", 22) == 0) return "place.ring.crossing";
  if (strncmp(reason, "Hole lies outside", 17) == 0) return "place.ring.hole";
  if (strncmp(reason, "Holes are nested", 16) == 0) return "place.ring.hole";
  return "place.shape.invalid";
}

static int tell_validity(struct overlay *o, const struct place_area *area, const GEOSGeometry *g, struct error *err) {
  char *reason = NULL;
  GEOSGeometry *at = NULL;
  char valid = GEOSisValidDetail_r(o->geos, g, 0, &reason, &at);
  if (valid == 0) {
    double x = 0, y = 0;
    if (at != NULL) {
      GEOSGeomGetX_r(o->geos, at, &x);
      GEOSGeomGetY_r(o->geos, at, &y);
    }
    struct place_finding finding = {.code = reason_code(reason != NULL ? reason : ""), .feature = area->number,
                                    .name = area->label, .at = {x / 1e7, y / 1e7},
                                    .size = place_shape_area(area->shape), .unit = "m2"};
    place_finding_add(o->found, &finding);
  }
  if (reason != NULL) GEOSFree_r(o->geos, reason);
  destroy(o, at);
  if (valid == 2) return fault(o, err);
  return valid == 0;
}

/* Each ring by itself first, so that every crossing ring is told; then the polygons together. */
static int area_validity(struct overlay *o, int i, struct error *err) {
  const struct place_area *area = &o->areas[i];
  int bad = 0;
  for (int r = 0; r < area->shape->rings; r++) {
    GEOSGeometry *g = GEOSGeom_createPolygon_r(o->geos, ring_to_geos(o, &area->shape->ring[r]), NULL, 0);
    int rc = tell_validity(o, area, g, err);
    destroy(o, g);
    if (rc < 0) return -1;
    bad += rc;
  }
  if (bad > 0 || area->shape->rings == 1) return bad > 0;
  return tell_validity(o, area, o->geometry[i], err);
}

int place_overlay_validity(struct place_area *areas, int count, struct place_findings *found, struct error *err) {
  struct overlay o;
  int invalid = 0, rc = overlay_open(&o, areas, count, found, err);
  for (int i = 0; rc == 0 && i < count; i++) {
    int bad = area_validity(&o, i, err);
    if (bad < 0) rc = -1;
    else invalid += bad;
  }
  overlay_close(&o);
  return rc != 0 ? -1 : invalid;
}

/* ---- overlaps ---- */

static int check_pair(struct overlay *o, int i, int j, struct error *err) {
  const struct place_area *a = &o->areas[i], *b = &o->areas[j];
  if (a->number == 0 && b->number == 0) return 0;
  if (!place_box_meets(&a->shape->box, &b->shape->box)) return 0;
  GEOSGeometry *both = GEOSIntersectionPrec_r(o->geos, o->geometry[i], o->geometry[j], 1.0);
  if (both == NULL) return fault(o, err);
  struct search s = {.code = "place.area.overlap", .area = a, .other = b->label};
  if (a->number == 0) s = (struct search){.code = "place.area.overlap", .area = b, .other = a->label};
  tell_pieces(o, &s, both);
  destroy(o, both);
  return 0;
}

static int west_first(const void *a, const void *b, void *areas) {
  const struct place_area *list = areas;
  int i = *(const int *)a, j = *(const int *)b;
  int32_t x = list[i].shape->box.west, y = list[j].shape->box.west;
  return x != y ? (x > y) - (x < y) : (i > j) - (i < j);
}

/* Sweeps from west to east: only areas whose boxes share a meridian are compared. */
static int check_overlaps(struct overlay *o, struct error *err) {
  int *order = ARENA_ARRAY(o->arena, (size_t)o->count, int);
  for (int i = 0; i < o->count; i++) order[i] = i;
  qsort_r(order, (size_t)o->count, sizeof order[0], west_first, o->areas);
  for (int i = 0; i < o->count; i++) {
    int32_t east = o->areas[order[i]].shape->box.east;
    for (int j = i + 1; j < o->count && o->areas[order[j]].shape->box.west <= east; j++)
      if (check_pair(o, order[i], order[j], err) != 0) return -1;
  }
  return 0;
}

/* ---- parts outside, and gaps ---- */

static int check_outside(struct overlay *o, int i, struct error *err) {
  const struct place_area *area = &o->areas[i];
  if (area->parent == NULL || area->number == 0) return 0;
  GEOSGeometry *parent = shape_to_geos(o, area->parent->shape);
  GEOSGeometry *rest = GEOSDifferencePrec_r(o->geos, o->geometry[i], parent, 1.0);
  destroy(o, parent);
  if (rest == NULL) return fault(o, err);
  struct search s = {.code = "place.area.outside", .area = area, .other = area->parent->label};
  tell_pieces(o, &s, rest);
  destroy(o, rest);
  return 0;
}

/* The union of the areas for which `parent` is the parent (of all of them when it is NULL). */
static GEOSGeometry *unite(struct overlay *o, const struct place_area *parent) {
  GEOSGeometry **part = ARENA_ARRAY(o->arena, (size_t)o->count, GEOSGeometry *);
  unsigned n = 0;
  for (int i = 0; i < o->count; i++)
    if (parent == NULL || o->areas[i].parent == parent) part[n++] = GEOSGeom_clone_r(o->geos, o->geometry[i]);
  GEOSGeometry *all = GEOSGeom_createCollection_r(o->geos, GEOS_GEOMETRYCOLLECTION, part, n);
  GEOSGeometry *united = all != NULL ? GEOSUnaryUnionPrec_r(o->geos, all, 1.0) : NULL;
  destroy(o, all);
  return united;
}

/* Holes of a union that no drawn parent would have shown. */
static void tell_holes(struct overlay *o, const struct search *s, const GEOSGeometry *g) {
  int n = GEOSGetNumGeometries_r(o->geos, g);
  for (int i = 0; i < n; i++) {
    const GEOSGeometry *polygon = GEOSGetGeometryN_r(o->geos, g, i);
    if (GEOSGeomTypeId_r(o->geos, polygon) != GEOS_POLYGON) continue;
    int holes = GEOSGetNumInteriorRings_r(o->geos, polygon);
    for (int h = 0; h < holes; h++) {
      struct place_ring ring = ring_from_geos(o, GEOSGetInteriorRingN_r(o->geos, polygon, h));
      struct place_shape piece = {.rings = 1, .ring = &ring, .polygon = (int[]){0}};
      tell_ring(o, s, &piece);
    }
  }
}

static int check_parent_covered(struct overlay *o, const struct place_area *parent, struct error *err) {
  GEOSGeometry *united = unite(o, parent), *whole = shape_to_geos(o, parent->shape);
  GEOSGeometry *rest = united != NULL ? GEOSDifferencePrec_r(o->geos, whole, united, 1.0) : NULL;
  struct search s = {.code = "place.area.gap", .area = parent, .other = "", .warning = o->allow_gaps};
  if (rest != NULL) tell_pieces(o, &s, rest);
  destroy(o, united);
  destroy(o, whole);
  destroy(o, rest);
  return rest != NULL ? 0 : fault(o, err);
}

/* A parent is looked at once, at the first new area in it: gaps that were there before are not this drawing's fault. */
static bool first_new_of_parent(const struct overlay *o, int i) {
  if (o->areas[i].number == 0) return false;
  for (int k = 0; k < i; k++)
    if (o->areas[k].parent == o->areas[i].parent && o->areas[k].number != 0) return false;
  return true;
}

static int check_gaps(struct overlay *o, struct error *err) {
  bool all_have_parents = true;
  for (int i = 0; i < o->count; i++) {
    const struct place_area *parent = o->areas[i].parent;
    if (parent == NULL) all_have_parents = false;
    else if (first_new_of_parent(o, i) && check_parent_covered(o, parent, err) != 0) return -1;
  }
  if (all_have_parents) return 0;
  GEOSGeometry *united = unite(o, NULL);
  if (united == NULL) return fault(o, err);
  struct search s = {.code = "place.area.gap", .other = "", .warning = o->allow_gaps};
  tell_holes(o, &s, united);
  destroy(o, united);
  return 0;
}

int place_overlay_check(struct place_area *areas, int count, const struct place_overlay_options *options,
                        struct place_findings *found, struct error *err) {
  struct overlay o;
  int rc = overlay_open(&o, areas, count, found, err);
  if (options->tolerance_m > 0) o.tolerance = options->tolerance_m;
  o.allow_gaps = options->allow_gaps;
  if (rc == 0) rc = check_overlaps(&o, err);
  for (int i = 0; rc == 0 && i < count; i++) rc = check_outside(&o, i, err);
  if (rc == 0) rc = check_gaps(&o, err);
  overlay_close(&o);
  return rc;
}
