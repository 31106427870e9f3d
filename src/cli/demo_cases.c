/* What befell the demonstration district: demo/cases.yaml, each case following one of demo/scripts.yaml, all of them
 * through the engine, in the order of time, with the clocks in between. */
#include <stdlib.h>
#include <string.h>

#include "cli/demo.h"
#include "cli/embedded.h"
#include "matter/engine.h"
#include "matter/state.h"
#include "people/session.h"
#include "place/place.h"

enum { CASES_MAX = 1 << 20, SAID_MOST = 24, MARKS_AT_ONCE = 200, CASE_ARENA = 64 << 20 };

/* One case on its way. */
struct tale {
  const struct yaml *says, *script;
  size_t next;   /* the step it is about to take */
  time_ms at;    /* when */
  bool over, opened;
  int64_t matter, place;
  struct place_chain where;
};

struct telling {
  struct demo *demo;
  struct engine *engine;
  struct place_map *map;
  struct db *db;
  struct tale *tales;
  size_t count;
};

/* One action on its way through the lane. */
struct doing {
  struct telling *telling;
  struct act act;
  struct actor actor;
  struct said said[SAID_MOST];
  struct acted acted;
  int taken;
};

static const char *text_of(const struct yaml *map, const char *key) {
  const struct yaml *node = yaml_get(map, key);
  return node ? node->text : "";
}

static int64_t whole(const char *text) {
  int64_t n = 0;
  text_to_int(text, &n);
  return n;
}

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
static int64_t worker(const struct demo *d, const struct tale *tale, const struct yaml *step) {
  enum role role = role_by_name(text_of(step, "by"));
  const char *org = yaml_get(step, "org") ? text_of(step, "org") : text_of(tale->says, "org");
  bool of_org = role_level(role) == ROLE_AT_ORG;
  for (size_t i = 0; i < d->worker_count; i++) {
    const struct demo_worker *w = &d->workers[i];
    if (w->role != role) continue;
    if (of_org ? text_eq(w->org, org) : w->place == place_at(&tale->where, role_level(role))) return w->account;
  }
  return 0;
}

static int find_actor(struct doing *x, const struct tale *tale, const struct yaml *step, struct arena *a, time_ms now,
                      struct error *err) {
  struct demo *d = x->telling->demo;
  if (text_eq(text_of(step, "by"), "reporter")) {
    x->actor = (struct actor){.kind = ACTOR_RECEIPT, .district = d->district, .matter = tale->matter};
    return 0;
  }
  int64_t account = worker(d, tale, step);
  if (!account) return error_fault(err, "demo.file", "nobody is %s there", text_of(step, "by"));
  return people_account_actor(&x->actor, x->telling->db, a, &d->env, account, now, err) < 0 ? -1 : 0;
}

/* --- what ------------------------------------------------------------------------------------------------------- */

static const char *number(struct arena *a, int64_t n) { return arena_printf(a, "%lld", (long long)n); }

static const char *org_id(const struct demo *d, struct arena *a, const char *key) {
  for (size_t i = 0; i < d->worker_count; i++)
    if (text_eq(d->workers[i].org, key)) return number(a, d->workers[i].org_id);
  return "";
}

static const char *value_of(const struct telling *t, const struct tale *tale, struct arena *a, const char *text) {
  char day[16], moment[40];
  if (text[0] != '@') return text;
  if (text_eq(text, "@place")) return number(a, tale->place);
  if (text_eq(text, "@photo")) return number(a, t->demo->photo_before);
  if (text_eq(text, "@photo-after")) return number(a, t->demo->photo_after);
  if (text_eq(text, "@org")) return org_id(t->demo, a, text_of(tale->says, "org"));
  if (text_starts(text, "@org ")) return org_id(t->demo, a, text + 5);
  if (text_eq(text, "@now")) {
    time_format(moment, sizeof moment, tale->at, t->demo->offset_min);
    return arena_strdup(a, moment);
  }
  if (text_eq(text, "@tomorrow") || text_eq(text, "@until")) {
    int days = text_eq(text, "@until") ? 60 : 1;
    date_format(day, sizeof day, day_of_ms(t->demo->now, t->demo->offset_min) + days);
    return arena_strdup(a, day);
  }
  return text_of(tale->says, text + 1);
}

static void say(struct doing *x, const char *field, const char *value) {
  if (x->act.said_count < SAID_MOST) x->said[x->act.said_count++] = (struct said){field, 0, value};
}

