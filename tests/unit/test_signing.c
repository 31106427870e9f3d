/* people: passwords, one-time codes, sealed fields, forged requests, rate limits. Without a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/base.h"
#include "people/csrf.h"
#include "people/password.h"
#include "people/rate.h"
#include "people/seal.h"
#include "people/totp.h"

static void a_password_keeps_the_rules_or_says_which_it_breaks(void **state) {
  (void)state;
  static const struct {
    const char *password, *code;
  } cases[] = {{"Ab3-efgh", "people.password.short"},
               {"abcdefghijkl", "people.password.classes"},
               {"abcdefghijk1", "people.password.classes"},
               {"Xwangshili-9", "people.password.login"},
               {"XWANGSHILI-9a", "people.password.login"},
               {"Password123!", "people.password.common"},
               {"P@ssw0rd2026", "people.password.common"},
               {"Qwerty123456", "people.password.common"},
               {"春眠不觉晓处处闻啼鸟A1", ""},
               {"correct Horse 7", ""},
               {"plain-words-and-9", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct error err = {0};
    password_check(&password_rules_default, "wangshili", cases[i].password, "password", &err);
    assert_string_equal(err.code, cases[i].code);
  }
  for (int i = 0; i < 200; i++) {
    char fresh[17];
    struct error err = {0};
    password_new(fresh);
    assert_int_equal(password_check(&password_rules_default, "wangshili", fresh, NULL, &err), 0);
  }
}

static void a_password_is_known_by_its_hash_and_nobody_has_none(void **state) {
  (void)state;
  char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
  struct error err = {0};
  assert_int_equal(password_hash(hash, "correct Horse 7", &err), 0);
  assert_int_equal(password_hash(again, "correct Horse 7", &err), 0);
  assert_string_not_equal(hash, again);
  assert_true(text_starts(hash, "$argon2id$"));
  assert_true(password_matches(hash, "correct Horse 7"));
  assert_false(password_matches(hash, "correct Horse 8"));
  assert_false(password_matches(NULL, "correct Horse 7"));
  assert_false(password_matches("", ""));
  assert_false(password_is_old(hash));
  assert_true(
      password_is_old("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2Fs$JjM2hLVPYlxp1PQYDPGGVvYJRPAfZqjxBUwrRC2bT8s"));
}

/* RFC 6238, appendix B, SHA-1: the secret is the ASCII text 12345678901234567890. */
static void one_time_codes_are_those_of_the_standard(void **state) {
  (void)state;
  static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  static const struct {
    int64_t second;
    const char *code;
  } vectors[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                 {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    char code[9];
    assert_true(totp_code(code, 8, secret, vectors[i].second * SECOND_MS));
    assert_string_equal(code, vectors[i].code);
  }
}

static void a_one_time_code_works_once_and_for_a_short_while(void **state) {
  (void)state;
  char secret[TOTP_SECRET_TEXT], code[TOTP_DIGITS + 1];
  totp_secret_new(secret);
  time_ms now = 1790000000000;
  assert_true(totp_code(code, TOTP_DIGITS, secret, now));
  int64_t step = totp_check(secret, code, now, 1, 0);
  assert_true(step > 0);
  assert_int_equal(totp_check(secret, code, now, 1, step), -1);
  assert_int_equal(totp_check(secret, code, now + 30 * SECOND_MS, 1, 0), step);
  assert_int_equal(totp_check(secret, code, now + 90 * SECOND_MS, 1, 0), -1);
  assert_int_equal(totp_check(secret, "", now, 1, 0), -1);
  assert_int_equal(totp_check(secret, NULL, now, 1, 0), -1);
  assert_int_equal(totp_check("not base 32!", code, now, 1, 0), -1);
}

static void the_address_for_the_app_is_escaped(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 16);
  assert_string_equal(totp_uri(a, "同心", "a b", "ABCD"),
                      "otpauth://totp/%E5%90%8C%E5%BF%83:a%20b?secret=ABCD&issuer=%E5%90%8C%E5%BF%83");
  arena_free(a);
}

