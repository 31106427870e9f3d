/* The big screen on the wall of a centre, 1920 x 1080. It asks for itself again and again, without a script too.
 * Whoever may see the figures opens it; a screen without a keyboard is given the address that holds a key for it alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "board/withhold.h"
#include "matter/catalogue.h"
#include "pages.h"
#include "web/case_view_inside.h"
#include "web/leader.h"
#include "web/public_figures.h"
#include "web/screen.h"
#include "web/view_leader.h"

enum { DAYS = 30, AREAS_MOST = 60, AREAS_SHOWN = 8, TOKEN_HEX = 32 };
enum { SCREEN_TOKEN };

/* --- numbers ---------------------------------------------------------------------------------------------------- */

/* Everything counted here is what everybody may see case by case: whoever takes the public list from these numbers
 * finds nothing left over. Small numbers are withheld all the same, and what would give them away with them. */

static const char *number(const struct screen *x, int64_t n) {
  return n > 0 && n < WITHHOLD_UNDER ? "<5" : arena_printf(x->a, "%lld", (long long)n);
}

static bool has_share(int64_t part, int64_t whole) {
  return whole >= WITHHOLD_UNDER && !withhold_share(part, whole);
}

static const char *share(const struct screen *x, int64_t part, int64_t whole) {
  return has_share(part, whole) ? arena_printf(x->a, "%.0f%%", 100.0 * (double)part / (double)whole) : "—";
}

static int sums(struct q_tally_sum_out **rows, size_t *n, const struct screen *x, enum figure_by kind, int64_t from,
                int64_t to, bool by_period, bool by_street, struct error *err) {
  struct q_tally_sum_in in = {.district = x->who.world->district,
                              .kind = (int64_t)kind,
                              .period_from = from,
                              .period_to = to,
                              .street = x->street,
                              .by_period = by_period,
                              .by_street = by_street};
  return q_tally_sum(x->who.db, x->a, rows, n, &in, err);
}

static int64_t day_period(int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

static int32_t today(const struct screen *x) {
  return day_of_ms(x->who.now, x->who.world->offset_min);
}

static int64_t sum_of(const struct q_tally_sum_out *rows, size_t n, enum figure_measure m) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].measure, figure_measure_name(m))) sum += rows[i].n;
  return sum;
}

static int64_t shown_sum(const struct q_tally_sum_out *rows, size_t n, enum figure_measure m) {
  return sum_of(rows, n, m) - sum_of(rows, n, m == MEASURE_CLOSED ? MEASURE_CLOSED_UNLISTED : MEASURE_UNLISTED);
}

static int fill_base(struct view_screen *v, const struct screen *x, struct error *err) {
  static const struct {
    enum place_level level;
    enum word title;
  } shown[] = {
      {PLACE_STREET, W_SCREEN_STREETS_N}, {PLACE_COMMUNITY, W_SCREEN_COMMUNITIES_N}, {PLACE_GRID, W_SCREEN_GRIDS_N}};
  struct q_screen_places_out *rows;
  struct q_screen_posts_out posts = {0};
  size_t n;
  int64_t street = x->street == DB_NULL ? 0 : x->street;
  struct q_screen_places_in in = {.district = x->who.world->district, .street = street};
  struct q_screen_posts_in held = {
      .district = in.district, .role = role_name(ROLE_GRID_WORKER), .now = x->who.now, .street = street};
  if (q_screen_places(x->who.db, x->a, &rows, &n, &in, err) < 0) return -1;
  if (q_screen_posts(x->who.db, x->a, &posts, &held, err) < 0) return -1;
  struct screen_number *out = ARENA_ARRAY(x->a, 4, struct screen_number);
  int count = 0;
  for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
    for (size_t i = 0; i < n; i++)
      if (rows[i].level == shown[k].level && (!street || rows[i].level != PLACE_STREET))
        out[count++] =
            (struct screen_number){word(x->lang, shown[k].title), arena_printf(x->a, "%lld", (long long)rows[i].n), ""};
  out[count++] = (struct screen_number){word(x->lang, W_SCREEN_GRID_WORKERS_N), number(x, posts.n), ""};
  v->base = out;
  v->base_count = count;
  return 0;
}

