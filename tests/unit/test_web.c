/* web: reading forms, uploads, cookies, languages; finding routes; parameters with types and bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/decode.h"
#include "web/multipart.h"
#include "web/route_inside.h"

static struct arena *a;
static struct error err;

static int start(void **state) {
  (void)state;
  a = arena_new(64 << 20);
  error_clear(&err);
  return 0;
}

static int end(void **state) {
  (void)state;
  arena_free(a);
  return 0;
}

static void forms_are_decoded(void **state) {
  (void)state;
  struct http_pairs p;
  const char *s = "a=1+2&b=%E5%90%8C&&c&=d&a=%2B";
  assert_int_equal(decode_form(&p, a, s, strlen(s), &err), 0);
  assert_int_equal(p.count, 5);
  assert_string_equal(http_pair_get(&p, "a"), "1 2");
  assert_string_equal(http_pair_get(&p, "b"), "同");
  assert_string_equal(http_pair_get(&p, "c"), "");
  assert_string_equal(p.at[4].value, "+");
}

static void bad_forms_are_refused_and_name_the_field(void **state) {
  (void)state;
  struct http_pairs p;
  static const char *const bad[] = {"a=%", "a=%1", "a=%zz", "%=a"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    error_clear(&err);
    assert_int_equal(decode_form(&p, a, bad[i], strlen(bad[i]), &err), -1);
    assert_string_equal(err.code, "web.form.bad");
  }
  static const char *const encoded[] = {"name=%C0%AF", "name=%ED%A0%80", "name=%00", "name=\xFF"};
  for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++) {
    error_clear(&err);
    assert_int_equal(decode_form(&p, a, encoded[i], strlen(encoded[i]), &err), -1);
    assert_string_equal(err.code, "web.encoding");
    assert_string_equal(err.field, "name");
  }
}

static void what_came_before_a_bad_pair_can_still_be_asked_for(void **state) {
  (void)state;
  static const char *const bad[] = {"lang=en&q=%FF&x=1", "lang=en&q=%zz&x=1", "lang=en&%FF=1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct http_pairs p = {0};
    error_clear(&err);
    assert_int_equal(decode_form(&p, a, bad[i], strlen(bad[i]), &err), -1);
    assert_int_equal(p.count, 1);
    assert_string_equal(http_pair_get(&p, "lang"), "en");
    assert_null(http_pair_get(&p, "no-such-name"));
  }
}

#define PART(headers, data) "--B\r\n" headers "\r\n\r\n" data "\r\n"
#define FORM_DATA(rest) "Content-Disposition: form-data; " rest

static int multipart(struct http_pairs *p, struct http_file **f, size_t *n, const char *s) {
  error_clear(&err);
  *n = 0;
  return multipart_parse(p, f, n, a, (struct bytes){(const unsigned char *)s, strlen(s)}, "B", &err);
}

static void uploads_are_read(void **state) {
  (void)state;
  struct http_pairs p;
  struct http_file *f;
  size_t n;
  assert_int_equal(multipart(&p, &f, &n, PART(FORM_DATA("name=\"text\""), "同心\r\n--not the end")
                             PART(FORM_DATA("name=\"photo\"; filename=\"C:\\x\\a.jpg\"")
                                  "\r\nContent-Type: image/jpeg", "\xFF\xD8")
                             PART(FORM_DATA("name=\"none\"; filename=\"\""), "")
                             PART(FORM_DATA("name=\"empty\""), "") "--B--\r\n"), 0);
  assert_string_equal(http_pair_get(&p, "text"), "同心\r\n--not the end");
  assert_string_equal(http_pair_get(&p, "empty"), "");
  assert_int_equal(n, 1);
  assert_string_equal(f[0].field, "photo");
  assert_string_equal(f[0].name, "a.jpg");
  assert_string_equal(f[0].type, "image/jpeg");
  assert_int_equal(f[0].len, 2);
}

static void torn_and_odd_uploads_are_refused(void **state) {
  (void)state;
  struct http_pairs p;
  struct http_file *f;
  size_t n;
  static const char *const bad[] = {
      "", "--B", "--B\r\n", "--B\r\nx", "--X--", "junk\r\n--B--", PART(FORM_DATA("name=\"a\""), "1"),
      PART("X: y", "1") "--B--", PART(FORM_DATA("filename=\"a\""), "1") "--B--", PART(FORM_DATA("name=\"\""), "1") "--B--",
      PART("Content-Disposition: attachment; name=\"a\"", "1") "--B--",
      PART(FORM_DATA("name=\"a\"") "\r\n" FORM_DATA("name=\"b\""), "1") "--B--", "--B\r\nno end of headers"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(multipart(&p, &f, &n, bad[i]), -1);
    assert_string_equal(err.code, "web.multipart.bad");
  }
  assert_int_equal(multipart(&p, &f, &n, PART(FORM_DATA("name=\"a\""), "\xC0\xAF") "--B--"), -1);
  assert_string_equal(err.code, "web.encoding");
}

static void uploads_have_a_number_of_parts(void **state) {
  (void)state;
  struct http_pairs p;
  struct http_file *f;
  size_t n;
  struct buf b;
  buf_init(&b, 1 << 20);
  for (int i = 0; i <= MULTIPART_PARTS_MAX; i++) buf_puts(&b, PART(FORM_DATA("name=\"a\""), "1"));
  buf_puts(&b, "--B--");
  assert_int_equal(multipart(&p, &f, &n, b.data), -1);
  assert_string_equal(err.code, "web.multipart.many");
  buf_free(&b);
}

static void cookies_are_read_and_odd_ones_left_out(void **state) {
  (void)state;
  struct http_pairs p;
  decode_cookies(&p, a, "a=1; b=x\"y; ; c; =d; e=f=g;h=2");
  assert_int_equal(p.count, 3);
  assert_string_equal(http_pair_get(&p, "a"), "1");
  assert_string_equal(http_pair_get(&p, "e"), "f=g");
  assert_string_equal(http_pair_get(&p, "h"), "2");
  decode_cookies(&p, a, NULL);
  assert_int_equal(p.count, 0);
}

static void the_wanted_language_is_found(void **state) {
  (void)state;
  assert_int_equal(decode_language("en-GB,en;q=0.9", LANG_ZH), LANG_EN);
  assert_int_equal(decode_language("en;q=0.3, zh-CN;q=0.8", LANG_EN), LANG_ZH);
  assert_int_equal(decode_language("fr, de;q=0.5", LANG_ZH), LANG_ZH);
  assert_int_equal(decode_language("fr, en;q=0.1", LANG_ZH), LANG_EN);
  assert_int_equal(decode_language(NULL, LANG_EN), LANG_EN);
  assert_int_equal(decode_language(";;,,q=", LANG_ZH), LANG_ZH);
  assert_string_equal(decode_parameter(a, "multipart/form-data; x=\"a;b\"; Boundary=\"q w\"", "boundary"), "q w");
  assert_null(decode_parameter(a, "multipart/form-data", "boundary"));
}

/* --- parameters --- */

