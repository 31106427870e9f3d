/* The worker: claim in the lane, send outside it, write down in the lane. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "queries.h"
#include "store/outbox_internal.h"

enum { CLAIM_ARENA = 64 << 20, NS_PER_S = 1000000000, NS_PER_MS = 1000000, JITTER_PERCENT = 20 };

struct outbox {
  struct lane *lane;
  struct outbox_settings settings;
  outbox_open_fn *open;
  void *ctx;
  char holder[17];
  CURL *curl;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool stopping, woken;
};

void outbox_settings_usual(struct outbox_settings *out) {
  *out = (struct outbox_settings){.smtp_host = "localhost", .smtp_port = 25, .tls = OUTBOX_TLS_NONE,
                                  .mail_from = "tongxin@localhost", .mail_name = "", .webhook_allowed = "",
                                  .webhook_secret = "", .timeout_ms = 20000, .connect_ms = 5000, .tries = 12,
                                  .first_wait = 30 * SECOND_MS, .longest_wait = 2 * HOUR_MS, .batch = 20,
                                  .claim = 10 * MINUTE_MS, .lease = MINUTE_MS, .poll = SECOND_MS};
}

/* --- in the lane ------------------------------------------------------------------------------------------------ */

struct claim {
  const struct outbox_settings *s;
  const char *holder;
  struct arena *arena; /* the caller's: what is claimed outlives the batch */
  struct outbox_letter *letters;
  size_t count;
};

static int take_lease(struct lane_txn *t, const struct claim *c, struct error *err) {
  struct q_outbox_lease_get_out now = {0};
  int r = q_outbox_lease_get(t->db, t->arena, &now, &(struct q_outbox_lease_get_in){.district = t->district}, err);
  if (r < 0) return -1;
  if (r == 1 && !text_eq(now.holder, c->holder) && now.until > t->now) return 0;
  struct q_outbox_lease_put_in in = {.district = t->district, .holder = c->holder, .until = t->now + c->s->lease};
  return q_outbox_lease_put(t->db, &in, err) < 0 ? -1 : 1;
}

/* Made of what never changes, so that each try has the same and a database set up anew has others. */
static void make_key(struct outbox_letter *l, const char *dedupe) {
  unsigned char hash[HASH_BYTES];
  char hex[33];
  const struct hash_piece pieces[] = {{&l->created, sizeof l->created}, {dedupe, strlen(dedupe)}};
  hash_pieces(hash, pieces, 2);
  text_hex(hex, hash, 16);
  snprintf(l->key, sizeof l->key, "tongxin.%lld.%lld.%s", (long long)l->district, (long long)l->id, hex);
}

static struct outbox_letter letter_of(struct lane_txn *t, struct claim *c, const struct q_outbox_due_out *row) {
  struct outbox_letter l = {.district = t->district, .id = row->id, .tries = row->tries + 1, .created = row->created};
  l.channel = arena_strdup(c->arena, row->channel);
  l.key_id = arena_strdup(c->arena, row->key_id);
  l.subject = arena_strdup(c->arena, row->subject);
  l.body = arena_strdup(c->arena, row->body);
  l.lang = arena_strdup(c->arena, row->lang);
  l.recipient = (struct bytes){arena_memdup(c->arena, row->recipient.data, row->recipient.len), row->recipient.len};
  make_key(&l, row->dedupe);
  return l;
}

