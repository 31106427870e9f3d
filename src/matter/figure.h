/* Figures: how many matters are what, counted in the transaction that makes them so.
 *
 * A measure is a question to one matter's row ("was it closed without being late?") with the moment it counts for (opened or
 * closed). When an action ends, the answers before and after it are compared and the counters (table `tally`) move by the
 * difference: a matter reopened, moved to another street or given another category leaves the number it was in. So a
 * counter is always the length of the list with the same definition (figure_list). Sealed matters are in neither. */
#ifndef MATTER_FIGURE_H
#define MATTER_FIGURE_H

#include "base/base.h"
#include "base/words.h"
#include "store/store.h"

struct state;
struct work;

/* Bits of matter.facts. */
enum figure_fact {
  FACT_ACCEPTED = 1,    /* went past being reported, other than refused or void */
  FACT_FILED = 2,
  FACT_SUSPENDED = 4,
  FACT_SUPERVISED = 8,
  FACT_CALLED_BACK = 16,
  FACT_RATED = 32,
  FACT_SATISFIED = 64,  /* the last rating was four fifths of its scale or more */
  FACT_ASKED = 128,     /* the reporter said, or was asked, whether it is solved */
  FACT_SOLVED = 256,    /* and the last answer was yes */
  FACT_ANSWERABLE = 512, /* its response fell due, or came */
  FACT_ANSWERED = 1024  /* it came in time */
};

enum figure_by { FIGURE_STREET, FIGURE_COMMUNITY, FIGURE_ORG, FIGURE_CATEGORY, FIGURE_SOURCE, FIGURE_KINDS };

enum figure_measure {
  MEASURE_REPORTED, /* by the day it was opened */
  MEASURE_ACCEPTED,
  MEASURE_REFUSED,
  MEASURE_VOID,
  MEASURE_FILED,
  MEASURE_RELAPSE,
  MEASURE_URGED,
  MEASURE_UNLISTED, /* not shown to everybody: what public figures leave out */
  MEASURE_ANSWERABLE,
  MEASURE_ANSWERED,
  MEASURE_CALLED_BACK,
  MEASURE_ASKED,
  MEASURE_SOLVED,
  MEASURE_RATED,
  MEASURE_SATISFIED,
  MEASURE_CLOSED, /* ended as done, by the day it was closed; so all that follow */
  MEASURE_ON_TIME,
  MEASURE_LATE,
  MEASURE_REWORKED,
  MEASURE_REWORKED_OFTEN,
  MEASURE_RETURNED,
  MEASURE_EXTENDED,
  MEASURE_SUSPENDED,
  MEASURE_SUPERVISED,
  MEASURE_REOPENED,
  MEASURE_CLOSED_UNLISTED,
  MEASURES
};

const char *figure_measure_name(enum figure_measure m); /* "closed-on-time" */
enum figure_measure figure_measure_find(const char *name); /* MEASURES when there is none */
enum word figure_measure_word(enum figure_measure m);      /* its name in the field: 按期结案数 */
bool figure_measure_of_closed(enum figure_measure m);      /* counted on the day of closing, not of opening */

/* What the counters know of one matter. */
struct figure_counted {
  bool counts; /* false: not written yet, or sealed */
  time_ms opened, closed;
  int64_t street, community, org;
  const char *category, *source, *procedure;
  int outcome, reworks, returns, extensions, reopens, urges;
  int64_t facts;
  bool late, relapse, shown_public;
};

/* The matter as it stands now. Texts stay the matter's. */
void figure_counted_of(struct figure_counted *out, const struct state *s);
/* Bits from what was done and said. `before`: the bits so far, for what was said and has been erased since. */
int64_t figure_facts(const struct state *s, int64_t before);
/* Moves the counters from what was counted to what is; the end of every action. */
void figure_follow(struct work *k);

/* Which matters: a measure in a span of time [from, to), narrowed. FIGURE_ANY, NULL: any; 0, "": those without. */
enum { FIGURE_ANY = -1 };
struct figure_which {
  enum figure_measure measure;
  const char *procedure;
  time_ms from, to;
  int64_t street, community, org;
  const char *category, *source;
  time_ms before;                /* cursor: the last row's moment and id; 0 first page */
  int64_t before_id;
  int most;
};
struct figure_row {
  int64_t id;
  time_ms at;
};
int figure_list(struct figure_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                const struct figure_which *which, struct error *err);
/* How many there are, counted from the matters (the cursor is left out of account). The counters say the same faster. */
int figure_list_count(int64_t *n, struct db *db, struct arena *a, int64_t district, const struct figure_which *which,
                      struct error *err);

/* Counts a span of time from the matters themselves: what the counters would say, for days they are not kept by. */
struct figure_span {
  time_ms from, to;      /* [from, to) */
  const char *procedure; /* NULL: all */
  int64_t street;        /* FIGURE_ANY: all, each for itself */
  bool all_streets;      /* together */
  bool by_day;
};
struct figure_counts {
  const char *procedure, *value; /* value: of `by` */
  int64_t street, day;           /* day: number of the day when by_day, else 0 */
  int64_t n[MEASURES];
};
/* Rows come in two halves, those of the day of the report and those of the day of closing: whoever wants both adds up. */
int figure_count(struct db *db, struct arena *a, int64_t district, int offset_min, const struct figure_span *span,
                 enum figure_by by, int (*each)(void *ctx, const struct figure_counts *row, struct error *err), void *ctx,
                 struct error *err);

time_ms figure_month_start(int month, int offset_min); /* its first midnight */
int figure_month_of(int32_t day);           /* yyyymm */
int figure_month_add(int month, int months); /* 202601, -1 → 202512 */

#endif
