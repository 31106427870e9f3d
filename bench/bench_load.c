/* A load generator for one kind of request over HTTP/1.1: connections that stay open, epoll, one thread. Every request has
 * a body and an Idempotency-Key of its own. At RATE a second (0: as fast as answers come); when the rate is given, a
 * request that could not be sent in time waits, and its wait counts. Prints one line of JSON.
 *
 *   bench_load PORT PATH CONNECTIONS SECONDS RATE      "#" in the body read from standard input becomes a number */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"

enum { CONNECTIONS_MOST = 1024, BODY_MAX = 8192, MOST = 4000000 };

struct connection {
  int fd;
  bool busy;
  int64_t due; /* ns: when its request should have gone out */
  size_t got;
  char in[BODY_MAX];
};

struct load {
  int epoll, port;
  const char *path, *body;
  struct connection *all;
  int count;
  int64_t sent, answered, refused, number;
  int64_t *took;
};

static int open_connection(struct load *l, struct connection *c) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
  int one = 1;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&to, sizeof to) < 0) return -1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
  return epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e);
}

static int send_one(struct load *l, struct connection *c, int64_t due) {
  char body[BODY_MAX], out[2 * BODY_MAX];
  const char *mark = strchr(l->body, '#');
  long long n = (long long)++l->number;
  int size = mark ? snprintf(body, sizeof body, "%.*s%lld%s", (int)(mark - l->body), l->body, n, mark + 1)
                  : snprintf(body, sizeof body, "%s", l->body);
  int len = snprintf(out, sizeof out,
                     "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                     "Idempotency-Key: load-%d-%lld\r\nContent-Length: %d\r\n\r\n%s",
                     l->path, l->port, (int)getpid(), n, size, body);
  c->busy = true;
  c->due = due;
  c->got = 0;
  l->sent++;
  return write(c->fd, out, (size_t)len) == len ? 0 : -1;
}

/* True when a whole answer has come. */
static bool whole(const struct connection *c) {
  const char *end = strstr(c->in, "\r\n\r\n"), *length = strcasestr(c->in, "\r\ncontent-length:");
  if (!end || !length || length > end) return false;
  long n = strtol(length + strlen("\r\ncontent-length:"), NULL, 10);
  return c->got >= (size_t)(end + 4 - c->in) + (size_t)n;
}

static int hear(struct load *l, struct connection *c) {
  ssize_t n = read(c->fd, c->in + c->got, sizeof c->in - 1 - c->got);
  if (n <= 0) return -1;
  c->got += (size_t)n;
  c->in[c->got] = '\0';
  if (!whole(c)) return 0;
  if (!text_starts(c->in, "HTTP/1.1 20") && !l->refused++) fprintf(stderr, "bench_load: %.600s\n", c->in);
  if (l->answered < MOST) l->took[l->answered++] = monotonic_ns() - c->due;
  c->busy = false;
  return 0;
}

/* Sends what is due on the connections that are free. */
static int feed(struct load *l, int64_t began, int64_t rate) {
  for (int i = 0; i < l->count; i++) {
    struct connection *c = &l->all[i];
    int64_t now = monotonic_ns(), due = rate ? began + l->sent * 1000000000 / rate : now;
    if (due > now) return 0;
    if (!c->busy && send_one(l, c, due) < 0) return -1;
  }
  return 0;
}

static int run(struct load *l, int64_t seconds, int64_t rate) {
  struct epoll_event ready[128];
  int64_t began = monotonic_ns(), end = began + seconds * 1000000000;
  while (monotonic_ns() < end) {
    if (feed(l, began, rate) < 0) return -1;
    int n = epoll_wait(l->epoll, ready, 128, 1);
    for (int i = 0; i < n; i++)
      if (hear(l, ready[i].data.ptr) < 0) return -1;
  }
  return 0;
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv) {
  static char body[BODY_MAX / 2];
  struct load l = {.body = body};
  int64_t port, count, seconds, rate;
  if (argc != 6 || !text_to_int(argv[1], &port) || !text_to_int(argv[3], &count) || !text_to_int(argv[4], &seconds) ||
      !text_to_int(argv[5], &rate) || count < 1 || count > CONNECTIONS_MOST) {
    fputs("bench_load PORT PATH CONNECTIONS SECONDS RATE <BODY\n", stderr);
    return 64;
  }
  body[fread(body, 1, sizeof body - 1, stdin)] = '\0';
  struct arena *a = arena_new((size_t)1 << 30);
  l.port = (int)port;
  l.path = argv[2];
  l.count = (int)count;
  l.all = ARENA_ARRAY(a, (size_t)count, struct connection);
  l.took = ARENA_ARRAY(a, MOST, int64_t);
  l.epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < l.count; i++)
    if (open_connection(&l, &l.all[i]) < 0) {
      fprintf(stderr, "bench_load: %s\n", strerror(errno));
      return 69;
    }
  if (run(&l, seconds, rate) < 0) {
    fputs("bench_load: a connection was closed\n", stderr);
    return 69;
  }
  qsort(l.took, (size_t)l.answered, sizeof *l.took, by_size);
  int64_t n = l.answered ? l.answered : 1;
  printf("{\"per_s\":%.0f,\"answered\":%" PRId64 ",\"refused\":%" PRId64 ",\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
         (double)l.answered / (double)seconds, l.answered, l.refused, (double)l.took[n / 2] / 1e6,
         (double)l.took[n * 99 / 100] / 1e6);
  arena_free(a);
  return l.refused ? 1 : 0;
}
