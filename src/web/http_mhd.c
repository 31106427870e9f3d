/* The server on libmicrohttpd: the one file that knows it.
 *
 * An exchange is one request and its reply. It is made when the request line is in, and freed in on_completed, both on
 * the I/O thread. In between it belongs to exactly one party at a time: the I/O thread (READING), the workers or
 * whoever they deferred to (WORKING, the connection is suspended), the I/O thread again (DONE). Handing over goes
 * through a mutex (the workers' queue, MHD's resume), so the exchange itself needs none. */
#include <microhttpd.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/base.h"
#include "base/words.h"
#include "web/decode.h"
#include "web/guard.h"
#include "web/http.h"
#include "web/http_inside.h"
#include "web/listen.h"
#include "web/workers.h"

enum {
  CONNECTION_MEMORY = 48 * 1024,
  ARENA_MAX = 1 << 30, /* what a request may need is bounded by its body long before */
  SPARE_ARENAS = 64,
  CHUNK_MAX = 256 * 1024,
  STREAM_PENDING_MAX = 64 * 1024,
  SLOWEST_BYTES_PER_SECOND = 4096,
  DROPPED_MAX = 1 << 20,
  GZIP_FROM = 1024
};

#if MHD_VERSION < 0x00097701
#define STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT
#else
#define STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL
#endif

enum stage { READING, REFUSED, WORKING, DONE };

struct connection {
  struct connection *next, *before;
  int fd;
  int64_t reading_since; /* monotonic; 0 while we work or write */
  size_t received;
  struct exchange *exchange; /* the I/O thread's: from the request line to on_completed */
};

struct exchange {
  struct http_request r; /* first: a request is its exchange */
  struct job job;
  struct http_server *server;
  struct MHD_Connection *mhd;
  struct connection *connection;
  enum stage stage;
  bool begun, too_large;
  char *target;
  struct buf body;
  size_t body_limit, body_counted, dropped;
  void (*defer)(struct http_request *r, void *ctx);
  void (*after)(struct http_request *r, void *ctx);
  void *defer_ctx, *after_ctx;
  /* a long export: one chunk at a time */
  struct buf chunk;
  size_t chunk_at;
  bool chunk_end, chunk_broken;
  /* live updates; under the server's lock */
  char *channel;
  struct buf pending;
  bool asleep;
  struct exchange *next_stream;
};

struct http_server {
  struct http_settings settings;
  char policy[512]; /* Content-Security-Policy of every reply */
  struct MHD_Daemon *daemon;
  struct workers *workers;
  int port;
  _Atomic int in_flight; /* suspended for the workers, the lane or an export's next chunk */
  _Atomic int alive;     /* exchanges */
  _Atomic int connection_count;
  _Atomic int64_t requests, malformed, busy, bytes_out, bodies;
  pthread_mutex_t lock; /* connections, streams, spare arenas, stopping */
  pthread_cond_t tick;
  struct connection *connections;
  struct exchange *streams;
  struct arena *spare[SPARE_ARENAS];
  int spare_count;
  _Atomic bool stopping;
  pthread_t sweeper;
  bool has_sweeper;
};

/* --- arenas, kept warm --- */

static struct arena *arena_take(struct http_server *s) {
  pthread_mutex_lock(&s->lock);
  struct arena *a = s->spare_count ? s->spare[--s->spare_count] : NULL;
  pthread_mutex_unlock(&s->lock);
  return a ? a : arena_new(ARENA_MAX);
}

static void arena_give(struct http_server *s, struct arena *a) {
  arena_reset(a);
  pthread_mutex_lock(&s->lock);
  bool kept = s->spare_count < SPARE_ARENAS;
  if (kept) s->spare[s->spare_count++] = a;
  pthread_mutex_unlock(&s->lock);
  if (!kept) arena_free(a);
}

/* --- connections: who is slow --- */

static void drop_exchange(struct MHD_Connection *mhd, struct exchange *next);

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  struct http_server *s = cls;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) drop_exchange(mhd, NULL);
  pthread_mutex_lock(&s->lock);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct connection *c = xmalloc(sizeof *c);
    *c = (struct connection){.next = s->connections, .fd = info ? info->connect_fd : -1, .reading_since = monotonic_ns()};
    if (c->next) c->next->before = c;
    s->connections = c;
    *socket_context = c;
    s->connection_count++;
  } else if (*socket_context) {
    struct connection *c = *socket_context;
    if (c->next) c->next->before = c->before;
    *(c->before ? &c->before->next : &s->connections) = c->next;
    free(c);
    *socket_context = NULL;
    s->connection_count--;
  }
  pthread_mutex_unlock(&s->lock);
}

