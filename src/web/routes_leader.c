/* "How are we doing": the figures of an area and a period, each opening the list it counted. */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pages.h"
#include "place/place.h"
#include "web/case_view_inside.h"
#include "web/desk_rows.h"
#include "web/leader.h"
#include "web/view_leader.h"

enum { L_PERIOD, L_PROCEDURE, L_STREET, L_BY, L_FORMAT };
enum { LIST_MEASURE = L_STREET + 1, LIST_COMMUNITY, LIST_ORG, LIST_CATEGORY, LIST_SOURCE, LIST_BEFORE, LIST_ID };
enum { PERIODS_MONTHS = 24, PERIODS_YEARS = 3, LIST_ROWS = 30, COUNT_MOST = 1000000 };

static int read_asked(struct leader_asked *out, struct request *r, const struct case_asker *who, struct error *err) {
  int64_t street = req_has(r, L_STREET) && *req_text(r, L_STREET) ? req_int(r, L_STREET) : FIGURE_ANY;
  return leader_asked_read(out, who, req_text(r, L_PERIOD), req_text(r, L_PROCEDURE), street, err);
}

/* --- choices ---------------------------------------------------------------------------------------------------- */

static const char *whole_year(struct request *r, int year) {
  return desk_say(r, W_LEADER_WHOLE_YEAR, 1, (const char *[]){arena_printf(r->arena, "%d", year)});
}

static void choose_period(struct view_leader *v, struct request *r, const struct case_asker *who,
                          const struct leader_asked *asked) {
  int now = figure_month_of(day_of_ms(who->now, who->world->offset_min)), n = 0;
  struct leader_option *o = ARENA_ARRAY(r->arena, PERIODS_MONTHS + PERIODS_YEARS + 1, struct leader_option);
  for (int i = 0; i < PERIODS_MONTHS; i++) {
    int month = figure_month_add(now, -i);
    const char *s = arena_printf(r->arena, "%04d-%02d", month / 100, month % 100);
    o[n++] = (struct leader_option){s, s, text_eq(s, asked->period)};
  }
  for (int i = 0; i < PERIODS_YEARS; i++) {
    const char *s = arena_printf(r->arena, "%04d", now / 100 - i);
    o[n++] = (struct leader_option){s, whole_year(r, now / 100 - i), text_eq(s, asked->period)};
  }
  v->periods = o;
  v->period_count = n;
}

static void choose_procedure(struct view_leader *v, struct request *r, const struct case_asker *who,
                             const struct leader_asked *asked) {
  struct leader_option *o = ARENA_ARRAY(r->arena, who->world->procedure_count + 1, struct leader_option);
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    const struct procedure *p = who->world->procedures[i];
    o[i] = (struct leader_option){p->name, case_pick(who, &p->title), text_eq(p->name, asked->procedure)};
  }
  v->procedures = o;
  v->procedure_count = (int)who->world->procedure_count;
}

static int choose_street(struct view_leader *v, struct request *r, const struct case_asker *who,
                         const struct leader_asked *asked, struct error *err) {
  struct q_place_of_level_out *streets;
  size_t n;
  int count = 0;
  struct q_place_of_level_in in = {.district = who->world->district, .level = PLACE_STREET};
  if (q_place_of_level(who->db, r->arena, &streets, &n, &in, err) < 0) return -1;
  struct leader_option *o = ARENA_ARRAY(r->arena, n + 2, struct leader_option);
  if (!asked->fixed) o[count++] = (struct leader_option){"", word(r->lang, W_LEADER_ALL_STREETS), asked->street == FIGURE_ANY};
  for (size_t i = 0; i < n; i++)
    if (!asked->fixed || streets[i].id == asked->street)
      o[count++] = (struct leader_option){arena_printf(r->arena, "%lld", (long long)streets[i].id), streets[i].name,
                                          streets[i].id == asked->street};
  v->streets = o;
  v->street_count = count;
  v->where = asked->street == FIGURE_ANY ? word(r->lang, W_LEADER_ALL_STREETS) : case_place_name(who, asked->street);
  return 0;
}

