/* Procedures, for the administrator: which are in use, in which versions, how each is drawn; and a new text: checked line
 * by line, compared with what is in force, and taken into use. Nothing is kept of a text that was only checked. */
#include <string.h>

#include "base/diff.h"
#include "matter/engine.h"
#include "web/admin.h"

enum { ONE_NAME, ONE_VERSION, ONE_WITH };
enum { CHECK_FROM };
enum { UPLOAD_MOST = 2 << 20, CONTEXT_LINES = 3, LINES_MOST = 4000, WORDS_BYTES = 16 << 10 };

static const char *titled(const struct panel *p, const struct bilingual *t) {
  const char *s = bilingual_pick(t, p->r->lang == LANG_ZH);
  return s ? s : "";
}

static const char *at_version(struct arena *a, const char *name, const char *what, int version) {
  return arena_printf(a, "/admin/procedures/%s%s?version=%d", name, what, version);
}

/* --- the list --------------------------------------------------------------------------------------------------- */

static int procedures_get(struct request *r, struct error *err) {
  struct panel p;
  struct q_rulebook_list_out *rows;
  size_t n;
  struct q_rulebook_list_in in = {.district = app_of(r)->district};
  if (panel_start(&p, r, W_BOOKS_PROCEDURES, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_BOOKS_PROCEDURES), panel_word(&p, W_BOOKS_PROCEDURES_SUB));
  if (admin_acts(r)) panel_button(&p, "/admin/procedure-check", W_BOOKS_CHECK, "upload", "primary");
  if (q_rulebook_list(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t = panel_table(&p, NULL, W_BOOKS_PROCEDURE, W_BOOKS_ABOUT, W_BOOKS_VERSION, W_BOOKS_SINCE, W_BOOKS_DRAWING,
                                     NO_WORD);
  for (size_t i = 0; i < n; i++) {
    bool newest = i + 1 == n || !text_eq(rows[i + 1].name, rows[i].name) || !text_eq(rows[i + 1].kind, rows[i].kind);
    const struct procedure *x = world_procedure(p.who.world, rows[i].name, 0);
    if (!newest || !text_eq(rows[i].kind, "procedure") || !x) continue;
    panel_row(&p, t);
    panel_link(&p, t, arena_printf(r->arena, "/admin/procedures/%s", x->name), titled(&p, &x->title))->small = x->name;
    panel_cell(&p, t, titled(&p, &x->about));
    panel_number(&p, t, rows[i].version);
    panel_time(&p, t, rows[i].since);
    panel_link(&p, t, at_version(r->arena, x->name, "/drawing.svg", (int)rows[i].version), panel_word(&p, W_BOOKS_DRAWING));
  }
  return panel_send(&p, 200);
}

/* --- one of them ------------------------------------------------------------------------------------------------ */

/* The version asked for, the newest without one. Error books.missing. */
static int find(const struct procedure **out, const struct request *r, const struct world *w, struct error *err) {
  *out = world_procedure(w, req_text(r, ONE_NAME), (int)req_int(r, ONE_VERSION));
  return *out ? 0 : error_set(err, ERR_MISSING, "books.missing", NULL, NULL);
}

static void basis_part(struct panel *p, const struct procedure *x, time_ms since, const char *hash) {
  struct panel_part *f = panel_facts(p, NULL);
  panel_fact(p, f, W_BOOKS_ABOUT, titled(p, &x->about));
  for (size_t i = 0; i < x->basis_count; i++)
    panel_fact(p, f, W_BOOKS_BASIS,
               arena_printf(p->r->arena, "%s %s", titled(p, &x->basis[i].title), x->basis[i].article ? x->basis[i].article : ""));
  panel_fact(p, f, W_BOOKS_SINCE, panel_when(p, since));
  panel_fact(p, f, W_BOOKS_HASH, hash);
}

static int64_t open_in(const struct q_office_procedure_open_out *rows, size_t n, int64_t version) {
  for (size_t i = 0; i < n; i++)
    if (rows[i].version == version) return rows[i].n;
  return 0;
}

static int versions_part(struct panel *p, const struct procedure *x, struct error *err) {
  struct q_rulebook_list_out *rows;
  struct q_office_procedure_open_out *open;
  size_t n, open_count;
  struct arena *a = p->r->arena;
  struct q_rulebook_list_in in = {.district = p->who.world->district};
  struct q_office_procedure_open_in which = {.district = p->who.world->district, .procedure = x->name};
  if (q_rulebook_list(p->who.db, a, &rows, &n, &in, err) < 0) return -1;
  if (q_office_procedure_open(p->who.db, a, &open, &open_count, &which, err) < 0) return -1;
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_VERSIONS), W_BOOKS_VERSION, W_BOOKS_SINCE, W_BOOKS_OPEN,
                                     W_BOOKS_CHANGES, W_BOOKS_SOURCE, W_BOOKS_HASH, NO_WORD);
  for (size_t i = n; i > 0; i--) {
    const struct q_rulebook_list_out *row = &rows[i - 1];
    int version = (int)row->version;
    if (!text_eq(row->kind, "procedure") || !text_eq(row->name, x->name)) continue;
    panel_row(p, t);
    panel_link(p, t, at_version(a, x->name, "", version), panel_count(p, version));
    panel_time(p, t, row->since);
    panel_number(p, t, open_in(open, open_count, version));
    if (version > 1)
      panel_link(p, t, arena_printf(a, "/admin/procedures/%s/difference?version=%d&with=%d", x->name, version, version - 1),
                 panel_say(p, W_BOOKS_AGAINST, panel_count(p, version - 1), NULL));
    else
      panel_cell(p, t, panel_word(p, W_BOOKS_FIRST));
    panel_link(p, t, at_version(a, x->name, "/source.yaml", version), panel_word(p, W_BOOKS_DOWNLOAD));
    panel_tag(p, t, "code", arena_strndup(a, row->hash, 16));
  }
  return 0;
}

