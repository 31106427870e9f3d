/* Grids in and out: drawings are checked as a whole and taken as a whole, or not at all.
 *
 * A feature is a grid (code of 15 digits, or only its community: then it is numbered) or the border of a community or
 * street that exists (code of 12 digits). Grids of a community are numbered from north to south and in each row from
 * west to east, after every number ever used there: a retired code never comes back. */
#ifndef PLACE_GRID_H
#define PLACE_GRID_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "place/finding.h"
#include "place/geojson.h"

struct arena;
struct buf;
struct db;
struct error;
struct lane_txn;

struct place_grids_options {
  const char *actor;   /* as the journal writes it */
  enum place_crs crs;  /* what the drawing was made in: kept with each shape as its source */
  double tolerance_m;  /* 0: half a metre */
  bool allow_gaps;
  bool dry_run;        /* check only */
  bool replace;        /* grids in force in the communities of the file, but not in the file, are retired */
  const char *reason;  /* why they are retired, in words; with `replace` */
  bool synthetic;      /* made up for a demonstration */
};

struct place_grids_report {
  struct place_findings found;
  int features, added, redrawn, unchanged, retired, buildings_moved;
};

/* Checks what place_geojson_read() read against the tree and what is drawn already, and takes it, in the lane.
 * `report->found` must have been started, and holds what reading found; the checks add theirs: unknown community, code
 * of the wrong form, code twice or retired, rings that cross, overlaps, gaps, parts outside the community.
 * Error: place.grids.refused ({1} how many findings), and nothing was changed. */
int place_grids_import(struct place_grids_report *report, struct lane_txn *t, const struct place_features *features,
                       const struct place_grids_options *options, struct error *err);

/* Every drawing in force as one GeoJSON FeatureCollection, in `crs`, in the order of codes. */
int place_grids_export(FILE *out, struct db *db, int64_t district, enum place_crs crs, struct error *err);

/* Makes a responsible grid: the grids one collector walks (a grid may be in several). `grid` are place ids of grids in
 * force. Errors: place.missing, place.parent (not a grid), place.code.used. In the lane. */
int place_duty_grid_add(struct lane_txn *t, const char *actor, const char *code, const char *name, const int64_t *grid,
                        int count, int64_t *id, struct error *err);

/* Puts one more grid into it, takes one out, or gives it up; what was stays with its dates. */
int place_duty_grid_join(struct lane_txn *t, const char *actor, int64_t id, int64_t grid, struct error *err);
int place_duty_grid_leave(struct lane_txn *t, const char *actor, int64_t id, int64_t grid, struct error *err);
int place_duty_grid_end(struct lane_txn *t, const char *actor, int64_t id, struct error *err);

/* Puts features in the order they are numbered in: rows from north to south, west to east in each. */
void place_grids_order(const struct place_feature **features, int count);

#endif
