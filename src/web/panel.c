#include "web/panel.h"

#include <stdarg.h>
#include <string.h>

#include "pages.h"
#include "people/org.h"

/* Room for one more at the end of an array that doubles. */
static void *grown(struct arena *a, const void *items, int count, size_t size) {
  bool full = (count & (count - 1)) == 0;
  if (count > 0 && !full) return (void *)(uintptr_t)items;
  void *more = arena_array(a, count > 0 ? 2 * (size_t)count : 1, size);
  if (count > 0) memcpy(more, items, (size_t)count * size);
  return more;
}

#define ADD(p, items, count, type, ...)                                           \
  do {                                                                            \
    type *more_ = grown((p)->r->arena, (items), (count), sizeof(type));           \
    more_[(count)++] = (type)__VA_ARGS__;                                         \
    (items) = more_;                                                              \
  } while (0)

/* --- the page --------------------------------------------------------------------------------------------------- */

int panel_start(struct panel *p, struct request *r, enum word title, struct error *err) {
  *p = (struct panel){.r = r, .view = {.title = word(r->lang, title), .sub = "", .back = ""}};
  if (desk_asker(&p->who, r, err) < 0) return -1;
  return desk_frame(r, &p->who, err);
}

void panel_title(struct panel *p, const char *title, const char *sub) {
  p->view.title = title;
  p->view.sub = sub;
}

void panel_back(struct panel *p, const char *href, const char *title) {
  p->view.back = href;
  p->view.back_title = title;
}

void panel_button(struct panel *p, const char *href, enum word title, const char *icon, const char *look) {
  ADD(p, p->view.buttons, p->view.button_count, struct panel_link,
      {.href = href, .title = panel_word(p, title), .icon = icon, .look = look, .value = ""});
}

void panel_tab(struct panel *p, const char *href, const char *title, const char *value, bool chosen) {
  ADD(p, p->view.tabs, p->view.tab_count, struct panel_link,
      {.href = href, .title = title, .value = value ? value : "", .look = "", .icon = "", .chosen = chosen});
}

void panel_figure(struct panel *p, const char *href, const char *title, int64_t value, const char *look, const char *icon) {
  ADD(p, p->view.figures, p->view.figure_count, struct panel_link,
      {.href = href, .title = title, .value = panel_count(p, value), .look = look, .icon = icon});
}

static struct panel_part *add_part(struct panel *p, const struct panel_part *like) {
  struct panel_part *part = ARENA_NEW(p->r->arena, struct panel_part);
  *part = *like;
  if (!part->title) part->title = "";
  ADD(p, p->view.parts, p->view.part_count, struct panel_item, {part});
  return part;
}

struct panel_part *panel_table(struct panel *p, const char *title, ...) {
  struct panel_part *part = add_part(p, &(struct panel_part){.kind = PANEL_TABLE, .title = title});
  va_list words;
  va_start(words, title);
  for (int w = va_arg(words, int); w != NO_WORD; w = va_arg(words, int))
    ADD(p, part->heads, part->head_count, struct panel_head, {panel_word(p, (enum word)w), false});
  va_end(words);
  part->empty = panel_word(p, W_PANEL_NONE);
  return part;
}

struct panel_part *panel_facts(struct panel *p, const char *title) {
  return add_part(p, &(struct panel_part){.kind = PANEL_FACTS, .title = title});
}

struct panel_part *panel_note(struct panel *p, const char *look, const char *text) {
  return add_part(p, &(struct panel_part){.kind = PANEL_NOTE, .look = look, .text = text});
}

struct panel_part *panel_lines(struct panel *p, const char *title) {
  return add_part(p, &(struct panel_part){.kind = PANEL_LINES, .title = title});
}

struct panel_part *panel_picture(struct panel *p, const char *title, const char *href, const char *alt) {
  return add_part(p, &(struct panel_part){.kind = PANEL_PICTURE, .title = title, .text = href, .alt = alt});
}

struct panel_part *panel_year(struct panel *p, const char *title, const struct panel_year *year) {
  return add_part(p, &(struct panel_part){.kind = PANEL_YEAR, .title = title, .year = year});
}

struct panel_part *panel_map(struct panel *p, const char *title, const struct view_map *map) {
  p->view.map = map;
  return add_part(p, &(struct panel_part){.kind = PANEL_MAP, .title = title, .map = map});
}

struct panel_part *panel_progress(struct panel *p, const char *text, const char *href, int64_t done, int64_t total) {
  return add_part(p, &(struct panel_part){.kind = PANEL_PROGRESS, .text = text, .alt = href, .done = done, .total = total});
}

