/* Calendars for the tests of matter/: the real notices when they are there, and one built from rows. */
#ifndef TESTS_MATTER_CALENDAR_H
#define TESTS_MATTER_CALENDAR_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "matter/calendar.h"

#define CHINESE_DAYS "node_modules/chinese-days/dist/chinese-days.json"

/* The path of a file of the shared test data; NULL, with the reason printed, when it is not there. */
static inline const char *shared_file(struct arena *a, const char *name) {
  const char *root = getenv("TONGXIN_SHARED");
  const char *path = arena_printf(a, "%s/data/%s", root ? root : "../shared", name);
  if (access(path, R_OK) == 0) return path;
  fprintf(stderr, "# skipped: %s is not there (set TONGXIN_SHARED)\n", path);
  return NULL;
}

/* 08:30-12:00 and 14:30-18:00, Monday to Friday. */
static inline int add_usual_hours(struct calendar *c, struct error *err) {
  struct calendar_hours h = {.from = day_from_civil(2000, 1, 1)};
  if (!calendar_read_spans(h.spans, &h.span_count, "08:30-12:00, 14:30-18:00")) return -1;
  return calendar_add_hours(c, &h, err);
}

/* chinese-days with the usual hours, sealed. NULL when anything failed. */
static inline struct calendar *real_calendar(struct arena *a, int offset_min) {
  struct error err = {0};
  struct calendar *c = calendar_new(a, offset_min);
  if (add_usual_hours(c, &err) || calendar_load_file(c, CHINESE_DAYS, &err) || calendar_build(c, 0, 0, &err)) {
    fprintf(stderr, "# %s %s\n", err.code, err.arg[0]);
    return NULL;
  }
  return c;
}

#endif
