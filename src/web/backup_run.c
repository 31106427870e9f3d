#include "web/backup_run.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "people/person.h"
#include "store/journal.h"

struct backup_run {
  char *url, *dir;
  int64_t district;
  struct lane *lane;
  pthread_mutex_t lock;
  pthread_t thread;
  bool has_thread; /* to be joined */
  struct backup_state state;
  struct actor by; /* of the one under way */
  time_ms started;
};

/* What came of one, for the lane. */
struct made {
  const struct backup_run *b;
  const char *name;
  int64_t bytes;
  struct journal_report report;
  struct error err;
  time_ms ended;
};

struct backup_run *backup_run_new(const char *url, const char *dir, int64_t district, struct lane *lane) {
  struct backup_run *b = xmalloc(sizeof *b);
  *b = (struct backup_run){.url = xstrdup(url), .dir = xstrdup(dir), .district = district, .lane = lane};
  pthread_mutex_init(&b->lock, NULL);
  return b;
}

void backup_run_free(struct backup_run *b) {
  if (!b) return;
  if (b->has_thread) pthread_join(b->thread, NULL);
  pthread_mutex_destroy(&b->lock);
  free(b->url);
  free(b->dir);
  free(b);
}

bool backup_run_can(const struct backup_run *b) {
  return text_starts(b->url, "sqlite:");
}

static void progress(void *ctx, int64_t entries) {
  struct backup_run *b = ctx;
  pthread_mutex_lock(&b->lock);
  b->state.verifying = true;
  b->state.entries = entries;
  pthread_mutex_unlock(&b->lock);
}

static int record(struct lane_txn *t, void *ctx, struct error *err) {
  const struct made *m = ctx;
  struct q_backup_next_out next = {0};
  char actor[ACTOR_NAME_SIZE];
  people_actor_name(actor, &m->b->by);
  if (q_backup_next(t->db, t->arena, &next, &(struct q_backup_next_in){t->district}, err) < 0) return -1;
  struct q_backup_add_in row = {.district = t->district,
                                .id = next.id,
                                .started = m->b->started,
                                .ended = m->ended,
                                .actor = actor,
                                .name = m->name,
                                .bytes = m->bytes,
                                .entries = m->report.entries,
                                .head = m->report.head,
                                .bad_seq = m->report.bad_seq,
                                .code = m->err.code};
  char *data = arena_printf(t->arena, "{\"entries\":%lld,\"head\":\"%s\",\"holds\":%s,\"name\":\"%s\"}",
                            (long long)m->report.entries, m->report.head,
                            m->err.kind == ERR_NONE && !m->report.bad_seq ? "true" : "false", m->name);
  if (q_backup_add(t->db, &row, err) < 0) return -1;
  return people_journal(t, &m->b->by, "backup.made", "backup", next.id, data, err);
}

/* A copy that was not finished is not left where somebody would take it for one. */
static int copy(const struct backup_run *b, const char *path, struct error *err) {
  struct db *db = NULL;
  int r = db_open(&db, b->url, DB_READER, err);
  if (r == 0) r = db_backup(db, path, err);
  db_close(db);
  if (r < 0)
    unlink(path);
  else
    chmod(path, S_IRUSR | S_IWUSR);
  return r;
}

static int check(struct backup_run *b, struct arena *a, const char *path, struct made *m, struct error *err) {
  struct db *db = NULL;
  struct stat st;
  if (stat(path, &st) < 0) return error_unavailable(err, "backup.file", "%s: %s", path, strerror(errno));
  m->bytes = st.st_size;
  int r = db_open(&db, arena_printf(a, "sqlite:%s", path), DB_READER, err);
  if (r == 0) r = journal_verify(db, b->district, &m->report, progress, b, err);
  db_close(db);
  return r;
}

static const char *name_of(struct arena *a, time_ms at) {
  struct civil c;
  civil_from_ms(&c, at, 0);
  return arena_printf(a, "tongxin-%04d%02d%02dT%02d%02d%02dZ.db", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static void *run(void *ctx) {
  struct backup_run *b = ctx;
  struct arena *a = arena_new(1 << 20);
  struct made m = {.b = b, .name = name_of(a, b->started)};
  struct error recorded = {0};
  const char *folder = arena_printf(a, "%s/backups", b->dir);
  const char *path = arena_printf(a, "%s/%s", folder, m.name);
  if (mkdir(folder, S_IRWXU) < 0 && errno != EEXIST)
    error_unavailable(&m.err, "backup.file", "%s: %s", folder, strerror(errno));
  else if (copy(b, path, &m.err) == 0)
    check(b, a, path, &m, &m.err);
  m.ended = wall_now();
  if (lane_call(b->lane, record, &m, &recorded) < 0) log_event(LOG_ERROR, "backup", "code", recorded.code, NULL);
  if (m.err.kind != ERR_NONE) log_event(LOG_ERROR, "backup", "code", m.err.code, "detail", m.err.detail, NULL);
  arena_free(a);
  pthread_mutex_lock(&b->lock);
  b->state.running = false;
  pthread_mutex_unlock(&b->lock);
  return NULL;
}

int backup_run_start(struct backup_run *b, const struct actor *by, int64_t total, time_ms now, struct error *err) {
  int r = 0;
  if (!backup_run_can(b)) return error_set(err, ERR_INPUT, "store.use-pg-dump", NULL, NULL);
  pthread_mutex_lock(&b->lock);
  if (!b->state.running) {
    if (b->has_thread) pthread_join(b->thread, NULL); /* it has ended: it does not hold the lock any more */
    b->state = (struct backup_state){.running = true, .total = total};
    b->by = (struct actor){.kind = by->kind, .district = by->district, .account = by->account};
    b->started = now;
    r = pthread_create(&b->thread, NULL, run, b);
    b->has_thread = r == 0;
    b->state.running = r == 0;
  }
  pthread_mutex_unlock(&b->lock);
  return r == 0 ? 0 : error_unavailable(err, "backup.thread", "pthread_create: %d", r);
}

void backup_run_state(struct backup_state *out, struct backup_run *b) {
  pthread_mutex_lock(&b->lock);
  *out = b->state;
  pthread_mutex_unlock(&b->lock);
}
