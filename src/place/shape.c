#include "place/shape.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/json_write.h"

struct place_point place_point_make(struct lonlat at) {
  return (struct place_point){place_coord_e7(at.lon), place_coord_e7(at.lat)};
}

struct lonlat place_point_lonlat(struct place_point p) { return (struct lonlat){p.x / 1e7, p.y / 1e7}; }

bool place_box_has(const struct place_box *b, struct place_point p) {
  return p.x >= b->west && p.x <= b->east && p.y >= b->south && p.y <= b->north;
}

bool place_box_meets(const struct place_box *a, const struct place_box *b) {
  return a->west <= b->east && b->west <= a->east && a->south <= b->north && b->south <= a->north;
}

void place_shape_measure(struct place_shape *shape) {
  struct place_box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
  for (int r = 0; r < shape->rings; r++) {
    for (int i = 0; i < shape->ring[r].count; i++) {
      struct place_point p = shape->ring[r].point[i];
      if (p.x < box.west) box.west = p.x;
      if (p.x > box.east) box.east = p.x;
      if (p.y < box.south) box.south = p.y;
      if (p.y > box.north) box.north = p.y;
    }
  }
  shape->box = box;
}

/* Twice the signed area of the triangle a, b, p: above 0 when p lies left of a->b. */
static int64_t turn(struct place_point a, struct place_point b, struct place_point p) {
  return ((int64_t)b.x - a.x) * ((int64_t)p.y - a.y) - ((int64_t)b.y - a.y) * ((int64_t)p.x - a.x);
}

/* Counts crossings of the half-line east of p; half-open in y, so a vertex is counted once. */
enum place_side place_ring_side(const struct place_ring *ring, struct place_point p) {
  bool inside = false;
  struct place_point a = ring->point[ring->count - 1];
  for (int i = 0; i < ring->count; i++) {
    struct place_point b = ring->point[i];
    if ((a.y > p.y) != (b.y > p.y)) {
      int64_t t = turn(a, b, p);
      if (t == 0) return SIDE_BORDER;
      if ((t > 0) == (b.y > a.y)) inside = !inside;
    } else if (a.y == p.y || b.y == p.y) {
      /* A border this test meets only at an end of the edge, or along it when the edge is level. */
      if ((b.x == p.x && b.y == p.y) || (a.x == p.x && a.y == p.y)) return SIDE_BORDER;
      if (a.y == b.y && (a.x > p.x) != (b.x > p.x)) return SIDE_BORDER;
    }
    a = b;
  }
  return inside ? SIDE_INSIDE : SIDE_OUTSIDE;
}

enum place_side place_shape_side(const struct place_shape *shape, struct place_point p) {
  if (!place_box_has(&shape->box, p)) return SIDE_OUTSIDE;
  bool inside = false;
  for (int r = 0; r < shape->rings; r++) {
    enum place_side side = place_ring_side(&shape->ring[r], p);
    if (side == SIDE_BORDER) return SIDE_BORDER;
    if (side == SIDE_INSIDE) inside = !inside;
  }
  return inside ? SIDE_INSIDE : SIDE_OUTSIDE;
}

/* Metres from the origin to the segment (ax, ay)-(bx, by), all in metres. */
static double segment_distance(double ax, double ay, double bx, double by) {
  double dx = bx - ax, dy = by - ay;
  double length = dx * dx + dy * dy;
  double t = length > 0 ? -(ax * dx + ay * dy) / length : 0;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  return hypot(ax + t * dx, ay + t * dy);
}

double place_shape_distance(const struct place_shape *shape, struct place_point p) {
  double mx, my, best = INFINITY;
  place_coord_scale(&mx, &my, p.y / 1e7);
  mx /= 1e7;
  my /= 1e7;
  for (int r = 0; r < shape->rings; r++) {
    const struct place_ring *ring = &shape->ring[r];
    struct place_point a = ring->point[ring->count - 1];
    for (int i = 0; i < ring->count; i++) {
      struct place_point b = ring->point[i];
      double d = segment_distance(((double)a.x - p.x) * mx, ((double)a.y - p.y) * my, ((double)b.x - p.x) * mx,
                                  ((double)b.y - p.y) * my);
      if (d < best) best = d;
      a = b;
    }
  }
  return best;
}

double place_box_distance(const struct place_box *box, struct place_point p) {
  double mx, my;
  place_coord_scale(&mx, &my, p.y / 1e7);
  double dx = p.x < box->west ? (double)box->west - p.x : p.x > box->east ? (double)p.x - box->east : 0;
  double dy = p.y < box->south ? (double)box->south - p.y : p.y > box->north ? (double)p.y - box->north : 0;
  return hypot(dx * mx / 1e7, dy * my / 1e7);
}

/* Signed area and first moments of a ring about its first point, in square 1e-7 degrees: doubles are enough here,
 * the result is told to people. */
struct moments {
  double area, x, y;
};

static struct moments ring_moments(const struct place_ring *ring, struct place_point origin) {
  struct moments m = {0, 0, 0};
  struct place_point a = ring->point[ring->count - 1];
  for (int i = 0; i < ring->count; i++) {
    struct place_point b = ring->point[i];
    double ax = (double)a.x - origin.x, ay = (double)a.y - origin.y;
    double bx = (double)b.x - origin.x, by = (double)b.y - origin.y;
    double cross = ax * by - bx * ay;
    m.area += cross / 2;
    m.x += (ax + bx) * cross / 6;
    m.y += (ay + by) * cross / 6;
    a = b;
  }
  return m;
}

