/* What the pages of inspections show. */
#ifndef WEB_VIEW_INSPECTION_H
#define WEB_VIEW_INSPECTION_H

#include "web/desk.h"

/* One clause to be answered. */
struct inspection_clause_view {
  const char *code, *text, *help, *severity; /* severity: key of words */
  const char *verdict;                       /* "holds" ..., "" not answered */
  const char *note, *before;                 /* before: what was said when it did not hold */
  int64_t photo;
  bool own_photo; /* the asker may look at it before the round is complete */
  bool needs_photo, veto;
  const char *error; /* what is wrong with this one, "" nothing */
};

struct view_inspection {
  const char *code, *name, *checklist, *edition, *procedure, *address, *case_href, *title;
  const char *round, *progress; /* "第2次，只看不符合项", "已答 7 / 12" */
  const struct inspection_clause_view *clauses;
  int clause_count, answered;
  const struct view_problem *problem;
};

/* An inspection that waits. */
struct inspection_due_row {
  const char *code, *href, *procedure, *title, *name, *where;
  struct case_light light;
};

/* A level that stands, or ended lately. */
struct grade_row {
  const char *name, *place, *level, *kind, *inspected, *until, *paper, *fate;
  bool soon;
};

struct view_inspections {
  const struct inspection_due_row *due;
  int due_count;
  const struct grade_row *lapsing;
  int lapsing_count;
};

struct view_stars {
  const struct grade_row *rows, *ended;
  int row_count, ended_count;
};

/* A finding of one unit. */
struct unit_finding {
  const char *code, *text, *note;
  bool cleared;
};

struct unit_row {
  const char *name, *stage, *holder, *href, *score, *inspect_href;
  int open, found;
  const struct unit_finding *findings;
  int finding_count;
  struct case_light light;
  const char *clock; /* which clock the light belongs to */
  bool ended;
};

struct view_units {
  const char *code, *summary, *procedure, *case_href;
  const struct unit_row *rows;
  int row_count;
  const char *ended, *open_findings; /* figures */
};

#endif
