/* Organisations, for the administrator: departments, centres, companies; what each answers for, who is in office there,
 * a new one, a change, an end. */
#include <string.h>

#include "matter/catalogue.h"
#include "people/identity.h"
#include "people/post.h"
#include "web/admin.h"

enum { ORGS_KIND };
enum { ORG_ID };
enum { NAME_CHARS = 60, KEY_CHARS = 60 };

static const char *const kinds[] = {"department", "utility", "centre", "property", "association", "unit", "lender"};

static const char *kind_word(const struct panel *p, const char *kind) {
  const char *key = arena_printf(p->r->arena, "office.kind.%s", kind);
  const char *s = words_find(p->r->lang, key);
  return s ? s : kind;
}

static const char *org_key(struct arena *a, int64_t id) { return arena_printf(a, "org:%lld", (long long)id); }

/* --- the list --------------------------------------------------------------------------------------------------- */

/* The kinds of units in words: "Sanitation · Parks". */
static const char *units_words(struct panel *p, const char *units) {
  const char *out = "";
  for (const char *s = units; *s;) {
    size_t n = strcspn(s, " ");
    const char *key = arena_strndup(p->r->arena, s, n);
    const struct catalogue_unit *unit = catalogue_unit_find(p->who.world->catalogue, key);
    const char *name = !unit ? key : p->r->lang == LANG_EN ? unit->title.en : unit->title.zh;
    out = arena_printf(p->r->arena, "%s%s%s", out, *out ? " · " : "", name);
    s += n + strspn(s + n, " ");
  }
  return *out ? out : "—";
}

static void org_line(struct panel *p, struct panel_part *t, const struct q_office_orgs_out *row) {
  panel_row(p, t);
  panel_link(p, t, arena_printf(p->r->arena, "/admin/orgs/%lld", (long long)row->id),
             p->r->lang == LANG_EN ? row->name_en : row->name_zh)->small = row->key;
  panel_cell(p, t, kind_word(p, row->kind));
  panel_cell(p, t, units_words(p, row->duties));
  panel_number(p, t, row->posts);
  panel_number(p, t, row->waiting);
  bool empty = !row->posts && !row->ended;
  panel_tag(p, t, row->ended ? "clock held" : empty ? "clock soon" : "clock ok",
            panel_word(p, row->ended ? W_OFFICE_ENDED : empty ? W_OFFICE_NOBODY : W_OFFICE_IN_FORCE));
}

static int orgs_get(struct request *r, struct error *err) {
  struct panel p;
  struct q_office_orgs_out *rows;
  size_t n;
  const char *kind = req_text(r, ORGS_KIND);
  if (panel_start(&p, r, W_OFFICE_ORGS, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_OFFICE_ORGS), panel_word(&p, W_OFFICE_ORGS_SUB));
  if (admin_acts(r)) panel_button(&p, "/admin/orgs/new", W_OFFICE_ORG_NEW, "file-plus", "primary");
  struct panel_form *f = panel_filter(&p, "/admin/orgs");
  panel_field(&p, f, "kind", "choice", W_OFFICE_KIND, kind);
  panel_option(&p, f, "", panel_word(&p, W_OFFICE_EVERY_KIND));
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) panel_option(&p, f, kinds[i], kind_word(&p, kinds[i]));
  struct q_office_orgs_in in = {.district = p.who.world->district, .now = r->now};
  if (q_office_orgs(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_OFFICE_NAME, W_OFFICE_KIND, W_OFFICE_UNITS, W_OFFICE_POSTS, W_OFFICE_WAITING,
                                     W_OFFICE_STATE, NO_WORD);
  for (size_t i = 0; i < n; i++)
    if (!*kind || text_eq(rows[i].kind, kind)) org_line(&p, t, &rows[i]);
  return panel_send(&p, 200);
}

/* --- the form, for a new one and for a change ------------------------------------------------------------------- */

static const char *digest_of(struct arena *a, const struct org_row *o) {
  return admin_digest(a, o->key, o->kind, o->name_zh, o->name_en, o->units ? o->units : "",
                      o->credit_code ? o->credit_code : "", o->phone ? o->phone : "", NULL);
}

