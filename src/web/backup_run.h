/* A backup asked for from a page: one at a time, on a thread of its own. The copy is taken while the server works, then opened
 * and its journal verified, because a backup that cannot be read is none. What came of it stands in the table `backup`. SQLite
 * only: PostgreSQL has its own tools, and a server that wrote its files would have to be trusted with more. */
#ifndef WEB_BACKUP_RUN_H
#define WEB_BACKUP_RUN_H

#include "people/access.h"
#include "store/store.h"

struct backup_run;

struct backup_state {
  bool running;
  bool verifying;     /* the copy is made and is being read */
  int64_t entries;    /* of the copy's journal read so far */
  int64_t total;      /* there were so many when it began */
};

/* `url`, `dir` are copied; the copies go into `dir`/backups, readable by the service alone. */
struct backup_run *backup_run_new(const char *url, const char *dir, int64_t district, struct lane *lane);
/* Waits for one under way; NULL is allowed. Before the lane is closed. */
void backup_run_free(struct backup_run *b);

/* Whether this database can be copied from here. */
bool backup_run_can(const struct backup_run *b);

/* Begins one unless one is under way. Errors: store.use-pg-dump, backup.thread. */
int backup_run_start(struct backup_run *b, const struct actor *by, int64_t total, time_ms now, struct error *err);

/* How far it is. Any thread. */
void backup_run_state(struct backup_state *out, struct backup_run *b);

#endif
