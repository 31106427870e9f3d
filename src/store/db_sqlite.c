/* The SQLite driver. Statements are prepared once per connection and kept; WAL with synchronous FULL, because what was
 * acknowledged must be there after the power fails. busy_timeout comes first on every connection: two connections
 * opening a database that needs recovery would otherwise meet SQLITE_BUSY_RECOVERY. No mmap. */
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/checkpoint_sqlite.h"
#include "store/db_internal.h"

enum { BUSY_MS = 10000, TABLE_FIRST = 256 };
/* Pages in the write-ahead log: from here on it is moved aside; from here on by whoever commits. */
enum { LOG_DUE = 4000, LOG_LONG = 16000 };

/* Prepared statements by key, open addressing. */
struct prepared {
  struct slot {
    uint64_t key;
    sqlite3_stmt *stmt;
  } * slots;
  size_t room, count;
  struct checkpointer *checkpointer; /* once the log was long enough for one */
};

static int sqlite_error(struct db *db, const char *what, struct error *err) {
  int code = sqlite3_extended_errcode(db->handle);
  const char *message = sqlite3_errmsg(db->handle);
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      error_set(err, ERR_CONFLICT, code == SQLITE_CONSTRAINT_FOREIGNKEY ? "store.reference" : "store.exists", NULL,
                NULL);
      snprintf(err->detail, sizeof err->detail, "%s: %s", what, message);
      return -1;
    case SQLITE_FULL:
    case SQLITE_IOERR: return error_unavailable(err, "store.disk", "%s: %s (%d)", what, message, code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return error_unavailable(err, "store.busy", "%s: %s (%d)", what, message, code);
    default: return error_fault(err, "store.database", "%s: %s (%d)", what, message, code);
  }
}

static struct slot *find_slot(struct prepared *p, uint64_t key) {
  size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (p->room - 1);
  while (p->slots[i].stmt && p->slots[i].key != key) i = (i + 1) & (p->room - 1);
  return &p->slots[i];
}

static void grow(struct prepared *p) {
  struct prepared bigger = *p;
  bigger.room = p->room ? p->room * 2 : TABLE_FIRST;
  bigger.slots = xmalloc(bigger.room * sizeof *bigger.slots);
  for (size_t i = 0; i < p->room; i++)
    if (p->slots[i].stmt) *find_slot(&bigger, p->slots[i].key) = p->slots[i];
  free(p->slots);
  *p = bigger;
}

static sqlite3_stmt *statement(struct db *db, const struct db_call *call, struct error *err) {
  struct prepared *p = db->prepared;
  if (p->count * 2 >= p->room) grow(p);
  struct slot *slot = find_slot(p, call->key);
  if (slot->stmt) return slot->stmt;
  if (sqlite3_prepare_v3(db->handle, call->sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL) != SQLITE_OK) {
    sqlite_error(db, call->name, err);
    slot->stmt = NULL;
    return NULL;
  }
  slot->key = call->key;
  p->count++;
  return slot->stmt;
}

static void bind_value(sqlite3_stmt *s, int at, const struct db_value *v) {
  switch (v->type) {
    case 'i': sqlite3_bind_int64(s, at, v->i); break;
    case 'r': sqlite3_bind_double(s, at, v->r); break;
    case 't': sqlite3_bind_text(s, at, (const char *)v->b.data, (int)v->b.len, SQLITE_STATIC); break;
    case 'b': sqlite3_bind_blob(s, at, v->b.data, (int)v->b.len, SQLITE_STATIC); break;
    case 'f': sqlite3_bind_int(s, at, v->flag); break;
    default: sqlite3_bind_null(s, at);
  }
}

/* "$1" is a name to SQLite; its number is the order of appearance, which assemble() keeps equal to ours. */
static void bind_all(sqlite3_stmt *s, const struct db_call *call) {
  for (int i = 0; i < call->count; i++) bind_value(s, i + 1, call->value[i]);
}

static int sqlite_run(struct db *db, const struct db_call *call, db_on_row *on_row, void *ctx, bool many,
                      struct error *err) {
  (void)many;
  sqlite3_stmt *s = statement(db, call, err);
  if (!s) return -1;
  bind_all(s, call);
  struct db_row row = {.driver = db->driver, .result = s};
  int r, rows = 0;
  bool stopped = false;
  while ((r = sqlite3_step(s)) == SQLITE_ROW) {
    rows++;
    if (on_row && on_row(ctx, &row, err) < 0) {
      stopped = true;
      break;
    }
  }
  if (!stopped && r != SQLITE_DONE) sqlite_error(db, call->name, err);
  bool writes = !sqlite3_stmt_readonly(s);
  db->steps += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
  sqlite3_reset(s);
  sqlite3_clear_bindings(s);
  if (stopped || r != SQLITE_DONE) return -1;
  return writes && !on_row ? sqlite3_changes(db->handle) : rows;
}

static int sqlite_prepare(struct db *db, const struct db_call *call, struct error *err) {
  return statement(db, call, err) ? 0 : -1;
}

static int sqlite_script(struct db *db, const char *sql, struct error *err) {
  if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return 0;
  return sqlite_error(db, "script", err);
}

static bool sqlite_holds(const struct db *db) { return !sqlite3_get_autocommit(db->handle); }

