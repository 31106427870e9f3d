/* The phrases of one's own body: read, written, changed, taken away by whoever holds a post in it. */
#include <string.h>

#include "web/panel.h"
#include "web/phrases.h"

enum { LIST_BODY, LIST_EDIT };
enum { PUT_BODY, PUT_ID, PUT_PURPOSE, PUT_ZH, PUT_EN };
enum { DROP_BODY, DROP_ID };

/* Purposes are properties of a matter, as procedures name them. */
static const struct {
  const char *name;
  enum word word;
} purposes[] = {{"", W_PHRASE_ANY}, {"answer", W_PHRASE_ANSWER}, {"reason", W_PHRASE_REASON}};
enum { PURPOSES = sizeof purposes / sizeof *purposes };

static const char *purpose_words(const struct request *r, const char *name) {
  for (int i = 0; i < PURPOSES; i++)
    if (text_eq(purposes[i].name, name)) return word(r->lang, purposes[i].word);
  return name;
}

static int owner_of(struct phrase_owner *out, const struct request *r, int64_t body, struct error *err) {
  struct phrase_owner all[PHRASE_OWNERS];
  int n = phrase_owners(all, &r->actor);
  if (body < 0 || body >= n) return error_set(err, ERR_DENIED, "access.role", NULL, NULL);
  *out = all[body];
  return 0;
}

static const char *owner_name(struct panel *p, const struct phrase_owner *o) {
  return o->org ? panel_org(p, o->org) : panel_place(p, o->place);
}

static const char *address(struct request *r, int64_t body, int64_t edit) {
  return edit ? arena_printf(r->arena, "/phrases?body=%lld&edit=%lld#form", (long long)body, (long long)edit)
              : arena_printf(r->arena, "/phrases?body=%lld", (long long)body);
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static void add_rows(struct panel *p, const struct phrase *list, int n, int64_t body) {
  struct panel_part *t = panel_table(p, panel_word(p, W_PHRASE_TITLE), W_PHRASE_PURPOSE, W_PHRASE_ZH, W_PHRASE_EN,
                                     W_PHRASE_ACT, W_PHRASE_ACT, NO_WORD);
  t->empty = panel_word(p, W_PHRASE_NONE);
  for (int i = 0; i < n; i++) {
    panel_row(p, t);
    panel_tag(p, t, "blue", purpose_words(p->r, list[i].purpose));
    panel_cell(p, t, list[i].zh);
    panel_cell(p, t, list[i].en);
    panel_link(p, t, address(p->r, body, list[i].id), panel_word(p, W_PHRASE_EDIT));
    struct panel_cell *drop = panel_act(p, t, "/phrases/drop", W_PHRASE_DROP);
    drop->post_name = "id";
    drop->post_value = arena_printf(p->r->arena, "%lld.%lld", (long long)body, (long long)list[i].id);
  }
}

static void add_form(struct panel *p, const struct phrase *edited, int64_t body, const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, edited->id ? W_PHRASE_CHANGE : W_PHRASE_ADD), "/phrases", W_PHRASE_SAVE);
  panel_field(p, f, "body", "hidden", W_PHRASE_TITLE, arena_printf(p->r->arena, "%lld", (long long)body));
  panel_field(p, f, "id", "hidden", W_PHRASE_TITLE, arena_printf(p->r->arena, "%lld", (long long)edited->id));
  panel_field(p, f, "purpose", "choice", W_PHRASE_PURPOSE, *edited->purpose ? edited->purpose : "any");
  for (int i = 0; i < PURPOSES; i++)
    panel_option(p, f, *purposes[i].name ? purposes[i].name : "any", word(p->r->lang, purposes[i].word));
  struct form_field *zh = panel_field(p, f, "zh", "lines", W_PHRASE_ZH, edited->zh);
  zh->needed = true;
  zh->max_chars = PHRASE_CHARS;
  struct form_field *en = panel_field(p, f, "en", "lines", W_PHRASE_EN, edited->en);
  en->needed = true;
  en->max_chars = PHRASE_CHARS;
  panel_wrong(p, f, wrong);
}

