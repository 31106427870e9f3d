/* What belongs to no area: the description of the API. */
#include <string.h>

#include "web/web.h"

static int openapi(struct request *r, struct error *err) {
  (void)err;
  routes_describe_openapi(reply_json(r, 200), r->lang);
  return 0;
}

const struct route routes_site[] = {
    {.method = HTTP_GET, .path = "/api/openapi.json", .kind = ROUTE_API, .who = ACCESS_PUBLIC, .reply = "openapi",
     .tag = "site", .help = W_ROUTE_OPENAPI, .handler = openapi},
    {0}};