static int fill_today(struct view_screen *v, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  struct phase_count open;
  struct leader_asked asked = {.street = x->street == DB_NULL ? FIGURE_ANY : x->street, .org = FIGURE_ANY};
  int64_t day = day_period(today(x)), called, late;
  struct screen_number *out = ARENA_ARRAY(x->a, 7, struct screen_number);
  if (matter_public_counts(&open, x->who.db, x->a, x->who.world, x->street == DB_NULL ? 0 : x->street, x->who.now,
                           err) < 0 ||
      sums(&rows, &n, x, FIGURE_STREET, day, day, false, false, err) < 0 ||
      leader_air_counts(&called, &late, &x->who, &asked, err) < 0)
    return -1;
  out[0] =
      (struct screen_number){word(x->lang, W_SCREEN_REPORTED), number(x, shown_sum(rows, n, MEASURE_REPORTED)), ""};
  out[1] = (struct screen_number){word(x->lang, W_SCREEN_OPEN), number(x, open.n), ""};
  out[2] = (struct screen_number){word(x->lang, W_SCREEN_LATE), number(x, open.late), "late"};
  out[3] = (struct screen_number){word(x->lang, W_SCREEN_CLOSED), number(x, shown_sum(rows, n, MEASURE_CLOSED)), "ok"};
  out[4] = (struct screen_number){word(x->lang, W_SCREEN_CALLED), number(x, called), ""};
  out[5] = (struct screen_number){word(x->lang, W_SCREEN_CALLED_LATE), number(x, late), "late"};
  out[6] = (struct screen_number){word(x->lang, W_SCREEN_CARDED), number(x, open.carded), "soon"};
  v->today = out;
  v->today_count = 7;
  return 0;
}

/* Of twelve months: a share of few would be withheld, and would jump about. */
static int year_from(const struct screen *x) {
  return figure_month_add(figure_month_of(today(x)), -11);
}

static int fill_rates(struct view_screen *v, const struct screen *x, struct error *err) {
  static const struct {
    enum word title;
    enum figure_measure part, whole;
    const char *look;
  } shown[] = {{W_LEADER_RESPONSE_RATE, MEASURE_ANSWERED, MEASURE_ANSWERABLE, "ok"},
               {W_LEADER_SOLVED_RATE, MEASURE_SOLVED, MEASURE_ASKED, "ok"},
               {W_LEADER_SATISFIED_RATE, MEASURE_SATISFIED, MEASURE_RATED, "ok"},
               {W_LEADER_ON_TIME_RATE, MEASURE_ON_TIME, MEASURE_CLOSED, "ok"}};
  enum { SHOWN = sizeof shown / sizeof *shown };
  struct q_tally_sum_out *r;
  size_t n;
  struct screen_number *out = ARENA_ARRAY(x->a, SHOWN, struct screen_number);
  if (sums(&r, &n, x, FIGURE_STREET, year_from(x), figure_month_of(today(x)), false, false, err) < 0) return -1;
  for (int i = 0; i < SHOWN; i++)
    out[i] = (struct screen_number){word(x->lang, shown[i].title),
                                    share(x, sum_of(r, n, shown[i].part), sum_of(r, n, shown[i].whole)), shown[i].look};
  v->rates = out;
  v->rate_count = SHOWN;
  return 0;
}

/* --- charts ----------------------------------------------------------------------------------------------------- */

static const struct chart_view *draw(const struct screen *x, struct chart c) {
  struct chart *kept = ARENA_NEW(x->a, struct chart);
  c.lang = x->lang;
  c.dark = c.no_table = true;
  *kept = c;
  return chart_view(x->a, kept);
}

/* Which of the counts that add up to what can be known are shown; the others become NaN. Nothing is shown where it
 * cannot be done. */
static void withhold(double *out, const int64_t *n, int count, const struct screen *x, const char *table) {
  bool *hidden = ARENA_ARRAY(x->a, (size_t)count + 1, bool);
  bool good = withhold_cells(hidden, n, count, public_secret(&x->public_eyes, "screen", "", table));
  for (int i = 0; i < count; i++) out[i] = good && !hidden[i] ? (double)n[i] : (double)NAN;
}

