/* The district's figures for everybody: a page, CSV, JSON; publication periods as a calendar; what open data there is. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/json_write.h"
#include "board/board.h"
#include "board/calendar_feed.h"
#include "pages.h"
#include "web/area_view.h"
#include "web/public_figures.h"

enum { MONTHS_MOST = 36, KINDS_MOST = 30, NOTICES_MOST = 500, NOTICES_SHOWN = 3, MEETINGS_MOST = 500 };
enum { F_MONTH, F_KIND };

struct asked {
  struct resident x;
  struct q_figure_month_list_out *months;
  size_t month_count;
  const struct procedure *kinds[KINDS_MOST];
  int kind_count, month;
  const struct procedure *kind;
};

static int month_of(const char *text) {
  int32_t day;
  struct civil c;
  char first[16];
  snprintf(first, sizeof first, "%.7s-01", text);
  if (!date_parse(&day, first)) return 0;
  civil_from_day(&c, day);
  return c.year * 100 + c.month;
}

/* The kind with the most reported in that month, so that the page opens on what the district mostly does. */
static int usual_kind(struct asked *q, struct error *err) {
  int64_t most = -1;
  for (int i = 0; i < q->kind_count; i++) {
    struct public_month m = {0};
    if (q->month && public_month_read(&m, &q->x, q->month, q->kinds[i], err) < 0) return -1;
    if (m.reported <= most) continue;
    most = m.reported;
    q->kind = q->kinds[i];
  }
  return 0;
}

/* Months and kinds there are; which one was asked for. An unknown one is an error, none the newest. */
static int read_asked(struct asked *q, struct request *r, struct error *err) {
  memset(q, 0, sizeof *q);
  if (resident_open(&q->x, r, err) < 0) return -1;
  struct q_figure_month_list_in in = {.district = q->x.w->district, .count = MONTHS_MOST};
  if (q_figure_month_list(q->x.db, q->x.a, &q->months, &q->month_count, &in, err) < 0) return -1;
  q->kind_count = public_kinds(q->kinds, KINDS_MOST, q->x.w);
  q->month = *req_text(r, F_MONTH) ? month_of(req_text(r, F_MONTH)) : q->month_count ? (int)q->months[0].month : 0;
  if (*req_text(r, F_MONTH) && !q->month) return error_set(err, ERR_INPUT, "figure.unknown", "month", NULL);
  if (!*req_text(r, F_KIND)) return usual_kind(q, err);
  q->kind = NULL;
  for (int i = 0; i < q->kind_count; i++)
    if (text_eq(q->kinds[i]->name, req_text(r, F_KIND))) q->kind = q->kinds[i];
  return q->kind ? 0 : error_set(err, ERR_INPUT, "figure.unknown", "kind", NULL);
}

/* --- page ------------------------------------------------------------------------------------------------------- */

static const char *number(const struct resident *x, int64_t n, bool withheld) {
  return withheld ? word(x->r->lang, W_PUBLIC_WITHHELD) : arena_printf(x->a, "%lld", (long long)n);
}

static const char *percent(const struct resident *x, struct public_share s) {
  return s.withheld ? "—" : arena_printf(x->a, "%d%%", s.percent);
}

static void fill_tiles(struct view_public_figures *v, const struct resident *x, const struct public_month *m) {
  struct view_resident_figure *f = ARENA_ARRAY(x->a, 6, struct view_resident_figure);
  enum lang lang = x->r->lang;
  f[0] = (struct view_resident_figure){word(lang, W_MEASURE_REPORTED), number(x, m->reported, m->reported_withheld), ""};
  f[1] = (struct view_resident_figure){word(lang, W_MEASURE_CLOSED), number(x, m->closed, m->closed_withheld), "ok"};
  f[2] = (struct view_resident_figure){word(lang, W_LEADER_ON_TIME_RATE), percent(x, m->on_time), "ok"};
  f[3] = (struct view_resident_figure){word(lang, W_LEADER_RESPONSE_RATE), percent(x, m->response), "ok"};
  f[4] = (struct view_resident_figure){word(lang, W_LEADER_SOLVED_RATE), percent(x, m->solved), "ok"};
  f[5] = (struct view_resident_figure){word(lang, W_LEADER_SATISFIED_RATE), percent(x, m->satisfied), "ok"};
  v->figures = f;
  v->figure_count = 6;
}

