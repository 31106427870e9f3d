/* Several cases at once: which of the things somebody may do can be done to those they chose; then one after the other, each
 * by itself, with its own outcome. Whatever needs evidence, or differs from case to case, is not offered here. */
#include <string.h>

#include "matter/state.h"
#include "pages.h"
#include "web/case_offer.h"
#include "web/case_view_inside.h"
#include "web/routes_cases.h"
#include "web/view_bulk.h"

enum { BULK_CODE, BULK_WHAT, BULK_DO, BULK_ONCE };
enum { CASES_MOST = 60, CHOICES_MOST = 40, FIELDS_MOST = 40, SAID_MOST = 60 };

/* One of the chosen. */
struct one {
  const char *code;
  struct state *s;
  struct case_view *v;
  int64_t seen;
};

struct many {
  struct request *r;
  struct case_asker who;
  struct one *cases;
  int count;
  struct bulk_choice choices[CHOICES_MOST];
  const struct case_offer *first[CHOICES_MOST]; /* an offer of each choice, and the case it is of */
  const struct one *first_of[CHOICES_MOST];
  int choice_count;
};

/* --- the chosen cases ------------------------------------------------------------------------------------------- */

/* "CODE~STEP": the step the asker saw last, once they have been shown the case here. */
static const char *split_key(struct request *r, const char *key, int64_t *seen) {
  const char *mark = strrchr(key, '~');
  *seen = 0;
  if (!mark || !text_to_int(mark + 1, seen)) return key;
  return arena_strndup(r->arena, key, (size_t)(mark - key));
}

static int read_one(struct many *m, const char *key, struct error *err) {
  struct one *c = &m->cases[m->count];
  int64_t id = 0;
  *c = (struct one){0};
  c->code = split_key(m->r, key, &c->seen);
  if (state_find_code(m->who.db, m->who.world->district, c->code, &id, m->r->arena, err) < 0) return -1;
  int found = id ? state_load(&c->s, m->who.db, m->who.world, id, m->r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found) return 0;
  struct error unseen = {0};
  if (case_view_make(&c->v, &m->who, c->s, &unseen) < 0) {
    if (unseen.kind == ERR_MISSING) return 0; /* not theirs to know of: as if it were not there */
    *err = unseen;
    return -1;
  }
  m->count++;
  return 0;
}

static int read_cases(struct many *m, struct request *r, struct error *err) {
  *m = (struct many){.r = r, .cases = ARENA_ARRAY(r->arena, CASES_MOST + 1, struct one)};
  if (desk_asker(&m->who, r, err) < 0) return -1;
  for (int i = 0; i < req_count(r, BULK_CODE) && m->count < CASES_MOST; i++)
    if (read_one(m, req_text_at(r, BULK_CODE, i), err) < 0) return -1;
  return 0;
}

/* --- what can be done to several at once ------------------------------------------------------------------------ */

/* What each case knows of itself already and need not be asked for all of them. */
static bool is_own(const struct procedure_field *f) {
  return f->as == AS_PLACE || f->as == AS_CATEGORY || f->as == AS_CONDITION || f->as == AS_URGENCY || f->as == AS_POSITION ||
         f->as == AS_ADDRESS;
}

/* A value that can be the same for all. */
static bool is_common(const struct procedure_field *f) {
  switch (f->type) {
    case FIELD_TEXT:
    case FIELD_CHOICE:
    case FIELD_NUMBER:
    case FIELD_YES_NO:
    case FIELD_DATE:
    case FIELD_TIME:
    case FIELD_DEPARTMENT:
    case FIELD_DEPARTMENTS:
    case FIELD_RATING: return !is_own(f);
    default: return false;
  }
}

/* What only changes a case's own properties, joins it with another or begins another is a decision about that case. */
static bool is_of_one(const struct procedure_action *a) {
  bool stays = a->moves[0].to == TO_STAY;
  for (size_t i = 0; i < a->needs.count; i++)
    if (stays && is_own(a->needs.items[i])) return true;
  for (size_t i = 0; i < a->effects.count; i++)
    if (a->effects.items[i].kind == EFFECT_OPEN || a->effects.items[i].kind == EFFECT_MERGE) return true;
  return false;
}

static bool suits(const struct procedure_action *a) {
  if (case_offer_ends(a) || is_of_one(a) || a->needs.count + a->asks.count > FIELDS_MOST) return false;
  for (size_t i = 0; i < a->needs.count; i++)
    if (!is_common(a->needs.items[i]) && !is_own(a->needs.items[i])) return false;
  return true;
}

static const char *key_of(struct arena *a, const struct state *s, const struct case_offer *o) {
  return arena_printf(a, "%s.%s.%s", s->procedure->name, o->action->track->name, o->name);
}