static int draw_days(struct view_screen *v, const struct screen *x, struct error *err) {
  static const enum figure_measure shown[] = {MEASURE_REPORTED, MEASURE_CLOSED};
  struct q_tally_sum_out *rows;
  size_t n;
  int32_t last = today(x), first = last - DAYS + 1;
  const char **labels = ARENA_ARRAY(x->a, DAYS, const char *);
  struct chart_series *series = ARENA_ARRAY(x->a, 2, struct chart_series);
  if (sums(&rows, &n, x, FIGURE_STREET, day_period(first), day_period(last), true, false, err) < 0) return -1;
  for (int s = 0; s < 2; s++) {
    double *values = ARENA_ARRAY(x->a, DAYS, double);
    int64_t *counts = ARENA_ARRAY(x->a, DAYS, int64_t);
    for (int d = 0; d < DAYS; d++)
      for (size_t i = 0; i < n; i++)
        if (rows[i].period == day_period(first + d)) counts[d] += shown_sum(&rows[i], 1, shown[s]);
    withhold(values, counts, DAYS, x, figure_measure_name(shown[s]));
    series[s] = (struct chart_series){word(x->lang, figure_measure_word(shown[s])), values, NULL};
  }
  for (int d = 0; d < DAYS; d++) {
    char text[48];
    date_format(text, sizeof text, first + d);
    labels[d] = arena_strdup(x->a, text + 5);
  }
  v->days = draw(x, (struct chart){.kind = CHART_COLUMNS,
                                   .id = "days",
                                   .title = word(x->lang, W_SCREEN_DAYS),
                                   .labels = labels,
                                   .count = DAYS,
                                   .series = series,
                                   .series_count = 2,
                                   .width = 660,
                                   .height = 176});
  return 0;
}

struct area {
  const char *name, *key;
  int64_t order, reported, closed, on_time;
};

static struct area *area_of(struct area *list, int *n, int most, const char *key) {
  for (int i = 0; i < *n; i++)
    if (text_eq(list[i].key, key)) return &list[i];
  if (*n == most) return &list[most - 1];
  list[*n] = (struct area){.key = key};
  return &list[(*n)++];
}

static void count_in(struct area *a, const struct q_tally_sum_out *row) {
  enum figure_measure m = figure_measure_find(row->measure);
  if (m == MEASURE_REPORTED) a->reported += row->n;
  if (m == MEASURE_UNLISTED) a->reported -= row->n;
  if (m == MEASURE_CLOSED) a->closed += row->n;
  if (m == MEASURE_ON_TIME) a->on_time += row->n;
}

/* Places in an order of their own, not by size: what is withheld beside a small one is always the same other one. */
static int by_order(const void *a, const void *b) {
  const struct area *x = a, *y = b;
  return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : strcmp(x->key, y->key);
}

static int read_areas(struct area *list, int *n, const struct screen *x, int from, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t count;
  bool streets = x->street == DB_NULL;
  if (sums(&rows, &count, x, streets ? FIGURE_STREET : FIGURE_COMMUNITY, from, figure_month_of(today(x)), false,
           streets, err) < 0)
    return -1;
  for (size_t i = 0; i < count; i++) {
    int64_t id = rows[i].street;
    if (!streets && !text_to_int(rows[i].value, &id)) continue;
    struct area *a = area_of(list, n, AREAS_MOST, arena_printf(x->a, "%lld", (long long)id));
    a->name = id ? case_place_name(&x->who, id) : word(x->lang, W_PUBLIC_ELSEWHERE);
    a->order = id ? id : INT64_MAX;
    count_in(a, &rows[i]);
  }
  qsort(list, (size_t)*n, sizeof *list, by_order);
  return 0;
}

static const struct chart_view *bars(const struct screen *x, const char *id, enum word title, const char *unit,
                                     const struct area *list, int n, const double *values, enum word series) {
  const char **labels = ARENA_ARRAY(x->a, (size_t)n + 1, const char *);
  struct chart_series *s = ARENA_NEW(x->a, struct chart_series);
  if (n > AREAS_SHOWN) n = AREAS_SHOWN;
  for (int i = 0; i < n; i++) labels[i] = list[i].name;
  *s = (struct chart_series){word(x->lang, series), values, NULL};
  return draw(x, (struct chart){.kind = CHART_BARS,
                                .id = id,
                                .title = word(x->lang, title),
                                .unit = unit,
                                .most = unit ? 100 : 0,
                                .labels = labels,
                                .count = n,
                                .series = s,
                                .series_count = 1,
                                .width = 350});
}

