/* Legal clocks: how much of a limit is used, when it ends, and why.
 *
 * A clock is plain data: a limit, the moment it started, and segments in the order of time: it ran, it was paused
 * because …, its limit became another because the category changed, it was extended because …. Nothing computed is
 * kept in it, so that a corrected category, a pause entered late or a changed calendar gives the right answer by asking
 * again. Everything here is pure: others store clocks and tell the time.
 *
 * How time is counted (the words of the law in clock_rules): every unit has a measure that only grows with time; used
 * time is the sum of its differences over the running segments; the end is the moment at which they reach the limit.
 * When the limit changes half way, the time that ran before is measured again in the new unit, as if the right limit
 * had been known from the start: nothing used is forgotten, no pause is lost. */
#ifndef MATTER_CLOCK_H
#define MATTER_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json_write.h"
#include "base/time.h"
#include "matter/calendar.h"
#include "matter/limit.h"

struct arena;

/* Settings of a district, from its catalogue with effective dates; clock_rules_usual() where it says nothing. */
struct clock_rules {
  bool work_day_start_counts;    /* the start day is work day 1; usually it is day 0 */
  bool natural_day_start_counts; /* the same for natural days (民法典 201: the start day is not counted) */
  bool whole_days;               /* limits in days end with a day: after a pause too the last day is had to its end */
  bool off_day_moves;            /* natural days and months: a last day not worked moves to the next work day (203) */
  bool office_end_ends;          /* natural days and months end with office hours, not at 24:00 (203 II) */
  bool month_end_spills;         /* 31 January + 1 month: 1 March; usually the last day of February */
  int warn_share_milli;          /* amber when no more than this share of the limit is left */
  int64_t warn_work_ms;          /* or no more than this office time, for work hours and work days */
  int32_t from;                  /* clocks that start on this day or later are counted so; 0: always */
  const struct clock_rules *older; /* earlier clocks by these; NULL: none were other */
};
struct clock_rules clock_rules_usual(void);

/* Those of a clock that started on `day`: a rule that changes does not change clocks that run. */
const struct clock_rules *clock_rules_on(const struct clock_rules *newest, int32_t day);

/* The end of `limit` for something that started at `start` and runs through.
 *   urgent units: start plus the amount.           work hours: the amount of office time after the start.
 *   work days: end of office of the n-th work day after the start day; a part of a day ends inside its office hours.
 *   natural days, months: the last millisecond of the last day (see the rules); a part of a natural day is had whole.
 * Errors: those of limit_check; clock.beyond-calendar (ERR_INPUT) when start or end lie outside the table. */
int clock_advance(time_ms *due, const struct calendar *cal, const struct clock_rules *rules, time_ms start,
                  struct limit limit, struct error *err);

enum segment_kind { SEGMENT_RUN, SEGMENT_PAUSE, SEGMENT_LIMIT, SEGMENT_EXTEND };
const char *segment_kind_name(enum segment_kind k); /* "run", "pause", "limit", "extend" */
bool segment_kind_from_name(enum segment_kind *out, const char *name);

/* A piece of a clock's life. RUN and PAUSE last, the last of them is open (`to` 0); LIMIT and EXTEND happen at `from`
 * (`to` the same) and carry the new limit or what was added. `reason` is a person's words or a code, or NULL. */
struct segment {
  enum segment_kind kind;
  time_ms from, to;
  const char *reason;
  struct limit limit;
};

enum clock_end { CLOCK_OPEN, CLOCK_ENDED_MET, CLOCK_ENDED_VOID };
enum { CLOCK_SEGMENTS_MAX = 500, CLOCK_LINES_MAX = 2000 };

/* As stored. Zero-initialise, then clock_start; or fill it from rows. */
struct clock {
  struct limit limit; /* as started; UNIT_FIXED: `fixed_due` says it */
  time_ms started, fixed_due;
  enum clock_end end;
  time_ms ended; /* what it was for happened, or it was void; its last segment stays open */
  struct segment *segments;
  int count, room; /* `room` 0 when the array belongs to somebody else: it is copied before it grows */
};

/* What happens to a clock. Segments grow in `a`; `reason` is copied. Moments must not go backwards (clock.order), an
 * ended clock stays ended (clock.ended). Errors are ERR_CONFLICT. */
int clock_start(struct clock *c, struct arena *a, time_ms at, struct limit limit, struct error *err);
/* A clock whose end is given as a moment and is not moved by pauses. Error: clock.fixed-order when it lies before. */
int clock_start_fixed(struct clock *c, struct arena *a, time_ms at, time_ms due, struct error *err);
int clock_pause(struct clock *c, struct arena *a, time_ms at, const char *reason, struct error *err); /* clock.paused */
int clock_resume(struct clock *c, struct arena *a, time_ms at, const char *reason,
                 struct error *err); /* clock.running */
