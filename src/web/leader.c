#include "web/leader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/org.h"
#include "web/case_view_inside.h"
#include "web/page.h"

/* --- what was asked --------------------------------------------------------------------------------------------- */

static bool read_period(struct leader_asked *a) {
  bool whole_year = strlen(a->period) == 4;
  char day[16];
  int32_t first;
  struct civil c;
  snprintf(day, sizeof day, whole_year ? "%.7s-01-01" : "%.7s-01", a->period);
  if (!date_parse(&first, day)) return false;
  civil_from_day(&c, first);
  a->from = c.year * 100 + c.month;
  a->to = whole_year ? c.year * 100 + 12 : a->from;
  return c.year >= 1990 && c.year <= 2200;
}

/* Whoever has the district has every street; who has a street has that one. */
static bool may_street(struct leader_asked *a, const struct case_asker *who) {
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
  return false;
}

/* The kind with the most reported, so that the page opens on what the district mostly does. */
static int usual_procedure(struct leader_asked *a, const struct case_asker *who, struct error *err) {
  int64_t most = -1;
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    struct leader_sums s;
    struct leader_asked one = *a;
    one.procedure = who->world->procedures[i]->name;
    if (leader_sums(&s, who, &one, 0, err) < 0) return -1;
    if (s.n[MEASURE_REPORTED] <= most) continue;
    most = s.n[MEASURE_REPORTED];
    a->procedure = one.procedure;
  }
  return a->procedure ? 0 : error_set(err, ERR_INPUT, "figure.unknown", "procedure", NULL);
}

int leader_asked_read(struct leader_asked *out, const struct case_asker *who, const char *period, const char *procedure,
                      int64_t street, struct error *err) {
  int now = figure_month_of(day_of_ms(who->now, who->world->offset_min));
  *out = (struct leader_asked){.period = period, .street = street};
  if (text_empty(period)) out->period = arena_printf(who->arena, "%04d-%02d", now / 100, now % 100);
  if (!read_period(out)) return error_set(err, ERR_INPUT, "figure.unknown", "period", NULL);
  if (!may_street(out, who)) return error_set(err, ERR_DENIED, "access.role", "street", NULL);
  if (text_empty(procedure)) return usual_procedure(out, who, err);
  if (!world_procedure(who->world, procedure, 0)) return error_set(err, ERR_INPUT, "figure.unknown", "procedure", NULL);
  out->procedure = procedure;
  return 0;
}

/* --- sums ------------------------------------------------------------------------------------------------------- */

static int read_tally(struct q_tally_sum_out **rows, size_t *n, const struct case_asker *who, const struct leader_asked *a,
                      enum figure_by by, int from, int to, bool by_period, bool by_street, struct error *err) {
  struct q_tally_sum_in in = {.district = who->world->district, .period_from = from, .period_to = to,
                              .procedure = a->procedure, .kind = (int64_t)by,
                              .street = a->street == FIGURE_ANY ? DB_NULL : a->street, .by_period = by_period,
                              .by_street = by_street};
  return q_tally_sum(who->db, who->arena, rows, n, &in, err);
}

static void add(struct leader_sums *s, const char *measure, int64_t n) {
  enum figure_measure m = figure_measure_find(measure);
  if (m < MEASURES) s->n[m] += n;
}