static int draw_streets(struct view_screen *v, const struct screen *x, struct error *err) {
  struct area *list = ARENA_ARRAY(x->a, AREAS_MOST, struct area), *year = ARENA_ARRAY(x->a, AREAS_MOST, struct area);
  int n = 0, m = 0;
  if (read_areas(list, &n, x, figure_month_of(today(x)), err) < 0 || read_areas(year, &m, x, year_from(x), err) < 0)
    return -1;
  double *reported = ARENA_ARRAY(x->a, AREAS_MOST, double), *rates = ARENA_ARRAY(x->a, AREAS_MOST, double);
  int64_t counts[AREAS_MOST];
  for (int i = 0; i < n; i++) counts[i] = list[i].reported;
  withhold(reported, counts, n, x, "street");
  for (int i = 0; i < m; i++)
    rates[i] = has_share(year[i].on_time, year[i].closed) ? 100.0 * (double)year[i].on_time / (double)year[i].closed
                                                          : (double)NAN;
  v->streets = bars(x, "streets", W_SCREEN_STREETS, NULL, list, n, reported, W_MEASURE_REPORTED);
  v->on_time = bars(x, "on-time", W_SCREEN_ON_TIME, "%", year, m, rates, W_LEADER_ON_TIME_RATE);
  return 0;
}

static int by_reported(const void *a, const void *b) {
  const struct area *x = a, *y = b;
  return (x->reported < y->reported) - (x->reported > y->reported);
}

/* The class of a category in the catalogue, and its number there; -1: none. */
static int class_of(const struct screen *x, const char *category) {
  const struct catalogue *all = x->who.world->catalogue;
  for (size_t k = 0; k < all->majors_count; k++)
    if (text_starts(category,
                    arena_printf(x->a, "%s/%s/%s", all->majors[k].scheme, all->majors[k].kind, all->majors[k].code)))
      return (int)k;
  return -1;
}

static int read_classes(struct area *list, int *n, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t count;
  int month = figure_month_of(today(x));
  if (sums(&rows, &count, x, FIGURE_CATEGORY, month, month, false, false, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    int k = class_of(x, rows[i].value);
    struct area *a = area_of(list, n, AREAS_MOST, arena_printf(x->a, "%d", k));
    a->name =
        k < 0 ? word(x->lang, W_PUBLIC_OTHER_CLASS) : case_pick(&x->who, &x->who.world->catalogue->majors[k].title);
    a->order = k < 0 ? INT64_MAX : k;
    count_in(a, &rows[i]);
  }
  qsort(list, (size_t)*n, sizeof *list, by_order);
  return 0;
}

static int draw_classes(struct view_screen *v, const struct screen *x, struct error *err) {
  struct area *list = ARENA_ARRAY(x->a, AREAS_MOST, struct area);
  int64_t counts[AREAS_MOST];
  int n = 0, shown = 0;
  if (read_classes(list, &n, x, err) < 0) return -1;
  double *values = ARENA_ARRAY(x->a, (size_t)n + 1, double);
  for (int i = 0; i < n; i++) counts[i] = list[i].reported;
  withhold(values, counts, n, x, "class");
  for (int i = 0; i < n; i++)
    if (values[i] > 0) list[shown++] = list[i];
  qsort(list, (size_t)shown, sizeof *list, by_reported);
  const char **labels = ARENA_ARRAY(x->a, (size_t)n + 1, const char *);
  for (int i = 0; i < shown; i++) {
    labels[i] = list[i].name;
    values[i] = (double)list[i].reported;
  }
  struct chart_series *s = ARENA_NEW(x->a, struct chart_series);
  *s = (struct chart_series){word(x->lang, W_MEASURE_REPORTED), values, NULL};
  v->classes = draw(x, (struct chart){.kind = CHART_DONUT,
                                      .id = "classes",
                                      .title = word(x->lang, W_SCREEN_CLASSES),
                                      .labels = labels,
                                      .count = shown,
                                      .series = s,
                                      .series_count = 1});
  return 0;
}

/* --- doors ------------------------------------------------------------------------------------------------------ */

/* "5-0f3a...": the street (0 the district) and a key of the district over it. Who changes the setting screen.series
 * makes all addresses given out so far worthless. */
static int token_of(char **out, struct request *r, const struct case_asker *who, int64_t street, struct error *err) {
  unsigned char hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1];
  struct q_setting_get_in in = {.district = who->world->district, .name = "screen.series"};
  struct q_setting_get_out setting = {0};
  int found = q_setting_get(who->db, r->arena, &setting, &in, err);
  if (found < 0) return -1;
  const char *said = arena_printf(r->arena, "screen %lld %s", (long long)street, found ? setting.value : "1");
  hash_keyed(hash, app_of(r)->seal.match, said, strlen(said));
  text_hex(hex, hash, HASH_BYTES);
  *out = arena_printf(r->arena, "%lld-%.*s", (long long)street, TOKEN_HEX, hex);
  return 0;
}

