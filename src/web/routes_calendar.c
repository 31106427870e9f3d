/* The work calendar, for the administrator: a year with its work days, days off and made-up days; the district's own days;
 * the notice of a year. A change is first shown with the clocks it would move, and only then taken into use. */
#include <string.h>

#include "base/json_write.h"
#include "matter/clock_settings.h"
#include "web/admin.h"

enum { CALENDAR_YEAR };
enum { SOURCE_BYTES = 200 << 10, NOTICE_MOST = 64 << 10, WEEKS_MOST = 6, WEEK = 7, YEAR_FIRST = 2010, YEAR_LAST = 2070 };
enum { BODY_MOST = 1 << 20, NAME_CHARS = 40 };

/* --- the year --------------------------------------------------------------------------------------------------- */

static const char *name_of(const struct panel *p, const char *zh, const char *en) {
  return p->r->lang == LANG_EN && !text_empty(en) ? en : zh ? zh : "";
}

static const char *kind_words(const struct panel *p, enum day_kind kind) {
  const char *key = arena_printf(p->r->arena, "clock.day.%s", calendar_day_key(kind));
  const char *s = words_find(p->r->lang, key);
  return s ? s : "";
}

static const char *spans_text(struct arena *a, const struct span *spans, int count) {
  const char *s = "";
  for (int i = 0; i < count; i++)
    s = arena_printf(a, "%s%s%02d:%02d-%02d:%02d", s, i ? ", " : "", spans[i].from / 60, spans[i].from % 60, spans[i].to / 60,
                     spans[i].to % 60);
  return s;
}

static const char *day_text(struct arena *a, int32_t day) {
  char s[24];
  date_format(s, sizeof s, day);
  return arena_strdup(a, s);
}

static bool is_own(enum day_kind k) {
  return k == DAY_KIND_DISTRICT_OFF || k == DAY_KIND_DISTRICT_WORK || k == DAY_KIND_DISTRICT_HOURS;
}

static bool is_special(enum day_kind k) { return k != DAY_KIND_WORK && k != DAY_KIND_WEEKEND; }

/* The marks people know from printed calendars: 休 for a day off, 班 for a made-up one. */
static struct panel_day day_of(struct panel *p, const struct calendar *c, int32_t day, int number) {
  struct day_info info;
  struct panel_day out = {.number = number, .look = "", .mark = "", .says = ""};
  if (!calendar_look(&info, c, day)) return out;
  bool today = day == day_of_ms(p->r->now, p->r->page.offset_min);
  const char *look = !is_special(info.kind) ? (info.worked ? "" : "weekend") : info.worked ? "make-up" : "off";
  if (is_special(info.kind)) {
    out.mark = panel_word(p, info.worked ? W_BOOKS_MARK_WORK : W_BOOKS_MARK_OFF);
    out.says = arena_printf(p->r->arena, "%s %s", kind_words(p, info.kind), name_of(p, info.zh, info.en));
  }
  out.look = arena_printf(p->r->arena, "%s%s%s", look, is_own(info.kind) ? " own" : "", today ? " today" : "");
  return out;
}

static void fill_month(struct panel_month *out, struct panel *p, const struct calendar *c, int32_t first, int32_t end) {
  struct panel_week *weeks = ARENA_ARRAY(p->r->arena, WEEKS_MOST, struct panel_week);
  int column = weekday_of_day(first) - 1; /* 0 is Monday */
  for (int32_t day = first; day < end; day++) {
    int n = column + (int)(day - first);
    struct panel_week *week = &weeks[n / WEEK];
    if (!week->days) *week = (struct panel_week){ARENA_ARRAY(p->r->arena, WEEK, struct panel_day), WEEK};
    struct panel_day *days = (struct panel_day *)(uintptr_t)week->days;
    days[n % WEEK] = day_of(p, c, day, (int)(day - first) + 1);
    out->week_count = n / WEEK + 1;
  }
  out->weeks = weeks;
}

