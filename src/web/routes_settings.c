/* The district's settings, for the administrator: what each means, what it may be, what it is and since when. A change
 * has a day, a reason and a line in the journal; the running program follows. */
#include <string.h>

#include "matter/limit.h"
#include "people/setting_change.h"
#include "people/settings.h"
#include "web/admin.h"

enum { SETTING_NAME, SETTING_CHANGE };
enum { LIST_OF, LIST_WORDS };
enum { VALUE_SHOWN = 60, REASON_LEAST = 4, REASON_MOST = 200, DAYS_AHEAD = 3653 };

/* --- which settings there are ------------------------------------------------------------------------------------ */

/* Those of settings.yaml and, in the same form, those of every procedure in use. */
struct books {
  const struct setting **at;
  const char **group;       /* its heading, once for each */
  size_t count, procedures; /* from which number on they are those of procedures */
};

static const char *group_words(struct panel *p, const char *name) {
  static const struct {
    const char *head;
    enum word word;
  } groups[] = {{"rights.", W_SETTINGS_GROUP_RIGHTS},
                {"people.", W_SETTINGS_GROUP_PEOPLE},
                {"rate.", W_SETTINGS_GROUP_RATE},
                {"files.", W_SETTINGS_GROUP_FILES},
                {"force.", W_SETTINGS_GROUP_FORCE}};
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    if (text_starts(name, groups[i].head)) return panel_word(p, groups[i].word);
  return panel_word(p, W_SETTINGS_GROUP_SITE);
}

/* A procedure's own: what the file says and its later days are its values. */
static const struct setting *of_procedure(struct arena *a, const struct procedure *p,
                                          const struct procedure_setting *s) {
  struct setting *out = ARENA_NEW(a, struct setting);
  struct setting_value *values = ARENA_ARRAY(a, s->changes_count + 1, struct setting_value);
  values[0].text = s->is_limit ? s->limit : arena_printf(a, "%lld", (long long)s->number);
  for (size_t i = 0; i < s->changes_count; i++) {
    const struct procedure_change *c = &s->changes[i];
    values[i].until = c->from - 1;
    values[i + 1].from = c->from;
    values[i + 1].text = s->is_limit ? c->limit : arena_printf(a, "%lld", (long long)c->number);
  }
  *out = (struct setting){.name = arena_printf(a, "%s.%s", p->name, s->name),
                          .kind = s->is_limit ? SETTING_LIMIT : SETTING_NUMBER,
                          .least = s->min,
                          .most = s->max,
                          .title_zh = s->title.zh,
                          .title_en = s->title.en,
                          .unit_zh = "",
                          .unit_en = "",
                          .basis_zh = "",
                          .basis_en = "",
                          .choices = "",
                          .values = values,
                          .count = s->changes_count + 1};
  return out;
}

static void read_books(struct books *out, struct panel *p) {
  const struct world *w = p->who.world;
  struct arena *a = p->r->arena;
  size_t most = w->settings->count, n = 0;
  for (size_t i = 0; i < w->procedure_count; i++) most += w->procedures[i]->settings_count;
  out->at = ARENA_ARRAY(a, most + 1, const struct setting *);
  out->group = ARENA_ARRAY(a, most + 1, const char *);
  for (size_t i = 0; i < w->settings->count; i++) {
    out->at[n] = &w->settings->items[i];
    out->group[n++] = group_words(p, w->settings->items[i].name);
  }
  out->procedures = n;
  for (size_t i = 0; i < w->procedure_count; i++)
    for (size_t k = 0; k < w->procedures[i]->settings_count; k++) {
      const char *title = bilingual_pick(&w->procedures[i]->title, p->r->lang == LANG_ZH);
      out->at[n] = of_procedure(a, w->procedures[i], &w->procedures[i]->settings[k]);
      out->group[n] = k ? out->group[n - 1] : panel_say(p, W_SETTINGS_GROUP_PROCEDURES, title ? title : "", NULL);
      n++;
    }
  out->count = n;
}

static const struct setting *find(const struct books *b, const char *name) {
  for (size_t i = 0; i < b->count; i++)
    if (text_eq(b->at[i]->name, name)) return b->at[i];
  return NULL;
}

/* --- words about one --------------------------------------------------------------------------------------------- */

static const char *pick(const struct panel *p, const char *zh, const char *en) {
  return p->r->lang == LANG_ZH ? zh : en;
}

static const char *title_of(const struct panel *p, const struct setting *s) {
  return pick(p, s->title_zh, s->title_en);
}

