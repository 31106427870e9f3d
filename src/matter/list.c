#include "matter/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matter/sealed_internal.h"
#include "place/coord.h"

enum { ROWS_USUAL = 30, ROWS_MOST = 200, INBOX_USUAL = 50, NEAR_MOST = 200, ORG_FEW = 2000 };
enum { WITHIN_MOST = 1000 /* m */, CELL_ROW = 1000000 /* from a square to the one north of it */ };

/* --- one arm of a scope after the other ------------------------------------------------------------------------- */

static int rows_of(const struct list_filter *f) {
  if (f->most <= 0) return ROWS_USUAL;
  return f->most > ROWS_MOST ? ROWS_MOST : f->most;
}

static void fill_arm(struct q_matter_list_in *in, const struct scope_arm *arm) {
  in->hide_confidential = !arm->confidential;
  switch (arm->kind) {
    case SCOPE_STREET: in->scope_street = arm->id; break;
    case SCOPE_COMMUNITY: in->scope_community = arm->id; break;
    case SCOPE_GRID: in->scope_grid = arm->id; break;
    case SCOPE_BUILDING: in->scope_building = arm->id; break;
    case SCOPE_STAIRWELL: in->scope_stairwell = arm->id; break;
    case SCOPE_ORG: in->scope_org = arm->id; break;
    case SCOPE_DISTRICT: break;
  }
}

static bool goes_up(enum list_order order) {
  return order == LIST_SOONEST || order == LIST_OLDEST || order == LIST_STALEST;
}

static void fill_order(struct q_matter_list_in *in, const struct list_filter *f) {
  in->newest = f->order == LIST_NEWEST;
  in->soonest = f->order == LIST_SOONEST;
  in->changed = f->order == LIST_CHANGED;
  in->oldest = f->order == LIST_OLDEST;
  in->latest = f->order == LIST_LATEST;
  in->stalest = f->order == LIST_STALEST;
  in->dated = in->soonest || in->latest;
  in->descending = !goes_up(f->order);
  if (!f->at) return;
  in->before_id = in->after_id = f->at_id;
  if (in->newest) in->before = f->at;
  if (in->soonest) in->after = f->at;
  if (in->changed) in->changed_before = f->at;
  if (in->oldest) in->opened_after = f->at;
  if (in->latest) in->due_before = f->at;
  if (in->stalest) in->changed_after = f->at;
}

static int fill_filter(struct q_matter_list_in *in, struct db *db, struct arena *a, const struct list_filter *f,
                       time_ms now, struct error *err) {
  bool one = f->phases && f->phase_from == f->phase_to; /* said as an equation, its index gives the order too */
  *in = (struct q_matter_list_in){.only_public = !f->scope,
                                  .only_open = f->only_open,
                                  .phase = one ? f->phase_from : DB_NULL,
                                  .phase_from = f->phases && !one ? f->phase_from : DB_NULL,
                                  .phase_to = f->phases && !one ? f->phase_to : DB_NULL,
                                  .street = f->street,
                                  .community = f->community,
                                  .grid = f->grid,
                                  .org = f->org,
                                  .procedure = f->procedure,
                                  .category = f->category,
                                  .source = f->source,
                                  .from = f->from,
                                  .to = f->to,
                                  .late_at = f->late ? now : 0,
                                  .soon_at = f->soon ? now : 0,
                                  .card = f->card ? f->card : DB_NULL,
                                  .placeless = f->placeless,
                                  .relapsed = f->relapsed,
                                  .reopened = f->reopened,
                                  .watcher = f->watcher,
                                  .only = f->only,
                                  .count = rows_of(f) + 1};
  if (f->major) {
    in->category_from = f->major;
    in->category_to = arena_printf(a, "%s\x7f", f->major);
  }
  if (f->words) {
    in->words = search_query(a, f->words, db_is_postgresql(db));
    if (!in->words) return error_set(err, ERR_INPUT, "list.words", "q", NULL);
  }
  fill_order(in, f);
  return 0;
}

