/* A streaming JSON writer: it keeps the commas and the nesting, escapes every string, and writes into a buf.
 * Reading JSON is jansson's job (see docs/design.md). */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/time.h"

enum { JSON_DEPTH = 32 };

struct json {
  struct buf *out;
  int depth;
  bool some[JSON_DEPTH]; /* something was written at this depth already */
  bool after_key;
};

/* Five names are jansson's as well, and a program's own functions would take their place inside the library: ours are
 * other symbols. A file that uses both includes <jansson.h> first. */
#define json_object json_write_object
#define json_array json_write_array
#define json_string json_write_string
#define json_real json_write_real
#define json_null json_write_null

/* Each writes one piece; json_start binds the writer to a buffer, which stays the caller's. */
void json_start(struct json *j, struct buf *out);
void json_object(struct json *j);      /* { */
void json_object_end(struct json *j);  /* } */
void json_array(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *name);
void json_string(struct json *j, const char *s); /* NULL writes null */
void json_int(struct json *j, int64_t n);
void json_real(struct json *j, double n); /* 7 decimals, trailing zeros cut; NaN writes null */
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
void json_raw(struct json *j, const char *json_text); /* text that is JSON already */

/* key and value in one call */
void json_put(struct json *j, const char *key, const char *s);
void json_put_int(struct json *j, const char *key, int64_t n);
void json_put_real(struct json *j, const char *key, double n);
void json_put_bool(struct json *j, const char *key, bool b);
/* RFC 3339 at the offset, or null for 0 */
void json_put_time(struct json *j, const char *key, time_ms at, int offset_min);

#endif