static const char *roles_text(struct panel *p, const char *value) {
  struct arena *a = p->r->arena;
  const char *out = "";
  for (const char *at = value; *at;) {
    size_t n = strcspn(at, " ");
    const char *name = arena_strndup(a, at, n);
    enum role role = role_by_name(name);
    const char *word = role == ROLE_NONE ? name : panel_role(p, role);
    if (n) out = arena_printf(a, "%s%s%s", out, *out ? (p->r->lang == LANG_ZH ? "、" : ", ") : "", word);
    at += n + strspn(at + n, " ");
  }
  return out;
}

/* "10 MB": long numbers of bytes are not for reading. */
static const char *size_text(struct arena *a, int64_t bytes) {
  const int64_t mega = 1 << 20;
  return bytes >= mega && bytes % mega == 0 ? arena_printf(a, "%lld MiB", (long long)(bytes / mega)) : NULL;
}

/* A value as people read it. */
static const char *value_text(struct panel *p, const struct setting *s, const char *value) {
  struct arena *a = p->r->arena;
  struct limit limit;
  struct error ignored = {0};
  int64_t n;
  if (text_empty(value)) return panel_word(p, W_SETTINGS_UNSET);
  if (s->kind == SETTING_LIMIT && limit_parse(&limit, value, &ignored) == 0) {
    struct buf b;
    buf_init(&b, 400);
    limit_words(&b, p->r->lang, limit);
    const char *text = arena_strdup(a, b.data);
    buf_free(&b);
    return text;
  }
  if (s->kind == SETTING_ROLES) return roles_text(p, value);
  if (text_eq(s->unit_en, "bytes") && text_to_int(value, &n) && size_text(a, n)) return size_text(a, n);
  const char *unit = pick(p, s->unit_zh, s->unit_en);
  return *unit ? arena_printf(a, "%s %s", value, unit) : value;
}

static const char *range_text(struct panel *p, const struct setting *s) {
  char low[24], high[24];
  if (text_starts(s->name, "force.")) return panel_word(p, W_SETTINGS_RANGE_FORCE);
  switch (s->kind) {
    case SETTING_NUMBER:
      text_copy(low, sizeof low, panel_count(p, s->least));
      text_copy(high, sizeof high, panel_count(p, s->most));
      return panel_say(p, W_SETTINGS_RANGE_NUMBER, low, high, NULL);
    case SETTING_LIMIT: return panel_word(p, W_SETTINGS_RANGE_LIMIT);
    case SETTING_ROLES: return panel_word(p, W_SETTINGS_RANGE_ROLES);
    case SETTING_ADDRESS: return panel_word(p, W_SETTINGS_RANGE_ADDRESS);
    case SETTING_CHOICE: return s->choices;
    case SETTING_TEXT: break;
  }
  return panel_word(p, W_SETTINGS_RANGE_TEXT);
}

static const char *day_text(struct panel *p, int32_t day) {
  char s[24];
  if (!day) return panel_word(p, W_SETTINGS_ALWAYS);
  date_format(s, sizeof s, day);
  return arena_strdup(p->r->arena, s);
}

static int32_t today(const struct request *r) {
  return day_of_ms(r->now, r->page.offset_min);
}

static const char *by_file(const struct setting *s, int32_t day) {
  const struct settings one = {s, 1};
  const char *v = setting_on(&one, s->name, day);
  return v ? v : setting_on(&one, s->name, 0);
}

static int32_t file_since(const struct setting *s, int32_t day) {
  for (size_t i = s->count; i-- > 0;)
    if (s->values[i].from <= day) return s->values[i].from;
  return 0;
}

/* What holds on a day after the changes written so far, latest first; `since` gets its line, or NULL when a file says
 * it. */
static const char *holds_on(const struct q_setting_change_all_out **since, const struct setting *s,
                            const struct q_setting_change_all_out *rows, size_t n, int32_t day) {
  *since = NULL;
  for (size_t i = 0; i < n; i++) {
    if (!text_eq(rows[i].name, s->name) || rows[i].state == 2 || rows[i].from_day > day) continue;
    *since = &rows[i];
    return rows[i].value ? rows[i].value : by_file(s, day);
  }
  return by_file(s, day);
}