/* Nothing of the filter but the organisation narrows the list much: its newest make a page soon. */
static bool is_plain(const struct list_filter *f) {
  bool rare = f->only_open || f->late || f->soon || f->card || f->placeless || f->relapsed || f->reopened || f->words ||
              f->watcher || f->only;
  bool narrow = f->street || f->community || f->grid || f->procedure || f->category || f->major || f->source;
  bool underway = f->phases && f->phase_from == f->phase_to && f->phase_from < PHASE_CLOSED;
  return !rare && !narrow && !underway && f->order == LIST_NEWEST;
}

/* Chooses what the list is read along. An organisation that has a part in few matters has all of them looked at. One with
 * many has its newest read in order when nothing else narrows the list; else the index of what narrows it is read, and
 * each of its rows asked whether the organisation has a part. */
static int choose_org(struct q_matter_list_in *in, struct db *db, struct arena *a, const struct list_filter *f,
                      struct error *err) {
  struct q_matter_org_size_out size = {0};
  int64_t org = in->org ? in->org : in->scope_org;
  if (!org) return 0;
  if (!is_plain(f)) {
    struct q_matter_org_size_in which = {.district = in->district, .org = org, .most = ORG_FEW + 1};
    if (q_matter_org_size(db, a, &size, &which, err) < 0) return -1;
  }
  if (size.n > ORG_FEW) return 0;
  in->by_org = org;
  in->whole_org = true;
  if (in->org)
    in->org = 0;
  else
    in->scope_org = 0;
  if (!in->newest) return 0;
  in->newest = false;
  in->newest_of_org = true;
  in->org_before = in->before;
  in->before = 0;
  if (in->to && (!in->org_before || in->to < in->org_before)) { /* before that moment is before its first matter */
    in->org_before = in->to;
    in->before_id = 0;
  }
  return 0;
}

time_ms matter_list_key(enum list_order order, const struct list_row *row) {
  switch (order) {
    case LIST_NEWEST:
    case LIST_OLDEST: return row->opened;
    case LIST_SOONEST:
    case LIST_LATEST: return row->due;
    case LIST_CHANGED:
    case LIST_STALEST: break;
  }
  return row->updated;
}

static void copy_list_row(struct list_row *to, const struct q_matter_list_out *r, const struct world *w) {
  const struct procedure *p = world_procedure(w, r->procedure, (int)r->version);
  *to = (struct list_row){.id = r->id,
                          .street = r->street,
                          .community = r->community,
                          .grid = r->grid,
                          .org = r->org,
                          .merged_into = r->merged_into,
                          .relapse_of = r->relapse_of,
                          .code = r->code,
                          .summary = r->summary,
                          .source = r->source,
                          .category = r->category,
                          .urgency = r->urgency,
                          .address = r->address,
                          .street_name = r->street_name,
                          .community_name = r->community_name,
                          .grid_name = r->grid_name,
                          .org_zh = r->org_zh,
                          .org_en = r->org_en,
                          .procedure = p,
                          .stage = p ? procedure_stage_find(&p->tracks[0], r->stage) : NULL,
                          .phase = (enum procedure_phase)r->phase,
                          .outcome = (enum procedure_outcome)r->outcome,
                          .lon = r->lon,
                          .lat = r->lat,
                          .opened = r->opened,
                          .updated = r->updated,
                          .closed = r->closed,
                          .due = r->due,
                          .warn_at = r->warn_at,
                          .confidential = r->confidential,
                          .late = r->late,
                          .card = (int)r->card,
                          .reporters = (int)r->reporters,
                          .returns = (int)r->returns,
                          .reworks = (int)r->reworks,
                          .urges = (int)r->urges,
                          .reopens = (int)r->reopens};
}

/* Puts a row where it belongs among those of the arms before, each matter once. */
static void merge_row(struct list_row *rows, size_t *count, const struct list_filter *f, const struct list_row *row) {
  bool up = goes_up(f->order);
  size_t at = 0;
  for (size_t i = 0; i < *count; i++)
    if (rows[i].id == row->id) return;
  for (; at < *count; at++) {
    time_ms a = matter_list_key(f->order, row), b = matter_list_key(f->order, &rows[at]);
    if (up ? a < b || (a == b && row->id < rows[at].id) : a > b || (a == b && row->id > rows[at].id)) break;
  }
  memmove(&rows[at + 1], &rows[at], (*count - at) * sizeof *rows);
  rows[at] = *row;
  ++*count;
}

