#include "web/case_panes.h"

#include <string.h>

enum { PANE_STORY, PANE_SAID, PANE_PHOTOS, PANE_CLOCKS, PANE_CHANGES, PANE_RELATED, PANES };
enum { CHANGES_MOST = 200, VALUES_MOST = 400 };

const char *const case_panes[] = {"story", "said", "photos", "clocks", "changes", "related", NULL};
static const enum word titles[PANES] = {W_PANE_STORY,  W_PANE_SAID,    W_PANE_PHOTOS,
                                        W_PANE_CLOCKS, W_PANE_CHANGES, W_PANE_RELATED};

/* --- photos: before beside after -------------------------------------------------------------------------------- */

static void split_photos(struct view_case *view, const struct case_asker *who) {
  const struct case_view *v = &view->v;
  struct case_photo *before = ARENA_ARRAY(who->arena, (size_t)v->photo_count + 1, struct case_photo);
  struct case_photo *after = ARENA_ARRAY(who->arena, (size_t)v->photo_count + 1, struct case_photo);
  view->before = before;
  view->after = after;
  for (int i = 0; i < v->photo_count; i++) {
    if (v->photos[i].sound) continue;
    if (v->photos[i].after)
      after[view->after_count++] = v->photos[i];
    else
      before[view->before_count++] = v->photos[i];
  }
}

/* --- what was said and then said differently -------------------------------------------------------------------- */

struct last_value {
  const char *track, *field, *value;
};

static struct last_value *value_of(struct last_value *list, int *n, const char *track, const char *field) {
  for (int i = 0; i < *n; i++)
    if (text_eq(list[i].track, track) && text_eq(list[i].field, field)) return &list[i];
  if (*n == VALUES_MOST) return NULL;
  list[*n] = (struct last_value){.track = track, .field = field};
  return &list[(*n)++];
}

/* From the oldest step on; shown from the newest. */
static void find_changes(struct view_case *view, const struct case_asker *who) {
  const struct case_view *v = &view->v;
  struct last_value *values = ARENA_ARRAY(who->arena, VALUES_MOST, struct last_value);
  struct case_change *list = ARENA_ARRAY(who->arena, CHANGES_MOST, struct case_change);
  int n = 0, known = 0;
  for (int i = v->step_count; i-- > 0;)
    for (int k = 0; k < v->steps[i].fact_count && n < CHANGES_MOST; k++) {
      const struct case_step *step = &v->steps[i];
      const struct case_fact *fact = &step->facts[k];
      struct last_value *last = value_of(values, &known, step->track, fact->field);
      if (!last) continue;
      if (last->value && !text_eq(last->value, fact->value))
        list[n++] = (struct case_change){.at = step->at, .who = step->actor, .post = step->post, .action = step->action,
                                         .field = fact->label, .before = last->value, .after = fact->value};
      last->value = fact->value;
    }
  for (int i = 0; i < n / 2; i++) {
    struct case_change one = list[i];
    list[i] = list[n - 1 - i];
    list[n - 1 - i] = one;
  }
  view->changes = list;
  view->change_count = n;
}

/* --- the panes -------------------------------------------------------------------------------------------------- */

static int number_chosen(const char *name) {
  for (int i = 0; i < PANES; i++)
    if (text_eq(case_panes[i], name)) return i;
  return PANE_STORY;
}

void case_panes_make(struct view_case *view, const struct case_asker *who, const char *chosen, const char *here) {
  struct case_pane *panes = ARENA_ARRAY(who->arena, PANES, struct case_pane);
  int at = number_chosen(chosen);
  split_photos(view, who);
  find_changes(view, who);
  const int counts[PANES] = {[PANE_PHOTOS] = view->before_count + view->after_count,
                             [PANE_CLOCKS] = view->v.clock_count,
                             [PANE_CHANGES] = view->change_count,
                             [PANE_RELATED] = view->v.link_count + view->history_count + !!*view->v.relapse_code};
  for (int i = 0; i < PANES; i++) {
    const char *address = arena_printf(who->arena, "%s%ctab=%s", here, strchr(here, '?') ? '&' : '?', case_panes[i]);
    panes[i] = (struct case_pane){.name = case_panes[i], .title = word(who->lang, titles[i]), .count = counts[i],
                                  .get = address, .href = arena_printf(who->arena, "%s#process", address),
                                  .chosen = i == at};
  }
  view->panes = panes;
  view->pane_count = PANES;
  view->pane = case_panes[at];
}

void case_between(struct view_case *view, int64_t seen_step) {
  int n = 0;
  while (n < view->v.step_count && view->v.steps[n].id > seen_step) n++;
  view->between = view->v.steps;
  view->between_count = seen_step ? n : 0;
}
