/* Who works in the demonstration district: demo/people.yaml, made into persons, posts and accounts. */
#include <stdlib.h>
#include <string.h>

#include "cli/demo.h"
#include "people/account.h"
#include "people/org.h"
#include "people/person.h"
#include "people/post.h"
#include "place/place.h"

enum { TARGETS = 400, CHILDREN = 50 };

/* The places one line of the file is about. */
struct target {
  int64_t place;
  struct place_chain at;
};

struct hiring {
  struct demo *demo;
  struct lane_txn *t;
  struct actor machine;
  int64_t street;
  struct target targets[TARGETS];
  size_t count;
};

static int add_target(struct hiring *h, int64_t place, struct error *err) {
  struct place_row row;
  if (h->count == TARGETS) return error_fault(err, "demo.file", "too many places");
  if (place_get(&row, h->t->db, h->t->arena, h->t->district, place, err) < 0) return -1;
  h->targets[h->count++] = (struct target){
      .place = place, .at = {row.street, row.community, row.grid, row.building, row.stairwell}};
  return 0;
}

/* Places of a level: those of the main street first, and the others when every one is wanted. */
static int level_targets(struct hiring *h, enum place_level level, bool every, struct error *err) {
  struct q_place_of_level_out *rows;
  size_t n;
  struct q_place_of_level_in in = {.district = h->t->district, .level = level};
  if (q_place_of_level(h->t->db, h->t->arena, &rows, &n, &in, err) < 0) return -1;
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < n; i++) {
      bool here = rows[i].street == h->street || rows[i].id == h->street;
      if (here != (round == 0) || (h->count && !every)) continue;
      if (add_target(h, rows[i].id, err) < 0) return -1;
    }
  return 0;
}

/* The first building of the first grid that has one, or its first stairwell. */
static int first_building(struct hiring *h, bool stairwell, struct error *err) {
  struct place_row *rows;
  size_t n;
  if (level_targets(h, PLACE_BUILDING, false, err) < 0) return -1;
  if (!stairwell || !h->count) return 0;
  int64_t building = h->targets[0].place;
  if (place_children(&rows, &n, h->t->db, h->t->arena, h->t->district, building, CHILDREN, err) < 0) return -1;
  h->count = 0;
  return n ? add_target(h, rows[0].id, err) : 0;
}

static int find_targets(struct hiring *h, const struct yaml *line, struct error *err) {
  const char *at = demo_text(line, "at");
  bool every = text_eq(demo_text(line, "every"), "yes");
  h->count = 0;
  switch (role_level_by_name(at)) {
    case ROLE_AT_STREET: return level_targets(h, PLACE_STREET, every, err);
    case ROLE_AT_COMMUNITY: return level_targets(h, PLACE_COMMUNITY, every, err);
    case ROLE_AT_GRID: return level_targets(h, PLACE_GRID, every, err);
    case ROLE_AT_BUILDING: return first_building(h, false, err);
    case ROLE_AT_STAIRWELL: return first_building(h, true, err);
    default: h->targets[h->count++] = (struct target){0}; return 0;
  }
}

/* "示例网格员{n}" with n filled in; the first one has a name of their own. */
static const char *name_of(struct hiring *h, const struct yaml *line, int number) {
  const char *others = demo_text(line, "others"), *mark = strstr(others, "{n}");
  if (number == 1) return demo_text(line, "name");
  if (!mark) return arena_printf(h->t->arena, "%s%d", demo_text(line, "name"), number);
  return arena_printf(h->t->arena, "%.*s%d%s", (int)(mark - others), others, number, mark + 3);
}

