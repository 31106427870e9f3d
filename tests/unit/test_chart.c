/* Charts: what is drawn, said and linked, read back as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pages.h"
#include "web/chart_view.h"

static const char *const places[] = {"金川路街道", "<b>双湾镇", "北京路街道"};
static const double filed[] = {12, 0, NAN}, closed[] = {7, 3, 5};
static const char *const links[] = {"/figures/list?street=1&measure=filed", NULL, NULL};

static struct chart_series both[] = {{"立案数", filed, links}, {"结案数", closed, NULL}};

static struct chart chart_of(enum chart_kind kind) {
  return (struct chart){.kind = kind,
                        .lang = LANG_ZH,
                        .id = "by-street",
                        .title = "各街道 \"立案\" 与结案",
                        .note = "十一月",
                        .head = "街道",
                        .labels = places,
                        .count = 3,
                        .series = both,
                        .series_count = 2};
}

static int times(const char *text, const char *what) {
  int n = 0;
  for (const char *p = text; (p = strstr(p, what)) != NULL; p++) n++;
  return n;
}

/* As a page shows it. */
static void put(struct buf *b, const struct chart *c) {
  struct arena *a = arena_new(1 << 16);
  struct page_context ctx = {.lang = LANG_ZH};
  buf_init(b, 1 << 20);
  page_chart(b, chart_view(a, c), &ctx);
  arena_free(a);
}

static const enum chart_kind kinds[] = {CHART_BARS, CHART_COLUMNS, CHART_LINES, CHART_DONUT};

static void every_kind_has_a_title_a_description_and_a_table_that_says_the_same(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct buf b;
    struct chart c = chart_of(kinds[i]);
    put(&b, &c);
    assert_non_null(strstr(b.data, "aria-labelledby=\"by-street-title by-street-desc\""));
    assert_non_null(strstr(b.data, "<title id=\"by-street-title\">各街道 &quot;立案&quot; 与结案</title>"));
    assert_non_null(strstr(b.data, "<desc id=\"by-street-desc\">十一月</desc>"));
    assert_non_null(strstr(b.data, "<th scope=\"row\">&lt;b&gt;双湾镇</th><td class=\"number\">0</td><td class=\"number\">3</td>"));
    assert_non_null(strstr(b.data, "<td class=\"number\">—</td>"));
    assert_non_null(strstr(b.data, "<a href=\"/figures/list?street=1&amp;measure=filed\">12</a>"));
    assert_int_equal(times(b.data, "<tr>"), 4);
    buf_free(&b);
  }
}

static void no_chart_holds_a_style_a_script_or_what_was_typed_as_html(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct buf b;
    struct chart c = chart_of(kinds[i]);
    c.dark = i % 2;
    put(&b, &c);
    assert_null(strstr(b.data, "style"));
    assert_null(strstr(b.data, "<script"));
    assert_null(strstr(b.data, "<b>双"));
    assert_null(strstr(b.data, "nan"));
    buf_free(&b);
  }
}

static void series_differ_by_pattern_and_not_by_colour_alone(void **state) {
  struct buf b;
  struct chart c = chart_of(CHART_BARS);
  (void)state;
  put(&b, &c);
  assert_non_null(strstr(b.data, "<pattern id=\"by-street-p0\""));
  assert_non_null(strstr(b.data, "<pattern id=\"by-street-p1\""));
  const char *second = strstr(b.data, "by-street-p1\"");
  assert_non_null(strstr(second, "<path d=\"M0 8L8 0"));
  assert_int_equal(times(b.data, "fill=\"url(#by-street-p0)\""), 2); /* its legend, and its one bar that is not 0 */
  buf_free(&b);
}

static void a_chart_of_nothing_says_so_in_words(void **state) {
  static const double none[] = {0, 0, NAN};
  struct chart_series s = {"结案数", none, NULL};
  struct chart c = chart_of(CHART_DONUT);
  struct buf b;
  (void)state;
  c.series = &s;
  c.series_count = 1;
  put(&b, &c);
  assert_null(strstr(b.data, "<svg"));
  assert_non_null(strstr(b.data, word(LANG_ZH, W_CHART_EMPTY)));
  buf_free(&b);
}

static void the_longest_bar_fills_its_room_and_a_rate_has_its_sign(void **state) {
  static const double rates[] = {50, 100, 25};
  struct chart_series s = {"按期结案率", rates, NULL};
  struct chart c = chart_of(CHART_BARS);
  struct buf b;
  (void)state;
  c.series = &s;
  c.series_count = 1;
  c.unit = "%";
  c.most = 100;
  put(&b, &c);
  int half = 0, whole = 0, x, y;
  const char *bars = strstr(strstr(b.data, "</defs>"), "<rect");
  assert_int_equal(sscanf(bars, "<rect x=\"%d\" y=\"%d\" width=\"%d\"", &x, &y, &half), 3);
  bars = strstr(bars + 1, "<rect");
  assert_int_equal(sscanf(bars, "<rect x=\"%d\" y=\"%d\" width=\"%d\"", &x, &y, &whole), 3);
  assert_in_range(whole, 2 * half - 1, 2 * half + 1);
  assert_non_null(strstr(b.data, ">100.0%<"));
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_has_a_title_a_description_and_a_table_that_says_the_same),
      cmocka_unit_test(no_chart_holds_a_style_a_script_or_what_was_typed_as_html),
      cmocka_unit_test(series_differ_by_pattern_and_not_by_colour_alone),
      cmocka_unit_test(a_chart_of_nothing_says_so_in_words),
      cmocka_unit_test(the_longest_bar_fills_its_room_and_a_rate_has_its_sign),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
