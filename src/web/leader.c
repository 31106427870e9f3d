#include "web/leader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/org.h"
#include "web/case_view_inside.h"
#include "web/page.h"

/* --- what was asked --------------------------------------------------------------------------------------------- */

static int day_period(int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  return c.year * 10000 + c.month * 100 + c.day;
}

static bool read_period(struct leader_asked *a) {
  size_t n = strlen(a->period);
  char text[16];
  struct civil c;
  a->year = n == 4;
  a->day = n == 10;
  snprintf(text, sizeof text, a->year ? "%.10s-01-01" : a->day ? "%.10s" : "%.10s-01", a->period);
  if (!date_parse(&a->first, text)) return false;
  civil_from_day(&c, a->first);
  a->from = a->to = a->day ? day_period(a->first) : c.year * 100 + c.month;
  a->last = a->day ? a->first : a->first + days_in_month(c.year, c.month) - 1;
  if (a->year) {
    a->to = c.year * 100 + 12;
    a->last = day_from_civil(c.year, 12, 31);
  }
  return c.year >= 1990 && c.year <= 2200;
}

/* Whoever has the district has every street; who has a street has that one; a department what it holds. */
static bool may_see(struct leader_asked *a, const struct case_asker *who) {
  struct scope scope;
  access_scope(who->actor, &scope);
  for (size_t i = 0; i < scope.count; i++)
    if (scope.arm[i].kind == SCOPE_DISTRICT) return true;
  a->fixed = true;
  for (size_t i = 0; i < scope.count; i++)
    if (scope.arm[i].kind == SCOPE_STREET && (a->street == FIGURE_ANY || a->street == scope.arm[i].id)) {
      a->street = scope.arm[i].id;
      return true;
    }
  for (size_t i = 0; i < scope.count && a->street == FIGURE_ANY; i++)
    if (scope.arm[i].kind == SCOPE_ORG) {
      a->org = scope.arm[i].id;
      return true;
    }
  return false;
}

/* The kind with the most reported, so that the page opens on what the district mostly does. */
static int usual_procedure(struct leader_asked *a, const struct case_asker *who, struct error *err) {
  int64_t most = -1;
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    struct leader_sums s;
    struct leader_asked one = *a;
    if (who->world->procedures[i]->secrecy) continue;
    one.procedure = who->world->procedures[i]->name;
    if (leader_sums(&s, who, &one, err) < 0) return -1;
    if (s.n[MEASURE_REPORTED] <= most) continue;
    most = s.n[MEASURE_REPORTED];
    a->procedure = one.procedure;
  }
  return a->procedure ? 0 : error_set(err, ERR_INPUT, "figure.unknown", "procedure", NULL);
}

int leader_asked_read(struct leader_asked *out, const struct case_asker *who, const char *period, const char *procedure,
                      int64_t street, struct error *err) {
  int now = figure_month_of(day_of_ms(who->now, who->world->offset_min));
  *out = (struct leader_asked){.period = period, .street = street, .org = FIGURE_ANY};
  if (text_empty(period)) out->period = arena_printf(who->arena, "%04d-%02d", now / 100, now % 100);
  if (!read_period(out)) return error_set(err, ERR_INPUT, "figure.unknown", "period", NULL);
  if (!may_see(out, who)) return error_set(err, ERR_DENIED, "access.role", "street", NULL);
  if (text_empty(procedure)) return usual_procedure(out, who, err);
  if (!world_procedure(who->world, procedure, 0)) return error_set(err, ERR_INPUT, "figure.unknown", "procedure", NULL);
  out->procedure = procedure;
  return 0;
}

struct leader_asked leader_earlier(struct arena *a, const struct leader_asked *asked, enum leader_shift shift) {
  struct leader_asked out = *asked;
  struct civil c;
  char day[48];
  civil_from_day(&c, asked->first);
  if (asked->day && shift == LEADER_BEFORE) {
    civil_from_day(&c, asked->first - 1);
  } else if (asked->year || shift == LEADER_YEAR_BEFORE) {
    c.year--;
  } else if (--c.month == 0) {
    c.month = 12;
    c.year--;
  }
  if (c.day > days_in_month(c.year, c.month)) c.day = days_in_month(c.year, c.month);
  date_format(day, sizeof day, day_from_civil(c.year, c.month, c.day));
  out.period = arena_printf(a, "%.*s", asked->year ? 4 : asked->day ? 10 : 7, day);
  if (!read_period(&out)) out.from = out.to = 0;
  return out;
}