static struct connection *connection_of(struct MHD_Connection *mhd) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void set_reading(struct exchange *x, bool reading) {
  if (!x->connection) return;
  pthread_mutex_lock(&x->server->lock);
  x->connection->reading_since = reading ? monotonic_ns() : 0;
  x->connection->received = 0;
  pthread_mutex_unlock(&x->server->lock);
}

/* Cuts connections that take longer over a request than a slow telephone would, and wakes sleeping streams so that
 * those whose reader is gone are noticed. Called with the lock held. */
static void sweep(struct http_server *s, int64_t now) {
  int64_t second = 1000000000;
  for (struct connection *c = s->connections; c; c = c->next) {
    if (!c->reading_since) continue;
    int64_t allowed = 2 * s->settings.idle_seconds + (int64_t)(c->received / SLOWEST_BYTES_PER_SECOND);
    if (now - c->reading_since > allowed * second) shutdown(c->fd, SHUT_RDWR);
  }
}

static void wake(struct exchange *x) {
  if (!x->asleep) return;
  x->asleep = false;
  MHD_resume_connection(x->mhd);
}

static void *sweeper_main(void *arg) {
  struct http_server *s = arg;
  pthread_mutex_lock(&s->lock);
  for (int round = 1; !s->stopping; round++) {
    struct timespec until;
    /* lint: allow clock because a condition waits by the system's clock, and nothing is dated by this */
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_cond_timedwait(&s->tick, &s->lock, &until);
    sweep(s, monotonic_ns());
    for (struct exchange *x = s->streams; x && round % 20 == 0; x = x->next_stream) {
      if (x->pending.len) continue;
      buf_puts(&x->pending, ": still here\n\n");
      wake(x);
    }
  }
  pthread_mutex_unlock(&s->lock);
  return NULL;
}

/* --- replies --- */

/* What a page may load: nothing from elsewhere, but for images of a map the district has chosen. */
static const char policy[] = "default-src 'self'; img-src 'self' data: blob:%s%s; style-src 'self'; script-src 'self'; "
                             "media-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
                             "base-uri 'none'";

static void fill_policy(struct http_server *s) {
  const char *images = s->settings.images;
  int n = snprintf(s->policy, sizeof s->policy, policy, images ? " " : "", images ? images : "");
  if (n < 0 || (size_t)n >= sizeof s->policy) snprintf(s->policy, sizeof s->policy, policy, "", "");
}

/* What a document is kept to. A style sheet is none: it obeys the policy of the page that asks for it, and a first visit asks for
 * several. */
static const char *const documents[][2] = {
    {"Referrer-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

static ssize_t read_chunk(void *cls, uint64_t pos, char *out, size_t max);
static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max);

static struct MHD_Response *make_response(struct exchange *x) {
  struct http_reply *reply = &x->r.reply;
  if (x->channel) return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, x, NULL);
  if (reply->next) return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32768, read_chunk, x, NULL);
  if (reply->file_fd > 0) {
    int fd = reply->file_fd;
    reply->file_fd = 0;
    x->server->bytes_out += reply->file_size;
    return MHD_create_response_from_fd64((uint64_t)reply->file_size, fd);
  }
  if (reply->fixed.data) {
    x->server->bytes_out += (int64_t)reply->fixed.len;
    return MHD_create_response_from_buffer(reply->fixed.len, (void *)(uintptr_t)reply->fixed.data, MHD_RESPMEM_PERSISTENT);
  }
  size_t n = reply->body.len;
  if (!n) return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
  x->server->bytes_out += (int64_t)n;
  struct MHD_Response *m = MHD_create_response_from_buffer(n, reply->body.data, MHD_RESPMEM_MUST_FREE);
  if (m) buf_init(&reply->body, reply->body.max); /* the bytes are the library's now */
  return m;
}

static void add_document_headers(struct MHD_Response *m, const struct http_server *s) {
  MHD_add_response_header(m, "Content-Security-Policy", s->policy);
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
    MHD_add_response_header(m, documents[i][0], documents[i][1]);
}

