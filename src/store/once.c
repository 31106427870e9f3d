#include "store/once.h"

#include <string.h>

#include "queries.h"

static void hash_key(unsigned char out[HASH_BYTES], const char *who, const char *key) {
  const struct hash_piece pieces[] = {{who, strlen(who)}, {key, strlen(key)}};
  hash_pieces(out, pieces, 2);
}

int once_find(struct lane_txn *t, const char *who, const char *key, struct bytes request, int64_t *result_id,
              const char **reply, struct error *err) {
  unsigned char key_hash[HASH_BYTES], request_hash[HASH_BYTES];
  struct q_once_get_out row;
  hash_key(key_hash, who, key);
  hash_bytes(request_hash, request.data, request.len);
  struct q_once_get_in in = {.district = t->district, .key_hash = {key_hash, HASH_BYTES}};
  int r = q_once_get(t->db, t->arena, &row, &in, err);
  if (r <= 0) return r;
  if (row.request_hash.len != HASH_BYTES || memcmp(row.request_hash.data, request_hash, HASH_BYTES) != 0)
    return error_set(err, ERR_CONFLICT, "store.once-differs", "Idempotency-Key", NULL);
  *result_id = row.result_id;
  *reply = row.reply;
  return 1;
}

int once_keep(struct lane_txn *t, const char *who, const char *key, struct bytes request, int64_t result_id,
              const char *reply, struct error *err) {
  unsigned char key_hash[HASH_BYTES], request_hash[HASH_BYTES];
  hash_key(key_hash, who, key);
  hash_bytes(request_hash, request.data, request.len);
  struct q_once_add_in in = {.district = t->district,
                             .key_hash = {key_hash, HASH_BYTES},
                             .request_hash = {request_hash, HASH_BYTES},
                             .at = t->now,
                             .result_id = result_id,
                             .reply = reply};
  return q_once_add(t->db, &in, err) < 0 ? -1 : 0;
}

int once_forget(struct lane_txn *t, time_ms before, struct error *err) {
  return q_once_delete_before(t->db, &(struct q_once_delete_before_in){.district = t->district, .before = before}, err);
}