static int appoint(struct hiring *h, const struct yaml *line, const struct target *where, int64_t person, int turn,
                   int64_t *org_id, struct error *err) {
  struct org_row org = {0};
  int64_t post;
  const char *key = demo_text(line, "org");
  struct post_new in = {.role = role_by_name(demo_text(line, "role")), .person = person, .place = where->place,
                        .at = where->at, .rotation = turn, .appointed_by = "演示数据"};
  if (in.role == ROLE_RESIDENT) return 0;
  if (*key && people_org_by_key(&org, h->t->db, h->t->arena, h->t->district, key, err) != 1)
    return error_fault(err, "demo.file", "no organisation %s", key);
  in.org = *org_id = org.id;
  return people_post_appoint(h->t, &h->demo->env, &h->machine, &in, &post, err);
}

/* Everybody has an account, so that everybody can act in the cases; the first of a line is shown to whoever tries. */
static int give_account(struct hiring *h, const struct yaml *line, int64_t person, int number, int64_t *account,
                        struct error *err) {
  struct demo *d = h->demo;
  const char *login = demo_text(line, "login");
  if (number > 1) login = arena_printf(h->t->arena, "%s-%d", login, number);
  struct account_new in = {.login = login, .person = person, .hash = d->hash};
  if (people_account_create(h->t, &d->env, &h->machine, &in, account, err) < 0) return -1;
  d->workers[d->worker_count - 1].login = number > 1 ? "" : login; /* the others live no longer than the batch */
  if (number > 1) return 0;
  if (d->role_count == DEMO_ROLES) return error_fault(err, "demo.file", "too many accounts");
  d->roles[d->role_count++] = (struct demo_role){demo_text(line, "role"), demo_text(line, "login"), demo_text(line, "name")};
  return 0;
}

static int hire(struct hiring *h, const struct yaml *line, const struct target *where, int number, struct error *err) {
  int64_t person, org = 0;
  struct demo *d = h->demo;
  struct person_new in = {.staff_name = name_of(h, line, number)};
  bool turns = text_eq(demo_text(line, "turns"), "yes");
  if (d->worker_count == DEMO_WORKERS) return error_fault(err, "demo.file", "too many people");
  struct demo_worker *w = &d->workers[d->worker_count++];
  if (people_person_add(h->t, &d->env, &h->machine, &in, &person, err) < 0) return -1;
  if (appoint(h, line, where, person, turns ? number : 0, &org, err) < 0) return -1;
  *w = (struct demo_worker){.role = role_by_name(demo_text(line, "role")), .place = where->place, .org_id = org,
                            .org = demo_text(line, "org")};
  return give_account(h, line, person, number, &w->account, err);
}

static int hire_line(struct hiring *h, const struct yaml *line, struct error *err) {
  int64_t count = 1;
  int number = 0;
  if (yaml_get(line, "count") && !text_to_int(demo_text(line, "count"), &count)) return error_fault(err, "demo.file", "count");
  if (find_targets(h, line, err) < 0) return -1;
  if (!h->count) return error_fault(err, "demo.file", "no place for %s", demo_text(line, "role"));
  for (size_t i = 0; i < h->count; i++)
    for (int64_t k = 0; k < count; k++)
      if (hire(h, line, &h->targets[i], ++number, err) < 0) return -1;
  return 0;
}

static int hire_all(struct lane_txn *t, void *ctx, struct error *err) {
  struct demo *d = ctx;
  struct hiring *h = ARENA_NEW(t->arena, struct hiring);
  struct place_row street;
  const struct yaml *list = yaml_get(d->people, "people");
  *h = (struct hiring){.demo = d, .t = t, .machine = {.kind = ACTOR_MACHINE, .district = t->district}};
  d->role_count = d->worker_count = 0;
  if (place_by_code(&street, t->db, t->arena, t->district, demo_text(d->people, "street"), t->now, err) < 0) return -1;
  h->street = street.id;
  for (size_t i = 0; i < list->count; i++)
    if (hire_line(h, list->items[i], err) < 0) return -1;
  return 0;
}

/* One password for all, new for every demo; its hash is made once, because each would take a good while. */
int demo_people(struct demo *d, struct error *err) {
  password_new(d->password);
  if (people_password_prepare(d->hash, &d->env, "demo", d->password, err) < 0) return -1;
  return lane_call(d->lane, hire_all, d, err);
}
