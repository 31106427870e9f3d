/* Quorum and majority: properties over every small number, and the numbers of the laws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/base.h"
#include "matter/tally.h"

enum { ROLL_MOST = 40 };

static const struct rule_share half = {1, 2, true}, two_thirds = {2, 3, false}, three_quarters = {3, 4, false};

/* The share is held exactly from the number it says it needs. */
static void a_share_is_held_from_the_number_it_needs_on_and_not_one_below(void **state) {
  (void)state;
  for (int d = 1; d <= 24; d++)
    for (int n = 1; n <= d; n++)
      for (int64_t whole = 1; whole <= 200; whole++)
        for (int strictly = 0; strictly < 2; strictly++) {
          struct rule_share s = {n, d, strictly};
          int64_t needs = share_needs(&s, whole);
          assert_true(share_holds(&s, needs, whole));
          assert_false(share_holds(&s, needs - 1, whole));
        }
}

static void more_than_half_of_an_even_number_is_one_more_than_half(void **state) {
  (void)state;
  assert_int_equal(share_needs(&half, 10), 6);
  assert_int_equal(share_needs(&half, 11), 6);
  assert_false(share_holds(&half, 5, 10));
  assert_true(share_holds(&half, 6, 11));
}

static void two_thirds_and_three_quarters_meet_their_bound_exactly(void **state) {
  (void)state;
  assert_true(share_holds(&two_thirds, 8, 12));
  assert_false(share_holds(&two_thirds, 7, 12));
  assert_int_equal(share_needs(&two_thirds, 100), 67);
  assert_true(share_holds(&three_quarters, 3, 4));
  assert_int_equal(share_needs(&three_quarters, 9), 7);
}

/* In floating point 2.0/3 of 300000003 hundredths is a matter of luck. */
static void an_area_one_hundredth_of_a_metre_short_is_short(void **state) {
  (void)state;
  int64_t whole = 30000000000003, part = 20000000000002;
  assert_true(share_holds(&two_thirds, part, whole));
  assert_false(share_holds(&two_thirds, part - 1, whole));
}

static void of_nobody_there_is_no_share(void **state) {
  (void)state;
  assert_false(share_holds(&two_thirds, 0, 0));
  assert_false(share_holds(&half, 0, 0));
}

/* ---- rolls ---- */

struct roll {
  struct tally_entry e[ROLL_MOST];
  size_t n;
};

/* The same rolls every time: a linear congruence is enough for that. */
static unsigned next(unsigned *seed) {
  *seed = *seed * 1664525U + 1013904223U;
  return *seed >> 16;
}

static void make_roll(struct roll *r, size_t n, unsigned seed) {
  static const char *const seats[] = {"chair", "standing", "party"};
  r->n = n;
  for (size_t i = 0; i < n; i++)
    r->e[i] = (struct tally_entry){.seat = seats[next(&seed) % 3],
                                   .household = 1 + next(&seed) % 7,
                                   .area = 1 + next(&seed) % 20000,
                                   .excluded = next(&seed) % 9 == 0,
                                   .attended = next(&seed) % 2 == 0,
                                   .voted = next(&seed) % 2 == 0,
                                   .option = (int)(next(&seed) % 3)};
}

static void whole_is_never_less_than_present_and_present_never_less_than_cast(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  for (unsigned seed = 0; seed < 400; seed++) {
    struct roll r;
    struct tally t;
    make_roll(&r, seed % ROLL_MOST, seed);
    tally_sum(&t, r.e, r.n, NULL, a);
    for (int by = 0; by < BY_COUNT; by++) {
      assert_true(t.whole[OF_ROLL][by] >= t.whole[OF_PRESENT][by]);
      assert_true(t.whole[OF_PRESENT][by] >= t.whole[OF_CAST][by]);
    }
    int64_t cast = 0;
    for (int i = 0; i < 3; i++) cast += t.option[i][BY_PERSONS];
    assert_int_equal(cast, t.whole[OF_CAST][BY_PERSONS]);
    arena_reset(a);
  }
  arena_free(a);
}

static void one_more_who_comes_never_ends_a_quorum(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line lines[] = {{two_thirds, BY_PERSONS, OF_ROLL, NULL}, {two_thirds, BY_AREA, OF_ROLL, NULL}};
  struct rule_test test = {lines, 2, false};
  for (unsigned seed = 0; seed < 400; seed++) {
    struct roll r;
    make_roll(&r, 1 + seed % (ROLL_MOST - 1), seed);
    bool before = quorum_holds(&test, r.e, r.n, a);
    r.e[seed % r.n].attended = true;
    assert_true(!before || quorum_holds(&test, r.e, r.n, a));
    arena_reset(a);
  }
  arena_free(a);
}

static void whoever_is_excluded_counts_neither_as_entitled_nor_as_present(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line line = {two_thirds, BY_PERSONS, OF_ROLL, NULL};
  struct tally_entry e[4] = {{.attended = true}, {.attended = true}, {0}, {.excluded = true, .attended = true, .voted = true}};
  struct line_result r = quorum_line(&line, e, 4, a);
  assert_int_equal(r.part, 2);
  assert_int_equal(r.whole, 3);
  assert_true(r.holds);
  arena_free(a);
}

