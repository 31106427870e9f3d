#include "place/geojson.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "place/finding.h"
#include "place/place.h"

enum { MAX_BYTES = 64 << 20, MAX_VALUES = 8 << 20, MAX_DEPTH = 32, MAX_FEATURES = 100000 };
/* The widest shape whose integer sums are safe, in 1e-7 degrees. */
static const int64_t WIDEST = 900000000;
/* Less than this is not an area anybody drew on purpose. */
static const double FLAT_M2 = 1.0;

/* What a reading carries along. */
struct reading {
  struct arena *arena;
  const struct place_geojson_options *options;
  struct place_findings *found;
  const struct place_feature *feature;
};

static void report(const struct reading *r, const char *code, struct lonlat at, double size, const char *unit) {
  struct place_finding finding = {
      .code = code, .feature = r->feature->number, .name = r->feature->label, .at = at, .size = size, .unit = unit};
  place_finding_add(r->found, &finding);
}

/* ---- before jansson sees it: size, encoding, depth, number of values ---- */

static int check_nesting(const char *p, size_t n, int max_depth, size_t max_values, struct error *err) {
  int depth = 0;
  size_t values = 1;
  bool in_string = false;
  for (size_t i = 0; i < n; i++) {
    char c = p[i];
    if (in_string) {
      if (c == '\\') i++;
      else if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == ',') values++;
    if (c == ']' || c == '}') depth--;
    if (c == '[' || c == '{') depth++;
    if (depth > max_depth) return error_set(err, ERR_TOO_LARGE, "place.geojson.deep", NULL, NULL);
    if (values > max_values) return error_set(err, ERR_TOO_LARGE, "place.geojson.large", NULL, NULL);
  }
  return 0;
}

static size_t limit(size_t given, size_t usual) { return given != 0 ? given : usual; }

static int load(json_t **root, const char *p, size_t n, const struct place_geojson_options *o, struct error *err) {
  if (n > limit(o->max_bytes, MAX_BYTES)) return error_set(err, ERR_TOO_LARGE, "place.geojson.large", NULL, NULL);
  if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
    p += 3;
    n -= 3;
  }
  if (!text_is_utf8(p, n)) return error_set(err, ERR_INPUT, "place.geojson.encoding", NULL, NULL);
  int depth = o->max_depth != 0 ? o->max_depth : MAX_DEPTH;
  if (check_nesting(p, n, depth, limit(o->max_values, MAX_VALUES), err) != 0) return -1;
  json_error_t where;
  *root = json_loadb(p, n, JSON_REJECT_DUPLICATES, &where);
  if (*root != NULL) return 0;
  char line[16], column[16];
  snprintf(line, sizeof line, "%d", where.line);
  snprintf(column, sizeof column, "%d", where.column);
  return error_set(err, ERR_INPUT, "place.geojson.syntax", NULL, line, column, where.text, NULL);
}

/* ---- one ring ---- */

/* A position as the file says it; false when it is not two numbers (a third, the height, is passed over). */
static bool read_position(struct lonlat *out, const json_t *position) {
  const json_t *x = json_array_get(position, 0), *y = json_array_get(position, 1);
  if (!json_is_number(x) || !json_is_number(y)) return false;
  *out = (struct lonlat){json_number_value(x), json_number_value(y)};
  return true;
}

static bool within_nation(const struct reading *r, struct lonlat at) {
  return place_shape_side(r->options->nation, place_point_make(at)) != SIDE_OUTSIDE;
}

/* Says at most one thing about the ring's positions: the first that is wrong is usually wrong for all. */
static bool position_fits(const struct reading *r, struct lonlat at) {
  struct lonlat swapped = {at.lat, at.lon};
  const struct place_shape *nation = r->options->nation;
  bool valid = place_coord_valid(at);
  if (valid && (nation == NULL || within_nation(r, at))) return true;
  if (nation != NULL && place_coord_valid(swapped) && within_nation(r, swapped))
    report(r, "place.ring.swapped", at, 0, "");
  else if (!valid) report(r, "place.ring.range", at, 0, "");
  else report(r, "place.ring.outside-nation", at, 0, "");
  return false;
}

/* Reads the positions of a ring; -1 when one of them cannot be used (said already). */
static int read_points(struct place_ring *ring, struct lonlat *first, struct lonlat *last, const struct reading *r,
                       const json_t *positions) {
  size_t n = json_array_size(positions);
  ring->count = 0;
  ring->point = ARENA_ARRAY(r->arena, n, struct place_point);
  for (size_t i = 0; i < n; i++) {
    struct lonlat at = {0, 0};
    if (!read_position(&at, json_array_get(positions, i))) {
      report(r, "place.ring.position", *first, (double)i + 1, "");
      return -1;
    }
    if (!position_fits(r, at)) return -1;
    at = place_coord_convert(at, r->options->crs, CRS_WGS84);
    if (i == 0) *first = at;
    *last = at;
    struct place_point p = place_point_make(at);
    bool repeated = ring->count > 0 && ring->point[ring->count - 1].x == p.x && ring->point[ring->count - 1].y == p.y;
    if (!repeated) ring->point[ring->count++] = p;
  }
  return 0;
}

