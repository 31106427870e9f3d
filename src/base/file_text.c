#include "base/file_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(char *to, size_t n, int fd) {
  for (size_t done = 0; done < n;) {
    ssize_t got = read(fd, to + done, n - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    done += (size_t)got;
  }
  return 0;
}

int file_text(char **out, size_t *n, struct arena *a, const char *path, size_t max, struct error *err) {
  struct stat is;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return error_set(err, ERR_MISSING, "file.text.missing", NULL, path, NULL);
  if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode)) {
    close(fd);
    return error_set(err, ERR_INPUT, "file.text.unreadable", NULL, path, NULL);
  }
  size_t size = (size_t)is.st_size;
  if (size > max) {
    char most[32];
    close(fd);
    snprintf(most, sizeof most, "%zu", max);
    return error_set(err, ERR_TOO_LARGE, "file.text.large", NULL, path, most, NULL);
  }
  char *text = arena_alloc(a, size + 1);
  int r = read_all(text, size, fd);
  close(fd);
  if (r < 0) return error_set(err, ERR_INPUT, "file.text.unreadable", NULL, path, NULL);
  *out = text;
  if (n) *n = size;
  return 0;
}
