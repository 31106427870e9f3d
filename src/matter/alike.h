/* Which other matters may be the same thing: neighbours in space and time, scored with their reasons (duplicate.h), for a
 * person to decide. What the asker may not open is not among them. */
#ifndef MATTER_ALIKE_H
#define MATTER_ALIKE_H

#include "matter/duplicate.h"
#include "matter/list.h"

/* A candidate. `score.reasons` say why; `open` is false for one that was ended already. */
struct alike {
  int64_t matter;
  const char *code, *summary, *address;
  const struct procedure_stage *stage;
  time_ms opened;
  bool open;
  struct duplicate_score score;
};

/* What is known of the report being asked about: a matter's own values, or a form's that is not sent yet (id 0). */
struct alike_to {
  int64_t id;
  const char *procedure, *summary, *category; /* category "" when not chosen */
  double lon, lat;                            /* NaN when not given */
  int64_t community;                          /* 0 unknown: used when there is no position */
  time_ms at;
};

/* At most `most` candidates, the likeliest first, by the district's rules of catalogues/calendar.yaml. `scope` NULL: what
 * everybody may see. */
int matter_alike(struct alike **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                 const struct alike_to *to, const struct scope *scope, int most, struct error *err);

#endif
