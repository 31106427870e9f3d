#include "web/menu.h"

#include <string.h>

#include "matter/list.h"
#include "web/desk.h"
#include "web/desk_lists.h"

enum { SIDE_MOST = 100 };

/* The parts in the order of the head. A part of `kinds` also holds the procedures that say so. */
static const struct {
  const char *word;
  bool kinds;
  enum procedure_menu menu;
} parts[MENU_PARTS] = {
    [MENU_DESK] = {"menu.desk"},
    [MENU_CASES] = {"menu.cases", true, IN_CASES},
    [MENU_JOINT] = {"menu.joint", true, IN_JOINT},
    [MENU_GRID] = {"menu.grid", true, IN_GRID},
    [MENU_DELIBERATION] = {"menu.deliberation", true, IN_DELIBERATION},
    [MENU_MEDIATION] = {"menu.mediation", true, IN_MEDIATION},
    [MENU_FIGURES] = {"menu.figures"},
    [MENU_PUBLIC] = {"menu.public"},
    [MENU_SYSTEM] = {"menu.system"},
};

/* --- which part a page belongs to --------------------------------------------------------------------------------- */

static const struct procedure *kind_named(const struct world *w, const char *name) {
  for (size_t i = 0; w && name && i < w->procedure_count; i++)
    if (text_eq(w->procedures[i]->name, name)) return w->procedures[i];
  return NULL;
}

/* Lists narrowed to one kind of matter, and pages on which one is begun, say the kind in their address. */
static const struct procedure *kind_of_page(const struct request *r, const struct world *w) {
  static const char begin[] = "/open/";
  const char *named = http_pair_get(&r->http->query, "procedure");
  if (!text_starts(r->http->path, begin)) return kind_named(w, named);
  const char *s = r->http->path + strlen(begin);
  return kind_named(w, arena_strndup(r->arena, s, strcspn(s, "/")));
}

static enum menu_part part_of_kind(const struct procedure *p) {
  for (int i = 0; i < MENU_PARTS; i++)
    if (parts[i].kinds && parts[i].menu == p->menu) return (enum menu_part)i;
  return MENU_CASES;
}

