/* Parameters: from text to typed and bounded values, or an error that names the field. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/route_inside.h"

enum { TEXT_MAX = 200, LINES_MAX = 4000, CODE_MAX = 64, SECRET_MAX = 1000, JSON_MAX = 64 * 1024, FILE_MAX = 10 << 20 };

const char *param_label(const struct param *p, enum lang lang) {
  const char *label = lang == LANG_EN ? p->en : p->zh;
  return label ? label : p->name;
}

struct reader {
  struct request *r;
  const struct param *p;
  struct value *v;
  struct error *err;
};

static int refuse(const struct reader *x, const char *code, const char *arg) {
  const char *label = param_label(x->p, x->r->lang);
  return error_set(x->err, ERR_INPUT, code, x->p->name, label, arg, NULL);
}

static int most(const struct param *p) { return p->many > 1 ? p->many : 1; }

static int64_t length_max(const struct param *p) {
  if (p->max) return p->max;
  switch (p->type) {
    case PARAM_LINES: return LINES_MAX;
    case PARAM_CODE: return CODE_MAX;
    case PARAM_SECRET: return SECRET_MAX;
    case PARAM_JSON: return JSON_MAX;
    case PARAM_FILE: return FILE_MAX;
    default: return TEXT_MAX;
  }
}

static const char *number_text(struct arena *a, double n) { return arena_printf(a, "%.10g", n); }

static int check_range(const struct reader *x, double n) {
  if (x->p->low >= x->p->high && x->p->low <= 0 && x->p->high >= 0) return 0; /* no bounds */
  if (n >= x->p->low && n <= x->p->high) return 0;
  struct arena *a = x->r->arena;
  return error_set(x->err, ERR_INPUT, "web.param.range", x->p->name, param_label(x->p, x->r->lang),
                   number_text(a, x->p->low), number_text(a, x->p->high), NULL);
}

static bool is_code(const char *s) {
  for (; *s; s++) {
    char c = *s;
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_.:", c);
    if (!good) return false;
  }
  return true;
}

static int read_words(const struct reader *x, const char *s) {
  bool one_line = x->p->type != PARAM_LINES && x->p->type != PARAM_SECRET && x->p->type != PARAM_JSON;
  if (text_has_controls(s) || (one_line && strpbrk(s, "\n\t"))) return refuse(x, "web.param.controls", NULL);
  if (x->p->type == PARAM_CODE && !is_code(s)) return refuse(x, "web.param.code", NULL);
  if ((int64_t)text_chars(s) > length_max(x->p))
    return refuse(x, "web.param.long", arena_printf(x->r->arena, "%lld", (long long)length_max(x->p)));
  return 0;
}

static int read_choice(const struct reader *x, const char *s, int64_t *out) {
  size_t n = strlen(s);
  int64_t i = 0;
  for (const char *c = x->p->choices; c; i++) {
    size_t len = strcspn(c, "|");
    if (len == n && memcmp(c, s, n) == 0) {
      *out = i;
      return 0;
    }
    c = c[len] ? c + len + 1 : NULL;
  }
  return refuse(x, "web.param.choice", x->p->choices);
}

static int read_bool(const struct reader *x, const char *s, int64_t *out) {
  static const char *const yes[] = {"1", "true", "on", "yes"}, *const no[] = {"0", "false", "off", "no"};
  for (int i = 0; i < 4; i++) {
    *out = text_eq(s, yes[i]);
    if (*out || text_eq(s, no[i])) return 0;
  }
  return refuse(x, "web.param.bool", NULL);
}

/* One value, as text, into place i. */
static int read_one(const struct reader *x, const char *s, int i) {
  struct value *v = x->v;
  int32_t day = 0;
  v->text[i] = s;
  switch (x->p->type) {
    case PARAM_INT:
      if (!text_to_int(s, &v->number[i])) return refuse(x, "web.param.integer", NULL);
      return check_range(x, (double)v->number[i]);
    case PARAM_REAL:
      if (!text_to_real(s, &v->real[i])) return refuse(x, "web.param.number", NULL);
      return check_range(x, v->real[i]);
    case PARAM_BOOL: return read_bool(x, s, &v->number[i]);
    case PARAM_CHOICE: return read_choice(x, s, &v->number[i]);
    case PARAM_DATE:
      if (!date_parse(&day, s)) return refuse(x, "web.param.date", NULL);
      v->number[i] = day;
      return 0;
    case PARAM_TIME:
      if (!time_parse(&v->number[i], s, x->r->page.offset_min)) return refuse(x, "web.param.time", NULL);
      return 0;
    case PARAM_TEXT:
    case PARAM_LINES:
    case PARAM_CODE:
    case PARAM_SECRET:
    case PARAM_JSON: return read_words(x, s);
    case PARAM_FILE: break;
  }
  return refuse(x, "web.param.file", NULL);
}