/* --- tiles ------------------------------------------------------------------------------------------------------ */

/* What the page says first: a measure, or a share whose list is its part. Relapse is the headline. */
static const struct {
  enum figure_measure part, whole;
  enum word title;
  const char *look;
} tiles[] = {{MEASURE_RELAPSE, MEASURE_REPORTED, W_LEADER_RELAPSE_RATE, "late"},
             {MEASURE_REPORTED, MEASURES, 0, ""},
             {MEASURE_ACCEPTED, MEASURES, 0, ""},
             {MEASURE_FILED, MEASURES, 0, ""},
             {MEASURE_CLOSED, MEASURES, 0, "ok"},
             {MEASURE_ON_TIME, MEASURE_CLOSED, W_LEADER_ON_TIME_RATE, "ok"},
             {MEASURE_REWORKED, MEASURE_CLOSED, W_LEADER_REWORK_RATE, "soon"},
             {MEASURE_SATISFIED, MEASURE_RATED, W_LEADER_SATISFIED_RATE, "ok"},
             {MEASURE_SUPERVISED, MEASURES, 0, "soon"},
             {MEASURE_URGED, MEASURES, 0, "soon"}};
enum { TILES = sizeof tiles / sizeof *tiles };

static double value_of(int tile, const struct leader_sums *s) {
  if (tiles[tile].whole == MEASURES) return (double)s->n[tiles[tile].part];
  return leader_share(s->n[tiles[tile].part], s->n[tiles[tile].whole]);
}

/* The change on another period: shares in points, counts in per cent; nothing to compare with is —. */
static const char *change(struct request *r, int tile, enum word w, const struct leader_sums *now,
                          const struct leader_sums *then) {
  double a = value_of(tile, now), b = value_of(tile, then), d;
  const char *s = "—";
  bool share = tiles[tile].whole != MEASURES;
  if (!isnan(a) && !isnan(b) && (share || b > 0)) {
    d = share ? a - b : 100 * (a - b) / b;
    s = arena_printf(r->arena, "%+.1f%s", d, share ? "" : "%");
  }
  return desk_say(r, w, 1, (const char *[]){s});
}

static int make_tiles(struct view_leader *v, struct request *r, const struct case_asker *who,
                      const struct leader_asked *asked, struct error *err) {
  struct leader_sums now, before, year;
  int length = asked->from == asked->to ? 1 : 12;
  if (leader_sums(&now, who, asked, 0, err) < 0 || leader_sums(&before, who, asked, length, err) < 0 ||
      leader_sums(&year, who, asked, 12, err) < 0)
    return -1;
  struct leader_tile *t = ARENA_ARRAY(r->arena, TILES, struct leader_tile);
  for (int i = 0; i < TILES; i++) {
    bool share = tiles[i].whole != MEASURES;
    t[i] = (struct leader_tile){
        .title = word(r->lang, share ? tiles[i].title : figure_measure_word(tiles[i].part)),
        .value = share ? leader_share_text(r->arena, value_of(i, &now))
                       : arena_printf(r->arena, "%lld", (long long)now.n[tiles[i].part]),
        .href = leader_list_address(r->arena, asked, tiles[i].part, ""),
        .look = tiles[i].look,
        .before = change(r, i, W_LEADER_BEFORE, &now, &before),
        .year = change(r, i, W_LEADER_YEAR, &now, &year)};
  }
  v->tiles = t;
  v->tile_count = TILES;
  return 0;
}

/* --- charts ----------------------------------------------------------------------------------------------------- */

