/* Limits: how long something may take, in the units of the law and of the catalogue.
 *
 * GB/T 30428's urgent hour and urgent day run on without a break; its work hour and work day count office time and work
 * days only. Natural days and months are those of the procedure laws. Amounts are kept in thousandths of the unit,
 * because halves occur ("0.5 work-day"); months are whole. */
#ifndef MATTER_LIMIT_H
#define MATTER_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/words.h"

enum unit {
  UNIT_NONE,          /* no limit set */
  UNIT_URGENT_MINUTE, /* UM: natural minutes, nights and days off included */
  UNIT_URGENT_HOUR,   /* UH */
  UNIT_URGENT_DAY,    /* UD: 24 hours on end */
  UNIT_WORK_HOUR,     /* WH: inside office hours */
  UNIT_WORK_DAY,      /* WD: days of the work calendar */
  UNIT_NATURAL_DAY,   /* ND: days of the civil calendar */
  UNIT_MONTH,         /* M: the same day of a later month */
  UNIT_FIXED,         /* no amount: the due moment itself was given, by an imported file or a decision */
  UNIT_COUNT
};

enum { LIMIT_ONE = 1000, LIMIT_MAX = 10000 * LIMIT_ONE };

/* {2 * LIMIT_ONE, UNIT_URGENT_HOUR} is two urgent hours. */
struct limit {
  int64_t milli;
  enum unit unit;
};

/* The unit's name as procedure files and tables write it ("work-hour"), and its catalogue code ("WH"). */
const char *unit_name(enum unit u);
const char *unit_code(enum unit u);
/* From either; plural names are taken too. UNIT_NONE when it is neither. */
enum unit unit_from_name(const char *name);

/* Reads "4 work-hours", "0.5 work-day", "2 months", "4WH", "2 UH". At most three decimals.
 * Errors (ERR_INPUT, {1} the text): limit.text, and those of limit_check. */
int limit_parse(struct limit *out, const char *text, struct error *err);

/* True limits: more than nothing, at most 10 000 units, months whole. Errors: limit.zero, limit.large, limit.month. */
int limit_check(struct limit l, struct error *err);

/* "4 work-hours", "0.5 work-days", "1 month": what limit_parse reads again. `out` has at least 48 bytes. */
void limit_write(char *out, size_t size, struct limit l);

/* The amount alone: "4", "0.5". */
void limit_amount(char *out, size_t size, struct limit l);

/* Adds the limit for a person to read: "4 个工作时", "4 work hours". */
void limit_words(struct buf *out, enum lang lang, struct limit l);

/* Roughly how long a limit is, in minutes of a usual week: for asking which of two in different units is the longer. An
 * office day of eight hours is a day; two work hours are six hours of the clock. Nothing is ever due by this. */
int64_t limit_weight(struct limit l);

/* True when both are the same amount of the same unit. */
bool limit_same(struct limit a, struct limit b);

#endif
