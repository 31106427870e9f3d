#include "web/area_view.h"

#include "base/arena.h"
#include "place/geojson.h"
#include "web/app.h"

enum { DRAWING_MOST = 4 << 20 };

int drawn_areas(struct drawn_area **out, int *count, struct db *db, struct arena *a, int64_t district,
                enum place_level level, int64_t street, struct error *err) {
  struct q_map_shapes_out *rows;
  size_t n;
  struct q_map_shapes_in in = {.district = district, .level = level, .street = street};
  if (q_map_shapes(db, a, &rows, &n, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, n + 1, struct drawn_area);
  *count = (int)n;
  for (size_t i = 0; i < n; i++) {
    struct drawn_area *d = &(*out)[i];
    *d = (struct drawn_area){.place = rows[i].place, .code = rows[i].code, .name = rows[i].name};
    if (place_shape_parse(&d->shape, a, rows[i].geometry, err) < 0) return -1;
  }
  return 0;
}

struct html area_map_html(struct arena *a, const struct area_map *m) {
  struct buf b;
  buf_init(&b, DRAWING_MOST);
  area_map_write(&b, m);
  struct html h = {b.len && !b.full ? arena_strdup(a, b.data) : ""};
  buf_free(&b);
  return h;
}

struct html area_mark_html(struct arena *a, enum map_mark mark, bool dark) {
  struct buf b;
  buf_init(&b, 4096);
  area_map_mark(&b, mark, dark);
  struct html h = {arena_strdup(a, b.data)};
  buf_free(&b);
  return h;
}
