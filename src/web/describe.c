/* The table of routes described: OpenAPI for programs, the access matrix for auditors. */
#include <string.h>

#include "web/route_inside.h"
#include "web/schemas.h"

static const char *type_name(const struct param *p) {
  switch (p->type) {
    case PARAM_INT: return "integer";
    case PARAM_REAL: return "number";
    case PARAM_BOOL: return "boolean";
    default: return "string";
  }
}

static const char *format_name(const struct param *p) {
  switch (p->type) {
    case PARAM_DATE: return "date";
    case PARAM_TIME: return "date-time";
    case PARAM_FILE: return "binary";
    case PARAM_SECRET: return "password";
    default: return NULL;
  }
}

static void write_choices(struct json *j, const char *choices) {
  json_key(j, "enum");
  json_array(j);
  while (choices) {
    char one[200];
    size_t n = strcspn(choices, "|");
    if (n < sizeof one) {
      memcpy(one, choices, n);
      one[n] = '\0';
      json_string(j, one);
    }
    choices = choices[n] ? choices + n + 1 : NULL;
  }
  json_array_end(j);
}

static void write_type(struct json *j, const struct param *p) {
  json_object(j);
  if (p->type != PARAM_JSON) json_put(j, "type", type_name(p));
  if (format_name(p)) json_put(j, "format", format_name(p));
  if (p->choices) write_choices(j, p->choices);
  if (p->low < p->high) {
    json_put_real(j, "minimum", p->low);
    json_put_real(j, "maximum", p->high);
  }
  if (p->max && p->type != PARAM_FILE) json_put_int(j, "maxLength", p->max);
  json_object_end(j);
}

static void write_schema(struct json *j, const struct param *p) {
  if (p->many <= 1) {
    write_type(j, p);
    return;
  }
  json_object(j);
  json_put(j, "type", "array");
  json_put_int(j, "maxItems", p->many);
  json_key(j, "items");
  write_type(j, p);
  json_object_end(j);
}

static bool in_body(const struct param *p) { return p->in == IN_FORM || p->in == IN_JSON || p->in == IN_BODY; }

static void write_parameters(struct json *j, const struct route *r, enum lang lang) {
  static const char *const places[] = {[IN_PATH] = "path", [IN_QUERY] = "query", [IN_HEADER] = "header"};
  json_key(j, "parameters");
  json_array(j);
  for (int i = 0; i < r->param_count; i++) {
    const struct param *p = &r->params[i];
    if (in_body(p)) continue;
    json_object(j);
    json_put(j, "name", p->name);
    json_put(j, "in", places[p->in]);
    json_put_bool(j, "required", p->required || p->in == IN_PATH);
    json_put(j, "description", param_label(p, lang));
    json_key(j, "schema");
    write_schema(j, p);
    json_object_end(j);
  }
  if (r->idempotent) {
    json_object(j);
    json_put(j, "name", "Idempotency-Key");
    json_put(j, "in", "header");
    json_put_bool(j, "required", false);
    json_key(j, "schema");
    json_object(j);
    json_put(j, "type", "string");
    json_put_int(j, "maxLength", 100);
    json_object_end(j);
    json_object_end(j);
  }
  json_array_end(j);
}

static void write_body_schema(struct json *j, const struct route *r, enum lang lang) {
  json_object(j);
  json_key(j, "schema");
  json_object(j);
  json_put(j, "type", "object");
  json_put_bool(j, "additionalProperties", r->open_form);
  json_key(j, "required");
  json_array(j);
  for (int i = 0; i < r->param_count; i++)
    if (in_body(&r->params[i]) && r->params[i].required) json_string(j, r->params[i].name);
  json_array_end(j);
  json_key(j, "properties");
  json_object(j);
  for (int i = 0; i < r->param_count; i++) {
    const struct param *p = &r->params[i];
    if (!in_body(p)) continue;
    json_key(j, p->name);
    write_schema(j, p);
  }
  json_object_end(j);
  json_object_end(j);
  json_object_end(j);
  (void)lang;
}

static void write_body(struct json *j, const struct route *r, enum lang lang) {
  bool any = r->open_form, json = false, form = false, file = false;
  for (int i = 0; i < r->param_count; i++) {
    const struct param *p = &r->params[i];
    any |= in_body(p);
    json |= p->in == IN_JSON || p->in == IN_BODY;
    form |= p->in == IN_FORM || p->in == IN_BODY;
    file |= p->type == PARAM_FILE;
  }
  if (!any) return;
  json_key(j, "requestBody");
  json_object(j);
  json_key(j, "content");
  json_object(j);
  if (json) {
    json_key(j, "application/json");
    write_body_schema(j, r, lang);
  }
  if (form || file) {
    json_key(j, file ? "multipart/form-data" : "application/x-www-form-urlencoded");
    write_body_schema(j, r, lang);
  }
  json_object_end(j);
  json_object_end(j);
}

