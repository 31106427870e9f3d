/* matter/duplicate: which reports may be the same case, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "matter/duplicate.h"

static struct arena *arena;
static struct duplicate_corpus *corpus;
static struct duplicate_rules rules;

/* Invented reports, so that the commonest words weigh little. */
static const char *const others[] = {"小区门口路灯不亮，晚上出行不安全",
                                     "小区垃圾桶满了没有人清理",
                                     "广场上有人跳舞，噪音扰民",
                                     "小区电梯经常坏，物业没有人管",
                                     "路面破损，下雨积水",
                                     "楼道里堆放杂物，有安全隐患",
                                     "小区物业收费不合理",
                                     "井盖缺失，有安全隐患",
                                     "夜间施工，噪音扰民",
                                     "店铺占道经营，影响出行",
                                     "小区停车难，没有车位",
                                     "垃圾没有人清理，气味难闻"};

static int set_up(void **state) {
  (void)state;
  arena = arena_new(64 << 20);
  corpus = duplicate_corpus_new(arena);
  rules = duplicate_rules_usual();
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) duplicate_corpus_add(corpus, NULL, others[i]);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

static const struct duplicate_text *text(const char *title, const char *body) {
  return duplicate_text_new(arena, corpus, title, body);
}

static struct duplicate_pair unknown(void) {
  return (struct duplicate_pair){.distance_m = -1, .apart_ms = -1};
}

static struct duplicate_score score(struct duplicate_pair p) {
  struct duplicate_score s;
  duplicate_score(&s, arena, &rules, &p);
  assert_true(s.score >= 0 && s.score <= 1 && s.likeness >= 0 && s.likeness <= 1.000001);
  return s;
}

static const char *const noodles = "示例牛肉面馆把厨余垃圾堆在后门，气味难闻";
static const char *const noodles_again = "后门都是厨余垃圾，示例牛肉面馆天天这样，没有人管";
static const char *const noodles_noise = "示例牛肉面馆排烟机半夜还在响，影响休息";
static const char *const elsewhere = "演示路的路灯坏了三盏";

static void the_same_thing_in_other_words_is_alike(void **state) {
  (void)state;
  double same = duplicate_likeness(text(NULL, noodles), text(NULL, noodles_again));
  double other_issue = duplicate_likeness(text(NULL, noodles), text(NULL, noodles_noise));
  double other = duplicate_likeness(text(NULL, noodles), text(NULL, elsewhere));
  fprintf(stderr, "# alike %.2f, same place %.2f, other %.2f\n", same, other_issue, other);
  assert_true(same > 1.25 * other_issue);
  assert_true(other_issue > other);
  assert_true(same > rules.text_full);
  assert_true(duplicate_likeness(text(NULL, noodles), text(NULL, noodles)) > 0.999);
}

/* A long letter that mentions a place among much else is not about it. */
static void both_headings_must_be_found_in_the_other(void **state) {
  (void)state;
  const struct duplicate_text *a = text("龙泉花园异响", "龙泉花园异响，请处理");
  const struct duplicate_text *both = text("龙泉花园异响", "龙泉花园又有异响");
  const struct duplicate_text *one = text("公交线路调整", "龙泉花园异响");
  assert_true(duplicate_likeness(a, both) > 0.5);
  assert_true(duplicate_likeness(a, one) < 0.001);
}

static void likeness_is_the_same_both_ways(void **state) {
  (void)state;
  const char *all[] = {noodles, noodles_again, noodles_noise, elsewhere, others[3], "", "A1区11栋"};
  for (size_t i = 0; i < 7; i++) {
    for (size_t k = 0; k < 7; k++) {
      double there = duplicate_likeness(text(NULL, all[i]), text(NULL, all[k]));
      double back = duplicate_likeness(text(NULL, all[k]), text(NULL, all[i]));
      assert_true(there - back < 1e-9 && back - there < 1e-9);
    }
  }
}

static void rare_names_weigh_more_than_common_words(void **state) {
  (void)state;
  double names = duplicate_likeness(text(NULL, "龙泉花园有异响"), text(NULL, "龙泉花园的问题"));
  double words = duplicate_likeness(text(NULL, "小区物业有异响"), text(NULL, "小区物业的问题"));
  assert_true(names > words);
}

static void numbers_and_letters_are_whole_words_in_any_width(void **state) {
  (void)state;
  assert_true(duplicate_likeness(text(NULL, "12栋"), text(NULL, "１２栋")) > 0.999);
  assert_true(duplicate_likeness(text(NULL, "110KV"), text(NULL, "110kv")) > 0.999);
  assert_true(duplicate_likeness(text(NULL, "12号"), text(NULL, "123号")) < 0.001);
}

