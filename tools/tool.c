#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int errors;

int tool_errors(void) { return errors; }

void tool_error(const char *path, int line, int column, const char *fmt, ...) {
  errors++;
  fprintf(stderr, "%s:%d:%d: error: ", path, line, column);
  va_list args;
  va_start(args, fmt);
  vfprintf(stderr, fmt, args);
  va_end(args);
  fputc('\n', stderr);
}

static void stop(const char *path, const char *what) {
  fprintf(stderr, "%s: %s: %s\n", path, what, strerror(errno));
  exit(1);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

char **tool_files(struct arena *a, const char *folder, const char *suffix, size_t *count) {
  DIR *d = opendir(folder);
  if (!d) stop(folder, "cannot be read");
  enum { MOST = 4096 };
  char **files = ARENA_ARRAY(a, MOST + 1, char *);
  size_t n = 0, end = strlen(suffix);
  for (struct dirent *e; (e = readdir(d)) != NULL && n < MOST;) {
    size_t len = strlen(e->d_name);
    if (e->d_name[0] == '.' || len <= end || strcmp(e->d_name + len - end, suffix) != 0) continue;
    files[n++] = arena_printf(a, "%s/%s", folder, e->d_name);
  }
  closedir(d);
  qsort(files, n, sizeof *files, by_name);
  *count = n;
  return files;
}

char *tool_read(struct arena *a, const char *path, size_t *len, int utf8) {
  FILE *f = fopen(path, "rb");
  if (!f) stop(path, "cannot be read");
  struct buf b;
  buf_init(&b, 64u << 20);
  char part[65536];
  for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(&b, part, n);
  fclose(f);
  if (utf8 && !text_is_utf8(b.data, b.len)) tool_error(path, 1, 1, "not valid UTF-8");
  char *s = arena_strndup(a, b.data, b.len);
  if (len) *len = b.len;
  /* arena_strndup stops at a NUL; binary files need every byte */
  if (!utf8) s = arena_memdup(a, b.data, b.len + 1);
  buf_free(&b);
  return s;
}

void tool_write(const char *path, const struct buf *b) {
  FILE *f = fopen(path, "rb");
  if (f) {
    struct buf old;
    buf_init(&old, 64u << 20);
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(&old, part, n);
    fclose(f);
    int same = old.len == b->len && memcmp(old.data, b->data, b->len) == 0;
    buf_free(&old);
    if (same) return;
  }
  if (b->full) {
    fprintf(stderr, "%s: too large\n", path);
    exit(1);
  }
  f = fopen(path, "wb");
  if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f) != 0) stop(path, "cannot be written");
}

const char *tool_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}
