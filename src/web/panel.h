/* Panels: pages of those who administer, put together of parts: facts, tables, forms, texts with marked lines, pictures.
 *
 *   struct panel p;
 *   if (panel_start(&p, r, W_STAFF_TITLE, err) < 0) return -1;
 *   struct panel_part *t = panel_table(&p, W_STAFF_IN_OFFICE, W_STAFF_ROLE, W_STAFF_HOLDER, NO_WORD);
 *   panel_row(&p, t);
 *   panel_cell(&p, t, role);
 *   panel_link(&p, t, "/team/posts/7", name);
 *   return panel_send(&p, 200);
 *
 * What a page may show has been decided before it gets here; HTML stands in pages/panel*.html alone. Strings live as long
 * as the request. Nothing here fails: a page is as long as its rows, which every reader bounds. */
#ifndef WEB_PANEL_H
#define WEB_PANEL_H

#include "web/case_form.h"
#include "web/desk.h"
#include "people/org.h"
#include "web/view_map.h"

/* Ends a list of words. */
enum { NO_WORD = -1 };

/* One cell. `look` is a tag's colour (blue amber green violet red grey), "clock ok|soon|late|held", "code" or "". `post`
 * makes it a button that sends `post_value` as `post_name` there. */
struct panel_cell {
  const char *text, *href, *small, *look, *icon, *post, *post_name, *post_value;
  bool number;
};
struct panel_row {
  const struct panel_cell *cells;
  int cell_count;
  const char *look; /* "late" marks the row */
};
/* A line of a text: `look` "add", "cut", "bad" or "". */
struct panel_line {
  const char *look, *mark, *text, *note;
  int number;
};
struct panel_fact {
  const char *name, *text, *href, *look;
};
/* A figure above the page; a tab; a button in the head. */
struct panel_link {
  const char *href, *title, *look, *icon, *value;
  bool chosen;
};
struct panel_form {
  const char *action, *title, *help, *button, *look, *error, *hint, *once;
  const char *second, *second_name; /* another button that sends its name with the value 1; NULL none */
  const struct form_field *fields;
  int field_count;
  bool has_files, changed; /* changed: only the head of the page says what is wrong */
};
struct panel_filter {
  const char *action;
  const struct form_field *fields;
  int field_count;
};

/* A year as twelve months of weeks: one day with its mark ("休") and what it is in words. */
struct panel_day {
  int number; /* 0: not of this month */
  const char *look, *mark, *says;
};
struct panel_week {
  const struct panel_day *days; /* seven, from Monday */
  int day_count;
};
struct panel_month {
  const char *name;
  const struct panel_week *weeks;
  int week_count;
  const char **heads; /* seven: Monday ... */
  int head_count;
};
struct panel_year {
  const struct panel_month *months;
  int month_count;
};

enum panel_kind {
  PANEL_MAP, PANEL_YEAR, PANEL_PROGRESS, PANEL_TABLE, PANEL_FACTS, PANEL_NOTE, PANEL_LINES, PANEL_FORM, PANEL_PICTURE
};

struct panel_head {
  const char *text;
  bool number; /* above numbers */
};

struct panel_part {
  enum panel_kind kind;
  const char *title, *id, *look, *text, *empty, *next;
  const struct panel_head *heads;
  int head_count;
  const struct panel_row *rows;
  int row_count;
  const char *csv, *xlsx, *pdf; /* of a table with rows: addresses of the same as a file, by panel_send */
  const struct panel_fact *facts;
  int fact_count;
  const struct panel_line *lines;
  int line_count;
  const struct panel_form *form;
  const char *alt; /* of a picture */
  const struct panel_year *year;
  const struct view_map *map;
  int64_t done, total; /* of something under way; `next` is where to look again */
};

struct panel_item {
  const struct panel_part *part;
};

struct view_panel {
  const char *title, *sub, *back, *back_title;
  const struct panel_link *buttons, *tabs, *figures;
  int button_count, tab_count, figure_count;
  const struct panel_filter *filter;
  const struct view_map *map; /* that of a part, for the head of the page */
  bool has_table; /* something to print */
  const struct panel_item *parts;
  int part_count;
};

struct panel {
  struct request *r;
  struct case_asker who;
  struct view_panel view;
};

/* Begins a page: who asks, its side menu, its title. -1 only when the database fails. */
int panel_start(struct panel *p, struct request *r, enum word title, struct error *err);

