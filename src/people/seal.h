/* Sealed fields: personal data that stands encrypted in the tables, and keyed hashes to find it again.
 *
 * Cipher: XChaCha20-Poly1305 (libsodium), a fresh random nonce each time. What is authenticated beside the text is
 * where it stands - district, table, column, row - so a sealed value copied into another row, or another
 * person's column, does not open.
 *
 * Keys: `keys/fields.key` in the data directory, made by `tongxin init`, mode 0600, and refused when others can read
 * it. One line a key: a use ("seal" or "match"), a number, 64 hexadecimal digits. The last "seal" line seals; all of
 * them open, so a key is changed by adding a line and re-sealing at leisure (people_seal_is_old says what is left to
 * do); an old line is taken out when nothing is sealed with it. The one "match" key makes the hashes a person is found
 * by; it changes only together with all of them. Whoever has the tables without this file has no identity
 * number, name or telephone; whoever loses the file has lost them too: it belongs in the backup, not beside it.
 * Erasing one person is setting their columns to NULL: the journal holds salted hashes only. */
#ifndef PEOPLE_SEAL_H
#define PEOPLE_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"

enum { SEAL_KEYS = 16 };

struct seal_keys {
  unsigned char match[KEY_BYTES];
  struct {
    uint32_t number;
    unsigned char key[KEY_BYTES];
  } seal[SEAL_KEYS];
  size_t count; /* the last one seals */
};

/* Where a sealed value stands. Strings are the table's and column's names. */
struct seal_place {
  int64_t district;
  const char *table, *column;
  int64_t row;
};

/* Makes `dir`/keys/fields.key with one key of each use; does nothing when it is there. -1: people.keys.write. */
int seal_keys_create(const char *dir, struct error *err);

/* Reads it. -1: people.keys.missing, people.keys.open-to-others (mode), people.keys.form. */
int seal_keys_load(struct seal_keys *out, const char *dir, struct error *err);

/* Adds a new seal key, which seals from then on; written beside and renamed. -1 as above, people.keys.full. */
int seal_keys_rotate(struct seal_keys *keys, const char *dir, struct error *err);

/* Wipes keys from memory. */
void seal_keys_forget(struct seal_keys *keys);

/* Seals `text` (NULL gives {NULL, 0}, a NULL column). The bytes live in the arena. Never fails. */
struct bytes people_seal(struct arena *a, const struct seal_keys *keys, const struct seal_place *where,
                         const char *text);

/* Opens what people_seal made for the same place; an empty value gives *out = NULL and 0.
 * -1: people.sealed.key (sealed with a key we do not have), people.sealed.broken (changed, or moved from elsewhere). */
int people_unseal(struct arena *a, char **out, const struct seal_keys *keys, const struct seal_place *where,
                  struct bytes sealed, struct error *err);

/* True when it was sealed with a key that is not the present one. */
bool people_seal_is_old(const struct seal_keys *keys, struct bytes sealed);

/* Lower-case hexadecimal of the keyed hash of `what` ("resident-id", "phone") and the value in its one form; for
 * equality only. Districts do not match each other: the district is in the hash. */
void people_match(char out[2 * HASH_BYTES + 1], const struct seal_keys *keys, int64_t district, const char *what,
                  const char *value);

#endif
