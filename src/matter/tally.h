/* The arithmetic of deciding: is there a quorum, was it passed? Pure, and in whole numbers: areas are hundredths of a square
 * metre (people/body.h), shares are fractions of whole numbers, and "at least two thirds" is 3 x part >= 2 x whole. Nothing
 * is ever rounded, because one vote decides.
 *
 * What the numbers are is data of the procedure (`rules`, dated; procedure_rules.c). What the words mean is here:
 *   entitled   everybody on the roll but those excluded for a conflict of interest
 *   present    entitled, and attended (in person or by proxy) or voted
 *   cast       entitled, and voted
 * By persons each entry counts one; by households each household once, however many of it are on the roll; by area each
 * entry counts its area. */
#ifndef MATTER_TALLY_H
#define MATTER_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum tally_by { BY_PERSONS, BY_HOUSEHOLDS, BY_AREA, BY_COUNT };
enum tally_of { OF_ROLL, OF_PRESENT, OF_CAST, OF_COUNT };

enum { TALLY_OPTIONS = 12, SHARE_MOST = 1000 /* of numerator and denominator */ };

/* "at-least: 2/3", "more-than: 1/2". */
struct rule_share {
  int numerator, denominator; /* 0 < denominator <= SHARE_MOST */
  bool more_than;             /* strictly more; else at least */
};

/* One line of a rule: so much of the whole must be there (quorum) or be for it (pass). */
struct rule_line {
  struct rule_share share;
  enum tally_by by;
  enum tally_of of; /* pass: the whole; a quorum is always of the roll */
  const char *seat; /* only among seats of this kind; NULL: all. Nobody on such a seat: it holds */
};

/* All lines, or with `any` one of them. No lines: it holds. */
struct rule_test {
  const struct rule_line *lines;
  size_t count;
  bool any;
};

/* One entry of the roll as the arithmetic sees it. */
struct tally_entry {
  const char *seat;
  int64_t household, area; /* household 0: stands for none */
  bool excluded, attended, voted;
  int option;              /* 0..; -1: not known (not voted, or a secret ballot) */
};

/* Sums over a roll, or over the seats of one kind. */
struct tally {
  int64_t whole[OF_COUNT][BY_COUNT];
  int64_t option[TALLY_OPTIONS][BY_COUNT];
};

/* True when `part` is that share of `whole`. Of nothing there is no share: whole 0 is false. */
bool share_holds(const struct rule_share *s, int64_t part, int64_t whole);

/* The smallest part that would do: what a page says is still missing. */
int64_t share_needs(const struct rule_share *s, int64_t whole);

/* Adds up the entries of `seat` (NULL: all). `a` is for the households; nothing of it is kept. */
void tally_sum(struct tally *out, const struct tally_entry *entries, size_t count, const char *seat, struct arena *a);

/* One line of a quorum, of a pass: what it compared. `all` has the options of a secret ballot filled in. */
struct line_result {
  int64_t part, whole, needs;
  bool holds;
};
struct line_result quorum_line(const struct rule_line *line, const struct tally_entry *entries, size_t count, struct arena *a);
struct line_result pass_line(const struct rule_line *line, const struct tally *all, int option,
                             const struct tally_entry *entries, size_t count, struct arena *a);

/* The whole test. */
bool quorum_holds(const struct rule_test *test, const struct tally_entry *entries, size_t count, struct arena *a);
bool pass_holds(const struct rule_test *test, const struct tally *all, int option, const struct tally_entry *entries,
                size_t count, struct arena *a);

/* The option with the most votes by persons; -1 when two share the first place or nobody voted. */
int tally_leading(const struct tally *all, int options);

#endif
