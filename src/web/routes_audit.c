/* For those who check: the journal with its filters, who had personal data opened and why, and whether the chain holds. */
#include <string.h>

#include "base/json_write.h"
#include "people/account.h"
#include "web/admin.h"
#include "web/verify_run.h"

enum { AUDIT_BEFORE, AUDIT_WHO, AUDIT_ACTION, AUDIT_MATTER, AUDIT_FROM, AUDIT_TO };
enum { ROWS = 30, LOOKED_THROUGH = 20000, EXPORT_ROWS = 5000, EXPORT_BYTES = 8 << 20 };

/* --- what is asked for ------------------------------------------------------------------------------------------ */

struct asked {
  const char *actor, *action, *subject;
  int64_t subject_id;
  int64_t before, floor; /* seq: below `before`, from `floor` on */
  time_ms from, to;      /* 0: not asked */
  bool nobody;           /* somebody was named whom nobody is, or a matter nobody may know of */
};

/* The journal's name of somebody: as it stands there, by sign-in, or by name when only one has it. NULL: nobody. */
static const char *actor_of(struct panel *p, const char *typed, struct error *err) {
  struct q_admin_person_find_out *people;
  struct q_admin_account_of_person_out *accounts;
  int64_t account, person, district = p->who.world->district;
  struct arena *a = p->r->arena;
  size_t n;
  if (strchr(typed, ':') || text_eq(typed, "system") || text_eq(typed, "anyone")) return typed;
  int found = people_account_find(&account, &person, p->who.db, a, district, typed, err);
  if (found > 0) return arena_printf(a, "account:%lld", (long long)account);
  struct q_admin_person_find_in who = {.district = district, .text = typed};
  if (found < 0 || q_admin_person_find(p->who.db, a, &people, &n, &who, err) < 0 || n != 1) return NULL;
  struct q_admin_account_of_person_in of = {.district = district, .person = people[0].id};
  if (q_admin_account_of_person(p->who.db, a, &accounts, &n, &of, err) < 0 || !n) return NULL;
  return arena_printf(a, "account:%lld", (long long)accounts[0].id);
}

/* The id of a matter by its code; 0 when there is none, or a sealed one, which nobody learns of here. */
static int64_t matter_of(struct panel *p, const char *code) {
  struct q_matter_by_code_out row;
  struct q_matter_get_out whole;
  struct error ignored = {0};
  struct q_matter_by_code_in in = {.district = p->who.world->district, .code = code};
  if (q_matter_by_code(p->who.db, p->r->arena, &row, &in, &ignored) != 1) return 0;
  struct q_matter_get_in get = {.district = in.district, .id = row.id};
  return q_matter_get(p->who.db, p->r->arena, &whole, &get, &ignored) == 1 && !whole.sealed ? row.id : 0;
}

