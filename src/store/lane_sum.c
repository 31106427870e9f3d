/* Counters that a whole batch moves: hundreds of reports of one street change one row, so it is written once. */
#include <stdlib.h>
#include <string.h>

#include "store/lane_internal.h"

void lane_sum(struct lane_txn *t, const struct lane_sum *kind, void *item) {
  struct lane_sums *s = lane_sums(t);
  struct lane_item *i = ARENA_NEW(t->arena, struct lane_item);
  *i = (struct lane_item){.kind = kind, .item = item};
  *s->end = i;
  s->end = &i->next;
}

/* By kind, then by counter, so that items of one counter lie side by side. */
static int by_counter(const void *a, const void *b) {
  const struct lane_item *const *x = a, *const *y = b;
  if ((*x)->kind != (*y)->kind) return (uintptr_t)(*x)->kind < (uintptr_t)(*y)->kind ? -1 : 1;
  return (*x)->kind->compare((*x)->item, (*y)->item);
}

static struct lane_item **sorted(struct lane_txn *t, size_t *count) {
  size_t n = 0;
  for (const struct lane_item *i = lane_sums(t)->first; i; i = i->next) n++;
  struct lane_item **all = ARENA_ARRAY(t->arena, n + 1, struct lane_item *);
  *count = n;
  n = 0;
  for (struct lane_item *i = lane_sums(t)->first; i; i = i->next) all[n++] = i;
  qsort(all, n, sizeof(struct lane_item *), by_counter);
  return all;
}

int lane_sums_write(struct lane_txn *t, struct error *err) {
  size_t count;
  struct lane_item **all = sorted(t, &count);
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count && by_counter(&all[i], &all[next]) == 0; next++)
      all[i]->kind->add(all[i]->item, all[next]->item);
    if (all[i]->kind->write(t, all[i]->item, err) < 0) return -1;
  }
  return 0;
}
