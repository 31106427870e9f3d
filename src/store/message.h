/* Messages inside the system: to whom, about which matter, in both languages. `to_key` is a word of the rooms above
 * ("account:12", "post:7", "role:street-centre@31"); who holds which keys is decided there (people/access), and the caller
 * passes all keys of the person asking.
 *
 * A message says that something happened and where to look. It holds no personal data and nothing of a sealed matter:
 * whoever holds the key next year will still find it.
 *
 * The matter's number and summary are not written into it, in two languages for each key, but marked by a character and put
 * in when it is read: what is erased in the matter is erased in its messages too, and a matter sealed later is silent. */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include "store/lane.h"

enum { MESSAGE_KEYS = 64, MESSAGE_COUNTED = 100, MESSAGE_SUMMARY_CHARS = 40 };

/* Marks in a text: control characters, which nobody can say in a field. */
#define MESSAGE_CODE "\x01"
#define MESSAGE_SUMMARY "\x02"

struct message {
  int64_t id, matter; /* matter 0: about none */
  const char *to_key, *kind, *zh, *en; /* with marks when it is added, without when it is read */
  time_ms at;
  bool seen; /* by the account that asked */
};

/* Adds one in the action's transaction; `id` and `at` are set by it. Listeners are told after the commit. */
int message_add(struct lane_txn *t, const struct message *m, int64_t *id, struct error *err);

/* The newest messages to any of `keys` with an id below `before` (0: from the newest), newest first, at most `limit`. Error
 * message.keys when there are more than MESSAGE_KEYS. */
int message_list(struct db *db, struct arena *arena, int64_t district, const char *const *keys, size_t key_count,
                 int64_t account, int64_t before, size_t limit, struct message **out, size_t *count, struct error *err);

/* How many the account has not seen, counted up to MESSAGE_COUNTED ("99+"). */
int message_unread(struct db *db, struct arena *arena, int64_t district, const char *const *keys, size_t key_count,
                   int64_t account, int64_t *unread, struct error *err);

/* The account has seen everything to these keys up to message `upto`. Never goes back. */
int message_mark(struct lane_txn *t, int64_t account, const char *const *keys, size_t key_count, int64_t upto,
                 struct error *err);

/* Retention: messages older than `before`; those of one matter. Return how many went. */
int message_forget(struct lane_txn *t, time_ms before, struct error *err);
int message_forget_matter(struct lane_txn *t, int64_t matter, struct error *err);

/* Calls `fn` after each commit for every message added in this process, on the lane's thread: be quick, wake somebody. One
 * listener a process (the web's live pages); NULL ends it. Other servers on the same PostgreSQL are not heard: live pages
 * ask again from time to time as well. */
typedef void message_fn(void *ctx, int64_t district, const char *to_key, int64_t id);
void message_listen(message_fn *fn, void *ctx);

#endif
