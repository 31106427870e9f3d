/* The PostgreSQL driver: libpq, statements prepared on first use, text results. Declared parameter types are sent, so
 * that a NULL or a number means the same as on SQLite. */
#include <libpq-fe.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/db_internal.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701, NUMBER_TEXT = 40, SET_FIRST = 256 };
enum { SETTLE_TRIES = 50, SETTLE_PAUSE_US = 200 * 1000 };

/* The keys of the statements this connection has prepared, open addressing; 0 is a free slot, so keys are stored + 1.
 */
struct prepared {
  uint64_t *keys;
  size_t room, count;
  char transaction[NUMBER_TEXT]; /* the server's number of the one that is open; "" it gives none */
};

static uint64_t *key_slot(struct prepared *p, uint64_t key) {
  size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & (p->room - 1);
  while (p->keys[i] && p->keys[i] != key + 1) i = (i + 1) & (p->room - 1);
  return &p->keys[i];
}

static bool is_prepared(struct prepared *p, uint64_t key) {
  return p->room && *key_slot(p, key);
}

static void remember(struct prepared *p, uint64_t key) {
  if (p->count * 2 >= p->room) {
    struct prepared bigger = *p;
  bigger.room = p->room ? p->room * 2 : SET_FIRST;
    bigger.keys = xmalloc(bigger.room * sizeof *bigger.keys);
    for (size_t i = 0; i < p->room; i++)
      if (p->keys[i]) *key_slot(&bigger, p->keys[i] - 1) = p->keys[i];
    free(p->keys);
    *p = bigger;
  }
  *key_slot(p, key) = key + 1;
  p->count++;
}

static void forget_all(struct prepared *p) {
  if (p->room) memset(p->keys, 0, p->room * sizeof *p->keys);
  p->count = 0;
}

/* Classes of SQLSTATE as our few kinds. */
static int state_error(const char *state, const char *what, const char *message, struct error *err) {
  if (text_eq(state, "23503"))
    error_set(err, ERR_CONFLICT, "store.reference", NULL, NULL);
  else if (text_starts(state, "23"))
    error_set(err, ERR_CONFLICT, "store.exists", NULL, NULL);
  else if (text_starts(state, "53"))
    return error_unavailable(err, "store.disk", "%s: %s", what, message);
  else if (text_starts(state, "40") || text_starts(state, "55"))
    return error_unavailable(err, "store.busy", "%s: %s", what, message);
  else if (text_starts(state, "57") || text_starts(state, "08") || text_empty(state))
    return error_unavailable(err, "store.away", "%s: %s", what, message);
  else
    return error_fault(err, "store.database", "%s: %s (%s)", what, message, state);
  if (!*err->detail) snprintf(err->detail, sizeof err->detail, "%s: %s", what, message);
  return -1;
}

static int result_error(struct db *db, PGresult *result, const char *what, struct error *err) {
  const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
  const char *message = result ? PQresultErrorMessage(result) : PQerrorMessage(db->handle);
  int r = state_error(state ? state : "", what, message, err);
  PQclear(result);
  return r;
}

static bool succeeded(const PGresult *result) {
  ExecStatusType s = PQresultStatus(result);
  return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK;
}

/* What every new connection is told, the ones that come back included. */
static bool set_up(struct db *db) {
  PGresult *result = PQexec(
      db->handle, db->use == DB_READER ? "SET default_transaction_read_only = on" : "SET synchronous_commit = on");
  bool good = succeeded(result) && PQsetClientEncoding(db->handle, "UTF8") == 0;
  PQclear(result);
  return good;
}

/* A connection the server dropped comes back for the next transaction, not in the middle of one. */
static int reconnect(struct db *db, struct error *err) {
  if (PQstatus(db->handle) == CONNECTION_OK) return 0;
  if (!db->in_transaction) {
    PQreset(db->handle);
    forget_all(db->prepared);
    if (PQstatus(db->handle) == CONNECTION_OK && set_up(db)) return 0;
  }
  return error_unavailable(err, "store.away", "%s", PQerrorMessage(db->handle));
}

static void statement_name(char out[40], uint64_t key) {
  snprintf(out, 40, "q%llx", (unsigned long long)key);
}

static Oid oid_of(char type) {
  switch (type | 0x20) {
    case 't': return OID_TEXT;
    case 'r': return OID_FLOAT8;
    case 'b': return OID_BYTEA;
    default: return OID_INT8;
  }
}

static int pg_prepare(struct db *db, const struct db_call *call, struct error *err) {
  if (reconnect(db, err) < 0) return -1;
  struct prepared *p = db->prepared;
  if (is_prepared(p, call->key)) return 0;
  char name[40];
  Oid types[DB_MAX_PARAMS];
  statement_name(name, call->key);
  for (int i = 0; i < call->count; i++) types[i] = oid_of(call->type[i]);
  PGresult *result = PQprepare(db->handle, name, call->sql, call->count, types);
  if (!succeeded(result)) return result_error(db, result, call->name, err);
  remember(p, call->key);
  PQclear(result);
  return 0;
}