/* Ticked: what was just sent, else what is in force. */
static void unit_boxes(struct panel *p, struct panel_form *f, const char *now) {
  const struct catalogue *c = p->who.world->catalogue;
  bool sent = p->r->http->method == HTTP_POST;
  const char *ticked = arena_printf(p->r->arena, " %s ", sent ? admin_many(p->r, "units") : now);
  panel_field(p, f, "units", "many", W_OFFICE_UNITS, "")->help = panel_word(p, W_OFFICE_UNITS_HELP);
  for (size_t i = 0; i < c->units_count; i++) {
    const struct catalogue_unit *u = &c->units[i];
    panel_option(p, f, u->key, p->r->lang == LANG_EN ? u->title.en : u->title.zh);
    struct form_group *group = (struct form_group *)(uintptr_t)&f->fields[f->field_count - 1].groups[0];
    struct form_option *o = (struct form_option *)(uintptr_t)&group->options[group->option_count - 1];
    o->chosen = strstr(ticked, arena_printf(p->r->arena, " %s ", u->key)) != NULL;
  }
}

static void org_form(struct panel *p, const char *action, enum word button, const struct org_row *o, const struct error *wrong) {
  struct panel_form *f = panel_form(p, NULL, action, button);
  struct form_field *x;
  if (!o->id) {
    x = panel_field(p, f, "key", "text", W_OFFICE_KEY, "");
    x->needed = true;
    x->max_chars = KEY_CHARS;
    x->help = panel_word(p, W_OFFICE_KEY_HELP);
  }
  panel_field(p, f, "kind", "choice", W_OFFICE_KIND, o->kind)->needed = true;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) panel_option(p, f, kinds[i], kind_word(p, kinds[i]));
  x = panel_field(p, f, "zh", "text", W_OFFICE_NAME_ZH, o->name_zh);
  x->needed = true;
  x->max_chars = NAME_CHARS;
  x = panel_field(p, f, "en", "text", W_OFFICE_NAME_EN, o->name_en);
  x->needed = true;
  x->max_chars = NAME_CHARS;
  unit_boxes(p, f, o->units ? o->units : "");
  panel_field(p, f, "phone", "phone", W_OFFICE_PHONE, o->phone)->help = panel_word(p, W_OFFICE_PHONE_HELP);
  panel_field(p, f, "credit", "text", W_OFFICE_CREDIT, o->credit_code)->help = panel_word(p, W_OFFICE_CREDIT_HELP);
  if (o->id) admin_keep_seen(p, f, digest_of(p->r->arena, o));
  panel_wrong(p, f, wrong);
}

static bool is_known_kind(const char *kind) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (text_eq(kind, kinds[i])) return true;
  return false;
}

static bool is_key(const char *s) {
  return *s && *s != '-' && strlen(s) <= KEY_CHARS && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

static int read_name(const char **out, struct request *r, const char *field, struct error *err) {
  *out = panel_typed(r, field);
  if (**out && text_chars(*out) <= NAME_CHARS && !text_has_controls(*out)) return 0;
  return error_set(err, ERR_INPUT, "office.org.name", field, NULL);
}

static int read_units(struct org_row *out, struct request *r, const struct catalogue *c, struct error *err) {
  out->units = admin_many(r, "units");
  for (const char *s = out->units; *s;) {
    size_t n = strcspn(s, " ");
    const char *key = arena_strndup(r->arena, s, n);
    if (!catalogue_unit_find(c, key)) return error_set(err, ERR_INPUT, "office.org.unit", "units", NULL);
    s += n + strspn(s + n, " ");
  }
  return 0;
}

static int read_org(struct org_row *out, struct request *r, const struct catalogue *c, struct error *err) {
  char credit[CREDIT_CODE_SIZE];
  const char *typed = panel_typed(r, "credit"), *phone = panel_typed(r, "phone");
  out->kind = panel_typed(r, "kind");
  if (!is_known_kind(out->kind)) return error_set(err, ERR_INPUT, "office.org.kind", "kind", NULL);
  if (read_name(&out->name_zh, r, "zh", err) < 0 || read_name(&out->name_en, r, "en", err) < 0) return -1;
  if (read_units(out, r, c, err) < 0) return -1;
  if (*typed && credit_code_read(credit, typed, "credit", err) < 0) return -1;
  if (strlen(phone) > 24 || strspn(phone, "0123456789-+ ()") != strlen(phone))
    return error_set(err, ERR_INPUT, "office.org.phone", "phone", NULL);
  out->credit_code = *typed ? typed : NULL;
  out->phone = *phone ? phone : NULL;
  return 0;
}

/* --- a new one -------------------------------------------------------------------------------------------------- */

struct keeping {
  struct request *r;
  struct org_row org;
  int64_t id;
};

static int show_new(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  if (panel_start(&p, r, W_OFFICE_ORG_NEW, err) < 0) return -1;
  panel_back(&p, "/admin/orgs", panel_word(&p, W_OFFICE_ORGS));
  org_form(&p, "/admin/orgs/new", W_OFFICE_ORG_NEW, &(struct org_row){.kind = "department"}, wrong);
  return panel_send(&p, status);
}

static int new_get(struct request *r, struct error *err) { return show_new(r, NULL, 200, err); }

static int add(struct lane_txn *t, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  struct org_row had;
  int found = people_org_by_key(&had, t->db, t->arena, t->district, k->org.key, err);
  if (found < 0) return -1;
  if (found) return error_set(err, ERR_CONFLICT, "office.org.taken", "key", k->org.key, NULL);
  return people_org_put(t, &k->r->actor, &k->org, &k->id, err);
}

static int added(struct request *r, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_new);
  reply_notice(r, W_OFFICE_ORG_ADDED);
  return reply_redirect(r, arena_printf(r->arena, "/admin/orgs/%lld", (long long)k->id));
}