struct vault {
  char dir[64];
  struct arena *a;
  struct seal_keys keys;
};

static int open_vault(void **state) {
  struct vault *v = test_calloc(1, sizeof *v);
  struct error err = {0};
  snprintf(v->dir, sizeof v->dir, "/tmp/tongxin-seal-XXXXXX");
  if (!mkdtemp(v->dir)) return -1;
  v->a = arena_new(1 << 20);
  *state = v;
  return seal_keys_create(v->dir, &err) || seal_keys_load(&v->keys, v->dir, &err) ? -1 : 0;
}

static int close_vault(void **state) {
  struct vault *v = *state;
  char path[128];
  snprintf(path, sizeof path, "%s/keys/fields.key", v->dir);
  unlink(path);
  snprintf(path, sizeof path, "%s/keys", v->dir);
  rmdir(path);
  rmdir(v->dir);
  arena_free(v->a);
  test_free(v);
  return 0;
}

static const struct seal_place here = {.district = 1, .table = "person", .column = "name", .row = 7};

static void what_was_sealed_opens_where_it_stands(void **state) {
  struct vault *v = *state;
  struct error err = {0};
  char *text;
  struct bytes sealed = people_seal(v->a, &v->keys, &here, "张示例");
  assert_int_equal(people_unseal(v->a, &text, &v->keys, &here, sealed, &err), 0);
  assert_string_equal(text, "张示例");
  assert_null(memmem(sealed.data, sealed.len, "张", 3));
  struct bytes again = people_seal(v->a, &v->keys, &here, "张示例");
  assert_memory_not_equal(sealed.data, again.data, sealed.len);
  assert_int_equal(people_unseal(v->a, &text, &v->keys, &here, people_seal(v->a, &v->keys, &here, NULL), &err), 0);
  assert_null(text);
  assert_int_equal(people_unseal(v->a, &text, &v->keys, &here, people_seal(v->a, &v->keys, &here, ""), &err), 0);
  assert_string_equal(text, "");
}

static void what_was_moved_or_changed_does_not_open(void **state) {
  struct vault *v = *state;
  struct bytes sealed = people_seal(v->a, &v->keys, &here, "张示例");
  const struct seal_place elsewhere[] = {
      {2, "person", "name", 7}, {1, "persons", "name", 7}, {1, "person", "phone", 7}, {1, "person", "name", 8}};
  for (size_t i = 0; i < 4; i++) {
    struct error err = {0};
    char *text;
    assert_int_equal(people_unseal(v->a, &text, &v->keys, &elsewhere[i], sealed, &err), -1);
    assert_string_equal(err.code, "people.sealed.broken");
  }
  for (size_t i = 0; i < sealed.len; i++) {
    struct error err = {0};
    char *text;
    unsigned char *bad = arena_memdup(v->a, sealed.data, sealed.len);
    bad[i] ^= 1;
    assert_int_equal(people_unseal(v->a, &text, &v->keys, &here, (struct bytes){bad, sealed.len}, &err), -1);
  }
  for (size_t n = 1; n < sealed.len; n++) {
    struct error err = {0};
    char *text;
    assert_int_equal(people_unseal(v->a, &text, &v->keys, &here, (struct bytes){sealed.data, n}, &err), -1);
  }
}

static void old_keys_open_and_the_new_one_seals(void **state) {
  struct vault *v = *state;
  struct error err = {0};
  char *text;
  struct bytes old = people_seal(v->a, &v->keys, &here, "张示例");
  assert_false(people_seal_is_old(&v->keys, old));
  assert_int_equal(seal_keys_rotate(&v->keys, v->dir, &err), 0);
  struct seal_keys read;
  assert_int_equal(seal_keys_load(&read, v->dir, &err), 0);
  assert_int_equal(read.count, 2);
  assert_true(people_seal_is_old(&read, old));
  assert_int_equal(people_unseal(v->a, &text, &read, &here, old, &err), 0);
  assert_false(people_seal_is_old(&read, people_seal(v->a, &read, &here, text)));
  struct seal_keys without = read;
  without.count = 1;
  without.seal[0] = read.seal[1];
  assert_int_equal(people_unseal(v->a, &text, &without, &here, old, &err), -1);
  assert_string_equal(err.code, "people.sealed.key");
}

