/* The table: finding a route, and refusing a table that is wrong. */
#include <string.h>

#include "web/route_inside.h"

enum { BUCKETS = 256, MOST = 1024 };

static const struct route *all[MOST];
static int count;
static struct node {
  const struct route *route;
  struct node *next;
} nodes[MOST], *buckets[BUCKETS];
static bool built;

/* The first segment decides the bucket; it is always literal. */
static unsigned bucket_of(const char *path) {
  unsigned h = 2166136261u;
  const char *p = *path == '/' ? path + 1 : path;
  for (; *p && *p != '/'; p++) h = (h ^ (unsigned char)*p) * 16777619u;
  return h % BUCKETS;
}

static void build(void) {
  if (built) return;
  for (const struct route *const *area = route_areas; *area; area++)
    for (const struct route *r = *area; r->path && count < MOST; r++) {
      struct node *n = &nodes[count];
      unsigned b = bucket_of(r->path);
      *n = (struct node){r, buckets[b]};
      buckets[b] = n;
      all[count++] = r;
    }
  built = true;
}

int route_count(void) {
  build();
  return count;
}

const struct route *route_at(int i) {
  build();
  return i >= 0 && i < count ? all[i] : NULL;
}

/* Compares one segment of a pattern ("case", "{code}", "{id}.json") with one of a path. 0 no; 3 literal; 2 with a
 * literal end; 1 anything. */
static int segment_match(const char *pattern, size_t pn, const char *s, size_t sn) {
  if (!pn || *pattern != '{') return pn == sn && memcmp(pattern, s, pn) == 0 ? 3 : 0;
  const char *close = memchr(pattern, '}', pn);
  size_t tail = close ? pn - (size_t)(close - pattern) - 1 : 0;
  if (sn <= tail || (tail && memcmp(s + sn - tail, pattern + pn - tail, tail) != 0)) return 0;
  return tail ? 2 : 1;
}

/* 0 when the path is another one; otherwise higher is closer, the leftmost segment counting most. */
static uint64_t path_match(const char *pattern, const char *path) {
  uint64_t score = 1;
  for (;;) {
    if (*pattern != *path) return 0; /* both at '/' or both at the end */
    if (!*pattern) return score;
    pattern++, path++;
    size_t pn = strcspn(pattern, "/"), sn = strcspn(path, "/");
    int m = segment_match(pattern, pn, path, sn);
    if (!m) return 0;
    score = score * 4 + (uint64_t)m;
    pattern += pn, path += sn;
  }
}

const struct route *route_find(enum http_method method, const char *path, unsigned *allowed) {
  build();
  const struct route *best = NULL;
  uint64_t best_score = 0;
  unsigned methods = 0;
  for (const struct node *n = buckets[bucket_of(path)]; n; n = n->next) {
    uint64_t score = path_match(n->route->path, path);
    if (!score) continue;
    methods |= 1u << n->route->method;
    if (n->route->method == method && score > best_score) {
      best = n->route;
      best_score = score;
    }
  }
  if (allowed) *allowed = methods;
  return best;
}

const char *route_segment(struct arena *a, const struct route *route, const char *path, const char *name) {
  const char *pattern = route->path;
  while (*pattern && *path) {
    pattern++, path++;
    size_t pn = strcspn(pattern, "/"), sn = strcspn(path, "/");
    const char *close = *pattern == '{' ? memchr(pattern, '}', pn) : NULL;
    if (close) {
      size_t n = (size_t)(close - pattern) - 1, tail = pn - n - 2;
      if (n == strlen(name) && memcmp(pattern + 1, name, n) == 0) return arena_strndup(a, path, sn - tail);
    }
    pattern += pn, path += sn;
  }
  return NULL;
}

/* --- the check --- */

static int wrong(const struct route *r, const char *what, struct error *err) {
  return error_fault(err, "web.route.bad", "%s %s: %s", http_method_name(r->method), r->path, what);
}

static const struct param *param_named(const struct route *r, const char *name, size_t n) {
  for (int i = 0; i < r->param_count; i++)
    if (r->params[i].name && strlen(r->params[i].name) == n && memcmp(r->params[i].name, name, n) == 0)
      return &r->params[i];
  return NULL;
}

static int check_path(const struct route *r, struct error *err) {
  if (r->path[0] != '/' || r->path[1] == '{') return wrong(r, "a path begins with / and a literal segment", err);
  for (const char *p = r->path; (p = strchr(p, '{')) != NULL; p++) {
    const char *close = strchr(p, '}');
    if (p[-1] != '/' || !close) return wrong(r, "a {segment} is malformed", err);
    const struct param *q = param_named(r, p + 1, (size_t)(close - p) - 1);
    if (!q || q->in != IN_PATH) return wrong(r, "a {segment} has no parameter IN_PATH", err);
  }
  return 0;
}

static int check_param(const struct route *r, const struct param *p, struct error *err) {
  if (text_empty(p->name)) return wrong(r, "a parameter without a name (a gap in the enum?)", err);
  if (param_named(r, p->name, strlen(p->name)) != p) return wrong(r, "two parameters of one name", err);
  if (p->low > p->high) return wrong(r, "bounds the wrong way round", err);
  if ((p->type == PARAM_CHOICE) != !text_empty(p->choices)) return wrong(r, "choices and type do not agree", err);
  if (p->type == PARAM_FILE && p->in != IN_FORM && p->in != IN_BODY) return wrong(r, "a file comes in a form", err);
  if (p->type == PARAM_JSON && p->in != IN_JSON && p->in != IN_BODY) return wrong(r, "JSON comes in JSON", err);
  bool body = p->in == IN_FORM || p->in == IN_JSON || p->in == IN_BODY;
  if (body && r->method == HTTP_GET) return wrong(r, "GET takes no form", err);
  char *braces = NULL;
  if (p->in == IN_PATH) {
    struct arena *a = arena_new(4096);
    braces = arena_printf(a, "{%s}", p->name);
    bool there = strstr(r->path, braces) != NULL;
    arena_free(a);
    if (!there) return wrong(r, "a parameter IN_PATH without its {segment}", err);
  }
  return 0;
}

static int check_route(const struct route *r, struct error *err) {
  if (!r->handler) return wrong(r, "no handler", err);
  if (!r->who) return wrong(r, "nobody may call it", err);
  if (r->method == HTTP_HEAD || r->method == HTTP_OPTIONS) return wrong(r, "HEAD and OPTIONS are made from GET", err);
  if (r->kind == ROUTE_API && text_empty(r->reply)) return wrong(r, "no reply schema", err);
  if (check_path(r, err) != 0) return -1;
  for (int i = 0; i < r->param_count; i++)
    if (check_param(r, &r->params[i], err) != 0) return -1;
  return 0;
}

int route_table_check(struct error *err) {
  build();
  if (count == MOST) return error_fault(err, "web.route.bad", "more than %d routes", MOST);
  for (int i = 0; i < count; i++) {
    if (check_route(all[i], err) != 0) return -1;
    for (int k = 0; k < i; k++)
      if (all[k]->method == all[i]->method && text_eq(all[k]->path, all[i]->path))
        return wrong(all[i], "stands twice in the table", err);
  }
  return 0;
}
