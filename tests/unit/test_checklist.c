/* Checklists: the shipped ones are clean, mistakes are found where they stand, and levels are judged in whole numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "matter/checklist.h"

static const char SMALL[] =
    "checklist: small\n"
    "version: 1\n"
    "title: {zh: 小, en: Small}\n"
    "levels: {1: {from: 75, title: {zh: 一, en: One}}, 2: {from: 90, title: {zh: 二, en: Two}}}\n"
    "editions:\n"
    "  - edition: old\n"
    "    from: 2020-01-01\n"
    "    clauses:\n"
    "      A: {text: {zh: 甲, en: A}, weight: 75}\n"
    "      B: {text: {zh: 乙, en: B}, weight: 15}\n"
    "      C: {text: {zh: 丙, en: C}, weight: 10}\n"
    "      V: {text: {zh: 否, en: V}, veto: yes}\n"
    "  - edition: new\n"
    "    from: 2026-01-01\n"
    "    clauses: {A: {text: {zh: 甲, en: A}, weight: 1}}\n";

static const struct checklist *read_text(struct arena *a, const char *text, const char **code, int *line) {
  struct procedure_findings found = {0};
  struct error err = {0};
  const struct checklist *c = NULL;
  int r = checklist_read(&c, &found, a, text, strlen(text), &err);
  assert_true((r == 0) == (c != NULL));
  *code = found.count ? found.items[0].code : "";
  *line = found.count ? found.items[0].at.line : 0;
  return c;
}

static void the_shipped_checklists_check_clean(void **state) {
  static const char *const names[] = {"nursing-room", "workers-home"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct arena *a = arena_new(8 << 20);
    char *text = arena_alloc(a, CHECKLIST_FILE_MAX + 1);
    FILE *f = fopen(arena_printf(a, "checklists/%s.yaml", names[i]), "rb");
    const char *code;
    int line;
    assert_non_null(f);
    text[fread(text, 1, CHECKLIST_FILE_MAX, f)] = '\0';
    fclose(f);
    const struct checklist *c = read_text(a, text, &code, &line);
    assert_string_equal(code, "");
    assert_string_equal(c->name, names[i]);
    arena_free(a);
  }
}

/* The text with `from` replaced by `to`, once. */
static const char *changed(struct arena *a, const char *from, const char *to) {
  const char *at = strstr(SMALL, from);
  assert_non_null(at);
  return arena_printf(a, "%.*s%s%s", (int)(at - SMALL), SMALL, to, at + strlen(from));
}

static void each_mistake_in_a_checklist_is_found_where_it_stands(void **state) {
  static const struct {
    const char *from, *to, *code;
    int line;
  } cases[] = {
      {"weight: 75}", "weight: 750, severity: grave}", "procedure.want.number", 9},
      {"weight: 15}", "weight: 15, severity: awful}", "procedure.word.unknown", 10},
      {", weight: 10}", "}", "checklist.idle", 11},
      {"      A: ", "      A b: ", "checklist.code", 9},
      {"from: 2026-01-01", "from: 2019-01-01", "checklist.order", 13},
      {"edition: new", "edition: old", "checklist.twice", 13},
      {"from: 90", "from: 70", "checklist.levels", 4},
      {"version: 1\n", "", "checklist.missing", 1},
      {"    from: 2020-01-01\n", "", "checklist.missing", 6},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct arena *a = arena_new(4 << 20);
    const char *code;
    int line;
    const struct checklist *c = read_text(a, changed(a, cases[i].from, cases[i].to), &code, &line);
    if (c || !text_eq(code, cases[i].code) || line != cases[i].line)
      fail_msg("case %zu: wanted %s in line %d, saw %s in line %d", i, cases[i].code, cases[i].line, code, line);
    arena_free(a);
  }
}

static void the_edition_is_that_of_the_day(void **state) {
  struct arena *a = arena_new(4 << 20);
  const char *code;
  int line;
  (void)state;
  const struct checklist *c = read_text(a, SMALL, &code, &line);
  assert_string_equal(checklist_on(c, day_from_civil(2019, 1, 1))->name, "old");
  assert_string_equal(checklist_on(c, day_from_civil(2025, 12, 31))->name, "old");
  assert_string_equal(checklist_on(c, day_from_civil(2026, 1, 1))->name, "new");
  arena_free(a);
}

/* Every combination of answers against the definition: nothing is rounded in anybody's favour, a veto takes all. */
static void a_level_needs_its_share_of_what_applies_and_no_veto(void **state) {
  static const int weights[] = {75, 15, 10, 0};
  struct arena *a = arena_new(4 << 20);
  const char *code;
  int line, vetoed = 0, reached[3] = {0};
  (void)state;
  const struct checklist *c = read_text(a, SMALL, &code, &line);
  for (int n = 0; n < 4 * 4 * 4 * 4; n++) {
    enum verdict v[4];
    struct checklist_result r;
    int applies = 0, kept = 0, fails = 0, level = 0;
    for (int i = 0, m = n; i < 4; i++, m /= 4) {
      v[i] = (enum verdict)(m % 4);
      applies += v[i] == VERDICT_HOLDS || v[i] == VERDICT_FAILS ? weights[i] : 0;
      kept += v[i] == VERDICT_HOLDS ? weights[i] : 0;
      fails += v[i] == VERDICT_FAILS;
    }
    if (applies && v[3] != VERDICT_FAILS) level = 100 * kept >= 90 * applies ? 2 : 100 * kept >= 75 * applies ? 1 : 0;
    checklist_judge(&r, c, &c->editions[0], v);
    assert_int_equal(r.level, level);
    assert_int_equal(r.fails, fails);
    assert_int_equal(r.veto != NULL, v[3] == VERDICT_FAILS);
    reached[level]++;
    vetoed += r.veto != NULL;
  }
  assert_true(vetoed && reached[0] && reached[1] && reached[2]);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_checklists_check_clean),
      cmocka_unit_test(each_mistake_in_a_checklist_is_found_where_it_stands),
      cmocka_unit_test(the_edition_is_that_of_the_day),
      cmocka_unit_test(a_level_needs_its_share_of_what_applies_and_no_veto),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
