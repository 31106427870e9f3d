/* What the phone pages of those who work in the grid show. */
#ifndef WEB_VIEW_PHONE_H
#define WEB_VIEW_PHONE_H

#include "web/case_form.h"
#include "web/desk.h"

/* One thing that waits. */
struct phone_row {
  const char *code, *href, *summary, *category, *stage, *role, *where, *urgency, *card, *card_title;
  const char *position; /* "lon,lat", "" unknown: the phone works out how far it is, nothing is sent */
  struct case_light light;
  time_ms at;
  bool confidential, steps; /* steps: the phone keeps the pages of all its steps */
  int reporters;
};
struct phone_group {
  const char *title, *look; /* look: "late", "later" (folded) or "" */
  const struct phone_row *rows;
  int row_count;
};

/* A way to begin something, or another page. */
struct phone_link {
  const char *href, *title, *about, *icon;
  bool chosen, tile; /* tile: shown as a picture */
};

struct view_phone_today {
  const struct phone_group *groups;
  int group_count, total, late;
  const char *more; /* address of all of it, when there is more than a phone should hold; "" */
  const char *report; /* where to report; "" when this post may not */
  const struct phone_link *tiles, *openings;
  int tile_count, opening_count, handovers; /* handovers: that wait for this worker's answer */
  int32_t day;
  const char *done; /* code of what was just sent; "" */
  const char *who;
  const struct view_map *map; /* NULL none */
};

struct view_phone_case {
  struct case_view v; /* without personal data when `keep` */
  const struct view_problem *problem;
  const struct case_form *form;
  const char *form_title;
  bool primary;       /* the form is the usual next step */
  bool unfold;        /* the other steps stand open */
  const struct phone_link *tabs;
  int tab_count;
  const char *position, *geo;
  bool keep;          /* a copy for reading without a network */
  const struct case_fact *facts;
  int fact_count;
  const struct view_map *map; /* for a form that asks where; NULL none */
};

/* A category with its picture. */
struct phone_picture {
  const char *key, *title, *icon;
};

struct view_phone_open {
  const struct case_form *form;
  const char *title, *about, *form_title;
  const struct phone_link *ways; /* the same reported another way: handled here, passed up ... */
  int way_count;
  const struct phone_picture *pictures;
  int picture_count;
  const struct view_problem *problem;
  const struct view_map *map; /* NULL none */
};

/* What to tell after something was opened for somebody. */
struct view_phone_sent {
  const char *code, *receipt, *qr_view, *qr_path, *address;
  time_ms next_due;
};

struct view_phone_near {
  const struct phone_row *rows;
  int row_count;
};

/* Forms, fields and minutes of a week. */
struct phone_burden_week {
  int32_t monday, sunday;
  int64_t forms, fields, minutes;
  bool shown; /* not of so few that it would say who */
};
struct view_phone_burden {
  struct phone_burden_week now;
  const struct phone_burden_week *before, *all;
  int before_count, all_count;
};

/* A building or stairwell of the book. */
struct phone_book_place {
  int64_t id;
  const char *name, *head, *head_phone, *role; /* head "": nobody; role: which head is missing, "" none has to be */
  time_ms visited;                             /* 0: not in the last year */
  const struct phone_link *acts;               /* what may be begun here */
  int act_count;
};
struct phone_book_building {
  struct phone_book_place place;
  const struct phone_book_place *stairwells;
  int stairwell_count;
};
struct view_phone_book {
  const char *grid, *grid_head, *grid_phone;
  const struct phone_link *grids; /* more than one: to choose from */
  int grid_count, vacant, stairwell_count;
  const struct phone_book_building *buildings;
  int building_count;
};

/* Work handed over. */
struct phone_handover_row {
  const char *href, *from, *to, *post, *state, *look; /* state: key of words */
  time_ms at;
};
struct phone_open_matter {
  const char *code, *href, *summary, *stage; /* href "": not for these eyes; over: ended since */
  struct case_light light;
  bool over;
};
struct view_phone_handovers {
  const struct phone_handover_row *rows;
  int row_count;
  const struct form_option *posts, *people; /* whose work, to whom */
  int post_count, people_count;
  const struct phone_open_matter *open;
  int open_count;
  bool more;
  const char *notes, *fault, *field, *hint;
};
struct view_phone_handover {
  int64_t id;
  struct phone_handover_row row;
  const char *notes, *answer, *fault;
  const struct phone_open_matter *open;
  int open_count, still;
  time_ms answered;
  bool mine_to_take, mine_to_withdraw;
};

struct view_phone_empty {
  const char *title;
};

#endif
