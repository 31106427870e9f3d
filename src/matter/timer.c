/* Marks of clocks: what a procedure says shall happen when part of a limit, all of it, or more has passed. */
#include "matter/sealed_internal.h"

#include <string.h>

enum { RECOMPUTE_LIST = 1000 };

static bool needs_step(const struct procedure_effects *effects) {
  for (size_t i = 0; i < effects->count; i++)
    if (effects->items[i].kind != EFFECT_TELL && effects->items[i].kind != EFFECT_ESCALATE) return true;
  return false;
}

/* A step by the system that carries what the mark sets and does. */
static int note_mark(struct doing *d, struct buf *digests, const struct procedure_effects *effects, const char *clock) {
  struct state *s = d->k->s;
  d->digests = digests;
  d->step = &s->steps[s->step_count];
  *d->step = (struct state_step){.track = d->track,
                                 .action_name = arena_printf(d->k->a, "clock.%s", clock),
                                 .from = d->track->stage,
                                 .at = d->k->now,
                                 .actor = d->k->key};
  if (work_next(d->k, "step", &d->step->id) < 0) return -1;
  s->step_count++;
  if (effects_before(d, effects) < 0) return -1;
  return note_step(d, d->step->action_name, d->track->stage);
}

static int run_mark(struct work *k, struct state_clock *c, const struct procedure_mark *m) {
  struct buf digests;
  struct state_track *t = NULL;
  for (size_t i = 0; i < k->s->track_count; i++)
    if (&k->s->tracks[i] == c->track) t = &k->s->tracks[i];
  struct doing d = {.k = k, .track = t, .action = t->type->actions_count ? &t->type->actions[0] : NULL};
  buf_init(&digests, 64 * 1024);
  int r = 0;
  if (m->percent >= 100 || m->after.text) note_late(k, c);
  struct state_step none = {.track = t, .action_name = "", .from = t->stage, .at = k->now, .actor = k->key};
  d.step = &none;
  if (r == 0 && needs_step(&m->effects)) r = note_mark(&d, &digests, &m->effects, c->type->name);
  if (r == 0) r = effects_run(&d, &m->effects);
  buf_free(&digests);
  return r;
}

/* Takes the marks of one clock that have passed; several when the server was away. */
static int take_marks(struct work *k, struct state_clock *c, int *taken) {
  while (c->clock.end == CLOCK_OPEN && c->mark_at && c->mark_at <= k->now && c->mark < (int)c->type->marks_count) {
    const struct procedure_mark *m = &c->type->marks[c->mark++];
    ++*taken;
    if (run_mark(k, c, m) < 0 || clock_next_mark_at(k, c) < 0) return -1;
  }
  return clocks_save(k, c, false);
}

static int take_clock(struct work *k, int64_t clock, int *taken) {
  for (size_t i = 0; i < k->s->clock_count; i++)
    if (k->s->clocks[i].id == clock && take_marks(k, &k->s->clocks[i], taken) < 0) return -1;
  return work_finish(k);
}

static int take_due(struct lane_txn *t, struct engine *e, const struct world *w, const struct q_clock_marks_due_out *due,
                    int *taken, struct error *err) {
  struct actor system = {.kind = ACTOR_MACHINE, .district = w->district};
  struct work k = {.t = t, .e = e, .w = w, .a = t->arena, .actor = &system, .key = "system", .now = t->now, .err = err};
  int r = state_load(&k.s, t->db, w, due->matter, t->arena, err);
  if (r == 0) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  if (r < 0) return -1;
  state_subject(k.s, k.a, &k.subject);
  if (take_clock(&k, due->id, taken) < 0) return -1;
  if (!due->tries) return 0;
  return q_clock_aside_drop(t->db, &(struct q_clock_aside_drop_in){.district = w->district, .clock = due->id}, err) < 0 ? -1 : 0;
}

int engine_timer(struct lane_txn *t, struct engine *e, int most, int *taken, struct error *err) {
  const struct world *w = world_take(e);
  struct q_clock_marks_due_out *due;
  size_t n = 0;
  struct q_clock_marks_due_in in = {.district = w->district, .now = t->now, .most = most};
  *taken = 0;
  int r = q_clock_marks_due(t->db, t->arena, &due, &n, &in, err);
  for (size_t i = 0; r >= 0 && i < n; i++) r = take_due(t, e, w, &due[i], taken, err);
  world_release(e, w);
  return r < 0 ? -1 : sealed_erase_due(t, most, taken, err);
}

/* --- a mark that cannot be taken -------------------------------------------------------------------------------- */

/* One due mark by itself, so that what it is refused for touches no other. */
struct one_mark {
  struct engine *engine;
  struct q_clock_marks_due_out due;
  struct error why; /* it was refused for */
  time_ms next_at;
  int taken;
};

