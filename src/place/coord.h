/* Coordinates: WGS-84 (what is stored), and the two shifted systems Chinese map services hand out.
 *
 * GCJ-02 is the shifted system that public maps in China must use; BD-09 is one vendor's further shift of it. Both
 * are defined by a forward formula only; the way back is found by iterating the forward one, to under a millimetre.
 * Degrees east and north throughout, as doubles; distances in metres. */
#ifndef PLACE_COORD_H
#define PLACE_COORD_H

#include <stdbool.h>
#include <stdint.h>

struct error;

struct lonlat {
  double lon, lat;
};

enum place_crs { CRS_WGS84, CRS_GCJ02, CRS_BD09 };

/* "wgs84", "gcj02", "bd09" (any case, with or without the hyphen). Error: place.crs ({1} what was given). */
int place_crs_parse(enum place_crs *out, const char *name, struct error *err);

/* The point `in`, given in `from`, expressed in `to`. Outside the box in which the shift is defined (72.004..137.8347
 * east, 0.8293..55.8271 north) WGS-84 and GCJ-02 are the same. */
struct lonlat place_coord_convert(struct lonlat in, enum place_crs from, enum place_crs to);

/* True for a finite longitude in -180..180 and latitude in -90..90. */
bool place_coord_valid(struct lonlat at);

/* Metres between two points on the WGS-84 ellipsoid: within 0.1 % for points less than 200 km apart, within
 * 0.6 % anywhere (a sphere is used farther out). */
double place_coord_distance(struct lonlat a, struct lonlat b);

/* Metres in a degree of longitude and of latitude at the latitude `lat` (WGS-84 radii of curvature). */
void place_coord_scale(double *metres_lon, double *metres_lat, double lat);

/* Ten-millionths of a degree (about 1 cm): the grain everything is stored and compared in, so that a border shared
 * by two grids is exactly the same line in both. Rounds half away from zero. */
int32_t place_coord_e7(double degrees);

#endif
