/* Drawn areas on their way to a map. */
#ifndef WEB_MAP_GEOMETRY_H
#define WEB_MAP_GEOMETRY_H

#include "base/base.h"

/* A GeoJSON geometry with five decimals of a degree, a metre: enough to draw, and a third less to send. In `a`. */
const char *map_geometry_short(struct arena *a, const char *geometry);

#endif
