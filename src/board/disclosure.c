#include "board/disclosure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/file_text.h"
#include "base/yaml.h"
#include "place/place.h"

enum { PLAN_BYTES = 64 << 10, ITEMS_MOST = 60, PHOTOS_MOST = 300, PHOTO_DAYS = 400, BACK_DAYS = 800 };

static const char *const EVERY[] = {"month", "quarter", "half-year", "year", "event"};
static const int MONTHS[] = {1, 3, 6, 12, 0};

const char *disclosure_every_name(enum disclosure_every every) { return EVERY[every]; }

const char *disclosure_state_name(enum disclosure_state state) {
  static const char *const names[] = {"paid", "due", "late"};
  return names[state];
}

/* ---- the plan ---- */

static int refuse(const struct yaml *at, struct arena *a, struct error *err) {
  return error_set(err, ERR_INPUT, "disclosure.form", NULL, arena_printf(a, "%d", at->line), arena_printf(a, "%d", at->column),
                   NULL);
}

static bool pair_of(struct bilingual *out, const struct yaml *node) {
  const struct yaml *zh = yaml_get(node, "zh"), *en = yaml_get(node, "en");
  if (!zh || !en || zh->kind != YAML_SCALAR || en->kind != YAML_SCALAR || !*zh->text || !*en->text) return false;
  *out = (struct bilingual){zh->text, en->text};
  return true;
}

static bool number_of(int *out, const struct yaml *node, int low, int high) {
  int64_t n;
  if (!node || node->kind != YAML_SCALAR || !text_to_int(node->text, &n) || n < low || n > high) return false;
  *out = (int)n;
  return true;
}

static bool every_of(enum disclosure_every *out, const struct yaml *node) {
  for (int i = 0; node && node->kind == YAML_SCALAR && i <= EVERY_EVENT; i++)
    if (text_eq(node->text, EVERY[i])) {
      *out = (enum disclosure_every)i;
      return true;
    }
  return false;
}

