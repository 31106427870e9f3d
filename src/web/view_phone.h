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
  bool confidential;
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
  int tile_count, opening_count;
  int32_t day;
  const char *done; /* code of what was just sent; "" */
  const char *who;
};

struct view_phone_case {
  struct case_view v; /* without personal data when `keep` */
  const struct view_problem *problem;
  const struct case_form *form;
  const char *form_title;
  bool primary;       /* the form is the usual next step */
  const struct phone_link *tabs;
  int tab_count;
  const char *position, *geo;
  bool keep;          /* a copy for reading without a network */
  const struct case_fact *facts;
  int fact_count;
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

struct view_phone_empty {
  const char *title;
};

#endif
