#include "people/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"

_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_argon2id_STRBYTES, "room for a hash");

const struct password_rules password_rules_default = {.min_chars = 10, .min_classes = 3};

/* ---- rules ---- */

/* Stems that people make "long and mixed" passwords from. A password is common when little is left of it without its
 * stem, so that Password123! and P@ssw0rd2026 are found without listing every variant. */
static const char *const common[] = {"password", "passw0rd",      "p@ssword", "p@ssw0rd",   "qwertyuiop", "qwerty",
                                     "asdfgh",   "zxcvbn",        "1qaz2wsx", "1234567890", "12345678",   "123456",
                                     "admin",    "administrator", "woaini",   "iloveyou",   "abc123",     "abcdef",
                                     "aa1234",   "welcome",       "letmein",  "wangge",     "shequ",      "tongxin",
                                     "88888888", "66666666",      "11111111", "00000000",   "jiedao"};

static void lower_copy(char *out, size_t size, const char *s) {
  size_t i = 0;
  for (; s[i] && i + 1 < size; i++) out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] - 'A' + 'a') : s[i];
  out[i] = '\0';
}

/* The length of the longest stem that starts here, 0 for none. */
static size_t stem_at(const char *s) {
  size_t longest = 0;
  for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
    size_t n = strlen(common[i]);
    if (n > longest && strncmp(s, common[i], n) == 0) longest = n;
  }
  return longest;
}

static bool is_common(const char *lower) {
  enum { LEFT_MIN = 6 }; /* characters that must remain beside stems */
  size_t left = 0;
  bool some = false;
  for (const char *p = lower; *p;) {
    size_t stem = stem_at(p);
    some = some || stem > 0;
    if (stem > 0) {
      p += stem;
    } else {
      text_next(&p);
      left++;
    }
  }
  return some && left < LEFT_MIN;
}

static int classes_of(const char *password) {
  bool lower = false, upper = false, digit = false, other = false;
  for (const char *p = password; *p; p++) {
    if (*p >= 'a' && *p <= 'z')
      lower = true;
    else if (*p >= 'A' && *p <= 'Z')
      upper = true;
    else if (*p >= '0' && *p <= '9')
      digit = true;
    else
      other = true;
  }
  return lower + upper + digit + other;
}

static int refuse(struct error *err, const char *code, const char *field, int number) {
  char text[12];
  size_t n = 0;
  if (number >= 10) text[n++] = (char)('0' + number / 10 % 10);
  text[n++] = (char)('0' + number % 10);
  text[n] = '\0';
  return error_set(err, ERR_INPUT, code, field, text, NULL);
}

int password_check(const struct password_rules *rules, const char *login, const char *password, const char *field,
                   struct error *err) {
  char lower[PASSWORD_MAX_BYTES + 1], name[PASSWORD_MAX_BYTES + 1];
  if (strlen(password) > PASSWORD_MAX_BYTES) return error_set(err, ERR_INPUT, "people.password.long", field, NULL);
  if (text_chars(password) < (size_t)rules->min_chars)
    return refuse(err, "people.password.short", field, rules->min_chars);
  if (classes_of(password) < rules->min_classes)
    return refuse(err, "people.password.classes", field, rules->min_classes);
  lower_copy(lower, sizeof lower, password);
  lower_copy(name, sizeof name, login ? login : "");
  if (strlen(name) >= 3 && strstr(lower, name)) return error_set(err, ERR_INPUT, "people.password.login", field, NULL);
  if (is_common(lower)) return error_set(err, ERR_INPUT, "people.password.common", field, NULL);
  return 0;
}

/* ---- argon2id ---- */

static unsigned long long ops_limit = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
static size_t memory_limit = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
static char nobody[PASSWORD_HASH_SIZE]; /* a hash that no password has, for accounts that do not exist */
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

static pthread_mutex_t line = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t line_moves = PTHREAD_COND_INITIALIZER;
static long at_work;

static void enter_line(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  pthread_mutex_lock(&line);
  while (at_work >= (cores < 1 ? 1 : cores)) pthread_cond_wait(&line_moves, &line);
  at_work++;
  pthread_mutex_unlock(&line);
}

static void leave_line(void) {
  pthread_mutex_lock(&line);
  at_work--;
  pthread_cond_signal(&line_moves);
  pthread_mutex_unlock(&line);
}

int password_hash(char out[PASSWORD_HASH_SIZE], const char *password, struct error *err) {
  memset(out, 0, PASSWORD_HASH_SIZE);
  enter_line();
  int rc = crypto_pwhash_argon2id_str(out, password, strlen(password), ops_limit, memory_limit);
  leave_line();
  return rc == 0 ? 0 : error_unavailable(err, "people.password.memory", "argon2id had no memory");
}

static void make_nobody(void) {
  char secret[33];
  struct error ignored = {0};
  random_code(secret, sizeof secret - 1);
  password_hash(nobody, secret, &ignored);
}

bool password_matches(const char *hash, const char *password) {
  char stored[PASSWORD_HASH_SIZE] = "";
  pthread_once(&nobody_once, make_nobody);
  text_copy(stored, sizeof stored, hash ? hash : nobody);
  enter_line();
  int rc = crypto_pwhash_argon2id_str_verify(stored, password, strlen(password));
  leave_line();
  return rc == 0 && hash != NULL;
}

bool password_is_old(const char *hash) {
  char stored[PASSWORD_HASH_SIZE] = "";
  text_copy(stored, sizeof stored, hash ? hash : "");
  return crypto_pwhash_argon2id_str_needs_rehash(stored, ops_limit, memory_limit) != 0;
}

void password_use_test_limits(void) {
  ops_limit = crypto_pwhash_argon2id_OPSLIMIT_MIN;
  memory_limit = crypto_pwhash_argon2id_MEMLIMIT_MIN;
}

void password_new(char out[17]) {
  char code[13];
  random_code(code, 12); /* 12 of 31 characters: 59 bits, upper case and digits, read out over a telephone in groups */
  memcpy(out, code, 4);
  out[4] = '-';
  memcpy(out + 5, code + 4, 4);
  out[9] = '-';
  memcpy(out + 10, code + 8, 4);
  out[14] = '2';
  out[15] = 'k'; /* whatever chance drew, three classes are there */
  out[16] = '\0';
}
