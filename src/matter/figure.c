#include "matter/figure.h"

#include <string.h>

#include "matter/engine_internal.h"

/* --- measures --------------------------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  enum word title;
} measures[MEASURES] = {[MEASURE_REPORTED] = {"reported", W_MEASURE_REPORTED},
                        [MEASURE_ACCEPTED] = {"accepted", W_MEASURE_ACCEPTED},
                        [MEASURE_REFUSED] = {"refused", W_MEASURE_REFUSED},
                        [MEASURE_VOID] = {"void", W_MEASURE_VOID},
                        [MEASURE_FILED] = {"filed", W_MEASURE_FILED},
                        [MEASURE_RELAPSE] = {"relapse", W_MEASURE_RELAPSE},
                        [MEASURE_URGED] = {"urged", W_MEASURE_URGED},
                        [MEASURE_UNLISTED] = {"unlisted", W_MEASURE_UNLISTED},
                        [MEASURE_ANSWERABLE] = {"answerable", W_MEASURE_ANSWERABLE},
                        [MEASURE_ANSWERED] = {"answered", W_MEASURE_ANSWERED},
                        [MEASURE_ASKED] = {"asked", W_MEASURE_ASKED},
                        [MEASURE_SOLVED] = {"solved", W_MEASURE_SOLVED},
                        [MEASURE_CLOSED] = {"closed", W_MEASURE_CLOSED},
                        [MEASURE_ON_TIME] = {"closed-on-time", W_MEASURE_ON_TIME},
                        [MEASURE_LATE] = {"closed-late", W_MEASURE_LATE},
                        [MEASURE_REWORKED] = {"reworked", W_MEASURE_REWORKED},
                        [MEASURE_REWORKED_OFTEN] = {"reworked-often", W_MEASURE_REWORKED_OFTEN},
                        [MEASURE_RETURNED] = {"returned", W_MEASURE_RETURNED},
                        [MEASURE_EXTENDED] = {"extended", W_MEASURE_EXTENDED},
                        [MEASURE_SUSPENDED] = {"suspended", W_MEASURE_SUSPENDED},
                        [MEASURE_SUPERVISED] = {"supervised", W_MEASURE_SUPERVISED},
                        [MEASURE_REOPENED] = {"reopened", W_MEASURE_REOPENED},
                        [MEASURE_CLOSED_UNLISTED] = {"closed-unlisted", W_MEASURE_CLOSED_UNLISTED},
                        [MEASURE_CALLED_BACK] = {"called-back", W_MEASURE_CALLED_BACK},
                        [MEASURE_RATED] = {"rated", W_MEASURE_RATED},
                        [MEASURE_SATISFIED] = {"satisfied", W_MEASURE_SATISFIED}};

const char *figure_measure_name(enum figure_measure m) { return measures[m].name; }
enum word figure_measure_word(enum figure_measure m) { return measures[m].title; }
bool figure_measure_of_closed(enum figure_measure m) { return m >= MEASURE_CLOSED; }

enum figure_measure figure_measure_find(const char *name) {
  for (int m = 0; m < MEASURES; m++)
    if (text_eq(measures[m].name, name)) return (enum figure_measure)m;
  return MEASURES;
}

/* The definition of every measure. The list of the same name (figure_list in queries/figures.sql) asks the same. */
static bool holds(enum figure_measure m, const struct figure_counted *c) {
  if (!c->counts) return false;
  if (m >= MEASURE_CLOSED && (c->outcome != OUTCOME_DONE || !c->closed)) return false;
  switch (m) {
    case MEASURE_REPORTED:
    case MEASURE_CLOSED: return true;
    case MEASURE_ACCEPTED: return (c->facts & FACT_ACCEPTED) != 0;
    case MEASURE_REFUSED: return c->outcome == OUTCOME_REFUSED;
    case MEASURE_VOID: return c->outcome == OUTCOME_VOID;
    case MEASURE_FILED: return (c->facts & FACT_FILED) != 0;
    case MEASURE_RELAPSE: return c->relapse;
    case MEASURE_URGED: return c->urges > 0;
    case MEASURE_UNLISTED:
    case MEASURE_CLOSED_UNLISTED: return !c->shown_public;
    case MEASURE_ON_TIME: return !c->late;
    case MEASURE_LATE: return c->late;
    case MEASURE_REWORKED: return c->reworks > 0;
    case MEASURE_REWORKED_OFTEN: return c->reworks > 1;
    case MEASURE_RETURNED: return c->returns > 0;
    case MEASURE_EXTENDED: return c->extensions > 0;
    case MEASURE_REOPENED: return c->reopens > 0;
    case MEASURE_SUSPENDED: return (c->facts & FACT_SUSPENDED) != 0;
    case MEASURE_SUPERVISED: return (c->facts & FACT_SUPERVISED) != 0;
    case MEASURE_CALLED_BACK: return (c->facts & FACT_CALLED_BACK) != 0;
    case MEASURE_RATED: return (c->facts & FACT_RATED) != 0;
    case MEASURE_SATISFIED: return (c->facts & FACT_SATISFIED) != 0;
    case MEASURE_ANSWERABLE: return (c->facts & FACT_ANSWERABLE) != 0;
    case MEASURE_ANSWERED: return (c->facts & FACT_ANSWERED) != 0;
    case MEASURE_ASKED: return (c->facts & FACT_ASKED) != 0;
    case MEASURE_SOLVED: return (c->facts & FACT_SOLVED) != 0;
    case MEASURES: break;
  }
  return false;
}

