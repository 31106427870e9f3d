/* Duplicates: how many labelled pairs of real citizens' messages the score finds, and how many it takes for one that
 * are not, hard negatives (same place, other issue; same issue, other place) apart. The texts alone are judged: the
 * messages have neither coordinates nor codes, which help a district. Prints a table and one line of JSON; says so and
 * ends well when the data is not there.
 *
 * The one figure tuned on such data is the likeness that counts (duplicate_rules.text_full); "held out" chooses it on
 * one half of the groups of duplicates and measures on the other, both ways. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/base.h"
#include "base/csv.h"
#include "matter/duplicate.h"

enum { FILE_MAX = 64 << 20, MESSAGES = 10000, PAIRS = 5000, STEPS = 200, SEARCHED = 200 };

struct message {
  int64_t id;
  const char *title, *body;
  const struct duplicate_text *text;
};

struct pair {
  const struct message *a, *b;
  bool same, hard;
  int half; /* of the groups, for holding out */
  double likeness;
};

struct bench {
  struct arena *arena;
  struct message *messages;
  size_t message_count;
  struct pair *pairs;
  size_t pair_count;
};

/* What came of judging pairs at one threshold. */
struct tally {
  int found, missed, wrong_hard, wrong_random, hard, random;
};

static const char *data_path(struct arena *a, const char *name) {
  const char *root = getenv("TONGXIN_SHARED");
  return arena_printf(a, "%s/data/complaints/%s", root ? root : "../shared", name);
}

/* The whole of a gzip file; -1 when it is not there or larger than expected. */
static int read_gzip(char **out, size_t *n, struct arena *a, const char *path) {
  gzFile f = gzopen(path, "rb");
  if (!f) return -1;
  *out = arena_alloc(a, FILE_MAX);
  int got = gzread(f, *out, FILE_MAX);
  gzclose(f);
  *n = got > 0 ? (size_t)got : 0;
  return got > 0 && got < FILE_MAX ? 0 : -1;
}

static int read_messages(struct bench *b, struct error *err) {
  char *bytes;
  size_t n;
  struct csv *csv;
  struct csv_row row;
  if (read_gzip(&bytes, &n, b->arena, data_path(b->arena, "taidi2020_messages_4326.csv.gz"))) return -1;
  if (csv_open_bytes(&csv, b->arena, bytes, n, NULL, err) || csv_read_header(csv, err)) return -1;
  int id = csv_column(csv, "msg_id"), title = csv_column(csv, "title"), body = csv_column(csv, "body");
  if (id < 0 || title < 0 || body < 0) return -1;
  while (b->message_count < MESSAGES && csv_next(csv, &row, err) == 1) {
    struct message *m = &b->messages[b->message_count++];
    if (!text_to_int(row.field[id], &m->id)) return -1;
    m->title = arena_strdup(b->arena, row.field[title]);
    m->body = arena_strdup(b->arena, row.field[body]);
  }
  return err->kind == ERR_NONE ? 0 : -1;
}

static const struct message *message_of(const struct bench *b, const char *id_text) {
  int64_t id;
  if (!text_to_int(id_text, &id)) return NULL;
  for (size_t i = 0; i < b->message_count; i++)
    if (b->messages[i].id == id) return &b->messages[i];
  return NULL;
}

/* Pairs of one kind stay in one half, so that nothing of a group is on both sides. */
static int half_of(const char *type, size_t row) {
  if (text_starts(type, "random")) return (int)(row % 2);
  unsigned sum = 0;
  for (const char *p = type; *p; p++) sum = sum * 31 + (unsigned char)*p;
  return (int)(sum % 2);
}

static int read_pairs(struct bench *b, struct error *err) {
  struct csv *csv;
  struct csv_row row;
  if (csv_open(&csv, b->arena, data_path(b->arena, "duplicate_pairs.csv"), NULL, err) || csv_read_header(csv, err))
    return -1;
  while (b->pair_count < PAIRS && csv_next(csv, &row, err) == 1) {
    struct pair p = {.a = message_of(b, row.field[0]), .b = message_of(b, row.field[1])};
    if (row.count < 4 || !p.a || !p.b) return -1;
    p.same = text_eq(row.field[2], "1");
    p.hard = text_starts(row.field[3], "hard");
    p.half = half_of(row.field[3], b->pair_count);
    b->pairs[b->pair_count++] = p;
  }
  return err->kind == ERR_NONE ? 0 : -1;
}

static void make_ready(struct bench *b) {
  struct duplicate_corpus *corpus = duplicate_corpus_new(b->arena);
  for (size_t i = 0; i < b->message_count; i++) duplicate_corpus_add(corpus, b->messages[i].title, b->messages[i].body);
  for (size_t i = 0; i < b->message_count; i++)
    b->messages[i].text = duplicate_text_new(b->arena, corpus, b->messages[i].title, b->messages[i].body);
  for (size_t i = 0; i < b->pair_count; i++)
    b->pairs[i].likeness = duplicate_likeness(b->pairs[i].a->text, b->pairs[i].b->text);
}

