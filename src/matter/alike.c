#include "matter/alike.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKED_AT = 200, TEXTS = 400 };

/* --- candidates ------------------------------------------------------------------------------------------------- */

/* By place where there is one: everything within reach, each asked whether this reader may list it. */
static int from_neighbours(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                           const struct alike_to *to, const struct scope *scope, struct error *err) {
  time_ms since = to->at - w->duplicates->late_ms;
  if (matter_within(rows, count, db, a, w, to->lon, to->lat, w->duplicates->far_m, since, 0, !scope, LOOKED_AT, err) < 0)
    return -1;
  size_t kept = 0;
  for (size_t i = 0; i < *count; i++) {
    const struct near_row *r = &(*rows)[i];
    if (!scope || (access_scope_covers(scope, &r->at, 0) && !r->confidential)) (*rows)[kept++] = *r;
  }
  *count = kept;
  return 0;
}

/* Without a position: the latest of the same community. */
static int from_community(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                          const struct alike_to *to, const struct scope *scope, struct error *err) {
  struct list_filter f = {
      .scope = scope, .community = to->community, .from = to->at - w->duplicates->late_ms, .most = LOOKED_AT};
  struct list_row *list;
  size_t n;
  if (matter_list(&list, &n, NULL, db, a, w, &f, to->at, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, n + 1, struct near_row);
  *count = n;
  for (size_t i = 0; i < n; i++)
    (*rows)[i] = (struct near_row){.id = list[i].id,
                                   .code = list[i].code,
                                   .summary = list[i].summary,
                                   .category = list[i].category,
                                   .address = list[i].address,
                                   .procedure = list[i].procedure,
                                   .stage = list[i].stage,
                                   .outcome = list[i].outcome,
                                   .lon = list[i].lon,
                                   .lat = list[i].lat,
                                   .distance_m = -1,
                                   .opened = list[i].opened};
  return 0;
}

/* --- scoring ---------------------------------------------------------------------------------------------------- */

/* Words weigh by how rare they are among the district's latest texts. */
static struct duplicate_corpus *latest_texts(struct db *db, struct arena *a, const struct world *w,
                                             const struct alike_to *to) {
  struct duplicate_corpus *corpus = duplicate_corpus_new(a);
  struct scope whole = {.arm = {{.kind = SCOPE_DISTRICT, .confidential = true}}, .count = 1};
  struct list_filter f = {.scope = &whole, .most = 200};
  struct error ignored = {0};
  duplicate_corpus_add(corpus, NULL, to->summary);
  for (int page = 0; page < TEXTS / 200; page++) {
    struct list_row *rows;
    size_t n;
    bool more = false;
    if (matter_list(&rows, &n, &more, db, a, w, &f, to->at, &ignored) < 0) break;
    for (size_t i = 0; i < n; i++) duplicate_corpus_add(corpus, NULL, rows[i].summary);
    if (!more) break;
    f.at = rows[n - 1].opened;
    f.at_id = rows[n - 1].id;
  }
  return corpus;
}

/* "scheme/kind/0131" and "scheme/kind/0110" share their major 01. */
static bool same_major(const char *a, const char *b) {
  const char *last = strrchr(a, '/');
  return last && strlen(last) >= 3 && strncmp(a, b, (size_t)(last - a) + 3) == 0;
}

static void score_row(struct alike *out, struct arena *a, const struct world *w, const struct alike_to *to,
                      const struct near_row *r, const struct duplicate_corpus *corpus,
                      const struct duplicate_text *text) {
  bool coded = *to->category && *r->category;
  struct duplicate_pair pair = {.distance_m = r->distance_m,
                                .apart_ms = llabs((long long)(to->at - r->opened)),
                                .codes_known = coded,
                                .same_category = coded && text_eq(to->category, r->category),
                                .same_major = coded && same_major(to->category, r->category),
                                .a = text,
                                .b = duplicate_text_new(a, corpus, NULL, r->summary)};
  *out = (struct alike){.matter = r->id,
                        .code = r->code,
                        .summary = r->summary,
                        .address = r->address,
                        .stage = r->stage,
                        .opened = r->opened,
                        .open = r->outcome == OUTCOME_OPEN};
  duplicate_score(&out->score, a, w->duplicates, &pair);
}

static int likeliest_first(const void *x, const void *y) {
  double a = ((const struct alike *)x)->score.score, b = ((const struct alike *)y)->score.score;
  return a < b ? 1 : a > b ? -1 : 0;
}

int matter_alike(struct alike **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                 const struct alike_to *to, const struct scope *scope, int most, struct error *err) {
  struct near_row *rows = NULL;
  size_t n = 0;
  *count = 0;
  *out = NULL;
  int r = !isnan(to->lon) && !isnan(to->lat) ? from_neighbours(&rows, &n, db, a, w, to, scope, err)
          : to->community                    ? from_community(&rows, &n, db, a, w, to, scope, err)
                                             : 0;
  if (r < 0) return -1;
  *out = ARENA_ARRAY(a, n + 1, struct alike);
  if (!n) return 0;
  struct duplicate_corpus *corpus = latest_texts(db, a, w, to);
  struct duplicate_text *text = duplicate_text_new(a, corpus, NULL, to->summary);
  for (size_t i = 0; i < n; i++) {
    struct alike *c = &(*out)[*count];
    bool other = rows[i].id != to->id && rows[i].procedure && text_eq(rows[i].procedure->name, to->procedure) &&
                 rows[i].outcome != OUTCOME_MERGED && rows[i].outcome != OUTCOME_VOID;
    if (!other) continue;
    score_row(c, a, w, to, &rows[i], corpus, text);
    if (c->score.candidate) ++*count;
  }
  qsort(*out, *count, sizeof **out, likeliest_first);
  if (*count > (size_t)most) *count = (size_t)most;
  return 0;
}
