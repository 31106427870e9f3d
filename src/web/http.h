/* HTTP: requests in, replies out, and nothing of what they mean. One file (http_mhd.c) knows the library beneath.
 *
 * Threads: one I/O thread reads and writes sockets (epoll); `workers` threads run handlers, each with a context of
 * its own (a reader database connection); the lane's thread is never waited for: a handler defers to it and a worker
 * goes on when it answers. See web/web.h for the life of one request. */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/time.h"

struct http_server;
struct http_request;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_METHODS };

/* "GET"; and back (case-sensitive, as the RFC wants), HTTP_METHODS when it is none of ours. */
const char *http_method_name(enum http_method m);
enum http_method http_method_find(const char *name);

/* A name and a value, decoded, valid UTF-8 without NUL. */
struct http_pair {
  const char *name, *value;
};

/* An uploaded file: bytes as they came (never trust type or name). Lives as long as the request. */
struct http_file {
  const char *field;            /* name of the form field */
  const char *name;             /* the client's file name, last path segment only, may be "" */
  const char *type;             /* the client's claim */
  const unsigned char *data;
  size_t len;
};

struct http_pairs {
  struct http_pair *at;
  size_t count;
};

enum { HTTP_REQUEST_ID = 20 };

/* A reply in the making. Zero status means 200. */
struct http_reply {
  int status;
  const char *type;             /* Content-Type; NULL: "text/plain; charset=utf-8" */
  struct buf body;
  struct http_pair headers[24]; /* set with http_header: values with CR, LF or NUL are dropped */
  int header_count;
  bool no_store;                /* Cache-Control: no-store (set for all signed-in pages) */
  /* Bytes that live for ever (assets), instead of body: */
  struct bytes fixed;
  /* A file, instead of body; closed by the server. 0 means none. */
  int file_fd;
  int64_t file_size;
  /* A long export, instead of body: */
  int (*next)(struct http_request *r, void *ctx, struct buf *chunk);
  void (*next_end)(void *ctx);
  void *next_ctx;
};

struct http_request {
  enum http_method method;      /* HEAD arrives as GET with `head` set */
  bool head;
  const char *path;             /* decoded, normalised: "/case/JC1" */
  const char *target;           /* as it came: "/case/JC1?tab=2" */
  const char *host;             /* Host as it came, checked */
  struct http_pairs query, headers, cookies, form;
  struct http_file *files;
  size_t file_count;
  const char *content_type;     /* media type in lower case without parameters, "" none */
  struct bytes body;            /* raw */
  const char *peer;             /* address of the client ("unix" through a socket without a proxy header) */
  bool tls;                     /* came by https, by ourselves or by the configured proxy */
  char id[HTTP_REQUEST_ID + 4]; /* in the log, in error replies, in X-Request-Id */
  int64_t started_ns;           /* monotonic */
  struct arena *arena;          /* dies with the request */
  void *worker;                 /* context of the worker thread running now; another one after http_continue */
  void *user;                   /* web/route.c keeps its struct request here */
  struct error bad;             /* what could not be read (encoding, form); the handler answers with it */
  const char *label;            /* for the log instead of the path, which may hold codes of people; set by the handler */
  struct http_reply reply;
};

/* Runs on a worker thread; fills r->reply. */
typedef void http_handler(struct http_request *r, void *app);

struct http_settings {
  const char *listen;           /* "127.0.0.1:8365", "[::1]:8365", "unix:/run/x.sock"; "systemd" takes fd 3 */
  int workers;                  /* 0: as many as cores */
  int queue_max;                /* requests waiting for a worker before 503; 0: 1024 */
  int connections_max;          /* 0: 4096 */
  int idle_seconds;             /* slow and silent clients are cut; 0: 15 */
  size_t bodies_max;            /* bytes of all bodies in memory at once; 0: 256 MB */
  const char *proxy;            /* address whose X-Forwarded-For and -Proto are believed ("127.0.0.1", "unix"); NULL none */
  const char *images;           /* further sources of images the content policy allows ("https://t0.example"); NULL none */
  bool secure_cookies;          /* mark cookies Secure even when we do not see TLS */
  /* On the I/O thread, when the headers are in: the most bytes this request may send. Must be quick. */
  size_t (*body_limit)(enum http_method method, const char *path, void *app);
  http_handler *handler;
  void *app;
  /* Makes and ends a worker's own context; both run on that worker's thread. May be NULL. */
  int (*worker_start)(void **worker, void *app, struct error *err);
  void (*worker_end)(void *worker);
  void (*worker_rest)(void *worker); /* after each piece of work: to let go of what it held; may be NULL */
};

/* Starts listening and the workers. 0, or -1 with err: web.listen.bad, web.listen.taken. */
int http_start(struct http_server **out, const struct http_settings *settings, struct error *err);

/* The port really bound (for ":0"), 0 for a UNIX socket. */
int http_port(const struct http_server *s);

/* Stops listening, lets what is under way finish (at most `drain` ms), frees everything. NULL is allowed. */
void http_stop(struct http_server *s, time_ms drain);

/* --- inside a handler --- */

/* The first value of that name, or NULL. Header names in any case. */
const char *http_pair_get(const struct http_pairs *p, const char *name);
const char *http_header_in(const struct http_request *r, const char *name);

/* Adds a reply header. Strings are copied into the request's arena. Values with control characters are dropped. */
void http_header(struct http_request *r, const char *name, const char *value);

/* Sets a cookie: HttpOnly, SameSite=Lax, Path=/, Secure when behind TLS. max_age in seconds; 0: until the browser
 * closes; -1 deletes it. */
void http_cookie(struct http_request *r, const char *name, const char *value, int64_t max_age);

/* The request goes on elsewhere: after the handler returns, `start(r, ctx)` is called; it hands work to another
 * thread and returns at once. That thread later calls http_continue exactly once. Nothing waits in between. */
void http_defer(struct http_request *r, void (*start)(struct http_request *r, void *ctx), void *ctx);

/* From any thread: `after(r, ctx)` runs on a worker and fills the reply (or defers again). */
void http_continue(struct http_request *r, void (*after)(struct http_request *r, void *ctx), void *ctx);

/* A long export: `next` fills `chunk` on a worker again and again, returns 1 while there is more, 0 at the end, -1 to
 * break the connection off (so that the client sees a torn file, not a short one). `end` frees ctx, may be NULL. */
void http_stream(struct http_request *r, int (*next)(struct http_request *r, void *ctx, struct buf *chunk),
                 void (*end)(void *ctx), void *ctx);

/* Live updates (server-sent events): the reply stays open and gets what is published on `channel`. */
void http_subscribe(struct http_request *r, const char *channel);
/* From any thread. `event` and `data` are single lines. Slow readers lose the oldest, never block. */
void http_publish(struct http_server *s, const char *channel, const char *event, const char *data);

/* --- counters for /metrics --- */
struct http_counts {
  int64_t requests, refused_malformed, refused_busy, bytes_out;
  int in_flight, queued, connections, streams;
};
void http_counts(struct http_server *s, struct http_counts *out);

#endif
