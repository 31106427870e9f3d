#include "people/totp.h"

#include <nettle/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
enum { SECRET_MAX = 64 };

void totp_secret_new(char out[TOTP_SECRET_TEXT]) {
  unsigned char letters[TOTP_SECRET_TEXT - 1]; /* 5 random bits a letter: 32 letters are 160 bits, without padding */
  random_fill(letters, sizeof letters);
  for (size_t i = 0; i < sizeof letters; i++) out[i] = base32[letters[i] & 31];
  out[sizeof letters] = '\0';
}

/* Spaces are forgiven: apps print the secret in groups. */
static bool secret_bytes(unsigned char out[SECRET_MAX], size_t *n, const char *secret) {
  unsigned bits = 0, held = 0;
  *n = 0;
  for (const char *p = secret; *p && *p != '='; p++) {
    if (*p == ' ') continue;
    const char *at = strchr(base32, *p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
    if (!at || *n == SECRET_MAX) return false;
    bits = (bits << 5 | (unsigned)(at - base32)) & 0xFFFF;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    out[(*n)++] = (unsigned char)(bits >> held);
  }
  return *n > 0;
}

/* RFC 4226, 5.3: the code of one counter value. */
static uint32_t hotp(const unsigned char *key, size_t n, uint64_t counter, uint32_t modulus) {
  unsigned char message[8], mac[SHA1_DIGEST_SIZE];
  for (int i = 0; i < 8; i++) message[i] = (unsigned char)(counter >> (56 - 8 * i));
  struct hmac_sha1_ctx ctx;
  hmac_sha1_set_key(&ctx, n, key);
  hmac_sha1_update(&ctx, sizeof message, message);
  hmac_sha1_digest(&ctx, sizeof mac, mac);
  const unsigned char *at = mac + (mac[SHA1_DIGEST_SIZE - 1] & 15);
  uint32_t number = ((uint32_t)at[0] & 0x7F) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  return number % modulus;
}

static uint32_t modulus_of(int digits) {
  uint32_t m = 1;
  for (int i = 0; i < digits; i++) m *= 10;
  return m;
}

static int64_t step_of(time_ms now) {
  return now / ((int64_t)TOTP_STEP_S * SECOND_MS);
}

bool totp_code(char *out, int digits, const char *secret, time_ms now) {
  unsigned char key[SECRET_MAX];
  size_t n;
  out[0] = '\0';
  if (!secret_bytes(key, &n, secret)) return false;
  uint32_t code = hotp(key, n, (uint64_t)step_of(now), modulus_of(digits));
  snprintf(out, (size_t)digits + 1, "%0*u", digits, code);
  sodium_memzero(key, sizeof key);
  return true;
}

int64_t totp_check(const char *secret, const char *code, time_ms now, int drift, int64_t last_step) {
  unsigned char key[SECRET_MAX];
  size_t n;
  if (!secret_bytes(key, &n, secret)) return -1;
  bool formed = code && strlen(code) == TOTP_DIGITS;
  int64_t found = -1;
  for (int64_t step = step_of(now) - drift; step <= step_of(now) + drift; step++) {
    char expected[16]; /* a compiler that does not know the modulus fears ten digits */
    snprintf(expected, sizeof expected, "%0*u", TOTP_DIGITS, hotp(key, n, (uint64_t)step, modulus_of(TOTP_DIGITS)));
    bool equal = formed && sodium_memcmp(expected, code, TOTP_DIGITS) == 0;
    if (equal && step > last_step) found = step;
  }
  sodium_memzero(key, sizeof key);
  return found;
}

static void put_escaped(struct buf *b, const char *s) {
  for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
    bool plain =
        (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || *p == '-' || *p == '.';
    if (plain)
      buf_putc(b, (char)*p);
    else
      buf_printf(b, "%%%02X", *p);
  }
}

char *totp_uri(struct arena *a, const char *issuer, const char *label, const char *secret) {
  struct buf b;
  buf_init(&b, 2048);
  buf_puts(&b, "otpauth://totp/");
  put_escaped(&b, issuer);
  buf_puts(&b, ":");
  put_escaped(&b, label);
  buf_printf(&b, "?secret=%s&issuer=", secret);
  put_escaped(&b, issuer);
  char *uri = arena_strdup(a, b.data);
  buf_free(&b);
  return uri;
}