enum { CODE, PAGE, LON, DAY, KIND, BOX, NOTE, TAGS };

static const struct route sample = {
    .method = HTTP_POST, .path = "/sample/{code}.json", .who = ACCESS_PUBLIC,
    PARAMS([CODE] = {.name = "code", .type = PARAM_CODE, .in = IN_PATH, .required = true},
           [PAGE] = {.name = "page", .type = PARAM_INT, .in = IN_QUERY, .low = 1, .high = 100},
           [LON] = {.name = "lon", .type = PARAM_REAL, .in = IN_BODY, .low = -180, .high = 180, .zh = "经度"},
           [DAY] = {.name = "day", .type = PARAM_DATE, .in = IN_BODY},
           [KIND] = {.name = "kind", .type = PARAM_CHOICE, .in = IN_BODY, .choices = "red|green"},
           [BOX] = {.name = "box", .type = PARAM_BOOL, .in = IN_BODY},
           [NOTE] = {.name = "note", .type = PARAM_LINES, .in = IN_BODY, .max = 5},
           [TAGS] = {.name = "tag", .type = PARAM_TEXT, .in = IN_BODY, .many = 2})};

static struct http_request http;
static struct request req;

#define FORM "application/x-www-form-urlencoded"

static int read_sample(const char *target, const char *type, const char *body) {
  error_clear(&err);
  http = (struct http_request){.arena = a, .target = target, .path = "/sample/JC-1.json", .content_type = type};
  http.body = (struct bytes){(const unsigned char *)body, strlen(body)};
  req = (struct request){.http = &http, .route = &sample, .arena = a};
  const char *query = strchr(target, '?');
  if (query) assert_int_equal(decode_form(&http.query, a, query + 1, strlen(query + 1), &err), 0);
  if (!text_eq(type, "application/json")) assert_int_equal(decode_form(&http.form, a, body, strlen(body), &err), 0);
  return params_read(&req, &err);
}

