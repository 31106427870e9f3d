/* The difference of two texts: it says both of them whole, and no more than it must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/diff.h"
#include "base/text.h"

/* Writes one letter for each line: "=", "-", "+" and its text. */
static void check(const char *was, const char *is, const char *expected) {
  struct arena *a = arena_new(1 << 20);
  struct diff_line *lines;
  char said[400] = "";
  int n = diff_lines(&lines, a, was, is);
  size_t at = 0;
  for (int i = 0; i < n; i++)
    at += (size_t)snprintf(said + at, sizeof said - at, "%c%s ", "=-+"[lines[i].kind], lines[i].text);
  assert_string_equal(said, expected);
  arena_free(a);
}

static void lines_cut_and_added_are_told(void **state) {
  (void)state;
  check("", "", "");
  check("a\nb\n", "a\nb\n", "=a =b ");
  check("", "a\nb", "+a +b ");
  check("a\nb\nc\n", "", "-a -b -c ");
  check("a\nb\nc\n", "a\nc\n", "=a -b =c ");
  check("a\nc\n", "a\nb\nc\n", "=a +b =c ");
  check("a\nb\nc\nd\n", "a\nx\nc\ny\nd\n", "=a -b +x =c +y =d ");
  check("a\r\nb\r\n", "a\nb\n", "=a =b ");
}

/* Texts of few different lines, so that much can be joined in many ways. */
static void make_text(char *out, uint32_t *seed, int lines) {
  *out = '\0';
  for (int i = 0; i < lines; i++) {
    *seed = *seed * 1664525u + 1013904223u;
    char line[3] = {(char)('a' + (*seed >> 24) % 4), '\n', '\0'};
    memcpy(out + 2 * i, line, 3);
  }
}

/* The length of the shortest script, by the book. */
static int distance(const char *a, const char *b, int n, int m) {
  static int best[42][42];
  for (int i = 0; i <= n; i++)
    for (int j = 0; j <= m; j++) {
      if (i == 0 || j == 0) best[i][j] = i + j;
      else if (a[2 * i - 2] == b[2 * j - 2]) best[i][j] = best[i - 1][j - 1];
      else best[i][j] = 1 + (best[i - 1][j] < best[i][j - 1] ? best[i - 1][j] : best[i][j - 1]);
    }
  return best[n][m];
}

static void both_texts_come_out_whole_and_nothing_more_is_changed_than_must_be(void **state) {
  (void)state;
  uint32_t seed = 7;
  for (int round = 0; round < 2000; round++) {
    struct arena *a = arena_new(1 << 20);
    struct diff_line *lines;
    char was[128], is[128], left[128] = "", right[128] = "";
    int n = (int)(seed >> 7) % 40, m = (int)(seed >> 13) % 40, edits = 0;
    make_text(was, &seed, n);
    make_text(is, &seed, m);
    int count = diff_lines(&lines, a, was, is);
    for (int i = 0; i < count; i++) {
      edits += lines[i].kind != DIFF_SAME;
      if (lines[i].was) snprintf(left + strlen(left), sizeof left - strlen(left), "%s\n", lines[i].text);
      if (lines[i].is) snprintf(right + strlen(right), sizeof right - strlen(right), "%s\n", lines[i].text);
    }
    assert_string_equal(left, was);
    assert_string_equal(right, is);
    assert_int_equal(edits, distance(was, is, n, m));
    arena_free(a);
  }
}

static void texts_with_nothing_in_common_are_told_whole(void **state) {
  (void)state;
  struct arena *a = arena_new(256u << 20);
  struct diff_line *lines;
  char *was = arena_alloc(a, 100000), *is = arena_alloc(a, 100000);
  size_t n = 0, m = 0;
  for (int i = 0; i < 5000; i++) {
    n += (size_t)snprintf(was + n, 100000 - n, "w%d\n", i);
    m += (size_t)snprintf(is + m, 100000 - m, "i%d\n", i);
  }
  assert_int_equal(diff_lines(&lines, a, was, is), 10000);
  assert_int_equal(lines[0].kind, DIFF_CUT);
  assert_int_equal(lines[9999].kind, DIFF_ADD);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_cut_and_added_are_told),
      cmocka_unit_test(both_texts_come_out_whole_and_nothing_more_is_changed_than_must_be),
      cmocka_unit_test(texts_with_nothing_in_common_are_told_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
