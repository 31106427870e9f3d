/* Durable intake in-process: residents' reports through the lane, `in flight` of them waiting at any time, each with place
 * look-up, code, clock, journal, search tokens and receipt, committed durably. The same that a report over HTTP does,
 * without HTTP: what that is measured against. Prints one line of JSON.
 *
 *   bench_intake sqlite:DIR/tongxin.db DIR COUNT IN-FLIGHT */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matter/matter.h"
#include "people/settings.h"
#include "place/place.h"
#include "store/store.h"

enum { IN_FLIGHT_MOST = 4096, ARENA = 64 << 20 };

struct bench;

/* One report on its way; used again as soon as it is durable. */
struct report {
  struct lane_job job; /* first: the lane hands it back */
  struct bench *bench;
  int64_t number, began;
  struct report *next;
};

struct bench {
  struct arena *arena;
  struct people_env env;
  struct place_map *places;
  struct engine *engine;
  struct lane *lane;
  struct lonlat low, high; /* where reports lie */
  int64_t *took; /* ns, one for each */
  int64_t done, failed;
  struct error first;
  struct report *idle;
  pthread_mutex_t lock;
  pthread_cond_t changed;
};

static int fail(const struct error *err) {
  fprintf(stderr, "bench_intake: %s %s\n", err->code, err->detail);
  return 1;
}

/* Spread over the district, the same in every run. */
static double part(int64_t n, int64_t of) {
  return (double)((n * 7919) % of) / (double)of;
}

static int intake(struct lane_txn *t, void *ctx, struct error *err) {
  static const struct actor nobody = {.kind = ACTOR_ANONYMOUS, .district = 1};
  struct report *r = ctx;
  const struct bench *b = r->bench;
  double lon = b->low.lon + (b->high.lon - b->low.lon) * part(r->number, 10007);
  double lat = b->low.lat + (b->high.lat - b->low.lat) * part(r->number, 9973);
  struct said said[] = {
      {"description", 0, arena_printf(t->arena, "第%" PRId64 "处：楼道堆放杂物，堵住了消防通道", r->number)},
      {"position", 0, arena_printf(t->arena, "%.6f,%.6f", lon, lat)}};
  struct reporter_in reporter = {.lang = LANG_ZH};
  struct act act = {.actor = &nobody,
                    .procedure = "incident",
                    .action = "report",
                    .said = said,
                    .said_count = 2,
                    .reporter = &reporter,
                    .source = "public"};
  struct acted done;
  return engine_act(t, b->engine, &act, &done, err);
}

static void one_done(struct lane_job *job) {
  struct report *r = (struct report *)job;
  struct bench *b = r->bench;
  pthread_mutex_lock(&b->lock);
  b->took[b->done++] = monotonic_ns() - r->began;
  if (job->err.kind != ERR_NONE && !b->failed++) b->first = job->err;
  r->next = b->idle;
  b->idle = r;
  pthread_cond_signal(&b->changed);
  pthread_mutex_unlock(&b->lock);
}

static struct report *take_idle(struct bench *b) {
  pthread_mutex_lock(&b->lock);
  while (!b->idle) pthread_cond_wait(&b->changed, &b->lock);
  struct report *r = b->idle;
  b->idle = r->next;
  pthread_mutex_unlock(&b->lock);
  return r;
}

static int run(struct bench *b, int64_t count, int in_flight, struct error *err) {
  struct report *reports = ARENA_ARRAY(b->arena, (size_t)in_flight, struct report);
  for (int i = 0; i < in_flight; i++) {
    reports[i] = (struct report){.bench = b, .next = b->idle, .job = {.run = intake, .done = one_done}};
    reports[i].job.ctx = &reports[i];
    b->idle = &reports[i];
  }
  for (int64_t i = 0; i < count; i++) {
    struct report *r = take_idle(b);
    r->number = i;
    r->began = monotonic_ns();
    if (lane_submit(b->lane, &r->job, err) < 0) return -1;
  }
  pthread_mutex_lock(&b->lock);
  while (b->done < count) pthread_cond_wait(&b->changed, &b->lock);
  pthread_mutex_unlock(&b->lock);
  return 0;
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static int open_all(struct bench *b, const char *url, const char *dir, struct error *err) {
  struct db *db;
  if (db_open(&db, url, DB_READER, err) < 0 || people_env_load(&b->env, db, b->arena, dir, 1, err) < 0) return -1;
  if (place_map_open(&b->places, 1, (struct bytes){0}, err) < 0 || place_map_refresh(b->places, db, err) < 0) return -1;
  if (engine_open(&b->engine, db, &b->env, b->places, arena_printf(b->arena, "%s/catalogues", dir), err) < 0) return -1;
  b->low = (struct lonlat){102.16, 38.48};
  b->high = (struct lonlat){102.22, 38.54};
  db_close(db);
  return lane_open(&b->lane, url, 1, err);
}

int main(int argc, char **argv) {
  static struct bench b;
  struct error err = {0};
  int64_t count, in_flight;
  if (argc < 5 || !text_to_int(argv[3], &count) || !text_to_int(argv[4], &in_flight) || count < 1 || in_flight < 1 ||
      in_flight > IN_FLIGHT_MOST) {
    fputs("bench_intake URL DIR COUNT IN-FLIGHT\n", stderr);
    return 64;
  }
  hash_start();
  b.arena = arena_new((size_t)ARENA + (size_t)count * sizeof *b.took);
  b.took = ARENA_ARRAY(b.arena, (size_t)count, int64_t);
  pthread_mutex_init(&b.lock, NULL);
  pthread_cond_init(&b.changed, NULL);
  if (open_all(&b, argv[1], argv[2], &err) < 0) return fail(&err);
  int64_t began = monotonic_ns();
  if (run(&b, count, (int)in_flight, &err) < 0) return fail(&err);
  double seconds = (double)(monotonic_ns() - began) / 1e9;
  struct lane_figures figures;
  lane_figures(b.lane, &figures);
  lane_close(b.lane);
  engine_close(b.engine);
  place_map_close(b.places);
  if (b.failed) return fail(&b.first);
  qsort(b.took, (size_t)count, sizeof *b.took, by_size);
  printf("{\"intake_in_process_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"batches\":%" PRId64 "}\n",
         (double)count / seconds, (double)b.took[count / 2] / 1e6, (double)b.took[count * 99 / 100] / 1e6,
         figures.batches);
  arena_free(b.arena);
  return 0;
}
