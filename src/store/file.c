#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queries.h"
#include "store/journal.h"
#include "store/file_kind.h"

enum { HEX = 2 * HASH_BYTES + 1, PATH = HEX + 8, DROPS_AT_ONCE = 200, ORPHANS_AT_ONCE = 200, ABANDONED_AT_ONCE = 100,
       TAKE_ARENA = 64 << 20 };

struct file_store {
  int dir;
  int64_t district;
};

static int disk(struct error *err, const char *what) {
  return error_unavailable(err, "file.disk", "%s: %s", what, strerror(errno));
}

/* --- the directory ---------------------------------------------------------------------------------------------- */

/* Opens `name` under `at`, making it when it is missing; the maker makes it durable. */
static int open_directory(int at, const char *name) {
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 || errno != ENOENT) return fd;
  if (mkdirat(at, name, 0700) < 0 && errno != EEXIST) return -1;
  if (at != AT_FDCWD && fsync(at) < 0) return -1;
  return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int file_store_open(struct file_store **out, const char *data_dir, int64_t district, struct error *err) {
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)district);
  int data = open_directory(AT_FDCWD, data_dir), files = data < 0 ? -1 : open_directory(data, "files");
  int dir = files < 0 ? -1 : open_directory(files, number);
  int r = dir < 0 ? disk(err, "opening files") : 0;
  if (data >= 0) close(data);
  if (files >= 0) close(files);
  if (r < 0) return -1;
  struct file_store *store = xmalloc(sizeof *store);
  *store = (struct file_store){.dir = dir, .district = district};
  *out = store;
  return 0;
}

void file_store_close(struct file_store *store) {
  if (!store) return;
  close(store->dir);
  free(store);
}

static void path_of(char out[PATH], const unsigned char hash[HASH_BYTES]) {
  char hex[HEX];
  text_hex(hex, hash, HASH_BYTES);
  snprintf(out, PATH, "%.2s/%s", hex, hex + 2);
}

/* --- writing content -------------------------------------------------------------------------------------------- */

