/* Hashes and secrets, a thin cover over libsodium so that one place says which algorithm is meant. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32, SALT_BYTES = 16, KEY_BYTES = 32 };

/* Call once before anything else here; safe to call again. Ends the process when the machine has no randomness. */
void hash_start(void);

/* SHA-256, so that anyone can check a published line with tools they already have. */
void hash_bytes(unsigned char out[HASH_BYTES], const void *data, size_t n);

/* SHA-256 of several pieces, each preceded by its length as 8 bytes (big-endian), so that no two lists of pieces
 * run together. `pieces` ends with a NULL data pointer. */
struct hash_piece {
  const void *data;
  size_t len;
};
void hash_pieces(unsigned char out[HASH_BYTES], const struct hash_piece *pieces, size_t count);

/* Keyed hash (BLAKE2b-256) for matching sealed values without opening them. */
void hash_keyed(unsigned char out[HASH_BYTES], const unsigned char key[KEY_BYTES], const void *data, size_t n);

/* Random bytes, and a random readable code of `n` characters from an alphabet without 0 O 1 I L. out has n+1. */
void random_fill(void *out, size_t n);
void random_code(char *out, size_t n);

#endif