static void a_household_counts_once_however_many_of_it_come(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line line = {two_thirds, BY_HOUSEHOLDS, OF_ROLL, NULL};
  struct tally_entry e[4] = {
      {.household = 5, .attended = true}, {.household = 5, .attended = true}, {.household = 6}, {.household = 7}};
  struct line_result r = quorum_line(&line, e, 4, a);
  assert_int_equal(r.part, 1);
  assert_int_equal(r.whole, 3);
  assert_false(r.holds);
  e[2].voted = true; /* who voted took part */
  assert_true(quorum_line(&line, e, 4, a).holds);
  arena_free(a);
}

/* Organic Law of Villagers' Committees, article 26: half of the villagers, or two thirds of the households. */
static void either_of_two_quorums_is_enough_where_the_rule_says_any(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line lines[] = {{half, BY_PERSONS, OF_ROLL, NULL}, {two_thirds, BY_HOUSEHOLDS, OF_ROLL, NULL}};
  struct rule_test any = {lines, 2, true}, all = {lines, 2, false};
  struct tally_entry e[6] = {{.household = 1, .attended = true}, {.household = 1}, {.household = 1},
                             {.household = 2, .attended = true}, {.household = 2}, {.household = 3}};
  assert_true(quorum_holds(&any, e, 6, a));
  assert_false(quorum_holds(&all, e, 6, a));
  arena_free(a);
}

/* Civil Code 278: three quarters of the owners who took part and of their area; many small owners alone are not enough. */
static void owners_need_number_and_area_both(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line lines[] = {{three_quarters, BY_PERSONS, OF_CAST, NULL}, {three_quarters, BY_AREA, OF_CAST, NULL}};
  struct rule_test test = {lines, 2, false};
  struct tally_entry e[4] = {{.area = 8000, .voted = true}, {.area = 8000, .voted = true}, {.area = 8000, .voted = true},
                             {.area = 8001, .voted = true, .option = 1}};
  struct tally t;
  tally_sum(&t, e, 4, NULL, a);
  assert_false(pass_holds(&test, &t, 0, e, 4, a)); /* 24000 of 32001 is a hair under three quarters */
  e[3].area = 8000;
  tally_sum(&t, e, 4, NULL, a);
  assert_true(pass_holds(&test, &t, 0, e, 4, a));
  arena_free(a);
}

static void every_interested_party_must_agree_and_where_there_is_none_nothing_is_missing(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct rule_line lines[] = {{two_thirds, BY_PERSONS, OF_PRESENT, NULL}, {{1, 1, false}, BY_PERSONS, OF_ROLL, "party"}};
  struct rule_test test = {lines, 2, false};
  struct tally_entry e[4] = {{.seat = "chair", .voted = true}, {.seat = "standing", .voted = true},
                             {.seat = "standing", .voted = true},
                             {.seat = "party", .voted = true, .option = 1}};
  struct tally t;
  tally_sum(&t, e, 4, NULL, a);
  assert_false(pass_holds(&test, &t, 0, e, 4, a));
  assert_true(pass_holds(&test, &t, 0, e, 3, a));
  arena_free(a);
}

static void two_options_with_the_same_number_of_votes_have_no_leader(void **state) {
  (void)state;
  struct tally t = {.option = {{3}, {5}, {5}}};
  assert_int_equal(tally_leading(&t, 3), -1);
  assert_int_equal(tally_leading(&t, 2), 1);
  t.option[2][BY_PERSONS] = 6;
  assert_int_equal(tally_leading(&t, 3), 2);
  assert_int_equal(tally_leading(&(struct tally){0}, 3), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_share_is_held_from_the_number_it_needs_on_and_not_one_below),
      cmocka_unit_test(more_than_half_of_an_even_number_is_one_more_than_half),
      cmocka_unit_test(two_thirds_and_three_quarters_meet_their_bound_exactly),
      cmocka_unit_test(an_area_one_hundredth_of_a_metre_short_is_short),
      cmocka_unit_test(of_nobody_there_is_no_share),
      cmocka_unit_test(whole_is_never_less_than_present_and_present_never_less_than_cast),
      cmocka_unit_test(one_more_who_comes_never_ends_a_quorum),
      cmocka_unit_test(whoever_is_excluded_counts_neither_as_entitled_nor_as_present),
      cmocka_unit_test(a_household_counts_once_however_many_of_it_come),
      cmocka_unit_test(either_of_two_quorums_is_enough_where_the_rule_says_any),
      cmocka_unit_test(owners_need_number_and_area_both),
      cmocka_unit_test(every_interested_party_must_agree_and_where_there_is_none_nothing_is_missing),
      cmocka_unit_test(two_options_with_the_same_number_of_votes_have_no_leader),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
