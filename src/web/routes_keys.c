/* Keys of programs, for the administrator: which there are, what each may do, a new one, an end. A key is shown once. */
#include <string.h>

#include "people/session.h"
#include "web/admin.h"

enum { KEY_ID };
enum { PER_MINUTE_MOST = 60000 };

static void key_line(struct panel *p, struct panel_part *t, const struct q_api_key_all_out *row) {
  bool expired = row->expires && row->expires <= p->r->now;
  panel_row(p, t);
  panel_number(p, t, row->id);
  panel_cell(p, t, row->name);
  const char *org = panel_org(p, row->org);
  panel_cell(p, t, *org ? org : panel_word(p, W_OFFICE_KEY_NO_ORG));
  panel_cell(p, t, *row->sources ? row->sources : "—");
  panel_cell(p, t, row->per_minute ? panel_count(p, row->per_minute) : panel_word(p, W_OFFICE_KEY_USUAL));
  panel_time(p, t, row->created);
  panel_cell(p, t, row->expires ? panel_when(p, row->expires) : panel_word(p, W_TEAM_OPEN_END));
  panel_tag(p, t, row->ended || expired ? "clock held" : "clock ok",
            panel_word(p, row->ended ? W_OFFICE_KEY_REVOKED : expired ? W_OFFICE_KEY_EXPIRED : W_OFFICE_KEY_VALID));
  if (!row->ended && admin_acts(p->r))
    panel_act(p, t, arena_printf(p->r->arena, "/admin/keys/%lld/end", (long long)row->id), W_OFFICE_KEY_REVOKE);
  else
    panel_cell(p, t, "—");
}