static void sqlite_close(struct db *db) {
  struct prepared *p = db->prepared;
  for (size_t i = 0; p && i < p->room; i++) sqlite3_finalize(p->slots[i].stmt);
  if (p) checkpointer_stop(p->checkpointer);
  if (p) free(p->slots);
  free(p);
  sqlite3_close_v2(db->handle);
}

static bool is_null(const struct db_row *row, int col) {
  return sqlite3_column_type(row->result, col) == SQLITE_NULL;
}
static int64_t col_int(const struct db_row *row, int col) {
  return sqlite3_column_int64(row->result, col);
}
static double col_real(const struct db_row *row, int col) {
  return sqlite3_column_double(row->result, col);
}

static const char *col_text(const struct db_row *row, int col, size_t *len) {
  const char *s = (const char *)sqlite3_column_text(row->result, col);
  *len = (size_t)sqlite3_column_bytes(row->result, col);
  return s ? s : "";
}

static struct bytes col_blob(const struct db_row *row, int col, struct arena *arena) {
  const void *p = sqlite3_column_blob(row->result, col);
  size_t n = (size_t)sqlite3_column_bytes(row->result, col);
  return (struct bytes){p ? arena_memdup(arena, p, n) : arena_alloc(arena, 1), n};
}

/* What the planner is told of tables nobody has analysed yet. Without it, it takes the primary key wherever `district`
 * is asked for, because it cannot know that one file holds one district: a matter's tracks would be found by reading all
 * tracks. Guesses of how many rows share a value (an index of some rows holds few: what is
 * open among what has ended); a real ANALYZE replaces them. */
static const char first_guess[] =
    "ANALYZE sqlite_schema;"
    "INSERT INTO sqlite_stat1 (tbl, idx, stat)"
    " SELECT t.name, CASE l.origin WHEN 'pk' THEN t.name ELSE l.name END,"
    "  CASE l.partial WHEN 1 THEN '20000' ELSE '1000000' END || (SELECT group_concat(CASE"
    "    WHEN l.\"unique\" AND c.seqno = (SELECT max(seqno) FROM pragma_index_info(l.name)) THEN ' 1'"
    "    WHEN c.name = 'district' THEN CASE l.partial WHEN 1 THEN ' 20000' ELSE ' 1000000' END"
    "    WHEN c.name IN ('phase', 'street', 'source', 'kind', 'lang', 'measure') THEN ' 50000'"
    "    WHEN c.name IN ('community', 'grid', 'category', 'org', 'who', 'actor') THEN ' 2000'"
    "    ELSE ' 10' END, '') FROM pragma_index_info(l.name) c)"
    " FROM sqlite_schema t, pragma_index_list(t.name) l"
    " WHERE t.type = 'table' AND t.sql LIKE '%WITHOUT ROWID%' AND t.name NOT LIKE 'matter_words%'"
    "  AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 s WHERE s.tbl = t.name"
    "   AND s.idx = CASE l.origin WHEN 'pk' THEN t.name ELSE l.name END);"
    "ANALYZE sqlite_schema;";

static const struct db_driver driver = {.run = sqlite_run,
                                        .script = sqlite_script,
                                        .prepare = sqlite_prepare,
                                        .holds = sqlite_holds,
                                        .close = sqlite_close,
                                        .is_null = is_null,
                                        .col_int = col_int,
                                        .col_real = col_real,
                                        .col_text = col_text,
                                        .col_blob = col_blob,
                                        .first_guess = first_guess,
                                        .begin_read = "BEGIN DEFERRED",
                                        .begin_write = "BEGIN IMMEDIATE"};

/* After each commit of the writing connection. */
static int on_commit(void *ctx, sqlite3 *handle, const char *name, int pages) {
  struct prepared *p = ((struct db *)ctx)->prepared;
  if (pages < LOG_DUE) return SQLITE_OK;
  if (!p->checkpointer && pages < LOG_LONG) p->checkpointer = checkpointer_start(sqlite3_db_filename(handle, name));
  if (p->checkpointer && pages < LOG_LONG)
    checkpointer_wake(p->checkpointer);
  else
    sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  return SQLITE_OK;
}

static const char settings_all[] =
    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -8000;";
static const char settings_writer[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit "
    "= 67108864;";
static const char settings_reader[] = "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;";

int db_sqlite_open(struct db *db, const char *path, struct error *err) {
  sqlite3 *handle = NULL;
  int flags =
      SQLITE_OPEN_NOMUTEX | (db->use == DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  db->driver = &driver;
  db->prepared = xmalloc(sizeof(struct prepared));
  int r = sqlite3_open_v2(path, &handle, flags, NULL);
  db->handle = handle;
  if (r != SQLITE_OK)
    return error_unavailable(err, "store.open", "%s: %s", path, handle ? sqlite3_errmsg(handle) : "no memory");
  sqlite3_busy_timeout(handle, BUSY_MS);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  snprintf(db->version, sizeof db->version, "SQLite %s", sqlite3_libversion());
  if (sqlite_script(db, settings_all, err) < 0) return -1;
  if (sqlite_script(db, db->use == DB_WRITER ? settings_writer : settings_reader, err) < 0) return -1;
  if (db->use == DB_WRITER) sqlite3_wal_hook(handle, on_commit, db);
  return 0;
}
