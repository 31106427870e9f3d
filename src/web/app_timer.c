#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "matter/data_request.h"
#include "matter/sealed.h"
#include "people/session.h"
#include "store/file.h"
#include "store/store.h"
#include "web/app_inside.h"
#include "web/app_jobs.h"

enum {
  MARKS_AT_ONCE = 200,
  ONCE_KEPT_MS = 3 * DAY_MS,
  SWEEP_GRACE_MS = 10 * MINUTE_MS,
  SWEEP_EVERY_MS = 5 * MINUTE_MS
};

struct app_timer {
  struct web_app *app;
  struct db *db;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;
  bool running, stopping;
  struct app_figures figures;
  struct app_recount recount;
  time_ms checkpoint_every, next[APP_JOBS];
  struct app_job jobs[APP_JOBS]; /* under the lock */
};

static int checkpoint(struct lane_txn *t, void *ctx, struct error *err) {
  return journal_checkpoint(t, ctx, err);
}

int app_checkpoint(struct web_app *app, struct error *err) {
  return lane_call(app->lane, checkpoint, &app->journal_key, err);
}

static int clean(struct lane_txn *t, void *ctx, struct error *err) {
  const struct web_app *app = ctx;
  if (once_forget(t, t->now - ONCE_KEPT_MS, err) < 0) return -1;
  return people_clean_up(t, app->people, err);
}

/* Content that was erased, and uploads nobody came back for. */
static int sweep(struct web_app *app, time_ms now, struct error *err) {
  struct file_swept swept;
  return file_sweep(app->lane, app->files, now, SWEEP_GRACE_MS, &swept, err);
}

struct abandoned {
  time_ms before;
  int erased;
};

static int erase_abandoned(struct lane_txn *t, void *ctx, struct error *err) {
  struct abandoned *a = ctx;
  return file_sweep_abandoned(t, a->before, &a->erased, err);
}

/* Uploads nothing came to use in the time the district allows (setting files.waiting-hours). */
static int sweep_abandoned(struct web_app *app, time_ms now, struct error *err) {
  enum { USUAL_HOURS = 72 };
  const struct world *w = world_take(app->engine);
  const char *text = world_value(w, "files.waiting-hours", day_of_ms(now, w->offset_min));
  int64_t hours = USUAL_HOURS;
  if (text && (!text_to_int(text, &hours) || hours < 1)) hours = USUAL_HOURS;
  world_release(app->engine, w);
  struct abandoned a = {.before = now - hours * (time_ms)HOUR_MS, .erased = 1};
  while (a.erased && !app->stopping) {
    if (lane_call(app->lane, erase_abandoned, &a, err) < 0) return -1;
    app->files_abandoned += a.erased;
  }
  return 0;
}

/* Due at `next`, then every `every`. A wall clock that was set back must not keep it waiting until the old time comes
 * again. */
static bool is_due(time_ms *next, time_ms every, time_ms now) {
  if (now < *next && *next - now <= every) return false;
  *next = now + every;
  return true;
}

/* What fails now is tried again at the next turn; the log says so. */
static void note(const char *what, int result, const struct error *err) {
  if (result < 0) log_event(LOG_WARNING, "timer", "task", what, "code", err->code, "detail", err->detail, NULL);
}

/* An import by the command line, or by another server, is noticed within a minute. */
static int refresh_places(struct web_app *app, struct error *err) {
  struct db *db = NULL;
  int r = db_open(&db, app->url, DB_READER, err);
  if (r == 0) r = app_places_changed(app, db, err);
  db_close(db);
  return r;
}

struct marks {
  struct engine *engine;
  int taken;
};

static int take_marks(struct lane_txn *t, void *ctx, struct error *err) {
  struct marks *m = ctx;
  return engine_timer(t, m->engine, MARKS_AT_ONCE, &m->taken, err);
}

static int erase_sealed(struct lane_txn *t, void *ctx, struct error *err) {
  int *erased = ctx;
  *erased = 0;
  return sealed_erase_due(t, MARKS_AT_ONCE, erased, err);
}

/* Some marks together, which is cheap; when one of them is refused each by itself, so that it holds up nobody else's. */
static int some_marks(struct app_timer *timer, struct marks *m, time_ms now, struct error *err) {
  struct web_app *app = timer->app;
  struct error why = {0};
  int erased;
  if (lane_call(app->lane, take_marks, m, &why) == 0) return 0;
  if (why.kind == ERR_UNAVAILABLE) {
    *err = why;
    return -1;
  }
  if (engine_timer_each(app->lane, app->engine, timer->db, now, MARKS_AT_ONCE, &m->taken, err) < 0) return -1;
  return lane_call(app->lane, erase_sealed, &erased, err);
}