/* Adds to the limit. Another unit than the clock's own is taken over as what it covers in the clock's unit, counted
 * from the end the clock would have had. Not for fixed clocks (clock.fixed). */
int clock_extend(struct clock *c, struct arena *a, time_ms at, struct limit more, const char *reason,
                 struct error *err);
/* Another limit from the start on, because the category changed. It replaces extensions granted on the old one: what
 * shall carry over is granted again. */
int clock_relimit(struct clock *c, struct arena *a, time_ms at, struct limit limit, const char *reason,
                  struct error *err);
int clock_meet(struct clock *c, time_ms at, struct error *err);
int clock_void(struct clock *c, time_ms at, struct error *err);

enum clock_state { STATE_RUNNING, STATE_PAUSED, STATE_MET, STATE_LATE, STATE_VOID };
enum clock_light { LIGHT_GREEN, LIGHT_AMBER, LIGHT_RED, LIGHT_GREY };
const char *clock_state_name(enum clock_state s); /* "running", "paused", "met", "late", "void" */
const char *clock_light_name(enum clock_light l); /* "green", "amber", "red", "grey" */

/* A clock as it stands at a moment. Amounts are in ticks of the clock's unit; clock_ticks_limit makes them readable. */
struct clock_reading {
  enum clock_state state; /* LATE also when it was met after its end */
  enum clock_light light;
  struct limit limit; /* in force, with the extensions of the same unit */
  time_ms due;        /* on time while now <= due. Paused: the end if it went on now */
  bool due_moves;     /* paused: `due` moves on with every moment */
  time_ms warn_at;    /* from here on amber; 0 when paused or ended */
  int64_t used, total, left, over;
  int used_milli;   /* used share of the total, 1000 is all of it */
  int unknown_year; /* a year without a notice was counted by its weekends alone; 0 when none was */
};

/* Reads clock `c` at `now`. With a changed calendar this is also the recomputation: compare `due` with the stored one.
 * Errors: clock.beyond-calendar, clock.empty (never started). */
int clock_read(struct clock_reading *out, const struct clock *c, const struct calendar *cal,
               const struct clock_rules *rules, time_ms now, struct error *err);

/* The end alone (a paused clock's as if it went on at `now`). */
int clock_due(time_ms *out, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
              time_ms now, struct error *err);

/* The moment at which a share of the limit is used: 500 half of it, 2000 twice. For warnings and escalation. */
int clock_moment(time_ms *out, const struct clock *c, const struct calendar *cal, const struct clock_rules *rules,
                 int share_milli, time_ms now, struct error *err);

/* Ticks of `unit` as an amount: work hours as work hours; months are told in natural days. Rounded down to 1/1000. */
struct limit clock_ticks_limit(enum unit unit, int64_t ticks);

/* One line of an explanation; its words are "clock.line.<clock_line_key>". */
enum clock_line_kind {
  LINE_START_DAY, /* the start day, not counted */
  LINE_OFFICE,    /* office hours, counted */
  LINE_WORK_DAY,  /* a work day, counted */
  LINE_NATURAL,   /* runs on without a break, counted */
  LINE_BREAK,     /* between two office hours of a day */
  LINE_NIGHT,     /* outside office hours */
  LINE_OFF,       /* a day not worked: `day` and the names say which */
  LINE_PAUSED,    /* `reason` */
  LINE_RELIMIT,   /* `was` became `now`, `reason` */
  LINE_EXTENDED,  /* `now` was added, `reason` */
  LINE_SUMMED,    /* the rest of a very long clock in one line */
  LINE_MOVED,     /* the last day is not worked (`day`, names): the end moved from `from` to `to` */
  LINE_UNKNOWN    /* the notice of year `year` is not published: weekends alone were used */
};

struct clock_line {
  enum clock_line_kind kind;
  time_ms from, to;
  int64_t counted; /* ticks of the clock's unit */
  enum day_kind day;
  const char *zh, *en; /* the special day's names, or "" */
  const char *reason;  /* or "" */
  struct limit was, now;
  int year;
};
const char *clock_line_key(enum clock_line_kind k);

/* What counted and what did not from the start until `until` (or the clock's end of life), line by line in `a`, in the
 * order of time. The sum of `counted` is exactly clock_read's `used` at that moment. */
int clock_explain(struct clock_line **lines, size_t *count, struct arena *a, const struct clock *c,
                  const struct calendar *cal, const struct clock_rules *rules, time_ms until, struct error *err);

/* One line for a person to read, in the words of "clock.line.…"; `unit` is the clock's. */
void clock_line_words(struct buf *out, enum lang lang, const struct clock_line *line, enum unit unit, int offset_min);

/* The lines as a JSON array: kind, from, to, counted {amount, unit}, day, names, reason, limits. */
void clock_lines_json(struct json *j, const struct clock_line *lines, size_t count, enum unit unit, int offset_min);

#endif
