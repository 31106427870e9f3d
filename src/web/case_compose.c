#include "web/case_compose.h"

#include <string.h>

#include "people/post.h"
#include "place/place.h"
#include "web/case_view_inside.h"

enum { COLUMNS = 8, ROWS = 40, TOLD = 40, WORDS_MOST = 200 };

struct composing {
  const struct case_asker *who;
  const struct form_for *what;
  const struct form_said *said;
  const struct procedure_clock *clocks[COLUMNS];
  int clock_count;
  const struct procedure_field *kind; /* whose value decides the limits, or NULL */
  struct compose *out;
  struct compose_row *called;
  struct compose_told *told;
};

/* --- what stands in the form ------------------------------------------------------------------------------------ */

static const char *value_of(const struct composing *c, const struct procedure_field *f) {
  for (size_t i = 0; c->said && i < c->said->count; i++)
    if (text_eq(c->said->items[i].field, f->name)) return c->said->items[i].value;
  const char *v = c->said || !c->what->state ? NULL : state_value(c->what->state, c->what->track, f);
  return v ? v : "";
}

/* Every department chosen in a field, by number. */
static int orgs_of(const struct composing *c, const struct procedure_field *f, int64_t *ids, int most) {
  int n = 0;
  for (size_t i = 0; c->said && i < c->said->count && n < most; i++)
    if (text_eq(c->said->items[i].field, f->name)) n += text_to_int(c->said->items[i].value, &ids[n]);
  const struct state *s = c->said ? NULL : c->what->state;
  const struct state_step *step = s ? state_said_in(s, c->what->track, f) : NULL;
  for (size_t i = 0; step && i < s->said_count && n < most; i++)
    if (s->said[i].step == step && s->said[i].field == f && s->said[i].value) n += text_to_int(s->said[i].value, &ids[n]);
  return n;
}

/* --- limits ----------------------------------------------------------------------------------------------------- */

static const struct procedure_limit *limit_for(const struct procedure_clock *clock, const char *kind) {
  if (clock->limit_from == LIMIT_FIXED) return &clock->limit;
  for (size_t i = 0; clock->limit_from == LIMIT_TABLE && i < clock->rows_count; i++)
    if (text_eq(clock->rows[i].value, kind)) return &clock->rows[i].limit;
  return clock->limit_from == LIMIT_TABLE && clock->limit.text ? &clock->limit : NULL;
}