int panel_send(struct panel *p, int status) {
  if (panel_files(p, status)) return 0;
  page_panel(reply_html(p->r, status), &p->view, &p->r->page);
  return 0;
}

/* --- tables ----------------------------------------------------------------------------------------------------- */

void panel_row(struct panel *p, struct panel_part *t) {
  ADD(p, t->rows, t->row_count, struct panel_row, {.look = ""});
}

static struct panel_row *last_row(struct panel_part *t) {
  return (struct panel_row *)(uintptr_t)&t->rows[t->row_count - 1];
}

void panel_row_look(struct panel_part *t, const char *look) { last_row(t)->look = look; }

struct panel_cell *panel_cell(struct panel *p, struct panel_part *t, const char *text) {
  struct panel_row *row = last_row(t);
  ADD(p, row->cells, row->cell_count, struct panel_cell, {.text = text ? text : ""});
  return (struct panel_cell *)(uintptr_t)&row->cells[row->cell_count - 1];
}

struct panel_cell *panel_link(struct panel *p, struct panel_part *t, const char *href, const char *text) {
  struct panel_cell *cell = panel_cell(p, t, text);
  cell->href = href;
  return cell;
}

struct panel_cell *panel_tag(struct panel *p, struct panel_part *t, const char *look, const char *text) {
  struct panel_cell *cell = panel_cell(p, t, text);
  cell->look = look;
  return cell;
}

struct panel_cell *panel_number(struct panel *p, struct panel_part *t, int64_t n) {
  struct panel_cell *cell = panel_cell(p, t, panel_count(p, n));
  cell->number = true;
  return cell;
}

struct panel_cell *panel_time(struct panel *p, struct panel_part *t, time_ms at) {
  return panel_cell(p, t, panel_when(p, at));
}

struct panel_cell *panel_act(struct panel *p, struct panel_part *t, const char *post, enum word button) {
  struct panel_cell *cell = panel_cell(p, t, panel_word(p, button));
  cell->post = post;
  cell->post_name = "go";
  cell->post_value = "1";
  return cell;
}

/* --- facts, lines --------------------------------------------------------------------------------------- */

void panel_fact_named(struct panel *p, struct panel_part *f, const char *name, const char *text, const char *look) {
  ADD(p, f->facts, f->fact_count, struct panel_fact,
      {.name = name, .text = text && *text ? text : "—", .look = look ? look : ""});
}

void panel_fact(struct panel *p, struct panel_part *f, enum word name, const char *text) {
  panel_fact_named(p, f, panel_word(p, name), text, "");
}

void panel_line(struct panel *p, struct panel_part *l, int number, const char *look, const char *text, const char *note) {
  const char *mark = text_eq(look, "add") ? "+" : text_eq(look, "cut") ? "−" : text_eq(look, "bad") ? "✗" : "";
  ADD(p, l->lines, l->line_count, struct panel_line,
      {.number = number, .look = look, .mark = mark, .text = text, .note = note ? note : ""});
}

/* --- forms ------------------------------------------------------------------------------------------------------ */

const char *panel_typed(struct request *r, const char *name) {
  const char *s = req_form(r, name);
  return s ? text_trim(r->arena, s) : "";
}

static bool sends(const struct panel *p, const struct panel_form *f) {
  return p->r->http->method == HTTP_POST && text_starts(p->r->http->path, f->action) &&
         strlen(p->r->http->path) == strlen(f->action);
}

struct panel_form *panel_form(struct panel *p, const char *title, const char *action, enum word button) {
  struct panel_part *part = add_part(p, &(struct panel_part){.kind = PANEL_FORM, .title = title});
  struct panel_form *f = ARENA_NEW(p->r->arena, struct panel_form);
  *f = (struct panel_form){.action = action, .title = title ? title : "", .button = panel_word(p, button), .look = "primary",
                           .help = "", .error = "", .hint = "", .once = ""};
  part->form = f;
  return f;
}

struct panel_form *panel_filter(struct panel *p, const char *action) {
  struct panel_form *f = ARENA_NEW(p->r->arena, struct panel_form);
  f->action = action;
  struct panel_filter *filter = ARENA_NEW(p->r->arena, struct panel_filter);
  filter->action = action;
  p->view.filter = filter;
  f->changed = true; /* a filter: panel_field tells the view of each field */
  return f;
}

