/* Forged requests (CSRF), kept out in three levels: the request comes from our own pages; it is a POST; it carries a
 * token that only our page could know. Pure: web/ hands in what the request said. */
#ifndef PEOPLE_CSRF_H
#define PEOPLE_CSRF_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"

enum { CSRF_TOKEN_SIZE = 4 * HASH_BYTES + 1 };

/* What the request said; NULL where it said nothing. */
struct csrf_request {
  const char *method;     /* "POST" */
  const char *host;       /* the Host header, or what the front door says it was */
  const char *origin;     /* Origin */
  const char *referer;    /* Referer, looked at when there is no Origin */
  const char *fetch_site; /* Sec-Fetch-Site */
  const char *token;      /* the form field or X-CSRF-Token */
  const char *bound_to;   /* the secret of the session's cookie, or of the anonymous cookie */
};

/* The token of a page, another text each time: random bytes, and the token itself mixed with them, so that the length of a
 * packed page tells nothing about it (BREACH). It is for whoever holds the cookie with the secret `bound_to`. `key` is the
 * server's own (32 random bytes made at start or kept in the data directory). */
void people_csrf_token(char out[CSRF_TOKEN_SIZE], const unsigned char key[KEY_BYTES], const char *bound_to);

/* First level: 0 when Origin, else Referer, and Sec-Fetch-Site say that the request comes from our own pages. A request
 * that says nothing passes unless `must_say`. -1 with ERR_DENIED people.csrf.origin. */
int people_csrf_origin(const struct csrf_request *request, bool must_say, struct error *err);

/* Second level: besides, a POST. -1 as above or people.csrf.method. */
int people_csrf_post(const struct csrf_request *request, bool must_say, struct error *err);

/* Signing in: a POST from us. A client that says nothing of where it comes from must bring the token this browser got with
 * the form, or somebody else's page could sign it in as somebody else. -1 as above or people.csrf.token. */
int people_csrf_sign_in(const struct csrf_request *request, const unsigned char key[KEY_BYTES], struct error *err);

/* Third level: besides, the token. -1 as above or people.csrf.token. */
int people_csrf_full(const struct csrf_request *request, const unsigned char key[KEY_BYTES], struct error *err);

#endif
