/* What the page of a case shows besides struct case_view. */
#ifndef WEB_VIEW_CASE_H
#define WEB_VIEW_CASE_H

#include "web/case_compose.h"
#include "web/desk.h"
#include "web/view_map.h"

/* One thing that can be done: a tab over the form. */
struct case_tab {
  const char *href, *title, *track;
  bool chosen, danger;
};

/* Another matter nearby. */
struct case_near {
  const char *code, *summary, *procedure, *stage;
  const char *score;      /* "0.87"; "" for what is only in the same place */
  const char *reasons;
  const char *merge_href; /* "" when it cannot be merged from here */
  time_ms opened;
};

/* Actions of one side track, under its name. */
struct case_lane {
  struct case_track track;
  const struct case_tab *tabs;
  int tab_count;
};

/* One pane of the lower half. */
struct case_pane {
  const char *name, *title, *href, *get; /* href: with its anchor; get: without */
  int count;
  bool chosen;
};

/* A value said anew. */
struct case_change {
  time_ms at;
  const char *who, *post, *action, *field, *before, *after;
};

struct view_case {
  struct case_view v;
  const struct case_pane *panes;
  int pane_count;
  const char *pane;                   /* name of the chosen one */
  const struct case_photo *before, *after;
  int before_count, after_count;
  const struct case_change *changes;
  int change_count;
  const struct case_step *between;    /* what others did since the asker read the page; none: no conflict */
  int between_count;
  const char *supervise_href;         /* "" when the asker may not put it under supervision */
  const char *back, *here;            /* where the list is; this page's own path */
  bool watched;
  const struct view_problem *problem; /* above everything: somebody was faster ... */
  bool inspects;                      /* it has tracks that inspect: there is a page of all of them */
  const struct case_tab *tabs;        /* of the main track */
  int tab_count;
  const struct case_lane *lanes;
  int lane_count;
  const struct case_form *form;       /* the chosen one, or NULL */
  const struct compose *compose;      /* of an action that calls several bodies; else NULL */
  const char *form_title;
  const struct case_near *near;
  int near_count;
  const struct case_near *history;
  int history_count;
  const char *geo;                    /* "geo:38.52,102.188", "" none */
  const char *position;
  const struct view_map *map;         /* NULL without a position */
  bool opened;                        /* reporters are shown in clear now */
  bool working;                       /* VIEW_HANDLER or more */
};

/* The page on which something is begun. */
struct view_open {
  const struct case_form *form;
  const struct compose *compose; /* as above */
  const char *title, *about, *procedure;
};

/* What to tell a reporter after their matter was registered for them. */
struct view_registered {
  const char *code, *receipt, *qr_view, *qr_path, *address;
  time_ms next_due;
};

#endif
