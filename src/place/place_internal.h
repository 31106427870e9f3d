/* Shared by the files of this room only. */
#ifndef PLACE_INTERNAL_H
#define PLACE_INTERNAL_H

#include <stdint.h>

struct error;
struct lane_txn;

/* Letters and digits of a plate: 31 to the tenth is 8e14, too many to guess, short enough to type. */
enum { PLACE_PLATE_CHARS = 10 };

/* Writes one journal entry about a place, with one value, and moves the version of the tree on. `key` may be NULL. */
int place_journal(struct lane_txn *t, const char *actor, const char *action, int64_t id, const char *key,
                  const char *value, struct error *err);

/* Error place.code.used when the code was ever given to a place. */
int place_code_free(struct lane_txn *t, const char *code, struct error *err);

/* Gives a place another code; what it had goes into the history. */
int place_recode(struct lane_txn *t, int64_t id, const char *code, struct error *err);

#endif
