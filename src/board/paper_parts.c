/* The parts of a paper: paragraphs, tables that go over pages, photos, lines to sign on. */
#include <string.h>

#include "board/paper_internal.h"
#include "board/paper_press.h"

/* --- paragraphs --------------------------------------------------------------------------------------------------- */

struct kind {
  const char *name;
  struct press_style style;
  double pitch, before; /* before: room above it */
};

static const struct kind KINDS[] = {
    {"title", {.font = FONT_TITLE, .size = SIZE_2, .align = PANGO_ALIGN_CENTER}, LINE * 1.15, 0},
    {"addressee", {.font = FONT_SONG, .size = SIZE_3, .grid = true}, LINE, 0},
    {"text", {.font = FONT_SONG, .size = SIZE_3, .first = 2 * CHARACTER, .grid = true}, LINE, 0},
    {"heading", {.font = FONT_HEI, .size = SIZE_3, .first = 2 * CHARACTER, .grid = true}, LINE, 0},
    {"subheading", {.font = FONT_KAI, .size = SIZE_3, .first = 2 * CHARACTER, .grid = true}, LINE, 0},
    {"plain", {.font = FONT_SONG, .size = SIZE_3, .grid = true}, LINE, 0},
    {"small", {.font = FONT_SONG, .size = SIZE_4}, LINE * 0.85, 0},
    {"annex", {.font = FONT_HEI, .size = SIZE_3, .grid = true}, LINE, 0},
};

static void draw_paragraphs(struct press *p, const struct kind *kind, const char *text) {
  char **lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    g_strchomp(*line);
    if (!**line) continue;
    PangoLayout *layout = press_layout(p, &kind->style, TYPE_WIDTH, *line);
    press_lines(p, layout, 0, kind->pitch);
    g_object_unref(layout);
  }
  g_strfreev(lines);
}

static bool draw_text(struct press *p, const char *name, const char *text) {
  for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
    if (strcmp(KINDS[i].name, name) != 0) continue;
    if (!strcmp(name, "annex")) press_page(p);
    draw_paragraphs(p, &KINDS[i], text);
    return true;
  }
  return false;
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

static const double CELL_PAD = 4, CELL_PITCH = 19, CELL_MIN = 26;

struct table {
  int columns;
  double x[PAPER_COLUMNS_MOST + 1];
  bool labels;
  const json_t *heads;
};

/* One row while it is drawn: a layout a cell, and how far each has come. */
struct row {
  PangoLayout *cells[PAPER_COLUMNS_MOST];
  int lines[PAPER_COLUMNS_MOST];
  int most;
};

static void columns_of(struct table *t, const json_t *widths) {
  double all = 0;
  t->columns = (int)json_array_size(widths);
  if (t->columns > PAPER_COLUMNS_MOST) t->columns = PAPER_COLUMNS_MOST;
  for (int i = 0; i < t->columns; i++) all += (double)json_integer_value(json_array_get(widths, (size_t)i));
  t->x[0] = 0;
  for (int i = 0; i < t->columns; i++)
    t->x[i + 1] = t->x[i] + TYPE_WIDTH * (double)json_integer_value(json_array_get(widths, (size_t)i)) / (all > 0 ? all : 1);
}

static void row_open(struct press *p, const struct table *t, struct row *r, const json_t *texts, bool head) {
  r->most = 1;
  for (int i = 0; i < t->columns; i++) {
    const char *text = json_string_value(json_array_get(texts, (size_t)i));
    bool label = head || (t->labels && i % 2 == 0);
    struct press_style style = {.font = label ? FONT_HEI : FONT_SONG, .size = SIZE_SMALL_4};
    if (label) style.align = PANGO_ALIGN_CENTER;
    r->cells[i] = press_layout(p, &style, t->x[i + 1] - t->x[i] - 2 * CELL_PAD, text ? text : "");
    r->lines[i] = pango_layout_get_line_count(r->cells[i]);
    if (r->lines[i] > r->most) r->most = r->lines[i];
  }
}

static void row_close(const struct table *t, struct row *r) {
  for (int i = 0; i < t->columns; i++) g_object_unref(r->cells[i]);
}

/* Draws lines `from` .. `from + count` of one cell, in the middle of a box `height` high when the whole cell fits. */
static void draw_cell(struct press *p, PangoLayout *layout, int lines, double x, int from, int count, double height) {
  PangoLayoutIter *iter = pango_layout_get_iter(layout);
  int shown = lines - from < count ? lines - from : count, n = 0;
  double y = p->y + (from == 0 && lines <= count ? (height - shown * CELL_PITCH) / 2 : CELL_PAD);
  do {
    if (n >= from && n < from + count) {
      PangoRectangle logical;
      pango_layout_iter_get_line_extents(iter, NULL, &logical);
      double down = (pango_layout_iter_get_baseline(iter) - logical.y) / (double)PANGO_SCALE;
      double room = CELL_PITCH - logical.height / (double)PANGO_SCALE;
      cairo_move_to(p->cr, x + logical.x / (double)PANGO_SCALE, y + (n - from) * CELL_PITCH + room / 2 + down);
      pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(iter));
    }
    n++;
  } while (pango_layout_iter_next_line(iter));
  pango_layout_iter_free(iter);
}

static void draw_box(struct press *p, const struct table *t, double height) {
  cairo_set_line_width(p->cr, 0.6);
  for (int i = 0; i < t->columns; i++) {
    cairo_rectangle(p->cr, t->x[i], p->y, t->x[i + 1] - t->x[i], height);
    cairo_stroke(p->cr);
  }
}

/* A row that fits on a page of its own is not cut; a longer one goes over as many pages as it needs. */
static void draw_row(struct press *p, const struct table *t, const json_t *texts, bool head);

