/* Notices: what is public for a time. They are written by the engine as their track moves (matter/publish.c); here they are
 * read, for pages, feeds and whoever checks them against the journal. Everything here may be shown to everybody. */
#ifndef BOARD_NOTICE_H
#define BOARD_NOTICE_H

#include "matter/engine.h"
#include "store/store.h"

enum notice_fate { NOTICE_SHOWN, NOTICE_ENDED, NOTICE_SUPERSEDED, NOTICE_WITHDRAWN };

struct notice {
  int64_t id, matter, track;
  const char *code;                     /* of its matter; "" in lists */
  const struct procedure *procedure;
  const struct procedure_publication *publication;
  int64_t street, community;
  const char *place;                    /* name of the community or street, "" the district */
  const char *heading, *body;           /* body "" in lists, and where it hangs on the board only */
  const char *spot;                     /* "board", "page", "both" */
  bool proof;                           /* a photo of the board is there */
  time_ms begins, ends, ended;          /* ends 0: paused; ended 0: still shown */
  enum notice_fate fate;
  int edition;
};

/* Which: 0 and NULL for any. `before` and `before_id` are the last of the page before. */
struct notice_filter {
  int64_t street, community;
  const char *procedure;
  bool shown;
  time_ms before;
  int64_t before_id;
};

/* The newest first, at most `most`; kinds of publication the world no longer knows are left out. */
int notice_list(struct notice **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                const struct notice_filter *which, int most, struct error *err);

/* One of them. Error notice.unknown. */
int notice_get(struct notice *out, struct db *db, struct arena *a, const struct world *w, int64_t id, struct error *err);

/* All editions, the oldest first; only id, edition, begins, ended and fate are filled. */
int notice_editions(struct notice **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                    int64_t track, struct error *err);

/* One published value and whether the journal says the same: docs/verify.md. Hexadecimal texts. */
struct notice_check {
  const char *field; /* name in the procedure */
  int64_t seq;       /* the journal's line */
  const char *salt, *digest;
  bool fits;
};

/* Heading and text of a notice, in this order. What hangs on the board only has just its heading. */
int notice_checks(struct notice_check out[2], int *count, struct db *db, struct arena *a, const struct world *w,
                  int64_t id, struct error *err);

#endif
