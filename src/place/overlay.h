/* Overlay: what a set of drawn areas does to one another, found with GEOS. Self-crossing rings, areas that overlap,
 * gaps between them, and parts that stick out of the area they belong to: each a finding with place and square
 * metres. Slivers narrower than the tolerance (two surveys of one border never agree to the centimetre) are not
 * told. */
#ifndef PLACE_OVERLAY_H
#define PLACE_OVERLAY_H

#include "place/geojson.h"
#include "place/shape.h"

struct arena;
struct error;
struct place_findings;

/* An area to be checked, and the one it must lie in. */
struct place_area {
  int number;         /* of the feature in the file, from 1; 0 for one that is in force already */
  const char *label;
  const struct place_shape *shape;
  const struct place_area *parent; /* NULL: none drawn */
};

struct place_overlay_options {
  double tolerance_m; /* mean width below which a sliver is not told; 0 means 0.5 */
  bool allow_gaps;    /* gaps are warnings then */
};

/* Finds rings that cross or touch themselves, holes outside their ring, polygons of one feature that overlap
 * (OGC simple features validity). Returns how many areas are invalid, or -1 (a fault of the library). */
int place_overlay_validity(struct place_area *areas, int count, struct place_findings *found, struct error *err);

/* Finds overlaps, parts outside the parent, and gaps: holes in the union of all areas, and whatever part of a parent
 * no area covers. Two areas that are both in force already (number 0) are not compared again. Areas must be valid.
 * Error: only a fault of the library. */
int place_overlay_check(struct place_area *areas, int count, const struct place_overlay_options *options,
                        struct place_findings *found, struct error *err);

#endif
