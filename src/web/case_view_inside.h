/* Between case_view.c, case_names.c, case_clocks.c and case_form.c only. */
#ifndef WEB_CASE_VIEW_INSIDE_H
#define WEB_CASE_VIEW_INSIDE_H

#include "web/case_view.h"

/* A word with its arguments filled in; in `a`. */
const char *case_say(struct arena *a, enum lang lang, enum word id, int n, const char *const *args);
/* The text in the asker's language, "" for none. */
const char *case_pick(const struct case_asker *who, const struct bilingual *t);
/* The limits of a filing condition: "7 work days; works 14 work days; special 21 work days". */
struct catalogue_condition;
void case_limits(struct buf *b, const struct case_asker *who, const struct catalogue_condition *c);
/* From the street down: "金川路街道金谷里社区第一网格". */
const char *case_place_label(const struct case_asker *who, int64_t place);

/* case_clocks.c: the clocks a view may show, and the clock a step brought to its end (NULL none). */
int case_clocks(struct case_view *v, const struct case_asker *who, struct error *err);
const struct state_clock *case_clock_ended_by(const struct state *s, const struct state_step *step);
/* "8分" of "2 个工作时": what of the clock's limit was used at `at`. False when it cannot be read. */
bool case_clock_used(const struct case_asker *who, const struct state_clock *c, time_ms at, const char **used,
                     const char **limit, struct clock_reading *reading);
/* A phase as the field calls what waits in it: "待派遣". `phase` is an enum procedure_phase. */
const char *case_phase(enum lang lang, int phase);
/* Anything but the first of the ways a procedure knows: "一般" stands first. */
bool case_is_urgent(const struct procedure *p, const char *urgency);
/* The holder of a track in words. */
const char *case_holder(const struct case_asker *who, const struct state_track *t);
/* "处置协同 · 区环卫中心": a side track in words, "" for main. */
const char *case_track_words(const struct case_asker *who, const struct state_track *t);

#endif
