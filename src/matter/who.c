/* Who is meant, who may, and on whose list a track stands. */
#include "matter/sealed_internal.h"

#include <string.h>

#include "people/person.h"

const char *actor_key(struct arena *a, const struct actor *actor) {
  char name[ACTOR_NAME_SIZE];
  people_actor_name(name, actor);
  return arena_strdup(a, name);
}

/* The place id of a matter at the level a role is bound to; 0 for the whole district. */
static int64_t place_at_level(const struct place_chain *at, enum role_level level) {
  switch (level) {
    case ROLE_AT_STAIRWELL: return at->stairwell;
    case ROLE_AT_BUILDING: return at->building;
    case ROLE_AT_GRID: return at->grid;
    case ROLE_AT_COMMUNITY: return at->community;
    case ROLE_AT_STREET: return at->street;
    default: return 0;
  }
}

static const char *role_key(struct arena *a, enum role role, int64_t place) {
  return arena_printf(a, "role:%s@%lld", role_name(role), (long long)place);
}

/* NULL when the matter does not lie so finely placed, or the track has no organisation. A grid worker's matter that
 * lies in no grid waits with the community. */
const char *who_role_key(struct work *k, enum role role, const struct state_track *track) {
  enum role_level level = role_level(role);
  if (level == ROLE_AT_ORG) return track->org ? arena_printf(k->a, "org:%lld", (long long)track->org) : NULL;
  int64_t place = place_at_level(&k->s->at, level);
  if (place || level == ROLE_AT_DISTRICT) return role_key(k->a, role, place);
  if (k->s->at.community && level < ROLE_AT_COMMUNITY)
    return role_key(k->a, ROLE_COMMUNITY_OFFICER, k->s->at.community);
  if (k->s->at.street) return role_key(k->a, ROLE_STREET_CENTRE, k->s->at.street);
  return role_key(k->a, ROLE_DISTRICT_CENTRE, 0);
}

static const char *holder_key(struct work *k, const struct state_track *t) {
  if (t->org) return arena_printf(k->a, "org:%lld", (long long)t->org);
  if (t->post) return arena_printf(k->a, "post:%lld", (long long)t->post);
  if (t->person) return arena_printf(k->a, "person:%lld", (long long)t->person);
  return NULL;
}

/* Somebody who did something in this matter: the last step that fits. */
static const char *last_actor(const struct state *s, const struct state_track *track,
                              const struct procedure_action *action) {
  for (size_t i = s->step_count; i-- > 0;)
    if (s->steps[i].action == action && (!track || s->steps[i].track == track)) return s->steps[i].actor;
  return NULL;
}

static bool was_handler(const struct state *s, const char *key) {
  for (size_t i = 0; i < s->step_count; i++) {
    const struct state_step *step = &s->steps[i];
    if (step->track == &s->tracks[0] && step->from && step->from->phase == PHASE_HANDLING && text_eq(step->actor, key))
      return true;
  }
  return false;
}

static bool holds_track(const struct actor *actor, const struct state_track *t) {
  if (t->person && t->person == actor->person) return true;
  if (actor->kind == ACTOR_API_KEY && t->org && t->org == actor->org) return true;
  for (size_t i = 0; i < actor->post_count; i++) {
    if (t->post && actor->posts[i].id == t->post) return true;
    if (t->org && actor->posts[i].org == t->org) return true;
  }
  return false;
}

static const struct post *post_in_org(const struct actor *actor, int64_t org) {
  for (size_t i = 0; i < actor->post_count; i++)
    if (org && actor->posts[i].org == org) return &actor->posts[i];
  return actor->post_count ? &actor->posts[0] : NULL;
}

static bool holds_some_track(struct work *k, const struct procedure_actor *who, const struct post **post) {
  for (size_t i = 0; i < k->s->track_count; i++) {
    const struct state_track *t = &k->s->tracks[i];
    if (t->type != who->track || (who->track_role && !text_eq(who->track_role, t->role))) continue;
    if (!holds_track(k->actor, t)) continue;
    *post = post_in_org(k->actor, t->org);
    return true;
  }
  return false;
}

static bool is_reporter(struct work *k) {
  return (k->fresh && k->s->step_count == 0) || access_is_reporter(k->actor, &k->subject);
}

/* A matter that lies in no grid yet has no grid worker: its community's officers stand in. */
static bool act_as_role(struct work *k, enum role role, const struct state_track *t, const struct post **post) {
  role_set roles = ROLE_BIT(role);
  if (role_level(role) < ROLE_AT_COMMUNITY && role_level(role) > ROLE_AT_NONE &&
      !place_at_level(&k->s->at, role_level(role)))
    roles |= ROLE_BIT(ROLE_COMMUNITY_OFFICER);
  int64_t org = role_level(role) == ROLE_AT_ORG ? t->org : 0;
  *post = k->fresh && k->s->step_count == 0 ? access_post_at(k->actor, roles, &k->s->at)
                                            : access_act_as(k->actor, roles, &k->subject, org, k->now);
  return *post != NULL;
}