/* Where each text of a source stands, with what was found in its lines. */
static void source_part(struct panel *p, const char *title, const char *text, const struct procedure_findings *found) {
  struct panel_part *l = panel_lines(p, title);
  int number = 0;
  for (const char *s = text; *s && number < LINES_MOST;) {
    size_t n = strcspn(s, "\n");
    const char *note = NULL, *look = "";
    number++;
    for (size_t i = 0; found && i < found->count; i++) {
      if (found->items[i].at.line != number) continue;
      look = "bad";
      note = arena_printf(p->r->arena, "%s← %d", note ? arena_printf(p->r->arena, "%s ", note) : "", found->items[i].at.column);
    }
    panel_line(p, l, number, look, arena_strndup(p->r->arena, s, n), note);
    s += n + (s[n] == '\n');
  }
}

static int one_get(struct request *r, struct error *err) {
  struct panel p;
  const struct procedure *x;
  struct q_rulebook_get_out text;
  if (panel_start(&p, r, W_BOOKS_PROCEDURES, err) < 0 || find(&x, r, p.who.world, err) < 0) return -1;
  struct q_rulebook_get_in in = {.district = p.who.world->district, .kind = "procedure", .name = x->name, .version = x->version};
  int found = q_rulebook_get(p.who.db, r->arena, &text, &in, err);
  if (found <= 0) return found < 0 ? -1 : error_set(err, ERR_MISSING, "books.missing", NULL, NULL);
  panel_title(&p, titled(&p, &x->title), panel_say(&p, W_BOOKS_NAME_VERSION, x->name, panel_count(&p, x->version), NULL));
  panel_back(&p, "/admin/procedures", panel_word(&p, W_BOOKS_PROCEDURES));
  if (admin_acts(r))
    panel_button(&p, arena_printf(r->arena, "/admin/procedure-check?from=%s", x->name), W_BOOKS_CHANGE, "file-plus", "primary");
  basis_part(&p, x, text.since, text.hash);
  panel_picture(&p, panel_word(&p, W_BOOKS_DRAWING), at_version(r->arena, x->name, "/drawing.svg", x->version),
                panel_say(&p, W_BOOKS_DRAWING_OF, titled(&p, &x->title), NULL));
  if (versions_part(&p, x, err) < 0) return -1;
  source_part(&p, panel_word(&p, W_BOOKS_SOURCE), text.source, NULL);
  return panel_send(&p, 200);
}