static void parameters_are_typed(void **state) {
  (void)state;
  const char *body = "lon=102.19&day=2026-11-23&kind=green&box=on&note=a%0D%0Ab&tag=x&tag=y";
  assert_int_equal(read_sample("/x?page=7", FORM, body), 0);
  assert_string_equal(req_text(&req, CODE), "JC-1");
  assert_int_equal(req_int(&req, PAGE), 7);
  assert_true(req_real(&req, LON) > 102.18 && req_real(&req, LON) < 102.2);
  assert_int_equal(req_int(&req, DAY), day_from_civil(2026, 11, 23));
  assert_int_equal(req_int(&req, KIND), 1);
  assert_true(req_bool(&req, BOX));
  assert_string_equal(req_text(&req, NOTE), "a\nb");
  assert_int_equal(req_count(&req, TAGS), 2);
  assert_string_equal(req_text_at(&req, TAGS, 1), "y");
}

static void the_same_parameters_come_as_json(void **state) {
  (void)state;
  const char *body = "{\"lon\":102,\"kind\":\"red\",\"box\":false,\"tag\":[\"x\"],\"day\":null}";
  assert_int_equal(read_sample("/x", "application/json", body), 0);
  assert_false(req_has(&req, DAY));
  assert_true(req_has(&req, BOX));
  assert_false(req_bool(&req, BOX));
  assert_string_equal(req_text_at(&req, TAGS, 0), "x");
}

static void expect_refused(const char *target, const char *type, const char *body, const char *code) {
  int result = read_sample(target, type, body);
  if (result == 0 || !text_eq(err.code, code)) print_error("%s %s: %s\n", target, body, err.code);
  assert_int_equal(result, -1);
  assert_string_equal(err.code, code);
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  expect_refused("/x", "text/xml", "<lon>102</lon>", "web.body.type");
  expect_refused("/x", "application/json", "{\"kind\":\"\xFF\xFE\"}", "web.encoding");
  expect_refused("/x?page=0", "", "", "web.param.range");
  expect_refused("/x?page=101", "", "", "web.param.range");
  expect_refused("/x?page=1e1", "", "", "web.param.integer");
  expect_refused("/x?page=99999999999999999999", "", "", "web.param.integer");
  expect_refused("/x?page=1&page=2", "", "", "web.param.many");
  expect_refused("/x", FORM, "lon=180.1", "web.param.range");
  assert_string_equal(err.arg[0], "经度");
  expect_refused("/x", FORM, "lon=nan", "web.param.number");
  expect_refused("/x", FORM, "day=2026-02-30", "web.param.date");
  expect_refused("/x", FORM, "kind=blue", "web.param.choice");
  expect_refused("/x", FORM, "box=maybe", "web.param.bool");
  expect_refused("/x", FORM, "note=%E4%B8%80%E4%B8%80%E4%B8%80%E4%B8%80%E4%B8%80%E4%B8%80", "web.param.long");
  expect_refused("/x", FORM, "note=a%07", "web.param.controls");
  expect_refused("/x", FORM, "tag=a&tag=b&tag=c", "web.param.many");
  expect_refused("/x", "application/json", "{\"lon\":\"102\"}", "web.param.json-type");
  expect_refused("/x", "application/json", "{\"lon\":1,\"lon\":2}", "web.json.bad");
  expect_refused("/x", "application/json", "[1]", "web.json.object");
  expect_refused("/x", "application/json", "{\"lonn\":1}", "web.json.unknown");
  expect_refused("/x", "application/json", "{\"tag\":\"a\"}", "web.param.json-type");
}

