/* The lower half of a case's page, one pane at a time: what happened, what was said, photos before and after, how the clocks
 * were counted, what was changed, what belongs to it. And what came in between, for whoever was not the fastest. */
#ifndef WEB_CASE_PANES_H
#define WEB_CASE_PANES_H

#include "web/view_case.h"

/* Names of panes in addresses, ended by NULL; the first is the usual one. */
extern const char *const case_panes[];

/* Fills panes, and of the chosen one (an unknown name: the first) what it shows. `here` is the page's own address with what
 * is being done, without a pane. */
void case_panes_make(struct view_case *view, const struct case_asker *who, const char *chosen, const char *here);

/* Steps after the one the asker had seen, newest first; what was said in them included. */
void case_between(struct view_case *view, int64_t seen_step);

#endif