/* Trims what people type, and takes an empty field for an absent one. */
static int take(const struct reader *x, const char *s) {
  if (x->p->type != PARAM_SECRET && x->p->type != PARAM_JSON) s = text_trim(x->r->arena, s);
  if (!*s) return 0;
  if (x->v->count == most(x->p))
    return refuse(x, "web.param.many", arena_printf(x->r->arena, "%d", most(x->p)));
  if (read_one(x, s, x->v->count) != 0) return -1;
  x->v->count++;
  return 0;
}

static int take_pairs(const struct reader *x, const struct http_pairs *pairs) {
  for (size_t i = 0; i < pairs->count; i++)
    if (text_eq(pairs->at[i].name, x->p->name) && take(x, pairs->at[i].value) != 0) return -1;
  return 0;
}

static int take_files(const struct reader *x) {
  const struct http_request *h = x->r->http;
  for (size_t i = 0; i < h->file_count; i++) {
    const struct http_file *f = &h->files[i];
    if (!text_eq(f->field, x->p->name)) continue;
    if (x->v->count == most(x->p)) return refuse(x, "web.param.many", arena_printf(x->r->arena, "%d", most(x->p)));
    if ((int64_t)f->len > length_max(x->p))
      return error_set(x->err, ERR_TOO_LARGE, "web.param.file-large", x->p->name, f->name,
                       arena_printf(x->r->arena, "%.1f MB", (double)length_max(x->p) / 1048576), NULL);
    x->v->file[x->v->count++] = f;
  }
  return 0;
}

/* --- JSON --- */

static bool json_fits(const struct param *p, const json_t *j) {
  switch (p->type) {
    case PARAM_INT: return json_is_integer(j);
    case PARAM_REAL: return json_is_number(j);
    case PARAM_BOOL: return json_is_boolean(j);
    case PARAM_JSON: return true;
    default: return json_is_string(j);
  }
}

static int take_json_value(const struct reader *x, const json_t *j) {
  struct arena *a = x->r->arena;
  if (json_is_null(j)) return 0;
  if (!json_fits(x->p, j)) return refuse(x, "web.param.json-type", NULL);
  if (x->p->type == PARAM_JSON) {
    char *s = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *copy = arena_strdup(a, s ? s : "null");
    free(s);
    return take(x, copy);
  }
  if (json_is_string(j)) return take(x, arena_strdup(a, json_string_value(j)));
  if (json_is_integer(j)) return take(x, arena_printf(a, "%lld", (long long)json_integer_value(j)));
  if (json_is_real(j)) return take(x, arena_printf(a, "%.17g", json_real_value(j)));
  return take(x, json_is_true(j) ? "true" : "false");
}

static int take_json(const struct reader *x, const json_t *body) {
  const json_t *j = json_object_get(body, x->p->name);
  if (!j) return 0;
  if (most(x->p) == 1 || x->p->type == PARAM_JSON) return take_json_value(x, j);
  if (!json_is_array(j)) return refuse(x, "web.param.json-type", NULL);
  for (size_t i = 0; i < json_array_size(j); i++)
    if (take_json_value(x, json_array_get(j, i)) != 0) return -1;
  return 0;
}

static void drop_json(void *j) { json_decref(j); }

/* A member nobody reads is a spelling mistake the sender should hear of. */
static int check_members(struct request *r, json_t *body, struct error *err) {
  const char *name;
  json_t *value;
  json_object_foreach(body, name, value) {
    bool known = r->route->open_form;
    for (int i = 0; i < r->route->param_count && !known; i++) {
      const struct param *p = &r->route->params[i];
      known = (p->in == IN_JSON || p->in == IN_BODY) && text_eq(p->name, name);
    }
    if (!known) return error_set(err, ERR_INPUT, "web.json.unknown", name, name, NULL);
  }
  return 0;
}

/* What a route reads from a body is a form or JSON; in anything else it would look as if nothing had been said. */
static int check_type(struct request *r, struct error *err) {
  const char *type = r->http->content_type;
  if (text_eq(type, "application/x-www-form-urlencoded") || text_eq(type, "multipart/form-data")) return 0;
  for (int i = 0; i < r->route->param_count; i++) {
    enum param_in in = r->route->params[i].in;
    if (in == IN_JSON || in == IN_BODY || in == IN_FORM)
      return error_set(err, ERR_INPUT, "web.body.type", NULL, *type ? type : "?", NULL);
  }
  return 0;
}

