/* The map of somebody who works in the grid: it begins at their own grid, and stands in the page, so that it opens in a
 * cellar too. */
#include <string.h>

#include "web/map_geometry.h"
#include "web/phone.h"

enum { AREAS_MOST = 8, GEOMETRY_MOST = 16 * 1024, DOCUMENT_MOST = AREAS_MOST * (GEOMETRY_MOST + 1024) };

/* The drawn area of a post: its grid, else its community. 1 written, 0 none is drawn. */
static int write_area(struct json *j, struct request *r, struct db *db, const struct post *post, struct error *err) {
  struct q_map_shapes_out *rows;
  size_t n;
  int64_t place = post->at.grid ? post->at.grid : post->at.community;
  struct q_map_shapes_in in = {.district = app_of(r)->district,
                               .level = post->at.grid ? PLACE_GRID : PLACE_COMMUNITY,
                               .street = post->at.street};
  if (q_map_shapes(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    const char *geometry = rows[i].place == place ? map_geometry_short(r->arena, rows[i].geometry) : "";
    if (!*geometry || strlen(geometry) > GEOMETRY_MOST) continue;
    json_object(j);
    json_put(j, "type", "Feature");
    json_key(j, "geometry");
    json_raw(j, geometry);
    json_key(j, "properties");
    json_object(j);
    json_put(j, "name", rows[i].name);
    if (rows[i].synthetic) json_put_bool(j, "synthetic", true);
    json_object_end(j);
    json_object_end(j);
    return 1;
  }
  return 0;
}

int phone_map(const struct view_map **out, struct request *r, struct db *db, struct error *err) {
  struct json j;
  struct buf b;
  int written = 0;
  *out = NULL;
  buf_init(&b, DOCUMENT_MOST);
  json_start(&j, &b);
  json_object(&j);
  json_put(&j, "type", "FeatureCollection");
  json_key(&j, "features");
  json_array(&j);
  for (size_t i = 0; i < r->actor.post_count && written >= 0 && written < AREAS_MOST; i++) {
    const struct post *post = &r->actor.posts[i];
    if (!post->place || !(post->at.grid || post->at.community)) continue;
    int one = write_area(&j, r, db, post, err);
    written = one < 0 ? -1 : written + one;
  }
  json_array_end(&j);
  json_object_end(&j);
  if (written > 0) {
    struct view_map *map = ARENA_NEW(r->arena, struct view_map);
    *map = (struct view_map){
        .title = word(r->lang, W_PHONE_MAP), .own = arena_strdup(r->arena, b.data), .tiles = app_of(r)->tiles};
    *out = map;
  }
  buf_free(&b);
  return written < 0 ? -1 : 0;
}
