/* The district's public face: the front page, public cases as a page and as open data. What is small is not counted
 * out, what is confidential is not there at all. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/json_write.h"
#include "board/withhold.h"
#include "matter/list.h"
#include "pages.h"
#include "web/public_map.h"
#include "web/resident.h"

enum { HOME_CASES = 6, PAGE_CASES = 30, FEED_CASES = 200, LATELY_DAYS = 30 };

/* --- figures ---------------------------------------------------------------------------------------------------- */

/* A number so small that it could point at somebody is withheld. */
static const char *figure(const struct resident *x, int64_t n) {
  if (n > 0 && n < WITHHOLD_UNDER) return word(x->r->lang, W_RESIDENT_FEWER);
  return arena_printf(x->a, "%lld", (long long)n);
}

/* A share of nothing is no share, and one whose part or rest is small would tell it. */
static const char *share(const struct resident *x, int64_t part, int64_t of) {
  if (withhold_share(part, of)) return "—";
  return arena_printf(x->a, "%.0f%%", 100.0 * (double)part / (double)of);
}

static int fill_figures(struct view_resident_public *v, const struct resident *x, struct error *err) {
  int64_t today = day_of_ms(x->r->now, x->w->offset_min);
  struct q_public_figures_in in = {.district = x->app->district, .since = today - LATELY_DAYS + 1};
  struct q_public_figures_out n = {0};
  if (q_public_figures(x->db, x->a, &n, &in, err) < 0) return -1;
  struct view_resident_figure *f = ARENA_ARRAY(x->a, 4, struct view_resident_figure);
  f[0] = (struct view_resident_figure){word(x->r->lang, W_RESIDENT_FIGURE_REPORTED), figure(x, n.reported), ""};
  f[1] = (struct view_resident_figure){word(x->r->lang, W_RESIDENT_FIGURE_DONE), figure(x, n.done), "ok"};
  f[2] = (struct view_resident_figure){word(x->r->lang, W_RESIDENT_FIGURE_GOING), figure(x, n.going), "soon"};
  f[3] = (struct view_resident_figure){word(x->r->lang, W_RESIDENT_FIGURE_ON_TIME), share(x, n.on_time, n.done), "ok"};
  v->figures = f;
  v->figure_count = 4;
  return 0;
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static int fill_cases(struct view_resident_public *v, struct list_row **rows, size_t *n, bool *more,
                      const struct resident *x, const struct list_filter *filter, struct error *err) {
  if (matter_list(rows, n, more, x->db, x->a, x->w, filter, x->r->now, err) < 0) return -1;
  v->cases = resident_public_rows(x, *rows, *n);
  v->case_count = (int)*n;
  return 0;
}

static int home(struct request *r, struct error *err) {
  struct resident x;
  struct view_resident_public v = {.next = ""};
  struct list_row *rows;
  size_t n;
  struct list_filter filter = {.most = HOME_CASES, .order = LIST_CHANGED};
  if (resident_open(&x, r, err) < 0 || fill_figures(&v, &x, err) < 0) return -1;
  if (fill_cases(&v, &rows, &n, NULL, &x, &filter, err) < 0) return -1;
  v.categories = resident_categories(&x, NULL, &v.category_count);
  if (v.category_count > 7) v.category_count = 7;
  page_resident_home(reply_html(r, 200), &v, &r->page);
  return 0;
}

enum { CASES_STREET, CASES_CATEGORY, CASES_OPEN, CASES_AT, CASES_ID };

static struct list_filter filter_of(const struct request *r, int most) {
  return (struct list_filter){.most = most,
                              .order = LIST_NEWEST,
                              .street = req_int(r, CASES_STREET),
                              .category = req_has(r, CASES_CATEGORY) ? req_text(r, CASES_CATEGORY) : NULL,
                              .only_open = req_bool(r, CASES_OPEN),
                              .at = req_int(r, CASES_AT),
                              .at_id = req_int(r, CASES_ID)};
}

static int draw_map(struct view_resident_public *v, const struct resident *x, const struct list_filter *filter,
                    struct error *err) {
  struct map_pin *pins;
  struct area_map map = {.id = "open", .title = word(x->r->lang, W_RESIDENT_MAP_OPEN), .width = 640};
  struct view_mark *marks = ARENA_ARRAY(x->a, MAP_MARKS, struct view_mark);
  if (public_pins(&pins, &map.pin_count, x, filter, err) < 0) return -1;
  map.pins = pins;
  for (int i = 0; i < MAP_MARKS; i++)
    marks[i] = (struct view_mark){area_mark_html(x->a, (enum map_mark)i, false),
                                  word(x->r->lang, public_mark_word((enum map_mark)i))};
  v->marks = marks;
  v->mark_count = MAP_MARKS;
  return public_map(&v->map, x, filter->street, &map, err);
}

static int cases(struct request *r, struct error *err) {
  struct resident x;
  struct view_resident_public v = {.next = ""};
  struct list_row *rows;
  size_t n;
  bool more = false;
  struct list_filter filter = filter_of(r, PAGE_CASES);
  if (resident_open(&x, r, err) < 0 || fill_figures(&v, &x, err) < 0 ||
      resident_streets(&v.areas, &v.area_count, &x, filter.street, err) < 0)
    return -1;
  if (fill_cases(&v, &rows, &n, &more, &x, &filter, err) < 0) return -1;
  if (!filter.at && draw_map(&v, &x, &filter, err) < 0) return -1;
  v.categories = resident_categories(&x, filter.category, &v.category_count);
  v.open_only = filter.only_open;
  if (more)
    v.next = arena_printf(x.a, "/public/cases?street=%lld&category=%s&open=%d&at=%lld&id=%lld",
                          (long long)filter.street, filter.category ? filter.category : "", filter.only_open,
                          (long long)rows[n - 1].opened, (long long)rows[n - 1].id);
  page_resident_public(reply_html(r, 200), &v, &r->page);
  return 0;
}

enum { CASE_CODE };

static int one_case(struct request *r, struct error *err) {
  struct resident x;
  struct state *s;
  struct case_view *view;
  int64_t id = 0;
  static const struct actor nobody = {.kind = ACTOR_ANONYMOUS};
  if (resident_open(&x, r, err) < 0) return -1;
  struct actor anyone = nobody;
  anyone.district = x.app->district;
  if (state_find_code(x.db, x.app->district, req_text(r, CASE_CODE), &id, x.a, err) < 0) return -1;
  if (!id) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  if (state_load(&s, x.db, x.w, id, x.a, err) < 0) return -1;
  struct case_asker who = resident_asker(&x, &anyone);
  if (case_view_make(&view, &who, s, err) < 0) return -1;
  struct view_resident_case v = {.c = {.code = view->code,
                                       .title = text_empty(view->category) ? view->procedure : view->category,
                                       .place = view->place,
                                       .stage = view->stage,
                                       .look = resident_phase_look(s->phase),
                                       .opened = view->opened,
                                       .reporters = view->reporters_total},
                                 .stops = view->stops,
                                 .stop_count = view->stop_count,
                                 .open = s->outcome == OUTCOME_OPEN};
  page_resident_case(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- open data -------------------------------------------------------------------------------------------------- */

static int feed_rows(const struct view_public **out, struct list_row **rows, size_t *n, struct resident *x,
                     struct request *r, struct error *err) {
  struct view_resident_public v = {.next = ""};
  struct list_filter filter = filter_of(r, FEED_CASES);
  if (resident_open(x, r, err) < 0 || fill_cases(&v, rows, n, NULL, x, &filter, err) < 0) return -1;
  *out = v.cases;
  return 0;
}

static const char *moment(const struct resident *x, time_ms at) {
  char s[40];
  time_format(s, sizeof s, at, x->w->offset_min);
  return arena_strdup(x->a, s);
}

static void put_feature(struct json *j, const struct resident *x, const struct list_row *row,
                        const struct view_public *c) {
  bool placed = (row->procedure->shows_public & SHOWS_PLACE) && !isnan(row->lon);
  json_object(j);
  json_put(j, "type", "Feature");
  json_put(j, "id", row->code);
  json_key(j, "geometry");
  if (placed) {
    json_object(j);
    json_put(j, "type", "Point");
    json_key(j, "coordinates");
    json_array(j);
    /* About 100 m: the street corner, not the door. */
    json_real(j, round(row->lon * 1000) / 1000);
    json_real(j, round(row->lat * 1000) / 1000);
    json_array_end(j);
    json_object_end(j);
  } else {
    json_null(j);
  }
  json_key(j, "properties");
  json_object(j);
  json_put(j, "category", row->category);
  json_put(j, "title", c->title);
  json_put(j, "place", c->place);
  json_put(j, "stage", c->stage);
  json_put(j, "opened", moment(x, row->opened));
  json_object_end(j);
  json_object_end(j);
}

static int geojson(struct request *r, struct error *err) {
  struct resident x;
  const struct view_public *c;
  struct list_row *rows;
  size_t n;
  struct json j;
  if (feed_rows(&c, &rows, &n, &x, r, err) < 0) return -1;
  json_start(&j, reply_as(r, 200, "application/geo+json"));
  json_object(&j);
  json_put(&j, "type", "FeatureCollection");
  json_key(&j, "features");
  json_array(&j);
  for (size_t i = 0; i < n; i++) put_feature(&j, &x, &rows[i], &c[i]);
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static void write_row(struct buf *b, const char *const *fields, int n) {
  for (int i = 0; i < n; i++) csv_write(b, fields[i], i == 0);
  csv_write_end(b);
}

static int csv(struct request *r, struct error *err) {
  struct resident x;
  const struct view_public *c;
  struct list_row *rows;
  size_t n;
  if (feed_rows(&c, &rows, &n, &x, r, err) < 0) return -1;
  struct buf *b = (reply_download(r, "text/csv; charset=utf-8", "cases.csv"), &r->http->reply.body);
  write_row(b, (const char *[]){"code", "category", "title", "place", "stage", "opened"}, 6);
  for (size_t i = 0; i < n; i++)
    write_row(b,
              (const char *[]){rows[i].code, rows[i].category, c[i].title, c[i].place, c[i].stage,
                               moment(&x, rows[i].opened)},
              6);
  return 0;
}

static int atom(struct request *r, struct error *err) {
  struct resident x;
  const struct view_public *c;
  struct list_row *rows;
  size_t n;
  struct view_resident_feed v = {0};
  if (feed_rows(&c, &rows, &n, &x, r, err) < 0 || resident_site(&v.site, &x, err) < 0) return -1;
  struct view_feed_entry *entries = ARENA_ARRAY(x.a, n + 1, struct view_feed_entry);
  v.updated = moment(&x, 0);
  for (size_t i = 0; i < n; i++)
    entries[i] = (struct view_feed_entry){
        rows[i].code, c[i].title, c[i].place, c[i].stage, moment(&x, rows[i].opened), moment(&x, rows[i].updated),
        v.site};
  if (n) v.updated = entries[0].updated;
  v.entries = entries;
  v.entry_count = (int)n;
  page_resident_atom(reply_as(r, 200, "application/atom+xml; charset=utf-8"), &v, &r->page);
  return 0;
}

#define CASES_PARAMS                                                                                              \
  PARAMS([CASES_STREET] = {.name = "street",                                                                      \
                           .type = PARAM_INT,                                                                     \
                           .in = IN_QUERY,                                                                        \
                           .low = 0,                                                                              \
                           .high = 1e15,                                                                          \
                           .zh = "街道（镇）",                                                                    \
                           .en = "id of a street or town"},                                                       \
         [CASES_CATEGORY] =                                                                                       \
             {.name = "category", .type = PARAM_TEXT, .in = IN_QUERY, .max = 80, .zh = "类别", .en = "category"}, \
         [CASES_OPEN] =                                                                                           \
             {.name = "open", .type = PARAM_BOOL, .in = IN_QUERY, .zh = "只看在办", .en = "only open ones"},      \
         [CASES_AT] = {.name = "at",                                                                              \
                       .type = PARAM_INT,                                                                         \
                       .in = IN_QUERY,                                                                            \
                       .low = 0,                                                                                  \
                       .high = 4e15,                                                                              \
                       .zh = "从何时起往前",                                                                      \
                       .en = "where the page before ended"},                                                      \
         [CASES_ID] = {                                                                                           \
             .name = "id", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15, .zh = "同上", .en = "the same"})

const struct route routes_resident_home[] = {{.method = HTTP_GET,
                                              .path = "/",
                                              .kind = ROUTE_PAGE,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_HOME,
                                              .rate = RATE_PAGE,
                                              .handler = home},
                                             {.method = HTTP_GET,
                                              .path = "/public/cases",
                                              .kind = ROUTE_PAGE,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_PUBLIC_CASES,
                                              .rate = RATE_PAGE,
                                              .handler = cases,
                                              CASES_PARAMS},
                                             {.method = HTTP_GET,
                                              .path = "/public/case/{code}",
                                              .kind = ROUTE_PAGE,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_PUBLIC_CASE,
                                              .rate = RATE_PAGE,
                                              .handler = one_case,
                                              PARAMS([CASE_CODE] = {.name = "code",
                                                                    .type = PARAM_TEXT,
                                                                    .in = IN_PATH,
                                                                    .required = true,
                                                                    .max = 64,
                                                                    .zh = "案件号",
                                                                    .en = "number of the case"})},
                                             {.method = HTTP_GET,
                                              .path = "/public/cases.geojson",
                                              .kind = ROUTE_RAW,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_PUBLIC_DATA,
                                              .rate = RATE_PAGE,
                                              .handler = geojson,
                                              CASES_PARAMS},
                                             {.method = HTTP_GET,
                                              .path = "/public/cases.csv",
                                              .kind = ROUTE_RAW,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_PUBLIC_DATA,
                                              .rate = RATE_PAGE,
                                              .handler = csv,
                                              CASES_PARAMS},
                                             {.method = HTTP_GET,
                                              .path = "/public/cases.atom",
                                              .kind = ROUTE_RAW,
                                              .who = ACCESS_PUBLIC,
                                              .tag = "public",
                                              .help = W_ROUTE_PUBLIC_DATA,
                                              .rate = RATE_PAGE,
                                              .handler = atom,
                                              CASES_PARAMS},
                                             {0}};
