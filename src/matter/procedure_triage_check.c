/* Whether a decision table says something for every combination of its inputs, and each row for some.
 *
 * The combinations are walked input by input, each input taking one value of every kind that the rows tell apart: the
 * options of a choice, yes and no, and of a number the values around each bound a row names. A branch ends as soon as
 * its first row holds whatever the rest says, so that tables of many inputs stay small to walk. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "matter/procedure_check.h"

enum { WALK_MOST = 200000, BOUNDS_MOST = 64, EXAMPLE_BYTES = 400 };

/* One input's value in a combination. */
struct pick {
  const char *name; /* choice, yes-no */
  double number;
  bool set;
};

struct walk {
  struct check *k;
  const struct procedure_table *t;
  struct pick *picks; /* by input */
  bool *hit;          /* by row */
  int steps;
  bool gap, overlap, large; /* said already */
};

enum holds { NO, YES, OPEN };

/* ---- one row under a combination that may not be complete ---- */

static const struct pick *pick_of(const struct walk *w, const struct procedure_field *f) {
  for (size_t i = 0; i < w->t->inputs.count; i++)
    if (w->t->inputs.items[i] == f) return &w->picks[i];
  return NULL;
}

static enum holds holds(const struct walk *w, const struct procedure_condition *c) {
  enum holds all = YES;
  if (!c) return YES;
  if (c->test == TEST_ALL) {
    for (size_t i = 0; i < c->parts_count; i++) {
      enum holds one = holds(w, c->parts[i]);
      if (one == NO) return NO;
      if (one == OPEN) all = OPEN;
    }
    return all;
  }
  const struct pick *p = pick_of(w, c->field);
  if (!p || !p->set) return OPEN;
  if (c->test == TEST_RANGE) return p->number >= c->min && p->number <= c->max ? YES : NO;
  for (size_t i = 0; i < c->values_count; i++)
    if (text_eq(c->values[i], p->name)) return YES;
  return NO;
}

/* ---- the values worth trying ---- */

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void bound(double *bounds, size_t *n, double at) {
  if (!isinf(at) && *n < BOUNDS_MOST) bounds[(*n)++] = at;
}

static void bounds_of(double *bounds, size_t *n, const struct procedure_condition *c, const struct procedure_field *f) {
  if (!c) return;
  for (size_t i = 0; i < c->parts_count; i++) bounds_of(bounds, n, c->parts[i], f);
  if (c->test != TEST_RANGE || c->field != f) return;
  bound(bounds, n, c->min);
  bound(bounds, n, c->max);
}

/* Every bound, and one value between each two: nothing the rows tell apart is missed. */
static size_t number_points(const struct walk *w, const struct procedure_field *f, double *points) {
  double bounds[BOUNDS_MOST + 2];
  size_t n = 0, kept = 0;
  for (size_t i = 0; i < w->t->rows_count; i++) bounds_of(bounds, &n, w->t->rows[i].when, f);
  double least = f->has_min ? f->min : -1e9, most = f->has_max ? f->max : 1e9;
  bounds[n++] = least;
  bounds[n++] = most;
  qsort(bounds, n, sizeof *bounds, by_size);
  for (size_t i = 0; i < n; i++) {
    if (bounds[i] < least || bounds[i] > most) continue;
    points[kept++] = bounds[i];
    if (i + 1 < n && bounds[i + 1] > bounds[i]) points[kept++] = (bounds[i] + bounds[i + 1]) / 2;
  }
  return kept;
}

/* ---- findings ---- */

static const char *example(const struct walk *w) {
  char out[EXAMPLE_BYTES];
  size_t n = 0;
  out[0] = '\0';
  for (size_t i = 0; i < w->t->inputs.count && n + 1 < sizeof out; i++) {
    const struct pick *p = &w->picks[i];
    const char *name = w->t->inputs.items[i]->name, *comma = i ? ", " : "";
    int more = !p->set      ? 0
               : p->name    ? snprintf(out + n, sizeof out - n, "%s%s: %s", comma, name, p->name)
                            : snprintf(out + n, sizeof out - n, "%s%s: %g", comma, name, p->number);
    n += more > 0 ? (size_t)more : 0;
  }
  return arena_strdup(w->k->arena, out);
}

static const char *row_name(const struct walk *w, size_t row) {
  return arena_printf(w->k->arena, "%d", w->t->rows[row].number);
}

static void say_gap(struct walk *w) {
  if (!w->gap) check_error(w->k, w->t->at, "procedure.triage.gap", w->t->field->name, example(w), NULL);
  w->gap = true;
}

