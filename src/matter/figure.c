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

static time_ms month_start(int month, int offset_min) {
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

int64_t figure_facts(const struct state *s) {
  int64_t facts = 0;
  for (size_t i = 0; i < s->step_count; i++) facts |= fact_of_step(&s->steps[i]);
  for (size_t i = 0; i < s->said_count; i++) {
    const struct procedure_field *f = s->said[i].field;
    int64_t n;
    if (!f || f->type != FIELD_RATING || f->rates != RATES_MATTER || !text_to_int(s->said[i].value, &n)) continue;
    facts = (facts & ~(int64_t)FACT_SATISFIED) | FACT_RATED | (n * 5 >= (int64_t)f->scale * 4 ? FACT_SATISFIED : 0);
  }
  return facts;
}

void figure_counted_of(struct figure_counted *out, const struct state *s) {
  *out = (struct figure_counted){.counts = !s->sealed,
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

static int add(struct work *k, const char *procedure, enum figure_measure m, enum figure_by by, const struct key *key,
               int64_t n) {
  struct q_tally_add_in in = {.district = k->w->district, .period = key->period, .procedure = procedure,
                              .measure = measures[m].name, .kind = (int64_t)by, .street = key->street,
                              .value = key->value, .n = n};
  return q_tally_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

static int move_one(struct work *k, enum figure_measure m, enum figure_by by, bool day, const struct figure_counted *was,
                    const struct figure_counted *is) {
  int offset = k->w->offset_min;
  struct key a = {.in = holds(m, was)}, b = {.in = holds(m, is)};
  if (!a.in && !b.in) return 0;
  if (a.in) a = (struct key){period_of(was, m, day, offset), was->street, value_of(k->a, was, by), true};
  if (b.in) b = (struct key){period_of(is, m, day, offset), is->street, value_of(k->a, is, by), true};
  if (a.in && b.in && a.period == b.period && a.street == b.street && text_eq(a.value, b.value)) return 0;
  if (a.in && add(k, is->procedure, m, by, &a, -1) < 0) return -1;
  return b.in ? add(k, is->procedure, m, by, &b, 1) : 0;
}

int figure_follow(struct work *k) {
  struct figure_counted is;
  const struct figure_counted *was = &k->s->counted;
  figure_counted_of(&is, k->s);
  for (int m = 0; m < MEASURES; m++) {
    for (int by = 0; by < FIGURE_KINDS; by++)
      if (move_one(k, (enum figure_measure)m, (enum figure_by)by, false, was, &is) < 0) return -1;
    if (move_one(k, (enum figure_measure)m, FIGURE_STREET, true, was, &is) < 0) return -1;
  }
  k->s->counted = is;
  return 0;
}

/* --- the list of what was counted ------------------------------------------------------------------------------- */

static int64_t fact_of(enum figure_measure m) {
  static const int64_t facts[MEASURES] = {[MEASURE_ACCEPTED] = FACT_ACCEPTED,   [MEASURE_FILED] = FACT_FILED,
                                          [MEASURE_SUSPENDED] = FACT_SUSPENDED, [MEASURE_SUPERVISED] = FACT_SUPERVISED,
                                          [MEASURE_CALLED_BACK] = FACT_CALLED_BACK, [MEASURE_RATED] = FACT_RATED,
                                          [MEASURE_SATISFIED] = FACT_SATISFIED};
  return facts[m] ? facts[m] : DB_NULL;
}

static int64_t or_any(int64_t id) { return id == FIGURE_ANY ? DB_NULL : id; }

int figure_list(struct figure_row **rows, size_t *count, struct db *db, struct arena *a, int64_t district, int offset_min,
                const struct figure_which *w, struct error *err) {
  enum figure_measure m = w->measure;
  bool closed = figure_measure_of_closed(m);
  time_ms from = month_start(w->from, offset_min), to = month_start(figure_month_add(w->to, 1), offset_min);
  struct q_figure_list_in in = {.district = district, .procedure = w->procedure,
                                .opened_from = closed ? 0 : from, .opened_to = to,
                                .closed_from = closed ? from : 0, .closed_to = closed ? to : 0,
                                .street = or_any(w->street),
                                .community = or_any(w->community), .org = or_any(w->org), .category = w->category,
                                .source = w->source, .fact = fact_of(m), .refused = m == MEASURE_REFUSED,
                                .voided = m == MEASURE_VOID, .relapse = m == MEASURE_RELAPSE, .urged = m == MEASURE_URGED,
                                .on_time = m == MEASURE_ON_TIME, .late = m == MEASURE_LATE,
                                .reworked = m == MEASURE_REWORKED, .reworked_often = m == MEASURE_REWORKED_OFTEN,
                                .returned = m == MEASURE_RETURNED, .extended = m == MEASURE_EXTENDED,
                                .reopened = m == MEASURE_REOPENED, .done = closed, .before = w->before,
                                .before_id = w->before_id, .count = w->most};
  struct q_figure_list_out *found;
  if (q_figure_list(db, a, &found, count, &in, err) < 0) return -1;
  *rows = ARENA_ARRAY(a, *count + 1, struct figure_row);
  for (size_t i = 0; i < *count; i++) (*rows)[i] = (struct figure_row){found[i].id, found[i].at};
  return 0;
}
