/* Moving the write-ahead log of SQLite into its database beside the lane, not in it: a commit that also had to move sixteen
 * megabytes and wait for the disk kept everybody in the next batch waiting. The thread has a connection of its own and takes
 * no part in writing; PASSIVE waits for nobody and lets nobody wait. While commits never pause, the log cannot begin anew, so
 * once it is long the committing connection moves what little is left itself. */
#include "store/checkpoint_sqlite.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/base.h"

struct checkpointer {
  sqlite3 *handle;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t some;
  bool due, closing;
};

/* True when there is something to do, false when it is over. */
static bool wait_for_work(struct checkpointer *c) {
  pthread_mutex_lock(&c->lock);
  while (!c->due && !c->closing) pthread_cond_wait(&c->some, &c->lock);
  bool go_on = !c->closing;
  c->due = false;
  pthread_mutex_unlock(&c->lock);
  return go_on;
}

/* What cannot be moved now is moved the next time; an error here loses nothing, because the log has it. */
static void *work(void *arg) {
  struct checkpointer *c = arg;
  while (wait_for_work(c)) sqlite3_wal_checkpoint_v2(c->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  return NULL;
}

struct checkpointer *checkpointer_start(const char *path) {
  struct checkpointer *c = xmalloc(sizeof *c);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->some, NULL);
  if (sqlite3_open_v2(path, &c->handle, flags, NULL) == SQLITE_OK && pthread_create(&c->thread, NULL, work, c) == 0) return c;
  sqlite3_close_v2(c->handle);
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->some);
  free(c);
  return NULL;
}

void checkpointer_wake(struct checkpointer *c) {
  pthread_mutex_lock(&c->lock);
  c->due = true;
  pthread_cond_signal(&c->some);
  pthread_mutex_unlock(&c->lock);
}

void checkpointer_stop(struct checkpointer *c) {
  if (!c) return;
  pthread_mutex_lock(&c->lock);
  c->closing = true;
  pthread_cond_signal(&c->some);
  pthread_mutex_unlock(&c->lock);
  pthread_join(c->thread, NULL);
  sqlite3_close_v2(c->handle);
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->some);
  free(c);
}
