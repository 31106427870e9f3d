/* Changing a setting while the program runs: by somebody, from a day on, with a reason, in the journal. What holds at present
 * stands in the table `setting`, which every reader knows; what is to come waits in `setting_change` until its day. */
#ifndef PEOPLE_SETTING_CHANGE_H
#define PEOPLE_SETTING_CHANGE_H

#include "base/setting.h"
#include "people/access.h"
#include "store/store.h"

/* `value` NULL: what the file says again. `from`: today or later. The value must have been checked. */
struct setting_wish {
  const char *name, *value, *reason;
  int32_t from, today;
};

/* Writes it down, and takes it into use when its day is today. Journalled as setting.change with name, value, day and
 * reason (an administrator's words about a rule, not about a person). In the lane. `id` may be NULL. */
int setting_change(struct lane_txn *t, const struct actor *by, const struct setting_wish *wish, int64_t *id, struct error *err);

/* Takes back one that is still to come. Error setting.not-waiting. In the lane; journalled as setting.withdraw. */
int setting_withdraw(struct lane_txn *t, const struct actor *by, const char *name, int64_t id, struct error *err);

/* Takes into use what has come by `today`; `taken` how many. In the lane; journalled as setting.begin by the system. */
int setting_begin(struct lane_txn *t, int32_t today, int *taken, struct error *err);

#endif
