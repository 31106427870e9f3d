/* What the server does by the clock without anybody asking, and how it went: for the page of jobs. */
#ifndef WEB_APP_JOBS_H
#define WEB_APP_JOBS_H

#include "base/base.h"

struct app_timer;

enum app_job_name {
  APP_JOB_RULEBOOKS,  /* procedures, catalogues, calendars taken into use */
  APP_JOB_CLOCKS,     /* marks of clocks */
  APP_JOB_SETTINGS,   /* settings whose day has come */
  APP_JOB_REQUESTS,   /* late requests about one's own data */
  APP_JOB_FIGURES,    /* counters, months that ended */
  APP_JOB_CALENDAR,   /* clocks counted anew after a change of the calendar */
  APP_JOB_CHECKPOINT, /* the head of the journal is signed */
  APP_JOB_CLEAN,      /* old sessions, security events, idempotency keys */
  APP_JOB_ABANDONED,  /* uploads nothing came to use */
  APP_JOB_SWEEP,      /* content of files that were erased */
  APP_JOB_PLACES,     /* places and grids changed elsewhere */
  APP_JOBS
};

struct app_job {
  const char *name; /* "clocks" */
  time_ms every;    /* 0: each second */
  time_ms last, took, failed; /* 0: not yet since the start, never */
  struct error err; /* of the last run, ERR_NONE when it went well */
};

/* How all of them stand now. Any thread. */
void app_jobs(struct app_job out[APP_JOBS], struct app_timer *timer);

#endif
