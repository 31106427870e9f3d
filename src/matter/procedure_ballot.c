/* Who decides: `roll`, `meeting` and `ballot` of a track, and what the check proves of them.
 *
 *   roll:
 *     body: council                        kind of body at the matter's place
 *     rule: council                        of `rules`
 *     drawn: [called]                      on entering: copied from the body, with its terms
 *     seats: {chair: {exactly: 1, title: ..}, party: {least: 1, invited: yes, title: ..}}
 *     by: [community-officer]              who keeps it
 *   meeting: {time: FIELD, where: FIELD, agenda: FIELD, open: [convened]}
 *   ballot:
 *     question: FIELD
 *     options: {yes: {zh: .., en: ..}, no: .., abstain: ..}
 *     passes: yes                          or leading
 *     secret: yes
 *     channels: [on-line, paper, phone, hand]
 *     open: [voting]
 *     counted: did count
 *     until: CLOCK */
#include <string.h>

#include "matter/procedure_check.h"

/* ---- reading ---- */

static void seat_fill(struct reader *r, struct procedure_seat *s, const struct yaml *node) {
  static const char *const allowed[] = {"title", "exactly", "least", "upto", "invited", NULL};
  int64_t least = 0, most = 0, exactly = 0;
  name_check(r, node);
  *s = (struct procedure_seat){.name = node->key, .at = at_key(node)};
  if (!keys_check(r, node, allowed)) return;
  int_of(r, yaml_get(node, "least"), 0, 1000, &least);
  int_of(r, yaml_get(node, "upto"), 1, 1000, &most);
  if (int_of(r, yaml_get(node, "exactly"), 1, 1000, &exactly)) least = most = exactly;
  if (most && least > most) finding_error(r, s->at, "procedure.field.bounds", s->name);
  s->title = bilingual_of(r, node, "title", true);
  s->least = (int)least;
  s->most = (int)most;
  s->invited = yes_no_of(r, yaml_get(node, "invited"), false);
}

static const struct procedure_rule *rule_named(struct reader *r, const struct yaml *node) {
  const char *name = text_of(r, node);
  const char **names = ARENA_ARRAY(r->arena, r->p->rules_count + 1, const char *);
  for (size_t i = 0; name && i < r->p->rules_count; i++) {
    names[i] = r->p->rules[i].name;
    if (text_eq(names[i], name)) return &r->p->rules[i];
  }
  if (name)
    finding_wrong_name(r, at_value(node), "procedure.rule.unknown", "procedure.rule.near", name, names, r->p->rules_count);
  return NULL;
}

static bool missing(struct reader *r, const struct yaml *node, const char *key) {
  if (yaml_get(node, key)) return false;
  finding_error(r, at_key(node), "procedure.effect.missing", key);
  return true;
}

static void roll_fill(struct reader *r, struct draft *d, const struct yaml *node) {
  static const char *const allowed[] = {"body", "rule", "drawn", "seats", "by", NULL};
  if (!keys_check(r, node, allowed) || missing(r, node, "body") || missing(r, node, "rule") || missing(r, node, "drawn") ||
      missing(r, node, "by"))
    return;
  struct procedure_roll *roll = ARENA_NEW(r->arena, struct procedure_roll);
  const struct yaml *seats = yaml_get(node, "seats");
  roll->at = at_key(node);
  roll->body = text_of(r, yaml_get(node, "body"));
  roll->rule = rule_named(r, yaml_get(node, "rule"));
  roll->drawn = stages_of(r, d->track, yaml_get(node, "drawn"));
  roll->by = actors_of(r, d->track, yaml_get(node, "by"));
  size_t n = seats && want_map(r, seats) ? seats->count : 0;
  struct procedure_seat *list = ARENA_ARRAY(r->arena, n + 1, struct procedure_seat);
  for (size_t i = 0; i < n; i++) seat_fill(r, &list[i], seats->items[i]);
  roll->seats = list;
  roll->seats_count = n;
  if (roll->rule) d->track->roll = roll;
}

static const struct procedure_field *typed(struct reader *r, struct draft *d, const struct yaml *node, const char *key,
                                           enum procedure_field_type type) {
  const struct yaml *at = yaml_get(node, key);
  const struct procedure_field *f = at ? field_named(r, d->track, at) : NULL;
  if (f && f->type != type)
    finding_error(r, at_value(at), "procedure.effect.field-type", f->name, procedure_field_type_name(type));
  return f;
}

