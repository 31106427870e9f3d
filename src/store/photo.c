#include "store/photo.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "store/file_kind.h"
#include "store/photo_internal.h"

enum { WAIT_FOR_TURN_S = 20, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

const struct photo_limits photo_limits_usual = {.bytes = 10 << 20, .pixels = 40000000, .edge = 2560, .thumb_edge = 480,
                                                .quality = 82, .cpu_s = 10, .wall_s = 30, .memory = 640 << 20};

/* --- turns: as many helpers at once as there are cores ---------------------------------------------------------- */

static sem_t turns;
static pthread_once_t turns_made = PTHREAD_ONCE_INIT;

static void make_turns(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  sem_init(&turns, 0, cores > 0 ? (unsigned)cores : 1);
}

static int take_turn(struct error *err) {
  struct timespec until = {.tv_sec = monotonic_ns() / NS_PER_S + WAIT_FOR_TURN_S};
  pthread_once(&turns_made, make_turns);
  while (sem_clockwait(&turns, CLOCK_MONOTONIC, &until) < 0)
    if (errno != EINTR) return error_unavailable(err, "file.photo.busy", "no turn within %d s", WAIT_FOR_TURN_S);
  return 0;
}

/* --- the helper process ----------------------------------------------------------------------------------------- */

struct helper {
  pid_t pid;
  int socket;
  int64_t deadline_ns;
};

/* The helper gets one socket and nothing else: no other descriptor, no environment. */
static int start(struct helper *h, const struct photo_limits *limits, struct error *err) {
  static char name[] = "tongxin", job[] = PHOTO_WORKER;
  char *const argv[] = {name, job, NULL}, *const envp[] = {NULL};
  posix_spawn_file_actions_t files;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    return error_unavailable(err, "file.photo.helper", "socketpair: %s", strerror(errno));
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, pair[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, pair[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  int failed = posix_spawn(&h->pid, "/proc/self/exe", &files, NULL, argv, envp);
  posix_spawn_file_actions_destroy(&files);
  close(pair[1]);
  h->socket = pair[0];
  h->deadline_ns = monotonic_ns() + (int64_t)limits->wall_s * SECOND_MS * NS_PER_MS;
  if (!failed) return 0;
  close(pair[0]);
  return error_unavailable(err, "file.photo.helper", "posix_spawn: %s", strerror(failed));
}

/* Waits until the socket can be read or written; false when time is up. */
static bool ready(const struct helper *h, short events) {
  struct pollfd p = {.fd = h->socket, .events = events};
  for (;;) {
    int64_t left_ms = (h->deadline_ns - monotonic_ns()) / NS_PER_MS;
    if (left_ms <= 0) return false;
    int r = poll(&p, 1, (int)left_ms);
    if (r > 0) return true;
    if (r < 0 && errno != EINTR) return false;
  }
}

static int say(const struct helper *h, const void *from, size_t len) {
  for (size_t at = 0; at < len;) {
    if (!ready(h, POLLOUT)) return -1;
    ssize_t n = send(h->socket, (const char *)from + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}

static int hear(const struct helper *h, void *to, size_t len) {
  for (size_t at = 0; at < len;) {
    if (!ready(h, POLLIN)) return -1;
    ssize_t n = recv(h->socket, (char *)to + at, len - at, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}

/* The helper is not asked to end, it is ended: it has answered or never will. */
static void stop(const struct helper *h) {
  int status = 0;
  close(h->socket);
  kill(h->pid, SIGKILL);
  while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR) continue;
}

static int talk(const struct helper *h, struct photo *out, struct arena *arena, struct bytes data,
                const struct photo_limits *limits, struct error *err) {
  struct photo_question q = {.limits = *limits, .len = data.len};
  struct photo_answer a;
  if (say(h, &q, sizeof q) < 0 || say(h, data.data, data.len) < 0 || hear(h, &a, sizeof a) < 0)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  if (a.err.kind != ERR_NONE) {
    *err = a.err;
    return -1;
  }
  if (a.len > PHOTO_ANSWER_MAX || a.thumb_len > PHOTO_ANSWER_MAX)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  unsigned char *jpeg = arena_alloc(arena, a.len), *thumb = arena_alloc(arena, a.thumb_len);
  if (hear(h, jpeg, a.len) < 0 || hear(h, thumb, a.thumb_len) < 0)
    return error_set(err, ERR_INPUT, "file.photo.broken", NULL, NULL);
  *out = (struct photo){.jpeg = {jpeg, a.len}, .thumb = {thumb, a.thumb_len}, .width = a.width, .height = a.height,
                        .thumb_width = a.thumb_width, .thumb_height = a.thumb_height};
  return 0;
}

static int check(struct bytes data, const char *claimed, const struct photo_limits *limits, struct error *err) {
  const char *media;
  char most[24];
  snprintf(most, sizeof most, "%lld", (long long)(limits->bytes >> 20));
  if ((int64_t)data.len > limits->bytes) return error_set(err, ERR_TOO_LARGE, "file.photo.bytes", NULL, most, NULL);
  if (file_is_what_it_says(&media, data, claimed, err) < 0) return -1;
  if (!strcmp(media, "image/jpeg") || !strcmp(media, "image/png") || !strcmp(media, "image/webp")) return 0;
  if (!strcmp(file_sniff(data), "image/heic")) return error_set(err, ERR_INPUT, "file.photo.heic", NULL, NULL);
  return error_set(err, ERR_INPUT, "file.photo.kind", NULL, NULL);
}

int photo_process(struct photo *out, struct arena *arena, struct bytes data, const char *claimed,
                  const struct photo_limits *limits, struct error *err) {
  struct helper h;
  if (check(data, claimed, limits, err) < 0 || take_turn(err) < 0) return -1;
  int r = start(&h, limits, err);
  if (r == 0) {
    r = talk(&h, out, arena, data, limits, err);
    stop(&h);
  }
  sem_post(&turns);
  if (r < 0) log_event(LOG_INFO, "photo-refused", "code", err->code, "detail", err->detail, NULL);
  return r;
}