static void say_overlap(struct walk *w, size_t a, size_t b) {
  if (!w->overlap)
    check_error(w->k, w->t->rows[b].at, "procedure.triage.overlap", row_name(w, a), row_name(w, b), example(w));
  w->overlap = true;
}

/* ---- walking ---- */

/* True when the branch is decided: its first row holds, or nothing can. */
static bool decided(struct walk *w, bool complete) {
  size_t first = w->t->rows_count;
  bool open = false;
  for (size_t i = 0; i < w->t->rows_count; i++) {
    enum holds h = holds(w, w->t->rows[i].when);
    if (h == OPEN && (first == w->t->rows_count || w->t->unique)) open = true;
    if (h != YES) continue;
    if (first < w->t->rows_count) {
      if (w->t->unique) say_overlap(w, first, i);
      continue;
    }
    if (open && !w->t->unique) return false;
    first = i;
  }
  if (open) return false;
  if (first < w->t->rows_count) w->hit[first] = true;
  else if (complete || !open) say_gap(w);
  return true;
}

static void walk_from(struct walk *w, size_t input);

static void walk_number(struct walk *w, size_t input) {
  double points[2 * (BOUNDS_MOST + 2)];
  size_t n = number_points(w, w->t->inputs.items[input], points);
  for (size_t i = 0; i < n; i++) {
    w->picks[input] = (struct pick){.number = points[i], .set = true};
    walk_from(w, input + 1);
  }
}

static void walk_names(struct walk *w, size_t input) {
  static const char *const yes_no[] = {"yes", "no"};
  const struct procedure_field *f = w->t->inputs.items[input];
  size_t n = f->type == FIELD_YES_NO ? 2 : f->options_count;
  for (size_t i = 0; i < n; i++) {
    w->picks[input] = (struct pick){.name = f->type == FIELD_YES_NO ? yes_no[i] : f->options[i].name, .set = true};
    walk_from(w, input + 1);
  }
}

static void walk_from(struct walk *w, size_t input) {
  bool complete = input == w->t->inputs.count;
  if (++w->steps > WALK_MOST) {
    w->large = true;
    return;
  }
  if (decided(w, complete) || complete) return;
  if (w->t->inputs.items[input]->type == FIELD_NUMBER)
    walk_number(w, input);
  else
    walk_names(w, input);
  w->picks[input] = (struct pick){0};
}

static void check_one(struct check *k, const struct procedure_table *t) {
  struct walk w = {.k = k, .t = t};
  w.picks = ARENA_ARRAY(k->arena, t->inputs.count + 1, struct pick);
  w.hit = ARENA_ARRAY(k->arena, t->rows_count + 1, bool);
  walk_from(&w, 0);
  if (w.large) {
    check_error(k, t->at, "procedure.triage.large", t->field->name, NULL, NULL);
    return;
  }
  for (size_t i = 0; i < t->rows_count && !w.overlap; i++)
    if (!w.hit[i]) check_error(k, t->rows[i].at, "procedure.triage.never", row_name(&w, i), t->field->name, NULL);
}

/* ---- nobody else sets it ---- */

struct setter {
  const struct procedure_table *t;
};

static bool listed(const struct procedure_field_list *list, const struct procedure_field *f) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == f) return true;
  return false;
}

static void see_set(struct check *k, const struct procedure_effect *e, const struct procedure_action *action, void *to) {
  const struct setter *s = to;
  (void)action;
  if (e->kind != EFFECT_SET || !e->field) return;
  if (e->field == s->t->field) check_error(k, e->at, "procedure.triage.set", e->field->name, NULL, NULL);
  if (listed(&s->t->inputs, e->field)) check_error(k, e->at, "procedure.triage.set-input", e->field->name, NULL, NULL);
}

static void check_setters(struct check *k, const struct procedure_table *t) {
  struct setter s = {t};
  for (size_t i = 0; i < k->p->tracks_count; i++)
    for (size_t j = 0; j < k->p->tracks[i].actions_count; j++) {
      const struct procedure_action *a = &k->p->tracks[i].actions[j];
      if (listed(&a->needs, t->field) || listed(&a->asks, t->field))
        check_error(k, a->at, "procedure.triage.set", t->field->name, NULL, NULL);
    }
  check_effects(k, see_set, &s);
}

void check_tables(struct check *k) {
  for (size_t i = 0; i < k->p->tracks_count; i++)
    for (size_t j = 0; j < k->p->tracks[i].tables_count; j++) {
      const struct procedure_table *t = &k->p->tracks[i].tables[j];
      k->used[i][t->field->index] = true;
      check_setters(k, t);
      check_one(k, t);
    }
}