static int write_all(int fd, struct bytes data) {
  for (size_t at = 0; at < data.len;) {
    ssize_t n = write(fd, data.data + at, data.len - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    at += (size_t)n;
  }
  return fsync(fd);
}

/* Under another name first: a content's own name exists only when all of it is there and durable. */
static int write_new(struct file_store *store, int folder, const char *name, struct bytes data, struct error *err) {
  char temporary[40], code[17];
  random_code(code, sizeof code - 1);
  snprintf(temporary, sizeof temporary, "new-%s", code);
  int fd = openat(store->dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return disk(err, "making a file");
  int r = write_all(fd, data) < 0 ? disk(err, "writing a file") : 0;
  close(fd);
  if (r == 0 && renameat(store->dir, temporary, folder, name) < 0) r = disk(err, "renaming a file");
  if (r < 0) unlinkat(store->dir, temporary, 0);
  return r;
}

/* The same content again is only touched, so that a sweep leaves it alone until its new row is there. */
static int keep(struct file_store *store, struct bytes data, unsigned char hash[HASH_BYTES], struct error *err) {
  char path[PATH], folder_name[3];
  struct stat st;
  hash_bytes(hash, data.data, data.len);
  path_of(path, hash);
  text_copy(folder_name, sizeof folder_name, path);
  int folder = open_directory(store->dir, folder_name), r = 0;
  if (folder < 0) return disk(err, "making a folder");
  bool there = fstatat(folder, path + 3, &st, 0) == 0 && st.st_size == (off_t)data.len &&
               utimensat(folder, path + 3, NULL, 0) == 0;
  if (!there) r = write_new(store, folder, path + 3, data, err);
  if (r == 0 && fsync(folder) < 0) r = disk(err, "syncing a folder");
  close(folder);
  return r;
}

/* --- limits ----------------------------------------------------------------------------------------------------- */

static void set_limit(struct file_limits *l, const struct setting *of, const char *value) {
  int64_t n = 0, edge = l->photo.edge;
  struct {
    const char *name;
    int64_t *at;
  } numbers[] = {{"files.photo-bytes", &l->photo.bytes}, {"files.photo-pixels", &l->photo.pixels},
                 {"files.photo-edge", &edge}, {"files.photo-number", &l->photo_number}, {"files.plain-bytes", &l->plain_bytes}};
  if (text_eq(of->name, "files.plain-types")) text_copy(l->plain_types, sizeof l->plain_types, value);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (text_eq(of->name, numbers[i].name) && text_to_int(value, &n) && n >= of->least && n <= of->most) *numbers[i].at = n;
  l->photo.edge = (int)edge;
}

/* How the helper works is ours to say, what it may be given the district's. */
static void set_all(struct file_limits *out, const struct settings *list) {
  *out = (struct file_limits){.photo = photo_limits_usual};
  for (size_t i = 0; i < list->count; i++) {
    const char *value = setting_on(list, list->items[i].name, 0);
    if (value) set_limit(out, &list->items[i], value);
  }
}

int file_limits_usual(struct file_limits *out, struct error *err) {
  struct arena *arena = arena_new(4 << 20);
  struct settings list;
  int r = settings_shipped(&list, arena, err);
  if (r == 0) set_all(out, &list);
  arena_free(arena);
  return r;
}

int file_limits_load(struct file_limits *out, const struct settings *list, struct db *db, int64_t district,
                     struct error *err) {
  struct arena *arena = arena_new(16 << 20);
  struct q_setting_all_out *rows;
  size_t count;
  set_all(out, list);
  int r = q_setting_all(db, arena, &rows, &count, &(struct q_setting_all_in){.district = district}, err);
  for (size_t i = 0; r == 0 && i < count; i++) {
    const struct setting *of = setting_find(list, rows[i].name);
    if (of) set_limit(out, of, rows[i].value);
  }
  arena_free(arena);
  return r;
}

/* --- taking ----------------------------------------------------------------------------------------------------- */

int file_take_photo(struct file_draft *out, struct file_store *store, struct bytes data, const char *claimed,
                    const struct file_limits *limits, struct error *err) {
  struct arena *arena = arena_new(TAKE_ARENA);
  struct photo p;
  *out = (struct file_draft){.media = "image/jpeg", .has_thumb = true};
  int r = photo_process(&p, arena, data, claimed, &limits->photo, err);
  if (r == 0) r = keep(store, p.jpeg, out->hash, err);
  if (r == 0) r = keep(store, p.thumb, out->thumb_hash, err);
  if (r == 0) {
    out->bytes = (int64_t)p.jpeg.len;
    out->thumb_bytes = (int64_t)p.thumb.len;
    out->width = p.width;
    out->height = p.height;
    out->thumb_width = p.thumb_width;
    out->thumb_height = p.thumb_height;
  }
  arena_free(arena);
  return r;
}

/* True when `word` stands in a list separated by spaces. */
static bool listed(const char *list, const char *item) {
  size_t n = strlen(item);
  for (const char *s = list; (s = strstr(s, item)) != NULL; s += n)
    if ((s == list || s[-1] == ' ') && (s[n] == ' ' || !s[n])) return true;
  return false;
}

int file_take_plain(struct file_draft *out, struct file_store *store, struct bytes data, const char *claimed,
                    const struct file_limits *limits, struct error *err) {
  const char *media;
  char most[24];
  snprintf(most, sizeof most, "%lld", (long long)(limits->plain_bytes >> 20));
  if ((int64_t)data.len > limits->plain_bytes) return error_set(err, ERR_TOO_LARGE, "file.bytes", NULL, most, NULL);
  if (file_is_what_it_says(&media, data, claimed, err) < 0) return -1;
  if (!listed(limits->plain_types, media)) return error_set(err, ERR_INPUT, "file.type", NULL, media, limits->plain_types, NULL);
  *out = (struct file_draft){.media = media, .bytes = (int64_t)data.len};
  return keep(store, data, out->hash, err);
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

static bool is_there(const struct file_store *store, const unsigned char hash[HASH_BYTES]) {
  char path[PATH];
  struct stat st;
  path_of(path, hash);
  return fstatat(store->dir, path, &st, 0) == 0;
}

int file_add(struct lane_txn *t, struct file_store *store, const struct file_draft *d, const char *actor, int64_t *id,
             struct error *err) {
  if (!is_there(store, d->hash) || (d->has_thumb && !is_there(store, d->thumb_hash)))
    return error_set(err, ERR_CONFLICT, "file.gone", NULL, NULL);
  if (lane_next(t, "file", id, err) < 0) return -1;
  struct q_file_add_in in = {.district = t->district, .id = *id, .hash = {d->hash, HASH_BYTES}, .media = d->media,
                             .bytes = d->bytes, .width = d->width, .height = d->height, .thumb_bytes = d->thumb_bytes,
                             .thumb_width = d->thumb_width, .thumb_height = d->thumb_height, .taken = d->taken,
                             .added = t->now, .actor = actor};
  if (d->has_thumb) in.thumb_hash = (struct bytes){d->thumb_hash, HASH_BYTES};
  return q_file_add(t->db, &in, err) < 0 ? -1 : 0;
}

static int get_row(struct db *db, struct arena *arena, int64_t district, int64_t id, struct q_file_get_out *row,
                   struct error *err) {
  int r = q_file_get(db, arena, row, &(struct q_file_get_in){.district = district, .id = id}, err);
  if (r < 0) return -1;
  if (r == 0 || row->hash.len != HASH_BYTES) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return 0;
}

int file_get(struct db *db, struct arena *arena, int64_t district, int64_t id, struct file_info *out, struct error *err) {
  struct q_file_get_out row;
  if (get_row(db, arena, district, id, &row, err) < 0) return -1;
  *out = (struct file_info){.id = id, .bytes = row.bytes, .thumb_bytes = row.thumb_bytes, .media = row.media, .actor = row.actor,
                            .width = (int)row.width, .height = (int)row.height, .thumb_width = (int)row.thumb_width,
                            .thumb_height = (int)row.thumb_height, .taken = row.taken, .added = row.added};
  text_hex(out->hash, row.hash.data, HASH_BYTES);
  if (row.thumb_hash.len == HASH_BYTES) text_hex(out->thumb_hash, row.thumb_hash.data, HASH_BYTES);
  return 0;
}

int file_open(struct db *db, struct file_store *store, struct arena *arena, int64_t id, bool thumb, struct file_info *out,
              int *fd, struct error *err) {
  char path[PATH];
  if (file_get(db, arena, store->district, id, out, err) < 0) return -1;
  const char *hex = thumb && *out->thumb_hash ? out->thumb_hash : out->hash;
  snprintf(path, sizeof path, "%.2s/%s", hex, hex + 2);
  *fd = openat(store->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (*fd >= 0) return 0;
  if (errno == ENOENT) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return disk(err, "opening a file");
}

/* --- erasing and sweeping --------------------------------------------------------------------------------------- */

static int used(struct lane_txn *t, struct bytes hash, struct error *err) {
  struct q_file_hash_used_out row;
  return q_file_hash_used(t->db, t->arena, &row, &(struct q_file_hash_used_in){.district = t->district, .hash = hash}, err);
}

static int drop(struct lane_txn *t, struct bytes hash, struct error *err) {
  if (hash.len != HASH_BYTES) return 0;
  int r = used(t, hash, err);
  if (r != 0) return r < 0 ? -1 : 0;
  struct q_file_drop_add_in in = {.district = t->district, .hash = hash, .at = t->now};
  return q_file_drop_add(t->db, &in, err) < 0 ? -1 : 0;
}

int file_erase(struct lane_txn *t, int64_t id, struct error *err) {
  struct q_file_get_out row;
  if (get_row(t->db, t->arena, t->district, id, &row, err) < 0) return -1;
  if (q_file_delete(t->db, &(struct q_file_delete_in){.district = t->district, .id = id}, err) < 0) return -1;
  return drop(t, row.hash, err) < 0 || drop(t, row.thumb_hash, err) < 0 ? -1 : 0;
}

int file_wait(struct lane_txn *t, int64_t id, struct error *err) {
  struct q_file_wait_in in = {.district = t->district, .id = id, .at = t->now};
  return q_file_wait(t->db, &in, err) < 0 ? -1 : 0;
}

int file_use(struct lane_txn *t, int64_t id, struct error *err) {
  struct q_file_use_in in = {.district = t->district, .id = id};
  return q_file_use(t->db, &in, err) < 0 ? -1 : 0;
}

int file_sweep_abandoned(struct lane_txn *t, time_ms before, int *erased, struct error *err) {
  struct q_file_waiting_since_out *rows;
  size_t n;
  struct q_file_waiting_since_in in = {.district = t->district, .before = before, .count = ABANDONED_AT_ONCE};
  *erased = 0;
  if (q_file_waiting_since(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (file_erase(t, rows[i].id, err) < 0) return -1;
  *erased = (int)n;
  if (!n) return 0;
  struct journal_entry entry = {.actor = "system", .action = "file.sweep", .subject = "file", .subject_id = 0,
                                .data = arena_printf(t->arena, "{\"erased\":%zu}", n)};
  return journal_append(t, &entry, NULL, err);
}

struct sweep {
  struct file_store *store;
  time_ms before;
  int64_t removed;
  bool more;
  int count; /* orphans to look at */
  unsigned char hash[ORPHANS_AT_ONCE][HASH_BYTES];
};

/* Removes content no row has and nobody touched since `before`. 1 removed or not there, 0 left for later. */
static int remove_content(struct lane_txn *t, struct sweep *s, struct bytes hash, struct error *err) {
  char path[PATH];
  struct stat st;
  path_of(path, hash.data);
  if (fstatat(s->store->dir, path, &st, 0) < 0) return 1;
  if ((time_ms)st.st_mtime * SECOND_MS >= s->before) return 0;
  int r = used(t, hash, err);
  if (r != 0) return r < 0 ? -1 : 1;
  if (unlinkat(s->store->dir, path, 0) < 0) return errno == ENOENT ? 1 : disk(err, "removing a file");
  s->removed++;
  return 1;
}

/* Only what was erased in an earlier batch: this one may still fail, and then its erasures have not happened. */
static int sweep_drops(struct lane_txn *t, void *ctx, struct error *err) {
  struct sweep *s = ctx;
  struct q_file_drop_some_out *rows;
  size_t count, done = 0;
  struct q_file_drop_some_in in = {.district = t->district, .now = t->now, .count = DROPS_AT_ONCE};
  if (q_file_drop_some(t->db, t->arena, &rows, &count, &in, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    int r = remove_content(t, s, rows[i].hash, err);
    if (r < 0) return -1;
    if (r == 0) continue;
    struct q_file_drop_delete_in gone = {.district = t->district, .hash = rows[i].hash};
    if (q_file_drop_delete(t->db, &gone, err) < 0) return -1;
    done++;
  }
  s->more = count == DROPS_AT_ONCE && done > 0;
  return 0;
}

/* Content marked as erased is left to sweep_drops. */
static int sweep_orphans(struct lane_txn *t, void *ctx, struct error *err) {
  struct sweep *s = ctx;
  for (int i = 0; i < s->count; i++) {
    struct bytes hash = {s->hash[i], HASH_BYTES};
    struct q_file_drop_get_out row;
    int r = q_file_drop_get(t->db, t->arena, &row, &(struct q_file_drop_get_in){.district = t->district, .hash = hash}, err);
    if (r < 0 || (r == 0 && remove_content(t, s, hash, err) < 0)) return -1;
  }
  return 0;
}

static DIR *open_folder(int at, const char *name) {
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  if (fd >= 0 && !dir) close(fd);
  return dir;
}

/* Looks at the old content of one folder in batches, each a job of the lane. */
static int sweep_folder(struct lane *lane, struct sweep *s, const char *name, struct error *err) {
  DIR *dir = open_folder(s->store->dir, name);
  if (!dir) return disk(err, "opening a folder");
  struct dirent *e;
  int r = 0;
  s->count = 0;
  while (r == 0 && (e = readdir(dir)) != NULL) {
    char hex[HEX + 256];
    struct stat st;
    snprintf(hex, sizeof hex, "%s%s", name, e->d_name);
    if (!text_unhex(s->hash[s->count], HASH_BYTES, hex)) continue;
    if (fstatat(dirfd(dir), e->d_name, &st, 0) < 0 || (time_ms)st.st_mtime * SECOND_MS >= s->before) continue;
    if (++s->count < ORPHANS_AT_ONCE) continue;
    r = lane_call(lane, sweep_orphans, s, err);
    s->count = 0;
  }
  if (r == 0 && s->count) r = lane_call(lane, sweep_orphans, s, err);
  closedir(dir);
  return r;
}

static int sweep_directory(struct lane *lane, struct sweep *s, struct file_swept *out, struct error *err) {
  DIR *dir = open_folder(s->store->dir, ".");
  if (!dir) return disk(err, "opening files");
  struct dirent *e;
  int r = 0;
  while (r == 0 && (e = readdir(dir)) != NULL) {
    struct stat st;
    if (strlen(e->d_name) == 2 && *e->d_name != '.') r = sweep_folder(lane, s, e->d_name, err);
    else if (text_starts(e->d_name, "new-") && fstatat(dirfd(dir), e->d_name, &st, 0) == 0 &&
             (time_ms)st.st_mtime * SECOND_MS < s->before && unlinkat(dirfd(dir), e->d_name, 0) == 0)
      out->unfinished++;
  }
  closedir(dir);
  return r;
}

int file_sweep(struct lane *lane, struct file_store *store, time_ms now, time_ms grace, struct file_swept *out,
               struct error *err) {
  struct sweep *s = xmalloc(sizeof *s);
  *out = (struct file_swept){0};
  *s = (struct sweep){.store = store, .before = now - grace};
  int r;
  do r = lane_call(lane, sweep_drops, s, err);
  while (r == 0 && s->more);
  out->erased = s->removed;
  s->removed = 0;
  s->before = now - DAY_MS;
  if (r == 0) r = sweep_directory(lane, s, out, err);
  out->orphans = s->removed;
  free(s);
  return r;
}