static int drawing_get(struct request *r, struct error *err) {
  const struct procedure *x;
  if (find(&x, r, desk_world(r), err) < 0) return -1;
  procedure_draw(reply_as(r, 200, "image/svg+xml; charset=utf-8"), x, r->lang == LANG_ZH);
  return 0;
}

static int source_get(struct request *r, struct error *err) {
  const struct procedure *x;
  if (find(&x, r, desk_world(r), err) < 0) return -1;
  reply_download(r, "text/yaml; charset=utf-8", arena_printf(r->arena, "%s-%d.yaml", x->name, x->version));
  buf_add(&r->http->reply.body, x->source, x->source_len);
  return 0;
}

/* --- differences ------------------------------------------------------------------------------------------------ */

/* Whether a line stands near a change. */
static bool is_near(const struct diff_line *lines, int count, int i) {
  for (int k = i - CONTEXT_LINES; k <= i + CONTEXT_LINES; k++)
    if (k >= 0 && k < count && lines[k].kind != DIFF_SAME) return true;
  return false;
}

/* Shows what changed with some lines around; returns how many lines were cut and added. */
static int difference_part(struct panel *p, const char *title, const char *was, const char *is) {
  struct diff_line *lines;
  int count = diff_lines(&lines, p->r->arena, was, is), changes = 0;
  bool gap = false;
  struct panel_part *l = panel_lines(p, title);
  for (int i = 0; i < count && l->line_count < LINES_MOST; i++) {
    const struct diff_line *x = &lines[i];
    changes += x->kind != DIFF_SAME;
    if (!is_near(lines, count, i)) {
      if (!gap) panel_line(p, l, 0, "", "⋯", NULL);
      gap = true;
      continue;
    }
    gap = false;
    panel_line(p, l, x->is ? x->is : x->was, x->kind == DIFF_ADD ? "add" : x->kind == DIFF_CUT ? "cut" : "", x->text, NULL);
  }
  return changes;
}

static int difference_get(struct request *r, struct error *err) {
  struct panel p;
  const struct procedure *is, *was;
  if (panel_start(&p, r, W_BOOKS_CHANGES, err) < 0 || find(&is, r, p.who.world, err) < 0) return -1;
  was = world_procedure(p.who.world, is->name, (int)req_int(r, ONE_WITH));
  if (!was || !req_int(r, ONE_WITH)) return error_set(err, ERR_MISSING, "books.missing", NULL, NULL);
  const char *title = panel_say(&p, W_BOOKS_FROM_TO, panel_count(&p, was->version), panel_count(&p, is->version), NULL);
  panel_title(&p, titled(&p, &is->title), title);
  panel_back(&p, arena_printf(r->arena, "/admin/procedures/%s", is->name), titled(&p, &is->title));
  difference_part(&p, title, was->source, is->source);
  return panel_send(&p, 200);
}

/* --- a new text ------------------------------------------------------------------------------------------------- */

struct checking {
  struct request *r;
  const char *text;
  const struct procedure *procedure, *had; /* NULL: not readable; not in use yet */
  struct procedure_findings found, others;
  const struct procedure **whose; /* of `others` */
  int version;
};