static int new_form(struct panel *p, const struct error *wrong, struct error *err) {
  struct org_row *orgs;
  size_t n;
  struct panel_form *f = panel_form(p, panel_word(p, W_OFFICE_KEY_NEW), "/admin/keys", W_OFFICE_KEY_NEW);
  f->help = panel_word(p, W_OFFICE_KEY_NEW_HELP);
  struct form_field *x = panel_field(p, f, "name", "text", W_OFFICE_KEY_NAME, "");
  x->needed = true;
  x->max_chars = 80;
  x->help = panel_word(p, W_OFFICE_KEY_NAME_HELP);
  panel_field(p, f, "org", "choice", W_TEAM_ORG, "")->help = panel_word(p, W_OFFICE_KEY_ORG_HELP);
  if (people_orgs(&orgs, &n, p->who.db, p->r->arena, p->who.world->district, NULL, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) panel_option(p, f, orgs[i].key, p->r->lang == LANG_EN ? orgs[i].name_en : orgs[i].name_zh);
  panel_field(p, f, "source", "text", W_OFFICE_KEY_SOURCES, "")->help = panel_word(p, W_OFFICE_KEY_SOURCES_HELP);
  panel_field(p, f, "rate", "text", W_OFFICE_KEY_RATE, "")->help = panel_word(p, W_OFFICE_KEY_RATE_HELP);
  panel_field(p, f, "until", "date", W_TEAM_UNTIL, "")->help = panel_word(p, W_OFFICE_KEY_UNTIL_HELP);
  panel_wrong(p, f, wrong);
  return 0;
}

static int show_keys(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct q_api_key_all_out *rows;
  size_t n;
  struct q_api_key_all_in in = {.district = app_of(r)->district};
  if (panel_start(&p, r, W_OFFICE_KEYS, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_OFFICE_KEYS), panel_word(&p, W_OFFICE_KEYS_SUB));
  bool at_form = text_eq(r->http->path, "/admin/keys");
  const struct view_problem *problem = wrong && !at_form ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  if (q_api_key_all(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_LETTERS_NUMBER, W_OFFICE_KEY_NAME, W_TEAM_ORG, W_OFFICE_KEY_SOURCES,
                                     W_OFFICE_KEY_RATE, W_OFFICE_KEY_MADE, W_TEAM_UNTIL, W_OFFICE_STATE, W_PEOPLE_DO, NO_WORD);
  for (size_t i = n; i > 0; i--) key_line(&p, t, &rows[i - 1]);
  if (admin_acts(r) && new_form(&p, at_form ? wrong : NULL, err) < 0) return -1;
  return panel_send(&p, status);
}

static int keys_get(struct request *r, struct error *err) { return show_keys(r, NULL, 200, err); }

/* --- a new key -------------------------------------------------------------------------------------------------- */

struct making {
  struct request *r;
  struct key_new new;
  char key[API_KEY_SIZE];
  int64_t id;
};

static int make(struct lane_txn *t, void *ctx, struct error *err) {
  struct making *m = ctx;
  return people_key_create(t, &m->r->actor, &m->new, m->key, &m->id, err);
}

static int made(struct request *r, void *ctx, struct error *err) {
  struct making *m = ctx;
  struct panel p;
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_keys);
  if (panel_start(&p, r, W_OFFICE_KEY_MADE_TITLE, err) < 0) return -1;
  r->http->reply.no_store = true;
  panel_back(&p, "/admin/keys", panel_word(&p, W_OFFICE_KEYS));
  panel_note(&p, "notice", panel_word(&p, W_OFFICE_KEY_ONCE));
  struct panel_part *f = panel_facts(&p, NULL);
  panel_fact(&p, f, W_OFFICE_KEY_NAME, m->new.name);
  panel_fact_named(&p, f, panel_word(&p, W_OFFICE_KEY_KEY), m->key, "code");
  return panel_send(&p, 200);
}

static int read_org(int64_t *out, struct request *r, struct error *err) {
  struct org_row org;
  struct db *db;
  const char *key = panel_typed(r, "org");
  if (!*key) return 0;
  if (app_db(&db, r, err) < 0) return -1;
  int found = people_org_by_key(&org, db, r->arena, app_of(r)->district, key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  *out = found > 0 ? org.id : 0;
  return found < 0 ? -1 : 0;
}

/* The last day of a key is its whole day. */
static int read_until(time_ms *out, struct request *r, struct error *err) {
  int32_t day;
  const char *typed = panel_typed(r, "until");
  if (!*typed) return 0;
  if (!date_parse(&day, typed)) return error_set(err, ERR_INPUT, "team.date", "until", NULL);
  *out = ms_of_day(day + 1, r->page.offset_min);
  return *out > r->now ? 0 : error_set(err, ERR_INPUT, "people.key.until", "until", NULL);
}

/* "hotline, police" as the table keeps it: a space between. */
static const char *read_sources(struct request *r) {
  char *s = arena_strdup(r->arena, panel_typed(r, "source"));
  size_t n = 0;
  for (size_t i = 0; s[i]; i++) {
    bool gap = s[i] == ',' || s[i] == ' ';
    if (gap && (n == 0 || s[n - 1] == ' ')) continue;
    s[n++] = s[i];
    if (gap) s[n - 1] = ' ';
  }
  while (n > 0 && s[n - 1] == ' ') n--;
  s[n] = '\0';
  return s;
}

static int keys_post(struct request *r, struct error *err) {
  struct making *m = ARENA_NEW(r->arena, struct making);
  int64_t rate = 0;
  m->r = r;
  m->new = (struct key_new){.name = panel_typed(r, "name"), .sources = read_sources(r)};
  if (!*m->new.name) error_set(err, ERR_INPUT, "people.key.name", "name", NULL);
  else if (read_org(&m->new.org, r, err) == 0 && admin_number(&rate, r, "rate", 0, PER_MINUTE_MOST, 0, err) == 0)
    read_until(&m->new.expires, r, err);
  m->new.per_minute = (int)rate;
  return err->kind != ERR_NONE ? admin_wrong(r, err, show_keys) : app_run(r, make, m, made);
}

/* --- an end ----------------------------------------------------------------------------------------------------- */

static int end(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  return people_key_end(t, &r->actor, req_int(r, KEY_ID), err);
}

static int ended(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind == ERR_MISSING) return admin_refused(r, err, show_keys);
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_keys);
  reply_notice(r, W_OFFICE_KEY_ENDED);
  return reply_redirect(r, "/admin/keys");
}

static int end_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, end, r, ended);
}

const struct route routes_keys[] = {
    {.method = HTTP_GET, .path = "/admin/keys", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_KEYS, .rate = RATE_PAGE,
     .handler = keys_get},
    {.method = HTTP_POST, .path = "/admin/keys", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN, .open_form = true,
     .help = W_ROUTE_KEY_NEW, .handler = keys_post},
    {.method = HTTP_POST, .path = "/admin/keys/{id}/end", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_KEY_END, .handler = end_post,
     PARAMS([KEY_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15})},
    {0}};
