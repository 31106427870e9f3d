/* The figures of one area and period, read from the counters, and the tables made of them. */
#ifndef WEB_LEADER_H
#define WEB_LEADER_H

#include "board/table.h"
#include "matter/figure.h"
#include "web/desk.h"

/* What was asked: checked against what the asker may see. */
struct leader_asked {
  const char *period; /* "2026-11" or "2026" */
  int from, to;       /* months */
  const char *procedure;
  int64_t street; /* FIGURE_ANY: the whole district */
  bool fixed;     /* the asker sees this street only */
};

/* Error figure.unknown (INPUT). */
int leader_asked_read(struct leader_asked *out, const struct case_asker *who, const char *period, const char *procedure,
                      int64_t street, struct error *err);

/* The number of every measure. */
struct leader_sums {
  int64_t n[MEASURES];
};
int leader_sums(struct leader_sums *out, const struct case_asker *who, const struct leader_asked *asked, int months_back,
                struct error *err);

/* By month, the twelve up to the period's end; the newest last. */
enum { LEADER_MONTHS = 12 };
int leader_months(struct leader_sums out[LEADER_MONTHS], const struct case_asker *who, const struct leader_asked *asked,
                  struct error *err);

/* A table by what `by` says; FIGURE_STREET gives communities when one street was asked for. Sheets included. */
int leader_table(struct table *out, const struct case_asker *who, const struct leader_asked *asked, enum figure_by by,
                 struct error *err);

/* A share in per cent, NaN where there is nothing to divide by; in words "92.3%" or "—". */
double leader_share(int64_t part, int64_t whole);
const char *leader_share_text(struct arena *a, double share);

/* The address of the list a number counted. `more` narrows further ("&org=3") or is "". */
const char *leader_list_address(struct arena *a, const struct leader_asked *asked, enum figure_measure m,
                                const char *more);

const char *leader_by_name(enum figure_by by); /* "street", for addresses */

#endif
