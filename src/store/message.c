#include "store/message.h"

#include <pthread.h>
#include <string.h>

#include "queries.h"

enum { MESSAGE_TEXT_MAX = 16000 }; /* what a procedure may say, with summaries in it */

/* --- the listener ----------------------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static message_fn *listener;
static void *listener_ctx;

void message_listen(message_fn *fn, void *ctx) {
  pthread_mutex_lock(&lock);
  listener = fn;
  listener_ctx = ctx;
  pthread_mutex_unlock(&lock);
}

struct news {
  int64_t district, id;
  const char *to_key;
};

/* Under the lock, so that nobody is called after message_listen(NULL) has returned. */
static void tell(void *ctx) {
  const struct news *n = ctx;
  pthread_mutex_lock(&lock);
  if (listener) listener(listener_ctx, n->district, n->to_key, n->id);
  pthread_mutex_unlock(&lock);
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

int message_add(struct lane_txn *t, const struct message *m, int64_t *id, struct error *err) {
  int64_t number;
  if (lane_next(t, "message", &number, err) < 0) return -1;
  struct q_message_add_in in = {.district = t->district, .id = number, .to_key = m->to_key, .matter = m->matter, .at = t->now,
                                .kind = m->kind, .zh = m->zh, .en = m->en};
  if (q_message_add(t->db, &in, err) < 0) return -1;
  struct news *n = ARENA_NEW(t->arena, struct news); /* listeners run before the batch's arena is emptied */
  *n = (struct news){.district = t->district, .id = number, .to_key = arena_strdup(t->arena, m->to_key)};
  lane_after_commit(t, tell, n);
  if (id) *id = number;
  return 0;
}

static int check_keys(size_t key_count, struct error *err) {
  if (key_count <= MESSAGE_KEYS) return 0;
  return error_set(err, ERR_INPUT, "message.keys", NULL, NULL);
}

int message_mark(struct lane_txn *t, int64_t account, const char *const *keys, size_t key_count, int64_t upto,
                 struct error *err) {
  if (check_keys(key_count, err) < 0) return -1;
  for (size_t i = 0; i < key_count; i++) {
    struct q_message_mark_in in = {.district = t->district, .account = account, .to_key = keys[i], .upto = upto};
    if (q_message_mark(t->db, &in, err) < 0) return -1;
  }
  return 0;
}

int message_forget(struct lane_txn *t, time_ms before, struct error *err) {
  return q_message_delete_before(t->db, &(struct q_message_delete_before_in){t->district, before}, err);
}

int message_forget_matter(struct lane_txn *t, int64_t matter, struct error *err) {
  return q_message_delete_of_matter(t->db, &(struct q_message_delete_of_matter_in){t->district, matter}, err);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

/* The text with what stands in the matter now in the place of its marks. */
static const char *whole(struct arena *arena, const char *text, const struct q_message_page_out *r) {
  if (!strpbrk(text, MESSAGE_CODE MESSAGE_SUMMARY)) return text;
  struct buf b;
  buf_init(&b, MESSAGE_TEXT_MAX);
  for (const char *s = text; *s; s++) {
    if (*s == *MESSAGE_CODE) buf_puts(&b, r->code);
    else if (*s == *MESSAGE_SUMMARY) buf_puts(&b, text_shorten(arena, r->summary, MESSAGE_SUMMARY_CHARS));
    else buf_putc(&b, *s);
  }
  const char *out = arena_strdup(arena, b.data);
  buf_free(&b);
  return out;
}

static struct message from_row(struct arena *arena, const struct q_message_page_out *r) {
  return (struct message){.id = r->id, .matter = r->matter, .to_key = r->to_key, .kind = r->kind,
                          .zh = whole(arena, r->zh, r), .en = whole(arena, r->en, r), .at = r->at, .seen = r->seen == 1};
}

/* Takes the newest of the heads of all lists, `limit` times. */
static size_t merge(struct arena *arena, struct message *out, size_t limit,
                    struct q_message_page_out **rows, const size_t *counts, size_t lists) {
  size_t at[MESSAGE_KEYS] = {0}, n = 0;
  while (n < limit) {
    size_t best = lists;
    for (size_t i = 0; i < lists; i++)
      if (at[i] < counts[i] && (best == lists || rows[i][at[i]].id > rows[best][at[best]].id)) best = i;
    if (best == lists) break;
    out[n++] = from_row(arena, &rows[best][at[best]++]);
  }
  return n;
}

/* One indexed read for each key: a few keys with long histories each are read only as far as the page needs. */
int message_list(struct db *db, struct arena *arena, int64_t district, const char *const *keys, size_t key_count,
                 int64_t account, int64_t before, size_t limit, struct message **out, size_t *count, struct error *err) {
  struct q_message_page_out *rows[MESSAGE_KEYS];
  size_t counts[MESSAGE_KEYS];
  if (check_keys(key_count, err) < 0) return -1;
  for (size_t i = 0; i < key_count; i++) {
    struct q_message_page_in in = {.district = district, .to_key = keys[i], .before = before ? before : INT64_MAX,
                                   .count = (int64_t)limit, .account = account};
    if (q_message_page(db, arena, &rows[i], &counts[i], &in, err) < 0) return -1;
  }
  *out = ARENA_ARRAY(arena, limit ? limit : 1, struct message);
  *count = merge(arena, *out, limit, rows, counts, key_count);
  return 0;
}

int message_unread(struct db *db, struct arena *arena, int64_t district, const char *const *keys, size_t key_count,
                   int64_t account, int64_t *unread, struct error *err) {
  if (check_keys(key_count, err) < 0) return -1;
  *unread = 0;
  for (size_t i = 0; i < key_count && *unread < MESSAGE_COUNTED; i++) {
    struct q_message_unseen_out row;
    struct q_message_unseen_in in = {.district = district, .to_key = keys[i], .account = account, .count = MESSAGE_COUNTED};
    if (q_message_unseen(db, arena, &row, &in, err) < 0) return -1;
    *unread += row.unseen;
  }
  if (*unread > MESSAGE_COUNTED) *unread = MESSAGE_COUNTED;
  return 0;
}
