/* Difference of two texts, line by line: what was cut and what was added. */
#ifndef BASE_DIFF_H
#define BASE_DIFF_H

#include "base/arena.h"

enum diff_kind { DIFF_SAME, DIFF_CUT, DIFF_ADD };

/* One line, without its line end. `was` and `is` are its numbers in the two texts from 1, 0 where it is not there. */
struct diff_line {
  enum diff_kind kind;
  const char *text;
  int was, is;
};

/* Every line of both texts in order, in `a`; the shortest script of cuts and additions as long as it has at most 2000 of
 * them (Myers, An O(ND) Difference Algorithm, 1986), else the whole middle cut and added. Returns how many lines. */
int diff_lines(struct diff_line **out, struct arena *a, const char *was, const char *is);

#endif
