/* The XML writer: what it escapes, leaves out and closes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/xml_write.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

static void a_text_is_escaped_and_nothing_forbidden_gets_through(void **state) {
  (void)state;
  struct buf b;
  struct xml x;
  buf_init(&b, 1000);
  xml_start(&x, &b);
  xml_text(&x, "note", "后门 & <b>\x01\x1f\xef\xbf\xbf\t\"'\r\n]]>");
  assert_string_equal(b.data, HEAD "<note>后门 &amp; &lt;b&gt;\t\"'&#13;\n]]&gt;</note>");
  buf_free(&b);
}

static void elements_close_in_order_and_an_absent_text_is_an_empty_element(void **state) {
  (void)state;
  struct buf b;
  struct xml x;
  buf_init(&b, 1000);
  xml_start(&x, &b);
  xml_open(&x, "requests");
  xml_open(&x, "request");
  xml_text(&x, "zipcode", NULL);
  xml_close(&x);
  xml_close(&x);
  xml_close(&x); /* one too many does nothing */
  assert_string_equal(b.data, HEAD "<requests><request><zipcode></zipcode></request></requests>");
  assert_int_equal(x.depth, 0);
  buf_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_text_is_escaped_and_nothing_forbidden_gets_through),
      cmocka_unit_test(elements_close_in_order_and_an_absent_text_is_an_empty_element),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
