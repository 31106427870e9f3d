/* schemas OUT.c FOLDER: compiles the JSON schemas of replies into the program. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

static void quote(struct buf *out, const char *s) {
  buf_putc(out, '"');
  for (; *s; s++) {
    if (*s == '\n') continue;
    if (*s == '"' || *s == '\\' || *s == '?') buf_putc(out, '\\');
    buf_putc(out, *s);
  }
  buf_putc(out, '"');
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  struct arena *a = arena_new(64u << 20);
  size_t n;
  char **files = tool_files(a, argv[2], ".json", &n);
  struct buf b;
  buf_init(&b, 16u << 20);
  buf_puts(&b, "/* Written by tools/schemas.c. */\n#include \"web/schemas.h\"\n\n#include <stddef.h>\n\n");
  buf_puts(&b, "const struct schema_text schema_texts[] = {\n");
  for (size_t i = 0; i < n; i++) {
    const char *name = tool_name(files[i]);
    buf_printf(&b, "  {\"%.*s\", ", (int)(strlen(name) - strlen(".json")), name);
    quote(&b, tool_read(a, files[i], NULL, 1));
    buf_puts(&b, "},\n");
  }
  buf_puts(&b, "  {NULL, NULL}};\n");
  if (!tool_errors()) tool_write(argv[1], &b);
  buf_free(&b);
  arena_free(a);
  return tool_errors() ? 1 : 0;
}
