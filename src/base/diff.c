#include "base/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { EDITS_MOST = 2000 };

struct lines {
  const char **text;
  uint64_t *hash; /* so that most lines that differ are told apart without reading them */
  bool *apart;    /* not in the other text */
  int count;
};

/* FNV-1a. */
static uint64_t hash_of(const char *s) {
  uint64_t h = 14695981039346656037u;
  for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211u;
  return h;
}

static void cut_up(struct lines *l, struct arena *a, const char *text) {
  int most = 1;
  for (const char *s = text; *s; s++) most += *s == '\n';
  l->text = ARENA_ARRAY(a, (size_t)most, const char *);
  l->hash = ARENA_ARRAY(a, (size_t)most, uint64_t);
  l->apart = ARENA_ARRAY(a, (size_t)most, bool);
  l->count = 0;
  for (const char *s = text; *s;) {
    size_t n = strcspn(s, "\n"), kept = n > 0 && s[n - 1] == '\r' ? n - 1 : n;
    l->text[l->count] = arena_strndup(a, s, kept);
    l->hash[l->count] = hash_of(l->text[l->count]);
    l->apart[l->count++] = true;
    s += n + (s[n] == '\n');
  }
}

static bool same(const struct lines *a, int i, const struct lines *b, int j) {
  return a->hash[i] == b->hash[j] && text_eq(a->text[i], b->text[j]);
}

static void join(struct lines *a, int i, struct lines *b, int j) { a->apart[i] = b->apart[j] = false; }

/* The stretch of both texts that is compared: from..from+n and from..from+m. */
struct stretch {
  struct lines *a, *b;
  int from, n, m;
};

/* How far the path on diagonal k gets with d edits. */
static int reach(const struct stretch *s, const int *v, int d, int k) {
  int x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;
  while (x < s->n && x - k < s->m && same(s->a, s->from + x, s->b, s->from + x - k)) x++;
  return x;
}

/* Goes back from the end and joins the lines the shortest path runs along; trace[d] is what was reached before d. */
static void walk_back(const struct stretch *s, int *const *trace, int d) {
  int x = s->n, y = s->m;
  for (; d >= 0; d--) {
    const int *v = trace[d];
    int k = x - y, before = k == -d || (k != d && v[k - 1] < v[k + 1]) ? k + 1 : k - 1;
    int from_x = d ? v[before] : 0, from_y = d ? from_x - before : 0;
    while (x > from_x && y > from_y) {
      x--, y--;
      join(s->a, s->from + x, s->b, s->from + y);
    }
    x = from_x, y = from_y;
  }
}

static void shortest(const struct stretch *s, struct arena *a) {
  int most = s->n + s->m < EDITS_MOST ? s->n + s->m : EDITS_MOST;
  int **trace = ARENA_ARRAY(a, (size_t)most + 1, int *);
  int *v = ARENA_ARRAY(a, 2 * (size_t)most + 3, int);
  v += most + 1;
  for (int d = 0; d <= most; d++) {
    trace[d] = ARENA_ARRAY(a, 2 * (size_t)d + 3, int);
    memcpy(trace[d], v - d - 1, (2 * (size_t)d + 3) * sizeof *v);
    trace[d] += d + 1;
    for (int k = -d; k <= d; k += 2) {
      v[k] = reach(s, v, d, k);
      if (v[k] < s->n || v[k] - k < s->m) continue;
      walk_back(s, trace, d);
      return;
    }
  }
}

static int merge(struct diff_line *out, const struct lines *a, const struct lines *b) {
  int i = 0, j = 0, n = 0;
  while (i < a->count || j < b->count) {
    if (i < a->count && a->apart[i]) {
      out[n++] = (struct diff_line){DIFF_CUT, a->text[i], i + 1, 0};
      i++;
    } else if (j < b->count && b->apart[j]) {
      out[n++] = (struct diff_line){DIFF_ADD, b->text[j], 0, j + 1};
      j++;
    } else {
      out[n++] = (struct diff_line){DIFF_SAME, a->text[i], i + 1, j + 1};
      i++, j++;
    }
  }
  return n;
}

int diff_lines(struct diff_line **out, struct arena *arena, const char *was, const char *is) {
  struct lines a, b;
  cut_up(&a, arena, was);
  cut_up(&b, arena, is);
  struct stretch s = {.a = &a, .b = &b, .n = a.count, .m = b.count};
  while (s.n > 0 && s.m > 0 && same(&a, s.from, &b, s.from)) {
    join(&a, s.from, &b, s.from);
    s.from++, s.n--, s.m--;
  }
  while (s.n > 0 && s.m > 0 && same(&a, s.from + s.n - 1, &b, s.from + s.m - 1)) {
    join(&a, s.from + s.n - 1, &b, s.from + s.m - 1);
    s.n--, s.m--;
  }
  if (s.n > 0 && s.m > 0) shortest(&s, arena);
  *out = ARENA_ARRAY(arena, (size_t)a.count + (size_t)b.count + 1, struct diff_line);
  return merge(*out, &a, &b);
}