static const struct panel_year *year_of(struct panel *p, const struct calendar *c, int year) {
  static const enum word heads[] = {W_BOOKS_MON, W_BOOKS_TUE, W_BOOKS_WED, W_BOOKS_THU, W_BOOKS_FRI, W_BOOKS_SAT, W_BOOKS_SUN};
  const char **head = ARENA_ARRAY(p->r->arena, WEEK, const char *);
  struct panel_year *out = ARENA_NEW(p->r->arena, struct panel_year);
  struct panel_month *months = ARENA_ARRAY(p->r->arena, 12, struct panel_month);
  for (int i = 0; i < WEEK; i++) head[i] = panel_word(p, heads[i]);
  for (int m = 1; m <= 12; m++) {
    int32_t first = day_from_civil(year, m, 1), end = day_from_civil(m == 12 ? year + 1 : year, m % 12 + 1, 1);
    months[m - 1].name = panel_say(p, W_BOOKS_MONTH, panel_count(p, year), panel_count(p, m), NULL);
    months[m - 1].heads = head;
    months[m - 1].head_count = WEEK;
    fill_month(&months[m - 1], p, c, first, end);
  }
  *out = (struct panel_year){months, 12};
  return out;
}

static int work_days(const struct calendar *c, int year) {
  struct day_info info;
  int n = 0;
  for (int32_t day = day_from_civil(year, 1, 1); day < day_from_civil(year + 1, 1, 1); day++)
    n += calendar_look(&info, c, day) && info.worked;
  return n;
}

/* What the marks say, in words: the list for those who do not see the picture. */
static void special_part(struct panel *p, const struct calendar *c, int year) {
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_SPECIAL), W_BOOKS_DAY, W_BOOKS_WEEKDAY, W_OFFICE_STATE,
                                     W_OFFICE_NAME, W_BOOKS_HOURS, NO_WORD);
  static const enum word heads[] = {W_BOOKS_MON, W_BOOKS_TUE, W_BOOKS_WED, W_BOOKS_THU, W_BOOKS_FRI, W_BOOKS_SAT, W_BOOKS_SUN};
  struct day_info info;
  for (int32_t day = day_from_civil(year, 1, 1); day < day_from_civil(year + 1, 1, 1); day++) {
    if (!calendar_look(&info, c, day) || !is_special(info.kind)) continue;
    panel_row(p, t);
    panel_cell(p, t, day_text(p->r->arena, day));
    panel_cell(p, t, panel_word(p, heads[weekday_of_day(day) - 1]));
    panel_tag(p, t, info.worked ? "clock late" : "clock ok", kind_words(p, info.kind));
    panel_cell(p, t, name_of(p, info.zh, info.en));
    panel_cell(p, t, info.worked ? spans_text(p->r->arena, info.spans, info.span_count) : "—");
  }
}

/* --- the district's own days ------------------------------------------------------------------------------------ */

struct own_days {
  struct calendar_day *rows;
  size_t count;
  const char *source; /* as it is in force; "" none */
  int64_t version;
};

static int load_own(struct own_days *out, struct db *db, struct arena *a, int64_t district, struct error *err) {
  struct q_rulebook_last_out last = {0};
  struct q_rulebook_get_out text = {.source = ""};
  struct clock_settings ignored;
  struct q_rulebook_last_in which = {.district = district, .kind = "calendar", .name = CALENDAR_OWN};
  int found = q_rulebook_last(db, a, &last, &which, err);
  struct q_rulebook_get_in one = {.district = district, .kind = "calendar", .name = CALENDAR_OWN, .version = last.version};
  if (found < 0 || (found && q_rulebook_get(db, a, &text, &one, err) < 0)) return -1;
  *out = (struct own_days){.source = text.source, .version = last.version};
  struct calendar *c = calendar_new(a, 0);
  if (found && clock_settings_read(&ignored, c, text.source, strlen(text.source), err) < 0) return -1;
  out->count = calendar_day_count(c);
  out->rows = ARENA_ARRAY(a, out->count + 1, struct calendar_day);
  for (size_t i = 0; i < out->count; i++) out->rows[i] = *calendar_day_at(c, i);
  return 0;
}