/* Reads and checks one ring. -1 when it cannot be used; every reason is a finding. */
static int read_ring(struct place_ring *ring, const struct reading *r, const json_t *positions) {
  struct lonlat first = {0, 0}, last = {0, 0};
  if (!json_is_array(positions) || json_array_size(positions) < 4) {
    read_position(&first, json_array_get(positions, 0));
    report(r, "place.ring.short", first, (double)json_array_size(positions), "");
    return -1;
  }
  if (read_points(ring, &first, &last, r, positions) != 0) return -1;
  struct place_point a = ring->point[0], z = ring->point[ring->count - 1];
  if (a.x != z.x || a.y != z.y) {
    report(r, "place.ring.open", last, place_coord_distance(first, last), "m");
    return -1;
  }
  ring->count--; /* the closing point is understood */
  if (ring->count < 3) {
    report(r, "place.ring.short", first, ring->count, "");
    return -1;
  }
  struct place_shape alone = {.rings = 1, .ring = ring};
  place_shape_measure(&alone);
  if ((int64_t)alone.box.east - alone.box.west > WIDEST || (int64_t)alone.box.north - alone.box.south > WIDEST) {
    report(r, "place.ring.wide", first, 0, "");
    return -1;
  }
  double area = place_ring_area(ring);
  /* The two halves of a bow tie take each other away: it has an area, and the check of the whole says where it crosses. */
  if (area >= FLAT_M2 || place_ring_swept(ring) >= FLAT_M2) return 0;
  report(r, "place.ring.flat", first, area, "m2");
  return -1;
}

/* ---- one feature ---- */

/* Adds the rings of one polygon to the shape. A polygon whose outer ring is unusable is left out whole. */
static void read_polygon(struct place_shape *shape, int number, const struct reading *r, const json_t *rings) {
  if (json_array_size(rings) == 0) {
    report(r, "place.ring.short", (struct lonlat){0, 0}, 0, "");
    return;
  }
  for (size_t i = 0; i < json_array_size(rings); i++) {
    struct place_ring ring;
    if (read_ring(&ring, r, json_array_get(rings, i)) != 0) {
      if (i == 0) return;
      continue;
    }
    shape->ring[shape->rings] = ring;
    shape->polygon[shape->rings++] = number;
  }
}

static size_t count_rings(const json_t *polygons) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(polygons); i++) n += json_array_size(json_array_get(polygons, i));
  return n;
}

static void read_geometry(struct place_feature *f, const struct reading *r, const json_t *geometry) {
  const char *type = json_string_value(json_object_get(geometry, "type"));
  const json_t *coordinates = json_object_get(geometry, "coordinates");
  bool one = text_eq(type, "Polygon"), many = text_eq(type, "MultiPolygon");
  if ((!one && !many) || !json_is_array(coordinates)) {
    report(r, "place.feature.geometry", (struct lonlat){0, 0}, 0, "");
    return;
  }
  size_t rings = one ? json_array_size(coordinates) : count_rings(coordinates);
  f->shape.ring = ARENA_ARRAY(r->arena, rings, struct place_ring);
  f->shape.polygon = ARENA_ARRAY(r->arena, rings, int);
  if (one) read_polygon(&f->shape, 0, r, coordinates);
  else if (json_array_size(coordinates) == 0) report(r, "place.ring.short", (struct lonlat){0, 0}, 0, "");
  else
    for (size_t i = 0; i < json_array_size(coordinates); i++)
      read_polygon(&f->shape, (int)i, r, json_array_get(coordinates, i));
  if (f->shape.rings > 0) place_shape_measure(&f->shape);
}

/* The first of the named properties that is there, as text; "" when none is. */
static const char *property(struct arena *a, const json_t *properties, const char *const names[]) {
  for (int i = 0; names[i] != NULL; i++) {
    const json_t *value = json_object_get(properties, names[i]);
    if (json_is_string(value)) return text_trim(a, json_string_value(value));
    if (json_is_integer(value)) return arena_printf(a, "%lld", (long long)json_integer_value(value));
  }
  return "";
}

/* A name goes onto plates and into lists: one line, and no longer than that of a division. */
static bool name_fits(const char *name) {
  return text_chars(name) <= PLACE_NAME_MAX && !text_has_controls(name) && strpbrk(name, "\t\n") == NULL;
}

static void read_feature(struct place_feature *f, struct reading *r, int number, const json_t *feature) {
  static const char *const codes[] = {"code", "grid_code", "adcode", NULL};
  static const char *const parents[] = {"community", "parent", "parent_code", NULL};
  static const char *const names[] = {"name", NULL}, *const kinds[] = {"kind", NULL};
  const json_t *properties = json_object_get(feature, "properties");
  f->number = number;
  f->code = property(r->arena, properties, codes);
  f->name = property(r->arena, properties, names);
  f->parent = property(r->arena, properties, parents);
  f->kind = property(r->arena, properties, kinds);
  bool shown = name_fits(f->name);
  f->label = shown && f->name[0] != '\0' ? f->name : f->code[0] != '\0' ? f->code : arena_printf(r->arena, "#%d", number);
  r->feature = f;
  if (!shown) report(r, "place.feature.name", (struct lonlat){0, 0}, 0, "");
  if (!text_eq(json_string_value(json_object_get(feature, "type")), "Feature"))
    report(r, "place.feature.geometry", (struct lonlat){0, 0}, 0, "");
  else read_geometry(f, r, json_object_get(feature, "geometry"));
}