static enum MHD_Result send_reply(struct exchange *x) {
  struct http_reply *reply = &x->r.reply;
  unsigned status = reply->status ? (unsigned)reply->status : 200;
  struct MHD_Response *m = make_response(x);
  if (!m) return MHD_NO;
  MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
  if (!reply->type || !text_starts(reply->type, "text/css")) add_document_headers(m, x->server);
  if (x->r.tls) MHD_add_response_header(m, "Strict-Transport-Security", "max-age=31536000");
  MHD_add_response_header(m, "X-Request-Id", x->r.id);
  if (status != 204 && status != 304)
    MHD_add_response_header(m, "Content-Type", reply->type ? reply->type : "text/plain; charset=utf-8");
  if (reply->no_store) MHD_add_response_header(m, "Cache-Control", "no-store");
  for (int i = 0; i < reply->header_count; i++)
    MHD_add_response_header(m, reply->headers[i].name, reply->headers[i].value);
  if (x->stage == REFUSED) MHD_add_response_header(m, "Connection", "close");
  enum MHD_Result result = MHD_queue_response(x->mhd, status, m);
  MHD_destroy_response(m);
  return result;
}

/* For somebody reading, before anybody knows their language: both. */
static void refuse_in_words(struct exchange *x, const struct error *e) {
  struct buf *b = &x->r.reply.body;
  for (int lang = 0; lang < LANGS; lang++) {
    struct buf what, hint;
    buf_init(&what, 2000);
    buf_init(&hint, 2000);
    error_words(&what, &hint, (enum lang)lang, e);
    buf_printf(b, lang == LANG_ZH ? "%s。%s。\n" : "%s. %s.\n", what.data, hint.data);
    buf_free(&what);
    buf_free(&hint);
  }
  buf_printf(b, "%s %s\n", e->code, x->r.id);
}

/* For a program, in the form of every other error of the API. */
static void refuse_in_json(struct exchange *x, const struct error *e) {
  const char *wanted = http_header_in(&x->r, "Accept-Language");
  struct buf what, hint;
  struct json j;
  buf_init(&what, 2000);
  buf_init(&hint, 2000);
  error_words(&what, &hint, decode_language(wanted, LANG_ZH), e);
  json_start(&j, &x->r.reply.body);
  json_object(&j);
  json_put(&j, "code", e->code);
  json_put(&j, "message", what.data);
  json_put(&j, "hint", hint.data);
  json_put(&j, "field", NULL);
  json_put(&j, "request_id", x->r.id);
  json_object_end(&j);
  buf_free(&what);
  buf_free(&hint);
  x->r.reply.type = "application/json; charset=utf-8";
}

/* A refusal before there is a route. */
static enum MHD_Result refuse(struct exchange *x, int status, enum error_kind kind, const char *code, const char *arg) {
  struct error e = {0};
  error_set(&e, kind, code, NULL, arg, NULL);
  buf_clear(&x->r.reply.body);
  if (text_starts(x->target, "/api/")) refuse_in_json(x, &e);
  else refuse_in_words(x, &e);
  x->r.reply.status = status;
  x->r.label = "refused";
  if (status == 503) http_header(&x->r, "Retry-After", "2");
  x->stage = REFUSED;
  return send_reply(x);
}

/* May the length of the packed page be seen? A page for somebody with a cookie holds what is theirs beside text that others
 * wrote, and whoever can have it fetched again and again with guesses of their own in it learns from its length (BREACH).
 * So it is packed only when the browser says that no other site had it fetched; the form's token is another text each time,
 * and the name in the packed stream, of a length drawn by lot, blurs what is left. */
static bool may_pack(const struct exchange *x) {
  const char *from = http_header_in(&x->r, "Sec-Fetch-Site");
  if (!http_header_in(&x->r, "Cookie")) return true;
  return from && (strcmp(from, "same-origin") == 0 || strcmp(from, "none") == 0);
}

enum { BLUR_MOST = 64 };

static void blur_length(z_stream *z, gz_header *head, unsigned char name[BLUR_MOST + 1]) {
  unsigned char n;
  random_fill(&n, 1);
  memset(name, 'x', BLUR_MOST);
  name[1 + n % BLUR_MOST] = '\0';
  *head = (gz_header){.name = name, .os = 3};
  deflateSetHeader(z, head);
}

