/* embed OUT.c SPEC...: compiles data files into the program, so that the one binary can found a district.
 *
 * A SPEC is NAME=PATH (a file), NAME/=FOLDER (the data files of a folder and of the folders in it), or
 * NAME=PATH@PREFIX (a CSV file's header and the rows that begin with PREFIX: one county out of the nation's list). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

enum { MOST = 200 };

static struct arena *memory;
static struct {
  const char *name, *data;
  size_t len;
} files[MOST];
static size_t count;

static void add(const char *name, const char *data, size_t len) {
  if (count == MOST) {
    tool_error(name, 1, 1, "too many files");
    return;
  }
  files[count].name = name;
  files[count].data = data;
  files[count++].len = len;
}

/* Every file of the kinds we embed, and those of the folders in it. */
static void add_folder(const char *name, const char *folder) {
  static const char *const kinds[] = {".yaml", ".csv", ".json", ".geojson"};
  size_t n, len;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    char **paths = tool_files(memory, folder, kinds[k], &n);
    for (size_t i = 0; i < n; i++) {
      const char *data = tool_read(memory, paths[i], &len, 1);
      add(arena_printf(memory, "%s%s", name, tool_name(paths[i])), data, len);
    }
  }
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d)) != NULL;)
    if (e->d_type == DT_DIR && e->d_name[0] != '.')
      add_folder(arena_printf(memory, "%s%s/", name, e->d_name), arena_printf(memory, "%s/%s", folder, e->d_name));
  if (d) closedir(d);
}

/* The header and the rows of one county. A row that runs over a line end would be cut; the lists have none. */
static void add_rows(const char *name, const char *path, const char *prefix) {
  size_t len, header = 1;
  char *data = tool_read(memory, path, &len, 1);
  char *out = arena_alloc(memory, len + 1);
  size_t out_len = 0;
  for (char *line = data, *end; *line; line = end, header = 0) {
    end = strchr(line, '\n');
    end = end ? end + 1 : line + strlen(line);
    if (!header && strncmp(line, prefix, strlen(prefix)) != 0) continue;
    memcpy(out + out_len, line, (size_t)(end - line));
    out_len += (size_t)(end - line);
  }
  add(name, out, out_len);
}

static void add_spec(char *spec) {
  size_t len;
  char *path = strchr(spec, '=');
  if (!path) {
    tool_error(spec, 1, 1, "write NAME=PATH");
    return;
  }
  *path++ = '\0';
  char *prefix = strrchr(path, '@');
  if (prefix && strchr(prefix, '/')) prefix = NULL;
  if (prefix) *prefix++ = '\0';
  if (spec[strlen(spec) - 1] == '/') add_folder(spec, path);
  else if (prefix) add_rows(spec, path, prefix);
  else {
    const char *data = tool_read(memory, path, &len, 1);
    add(spec, data, len);
  }
}

static void write_source(const char *path) {
  struct buf b;
  buf_init(&b, 256u << 20);
  buf_puts(&b, "/* Written by tools/embed.c. */\n#include \"base/embedded.h\"\n\n");
  for (size_t i = 0; i < count; i++) {
    buf_printf(&b, "static const unsigned char file_%zu[] = {", i);
    for (size_t k = 0; k < files[i].len; k++)
      buf_printf(&b, k % 32 ? "%u," : "\n%u,", (unsigned)(unsigned char)files[i].data[k]);
    buf_puts(&b, "0};\n");
  }
  buf_puts(&b, "\nconst struct embedded embedded_files[] = {\n");
  for (size_t i = 0; i < count; i++)
    buf_printf(&b, "  {\"%s\", {file_%zu, %zu}},\n", files[i].name, i, files[i].len);
  buf_puts(&b, "  {0}};\n");
  tool_write(path, &b);
  buf_free(&b);
}

int main(int argc, char **argv) {
  memory = arena_new(512u << 20);
  for (int i = 2; i < argc; i++) add_spec(argv[i]);
  if (argc < 2 || tool_errors()) return 1;
  write_source(argv[1]);
  arena_free(memory);
  return 0;
}
