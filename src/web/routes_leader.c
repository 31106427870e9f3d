/* "How are we doing": the figures of an area and a period, each opening the list it counted. */
#include <string.h>

#include "matter/figure_check.h"
#include "matter/figure_month.h"
#include "pages.h"
#include "place/place.h"
#include "web/case_view_inside.h"
#include "web/desk_rows.h"
#include "web/desk_sheet.h"
#include "web/leader.h"
#include "web/view_leader.h"

enum { L_PERIOD, L_DAY, L_PROCEDURE, L_STREET, L_BY, L_FORMAT };
enum { LIST_MEASURE = L_STREET + 1, LIST_COMMUNITY, LIST_ORG, LIST_CATEGORY, LIST_SOURCE, LIST_BEFORE, LIST_ID, LIST_FORMAT };
enum { PERIODS_MONTHS = 24, PERIODS_YEARS = 3, LIST_ROWS = 30 };

static int read_asked(struct leader_asked *out, struct request *r, const struct case_asker *who, struct error *err) {
  int64_t street = req_has(r, L_STREET) && *req_text(r, L_STREET) ? req_int(r, L_STREET) : FIGURE_ANY;
  char day[48] = "";
  if (req_has(r, L_DAY)) date_format(day, sizeof day, (int32_t)req_int(r, L_DAY));
  const char *period = *day ? arena_strdup(r->arena, day) : req_text(r, L_PERIOD);
  return leader_asked_read(out, who, period, req_text(r, L_PROCEDURE), street, err);
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
  v->day = asked->day ? asked->period : "";
}

static void choose_procedure(struct view_leader *v, struct request *r, const struct case_asker *who,
                             const struct leader_asked *asked) {
  struct leader_option *o = ARENA_ARRAY(r->arena, who->world->procedure_count + 1, struct leader_option);
  int n = 0;
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    const struct procedure *p = who->world->procedures[i];
    if (p->secrecy) continue; /* counted nowhere */
    o[n++] = (struct leader_option){p->name, case_pick(who, &p->title), text_eq(p->name, asked->procedure)};
  }
  v->procedures = o;
  v->procedure_count = n;
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
static const struct tile {
  struct leader_figure figure;
  const char *look;
} tiles[] = {{{MEASURE_RELAPSE, MEASURE_REPORTED, W_LEADER_RELAPSE_RATE}, "late"},
             {{MEASURE_ANSWERED, MEASURE_ANSWERABLE, W_LEADER_RESPONSE_RATE}, "ok"},
             {{MEASURE_SOLVED, MEASURE_ASKED, W_LEADER_SOLVED_RATE}, "ok"},
             {{MEASURE_SATISFIED, MEASURE_RATED, W_LEADER_SATISFIED_RATE}, "ok"},
             {{MEASURE_ON_TIME, MEASURE_CLOSED, W_LEADER_ON_TIME_RATE}, "ok"},
             {{MEASURE_REWORKED, MEASURE_CLOSED, W_LEADER_REWORK_RATE}, "soon"},
             {{MEASURE_REPORTED, MEASURES, 0}, ""},
             {{MEASURE_ACCEPTED, MEASURES, 0}, ""},
             {{MEASURE_FILED, MEASURES, 0}, ""},
             {{MEASURE_CLOSED, MEASURES, 0}, "ok"},
             {{MEASURE_SUPERVISED, MEASURES, 0}, "soon"},
             {{MEASURE_URGED, MEASURES, 0}, "soon"}};
enum { TILES = sizeof tiles / sizeof *tiles };

/* "8 / 10" under a share, each half opening its list. */
static void fill_halves(struct leader_tile *t, struct request *r, const struct leader_asked *asked,
                        const struct leader_figure *f, const struct leader_sums *s) {
  if (f->whole == MEASURES) return;
  t->part = arena_printf(r->arena, "%s %lld", word(r->lang, figure_measure_word(f->part)), (long long)s->n[f->part]);
  t->whole = arena_printf(r->arena, "%s %lld", word(r->lang, figure_measure_word(f->whole)), (long long)s->n[f->whole]);
  t->whole_href = leader_list_address(r->arena, asked, f->whole, "");
}

