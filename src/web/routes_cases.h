/* What the list of cases lends to work on several of them at once. */
#ifndef WEB_ROUTES_CASES_H
#define WEB_ROUTES_CASES_H

#include "matter/list.h"
#include "web/view_desk.h"

/* A row of a list as pages show it. */
struct desk_row cases_row(const struct case_asker *who, const struct list_row *in);

/* The list of this request's address; `saving` (NULL none) says what was wrong with a filter to be saved as `name`. */
int cases_show(struct request *r, const struct error *saving, const char *name, struct error *err);

/* Some matters as a sheet, those the asker may list. */
int cases_export_chosen(struct request *r, const struct case_asker *who, const int64_t *ids, int count, struct error *err);

#endif
