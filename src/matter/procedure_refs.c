/* References: what a name in a procedure file points at. What points at nothing is a finding with a suggestion. */
#include <string.h>

#include "matter/procedure_reader.h"

const struct procedure_stage *stage_named(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  const char *name = text_of(r, node);
  if (!name) return NULL;
  const struct procedure_stage *stage = procedure_stage_find(t, name);
  if (stage) return stage;
  const char **names = ARENA_ARRAY(r->arena, t->stages_count + 1, const char *);
  for (size_t i = 0; i < t->stages_count; i++) names[i] = t->stages[i].name;
  finding_wrong_name(r, at_value(node), "procedure.stage.unknown", "procedure.stage.near", name, names,
                     t->stages_count);
  return NULL;
}

static void names_of_fields(const char **names, size_t *n, const struct procedure_fields *fields) {
  for (size_t i = 0; i < fields->count; i++) names[(*n)++] = fields->items[i].name;
}

const struct procedure_field *field_named(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  const char *name = text_of(r, node);
  if (!name) return NULL;
  const struct procedure_field *field = procedure_field_find(r->p, t, name);
  if (field) return field;
  const struct procedure_track *main = &r->p->tracks[0];
  const char **names = ARENA_ARRAY(r->arena, t->fields.count + main->fields.count + 1, const char *);
  size_t n = 0;
  names_of_fields(names, &n, &t->fields);
  if (t != main) names_of_fields(names, &n, &main->fields);
  finding_wrong_name(r, at_value(node), "procedure.field.unknown", "procedure.field.near", name, names, n);
  return NULL;
}

const struct procedure_clock *clock_named(struct reader *r, const struct yaml *node) {
  const char *name = text_of(r, node);
  if (!name) return NULL;
  const struct procedure_clock *clock = procedure_clock_find(r->p, name);
  if (clock) return clock;
  size_t n = 0;
  for (size_t i = 0; i < r->p->tracks_count; i++) n += r->p->tracks[i].clocks_count;
  const char **names = ARENA_ARRAY(r->arena, n + 1, const char *);
  n = 0;
  for (size_t i = 0; i < r->p->tracks_count; i++)
    for (size_t j = 0; j < r->p->tracks[i].clocks_count; j++) names[n++] = r->p->tracks[i].clocks[j].name;
  finding_wrong_name(r, at_value(node), "procedure.clock.unknown", "procedure.clock.near", name, names, n);
  return NULL;
}

static const struct procedure_track *track_by(struct reader *r, const struct yaml *node, const char *name) {
  const struct procedure_track *track = procedure_track_find(r->p, name);
  if (track) return track;
  const char **names = ARENA_ARRAY(r->arena, r->p->tracks_count + 1, const char *);
  for (size_t i = 0; i < r->p->tracks_count; i++) names[i] = r->p->tracks[i].name;
  finding_wrong_name(r, at_value(node), "procedure.track.unknown", "procedure.track.near", name, names,
                     r->p->tracks_count);
  return NULL;
}

const struct procedure_track *track_named(struct reader *r, const struct yaml *node) {
  const char *name = text_of(r, node);
  return name ? track_by(r, node, name) : NULL;
}

/* The part of `name` before a dot as a track; the rest in *rest. NULL: no dot. */
static const char *before_dot(struct reader *r, const char *name, const char **rest) {
  const char *dot = strchr(name, '.');
  *rest = dot ? dot + 1 : name;
  return dot ? arena_strndup(r->arena, name, (size_t)(dot - name)) : NULL;
}

const struct procedure_action *action_named(struct reader *r, const struct procedure_track *t, const struct yaml *node,
                                            const char *name) {
  const char *rest = name, *of = before_dot(r, name, &rest);
  const struct procedure_track *main = &r->p->tracks[0];
  if (of && !(t = track_by(r, node, of))) return NULL;
  const struct procedure_action *action = procedure_action_find(t, rest);
  if (!action && !of) action = procedure_action_find(main, rest);
  if (action) return action;
  const char **names = ARENA_ARRAY(r->arena, t->actions_count + main->actions_count + 1, const char *);
  size_t n = 0;
  for (size_t i = 0; i < t->actions_count; i++) names[n++] = t->actions[i].name;
  for (size_t i = 0; i < main->actions_count && t != main && !of; i++) names[n++] = main->actions[i].name;
  finding_wrong_name(r, at_value(node), "procedure.action.unknown", "procedure.action.near", rest, names, n);
  return NULL;
}

/* ---- lists ---- */

