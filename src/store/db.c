#include "store/db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "store/db_internal.h"

enum { SQL_MAX = 32768, ROWS_FIRST = 16, EACH_ARENA_MAX = 16 << 20 };

/* --- values and rows -------------------------------------------------------------------------------------------- */

struct db_value db_value_text(const char *s) {
  if (!s) return (struct db_value){0};
  return (struct db_value){.type = 't', .b = {(const unsigned char *)s, strlen(s)}};
}

int64_t db_row_int(struct db_row *row, int col) {
  return row->driver->is_null(row, col) ? 0 : row->driver->col_int(row, col);
}

int64_t db_row_int_or_null(struct db_row *row, int col) {
  return row->driver->is_null(row, col) ? DB_NULL : row->driver->col_int(row, col);
}

double db_row_real(struct db_row *row, int col) {
  return row->driver->is_null(row, col) ? 0 : row->driver->col_real(row, col);
}

double db_row_real_or_null(struct db_row *row, int col) {
  return row->driver->is_null(row, col) ? NAN : row->driver->col_real(row, col);
}

const char *db_row_text_or_null(struct db_row *row, int col, struct arena *arena) {
  if (row->driver->is_null(row, col)) return NULL;
  size_t n;
  const char *s = row->driver->col_text(row, col, &n);
  return arena_strndup(arena, s, n);
}

const char *db_row_text(struct db_row *row, int col, struct arena *arena) {
  const char *s = db_row_text_or_null(row, col, arena);
  return s ? s : "";
}

struct bytes db_row_blob(struct db_row *row, int col, struct arena *arena) {
  if (row->driver->is_null(row, col)) return (struct bytes){0};
  return row->driver->col_blob(row, col, arena);
}

/* --- putting a statement together from its constant pieces ------------------------------------------------------ */

/* True when every condition of an optional piece holds: a nullable value is given, a flag is set. */
static bool wanted(const char **s, const struct db_value *v) {
  int count = (unsigned char)*(*s)++ - 128;
  bool all = true;
  for (int i = 0; i < count; i++) {
    const struct db_value *value = &v[(unsigned char)*(*s)++ - 128];
    if (value->type == 'f' ? !value->flag : !value->type) all = false;
  }
  return all;
}

static const char *skip_piece(const char *s) {
  const char *end = strchr(s, 3);
  return end ? end + 1 : s + strlen(s);
}

/* "$7", "$12"; there are fewer than a hundred. Returns how many characters. */
static int write_number(char *out, int number) {
  int n = 0;
  out[n++] = '$';
  if (number >= 10) out[n++] = (char)('0' + number / 10);
  out[n++] = (char)('0' + number % 10);
  return n;
}

/* Adds the placeholder of parameter `index`, reusing its number when it stands in the text already. */
static int placeholder(struct db_call *call, const struct db_value *v, const char *types, int index, char *out) {
  for (int i = 0; i < call->count; i++)
    if (call->value[i] == &v[index]) return write_number(out, i + 1);
  if (call->count == DB_MAX_PARAMS) return -1;
  call->value[call->count] = &v[index];
  call->type[call->count] = types[index];
  return write_number(out, ++call->count);
}

static int assemble(const struct db *db, int query, const struct db_value *v, char *sql, struct db_call *call) {
  const struct db_query *q = &db_queries[query];
  const char *s = db->driver->postgresql ? q->postgresql : q->sqlite;
  char *w = sql, *end = sql + SQL_MAX;
  *call = (struct db_call){.name = q->name, .sql = sql, .key = (uint64_t)query << DB_MAX_PIECES};
  for (int piece = 0; *s;) {
    if (end - w < 16) return -1;
    if (*s == 1) {
      int n = placeholder(call, v, q->types, (unsigned char)s[1] - 128, w);
      if (n < 0) return -1;
      w += n;
      s += 2;
    } else if (*s == 2) {
      s++;
      bool in = wanted(&s, v);
      if (in) call->key |= (uint64_t)1 << piece;
      if (!in) s = skip_piece(s);
      piece++;
    } else if (*s == 3) {
      s++;
    } else {
      size_t n = strcspn(s, "\1\2\3");
      if (n + 16 > (size_t)(end - w)) return -1;
      memcpy(w, s, n);
      w += n;
      s += n;
    }
  }
  *w = '\0';
  return 0;
}