static void tell_filter(struct panel *p, const struct panel_form *f) {
  struct panel_filter *filter = (struct panel_filter *)(uintptr_t)p->view.filter;
  if (!f->changed) return;
  filter->fields = f->fields;
  filter->field_count = f->field_count;
}

struct form_field *panel_field(struct panel *p, struct panel_form *f, const char *name, const char *kind, enum word label,
                               const char *value) {
  enum { TEXT_CHARS = 200, LINES_CHARS = 2000 };
  const char *typed = sends(p, f) ? req_form(p->r, name) : NULL;
  bool lines = text_eq(kind, "lines");
  ADD(p, f->fields, f->field_count, struct form_field,
      {.name = name, .kind = kind, .label = panel_word(p, label), .value = typed ? typed : value ? value : "", .value2 = "",
       .help = "", .error = "", .purpose = "", .basis = "", .accept = "", .max_chars = lines ? LINES_CHARS : TEXT_CHARS});
  if (text_eq(kind, "file")) f->has_files = true;
  tell_filter(p, f);
  return (struct form_field *)(uintptr_t)&f->fields[f->field_count - 1];
}

void panel_option_group(struct panel *p, struct panel_form *f, const char *title) {
  struct form_field *field = (struct form_field *)(uintptr_t)&f->fields[f->field_count - 1];
  ADD(p, field->groups, field->group_count, struct form_group, {.title = title});
}

void panel_option(struct panel *p, struct panel_form *f, const char *value, const char *title) {
  struct form_field *field = (struct form_field *)(uintptr_t)&f->fields[f->field_count - 1];
  if (!field->group_count) panel_option_group(p, f, "");
  struct form_group *group = (struct form_group *)(uintptr_t)&field->groups[field->group_count - 1];
  ADD(p, group->options, group->option_count, struct form_option,
      {.value = value, .title = title, .note = "", .chosen = text_eq(value, field->value)});
}

void panel_wrong(struct panel *p, struct panel_form *f, const struct error *wrong) {
  if (!wrong || wrong->kind == ERR_NONE) return;
  const struct view_problem *problem = desk_problem(p->r, wrong);
  for (int i = 0; i < f->field_count; i++) {
    struct form_field *field = (struct form_field *)(uintptr_t)&f->fields[i];
    if (!*wrong->field || !text_eq(field->name, wrong->field)) continue;
    field->error = text_empty(problem->hint) ? problem->what : arena_printf(p->r->arena, "%s %s", problem->what, problem->hint);
    return;
  }
  f->error = problem->what;
  f->hint = problem->hint;
}

/* --- small things ----------------------------------------------------------------------------------------------- */

const char *panel_word(const struct panel *p, enum word w) { return word(p->r->lang, w); }

const char *panel_say(struct panel *p, enum word w, ...) {
  const char *args[WORD_ARGS_MOST];
  int n = 0;
  va_list list;
  va_start(list, w);
  for (const char *s = va_arg(list, const char *); s && n < WORD_ARGS_MOST; s = va_arg(list, const char *)) args[n++] = s;
  va_end(list);
  return desk_say(p->r, w, n, args);
}

const char *panel_count(struct panel *p, int64_t n) { return arena_printf(p->r->arena, "%lld", (long long)n); }

const char *panel_when(struct panel *p, time_ms at) {
  char s[48];
  if (!at) return "—";
  time_format_short(s, sizeof s, at, p->r->page.offset_min);
  return arena_strdup(p->r->arena, s);
}

const char *panel_date(struct panel *p, time_ms at) {
  char s[48];
  if (!at) return "—";
  date_format(s, sizeof s, day_of_ms(at, p->r->page.offset_min));
  return arena_strdup(p->r->arena, s);
}

const char *panel_role(const struct panel *p, enum role role) {
  const char *s = role == ROLE_NONE ? NULL : words_find(p->r->lang, role_words(role));
  return s ? s : role_name(role);
}

const char *panel_place(struct panel *p, int64_t place) {
  struct error ignored = {0};
  struct place_row *chain;
  size_t n;
  if (!place) return p->r->page.district;
  if (place_chain(&chain, &n, p->who.db, p->r->arena, p->who.world->district, place, &ignored) < 0) return "—";
  const char *label = place_label(p->r->arena, chain, n);
  return text_empty(label) ? p->r->page.district : label;
}

const char *panel_org(struct panel *p, int64_t org) {
  struct error ignored = {0};
  struct org_row row;
  if (!org || people_org_by_id(&row, p->who.db, p->r->arena, p->who.world->district, org, &ignored) != 1) return "";
  return p->r->lang == LANG_EN ? row.name_en : row.name_zh;
}