/* Clocks that have run out, some at a time, so that people who act meanwhile need not wait for all of them. */
static int run_clocks(struct app_timer *timer, time_ms now, struct error *err) {
  struct web_app *app = timer->app;
  struct marks m = {.engine = app->engine, .taken = MARKS_AT_ONCE};
  time_ms next = 0;
  if (engine_next_mark(timer->db, app->district, &next, err) < 0) return -1;
  bool changed = false;
  while (next && next <= now && m.taken == MARKS_AT_ONCE && !app->stopping) {
    if (some_marks(timer, &m, now, err) < 0) return -1;
    changed = changed || m.taken;
  }
  if (changed && app->server) http_publish(app->server, APP_CHANGED, "changed", "1");
  return 0;
}

static int escalate_requests(struct lane_txn *t, void *ctx, struct error *err) {
  struct web_app *app = ctx;
  int told;
  return data_request_escalate(t, app->engine, &told, err);
}

/* Requests about one's own data that were not answered in the legal time. */
static int late_requests(struct app_timer *timer, time_ms now, struct error *err) {
  struct web_app *app = timer->app;
  struct arena *a = arena_new(64 * 1024);
  struct q_data_request_late_out *rows;
  size_t n = 0;
  struct q_data_request_late_in in = {.district = app->district, .now = now, .most = 1};
  int r = q_data_request_late(timer->db, a, &rows, &n, &in, err);
  arena_free(a);
  if (r < 0) return -1;
  return n ? lane_call(app->lane, escalate_requests, app, err) : 0;
}

/* --- everything that is done by the clock ------------------------------------------------------------------------ */

/* A rulebook that was taken into use since; with one that cannot be read the clocks go on by the old ones. */
static int job_rulebooks(struct app_timer *t, time_ms now, struct error *err) {
  (void)now;
  return engine_refresh(t->app->engine, t->db, err) < 0 ? -1 : 0;
}

static int job_clocks(struct app_timer *t, time_ms now, struct error *err) {
  return run_clocks(t, now, err);
}

static int job_settings(struct app_timer *t, time_ms now, struct error *err) {
  return app_settings_follow(t->app, t->db, now, err);
}

static int job_requests(struct app_timer *t, time_ms now, struct error *err) {
  return late_requests(t, now, err);
}

static int job_figures(struct app_timer *t, time_ms now, struct error *err) {
  return app_figures_turn(&t->figures, t->app, now, err);
}

static int job_calendar(struct app_timer *t, time_ms now, struct error *err) {
  (void)now;
  return app_calendar_follow(&t->recount, t->app, t->db, err);
}

static int job_checkpoint(struct app_timer *t, time_ms now, struct error *err) {
  (void)now;
  return app_checkpoint(t->app, err);
}

static int job_clean(struct app_timer *t, time_ms now, struct error *err) {
  (void)now;
  return lane_call(t->app->lane, clean, t->app, err);
}

static int job_abandoned(struct app_timer *t, time_ms now, struct error *err) {
  return sweep_abandoned(t->app, now, err);
}

static int job_sweep(struct app_timer *t, time_ms now, struct error *err) {
  return sweep(t->app, now, err);
}

static int job_places(struct app_timer *t, time_ms now, struct error *err) {
  (void)now;
  return refresh_places(t->app, err);
}

/* `every` 0: each second; that of checkpoints is an option of the program. The order is that of doing. */
static const struct {
  const char *name;
  int (*run)(struct app_timer *t, time_ms now, struct error *err);
  time_ms every;
} jobs[APP_JOBS] = {
    [APP_JOB_RULEBOOKS] = {"rulebooks", job_rulebooks, 0},
    [APP_JOB_CLOCKS] = {"clocks", job_clocks, 0},
    [APP_JOB_SETTINGS] = {"settings", job_settings, 0},
    [APP_JOB_REQUESTS] = {"requests", job_requests, 0},
    [APP_JOB_FIGURES] = {"figures", job_figures, 0},
    [APP_JOB_CALENDAR] = {"calendar", job_calendar, 0},
    [APP_JOB_CHECKPOINT] = {"checkpoint", job_checkpoint, HOUR_MS},
    [APP_JOB_CLEAN] = {"clean", job_clean, DAY_MS},
    [APP_JOB_ABANDONED] = {"abandoned", job_abandoned, SWEEP_EVERY_MS},
    [APP_JOB_SWEEP] = {"sweep", job_sweep, SWEEP_EVERY_MS},
    [APP_JOB_PLACES] = {"places", job_places, MINUTE_MS},
};

