/* Papers: what is printed, as PDF. Official documents in the layout of GB/T 9704-2012 (page, type area of 156 x 225 mm, 22
 * lines of 28 characters, red head, number, page numbers), letters, minutes, and forms. A paper is put together here as a
 * list of parts; a confined helper program (tongxin-paper: Pango and Cairo) sets and draws it. Text in the PDF can be
 * selected and searched. Nothing here knows of matters or procedures. */
#ifndef BOARD_PAPER_H
#define BOARD_PAPER_H

#include "base/base.h"
#include "base/json_write.h"
#include "base/words.h"

/* Which rules of GB/T 9704 its head, foot and page numbers follow. */
enum paper_layout {
  PAPER_OFFICIAL, /* 公文: red mark 35 mm below the type area's top, number, red line */
  PAPER_LETTER,   /* 信函 (section 10.1): mark 30 mm from the paper's top, double red lines of 170 mm */
  PAPER_MINUTES,  /* 纪要 (section 10.3): red mark, attendees after the text, no seal */
  PAPER_FORM      /* registers, records, receipts: a black title, no red */
};

/* How a paragraph is set. */
enum paper_style {
  PAPER_TITLE,     /* 标题: 2号小标宋, in the middle */
  PAPER_ADDRESSEE, /* 主送机关: flush left, a colon at its end */
  PAPER_TEXT,      /* 正文: 3号仿宋, first line two characters in */
  PAPER_HEADING,   /* 一、 3号黑体 */
  PAPER_SUBHEADING,/* (一) 3号楷体 */
  PAPER_PLAIN,     /* without the first line set in: lists, attendees */
  PAPER_SMALL,     /* 4号: notes */
  PAPER_ANNEX      /* 附件: a new page, 3号黑体 */
};

/* What stands around the text. NULL or "" where there is none. */
struct paper_head {
  enum paper_layout layout;
  const char *mark;     /* 发文机关标志: "金昌市金川区综治中心文件" */
  const char *number;   /* 发文字号: "金综〔2026〕3号" */
  const char *signer;   /* 签发人, upward documents only */
  const char *urgency;  /* 特急, 加急 */
  const char *title;    /* 标题 */
  const char *organ, *date; /* 署名 and 成文日期 ("2026年3月5日"), set at the right, with room for the seal over both */
  bool sealed;          /* it bears a seal: the name stands in the middle over the date, four characters from the right */
  const char *copies_to;   /* 抄送 */
  const char *printed_by, *printed_on; /* 印发机关, 印发日期 */
  const char *qr, *qr_words; /* an address anybody may open to verify the paper, and words beside it */
};

/* A pile of papers being put together. Start with paper_start, end with paper_pdf or paper_drop. */
struct paper {
  struct buf text, blobs;
  struct json j;
};

/* The most papers together may hold, before they are set: 4 MB of text, 48 MB of pictures. */
void paper_start(struct paper *p, enum lang lang, const char *title, time_ms made);
void paper_drop(struct paper *p);

/* One paper: head, then its parts in order, then paper_end. */
void paper_begin(struct paper *p, const struct paper_head *head);
void paper_end(struct paper *p);

/* A paragraph; line breaks in `text` begin further ones. NULL and "" add nothing. */
void paper_text(struct paper *p, enum paper_style style, const char *text);

/* A table with lines around its cells. `widths` are parts of the type area's width. With `heads` (may be NULL) its first
 * line is repeated on each page. `label_first`: the first column holds labels, set in the middle. */
void paper_table(struct paper *p, const int *widths, int columns, const char *const *heads, bool label_first);
void paper_row(struct paper *p, const char *const *cells, int columns);
void paper_table_end(struct paper *p);

/* Photos in one row of at most three, each with words below: JPEG as the photo helper made it. */
struct paper_photo {
  struct bytes jpeg;
  int width, height;
  const char *words;
};
void paper_photos(struct paper *p, const struct paper_photo *photos, int count);

/* A line to be signed by hand: "当事人（签名、盖章或按指印）：" and room; several in one row. */
void paper_signatures(struct paper *p, const char *const *labels, int count);

/* Sets and draws it: the PDF in `a`, and the number of pages (may be NULL). Frees the paper, also after an error. Blocks for
 * up to 30 s, any thread but the lane's. Errors: board.paper.large (TOO_LARGE), board.paper.helper (UNAVAILABLE: the helper
 * is missing, busy or died). */
int paper_pdf(struct paper *p, struct arena *a, struct bytes *pdf, int *pages, struct error *err);

#endif
