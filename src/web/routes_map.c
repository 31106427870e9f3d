/* What maps show, as GeoJSON (RFC 7946, WGS-84): drawn areas of places, and cases as points. Each reader gets what a list
 * would show them: the public gets public cases on a coarse square, without words. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "matter/list.h"
#include "web/case_filter.h"
#include "web/case_view_inside.h"
#include "web/desk.h"
#include "web/map_geometry.h"

enum { PLACES_LEVEL, PLACES_STREET };
enum { PAGE = 200, PINS_MOST = 2000, DECIMALS = 5, COARSE = 3, TITLE_MOST = 60 };

static struct buf *reply_geojson(struct request *r, struct json *j) {
  struct buf *b = reply_as(r, 200, "application/geo+json");
  json_start(j, b);
  json_object(j);
  json_put(j, "type", "FeatureCollection");
  return b;
}

/* The same again costs a few bytes: what was answered before is named by its hash. */
static void answer_unchanged(struct request *r, struct buf *b, const char *keep) {
  unsigned char hash[HASH_BYTES];
  uint64_t tag;
  hash_bytes(hash, b->data, b->len);
  memcpy(&tag, hash, sizeof tag);
  const char *etag = arena_printf(r->arena, "\"%016llx\"", (unsigned long long)tag);
  const char *has = http_header_in(r->http, "If-None-Match");
  r->http->reply.no_store = false;
  http_header(r->http, "ETag", etag);
  http_header(r->http, "Cache-Control", keep);
  if (!has || !strstr(has, etag)) return;
  buf_clear(b);
  r->http->reply.status = 304;
}

/* --- places ----------------------------------------------------------------------------------------------------------- */

const char *map_geometry_short(struct arena *a, const char *geometry) {
  char *out = arena_alloc(a, strlen(geometry) + 1), *to = out;
  int after = -1;
  for (const char *s = geometry; *s; s++) {
    if (*s == '.') after = 0;
    else if (!isdigit((unsigned char)*s)) after = -1;
    else if (after >= 0 && ++after > DECIMALS) continue;
    *to++ = *s;
  }
  *to = '\0';
  return out;
}

static void write_place(struct json *j, struct arena *a, const struct q_map_shapes_out *row) {
  json_object(j);
  json_put(j, "type", "Feature");
  json_key(j, "geometry");
  json_raw(j, map_geometry_short(a, row->geometry));
  json_key(j, "properties");
  json_object(j);
  json_put_int(j, "id", row->place);
  json_put(j, "name", row->name);
  json_put_int(j, "street", row->street);
  if (row->synthetic) json_put_bool(j, "synthetic", true);
  json_object_end(j);
  json_object_end(j);
}