static int roll_of(struct work *k, const struct procedure_actor *who, struct q_roll_entries_out **rows, size_t *n) {
  const struct state_track *t = state_latest(k->s, who->track);
  struct q_roll_entries_in in = {.district = k->w->district, .track = t ? t->id : 0};
  *n = 0;
  return t ? q_roll_entries(k->t->db, k->a, rows, n, &in, k->err) : 0;
}

static bool on_roll(struct work *k, const struct procedure_actor *who) {
  struct q_roll_entries_out *rows;
  size_t n;
  if (!k->actor->person || !k->t || roll_of(k, who, &rows, &n) < 0) return false;
  for (size_t i = 0; i < n; i++)
    if (rows[i].person == k->actor->person && !rows[i].excluded) return true;
  return false;
}

static bool is_meant(struct work *k, const struct state_track *t, const struct procedure_actor *who,
                     const struct post **post) {
  const char *key;
  switch (who->kind) {
    case ACTOR_ANYONE: return true;
    case ACTOR_REPORTER: return is_reporter(k);
    case ACTOR_ROLE: return act_as_role(k, who->role, t, post);
    case ACTOR_HOLDER: *post = post_in_org(k->actor, t->org); return holds_track(k->actor, t);
    case ACTOR_TRACK: return holds_some_track(k, who, post);
    case ACTOR_HANDLER: return was_handler(k->s, k->key);
    case ACTOR_RETURNED: return *t->returned_to && text_eq(t->returned_to, k->key);
    case ACTOR_DID: key = last_actor(k->s, t, who->action); return key && text_eq(key, k->key);
    case ACTOR_STARTER: return text_eq(t->starter, k->key);
    case ACTOR_ROLL: return on_roll(k, who);
    case ACTOR_SYSTEM: return k->actor->kind == ACTOR_MACHINE;
  }
  return false;
}

/* Whoever only joined a matter cannot end it for those who reported it: anybody may join. */
static bool ends_for_others(struct work *k, const struct state_track *t, const struct procedure_action *action,
                            const struct procedure_actor *as) {
  bool opening = k->fresh && k->s->step_count == 0, ends = false;
  for (size_t i = 0; i < action->moves_count; i++)
    ends = ends || (action->moves[i].to == TO_STAGE && action->moves[i].stage->final);
  return as->kind == ACTOR_REPORTER && ends && !opening && !t->stage->final && !state_is_own(k->s, k->actor);
}

bool who_may(struct work *k, const struct state_track *track, const struct procedure_action *action,
             const struct post **post) {
  const struct post *under = NULL, *ignored = NULL;
  bool may = k->actor->kind == ACTOR_MACHINE;
  for (size_t i = 0; !may && i < action->by.count; i++)
    may = is_meant(k, track, &action->by.items[i], &under) && !ends_for_others(k, track, action, &action->by.items[i]);
  for (size_t i = 0; may && k->actor->kind != ACTOR_MACHINE && i < action->not_by.count; i++)
    if (is_meant(k, track, &action->not_by.items[i], &ignored)) may = false;
  if (post) *post = may ? under : NULL;
  return may;
}

/* --- keys ------------------------------------------------------------------------------------------------------- */

static int reporter_keys(struct work *k, int (*each)(void *, const char *), void *ctx) {
  for (size_t i = 0; i < k->s->reporter_count; i++)
    if (each(ctx, arena_printf(k->a, "reporter:%lld", (long long)k->s->reporters[i].id)) < 0) return -1;
  return 0;
}

static int track_keys(struct work *k, const struct procedure_actor *who, int (*each)(void *, const char *), void *ctx) {
  for (size_t i = 0; i < k->s->track_count; i++) {
    const struct state_track *t = &k->s->tracks[i];
    if (k->s->sealed && i && t->stage->final) continue; /* whose part is over hears no more of it */
    const char *key =
        t->type == who->track && (!who->track_role || text_eq(who->track_role, t->role)) ? holder_key(k, t) : NULL;
    if (key && each(ctx, key) < 0) return -1;
  }
  return 0;
}

