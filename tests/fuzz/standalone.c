/* Runs files and folders of files through a fuzz target without a fuzzer, one TAP line a file. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { MOST_FILES = 20000, LARGEST = 1 << 20 };

static char *names[MOST_FILES];
static int count;

static void take(const char *path) {
  if (count < MOST_FILES) names[count++] = strdup(path);
}

static void gather(const char *path) {
  DIR *folder = opendir(path);
  if (!folder) {
    take(path);
    return;
  }
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char full[4096];
    if (entry->d_name[0] == '.') continue;
    if (snprintf(full, sizeof full, "%s/%s", path, entry->d_name) < (int)sizeof full) take(full);
  }
  closedir(folder);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The bytes are in a block of exactly their size, so that the address sanitizer sees a step past the end. */
static int run(const char *path) {
  FILE *f = fopen(path, "rb");
  struct stat st;
  if (!f || fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LARGEST) {
    if (f) fclose(f);
    return -1;
  }
  size_t n = (size_t)st.st_size;
  uint8_t *bytes = malloc(n ? n : 1);
  size_t got = bytes ? fread(bytes, 1, n, f) : 0;
  fclose(f);
  if (got == n) LLVMFuzzerTestOneInput(bytes, n);
  free(bytes);
  return got == n ? 0 : -1;
}

int main(int argc, char **argv) {
  int bad = 0;
  for (int i = 1; i < argc; i++) gather(argv[i]);
  qsort(names, (size_t)count, sizeof *names, by_name);
  printf("1..%d\n", count);
  for (int i = 0; i < count; i++) {
    int failed = run(names[i]) != 0;
    bad |= failed;
    printf("%sok %d - %s\n", failed ? "not " : "", i + 1, names[i]);
    fflush(stdout);
  }
  for (int i = 0; i < count; i++) free(names[i]);
  return bad || !count;
}
