#include "people/identity.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"

enum { COMPACT_SIZE = 32 };

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
static char upper(char c) {
  return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Leaves out ASCII spaces, tabs and hyphens, makes letters upper case; false when it is longer than any number. */
static bool compact(char out[COMPACT_SIZE], const char *text) {
  size_t n = 0;
  for (const char *p = text ? text : ""; *p; p++) {
    if (*p == ' ' || *p == '\t' || *p == '-') continue;
    if (n + 1 == COMPACT_SIZE) return false;
    out[n++] = upper(*p);
  }
  out[n] = '\0';
  return true;
}

static bool all_digits(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!is_digit(s[i])) return false;
  return true;
}

static int number_of(const char *digits, size_t n) {
  int value = 0;
  for (size_t i = 0; i < n; i++) value = value * 10 + (digits[i] - '0');
  return value;
}

/* ---- GB 11643 ---- */

char resident_id_check(const char *seventeen) {
  int rest = 0; /* weights are powers of 2 mod 11, so Horner's rule needs no table */
  for (int i = 0; i < 17; i++) rest = (rest + (seventeen[i] - '0')) * 2 % 11;
  return "0123456789X"[(12 - rest) % 11];
}

/* The provinces of GB/T 2260; 83 is given with residence permits to people from Taiwan, 91 was kept for foreigners. */
static bool province_exists(int code) {
  static const unsigned char provinces[] = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43,
                                            44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91};
  return memchr(provinces, code, sizeof provinces) != NULL;
}

static bool birth_day(int32_t *out, const char *eight, int32_t today) {
  int year = number_of(eight, 4), month = number_of(eight + 4, 2), day = number_of(eight + 6, 2);
  if (year < 1800 || !date_exists(year, month, day)) return false;
  *out = day_from_civil(year, month, day);
  return *out <= today;
}

/* A number of the first generation: two digits of year, no check character. */
static void lengthen(char number[COMPACT_SIZE]) {
  char old[COMPACT_SIZE];
  memcpy(old, number, COMPACT_SIZE);
  snprintf(number, COMPACT_SIZE, "%.6s19%.9s", old, old + 6);
  number[17] = resident_id_check(number);
  number[18] = '\0';
}

int resident_id_read(struct resident_id *out, const char *text, int32_t today, const char *field, struct error *err) {
  char number[COMPACT_SIZE];
  memset(out, 0, sizeof *out);
  bool fits = compact(number, text);
  size_t n = fits ? strlen(number) : 0;
  bool old = n == 15 && all_digits(number, 15);
  if (!old && !(n == 18 && all_digits(number, 17) && (is_digit(number[17]) || number[17] == 'X')))
    return error_set(err, ERR_INPUT, "identity.resident.form", field, NULL);
  if (old) lengthen(number);
  out->region = number_of(number, 6);
  if (!province_exists(out->region / 10000)) return error_set(err, ERR_INPUT, "identity.resident.region", field, NULL);
  if (!birth_day(&out->birth, number + 6, today))
    return error_set(err, ERR_INPUT, "identity.resident.birth", field, NULL);
  if (number[17] != resident_id_check(number)) return error_set(err, ERR_INPUT, "identity.resident.check", field, NULL);
  out->male = (number[16] - '0') % 2 == 1;
  out->from_old = old;
  memcpy(out->number, number, RESIDENT_ID_SIZE);
  return 0;
}

/* ---- GB 32100 ---- */

static int credit_value(char c) {
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const char *at = c ? strchr(alphabet, c) : NULL;
  return at ? (int)(at - alphabet) : -1;
}

/* Registering bodies that have been given a first character: organs, ministries, civil affairs, commerce (1-9), the
 * Central Military Commission (A), agriculture (N), others (Y). */
static bool registrar_exists(char c) {
  return c && strchr("123456789ANY", c) != NULL;
}

int credit_code_read(char out[CREDIT_CODE_SIZE], const char *text, const char *field, struct error *err) {
  char code[COMPACT_SIZE];
  out[0] = '\0';
  if (!compact(code, text) || strlen(code) != 18 || !registrar_exists(code[0]) || !all_digits(code + 2, 6))
    return error_set(err, ERR_INPUT, "identity.credit.form", field, NULL);
  int sum = 0, weight = 1; /* 3^i mod 31 */
  for (int i = 0; i < 17; i++, weight = weight * 3 % 31) {
    int value = credit_value(code[i]);
    if (value < 0) return error_set(err, ERR_INPUT, "identity.credit.form", field, NULL);
    sum += value * weight;
  }
  if (credit_value(code[17]) != (31 - sum % 31) % 31)
    return error_set(err, ERR_INPUT, "identity.credit.check", field, NULL);
  memcpy(out, code, CREDIT_CODE_SIZE);
  return 0;
}

