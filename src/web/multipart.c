#include "web/multipart.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "web/decode.h"

struct parser {
  const char *at, *end;
  char *delimiter; /* CRLF--boundary */
  size_t delimiter_len;
  struct arena *arena;
  struct http_pairs *fields;
  struct http_file *files;
  size_t file_count, parts;
};

static int bad(struct error *err) { return error_set(err, ERR_INPUT, "web.multipart.bad", NULL, NULL); }

/* RFC 2046: 1 to 70 characters of a small alphabet, no space at the end. */
static bool is_boundary(const char *s) {
  size_t n = s ? strlen(s) : 0;
  if (!n || n > 70 || s[n - 1] == ' ') return false;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && !strchr("'()+_,-./:=? ", c)) return false;
  }
  return true;
}

/* One header line's value when it has the name, else NULL. */
static const char *header_value(const char *line, const char *name) {
  size_t n = strlen(name);
  if (strncasecmp(line, name, n) != 0 || line[n] != ':') return NULL;
  line += n + 1;
  while (*line == ' ' || *line == '\t') line++;
  return line;
}

/* Reads a part's header lines up to the empty one. */
static int read_headers(struct parser *p, const char **disposition, const char **type, struct error *err) {
  const char *start = p->at;
  for (;;) {
    const char *eol = memmem(p->at, (size_t)(p->end - p->at), "\r\n", 2);
    if (!eol || eol - start > MULTIPART_HEADER_MAX) return bad(err);
    size_t n = (size_t)(eol - p->at);
    const char *line = p->at;
    p->at = eol + 2;
    if (!n) return 0;
    if (!text_is_utf8(line, n)) return error_set(err, ERR_INPUT, "web.encoding", NULL, "filename", NULL);
    char *copy = arena_strndup(p->arena, line, n);
    if (text_has_controls(copy)) return bad(err);
    const char *value = header_value(copy, "Content-Disposition");
    if (value && *disposition) return bad(err);
    if (value) *disposition = value;
    if ((value = header_value(copy, "Content-Type")) != NULL) *type = value;
  }
}

/* The last segment of what the client calls its file. */
static const char *base_name(const char *s) {
  const char *slash = strrchr(s, '/'), *back = strrchr(s, '\\');
  if (slash && (!back || slash > back)) return slash + 1;
  return back ? back + 1 : s;
}

/* Browsers write a quote in a name as %22; nothing else is escaped. */
static int take_part(struct parser *p, const char *disposition, const char *type, struct bytes data, struct error *err) {
  if (!disposition || strncasecmp(disposition, "form-data", 9) != 0) return bad(err);
  const char *name = decode_parameter(p->arena, disposition, "name");
  const char *file = decode_parameter(p->arena, disposition, "filename");
  if (!name || !*name) return bad(err);
  if (file) {
    if (!*file && !data.len) return 0;
    p->files[p->file_count++] = (struct http_file){name, base_name(file), type ? type : "", data.data, data.len};
    return 0;
  }
  const char *text = (const char *)data.data;
  if (data.len > MULTIPART_FIELD_MAX) return error_set(err, ERR_TOO_LARGE, "web.multipart.field", name, name, NULL);
  if (!text_is_utf8(text, data.len)) return error_set(err, ERR_INPUT, "web.encoding", name, name, NULL);
  p->fields->at[p->fields->count++] = (struct http_pair){name, arena_strndup(p->arena, text, data.len)};
  return 0;
}

/* After a delimiter: "--" ends, CRLF begins a part. 1 part, 0 end, -1 neither. */
static int after_delimiter(struct parser *p) {
  size_t left = (size_t)(p->end - p->at);
  if (left >= 2 && memcmp(p->at, "--", 2) == 0) return 0;
  while (left && (*p->at == ' ' || *p->at == '\t')) { /* transport padding */
    p->at++;
    left--;
  }
  if (left < 2 || memcmp(p->at, "\r\n", 2) != 0) return -1;
  p->at += 2;
  return 1;
}

static int read_part(struct parser *p, struct error *err) {
  const char *disposition = NULL, *type = NULL;
  if (++p->parts > MULTIPART_PARTS_MAX) return error_set(err, ERR_TOO_LARGE, "web.multipart.many", NULL, NULL);
  if (read_headers(p, &disposition, &type, err) != 0) return -1;
  /* an empty part's closing delimiter may share the CRLF that ended its headers */
  const char *from = p->at;
  const char *search = from - 2;
  const char *found = memmem(search, (size_t)(p->end - search), p->delimiter, p->delimiter_len);
  if (!found) return bad(err);
  size_t len = found < from ? 0 : (size_t)(found - from);
  p->at = found + p->delimiter_len;
  return take_part(p, disposition, type, (struct bytes){(const unsigned char *)from, len}, err);
}

int multipart_parse(struct http_pairs *fields, struct http_file **files, size_t *file_count, struct arena *a,
                    struct bytes body, const char *boundary, struct error *err) {
  if (!is_boundary(boundary)) return bad(err);
  struct parser p = {.at = (const char *)body.data, .arena = a, .fields = fields};
  p.end = p.at + body.len;
  p.delimiter = arena_printf(a, "\r\n--%s", boundary);
  p.delimiter_len = strlen(p.delimiter);
  p.files = ARENA_ARRAY(a, MULTIPART_PARTS_MAX, struct http_file);
  *fields = (struct http_pairs){ARENA_ARRAY(a, MULTIPART_PARTS_MAX, struct http_pair), 0};
  /* the first delimiter has no CRLF before it; a preamble is refused, no client of ours sends one */
  if (body.len < p.delimiter_len - 2 || memcmp(p.at, p.delimiter + 2, p.delimiter_len - 2) != 0) return bad(err);
  p.at += p.delimiter_len - 2;
  for (int more; (more = after_delimiter(&p)) != 0;) {
    if (more < 0) return bad(err);
    if (read_part(&p, err) != 0) return -1;
  }
  *files = p.files;
  *file_count = p.file_count;
  return 0;
}
