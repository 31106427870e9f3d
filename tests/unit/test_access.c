/* people: who may see and do what. A table of cases for the rules in words, and properties over random districts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "people/access.h"

#define ALL_ROLES (ROLE_BIT(ROLE_COUNT) - 1)

/* The district of the tests: ids of places are their own numbers, so 1.2.3 reads street 100, community 120, ... */
static struct place_chain at(int64_t street, int64_t community, int64_t grid, int64_t building, int64_t stairwell) {
  struct place_chain c = {.street = street ? 1000 + street : 0};
  if (community) c.community = 2000 + street * 10 + community;
  if (grid) c.grid = 30000 + street * 100 + community * 10 + grid;
  if (building) c.building = 400000 + street * 1000 + community * 100 + grid * 10 + building;
  if (stairwell) c.stairwell = 5000000 + street * 10000 + community * 1000 + grid * 100 + building * 10 + stairwell;
  return c;
}

/* A post of a role at the level the role is bound to, above (or at) a place. */
static struct post post_over(enum role role, struct place_chain c, int64_t org) {
  struct post p = {.id = 70 + (int64_t)role, .role = role};
  enum role_level level = role_level(role);
  if (level == ROLE_AT_ORG) {
    p.org = org;
    return p;
  }
  if (level <= ROLE_AT_STREET) p.at.street = c.street;
  if (level <= ROLE_AT_COMMUNITY) p.at.community = c.community;
  if (level <= ROLE_AT_GRID) p.at.grid = c.grid;
  if (level <= ROLE_AT_BUILDING) p.at.building = c.building;
  if (level <= ROLE_AT_STAIRWELL) p.at.stairwell = c.stairwell;
  return p;
}

static struct actor holder(const struct post *posts, size_t n) {
  return (struct actor){
      .kind = ACTOR_ACCOUNT, .district = 1, .person = 5, .account = 6, .posts = posts, .post_count = n};
}

static void every_role_has_a_name_words_and_a_level(void **state) {
  (void)state;
  for (int i = 0; i < ROLE_COUNT; i++) {
    enum role role = (enum role)i;
    assert_int_equal(role_by_name(role_name(role)), role);
    assert_string_equal(role_words(role) + 5, role_name(role));
    assert_int_equal(role_level_by_name(role_level_name(role_level(role))), role_level(role));
    assert_true(role == ROLE_RESIDENT || role_level(role) != ROLE_AT_NONE);
  }
  assert_int_equal(role_by_name("mayor"), ROLE_NONE);
  assert_int_equal(role_by_name(NULL), ROLE_NONE);
}

static void a_door_opens_to_those_it_names_and_to_nobody_when_it_names_none(void **state) {
  (void)state;
  struct post worker = post_over(ROLE_GRID_WORKER, at(1, 1, 1, 0, 0), 0);
  struct actor nobody = {.district = 1}, signed_in = holder(&worker, 1),
               receipt = {.kind = ACTOR_RECEIPT, .district = 1}, key = {.kind = ACTOR_API_KEY, .district = 1},
               clock = {.kind = ACTOR_MACHINE, .district = 1};
  const struct {
    role_set mask;
    const struct actor *actor;
    enum error_kind answer;
  } cases[] = {
      {0, &nobody, ERR_SIGN_IN},
      {0, &signed_in, ERR_DENIED},
      {ACCESS_PUBLIC, &nobody, ERR_NONE},
      {ACCESS_PUBLIC, &key, ERR_NONE},
      {ACCESS_SIGNED_IN, &nobody, ERR_SIGN_IN},
      {ACCESS_SIGNED_IN, &receipt, ERR_SIGN_IN},
      {ACCESS_SIGNED_IN, &signed_in, ERR_NONE},
      {ACCESS_RECEIPT, &receipt, ERR_NONE},
      {ACCESS_RECEIPT, &signed_in, ERR_DENIED},
      {ACCESS_API_KEY, &key, ERR_NONE},
      {ACCESS_API_KEY, &nobody, ERR_SIGN_IN},
      {ROLE_BIT(ROLE_GRID_WORKER), &signed_in, ERR_NONE},
      {ROLE_BIT(ROLE_STREET_LEADER), &signed_in, ERR_DENIED},
      {ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_GRID_WORKER), &signed_in, ERR_NONE},
      {ROLE_ANY_POST, &nobody, ERR_SIGN_IN},
      {ROLE_ANY_POST, &signed_in, ERR_NONE},
      {ROLE_BIT(ROLE_AUDITOR), &clock, ERR_NONE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct error err = {0};
    int rc = access_route(cases[i].mask, cases[i].actor, &err);
    if (err.kind != cases[i].answer) print_error("door case %zu\n", i);
    assert_int_equal(err.kind, cases[i].answer);
    assert_int_equal(rc, cases[i].answer == ERR_NONE ? 0 : -1);
  }
}