/* --- months ----------------------------------------------------------------------------------------------------- */

int figure_month_of(int32_t day) {
  struct civil c;
  civil_from_day(&c, day);
  return c.year * 100 + c.month;
}

int figure_month_add(int month, int months) {
  int n = month / 100 * 12 + month % 100 - 1 + months;
  return n / 12 * 100 + n % 12 + 1;
}

time_ms figure_month_start(int month, int offset_min) {
  struct civil c = {.year = month / 100, .month = month % 100, .day = 1};
  return ms_of_day(day_from_civil(c.year, c.month, c.day), offset_min);
}

/* --- what a matter is counted as -------------------------------------------------------------------------------- */

static int64_t fact_of_step(const struct state_step *step) {
  int64_t facts = 0;
  if (step->counts == COUNTS_SUSPEND) facts |= FACT_SUSPENDED;
  if (step->counts == COUNTS_SUPERVISE) facts |= FACT_SUPERVISED;
  if (step->counts == COUNTS_CALLBACK) facts |= FACT_CALLED_BACK;
  if (!step->to || !step->track || step->track->type->index) return facts;
  enum procedure_phase p = step->to->phase;
  if (p == PHASE_VOID || p == PHASE_REFUSED || step->to->outcome == OUTCOME_MERGED) return facts;
  if (p > PHASE_REPORTED) facts |= FACT_ACCEPTED;
  if (p >= PHASE_FILED) facts |= FACT_FILED;
  return facts;
}

static int64_t with(int64_t facts, enum figure_fact asked, enum figure_fact yes, bool holds) {
  return (facts & ~(int64_t)yes) | asked | (holds ? (int64_t)yes : 0);
}

/* What the last answer of its kind says. What was erased keeps what it had been counted as. */
static int64_t facts_of_said(int64_t facts, int64_t before, const struct state_said *said) {
  const struct procedure_field *f = said->field;
  int64_t n;
  bool rating = f && f->type == FIELD_RATING && f->rates == RATES_MATTER, solved = f && f->as == AS_SOLVED;
  if (said->erased && rating) return with(facts, FACT_RATED, FACT_SATISFIED, before & FACT_SATISFIED);
  if (said->erased && solved) return with(facts, FACT_ASKED, FACT_SOLVED, before & FACT_SOLVED);
  if (rating && text_to_int(said->value, &n))
    return with(facts, FACT_RATED, FACT_SATISFIED, n * 5 >= (int64_t)f->scale * 4);
  if (solved && !text_empty(said->value)) return with(facts, FACT_ASKED, FACT_SOLVED, text_eq(said->value, "yes"));
  return facts;
}

/* Started anew later, a clock is no second chance. */
static bool is_first_of_track(const struct state *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (s->clocks[i].type == s->clocks[n].type && s->clocks[i].track == s->clocks[n].track) return false;
  return true;
}

