/* Pages of sealed files: one's own, those one works on, the glass; and of the visits that are due. */
#ifndef WEB_VIEW_SEALED_H
#define WEB_VIEW_SEALED_H

#include "web/desk.h"
#include "web/view_desk.h"

struct view_sealed {
  const struct desk_row *rows; /* what the asker is assigned to */
  int row_count;
  bool may_break;              /* holds a role that some procedure lets break the glass */
  const char *code, *reason;   /* as typed */
  const struct view_problem *problem;
};

/* A file about the person who reads it. */
struct own_file {
  const char *title, *stage, *about;
  const struct case_fact *facts;
  int fact_count;
  const struct case_reading *readings;
  int reading_count;
};

struct view_own_files {
  const struct own_file *files;
  int count;
};

/* A visit that waits. */
struct visit_row {
  const char *code, *href, *procedure, *title, *where, *last; /* last: how the one before went, "" there was none */
  const char *metres;                                          /* from the stop before, "" not known */
  struct case_light light;
  bool today;
};

struct view_visits {
  const struct visit_row *due, *route;
  int due_count, route_count;
};

#endif
