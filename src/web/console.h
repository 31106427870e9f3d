/* What the console of a centre draws beside its map: the last days, and the streets' share on time. */
#ifndef WEB_CONSOLE_H
#define WEB_CONSOLE_H

#include "web/case_view.h"
#include "web/chart_view.h"

/* Both charts for a scope that is one street or the district; NULL for other scopes. From the counters kept with every action
 * (table figure), so that a page never scans. Rates are per cent of the clocks that ended this month; a street in which none
 * ended has no value. */
int console_charts(const struct chart_view **days, const struct chart_view **streets, const struct case_asker *who,
                   const struct scope *scope, struct error *err);

#endif
