#include "people/csrf.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static void plain_token(unsigned char out[HASH_BYTES], const unsigned char key[KEY_BYTES], const char *bound_to) {
  unsigned char digest[HASH_BYTES];
  const struct hash_piece pieces[] = {{"csrf", 4}, {bound_to, strlen(bound_to)}};
  hash_pieces(digest, pieces, 2);
  hash_keyed(out, key, digest, sizeof digest);
}

void people_csrf_token(char out[CSRF_TOKEN_SIZE], const unsigned char key[KEY_BYTES], const char *bound_to) {
  unsigned char both[2 * HASH_BYTES], token[HASH_BYTES];
  plain_token(token, key, bound_to);
  random_fill(both, HASH_BYTES);
  for (int i = 0; i < HASH_BYTES; i++) both[HASH_BYTES + i] = (unsigned char)(both[i] ^ token[i]);
  text_hex(out, both, sizeof both);
}

/* Does an absolute URL ("https://host:port" with or without a path) name this host? "null" and the like do not. */
static bool same_host(const char *url, const char *host) {
  const char *at = strstr(url, "://");
  if (!at || text_empty(host)) return false;
  at += 3;
  size_t n = strcspn(at, "/?#");
  return n == strlen(host) && strncasecmp(at, host, n) == 0;
}

/* A browser says where a request comes from in at least one of three ways; whatever it says must be us. */
static bool from_us(const struct csrf_request *r, bool must_say) {
  if (r->fetch_site && strcmp(r->fetch_site, "same-origin") != 0 && strcmp(r->fetch_site, "none") != 0) return false;
  if (r->origin) return same_host(r->origin, r->host);
  if (r->referer) return same_host(r->referer, r->host);
  return !must_say;
}

static bool token_fits(const unsigned char key[KEY_BYTES], const struct csrf_request *r) {
  unsigned char both[2 * HASH_BYTES], expected[HASH_BYTES];
  size_t n = 0;
  if (text_empty(r->bound_to) || !r->token || strlen(r->token) != CSRF_TOKEN_SIZE - 1) return false;
  if (sodium_hex2bin(both, sizeof both, r->token, CSRF_TOKEN_SIZE - 1, NULL, &n, NULL) != 0 || n != sizeof both) return false;
  plain_token(expected, key, r->bound_to);
  for (int i = 0; i < HASH_BYTES; i++) both[HASH_BYTES + i] = (unsigned char)(both[HASH_BYTES + i] ^ both[i]);
  return sodium_memcmp(expected, both + HASH_BYTES, HASH_BYTES) == 0;
}

int people_csrf_origin(const struct csrf_request *r, bool must_say, struct error *err) {
  return from_us(r, must_say) ? 0 : error_set(err, ERR_DENIED, "people.csrf.origin", NULL, NULL);
}

int people_csrf_post(const struct csrf_request *r, bool must_say, struct error *err) {
  if (people_csrf_origin(r, must_say, err) != 0) return -1;
  return text_eq(r->method, "POST") ? 0 : error_set(err, ERR_DENIED, "people.csrf.method", NULL, NULL);
}

int people_csrf_sign_in(const struct csrf_request *r, const unsigned char key[KEY_BYTES], struct error *err) {
  bool silent = !r->origin && !r->referer && !r->fetch_site;
  return silent ? people_csrf_full(r, key, err) : people_csrf_post(r, false, err);
}

int people_csrf_full(const struct csrf_request *r, const unsigned char key[KEY_BYTES], struct error *err) {
  if (people_csrf_post(r, false, err) != 0) return -1;
  return token_fits(key, r) ? 0 : error_set(err, ERR_DENIED, "people.csrf.token", NULL, NULL);
}
