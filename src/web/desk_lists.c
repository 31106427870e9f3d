#include "web/desk_lists.h"

#include <stdlib.h>
#include <string.h>

#include "web/case_filter.h"

/* --- lists of side tracks --------------------------------------------------------------------------------------- */

static const char *const list_names[] = {"", "approvals", "callbacks"};

enum desk_list desk_list_named(const char *name) {
  for (int i = DESK_LIST_APPROVALS; i <= DESK_LIST_CALLBACKS; i++)
    if (text_eq(list_names[i], name)) return (enum desk_list)i;
  return DESK_LIST_NONE;
}

const char *desk_list_name(enum desk_list list) { return list_names[list]; }

static bool grants_time(enum procedure_counts counts) {
  return counts == COUNTS_EXTENSION || counts == COUNTS_SUSPEND;
}

/* A decision may do its work on the main track: what it takes there says what it is. */
static bool decides_time(const struct procedure_action *a) {
  if (grants_time(a->counts)) return true;
  for (size_t i = 0; i < a->effects.count; i++) {
    const struct procedure_effect *e = &a->effects.items[i];
    if (e->kind == EFFECT_CLOCK && e->clock_op == CLOCK_EXTEND) return true;
    if (e->kind == EFFECT_DO && e->action && grants_time(e->action->counts)) return true;
  }
  return false;
}

enum desk_list desk_list_of(const struct procedure_track *type) {
  for (size_t i = 0; type->index && i < type->actions_count; i++) {
    if (type->actions[i].counts == COUNTS_CALLBACK) return DESK_LIST_CALLBACKS;
    if (decides_time(&type->actions[i])) return DESK_LIST_APPROVALS;
  }
  return DESK_LIST_NONE;
}

static int by_clock(const void *a, const void *b) {
  const struct inbox_row *x = a, *y = b;
  time_ms dx = x->due ? x->due : INBOX_NO_DUE, dy = y->due ? y->due : INBOX_NO_DUE;
  return dx != dy ? (dx < dy ? -1 : 1) : x->track < y->track ? -1 : x->track > y->track;
}

int desk_list_rows(struct inbox_row **rows, size_t *count, const struct case_asker *who, enum desk_list list, int most,
                   struct error *err) {
  size_t kinds = 0, n = 0;
  for (size_t p = 0; p < who->world->procedure_count; p++) kinds += who->world->procedures[p]->tracks_count;
  struct inbox_row *all = ARENA_ARRAY(who->arena, kinds * (size_t)most + 1, struct inbox_row);
  for (size_t p = 0; p < who->world->procedure_count; p++)
    for (size_t t = 1; t < who->world->procedures[p]->tracks_count; t++) {
      const struct procedure_track *type = &who->world->procedures[p]->tracks[t];
      struct inbox_filter one = {.procedure = who->world->procedures[p]->name, .type = type->name, .most = most};
      struct inbox_row *found;
      size_t k;
      if (desk_list_of(type) != list) continue;
      if (matter_inbox(&found, &k, NULL, who->db, who->arena, who->world, who->actor, &one, err) < 0) return -1;
      if (k) memcpy(all + n, found, k * sizeof *all);
      n += k;
    }
  qsort(all, n, sizeof *all, by_clock);
  *rows = all;
  *count = n < (size_t)most ? n : (size_t)most;
  return 0;
}

/* --- counts, read once ------------------------------------------------------------------------------------------ */

struct asker_memo {
  bool has_inbox, has_phases;
  struct inbox_count *inbox;
  size_t inbox_count;
  struct phase_count phases[PHASE_VOID + 1];
};

static struct asker_memo *memo_of(const struct case_asker *who) {
  if (!*who->memo) *who->memo = ARENA_NEW(who->arena, struct asker_memo);
  return *who->memo;
}

int desk_inbox_counts(const struct inbox_count **rows, size_t *count, const struct case_asker *who, struct error *err) {
  struct asker_memo *m = memo_of(who);
  if (!m->has_inbox && matter_inbox_counts(&m->inbox, &m->inbox_count, who->db, who->arena, who->world, who->actor, who->now,
                                           err) < 0)
    return -1;
  m->has_inbox = true;
  *rows = m->inbox;
  *count = m->inbox_count;
  return 0;
}

int desk_phase_counts(const struct phase_count **counts, const struct case_asker *who, struct error *err) {
  struct asker_memo *m = memo_of(who);
  struct scope scope;
  access_scope(who->actor, &scope);
  if (!m->has_phases && matter_phase_counts(m->phases, who->db, who->arena, who->world, &scope, who->now, err) < 0) return -1;
  m->has_phases = true;
  *counts = m->phases;
  return 0;
}

