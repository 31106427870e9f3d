#include "web/ballot_page.h"

#include <string.h>

#include "people/body.h"
#include "people/person.h"
#include "place/plate.h"

static bool in_stage(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

bool ballot_is_mine(const struct ballot_page *p, const struct roll_entry *e) {
  int64_t me = p->r->actor.person;
  if (!me) return false;
  return e->person == me || (e->proxy && p->roll->entries[e->proxy - 1].person == me);
}

static int load(struct ballot_page *p, int64_t track, struct error *err) {
  struct db *db = p->who.db;
  int r = roll_load(&p->roll, db, p->r->arena, p->who.world->district, track, err);
  if (r > 0) r = state_load(&p->s, db, p->who.world, p->roll->matter, p->r->arena, err);
  if (r > 0) p->t = state_track_by_id(p->s, track);
  if (r > 0 && (!p->t || !p->t->type->roll)) r = 0;
  if (r <= 0) return r < 0 ? -1 : error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  p->rule = roll_rule(p->roll, p->t->type, day_of_ms(p->r->now, p->who.world->offset_min));
  return 0;
}

int ballot_page_open(struct ballot_page *p, struct request *r, int64_t track, bool everybody, struct error *err) {
  struct subject subject;
  *p = (struct ballot_page){.r = r};
  if (desk_asker(&p->who, r, err) < 0 || load(p, track, err) < 0) return -1;
  state_subject(p->s, r->arena, &subject);
  p->keeps = roll_keeps(p->who.engine, p->who.world, &r->actor, p->s, p->t, r->now);
  for (size_t i = 0; i < p->roll->count; i++) p->mine |= ballot_is_mine(p, &p->roll->entries[i]);
  bool sees = everybody && access_matter(&r->actor, &subject, r->now) != VIEW_NONE;
  if (p->keeps || p->mine || sees) return 0;
  return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
}

/* --- words ------------------------------------------------------------------------------------------------------ */

static const char *say(struct request *r, enum word id, const char *a, const char *b, const char *c, const char *d) {
  struct buf out;
  buf_init(&out, 4000);
  words_format(&out, r->lang, id, a, b, c, d, NULL);
  const char *text = arena_strdup(r->arena, out.data);
  buf_free(&out);
  return text;
}

static const char *pick(const struct ballot_page *p, const struct bilingual *t) {
  const char *s = bilingual_pick(t, p->r->lang == LANG_ZH);
  return s ? s : "";
}

const char *ballot_count_text(struct ballot_page *p, int64_t n) { return arena_printf(p->r->arena, "%lld", (long long)n); }

const char *ballot_seat(struct ballot_page *p, const char *seat) {
  const struct procedure_roll *roll = p->t->type->roll;
  for (size_t i = 0; i < roll->seats_count; i++)
    if (text_eq(roll->seats[i].name, seat)) return pick(p, &roll->seats[i].title);
  return seat;
}

const char *ballot_channel(struct request *r, enum procedure_channel channel) {
  static const enum word words[CHANNELS] = {W_BALLOT_CHANNEL_ALL, W_BALLOT_CHANNEL_ON_LINE, W_BALLOT_CHANNEL_PAPER,
                                            W_BALLOT_CHANNEL_PHONE, W_BALLOT_CHANNEL_HAND};
  return word(r->lang, words[channel]);
}

const char *ballot_name(struct ballot_page *p, int64_t person) {
  struct person_view v = {0};
  struct error ignored = {0};
  struct db *db = p->who.db;
  int r = p->keeps || person == p->r->actor.person
              ? people_person_clear(&v, db, p->r->arena, p->who.people, person, &ignored)
              : people_person_masked(&v, db, p->r->arena, p->who.people, person, &ignored);
  return r > 0 && v.name ? v.name : "—";
}

bool ballot_votes_now(const struct ballot_page *p) {
  return p->t->type->ballot && in_stage(&p->t->type->ballot->open, p->t->stage);
}

static const char *amount(struct ballot_page *p, enum tally_by by, int64_t n) {
  char area[24];
  if (by != BY_AREA) return ballot_count_text(p, n);
  area_format(area, sizeof area, n);
  return arena_printf(p->r->arena, "%s m²", area);
}

struct view_rule_line ballot_line(struct ballot_page *p, const struct rule_line *line, const struct line_result *result,
                                  bool quorum) {
  static const enum word by_words[BY_COUNT] = {W_BALLOT_BY_PERSONS, W_BALLOT_BY_HOUSEHOLDS, W_BALLOT_BY_AREA};
  static const enum word of_words[OF_COUNT] = {W_BALLOT_OF_ROLL, W_BALLOT_OF_PRESENT, W_BALLOT_OF_CAST};
  const char *whom = line->seat ? ballot_seat(p, line->seat) : word(p->r->lang, by_words[line->by]);
  const char *needs = amount(p, line->by, result->needs), *part = amount(p, line->by, result->part);
  const char *whole = amount(p, line->by, result->whole);
  if (line->seat && result->whole == 0)
    return (struct view_rule_line){say(p->r, W_BALLOT_NOBODY_ON_SEAT, whom, NULL, NULL, NULL), true};
  if (quorum) return (struct view_rule_line){say(p->r, W_BALLOT_LINE_QUORUM, whom, part, whole, needs), result->holds};
  const char *of = arena_printf(p->r->arena, "%s %s", word(p->r->lang, of_words[line->of]), whole);
  return (struct view_rule_line){say(p->r, W_BALLOT_LINE_PASS, whom, part, of, needs), result->holds};
}

/* --- the head of every page ------------------------------------------------------------------------------------- */

static const char *said(const struct ballot_page *p, const struct procedure_field *f) {
  const struct state_track *t = f && f->track == p->t->type ? p->t : &p->s->tracks[0];
  const char *v = f ? state_value(p->s, t, f) : NULL;
  return v ? v : "";
}

static void fill_agenda(struct view_ballot_head *h, struct arena *a, const char *text) {
  size_t n = 2;
  for (const char *s = text; *s; s++) n += *s == '\n';
  const char **lines = ARENA_ARRAY(a, n, const char *);
  for (const char *s = text; *s;) {
    size_t len = strcspn(s, "\r\n");
    if (len) lines[h->agenda_count++] = arena_strndup(a, s, len);
    s += len + strspn(s + len, "\r\n");
  }
  h->agenda = lines;
}

static void fill_rule(struct view_ballot_head *h, struct ballot_page *p) {
  char day[16];
  date_format(day, sizeof day, p->rule->from);
  h->rule = say(p->r, W_BALLOT_RULE_VERSION, pick(p, &p->t->type->roll->rule->title), day, NULL, NULL);
  h->law = p->rule->law.zh ? arena_printf(p->r->arena, "%s %s", pick(p, &p->rule->law), p->rule->article) : "";
}

void ballot_page_head(struct view_ballot_head *h, struct ballot_page *p) {
  const struct procedure_meeting *m = p->t->type->meeting;
  const struct procedure_ballot *b = p->t->type->ballot;
  struct tally_entry *entries = roll_tally(p->roll, p->r->arena);
  struct view_rule_line *lines = ARENA_ARRAY(p->r->arena, p->rule->quorum.count + 1, struct view_rule_line);
  *h = (struct view_ballot_head){.track = p->t->id,
                                 .code = p->s->code,
                                 .summary = p->s->summary,
                                 .title = pick(p, &p->t->type->title),
                                 .stage = pick(p, &p->t->stage->title),
                                 .question = b ? said(p, b->question) : "",
                                 .where = m ? said(p, m->where) : "",
                                 .case_href = p->keeps ? case_address(p->r->arena, p->s->code) : "",
                                 .opened = p->roll->opened,
                                 .counted = p->roll->counted,
                                 .secret = b && b->secret,
                                 .voting = ballot_votes_now(p),
                                 .counted_already = p->roll->counted != 0};
  if (m && m->time) time_parse(&h->time, said(p, m->time), p->who.world->offset_min);
  fill_agenda(h, p->r->arena, m ? said(p, m->agenda) : "");
  fill_rule(h, p);
  h->notice = !b ? "" : word(p->r->lang, b->secret ? W_BALLOT_IS_SECRET : W_BALLOT_IS_OPEN);
  for (size_t i = 0; i < p->rule->quorum.count; i++) {
    struct line_result result = quorum_line(&p->rule->quorum.lines[i], entries, p->roll->count, p->r->arena);
    lines[h->quorum_count++] = ballot_line(p, &p->rule->quorum.lines[i], &result, true);
  }
  h->quorum = lines;
}
