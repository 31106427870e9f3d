/* The figures at the top of the desk: today against yesterday, what waits, what is late, shares of the month; each opens its
 * list. A department has those of its own work. */
#ifndef WEB_CONSOLE_TILES_H
#define WEB_CONSOLE_TILES_H

#include "matter/figure.h"
#include "web/view_desk.h"

/* How much waits for whoever asks themselves, and how much of it is late. */
struct console_mine {
  int64_t n, late;
};

/* Fills view->figures. From counters and from what is open; nothing is scanned. */
int console_tiles(struct view_desk *view, struct request *r, const struct case_asker *who, const struct console_mine *mine,
                  struct error *err);

/* What a body did by month, the twelve up to this one: numbers of every measure, the newest last. */
enum { OWN_MONTHS = 12 };
struct own_month {
  int month; /* yyyymm */
  int64_t n[MEASURES];
};
int console_own_months(struct own_month out[OWN_MONTHS], const struct case_asker *who, int64_t org, struct error *err);

#endif
