/* Arenas: memory that dies together. One per request, one per lane batch, one per loaded procedure. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Makes an arena that will hand out at most `max` bytes. Never returns NULL.
 * Memory that cannot be had ends the process (exit code 70, EX_SOFTWARE): the design is crash-only, nothing
 * that was acknowledged is lost by it, and no half-handled NULL path exists to be wrong. What a stranger may
 * send is bounded before it reaches an arena. */
struct arena *arena_new(size_t max);

/* Frees everything in `a`, running the clean-ups in reverse order first. NULL is allowed. */
void arena_free(struct arena *a);

/* Forgets everything in `a` (clean-ups run) but keeps a first block for reuse. */
void arena_reset(struct arena *a);

/* `n` zeroed bytes, aligned for any type, owned by the arena. Never NULL. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((returns_nonnull, malloc));

/* An array of `count` zeroed elements of `size` bytes; a product that overflows ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull, malloc));

/* Copies; the copy lives as long as the arena. arena_strdup(a, NULL) is NULL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
void *arena_memdup(struct arena *a, const void *p, size_t n) __attribute__((returns_nonnull));

/* A formatted string in the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3), nonnull(2), returns_nonnull));

/* Room for `count` things of `size` bytes each whose bytes are whatever they were: no time is spent on wiping it. */
void *arena_room(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/* Runs `fn(what)` when the arena is reset or freed, for things that are not memory. */
void arena_on_free(struct arena *a, void (*fn)(void *), void *what);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/* Checked heap memory for the few things that outlive every arena; ends the process when there is none. */
void *xmalloc(size_t n) __attribute__((returns_nonnull, malloc));
void *xrealloc(void *p, size_t n) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((returns_nonnull, malloc));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
/* For arrays that are filled one whole item after the other. */
#define ARENA_ROOM(a, count, type) ((type *)arena_room((a), (count), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
