#include "web/open311.h"

#include <math.h>
#include <string.h>

static bool ends_with(const char *s, const char *end) {
  size_t n = strlen(s), m = strlen(end);
  return n >= m && strcmp(s + n - m, end) == 0;
}

void open311_start(struct open311 *o, struct request *r, int status) {
  *o = (struct open311){.xml = ends_with(r->http->path, ".xml")};
  http_header(r->http, "Content-Language", lang_tag(r->lang));
  if (r->http->method == HTTP_GET) http_header(r->http, "Access-Control-Allow-Origin", "*");
  struct buf *b = reply_as(r, status, o->xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8");
  if (o->xml)
    xml_start(&o->x, b);
  else
    json_start(&o->j, b);
}

void open311_list(struct open311 *o, const char *name) {
  if (o->xml)
    xml_open(&o->x, name);
  else
    json_array(&o->j);
}

void open311_list_end(struct open311 *o) {
  if (o->xml)
    xml_close(&o->x);
  else
    json_array_end(&o->j);
}

void open311_item(struct open311 *o, const char *name) {
  if (o->xml)
    xml_open(&o->x, name);
  else
    json_object(&o->j);
}

void open311_item_end(struct open311 *o) {
  if (o->xml)
    xml_close(&o->x);
  else
    json_object_end(&o->j);
}

void open311_inner(struct open311 *o, const char *name) {
  if (!o->xml) json_key(&o->j, name);
  open311_list(o, name);
}

void open311_put(struct open311 *o, const char *name, const char *value) {
  if (o->xml)
    xml_text(&o->x, name, value);
  else
    json_put(&o->j, name, value);
}

static void put_bare(struct open311 *o, const char *name, const char *value) {
  if (o->xml) {
    xml_text(&o->x, name, value);
    return;
  }
  json_key(&o->j, name);
  if (value)
    json_raw(&o->j, value);
  else
    json_null(&o->j);
}

void open311_put_int(struct open311 *o, const char *name, int64_t n) {
  struct buf b;
  buf_init(&b, 40);
  buf_int(&b, n);
  put_bare(o, name, b.data);
  buf_free(&b);
}

void open311_put_real(struct open311 *o, const char *name, double n) {
  struct buf b;
  buf_init(&b, 60);
  buf_printf(&b, "%.7g", n);
  put_bare(o, name, isnan(n) ? NULL : b.data);
  buf_free(&b);
}

void open311_put_bool(struct open311 *o, const char *name, bool b) {
  put_bare(o, name, b ? "true" : "false");
}

void open311_put_time(struct open311 *o, const char *name, time_ms at, int offset_min) {
  char text[40];
  time_format(text, sizeof text, at, offset_min);
  open311_put(o, name, at ? text : NULL);
}

/* --- errors ----------------------------------------------------------------------------------------------------- */

static int status_of(const struct error *e) {
  if (e->kind == ERR_INPUT) return 400;
  if (e->kind == ERR_SIGN_IN) return 403;
  return error_http_status(e->kind);
}

void open311_error(struct request *r, const struct error *e) {
  struct open311 o;
  struct buf what, hint;
  int status = status_of(e);
  buf_init(&what, 4000);
  buf_init(&hint, 4000);
  error_words(&what, &hint, r->lang, e);
  open311_start(&o, r, status);
  open311_list(&o, "errors");
  open311_item(&o, "error");
  open311_put_int(&o, "code", status);
  const char *between = *e->field ? arena_printf(r->arena, " (%s). ", e->field) : ". ";
  open311_put(&o, "description", arena_printf(r->arena, "%s%s%s", what.data, between, hint.data));
  open311_item_end(&o);
  open311_list_end(&o);
  buf_free(&what);
  buf_free(&hint);
}

/* --- services --------------------------------------------------------------------------------------------------- */

const char *open311_code_of(struct arena *a, const char *category) {
  const char *kind = strchr(category, '/'), *code = kind ? strchr(kind + 1, '/') : NULL;
  if (!code) return OPEN311_OTHER;
  return arena_printf(a, "%.*s-%s", (int)(code - kind - 1), kind + 1, code + 1);
}

const struct catalogue_code *open311_service(const struct world *w, const char *service, time_ms now) {
  const struct catalogue *c = w->catalogue;
  const char *dash = strchr(service, '-');
  int32_t today = day_of_ms(now, w->offset_min);
  if (!dash) return NULL;
  for (size_t i = 0; i < c->schemes_count; i++) {
    char kind[32];
    if ((size_t)(dash - service) >= sizeof kind) return NULL;
    memcpy(kind, service, (size_t)(dash - service));
    kind[dash - service] = '\0';
    const struct catalogue_code *code = catalogue_find(c, c->schemes[i].name, kind, dash + 1, today);
    if (code) return code;
  }
  return NULL;
}

const char *open311_title(const struct request *r, const struct catalogue_code *code) {
  const struct bilingual *t = code->public_title.zh ? &code->public_title : &code->title;
  return bilingual_pick(t, r->lang == LANG_ZH);
}

const char *open311_segment(const struct request *r, int p) {
  const char *s = req_text(r, p), *end = ends_with(s, ".xml") ? ".xml" : ends_with(s, ".json") ? ".json" : "";
  return arena_strndup(r->arena, s, strlen(s) - strlen(end));
}