static void a_key_file_that_others_can_read_is_refused(void **state) {
  struct vault *v = *state;
  char path[128];
  struct stat st;
  struct error err = {0};
  snprintf(path, sizeof path, "%s/keys/fields.key", v->dir);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_int_equal(chmod(path, 0640), 0);
  assert_int_equal(seal_keys_load(&v->keys, v->dir, &err), -1);
  assert_string_equal(err.code, "people.keys.open-to-others");
  error_clear(&err);
  assert_int_equal(chmod(path, 0600), 0);
  assert_int_equal(truncate(path, 30), 0);
  assert_int_equal(seal_keys_load(&v->keys, v->dir, &err), -1);
  assert_string_equal(err.code, "people.keys.form");
}

static void a_match_is_for_one_district_one_kind_and_one_value(void **state) {
  struct vault *v = *state;
  char a[2 * HASH_BYTES + 1], b[2 * HASH_BYTES + 1];
  people_match(a, &v->keys, 1, "phone", "13800002091");
  people_match(b, &v->keys, 1, "phone", "13800002091");
  assert_string_equal(a, b);
  people_match(b, &v->keys, 2, "phone", "13800002091");
  assert_string_not_equal(a, b);
  people_match(b, &v->keys, 1, "resident-id", "13800002091");
  assert_string_not_equal(a, b);
  people_match(b, &v->keys, 1, "phone", "13800002092");
  assert_string_not_equal(a, b);
}

