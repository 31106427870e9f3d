#include "matter/figure_month.h"

#include <string.h>

#include "matter/engine_internal.h"
#include "matter/figure_check.h"

enum { ROWS_TEXT_MOST = 64 << 20 };

/* One line a row, tabs between: anybody can make the same text from an export and compare the hash. */
static int hash_rows(char out[2 * HASH_BYTES + 1], struct lane_txn *t, int month, struct error *err) {
  struct q_figure_kept_rows_out *rows;
  size_t n;
  struct buf text;
  unsigned char hash[HASH_BYTES];
  struct q_figure_kept_rows_in in = {.district = t->district, .month = month, .kind = DB_NULL, .street = DB_NULL};
  if (q_figure_kept_rows(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  buf_init(&text, ROWS_TEXT_MOST);
  for (size_t i = 0; i < n; i++)
    buf_printf(&text, "%d\t%s\t%s\t%lld\t%s\t%lld\n", (int)rows[i].kind, rows[i].procedure, rows[i].measure,
               (long long)rows[i].street, rows[i].value, (long long)rows[i].n);
  hash_bytes(hash, text.data ? text.data : "", text.len);
  text_hex(out, hash, HASH_BYTES);
  buf_free(&text);
  return 0;
}

static int keep(struct lane_txn *t, int month, struct error *err) {
  char hash[2 * HASH_BYTES + 1];
  for (int kind = 0; kind < FIGURE_KINDS; kind++) {
    struct q_figure_keep_in in = {.district = t->district, .month = month, .kind = kind};
    if (q_figure_keep(t->db, &in, err) < 0) return -1;
  }
  if (hash_rows(hash, t, month, err) < 0) return -1;
  struct q_figure_month_add_in add = {.district = t->district, .month = month, .kept = t->now, .hash = hash};
  if (q_figure_month_add(t->db, &add, err) < 0) return -1;
  struct journal_entry entry = {.actor = "system", .action = "figures.month", .subject = "month", .subject_id = month,
                                .data = arena_printf(t->arena, "{\"hash\":\"%s\"}", hash)};
  return journal_append(t, &entry, NULL, err);
}

int figure_month_keep(struct lane_txn *t, const struct world *w, struct error *err) {
  struct q_figure_month_last_out last = {.month = DB_NULL};
  int first, newest, now = figure_month_of(day_of_ms(t->now, w->offset_min));
  if (q_figure_month_last(t->db, t->arena, &last, &(struct q_figure_month_last_in){t->district}, err) < 0) return -1;
  if (figure_months(&first, &newest, t->db, t->arena, t->district, w->offset_min, err) < 0) return -1;
  int month = last.month == DB_NULL ? first : figure_month_add((int)last.month, 1);
  if (!first || !month || month >= now) return 0;
  return keep(t, month, err) < 0 ? -1 : 1;
}

static bool is_of(const struct q_figure_kept_rows_out *row, int64_t org) {
  int64_t id;
  return org == FIGURE_ANY || (text_to_int(row->value, &id) && id == org);
}

int figure_month_sums(int64_t n[MEASURES], time_ms *kept, struct db *db, struct arena *a, int64_t district,
                      const struct figure_kept_which *which, struct error *err) {
  struct q_figure_month_get_out row;
  struct q_figure_kept_rows_out *rows;
  size_t count;
  struct q_figure_month_get_in get = {.district = district, .month = which->month};
  memset(n, 0, MEASURES * sizeof *n);
  int found = q_figure_month_get(db, a, &row, &get, err);
  if (found <= 0) return found;
  *kept = row.kept;
  struct q_figure_kept_rows_in in = {.district = district, .month = which->month,
                                     .kind = which->org == FIGURE_ANY ? FIGURE_STREET : FIGURE_ORG,
                                     .procedure = which->procedure,
                                     .street = which->street == FIGURE_ANY ? DB_NULL : which->street};
  if (q_figure_kept_rows(db, a, &rows, &count, &in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    enum figure_measure m = figure_measure_find(rows[i].measure);
    if (m < MEASURES && is_of(&rows[i], which->org)) n[m] += rows[i].n;
  }
  return 1;
}
