/* Open311 GeoReport v2: discovery, services and their definitions. See open311.h; requests are in
 * routes_open311_request.c. */
#include <string.h>

#include "web/open311.h"

static const char SPECIFICATION[] = "http://wiki.open311.org/GeoReport_v2";

/* --- discovery -------------------------------------------------------------------------------------------------- */

static int site_setting(const char **out, struct request *r, struct db *db, const char *name, struct error *err) {
  struct q_setting_get_in in = {.district = app_of(r)->district, .name = name};
  struct q_setting_get_out row = {0};
  int found = q_setting_get(db, r->arena, &row, &in, err);
  *out = found == 1 ? row.value : NULL;
  return found < 0 ? -1 : 0;
}

static void write_formats(struct open311 *o) {
  static const char *const formats[] = {"text/xml", "application/json"};
  open311_inner(o, "formats");
  for (int i = 0; i < 2; i++) {
    if (o->xml)
      xml_text(&o->x, "format", formats[i]);
    else
      json_string(&o->j, formats[i]);
  }
  open311_list_end(o);
}

static void write_endpoint(struct open311 *o, const char *url, const char *type, const char *changed) {
  open311_item(o, "endpoint");
  open311_put(o, "specification", SPECIFICATION);
  open311_put(o, "url", url);
  open311_put(o, "changeset", changed);
  open311_put(o, "type", type);
  write_formats(o);
  open311_item_end(o);
}

/* Strict clients: the media type bare, the JSON not in a list. */
static int discovery(struct request *r, struct error *err) {
  static const char changed[] = "2026-11-23T00:00:00+08:00";
  const char *site, *contact;
  struct db *db;
  struct open311 o;
  if (app_db(&db, r, err) < 0) return -1;
  if (site_setting(&site, r, db, "site.address", err) < 0 || site_setting(&contact, r, db, "site.contact", err) < 0)
    return -1;
  if (!site) site = arena_printf(r->arena, "%s://%s", r->http->tls ? "https" : "http", r->http->host);
  open311_start(&o, r, 200);
  r->http->reply.type = o.xml ? "text/xml" : "application/json";
  open311_item(&o, "discovery");
  open311_put(&o, "changeset", changed);
  open311_put(&o, "contact", contact ? contact : site);
  open311_put(&o, "key_service", contact ? contact : site);
  open311_inner(&o, "endpoints");
  write_endpoint(&o, arena_printf(r->arena, "%s/open311/v2", site), "production", changed);
  write_endpoint(&o, arena_printf(r->arena, "%s/open311/test/v2", site), "test", changed);
  open311_list_end(&o);
  open311_item_end(&o);
  return 0;
}

/* --- services --------------------------------------------------------------------------------------------------- */

static void write_service(struct open311 *o, const char *code, const char *name, const char *description,
                          const char *group, const char *keywords, bool metadata) {
  open311_item(o, "service");
  open311_put(o, "service_code", code);
  open311_put(o, "service_name", name);
  open311_put(o, "description", description);
  open311_put_bool(o, "metadata", metadata);
  open311_put(o, "type", "realtime");
  open311_put(o, "keywords", keywords);
  open311_put(o, "group", group);
  open311_item_end(o);
}

/* The codes residents know by a name of their own, and one for all the rest. */
static int services(struct request *r, struct error *err) {
  const struct world *w = api_world(r);
  const struct catalogue *c = w->catalogue;
  bool zh = r->lang == LANG_ZH;
  int32_t today = day_of_ms(r->now, w->offset_min);
  struct open311 o;
  (void)err;
  open311_start(&o, r, 200);
  open311_list(&o, "services");
  for (size_t i = 0; i < c->codes_count; i++) {
    const struct catalogue_code *code = &c->codes[i];
    bool in_force = (!code->from || code->from <= today) && (!code->until || code->until >= today);
    if (!code->public_title.zh || !in_force) continue;
    const char *title = bilingual_pick(&code->title, zh), *major = bilingual_pick(&code->major->title, zh);
    write_service(&o, open311_code_of(r->arena, code->key), open311_title(r, code),
                  bilingual_pick(&code->conditions[0].filing, zh), major,
                  arena_printf(r->arena, "%s, %s", title, major), true);
  }
  const char *other = word(r->lang, W_OPEN311_OTHER);
  write_service(&o, OPEN311_OTHER, other, word(r->lang, W_OPEN311_OTHER_ABOUT), other, other, false);
  open311_list_end(&o);
  return 0;
}

enum { SERVICE_CODE };

static void write_condition(struct open311 *o, const struct request *r, const struct catalogue_condition *c) {
  open311_item(o, "value");
  open311_put(o, "key", arena_printf(r->arena, "%d", c->order));
  open311_put(o, "name", bilingual_pick(&c->filing, r->lang == LANG_ZH));
  open311_item_end(o);
}

/* One attribute: which of the catalogue's conditions it looks like. */
static int definition(struct request *r, struct error *err) {
  const char *service = open311_segment(r, SERVICE_CODE);
  const struct catalogue_code *code = open311_service(api_world(r), service, r->now);
  struct open311 o;
  if (!code) return error_set(err, ERR_MISSING, "open311.service", "service_code", service, NULL);
  open311_start(&o, r, 200);
  open311_item(&o, "service_definition");
  open311_put(&o, "service_code", service);
  open311_inner(&o, "attributes");
  open311_item(&o, "attribute");
  open311_put_bool(&o, "variable", true);
  open311_put(&o, "code", "CONDITION");
  open311_put(&o, "datatype", "singlevaluelist");
  open311_put_bool(&o, "required", false);
  open311_put(&o, "datatype_description", NULL);
  open311_put_int(&o, "order", 1);
  open311_put(&o, "description", word(r->lang, W_OPEN311_CONDITION));
  open311_inner(&o, "values");
  for (size_t i = 0; i < code->conditions_count; i++) write_condition(&o, r, &code->conditions[i]);
  open311_list_end(&o);
  open311_item_end(&o);
  open311_list_end(&o);
  open311_item_end(&o);
  return 0;
}

#define OPEN(path_, help_, handler_)                                                                               \
  .method = HTTP_GET, .path = (path_), .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .tag = "open311", .help = (help_), \
  .rate = RATE_API, .handler = (handler_), .on_error = open311_error
#define SERVICE_PARAM                          \
  PARAMS([SERVICE_CODE] = {.name = "code",     \
                           .type = PARAM_CODE, \
                           .in = IN_PATH,      \
                           .required = true,   \
                           .zh = "服务代码",   \
                           .en = "service code with .json or .xml"})

const struct route routes_open311[] = {
    {OPEN("/open311/discovery.json", W_OPEN311_DISCOVERY, discovery)},
    {OPEN("/open311/discovery.xml", W_OPEN311_DISCOVERY, discovery)},
    {OPEN("/open311/v2/services.json", W_OPEN311_SERVICES, services)},
    {OPEN("/open311/v2/services.xml", W_OPEN311_SERVICES, services)},
    {OPEN("/open311/v2/services/{code}", W_OPEN311_DEFINITION, definition), SERVICE_PARAM},
    {OPEN("/open311/test/v2/services.json", W_OPEN311_SERVICES, services)},
    {OPEN("/open311/test/v2/services.xml", W_OPEN311_SERVICES, services)},
    {OPEN("/open311/test/v2/services/{code}", W_OPEN311_DEFINITION, definition), SERVICE_PARAM},
    {0}};