static int chart_months(struct view_leader *v, struct request *r, const struct case_asker *who,
                        const struct leader_asked *asked, struct error *err) {
  static const enum figure_measure shown[] = {MEASURE_REPORTED, MEASURE_CLOSED, MEASURE_ON_TIME};
  enum { SHOWN = sizeof shown / sizeof *shown };
  struct leader_sums sums[LEADER_MONTHS];
  struct chart_series *series = ARENA_ARRAY(r->arena, SHOWN, struct chart_series);
  const char **labels = ARENA_ARRAY(r->arena, LEADER_MONTHS, const char *);
  struct chart *c = ARENA_NEW(r->arena, struct chart);
  if (leader_months(sums, who, asked, err) < 0) return -1;
  for (int s = 0; s < SHOWN; s++) {
    double *values = ARENA_ARRAY(r->arena, LEADER_MONTHS, double);
    const char **links = ARENA_ARRAY(r->arena, LEADER_MONTHS, const char *);
    for (int i = 0; i < LEADER_MONTHS; i++) {
      int month = figure_month_add(asked->to, i + 1 - LEADER_MONTHS);
      struct leader_asked one = *asked;
      one.period = labels[i] = arena_printf(r->arena, "%04d-%02d", month / 100, month % 100);
      values[i] = (double)sums[i].n[shown[s]];
      links[i] = values[i] > 0 ? leader_list_address(r->arena, &one, shown[s], "") : NULL;
    }
    series[s] = (struct chart_series){word(r->lang, figure_measure_word(shown[s])), values, links};
  }
  *c = (struct chart){.kind = CHART_LINES, .lang = r->lang, .id = "months", .title = word(r->lang, W_LEADER_BY_MONTH),
                      .head = word(r->lang, W_LEADER_MONTHS), .labels = labels, .count = LEADER_MONTHS,
                      .series = series, .series_count = SHOWN};
  v->months = chart_view(r->arena, c);
  return 0;
}

/* The first table once more as bars: reported and closed. */
static void chart_places(struct view_leader *v, struct request *r, const struct table *t) {
  enum { REPORTED = 1, CLOSED = 4, MOST = 12 };
  int n = t->row_count > 1 ? t->row_count - 1 : 0;
  if (n > MOST) n = MOST;
  double *reported = ARENA_ARRAY(r->arena, (size_t)n + 1, double), *closed = ARENA_ARRAY(r->arena, (size_t)n + 1, double);
  const char **labels = ARENA_ARRAY(r->arena, (size_t)n + 1, const char *);
  struct chart_series *series = ARENA_ARRAY(r->arena, 2, struct chart_series);
  struct chart *c = ARENA_NEW(r->arena, struct chart);
  for (int i = 0; i < n; i++) {
    labels[i] = t->rows[i].cells[0].text;
    reported[i] = t->rows[i].cells[REPORTED].n;
    closed[i] = t->rows[i].cells[CLOSED].n;
  }
  series[0] = (struct chart_series){t->columns[REPORTED].title, reported, NULL};
  series[1] = (struct chart_series){t->columns[CLOSED].title, closed, NULL};
  *c = (struct chart){.kind = CHART_BARS, .lang = r->lang, .id = "places", .title = t->title, .labels = labels,
                      .count = n, .series = series, .series_count = 2, .no_table = true};
  v->places = chart_view(r->arena, c);
  v->places_title = t->title;
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static int leader_get(struct request *r, struct error *err) {
  static const enum figure_by shown[] = {FIGURE_STREET, FIGURE_ORG, FIGURE_CATEGORY, FIGURE_SOURCE};
  enum { SHOWN = sizeof shown / sizeof *shown };
  struct case_asker who;
  struct leader_asked asked;
  struct view_leader v = {0};
  struct error wrong = {0};
  int status = 200;
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0) return -1;
  if (read_asked(&asked, r, &who, &wrong) < 0) {
    if (wrong.kind != ERR_INPUT) {
      *err = wrong;
      return -1;
    }
    v.problem = desk_problem(r, &wrong);
    status = 422;
    if (leader_asked_read(&asked, &who, "", "", FIGURE_ANY, err) < 0) return -1;
  }
  struct table *tables = ARENA_ARRAY(r->arena, SHOWN, struct table);
  for (int i = 0; i < SHOWN; i++)
    if (leader_table(&tables[i], &who, &asked, shown[i], err) < 0) return -1;
  v.tables = tables;
  v.table_count = SHOWN;
  v.when = asked.period;
  choose_period(&v, r, &who, &asked);
  choose_procedure(&v, r, &who, &asked);
  chart_places(&v, r, &tables[0]);
  if (choose_street(&v, r, &who, &asked, err) < 0 || make_tiles(&v, r, &who, &asked, err) < 0 ||
      chart_months(&v, r, &who, &asked, err) < 0)
    return -1;
  page_leader(reply_html(r, status), &v, &r->page);
  return 0;
}

