/* People and their posts from a table (CSV): first looked through line by line, then taken as a whole, or not at all. Sending
 * the same table again changes nothing. Accounts made here have no password until one is given on the person's page. */
#include <string.h>

#include "base/csv.h"
#include "people/people.h"
#include "people/post.h"
#include "web/admin.h"

enum { ROWS_MOST = 500, TABLE_MOST = 256 << 10, BODY_MOST = 1 << 20, NAME_CHARS = 40, TURN_MOST = 120 };

/* One line, and what came of looking at it. */
struct line {
  int64_t number;
  const char *name, *login, *role, *place, *org, *from, *until, *turn, *phone;
  struct post_new post;
  bool has_post, known_person, known_post;
  int64_t person; /* 0: to be added */
  struct error wrong;
};

struct table {
  struct request *r;
  const char *text;
  struct line *lines;
  int count, refused, fresh;
  char hash[PASSWORD_HASH_SIZE];
  struct db *db;
};

/* --- one line --------------------------------------------------------------------------------------------------- */

static int check_name(const struct line *l, struct error *err) {
  if (!*l->name || text_chars(l->name) > NAME_CHARS || text_has_controls(l->name))
    return error_set(err, ERR_INPUT, "admin.name", "name", NULL);
  /* what a spreadsheet would run is no name: such tables are passed on */
  return csv_is_formula(l->name) ? error_set(err, ERR_INPUT, "hire.formula", "name", NULL) : 0;
}

static int find_place(struct post_new *out, struct table *t, const char *text, struct error *err) {
  struct place_row row, *rows;
  struct error missing = {0};
  size_t n, same = 0;
  struct arena *a = t->r->arena;
  int64_t district = app_of(t->r)->district;
  if (!*text) return 0;
  if (place_by_code(&row, t->db, a, district, text, t->r->now, &missing) < 0) {
    if (place_search(&rows, &n, t->db, a, district, text, 200, err) < 0) return -1;
    for (size_t i = 0; i < n; i++)
      if (text_eq(rows[i].name, text) && same++ == 0) row = rows[i];
    if (same != 1) return error_set(err, ERR_INPUT, same ? "team.place.many" : "team.place.none", "place", text, NULL);
  }
  if (row.level == PLACE_DISTRICT) return 0;
  out->place = row.id;
  out->at = (struct place_chain){.street = row.street, .community = row.community, .grid = row.grid, .building = row.building,
                                 .stairwell = row.stairwell};
  return 0;
}