/* The file that was sent, else what stands in the field. */
static int read_text(struct checking *k, struct error *err) {
  struct request *r = k->r;
  for (size_t i = 0; i < r->http->file_count; i++) {
    const struct http_file *f = &r->http->files[i];
    if (!text_eq(f->field, "file") || !f->len) continue;
    if (f->len > PROCEDURE_FILE_MAX) return error_set(err, ERR_INPUT, "books.large", "file", NULL);
    if (!text_is_utf8((const char *)f->data, f->len)) return error_set(err, ERR_INPUT, "books.utf8", "file", NULL);
    k->text = arena_strndup(r->arena, (const char *)f->data, f->len);
    return 0;
  }
  const char *typed = req_form(r, "source");
  char *text = arena_strdup(r->arena, typed ? typed : "");
  size_t n = 0;
  for (size_t i = 0; text[i]; i++)
    if (text[i] != '\r') text[n++] = text[i]; /* browsers send CR LF; the text is kept as a file has it */
  text[n] = '\0';
  k->text = text;
  if (n > PROCEDURE_FILE_MAX) return error_set(err, ERR_INPUT, "books.large", "source", NULL);
  return n ? 0 : error_set(err, ERR_INPUT, "books.empty", "source", NULL);
}

/* Errors are left in `k`: a text that cannot be used is a result. -1 only when it cannot be looked at. */
static int check_text(struct checking *k, const struct world *w, struct error *err) {
  struct error refused = {0};
  if (procedure_read(&k->procedure, &k->found, k->r->arena, k->text, strlen(k->text), &refused) < 0 && !k->found.count) {
    *err = refused;
    text_copy(err->field, sizeof err->field, "source");
    return -1;
  }
  if (!k->procedure) return 0;
  k->had = world_procedure(w, k->procedure->name, 0);
  world_check_procedure(&k->others, &k->whose, k->r->arena, w, k->procedure);
  return 0;
}

static bool is_good(const struct checking *k) {
  if (!k->procedure) return false;
  for (size_t i = 0; i < k->others.count; i++)
    if (k->others.items[i].severity == FINDING_ERROR) return false;
  return true;
}

static void finding_line(struct panel *p, struct panel_part *t, const struct procedure_finding *f, const char *file) {
  struct error e = {.kind = ERR_INPUT};
  bool bad = f->severity == FINDING_ERROR;
  text_copy(e.code, sizeof e.code, f->code);
  for (int i = 0; i < ERROR_ARGS; i++) text_copy(e.arg[i], sizeof e.arg[i], f->arg[i] ? f->arg[i] : "");
  e.args = ERROR_ARGS;
  const struct view_problem *problem = desk_problem(p->r, &e);
  panel_row(p, t);
  panel_tag(p, t, bad ? "clock late" : "clock soon", panel_word(p, bad ? W_BOOKS_ERROR : W_BOOKS_WARNING));
  panel_cell(p, t, arena_printf(p->r->arena, "%d:%d", f->at.line, f->at.column))->small = file;
  panel_cell(p, t, problem->what)->small = problem->hint;
}

static void findings_part(struct panel *p, const struct checking *k) {
  if (!k->found.count && !k->others.count) {
    panel_note(p, "notice", panel_word(p, W_BOOKS_GOOD));
    return;
  }
  panel_note(p, is_good(k) ? "notice" : "warning", panel_word(p, is_good(k) ? W_BOOKS_USABLE : W_BOOKS_REFUSED));
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_FOUND), W_OFFICE_STATE, W_BOOKS_LINE, W_BOOKS_WHAT, NO_WORD);
  for (size_t i = 0; i < k->found.count; i++) finding_line(p, t, &k->found.items[i], NULL);
  for (size_t i = 0; i < k->others.count; i++) finding_line(p, t, &k->others.items[i], k->whose[i]->name);
}

/* The version in force a form was made against: who adopted another meanwhile is noticed. */
static const char *seen_of(struct arena *a, const struct procedure *had) {
  return had ? admin_digest(a, had->name, had->source, NULL) : "new";
}

