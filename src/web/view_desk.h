/* What the desk and the lists show. */
#ifndef WEB_VIEW_DESK_H
#define WEB_VIEW_DESK_H

#include "web/case_form.h"
#include "web/chart_view.h"
#include "web/desk.h"
#include "web/view_map.h"

/* One case (or one track of one) in a list. */
struct desk_row {
  const char *code, *summary, *category, *procedure, *stage, *source, *urgency, *role;
  const char *place, *where; /* street; community and grid */
  const char *card;          /* "", "ordinary", "yellow", "red" */
  const char *card_title, *href;
  struct case_light light;
  time_ms at;                /* when it was opened, or came here */
  bool late, confidential;
  bool pick;                 /* it can be chosen for work on several at once */
  time_ms changed;           /* when something was done last; 0: not shown */
  int reporters, urges;
};

/* Head of a column that sorts. `sort` is for aria-sort: "none", "ascending", "descending". */
struct list_head {
  const char *title, *href, *sort;
};

/* A filter somebody saved. */
struct desk_saved {
  int64_t id;
  const char *name, *href;
  bool chosen;
};

struct desk_tab {
  const char *href, *title, *mark;
  int64_t count;
  bool chosen;
};

/* A figure that opens its list. */
struct desk_figure {
  const char *href, *title, *look, *icon; /* look: "", "ok", "soon", "late" */
  const char *value, *unit, *below;       /* "86", "件", "较昨日 ▲12" */
  const char *live;                       /* name for live.js, or NULL */
};

struct view_desk {
  const char *title, *where;
  const struct desk_figure *figures;
  int figure_count;
  const struct desk_tab *tabs;
  int tab_count;
  const struct desk_row *rows;
  int row_count;
  const char *next; /* address of the next page, "" none */
  const struct desk_opening *openings;
  int opening_count;
  const struct view_map *map; /* NULL: who asks has no lists */
  const struct chart_view *days, *streets; /* NULL for those who work in a part of a street */
  const char *empty; /* what stands in an empty list */
};

struct view_cases {
  const struct view_problem *problem;
  const struct desk_tab *tabs;
  int tab_count;
  const struct desk_row *rows;
  int row_count;
  const char *next, *first;
  const char *words, *from, *to;
  const struct form_group *places, *majors, *orgs, *procedures, *sources, *states, *orders;
  int place_groups, major_groups, org_groups, procedure_groups, source_groups, state_groups, order_groups;
  const char *phase; /* kept while filtering */
  const char *export_csv, *export_xlsx, *export_pdf;
  struct list_head by_due, by_opened, by_changed;
  const struct desk_saved *saved;
  int saved_count;
  const char *query, *save; /* this list's own address behind the question mark; where its filter is saved */
  const char *order; /* kept while filtering */
  const struct view_problem *saving; /* what was wrong with the name of a filter */
  const char *filter_name;
  bool narrowed;     /* something is asked for: the folded part of the filter stands open */
};

struct desk_message {
  int64_t id;
  const char *text, *code;
  time_ms at;
  bool seen;
};
struct view_messages {
  const struct desk_message *items;
  int count;
  int64_t newest;
  const char *next;
};

#endif
