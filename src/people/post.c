#include "people/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people/person.h"

enum { MOST_POSTS = 100000, MOST_HISTORY = 200 };

/* The row types of the queries have the same columns. */
#define POST_ROW(q)                                                                                                  \
  (struct post_row) {                                                                                                \
    .post = {.id = (q)->id,                                                                                          \
             .role = role_by_name((q)->role),                                                                        \
             .place = (q)->place,                                                                                    \
             .org = (q)->org,                                                                                        \
             .acting = (q)->acting != 0,                                                                             \
             .at = {.street = (q)->street,                                                                           \
                    .community = (q)->community,                                                                     \
                    .grid = (q)->grid,                                                                               \
                    .building = (q)->building,                                                                       \
                    .stairwell = (q)->stairwell}},                                                                   \
    .person = (q)->person, .from = (q)->from_at, .until = (q)->until_at, .rotation = (int)(q)->rotation,             \
    .appointed_by = (q)->appointed_by, .duty_phone = (q)->duty_phone, .name = (q)->staff_name ? (q)->staff_name : "" \
  }

/* ---- reading ---- */

int people_post_get(struct post_row *out, struct db *db, struct arena *a, int64_t district, int64_t post,
                    struct error *err) {
  struct q_post_by_id_out row;
  int found = q_post_by_id(db, a, &row, &(struct q_post_by_id_in){.district = district, .id = post}, err);
  if (found > 0) *out = POST_ROW(&row);
  return found;
}