/* A value that may not be NULL and is: our own mistake, found before the database sees it. */
static int check_values(int query, const struct db_value *v, struct error *err) {
  const char *types = db_queries[query].types;
  for (int i = 0; types[i]; i++)
    if (!v[i].type && types[i] >= 'a' && types[i] <= 'z')
      return error_fault(err, "store.parameter", "%s: parameter %d is missing", db_queries[query].name, i + 1);
  return 0;
}

static int64_t statements; /* of all connections */

int64_t db_statements(void) {
  return __atomic_load_n(&statements, __ATOMIC_RELAXED);
}

static int run(struct db *db, int query, const struct db_value *v, db_on_row *on_row, void *ctx, bool many,
               struct error *err) {
  struct db_call call;
  if (check_values(query, v, err) < 0) return -1;
  if (assemble(db, query, v, db->text, &call) < 0) return error_fault(err, "store.statement", "%s", db_queries[query].name);
  db->statements++;
  __atomic_add_fetch(&statements, 1, __ATOMIC_RELAXED);
  return db->driver->run(db, &call, on_row, ctx, many, err);
}

/* --- the four kinds --------------------------------------------------------------------------------------------- */

int db_exec(struct db *db, int query, const struct db_value *v, struct error *err) {
  return run(db, query, v, NULL, NULL, false, err);
}

struct filling {
  db_fill *fill;
  struct arena *arena;
  void *out; /* one and each: the struct; many: the array */
  size_t size, count, room;
  int (*pass)(void *, const void *, struct error *);
  void *ctx;
};

static int on_one(void *ctx, struct db_row *row, struct error *err) {
  struct filling *f = ctx;
  (void)err;
  if (f->count++ == 0) f->fill(row, f->arena, f->out);
  return 0;
}

int db_one(struct db *db, int query, const struct db_value *v, struct arena *arena, db_fill *fill, void *out,
           struct error *err) {
  struct filling f = {.fill = fill, .arena = arena, .out = out};
  if (run(db, query, v, on_one, &f, false, err) < 0) return -1;
  return f.count > 0;
}

static int on_many(void *ctx, struct db_row *row, struct error *err) {
  struct filling *f = ctx;
  (void)err;
  if (f->count == f->room) {
    size_t room = f->room ? f->room * 2 : ROWS_FIRST;
    void *grown = arena_array(f->arena, room, f->size);
    if (f->count) memcpy(grown, f->out, f->count * f->size);
    f->out = grown;
    f->room = room;
  }
  f->fill(row, f->arena, (char *)f->out + f->count * f->size);
  f->count++;
  return 0;
}

int db_many(struct db *db, int query, const struct db_value *v, struct arena *arena, db_fill *fill, size_t size,
            void **rows, size_t *count, struct error *err) {
  struct filling f = {.fill = fill, .arena = arena, .size = size};
  *rows = NULL;
  *count = 0;
  if (run(db, query, v, on_many, &f, false, err) < 0) return -1;
  *rows = f.out;
  *count = f.count;
  return 0;
}

static int on_each(void *ctx, struct db_row *row, struct error *err) {
  struct filling *f = ctx;
  arena_reset(f->arena);
  f->fill(row, f->arena, f->out);
  return f->pass(f->ctx, f->out, err);
}

int db_each(struct db *db, int query, const struct db_value *v, db_fill *fill, void *out,
            int (*pass)(void *, const void *, struct error *), void *ctx, struct error *err) {
  struct filling f = {.fill = fill, .arena = arena_new(EACH_ARENA_MAX), .out = out, .pass = pass, .ctx = ctx};
  int r = run(db, query, v, on_each, &f, true, err);
  arena_free(f.arena);
  return r < 0 ? -1 : 0;
}

