/* The world: procedures in all their versions from the table `rulebook`, catalogues, calendar and settings from the
 * data directory. Read whole, never changed, counted; a new one takes its place when a rulebook changed. */
#include "matter/engine_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "matter/checklist.h"
#include "matter/clock_settings.h"
#include "matter/document.h"

enum { WORLD_ARENA = 256 << 20 };

/* A setting of a procedure: "incident.sample-percent". */
struct world_setting_row {
  const char *name, *value;
};

struct world_box {
  struct world world; /* first: a world is its box */
  struct arena *arena;
  struct engine *engine;
  int references;
  int64_t rulebooks;            /* how many rows there were */
  const struct procedure **all; /* every version */
  size_t all_count;
  const struct checklist **checklists; /* every version, by name and version */
  size_t checklist_count;
  struct world_setting_row *settings;
  size_t setting_count;
};

/* --- counting --------------------------------------------------------------------------------------------------- */

static struct world_box *box_of(const struct world *w) {
  return (struct world_box *)(uintptr_t)w;
}

const struct world *world_take(struct engine *e) {
  pthread_mutex_lock(&e->lock);
  struct world_box *box = e->box;
  box->references++;
  pthread_mutex_unlock(&e->lock);
  return &box->world;
}

void world_release(struct engine *e, const struct world *w) {
  struct world_box *box = box_of(w);
  pthread_mutex_lock(&e->lock);
  bool last = --box->references == 0;
  pthread_mutex_unlock(&e->lock);
  if (last) arena_free(box->arena);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int read_procedures(struct world_box *box, struct db *db, struct error *err) {
  struct q_rulebook_procedures_out *rows;
  size_t n;
  struct arena *a = box->arena;
  if (q_rulebook_procedures(db, a, &rows, &n, &(struct q_rulebook_procedures_in){.district = box->world.district},
                            err) < 0)
    return -1;
  const struct procedure **newest = ARENA_ARRAY(a, n + 1, const struct procedure *);
  box->all = ARENA_ARRAY(a, n + 1, const struct procedure *);
  size_t newest_count = 0;
  for (size_t i = 0; i < n; i++) {
    struct procedure_findings found = {0};
    const struct procedure *p;
    if (procedure_read(&p, &found, a, rows[i].source, strlen(rows[i].source), err) < 0) return -1;
    ((struct procedure *)(uintptr_t)p)->version = (int)rows[i].version;
    box->all[box->all_count++] = p;
    if (i + 1 == n || !text_eq(rows[i + 1].name, rows[i].name)) newest[newest_count++] = p;
  }
  box->world.procedures = newest;
  box->world.procedure_count = newest_count;
  return 0;
}

/* Templates of papers: the newest of each; what is issued is frozen, so that older ones are not needed again. */
static int read_documents(struct world_box *box, struct db *db, struct error *err) {
  struct q_rulebook_newest_out *rows;
  size_t n, kept = 0;
  struct q_rulebook_newest_in in = {.district = box->world.district};
  if (q_rulebook_newest(db, box->arena, &rows, &n, &in, err) < 0) return -1;
  struct document_template *t = ARENA_ARRAY(box->arena, n + 1, struct document_template);
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].kind, "document") &&
        document_template_read(&t[kept++], box->arena, rows[i].source, strlen(rows[i].source), err) < 0)
      return -1;
  box->world.documents = t;
  box->world.document_count = kept;
  return 0;
}

/* All versions, as of procedures: an inspection goes on with the one it began with. */
static int read_checklists(struct world_box *box, struct db *db, struct error *err) {
  struct q_rulebook_checklists_out *rows;
  size_t n;
  struct q_rulebook_checklists_in in = {.district = box->world.district};
  if (q_rulebook_checklists(db, box->arena, &rows, &n, &in, err) < 0) return -1;
  box->checklists = ARENA_ARRAY(box->arena, n + 1, const struct checklist *);
  for (size_t i = 0; i < n; i++) {
    struct procedure_findings found = {0};
    const struct checklist *c;
    if (checklist_read(&c, &found, box->arena, rows[i].source, strlen(rows[i].source), err) < 0) return -1;
    ((struct checklist *)(uintptr_t)c)->version = (int)rows[i].version;
    box->checklists[box->checklist_count++] = c;
  }
  return 0;
}

