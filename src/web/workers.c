#include "web/workers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"

struct queue {
  struct job *first, **last;
};

struct workers {
  struct workers_settings settings;
  pthread_mutex_t lock;
  pthread_cond_t work, ready;
  struct queue fresh, begun;
  int waiting; /* in fresh */
  int started; /* threads that have a context, or have failed to get one */
  bool failed, stopping;
  struct error error;
  pthread_t *threads;
  int thread_count;
};

static void queue_init(struct queue *q) {
  q->first = NULL;
  q->last = &q->first;
}

static void queue_put(struct queue *q, struct job *job) {
  job->next = NULL;
  *q->last = job;
  q->last = &job->next;
}

static struct job *queue_take(struct queue *q) {
  struct job *job = q->first;
  if (!job) return NULL;
  q->first = job->next;
  if (!q->first) q->last = &q->first;
  return job;
}

/* Waits for a job; NULL when it is time to go. Called with the lock held. */
static struct job *next_job(struct workers *w) {
  for (;;) {
    struct job *job = queue_take(&w->begun);
    if (job) return job;
    job = queue_take(&w->fresh);
    if (job) {
      w->waiting--;
      return job;
    }
    if (w->stopping) return NULL;
    pthread_cond_wait(&w->work, &w->lock);
  }
}

static void report(struct workers *w, const struct error *err, int result) {
  pthread_mutex_lock(&w->lock);
  w->started++;
  if (result != 0 && !w->failed) {
    w->failed = true;
    w->error = *err;
  }
  pthread_cond_signal(&w->ready);
  pthread_mutex_unlock(&w->lock);
}

static void *worker_main(void *arg) {
  struct workers *w = arg;
  void *context = NULL;
  struct error err = {0};
  int result = w->settings.start ? w->settings.start(&context, w->settings.app, &err) : 0;
  report(w, &err, result);
  if (result != 0) return NULL;
  pthread_mutex_lock(&w->lock);
  for (struct job *job; (job = next_job(w)) != NULL;) {
    pthread_mutex_unlock(&w->lock);
    job->run(job, context);
    if (w->settings.rest) w->settings.rest(context);
    pthread_mutex_lock(&w->lock);
  }
  pthread_mutex_unlock(&w->lock);
  if (w->settings.end) w->settings.end(context);
  return NULL;
}

int workers_new(struct workers **out, const struct workers_settings *settings, struct error *err) {
  struct workers *w = xmalloc(sizeof *w);
  *w = (struct workers){.settings = *settings};
  pthread_mutex_init(&w->lock, NULL);
  pthread_cond_init(&w->work, NULL);
  pthread_cond_init(&w->ready, NULL);
  queue_init(&w->fresh);
  queue_init(&w->begun);
  w->threads = xmalloc((size_t)settings->threads * sizeof *w->threads);
  for (int i = 0; i < settings->threads; i++)
    if (pthread_create(&w->threads[i], NULL, worker_main, w) == 0) w->thread_count++;
    else break;
  pthread_mutex_lock(&w->lock);
  while (w->started < w->thread_count) pthread_cond_wait(&w->ready, &w->lock);
  pthread_mutex_unlock(&w->lock);
  if (!w->failed && w->thread_count == settings->threads) {
    *out = w;
    return 0;
  }
  if (w->failed)
    *err = w->error;
  else
    error_unavailable(err, "web.threads", "pthread_create");
  workers_free(w);
  return -1;
}

bool workers_offer(struct workers *w, struct job *job) {
  pthread_mutex_lock(&w->lock);
  bool room = w->waiting < w->settings.waiting_max && !w->stopping;
  if (room) {
    queue_put(&w->fresh, job);
    w->waiting++;
    pthread_cond_signal(&w->work);
  }
  pthread_mutex_unlock(&w->lock);
  return room;
}

void workers_resume(struct workers *w, struct job *job) {
  pthread_mutex_lock(&w->lock);
  queue_put(&w->begun, job);
  pthread_cond_signal(&w->work);
  pthread_mutex_unlock(&w->lock);
}

int workers_waiting(struct workers *w) {
  pthread_mutex_lock(&w->lock);
  int n = w->waiting;
  pthread_mutex_unlock(&w->lock);
  return n;
}

void workers_free(struct workers *w) {
  if (!w) return;
  pthread_mutex_lock(&w->lock);
  w->stopping = true;
  pthread_cond_broadcast(&w->work);
  pthread_mutex_unlock(&w->lock);
  for (int i = 0; i < w->thread_count; i++) pthread_join(w->threads[i], NULL);
  pthread_cond_destroy(&w->work);
  pthread_cond_destroy(&w->ready);
  pthread_mutex_destroy(&w->lock);
  free(w->threads);
  free(w);
}
