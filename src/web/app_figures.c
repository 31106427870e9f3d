/* What the timer does about figures: counts them from the matters where a migration asked for it, and keeps each month when it
 * has ended. */
#include "matter/figure_check.h"
#include "matter/figure_month.h"
#include "web/app_inside.h"

enum { STEPS_A_TURN = 100 };

/* A job may be run twice before it counts: where it goes on is taken over when it is done. */
struct recount {
  struct engine *engine;
  int month, next;
  bool more;
};

static int recount_step(struct lane_txn *t, void *ctx, struct error *err) {
  struct recount *c = ctx;
  const struct world *w = world_take(c->engine);
  c->next = c->month;
  int r = figure_recount_step(t, w, &c->next, err);
  world_release(c->engine, w);
  c->more = r > 0;
  return r < 0 ? -1 : 0;
}

/* Some steps a turn, so that clocks and checkpoints do not wait for all of it. */
static int recount(struct app_figures *f, struct web_app *app, struct error *err) {
  struct recount c = {.engine = app->engine, .month = f->month, .more = true};
  for (int i = 0; c.more && i < STEPS_A_TURN && !app->stopping; i++) {
    if (lane_call(app->lane, recount_step, &c, err) < 0) return -1;
    f->month = c.month = c.next;
  }
  f->counted = !c.more; /* a turn that was cut short goes on after the next start */
  return 0;
}

struct keeping {
  struct engine *engine;
  int offset_min;
  bool more;
};

static int keep_month(struct lane_txn *t, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  const struct world *w = world_take(k->engine);
  int r = figure_month_keep(t, w, err);
  k->offset_min = w->offset_min;
  world_release(k->engine, w);
  k->more = r > 0;
  return r < 0 ? -1 : 0;
}

/* One month a turn; when none is left, nothing is asked until another has ended. */
static int keep_months(struct app_figures *f, struct web_app *app, time_ms now, struct error *err) {
  struct keeping k = {.engine = app->engine};
  if (f->kept && now < f->next_month) return 0;
  if (lane_call(app->lane, keep_month, &k, err) < 0) return -1;
  int month = figure_month_of(day_of_ms(now, k.offset_min));
  f->kept = !k.more;
  f->next_month = figure_month_start(figure_month_add(month, 1), k.offset_min);
  return 0;
}

int app_figures_turn(struct app_figures *f, struct web_app *app, time_ms now, struct error *err) {
  return f->counted ? keep_months(f, app, now, err) : recount(f, app, err);
}