enum flavour { PLAIN, CONFIDENTIAL, SEALED };

/* One line of the table: somebody holding `role` over a place, a matter elsewhere or there, how they are tied to it. */
struct sight_case {
  const char *says;
  enum role role;
  bool same_place, assigned;
  enum flavour flavour;
  enum access_view view;
};

static const struct sight_case sights[] = {
    {"a grid worker sees their grid, masked", ROLE_GRID_WORKER, true, false, PLAIN, VIEW_HANDLER},
    {"a grid worker sees of another grid what the public sees", ROLE_GRID_WORKER, false, false, PLAIN, VIEW_PUBLIC},
    {"a grid worker sees all of what is assigned to them", ROLE_GRID_WORKER, true, true, PLAIN, VIEW_FULL},
    {"even when it lies elsewhere", ROLE_GRID_WORKER, false, true, PLAIN, VIEW_FULL},
    {"a grid worker handles confidential matters", ROLE_GRID_WORKER, true, false, CONFIDENTIAL, VIEW_HANDLER},
    {"a confidential matter elsewhere is not public", ROLE_GRID_WORKER, false, false, CONFIDENTIAL, VIEW_NONE},
    {"a stairwell head sees their stairwell", ROLE_STAIRWELL_HEAD, true, false, PLAIN, VIEW_HANDLER},
    {"but nothing confidential", ROLE_STAIRWELL_HEAD, true, false, CONFIDENTIAL, VIEW_NONE},
    {"and masked even when assigned", ROLE_STAIRWELL_HEAD, true, true, PLAIN, VIEW_HANDLER},
    {"an administrator sees what the public sees", ROLE_ADMINISTRATOR, true, false, PLAIN, VIEW_PUBLIC},
    {"an administrator sees nothing confidential", ROLE_ADMINISTRATOR, true, false, CONFIDENTIAL, VIEW_NONE},
    {"an auditor sees everything masked", ROLE_AUDITOR, true, false, CONFIDENTIAL, VIEW_HANDLER},
    {"an auditor sees nothing sealed", ROLE_AUDITOR, true, false, SEALED, VIEW_NONE},
    {"a district leader sees nothing sealed", ROLE_DISTRICT_LEADER, true, false, SEALED, VIEW_NONE},
    {"not even by being assigned without need to know", ROLE_DISTRICT_LEADER, true, true, SEALED, VIEW_NONE},
    {"a police liaison who may know but is not assigned", ROLE_POLICE_LIAISON, true, false, SEALED, VIEW_NONE},
    {"a police liaison who may know and is assigned", ROLE_POLICE_LIAISON, true, true, SEALED, VIEW_FULL},
    {"a police liaison does not see the street's other cases", ROLE_POLICE_LIAISON, true, false, PLAIN, VIEW_PUBLIC},
    {"a department that was not called", ROLE_DEPARTMENT_OFFICER, false, false, PLAIN, VIEW_PUBLIC},
    {"a department that was called", ROLE_DEPARTMENT_OFFICER, true, false, PLAIN, VIEW_FULL},
    {"a unit that was called sees it masked", ROLE_UNIT_LIAISON, true, false, PLAIN, VIEW_HANDLER},
    {"a mediator sees only what was given to them", ROLE_MEDIATOR, true, false, PLAIN, VIEW_PUBLIC},
    {"and then all of it", ROLE_MEDIATOR, false, true, PLAIN, VIEW_FULL},
};