static bool is_under(const char *path, const char *href) {
  size_t n = strcspn(href, "?");
  return strncmp(path, href, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* The longest address wins: "/admin/places" before "/admin". */
static enum menu_part part_of_page(const struct request *r, const struct world *w) {
  const struct procedure *kind = kind_of_page(r, w);
  enum menu_part found = text_starts(r->http->path, "/case") ? MENU_CASES : MENU_DESK;
  size_t longest = 0;
  if (kind && !text_starts(r->http->path, "/desk")) return part_of_kind(kind);
  for (const struct menu_row *row = menu_rows; row->word; row++) {
    size_t n = row->href ? strcspn(row->href, "?") : 0;
    if (n <= longest || !is_under(r->http->path, row->href) || !access_has_role(&r->actor, row->who)) continue;
    longest = n;
    found = row->part;
  }
  return found;
}

/* --- the head ------------------------------------------------------------------------------------------------------- */

static const char *kind_address(struct arena *a, const struct procedure *p) {
  return arena_printf(a, "/cases?procedure=%s", p->name);
}

static const char *first_address(const struct request *r, const struct world *w, enum menu_part part) {
  for (const struct menu_row *row = menu_rows; row->word; row++)
    if (row->part == part && row->href && access_has_role(&r->actor, row->who)) return row->href;
  if (!parts[part].kinds || !access_has_role(&r->actor, CASES_WHO)) return NULL;
  for (size_t i = 0; w && i < w->procedure_count; i++)
    if (w->procedures[i]->menu == parts[part].menu && !w->procedures[i]->secrecy) return kind_address(r->arena, w->procedures[i]);
  return NULL;
}

void menu_head(struct request *r, const struct world *w) {
  struct page_menu *menu = ARENA_ARRAY(r->arena, MENU_PARTS, struct page_menu);
  enum menu_part here = part_of_page(r, w);
  int n = 0;
  for (int i = 0; i < MENU_PARTS; i++) {
    const char *href = first_address(r, w, (enum menu_part)i);
    if (href) menu[n++] = (struct page_menu){.href = href, .word = parts[i].word, .current = here == (enum menu_part)i};
  }
  r->page.menu = menu;
  r->page.menu_count = n;
}

/* --- the side ------------------------------------------------------------------------------------------------------- */

struct side {
  struct request *r;
  const struct case_asker *who;
  struct page_menu *items;
  int count;
};

static void add(struct side *s, struct page_menu item) {
  if (s->count == SIDE_MOST) return;
  if (item.href) item.current = text_eq(item.href, s->r->http->target);
  s->items[s->count++] = item;
}

/* A heading with nothing below it is taken back. */
static void close_heading(struct side *s) {
  if (s->count && !s->items[s->count - 1].href) s->count--;
}

static void add_heading(struct side *s, const char *word) {
  close_heading(s);
  add(s, (struct page_menu){.word = word});
}

static int add_rows(struct side *s, enum menu_part part, struct error *err) {
  for (const struct menu_row *row = menu_rows; row->word; row++) {
    struct menu_count waits = {0};
    if (row->part != part || !access_has_role(s->who->actor, row->who)) continue;
    if (!row->href) {
      add_heading(s, row->word);
      continue;
    }
    if (row->count && row->count(&waits, s->who, err) < 0) return -1;
    add(s, (struct page_menu){.href = row->href, .word = row->word, .icon = row->icon, .count = (int)waits.n,
                              .mark = waits.mark ? waits.mark : ""});
  }
  close_heading(s);
  return 0;
}

static const char *const phase_icons[] = {
    [PHASE_REPORTED] = "inbox",          [PHASE_VERIFYING] = "eye-check",   [PHASE_ACCEPTED] = "clipboard-list",
    [PHASE_FILED] = "send",              [PHASE_DISPATCHED] = "message-report", [PHASE_HANDLING] = "tool",
    [PHASE_HANDLED] = "arrow-back-up",   [PHASE_CHECKING] = "checks",       [PHASE_SUSPENDED] = "calendar-time",
    [PHASE_CLOSED] = "circle-check",     [PHASE_REFUSED] = "circle-check",  [PHASE_VOID] = "circle-check"};

/* What waits for whoever asks, by where it stands; of one part's kinds of matter, or of all (part MENU_DESK). */
static int add_waiting(struct side *s, enum menu_part part, struct error *err) {
  const struct inbox_count *rows;
  size_t n;
  struct arena *a = s->r->arena;
  bool zh = s->r->lang == LANG_ZH;
  if (desk_inbox_counts(&rows, &n, s->who, err) < 0) return -1;
  add_heading(s, "side.waiting");
  for (size_t i = 0; i < n; i++) {
    const struct inbox_count *c = &rows[i];
    const char *title = bilingual_pick(&c->stage->title, zh);
    if (part != MENU_DESK && part_of_kind(c->procedure) != part) continue;
    if (part == MENU_DESK && desk_list_of(c->type) != DESK_LIST_NONE && access_has_role(s->who->actor, DESK_DECIDERS)) continue;
    if (c->type->index)
      title = arena_printf(a, "%s · %s", bilingual_pick(&c->type->title, zh), title);
    else if (part == MENU_DESK && i && c->procedure != rows[0].procedure)
      title = arena_printf(a, "%s · %s", bilingual_pick(&c->procedure->title, zh), title);
    add(s, (struct page_menu){.href = arena_printf(a, "/desk?procedure=%s&track=%s&stage=%s", c->procedure->name,
                                                   c->type->name, c->stage->name),
                              .name = title, .icon = phase_icons[c->stage->phase], .count = (int)c->n,
                              .mark = c->late ? "late" : ""});
  }
  close_heading(s);
  return 0;
}

/* The lists of the part's kinds of matter. */
static void add_kinds(struct side *s, enum menu_part part) {
  if (!parts[part].kinds || !access_has_role(s->who->actor, CASES_WHO)) return;
  add_heading(s, "side.kinds");
  for (size_t i = 0; i < s->who->world->procedure_count; i++) {
    const struct procedure *p = s->who->world->procedures[i];
    if (p->menu == parts[part].menu && !p->secrecy) /* a sealed kind is in no list */
      add(s, (struct page_menu){.href = kind_address(s->r->arena, p), .icon = "layers-subtract",
                                .name = bilingual_pick(&p->title, s->r->lang == LANG_ZH)});
  }
  close_heading(s);
}

/* What may be begun here and now. */
static int add_openings(struct side *s, enum menu_part part, struct error *err) {
  struct desk_opening *list;
  int n;
  if (desk_openings(&list, &n, s->r, s->who, err) < 0) return -1;
  add_heading(s, "side.begin");
  for (int i = 0; i < n; i++) {
    if (part != MENU_DESK && part_of_kind(list[i].procedure) != part) continue;
    add(s, (struct page_menu){.href = arena_printf(s->r->arena, "/open/%s/%s", list[i].procedure->name,
                                                   list[i].action->name),
                              .name = list[i].title, .icon = "file-plus"});
  }
  close_heading(s);
  return 0;
}

/* The desk and the cases are one workplace: whoever reads a case keeps sight of what else waits. */
static bool is_workplace(enum menu_part part) { return part == MENU_DESK || part == MENU_CASES; }

int menu_side(struct request *r, const struct case_asker *who, struct error *err) {
  struct side s = {.r = r, .who = who, .items = ARENA_ARRAY(r->arena, SIDE_MOST, struct page_menu)};
  enum menu_part part = part_of_page(r, who->world);
  bool work = is_workplace(part);
  if (work && (add_rows(&s, MENU_DESK, err) < 0 || add_waiting(&s, MENU_DESK, err) < 0)) return -1;
  if (!work && parts[part].kinds && add_waiting(&s, part, err) < 0) return -1;
  if (add_rows(&s, work ? MENU_CASES : part, err) < 0) return -1;
  add_kinds(&s, work ? MENU_CASES : part);
  if ((work || parts[part].kinds) && add_openings(&s, work ? MENU_DESK : part, err) < 0) return -1;
  r->page.side = s.items;
  r->page.side_count = s.count;
  return 0;
}