static const struct public_cell *cell_of(const struct public_cells *c, const char *key) {
  for (int i = 0; i < c->count; i++)
    if (text_eq(c->at[i].key, key)) return &c->at[i];
  return NULL;
}

static struct table_cell table_cell(const struct resident *x, const struct public_cell *c) {
  if (!c) return (struct table_cell){.text = "0", .number = true};
  return (struct table_cell){.text = number(x, c->n, c->withheld), .n = (double)c->n, .number = true};
}

/* Of each line what was reported and (where there is such a table) closed. */
static void make_table(struct table *t, const struct resident *x, enum word title, const struct public_cells *names,
                       const struct public_cells *closed) {
  int columns = closed ? 3 : 2;
  struct table_row *rows = ARENA_ARRAY(x->a, (size_t)names->count + 1, struct table_row);
  struct table_column *c = ARENA_ARRAY(x->a, 3, struct table_column);
  for (int i = 0; i < names->count; i++) {
    struct table_cell *cells = ARENA_ARRAY(x->a, 3, struct table_cell);
    cells[0] = (struct table_cell){.text = names->at[i].name};
    cells[1] = table_cell(x, &names->at[i]);
    if (closed) cells[2] = table_cell(x, cell_of(closed, names->at[i].key));
    rows[i] = (struct table_row){cells, columns, false};
  }
  c[0] = (struct table_column){word(x->r->lang, title), false};
  c[1] = (struct table_column){word(x->r->lang, W_MEASURE_REPORTED), true};
  c[2] = (struct table_column){word(x->r->lang, W_MEASURE_CLOSED), true};
  *t = (struct table){.id = closed ? "by-street" : "by-class", .title = word(x->r->lang, title), .columns = c,
                      .column_count = columns, .rows = rows, .row_count = names->count};
}

static void draw_streets(struct view_public_figures *v, const struct resident *x, const struct public_month *m) {
  int n = m->reported_by_street.count;
  double *values = ARENA_ARRAY(x->a, (size_t)n + 1, double);
  const char **labels = ARENA_ARRAY(x->a, (size_t)n + 1, const char *);
  struct chart_series *s = ARENA_NEW(x->a, struct chart_series);
  struct chart *c = ARENA_NEW(x->a, struct chart);
  for (int i = 0; i < n; i++) {
    const struct public_cell *cell = &m->reported_by_street.at[i];
    values[i] = cell->withheld ? (double)NAN : (double)cell->n;
    labels[i] = cell->name;
  }
  *s = (struct chart_series){word(x->r->lang, W_MEASURE_REPORTED), values, NULL};
  *c = (struct chart){.kind = CHART_BARS, .lang = x->r->lang, .id = "streets", .title = word(x->r->lang, W_LEADER_BY_STREET),
                      .labels = labels, .count = n, .series = s, .series_count = 1, .no_table = true};
  v->streets = chart_view(x->a, c);
}

/* The streets with their numbers; hatched where withheld. */
static int draw_map(struct view_public_figures *v, const struct resident *x, const struct public_month *m, struct error *err) {
  struct drawn_area *drawn;
  int count;
  if (drawn_areas(&drawn, &count, x->db, x->a, x->w->district, PLACE_STREET, 0, err) < 0) return -1;
  struct map_area *areas = ARENA_ARRAY(x->a, (size_t)count + 1, struct map_area);
  for (int i = 0; i < count; i++) {
    const struct public_cell *cell = cell_of(&m->reported_by_street, drawn[i].code);
    areas[i] = (struct map_area){.name = drawn[i].name, .shape = &drawn[i].shape,
                                 .n = !cell ? 0 : cell->withheld ? (double)NAN : (double)cell->n,
                                 .says = cell ? number(x, cell->n, cell->withheld) : "0"};
  }
  struct area_map map = {.id = "reported", .title = word(x->r->lang, W_PUBLIC_MAP), .areas = areas, .area_count = count,
                         .width = 600, .focus = true};
  v->map = area_map_html(x->a, &map);
  return 0;
}