static void the_table_of_sights_holds(void **state) {
  (void)state;
  const int64_t orgs[] = {41, 42};
  struct place_chain here = at(1, 2, 1, 3, 1);
  for (size_t i = 0; i < sizeof sights / sizeof sights[0]; i++) {
    const struct sight_case *c = &sights[i];
    struct place_chain elsewhere = at(2, 1, 1, 1, 1);
    struct post p = post_over(c->role, c->same_place ? here : elsewhere, c->same_place ? 42 : 43);
    struct actor actor = holder(&p, 1);
    struct subject s = {.district = 1, .matter = 9, .at = here, .orgs = orgs, .org_count = 2, .shown_public = true};
    s.confidential = c->flavour == CONFIDENTIAL;
    s.sealed = c->flavour == SEALED;
    s.know = ROLE_BIT(ROLE_POLICE_LIAISON) | ROLE_BIT(ROLE_WOMENS_FEDERATION);
    s.posts = &p.id;
    s.post_count = c->assigned ? 1 : 0;
    if (access_matter(&actor, &s, 0) != c->view) print_error("sight: %s\n", c->says);
    assert_int_equal(access_matter(&actor, &s, 0), c->view);
    actor.district = 2;
    assert_int_equal(access_matter(&actor, &s, 0), VIEW_NONE);
  }
}

static void a_reporter_tracks_their_own_and_nobody_elses(void **state) {
  (void)state;
  const int64_t reporters[] = {5, 8};
  struct subject s = {.district = 1,
                      .matter = 9,
                      .at = at(1, 1, 1, 1, 1),
                      .reporters = reporters,
                      .reporter_count = 2,
                      .confidential = true};
  struct actor person = holder(NULL, 0), receipt = {.kind = ACTOR_RECEIPT, .district = 1, .matter = 9};
  assert_int_equal(access_matter(&person, &s, 0), VIEW_REPORTER);
  assert_int_equal(access_matter(&receipt, &s, 0), VIEW_REPORTER);
  receipt.matter = 10;
  assert_int_equal(access_matter(&receipt, &s, 0), VIEW_NONE);
  person.person = 0;
  assert_int_equal(access_matter(&person, &s, 0), VIEW_NONE);
  receipt.matter = 9;
  s.sealed = true;
  assert_int_equal(access_matter(&receipt, &s, 0), VIEW_NONE);
  s.reporter_tracks = true;
  assert_int_equal(access_matter(&receipt, &s, 0), VIEW_REPORTER);
}

static void a_key_sees_what_it_sent_and_what_was_handed_to_its_organisation(void **state) {
  (void)state;
  const int64_t org = 42;
  struct subject s = {.district = 1, .matter = 9, .api_key = 3};
  struct actor key = {.kind = ACTOR_API_KEY, .district = 1, .api_key = 3};
  assert_int_equal(access_matter(&key, &s, 0), VIEW_REPORTER);
  key.api_key = 4;
  assert_int_equal(access_matter(&key, &s, 0), VIEW_NONE);
  key.org = org;
  s.orgs = &org;
  s.org_count = 1;
  assert_int_equal(access_matter(&key, &s, 0), VIEW_HANDLER);
  s.api_key = 0;
  key.api_key = 0;
  key.org = 0;
  assert_int_equal(access_matter(&key, &s, 0), VIEW_NONE);
}

