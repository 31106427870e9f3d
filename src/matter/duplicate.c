#include "matter/duplicate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ------------------------------------------------------------------ cutting text into pieces */

enum { TABLE_FIRST = 4096, PIECES_A_TEXT = DUPLICATE_TEXT_CHARS * 2 };

/* A piece of text as it stands: two characters of Chinese, or a whole number or Latin word. */
struct cut {
  uint32_t hash;
  const char *from, *to;
};

struct cutter {
  const char *p;
  const char *before_from; /* the Chinese character before, which the next one pairs with */
  uint32_t before;
  size_t chars_left;
};

static uint32_t mix(uint32_t hash, uint32_t c) {
  for (int i = 0; i < 4; i++, c >>= 8) hash = (hash ^ (c & 0xFF)) * 16777619U;
  return hash;
}

/* Full-width forms as their ASCII, capitals small. */
static uint32_t folded(uint32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_word(uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A run of Latin letters and digits, whole: house numbers, "110kv". */
static void cut_word(struct cutter *t, uint32_t c, struct cut *out) {
  uint32_t hash = 2166136261U;
  while (is_word(c)) {
    hash = mix(hash, c);
    out->to = t->p;
    if (!t->chars_left) break;
    const char *next = t->p;
    c = folded(text_next(&next));
    if (!is_word(c)) break;
    t->p = next;
    t->chars_left--;
  }
  out->hash = hash;
}

/* The next piece; false at the end. */
static bool next_cut(struct cutter *t, struct cut *out) {
  while (t->chars_left && *t->p) {
    const char *from = t->p;
    uint32_t c = folded(text_next(&t->p));
    t->chars_left--;
    if (is_word(c)) {
      t->before = 0;
      out->from = from;
      cut_word(t, c, out);
      return true;
    }
    uint32_t before = t->before;
    const char *before_from = t->before_from;
    t->before = text_is_cjk(c) ? c : 0;
    t->before_from = from;
    if (!before || !t->before) continue;
    *out = (struct cut){.hash = mix(mix(2166136261U, before), c), .from = before_from, .to = t->p};
    return true;
  }
  return false;
}

static struct cutter cutter_of(const char *s, size_t chars) {
  return (struct cutter){.p = s ? s : "", .chars_left = chars};
}

/* ------------------------------------------------------------------ how common pieces are */

struct slot {
  uint32_t hash, texts; /* texts 0: free */
};

struct duplicate_corpus {
  struct arena *arena;
  struct slot *slots;
  size_t room, used, texts; /* room is a power of two */
};

struct duplicate_corpus *duplicate_corpus_new(struct arena *a) {
  struct duplicate_corpus *c = ARENA_NEW(a, struct duplicate_corpus);
  c->arena = a;
  c->room = TABLE_FIRST;
  c->slots = ARENA_ARRAY(a, c->room, struct slot);
  return c;
}

size_t duplicate_corpus_texts(const struct duplicate_corpus *c) {
  return c->texts;
}

static struct slot *slot_of(struct slot *slots, size_t room, uint32_t hash) {
  size_t i = (hash * 2654435769U) & (room - 1);
  while (slots[i].texts && slots[i].hash != hash) i = (i + 1) & (room - 1);
  return &slots[i];
}

static void corpus_grow(struct duplicate_corpus *c) {
  size_t room = c->room * 2;
  struct slot *slots = ARENA_ARRAY(c->arena, room, struct slot);
  for (size_t i = 0; i < c->room; i++)
    if (c->slots[i].texts) *slot_of(slots, room, c->slots[i].hash) = c->slots[i];
  c->slots = slots;
  c->room = room;
}

static int by_hash(const void *a, const void *b) {
  uint32_t x = ((const struct duplicate_piece *)a)->hash, y = ((const struct duplicate_piece *)b)->hash;
  return x < y ? -1 : x > y;
}

/* Cuts both strings into distinct pieces in order of hash; returns how many. */
static size_t distinct_pieces(struct duplicate_piece *pieces, const char *title, const char *text) {
  size_t n = 0, kept = 0;
  struct cut cut;
  for (int part = 0; part < 2; part++) {
    struct cutter t = cutter_of(part ? text : title, DUPLICATE_TEXT_CHARS);
    while (n < PIECES_A_TEXT && next_cut(&t, &cut))
      pieces[n++] = (struct duplicate_piece){.hash = cut.hash, .in_title = part == 0};
  }
  if (n) qsort(pieces, n, sizeof *pieces, by_hash);
  for (size_t i = 0; i < n; i++) {
    if (kept && pieces[kept - 1].hash == pieces[i].hash)
      pieces[kept - 1].in_title |= pieces[i].in_title;
    else
      pieces[kept++] = pieces[i];
  }
  return kept;
}

void duplicate_corpus_add(struct duplicate_corpus *c, const char *title, const char *text) {
  struct duplicate_piece pieces[PIECES_A_TEXT];
  size_t n = distinct_pieces(pieces, title, text);
  c->texts++;
  for (size_t i = 0; i < n; i++) {
    if (c->used * 2 > c->room) corpus_grow(c);
    struct slot *s = slot_of(c->slots, c->room, pieces[i].hash);
    if (!s->texts && c->used >= DUPLICATE_PIECES_MAX) continue; /* beyond, new pieces stay rare, which they are */
    c->used += !s->texts;
    s->hash = pieces[i].hash;
    s->texts++;
  }
}

static double weight_of(const struct duplicate_corpus *c, uint32_t hash) {
  if (!c || !c->texts) return 1;
  double texts = slot_of(c->slots, c->room, hash)->texts;
  return log(((double)c->texts + 1) / (texts + 1));
}

/* ------------------------------------------------------------------ comparing */

/* The first characters of a text, for reports without a heading. */
static const char *heading(struct arena *a, const char *title, const char *text) {
  if (!text_empty(title)) return title;
  const char *p = text ? text : "";
  for (int i = 0; i < DUPLICATE_HEAD_CHARS && *p; i++) text_next(&p);
  return text ? arena_strndup(a, text, (size_t)(p - text)) : "";
}

struct duplicate_text *duplicate_text_new(struct arena *a, const struct duplicate_corpus *c, const char *title,
                                          const char *text) {
  struct duplicate_text *t = ARENA_NEW(a, struct duplicate_text);
  struct duplicate_piece pieces[PIECES_A_TEXT];
  t->title = heading(a, title, text);
  t->text = text ? text : "";
  t->count = distinct_pieces(pieces, t->title, t->text);
  for (size_t i = 0; i < t->count; i++) {
    double w = weight_of(c, pieces[i].hash);
    pieces[i].weight = (float)w;
    t->weight += w * w;
    if (pieces[i].in_title) t->title_weight += w;
  }
  t->pieces = arena_memdup(a, pieces, t->count * sizeof *pieces);
  return t;
}

double duplicate_likeness(const struct duplicate_text *a, const struct duplicate_text *b) {
  if (!a || !b || a->weight <= 0 || b->weight <= 0 || a->title_weight <= 0 || b->title_weight <= 0) return 0;
  double both = 0, title_a = 0, title_b = 0;
  for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
    const struct duplicate_piece *x = &a->pieces[i], *y = &b->pieces[k];
    if (x->hash != y->hash) {
      if (x->hash < y->hash)
        i++;
      else
        k++;
      continue;
    }
    both += (double)x->weight * x->weight;
    if (x->in_title) title_a += x->weight;
    if (y->in_title) title_b += y->weight;
    i++;
    k++;
  }
  double wholes = both / sqrt(a->weight * b->weight);
  double headings = fmin(title_a / a->title_weight, title_b / b->title_weight);
  return sqrt(fmax(0, wholes) * fmax(0, headings));
}

/* ------------------------------------------------------------------ what both say */

enum { PHRASES = 3, PHRASE_BYTES = 48 };

/* A stretch of the first text whose pieces are all in the second. */
struct phrase {
  const char *from, *to;
  double weight;
};

static const struct duplicate_piece *piece_of(const struct duplicate_text *t, uint32_t hash) {
  struct duplicate_piece wanted = {.hash = hash};
  return t->count ? bsearch(&wanted, t->pieces, t->count, sizeof wanted, by_hash) : NULL;
}

static bool same_phrase(const struct phrase *a, const struct phrase *b) {
  return a->to - a->from == b->to - b->from && memcmp(a->from, b->from, (size_t)(a->to - a->from)) == 0;
}

/* Keeps the weightiest, each once. */
static void keep_phrase(struct phrase *best, struct phrase p) {
  if (p.weight <= 0 || p.to - p.from > PHRASE_BYTES) return;
  for (int i = 0; i < PHRASES; i++)
    if (best[i].from && same_phrase(&best[i], &p)) return;
  for (int i = 0; i < PHRASES; i++) {
    if (p.weight <= best[i].weight) continue;
    struct phrase pushed = best[i];
    best[i] = p;
    p = pushed;
  }
}

static void find_phrases(struct phrase *best, const char *s, const struct duplicate_text *b) {
  struct cutter t = cutter_of(s, DUPLICATE_TEXT_CHARS);
  struct phrase run = {0};
  struct cut cut;
  while (next_cut(&t, &cut)) {
    const struct duplicate_piece *shared = piece_of(b, cut.hash);
    bool goes_on = shared && run.to && cut.from < run.to;
    if (!goes_on) {
      keep_phrase(best, run);
      run = (struct phrase){.from = cut.from};
    }
    if (!shared) {
      run = (struct phrase){0};
      continue;
    }
    run.to = cut.to;
    run.weight += shared->weight;
  }
  keep_phrase(best, run);
}

static const char *shared_words(struct arena *a, const struct duplicate_text *x, const struct duplicate_text *y) {
  struct phrase best[PHRASES] = {0};
  find_phrases(best, x->title, y);
  if (!best[PHRASES - 1].from) find_phrases(best, x->text, y);
  const char *words = "";
  for (int i = 0; i < PHRASES && best[i].from; i++)
    words = arena_printf(a, "%s%s%.*s", words, i ? " " : "", (int)(best[i].to - best[i].from), best[i].from);
  return words;
}

/* ------------------------------------------------------------------ the score */

struct duplicate_rules duplicate_rules_usual(void) {
  return (struct duplicate_rules){.near_m = 50,
                                  .far_m = 300,
                                  .soon_ms = DAY_MS,
                                  .late_ms = 30LL * DAY_MS,
                                  .weight_place = 0.30,
                                  .weight_time = 0.10,
                                  .weight_category = 0.20,
                                  .weight_text = 0.40,
                                  .text_full = 0.20,
                                  .candidate = 0.50};
}

/* 1 up to `full`, falling to 0 at `none`. */
static double closeness(double value, double full, double none) {
  if (value <= full) return 1;
  return value >= none || none <= full ? 0 : (none - value) / (none - full);
}

struct evidence {
  double sum, weights;
};

static void weigh(struct evidence *e, double weight, double value) {
  e->sum += weight * value;
  e->weights += weight;
}

static void add_reason(struct duplicate_score *s, enum duplicate_reason_kind kind, double value, const char *words) {
  s->reasons[s->reason_count++] = (struct duplicate_reason){.kind = kind, .value = value, .words = words};
}

static void give_reasons(struct duplicate_score *s, struct arena *a, const struct duplicate_rules *r,
                         const struct duplicate_pair *p) {
  if (p->distance_m >= 0) add_reason(s, REASON_NEAR, p->distance_m, "");
  if (p->apart_ms >= 0) add_reason(s, REASON_SOON, (double)p->apart_ms / HOUR_MS, "");
  if (p->codes_known && p->same_category)
    add_reason(s, REASON_CATEGORY, 0, "");
  else if (p->codes_known && p->same_major)
    add_reason(s, REASON_MAJOR, 0, "");
  if (s->likeness * 2 < r->text_full) return;
  double percent = fmin(100, s->likeness / r->text_full * 100);
  add_reason(s, REASON_TEXT, percent, shared_words(a, p->a, p->b));
}

void duplicate_score(struct duplicate_score *out, struct arena *a, const struct duplicate_rules *r,
                     const struct duplicate_pair *p) {
  *out = (struct duplicate_score){0};
  struct evidence e = {0};
  bool text = p->a && p->b && p->a->count && p->b->count;
  if (p->distance_m >= r->far_m || p->apart_ms >= r->late_ms) return;
  if (p->distance_m >= 0) weigh(&e, r->weight_place, closeness(p->distance_m, r->near_m, r->far_m));
  if (p->apart_ms >= 0)
    weigh(&e, r->weight_time, closeness((double)p->apart_ms, (double)r->soon_ms, (double)r->late_ms));
  if (p->codes_known) weigh(&e, r->weight_category, p->same_category ? 1 : p->same_major ? 0.5 : 0);
  if (text) {
    out->likeness = duplicate_likeness(p->a, p->b);
    weigh(&e, r->weight_text, fmin(1, out->likeness / r->text_full));
  }
  out->score = e.weights > 0 ? e.sum / e.weights : 0;
  out->candidate = out->score >= r->candidate;
  if (out->candidate) give_reasons(out, a, r, p);
}

void duplicate_reason_words(struct buf *out, enum lang lang, const struct duplicate_reason *r) {
  char value[32];
  snprintf(value, sizeof value, "%.0f", r->value);
  switch (r->kind) {
    case REASON_NEAR: words_format(out, lang, W_DUPLICATE_NEAR, value, NULL); return;
    case REASON_SOON: words_format(out, lang, W_DUPLICATE_SOON, value, NULL); return;
    case REASON_CATEGORY: words_format(out, lang, W_DUPLICATE_CATEGORY, NULL); return;
    case REASON_MAJOR: words_format(out, lang, W_DUPLICATE_MAJOR, NULL); return;
    case REASON_TEXT: words_format(out, lang, W_DUPLICATE_TEXT, r->words, NULL); return;
  }
}