static int load_json(json_t **out, struct request *r, struct error *err) {
  const struct http_request *h = r->http;
  *out = NULL;
  if (!h->body.len) return 0;
  if (!text_eq(h->content_type, "application/json")) return check_type(r, err);
  if (!text_is_utf8((const char *)h->body.data, h->body.len))
    return error_set(err, ERR_INPUT, "web.encoding", NULL, "JSON", NULL);
  json_error_t e;
  json_t *body = json_loadb((const char *)h->body.data, h->body.len, JSON_REJECT_DUPLICATES, &e);
  if (!body)
    return error_set(err, ERR_INPUT, "web.json.bad", NULL, arena_printf(r->arena, "%d", e.line),
                     arena_printf(r->arena, "%d", e.column), NULL);
  arena_on_free(r->arena, drop_json, body);
  if (!json_is_object(body)) return error_set(err, ERR_INPUT, "web.json.object", NULL, NULL);
  *out = body;
  return check_members(r, body, err);
}

/* --- all of them --- */

static void make_room(const struct reader *x) {
  size_t n = (size_t)most(x->p);
  x->v->text = ARENA_ARRAY(x->r->arena, n, const char *);
  x->v->number = ARENA_ARRAY(x->r->arena, n, int64_t);
  x->v->real = ARENA_ARRAY(x->r->arena, n, double);
  if (x->p->type == PARAM_FILE) x->v->file = ARENA_ARRAY(x->r->arena, n, const struct http_file *);
}

static int read_param(const struct reader *x, const json_t *body) {
  const struct http_request *h = x->r->http;
  const char *s = NULL;
  make_room(x);
  if (x->p->type == PARAM_FILE) return take_files(x);
  switch (x->p->in) {
    case IN_PATH: s = route_segment(x->r->arena, x->r->route, h->path, x->p->name); break;
    case IN_HEADER: s = http_header_in(h, x->p->name); break;
    case IN_QUERY: return take_pairs(x, &h->query);
    case IN_FORM: return take_pairs(x, &h->form);
    case IN_JSON: return take_json(x, body);
    case IN_BODY: return body ? take_json(x, body) : take_pairs(x, &h->form);
  }
  return s ? take(x, s) : 0;
}

int params_read(struct request *r, struct error *err) {
  json_t *body = NULL;
  r->values = ARENA_ARRAY(r->arena, (size_t)r->route->param_count + 1, struct value);
  if (load_json(&body, r, err) != 0) return -1;
  for (int i = 0; i < r->route->param_count; i++) {
    struct reader x = {r, &r->route->params[i], &r->values[i], err};
    if (read_param(&x, body) != 0) return -1;
    if (x.p->required && !x.v->count) return refuse(&x, "web.param.missing", NULL);
  }
  return 0;
}

/* --- what handlers call --- */

/* A wrong index or type is our bug: it shows at once in the tests, which exercise every route. */
static const struct value *value_of(const struct request *r, int p) {
  if (p < 0 || p >= r->route->param_count) {
    log_event(LOG_ERROR, "parameter-out-of-range", "route", r->route->path, NULL);
    abort();
  }
  return &r->values[p];
}

bool req_has(const struct request *r, int p) { return value_of(r, p)->count > 0; }
int req_count(const struct request *r, int p) { return value_of(r, p)->count; }

const char *req_text_at(const struct request *r, int p, int i) {
  const struct value *v = value_of(r, p);
  return i >= 0 && i < v->count && !v->file ? v->text[i] : "";
}

int64_t req_int_at(const struct request *r, int p, int i) {
  const struct value *v = value_of(r, p);
  return i >= 0 && i < v->count ? v->number[i] : 0;
}

const struct http_file *req_file_at(const struct request *r, int p, int i) {
  const struct value *v = value_of(r, p);
  return v->file && i >= 0 && i < v->count ? v->file[i] : NULL;
}

const char *req_text(const struct request *r, int p) { return req_text_at(r, p, 0); }
int64_t req_int(const struct request *r, int p) { return req_int_at(r, p, 0); }
bool req_bool(const struct request *r, int p) { return req_int_at(r, p, 0) != 0; }
const struct http_file *req_file(const struct request *r, int p) { return req_file_at(r, p, 0); }

double req_real(const struct request *r, int p) {
  const struct value *v = value_of(r, p);
  return v->count ? v->real[0] : 0;
}

const char *req_form(const struct request *r, const char *name) { return http_pair_get(&r->http->form, name); }
