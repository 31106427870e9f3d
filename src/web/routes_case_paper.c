/* A case as a sheet of paper: the disposal sheet (处置单) that goes along to the spot and into the file, as PDF. It holds
 * what the asker sees of the case on its page and nothing more, and only those who work on it get one. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "board/paper.h"
#include "matter/sealed.h"
#include "matter/state.h"
#include "store/file.h"
#include "web/app.h"
#include "web/case_view.h"
#include "web/desk.h"
#include "web/route.h"

enum { PAPER_CODE };
enum { PHOTOS_MOST = 6, PHOTOS_A_ROW = 3, THUMB_BYTES_MOST = 1 << 20 };

static const int LABEL_AND_TEXT[] = {2, 9}, TRACK_WIDTHS[] = {4, 3, 3}, STEP_WIDTHS[] = {3, 3, 3, 6};

struct printing {
  struct request *r;
  struct case_asker who;
  struct case_view *v;
  struct paper p;
};

static int read_view(struct printing *x, const char *code, struct error *err) {
  struct request *r = x->r;
  struct state *s;
  int64_t id = 0;
  if (desk_asker(&x->who, r, err) < 0) return -1;
  if (sealed_find_code(x->who.db, &r->actor, x->who.world->district, code, r->now, &id, r->arena, err) < 0) return -1;
  int found = id ? state_load(&s, x->who.db, x->who.world, id, r->arena, err) : 0;
  if (found < 0) return -1;
  if (!found) return error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
  if (case_view_make(&x->v, &x->who, s, err) < 0) return -1;
  /* A sealed file leaves no paper behind. Otherwise a working paper: what the public sees of a case is on its public page. */
  return x->v->view >= VIEW_HANDLER && !s->sealed ? 0 : error_set(err, ERR_MISSING, "access.matter", NULL, NULL);
}

static const char *moment(const struct printing *x, time_ms at) {
  char text[40];
  if (!at) return "";
  time_format_short(text, sizeof text, at, x->who.world->offset_min);
  return arena_strdup(x->r->arena, text);
}

/* --- what it says ------------------------------------------------------------------------------------------------- */

static void line(struct printing *x, enum word label, const char *text) {
  if (text_empty(text)) return;
  paper_row(&x->p, (const char *const[]){word(x->r->lang, label), text}, 2);
}

static void facts(struct printing *x) {
  const struct case_view *v = x->v;
  struct arena *a = x->r->arena;
  paper_table(&x->p, LABEL_AND_TEXT, 2, NULL, true);
  line(x, W_CASE_PAPER_STAGE, v->stage);
  line(x, W_CASE_CATEGORY, v->category);
  line(x, W_CASE_SUMMARY, v->summary);
  line(x, W_CASE_PLACE, text_empty(v->address) ? v->place : arena_printf(a, "%s · %s", v->place, v->address));
  line(x, W_CASE_OPENED, moment(x, v->opened));
  line(x, W_CASE_HOLDER_LABEL, v->holder);
  line(x, W_CASE_DUE, moment(x, v->next_date));
  for (int i = 0; i < v->fact_count; i++)
    if (!v->facts[i].head && !text_empty(v->facts[i].value))
      paper_row(&x->p, (const char *const[]){v->facts[i].label, v->facts[i].value}, 2);
  paper_table_end(&x->p);
}

static void tracks(struct printing *x) {
  const struct case_view *v = x->v;
  enum lang lang = x->r->lang;
  if (!v->track_count) return;
  const char *const heads[] = {word(lang, W_CASE_TRACKS), word(lang, W_CASE_PAPER_STAGE), word(lang, W_CASE_PAPER_SINCE)};
  paper_table(&x->p, TRACK_WIDTHS, 3, heads, false);
  for (int i = 0; i < v->track_count; i++) {
    const struct case_track *t = &v->tracks[i];
    const char *name = arena_printf(x->r->arena, "%s %s %s", t->title, t->role, t->holder);
    paper_row(&x->p, (const char *const[]){name, t->stage, moment(x, t->entered)}, 3);
  }
  paper_table_end(&x->p);
}

static const char *said(const struct printing *x, const struct case_step *step) {
  const char *text = "";
  for (int i = 0; i < step->fact_count; i++)
    if (!step->opening || !step->facts[i].head)
      text = arena_printf(x->r->arena, "%s%s%s：%s", text, *text ? "\n" : "", step->facts[i].label, step->facts[i].value);
  return text;
}

