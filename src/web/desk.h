/* What the pages of those who work share: the world, the side menu, problems shown in place. */
#ifndef WEB_DESK_H
#define WEB_DESK_H

#include "web/app.h"
#include "web/case_view.h"

/* Something that went wrong, said above the form it belongs to. */
struct view_problem {
  const char *what, *hint;
};

/* NULL when there is no error. In the request's memory. */
const struct view_problem *desk_problem(struct request *r, const struct error *e);

/* The present world, given back when the request ends. */
const struct world *desk_world(struct request *r);

/* Who asks for views: this request's actor, language and moment, with its connection and the present world. */
int desk_asker(struct case_asker *out, struct request *r, struct error *err);

/* Fills the side menu (what waits, by stage; lists; what may be begun) and the number of unread messages. */
int desk_frame(struct request *r, const struct case_asker *who, struct error *err);

/* One thing this actor may begin. */
struct desk_opening {
  const struct procedure *procedure;
  const struct procedure_action *action;
  const struct post *post;
  const char *title, *about;
};
int desk_openings(struct desk_opening **out, int *count, struct request *r, const struct case_asker *who, struct error *err);

/* A word with its arguments filled in. */
const char *desk_say(struct request *r, enum word id, int n, const char *const *args);

/* Everybody who works here. */
#define DESK_WHO ROLE_ANY_POST
/* Who has cases: everybody but those who only keep accounts. */
#define CASES_WHO (ROLE_ANY_POST & ~ROLE_BIT(ROLE_ADMINISTRATOR))
/* Who decides on time and calls back: the centres and their leaders. */
#define DESK_DECIDERS                                                                                      \
  (ROLE_BIT(ROLE_STREET_CENTRE) | ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | \
   ROLE_BIT(ROLE_DISTRICT_LEADER))

#endif