static void breaking_the_glass_takes_a_role_a_place_and_a_reason_and_runs_out(void **state) {
  (void)state;
  struct post centre = post_over(ROLE_STREET_CENTRE, at(1, 0, 0, 0, 0), 0);
  struct actor actor = holder(&centre, 1);
  struct subject s = {.district = 1, .matter = 9, .at = at(1, 1, 1, 1, 1), .sealed = true};
  struct error err = {0};
  assert_int_equal(access_break_glass(&actor, &s, "今晚有人可能受到伤害，联系不上民警", &err), -1);
  assert_int_equal(err.kind, ERR_MISSING);
  s.glass = ROLE_BIT(ROLE_STREET_CENTRE);
  error_clear(&err);
  assert_int_equal(access_break_glass(&actor, &s, "看看", &err), -1);
  assert_string_equal(err.code, "access.reason");
  error_clear(&err);
  assert_int_equal(access_break_glass(&actor, &s, "今晚有人可能受到伤害，联系不上民警", &err), 0);
  struct glass_grant grant = {.account = actor.account, .until = 1000};
  s.grants = &grant;
  s.grant_count = 1;
  assert_int_equal(access_matter(&actor, &s, 999), VIEW_FULL);
  assert_int_equal(access_matter(&actor, &s, 1000), VIEW_NONE);
  grant.account = 77;
  assert_int_equal(access_matter(&actor, &s, 999), VIEW_NONE);
  s.at = at(2, 1, 1, 1, 1);
  assert_int_equal(access_break_glass(&actor, &s, "今晚有人可能受到伤害，联系不上民警", &err), -1);
}

static void personal_data_opens_for_a_reason_to_those_who_may(void **state) {
  (void)state;
  struct place_chain here = at(1, 1, 1, 1, 1);
  struct subject s = {.district = 1, .matter = 9, .at = here};
  const struct {
    enum role role;
    bool confidential;
    enum access_datum what;
    const char *reason, *code;
  } cases[] = {
      {ROLE_GRID_WORKER, false, DATUM_CONTACT, "回访当事人", ""},
      {ROLE_GRID_WORKER, false, DATUM_CONTACT, "看", "access.reason"},
      {ROLE_GRID_WORKER, false, DATUM_CONTACT, NULL, "access.reason"},
      {ROLE_GRID_WORKER, true, DATUM_REPORTER, "回访当事人", "access.open"},
      {ROLE_STREET_CENTRE, true, DATUM_REPORTER, "回访当事人", ""},
      {ROLE_BUILDING_HEAD, false, DATUM_CONTACT, "回访当事人", "access.open"},
      {ROLE_AUDITOR, false, DATUM_CONTACT, "回访当事人", "access.open"},
      {ROLE_ADMINISTRATOR, false, DATUM_CONTACT, "回访当事人", "access.matter"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct post p = post_over(cases[i].role, here, 0);
    struct actor actor = holder(&p, 1);
    struct error err = {0};
    s.confidential = cases[i].confidential;
    access_open(&actor, &s, cases[i].what, cases[i].reason, 0, &err);
    if (strcmp(err.code, cases[i].code) != 0) print_error("open case %zu: %s\n", i, err.code);
    assert_string_equal(err.code, cases[i].code);
  }
}

static void a_confidential_reporter_stays_hidden_even_from_the_handler(void **state) {
  (void)state;
  struct post worker = post_over(ROLE_GRID_WORKER, at(1, 1, 1, 0, 0), 0);
  struct actor actor = holder(&worker, 1);
  struct subject s = {.district = 1, .matter = 9, .at = at(1, 1, 1, 1, 1), .posts = &worker.id, .post_count = 1};
  assert_true(access_shows_reporter(&actor, &s, 0));
  s.confidential = true;
  assert_int_equal(access_matter(&actor, &s, 0), VIEW_FULL);
  assert_false(access_shows_reporter(&actor, &s, 0));
}

static void one_acts_under_the_nearest_post(void **state) {
  (void)state;
  const int64_t org = 42;
  struct post posts[] = {
      post_over(ROLE_DISTRICT_CENTRE, at(0, 0, 0, 0, 0), 0), post_over(ROLE_STREET_CENTRE, at(1, 0, 0, 0, 0), 0),
      post_over(ROLE_GRID_WORKER, at(1, 1, 1, 0, 0), 0), post_over(ROLE_DEPARTMENT_OFFICER, at(0, 0, 0, 0, 0), 42)};
  struct actor actor = holder(posts, 4);
  struct subject s = {.district = 1, .matter = 9, .at = at(1, 1, 1, 1, 1), .orgs = &org, .org_count = 1};
  assert_ptr_equal(access_act_as(&actor, ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_STREET_CENTRE), &s, 0, 0),
                   &posts[1]);
  assert_ptr_equal(access_act_as(&actor, ALL_ROLES & ~ROLE_BIT(ROLE_DEPARTMENT_OFFICER), &s, 0, 0), &posts[2]);
  assert_ptr_equal(access_act_as(&actor, ROLE_BIT(ROLE_DEPARTMENT_OFFICER), &s, 42, 0), &posts[3]);
  assert_null(access_act_as(&actor, ROLE_BIT(ROLE_DEPARTMENT_OFFICER), &s, 43, 0));
  s.at = at(2, 1, 1, 1, 1);
  assert_null(access_act_as(&actor, ROLE_BIT(ROLE_GRID_WORKER) | ROLE_BIT(ROLE_STREET_CENTRE), &s, 0, 0));
  assert_ptr_equal(access_act_as(&actor, ALL_ROLES & ~ROLE_BIT(ROLE_DEPARTMENT_OFFICER), &s, 0, 0), &posts[0]);
  struct actor nobody = {.district = 1};
  assert_null(access_act_as(&nobody, ROLE_ANY_POST, &s, 0, 0));
  assert_non_null(access_act_as(&nobody, ALL_ROLES, &s, 0, 0));
  s.sealed = true;
  assert_null(access_act_as(&actor, ALL_ROLES, &s, 0, 0));
}