/* Without a change of its own the table `setting` may hold what an older version or the command line put there. */
static const char *in_force(struct panel *p, const struct q_setting_change_all_out **since, const struct setting *s,
                            const struct q_setting_change_all_out *rows, size_t n) {
  const char *value = holds_on(since, s, rows, n, today(p->r));
  if (*since) return value;
  struct q_setting_get_out old;
  struct error ignored = {0};
  struct q_setting_get_in in = {.district = p->who.world->district, .name = s->name};
  return q_setting_get(p->who.db, p->r->arena, &old, &in, &ignored) == 1 ? old.value : value;
}

/* A long list of names is for its own page. */
static const char *shortened(struct arena *a, const char *text) {
  size_t n = 0;
  if (text_chars(text) <= VALUE_SHOWN) return text;
  for (int chars = 0; chars < VALUE_SHOWN; chars++) do
      n++;
    while (((unsigned char)text[n] & 0xC0) == 0x80);
  return arena_printf(a, "%s …", arena_strndup(a, text, n));
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

static const char *next_change(struct panel *p, const struct setting *s, const struct q_setting_change_all_out *rows,
                               size_t n) {
  const struct q_setting_change_all_out *next = NULL;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].name, s->name) && rows[i].state == 0) next = &rows[i];
  if (!next) return NULL;
  const char *value = value_text(p, s, next->value ? next->value : by_file(s, (int32_t)next->from_day));
  return panel_say(p, W_SETTINGS_PENDING, day_text(p, (int32_t)next->from_day), value, NULL);
}

static void setting_line(struct panel *p, struct panel_part *t, const struct setting *s,
                         const struct q_setting_change_all_out *rows, size_t n) {
  const struct q_setting_change_all_out *since;
  const char *value = in_force(p, &since, s, rows, n), *coming = next_change(p, s, rows, n);
  panel_row(p, t);
  panel_link(p, t, arena_printf(p->r->arena, "/admin/settings/%s", s->name), title_of(p, s))->small = s->name;
  const char *shipped = by_file(s, today(p->r));
  struct panel_cell *cell = panel_cell(p, t, shortened(p->r->arena, value_text(p, s, value)));
  cell->look = text_eq(value, shipped) ? "" : "blue";
  cell->small = coming;
  panel_cell(p, t, range_text(p, s));
  panel_cell(p, t, shortened(p->r->arena, value_text(p, s, shipped)));
  panel_cell(p, t, day_text(p, since ? (int32_t)since->from_day : file_since(s, today(p->r))))->small =
      since && *since->reason ? since->reason : NULL;
}

static int load_changes(struct q_setting_change_all_out **rows, size_t *n, struct panel *p, struct error *err) {
  struct q_setting_change_all_in in = {.district = p->who.world->district};
  return q_setting_change_all(p->who.db, p->r->arena, rows, n, &in, err) < 0 ? -1 : 0;
}

static bool is_meant(struct panel *p, const struct setting *s, const char *words) {
  return !*words || strcasestr(s->name, words) || strstr(title_of(p, s), words) || strcasestr(s->title_en, words);
}

static void head(struct panel *p, const struct books *b, bool procedures) {
  const char *count = panel_count(p, (int64_t)b->count);
  panel_title(p, panel_word(p, W_SETTINGS_TITLE), panel_say(p, W_SETTINGS_SUB, count, NULL));
  panel_tab(p, "/admin/settings", panel_word(p, W_SETTINGS_OF_DISTRICT), panel_count(p, (int64_t)b->procedures),
            !procedures);
  panel_tab(p, "/admin/settings?of=procedures", panel_word(p, W_SETTINGS_OF_PROCEDURES),
            panel_count(p, (int64_t)(b->count - b->procedures)), procedures);
  struct panel_form *f = panel_filter(p, "/admin/settings");
  if (procedures) panel_field(p, f, "of", "hidden", W_SETTINGS_NAME, "")->value = "procedures";
  panel_field(p, f, "q", "text", W_SETTINGS_SEARCH, req_text(p->r, LIST_WORDS));
}

static int settings_get(struct request *r, struct error *err) {
  struct panel p;
  struct books b;
  struct q_setting_change_all_out *rows;
  size_t n, last = 0;
  struct panel_part *t = NULL;
  const char *words = req_text(r, LIST_WORDS);
  bool procedures = text_eq(req_text(r, LIST_OF), "procedures");
  if (panel_start(&p, r, W_SETTINGS_TITLE, err) < 0 || load_changes(&rows, &n, &p, err) < 0) return -1;
  read_books(&b, &p);
  head(&p, &b, procedures);
  for (size_t i = procedures ? b.procedures : 0; i < (procedures ? b.count : b.procedures); i++) {
    if (!is_meant(&p, b.at[i], words)) continue;
    if (!t || !text_eq(b.group[i], b.group[last]))
      t = panel_table(&p, b.group[i], W_SETTINGS_NAME, W_SETTINGS_VALUE, W_SETTINGS_RANGE, W_SETTINGS_DEFAULT,
                      W_SETTINGS_SINCE, NO_WORD);
    t->look = "even";
    last = i;
    setting_line(&p, t, b.at[i], rows, n);
  }
  if (!t) panel_note(&p, "", panel_word(&p, W_PANEL_NONE));
  return panel_send(&p, 200);
}