static void forged_requests_stay_outside_at_each_level(void **state) {
  (void)state;
  unsigned char key[KEY_BYTES] = {1, 2, 3};
  char token[CSRF_TOKEN_SIZE], other[CSRF_TOKEN_SIZE];
  people_csrf_token(token, key, "cookie");
  people_csrf_token(other, key, "another cookie");
  const struct {
    struct csrf_request r;
    const char *code;
  } cases[] = {
      {{"POST", "gov.test", "https://gov.test", NULL, "same-origin", token, "cookie"}, ""},
      {{"POST", "gov.test:8080", "http://gov.test:8080", NULL, NULL, token, "cookie"}, ""},
      {{"POST", "gov.test", NULL, "https://gov.test/case/1?x=2", NULL, token, "cookie"}, ""},
      {{"POST", "gov.test", NULL, NULL, NULL, token, "cookie"}, ""},
      {{"POST", "gov.test", "https://evil.test", NULL, NULL, token, "cookie"}, "people.csrf.origin"},
      {{"POST", "gov.test", "https://gov.test.evil.test", NULL, NULL, token, "cookie"}, "people.csrf.origin"},
      {{"POST", "gov.test", "https://evil.test/gov.test", NULL, NULL, token, "cookie"}, "people.csrf.origin"},
      {{"POST", "gov.test", "null", NULL, NULL, token, "cookie"}, "people.csrf.origin"},
      {{"POST", "gov.test", NULL, "https://evil.test/", NULL, token, "cookie"}, "people.csrf.origin"},
      {{"POST", "gov.test", "https://gov.test", NULL, "cross-site", token, "cookie"}, "people.csrf.origin"},
      {{"GET", "gov.test", "https://gov.test", NULL, NULL, token, "cookie"}, "people.csrf.method"},
      {{"POST", "gov.test", "https://gov.test", NULL, NULL, other, "cookie"}, "people.csrf.token"},
      {{"POST", "gov.test", "https://gov.test", NULL, NULL, NULL, "cookie"}, "people.csrf.token"},
      {{"POST", "gov.test", "https://gov.test", NULL, NULL, token, NULL}, "people.csrf.token"},
      {{"POST", "gov.test", "https://gov.test", NULL, NULL, "", ""}, "people.csrf.token"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct error err = {0};
    people_csrf_full(&cases[i].r, key, &err);
    assert_string_equal(err.code, cases[i].code);
  }
  struct error err = {0};
  struct csrf_request silent = {.method = "POST", .host = "gov.test"};
  assert_int_equal(people_csrf_origin(&silent, false, &err), 0);
  assert_int_equal(people_csrf_post(&silent, true, &err), -1);
}

static void a_caller_gets_a_burst_then_the_rate_and_is_told_how_long_to_wait(void **state) {
  (void)state;
  const struct rate_limit limits[] = {{0, 0}, {.per_minute = 60, .burst = 5}};
  struct rate_table *t = people_rate_new(1000, limits, 2);
  time_ms wait, now = 1000000;
  struct error err = {0};
  for (int i = 0; i < 100; i++) assert_int_equal(people_rate_take(t, 0, "a", now, NULL, &err), 0);
  for (int i = 0; i < 5; i++) assert_int_equal(people_rate_take(t, 1, "a", now, NULL, &err), 0);
  assert_int_equal(people_rate_take(t, 1, "a", now, &wait, &err), -1);
  assert_int_equal(err.kind, ERR_TOO_MANY);
  assert_string_equal(err.arg[0], "1");
  assert_int_equal(wait, 1000);
  error_clear(&err);
  assert_int_equal(people_rate_take(t, 1, "b", now, NULL, &err), 0);
  assert_int_equal(people_rate_take(t, 1, "a", now + 999, NULL, &err), -1);
  error_clear(&err);
  assert_int_equal(people_rate_take(t, 1, "a", now + 1000, NULL, &err), 0);
  assert_int_equal(people_rate_take(t, 1, "a", now - 5000, NULL, &err), -1); /* a clock that goes back gives nothing */
  error_clear(&err);
  for (int i = 0; i < 5; i++) assert_int_equal(people_rate_take(t, 1, "a", now + HOUR_MS, NULL, &err), 0);
  assert_int_equal(people_rate_take(t, 1, "a", now + HOUR_MS, NULL, &err), -1);
  people_rate_free(t);
}

static void a_flood_of_callers_does_not_free_the_one_who_is_limited(void **state) {
  (void)state;
  const struct rate_limit limits[] = {{.per_minute = 1, .burst = 20}};
  struct rate_table *t = people_rate_new(64, limits, 1);
  time_ms now = 1000000;
  struct error err = {0};
  for (int i = 0; i < 20; i++) assert_int_equal(people_rate_take(t, 0, "greedy", now, NULL, &err), 0);
  for (int i = 0; i < 20000; i++) {
    char caller[32];
    snprintf(caller, sizeof caller, "caller %d", i);
    assert_int_equal(people_rate_take(t, 0, caller, now, NULL, &err), 0);
  }
  assert_int_equal(people_rate_take(t, 0, "greedy", now, NULL, &err), -1);
  people_rate_free(t);
}

int main(void) {
  hash_start();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_password_keeps_the_rules_or_says_which_it_breaks),
      cmocka_unit_test(a_password_is_known_by_its_hash_and_nobody_has_none),
      cmocka_unit_test(one_time_codes_are_those_of_the_standard),
      cmocka_unit_test(a_one_time_code_works_once_and_for_a_short_while),
      cmocka_unit_test(the_address_for_the_app_is_escaped),
      cmocka_unit_test_setup_teardown(what_was_sealed_opens_where_it_stands, open_vault, close_vault),
      cmocka_unit_test_setup_teardown(what_was_moved_or_changed_does_not_open, open_vault, close_vault),
      cmocka_unit_test_setup_teardown(old_keys_open_and_the_new_one_seals, open_vault, close_vault),
      cmocka_unit_test_setup_teardown(a_key_file_that_others_can_read_is_refused, open_vault, close_vault),
      cmocka_unit_test_setup_teardown(a_match_is_for_one_district_one_kind_and_one_value, open_vault, close_vault),
      cmocka_unit_test(forged_requests_stay_outside_at_each_level),
      cmocka_unit_test(a_caller_gets_a_burst_then_the_rate_and_is_told_how_long_to_wait),
      cmocka_unit_test(a_flood_of_callers_does_not_free_the_one_who_is_limited),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
