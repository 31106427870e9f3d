/* Routes: the one table from which dispatch, access, parameters, OpenAPI, the access matrix and the tests come.
 *
 * An area of the site keeps its own array `const struct route routes_<area>[]` (ended by {0}) in its own file and is
 * named once in routes.c. A handler gets parameters that are present, typed and bounded, by the route's own enum:
 *
 *   enum { REPORT_TEXT, REPORT_LON, REPORT_LAT };
 *   static int report_post(struct request *r, struct error *err) {
 *     const char *text = req_text(r, REPORT_TEXT);
 *     if (!req_has(r, REPORT_LON)) ...
 *   }
 *   const struct route routes_report[] = {
 *     {.method = HTTP_POST, .path = "/report", .kind = ROUTE_PAGE, .who = ACCESS_PUBLIC, .csrf = CSRF_ORIGIN,
 *      .help = W_ROUTE_REPORT, .rate = RATE_REPORT, .body_max = 24 << 20, .handler = report_post,
 *      PARAMS([REPORT_TEXT] = {.name = "text", .type = PARAM_LINES, .in = IN_FORM, .required = true, .max = 500},
 *             [REPORT_LON] = {.name = "lon", .type = PARAM_REAL, .in = IN_FORM, .low = -180, .high = 180}, ...)},
 *     {0}};
 *
 * route_table_check() refuses a table with a {segment} without a parameter, a name twice, bounds the wrong way round,
 * a handler missing: the program does not start and the tests fail. */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/words.h"
#include "people/access.h"
#include "web/http.h"
#include "web/page.h"

struct request;
struct rate_table;
struct asker_memo;

enum param_type {
  PARAM_TEXT,   /* one line; .max characters (default 200); trimmed; no control characters */
  PARAM_LINES,  /* several lines; .max characters (default 4000) */
  PARAM_CODE,   /* letters, digits, - _ . : only; .max characters (default 64) */
  PARAM_SECRET, /* a password or token: not trimmed, never logged, never shown again */
  PARAM_INT,    /* .low .. .high */
  PARAM_REAL,   /* .low .. .high */
  PARAM_BOOL,   /* 1 true on yes / 0 false off no; an absent box is false */
  PARAM_CHOICE, /* one of .choices ("a|b|c"); req_int gives its index, req_text its text */
  PARAM_DATE,   /* YYYY-MM-DD; req_int gives the day number */
  PARAM_TIME,   /* RFC 3339, zone optional; req_int gives time_ms */
  PARAM_FILE,   /* an upload; .many: most files; .max: most bytes of one (default 10 MB) */
  PARAM_JSON    /* any JSON value, given as text by req_text (only IN_JSON) */
};

enum param_in { IN_PATH, IN_QUERY, IN_FORM, IN_JSON, IN_BODY /* form or JSON, as the client likes */, IN_HEADER };

struct param {
  const char *name;
  enum param_type type;
  enum param_in in;
  bool required;
  int64_t max;               /* characters, or bytes of a file; 0: the type's default */
  double low, high;          /* both 0: no bounds */
  const char *choices;       /* "zh|en" */
  int many;                  /* may come up to so many times (0 and 1: once); read with req_count and req_*_at */
  const char *zh, *en;       /* what it is, for OpenAPI and the form's label when no word is given */
};

#define PARAMS(...)                                  \
  .params = (const struct param[]){__VA_ARGS__},     \
  .param_count = (int)(sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param))

/* What a reply is, and what an error looks like. */
enum route_kind {
  ROUTE_PAGE, /* HTML; errors are pages */
  ROUTE_API,  /* JSON; errors are {code, message, hint, field, request_id} */
  ROUTE_RAW   /* speaks its own form (Open311, Atom, metrics); errors through .on_error or as plain text */
};

/* Cross-site request forgery, in three levels besides none (safe methods, API keys). */
enum csrf_level {
  CSRF_NONE,   /* changes nothing, or carries its own secret */
  CSRF_ORIGIN, /* Origin (or Referer) must be ours when the browser sends one; absent is allowed: residents' forms */
  CSRF_SAME,   /* POST only, from us; a client that does not say where it comes from needs the form's token: signing in */
  CSRF_TOKEN   /* besides, the session's token in field `csrf` or header X-CSRF-Token: everything else */
};

/* Rate classes; how often each is a setting (people/rate.h, route_set_rates). */
enum rate_class { RATE_NONE, RATE_PAGE, RATE_REPORT, RATE_SIGN_IN, RATE_API, RATE_EXPORT, RATE_CLASSES };

typedef int route_handler(struct request *r, struct error *err);

