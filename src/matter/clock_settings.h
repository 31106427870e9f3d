/* The district's own part of the work calendar and the settings of clocks and duplicates, read from a file people edit
 * (catalogues/calendar.yaml shows every entry). */
#ifndef MATTER_CLOCK_SETTINGS_H
#define MATTER_CLOCK_SETTINGS_H

#include <stddef.h>

#include "base/error.h"
#include "matter/clock.h"
#include "matter/duplicate.h"

enum { CLOCK_RULE_CHANGES = 32 };

/* Not to be copied: `clock` points at the rules before it. */
struct clock_settings {
  struct clock_rules clock; /* the newest */
  struct clock_rules before[CLOCK_RULE_CHANGES];
  struct duplicate_rules duplicates;
};

/* The settings where a district says nothing. */
struct clock_settings clock_settings_usual(void);

/* Reads YAML (at most CALENDAR_FILE_MAX bytes): its hours and days go into `cal` as rows, its settings into `out`,
 * which is filled with the usual ones first. `cal` may be NULL to read the settings alone. On an error some rows may
 * have been added: throw the calendar away. Errors: yaml.*; clock.settings.key ({1} line, {2} column, {3} key),
 * clock.settings.value ({1} line, {2} column, {3} key, {4} what stands there); those of calendar_add_day and
 * calendar_add_hours. */
int clock_settings_read(struct clock_settings *out, struct calendar *cal, const char *yaml, size_t n,
                        struct error *err);

#endif
