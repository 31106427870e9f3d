/* Small numbers are withheld where everybody reads them: a count of one to four could point at somebody.
 *
 * Cells that add up to a total that is published too need more: one withheld cell alone is the difference. So further cells
 * are withheld, at places a secret decides and not their size, until each withheld cell could be anything from one to at
 * least five. Where that cannot be reached nothing of the table is published, its total neither; tables that share a total
 * fall together. What is published of a month is computed from what was kept when it ended (matter/figure_month.h), always
 * the same way: two downloads of the same month are the same, and there is nothing to subtract. */
#ifndef BOARD_WITHHOLD_H
#define BOARD_WITHHOLD_H

#include <stdbool.h>
#include <stdint.h>

enum { WITHHOLD_UNDER = 5 };

/* Marks in `hidden` what is withheld of `n` cells with their sum public. False: the table cannot be published. `secret` decides
 * which further cells; the same for the same table always, and known to nobody: whoever knows the rule and the sizes that
 * were shown could else count back from them. */
bool withhold_cells(bool *hidden, const int64_t *cells, int n, uint64_t secret);

/* A share of two counts whose whole is public or known: only when the part and the rest are each none or five and more. */
bool withhold_share(int64_t part, int64_t whole);

#endif
