#include "people/person.h"

#include <stdio.h>
#include <string.h>

#include "people/identity.h"

void people_actor_name(char out[ACTOR_NAME_SIZE], const struct actor *by) {
  switch (by->kind) {
    case ACTOR_ANONYMOUS: snprintf(out, ACTOR_NAME_SIZE, "anyone"); break;
    case ACTOR_RECEIPT: snprintf(out, ACTOR_NAME_SIZE, "receipt:%lld", (long long)by->reporter); break;
    case ACTOR_ACCOUNT: snprintf(out, ACTOR_NAME_SIZE, "account:%lld", (long long)by->account); break;
    case ACTOR_API_KEY: snprintf(out, ACTOR_NAME_SIZE, "key:%lld", (long long)by->api_key); break;
    case ACTOR_MACHINE: snprintf(out, ACTOR_NAME_SIZE, "system"); break;
  }
}

int people_journal(struct lane_txn *t, const struct actor *by, const char *action, const char *subject, int64_t id,
                   const char *data, struct error *err) {
  char name[ACTOR_NAME_SIZE];
  people_actor_name(name, by);
  struct journal_entry entry = {
      .actor = name, .action = action, .subject = subject, .subject_id = id, .data = data ? data : "{}"};
  return journal_append(t, &entry, NULL, err);
}

/* ---- into the table ---- */

static struct bytes seal_column(struct arena *a, const struct people_env *env, const char *column, int64_t row,
                                const char *text) {
  struct seal_place where = {.district = env->district, .table = "person", .column = column, .row = row};
  return people_seal(a, &env->keys, &where, text_empty(text) ? NULL : text);
}

static const char *match_of(struct arena *a, const struct people_env *env, const char *what, const char *value) {
  char hex[2 * HASH_BYTES + 1];
  if (text_empty(value)) return NULL;
  people_match(hex, &env->keys, env->district, what, value);
  return arena_strdup(a, hex);
}

/* Numbers in their one form, checked. */
static int read_numbers(struct lane_txn *t, const struct people_env *env, const struct person_new *in,
                        struct resident_id *id_number, char phone[PHONE_SIZE], struct error *err) {
  memset(id_number, 0, sizeof *id_number);
  phone[0] = '\0';
  int32_t today = day_of_ms(t->now, env->offset_min);
  if (!text_empty(in->id_number) && resident_id_read(id_number, in->id_number, today, "id-number", err) < 0) return -1;
  return text_empty(in->phone) ? 0 : phone_read(phone, in->phone, "phone", err);
}

static int refuse_known(struct lane_txn *t, const char *id_match, struct error *err) {
  struct q_person_by_id_match_out known;
  if (!id_match) return 0;
  struct q_person_by_id_match_in in = {.district = t->district, .id_match = id_match};
  int found = q_person_by_id_match(t->db, t->arena, &known, &in, err);
  return found > 0 ? error_set(err, ERR_CONFLICT, "people.person.known", "id-number", NULL) : found;
}

int people_person_add(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                      const struct person_new *in, int64_t *id, struct error *err) {
  struct resident_id number;
  char phone[PHONE_SIZE];
  if (text_empty(in->staff_name) && text_empty(in->name) && text_empty(in->phone))
    return error_set(err, ERR_INPUT, "people.person.empty", "name", NULL);
  if (read_numbers(t, env, in, &number, phone, err) < 0) return -1;
  const char *id_match = match_of(t->arena, env, "resident-id", number.number);
  if (refuse_known(t, id_match, err) < 0 || lane_next(t, "person", id, err) < 0) return -1;
  struct q_person_add_in row = {
      .district = t->district,
      .id = *id,
      .staff_name = text_empty(in->staff_name) ? NULL : in->staff_name,
      .name = seal_column(t->arena, env, "name", *id, in->name),
      .id_number = seal_column(t->arena, env, "id_number", *id, number.number),
      .id_match = id_match,
      .phone = seal_column(t->arena, env, "phone", *id, phone),
      .phone_match = match_of(t->arena, env, "phone", phone),
      .safe_contact = seal_column(t->arena, env, "safe_contact", *id, in->safe_contact),
      .lang = text_empty(in->lang) ? "zh" : in->lang,
      .created = t->now,
  };
  if (q_person_add(t->db, &row, err) < 0) return -1;
  return people_journal(t, by, "people.person-add", "person", *id, NULL, err);
}

