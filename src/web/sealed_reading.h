/* Before a sealed file is shown, that it was opened is in the journal: once for a sitting. */
#ifndef WEB_SEALED_READING_H
#define WEB_SEALED_READING_H

#include "matter/state.h"
#include "web/app.h"

/* 1: it is being noted now and `handler` is run again when that is durable: return 0. 0: go on. -1: an error. */
int sealed_reading(struct request *r, struct db *db, const struct state *s,
                   int (*handler)(struct request *r, struct error *err), struct error *err);

#endif
