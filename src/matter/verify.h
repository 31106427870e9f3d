/* Verifying matters: that the tables say what the journal says. The journal itself is checked first (store/journal.h);
 * this finds a value, a step or a stage that was changed in the tables behind the engine's back. */
#ifndef MATTER_VERIFY_H
#define MATTER_VERIFY_H

#include "people/settings.h"
#include "store/store.h"

/* What was compared, and the first thing that does not fit. `code` is a key of words: verify.value, verify.sealed (a
 * sealed value that does not open or is another), verify.unsaid (a value the journal knows nothing of), verify.step,
 * verify.track, verify.matter, verify.document (a paper); `matter` is its number, `where` a field, action or track; empty
 * when all fits. */
struct matter_verify_report {
  int64_t values, erased, steps, tracks;
  char code[32], matter[64], where[96];
};

/* Reads every value, step and track of the district. 0 when it could be read (the report says whether all fits), -1 on a
 * database error. `progress` may be NULL. */
int matter_verify(struct db *db, const struct people_env *env, struct matter_verify_report *report,
                  void (*progress)(void *ctx, int64_t values), void *ctx, struct error *err);

#endif
