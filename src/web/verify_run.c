#include "web/verify_run.h"

#include <pthread.h>
#include <stdlib.h>

struct verify_run {
  char *url;
  int64_t district;
  pthread_mutex_t lock;
  pthread_t thread;
  bool has_thread; /* to be joined */
  struct verify_state state;
};

struct verify_run *verify_run_new(const char *url, int64_t district) {
  struct verify_run *v = xmalloc(sizeof *v);
  *v = (struct verify_run){.url = xstrdup(url), .district = district};
  pthread_mutex_init(&v->lock, NULL);
  return v;
}

static void join(struct verify_run *v) {
  if (v->has_thread) pthread_join(v->thread, NULL);
  v->has_thread = false;
}

void verify_run_free(struct verify_run *v) {
  if (!v) return;
  join(v);
  pthread_mutex_destroy(&v->lock);
  free(v->url);
  free(v);
}

static void progress(void *ctx, int64_t entries) {
  struct verify_run *v = ctx;
  pthread_mutex_lock(&v->lock);
  v->state.entries = entries;
  pthread_mutex_unlock(&v->lock);
}

static void *run(void *ctx) {
  struct verify_run *v = ctx;
  struct journal_report report = {0};
  struct error err = {0};
  struct db *db = NULL;
  int r = db_open(&db, v->url, DB_READER, &err);
  if (r == 0) r = journal_verify(db, v->district, &report, progress, v, &err);
  db_close(db);
  pthread_mutex_lock(&v->lock);
  v->state.report = report;
  v->state.entries = report.entries;
  v->state.err = err;
  v->state.done = r == 0;
  v->state.running = false;
  v->state.ended = wall_now();
  pthread_mutex_unlock(&v->lock);
  return NULL;
}

int verify_run_start(struct verify_run *v, const char *by, int64_t total, time_ms now, struct error *err) {
  int r = 0;
  pthread_mutex_lock(&v->lock);
  bool begin = !v->state.running;
  if (begin) {
    if (v->has_thread) pthread_join(v->thread, NULL); /* it has ended: it does not hold the lock any more */
    v->has_thread = false;
    v->state = (struct verify_state){.running = true, .total = total, .started = now};
    text_copy(v->state.by, sizeof v->state.by, by);
    r = pthread_create(&v->thread, NULL, run, v);
    v->has_thread = r == 0;
    if (r != 0) v->state.running = false;
  }
  pthread_mutex_unlock(&v->lock);
  return r == 0 ? 0 : error_unavailable(err, "audit.verify.thread", "pthread_create: %d", r);
}

void verify_run_state(struct verify_state *out, struct verify_run *v) {
  pthread_mutex_lock(&v->lock);
  *out = v->state;
  pthread_mutex_unlock(&v->lock);
}
