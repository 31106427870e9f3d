/* Openings: somebody looked at personal data of a matter in clear. Each is a journal entry; its reason stands in a table of
 * its own with a salted digest in the journal, and the person concerned may read who looked and why (PIPL art. 44, 45). */
#ifndef MATTER_OPENING_H
#define MATTER_OPENING_H

#include "people/access.h"
#include "store/store.h"

/* Notes an opening in the lane. `what` is "reporter" or "contact". Whether it is allowed was asked before (access_open). */
int matter_note_opening(struct lane_txn *t, const struct actor *by, int64_t matter, const char *what, const char *reason,
                        struct error *err);

#endif
