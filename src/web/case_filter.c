#include "web/case_filter.h"

#include <string.h>

#include "place/place.h"

enum { ROWS = 30, ADDRESS_MOST = 8000 };

const char *const case_states[] = {"open", "late", "soon", "carded", "placeless", "relapsed", "reopened", "watched", NULL};
static const enum word state_words[] = {W_STATE_OPEN,      W_STATE_LATE,     W_STATE_SOON,    W_STATE_CARDED,
                                        W_STATE_PLACELESS, W_STATE_RELAPSED, W_STATE_REOPENED, W_STATE_WATCHED};
const char *const case_phases[] = {"reported", "verifying", "accepted", "filed",     "dispatched",
                                     "handling", "handled",   "checking", "suspended", "closed",
                                     "refused",  "void",      NULL};

enum word case_state_word(int state) { return state_words[state]; }

static int at_of(const char *const *list, const char *name) {
  for (int i = 0; list[i]; i++)
    if (text_eq(list[i], name)) return i;
  return -1;
}

/* --- addresses -------------------------------------------------------------------------------------------------- */

/* This list with one parameter changed (or left out: value ""); pages start again. */
const char *case_filter_with(struct request *r, const char *path, const char *name, const char *value) {
  struct buf b;
  char mark = '?';
  buf_init(&b, ADDRESS_MOST);
  buf_puts(&b, path);
  for (size_t i = 0; i < r->http->query.count; i++) {
    const struct http_pair *q = &r->http->query.at[i];
    bool skip = text_eq(q->name, name) || text_eq(q->name, "at") || text_eq(q->name, "id") ||
                text_eq(q->name, "lang") || !*q->value;
    if (skip) continue;
    buf_printf(&b, "%c%s=", mark, q->name);
    page_part_string(&b, q->value);
    mark = '&';
  }
  if (*value) {
    buf_printf(&b, "%c%s=", mark, name);
    page_part_string(&b, value);
  }
  const char *s = arena_strdup(r->arena, b.data);
  buf_free(&b);
  return s;
}

static const char *const order_names[] = {[LIST_NEWEST] = "newest",   [LIST_SOONEST] = "clock", [LIST_CHANGED] = "changed",
                                          [LIST_OLDEST] = "oldest",   [LIST_LATEST] = "farthest", [LIST_STALEST] = "stalest"};

const char *case_order_name(enum list_order order) { return order_names[order]; }

static enum list_order order_named(const char *name) {
  for (int i = LIST_NEWEST; i <= LIST_STALEST; i++)
    if (text_eq(order_names[i], name)) return (enum list_order)i;
  return LIST_NEWEST;
}

/* --- the filter ------------------------------------------------------------------------------------------------- */

static const char *or_null(const char *s) {
  return *s ? s : NULL;
}

static int narrow_place(struct list_filter *f, struct request *r, const struct case_asker *who, struct error *err) {
  struct place_row place;
  int64_t id = req_int(r, FILTER_PLACE);
  if (!id) return 0;
  if (place_get(&place, who->db, r->arena, who->world->district, id, err) < 0) return -1;
  if (place.level == PLACE_STREET)
    f->street = id;
  else if (place.level == PLACE_COMMUNITY)
    f->community = id;
  else
    f->grid = place.grid;
  return 0;
}

static void narrow_state(struct list_filter *f, const struct request *r) {
  const char *state = req_text(r, FILTER_STATE);
  f->late = text_eq(state, "late");
  f->soon = text_eq(state, "soon");
  f->card = text_eq(state, "carded");
  f->placeless = text_eq(state, "placeless");
  f->relapsed = text_eq(state, "relapsed");
  f->reopened = text_eq(state, "reopened");
  f->watcher = text_eq(state, "watched") ? r->actor.account : 0;
  f->only_open = *state && !f->relapsed && !f->reopened && !f->watcher;
  int phase = at_of(case_phases, req_text(r, FILTER_PHASE));
  f->phases = phase >= 0;
  f->phase_from = f->phase_to = phase;
}

int case_filter_read(struct list_filter *f, struct request *r, const struct case_asker *who, const struct scope *scope,
                     struct error *err) {
  int offset = who->world->offset_min;
  *f = (struct list_filter){.scope = scope,
                            .procedure = or_null(req_text(r, FILTER_PROCEDURE)),
                            .major = or_null(req_text(r, FILTER_MAJOR)),
                            .category = or_null(req_text(r, FILTER_CATEGORY)),
                            .source = or_null(req_text(r, FILTER_SOURCE)),
                            .words = or_null(req_text(r, FILTER_WORDS)),
                            .org = req_int(r, FILTER_ORG),
                            .most = ROWS,
                            .at = req_int(r, FILTER_AT),
                            .at_id = req_int(r, FILTER_ID),
                            .order = order_named(req_text(r, FILTER_ORDER))};
  if (req_has(r, FILTER_FROM)) f->from = ms_of_day((int32_t)req_int(r, FILTER_FROM), offset);
  if (req_has(r, FILTER_TO)) f->to = ms_of_day((int32_t)req_int(r, FILTER_TO) + 1, offset);
  narrow_state(f, r);
  return narrow_place(f, r, who, err);
}

const char *case_filter_next(struct request *r, const char *path, const struct list_filter *f, const struct list_row *last) {
  time_ms at = matter_list_key(f->order, last);
  const char *base = case_filter_with(r, path, "at", arena_printf(r->arena, "%lld", (long long)at));
  return arena_printf(r->arena, "%s&id=%lld", base, (long long)last->id);
}
