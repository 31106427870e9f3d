#include "people/setting_change.h"

#include "base/json_write.h"
#include "people/person.h"

enum { WAITS, HOLDS, WITHDRAWN };
enum { ENTRY_BYTES = 8000 };

static int journal(struct lane_txn *t, const struct actor *by, const char *action, int64_t id,
                   const struct setting_wish *w, struct error *err) {
  struct buf b;
  struct json j;
  char day[24] = "";
  if (w->from) date_format(day, sizeof day, w->from);
  buf_init(&b, ENTRY_BYTES);
  json_start(&j, &b);
  json_object(&j);
  if (w->from) json_put(&j, "from", day);
  json_put(&j, "name", w->name);
  if (w->reason) json_put(&j, "reason", w->reason);
  json_put(&j, "value", w->value);
  json_object_end(&j);
  int r = people_journal(t, by, action, "setting", id, b.data, err);
  buf_free(&b);
  return r;
}

/* What was set before this table was kept is remembered as its first line, so that the history is whole. */
static int keep_first(struct lane_txn *t, int64_t *id, const char *name, struct error *err) {
  struct q_setting_change_of_out *rows;
  struct q_setting_get_out old;
  size_t n;
  struct q_setting_change_of_in of = {.district = t->district, .name = name};
  if (q_setting_change_of(t->db, t->arena, &rows, &n, &of, err) < 0) return -1;
  int found = n ? 0 : q_setting_get(t->db, t->arena, &old, &(struct q_setting_get_in){t->district, name}, err);
  if (found <= 0) return found;
  struct q_setting_change_add_in row = {.district = t->district,
                                        .id = (*id)++,
                                        .name = name,
                                        .value = old.value,
                                        .reason = "",
                                        .at = t->now,
                                        .actor = "system",
                                        .state = HOLDS};
  return q_setting_change_add(t->db, &row, err) < 0 ? -1 : 0;
}

static int hold(struct lane_txn *t, const char *name, const char *value, struct error *err) {
  struct q_setting_put_in put = {.district = t->district, .name = name, .value = value};
  struct q_setting_delete_in none = {.district = t->district, .name = name};
  return (value ? q_setting_put(t->db, &put, err) : q_setting_delete(t->db, &none, err)) < 0 ? -1 : 0;
}

int setting_change(struct lane_txn *t, const struct actor *by, const struct setting_wish *w, int64_t *id,
                   struct error *err) {
  struct q_setting_change_next_out next = {0};
  char actor[ACTOR_NAME_SIZE];
  bool now = w->from <= w->today;
  people_actor_name(actor, by);
  if (q_setting_change_next(t->db, t->arena, &next, &(struct q_setting_change_next_in){t->district}, err) < 0 ||
      keep_first(t, &next.id, w->name, err) < 0)
    return -1;
  struct q_setting_change_add_in row = {.district = t->district,
                                        .id = next.id,
                                        .name = w->name,
                                        .from_day = w->from,
                                        .value = w->value,
                                        .reason = w->reason,
                                        .at = t->now,
                                        .actor = actor,
                                        .state = now ? HOLDS : WAITS};
  if (id) *id = next.id;
  if (q_setting_change_add(t->db, &row, err) < 0 || (now && hold(t, w->name, w->value, err) < 0)) return -1;
  return journal(t, by, "setting.change", next.id, w, err);
}

int setting_withdraw(struct lane_txn *t, const struct actor *by, const char *name, int64_t id, struct error *err) {
  struct q_setting_change_state_in in = {.district = t->district, .id = id, .state = WITHDRAWN};
  struct setting_wish w = {.name = name};
  int n = q_setting_change_state(t->db, &in, err);
  if (n < 0) return -1;
  if (n == 0) return error_set(err, ERR_CONFLICT, "setting.not-waiting", NULL, NULL);
  return journal(t, by, "setting.withdraw", id, &w, err);
}

int setting_begin(struct lane_txn *t, int32_t today, int *taken, struct error *err) {
  struct q_setting_change_due_out *rows;
  struct actor system = {.kind = ACTOR_MACHINE, .district = t->district};
  size_t n;
  *taken = 0;
  if (q_setting_change_due(t->db, t->arena, &rows, &n, &(struct q_setting_change_due_in){t->district, today}, err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++) {
    struct q_setting_change_state_in in = {.district = t->district, .id = rows[i].id, .state = HOLDS};
    struct setting_wish w = {.name = rows[i].name, .value = rows[i].value, .from = (int32_t)rows[i].from_day};
    if (q_setting_change_state(t->db, &in, err) < 0 || hold(t, w.name, w.value, err) < 0 ||
        journal(t, &system, "setting.begin", rows[i].id, &w, err) < 0)
      return -1;
    ++*taken;
  }
  return 0;
}