/* Everybody who owed a response gave it in time: whoever accepts a report, each department a whistle calls. */
static int64_t facts_of_response(const struct state *s) {
  bool due = false, late = false;
  for (size_t i = 0; i < s->clock_count; i++) {
    const struct state_clock *c = &s->clocks[i];
    if (!c->type->response || !is_first_of_track(s, i)) continue;
    due = due || c->late || c->clock.end == CLOCK_ENDED_MET;
    late = late || c->late;
  }
  return due ? FACT_ANSWERABLE | (late ? 0 : FACT_ANSWERED) : 0;
}

int64_t figure_facts(const struct state *s, int64_t before) {
  int64_t facts = facts_of_response(s);
  for (size_t i = 0; i < s->step_count; i++) facts |= fact_of_step(&s->steps[i]);
  for (size_t i = 0; i < s->said_count; i++) facts = facts_of_said(facts, before, &s->said[i]);
  return facts;
}

void figure_counted_of(struct figure_counted *out, const struct state *s) {
  *out = (struct figure_counted){.counts = !s->sealed,
                                 .shown_public = s->shown_public,
                                 .opened = s->opened,
                                 .closed = s->closed,
                                 .street = s->at.street,
                                 .community = s->at.community,
                                 .org = s->tracks[0].org,
                                 .category = s->category,
                                 .source = s->source,
                                 .procedure = s->procedure->name,
                                 .outcome = (int)s->outcome,
                                 .reworks = s->reworks,
                                 .returns = s->returns,
                                 .extensions = s->extensions,
                                 .reopens = s->reopens,
                                 .urges = s->urges,
                                 .facts = s->facts,
                                 .late = s->late,
                                 .relapse = s->relapse_of != 0};
}

/* --- counting --------------------------------------------------------------------------------------------------- */

/* One counter's key; n 0: the matter is in none. */
struct key {
  int64_t period, street;
  const char *value;
  bool in;
};

static const char *value_of(struct arena *a, const struct figure_counted *c, enum figure_by by) {
  switch (by) {
    case FIGURE_COMMUNITY: return arena_printf(a, "%lld", (long long)c->community);
    case FIGURE_ORG: return arena_printf(a, "%lld", (long long)c->org);
    case FIGURE_CATEGORY: return c->category;
    case FIGURE_SOURCE: return c->source;
    case FIGURE_STREET:
    case FIGURE_KINDS: break;
  }
  return "";
}

static int64_t period_of(const struct figure_counted *c, enum figure_measure m, bool day, int offset_min) {
  int32_t d = day_of_ms(figure_measure_of_closed(m) ? c->closed : c->opened, offset_min);
  struct civil civil;
  if (!day) return figure_month_of(d);
  civil_from_day(&civil, d);
  return (int64_t)civil.year * 10000 + civil.month * 100 + civil.day;
}

static void add(struct work *k, const char *procedure, enum figure_measure m, enum figure_by by, const struct key *key,
               int64_t n) {
  struct q_tally_add_in in = {.district = k->w->district, .period = key->period, .procedure = procedure,
                              .measure = measures[m].name, .kind = (int64_t)by, .street = key->street,
                              .value = key->value, .n = n};
  tally_move(k, &in);
}

static void move_one(struct work *k, enum figure_measure m, enum figure_by by, bool day, const struct figure_counted *was,
                    const struct figure_counted *is) {
  int offset = k->w->offset_min;
  struct key a = {.in = holds(m, was)}, b = {.in = holds(m, is)};
  if (!a.in && !b.in) return;
  if (a.in) a = (struct key){period_of(was, m, day, offset), was->street, value_of(k->a, was, by), true};
  if (b.in) b = (struct key){period_of(is, m, day, offset), is->street, value_of(k->a, is, by), true};
  if (a.in && b.in && a.period == b.period && a.street == b.street && text_eq(a.value, b.value)) return;
  if (a.in) add(k, is->procedure, m, by, &a, -1);
  if (b.in) add(k, is->procedure, m, by, &b, 1);
}

void figure_follow(struct work *k) {
  struct figure_counted is;
  const struct figure_counted *was = &k->s->counted;
  figure_counted_of(&is, k->s);
  for (int m = 0; m < MEASURES; m++) {
    for (int by = 0; by < FIGURE_KINDS; by++)
      move_one(k, (enum figure_measure)m, (enum figure_by)by, false, was, &is);
    move_one(k, (enum figure_measure)m, FIGURE_STREET, true, was, &is);
  }
  public_move(k, was, &is);
  k->s->counted = is;
}