/* --- a table as a sheet ----------------------------------------------------------------------------------------- */

/* Written to a file without a name, which goes when it was sent. */
static int table_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct leader_asked asked;
  struct table t;
  struct stat st;
  enum sheet_format format = text_eq(req_text(r, L_FORMAT), "xlsx") ? SHEET_XLSX : SHEET_CSV;
  char *path = arena_printf(r->arena, "%s/export-XXXXXX", app_of(r)->dir);
  if (desk_asker(&who, r, err) < 0 || read_asked(&asked, r, &who, err) < 0) return -1;
  if (leader_table(&t, &who, &asked, (enum figure_by)req_int(r, L_BY), err) < 0) return -1;
  int fd = mkstemp(path);
  if (fd < 0) return error_set(err, ERR_UNAVAILABLE, "board.sheet", NULL, NULL);
  int wrote = table_sheet(&t, format, path, who.world->offset_min, err);
  close(fd);
  fd = wrote < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  unlink(path);
  if (fd < 0) return err->kind == ERR_NONE ? error_set(err, ERR_UNAVAILABLE, "board.sheet", NULL, NULL) : -1;
  reply_download(r, sheet_media(format), arena_printf(r->arena, "%s-%s%s", t.title, asked.period, sheet_ending(format)));
  r->http->reply.file_fd = fd;
  r->http->reply.file_size = fstat(fd, &st) == 0 ? st.st_size : 0;
  return 0;
}

/* --- the list behind a figure ----------------------------------------------------------------------------------- */

static int64_t id_or_any(const struct request *r, int p) {
  return req_has(r, p) ? req_int(r, p) : FIGURE_ANY;
}

static const char *text_or_any(const struct request *r, int p) {
  if (!req_has(r, p) || !*req_text(r, p)) return NULL;
  return text_eq(req_text(r, p), "-") ? "" : req_text(r, p);
}

static int row_of(struct desk_row *row, const struct case_asker *who, int64_t id, struct error *err) {
  struct state *s;
  int got = state_load(&s, who->db, who->world, id, who->arena, err);
  if (got <= 0) return got;
  *row = (struct desk_row){.code = s->code,
                           .href = case_address(who->arena, s->code),
                           .summary = text_shorten(who->arena, s->summary, 80),
                           .category = case_category_title(who, s->category),
                           .procedure = case_pick(who, &s->procedure->title),
                           .stage = case_pick(who, &s->tracks[0].stage->title),
                           .role = s->tracks[0].org ? case_org_name(who, s->tracks[0].org) : NULL,
                           .at = s->opened,
                           .confidential = s->confidential,
                           .reporters = s->reporter_total,
                           .urges = s->urges};
  row->light = case_light_of(who->arena, who->lang, s->due, s->warn_at, who->now);
  row->late = text_eq(row->light.look, "late");
  desk_row_words(row, who, s->procedure, s->source, s->urgency, s->card);
  desk_row_place(row, who, case_place_name(who, s->at.street), case_place_name(who, s->at.community),
                 case_place_name(who, s->at.grid), s->address);
  return 1;
}

