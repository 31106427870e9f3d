/* Phrases for replies, reasons and instructions: each body (a department, a centre's place) keeps its own, in both languages.
 * They are put into a text by a press or, without a script, by a choice and a button; nobody's words are replaced. */
#ifndef WEB_PHRASES_H
#define WEB_PHRASES_H

#include "web/case_view.h"

/* Whose they are: one of the two is 0. */
struct phrase_owner {
  int64_t org, place;
};

struct phrase {
  int64_t id;
  const char *purpose, *zh, *en; /* purpose: "answer", "reason", "" any text */
};

enum { PHRASE_OWNERS = 8, PHRASES_MOST = 60, PHRASE_CHARS = 300 };

/* The bodies somebody holds a post in, each once; at most PHRASE_OWNERS. */
int phrase_owners(struct phrase_owner out[PHRASE_OWNERS], const struct actor *actor);

/* What the bodies of whoever asks have, in the order they were written. */
int phrase_list(struct phrase **out, int *count, const struct case_asker *who, const struct phrase_owner *owner,
                struct error *err);

#endif
