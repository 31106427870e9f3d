/* Inside of the checker: what its two files share. */
#ifndef MATTER_PROCEDURE_CHECK_H
#define MATTER_PROCEDURE_CHECK_H

#include "matter/procedure_reader.h"

struct check {
  struct procedure_findings *found;
  struct arena *arena;
  const struct procedure *p;
  bool **reached;      /* [track][stage] */
  bool **done;         /* [track][action]: something takes it as the system */
  bool **used;         /* [track][field] */
  bool *assigned;      /* [track]: some action gives it a holder */
  bool *added;         /* [track] */
  unsigned *clock_ops; /* [clock]: bits 1 << enum procedure_clock_op that effects do */
  bool opens_others;   /* so another procedure may act on this one as its origin */
};

/* Adds a finding; arguments may be NULL from the right. */
void check_error(struct check *k, struct procedure_at at, const char *code, const char *a, const char *b, const char *c);
void check_warning(struct check *k, struct procedure_at at, const char *code, const char *a);

/* Calls `see` for every effect of every action and (action NULL) of every clock. */
void check_effects(struct check *k,
                   void (*see)(struct check *k, const struct procedure_effect *e,
                               const struct procedure_action *action, void *to),
                   void *to);

/* Decision tables: complete, without rows that are never reached, and nobody else sets what they set. */
void check_tables(struct check *k);

/* Plans of visits: they start, end and have a clock. */
void check_plans(struct check *k);

/* Rolls, meetings and ballots: who decides, that a quorum can be had, that the count comes after the voting. */
void check_ballots(struct check *k);
/* A sealed procedure says nothing outside itself and is known to somebody from its first moment. */
void check_secrecy(struct check *k);

/* Clocks, fields and words. */
void check_use(struct check *k);

#endif