/* Judges the pairs of one half (or of both: -1). */
static void judge(struct tally *t, const struct bench *b, double threshold, int half) {
  for (size_t i = 0; i < b->pair_count; i++) {
    const struct pair *p = &b->pairs[i];
    if (half >= 0 && p->half != half) continue;
    bool taken = p->likeness >= threshold;
    t->found += p->same && taken;
    t->missed += p->same && !taken;
    t->hard += !p->same && p->hard;
    t->random += !p->same && !p->hard;
    t->wrong_hard += !p->same && p->hard && taken;
    t->wrong_random += !p->same && !p->hard && taken;
  }
}

static double share(int part, int whole) {
  return whole ? (double)part / whole : 0;
}
static double precision(const struct tally *t) {
  return share(t->found, t->found + t->wrong_hard + t->wrong_random);
}
static double recall(const struct tally *t) {
  return share(t->found, t->found + t->missed);
}

static double best_threshold(const struct bench *b, int half) {
  double best = 0, at = 0;
  for (int i = 1; i < STEPS; i++) {
    struct tally t = {0};
    judge(&t, b, i / (double)STEPS, half);
    double f = share(2 * t.found, 2 * t.found + t.missed + t.wrong_hard + t.wrong_random);
    if (f <= best) continue;
    best = f;
    at = i / (double)STEPS;
  }
  return at;
}

static void print_row(const char *name, const struct tally *t) {
  printf("%-22s %9.3f %9.3f %12.3f %9d/%-4d %9d/%-4d\n", name, precision(t), recall(t),
         share(t->found, t->found + t->wrong_hard), t->wrong_hard, t->hard, t->wrong_random, t->random);
}

/* How many others the first messages would be shown, and how fast: nanoseconds a comparison. */
static double search(const struct bench *b, double threshold, double *shown) {
  int64_t taken = 0, compared = 0, before = monotonic_ns();
  for (size_t i = 0; i < SEARCHED && i < b->message_count; i++)
    for (size_t k = 0; k < b->message_count; k++, compared++)
      taken += k != i && duplicate_likeness(b->messages[i].text, b->messages[k].text) >= threshold;
  *shown = (double)taken / SEARCHED;
  return (double)(monotonic_ns() - before) / (double)compared;
}

static void report(const struct bench *b) {
  struct duplicate_rules rules = duplicate_rules_usual();
  double threshold = rules.text_full * rules.candidate, shown;
  struct tally usual = {0}, held_out = {0};
  judge(&usual, b, threshold, -1);
  judge(&held_out, b, best_threshold(b, 0), 1);
  judge(&held_out, b, best_threshold(b, 1), 0);
  double ns = search(b, threshold, &shown);
  printf("duplicates by text alone: %zu pairs of %zu messages\n", b->pair_count, b->message_count);
  printf("%-22s %9s %9s %12s %14s %14s\n", "", "precision", "recall", "prec. (hard)", "wrong of hard",
         "wrong of random");
  print_row("usual settings", &usual);
  print_row("threshold held out", &held_out);
  printf(
      "thresholds of the halves %.3f and %.3f, usual %.3f; %.0f ns a comparison; of all messages a report is shown "
      "%.1f\n",
      best_threshold(b, 0), best_threshold(b, 1), threshold, ns, shown);
  printf(
      "{\"bench\":\"duplicates\",\"pairs\":%zu,\"precision\":%.4f,\"recall\":%.4f,\"precision_hard\":%.4f,"
      "\"hard_wrong\":%d,\"hard\":%d,\"random_wrong\":%d,\"random\":%d,\"held_out_precision\":%.4f,"
      "\"held_out_recall\":%.4f,\"held_out_hard_wrong\":%d,\"ns_per_comparison\":%.0f,\"shown_per_report\":%.2f}\n",
      b->pair_count, precision(&usual), recall(&usual), share(usual.found, usual.found + usual.wrong_hard),
      usual.wrong_hard, usual.hard, usual.wrong_random, usual.random, precision(&held_out), recall(&held_out),
      held_out.wrong_hard, ns, shown);
}

int main(void) {
  struct bench b = {.arena = arena_new((size_t)1 << 30)};
  struct error err = {0};
  b.messages = ARENA_ARRAY(b.arena, MESSAGES, struct message);
  b.pairs = ARENA_ARRAY(b.arena, PAIRS, struct pair);
  if (read_messages(&b, &err) || read_pairs(&b, &err)) {
    printf(
        "{\"bench\":\"duplicates\",\"skipped\":\"the labelled messages are not there or not readable "
        "(set TONGXIN_SHARED) %s\"}\n",
        err.code);
    arena_free(b.arena);
    return 0;
  }
  make_ready(&b);
  report(&b);
  arena_free(b.arena);
  return 0;
}
