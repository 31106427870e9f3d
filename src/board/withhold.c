#include "board/withhold.h"

static bool is_small(int64_t n) { return n > 0 && n < WITHHOLD_UNDER; }

/* The place of a cell in the order the secret gives (splitmix64). It does not depend on the other cells: a number that is
 * watched while it changes is withheld beside the same others today and tomorrow. */
static uint64_t order_of(uint64_t secret, int cell) {
  uint64_t x = secret + (uint64_t)(cell + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* The first in that order of those that are shown and not nothing; -1 when there is none. */
static int another(const bool *hidden, const int64_t *cells, int n, uint64_t secret) {
  int found = -1;
  for (int i = 0; i < n; i++)
    if (!hidden[i] && cells[i] > 0 && (found < 0 || order_of(secret, i) < order_of(secret, found))) found = i;
  return found;
}

/* Each of `count` withheld cells is one or more and all add up to `sum`: one of them may be as large as what is left. */
static bool is_open(int count, int64_t sum) { return count == 0 || (count > 1 && sum - (count - 1) >= WITHHOLD_UNDER); }

bool withhold_cells(bool *hidden, const int64_t *cells, int n, uint64_t secret) {
  int count = 0;
  int64_t sum = 0;
  for (int i = 0; i < n; i++) {
    hidden[i] = is_small(cells[i]);
    if (!hidden[i]) continue;
    count++;
    sum += cells[i];
  }
  while (!is_open(count, sum)) {
    int next = another(hidden, cells, n, secret);
    if (next < 0) return false;
    hidden[next] = true;
    count++;
    sum += cells[next];
  }
  return true;
}

bool withhold_share(int64_t part, int64_t whole) { return whole <= 0 || is_small(part) || is_small(whole - part); }
