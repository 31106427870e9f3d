/* A made-up map for demonstrations and tests: every community of the district gets a few grids, every street its
 * buildings, stairwells with plates. Nothing of it is where it is on the ground, and every drawing is marked synthetic.
 * It is the same on every machine. */
#ifndef PLACE_DEMO_H
#define PLACE_DEMO_H

#include "place/coord.h"
#include "place/grid.h"

struct arena;
struct error;
struct lane_txn;

struct place_demo_options {
  const char *actor;
  struct lonlat centre; /* around which the map is drawn */
  const char *street;   /* 12-digit code of the street that gets many buildings and households; others get a few */
};

struct place_demo_report {
  int grids, buildings, stairwells, households;
};

/* Draws the grids of the communities in force through the same door as any import (place_grids_import), then makes the
 * buildings. The tree must have been adopted (place_divisions_adopt) and have no drawings. In the lane. */
int place_demo_make(struct place_demo_report *report, struct lane_txn *t, const struct place_demo_options *options,
                    struct error *err);

#endif