static int show(struct request *r, int64_t body, int64_t edit, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct phrase_owner owner, all[PHRASE_OWNERS];
  struct phrase *list, edited = {.purpose = "", .zh = "", .en = ""};
  int n, owners = phrase_owners(all, &r->actor);
  if (owner_of(&owner, r, body, err) < 0 || panel_start(&p, r, W_PHRASE_TITLE, err) < 0) return -1;
  if (phrase_list(&list, &n, &p.who, &owner, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_PHRASE_TITLE), owner_name(&p, &owner));
  for (int i = 0; owners > 1 && i < owners; i++)
    panel_tab(&p, address(r, i, 0), owner_name(&p, &all[i]), "", i == body);
  for (int i = 0; i < n; i++)
    if (list[i].id == edit) edited = list[i];
  panel_note(&p, "", panel_word(&p, W_PHRASE_NOTE));
  add_rows(&p, list, n, body);
  add_form(&p, &edited, body, wrong);
  return panel_send(&p, status);
}

static int phrases_get(struct request *r, struct error *err) {
  return show(r, req_int(r, LIST_BODY), req_int(r, LIST_EDIT), NULL, 200, err);
}

/* --- changing --------------------------------------------------------------------------------------------------- */

struct change {
  struct request *r;
  struct phrase_owner owner;
  struct phrase phrase;
  int64_t body;
  bool drop;
};

static int journal(struct lane_txn *t, const struct change *c, const char *action, int64_t id, struct error *err) {
  const char *data = arena_printf(t->arena, "{\"org\":%lld,\"place\":%lld}", (long long)c->owner.org, (long long)c->owner.place);
  struct journal_entry entry = {.actor = actor_key(t->arena, &c->r->actor), .action = action, .subject = "phrase",
                                .subject_id = id, .data = data};
  return journal_append(t, &entry, NULL, err) < 0 ? -1 : 0;
}