static int take_one(struct lane_txn *t, void *ctx, struct error *err) {
  struct one_mark *m = ctx;
  const struct world *w = world_take(m->engine);
  m->taken = 0;
  int r = take_due(t, m->engine, w, &m->due, &m->taken, err);
  world_release(m->engine, w);
  return r;
}

/* A minute, two, four ... up to a quarter of a day. */
static time_ms put_off(int64_t tries) {
  enum { LONGEST_MS = 6 * HOUR_MS };
  time_ms wait = MINUTE_MS;
  while (tries-- > 0 && wait < LONGEST_MS) wait *= 2;
  return wait < LONGEST_MS ? wait : LONGEST_MS;
}

static const char *lines_of_args(struct arena *a, const struct error *e) {
  const char *lines = "";
  for (int i = 0; i < e->args; i++) lines = arena_printf(a, "%s%s%s", lines, i ? "\n" : "", e->arg[i]);
  return lines;
}

/* What it was refused for is kept for an administrator; of a sealed matter without the words, which name its parts. */
static int set_aside(struct lane_txn *t, void *ctx, struct error *err) {
  struct one_mark *m = ctx;
  m->next_at = t->now + put_off(m->due.tries);
  struct q_clock_aside_put_in in = {.district = t->district,
                                    .clock = m->due.id,
                                    .matter = m->due.matter,
                                    .since = t->now,
                                    .tries = m->due.tries + 1,
                                    .next_at = m->next_at,
                                    .code = m->why.code,
                                    .field = m->due.matter > SEALED_IDS ? "" : m->why.field,
                                    .args = m->due.matter > SEALED_IDS ? "" : lines_of_args(t->arena, &m->why)};
  struct q_clock_mark_at_in later = {.district = t->district, .id = m->due.id, .mark_at = m->next_at};
  if (q_clock_aside_tidy(t->db, &(struct q_clock_aside_tidy_in){.district = t->district}, err) < 0) return -1;
  if (q_clock_aside_put(t->db, &in, err) < 0) return -1;
  return q_clock_mark_at(t->db, &later, err) < 0 ? -1 : 0;
}

static void log_aside(struct arena *a, const struct one_mark *m) {
  bool sealed = m->due.matter > SEALED_IDS;
  log_event(LOG_WARNING, "clock-aside", "clock", arena_printf(a, "%lld", (long long)m->due.id), "matter",
            arena_printf(a, "%lld", (long long)m->due.matter), "tries", arena_printf(a, "%lld", (long long)m->due.tries + 1),
            "code", m->why.code, "field", sealed ? "" : m->why.field, "detail", sealed ? "" : m->why.detail, NULL);
}

static int take_or_set_aside(struct lane *lane, struct engine *e, const struct q_clock_marks_due_out *due, struct arena *a,
                             int *taken, struct error *err) {
  struct one_mark one = {.engine = e, .due = *due};
  if (lane_call(lane, take_one, &one, &one.why) == 0) {
    *taken += one.taken;
    return 0;
  }
  if (one.why.kind == ERR_UNAVAILABLE) { /* none would fare better */
    *err = one.why;
    return -1;
  }
  log_aside(a, &one);
  ++*taken;
  return lane_call(lane, set_aside, &one, err);
}

int engine_timer_each(struct lane *lane, struct engine *e, struct db *db, time_ms now, int most, int *taken,
                      struct error *err) {
  struct arena *a = arena_new(1 << 20);
  struct q_clock_marks_due_out *due;
  size_t n = 0;
  struct q_clock_marks_due_in in = {.district = e->district, .now = now, .most = most};
  *taken = 0;
  int r = q_clock_marks_due(db, a, &due, &n, &in, err);
  for (size_t i = 0; r >= 0 && i < n; i++) r = take_or_set_aside(lane, e, &due[i], a, taken, err);
  arena_free(a);
  return r < 0 ? -1 : 0;
}

int engine_mark_again(struct lane_txn *t, int64_t clock, struct error *err) {
  struct q_clock_aside_get_out row;
  struct q_clock_aside_get_in in = {.district = t->district, .clock = clock};
  int r = clock ? q_clock_aside_get(t->db, t->arena, &row, &in, err) : 1;
  if (r < 0) return -1;
  if (r == 0 || (clock && row.matter > SEALED_IDS)) return error_set(err, ERR_MISSING, "matter.aside.none", NULL, NULL);
  struct q_clock_mark_at_in one = {.district = t->district, .id = clock, .mark_at = t->now};
  struct q_clock_aside_again_in all = {.district = t->district, .now = t->now};
  return (clock ? q_clock_mark_at(t->db, &one, err) : q_clock_aside_again(t->db, &all, err)) < 0 ? -1 : 0;
}

