#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { BACKLOG = 1024, SYSTEMD_FD = 3 };

static int taken(const char *address, struct error *err) {
  return error_set(err, ERR_UNAVAILABLE, "web.listen.taken", "listen", address, NULL);
}

static int bad(const char *address, struct error *err) {
  return error_set(err, ERR_INPUT, "web.listen.bad", "listen", address, NULL);
}

/* Removes a socket file nobody listens on. */
static void clear_stale(const struct sockaddr_un *at) {
  struct stat st;
  if (lstat(at->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) return;
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  if (connect(probe, (const struct sockaddr *)at, sizeof *at) != 0 && errno == ECONNREFUSED) unlink(at->sun_path);
  close(probe);
}

static int open_unix(int *out, const char *address, struct error *err) {
  const char *path = address + strlen("unix:");
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  if (!*path || strlen(path) >= sizeof at.sun_path) return bad(address, err);
  text_copy(at.sun_path, sizeof at.sun_path, path);
  clear_stale(&at);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 && listen(fd, BACKLOG) == 0) {
    chmod(path, 0660);
    *out = fd;
    return 0;
  }
  if (fd >= 0) close(fd);
  return taken(address, err);
}

static int bound_port(int fd) {
  struct sockaddr_storage at;
  socklen_t n = sizeof at;
  if (getsockname(fd, (struct sockaddr *)&at, &n) != 0) return 0;
  if (at.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&at)->sin_port);
  if (at.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
  return 0;
}

static int open_tcp(int *out, const char *host, const char *port, const char *address, struct error *err) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  if (getaddrinfo(*host ? host : NULL, port, &hints, &found) != 0) return bad(address, err);
  int fd = -1;
  for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
    fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (fd < 0) continue;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) break;
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  if (fd < 0) return taken(address, err);
  *out = fd;
  return 0;
}

int listen_open(int *fd, int *port, const char *address, struct error *err) {
  *port = 0;
  if (text_empty(address)) return bad("", err);
  if (text_starts(address, "unix:")) return open_unix(fd, address, err);
  if (text_eq(address, "systemd")) {
    if (text_empty(getenv("LISTEN_FDS"))) return bad(address, err);
    *fd = SYSTEMD_FD;
    *port = bound_port(SYSTEMD_FD);
    return 0;
  }
  char host[256];
  text_copy(host, sizeof host, address);
  char *colon = strrchr(host, ':');
  int64_t number = -1;
  if (!colon || !text_to_int(colon + 1, &number) || number < 0 || number > 65535) return bad(address, err);
  *colon = '\0';
  char *name = host;
  size_t n = strlen(name);
  if (*name == '[' && n > 1 && name[n - 1] == ']') {
    name[n - 1] = '\0';
    name++;
  }
  if (open_tcp(fd, name, colon + 1, address, err) != 0) return -1;
  *port = bound_port(*fd);
  return 0;
}