/* What is put together from one statement after the other. */
struct listing {
  struct db *db;
  struct arena *a;
  const struct world *w;
  const struct list_filter *f;
  struct list_row *rows;
  size_t count, room;
};

static int list_part(struct listing *l, const struct q_matter_list_in *in, struct error *err) {
  struct q_matter_list_out *found;
  size_t n;
  if (q_matter_list(l->db, l->a, &found, &n, in, err) < 0) return -1;
  if (l->count + n >= l->room) {
    struct list_row *wider = ARENA_ARRAY(l->a, 2 * (l->room + n), struct list_row);
    if (l->count) memcpy(wider, l->rows, l->count * sizeof *wider);
    l->rows = wider;
    l->room = 2 * (l->room + n);
  }
  for (size_t k = 0; k < n; k++) {
    struct list_row row;
    copy_list_row(&row, &found[k], l->w);
    merge_row(l->rows, &l->count, l->f, &row);
  }
  size_t most = (size_t)rows_of(l->f) + 1;
  if (l->count > most) l->count = most;
  return 0;
}

/* A group of categories: the newest of each, because an index gives the order only for one. */
static int list_group(struct listing *l, const struct q_matter_list_in *in, struct error *err) {
  struct q_matter_category_next_in next = {.district = in->district, .after = in->category_from, .below = in->category_to};
  struct q_matter_category_next_out found;
  int r;
  while ((r = q_matter_category_next(l->db, l->a, &found, &next, err)) == 1) {
    struct q_matter_list_in one = *in;
    one.category = next.after = found.category;
    one.category_from = one.category_to = NULL;
    if (list_part(l, &one, err) < 0) return -1;
  }
  return r;
}

static int list_arm(struct listing *l, const struct scope_arm *arm, time_ms now, struct error *err) {
  struct q_matter_list_in in;
  if (fill_filter(&in, l->db, l->a, l->f, now, err) < 0) return -1;
  in.district = l->w->district;
  in.row_base = l->w->district * ((int64_t)1 << 40);
  in.row_end = (l->w->district + 1) * ((int64_t)1 << 40);
  fill_arm(&in, arm);
  if (choose_org(&in, l->db, l->a, l->f, err) < 0) return -1;
  bool group = in.category_from && in.newest && !in.only_open && !in.words && !l->f->late && !l->f->soon;
  return group ? list_group(l, &in, err) : list_part(l, &in, err);
}

int matter_list(struct list_row **rows, size_t *count, bool *more, struct db *db, struct arena *a,
                const struct world *w, const struct list_filter *filter, time_ms now, struct error *err) {
  static const struct scope_arm everybody = {.kind = SCOPE_DISTRICT};
  size_t arms = filter->scope ? filter->scope->count : 1, most = (size_t)rows_of(filter);
  struct listing l = {.db = db, .a = a, .w = w, .f = filter, .rows = ARENA_ARRAY(a, 1, struct list_row)};
  for (size_t i = 0; i < arms; i++)
    if (list_arm(&l, filter->scope ? &filter->scope->arm[i] : &everybody, now, err) < 0) return -1;
  *rows = l.rows;
  *count = l.count;
  if (more) *more = *count > most;
  if (*count > most) *count = most;
  return 0;
}

int matter_phase_counts(struct phase_count counts[PHASE_VOID + 1], struct db *db, struct arena *a,
                        const struct world *w, const struct scope *scope, time_ms now, struct error *err) {
  memset(counts, 0, sizeof *counts * (PHASE_VOID + 1));
  for (size_t i = 0; i < (scope ? scope->count : 1); i++) {
    struct q_matter_list_in arm = {0};
    struct q_matter_phases_out *rows;
    size_t n;
    if (scope) fill_arm(&arm, &scope->arm[i]);
    struct q_matter_phases_in in = {.district = w->district,
                                    .scope_street = arm.scope_street,
                                    .scope_community = arm.scope_community,
                                    .scope_grid = arm.scope_grid,
                                    .scope_building = arm.scope_building,
                                    .scope_stairwell = arm.scope_stairwell,
                                    .scope_org = arm.scope_org,
                                    .hide_confidential = arm.hide_confidential || !scope,
                                    .only_public = !scope,
                                    .now = now};
    if (q_matter_phases(db, a, &rows, &n, &in, err) < 0) return -1;
    for (size_t k = 0; k < n; k++) {
      if (rows[k].phase < 0 || rows[k].phase > PHASE_VOID) continue;
      struct phase_count *c = &counts[rows[k].phase];
      c->n += rows[k].n;
      c->late += rows[k].late;
      c->soon += rows[k].soon;
      c->carded += rows[k].carded;
    }
  }
  return 0;
}

