/* Are two reports the same case? A pure score with its reasons, for a person to decide: nothing is merged by it.
 *
 * Evidence is how near, how soon after one another, the same code, and how alike the texts are. Chinese text is
 * compared by its pairs of characters (and its numbers and Latin words), each weighing more the rarer it is among the
 * texts of the district: "龙泉花园" says much, "小区" little. Alike means both: much of the whole in common, and the
 * heading of each found in the other, because two reports of one place about different things share the place alone. */
#ifndef MATTER_DUPLICATE_H
#define MATTER_DUPLICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"
#include "base/words.h"

enum {
  DUPLICATE_TEXT_CHARS = 400, /* of a text looked at; complaints say what they are about at the beginning */
  DUPLICATE_HEAD_CHARS = 30,  /* taken as heading when a report has none */
  DUPLICATE_PIECES_MAX = 1 << 20,
  DUPLICATE_REASONS = 5
};

/* How often each pair of characters occurs among the texts of a district: what makes a pair weigh. Not thread-safe
 * while texts are added, read-only after. */
struct duplicate_corpus;
struct duplicate_corpus *duplicate_corpus_new(struct arena *a);
void duplicate_corpus_add(struct duplicate_corpus *c, const char *title, const char *text);
size_t duplicate_corpus_texts(const struct duplicate_corpus *c);

/* A text made ready for comparing: its distinct pairs, in order of their hashes. */
struct duplicate_piece {
  uint32_t hash;
  float weight;
  bool in_title;
};
struct duplicate_text {
  const char *title, *text; /* as given; they live as long as the caller's strings */
  const struct duplicate_piece *pieces;
  size_t count;
  double weight, title_weight; /* sums: of squares of all, of the heading's */
};

/* Makes ready in `a`. Both strings are valid UTF-8 or NULL; without a title the first words of the text are the
 * heading. `c` may be NULL: then every pair weighs the same. */
struct duplicate_text *duplicate_text_new(struct arena *a, const struct duplicate_corpus *c, const char *title,
                                          const char *text);

/* What is known of a pair. Unknown evidence neither helps nor harms. */
struct duplicate_pair {
  double distance_m;  /* negative: unknown */
  int64_t apart_ms;   /* between the two reports; negative: unknown */
  bool codes_known;   /* both are classified */
  bool same_category; /* the same minor code */
  bool same_major;
  const struct duplicate_text *a, *b; /* NULL: no text */
};

/* Settings of a district. */
struct duplicate_rules {
  double near_m, far_m;     /* up to near counts fully, from far on not at all, and rules the pair out */
  int64_t soon_ms, late_ms; /* the same for the time between */
  double weight_place, weight_time, weight_category, weight_text;
  double text_full; /* likeness of texts that counts fully; half of it is on the edge */
  double candidate; /* the score from which a pair is shown */
};
/* 50 m and 24 hours count fully; nothing beyond 300 m or 30 days is shown. */
struct duplicate_rules duplicate_rules_usual(void);

enum duplicate_reason_kind { REASON_NEAR, REASON_SOON, REASON_CATEGORY, REASON_MAJOR, REASON_TEXT };

struct duplicate_reason {
  enum duplicate_reason_kind kind;
  double value;      /* metres, hours, or likeness in percent */
  const char *words; /* REASON_TEXT: what both say, rarest first ("面馆 后门 垃圾"), or "" */
};

struct duplicate_score {
  double score;    /* 0 .. 1 */
  double likeness; /* of the texts alone, 0 .. 1 */
  bool candidate;  /* the score reaches the rules' */
  struct duplicate_reason reasons[DUPLICATE_REASONS];
  int reason_count;
};

/* Scores a pair. Reasons, with their words in `a`, are given for candidates only. */
void duplicate_score(struct duplicate_score *out, struct arena *a, const struct duplicate_rules *rules,
                     const struct duplicate_pair *pair);

/* How alike two texts are, 0 .. 1: the geometric mean of what the wholes share and of how much of each heading the
 * other holds. NULL is like nothing. */
double duplicate_likeness(const struct duplicate_text *a, const struct duplicate_text *b);

/* A reason for a person to read: "相距 50 米", "the texts are alike: 面馆 后门 垃圾". */
void duplicate_reason_words(struct buf *out, enum lang lang, const struct duplicate_reason *r);

#endif