/* Gzip for text, where its length may be seen. */
static void compress_reply(struct exchange *x) {
  struct http_reply *reply = &x->r.reply;
  const char *accepts = http_header_in(&x->r, "Accept-Encoding");
  if (reply->body.len < GZIP_FROM || !accepts || !strstr(accepts, "gzip") || !may_pack(x)) return;
  if (!reply->type || (!text_starts(reply->type, "text/") && !strstr(reply->type, "json") && !strstr(reply->type, "xml")))
    return;
  for (int i = 0; i < reply->header_count; i++)
    if (strcasecmp(reply->headers[i].name, "Content-Encoding") == 0) return;
  z_stream z = {0};
  if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return;
  gz_header head;
  unsigned char name[BLUR_MOST + 1];
  blur_length(&z, &head, name);
  size_t room = deflateBound(&z, reply->body.len) + 32 + BLUR_MOST;
  char *out = xmalloc(room);
  z.next_in = (unsigned char *)reply->body.data;
  z.avail_in = (unsigned)reply->body.len;
  z.next_out = (unsigned char *)out;
  z.avail_out = (unsigned)room;
  bool good = deflate(&z, Z_FINISH) == Z_STREAM_END;
  size_t n = z.total_out;
  deflateEnd(&z);
  if (good) {
    buf_clear(&reply->body);
    buf_add(&reply->body, out, n);
    http_header(&x->r, "Content-Encoding", "gzip");
    http_header(&x->r, "Vary", "Accept-Encoding, Cookie, Sec-Fetch-Site");
  }
  free(out);
}

/* --- work --- */

static void finish(struct exchange *x) {
  if (x->defer) {
    void (*start)(struct http_request *, void *) = x->defer;
    x->defer = NULL;
    start(&x->r, x->defer_ctx); /* from here on somebody else may own x */
    return;
  }
  if (x->r.reply.body.full) {
    log_event(LOG_ERROR, "reply-too-large", "id", x->r.id, NULL);
    x->r.reply.status = 500;
  }
  compress_reply(x);
  struct http_server *s = x->server;
  x->stage = DONE;
  MHD_resume_connection(x->mhd); /* x is the I/O thread's now */
  s->in_flight--;
}

static struct exchange *exchange_of(struct job *job) {
  return (struct exchange *)(void *)((char *)job - offsetof(struct exchange, job));
}

static void run_handler(struct job *job, void *worker) {
  struct exchange *x = exchange_of(job);
  x->r.worker = worker;
  http_read_parts(&x->r, x->server->settings.proxy);
  if (x->server->settings.secure_cookies) x->r.tls = true;
  x->server->settings.handler(&x->r, x->server->settings.app);
  finish(x);
}

static void run_after(struct job *job, void *worker) {
  struct exchange *x = exchange_of(job);
  x->r.worker = worker;
  x->after(&x->r, x->after_ctx);
  finish(x);
}

void http_defer(struct http_request *r, void (*start)(struct http_request *r, void *ctx), void *ctx) {
  struct exchange *x = (struct exchange *)r;
  x->defer = start;
  x->defer_ctx = ctx;
}

void http_continue(struct http_request *r, void (*after)(struct http_request *r, void *ctx), void *ctx) {
  struct exchange *x = (struct exchange *)r;
  x->after = after;
  x->after_ctx = ctx;
  x->job.run = run_after;
  workers_resume(x->server->workers, &x->job);
}

/* The next chunk of an export, on a worker. */
static void run_chunk(struct job *job, void *worker) {
  struct exchange *x = exchange_of(job);
  x->r.worker = worker;
  buf_clear(&x->chunk);
  x->chunk_at = 0;
  int more = x->r.reply.next(&x->r, x->r.reply.next_ctx, &x->chunk);
  x->chunk_end = more == 0;
  x->chunk_broken = more < 0 || x->chunk.full;
  struct http_server *s = x->server;
  MHD_resume_connection(x->mhd);
  s->in_flight--;
}

