#include "board/paper.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/paper_internal.h"
#include "store/helper.h"

void paper_start(struct paper *p, enum lang lang, const char *title, time_ms made) {
  buf_init(&p->text, PAPER_TEXT_MOST);
  buf_init(&p->blobs, PAPER_BLOBS_MOST);
  json_start(&p->j, &p->text);
  json_object(&p->j);
  json_put(&p->j, "lang", lang == LANG_EN ? "en" : "zh");
  json_put(&p->j, "title", title);
  json_put_time(&p->j, "made", made, 0);
  json_key(&p->j, "papers");
  json_array(&p->j);
}

void paper_drop(struct paper *p) {
  buf_free(&p->text);
  buf_free(&p->blobs);
}

static const char *layout_name(enum paper_layout layout) {
  static const char *const names[] = {"official", "letter", "minutes", "form"};
  return names[layout];
}

static void put_some(struct json *j, const char *key, const char *value) {
  if (!text_empty(value)) json_put(j, key, value);
}

void paper_begin(struct paper *p, const struct paper_head *h) {
  json_object(&p->j);
  json_put(&p->j, "layout", layout_name(h->layout));
  json_put_bool(&p->j, "sealed", h->sealed);
  put_some(&p->j, "mark", h->mark);
  put_some(&p->j, "number", h->number);
  put_some(&p->j, "signer", h->signer);
  put_some(&p->j, "urgency", h->urgency);
  put_some(&p->j, "title", h->title);
  put_some(&p->j, "organ", h->organ);
  put_some(&p->j, "date", h->date);
  put_some(&p->j, "copies-to", h->copies_to);
  put_some(&p->j, "printed-by", h->printed_by);
  put_some(&p->j, "printed-on", h->printed_on);
  put_some(&p->j, "qr", h->qr);
  put_some(&p->j, "qr-words", h->qr_words);
  json_key(&p->j, "parts");
  json_array(&p->j);
}

void paper_end(struct paper *p) {
  json_array_end(&p->j);
  json_object_end(&p->j);
}

void paper_text(struct paper *p, enum paper_style style, const char *text) {
  static const char *const names[] = {"title", "addressee", "text", "heading", "subheading", "plain", "small", "annex"};
  if (text_empty(text)) return;
  json_object(&p->j);
  json_put(&p->j, "kind", names[style]);
  json_put(&p->j, "text", text);
  json_object_end(&p->j);
}

static void cells(struct json *j, const char *const *texts, int count) {
  json_array(j);
  for (int i = 0; i < count; i++) json_string(j, texts[i] ? texts[i] : "");
  json_array_end(j);
}

void paper_table(struct paper *p, const int *widths, int columns, const char *const *heads, bool label_first) {
  json_object(&p->j);
  json_put(&p->j, "kind", "table");
  json_put_bool(&p->j, "labels", label_first);
  json_key(&p->j, "widths");
  json_array(&p->j);
  for (int i = 0; i < columns; i++) json_int(&p->j, widths[i]);
  json_array_end(&p->j);
  if (heads) {
    json_key(&p->j, "heads");
    cells(&p->j, heads, columns);
  }
  json_key(&p->j, "rows");
  json_array(&p->j);
}

void paper_row(struct paper *p, const char *const *texts, int columns) { cells(&p->j, texts, columns); }

void paper_table_end(struct paper *p) {
  json_array_end(&p->j);
  json_object_end(&p->j);
}

void paper_photos(struct paper *p, const struct paper_photo *photos, int count) {
  json_object(&p->j);
  json_put(&p->j, "kind", "photos");
  json_key(&p->j, "photos");
  json_array(&p->j);
  for (int i = 0; i < count; i++) {
    json_object(&p->j);
    json_put_int(&p->j, "from", (int64_t)p->blobs.len);
    json_put_int(&p->j, "len", (int64_t)photos[i].jpeg.len);
    json_put_int(&p->j, "width", photos[i].width);
    json_put_int(&p->j, "height", photos[i].height);
    put_some(&p->j, "words", photos[i].words);
    json_object_end(&p->j);
    buf_add(&p->blobs, photos[i].jpeg.data, photos[i].jpeg.len);
  }
  json_array_end(&p->j);
  json_object_end(&p->j);
}

void paper_signatures(struct paper *p, const char *const *labels, int count) {
  json_object(&p->j);
  json_put(&p->j, "kind", "signatures");
  json_key(&p->j, "labels");
  cells(&p->j, labels, count);
  json_object_end(&p->j);
}

/* --- asking the helper ------------------------------------------------------------------------------------------ */

/* The helper lies beside the program, unless TONGXIN_PAPER says where (the unit tests lie elsewhere). */
static const char *helper_path(struct arena *a) {
  char self[4096];
  const char *said = getenv("TONGXIN_PAPER");
  if (!text_empty(said)) return said;
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n <= 0) return PAPER_HELPER;
  self[n] = 0;
  char *slash = strrchr(self, '/');
  return slash ? arena_printf(a, "%.*s/%s", (int)(slash - self), self, PAPER_HELPER) : PAPER_HELPER;
}

static int talk(const struct helper *h, const struct paper *p, struct arena *a, struct bytes *pdf, int *pages,
                struct error *err) {
  struct paper_question q = {p->text.len, p->blobs.len};
  struct paper_answer answer;
  if (helper_say(h, &q, sizeof q) < 0 || helper_say(h, p->text.data, p->text.len) < 0 ||
      helper_say(h, p->blobs.data, p->blobs.len) < 0 || helper_hear(h, &answer, sizeof answer) < 0)
    return error_unavailable(err, "board.paper.helper", "it ended without an answer");
  if (answer.err.kind != ERR_NONE) {
    *err = answer.err;
    return -1;
  }
  if (answer.len > PAPER_PDF_MOST) return error_unavailable(err, "board.paper.helper", "it answered too much");
  unsigned char *data = arena_alloc(a, answer.len);
  if (helper_hear(h, data, answer.len) < 0)
    return error_unavailable(err, "board.paper.helper", "it ended within its answer");
  *pdf = (struct bytes){data, answer.len};
  if (pages) *pages = answer.pages;
  return 0;
}

static int ask(const struct paper *p, struct arena *a, struct bytes *pdf, int *pages, struct error *err) {
  struct helper h;
  if (p->text.full || p->blobs.full) return error_set(err, ERR_TOO_LARGE, "board.paper.large", NULL, NULL);
  if (helper_turn("board.paper.helper", err) < 0) return -1;
  int r = helper_start(&h, helper_path(a), "draw", PAPER_WALL_S, "board.paper.helper", err);
  if (r == 0) {
    r = talk(&h, p, a, pdf, pages, err);
    helper_stop(&h);
  }
  helper_turn_done();
  return r;
}

int paper_pdf(struct paper *p, struct arena *a, struct bytes *pdf, int *pages, struct error *err) {
  json_array_end(&p->j);
  json_object_end(&p->j);
  int r = ask(p, a, pdf, pages, err);
  paper_drop(p);
  return r;
}
