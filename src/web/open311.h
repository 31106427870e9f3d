/* Open311 GeoReport v2: what its routes share. Every reply is written once and comes out as JSON or as XML; services
 * are the codes of the catalogue, requests are matters everybody may see. */
#ifndef WEB_OPEN311_H
#define WEB_OPEN311_H

#include "base/json_write.h"
#include "matter/catalogue.h"
#include "web/api.h"
#include "web/xml_write.h"

/* The service for what fits no code. */
#define OPEN311_OTHER "other"

struct open311 {
  bool xml;
  struct json j;
  struct xml x;
};

/* Begins a reply in the form the path asks for (".xml", else JSON), with what every reply of the interface has. */
void open311_start(struct open311 *o, struct request *r, int status);
/* A list, and an item of it: an array of objects, or an element full of elements. */
void open311_list(struct open311 *o, const char *name);
void open311_list_end(struct open311 *o);
void open311_item(struct open311 *o, const char *name);
void open311_item_end(struct open311 *o);
/* A member that is a list. */
void open311_inner(struct open311 *o, const char *name);
/* NULL is null or an empty element. */
void open311_put(struct open311 *o, const char *name, const char *value);
void open311_put_int(struct open311 *o, const char *name, int64_t n);
void open311_put_real(struct open311 *o, const char *name, double n);
void open311_put_bool(struct open311 *o, const char *name, bool b);
void open311_put_time(struct open311 *o, const char *name, time_ms at, int offset_min);

/* Errors as [{code, description}], with the statuses of the specification. */
void open311_error(struct request *r, const struct error *e);

/* "event-0131" of "urban-yuncheng/event/0131"; OPEN311_OTHER of "". In `a`. */
const char *open311_code_of(struct arena *a, const char *category);
/* The code in force today for a service code; NULL when there is none. */
const struct catalogue_code *open311_service(const struct world *w, const char *service, time_ms now);
/* In the words of residents where there are any. */
const char *open311_title(const struct request *r, const struct catalogue_code *code);

/* A segment of the path without its ".json" or ".xml". */
const char *open311_segment(const struct request *r, int p);

#endif
