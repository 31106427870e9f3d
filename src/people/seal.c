#include "people/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* A sealed value: format (1 byte), key number (4, big-endian), nonce, ciphertext with tag. */
enum {
  FORMAT = 1,
  HEAD_BYTES = 1 + 4,
  NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
  TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
  OVERHEAD = HEAD_BYTES + NONCE_BYTES + TAG_BYTES,
};
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");

enum { KEY_FILE_MAX = 4096 };

/* ---- the key file ---- */

static void key_path(char *out, size_t size, const char *dir, const char *suffix) {
  snprintf(out, size, "%s/keys/fields.key%s", dir, suffix);
}

static void put_line(struct buf *b, const char *use, uint32_t number, const unsigned char key[KEY_BYTES]) {
  char hex[2 * KEY_BYTES + 1];
  text_hex(hex, key, KEY_BYTES);
  buf_printf(b, "%s %u %s\n", use, number, hex);
  sodium_memzero(hex, sizeof hex);
}

static int write_whole(int fd, const char *data, size_t n) {
  while (n > 0) {
    ssize_t done = write(fd, data, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return -1;
    data += done;
    n -= (size_t)done;
  }
  return fsync(fd);
}

/* Makes the rename itself durable. */
static int sync_dir(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int rc = fd < 0 ? -1 : fsync(fd);
  if (fd >= 0) close(fd);
  return rc;
}

static int save(const struct seal_keys *keys, const char *dir, struct error *err) {
  char folder[PATH_MAX], path[PATH_MAX], draft[PATH_MAX];
  snprintf(folder, sizeof folder, "%s/keys", dir);
  key_path(path, sizeof path, dir, "");
  key_path(draft, sizeof draft, dir, ".new");
  struct buf b;
  buf_init(&b, KEY_FILE_MAX);
  put_line(&b, "match", 1, keys->match);
  for (size_t i = 0; i < keys->count; i++) put_line(&b, "seal", keys->seal[i].number, keys->seal[i].key);
  int rc = mkdir(folder, 0700) != 0 && errno != EEXIST ? -1 : 0;
  if (rc == 0) {
    int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    rc = fd < 0 ? -1 : write_whole(fd, b.data, b.len);
    if (fd >= 0 && close(fd) != 0) rc = -1;
    if (rc == 0) rc = rename(draft, path);
    if (rc == 0) rc = sync_dir(folder);
  }
  if (b.data) sodium_memzero(b.data, b.len);
  buf_free(&b);
  return rc == 0 ? 0 : error_unavailable(err, "people.keys.write", "errno %d", errno);
}

int seal_keys_create(const char *dir, struct error *err) {
  char path[PATH_MAX];
  key_path(path, sizeof path, dir, "");
  if (access(path, F_OK) == 0) return 0;
  struct seal_keys keys = {.count = 1};
  random_fill(keys.match, KEY_BYTES);
  keys.seal[0].number = 1;
  random_fill(keys.seal[0].key, KEY_BYTES);
  int rc = save(&keys, dir, err);
  seal_keys_forget(&keys);
  return rc;
}

/* Reads one line "use number hex" in place. */
static bool take_line(struct seal_keys *out, char *line, bool *have_match) {
  char *number = strchr(line, ' ');
  char *hex = number ? strchr(number + 1, ' ') : NULL;
  if (!hex) return false;
  *number++ = *hex++ = '\0';
  int64_t n;
  if (!text_to_int(number, &n) || n < 1 || n > INT32_MAX) return false;
  if (strcmp(line, "match") == 0) {
    bool first = !*have_match;
    *have_match = true;
    return first && text_unhex(out->match, KEY_BYTES, hex);
  }
  if (strcmp(line, "seal") != 0 || out->count == SEAL_KEYS) return false;
  out->seal[out->count].number = (uint32_t)n;
  return text_unhex(out->seal[out->count++].key, KEY_BYTES, hex);
}

static bool take_file(struct seal_keys *out, char *text) {
  bool have_match = false;
  for (char *line = text, *next; *line; line = next) {
    next = line + strcspn(line, "\n");
    if (*next) *next++ = '\0';
    if (*line && *line != '#' && !take_line(out, line, &have_match)) return false;
  }
  return have_match && out->count > 0;
}

int seal_keys_load(struct seal_keys *out, const char *dir, struct error *err) {
  char path[PATH_MAX], text[KEY_FILE_MAX + 1];
  memset(out, 0, sizeof *out);
  key_path(path, sizeof path, dir, "");
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return error_unavailable(err, "people.keys.missing", "errno %d", errno);
  struct stat st;
  int rc = 0;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
    rc = error_set(err, ERR_FAULT, "people.keys.open-to-others", NULL, NULL);
  size_t n = 0;
  ssize_t got = 1;
  while (rc == 0 && n < KEY_FILE_MAX && (got = read(fd, text + n, KEY_FILE_MAX - n)) > 0) n += (size_t)got;
  close(fd);
  text[n] = '\0';
  if (rc == 0 && (got < 0 || !take_file(out, text))) rc = error_set(err, ERR_FAULT, "people.keys.form", NULL, NULL);
  sodium_memzero(text, sizeof text);
  return rc;
}

int seal_keys_rotate(struct seal_keys *keys, const char *dir, struct error *err) {
  if (keys->count == SEAL_KEYS) return error_set(err, ERR_CONFLICT, "people.keys.full", NULL, NULL);
  keys->seal[keys->count].number = keys->seal[keys->count - 1].number + 1;
  random_fill(keys->seal[keys->count].key, KEY_BYTES);
  keys->count++;
  if (save(keys, dir, err) == 0) return 0;
  keys->count--;
  return -1;
}

void seal_keys_forget(struct seal_keys *keys) {
  sodium_memzero(keys, sizeof *keys);
}

/* ---- values ---- */

/* Big-endian, so that a data directory moves between machines. */
static void put_id(unsigned char out[8], int64_t id) {
  for (int i = 0; i < 8; i++) out[i] = (unsigned char)((uint64_t)id >> (56 - 8 * i));
}

/* The associated data is a hash of the place, each piece with its length, so that no two places run together. */
static void place_hash(unsigned char out[HASH_BYTES], const struct seal_place *w) {
  unsigned char district[8], row[8];
  put_id(district, w->district);
  put_id(row, w->row);
  const struct hash_piece pieces[] = {
      {district, sizeof district}, {w->table, strlen(w->table)}, {w->column, strlen(w->column)}, {row, sizeof row}};
  hash_pieces(out, pieces, sizeof pieces / sizeof pieces[0]);
}

static void put_number(unsigned char out[4], uint32_t n) {
  for (int i = 0; i < 4; i++) out[i] = (unsigned char)(n >> (24 - 8 * i));
}

static uint32_t get_number(const unsigned char in[4]) {
  return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | (uint32_t)in[3];
}

struct bytes people_seal(struct arena *a, const struct seal_keys *keys, const struct seal_place *where,
                         const char *text) {
  if (!text) return (struct bytes){NULL, 0};
  size_t n = strlen(text);
  unsigned char *out = arena_alloc(a, n + OVERHEAD);
  unsigned char about[HASH_BYTES];
  place_hash(about, where);
  out[0] = FORMAT;
  put_number(out + 1, keys->seal[keys->count - 1].number);
  random_fill(out + HEAD_BYTES, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEAD_BYTES + NONCE_BYTES, NULL, (const unsigned char *)text, n,
                                             about, sizeof about, NULL, out + HEAD_BYTES,
                                             keys->seal[keys->count - 1].key);
  return (struct bytes){out, n + OVERHEAD};
}

static const unsigned char *key_of(const struct seal_keys *keys, uint32_t number) {
  for (size_t i = 0; i < keys->count; i++)
    if (keys->seal[i].number == number) return keys->seal[i].key;
  return NULL;
}

int people_unseal(struct arena *a, char **out, const struct seal_keys *keys, const struct seal_place *where,
                  struct bytes sealed, struct error *err) {
  *out = NULL;
  if (!sealed.data || sealed.len == 0) return 0;
  if (sealed.len < OVERHEAD || sealed.data[0] != FORMAT)
    return error_fault(err, "people.sealed.broken", "%s.%s: form", where->table, where->column);
  const unsigned char *key = key_of(keys, get_number(sealed.data + 1));
  if (!key) return error_fault(err, "people.sealed.key", "key %u", get_number(sealed.data + 1));
  unsigned char about[HASH_BYTES];
  place_hash(about, where);
  size_t n = sealed.len - OVERHEAD;
  char *text = arena_alloc(a, n + 1);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)text, NULL, NULL,
                                                 sealed.data + HEAD_BYTES + NONCE_BYTES, n + TAG_BYTES, about,
                                                 sizeof about, sealed.data + HEAD_BYTES, key) != 0)
    return error_fault(err, "people.sealed.broken", "%s.%s: tag", where->table, where->column);
  *out = text;
  return 0;
}

bool people_seal_is_old(const struct seal_keys *keys, struct bytes sealed) {
  if (!sealed.data || sealed.len < HEAD_BYTES) return false;
  return get_number(sealed.data + 1) != keys->seal[keys->count - 1].number;
}

void people_match(char out[2 * HASH_BYTES + 1], const struct seal_keys *keys, int64_t district, const char *what,
                  const char *value) {
  unsigned char digest[HASH_BYTES], hash[HASH_BYTES];
  unsigned char id[8];
  put_id(id, district);
  const struct hash_piece pieces[] = {{id, sizeof id}, {what, strlen(what)}, {value, strlen(value)}};
  hash_pieces(digest, pieces, sizeof pieces / sizeof pieces[0]);
  hash_keyed(hash, keys->match, digest, sizeof digest);
  text_hex(out, hash, sizeof hash);
}