static const char *const rule_names[] = {[DAY_OFF] = "off", [DAY_WORKED] = "worked", [DAY_HOURS] = "hours"};

/* JSON is YAML too, and its strings need no thought. */
static const char *write_own(struct arena *a, const struct calendar_day *rows, size_t count) {
  struct buf b;
  struct json j;
  buf_init(&b, SOURCE_BYTES);
  json_start(&j, &b);
  json_object(&j);
  json_key(&j, "days");
  json_array(&j);
  for (size_t i = 0; i < count; i++) {
    json_object(&j);
    json_put(&j, "day", day_text(a, rows[i].day));
    json_put(&j, "rule", rule_names[rows[i].rule]);
    if (rows[i].rule == DAY_HOURS) json_put(&j, "open", spans_text(a, rows[i].spans, rows[i].span_count));
    json_put(&j, "zh", rows[i].zh ? rows[i].zh : "");
    json_put(&j, "en", rows[i].en ? rows[i].en : "");
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

static void own_part(struct panel *p, const struct own_days *own) {
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_OWN), W_BOOKS_DAY, W_BOOKS_RULE, W_OFFICE_NAME, W_BOOKS_HOURS,
                                     W_PEOPLE_DO, NO_WORD);
  static const enum word rules[] = {W_BOOKS_RULE_OFF, W_BOOKS_RULE_WORKED, W_BOOKS_RULE_HOURS};
  t->empty = panel_word(p, W_BOOKS_OWN_NONE);
  for (size_t i = 0; i < own->count; i++) {
    const struct calendar_day *d = &own->rows[i];
    panel_row(p, t);
    panel_cell(p, t, day_text(p->r->arena, d->day));
    panel_cell(p, t, panel_word(p, rules[d->rule]));
    panel_cell(p, t, name_of(p, d->zh, d->en));
    panel_cell(p, t, d->rule == DAY_HOURS ? spans_text(p->r->arena, d->spans, d->span_count) : "—");
    if (!admin_acts(p->r)) panel_cell(p, t, "—");
    else {
      struct panel_cell *cell = panel_act(p, t, "/admin/calendar/remove", W_BOOKS_REMOVE);
      cell->post_name = "day";
      cell->post_value = day_text(p->r->arena, d->day);
    }
  }
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static void day_form(struct panel *p, const struct error *wrong) {
  struct panel_form *f = panel_form(p, panel_word(p, W_BOOKS_OWN_NEW), "/admin/calendar/day", W_BOOKS_PREVIEW);
  f->help = panel_word(p, W_BOOKS_OWN_HELP);
  panel_field(p, f, "day", "date", W_BOOKS_DAY, "")->needed = true;
  panel_field(p, f, "rule", "choice", W_BOOKS_RULE, "")->needed = true;
  panel_option(p, f, "off", panel_word(p, W_BOOKS_RULE_OFF));
  panel_option(p, f, "worked", panel_word(p, W_BOOKS_RULE_WORKED));
  panel_option(p, f, "hours", panel_word(p, W_BOOKS_RULE_HOURS));
  panel_field(p, f, "open", "text", W_BOOKS_HOURS, "")->help = panel_word(p, W_BOOKS_HOURS_HELP);
  struct form_field *x = panel_field(p, f, "zh", "text", W_BOOKS_NAME_ZH, "");
  x->needed = true;
  x->max_chars = NAME_CHARS;
  x = panel_field(p, f, "en", "text", W_BOOKS_NAME_EN, "");
  x->max_chars = NAME_CHARS;
  if (text_eq(p->r->http->path, "/admin/calendar/day")) panel_wrong(p, f, wrong);
  f = panel_form(p, panel_word(p, W_BOOKS_NOTICE), "/admin/calendar/notice", W_BOOKS_PREVIEW);
  f->help = panel_word(p, W_BOOKS_NOTICE_HELP);
  x = panel_field(p, f, "file", "file", W_BOOKS_NOTICE_FILE, "");
  x->accept = ".json,application/json";
  x->needed = true;
  if (text_eq(p->r->http->path, "/admin/calendar/notice")) panel_wrong(p, f, wrong);
}

static int year_asked(const struct request *r) {
  struct civil now;
  civil_from_ms(&now, r->now, r->page.offset_min);
  return r->http->method == HTTP_GET && req_has(r, CALENDAR_YEAR) ? (int)req_int(r, CALENDAR_YEAR) : now.year;
}

static int show(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct own_days own;
  int year = year_asked(r);
  if (panel_start(&p, r, W_BOOKS_CALENDAR, err) < 0) return -1;
  const struct calendar *c = p.who.world->calendar;
  if (load_own(&own, p.who.db, r->arena, p.who.world->district, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_BOOKS_CALENDAR), panel_say(&p, W_BOOKS_WORK_DAYS, panel_count(&p, work_days(c, year)), NULL));
  for (int y = year - 1; y <= year + 1; y++)
    if (y >= YEAR_FIRST && y <= YEAR_LAST)
      panel_tab(&p, arena_printf(r->arena, "/admin/calendar?year=%d", y), panel_count(&p, y), "", y == year);
  const struct view_problem *problem = wrong && text_eq(r->http->path, "/admin/calendar") ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  if (!calendar_known(c, year)) panel_note(&p, "warning", panel_say(&p, W_BOOKS_UNKNOWN, panel_count(&p, year), NULL));
  panel_note(&p, "", panel_word(&p, W_BOOKS_LEGEND));
  panel_year(&p, NULL, year_of(&p, c, year));
  own_part(&p, &own);
  if (admin_acts(r)) day_form(&p, wrong);
  special_part(&p, c, year);
  return panel_send(&p, status);
}

static int calendar_get(struct request *r, struct error *err) { return show(r, NULL, 200, err); }

/* --- a change, tried -------------------------------------------------------------------------------------------- */

struct change {
  struct request *r;
  const char *name, *source, *seen; /* the rulebook as it would be, and what it was made against */
};

/* What the rulebook of that name is now, as a digest; "new" when there is none. */
static int seen_now(const char **out, const char *name, struct db *db, struct arena *a, int64_t district, struct error *err) {
  struct q_rulebook_last_out last = {.hash = ""};
  struct q_rulebook_last_in which = {.district = district, .kind = "calendar", .name = name};
  int found = q_rulebook_last(db, a, &last, &which, err);
  *out = found > 0 ? admin_digest(a, last.hash, NULL) : "new";
  return found < 0 ? -1 : 0;
}

static void moves_part(struct panel *p, const struct calendar_moves *moves) {
  char was[48], is[48];
  const char *n = panel_count(p, (int64_t)moves->count);
  if (!moves->count) {
    panel_note(p, "notice", panel_word(p, moves->more ? W_BOOKS_MOVES_NONE_OF_FIRST : W_BOOKS_MOVES_NONE));
    return;
  }
  panel_note(p, "", panel_say(p, moves->more ? W_BOOKS_MOVES_MORE : W_BOOKS_MOVES, n, NULL));
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_MOVED), W_BOOKS_MATTER, W_BOOKS_CLOCK, W_BOOKS_WAS, W_BOOKS_IS,
                                     W_BOOKS_BY, NO_WORD);
  for (size_t i = 0; i < moves->count; i++) {
    const struct changed_clock *c = &moves->clocks[i];
    bool later = c->is > c->was;
    int64_t hours = (later ? c->is - c->was : c->was - c->is) / HOUR_MS;
    time_format_short(was, sizeof was, c->was, p->r->page.offset_min);
    time_format_short(is, sizeof is, c->is, p->r->page.offset_min);
    panel_row(p, t);
    panel_cell(p, t, c->code);
    panel_cell(p, t, c->name);
    panel_cell(p, t, arena_strdup(p->r->arena, was));
    panel_cell(p, t, arena_strdup(p->r->arena, is));
    panel_tag(p, t, later ? "clock ok" : "clock soon",
              panel_say(p, later ? W_BOOKS_LATER : W_BOOKS_EARLIER, panel_count(p, hours), NULL));
  }
}