/* --- one ---------------------------------------------------------------------------------------------------------- */

static void history_line(struct panel *p, struct panel_part *t, const struct setting *s,
                         const struct q_setting_change_of_out *row, bool holds) {
  static const enum word states[] = {W_SETTINGS_TO_COME, W_SETTINGS_ENDED, W_SETTINGS_WITHDRAWN};
  static const char *const looks[] = {"clock soon", "clock held", "clock held"};
  struct arena *a = p->r->arena;
  bool first = !row->from_day;
  panel_row(p, t);
  panel_cell(p, t, first ? "—" : day_text(p, (int32_t)row->from_day));
  panel_cell(p, t, row->value ? value_text(p, s, row->value) : panel_word(p, W_SETTINGS_BACK));
  panel_cell(p, t, first ? panel_word(p, W_SETTINGS_BEFORE) : row->reason);
  panel_cell(p, t, case_actor_name(&p->who, row->actor));
  panel_time(p, t, row->at);
  panel_tag(p, t, holds ? "clock ok" : looks[row->state],
            panel_word(p, holds ? W_SETTINGS_IN_FORCE : states[row->state]));
  if (row->state != 0 || !admin_acts(p->r)) {
    panel_cell(p, t, "—");
    return;
  }
  panel_act(p, t, arena_printf(a, "/admin/settings/%s/%lld/withdraw", s->name, (long long)row->id),
            W_SETTINGS_WITHDRAW);
}

static int history_part(struct panel *p, const struct setting *s, struct error *err) {
  struct q_setting_change_of_out *rows;
  size_t n;
  bool found = false;
  struct q_setting_change_of_in in = {.district = p->who.world->district, .name = s->name};
  if (q_setting_change_of(p->who.db, p->r->arena, &rows, &n, &in, err) < 0) return -1;
  struct panel_part *t =
      panel_table(p, panel_word(p, W_SETTINGS_HISTORY), W_SETTINGS_FROM, W_SETTINGS_VALUE, W_SETTINGS_REASON,
                  W_SETTINGS_BY, W_SETTINGS_AT, W_SETTINGS_STATE, W_PEOPLE_DO, NO_WORD);
  t->empty = panel_word(p, W_SETTINGS_HISTORY_NONE);
  for (size_t i = 0; i < n; i++) {
    bool holds = !found && rows[i].state == 1;
    found = found || holds;
    history_line(p, t, s, &rows[i], holds);
  }
  return 0;
}

static const char *seen_of(struct panel *p, const struct setting *s, const struct q_setting_change_all_out *rows,
                           size_t n) {
  int64_t last = 0;
  for (size_t i = 0; i < n; i++)
    if (text_eq(rows[i].name, s->name) && rows[i].id > last) last = rows[i].id;
  return admin_digest(p->r->arena, s->name, panel_count(p, last), NULL);
}

static void change_form(struct panel *p, const struct setting *s, const char *value, const char *seen,
                        const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, W_SETTINGS_NEW_TITLE),
                                    arena_printf(p->r->arena, "/admin/settings/%s", s->name), W_SETTINGS_SAVE);
  f->look = "primary";
  if (s->at_start) f->help = panel_word(p, W_SETTINGS_AT_START);
  struct form_field *x =
      panel_field(p, f, "value", s->kind == SETTING_CHOICE ? "choice" : "text", W_SETTINGS_NEW_VALUE, value);
  x->help = range_text(p, s);
  x->max_chars = SETTING_VALUE_MAX;
  for (const char *at = s->choices; s->kind == SETTING_CHOICE && *at;) {
    size_t n = strcspn(at, " ");
    const char *one = arena_strndup(p->r->arena, at, n);
    panel_option(p, f, one, one);
    at += n + strspn(at + n, " ");
  }
  x = panel_field(p, f, "from", "date", W_SETTINGS_FROM, day_text(p, today(p->r)));
  x->needed = true;
  x->help = panel_word(p, W_SETTINGS_NEW_FROM);
  x = panel_field(p, f, "reason", "lines", W_SETTINGS_REASON, "");
  x->needed = true;
  x->help = panel_word(p, W_SETTINGS_NEW_REASON);
  x->max_chars = REASON_MOST;
  admin_keep_seen(p, f, seen);
  f->second = panel_word(p, W_SETTINGS_BACK);
  f->second_name = "back";
  panel_wrong(p, f, wrong);
}

