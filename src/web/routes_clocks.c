/* Marks of clocks that were refused and put off: what, why, since when, and having them tried again. */
#include <string.h>

#include "matter/engine.h"
#include "people/person.h"
#include "web/admin.h"

enum { CLOCK_ID };
enum { CLOCKS_AFTER };
enum { CLOCKS_MOST = 100 };

static const char *clock_title(const struct panel *p, const struct q_clock_aside_list_out *row) {
  const struct procedure *procedure = world_procedure(p->who.world, row->procedure, (int)row->version);
  const struct procedure_clock *clock = procedure ? procedure_clock_find(procedure, row->name) : NULL;
  if (!clock) return row->name;
  return p->r->page.lang == LANG_ZH ? clock->title.zh : clock->title.en;
}

/* The error as it was: its code, the field it points at, its arguments a line each. */
static const struct view_problem *reason(struct request *r, const struct q_clock_aside_list_out *row) {
  struct error e = {.kind = ERR_CONFLICT};
  const char *line = row->args;
  text_copy(e.code, sizeof e.code, row->error);
  text_copy(e.field, sizeof e.field, row->field);
  for (; *line && e.args < ERROR_ARGS; e.args++) {
    size_t n = strcspn(line, "\n");
    text_copy(e.arg[e.args], sizeof e.arg[e.args], arena_strndup(r->arena, line, n));
    line += n + (line[n] == '\n');
  }
  return desk_problem(r, &e);
}

static void clock_line(struct panel *p, struct panel_part *t, const struct q_clock_aside_list_out *row) {
  struct arena *a = p->r->arena;
  const struct view_problem *why = reason(p->r, row);
  panel_row(p, t);
  panel_cell(p, t, row->code);
  panel_cell(p, t, clock_title(p, row));
  panel_cell(p, t, why->what)->small = *row->field ? arena_printf(a, "%s · %s", row->error, row->field) : row->error;
  panel_time(p, t, row->since);
  panel_number(p, t, row->tries);
  panel_time(p, t, row->next_at);
  if (admin_acts(p->r))
    panel_act(p, t, arena_printf(a, "/admin/clocks/%lld/again", (long long)row->clock), W_ASIDE_AGAIN);
  else
    panel_cell(p, t, "—");
}

static int show_clocks(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct q_clock_aside_list_out *rows;
  struct q_clock_aside_count_out all = {0};
  size_t n;
  bool get = r->http->method == HTTP_GET;
  if (panel_start(&p, r, W_ASIDE_TITLE, err) < 0) return -1;
  int64_t district = p.who.world->district;
  struct q_clock_aside_list_in in = {.district = district, .after = get ? req_int(r, CLOCKS_AFTER) : 0, .most = CLOCKS_MOST};
  if (q_clock_aside_list(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  if (q_clock_aside_count(p.who.db, r->arena, &all, &(struct q_clock_aside_count_in){district}, err) < 0) return -1;
  panel_figure(&p, NULL, panel_word(&p, W_ASIDE_COUNT), all.n, all.n ? "late" : "ok", "clock");
  panel_note(&p, "", panel_word(&p, W_ASIDE_SUB));
  const struct view_problem *problem = wrong ? desk_problem(r, wrong) : NULL;
  if (problem) panel_note(&p, "warning", arena_printf(r->arena, "%s %s", problem->what, problem->hint));
  struct panel_part *t = panel_table(&p, NULL, W_ASIDE_MATTER, W_ASIDE_CLOCK, W_ASIDE_WHY, W_ASIDE_SINCE, W_ASIDE_TRIES,
                                     W_ASIDE_NEXT, W_PEOPLE_DO, NO_WORD);
  t->empty = panel_word(&p, W_ASIDE_NONE);
  for (size_t i = 0; i < n; i++) clock_line(&p, t, &rows[i]);
  if (n == CLOCKS_MOST) t->next = arena_printf(r->arena, "/admin/clocks?after=%lld", (long long)rows[n - 1].clock);
  if (all.n && admin_acts(r)) panel_form(&p, NULL, "/admin/clocks/0/again", W_ASIDE_AGAIN_ALL);
  return panel_send(&p, status);
}

static int clocks_get(struct request *r, struct error *err) { return show_clocks(r, NULL, 200, err); }

static int try_again(struct lane_txn *t, void *ctx, struct error *err) {
  struct request *r = ctx;
  int64_t id = req_int(r, CLOCK_ID);
  if (engine_mark_again(t, id, err) < 0) return -1;
  return people_journal(t, &r->actor, "clock.again", "clock", id, NULL, err);
}

static int tried_again(struct request *r, void *ctx, struct error *err) {
  (void)ctx;
  if (err->kind != ERR_NONE) return admin_refused(r, err, show_clocks);
  reply_notice(r, W_ASIDE_AGAIN_DONE);
  return reply_redirect(r, "/admin/clocks");
}

static int again_post(struct request *r, struct error *err) {
  (void)err;
  return app_run(r, try_again, r, tried_again);
}

const struct route routes_clocks[] = {
    {.method = HTTP_GET, .path = "/admin/clocks", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_ASIDE,
     .rate = RATE_PAGE, .handler = clocks_get,
     PARAMS([CLOCKS_AFTER] = {.name = "after", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15})},
    {.method = HTTP_POST, .path = "/admin/clocks/{id}/again", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_ASIDE_AGAIN, .handler = again_post,
     PARAMS([CLOCK_ID] = {.name = "id", .type = PARAM_INT, .in = IN_PATH, .required = true, .low = 0, .high = 1e15})},
    {0}};
