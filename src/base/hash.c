#include "base/hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void hash_start(void) {
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

void random_fill(void *out, size_t n) { randombytes_buf(out, n); }

void random_code(char *out, size_t n) {
  static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  for (size_t i = 0; i < n; i++) out[i] = alphabet[randombytes_uniform(sizeof alphabet - 1)];
  out[n] = '\0';
}
