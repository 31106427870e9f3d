#include "web/desk_sheet.h"

static const enum word column_words[] = {W_LIST_CODE,     W_CASES_PROCEDURE, W_LIST_STAGE,  W_CASE_SUMMARY,
                                         W_CASE_CATEGORY, W_CASES_SOURCE,    W_CASES_PLACE, W_CASE_PLACE,
                                         W_CASES_ORG,     W_LIST_OPENED,     W_CASE_DUE,    W_LIST_LIGHT};
enum { COLUMNS = sizeof column_words / sizeof *column_words, SUMMARY = 3 };
enum { PAPER_COLUMNS = 6 };

struct sheet_list {
  struct request *r;
  desk_sheet_next *next;
  void *ctx;
  int offset_min;
};

/* --- sheets ----------------------------------------------------------------------------------------------------- */

static int write_row(struct sheet *sheet, const struct desk_sheet_row *in, struct error *err) {
  const struct desk_row *row = &in->row;
  sheet_text(sheet, row->code);
  sheet_text(sheet, row->procedure);
  sheet_text(sheet, row->stage);
  sheet_text(sheet, in->summary);
  sheet_text(sheet, row->category);
  sheet_text(sheet, row->source);
  sheet_text(sheet, row->place);
  sheet_text(sheet, row->where);
  sheet_text(sheet, row->role);
  sheet_time(sheet, row->at);
  sheet_time(sheet, row->light.due);
  sheet_text(sheet, row->light.words);
  return sheet_row_end(sheet, err);
}

static int write_rows(struct sheet *sheet, void *ctx, struct error *err) {
  struct sheet_list *l = ctx;
  struct desk_sheet_row *rows = ARENA_ARRAY(l->r->arena, DESK_SHEET_PAGE, struct desk_sheet_row);
  for (int written = 0; written < DESK_SHEET_MOST;) {
    int n = l->next(l->ctx, rows, err);
    if (n <= 0) return n;
    for (int i = 0; i < n; i++, written++)
      if (write_row(sheet, &rows[i], err) < 0) return -1;
  }
  return 0;
}

static int sheet_reply(struct sheet_list *l, const char *title, const char *name, enum table_format format, struct error *err) {
  struct sheet_column columns[COLUMNS];
  for (int i = 0; i < COLUMNS; i++)
    columns[i] = (struct sheet_column){word(l->r->lang, column_words[i]), i == SUMMARY ? 60 : 18};
  struct table_sheet_of of = {name, title, columns, COLUMNS, l->offset_min};
  return table_sheet_reply(l->r, &of, format, write_rows, l, err);
}

/* --- paper ------------------------------------------------------------------------------------------------------ */

static struct table_row paper_row_of(const struct sheet_list *l, const struct desk_sheet_row *in) {
  char at[40];
  struct table_cell *c = ARENA_ARRAY(l->r->arena, PAPER_COLUMNS, struct table_cell);
  time_format_short(at, sizeof at, in->row.at, l->offset_min);
  const char *place = in->row.place ? in->row.place : "", *where = in->row.where ? in->row.where : "";
  c[0].text = in->row.code;
  c[1].text = in->row.stage;
  c[2].text = in->summary;
  c[3].text = arena_printf(l->r->arena, "%s%s%s", place, *place && *where ? " " : "", where);
  c[4].text = in->row.role ? in->row.role : "";
  c[5].text = arena_strdup(l->r->arena, at);
  return (struct table_row){c, PAPER_COLUMNS, false};
}

static int gather(struct table_row *rows, bool *more, struct sheet_list *l, struct error *err) {
  struct desk_sheet_row *page = ARENA_ARRAY(l->r->arena, DESK_SHEET_PAGE, struct desk_sheet_row);
  int count = 0, n = 0;
  do {
    n = l->next(l->ctx, page, err);
    if (n < 0) return -1;
    for (int i = 0; i < n && count < DESK_PAPER_MOST; i++) rows[count++] = paper_row_of(l, &page[i]);
  } while (n && count < DESK_PAPER_MOST);
  *more = count == DESK_PAPER_MOST;
  return count;
}

static int paper_reply(struct sheet_list *l, const char *title, const char *name, const char *sub, struct error *err) {
  static const enum word words[PAPER_COLUMNS] = {W_LIST_CODE,  W_LIST_STAGE, W_CASE_SUMMARY,
                                                 W_CASES_PLACE, W_CASES_ORG, W_LIST_OPENED};
  struct table_column columns[PAPER_COLUMNS];
  struct table_row *rows = ARENA_ARRAY(l->r->arena, DESK_PAPER_MOST + 1, struct table_row);
  bool more;
  int n = gather(rows, &more, l, err);
  if (n < 0) return -1;
  for (int i = 0; i < PAPER_COLUMNS; i++) columns[i] = (struct table_column){word(l->r->lang, words[i]), false};
  struct table t = {.title = title, .columns = columns, .column_count = PAPER_COLUMNS, .rows = rows, .row_count = n,
                    .note = more ? word(l->r->lang, W_SHEET_PAPER_CUT) : NULL};
  return table_reply(l->r, &t, TABLE_PDF, name, sub, l->offset_min, err);
}

int desk_sheet_reply(struct request *r, const char *title, const char *name, const char *sub, enum table_format format,
                     int offset_min, desk_sheet_next *next, void *ctx, struct error *err) {
  struct sheet_list l = {r, next, ctx, offset_min};
  return format == TABLE_PDF ? paper_reply(&l, title, name, sub, err) : sheet_reply(&l, title, name, format, err);
}