static const char *limit_text(const struct composing *c, const struct procedure_clock *clock, const char *kind) {
  struct limit value;
  struct error ignored = {0};
  struct buf b;
  const struct procedure_limit *l = limit_for(clock, kind);
  if (!l || world_limit(&value, c->who->world, c->who->arena, c->what->procedure, l, &ignored) < 0) return "—";
  buf_init(&b, WORDS_MOST);
  limit_words(&b, c->who->lang, value);
  const char *s = arena_strdup(c->who->arena, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

static struct compose_row row_of(const struct composing *c, const char *title, const char *part, const char *kind) {
  const char **limits = ARENA_ARRAY(c->who->arena, COLUMNS, const char *);
  for (int i = 0; i < c->clock_count; i++) limits[i] = limit_text(c, c->clocks[i], kind);
  return (struct compose_row){.title = title, .part = part, .limits = limits, .limit_count = c->clock_count};
}

/* The clocks of a called body, then those of the whole whose limit goes by the same choice. */
static void find_clocks(struct composing *c, const struct procedure_track *called) {
  const struct procedure_track *tracks[] = {called, &c->what->procedure->tracks[0]};
  for (int t = 0; t < 2; t++)
    for (size_t i = 0; i < tracks[t]->clocks_count && c->clock_count < COLUMNS; i++) {
      const struct procedure_clock *clock = &tracks[t]->clocks[i];
      if (clock->limit_from != LIMIT_TABLE) continue;
      if (!c->kind) c->kind = clock->limit_field;
      if (clock->limit_field == c->kind) c->clocks[c->clock_count++] = clock;
    }
}

static void name_columns(struct composing *c) {
  const char **titles = ARENA_ARRAY(c->who->arena, COLUMNS, const char *);
  for (int i = 0; i < c->clock_count; i++) titles[i] = case_pick(c->who, &c->clocks[i]->title);
  c->out->clocks = titles;
  c->out->clock_count = c->clock_count;
}

static void list_kinds(struct composing *c) {
  if (!c->kind) return;
  struct compose_row *rows = ARENA_ARRAY(c->who->arena, c->kind->options_count + 1, struct compose_row);
  const char *chosen = value_of(c, c->kind);
  for (size_t i = 0; i < c->kind->options_count; i++) {
    rows[i] = row_of(c, case_pick(c->who, &c->kind->options[i].title), "", c->kind->options[i].name);
    rows[i].chosen = text_eq(c->kind->options[i].name, chosen);
  }
  c->out->kinds = rows;
  c->out->kind_count = (int)c->kind->options_count;
  c->out->kinds_title = case_pick(c->who, &c->kind->label);
}

static void list_called(struct composing *c, const struct procedure_effect *e) {
  int64_t ids[ROWS];
  const struct procedure_track_role *role = e->track_role ? procedure_track_role_find(e->track, e->track_role) : NULL;
  int n = orgs_of(c, e->field, ids, ROWS);
  for (int i = 0; i < n && c->out->called_count < ROWS; i++)
    c->called[c->out->called_count++] = row_of(c, case_org_name(c->who, ids[i]), role ? case_pick(c->who, &role->title) : "",
                                               c->kind ? value_of(c, c->kind) : "");
}

/* --- who will be told ------------------------------------------------------------------------------------------- */

static void tell(struct composing *c, const char *who, const char *post, const char *after) {
  for (int i = 0; i < c->out->told_count; i++)
    if (text_eq(c->told[i].who, who) && text_eq(c->told[i].post, post)) return;
  if (c->out->told_count < TOLD && *who) c->told[c->out->told_count++] = (struct compose_told){who, post, after};
}

/* The street the matter lies in, as chosen so far. */
static int64_t street_of(const struct composing *c) {
  const struct procedure_field *f = procedure_field_as(c->what->procedure, AS_PLACE);
  struct place_row place;
  struct error ignored = {0};
  int64_t id = 0;
  const char *value = f ? value_of(c, f) : "";
  if (text_to_int(value, &id) && place_get(&place, c->who->db, c->who->arena, c->who->world->district, id, &ignored) == 0)
    return place.level == PLACE_STREET ? id : place.street;
  return c->what->state ? c->what->state->at.street : c->what->at.street;
}

static int tell_role(struct composing *c, enum role role, const char *after, struct error *err) {
  struct post_row *rows;
  size_t n;
  int64_t street = role_level(role) == ROLE_AT_DISTRICT ? 0 : street_of(c);
  struct post_filter which = {.role = role, .street = street};
  if (role_level(role) == ROLE_AT_ORG) return 0;
  if (people_posts_in_office(&rows, &n, c->who->db, c->who->arena, c->who->world->district, &which, c->who->now, err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++) tell(c, rows[i].name, case_post_title(c->who, rows[i].post.id), after);
  return 0;
}

static int tell_one(struct composing *c, const struct procedure_actor *a, const char *after, struct error *err) {
  if (a->kind == ACTOR_ROLE) return tell_role(c, a->role, after, err);
  if (a->kind == ACTOR_REPORTER) tell(c, word(c->who->lang, W_ACTOR_REPORTER), "", after);
  for (int i = 0; a->kind == ACTOR_TRACK && i < c->out->called_count; i++) tell(c, c->called[i].title, c->called[i].part, after);
  return 0;
}

static int tell_after(struct composing *c, const struct procedure_action *action, struct error *err) {
  const char *title = case_pick(c->who, &action->title);
  const char *after = case_say(c->who->arena, c->who->lang, W_COMPOSE_AFTER, 1, &title);
  for (size_t i = 0; i < action->effects.count; i++) {
    const struct procedure_effect *e = &action->effects.items[i];
    for (size_t k = 0; e->kind == EFFECT_TELL && !e->when && k < e->actors.count; k++)
      if (tell_one(c, &e->actors.items[k], after, err) < 0) return -1;
  }
  return 0;
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

/* An effect that calls a body for each department in a field of this form. */
static bool calls(const struct composing *c, const struct procedure_effect *e) {
  const struct procedure_field_list *lists[] = {&c->what->action->needs, &c->what->action->asks};
  if (e->kind != EFFECT_ADD || !e->field) return false;
  for (int l = 0; l < 2; l++)
    for (size_t i = 0; i < lists[l]->count; i++)
      if (lists[l]->items[i] == e->field) return true;
  return false;
}

int case_compose(const struct compose **out, const struct case_asker *who, const struct form_for *what,
                 const struct form_said *said, struct error *err) {
  struct composing c = {.who = who, .what = what, .said = said};
  const struct procedure_track *main = &what->procedure->tracks[0];
  const struct procedure_action *calling = NULL;
  *out = NULL;
  if (!what->action->composer) return 0;
  c.out = ARENA_NEW(who->arena, struct compose);
  *c.out = (struct compose){.kinds_title = ""};
  c.out->called = c.called = ARENA_ARRAY(who->arena, ROWS, struct compose_row);
  c.out->told = c.told = ARENA_ARRAY(who->arena, TOLD, struct compose_told);
  for (size_t i = 0; i < main->actions_count && !calling; i++)
    for (size_t k = 0; k < main->actions[i].effects.count; k++) {
      const struct procedure_effect *e = &main->actions[i].effects.items[k];
      if (!calls(&c, e)) continue;
      if (!calling) find_clocks(&c, e->track);
      calling = &main->actions[i];
      list_called(&c, e);
    }
  name_columns(&c);
  list_kinds(&c);
  if (tell_after(&c, what->action, err) < 0 || (calling && tell_after(&c, calling, err) < 0)) return -1;
  *out = c.out;
  return 0;
}
