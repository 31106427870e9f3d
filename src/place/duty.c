/* Responsible grids: which grids one collector walks. */
#include <inttypes.h>

#include "base/base.h"
#include "place/grid.h"
#include "place/place.h"
#include "store/store.h"

static int journal(struct lane_txn *t, const char *actor, const char *action, int64_t id, int64_t grid,
                   struct error *err) {
  const char *data = grid != 0 ? arena_printf(t->arena, "{\"grid\":%" PRId64 "}", grid) : "{}";
  struct journal_entry entry = {.actor = actor, .action = action, .subject = "duty-grid", .subject_id = id, .data = data};
  return journal_append(t, &entry, NULL, err) < 0 ? -1 : 0;
}

static int join(struct lane_txn *t, int64_t id, int64_t grid, struct error *err) {
  struct place_row row;
  struct q_duty_grid_member_add_in in = {.district = t->district, .duty_grid = id, .grid = grid, .valid_from = t->now};
  if (place_get(&row, t->db, t->arena, t->district, grid, err) != 0) return -1;
  if (row.level != PLACE_GRID || row.valid_to != 0)
    return error_set(err, ERR_INPUT, "place.parent", "grid", row.name, NULL);
  return q_duty_grid_member_add(t->db, &in, err) < 0 ? -1 : 0;
}

static int code_free(struct lane_txn *t, const char *code, struct error *err) {
  struct q_duty_grid_all_in in = {.district = t->district};
  struct q_duty_grid_all_out *rows;
  size_t n;
  if (q_duty_grid_all(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].code, code)) return error_set(err, ERR_CONFLICT, "place.code.used", "code", code, NULL);
  return 0;
}

int place_duty_grid_add(struct lane_txn *t, const char *actor, const char *code, const char *name, const int64_t *grid,
                        int count, int64_t *id, struct error *err) {
  if (code_free(t, code, err) != 0 || lane_next(t, "duty-grid", id, err) < 0) return -1;
  struct q_duty_grid_add_in in = {.district = t->district, .id = *id, .code = code, .name = name, .valid_from = t->now};
  if (q_duty_grid_add(t->db, &in, err) < 0) return -1;
  for (int i = 0; i < count; i++)
    if (join(t, *id, grid[i], err) != 0) return -1;
  return journal(t, actor, "place.duty-grid-add", *id, 0, err);
}

int place_duty_grid_join(struct lane_txn *t, const char *actor, int64_t id, int64_t grid, struct error *err) {
  return join(t, id, grid, err) != 0 ? -1 : journal(t, actor, "place.duty-grid-join", id, grid, err);
}

int place_duty_grid_leave(struct lane_txn *t, const char *actor, int64_t id, int64_t grid, struct error *err) {
  struct q_duty_grid_member_end_in in = {.district = t->district, .duty_grid = id, .grid = grid, .valid_to = t->now};
  if (q_duty_grid_member_end(t->db, &in, err) < 0) return -1;
  return journal(t, actor, "place.duty-grid-leave", id, grid, err);
}

int place_duty_grid_end(struct lane_txn *t, const char *actor, int64_t id, struct error *err) {
  struct q_duty_grid_end_in in = {.district = t->district, .id = id, .valid_to = t->now};
  if (q_duty_grid_end(t->db, &in, err) < 0) return -1;
  return journal(t, actor, "place.duty-grid-end", id, 0, err);
}
