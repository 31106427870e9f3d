/* What can be chosen in a form: places, categories, departments, posts, conditions. */
#include <string.h>

#include "matter/catalogue.h"
#include "people/org.h"
#include "people/post.h"
#include "place/place.h"
#include "web/case_advice.h"
#include "web/case_form.h"
#include "web/case_form_inside.h"
#include "web/case_view_inside.h"

enum { WORDS_MOST = 4000 };

static const char *id_text(struct arena *a, int64_t id) {
  return arena_printf(a, "%lld", (long long)id);
}

/* --- places ----------------------------------------------------------------------------------------------------- */

struct place_list {
  struct form_group *groups;
  int count;
  const struct case_asker *who;
  struct scope scope;
  bool all;
  int64_t chosen;
  bool found;
};

static void add_option(struct form_group *g, const char *value, const char *title, bool chosen) {
  struct form_option *options = (struct form_option *)(uintptr_t)g->options;
  options[g->option_count++] = (struct form_option){.value = value, .title = title, .note = "", .chosen = chosen};
}

static bool covers(const struct place_list *l, const struct q_place_of_level_out *row, enum place_level level) {
  struct place_chain at = {.street = row->street, .community = row->community, .grid = row->grid};
  if (level == PLACE_STREET) at.street = row->id;
  if (level == PLACE_COMMUNITY) at.community = row->id;
  if (level == PLACE_GRID) at.grid = row->id;
  return l->all || access_scope_covers(&l->scope, &at, 0);
}

static int read_level(struct q_place_of_level_out **rows, size_t *n, const struct place_list *l, enum place_level level,
                      struct error *err) {
  struct q_place_of_level_in in = {.district = l->who->world->district, .level = level};
  return q_place_of_level(l->who->db, l->who->arena, rows, n, &in, err) < 0 ? -1 : 0;
}

static void add_place(struct place_list *l, struct form_group *g, int64_t id, const char *title) {
  bool chosen = id == l->chosen;
  l->found = l->found || chosen;
  add_option(g, id_text(l->who->arena, id), title, chosen);
}

/* A community and its grids under one heading, named with its street. */
static void add_community(struct place_list *l, const char *street, const struct q_place_of_level_out *community,
                          const struct q_place_of_level_out *grids, size_t grid_count) {
  struct form_group *g = &l->groups[l->count];
  size_t room = 2;
  for (size_t i = 0; i < grid_count; i++) room += grids[i].community == community->id;
  *g = (struct form_group){.title = arena_printf(l->who->arena, "%s · %s", street, community->name),
                           .options = ARENA_ARRAY(l->who->arena, room, struct form_option)};
  if (covers(l, community, PLACE_COMMUNITY)) add_place(l, g, community->id, community->name);
  for (size_t i = 0; i < grid_count; i++)
    if (grids[i].community == community->id && covers(l, &grids[i], PLACE_GRID))
      add_place(l, g, grids[i].id, arena_printf(l->who->arena, "%s%s", community->name, grids[i].name));
  l->count += g->option_count > 0;
}

/* The place that is finer than the list, or outside it, so that it is not lost by sending the form. */
static void add_missing(struct place_list *l) {
  if (l->found || !l->chosen) return;
  struct form_group *g = &l->groups[l->count++];
  *g = (struct form_group){.title = word(l->who->lang, W_FORM_PRESENT),
                           .options = ARENA_ARRAY(l->who->arena, 1, struct form_option)};
  add_option(g, id_text(l->who->arena, l->chosen), case_place_label(l->who, l->chosen), true);
}

static void add_streets(struct place_list *l, const struct q_place_of_level_out *streets, size_t n) {
  struct form_group *g = &l->groups[l->count];
  *g = (struct form_group){.title = word(l->who->lang, W_FORM_STREETS),
                           .options = ARENA_ARRAY(l->who->arena, n + 1, struct form_option)};
  for (size_t i = 0; i < n; i++)
    if (covers(l, &streets[i], PLACE_STREET)) add_place(l, g, streets[i].id, streets[i].name);
  l->count += g->option_count > 0;
}