static void add_choice(struct many *m, const struct one *c, const struct case_offer *o, const char *chosen) {
  const char *key = key_of(m->r->arena, c->s, o);
  for (int i = 0; i < m->choice_count; i++)
    if (text_eq(m->choices[i].key, key)) {
      m->choices[i].count += m->first_of[i] != c;
      m->first_of[i] = c;
      return;
    }
  if (m->choice_count == CHOICES_MOST) return;
  const char *track = o->action->track->index ? case_pick(&m->who, &o->action->track->title) : "";
  m->first[m->choice_count] = o;
  m->first_of[m->choice_count] = c;
  m->choices[m->choice_count++] =
      (struct bulk_choice){.key = key, .title = o->title, .track = track, .count = 1, .chosen = text_eq(key, chosen)};
}

/* Those that carry the work on come first, as on the page of one case. */
static void find_choices(struct many *m, const char *chosen) {
  for (int rank = 0; rank < 1000; rank++)
    for (int i = 0; i < m->count; i++)
      for (int k = 0; k < m->cases[i].v->offer_count; k++) {
        const struct case_offer *o = &m->cases[i].v->offers[k];
        if (case_offer_rank(m->cases[i].s, o) == rank && suits(o->action)) add_choice(m, &m->cases[i], o, chosen);
      }
}

static const struct case_offer *offer_of(const struct many *m, const struct one *c, const char *key) {
  for (int k = 0; k < c->v->offer_count; k++)
    if (text_eq(key_of(m->r->arena, c->s, &c->v->offers[k]), key)) return &c->v->offers[k];
  return NULL;
}

/* --- the form for all of them ----------------------------------------------------------------------------------- */

static struct procedure_field_list common_of(struct arena *a, const struct procedure_field_list *list) {
  const struct procedure_field **items = ARENA_ARRAY(a, list->count + 1, const struct procedure_field *);
  size_t n = 0;
  for (size_t i = 0; i < list->count; i++)
    if (is_common(list->items[i])) items[n++] = list->items[i];
  return (struct procedure_field_list){items, n};
}

/* The action as it is asked for all: without what each brings itself. */
static const struct procedure_action *common_action(struct arena *a, const struct procedure_action *action) {
  struct procedure_action *plain = ARENA_NEW(a, struct procedure_action);
  *plain = *action;
  plain->needs = common_of(a, &action->needs);
  plain->asks = common_of(a, &action->asks);
  return plain;
}

static const char *own_words(const struct many *m, const struct procedure_action *action) {
  struct buf b;
  buf_init(&b, 4000);
  for (size_t i = 0; i < action->needs.count; i++)
    if (is_own(action->needs.items[i]))
      buf_printf(&b, "%s%s", b.len ? (m->r->lang == LANG_ZH ? "、" : ", ") : "",
                 case_pick(&m->who, &action->needs.items[i]->label));
  const char *names = arena_strdup(m->r->arena, b.data ? b.data : "");
  buf_free(&b);
  return *names ? desk_say(m->r, W_BULK_FROM_CASE, 1, &names) : "";
}

static int chosen_at(const struct many *m) {
  for (int i = 0; i < m->choice_count; i++)
    if (m->choices[i].chosen) return i;
  return -1;
}

static struct form_for form_for_all(const struct many *m, int at) {
  return (struct form_for){.procedure = m->first_of[at]->s->procedure,
                           .action = common_action(m->r->arena, m->first[at]->action),
                           .state = m->first_of[at]->s,
                           .track = state_track_by_id(m->first_of[at]->s, m->first[at]->track),
                           .address = "/cases/bulk"};
}

static void fill_cases(struct view_bulk *view, const struct many *m, const char *key) {
  struct bulk_case *list = ARENA_ARRAY(m->r->arena, (size_t)m->count + 1, struct bulk_case);
  for (int i = 0; i < m->count; i++) {
    const struct one *c = &m->cases[i];
    list[i] = (struct bulk_case){.code = c->s->code, .href = case_address(m->r->arena, c->s->code),
                                 .summary = text_shorten(m->r->arena, c->v->summary, 60), .stage = c->v->stage,
                                 .key = arena_printf(m->r->arena, "%s~%lld", c->s->code, (long long)c->s->last_step),
                                 .light = c->v->light, .can = *key && offer_of(m, c, key)};
  }
  view->cases = list;
  view->case_count = m->count;
}

