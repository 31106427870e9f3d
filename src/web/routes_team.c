/* The grid force: who serves where, from when until when; appointing, ending, handing over; where 1+2+N is not met. */
#include <string.h>

#include "people/post.h"
#include "web/panel.h"

enum { TEAM_ROLE, TEAM_PLACE };
enum { POST_ID };
enum { ROWS_MOST = 400, VACANCIES_MOST = 120 };

#define TEAM_WHO                                                                                             \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |         \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_DISTRICT_LEADER) |           \
   ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))
#define APPOINT_WHO                                                                                          \
  (ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) |         \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_ADMINISTRATOR))

/* --- who may see which row -------------------------------------------------------------------------------------- */

static bool in_reach(const struct request *r, const struct place_chain *at, int64_t org) {
  struct scope scope;
  if (access_has_role(&r->actor, ROLE_BIT(ROLE_ADMINISTRATOR))) return true;
  access_scope(&r->actor, &scope);
  return access_scope_covers(&scope, at, org);
}

static struct place_chain chain_of(const struct place_row *p) {
  return (struct place_chain){.street = p->street, .community = p->community, .grid = p->grid, .building = p->building,
                              .stairwell = p->stairwell};
}

static bool may_appoint_any(const struct request *r) { return access_has_role(&r->actor, APPOINT_WHO); }

/* --- the list --------------------------------------------------------------------------------------------------- */

static void role_options(struct panel *p, struct panel_form *f, const struct place_chain *at, bool all) {
  if (all) panel_option(p, f, "", panel_word(p, W_TEAM_ALL_ROLES));
  for (int i = 0; i < ROLE_COUNT; i++) {
    enum role role = (enum role)i;
    bool offered = all ? role != ROLE_RESIDENT : role != ROLE_RESIDENT && access_may_appoint(&p->r->actor, role, at);
    if (offered) panel_option(p, f, role_name(role), panel_role(p, role));
  }
}

static const char *where_of(struct panel *p, const struct post_row *row) {
  const char *org = panel_org(p, row->post.org);
  if (*org) return org;
  return panel_place(p, row->post.place);
}

static void post_line(struct panel *p, struct panel_part *t, const struct post_row *row) {
  panel_row(p, t);
  panel_cell(p, t, panel_role(p, row->post.role));
  struct panel_cell *who = panel_link(p, t, arena_printf(p->r->arena, "/team/posts/%lld", (long long)row->post.id), row->name);
  if (row->post.acting) who->small = panel_word(p, W_TEAM_ACTING);
  panel_cell(p, t, where_of(p, row));
  panel_cell(p, t, row->rotation ? panel_count(p, row->rotation) : "—");
  panel_cell(p, t, panel_date(p, row->from));
  panel_cell(p, t, row->until ? panel_date(p, row->until) : panel_word(p, W_TEAM_OPEN_END));
  panel_cell(p, t, row->duty_phone ? row->duty_phone : "—");
}

static int list_role(struct panel *p, struct panel_part *t, enum role role, int *rows, struct error *err) {
  struct post_row *found;
  size_t n;
  const char *typed = req_text(p->r, TEAM_PLACE);
  struct post_filter which = {.role = role};
  if (people_posts_in_office(&found, &n, p->who.db, p->r->arena, p->who.world->district, &which, p->r->now, err) < 0)
    return -1;
  for (size_t i = 0; i < n && *rows < ROWS_MOST; i++) {
    if (!in_reach(p->r, &found[i].post.at, found[i].post.org)) continue;
    if (*typed && !strstr(where_of(p, &found[i]), typed) && !strstr(found[i].name, typed)) continue;
    post_line(p, t, &found[i]);
    (*rows)++;
  }
  return 0;
}

static int tabs(struct panel *p, bool vacancies) {
  panel_tab(p, "/team", panel_word(p, W_TEAM_IN_OFFICE), "", !vacancies);
  panel_tab(p, "/team/vacancies", panel_word(p, W_TEAM_VACANCIES), "", vacancies);
  if (may_appoint_any(p->r)) panel_button(p, "/team/posts/new", W_TEAM_APPOINT, "file-plus", "primary");
  return 0;
}

