/* What the pages for several cases at once show. */
#ifndef WEB_VIEW_BULK_H
#define WEB_VIEW_BULK_H

#include "web/case_form.h"
#include "web/desk.h"

/* One thing that can be done to some of them. */
struct bulk_choice {
  const char *key, *title, *track; /* key: procedure, track and action as the form sends them */
  int count;
  bool chosen;
};

struct bulk_case {
  const char *code, *href, *summary, *stage, *key; /* key: code and last step, as the form sends them */
  struct case_light light;
  bool can;
};

struct view_bulk {
  const struct view_problem *problem;
  const struct bulk_case *cases;
  int case_count;
  const struct bulk_choice *choices;
  int choice_count;
  const struct case_form *form;   /* NULL until something is chosen */
  const char *chosen, *send, *own; /* key of what is chosen; words of the button; what each case brings itself */
};

struct bulk_outcome {
  const char *code, *href, *summary, *stage, *what, *hint; /* stage: where it stands now; what, hint: why not */
  bool done;
};

struct view_bulk_result {
  const char *title;
  const struct bulk_outcome *rows;
  int row_count, done, refused;
};

#endif