static ssize_t read_chunk(void *cls, uint64_t pos, char *out, size_t max) {
  struct exchange *x = cls;
  (void)pos;
  size_t left = x->chunk.len - x->chunk_at;
  if (x->chunk_broken) return MHD_CONTENT_READER_END_WITH_ERROR;
  if (left) {
    size_t n = left < max ? left : max;
    memcpy(out, x->chunk.data + x->chunk_at, n);
    x->chunk_at += n;
    x->server->bytes_out += (int64_t)n;
    return (ssize_t)n;
  }
  if (x->chunk_end) return MHD_CONTENT_READER_END_OF_STREAM;
  x->server->in_flight++;
  if (x->server->stopping) {
    x->server->in_flight--;
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
  MHD_suspend_connection(x->mhd);
  x->job.run = run_chunk;
  workers_resume(x->server->workers, &x->job);
  return 0;
}

/* --- live updates --- */

void http_subscribe(struct http_request *r, const char *channel) {
  struct exchange *x = (struct exchange *)r;
  struct http_server *s = x->server;
  x->channel = arena_strdup(r->arena, channel);
  r->reply.type = "text/event-stream; charset=utf-8";
  http_header(r, "Cache-Control", "no-store");
  http_header(r, "X-Accel-Buffering", "no");
  buf_init(&x->pending, STREAM_PENDING_MAX);
  buf_puts(&x->pending, "retry: 5000\n\n");
  pthread_mutex_lock(&s->lock);
  x->next_stream = s->streams;
  s->streams = x;
  pthread_mutex_unlock(&s->lock);
}

void http_publish(struct http_server *s, const char *channel, const char *event, const char *data) {
  if (strpbrk(event, "\r\n") || strpbrk(data, "\r\n")) return;
  pthread_mutex_lock(&s->lock);
  for (struct exchange *x = s->streams; x; x = x->next_stream) {
    if (!text_eq(x->channel, channel)) continue;
    size_t need = strlen(event) + strlen(data) + 20;
    if (x->pending.len + need > STREAM_PENDING_MAX) buf_clear(&x->pending); /* a slow reader loses the oldest */
    buf_printf(&x->pending, "event: %s\ndata: %s\n\n", event, data);
    wake(x);
  }
  pthread_mutex_unlock(&s->lock);
}

static ssize_t read_stream(void *cls, uint64_t pos, char *out, size_t max) {
  struct exchange *x = cls;
  (void)pos;
  pthread_mutex_lock(&x->server->lock);
  size_t n = x->pending.len < max ? x->pending.len : max;
  memcpy(out, x->pending.data, n);
  if (n) {
    memmove(x->pending.data, x->pending.data + n, x->pending.len - n);
    x->pending.len -= n;
  }
  ssize_t result = (ssize_t)n;
  if (!n && x->server->stopping) {
    result = MHD_CONTENT_READER_END_OF_STREAM;
  } else if (!n) {
    x->asleep = true;
    MHD_suspend_connection(x->mhd);
  }
  pthread_mutex_unlock(&x->server->lock);
  return result;
}

static void leave_streams(struct exchange *x) {
  if (!x->channel) return;
  struct http_server *s = x->server;
  pthread_mutex_lock(&s->lock);
  for (struct exchange **at = &s->streams; *at; at = &(*at)->next_stream) {
    if (*at != x) continue;
    *at = x->next_stream;
    break;
  }
  pthread_mutex_unlock(&s->lock);
  buf_free(&x->pending);
}

/* --- reading a request --- */

struct header_list {
  struct guard_header *guard;
  struct http_pair *pair;
  size_t count, most;
  struct arena *arena;
};

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                    const char *value, size_t value_len) {
  (void)kind, (void)name, (void)name_len, (void)value, (void)value_len;
  ++*(size_t *)cls;
  return MHD_YES;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                   const char *value, size_t value_len) {
  struct header_list *list = cls;
  (void)kind;
  if (list->count == list->most) return MHD_NO;
  if (!value) value = "";
  list->guard[list->count] = (struct guard_header){name, value, name_len, value_len};
  list->pair[list->count] =
      (struct http_pair){arena_strndup(list->arena, name, name_len), arena_strndup(list->arena, value, value_len)};
  list->count++;
  return MHD_YES;
}

static void read_headers(struct exchange *x, struct guard_request *q) {
  size_t n = 0;
  MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, count_header, &n);
  struct header_list list = {.guard = ARENA_ARRAY(x->r.arena, n + 1, struct guard_header),
                             .pair = ARENA_ARRAY(x->r.arena, n + 1, struct http_pair),
                             .most = n,
                             .arena = x->r.arena};
  MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, take_header, &list);
  q->headers = list.guard;
  q->count = list.count;
  x->r.headers = (struct http_pairs){list.pair, list.count};
}

