/* Open311 GeoReport v2: requests - listing, one, tokens, updates. What is shown is what the procedure shows everybody;
 * a position to a thousandth of a degree; never anything of the one who reported. */
#include <math.h>
#include <string.h>

#include "matter/state.h"
#include "web/open311.h"

enum { REQUESTS_USUAL = 50, REQUESTS_MOST = 200, IDS_MOST = 50, CODES_MOST = 5, PAGES_MOST = 100000 };
static const time_ms USUAL_SPAN = (time_ms)90 * DAY_MS;
static const time_ms FOREVER = INBOX_NO_DUE;

/* --- one request ------------------------------------------------------------------------------------------------ */

static double shown_degree(double degree) {
  return round(degree * 1000) / 1000;
}

static void write_service_of(struct open311 *o, struct request *r, const char *category, bool shown,
                             const char **agency) {
  const char *service = open311_code_of(r->arena, shown ? category : "");
  const struct catalogue_code *code = open311_service(api_world(r), service, r->now);
  open311_put(o, "service_name", code ? open311_title(r, code) : word(r->lang, W_OPEN311_OTHER));
  open311_put(o, "service_code", service);
  *agency = code && code->unit ? bilingual_pick(&code->unit->title, r->lang == LANG_ZH) : NULL;
}

static void write_where(struct open311 *o, struct request *r, const struct q_open311_list_out *m, bool shown) {
  const char *street = m->street_name ? m->street_name : "", *community = m->community_name ? m->community_name : "";
  const char *address = arena_printf(r->arena, "%s%s", street, community);
  int64_t place = m->community ? m->community : m->street;
  open311_put(o, "address", shown && *address ? address : NULL);
  open311_put(o, "address_id", shown && place ? arena_printf(r->arena, "%lld", (long long)place) : NULL);
  open311_put(o, "zipcode", NULL);
  open311_put_real(o, "lat", shown ? shown_degree(m->lat) : NAN);
  open311_put_real(o, "long", shown ? shown_degree(m->lon) : NAN);
}

static void write_request(struct open311 *o, struct request *r, const struct q_open311_list_out *m) {
  const struct procedure *p = world_procedure(api_world(r), m->procedure, (int)m->version);
  const struct procedure_stage *stage = p ? procedure_stage_find(&p->tracks[0], m->stage) : NULL;
  unsigned shows = p ? p->shows_public : 0;
  int offset = app_of(r)->offset_min;
  const char *agency;
  open311_item(o, "request");
  open311_put(o, "service_request_id", m->code);
  open311_put(o, "status", m->outcome == OUTCOME_OPEN ? "open" : "closed");
  open311_put(o, "status_notes",
              stage && shows & SHOWS_STAGES ? bilingual_pick(&stage->title, r->lang == LANG_ZH) : NULL);
  write_service_of(o, r, m->category, (shows & SHOWS_CATEGORY) != 0, &agency);
  open311_put(o, "description", NULL);
  open311_put(o, "agency_responsible", agency);
  open311_put(o, "service_notice", NULL);
  open311_put_time(o, "requested_datetime", m->opened, offset);
  open311_put_time(o, "updated_datetime", m->updated, offset);
  open311_put_time(o, "expected_datetime", m->shown_due, offset);
  write_where(o, r, m, (shows & SHOWS_PLACE) != 0);
  open311_put(o, "media_url", NULL);
  open311_item_end(o);
}

static int read_one(struct q_open311_list_out *out, struct request *r, struct db *db, const char *code,
                    struct error *err) {
  struct q_open311_one_in in = {.district = app_of(r)->district, .code = code};
  struct q_open311_one_out row;
  int found = q_open311_one(db, r->arena, &row, &in, err);
  if (found == 1)
    *out = (struct q_open311_list_out){.id = row.id,
                                       .code = row.code,
                                       .procedure = row.procedure,
                                       .version = row.version,
                                       .stage = row.stage,
                                       .outcome = row.outcome,
                                       .category = row.category,
                                       .street = row.street,
                                       .community = row.community,
                                       .lon = row.lon,
                                       .lat = row.lat,
                                       .opened = row.opened,
                                       .updated = row.updated,
                                       .shown_due = row.shown_due,
                                       .street_name = row.street_name,
                                       .community_name = row.community_name};
  return found;
}

enum { ONE_ID };

