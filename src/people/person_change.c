#include "people/person_change.h"

static struct bytes sealed_column(struct lane_txn *t, const struct people_env *env, const char *column, int64_t row,
                                  const char *text) {
  struct seal_place where = {.district = env->district, .table = "person", .column = column, .row = row};
  return people_seal(t->arena, &env->keys, &where, text);
}

static const char *match_of(struct lane_txn *t, const struct people_env *env, const char *what, const char *value) {
  char hex[2 * HASH_BYTES + 1];
  people_match(hex, &env->keys, env->district, what, value);
  return arena_strdup(t->arena, hex);
}

static int refuse_known(struct lane_txn *t, int64_t person, const char *id_match, struct error *err) {
  struct q_person_by_id_match_out known;
  struct q_person_by_id_match_in in = {.district = t->district, .id_match = id_match};
  int found = q_person_by_id_match(t->db, t->arena, &known, &in, err);
  if (found < 0) return -1;
  return found && known.id != person ? error_set(err, ERR_CONFLICT, "people.person.known", "value", NULL) : 0;
}

int people_person_correct(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t person,
                          const char *field, const char *value, struct error *err) {
  struct q_person_set_in in = {.district = env->district, .id = person};
  if (text_eq(field, "name")) {
    in.name = sealed_column(t, env, "name", person, value);
  } else if (text_eq(field, "phone")) {
    in.phone = sealed_column(t, env, "phone", person, value);
    in.phone_match = match_of(t, env, "phone", value);
  } else {
    in.id_number = sealed_column(t, env, "id_number", person, value);
    in.id_match = match_of(t, env, "resident-id", value);
    if (refuse_known(t, person, in.id_match, err) < 0) return -1;
  }
  int rows = q_person_set(t->db, &in, err);
  if (rows < 0) return -1;
  if (rows == 0) return error_set(err, ERR_MISSING, "people.person.missing", NULL, NULL);
  return people_journal(t, by, "people.person-correct", "person", person,
                        arena_printf(t->arena, "{\"field\":\"%s\"}", field), err);
}
