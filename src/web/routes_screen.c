/* The big screen on the wall of a centre, 1920 x 1080. It asks for itself again and again, without a script too. Whoever may
 * see the figures opens it; a screen without a keyboard is given the address that holds a key for it alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "matter/catalogue.h"
#include "matter/list.h"
#include "pages.h"
#include "place/place.h"
#include "web/case_view_inside.h"
#include "web/leader.h"
#include "web/view_leader.h"
#include "web/view_screen.h"

enum { DAYS = 30, STREETS_MOST = 20, CLASSES_MOST = 40, TOKEN_HEX = 32, SMALL = 5 };
enum { SCREEN_TOKEN };

/* --- what is shown of which area -------------------------------------------------------------------------------- */

struct screen {
  struct case_asker who;
  int64_t street; /* DB_NULL: the district */
  struct arena *a;
  enum lang lang;
};

static const char *number(const struct screen *x, int64_t n) {
  return n > 0 && n < SMALL ? "<5" : arena_printf(x->a, "%lld", (long long)n);
}

/* A share whose part or rest is small would tell it. */
static const char *share(const struct screen *x, int64_t part, int64_t whole) {
  int64_t rest = whole - part;
  if (whole < SMALL || (part > 0 && part < SMALL) || (rest > 0 && rest < SMALL)) return "—";
  return arena_printf(x->a, "%.0f%%", 100.0 * (double)part / (double)whole);
}

static int sums(struct q_tally_sum_out **rows, size_t *n, const struct screen *x, enum figure_by kind, int64_t from,
                int64_t to, bool by_period, bool by_street, struct error *err) {
  struct q_tally_sum_in in = {.district = x->who.world->district, .kind = (int64_t)kind, .period_from = from, .period_to = to,
                              .street = x->street, .by_period = by_period, .by_street = by_street};
  return q_tally_sum(x->who.db, x->a, rows, n, &in, err);
}

static int64_t day_period(int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

static int32_t today(const struct screen *x) { return day_of_ms(x->who.now, x->who.world->offset_min); }

static int64_t sum_of(const struct q_tally_sum_out *rows, size_t n, enum figure_measure m) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].measure, figure_measure_name(m))) sum += rows[i].n;
  return sum;
}

/* --- numbers ---------------------------------------------------------------------------------------------------- */

static int fill_today(struct view_screen *v, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  struct phase_count counts[PHASE_VOID + 1];
  struct scope scope = {.count = 1};
  struct screen_number *out = ARENA_ARRAY(x->a, 4, struct screen_number);
  int64_t open = 0, late = 0, carded = 0, day = day_period(today(x));
  scope.arm[0].kind = x->street == DB_NULL ? SCOPE_DISTRICT : SCOPE_STREET;
  scope.arm[0].id = x->street == DB_NULL ? 0 : x->street;
  scope.arm[0].confidential = true;
  if (matter_phase_counts(counts, x->who.db, x->a, x->who.world, &scope, x->who.now, err) < 0) return -1;
  if (sums(&rows, &n, x, FIGURE_STREET, day, day, false, false, err) < 0) return -1;
  for (int p = 0; p <= PHASE_VOID; p++) {
    open += counts[p].n;
    late += counts[p].late;
    carded += counts[p].carded;
  }
  out[0] = (struct screen_number){word(x->lang, W_SCREEN_REPORTED), number(x, sum_of(rows, n, MEASURE_REPORTED)), ""};
  out[1] = (struct screen_number){word(x->lang, W_SCREEN_OPEN), number(x, open), ""};
  out[2] = (struct screen_number){word(x->lang, W_SCREEN_LATE), number(x, late), "late"};
  out[3] = (struct screen_number){word(x->lang, W_SCREEN_CLOSED), number(x, sum_of(rows, n, MEASURE_CLOSED)), "ok"};
  v->today = out;
  v->today_count = 4;
  struct screen_number *air = ARENA_ARRAY(x->a, 3, struct screen_number);
  air[0] = (struct screen_number){word(x->lang, W_SCREEN_CARDED), number(x, carded), "soon"};
  v->air = air;
  v->air_count = 1;
  return 0;
}

