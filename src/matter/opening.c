#include "matter/opening.h"

#include "matter/engine.h"

int matter_note_opening(struct lane_txn *t, const struct actor *by, int64_t matter, const char *what, const char *reason,
                        struct error *err) {
  unsigned char salt[SALT_BYTES];
  char digest[2 * HASH_BYTES + 1];
  int64_t id, seq;
  random_fill(salt, sizeof salt);
  journal_digest(digest, salt, reason);
  struct journal_entry entry = {
      .actor = actor_key(t->arena, by), .action = arena_printf(t->arena, "matter.open-%s", what), .subject = "matter",
      .subject_id = matter, .data = arena_printf(t->arena, "{\"reason\":\"%s\"}", digest)};
  if (lane_next(t, "opening", &id, err) < 0 || journal_append(t, &entry, &seq, err) < 0) return -1;
  struct q_opening_add_in in = {.district = t->district, .id = id, .matter = matter, .actor = entry.actor, .at = t->now,
                                .what = what, .reason = reason, .salt = {salt, sizeof salt}, .journal = seq};
  return q_opening_add(t->db, &in, err) < 0 ? -1 : 0;
}
