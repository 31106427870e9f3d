#include "place/coord.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"

/* Krasovsky 1940, the ellipsoid the GCJ-02 formula is written for. */
static const double KRASOVSKY_A = 6378245.0;
static const double KRASOVSKY_EE = 0.00669342162296594323;
/* WGS-84, for distances. */
static const double WGS84_A = 6378137.0;
static const double WGS84_E2 = 0.00669437999014132;
static const double MEAN_RADIUS = 6371008.8;
static const double DEGREE = M_PI / 180;

int place_crs_parse(enum place_crs *out, const char *name, struct error *err) {
  static const char *const names[] = {"wgs84", "gcj02", "bd09"};
  char plain[8] = "";
  size_t n = 0;
  for (const char *p = name; *p != '\0' && n + 1 < sizeof plain; p++)
    if (*p != '-') plain[n++] = (char)tolower((unsigned char)*p);
  for (int i = 0; i < 3; i++) {
    if (strcmp(plain, names[i]) != 0) continue;
    *out = (enum place_crs)i;
    return 0;
  }
  return error_set(err, ERR_INPUT, "place.crs", "crs", name, NULL);
}

bool place_coord_valid(struct lonlat at) {
  return isfinite(at.lon) && isfinite(at.lat) && fabs(at.lon) <= 180 && fabs(at.lat) <= 90;
}

static bool shift_defined(struct lonlat at) {
  return at.lon >= 72.004 && at.lon <= 137.8347 && at.lat >= 0.8293 && at.lat <= 55.8271;
}

/* The two polynomial-and-sine parts of the GCJ-02 shift, in metres, for a point relative to (105, 35). */
static double shift_north(double x, double y) {
  double d = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x));
  d += (20 * sin(6 * x * M_PI) + 20 * sin(2 * x * M_PI)) * 2 / 3;
  d += (20 * sin(y * M_PI) + 40 * sin(y / 3 * M_PI)) * 2 / 3;
  d += (160 * sin(y / 12 * M_PI) + 320 * sin(y * M_PI / 30)) * 2 / 3;
  return d;
}

static double shift_east(double x, double y) {
  double d = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x));
  d += (20 * sin(6 * x * M_PI) + 20 * sin(2 * x * M_PI)) * 2 / 3;
  d += (20 * sin(x * M_PI) + 40 * sin(x / 3 * M_PI)) * 2 / 3;
  d += (150 * sin(x / 12 * M_PI) + 300 * sin(x / 30 * M_PI)) * 2 / 3;
  return d;
}

static struct lonlat gcj_from_wgs(struct lonlat at) {
  if (!shift_defined(at)) return at;
  double x = at.lon - 105, y = at.lat - 35;
  double s = sin(at.lat * DEGREE);
  double magic = 1 - KRASOVSKY_EE * s * s;
  double meridian = KRASOVSKY_A * (1 - KRASOVSKY_EE) / (magic * sqrt(magic));
  double parallel = KRASOVSKY_A / sqrt(magic) * cos(at.lat * DEGREE);
  return (struct lonlat){at.lon + shift_east(x, y) / (parallel * DEGREE),
                         at.lat + shift_north(x, y) / (meridian * DEGREE)};
}

static struct lonlat bd_from_gcj(struct lonlat at) {
  double k = M_PI * 3000 / 180;
  double z = sqrt(at.lon * at.lon + at.lat * at.lat) + 0.00002 * sin(at.lat * k);
  double theta = atan2(at.lat, at.lon) + 0.000003 * cos(at.lon * k);
  return (struct lonlat){z * cos(theta) + 0.0065, z * sin(theta) + 0.006};
}

/* The point that `forward` takes to `at`: both shifts are nearly constant over their own size, so stepping by the
 * remaining error shrinks it about a thousandfold a round. */
static struct lonlat inverse(struct lonlat (*forward)(struct lonlat), struct lonlat at) {
  struct lonlat guess = at;
  for (int i = 0; i < 12; i++) {
    struct lonlat there = forward(guess);
    double dx = at.lon - there.lon, dy = at.lat - there.lat;
    guess.lon += dx;
    guess.lat += dy;
    if (fabs(dx) < 1e-10 && fabs(dy) < 1e-10) break;
  }
  return guess;
}

struct lonlat place_coord_convert(struct lonlat in, enum place_crs from, enum place_crs to) {
  if (from == to || !place_coord_valid(in)) return in;
  struct lonlat at = in;
  if (from == CRS_BD09) at = inverse(bd_from_gcj, at);
  if (from != CRS_WGS84 && to == CRS_WGS84) return inverse(gcj_from_wgs, at);
  if (from == CRS_WGS84) at = gcj_from_wgs(at);
  return to == CRS_BD09 ? bd_from_gcj(at) : at;
}

void place_coord_scale(double *metres_lon, double *metres_lat, double lat) {
  double s = sin(lat * DEGREE);
  double w = 1 - WGS84_E2 * s * s;
  *metres_lon = DEGREE * WGS84_A * cos(lat * DEGREE) / sqrt(w);
  *metres_lat = DEGREE * WGS84_A * (1 - WGS84_E2) / (w * sqrt(w));
}

static double sphere_distance(struct lonlat a, struct lonlat b) {
  double sy = sin((b.lat - a.lat) * DEGREE / 2), sx = sin((b.lon - a.lon) * DEGREE / 2);
  double h = sy * sy + cos(a.lat * DEGREE) * cos(b.lat * DEGREE) * sx * sx;
  return 2 * MEAN_RADIUS * asin(fmin(1, sqrt(h)));
}

double place_coord_distance(struct lonlat a, struct lonlat b) {
  double dx = b.lon - a.lon, dy = b.lat - a.lat;
  if (fabs(dx) > 2.5 || fabs(dy) > 2) return sphere_distance(a, b);
  double mx, my;
  place_coord_scale(&mx, &my, (a.lat + b.lat) / 2);
  return hypot(dx * mx, dy * my);
}

int32_t place_coord_e7(double degrees) {
  double e7 = degrees * 1e7;
  if (!(fabs(e7) <= 1.8e9)) return 0; /* callers check place_coord_valid first */
  return (int32_t)(e7 < 0 ? e7 - 0.5 : e7 + 0.5);
}
