/* What befell the demonstration district: the tales of demo/cases.yaml and demo/history.yaml, played through the engine in the
 * order of time, with the clocks in between. */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "cli/demo_tale.h"
#include "matter/engine.h"
#include "matter/state.h"
#include "people/session.h"
#include "store/message.h"

enum { SAID_MOST = 24, MARKS_AT_ONCE = 200, CASE_ARENA = 64 << 20, UNREAD_MS = 18 * 3600 * 1000 };

struct telling {
  struct demo *demo;
  struct engine *engine;
  struct place_map *map;
  struct db *db;
  struct demo_tale *tales;
  size_t count;
};

/* One action on its way through the lane. */
struct doing {
  struct telling *telling;
  struct act act;
  struct actor actor;
  struct said said[SAID_MOST];
  struct reporter_in reporter;
  struct acted acted; /* its words are the lane's: gone when take() has returned */
  char receipt[32];
  int taken;
};

/* --- who -------------------------------------------------------------------------------------------------------- */

static int64_t place_at(const struct place_chain *at, enum role_level level) {
  switch (level) {
    case ROLE_AT_STAIRWELL: return at->stairwell;
    case ROLE_AT_BUILDING: return at->building;
    case ROLE_AT_GRID: return at->grid;
    case ROLE_AT_COMMUNITY: return at->community;
    case ROLE_AT_STREET: return at->street;
    default: return 0;
  }
}

/* The account of whoever holds the role where the case lies, or in the organisation. */
static int64_t worker(const struct demo *d, const struct demo_tale *tale, const struct yaml *step) {
  enum role role = role_by_name(demo_text(step, "by"));
  const char *org = yaml_get(step, "org") ? demo_text(step, "org") : tale_says(tale, "org");
  bool of_org = role_level(role) == ROLE_AT_ORG;
  for (size_t i = 0; i < d->worker_count; i++) {
    const struct demo_worker *w = &d->workers[i];
    if (w->role != role) continue;
    if (of_org ? text_eq(w->org, org) : w->place == place_at(&tale->where, role_level(role))) return w->account;
  }
  return 0;
}

static int find_actor(struct doing *x, const struct demo_tale *tale, const struct yaml *step, struct arena *a, time_ms now,
                      struct error *err) {
  struct demo *d = x->telling->demo;
  bool reporter = text_eq(demo_text(step, "by"), "reporter");
  if (reporter && !tale->reporter) {
    x->actor = (struct actor){
        .kind = ACTOR_RECEIPT, .district = d->district, .matter = tale->matter, .reporter = tale->witness, .own = true};
    return 0;
  }
  int64_t account = reporter ? tale->reporter : worker(d, tale, step);
  if (!account) return error_fault(err, "demo.file", "nobody is %s there", demo_text(step, "by"));
  return people_account_actor(&x->actor, x->telling->db, a, &d->env, account, now, err) < 0 ? -1 : 0;
}

/* --- what ------------------------------------------------------------------------------------------------------- */

static const char *number(struct arena *a, int64_t n) { return arena_printf(a, "%lld", (long long)n); }

static const char *org_id(const struct demo *d, struct arena *a, const char *key) {
  for (size_t i = 0; i < d->worker_count; i++)
    if (text_eq(d->workers[i].org, key)) return number(a, d->workers[i].org_id);
  return "";
}

/* The number of the case that calls itself so; "" while it has not been opened. */
static const char *case_id(const struct telling *t, struct arena *a, const char *name) {
  for (size_t i = 0; i < t->count; i++)
    if (text_eq(t->tales[i].name, name) && t->tales[i].opened) return number(a, t->tales[i].matter);
  return "";
}

static const char *day_in(const struct telling *t, struct arena *a, int days) {
  char day[16];
  date_format(day, sizeof day, day_of_ms(t->demo->now, t->demo->offset_min) + days);
  return arena_strdup(a, day);
}

static const char *value_of(const struct telling *t, const struct demo_tale *tale, struct arena *a, const char *text) {
  char moment[40];
  if (text[0] != '@') return text;
  if (text_eq(text, "@place")) return number(a, tale->place);
  if (text_eq(text, "@photo")) return number(a, t->demo->photo_before);
  if (text_eq(text, "@photo-after")) return number(a, t->demo->photo_after);
  if (text_eq(text, "@org")) return org_id(t->demo, a, tale_says(tale, "org"));
  if (text_starts(text, "@org ")) return org_id(t->demo, a, text + 5);
  if (text_starts(text, "@case ")) return case_id(t, a, text + 6);
  if (text_eq(text, "@tomorrow")) return day_in(t, a, 1);
  if (text_eq(text, "@until")) return day_in(t, a, 60);
  if (text_eq(text, "@now")) {
    time_format(moment, sizeof moment, tale->at, t->demo->offset_min);
    return arena_strdup(a, moment);
  }
  return tale_says(tale, text + 1);
}

static void say(struct doing *x, const char *field, int row, const char *value) {
  if (x->act.said_count < SAID_MOST) x->said[x->act.said_count++] = (struct said){field, row, value};
}

