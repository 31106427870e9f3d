/* What the made query functions and the two database drivers share. Only files in src/store/ and queries.c include this. */
#ifndef STORE_DB_INTERNAL_H
#define STORE_DB_INTERNAL_H

#include <math.h>

#include "store/db.h"

/* One compiled statement. `types` has a letter per parameter: i int, k id or time (0 is NULL when upper case), r real,
 * t text, b blob, f flag; upper case: may be NULL. In the SQL, \1 and a byte is a parameter, \2 ... \3 an optional piece. */
struct db_query {
  const char *name, *types, *sqlite, *postgresql;
  int outs;
};
extern const struct db_query db_queries[];
extern const int db_query_count;

struct db_migration {
  long version;
  const char *name, *sqlite, *postgresql;
};
extern const struct db_migration db_migrations[];
extern const int db_migration_count;

struct db_value {
  char type; /* 0 NULL, or i r t b */
  bool flag;
  int64_t i;
  double r;
  struct bytes b; /* text and blob */
};

static inline struct db_value db_value_int(int64_t i) { return (struct db_value){.type = 'i', .i = i}; }
static inline struct db_value db_value_int_or_null(int64_t i) {
  return i == DB_NULL ? (struct db_value){0} : db_value_int(i);
}
static inline struct db_value db_value_id(int64_t i) { return db_value_int(i); }
static inline struct db_value db_value_id_or_null(int64_t i) { return i ? db_value_int(i) : (struct db_value){0}; }
static inline struct db_value db_value_time(int64_t i) { return db_value_int(i); }
static inline struct db_value db_value_time_or_null(int64_t i) { return db_value_id_or_null(i); }
static inline struct db_value db_value_real(double r) { return (struct db_value){.type = 'r', .r = r}; }
static inline struct db_value db_value_real_or_null(double r) {
  return isnan(r) ? (struct db_value){0} : db_value_real(r);
}
struct db_value db_value_text(const char *s);
static inline struct db_value db_value_text_or_null(const char *s) { return db_value_text(s); }
static inline struct db_value db_value_blob(struct bytes b) { return (struct db_value){.type = b.data ? 'b' : 0, .b = b}; }
static inline struct db_value db_value_blob_or_null(struct bytes b) { return db_value_blob(b); }
static inline struct db_value db_value_flag(bool f) { return (struct db_value){.type = 'f', .flag = f}; }

/* A row being read; only valid inside the fill function. */
struct db_row {
  const struct db_driver *driver;
  void *result;
  int index; /* PostgreSQL: which row of the result */
};
int64_t db_row_int(struct db_row *row, int col);
int64_t db_row_int_or_null(struct db_row *row, int col);
static inline int64_t db_row_id(struct db_row *row, int col) { return db_row_int(row, col); }
static inline int64_t db_row_time(struct db_row *row, int col) { return db_row_int(row, col); }
double db_row_real(struct db_row *row, int col);
double db_row_real_or_null(struct db_row *row, int col);
const char *db_row_text(struct db_row *row, int col, struct arena *arena); /* "" for NULL */
const char *db_row_text_or_null(struct db_row *row, int col, struct arena *arena);
struct bytes db_row_blob(struct db_row *row, int col, struct arena *arena);
static inline struct bytes db_row_blob_or_null(struct db_row *row, int col, struct arena *arena) {
  return db_row_blob(row, col, arena);
}

typedef void db_fill(struct db_row *row, struct arena *arena, void *out);
int db_exec(struct db *db, int query, const struct db_value *v, struct error *err);
int db_one(struct db *db, int query, const struct db_value *v, struct arena *arena, db_fill *fill, void *out,
           struct error *err);
int db_many(struct db *db, int query, const struct db_value *v, struct arena *arena, db_fill *fill, size_t size,
            void **rows, size_t *count, struct error *err);
int db_each(struct db *db, int query, const struct db_value *v, db_fill *fill, void *out,
            int (*pass)(void *ctx, const void *out, struct error *err), void *ctx, struct error *err);

/* --- what a driver does ----------------------------------------------------------------------------------------- */

/* Optional pieces of one statement: as many bits of its key; the statement compiler refuses more. The bits above name the
 * statement. */
enum { DB_MAX_PARAMS = 64, DB_MAX_PIECES = 53 };

/* A statement as it goes to the driver: its text with numbered parameters, which value each number is, and a key that
 * names the same text every time (query and chosen pieces). */
struct db_call {
  const char *name, *sql;
  uint64_t key;
  int count;
  const struct db_value *value[DB_MAX_PARAMS];
  char type[DB_MAX_PARAMS]; /* declared type, also where the value is NULL */
};

/* Called for each row; -1 stops the statement with that error. */
typedef int db_on_row(void *ctx, struct db_row *row, struct error *err);

struct db_driver {
  /* Runs a call; returns rows changed (or read), -1 on error. `many` says that the rows may be too many to hold. */
  int (*run)(struct db *db, const struct db_call *call, db_on_row *on_row, void *ctx, bool many, struct error *err);
  /* Runs text as it stands: transactions and migrations only. */
  int (*script)(struct db *db, const char *sql, struct error *err);
  /* Prepares a call without running it. */
  int (*prepare)(struct db *db, const struct db_call *call, struct error *err);
  /* Is the transaction that was begun still open? */
  bool (*holds)(const struct db *db);
  /* After a COMMIT that failed with `err`: 0 when it was kept all the same, -1 with the error to give. May be NULL. */
  int (*settle)(struct db *db, struct error *err);
  void (*close)(struct db *db);
  bool (*is_null)(const struct db_row *row, int col);
  int64_t (*col_int)(const struct db_row *row, int col);
  double (*col_real)(const struct db_row *row, int col);
  const char *(*col_text)(const struct db_row *row, int col, size_t *len);
  /* Blobs may need decoding: into the arena. */
  struct bytes (*col_blob)(const struct db_row *row, int col, struct arena *arena);
  const char *begin_read, *begin_write;
  const char *first_guess; /* run when migrations were made: what the planner needs to know; NULL nothing */
  bool postgresql;
};

struct db {
  const struct db_driver *driver;
  void *handle;    /* sqlite3 * or PGconn * */
  void *prepared;  /* the driver's table of prepared statements */
  enum db_use use;
  bool in_transaction;
  int64_t statements; /* run since it was opened */
  int64_t steps;      /* of SQLite's machine, for tests of what a statement costs; PostgreSQL: 0 */
  char *text; /* where a statement is put together: kept, because zeroing it for each statement was a third of the work */
  char version[64];
};

int db_sqlite_open(struct db *db, const char *path, struct error *err);
int db_postgresql_open(struct db *db, const char *url, struct error *err);

#endif
