/* Findings: what is wrong with a drawing, one by one, each with whom it concerns, where it is and how large. */
#ifndef PLACE_FINDING_H
#define PLACE_FINDING_H

#include <stdbool.h>

#include "place/coord.h"

struct arena;
struct error;
struct buf;

/* One finding. The words of `code` take {1} the feature's name, {2} the other feature's name, {3} the place as
 * "longitude, latitude" and {4} the size with its unit. */
struct place_finding {
  const char *code;      /* "place.ring.open" ...: words under error. and hint. */
  bool warning;          /* told, but does not stop an import */
  int feature;           /* its number in the file, from 1; 0 when it concerns none */
  const char *name;      /* the feature's name or code, or "#3" */
  const char *other;     /* the other feature of an overlap, the parent, or "" */
  struct lonlat at;      /* WGS-84 */
  double size;           /* in `unit` */
  const char *unit;      /* "m2", "m" or "" */
};

/* A list in an arena, bounded: beyond `max` findings only the counts go on. */
struct place_findings {
  struct arena *arena;
  int max, count, cap;
  int errors, warnings; /* all of them, those not kept included */
  struct place_finding *item;
};

/* An empty list that keeps at most `max` findings (0: 1,000). */
void place_findings_start(struct place_findings *f, struct arena *a, int max);

/* Adds one; strings are copied into the arena, except `code` and `unit`, which are constants. */
void place_finding_add(struct place_findings *f, const struct place_finding *finding);

/* The finding as an error, so that whoever shows errors can show it. */
void place_finding_error(struct error *out, const struct place_finding *finding);

#endif