int matter_public_counts(struct phase_count *out, struct db *db, struct arena *a, const struct world *w, int64_t street,
                         time_ms now, struct error *err) {
  struct q_matter_phases_out *rows;
  size_t n;
  struct q_matter_phases_in in = {.district = w->district, .scope_street = street, .only_public = true, .now = now};
  memset(out, 0, sizeof *out);
  if (q_matter_phases(db, a, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    out->n += rows[i].n;
    out->late += rows[i].late;
    out->soon += rows[i].soon;
    out->carded += rows[i].carded;
  }
  return 0;
}

/* --- what waits for somebody ------------------------------------------------------------------------------------ */

static void copy_inbox_row(struct inbox_row *to, const struct q_hold_list_out *r, const struct world *w) {
  const struct procedure *p = world_procedure(w, r->procedure, (int)r->version);
  const struct procedure_track *type = p ? procedure_track_find(p, r->type) : NULL;
  *to = (struct inbox_row){.matter = r->id,
                           .track = r->track,
                           .code = r->code,
                           .summary = r->summary,
                           .source = r->source,
                           .category = r->category,
                           .urgency = r->urgency,
                           .address = r->address,
                           .street_name = r->street_name,
                           .community_name = r->community_name,
                           .grid_name = r->grid_name,
                           .role = r->role,
                           .procedure = p,
                           .type = type,
                           .stage = type ? procedure_stage_find(type, r->stage) : NULL,
                           .phase = (enum procedure_phase)r->phase,
                           .due = r->due,
                           .warn_at = r->warn_at,
                           .opened = r->opened,
                           .entered = r->entered,
                           .confidential = r->confidential,
                           .card = (int)r->card,
                           .urges = (int)r->urges,
                           .reporters = (int)r->reporters};
}

static void sealed_row(struct inbox_row *to, const struct state *s, const struct state_track *t, time_ms due) {
  *to = (struct inbox_row){.matter = s->id,
                           .track = t->id,
                           .code = s->code,
                           .summary = "",
                           .source = "",
                           .category = "",
                           .urgency = "",
                           .address = "",
                           .role = t->role,
                           .procedure = s->procedure,
                           .type = t->type,
                           .stage = t->stage,
                           .phase = s->phase,
                           .due = due,
                           .opened = s->opened,
                           .entered = t->entered,
                           .confidential = true};
}

static bool row_wanted(const struct inbox_filter *f, const struct inbox_row *row) {
  if (f->procedure && !text_eq(f->procedure, row->procedure->name)) return false;
  if (f->type && !text_eq(f->type, row->type->name)) return false;
  if (f->stage && !text_eq(f->stage, row->stage->name)) return false;
  return !f->after || row->due > f->after || (row->due == f->after && row->track > f->after_track);
}

static bool has_track(const struct inbox_row *rows, size_t count, int64_t track) {
  for (size_t i = 0; i < count; i++)
    if (rows[i].track == track) return true;
  return false;
}

enum { SEALED_MOST = 200 };

/* The sealed matters on somebody's own lists: they are few, and each has to be opened to say where it stands. Of what it is
 * about a list says nothing. */
static int sealed_inbox(struct inbox_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct actor *actor, const struct inbox_filter *f, struct error *err) {
  const char **keys;
  size_t key_count;
  engine_keys(actor, a, &keys, &key_count);
  for (size_t i = 0; i < key_count; i++) {
    struct q_sealed_hold_out *found;
    size_t n;
    if (text_starts(keys[i], "role:")) continue; /* never on a list of everybody with an office, which can be long */
    struct q_sealed_hold_in in = {.district = w->district, .who = keys[i], .from = SEALED_IDS, .count = SEALED_MOST};
    if (q_sealed_hold(db, a, &found, &n, &in, err) < 0) return -1;
    struct inbox_row *grown = ARENA_ARRAY(a, *count + n + 1, struct inbox_row);
    if (*count) memcpy(grown, *rows, *count * sizeof *grown);
    *rows = grown;
    for (size_t k = 0; k < n; k++) {
      struct state *s;
      struct subject subject;
      int r = state_load(&s, db, w, found[k].matter, a, err);
      if (r < 0) return -1;
      if (r == 0) continue;
      state_subject(s, a, &subject);
      const struct state_track *t = state_track_by_id(s, found[k].track);
      if (!t || access_matter(actor, &subject, INBOX_NO_DUE) < VIEW_HANDLER) continue;
      sealed_row(&grown[*count], s, t, found[k].due);
      if (row_wanted(f, &grown[*count]) && !has_track(grown, *count, t->id)) ++*count;
    }
  }
  return 0;
}

static int by_pressure(const void *a, const void *b) {
  const struct inbox_row *x = a, *y = b;
  if (x->due != y->due) return x->due < y->due ? -1 : 1;
  return x->track < y->track ? -1 : x->track > y->track;
}

int matter_inbox(struct inbox_row **rows, size_t *count, bool *more, struct db *db, struct arena *a,
                 const struct world *w, const struct actor *actor, const struct inbox_filter *f, struct error *err) {
  const char **keys;
  size_t key_count, most = f->most > 0 && f->most <= ROWS_MOST ? (size_t)f->most : INBOX_USUAL;
  engine_keys(actor, a, &keys, &key_count);
  *rows = ARENA_ARRAY(a, (most + 1) * (key_count + 1), struct inbox_row);
  *count = 0;
  for (size_t i = 0; i < key_count; i++) {
    struct q_hold_list_in in = {.district = w->district,
                                .who = keys[i],
                                .procedure = f->procedure,
                                .type = f->type,
                                .stage = f->stage,
                                .after = f->after,
                                .after_track = f->after_track,
                                .count = (int64_t)most + 1};
    struct q_hold_list_out *found;
    size_t n, before = *count;
    if (q_hold_list(db, a, &found, &n, &in, err) < 0) return -1;
    for (size_t k = 0; k < n; k++) {
      bool twice = false;
      for (size_t o = 0; o < before; o++) twice |= (*rows)[o].track == found[k].track;
      if (twice) continue;
      copy_inbox_row(&(*rows)[*count], &found[k], w);
      *count += (*rows)[*count].stage != NULL; /* of a version that is not loaded nothing can be done */
    }
  }
  if (sealed_inbox(rows, count, db, a, w, actor, f, err) < 0) return -1;
  qsort(*rows, *count, sizeof **rows, by_pressure);
  if (more) *more = *count > most;
  if (*count > most) *count = most;
  for (size_t i = 0; i < *count; i++)
    if ((*rows)[i].due >= INBOX_NO_DUE) (*rows)[i].due = 0;
  return 0;
}

static struct inbox_count *count_slot(struct inbox_count *rows, size_t *count, const struct procedure_stage *stage) {
  for (size_t i = 0; i < *count; i++)
    if (rows[i].stage == stage) return &rows[i];
  return &rows[(*count)++];
}

static int count_sealed(struct inbox_count **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct actor *actor, time_ms now, struct error *err) {
  static const struct inbox_filter all;
  struct inbox_row *sealed = NULL;
  size_t n = 0;
  if (sealed_inbox(&sealed, &n, db, a, w, actor, &all, err) < 0) return -1;
  struct inbox_count *grown = ARENA_ARRAY(a, *count + n + 1, struct inbox_count);
  if (*count) memcpy(grown, *rows, *count * sizeof *grown);
  *rows = grown;
  for (size_t i = 0; i < n; i++) {
    struct inbox_count *slot = count_slot(grown, count, sealed[i].stage);
    slot->procedure = sealed[i].procedure;
    slot->type = sealed[i].type;
    slot->stage = sealed[i].stage;
    slot->n++;
    slot->late += sealed[i].due < now;
  }
  return 0;
}

int matter_inbox_counts(struct inbox_count **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                        const struct actor *actor, time_ms now, struct error *err) {
  const char **keys;
  size_t key_count;
  engine_keys(actor, a, &keys, &key_count);
  *rows = NULL;
  *count = 0;
  for (size_t i = 0; i < key_count; i++) {
    struct q_hold_counts_out *found;
    size_t n;
    struct q_hold_counts_in in = {.district = w->district, .who = keys[i], .now = now};
    if (q_hold_counts(db, a, &found, &n, &in, err) < 0) return -1;
    struct inbox_count *grown = ARENA_ARRAY(a, *count + n + 1, struct inbox_count);
    if (*count) memcpy(grown, *rows, *count * sizeof *grown);
    *rows = grown;
    for (size_t k = 0; k < n; k++) {
      const struct procedure *p = world_procedure(w, found[k].procedure, (int)found[k].version);
      const struct procedure_track *type = p ? procedure_track_find(p, found[k].type) : NULL;
      const struct procedure_stage *stage = type ? procedure_stage_find(type, found[k].stage) : NULL;
      if (!stage) continue;
      struct inbox_count *slot = count_slot(*rows, count, stage);
      slot->procedure = p;
      slot->type = type;
      slot->stage = stage;
      slot->n += found[k].n;
      slot->late += found[k].late;
    }
  }
  return count_sealed(rows, count, db, a, w, actor, now, err);
}

/* --- neighbours in space ---------------------------------------------------------------------------------------- */

static void copy_near_row(struct near_row *to, const struct q_matter_near_out *r, const struct world *w,
                          struct lonlat here) {
  const struct procedure *p = world_procedure(w, r->procedure, (int)r->version);
  *to = (struct near_row){.id = r->id,
                          .code = r->code,
                          .summary = r->summary,
                          .category = r->category,
                          .address = r->address,
                          .procedure = p,
                          .stage = p ? procedure_stage_find(&p->tracks[0], r->stage) : NULL,
                          .phase = (enum procedure_phase)r->phase,
                          .outcome = (enum procedure_outcome)r->outcome,
                          .lon = r->lon,
                          .lat = r->lat,
                          .opened = r->opened,
                          .closed = r->closed,
                          .confidential = r->confidential,
                          .shown_public = r->public,
                          .reporters = (int)r->reporters,
                          .at = {r->street, r->community, r->grid, r->building, r->stairwell},
                          .distance_m = place_coord_distance(here, (struct lonlat){r->lon, r->lat})};
}

static int newest_first(const void *a, const void *b) {
  const struct near_row *x = a, *y = b;
  return x->opened > y->opened ? -1 : x->opened < y->opened;
}

/* A thousandth of a degree is 111 m north, less east. */
static double degrees(double metres) {
  return metres / 111000.0;
}

int matter_within(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                  double lon, double lat, double radius_m, time_ms since, time_ms until, bool only_public, int most,
                  struct error *err) {
  int64_t limit = most <= 0 || most > NEAR_MOST ? NEAR_MOST : most;
  double north = degrees(fmin(radius_m, WITHIN_MOST)), east = north / fmax(cos(lat * 3.14159265358979 / 180), 0.1);
  int64_t low = cell_of(lon - east, lat - north), high = cell_of(lon + east, lat - north);
  int64_t row_count = low ? (cell_of(lon - east, lat + north) - low) / CELL_ROW + 1 : 0;
  *rows = ARENA_ARRAY(a, (size_t)limit * (size_t)row_count + 1, struct near_row);
  *count = 0;
  for (int64_t row = 0; row < row_count; row++) {
    struct q_matter_near_in in = {.district = w->district,
                                  .cell_from = low + row * CELL_ROW,
                                  .cell_to = high + row * CELL_ROW,
                                  .since = since,
                                  .until = until ? until : INT64_MAX,
                                  .count = limit,
                                  .only_public = only_public};
    struct q_matter_near_out *found;
    size_t n;
    if (q_matter_near(db, a, &found, &n, &in, err) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
      copy_near_row(&(*rows)[*count], &found[i], w, (struct lonlat){lon, lat});
      if ((*rows)[*count].distance_m <= radius_m) ++*count;
    }
  }
  qsort(*rows, *count, sizeof **rows, newest_first);
  if (*count > (size_t)limit) *count = (size_t)limit;
  return 0;
}

int matter_near(struct near_row **rows, size_t *count, struct db *db, struct arena *a, const struct world *w,
                double lon, double lat, time_ms since, time_ms until, bool only_public, int most, struct error *err) {
  return matter_within(rows, count, db, a, w, lon, lat, 150, since, until, only_public, most, err);
}