static int new_post(struct request *r, struct error *err) {
  struct keeping *k = ARENA_NEW(r->arena, struct keeping);
  k->r = r;
  k->org.key = panel_typed(r, "key");
  if (!is_key(k->org.key)) error_set(err, ERR_INPUT, "office.org.key", "key", NULL);
  else read_org(&k->org, r, desk_world(r)->catalogue, err);
  return err->kind != ERR_NONE ? admin_wrong(r, err, show_new) : app_run(r, add, k, added);
}

/* --- one of them ------------------------------------------------------------------------------------------------ */

static int posts_part(struct panel *p, int64_t org, struct error *err) {
  struct post_row *rows;
  size_t n;
  struct post_filter which = {.org = org, .role = ROLE_NONE};
  if (people_posts_in_office(&rows, &n, p->who.db, p->r->arena, p->who.world->district, &which, p->r->now, err) < 0)
    return -1;
  struct panel_part *t = panel_table(p, panel_word(p, W_TEAM_IN_OFFICE), W_TEAM_HOLDER, W_TEAM_ROLE, W_TEAM_FROM, W_TEAM_UNTIL,
                                     NO_WORD);
  t->empty = panel_word(p, W_OFFICE_NOBODY_HELP);
  for (size_t i = 0; i < n; i++) {
    panel_row(p, t);
    panel_link(p, t, arena_printf(p->r->arena, "/team/posts/%lld", (long long)rows[i].post.id), rows[i].name);
    panel_cell(p, t, panel_role(p, rows[i].post.role));
    panel_cell(p, t, panel_date(p, rows[i].from));
    panel_cell(p, t, rows[i].until ? panel_date(p, rows[i].until) : panel_word(p, W_TEAM_OPEN_END));
  }
  return 0;
}

static int load(struct org_row *out, bool *ended, struct request *r, struct db *db, struct arena *a,
                struct error *err) {
  struct q_organisation_by_id_out row;
  struct q_organisation_by_id_in in = {.district = app_of(r)->district, .id = req_int(r, ORG_ID)};
  int found = q_organisation_by_id(db, a, &row, &in, err);
  if (found < 0) return -1;
  if (found == 0) return error_set(err, ERR_MISSING, "people.org.missing", NULL, NULL);
  *ended = row.ended != 0;
  *out = (struct org_row){.id = row.id, .key = row.key, .kind = row.kind, .name_zh = row.name_zh, .name_en = row.name_en,
                          .units = row.duties, .credit_code = row.credit_code, .phone = row.duty_phone, .parent = row.parent,
                          .place = row.place};
  return 0;
}

static void org_facts(struct panel *p, const struct org_row *o) {
  struct panel_part *f = panel_facts(p, NULL);
  panel_fact(p, f, W_OFFICE_KEY, o->key);
  panel_fact(p, f, W_OFFICE_KIND, kind_word(p, o->kind));
  panel_fact(p, f, W_OFFICE_NAME_ZH, o->name_zh);
  panel_fact(p, f, W_OFFICE_NAME_EN, o->name_en);
  panel_fact(p, f, W_OFFICE_UNITS, units_words(p, o->units));
  panel_fact(p, f, W_OFFICE_PHONE, o->phone);
  panel_fact(p, f, W_OFFICE_CREDIT, o->credit_code);
  if (o->place) panel_fact(p, f, W_TEAM_WHERE, panel_place(p, o->place));
  if (o->parent) panel_fact(p, f, W_OFFICE_PARENT, panel_org(p, o->parent));
}

