/* Once: idempotency keys. A phone that did not hear the answer sends the same report again with the same key, and gets
 * the first answer instead of a second report. */
#ifndef STORE_ONCE_H
#define STORE_ONCE_H

#include "store/lane.h"

/* Looks a key up inside the lane. `who` keeps one sender's keys apart from another's, `request` is what was asked (its
 * digest is kept). Returns 1 and the kept reply when the same request was answered before, 0 when the key is new, -1 with
 * store.once-differs (ERR_CONFLICT) when the key was used for another request. */
int once_find(struct lane_txn *t, const char *who, const char *key, struct bytes request, int64_t *result_id,
              const char **reply, struct error *err);

/* Keeps the answer with the change itself, in the same transaction. */
int once_keep(struct lane_txn *t, const char *who, const char *key, struct bytes request, int64_t result_id,
              const char *reply, struct error *err);

/* Forgets keys older than `before`; returns how many. */
int once_forget(struct lane_txn *t, time_ms before, struct error *err);

#endif