static int roll_keys(struct work *k, const struct procedure_actor *who, int (*each)(void *, const char *), void *ctx) {
  struct q_roll_entries_out *rows;
  size_t n;
  if (roll_of(k, who, &rows, &n) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (!rows[i].excluded && each(ctx, arena_printf(k->a, "person:%lld", (long long)rows[i].person)) < 0) return -1;
  return 0;
}

static int handler_keys(struct work *k, int (*each)(void *, const char *), void *ctx) {
  for (size_t i = k->s->step_count; i-- > 0;) {
    const struct state_step *step = &k->s->steps[i];
    if (step->from && step->from->phase == PHASE_HANDLING && step->track == &k->s->tracks[0] &&
        text_starts(step->actor, "account:"))
      return each(ctx, step->actor);
  }
  return 0;
}

static int one_actor_keys(struct work *k, const struct state_track *t, const struct procedure_actor *who,
                          int (*each)(void *, const char *), void *ctx) {
  const char *key = NULL;
  switch (who->kind) {
    case ACTOR_REPORTER: return reporter_keys(k, each, ctx);
    case ACTOR_ROLL: return roll_keys(k, who, each, ctx);
    case ACTOR_TRACK: return track_keys(k, who, each, ctx);
    case ACTOR_HANDLER: return handler_keys(k, each, ctx);
    case ACTOR_ROLE:
      if (k->s->sealed) return sealed_role_keys(k, who->role, each, ctx);
      key = who_role_key(k, who->role, t);
      break;
    case ACTOR_HOLDER: key = holder_key(k, t); break;
    case ACTOR_RETURNED: key = t->returned_to; break;
    case ACTOR_DID: key = last_actor(k->s, t, who->action); break;
    case ACTOR_STARTER: key = t->starter; break;
    case ACTOR_ANYONE:
    case ACTOR_SYSTEM: break;
  }
  bool somebody =
      !text_empty(key) && !text_eq(key, "anyone") && !text_eq(key, "system") && !text_starts(key, "receipt:");
  return somebody ? each(ctx, key) : 0;
}

int who_keys(struct work *k, const struct state_track *track, const struct procedure_actors *actors,
             int (*each)(void *ctx, const char *key), void *ctx) {
  for (size_t i = 0; i < actors->count; i++)
    if (one_actor_keys(k, track, &actors->items[i], each, ctx) < 0) return -1;
  return 0;
}

struct holding {
  struct work *k;
  struct state_track *track;
  time_ms due;
};

static int add_hold(void *ctx, const char *key) {
  struct holding *h = ctx;
  if (text_starts(key, "reporter:") || (h->k->s->sealed && text_starts(key, "role:"))) return 0;
  struct q_hold_add_in in = {
      .district = h->k->w->district, .who = key, .track = h->track->id, .matter = h->k->s->id, .due = h->due};
  return q_hold_add(h->k->t->db, &in, h->k->err) < 0 ? -1 : 0;
}

static const time_ms far_future = (time_ms)253402300799 * SECOND_MS; /* the end of year 9999 */

/* The list of a track's present stage, ordered by the end of the clock that presses most. */
int who_hold(struct work *k, struct state_track *track) {
  struct q_hold_clear_in clear = {.district = k->w->district, .track = track->id};
  struct holding h = {k, track, far_future};
  for (size_t i = 0; i < k->s->clock_count; i++) {
    const struct state_clock *c = &k->s->clocks[i];
    if (c->track == track && c->clock.end == CLOCK_OPEN && c->due < h.due) h.due = c->due;
  }
  if (q_hold_clear(k->t->db, &clear, k->err) < 0) return -1;
  return track->stage->final ? 0 : who_keys(k, track, &track->stage->held, add_hold, &h);
}

/* --- an actor's own keys ---------------------------------------------------------------------------------------- */

int engine_keys(const struct actor *actor, struct arena *a, const char ***keys, size_t *count) {
  const char **list = ARENA_ARRAY(a, actor->post_count * 3 + 3, const char *);
  size_t n = 0;
  if (actor->account) list[n++] = arena_printf(a, "account:%lld", (long long)actor->account);
  if (actor->person) list[n++] = arena_printf(a, "person:%lld", (long long)actor->person);
  if (actor->org && actor->kind == ACTOR_API_KEY) list[n++] = arena_printf(a, "org:%lld", (long long)actor->org);
  for (size_t i = 0; i < actor->post_count; i++) {
    const struct post *p = &actor->posts[i];
    list[n++] = arena_printf(a, "post:%lld", (long long)p->id);
    if (p->org) list[n++] = arena_printf(a, "org:%lld", (long long)p->org);
    if (role_level(p->role) != ROLE_AT_ORG)
      list[n++] = role_key(a, p->role, place_at_level(&p->at, role_level(p->role)));
  }
  *keys = list;
  *count = n;
  return 0;
}
