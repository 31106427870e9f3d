#include "web/case_thread.h"

#include <stdlib.h>
#include <string.h>

#include "matter/state.h"

struct walk {
  const struct case_asker *who;
  struct thread_matter found[THREAD_MOST];
  int count;
  bool more;
};

static bool is_found(const struct walk *w, int64_t matter) {
  for (int i = 0; i < w->count; i++)
    if (w->found[i].view->state->id == matter) return true;
  return false;
}

/* 1 when it was taken in; 0 when the asker may not follow to it. */
static int take(struct walk *w, const struct state *s, struct error *err) {
  struct case_view *v;
  if (s->sealed) return 0;
  if (case_view_make(&v, w->who, s, err) < 0) {
    if (err->kind != ERR_MISSING) return -1;
    error_clear(err);
    return 0;
  }
  if (v->view < VIEW_HANDLER) return 0;
  w->found[w->count++] = (struct thread_matter){.view = v, .href = case_address(w->who->arena, v->code), .kind = "",
                                                .from = ""};
  return 1;
}

/* Which of two came out of the other: the link leads from the earlier to the later. */
static void note_origin(struct thread_matter *found, struct thread_matter *other, const struct case_link *l) {
  struct thread_matter *later = l->outgoing ? other : found, *earlier = l->outgoing ? found : other;
  if (*later->from) return;
  later->from = earlier->view->code;
  later->kind = l->kind;
}

/* Follows the links of one that was found. */
static int follow(struct walk *w, int at, struct error *err) {
  const struct case_view *v = w->found[at].view;
  for (int i = 0; i < v->link_count; i++) {
    const struct case_link *l = &v->links[i];
    struct state *s;
    if (is_found(w, l->id)) continue;
    if (w->count == THREAD_MOST) {
      w->more = true;
      return 0;
    }
    int there = state_load(&s, w->who->db, w->who->world, l->id, w->who->arena, err);
    int taken = there > 0 ? take(w, s, err) : there;
    if (taken < 0) return -1;
    if (taken) note_origin(&w->found[at], &w->found[w->count - 1], l);
  }
  return 0;
}

static int by_opening(const void *a, const void *b) {
  const struct case_view *x = ((const struct thread_matter *)a)->view, *y = ((const struct thread_matter *)b)->view;
  if (x->opened != y->opened) return x->opened < y->opened ? -1 : 1;
  return (x->state->id > y->state->id) - (x->state->id < y->state->id);
}

static int by_time(const void *a, const void *b) {
  const struct case_step *x = ((const struct thread_line *)a)->step, *y = ((const struct thread_line *)b)->step;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

/* The steps of all of them in the order in which they were taken. */
static void weave(struct case_thread *out, struct arena *a) {
  int n = 0;
  for (int i = 0; i < out->matter_count; i++) n += out->matters[i].view->step_count;
  struct thread_line *lines = ARENA_ARRAY(a, (size_t)n + 1, struct thread_line);
  n = 0;
  for (int i = 0; i < out->matter_count; i++)
    for (int k = 0; k < out->matters[i].view->step_count; k++)
      lines[n++] = (struct thread_line){&out->matters[i], &out->matters[i].view->steps[k]};
  qsort(lines, (size_t)n, sizeof *lines, by_time);
  out->lines = lines;
  out->line_count = n;
}

int case_thread_make(struct case_thread *out, const struct case_asker *who, const struct state *s, struct error *err) {
  struct walk *w = ARENA_NEW(who->arena, struct walk);
  *w = (struct walk){.who = who};
  int taken = take(w, s, err);
  if (taken <= 0) return taken < 0 ? -1 : error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  for (int at = 0; at < w->count && !w->more; at++)
    if (follow(w, at, err) < 0) return -1;
  qsort(w->found, (size_t)w->count, sizeof w->found[0], by_opening);
  for (int i = 0; i < w->count; i++) {
    w->found[i].number = i + 1;
    w->found[i].asked = w->found[i].view->state->id == s->id;
  }
  *out = (struct case_thread){.matters = w->found, .matter_count = w->count, .more = w->more};
  weave(out, who->arena);
  return 0;
}