static int one(struct request *r, struct error *err) {
  const char *code = open311_segment(r, ONE_ID);
  struct q_open311_list_out row;
  struct db *db;
  struct open311 o;
  if (app_db(&db, r, err) < 0) return -1;
  int found = read_one(&row, r, db, code, err);
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "open311.request", "service_request_id", code, NULL);
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests");
  write_request(&o, r, &row);
  open311_list_end(&o);
  return 0;
}

/* --- many ------------------------------------------------------------------------------------------------------- */

enum {
  MANY_ID,
  MANY_SERVICE,
  MANY_START,
  MANY_END,
  MANY_STATUS,
  MANY_AFTER,
  MANY_BEFORE,
  MANY_LAT,
  MANY_LONG,
  MANY_RADIUS,
  MANY_PAGE,
  MANY_SIZE
};

/* The next part of a list with commas, or NULL at its end. */
static const char *next_part(struct arena *a, const char **list) {
  while (**list == ',' || **list == ' ') ++*list;
  if (!**list) return NULL;
  size_t n = strcspn(*list, ", ");
  const char *part = arena_strndup(a, *list, n);
  *list += n;
  return part;
}

/* Those asked for by number; what is not public is left out, as if it were not there. */
static int by_ids(struct request *r, struct db *db, struct error *err) {
  const char *list = req_text(r, MANY_ID), *code;
  struct q_open311_list_out rows[IDS_MOST];
  size_t n = 0;
  struct open311 o;
  while ((code = next_part(r->arena, &list)) != NULL) {
    if (n == IDS_MOST) return error_set(err, ERR_INPUT, "open311.ids", "service_request_id", NULL);
    int found = read_one(&rows[n], r, db, code, err);
    if (found < 0) return -1;
    n += (size_t)found;
  }
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests");
  for (size_t i = 0; i < n; i++) write_request(&o, r, &rows[i]);
  open311_list_end(&o);
  return 0;
}

static int fill_services(struct q_open311_list_in *in, struct request *r, struct error *err) {
  const char *list = req_text(r, MANY_SERVICE), *service;
  const char **slots[CODES_MOST] = {&in->c1, &in->c2, &in->c3, &in->c4, &in->c5};
  int n = 0;
  in->any_category = !req_has(r, MANY_SERVICE);
  for (int i = 0; i < CODES_MOST; i++) *slots[i] = "-";
  while ((service = next_part(r->arena, &list)) != NULL) {
    const struct catalogue_code *code = open311_service(api_world(r), service, r->now);
    if (!code && !text_eq(service, OPEN311_OTHER))
      return error_set(err, ERR_MISSING, "open311.service", "service_code", service, NULL);
    if (n == CODES_MOST) return error_set(err, ERR_INPUT, "open311.codes", "service_code", NULL);
    *slots[n++] = code ? code->key : "";
  }
  return 0;
}

static int fill_circle(struct q_open311_list_in *in, const struct request *r, struct error *err) {
  double kx, ky, radius = req_has(r, MANY_RADIUS) ? req_real(r, MANY_RADIUS) : 500;
  in->lat = NAN;
  if (req_has(r, MANY_LAT) != req_has(r, MANY_LONG))
    return error_set(err, ERR_INPUT, "open311.circle", req_has(r, MANY_LAT) ? "long" : "lat", NULL);
  if (!req_has(r, MANY_LAT)) return 0;
  place_coord_scale(&kx, &ky, req_real(r, MANY_LAT));
  in->lat = req_real(r, MANY_LAT) * 1000;
  in->lon = req_real(r, MANY_LONG) * 1000;
  in->kx = kx * kx;
  in->ky = ky * ky;
  in->r2 = radius * radius * 1e6;
  return 0;
}

/* Both, one or none of open and closed. */
static int fill_status(struct q_open311_list_in *in, struct request *r, struct error *err) {
  const char *list = req_text(r, MANY_STATUS), *status;
  bool open = false, closed = false;
  while ((status = next_part(r->arena, &list)) != NULL) {
    if (!text_eq(status, "open") && !text_eq(status, "closed"))
      return error_set(err, ERR_INPUT, "open311.status", "status", status, NULL);
    open |= text_eq(status, "open");
    closed |= text_eq(status, "closed");
  }
  in->only_open = open && !closed;
  in->only_closed = closed && !open;
  return 0;
}