#if MHD_VERSION < 0x00097701
/* This library mends folded lines, bare CR and LF, and NULs before anybody sees them. It leaves the strings where they were
 * read, with CR and LF made NUL, so what lies between them still tells: blanks, then exactly two NULs, and in the
 * order of the request. A folded line was copied elsewhere. Newer libraries refuse all this themselves (see
 * MHD_OPTION_CLIENT_DISCIPLINE_LVL below). */
static bool is_plain_gap(const char *from, const char *to, bool line_end) {
  if (to < from || to - from > CONNECTION_MEMORY) return false;
  for (const char *p = from; p < to; p++)
    if (*p != '\0' && *p != ' ' && *p != '\t') return false;
  return !line_end || (to - from >= 2 && to[-1] == '\0' && to[-2] == '\0');
}

static bool lines_are_plain(const struct guard_request *q) {
  const char *end = q->version + strlen(q->version);
  for (size_t i = 0; i < q->count; i++) {
    const struct guard_header *h = &q->headers[i];
    if (!is_plain_gap(end, h->name, true)) return false;
    if (h->value_len && !is_plain_gap(h->name + h->name_len, h->value, false)) return false;
    end = h->value_len ? h->value + h->value_len : h->name + h->name_len + 1;
  }
  /* the last line: its own end and the empty line's */
  if (!q->count) return true;
  while (*end == ' ' || *end == '\t') end++;
  return end[0] == '\0' && end[1] == '\0' && end[2] == '\0' && end[3] == '\0';
}
#else
static bool lines_are_plain(const struct guard_request *q) {
  (void)q;
  return true;
}
#endif

static const char *peer_address(struct exchange *x) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  char s[INET6_ADDRSTRLEN] = "";
  if (!info || !info->client_addr) return "unix";
  const struct sockaddr *at = info->client_addr;
  if (at->sa_family == AF_INET) {
    struct sockaddr_in v4;
    memcpy(&v4, at, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, s, sizeof s);
  } else if (at->sa_family == AF_INET6) {
    struct sockaddr_in6 v6;
    memcpy(&v6, at, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, s, sizeof s);
    if (text_starts(s, "::ffff:")) return arena_strdup(x->r.arena, s + 7);
  } else {
    return "unix";
  }
  return arena_strdup(x->r.arena, s);
}

static enum MHD_Result refuse_large(struct exchange *x) {
  return refuse(x, 413, ERR_TOO_LARGE, "web.body.large", arena_printf(x->r.arena, "%zu kB", x->body_limit / 1024));
}

/* Headers are in. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version) {
  struct http_server *s = x->server;
  struct guard_request q = {.method = method, .version = version, .target = x->target};
  struct guard_verdict verdict;
  x->begun = true;
  x->connection = connection_of(x->mhd);
  read_headers(x, &q);
  guard_check(&q, &verdict);
  if (!verdict.status && !lines_are_plain(&q)) verdict = (struct guard_verdict){.status = 400, .code = "web.guard.fold"};
  if (verdict.status) {
    s->malformed++;
    return refuse(x, verdict.status, ERR_INPUT, verdict.code, NULL);
  }
  x->r.method = http_method_find(method);
  x->r.head = x->r.method == HTTP_HEAD;
  if (x->r.head) x->r.method = HTTP_GET;
  x->r.target = x->target;
  x->r.host = http_header_in(&x->r, "Host");
  if (!x->r.host) x->r.host = "";
  x->r.peer = peer_address(x);
  char *path = arena_strndup(x->r.arena, x->target, strcspn(x->target, "?"));
  x->body_limit = s->settings.body_limit ? s->settings.body_limit(x->r.method, path, s->settings.app) : 64 * 1024;
  if (verdict.body_length > 0 && (size_t)verdict.body_length > x->body_limit) return refuse_large(x);
  buf_init(&x->body, x->body_limit);
  return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *x, const char *data, size_t n) {
  struct http_server *s = x->server;
  if (x->connection) {
    pthread_mutex_lock(&s->lock);
    x->connection->received += n;
    pthread_mutex_unlock(&s->lock);
  }
  if (x->too_large) { /* read on for a while, so that the client hears why */
    x->dropped += n;
    return x->dropped < x->body_limit * 2 + DROPPED_MAX ? MHD_YES : MHD_NO;
  }
  if (s->bodies + (int64_t)n > (int64_t)s->settings.bodies_max) return MHD_NO;
  s->bodies += (int64_t)n;
  x->body_counted += n;
  buf_add(&x->body, data, n);
  x->too_large = x->body.full;
  return MHD_YES;
}

