/* The figures of one area and period, read from the counters, and the tables made of them. */
#ifndef WEB_LEADER_H
#define WEB_LEADER_H

#include "board/table.h"
#include "matter/figure.h"
#include "web/desk.h"

/* What was asked: checked against what the asker may see. */
struct leader_asked {
  const char *period; /* "2026-11-25", "2026-11" or "2026" */
  int32_t first, last; /* its days, both included */
  int from, to;       /* as counters have it: months, or (day) the day as yyyymmdd */
  bool day, year;
  const char *procedure;
  int64_t street; /* FIGURE_ANY: the whole district */
  int64_t org;    /* FIGURE_ANY, or what this organisation holds */
  bool fixed;     /* the asker sees this street, or this organisation, only */
};

/* Error figure.unknown (INPUT). */
int leader_asked_read(struct leader_asked *out, const struct case_asker *who, const char *period, const char *procedure,
                      int64_t street, struct error *err);

/* The same for the period before, or for the same one a year before (of 29 February: 28 February). */
enum leader_shift { LEADER_BEFORE, LEADER_YEAR_BEFORE };
struct leader_asked leader_earlier(struct arena *a, const struct leader_asked *asked, enum leader_shift shift);

/* The moments a period begins and ends (the end is not in it). */
void leader_span(time_ms *from, time_ms *to, const struct leader_asked *asked, int offset_min);

/* The number of every measure. */
struct leader_sums {
  int64_t n[MEASURES];
};
int leader_sums(struct leader_sums *out, const struct case_asker *who, const struct leader_asked *asked, struct error *err);

/* The counter of what `which` lists, where one is kept for just that: 1, or 0 when there is none. */
int leader_counter(int64_t *n, const struct case_asker *who, const struct leader_asked *asked, const struct figure_which *which,
                   struct error *err);

/* What a chart over time shows: twelve months up to the period's end, or of a month its days; the newest last. */
enum { LEADER_TIMES = 31 };
struct leader_times {
  int count;
  const char *periods[LEADER_TIMES];
  struct leader_sums sums[LEADER_TIMES];
};
int leader_times(struct leader_times *out, const struct case_asker *who, const struct leader_asked *asked, bool days,
                 struct error *err);

/* The tables of the page. FIGURE_STREET gives communities when one street was asked for. */
enum leader_table {
  LEADER_BY_STREET,
  LEADER_BY_COMMUNITY,
  LEADER_BY_ORG,
  LEADER_BY_CATEGORY,
  LEADER_BY_SOURCE,
  LEADER_COMPARED, /* every measure beside the period before and a year before */
  LEADER_IN_THE_AIR /* open matters several departments were called to, each with its state and clock */
};
#define LEADER_TABLES "street|community|org|category|source|compared|air"
int leader_table(struct table *out, const struct case_asker *who, const struct leader_asked *asked, enum leader_table which,
                 struct error *err);

/* LEADER_IN_THE_AIR, in leader_air.c. */
int leader_air(struct table *out, const struct case_asker *who, const struct leader_asked *asked, struct error *err);
/* How many departments are called and not done, and how many of them are late; confidential matters are not counted. */
int leader_air_counts(int64_t *called, int64_t *late, const struct case_asker *who, const struct leader_asked *asked,
                      struct error *err);

/* A share in per cent, NaN where there is nothing to divide by; in words "92.3%" or "—". */
double leader_share(int64_t part, int64_t whole);
const char *leader_share_text(struct arena *a, double share);

/* A measure, or a share of two: `whole` is MEASURES for a count. */
struct leader_figure {
  enum figure_measure part, whole;
  enum word title; /* of a share; a count has its measure's name */
};
double leader_value(const struct leader_figure *f, const struct leader_sums *s);
const char *leader_value_text(struct arena *a, const struct leader_figure *f, const struct leader_sums *s);
enum word leader_figure_word(const struct leader_figure *f);
/* "+3.2%" for counts, "+1.4" points for shares, "—" where there is nothing to compare with. */
const char *leader_change(struct arena *a, const struct leader_figure *f, const struct leader_sums *now,
                          const struct leader_sums *then);

/* The address of the list a number counted. `more` narrows further ("&org=3") or is "". */
const char *leader_list_address(struct arena *a, const struct leader_asked *asked, enum figure_measure m,
                                const char *more);

/* "period=2026-11&procedure=incident&street=5": what was asked, for addresses. */
const char *leader_query(struct arena *a, const struct leader_asked *asked);

#endif
