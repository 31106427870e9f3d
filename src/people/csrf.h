/* Forged requests (CSRF), kept out in three levels: the request comes from our own pages; it is a POST; it carries a token
 * that only our page could know. Pure: web/ hands in what the request said. */
#ifndef PEOPLE_CSRF_H
#define PEOPLE_CSRF_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"

enum { CSRF_TOKEN_SIZE = 2 * HASH_BYTES + 1 };

enum csrf_level {
  CSRF_NONE,   /* reading, and programs with a key or a bearer token, which browsers do not send by themselves */
  CSRF_ORIGIN, /* changes nothing that lasts (language, theme) */
  CSRF_POST,   /* origin and POST */
  CSRF_TOKEN   /* origin, POST and token: everything that changes something, and signing in */
};

/* What the request said; NULL where it said nothing. */
struct csrf_request {
  const char *method;         /* "POST" */
  const char *host;           /* the Host header, or what the front door says it was */
  const char *origin;         /* Origin */
  const char *referer;        /* Referer, looked at when there is no Origin */
  const char *fetch_site;     /* Sec-Fetch-Site */
  const char *token;          /* the form field or X-CSRF-Token */
  const char *bound_to;       /* the secret of the session's cookie, or of the anonymous cookie */
};

/* The token of a page for whoever holds the cookie with the secret `bound_to`. `key` is the server's own (32 random
 * bytes made at start or kept in the data directory). */
void csrf_token(char out[CSRF_TOKEN_SIZE], const unsigned char key[KEY_BYTES], const char *bound_to);

/* 0, or -1 with ERR_DENIED: people.csrf.origin, people.csrf.method, people.csrf.token. */
int csrf_check(enum csrf_level level, const unsigned char key[KEY_BYTES], const struct csrf_request *request,
               struct error *err);

#endif
