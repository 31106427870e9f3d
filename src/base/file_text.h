/* A whole small file as text. */
#ifndef BASE_FILE_TEXT_H
#define BASE_FILE_TEXT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Reads `path`, at most `max` bytes, into `a`, NUL-terminated. `n` (may be NULL) gets the length. Errors: file.text.missing
 * and file.text.unreadable ({1} the path), file.text.large ({1} the path, {2} how many bytes are allowed). */
int file_text(char **out, size_t *n, struct arena *a, const char *path, size_t max, struct error *err);

#endif
