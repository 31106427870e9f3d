/* Doors to sealed matters: finding one, opening it, breaking the glass, and its end. */
#include <string.h>

#include "matter/sealed_internal.h"
#include "people/settings.h"
#include "store/message.h"

enum { KNOWN_MOST = 200 };

/* --- finding ---------------------------------------------------------------------------------------------------- */

/* Every key of the actor is asked for, found or not: how long it takes depends on who asks, not on what is there. */
int sealed_find_code(struct db *db, const struct actor *actor, int64_t district, const char *code, time_ms now,
                     int64_t *matter, struct arena *a, struct error *err) {
  const char **keys;
  size_t n;
  int64_t sealed = 0;
  engine_keys(actor, a, &keys, &n);
  if (state_find_code(db, district, code, matter, a, err) < 0) return -1;
  for (size_t i = 0; i < n && actor->kind == ACTOR_ACCOUNT; i++) {
    struct q_sealed_of_code_out row = {0};
    struct q_sealed_of_code_in in = {.district = district, .who = keys[i], .code = code, .now = now};
    if (q_sealed_of_code(db, a, &row, &in, err) < 0) return -1;
    if (row.id) sealed = row.id;
  }
  if (!*matter) *matter = sealed;
  return 0;
}

static bool has_id(const int64_t *ids, size_t n, int64_t id) {
  for (size_t i = 0; i < n; i++)
    if (ids[i] == id) return true;
  return false;
}

static int known_ids(int64_t *ids, size_t *count, struct db *db, struct arena *a, const struct world *w,
                     const struct actor *actor, time_ms now, struct error *err) {
  const char **keys;
  size_t key_count;
  engine_keys(actor, a, &keys, &key_count);
  for (size_t i = 0; i < key_count && actor->kind == ACTOR_ACCOUNT; i++) {
    struct q_sealed_of_key_out *rows;
    size_t n;
    struct q_sealed_of_key_in in = {.district = w->district, .who = keys[i], .now = now, .count = KNOWN_MOST};
    if (q_sealed_of_key(db, a, &rows, &n, &in, err) < 0) return -1;
    for (size_t r = 0; r < n && *count < KNOWN_MOST; r++)
      if (!has_id(ids, *count, rows[r].id)) ids[(*count)++] = rows[r].id;
  }
  return 0;
}

static void latest_first(int64_t *ids, size_t n) {
  for (size_t i = 1; i < n; i++)
    for (size_t at = i; at > 0 && ids[at - 1] < ids[at]; at--) {
      int64_t swap = ids[at];
      ids[at] = ids[at - 1];
      ids[at - 1] = swap;
    }
}

