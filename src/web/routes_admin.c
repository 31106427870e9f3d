/* The running system, for the administrator: is it set up safely, who may use which door, which letters nobody took. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/json_write.h"
#include "people/person.h"
#include "store/journal.h"
#include "store/outbox.h"
#include "web/admin.h"

enum { LETTER_ID };
enum { LETTERS_STATE, LETTERS_BEFORE };
enum { REASON_BYTES = 4000, LETTERS_MOST = 100, IDLE_DAYS = 90, NEXT_YEAR_MONTH = 11 };

/* --- the running configuration ---------------------------------------------------------------------------------- */

enum verdict { FINE, WARN, DANGER };

/* One thing looked at: what it is, what was found, how to mend it. */
static void judge(struct panel *p, struct panel_part *t, enum verdict v, enum word what, const char *found, enum word mend) {
  static const char *const looks[] = {"clock ok", "clock soon", "clock late"};
  static const enum word words[] = {W_SECURITY_FINE, W_SECURITY_WARN, W_SECURITY_DANGER};
  panel_row(p, t);
  panel_tag(p, t, looks[v], panel_word(p, words[v]));
  panel_cell(p, t, panel_word(p, what));
  panel_cell(p, t, found);
  panel_cell(p, t, v == FINE ? "—" : panel_word(p, mend));
}

static const char *yes_no(const struct panel *p, bool yes) { return panel_word(p, yes ? W_PANEL_YES : W_PANEL_NO); }

