/* GeoJSON in (RFC 7946): a FeatureCollection of Polygons and MultiPolygons, read with every bound set, each ring
 * checked by itself. What cannot be read at all is an error; what is wrong with one ring is a finding, and reading
 * goes on, so that the person who drew it sees everything at once. */
#ifndef PLACE_GEOJSON_H
#define PLACE_GEOJSON_H

#include <stddef.h>

#include "place/coord.h"
#include "place/shape.h"

struct arena;
struct error;
struct place_findings;

/* One feature of a file. Strings are "" when the file does not say. */
struct place_feature {
  int number;             /* its number in the file, from 1 */
  const char *label;      /* what to call it: its name, else its code, else "#3" */
  const char *code;       /* property code, grid_code or adcode; digits, also when written as a number */
  const char *name;       /* property name */
  const char *parent;     /* property community, parent or parent_code: the code of the place it belongs to */
  const char *kind;       /* property kind */
  struct place_shape shape; /* no rings when none of them could be used */
};

struct place_features {
  int count;
  struct place_feature *item;
};

/* How to read. Zero bounds mean the defaults: 64 MiB, 32 levels, 8 million values, 100,000 features. */
struct place_geojson_options {
  enum place_crs crs;                /* what the coordinates are in; shapes come out as WGS-84 */
  const struct place_shape *nation;  /* for "outside the nation" and "swapped?"; NULL asks neither */
  size_t max_bytes, max_values;
  int max_depth, max_features;
};

/* Reads `n` bytes. Findings are added to `found`; a feature with findings may have fewer rings than the file.
 * Errors: place.geojson.large, .encoding, .deep, .syntax ({1} line, {2} column), .type ({1} what was found), .empty. */
int place_geojson_read(struct place_features *out, struct arena *a, const void *bytes, size_t n,
                       const struct place_geojson_options *options, struct place_findings *found, struct error *err);

/* The same from a file. More errors: place.geojson.missing ({1} the path). */
int place_geojson_read_file(struct place_features *out, struct arena *a, const char *path,
                            const struct place_geojson_options *options, struct place_findings *found,
                            struct error *err);

/* One geometry, as place_shape_write() wrote it: what the database keeps. Error: place.shape.stored. */
int place_shape_parse(struct place_shape *out, struct arena *a, const char *geometry, struct error *err);

/* The coarse bound of the nation from the bytes of a GeoJSON file (every ring of it together). Not a border: it only
 * catches slips of the pen. A district may put its own, narrower file in its place. */
int place_nation_read(struct place_shape *out, struct arena *a, const void *bytes, size_t n, struct error *err);

#endif
