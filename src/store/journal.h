/* The journal: one line for every change, each carrying the hash of the one before, per district. It holds codes, ids,
 * stages and salted digests, never personal data, so that erasing a person does not break the chain. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/base.h"
#include "store/db.h"

struct lane_txn;

/* What happened. `data` is canonical JSON text (may be "{}"); it must not hold personal data: use journal_digest(). */
struct journal_entry {
  const char *actor;   /* "account:12", "receipt", "system", "key:3" */
  const char *action;  /* "incident.dispatch", "people.post-appoint" */
  const char *subject; /* "matter", "place", "post", ... */
  int64_t subject_id;
  const char *data;
};

/* Appends inside the lane's transaction and returns the entry's number in `seq` (may be NULL). */
int journal_append(struct lane_txn *t, const struct journal_entry *entry, int64_t *seq, struct error *err);

/* The digest that stands in the journal for a value kept in a table: hex of SHA-256 over salt and value, so that the
 * value can be checked while it exists and is gone when value and salt are erased. `salt` has SALT_BYTES. */
void journal_digest(char out[2 * HASH_BYTES + 1], const unsigned char *salt, const char *value);

/* The hash of one entry given the hash before it (32 zero bytes before the first). */
void journal_hash(unsigned char out[HASH_BYTES], int64_t district, int64_t seq, time_ms at,
                  const struct journal_entry *entry, const unsigned char before[HASH_BYTES]);

/* What verification found. `bad_seq` is the first entry that does not fit, 0 when all do; `code` is a words key that
 * says what is wrong with it: journal.changed, journal.missing, journal.checkpoint-mismatch, journal.signature,
 * journal.cut-off (a signed checkpoint lies beyond the last entry). */
struct journal_report {
  int64_t entries, checkpoints, bad_seq;
  char code[64];
  char head[2 * HASH_BYTES + 1];
};

/* Reads the whole chain of a district and every checkpoint. Returns 0 when it could be read (the report says whether it
 * holds), -1 on a database error. `progress` may be NULL. */
int journal_verify(struct db *db, int64_t district, struct journal_report *report,
                   void (*progress)(void *ctx, int64_t entries), void *ctx, struct error *err);

/* The Ed25519 key of a data directory: `dir`/journal.key (0600), made when missing; the public half in
 * `dir`/journal.pub for publishing. */
struct journal_key {
  unsigned char secret[64], public[32];
};
int journal_key_load(struct journal_key *key, const char *dir, struct error *err);

/* Signs the present head and stores the checkpoint; does nothing when the head has one already. In the lane. */
int journal_checkpoint(struct lane_txn *t, const struct journal_key *key, struct error *err);

#endif