const struct checklist *world_checklist(const struct world *w, const char *name, int version) {
  const struct world_box *box = box_of(w);
  const struct checklist *found = NULL;
  for (size_t i = 0; i < box->checklist_count; i++)
    if (text_eq(box->checklists[i]->name, name) && (!version || box->checklists[i]->version == version))
      found = box->checklists[i];
  return found;
}

const struct document_template *world_document(const struct world *w, const char *name) {
  for (size_t i = 0; i < w->document_count; i++)
    if (text_eq(w->documents[i].name, name)) return &w->documents[i];
  return NULL;
}

static int read_calendar(struct world_box *box, struct db *db, const char *folder, struct error *err) {
  struct world_calendar read;
  struct world *w = &box->world;
  if (world_calendar_read(&read, box->arena, db, w->district, w->offset_min, folder, NULL, err) < 0) return -1;
  w->calendar = read.calendar;
  w->calendar_digest = read.digest;
  w->rules = read.rules;
  w->duplicates = read.duplicates;
  return 0;
}

const struct world *world_with_calendar(const struct world *w, struct arena *a, const struct calendar *other) {
  struct world_box *box = ARENA_NEW(a, struct world_box);
  *box = *box_of(w);
  box->world.calendar = other;
  return &box->world;
}

/* The table `setting`: what a district changed while running. */
static int read_settings(struct world_box *box, struct db *db, struct error *err) {
  struct q_setting_all_out *rows;
  size_t n;
  if (q_setting_all(db, box->arena, &rows, &n, &(struct q_setting_all_in){.district = box->world.district}, err) < 0)
    return -1;
  box->settings = ARENA_ARRAY(box->arena, n + 1, struct world_setting_row);
  for (size_t i = 0; i < n; i++) box->settings[i] = (struct world_setting_row){rows[i].name, rows[i].value};
  box->setting_count = n;
  return 0;
}

/* The files of the data directory over those compiled in; a limit that cannot be read is refused here, not when it is due. */
static int read_setting_file(struct world_box *box, const char *folder, struct error *err) {
  struct settings *settings = ARENA_NEW(box->arena, struct settings);
  struct limit limit;
  if (settings_load(settings, box->arena, folder, err) < 0) return -1;
  for (size_t i = 0; i < settings->count; i++)
    for (size_t v = 0; settings->items[i].kind == SETTING_LIMIT && v < settings->items[i].count; v++)
      if (limit_parse(&limit, settings->items[i].values[v].text, err) < 0) return -1;
  box->world.settings = settings;
  return 0;
}

/* Rulebooks of kind "catalogue" stand over the files of their name: what was imported while servers run. */
int world_catalogue_read(const struct catalogue **out, struct arena *a, struct db *db, int64_t district, const char *folder,
                         const struct catalogue_text *with, size_t with_count, struct catalogue_findings *found,
                         struct error *err) {
  struct q_rulebook_newest_out *rows;
  size_t count, n = 0;
  if (q_rulebook_newest(db, a, &rows, &count, &(struct q_rulebook_newest_in){.district = district}, err) < 0) return -1;
  struct catalogue_text *texts = ARENA_ARRAY(a, count + with_count + 1, struct catalogue_text);
  for (size_t i = 0; i < with_count; i++) texts[n++] = with[i];
  for (size_t i = 0; i < count; i++)
    if (text_eq(rows[i].kind, "catalogue"))
      texts[n++] = (struct catalogue_text){rows[i].name, rows[i].source, strlen(rows[i].source)};
  return catalogue_read_with(out, a, folder, texts, n, found, err);
}

int engine_catalogue_try(struct engine *e, struct db *db, struct arena *a, const struct catalogue_text *with, size_t count,
                         struct catalogue_findings *found, struct error *err) {
  const struct catalogue *ignored;
  return world_catalogue_read(&ignored, a, db, e->district, e->folder, with, count, found, err);
}