static void fill_times(struct q_open311_list_in *in, const struct request *r) {
  bool dated = req_has(r, MANY_START) || req_has(r, MANY_END) || req_has(r, MANY_AFTER) || req_has(r, MANY_BEFORE);
  in->to = req_has(r, MANY_END) ? req_int(r, MANY_END) : FOREVER;
  in->from = req_has(r, MANY_START) ? req_int(r, MANY_START) : dated ? 0 : r->now - USUAL_SPAN;
  in->updated_from = req_int(r, MANY_AFTER);
  in->updated_to = req_int(r, MANY_BEFORE);
}

static int many(struct request *r, struct error *err) {
  int64_t size = req_has(r, MANY_SIZE) ? req_int(r, MANY_SIZE) : REQUESTS_USUAL;
  int64_t page = req_has(r, MANY_PAGE) ? req_int(r, MANY_PAGE) : 1;
  struct q_open311_list_in in = {.district = app_of(r)->district, .skip = (page - 1) * size, .count = size};
  struct q_open311_list_out *rows;
  struct db *db;
  struct open311 o;
  size_t n;
  if (app_db(&db, r, err) < 0) return -1;
  if (req_has(r, MANY_ID)) return by_ids(r, db, err);
  fill_times(&in, r);
  if (fill_services(&in, r, err) < 0 || fill_circle(&in, r, err) < 0 || fill_status(&in, r, err) < 0) return -1;
  if (q_open311_list(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests");
  for (size_t i = 0; i < n; i++) write_request(&o, r, &rows[i]);
  open311_list_end(&o);
  return 0;
}

/* --- tokens ----------------------------------------------------------------------------------------------------- */

/* The token of a request is the receipt its reporter got. */
static int token(struct request *r, struct error *err) {
  const char *receipt = open311_segment(r, ONE_ID);
  struct state *s;
  struct db *db;
  struct open311 o;
  if (app_db(&db, r, err) < 0) return -1;
  if (api_receipt(&s, r, db, receipt, err) < 0) {
    if (err->kind != ERR_MISSING) return -1;
    error_clear(err);
    return error_set(err, ERR_MISSING, "open311.token", "token", NULL);
  }
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests");
  open311_item(&o, "request");
  open311_put(&o, "service_request_id", s->code);
  open311_put(&o, "token", receipt);
  open311_item_end(&o);
  open311_list_end(&o);
  return 0;
}

/* --- updates ---------------------------------------------------------------------------------------------------- */

enum { UPDATES_START, UPDATES_END };
enum { UPDATES_MOST = 1000 };

static void write_update(struct open311 *o, struct request *r, const struct q_open311_updates_out *u) {
  const struct procedure *p = world_procedure(api_world(r), u->procedure, (int)u->version);
  const struct procedure_stage *stage = p ? procedure_stage_find(&p->tracks[0], u->stage_to) : NULL;
  bool shown = stage && p->shows_public & SHOWS_STAGES;
  open311_item(o, "request_update");
  open311_put(o, "update_id", arena_printf(r->arena, "%lld", (long long)u->id));
  open311_put(o, "service_request_id", u->code);
  open311_put(o, "status", stage && stage->final ? "closed" : "open");
  open311_put_time(o, "updated_datetime", u->at, app_of(r)->offset_min);
  open311_put(o, "description", shown ? bilingual_pick(&stage->title, r->lang == LANG_ZH) : NULL);
  open311_put(o, "media_url", NULL);
  open311_item_end(o);
}

static int updates(struct request *r, struct error *err) {
  struct q_open311_updates_in in = {.district = app_of(r)->district,
                                    .count = UPDATES_MOST,
                                    .from = req_has(r, UPDATES_START) ? req_int(r, UPDATES_START) : r->now - DAY_MS,
                                    .to = req_has(r, UPDATES_END) ? req_int(r, UPDATES_END) : FOREVER};
  struct q_open311_updates_out *rows;
  struct db *db;
  struct open311 o;
  size_t n;
  if (app_db(&db, r, err) < 0 || q_open311_updates(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  open311_start(&o, r, 200);
  open311_list(&o, "service_requests_updates");
  for (size_t i = 0; i < n; i++) write_update(&o, r, &rows[i]);
  open311_list_end(&o);
  return 0;
}

#define OPEN(path_, help_, handler_)                                                                               \
  .method = HTTP_GET, .path = (path_), .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .tag = "open311", .help = (help_), \
  .rate = RATE_API, .handler = (handler_), .on_error = open311_error
#define TIME_PARAM(n, zh_, en_) \
  { .name = (n), .type = PARAM_TIME, .in = IN_QUERY, .zh = (zh_), .en = (en_) }
#define MANY_PARAMS                                                                                                  \
  PARAMS([MANY_ID] = {.name = "service_request_id",                                                                  \
                      .type = PARAM_TEXT,                                                                            \
                      .in = IN_QUERY,                                                                                \
                      .max = 2000,                                                                                   \
                      .zh = "编号",                                                                                  \
                      .en = "numbers, with commas"},                                                                 \
         [MANY_SERVICE] = {.name = "service_code",                                                                   \
                           .type = PARAM_TEXT,                                                                       \
                           .in = IN_QUERY,                                                                           \
                           .zh = "服务代码",                                                                         \
                           .en = "service codes, with commas"},                                                      \
         [MANY_START] = TIME_PARAM("start_date", "起", "requested at or after"),                                     \
         [MANY_END] = TIME_PARAM("end_date", "止", "requested before"),                                              \
         [MANY_STATUS] = {.name = "status", .type = PARAM_TEXT, .in = IN_QUERY, .zh = "状态", .en = "open, closed"}, \
         [MANY_AFTER] = TIME_PARAM("updated_after", "更新晚于", "updated after"),                                    \
         [MANY_BEFORE] = TIME_PARAM("updated_before", "更新早于", "updated before"),                                 \
         [MANY_LAT] = {.name = "lat",                                                                                \
                       .type = PARAM_REAL,                                                                           \
                       .in = IN_QUERY,                                                                               \
                       .low = -90,                                                                                   \
                       .high = 90,                                                                                   \
                       .zh = "纬度",                                                                                 \
                       .en = "latitude, WGS-84"},                                                                    \
         [MANY_LONG] = {.name = "long",                                                                              \
                        .type = PARAM_REAL,                                                                          \
                        .in = IN_QUERY,                                                                              \
                        .low = -180,                                                                                 \
                        .high = 180,                                                                                 \
                        .zh = "经度",                                                                                \
                        .en = "longitude, WGS-84"},                                                                  \
         [MANY_RADIUS] = {.name = "radius",                                                                          \
                          .type = PARAM_REAL,                                                                        \
                          .in = IN_QUERY,                                                                            \
                          .low = 1,                                                                                  \
                          .high = 100000,                                                                            \
                          .zh = "半径",                                                                              \
                          .en = "metres; 500 when absent"},                                                          \
         [MANY_PAGE] = {.name = "page",                                                                              \
                        .type = PARAM_INT,                                                                           \
                        .in = IN_QUERY,                                                                              \
                        .low = 1,                                                                                    \
                        .high = PAGES_MOST,                                                                          \
                        .zh = "页",                                                                                  \
                        .en = "page, from 1"},                                                                       \
         [MANY_SIZE] = {.name = "page_size",                                                                         \
                        .type = PARAM_INT,                                                                           \
                        .in = IN_QUERY,                                                                              \
                        .low = 1,                                                                                    \
                        .high = REQUESTS_MOST,                                                                       \
                        .zh = "每页条数",                                                                            \
                        .en = "requests of a page"})
#define UPDATES_PARAMS                                                                    \
  PARAMS([UPDATES_START] = TIME_PARAM("start_date", "起", "at or after"), [UPDATES_END] = \
                                                                              TIME_PARAM("end_date", "止", "before"))
#define ID_PARAM                         \
  PARAMS([ONE_ID] = {.name = "id",       \
                     .type = PARAM_TEXT, \
                     .in = IN_PATH,      \
                     .required = true,   \
                     .max = 60,          \
                     .zh = "编号",       \
                     .en = "number or token, with .json or .xml"})
#define REQUEST_ROUTES(base)                                                                    \
  {OPEN(base "/requests.json", W_OPEN311_REQUESTS, many), MANY_PARAMS},                         \
      {OPEN(base "/requests.xml", W_OPEN311_REQUESTS, many), MANY_PARAMS},                      \
      {OPEN(base "/requests/{id}", W_OPEN311_REQUEST, one), ID_PARAM},                          \
      {OPEN(base "/tokens/{id}", W_OPEN311_TOKEN, token), ID_PARAM},                            \
      {OPEN(base "/servicerequestupdates.json", W_OPEN311_UPDATES, updates), UPDATES_PARAMS}, { \
    OPEN(base "/servicerequestupdates.xml", W_OPEN311_UPDATES, updates), UPDATES_PARAMS         \
  }

const struct route routes_open311_request[] = {REQUEST_ROUTES("/open311/v2"), REQUEST_ROUTES("/open311/test/v2"), {0}};
