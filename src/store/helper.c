#include "store/helper.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/time.h"

enum { WAIT_FOR_TURN_S = 20, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/* --- turns ------------------------------------------------------------------------------------------------------ */

static sem_t turns;
static pthread_once_t turns_made = PTHREAD_ONCE_INIT;

static void make_turns(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  sem_init(&turns, 0, cores > 0 ? (unsigned)cores : 1);
}

int helper_turn(const char *code, struct error *err) {
  struct timespec until = {.tv_sec = monotonic_ns() / NS_PER_S + WAIT_FOR_TURN_S};
  pthread_once(&turns_made, make_turns);
  while (sem_clockwait(&turns, CLOCK_MONOTONIC, &until) < 0)
    if (errno != EINTR) return error_unavailable(err, code, "no turn within %d s", WAIT_FOR_TURN_S);
  return 0;
}

void helper_turn_done(void) { sem_post(&turns); }

/* --- the process ------------------------------------------------------------------------------------------------ */

int helper_start(struct helper *h, const char *program, const char *job, int wall_s, const char *code,
                 struct error *err) {
  static char name[] = "tongxin";
  char what[32], *const envp[] = {NULL};
  posix_spawn_file_actions_t files;
  int pair[2];
  text_copy(what, sizeof what, job);
  char *const argv[] = {name, what, NULL};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    return error_unavailable(err, code, "socketpair: %s", strerror(errno));
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, pair[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, pair[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  int failed = posix_spawn(&h->pid, program ? program : "/proc/self/exe", &files, NULL, argv, envp);
  posix_spawn_file_actions_destroy(&files);
  close(pair[1]);
  h->socket = pair[0];
  h->deadline_ns = monotonic_ns() + (int64_t)wall_s * SECOND_MS * NS_PER_MS;
  if (!failed) return 0;
  close(pair[0]);
  return error_unavailable(err, code, "posix_spawn: %s", strerror(failed));
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

int helper_say(const struct helper *h, const void *from, size_t len) {
  for (size_t at = 0; at < len;) {
    if (!ready(h, POLLOUT)) return -1;
    ssize_t n = send(h->socket, (const char *)from + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}

int helper_hear(const struct helper *h, void *to, size_t len) {
  for (size_t at = 0; at < len;) {
    if (!ready(h, POLLIN)) return -1;
    ssize_t n = recv(h->socket, (char *)to + at, len - at, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}

void helper_stop(const struct helper *h) {
  int status = 0;
  close(h->socket);
  kill(h->pid, SIGKILL);
  while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR) continue;
}

/* --- the helper's own side -------------------------------------------------------------------------------------- */

int helper_read(void *to, size_t len) {
  for (size_t at = 0; at < len;) {
    ssize_t n = read(STDIN_FILENO, (char *)to + at, len - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}

int helper_write(const void *from, size_t len) {
  for (size_t at = 0; at < len;) {
    ssize_t n = write(STDOUT_FILENO, (const char *)from + at, len - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return 0;
}
