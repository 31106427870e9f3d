#include "web/decode.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Decodes n bytes into the arena; *len is the decoded length. NULL for a bad escape. */
static char *unescape(struct arena *a, const char *s, size_t n, bool plus, size_t *len) {
  char *out = arena_alloc(a, n + 1);
  size_t k = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '%') {
      int high = i + 2 < n ? hex_value(s[i + 1]) : -1;
      int low = high >= 0 ? hex_value(s[i + 2]) : -1;
      if (low < 0) return NULL;
      out[k++] = (char)(high * 16 + low);
      i += 2;
    } else {
      out[k++] = plus && s[i] == '+' ? ' ' : s[i];
    }
  }
  *len = k;
  return out;
}

static bool has_dot_segment(const char *path) {
  for (const char *p = path; (p = strchr(p, '/')) != NULL;) {
    p++;
    size_t n = strcspn(p, "/");
    if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.')) return true;
  }
  return false;
}

int decode_path(char **out, struct arena *a, const char *target, struct error *err) {
  size_t n = strcspn(target, "?"), len = 0;
  for (size_t i = 0; i + 2 < n; i++)
    if (target[i] == '%' && target[i + 1] == '2' && (target[i + 2] | 0x20) == 'f')
      return error_set(err, ERR_INPUT, "web.path.bad", NULL, NULL);
  char *path = unescape(a, target, n, false, &len);
  if (!path) return error_set(err, ERR_INPUT, "web.path.bad", NULL, NULL);
  if (!text_is_utf8(path, len)) return error_set(err, ERR_INPUT, "web.encoding", NULL, "URL", NULL);
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)path[i] < 0x20 || path[i] == 0x7f || path[i] == '\\')
      return error_set(err, ERR_INPUT, "web.path.bad", NULL, NULL);
  if (has_dot_segment(path)) return error_set(err, ERR_INPUT, "web.path.bad", NULL, NULL);
  *out = path;
  return 0;
}

static int decode_pair(struct http_pair *out, struct arena *a, const char *s, size_t n, struct error *err) {
  const char *equals = memchr(s, '=', n);
  size_t name_len = equals ? (size_t)(equals - s) : n, len = 0;
  char *name = unescape(a, s, name_len, true, &len);
  if (!name) return error_set(err, ERR_INPUT, "web.form.bad", NULL, NULL);
  if (!text_is_utf8(name, len)) return error_set(err, ERR_INPUT, "web.encoding", NULL, "?", NULL);
  const char *from = equals ? equals + 1 : s + n;
  char *value = unescape(a, from, (size_t)(s + n - from), true, &len);
  if (!value) return error_set(err, ERR_INPUT, "web.form.bad", name, NULL);
  if (!text_is_utf8(value, len)) return error_set(err, ERR_INPUT, "web.encoding", name, name, NULL);
  *out = (struct http_pair){name, value};
  return 0;
}

int decode_form(struct http_pairs *out, struct arena *a, const char *s, size_t n, struct error *err) {
  size_t count = n ? 1 : 0;
  for (size_t i = 0; i < n; i++) count += s[i] == '&';
  if (count > DECODE_PAIRS_MAX) return error_set(err, ERR_TOO_LARGE, "web.form.many", NULL, NULL);
  *out = (struct http_pairs){ARENA_ARRAY(a, count + 1, struct http_pair), 0};
  for (const char *end = s + n; s < end;) {
    const char *amp = memchr(s, '&', (size_t)(end - s));
    const char *stop = amp ? amp : end;
    /* A pair is counted when it is whole: after a refusal the language of the answer is still looked up among them. */
    if (stop > s && decode_pair(&out->at[out->count], a, s, (size_t)(stop - s), err) != 0) return -1;
    if (stop > s) out->count++;
    s = stop + 1;
  }
  return 0;
}

static bool is_cookie_char(char ch) {
  unsigned char c = (unsigned char)ch;
  return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

void decode_cookies(struct http_pairs *out, struct arena *a, const char *s) {
  enum { MOST = 60 };
  *out = (struct http_pairs){ARENA_ARRAY(a, MOST, struct http_pair), 0};
  while (s && *s && out->count < MOST) {
    while (*s == ' ' || *s == ';') s++;
    size_t n = strcspn(s, ";"), name = strcspn(s, "=;");
    bool good = name > 0 && name < n;
    for (size_t i = 0; good && i < n; i++) good = is_cookie_char(s[i]);
    if (good)
      out->at[out->count++] =
          (struct http_pair){arena_strndup(a, s, name), arena_strndup(a, s + name + 1, n - name - 1)};
    s += n;
  }
}

enum lang decode_language(const char *s, enum lang otherwise) {
  enum lang best = otherwise;
  double weight = 0;
  while (s && *s) {
    while (*s == ' ' || *s == ',') s++;
    size_t n = strcspn(s, ",");
    size_t tag = strcspn(s, ",; ");
    char name[12] = "";
    if (tag < sizeof name) memcpy(name, s, tag);
    double q = 1;
    const char *at = memmem(s, n, "q=", 2);
    if (at) q = strtod(at + 2, NULL);
    enum lang zh = lang_from_tag(name, LANG_ZH), en = lang_from_tag(name, LANG_EN);
    if (zh == en && q > weight) {
      best = zh;
      weight = q;
    }
    s += n;
  }
  return best;
}

const char *decode_media_type(struct arena *a, const char *header) {
  if (!header) return "";
  size_t n = strcspn(header, "; \t");
  char *type = arena_strndup(a, header, n);
  for (char *p = type; *p; p++) *p = (char)tolower((unsigned char)*p);
  return type;
}

const char *decode_parameter(struct arena *a, const char *s, const char *name) {
  size_t want = strlen(name);
  for (s = s ? strchr(s, ';') : NULL; s; s = strchr(s, ';')) {
    s++;
    while (*s == ' ' || *s == '\t') s++;
    size_t n = strcspn(s, "=;");
    bool match = n == want && strncasecmp(s, name, n) == 0 && s[n] == '=';
    s += n;
    if (*s != '=') continue;
    s++;
    bool quoted = *s == '"';
    if (quoted) s++;
    size_t len = quoted ? strcspn(s, "\"") : strcspn(s, "; \t");
    if (match) return arena_strndup(a, s, len);
    s += len;
  }
  return NULL;
}
