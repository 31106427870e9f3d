/* Between case_form.c and case_options.c only. */
#ifndef WEB_CASE_FORM_INSIDE_H
#define WEB_CASE_FORM_INSIDE_H

#include "web/case_form.h"

/* The ways to file (or close) a category, each with its limit beside it; none when the category is unknown. */
void form_conditions(struct form_group **out, int *count, const struct case_asker *who, const char *category, bool closing,
                     const char *chosen);

/* Who usually puts a category right, 0 when nobody is named. */
int64_t form_usual_department(const struct case_asker *who, const char *category);

/* Posts in office: of the organisation that holds the track, else in the street `place`. */
int form_posts(struct form_group **out, int *count, const struct case_asker *who, int64_t org, int64_t place, const char *chosen,
               struct error *err);

#endif
