/* For unit tests that need a database: each runs on SQLite and on PostgreSQL, in a fresh database of its own, with the
 * schema in place, one district and its lane.
 *
 *   static void a_case_is_kept(void **state) {
 *     struct dbtest *t = dbtest_of(state);     // skips when there is no PostgreSQL to test on
 *     ...
 *   }
 *   const struct CMUnitTest tests[] = {DB_TEST(a_case_is_kept)};   // two entries
 *
 * PostgreSQL: TONGXIN_TEST_PG is the address of a server in which databases may be made; `tests/with-postgresql` starts
 * one and sets it. */
#ifndef TESTS_DBTEST_H
#define TESTS_DBTEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

enum { DBTEST_DISTRICT = 1 };

struct dbtest {
  char url[512], dir[64];
  struct db *db;       /* a reader */
  struct lane *lane;
  struct arena *arena;
  const char *skip;    /* why this test cannot run, or NULL */
};

/* The fixture of a running test; skips it with the reason printed when it cannot run. */
struct dbtest *dbtest_of(void **state);

int dbtest_sqlite(void **state);
int dbtest_postgresql(void **state);
int dbtest_end(void **state);

/* Fails the test with the error's code and detail when `r` is negative. */
void dbtest_ok(int r, const struct error *err, const char *file, int line);
#define DB_OK(call, err) dbtest_ok((call), (err), __FILE__, __LINE__)

#define DB_TEST(fn)                                                  \
  {#fn " (SQLite)", fn, dbtest_sqlite, dbtest_end, NULL}, {          \
    #fn " (PostgreSQL)", fn, dbtest_postgresql, dbtest_end, NULL     \
  }

#endif