struct bound {
  const char *text[DB_MAX_PARAMS];
  int length[DB_MAX_PARAMS], format[DB_MAX_PARAMS];
  char numbers[DB_MAX_PARAMS][NUMBER_TEXT];
};

static void bind_values(struct bound *b, const struct db_call *call) {
  for (int i = 0; i < call->count; i++) {
    const struct db_value *v = call->value[i];
    b->length[i] = 0;
    b->format[i] = v->type == 'b';
    b->text[i] = b->numbers[i];
    switch (v->type) {
      case 'i': snprintf(b->numbers[i], NUMBER_TEXT, "%lld", (long long)v->i); break;
      case 'f': snprintf(b->numbers[i], NUMBER_TEXT, "%d", v->flag); break;
      case 'r': snprintf(b->numbers[i], NUMBER_TEXT, "%.17g", v->r); break;
      case 't': b->text[i] = (const char *)v->b.data; break;
      case 'b':
        b->text[i] = (const char *)v->b.data;
        b->length[i] = (int)v->b.len;
        break;
      default: b->text[i] = NULL;
    }
  }
}

static int pass_rows(struct db *db, PGresult *result, db_on_row *on_row, void *ctx, struct error *err) {
  int n = PQntuples(result);
  for (int i = 0; on_row && i < n; i++) {
    struct db_row row = {.driver = db->driver, .result = result, .index = i};
    if (on_row(ctx, &row, err) < 0) return -1;
  }
  return n;
}

/* Rows one at a time, for exports: the result is never held whole. */
static int run_single(struct db *db, const char *name, const struct db_call *call, const struct bound *b,
                      db_on_row *on_row, void *ctx, struct error *err) {
  if (!PQsendQueryPrepared(db->handle, name, call->count, b->text, b->length, b->format, 0))
    return result_error(db, NULL, call->name, err);
  PQsetSingleRowMode(db->handle);
  int rows = 0, r = 0;
  for (PGresult *result; (result = PQgetResult(db->handle)) != NULL;) {
    ExecStatusType s = PQresultStatus(result);
    if (s == PGRES_SINGLE_TUPLE && r == 0) {
      rows++;
      r = pass_rows(db, result, on_row, ctx, err) < 0 ? -1 : 0;
    } else if (s == PGRES_FATAL_ERROR && r == 0) {
      r = state_error(PQresultErrorField(result, PG_DIAG_SQLSTATE), call->name, PQresultErrorMessage(result), err);
    }
    PQclear(result);
  }
  return r < 0 ? -1 : rows;
}

static int pg_run(struct db *db, const struct db_call *call, db_on_row *on_row, void *ctx, bool many,
                  struct error *err) {
  if (pg_prepare(db, call, err) < 0) return -1;
  char name[40];
  struct bound b;
  statement_name(name, call->key);
  bind_values(&b, call);
  if (many) return run_single(db, name, call, &b, on_row, ctx, err);
  PGresult *result = PQexecPrepared(db->handle, name, call->count, b.text, b.length, b.format, 0);
  if (!succeeded(result)) return result_error(db, result, call->name, err);
  int r = pass_rows(db, result, on_row, ctx, err);
  int64_t changed = 0;
  if (r >= 0 && !on_row && text_to_int(PQcmdTuples(result), &changed)) r = (int)changed;
  PQclear(result);
  return r;
}

/* begin_write ends with a query for the transaction's number, which is kept in case the answer to its commit is lost. */
static void keep_number(struct db *db, const PGresult *result) {
  struct prepared *p = db->prepared;
  if (PQnfields(result) == 1 && PQntuples(result) == 1)
    text_copy(p->transaction, sizeof p->transaction, PQgetvalue(result, 0, 0));
}

static int pg_script(struct db *db, const char *sql, struct error *err) {
  if (reconnect(db, err) < 0) return -1;
  PGresult *result = PQexec(db->handle, sql);
  if (!succeeded(result)) return result_error(db, result, "script", err);
  /* The answer to COMMIT after an error that nobody looked at. */
  bool undone = text_eq(sql, "COMMIT") && text_eq(PQcmdStatus(result), "ROLLBACK");
  keep_number(db, result);
  PQclear(result);
  return undone ? error_fault(err, "store.database", "the transaction had failed and was rolled back") : 0;
}

static bool pg_holds(const struct db *db) {
  PGTransactionStatusType s = PQtransactionStatus(db->handle);
  return s == PQTRANS_INTRANS || s == PQTRANS_INERROR;
}

