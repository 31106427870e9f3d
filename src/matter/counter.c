/* The counters' way to their tables: moved by every action, written once for a batch (store/lane.h, lane_sum). */
#include "matter/engine_internal.h"

#include <string.h>

static int by_number(int64_t a, int64_t b) {
  return (a > b) - (a < b);
}

/* --- by month and day, for pages of figures ---------------------------------------------------------------------- */

static int tally_compare(const void *a, const void *b) {
  const struct q_tally_add_in *x = a, *y = b;
  int r = by_number(x->kind, y->kind);
  if (!r) r = by_number(x->period, y->period);
  if (!r) r = strcmp(x->procedure, y->procedure);
  if (!r) r = strcmp(x->measure, y->measure);
  if (!r) r = by_number(x->street, y->street);
  return r ? r : strcmp(x->value, y->value);
}

static void tally_more(void *into, const void *more) {
  ((struct q_tally_add_in *)into)->n += ((const struct q_tally_add_in *)more)->n;
}

static int tally_write(struct lane_txn *t, const void *item, struct error *err) {
  const struct q_tally_add_in *in = item;
  return in->n && q_tally_add(t->db, in, err) < 0 ? -1 : 0;
}

void tally_move(struct work *k, const struct q_tally_add_in *by) {
  static const struct lane_sum kind = {tally_compare, tally_more, tally_write};
  struct q_tally_add_in *item = ARENA_NEW(k->a, struct q_tally_add_in);
  *item = *by;
  lane_sum(k->t, &kind, item);
}

/* --- what everybody may know, by the day it was reported ---------------------------------------------------------- */

static int public_compare(const void *a, const void *b) {
  const struct q_public_day_add_in *x = a, *y = b;
  return by_number(x->day, y->day);
}

static void public_more(void *into, const void *more) {
  struct q_public_day_add_in *a = into;
  const struct q_public_day_add_in *b = more;
  a->reported += b->reported;
  a->done += b->done;
  a->going += b->going;
  a->on_time += b->on_time;
}

static int public_write(struct lane_txn *t, const void *item, struct error *err) {
  const struct q_public_day_add_in *in = item;
  if (!in->reported && !in->done && !in->going && !in->on_time) return 0;
  return q_public_day_add(t->db, in, err) < 0 ? -1 : 0;
}

static void public_one(struct work *k, const struct figure_counted *c, int64_t n) {
  static const struct lane_sum kind = {public_compare, public_more, public_write};
  bool done = c->outcome == OUTCOME_DONE;
  if (!c->counts || !c->shown_public) return;
  struct q_public_day_add_in *item = ARENA_NEW(k->a, struct q_public_day_add_in);
  *item = (struct q_public_day_add_in){.district = k->w->district,
                                       .day = day_of_ms(c->opened, k->w->offset_min),
                                       .reported = n,
                                       .done = done ? n : 0,
                                       .going = c->outcome == OUTCOME_OPEN ? n : 0,
                                       .on_time = done && !c->late ? n : 0};
  lane_sum(k->t, &kind, item);
}

void public_move(struct work *k, const struct figure_counted *was, const struct figure_counted *is) {
  public_one(k, was, -1);
  public_one(k, is, 1);
}