static void steps(struct printing *x) {
  const struct case_view *v = x->v;
  enum lang lang = x->r->lang;
  const char *const heads[] = {word(lang, W_CASE_PAPER_AT), word(lang, W_CASE_PAPER_DID), word(lang, W_CASE_PAPER_WHO),
                               word(lang, W_CASE_PAPER_SAID)};
  paper_table(&x->p, STEP_WIDTHS, 4, heads, false);
  for (int i = v->step_count - 1; i >= 0; i--) { /* as it happened, from the beginning */
    const struct case_step *step = &v->steps[i];
    const char *who = arena_printf(x->r->arena, "%s\n%s", step->actor, step->post);
    paper_row(&x->p, (const char *const[]){moment(x, step->at), step->action, who, said(x, step)}, 4);
  }
  paper_table_end(&x->p);
}

/* --- photos ------------------------------------------------------------------------------------------------------- */

/* The small picture of a photo; false when it cannot be had, then it is left out. */
static bool load(struct paper_photo *out, const struct printing *x, const struct case_photo *photo) {
  struct error none = {0};
  struct file_info info;
  int fd;
  struct request *r = x->r;
  if (file_open(x->who.db, app_of(r)->files, r->arena, photo->id, true, &info, &fd, &none) < 0) return false;
  bool thumb = *info.thumb_hash && info.thumb_bytes > 0 && info.thumb_bytes <= THUMB_BYTES_MOST;
  unsigned char *data = thumb ? arena_alloc(r->arena, (size_t)info.thumb_bytes) : NULL;
  ssize_t n = thumb ? read(fd, data, (size_t)info.thumb_bytes) : -1;
  close(fd);
  if (n < 0 || n != info.thumb_bytes) return false;
  *out = (struct paper_photo){.jpeg = {data, (size_t)n},
                              .width = info.thumb_width,
                              .height = info.thumb_height,
                              .words = arena_printf(r->arena, "%s %s", photo->label, moment(x, photo->at))};
  return true;
}

static void photos(struct printing *x) {
  struct paper_photo some[PHOTOS_MOST];
  int n = 0;
  for (int i = 0; i < x->v->photo_count && n < PHOTOS_MOST; i++) n += load(&some[n], x, &x->v->photos[i]);
  for (int from = 0; from < n; from += PHOTOS_A_ROW)
    paper_photos(&x->p, some + from, n - from < PHOTOS_A_ROW ? n - from : PHOTOS_A_ROW);
}

/* --- the door ----------------------------------------------------------------------------------------------------- */

static int sheet_get(struct request *r, struct error *err) {
  struct printing *x = ARENA_NEW(r->arena, struct printing);
  struct bytes pdf;
  *x = (struct printing){.r = r};
  if (read_view(x, req_text(r, PAPER_CODE), err) < 0) return -1;
  const char *title = word(r->lang, W_CASE_PAPER_TITLE);
  paper_start(&x->p, r->lang, title, r->now);
  paper_begin(&x->p, &(struct paper_head){.layout = PAPER_FORM, .title = title, .number = x->v->code});
  facts(x);
  tracks(x);
  photos(x);
  steps(x);
  const char *const sign[] = {word(r->lang, W_CASE_PAPER_SIGN_UNIT), word(r->lang, W_CASE_PAPER_SIGN_DATE)};
  paper_signatures(&x->p, sign, 2);
  paper_end(&x->p);
  if (paper_pdf(&x->p, r->arena, &pdf, NULL, err) < 0) return -1;
  struct buf *out = reply_as(r, 200, "application/pdf");
  buf_add(out, pdf.data, pdf.len);
  http_header(r->http, "Content-Disposition", "inline");
  http_header(r->http, "X-Content-Type-Options", "nosniff");
  return out->full ? error_set(err, ERR_TOO_LARGE, "board.paper.large", NULL, NULL) : 0;
}

const struct route routes_case_paper[] = {
    {.method = HTTP_GET,
     .path = "/case/{code}/sheet.pdf",
     .kind = ROUTE_PAGE,
     .who = DESK_WHO,
     .help = W_ROUTE_CASE_PAPER,
     .rate = RATE_EXPORT,
     .handler = sheet_get,
     PARAMS([PAPER_CODE] = {.name = "code", .type = PARAM_TEXT, .in = IN_PATH, .required = true, .max = 64})},
    {0}};
