#include <jansson.h> /* before json_write.h, which has names of its own for some of its functions */

#include "board/issued.h"

#include <string.h>

enum { CELLS = 4 };

static const int WIDTHS[CELLS - 1][CELLS] = {{1}, {2, 7}, {2, 4, 3}};

static const char *text_of(const json_t *object, const char *key) {
  const char *s = json_string_value(json_object_get(object, key));
  return s ? s : "";
}

static enum paper_layout layout_of(const char *name) {
  if (text_eq(name, "official")) return PAPER_OFFICIAL;
  if (text_eq(name, "letter")) return PAPER_LETTER;
  return text_eq(name, "minutes") ? PAPER_MINUTES : PAPER_FORM;
}

static const struct {
  const char *name;
  enum paper_style style;
} STYLES[] = {{"title", PAPER_TITLE},   {"text", PAPER_TEXT},   {"heading", PAPER_HEADING}, {"subheading", PAPER_SUBHEADING},
              {"plain", PAPER_PLAIN},   {"small", PAPER_SMALL}, {"annex", PAPER_ANNEX}};

static size_t cells_of(const char **cells, const json_t *part) {
  size_t n = 0;
  for (size_t i = 1; i < json_array_size(part) && n < CELLS - 1; i++) cells[n++] = json_string_value(json_array_get(part, i));
  return n;
}

static bool is_row(const json_t *part) { return text_eq(json_string_value(json_array_get(part, 0)), "row"); }

/* Rows that follow each other are one table; as wide as the first of them. */
static size_t put_rows(struct paper *p, const json_t *parts, size_t at) {
  const char *cells[CELLS];
  size_t columns = cells_of(cells, json_array_get(parts, at));
  paper_table(p, WIDTHS[columns - 1], (int)columns, NULL, true);
  for (; at < json_array_size(parts) && is_row(json_array_get(parts, at)); at++)
    if (cells_of(cells, json_array_get(parts, at)) == columns) paper_row(p, cells, (int)columns);
  paper_table_end(p);
  return at;
}

static void put_part(struct paper *p, const json_t *part) {
  const char *kind = json_string_value(json_array_get(part, 0)), *cells[CELLS];
  size_t n = cells_of(cells, part);
  if (text_eq(kind, "sign")) paper_signatures(p, cells, (int)n);
  for (size_t i = 0; n && i < sizeof STYLES / sizeof STYLES[0]; i++)
    if (text_eq(STYLES[i].name, kind)) paper_text(p, STYLES[i].style, cells[0]);
}

int issued_put(struct paper *p, const char *content, const char *qr, const char *qr_words, struct error *err) {
  json_t *c = json_loads(content, 0, NULL);
  const json_t *parts = json_object_get(c, "parts");
  if (!parts) {
    json_decref(c);
    return error_fault(err, "document.broken", "no parts");
  }
  paper_begin(p, &(struct paper_head){.layout = layout_of(text_of(c, "layout")), .title = text_of(c, "title"),
                                      .number = text_of(c, "number"), .mark = text_of(c, "mark"),
                                      .organ = text_of(c, "organ"), .date = text_of(c, "date"), .sealed = true,
                                      .copies_to = text_of(c, "copies-to"), .qr = qr, .qr_words = qr_words});
  paper_text(p, PAPER_ADDRESSEE, text_of(c, "addressee"));
  for (size_t i = 0; i < json_array_size(parts);) {
    const json_t *part = json_array_get(parts, i);
    if (is_row(part)) {
      i = put_rows(p, parts, i);
    } else {
      put_part(p, part);
      i++;
    }
  }
  paper_end(p);
  json_decref(c);
  return 0;
}

void issued_head_of(struct issued_head *out, struct arena *a, const char *content) {
  json_t *c = json_loads(content ? content : "{}", 0, NULL);
  *out = (struct issued_head){.title = arena_strdup(a, text_of(c, "title")), .number = arena_strdup(a, text_of(c, "number")),
                              .organ = arena_strdup(a, text_of(c, "organ")), .date = arena_strdup(a, text_of(c, "date")),
                              .copies = (int)json_integer_value(json_object_get(c, "copies"))};
  json_decref(c);
}
