#include "dbtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/db_internal.h"

struct dbtest *dbtest_of(void **state) {
  struct dbtest *t = *state;
  if (t->skip) {
    print_message("# skipped: %s\n", t->skip);
    skip();
  }
  return t;
}

void dbtest_ok(int r, const struct error *err, const char *file, int line) {
  if (r >= 0) return;
  fail_msg("%s:%d: %s %s %s", file, line, err->code, err->arg[0], err->detail);
}

static int start(struct dbtest *t) {
  struct error err = {0};
  struct db *writer = NULL;
  struct q_district_add_in d = {.district = DBTEST_DISTRICT,
                                .code = "620302",
                                .name_zh = "金川区",
                                .name_en = "Jinchuan",
                                .offset_min = OFFSET_CHINA_MIN,
                                .created = 1,
                                .demo = 1};
  hash_start();
  t->arena = arena_new(64 << 20);
  if (db_open(&writer, t->url, DB_WRITER, &err) < 0 || db_migrate(writer, NULL, &err) < 0 ||
      q_district_add(writer, &d, &err) < 0 || db_open(&t->db, t->url, DB_READER, &err) < 0 ||
      lane_open(&t->lane, t->url, DBTEST_DISTRICT, &err) < 0) {
    print_error("cannot start the test database: %s %s\n", err.code, err.detail);
    db_close(writer);
    return -1;
  }
  db_close(writer);
  return 0;
}

int dbtest_sqlite(void **state) {
  struct dbtest *t = xmalloc(sizeof *t);
  *state = t;
  snprintf(t->dir, sizeof t->dir, "/tmp/tongxin-test-XXXXXX");
  if (!mkdtemp(t->dir)) return -1;
  snprintf(t->url, sizeof t->url, "sqlite:%s/test.db", t->dir);
  return start(t);
}

/* The same server, another database: the path of the address replaced. */
static void other_database(char *out, size_t size, const char *url, const char *name) {
  const char *question = strchr(url, '?');
  const char *host = strstr(url, "//");
  const char *slash = host ? strchr(host + 2, '/') : NULL;
  int head = (int)(slash && (!question || slash < question) ? slash - url
                   : question                               ? question - url
                                                            : (long)strlen(url));
  snprintf(out, size, "%.*s/%s%s", head, url, name, question ? question : "");
}

int dbtest_postgresql(void **state) {
  static int count;
  struct dbtest *t = xmalloc(sizeof *t);
  *state = t;
  const char *admin = getenv("TONGXIN_TEST_PG");
  if (!admin) {
    t->skip = "TONGXIN_TEST_PG is not set (run through tests/with-postgresql)";
    return 0;
  }
  char name[64], sql[160];
  struct error err = {0};
  struct db *db = NULL;
  snprintf(name, sizeof name, "unit_%d_%d", (int)getpid(), ++count);
  snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", name);
  int r = db_open(&db, admin, DB_WRITER, &err);
  if (r == 0) r = db->driver->script(db, sql, &err);
  if (r < 0) print_error("cannot make a test database: %s %s\n", err.code, err.detail);
  db_close(db);
  other_database(t->url, sizeof t->url, admin, name);
  return r < 0 ? -1 : start(t);
}

static void remove_directory(const char *dir) {
  static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm", "journal.key", "journal.pub"};
  char path[160];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "%s/%s", dir, files[i]);
    unlink(path);
  }
  rmdir(dir);
}

int dbtest_end(void **state) {
  struct dbtest *t = *state;
  if (!t) return 0;
  lane_close(t->lane);
  db_close(t->db);
  arena_free(t->arena);
  if (*t->dir) remove_directory(t->dir);
  free(t);
  return 0;
}
