/* Which of the things somebody could do comes first: the step that carries the work on. Out of the shape of the procedure
 * alone, none is known by name. */
#ifndef WEB_CASE_OFFER_H
#define WEB_CASE_OFFER_H

#include "web/case_view.h"

/* The stage an action leads to first, NULL when it stays. */
const struct procedure_stage *case_offer_leads_to(const struct procedure_action *a);

/* The page on which it is done where its form is not enough (an inspection, clause by clause), or NULL. */
const char *case_offer_page(struct arena *a, const struct state *s, const struct case_offer *o);

/* It makes void or refuses: told apart by colour, and last in every list. */
bool case_offer_ends(const struct procedure_action *a);

/* How soon it would usually be done: the step that carries the work on comes first, then work on one's own track, then
 * the rest; ending it some other way comes last. 0 to 999, the smallest first. */
int case_offer_rank(const struct state *s, const struct case_offer *o);

/* The one that would usually be done next, or NULL when none carries it on. */
const struct case_offer *case_offer_usual(const struct state *s, const struct case_view *v);

/* The offer of that name on that track (0: the main one), or NULL. */
const struct case_offer *case_offer_find(const struct state *s, const struct case_view *v, const char *action,
                                         int64_t track);

#endif
