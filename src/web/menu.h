/* The menus: which parts the site has, what stands in each, who finds it there and how much waits.
 *
 * To add an entry, add one line to the table in menu_rows.c (and its words to your words/AREA.tsv). Nothing else: the head's
 * menu leads to the first entry of each part that whoever asks may see, and a part with none is not shown. A page belongs to
 * the part whose entry its address begins with. Kinds of matter come into their part by `menu` in their procedure file. */
#ifndef WEB_MENU_H
#define WEB_MENU_H

#include "web/case_view.h"
#include "web/route.h"

enum menu_part {
  MENU_DESK,         /* 工作台 */
  MENU_CASES,        /* 事件中心 */
  MENU_JOINT,        /* 吹哨报到 */
  MENU_GRID,         /* 网格管理 */
  MENU_DELIBERATION, /* 议事协商 */
  MENU_MEDIATION,    /* 矛盾调解 */
  MENU_FIGURES,      /* 统计考核 */
  MENU_PUBLIC,       /* 公示公开 */
  MENU_SYSTEM,       /* 系统管理 */
  MENU_PARTS
};

/* How much waits: a number, and "" or "soon" or "late" for its colour. */
struct menu_count {
  int64_t n;
  const char *mark;
};

struct menu_row {
  enum menu_part part;
  const char *href; /* NULL: a heading, shown when something stands below it */
  const char *word, *icon;
  role_set who;
  /* Asked only when its part is shown; NULL: no number. Keep it to one statement that an index answers. */
  int (*count)(struct menu_count *out, const struct case_asker *who, struct error *err);
};

extern const struct menu_row menu_rows[]; /* ended by {.word = NULL} */

/* The head's menu of a request whose actor is known. `w` may be NULL: then parts that only hold kinds of matter are left
 * out. */
void menu_head(struct request *r, const struct world *w);

/* The side menu of the part this request's page belongs to. */
int menu_side(struct request *r, const struct case_asker *who, struct error *err);

#endif