struct route {
  enum http_method method;       /* HEAD and OPTIONS are made from the others */
  const char *path;              /* "/case/{code}"; a {segment} is one non-empty path segment */
  enum route_kind kind;
  role_set who;                  /* who may call it: people/access.h; 0 lets nobody in */
  enum csrf_level csrf;
  const struct param *params;
  int param_count;
  bool open_form;                /* further form fields are allowed (forms that are data); read with req_form */
  const char *reply;             /* API: name of the schema in src/web/schemas, without .json */
  const char *tag;               /* heading in OpenAPI */
  enum word help;                /* one line about it; W_... */
  enum rate_class rate;
  size_t body_max;               /* bytes; 0: 64 kB */
  bool idempotent;               /* takes an Idempotency-Key header; the handler reads r->idempotency_key */
  route_handler *handler;
  /* ROUTE_RAW: writes an error in the form it speaks; may be NULL. */
  void (*on_error)(struct request *r, const struct error *e);
};

struct request {
  struct http_request *http;
  const struct route *route;
  void *app;                     /* struct web_app of web/web.h */
  void *worker;                  /* this worker's own context (reader connection) */
  struct arena *arena;
  time_ms now;
  enum lang lang;
  struct actor actor;            /* who asks; filled by the identify hook, zero: anonymous */
  const char *csrf_secret;       /* what form tokens are bound to: the session's secret, or this browser's cookie */
  bool bearer;                   /* the actor was told by an Authorization header, which no page can forge */
  const char *idempotency_key;   /* "" none */
  bool quiet;                    /* what it changed is told to no live page: set in the lane for a sealed matter */
  struct page_context page;
  struct value *values;          /* by parameter; opaque */
  struct asker_memo **memo;      /* web/desk_lists.c: counts read once */
  void *deferred;                /* route.c's own */
  void *kept;                    /* the handler's own, from one half to the next */
};

/* --- parameters; `p` is the index in the route's params. A wrong type is a fault of ours and ends in 500. --- */
bool req_has(const struct request *r, int p);
const char *req_text(const struct request *r, int p); /* "" when absent */
int64_t req_int(const struct request *r, int p);      /* 0 when absent (INT, BOOL, CHOICE, DATE, TIME) */
double req_real(const struct request *r, int p);
bool req_bool(const struct request *r, int p);
const struct http_file *req_file(const struct request *r, int p); /* NULL when absent */
int req_count(const struct request *r, int p);
const char *req_text_at(const struct request *r, int p, int i);
int64_t req_int_at(const struct request *r, int p, int i);
const struct http_file *req_file_at(const struct request *r, int p, int i);
/* A field of an open form, checked as UTF-8, or NULL. */
const char *req_form(const struct request *r, const char *name);

/* --- replies --- */
struct buf *reply_html(struct request *r, int status);             /* then page_x(buf, &view, &r->page) */
struct buf *reply_json(struct request *r, int status);             /* then json_start(&j, buf) */
struct buf *reply_as(struct request *r, int status, const char *type);
int reply_redirect(struct request *r, const char *path);           /* 303; only own paths; returns 0 */
int reply_download(struct request *r, const char *type, const char *file_name); /* Content-Disposition; returns 0 */
/* Shown once at the top of the next page this browser sees (the word takes no arguments). */
void reply_notice(struct request *r, enum word word);
/* Writes the error in the asker's language in the route's kind. Handlers usually return -1 instead. */
void reply_error(struct request *r, const struct error *e);

/* Work that needs the lane. `start` hands it over (and must arrange that request_continue is called once);
 * `after` runs on a worker and fills the reply or returns -1 with err like a handler. Returns 0. */
int request_defer(struct request *r, void (*start)(struct request *r, void *ctx), void *ctx);
void request_continue(struct request *r, int (*after)(struct request *r, void *ctx, struct error *err), void *ctx);

/* --- the table --- */
extern const struct route *const route_areas[]; /* routes.c; ended by NULL */

/* Builds the index; ends with -1 and web.route.bad when the table is wrong (detail says which route). */
int route_table_check(struct error *err);

/* How many routes, and each of them, in the order of the table. */
int route_count(void);
const struct route *route_at(int i);

/* The route of a path; sets *allowed to a bit mask (1 << method) of what the path knows when the method is wrong. */
const struct route *route_find(enum http_method method, const char *path, unsigned *allowed);

/* Called before the access check of every route: fills r->actor, r->csrf_secret, r->page.user_* and menus. Set once at
 * start; without it everybody is anonymous. -1 ends the request with err. */
void route_set_identify(int (*identify)(struct request *r, struct error *err));

/* Set once at start. The key of form tokens (the same on every server of a district; zeros until set); the limits, a
 * table of RATE_CLASSES classes (NULL: none, as on loopback in the demo). */
void route_set_csrf_key(const unsigned char key[KEY_BYTES]);
void route_set_rates(struct rate_table *table);

/* The http_handler and body_limit for http_settings. */
void route_handle(struct http_request *h, void *app);
size_t route_body_limit(enum http_method method, const char *path, void *app);

/* OpenAPI 3.0 of every ROUTE_API; the access matrix as text and as JSON. */
void routes_describe_openapi(struct buf *out, enum lang lang);
void routes_print_access(struct buf *out, enum lang lang, bool as_json);

#endif