static int places_get(struct request *r, struct error *err) {
  static const enum place_level levels[] = {PLACE_STREET, PLACE_COMMUNITY, PLACE_GRID};
  struct q_map_shapes_out *rows;
  struct db *db;
  struct json j;
  size_t n;
  enum place_level level = levels[req_int(r, PLACES_LEVEL)];
  if (level == PLACE_GRID && !r->actor.post_count) return error_set(err, ERR_DENIED, "access.role", NULL, NULL);
  struct q_map_shapes_in in = {.district = app_of(r)->district, .level = level, .street = req_int(r, PLACES_STREET)};
  if (app_db(&db, r, err) < 0 || q_map_shapes(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct buf *b = reply_geojson(r, &j);
  json_key(&j, "features");
  json_array(&j);
  for (size_t i = 0; i < n; i++) write_place(&j, r->arena, &rows[i]);
  json_array_end(&j);
  json_object_end(&j);
  answer_unchanged(r, b, level == PLACE_GRID ? "private, max-age=300" : "public, max-age=300");
  return 0;
}

/* --- cases ------------------------------------------------------------------------------------------------------------ */

/* "ok", "soon", "late", "held" as lights are; "joint" where several departments work together; "done". */
static const char *state_of(const struct list_row *row, const struct case_light *light) {
  if (row->outcome != OUTCOME_OPEN) return "done";
  if (row->phase == PHASE_SUSPENDED) return "held";
  if (text_eq(light->look, "late")) return "late";
  if (row->procedure->menu == IN_JOINT) return "joint";
  return *light->look ? light->look : "ok";
}

static double coarse(double degrees) {
  double scale = pow(10, COARSE);
  return round(degrees * scale) / scale;
}

static void write_point(struct json *j, double lon, double lat) {
  json_key(j, "geometry");
  json_object(j);
  json_put(j, "type", "Point");
  json_key(j, "coordinates");
  json_array(j);
  json_real(j, lon);
  json_real(j, lat);
  json_array_end(j);
  json_object_end(j);
}

static const char *public_title(const struct case_asker *who, const struct list_row *row) {
  return row->procedure->shows_public & SHOWS_CATEGORY ? case_category_title(who, row->category)
                                                        : case_pick(who, &row->procedure->title);
}

static void write_case(struct json *j, const struct case_asker *who, const struct list_row *row, bool everybody) {
  struct case_light light = case_light_of(who->arena, who->lang, row->due, row->warn_at, who->now);
  json_object(j);
  json_put(j, "type", "Feature");
  write_point(j, everybody ? coarse(row->lon) : row->lon, everybody ? coarse(row->lat) : row->lat);
  json_key(j, "properties");
  json_object(j);
  if (!everybody) json_put(j, "code", row->code);
  json_put(j, "state", everybody && row->outcome == OUTCOME_OPEN ? "ok" : state_of(row, &light));
  json_put(j, "title", everybody ? public_title(who, row) : text_shorten(who->arena, row->summary, TITLE_MOST));
  json_put(j, "stage", case_pick(who, &row->stage->title));
  if (!everybody && *light.words) json_put(j, "light", light.words);
  if (!everybody) json_put(j, "href", case_address(who->arena, row->code));
  json_object_end(j);
  json_object_end(j);
}

/* What everybody may see of a kind of matter is said by its procedure: the place only where that is among it. */
static bool is_placed(const struct list_row *row, bool everybody) {
  if (isnan(row->lon) || !row->procedure || !row->stage) return false;
  return !everybody || (row->procedure->shows_public & SHOWS_PLACE);
}

/* Pins of a list, page after page; `left` says that there were more. */
static int write_cases(struct json *j, const struct case_asker *who, struct list_filter *f, bool *left, struct error *err) {
  bool more = true;
  f->most = PAGE;
  for (int seen = 0; more && seen < PINS_MOST;) {
    struct list_row *rows;
    size_t n;
    if (matter_list(&rows, &n, &more, who->db, who->arena, who->world, f, who->now, err) < 0) return -1;
    for (size_t i = 0; i < n; i++, seen++)
      if (is_placed(&rows[i], !f->scope)) write_case(j, who, &rows[i], !f->scope);
    if (!n) break;
    f->at = matter_list_key(f->order, &rows[n - 1]);
    f->at_id = rows[n - 1].id;
  }
  *left = more;
  return 0;
}

/* The public narrows by where, what and when. To narrow by a light or a word would tell what a public case does not show. */
static void keep_public(struct list_filter *f) {
  *f = (struct list_filter){.street = f->street, .community = f->community, .category = f->category, .major = f->major,
                            .from = f->from, .to = f->to};
}

static int cases_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct scope scope;
  struct list_filter f;
  struct json j;
  bool left = false, everybody = !access_has_role(&r->actor, CASES_WHO);
  access_scope(&r->actor, &scope);
  if (desk_asker(&who, r, err) < 0) return -1;
  if (case_filter_read(&f, r, &who, everybody ? NULL : &scope, err) < 0) return -1;
  if (everybody) keep_public(&f);
  struct buf *b = reply_geojson(r, &j);
  json_key(&j, "features");
  json_array(&j);
  if (write_cases(&j, &who, &f, &left, err) < 0) return -1;
  json_array_end(&j);
  json_put_bool(&j, "more", left);
  json_object_end(&j);
  answer_unchanged(r, b, "private, no-cache");
  return 0;
}

const struct route routes_map[] = {
    {.method = HTTP_GET,
     .path = "/map/places.json",
     .kind = ROUTE_RAW,
     .who = ACCESS_PUBLIC,
     .help = W_ROUTE_MAP_PLACES,
     .rate = RATE_PAGE,
     .handler = places_get,
     PARAMS([PLACES_LEVEL] = {.name = "level", .type = PARAM_CHOICE, .in = IN_QUERY, .required = true,
                              .choices = "streets|communities|grids"},
            [PLACES_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_GET,
     .path = "/map/cases.json",
     .kind = ROUTE_RAW,
     .who = ACCESS_PUBLIC,
     .help = W_ROUTE_MAP_CASES,
     .rate = RATE_PAGE,
     .handler = cases_get,
     PARAMS(CASE_FILTER)},
    {0}};