static void text_form(struct panel *p, const struct checking *k, bool may_adopt, const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, W_BOOKS_TEXT), "/admin/procedure-check", W_BOOKS_CHECK);
  f->help = panel_word(p, W_BOOKS_CHECK_HELP);
  panel_field(p, f, "file", "file", W_BOOKS_FILE, "")->accept = ".yaml,.yml,text/yaml";
  struct form_field *x = panel_field(p, f, "source", "source", W_BOOKS_SOURCE, "");
  x->value = k->text ? k->text : "";
  admin_keep_seen(p, f, seen_of(p->r->arena, k->had));
  if (may_adopt) {
    f->second = panel_word(p, W_BOOKS_ADOPT);
    f->second_name = "adopt";
  }
  panel_wrong(p, f, wrong);
}

/* What a good text would change. */
static bool effect_part(struct panel *p, const struct checking *k) {
  struct arena *a = p->r->arena;
  if (!k->had) {
    panel_note(p, "", panel_say(p, W_BOOKS_NEW, k->procedure->name, NULL));
    return true;
  }
  if (text_eq(k->had->source, k->text)) {
    panel_note(p, "", panel_say(p, W_BOOKS_SAME, panel_count(p, k->had->version), NULL));
    return false;
  }
  panel_note(p, "", panel_say(p, W_BOOKS_KEEPS, panel_count(p, k->had->version), panel_count(p, k->had->version + 1), NULL));
  difference_part(p, arena_printf(a, "%s %s", titled(p, &k->procedure->title),
                                  panel_say(p, W_BOOKS_AGAINST, panel_count(p, k->had->version), NULL)),
                  k->had->source, k->text);
  return true;
}

static int show_check(struct checking *k, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  bool may_adopt = false, good = is_good(k);
  if (panel_start(&p, k->r, W_BOOKS_CHECK, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_BOOKS_CHECK), k->procedure ? titled(&p, &k->procedure->title) : "");
  panel_back(&p, "/admin/procedures", panel_word(&p, W_BOOKS_PROCEDURES));
  bool checked = k->r->http->method == HTTP_POST && (!wrong || wrong->kind == ERR_CONFLICT);
  if (checked) findings_part(&p, k);
  if (checked && good) may_adopt = effect_part(&p, k);
  text_form(&p, k, may_adopt, wrong);
  if (checked && !good && k->found.count) source_part(&p, panel_word(&p, W_BOOKS_WHERE), k->text, &k->found);
  return panel_send(&p, status);
}

static int check_get(struct request *r, struct error *err) {
  struct checking k = {.r = r};
  const char *from = req_text(r, CHECK_FROM);
  if (*from) k.had = world_procedure(desk_world(r), from, 0);
  if (*from && !k.had) return error_set(err, ERR_MISSING, "books.missing", NULL, NULL);
  k.text = k.had ? k.had->source : "";
  return show_check(&k, NULL, 200, err);
}

/* In the lane, where nobody can be faster: the text in force is read again from the table. */
static int adopt(struct lane_txn *t, void *ctx, struct error *err) {
  struct checking *k = ctx;
  struct q_rulebook_last_out last = {.hash = ""};
  struct q_rulebook_get_out text = {.source = ""};
  const char *name = k->procedure->name;
  struct q_rulebook_last_in which = {.district = t->district, .kind = "procedure", .name = name};
  int had = q_rulebook_last(t->db, t->arena, &last, &which, err);
  struct q_rulebook_get_in one = {.district = t->district, .kind = "procedure", .name = name, .version = last.version};
  if (had < 0 || (had && q_rulebook_get(t->db, t->arena, &text, &one, err) < 0)) return -1;
  if (admin_seen(k->r, had ? admin_digest(t->arena, name, text.source, NULL) : "new", err) < 0) return -1;
  return engine_adopt(t, &k->r->actor, "procedure", name, k->text, &k->version, err);
}

