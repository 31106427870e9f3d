#include "base/json_write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void json_start(struct json *j, struct buf *out) { *j = (struct json){.out = out}; }

/* Writes the comma that is due before a key or a value. */
static void before(struct json *j) {
  if (j->after_key) {
    j->after_key = false;
    return;
  }
  if (j->some[j->depth]) buf_putc(j->out, ',');
  j->some[j->depth] = true;
}

static void open(struct json *j, char c) {
  before(j);
  buf_putc(j->out, c);
  if (j->depth < JSON_DEPTH - 1) j->depth++;
  j->some[j->depth] = false;
}

static void close(struct json *j, char c) {
  if (j->depth) j->depth--;
  buf_putc(j->out, c);
}

void json_object(struct json *j) { open(j, '{'); }
void json_object_end(struct json *j) { close(j, '}'); }
void json_array(struct json *j) { open(j, '['); }
void json_array_end(struct json *j) { close(j, ']'); }

static void quoted(struct buf *b, const char *s) {
  buf_putc(b, '"');
  const char *from = s;
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    /* < and > are escaped so that JSON may stand inside a page */
    if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>') continue;
    buf_add(b, from, (size_t)(s - from));
    from = s + 1;
    if (c == '"' || c == '\\') {
      buf_putc(b, '\\');
      buf_putc(b, (char)c);
    } else if (c == '\n') {
      buf_puts(b, "\\n");
    } else {
      buf_printf(b, "\\u%04x", c);
    }
  }
  buf_add(b, from, (size_t)(s - from));
  buf_putc(b, '"');
}

void json_key(struct json *j, const char *name) {
  before(j);
  quoted(j->out, name);
  buf_putc(j->out, ':');
  j->after_key = true;
}

void json_null(struct json *j) { json_raw(j, "null"); }

void json_string(struct json *j, const char *s) {
  if (!s) {
    json_null(j);
    return;
  }
  before(j);
  quoted(j->out, s);
}

void json_int(struct json *j, int64_t n) {
  before(j);
  buf_int(j->out, n);
}

void json_real(struct json *j, double n) {
  if (!isfinite(n)) {
    json_null(j);
    return;
  }
  char s[64];
  snprintf(s, sizeof s, "%.7f", n);
  size_t len = strlen(s);
  while (len && s[len - 1] == '0') s[--len] = '\0';
  if (len && s[len - 1] == '.') s[--len] = '\0';
  before(j);
  buf_puts(j->out, s);
}

void json_bool(struct json *j, bool b) { json_raw(j, b ? "true" : "false"); }

void json_raw(struct json *j, const char *json_text) {
  before(j);
  buf_puts(j->out, json_text);
}

void json_put(struct json *j, const char *key, const char *s) {
  json_key(j, key);
  json_string(j, s);
}

void json_put_int(struct json *j, const char *key, int64_t n) {
  json_key(j, key);
  json_int(j, n);
}

void json_put_real(struct json *j, const char *key, double n) {
  json_key(j, key);
  json_real(j, n);
}

void json_put_bool(struct json *j, const char *key, bool b) {
  json_key(j, key);
  json_bool(j, b);
}

void json_put_time(struct json *j, const char *key, time_ms at, int offset_min) {
  char s[48];
  if (at) time_format(s, sizeof s, at, offset_min);
  json_put(j, key, at ? s : NULL);
}
