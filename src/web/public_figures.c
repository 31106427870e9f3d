#include "web/public_figures.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "board/withhold.h"
#include "matter/catalogue.h"
#include "matter/figure.h"

enum { CELLS_MOST = 400 };

int public_kinds(const struct procedure **out, int most, const struct world *w) {
  int n = 0;
  for (size_t i = 0; i < w->procedure_count && n < most; i++)
    if (w->procedures[i]->shows_public) out[n++] = w->procedures[i];
  return n;
}

/* --- gathering -------------------------------------------------------------------------------------------------- */

static void add(struct public_cells *c, struct arena *a, const char *key, const char *name, int64_t n) {
  for (int i = 0; i < c->count; i++)
    if (text_eq(c->at[i].key, key)) {
      c->at[i].n += n;
      return;
    }
  if (!c->at) c->at = ARENA_ARRAY(a, CELLS_MOST, struct public_cell);
  if (c->count == CELLS_MOST) {
    c->at[CELLS_MOST - 1].n += n;
    return;
  }
  c->at[c->count++] = (struct public_cell){.key = key, .name = name, .n = n};
}

static int add_street(struct public_cells *c, const struct resident *x, int64_t street, int64_t n, struct error *err) {
  struct place_row place;
  struct error none = {0};
  (void)err;
  if (!street || place_get(&place, x->db, x->a, x->w->district, street, &none) < 0) {
    add(c, x->a, "", word(x->r->lang, W_PUBLIC_ELSEWHERE), n);
    return 0;
  }
  add(c, x->a, arena_strdup(x->a, place.code), arena_strdup(x->a, place.name), n);
  return 0;
}

/* The class (大类) of a category: the catalogue's first level, so that cells are not small by being many. */
static void add_class(struct public_cells *c, const struct resident *x, const char *category, int64_t n) {
  const struct catalogue *all = x->w->catalogue;
  for (size_t i = 0; i < all->majors_count; i++) {
    const struct catalogue_major *m = &all->majors[i];
    const char *key = arena_printf(x->a, "%s/%s/%s", m->scheme, m->kind, m->code);
    if (!text_starts(category, key)) continue;
    add(c, x->a, key, resident_say(x, &m->title), n);
    return;
  }
  add(c, x->a, "", word(x->r->lang, W_PUBLIC_OTHER_CLASS), n);
}

/* Only what everybody may see one by one is counted: else the list of public cases, taken from the number, would tell how many
 * are confidential, and where. */
static bool is_left_out(enum figure_measure m) { return m == MEASURE_UNLISTED || m == MEASURE_CLOSED_UNLISTED; }
static bool of_reported(enum figure_measure m) { return m == MEASURE_REPORTED || m == MEASURE_UNLISTED; }
static bool of_closed(enum figure_measure m) { return m == MEASURE_CLOSED || m == MEASURE_CLOSED_UNLISTED; }

