#include "people/body.h"

#include <stdio.h>
#include <string.h>

#include "people/person.h"
#include "place/place.h"

enum { NAME_CHARS = 60, WORD_CHARS = 40, BODIES_MOST = 1000 };

static const int64_t area_most = (int64_t)10000000 * AREA_ONE;

/* --- areas ------------------------------------------------------------------------------------------------------ */

bool area_read(int64_t *out, const char *text) {
  int64_t whole = 0, part = 0;
  int digits = 0, decimals = 0;
  const char *s = text;
  for (; *s >= '0' && *s <= '9' && digits < 9; s++, digits++) whole = whole * 10 + (*s - '0');
  if (*s == '.')
    for (s++; *s >= '0' && *s <= '9' && decimals < 2; s++, decimals++) part = part * 10 + (*s - '0');
  if (decimals == 1) part *= 10;
  *out = whole * AREA_ONE + part;
  return digits && !*s && s[-1] != '.' && *out <= area_most;
}

void area_format(char *out, size_t size, int64_t area) {
  long long whole = area / AREA_ONE, part = area % AREA_ONE;
  if (part)
    snprintf(out, size, "%lld.%02lld", whole, part);
  else
    snprintf(out, size, "%lld", whole);
}

/* --- who may ---------------------------------------------------------------------------------------------------- */

bool people_body_may_keep(const struct actor *by, const struct place_chain *at) {
  const role_set keepers =
      ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE);
  if (by->kind == ACTOR_MACHINE || access_has_role(by, ROLE_BIT(ROLE_ADMINISTRATOR))) return true;
  return access_post_at(by, keepers, at) != NULL;
}

/* Kebab-case: what procedures name things by. */
static bool is_word(const char *s) {
  size_t n = 0;
  for (; s && s[n]; n++) {
    bool letter = s[n] >= 'a' && s[n] <= 'z', digit = s[n] >= '0' && s[n] <= '9';
    if (!letter && (n == 0 || (!digit && s[n] != '-'))) return false;
  }
  return n > 0 && n <= WORD_CHARS;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* The rows of body_get and body_list have these columns. */
#define BODY_ROW(q)                                                                                              \
  (struct body_row) {                                                                                            \
    .id = (q)->id, .kind = (q)->kind, .name = (q)->name, .place = (q)->place, .place_name = (q)->place_name,     \
    .at = chain_of((q)->street, (q)->community, (q)->grid, (q)->building, (q)->stairwell)                        \
  }

static struct place_chain chain_of(int64_t street, int64_t community, int64_t grid, int64_t building, int64_t stairwell) {
  int64_t at[] = {street, community, grid, building, stairwell};
  for (size_t i = 0; i < 5; i++)
    if (at[i] == DB_NULL) at[i] = 0;
  return (struct place_chain){at[0], at[1], at[2], at[3], at[4]};
}

int people_body_get(struct body_row *out, struct db *db, struct arena *a, int64_t district, int64_t id,
                    struct error *err) {
  struct q_body_get_out row;
  int r = q_body_get(db, a, &row, &(struct q_body_get_in){.district = district, .id = id}, err);
  if (r <= 0) return r;
  if (row.ended) return 0;
  *out = BODY_ROW(&row);
  return 1;
}

int people_body_find(struct body_row *out, struct db *db, struct arena *a, int64_t district, const struct place_chain *at,
                     const char *kind, struct error *err) {
  const int64_t places[] = {at->stairwell, at->building, at->grid, at->community, at->street};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    struct q_body_at_out row;
    struct q_body_at_in in = {.district = district, .place = places[i], .kind = kind};
    int r = places[i] ? q_body_at(db, a, &row, &in, err) : 0;
    if (r < 0) return -1;
    if (r > 0) return people_body_get(out, db, a, district, row.id, err);
  }
  return 0;
}

int people_bodies(struct body_row **rows, size_t *count, struct db *db, struct arena *a, const struct actor *who,
                  time_ms now, struct error *err) {
  struct q_body_list_out *found;
  struct scope scope;
  size_t n;
  struct q_body_list_in in = {.district = who->district, .now = now, .count = BODIES_MOST};
  if (q_body_list(db, a, &found, &n, &in, err) < 0) return -1;
  access_scope(who, &scope);
  *rows = ARENA_ARRAY(a, n + 1, struct body_row);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    struct body_row row = BODY_ROW(&found[i]);
    if (!access_scope_covers(&scope, &row.at, 0) && !people_body_may_keep(who, &row.at)) continue;
    row.seats = found[i].seats;
    (*rows)[(*count)++] = row;
  }
  return 0;
}

