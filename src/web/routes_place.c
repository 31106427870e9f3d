/* Places for those who work there: plates to print. */
#include <string.h>

#include "pages.h"
#include "place/plate.h"
#include "web/app.h"
#include "web/view_plates.h"

enum { PLATES_MOST = 400 };
enum { PLATES_ID };

#define PLATES_WHO                                                                                               \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |             \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_ADMINISTRATOR))

/* Where this site is reached: the district's setting, else what this browser asked for. */
static int site_address(const char **out, struct request *r, struct db *db, struct error *err) {
  struct q_setting_get_in in = {.district = app_of(r)->district, .name = "site.address"};
  struct q_setting_get_out setting = {0};
  int found = q_setting_get(db, r->arena, &setting, &in, err);
  if (found < 0) return -1;
  const char *host = r->http->host != NULL ? r->http->host : "localhost";
  *out = found == 1 ? setting.value : arena_printf(r->arena, "http://%s", host);
  return 0;
}

/* Somebody's own ground only; an administrator, who sees no matters, may print everywhere. */
static int check_reach(const struct request *r, const struct place_row *place, struct error *err) {
  struct place_chain at = {.street = place->street, .community = place->community, .grid = place->grid,
                           .building = place->building, .stairwell = place->stairwell};
  struct scope scope;
  access_scope(&r->actor, &scope);
  if (access_scope_covers(&scope, &at, 0) || access_has_role(&r->actor, ROLE_BIT(ROLE_ADMINISTRATOR))) return 0;
  return error_set(err, ERR_DENIED, "place.plates.reach", NULL, place->name, NULL);
}

static int read_plates(struct q_place_plates_out **rows, size_t *n, struct request *r, struct db *db,
                       const struct place_row *place, struct error *err) {
  struct q_place_plates_in in = {.district = app_of(r)->district, .count = PLATES_MOST + 1};
  if (place->level == PLACE_STREET) in.street = place->id;
  else if (place->level == PLACE_COMMUNITY) in.community = place->id;
  else if (place->level == PLACE_GRID) in.grid = place->id;
  else if (place->level != PLACE_DISTRICT) in.building = place->building;
  return q_place_plates(db, r->arena, rows, n, &in, err) < 0 ? -1 : 0;
}

static int fill_plate(struct view_plate *out, struct request *r, const char *site, const struct q_place_plates_out *row,
                      struct error *err) {
  struct place_qr qr;
  size_t half = strlen(row->plate) / 2;
  out->address = place_qr_address(r->arena, site, "p", row->plate);
  if (place_qr_make(&qr, r->arena, out->address, err) != 0) return -1;
  out->place = arena_printf(r->arena, "%s %s", row->building_name, row->name);
  out->where = arena_printf(r->arena, "%s%s", row->street_name, row->community_name);
  out->code = arena_printf(r->arena, "%.*s %s", (int)half, row->plate, row->plate + half);
  out->view = qr.view;
  out->path = qr.path;
  return 0;
}

static int plates(struct request *r, struct error *err) {
  struct db *db;
  struct place_row place;
  struct q_place_plates_out *rows;
  const char *site;
  size_t n;
  if (app_db(&db, r, err) < 0 || site_address(&site, r, db, err) != 0) return -1;
  if (place_get(&place, db, r->arena, app_of(r)->district, req_int(r, PLATES_ID), err) != 0) return -1;
  if (check_reach(r, &place, err) != 0 || read_plates(&rows, &n, r, db, &place, err) != 0) return -1;
  struct view_plates view = {.place = place.name, .more = n > PLATES_MOST};
  view.count = view.more ? PLATES_MOST : (int)n;
  struct view_plate *cards = ARENA_ARRAY(r->arena, (size_t)view.count, struct view_plate);
  for (int i = 0; i < view.count; i++)
    if (fill_plate(&cards[i], r, site, &rows[i], err) != 0) return -1;
  view.plates = cards;
  page_plates(reply_html(r, 200), &view, &r->page);
  return 0;
}

const struct route routes_place[] = {
    {.method = HTTP_GET, .path = "/places/{id}/plates", .kind = ROUTE_PAGE, .who = PLATES_WHO, .tag = "place",
     .help = W_ROUTE_PLATES, .rate = RATE_PAGE, .handler = plates,
     PARAMS([PLATES_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15,
                           .zh = "街道、社区、网格或楼栋的编号", .en = "id of a street, community, grid or building"})},
    {0}};
