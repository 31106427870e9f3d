/* base: arenas, buffers, text, time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"

static void an_arena_hands_out_zeroed_memory(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  for (size_t n = 1; n < 30000; n = n * 3 + 1) {
    unsigned char *p = arena_alloc(a, n);
    for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
    memset(p, 0xAA, n);
  }
  arena_reset(a);
  unsigned char *p = arena_alloc(a, 9000);
  for (size_t i = 0; i < 9000; i++) assert_int_equal(p[i], 0);
  arena_free(a);
}

static void a_full_buffer_keeps_what_fitted(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 10);
  buf_puts(&b, "12345");
  buf_puts(&b, "678901");
  assert_true(b.full);
  assert_string_equal(b.data, "12345");
  buf_free(&b);
}

static void utf8_is_checked_at_the_door(void **state) {
  (void)state;
  assert_true(text_is_utf8("同心365", strlen("同心365")));
  assert_false(text_is_utf8("\xC0\xAF", 2));
  assert_false(text_is_utf8("\xED\xA0\x80", 3));
  assert_false(text_is_utf8("a\0b", 3));
  assert_false(text_is_utf8("\xF4\x90\x80\x80", 4));
  assert_int_equal(text_chars("同心365"), 5);
}

static void a_cut_never_splits_a_character(void **state) {
  (void)state;
  char out[6];
  text_copy(out, sizeof out, "同心");
  assert_string_equal(out, "同");
}

static void dates_go_there_and_back(void **state) {
  (void)state;
  for (int32_t day = day_from_civil(1, 1, 1); day < day_from_civil(2400, 1, 1); day++) {
    struct civil c;
    civil_from_day(&c, day);
    assert_true(date_exists(c.year, c.month, c.day));
    assert_int_equal(day_from_civil(c.year, c.month, c.day), day);
  }
  assert_int_equal(weekday_of_day(day_from_civil(2026, 11, 23)), 1);
}

static void moments_are_read_and_written(void **state) {
  (void)state;
  time_ms at;
  char s[48];
  assert_true(time_parse(&at, "2026-11-23T10:18:00+08:00", 0));
  time_format(s, sizeof s, at, OFFSET_CHINA_MIN);
  assert_string_equal(s, "2026-11-23T10:18:00+08:00");
  assert_true(time_parse(&at, "2026-11-23T02:18:00Z", 0));
  time_format(s, sizeof s, at, OFFSET_CHINA_MIN);
  assert_string_equal(s, "2026-11-23T10:18:00+08:00");
  assert_false(time_parse(&at, "2026-02-30", 0));
  assert_false(time_parse(&at, "2026-11-23T25:00:00Z", 0));
  assert_false(time_parse(&at, "yesterday", 0));
}

static void the_first_error_stays(void **state) {
  (void)state;
  struct error e = {0};
  assert_int_equal(error_set(&e, ERR_INPUT, "base.first", "name", "one", NULL), -1);
  error_set(&e, ERR_FAULT, "base.second", NULL, NULL);
  assert_string_equal(e.code, "base.first");
  assert_string_equal(e.arg[0], "one");
  assert_int_equal(error_http_status(e.kind), 422);
}

static void json_keeps_its_commas(void **state) {
  (void)state;
  struct buf b;
  struct json j;
  buf_init(&b, 1000);
  json_start(&j, &b);
  json_object(&j);
  json_put(&j, "name", "面馆\"后门\"\n</script>");
  json_key(&j, "list");
  json_array(&j);
  json_int(&j, 1);
  json_real(&j, 102.1875);
  json_null(&j);
  json_array_end(&j);
  json_put_bool(&j, "ok", true);
  json_object_end(&j);
  assert_string_equal(b.data, "{\"name\":\"面馆\\\"后门\\\"\\n\\u003c/script\\u003e\",\"list\":[1,102.1875,null],\"ok\":true}");
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_arena_hands_out_zeroed_memory), cmocka_unit_test(a_full_buffer_keeps_what_fitted),
      cmocka_unit_test(utf8_is_checked_at_the_door),      cmocka_unit_test(a_cut_never_splits_a_character),
      cmocka_unit_test(dates_go_there_and_back),          cmocka_unit_test(moments_are_read_and_written),
      cmocka_unit_test(the_first_error_stays),            cmocka_unit_test(json_keeps_its_commas),
  };
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