static int read_kind(struct public_month *out, int64_t n[MEASURES], const struct resident *x, enum figure_by kind,
                     struct error *err) {
  struct q_figure_kept_rows_out *rows;
  size_t count;
  struct q_figure_kept_rows_in in = {.district = x->w->district, .month = out->month, .kind = (int64_t)kind,
                                     .procedure = out->procedure, .street = DB_NULL};
  if (q_figure_kept_rows(x->db, x->a, &rows, &count, &in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    enum figure_measure m = figure_measure_find(rows[i].measure);
    if (m == MEASURES) continue;
    if (kind == FIGURE_STREET) n[m] += rows[i].n;
    int64_t shown = is_left_out(m) ? -rows[i].n : rows[i].n;
    if (kind == FIGURE_CATEGORY && of_reported(m)) add_class(&out->reported_by_class, x, rows[i].value, shown);
    if (kind != FIGURE_STREET || (!of_reported(m) && !of_closed(m))) continue;
    struct public_cells *to = of_reported(m) ? &out->reported_by_street : &out->closed_by_street;
    if (add_street(to, x, rows[i].street, shown, err) < 0) return -1;
  }
  return 0;
}

/* --- withholding ------------------------------------------------------------------------------------------------ */

uint64_t public_secret(const struct resident *x, const char *period, const char *kind, const char *table) {
  unsigned char hash[HASH_BYTES];
  uint64_t secret;
  const char *said = arena_printf(x->a, "withhold %s %s %s", period, kind, table);
  hash_keyed(hash, x->app->seal.match, said, strlen(said));
  memcpy(&secret, hash, sizeof secret);
  return secret;
}

static bool withhold(struct public_cells *c, uint64_t secret) {
  bool hidden[CELLS_MOST];
  int64_t n[CELLS_MOST];
  for (int i = 0; i < c->count; i++) n[i] = c->at[i].n;
  bool good = withhold_cells(hidden, n, c->count, secret);
  for (int i = 0; i < c->count; i++) {
    c->at[i].withheld = hidden[i] || !good;
    if (c->at[i].withheld) c->at[i].n = 0;
  }
  return good;
}

static void hide(struct public_cells *c) {
  for (int i = 0; i < c->count; i++) c->at[i] = (struct public_cell){c->at[i].key, c->at[i].name, 0, true};
}

static struct public_share share(int64_t part, int64_t whole) {
  if (withhold_share(part, whole)) return (struct public_share){0, true};
  return (struct public_share){(int)lround(100.0 * (double)part / (double)whole), false};
}

static bool small(int64_t n) { return n > 0 && n < WITHHOLD_UNDER; }

/* By street and by class add up to the same: when the one cannot be published, neither can the other. */
static void withhold_month(struct public_month *m, const struct resident *x) {
  bool streets = withhold(&m->reported_by_street, public_secret(x, m->period, m->procedure, "street"));
  bool classes = withhold(&m->reported_by_class, public_secret(x, m->period, m->procedure, "class"));
  m->reported_withheld = !streets || !classes || small(m->reported);
  if (m->reported_withheld) {
    hide(&m->reported_by_street);
    hide(&m->reported_by_class);
    m->reported = 0;
  }
  m->closed_withheld = !withhold(&m->closed_by_street, public_secret(x, m->period, m->procedure, "closed")) || small(m->closed);
  if (m->closed_withheld) {
    hide(&m->closed_by_street);
    m->closed = 0;
  }
}

int public_month_read(struct public_month *out, const struct resident *x, int month, const struct procedure *p,
                      struct error *err) {
  int64_t n[MEASURES] = {0}, ignored[MEASURES] = {0};
  struct q_figure_month_get_out row;
  struct q_figure_month_get_in get = {.district = x->w->district, .month = month};
  *out = (struct public_month){.month = month, .period = arena_printf(x->a, "%04d-%02d", month / 100, month % 100),
                               .procedure = p->name, .title = resident_say(x, &p->title)};
  int found = q_figure_month_get(x->db, x->a, &row, &get, err);
  if (found <= 0) return found;
  out->kept = row.kept;
  out->hash = row.hash;
  if (read_kind(out, n, x, FIGURE_STREET, err) < 0 || read_kind(out, ignored, x, FIGURE_CATEGORY, err) < 0) return -1;
  out->reported = n[MEASURE_REPORTED] - n[MEASURE_UNLISTED];
  out->closed = n[MEASURE_CLOSED] - n[MEASURE_CLOSED_UNLISTED];
  out->on_time = share(n[MEASURE_ON_TIME], n[MEASURE_CLOSED]);
  out->response = share(n[MEASURE_ANSWERED], n[MEASURE_ANSWERABLE]);
  out->solved = share(n[MEASURE_SOLVED], n[MEASURE_ASKED]);
  out->satisfied = share(n[MEASURE_SATISFIED], n[MEASURE_RATED]);
  withhold_month(out, x);
  return 1;
}