/* What is in force by now; this request's world is older. */
static void look_again(struct checking *k) {
  struct engine *e = app_of(k->r)->engine;
  const struct world *w = world_take(e);
  const struct procedure *now = world_procedure(w, k->procedure->name, 0);
  struct procedure *had = ARENA_NEW(k->r->arena, struct procedure);
  if (now) *had = (struct procedure){.name = k->procedure->name, .version = now->version,
                                     .source = arena_strdup(k->r->arena, now->source)};
  k->had = now ? had : NULL;
  world_release(e, w);
}

static int adopted(struct request *r, void *ctx, struct error *err) {
  struct checking *k = ctx;
  struct db *db;
  struct error wrong = *err;
  if (err->kind != ERR_NONE && err->kind != ERR_CONFLICT) return -1;
  error_clear(err);
  if (app_db(&db, r, err) < 0 || engine_refresh(app_of(r)->engine, db, err) < 0) return -1;
  if (wrong.kind == ERR_CONFLICT) {
    look_again(k);
    return show_check(k, &wrong, error_http_status(wrong.kind), err);
  }
  reply_notice(r, W_BOOKS_ADOPTED);
  return reply_redirect(r, arena_printf(r->arena, "/admin/procedures/%s", k->procedure->name));
}

static int check_post(struct request *r, struct error *err) {
  struct checking *k = ARENA_NEW(r->arena, struct checking);
  k->r = r;
  if (read_text(k, err) < 0 || check_text(k, desk_world(r), err) < 0) {
    struct error wrong = *err;
    if (err->kind != ERR_INPUT) return -1;
    error_clear(err);
    return show_check(k, &wrong, error_http_status(wrong.kind), err);
  }
  bool wants = req_form(r, "adopt") != NULL;
  if (!is_good(k)) return show_check(k, NULL, 422, err);
  return wants ? app_run(r, adopt, k, adopted) : show_check(k, NULL, 200, err);
}

#define VERSION_PARAMS                                                                                                     \
  PARAMS([ONE_NAME] = {.name = "name", .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = 60},                    \
         [ONE_VERSION] = {.name = "version", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e6},                    \
         [ONE_WITH] = {.name = "with", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e6})

const struct route routes_procedures[] = {
    {.method = HTTP_GET, .path = "/admin/procedures", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_BOOKS_LIST,
     .rate = RATE_PAGE, .handler = procedures_get},
    {.method = HTTP_GET, .path = "/admin/procedures/{name}", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_BOOKS_ONE,
     .rate = RATE_PAGE, .handler = one_get, VERSION_PARAMS},
    {.method = HTTP_GET, .path = "/admin/procedures/{name}/drawing.svg", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_BOOKS_DRAWING, .rate = RATE_PAGE, .handler = drawing_get, VERSION_PARAMS},
    {.method = HTTP_GET, .path = "/admin/procedures/{name}/source.yaml", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_BOOKS_SOURCE, .rate = RATE_PAGE, .handler = source_get, VERSION_PARAMS},
    {.method = HTTP_GET, .path = "/admin/procedures/{name}/difference", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_BOOKS_DIFFERENCE, .rate = RATE_PAGE, .handler = difference_get, VERSION_PARAMS},
    {.method = HTTP_GET, .path = "/admin/procedure-check", .kind = ROUTE_PAGE, .who = ADMIN_WRITES,
     .help = W_ROUTE_BOOKS_CHECK_PAGE, .rate = RATE_PAGE, .handler = check_get,
     PARAMS([CHECK_FROM] = {.name = "from", .type = PARAM_CODE, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_POST, .path = "/admin/procedure-check", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .body_max = UPLOAD_MOST, .help = W_ROUTE_BOOKS_CHECK, .handler = check_post},
    {0}};