/* --- the list of what was counted ------------------------------------------------------------------------------- */

static int64_t fact_of(enum figure_measure m) {
  static const int64_t facts[MEASURES] = {[MEASURE_ACCEPTED] = FACT_ACCEPTED,   [MEASURE_FILED] = FACT_FILED,
                                          [MEASURE_SUSPENDED] = FACT_SUSPENDED, [MEASURE_SUPERVISED] = FACT_SUPERVISED,
                                          [MEASURE_CALLED_BACK] = FACT_CALLED_BACK, [MEASURE_RATED] = FACT_RATED,
                                          [MEASURE_SATISFIED] = FACT_SATISFIED, [MEASURE_ANSWERABLE] = FACT_ANSWERABLE,
                                          [MEASURE_ANSWERED] = FACT_ANSWERED, [MEASURE_ASKED] = FACT_ASKED,
                                          [MEASURE_SOLVED] = FACT_SOLVED};
  return facts[m] ? facts[m] : DB_NULL;
}

static int64_t or_any(int64_t id) { return id == FIGURE_ANY ? DB_NULL : id; }

/* What both the list and its count ask for. */
#define FIGURE_FILTER(w, m, on_closing)                                                                                  \
  .procedure = (w)->procedure, .opened_from = (on_closing) ? 0 : (w)->from, .opened_to = (on_closing) ? 0 : (w)->to,      \
  .closed_from = (on_closing) ? (w)->from : 0, .closed_to = (on_closing) ? (w)->to : 0, .street = or_any((w)->street),    \
  .community = or_any((w)->community), .org = or_any((w)->org), .category = (w)->category, .source = (w)->source,        \
  .fact = fact_of(m), .refused = (m) == MEASURE_REFUSED, .voided = (m) == MEASURE_VOID, .relapse = (m) == MEASURE_RELAPSE, \
  .urged = (m) == MEASURE_URGED, .unlisted = (m) == MEASURE_UNLISTED || (m) == MEASURE_CLOSED_UNLISTED,                  \
  .on_time = (m) == MEASURE_ON_TIME, .late = (m) == MEASURE_LATE, .reworked = (m) == MEASURE_REWORKED,                   \
  .reworked_often = (m) == MEASURE_REWORKED_OFTEN, .returned = (m) == MEASURE_RETURNED,                                  \
  .extended = (m) == MEASURE_EXTENDED, .reopened = (m) == MEASURE_REOPENED, .done = (on_closing)

