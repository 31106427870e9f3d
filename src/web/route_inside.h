/* Between route.c, route_table.c, params.c, reply.c and describe.c only. */
#ifndef WEB_ROUTE_INSIDE_H
#define WEB_ROUTE_INSIDE_H

#include "web/route.h"

/* One parameter's values as they were read. */
struct value {
  int count;
  const char **text;
  int64_t *number;
  double *real;
  const struct http_file **file;
};

/* Reads every parameter of r->route; -1 with the first thing that is wrong. */
int params_read(struct request *r, struct error *err);

/* The value of a {segment} of the route's path, or NULL. */
const char *route_segment(struct arena *a, const struct route *route, const char *path, const char *name);

/* How a parameter is called in the asker's language. */
const char *param_label(const struct param *p, enum lang lang);

#endif