static void change_parts(struct panel *p, const struct org_row *o, bool ended, const struct error *wrong) {
  const char *at = arena_printf(p->r->arena, "/admin/orgs/%lld", (long long)o->id);
  bool sent_end = text_eq(p->r->http->path, arena_printf(p->r->arena, "%s/end", at));
  org_form(p, at, ended ? W_OFFICE_ORG_REVIVE : W_OFFICE_SAVE, o, sent_end ? NULL : wrong);
  if (ended) return;
  const char *end = arena_printf(p->r->arena, "%s/end", at);
  struct panel_form *f = panel_form(p, panel_word(p, W_OFFICE_ORG_END), end, W_OFFICE_ORG_END);
  f->look = "danger";
  f->help = panel_word(p, W_OFFICE_ORG_END_HELP);
  if (sent_end) panel_wrong(p, f, wrong);
}

static int show_org(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct org_row o;
  bool ended;
  if (panel_start(&p, r, W_OFFICE_ORGS, err) < 0 || load(&o, &ended, r, p.who.db, r->arena, err) < 0) return -1;
  panel_title(&p, r->lang == LANG_EN ? o.name_en : o.name_zh, ended ? panel_word(&p, W_OFFICE_ENDED) : "");
  panel_back(&p, "/admin/orgs", panel_word(&p, W_OFFICE_ORGS));
  org_facts(&p, &o);
  if (posts_part(&p, o.id, err) < 0) return -1;
  if (admin_acts(r)) change_parts(&p, &o, ended, wrong);
  return panel_send(&p, status);
}

static int org_get(struct request *r, struct error *err) { return show_org(r, NULL, 200, err); }

static int change(struct lane_txn *t, void *ctx, struct error *err) {
  struct keeping *k = ctx;
  struct org_row had;
  bool ended;
  if (load(&had, &ended, k->r, t->db, t->arena, err) < 0) return -1;
  if (admin_seen(k->r, digest_of(t->arena, &had), err) < 0) return -1;
  k->org.key = had.key;
  k->org.parent = had.parent;
  k->org.place = had.place;
  return people_org_put(t, &k->r->actor, &k->org, &k->id, err);
}

static int end(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  struct q_office_org_waiting_out waiting = {0};
  struct q_office_org_waiting_in in = {.district = t->district, .who = org_key(t->arena, req_int(r, ORG_ID))};
  if (q_office_org_waiting(t->db, t->arena, &waiting, &in, err) < 0) return -1;
  return people_org_end(t, &r->actor, req_int(r, ORG_ID), waiting.n, err);
}

static int changed(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_org);
  reply_notice(r, W_OFFICE_SAVED);
  return reply_redirect(r, arena_printf(r->arena, "/admin/orgs/%lld", (long long)req_int(r, ORG_ID)));
}

static int change_post(struct request *r, struct error *err) {
  struct keeping *k = ARENA_NEW(r->arena, struct keeping);
  k->r = r;
  if (read_org(&k->org, r, desk_world(r)->catalogue, err) < 0) return admin_wrong(r, err, show_org);
  return app_run(r, change, k, changed);
}

static int end_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, end, r, changed);
}

#define ID_PARAM [ORG_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

const struct route routes_orgs[] = {
    {.method = HTTP_GET, .path = "/admin/orgs", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_ORGS, .rate = RATE_PAGE,
     .handler = orgs_get, PARAMS([ORGS_KIND] = {.name = "kind", .type = PARAM_CODE, .in = IN_QUERY})},
    {.method = HTTP_GET, .path = "/admin/orgs/new", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .help = W_ROUTE_ORG_NEW_PAGE,
     .rate = RATE_PAGE, .handler = new_get},
    {.method = HTTP_POST, .path = "/admin/orgs/new", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_ORG_NEW, .handler = new_post},
    {.method = HTTP_GET, .path = "/admin/orgs/{id}", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_ORG,
     .rate = RATE_PAGE, .handler = org_get, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/admin/orgs/{id}", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_ORG_CHANGE, .handler = change_post, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/admin/orgs/{id}/end", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_ORG_END, .handler = end_post, PARAMS(ID_PARAM)},
    {0}};