int sealed_known(struct state ***out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                 const struct actor *actor, time_ms now, size_t most, struct error *err) {
  int64_t ids[KNOWN_MOST];
  size_t n = 0;
  *out = ARENA_ARRAY(a, KNOWN_MOST + 1, struct state *);
  *count = 0;
  if (known_ids(ids, &n, db, a, w, actor, now, err) < 0) return -1;
  latest_first(ids, n);
  for (size_t i = 0; i < n && *count < most; i++) {
    struct state *s;
    struct subject subject;
    int r = state_load(&s, db, w, ids[i], a, err);
    if (r < 0) return -1;
    if (r == 0) continue;
    state_subject(s, a, &subject);
    if (access_matter(actor, &subject, now) != VIEW_NONE) (*out)[(*count)++] = s;
  }
  return 0;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

int sealed_note_reading(struct lane_txn *t, const struct actor *by, int64_t matter, struct error *err) {
  int64_t seq;
  struct journal_entry entry = {.actor = actor_key(t->arena, by),
                                .action = "sealed.read",
                                .subject = "matter",
                                .subject_id = matter,
                                .data = "{}"};
  if (journal_append(t, &entry, &seq, err) < 0) return -1;
  struct q_sealed_reading_add_in in = {
      .district = t->district, .matter = matter, .actor = entry.actor, .at = t->now, .journal = seq};
  return q_sealed_reading_add(t->db, &in, err) < 0 ? -1 : 0;
}

int sealed_reading_due(bool *due, struct db *db, struct arena *a, const struct actor *by, const struct state *s, time_ms now,
                       struct error *err) {
  struct q_sealed_reading_last_out row = {0};
  struct q_sealed_reading_last_in in = {.district = s->district, .matter = s->id, .actor = actor_key(a, by)};
  int r = q_sealed_reading_last(db, a, &row, &in, err);
  *due = s->sealed && (r == 0 || row.at + SEALED_SITTING <= now);
  return r < 0 ? -1 : 0;
}

/* --- breaking the glass ----------------------------------------------------------------------------------------- */

static int tell_supervisor(struct work *k) {
  const struct procedure_secrecy *secrecy = k->s->procedure->secrecy;
  const char *key = who_role_key(k, secrecy->supervisor, &k->s->tracks[0]);
  const char *who = actor_key(k->a, k->actor);
  struct buf zh, en;
  buf_init(&zh, 1000);
  buf_init(&en, 1000);
  words_format(&zh, LANG_ZH, W_SEALED_GLASS_TOLD, k->s->code, who, NULL);
  words_format(&en, LANG_EN, W_SEALED_GLASS_TOLD, k->s->code, who, NULL);
  struct message m = {.matter = k->s->id, .to_key = key, .kind = "sealed", .zh = zh.data, .en = en.data};
  int r = key ? message_add(k->t, &m, NULL, k->err) : 0;
  buf_free(&zh);
  buf_free(&en);
  return r;
}

static int grant(struct work *k, struct broken_glass *glass) {
  struct limit span;
  int64_t id, seq;
  if (limit_resolve(&span, k, &k->s->procedure->secrecy->glass_for) < 0 ||
      clock_advance(&glass->until, k->w->calendar, k->w->rules, k->now, span, k->err) < 0)
    return -1;
  unsigned char salt[SALT_BYTES];
  char digest[2 * HASH_BYTES + 1];
  random_fill(salt, sizeof salt);
  journal_digest(digest, salt, glass->reason);
  struct journal_entry entry = {.actor = k->key,
                                .action = "sealed.break-glass",
                                .subject = "matter",
                                .subject_id = k->s->id,
                                .data = arena_printf(k->a, "{\"reason\":\"%s\"}", digest)};
  if (work_next(k, "glass", &id) < 0 || journal_append(k->t, &entry, &seq, k->err) < 0) return -1;
  struct q_sealed_glass_add_in in = {.district = k->w->district,
                                     .id = id,
                                     .matter = k->s->id,
                                     .account = k->actor->account,
                                     .at = k->now,
                                     .until = glass->until,
                                     .reason = said_seal(k->a, k->s->key, k->w->district, "glass", id, 0, salt, glass->reason),
                                     .journal = seq};
  struct q_sealed_known_add_in known = {.district = k->w->district,
                                        .who = arena_printf(k->a, "account:%lld", (long long)k->actor->account),
                                        .matter = k->s->id,
                                        .until = glass->until};
  if (q_sealed_glass_add(k->t->db, &in, k->err) < 0 || q_sealed_known_add(k->t->db, &known, k->err) < 0) return -1;
  return tell_supervisor(k);
}

/* Long enough to be one: asks whether the actor might at all, before it is said that a reason is missing. */
static const char any_reason[] = "0123456789";

static int break_in_world(struct work *k, struct broken_glass *glass) {
  struct q_sealed_any_code_out row = {0};
  struct q_sealed_any_code_in in = {.district = k->w->district, .code = glass->code};
  struct error refused = {0};
  if (q_sealed_any_code(k->t->db, k->a, &row, &in, k->err) < 0) return -1;
  int r = row.id ? state_load(&k->s, k->t->db, k->w, row.id, k->a, k->err) : 0;
  if (r < 0) return -1;
  if (r == 1) state_subject(k->s, k->a, &k->subject);
  if (r == 0 || access_break_glass(k->actor, &k->subject, any_reason, &refused) < 0)
    return error_set(k->err, ERR_MISSING, "matter.unknown", NULL, NULL);
  return access_break_glass(k->actor, &k->subject, glass->reason, k->err) < 0 ? -1 : grant(k, glass);
}

int sealed_break_glass(struct lane_txn *t, struct engine *e, const struct actor *by, struct broken_glass *glass,
                       struct error *err) {
  const struct world *w = world_take(e);
  struct work k = {.t = t, .e = e, .w = w, .a = t->arena, .actor = by, .key = actor_key(t->arena, by), .now = t->now,
                   .err = err};
  int r = break_in_world(&k, glass);
  world_release(e, w);
  return r;
}

/* --- the end ---------------------------------------------------------------------------------------------------- */

static const unsigned char nothing[1];

int sealed_erase(struct lane_txn *t, const struct actor *by, int64_t matter, struct error *err) {
  struct q_sealed_get_out row;
  int r = q_sealed_get(t->db, t->arena, &row, &(struct q_sealed_get_in){.district = t->district, .matter = matter}, err);
  if (r < 0) return -1;
  if (r == 0 || !row.key.len) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  struct journal_entry entry = {.actor = actor_key(t->arena, by),
                                .action = "sealed.erase",
                                .subject = "matter",
                                .subject_id = matter,
                                .data = "{}"};
  struct q_sealed_erase_in in = {
      .district = t->district, .matter = matter, .now = t->now, .nothing = {nothing, sizeof nothing}};
  struct q_sealed_known_forget_in known = {.district = t->district, .matter = matter};
  struct q_sealed_unhold_in holds = {.district = t->district, .matter = matter};
  struct q_sealed_unmark_in marks = {.district = t->district, .matter = matter};
  if (q_sealed_erase(t->db, &in, err) < 0 || q_sealed_known_forget(t->db, &known, err) < 0 ||
      q_sealed_unhold(t->db, &holds, err) < 0 || q_sealed_unmark(t->db, &marks, err) < 0 ||
      message_forget_matter(t, matter, err) < 0)
    return -1;
  return journal_append(t, &entry, NULL, err);
}

int sealed_erase_due(struct lane_txn *t, int most, int *erased, struct error *err) {
  struct q_sealed_erase_due_out *rows;
  size_t n;
  struct actor system = {.kind = ACTOR_MACHINE, .district = t->district};
  struct q_sealed_erase_due_in in = {.district = t->district, .now = t->now, .most = most};
  if (q_sealed_erase_due(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++, ++*erased)
    if (sealed_erase(t, &system, rows[i].matter, err) < 0) return -1;
  return 0;
}