/* What is on public notice now. */
static int fill_notices(struct view_public_figures *v, const struct resident *x, struct error *err) {
  struct notice *list;
  size_t n;
  struct notice_filter shown = {.procedure = "", .shown = true};
  if (notice_list(&list, &n, x->db, x->a, x->w, &shown, NOTICES_SHOWN, err) < 0) return -1;
  struct view_notice_row *rows = ARENA_ARRAY(x->a, n + 1, struct view_notice_row);
  for (size_t i = 0; i < n; i++) rows[i] = resident_notice_row(x, &list[i]);
  v->notices = rows;
  v->notice_count = (int)n;
  return 0;
}

static void fill_choices(struct view_public_figures *v, const struct asked *q) {
  const struct resident *x = &q->x;
  struct view_option *months = ARENA_ARRAY(x->a, q->month_count + 1, struct view_option);
  struct view_option *kinds = ARENA_ARRAY(x->a, (size_t)q->kind_count + 1, struct view_option);
  for (size_t i = 0; i < q->month_count; i++) {
    const char *s = arena_printf(x->a, "%04d-%02d", (int)q->months[i].month / 100, (int)q->months[i].month % 100);
    months[i] = (struct view_option){s, s, q->months[i].month == q->month};
  }
  for (int i = 0; i < q->kind_count; i++)
    kinds[i] = (struct view_option){q->kinds[i]->name, resident_say(x, &q->kinds[i]->title), q->kinds[i] == q->kind};
  v->months = months;
  v->month_count = (int)q->month_count;
  v->kinds = kinds;
  v->kind_count = q->kind_count;
}

static int page_get(struct request *r, struct error *err) {
  struct asked q;
  struct public_month *m = ARENA_NEW(r->arena, struct public_month);
  struct view_public_figures v = {0};
  char at[40];
  if (read_asked(&q, r, err) < 0) return -1;
  fill_choices(&v, &q);
  int found = q.kind && q.month ? public_month_read(m, &q.x, q.month, q.kind, err) : 0;
  if (found < 0 || fill_notices(&v, &q.x, err) < 0) return -1;
  if (found) {
    if (draw_map(&v, &q.x, m, err) < 0) return -1;
    struct table *tables = ARENA_ARRAY(r->arena, 2, struct table);
    time_format_short(at, sizeof at, m->kept, q.x.w->offset_min);
    v.month = m;
    v.kept = arena_strdup(r->arena, at);
    fill_tiles(&v, &q.x, m);
    draw_streets(&v, &q.x, m);
    make_table(&tables[0], &q.x, W_LEADER_BY_STREET, &m->reported_by_street, &m->closed_by_street);
    make_table(&tables[1], &q.x, W_PUBLIC_BY_CLASS, &m->reported_by_class, NULL);
    v.tables = tables;
    v.table_count = 2;
  }
  page_public_figures(reply_html(r, 200), &v, &r->page);
  return 0;
}

/* --- CSV and JSON ----------------------------------------------------------------------------------------------- */

struct row {
  const struct public_month *m;
  const char *measure, *by, *key, *name;
  int64_t n;
  bool withheld, percent;
};
typedef void row_fn(void *ctx, const struct row *row);

static void each_cell(const struct public_month *m, const char *measure, const char *by, const struct public_cells *c,
                      row_fn *fn, void *ctx) {
  for (int i = 0; i < c->count; i++) {
    struct row row = {m, measure, by, c->at[i].key, c->at[i].name, c->at[i].n, c->at[i].withheld, false};
    fn(ctx, &row);
  }
}

