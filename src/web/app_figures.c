/* What the timer does about figures: counts them from the matters where a migration asked for it. */
#include "matter/figure_check.h"
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
  for (int i = 0; c.more && i < STEPS_A_TURN; i++) {
    if (lane_call(app->lane, recount_step, &c, err) < 0) return -1;
    f->month = c.month = c.next;
  }
  f->counted = !c.more;
  return 0;
}

int app_figures_turn(struct app_figures *f, struct web_app *app, struct error *err) {
  return f->counted ? 0 : recount(f, app, err);
}