void leader_span(time_ms *from, time_ms *to, const struct leader_asked *asked, int offset_min) {
  *from = ms_of_day(asked->first, offset_min);
  *to = ms_of_day(asked->last + 1, offset_min);
}

/* --- sums ------------------------------------------------------------------------------------------------------- */

/* What an organisation holds is counted by organisation; else `by` is. */
static int read_tally(struct q_tally_sum_out **rows, size_t *n, const struct case_asker *who, const struct leader_asked *a,
                      enum figure_by by, int from, int to, bool by_period, bool by_street, struct error *err) {
  struct q_tally_sum_in in = {.district = who->world->district, .period_from = from, .period_to = to,
                              .procedure = a->procedure, .kind = (int64_t)by,
                              .street = a->street == FIGURE_ANY ? DB_NULL : a->street, .by_period = by_period,
                              .by_street = by_street};
  if (a->org != FIGURE_ANY) {
    in.kind = FIGURE_ORG;
    in.value = arena_printf(who->arena, "%lld", (long long)a->org);
  }
  return q_tally_sum(who->db, who->arena, rows, n, &in, err);
}

static void add(struct leader_sums *s, const char *measure, int64_t n) {
  enum figure_measure m = figure_measure_find(measure);
  if (m < MEASURES) s->n[m] += n;
}

/* Days are kept by street alone: what an organisation holds, and other kinds, are counted from the matters of the day. */
struct counting_day {
  const struct leader_asked *asked;
  struct leader_sums *sums;
};

static bool is_of_org(const struct leader_asked *asked, const char *value) {
  int64_t id;
  return asked->org == FIGURE_ANY || (text_to_int(value, &id) && id == asked->org);
}

static int add_counts(void *ctx, const struct figure_counts *row, struct error *err) {
  struct counting_day *c = ctx;
  (void)err;
  if (!is_of_org(c->asked, row->value)) return 0;
  for (int m = 0; m < MEASURES; m++) c->sums->n[m] += row->n[m];
  return 0;
}

static struct figure_span span_of(const struct case_asker *who, const struct leader_asked *asked) {
  struct figure_span span = {.procedure = asked->procedure, .street = asked->street};
  leader_span(&span.from, &span.to, asked, who->world->offset_min);
  return span;
}

