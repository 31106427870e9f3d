/* The tales of the demonstration: what befell each case, before any of it is played. */
#ifndef CLI_DEMO_TALE_H
#define CLI_DEMO_TALE_H

#include "cli/demo.h"
#include "people/access.h"
#include "place/place.h"

enum { TALE_STEPS = 40, TALES_MAX = 2000 };

/* One case on its way. Strings and steps lie in the demo's arena. */
struct demo_tale {
  const struct yaml *says, *kind; /* what it says itself (NULL: nothing), and what all of its kind say */
  const char *text;               /* what was reported */
  const struct yaml *opens;       /* how it is opened; NULL: as a resident does */
  const struct yaml *steps[TALE_STEPS];
  size_t step_count, next;
  const char *name;               /* for "@case NAME", "" none */
  int64_t reporter;               /* account of the resident who reports it, 0 nobody's */
  int64_t place;                  /* where */
  struct place_chain where; /* what lies above it */
  int pace;                       /* its minutes, in hundredths of what the script says */
  bool office;                    /* those who work on it do so in office hours */
  time_ms at;                     /* when the next step is taken */
  bool opened, over;
  int64_t matter, witness;        /* once it is opened: the matter, and who reported it without an account */
};

/* Reads demo/cases.yaml and demo/history.yaml with their kinds and scripts; `tales` in the demo's arena, those that would
 * begin after now left out. Error: demo.file. */
int demo_tales(struct demo_tale **tales, size_t *count, struct demo *d, struct db *db, struct error *err);

/* What the tale says under `key`, "" when it says nothing. */
const char *tale_says(const struct demo_tale *tale, const char *key);

#endif
