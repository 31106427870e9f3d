/* What the files of rolls and ballots share. */
#ifndef MATTER_BALLOT_INTERNAL_H
#define MATTER_BALLOT_INTERNAL_H

#include "matter/ballot.h"
#include "matter/engine_internal.h"

/* One roll being worked on, outside an action. */
struct ballot_work {
  struct work k;
  struct state_track *t;
  struct roll *roll;
};

/* Loads it. `keeper`: only for whoever keeps it. Give the world back with ballot_leave in any case. -1: matter.unknown,
 * ballot.keeper. */
int ballot_enter(struct ballot_work *b, struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track,
                 bool keeper, struct error *err);
void ballot_leave(struct ballot_work *b);

/* An entry by its number, or NULL with ballot.entry. */
struct roll_entry *ballot_entry(struct ballot_work *b, int number);

/* The district's day. */
int32_t work_today(const struct work *k);

/* Writes the row with the quorum as it now is; tells the state. */
int roll_save(struct work *k, struct state_track *t, struct roll *r);
int entry_save(struct work *k, const struct roll *r, const struct roll_entry *e);

/* A line of the journal about a roll. `data` canonical, without personal data. */
int roll_note(struct work *k, const struct roll *r, const char *action, const char *data);

/* A ballot before it is sealed: one length for all. `entry` 0 in a secret ballot. */
struct box_ballot {
  unsigned char version, option, channel, unused;
  uint32_t entry;
  char code[CHECK_CODE_CHARS];
};
enum { BALLOT_SEALED = sizeof(struct box_ballot) + 48 }; /* crypto_box_SEALBYTES */

bool stage_is_in(const struct procedure_stage_list *list, const struct procedure_stage *stage);

/* What a sheet says, opened; "" none. */
int ballot_sheet_open(const char **out, struct work *k, int64_t track, int64_t number, const char *column, struct bytes sealed);

#endif
