/* One row of an import, read as the map says. Inside the importer. */
#ifndef MATTER_CASE_ROW_H
#define MATTER_CASE_ROW_H

#include "matter/case_map.h"
#include "matter/engine.h"

enum { CASE_SAID = 16, CASE_SAID_CLOSING = 2 };

struct case_row {
  int64_t line;
  const char *reference, *department, *place; /* department and place as the file names them, NULL none */
  time_ms opened, due, closed;                /* due, closed 0: none */
  int flag;                                   /* what the file says: 1 on time, -1 not, 0 nothing */
  bool early;                                 /* its closing was moved to its opening */
  struct said said[CASE_SAID], closing[CASE_SAID_CLOSING];
  size_t said_count, closing_count;
};

/* Fills `out` from `in`, with copies in `a`. Errors (INPUT) carry the file's column as their field: import.case.empty,
 * .formula, .controls, .moment, .future, .early, .target-early, .status, .word, .position, .category. */
int case_row_read(struct case_row *out, const struct case_map *map, const struct csv_row *in, struct arena *a,
                  time_ms now, struct error *err);

/* Says one more value of the opening. */
void case_row_say(struct case_row *row, const struct case_map *map, enum case_part part, const char *value);

#endif
