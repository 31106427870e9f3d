/* Cases of an earlier system, read from a CSV by a map (case_map.h) and replayed through the engine: each is opened at
 * the moment it came in, given the end it had, and closed at the moment it was closed, so that steps, journal, clocks,
 * figures and search are those of any matter. Whether it was on time is computed by its clock and compared with what the
 * file says.
 *
 * Rows go in by themselves, a few hundred to a durable batch: a refused row takes nothing with it, and an import that was
 * stopped goes on where it stopped, because rows already in are known by their number. */
#ifndef MATTER_CASE_IMPORT_H
#define MATTER_CASE_IMPORT_H

#include "matter/case_map.h"
#include "matter/engine.h"

enum case_news_kind {
  CASE_REFUSED,  /* not taken; `why` says it */
  CASE_MENDED,   /* taken, but not as the file has it; `why` says what was done */
  CASE_DISAGREES /* taken; on time or not is otherwise than the file says */
};

/* Something about one row that a person should read. Lives during the call. */
struct case_news {
  enum case_news_kind kind;
  int64_t line;
  const char *column;    /* of the file, "" when it is about the row as a whole */
  const char *reference; /* their number, "" when it could not be read */
  const struct error *why;
};

struct case_import_settings {
  struct lane *lane;
  struct engine *engine;
  const char *path;
  const char *procedure_source; /* text to adopt when the district has no such procedure; NULL: it must have it */
  time_ms now;
  bool dry_run;            /* reads and checks, writes nothing; what only the engine can say is not checked */
  int64_t refusals_most;   /* stops with import.case.stopped beyond; 0: never */
  int (*news)(void *ctx, const struct case_news *n, struct error *err); /* in the order of the file */
  void (*progress)(void *ctx, int64_t rows, int64_t done, int64_t size);
  void *ctx;
};

struct case_import_report {
  int64_t rows, opened, closed, already, refused, mended, departments;
  int64_t judged, agreed; /* closed rows with an end and a flag; how many the clock judged as the file does */
};

/* Reads the whole file. Rows that are wrong are news, not errors. Errors: those of opening the file, its header and the
 * map's columns; import.case.procedure, import.case.stopped ({1} how many were refused); the database's. */
int case_import(struct case_import_report *out, struct case_map *map, const struct case_import_settings *settings,
                struct error *err);

#endif
