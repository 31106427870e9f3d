/* What the auditor's page shows. */
#ifndef WEB_VIEW_AUDIT_H
#define WEB_VIEW_AUDIT_H

#include "web/desk.h"

struct audit_row {
  int64_t seq;
  time_ms at;
  const char *actor, *name, *action, *subject, *code, *data, *hash;
  int64_t subject_id;
};

struct view_audit {
  const struct audit_row *rows;
  int count;
  const char *next;
  bool verified, holds;
  int64_t entries, checkpoints, bad_seq;
  const char *why;  /* what is wrong with the first entry that does not fit */
  const char *head; /* hash of the last one */
  time_ms signed_at;
  int64_t signed_seq;
};

#endif
