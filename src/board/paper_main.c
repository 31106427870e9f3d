/* tongxin-paper: sets and draws papers, asked over its standard input by paper.c. A program of its own so that Pango, Cairo
 * and their fonts stay out of the server. It shuts the doors behind itself before it looks at what it was sent. */
#include <cairo-pdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/paper_internal.h"
#include "board/paper_press.h"
#include "base/arena.h"
#include "store/confine.h"
#include "store/helper.h"

enum { MEMORY = 1 << 30, CPU_S = 25 };

static const char *const FONT_FILES[] = {"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts",
                                         "/var/cache/fontconfig", "/usr/share/poppler", NULL};

/* The first drawing starts the library's thread and finds the fonts everything else will use. */
static void warm_up(void) {
  static const enum press_font fonts[] = {FONT_SONG, FONT_HEI, FONT_KAI, FONT_TITLE};
  struct buf out;
  struct press p;
  buf_init(&out, PAPER_PDF_MOST);
  press_open(&p, &out, (struct bytes){NULL, 0});
  for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
    press_width(&p, &(struct press_style){.font = fonts[i], .size = SIZE_3}, "中文 Aa 1");
  press_close(&p);
  buf_free(&out);
}

static void set_facts(struct press *p, const json_t *job) {
  cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, press_text(job, "title"));
  cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, press_text(job, "made"));
}

/* Draws everything asked for; the PDF in `out`, how many pages in the answer. */
static void draw(struct paper_answer *answer, struct buf *out, const json_t *job, struct bytes blobs) {
  struct press p;
  const json_t *papers = json_object_get(job, "papers");
  press_open(&p, out, blobs);
  set_facts(&p, job);
  for (size_t i = 0; i < json_array_size(papers); i++) {
    const json_t *paper = json_array_get(papers, i);
    press_page(&p);
    head_draw(&p, paper);
    parts_draw(&p, json_object_get(paper, "parts"));
    foot_draw(&p, paper);
    press_paper_end(&p);
  }
  press_close(&p);
  if (out->full) error_set(&answer->err, ERR_TOO_LARGE, "board.paper.large", NULL, NULL);
  answer->len = out->len;
  answer->pages = p.pages;
}

static json_t *parse(struct paper_answer *answer, const char *text, size_t len) {
  json_error_t why;
  json_t *job = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
  if (!job) error_fault(&answer->err, "board.paper.helper", "line %d: %s", why.line, why.text);
  return job;
}

static int answer_with(const struct paper_answer *answer, const struct buf *pdf) {
  if (helper_write(answer, sizeof *answer) < 0) return -1;
  return answer->err.kind == ERR_NONE ? helper_write(pdf->data, pdf->len) : 0;
}

int main(void) {
  struct paper_question q;
  struct paper_answer answer = {0};
  struct buf pdf;
  if (isatty(STDIN_FILENO) || helper_read(&q, sizeof q) < 0) return 64;
  if (q.text_len > PAPER_TEXT_MOST || q.blobs_len > PAPER_BLOBS_MOST) return 64;
  buf_init(&pdf, PAPER_PDF_MOST);
  if (confine_files(FONT_FILES, MEMORY, CPU_S, "board.paper.helper", &answer.err) < 0) return 69;
  warm_up();
  if (confine_calls("board.paper.helper", &answer.err) < 0) return answer_with(&answer, &pdf) < 0 ? 74 : 69;
  char *text = xmalloc(q.text_len + 1);
  unsigned char *blobs = xmalloc(q.blobs_len + 1);
  if (helper_read(text, q.text_len) < 0 || helper_read(blobs, q.blobs_len) < 0) return 64;
  json_t *job = parse(&answer, text, q.text_len);
  if (job) draw(&answer, &pdf, job, (struct bytes){blobs, q.blobs_len});
  _exit(answer_with(&answer, &pdf) < 0 ? 74 : 0); /* nothing to tidy: what would is not allowed to */
}
