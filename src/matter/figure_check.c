#include "matter/figure_check.h"

#include <stdlib.h>
#include <string.h>

#include "matter/engine_internal.h"

enum { MATTERS_A_STEP = 200 };

/* --- what is counted, side by side ------------------------------------------------------------------------------ */

struct entry {
  int64_t period, street, kept, counted;
  const char *procedure, *measure, *value;
};

struct entries {
  struct arena *a;
  struct entry *at;
  size_t count, room;
};

static void put(struct entries *e, struct entry one) {
  if (!one.kept && !one.counted) return;
  if (e->count == e->room) {
    size_t room = e->room ? 2 * e->room : 1024;
    struct entry *more = ARENA_ARRAY(e->a, room, struct entry);
    if (e->count) memcpy(more, e->at, e->count * sizeof *more);
    e->at = more;
    e->room = room;
  }
  e->at[e->count++] = one;
}

static int compare_numbers(int64_t x, int64_t y) { return (x > y) - (x < y); }

static int compare_entries(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  int r = compare_numbers(x->period, y->period);
  if (!r) r = strcmp(x->procedure, y->procedure);
  if (!r) r = strcmp(x->measure, y->measure);
  if (!r) r = compare_numbers(x->street, y->street);
  return r ? r : strcmp(x->value, y->value);
}

struct comparing {
  struct db *db;
  struct arena *a;
  int64_t district;
  int offset_min, month;
  enum figure_by by;
  bool days;
  struct entries found;
  struct error *err;
};

/* --- the two sides ---------------------------------------------------------------------------------------------- */