int people_seats(struct seat_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district, int64_t body,
                 time_ms at, struct error *err) {
  struct q_body_seats_out *found;
  struct q_body_seats_in in = {.district = district, .body = body, .at = at};
  if (q_body_seats(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct seat_row);
  for (size_t i = 0; i < *count; i++)
    (*rows)[i] = (struct seat_row){.id = found[i].id,
                                   .person = found[i].person,
                                   .household = found[i].household,
                                   .area = found[i].area,
                                   .seat = found[i].seat,
                                   .from = found[i].from_at,
                                   .until = found[i].until_at};
  return 0;
}

/* --- changing --------------------------------------------------------------------------------------------------- */

static int note(struct lane_txn *t, const struct actor *by, const char *action, int64_t body, const char *data,
                struct error *err) {
  return people_journal(t, by, action, "body", body, data, err);
}

int people_body_put(struct lane_txn *t, const struct actor *by, const struct body_new *in, int64_t *id,
                    struct error *err) {
  struct place_row place;
  struct q_body_at_out there = {0};
  if (!is_word(in->kind)) return error_set(err, ERR_INPUT, "people.body.kind", "kind", in->kind ? in->kind : "", NULL);
  if (text_empty(in->name) || text_chars(in->name) > NAME_CHARS)
    return error_set(err, ERR_INPUT, "people.body.name", "name", NULL);
  if (place_get(&place, t->db, t->arena, t->district, in->place, err) < 0) return -1;
  struct place_chain at = {place.street, place.community, place.grid, place.building, place.stairwell};
  if (!people_body_may_keep(by, &at)) return error_set(err, ERR_DENIED, "people.body.denied", NULL, NULL);
  struct q_body_at_in which = {.district = t->district, .place = in->place, .kind = in->kind};
  int r = q_body_at(t->db, t->arena, &there, &which, err);
  if (r < 0) return -1;
  if (r > 0) {
    struct q_body_put_in row = {.district = t->district, .id = *id = there.id, .name = in->name};
    if (text_eq(there.name, in->name)) return 0;
    return q_body_put(t->db, &row, err) < 0 ? -1 : note(t, by, "people.body-name", there.id, NULL, err);
  }
  if (lane_next(t, "body", id, err) < 0) return -1;
  struct q_body_add_in row = {
      .district = t->district, .id = *id, .kind = in->kind, .name = in->name, .place = in->place, .created = t->now};
  if (q_body_add(t->db, &row, err) < 0) return -1;
  const char *data = arena_printf(t->arena, "{\"kind\":\"%s\",\"place\":%lld}", in->kind, (long long)in->place);
  return note(t, by, "people.body-add", *id, data, err);
}

static int keepable(struct lane_txn *t, const struct actor *by, int64_t body, struct error *err) {
  struct body_row row;
  int r = people_body_get(&row, t->db, t->arena, t->district, body, err);
  if (r < 0) return -1;
  if (r == 0) return error_set(err, ERR_MISSING, "people.body.missing", NULL, NULL);
  return people_body_may_keep(by, &row.at) ? 0 : error_set(err, ERR_DENIED, "people.body.denied", NULL, NULL);
}

static int refuse_twice(struct lane_txn *t, const struct seat_new *in, struct error *err) {
  struct q_body_seat_of_out there;
  struct q_body_seat_of_in which = {.district = t->district,
                                    .body = in->body,
                                    .person = in->person,
                                    .household = in->household,
                                    .at = in->from ? in->from : t->now};
  int r = q_body_seat_of(t->db, t->arena, &there, &which, err);
  return r > 0 ? error_set(err, ERR_CONFLICT, "people.body.twice", "person", NULL) : r;
}

int people_seat_add(struct lane_txn *t, const struct actor *by, const struct seat_new *in, int64_t *id,
                    struct error *err) {
  struct q_body_seat_last_out last = {0};
  time_ms from = in->from ? in->from : t->now;
  if (!is_word(in->seat)) return error_set(err, ERR_INPUT, "people.body.seat", "seat", in->seat ? in->seat : "", NULL);
  if (in->area < 0 || in->area > area_most) return error_set(err, ERR_INPUT, "people.body.area", "area", NULL);
  if (in->until && in->until <= from) return error_set(err, ERR_INPUT, "people.body.term", "until", NULL);
  if (keepable(t, by, in->body, err) < 0 || refuse_twice(t, in, err) < 0) return -1;
  struct q_body_seat_last_in which = {.district = t->district, .body = in->body};
  if (q_body_seat_last(t->db, t->arena, &last, &which, err) < 0) return -1;
  *id = last.id + 1;
  struct q_body_seat_add_in row = {.district = t->district,
                                   .body = in->body,
                                   .id = *id,
                                   .seat = in->seat,
                                   .person = in->person,
                                   .household = in->household,
                                   .area = in->area,
                                   .from_at = from,
                                   .until_at = in->until};
  if (q_body_seat_add(t->db, &row, err) < 0) return -1;
  const char *data = arena_printf(t->arena, "{\"seat\":%lld,\"kind\":\"%s\"}", (long long)*id, in->seat);
  return note(t, by, "people.seat-add", in->body, data, err);
}

int people_seat_end(struct lane_txn *t, const struct actor *by, int64_t body, int64_t seat, const char *reason,
                    struct error *err) {
  if (keepable(t, by, body, err) < 0) return -1;
  struct q_body_seat_end_in row = {
      .district = t->district, .body = body, .id = seat, .until_at = t->now, .end_reason = reason};
  int n = q_body_seat_end(t->db, &row, err);
  if (n < 0) return -1;
  if (n == 0) return error_set(err, ERR_MISSING, "people.body.missing", NULL, NULL);
  const char *data = arena_printf(t->arena, "{\"seat\":%lld,\"reason\":\"%s\"}", (long long)seat, reason);
  return note(t, by, "people.seat-end", body, data, err);
}
