/* people: numbers that name people, and what of them is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h" /* not base.h: its JSON writer and jansson share names */
#include "base/time.h"
#include "people/identity.h"

static int32_t today(void) {
  return day_from_civil(2026, 11, 23);
}

static json_t *vectors(void) {
  struct arena *a = arena_new(1 << 16);
  const char *shared = getenv("TONGXIN_SHARED");
  json_error_t why;
  json_t *root =
      json_load_file(arena_printf(a, "%s/data/identifiers/vectors.json", shared ? shared : "../shared"), 0, &why);
  arena_free(a);
  if (!root) print_message("skipped: the shared identifier vectors are not beside this checkout\n");
  return root;
}

static void check_resident(json_t *v, const char *number, bool valid) {
  struct resident_id id;
  struct error err = {0};
  int rc = resident_id_read(&id, number, today(), NULL, &err);
  if ((rc == 0) != valid) print_error("%s: %s\n", number, err.code);
  assert_int_equal(rc == 0, valid);
  const char *birth = json_string_value(json_object_get(v, "birth")),
             *area = json_string_value(json_object_get(v, "area")), *sex = json_string_value(json_object_get(v, "sex"));
  if (birth) {
    char text[16];
    date_format(text, sizeof text, id.birth);
    assert_string_equal(text, birth);
  }
  if (area) assert_int_equal(id.region, atoi(area));
  if (sex) assert_int_equal(id.male, sex[0] == 'M');
}

static void every_shared_vector_is_judged_as_it_says(void **state) {
  (void)state;
  json_t *root = vectors();
  if (!root) skip();
  size_t i, done = 0;
  json_t *v;
  json_array_foreach(json_object_get(root, "vectors"), i, v) {
    const char *kind = json_string_value(json_object_get(v, "kind")),
               *number = json_string_value(json_object_get(v, "number"));
    json_t *says = json_object_get(v, "valid");
    bool valid = json_is_null(says) || json_is_true(says); /* our choice: spaces and lower case are forgiven */
    char code[CREDIT_CODE_SIZE];
    struct error err = {0};
    if (strcmp(kind, "resident_id") == 0)
      check_resident(v, number, valid);
    else if (strcmp(kind, "uscc") == 0)
      assert_int_equal(credit_code_read(code, number, NULL, &err) == 0, valid);
    else
      continue;
    done++;
  }
  assert_int_equal(done, json_array_size(json_object_get(root, "vectors")));
  json_decref(root);
}

static void published_numbers_are_right(void **state) {
  (void)state;
  static const char *const residents[] = {"11010519491231002X", "440524188001010014", "34052419800101001X",
                                          "53010219200508011X"};
  static const char *const bodies[] = {"91350100M000100Y43", "91110000600037341L", "91440300708461136T"};
  struct error err = {0};
  struct resident_id id;
  char code[CREDIT_CODE_SIZE];
  for (size_t i = 0; i < 4; i++) assert_int_equal(resident_id_read(&id, residents[i], today(), NULL, &err), 0);
  for (size_t i = 0; i < 3; i++) assert_int_equal(credit_code_read(code, bodies[i], NULL, &err), 0);
  assert_int_equal(org_code_read(code, "D2143569-X", NULL, &err), 0);
  assert_string_equal(code, "D2143569X");
  assert_int_equal(org_code_read(code, "D21435691", NULL, &err), -1);
  assert_string_equal(err.code, "identity.org-code.check");
}

static void an_old_number_is_brought_to_eighteen_places(void **state) {
  (void)state;
  struct resident_id id;
  struct error err = {0};
  assert_int_equal(resident_id_read(&id, "110105491231002", today(), NULL, &err), 0);
  assert_string_equal(id.number, "11010519491231002X");
  assert_true(id.from_old);
  assert_false(id.male);
}

static void a_wrong_number_says_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *number, *code;
  } cases[] = {{"", "identity.resident.form"},
               {NULL, "identity.resident.form"},
               {"1101051949123100", "identity.resident.form"},
               {"110105194912310021110105194912310021110105", "identity.resident.form"},
               {"1101051949123100X2", "identity.resident.form"},
               {"990105194912310020", "identity.resident.region"},
               {"110105194902300020", "identity.resident.birth"},
               {"110105203001010020", "identity.resident.birth"},
               {"110105194912310021", "identity.resident.check"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct resident_id id;
    struct error err = {0};
    assert_int_equal(resident_id_read(&id, cases[i].number, today(), "id-number", &err), -1);
    assert_string_equal(err.code, cases[i].code);
    assert_string_equal(err.field, "id-number");
  }
}

static void every_single_digit_slip_is_found(void **state) {
  (void)state;
  static const char good[] = "620302190001010011";
  for (int at = 0; at < 17; at++)
    for (char c = '0'; c <= '9'; c++) {
      char number[19];
      struct resident_id id;
      struct error err = {0};
      memcpy(number, good, sizeof number);
      if (number[at] == c) continue;
      number[at] = c;
      assert_int_equal(resident_id_read(&id, number, today(), NULL, &err), -1);
    }
}

static void telephones_come_to_one_form(void **state) {
  (void)state;
  static const struct {
    const char *text, *form;
  } cases[] = {{"138 0000 2091", "13800002091"},
               {"+86-138-0000-2091", "13800002091"},
               {"0935-8312345", "0935-8312345"},
               {"(0935)8312345", "0935-8312345"},
               {"010-62345678", "010-62345678"},
               {"01062345678", "010-62345678"},
               {"400-800-0000", "4008000000"},
               {"+442079460000", "+442079460000"},
               {"12800002091", ""},
               {"1380000209", ""},
               {"0935-0312345", ""},
               {"八三一二三四五", ""},
               {"", ""},
               {NULL, ""},
               {"0", ""},
               {"+", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char out[PHONE_SIZE];
    struct error err = {0};
    int rc = phone_read(out, cases[i].text, NULL, &err);
    assert_string_equal(out, cases[i].form);
    assert_int_equal(rc, cases[i].form[0] ? 0 : -1);
  }
}

static void masks_show_what_they_say_and_no_more(void **state) {
  (void)state;
  char out[64];
  mask_resident_id(out, sizeof out, "11010519491231002X");
  assert_string_equal(out, "110105********002X");
  mask_phone(out, sizeof out, "13800002091");
  assert_string_equal(out, "138****2091");
  mask_phone(out, sizeof out, "110");
  assert_string_equal(out, "****");
  mask_name(out, sizeof out, "张示例");
  assert_string_equal(out, "张**");
  mask_name(out, sizeof out, "李");
  assert_string_equal(out, "李**");
  mask_name(out, sizeof out, "");
  assert_string_equal(out, "");
  mask_phone(out, sizeof out, NULL);
  assert_string_equal(out, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_shared_vector_is_judged_as_it_says),
      cmocka_unit_test(published_numbers_are_right),
      cmocka_unit_test(an_old_number_is_brought_to_eighteen_places),
      cmocka_unit_test(a_wrong_number_says_what_is_wrong),
      cmocka_unit_test(every_single_digit_slip_is_found),
      cmocka_unit_test(telephones_come_to_one_form),
      cmocka_unit_test(masks_show_what_they_say_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