int people_posts_in_office(struct post_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                           const struct post_filter *which, time_ms now, struct error *err) {
  struct q_post_in_office_out *found;
  struct q_post_in_office_in in = {.district = district,
                                   .now = now,
                                   .place = which->place,
                                   .grid = which->grid,
                                   .street = which->street,
                                   .org = which->org,
                                   .role = which->role == ROLE_NONE ? NULL : role_name(which->role),
                                   .most = MOST_POSTS};
  if (q_post_in_office(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct post_row);
  for (size_t i = 0; i < *count; i++) (*rows)[i] = POST_ROW(&found[i]);
  return 0;
}

int people_post_history(struct post_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                        int64_t place, enum role role, struct error *err) {
  struct q_post_history_out *found;
  struct q_post_history_in in = {.district = district, .place = place, .role = role_name(role), .most = MOST_HISTORY};
  if (q_post_history(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct post_row);
  for (size_t i = 0; i < *count; i++) (*rows)[i] = POST_ROW(&found[i]);
  return 0;
}

/* ---- appointing ---- */

static enum role_level chain_level(const struct place_chain *at) {
  if (at->stairwell) return ROLE_AT_STAIRWELL;
  if (at->building) return ROLE_AT_BUILDING;
  if (at->grid) return ROLE_AT_GRID;
  if (at->community) return ROLE_AT_COMMUNITY;
  if (at->street) return ROLE_AT_STREET;
  return ROLE_AT_DISTRICT;
}

/* A role that gives sight of its place is bound exactly at its level; one that does not (mediators, lawyers, the police
 * liaison) may serve a wider or a narrower place. */
static int check_level(const struct post_new *in, struct error *err) {
  enum role_level wanted = role_level(in->role), given = chain_level(&in->at);
  if (wanted == ROLE_AT_NONE) return error_set(err, ERR_INPUT, "people.post.role", "role", NULL);
  if (wanted == ROLE_AT_ORG && in->org == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  bool strict = (role_can(in->role) & CAN_SEE_PLACE) || wanted == ROLE_AT_DISTRICT;
  bool placed = (in->place != 0) == (given != ROLE_AT_DISTRICT);
  if (!placed || (strict && given != wanted))
    return error_set(err, ERR_INPUT, "people.post.level", "place", role_level_name(wanted), NULL);
  return 0;
}

static int check_person(struct lane_txn *t, int64_t person, struct error *err) {
  struct q_person_by_id_out row;
  int found =
      q_person_by_id(t->db, t->arena, &row, &(struct q_person_by_id_in){.district = t->district, .id = person}, err);
  if (found < 0) return -1;
  if (found == 0 || text_empty(row.staff_name)) return error_set(err, ERR_INPUT, "people.post.person", "person", NULL);
  return 0;
}

static int check_org(struct lane_txn *t, int64_t org, struct error *err) {
  struct q_organisation_by_id_out row;
  if (org == 0) return 0;
  int found = q_organisation_by_id(t->db, t->arena, &row,
                                   &(struct q_organisation_by_id_in){.district = t->district, .id = org}, err);
  if (found == 0 || (found > 0 && row.ended)) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  return found < 0 ? -1 : 0;
}

/* Two people in one turn, or one person twice in the same post, is a slip of the pen. */
static int check_others(struct lane_txn *t, const struct post_new *in, struct error *err) {
  struct post_row *rows;
  size_t count;
  struct post_filter which = {.place = in->place, .org = in->place ? 0 : in->org, .role = in->role};
  if (people_posts_in_office(&rows, &count, t->db, t->arena, t->district, &which, in->from, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    if (rows[i].post.place != in->place || rows[i].post.org != in->org) continue;
    if (rows[i].person == in->person) return error_set(err, ERR_CONFLICT, "people.post.already", "person", NULL);
    if (in->rotation && rows[i].rotation == in->rotation)
      return error_set(err, ERR_CONFLICT, "people.post.turn", "rotation", NULL);
  }
  return 0;
}

static int insert_post(struct lane_txn *t, const struct post_new *in, int64_t *id, struct error *err) {
  if (lane_next(t, "post", id, err) < 0) return -1;
  struct q_post_add_in row = {.district = t->district,
                              .id = *id,
                              .role = role_name(in->role),
                              .person = in->person,
                              .place = in->place,
                              .street = in->at.street,
                              .community = in->at.community,
                              .grid = in->at.grid,
                              .building = in->at.building,
                              .stairwell = in->at.stairwell,
                              .org = in->org,
                              .from_at = in->from,
                              .until_at = in->until,
                              .rotation = in->rotation,
                              .acting = in->acting ? 1 : 0,
                              .appointed_by = in->appointed_by ? in->appointed_by : "",
                              .duty_phone = in->duty_phone};
  return q_post_add(t->db, &row, err) < 0 ? -1 : 0;
}

static int journal_post(struct lane_txn *t, const struct actor *by, const char *action, int64_t id,
                        const struct post_new *in, struct error *err) {
  char *data = arena_printf(t->arena, "{\"from\":%lld,\"org\":%lld,\"person\":%lld,\"place\":%lld,\"role\":\"%s\"}",
                            (long long)in->from, (long long)in->org, (long long)in->person, (long long)in->place,
                            role_name(in->role));
  return people_journal(t, by, action, "post", id, data, err);
}

int people_post_appoint(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                        const struct post_new *in, int64_t *id, struct error *err) {
  enum { TURNS_MOST = 120 };
  (void)env;
  struct post_new new = *in;
  if (new.from == 0) new.from = t->now;
  if ((int)new.role < 0 || (int)new.role >= ROLE_COUNT)
    return error_set(err, ERR_INPUT, "people.post.role", "role", NULL);
  if (check_level(&new, err) < 0) return -1;
  if (!access_may_appoint(by, new.role, &new.at)) return error_set(err, ERR_DENIED, "people.post.denied", NULL, NULL);
  if ((new.until &&new.until <= new.from) || new.rotation < 0 || new.rotation > TURNS_MOST)
    return error_set(err, ERR_INPUT, "people.post.dates", "until", NULL);
  if (check_person(t, new.person, err) < 0 || check_org(t, new.org, err) < 0 || check_others(t, &new, err) < 0)
    return -1;
  if (insert_post(t, &new, id, err) < 0) return -1;
  return journal_post(t, by, "people.post-appoint", *id, &new, err);
}

/* The post if it is still to end and `by` may end it. */
static int post_to_end(struct lane_txn *t, const struct actor *by, int64_t post, time_ms at, struct post_row *row,
                       struct error *err) {
  int found = people_post_get(row, t->db, t->arena, t->district, post, err);
  if (found < 0) return -1;
  if (found == 0) return error_set(err, ERR_MISSING, "people.post.missing", NULL, NULL);
  if (!access_may_appoint(by, row->post.role, &row->post.at))
    return error_set(err, ERR_DENIED, "people.post.denied", NULL, NULL);
  if (row->until && row->until <= at) return error_set(err, ERR_CONFLICT, "people.post.ended", NULL, NULL);
  if (at < row->from) return error_set(err, ERR_INPUT, "people.post.dates", "until", NULL);
  return 0;
}

static int end_post(struct lane_txn *t, const struct actor *by, int64_t post, time_ms at, const char *reason,
                    struct error *err) {
  struct q_post_end_in in = {.district = t->district, .id = post, .until_at = at, .end_reason = reason};
  if (q_post_end(t->db, &in, err) < 0) return -1;
  char *data = arena_printf(t->arena, "{\"reason\":\"%s\",\"until\":%lld}", reason, (long long)at);
  return people_journal(t, by, "people.post-end", "post", post, data, err);
}

int people_post_end(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t post, time_ms at,
                    const char *reason, struct error *err) {
  static const char *const reasons[] = {"term", "resigned", "handed-over", "mistake"};
  struct post_row row;
  (void)env;
  size_t i = 0;
  while (i < 4 && !text_eq(reason, reasons[i])) i++;
  if (i == 4) return error_set(err, ERR_INPUT, "people.post.reason", "reason", NULL);
  if (at == 0) at = t->now;
  if (post_to_end(t, by, post, at, &row, err) < 0) return -1;
  return end_post(t, by, post, at, reason, err);
}

int people_post_hand_over(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t post,
                          int64_t to_person, time_ms at, int64_t *id, struct error *err) {
  struct post_row row;
  if (at == 0) at = t->now;
  if (post_to_end(t, by, post, at, &row, err) < 0 || end_post(t, by, post, at, "handed-over", err) < 0) return -1;
  struct post_new next = {.role = row.post.role,
                          .person = to_person,
                          .place = row.post.place,
                          .at = row.post.at,
                          .org = row.post.org,
                          .from = at,
                          .until = row.until,
                          .rotation = row.rotation,
                          .appointed_by = row.appointed_by,
                          .duty_phone = row.duty_phone};
  return people_post_appoint(t, env, by, &next, id, err);
}

static int begin_again(struct lane_txn *t, const struct people_env *env, const struct actor *by, const struct post_row *row,
                       int rotation, struct error *err) {
  int64_t id;
  struct post_new next = {.role = row->post.role,
                          .person = row->person,
                          .place = row->post.place,
                          .at = row->post.at,
                          .org = row->post.org,
                          .from = t->now,
                          .until = row->until,
                          .rotation = rotation,
                          .acting = row->post.acting,
                          .appointed_by = row->appointed_by,
                          .duty_phone = row->duty_phone};
  return people_post_appoint(t, env, by, &next, &id, err);
}

int people_post_swap(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t one, int64_t other,
                     struct error *err) {
  struct post_row a, b;
  if (post_to_end(t, by, one, t->now, &a, err) < 0 || post_to_end(t, by, other, t->now, &b, err) < 0) return -1;
  bool shared = a.post.role == b.post.role && a.post.place == b.post.place && a.post.org == b.post.org;
  if (!shared || !a.rotation || !b.rotation || one == other)
    return error_set(err, ERR_CONFLICT, "people.post.swap", "other", NULL);
  if (end_post(t, by, one, t->now, "handed-over", err) < 0 || end_post(t, by, other, t->now, "handed-over", err) < 0) return -1;
  return begin_again(t, env, by, &a, b.rotation, err) < 0 || begin_again(t, env, by, &b, a.rotation, err) < 0 ? -1 : 0;
}

int people_post_moved(struct lane_txn *t, int64_t place, const struct place_chain *at, struct error *err) {
  struct q_post_move_in in = {.district = t->district,
                              .place = place,
                              .street = at->street,
                              .community = at->community,
                              .grid = at->grid,
                              .building = at->building,
                              .stairwell = at->stairwell};
  return q_post_move(t->db, &in, err) < 0 ? -1 : 0;
}

/* ---- rotation ---- */

int people_rotation_on_duty(const int *turns, size_t count, int year, int month, bool *standing_in) {
  int last = 0;
  for (size_t i = 0; i < count; i++)
    if (turns[i] > last) last = turns[i];
  *standing_in = false;
  if (last == 0) return -1;
  int due = (year * 12 + month - 1) % last + 1;
  int best = -1, best_wait = 0;
  for (size_t i = 0; i < count; i++) {
    if (turns[i] == 0) continue;
    int wait = (turns[i] - due + last) % last; /* months until this turn would come */
    if (best >= 0 && wait >= best_wait) continue;
    best = (int)i;
    best_wait = wait;
  }
  *standing_in = best_wait > 0;
  return best;
}

/* ---- vacancies ---- */

static int64_t id_at(const struct place_chain *at, enum role_level level) {
  switch (level) {
    case ROLE_AT_STAIRWELL: return at->stairwell;
    case ROLE_AT_BUILDING: return at->building;
    case ROLE_AT_GRID: return at->grid;
    case ROLE_AT_COMMUNITY: return at->community;
    case ROLE_AT_STREET: return at->street;
    case ROLE_AT_NONE:
    case ROLE_AT_DISTRICT:
    case ROLE_AT_ORG: break;
  }
  return 0;
}

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* The places (ids at the rule's level, sorted) where there is a post of the rule's role, once for each post. */
static size_t places_served(int64_t *ids, const struct force_rule *rule, const struct post_row *posts, size_t count) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (posts[i].post.role == rule->role) ids[n++] = id_at(&posts[i].post.at, rule->per);
  qsort(ids, n, sizeof ids[0], by_number);
  return n;
}

static int times_in(const int64_t *ids, size_t n, int64_t id) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  int times = 0;
  while (low < n && ids[low++] == id) times++;
  return times;
}

static int by_place(const void *a, const void *b) {
  const struct force_finding *x = a, *y = b;
  if (x->place != y->place) return x->place < y->place ? -1 : 1;
  return (int)x->role - (int)y->role;
}

void people_force_check(struct force_finding **out, size_t *count, struct arena *a, const struct force_rule *rules,
                        size_t rule_count, const struct force_place *places, size_t place_count,
                        const struct post_row *posts, size_t post_count) {
  int64_t *ids = ARENA_ARRAY(a, post_count + 1, int64_t);
  *out = ARENA_ARRAY(a, rule_count * place_count + 1, struct force_finding);
  *count = 0;
  for (size_t r = 0; r < rule_count; r++) {
    const struct force_rule *rule = &rules[r];
    size_t n = places_served(ids, rule, posts, post_count);
    for (size_t p = 0; p < place_count; p++) {
      if (places[p].level != rule->per) continue;
      int have = times_in(ids, n, places[p].id);
      if (have >= rule->least && (rule->most == 0 || have <= rule->most)) continue;
      (*out)[(*count)++] = (struct force_finding){
          .place = p, .role = rule->role, .least = rule->least, .most = rule->most, .have = have};
    }
  }
  qsort(*out, *count, sizeof **out, by_place);
}