static time_ms every(const struct app_timer *timer, int job) {
  return job == APP_JOB_CHECKPOINT ? timer->checkpoint_every : jobs[job].every;
}

static void run_job(struct app_timer *timer, int i, time_ms now) {
  struct error err = {0};
  int r = jobs[i].run(timer, now, &err);
  note(jobs[i].name, r, &err);
  pthread_mutex_lock(&timer->lock);
  struct app_job *job = &timer->jobs[i];
  job->last = now;
  job->took = wall_now() - now;
  if (r < 0) {
    job->failed = now;
    job->err = err;
  } else if (job->err.kind != ERR_NONE)
    job->err = (struct error){0};
  pthread_mutex_unlock(&timer->lock);
}

static void turn(struct app_timer *timer, time_ms now) {
  for (int i = 0; i < APP_JOBS && !timer->app->stopping; i++)
    if (!jobs[i].every || is_due(&timer->next[i], every(timer, i), now)) run_job(timer, i, wall_now());
}

void app_jobs(struct app_job out[APP_JOBS], struct app_timer *timer) {
  pthread_mutex_lock(&timer->lock);
  for (int i = 0; i < APP_JOBS; i++) {
    out[i] = timer->jobs[i];
    out[i].name = jobs[i].name;
    out[i].every = every(timer, i);
  }
  pthread_mutex_unlock(&timer->lock);
}

/* Waits a second of real time, or less when it is to stop. */
static bool wait_a_second(struct app_timer *timer) {
  struct timespec until;
  /* lint: allow clock because a condition waits by the system's clock, and nothing is dated by this */
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec++;
  pthread_mutex_lock(&timer->lock);
  while (!timer->stopping && pthread_cond_timedwait(&timer->wake, &timer->lock, &until) == 0) continue;
  bool go_on = !timer->stopping;
  pthread_mutex_unlock(&timer->lock);
  return go_on;
}

static void *run(void *arg) {
  struct app_timer *timer = arg;
  while (wait_a_second(timer)) turn(timer, wall_now());
  return NULL;
}

int app_timer_new(struct app_timer **out, struct web_app *app, int checkpoint_minutes, struct error *err) {
  struct app_timer *timer = xmalloc(sizeof *timer);
  pthread_condattr_t monotonic;
  time_ms now = wall_now();
  *timer = (struct app_timer){.app = app, .checkpoint_every = (time_ms)checkpoint_minutes * MINUTE_MS};
  timer->next[APP_JOB_CHECKPOINT] = now + timer->checkpoint_every;
  timer->next[APP_JOB_CLEAN] = now + HOUR_MS;
  timer->next[APP_JOB_SWEEP] = now + SWEEP_EVERY_MS;
  pthread_mutex_init(&timer->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&timer->wake, &monotonic);
  /* Before anybody can change the calendar it is written down which one the clocks were counted with. */
  if (db_open(&timer->db, app->url, DB_READER, err) < 0 || app_calendar_follow(&timer->recount, app, timer->db, err) < 0) {
    app_timer_free(timer);
    return -1;
  }
  *out = timer;
  return 0;
}

int app_timer_run(struct app_timer *timer, struct error *err) {
  if (pthread_create(&timer->thread, NULL, run, timer) != 0)
    return error_unavailable(err, "store.thread", "cannot start the timer's thread");
  timer->running = true;
  return 0;
}

void app_timer_stop(struct app_timer *timer) {
  if (!timer) return;
  timer->app->stopping = true; /* long work is cut short between its steps; it goes on after the next start */
  pthread_mutex_lock(&timer->lock);
  timer->stopping = true;
  pthread_cond_signal(&timer->wake);
  pthread_mutex_unlock(&timer->lock);
  if (timer->running) pthread_join(timer->thread, NULL);
  timer->running = false;
}

void app_timer_free(struct app_timer *timer) {
  if (!timer) return;
  app_timer_stop(timer);
  db_close(timer->db);
  free(timer);
}
