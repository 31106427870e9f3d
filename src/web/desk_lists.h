/* What the lists of the desk share: counts read once a request, kinds of side track that have a list of their own, filters
 * somebody saved. */
#ifndef WEB_DESK_LISTS_H
#define WEB_DESK_LISTS_H

#include "matter/list.h"
#include "web/menu.h"
#include "web/view_desk.h"

/* Lists of side tracks across all procedures, known by what their actions count: requests for more time and for suspension
 * that wait for a decision; call-backs that are due. */
enum desk_list { DESK_LIST_NONE, DESK_LIST_APPROVALS, DESK_LIST_CALLBACKS };
enum desk_list desk_list_named(const char *name);
const char *desk_list_name(enum desk_list list);
enum desk_list desk_list_of(const struct procedure_track *type);

/* What of it waits for whoever asks, by the clock; at most `most`. */
int desk_list_rows(struct inbox_row **rows, size_t *count, const struct case_asker *who, enum desk_list list, int most,
                   struct error *err);

/* Counts of the menus and tabs: read from the database once a request. */
int desk_inbox_counts(const struct inbox_count **rows, size_t *count, const struct case_asker *who, struct error *err);
int desk_phase_counts(const struct phase_count **counts, const struct case_asker *who, struct error *err);

/* For the table of menus. */
int desk_count_approvals(struct menu_count *out, const struct case_asker *who, struct error *err);
int desk_count_callbacks(struct menu_count *out, const struct case_asker *who, struct error *err);
int desk_count_carded(struct menu_count *out, const struct case_asker *who, struct error *err);
int desk_count_late(struct menu_count *out, const struct case_asker *who, struct error *err);
int desk_count_suspended(struct menu_count *out, const struct case_asker *who, struct error *err);
int desk_count_watched(struct menu_count *out, const struct case_asker *who, struct error *err);

/* The filters whoever asks has saved, as tabs; the one that stands in this request's address is chosen. */
int desk_saved_filters(struct view_cases *view, struct request *r, const struct case_asker *who, struct error *err);

/* Heads of the columns that lead to the same list in another order. */
void desk_sort_heads(struct view_cases *view, struct request *r, enum list_order order);

#endif
