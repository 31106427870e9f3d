/* What the residents' pages have in common. */
#include "web/resident.h"

#include <string.h>

#include "matter/catalogue.h"

enum { WORDS_MAX = 4000 };

/* --- the handler's things --- */

struct held {
  struct engine *engine;
  const struct world *w;
};

static void let_go(void *what) {
  struct held *h = what;
  world_release(h->engine, h->w);
}

void resident_begin(struct resident *out, struct request *r) {
  struct web_app *app = app_of(r);
  struct held *h = ARENA_NEW(r->arena, struct held);
  h->engine = app->engine;
  h->w = world_take(app->engine);
  arena_on_free(r->arena, let_go, h);
  *out = (struct resident){.r = r, .app = app, .w = h->w, .a = r->arena};
}

int resident_open(struct resident *out, struct request *r, struct error *err) {
  resident_begin(out, r);
  return app_db(&out->db, r, err);
}

const char *resident_say(const struct resident *x, const struct bilingual *t) {
  const char *s = bilingual_pick(t, x->r->lang == LANG_ZH);
  return s ? s : "";
}

struct case_asker resident_asker(const struct resident *x, const struct actor *actor) {
  return (struct case_asker){.engine = x->app->engine,
                             .world = x->w,
                             .people = x->app->people,
                             .db = x->db,
                             .arena = x->a,
                             .actor = actor,
                             .lang = x->r->lang,
                             .now = x->r->now};
}

/* --- the form everybody may fill in --- */

static bool is_for_anyone(const struct procedure_action *action) {
  if (!action->opens) return false;
  for (size_t i = 0; i < action->by.count; i++)
    if (action->by.items[i].kind == ACTOR_ANYONE) return true;
  return false;
}

bool resident_opening(const struct resident *x, const struct procedure **p, const struct procedure_action **action) {
  for (size_t i = 0; i < x->w->procedure_count; i++) {
    const struct procedure_track *main = &x->w->procedures[i]->tracks[0];
    for (size_t k = 0; k < main->actions_count; k++)
      if (is_for_anyone(&main->actions[k])) {
        *p = x->w->procedures[i];
        *action = &main->actions[k];
        return true;
      }
  }
  return false;
}

static bool is_wanted(const struct procedure_field *f, enum procedure_field_as as, enum procedure_field_type type) {
  return as != AS_NOTHING ? f->as == as : f->type == type;
}

const struct procedure_field *resident_field(const struct procedure_action *action, enum procedure_field_as as,
                                             enum procedure_field_type type) {
  for (size_t i = 0; i < action->needs.count; i++)
    if (is_wanted(action->needs.items[i], as, type)) return action->needs.items[i];
  for (size_t i = 0; i < action->asks.count; i++)
    if (is_wanted(action->asks.items[i], as, type)) return action->asks.items[i];
  return NULL;
}

static const char *kind_of(const struct procedure_field *f) {
  switch (f->type) {
    case FIELD_TEXT: return f->has_max && f->max <= 200 ? "line" : "lines";
    case FIELD_PHONE: return "phone";
    case FIELD_PHOTO: return "photos";
    case FIELD_CHOICE: return "choice";
    case FIELD_YES_NO: return "yes-no";
    case FIELD_RATING: return "rating";
    default: return "line";
  }
}

static const struct view_option *options_of(const struct resident *x, const struct procedure_field *f,
                                            const char *value, int *count) {
  size_t n = f->type == FIELD_YES_NO ? 2 : f->type == FIELD_RATING ? (size_t)f->scale : f->options_count;
  struct view_option *o = ARENA_ARRAY(x->a, n + 1, struct view_option);
  for (size_t i = 0; i < n; i++) {
    if (f->type == FIELD_YES_NO) {
      o[i].value = i == 0 ? "yes" : "no";
      o[i].title = word(x->r->lang, i == 0 ? W_RESIDENT_YES : W_RESIDENT_NO);
    } else {
      o[i].title = i < f->options_count ? resident_say(x, &f->options[i].title) : arena_printf(x->a, "%zu", i + 1);
      o[i].value = f->type == FIELD_RATING ? arena_printf(x->a, "%zu", i + 1) : f->options[i].name;
    }
    o[i].chosen = text_eq(value, o[i].value);
  }
  *count = (int)n;
  return o;
}

struct view_input resident_input(const struct resident *x, const struct procedure_action *action,
                                 const struct procedure_field *f, const char *value) {
  struct view_input in = {.name = f->name,
                          .label = resident_say(x, &f->label),
                          .help = resident_say(x, &f->help),
                          .value = value ? value : "",
                          .error = "",
                          .id = f->name,
                          .kind = kind_of(f),
                          .purpose = resident_say(x, &f->purpose),
                          .basis = resident_say(x, &f->basis),
                          .max = f->has_max ? (int)f->max : 40};
  for (size_t i = 0; i < action->needs.count; i++) in.required = in.required || action->needs.items[i] == f;
  in.options = options_of(x, f, in.value, &in.option_count);
  return in;
}

const char *resident_error(const struct resident *x, const struct error *e) {
  return resident_fault(x, e).what;
}

struct view_fault resident_fault(const struct resident *x, const struct error *e) {
  struct buf what, hint;
  buf_init(&what, WORDS_MAX);
  buf_init(&hint, WORDS_MAX);
  error_words(&what, &hint, x->r->lang, e);
  struct view_fault f = {.what = arena_strdup(x->a, what.data),
                         .hint = arena_strdup(x->a, hint.data),
                         .href = *e->field ? arena_printf(x->a, "#%s", e->field) : ""};
  buf_free(&what);
  buf_free(&hint);
  return f;
}

/* --- where we are reached --- */

int resident_site(const char **out, const struct resident *x, struct error *err) {
  struct q_setting_get_in in = {.district = x->app->district, .name = "site.address"};
  struct q_setting_get_out setting = {0};
  int found = q_setting_get(x->db, x->a, &setting, &in, err);
  if (found < 0) return -1;
  const char *host = text_empty(x->r->http->host) ? "localhost" : x->r->http->host;
  *out = found == 1 ? setting.value : arena_printf(x->a, "%s://%s", x->r->http->tls ? "https" : "http", host);
  return 0;
}

/* --- pictures of categories --- */

static int fill_kind(const struct resident *x, struct view_category *out, const char *chosen, bool components) {
  const struct catalogue *c = x->w->catalogue;
  int32_t today = day_of_ms(x->r->now, x->w->offset_min);
  int n = 0;
  for (size_t i = 0; i < c->codes_count; i++) {
    const struct catalogue_code *code = &c->codes[i];
    if (!code->icon || !code->public_title.zh || text_eq(code->kind, "component") != components) continue;
    if ((code->from && today < code->from) || (code->until && today > code->until)) continue;
    out[n++] = (struct view_category){.key = code->key,
                                      .title = resident_say(x, &code->public_title),
                                      .icon = code->icon,
                                      .major = resident_say(x, &code->major->title),
                                      .name = resident_say(x, &code->title),
                                      .chosen = text_eq(chosen, code->key)};
  }
  return n;
}

const struct view_category *resident_categories(const struct resident *x, const char *chosen, int *count) {
  struct view_category *out = ARENA_ARRAY(x->a, x->w->catalogue->codes_count + 1, struct view_category);
  int n = fill_kind(x, out, chosen, false);
  *count = n + fill_kind(x, out + n, chosen, true);
  return out;
}
