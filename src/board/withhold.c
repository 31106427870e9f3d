#include "board/withhold.h"

static bool is_small(int64_t n) { return n > 0 && n < WITHHOLD_UNDER; }

/* One of those that are shown and not nothing, as the secret decides; -1 when there is none. */
static int another(const bool *hidden, const int64_t *cells, int n, uint64_t secret) {
  int shown = 0;
  for (int i = 0; i < n; i++) shown += !hidden[i] && cells[i] > 0;
  if (!shown) return -1;
  int pick = (int)(secret % (uint64_t)shown);
  for (int i = 0; i < n; i++)
    if (!hidden[i] && cells[i] > 0 && pick-- == 0) return i;
  return -1;
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