static void next_page(struct press *p, const struct table *t, bool head) {
  press_page(p);
  if (t->heads && !head) draw_row(p, t, t->heads, true);
}

static void draw_row(struct press *p, const struct table *t, const json_t *texts, bool head) {
  struct row r;
  row_open(p, t, &r, texts, head);
  double whole = r.most * CELL_PITCH + 2 * CELL_PAD;
  if (p->y > 0 && p->y + whole > p->bottom && whole <= TYPE_HEIGHT - 2 * CELL_MIN) next_page(p, t, head);
  for (int from = 0; from < r.most;) {
    int fit = (int)((p->bottom - p->y - 2 * CELL_PAD) / CELL_PITCH);
    if (fit < 1) {
      next_page(p, t, head);
      continue;
    }
    int count = r.most - from < fit ? r.most - from : fit;
    double height = count * CELL_PITCH + 2 * CELL_PAD;
    if (height < CELL_MIN) height = CELL_MIN;
    draw_box(p, t, height);
    for (int i = 0; i < t->columns; i++) draw_cell(p, r.cells[i], r.lines[i], t->x[i] + CELL_PAD, from, count, height);
    p->y += height;
    from += count;
  }
  row_close(t, &r);
}

static void draw_table(struct press *p, const json_t *part) {
  struct table t = {.labels = json_is_true(json_object_get(part, "labels")), .heads = json_object_get(part, "heads")};
  const json_t *rows = json_object_get(part, "rows");
  columns_of(&t, json_object_get(part, "widths"));
  if (!t.columns) return;
  press_need(p, 2 * CELL_MIN);
  if (t.heads) draw_row(p, &t, t.heads, true);
  for (size_t i = 0; i < json_array_size(rows); i++) draw_row(p, &t, json_array_get(rows, i), false);
  press_skip(p, LINE / 2);
}

/* --- photos --------------------------------------------------------------------------------------------------------- */

static const double PHOTO_TALL = 52 * MM, PHOTO_GAP = 4 * MM;

/* The JPEG goes into the PDF as it is; Cairo needs a surface of its size to hang it on. */
static void draw_photo(struct press *p, const json_t *photo, double x, double wide) {
  size_t from = (size_t)json_integer_value(json_object_get(photo, "from"));
  size_t len = (size_t)json_integer_value(json_object_get(photo, "len"));
  int width = (int)json_integer_value(json_object_get(photo, "width"));
  int height = (int)json_integer_value(json_object_get(photo, "height"));
  if (from > p->blobs.len || len > p->blobs.len - from || width < 1 || height < 1 || width > 4096 || height > 4096) return;
  cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_surface_set_mime_data(image, CAIRO_MIME_TYPE_JPEG, p->blobs.data + from, len, NULL, NULL);
  double scale = wide / width < PHOTO_TALL / height ? wide / width : PHOTO_TALL / height;
  cairo_save(p->cr);
  cairo_translate(p->cr, x + (wide - width * scale) / 2, p->y);
  cairo_scale(p->cr, scale, scale);
  cairo_set_source_surface(p->cr, image, 0, 0);
  cairo_paint(p->cr);
  cairo_restore(p->cr);
  cairo_surface_destroy(image);
}

static void draw_photos(struct press *p, const json_t *photos) {
  static const struct press_style style = {.font = FONT_SONG, .size = SIZE_SMALL_5, .align = PANGO_ALIGN_CENTER};
  size_t count = json_array_size(photos) < 3 ? json_array_size(photos) : 3;
  double wide = (TYPE_WIDTH - 2 * PHOTO_GAP) / 3;
  press_need(p, PHOTO_TALL + LINE);
  for (size_t i = 0; i < count; i++) {
    const json_t *photo = json_array_get(photos, i);
    double x = (double)i * (wide + PHOTO_GAP);
    draw_photo(p, photo, x, wide);
    PangoLayout *words = press_layout(p, &style, wide, press_text(photo, "words"));
    cairo_move_to(p->cr, x, p->y + PHOTO_TALL + 2);
    pango_cairo_show_layout(p->cr, words);
    g_object_unref(words);
  }
  p->y += PHOTO_TALL + LINE;
}

/* --- lines to sign on ----------------------------------------------------------------------------------------------- */

static void draw_signatures(struct press *p, const json_t *labels) {
  static const struct press_style style = {.font = FONT_SONG, .size = SIZE_4};
  size_t count = json_array_size(labels);
  if (!count) return;
  double wide = TYPE_WIDTH / (double)count;
  press_need(p, 2 * LINE);
  press_skip(p, LINE * 0.7);
  for (size_t i = 0; i < count; i++) {
    const char *label = json_string_value(json_array_get(labels, i));
    double x = (double)i * wide, used = press_at(p, &style, x, p->y, label ? label : "");
    if (wide - used > 30) press_rule(p, x + used + 2, p->y + SIZE_4 * 1.35, wide - used - 12, 0.5, false);
  }
  p->y += LINE;
}

/* --- all ------------------------------------------------------------------------------------------------------------ */

void parts_draw(struct press *p, const json_t *parts) {
  for (size_t i = 0; i < json_array_size(parts); i++) {
    const json_t *part = json_array_get(parts, i);
    const char *kind = press_text(part, "kind");
    if (draw_text(p, kind, press_text(part, "text"))) continue;
    if (!strcmp(kind, "table")) draw_table(p, part);
    if (!strcmp(kind, "photos")) draw_photos(p, json_object_get(part, "photos"));
    if (!strcmp(kind, "signatures")) draw_signatures(p, json_object_get(part, "labels"));
  }
}
