/* Whistles in the air: open matters several departments were called to. Which kinds of matter these are is said by their
 * files: a side track with roles (lead, assist) is a department called. */
#include "people/access.h"
#include "web/case_view_inside.h"
#include "web/leader.h"

enum { TRACKS_MOST = 300, COUNTED_MOST = 10000, COLUMNS = 7 };

static bool calls_departments(const struct procedure *p) {
  for (size_t i = 0; i < p->tracks_count; i++)
    if (p->tracks[i].roles_count) return true;
  return false;
}

static const char *role_title(const struct case_asker *who, const struct procedure_track *type, const char *role) {
  for (size_t i = 0; i < type->roles_count; i++)
    if (text_eq(type->roles[i].name, role)) return case_pick(who, &type->roles[i].title);
  return role;
}

static const struct procedure_track *type_of(const struct procedure *p, const char *name) {
  for (size_t i = 0; i < p->tracks_count; i++)
    if (text_eq(p->tracks[i].name, name)) return &p->tracks[i];
  return NULL;
}

/* A confidential matter is named by its number alone: a page that is shown around is no place for its words. */
static struct table_row row_of(const struct case_asker *who, const struct q_air_tracks_out *in) {
  const struct procedure *p = world_procedure(who->world, in->procedure, (int)in->version);
  const struct procedure_track *type = p ? type_of(p, in->type) : NULL;
  const struct procedure_stage *stage = type ? procedure_stage_find(type, in->stage) : NULL;
  struct table_cell *c = ARENA_ARRAY(who->arena, COLUMNS, struct table_cell);
  struct case_light light = case_light_of(who->arena, who->lang, in->due, in->warn_at, who->now);
  c[0] = (struct table_cell){.text = in->code, .href = case_address(who->arena, in->code)};
  c[1] = (struct table_cell){.text = in->confidential ? "" : text_shorten(who->arena, in->summary, 40)};
  c[2] = (struct table_cell){.text = case_place_name(who, in->street)};
  c[3] = (struct table_cell){.text = case_org_name(who, in->org)};
  c[4] = (struct table_cell){.text = type ? role_title(who, type, in->role) : in->role};
  c[5] = (struct table_cell){.text = stage ? case_pick(who, &stage->title) : in->stage};
  c[6] = (struct table_cell){.text = text_empty(light.words) ? "—" : light.words,
                             .look = text_empty(light.words) ? NULL : arena_printf(who->arena, "clock %s", light.look)};
  return (struct table_row){c, COLUMNS, false};
}

static int read_tracks(struct q_air_tracks_out **found, size_t *count, const struct case_asker *who,
                       const struct leader_asked *asked, const char *procedure, int most, struct error *err) {
  struct q_air_tracks_in in = {.district = who->world->district, .procedure = procedure,
                               .street = asked->street == FIGURE_ANY ? DB_NULL : asked->street,
                               .org = asked->org == FIGURE_ANY ? DB_NULL : asked->org, .count = most};
  return q_air_tracks(who->db, who->arena, found, count, &in, err);
}

int leader_air_counts(int64_t *called, int64_t *late, const struct case_asker *who, const struct leader_asked *asked,
                      struct error *err) {
  *called = *late = 0;
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    struct q_air_tracks_out *found;
    size_t count;
    if (!calls_departments(who->world->procedures[i])) continue;
    if (read_tracks(&found, &count, who, asked, who->world->procedures[i]->name, COUNTED_MOST, err) < 0) return -1;
    for (size_t k = 0; k < count; k++) {
      if (found[k].confidential) continue;
      ++*called;
      *late += found[k].due > 0 && found[k].due < who->now;
    }
  }
  return 0;
}

static int add_procedure(struct table_row *rows, int *n, const struct case_asker *who, const struct leader_asked *asked,
                         const char *procedure, struct error *err) {
  struct q_air_tracks_out *found;
  size_t count;
  if (read_tracks(&found, &count, who, asked, procedure, TRACKS_MOST - *n, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) rows[(*n)++] = row_of(who, &found[i]);
  return 0;
}

int leader_air(struct table *out, const struct case_asker *who, const struct leader_asked *asked, struct error *err) {
  static const enum word words[COLUMNS] = {W_LIST_CODE,         W_LIST_WHAT,   W_LEADER_STREET, W_LEADER_DEPARTMENT,
                                           W_LEADER_AIR_ROLE, W_LIST_STAGE, W_LIST_LIGHT};
  struct table_row *rows = ARENA_ARRAY(who->arena, TRACKS_MOST + 1, struct table_row);
  struct table_column *columns = ARENA_ARRAY(who->arena, COLUMNS, struct table_column);
  int n = 0;
  for (size_t i = 0; i < who->world->procedure_count && n < TRACKS_MOST; i++)
    if (calls_departments(who->world->procedures[i]) &&
        add_procedure(rows, &n, who, asked, who->world->procedures[i]->name, err) < 0)
      return -1;
  for (int i = 0; i < COLUMNS; i++) columns[i] = (struct table_column){word(who->lang, words[i]), false};
  *out = (struct table){.id = "air", .title = word(who->lang, W_LEADER_AIR), .columns = columns, .column_count = COLUMNS,
                        .rows = rows, .row_count = n, .note = word(who->lang, W_LEADER_AIR_NOTE)};
  return 0;
}