int figure_list(struct figure_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district,
                const struct figure_which *w, struct error *err) {
  bool closed = figure_measure_of_closed(w->measure);
  struct q_figure_list_in in = {.district = district, FIGURE_FILTER(w, w->measure, closed), .by_closing = closed,
                                .by_opening = !closed, .opened_before = closed ? 0 : w->before,
                                .closed_before = closed ? w->before : 0, .before_id = w->before_id, .count = w->most};
  struct q_figure_list_out *found;
  if (q_figure_list(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct figure_row);
  for (size_t i = 0; i < *count; i++) (*rows)[i] = (struct figure_row){found[i].id, found[i].at};
  return 0;
}

int figure_list_count(int64_t *n, struct db *db, struct arena *a, int64_t district, const struct figure_which *w,
                      struct error *err) {
  struct q_figure_list_count_out found = {0};
  struct q_figure_list_count_in in = {.district = district,
                                      FIGURE_FILTER(w, w->measure, figure_measure_of_closed(w->measure))};
  if (q_figure_list_count(db, a, &found, &in, err) < 0) return -1;
  *n = found.n;
  return 0;
}

/* --- counting from the matters ---------------------------------------------------------------------------------- */

/* Longer than any moment: the whole time is one period. */
static const int64_t ALL_TIME = INT64_C(1) << 60;

struct counting {
  struct db *db;
  struct arena *a;
  int64_t district;
  int offset_min;
  const struct figure_span *span;
  enum figure_by by;
  int (*each)(void *ctx, const struct figure_counts *row, struct error *err);
  void *ctx;
  struct error *err;
};

static int count_opened(const struct counting *c) {
  struct q_figure_opened_out *r;
  size_t n;
  struct q_figure_opened_in in = {.district = c->district, .from = c->span->from, .to = c->span->to,
                                  .offset = (int64_t)c->offset_min * MINUTE_MS,
                                  .unit = c->span->by_day ? DAY_MS : ALL_TIME, .procedure = c->span->procedure,
                                  .street = or_any(c->span->street), .by_street = !c->span->all_streets,
                                  .by_community = c->by == FIGURE_COMMUNITY, .by_org = c->by == FIGURE_ORG,
                                  .by_category = c->by == FIGURE_CATEGORY, .by_source = c->by == FIGURE_SOURCE};
  if (q_figure_opened(c->db, c->a, &r, &n, &in, c->err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct figure_counts row = {.procedure = r[i].procedure, .value = r[i].value, .street = r[i].street, .day = r[i].period};
    row.n[MEASURE_REPORTED] = r[i].reported;
    row.n[MEASURE_ACCEPTED] = r[i].accepted;
    row.n[MEASURE_REFUSED] = r[i].refused;
    row.n[MEASURE_VOID] = r[i].voided;
    row.n[MEASURE_FILED] = r[i].filed;
    row.n[MEASURE_RELAPSE] = r[i].relapse;
    row.n[MEASURE_URGED] = r[i].urged;
    row.n[MEASURE_UNLISTED] = r[i].unlisted;
    row.n[MEASURE_ANSWERABLE] = r[i].answerable;
    row.n[MEASURE_ANSWERED] = r[i].answered;
    row.n[MEASURE_CALLED_BACK] = r[i].called_back;
    row.n[MEASURE_ASKED] = r[i].asked;
    row.n[MEASURE_SOLVED] = r[i].solved;
    row.n[MEASURE_RATED] = r[i].rated;
    row.n[MEASURE_SATISFIED] = r[i].satisfied;
    if (c->each(c->ctx, &row, c->err) < 0) return -1;
  }
  return 0;
}

static int count_closed(const struct counting *c) {
  struct q_figure_closed_out *r;
  size_t n;
  struct q_figure_closed_in in = {.district = c->district, .from = c->span->from, .to = c->span->to,
                                  .offset = (int64_t)c->offset_min * MINUTE_MS,
                                  .unit = c->span->by_day ? DAY_MS : ALL_TIME, .procedure = c->span->procedure,
                                  .street = or_any(c->span->street), .by_street = !c->span->all_streets,
                                  .by_community = c->by == FIGURE_COMMUNITY, .by_org = c->by == FIGURE_ORG,
                                  .by_category = c->by == FIGURE_CATEGORY, .by_source = c->by == FIGURE_SOURCE};
  if (q_figure_closed(c->db, c->a, &r, &n, &in, c->err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    struct figure_counts row = {.procedure = r[i].procedure, .value = r[i].value, .street = r[i].street, .day = r[i].period};
    row.n[MEASURE_CLOSED] = r[i].closed;
    row.n[MEASURE_ON_TIME] = r[i].on_time;
    row.n[MEASURE_LATE] = r[i].late;
    row.n[MEASURE_REWORKED] = r[i].reworked;
    row.n[MEASURE_REWORKED_OFTEN] = r[i].reworked_often;
    row.n[MEASURE_RETURNED] = r[i].returned;
    row.n[MEASURE_EXTENDED] = r[i].extended;
    row.n[MEASURE_REOPENED] = r[i].reopened;
    row.n[MEASURE_CLOSED_UNLISTED] = r[i].unlisted;
    row.n[MEASURE_SUSPENDED] = r[i].suspended;
    row.n[MEASURE_SUPERVISED] = r[i].supervised;
    if (c->each(c->ctx, &row, c->err) < 0) return -1;
  }
  return 0;
}

int figure_count(struct db *db, struct arena *a, int64_t district, int offset_min, const struct figure_span *span,
                 enum figure_by by, int (*each)(void *ctx, const struct figure_counts *row, struct error *err), void *ctx,
                 struct error *err) {
  struct counting c = {db, a, district, offset_min, span, by, each, ctx, err};
  return count_opened(&c) < 0 ? -1 : count_closed(&c);
}
