/* Pages: what the page compiler (tools/pages.c) writes against. Every value is escaped for where it stands; only a
 * `struct html` passes as it is, and only in text. A type with no rule for a place does not compile there:
 * HTML in an attribute, a number as a whole address.
 *
 * Notation of pages/ *.html, in short (docs/pages.md has it all):
 *   {{page NAME layout main model struct view_x include "web/view_x.h"}}   first line; layout and model may be absent
 *   {{m.title}} {{item.code}} {{ctx.path}}          a value: m is the model, ctx the page context, others from each
 *   {{if m.late}} {{else if m.state == LATE}} {{else}} {{end}}   also: not X, A and B, A or B, == != < >
 *   {{each row in m.rows count m.row_count}} ... {{row_n}} ... {{else}} nothing there {{end}}
 *   {{t report.title}} {{t list.count m.count}}     words, checked at build, with as many arguments as they take
 *   {{word m.key}}                                  a word whose key is data
 *   {{include row item}} {{include field &m.place}} another page as a part, given a pointer
 *   {{block content}} ... {{end}}                   fills {{slot content}} of the layout
 *   {{time m.at}} {{day m.day}} {{icon search}} {{icon-of m.icon}} {{asset app.css}} {{csrf}} {{# a remark }} */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/time.h"
#include "base/words.h"
#include "web/assets_ids.h" /* written by the build: enum asset { A_APP_CSS, ..., ASSETS } */

/* Text that is HTML already: made by a page, by the markdown renderer, or by the SVG writers; by nobody else. */
struct html {
  const char *text; /* NULL counts as "" */
};

/* One entry of a menu. */
struct page_menu {
  const char *href;  /* NULL in a side menu: a heading */
  const char *word;  /* key of its name, e.g. "menu.cases" */
  const char *name;  /* or its name as it is (a procedure's); NULL: the word */
  const char *icon;  /* a Tabler icon listed in assets/icons.txt, or NULL */
  int count;         /* a number beside it; 0 shows nothing */
  bool current;      /* this is where we are */
  const char *mark;  /* "", "warn", "late": colour of the number */
};

/* What every page knows besides its model. Filled by web/route.c and by the sign-in; lives as long as the request. */
struct page_context {
  enum lang lang;
  const char *district;      /* "金川区": in the head of every page */
  const char *csrf;          /* for {{csrf}} and meta; "" when nobody is signed in and no form is shown */
  const char *account;       /* who is signed in, as a tag without meaning, on phone pages; "" elsewhere */
  bool signed_in;
  const char *user_name;     /* "" when nobody */
  const char *user_role;     /* "区综治中心 · 派遣员" */
  const struct page_menu *menu; /* the head's menu */
  int menu_count;
  const struct page_menu *side; /* the side's menu; none: no side */
  int side_count;
  int unread;                /* messages waiting */
  const char *path;          /* of this request, decoded */
  const char *here_zh, *here_en; /* this page's address in the other language (?lang=) */
  const char *request_id;
  time_ms now;
  int offset_min;            /* of the district's clock */
  const char *notice;        /* a word of success shown once ("" none); set by reply_notice */
  bool demo;                 /* the demo district: a ribbon says so */
};

/* A value for words with arguments. */
struct page_value {
  enum { VALUE_TEXT, VALUE_INT, VALUE_REAL } kind;
  const char *text;
  int64_t n;
  double real;
};

/* --- what the generated code calls; pages never name these --- */
void page_raw(struct buf *out, const char *s, size_t n);
void page_text_string(struct buf *out, const char *s); /* & < > " ' escaped: right in text and in "attributes" */
void page_text_html(struct buf *out, struct html h);
void page_text_long(struct buf *out, long long n);
void page_text_size(struct buf *out, unsigned long long n);
void page_text_real(struct buf *out, double n); /* at most 6 decimals, trailing zeros cut; NaN is — */
void page_text_bool(struct buf *out, bool b);   /* true / false */
/* A whole address at the start of href, src, action: relative, http, https, mailto, tel, geo, data:image/ (src
 * only by CSP); anything else becomes "#". */
void page_url_string(struct buf *out, const char *s);
/* A piece after literal text of an address: percent-encoded except unreserved characters (RFC 3986). */
void page_part_string(struct buf *out, const char *s);
void page_part_long(struct buf *out, long long n);
void page_part_size(struct buf *out, unsigned long long n);
bool page_true_string(const char *s); /* not NULL, not "" */
bool page_true_html(struct html h);
bool page_true_pointer(const void *p);
bool page_true_long(long long n);
bool page_true_size(unsigned long long n);
bool page_true_real(double n);
struct page_value page_value_string(const char *s);
struct page_value page_value_long(long long n);
struct page_value page_value_size(unsigned long long n);
struct page_value page_value_real(double n);
void page_word(struct buf *out, const struct page_context *ctx, enum word id, const struct page_value *args, int n);
void page_word_key(struct buf *out, const struct page_context *ctx, const char *key);
void page_time(struct buf *out, const struct page_context *ctx, time_ms at); /* 2026-11-23 10:18; 0 is — */
void page_day(struct buf *out, const struct page_context *ctx, int32_t day); /* 2026-11-23; 0 is — */
void page_asset(struct buf *out, enum asset a);
bool page_same(const char *a, const char *b);

#define PAGE_NUMBERS(f_long, f_size)                                                                        \
  signed char: f_long, short: f_long, int: f_long, long: f_long, long long: f_long, unsigned char: f_size, \
  unsigned short: f_size, unsigned int: f_size, unsigned long: f_size, unsigned long long: f_size

#define page_text(out, v)                                                                                       \
  _Generic((v), char *: page_text_string, const char *: page_text_string, struct html: page_text_html,          \
           const struct html: page_text_html, bool: page_text_bool, double: page_text_real, float: page_text_real, \
           PAGE_NUMBERS(page_text_long, page_text_size))((out), (v))
#define page_attr(out, v)                                                                                     \
  _Generic((v), char *: page_text_string, const char *: page_text_string, bool: page_text_bool,               \
           double: page_text_real, float: page_text_real, PAGE_NUMBERS(page_text_long, page_text_size))((out), (v))
#define page_url(out, v) _Generic((v), char *: page_url_string, const char *: page_url_string)((out), (v))
#define page_part(out, v)                                                        \
  _Generic((v), char *: page_part_string, const char *: page_part_string,        \
           PAGE_NUMBERS(page_part_long, page_part_size))((out), (v))
#define page_true(v)                                                                                         \
  _Generic((v), char *: page_true_string, const char *: page_true_string, struct html: page_true_html,       \
           const struct html: page_true_html, bool: page_true_size, double: page_true_real,                  \
           float: page_true_real, PAGE_NUMBERS(page_true_long, page_true_size), default: page_true_pointer)((v))
#define page_value(v)                                                                                         \
  _Generic((v), char *: page_value_string, const char *: page_value_string, bool: page_value_size,            \
           double: page_value_real, float: page_value_real, PAGE_NUMBERS(page_value_long, page_value_size))((v))

#endif
