/* Confinement of a helper process before it touches what a stranger sent. */
#ifndef STORE_CONFINE_H
#define STORE_CONFINE_H

#include <stddef.h>

#include "base/error.h"

/* Gives up, for this process and for good: memory beyond `memory` bytes, processor time beyond `cpu_s` seconds, core
 * files, writing any file (rlimits), the whole file system (Landlock, where the kernel has it), and every system call but
 * reading and writing open descriptors, memory and exit (seccomp; another one kills the process). Opening a file is
 * answered with "not permitted", because libraries look for files about the processor and do without.
 *
 * Under a sanitizer the memory limit is left out (it maps terabytes) and the filter is turned round: everything is
 * allowed but opening sockets, running programs, making processes and changing files, which still kill.
 *
 * Error: file.photo.helper, when the kernel has no seccomp; the helper then does nothing. */
int confine_helper(size_t memory, int cpu_s, struct error *err);

/* The same for a helper that draws with a library which looks for fonts while it works: files below `readable` (ended by
 * NULL) can still be opened, for reading only (Landlock, where the kernel has it; the system calls allow reading only in
 * any case). In two steps, because what a first drawing does need not be possible later: confine_files first, then a first
 * drawing, then confine_calls, which counts for every thread there is; further threads may be made, processes not.
 * Errors: `code` (UNAVAILABLE). */
int confine_files(const char *const *readable, size_t memory, int cpu_s, const char *code, struct error *err);
int confine_calls(const char *code, struct error *err);

#endif
