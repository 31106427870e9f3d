/* What the pages of public notices show. */
#ifndef WEB_VIEW_NOTICE_H
#define WEB_VIEW_NOTICE_H

#include "web/view_resident.h"

struct view_notice_list {
  const struct view_notice_row *rows;
  int row_count;
  const struct view_option *areas, *kinds;
  int area_count, kind_count;
  bool shown_only;
  int64_t community; /* only of this one; 0 any */
  const char *community_name;
  const char *next, *site, *updated;
};

struct view_notice_check {
  const char *title, *salt, *digest, *line;
  int64_t seq;
  bool fits;
};

struct view_notice_edition {
  int64_t id;
  int edition;
  time_ms begins;
  const char *fate;
  bool here;
};

/* An objection as everybody sees it: neither who nor what, but when, and the answer. */
struct view_objection {
  const char *code, *state, *look, *answer;
  time_ms at, due;
};

struct view_notice {
  struct view_notice_row n;
  const char *code, *qr_view, *qr_path, *address;
  const char *const *paragraphs;
  int paragraph_count;
  bool board_only;
  const char *on_board;
  int edition;
  const struct view_notice_edition *editions;
  int edition_count;
  const struct view_notice_check *checks;
  int check_count;
  const char *line; /* code by which its lines are verified: N12 */
  const struct view_objection *objections;
  int objection_count;
  const struct view_resident_form *object; /* NULL: nobody may object (any more) */
  bool for_others;                         /* staff enters what came on paper */
};

#endif
