#include "web/console.h"

#include <math.h>

#include "matter/figure.h"
#include "store/store.h"

enum { DAYS = 14, STREETS_MOST = 60 };

static int sums(struct q_tally_sum_out **rows, size_t *n, const struct case_asker *who, struct q_tally_sum_in in,
                struct error *err) {
  in.district = who->world->district;
  in.kind = FIGURE_STREET;
  return q_tally_sum(who->db, who->arena, rows, n, &in, err) < 0 ? -1 : 0;
}

/* --- the last days ------------------------------------------------------------------------------------------------------ */

static int64_t day_period(int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

static int count_days(double *out, const struct case_asker *who, enum figure_measure measure, int64_t street, int32_t last,
                      struct error *err) {
  struct q_tally_sum_out *rows;
  size_t n;
  struct q_tally_sum_in in = {.period_from = day_period(last - DAYS + 1), .period_to = day_period(last),
                              .measure = figure_measure_name(measure), .street = street, .by_period = true};
  for (int i = 0; i < DAYS; i++) out[i] = 0;
  if (sums(&rows, &n, who, in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < DAYS; k++)
      if (rows[i].period == day_period(last - DAYS + 1 + k)) out[k] = (double)rows[i].n;
  return 0;
}

static const char *day_name(struct arena *a, int32_t day) {
  char s[48];
  date_format(s, sizeof s, day);
  return arena_strdup(a, s + 5); /* month and day */
}

static int draw_days(const struct chart_view **out, const struct case_asker *who, int64_t street, struct error *err) {
  struct arena *a = who->arena;
  struct chart *c = ARENA_NEW(a, struct chart);
  struct chart_series *series = ARENA_ARRAY(a, 2, struct chart_series);
  double *reported = ARENA_ARRAY(a, DAYS, double), *closed = ARENA_ARRAY(a, DAYS, double);
  const char **labels = ARENA_ARRAY(a, DAYS, const char *);
  int32_t today = (int32_t)day_of_ms(who->now, who->world->offset_min);
  if (count_days(reported, who, MEASURE_REPORTED, street, today, err) < 0) return -1;
  if (count_days(closed, who, MEASURE_CLOSED, street, today, err) < 0) return -1;
  for (int i = 0; i < DAYS; i++) labels[i] = day_name(a, today - DAYS + 1 + i);
  series[0] = (struct chart_series){.name = word(who->lang, W_CONSOLE_REPORTED), .values = reported};
  series[1] = (struct chart_series){.name = word(who->lang, W_CONSOLE_CLOSED), .values = closed};
  *c = (struct chart){.kind = CHART_COLUMNS, .lang = who->lang, .id = "days", .title = word(who->lang, W_CONSOLE_DAYS),
                      .head = word(who->lang, W_CONSOLE_DAY), .labels = labels, .count = DAYS, .series = series,
                      .series_count = 2};
  *out = chart_view(a, c);
  return 0;
}

/* --- streets on time -------------------------------------------------------------------------------------------------- */

struct share {
  int64_t street, in_time, all;
};

static struct share *share_of(struct share *list, int *n, int64_t street) {
  for (int i = 0; i < *n; i++)
    if (list[i].street == street) return &list[i];
  if (!street || *n == STREETS_MOST) return NULL;
  list[*n] = (struct share){.street = street};
  return &list[(*n)++];
}

static int add_shares(struct share *list, int *n, const struct case_asker *who, enum figure_measure measure, bool in_time,
                      int64_t street, struct error *err) {
  struct q_tally_sum_out *rows;
  size_t count;
  int month = figure_month_of(day_of_ms(who->now, who->world->offset_min));
  struct q_tally_sum_in in = {.period_from = month, .period_to = month, .measure = figure_measure_name(measure),
                              .street = street, .by_street = true};
  if (sums(&rows, &count, who, in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    struct share *s = share_of(list, n, rows[i].street);
    if (s) *(in_time ? &s->in_time : &s->all) += rows[i].n;
  }
  return 0;
}

static int draw_streets(const struct chart_view **out, const struct case_asker *who, int64_t street, struct error *err) {
  struct arena *a = who->arena;
  struct share list[STREETS_MOST];
  struct chart *c = ARENA_NEW(a, struct chart);
  struct chart_series *series = ARENA_NEW(a, struct chart_series);
  int n = 0;
  if (add_shares(list, &n, who, MEASURE_ON_TIME, true, street, err) < 0) return -1;
  if (add_shares(list, &n, who, MEASURE_CLOSED, false, street, err) < 0) return -1;
  double *rates = ARENA_ARRAY(a, (size_t)n + 1, double);
  const char **labels = ARENA_ARRAY(a, (size_t)n + 1, const char *);
  for (int i = 0; i < n; i++) {
    rates[i] = list[i].all ? 100.0 * (double)list[i].in_time / (double)list[i].all : NAN;
    labels[i] = case_place_name(who, list[i].street);
  }
  *series = (struct chart_series){.name = word(who->lang, W_CONSOLE_ON_TIME), .values = rates};
  *c = (struct chart){.kind = CHART_BARS, .lang = who->lang, .id = "streets", .title = word(who->lang, W_CONSOLE_STREETS),
                      .head = word(who->lang, W_CONSOLE_STREET), .unit = "%", .most = 100, .labels = labels, .count = n,
                      .series = series, .series_count = 1};
  *out = chart_view(a, c);
  return 0;
}

int console_charts(const struct chart_view **days, const struct chart_view **streets, const struct case_asker *who,
                   const struct scope *scope, struct error *err) {
  *days = *streets = NULL;
  if (scope->count != 1 || (scope->arm[0].kind != SCOPE_DISTRICT && scope->arm[0].kind != SCOPE_STREET)) return 0;
  int64_t street = scope->arm[0].kind == SCOPE_STREET ? scope->arm[0].id : DB_NULL;
  return draw_days(days, who, street, err) < 0 ? -1 : draw_streets(streets, who, street, err);
}
