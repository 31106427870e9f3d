/* The catalogue: what can be wrong, under which code, when it counts, in what time it must be put right, and by whom.
 *
 * Codes come in schemes (a city's components and events in the frame of GB/T 30428.2; grid services of GB/T 34300);
 * the same number means different things in different schemes, so a code is always scheme, kind and code. Every code
 * has a major (its first two digits) and one or more conditions in order, each with its filing wording (立案条件), its
 * limits and its closing wording (结案条件), as in GB/T 30428.8. Codes and conditions have days from which and until
 * which they are in force. All of it is data in catalogues/; see catalogues/README.md. Nothing here is changed once
 * read. */
#ifndef MATTER_CATALOGUE_H
#define MATTER_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "matter/limit.h"
#include "matter/procedure.h"

/* Which of a condition's limits a case gets, as the dispatcher chooses: 一般, 工程 (works), 特殊. */
enum catalogue_limit { LIMIT_GENERAL, LIMIT_ENGINEERING, LIMIT_SPECIAL, LIMIT_KINDS };
const char *catalogue_limit_name(enum catalogue_limit kind); /* "general", "engineering", "special" */
bool catalogue_limit_from_name(enum catalogue_limit *out, const char *name);

/* One condition of a code, under which a case is filed and whose limit it gets. */
struct catalogue_condition {
  int order; /* 1.. within its code, in the order of the standard */
  struct bilingual filing, closing;
  struct limit limits[LIMIT_KINDS]; /* the general one always; unit UNIT_NONE where there is no other. None is shorter
                                       than the one before it */
  bool urgent;                     /* its limit runs through nights and days off */
  int season_from, season_until;   /* months 1..12 in which it applies (from may be after until); 0: all year */
  int32_t from, until;             /* first and last day in force; 0: open */
};

struct catalogue_unit {
  const char *key; /* "sanitation" */
  struct bilingual title;
};

struct catalogue_major {
  const char *scheme, *kind, *code; /* "urban-yuncheng", "event", "01" */
  struct bilingual title;
};

struct catalogue_code {
  const char *scheme, *kind, *code; /* "urban-yuncheng", "event", "0131" */
  const char *key;                  /* "urban-yuncheng/event/0131": what is stored with a matter */
  struct bilingual title;
  struct bilingual public_title;    /* in a resident's words; {NULL, NULL} unless it is among the common ones */
  const char *icon;                 /* name of an icon for the common ones, or NULL */
  bool local;                       /* an extension of that city */
  const struct catalogue_unit *unit; /* who usually puts it right */
  const struct catalogue_major *major;
  int32_t from, until;
  const struct catalogue_condition *conditions;
  size_t conditions_count; /* at least 1 */
};

struct catalogue_scheme {
  const char *name;
  struct bilingual title, source;
};

struct catalogue {
  const struct catalogue_scheme *schemes;
  size_t schemes_count;
  const struct catalogue_unit *units;
  size_t units_count;
  const struct catalogue_major *majors;
  size_t majors_count;
  const struct catalogue_code *codes; /* by scheme, in the order of the file */
  size_t codes_count;
};

/* Reads `folder`/schemes.csv, units.csv and, for each scheme, its folder's majors.csv, codes.csv and conditions.csv.
 * Errors (ERR_INPUT; {1} the file, {2} the line, {3} what is wrong there): catalogue.missing-text, catalogue.unit,
 * catalogue.major, catalogue.code, catalogue.twice, catalogue.limit, catalogue.limit-order, catalogue.date, catalogue.overlap,
 * catalogue.season, catalogue.order, catalogue.conditionless; and those of csv.h. Nothing is half read. */
int catalogue_read(const struct catalogue **out, struct arena *a, const char *folder, struct error *err);

/* A text that takes the place of a file of the folder, by its name there: "units.csv", "my-city/codes.csv". */
struct catalogue_text {
  const char *name, *text;
  size_t len;
};

/* Every mistake of every file, the first hundred of them; `total` how many there were. `files`: which text or file. */
enum { CATALOGUE_FINDINGS = 100 };
struct catalogue_findings {
  struct error items[CATALOGUE_FINDINGS];
  const char *files[CATALOGUE_FINDINGS];
  size_t count, total;
};

/* The same with texts over the files. With `found` (may be NULL) reading goes on after a mistake to list all of them; then -1
 * with the first. */
int catalogue_read_with(const struct catalogue **out, struct arena *a, const char *folder, const struct catalogue_text *texts,
                        size_t count, struct catalogue_findings *found, struct error *err);

/* The code in force on `day`, or NULL. */
const struct catalogue_code *catalogue_find(const struct catalogue *c, const char *scheme, const char *kind,
                                            const char *code, int32_t day);
/* The same by key "scheme/kind/code". */
const struct catalogue_code *catalogue_find_key(const struct catalogue *c, const char *key, int32_t day);

/* The condition with that order in force on `day` (in its season), or NULL. */
const struct catalogue_condition *catalogue_condition_find(const struct catalogue_code *code, int order, int32_t day);

/* The major with that code, or NULL. */
const struct catalogue_major *catalogue_major_find(const struct catalogue *c, const char *scheme, const char *kind,
                                                   const char *code);

/* The codes of a major, one after the other: pass NULL first, then the last answer. */
const struct catalogue_code *catalogue_next_of(const struct catalogue *c, const struct catalogue_major *major,
                                               const struct catalogue_code *after);

/* The unit with that key, or NULL. */
const struct catalogue_unit *catalogue_unit_find(const struct catalogue *c, const char *key);

#endif