static void mark_stages(struct reader *r, const struct procedure_track *t, const struct yaml *item, bool *in) {
  const char *word = text_of(r, item);
  if (!word) return;
  bool put = true;
  struct yaml named = *item;
  if (text_starts(word, "not ")) put = false, named.text = word + 4;
  bool open = text_eq(named.text, "open"), final = text_eq(named.text, "final");
  if (open || final) {
    for (size_t i = 0; i < t->stages_count; i++)
      if (t->stages[i].final == final) in[i] = put;
    return;
  }
  const struct procedure_stage *stage = stage_named(r, t, &named);
  if (stage) in[stage->index] = put;
}

struct procedure_stage_list stages_of(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  struct procedure_stage_list out = {0};
  bool *in = ARENA_ARRAY(r->arena, t->stages_count + 1, bool);
  for (size_t i = 0; i < list_count(node); i++) mark_stages(r, t, list_item(node, i), in);
  const struct procedure_stage **items = ARENA_ARRAY(r->arena, t->stages_count + 1, const struct procedure_stage *);
  for (size_t i = 0; i < t->stages_count; i++)
    if (in[i]) items[out.count++] = &t->stages[i];
  out.items = items;
  return out;
}

/* Words that mean a relation rather than a role. */
static const struct {
  const char *word;
  enum procedure_actor_kind kind;
} RELATIONS[] = {{"anyone", ACTOR_ANYONE},   {"reporter", ACTOR_REPORTER},     {"holder", ACTOR_HOLDER},
                 {"handler", ACTOR_HANDLER}, {"returned-to", ACTOR_RETURNED}, {"starter", ACTOR_STARTER},
                 {"system", ACTOR_SYSTEM}};
enum { RELATIONS_COUNT = sizeof RELATIONS / sizeof RELATIONS[0] };

static void wrong_actor(struct reader *r, const struct yaml *node, const char *word) {
  const char **names = ARENA_ARRAY(r->arena, (size_t)ROLE_COUNT + RELATIONS_COUNT + r->p->tracks_count, const char *);
  size_t n = 0;
  for (int i = 0; i < ROLE_COUNT; i++) names[n++] = role_name((enum role)i);
  for (size_t i = 0; i < RELATIONS_COUNT; i++) names[n++] = RELATIONS[i].word;
  for (size_t i = 1; i < r->p->tracks_count; i++) names[n++] = r->p->tracks[i].name;
  finding_wrong_name(r, at_value(node), "procedure.actor.unknown", "procedure.actor.near", word, names, n);
}

static bool track_actor(struct reader *r, struct procedure_actor *out, const struct yaml *node, const char *word) {
  const char *rest = NULL, *of = before_dot(r, word, &rest);
  const struct procedure_track *track = procedure_track_find(r->p, of ? of : word);
  if (!track) return false; /* `main`: who holds the matter itself */
  out->kind = ACTOR_TRACK;
  out->track = track;
  out->track_role = of ? rest : NULL;
  if (of && !procedure_track_role_find(track, rest))
    finding_error(r, at_value(node), "procedure.track.role", rest, track->name);
  return true;
}

static bool actor_of(struct reader *r, struct procedure_actor *out, const struct procedure_track *t,
                     const struct yaml *node) {
  const char *word = text_of(r, node);
  if (!word) return false;
  *out = (struct procedure_actor){.role = ROLE_NONE, .at = at_value(node)};
  if (text_starts(word, "did ")) {
    out->kind = ACTOR_DID;
    out->action = action_named(r, t, node, word + 4);
    return out->action != NULL;
  }
  if (text_starts(word, "roll ")) {
    out->kind = ACTOR_ROLL;
    out->track = track_by(r, node, word + 5);
    return out->track != NULL;
  }
  for (size_t i = 0; i < RELATIONS_COUNT; i++) {
    if (!text_eq(RELATIONS[i].word, word)) continue;
    out->kind = RELATIONS[i].kind;
    return true;
  }
  if (track_actor(r, out, node, word)) return true;
  out->kind = ACTOR_ROLE;
  out->role = role_by_name(word);
  if (out->role == ROLE_NONE) wrong_actor(r, node, word);
  return out->role != ROLE_NONE;
}

struct procedure_actors actors_of(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  struct procedure_actors out = {0};
  struct procedure_actor *items = ARENA_ARRAY(r->arena, list_count(node) + 1, struct procedure_actor);
  for (size_t i = 0; i < list_count(node); i++)
    if (actor_of(r, &items[out.count], t, list_item(node, i))) out.count++;
  out.items = items;
  return out;
}

struct procedure_field_list fields_of(struct reader *r, const struct procedure_track *t, const struct yaml *node) {
  struct procedure_field_list out = {0};
  const struct procedure_field **items = ARENA_ARRAY(r->arena, list_count(node) + 1, const struct procedure_field *);
  for (size_t i = 0; i < list_count(node); i++) {
    const struct procedure_field *field = field_named(r, t, list_item(node, i));
    if (field) items[out.count++] = field;
  }
  out.items = items;
  return out;
}
