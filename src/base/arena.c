#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Under a sanitizer every piece is its own malloc, so that an overflow inside the arena is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_PLAIN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_PLAIN 1
#endif
#endif
#ifndef ARENA_PLAIN
#define ARENA_PLAIN 0
#endif

enum { FIRST_BLOCK = 16 * 1024, ALIGNMENT = 16, EXIT_NO_MEMORY = 70 };

struct block {
  struct block *next;
  size_t size, used;
  _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct cleanup {
  struct cleanup *next;
  void (*fn)(void *);
  void *what;
};

struct arena {
  struct block *blocks;
  struct cleanup *cleanups;
  size_t used, max;
};

/* For the fault tests: TONGXIN_FAIL_ALLOCATION=n makes the n-th checked allocation fail. */
static long fail_at(void) {
  static long at = -1;
  if (at < 0) {
    const char *s = getenv("TONGXIN_FAIL_ALLOCATION");
    at = s ? strtol(s, NULL, 10) : 0;
  }
  return at;
}

static void out_of_memory(size_t wanted) __attribute__((noreturn));
static void out_of_memory(size_t wanted) {
  char line[160];
  int n = snprintf(line, sizeof line,
                   "level=fatal event=no-memory wanted=%zu hint=\"nothing acknowledged is lost; give the "
                   "server more memory and start it again\"\n",
                   wanted);
  if (n > 0) (void)!write(STDERR_FILENO, line, (size_t)n);
  _exit(EXIT_NO_MEMORY);
}

static void *checked(void *p, size_t n) {
  static long count;
  long at = fail_at();
  if (at > 0 && __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) == at) out_of_memory(n);
  if (!p) out_of_memory(n);
  return p;
}

void *xmalloc(size_t n) { return checked(calloc(1, n ? n : 1), n); }

void *xrealloc(void *p, size_t n) { return checked(realloc(p, n ? n : 1), n); }

char *xstrdup(const char *s) {
  size_t n = strlen(s) + 1;
  return memcpy(xmalloc(n), s, n);
}

struct arena *arena_new(size_t max) {
  struct arena *a = xmalloc(sizeof *a);
  a->max = max;
  return a;
}

static struct block *add_block(struct arena *a, size_t room) {
  struct block *b = xmalloc(sizeof *b + room);
  b->size = room;
  b->next = a->blocks;
  a->blocks = b;
  return b;
}

static size_t block_room(size_t n) {
  if (ARENA_PLAIN) return n;
  return n > FIRST_BLOCK / 2 ? n : FIRST_BLOCK;
}

void *arena_alloc(struct arena *a, size_t n) {
  if (n > a->max - a->used) out_of_memory(n);
  a->used += n;
  size_t rounded = (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (ARENA_PLAIN) return add_block(a, n ? n : 1)->bytes;
  struct block *b = a->blocks;
  if (!b || b->size - b->used < rounded) {
    struct block *old = b;
    b = add_block(a, block_room(rounded));
    /* A large piece goes behind the block still being filled, which stays in use. */
    if (old && rounded > FIRST_BLOCK / 2) {
      a->blocks = old;
      b->next = old->next;
      old->next = b;
    }
  }
  void *p = b->bytes + b->used;
  b->used += rounded;
  return p;
}

void *arena_array(struct arena *a, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) out_of_memory(SIZE_MAX);
  return arena_alloc(a, count * size);
}

/* Small ones from the block that is being filled, which is zeroed; large ones get a block of their own that is not. */
void *arena_room(struct arena *a, size_t count, size_t size) {
  if (size && count > (SIZE_MAX / 2 - sizeof(struct block)) / size) out_of_memory(SIZE_MAX);
  size_t n = count * size;
  if (n <= FIRST_BLOCK / 2) return arena_alloc(a, n);
  if (n > a->max - a->used) out_of_memory(n);
  struct block *b = checked(malloc(sizeof *b + n), n), **at = a->blocks ? &a->blocks->next : &a->blocks;
  *b = (struct block){.next = *at, .size = n, .used = n};
  *at = b;
  a->used += n;
  return b->bytes;
}

static void run_cleanups(struct arena *a) {
  struct cleanup *c = a->cleanups;
  a->cleanups = NULL;
  for (; c; c = c->next) c->fn(c->what);
}

static void free_blocks(struct block *b) {
  while (b) {
    struct block *next = b->next;
    free(b);
    b = next;
  }
}

void arena_reset(struct arena *a) {
  run_cleanups(a);
  struct block *keep = NULL;
  if (!ARENA_PLAIN && a->blocks && a->blocks->size == FIRST_BLOCK) {
    keep = a->blocks;
    a->blocks = keep->next;
    memset(keep->bytes, 0, keep->used);
    keep->used = 0;
    keep->next = NULL;
  }
  free_blocks(a->blocks);
  a->blocks = keep;
  a->used = 0;
}

void arena_free(struct arena *a) {
  if (!a) return;
  run_cleanups(a);
  free_blocks(a->blocks);
  free(a);
}

void *arena_memdup(struct arena *a, const void *p, size_t n) {
  void *copy = arena_alloc(a, n ? n : 1);
  if (n) memcpy(copy, p, n);
  return copy;
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
  char *copy = arena_alloc(a, n + 1);
  if (n) memcpy(copy, s, n);
  copy[n] = '\0';
  return copy;
}

char *arena_strdup(struct arena *a, const char *s) { return s ? arena_strndup(a, s, strlen(s)) : NULL; }

char *arena_printf(struct arena *a, const char *fmt, ...) {
  va_list args, again;
  va_start(args, fmt);
  va_copy(again, args);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  if (n < 0) out_of_memory(0);
  char *s = arena_alloc(a, (size_t)n + 1);
  vsnprintf(s, (size_t)n + 1, fmt, again);
  va_end(again);
  return s;
}

void arena_on_free(struct arena *a, void (*fn)(void *), void *what) {
  struct cleanup *c = ARENA_NEW(a, struct cleanup);
  c->fn = fn;
  c->what = what;
  c->next = a->cleanups;
  a->cleanups = c;
}

size_t arena_used(const struct arena *a) { return a->used; }
