/* Files: content by its hash, rows that never refer to nothing, and disks that fill up. */
#include "dbtest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/file.h"
#include "store/image.h"

static char dir[64];
static struct file_store *files;
static struct file_limits limits;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st;
  (void)kind;
  (void)at;
  return remove(path);
}

static void begin(void) {
  struct error err = {0};
  snprintf(dir, sizeof dir, "/tmp/tongxin-files-XXXXXX");
  assert_non_null(mkdtemp(dir));
  DB_OK(file_store_open(&files, dir, DBTEST_DISTRICT, &err), &err);
  DB_OK(file_limits_usual(&limits, &err), &err);
}

static void end(void) {
  file_store_close(files);
  nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct bytes text_bytes(const char *s) { return (struct bytes){(const unsigned char *)s, strlen(s)}; }

static struct file_draft taken(const char *s) {
  struct file_draft d;
  struct error err = {0};
  DB_OK(file_take_plain(&d, files, text_bytes(s), "text/plain", &limits, &err), &err);
  return d;
}

struct adding {
  struct file_draft draft;
  int64_t id;
};

static int add(struct lane_txn *t, void *ctx, struct error *err) {
  struct adding *a = ctx;
  return file_add(t, files, &a->draft, "account:12", &a->id, err);
}

static int erase(struct lane_txn *t, void *ctx, struct error *err) { return file_erase(t, *(int64_t *)ctx, err); }

static int64_t added(struct dbtest *t, struct file_draft draft) {
  struct adding a = {.draft = draft};
  struct error err = {0};
  DB_OK(lane_call(t->lane, add, &a, &err), &err);
  return a.id;
}

static char *content(struct dbtest *t, int64_t id, bool thumb) {
  struct file_info info;
  struct error err = {0};
  int fd = -1;
  DB_OK(file_open(t->db, files, t->arena, id, thumb, &info, &fd, &err), &err);
  int64_t len = thumb && *info.thumb_hash ? info.thumb_bytes : info.bytes;
  char *s = arena_alloc(t->arena, (size_t)len + 1);
  assert_int_equal(read(fd, s, (size_t)len + 1), len);
  close(fd);
  return s;
}

/* Makes everything kept look as old as `age_ms` before now. */
static time_ms age_now;
static int age_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  struct timespec times[2] = {{.tv_sec = age_now / 1000}, {.tv_sec = age_now / 1000}};
  (void)st;
  (void)at;
  return kind == FTW_F ? utimensat(AT_FDCWD, path, times, 0) : 0;
}
static void make_old(time_ms age_ms) {
  age_now = wall_now() - age_ms;
  nftw(dir, age_one, 16, FTW_PHYS);
}

static int counted;
static int count_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)path;
  (void)st;
  (void)at;
  counted += kind == FTW_F;
  return 0;
}
static int count_files(void) {
  counted = 0;
  nftw(dir, count_one, 16, FTW_PHYS);
  return counted;
}