static void empty_and_missing_texts_are_like_nothing(void **state) {
  (void)state;
  assert_true(duplicate_likeness(NULL, text(NULL, noodles)) == 0);
  assert_true(duplicate_likeness(text(NULL, NULL), text(NULL, NULL)) == 0);
  assert_true(duplicate_likeness(text("", "，。！"), text("", "，。！")) == 0);
  assert_true(duplicate_likeness(duplicate_text_new(arena, NULL, NULL, noodles),
                                 duplicate_text_new(arena, NULL, NULL, noodles)) > 0.999);
  struct duplicate_score s = score(unknown());
  assert_false(s.candidate);
  assert_true(s.score == 0);
}

static void a_near_alike_report_is_a_candidate_with_its_reasons(void **state) {
  (void)state;
  struct duplicate_pair p = {.distance_m = 42,
                             .apart_ms = 3 * HOUR_MS,
                             .codes_known = true,
                             .same_category = true,
                             .same_major = true,
                             .a = text(NULL, noodles),
                             .b = text(NULL, noodles_again)};
  struct duplicate_score s = score(p);
  assert_true(s.candidate);
  assert_true(s.score > 0.9);
  assert_int_equal(s.reason_count, 4);
  struct buf b;
  buf_init(&b, 1000);
  for (int i = 0; i < s.reason_count; i++) {
    if (i) buf_puts(&b, "；");
    duplicate_reason_words(&b, LANG_ZH, &s.reasons[i]);
  }
  assert_string_equal(b.data, "相距 42 米；相隔 3 小时；小类相同；描述相近：示例牛肉面馆 厨余垃圾 后门");
  buf_clear(&b);
  duplicate_reason_words(&b, LANG_EN, &s.reasons[0]);
  assert_string_equal(b.data, "42 m apart");
  buf_free(&b);
}

static void the_same_place_with_another_issue_is_not(void **state) {
  (void)state;
  struct duplicate_pair p = {
      .distance_m = 10, .apart_ms = HOUR_MS, .codes_known = true, .a = text(NULL, noodles), .b = text(NULL, elsewhere)};
  struct duplicate_score s = score(p);
  assert_false(s.candidate);
  assert_int_equal(s.reason_count, 0);
}

static void same_code_near_and_soon_is_enough_without_words(void **state) {
  (void)state;
  struct duplicate_pair p = unknown();
  p.distance_m = 30;
  p.apart_ms = HOUR_MS;
  p.codes_known = p.same_major = p.same_category = true;
  assert_true(score(p).candidate);
  p.same_category = p.same_major = false;
  p.distance_m = 250;
  assert_false(score(p).candidate);
}

static void far_away_or_long_ago_is_ruled_out(void **state) {
  (void)state;
  struct duplicate_pair p = {.distance_m = 301,
                             .apart_ms = HOUR_MS,
                             .codes_known = true,
                             .same_category = true,
                             .a = text(NULL, noodles),
                             .b = text(NULL, noodles)};
  assert_true(score(p).score == 0);
  p.distance_m = 20;
  p.apart_ms = 31LL * DAY_MS;
  assert_true(score(p).score == 0);
  p.apart_ms = 0;
  assert_true(score(p).score > 0.99);
}

static void nearer_is_never_less_likely(void **state) {
  (void)state;
  double last = 2;
  for (int m = 0; m <= 310; m += 5) {
    struct duplicate_pair p = {
        .distance_m = m, .apart_ms = -1, .a = text(NULL, noodles), .b = text(NULL, noodles_again)};
    double now = score(p).score;
    assert_true(now <= last);
    last = now;
  }
}

static void a_long_text_is_looked_at_in_bounds(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 1 << 20);
  for (uint32_t i = 0; i < 20000; i++) {
    char c[5];
    text_encode(0x4E00 + i % 20000, c);
    buf_puts(&b, c);
  }
  const struct duplicate_text *t = text(b.data, b.data);
  assert_true(t->count < 2 * DUPLICATE_TEXT_CHARS);
  for (int i = 0; i < 50; i++) duplicate_corpus_add(corpus, b.data + 3 * 397 * i, NULL);
  assert_int_equal(duplicate_corpus_texts(corpus), 12 + 50);
  buf_free(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(the_same_thing_in_other_words_is_alike),
      TEST(both_headings_must_be_found_in_the_other),
      TEST(likeness_is_the_same_both_ways),
      TEST(rare_names_weigh_more_than_common_words),
      TEST(numbers_and_letters_are_whole_words_in_any_width),
      TEST(empty_and_missing_texts_are_like_nothing),
      TEST(a_near_alike_report_is_a_candidate_with_its_reasons),
      TEST(the_same_place_with_another_issue_is_not),
      TEST(same_code_near_and_soon_is_enough_without_words),
      TEST(far_away_or_long_ago_is_ruled_out),
      TEST(nearer_is_never_less_likely),
      TEST(a_long_text_is_looked_at_in_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
