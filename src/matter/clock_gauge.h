/* How a clock is measured; shared by clock.c (how much, until when) and clock_explain.c (line by line). Private. */
#ifndef MATTER_CLOCK_GAUGE_H
#define MATTER_CLOCK_GAUGE_H

#include "matter/clock.h"

/* Everything one question needs. */
struct gauge {
  const struct clock *clock;
  const struct calendar *cal;
  const struct clock_rules *rules;
  struct limit limit; /* in force */
  time_ms anchor;     /* where counting begins */
  int64_t total;      /* ticks of the limit, before the last day is rounded up */
  bool whole;         /* a whole number of units: work days then end with a day */
  time_ms now;        /* a paused clock goes on here */
};

/* Where a number of ticks is reached: in the run that began at `low` with `before` ticks used by then. */
struct reach {
  time_ms at, low;
  int64_t before;
  bool resumed; /* only if the paused clock went on now */
};

/* The end of a clock: on time before `end` (not at it, where a day ends: `due` is its last millisecond). */
struct finish {
  struct reach reach;
  time_ms end, due;
  int32_t last_day; /* before it was moved; only when `moved` */
  bool moved;       /* because the last day is not worked */
  int64_t total;    /* ticks used by the end */
  int unknown_year;
};

/* Sets the gauge for clock `c` asked at `now`. Errors: clock.empty, clock.beyond-calendar. */
int gauge_init(struct gauge *g, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
               time_ms now, struct error *err);

/* Time in ticks of the clock's unit; only differences mean something. */
int64_t gauge_measure(const struct gauge *g, time_ms at);

/* Segment `i` as far as it counts: [low, high), `high` INT64_MAX while open. False when it did not run. A start day
 * that counts whole begins before the clock does; one that does not count ends after it. A given end is not moved by
 * pauses, so a fixed clock runs through them. */
bool gauge_run(const struct gauge *g, int i, time_ms *low, time_ms *high);

/* The end; false when it lies beyond the calendar. */
bool gauge_finish(struct finish *f, const struct gauge *g);

#endif