static void write_reply(struct json *j, const char *status, const char *description, const char *schema) {
  struct buf ref;
  buf_init(&ref, 200);
  buf_printf(&ref, "#/components/schemas/%s", schema);
  json_key(j, status);
  json_object(j);
  json_put(j, "description", description);
  json_key(j, "content");
  json_object(j);
  json_key(j, "application/json");
  json_object(j);
  json_key(j, "schema");
  json_object(j);
  json_put(j, "$ref", ref.data);
  json_object_end(j);
  json_object_end(j);
  json_object_end(j);
  json_object_end(j);
  buf_free(&ref);
}

static void write_operation(struct json *j, const struct route *r, enum lang lang) {
  static const char *const names[] = {"get", "head", "post", "put", "patch", "delete", "options"};
  json_key(j, names[r->method]);
  json_object(j);
  json_put(j, "summary", word(lang, r->help));
  if (r->tag) {
    json_key(j, "tags");
    json_array(j);
    json_string(j, r->tag);
    json_array_end(j);
  }
  write_parameters(j, r, lang);
  write_body(j, r, lang);
  json_key(j, "responses");
  json_object(j);
  write_reply(j, "2XX", "OK", r->reply);
  write_reply(j, "default", "Error", "error");
  json_object_end(j);
  json_object_end(j);
}

static bool is_first_of_path(int i) {
  for (int k = 0; k < i; k++)
    if (route_at(k)->kind == ROUTE_API && text_eq(route_at(k)->path, route_at(i)->path)) return false;
  return true;
}

static void write_paths(struct json *j, enum lang lang) {
  json_key(j, "paths");
  json_object(j);
  for (int i = 0; i < route_count(); i++) {
    const struct route *r = route_at(i);
    if (r->kind != ROUTE_API || !is_first_of_path(i)) continue;
    json_key(j, r->path);
    json_object(j);
    for (int k = i; k < route_count(); k++)
      if (route_at(k)->kind == ROUTE_API && text_eq(route_at(k)->path, r->path)) write_operation(j, route_at(k), lang);
    json_object_end(j);
  }
  json_object_end(j);
}

void routes_describe_openapi(struct buf *out, enum lang lang) {
  struct json j;
  json_start(&j, out);
  json_object(&j);
  json_put(&j, "openapi", "3.0.3");
  json_key(&j, "info");
  json_object(&j);
  json_put(&j, "title", word(lang, W_SITE_NAME));
  json_put(&j, "version", "1");
  json_object_end(&j);
  write_paths(&j, lang);
  json_key(&j, "components");
  json_object(&j);
  json_key(&j, "schemas");
  json_object(&j);
  for (const struct schema_text *s = schema_texts; s->name; s++) {
    json_key(&j, s->name);
    json_raw(&j, s->text);
  }
  json_object_end(&j);
  json_object_end(&j);
  json_object_end(&j);
}

/* --- access --- */

struct column {
  const char *name;
  enum actor_kind kind;
  enum role role;
};

static int columns(struct column *out) {
  int n = 0;
  out[n++] = (struct column){"anonymous", ACTOR_ANONYMOUS, ROLE_NONE};
  out[n++] = (struct column){"receipt", ACTOR_RECEIPT, ROLE_NONE};
  out[n++] = (struct column){"api-key", ACTOR_API_KEY, ROLE_NONE};
  for (int r = 0; r < ROLE_COUNT; r++)
    out[n++] = (struct column){role_name((enum role)r), ACTOR_ACCOUNT, (enum role)r};
  return n;
}

static void access_json(struct buf *out, const struct column *at, int n) {
  struct json j;
  json_start(&j, out);
  json_array(&j);
  for (int i = 0; i < route_count(); i++) {
    const struct route *r = route_at(i);
    json_object(&j);
    json_put(&j, "method", http_method_name(r->method));
    json_put(&j, "path", r->path);
    json_key(&j, "allowed");
    json_array(&j);
    for (int k = 0; k < n; k++)
      if (access_route_admits(r->who, at[k].kind, at[k].role)) json_string(&j, at[k].name);
    json_array_end(&j);
    json_object_end(&j);
  }
  json_array_end(&j);
}

static void access_text(struct buf *out, const struct column *at, int n, enum lang lang) {
  for (int k = 0; k < n; k++) buf_printf(out, "%c  %s\n", 'A' + k, at[k].name);
  buf_puts(out, "\n");
  for (int i = 0; i < route_count(); i++) {
    const struct route *r = route_at(i);
    for (int k = 0; k < n; k++) buf_putc(out, access_route_admits(r->who, at[k].kind, at[k].role) ? (char)('A' + k) : '.');
    buf_printf(out, "  %-6s %-44s %s\n", http_method_name(r->method), r->path, word(lang, r->help));
  }
}

void routes_print_access(struct buf *out, enum lang lang, bool as_json) {
  struct column at[ROLE_COUNT + 4];
  int n = columns(at);
  if (as_json)
    access_json(out, at, n);
  else
    access_text(out, at, n, lang);
}
