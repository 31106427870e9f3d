#include "store/outbox.h"

#include <string.h>

#include "queries.h"

enum { ADDRESS_MAX = 2000, SUBJECT_MAX = 400, BODY_MAX = 100000, DEDUPE_MAX = 200 };

static int check(const struct outbox_message *m, struct error *err) {
  if (!text_eq(m->channel, "mail") && !text_eq(m->channel, "webhook"))
    return error_set(err, ERR_INPUT, "outbox.channel", NULL, m->channel, NULL);
  if (!m->recipient.len || m->recipient.len > ADDRESS_MAX || strlen(m->subject) > SUBJECT_MAX || strlen(m->body) > BODY_MAX ||
      !*m->dedupe || strlen(m->dedupe) > DEDUPE_MAX)
    return error_set(err, ERR_INPUT, "outbox.too-long", NULL, NULL);
  return 0;
}

int outbox_add(struct lane_txn *t, const struct outbox_message *m, int64_t *id, struct error *err) {
  struct q_outbox_by_dedupe_out first;
  int64_t number;
  if (check(m, err) < 0) return -1;
  struct q_outbox_by_dedupe_in key = {.district = t->district, .dedupe = m->dedupe};
  int r = q_outbox_by_dedupe(t->db, t->arena, &first, &key, err);
  if (r < 0) return -1;
  if (r == 1) {
    if (id) *id = first.id;
    return 0;
  }
  if (lane_next(t, "outbox", &number, err) < 0) return -1;
  struct q_outbox_add_in in = {.district = t->district, .id = number, .channel = m->channel, .recipient = m->recipient,
                               .key_id = m->key_id ? m->key_id : "", .subject = m->subject, .body = m->body,
                               .lang = m->lang ? m->lang : "zh", .dedupe = m->dedupe, .matter = m->matter,
                               .next_at = t->now, .created = t->now};
  if (id) *id = number;
  return q_outbox_add(t->db, &in, err) < 0 ? -1 : 0;
}

int outbox_list(struct db *db, struct arena *arena, int64_t district, const char *state, int64_t before, int64_t limit,
                struct outbox_line **out, size_t *count, struct error *err) {
  struct q_outbox_page_out *rows;
  struct q_outbox_page_in in = {.district = district, .state = state, .before = before ? before : INT64_MAX, .count = limit};
  if (q_outbox_page(db, arena, &rows, count, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(arena, *count + 1, struct outbox_line);
  for (size_t i = 0; i < *count; i++)
    (*out)[i] = (struct outbox_line){.id = rows[i].id, .matter = rows[i].matter, .tries = rows[i].tries,
                                     .channel = rows[i].channel, .lang = rows[i].lang, .state = rows[i].state,
                                     .error = rows[i].error, .next_at = rows[i].next_at, .created = rows[i].created};
  return 0;
}

void outbox_write_json(struct json *j, const struct outbox_line *l, int offset_min) {
  json_object(j);
  json_put_int(j, "id", l->id);
  json_put(j, "channel", l->channel);
  json_put(j, "state", l->state);
  json_put_int(j, "tries", l->tries);
  json_put_time(j, "created", l->created, offset_min);
  json_put_time(j, text_eq(l->state, "waiting") || text_eq(l->state, "sending") ? "next" : "since", l->next_at, offset_min);
  json_key(j, "matter");
  if (l->matter) json_int(j, l->matter);
  else json_null(j);
  json_put(j, "lang", l->lang);
  json_put(j, "error", *l->error ? l->error : NULL);
  json_object_end(j);
}

int outbox_figures(struct db *db, struct arena *arena, int64_t district, time_ms now, struct outbox_figures *out,
                   struct error *err) {
  struct q_outbox_counts_out *rows;
  size_t count;
  *out = (struct outbox_figures){0};
  if (q_outbox_counts(db, arena, &rows, &count, &(struct q_outbox_counts_in){.district = district}, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    const char *state = rows[i].state;
    bool unsent = text_eq(state, "waiting") || text_eq(state, "sending");
    if (unsent && now - rows[i].oldest > out->oldest_ms) out->oldest_ms = now - rows[i].oldest;
    if (text_eq(state, "waiting")) out->waiting = rows[i].letters;
    if (text_eq(state, "sending")) out->sending = rows[i].letters;
    if (text_eq(state, "sent")) out->sent = rows[i].letters;
    if (text_eq(state, "dead")) out->dead = rows[i].letters;
  }
  return 0;
}

int outbox_replay(struct lane_txn *t, int64_t id, struct error *err) {
  return q_outbox_replay(t->db, &(struct q_outbox_replay_in){.district = t->district, .id = id, .now = t->now}, err);
}

int outbox_drop(struct lane_txn *t, int64_t id, struct error *err) {
  struct q_outbox_drop_in in = {.district = t->district, .id = id};
  return q_outbox_drop(t->db, &in, err);
}

int outbox_forget(struct lane_txn *t, time_ms before, struct error *err) {
  return q_outbox_delete_sent(t->db, &(struct q_outbox_delete_sent_in){.district = t->district, .before = before}, err);
}