int form_places(struct form_group **out, int *count, const struct case_asker *who, int64_t chosen, bool all,
                struct error *err) {
  struct place_list l = {.who = who, .chosen = chosen, .all = all};
  struct q_place_of_level_out *streets, *communities, *grids;
  size_t ns, nc, ng;
  access_scope(who->actor, &l.scope);
  if (read_level(&streets, &ns, &l, PLACE_STREET, err) < 0 ||
      read_level(&communities, &nc, &l, PLACE_COMMUNITY, err) < 0 || read_level(&grids, &ng, &l, PLACE_GRID, err) < 0)
    return -1;
  l.groups = ARENA_ARRAY(who->arena, nc + 3, struct form_group);
  add_streets(&l, streets, ns);
  for (size_t s = 0; s < ns; s++)
    for (size_t i = 0; i < nc; i++)
      if (communities[i].street == streets[s].id) add_community(&l, streets[s].name, &communities[i], grids, ng);
  add_missing(&l);
  *out = l.groups;
  *count = l.count;
  return 0;
}

/* --- the catalogue ---------------------------------------------------------------------------------------------- */

static bool takes_scheme(const char *scheme, const char *const *schemes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (text_eq(schemes[i], scheme)) return true;
  return count == 0;
}

static bool in_force(const struct catalogue_code *c, int32_t day) {
  return (!c->from || c->from <= day) && (!c->until || day <= c->until);
}

static void add_major(struct form_group *g, const struct case_asker *who, const struct catalogue_major *major,
                      const char *chosen) {
  const struct catalogue *c = who->world->catalogue;
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  size_t room = 0;
  for (const struct catalogue_code *code = NULL; (code = catalogue_next_of(c, major, code));) room++;
  *g = (struct form_group){.title = case_pick(who, &major->title),
                           .options = ARENA_ARRAY(who->arena, room + 1, struct form_option)};
  for (const struct catalogue_code *code = NULL; (code = catalogue_next_of(c, major, code));)
    if (in_force(code, today)) add_option(g, code->key, case_pick(who, &code->title), text_eq(code->key, chosen));
}

int form_categories(struct form_group **out, int *count, const struct case_asker *who, const char *const *schemes,
                    size_t scheme_count, const char *chosen, struct error *err) {
  const struct catalogue *c = who->world->catalogue;
  struct form_group *groups = ARENA_ARRAY(who->arena, c->majors_count + 1, struct form_group);
  int n = 0;
  (void)err;
  for (size_t i = 0; i < c->majors_count; i++) {
    if (!takes_scheme(c->majors[i].scheme, schemes, scheme_count)) continue;
    add_major(&groups[n], who, &c->majors[i], chosen);
    n += groups[n].option_count > 0;
  }
  *out = groups;
  *count = n;
  return 0;
}

/* The ways to file (or close) a category, each with its limit beside it. */
void form_conditions(struct form_group **out, int *count, const struct case_asker *who, const char *category,
                     bool closing, const char *chosen) {
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  const struct catalogue_code *code = catalogue_find_key(who->world->catalogue, category, today);
  struct form_group *g = ARENA_NEW(who->arena, struct form_group);
  *out = g;
  *count = 0;
  if (!code) return;
  struct form_option *options = ARENA_ARRAY(who->arena, code->conditions_count + 1, struct form_option);
  *g = (struct form_group){.title = "", .options = options};
  for (size_t i = 0; i < code->conditions_count; i++) {
    const struct catalogue_condition *c = catalogue_condition_find(code, code->conditions[i].order, today);
    struct buf b;
    if (c != &code->conditions[i]) continue;
    buf_init(&b, WORDS_MOST);
    case_limits(&b, who, c);
    const char *value = id_text(who->arena, c->order);
    options[g->option_count++] =
        (struct form_option){.value = value,
                             .title = case_pick(who, closing ? &c->closing : &c->filing),
                             .note = closing || !b.data ? "" : arena_strdup(who->arena, b.data),
                             .chosen = text_eq(value, chosen)};
    buf_free(&b);
  }
  if (g->option_count == 1) options[0].chosen = true;
  *count = g->option_count > 0;
}

/* --- organisations and posts ------------------------------------------------------------------------------------ */

static bool is_chosen(const char *value, const char *const *chosen, int count) {
  for (int i = 0; i < count; i++)
    if (text_eq(value, chosen[i])) return true;
  return false;
}

static const char *org_title(const struct case_asker *who, const struct org_row *org) {
  return who->lang == LANG_EN && !text_empty(org->name_en) ? org->name_en : org->name_zh;
}

static bool is_first(const struct case_advice *first, int64_t org) {
  for (int i = 0; first && i < first->count; i++)
    if (first->org[i] == org) return true;
  return false;
}

