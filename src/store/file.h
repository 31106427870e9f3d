/* Files: photos and papers that belong to something. Content is kept once, under its SHA-256, in the data directory
 * (files/<district>/ab/cdef...); a row says what it is. Districts do not share content: one can be moved or erased
 * without looking at another. Servers that share a PostgreSQL must share this directory as well.
 *
 * The life of a file: taken (processed and written to the disk, on the request's own thread: slow), added (its row, in
 * the lane, in the transaction of the action it belongs to: quick), read, erased. Content is on the disk before a row
 * refers to it; content no row refers to is removed by file_sweep() when it is old.
 *
 * WHO MAY SEE A FILE is not decided here. A field of a case holds the file's id; whoever may see that field may see the
 * file, and the web must ask the owner of the field (access, matter) before it calls file_open(). Ids can be guessed.
 *
 * HOW IT IS SERVED: photos are JPEGs of our own making and may be shown. Everything else only as an attachment, with
 * `X-Content-Type-Options: nosniff` and a name of our own (file_ending). A file keeps no name its sender gave it: names of
 * files hold names of people. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "base/base.h"
#include "base/setting.h"
#include "store/db.h"
#include "store/lane.h"
#include "store/photo.h"

struct file_store;

/* Opens, making when missing, the files of a district below `data_dir`. Error: file.disk. May be used by all threads. */
int file_store_open(struct file_store **out, const char *data_dir, int64_t district, struct error *err);
void file_store_close(struct file_store *store);

/* What may be sent. What stands in catalogues/settings.yaml, and over it what a district set while running
 * (table `setting`):
 * files.photo-bytes, files.photo-pixels, files.photo-edge, files.photo-number, files.plain-bytes, files.plain-types (media
 * types separated by spaces). */
struct file_limits {
  struct photo_limits photo;
  int64_t photo_number; /* photos in one action; the caller counts and says file.photo.number {1} */
  int64_t plain_bytes;
  char plain_types[512];
};
int file_limits_usual(struct file_limits *out, struct error *err); /* what is compiled in */
int file_limits_load(struct file_limits *out, const struct settings *list, struct db *db, int64_t district,
                     struct error *err);

/* Content that is on the disk and waits for its row. Plain data, may be copied. */
struct file_draft {
  unsigned char hash[HASH_BYTES], thumb_hash[HASH_BYTES];
  bool has_thumb;
  const char *media; /* lives for ever */
  int64_t bytes, thumb_bytes;
  int width, height, thumb_width, thumb_height;
  time_ms taken; /* 0: not said. For the caller to set from what the sender says, never from EXIF */
};

/* Processes a photo (see photo.h for its errors) or checks a paper (file.empty, file.unknown, file.not-what-it-says,
 * file.type, file.bytes) and writes the content durably. Never on the lane's thread. Error of the disk: file.disk. */
int file_take_photo(struct file_draft *out, struct file_store *store, struct bytes data, const char *claimed,
                    const struct file_limits *limits, struct error *err);
int file_take_plain(struct file_draft *out, struct file_store *store, struct bytes data, const char *claimed,
                    const struct file_limits *limits, struct error *err);

/* Adds the row, in the lane. `actor` is a key such as "account:12". Error file.gone (ERR_CONFLICT) when the draft was
 * left lying so long that its content was swept away. */
int file_add(struct lane_txn *t, struct file_store *store, const struct file_draft *draft, const char *actor, int64_t *id,
             struct error *err);

/* An upload that belongs to nothing yet, and one that came to belong to something: both in the lane. What waits longer than
 * the district allows is erased by file_sweep_abandoned(); a file nobody said waits is never touched by it. */
int file_wait(struct lane_txn *t, int64_t id, struct error *err);
int file_use(struct lane_txn *t, int64_t id, struct error *err);

/* Erases uploads that have waited since before `before`, at most a hundred in one job of the lane, and journals how many
 * (file.sweep, without saying which); `erased` gets it. */
int file_sweep_abandoned(struct lane_txn *t, time_ms before, int *erased, struct error *err);

/* What is known of a file. */
struct file_info {
  int64_t id, bytes, thumb_bytes;
  const char *media, *actor;
  char hash[2 * HASH_BYTES + 1], thumb_hash[2 * HASH_BYTES + 1]; /* hex, for ETag; thumb_hash "" when there is none */
  int width, height, thumb_width, thumb_height;
  time_ms taken, added;
};

/* Error file.missing. */
int file_get(struct db *db, struct arena *arena, int64_t district, int64_t id, struct file_info *out, struct error *err);

/* The same and a descriptor to read the content (or the small picture, where there is one) from; the caller closes it. */
int file_open(struct db *db, struct file_store *store, struct arena *arena, int64_t id, bool thumb, struct file_info *out,
              int *fd, struct error *err);

/* Removes the row and marks its content for removal when no other row has it, in the lane. The bytes go with the next
 * file_sweep(). Error file.missing. */
int file_erase(struct lane_txn *t, int64_t id, struct error *err);

/* How much a sweep removed. */
struct file_swept {
  int64_t erased, orphans, unfinished;
};

/* Removes erased content, content without a row that nobody touched for a day, and unfinished writes of a day ago. To be
 * called every few minutes, and after an erasure, by a thread that is not the lane's; what it removes it removes inside the
 * lane, so that no row can come to refer to it meanwhile. Content touched in the last `grace` ms before `now` (an upload of the
 * same picture that has no row yet) is left for a later sweep; 10 minutes is right outside tests. */
int file_sweep(struct lane *lane, struct file_store *store, time_ms now, time_ms grace, struct file_swept *out,
               struct error *err);

#endif