static void judge_key(struct panel *p, struct panel_part *t, const char *name, enum word what) {
  struct stat st;
  const char *path = arena_printf(p->r->arena, "%s/%s", app_of(p->r)->dir, name);
  if (stat(path, &st) < 0) {
    judge(p, t, DANGER, what, "—", W_SECURITY_KEY_MEND);
    return;
  }
  bool open = (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  judge(p, t, open ? DANGER : FINE, what, arena_printf(p->r->arena, "%04o", (unsigned)(st.st_mode & 07777)), W_SECURITY_KEY_MEND);
}

static void judge_disk(struct panel *p, struct panel_part *t) {
  struct statvfs fs;
  const int64_t mega = 1 << 20;
  if (statvfs(app_of(p->r)->dir, &fs) < 0) return;
  int64_t free_mb = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize / mega;
  enum verdict v = free_mb < 512 ? DANGER : free_mb < 4096 ? WARN : FINE;
  judge(p, t, v, W_SECURITY_DISK, arena_printf(p->r->arena, "%lld MB", (long long)free_mb), W_SECURITY_DISK_MEND);
}

static int judge_accounts(struct panel *p, struct panel_part *t, struct error *err) {
  struct q_admin_accounts_out *rows;
  size_t n;
  int bare = 0, idle = 0;
  struct q_admin_accounts_in in = {.district = p->who.world->district};
  if (q_admin_accounts(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    if (!text_eq(rows[i].status, "active")) continue;
    time_ms seen = rows[i].last_at ? rows[i].last_at : rows[i].created;
    if (rows[i].administrator && !rows[i].has_totp) bare++;
    if (p->r->now - seen > (time_ms)IDLE_DAYS * DAY_MS) idle++;
  }
  judge(p, t, bare ? DANGER : FINE, W_SECURITY_CODES, panel_count(p, bare), W_SECURITY_CODES_MEND);
  judge(p, t, idle ? WARN : FINE, W_SECURITY_IDLE, panel_count(p, idle), W_SECURITY_IDLE_MEND);
  return 0;
}

static int judge_records(struct panel *p, struct panel_part *t, struct error *err) {
  struct q_checkpoint_last_out last = {0};
  struct outbox_figures letters;
  const struct web_app *app = app_of(p->r);
  struct q_checkpoint_last_in in = {.district = app->district};
  if (q_checkpoint_last(p->who.db, p->r->arena, &last, &in, err) < 0) return -1;
  if (outbox_figures(p->who.db, p->r->arena, app->district, p->r->now, &letters, err) < 0) return -1;
  struct q_clock_aside_count_out aside = {0};
  if (q_clock_aside_count(p->who.db, p->r->arena, &aside, &(struct q_clock_aside_count_in){app->district}, err) < 0) return -1;
  bool old = p->r->now - last.at > 3 * (time_ms)HOUR_MS;
  judge(p, t, old ? WARN : FINE, W_SECURITY_CHECKPOINT, panel_when(p, last.at), W_SECURITY_CHECKPOINT_MEND);
  judge(p, t, letters.dead ? WARN : FINE, W_SECURITY_DEAD, panel_count(p, letters.dead), W_SECURITY_DEAD_MEND);
  judge(p, t, aside.n ? WARN : FINE, W_SECURITY_ASIDE, panel_count(p, aside.n), W_SECURITY_ASIDE_MEND);
  judge(p, t, app->outbox ? FINE : WARN, W_SECURITY_MAIL, yes_no(p, app->outbox != NULL), W_SECURITY_MAIL_MEND);
  return 0;
}

/* Next year's days off are published in November: from then on they should be in. */
static void judge_calendar(struct panel *p, struct panel_part *t) {
  struct civil now;
  civil_from_ms(&now, p->r->now, p->r->page.offset_min);
  int year = now.month >= NEXT_YEAR_MONTH ? now.year + 1 : now.year;
  bool known = calendar_known(p->who.world->calendar, year);
  judge(p, t, known ? FINE : WARN, W_SECURITY_CALENDAR, panel_count(p, year), W_SECURITY_CALENDAR_MEND);
}

static int security_get(struct request *r, struct error *err) {
  struct panel p;
  const struct web_app *app = app_of(r);
  if (panel_start(&p, r, W_SECURITY_TITLE, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_SECURITY_TITLE), panel_word(&p, W_SECURITY_SUB));
  struct panel_part *t = panel_table(&p, NULL, W_SECURITY_VERDICT, W_SECURITY_WHAT, W_SECURITY_FOUND, W_SECURITY_MEND, NO_WORD);
  judge(&p, t, app->demo ? DANGER : FINE, W_SECURITY_DEMO, yes_no(&p, app->demo), W_SECURITY_DEMO_MEND);
  judge(&p, t, r->http->tls ? FINE : app->demo ? WARN : DANGER, W_SECURITY_TLS, yes_no(&p, r->http->tls), W_SECURITY_TLS_MEND);
  judge(&p, t, app->rates ? FINE : WARN, W_SECURITY_RATES, yes_no(&p, app->rates != NULL), W_SECURITY_RATES_MEND);
  judge(&p, t, people_in_force(app->people)->totp_required ? FINE : WARN, W_SECURITY_REQUIRED,
        yes_no(&p, people_in_force(app->people)->totp_required), W_SECURITY_REQUIRED_MEND);
  judge_key(&p, t, "keys/fields.key", W_SECURITY_SEAL_KEY);
  judge_key(&p, t, "journal.key", W_SECURITY_JOURNAL_KEY);
  if (judge_accounts(&p, t, err) < 0 || judge_records(&p, t, err) < 0) return -1;
  judge_disk(&p, t);
  judge_calendar(&p, t);
  judge(&p, t, FINE, W_SECURITY_DATABASE, db_version(p.who.db), W_SECURITY_DISK_MEND);
  return panel_send(&p, 200);
}

/* --- who may use which door ------------------------------------------------------------------------------------- */

static const char *admitted(struct panel *p, role_set who) {
  struct buf b;
  buf_init(&b, 4000);
  if (access_route_admits(who, ACTOR_ANONYMOUS, ROLE_NONE)) buf_puts(&b, panel_word(p, W_MATRIX_ANYBODY));
  else if (who & ACCESS_SIGNED_IN) buf_puts(&b, panel_word(p, W_MATRIX_SIGNED_IN));
  else
    for (int i = 0; i < ROLE_COUNT; i++)
      if (i != ROLE_RESIDENT && access_route_admits(who, ACTOR_ACCOUNT, (enum role)i))
        buf_printf(&b, "%s%s", b.len ? " · " : "", panel_role(p, (enum role)i));
  const char *s = arena_strdup(p->r->arena, b.data ? b.data : "");
  buf_free(&b);
  return s;
}

static int matrix_get(struct request *r, struct error *err) {
  struct panel p;
  if (panel_start(&p, r, W_MATRIX_TITLE, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_MATRIX_TITLE), panel_say(&p, W_MATRIX_SUB, panel_count(&p, route_count()), NULL));
  struct panel_part *t = panel_table(&p, NULL, W_MATRIX_DOOR, W_MATRIX_WHAT, W_MATRIX_WHO, NO_WORD);
  for (int i = 0; i < route_count(); i++) {
    const struct route *route = route_at(i);
    panel_row(&p, t);
    panel_tag(&p, t, "code", arena_printf(r->arena, "%s %s", http_method_name(route->method), route->path));
    panel_cell(&p, t, panel_word(&p, route->help));
    panel_cell(&p, t, admitted(&p, route->who));
  }
  return panel_send(&p, 200);
}

/* --- letters ---------------------------------------------------------------------------------------------------- */

static const char *const letter_states[] = {"dead", "waiting", "sending", "sent"};
static const enum word letter_words[] = {W_LETTERS_STATE_DEAD, W_LETTERS_STATE_WAITING, W_LETTERS_STATE_SENDING,
                                         W_LETTERS_STATE_SENT};

static int letter_heads(struct panel *p, const char *state, struct error *err) {
  struct outbox_figures n;
  if (outbox_figures(p->who.db, p->r->arena, p->who.world->district, p->r->now, &n, err) < 0) return -1;
  panel_figure(p, NULL, panel_word(p, W_LETTERS_WAITING), n.waiting + n.sending, "", "clock");
  panel_figure(p, NULL, panel_word(p, W_LETTERS_SENT), n.sent, "ok", "send");
  panel_figure(p, NULL, panel_word(p, W_LETTERS_DEAD), n.dead, n.dead ? "late" : "", "alert-triangle");
  for (int i = 0; i < 4; i++)
    panel_tab(p, arena_printf(p->r->arena, "/admin/letters?state=%s", letter_states[i]), panel_word(p, letter_words[i]), "",
              text_eq(state, letter_states[i]));
  return 0;
}

static void letter_line(struct panel *p, struct panel_part *t, const struct outbox_line *row) {
  struct error last = {.kind = ERR_UNAVAILABLE};
  bool acts = admin_acts(p->r) && text_eq(row->state, "dead");
  text_copy(last.code, sizeof last.code, row->error);
  panel_row(p, t);
  panel_number(p, t, row->id);
  panel_cell(p, t, row->channel);
  panel_time(p, t, row->created);
  panel_time(p, t, row->next_at);
  panel_number(p, t, row->tries);
  panel_cell(p, t, *last.code ? desk_problem(p->r, &last)->what : "—")->small = row->error;
  if (!acts) {
    panel_cell(p, t, "—");
    panel_cell(p, t, "—");
    return;
  }
  panel_act(p, t, arena_printf(p->r->arena, "/admin/letters/%lld/replay", (long long)row->id), W_LETTERS_REPLAY);
  panel_link(p, t, arena_printf(p->r->arena, "/admin/letters/%lld/drop", (long long)row->id), panel_word(p, W_LETTERS_DROP));
}

static int show_outbox(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct outbox_line *rows;
  size_t count;
  bool get = r->http->method == HTTP_GET;
  const char *state = get && req_has(r, LETTERS_STATE) ? req_text(r, LETTERS_STATE) : "dead";
  int64_t before = get ? req_int(r, LETTERS_BEFORE) : 0;
  if (panel_start(&p, r, W_LETTERS_TITLE, err) < 0 || letter_heads(&p, state, err) < 0) return -1;
  if (outbox_list(p.who.db, r->arena, p.who.world->district, state, before, LETTERS_MOST, &rows, &count, err) < 0) return -1;
  panel_note(&p, "", panel_word(&p, W_LETTERS_SUB));
  const struct view_problem *problem = wrong ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  struct panel_part *t = panel_table(&p, NULL, W_LETTERS_NUMBER, W_LETTERS_CHANNEL, W_LETTERS_MADE, W_LETTERS_SINCE,
                                     W_LETTERS_TRIES, W_LETTERS_WHY, W_PEOPLE_DO, W_PEOPLE_DO, NO_WORD);
  for (size_t i = 0; i < count; i++) letter_line(&p, t, &rows[i]);
  if (count == LETTERS_MOST)
    t->next = arena_printf(r->arena, "/admin/letters?state=%s&before=%lld", state, (long long)rows[count - 1].id);
  return panel_send(&p, status);
}

static int outbox_get(struct request *r, struct error *err) { return show_outbox(r, NULL, 200, err); }

static int replay(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  int64_t id = req_int(r, LETTER_ID);
  int n = outbox_replay(t, id, err);
  if (n < 0) return -1;
  if (n == 0) return error_set(err, ERR_CONFLICT, "letters.not-dead", NULL, NULL);
  return people_journal(t, &r->actor, "outbox.replay", "outbox", id, NULL, err);
}

static int replayed(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return admin_refused(r, err, show_outbox);
  reply_notice(r, W_LETTERS_REPLAYED);
  return reply_redirect(r, "/admin/letters");
}

static int replay_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, replay, r, replayed);
}

