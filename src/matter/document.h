/* Papers issued from matters: a template that a district can edit, filled in with what was said, numbered without gaps for
 * each issuer and year (〔2026〕3号), frozen as it was issued and kept sealed. The journal's line of the issue holds a salted
 * digest, so that whoever holds the paper can have it checked by the code on it. */
#ifndef MATTER_DOCUMENT_H
#define MATTER_DOCUMENT_H

#include "base/base.h"
#include "base/yaml.h"
#include "matter/state.h"

enum { DOCUMENT_FILE_MAX = 64 * 1024, DOCUMENT_CONTENT_MAX = 256 * 1024 };

/* Whose number and name it bears. */
enum document_series { SERIES_HOLDER, SERIES_COMMUNITY, SERIES_STREET, SERIES_DISTRICT };

/* A template: documents/NAME.yaml. Lives in the arena it was read into. */
struct document_template {
  const char *name; /* "mediation-agreement" */
  int version;
  struct bilingual title;
  const char *layout; /* official, letter, minutes, form: board/paper.h */
  enum document_series series;
  const char *number, *organ, *mark, *addressee, *copies_to; /* patterns, "" none */
  int copies;                                                /* 份数 */
  const struct yaml *without; /* endings a place's name loses in the number: 街道, 社区; NULL none */
  const struct yaml *blanks;  /* names a procedure may fill */
  const struct yaml *parts;
};

/* Reads and checks one. Error (INPUT) document.template: {1} line, {2} what is wrong there. */
int document_template_read(struct document_template *out, struct arena *a, const char *text, size_t len, struct error *err);

/* Whether the template knows a blank of that name. */
bool document_has_blank(const struct document_template *t, const char *name);

/* One issued paper, opened. */
struct document {
  int64_t id, matter, track, step, journal;
  const char *name;    /* of the procedure's document */
  const char *code;
  const char *content; /* JSON, see docs/documents.md; NULL: erased */
  bool holds;          /* the journal's digest is that of the content */
  time_ms at;
};

/* The journal's line of an issue; `action` NULL when there is none. */
struct document_line {
  const char *action;
  int64_t subject;
  const char *data;
};

/* The content out of its sealing, NULL when it does not open; `holds` when the line has its digest. */
const char *document_open(bool *holds, struct arena *a, int64_t district, const struct seal_keys *keys, int64_t id,
                          struct bytes sealed, const struct document_line *line);

/* The papers of a matter, in order. Who may know of them has been asked. */
int document_list(struct document **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                  const struct state *s, struct error *err);

/* The paper with that code, for whoever holds it: 1, or 0 when there is none. Of a sealed matter `content` stays NULL. */
int document_find(struct document *out, bool *sealed, struct db *db, struct arena *a, const struct world *w, const char *code,
                  struct error *err);

#endif