/* All is in: to the workers. */
static enum MHD_Result submit(struct exchange *x) {
  if (x->too_large) return refuse_large(x);
  struct http_server *s = x->server;
  set_reading(x, false);
  x->r.body = (struct bytes){(const unsigned char *)x->body.data, x->body.len};
  x->stage = WORKING;
  x->job.run = run_handler;
  s->in_flight++; /* before looking at `stopping`: http_stop sets it and then waits for us */
  if (!s->stopping) {
    MHD_suspend_connection(x->mhd);
    if (workers_offer(s->workers, &x->job)) return MHD_YES;
    MHD_resume_connection(x->mhd);
  }
  s->in_flight--;
  s->busy++;
  x->stage = REFUSED; /* answered when the library comes back */
  return s->stopping ? refuse(x, 503, ERR_UNAVAILABLE, "web.busy", NULL) : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *n, void **context) {
  struct exchange *x = *context;
  (void)cls, (void)url;
  if (!x) return MHD_NO;
  x->mhd = mhd;
  if (!x->begun) return begin(x, method, version);
  if (*n) {
    size_t size = *n;
    *n = 0;
    return x->stage == READING ? take_body(x, data, size) : MHD_YES;
  }
  switch (x->stage) {
    case READING: return submit(x);
    case REFUSED: return refuse(x, 503, ERR_UNAVAILABLE, "web.busy", NULL);
    case DONE: return send_reply(x);
    case WORKING: break;
  }
  return MHD_YES;
}

static void end_exchange(struct exchange *x);

/* The library forgets a request it gives up before asking us about it (more parameters than it has room for), without a
 * word: what stands with the connection then goes when the next one comes, or the connection ends. */
static void drop_exchange(struct MHD_Connection *mhd, struct exchange *next) {
  struct connection *c = connection_of(mhd);
  struct exchange *left = c ? c->exchange : NULL;
  if (c) c->exchange = next;
  if (left && !left->begun) end_exchange(left);
}

/* The request line is in; the returned exchange comes back as *context. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd) {
  struct http_server *s = cls;
  struct arena *a = arena_take(s);
  struct exchange *x = xmalloc(sizeof *x);
  *x = (struct exchange){.server = s, .mhd = mhd};
  x->r.arena = a;
  x->r.started_ns = monotonic_ns();
  x->target = arena_strdup(a, uri);
  random_code(x->r.id, HTTP_REQUEST_ID);
  buf_init(&x->r.reply.body, 64u << 20);
  buf_init(&x->body, 0);
  buf_init(&x->chunk, CHUNK_MAX);
  s->requests++;
  s->alive++;
  drop_exchange(mhd, x);
  return x;
}

static void log_request(const struct exchange *x) {
  char ms[32], status[16];
  snprintf(ms, sizeof ms, "%.1f", (double)(monotonic_ns() - x->r.started_ns) / 1e6);
  snprintf(status, sizeof status, "%d", x->r.reply.status ? x->r.reply.status : 200);
  log_event(LOG_INFO, "request", "id", x->r.id, "method", http_method_name(x->r.head ? HTTP_HEAD : x->r.method), "route",
            x->r.label ? x->r.label : "none", "status", status, "ms", ms, NULL);
}

static void end_exchange(struct exchange *x) {
  struct http_server *s = x->server;
  leave_streams(x);
  set_reading(x, true);
  if (x->begun) log_request(x);
  if (x->r.reply.next_end) x->r.reply.next_end(x->r.reply.next_ctx);
  if (x->r.reply.file_fd > 0) close(x->r.reply.file_fd);
  s->bodies -= (int64_t)x->body_counted;
  buf_free(&x->r.reply.body);
  buf_free(&x->body);
  buf_free(&x->chunk);
  arena_give(s, x->r.arena);
  free(x);
  s->alive--;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code) {
  struct exchange *x = *context;
  struct connection *c = connection_of(mhd);
  (void)cls, (void)code;
  if (!x) return;
  *context = NULL;
  if (c) c->exchange = NULL;
  end_exchange(x);
}

/* Nothing is decoded behind our back: decode.c does it, strictly. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *s) {
  (void)cls, (void)mhd;
  return strlen(s);
}

static void library_says(void *cls, const char *fmt, va_list args) {
  (void)cls;
  char line[300];
  vsnprintf(line, sizeof line, fmt, args);
  log_event(LOG_DEBUG, "microhttpd", "says", line, NULL);
}

/* --- start and stop --- */

