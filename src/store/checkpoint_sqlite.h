/* A thread that moves SQLite's write-ahead log into the database. Only db_sqlite.c includes this. */
#ifndef STORE_CHECKPOINT_SQLITE_H
#define STORE_CHECKPOINT_SQLITE_H

#include <sqlite3.h>

struct checkpointer;

/* NULL when it cannot be had: then whoever commits does it. */
struct checkpointer *checkpointer_start(const char *path);
void checkpointer_wake(struct checkpointer *c);
/* Waits for what it is doing. NULL is allowed. */
void checkpointer_stop(struct checkpointer *c);

#endif