int engine_next_mark(struct db *db, int64_t district, time_ms *out, struct error *err) {
  struct arena *a = arena_new(4096);
  struct q_clock_next_mark_out row = {0};
  struct q_sealed_erase_next_out erase = {0};
  int r = q_clock_next_mark(db, a, &row, &(struct q_clock_next_mark_in){.district = district}, err);
  if (r >= 0) r = q_sealed_erase_next(db, a, &erase, &(struct q_sealed_erase_next_in){.district = district}, err);
  *out = row.mark_at && (!erase.erase_at || row.mark_at < erase.erase_at) ? row.mark_at : erase.erase_at;
  arena_free(a);
  return r < 0 ? -1 : 0;
}

/* --- a changed calendar ----------------------------------------------------------------------------------------- */

static const char *moved_words(struct work *k, enum lang lang, const char *title, const char *due) {
  struct buf b;
  buf_init(&b, 1000);
  words_format(&b, lang, W_CLOCK_MOVED, k->s->code, title, due, NULL);
  const char *copy = arena_strdup(k->a, b.data);
  buf_free(&b);
  return copy;
}

struct moved {
  struct work *k;
  const char *zh, *en;
};

static int tell_one_moved(void *ctx, const char *key) {
  struct moved *m = ctx;
  return tell_deliver(m->k, key, m->zh, m->en);
}

/* Those on whose list it stands, and who reported it when it is a clock they are shown. */
static int tell_moved(struct work *k, const struct state_clock *c) {
  const struct bilingual *title = &c->type->title;
  struct moved m = {.k = k};
  char due[48];
  time_format_short(due, sizeof due, c->due, k->w->offset_min);
  m.zh = moved_words(k, LANG_ZH, title->zh, due);
  m.en = moved_words(k, LANG_EN, title->en ? title->en : title->zh, due);
  if (who_keys(k, c->track, &c->track->stage->held, tell_one_moved, &m) < 0) return -1;
  for (size_t i = 0; c->type->shown && i < k->s->reporter_count; i++)
    if (tell_one_moved(&m, arena_printf(k->a, "reporter:%lld", (long long)k->s->reporters[i].id)) < 0) return -1;
  return 0;
}

static int recompute_matter(struct work *k, int64_t clock, struct changed_clock *out, bool *changed) {
  *changed = false;
  for (size_t i = 0; i < k->s->clock_count; i++) {
    struct state_clock *c = &k->s->clocks[i];
    if (c->id != clock) continue;
    time_ms was = c->due;
    if (clock_next_mark_at(k, c) < 0) return -1;
    if (c->due == was) continue;
    *changed = !k->s->sealed; /* said of others; it happens all the same */
    *out = (struct changed_clock){
        .matter = k->s->id, .clock = clock, .code = k->s->code, .name = c->type->name, .was = was, .is = c->due};
    if (clocks_save(k, c, false) < 0) return -1;
    if (!k->s->sealed && tell_moved(k, c) < 0) return -1; /* nothing is said of sealed ones */
    for (size_t t = 0; t < k->s->track_count; t++)
      if (&k->s->tracks[t] == c->track && who_hold(k, &k->s->tracks[t]) < 0) return -1;
    if (work_finish(k) < 0) return -1;
  }
  return 0;
}

int engine_recompute(struct lane_txn *t, struct engine *e, int64_t *after, int most, struct changed_clock **changed,
                     size_t *count, struct error *err) {
  const struct world *w = world_take(e);
  struct q_clock_open_after_out *open;
  size_t n = 0;
  struct actor system = {.kind = ACTOR_MACHINE, .district = w->district};
  struct q_clock_open_after_in in = {
      .district = w->district, .after = *after, .most = most > RECOMPUTE_LIST ? RECOMPUTE_LIST : most};
  int r = q_clock_open_after(t->db, t->arena, &open, &n, &in, err);
  *changed = ARENA_ARRAY(t->arena, n + 1, struct changed_clock);
  *count = 0;
  for (size_t i = 0; r >= 0 && i < n; i++) {
    struct work k = {
        .t = t, .e = e, .w = w, .a = t->arena, .actor = &system, .key = "system", .now = t->now, .err = err};
    bool is_changed = false;
    r = state_load(&k.s, t->db, w, open[i].matter, t->arena, err);
    if (r == 1) r = recompute_matter(&k, open[i].id, &(*changed)[*count], &is_changed);
    *count += is_changed;
    *after = open[i].id;
  }
  if (n < (size_t)in.most) *after = 0;
  world_release(e, w);
  return r < 0 ? -1 : 0;
}

int engine_recompute_note(struct lane_txn *t, const struct changed_clock *clock, const char *actor, struct error *err) {
  struct journal_entry entry = {
      .actor = actor,
      .action = "calendar.recompute",
      .subject = "matter",
      .subject_id = clock->matter,
      .data = arena_printf(t->arena, "{\"clock\":%lld,\"was\":%lld,\"is\":%lld}", (long long)clock->clock,
                           (long long)clock->was, (long long)clock->is)};
  return journal_append(t, &entry, NULL, err);
}