/* ---- GB 11714 ---- */

int org_code_read(char out[ORG_CODE_SIZE], const char *text, const char *field, struct error *err) {
  static const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  char code[COMPACT_SIZE];
  out[0] = '\0';
  if (!compact(code, text) || strlen(code) != 9)
    return error_set(err, ERR_INPUT, "identity.org-code.form", field, NULL);
  int sum = 0;
  for (int i = 0; i < 8; i++) {
    bool letter = code[i] >= 'A' && code[i] <= 'Z';
    if (!letter && !is_digit(code[i])) return error_set(err, ERR_INPUT, "identity.org-code.form", field, NULL);
    sum += (letter ? code[i] - 'A' + 10 : code[i] - '0') * weights[i];
  }
  if (code[8] != "0X987654321"[sum % 11]) return error_set(err, ERR_INPUT, "identity.org-code.check", field, NULL);
  memcpy(out, code, ORG_CODE_SIZE);
  return 0;
}

/* ---- telephones ---- */

bool phone_is_mobile(const char *p) {
  return p && strlen(p) == 11 && p[0] == '1' && p[1] >= '3' && p[1] <= '9' && all_digits(p, 11);
}

/* The digits of a number, with a leading + where there was one. */
static bool digits_of(char out[PHONE_SIZE], const char *text) {
  size_t n = 0;
  for (const char *p = text; *p; p++) {
    if (*p == ' ' || *p == '-' || *p == '(' || *p == ')') continue;
    if ((!is_digit(*p) && !(*p == '+' && n == 0)) || n + 1 == PHONE_SIZE) return false;
    out[n++] = *p;
  }
  out[n] = '\0';
  return true;
}

/* Area codes have three digits (010 and 02x) or four (the rest); subscriber numbers seven or eight, never starting
 * with 0 or 1. */
static bool landline(char out[PHONE_SIZE], const char *digits, size_t n) {
  if (n < 10 || digits[0] != '0' || digits[1] == '0') return false;
  int area = digits[1] == '1' || digits[1] == '2' ? 3 : 4;
  size_t subscriber = n - (size_t)area;
  if (subscriber < 7 || subscriber > 8 || digits[area] < '2') return false;
  snprintf(out, PHONE_SIZE, "%.*s-%s", area, digits, digits + area);
  return true;
}

int phone_read(char out[PHONE_SIZE], const char *text, const char *field, struct error *err) {
  char raw[PHONE_SIZE];
  out[0] = '\0';
  if (!text || !digits_of(raw, text)) return error_set(err, ERR_INPUT, "identity.phone", field, NULL);
  const char *digits = raw;
  if (text_starts(digits, "+86")) digits += 3;
  size_t n = strlen(digits);
  bool mobile = phone_is_mobile(digits);
  bool service = n == 10 && (text_starts(digits, "400") || text_starts(digits, "800"));
  bool abroad = digits[0] == '+' && n >= 8 && n <= 16;
  if (mobile || service || abroad) {
    text_copy(out, PHONE_SIZE, digits);
    return 0;
  }
  return landline(out, digits, n) ? 0 : error_set(err, ERR_INPUT, "identity.phone", field, NULL);
}

/* ---- masks ---- */

/* The first `head` and last `tail` characters of ASCII `s`, `stars` stars between; only stars when it is not longer
 * than what would be shown plus four. */
static void mask_middle(char *out, size_t size, const char *s, size_t head, size_t tail, const char *stars) {
  size_t n = s ? strlen(s) : 0;
  bool plain = true;
  for (size_t i = 0; i < n; i++) plain = plain && (unsigned char)s[i] < 0x80;
  if (!plain || n < head + tail + 4)
    snprintf(out, size, "%s", n ? stars : "");
  else
    snprintf(out, size, "%.*s%s%s", (int)head, s, stars, s + n - tail);
}

void mask_resident_id(char *out, size_t size, const char *number) {
  mask_middle(out, size, number, 6, 4, "********");
}
void mask_phone(char *out, size_t size, const char *phone) {
  mask_middle(out, size, phone, 3, 4, "****");
}

void mask_name(char *out, size_t size, const char *name) {
  char first[8] = "";
  const char *p = name ? name : "";
  uint32_t c = text_next(&p);
  if (c) text_encode(c, first);
  snprintf(out, size, "%s%s", first, c ? "**" : "");
}
