/* A changed calendar: every open clock is counted anew, some at a time, so that people who act meanwhile need not wait. The
 * digest of the calendar the clocks were last counted with is a setting, so that nothing is forgotten over a restart. */
#include <string.h>

#include "matter/engine.h"
#include "web/app_inside.h"

enum { CLOCKS_AT_ONCE = 200, BATCHES_A_TURN = 10 };

#define SETTING "calendar.counted"

struct counting {
  struct web_app *app;
  struct app_recount *recount;
};

static int keep_done(struct lane_txn *t, void *ctx, struct error *err) {
  const struct counting *c = ctx;
  struct q_setting_put_in in = {.district = t->district, .name = SETTING, .value = c->recount->aim};
  return q_setting_put(t->db, &in, err) < 0 ? -1 : 0;
}

static int some(struct lane_txn *t, void *ctx, struct error *err) {
  struct counting *c = ctx;
  struct changed_clock *clocks;
  size_t n;
  int64_t after = c->recount->after; /* the job may be run again: where it began is kept until it is durable */
  if (engine_recompute(t, c->app->engine, &after, CLOCKS_AT_ONCE, &clocks, &n, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (engine_recompute_note(t, &clocks[i], "system", err) < 0) return -1;
  c->recount->next = after;
  return 0;
}

/* What was counted with last; a district that never said so has just been founded or upgraded: with what it has. */
static int load_done(struct app_recount *c, struct web_app *app, struct db *db, struct error *err) {
  struct arena *a = arena_new(64 * 1024);
  struct q_setting_get_out row = {.value = ""};
  struct q_setting_get_in in = {.district = app->district, .name = SETTING};
  int found = q_setting_get(db, a, &row, &in, err);
  if (found > 0) text_copy(c->done, sizeof c->done, row.value);
  arena_free(a);
  if (found != 0) return found < 0 ? -1 : 0;
  text_copy(c->done, sizeof c->done, c->aim);
  return lane_call(app->lane, keep_done, &(struct counting){app, c}, err);
}

int app_calendar_follow(struct app_recount *c, struct web_app *app, struct db *db, struct error *err) {
  struct counting counting = {app, c};
  char now[sizeof c->aim];
  const struct world *w = world_take(app->engine);
  text_copy(now, sizeof now, w->calendar_digest);
  world_release(app->engine, w);
  if (!text_eq(now, c->aim)) {
    text_copy(c->aim, sizeof c->aim, now);
    c->after = 0;
  }
  if (!*c->done && load_done(c, app, db, err) < 0) return -1;
  for (int i = 0; i < BATCHES_A_TURN && !app->stopping && !text_eq(c->done, c->aim); i++) {
    if (lane_call(app->lane, some, &counting, err) < 0) return -1;
    c->after = c->next;
    if (c->after) continue;
    if (lane_call(app->lane, keep_done, &counting, err) < 0) return -1;
    text_copy(c->done, sizeof c->done, c->aim);
  }
  return 0;
}
