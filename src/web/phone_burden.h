/* What forms ask of those who work in communities and grids, on the phone and at a desk: counted as they are sent, read by
 * whoever was asked and, as sums without names, by everybody who works here. For less paper, for nobody's appraisal. */
#ifndef WEB_PHONE_BURDEN_H
#define WEB_PHONE_BURDEN_H

#include "store/lane.h"
#include "people/access.h"

/* In the lane, with the action itself: one form of `fields` fields, `seconds` after it was opened (counted up to half an
 * hour). `offset_min`: the district's time, for the week. */
int phone_burden_add(struct lane_txn *t, const struct actor *by, int offset_min, int fields, int64_t seconds, struct error *err);

/* Somebody at the grassroots: with a post in a community or below it. Forms of centres and departments are not counted; the
 * sums would hide what is asked of the grid. */
bool phone_burden_counts(const struct actor *who);

/* Day number of the Monday of the week in which `day` lies. */
int32_t phone_burden_week(int32_t day);

#endif
