/* What people ask about the data kept about them (PIPL 44 to 50): a copy, a correction, its deletion. Somebody whom the
 * district names (setting rights.answered-by) grants or refuses with a reason, before a legal end by the work calendar
 * (rights.answer-limit); when it has passed, those above are told (rights.late-to). What people write stands sealed;
 * the journal holds that something was asked and answered, never the words.
 *
 * Granting does what was asked: a correction seals the new value in the place of the old one; a deletion takes the
 * sealed values, the keyed hashes they are found by and the salts of what was said, so that the journal's digests say
 * nothing any more and its chain stays whole. */
#ifndef MATTER_DATA_REQUEST_H
#define MATTER_DATA_REQUEST_H

#include "matter/engine.h"
#include "people/settings.h"

enum { DATA_WORDS_MAX = 500, DATA_REQUESTS_MOST = 200 };

struct data_ask {
  const char *what;  /* "copy", "correct", "delete" */
  int64_t record;    /* one report of the person (id of the reporter's row); 0: what stands on their own page */
  const char *field; /* correct: "name", "phone", "id-number" (record 0 only), "mail" (a report only); delete: "contents" (of a
                      * report: what was written, spoken and photographed, too); else "" */
  const char *value; /* correct: what it should say; else "" */
  const char *words; /* in the person's own words, may be "" */
};

/* Asks, as the person who is signed in. In the lane; journalled, and those who answer get a message. Errors:
 * data.nobody (CONFLICT, the account belongs to no person), data.record (INPUT, not a report of theirs), data.field,
 * data.value (INPUT), identity.*, data.twice (CONFLICT, the same waits already). */
int data_request_ask(struct lane_txn *t, struct engine *e, const struct actor *by, const struct data_ask *ask,
                     int64_t *id, struct error *err);

/* Answers. `value` is what a correction puts in (the asked one when empty); `reason` is read by the person, and is needed
 * for a refusal. Errors: data.missing, data.answered (CONFLICT, somebody was faster), data.reason (INPUT), data.own
 * (DENIED, nobody answers their own), data.staff (CONFLICT, holds a post whose name is published). */
int data_request_answer(struct lane_txn *t, struct engine *e, const struct actor *by, int64_t id, bool grant,
                        const char *value, const char *reason, struct error *err);

/* Tells those above of what is late and was not told yet; `told` gets how many. In the lane, by the timer. */
int data_request_escalate(struct lane_txn *t, struct engine *e, int *told, struct error *err);

/* Computes the ends of what waits again, after a change of calendar; `changed` gets how many moved. In the lane. */
int data_request_recompute(struct lane_txn *t, struct engine *e, int *changed, struct error *err);

/* May this actor answer? By the district's setting on that day. */
bool data_request_may_answer(const struct world *w, const struct actor *actor, time_ms now);

/* One request with what it asks opened: for whoever answers, and the person. 0 when there is none. */
struct data_request {
  int64_t id, person, record;
  const char *what, *field, *value, *words, *answer, *answered_by; /* never NULL */
  time_ms asked, due, told_late, answered;
  bool granted;
};
int data_request_get(struct data_request *out, struct db *db, struct arena *a, const struct people_env *env, int64_t id,
                     struct error *err);

/* Opens a sealed answer. */
int data_request_open_answer(const char **out, struct arena *a, const struct people_env *env, int64_t id,
                             struct bytes sealed, struct error *err);

/* A report's contact data in clear; NULL where nothing is kept. 0 when there is no such report. */
struct data_record {
  int64_t id, matter, reported, person;
  const char *receipt, *name, *phone, *mail;
  time_ms at; /* when they reported it, or joined it */
};
int data_record_get(struct data_record *out, struct db *db, struct arena *a, const struct people_env *env, int64_t id,
                    struct error *err);

#endif
