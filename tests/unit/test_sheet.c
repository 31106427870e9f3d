/* Sheets read back: CSV by its bytes, XLSX by unpacking it with python3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/sheet.h"

extern char **environ;
static const struct sheet_column columns[] = {{"事项", 30}, {"金额", 0}, {"时间", 18}};
static const time_ms at = 1763864280000; /* 2025-11-23 10:18 in China */

static void write_some(enum sheet_format format, const char *path) {
  static const char *const texts[] = {"电梯坏了", "=1+1", "+86 10", "-12.5", "@SUM(A1)", "a,\"b\"\nc", "＝cmd|x", "\t=2"};
  struct sheet *s;
  struct error err = {0};
  assert_int_equal(sheet_open(&s, format, path, "十一月/清单", columns, 3, OFFSET_CHINA_MIN, &err), 0);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    sheet_text(s, texts[i]);
    sheet_number(s, i ? -1.5 * (double)i : NAN);
    sheet_time(s, i ? at : 0);
    sheet_text(s, "one too many");
    assert_int_equal(sheet_row_end(s, &err), 0);
  }
  assert_int_equal(sheet_close(s, &err), 0);
}

static char *read_all(const char *path) {
  static char text[1 << 16];
  FILE *f = fopen(path, "rbe");
  assert_non_null(f);
  text[fread(text, 1, sizeof text - 1, f)] = '\0';
  fclose(f);
  return text;
}

static void a_csv_opens_in_excel_and_holds_no_formula(void **state) {
  char path[] = "/tmp/tongxin-sheet-XXXXXX";
  (void)state;
  close(mkstemp(path));
  write_some(SHEET_CSV, path);
  assert_string_equal(read_all(path), "\xEF\xBB\xBF事项,金额,时间\r\n"
                                      "电梯坏了,,\r\n"
                                      "'=1+1,-1.5,2025-11-23 10:18\r\n"
                                      "'+86 10,-3,2025-11-23 10:18\r\n"
                                      "-12.5,-4.5,2025-11-23 10:18\r\n"
                                      "'@SUM(A1),-6,2025-11-23 10:18\r\n"
                                      "\"a,\"\"b\"\"\nc\",-7.5,2025-11-23 10:18\r\n"
                                      "'＝cmd|x,-9,2025-11-23 10:18\r\n"
                                      "\"'\t=2\",-10.5,2025-11-23 10:18\r\n");
  unlink(path);
}

static void an_xlsx_is_a_workbook_of_strings_numbers_and_dates(void **state) {
  static char python[] = "python3", option[] = "-c", script[] =
      "import sys,zipfile,xml.dom.minidom as m\n"
      "z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None\n"
      "[m.parseString(z.read(n)) for n in z.namelist() if n.endswith('.xml')]\n"
      "s=z.read('xl/worksheets/sheet1.xml').decode(); b=z.read('xl/workbook.xml').decode()\n"
      "assert '<f>' not in s and '<f ' not in s\n"
      "assert '=1+1' in s and '电梯坏了' in s and '事项' in s and 'one too many' not in s\n"
      "assert '<v>-1.5</v>' in s and '<v>45984.4291' in s, s\n"
      "assert '十一月 清单' in b\n"
      "assert s.count('<row ')==9\n";
  char path[] = "/tmp/tongxin-sheet-XXXXXX";
  char *const argv[] = {python, option, script, path, NULL};
  pid_t pid;
  int status;
  (void)state;
  close(mkstemp(path));
  write_some(SHEET_XLSX, path);
  assert_int_equal(posix_spawnp(&pid, python, NULL, NULL, argv, environ), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  unlink(path);
}

static void a_place_that_cannot_be_written_is_said(void **state) {
  struct sheet *s;
  struct error err = {0};
  (void)state;
  assert_int_equal(sheet_open(&s, SHEET_CSV, "/nonexistent/x.csv", "x", columns, 3, 0, &err), -1);
  assert_string_equal(err.code, "board.sheet");
  error_clear(&err);
  assert_int_equal(sheet_open(&s, SHEET_CSV, "/dev/full", "x", columns, 3, 0, &err), 0);
  sheet_text(s, "x");
  sheet_row_end(s, &err);
  assert_int_equal(sheet_close(s, &err), -1);
  assert_string_equal(err.code, "board.sheet");
  error_clear(&err);
  assert_int_equal(sheet_open(&s, SHEET_XLSX, "/nonexistent/x.xlsx", "x", columns, 3, 0, &err), 0);
  assert_int_equal(sheet_close(s, &err), -1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_csv_opens_in_excel_and_holds_no_formula),
      cmocka_unit_test(an_xlsx_is_a_workbook_of_strings_numbers_and_dates),
      cmocka_unit_test(a_place_that_cannot_be_written_is_said),
  };
  return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
