/* Rate limits: a token bucket for each caller and class, in a table that never grows.
 *
 * A caller is a string (an address, an account, a key); only a keyed hash of it is kept, in memory, so the table holds
 * no personal data. When its corner of the table is full, the bucket nearest to full is forgotten first: that one was
 * not being limited anyway, and a flood of new callers cannot wash out the buckets of those who are. */
#ifndef PEOPLE_RATE_H
#define PEOPLE_RATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/time.h"

enum { RATE_CLASSES_MAX = 16 };

/* What may be done how often: `burst` at once, refilled by `per_minute`; per_minute 0 means no limit. */
struct rate_limit {
  int per_minute, burst;
};

struct rate_table;

/* A table for `callers` buckets (rounded up to a power of two, 32 bytes each) and `classes` kinds of doing, with a
 * limit each (at most RATE_CLASSES_MAX; which is which is the caller's). Never NULL. Free with people_rate_free. */
struct rate_table *people_rate_new(size_t callers, const struct rate_limit *limits, int classes);
void people_rate_free(struct rate_table *table);

/* Other limits from now on, for the same classes; what each caller has left stays. Safe from any thread. */
void people_rate_set(struct rate_table *table, const struct rate_limit *limits, int classes);

/* Takes one token. -1 with ERR_TOO_MANY people.rate ({1}: seconds to wait) when there is none; *wait_ms (may be NULL)
 * is then the time until there is one, for Retry-After. `now` may be any clock that does not jump; going back is
 * harmless. Safe from any thread. */
int people_rate_take(struct rate_table *table, int class, const char *caller, time_ms now, time_ms *wait_ms,
                     struct error *err);

/* The same for a caller that has a limit of its own, which takes the place of its class's. */
int people_rate_take_own(struct rate_table *table, int class, const char *caller, struct rate_limit limit, time_ms now,
                         time_ms *wait_ms, struct error *err);

#endif