static bool is_key(const char *key) {
  static const char *const keys[] = {"title", "who", "law", "article", "for", "every", "due", "days"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (text_eq(keys[i], key)) return true;
  return false;
}

static int read_item(struct disclosure_item *out, const struct yaml *node, struct arena *a, struct error *err) {
  const struct yaml *kind = yaml_get(node, "for"), *article = yaml_get(node, "article"), *law = yaml_get(node, "law");
  *out = (struct disclosure_item){.name = node->key, .days = 15};
  if (node->kind != YAML_MAP) return refuse(node, a, err);
  for (size_t i = 0; i < node->count; i++)
    if (!is_key(node->items[i]->key)) return refuse(node->items[i], a, err);
  bool event = every_of(&out->every, yaml_get(node, "every")) && out->every == EVERY_EVENT;
  bool whole = pair_of(&out->title, yaml_get(node, "title")) && pair_of(&out->who, yaml_get(node, "who")) &&
               every_of(&out->every, yaml_get(node, "every")) &&
               (event || number_of(&out->due, yaml_get(node, "due"), 1, MONTHS[out->every] * 28)) &&
               number_of(&out->days, yaml_get(node, "days"), 1, 366) && (!law || pair_of(&out->law, law));
  if (kind && (kind->kind != YAML_SCALAR || (!text_eq(kind->text, "village") && !text_eq(kind->text, "community"))))
    return refuse(kind, a, err);
  if (article && article->kind != YAML_SCALAR) return refuse(article, a, err);
  out->kind = kind ? kind->text : NULL;
  out->article = article ? article->text : "";
  return whole ? 0 : refuse(node, a, err);
}

int disclosure_read(struct disclosure_plan *out, struct arena *a, const char *text, size_t len, struct error *err) {
  struct yaml *root;
  *out = (struct disclosure_plan){0};
  if (yaml_read(&root, a, text, len, PLAN_BYTES, err) < 0) return -1;
  const struct yaml *items = yaml_get(root, "items");
  if (!items || items->kind != YAML_MAP || items->count > ITEMS_MOST) return refuse(root, a, err);
  struct disclosure_item *list = ARENA_ARRAY(a, items->count + 1, struct disclosure_item);
  for (size_t i = 0; i < items->count; i++)
    if (read_item(&list[i], items->items[i], a, err) < 0) return -1;
  *out = (struct disclosure_plan){list, items->count};
  return 0;
}

int disclosure_load(struct disclosure_plan *out, struct arena *a, const char *folder, struct error *err) {
  const char *path = arena_printf(a, "%s/disclosure.yaml", folder);
  char *text;
  size_t n;
  if (access(path, F_OK) == 0)
    return file_text(&text, &n, a, path, PLAN_BYTES, err) < 0 ? -1 : disclosure_read(out, a, text, n, err);
  const struct embedded *file = embedded_find("catalogues/disclosure.yaml");
  *out = (struct disclosure_plan){0};
  return file ? disclosure_read(out, a, (const char *)file->data.data, file->data.len, err) : 0;
}

/* ---- spans ---- */

static int32_t month_begin(int months) { /* since year 0 */
  return day_from_civil(months / 12, months % 12 + 1, 1);
}

void disclosure_span(int32_t *first, int32_t *after, enum disclosure_every every, int32_t day, int before) {
  struct civil c;
  int months = MONTHS[every] ? MONTHS[every] : 1;
  civil_from_day(&c, day);
  int begin = (c.year * 12 + c.month - 1) / months * months - before * months;
  *first = month_begin(begin);
  *after = month_begin(begin + months);
}

/* ---- what is owed ---- */

struct owing {
  struct arena *a;
  const struct world *w;
  struct q_notice_of_items_out *paid;
  size_t paid_count;
  struct disclosure_row *rows;
  size_t count, room;
  int32_t today;
};

static int32_t day_in(const struct owing *o, time_ms at) { return day_of_ms(at, o->w->offset_min); }

static int64_t paid_by(const struct owing *o, const struct disclosure_item *item, int64_t place, int32_t first, int32_t after) {
  for (size_t i = 0; i < o->paid_count; i++) {
    int32_t day = day_in(o, o->paid[i].begins);
    if (o->paid[i].community == place && day >= first && day < after && text_eq(o->paid[i].item, item->name))
      return o->paid[i].id;
  }
  return 0;
}

/* Whether a place had begun to publish here by then: before, nobody can say what it owed. */
static bool had_begun(const struct owing *o, int64_t place, int32_t day) {
  for (size_t i = 0; i < o->paid_count; i++)
    if (o->paid[i].community == place && day_in(o, o->paid[i].begins) < day) return true;
  return false;
}

static void add_row(struct owing *o, struct disclosure_row row) {
  if (o->count == o->room) {
    struct disclosure_row *more = ARENA_ARRAY(o->a, o->room * 2 + 64, struct disclosure_row);
    if (o->count) memcpy(more, o->rows, o->count * sizeof row);
    o->rows = more;
    o->room = o->room * 2 + 64;
  }
  o->rows[o->count++] = row;
}

static void owe(struct owing *o, const struct disclosure_item *item, const struct q_place_of_level_out *place, int before) {
  int32_t first, after;
  disclosure_span(&first, &after, item->every, o->today, before);
  int64_t notice = paid_by(o, item, place->id, first, after);
  int32_t due = first + item->due - 1;
  if (before && (notice || !had_begun(o, place->id, after))) return;
  add_row(o, (struct disclosure_row){.item = item,
                                     .place = place->id,
                                     .street = place->street,
                                     .place_code = place->code,
                                     .place_name = place->name,
                                     .first = first,
                                     .due = due,
                                     .state = notice             ? DISCLOSURE_PAID
                                              : o->today > due ? DISCLOSURE_LATE
                                                               : DISCLOSURE_DUE,
                                     .notice = notice});
}

static int compare_rows(const void *a, const void *b) {
  static const int order[] = {[DISCLOSURE_LATE] = 0, [DISCLOSURE_DUE] = 1, [DISCLOSURE_PAID] = 2};
  const struct disclosure_row *x = a, *y = b;
  if (x->state != y->state) return order[x->state] - order[y->state];
  if (x->due != y->due) return x->due < y->due ? -1 : 1;
  int places = strcmp(x->place_code, y->place_code);
  return places ? places : strcmp(x->item->name, y->item->name);
}

int disclosure_list(struct disclosure_row **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                    const struct disclosure_plan *plan, bool (*sees)(void *ctx, const struct place_chain *at), void *ctx,
                    time_ms now, struct error *err) {
  struct owing o = {.a = a, .w = w, .today = day_of_ms(now, w->offset_min)};
  struct q_place_of_level_out *places;
  size_t n;
  struct q_place_of_level_in in = {.district = w->district, .level = PLACE_COMMUNITY};
  struct q_notice_of_items_in since = {.district = w->district, .since = ms_of_day(o.today - BACK_DAYS, w->offset_min)};
  if (q_place_of_level(db, a, &places, &n, &in, err) < 0) return -1;
  if (q_notice_of_items(db, a, &o.paid, &o.paid_count, &since, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct place_chain at = {.street = places[i].street, .community = places[i].id};
    if (!sees(ctx, &at)) continue;
    for (size_t k = 0; k < plan->count; k++) {
      const struct disclosure_item *item = &plan->items[k];
      bool rural = strstr(places[i].kind, "village") != NULL;
      if (item->every == EVERY_EVENT || (item->kind && text_eq(item->kind, "village") != rural)) continue;
      owe(&o, item, &places[i], 0);
      owe(&o, item, &places[i], 1);
    }
  }
  if (o.count) qsort(o.rows, o.count, sizeof *o.rows, compare_rows);
  *out = o.rows;
  *count = o.count;
  return 0;
}

/* ---- photos ---- */

static const struct procedure_publication *publication_of(const struct world *w, const struct q_notice_unproved_out *row) {
  const struct procedure *p = world_procedure(w, row->procedure, (int)row->version);
  const struct procedure_track *t = p ? procedure_track_find(p, row->type) : NULL;
  return t ? t->publication : NULL;
}

int disclosure_photos(struct disclosure_photo **out, size_t *count, struct db *db, struct arena *a, const struct world *w,
                      bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now, struct error *err) {
  struct q_notice_unproved_in in = {.district = w->district, .since = now - (time_ms)PHOTO_DAYS * DAY_MS, .count = PHOTOS_MOST};
  struct q_notice_unproved_out *rows;
  size_t n;
  if (q_notice_unproved(db, a, &rows, &n, &in, err) < 0) return -1;
  *out = ARENA_ARRAY(a, n + 1, struct disclosure_photo);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    struct place_chain at = {.street = rows[i].street, .community = rows[i].community};
    const struct procedure_publication *p = publication_of(w, &rows[i]);
    struct place_row place = {.name = ""};
    struct error ignored = {0};
    bool down = rows[i].fate != 0;
    if (!p || !(down ? p->removed : p->proof) || !sees(ctx, &at)) continue;
    int64_t id = at.community ? at.community : at.street;
    if (id && place_get(&place, db, a, w->district, id, &ignored) < 0) place.name = "";
    (*out)[(*count)++] = (struct disclosure_photo){.notice = rows[i].id, .code = rows[i].code, .heading = rows[i].heading,
                                                   .place = place.name, .down = down,
                                                   .since = down ? rows[i].ended : rows[i].begins};
  }
  return 0;
}

/* ---- objections ---- */

/* Of one procedure that takes objections to what is published. */
static int add_objections(struct disclosure_objection **out, size_t *count, struct db *db, struct arena *a,
                          const struct world *w, const char *procedure,
                          bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now, struct error *err) {
  struct q_objection_open_in in = {.district = w->district, .procedure = procedure, .count = PHOTOS_MOST};
  struct q_objection_open_out *rows;
  size_t n;
  if (q_objection_open(db, a, &rows, &n, &in, err) < 0) return -1;
  struct disclosure_objection *all = ARENA_ARRAY(a, *count + n + 1, struct disclosure_objection);
  if (*count) memcpy(all, *out, *count * sizeof *all);
  for (size_t i = 0; i < n; i++) {
    struct place_chain at = {.street = rows[i].street, .community = rows[i].community};
    if (!sees(ctx, &at)) continue;
    all[(*count)++] = (struct disclosure_objection){.code = rows[i].code, .place = rows[i].place ? rows[i].place : "",
                                                    .opened = rows[i].opened, .due = rows[i].due,
                                                    .late = rows[i].due && rows[i].due < now};
  }
  *out = all;
  return 0;
}

static bool is_taken(const struct world *w, const char *procedure) {
  for (size_t i = 0; i < w->procedure_count; i++)
    for (size_t k = 0; k < w->procedures[i]->tracks_count; k++) {
      const struct procedure_publication *p = w->procedures[i]->tracks[k].publication;
      if (p && text_eq(p->objects, procedure)) return true;
    }
  return false;
}

int disclosure_objections(struct disclosure_objection **out, size_t *count, struct db *db, struct arena *a,
                          const struct world *w, bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now,
                          struct error *err) {
  *out = ARENA_NEW(a, struct disclosure_objection);
  *count = 0;
  for (size_t i = 0; i < w->procedure_count; i++)
    if (is_taken(w, w->procedures[i]->name) &&
        add_objections(out, count, db, a, w, w->procedures[i]->name, sees, ctx, now, err) < 0)
      return -1;
  return 0;
}

/* ---- all of it ---- */

int disclosure_all(struct disclosure_all *out, struct db *db, struct arena *a, const struct world *w, const char *folder,
                   bool (*sees)(void *ctx, const struct place_chain *at), void *ctx, time_ms now, struct error *err) {
  struct disclosure_plan plan;
  *out = (struct disclosure_all){0};
  if (disclosure_load(&plan, a, folder, err) < 0) return -1;
  if (disclosure_list(&out->rows, &out->row_count, db, a, w, &plan, sees, ctx, now, err) < 0) return -1;
  if (disclosure_photos(&out->photos, &out->photo_count, db, a, w, sees, ctx, now, err) < 0) return -1;
  return disclosure_objections(&out->objections, &out->objection_count, db, a, w, sees, ctx, now, err);
}

static void put_day(struct json *j, const char *key, int32_t day) {
  char s[16];
  date_format(s, sizeof s, day);
  json_put(j, key, s);
}

static void put_row(struct json *j, const struct disclosure_row *row, enum lang lang) {
  json_object(j);
  json_put(j, "place", row->place_code);
  json_put(j, "place_name", row->place_name);
  json_put(j, "item", row->item->name);
  json_put(j, "title", bilingual_pick(&row->item->title, lang == LANG_ZH));
  json_put(j, "every", disclosure_every_name(row->item->every));
  json_put(j, "who", bilingual_pick(&row->item->who, lang == LANG_ZH));
  json_put_int(j, "days", row->item->days);
  put_day(j, "from", row->first);
  put_day(j, "due", row->due);
  json_put(j, "state", disclosure_state_name(row->state));
  json_put_int(j, "publication", row->notice);
  json_object_end(j);
}

static void put_moment(struct json *j, const char *key, time_ms at, int offset_min) {
  char s[40];
  time_format(s, sizeof s, at, offset_min);
  json_put(j, key, s);
}

static void put_photo(struct json *j, const struct disclosure_photo *photo, int offset_min) {
  json_object(j);
  json_put_int(j, "publication", photo->notice);
  json_put(j, "code", photo->code);
  json_put(j, "heading", photo->heading);
  json_put(j, "place_name", photo->place);
  json_put(j, "missing", photo->down ? "taken-down" : "put-up");
  put_moment(j, "since", photo->since, offset_min);
  json_object_end(j);
}

static void put_objection(struct json *j, const struct disclosure_objection *o, int offset_min) {
  json_object(j);
  json_put(j, "code", o->code);
  json_put(j, "place_name", o->place);
  put_moment(j, "opened", o->opened, offset_min);
  put_moment(j, "due", o->due, offset_min);
  json_put_bool(j, "late", o->late);
  json_object_end(j);
}

void disclosure_put(struct json *j, const struct disclosure_all *all, enum lang lang, int offset_min) {
  json_key(j, "items");
  json_array(j);
  for (size_t i = 0; i < all->row_count; i++) put_row(j, &all->rows[i], lang);
  json_array_end(j);
  json_key(j, "photos");
  json_array(j);
  for (size_t i = 0; i < all->photo_count; i++) put_photo(j, &all->photos[i], offset_min);
  json_array_end(j);
  json_key(j, "objections");
  json_array(j);
  for (size_t i = 0; i < all->objection_count; i++) put_objection(j, &all->objections[i], offset_min);
  json_array_end(j);
}
