/* store: how is it kept, and can it be proved?
 *
 * The foundation under the five rooms: one door to SQLite and PostgreSQL (db.h; statements come from queries/ as typed
 * functions, migrations from schema/), the writer lane that runs every change as one transaction with one journal entry
 * and commits in batches (lane.h), the hash-chained journal with its signed checkpoints (journal.h), idempotency keys
 * (once.h) and the cutting of Chinese text into search tokens (search.h). Nothing above this room knows which database
 * it stands on; nothing here knows what a place, a person or a matter is. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/db.h"
#include "store/journal.h"
#include "store/lane.h"
#include "store/once.h"
#include "store/search.h"

#include "queries.h"

#endif