static int fill_month(struct view_screen *v, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *r;
  size_t n;
  int month = figure_month_of(today(x));
  struct screen_number *out = ARENA_ARRAY(x->a, 4, struct screen_number);
  if (sums(&r, &n, x, FIGURE_STREET, month, month, false, false, err) < 0) return -1;
  out[0] = (struct screen_number){word(x->lang, W_LEADER_ON_TIME_RATE),
                                  share(x, sum_of(r, n, MEASURE_ON_TIME), sum_of(r, n, MEASURE_CLOSED)), "ok"};
  out[1] = (struct screen_number){word(x->lang, W_LEADER_RESPONSE_RATE),
                                  share(x, sum_of(r, n, MEASURE_ANSWERED), sum_of(r, n, MEASURE_ANSWERABLE)), "ok"};
  out[2] = (struct screen_number){word(x->lang, W_LEADER_SOLVED_RATE),
                                  share(x, sum_of(r, n, MEASURE_SOLVED), sum_of(r, n, MEASURE_ASKED)), "ok"};
  out[3] = (struct screen_number){word(x->lang, W_LEADER_SATISFIED_RATE),
                                  share(x, sum_of(r, n, MEASURE_SATISFIED), sum_of(r, n, MEASURE_RATED)), "ok"};
  v->month = out;
  v->month_count = 4;
  return 0;
}

/* Departments called and not yet done, and those whose clock has run out. */
static int fill_air(struct view_screen *v, const struct screen *x, struct error *err) {
  struct leader_asked asked = {.street = x->street == DB_NULL ? FIGURE_ANY : x->street, .org = FIGURE_ANY};
  struct table t;
  int64_t late = 0;
  struct screen_number *air = ARENA_ARRAY(x->a, 3, struct screen_number);
  if (leader_air(&t, &x->who, &asked, err) < 0) return -1;
  for (int i = 0; i < t.row_count; i++) {
    const char *look = t.rows[i].cells[t.column_count - 1].look;
    late += look && text_eq(look, "clock late");
  }
  air[0] = v->air[0];
  air[1] = (struct screen_number){word(x->lang, W_SCREEN_CALLED), number(x, t.row_count), ""};
  air[2] = (struct screen_number){word(x->lang, W_SCREEN_CALLED_LATE), number(x, late), "late"};
  v->air = air;
  v->air_count = 3;
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
    for (int d = 0; d < DAYS; d++) {
      int64_t sum = 0;
      for (size_t i = 0; i < n; i++)
        if (rows[i].period == day_period(first + d) && text_eq(rows[i].measure, figure_measure_name(shown[s])))
          sum += rows[i].n;
      values[d] = sum > 0 && sum < SMALL ? (double)NAN : (double)sum;
    }
    series[s] = (struct chart_series){word(x->lang, figure_measure_word(shown[s])), values, NULL};
  }
  for (int d = 0; d < DAYS; d++) {
    char text[48];
    date_format(text, sizeof text, first + d);
    labels[d] = arena_strdup(x->a, text + 5);
  }
  v->days = draw(x, (struct chart){.kind = CHART_LINES, .id = "days", .title = word(x->lang, W_SCREEN_DAYS), .labels = labels,
                                   .count = DAYS, .series = series, .series_count = 2, .width = 880, .height = 380});
  return 0;
}

struct area {
  const char *name, *key;
  int64_t reported, closed, on_time;
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
  if (m == MEASURE_CLOSED) a->closed += row->n;
  if (m == MEASURE_ON_TIME) a->on_time += row->n;
}

static int by_reported(const void *a, const void *b) {
  const struct area *x = a, *y = b;
  return (x->reported < y->reported) - (x->reported > y->reported);
}