static double square_metres(double area_e14, double lat) {
  double mx, my;
  place_coord_scale(&mx, &my, lat);
  return area_e14 * (mx / 1e7) * (my / 1e7);
}

double place_ring_area(const struct place_ring *ring) {
  struct moments m = ring_moments(ring, ring->point[0]);
  return square_metres(fabs(m.area), ring->point[0].y / 1e7);
}

double place_ring_swept(const struct place_ring *ring) {
  struct place_point o = ring->point[0];
  double sum = 0;
  for (int i = 2; i < ring->count; i++) sum += fabs((double)turn(o, ring->point[i - 1], ring->point[i])) / 2;
  return square_metres(sum, o.y / 1e7);
}

double place_ring_length(const struct place_ring *ring) {
  double mx, my, sum = 0;
  place_coord_scale(&mx, &my, ring->point[0].y / 1e7);
  struct place_point a = ring->point[ring->count - 1];
  for (int i = 0; i < ring->count; i++) {
    struct place_point b = ring->point[i];
    sum += hypot(((double)b.x - a.x) * mx / 1e7, ((double)b.y - a.y) * my / 1e7);
    a = b;
  }
  return sum;
}

static bool is_outer(const struct place_shape *shape, int r) {
  return r == 0 || shape->polygon[r] != shape->polygon[r - 1];
}

static struct moments shape_moments(const struct place_shape *shape) {
  struct moments sum = {0, 0, 0};
  for (int r = 0; r < shape->rings; r++) {
    struct moments m = ring_moments(&shape->ring[r], shape->ring[0].point[0]);
    double sign = (m.area < 0) == is_outer(shape, r) ? -1 : 1;
    sum.area += sign * m.area;
    sum.x += sign * m.x;
    sum.y += sign * m.y;
  }
  return sum;
}

double place_shape_area(const struct place_shape *shape) {
  double middle = ((double)shape->box.south + shape->box.north) / 2e7;
  return square_metres(shape_moments(shape).area, middle);
}

struct lonlat place_shape_centre(const struct place_shape *shape) {
  struct moments m = shape_moments(shape);
  struct place_point o = shape->ring[0].point[0];
  if (m.area == 0) return place_point_lonlat(o);
  return (struct lonlat){(o.x + m.x / m.area) / 1e7, (o.y + m.y / m.area) / 1e7};
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The longitudes at which the parallel `y` crosses the shape; at most `max` of them. */
static int crossings(const struct place_shape *shape, double y, double *out, int max) {
  int n = 0;
  for (int r = 0; r < shape->rings; r++) {
    const struct place_ring *ring = &shape->ring[r];
    struct place_point a = ring->point[ring->count - 1];
    for (int i = 0; i < ring->count; i++) {
      struct place_point b = ring->point[i];
      if ((a.y > y) != (b.y > y) && n < max)
        out[n++] = a.x + (y - a.y) * ((double)b.x - a.x) / ((double)b.y - a.y);
      a = b;
    }
  }
  return n;
}

struct lonlat place_shape_inside(const struct place_shape *shape) {
  struct lonlat centre = place_shape_centre(shape);
  if (place_shape_side(shape, place_point_make(centre)) == SIDE_INSIDE) return centre;
  double cross[256];
  /* Half a grain off, so that the parallel meets no vertex. */
  double y = floor(centre.lat * 1e7) + 0.5;
  if (y <= shape->box.south || y >= shape->box.north) y = ((double)shape->box.south + shape->box.north) / 2;
  int n = crossings(shape, y, cross, 256);
  qsort(cross, (size_t)n, sizeof cross[0], by_value);
  double widest = -1;
  for (int i = 0; i + 1 < n; i += 2) {
    if (cross[i + 1] - cross[i] <= widest) continue;
    widest = cross[i + 1] - cross[i];
    centre = (struct lonlat){(cross[i] + cross[i + 1]) / 2e7, y / 1e7};
  }
  return centre;
}

static void write_point(struct json *j, struct place_point p) {
  json_array(j);
  json_real(j, p.x / 1e7);
  json_real(j, p.y / 1e7);
  json_array_end(j);
}

static void write_ring(struct json *j, const struct place_ring *ring) {
  json_array(j);
  for (int i = 0; i < ring->count; i++) write_point(j, ring->point[i]);
  write_point(j, ring->point[0]);
  json_array_end(j);
}

void place_shape_write(struct json *j, const struct place_shape *shape) {
  bool many = shape->polygon[shape->rings - 1] != shape->polygon[0];
  json_object(j);
  json_put(j, "type", many ? "MultiPolygon" : "Polygon");
  json_key(j, "coordinates");
  if (many) json_array(j);
  for (int r = 0; r < shape->rings; r++) {
    if (is_outer(shape, r)) json_array(j);
    write_ring(j, &shape->ring[r]);
    if (r + 1 == shape->rings || is_outer(shape, r + 1)) json_array_end(j);
  }
  if (many) json_array_end(j);
  json_object_end(j);
}
