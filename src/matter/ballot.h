/* Rolls, meetings and ballots as they run: who is entitled, who came, who voted, and what came of it. What they are is said by
 * the procedure (procedure.h: roll, meeting, ballot); the arithmetic is tally.h.
 *
 * Secrecy. A vote leaves two traces which nothing connects: a letter among the marks of the roll, and a sealed ballot under a
 * random key. Neither has a time, the journal gets nothing of a single vote, and all marks stand in one value that is written
 * anew each time, so that transaction numbers tell nothing either. At the count the ballots are opened, added up and taken
 * out, and the key they were sealed to is destroyed. What this holds against and what not: docs/deliberation.md. */
#ifndef MATTER_BALLOT_H
#define MATTER_BALLOT_H

#include "matter/engine.h"
#include "matter/state.h"

enum roll_attended { ATTENDED_NOT, ATTENDED_QR, ATTENDED_LIST, ATTENDED_PROXY };
enum { MARK_NONE = '.', MARK_VOTED = 'v', CHECK_CODE_CHARS = 12, SHEET_LINES = 400 };

struct roll_entry {
  int number; /* 1.. */
  int64_t person, household, area;
  const char *seat;
  const char *excluded; /* why; NULL: takes part */
  bool invited;
  enum roll_attended attended;
  int proxy; /* the entry that stands in; 0 */
  char mark; /* MARK_NONE, a channel's letter, MARK_VOTED */
};

struct roll {
  int64_t track, matter, body;
  time_ms drawn, opened, counted; /* 0: not yet */
  int32_t rule_from;
  const char *token, *winner; /* winner NULL: none */
  bool quorate, passed;
  struct bytes box_public, box_secret;
  struct roll_entry *entries;
  size_t count;
};

/* 1, 0 when the track has none yet, -1 on error. Everything in `a`. */
int roll_load(struct roll **out, struct db *db, struct arena *a, int64_t district, int64_t track, struct error *err);

/* The rule that binds it, and its entries as the arithmetic sees them (options not known). */
const struct procedure_rule_version *roll_rule(const struct roll *r, const struct procedure_track *type, int32_t today);
struct tally_entry *roll_tally(const struct roll *r, struct arena *a);

/* The letter of a channel and back. */
char channel_mark(enum procedure_channel channel);
enum procedure_channel mark_channel(char mark);

/* ---- in the lane: the meeting ----
 * All of these: matter.unknown (no such roll, or not of this actor's), ballot.keeper (DENIED: does not keep this roll),
 * ballot.entry (no such entry), ballot.closed (CONFLICT, {1} stage: not now). Journalled. */

/* `entry` 0: oneself, with the token of the QR at the door (ballot.token when it is wrong); else somebody on the list. */
int roll_attend(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                const char *token, struct error *err);
/* `holder` stands in for `entry`; 0: no longer. ballot.proxy.none, .limit ({1}), .home, .self, .chain (a holder who is not
 * there in person). */
int roll_proxy(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry, int holder,
               struct error *err);
/* A conflict of interest: takes no part and counts nowhere. `why` NULL: it does no longer. ballot.voted when it is too late. */
int roll_exclude(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                 const char *why, struct error *err);
/* Adds somebody to this roll alone, on a seat that is by invitation. ballot.frozen once it is open, ballot.seat.invited. */
int roll_invite(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, const char *seat,
                int64_t person, struct error *err);

/* ---- in the lane: voting ---- */

/* One vote on line, for an entry that is one's own or that one stands in for. `code`: CHECK_CODE_CHARS from the form. Nothing is
 * journalled. -1: matter.unknown, ballot.not-on-roll, ballot.excluded ({1}), ballot.voted ({1} channel), ballot.closed,
 * ballot.late, ballot.option, ballot.channel, ballot.code. */
struct vote {
  int64_t track;
  int entry;
  const char *option, *code;
};
int ballot_cast(struct lane_txn *t, struct engine *e, const struct actor *actor, const struct vote *v, struct error *err);

/* A paper of a secret ballot was handed to this entry. -1 as ballot_cast. */
int ballot_paper(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                 struct error *err);

/* One line of a sheet: of an open ballot an entry and its option, of a secret one an option ("" unreadable) and how many. */
struct sheet_line {
  int entry;
  const char *option;
  int64_t votes;
};
struct sheet_in {
  int64_t track, number, photo;
  enum procedure_channel channel;
  const struct sheet_line *lines;
  size_t count;
};
enum sheet_state { SHEET_ENTERED = 1, SHEET_AGREED, SHEET_DIFFERS };

/* Entered by one, then by another. `state` gets what became of it. -1: ballot.sheet.same (the same person twice),
 * ballot.sheet.agreed, ballot.sheet.photo, ballot.sheet.number, ballot.sheet.empty, and those of ballot_cast. */
int ballot_sheet(struct lane_txn *t, struct engine *e, const struct actor *actor, const struct sheet_in *in,
                 enum sheet_state *state, struct error *err);

/* ---- reading ---- */

/* What one of the two said on a sheet (`column`: first_said, second_said), for whoever keeps the roll. */
int ballot_sheet_text(const char **out, const struct people_env *env, struct arena *a, int64_t district, int64_t track,
                      int64_t number, const char *column, struct bytes sealed, struct error *err);

/* May this actor keep the roll of a track (attendance, paper)? Is somebody on it? */
bool roll_keeps(struct engine *e, const struct world *w, const struct actor *actor, const struct state *s,
                const struct state_track *t, time_ms now);

/* What came of a counted ballot. */
struct ballot_total {
  const char *option;
  enum procedure_channel channel; /* CHANNEL_NONE: all together */
  int64_t votes;
};
struct ballot_result {
  struct ballot_total *totals;
  size_t total_count;
  struct tally tally; /* with the options filled in */
  struct tally_entry *entries;
  int64_t turnout[CHANNELS], unreadable;
  const char **codes;
  size_t code_count;
};
int ballot_result(struct ballot_result *out, const struct roll *r, const struct procedure_ballot *b, struct db *db,
                  struct arena *a, int64_t district, struct error *err);

#endif