int leader_sums(struct leader_sums *out, const struct case_asker *who, const struct leader_asked *a, int months_back,
                struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  memset(out, 0, sizeof *out);
  int from = figure_month_add(a->from, -months_back), to = figure_month_add(a->to, -months_back);
  if (read_tally(&rows, &n, who, a, FIGURE_STREET, from, to, false, false, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) add(out, rows[i].measure, rows[i].n);
  return 0;
}

int leader_months(struct leader_sums out[LEADER_MONTHS], const struct case_asker *who, const struct leader_asked *a,
                  struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  int from = figure_month_add(a->to, 1 - LEADER_MONTHS);
  memset(out, 0, LEADER_MONTHS * sizeof *out);
  if (read_tally(&rows, &n, who, a, FIGURE_STREET, from, a->to, true, false, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < LEADER_MONTHS; k++)
      if (rows[i].period == figure_month_add(from, k)) add(&out[k], rows[i].measure, rows[i].n);
  return 0;
}

double leader_share(int64_t part, int64_t whole) {
  return whole > 0 ? 100.0 * (double)part / (double)whole : (double)NAN;
}

const char *leader_share_text(struct arena *a, double share) {
  return isnan(share) ? "—" : arena_printf(a, "%.1f%%", share);
}

const char *leader_list_address(struct arena *a, const struct leader_asked *asked, enum figure_measure m,
                                const char *more) {
  const char *street = asked->street == FIGURE_ANY ? "" : arena_printf(a, "&street=%lld", (long long)asked->street);
  if (strstr(more, "street=")) street = "";
  return arena_printf(a, "/leader/list?period=%s&procedure=%s&measure=%s%s%s", asked->period, asked->procedure,
                      figure_measure_name(m), street, more);
}

/* --- tables ----------------------------------------------------------------------------------------------------- */

static const char *const by_names[FIGURE_KINDS] = {"street", "community", "org", "category", "source"};
const char *leader_by_name(enum figure_by by) { return by_names[by]; }

/* The table's columns: a measure, or a share of two. */
static const struct column {
  enum figure_measure part, whole; /* whole MEASURES: a count */
  enum word title;                 /* of a share */
} columns[] = {{MEASURE_REPORTED, MEASURES, 0},
               {MEASURE_ACCEPTED, MEASURES, 0},
               {MEASURE_FILED, MEASURES, 0},
               {MEASURE_CLOSED, MEASURES, 0},
               {MEASURE_ON_TIME, MEASURES, 0},
               {MEASURE_ON_TIME, MEASURE_CLOSED, W_LEADER_ON_TIME_RATE},
               {MEASURE_LATE, MEASURES, 0},
               {MEASURE_REWORKED, MEASURES, 0},
               {MEASURE_REWORKED_OFTEN, MEASURES, 0},
               {MEASURE_REWORKED, MEASURE_CLOSED, W_LEADER_REWORK_RATE},
               {MEASURE_RETURNED, MEASURES, 0},
               {MEASURE_EXTENDED, MEASURES, 0},
               {MEASURE_SUSPENDED, MEASURES, 0},
               {MEASURE_RELAPSE, MEASURES, 0},
               {MEASURE_RELAPSE, MEASURE_REPORTED, W_LEADER_RELAPSE_RATE},
               {MEASURE_SATISFIED, MEASURE_RATED, W_LEADER_SATISFIED_RATE}};
enum { COLUMNS = sizeof columns / sizeof *columns, NAMES_FIRST = 1 };

struct line {
  const char *value, *name, *more;
  struct leader_sums sums;
};

static struct line *line_of(struct line *lines, size_t *n, const char *value) {
  for (size_t i = 0; i < *n; i++)
    if (text_eq(lines[i].value, value)) return &lines[i];
  lines[*n] = (struct line){.value = value};
  return &lines[(*n)++];
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

static struct table_cell cell_of(struct arena *a, const struct leader_asked *asked, const struct column *c,
                                 const struct line *l) {
  if (c->whole != MEASURES) {
    double share = leader_share(l->sums.n[c->part], l->sums.n[c->whole]);
    return (struct table_cell){.text = leader_share_text(a, share), .n = share, .number = true};
  }
  int64_t n = l->sums.n[c->part];
  return (struct table_cell){.text = arena_printf(a, "%lld", (long long)n), .n = (double)n, .number = true,
                             .href = n ? leader_list_address(a, asked, c->part, l->more) : NULL};
}

static struct table_row row_of(struct arena *a, const struct leader_asked *asked, const struct line *l, bool total) {
  struct table_cell *cells = ARENA_ARRAY(a, COLUMNS + NAMES_FIRST, struct table_cell);
  cells[0] = (struct table_cell){.text = l->name};
  for (int i = 0; i < COLUMNS; i++) cells[i + NAMES_FIRST] = cell_of(a, asked, &columns[i], l);
  return (struct table_row){cells, COLUMNS + NAMES_FIRST, total};
}

static const struct table_column *titles(const struct case_asker *who, const char *first) {
  struct table_column *t = ARENA_ARRAY(who->arena, COLUMNS + NAMES_FIRST, struct table_column);
  t[0] = (struct table_column){first, false};
  for (int i = 0; i < COLUMNS; i++) {
    enum word w = columns[i].whole == MEASURES ? figure_measure_word(columns[i].part) : columns[i].title;
    t[i + NAMES_FIRST] = (struct table_column){word(who->lang, w), true};
  }
  return t;
}

static int read_lines(struct line **out, size_t *count, struct line *total, const struct case_asker *who,
                      const struct leader_asked *asked, enum figure_by by, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  bool street = by == FIGURE_STREET;
  if (read_tally(&rows, &n, who, asked, by, asked->from, asked->to, false, street, err) < 0) return -1;
  struct line *lines = ARENA_ARRAY(who->arena, n + 1, struct line);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    const char *v = street ? arena_printf(who->arena, "%lld", (long long)rows[i].street) : rows[i].value;
    add(&line_of(lines, count, v)->sums, rows[i].measure, rows[i].n);
    add(&total->sums, rows[i].measure, rows[i].n);
  }
  *out = lines;
  return 0;
}

int leader_table(struct table *out, const struct case_asker *who, const struct leader_asked *asked, enum figure_by by,
                 struct error *err) {
  static const enum word names[] = {W_LEADER_BY_STREET, W_LEADER_BY_COMMUNITY, W_LEADER_BY_ORG, W_LEADER_BY_CATEGORY,
                                    W_LEADER_BY_SOURCE};
  const struct procedure *p = world_procedure(who->world, asked->procedure, 0);
  struct line *lines, total = {.name = word(who->lang, W_LEADER_TOTAL), .value = "", .more = ""};
  size_t n;
  if (by == FIGURE_STREET && asked->street != FIGURE_ANY) by = FIGURE_COMMUNITY;
  if (read_lines(&lines, &n, &total, who, asked, by, err) < 0) return -1;
  qsort(lines, n, sizeof *lines, by_reported);
  struct table_row *rows = ARENA_ARRAY(who->arena, n + 2, struct table_row);
  for (size_t i = 0; i < n; i++) {
    name_line(&lines[i], who, p, by);
    rows[i] = row_of(who->arena, asked, &lines[i], false);
  }
  if (n) rows[n] = row_of(who->arena, asked, &total, true);
  const char *street = asked->street == FIGURE_ANY ? "" : arena_printf(who->arena, "&street=%lld", (long long)asked->street);
  const char *sheet = arena_printf(who->arena, "/leader/table?period=%s&procedure=%s%s&by=%s&format=", asked->period,
                                   asked->procedure, street, by_names[by]);
  *out = (struct table){.id = arena_printf(who->arena, "by-%s", by_names[by]), .title = word(who->lang, names[by]),
                        .columns = titles(who, word(who->lang, names[by])), .column_count = COLUMNS + NAMES_FIRST,
                        .rows = rows, .row_count = (int)(n ? n + 1 : 0),
                        .csv = arena_printf(who->arena, "%scsv", sheet),
                        .xlsx = arena_printf(who->arena, "%sxlsx", sheet)};
  return 0;
}
