/* Worker threads and their queue. A job is embedded in what it works on, so putting one in the queue needs no memory
 * and cannot fail, except that new requests are refused when too many wait already. */
#ifndef WEB_WORKERS_H
#define WEB_WORKERS_H

#include <stdbool.h>

#include "base/error.h"

struct workers;

struct job {
  struct job *next;
  void (*run)(struct job *job, void *context); /* on a worker, with that worker's own context */
};

struct workers_settings {
  int threads; /* at least 1 */
  int waiting_max;
  int (*start)(void **context, void *app, struct error *err); /* may be NULL */
  void (*end)(void *context);
  void (*rest)(void *context); /* after each job, before the next; may be NULL */
  void *app;
};

/* Starts the threads and waits until each has its context; -1 with the error of the first that has not. */
int workers_new(struct workers **out, const struct workers_settings *settings, struct error *err);

/* A new job; false when too many wait. */
bool workers_offer(struct workers *w, struct job *job);

/* A job that was begun already: never refused, and done before new ones. */
void workers_resume(struct workers *w, struct job *job);

/* Jobs that wait for a thread. */
int workers_waiting(struct workers *w);

/* Lets the threads finish what is queued, ends their contexts and frees everything. NULL is allowed. */
void workers_free(struct workers *w);

#endif