static int count_list(struct menu_count *out, const struct case_asker *who, enum desk_list list, struct error *err) {
  const struct inbox_count *rows;
  size_t n;
  if (desk_inbox_counts(&rows, &n, who, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    if (desk_list_of(rows[i].type) != list) continue;
    out->n += rows[i].n;
    if (rows[i].late) out->mark = "late";
  }
  return 0;
}

int desk_count_approvals(struct menu_count *out, const struct case_asker *who, struct error *err) {
  return count_list(out, who, DESK_LIST_APPROVALS, err);
}

int desk_count_callbacks(struct menu_count *out, const struct case_asker *who, struct error *err) {
  return count_list(out, who, DESK_LIST_CALLBACKS, err);
}

/* Open ones only: what waits for nobody needs no number. */
static int sum_phases(struct phase_count *out, const struct case_asker *who, struct error *err) {
  const struct phase_count *counts;
  *out = (struct phase_count){0};
  if (desk_phase_counts(&counts, who, err) < 0) return -1;
  for (int p = PHASE_REPORTED; p < PHASE_CLOSED; p++) {
    out->n += counts[p].n;
    out->late += counts[p].late;
    out->carded += counts[p].carded;
  }
  return 0;
}

int desk_count_carded(struct menu_count *out, const struct case_asker *who, struct error *err) {
  struct phase_count sum;
  if (sum_phases(&sum, who, err) < 0) return -1;
  out->n = sum.carded;
  out->mark = sum.carded ? "late" : "";
  return 0;
}

int desk_count_late(struct menu_count *out, const struct case_asker *who, struct error *err) {
  struct phase_count sum;
  if (sum_phases(&sum, who, err) < 0) return -1;
  out->n = sum.late;
  out->mark = sum.late ? "late" : "";
  return 0;
}

int desk_count_suspended(struct menu_count *out, const struct case_asker *who, struct error *err) {
  const struct phase_count *counts;
  if (desk_phase_counts(&counts, who, err) < 0) return -1;
  out->n = counts[PHASE_SUSPENDED].n;
  return 0;
}

int desk_count_watched(struct menu_count *out, const struct case_asker *who, struct error *err) {
  struct q_watch_count_out row;
  struct q_watch_count_in in = {.district = who->world->district, .account = who->actor->account};
  if (q_watch_count(who->db, who->arena, &row, &in, err) < 0) return -1;
  out->n = row.n;
  return 0;
}

/* --- saved filters ---------------------------------------------------------------------------------------------- */

int desk_saved_filters(struct view_cases *view, struct request *r, const struct case_asker *who, struct error *err) {
  struct q_saved_filter_list_out *rows;
  size_t n;
  struct q_saved_filter_list_in in = {.district = who->world->district, .account = r->actor.account};
  const char *here = case_filter_with(r, "/cases", "at", "");
  view->query = strchr(here, '?') ? strchr(here, '?') + 1 : "";
  view->save = case_filter_with(r, "/cases/filters", "at", "");
  if (q_saved_filter_list(who->db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct desk_saved *list = ARENA_ARRAY(r->arena, n + 1, struct desk_saved);
  for (size_t i = 0; i < n; i++)
    list[i] = (struct desk_saved){.id = rows[i].id, .name = rows[i].name,
                                  .href = arena_printf(r->arena, "/cases?%s", rows[i].query),
                                  .chosen = *view->query && text_eq(rows[i].query, view->query)};
  view->saved = list;
  view->saved_count = (int)n;
  return 0;
}

/* --- columns ---------------------------------------------------------------------------------------------------- */

static struct list_head head(struct request *r, enum word title, enum list_order order, enum list_order first,
                             enum list_order second) {
  enum list_order next = order == first ? second : first;
  bool here = order == first || order == second;
  bool up = order == LIST_SOONEST || order == LIST_OLDEST || order == LIST_STALEST;
  return (struct list_head){.title = word(r->lang, title),
                            .href = case_filter_with(r, "/cases", "order", case_order_name(next)),
                            .sort = !here ? "none" : up ? "ascending" : "descending"};
}

void desk_sort_heads(struct view_cases *view, struct request *r, enum list_order order) {
  view->by_due = head(r, W_LIST_LIGHT, order, LIST_SOONEST, LIST_LATEST);
  view->by_opened = head(r, W_LIST_OPENED, order, LIST_NEWEST, LIST_OLDEST);
  view->by_changed = head(r, W_LIST_CHANGED, order, LIST_CHANGED, LIST_STALEST);
}