static void a_post_that_lost_its_place_covers_nothing(void **state) {
  (void)state;
  struct subject s = {.district = 1, .matter = 9, .at = at(1, 1, 1, 1, 1)};
  for (int role = 0; role < ROLE_COUNT; role++) {
    struct post lost = {.id = 1, .role = (enum role)role};
    struct actor actor = holder(&lost, 1);
    struct scope scope;
    access_scope(&actor, &scope);
    if (role_level((enum role)role) == ROLE_AT_DISTRICT) continue;
    assert_int_equal(scope.count, 0);
    assert_int_equal(access_matter(&actor, &s, 0), VIEW_NONE);
  }
}

static void a_scope_keeps_only_the_widest_arms(void **state) {
  (void)state;
  struct post posts[] = {
      post_over(ROLE_GRID_WORKER, at(1, 1, 1, 0, 0), 0), post_over(ROLE_COMMUNITY_OFFICER, at(1, 1, 0, 0, 0), 0),
      post_over(ROLE_GRID_WORKER, at(2, 1, 1, 0, 0), 0), post_over(ROLE_DEPARTMENT_OFFICER, at(0, 0, 0, 0, 0), 42)};
  struct actor actor = holder(posts, 4);
  struct scope scope;
  access_scope(&actor, &scope);
  assert_int_equal(scope.count, 3);
  assert_int_equal(scope.arm[0].kind, SCOPE_COMMUNITY);
  assert_int_equal(scope.arm[1].kind, SCOPE_GRID);
  assert_int_equal(scope.arm[1].id, at(2, 1, 1, 0, 0).grid);
  assert_int_equal(scope.arm[2].kind, SCOPE_ORG);
  assert_int_equal(scope.person, 5);
}

