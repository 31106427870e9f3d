#include "base/hash.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- randomness ---------------------------------------------------------------------------------------------------- */

/* Asking the kernel costs more than what is done with a salt, so each thread asks for many bytes at once. Bytes given out
 * are wiped here; a forked child begins with none, so no two processes give out the same. */
static _Thread_local struct {
  unsigned char bytes[512];
  size_t left;
} pool;

static void forget_pool(void) {
  sodium_memzero(&pool, sizeof pool);
}

static void watch_forks(void) {
  if (pthread_atfork(NULL, NULL, forget_pool) == 0) return;
  fputs("level=fatal event=no-memory\n", stderr);
  exit(70);
}

void hash_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  if (sodium_init() >= 0) return;
  fputs("level=fatal event=no-randomness\n", stderr);
  exit(70);
}

void hash_bytes(unsigned char out[HASH_BYTES], const void *data, size_t n) { crypto_hash_sha256(out, data, n); }

void hash_pieces(unsigned char out[HASH_BYTES], const struct hash_piece *pieces, size_t count) {
  crypto_hash_sha256_state s;
  crypto_hash_sha256_init(&s);
  for (size_t i = 0; i < count; i++) {
    unsigned char len[8];
    for (int b = 0; b < 8; b++) len[b] = (unsigned char)((uint64_t)pieces[i].len >> (56 - 8 * b));
    crypto_hash_sha256_update(&s, len, sizeof len);
    crypto_hash_sha256_update(&s, pieces[i].data, pieces[i].len);
  }
  crypto_hash_sha256_final(&s, out);
}

void hash_keyed(unsigned char out[HASH_BYTES], const unsigned char key[KEY_BYTES], const void *data, size_t n) {
  crypto_generichash(out, HASH_BYTES, data, n, key, KEY_BYTES);
}

void random_fill(void *out, size_t n) {
  if (n > sizeof pool.bytes / 4) {
    randombytes_buf(out, n);
    return;
  }
  if (pool.left < n) {
    randombytes_buf(pool.bytes, sizeof pool.bytes);
    pool.left = sizeof pool.bytes;
  }
  pool.left -= n;
  memcpy(out, pool.bytes + pool.left, n);
  sodium_memzero(pool.bytes + pool.left, n);
}

/* Bytes at the end of the range that would make some letters likelier than others are drawn again. */
void random_code(char *out, size_t n) {
  static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  enum { LETTERS = sizeof alphabet - 1, FAIR = 256 / LETTERS * LETTERS };
  for (size_t i = 0; i < n;) {
    unsigned char byte;
    random_fill(&byte, 1);
    if (byte < FAIR) out[i++] = alphabet[byte % LETTERS];
  }
  out[n] = '\0';
}