static int read_district(struct world_box *box, struct db *db, int64_t district, struct error *err) {
  struct q_district_all_out *rows;
  size_t n;
  if (q_district_all(db, box->arena, &rows, &n, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    if (rows[i].district != district) continue;
    box->world = (struct world){.district = district,
                                .code = rows[i].code,
                                .name_zh = rows[i].name_zh,
                                .name_en = rows[i].name_en,
                                .offset_min = (int)rows[i].offset_min};
    return 0;
  }
  return error_set(err, ERR_MISSING, "matter.district", NULL, NULL);
}

static int count_rulebooks(struct db *db, struct arena *a, int64_t district, int64_t *out, struct error *err) {
  struct q_rulebook_count_out row = {0};
  int r = q_rulebook_count(db, a, &row, &(struct q_rulebook_count_in){.district = district}, err);
  *out = row.n;
  return r < 0 ? -1 : 0;
}

static struct world_box *read_world(struct engine *e, struct db *db, struct error *err) {
  struct arena *a = arena_new(WORLD_ARENA);
  struct world_box *box = ARENA_NEW(a, struct world_box);
  const struct catalogue *catalogue = NULL;
  box->arena = a;
  box->engine = e;
  box->references = 1; /* the engine's own */
  if (read_district(box, db, e->district, err) < 0 || count_rulebooks(db, a, e->district, &box->rulebooks, err) < 0 ||
      read_settings(box, db, err) < 0 || read_procedures(box, db, err) < 0 ||
      read_documents(box, db, err) < 0 || read_checklists(box, db, err) < 0 || read_calendar(box, db, e->folder, err) < 0 ||
      read_setting_file(box, e->folder, err) < 0 ||
      world_catalogue_read(&catalogue, a, db, e->district, e->folder, NULL, 0, NULL, err) < 0) {
    arena_free(a);
    return NULL;
  }
  box->world.catalogue = catalogue;
  box->world.keys = &e->env->keys;
  return box;
}

int engine_open(struct engine **out, struct db *db, const struct people_env *env, struct place_map *places,
                const char *folder, struct error *err) {
  struct engine *e = xmalloc(sizeof *e);
  e->district = env->district;
  e->env = env;
  e->places = places;
  e->folder = xstrdup(folder);
  pthread_mutex_init(&e->lock, NULL);
  e->box = read_world(e, db, err);
  if (!e->box) {
    free(e->folder);
    free(e);
    return -1;
  }
  *out = e;
  return 0;
}

void engine_close(struct engine *e) {
  if (!e) return;
  world_release(e, &e->box->world);
  pthread_mutex_destroy(&e->lock);
  free(e->folder);
  free(e);
}

int engine_reload(struct engine *e, struct db *db, struct error *err) {
  struct world_box *box = read_world(e, db, err);
  if (!box) return -1;
  pthread_mutex_lock(&e->lock);
  struct world_box *old = e->box;
  e->box = box;
  pthread_mutex_unlock(&e->lock);
  world_release(e, &old->world);
  return 0;
}

int engine_refresh(struct engine *e, struct db *db, struct error *err) {
  struct arena *a = arena_new(64 * 1024);
  int64_t n, had;
  int r = count_rulebooks(db, a, e->district, &n, err);
  arena_free(a);
  if (r < 0) return -1;
  pthread_mutex_lock(&e->lock);
  had = e->box->rulebooks;
  pthread_mutex_unlock(&e->lock);
  if (n == had) return 0;
  return engine_reload(e, db, err) < 0 ? -1 : 1;
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

const struct procedure *world_procedure(const struct world *w, const char *name, int version) {
  struct world_box *box = box_of(w);
  if (!name) return NULL;
  if (!version) {
    for (size_t i = 0; i < w->procedure_count; i++)
      if (text_eq(w->procedures[i]->name, name)) return w->procedures[i];
    return NULL;
  }
  for (size_t i = 0; i < box->all_count; i++)
    if (box->all[i]->version == version && text_eq(box->all[i]->name, name)) return box->all[i];
  return NULL;
}

static const struct catalogue_condition *condition_of(const struct world *w, const char *category, int number,
                                                      int32_t day) {
  const struct catalogue_code *code = text_empty(category) ? NULL : catalogue_find_key(w->catalogue, category, day);
  return code ? catalogue_condition_find(code, number, day) : NULL;
}

bool world_category(const struct world *w, const char *category, int32_t day) {
  return catalogue_find_key(w->catalogue, category, day) != NULL;
}

bool world_condition_exists(const struct world *w, const char *category, int number, int32_t day) {
  return condition_of(w, category, number, day) != NULL;
}

bool world_condition_limit(struct limit *out, enum catalogue_limit *found, const struct world *w, const char *category,
                           int number, enum catalogue_limit kind, int32_t day) {
  const struct catalogue_condition *c = condition_of(w, category, number, day);
  if (!c) return false;
  while (kind > LIMIT_GENERAL && c->limits[kind].unit == UNIT_NONE) kind--;
  *out = c->limits[kind];
  *found = kind;
  return out->unit != UNIT_NONE;
}

const char *world_setting(const struct world *w, struct arena *a, const char *procedure, const char *name) {
  struct world_box *box = box_of(w);
  const char *full = arena_printf(a, "%s.%s", procedure, name);
  for (size_t i = 0; i < box->setting_count; i++)
    if (text_eq(box->settings[i].name, full)) return box->settings[i].value;
  return NULL;
}

void world_check_procedure(struct procedure_findings *found, const struct procedure ***which, struct arena *a,
                           const struct world *w, const struct procedure *p) {
  const struct procedure **all = ARENA_ARRAY(a, w->procedure_count + 1, const struct procedure *);
  size_t *index = NULL, n = 0;
  for (size_t i = 0; i < w->procedure_count; i++)
    if (!text_eq(w->procedures[i]->name, p->name)) all[n++] = w->procedures[i];
  all[n++] = p;
  procedure_check_together(found, &index, a, all, n);
  if (!which) return;
  *which = ARENA_ARRAY(a, found->count + 1, const struct procedure *);
  for (size_t i = 0; i < found->count; i++) (*which)[i] = all[index[i]];
}

const char *world_value(const struct world *w, const char *name, int32_t day) {
  struct world_box *box = box_of(w);
  for (size_t i = 0; i < box->setting_count; i++)
    if (text_eq(box->settings[i].name, name)) return box->settings[i].value;
  return setting_on(w->settings, name, day);
}

/* --- taking a rulebook into use --------------------------------------------------------------------------------- */

/* A procedure whose paper has no template would be refused at the step that issues it, in the middle of a matter. */
static int check_papers(struct lane_txn *t, const struct procedure *p, struct error *err) {
  for (size_t i = 0; i < p->documents_count; i++) {
    struct q_rulebook_last_out last = {0};
    struct q_rulebook_last_in which = {.district = t->district, .kind = "document", .name = p->documents[i].of};
    if (q_rulebook_last(t->db, t->arena, &last, &which, err) < 0) return -1;
    if (!last.version) return error_set(err, ERR_CONFLICT, "document.no-template", NULL, p->documents[i].of, NULL);
  }
  return 0;
}

static int check_rulebook(struct lane_txn *t, const char *kind, const char *name, const char *source, struct error *err) {
  struct procedure_findings found = {0};
  const struct procedure *p;
  struct clock_settings ignored;
  if (text_eq(kind, "calendar")) {
    struct calendar *c = calendar_new(t->arena, 0);
    return text_eq(name, CALENDAR_OWN) ? clock_settings_read(&ignored, c, source, strlen(source), err)
                                       : calendar_load_holiday_cn(c, source, strlen(source), err);
  }
  struct document_template document;
  const struct checklist *checklist;
  if (text_eq(kind, "checklist")) return checklist_read(&checklist, &found, t->arena, source, strlen(source), err);
  if (text_eq(kind, "document")) return document_template_read(&document, t->arena, source, strlen(source), err);
  if (!text_eq(kind, "procedure")) return 0;
  if (procedure_read(&p, &found, t->arena, source, strlen(source), err) < 0) return -1;
  return check_papers(t, p, err);
}

int engine_adopt(struct lane_txn *t, const struct actor *actor, const char *kind, const char *name, const char *source,
                 int *now_version, struct error *err) {
  unsigned char hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1];
  struct q_rulebook_last_out last = {.hash = ""};
  struct q_rulebook_last_in which = {.district = t->district, .kind = kind, .name = name};
  if (check_rulebook(t, kind, name, source, err) < 0 || q_rulebook_last(t->db, t->arena, &last, &which, err) < 0) return -1;
  hash_bytes(hash, source, strlen(source));
  text_hex(hex, hash, sizeof hash);
  if (now_version) *now_version = (int)last.version;
  if (text_eq(hex, last.hash)) return 0;
  struct q_rulebook_add_in in = {.district = t->district,
                                 .kind = kind,
                                 .name = name,
                                 .version = last.version + 1,
                                 .since = t->now,
                                 .hash = hex,
                                 .source = source};
  struct journal_entry entry = {
      .actor = actor_key(t->arena, actor),
      .action = "rulebook.adopt",
      .subject = "rulebook",
      .subject_id = last.version + 1,
      .data = arena_printf(t->arena, "{\"kind\":\"%s\",\"name\":\"%s\",\"hash\":\"%s\"}", kind, name, hex)};
  if (q_rulebook_add(t->db, &in, err) < 0 || journal_append(t, &entry, NULL, err) < 0) return -1;
  if (now_version) *now_version = (int)last.version + 1;
  return 0;
}

/* --- offers ----------------------------------------------------------------------------------------------------- */

/* A condition that looks at what this very action will say cannot be judged before it is said. */
static bool asks_own_fields(const struct procedure_condition *c, const struct procedure_action *action) {
  if (!c) return false;
  for (size_t i = 0; i < c->parts_count; i++)
    if (asks_own_fields(c->parts[i], action)) return true;
  for (size_t i = 0; c->field && i < action->needs.count; i++)
    if (action->needs.items[i] == c->field) return true;
  for (size_t i = 0; c->field && i < action->asks.count; i++)
    if (action->asks.items[i] == c->field) return true;
  return false;
}

static bool is_offered(struct work *k, struct state_track *t, const struct procedure_action *action,
                       const struct post **post) {
  struct procedure_facts facts;
  struct state_of of = {k->s, t};
  struct error ignored = {0};
  if (action->opens || !procedure_action_from(action, t->stage) || !who_may(k, t, action, post)) return false;
  state_facts(&facts, &of);
  if (!procedure_holds(action->when, &facts) && !asks_own_fields(action->when, action)) return false;
  k->err = &ignored;
  return act_in_time(k, t, action) == 0;
}

int engine_offers(struct engine *e, const struct actor *actor, const struct state *s, struct arena *a, time_ms now,
                  struct offer **out, size_t *count, struct error *err) {
  const struct world *w = world_take(e);
  struct work k = {.e = e,
                   .w = w,
                   .a = a,
                   .actor = actor,
                   .key = actor_key(a, actor),
                   .now = now,
                   .err = err,
                   .s = (struct state *)(uintptr_t)s};
  size_t most = 1;
  state_subject(s, a, &k.subject);
  for (size_t i = 0; i < s->track_count; i++) most += s->tracks[i].type->actions_count;
  *out = ARENA_ARRAY(a, most, struct offer);
  *count = 0;
  bool may_know = access_matter(actor, &k.subject, now) != VIEW_NONE && !s->merged_into;
  for (size_t i = 0; may_know && i < s->track_count; i++) {
    struct state_track *t = &k.s->tracks[i];
    for (size_t n = 0; n < t->type->actions_count; n++) {
      const struct post *post = NULL;
      if (is_offered(&k, t, &t->type->actions[n], &post))
        (*out)[(*count)++] = (struct offer){&t->type->actions[n], t->id, post};
    }
  }
  world_release(e, w);
  return 0;
}

int engine_openings(struct engine *e, const struct actor *actor, const struct place_chain *at, const char *procedure,
                    struct arena *a, struct offer **out, size_t *count, struct error *err) {
  const struct world *w = world_take(e);
  const struct procedure *p = world_procedure(w, procedure, 0);
  const struct procedure_track *main = p ? &p->tracks[0] : NULL;
  struct state s = {.district = w->district, .procedure = p};
  struct state_track t = {.type = main, .starter = "", .returned_to = "", .role = ""};
  struct work k = {
      .e = e, .w = w, .a = a, .actor = actor, .key = actor_key(a, actor), .err = err, .s = &s, .fresh = true};
  if (at) s.at = *at;
  *out = ARENA_ARRAY(a, (main ? main->actions_count : 0) + 1, struct offer);
  *count = 0;
  for (size_t i = 0; main && i < main->actions_count; i++) {
    const struct post *post = NULL;
    if (main->actions[i].opens && who_may(&k, &t, &main->actions[i], &post))
      (*out)[(*count)++] = (struct offer){&main->actions[i], 0, post};
  }
  world_release(e, w);
  return p ? 0 : error_set(err, ERR_INPUT, "matter.procedure", "procedure", procedure, NULL);
}
