/* What the build-time programs share: reading a folder in a stable order, writing a file only when it changed (so that
 * nothing is compiled again for nothing), and errors an editor can jump to. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

/* The files in `folder` whose names end in `suffix`, sorted; NULL after the last. Paths are folder/name. */
char **tool_files(struct arena *a, const char *folder, const char *suffix, size_t *count);

/* A whole file, NUL-terminated; must be valid UTF-8 when `utf8`. Ends the program when it cannot be had. */
char *tool_read(struct arena *a, const char *path, size_t *len, int utf8);

/* Writes `b` to `path` unless the file holds just that. */
void tool_write(const char *path, const struct buf *b);

/* "path:line:column: error: ..." on standard error, and remembers that there was one. */
void tool_error(const char *path, int line, int column, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
int tool_errors(void);

/* The last part of a path. */
const char *tool_name(const char *path);

#endif
