/* Live pages: a stream that says that something changed and nothing of what. Whoever hears it asks for their own page
 * again, where access decides as always; so the stream holds no personal data and needs no scope. */
#include "pages.h"
#include "web/desk.h"

enum { STREAMS_MOST = 400 };

static int live_get(struct request *r, struct error *err) {
  struct http_counts counts;
  http_counts(app_of(r)->server, &counts);
  if (counts.streams >= STREAMS_MOST) return error_set(err, ERR_UNAVAILABLE, "live.full", NULL, NULL);
  reply_as(r, 200, NULL);
  http_subscribe(r->http, APP_CHANGED);
  return 0;
}

const struct route routes_live[] = {{.method = HTTP_GET,
                                     .path = "/live",
                                     .kind = ROUTE_RAW,
                                     .who = DESK_WHO,
                                     .help = W_ROUTE_LIVE,
                                     .rate = RATE_PAGE,
                                     .handler = live_get},
                                    {0}};