static const char *said_change(struct request *r, enum word w, const struct leader_figure *f, const struct leader_sums *now,
                               const struct leader_sums *then) {
  return desk_say(r, w, 1, (const char *[]){leader_change(r->arena, f, now, then)});
}

static int make_tiles(struct view_leader *v, struct request *r, const struct case_asker *who,
                      const struct leader_asked *asked, struct error *err) {
  struct leader_sums now, before_sums, year_sums;
  struct leader_asked before = leader_earlier(r->arena, asked, LEADER_BEFORE);
  struct leader_asked year = leader_earlier(r->arena, asked, LEADER_YEAR_BEFORE);
  if (leader_sums(&now, who, asked, err) < 0 || leader_sums(&before_sums, who, &before, err) < 0 ||
      leader_sums(&year_sums, who, &year, err) < 0)
    return -1;
  struct leader_tile *t = ARENA_ARRAY(r->arena, TILES, struct leader_tile);
  for (int i = 0; i < TILES; i++) {
    const struct leader_figure *f = &tiles[i].figure;
    t[i] = (struct leader_tile){.title = word(r->lang, leader_figure_word(f)),
                                .value = leader_value_text(r->arena, f, &now),
                                .href = leader_list_address(r->arena, asked, f->part, ""),
                                .look = tiles[i].look,
                                .before = said_change(r, W_LEADER_BEFORE, f, &now, &before_sums),
                                .year = said_change(r, W_LEADER_YEAR, f, &now, &year_sums)};
    fill_halves(&t[i], r, asked, f, &now);
  }
  v->tiles = t;
  v->tile_count = TILES;
  return 0;
}

/* --- charts ----------------------------------------------------------------------------------------------------- */

static const enum figure_measure drawn[] = {MEASURE_REPORTED, MEASURE_CLOSED, MEASURE_ON_TIME};
enum { DRAWN = sizeof drawn / sizeof *drawn };

static void draw_series(struct chart_series *out, struct request *r, const struct leader_asked *asked,
                        const struct leader_times *times, enum figure_measure m) {
  double *values = ARENA_ARRAY(r->arena, LEADER_TIMES, double);
  const char **links = ARENA_ARRAY(r->arena, LEADER_TIMES, const char *);
  for (int i = 0; i < times->count; i++) {
    struct leader_asked one = *asked;
    one.period = times->periods[i];
    values[i] = (double)times->sums[i].n[m];
    links[i] = values[i] > 0 ? leader_list_address(r->arena, &one, m, "") : NULL;
  }
  *out = (struct chart_series){word(r->lang, figure_measure_word(m)), values, links};
}

