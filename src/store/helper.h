/* Helper processes: work on what strangers sent, or with libraries too large to be trusted, is done by a short-lived
 * process of its own that is confined before it begins (confine.h), asked over one socket and then ended. */
#ifndef STORE_HELPER_H
#define STORE_HELPER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* One running helper. */
struct helper {
  pid_t pid;
  int socket;
  int64_t deadline_ns; /* when it is given up, monotonic */
};

/* Waits for a turn: at most as many helpers run at once as there are cores. Give it back with helper_turn_done. Any thread,
 * never the lane's. Error: `code` (UNAVAILABLE) when none came within 20 s. */
int helper_turn(const char *code, struct error *err);
void helper_turn_done(void);

/* Starts `program` (NULL: this program itself) with the one argument `job`. It gets one socket as standard input and
 * output and nothing else: no other descriptor, no environment. It is given up after `wall_s` seconds. Error: `code`. */
int helper_start(struct helper *h, const char *program, const char *job, int wall_s, const char *code, struct error *err);

/* Sends or receives exactly `len` bytes; -1 when time is up or the helper is gone. */
int helper_say(const struct helper *h, const void *from, size_t len);
int helper_hear(const struct helper *h, void *to, size_t len);

/* It is not asked to end, it is ended: it has answered or never will. */
void helper_stop(const struct helper *h);

/* The helper's own side: the same on standard input and output, without a deadline. */
int helper_read(void *to, size_t len);
int helper_write(const void *from, size_t len);

#endif