static int show(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct books b;
  struct q_setting_change_all_out *rows;
  const struct q_setting_change_all_out *since;
  size_t n;
  if (panel_start(&p, r, W_SETTINGS_TITLE, err) < 0 || load_changes(&rows, &n, &p, err) < 0) return -1;
  read_books(&b, &p);
  const struct setting *s = find(&b, req_text(r, SETTING_NAME));
  if (!s) return error_set(err, ERR_MISSING, "settings.unknown", NULL, NULL);
  const char *value = in_force(&p, &since, s, rows, n), *coming = next_change(&p, s, rows, n);
  const char *basis = pick(&p, s->basis_zh, s->basis_en);
  panel_title(&p, title_of(&p, s), s->name);
  panel_back(&p, "/admin/settings", panel_word(&p, W_SETTINGS_TITLE));
  const struct view_problem *problem = wrong && strstr(r->http->path, "/withdraw") ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  struct panel_part *f = panel_facts(&p, NULL);
  panel_fact(&p, f, W_SETTINGS_VALUE, value_text(&p, s, value));
  panel_fact(&p, f, W_SETTINGS_SINCE, day_text(&p, since ? (int32_t)since->from_day : file_since(s, today(r))));
  if (coming) panel_fact(&p, f, W_SETTINGS_TO_COME, coming);
  panel_fact(&p, f, W_SETTINGS_DEFAULT, value_text(&p, s, by_file(s, today(r))));
  panel_fact(&p, f, W_SETTINGS_RANGE, range_text(&p, s));
  if (*pick(&p, s->unit_zh, s->unit_en)) panel_fact(&p, f, W_SETTINGS_UNIT, pick(&p, s->unit_zh, s->unit_en));
  if (*basis) panel_fact(&p, f, W_SETTINGS_BASIS, basis);
  if (admin_acts(r)) change_form(&p, s, value, seen_of(&p, s, rows, n), problem ? NULL : wrong);
  if (history_part(&p, s, err) < 0) return -1;
  return panel_send(&p, status);
}

static int setting_get(struct request *r, struct error *err) {
  return show(r, NULL, 200, err);
}

/* --- changing ----------------------------------------------------------------------------------------------------- */

struct change {
  struct request *r;
  const struct setting *s;
  struct setting_wish wish;
  int64_t id;
};

static int check_roles(struct arena *a, const char *value, struct error *err) {
  for (const char *at = value; *at;) {
    size_t n = strcspn(at, " ");
    const char *name = arena_strndup(a, at, n);
    if (n && role_by_name(name) == ROLE_NONE) return error_set(err, ERR_INPUT, "settings.roles", "value", name, NULL);
    at += n + strspn(at + n, " ");
  }
  return *value ? 0 : error_set(err, ERR_INPUT, "settings.roles", "value", "", NULL);
}

static int check_value(struct arena *a, const struct setting *s, const char *value, struct error *err) {
  struct limit limit;
  int r = setting_check(s, value, err);
  if (r == 0 && s->kind == SETTING_LIMIT) r = limit_parse(&limit, value, err);
  if (r == 0 && s->kind == SETTING_ROLES) r = check_roles(a, value, err);
  if (r == 0 && text_starts(s->name, "force.")) r = people_setting_check(s->name, value, err);
  if (r < 0) text_copy(err->field, sizeof err->field, "value");
  return r;
}

static int read_wish(struct change *c, struct error *err) {
  struct request *r = c->r;
  struct setting_wish *w = &c->wish;
  bool back = req_form(r, "back") != NULL;
  *w = (struct setting_wish){
      .name = c->s->name, .value = panel_typed(r, "value"), .reason = panel_typed(r, "reason"), .today = today(r)};
  size_t n = text_chars(w->reason);
  if (!back && check_value(r->arena, c->s, w->value, err) < 0) return -1;
  if (!date_parse(&w->from, panel_typed(r, "from")) || w->from < w->today || w->from > w->today + DAYS_AHEAD)
    return error_set(err, ERR_INPUT, "settings.day", "from", NULL);
  if (n < REASON_LEAST || n > REASON_MOST || text_has_controls(w->reason))
    return error_set(err, ERR_INPUT, "settings.reason", "reason", NULL);
  if (back || !*w->value) w->value = NULL;
  return 0;
}

