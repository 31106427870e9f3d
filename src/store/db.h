/* The door: one connection to SQLite or PostgreSQL. Everything outside src/store/ uses the typed functions q_<name>()
 * made from queries/ (see queries.h in the build directory) and the few calls here. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* The SQL NULL of an `int?`; of an `id?` or `time?` it is 0, of a `real?` NaN, of a `text?` NULL. */
#define DB_NULL INT64_MIN

struct db;

/* DB_READER never writes and never takes a lock a writer waits for. DB_WRITER is for the lane, migrations and imports. */
enum db_use { DB_READER, DB_WRITER };

/* Opens `url`: "sqlite:PATH" or "postgresql://...". Errors: store.url, store.open. The connection belongs to one thread
 * at a time; db_close() frees it (NULL is allowed). */
int db_open(struct db **out, const char *url, enum db_use use, struct error *err);
void db_close(struct db *db);

/* True on PostgreSQL. For the store's own use and for saying so on the audit page, never for choosing SQL. */
bool db_is_postgresql(const struct db *db);
const char *db_version(const struct db *db);

/* A consistent view for several reads. Not nested. db_read_end is also right after an error. */
int db_read_begin(struct db *db, struct error *err);
void db_read_end(struct db *db);

/* A writing transaction. The lane does this for actions; bulk imports do it themselves. When the connection is lost in
 * the middle of a commit, db_commit asks the database what became of it: 0 it was kept; store.away it was not, try again;
 * store.unknown nobody can say, so whoever tries again must be able to find out (an idempotency key). */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);

/* False once the database has ended the transaction by itself, as SQLite does when the disk is full. */
bool db_in_transaction(const struct db *db);

/* One savepoint inside a transaction, not nested. */
int db_savepoint(struct db *db, struct error *err);
int db_release(struct db *db, struct error *err);
int db_rollback_to(struct db *db, struct error *err);

/* Brings the schema up to date: each missing migration in a transaction of its own. `applied` (may be NULL) gets how many
 * ran. Error store.schema-newer when the database was made by a newer program. */
int db_migrate(struct db *db, int *applied, struct error *err);

/* 1 when every migration of this program has run, 0 when some are missing, -1 on error. */
int db_is_current(struct db *db, struct error *err);

/* Prepares every statement, with and without its optional pieces, so that a test finds one that is wrong. */
int db_prepare_all(struct db *db, struct error *err);

/* SQLite: moves the write-ahead log into the database file; the lane calls it. PostgreSQL: nothing. */
void db_checkpoint(struct db *db);

/* After bulk loads: refreshes the planner's statistics. */
int db_analyze(struct db *db, struct error *err);

/* Copies the whole database to `path` while it is in use (SQLite; PostgreSQL says store.use-pg-dump). */
int db_backup(struct db *db, const char *path, struct error *err);

/* Statements run by all connections of this process since it began, for /metrics. */
int64_t db_statements(void);

#endif
