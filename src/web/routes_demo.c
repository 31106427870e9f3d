/* What only the demonstration has: the sign-ins of every role, for whoever tries it out. */
#include <errno.h>
#include <stdio.h>

#include "web/app.h"

enum { ROLES_MAX = 64 << 10 };

/* Written by `tongxin demo`; anywhere else there is no such page. */
static int roles(struct request *r, struct error *err) {
  const struct web_app *app = app_of(r);
  char part[4096];
  if (!app->demo) return error_set(err, ERR_MISSING, "web.missing", NULL, NULL);
  FILE *f = fopen(arena_printf(r->arena, "%s/demo-roles.json", app->dir), "rb");
  if (!f) return error_unavailable(err, "app.roles", "errno %d", errno);
  struct buf *b = reply_json(r, 200);
  r->http->reply.no_store = true;
  for (size_t n; b->len < ROLES_MAX && (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(b, part, n);
  fclose(f);
  return 0;
}

const struct route routes_demo[] = {
    {.method = HTTP_GET, .path = "/demo/roles.json", .kind = ROUTE_API, .who = ACCESS_PUBLIC, .reply = "demo-roles",
     .tag = "system", .help = W_ROUTE_DEMO_ROLES, .handler = roles},
    {0}};