/* From the first day on which the two calendars differ. */
static bool first_difference(int32_t *out, const struct calendar *a, const struct calendar *b) {
  struct day_info x, y;
  for (int32_t day = calendar_first_day(a); day <= calendar_last_day(a); day++) {
    if (!calendar_look(&x, a, day) || !calendar_look(&y, b, day)) continue;
    if (x.kind == y.kind && x.minutes == y.minutes && text_eq(x.zh, y.zh) && text_eq(x.en, y.en)) continue;
    *out = day;
    return true;
  }
  return false;
}

static void differences_part(struct panel *p, const struct calendar *was, const struct calendar *is) {
  struct panel_part *t = panel_table(p, panel_word(p, W_BOOKS_DIFFERENT), W_BOOKS_DAY, W_BOOKS_WAS, W_BOOKS_IS, NO_WORD);
  struct day_info x, y;
  for (int32_t day = calendar_first_day(was); day <= calendar_last_day(was); day++) {
    if (!calendar_look(&x, was, day) || !calendar_look(&y, is, day)) continue;
    if (x.kind == y.kind && x.minutes == y.minutes && text_eq(x.zh, y.zh) && text_eq(x.en, y.en)) continue;
    panel_row(p, t);
    panel_cell(p, t, day_text(p->r->arena, day));
    panel_cell(p, t, kind_words(p, x.kind))->small = name_of(p, x.zh, x.en);
    panel_cell(p, t, kind_words(p, y.kind))->small = name_of(p, y.zh, y.en);
  }
}

