/* Notices as residents' pages show them: a line of a list, and what is on show at somebody's place. */
#include "board/notice.h"
#include "pages.h"
#include "web/resident.h"

enum { WORDS_MAX = 1000, HERE_MOST = 3 };

static const char *day_text(const struct resident *x, time_ms at) {
  char s[40];
  time_format(s, sizeof s, at, x->w->offset_min);
  s[10] = '\0';
  return arena_strdup(x->a, s);
}

const char *resident_moment(const struct resident *x, time_ms at) {
  char s[40];
  time_format(s, sizeof s, at, x->w->offset_min);
  return arena_strdup(x->a, s);
}

const char *resident_words_with(const struct resident *x, enum word id, const char *arg) {
  struct buf b;
  buf_init(&b, WORDS_MAX);
  page_word(&b, &x->r->page, id, &(struct page_value){.kind = VALUE_TEXT, .text = arg}, 1);
  const char *s = arena_strdup(x->a, b.data);
  buf_free(&b);
  return s;
}

static const char *until_text(const struct resident *x, const struct notice *n) {
  if (n->fate != NOTICE_SHOWN) return "";
  return n->ends ? resident_words_with(x, W_NOTICE_UNTIL, day_text(x, n->ends)) : word(x->r->lang, W_NOTICE_PAUSED);
}

struct view_notice_row resident_notice_row(const struct resident *x, const struct notice *n) {
  bool board = !text_eq(n->spot, "page");
  return (struct view_notice_row){.id = n->id,
                                  .kind = resident_say(x, &n->publication->title),
                                  .heading = n->heading,
                                  .place = n->place,
                                  .fate = arena_printf(x->a, "notice.fate.%d", (int)n->fate),
                                  .look = n->fate == NOTICE_SHOWN ? "green" : n->fate == NOTICE_SUPERSEDED ? "amber" : "",
                                  .spot = arena_printf(x->a, "notice.spot.%s", n->spot),
                                  .begins = n->begins,
                                  .ends = n->ends,
                                  .until = until_text(x, n),
                                  .on_show = n->fate == NOTICE_SHOWN,
                                  .no_proof = board && n->publication->proof && !n->proof && n->fate == NOTICE_SHOWN,
                                  .began = resident_moment(x, n->begins)};
}

int resident_notices_here(const struct view_notices_here **out, const struct resident *x, int64_t community,
                          struct error *err) {
  struct notice_filter which = {.community = community, .procedure = "", .shown = true};
  struct place_row place;
  struct notice *list;
  size_t n;
  *out = NULL;
  if (!community) return 0;
  if (place_get(&place, x->db, x->a, x->app->district, community, err) < 0) return -1;
  if (notice_list(&list, &n, x->db, x->a, x->w, &which, HERE_MOST, err) < 0) return -1;
  struct view_notices_here *v = ARENA_NEW(x->a, struct view_notices_here);
  struct view_notice_row *rows = ARENA_ARRAY(x->a, n + 1, struct view_notice_row);
  for (size_t i = 0; i < n; i++) rows[i] = resident_notice_row(x, &list[i]);
  *v = (struct view_notices_here){.place = place.name,
                                  .href = arena_printf(x->a, "/public/notices?community=%lld", (long long)community),
                                  .rows = rows,
                                  .row_count = (int)n};
  *out = v;
  return 0;
}