static void posts_are_given_downwards_and_never_sideways(void **state) {
  (void)state;
  struct place_chain here = at(1, 1, 1, 1, 1), elsewhere = at(2, 1, 1, 1, 1);
  const struct {
    enum role holder, role;
    bool may;
  } cases[] = {
      {ROLE_ADMINISTRATOR, ROLE_DISTRICT_LEADER, true},
      {ROLE_STREET_CENTRE, ROLE_GRID_WORKER, true},
      {ROLE_STREET_LEADER, ROLE_STAIRWELL_HEAD, true},
      {ROLE_STREET_CENTRE, ROLE_STREET_LEADER, false},
      {ROLE_STREET_CENTRE, ROLE_STREET_CENTRE, false},
      {ROLE_STREET_CENTRE, ROLE_ADMINISTRATOR, false},
      {ROLE_COMMUNITY_OFFICER, ROLE_BUILDING_HEAD, true},
      {ROLE_COMMUNITY_OFFICER, ROLE_GRID_WORKER, false},
      {ROLE_PARTY_SECRETARY, ROLE_VOLUNTEER, true},
      {ROLE_GRID_WORKER, ROLE_STAIRWELL_HEAD, false},
      {ROLE_DISTRICT_LEADER, ROLE_ADMINISTRATOR, false},
      {ROLE_DEPARTMENT_OFFICER, ROLE_VOLUNTEER, false},
      {ROLE_AUDITOR, ROLE_VOLUNTEER, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct post p = post_over(cases[i].holder, here, 42);
    struct actor actor = holder(&p, 1);
    assert_int_equal(access_may_appoint(&actor, cases[i].role, &here), cases[i].may);
    if (cases[i].holder != ROLE_ADMINISTRATOR) assert_false(access_may_appoint(&actor, cases[i].role, &elsewhere));
  }
  struct actor nobody = {.district = 1}, clock = {.kind = ACTOR_MACHINE, .district = 1};
  assert_false(access_may_appoint(&nobody, ROLE_VOLUNTEER, &here));
  assert_true(access_may_appoint(&clock, ROLE_ADMINISTRATOR, &here));
}

/* ---- properties, over random posts and matters ---- */

static uint32_t seed;
static uint32_t dice(uint32_t n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static struct place_chain random_place(void) {
  int64_t s = 1 + dice(2), c = 1 + dice(2), g = 1 + dice(2), b = 1 + dice(2), w = 1 + dice(2);
  switch (dice(6)) {
    case 0: return at(s, 0, 0, 0, 0);
    case 1: return at(s, c, 0, 0, 0);
    case 2: return at(s, c, g, 0, 0);
    case 3: return at(s, c, g, b, 0);
    default: return at(s, c, g, b, w);
  }
}

static void random_subject(struct subject *s, int64_t orgs[2], int64_t posts[2], int64_t reporters[1]) {
  memset(s, 0, sizeof *s);
  *s = (struct subject){
      .district = 1, .matter = 9, .at = random_place(), .orgs = orgs, .posts = posts, .reporters = reporters};
  orgs[0] = 41 + dice(4), orgs[1] = 41 + dice(4);
  posts[0] = 70 + dice(30), posts[1] = 70 + dice(30);
  reporters[0] = 4 + dice(3);
  s->org_count = dice(3);
  s->post_count = dice(3);
  s->reporter_count = dice(2);
  s->shown_public = dice(2);
  s->confidential = dice(3) == 0;
  s->sealed = dice(4) == 0;
  s->know = dice(2) ? ROLE_BIT(ROLE_POLICE_LIAISON) | ROLE_BIT(dice(ROLE_COUNT)) : 0;
}

static bool covered(const struct scope *scope, const struct subject *s) {
  for (size_t i = 0; i < scope->count; i++) {
    struct scope one = {.arm = {scope->arm[i]}, .count = 1};
    if (s->confidential && !scope->arm[i].confidential) continue;
    if (access_scope_covers(&one, &s->at, 0)) return true;
    for (size_t k = 0; k < s->org_count; k++)
      if (scope->arm[i].kind == SCOPE_ORG && scope->arm[i].id == s->orgs[k]) return true;
  }
  return false;
}

static void a_list_shows_exactly_what_a_page_would_show(void **state) {
  (void)state;
  seed = 20260101;
  for (int round = 0; round < 200000; round++) {
    int64_t orgs[2], assigned[2], reporters[1];
    struct subject s;
    random_subject(&s, orgs, assigned, reporters);
    s.sealed = false;
    s.post_count = 0; /* assignments by post are a list of their own */
    struct post posts[3];
    size_t n = dice(4);
    for (size_t i = 0; i < n; i++) posts[i] = post_over((enum role)dice(ROLE_COUNT), random_place(), 41 + dice(4));
    struct actor actor = holder(posts, n);
    struct scope scope;
    access_scope(&actor, &scope);
    assert_int_equal(covered(&scope, &s), access_matter(&actor, &s, 0) >= VIEW_HANDLER);
  }
}

static void nobody_sees_more_than_their_superior_over_the_same_place(void **state) {
  (void)state;
  static const enum role ladder[] = {ROLE_RESIDENT,      ROLE_STAIRWELL_HEAD,    ROLE_BUILDING_HEAD,
                                     ROLE_GRID_WORKER,   ROLE_COMMUNITY_OFFICER, ROLE_STREET_CENTRE,
                                     ROLE_STREET_LEADER, ROLE_DISTRICT_CENTRE,   ROLE_DISTRICT_LEADER};
  enum { STEPS = sizeof ladder / sizeof ladder[0] };
  seed = 20260202;
  for (int round = 0; round < 50000; round++) {
    int64_t orgs[2], assigned[2], reporters[1];
    struct subject s;
    random_subject(&s, orgs, assigned, reporters);
    s.post_count = 0; /* by rank alone */
    s.reporter_count = 0;
    struct place_chain base = random_place();
    enum access_view below = VIEW_NONE;
    bool opened = false;
    for (int i = 0; i < STEPS; i++) {
      struct post p = post_over(ladder[i], base, 0);
      struct actor actor = holder(&p, 1);
      enum access_view view = access_matter(&actor, &s, 0);
      struct error err = {0};
      bool opens = access_open(&actor, &s, DATUM_REPORTER, "核实情况", 0, &err) == 0;
      assert_true(view >= below);
      assert_true(opens >= opened);
      below = view;
      opened = opens;
    }
  }
}

static void a_stranger_sees_the_public_view_or_nothing(void **state) {
  (void)state;
  seed = 20260303;
  for (int round = 0; round < 50000; round++) {
    int64_t orgs[2], assigned[2], reporters[1];
    struct subject s;
    random_subject(&s, orgs, assigned, reporters);
    struct actor nobody = {.district = 1};
    enum access_view view = access_matter(&nobody, &s, 0);
    assert_int_equal(view, s.shown_public && !s.confidential && !s.sealed ? VIEW_PUBLIC : VIEW_NONE);
  }
}

static void a_sealed_matter_is_known_only_by_post_and_assignment(void **state) {
  (void)state;
  seed = 20260404;
  int seen = 0;
  for (int round = 0; round < 100000; round++) {
    int64_t orgs[2], assigned[2], reporters[1];
    struct subject s;
    random_subject(&s, orgs, assigned, reporters);
    s.sealed = true;
    struct post p = post_over((enum role)dice(ROLE_COUNT), random_place(), 41 + dice(4));
    struct actor actor = holder(&p, 1);
    bool may = (s.know & ROLE_BIT(p.role)) && access_is_assigned(&actor, &s);
    assert_int_equal(access_matter(&actor, &s, 0) >= VIEW_HANDLER, may);
    assert_int_equal(
        access_act_as(&actor, ALL_ROLES & ~ROLE_BIT(ROLE_RESIDENT), &s, 0, 0) != NULL && p.role != ROLE_RESIDENT,
        may && p.role != ROLE_RESIDENT);
    seen += may;
  }
  assert_true(seen > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_role_has_a_name_words_and_a_level),
      cmocka_unit_test(a_door_opens_to_those_it_names_and_to_nobody_when_it_names_none),
      cmocka_unit_test(the_table_of_sights_holds),
      cmocka_unit_test(a_reporter_tracks_their_own_and_nobody_elses),
      cmocka_unit_test(a_key_sees_what_it_sent_and_what_was_handed_to_its_organisation),
      cmocka_unit_test(breaking_the_glass_takes_a_role_a_place_and_a_reason_and_runs_out),
      cmocka_unit_test(personal_data_opens_for_a_reason_to_those_who_may),
      cmocka_unit_test(a_confidential_reporter_stays_hidden_even_from_the_handler),
      cmocka_unit_test(one_acts_under_the_nearest_post),
      cmocka_unit_test(a_post_that_lost_its_place_covers_nothing),
      cmocka_unit_test(a_scope_keeps_only_the_widest_arms),
      cmocka_unit_test(posts_are_given_downwards_and_never_sideways),
      cmocka_unit_test(a_list_shows_exactly_what_a_page_would_show),
      cmocka_unit_test(nobody_sees_more_than_their_superior_over_the_same_place),
      cmocka_unit_test(a_stranger_sees_the_public_view_or_nothing),
      cmocka_unit_test(a_sealed_matter_is_known_only_by_post_and_assignment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