/* Another title, with words beside it. */
void panel_title(struct panel *p, const char *title, const char *sub);
/* The way back, above the title. */
void panel_back(struct panel *p, const char *href, const char *title);
/* A button beside the title. */
void panel_button(struct panel *p, const char *href, enum word title, const char *icon, const char *look);
/* A tab under it. */
void panel_tab(struct panel *p, const char *href, const char *title, const char *value, bool chosen);
/* A figure above the parts; `href` NULL when it opens no list. */
void panel_figure(struct panel *p, const char *href, const char *title, int64_t value, const char *look, const char *icon);

/* Parts, in the order they stand. Titles may be NULL. `look` of a note: "notice", "warning" or "" (plain). */
struct panel_part *panel_table(struct panel *p, const char *title, ... /* enum word, NO_WORD */);
struct panel_part *panel_facts(struct panel *p, const char *title);
struct panel_part *panel_note(struct panel *p, const char *look, const char *text);
struct panel_part *panel_lines(struct panel *p, const char *title);
struct panel_part *panel_year(struct panel *p, const char *title, const struct panel_year *year);
struct panel_part *panel_map(struct panel *p, const char *title, const struct view_map *map); /* one a page */
/* Something under way: the part looks again by itself every second where a script runs, else by its link to `href`. */
struct panel_part *panel_progress(struct panel *p, const char *text, const char *href, int64_t done, int64_t total);
struct panel_part *panel_picture(struct panel *p, const char *title, const char *href, const char *alt);

/* Filling tables: a row, then its cells from left to right. The cell last added may be given more. */
void panel_row(struct panel *p, struct panel_part *t);
struct panel_cell *panel_cell(struct panel *p, struct panel_part *t, const char *text);
struct panel_cell *panel_link(struct panel *p, struct panel_part *t, const char *href, const char *text);
struct panel_cell *panel_tag(struct panel *p, struct panel_part *t, const char *look, const char *text);
struct panel_cell *panel_number(struct panel *p, struct panel_part *t, int64_t n);
struct panel_cell *panel_time(struct panel *p, struct panel_part *t, time_ms at);
struct panel_cell *panel_act(struct panel *p, struct panel_part *t, const char *post, enum word button);
void panel_row_look(struct panel_part *t, const char *look);

/* One fact under a word. */
void panel_fact(struct panel *p, struct panel_part *f, enum word name, const char *text);
/* One fact under a name that is data; `look` a class, or NULL. */
void panel_fact_named(struct panel *p, struct panel_part *f, const char *name, const char *text, const char *look);
/* One line of a text; number 0: none. */
void panel_line(struct panel *p, struct panel_part *l, int number, const char *look, const char *text, const char *note);

/* Forms. A field shows what was typed when this request sends the form, else `value`. Kinds are those of
 * pages/case_field.html. The last field added may be given more. */
struct panel_form *panel_form(struct panel *p, const char *title, const char *action, enum word button);
struct form_field *panel_field(struct panel *p, struct panel_form *f, const char *name, const char *kind, enum word label,
                               const char *value);
/* One choice more for the field last added; `value` is compared with what the field holds. */
void panel_option(struct panel *p, struct panel_form *f, const char *value, const char *title);
/* A heading among the choices. */
void panel_option_group(struct panel *p, struct panel_form *f, const char *title);
/* Puts what is wrong at the field it names, else above the form. NULL or ERR_NONE: nothing. */
void panel_wrong(struct panel *p, struct panel_form *f, const struct error *wrong);

/* The filter above a list: a form sent by GET. */
struct panel_form *panel_filter(struct panel *p, const char *action);

/* Sends the page; or, when its address says `table=2&as=xlsx`, that table of it as a file: what is on the page and no more, for
 * whoever may see the page (panel_files.c). Always 0: where a file cannot be made, the page says so. */
int panel_send(struct panel *p, int status);

/* Gives every table of a page that was asked for with GET the addresses of its files; or sends the file asked for, then true. */
bool panel_files(struct panel *p, int status);

/* ---- small things ---- */

/* A word; a word with arguments (NULL ends them). */
const char *panel_word(const struct panel *p, enum word w);
const char *panel_say(struct panel *p, enum word w, ... /* const char *, NULL */);
const char *panel_count(struct panel *p, int64_t n);
const char *panel_when(struct panel *p, time_ms at); /* "2026-11-23 10:18", or — */
const char *panel_date(struct panel *p, time_ms at); /* "2026-11-23", or — */
const char *panel_role(const struct panel *p, enum role role);
/* "金川路街道金谷里社区第一网格", or the district's name for 0. */
const char *panel_place(struct panel *p, int64_t place);
const char *panel_org(struct panel *p, int64_t org);
/* What was typed into a field of this request's form, trimmed; "" when it was not sent. */
const char *panel_typed(struct request *r, const char *name);

#endif