/* Those recommended stand at the top already. */
static void add_orgs(struct form_group *g, const struct case_asker *who, const struct org_row *rows, size_t n,
                     const char *kind, const struct case_advice *first, const char *const *chosen, int chosen_count) {
  const char *key = arena_printf(who->arena, "org-kind.%s", kind), *title = words_find(who->lang, key);
  *g =
      (struct form_group){.title = title ? title : kind, .options = ARENA_ARRAY(who->arena, n + 1, struct form_option)};
  for (size_t i = 0; i < n; i++) {
    const char *value = id_text(who->arena, rows[i].id);
    if (text_eq(rows[i].kind, kind) && !is_first(first, rows[i].id))
      add_option(g, value, org_title(who, &rows[i]), is_chosen(value, chosen, chosen_count));
  }
}

static void add_first(struct form_group *g, const struct case_asker *who, const struct org_row *rows, size_t n,
                      const struct case_advice *first, const char *const *chosen, int chosen_count) {
  *g = (struct form_group){.title = word(who->lang, W_FORM_RECOMMENDED),
                           .options = ARENA_ARRAY(who->arena, ADVICE_MOST, struct form_option)};
  for (int k = 0; k < first->count; k++)
    for (size_t i = 0; i < n; i++) {
      const char *value = id_text(who->arena, rows[i].id);
      if (rows[i].id == first->org[k]) add_option(g, value, org_title(who, &rows[i]), is_chosen(value, chosen, chosen_count));
    }
}

int form_departments(struct form_group **out, int *count, const struct case_asker *who, const struct case_advice *first,
                     const char *const *chosen, int chosen_count, struct error *err) {
  static const char *const kinds[] = {"department", "utility", "property", "unit", "association"};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  struct org_row *rows;
  size_t n;
  struct form_group *groups = ARENA_ARRAY(who->arena, KINDS + 1, struct form_group);
  int made = 0;
  if (people_orgs(&rows, &n, who->db, who->arena, who->world->district, NULL, err) < 0) return -1;
  if (first && first->count) {
    add_first(&groups[made], who, rows, n, first, chosen, chosen_count);
    made += groups[made].option_count > 0;
  }
  for (int i = 0; i < KINDS; i++) {
    add_orgs(&groups[made], who, rows, n, kinds[i], first, chosen, chosen_count);
    made += groups[made].option_count > 0;
  }
  *out = groups;
  *count = made;
  return 0;
}

/* Who usually puts a category right, 0 when nobody is named. */
int64_t form_usual_department(const struct case_asker *who, const char *category) {
  struct org_row *rows;
  size_t n;
  struct error ignored = {0};
  int32_t today = day_of_ms(who->now, who->world->offset_min);
  const struct catalogue_code *code = catalogue_find_key(who->world->catalogue, category, today);
  if (!code || !code->unit) return 0;
  if (people_orgs(&rows, &n, who->db, who->arena, who->world->district, NULL, &ignored) < 0) return 0;
  const struct org_row *org = people_org_for_unit(rows, n, code->unit->key);
  return org ? org->id : 0;
}

/* Posts in office: of the organisation that holds the track, else at the matter's own places. */
int form_posts(struct form_group **out, int *count, const struct case_asker *who, int64_t org, int64_t place,
               const char *chosen, struct error *err) {
  struct post_row *rows;
  size_t n;
  struct post_filter which = {.org = org, .street = org ? 0 : place, .role = ROLE_NONE};
  struct form_group *g = ARENA_NEW(who->arena, struct form_group);
  *out = g;
  *count = 0;
  if (!org && !place) return 0;
  if (people_posts_in_office(&rows, &n, who->db, who->arena, who->world->district, &which, who->now, err) < 0)
    return -1;
  *g = (struct form_group){.title = "", .options = ARENA_ARRAY(who->arena, n + 1, struct form_option)};
  for (size_t i = 0; i < n; i++) {
    const char *value = id_text(who->arena, rows[i].post.id),
               *role = words_find(who->lang, role_words(rows[i].post.role));
    const char *where = case_place_name(who, rows[i].post.place);
    const char *title =
        arena_printf(who->arena, "%s%s%s · %s", where, *where ? " · " : "", role ? role : "", rows[i].name);
    add_option(g, value, title, text_eq(value, chosen));
  }
  *count = g->option_count > 0;
  return 0;
}
