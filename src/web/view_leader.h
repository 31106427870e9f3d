/* What the page of figures shows. */
#ifndef WEB_VIEW_LEADER_H
#define WEB_VIEW_LEADER_H

#include "board/table.h"
#include "web/chart_view.h"
#include "web/view_desk.h"

struct leader_option {
  const char *value, *title;
  bool chosen;
};

struct leader_tile {
  const char *title, *value, *href, *look, *before, *year;
  const char *part, *whole, *whole_href; /* of a share: its two numbers; NULL for a count */
};

struct view_leader {
  const struct view_problem *problem;
  const char *where, *when, *day;
  const char *kept; /* what is said of a month that was kept, or NULL */
  bool recounting; /* the counters are being made anew */
  const struct leader_option *periods, *procedures, *streets;
  int period_count, procedure_count, street_count;
  const struct leader_tile *tiles;
  int tile_count;
  const struct chart_view *months, *days; /* days NULL: not kept */
  const struct table *tables;
  int table_count;
};

struct view_leader_list {
  const char *title, *when, *back, *csv, *xlsx, *pdf, *next; /* next "": no more */
  int64_t total;
  const struct desk_row *rows;
  int row_count;
};

/* Who may see how a street or the district is doing, or their department. */
#define LEADER_WHO                                                                                        \
  (ROLE_BIT(ROLE_STREET_CENTRE) | ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) |          \
   ROLE_BIT(ROLE_DISTRICT_LEADER) | ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_DEPARTMENT_OFFICER))

#endif