/* --- connections and transactions ------------------------------------------------------------------------------- */

int db_open(struct db **out, const char *url, enum db_use use, struct error *err) {
  struct db *db = xmalloc(sizeof *db);
  db->use = use;
  db->text = xmalloc(SQL_MAX);
  int r;
  if (text_starts(url, "sqlite:")) {
    r = db_sqlite_open(db, url + strlen("sqlite:"), err);
  } else if (text_starts(url, "postgresql://") || text_starts(url, "postgres://")) {
    r = db_postgresql_open(db, url, err);
  } else {
    r = error_set(err, ERR_INPUT, "store.url", "database", NULL);
  }
  if (r < 0) {
    db_close(db);
    return -1;
  }
  *out = db;
  return 0;
}

void db_close(struct db *db) {
  if (!db) return;
  if (db->driver) db->driver->close(db);
  free(db->text);
  free(db);
}

bool db_is_postgresql(const struct db *db) {
  return db->driver->postgresql;
}
const char *db_version(const struct db *db) {
  return db->version;
}

static int begin(struct db *db, const char *sql, struct error *err) {
  if (db->in_transaction) return error_fault(err, "store.nested", "a transaction is open already");
  int r = db->driver->script(db, sql, err);
  if (r < 0 && text_eq(err->code, "store.away")) {
    /* The database was started anew since this connection was last used. Nothing was begun: a new one serves. */
    error_clear(err);
    r = db->driver->script(db, sql, err);
  }
  if (r < 0) return -1;
  db->in_transaction = true;
  return 0;
}

int db_read_begin(struct db *db, struct error *err) {
  return begin(db, db->driver->begin_read, err);
}

void db_read_end(struct db *db) {
  db_rollback(db);
}

int db_begin(struct db *db, struct error *err) {
  return begin(db, db->driver->begin_write, err);
}

int db_commit(struct db *db, struct error *err) {
  if (db->driver->script(db, "COMMIT", err) < 0 && (!db->driver->settle || db->driver->settle(db, err) < 0)) return -1;
  db->in_transaction = false;
  return 0;
}

bool db_in_transaction(const struct db *db) {
  return db->in_transaction && db->driver->holds(db);
}

void db_rollback(struct db *db) {
  struct error ignored = {0};
  if (!db->in_transaction) return;
  db->in_transaction = false;
  db->driver->script(db, "ROLLBACK", &ignored);
}

int db_savepoint(struct db *db, struct error *err) {
  return db->driver->script(db, "SAVEPOINT one", err);
}
int db_release(struct db *db, struct error *err) {
  return db->driver->script(db, "RELEASE SAVEPOINT one", err);
}
int db_rollback_to(struct db *db, struct error *err) {
  return db->driver->script(db, db->driver->postgresql ? "ROLLBACK TO SAVEPOINT one" : "ROLLBACK TO one", err);
}

/* --- migrations ------------------------------------------------------------------------------------------------- */

static const char version_table[] =
    "CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT "
    "NULL)";

struct versions {
  long highest;
  bool has[10000];
};

static int on_version(void *ctx, struct db_row *row, struct error *err) {
  struct versions *v = ctx;
  (void)err;
  long version = (long)row->driver->col_int(row, 0);
  if (version > v->highest) v->highest = version;
  if (version >= 0 && version < 10000) v->has[version] = true;
  return 0;
}

static int read_versions(struct db *db, struct versions *v, struct error *err) {
  struct db_call call = {.name = "schema_version", .sql = "SELECT version FROM schema_version", .key = UINT64_MAX - 1};
  memset(v, 0, sizeof *v);
  return db->driver->run(db, &call, on_version, v, false, err);
}

