/* Public cases as everybody may see them: what and roughly where, never what was written or by whom. */
#include <math.h>
#include <string.h>

#include "matter/catalogue.h"
#include "matter/list.h"
#include "web/resident.h"

enum { NEAR_MOST = 5 };
#define NEAR_SINCE_MS ((time_ms)30 * DAY_MS)

const char *resident_phase_look(enum procedure_phase phase) {
  if (phase == PHASE_CLOSED) return "green";
  if (phase == PHASE_SUSPENDED || phase == PHASE_REFUSED || phase == PHASE_VOID) return "";
  return phase >= PHASE_FILED ? "blue" : "amber";
}

static const struct catalogue_code *code_of(const struct resident *x, const char *key) {
  return text_empty(key) ? NULL : catalogue_find_key(x->w->catalogue, key, day_of_ms(x->r->now, x->w->offset_min));
}

static void name_category(const struct resident *x, struct view_public *out, const char *key, unsigned shows,
                          const struct procedure *p) {
  const struct catalogue_code *code = shows & SHOWS_CATEGORY ? code_of(x, key) : NULL;
  out->icon = code && code->icon ? code->icon : "clipboard-list";
  out->title = !code && shows & SHOWS_CATEGORY ? word(x->r->lang, W_RESIDENT_UNSORTED)
               : !code                         ? resident_say(x, &p->title)
               : code->public_title.zh         ? resident_say(x, &code->public_title)
                                               : resident_say(x, &code->title);
}

const struct view_public *resident_public_rows(const struct resident *x, const struct list_row *rows, size_t n) {
  struct view_public *out = ARENA_ARRAY(x->a, n + 1, struct view_public);
  for (size_t i = 0; i < n; i++) {
    const struct list_row *row = &rows[i];
    unsigned shows = row->procedure->shows_public;
    name_category(x, &out[i], row->category, shows, row->procedure);
    out[i].code = row->code;
    out[i].place = !(shows & SHOWS_PLACE) ? ""
                                          : arena_printf(x->a, "%s%s", row->street_name ? row->street_name : "",
                                                         row->community_name ? row->community_name : "");
    out[i].stage = shows & SHOWS_STAGES ? resident_say(x, &row->stage->title) : "";
    out[i].look = resident_phase_look(row->phase);
    out[i].opened = row->opened;
    out[i].reporters = row->reporters;
  }
  return out;
}

const struct view_public *resident_public_near(const struct resident *x, double lon, double lat, const char *category,
                                               int *count, struct error *err) {
  struct near_row *rows;
  size_t n;
  *count = 0;
  if (isnan(lon) || isnan(lat)) return NULL;
  if (matter_near(&rows, &n, x->db, x->a, x->w, lon, lat, x->r->now - NEAR_SINCE_MS, 0, true, 50, err) < 0) return NULL;
  struct view_public *out = ARENA_ARRAY(x->a, NEAR_MOST, struct view_public);
  for (size_t i = 0; i < n && *count < NEAR_MOST; i++) {
    const struct near_row *row = &rows[i];
    if (row->outcome != OUTCOME_OPEN ||
        (!text_empty(category) && !text_empty(row->category) && !text_eq(category, row->category)))
      continue;
    struct view_public *p = &out[(*count)++];
    name_category(x, p, row->category, row->procedure->shows_public, row->procedure);
    p->code = row->code;
    p->place = "";
    p->stage = resident_say(x, &row->stage->title);
    p->look = resident_phase_look(row->phase);
    p->opened = row->opened;
    p->reporters = row->reporters;
    p->metres = (int)(row->distance_m / 10) * 10;
  }
  return out;
}

int resident_streets(const struct view_option **out, int *count, const struct resident *x, int64_t chosen, struct error *err) {
  struct q_place_of_level_out *streets;
  size_t n;
  struct q_place_of_level_in in = {.district = x->app->district, .level = PLACE_STREET};
  if (q_place_of_level(x->db, x->a, &streets, &n, &in, err) < 0) return -1;
  struct view_option *o = ARENA_ARRAY(x->a, n + 1, struct view_option);
  for (size_t i = 0; i < n; i++)
    o[i] = (struct view_option){arena_printf(x->a, "%lld", (long long)streets[i].id), streets[i].name,
                                streets[i].id == chosen};
  *out = o;
  *count = (int)n;
  return 0;
}