static void each_row(const struct public_month *m, row_fn *fn, void *ctx) {
  const struct row totals[] = {{m, "reported", "district", "", "", m->reported, m->reported_withheld, false},
                               {m, "closed", "district", "", "", m->closed, m->closed_withheld, false},
                               {m, "on-time-share", "district", "", "", m->on_time.percent, m->on_time.withheld, true},
                               {m, "response-share", "district", "", "", m->response.percent, m->response.withheld, true},
                               {m, "solved-share", "district", "", "", m->solved.percent, m->solved.withheld, true},
                               {m, "satisfied-share", "district", "", "", m->satisfied.percent, m->satisfied.withheld, true}};
  for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) fn(ctx, &totals[i]);
  each_cell(m, "reported", "street", &m->reported_by_street, fn, ctx);
  each_cell(m, "closed", "street", &m->closed_by_street, fn, ctx);
  each_cell(m, "reported", "class", &m->reported_by_class, fn, ctx);
}

/* All kinds of one month, or (month 0) of all that were kept. */
static int each_month(struct asked *q, bool all, row_fn *fn, void *ctx, struct error *err) {
  for (size_t i = 0; i < q->month_count; i++) {
    if (!all && q->months[i].month != q->month) continue;
    for (int k = 0; k < q->kind_count; k++) {
      struct public_month m;
      int found = public_month_read(&m, &q->x, (int)q->months[i].month, q->kinds[k], err);
      if (found < 0) return -1;
      if (found) each_row(&m, fn, ctx);
    }
  }
  return 0;
}

static void csv_row(void *ctx, const struct row *row) {
  struct buf *b = ctx;
  char n[32] = "";
  if (!row->withheld) snprintf(n, sizeof n, "%lld", (long long)row->n);
  const char *const fields[] = {row->m->period, row->m->procedure, row->measure, row->by, row->key, row->name, n,
                                row->percent ? "percent" : "count", row->withheld ? "1" : "0"};
  for (int i = 0; i < 9; i++) csv_write(b, fields[i], i == 0);
  csv_write_end(b);
}

static int csv_get(struct request *r, struct error *err) {
  static const char *const heads[] = {"month", "kind", "measure", "by", "code", "name", "value", "unit", "withheld"};
  struct asked q;
  if (read_asked(&q, r, err) < 0) return -1;
  reply_download(r, "text/csv; charset=utf-8", "figures.csv");
  struct buf *b = &r->http->reply.body;
  for (int i = 0; i < 9; i++) csv_write(b, heads[i], i == 0);
  csv_write_end(b);
  return each_month(&q, !*req_text(r, F_MONTH), csv_row, b, err);
}

static void json_row(void *ctx, const struct row *row) {
  struct json *j = ctx;
  json_object(j);
  json_put(j, "month", row->m->period);
  json_put(j, "kind", row->m->procedure);
  json_put(j, "measure", row->measure);
  json_put(j, "by", row->by);
  json_put(j, "code", row->key);
  json_put(j, "name", row->name);
  json_key(j, "value");
  if (row->withheld)
    json_null(j);
  else
    json_int(j, row->n);
  json_put(j, "unit", row->percent ? "percent" : "count");
  json_put_bool(j, "withheld", row->withheld);
  json_object_end(j);
}