static struct file_swept swept(struct dbtest *t, time_ms grace) {
  struct file_swept s;
  struct error err = {0};
  DB_OK(file_sweep(t->lane, files, wall_now(), grace, &s, &err), &err);
  return s;
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void the_same_content_is_kept_once(void **state) {
  struct dbtest *t = dbtest_of(state);
  begin();
  int64_t a = added(t, taken("会议纪要")), b = added(t, taken("会议纪要")), c = added(t, taken("another"));
  assert_int_equal(a, 1);
  assert_int_equal(b, 2);
  assert_string_equal(content(t, a, false), "会议纪要");
  assert_string_equal(content(t, b, false), "会议纪要");
  assert_string_equal(content(t, c, true), "another");
  assert_int_equal(count_files(), 2);
  struct file_info info;
  struct error err = {0};
  DB_OK(file_get(t->db, t->arena, DBTEST_DISTRICT, a, &info, &err), &err);
  assert_string_equal(info.media, "text/plain");
  assert_string_equal(info.actor, "account:12");
  assert_int_equal(file_get(t->db, t->arena, DBTEST_DISTRICT, 99, &info, &err), -1);
  assert_string_equal(err.code, "file.missing");
  end();
}

static void a_photo_is_kept_with_its_thumbnail_and_the_senders_time(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct image image = {.width = 900, .height = 600, .rgb = xmalloc(900 * 600 * 3)};
  struct buf jpeg;
  struct file_draft d;
  begin();
  buf_init(&jpeg, 1 << 20);
  DB_OK(image_encode(&jpeg, &image, 80, &err), &err);
  DB_OK(file_take_photo(&d, files, (struct bytes){(unsigned char *)jpeg.data, jpeg.len}, "image/jpeg", &limits, &err), &err);
  d.taken = 1763862000000;
  int64_t id = added(t, d);
  struct file_info info;
  DB_OK(file_get(t->db, t->arena, DBTEST_DISTRICT, id, &info, &err), &err);
  assert_int_equal(info.width, 900);
  assert_int_equal(info.thumb_width, 480);
  assert_int_equal(info.thumb_height, 320);
  assert_int_equal(info.taken, 1763862000000);
  assert_memory_equal(content(t, id, true), "\xFF\xD8\xFF", 3);
  assert_int_equal(count_files(), 2);
  assert_int_equal(file_take_photo(&d, files, text_bytes("%PDF-1.4 x"), "image/jpeg", &limits, &err), -1);
  assert_string_equal(err.code, "file.not-what-it-says");
  buf_free(&jpeg);
  image_free(&image);
  end();
}

static void an_erased_file_goes_when_nobody_else_has_its_content(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  begin();
  int64_t a = added(t, taken("shared")), b = added(t, taken("shared"));
  make_old(HOUR_MS);
  DB_OK(lane_call(t->lane, erase, &a, &err), &err);
  assert_int_equal(swept(t, 0).erased, 0);
  assert_string_equal(content(t, b, false), "shared");
  DB_OK(lane_call(t->lane, erase, &b, &err), &err);
  assert_int_equal(lane_call(t->lane, erase, &b, &err), -1);
  assert_string_equal(err.code, "file.missing");
  usleep(2000); /* another batch's now */
  assert_int_equal(swept(t, 2 * HOUR_MS).erased, 0); /* touched within the grace */
  assert_int_equal(swept(t, 0).erased, 1);
  assert_int_equal(count_files(), 0);
  end();
}

static void content_taken_again_after_an_erasure_stays(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  begin();
  int64_t a = added(t, taken("again"));
  make_old(HOUR_MS);
  DB_OK(lane_call(t->lane, erase, &a, &err), &err);
  struct file_draft d = taken("again"); /* touches it */
  usleep(2000);
  assert_int_equal(swept(t, 10 * MINUTE_MS).erased, 0);
  int64_t b = added(t, d);
  make_old(HOUR_MS);
  assert_int_equal(swept(t, 10 * MINUTE_MS).erased, 0);
  assert_string_equal(content(t, b, false), "again");
  end();
}

static void orphans_and_unfinished_writes_go_after_a_day(void **state) {
  struct dbtest *t = dbtest_of(state);
  char path[160];
  begin();
  int64_t kept = added(t, taken("kept"));
  struct file_draft orphan = taken("orphan");
  snprintf(path, sizeof path, "%s/files/%d/new-ABC", dir, DBTEST_DISTRICT);
  int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  close(fd);
  struct file_swept s = swept(t, 0);
  assert_int_equal(s.orphans + s.unfinished, 0);
  make_old(2 * (time_ms)DAY_MS);
  s = swept(t, 0);
  assert_int_equal(s.orphans, 1);
  assert_int_equal(s.unfinished, 1);
  assert_string_equal(content(t, kept, false), "kept");
  struct adding late = {.draft = orphan};
  struct error err = {0};
  assert_int_equal(lane_call(t->lane, add, &late, &err), -1);
  assert_string_equal(err.code, "file.gone");
  end();
}

static int put_setting(struct lane_txn *t, void *ctx, struct error *err) {
  const char **pair = ctx;
  struct q_setting_put_in in = {.district = t->district, .name = pair[0], .value = pair[1]};
  return q_setting_put(t->db, &in, err) < 0 ? -1 : 0;
}

static void limits_are_the_districts_settings(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct file_draft d;
  const char *pairs[][2] = {{"files.plain-bytes", "10"}, {"files.photo-number", "3"}, {"files.photo-edge", "-5"},
                            {"files.plain-types", "application/pdf"}};
  begin();
  for (size_t i = 0; i < 4; i++) DB_OK(lane_call(t->lane, put_setting, pairs[i], &err), &err);
  struct settings list;
  DB_OK(settings_shipped(&list, t->arena, &err), &err);
  DB_OK(file_limits_load(&limits, &list, t->db, DBTEST_DISTRICT, &err), &err);
  assert_int_equal(limits.photo_number, 3);
  assert_int_equal(limits.photo.edge, 2560);
  assert_int_equal(file_take_plain(&d, files, text_bytes("01234567890"), NULL, &limits, &err), -1);
  assert_string_equal(err.code, "file.bytes");
  error_clear(&err);
  assert_int_equal(file_take_plain(&d, files, text_bytes("0123"), "text/plain", &limits, &err), -1);
  assert_string_equal(err.code, "file.type");
  end();
}

/* --- disks that fill up ----------------------------------------------------------------------------------------- */

/* In a child whose files may not pass `most` bytes; exits 0 when the content was taken, 1 when it was refused as it should. */
static int take_with_limit(size_t most, struct bytes data) {
  int status = 0;
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    struct error err = {0};
    struct file_draft d;
    struct rlimit limit = {most, most};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0) _exit(9);
    int r = file_take_plain(&d, files, data, "text/plain", &limits, &err);
    _exit(r == 0 ? 0 : text_eq(err.code, "file.disk") && err.kind == ERR_UNAVAILABLE ? 1 : 2);
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void a_write_that_fails_anywhere_leaves_nothing(void **state) {
  (void)state;
  size_t len = 40000;
  char *s = xmalloc(len);
  memset(s, 'x', len);
  begin();
  struct bytes data = {(unsigned char *)s, len};
  for (size_t most = 0; most < len; most += 7000) {
    assert_int_equal(take_with_limit(most, data), 1);
    assert_int_equal(count_files(), 0);
  }
  assert_int_equal(take_with_limit(len, data), 0);
  assert_int_equal(count_files(), 1);
  free(s);
  end();
}

static void a_full_disk_refuses_the_file_and_serves_what_is_there(void **state) {
  struct dbtest *t = dbtest_of(state);
  char small[64];
  struct error err = {0};
  struct file_draft d;
  snprintf(small, sizeof small, "/tmp/tongxin-small-XXXXXX");
  assert_non_null(mkdtemp(small));
  if (mount("tmpfs", small, "tmpfs", 0, "size=128k") < 0) {
    rmdir(small);
    print_message("# skipped: a small disk cannot be made: %s\n", strerror(errno));
    skip();
  }
  begin();
  file_store_close(files);
  DB_OK(file_store_open(&files, small, DBTEST_DISTRICT, &err), &err);
  int64_t id = added(t, taken("there before"));
  char *s = xmalloc(100000);
  memset(s, 'y', 100000);
  int fits = 0;
  for (; fits < 10; fits++) {
    s[0] = (char)('a' + fits);
    if (file_take_plain(&d, files, (struct bytes){(unsigned char *)s, 30000}, NULL, &limits, &err) < 0) break;
  }
  assert_in_range(fits, 1, 4);
  assert_string_equal(err.code, "file.disk");
  assert_string_equal(content(t, id, false), "there before");
  free(s);
  end();
  umount(small);
  rmdir(small);
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], PHOTO_WORKER)) return photo_worker_main();
  const struct CMUnitTest tests[] = {
      DB_TEST(the_same_content_is_kept_once),
      DB_TEST(a_photo_is_kept_with_its_thumbnail_and_the_senders_time),
      DB_TEST(an_erased_file_goes_when_nobody_else_has_its_content),
      DB_TEST(content_taken_again_after_an_erasure_stays),
      DB_TEST(orphans_and_unfinished_writes_go_after_a_day),
      DB_TEST(limits_are_the_districts_settings),
      cmocka_unit_test(a_write_that_fails_anywhere_leaves_nothing),
      DB_TEST(a_full_disk_refuses_the_file_and_serves_what_is_there),
  };
  hash_start();
  return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
