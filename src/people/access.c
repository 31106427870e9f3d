#include "people/access.h"

#include <string.h>

#include "base/text.h"

/* Everybody is a resident somewhere; it takes no post. */
static const struct post resident_post = {.role = ROLE_RESIDENT};

role_set access_roles(const struct actor *actor) {
  role_set set = ROLE_BIT(ROLE_RESIDENT);
  for (size_t i = 0; i < actor->post_count; i++)
    if ((int)actor->posts[i].role >= 0) set |= ROLE_BIT(actor->posts[i].role);
  return set;
}

bool access_has_role(const struct actor *actor, role_set roles) {
  return (access_roles(actor) & roles) != 0;
}

bool access_may_claim(const struct actor *actor, const char *source) {
  if (actor->kind != ACTOR_API_KEY || text_empty(actor->sources) || text_empty(source)) return false;
  size_t n = strlen(source);
  for (const char *at = actor->sources; (at = strstr(at, source)) != NULL; at += n)
    if ((at == actor->sources || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
  return false;
}

/* ---- doors ---- */

bool access_route_admits(role_set mask, enum actor_kind kind, enum role role) {
  if (mask == 0) return false;
  if (kind == ACTOR_MACHINE || (mask & ACCESS_PUBLIC)) return true;
  if (kind == ACTOR_RECEIPT) return (mask & ACCESS_RECEIPT) != 0;
  if (kind == ACTOR_API_KEY) return (mask & ACCESS_API_KEY) != 0;
  if (kind != ACTOR_ACCOUNT) return false;
  if (mask & ACCESS_SIGNED_IN) return true;
  return (int)role >= 0 && (mask & ROLE_BIT(role)) != 0;
}

int access_route(role_set mask, const struct actor *actor, struct error *err) {
  if (access_route_admits(mask, actor->kind, ROLE_NONE)) return 0;
  if (actor->kind == ACTOR_ACCOUNT) {
    if (access_has_role(actor, mask)) return 0;
    return error_set(err, ERR_DENIED, "access.role", NULL, NULL);
  }
  return error_set(err, ERR_SIGN_IN, "access.sign-in", NULL, NULL);
}

/* ---- places ---- */

static int64_t chain_id(const struct place_chain *at, enum scope_kind kind) {
  switch (kind) {
    case SCOPE_STREET: return at->street;
    case SCOPE_COMMUNITY: return at->community;
    case SCOPE_GRID: return at->grid;
    case SCOPE_BUILDING: return at->building;
    case SCOPE_STAIRWELL: return at->stairwell;
    case SCOPE_DISTRICT:
    case SCOPE_ORG: break;
  }
  return 0;
}

/* The finest level a chain is known at; SCOPE_DISTRICT when it is empty. */
static enum scope_kind chain_level(const struct place_chain *at) {
  for (int kind = SCOPE_STAIRWELL; kind > SCOPE_DISTRICT; kind--)
    if (chain_id(at, (enum scope_kind)kind) != 0) return (enum scope_kind)kind;
  return SCOPE_DISTRICT;
}

/* Does a post reach a place? A post with no place at all reaches the district only when its role is bound there, so
 * that a row with a lost place takes sight away instead of giving it. */
static bool post_covers(const struct post *post, const struct place_chain *at) {
  enum scope_kind level = chain_level(&post->at);
  if (level == SCOPE_DISTRICT) return role_level(post->role) == ROLE_AT_DISTRICT;
  return chain_id(&post->at, level) == chain_id(at, level);
}

static bool among(int64_t id, const int64_t *ids, size_t count) {
  for (size_t i = 0; id != 0 && i < count; i++)
    if (ids[i] == id) return true;
  return false;
}

/* ---- lists ---- */

static bool arm_covers(const struct scope_arm *arm, const struct place_chain *at, int64_t org) {
  if (arm->kind == SCOPE_DISTRICT) return true;
  if (arm->kind == SCOPE_ORG) return org != 0 && org == arm->id;
  return chain_id(at, arm->kind) == arm->id;
}

/* Adds an arm unless a wider one is there; takes out those it makes needless. An arm without confidential rows never
 * stands in for one with them. */
static void scope_add(struct scope *scope, struct scope_arm arm, const struct place_chain *at) {
  int64_t org = arm.kind == SCOPE_ORG ? arm.id : 0;
  for (size_t i = 0; i < scope->count; i++) {
    const struct scope_arm *have = &scope->arm[i];
    if (arm_covers(have, at, org) && (have->confidential || !arm.confidential)) return;
  }
  size_t kept = 0;
  for (size_t i = 0; i < scope->count; i++) {
    const struct scope_arm *have = &scope->arm[i];
    bool inside = have->kind != SCOPE_ORG && have->post && arm_covers(&arm, &have->post->at, 0) &&
                  (arm.confidential || !have->confidential);
    if (!inside) scope->arm[kept++] = *have;
  }
  scope->count = kept;
  if (scope->count == SCOPE_ARMS) return;
  size_t place = scope->count++;
  for (; place > 0 && scope->arm[place - 1].kind > arm.kind; place--) scope->arm[place] = scope->arm[place - 1];
  scope->arm[place] = arm;
}

static void scope_add_post(struct scope *scope, const struct post *post) {
  static const struct place_chain nowhere;
  unsigned can = role_can(post->role);
  if (can & CAN_SEE_PLACE) {
    enum scope_kind level = chain_level(&post->at);
    if (level != SCOPE_DISTRICT || role_level(post->role) == ROLE_AT_DISTRICT)
      scope_add(scope, (struct scope_arm){level, chain_id(&post->at, level), (can & CAN_SEE_CONFIDENTIAL) != 0, post},
                &post->at);
  }
  if (post->org != 0) scope_add(scope, (struct scope_arm){SCOPE_ORG, post->org, true, post}, &nowhere);
}

void access_scope(const struct actor *actor, struct scope *out) {
  static const struct place_chain nowhere;
  memset(out, 0, sizeof *out);
  out->person = actor->person;
  if (actor->kind == ACTOR_MACHINE) {
    scope_add(out, (struct scope_arm){SCOPE_DISTRICT, 0, true, NULL}, &nowhere);
  } else if (actor->kind == ACTOR_ACCOUNT) {
    for (size_t i = 0; i < actor->post_count; i++) scope_add_post(out, &actor->posts[i]);
  } else if (actor->kind == ACTOR_API_KEY && actor->org != 0) {
    scope_add(out, (struct scope_arm){SCOPE_ORG, actor->org, true, NULL}, &nowhere);
  }
}

bool access_scope_covers(const struct scope *scope, const struct place_chain *at, int64_t org) {
  for (size_t i = 0; i < scope->count; i++)
    if (arm_covers(&scope->arm[i], at, org)) return true;
  return false;
}

/* ---- one matter ---- */

bool access_is_reporter(const struct actor *actor, const struct subject *s) {
  if (actor->district != s->district) return false;
  if (actor->kind == ACTOR_RECEIPT && actor->matter != 0 && actor->matter == s->matter) return true;
  if (actor->kind == ACTOR_API_KEY) return actor->api_key != 0 && actor->api_key == s->api_key;
  return actor->kind != ACTOR_MACHINE && among(actor->person, s->reporters, s->reporter_count);
}

static bool post_assigned(const struct post *post, const struct subject *s) {
  return among(post->id, s->posts, s->post_count) || among(post->org, s->orgs, s->org_count);
}

static bool person_assigned(const struct actor *actor, const struct subject *s) {
  return actor->kind == ACTOR_ACCOUNT && among(actor->person, s->persons, s->person_count);
}

bool access_is_assigned(const struct actor *actor, const struct subject *s) {
  if (actor->district != s->district) return false;
  if (actor->kind == ACTOR_API_KEY) return among(actor->org, s->orgs, s->org_count);
  if (person_assigned(actor, s)) return true;
  for (size_t i = 0; actor->kind == ACTOR_ACCOUNT && i < actor->post_count; i++)
    if (post_assigned(&actor->posts[i], s)) return true;
  return false;
}

/* Need-to-know: a post of a role that may know AND the assignment. */
static bool knows(const struct actor *actor, const struct post *post, const struct subject *s) {
  if ((int)post->role < 0 || !(s->know & ROLE_BIT(post->role))) return false;
  return post_assigned(post, s) || person_assigned(actor, s);
}

static bool has_grant(const struct actor *actor, const struct subject *s, time_ms now) {
  for (size_t i = 0; actor->account != 0 && i < s->grant_count; i++)
    if (s->grants[i].account == actor->account && now < s->grants[i].until) return true;
  return false;
}

static enum access_view view_sealed(const struct actor *actor, const struct subject *s, time_ms now) {
  enum access_view view = VIEW_NONE;
  if (s->reporter_tracks && access_is_reporter(actor, s)) view = VIEW_REPORTER;
  if (actor->kind != ACTOR_ACCOUNT) return view;
  if (has_grant(actor, s, now)) return VIEW_FULL;
  for (size_t i = 0; i < actor->post_count; i++) {
    if (!knows(actor, &actor->posts[i], s)) continue;
    if (role_can(actor->posts[i].role) & CAN_OPEN) return VIEW_FULL;
    view = VIEW_HANDLER;
  }
  return view;
}

static bool post_sees(const struct post *post, const struct subject *s) {
  unsigned can = role_can(post->role);
  if (!(can & CAN_SEE_PLACE)) return false;
  if (s->confidential && !(can & CAN_SEE_CONFIDENTIAL)) return false;
  return post_covers(post, &s->at);
}

static enum access_view view_by_posts(const struct actor *actor, const struct subject *s) {
  enum access_view view = VIEW_NONE;
  bool by_name = person_assigned(actor, s);
  if (by_name) view = VIEW_HANDLER;
  for (size_t i = 0; i < actor->post_count; i++) {
    const struct post *post = &actor->posts[i];
    if (by_name || post_assigned(post, s)) {
      if (role_can(post->role) & CAN_OPEN) return VIEW_FULL;
      view = VIEW_HANDLER;
    } else if (post_sees(post, s)) {
      view = VIEW_HANDLER;
    }
  }
  return view;
}

enum access_view access_matter(const struct actor *actor, const struct subject *s, time_ms now) {
  if (actor->district != s->district) return VIEW_NONE;
  if (s->sealed) return view_sealed(actor, s, now);
  enum access_view view = VIEW_NONE;
  if (actor->kind == ACTOR_MACHINE) return VIEW_HANDLER;
  if (actor->kind == ACTOR_ACCOUNT) view = view_by_posts(actor, s);
  if (actor->kind == ACTOR_API_KEY && access_is_assigned(actor, s)) view = VIEW_HANDLER;
  if (view >= VIEW_HANDLER) return view;
  if (access_is_reporter(actor, s)) return VIEW_REPORTER;
  return s->shown_public && !s->confidential ? VIEW_PUBLIC : VIEW_NONE;
}

bool access_shows_reporter(const struct actor *actor, const struct subject *s, time_ms now) {
  return !s->confidential && !s->sealed && access_matter(actor, s, now) == VIEW_FULL;
}

/* ---- doing ---- */

static bool post_acts(const struct post *post, const struct subject *s, int64_t org) {
  if (post->org != 0 && (org != 0 ? post->org == org : among(post->org, s->orgs, s->org_count))) return true;
  if (among(post->id, s->posts, s->post_count)) return true;
  return role_level(post->role) != ROLE_AT_ORG && post_covers(post, &s->at);
}

/* Nearer is larger: an organisation's post, then the smallest place. */
static int nearness(const struct post *post) {
  return post->org != 0 ? SCOPE_ORG : (int)chain_level(&post->at);
}

static const struct post *nearer(const struct post *a, const struct post *b) {
  return !a || nearness(b) > nearness(a) ? b : a;
}

const struct post *access_act_as(const struct actor *actor, role_set roles, const struct subject *s, int64_t org,
                                 time_ms now) {
  if (actor->district != s->district) return NULL;
  if (s->sealed && access_matter(actor, s, now) < VIEW_HANDLER) return NULL;
  const struct post *best = NULL;
  for (size_t i = 0; actor->kind == ACTOR_ACCOUNT && i < actor->post_count; i++) {
    const struct post *post = &actor->posts[i];
    if ((int)post->role < 0 || !(roles & ROLE_BIT(post->role)) || !post_acts(post, s, org)) continue;
    if (s->sealed && !knows(actor, post, s)) continue;
    best = nearer(best, post);
  }
  if (!best && (roles & ROLE_BIT(ROLE_RESIDENT))) return &resident_post;
  return best;
}

const struct post *access_post_at(const struct actor *actor, role_set roles, const struct place_chain *at) {
  const struct post *best = NULL;
  for (size_t i = 0; actor->kind == ACTOR_ACCOUNT && i < actor->post_count; i++) {
    const struct post *post = &actor->posts[i];
    if ((int)post->role < 0 || !(roles & ROLE_BIT(post->role))) continue;
    if (role_level(post->role) == ROLE_AT_ORG || post_covers(post, at)) best = nearer(best, post);
  }
  if (!best && (roles & ROLE_BIT(ROLE_RESIDENT))) return &resident_post;
  return best;
}

bool access_may_appoint(const struct actor *actor, enum role role, const struct place_chain *at) {
  const role_set neighbours = ROLE_BIT(ROLE_STAIRWELL_HEAD) | ROLE_BIT(ROLE_BUILDING_HEAD) | ROLE_BIT(ROLE_VOLUNTEER);
  const role_set community = ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY);
  const role_set street = ROLE_BIT(ROLE_STREET_CENTRE) | ROLE_BIT(ROLE_STREET_LEADER);
  if ((int)role < 0) return false;
  if (actor->kind == ACTOR_MACHINE || access_has_role(actor, ROLE_BIT(ROLE_ADMINISTRATOR))) return true;
  role_set by_street =
      neighbours | ROLE_BIT(ROLE_GRID_WORKER) | ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_MEDIATOR);
  if ((neighbours & ROLE_BIT(role)) && access_post_at(actor, community, at)) return true;
  return (by_street & ROLE_BIT(role)) && access_post_at(actor, street, at);
}

