/* Inspections on running matters: a round begins when its track enters a stage that inspects, on the edition of the day, and
 * is complete when an action says all its answers. What did not hold becomes findings, which papers take up and later rounds
 * clear. Answers given so far are kept while the round is open, so that a phone may die in a cellar. */
#ifndef MATTER_INSPECTION_H
#define MATTER_INSPECTION_H

#include "matter/checklist.h"
#include "matter/engine.h"
#include "matter/state.h"

/* The answer to one clause: in a draft, or as it was said last. */
struct inspection_answer {
  enum verdict verdict; /* NONE: not answered */
  const char *note;     /* "" none */
  int64_t photo;        /* 0 none */
};

/* One round with what it asks. */
struct inspection {
  int64_t id;
  int round;
  bool again;      /* only what did not hold */
  time_ms begun, done; /* done 0: open */
  int score, level, fails;
  const struct checklist *checklist; /* in the version it began with */
  const struct checklist_edition *edition;
  bool *asked;                       /* for each clause: whether this round asks it */
  struct inspection_answer *now;     /* for each clause: answered so far (draft) while open, else as said */
  struct inspection_answer *before;  /* for each clause: what the rounds before said last */
};

/* The latest round of a track. 1, or 0 when it had none; -1 on error. Everything lives in `a`; the checklist belongs to `w`. */
int inspection_load(struct inspection **out, struct db *db, struct arena *a, const struct world *w, const struct state *s,
                    const struct state_track *t, struct error *err);

/* Keeps the answer to one clause of an open round, in the lane; the photo must be the actor's own or there already. Errors:
 * matter.unknown, matter.not-yours (who may complete the round may answer), inspection.none, inspection.clause. */
struct inspection_draft {
  const struct actor *actor;
  int64_t matter, track;
  const char *clause;
  struct inspection_answer answer;
};
int inspection_keep(struct lane_txn *t, struct engine *e, const struct inspection_draft *draft, struct error *err);

/* Completes an open round with the answers kept, in the lane: as engine_act with them, and its errors. */
int inspection_finish(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t matter, int64_t track,
                      struct acted *acted, struct error *err);

/* A finding as it stands. */
struct finding {
  int64_t id, paper;
  const struct checklist_clause *clause; /* NULL when the edition is no longer known */
  enum clause_severity severity;
  time_ms found, cleared; /* cleared 0: open */
  const char *note;       /* what was said of it last */
};
int inspection_findings(struct finding **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct state *s, const struct state_track *t, struct error *err);

/* The action that completes a round from the stage the track stands in, NULL when it is in none. */
const struct procedure_action *inspection_completes(const struct state_track *t);

#endif