static int show(struct request *r, struct screen *x, const char *kiosk, struct error *err) {
  struct view_screen v = {.kiosk = kiosk};
  char at[40];
  x->a = r->arena;
  x->lang = r->lang;
  time_format_short(at, sizeof at, x->who.now, x->who.world->offset_min);
  v.at = arena_strdup(r->arena, at);
  v.where = x->street == DB_NULL ? (r->lang == LANG_ZH ? x->who.world->name_zh : x->who.world->name_en)
                                 : case_place_name(&x->who, x->street);
  if (resident_open(&x->public_eyes, r, err) < 0) return -1;
  if (fill_base(&v, x, err) < 0 || fill_today(&v, x, err) < 0 || fill_rates(&v, x, err) < 0 ||
      draw_days(&v, x, err) < 0 || draw_streets(&v, x, err) < 0 || draw_classes(&v, x, err) < 0 ||
      screen_scene(&v, x, err) < 0)
    return -1;
  page_screen(reply_html(r, 200), &v, &r->page);
  http_header(r->http, "Refresh", "30"); /* browsers load it anew, without a script */
  return 0;
}

static int screen_get(struct request *r, struct error *err) {
  struct screen x = {.street = DB_NULL};
  struct leader_asked asked;
  char *token;
  if (desk_asker(&x.who, r, err) < 0 || leader_asked_read(&asked, &x.who, "", NULL, FIGURE_ANY, err) < 0) return -1;
  if (asked.org != FIGURE_ANY) return error_set(err, ERR_DENIED, "access.role", NULL, NULL);
  if (asked.street != FIGURE_ANY) x.street = asked.street;
  if (token_of(&token, r, &x.who, x.street == DB_NULL ? 0 : x.street, err) < 0) return -1;
  return show(r, &x, arena_printf(r->arena, "/screen/%s", token), err);
}

/* On the wall: whoever has the address, and nothing but the screen. */
static int kiosk_get(struct request *r, struct error *err) {
  struct screen x = {.street = DB_NULL};
  const char *given = req_text(r, SCREEN_TOKEN);
  char *token, *dash = strchr(given, '-');
  int64_t street;
  if (desk_asker(&x.who, r, err) < 0) return -1;
  const char *number = dash ? arena_printf(r->arena, "%.*s", (int)(dash - given), given) : "";
  if (!text_to_int(number, &street) || token_of(&token, r, &x.who, street, err) < 0 || !text_eq(token, given))
    return err->kind == ERR_NONE ? error_set(err, ERR_MISSING, "web.missing", NULL, NULL) : -1;
  if (street) x.street = street;
  return show(r, &x, NULL, err);
}

const struct route routes_screen[] = {
    {.method = HTTP_GET,
     .path = "/screen",
     .kind = ROUTE_PAGE,
     .who = LEADER_WHO & ~ROLE_BIT(ROLE_DEPARTMENT_OFFICER),
     .help = W_ROUTE_SCREEN,
     .rate = RATE_PAGE,
     .handler = screen_get},
    {.method = HTTP_GET,
     .path = "/screen/{key}",
     .kind = ROUTE_PAGE,
     .who = ACCESS_PUBLIC,
     .help = W_ROUTE_SCREEN_KIOSK,
     .rate = RATE_PAGE,
     .handler = kiosk_get,
     PARAMS([SCREEN_TOKEN] = {.name = "key", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64})},
    {0}};