static int show(struct many *m, int status, const struct form_said *said, const struct error *wrong, struct error *err) {
  struct view_bulk view = {.choices = m->choices, .choice_count = m->choice_count, .chosen = "", .send = "", .own = ""};
  int at = chosen_at(m);
  if (wrong && at < 0) view.problem = desk_problem(m->r, wrong);
  if (at >= 0) {
    struct case_form *form = ARENA_NEW(m->r->arena, struct case_form);
    struct form_for what = form_for_all(m, at);
    if (form_make(form, &m->who, &what, said, wrong, err) < 0) return -1;
    const char *args[] = {arena_printf(m->r->arena, "%d", m->choices[at].count), m->choices[at].title};
    view.form = form;
    view.chosen = m->choices[at].key;
    view.send = desk_say(m->r, W_BULK_SEND, 2, args);
    view.own = own_words(m, m->first[at]->action);
  }
  fill_cases(&view, m, view.chosen);
  if (desk_frame(m->r, &m->who, err) < 0) return -1;
  page_bulk(reply_html(m->r, status), &view, &m->r->page);
  return 0;
}

/* --- one after the other ---------------------------------------------------------------------------------------- */

struct run {
  struct request *r;
  struct act *acts;
  struct bulk_outcome *outcomes;
  const struct procedure_track **types; /* to name the stage it came to */
  int *at;                              /* outcome of each act */
  int count, next, all;
  const char *title;
  struct acted acted;
};

static int take_next(struct lane_txn *t, void *ctx, struct error *err) {
  struct run *run = ctx;
  struct acted acted = {0};
  if (engine_act(t, app_of(run->r)->engine, &run->acts[run->next], &acted, err) < 0) return -1;
  run->acted = (struct acted){.stage = arena_strdup(run->r->arena, acted.stage), .again = acted.again};
  return 0;
}

static int show_result(struct run *run, struct error *err) {
  struct case_asker who;
  struct view_bulk_result view = {.title = run->title, .rows = run->outcomes, .row_count = run->all};
  if (desk_asker(&who, run->r, err) < 0 || desk_frame(run->r, &who, err) < 0) return -1;
  for (int i = 0; i < run->all; i++) {
    view.done += run->outcomes[i].done;
    view.refused += !run->outcomes[i].done;
  }
  page_bulk_result(reply_html(run->r, 200), &view, &run->r->page);
  return 0;
}

/* True when what is wrong is one of the values asked for all of them: each case would be refused for it. */
static bool is_of_form(const struct many *m, int at, const struct error *wrong) {
  const struct procedure_action *a = m->first[at]->action;
  if (wrong->kind != ERR_INPUT || !*wrong->field) return false;
  for (size_t i = 0; i < a->needs.count; i++)
    if (is_common(a->needs.items[i]) && text_eq(a->needs.items[i]->name, wrong->field)) return true;
  for (size_t i = 0; i < a->asks.count; i++)
    if (is_common(a->asks.items[i]) && text_eq(a->asks.items[i]->name, wrong->field)) return true;
  return false;
}

/* Nothing was done yet: the form again, with what was typed and the field pointed at. 1 when it was shown, 0 when what is
 * wrong is about the case. Read anew, because another worker may carry on. */
static int show_form_again(struct request *r, struct error *wrong, struct error *err) {
  struct many m;
  struct form_said said;
  struct error ignored = {0};
  if (read_cases(&m, r, err) < 0) return -1;
  find_choices(&m, req_text(r, BULK_DO));
  int at = chosen_at(&m);
  if (at < 0 || !is_of_form(&m, at, wrong)) return 0;
  struct form_for what = form_for_all(&m, at);
  form_read(&said, r, &m.who, &what, &ignored);
  return show(&m, 422, &said, wrong, err) < 0 ? -1 : 1;
}

static int taken(struct request *r, void *ctx, struct error *err) {
  struct run *run = ctx;
  if (err->kind == ERR_INPUT && run->next == 0) {
    struct error wrong = *err;
    error_clear(err);
    int shown = show_form_again(r, &wrong, err);
    if (shown) return shown < 0 ? -1 : 0;
    *err = wrong;
  }
  struct bulk_outcome *out = &run->outcomes[run->at[run->next]];
  if (err->kind == ERR_NONE) {
    const struct procedure_stage *stage = procedure_stage_find(run->types[run->next], run->acted.stage);
    out->done = true;
    if (stage) out->stage = bilingual_pick(&stage->title, r->lang == LANG_ZH);
  } else {
    const struct view_problem *why = desk_problem(r, err);
    out->what = why->what;
    out->hint = why->hint;
    error_clear(err);
  }
  if (++run->next < run->count) return app_run(r, take_next, run, taken);
  return show_result(run, err);
}

