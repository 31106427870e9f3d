/* The composer: a page for an action that calls several bodies at once, each with limits of its own (`page: composer` in the
 * procedure's file). Beside the form it shows what each body will have to do by when, and who will be told; all of it read
 * from the procedure, which is not known here by name. */
#ifndef WEB_CASE_COMPOSE_H
#define WEB_CASE_COMPOSE_H

#include "web/case_form.h"

/* A limit under a heading: a kind of call, or a body that will be called. */
struct compose_row {
  const char *title, *part; /* part: what it plays, "牵头"; "" none */
  const char *const *limits;
  int limit_count;
  bool chosen;
};

/* Somebody who will be told, and after what. */
struct compose_told {
  const char *who, *post, *after;
};

struct compose {
  const char *const *clocks; /* titles of the columns */
  int clock_count;
  const struct compose_row *kinds; /* every kind with its limits; the chosen one is marked */
  int kind_count;
  const char *kinds_title;
  const struct compose_row *called;
  int called_count;
  const struct compose_told *told;
  int told_count;
};

/* NULL in *out when the action is no such action. `said` is what was typed so far, NULL at first. */
int case_compose(const struct compose **out, const struct case_asker *who, const struct form_for *what,
                 const struct form_said *said, struct error *err);

#endif