static void meeting_fill(struct reader *r, struct draft *d, const struct yaml *node) {
  static const char *const allowed[] = {"time", "where", "agenda", "open", NULL};
  if (!keys_check(r, node, allowed) || missing(r, node, "time") || missing(r, node, "open")) return;
  struct procedure_meeting *m = ARENA_NEW(r->arena, struct procedure_meeting);
  m->at = at_key(node);
  m->time = typed(r, d, node, "time", FIELD_TIME);
  m->where = typed(r, d, node, "where", FIELD_TEXT);
  m->agenda = typed(r, d, node, "agenda", FIELD_TEXT);
  m->open = stages_of(r, d->track, yaml_get(node, "open"));
  d->track->meeting = m;
}

static void winner_fill(struct reader *r, struct procedure_ballot *b, const struct yaml *node) {
  const char *name = node ? text_of(r, node) : "leading";
  b->passes = -1;
  if (!name || text_eq(name, "leading")) return;
  for (size_t i = 0; i < b->options_count; i++)
    if (text_eq(b->options[i].name, name)) b->passes = (int)i;
  if (b->passes < 0) finding_error(r, at_value(node), "procedure.value.unknown", name);
}

static void ballot_parts(struct reader *r, struct draft *d, struct procedure_ballot *b, const struct yaml *node) {
  struct procedure_stage_list none = {0};
  const struct procedure_action *const *counted = NULL;
  const struct yaml *channels = yaml_get(node, "channels"), *until = yaml_get(node, "until");
  size_t n = 0;
  b->question = typed(r, d, node, "question", FIELD_TEXT);
  b->options = options_of(r, yaml_get(node, "options"), &b->options_count);
  winner_fill(r, b, yaml_get(node, "passes"));
  b->secret = yes_no_of(r, yaml_get(node, "secret"), false);
  for (size_t i = 0; i < list_count(channels); i++) {
    int k = one_of(r, list_item(channels, i), CHANNEL_NAMES);
    if (k > 0) b->channels |= 1U << k;
  }
  b->open = stages_of(r, d->track, yaml_get(node, "open"));
  events_of(r, d->track, yaml_get(node, "counted"), &none, &counted, &n);
  b->counted = n ? counted[0] : NULL;
  b->until = until ? clock_named(r, until) : NULL;
}

static void vote_fill(struct reader *r, struct draft *d, const struct yaml *node) {
  static const char *const allowed[] = {"question", "options", "passes", "secret", "channels", "open", "counted", "until", NULL};
  if (!keys_check(r, node, allowed) || missing(r, node, "question") || missing(r, node, "options") ||
      missing(r, node, "channels") || missing(r, node, "open") || missing(r, node, "counted"))
    return;
  struct procedure_ballot *b = ARENA_NEW(r->arena, struct procedure_ballot);
  b->at = at_key(node);
  ballot_parts(r, d, b, node);
  d->track->ballot = b;
}

void ballot_fill(struct reader *r, struct draft *d) {
  const struct yaml *roll = yaml_get(d->node, "roll"), *meeting = yaml_get(d->node, "meeting");
  const struct yaml *ballot = yaml_get(d->node, "ballot");
  if (roll) roll_fill(r, d, roll);
  if (meeting) meeting_fill(r, d, meeting);
  if (ballot) vote_fill(r, d, ballot);
  if (!roll && (meeting || ballot)) finding_error(r, at_key(ballot ? ballot : meeting), "procedure.ballot.roll", d->track->name);
}

/* ---- checking ---- */

