/* A calendar others subscribe to (iCalendar, RFC 5545): lines of at most 75 octets, folded between characters, CRLF. */
#ifndef BOARD_CALENDAR_FEED_H
#define BOARD_CALENDAR_FEED_H

#include "base/base.h"

struct calendar_feed {
  struct buf *out;
};

/* One event. Texts may be NULL; `ends` is not part of it; 0: not known. Moments are written in UTC. */
struct calendar_event {
  const char *uid, *summary, *location, *url;
  time_ms stamp, begins, ends;
};

/* `organ` makes it, `name` is what a reader's program shows it as. */
void calendar_begin(struct calendar_feed *f, struct buf *out, const char *organ, const char *name);
void calendar_add(struct calendar_feed *f, const struct calendar_event *e);
void calendar_end(struct calendar_feed *f);

#endif
