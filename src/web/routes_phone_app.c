/* What makes the phone pages an app that opens without a network: its manifest, its service worker, whose phone it is,
 * and the page of what waits to be sent. The rules stand in docs/offline.md. */
#include <string.h>

#include "pages.h"
#include "web/assets.h"
#include "web/phone.h"

enum { KEY_CHARS = 2 * HASH_BYTES + 1 };

/* What every phone page needs; their addresses hold a hash of their content, so a new build has new ones. */
static const enum asset shell[] = {A_APP_CSS, A_RESIDENT_CSS, A_PHONE_CSS, A_ICONS_SVG, A_FAVICON_SVG, A_APP_JS,
                                   A_IDB_JS,  A_PHONE_RULES_JS, A_PHONE_STORE_JS, A_PHONE_JS, A_PHONE_MEDIA_JS,
                                   A_CAPTURE_JS, A_JSQR_JS, A_LEAFLET_JS, A_LEAFLET_CSS, A_MAP_JS,
                                   A_MAP_CSS};
enum { SHELL = sizeof shell / sizeof *shell };

/* The worker's file begins with the addresses it keeps. It is never kept by a cache, so a new build arrives at once. */
static int worker_get(struct request *r, struct error *err) {
  struct json j;
  (void)err;
  struct buf *b = reply_as(r, 200, "text/javascript; charset=utf-8");
  r->http->reply.no_store = false;
  http_header(r->http, "Cache-Control", "no-cache");
  buf_puts(b, "const SHELL = ");
  json_start(&j, b);
  json_array(&j);
  for (int i = 0; i < SHELL; i++) json_string(&j, asset_files[shell[i]].url);
  json_array_end(&j);
  buf_puts(b, ";\n");
  buf_add(b, (const char *)asset_files[A_PHONE_WORKER_JS].plain.data, asset_files[A_PHONE_WORKER_JS].plain.len);
  return 0;
}

static void put_icon(struct json *j, enum asset icon, const char *sizes, const char *type, const char *purpose) {
  json_object(j);
  json_put(j, "src", asset_files[icon].url);
  json_put(j, "sizes", sizes);
  json_put(j, "type", type);
  json_put(j, "purpose", purpose);
  json_object_end(j);
}

static int manifest_get(struct request *r, struct error *err) {
  struct json j;
  (void)err;
  struct buf *b = reply_as(r, 200, "application/manifest+json");
  r->http->reply.no_store = false;
  http_header(r->http, "Cache-Control", "no-cache");
  json_start(&j, b);
  json_object(&j);
  json_put(&j, "id", "/phone");
  json_put(&j, "name", word(r->lang, W_PHONE_APP));
  json_put(&j, "short_name", word(r->lang, W_PHONE_APP_SHORT));
  json_put(&j, "lang", lang_tag(r->lang));
  json_put(&j, "start_url", "/phone");
  json_put(&j, "scope", "/phone");
  json_put(&j, "display", "standalone");
  json_put(&j, "background_color", "#f1f4f9");
  json_put(&j, "theme_color", "#1a5fc4");
  json_key(&j, "icons");
  json_array(&j);
  put_icon(&j, A_PHONE_192_PNG, "192x192", "image/png", "any");
  put_icon(&j, A_PHONE_512_PNG, "512x512", "image/png", "any");
  put_icon(&j, A_PHONE_512_PNG, "512x512", "image/png", "maskable");
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

/* Whose phone it is, under which key what waits is locked away, and the token its forms need now. The key is the same
 * at every sign-in of this account and of no other; the server keeps no copy of it, it is made again. */
static int state_get(struct request *r, struct error *err) {
  struct json j;
  unsigned char key[HASH_BYTES];
  char *hex = arena_alloc(r->arena, KEY_CHARS);
  const char *said = arena_printf(r->arena, "phone-queue:%lld", (long long)r->actor.account);
  (void)err;
  hash_keyed(key, app_of(r)->seal.match, said, strlen(said));
  text_hex(hex, key, HASH_BYTES);
  phone_frame(r);
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_put(&j, "account", r->page.account);
  json_put(&j, "key", hex);
  json_put(&j, "csrf", r->page.csrf);
  json_put_int(&j, "now", r->now);
  json_object_end(&j);
  return 0;
}

/* The page is the same for everybody; what stands in it comes from the phone alone. */
static int queue_get(struct request *r, struct error *err) {
  struct view_phone_empty v = {.title = word(r->lang, W_PHONE_QUEUE)};
  (void)err;
  phone_frame(r);
  page_phone_queue(reply_html(r, 200), &v, &r->page);
  return 0;
}

const struct route routes_phone_app[] = {
    {.method = HTTP_GET, .path = "/phone-worker.js", .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .help = W_ROUTE_PHONE_WORKER,
     .handler = worker_get},
    {.method = HTTP_GET, .path = "/phone/manifest.webmanifest", .kind = ROUTE_RAW, .who = ACCESS_PUBLIC,
     .help = W_ROUTE_PHONE_MANIFEST, .handler = manifest_get},
    {.method = HTTP_GET, .path = "/phone/state", .kind = ROUTE_RAW, .who = PHONE_WHO, .help = W_ROUTE_PHONE_STATE,
     .rate = RATE_PAGE, .handler = state_get},
    {.method = HTTP_GET, .path = "/phone/queue", .kind = ROUTE_PAGE, .who = PHONE_WHO, .help = W_ROUTE_PHONE_QUEUE,
     .rate = RATE_PAGE, .handler = queue_get},
    {0}};