static int team_get(struct request *r, struct error *err) {
  struct panel p;
  int rows = 0;
  enum role only = role_by_name(req_text(r, TEAM_ROLE));
  if (panel_start(&p, r, W_TEAM_TITLE, err) < 0) return -1;
  tabs(&p, false);
  struct panel_form *f = panel_filter(&p, "/team");
  panel_field(&p, f, "role", "choice", W_TEAM_ROLE, req_text(r, TEAM_ROLE));
  role_options(&p, f, NULL, true);
  panel_field(&p, f, "place", "text", W_TEAM_WHERE_OR_WHO, req_text(r, TEAM_PLACE));
  struct panel_part *t = panel_table(&p, NULL, W_TEAM_ROLE, W_TEAM_HOLDER, W_TEAM_WHERE, W_TEAM_TURN, W_TEAM_FROM,
                                     W_TEAM_UNTIL, W_TEAM_PHONE, NO_WORD);
  for (int i = 0; i < ROLE_COUNT; i++)
    if (i != ROLE_RESIDENT && (only == ROLE_NONE || only == (enum role)i) &&
        list_role(&p, t, (enum role)i, &rows, err) < 0)
      return -1;
  if (rows == ROWS_MOST) panel_note(&p, "", panel_word(&p, W_TEAM_MORE));
  return panel_send(&p, 200);
}

/* --- vacancies of 1+2+N ----------------------------------------------------------------------------------------- */

struct force {
  struct force_place *places;
  struct q_place_of_level_out *rows;
  size_t count;
};

