/* The compiled table of words; base/words.h is the door to it. */
#ifndef BASE_WORDS_TABLE_H
#define BASE_WORDS_TABLE_H

struct words_line {
  const char *key;
  const char *text[2]; /* by enum lang */
  int args;
};

/* Sorted by key; WORDS entries and an empty one. */
extern const struct words_line words_table[];

#endif
