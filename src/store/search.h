/* Search: Chinese has no spaces, and the commonest words have two characters, so text is cut into overlapping pairs
 * (电梯坏了 -> 电梯 梯坏 坏了 了), Latin words and numbers are kept whole in lower case. The same function cuts for both
 * databases: an FTS5 table in SQLite, a tsvector in PostgreSQL. A single character is found as the start of a pair. */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "base/base.h"

/* Appends the tokens of `text` to `out`, separated by spaces. Full-width forms are folded to ASCII. */
void search_tokens(struct buf *out, const char *text);

/* What to ask the index for `typed`: an FTS5 query, or a tsquery for PostgreSQL. NULL when nothing searchable was typed.
 * At most 32 tokens are used. */
char *search_query(struct arena *a, const char *typed, bool postgresql);

#endif