static const char *next_page(struct request *r, const struct figure_row *last) {
  struct buf b;
  buf_init(&b, 4096);
  buf_puts(&b, "/leader/list?");
  for (size_t i = 0; i < r->http->query.count; i++) {
    const struct http_pair *q = &r->http->query.at[i];
    if (text_eq(q->name, "before") || text_eq(q->name, "id") || text_eq(q->name, "lang")) continue;
    buf_printf(&b, "%s=", q->name);
    page_part_string(&b, q->value);
    buf_putc(&b, '&');
  }
  buf_printf(&b, "before=%lld&id=%lld", (long long)last->at, (long long)last->id);
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static int fill_list(struct view_leader_list *v, struct request *r, const struct case_asker *who,
                     struct figure_which *which, struct error *err) {
  struct figure_row *found;
  size_t n;
  int64_t district = who->world->district;
  int offset = who->world->offset_min, shown = 0;
  struct figure_which all = *which;
  all.before = all.before_id = 0;
  all.most = COUNT_MOST;
  if (figure_list(&found, &n, who->db, r->arena, district, offset, &all, err) < 0) return -1;
  v->total = (int64_t)n;
  if (figure_list(&found, &n, who->db, r->arena, district, offset, which, err) < 0) return -1;
  bool more = n > LIST_ROWS;
  if (more) n = LIST_ROWS;
  struct desk_row *rows = ARENA_ARRAY(r->arena, n + 1, struct desk_row);
  for (size_t i = 0; i < n; i++) {
    int got = row_of(&rows[shown], who, found[i].id, err);
    if (got < 0) return -1;
    shown += got;
  }
  v->rows = rows;
  v->row_count = shown;
  v->next = more ? next_page(r, &found[n - 1]) : "";
  return 0;
}

static int list_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct leader_asked asked;
  struct view_leader_list v = {0};
  enum figure_measure m = figure_measure_find(req_text(r, LIST_MEASURE));
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || read_asked(&asked, r, &who, err) < 0) return -1;
  if (m == MEASURES) return error_set(err, ERR_INPUT, "figure.unknown", "measure", NULL);
  struct figure_which which = {.measure = m, .procedure = asked.procedure, .from = asked.from, .to = asked.to,
                               .street = asked.street, .community = id_or_any(r, LIST_COMMUNITY),
                               .org = id_or_any(r, LIST_ORG), .category = text_or_any(r, LIST_CATEGORY),
                               .source = text_or_any(r, LIST_SOURCE), .before = req_int(r, LIST_BEFORE),
                               .before_id = req_int(r, LIST_ID), .most = LIST_ROWS + 1};
  if (fill_list(&v, r, &who, &which, err) < 0) return -1;
  v.title = word(r->lang, figure_measure_word(m));
  v.when = asked.period;
  const char *street = asked.street == FIGURE_ANY ? "" : arena_printf(r->arena, "&street=%lld", (long long)asked.street);
  v.back = arena_printf(r->arena, "/leader?period=%s&procedure=%s%s", asked.period, asked.procedure, street);
  page_leader_list(reply_html(r, 200), &v, &r->page);
  return 0;
}

#define ASKED_PARAMS                                                        \
  [L_PERIOD] = {.name = "period", .type = PARAM_CODE, .in = IN_QUERY, .max = 7}, \
  [L_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_QUERY},     \
  [L_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15}

const struct route routes_leader[] = {
    {.method = HTTP_GET, .path = "/leader", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER,
     .rate = RATE_PAGE, .handler = leader_get, PARAMS(ASKED_PARAMS)},
    {.method = HTTP_GET, .path = "/leader/table", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER_TABLE,
     .rate = RATE_EXPORT, .handler = table_get,
     PARAMS(ASKED_PARAMS,
            [L_BY] = {.name = "by", .type = PARAM_CHOICE, .in = IN_QUERY,
                      .choices = "street|community|org|category|source"},
            [L_FORMAT] = {.name = "format", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = "csv|xlsx"})},
    {.method = HTTP_GET, .path = "/leader/list", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER_LIST,
     .rate = RATE_PAGE, .handler = list_get,
     PARAMS(ASKED_PARAMS, [LIST_MEASURE] = {.name = "measure", .type = PARAM_CODE, .in = IN_QUERY},
            [LIST_COMMUNITY] = {.name = "community", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_ORG] = {.name = "org", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_CATEGORY] = {.name = "category", .type = PARAM_TEXT, .in = IN_QUERY, .max = 120},
            [LIST_SOURCE] = {.name = "source", .type = PARAM_CODE, .in = IN_QUERY},
            [LIST_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_ID] = {.name = "id", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {0}};