/* What the server says about a transaction: "committed", "aborted", "in progress"; "" when it cannot be asked. */
static void ask_status(char out[NUMBER_TEXT], struct db *db) {
  struct prepared *p = db->prepared;
  const char *number[] = {p->transaction};
  out[0] = '\0';
  PQreset(db->handle);
  forget_all(p);
  if (PQstatus(db->handle) != CONNECTION_OK || !set_up(db)) return;
  PGresult *result = PQexecParams(db->handle, "SELECT pg_xact_status($1::text::xid8)", 1, NULL, number, NULL, NULL, 0);
  if (succeeded(result) && PQntuples(result) == 1) text_copy(out, NUMBER_TEXT, PQgetvalue(result, 0, 0));
  PQclear(result);
}

/* The connection was lost with a COMMIT under way. Running the batch again before we know what became of it would do
 * everything twice, so the lane waits here for a server that starts again. */
static int pg_settle(struct db *db, struct error *err) {
  const struct prepared *p = db->prepared;
  char status[NUMBER_TEXT] = "";
  if (!text_eq(err->code, "store.away")) return -1;
  for (int i = 0; i < SETTLE_TRIES && *p->transaction; i++) {
    ask_status(status, db);
    if (text_eq(status, "aborted")) return -1;
    if (text_eq(status, "committed")) {
      error_clear(err);
      return 0;
    }
    usleep(SETTLE_PAUSE_US);
  }
  error_clear(err);
  return error_unavailable(err, "store.unknown", "%s", PQerrorMessage(db->handle));
}

static void pg_close(struct db *db) {
  struct prepared *p = db->prepared;
  if (p) free(p->keys);
  free(p);
  if (db->handle) PQfinish(db->handle);
}

static bool is_null(const struct db_row *row, int col) {
  return PQgetisnull(row->result, row->index, col);
}

static int64_t col_int(const struct db_row *row, int col) {
  const char *s = PQgetvalue(row->result, row->index, col);
  return *s == 't' ? 1 : *s == 'f' ? 0 : strtoll(s, NULL, 10);
}

static double col_real(const struct db_row *row, int col) {
  return strtod(PQgetvalue(row->result, row->index, col), NULL);
}

static const char *col_text(const struct db_row *row, int col, size_t *len) {
  *len = (size_t)PQgetlength(row->result, row->index, col);
  return PQgetvalue(row->result, row->index, col);
}

static struct bytes col_blob(const struct db_row *row, int col, struct arena *arena) {
  const char *hex = PQgetvalue(row->result, row->index, col);
  size_t n = (size_t)PQgetlength(row->result, row->index, col);
  if (n < 2 || hex[0] != '\\') return (struct bytes){0};
  unsigned char *out = arena_alloc(arena, n / 2);
  text_unhex(out, (n - 2) / 2, hex + 2);
  return (struct bytes){out, (n - 2) / 2};
}

static const struct db_driver driver = {.run = pg_run,
                                        .script = pg_script,
                                        .prepare = pg_prepare,
                                        .holds = pg_holds,
                                        .settle = pg_settle,
                                        .close = pg_close,
                                        .is_null = is_null,
                                        .col_int = col_int,
                                        .col_real = col_real,
                                        .col_text = col_text,
                                        .col_blob = col_blob,
                                        .postgresql = true,
                                        .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                                        .begin_write = "BEGIN; SELECT pg_current_xact_id()"};

static void quiet(void *arg, const char *message) {
  (void)arg;
  (void)message;
}

int db_postgresql_open(struct db *db, const char *url, struct error *err) {
  db->driver = &driver;
  db->prepared = xmalloc(sizeof(struct prepared));
  /* What the address says comes last and wins. A server that has gone without a word is noticed within a minute. */
  const char *const names[] = {"application_name", "connect_timeout", "tcp_user_timeout", "keepalives_idle", "dbname", NULL};
  const char *const values[] = {"tongxin", "10", "30000", "30", url, NULL};
  PGconn *conn = PQconnectdbParams(names, values, 1);
  db->handle = conn;
  if (PQstatus(conn) != CONNECTION_OK) return error_unavailable(err, "store.open", "%s", PQerrorMessage(conn));
  PQsetNoticeProcessor(conn, quiet, NULL);
  if (PQsetClientEncoding(conn, "UTF8") != 0 || !text_eq(PQparameterStatus(conn, "server_encoding"), "UTF8"))
    return error_set(err, ERR_INPUT, "store.encoding", "database", NULL);
  int v = PQserverVersion(conn);
  snprintf(db->version, sizeof db->version, "PostgreSQL %d.%d", v / 10000, v % 10000);
  return set_up(db) ? 0 : error_unavailable(err, "store.open", "%s", PQerrorMessage(conn));
}
