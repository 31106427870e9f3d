/* People who work here, for the administrator: who there is, their sign-in, their posts; a new person; passwords given
 * anew, locking and opening, one-time codes off after a lost telephone. Administrators see names of office, no resident. */
#include <string.h>

#include "people/people.h"
#include "web/panel.h"

enum { PEOPLE_SEARCH };
enum { PERSON_ID };
enum { PEOPLE_MOST = 300, GIVEN_CHARS = 14 };

#define PEOPLE_WHO ROLE_BIT(ROLE_ADMINISTRATOR)
#define ID_PARAM [PERSON_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15}

/* --- the list --------------------------------------------------------------------------------------------------- */

/* Text for LIKE with ! as the escape. */
static const char *pattern_of(struct arena *a, const char *text) {
  struct buf b;
  if (!*text) return NULL;
  buf_init(&b, 1000);
  buf_putc(&b, '%');
  for (const char *s = text; *s; s++) {
    if (strchr("%_!", *s)) buf_putc(&b, '!');
    buf_putc(&b, *s);
  }
  buf_putc(&b, '%');
  const char *pattern = arena_strdup(a, b.data);
  buf_free(&b);
  return pattern;
}

static void state_cell(struct panel *p, struct panel_part *t, const char *status, time_ms locked_until) {
  bool failed = locked_until > p->r->now;
  if (!status)
    panel_tag(p, t, "clock held", panel_word(p, W_PEOPLE_NO_ACCOUNT));
  else if (!text_eq(status, "active") || failed)
    panel_tag(p, t, "clock late", panel_word(p, failed ? W_PEOPLE_LOCKED_FAILURES : W_PEOPLE_LOCKED));
  else
    panel_tag(p, t, "clock ok", panel_word(p, W_PEOPLE_ACTIVE));
}