static int change(struct lane_txn *t, void *ctx, struct error *err) {
  struct change *c = ctx;
  struct panel p = {.r = c->r};
  struct q_setting_change_all_out *rows;
  const struct q_setting_change_all_out *since;
  size_t n;
  struct q_setting_change_all_in in = {.district = t->district};
  if (q_setting_change_all(t->db, t->arena, &rows, &n, &in, err) < 0) return -1;
  if (admin_seen(c->r, seen_of(&p, c->s, rows, n), err) < 0) return -1;
  const char *was = holds_on(&since, c->s, rows, n, c->wish.from);
  bool same = since ? (c->wish.value ? since->value && text_eq(was, c->wish.value) : !since->value) : !c->wish.value;
  if (same) return error_set(err, ERR_CONFLICT, "settings.same", "value", NULL);
  return setting_change(t, &c->r->actor, &c->wish, &c->id, err);
}

static int changed(struct request *r, void *ctx, struct error *err) {
  struct change *c = ctx;
  struct db *db;
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show);
  if (app_db(&db, r, err) < 0 || app_settings_follow(app_of(r), db, r->now, err) < 0) return -1;
  bool now = c->wish.from <= c->wish.today;
  reply_notice(r, now ? c->s->at_start ? W_SETTINGS_AT_START : W_SETTINGS_SAVED : W_SETTINGS_PLANNED);
  return reply_redirect(r, arena_printf(r->arena, "/admin/settings/%s", c->s->name));
}

static int change_post(struct request *r, struct error *err) {
  struct change *c = ARENA_NEW(r->arena, struct change);
  struct panel p = {.r = r};
  struct books b;
  if (desk_asker(&p.who, r, err) < 0) return -1;
  read_books(&b, &p);
  *c = (struct change){.r = r, .s = find(&b, req_text(r, SETTING_NAME))};
  if (!c->s) return error_set(err, ERR_MISSING, "settings.unknown", NULL, NULL);
  if (read_wish(c, err) < 0) return admin_wrong(r, err, show);
  return app_run(r, change, c, changed);
}

static int withdraw(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  return setting_withdraw(t, &r->actor, req_text(r, SETTING_NAME), req_int(r, SETTING_CHANGE), err);
}

static int withdrawn(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show);
  reply_notice(r, W_SETTINGS_WITHDRAWN_DONE);
  return reply_redirect(r, arena_printf(r->arena, "/admin/settings/%s", req_text(r, SETTING_NAME)));
}

static int withdraw_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, withdraw, r, withdrawn);
}

#define NAME [SETTING_NAME] = {.name = "name", .type = PARAM_CODE, .in = IN_PATH, .required = true, .max = 80}

const struct route routes_settings[] = {
    {.method = HTTP_GET,
     .path = "/admin/settings",
     .kind = ROUTE_PAGE,
     .who = ADMIN_READS,
     .help = W_ROUTE_SETTINGS,
     .rate = RATE_PAGE,
     .handler = settings_get,
     PARAMS([LIST_OF] = {.name = "of", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = "district|procedures"},
            [LIST_WORDS] = {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60})},
    {.method = HTTP_GET,
     .path = "/admin/settings/{name}",
     .kind = ROUTE_PAGE,
     .who = ADMIN_READS,
     .help = W_ROUTE_SETTING,
     .rate = RATE_PAGE,
     .handler = setting_get,
     PARAMS(NAME)},
    {.method = HTTP_POST,
     .path = "/admin/settings/{name}",
     .kind = ROUTE_PAGE,
     .who = ADMIN_WRITES,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_SETTING_CHANGE,
     .handler = change_post,
     PARAMS(NAME)},
    {.method = HTTP_POST,
     .path = "/admin/settings/{name}/{change}/withdraw",
     .kind = ROUTE_PAGE,
     .who = ADMIN_WRITES,
     .csrf = CSRF_TOKEN,
     .open_form = true,
     .help = W_ROUTE_SETTING_WITHDRAW,
     .handler = withdraw_post,
     PARAMS(NAME, [SETTING_CHANGE] =
                      {.name = "change", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 1, .high = 1e12})},
    {0}};
