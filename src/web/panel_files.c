/* The tables of a panel page as files. What the page holds is decided by then: a file is the page in another shape. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "web/panel.h"
#include "web/table_out.h"

enum { ADDRESS_MOST = 8192 };

static const char *asked(const struct request *r, const char *name) {
  const char *value = "";
  for (size_t i = 0; i < r->http->query.count; i++)
    if (text_eq(r->http->query.at[i].name, name)) value = r->http->query.at[i].value;
  return value;
}

/* This page's own address with the table and its shape. */
static const char *address(struct request *r, int table, const char *as) {
  struct buf b;
  buf_init(&b, ADDRESS_MOST);
  buf_puts(&b, r->page.path);
  buf_putc(&b, '?');
  for (size_t i = 0; i < r->http->query.count; i++) {
    const struct http_pair *q = &r->http->query.at[i];
    if (text_eq(q->name, "table") || text_eq(q->name, "as") || text_eq(q->name, "lang")) continue;
    page_part_string(&b, q->name);
    buf_putc(&b, '=');
    page_part_string(&b, q->value);
    buf_putc(&b, '&');
  }
  buf_printf(&b, "table=%d&as=%s", table, as);
  const char *s = b.full ? NULL : arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

/* "1203", "95.4%": the number that is read there; "—" is none. */
static double number_of(const char *text) {
  char *end;
  double n = strtod(text, &end);
  return end == text ? (double)NAN : n;
}

/* A button is nothing to take along. */
static struct table_cell cell_of(struct arena *a, const struct panel_cell *c) {
  if (c->post) return (struct table_cell){.text = ""};
  if (c->number) return (struct table_cell){.text = c->text, .n = number_of(c->text), .number = true};
  return (struct table_cell){.text = text_empty(c->small) ? c->text : arena_printf(a, "%s %s", c->text, c->small)};
}

static bool is_number(const struct panel_part *part, int column) {
  for (int r = 0; r < part->row_count; r++)
    if (column < part->rows[r].cell_count && part->rows[r].cells[column].number) return true;
  return false;
}

static void table_of(struct table *t, struct panel *p, const struct panel_part *part) {
  struct arena *a = p->r->arena;
  struct table_column *columns = ARENA_ARRAY(a, (size_t)part->head_count + 1, struct table_column);
  struct table_row *rows = ARENA_ARRAY(a, (size_t)part->row_count + 1, struct table_row);
  for (int i = 0; i < part->head_count; i++)
    columns[i] = (struct table_column){part->heads[i].text, part->heads[i].number};
  for (int r = 0; r < part->row_count; r++) {
    const struct panel_row *row = &part->rows[r];
    int n = row->cell_count < part->head_count ? row->cell_count : part->head_count;
    struct table_cell *cells = ARENA_ARRAY(a, (size_t)n + 1, struct table_cell);
    for (int i = 0; i < n; i++) cells[i] = cell_of(a, &row->cells[i]);
    rows[r] = (struct table_row){cells, n, false};
  }
  *t = (struct table){.id = "table",
                      .title = part->title ? part->title : p->view.title,
                      .columns = columns,
                      .column_count = part->head_count,
                      .rows = rows,
                      .row_count = part->row_count};
}

static int format_of(const char *as) {
  return text_eq(as, "csv") ? TABLE_CSV : text_eq(as, "xlsx") ? TABLE_XLSX : text_eq(as, "pdf") ? TABLE_PDF : -1;
}

static bool send_table(struct panel *p, const struct panel_part *part, int format) {
  struct table t;
  struct error wrong = {0};
  table_of(&t, p, part);
  const char *sub = arena_printf(p->r->arena, "%s %s", p->view.title, p->view.sub);
  if (table_reply(p->r, &t, (enum table_format)format, t.title, sub, p->who.world->offset_min, &wrong) == 0)
    return true;
  panel_note(p, "warning", panel_word(p, W_PANEL_NO_FILE));
  return false;
}

bool panel_files(struct panel *p, int status) {
  int64_t wanted = 0;
  int format = format_of(asked(p->r, "as")), n = 0;
  if (status != 200 || p->r->http->method != HTTP_GET) return false;
  if (!text_to_int(asked(p->r, "table"), &wanted)) wanted = 0;
  for (int i = 0; i < p->view.part_count; i++) {
    struct panel_part *part = (struct panel_part *)(uintptr_t)p->view.parts[i].part;
    if (part->kind != PANEL_TABLE || !part->row_count) continue;
    n++;
    for (int h = 0; h < part->head_count; h++)
      ((struct panel_head *)(uintptr_t)part->heads)[h].number = is_number(part, h);
    if (n == wanted && format >= 0 && send_table(p, part, format)) return true;
    part->csv = address(p->r, n, "csv");
    part->xlsx = address(p->r, n, "xlsx");
    part->pdf = address(p->r, n, "pdf");
    p->view.has_table = true;
  }
  return false;
}
