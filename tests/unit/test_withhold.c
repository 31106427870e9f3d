/* What is withheld cannot be found again: neither from the total nor from the other cells, and a calendar's lines fold as the
 * standard says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "board/calendar_feed.h"
#include "board/withhold.h"

enum { CELLS = 12, TABLES = 20000 };

/* Numbers as districts have them: mostly nothing and few, sometimes many. Always the same ones. */
static int64_t some(unsigned *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  unsigned r = *seed >> 16;
  return r % 5 == 0 ? 0 : r % 5 < 3 ? (int64_t)(r / 5 % 6) : (int64_t)(r / 5 % 40);
}

static int64_t sum_of(const int64_t *n, const bool *hidden, int count, bool which) {
  int64_t sum = 0;
  for (int i = 0; i < count; i++)
    if (hidden[i] == which) sum += n[i];
  return sum;
}

/* A reader knows the total, what is shown, and that each withheld cell is one or more. */
static void a_withheld_cell_could_be_anything_up_to_five_and_more(void **state) {
  unsigned seed = 7;
  (void)state;
  for (int t = 0; t < TABLES; t++) {
    int64_t n[CELLS];
    bool hidden[CELLS];
    int count = 1 + (int)(some(&seed) % CELLS), withheld = 0;
    for (int i = 0; i < count; i++) n[i] = some(&seed);
    if (!withhold_cells(hidden, n, count, (uint64_t)t)) continue;
    for (int i = 0; i < count; i++) withheld += hidden[i];
    int64_t left = sum_of(n, hidden, count, true);
    assert_true(withheld != 1);
    if (withheld) assert_true(left - (withheld - 1) >= WITHHOLD_UNDER);
  }
}

static void no_number_from_one_to_four_is_shown(void **state) {
  unsigned seed = 11;
  (void)state;
  for (int t = 0; t < TABLES; t++) {
    int64_t n[CELLS];
    bool hidden[CELLS];
    for (int i = 0; i < CELLS; i++) n[i] = some(&seed);
    if (!withhold_cells(hidden, n, CELLS, (uint64_t)t)) continue;
    for (int i = 0; i < CELLS; i++) assert_true(hidden[i] || n[i] == 0 || n[i] >= WITHHOLD_UNDER);
  }
}

/* Whoever knows the rule as well looks for every table that would be published like this one: there is more than one, and
 * they differ in each withheld cell. */
static bool looks_like(const int64_t *n, const bool *hidden, const int64_t *other, int count) {
  for (uint64_t secret = 0; secret < 64; secret++) { /* every choice among up to four */
    bool as[CELLS], same = withhold_cells(as, other, count, secret);
    for (int i = 0; i < count && same; i++) same = as[i] == hidden[i] && (hidden[i] || n[i] == other[i]);
    if (same) return true;
  }
  return false;
}

struct walk {
  const int64_t *n;
  const bool *hidden;
  int count;
  int64_t other[CELLS];
  bool varies[CELLS];
};

/* Every way to put `left` into the withheld cells from `at` on. */
static void walk(struct walk *w, int at, int64_t left) {
  if (at == w->count) {
    if (left || !looks_like(w->n, w->hidden, w->other, w->count)) return;
    for (int i = 0; i < w->count; i++) w->varies[i] = w->varies[i] || w->other[i] != w->n[i];
    return;
  }
  if (!w->hidden[at]) {
    w->other[at] = w->n[at];
    walk(w, at + 1, left);
    return;
  }
  for (w->other[at] = 0; w->other[at] <= left; w->other[at]++) walk(w, at + 1, left - w->other[at]);
}