/* ---- personal data and sealed files ---- */

static bool long_enough(const char *reason, size_t chars) {
  return reason && text_chars(reason) >= chars;
}

static bool may_open(const struct actor *actor, const struct subject *s, unsigned needed) {
  for (size_t i = 0; actor->kind == ACTOR_ACCOUNT && i < actor->post_count; i++) {
    const struct post *post = &actor->posts[i];
    if ((role_can(post->role) & needed) == needed && (post_sees(post, s) || post_assigned(post, s))) return true;
  }
  return false;
}

int access_open(const struct actor *actor, const struct subject *s, enum access_datum what, const char *reason,
                time_ms now, struct error *err) {
  enum { REASON_CHARS = 4 };
  enum access_view view = access_matter(actor, s, now);
  if (view < VIEW_HANDLER) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  bool guarded = what == DATUM_REPORTER && s->confidential && !s->sealed;
  if (view == VIEW_FULL && !s->sealed && !guarded) return 0;
  bool allowed;
  if (guarded)
    allowed = may_open(actor, s, CAN_OPEN_REPORTER);
  else if (s->sealed)
    allowed = view == VIEW_FULL;
  else if (what == DATUM_CONTACT && access_is_assigned(actor, s))
    allowed = actor->kind == ACTOR_ACCOUNT;
  else
    allowed = may_open(actor, s, CAN_OPEN);
  if (!allowed) return error_set(err, ERR_DENIED, "access.open", NULL, NULL);
  if (!long_enough(reason, REASON_CHARS)) return error_set(err, ERR_INPUT, "access.reason", "reason", "4", NULL);
  return 0;
}

int access_break_glass(const struct actor *actor, const struct subject *s, const char *reason, struct error *err) {
  enum { REASON_CHARS = 10 };
  bool allowed = false;
  for (size_t i = 0; actor->kind == ACTOR_ACCOUNT && i < actor->post_count && !allowed; i++) {
    const struct post *post = &actor->posts[i];
    allowed = (int)post->role >= 0 && (s->glass & ROLE_BIT(post->role)) && post_covers(post, &s->at);
  }
  if (!s->sealed || actor->district != s->district || !allowed)
    return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  if (!long_enough(reason, REASON_CHARS)) return error_set(err, ERR_INPUT, "access.reason", "reason", "10", NULL);
  return 0;
}