static bool has_stage(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

static bool has_seat(const struct procedure_roll *roll, const char *name) {
  for (size_t i = 0; i < roll->seats_count; i++)
    if (text_eq(roll->seats[i].name, name)) return true;
  return roll->seats_count == 0;
}

static void check_lines(struct check *k, const struct procedure_track *t, const struct rule_test *test,
                        const struct procedure_rule_version *v, bool quorum) {
  bool secret = t->ballot && t->ballot->secret;
  for (size_t i = 0; i < test->count; i++) {
    const struct rule_line *line = &test->lines[i];
    if (line->seat && !has_seat(t->roll, line->seat)) check_error(k, v->at, "procedure.rule.seat", line->seat, NULL, NULL);
    /* How an area or a seat voted says who it was. */
    if (secret && !quorum && (line->by != BY_PERSONS || line->seat))
      check_error(k, v->at, "procedure.ballot.secret-weight", t->name, NULL, NULL);
  }
}

static void check_rule(struct check *k, const struct procedure_track *t) {
  const struct procedure_rule *rule = t->roll->rule;
  for (size_t i = 0; i < rule->versions_count; i++) {
    const struct procedure_rule_version *v = &rule->versions[i];
    check_lines(k, t, &v->quorum, v, true);
    check_lines(k, t, &v->pass, v, false);
    if (t->ballot && !v->pass.count) check_error(k, v->at, "procedure.rule.pass", rule->name, NULL, NULL);
    if (t->ballot && t->ballot->secret && v->paper_first)
      check_error(k, v->at, "procedure.ballot.secret-paper", t->name, NULL, NULL);
    if (!v->quorum.count) check_warning(k, v->at, "procedure.rule.quorum", rule->name);
  }
}

/* Nobody can count while votes still come in. */
static void check_count(struct check *k, const struct procedure_track *t) {
  const struct procedure_ballot *b = t->ballot;
  if (!b->counted || b->counted->track != t) {
    check_error(k, b->at, "procedure.ballot.count", t->name, NULL, NULL);
    return;
  }
  for (size_t i = 0; i < b->open.count; i++)
    if (procedure_action_from(b->counted, b->open.items[i]))
      check_error(k, b->counted->at, "procedure.ballot.count-open", b->counted->name, NULL, NULL);
  for (size_t i = 0; i < b->counted->from.count; i++)
    for (size_t j = 0; j < b->counted->moves_count; j++)
      if (b->counted->moves[j].to == TO_STAGE && has_stage(&b->open, b->counted->moves[j].stage))
        check_error(k, b->counted->at, "procedure.ballot.count-again", b->counted->name, NULL, NULL);
}

static void check_vote(struct check *k, const struct procedure_track *t) {
  const struct procedure_ballot *b = t->ballot;
  if (!b) return;
  const unsigned named = 1U << CHANNEL_PHONE | 1U << CHANNEL_HAND;
  if (b->options_count < 2 || b->options_count > TALLY_OPTIONS)
    check_error(k, b->at, "procedure.ballot.options", t->name, NULL, NULL);
  if (!b->channels) check_error(k, b->at, "procedure.ballot.channels", t->name, NULL, NULL);
  if (b->secret && (b->channels & named)) check_error(k, b->at, "procedure.ballot.secret-voice", t->name, NULL, NULL);
  if (b->question && b->question->seen != SEEN_PUBLIC)
    check_error(k, b->at, "procedure.publication.hidden", b->question->name, NULL, NULL);
  for (size_t i = 0; i < b->open.count; i++)
    if (has_stage(&t->roll->drawn, b->open.items[i]))
      check_error(k, b->at, "procedure.ballot.drawn", b->open.items[i]->name, NULL, NULL);
  check_count(k, t);
}

static void check_decided(struct check *k, const struct procedure_condition *c) {
  if (!c) return;
  for (size_t i = 0; i < c->parts_count; i++) check_decided(k, c->parts[i]);
  bool asks = c->test == TEST_QUORUM || c->test == TEST_PASSED;
  if (asks && c->track && (!c->track->roll || (c->test == TEST_PASSED && !c->track->ballot)))
    check_error(k, c->at, "procedure.ballot.asked", c->track->name, NULL, NULL);
}

static bool needs_somebody(const struct procedure_action *action) {
  const struct procedure_track *t = action->track;
  if (t->ballot && action == t->ballot->counted) return true;
  for (size_t i = 0; i < action->moves_count; i++) {
    const struct procedure_stage *to = action->moves[i].to == TO_STAGE ? action->moves[i].stage : NULL;
    if (!to) continue;
    if (has_stage(&t->roll->drawn, to) || (t->meeting && has_stage(&t->meeting->open, to)) ||
        (t->ballot && has_stage(&t->ballot->open, to)))
      return true;
  }
  return false;
}

static void see_effect(struct check *k, const struct procedure_effect *e, const struct procedure_action *action, void *to) {
  (void)action;
  (void)to;
  check_decided(k, e->when);
  if (e->kind != EFFECT_DO || !e->action || !e->action->track->roll) return;
  /* A count or an opening can be refused, and nobody is there to be told when a clock does it. */
  if (needs_somebody(e->action)) check_error(k, e->at, "procedure.ballot.do", e->action->name, NULL, NULL);
}

static void check_conditions(struct check *k, const struct procedure_track *t) {
  for (size_t i = 0; i < t->actions_count; i++) {
    check_decided(k, t->actions[i].when);
    for (size_t j = 0; j < t->actions[i].moves_count; j++) check_decided(k, t->actions[i].moves[j].when);
  }
}

void check_ballots(struct check *k) {
  for (size_t i = 0; i < k->p->tracks_count; i++) {
    const struct procedure_track *t = &k->p->tracks[i];
    check_conditions(k, t);
    if (!t->roll) continue;
    check_rule(k, t);
    check_vote(k, t);
    if (t->start && has_stage(&t->roll->drawn, t->start))
      check_error(k, t->roll->at, "procedure.ballot.start", t->start->name, NULL, NULL);
    if (t->meeting && !t->meeting->open.count) check_error(k, t->meeting->at, "procedure.effect.missing", "open", NULL, NULL);
  }
  check_effects(k, see_effect, NULL);
}
