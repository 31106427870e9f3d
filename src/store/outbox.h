/* The outbox: letters to the outside, written in the transaction of the action they tell of, so that there is a letter
 * exactly when there is an action. A worker (outbox_send.h) sends them.
 *
 * States: waiting -> sending -> sent, or back to waiting (with a growing pause), or dead after so many tries or a refusal
 * for good. Dead letters are kept until somebody replays them. The address is erased when the letter is sent.
 *
 * PROMISE: never lost; one letter per dedupe key; sent once, but for one gap no mail system closes: when the process dies,
 * or the line breaks, after the receiver took the letter and before that is written down, it is sent again with the same
 * Message-ID (mail) or Idempotency-Key (web hook), by which receivers know it.
 *
 * TEXTS travel through machines that are not ours and lie in mailboxes for years: a subject and a body carry no personal
 * data and nothing of a sealed matter. They say that something happened and where to sign in to read it. The store takes
 * the words as they are; the callers answer for them. The address is sealed by the room that knows the person; the store
 * only keeps it. */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "store/lane.h"

struct outbox_message {
  const char *channel;    /* "mail" or "webhook" (the address is its URL, the body its JSON) */
  struct bytes recipient; /* sealed address, 1 to 2000 bytes */
  const char *key_id;     /* which key sealed it; "" for plain bytes */
  const char *subject, *body, *lang; /* lang "zh" or "en" */
  const char *dedupe;     /* one letter per key: "matter:12:closed:account:7" */
  int64_t matter;         /* 0: about none */
};

/* Adds a letter in the action's transaction. One with the same dedupe key is not added again: `id` (may be NULL) is then
 * the first one's. Error outbox.channel, outbox.too-long. */
int outbox_add(struct lane_txn *t, const struct outbox_message *m, int64_t *id, struct error *err);

/* A letter as administrators see it: without address and text. */
struct outbox_line {
  int64_t id, matter, tries;
  const char *channel, *lang, *state, *error;
  time_ms next_at, created; /* next_at: not before; of a sent or dead letter: since */
};

/* Newest first, below `before` (0: from the newest); `state` NULL means all. */
int outbox_list(struct db *db, struct arena *arena, int64_t district, const char *state, int64_t before, int64_t limit,
                struct outbox_line **out, size_t *count, struct error *err);

/* One line, as an object, for the commands and the API. */
void outbox_write_json(struct json *j, const struct outbox_line *line, int offset_min);

/* How many letters are in each state, for /metrics; `oldest_ms` is how old the oldest unsent one is. */
struct outbox_figures {
  int64_t waiting, sending, sent, dead, oldest_ms;
};
int outbox_figures(struct db *db, struct arena *arena, int64_t district, time_ms now, struct outbox_figures *out,
                   struct error *err);

/* Gives a dead letter, or all of them (id 0), a new start. Returns how many. */
int outbox_replay(struct lane_txn *t, int64_t id, struct error *err);

/* Removes a dead letter, or all of them (id 0), for good. Returns how many. */
int outbox_drop(struct lane_txn *t, int64_t id, struct error *err);

/* Retention: removes letters sent before `before`. Returns how many. */
int outbox_forget(struct lane_txn *t, time_ms before, struct error *err);

#endif