/* By day what a street or the district has: what an organisation holds is kept by month. */
static int chart_times(const struct chart_view **out, struct request *r, const struct case_asker *who,
                       const struct leader_asked *asked, bool days, struct error *err) {
  struct leader_times *times = ARENA_NEW(r->arena, struct leader_times);
  struct chart_series *series = ARENA_ARRAY(r->arena, DRAWN, struct chart_series);
  const char **labels = ARENA_ARRAY(r->arena, LEADER_TIMES, const char *);
  struct chart *c = ARENA_NEW(r->arena, struct chart);
  if (leader_times(times, who, asked, days, err) < 0) return -1;
  for (int i = 0; i < times->count; i++) labels[i] = days ? times->periods[i] + 8 : times->periods[i];
  for (int s = 0; s < DRAWN; s++) draw_series(&series[s], r, asked, times, drawn[s]);
  *c = (struct chart){.kind = days ? CHART_COLUMNS : CHART_LINES, .lang = r->lang, .id = days ? "days" : "months",
                      .title = word(r->lang, days ? W_LEADER_BY_DAY : W_LEADER_BY_MONTH),
                      .head = word(r->lang, days ? W_LEADER_DAYS : W_LEADER_MONTHS), .labels = labels,
                      .count = times->count, .series = series, .series_count = days ? 2 : DRAWN};
  *out = chart_view(r->arena, c);
  return 0;
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static const enum leader_table district_tables[] = {LEADER_IN_THE_AIR, LEADER_BY_STREET, LEADER_BY_ORG,
                                                    LEADER_BY_CATEGORY, LEADER_BY_SOURCE, LEADER_COMPARED};
static const enum leader_table org_tables[] = {LEADER_IN_THE_AIR, LEADER_BY_STREET, LEADER_COMPARED};

static int make_tables(struct view_leader *v, const struct case_asker *who, const struct leader_asked *asked,
                       struct error *err) {
  bool org = asked->org != FIGURE_ANY;
  const enum leader_table *shown = org ? org_tables : district_tables;
  int n = org ? (int)(sizeof org_tables / sizeof *org_tables) : (int)(sizeof district_tables / sizeof *district_tables);
  struct table *tables = ARENA_ARRAY(who->arena, (size_t)n, struct table);
  for (int i = 0; i < n; i++)
    if (leader_table(&tables[i], who, asked, shown[i], err) < 0) return -1;
  v->tables = tables;
  v->table_count = n;
  return 0;
}

/* Of a month that was kept: when, and which numbers have been corrected since. */
static int say_kept(struct view_leader *v, struct request *r, const struct case_asker *who, const struct leader_asked *asked,
                    struct error *err) {
  int64_t was[MEASURES];
  time_ms kept;
  struct leader_sums now;
  char at[40];
  struct figure_kept_which which = {asked->from, asked->procedure, asked->street, asked->org};
  const char *changes = "";
  if (asked->day || asked->year) return 0;
  int found = figure_month_sums(was, &kept, who->db, r->arena, who->world->district, &which, err);
  if (found <= 0 || leader_sums(&now, who, asked, err) < 0) return found;
  for (int m = 0; m < MEASURES; m++)
    if (was[m] != now.n[m])
      changes = arena_printf(r->arena, "%s%s%s %lld → %lld", changes, *changes ? " · " : "",
                             word(r->lang, figure_measure_word((enum figure_measure)m)), (long long)was[m],
                             (long long)now.n[m]);
  time_format_short(at, sizeof at, kept, who->world->offset_min);
  v->kept = *changes ? desk_say(r, W_LEADER_KEPT_CHANGED, 2, (const char *[]){at, changes})
                     : desk_say(r, W_LEADER_KEPT, 1, (const char *[]){at});
  return 0;
}

static int fill_leader(struct view_leader *v, struct request *r, const struct case_asker *who,
                       const struct leader_asked *asked, struct error *err) {
  int due = figure_recount_due(who->db, r->arena, who->world->district, err);
  if (due < 0) return -1;
  v->recounting = due > 0;
  v->when = asked->period;
  choose_period(v, r, who, asked);
  choose_procedure(v, r, who, asked);
  if (say_kept(v, r, who, asked, err) < 0) return -1;
  if (choose_street(v, r, who, asked, err) < 0 || make_tiles(v, r, who, asked, err) < 0 ||
      make_tables(v, who, asked, err) < 0 || chart_times(&v->months, r, who, asked, false, err) < 0)
    return -1;
  if (asked->org != FIGURE_ANY) {
    v->where = case_org_name(who, asked->org);
    return 0;
  }
  return chart_times(&v->days, r, who, asked, true, err);
}

static int leader_get(struct request *r, struct error *err) {
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
  if (fill_leader(&v, r, &who, &asked, err) < 0) return -1;
  page_leader(reply_html(r, status), &v, &r->page);
  return 0;
}

/* --- a table as a file ------------------------------------------------------------------------------------------ */

static const char *where_words(const struct case_asker *who, const struct leader_asked *asked) {
  if (asked->org != FIGURE_ANY) return case_org_name(who, asked->org);
  return asked->street == FIGURE_ANY ? word(who->lang, W_LEADER_ALL_STREETS) : case_place_name(who, asked->street);
}

static int table_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct leader_asked asked;
  struct table t;
  if (desk_asker(&who, r, err) < 0 || read_asked(&asked, r, &who, err) < 0) return -1;
  if (leader_table(&t, &who, &asked, (enum leader_table)req_int(r, L_BY), err) < 0) return -1;
  const char *sub = arena_printf(r->arena, "%s %s", where_words(&who, &asked), asked.period);
  return table_reply(r, &t, (enum table_format)req_int(r, L_FORMAT), arena_printf(r->arena, "%s-%s", t.title, asked.period),
                     sub, who.world->offset_min, err);
}

/* --- the list behind a figure ----------------------------------------------------------------------------------- */

