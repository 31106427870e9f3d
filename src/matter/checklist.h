/* Checklists: a standard, clause by clause, that things of one kind are inspected against. A file checklists/NAME.yaml holds
 * its editions with the days from which they are in force and the levels that an inspection can give. Everything here is
 * pure; which edition an inspection runs on is kept by matter/inspection.h. */
#ifndef MATTER_CHECKLIST_H
#define MATTER_CHECKLIST_H

#include "base/base.h"
#include "matter/procedure.h"

enum { CHECKLIST_FILE_MAX = 128 * 1024, CHECKLIST_CLAUSES_MOST = 90, CHECKLIST_LEVELS_MOST = 9 };

enum clause_severity { SEVERITY_MINOR, SEVERITY_SERIOUS, SEVERITY_GRAVE, SEVERITIES };

struct checklist_clause {
  const char *code;            /* "A2": what letters and signs call it */
  struct bilingual text, help; /* help may be {NULL, NULL} */
  int weight;                  /* 0..100; nothing: it is looked at and does not count */
  bool veto;                   /* where it does not hold no level is given, whatever the rest */
  bool photo;                  /* an answer needs a photo */
  enum clause_severity severity;
  struct procedure_at at;
};

struct checklist_edition {
  const char *name;       /* "2016" */
  int32_t from;           /* day number: inspections that begin on this day or later */
  struct bilingual basis; /* the standard's own name; may be {NULL, NULL} */
  const char *article;    /* number of the standard, "" none */
  const struct checklist_clause *clauses;
  size_t clause_count;
  struct procedure_at at;
};

/* A level and the share of the weight that applies which it needs, in hundredths. In the order of the levels. */
struct checklist_level {
  int level, from;
  struct bilingual title;
};

struct checklist {
  const char *name; /* "nursing-room" */
  int version;      /* of the file, as the rulebook counts; 1.. */
  struct bilingual title, about;
  const struct checklist_level *levels;
  size_t level_count;
  const struct checklist_edition *editions; /* by `from` */
  size_t edition_count;
};

/* Reads and checks one; everything wrong goes to `found` with line and column, as with procedures. -1 with the first error as
 * ERR_INPUT. Lives in `a`. */
int checklist_read(const struct checklist **out, struct procedure_findings *found, struct arena *a, const char *text, size_t len,
                   struct error *err);

/* The edition in force on a day: the latest that has begun, before the first one the first. Never NULL. */
const struct checklist_edition *checklist_on(const struct checklist *c, int32_t day);
const struct checklist_edition *checklist_edition_find(const struct checklist *c, const char *name); /* NULL when none */
/* The place of a clause in its edition, -1 when there is none of that code. */
int checklist_clause_index(const struct checklist_edition *e, const char *code);
/* What a level is called; {NULL, NULL} of one that is none. */
struct bilingual checklist_level_title(const struct checklist *c, int level);

enum verdict { VERDICT_NONE, VERDICT_HOLDS, VERDICT_FAILS, VERDICT_NOT_APPLICABLE, VERDICTS };
const char *verdict_name(enum verdict v);        /* "holds", "fails", "not-applicable"; "" of none */
enum verdict verdict_by_name(const char *name);  /* VERDICT_NONE when unknown */
const char *severity_name(enum clause_severity s); /* "minor", "serious", "grave" */

/* What an inspection comes to. */
struct checklist_result {
  int applies, kept; /* weight of the clauses that apply, and of those of them that hold */
  int score;         /* hundredths of what applies, rounded down; 0 when nothing applies */
  int level;         /* 0: none */
  int fails;         /* clauses that do not hold */
  const struct checklist_clause *veto; /* the first one that took the level away, or NULL */
};

/* `verdicts` has one for each clause; those without an answer count as not applicable. A level is reached when
 * 100 x kept >= from x applies: whole numbers, nothing is rounded in anybody's favour. */
void checklist_judge(struct checklist_result *out, const struct checklist *c, const struct checklist_edition *e,
                     const enum verdict *verdicts);

#endif