int leader_sums(struct leader_sums *out, const struct case_asker *who, const struct leader_asked *a, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  memset(out, 0, sizeof *out);
  if (a->day && a->org != FIGURE_ANY) {
    struct counting_day c = {a, out};
    struct figure_span span = span_of(who, a);
    return figure_count(who->db, who->arena, who->world->district, who->world->offset_min, &span, FIGURE_ORG, add_counts, &c,
                        err);
  }
  if (read_tally(&rows, &n, who, a, FIGURE_STREET, a->from, a->to, false, false, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) add(out, rows[i].measure, rows[i].n);
  return 0;
}

/* Counters are kept by one property beside the street, for months. */
static bool kept_by(enum figure_by *by, const char **value, struct arena *a, const struct leader_asked *asked,
                    const struct figure_which *w) {
  int properties = (w->community != FIGURE_ANY) + (w->org != FIGURE_ANY) + (w->category != NULL) + (w->source != NULL);
  *by = FIGURE_STREET;
  *value = NULL;
  if (properties > 1 || (asked->day && properties)) return false;
  if (w->community != FIGURE_ANY) {
    *by = FIGURE_COMMUNITY;
    *value = arena_printf(a, "%lld", (long long)w->community);
  } else if (w->org != FIGURE_ANY) {
    *by = FIGURE_ORG;
    *value = arena_printf(a, "%lld", (long long)w->org);
  } else if (w->category) {
    *by = FIGURE_CATEGORY;
    *value = w->category;
  } else if (w->source) {
    *by = FIGURE_SOURCE;
    *value = w->source;
  }
  return true;
}

int leader_counter(int64_t *n, const struct case_asker *who, const struct leader_asked *asked, const struct figure_which *which,
                   struct error *err) {
  struct q_tally_sum_out *rows;
  enum figure_by by;
  const char *value;
  size_t count;
  *n = 0;
  if (!kept_by(&by, &value, who->arena, asked, which)) return 0;
  struct q_tally_sum_in in = {.district = who->world->district, .period_from = asked->from, .period_to = asked->to,
                              .procedure = which->procedure, .measure = figure_measure_name(which->measure),
                              .kind = (int64_t)by, .street = which->street == FIGURE_ANY ? DB_NULL : which->street,
                              .value = value};
  if (q_tally_sum(who->db, who->arena, &rows, &count, &in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) *n += rows[i].n;
  return 1;
}

/* The days of the period's month, or twelve months up to its end. */
static void name_times(struct leader_times *out, struct arena *a, const struct leader_asked *asked, bool days, int *periods) {
  struct civil c;
  civil_from_day(&c, asked->last);
  int month = c.year * 100 + c.month;
  out->count = days ? days_in_month(c.year, c.month) : 12;
  for (int i = 0; i < out->count; i++) {
    periods[i] = days ? month * 100 + i + 1 : figure_month_add(month, i - 11);
    out->periods[i] = days ? arena_printf(a, "%04d-%02d-%02d", c.year, c.month, i + 1)
                           : arena_printf(a, "%04d-%02d", periods[i] / 100, periods[i] % 100);
  }
}

int leader_times(struct leader_times *out, const struct case_asker *who, const struct leader_asked *asked, bool days,
                 struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  int periods[LEADER_TIMES];
  memset(out, 0, sizeof *out);
  name_times(out, who->arena, asked, days, periods);
  if (read_tally(&rows, &n, who, asked, FIGURE_STREET, periods[0], periods[out->count - 1], true, false, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < out->count; k++)
      if (rows[i].period == periods[k]) add(&out->sums[k], rows[i].measure, rows[i].n);
  return 0;
}

/* --- values ----------------------------------------------------------------------------------------------------- */

double leader_share(int64_t part, int64_t whole) {
  return whole > 0 ? 100.0 * (double)part / (double)whole : (double)NAN;
}

const char *leader_share_text(struct arena *a, double share) {
  return isnan(share) ? "—" : arena_printf(a, "%.1f%%", share);
}

double leader_value(const struct leader_figure *f, const struct leader_sums *s) {
  return f->whole == MEASURES ? (double)s->n[f->part] : leader_share(s->n[f->part], s->n[f->whole]);
}

const char *leader_value_text(struct arena *a, const struct leader_figure *f, const struct leader_sums *s) {
  return f->whole == MEASURES ? arena_printf(a, "%lld", (long long)s->n[f->part])
                              : leader_share_text(a, leader_value(f, s));
}

enum word leader_figure_word(const struct leader_figure *f) {
  return f->whole == MEASURES ? figure_measure_word(f->part) : f->title;
}

const char *leader_change(struct arena *a, const struct leader_figure *f, const struct leader_sums *now,
                          const struct leader_sums *then) {
  double x = leader_value(f, now), y = leader_value(f, then);
  bool share = f->whole != MEASURES;
  if (isnan(x) || isnan(y) || (!share && y <= 0)) return "—";
  return arena_printf(a, "%+.1f%s", share ? x - y : 100 * (x - y) / y, share ? "" : "%");
}

const char *leader_query(struct arena *a, const struct leader_asked *asked) {
  const char *street = asked->street == FIGURE_ANY ? "" : arena_printf(a, "&street=%lld", (long long)asked->street);
  return arena_printf(a, "period=%s&procedure=%s%s", asked->period, asked->procedure, street);
}

const char *leader_list_address(struct arena *a, const struct leader_asked *asked, enum figure_measure m,
                                const char *more) {
  struct leader_asked wide = *asked;
  if (strstr(more, "street=")) wide.street = FIGURE_ANY;
  return arena_printf(a, "/leader/list?%s&measure=%s%s", leader_query(a, &wide), figure_measure_name(m), more);
}

/* --- tables ----------------------------------------------------------------------------------------------------- */

static const char *const by_names[FIGURE_KINDS] = {"street", "community", "org", "category", "source"};

static const struct leader_figure columns[] = {{MEASURE_REPORTED, MEASURES, 0},
                                               {MEASURE_ACCEPTED, MEASURES, 0},
                                               {MEASURE_FILED, MEASURES, 0},
                                               {MEASURE_CLOSED, MEASURES, 0},
                                               {MEASURE_ON_TIME, MEASURES, 0},
                                               {MEASURE_ON_TIME, MEASURE_CLOSED, W_LEADER_ON_TIME_RATE},
                                               {MEASURE_LATE, MEASURES, 0},
                                               {MEASURE_ANSWERED, MEASURE_ANSWERABLE, W_LEADER_RESPONSE_RATE},
                                               {MEASURE_SOLVED, MEASURE_ASKED, W_LEADER_SOLVED_RATE},
                                               {MEASURE_SATISFIED, MEASURE_RATED, W_LEADER_SATISFIED_RATE},
                                               {MEASURE_REWORKED, MEASURES, 0},
                                               {MEASURE_REWORKED_OFTEN, MEASURES, 0},
                                               {MEASURE_REWORKED, MEASURE_CLOSED, W_LEADER_REWORK_RATE},
                                               {MEASURE_RETURNED, MEASURES, 0},
                                               {MEASURE_EXTENDED, MEASURES, 0},
                                               {MEASURE_SUSPENDED, MEASURES, 0},
                                               {MEASURE_RELAPSE, MEASURES, 0},
                                               {MEASURE_RELAPSE, MEASURE_REPORTED, W_LEADER_RELAPSE_RATE}};
enum { COLUMNS = sizeof columns / sizeof *columns, NAMES_FIRST = 1 };

struct line {
  const char *value, *name, *more;
  struct leader_sums sums;
};

/* All lines of one table while they are gathered. */
struct lines {
  const struct case_asker *who;
  const struct leader_asked *asked;
  bool street; /* lines are streets */
  struct line *at, total;
  size_t count, room;
};

static struct line *line_of(struct lines *l, const char *value) {
  for (size_t i = l->count; i-- > 0;)
    if (text_eq(l->at[i].value, value)) return &l->at[i];
  if (l->count == l->room) {
    size_t room = l->room ? 2 * l->room : 64;
    struct line *more = ARENA_ARRAY(l->who->arena, room, struct line);
    if (l->count) memcpy(more, l->at, l->count * sizeof *more);
    l->at = more;
    l->room = room;
  }
  l->at[l->count] = (struct line){.value = value};
  return &l->at[l->count++];
}

static const char *source_name(const struct case_asker *who, const struct procedure *p, const char *value) {
  const struct procedure_field *f = procedure_field_as(p, AS_SOURCE);
  for (size_t i = 0; f && i < f->options_count; i++)
    if (text_eq(f->options[i].name, value)) return case_pick(who, &f->options[i].title);
  const struct procedure *from = world_procedure(who->world, value, 0);
  return from ? case_pick(who, &from->title) : value;
}

static void name_line(struct line *l, const struct case_asker *who, const struct procedure *p, enum figure_by by) {
  int64_t id = 0;
  bool number = text_to_int(l->value, &id);
  l->name = "";
  if (by == FIGURE_ORG && number && id)
    l->name = case_org_name(who, id);
  else if ((by == FIGURE_STREET || by == FIGURE_COMMUNITY) && number && id)
    l->name = case_place_name(who, id);
  else if (by == FIGURE_CATEGORY)
    l->name = case_category_title(who, l->value);
  else if (by == FIGURE_SOURCE)
    l->name = source_name(who, p, l->value);
  if (!*l->name) l->name = word(who->lang, W_LEADER_NONE);
  struct buf b;
  buf_init(&b, 1024);
  buf_printf(&b, "&%s=", by_names[by]);
  page_part_string(&b, *l->value ? l->value : "-");
  l->more = arena_strdup(who->arena, b.data);
  buf_free(&b);
}

/* The largest first: an order of work to be done, of places and departments, never of persons. */
static int by_reported(const void *a, const void *b) {
  const struct line *x = a, *y = b;
  int64_t nx = x->sums.n[MEASURE_REPORTED] + x->sums.n[MEASURE_CLOSED];
  int64_t ny = y->sums.n[MEASURE_REPORTED] + y->sums.n[MEASURE_CLOSED];
  if (nx != ny) return nx > ny ? -1 : 1;
  return strcmp(x->value, y->value);
}

static struct table_cell cell_of(struct arena *a, const struct leader_asked *asked, const struct leader_figure *f,
                                 const struct leader_sums *s, const char *more) {
  struct table_cell cell = {.text = leader_value_text(a, f, s), .n = leader_value(f, s), .number = true};
  if (f->whole == MEASURES && s->n[f->part]) cell.href = leader_list_address(a, asked, f->part, more);
  return cell;
}

static struct table_row row_of(struct arena *a, const struct leader_asked *asked, const struct line *l, bool total) {
  struct table_cell *cells = ARENA_ARRAY(a, COLUMNS + NAMES_FIRST, struct table_cell);
  cells[0] = (struct table_cell){.text = l->name};
  for (int i = 0; i < COLUMNS; i++) cells[i + NAMES_FIRST] = cell_of(a, asked, &columns[i], &l->sums, l->more);
  return (struct table_row){cells, COLUMNS + NAMES_FIRST, total};
}

static const struct table_column *titles(const struct case_asker *who, const char *first) {
  struct table_column *t = ARENA_ARRAY(who->arena, COLUMNS + NAMES_FIRST, struct table_column);
  t[0] = (struct table_column){first, false};
  for (int i = 0; i < COLUMNS; i++)
    t[i + NAMES_FIRST] = (struct table_column){word(who->lang, leader_figure_word(&columns[i])), true};
  return t;
}

static const char *street_value(const struct lines *l, int64_t street, const char *value) {
  return l->street ? arena_printf(l->who->arena, "%lld", (long long)street) : value;
}

static int read_months(struct lines *l, enum figure_by by, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  const struct leader_asked *asked = l->asked;
  if (read_tally(&rows, &n, l->who, asked, by, asked->from, asked->to, false, l->street, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    add(&line_of(l, street_value(l, rows[i].street, rows[i].value))->sums, rows[i].measure, rows[i].n);
    add(&l->total.sums, rows[i].measure, rows[i].n);
  }
  return 0;
}

static int add_day(void *ctx, const struct figure_counts *row, struct error *err) {
  struct lines *l = ctx;
  (void)err;
  if (!is_of_org(l->asked, row->value)) return 0;
  struct line *line = line_of(l, street_value(l, row->street, row->value));
  for (int m = 0; m < MEASURES; m++) {
    line->sums.n[m] += row->n[m];
    l->total.sums.n[m] += row->n[m];
  }
  return 0;
}

static int read_day(struct lines *l, enum figure_by by, struct error *err) {
  const struct world *w = l->who->world;
  struct figure_span span = span_of(l->who, l->asked);
  span.all_streets = !l->street;
  return figure_count(l->who->db, l->who->arena, w->district, w->offset_min, &span,
                      l->asked->org == FIGURE_ANY ? by : FIGURE_ORG, add_day, l, err);
}

static int table_by(struct table *out, const struct case_asker *who, const struct leader_asked *asked, enum figure_by by,
                    struct error *err) {
  static const enum word names[] = {W_LEADER_BY_STREET, W_LEADER_BY_COMMUNITY, W_LEADER_BY_ORG, W_LEADER_BY_CATEGORY,
                                    W_LEADER_BY_SOURCE};
  const struct procedure *p = world_procedure(who->world, asked->procedure, 0);
  if (asked->org != FIGURE_ANY) by = FIGURE_STREET;
  if (by == FIGURE_STREET && asked->street != FIGURE_ANY) by = FIGURE_COMMUNITY;
  struct lines l = {.who = who, .asked = asked, .street = by == FIGURE_STREET,
                    .total = {.name = word(who->lang, W_LEADER_TOTAL), .value = "", .more = ""}};
  if ((asked->day ? read_day(&l, by, err) : read_months(&l, by, err)) < 0) return -1;
  if (l.count) qsort(l.at, l.count, sizeof *l.at, by_reported);
  struct table_row *rows = ARENA_ARRAY(who->arena, l.count + 2, struct table_row);
  for (size_t i = 0; i < l.count; i++) {
    name_line(&l.at[i], who, p, by);
    rows[i] = row_of(who->arena, asked, &l.at[i], false);
  }
  if (l.count) rows[l.count] = row_of(who->arena, asked, &l.total, true);
  *out = (struct table){.id = arena_printf(who->arena, "by-%s", by_names[by]), .title = word(who->lang, names[by]),
                        .columns = titles(who, word(who->lang, names[by])), .column_count = COLUMNS + NAMES_FIRST,
                        .rows = rows, .row_count = (int)(l.count ? l.count + 1 : 0)};
  return 0;
}

/* --- compared with other periods -------------------------------------------------------------------------------- */

static const struct leader_figure compared[] = {{MEASURE_REPORTED, MEASURES, 0},
                                                {MEASURE_ACCEPTED, MEASURES, 0},
                                                {MEASURE_REFUSED, MEASURES, 0},
                                                {MEASURE_VOID, MEASURES, 0},
                                                {MEASURE_FILED, MEASURES, 0},
                                                {MEASURE_CLOSED, MEASURES, 0},
                                                {MEASURE_ON_TIME, MEASURES, 0},
                                                {MEASURE_ON_TIME, MEASURE_CLOSED, W_LEADER_ON_TIME_RATE},
                                                {MEASURE_ANSWERABLE, MEASURES, 0},
                                                {MEASURE_ANSWERED, MEASURES, 0},
                                                {MEASURE_ANSWERED, MEASURE_ANSWERABLE, W_LEADER_RESPONSE_RATE},
                                                {MEASURE_ASKED, MEASURES, 0},
                                                {MEASURE_SOLVED, MEASURES, 0},
                                                {MEASURE_SOLVED, MEASURE_ASKED, W_LEADER_SOLVED_RATE},
                                                {MEASURE_RATED, MEASURES, 0},
                                                {MEASURE_SATISFIED, MEASURES, 0},
                                                {MEASURE_SATISFIED, MEASURE_RATED, W_LEADER_SATISFIED_RATE},
                                                {MEASURE_CALLED_BACK, MEASURES, 0},
                                                {MEASURE_REWORKED, MEASURES, 0},
                                                {MEASURE_REWORKED, MEASURE_CLOSED, W_LEADER_REWORK_RATE},
                                                {MEASURE_REOPENED, MEASURES, 0},
                                                {MEASURE_RELAPSE, MEASURES, 0},
                                                {MEASURE_RELAPSE, MEASURE_REPORTED, W_LEADER_RELAPSE_RATE},
                                                {MEASURE_URGED, MEASURES, 0},
                                                {MEASURE_UNLISTED, MEASURES, 0},
                                                {MEASURE_SUPERVISED, MEASURES, 0}};
enum { COMPARED = sizeof compared / sizeof *compared, COMPARED_COLUMNS = 6 };

static int table_compared(struct table *out, const struct case_asker *who, const struct leader_asked *asked,
                          struct error *err) {
  struct arena *a = who->arena;
  struct leader_asked before = leader_earlier(a, asked, LEADER_BEFORE), year = leader_earlier(a, asked, LEADER_YEAR_BEFORE);
  struct leader_sums now_sums, before_sums, year_sums;
  if (leader_sums(&now_sums, who, asked, err) < 0 || leader_sums(&before_sums, who, &before, err) < 0 ||
      leader_sums(&year_sums, who, &year, err) < 0)
    return -1;
  struct table_row *rows = ARENA_ARRAY(a, COMPARED, struct table_row);
  for (int i = 0; i < COMPARED; i++) {
    const struct leader_figure *f = &compared[i];
    struct table_cell *cells = ARENA_ARRAY(a, COMPARED_COLUMNS, struct table_cell);
    cells[0] = (struct table_cell){.text = word(who->lang, leader_figure_word(f))};
    cells[1] = cell_of(a, asked, f, &now_sums, "");
    cells[2] = cell_of(a, &before, f, &before_sums, "");
    cells[3] = (struct table_cell){.text = leader_change(a, f, &now_sums, &before_sums)};
    cells[4] = cell_of(a, &year, f, &year_sums, "");
    cells[5] = (struct table_cell){.text = leader_change(a, f, &now_sums, &year_sums)};
    rows[i] = (struct table_row){cells, COMPARED_COLUMNS, false};
  }
  struct table_column *t = ARENA_ARRAY(a, COMPARED_COLUMNS, struct table_column);
  t[0] = (struct table_column){word(who->lang, W_LEADER_FIGURE), false};
  t[1] = (struct table_column){asked->period, true};
  t[2] = (struct table_column){before.period, true};
  t[3] = (struct table_column){word(who->lang, W_LEADER_CHANGE), false};
  t[4] = (struct table_column){year.period, true};
  t[5] = (struct table_column){word(who->lang, W_LEADER_CHANGE_YEAR), false};
  *out = (struct table){.id = "compared", .title = word(who->lang, W_LEADER_COMPARED), .columns = t,
                        .column_count = COMPARED_COLUMNS, .rows = rows, .row_count = COMPARED};
  return 0;
}

int leader_table(struct table *out, const struct case_asker *who, const struct leader_asked *asked, enum leader_table which,
                 struct error *err) {
  static const char *const names[] = {"street", "community", "org", "category", "source", "compared", "air"};
  int r = which == LEADER_COMPARED     ? table_compared(out, who, asked, err)
          : which == LEADER_IN_THE_AIR ? leader_air(out, who, asked, err)
                                       : table_by(out, who, asked, (enum figure_by)which, err);
  if (r < 0) return -1;
  const char *file = arena_printf(who->arena, "/leader/table?%s&by=%s&format=", leader_query(who->arena, asked), names[which]);
  out->csv = arena_printf(who->arena, "%scsv", file);
  out->xlsx = arena_printf(who->arena, "%sxlsx", file);
  out->pdf = arena_printf(who->arena, "%spdf", file);
  return 0;
}