static int64_t id_or_any(const struct request *r, int p) {
  return req_has(r, p) ? req_int(r, p) : FIGURE_ANY;
}

static const char *text_or_any(const struct request *r, int p) {
  if (!req_has(r, p) || !*req_text(r, p)) return NULL;
  return text_eq(req_text(r, p), "-") ? "" : req_text(r, p);
}

static int row_of(struct desk_sheet_row *out, const struct case_asker *who, int64_t id, struct error *err) {
  struct desk_row *row = &out->row;
  struct state *s;
  struct subject subject;
  int got = state_load(&s, who->db, who->world, id, who->arena, err);
  if (got <= 0) return got;
  state_subject(s, who->arena, &subject);
  bool told = access_matter(who->actor, &subject, who->now) >= VIEW_HANDLER; /* counted, but its words are not for all */
  *row = (struct desk_row){.code = s->code,
                           .href = case_address(who->arena, s->code),
                           .summary = told ? text_shorten(who->arena, s->summary, 80) : "",
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
                 case_place_name(who, s->at.grid), told ? s->address : "");
  out->summary = told ? s->summary : "";
  return 1;
}

/* This list's own address with one parameter more; pages start again. */
static const char *list_address(struct request *r, const char *name, const char *value) {
  struct buf b;
  buf_init(&b, 4096);
  buf_puts(&b, "/leader/list?");
  for (size_t i = 0; i < r->http->query.count; i++) {
    const struct http_pair *q = &r->http->query.at[i];
    if (text_eq(q->name, "before") || text_eq(q->name, "id") || text_eq(q->name, "lang") || text_eq(q->name, name)) continue;
    buf_printf(&b, "%s=", q->name);
    page_part_string(&b, q->value);
    buf_putc(&b, '&');
  }
  buf_printf(&b, "%s=%s", name, value);
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static const char *next_page(struct request *r, const struct figure_row *last) {
  const char *base = list_address(r, "before", arena_printf(r->arena, "%lld", (long long)last->at));
  return arena_printf(r->arena, "%s&id=%lld", base, (long long)last->id);
}

/* How many there are: the counter, where one is kept for what was asked; else they are counted. */
static int count_list(int64_t *total, const struct case_asker *who, const struct leader_asked *asked,
                      const struct figure_which *which, struct error *err) {
  int kept = leader_counter(total, who, asked, which, err);
  if (kept) return kept < 0 ? -1 : 0;
  return figure_list_count(total, who->db, who->arena, who->world->district, which, err);
}

static int fill_list(struct view_leader_list *v, struct request *r, const struct case_asker *who,
                     const struct figure_which *which, struct error *err) {
  struct figure_row *found;
  size_t n;
  int shown = 0;
  if (figure_list(&found, &n, who->db, r->arena, who->world->district, which, err) < 0) return -1;
  bool more = n > LIST_ROWS;
  if (more) n = LIST_ROWS;
  struct desk_row *rows = ARENA_ARRAY(r->arena, n + 1, struct desk_row);
  for (size_t i = 0; i < n; i++) {
    struct desk_sheet_row row;
    int got = row_of(&row, who, found[i].id, err);
    if (got < 0) return -1;
    if (got) rows[shown++] = row.row;
  }
  v->rows = rows;
  v->row_count = shown;
  v->next = more ? next_page(r, &found[n - 1]) : "";
  return 0;
}

/* --- the same list as a file ------------------------------------------------------------------------------------ */

struct exporting {
  const struct case_asker *who;
  struct figure_which which;
  bool done;
};

static int next_rows(void *ctx, struct desk_sheet_row *out, struct error *err) {
  struct exporting *x = ctx;
  struct figure_row *found;
  size_t n;
  int count = 0;
  if (x->done) return 0;
  if (figure_list(&found, &n, x->who->db, x->who->arena, x->who->world->district, &x->which, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    int got = row_of(&out[count], x->who, found[i].id, err);
    if (got < 0) return -1;
    count += got;
  }
  x->done = n < DESK_SHEET_PAGE;
  if (n) {
    x->which.before = found[n - 1].at;
    x->which.before_id = found[n - 1].id;
  }
  return count;
}

static int list_file(struct request *r, const struct case_asker *who, const struct leader_asked *asked,
                     const struct figure_which *which, struct error *err) {
  struct exporting x = {.who = who, .which = *which};
  x.which.before = x.which.before_id = 0;
  x.which.most = DESK_SHEET_PAGE;
  const char *title = word(r->lang, figure_measure_word(which->measure));
  return desk_sheet_reply(r, title, arena_printf(r->arena, "%s-%s", title, asked->period),
                          arena_printf(r->arena, "%s %s", where_words(who, asked), asked->period),
                          (enum table_format)req_int(r, LIST_FORMAT), who->world->offset_min, next_rows, &x, err);
}

static int list_get(struct request *r, struct error *err) {
  struct case_asker who;
  struct leader_asked asked;
  struct view_leader_list v = {0};
  enum figure_measure m = figure_measure_find(req_text(r, LIST_MEASURE));
  if (desk_asker(&who, r, err) < 0 || desk_frame(r, &who, err) < 0 || read_asked(&asked, r, &who, err) < 0) return -1;
  if (m == MEASURES) return error_set(err, ERR_INPUT, "figure.unknown", "measure", NULL);
  struct figure_which which = {.measure = m, .procedure = asked.procedure, .street = asked.street,
                               .community = id_or_any(r, LIST_COMMUNITY),
                               .org = asked.org != FIGURE_ANY ? asked.org : id_or_any(r, LIST_ORG),
                               .category = text_or_any(r, LIST_CATEGORY), .source = text_or_any(r, LIST_SOURCE),
                               .before = req_int(r, LIST_BEFORE), .before_id = req_int(r, LIST_ID), .most = LIST_ROWS + 1};
  leader_span(&which.from, &which.to, &asked, who.world->offset_min);
  if (req_has(r, LIST_FORMAT)) return list_file(r, &who, &asked, &which, err);
  if (count_list(&v.total, &who, &asked, &which, err) < 0 || fill_list(&v, r, &who, &which, err) < 0) return -1;
  v.title = word(r->lang, figure_measure_word(m));
  v.when = asked.period;
  v.back = arena_printf(r->arena, "/leader?%s", leader_query(r->arena, &asked));
  v.csv = list_address(r, "format", "csv");
  v.xlsx = list_address(r, "format", "xlsx");
  v.pdf = list_address(r, "format", "pdf");
  page_leader_list(reply_html(r, 200), &v, &r->page);
  return 0;
}

#define ASKED_PARAMS                                                        \
  [L_PERIOD] = {.name = "period", .type = PARAM_CODE, .in = IN_QUERY, .max = 10}, \
  [L_DAY] = {.name = "day", .type = PARAM_DATE, .in = IN_QUERY}, \
  [L_PROCEDURE] = {.name = "procedure", .type = PARAM_CODE, .in = IN_QUERY},     \
  [L_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15}

const struct route routes_leader[] = {
    {.method = HTTP_GET, .path = "/leader", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER,
     .rate = RATE_PAGE, .handler = leader_get, PARAMS(ASKED_PARAMS)},
    {.method = HTTP_GET, .path = "/leader/table", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER_TABLE,
     .rate = RATE_EXPORT, .handler = table_get,
     PARAMS(ASKED_PARAMS,
            [L_BY] = {.name = "by", .type = PARAM_CHOICE, .in = IN_QUERY,
                      .choices = LEADER_TABLES},
            [L_FORMAT] = {.name = "format", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = TABLE_FORMATS})},
    {.method = HTTP_GET, .path = "/leader/list", .kind = ROUTE_PAGE, .who = LEADER_WHO, .help = W_ROUTE_LEADER_LIST,
     .rate = RATE_PAGE, .handler = list_get,
     PARAMS(ASKED_PARAMS, [LIST_MEASURE] = {.name = "measure", .type = PARAM_CODE, .in = IN_QUERY},
            [LIST_COMMUNITY] = {.name = "community", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_ORG] = {.name = "org", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_CATEGORY] = {.name = "category", .type = PARAM_TEXT, .in = IN_QUERY, .max = 120},
            [LIST_SOURCE] = {.name = "source", .type = PARAM_CODE, .in = IN_QUERY},
            [LIST_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_ID] = {.name = "id", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},
            [LIST_FORMAT] = {.name = "format", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = TABLE_FORMATS})},
    {0}};
