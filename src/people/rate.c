#include "people/rate.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

enum { WINDOW = 8 }; /* buckets a caller may land in */

/* Tokens are counted in thousandths times 60 so that everything stays whole: one token is MINUTE_MS, and `per_minute`
 * of these units come in every millisecond. */
struct bucket {
  uint64_t caller; /* 0: empty */
  int64_t level;
  time_ms at;
  struct rate_limit limit;
};

struct rate_table {
  pthread_mutex_t lock;
  struct rate_limit limits[RATE_CLASSES_MAX];
  unsigned char key[crypto_shorthash_KEYBYTES];
  size_t mask;
  struct bucket *buckets;
};

struct rate_table *people_rate_new(size_t callers, const struct rate_limit *limits, int classes) {
  struct rate_table *t = xmalloc(sizeof *t);
  size_t n = WINDOW;
  while (n < callers) n *= 2;
  pthread_mutex_init(&t->lock, NULL);
  memset(t->limits, 0, sizeof t->limits);
  for (int i = 0; i < classes && i < RATE_CLASSES_MAX; i++) t->limits[i] = limits[i];
  random_fill(t->key, sizeof t->key);
  t->mask = n - 1;
  t->buckets = xmalloc(n * sizeof *t->buckets);
  memset(t->buckets, 0, n * sizeof *t->buckets);
  return t;
}

void people_rate_set(struct rate_table *t, const struct rate_limit *limits, int classes) {
  pthread_mutex_lock(&t->lock);
  for (int i = 0; i < classes && i < RATE_CLASSES_MAX; i++) t->limits[i] = limits[i];
  pthread_mutex_unlock(&t->lock);
}

void people_rate_free(struct rate_table *t) {
  if (!t) return;
  pthread_mutex_destroy(&t->lock);
  free(t->buckets);
  free(t);
}

static uint64_t caller_hash(const struct rate_table *t, int class, const char *caller) {
  unsigned char out[crypto_shorthash_BYTES];
  uint64_t hash;
  crypto_shorthash(out, (const unsigned char *)caller, strlen(caller), t->key);
  memcpy(&hash, out, sizeof hash);
  hash = (hash ^ (uint64_t) class) * 0x9E3779B97F4A7C15u; /* the same caller has one bucket a class */
  return hash ? hash : 1;
}

static int64_t capacity_of(struct rate_limit limit) {
  return (int64_t)(limit.burst > 0 ? limit.burst : 1) * MINUTE_MS;
}

/* What a bucket would hold now, not more than its capacity. */
static int64_t filled(const struct bucket *b, struct rate_limit limit, time_ms now) {
  int64_t passed = now > b->at ? now - b->at : 0;
  int64_t missing = capacity_of(limit) - b->level;
  return passed > missing / limit.per_minute ? capacity_of(limit) : b->level + passed * limit.per_minute;
}

/* The caller's bucket, made if need be in place of an empty or the least missed one: the one nearest to full. */
static struct bucket *bucket_of(struct rate_table *t, uint64_t caller, struct rate_limit own, time_ms now) {
  struct bucket *victim = NULL;
  int64_t victim_missing = 0;
  for (size_t i = 0; i < WINDOW; i++) {
    struct bucket *b = &t->buckets[((caller >> 16) + i) & t->mask];
    if (b->caller == caller) return b;
    int64_t missing = b->caller == 0 ? -1 : capacity_of(b->limit) - filled(b, b->limit, now);
    if (victim && missing >= victim_missing) continue;
    victim = b;
    victim_missing = missing;
  }
  *victim = (struct bucket){.caller = caller, .level = capacity_of(own), .at = now, .limit = own};
  return victim;
}

int people_rate_take_own(struct rate_table *t, int class, const char *caller, struct rate_limit limit, time_ms now,
                         time_ms *wait_ms, struct error *err) {
  if (class < 0 || class >= RATE_CLASSES_MAX || limit.per_minute <= 0) return 0;
  pthread_mutex_lock(&t->lock);
  struct bucket *b = bucket_of(t, caller_hash(t, class, caller), limit, now);
  b->level = filled(b, limit, now);
  if (now > b->at) b->at = now;
  time_ms wait = 0;
  if (b->level >= MINUTE_MS)
    b->level -= MINUTE_MS;
  else
    wait = (MINUTE_MS - b->level + limit.per_minute - 1) / limit.per_minute;
  pthread_mutex_unlock(&t->lock);
  if (wait_ms) *wait_ms = wait;
  if (wait == 0) return 0;
  char seconds[24];
  snprintf(seconds, sizeof seconds, "%lld", (long long)((wait + SECOND_MS - 1) / SECOND_MS));
  return error_set(err, ERR_TOO_MANY, "people.rate", NULL, seconds, NULL);
}

int people_rate_take(struct rate_table *t, int class, const char *caller, time_ms now, time_ms *wait_ms,
                     struct error *err) {
  if (class < 0 || class >= RATE_CLASSES_MAX) return 0;
  pthread_mutex_lock(&t->lock);
  struct rate_limit limit = t->limits[class];
  pthread_mutex_unlock(&t->lock);
  return people_rate_take_own(t, class, caller, limit, now, wait_ms, err);
}
