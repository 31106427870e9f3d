/* The JSON API: photos. Sent before the action they belong to, in which they are named by the token that came back;
 * seen only through a matter that shows them. */
#include <string.h>
#include <unistd.h>

#include "matter/state.h"
#include "store/file.h"
#include "web/api.h"
#include "web/case_view.h"

enum { PHOTOS_MOST = 9, PHOTOS_BODY = 96 << 20 };
enum { UP_PHOTO };

struct uploading {
  struct request *r;
  struct file_draft drafts[PHOTOS_MOST];
  int64_t ids[PHOTOS_MOST];
  int count;
};

static int keep(struct lane_txn *t, void *ctx, struct error *err) {
  struct uploading *u = ctx;
  const char *actor = actor_key(t->arena, &u->r->actor);
  for (int i = 0; i < u->count; i++)
    if (file_add(t, app_of(u->r)->files, &u->drafts[i], actor, &u->ids[i], err) < 0 || file_wait(t, u->ids[i], err) < 0)
      return -1;
  return 0;
}

static int kept(struct request *r, void *ctx, struct error *err) {
  struct uploading *u = ctx;
  struct json j;
  if (err->kind != ERR_NONE) return -1;
  api_reply(r, &j, 201);
  json_key(&j, "items");
  json_array(&j);
  for (int i = 0; i < u->count; i++) {
    json_object(&j);
    json_put(&j, "file", api_file_token(r, u->ids[i]));
    json_put_int(&j, "width", u->drafts[i].width);
    json_put_int(&j, "height", u->drafts[i].height);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static int upload(struct request *r, struct error *err) {
  struct uploading *u = ARENA_NEW(r->arena, struct uploading);
  struct file_limits limits;
  struct db *db;
  *u = (struct uploading){.r = r, .count = req_count(r, UP_PHOTO)};
  if (app_db(&db, r, err) < 0 || file_limits_load(&limits, api_world(r)->settings, db, app_of(r)->district, err) < 0) return -1;
  for (int i = 0; i < u->count; i++) {
    const struct http_file *f = req_file_at(r, UP_PHOTO, i);
    struct bytes data = {f->data, f->len};
    if (file_take_photo(&u->drafts[i], app_of(r)->files, data, f->type, &limits, err) < 0) return -1;
  }
  return app_run(r, keep, u, kept);
}

/* --- seeing ----------------------------------------------------------------------------------------------------- */

enum { SEE_CODE, SEE_ID, SEE_SMALL };

static int see(struct request *r, struct error *err) {
  struct case_asker who = {.engine = app_of(r)->engine,
                           .world = api_world(r),
                           .people = app_of(r)->people,
                           .arena = r->arena,
                           .actor = &r->actor,
                           .lang = r->lang,
                           .now = r->now};
  struct state *s;
  struct case_view *view;
  struct file_info info;
  int fd;
  if (app_db(&who.db, r, err) < 0) return -1;
  bool by_receipt = text_starts(r->http->path, "/api/v1/receipts/");
  int found = by_receipt ? api_receipt(&s, r, who.db, req_text(r, SEE_CODE), err)
                         : api_matter(&s, r, who.db, req_text(r, SEE_CODE), err);
  if (found < 0 || case_view_make(&view, &who, s, err) < 0) return -1;
  if (!case_view_has_file(view, req_int(r, SEE_ID))) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  if (file_open(who.db, app_of(r)->files, r->arena, req_int(r, SEE_ID), req_bool(r, SEE_SMALL), &info, &fd, err) < 0)
    return -1;
  reply_as(r, 200, info.media);
  r->http->reply.no_store = true;
  r->http->reply.file_fd = fd;
  r->http->reply.file_size = req_bool(r, SEE_SMALL) && *info.thumb_hash ? info.thumb_bytes : info.bytes;
  return 0;
}

#define SEE_PARAMS(n)                          \
  PARAMS([SEE_CODE] = {.name = (n),            \
                       .type = PARAM_TEXT,     \
                       .in = IN_PATH,          \
                       .required = true,       \
                       .max = 40,              \
                       .zh = "编号",           \
                       .en = "code"},          \
         [SEE_ID] = {.name = "id",             \
                     .type = PARAM_INT,        \
                     .in = IN_PATH,            \
                     .required = true,         \
                     .low = 1,                 \
                     .high = 1e15,             \
                     .zh = "照片",             \
                     .en = "id of the photo"}, \
         [SEE_SMALL] = {.name = "small", .type = PARAM_BOOL, .in = IN_QUERY, .zh = "小图", .en = "the small picture"})

const struct route routes_api_file[] = {{.method = HTTP_POST,
                                         .path = "/api/v1/files",
                                         .kind = ROUTE_API,
                                         .who = ACCESS_PUBLIC,
                                         .csrf = CSRF_ORIGIN,
                                         .reply = "files",
                                         .tag = "files",
                                         .help = W_API_FILES,
                                         .rate = RATE_REPORT,
                                         .body_max = PHOTOS_BODY,
                                         .handler = upload,
                                         PARAMS([UP_PHOTO] = {.name = "photo",
                                                              .type = PARAM_FILE,
                                                              .in = IN_FORM,
                                                              .required = true,
                                                              .many = PHOTOS_MOST,
                                                              .zh = "照片",
                                                              .en = "photos, at most nine"})},
                                        {.method = HTTP_GET,
                                         .path = "/api/v1/matters/{code}/photos/{id}",
                                         .kind = ROUTE_RAW,
                                         .who = ACCESS_PUBLIC,
                                         .tag = "files",
                                         .help = W_API_FILE,
                                         .rate = RATE_API,
                                         .handler = see,
                                         SEE_PARAMS("code")},
                                        {.method = HTTP_GET,
                                         .path = "/api/v1/receipts/{receipt}/photos/{id}",
                                         .kind = ROUTE_RAW,
                                         .who = ACCESS_PUBLIC,
                                         .tag = "files",
                                         .help = W_API_FILE,
                                         .rate = RATE_API,
                                         .handler = see,
                                         SEE_PARAMS("receipt")},
                                        {0}};
