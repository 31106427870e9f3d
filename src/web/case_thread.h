/* The thread of a matter (来龙去脉): everything it came out of and everything that came out of it - incident, dispute,
 * deliberation, works, inspection - as one history. Each matter of it stands there once, however many links lead to it, and
 * only those whose handlers' view the asker has: a link one may not follow is not there. Sealed matters are in no thread. */
#ifndef WEB_CASE_THREAD_H
#define WEB_CASE_THREAD_H

#include "web/case_view.h"

enum { THREAD_MOST = 30 }; /* matters */

struct thread_matter {
  const struct case_view *view;
  const char *href;
  const char *kind;      /* how it came out of another: "吹哨"; "" when it came out of none of them */
  const char *from;      /* code of that one; "" */
  int number;            /* 1 is the oldest */
  bool asked;            /* the one asked for */
};

struct thread_line {
  const struct thread_matter *matter;
  const struct case_step *step;
};

struct case_thread {
  const struct thread_matter *matters; /* the oldest first */
  int matter_count;
  const struct thread_line *lines;     /* the oldest first */
  int line_count;
  bool more;                           /* there are more matters than THREAD_MOST */
};

/* Everything in the asker's arena. Error access.matter (MISSING) when the asker does not work on `s`, or it is sealed. */
int case_thread_make(struct case_thread *out, const struct case_asker *who, const struct state *s, struct error *err);

#endif