static int read_collection(struct place_features *out, struct reading *r, const json_t *root, struct error *err) {
  const char *type = json_string_value(json_object_get(root, "type"));
  const json_t *features = json_object_get(root, "features");
  if (!text_eq(type, "FeatureCollection") || !json_is_array(features))
    return error_set(err, ERR_INPUT, "place.geojson.type", NULL, type != NULL ? type : "?", NULL);
  size_t n = json_array_size(features);
  if (n == 0) return error_set(err, ERR_INPUT, "place.geojson.empty", NULL, NULL);
  int max = r->options->max_features != 0 ? r->options->max_features : MAX_FEATURES;
  if (n > (size_t)max) return error_set(err, ERR_TOO_LARGE, "place.geojson.large", NULL, NULL);
  out->count = (int)n;
  out->item = ARENA_ARRAY(r->arena, n, struct place_feature);
  for (size_t i = 0; i < n; i++) read_feature(&out->item[i], r, (int)i + 1, json_array_get(features, i));
  return 0;
}

int place_geojson_read(struct place_features *out, struct arena *a, const void *bytes, size_t n,
                       const struct place_geojson_options *options, struct place_findings *found, struct error *err) {
  json_t *root = NULL;
  if (load(&root, bytes, n, options, err) != 0) return -1;
  struct reading r = {.arena = a, .options = options, .found = found};
  int rc = read_collection(out, &r, root, err);
  json_decref(root);
  return rc;
}

static int read_all(char **out, size_t *size, struct arena *a, int fd, const char *path, size_t max,
                    struct error *err) {
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return error_unavailable(err, "place.geojson.unreadable", "%s: not a plain file", path);
  if ((uint64_t)st.st_size > max) return error_set(err, ERR_TOO_LARGE, "place.geojson.large", NULL, NULL);
  *out = arena_alloc(a, (size_t)st.st_size + 1);
  *size = 0;
  while (*size < (size_t)st.st_size) {
    ssize_t n = read(fd, *out + *size, (size_t)st.st_size - *size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return error_unavailable(err, "place.geojson.unreadable", "%s: %s", path, strerror(errno));
    if (n == 0) break;
    *size += (size_t)n;
  }
  return 0;
}

int place_geojson_read_file(struct place_features *out, struct arena *a, const char *path,
                            const struct place_geojson_options *options, struct place_findings *found,
                            struct error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 && errno == ENOENT) return error_set(err, ERR_MISSING, "place.geojson.missing", NULL, path, NULL);
  if (fd < 0) return error_unavailable(err, "place.geojson.unreadable", "%s: %s", path, strerror(errno));
  char *bytes = NULL;
  size_t n = 0;
  int rc = read_all(&bytes, &n, a, fd, path, limit(options->max_bytes, MAX_BYTES), err);
  close(fd);
  return rc != 0 ? rc : place_geojson_read(out, a, bytes, n, options, found, err);
}

int place_shape_parse(struct place_shape *out, struct arena *a, const char *geometry, struct error *err) {
  static const struct place_geojson_options as_stored = {.crs = CRS_WGS84};
  json_t *root = NULL;
  if (load(&root, geometry, strlen(geometry), &as_stored, err) != 0) return -1;
  struct place_findings found;
  place_findings_start(&found, a, 1);
  struct place_feature feature = {.label = ""};
  struct reading r = {.arena = a, .options = &as_stored, .found = &found, .feature = &feature};
  read_geometry(&feature, &r, root);
  json_decref(root);
  if (found.errors > 0 || feature.shape.rings == 0)
    return error_fault(err, "place.shape.stored", "a stored shape does not read back");
  *out = feature.shape;
  return 0;
}

int place_nation_read(struct place_shape *out, struct arena *a, const void *bytes, size_t n, struct error *err) {
  static const struct place_geojson_options plain = {.crs = CRS_WGS84};
  struct place_findings found;
  struct place_features features;
  place_findings_start(&found, a, 1);
  if (place_geojson_read(&features, a, bytes, n, &plain, &found, err) != 0) return -1;
  if (found.errors > 0) {
    place_finding_error(err, &found.item[0]);
    return -1;
  }
  int rings = 0;
  for (int i = 0; i < features.count; i++) rings += features.item[i].shape.rings;
  struct place_shape shape = {.ring = ARENA_ARRAY(a, (size_t)rings, struct place_ring),
                              .polygon = ARENA_ARRAY(a, (size_t)rings, int)};
  for (int i = 0; i < features.count; i++) {
    for (int k = 0; k < features.item[i].shape.rings; k++) {
      shape.polygon[shape.rings] = i;
      shape.ring[shape.rings++] = features.item[i].shape.ring[k];
    }
  }
  place_shape_measure(&shape);
  *out = shape;
  return 0;
}