static int places_of(struct force *out, struct panel *p, enum role_level level, struct error *err) {
  static const enum place_level levels[] = {[ROLE_AT_STAIRWELL] = PLACE_STAIRWELL, [ROLE_AT_BUILDING] = PLACE_BUILDING,
                                            [ROLE_AT_GRID] = PLACE_GRID,           [ROLE_AT_COMMUNITY] = PLACE_COMMUNITY,
                                            [ROLE_AT_STREET] = PLACE_STREET};
  if (level < ROLE_AT_STAIRWELL || level > ROLE_AT_STREET) return 0;
  struct q_place_of_level_in in = {.district = p->who.world->district, .level = (int64_t)levels[level]};
  size_t n, kept = 0;
  struct q_place_of_level_out *rows;
  if (q_place_of_level(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  out->places = ARENA_ARRAY(p->r->arena, n + 1, struct force_place);
  for (size_t i = 0; i < n; i++) {
    struct place_chain at = {.street = rows[i].street, .community = rows[i].community, .grid = rows[i].grid};
    if (level == ROLE_AT_COMMUNITY) at.community = rows[i].id;
    if (level == ROLE_AT_GRID) at.grid = rows[i].id;
    if (!in_reach(p->r, &at, 0)) continue;
    out->places[kept] = (struct force_place){rows[i].id, level};
    rows[kept++] = rows[i];
  }
  out->rows = rows;
  out->count = kept;
  return 0;
}

static void vacancy_line(struct panel *p, struct panel_part *t, const struct force *f, const struct force_finding *x) {
  const struct q_place_of_level_out *place = &f->rows[x->place];
  bool vacant = x->have < x->least;
  panel_row(p, t);
  panel_tag(p, t, vacant ? "clock late" : "clock soon", panel_word(p, vacant ? W_TEAM_VACANT : W_TEAM_TOO_MANY));
  struct panel_cell *where = panel_cell(p, t, panel_place(p, place->id));
  where->small = place->code;
  panel_cell(p, t, panel_role(p, x->role));
  panel_number(p, t, x->have);
  panel_cell(p, t, x->most ? panel_count(p, x->least) : panel_say(p, W_TEAM_AT_LEAST, panel_count(p, x->least), NULL));
  if (!vacant)
    panel_link(p, t, arena_printf(p->r->arena, "/team?role=%s", role_name(x->role)), panel_word(p, W_TEAM_END_ONE));
  else if (may_appoint_any(p->r))
    panel_link(p, t, arena_printf(p->r->arena, "/team/posts/new?role=%s&place=%s", role_name(x->role), place->code),
               panel_word(p, W_TEAM_APPOINT_HERE));
  else
    panel_cell(p, t, panel_word(p, W_TEAM_ASK_STREET));
}

static int check_rule(struct panel *p, struct panel_part *t, const struct force_rule *rule, int *vacant, int *rows,
                      struct error *err) {
  struct force f = {0};
  struct post_row *posts;
  struct force_finding *found;
  size_t post_count, n;
  struct post_filter which = {.role = rule->role};
  if (places_of(&f, p, rule->per, err) < 0) return -1;
  if (people_posts_in_office(&posts, &post_count, p->who.db, p->r->arena, p->who.world->district, &which, p->r->now, err) < 0)
    return -1;
  people_force_check(&found, &n, p->r->arena, rule, 1, f.places, f.count, posts, post_count);
  for (size_t i = 0; i < n; i++) {
    if (found[i].have < found[i].least) (*vacant)++;
    if ((*rows)++ < VACANCIES_MOST) vacancy_line(p, t, &f, &found[i]);
  }
  return 0;
}

static int vacancies_get(struct request *r, struct error *err) {
  struct panel p;
  int rows = 0;
  const struct people_settings *s = people_in_force(app_of(r)->people);
  if (panel_start(&p, r, W_TEAM_TITLE, err) < 0) return -1;
  tabs(&p, true);
  panel_note(&p, "", panel_word(&p, W_TEAM_RULE));
  struct panel_part *t = panel_table(&p, NULL, W_TEAM_STATE, W_TEAM_WHERE, W_TEAM_ROLE, W_TEAM_HAVE, W_TEAM_SHOULD,
                                     W_TEAM_WHAT_TO_DO, NO_WORD);
  t->empty = panel_word(&p, W_TEAM_ALL_FILLED);
  for (size_t i = 0; i < s->force_count; i++) {
    int vacant = 0;
    if (check_rule(&p, t, &s->force[i], &vacant, &rows, err) < 0) return -1;
    panel_figure(&p, NULL, panel_say(&p, W_TEAM_VACANT_ROLE, panel_role(&p, s->force[i].role), NULL), vacant,
                 vacant ? "late" : "ok", "users");
  }
  if (rows > VACANCIES_MOST) panel_note(&p, "", panel_say(&p, W_TEAM_MORE_VACANT, panel_count(&p, VACANCIES_MOST), NULL));
  return panel_send(&p, 200);
}

/* --- appointing ------------------------------------------------------------------------------------------------- */

struct appointing {
  struct request *r;
  struct post_new post;
  int64_t id;
};

/* The holder: by sign-in or by name, when only one has it. */
static int find_person(int64_t *out, struct panel *p, const char *text, struct error *err) {
  struct q_admin_person_find_out *rows;
  size_t n;
  struct q_admin_person_find_in in = {.district = p->who.world->district, .text = text};
  if (!*text) return error_set(err, ERR_INPUT, "team.person.none", "who", "—", NULL);
  if (q_admin_person_find(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  if (n == 0) return error_set(err, ERR_INPUT, "team.person.none", "who", text, NULL);
  for (size_t i = 1; i < n; i++)
    if (rows[i].id != rows[0].id) return error_set(err, ERR_INPUT, "team.person.many", "who", text, NULL);
  *out = rows[0].id;
  return 0;
}

/* A place: by code, or by name when only one has it. "": the whole district. */
static int find_place(struct post_new *out, struct panel *p, const char *text, struct error *err) {
  struct place_row row, *rows;
  struct error missing = {0};
  size_t n, same = 0;
  if (!*text) return 0;
  if (place_by_code(&row, p->who.db, p->r->arena, p->who.world->district, text, p->r->now, &missing) < 0) {
    if (place_search(&rows, &n, p->who.db, p->r->arena, p->who.world->district, text, 200, err) < 0) return -1;
    for (size_t i = 0; i < n; i++)
      if (text_eq(rows[i].name, text) && same++ == 0) row = rows[i];
    if (same != 1)
      return error_set(err, ERR_INPUT, same ? "team.place.many" : "team.place.none", "place", text, NULL);
  }
  if (row.level == PLACE_DISTRICT) return 0;
  out->place = row.id;
  out->at = chain_of(&row);
  return 0;
}

static int find_org(int64_t *out, struct panel *p, const char *key, struct error *err) {
  struct org_row row;
  if (!*key) return 0;
  int found = people_org_by_key(&row, p->who.db, p->r->arena, p->who.world->district, key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  *out = found > 0 ? row.id : 0;
  return found < 0 ? -1 : 0;
}

/* Midnight of a typed date; 0 for none. */
static int read_day(time_ms *out, const struct request *r, const char *text, const char *field, struct error *err) {
  int32_t day;
  if (!*text) return 0;
  if (!date_parse(&day, text)) return error_set(err, ERR_INPUT, "team.date", field, NULL);
  *out = ms_of_day(day, r->page.offset_min);
  return 0;
}

static int read_turn(int *out, const char *text, struct error *err) {
  int64_t n = 0;
  if (*text && (!text_to_int(text, &n) || n < 0 || n > 120)) return error_set(err, ERR_INPUT, "team.turn", "rotation", NULL);
  *out = (int)n;
  return 0;
}

static int read_post(struct post_new *out, struct panel *p, struct error *err) {
  struct request *r = p->r;
  *out = (struct post_new){.role = role_by_name(panel_typed(r, "role")), .appointed_by = panel_typed(r, "body"),
                           .duty_phone = *panel_typed(r, "phone") ? panel_typed(r, "phone") : NULL,
                           .acting = *panel_typed(r, "acting") != '\0'};
  if (out->role == ROLE_NONE) return error_set(err, ERR_INPUT, "people.post.role", "role", NULL);
  if (find_person(&out->person, p, panel_typed(r, "who"), err) < 0) return -1;
  if (find_place(out, p, panel_typed(r, "place"), err) < 0 || find_org(&out->org, p, panel_typed(r, "org"), err) < 0)
    return -1;
  if (read_day(&out->from, r, panel_typed(r, "from"), "from", err) < 0) return -1;
  if (read_day(&out->until, r, panel_typed(r, "until"), "until", err) < 0) return -1;
  return read_turn(&out->rotation, panel_typed(r, "rotation"), err);
}

static int org_options(struct panel *p, struct panel_form *f, struct error *err) {
  struct org_row *rows;
  size_t n;
  if (people_orgs(&rows, &n, p->who.db, p->r->arena, p->who.world->district, NULL, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) panel_option(p, f, rows[i].key, p->r->lang == LANG_EN ? rows[i].name_en : rows[i].name_zh);
  return 0;
}

enum { NEW_ROLE, NEW_PLACE, NEW_WHO };

static int show_appoint(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  bool get = r->http->method == HTTP_GET;
  struct place_chain everywhere = r->actor.post_count ? r->actor.posts[0].at : (struct place_chain){0};
  if (panel_start(&p, r, W_TEAM_APPOINT, err) < 0) return -1;
  panel_back(&p, "/team", panel_word(&p, W_TEAM_TITLE));
  panel_note(&p, "", panel_word(&p, W_TEAM_NOBODY_MORE));
  struct panel_form *f = panel_form(&p, NULL, "/team/posts/new", W_TEAM_APPOINT);
  struct form_field *x = panel_field(&p, f, "who", "text", W_TEAM_HOLDER, get ? req_text(r, NEW_WHO) : "");
  x->needed = true;
  x->help = panel_word(&p, W_TEAM_WHO_HELP);
  panel_field(&p, f, "role", "choice", W_TEAM_ROLE, get ? req_text(r, NEW_ROLE) : "")->needed = true;
  role_options(&p, f, &everywhere, false);
  panel_field(&p, f, "place", "text", W_TEAM_WHERE, get ? req_text(r, NEW_PLACE) : "")->help = panel_word(&p, W_TEAM_PLACE_HELP);
  if (access_has_role(&r->actor, ROLE_BIT(ROLE_ADMINISTRATOR))) {
    panel_field(&p, f, "org", "choice", W_TEAM_ORG, "");
    if (org_options(&p, f, err) < 0) return -1;
  }
  panel_field(&p, f, "from", "date", W_TEAM_FROM, "")->help = panel_word(&p, W_TEAM_FROM_HELP);
  panel_field(&p, f, "until", "date", W_TEAM_UNTIL, "")->help = panel_word(&p, W_TEAM_UNTIL_HELP);
  panel_field(&p, f, "rotation", "text", W_TEAM_TURN, "")->help = panel_word(&p, W_TEAM_TURN_HELP);
  panel_field(&p, f, "acting", "check", W_TEAM_ACTING, "");
  panel_field(&p, f, "body", "text", W_TEAM_BODY, "");
  x = panel_field(&p, f, "phone", "phone", W_TEAM_PHONE, "");
  x->help = panel_word(&p, W_TEAM_PHONE_HELP);
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int appoint_get(struct request *r, struct error *err) { return show_appoint(r, NULL, 200, err); }

static int appoint(struct lane_txn *t, void *ctx, struct error *err) {
  struct appointing *a = ctx;
  return people_post_appoint(t, app_of(a->r)->people, &a->r->actor, &a->post, &a->id, err);
}

typedef int show_fn(struct request *r, const struct error *wrong, int status, struct error *err);

static int refused(struct request *r, struct error *err, show_fn *show) {
  struct error wrong = *err;
  error_clear(err);
  return show(r, &wrong, error_http_status(wrong.kind), err);
}

static int appointed(struct request *r, void *ctx, struct error *err) {
  struct appointing *a = ctx;
  if (err->kind != ERR_NONE) return refused(r, err, show_appoint);
  reply_notice(r, W_TEAM_APPOINTED);
  return reply_redirect(r, arena_printf(r->arena, "/team/posts/%lld", (long long)a->id));
}

static int appoint_post(struct request *r, struct error *err) {
  struct appointing *a = ARENA_NEW(r->arena, struct appointing);
  struct panel p = {.r = r};
  a->r = r;
  if (desk_asker(&p.who, r, err) < 0) return -1;
  if (read_post(&a->post, &p, err) < 0) return err->kind == ERR_INPUT ? refused(r, err, show_appoint) : -1;
  return app_run(r, appoint, a, appointed);
}

/* --- one post: ending and handing over -------------------------------------------------------------------------- */

static int load_post(struct post_row *row, struct panel *p, struct error *err) {
  int found = people_post_get(row, p->who.db, p->r->arena, p->who.world->district, req_int(p->r, POST_ID), err);
  if (found < 0) return -1;
  if (found == 0 || !in_reach(p->r, &row->post.at, row->post.org))
    return error_set(err, ERR_MISSING, "people.post.missing", NULL, NULL);
  return 0;
}

static void post_facts(struct panel *p, const struct post_row *row) {
  struct panel_part *f = panel_facts(p, panel_word(p, W_TEAM_POST));
  panel_fact(p, f, W_TEAM_ROLE, panel_role(p, row->post.role));
  panel_fact(p, f, W_TEAM_HOLDER, row->name);
  panel_fact(p, f, W_TEAM_WHERE, where_of(p, row));
  panel_fact(p, f, W_TEAM_FROM, panel_date(p, row->from));
  panel_fact(p, f, W_TEAM_UNTIL, row->until ? panel_date(p, row->until) : panel_word(p, W_TEAM_OPEN_END));
  if (row->rotation) panel_fact(p, f, W_TEAM_TURN, panel_count(p, row->rotation));
  if (row->post.acting) panel_fact(p, f, W_TEAM_ACTING, panel_word(p, W_PANEL_YES));
  panel_fact(p, f, W_TEAM_BODY, row->appointed_by);
  panel_fact(p, f, W_TEAM_PHONE, row->duty_phone);
}

static int post_history(struct panel *p, const struct post_row *row, struct error *err) {
  struct post_row *rows;
  size_t n;
  if (!row->post.place) return 0;
  if (people_post_history(&rows, &n, p->who.db, p->r->arena, p->who.world->district, row->post.place, row->post.role, err) < 0)
    return -1;
  struct panel_part *t = panel_table(p, panel_word(p, W_TEAM_BEFORE), W_TEAM_HOLDER, W_TEAM_FROM, W_TEAM_UNTIL, NO_WORD);
  for (size_t i = 0; i < n; i++) {
    panel_row(p, t);
    panel_link(p, t, arena_printf(p->r->arena, "/team/posts/%lld", (long long)rows[i].post.id), rows[i].name);
    panel_cell(p, t, panel_date(p, rows[i].from));
    panel_cell(p, t, rows[i].until ? panel_date(p, rows[i].until) : panel_word(p, W_TEAM_OPEN_END));
  }
  return 0;
}

static void post_forms(struct panel *p, const struct post_row *row, const struct error *wrong) {
  struct arena *a = p->r->arena;
  long long id = row->post.id;
  bool sent_end = text_eq(p->r->http->path, arena_printf(a, "/team/posts/%lld/end", id));
  struct panel_form *f = panel_form(p, panel_word(p, W_TEAM_HAND_OVER), arena_printf(a, "/team/posts/%lld/hand-over", id),
                                    W_TEAM_HAND_OVER);
  struct form_field *x = panel_field(p, f, "who", "text", W_TEAM_NEXT_HOLDER, "");
  x->needed = true;
  x->help = panel_word(p, W_TEAM_WHO_HELP);
  panel_field(p, f, "from", "date", W_TEAM_HAND_OVER_DAY, "")->help = panel_word(p, W_TEAM_FROM_HELP);
  f->help = panel_word(p, W_TEAM_HAND_OVER_HELP);
  if (!sent_end) panel_wrong(p, f, wrong);
  f = panel_form(p, panel_word(p, W_TEAM_END), arena_printf(a, "/team/posts/%lld/end", id), W_TEAM_END);
  f->look = "danger";
  panel_field(p, f, "reason", "choice", W_TEAM_REASON, "")->needed = true;
  panel_option(p, f, "term", panel_word(p, W_TEAM_REASON_TERM));
  panel_option(p, f, "resigned", panel_word(p, W_TEAM_REASON_RESIGNED));
  panel_option(p, f, "mistake", panel_word(p, W_TEAM_REASON_MISTAKE));
  panel_field(p, f, "until", "date", W_TEAM_UNTIL, "")->help = panel_word(p, W_TEAM_FROM_HELP);
  if (sent_end) panel_wrong(p, f, wrong);
}

static int show_post(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct post_row row;
  if (panel_start(&p, r, W_TEAM_POST, err) < 0 || load_post(&row, &p, err) < 0) return -1;
  panel_title(&p, arena_printf(r->arena, "%s · %s", panel_role(&p, row.post.role), row.name), where_of(&p, &row));
  panel_back(&p, "/team", panel_word(&p, W_TEAM_TITLE));
  post_facts(&p, &row);
  bool ended = row.until && row.until <= r->now;
  if (!ended && access_may_appoint(&r->actor, row.post.role, &row.post.at)) post_forms(&p, &row, wrong);
  if (post_history(&p, &row, err) < 0) return -1;
  return panel_send(&p, status);
}

static int post_get(struct request *r, struct error *err) { return show_post(r, NULL, 200, err); }

struct ending {
  struct request *r;
  const char *reason;
  int64_t to, next;
  time_ms at;
};

static int end_post(struct lane_txn *t, void *ctx, struct error *err) {
  struct ending *e = ctx;
  const struct people_env *env = app_of(e->r)->people;
  int64_t id = req_int(e->r, POST_ID);
  if (!e->to) return people_post_end(t, env, &e->r->actor, id, e->at, e->reason, err);
  return people_post_hand_over(t, env, &e->r->actor, id, e->to, e->at, &e->next, err);
}

static int ended_post(struct request *r, void *ctx, struct error *err) {
  struct ending *e = ctx;
  if (err->kind != ERR_NONE) return refused(r, err, show_post);
  reply_notice(r, e->to ? W_TEAM_HANDED_OVER : W_TEAM_ENDED);
  return reply_redirect(r, arena_printf(r->arena, "/team/posts/%lld", (long long)(e->to ? e->next : req_int(r, POST_ID))));
}

static int end_or_hand_over(struct request *r, bool hand_over, struct error *err) {
  struct ending *e = ARENA_NEW(r->arena, struct ending);
  struct panel p = {.r = r};
  struct post_row row;
  *e = (struct ending){.r = r, .reason = panel_typed(r, "reason")};
  if (desk_asker(&p.who, r, err) < 0 || load_post(&row, &p, err) < 0) return -1;
  const char *day = hand_over ? "from" : "until";
  if ((hand_over && find_person(&e->to, &p, panel_typed(r, "who"), err) < 0) ||
      read_day(&e->at, r, panel_typed(r, day), day, err) < 0)
    return err->kind == ERR_INPUT ? refused(r, err, show_post) : -1;
  return app_run(r, end_post, e, ended_post);
}

static int end_post_post(struct request *r, struct error *err) { return end_or_hand_over(r, false, err); }
static int hand_over_post(struct request *r, struct error *err) { return end_or_hand_over(r, true, err); }

#define ID_PARAM [POST_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

const struct route routes_team[] = {
    {.method = HTTP_GET, .path = "/team", .kind = ROUTE_PAGE, .who = TEAM_WHO, .help = W_ROUTE_TEAM, .rate = RATE_PAGE,
     .handler = team_get,
     PARAMS([TEAM_ROLE] = {.name = "role", .type = PARAM_CODE, .in = IN_QUERY},
            [TEAM_PLACE] = {.name = "place", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_GET, .path = "/team/vacancies", .kind = ROUTE_PAGE, .who = TEAM_WHO, .help = W_ROUTE_VACANCIES,
     .rate = RATE_PAGE, .handler = vacancies_get},
    {.method = HTTP_GET, .path = "/team/posts/new", .kind = ROUTE_PAGE, .who = APPOINT_WHO, .help = W_ROUTE_APPOINT_PAGE,
     .rate = RATE_PAGE, .handler = appoint_get,
     PARAMS([NEW_ROLE] = {.name = "role", .type = PARAM_CODE, .in = IN_QUERY},
            [NEW_PLACE] = {.name = "place", .type = PARAM_CODE, .in = IN_QUERY},
            [NEW_WHO] = {.name = "who", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_POST, .path = "/team/posts/new", .kind = ROUTE_PAGE, .who = APPOINT_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_APPOINT, .handler = appoint_post},
    {.method = HTTP_GET, .path = "/team/posts/{id}", .kind = ROUTE_PAGE, .who = TEAM_WHO, .help = W_ROUTE_POST_PAGE,
     .rate = RATE_PAGE, .handler = post_get, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/team/posts/{id}/end", .kind = ROUTE_PAGE, .who = APPOINT_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_POST_END, .handler = end_post_post, PARAMS(ID_PARAM)},
    {.method = HTTP_POST, .path = "/team/posts/{id}/hand-over", .kind = ROUTE_PAGE, .who = APPOINT_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_POST_HAND_OVER, .handler = hand_over_post, PARAMS(ID_PARAM)},
    {0}};
