/* Words: everything a person reads, in Chinese and in English, from one table.
 *
 * The table stands in words/ as `key TAB 中文 TAB English`; tools/words.c checks it and compiles it in. A key used
 * in C is an enumerator (`report.title` is W_REPORT_TITLE), so a misspelt one does not compile; keys that are data
 * (error codes, stage names) are found by binary search. {1} to {4} stand for arguments, and both languages of a
 * line name the same ones. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/words_ids.h" /* written by the build: enum word { W_..., WORDS } */

enum lang { LANG_ZH, LANG_EN, LANGS };

/* The text of a word. Never NULL; an id out of range is "". Not owned by the caller, lives for ever. */
const char *word(enum lang lang, enum word id);

/* The text of a key that is data ("error.place.outside"); NULL when there is no such word. */
const char *words_find(enum lang lang, const char *key);

/* The id of a key, or WORDS when there is none. */
enum word words_id(const char *key);

/* How many arguments a word takes: the highest {n} in it. */
int words_args(enum word id);

/* Adds the word to `out` with its {1}..{4} replaced by the string arguments, NULL after the last one. A missing
 * argument becomes nothing. Nothing is escaped: pages do that. */
void words_format(struct buf *out, enum lang lang, enum word id, ... /* const char *, NULL */) __attribute__((sentinel));

/* The same for a pattern found with words_find. */
void words_fill(struct buf *out, const char *pattern, const char *const *args, int count);

/* What is wrong (`error.<code>`) and how to mend it (`hint.<code>`), arguments filled in. Either buffer may be
 * NULL. A code without words gives the words of its kind, so a person never sees a bare code. */
void error_words(struct buf *what, struct buf *hint, enum lang lang, const struct error *e);

/* "zh-CN" and "en", for <html lang> and Content-Language. */
const char *lang_tag(enum lang lang);

/* The language of a tag ("zh", "zh-CN", "en-GB"); `otherwise` when it is neither. */
enum lang lang_from_tag(const char *tag, enum lang otherwise);

#endif
