/* Shapes: polygons with holes, in whole ten-millionths of a degree (WGS-84), and exact questions about them.
 *
 * Because coordinates are integers, "left of the line", "on the line" and "inside" have no rounding: a point on the
 * border of two grids is on the border in both, and so always resolves the same way. The sums hold while a shape is
 * less than 100 degrees wide, which place_shape_check() sees to. */
#ifndef PLACE_SHAPE_H
#define PLACE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "place/coord.h"

struct arena;

struct place_point {
  int32_t x, y; /* longitude, latitude in 1e-7 degrees */
};

struct place_box {
  int32_t west, south, east, north;
};

/* A closed ring: the first point is not repeated at the end. */
struct place_ring {
  int count;
  struct place_point *point;
};

/* The outer rings and the holes of one area, in no order that matters: a point is inside when it is inside an odd
 * number of them. `polygon[i]` is the number of the polygon ring i belongs to; the first ring of a polygon is its
 * outer one. */
struct place_shape {
  int rings;
  struct place_ring *ring;
  int *polygon;
  struct place_box box;
};

enum place_side { SIDE_OUTSIDE, SIDE_BORDER, SIDE_INSIDE };

/* From degrees to the integers shapes are kept in, and back. */
struct place_point place_point_make(struct lonlat at);
struct lonlat place_point_lonlat(struct place_point p);

/* Where `p` lies in the shape or in the ring. */
enum place_side place_shape_side(const struct place_shape *shape, struct place_point p);
enum place_side place_ring_side(const struct place_ring *ring, struct place_point p);

/* Metres from `p` to the nearest point of the shape's border; 0 on it. Local plane at `p`. */
double place_shape_distance(const struct place_shape *shape, struct place_point p);
/* Metres from `p` to the box; 0 inside it. A lower bound of the above for points outside. */
double place_box_distance(const struct place_box *box, struct place_point p);

/* Square metres, holes taken off (WGS-84 scale at the shape's middle latitude), and the centre of area. */
double place_shape_area(const struct place_shape *shape);
struct lonlat place_shape_centre(const struct place_shape *shape);
double place_ring_area(const struct place_ring *ring);
/* The same with every part counted, however the ring turns: 0 only when all points lie on one line. */
double place_ring_swept(const struct place_ring *ring);
/* Metres around the ring. */
double place_ring_length(const struct place_ring *ring);

/* A point that lies within the shape: the centre of area, or, when a bent shape does not hold it, the middle of the
 * widest stretch of the parallel through it. */
struct lonlat place_shape_inside(const struct place_shape *shape);

/* Fills in `box` from the rings. */
void place_shape_measure(struct place_shape *shape);

/* True when `p` lies in the box or on its edge; when the boxes share at least a point. */
bool place_box_has(const struct place_box *box, struct place_point p);
bool place_box_meets(const struct place_box *a, const struct place_box *b);

struct json;

/* Writes the shape as a GeoJSON geometry (a Polygon when there is one, else a MultiPolygon), WGS-84 degrees with
 * seven decimals, rings closed. The writer's depth must leave room for five levels. */
void place_shape_write(struct json *j, const struct place_shape *shape);

#endif