/* The matter an action is about: the case itself, or the one linked to it by a procedure's name. */
static int find_matter(struct doing *x, const struct tale *tale, const struct yaml *step, struct arena *a, struct error *err) {
  const char *on = text_of(step, "on"), *track = text_of(step, "track"), *type = text_of(step, "type");
  const struct world *w = world_take(x->telling->engine);
  struct state *s = NULL;
  x->act.matter = tale->matter;
  int r = state_load(&s, x->telling->db, w, tale->matter, a, err);
  for (size_t i = 0; r == 1 && *on && i < s->link_count; i++)
    if (text_eq(s->links[i].procedure, on)) x->act.matter = s->links[i].other;
  if (r == 1 && x->act.matter != tale->matter) r = state_load(&s, x->telling->db, w, x->act.matter, a, err);
  for (size_t i = 0; r == 1 && i < s->track_count; i++) {
    bool meant = *track ? s->tracks[i].org && whole(org_id(x->telling->demo, a, track)) == s->tracks[i].org && i > 0
                        : *type && text_eq(s->tracks[i].type->name, type);
    if (meant) x->act.track = s->tracks[i].id;
  }
  world_release(x->telling->engine, w);
  return r == 1 ? 0 : r < 0 ? -1 : error_fault(err, "demo.file", "no such matter");
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

static int take(struct lane_txn *t, void *ctx, struct error *err) {
  struct doing *x = ctx;
  return engine_act(t, x->telling->engine, &x->act, &x->acted, err);
}

static int open_case(struct doing *x, struct tale *tale, struct error *err) {
  struct telling *t = x->telling;
  x->actor = (struct actor){.kind = ACTOR_ANONYMOUS, .district = t->demo->district};
  const struct yaml *file = t->demo->scripts;
  x->act.procedure = text_of(file, "procedure");
  x->act.action = text_of(file, "opens-by");
  x->act.source = "public";
  say(x, "description", text_of(tale->says, "text"));
  say(x, "place", number(t->demo->arena, tale->place));
  if (lane_call(t->demo->lane, take, x, err) < 0) return -1;
  tale->matter = x->acted.matter;
  tale->opened = true;
  return 0;
}

static int take_step(struct doing *x, struct tale *tale, const struct yaml *step, struct arena *a, struct error *err) {
  const struct yaml *said = yaml_get(step, "say");
  x->act.action = text_of(step, "do");
  if (find_actor(x, tale, step, a, tale->at, err) < 0 || find_matter(x, tale, step, a, err) < 0) return -1;
  for (size_t i = 0; said && i < said->count; i++)
    say(x, said->items[i]->key, value_of(x->telling, tale, a, said->items[i]->text));
  return lane_call(x->telling->demo->lane, take, x, err);
}

/* A step that is refused ends its tale where it stands; the demo is none the worse for it. */
static void go_on(struct telling *t, struct tale *tale) {
  struct error err = {0};
  struct arena *a = arena_new(CASE_ARENA);
  struct doing x = {.telling = t};
  x.act.actor = &x.actor;
  x.act.said = x.said;
  const struct yaml *step = tale->opened ? tale->script->items[tale->next++] : NULL;
  int r = step ? take_step(&x, tale, step, a, &err) : open_case(&x, tale, &err);
  if (r < 0)
    log_event(LOG_WARNING, "demo-step", "case", text_of(tale->says, "script"), "step", step ? text_of(step, "do") : "open",
              "code", err.code, "field", err.field, "detail", err.detail, NULL);
  tale->over = r < 0 || tale->next == tale->script->count;
  if (!tale->over) tale->at += whole(text_of(tale->script->items[tale->next], "after")) * MINUTE_MS;
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

static struct tale *earliest(struct telling *t) {
  struct tale *first = NULL;
  for (size_t i = 0; i < t->count; i++)
    if (!t->tales[i].over && (!first || t->tales[i].at < first->at)) first = &t->tales[i];
  return first;
}

static int tell(struct telling *t, struct error *err) {
  for (struct tale *tale; (tale = earliest(t)) != NULL;) {
    if (run_clocks(t, tale->at, err) < 0) return -1;
    lane_set_now(t->demo->lane, tale->at);
    go_on(t, tale);
  }
  return run_clocks(t, t->demo->now, err);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int read_yaml(struct yaml **out, struct demo *d, const char *name, struct error *err) {
  const struct embedded *f = embedded_find(name);
  if (!f) return error_fault(err, "demo.file", "%s is not embedded", name);
  return yaml_read(out, d->arena, (const char *)f->data.data, f->data.len, CASES_MAX, err);
}

static time_ms begins(const struct demo *d, const struct yaml *says) {
  struct civil c;
  const char *time = text_of(says, "time");
  int32_t day = day_of_ms(d->now, d->offset_min) - (int32_t)whole(text_of(says, "day"));
  civil_from_day(&c, day);
  c.hour = (time[0] - '0') * 10 + time[1] - '0';
  c.minute = (time[3] - '0') * 10 + time[4] - '0';
  c.second = c.ms = 0;
  return ms_from_civil(&c, d->offset_min);
}

static int read_tale(struct telling *t, struct tale *tale, const struct yaml *says, const struct q_place_of_level_out *grids,
                     size_t grid_count, struct error *err) {
  struct place_row row;
  const struct yaml *script = yaml_get(yaml_get(t->demo->scripts, "scripts"), text_of(says, "script"));
  if (!script) return error_fault(err, "demo.file", "no script %s", text_of(says, "script"));
  int64_t grid = grids[(size_t)whole(text_of(says, "place")) % grid_count].id;
  if (place_get(&row, t->db, t->demo->arena, t->demo->district, grid, err) < 0) return -1;
  *tale = (struct tale){.says = says, .script = script, .at = begins(t->demo, says), .place = grid,
                        .where = {row.street, row.community, row.grid, 0, 0}};
  tale->over = tale->at > t->demo->now;
  return 0;
}

static int read_tales(struct telling *t, struct error *err) {
  struct yaml *cases, *scripts;
  struct q_place_of_level_out *grids;
  size_t n;
  struct q_place_of_level_in in = {.district = t->demo->district, .level = PLACE_GRID};
  if (read_yaml(&cases, t->demo, "demo/cases.yaml", err) < 0 || read_yaml(&scripts, t->demo, "demo/scripts.yaml", err) < 0)
    return -1;
  t->demo->scripts = scripts;
  if (q_place_of_level(t->db, t->demo->arena, &grids, &n, &in, err) < 0) return -1;
  const struct yaml *list = yaml_get(cases, "cases");
  t->tales = ARENA_ARRAY(t->demo->arena, list->count, struct tale);
  for (; t->count < list->count; t->count++)
    if (read_tale(t, &t->tales[t->count], list->items[t->count], grids, n, err) < 0) return -1;
  return 0;
}

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
  if (r == 0) r = read_tales(&t, err);
  if (r == 0) r = tell(&t, err);
  engine_close(t.engine);
  if (t.map) place_map_close(t.map);
  db_close(t.db);
  return r;
}
