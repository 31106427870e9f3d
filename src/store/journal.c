#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queries.h"
#include "store/lane_internal.h"

enum { VERIFY_ARENA = 64 << 20, PROGRESS_EVERY = 10000 };

static void number_bytes(unsigned char out[8], int64_t n) {
  for (int i = 0; i < 8; i++) out[i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
}

void journal_hash(unsigned char out[HASH_BYTES], int64_t district, int64_t seq, time_ms at,
                  const struct journal_entry *e, const unsigned char before[HASH_BYTES]) {
  unsigned char numbers[4][8];
  number_bytes(numbers[0], district);
  number_bytes(numbers[1], seq);
  number_bytes(numbers[2], at);
  number_bytes(numbers[3], e->subject_id);
  const struct hash_piece pieces[] = {
      {numbers, sizeof numbers},        {e->actor, strlen(e->actor)}, {e->action, strlen(e->action)},
      {e->subject, strlen(e->subject)}, {e->data, strlen(e->data)},   {before, HASH_BYTES},
  };
  hash_pieces(out, pieces, sizeof pieces / sizeof *pieces);
}

int journal_append(struct lane_txn *t, const struct journal_entry *e, int64_t *seq, struct error *err) {
  struct lane_state *s = lane_state(t);
  unsigned char hash[HASH_BYTES];
  int64_t number = s->journal_seq + 1;
  journal_hash(hash, t->district, number, t->now, e, s->journal_hash);
  struct q_journal_add_in in = {.district = t->district,
                                .seq = number,
                                .at = t->now,
                                .actor = e->actor,
                                .action = e->action,
                                .subject = e->subject,
                                .subject_id = e->subject_id,
                                .data = e->data,
                                .hash = {hash, sizeof hash}};
  if (q_journal_add(t->db, &in, err) < 0) return -1;
  s->journal_seq = number;
  memcpy(s->journal_hash, hash, sizeof hash);
  if (seq) *seq = number;
  return 0;
}

void journal_digest(char out[2 * HASH_BYTES + 1], const unsigned char *salt, const char *value) {
  unsigned char hash[HASH_BYTES];
  const struct hash_piece pieces[] = {{salt, SALT_BYTES}, {value, strlen(value)}};
  hash_pieces(hash, pieces, 2);
  text_hex(out, hash, sizeof hash);
}

/* --- verification ----------------------------------------------------------------------------------------------- */

struct walk {
  int64_t district, expected;
  unsigned char before[HASH_BYTES];
  struct journal_report *report;
  const struct q_checkpoint_all_out *checkpoints;
  size_t checkpoint_count, next_checkpoint;
  void (*progress)(void *ctx, int64_t entries);
  void *ctx;
};

static void found(struct journal_report *r, int64_t seq, const char *code) {
  if (r->bad_seq) return;
  r->bad_seq = seq;
  text_copy(r->code, sizeof r->code, code);
}

/* A checkpoint signs "tongxin checkpoint", district, number and hash. */
static size_t checkpoint_message(unsigned char out[96], int64_t district, int64_t seq, const unsigned char *hash) {
  static const char label[] = "tongxin checkpoint 1";
  memcpy(out, label, sizeof label);
  number_bytes(out + sizeof label, district);
  number_bytes(out + sizeof label + 8, seq);
  memcpy(out + sizeof label + 16, hash, HASH_BYTES);
  return sizeof label + 16 + HASH_BYTES;
}

static void check_checkpoint(struct walk *w, int64_t seq, const unsigned char *hash) {
  while (w->next_checkpoint < w->checkpoint_count && w->checkpoints[w->next_checkpoint].seq == seq) {
    const struct q_checkpoint_all_out *c = &w->checkpoints[w->next_checkpoint++];
    unsigned char message[96];
    size_t n = checkpoint_message(message, w->district, c->seq, c->hash.data);
    if (c->hash.len != HASH_BYTES || memcmp(c->hash.data, hash, HASH_BYTES) != 0)
      found(w->report, seq, "journal.checkpoint-mismatch");
    else if (c->signature.len != crypto_sign_BYTES || c->public_key.len != crypto_sign_PUBLICKEYBYTES ||
             crypto_sign_verify_detached(c->signature.data, message, n, c->public_key.data) != 0)
      found(w->report, seq, "journal.signature");
  }
}

static int walk_entry(void *ctx, const struct q_journal_all_out *row, struct error *err) {
  struct walk *w = ctx;
  unsigned char hash[HASH_BYTES];
  (void)err;
  if (row->seq != w->expected) {
    found(w->report, w->expected, "journal.missing");
    w->expected = row->seq;
  }
  struct journal_entry e = {row->actor, row->action, row->subject, row->subject_id, row->data};
  journal_hash(hash, w->district, row->seq, row->at, &e, w->before);
  if (row->hash.len != HASH_BYTES || memcmp(hash, row->hash.data, HASH_BYTES) != 0)
    found(w->report, row->seq, "journal.changed");
  check_checkpoint(w, row->seq, hash);
  memcpy(w->before, row->hash.data ? row->hash.data : hash, row->hash.len == HASH_BYTES ? HASH_BYTES : 0);
  w->expected++;
  w->report->entries++;
  if (w->progress && w->report->entries % PROGRESS_EVERY == 0) w->progress(w->ctx, w->report->entries);
  return 0;
}

int journal_verify(struct db *db, int64_t district, struct journal_report *report,
                   void (*progress)(void *ctx, int64_t entries), void *ctx, struct error *err) {
  struct arena *arena = arena_new(VERIFY_ARENA);
  struct q_checkpoint_all_out *checkpoints;
  size_t count;
  *report = (struct journal_report){0};
  int r = q_checkpoint_all(db, arena, &checkpoints, &count, &(struct q_checkpoint_all_in){.district = district}, err);
  if (r == 0) {
    struct walk w = {.district = district,
                     .expected = 1,
                     .report = report,
                     .checkpoints = checkpoints,
                     .checkpoint_count = count,
                     .progress = progress,
                     .ctx = ctx};
    struct q_journal_all_in in = {.district = district, .after = 0};
    r = q_journal_all(db, walk_entry, &w, &in, err);
    report->checkpoints = (int64_t)count;
    if (r == 0 && w.next_checkpoint < count) found(report, w.expected, "journal.cut-off");
    text_hex(report->head, w.before, HASH_BYTES);
  }
  arena_free(arena);
  return r;
}

/* --- checkpoints ------------------------------------------------------------------------------------------------ */

static int write_file(const char *path, const void *data, size_t n, mode_t mode, struct error *err) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool ok = fd >= 0 && write(fd, data, n) == (ssize_t)n && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return ok ? 0 : error_unavailable(err, "store.key-file", "%s: %s", path, strerror(errno));
}