static int apply(struct db *db, const struct db_migration *m, struct error *err) {
  struct db_value v[] = {db_value_int(m->version), db_value_text(m->name), db_value_int(wall_now())};
  struct db_call note = {.name = "schema_version_add",
                         .sql = "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)",
                         .key = UINT64_MAX - 2,
                         .count = 3,
                         .value = {&v[0], &v[1], &v[2]},
                         .type = "iti"};
  if (db_begin(db, err) < 0) return -1;
  if (db->driver->script(db, db->driver->postgresql ? m->postgresql : m->sqlite, err) < 0 ||
      db->driver->run(db, &note, NULL, NULL, false, err) < 0) {
    log_event(LOG_ERROR, "migration-failed", "name", m->name, "detail", err->detail, NULL);
    db_rollback(db);
    return -1;
  }
  return db_commit(db, err);
}

int db_migrate(struct db *db, int *applied, struct error *err) {
  struct versions *v = xmalloc(sizeof *v);
  int count = 0, r = db->driver->script(db, version_table, err);
  if (r == 0) r = read_versions(db, v, err) < 0 ? -1 : 0;
  if (r == 0 && db_migration_count && v->highest > db_migrations[db_migration_count - 1].version)
    r = error_set(err, ERR_CONFLICT, "store.schema-newer", NULL, NULL);
  for (int i = 0; r == 0 && i < db_migration_count; i++) {
    if (v->has[db_migrations[i].version]) continue;
    r = apply(db, &db_migrations[i], err);
    count++;
  }
  free(v);
  if (r == 0 && count && db->driver->first_guess) r = db->driver->script(db, db->driver->first_guess, err);
  if (applied) *applied = count;
  return r;
}

int db_is_current(struct db *db, struct error *err) {
  struct versions *v = xmalloc(sizeof *v);
  struct error none = {0};
  int r = read_versions(db, v, &none) < 0 ? 0 : 1;
  if (r == 1 && db_migration_count && v->highest > db_migrations[db_migration_count - 1].version)
    r = error_set(err, ERR_CONFLICT, "store.schema-newer", NULL, NULL);
  for (int i = 0; r == 1 && i < db_migration_count; i++)
    if (!v->has[db_migrations[i].version]) r = 0;
  free(v);
  return r;
}

/* All optional pieces in, then all out: the parameters decide, so give every nullable one a value, then none. */
static int prepare_variant(struct db *db, int query, bool with, struct error *err) {
  struct db_value v[DB_MAX_PARAMS];
  const char *types = db_queries[query].types;
  for (int i = 0; types[i]; i++) {
    bool nullable = types[i] >= 'A' && types[i] <= 'Z';
    v[i] = types[i] == 'f' ? db_value_flag(with) : (struct db_value){.type = nullable && !with ? 0 : 'i'};
  }
  struct db_call call;
  if (assemble(db, query, v, db->text, &call) < 0) return error_fault(err, "store.statement", "%s", db_queries[query].name);
  return db->driver->prepare(db, &call, err);
}

int db_prepare_all(struct db *db, struct error *err) {
  for (int i = 0; i < db_query_count; i++)
    if (prepare_variant(db, i, true, err) < 0 || prepare_variant(db, i, false, err) < 0) return -1;
  return 0;
}

void db_checkpoint(struct db *db) {
  struct error ignored = {0};
  if (!db->driver->postgresql) db->driver->script(db, "PRAGMA wal_checkpoint(PASSIVE)", &ignored);
}

int db_analyze(struct db *db, struct error *err) {
  return db->driver->script(db, "ANALYZE", err);
}

int db_backup(struct db *db, const char *path, struct error *err) {
  if (db->driver->postgresql) return error_set(err, ERR_INPUT, "store.use-pg-dump", NULL, NULL);
  struct db_value v = db_value_text(path);
  struct db_call call = {
      .name = "backup", .sql = "VACUUM INTO $1", .key = UINT64_MAX - 3, .count = 1, .value = {&v}, .type = "t"};
  struct error ignored = {0};
  /* A reader's own guard would refuse to write the copy too; the file itself stays open read-only. */
  if (db->driver->script(db, "PRAGMA query_only = OFF", err) < 0) return -1;
  int r = db->driver->run(db, &call, NULL, NULL, false, err);
  if (db->use == DB_READER) db->driver->script(db, "PRAGMA query_only = ON", &ignored);
  return r < 0 ? -1 : 0;
}