static void whoever_knows_the_rule_cannot_tell_a_withheld_cell(void **state) {
  enum { N = 4, TRIED = 3000 };
  unsigned seed = 3;
  int bad = 0;
  (void)state;
  for (int t = 0; t < TRIED; t++) {
    int64_t n[N];
    bool hidden[CELLS];
    for (int i = 0; i < N; i++) n[i] = some(&seed);
    if (!withhold_cells(hidden, n, N, (uint64_t)t)) continue;
    struct walk w = {.n = n, .hidden = hidden, .count = N};
    walk(&w, 0, sum_of(n, hidden, N, true));
    for (int i = 0; i < N; i++)
      if (hidden[i] && !w.varies[i]) {
        print_message("%d %d %d %d\n", (int)n[0], (int)n[1], (int)n[2], (int)n[3]);
        bad++;
      }
  }
  assert_int_equal(bad, 0);
}

static void a_table_that_cannot_be_protected_is_not_published(void **state) {
  bool hidden[3];
  (void)state;
  assert_false(withhold_cells(hidden, (const int64_t[]){3}, 1, 0));
  assert_false(withhold_cells(hidden, (const int64_t[]){1, 1, 0}, 3, 0));
  assert_true(withhold_cells(hidden, (const int64_t[]){0, 0, 0}, 3, 0));
  assert_true(withhold_cells(hidden, (const int64_t[]){3, 7, 9}, 3, 0));
  assert_true(hidden[0] && hidden[1] != hidden[2]); /* one of the others, as the secret says */
}

/* Who watches the numbers from day to day never sees one appear because another has grown. */
static void what_goes_beside_a_small_number_is_the_same_when_the_others_change(void **state) {
  unsigned seed = 5;
  (void)state;
  for (int t = 0; t < TABLES; t++) {
    int64_t n[CELLS];
    bool first[CELLS], second[CELLS];
    n[0] = 2;
    for (int i = 1; i < CELLS; i++) n[i] = WITHHOLD_UNDER + some(&seed);
    assert_true(withhold_cells(first, n, CELLS, (uint64_t)t));
    for (int i = 1; i < CELLS; i++) n[i] += some(&seed);
    assert_true(withhold_cells(second, n, CELLS, (uint64_t)t));
    assert_memory_equal(first, second, sizeof first);
  }
}

static void a_share_is_withheld_when_its_part_or_its_rest_is_small(void **state) {
  (void)state;
  assert_true(withhold_share(0, 0));
  assert_true(withhold_share(3, 100));
  assert_true(withhold_share(97, 100));
  assert_false(withhold_share(95, 100));
  assert_false(withhold_share(100, 100));
}

static void a_calendar_folds_between_characters_at_75_octets(void **state) {
  struct buf b;
  struct calendar_feed f;
  (void)state;
  buf_init(&b, 1 << 16);
  calendar_begin(&f, &b, "金川区", "公示与期限");
  calendar_add(&f, &(struct calendar_event){.uid = "notice-1@620302", .begins = 1793500000000, .ends = 1794000000000,
                                            .stamp = 1793500000000,
                                            .summary = "公示：关于调整滨河路街道金谷里社区停车位的决定;第一,第二\n第三\\末尾，再长一些好让它折行三次也不止",
                                            .location = "滨河路街道", .url = "http://127.0.0.1/public/notice/1"});
  calendar_end(&f);
  for (const char *line = b.data; *line;) {
    const char *end = strstr(line, "\r\n");
    assert_non_null(end);
    assert_true(end - line <= 75);
    assert_true(((unsigned char)*line & 0xc0) != 0x80); /* begins with a whole character */
    line = end + 2;
  }
  assert_non_null(strstr(b.data, "\\;"));
  assert_non_null(strstr(b.data, "\\,"));
  assert_non_null(strstr(b.data, "BEGIN:VEVENT\r\n"));
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_withheld_cell_could_be_anything_up_to_five_and_more),
      cmocka_unit_test(no_number_from_one_to_four_is_shown),
      cmocka_unit_test(whoever_knows_the_rule_cannot_tell_a_withheld_cell),
      cmocka_unit_test(a_table_that_cannot_be_protected_is_not_published),
      cmocka_unit_test(what_goes_beside_a_small_number_is_the_same_when_the_others_change),
      cmocka_unit_test(a_share_is_withheld_when_its_part_or_its_rest_is_small),
      cmocka_unit_test(a_calendar_folds_between_characters_at_75_octets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
