#include "web/desk.h"

#include <string.h>

#include "store/message.h"
#include "web/menu.h"

enum { WORDS_MOST = 16 * 1024, OPENINGS_MOST = 60 };

const char *desk_say(struct request *r, enum word id, int n, const char *const *args) {
  struct buf b;
  buf_init(&b, WORDS_MOST);
  words_fill(&b, word(r->lang, id), args, n);
  const char *s = arena_strdup(r->arena, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

const struct view_problem *desk_problem(struct request *r, const struct error *e) {
  struct buf what, hint;
  if (e->kind == ERR_NONE) return NULL;
  struct view_problem *p = ARENA_NEW(r->arena, struct view_problem);
  buf_init(&what, WORDS_MOST);
  buf_init(&hint, WORDS_MOST);
  error_words(&what, &hint, r->lang, e);
  p->what = arena_strdup(r->arena, what.data ? what.data : "");
  p->hint = arena_strdup(r->arena, hint.data ? hint.data : "");
  buf_free(&what);
  buf_free(&hint);
  return p;
}

/* --- the world and who asks ------------------------------------------------------------------------------------- */

struct taken_world {
  struct engine *engine;
  const struct world *world;
};

static void give_back(void *what) {
  const struct taken_world *t = what;
  world_release(t->engine, t->world);
}

const struct world *desk_world(struct request *r) {
  struct taken_world *t = ARENA_NEW(r->arena, struct taken_world);
  t->engine = app_of(r)->engine;
  t->world = world_take(t->engine);
  arena_on_free(r->arena, give_back, t);
  return t->world;
}

int desk_asker(struct case_asker *out, struct request *r, struct error *err) {
  struct web_app *app = app_of(r);
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  if (!r->memo) r->memo = ARENA_NEW(r->arena, struct asker_memo *);
  *out = (struct case_asker){.memo = r->memo,
                             .names = case_names_new(r->arena),
                             .engine = app->engine,
                             .world = desk_world(r),
                             .people = app->people,
                             .db = db,
                             .arena = r->arena,
                             .actor = &r->actor,
                             .lang = r->lang,
                             .now = r->now};
  return 0;
}

/* --- what may be begun ------------------------------------------------------------------------------------------ */

static bool opened_by_effect(const struct procedure_effects *effects, const char *procedure, const char *action) {
  for (size_t i = 0; i < effects->count; i++) {
    const struct procedure_effect *e = &effects->items[i];
    if (e->kind == EFFECT_OPEN && text_eq(e->procedure, procedure) && text_eq(e->other, action)) return true;
  }
  return false;
}

/* An opening that another matter's action takes is begun there, not here. */
static bool begins_elsewhere(const struct world *w, const char *procedure, const char *action) {
  for (size_t p = 0; p < w->procedure_count; p++)
    for (size_t t = 0; t < w->procedures[p]->tracks_count; t++) {
      const struct procedure_track *track = &w->procedures[p]->tracks[t];
      for (size_t i = 0; i < track->actions_count; i++)
        if (opened_by_effect(&track->actions[i].effects, procedure, action)) return true;
    }
  return false;
}

static bool has_opening(const struct desk_opening *list, int n, const struct procedure_action *action) {
  for (int i = 0; i < n; i++)
    if (list[i].action == action) return true;
  return false;
}

static int add_openings(struct desk_opening *list, int *n, const struct case_asker *who, const struct procedure *p,
                        const struct post *post, struct error *err) {
  struct offer *offers;
  size_t count;
  if (engine_openings(who->engine, who->actor, &post->at, p->name, who->arena, &offers, &count, err) < 0) return -1;
  for (size_t i = 0; i < count && *n < OPENINGS_MOST; i++) {
    const struct procedure_action *a = offers[i].action;
    if (!offers[i].post || has_opening(list, *n, a) || begins_elsewhere(who->world, p->name, a->name)) continue;
    const char *about = bilingual_pick(a->help.zh ? &a->help : &p->about, who->lang == LANG_ZH);
    list[(*n)++] = (struct desk_opening){.procedure = p, .action = a, .post = offers[i].post,
                                         .title = bilingual_pick(&a->title, who->lang == LANG_ZH), .about = about ? about : ""};
  }
  return 0;
}

int desk_openings(struct desk_opening **out, int *count, struct request *r, const struct case_asker *who, struct error *err) {
  struct desk_opening *list = ARENA_ARRAY(r->arena, OPENINGS_MOST, struct desk_opening);
  int n = 0;
  for (size_t i = 0; i < who->world->procedure_count; i++) {
    const struct procedure *p = who->world->procedures[i];
    for (size_t k = 0; p->open_alone && k < r->actor.post_count; k++)
      if (add_openings(list, &n, who, p, &r->actor.posts[k], err) < 0) return -1;
  }
  *out = list;
  *count = n;
  return 0;
}

/* --- the frame -------------------------------------------------------------------------------------------------- */

static int count_unread(struct request *r, const struct case_asker *who, struct error *err) {
  const char **keys;
  size_t n;
  int64_t unread = 0;
  engine_keys(who->actor, who->arena, &keys, &n);
  if (n > MESSAGE_KEYS) n = MESSAGE_KEYS;
  if (message_unread(who->db, who->arena, r->actor.district, keys, n, r->actor.account, &unread, err) < 0) return -1;
  r->page.unread = (int)unread;
  return 0;
}

int desk_frame(struct request *r, const struct case_asker *who, struct error *err) {
  menu_head(r, who->world);
  return menu_side(r, who, err) < 0 ? -1 : count_unread(r, who, err);
}