static int too_many(struct lane_txn *t, const struct change *c, struct error *err) {
  struct q_phrase_list_out *rows;
  size_t n;
  struct q_phrase_list_in in = {t->district, c->owner.org, c->owner.place};
  if (q_phrase_list(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  if (n < PHRASES_MOST) return 0;
  return error_set(err, ERR_CONFLICT, "desk.phrase.many", "zh", arena_printf(t->arena, "%d", PHRASES_MOST), NULL);
}

static int apply(struct lane_txn *t, void *ctx, struct error *err) {
  const struct change *c = ctx;
  int64_t id = c->phrase.id;
  if (c->drop) {
    struct q_phrase_drop_in in = {t->district, id, c->owner.org, c->owner.place};
    return q_phrase_drop(t->db, &in, err) < 0 ? -1 : journal(t, c, "desk.phrase-drop", id, err);
  }
  if (id) {
    struct q_phrase_change_in in = {t->district, id, c->owner.org, c->owner.place, c->phrase.purpose, c->phrase.zh,
                                    c->phrase.en, t->now};
    return q_phrase_change(t->db, &in, err) < 0 ? -1 : journal(t, c, "desk.phrase-change", id, err);
  }
  if (too_many(t, c, err) < 0 || lane_next(t, "phrase", &id, err) < 0) return -1;
  struct q_phrase_add_in in = {t->district, id, c->owner.org, c->owner.place, c->phrase.purpose, c->phrase.zh, c->phrase.en,
                               t->now};
  return q_phrase_add(t->db, &in, err) < 0 ? -1 : journal(t, c, "desk.phrase-add", id, err);
}

static int applied(struct request *r, void *ctx, struct error *err) {
  const struct change *c = ctx;
  if (err->kind == ERR_CONFLICT) {
    struct error wrong = *err;
    error_clear(err);
    return show(r, c->body, 0, &wrong, 409, err);
  }
  if (err->kind != ERR_NONE) return -1;
  reply_notice(r, c->drop ? W_PHRASE_DROPPED : W_PHRASE_SAVED);
  return reply_redirect(r, address(r, c->body, 0));
}

static int phrase_post(struct request *r, struct error *err) {
  struct change *c = ARENA_NEW(r->arena, struct change);
  struct error wrong = {0};
  const char *purpose = req_text(r, PUT_PURPOSE);
  *c = (struct change){.r = r, .body = req_int(r, PUT_BODY),
                       .phrase = {req_int(r, PUT_ID), text_eq(purpose, "any") ? "" : purpose, req_text(r, PUT_ZH),
                                  req_text(r, PUT_EN)}};
  if (owner_of(&c->owner, r, c->body, err) < 0) return -1;
  if (!*c->phrase.zh) error_set(&wrong, ERR_INPUT, "desk.phrase.empty", "zh", NULL);
  else if (!*c->phrase.en) error_set(&wrong, ERR_INPUT, "desk.phrase.empty", "en", NULL);
  if (wrong.kind != ERR_NONE) return show(r, c->body, c->phrase.id, &wrong, 422, err);
  return app_run(r, apply, c, applied);
}

static int phrase_drop_post(struct request *r, struct error *err) {
  struct change *c = ARENA_NEW(r->arena, struct change);
  const char *both = req_text(r, DROP_ID), *dot = strchr(both, '.');
  *c = (struct change){.r = r, .drop = true};
  if (!dot || !text_to_int(arena_strndup(r->arena, both, (size_t)(dot - both)), &c->body) || !text_to_int(dot + 1, &c->phrase.id))
    return error_set(err, ERR_INPUT, "desk.phrase.empty", "id", NULL);
  return owner_of(&c->owner, r, c->body, err) < 0 ? -1 : app_run(r, apply, c, applied);
}

const struct route routes_phrases[] = {
    {.method = HTTP_GET, .path = "/phrases", .kind = ROUTE_PAGE, .who = CASES_WHO, .help = W_ROUTE_PHRASES, .rate = RATE_PAGE,
     .handler = phrases_get,
     PARAMS([LIST_BODY] = {.name = "body", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = PHRASE_OWNERS},
            [LIST_EDIT] = {.name = "edit", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15})},
    {.method = HTTP_POST, .path = "/phrases", .kind = ROUTE_PAGE, .who = CASES_WHO, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_PHRASE_PUT, .handler = phrase_post,
     PARAMS([PUT_BODY] = {.name = "body", .type = PARAM_INT, .in = IN_FORM, .low = 0, .high = PHRASE_OWNERS},
            [PUT_ID] = {.name = "id", .type = PARAM_INT, .in = IN_FORM, .low = 0, .high = 9e15},
            [PUT_PURPOSE] = {.name = "purpose", .type = PARAM_CHOICE, .in = IN_FORM, .choices = "any|answer|reason"},
            [PUT_ZH] = {.name = "zh", .type = PARAM_LINES, .in = IN_FORM, .max = PHRASE_CHARS},
            [PUT_EN] = {.name = "en", .type = PARAM_LINES, .in = IN_FORM, .max = PHRASE_CHARS})},
    {.method = HTTP_POST, .path = "/phrases/drop", .kind = ROUTE_PAGE, .who = CASES_WHO, .csrf = CSRF_TOKEN,
     .help = W_ROUTE_PHRASE_DROP, .handler = phrase_drop_post,
     PARAMS([DROP_BODY] = {.name = "body", .type = PARAM_INT, .in = IN_FORM, .low = 0, .high = PHRASE_OWNERS},
            [DROP_ID] = {.name = "id", .type = PARAM_CODE, .in = IN_FORM, .required = true})},
    {0}};
