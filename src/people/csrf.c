#include "people/csrf.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

void people_csrf_token(char out[CSRF_TOKEN_SIZE], const unsigned char key[KEY_BYTES], const char *bound_to) {
  unsigned char digest[HASH_BYTES], hash[HASH_BYTES];
  const struct hash_piece pieces[] = {{"csrf", 4}, {bound_to, strlen(bound_to)}};
  hash_pieces(digest, pieces, 2);
  hash_keyed(hash, key, digest, sizeof digest);
  text_hex(out, hash, sizeof hash);
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
  char expected[CSRF_TOKEN_SIZE];
  if (text_empty(r->bound_to) || !r->token || strlen(r->token) != CSRF_TOKEN_SIZE - 1) return false;
  people_csrf_token(expected, key, r->bound_to);
  return sodium_memcmp(expected, r->token, CSRF_TOKEN_SIZE - 1) == 0;
}

int people_csrf_origin(const struct csrf_request *r, bool must_say, struct error *err) {
  return from_us(r, must_say) ? 0 : error_set(err, ERR_DENIED, "people.csrf.origin", NULL, NULL);
}

int people_csrf_post(const struct csrf_request *r, bool must_say, struct error *err) {
  if (people_csrf_origin(r, must_say, err) != 0) return -1;
  return text_eq(r->method, "POST") ? 0 : error_set(err, ERR_DENIED, "people.csrf.method", NULL, NULL);
}

int people_csrf_full(const struct csrf_request *r, const unsigned char key[KEY_BYTES], struct error *err) {
  if (people_csrf_post(r, false, err) != 0) return -1;
  return token_fits(key, r) ? 0 : error_set(err, ERR_DENIED, "people.csrf.token", NULL, NULL);
}
