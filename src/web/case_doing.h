/* An action on its way from a form to the lane: what was typed, the files that came with it, and what the lane answered.
 * The pages of the desk and of the phone take actions through it; what they show afterwards is theirs. */
#ifndef WEB_CASE_DOING_H
#define WEB_CASE_DOING_H

#include "web/case_form.h"

struct doing {
  struct request *r;
  struct form_for what; /* of the first half; the case is read anew afterwards */
  struct form_said said;
  struct file_draft *drafts;
  int64_t *ids;
  size_t draft_count;
  struct act act;
  struct acted acted;
  struct reporter_in reporter;
  struct error wrong;
  bool opening;
  bool elsewhere; /* not an action of this stage: the engine says why, whatever is wrong with the form */
  const char *code, *procedure, *action;
  int64_t track, place; /* place: known before the form is filled in, 0 not */
  int fields, offset_min; /* how many fields the form asked, the district's time, and how long it took: for what forms */
  int64_t seconds;        /* ask of the grassroots (web/phone_burden.h) */
};

/* Reads the form and its files (photos are made small and written to the disk here, on the worker's thread); `what`,
 * `action` and the matter or procedure of `act` are set by the caller. What is wrong with it comes in d->wrong, and files
 * are taken in any case: nobody should have to choose them twice. */
void doing_read(struct doing *d, const struct case_asker *who);

/* In the lane: the files' rows, the action and what the form asked, together or not at all. When the same request was taken
 * before, its files are dropped again. */
int doing_run(struct lane_txn *t, void *doing, struct error *err);

/* The same for an opening: somebody who said their name or telephone, or wants to stay unnamed to others, is the reporter
 * and gets a receipt. */
int doing_run_opening(struct lane_txn *t, void *doing, struct error *err);

/* In the lane: only the files' rows, for a form that is shown again. */
int doing_keep_files(struct lane_txn *t, void *doing, struct error *err);

/* Afterwards: the kept files are among what was said. */
void doing_say_kept(struct doing *d);

#endif