static int read_kept(struct comparing *c) {
  struct q_tally_all_out *rows;
  size_t n;
  int64_t from = c->days ? (int64_t)c->month * 100 + 1 : c->month, to = c->days ? from + 30 : from;
  struct q_tally_all_in in = {.district = c->district, .kind = (int64_t)c->by, .period_from = from, .period_to = to};
  if (q_tally_all(c->db, c->a, &rows, &n, &in, c->err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    put(&c->found, (struct entry){.period = rows[i].period, .street = rows[i].street, .kept = rows[i].n,
                                  .procedure = rows[i].procedure, .measure = rows[i].measure, .value = rows[i].value});
  return 0;
}

static int64_t period_of_row(const struct comparing *c, int64_t day) {
  struct civil civil;
  if (!c->days) return c->month;
  civil_from_day(&civil, (int32_t)day);
  return (int64_t)civil.year * 10000 + civil.month * 100 + civil.day;
}

static int counted(void *ctx, const struct figure_counts *row, struct error *err) {
  struct comparing *c = ctx;
  (void)err;
  for (int m = 0; m < MEASURES; m++)
    put(&c->found, (struct entry){.period = period_of_row(c, row->day), .street = row->street, .counted = row->n[m],
                                  .procedure = row->procedure, .measure = figure_measure_name((enum figure_measure)m),
                                  .value = row->value});
  return 0;
}

static int read_counted(struct comparing *c) {
  struct figure_span span = {.street = FIGURE_ANY, .from = figure_month_start(c->month, c->offset_min),
                             .to = figure_month_start(figure_month_add(c->month, 1), c->offset_min),
                             .by_day = c->days};
  return figure_count(c->db, c->a, c->district, c->offset_min, &span, c->by, counted, c, c->err);
}

/* Entries with the same key stand beside each other now: their sides are added up. */
static int tell(struct comparing *c, figure_difference_fn *each, void *ctx) {
  struct entries *e = &c->found;
  qsort(e->at, e->count, sizeof *e->at, compare_entries);
  for (size_t i = 0; i < e->count;) {
    struct entry sum = e->at[i];
    size_t next = i + 1;
    for (; next < e->count && compare_entries(&e->at[i], &e->at[next]) == 0; next++) {
      sum.kept += e->at[next].kept;
      sum.counted += e->at[next].counted;
    }
    i = next;
    if (sum.kept == sum.counted) continue;
    struct figure_difference d = {.by = c->by, .period = sum.period, .procedure = sum.procedure, .measure = sum.measure,
                                  .value = sum.value, .street = sum.street, .kept = sum.kept, .counted = sum.counted};
    if (each(ctx, &d, c->err) < 0) return -1;
  }
  return 0;
}

static int compare_kind(struct comparing *c, figure_difference_fn *each, void *ctx) {
  c->found = (struct entries){.a = c->a};
  if (read_kept(c) < 0 || read_counted(c) < 0) return -1;
  return c->found.count ? tell(c, each, ctx) : 0;
}

int figure_compare(struct db *db, struct arena *a, int64_t district, int offset_min, int month, figure_difference_fn *each,
                   void *ctx, struct error *err) {
  struct comparing c = {.db = db, .a = a, .district = district, .offset_min = offset_min, .month = month, .err = err};
  for (int by = 0; by < FIGURE_KINDS; by++) {
    c.by = (enum figure_by)by;
    c.days = false;
    if (compare_kind(&c, each, ctx) < 0) return -1;
  }
  c.by = FIGURE_STREET;
  c.days = true;
  return compare_kind(&c, each, ctx);
}

/* --- putting right ---------------------------------------------------------------------------------------------- */

struct repairing {
  struct lane_txn *t;
  int64_t repaired;
};

static int put_right(void *ctx, const struct figure_difference *d, struct error *err) {
  struct repairing *r = ctx;
  struct q_tally_add_in in = {.district = r->t->district, .period = d->period, .procedure = d->procedure,
                              .measure = d->measure, .kind = (int64_t)d->by, .street = d->street, .value = d->value,
                              .n = d->counted - d->kept};
  r->repaired++;
  return q_tally_add(r->t->db, &in, err) < 0 ? -1 : 0;
}

int figure_repair(struct lane_txn *t, int offset_min, int month, int64_t *repaired, struct error *err) {
  struct repairing r = {.t = t};
  if (figure_compare(t->db, t->arena, t->district, offset_min, month, put_right, &r, err) < 0) return -1;
  *repaired += r.repaired;
  return 0;
}

/* --- facts ------------------------------------------------------------------------------------------------------ */

static int check_facts(struct db *db, struct lane_txn *t, struct arena *a, const struct world *w, int64_t id, int64_t *wrong,
                       struct error *err) {
  struct state *s;
  int got = state_load(&s, db, w, id, a, err);
  if (got <= 0) return got;
  int64_t facts = figure_facts(s, s->facts);
  if (facts == s->facts) return 0;
  ++*wrong;
  if (!t) return 0;
  struct q_figure_facts_put_in in = {.district = w->district, .id = id, .facts = facts};
  return q_figure_facts_put(db, &in, err) < 0 ? -1 : 0;
}

int figure_facts_check(struct db *db, struct lane_txn *t, struct arena *a, const struct world *w, int64_t *after, int most,
                       int64_t *wrong, struct error *err) {
  struct q_figure_matters_out *rows;
  size_t n;
  struct q_figure_matters_in in = {.district = w->district, .after = *after, .count = most};
  if (q_figure_matters(db, a, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (check_facts(db, t, a, w, rows[i].id, wrong, err) < 0) return -1;
  *after = n == (size_t)most ? rows[n - 1].id : 0;
  return 0;
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static void widen(int *first, int *last, int month) {
  if (!month) return;
  if (!*first || month < *first) *first = month;
  if (!*last || month > *last) *last = month;
}

static int month_of(time_ms at, int offset_min) { return at ? figure_month_of(day_of_ms(at, offset_min)) : 0; }

int figure_months(int *first, int *last, struct db *db, struct arena *a, int64_t district, int offset_min, struct error *err) {
  struct q_figure_span_out s;
  *first = *last = 0;
  int got = q_figure_span(db, a, &s, &(struct q_figure_span_in){.district = district}, err);
  if (got <= 0) return got;
  widen(first, last, month_of(s.opened_first, offset_min));
  widen(first, last, month_of(s.opened_last, offset_min));
  widen(first, last, month_of(s.closed_first, offset_min));
  widen(first, last, month_of(s.closed_last, offset_min));
  widen(first, last, s.first == DB_NULL ? 0 : (int)s.first);
  widen(first, last, s.last == DB_NULL ? 0 : (int)s.last);
  return 0;
}

int figure_recount_due(struct db *db, struct arena *a, int64_t district, struct error *err) {
  struct q_recount_get_out row;
  return q_recount_get(db, a, &row, &(struct q_recount_get_in){.district = district}, err);
}

static int recount_facts(struct lane_txn *t, const struct world *w, int64_t after, int *month, struct error *err) {
  int first, last;
  int64_t wrong = 0;
  if (figure_facts_check(t->db, t, t->arena, w, &after, MATTERS_A_STEP, &wrong, err) < 0) return -1;
  if (!after) {
    if (figure_months(&first, &last, t->db, t->arena, w->district, w->offset_min, err) < 0) return -1;
    *month = first ? first : -1;
    return 1;
  }
  struct q_recount_put_in in = {.district = w->district, .after = after};
  return q_recount_put(t->db, &in, err) < 0 ? -1 : 1;
}

int figure_recount_step(struct lane_txn *t, const struct world *w, int *month, struct error *err) {
  struct q_recount_get_out row;
  int first, last;
  int64_t repaired = 0;
  int due = q_recount_get(t->db, t->arena, &row, &(struct q_recount_get_in){.district = w->district}, err);
  if (due <= 0) return due;
  if (!*month) return recount_facts(t, w, row.after, month, err);
  if (figure_months(&first, &last, t->db, t->arena, w->district, w->offset_min, err) < 0) return -1;
  if (*month > 0 && *month <= last) {
    if (figure_repair(t, w->offset_min, *month, &repaired, err) < 0) return -1;
    *month = figure_month_add(*month, 1);
    return 1;
  }
  return q_recount_done(t->db, &(struct q_recount_done_in){.district = w->district}, err) < 0 ? -1 : 0;
}