static int make_key(struct journal_key *key, const char *path, const char *public_path, struct error *err) {
  char hex[2 * sizeof key->public + 2];
  crypto_sign_keypair(key->public, key->secret);
  if (write_file(path, key->secret, sizeof key->secret, 0600, err) < 0) return -1;
  text_hex(hex, key->public, sizeof key->public);
  hex[2 * sizeof key->public] = '\n';
  unlink(public_path);
  return write_file(public_path, hex, 2 * sizeof key->public + 1, 0644, err);
}

int journal_key_load(struct journal_key *key, const char *dir, struct error *err) {
  char path[4096], public_path[4096];
  snprintf(path, sizeof path, "%s/journal.key", dir);
  snprintf(public_path, sizeof public_path, "%s/journal.pub", dir);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return make_key(key, path, public_path, err);
  ssize_t n = fd < 0 ? -1 : read(fd, key->secret, sizeof key->secret);
  if (fd >= 0) close(fd);
  if (n != (ssize_t)sizeof key->secret) return error_unavailable(err, "store.key-file", "%s: cannot read it", path);
  crypto_sign_ed25519_sk_to_pk(key->public, key->secret);
  return 0;
}

int journal_checkpoint(struct lane_txn *t, const struct journal_key *key, struct error *err) {
  struct lane_state *s = lane_state(t);
  struct q_checkpoint_last_out last = {0};
  struct q_checkpoint_last_in which = {.district = t->district};
  if (q_checkpoint_last(t->db, t->arena, &last, &which, err) < 0) return -1;
  if (!s->journal_seq || last.seq == s->journal_seq) return 0;
  unsigned char message[96], signature[crypto_sign_BYTES];
  size_t n = checkpoint_message(message, t->district, s->journal_seq, s->journal_hash);
  crypto_sign_detached(signature, NULL, message, n, key->secret);
  struct q_checkpoint_add_in in = {.district = t->district,
                                   .seq = s->journal_seq,
                                   .at = t->now,
                                   .hash = {s->journal_hash, HASH_BYTES},
                                   .public_key = {key->public, sizeof key->public},
                                   .signature = {signature, sizeof signature}};
  return q_checkpoint_add(t->db, &in, err) < 0 ? -1 : 0;
}
