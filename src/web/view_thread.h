/* The page of a thread. */
#ifndef WEB_VIEW_THREAD_H
#define WEB_VIEW_THREAD_H

#include "web/case_thread.h"
#include "web/desk.h"

struct thread_row {
  int number;
  const char *code, *href, *kind, *from, *procedure, *summary, *stage;
  time_ms opened;
  bool asked;
};

struct thread_step {
  int number;
  const char *procedure;
  struct case_step step;
};

struct view_thread {
  const char *code, *href; /* of the matter it was asked for */
  const struct thread_row *matters;
  int matter_count;
  const struct thread_step *lines;
  int line_count;
  bool more;
};

#endif
