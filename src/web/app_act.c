/* From a handler to the lane and back: the request's memory holds everything until the lane has answered. */
#include <string.h>

#include "matter/sealed.h"
#include "web/app.h"

struct errand {
  struct lane_job job;
  struct request *request;
  int (*after)(struct request *r, void *ctx, struct error *err);
  void *ctx;
};

static int come_back(struct request *r, void *ctx, struct error *err) {
  struct errand *e = ctx;
  *err = e->job.err;
  if (err->kind == ERR_NONE && !r->quiet) http_publish(app_of(r)->server, APP_CHANGED, "changed", "1");
  return e->after(r, e->ctx, err);
}

/* On the lane's thread, after the commit. */
static void done(struct lane_job *job) {
  struct errand *e = (struct errand *)(void *)((char *)job - offsetof(struct errand, job));
  request_continue(e->request, come_back, e);
}

static void start(struct request *r, void *ctx) {
  struct errand *e = ctx;
  if (lane_submit(app_of(r)->lane, &e->job, &e->job.err) < 0) request_continue(r, come_back, e);
}

int app_run(struct request *r, lane_fn *run, void *ctx, int (*after)(struct request *r, void *ctx, struct error *err)) {
  struct errand *e = ARENA_NEW(r->arena, struct errand);
  *e = (struct errand){.request = r, .after = after, .ctx = ctx, .job = {.run = run, .done = done, .ctx = ctx}};
  return request_defer(r, start, e);
}

/* --- actions ---------------------------------------------------------------------------------------------------- */

struct deed {
  struct request *request;
  struct act act;
  struct reporter_in reporter;
  struct acted acted;
  int (*after)(struct request *r, const struct acted *acted, void *ctx, struct error *err);
  void *ctx;
};

static const struct said *copy_said(struct arena *a, const struct said *said, size_t n) {
  struct said *copy = ARENA_ARRAY(a, n, struct said);
  for (size_t i = 0; i < n; i++)
    copy[i] = (struct said){arena_strdup(a, said[i].field), said[i].number, arena_strdup(a, said[i].value)};
  return copy;
}

static const struct reporter_in *copy_reporter(struct arena *a, struct reporter_in *to, const struct reporter_in *from) {
  if (!from) return NULL;
  *to = *from;
  to->name = arena_strdup(a, from->name);
  to->phone = arena_strdup(a, from->phone);
  to->mail = arena_strdup(a, from->mail);
  return to;
}

static void copy_act(struct deed *d, const struct act *act) {
  struct arena *a = d->request->arena;
  d->act = *act;
  if (!act->actor) d->act.actor = &d->request->actor;
  d->act.action = arena_strdup(a, act->action);
  d->act.procedure = arena_strdup(a, act->procedure);
  d->act.source = arena_strdup(a, act->source);
  d->act.once_key = arena_strdup(a, act->once_key);
  d->act.said = copy_said(a, act->said, act->said_count);
  d->act.reporter = copy_reporter(a, &d->reporter, act->reporter);
}

/* The lane's memory dies with its batch; the request waits, so nobody else touches its memory now. */
static int take(struct lane_txn *t, void *ctx, struct error *err) {
  struct deed *d = ctx;
  struct arena *a = d->request->arena;
  struct acted acted = {0};
  if (engine_act(t, app_of(d->request)->engine, &d->act, &acted, err) < 0) return -1;
  if (acted.matter > SEALED_IDS) d->request->quiet = true;
  acted.code = arena_strdup(a, acted.code);
  acted.receipt = arena_strdup(a, acted.receipt);
  acted.stage = arena_strdup(a, acted.stage);
  d->acted = acted;
  return 0;
}

static int taken(struct request *r, void *ctx, struct error *err) {
  struct deed *d = ctx;
  return d->after(r, err->kind == ERR_NONE ? &d->acted : NULL, d->ctx, err);
}

int app_act(struct request *r, const struct act *act,
            int (*after)(struct request *r, const struct acted *acted, void *ctx, struct error *err), void *ctx) {
  struct deed *d = ARENA_NEW(r->arena, struct deed);
  *d = (struct deed){.request = r, .after = after, .ctx = ctx};
  copy_act(d, act);
  return app_run(r, take, d, taken);
}
