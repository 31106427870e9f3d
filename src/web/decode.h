/* Decoding what clients send: paths, queries, forms, cookies, languages. Everything that comes out is valid UTF-8
 * without NUL, in the arena; everything is bounded. */
#ifndef WEB_DECODE_H
#define WEB_DECODE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/words.h"
#include "web/http.h"

enum { DECODE_PAIRS_MAX = 1000 };

/* The path of a target (up to '?'), percent-decoded. -1 with web.path.bad for a bad escape, an escaped slash, a control,
 * a backslash, a "." or ".." segment; web.encoding when it is not UTF-8. */
int decode_path(char **out, struct arena *a, const char *target, struct error *err);

/* application/x-www-form-urlencoded: '+' is a space. -1 with web.form.bad, web.form.many, web.encoding (field names
 * the pair). */
int decode_form(struct http_pairs *out, struct arena *a, const char *s, size_t n, struct error *err);

/* A Cookie header. What is malformed is left out, as browsers send what other software of the host has set. */
void decode_cookies(struct http_pairs *out, struct arena *a, const char *header);

/* The language an Accept-Language header prefers (RFC 9110, 12.5.4); `otherwise` when it says neither. */
enum lang decode_language(const char *header, enum lang otherwise);

/* The media type of a Content-Type in lower case ("" for NULL), and a parameter of it (NULL when absent). */
const char *decode_media_type(struct arena *a, const char *header);
const char *decode_parameter(struct arena *a, const char *header, const char *name);

#endif
