/* assets OUT.h OUT.c ASSETS ROOT SPRITE.svg: compiles files for the browser into the program, plain and gzipped.
 * ASSETS/vendor.txt adds prebuilt files: a line is `name path-under-ROOT`. Their address carries a hash of their
 * content, so a browser may keep them for ever and never sees an old one. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "tool.h"

enum { MOST = 300 };

struct file {
  const char *name;
  char *id;
  unsigned char *data;
  size_t len;
};

static struct arena *memory;
static struct file files[MOST];
static size_t count;

static void take(const char *name, const char *path) {
  if (count == MOST) return;
  struct file *f = &files[count];
  f->name = name;
  f->id = arena_printf(memory, "A_%s", name);
  for (char *p = f->id; *p; p++) *p = (char)(isalnum((unsigned char)*p) ? toupper((unsigned char)*p) : '_');
  f->data = (unsigned char *)tool_read(memory, path, &f->len, 0);
  for (size_t i = 0; i < count; i++)
    if (strcmp(files[i].id, f->id) == 0) tool_error(path, 1, 1, "the name %s is taken", name);
  count++;
}

/* Our own style sheets are sent without what is said in them to whoever changes them. */
static void strip_remarks(struct file *f) {
  const char *s = (const char *)f->data, *end = s + f->len;
  char *to = (char *)f->data;
  while (s < end) {
    const char *close = s + 1 < end && s[0] == '/' && s[1] == '*' ? strstr(s + 2, "*/") : NULL;
    if (!close) {
      *to++ = *s++;
      continue;
    }
    s = close + 2;
    if (s < end && *s == '\n') s++;
  }
  f->len = (size_t)(to - (char *)f->data);
}

static void read_folder(const char *folder) {
  static const char *const kinds[] = {".css", ".js", ".svg", ".png", ".webmanifest"};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    size_t n;
    char **names = tool_files(memory, folder, kinds[k], &n);
    for (size_t i = 0; i < n; i++) {
      take(tool_name(names[i]), names[i]);
      if (k == 0) strip_remarks(&files[count - 1]);
    }
  }
}

static void read_vendor(const char *list, const char *root) {
  char *s = tool_read(memory, list, NULL, 1), *save = NULL;
  int at = 0;
  for (char *line = strtok_r(s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    at++;
    if (*line == '#') continue;
    char *space = strchr(line, ' ');
    if (!space) {
      tool_error(list, at, 1, "write: name path");
      continue;
    }
    *space = '\0';
    if (access(arena_printf(memory, "%s/%s", root, space + 1), R_OK) != 0) {
      tool_error(list, at, 1, "%s is not there: tools/setup.sh fetches what package-lock.json names", space + 1);
      continue;
    }
    take(line, arena_printf(memory, "%s/%s", root, space + 1));
  }
}

static const char *media_type(const char *name) {
  static const char *const types[][2] = {{".css", "text/css; charset=utf-8"},
                                         {".js", "text/javascript; charset=utf-8"},
                                         {".svg", "image/svg+xml"},
                                         {".png", "image/png"},
                                         {".webmanifest", "application/manifest+json"}};
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
    if (strcmp(dot, types[i][0]) == 0) return types[i][1];
  return "application/octet-stream";
}

/* FNV-1a: names change when the content does; nobody is kept out by it. */
static unsigned long long hash(const unsigned char *s, size_t n) {
  unsigned long long h = 14695981039346656037ull;
  for (size_t i = 0; i < n; i++) h = (h ^ s[i]) * 1099511628211ull;
  return h;
}

static unsigned char *squeeze(const unsigned char *in, size_t n, size_t *out_len) {
  z_stream z = {0};
  if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) exit(1);
  size_t room = deflateBound(&z, n) + 64;
  unsigned char *out = arena_alloc(memory, room);
  z.next_in = (unsigned char *)in;
  z.avail_in = (unsigned)n;
  z.next_out = out;
  z.avail_out = (unsigned)room;
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) exit(1);
  *out_len = z.total_out;
  deflateEnd(&z);
  return out;
}

static void write_bytes(struct buf *b, const char *kind, size_t i, const unsigned char *s, size_t n) {
  buf_printf(b, "static const unsigned char %s_%zu[] = {", kind, i);
  for (size_t k = 0; k < n; k++) buf_printf(b, k % 32 ? "%u," : "\n%u,", s[k]);
  buf_puts(b, n ? "};\n" : "0};\n");
}

static void write_source(const char *path) {
  struct buf b, table;
  buf_init(&b, 64u << 20);
  buf_init(&table, 1u << 20);
  buf_puts(&b, "/* Written by tools/assets.c. */\n#include \"web/assets.h\"\n\n");
  for (size_t i = 0; i < count; i++) {
    const struct file *f = &files[i];
    size_t packed_len;
    unsigned char *packed = squeeze(f->data, f->len, &packed_len);
    if (packed_len + 100 > f->len) packed_len = 0;
    write_bytes(&b, "plain", i, f->data, f->len);
    if (packed_len) write_bytes(&b, "packed", i, packed, packed_len);
    const char *dot = strrchr(f->name, '.');
    int stem = dot ? (int)(dot - f->name) : (int)strlen(f->name);
    unsigned long long h = hash(f->data, f->len);
    buf_printf(&table, "  {\"%s\", \"/assets/%.*s-%016llx%s\", \"\\\"%016llx\\\"\", \"%s\", {plain_%zu, %zu}, ", f->name, stem,
               f->name, h, dot ? dot : "", h, media_type(f->name), i, f->len);
    if (packed_len) buf_printf(&table, "{packed_%zu, %zu}},\n", i, packed_len);
    else buf_puts(&table, "{0, 0}},\n");
  }
  buf_puts(&b, "\nconst struct asset_file asset_files[] = {\n");
  buf_add(&b, table.data, table.len);
  buf_puts(&b, "};\n");
  tool_write(path, &b);
  buf_free(&b);
  buf_free(&table);
}

static void write_header(const char *path) {
  struct buf b;
  buf_init(&b, 1u << 20);
  buf_puts(&b, "/* Written by tools/assets.c. */\n#ifndef WEB_ASSETS_IDS_H\n#define WEB_ASSETS_IDS_H\n\nenum asset {\n");
  for (size_t i = 0; i < count; i++) buf_printf(&b, "  %s,\n", files[i].id);
  buf_puts(&b, "  ASSETS\n};\n\n#endif\n");
  tool_write(path, &b);
  buf_free(&b);
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "assets OUT.h OUT.c ASSETS ROOT SPRITE.svg\n");
    return 2;
  }
  memory = arena_new(512u << 20);
  read_folder(argv[3]);
  read_vendor(arena_printf(memory, "%s/vendor.txt", argv[3]), argv[4]);
  take("icons.svg", argv[5]);
  if (!tool_errors()) {
    write_header(argv[1]);
    write_source(argv[2]);
  }
  arena_free(memory);
  return tool_errors() ? 1 : 0;
}