/* What a step says; a list is several values of one field. */
static void say_all(struct doing *x, const struct demo_tale *tale, const struct yaml *said, struct arena *a) {
  for (size_t i = 0; said && i < said->count; i++) {
    const struct yaml *one = said->items[i];
    if (one->kind == YAML_SCALAR) say(x, one->key, 0, value_of(x->telling, tale, a, one->text));
    for (size_t k = 0; one->kind == YAML_LIST && k < one->count; k++)
      say(x, one->key, (int)k, value_of(x->telling, tale, a, one->items[k]->text));
  }
}

/* The matter an action is about: the case itself, or the one linked to it by a procedure's name. */
static int find_matter(struct doing *x, const struct demo_tale *tale, const struct yaml *step, struct arena *a,
                       struct error *err) {
  const char *on = demo_text(step, "on"), *track = demo_text(step, "track"), *type = demo_text(step, "type");
  const struct world *w = world_take(x->telling->engine);
  struct state *s = NULL;
  x->act.matter = tale->matter;
  int r = state_load(&s, x->telling->db, w, tale->matter, a, err);
  for (size_t i = 0; r == 1 && *on && i < s->link_count; i++)
    if (text_eq(s->links[i].procedure, on)) x->act.matter = s->links[i].other;
  if (r == 1 && x->act.matter != tale->matter) r = state_load(&s, x->telling->db, w, x->act.matter, a, err);
  for (size_t i = 0; r == 1 && i < s->track_count; i++) {
    bool meant = *track ? s->tracks[i].org && demo_number(org_id(x->telling->demo, a, track)) == s->tracks[i].org && i > 0
                        : *type && text_eq(s->tracks[i].type->name, type);
    if (meant) x->act.track = s->tracks[i].id;
  }
  world_release(x->telling->engine, w);
  return r == 1 ? 0 : r < 0 ? -1 : error_fault(err, "demo.file", "no such matter");
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

static int take(struct lane_txn *t, void *ctx, struct error *err) {
  struct doing *x = ctx;
  if (engine_act(t, x->telling->engine, &x->act, &x->acted, err) < 0) return -1;
  snprintf(x->receipt, sizeof x->receipt, "%s", x->acted.receipt);
  return 0;
}

/* Who opens it, and with what words: a resident, unless the script says otherwise. */
static int set_opening(struct doing *x, struct demo_tale *tale, struct arena *a, struct error *err) {
  struct demo *d = x->telling->demo;
  x->act.procedure = demo_text(d->scripts, "procedure");
  if (tale->opens) {
    x->act.action = demo_text(tale->opens, "do");
    say_all(x, tale, yaml_get(tale->opens, "say"), a);
    return find_actor(x, tale, tale->opens, a, tale->at, err);
  }
  x->act.action = demo_text(d->scripts, "opens-by");
  x->act.source = "public";
  say(x, "description", 0, tale->text);
  say(x, "place", 0, number(a, tale->place));
  x->actor = (struct actor){.kind = ACTOR_ANONYMOUS, .district = d->district};
  if (!tale->reporter) return 0;
  x->reporter = (struct reporter_in){.name = "", .phone = "", .mail = "", .lang = LANG_ZH};
  x->act.reporter = &x->reporter;
  return people_account_actor(&x->actor, x->telling->db, a, &d->env, tale->reporter, tale->at, err) < 0 ? -1 : 0;
}

static int open_case(struct doing *x, struct demo_tale *tale, struct arena *a, struct error *err) {
  if (set_opening(x, tale, a, err) < 0) return -1;
  if (lane_call(x->telling->demo->lane, take, x, err) < 0) return -1;
  tale->matter = x->acted.matter;
  tale->opened = true;
  if (!*x->receipt) return 0;
  int64_t matter;
  return state_find_receipt(x->telling->db, x->telling->demo->district, x->receipt, &matter, &tale->witness, a, err);
}

static int take_step(struct doing *x, struct demo_tale *tale, const struct yaml *step, struct arena *a,
                     struct error *err) {
  x->act.action = demo_text(step, "do");
  if (find_actor(x, tale, step, a, tale->at, err) < 0 || find_matter(x, tale, step, a, err) < 0) return -1;
  if (*demo_text(step, "type") && !x->act.track) return 0; /* a sample was drawn, and this case is not in it */
  say_all(x, tale, yaml_get(step, "say"), a);
  return lane_call(x->telling->demo->lane, take, x, err);
}

/* The first moment at or after `at` when offices are open. */
static time_ms in_office(const struct telling *t, time_ms at) {
  const struct world *w = world_take(t->engine);
  time_ms open = at;
  if (!calendar_at_work_ms(&open, w->calendar, calendar_work_ms(w->calendar, at) + 1, at)) open = at;
  world_release(t->engine, w);
  return open;
}

/* When the next step is taken. What the reporter does waits for no office. */
static void look_ahead(const struct telling *t, struct demo_tale *tale) {
  const struct yaml *step = tale->steps[tale->next];
  const char *after = demo_text(step, "after");
  int64_t minutes = demo_number(after[0] == '@' ? tale_says(tale, after + 1) : after);
  tale->at += minutes * MINUTE_MS * tale->pace / 100;
  if (tale->office && !text_eq(demo_text(step, "by"), "reporter")) tale->at = in_office(t, tale->at);
}

/* A step that is refused ends its tale where it stands; the demo is none the worse for it. */
static void go_on(struct telling *t, struct demo_tale *tale) {
  struct error err = {0};
  struct arena *a = arena_new(CASE_ARENA);
  struct doing x = {.telling = t};
  x.act.actor = &x.actor;
  x.act.said = x.said;
  const struct yaml *step = tale->opened ? tale->steps[tale->next++] : NULL;
  int r = step ? take_step(&x, tale, step, a, &err) : open_case(&x, tale, a, &err);
  if (r < 0)
    log_event(LOG_WARNING, "demo-step", "case", tale->text, "step", step ? demo_text(step, "do") : "open", "code", err.code,
              "field", err.field, "detail", err.detail, NULL);
  tale->over = r < 0 || tale->next == tale->step_count;
  if (!tale->over) look_ahead(t, tale);
  if (tale->at > t->demo->now) tale->over = true;
  arena_free(a);
}

/* --- the clocks between ----------------------------------------------------------------------------------------- */

static int take_marks(struct lane_txn *t, void *ctx, struct error *err) {
  struct doing *x = ctx;
  return engine_timer(t, x->telling->engine, MARKS_AT_ONCE, &x->taken, err);
}

/* Everything that falls due before `until`, each at its own moment. */
static int run_clocks(struct telling *t, time_ms until, struct error *err) {
  struct doing x = {.telling = t};
  for (;;) {
    time_ms next = 0;
    if (engine_next_mark(t->db, t->demo->district, &next, err) < 0) return -1;
    if (!next || next > until) return 0;
    lane_set_now(t->demo->lane, next);
    if (lane_call(t->demo->lane, take_marks, &x, err) < 0) return -1;
  }
}

/* --- what has been read ----------------------------------------------------------------------------------------- */

/* Up to where one account has read its messages. */
struct reading_up {
  int64_t account, upto;
  const char **keys;
  size_t key_count;
};

static int mark_read(struct lane_txn *t, void *ctx, struct error *err) {
  const struct reading_up *r = ctx;
  return message_mark(t, r->account, r->keys, r->key_count, r->upto, err) < 0 ? -1 : 0;
}

static int catch_up(struct telling *t, const struct demo_worker *w, struct arena *a, struct error *err) {
  struct actor actor = {0};
  struct message *newest;
  size_t n;
  struct reading_up r = {.account = w->account};
  if (people_account_actor(&actor, t->db, a, &t->demo->env, w->account, t->demo->now, err) < 0) return -1;
  engine_keys(&actor, a, &r.keys, &r.key_count);
  if (message_list(t->db, a, t->demo->district, r.keys, r.key_count, w->account, 0, 1, &newest, &n, err) < 0) return -1;
  if (!n) return 0;
  r.upto = newest[0].id;
  return lane_call(t->demo->lane, mark_read, &r, err);
}

/* Everybody has read what came before yesterday evening: what is new is new. */
static int catch_all_up(struct telling *t, struct error *err) {
  int r = 0;
  struct arena *a = arena_new(CASE_ARENA);
  for (size_t i = 0; r == 0 && i < t->demo->worker_count; i++)
    if (*t->demo->workers[i].login) r = catch_up(t, &t->demo->workers[i], a, err);
  arena_free(a);
  return r;
}

static struct demo_tale *earliest(struct telling *t) {
  struct demo_tale *first = NULL;
  for (size_t i = 0; i < t->count; i++)
    if (!t->tales[i].over && (!first || t->tales[i].at < first->at)) first = &t->tales[i];
  return first;
}

static int tell(struct telling *t, struct error *err) {
  bool caught_up = false;
  for (struct demo_tale *tale; (tale = earliest(t)) != NULL;) {
    if (run_clocks(t, tale->at, err) < 0) return -1;
    if (!caught_up && tale->at > t->demo->now - UNREAD_MS) {
      if (catch_all_up(t, err) < 0) return -1;
      caught_up = true;
    }
    lane_set_now(t->demo->lane, tale->at);
    go_on(t, tale);
  }
  return run_clocks(t, t->demo->now, err);
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static int open_all(struct telling *t, struct error *err) {
  struct demo *d = t->demo;
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  const char *folder = arena_printf(d->arena, "%s/catalogues", d->dir);
  if (db_open(&t->db, d->url, DB_READER, err) < 0) return -1;
  if (place_map_open(&t->map, d->district, bound ? bound->data : (struct bytes){0}, err) < 0) return -1;
  if (place_map_refresh(t->map, t->db, err) < 0) return -1;
  return engine_open(&t->engine, t->db, &d->env, t->map, folder, err);
}

int demo_cases(struct demo *d, struct error *err) {
  struct telling t = {.demo = d};
  int r = open_all(&t, err);
  if (r == 0) r = demo_tales(&t.tales, &t.count, d, t.db, err);
  if (r == 0) r = tell(&t, err);
  engine_close(t.engine);
  if (t.map) place_map_close(t.map);
  db_close(t.db);
  return r;
}
