/* A verification of the journal asked for from a page: one at a time, on a thread of its own, so that neither a worker nor
 * the lane waits for it. Its result stays until the next one, or until the server ends. */
#ifndef WEB_VERIFY_RUN_H
#define WEB_VERIFY_RUN_H

#include "store/journal.h"

struct verify_run;

struct verify_state {
  bool running, done;         /* done: there is a report (of the last run) */
  int64_t entries, total;     /* read so far, and how many there were at the beginning */
  time_ms started, ended;
  char by[40];                /* who asked: "account:12" */
  struct journal_report report;
  struct error err;           /* it could not be read; ERR_NONE otherwise */
};

/* Nothing runs yet. `url` is copied. */
struct verify_run *verify_run_new(const char *url, int64_t district);
/* Waits for a run under way; NULL is allowed. */
void verify_run_free(struct verify_run *v);

/* Begins, unless one is under way (then it is that one's). `total` is the journal's last number now. Error
 * audit.verify.thread. */
int verify_run_start(struct verify_run *v, const char *by, int64_t total, time_ms now, struct error *err);

/* What there is to say of it now. Any thread. */
void verify_run_state(struct verify_state *out, struct verify_run *v);

#endif
