/* Text: UTF-8 that was checked at the door, NUL-terminated, counted in characters where people count. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Copies as much of `s` as fits, never cutting a UTF-8 character in two; always NUL-terminates. */
void text_copy(char *out, size_t size, const char *s);

/* True when the `n` bytes are well-formed UTF-8 (no surrogates, no overlong forms, no NUL). */
bool text_is_utf8(const char *s, size_t n);

/* True when `s` (valid UTF-8) has control characters other than tab and line feed, or a bidi override. */
bool text_has_controls(const char *s);

/* Code points in valid UTF-8. */
size_t text_chars(const char *s);

/* Reads one code point at *p and moves past it; 0 at the end. `*p` must be valid UTF-8. */
uint32_t text_next(const char **p);

/* Writes a code point as UTF-8 into `out` (at least 5 bytes), NUL-terminated; returns its length. */
size_t text_encode(uint32_t c, char *out);

/* A copy without leading and trailing white space (ASCII and U+3000), line ends made LF. */
char *text_trim(struct arena *a, const char *s);

/* At most `chars` characters of `s`, with … at the end when something was cut. */
char *text_shorten(struct arena *a, const char *s, size_t chars);

/* True for Han, kana, Hangul: characters that search cuts into pairs. */
bool text_is_cjk(uint32_t c);

/* Equal / starts with / empty, NULL counted as empty. */
bool text_eq(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);
bool text_empty(const char *s);

/* Parses a whole string as a decimal integer or a finite decimal number; false when anything else is in it. */
bool text_to_int(const char *s, int64_t *out);
bool text_to_real(const char *s, double *out);

/* Lower-case hexadecimal, both ways. `out` of text_hex has 2n+1 bytes. text_unhex wants exactly 2n digits. */
void text_hex(char *out, const unsigned char *bytes, size_t n);
bool text_unhex(unsigned char *out, size_t n, const char *hex);

#endif
