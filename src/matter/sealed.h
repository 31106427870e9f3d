/* Sealed matters: what need-to-know means for the tables, the journal and those who ask.
 *
 * A sealed matter has a key of its own (XChaCha20-Poly1305), wrapped by the district's. Everything said in it, where it lies,
 * what it is about and even which procedure it follows is encrypted with that key, salts of the journal's digests included;
 * the names of its stages, actions, fields and clocks are numbers in the tables and in the journal. Its ids come from
 * sequences of their own, so that no gap in the ids of other matters tells that there is one, and its code is random.
 * Destroying the key erases all of it at once, in every table; the journal still holds.
 *
 * Who may know: sealed_known has a row for each post, person or organisation that is assigned. Whoever has no key there gets
 * the answer of a matter that does not exist, before anything of it is read. */
#ifndef MATTER_SEALED_H
#define MATTER_SEALED_H

#include "matter/engine.h"
#include "matter/state.h"

/* Ids of sealed matters, their tracks, steps and clocks lie above this. */
#define SEALED_IDS ((int64_t)1 << 40)

/* The id behind a code for this actor: any that is not sealed, and sealed ones they may know of; 0 when there is none. The
 * same questions are asked of the database whether there is such a matter or not. */
int sealed_find_code(struct db *db, const struct actor *actor, int64_t district, const char *code, time_ms now,
                     int64_t *matter, struct arena *a, struct error *err);

/* The sealed matters this actor may know of, loaded, at most `most`, the latest first. */
int sealed_known(struct state ***out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                 const struct actor *actor, time_ms now, size_t most, struct error *err);

/* Notes that the actor opened the file; one row and one journal line for a sitting of SEALED_SITTING. */
#define SEALED_SITTING (30 * MINUTE_MS)
int sealed_note_reading(struct lane_txn *t, const struct actor *by, int64_t matter, struct error *err);
/* Whether such a note is due before the file is shown. */
int sealed_reading_due(bool *due, struct db *db, struct arena *a, const struct actor *by, const struct state *s, time_ms now,
                       struct error *err);

/* Breaks the glass of the sealed matter with that code, for a reason: the actor sees it until the procedure's time is over,
 * the supervisor it names is told. Errors: matter.unknown (MISSING) when there is none or the actor may not, access.reason. */
struct broken_glass {
  const char *code, *reason;
  time_ms until; /* out */
};
int sealed_break_glass(struct lane_txn *t, struct engine *e, const struct actor *by, struct broken_glass *glass,
                       struct error *err);

/* Destroys the key. Errors: matter.unknown. Journalled as sealed.erase. */
int sealed_erase(struct lane_txn *t, const struct actor *by, int64_t matter, struct error *err);
/* Those whose time to be kept is over, at most `most`. */
int sealed_erase_due(struct lane_txn *t, int most, int *erased, struct error *err);

#endif