static int api_get(struct request *r, struct error *err) {
  struct asked q;
  struct json j;
  if (read_asked(&q, r, err) < 0) return -1;
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_key(&j, "months");
  json_array(&j);
  for (size_t i = 0; i < q.month_count; i++) {
    json_object(&j);
    json_put(&j, "month", arena_printf(r->arena, "%04d-%02d", (int)q.months[i].month / 100, (int)q.months[i].month % 100));
    json_put_time(&j, "kept", q.months[i].kept, q.x.w->offset_min);
    json_put(&j, "hash", q.months[i].hash);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_key(&j, "figures");
  json_array(&j);
  int got = each_month(&q, false, json_row, &j, err);
  json_array_end(&j);
  json_object_end(&j);
  return got;
}

/* --- calendar --------------------------------------------------------------------------------------------------- */

/* A value of a track that everybody may see; NULL when there is none. */
static int public_value(const char **out, const struct resident *x, const struct q_public_meetings_out *row,
                        const struct procedure_field *f, struct error *err) {
  struct q_said_last_out said = {0};
  *out = NULL;
  if (!f || f->seen != SEEN_PUBLIC) return 0;
  struct q_said_last_in in = {.district = x->w->district, .matter = row->matter,
                              .track = f->track && f->track->index == 0 ? row->main : row->track, .field = f->name};
  int found = q_said_last(x->db, x->a, &said, &in, err);
  if (found > 0 && !text_empty(said.value)) *out = said.value;
  return found < 0 ? -1 : 0;
}

static int add_meeting(struct calendar_feed *f, const struct resident *x, const char *site,
                       const struct q_public_meetings_out *row, struct error *err) {
  const struct procedure *p = world_procedure(x->w, row->procedure, (int)row->version);
  const struct procedure_track *type = p ? procedure_track_find(p, row->type) : NULL;
  const struct procedure_meeting *m = type ? type->meeting : NULL;
  const char *at, *where;
  time_ms begins;
  if (!m || public_value(&at, x, row, m->time, err) < 0 || public_value(&where, x, row, m->where, err) < 0)
    return err->kind == ERR_NONE ? 0 : -1;
  if (!at || !time_parse(&begins, at, x->w->offset_min)) return 0;
  const char *what = p->shows_public & SHOWS_SUMMARY ? row->summary : resident_say(x, &p->title);
  struct calendar_event e = {.uid = arena_printf(x->a, "meeting-%lld@%s", (long long)row->track, x->w->code),
                             .stamp = begins, .begins = begins, .location = where,
                             .summary = arena_printf(x->a, "%s: %s", resident_say(x, &type->title), what),
                             .url = arena_printf(x->a, "%s/public/case/%s", site, row->code)};
  calendar_add(f, &e);
  return 0;
}

/* Meetings somebody was called to in public: of the last year and to come. */
static int add_meetings(struct calendar_feed *f, const struct resident *x, const char *site, struct error *err) {
  struct q_public_meetings_out *rows;
  size_t n;
  struct q_public_meetings_in in = {.district = x->w->district, .since = x->r->now - (time_ms)365 * DAY_MS,
                                    .count = MEETINGS_MOST};
  if (q_public_meetings(x->db, x->a, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (add_meeting(f, x, site, &rows[i], err) < 0) return -1;
  return 0;
}

static int calendar_get(struct request *r, struct error *err) {
  struct resident x;
  struct notice *list;
  size_t n;
  const char *site;
  struct notice_filter all = {.procedure = "", .before = 0};
  if (resident_open(&x, r, err) < 0 || resident_site(&site, &x, err) < 0) return -1;
  if (notice_list(&list, &n, x.db, x.a, x.w, &all, NOTICES_MOST, err) < 0) return -1;
  struct calendar_feed f;
  const char *name = r->lang == LANG_ZH ? x.w->name_zh : x.w->name_en;
  calendar_begin(&f, reply_as(r, 200, "text/calendar; charset=utf-8"), name, word(r->lang, W_PUBLIC_CALENDAR));
  for (size_t i = 0; i < n; i++) {
    if (!list[i].ends || list[i].fate == NOTICE_WITHDRAWN || list[i].fate == NOTICE_SUPERSEDED) continue;
    const char *kind = resident_say(&x, &list[i].publication->title);
    struct calendar_event e = {.uid = arena_printf(x.a, "notice-%lld@%s", (long long)list[i].id, x.w->code),
                               .stamp = list[i].begins, .begins = list[i].begins,
                               .ends = list[i].ended ? list[i].ended : list[i].ends,
                               .summary = arena_printf(x.a, "%s: %s", kind, list[i].heading), .location = list[i].place,
                               .url = arena_printf(x.a, "%s/public/notice/%lld", site, (long long)list[i].id)};
    calendar_add(&f, &e);
  }
  if (add_meetings(&f, &x, site, err) < 0) return -1;
  calendar_end(&f);
  http_header(r->http, "Content-Disposition", "inline; filename=\"calendar.ics\"");
  return 0;
}

/* --- what open data there is ------------------------------------------------------------------------------------ */

static const struct {
  enum word name, about, updated, fields;
  const char *addresses[4], *forms[4];
} sets[] = {{W_DATA_CASES, W_DATA_CASES_ABOUT, W_DATA_LIVE, W_DATA_CASES_FIELDS,
             {"/public/cases.geojson", "/public/cases.csv", "/public/cases.atom"}, {"GeoJSON", "CSV", "Atom"}},
            {W_DATA_FIGURES, W_DATA_FIGURES_ABOUT, W_DATA_MONTHLY, W_DATA_FIGURES_FIELDS,
             {"/public/figures.csv", "/api/v1/figures/months"}, {"CSV", "JSON"}},
            {W_DATA_NOTICES, W_DATA_NOTICES_ABOUT, W_DATA_LIVE, W_DATA_NOTICES_FIELDS,
             {"/public/notices.atom", "/public/calendar.ics"}, {"Atom", "iCalendar"}},
            {W_DATA_PLACES, W_DATA_PLACES_ABOUT, W_DATA_WHEN_CHANGED, W_DATA_PLACES_FIELDS,
             {"/map/places.json?level=streets", "/map/places.json?level=communities"}, {"GeoJSON", "GeoJSON"}}};
enum { SETS = sizeof sets / sizeof *sets };

static int data_get(struct request *r, struct error *err) {
  struct resident x;
  struct view_public_data v = {0};
  if (resident_open(&x, r, err) < 0 || resident_site(&v.site, &x, err) < 0) return -1;
  struct view_public_set *out = ARENA_ARRAY(r->arena, SETS, struct view_public_set);
  for (int i = 0; i < SETS; i++) {
    int forms = 0;
    while (forms < 4 && sets[i].forms[forms]) forms++;
    out[i] = (struct view_public_set){word(r->lang, sets[i].name),   word(r->lang, sets[i].about),
                                      word(r->lang, sets[i].updated), word(r->lang, sets[i].fields),
                                      sets[i].addresses,              sets[i].forms, forms};
  }
  v.sets = out;
  v.set_count = SETS;
  page_public_data(reply_html(r, 200), &v, &r->page);
  return 0;
}

#define FIGURES_PARAMS                                                                                              \
  PARAMS([F_MONTH] = {.name = "month", .type = PARAM_CODE, .in = IN_QUERY, .max = 7, .zh = "月份，如 2026-10",       \
                      .en = "a month that was kept: 2026-10"},                                                      \
         [F_KIND] = {.name = "kind", .type = PARAM_CODE, .in = IN_QUERY, .zh = "事项", .en = "kind of matter"})

const struct route routes_public_figures[] = {
    {.method = HTTP_GET, .path = "/public/figures", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_PUBLIC_FIGURES, .rate = RATE_PAGE, .handler = page_get, FIGURES_PARAMS},
    {.method = HTTP_GET, .path = "/public/figures.csv", .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_PUBLIC_FIGURES_CSV, .rate = RATE_PAGE, .handler = csv_get, FIGURES_PARAMS},
    {.method = HTTP_GET, .path = "/public/calendar.ics", .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_PUBLIC_CALENDAR, .rate = RATE_PAGE, .handler = calendar_get},
    {.method = HTTP_GET, .path = "/public/data", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .tag = "public",
     .help = W_ROUTE_PUBLIC_OPEN, .rate = RATE_PAGE, .handler = data_get},
    {.method = HTTP_GET, .path = "/api/v1/figures/months", .kind = ROUTE_API, .who = ACCESS_PUBLIC,
     .reply = "figure-months", .tag = "public", .help = W_API_FIGURE_MONTHS, .rate = RATE_API, .handler = api_get,
     FIGURES_PARAMS},
    {0}};