static int claim_state(struct lane_txn *t, struct claim *c, const char *state, struct error *err) {
  struct q_outbox_due_out *rows;
  size_t count;
  struct q_outbox_due_in in = {.district = t->district, .state = state, .now = t->now,
                               .count = (int64_t)c->s->batch - (int64_t)c->count};
  if (in.count <= 0) return 0;
  if (q_outbox_due(t->db, t->arena, &rows, &count, &in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    struct outbox_letter l = letter_of(t, c, &rows[i]);
    struct q_outbox_claim_in mine = {.district = t->district, .id = l.id, .tries = l.tries, .next_at = t->now + c->s->claim};
    if (q_outbox_claim(t->db, &mine, err) < 0) return -1;
    c->letters[c->count++] = l;
  }
  return 0;
}

/* Letters whose claim has run out first: somebody died with them in hand. */
static int run_claim(struct lane_txn *t, void *ctx, struct error *err) {
  struct claim *c = ctx;
  c->count = 0;
  int r = take_lease(t, c, err);
  if (r <= 0) return r;
  return claim_state(t, c, "sending", err) < 0 || claim_state(t, c, "waiting", err) < 0 ? -1 : 0;
}

int outbox_claim(struct lane *lane, const struct outbox_settings *s, const char *holder, struct arena *arena,
                 struct outbox_letter **letters, size_t *count, struct error *err) {
  struct claim c = {.s = s, .holder = holder, .arena = arena};
  c.letters = ARENA_ARRAY(arena, (size_t)s->batch, struct outbox_letter);
  if (lane_call(lane, run_claim, &c, err) < 0) return -1;
  *letters = c.letters;
  *count = c.count;
  return 0;
}

/* The pause before try `tries` + 1. Chance keeps many letters from coming back at the same moment. */
static time_ms pause_after(const struct outbox_settings *s, int64_t tries) {
  time_ms wait = s->first_wait;
  uint32_t chance;
  for (int64_t i = 1; i < tries && wait < s->longest_wait; i++) wait *= 2;
  if (wait > s->longest_wait) wait = s->longest_wait;
  random_fill(&chance, sizeof chance);
  return wait * (100 - JITTER_PERCENT + (time_ms)(chance % (2 * JITTER_PERCENT + 1))) / 100;
}

struct marking {
  const struct outbox_settings *s;
  const struct outbox_letter *l;
  const struct outbox_result *result;
};

static int run_mark(struct lane_txn *t, void *ctx, struct error *err) {
  const struct marking *m = ctx;
  bool again = m->result->fate == OUTBOX_AGAIN && m->l->tries < m->s->tries, sent = m->result->fate == OUTBOX_SENT;
  bool back = m->result->fate == OUTBOX_PUT_BACK;
  struct q_outbox_mark_in in = {.district = t->district, .id = m->l->id, .tries = m->l->tries,
                                .state = sent ? "sent" : again || back ? "waiting" : "dead",
                                .next_at = again ? t->now + pause_after(m->s, m->l->tries) : t->now,
                                .error = m->result->code, .wipe = sent};
  return q_outbox_mark(t->db, &in, err) < 0 ? -1 : 0;
}

int outbox_mark(struct lane *lane, const struct outbox_settings *s, const struct outbox_letter *l,
                const struct outbox_result *result, struct error *err) {
  struct marking m = {s, l, result};
  return lane_call(lane, run_mark, &m, err);
}

static int run_release(struct lane_txn *t, void *ctx, struct error *err) {
  struct q_outbox_lease_get_out now;
  int r = q_outbox_lease_get(t->db, t->arena, &now, &(struct q_outbox_lease_get_in){.district = t->district}, err);
  if (r <= 0 || !text_eq(now.holder, ctx)) return r < 0 ? -1 : 0;
  struct q_outbox_lease_put_in in = {.district = t->district, .holder = ctx, .until = 0};
  return q_outbox_lease_put(t->db, &in, err) < 0 ? -1 : 0;
}

int outbox_release(struct lane *lane, const char *holder, struct error *err) {
  char name[64];
  text_copy(name, sizeof name, holder);
  return lane_call(lane, run_release, name, err);
}

/* --- the thread ------------------------------------------------------------------------------------------------- */

/* Waits for the next poll or a wake-up; false when it is time to stop. */
static bool rest(struct outbox *o, time_ms ms) {
  pthread_mutex_lock(&o->lock);
  int64_t until_ns = monotonic_ns() + ms * NS_PER_MS;
  struct timespec until = {.tv_sec = until_ns / NS_PER_S, .tv_nsec = until_ns % NS_PER_S};
  while (!o->stopping && !o->woken && pthread_cond_timedwait(&o->changed, &o->lock, &until) == 0) continue;
  o->woken = false;
  bool go_on = !o->stopping;
  pthread_mutex_unlock(&o->lock);
  return go_on;
}

static bool stopping(struct outbox *o) {
  pthread_mutex_lock(&o->lock);
  bool s = o->stopping;
  pthread_mutex_unlock(&o->lock);
  return s;
}

static void log_result(const struct outbox_letter *l, const struct outbox_result *r) {
  static const char *const names[] = {"sent", "again", "dead", "put-back"};
  char id[24];
  snprintf(id, sizeof id, "%lld", (long long)l->id);
  log_event(r->fate == OUTBOX_DEAD ? LOG_WARNING : LOG_INFO, "letter", "id", id, "channel", l->channel, "fate", names[r->fate],
            "code", r->code, NULL);
}

/* A letter that was sent is written down before anything else is done, however long the database is away. */
static void mark(struct outbox *o, const struct outbox_letter *l, const struct outbox_result *r) {
  for (;;) {
    struct error err = {0};
    if (outbox_mark(o->lane, &o->settings, l, r, &err) == 0) return;
    log_event(LOG_ERROR, "letter-not-marked", "code", err.code, "detail", err.detail, NULL);
    if (!rest(o, o->settings.poll)) return;
  }
}

/* Returns how many were handled, so that a full batch is followed at once by the next. */
static size_t round_of_letters(struct outbox *o, struct arena *arena) {
  struct outbox_letter *letters;
  size_t count = 0, i;
  struct error err = {0};
  if (outbox_claim(o->lane, &o->settings, o->holder, arena, &letters, &count, &err) < 0) {
    log_event(LOG_ERROR, "outbox-claim", "code", err.code, "detail", err.detail, NULL);
    return 0;
  }
  for (i = 0; i < count && !stopping(o); i++) {
    struct outbox_result r = outbox_deliver(o->curl, &letters[i], &o->settings, o->open, o->ctx);
    log_result(&letters[i], &r);
    mark(o, &letters[i], &r);
  }
  struct outbox_result untouched = {.fate = OUTBOX_PUT_BACK};
  for (; i < count; i++) outbox_mark(o->lane, &o->settings, &letters[i], &untouched, &err);
  return count;
}

static void *work(void *arg) {
  struct outbox *o = arg;
  struct arena *arena = arena_new(CLAIM_ARENA);
  do {
    while (round_of_letters(o, arena) == (size_t)o->settings.batch && !stopping(o)) arena_reset(arena);
    arena_reset(arena);
  } while (rest(o, o->settings.poll));
  struct error err = {0};
  outbox_release(o->lane, o->holder, &err);
  arena_free(arena);
  return NULL;
}

int outbox_start(struct outbox **out, struct lane *lane, const struct outbox_settings *settings, outbox_open_fn *open,
                 void *ctx, struct error *err) {
  struct outbox *o = xmalloc(sizeof *o);
  pthread_condattr_t monotonic;
  *o = (struct outbox){.lane = lane, .settings = *settings, .open = open, .ctx = ctx, .curl = curl_easy_init()};
  random_code(o->holder, sizeof o->holder - 1);
  pthread_mutex_init(&o->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&o->changed, &monotonic);
  pthread_condattr_destroy(&monotonic);
  if (o->curl && pthread_create(&o->thread, NULL, work, o) == 0) {
    *out = o;
    return 0;
  }
  curl_easy_cleanup(o->curl);
  free(o);
  return error_unavailable(err, "outbox.start", "no thread or no libcurl");
}

void outbox_wake(struct outbox *o) {
  pthread_mutex_lock(&o->lock);
  o->woken = true;
  pthread_cond_signal(&o->changed);
  pthread_mutex_unlock(&o->lock);
}

void outbox_stop(struct outbox *o) {
  if (!o) return;
  pthread_mutex_lock(&o->lock);
  o->stopping = true;
  pthread_cond_signal(&o->changed);
  pthread_mutex_unlock(&o->lock);
  pthread_join(o->thread, NULL);
  curl_easy_cleanup(o->curl);
  pthread_cond_destroy(&o->changed);
  pthread_mutex_destroy(&o->lock);
  free(o);
}