/* The change with what it moves, and the button that takes it into use. */
static int show_change(struct request *r, struct change *c, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  const struct calendar *tried;
  struct calendar_moves moves;
  struct engine *e = app_of(r)->engine;
  struct calendar_text with = {c->name, c->source};
  int32_t day;
  if (panel_start(&p, r, W_BOOKS_PREVIEW, err) < 0) return -1;
  if (engine_calendar_try(&tried, e, p.who.db, r->arena, &with, err) < 0) return -1;
  panel_back(&p, "/admin/calendar", panel_word(&p, W_BOOKS_CALENDAR));
  if (!first_difference(&day, p.who.world->calendar, tried)) {
    panel_note(&p, "", panel_word(&p, W_BOOKS_NO_CHANGE));
    return panel_send(&p, status);
  }
  time_ms from = ms_of_day(day, r->page.offset_min);
  if (engine_calendar_moves(&moves, e, p.who.db, r->arena, tried, from, r->now, err) < 0) return -1;
  differences_part(&p, p.who.world->calendar, tried);
  moves_part(&p, &moves);
  struct panel_form *f = panel_form(&p, NULL, "/admin/calendar", W_BOOKS_CALENDAR_ADOPT);
  f->help = panel_word(&p, W_BOOKS_CALENDAR_ADOPT_HELP);
  panel_field(&p, f, "name", "hidden", W_OFFICE_NAME, "")->value = c->name;
  panel_field(&p, f, "source", "hidden", W_OFFICE_NAME, "")->value = c->source;
  admin_keep_seen(&p, f, c->seen);
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int wrong_input(struct request *r, struct error *err) { return admin_wrong(r, err, show); }

static bool names_fit(const char *zh, const char *en) {
  return text_chars(zh) <= NAME_CHARS && text_chars(en) <= NAME_CHARS && !text_has_controls(zh) && !text_has_controls(en);
}

static int read_day(struct calendar_day *out, struct request *r, struct error *err) {
  const char *rule = panel_typed(r, "rule");
  *out = (struct calendar_day){.layer = CALENDAR_DISTRICT, .zh = panel_typed(r, "zh"), .en = panel_typed(r, "en")};
  int32_t first = day_from_civil(YEAR_FIRST, 1, 1), last = day_from_civil(YEAR_LAST, 12, 31);
  if (!date_parse(&out->day, panel_typed(r, "day")) || out->day < first || out->day > last)
    return error_set(err, ERR_INPUT, "team.date", "day", NULL);
  int i = DAY_OFF;
  while (i <= DAY_HOURS && !text_eq(rule, rule_names[i])) i++;
  if (i > DAY_HOURS) return error_set(err, ERR_INPUT, "books.rule", "rule", NULL);
  out->rule = (enum day_rule)i;
  if (i == DAY_HOURS && (!calendar_read_spans(out->spans, &out->span_count, panel_typed(r, "open")) || !out->span_count))
    return error_set(err, ERR_INPUT, "books.hours", "open", NULL);
  if (!*out->zh || !names_fit(out->zh, out->en)) return error_set(err, ERR_INPUT, "books.day-name", "zh", NULL);
  return 0;
}

/* The own days with one put in, or (`put` NULL) taken out, in their order. */
static const char *own_with(struct arena *a, const struct own_days *own, int32_t day, const struct calendar_day *put) {
  struct calendar_day *rows = ARENA_ARRAY(a, own->count + 1, struct calendar_day);
  size_t n = 0;
  bool placed = !put;
  for (size_t i = 0; i < own->count; i++) {
    if (!placed && own->rows[i].day > day) rows[n++] = *put, placed = true;
    if (own->rows[i].day != day) rows[n++] = own->rows[i];
  }
  if (!placed) rows[n++] = *put;
  return write_own(a, rows, n);
}

static int try_own(struct request *r, int32_t day, const struct calendar_day *put, struct error *err) {
  struct change c = {.r = r, .name = CALENDAR_OWN};
  struct own_days own;
  struct db *db;
  int64_t district = app_of(r)->district;
  if (app_db(&db, r, err) < 0 || load_own(&own, db, r->arena, district, err) < 0) return -1;
  if (seen_now(&c.seen, c.name, db, r->arena, district, err) < 0) return -1;
  c.source = own_with(r->arena, &own, day, put);
  return show_change(r, &c, NULL, 200, err);
}

static int day_post(struct request *r, struct error *err) {
  struct calendar_day day;
  if (read_day(&day, r, err) < 0) return wrong_input(r, err);
  return try_own(r, day.day, &day, err);
}

static int remove_post(struct request *r, struct error *err) {
  int32_t day;
  if (!date_parse(&day, panel_typed(r, "day"))) {
    error_set(err, ERR_INPUT, "team.date", NULL, NULL);
    return wrong_input(r, err);
  }
  return try_own(r, day, NULL, err);
}

static const struct http_file *file_of(const struct request *r) {
  for (size_t i = 0; i < r->http->file_count; i++)
    if (text_eq(r->http->files[i].field, "file") && r->http->files[i].len) return &r->http->files[i];
  return NULL;
}

/* Whose year the notice is: that of most of its days, which its loader has checked. */
static int notice_year(const struct calendar *c) {
  int best = 0, most = 0;
  for (size_t i = 0; i < calendar_day_count(c); i++) {
    int n = 0;
    struct civil at;
    civil_from_ms(&at, ms_of_day(calendar_day_at(c, i)->day, 0), 0);
    for (size_t k = 0; k < calendar_day_count(c); k++) {
      struct civil other;
      civil_from_ms(&other, ms_of_day(calendar_day_at(c, k)->day, 0), 0);
      n += other.year == at.year;
    }
    if (n > most) most = n, best = at.year;
  }
  return best;
}

static int notice_post(struct request *r, struct error *err) {
  struct change c = {.r = r};
  struct db *db;
  const struct http_file *f = file_of(r);
  if (!f) error_set(err, ERR_INPUT, "books.empty", "file", NULL);
  else if (f->len > NOTICE_MOST || !text_is_utf8((const char *)f->data, f->len))
    error_set(err, ERR_INPUT, "books.notice", "file", NULL);
  if (err->kind != ERR_NONE) return wrong_input(r, err);
  c.source = arena_strndup(r->arena, (const char *)f->data, f->len);
  struct calendar *alone = calendar_new(r->arena, 0);
  if (calendar_load_holiday_cn(alone, c.source, f->len, err) < 0 || !calendar_day_count(alone)) {
    if (err->kind == ERR_NONE) error_set(err, ERR_INPUT, "books.notice", "file", NULL);
    text_copy(err->field, sizeof err->field, "file");
    return wrong_input(r, err);
  }
  c.name = arena_printf(r->arena, "notice-%d", notice_year(alone));
  if (app_db(&db, r, err) < 0 || seen_now(&c.seen, c.name, db, r->arena, app_of(r)->district, err) < 0) return -1;
  return show_change(r, &c, NULL, 200, err);
}

/* --- a change, taken into use ----------------------------------------------------------------------------------- */

static int adopt(struct lane_txn *t, void *ctx, struct error *err) {
  struct change *c = ctx;
  const char *now;
  if (seen_now(&now, c->name, t->db, t->arena, t->district, err) < 0 || admin_seen(c->r, now, err) < 0) return -1;
  return engine_adopt(t, &c->r->actor, "calendar", c->name, c->source, NULL, err);
}

static int adopted(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  struct db *db;
  if (err->kind != ERR_NONE) return wrong_input(r, err);
  if (app_db(&db, r, err) < 0 || engine_refresh(app_of(r)->engine, db, err) < 0) return -1;
  reply_notice(r, W_BOOKS_CALENDAR_ADOPTED);
  return reply_redirect(r, "/admin/calendar");
}

static bool is_notice_name(const char *name) {
  return text_starts(name, "notice-") && strlen(name) == strlen("notice-2027") && strspn(name + 7, "0123456789") == 4;
}

static int calendar_post(struct request *r, struct error *err) {
  struct change *c = ARENA_NEW(r->arena, struct change);
  const struct calendar *tried;
  struct db *db;
  const char *source = req_form(r, "source");
  *c = (struct change){.r = r, .name = panel_typed(r, "name"), .source = source ? source : ""};
  struct calendar_text with = {c->name, c->source};
  if ((!text_eq(c->name, CALENDAR_OWN) && !is_notice_name(c->name)) || strlen(c->source) > SOURCE_BYTES)
    error_set(err, ERR_INPUT, "books.notice", NULL, NULL);
  else if (app_db(&db, r, err) < 0) return -1;
  else engine_calendar_try(&tried, app_of(r)->engine, db, r->arena, &with, err);
  return err->kind != ERR_NONE ? wrong_input(r, err) : app_run(r, adopt, c, adopted);
}

#define CHANGE(where, text, run)                                                                                             \
  {.method = HTTP_POST, .path = where, .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN, .open_form = true,       \
   .body_max = BODY_MOST, .help = text, .handler = run}

const struct route routes_calendar[] = {
    {.method = HTTP_GET, .path = "/admin/calendar", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_CALENDAR,
     .rate = RATE_PAGE, .handler = calendar_get,
     PARAMS([CALENDAR_YEAR] = {.name = "year", .type = PARAM_INT, .in = IN_QUERY, .low = YEAR_FIRST, .high = YEAR_LAST})},
    CHANGE("/admin/calendar/day", W_ROUTE_CALENDAR_DAY, day_post),
    CHANGE("/admin/calendar/remove", W_ROUTE_CALENDAR_REMOVE, remove_post),
    CHANGE("/admin/calendar/notice", W_ROUTE_CALENDAR_NOTICE, notice_post),
    CHANGE("/admin/calendar", W_ROUTE_CALENDAR_ADOPT, calendar_post),
    {0}};