int people_person_of_reporter(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                              const char *name, const char *phone, int64_t *id, struct error *err) {
  char number[PHONE_SIZE] = "";
  struct q_person_by_phone_match_out *same = NULL;
  size_t count = 0;
  if (!text_empty(phone)) {
    if (phone_read(number, phone, "phone", err) < 0) return -1;
    struct q_person_by_phone_match_in in = {.district = t->district,
                                            .phone_match = match_of(t->arena, env, "phone", number)};
    if (q_person_by_phone_match(t->db, t->arena, &same, &count, &in, err) < 0) return -1;
  }
  for (size_t i = 0; i < count; i++) {
    struct person_view view;
    if (people_person_clear(&view, t->db, t->arena, env, same[i].id, err) < 0) return -1;
    if (view.staff || !text_eq(view.name, name)) continue;
    *id = same[i].id;
    return 0;
  }
  return people_person_add(t, env, by, &(struct person_new){.name = name, .phone = number}, id, err);
}

int people_person_erase(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t person,
                        struct error *err) {
  struct q_person_erase_in in = {.district = env->district, .id = person, .at = t->now};
  int rows = q_person_erase(t->db, &in, err);
  if (rows < 0) return -1;
  if (rows == 0) return error_set(err, ERR_MISSING, "people.person.missing", NULL, NULL);
  return people_journal(t, by, "people.person-erase", "person", person, NULL, err);
}

/* ---- out of it ---- */

static int open_column(char **out, struct arena *a, const struct people_env *env, const char *column, int64_t row,
                       struct bytes sealed, struct error *err) {
  struct seal_place where = {.district = env->district, .table = "person", .column = column, .row = row};
  return people_unseal(a, out, &env->keys, &where, sealed, err);
}

int people_person_clear(struct person_view *out, struct db *db, struct arena *a, const struct people_env *env,
                        int64_t person, struct error *err) {
  struct q_person_by_id_out row;
  char *name, *id_number, *phone, *safe;
  memset(out, 0, sizeof *out);
  int found = q_person_by_id(db, a, &row, &(struct q_person_by_id_in){.district = env->district, .id = person}, err);
  if (found <= 0) return found;
  if (open_column(&name, a, env, "name", person, row.name, err) < 0 ||
      open_column(&id_number, a, env, "id_number", person, row.id_number, err) < 0 ||
      open_column(&phone, a, env, "phone", person, row.phone, err) < 0 ||
      open_column(&safe, a, env, "safe_contact", person, row.safe_contact, err) < 0)
    return -1;
  *out = (struct person_view){.id = person,
                              .name = row.staff_name ? row.staff_name : name,
                              .id_number = id_number,
                              .phone = phone,
                              .safe_contact = safe,
                              .lang = row.lang,
                              .staff = row.staff_name != NULL,
                              .erased = row.erased != 0};
  return 1;
}

int people_person_masked(struct person_view *out, struct db *db, struct arena *a, const struct people_env *env,
                         int64_t person, struct error *err) {
  enum { MASK_SIZE = 64 };
  int found = people_person_clear(out, db, a, env, person, err);
  if (found <= 0) return found;
  char *name = arena_alloc(a, MASK_SIZE), *id_number = arena_alloc(a, MASK_SIZE), *phone = arena_alloc(a, MASK_SIZE);
  mask_name(name, MASK_SIZE, out->name);
  mask_resident_id(id_number, MASK_SIZE, out->id_number);
  mask_phone(phone, MASK_SIZE, out->phone);
  if (out->name && !out->staff) out->name = name;
  if (out->id_number) out->id_number = id_number;
  if (out->phone) out->phone = phone;
  out->safe_contact = NULL;
  return 1;
}

/* ---- households ---- */

int people_household_add(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t place,
                         const char *door, int64_t *id, struct error *err) {
  if (lane_next(t, "household", id, err) < 0) return -1;
  struct seal_place where = {.district = env->district, .table = "household", .column = "door", .row = *id};
  struct q_household_add_in row = {.district = t->district,
                                   .id = *id,
                                   .place = place,
                                   .door = people_seal(t->arena, &env->keys, &where, door),
                                   .created = t->now};
  if (q_household_add(t->db, &row, err) < 0) return -1;
  return people_journal(t, by, "people.household-add", "household", *id, NULL, err);
}

int people_household_join(struct lane_txn *t, const struct actor *by, int64_t household, int64_t person,
                          const char *relation, struct error *err) {
  struct q_household_member_add_in row = {
      .district = t->district, .household = household, .person = person, .relation = relation, .from_at = t->now};
  if (q_household_member_add(t->db, &row, err) < 0) return -1;
  char *data = arena_printf(t->arena, "{\"person\":%lld}", (long long)person);
  return people_journal(t, by, "people.household-join", "household", household, data, err);
}
