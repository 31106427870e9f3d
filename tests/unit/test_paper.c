/* Papers: what is drawn is read back with poppler's tools, as a person who opens the PDF would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/paper.h"

extern char **environ;
static const time_ms MADE = 1763864280000; /* 2025-11-23 10:18 in China */

/* A sentence of 28 characters: just one line of the type area. */
#define LINE_28 "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"

static struct bytes drawn(struct paper *p, struct arena *a, int *pages) {
  struct bytes pdf;
  struct error err = {0};
  if (paper_pdf(p, a, &pdf, pages, &err) < 0) fail_msg("%s: %s", err.code, err.detail);
  return pdf;
}

/* The text a person could select in the PDF. */
static char *text_of(struct bytes pdf) {
  static char text[1 << 17], tool[] = "pdftotext", layout[] = "-layout";
  char path[] = "/tmp/tongxin-paper-XXXXXX", words[] = "/tmp/tongxin-words-XXXXXX";
  char *const argv[] = {tool, layout, path, words, NULL};
  int fd = mkstemp(path), status = -1;
  pid_t pid;
  assert_true(fd >= 0);
  assert_int_equal(write(fd, pdf.data, pdf.len), (ssize_t)pdf.len);
  close(fd);
  close(mkstemp(words));
  assert_int_equal(posix_spawnp(&pid, tool, NULL, NULL, argv, environ), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  FILE *f = fopen(words, "rbe");
  assert_non_null(f);
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fclose(f);
  unlink(path);
  unlink(words);
  return text;
}

static void official(struct paper *p, const char *printed_by) {
  paper_begin(p, &(struct paper_head){.layout = PAPER_OFFICIAL, .mark = "示例区基层治理综合服务中心文件", .number = "示综〔2026〕3号",
                                      .title = "关于规范餐厨垃圾收运的通知", .organ = "示例区综治中心", .date = "2026年3月5日",
                                      .sealed = true, .copies_to = "示例区市场监管局，示例区环卫中心", .printed_by = printed_by,
                                      .printed_on = "2026年3月5日印发", .qr = "https://example.invalid/v/K7Q2",
                                      .qr_words = "扫码核验本文件\nK7Q2-M8PD"});
  paper_text(p, PAPER_ADDRESSEE, "各镇、街道：");
  paper_text(p, PAPER_HEADING, "一、总体要求");
  for (int i = 0; i < 6; i++)
    paper_text(p, PAPER_TEXT, "为解决居民反映的后门堆放餐厨垃圾问题，现就收运工作通知如下，请各单位结合实际认真落实，并于月底前反馈办理情况。");
  paper_end(p);
}

static void an_official_document_has_its_parts_and_its_imprint_on_an_even_page(void **state) {
  struct arena *a = arena_new(64 << 20);
  struct paper p;
  int pages = 0;
  (void)state;
  paper_start(&p, LANG_ZH, "通知", MADE);
  official(&p, "示例区综治中心办公室");
  struct bytes pdf = drawn(&p, a, &pages);
  assert_int_equal(pages, 2);
  const char *text = text_of(pdf);
  const char *const wanted[] = {"示例区基层治理综合服务中心文件", "示综〔2026〕3号", "关于规范餐厨垃圾收运的通知", "各镇、街道：", "一、总体要求",
                                "2026年3月5日", "抄送：示例区市场监管局，示例区环卫中心。", "2026年3月5日印发", "K7Q2-M8PD"};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (!strstr(text, wanted[i])) fail_msg("\"%s\" is not in:\n%s", wanted[i], text);
  const char *second = strchr(text, '\f');
  assert_non_null(second);
  assert_non_null(strstr(second, "抄送"));
  arena_free(a);
}

static void a_page_holds_22_lines_of_28_characters(void **state) {
  struct arena *a = arena_new(64 << 20);
  struct paper p;
  int pages = 0, lines = 0;
  (void)state;
  paper_start(&p, LANG_ZH, "格子", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM});
  for (int i = 0; i < 22; i++) paper_text(&p, PAPER_PLAIN, LINE_28);
  paper_end(&p);
  struct bytes pdf = drawn(&p, a, &pages);
  assert_int_equal(pages, 1);
  for (const char *at = text_of(pdf); (at = strstr(at, LINE_28)); at++) lines++;
  assert_int_equal(lines, 22);
  paper_start(&p, LANG_ZH, "格子", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM});
  for (int i = 0; i < 23; i++) paper_text(&p, PAPER_PLAIN, LINE_28);
  paper_end(&p);
  drawn(&p, a, &pages);
  assert_int_equal(pages, 2);
  arena_free(a);
}