static int draw_streets(struct view_screen *v, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t count;
  struct area *list = ARENA_ARRAY(x->a, STREETS_MOST, struct area);
  int n = 0, month = figure_month_of(today(x));
  bool streets = x->street == DB_NULL;
  if (sums(&rows, &count, x, streets ? FIGURE_STREET : FIGURE_COMMUNITY, month, month, false, streets, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    int64_t id = rows[i].street;
    if (!streets && !text_to_int(rows[i].value, &id)) continue;
    if (!id) continue;
    struct area *a = area_of(list, &n, STREETS_MOST, arena_printf(x->a, "%lld", (long long)id));
    a->name = case_place_name(&x->who, id);
    count_in(a, &rows[i]);
  }
  qsort(list, (size_t)n, sizeof *list, by_reported);
  if (n > 10) n = 10;
  double *reported = ARENA_ARRAY(x->a, (size_t)n + 1, double), *rates = ARENA_ARRAY(x->a, (size_t)n + 1, double);
  const char **labels = ARENA_ARRAY(x->a, (size_t)n + 1, const char *);
  for (int i = 0; i < n; i++) {
    bool shown = !text_eq(share(x, list[i].on_time, list[i].closed), "—");
    labels[i] = list[i].name;
    reported[i] = list[i].reported < SMALL ? (double)NAN : (double)list[i].reported;
    rates[i] = shown ? 100.0 * (double)list[i].on_time / (double)list[i].closed : (double)NAN;
  }
  struct chart_series *s = ARENA_ARRAY(x->a, 2, struct chart_series);
  s[0] = (struct chart_series){word(x->lang, W_MEASURE_REPORTED), reported, NULL};
  s[1] = (struct chart_series){word(x->lang, W_LEADER_ON_TIME_RATE), rates, NULL};
  v->streets = draw(x, (struct chart){.kind = CHART_BARS, .id = "streets", .title = word(x->lang, W_SCREEN_STREETS),
                                      .labels = labels, .count = n, .series = &s[0], .series_count = 1});
  v->on_time = draw(x, (struct chart){.kind = CHART_BARS, .id = "on-time", .title = word(x->lang, W_SCREEN_ON_TIME), .unit = "%",
                                      .most = 100, .labels = labels, .count = n, .series = &s[1], .series_count = 1});
  return 0;
}

static int draw_classes(struct view_screen *v, const struct screen *x, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t count;
  const struct catalogue *all = x->who.world->catalogue;
  struct area *list = ARENA_ARRAY(x->a, CLASSES_MOST, struct area);
  int n = 0, month = figure_month_of(today(x));
  if (sums(&rows, &count, x, FIGURE_CATEGORY, month, month, false, false, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    const char *name = word(x->lang, W_PUBLIC_OTHER_CLASS);
    for (size_t k = 0; k < all->majors_count; k++)
      if (text_starts(rows[i].value, arena_printf(x->a, "%s/%s/%s", all->majors[k].scheme, all->majors[k].kind,
                                                  all->majors[k].code)))
        name = case_pick(&x->who, &all->majors[k].title);
    struct area *a = area_of(list, &n, CLASSES_MOST, name);
    a->name = name;
    count_in(a, &rows[i]);
  }
  qsort(list, (size_t)n, sizeof *list, by_reported);
  double *values = ARENA_ARRAY(x->a, (size_t)n + 1, double);
  const char **labels = ARENA_ARRAY(x->a, (size_t)n + 1, const char *);
  int shown = 0;
  for (int i = 0; i < n && shown < 6; i++) {
    if (list[i].reported < SMALL) continue;
    labels[shown] = list[i].name;
    values[shown++] = (double)list[i].reported;
  }
  struct chart_series *s = ARENA_NEW(x->a, struct chart_series);
  *s = (struct chart_series){word(x->lang, W_MEASURE_REPORTED), values, NULL};
  v->classes = draw(x, (struct chart){.kind = CHART_DONUT, .id = "classes", .title = word(x->lang, W_SCREEN_CLASSES),
                                      .labels = labels, .count = shown, .series = s, .series_count = 1});
  return 0;
}

/* --- doors ------------------------------------------------------------------------------------------------------ */

/* "5-0f3a...": the street (0 the district) and a key of the district over it. Who changes the setting screen.series makes all
 * addresses given out so far worthless. */
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
  if (fill_today(&v, x, err) < 0 || fill_month(&v, x, err) < 0 || fill_air(&v, x, err) < 0 || draw_days(&v, x, err) < 0 ||
      draw_streets(&v, x, err) < 0 || draw_classes(&v, x, err) < 0)
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
    {.method = HTTP_GET, .path = "/screen", .kind = ROUTE_PAGE, .who = LEADER_WHO & ~ROLE_BIT(ROLE_DEPARTMENT_OFFICER),
     .help = W_ROUTE_SCREEN, .rate = RATE_PAGE, .handler = screen_get},
    {.method = HTTP_GET, .path = "/screen/{key}", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .help = W_ROUTE_SCREEN_KIOSK,
     .rate = RATE_PAGE, .handler = kiosk_get,
     PARAMS([SCREEN_TOKEN] = {.name = "key", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64})},
    {0}};
