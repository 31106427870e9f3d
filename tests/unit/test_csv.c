/* base/csv: files as people really send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/csv.h"

static struct arena *arena;

static int set_up(void **state) {
  (void)state;
  arena = arena_new(64 << 20);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_free(arena);
  return 0;
}

static struct csv *reader(const char *text, size_t n, const struct csv_limits *limits) {
  struct error err = {0};
  struct csv *c = NULL;
  assert_int_equal(csv_open_bytes(&c, arena, text, n, limits, &err), 0);
  return c;
}

static struct csv *of(const char *text) { return reader(text, strlen(text), NULL); }

static void refused(struct csv *c, const char *code, const char *line) {
  struct csv_row row;
  struct error err = {0};
  assert_int_equal(csv_next(c, &row, &err), -1);
  assert_string_equal(err.code, code);
  assert_string_equal(err.arg[0], line);
}

static void accepted(struct csv *c, int count, const char *first) {
  struct csv_row row;
  struct error err = {0};
  assert_int_equal(csv_next(c, &row, &err), 1);
  assert_int_equal(row.count, count);
  assert_string_equal(row.field[0], first);
}

static void ended(struct csv *c) {
  struct csv_row row;
  struct error err = {0};
  assert_int_equal(csv_next(c, &row, &err), 0);
}

static void quotes_commas_and_line_ends_inside_quotes_are_read(void **state) {
  (void)state;
  struct csv *c = of("\xEF\xBB\xBF" "a,\"b,\"\"c\"\"\r\nd\",\r\n\n\"\",x,\"y\"");
  struct csv_row row;
  struct error err = {0};
  assert_int_equal(csv_next(c, &row, &err), 1);
  assert_int_equal(row.count, 3);
  assert_string_equal(row.field[0], "a");
  assert_string_equal(row.field[1], "b,\"c\"\r\nd");
  assert_string_equal(row.field[2], "");
  assert_int_equal(row.line, 1);
  assert_int_equal(csv_next(c, &row, &err), 1);
  assert_int_equal(row.line, 4);
  assert_string_equal(row.field[0], "");
  assert_string_equal(row.field[2], "y");
  ended(c);
}

static void a_broken_row_is_one_error_and_the_next_row_is_read(void **state) {
  (void)state;
  struct csv *c = of("one,1\n\"two\"x,2\nthree,3\nfour,\"open\nfive,5\n");
  accepted(c, 2, "one");
  refused(c, "csv.quote", "2");
  accepted(c, 2, "three");
  refused(c, "csv.quote", "4");
  accepted(c, 2, "five");
  ended(c);
}

static void a_gb18030_file_is_recognised_and_refused_by_name(void **state) {
  (void)state;
  struct csv *c = of("\xB1\xE0\xBA\xC5,\xC3\xFB\xB3\xC6\n1,2\n");
  refused(c, "csv.encoding.gb18030", "1");
  accepted(c, 2, "1");
  c = of("a,\xFF\xFE\xFD\n");
  refused(c, "csv.encoding", "1");
  struct error err = {0};
  assert_int_equal(csv_open_bytes(&c, arena, "\xFF\xFE" "a\0", 4, NULL, &err), -1);
  assert_string_equal(err.code, "csv.encoding.utf16");
}

static void a_nul_byte_is_not_text(void **state) {
  (void)state;
  struct csv *c = NULL;
  struct error err = {0};
  assert_int_equal(csv_open_bytes(&c, arena, "PK\3\4\0,c\n", 8, NULL, &err), -1);
  assert_string_equal(err.code, "csv.not-text");
}

static void rows_fields_and_columns_have_a_largest_size(void **state) {
  (void)state;
  struct csv_limits limits = {.row_bytes = 20, .field_bytes = 8, .columns = 3};
  const char *text = "1,2,3,4\n123456789,2\n123456,890123,56789012345\nok,1\n";
  struct csv *c = reader(text, strlen(text), &limits);
  refused(c, "csv.columns.many", "1");
  refused(c, "csv.field.large", "2");
  refused(c, "csv.row.large", "3");
  accepted(c, 2, "ok");
  ended(c);
}

static void a_row_longer_than_the_window_is_skipped_in_a_file_too(void **state) {
  (void)state;
  char path[] = "/tmp/tongxin-csv-XXXXXX";
  int fd = mkstemp(path);
  FILE *f = fdopen(fd, "w");
  fputs("first,1\n", f);
  for (int i = 0; i < 400000; i++) fputc('x', f);
  fputs(",2\nlast,3\n", f);
  fclose(f);
  struct csv_limits limits = {.row_bytes = 100};
  struct csv *c = NULL;
  struct error err = {0};
  assert_int_equal(csv_open(&c, arena, path, &limits, &err), 0);
  accepted(c, 2, "first");
  refused(c, "csv.row.large", "2");
  accepted(c, 2, "last");
  ended(c);
  remove(path);
}

static void the_header_names_columns_and_fixes_their_number(void **state) {
  (void)state;
  struct csv *c = of("code,name \n1,x\n2\n3,y\n");
  struct error err = {0};
  assert_int_equal(csv_read_header(c, &err), 0);
  assert_int_equal(csv_column(c, "name"), 1);
  assert_int_equal(csv_column(c, "Name"), -1);
  int column = 0;
  assert_int_equal(csv_column_required(&column, c, "parent", &err), -1);
  assert_string_equal(err.code, "csv.column.missing");
  accepted(c, 2, "1");
  refused(c, "csv.columns", "3");
  accepted(c, 2, "3");
  error_clear(&err);
  assert_int_equal(csv_read_header(of("a,b,a\n"), &err), -1);
  assert_string_equal(err.code, "csv.header.twice");
  error_clear(&err);
  assert_int_equal(csv_read_header(of("\n\n"), &err), -1);
  assert_string_equal(err.code, "csv.empty");
}

static void reading_resumes_where_a_row_began(void **state) {
  (void)state;
  struct csv *c = of("h\na\n\"b\nb\"\nc\n");
  struct csv_row row;
  struct error err = {0};
  for (int i = 0; i < 3; i++) assert_int_equal(csv_next(c, &row, &err), 1);
  int64_t offset = row.offset, line = row.line;
  accepted(c, 1, "c");
  assert_int_equal(csv_seek(c, offset, line, &err), 0);
  assert_int_equal(csv_next(c, &row, &err), 1);
  assert_string_equal(row.field[0], "b\nb");
  assert_int_equal(row.line, 3);
}

static void what_is_written_reads_back_and_never_runs_as_a_formula(void **state) {
  (void)state;
  const char *fields[] = {"plain", "a,b", "say \"hi\"", "two\nlines", "=1+1", "-12.5", "@SUM(A1)", ""};
  struct buf b;
  buf_init(&b, 1000);
  for (size_t i = 0; i < 8; i++) csv_write(&b, fields[i], i == 0);
  csv_write_end(&b);
  struct csv_row row;
  struct error err = {0};
  assert_int_equal(csv_next(reader(b.data, b.len, NULL), &row, &err), 1);
  assert_int_equal(row.count, 8);
  for (int i = 0; i < 8; i++) assert_false(csv_is_formula(row.field[i]));
  assert_string_equal(row.field[4], "'=1+1");
  assert_string_equal(row.field[5], "-12.5");
  assert_string_equal(row.field[3], "two\nlines");
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quotes_commas_and_line_ends_inside_quotes_are_read),
      cmocka_unit_test(a_broken_row_is_one_error_and_the_next_row_is_read),
      cmocka_unit_test(a_gb18030_file_is_recognised_and_refused_by_name),
      cmocka_unit_test(a_nul_byte_is_not_text),
      cmocka_unit_test(rows_fields_and_columns_have_a_largest_size),
      cmocka_unit_test(a_row_longer_than_the_window_is_skipped_in_a_file_too),
      cmocka_unit_test(the_header_names_columns_and_fixes_their_number),
      cmocka_unit_test(reading_resumes_where_a_row_began),
      cmocka_unit_test(what_is_written_reads_back_and_never_runs_as_a_formula),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
