#include "matter/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* Areas of a whole roll stay under 10^14 and shares under 1000, so the products fit. */
bool share_holds(const struct rule_share *s, int64_t part, int64_t whole) {
  if (whole <= 0) return false;
  int64_t have = part * s->denominator, want = whole * s->numerator;
  return s->more_than ? have > want : have >= want;
}

int64_t share_needs(const struct rule_share *s, int64_t whole) {
  int64_t want = whole * s->numerator;
  return s->more_than ? want / s->denominator + 1 : (want + s->denominator - 1) / s->denominator;
}

static int compare_ids(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* How many different ones. */
static int64_t distinct(int64_t *ids, size_t n) {
  int64_t different = 0;
  qsort(ids, n, sizeof *ids, compare_ids);
  for (size_t i = 0; i < n; i++) different += i == 0 || ids[i] != ids[i - 1];
  return different;
}

static bool counts_in(const struct tally_entry *e, enum tally_of of) {
  return of == OF_ROLL || (of == OF_PRESENT && e->attended) || e->voted;
}

struct summing {
  const struct tally_entry *entries;
  size_t count;
  const char *seat;
  int64_t *ids; /* room for every household */
};

static bool is_meant(const struct summing *s, const struct tally_entry *e) {
  return !e->excluded && (!s->seat || text_eq(e->seat, s->seat));
}

static void sum_whole(struct tally *out, const struct summing *s, enum tally_of of) {
  size_t households = 0;
  for (size_t i = 0; i < s->count; i++) {
    const struct tally_entry *e = &s->entries[i];
    if (!is_meant(s, e) || !counts_in(e, of)) continue;
    out->whole[of][BY_PERSONS]++;
    out->whole[of][BY_AREA] += e->area;
    if (e->household) s->ids[households++] = e->household;
  }
  out->whole[of][BY_HOUSEHOLDS] = distinct(s->ids, households);
}

static void sum_option(struct tally *out, const struct summing *s, int option) {
  size_t households = 0;
  for (size_t i = 0; i < s->count; i++) {
    const struct tally_entry *e = &s->entries[i];
    if (!is_meant(s, e) || !e->voted || e->option != option) continue;
    out->option[option][BY_PERSONS]++;
    out->option[option][BY_AREA] += e->area;
    if (e->household) s->ids[households++] = e->household;
  }
  out->option[option][BY_HOUSEHOLDS] = distinct(s->ids, households);
}

void tally_sum(struct tally *out, const struct tally_entry *entries, size_t count, const char *seat, struct arena *a) {
  struct summing s = {entries, count, seat, ARENA_ARRAY(a, count + 1, int64_t)};
  *out = (struct tally){0};
  for (int of = 0; of < OF_COUNT; of++) sum_whole(out, &s, (enum tally_of)of);
  for (int option = 0; option < TALLY_OPTIONS; option++) sum_option(out, &s, option);
}

static struct line_result result_of(const struct rule_line *line, int64_t part, int64_t whole) {
  bool nobody = line->seat && whole == 0;
  return (struct line_result){part, whole, nobody ? 0 : share_needs(&line->share, whole),
                              nobody || share_holds(&line->share, part, whole)};
}

struct line_result quorum_line(const struct rule_line *line, const struct tally_entry *entries, size_t count,
                               struct arena *a) {
  struct tally sums;
  tally_sum(&sums, entries, count, line->seat, a);
  return result_of(line, sums.whole[OF_PRESENT][line->by], sums.whole[OF_ROLL][line->by]);
}

struct line_result pass_line(const struct rule_line *line, const struct tally *all, int option,
                             const struct tally_entry *entries, size_t count, struct arena *a) {
  struct tally seats;
  if (line->seat) tally_sum(&seats, entries, count, line->seat, a);
  const struct tally *of = line->seat ? &seats : all;
  return result_of(line, option < 0 ? 0 : of->option[option][line->by], of->whole[line->of][line->by]);
}

bool quorum_holds(const struct rule_test *test, const struct tally_entry *entries, size_t count, struct arena *a) {
  for (size_t i = 0; i < test->count; i++)
    if (quorum_line(&test->lines[i], entries, count, a).holds == test->any) return test->any;
  return !test->any || test->count == 0;
}

bool pass_holds(const struct rule_test *test, const struct tally *all, int option, const struct tally_entry *entries,
                size_t count, struct arena *a) {
  if (option < 0) return false;
  for (size_t i = 0; i < test->count; i++)
    if (pass_line(&test->lines[i], all, option, entries, count, a).holds == test->any) return test->any;
  return !test->any || test->count == 0;
}

int tally_leading(const struct tally *all, int options) {
  int best = -1;
  bool shared = false;
  for (int i = 0; i < options && i < TALLY_OPTIONS; i++) {
    int64_t n = all->option[i][BY_PERSONS], most = best < 0 ? 0 : all->option[best][BY_PERSONS];
    if (n > most)
      best = i, shared = false;
    else if (best >= 0 && n == most)
      shared = true;
  }
  return shared ? -1 : best;
}