static int find_org(int64_t *out, struct table *t, const char *key, struct error *err) {
  struct org_row row;
  if (!*key) return 0;
  int found = people_org_by_key(&row, t->db, t->r->arena, app_of(t->r)->district, key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  *out = found > 0 ? row.id : 0;
  return found < 0 ? -1 : 0;
}

static int read_day(time_ms *out, const struct table *t, const char *text, const char *field, struct error *err) {
  int32_t day;
  if (!*text) return 0;
  if (!date_parse(&day, text)) return error_set(err, ERR_INPUT, "team.date", field, NULL);
  *out = ms_of_day(day, t->r->page.offset_min);
  return 0;
}

/* The level a post's place must have, as people_post_appoint asks it too. */
static int check_level(const struct line *l, struct error *err) {
  enum role_level level = role_level(l->post.role);
  const struct place_chain *at = &l->post.at;
  enum role_level have = at->stairwell ? ROLE_AT_STAIRWELL : at->building ? ROLE_AT_BUILDING : at->grid ? ROLE_AT_GRID
                         : at->community ? ROLE_AT_COMMUNITY : at->street ? ROLE_AT_STREET : ROLE_AT_DISTRICT;
  if (level == ROLE_AT_ORG) return l->post.org ? 0 : error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  return level == have ? 0 : error_set(err, ERR_INPUT, "people.post.level", "place", role_level_name(level), NULL);
}

static int check_post(struct table *t, struct line *l, struct error *err) {
  int64_t turn = 0;
  if (!*l->role) return 0;
  l->has_post = true;
  l->post = (struct post_new){.role = role_by_name(l->role), .appointed_by = "", .duty_phone = *l->phone ? l->phone : NULL};
  if (l->post.role == ROLE_NONE || l->post.role == ROLE_RESIDENT)
    return error_set(err, ERR_INPUT, "people.post.role", "role", NULL);
  if (find_place(&l->post, t, l->place, err) < 0 || find_org(&l->post.org, t, l->org, err) < 0) return -1;
  if (read_day(&l->post.from, t, l->from, "from", err) < 0 || read_day(&l->post.until, t, l->until, "until", err) < 0) return -1;
  if (*l->turn && (!text_to_int(l->turn, &turn) || turn < 0 || turn > TURN_MOST))
    return error_set(err, ERR_INPUT, "team.turn", "rotation", NULL);
  l->post.rotation = (int)turn;
  if (l->post.until && l->post.until <= (l->post.from ? l->post.from : t->r->now))
    return error_set(err, ERR_INPUT, "people.post.dates", "until", NULL);
  return check_level(l, err);
}

/* Is the sign-in somebody's already? Of another name: refused. */
static int check_person(struct table *t, struct line *l, struct error *err) {
  struct q_person_by_id_out person;
  int64_t account, id, district = app_of(t->r)->district;
  if (people_login_check(l->login, err) < 0) return -1;
  int found = people_account_find(&account, &id, t->db, t->r->arena, district, l->login, err);
  if (found <= 0) return found;
  struct q_person_by_id_in in = {.district = district, .id = id};
  if (q_person_by_id(t->db, t->r->arena, &person, &in, err) < 0) return -1;
  if (!text_eq(person.staff_name, l->name)) return error_set(err, ERR_CONFLICT, "hire.other", "login", l->login, NULL);
  l->person = id;
  l->known_person = true;
  return 0;
}

static int check_held(struct table *t, struct line *l, struct error *err) {
  struct post_row *rows;
  size_t n;
  struct post_filter which = {.place = l->post.place, .org = l->post.org, .role = l->post.role};
  if (!l->has_post || !l->person) return 0;
  if (people_posts_in_office(&rows, &n, t->db, t->r->arena, app_of(t->r)->district, &which, t->r->now, err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (rows[i].person == l->person && rows[i].post.place == l->post.place && rows[i].post.org == l->post.org)
      l->known_post = true;
  return 0;
}

/* The same person may stand in several lines, one for each post; never under two names. */
static int check_earlier(const struct table *t, struct line *l, struct error *err) {
  for (int i = 0; i < t->count; i++) {
    const struct line *x = &t->lines[i];
    if (!text_eq(x->login, l->login)) continue;
    if (!text_eq(x->name, l->name)) return error_set(err, ERR_INPUT, "hire.other", "login", l->login, NULL);
    if (text_eq(x->role, l->role) && text_eq(x->place, l->place) && text_eq(x->org, l->org))
      return error_set(err, ERR_INPUT, "hire.twice", "login", panel_count(&(struct panel){.r = t->r}, x->number), NULL);
  }
  return 0;
}

/* What is wrong with a line stays with it; -1 only when it could not be looked at. */
static int look_at(struct table *t, struct line *l, struct error *err) {
  struct error *w = &l->wrong;
  if (check_name(l, w) == 0 && check_person(t, l, w) == 0 && check_earlier(t, l, w) == 0 && check_post(t, l, w) == 0)
    check_held(t, l, w);
  if (w->kind == ERR_NONE) {
    t->fresh += !l->known_person || (l->has_post && !l->known_post);
    return 0;
  }
  t->refused++;
  if (w->kind != ERR_UNAVAILABLE && w->kind != ERR_FAULT) return 0;
  *err = *w;
  return -1;
}

/* --- the table -------------------------------------------------------------------------------------------------- */

enum { C_NAME, C_LOGIN, C_ROLE, C_PLACE, C_ORG, C_FROM, C_UNTIL, C_TURN, C_PHONE, COLUMNS };
static const char *const columns[COLUMNS] = {"name", "login", "role", "place", "org", "from", "until", "rotation", "phone"};

static const char *cell(const struct table *t, const struct csv_row *row, int column) {
  return column < 0 ? "" : text_trim(t->r->arena, row->field[column]);
}

/* A line that is no row of the table is one refused line; reading goes on behind it. */
static void broken_line(struct table *t, struct line *l, struct error *err) {
  *l = (struct line){.name = "", .login = "", .role = "", .place = "", .org = "", .from = "", .until = "", .turn = "",
                     .phone = "", .wrong = *err};
  text_to_int(err->arg[0], &l->number);
  error_clear(err);
  t->refused++;
  t->count++;
}

static int read_lines(struct table *t, struct csv *c, struct error *err) {
  struct csv_row row;
  int at[COLUMNS], more;
  for (int i = 0; i < COLUMNS; i++) at[i] = csv_column(c, columns[i]);
  if (csv_column_required(&at[C_NAME], c, "name", err) < 0 || csv_column_required(&at[C_LOGIN], c, "login", err) < 0) return -1;
  t->lines = ARENA_ARRAY(t->r->arena, ROWS_MOST, struct line);
  while ((more = csv_next(c, &row, err)) != 0) {
    if (t->count == ROWS_MOST) return error_set(err, ERR_INPUT, "hire.many", "table", NULL);
    struct line *l = &t->lines[t->count];
    if (more < 0) {
      broken_line(t, l, err);
      continue;
    }
    *l = (struct line){.number = row.line, .name = cell(t, &row, at[C_NAME]), .login = cell(t, &row, at[C_LOGIN]),
                       .role = cell(t, &row, at[C_ROLE]), .place = cell(t, &row, at[C_PLACE]), .org = cell(t, &row, at[C_ORG]),
                       .from = cell(t, &row, at[C_FROM]), .until = cell(t, &row, at[C_UNTIL]), .turn = cell(t, &row, at[C_TURN]),
                       .phone = cell(t, &row, at[C_PHONE])};
    if (look_at(t, l, err) < 0) return -1;
    t->count++;
  }
  return t->count ? 0 : error_set(err, ERR_INPUT, "hire.empty", "table", NULL);
}

/* The file that was sent, else what stands in the field. */
static int read_text(struct table *t, struct error *err) {
  struct request *r = t->r;
  const char *typed = req_form(r, "table");
  t->text = typed ? typed : "";
  for (size_t i = 0; i < r->http->file_count; i++) {
    const struct http_file *f = &r->http->files[i];
    if (!text_eq(f->field, "file") || !f->len) continue;
    if (f->len > TABLE_MOST) return error_set(err, ERR_INPUT, "hire.large", "file", NULL);
    if (!text_is_utf8((const char *)f->data, f->len)) return error_set(err, ERR_INPUT, "books.utf8", "file", NULL);
    t->text = arena_strndup(r->arena, (const char *)f->data, f->len);
  }
  if (!*t->text) return error_set(err, ERR_INPUT, "books.empty", "table", NULL);
  return strlen(t->text) <= TABLE_MOST ? 0 : error_set(err, ERR_INPUT, "hire.large", "table", NULL);
}

static int read_table(struct table *t, struct error *err) {
  struct csv *c;
  if (app_db(&t->db, t->r, err) < 0 || read_text(t, err) < 0) return -1;
  if (csv_open_bytes(&c, t->r->arena, t->text, strlen(t->text), NULL, err) < 0) return -1;
  int r = csv_read_header(c, err) < 0 ? -1 : read_lines(t, c, err);
  csv_close(c);
  if (r < 0 && !*err->field) text_copy(err->field, sizeof err->field, "table");
  return r;
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static void line_row(struct panel *p, struct panel_part *t, const struct line *l) {
  bool same = l->known_person && (!l->has_post || l->known_post), bad = l->wrong.kind != ERR_NONE;
  panel_row(p, t);
  panel_number(p, t, l->number);
  panel_tag(p, t, bad ? "clock late" : same ? "clock held" : "clock ok",
            panel_word(p, bad ? W_HIRE_REFUSED : same ? W_HIRE_SAME : l->known_person ? W_HIRE_POST : W_HIRE_NEW));
  panel_cell(p, t, l->name)->small = l->login;
  enum role role = role_by_name(l->role);
  panel_cell(p, t, !*l->role ? "—" : role == ROLE_NONE ? l->role : panel_role(p, role));
  panel_cell(p, t, *l->org ? l->org : *l->place ? l->place : "—");
  const struct view_problem *problem = bad ? desk_problem(p->r, &l->wrong) : NULL;
  panel_cell(p, t, problem ? problem->what : "—")->small = problem ? problem->hint : NULL;
}

static int show(struct table *t, bool looked, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  if (panel_start(&p, t->r, W_HIRE_TITLE, err) < 0) return -1;
  panel_back(&p, "/admin/people", panel_word(&p, W_PEOPLE_TITLE));
  bool good = looked && !wrong && !t->refused && t->fresh;
  if (looked) {
    const char *n = panel_count(&p, t->count), *bad = panel_count(&p, t->refused), *fresh = panel_count(&p, t->fresh);
    panel_note(&p, t->refused ? "warning" : "notice",
               panel_say(&p, t->refused ? W_HIRE_SOME_REFUSED : t->fresh ? W_HIRE_GOOD : W_HIRE_NOTHING, n,
                         t->refused ? bad : fresh, NULL));
    struct panel_part *part = panel_table(&p, NULL, W_HIRE_LINE, W_OFFICE_STATE, W_PEOPLE_NAME, W_TEAM_ROLE, W_TEAM_WHERE,
                                          W_HIRE_WHY, NO_WORD);
    for (int i = 0; i < t->count; i++) line_row(&p, part, &t->lines[i]);
  }
  struct panel_form *f = panel_form(&p, panel_word(&p, W_HIRE_TABLE), "/admin/people/import", W_HIRE_LOOK);
  f->help = panel_word(&p, W_HIRE_HELP);
  panel_field(&p, f, "file", "file", W_HIRE_FILE, "")->accept = ".csv,text/csv";
  struct form_field *x = panel_field(&p, f, "table", "source", W_HIRE_TABLE, "");
  x->value = t->text ? t->text : "";
  x->help = panel_word(&p, W_HIRE_COLUMNS);
  if (good) {
    f->second = panel_word(&p, W_HIRE_TAKE);
    f->second_name = "take";
  }
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int import_get(struct request *r, struct error *err) {
  struct table t = {.r = r, .text = "name,login,role,place,org,from,until,rotation,phone\n"};
  return show(&t, false, NULL, 200, err);
}

/* --- taking it -------------------------------------------------------------------------------------------------- */

/* Who was added for an earlier line of this table. */
static int64_t added_before(const struct table *t, const struct line *l) {
  for (const struct line *x = t->lines; x < l; x++)
    if (text_eq(x->login, l->login) && x->person) return x->person;
  return 0;
}

static int take_line(struct lane_txn *x, const struct people_env *env, struct table *t, struct line *l, struct error *err) {
  const struct actor *by = &t->r->actor;
  int64_t account, id;
  struct person_new person = {.staff_name = l->name};
  if (!l->known_person) l->person = added_before(t, l);
  if (!l->person) {
    if (people_person_add(x, env, by, &person, &l->person, err) < 0) return -1;
    struct account_new fresh = {.login = l->login, .person = l->person, .hash = t->hash, .must_change = true};
    if (people_account_create(x, env, by, &fresh, &account, err) < 0) return -1;
  }
  if (!l->has_post || l->known_post) return 0;
  l->post.person = l->person;
  l->post.appointed_by = "";
  return people_post_appoint(x, env, by, &l->post, &id, err);
}

/* All of it in one job: the job may be run again, so what it found out is forgotten first. */
static int take(struct lane_txn *x, void *ctx, struct error *err) {
  struct table *t = ctx;
  const struct people_env *env = app_of(t->r)->people;
  for (int i = 0; i < t->count; i++)
    if (!t->lines[i].known_person) t->lines[i].person = 0;
  for (int i = 0; i < t->count; i++) {
    struct line *l = &t->lines[i];
    error_clear(&l->wrong);
    if (take_line(x, env, t, l, err) == 0) continue;
    l->wrong = *err;
    return -1;
  }
  const char *data = arena_printf(x->arena, "{\"lines\":%d,\"added\":%d}", t->count, t->fresh);
  return people_journal(x, &t->r->actor, "people.import", "person", 0, data, err);
}

static int taken(struct request *r, void *ctx, struct error *err) {
  struct table *t = ctx;
  if (err->kind == ERR_NONE) {
    reply_notice(r, W_HIRE_TAKEN);
    return reply_redirect(r, "/admin/people");
  }
  if (err->kind == ERR_UNAVAILABLE || err->kind == ERR_FAULT) return -1;
  int status = error_http_status(err->kind);
  error_clear(err);
  t->refused = 1;
  return show(t, true, NULL, status, err);
}

/* A password nobody knows: the accounts open when one is given. */
static int close_accounts(struct table *t, struct error *err) {
  unsigned char bytes[24];
  char secret[2 * sizeof bytes + 4];
  random_fill(bytes, sizeof bytes);
  text_hex(secret, bytes, sizeof bytes);
  memcpy(secret + 2 * sizeof bytes, "A9z", 4);
  return people_password_prepare(t->hash, app_of(t->r)->people, "import", secret, err);
}

static int import_post(struct request *r, struct error *err) {
  struct table *t = ARENA_NEW(r->arena, struct table);
  t->r = r;
  if (read_table(t, err) < 0) {
    struct error wrong = *err;
    if (err->kind != ERR_INPUT && err->kind != ERR_TOO_LARGE) return -1;
    error_clear(err);
    return show(t, false, &wrong, error_http_status(wrong.kind), err);
  }
  if (!req_form(r, "take") || t->refused || !t->fresh) return show(t, true, NULL, t->refused ? 422 : 200, err);
  return close_accounts(t, err) < 0 ? -1 : app_run(r, take, t, taken);
}

const struct route routes_people_import[] = {
    {.method = HTTP_GET, .path = "/admin/people/import", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .help = W_ROUTE_HIRE_PAGE,
     .rate = RATE_PAGE, .handler = import_get},
    {.method = HTTP_POST, .path = "/admin/people/import", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .body_max = BODY_MOST, .help = W_ROUTE_HIRE, .handler = import_post},
    {0}};