static int people_get(struct request *r, struct error *err) {
  struct panel p;
  struct q_admin_people_out *rows;
  size_t n;
  if (panel_start(&p, r, W_PEOPLE_TITLE, err) < 0) return -1;
  panel_button(&p, "/admin/people/import", W_HIRE_IMPORT, "upload", "");
  panel_button(&p, "/admin/people/new", W_PEOPLE_NEW, "file-plus", "primary");
  struct panel_form *f = panel_filter(&p, "/admin/people");
  panel_field(&p, f, "q", "text", W_PEOPLE_NAME_OR_LOGIN, req_text(r, PEOPLE_SEARCH));
  struct q_admin_people_in in = {.district = p.who.world->district, .most = PEOPLE_MOST,
                                 .pattern = pattern_of(r->arena, req_text(r, PEOPLE_SEARCH))};
  if (q_admin_people(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_PEOPLE_NAME, W_PEOPLE_LOGIN, W_PEOPLE_STATE, W_PEOPLE_CODES,
                                     W_PEOPLE_LAST, NO_WORD);
  for (size_t i = 0; i < n; i++) {
    panel_row(&p, t);
    panel_link(&p, t, arena_printf(r->arena, "/admin/people/%lld", (long long)rows[i].id), rows[i].staff_name);
    panel_cell(&p, t, rows[i].login ? rows[i].login : "—");
    state_cell(&p, t, rows[i].login ? rows[i].status : NULL, rows[i].locked_until);
    panel_cell(&p, t, panel_word(&p, rows[i].has_totp ? W_PEOPLE_CODES_ON : W_PEOPLE_CODES_OFF));
    panel_time(&p, t, rows[i].last_at);
  }
  if (n == PEOPLE_MOST) panel_note(&p, "", panel_word(&p, W_PEOPLE_MORE));
  return panel_send(&p, 200);
}

/* --- a new person ----------------------------------------------------------------------------------------------- */

struct hiring {
  struct request *r;
  char hash[PASSWORD_HASH_SIZE], given[GIVEN_CHARS + 4];
  int64_t person, account;
};

/* A password to be told once and changed at the first sign-in: letters and digits that nobody mistakes for others. */
static void make_password(char out[GIVEN_CHARS + 4]) {
  static const char letters[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  unsigned char bytes[GIVEN_CHARS];
  random_fill(bytes, sizeof bytes);
  for (int i = 0; i < GIVEN_CHARS; i++) out[i] = letters[bytes[i] % (sizeof letters - 1)];
  memcpy(out + GIVEN_CHARS, "a8K", 4); /* every class, whatever the dice said */
}

static int show_new(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  if (panel_start(&p, r, W_PEOPLE_NEW, err) < 0) return -1;
  panel_back(&p, "/admin/people", panel_word(&p, W_PEOPLE_TITLE));
  struct panel_form *f = panel_form(&p, NULL, "/admin/people/new", W_PEOPLE_NEW);
  struct form_field *x = panel_field(&p, f, "name", "text", W_PEOPLE_NAME, "");
  x->needed = true;
  x->max_chars = 40;
  x->help = panel_word(&p, W_PEOPLE_NAME_HELP);
  x = panel_field(&p, f, "login", "text", W_PEOPLE_LOGIN, "");
  x->max_chars = LOGIN_MAX;
  x->help = panel_word(&p, W_PEOPLE_LOGIN_HELP);
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int new_get(struct request *r, struct error *err) { return show_new(r, NULL, 200, err); }

static int hire(struct lane_txn *t, void *ctx, struct error *err) {
  struct hiring *h = ctx;
  const struct people_env *env = app_of(h->r)->people;
  struct person_new person = {.staff_name = panel_typed(h->r, "name")};
  const char *login = panel_typed(h->r, "login");
  if (people_person_add(t, env, &h->r->actor, &person, &h->person, err) < 0) return -1;
  struct account_new account = {.login = login, .person = h->person, .hash = h->hash, .must_change = true};
  return *login ? people_account_create(t, env, &h->r->actor, &account, &h->account, err) : 0;
}

/* A password is shown once, on the page that answers, and nowhere else. */
static int show_given(struct request *r, int64_t person, const char *login, const char *given, struct error *err) {
  struct panel p;
  if (panel_start(&p, r, W_PEOPLE_GIVEN, err) < 0) return -1;
  r->http->reply.no_store = true;
  panel_back(&p, arena_printf(r->arena, "/admin/people/%lld", (long long)person), panel_word(&p, W_PEOPLE_PERSON));
  panel_note(&p, "notice", panel_word(&p, W_PEOPLE_GIVEN_HELP));
  struct panel_part *f = panel_facts(&p, NULL);
  panel_fact(&p, f, W_PEOPLE_LOGIN, login);
  panel_fact_named(&p, f, panel_word(&p, W_PEOPLE_PASSWORD), given, "code");
  return panel_send(&p, 200);
}

static int hired(struct request *r, void *ctx, struct error *err) {
  struct hiring *h = ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    error_clear(err);
    return show_new(r, &wrong, error_http_status(wrong.kind), err);
  }
  if (h->account) return show_given(r, h->person, panel_typed(r, "login"), h->given, err);
  reply_notice(r, W_PEOPLE_ADDED);
  return reply_redirect(r, arena_printf(r->arena, "/admin/people/%lld", (long long)h->person));
}

static int new_post(struct request *r, struct error *err) {
  struct hiring *h = ARENA_NEW(r->arena, struct hiring);
  struct error wrong = {0};
  const char *login = panel_typed(r, "login");
  h->r = r;
  if (!*panel_typed(r, "name")) error_set(&wrong, ERR_INPUT, "admin.name", "name", NULL);
  if (wrong.kind == ERR_NONE && *login) people_login_check(login, &wrong);
  if (wrong.kind != ERR_NONE) return show_new(r, &wrong, error_http_status(wrong.kind), err);
  make_password(h->given);
  if (*login && people_password_prepare(h->hash, app_of(r)->people, login, h->given, err) < 0) return -1;
  return app_run(r, hire, h, hired);
}

/* --- one person ------------------------------------------------------------------------------------------------- */

static void account_part(struct panel *p, const struct q_admin_account_of_person_out *row, int64_t person) {
  struct arena *a = p->r->arena;
  struct panel_part *t = panel_table(p, panel_say(p, W_PEOPLE_ACCOUNT, row->login, NULL), W_PEOPLE_STATE, W_PEOPLE_CODES,
                                     W_PEOPLE_SET, W_PEOPLE_LAST, W_PEOPLE_DO, W_PEOPLE_DO, W_PEOPLE_DO, NO_WORD);
  bool open = text_eq(row->status, "active") && row->locked_until <= p->r->now;
  panel_row(p, t);
  state_cell(p, t, row->status, row->locked_until);
  panel_cell(p, t, panel_word(p, row->has_totp ? W_PEOPLE_CODES_ON : W_PEOPLE_CODES_OFF));
  panel_time(p, t, row->password_at)->small = row->must_change ? panel_word(p, W_PEOPLE_MUST_CHANGE) : NULL;
  panel_time(p, t, row->last_at);
  panel_act(p, t, arena_printf(a, "/admin/people/%lld/password", (long long)person), W_PEOPLE_RESET);
  panel_act(p, t, arena_printf(a, "/admin/people/%lld/%s", (long long)person, open ? "lock" : "unlock"),
            open ? W_PEOPLE_LOCK : W_PEOPLE_UNLOCK);
  if (row->has_totp)
    panel_act(p, t, arena_printf(a, "/admin/people/%lld/codes-off", (long long)person), W_PEOPLE_TURN_CODES_OFF);
  else
    panel_cell(p, t, "—");
}

static int posts_part(struct panel *p, int64_t person, struct error *err) {
  struct q_admin_posts_of_person_out *rows;
  size_t n;
  struct q_admin_posts_of_person_in in = {.district = p->who.world->district, .person = person};
  if (q_admin_posts_of_person(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(p, panel_word(p, W_PEOPLE_POSTS), W_TEAM_ROLE, W_TEAM_WHERE, W_TEAM_FROM,
                                     W_TEAM_UNTIL, W_TEAM_STATE, NO_WORD);
  for (size_t i = 0; i < n; i++) {
    bool ended = rows[i].until_at && rows[i].until_at <= p->r->now;
    panel_row(p, t);
    panel_link(p, t, arena_printf(p->r->arena, "/team/posts/%lld", (long long)rows[i].id),
               panel_role(p, role_by_name(rows[i].role)));
    panel_cell(p, t, rows[i].org ? panel_org(p, rows[i].org) : panel_place(p, rows[i].place));
    panel_cell(p, t, panel_date(p, rows[i].from_at));
    panel_cell(p, t, rows[i].until_at ? panel_date(p, rows[i].until_at) : panel_word(p, W_TEAM_OPEN_END));
    bool coming = rows[i].from_at > p->r->now;
    panel_tag(p, t, ended ? "clock held" : coming ? "clock soon" : "clock ok",
              panel_word(p, ended ? W_PEOPLE_POST_ENDED : coming ? W_PEOPLE_POST_COMING : W_TEAM_IN_OFFICE));
  }
  return 0;
}

static int show_person(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct q_person_by_id_out person;
  struct q_admin_account_of_person_out *accounts;
  size_t n;
  int64_t id = req_int(r, PERSON_ID);
  if (panel_start(&p, r, W_PEOPLE_PERSON, err) < 0) return -1;
  struct q_person_by_id_in which = {.district = p.who.world->district, .id = id};
  int found = q_person_by_id(p.who.db, r->arena, &person, &which, err);
  if (found < 0) return -1;
  if (found == 0 || text_empty(person.staff_name)) return error_set(err, ERR_MISSING, "admin.person.missing", NULL, NULL);
  panel_title(&p, person.staff_name, "");
  panel_back(&p, "/admin/people", panel_word(&p, W_PEOPLE_TITLE));
  const struct view_problem *problem = wrong ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  struct q_admin_account_of_person_in in = {.district = p.who.world->district, .person = id};
  if (q_admin_account_of_person(p.who.db, r->arena, &accounts, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) account_part(&p, &accounts[i], id);
  const char *who = n ? accounts[0].login : person.staff_name;
  panel_button(&p, arena_printf(r->arena, "/team/posts/new?who=%s", who), W_TEAM_APPOINT, "file-plus", "primary");
  if (!n) panel_note(&p, "", panel_word(&p, W_PEOPLE_NO_ACCOUNT_HELP));
  if (posts_part(&p, id, err) < 0) return -1;
  return panel_send(&p, status);
}

static int person_get(struct request *r, struct error *err) { return show_person(r, NULL, 200, err); }

/* --- what is done to an account --------------------------------------------------------------------------------- */

enum deed { GIVE_PASSWORD, LOCK, UNLOCK, CODES_OFF };

struct changing {
  struct request *r;
  enum deed deed;
  int64_t account;
  const char *login;
  char hash[PASSWORD_HASH_SIZE], given[GIVEN_CHARS + 4];
};

static int change(struct lane_txn *t, void *ctx, struct error *err) {
  struct changing *c = ctx;
  const struct people_env *env = app_of(c->r)->people;
  const struct actor *by = &c->r->actor;
  switch (c->deed) {
    case GIVE_PASSWORD: return people_account_password(t, env, by, c->account, c->hash, true, NULL, err);
    case LOCK: return people_account_status(t, env, by, c->account, "locked", err);
    case UNLOCK: return people_account_status(t, env, by, c->account, "active", err);
    case CODES_OFF: return people_account_totp(t, env, by, c->account, NULL, NULL, err);
  }
  return 0;
}

static int changed(struct request *r, void *ctx, struct error *err) {
  static const enum word done[] = {[LOCK] = W_PEOPLE_LOCK_DONE, [UNLOCK] = W_PEOPLE_UNLOCK_DONE,
                                   [CODES_OFF] = W_PEOPLE_CODES_OFF_DONE};
  struct changing *c = ctx;
  if (err->kind != ERR_NONE) {
    struct error wrong = *err;
    error_clear(err);
    return show_person(r, &wrong, error_http_status(wrong.kind), err);
  }
  if (c->deed == GIVE_PASSWORD) return show_given(r, req_int(r, PERSON_ID), c->login, c->given, err);
  reply_notice(r, done[c->deed]);
  return reply_redirect(r, arena_printf(r->arena, "/admin/people/%lld", (long long)req_int(r, PERSON_ID)));
}

static int start_change(struct request *r, enum deed deed, struct error *err) {
  struct changing *c = ARENA_NEW(r->arena, struct changing);
  struct q_admin_account_of_person_out *rows;
  struct db *db;
  size_t n;
  struct q_admin_account_of_person_in in = {.district = app_of(r)->district, .person = req_int(r, PERSON_ID)};
  if (app_db(&db, r, err) < 0 || q_admin_account_of_person(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  if (!n) return error_set(err, ERR_MISSING, "people.account.missing", NULL, NULL);
  c->r = r;
  c->deed = deed;
  c->account = rows[0].id;
  c->login = rows[0].login;
  make_password(c->given);
  if (deed == GIVE_PASSWORD && people_password_prepare(c->hash, app_of(r)->people, c->login, c->given, err) < 0) return -1;
  return app_run(r, change, c, changed);
}

static int password_post(struct request *r, struct error *err) { return start_change(r, GIVE_PASSWORD, err); }
static int lock_post(struct request *r, struct error *err) { return start_change(r, LOCK, err); }
static int unlock_post(struct request *r, struct error *err) { return start_change(r, UNLOCK, err); }
static int codes_off_post(struct request *r, struct error *err) { return start_change(r, CODES_OFF, err); }

#define DEED(what, text, run)                                                                                         \
  {.method = HTTP_POST, .path = "/admin/people/{id}/" what, .kind = ROUTE_PAGE, .who = PEOPLE_WHO, .csrf = CSRF_TOKEN, \
   .open_form = true, .help = text, .handler = run, PARAMS(ID_PARAM)}

const struct route routes_people[] = {
    {.method = HTTP_GET, .path = "/admin/people", .kind = ROUTE_PAGE, .who = PEOPLE_WHO, .help = W_ROUTE_PEOPLE,
     .rate = RATE_PAGE, .handler = people_get,
     PARAMS([PEOPLE_SEARCH] = {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_GET, .path = "/admin/people/new", .kind = ROUTE_PAGE, .who = PEOPLE_WHO,
     .help = W_ROUTE_PERSON_NEW_PAGE, .rate = RATE_PAGE, .handler = new_get},
    {.method = HTTP_POST, .path = "/admin/people/new", .kind = ROUTE_PAGE, .who = PEOPLE_WHO, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_PERSON_NEW, .handler = new_post},
    {.method = HTTP_GET, .path = "/admin/people/{id}", .kind = ROUTE_PAGE, .who = PEOPLE_WHO, .help = W_ROUTE_PERSON,
     .rate = RATE_PAGE, .handler = person_get, PARAMS(ID_PARAM)},
    DEED("password", W_ROUTE_PERSON_PASSWORD, password_post),
    DEED("lock", W_ROUTE_PERSON_LOCK, lock_post),
    DEED("unlock", W_ROUTE_PERSON_UNLOCK, unlock_post),
    DEED("codes-off", W_ROUTE_PERSON_CODES_OFF, codes_off_post),
    {0}};