/* What was typed for all, and what the case knows itself. */
static void say_all(struct act *act, const struct many *m, const struct one *c, const struct procedure_action *action,
                    const struct state_track *track, const struct form_said *said) {
  struct said *items = ARENA_ARRAY(m->r->arena, SAID_MOST + said->count, struct said);
  size_t n = 0;
  for (size_t i = 0; i < said->count; i++) items[n++] = said->items[i];
  for (size_t i = 0; i < action->needs.count && i < SAID_MOST; i++) {
    const struct procedure_field *f = action->needs.items[i];
    const char *value = is_own(f) ? form_known(&m->who, c->s, track, f) : "";
    if (*value) items[n++] = (struct said){f->name, 0, value};
  }
  act->said = items;
  act->said_count = n;
}

static void add_act(struct run *run, const struct many *m, int i, const char *key, const struct form_said *said) {
  const struct one *c = &m->cases[i];
  const struct case_offer *o = offer_of(m, c, key);
  struct bulk_outcome *out = &run->outcomes[i];
  *out = (struct bulk_outcome){.code = c->s->code, .href = case_address(m->r->arena, c->s->code), .stage = c->v->stage,
                               .summary = text_shorten(m->r->arena, c->v->summary, 60), .what = "", .hint = ""};
  if (!o) {
    out->what = word(m->r->lang, W_BULK_CANNOT);
    out->hint = c->v->stage;
    return;
  }
  const char *once = req_text(m->r, BULK_ONCE);
  const struct state_track *track = state_track_by_id(c->s, o->track);
  struct act *act = &run->acts[run->count];
  *act = (struct act){.actor = &m->r->actor, .action = o->name, .matter = c->s->id, .track = track->id, .seen_step = c->seen};
  if (*once) {
    act->once_key = arena_printf(m->r->arena, "%s-%s", once, c->s->code);
    act->once_request = (struct bytes){(const unsigned char *)key, strlen(key)};
  }
  say_all(act, m, c, o->action, track, said);
  run->types[run->count] = track->type;
  run->at[run->count++] = i;
}

static int go(struct many *m, int at, const struct form_said *said, struct error *err) {
  struct run *run = ARENA_NEW(m->r->arena, struct run);
  size_t n = (size_t)m->count + 1;
  *run = (struct run){.r = m->r, .all = m->count, .title = m->choices[at].title,
                      .acts = ARENA_ARRAY(m->r->arena, n, struct act),
                      .outcomes = ARENA_ARRAY(m->r->arena, n, struct bulk_outcome),
                      .types = ARENA_ARRAY(m->r->arena, n, const struct procedure_track *),
                      .at = ARENA_ARRAY(m->r->arena, n, int)};
  for (int i = 0; i < m->count; i++) add_act(run, m, i, m->choices[at].key, said);
  return run->count ? app_run(m->r, take_next, run, taken) : show_result(run, err);
}

/* --- the routes ------------------------------------------------------------------------------------------------- */

static int export_chosen(struct many *m, struct error *err) {
  int64_t *ids = ARENA_ARRAY(m->r->arena, (size_t)m->count + 1, int64_t);
  for (int i = 0; i < m->count; i++) ids[i] = m->cases[i].s->id;
  return cases_export_chosen(m->r, &m->who, ids, m->count, err);
}

static int bulk_post(struct request *r, struct error *err) {
  struct many m;
  struct form_said said;
  struct error wrong = {0};
  if (read_cases(&m, r, err) < 0) return -1;
  if (!m.count) {
    error_set(&wrong, ERR_INPUT, "desk.bulk.none", NULL, NULL);
    return show(&m, 422, NULL, &wrong, err);
  }
  if (text_eq(req_text(r, BULK_WHAT), "export")) return export_chosen(&m, err);
  find_choices(&m, req_text(r, BULK_DO));
  int at = chosen_at(&m);
  bool sent = text_eq(req_text(r, BULK_WHAT), "go");
  if (sent && at < 0) {
    error_set(&wrong, ERR_CONFLICT, "desk.bulk.action", NULL, NULL);
    return show(&m, 409, NULL, &wrong, err);
  }
  if (!sent) return show(&m, 200, NULL, NULL, err);
  struct form_for what = form_for_all(&m, at);
  if (form_read(&said, r, &m.who, &what, &wrong) < 0) return show(&m, 422, &said, &wrong, err);
  return go(&m, at, &said, err);
}

const struct route routes_bulk[] = {
    {.method = HTTP_POST,
     .path = "/cases/bulk",
     .kind = ROUTE_PAGE,
     .who = CASES_WHO,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_BULK,
     .rate = RATE_REPORT,
     .handler = bulk_post,
     PARAMS([BULK_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_FORM, .max = 90, .many = CASES_MOST},
            [BULK_WHAT] = {.name = "what", .type = PARAM_CODE, .in = IN_FORM},
            [BULK_DO] = {.name = "do", .type = PARAM_CODE, .in = IN_FORM, .max = 200},
            [BULK_ONCE] = {.name = "_once", .type = PARAM_CODE, .in = IN_FORM})},
    {0}};