/* The first entry made at or after a moment, among 1..last+1: entries are in the order of time. */
static int64_t seq_at(struct panel *p, time_ms at, int64_t last) {
  int64_t low = 1, high = last + 1;
  while (low < high) {
    struct q_audit_moment_out row = {0};
    struct error ignored = {0};
    int64_t middle = low + (high - low) / 2;
    struct q_audit_moment_in in = {.district = p->who.world->district, .seq = middle};
    if (q_audit_moment(p->who.db, p->r->arena, &row, &in, &ignored) != 1) return low;
    if (row.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

static int64_t last_seq(struct panel *p, struct error *err) {
  struct q_journal_head_out head = {0};
  struct q_journal_head_in in = {p->who.world->district};
  return q_journal_head(p->who.db, p->r->arena, &head, &in, err) < 0 ? -1 : head.seq;
}

/* Text for LIKE with ! as the escape, from its beginning. */
static const char *starting(struct arena *a, const char *text) {
  struct buf b;
  if (!*text) return NULL;
  buf_init(&b, 1000);
  for (const char *s = text; *s; s++) {
    if (strchr("%_!", *s)) buf_putc(&b, '!');
    buf_putc(&b, *s);
  }
  buf_putc(&b, '%');
  const char *pattern = arena_strdup(a, b.data);
  buf_free(&b);
  return pattern;
}

static int read_asked(struct asked *out, struct panel *p, struct error *err) {
  struct request *r = p->r;
  const char *who = req_text(r, AUDIT_WHO), *matter = req_text(r, AUDIT_MATTER);
  int64_t last = last_seq(p, err);
  if (last < 0) return -1;
  *out = (struct asked){.action = starting(r->arena, req_text(r, AUDIT_ACTION)), .before = req_int(r, AUDIT_BEFORE)};
  if (*who) {
    out->actor = actor_of(p, who, err);
    out->nobody = !out->actor;
    if (err->kind != ERR_NONE) return -1;
  }
  if (*matter) {
    out->subject = "matter";
    out->subject_id = matter_of(p, matter);
    out->nobody = out->nobody || !out->subject_id;
  }
  if (req_has(r, AUDIT_FROM)) out->from = ms_of_day((int32_t)req_int(r, AUDIT_FROM), r->page.offset_min);
  if (req_has(r, AUDIT_TO)) out->to = ms_of_day((int32_t)req_int(r, AUDIT_TO) + 1, r->page.offset_min);
  int64_t end = out->to ? seq_at(p, out->to, last) : last + 1;
  if (!out->before || out->before > end) out->before = end;
  out->floor = out->from ? seq_at(p, out->from, last) : 1;
  return 0;
}

static void filter_part(struct panel *p, const char *action, bool journal) {
  struct request *r = p->r;
  struct panel_form *f = panel_filter(p, action);
  panel_field(p, f, "who", "text", W_AUDIT_WHO, req_text(r, AUDIT_WHO));
  if (journal) panel_field(p, f, "action", "text", W_AUDIT_ACTION, req_text(r, AUDIT_ACTION));
  panel_field(p, f, "matter", "text", W_AUDIT_MATTER, req_text(r, AUDIT_MATTER));
  panel_field(p, f, "from", "date", W_AUDIT_FROM, req_text(r, AUDIT_FROM));
  panel_field(p, f, "to", "date", W_AUDIT_TO, req_text(r, AUDIT_TO));
}

/* This page's address with another `before`. */
static const char *further(const struct panel *p, const char *path, int64_t before) {
  const struct request *r = p->r;
  struct buf b;
  static const struct {
    int param;
    const char *name;
  } kept[] = {{AUDIT_WHO, "who"}, {AUDIT_ACTION, "action"}, {AUDIT_MATTER, "matter"}, {AUDIT_FROM, "from"}, {AUDIT_TO, "to"}};
  buf_init(&b, 8000);
  buf_printf(&b, "%s?before=%lld", path, (long long)before);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    if (!req_has(r, kept[i].param)) continue;
    buf_printf(&b, "&%s=", kept[i].name);
    page_part_string(&b, req_text(r, kept[i].param));
  }
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static void tabs(struct panel *p, const char *here) {
  static const struct {
    const char *href;
    enum word word;
  } all[] = {{"/audit", W_AUDIT_TITLE}, {"/audit/openings", W_AUDIT_OPENINGS}, {"/audit/verify", W_AUDIT_VERIFY}};
  bool opens = access_has_role(&p->r->actor, ROLE_BIT(ROLE_AUDITOR));
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (i != 1 || opens) panel_tab(p, all[i].href, panel_word(p, all[i].word), "", text_eq(all[i].href, here));
}

/* --- the journal ------------------------------------------------------------------------------------------------ */

/* What may be said of the thing an entry is of. A sealed matter has no code, no kind and no steps here: only that somebody
 * did something at that moment, so that the numbers stay whole. */
struct thing {
  const char *code;
  bool sealed;
};

static struct thing thing_of(const struct case_asker *who, const char *action, const char *subject, int64_t id) {
  struct q_matter_get_out row;
  struct error ignored = {0};
  struct q_matter_get_in in = {.district = who->world->district, .id = id};
  if (text_starts(action, "sealed.")) return (struct thing){"", true};
  if (!text_eq(subject, "matter") || q_matter_get(who->db, who->arena, &row, &in, &ignored) != 1)
    return (struct thing){"", false};
  return row.sealed ? (struct thing){"", true} : (struct thing){row.code, false};
}

/* Of a sealed matter only a broken glass is told by name. */
static bool is_told(const struct thing *thing, const char *action) {
  return !thing->sealed || text_eq(action, "sealed.break-glass");
}

static void journal_line(struct panel *p, struct panel_part *t, const struct q_audit_journal_out *row, bool by_action) {
  struct arena *a = p->r->arena;
  char *hex = arena_alloc(a, 2 * row->hash.len + 1);
  text_hex(hex, row->hash.data, row->hash.len);
  struct thing thing = thing_of(&p->who, row->action, row->subject, row->subject_id);
  if (!is_told(&thing, row->action) && by_action) return;
  panel_row(p, t);
  panel_number(p, t, row->seq);
  panel_time(p, t, row->at);
  panel_cell(p, t, case_actor_name(&p->who, row->actor))->small = row->actor;
  if (thing.sealed) {
    panel_tag(p, t, "code", is_told(&thing, row->action) ? row->action : "—");
    panel_tag(p, t, "clock held", panel_word(p, W_AUDIT_SEALED));
    panel_cell(p, t, "—")->small = hex;
    return;
  }
  panel_tag(p, t, "code", row->action);
  if (*thing.code) panel_link(p, t, arena_printf(a, "/case/%s", thing.code), thing.code);
  else panel_cell(p, t, arena_printf(a, "%s %lld", row->subject, (long long)row->subject_id));
  panel_tag(p, t, "code", row->data)->small = hex;
}

static int find_rows(struct q_audit_journal_out **rows, size_t *n, int64_t *floor, struct panel *p, const struct asked *q,
                     int most, struct error *err) {
  bool narrow = q->subject_id != 0, filtered = q->actor || q->action;
  *floor = filtered && !narrow && q->before - LOOKED_THROUGH > q->floor ? q->before - LOOKED_THROUGH : q->floor;
  *n = 0;
  *rows = NULL;
  if (q->nobody) return 0;
  struct q_audit_journal_in in = {.district = p->who.world->district, .before = q->before, .floor = *floor, .actor = q->actor,
                                  .action = q->action, .subject = q->subject, .subject_id = q->subject_id, .count = most};
  return q_audit_journal(p->who.db, p->r->arena, rows, n, &in, err) < 0 ? -1 : 0;
}

static int audit_get(struct request *r, struct error *err) {
  struct panel p;
  struct asked q;
  struct q_audit_journal_out *rows;
  struct q_checkpoint_last_out last = {0};
  int64_t floor;
  size_t n;
  if (panel_start(&p, r, W_AUDIT_TITLE, err) < 0 || read_asked(&q, &p, err) < 0) return -1;
  struct q_checkpoint_last_in which = {.district = p.who.world->district};
  if (q_checkpoint_last(p.who.db, r->arena, &last, &which, err) < 0) return -1;
  const char *signed_to = panel_say(&p, W_AUDIT_SIGNED, panel_count(&p, last.seq), NULL);
  panel_title(&p, panel_word(&p, W_AUDIT_TITLE), arena_printf(r->arena, "%s %s", signed_to, panel_when(&p, last.at)));
  panel_button(&p, further(&p, "/audit/journal.json", q.before), W_AUDIT_EXPORT, "file-search", "");
  tabs(&p, "/audit");
  filter_part(&p, "/audit", true);
  if (find_rows(&rows, &n, &floor, &p, &q, ROWS, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_AUDIT_SEQ, W_AUDIT_AT, W_AUDIT_ACTOR, W_AUDIT_ACTION, W_AUDIT_SUBJECT,
                                     W_AUDIT_DATA, NO_WORD);
  t->empty = panel_word(&p, q.nobody ? W_AUDIT_NOBODY : W_AUDIT_NONE);
  for (size_t i = 0; i < n; i++) journal_line(&p, t, &rows[i], q.action != NULL);
  bool more_back = !q.nobody && n < ROWS && floor > q.floor;
  if (more_back) panel_note(&p, "", panel_say(&p, W_AUDIT_LOOKED, panel_count(&p, floor), NULL));
  if (n == ROWS) t->next = further(&p, "/audit", rows[n - 1].seq);
  else if (more_back) t->next = further(&p, "/audit", floor);
  return panel_send(&p, 200);
}

static void export_line(struct buf *b, struct panel *p, const struct q_audit_journal_out *row, bool by_action) {
  struct json j;
  char hex[2 * HASH_BYTES + 1] = "";
  struct thing thing = thing_of(&p->who, row->action, row->subject, row->subject_id);
  bool told = is_told(&thing, row->action), sealed = thing.sealed;
  if (!told && by_action) return;
  if (row->hash.len == HASH_BYTES) text_hex(hex, row->hash.data, HASH_BYTES);
  json_start(&j, b);
  json_object(&j);
  json_put_int(&j, "seq", row->seq);
  json_put_time(&j, "at", row->at, p->r->page.offset_min);
  json_put(&j, "actor", row->actor);
  json_put(&j, "action", told ? row->action : NULL);
  json_put(&j, "subject", sealed ? "sealed" : row->subject);
  if (!sealed) json_put_int(&j, "subject_id", row->subject_id);
  json_put(&j, "data", sealed ? NULL : row->data);
  json_put(&j, "hash", hex);
  json_object_end(&j);
  buf_putc(b, '\n');
}

/* The same as one JSON object a line, for other programs. */
static int export_get(struct request *r, struct error *err) {
  struct panel p = {.r = r};
  struct asked q;
  struct q_audit_journal_out *rows;
  int64_t floor;
  size_t n;
  if (desk_asker(&p.who, r, err) < 0 || read_asked(&q, &p, err) < 0) return -1;
  if (find_rows(&rows, &n, &floor, &p, &q, EXPORT_ROWS, err) < 0) return -1;
  reply_download(r, "application/x-ndjson; charset=utf-8", "journal.ndjson");
  struct buf *b = &r->http->reply.body;
  for (size_t i = 0; i < n && b->len < EXPORT_BYTES; i++) export_line(b, &p, &rows[i], q.action != NULL);
  return 0;
}

/* --- openings of personal data ---------------------------------------------------------------------------------- */

static void opening_line(struct panel *p, struct panel_part *t, const struct q_audit_openings_out *row) {
  struct arena *a = p->r->arena;
  const char *key = arena_printf(a, "audit.what.%s", row->what);
  const char *what = words_find(p->r->lang, key);
  panel_row(p, t);
  panel_time(p, t, row->at);
  panel_cell(p, t, case_actor_name(&p->who, row->actor))->small = row->actor;
  if (row->code && !row->sealed) panel_link(p, t, arena_printf(a, "/case/%s", row->code), row->code);
  else panel_tag(p, t, "clock held", panel_word(p, W_AUDIT_SEALED));
  panel_cell(p, t, what ? what : row->what);
  panel_cell(p, t, row->reason ? row->reason : panel_word(p, W_AUDIT_REASON_ERASED));
  panel_number(p, t, row->journal);
}

static int openings_get(struct request *r, struct error *err) {
  struct panel p;
  struct asked q;
  struct q_audit_openings_out *rows = NULL;
  size_t n = 0;
  if (panel_start(&p, r, W_AUDIT_OPENINGS, err) < 0 || read_asked(&q, &p, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_AUDIT_OPENINGS), panel_word(&p, W_AUDIT_OPENINGS_SUB));
  tabs(&p, "/audit/openings");
  filter_part(&p, "/audit/openings", false);
  int64_t before = req_has(r, AUDIT_BEFORE) ? req_int(r, AUDIT_BEFORE) : INT64_MAX;
  struct q_audit_openings_in in = {.district = p.who.world->district, .before = before, .actor = q.actor,
                                   .matter = q.subject_id, .from_at = q.from, .to_at = q.to, .count = ROWS};
  if (!q.nobody && q_audit_openings(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_AUDIT_AT, W_AUDIT_ACTOR, W_AUDIT_MATTER, W_AUDIT_WHAT, W_AUDIT_REASON,
                                     W_AUDIT_SEQ, NO_WORD);
  t->empty = panel_word(&p, q.nobody ? W_AUDIT_NOBODY : W_AUDIT_OPENINGS_NONE);
  for (size_t i = 0; i < n; i++) opening_line(&p, t, &rows[i]);
  if (n == ROWS) t->next = further(&p, "/audit/openings", rows[n - 1].id);
  return panel_send(&p, 200);
}

/* --- verification ----------------------------------------------------------------------------------------------- */

static const char *why(const struct panel *p, const struct verify_state *s) {
  const char *words = words_find(p->r->lang, s->report.code);
  return words ? words : arena_strdup(p->r->arena, s->report.code);
}

static void result_part(struct panel *p, const struct verify_state *s) {
  struct arena *a = p->r->arena;
  bool holds = s->report.bad_seq == 0;
  const char *entries = panel_count(p, s->report.entries), *bad = panel_count(p, s->report.bad_seq);
  if (holds) panel_note(p, "notice", panel_say(p, W_AUDIT_HOLDS, entries, panel_count(p, s->report.checkpoints), NULL));
  else panel_note(p, "warning", arena_printf(a, "%s %s", panel_say(p, W_AUDIT_BROKEN, bad, NULL), why(p, s)));
  struct panel_part *f = panel_facts(p, panel_word(p, W_AUDIT_RESULT));
  panel_fact(p, f, W_AUDIT_STARTED, panel_when(p, s->started));
  panel_fact(p, f, W_AUDIT_ENDED, panel_when(p, s->ended));
  panel_fact(p, f, W_AUDIT_ACTOR, case_actor_name(&p->who, s->by));
  panel_fact(p, f, W_AUDIT_ENTRIES, entries);
  panel_fact(p, f, W_AUDIT_CHECKPOINTS, panel_count(p, s->report.checkpoints));
  panel_fact(p, f, W_AUDIT_HEAD, s->report.head);
  panel_button(p, "/audit/verify.json", W_AUDIT_DOWNLOAD, "file-search", "");
}

static int show_verify(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct verify_state s;
  if (panel_start(&p, r, W_AUDIT_VERIFY, err) < 0) return -1;
  verify_run_state(&s, app_of(r)->verify);
  panel_title(&p, panel_word(&p, W_AUDIT_VERIFY), panel_word(&p, W_AUDIT_VERIFY_SUB));
  tabs(&p, "/audit/verify");
  const struct view_problem *problem = wrong ? desk_problem(r, wrong) : s.err.kind != ERR_NONE ? desk_problem(r, &s.err) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  if (s.running)
    panel_progress(&p, panel_say(&p, W_AUDIT_RUNNING, panel_count(&p, s.entries), panel_count(&p, s.total), NULL),
                   "/audit/verify", s.entries, s.total);
  else if (s.done) result_part(&p, &s);
  if (!s.running) {
    struct panel_form *f = panel_form(&p, NULL, "/audit/verify", W_AUDIT_VERIFY_START);
    f->help = panel_word(&p, W_AUDIT_VERIFY_HELP);
  }
  return panel_send(&p, status);
}

static int verify_get(struct request *r, struct error *err) { return show_verify(r, NULL, 200, err); }

static int verify_post(struct request *r, struct error *err) {
  struct panel p = {.r = r};
  if (desk_asker(&p.who, r, err) < 0) return -1;
  int64_t total = last_seq(&p, err);
  if (total < 0 || verify_run_start(app_of(r)->verify, actor_key(r->arena, &r->actor), total, r->now, err) < 0) return -1;
  return reply_redirect(r, "/audit/verify");
}

static int verify_result(struct request *r, struct error *err) {
  struct verify_state s;
  struct json j;
  int offset = r->page.offset_min;
  verify_run_state(&s, app_of(r)->verify);
  if (!s.done) return error_set(err, ERR_MISSING, "audit.verify.none", NULL, NULL);
  reply_download(r, "application/json", "verification.json");
  json_start(&j, &r->http->reply.body);
  json_object(&j);
  json_put(&j, "district", app_of(r)->code);
  json_put_bool(&j, "holds", s.report.bad_seq == 0);
  json_put_int(&j, "entries", s.report.entries);
  json_put_int(&j, "checkpoints", s.report.checkpoints);
  json_put(&j, "head", s.report.head);
  json_put_int(&j, "first_bad", s.report.bad_seq);
  json_put(&j, "why", s.report.code);
  json_put_time(&j, "started", s.started, offset);
  json_put_time(&j, "ended", s.ended, offset);
  json_put(&j, "by", s.by);
  json_object_end(&j);
  return 0;
}

#define FILTERS                                                                                                              \
  PARAMS([AUDIT_BEFORE] = {.name = "before", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 9e15},                     \
         [AUDIT_WHO] = {.name = "who", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60},                                       \
         [AUDIT_ACTION] = {.name = "action", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60},                                 \
         [AUDIT_MATTER] = {.name = "matter", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60},                                 \
         [AUDIT_FROM] = {.name = "from", .type = PARAM_DATE, .in = IN_QUERY},                                                \
         [AUDIT_TO] = {.name = "to", .type = PARAM_DATE, .in = IN_QUERY})

const struct route routes_audit[] = {
    {.method = HTTP_GET, .path = "/audit", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_AUDIT, .rate = RATE_PAGE,
     .handler = audit_get, FILTERS},
    {.method = HTTP_GET, .path = "/audit/journal.json", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_AUDIT_EXPORT,
     .rate = RATE_EXPORT, .handler = export_get, FILTERS},
    {.method = HTTP_GET, .path = "/audit/openings", .kind = ROUTE_PAGE, .who = ROLE_BIT(ROLE_AUDITOR),
     .help = W_ROUTE_AUDIT_OPENINGS, .rate = RATE_PAGE, .handler = openings_get, FILTERS},
    {.method = HTTP_GET, .path = "/audit/verify", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_AUDIT_VERIFY,
     .rate = RATE_PAGE, .handler = verify_get},
    {.method = HTTP_POST, .path = "/audit/verify", .kind = ROUTE_PAGE, .who = ADMIN_READS, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_AUDIT_VERIFY_START, .rate = RATE_EXPORT, .handler = verify_post},
    {.method = HTTP_GET, .path = "/audit/verify.json", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_AUDIT_VERIFY_RESULT, .rate = RATE_PAGE, .handler = verify_result},
    {0}};