static void the_table_is_sound_and_routes_are_found(void **state) {
  (void)state;
  assert_int_equal(route_table_check(&err), 0);
  unsigned allowed = 0;
  assert_non_null(route_find(HTTP_GET, "/healthz", &allowed));
  assert_null(route_find(HTTP_POST, "/healthz", &allowed));
  assert_int_equal(allowed, 1u << HTTP_GET);
  assert_null(route_find(HTTP_GET, "/healthz/", &allowed));
  assert_int_equal(allowed, 0);
  assert_string_equal(route_segment(a, &sample, "/sample/JC-1.json", "code"), "JC-1");
}

/* Every code C may name has its words, and every word's languages take the same arguments (the tool saw to that). */
static void errors_speak_both_languages(void **state) {
  (void)state;
  struct buf what, hint;
  buf_init(&what, 1000);
  buf_init(&hint, 1000);
  error_set(&err, ERR_INPUT, "web.param.range", "page", "页码", "1", "100", NULL);
  error_words(&what, &hint, LANG_ZH, &err);
  assert_string_equal(what.data, "“页码”超出允许范围");
  assert_string_equal(hint.data, "请填 1 到 100 之间的数");
  buf_clear(&what);
  error_clear(&err);
  error_set(&err, ERR_CONFLICT, "nobody.wrote.this", NULL, NULL);
  error_words(&what, NULL, LANG_EN, &err);
  assert_string_equal(what.data, "This cannot be done right now");
  buf_free(&what);
  buf_free(&hint);
}

static void the_api_and_the_access_matrix_describe_themselves(void **state) {
  (void)state;
  struct buf b;
  buf_init(&b, 4 << 20);
  routes_describe_openapi(&b, LANG_EN);
  assert_non_null(strstr(b.data, "\"/healthz\""));
  assert_non_null(strstr(b.data, "#/components/schemas/error"));
  assert_false(b.full);
  buf_clear(&b);
  routes_print_access(&b, LANG_EN, false);
  assert_non_null(strstr(b.data, "/healthz"));
  buf_clear(&b);
  routes_print_access(&b, LANG_EN, true);
  assert_non_null(strstr(b.data, "\"anonymous\""));
  buf_free(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(forms_are_decoded),
      TEST(bad_forms_are_refused_and_name_the_field),
      TEST(what_came_before_a_bad_pair_can_still_be_asked_for),
      TEST(uploads_are_read),
      TEST(torn_and_odd_uploads_are_refused),
      TEST(uploads_have_a_number_of_parts),
      TEST(cookies_are_read_and_odd_ones_left_out),
      TEST(the_wanted_language_is_found),
      TEST(parameters_are_typed),
      TEST(the_same_parameters_come_as_json),
      TEST(what_does_not_fit_is_refused),
      TEST(the_table_is_sound_and_routes_are_found),
      TEST(errors_speak_both_languages),
      TEST(the_api_and_the_access_matrix_describe_themselves),
  };
  return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