static void a_letter_and_minutes_have_heads_of_their_own(void **state) {
  struct arena *a = arena_new(64 << 20);
  struct paper p;
  int pages = 0;
  (void)state;
  paper_start(&p, LANG_ZH, "函", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_LETTER, .mark = "示例区人民检察院", .number = "示检建〔2026〕1号",
                                       .title = "检察建议书", .organ = "示例区人民检察院", .date = "2026年5月20日", .sealed = true});
  paper_text(&p, PAPER_ADDRESSEE, "示例区卫生健康局：");
  paper_text(&p, PAPER_TEXT, "经检查，十二家单位的母婴设施缺少带安全扣的尿布台和热水。请自收到之日起两个月内书面回复。");
  paper_end(&p);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_MINUTES, .mark = "联席会议纪要", .number = "第4期", .title = "关于面馆后门垃圾的会商"});
  paper_text(&p, PAPER_TEXT, "会议议定如下事项。");
  paper_end(&p);
  const char *text = text_of(drawn(&p, a, &pages));
  assert_int_equal(pages, 2);
  assert_non_null(strstr(text, "示检建〔2026〕1号"));
  assert_non_null(strstr(text, "检察建议书"));
  assert_non_null(strstr(text, "联席会议纪要"));
  arena_free(a);
}

static void a_table_goes_over_pages_with_its_heads_and_loses_no_row(void **state) {
  static const int widths[] = {1, 4, 2};
  static const char *const heads[] = {"序号", "问题描述", "责任单位"};
  struct arena *a = arena_new(64 << 20);
  struct paper p;
  int pages = 0, rows = 0, titles = 0;
  (void)state;
  paper_start(&p, LANG_ZH, "台账", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM, .title = "办件台账", .number = "2026年3月"});
  paper_table(&p, widths, 3, heads, false);
  for (int i = 1; i <= 60; i++) {
    const char *cells[] = {arena_printf(a, "R%03d", i), "后门堆放餐厨垃圾，有异味，要求尽快清运", "环卫中心"};
    paper_row(&p, cells, 3);
  }
  paper_table_end(&p);
  paper_end(&p);
  const char *text = text_of(drawn(&p, a, &pages));
  for (int i = 1; i <= 60; i++) rows += strstr(text, arena_printf(a, "R%03d", i)) != NULL;
  for (const char *at = text; (at = strstr(at, "问题描述")); at++) titles++;
  assert_int_equal(rows, 60);
  assert_true(pages >= 3);
  assert_int_equal(titles, pages);
  arena_free(a);
}

static void a_cell_longer_than_a_page_goes_on_and_markup_stays_text(void **state) {
  static const int widths[] = {1, 5};
  struct arena *a = arena_new(64 << 20);
  struct buf long_text;
  struct paper p;
  int pages = 0;
  (void)state;
  buf_init(&long_text, 1 << 20);
  for (int i = 0; i < 200; i++) buf_puts(&long_text, LINE_28);
  buf_puts(&long_text, "<b>END & OUT</b>");
  paper_start(&p, LANG_ZH, "长文", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM, .title = "调查记录"});
  paper_table(&p, widths, 2, NULL, true);
  paper_row(&p, (const char *const[]){"内容", long_text.data}, 2);
  paper_table_end(&p);
  paper_signatures(&p, (const char *const[]){"当事人：", "调解员："}, 2);
  paper_end(&p);
  const char *text = text_of(drawn(&p, a, &pages));
  assert_true(pages >= 4);
  assert_non_null(strstr(text, "<b>END & OUT</b>"));
  assert_non_null(strstr(text, "调解员："));
  buf_free(&long_text);
  arena_free(a);
}

static void too_much_is_refused_before_the_helper_is_asked(void **state) {
  struct arena *a = arena_new(64 << 20);
  struct error err = {0};
  struct bytes pdf;
  struct paper p;
  (void)state;
  paper_start(&p, LANG_ZH, "x", MADE);
  paper_begin(&p, &(struct paper_head){.layout = PAPER_FORM});
  for (int i = 0; i < 60000; i++) paper_text(&p, PAPER_TEXT, LINE_28);
  paper_end(&p);
  assert_int_equal(paper_pdf(&p, a, &pdf, NULL, &err), -1);
  assert_string_equal(err.code, "board.paper.large");
  arena_free(a);
}

static void a_helper_that_is_missing_is_said(void **state) {
  struct arena *a = arena_new(64 << 20);
  struct error err = {0};
  struct bytes pdf;
  struct paper p;
  (void)state;
  char *was = xstrdup(getenv("TONGXIN_PAPER") ? getenv("TONGXIN_PAPER") : "");
  setenv("TONGXIN_PAPER", "/nonexistent/tongxin-paper", 1);
  paper_start(&p, LANG_ZH, "x", MADE);
  assert_int_equal(paper_pdf(&p, a, &pdf, NULL, &err), -1);
  assert_string_equal(err.code, "board.paper.helper");
  setenv("TONGXIN_PAPER", was, 1);
  free(was);
  arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_official_document_has_its_parts_and_its_imprint_on_an_even_page),
      cmocka_unit_test(a_page_holds_22_lines_of_28_characters),
      cmocka_unit_test(a_letter_and_minutes_have_heads_of_their_own),
      cmocka_unit_test(a_table_goes_over_pages_with_its_heads_and_loses_no_row),
      cmocka_unit_test(a_cell_longer_than_a_page_goes_on_and_markup_stays_text),
      cmocka_unit_test(too_much_is_refused_before_the_helper_is_asked),
      cmocka_unit_test(a_helper_that_is_missing_is_said),
  };
  return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