/* --- dropping one, with a reason -------------------------------------------------------------------------------- */

static int show_drop(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  long long id = req_int(r, LETTER_ID);
  if (panel_start(&p, r, W_LETTERS_DROP_TITLE, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_LETTERS_DROP_TITLE), arena_printf(r->arena, "#%lld", id));
  panel_back(&p, "/admin/letters", panel_word(&p, W_LETTERS_TITLE));
  struct panel_form *f = panel_form(&p, NULL, arena_printf(r->arena, "/admin/letters/%lld/drop", id), W_LETTERS_DROP);
  f->look = "danger";
  f->help = panel_word(&p, W_LETTERS_DROP_HELP);
  panel_field(&p, f, "reason", "text", W_LETTERS_REASON, "")->needed = true;
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int drop_get(struct request *r, struct error *err) { return show_drop(r, NULL, 200, err); }

static int drop(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  struct buf data;
  struct json j;
  int64_t id = req_int(r, LETTER_ID);
  int n = outbox_drop(t, id, err);
  if (n < 0) return -1;
  if (n == 0) return error_set(err, ERR_CONFLICT, "letters.not-dead", NULL, NULL);
  buf_init(&data, REASON_BYTES);
  json_start(&j, &data);
  json_object(&j);
  json_put(&j, "reason", panel_typed(r, "reason"));
  json_object_end(&j);
  int done = people_journal(t, &r->actor, "outbox.drop", "outbox", id, data.data, err);
  buf_free(&data);
  return done;
}

static int dropped(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return admin_refused(r, err, show_outbox);
  reply_notice(r, W_LETTERS_DROPPED);
  return reply_redirect(r, "/admin/letters");
}

static int drop_post(struct request *r, struct error *err) {
  const char *reason = panel_typed(r, "reason");
  size_t n = text_chars(reason);
  if (n >= 4 && n <= 200 && !text_has_controls(reason)) return app_run(r, drop, r, dropped);
  error_set(err, ERR_INPUT, "letters.reason", "reason", NULL);
  return admin_wrong(r, err, show_drop);
}

#define LETTER_PARAM \
  PARAMS([LETTER_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e15})

const struct route routes_admin[] = {
    {.method = HTTP_GET, .path = "/admin/security", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_SECURITY,
     .rate = RATE_PAGE, .handler = security_get},
    {.method = HTTP_GET, .path = "/admin/access", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_MATRIX,
     .rate = RATE_PAGE, .handler = matrix_get},
    {.method = HTTP_GET, .path = "/admin/letters", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_LETTERS,
     .rate = RATE_PAGE, .handler = outbox_get,
     PARAMS([LETTERS_STATE] = {.name = "state", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = "dead|waiting|sending|sent"},
            [LETTERS_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15})},
    {.method = HTTP_POST, .path = "/admin/letters/{id}/replay", .kind = ROUTE_PAGE, .who = ADMIN_WRITES,
     .csrf = CSRF_TOKEN, .open_form = true, .help = W_ROUTE_LETTER_REPLAY, .handler = replay_post, LETTER_PARAM},
    {.method = HTTP_GET, .path = "/admin/letters/{id}/drop", .kind = ROUTE_PAGE, .who = ADMIN_WRITES,
     .help = W_ROUTE_LETTER_DROP_PAGE, .rate = RATE_PAGE, .handler = drop_get, LETTER_PARAM},
    {.method = HTTP_POST, .path = "/admin/letters/{id}/drop", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_LETTER_DROP, .handler = drop_post, LETTER_PARAM},
    {0}};