static struct MHD_Daemon *start_daemon(struct http_server *s, int fd) {
  const struct http_settings *set = &s->settings;
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, library_says, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
      MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
      on_connection, s, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)set->idle_seconds, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned)set->connections_max, STRICTNESS, 1, MHD_OPTION_END);
}

static void fill_defaults(struct http_settings *set) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (!set->workers) set->workers = cores > 0 ? (int)cores : 1;
  if (!set->queue_max) set->queue_max = 1024;
  if (!set->connections_max) set->connections_max = 4096;
  if (!set->idle_seconds) set->idle_seconds = 15;
  if (!set->bodies_max) set->bodies_max = 256u << 20;
}

static void free_server(struct http_server *s) {
  while (s->spare_count) arena_free(s->spare[--s->spare_count]);
  pthread_cond_destroy(&s->tick);
  pthread_mutex_destroy(&s->lock);
  free(s);
}

int http_start(struct http_server **out, const struct http_settings *settings, struct error *err) {
  hash_start();
  struct http_server *s = xmalloc(sizeof *s);
  memset(s, 0, sizeof *s);
  s->settings = *settings;
  fill_defaults(&s->settings);
  fill_policy(s);
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->tick, NULL);
  struct workers_settings ws = {.threads = s->settings.workers, .waiting_max = s->settings.queue_max,
                                .start = settings->worker_start, .end = settings->worker_end,
                                .rest = settings->worker_rest, .app = settings->app};
  int fd = -1;
  if (listen_open(&fd, &s->port, settings->listen, err) != 0 || workers_new(&s->workers, &ws, err) != 0) {
    if (fd >= 0) close(fd);
    free_server(s);
    return -1;
  }
  *out = s; /* the first request may come before this returns, and looks for its server there */
  s->daemon = start_daemon(s, fd);
  if (!s->daemon) {
    *out = NULL;
    workers_free(s->workers);
    close(fd);
    free_server(s);
    return error_set(err, ERR_UNAVAILABLE, "web.listen.taken", "listen", settings->listen, NULL);
  }
  s->has_sweeper = pthread_create(&s->sweeper, NULL, sweeper_main, s) == 0;
  log_event(LOG_INFO, "listening", "at", settings->listen, "microhttpd", MHD_get_version(), NULL);
  return 0;
}

int http_port(const struct http_server *s) { return s->port; }

void http_stop(struct http_server *s, time_ms drain) {
  if (!s) return;
  int fd = MHD_quiesce_daemon(s->daemon);
  if (fd >= 0) close(fd);
  pthread_mutex_lock(&s->lock);
  s->stopping = true;
  pthread_cond_signal(&s->tick);
  for (struct exchange *x = s->streams; x; x = x->next_stream) wake(x);
  pthread_mutex_unlock(&s->lock);
  if (s->has_sweeper) pthread_join(s->sweeper, NULL);
  /* What was begun must end: a deferred request is the lane's and comes back. `drain` bounds only the sending. */
  for (int64_t waited = 0; s->in_flight > 0; waited++) {
    if (waited == drain) log_event(LOG_WARNING, "stopping-waits-for-requests", NULL);
    usleep(1000);
  }
  for (int64_t waited = 0; s->alive > 0 && waited < drain; waited++) usleep(1000);
  MHD_stop_daemon(s->daemon);
  workers_free(s->workers);
  free_server(s);
}

void http_counts(struct http_server *s, struct http_counts *out) {
  *out = (struct http_counts){.requests = s->requests, .refused_malformed = s->malformed, .refused_busy = s->busy,
                              .bytes_out = s->bytes_out, .in_flight = s->in_flight, .queued = workers_waiting(s->workers),
                              .connections = s->connection_count};
  pthread_mutex_lock(&s->lock);
  for (struct exchange *x = s->streams; x; x = x->next_stream) out->streams++;
  pthread_mutex_unlock(&s->lock);
}
