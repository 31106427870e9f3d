/* Votes: on line, on paper, by telephone, by show of hands. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "matter/ballot_internal.h"

enum { SHEET_TEXT = 64 * 1024, VOTES_MOST = 100000, SHEETS_MOST = 100000 };

static int option_index(const struct procedure_ballot *b, const char *name) {
  for (size_t i = 0; i < b->options_count; i++)
    if (text_eq(b->options[i].name, name)) return (int)i;
  return -1;
}

/* --- may this entry vote, in this way, now? ---------------------------------------------------------------------- */

static bool is_late(const struct ballot_work *b, const struct procedure_clock *until) {
  for (size_t i = 0; until && i < b->k.s->clock_count; i++) {
    const struct state_clock *c = &b->k.s->clocks[i];
    if (c->type == until && c->track == b->t && c->due && b->k.now >= c->due) return true;
  }
  return false;
}

static int check_open(struct ballot_work *b, enum procedure_channel channel) {
  const struct procedure_ballot *ballot = b->t->type->ballot;
  if (!ballot || !stage_is_in(&ballot->open, b->t->stage))
    return error_set(b->k.err, ERR_CONFLICT, "ballot.closed", NULL, title_arg(b->k.a, &b->t->stage->title), NULL);
  if (is_late(b, ballot->until)) return error_set(b->k.err, ERR_CONFLICT, "ballot.late", NULL, NULL);
  if (!(ballot->channels & 1U << channel)) return error_set(b->k.err, ERR_CONFLICT, "ballot.channel", NULL, NULL);
  return 0;
}

/* Which rule says what happens when somebody votes twice: the first vote counts, or paper takes the place of on line. */
static int check_mark(struct ballot_work *b, const struct roll_entry *e, enum procedure_channel channel) {
  const struct procedure_rule_version *rule = roll_rule(b->roll, b->t->type, work_today(&b->k));
  if (e->excluded) return error_set(b->k.err, ERR_CONFLICT, "ballot.excluded", NULL, e->excluded, NULL);
  if (e->mark == MARK_NONE) return 0;
  if (rule->paper_first && channel == CHANNEL_PAPER && e->mark == channel_mark(CHANNEL_ON_LINE)) return 0;
  const char *code = e->mark == channel_mark(CHANNEL_PAPER)     ? "ballot.voted.paper"
                     : e->mark == channel_mark(CHANNEL_ON_LINE) ? "ballot.voted.on-line"
                                                                : "ballot.voted";
  return error_set(b->k.err, ERR_CONFLICT, code, NULL, NULL);
}

/* --- on line ---------------------------------------------------------------------------------------------------- */

/* One's own, or one that one stands in for. */
static struct roll_entry *voters_entry(struct ballot_work *b, int number) {
  struct roll_entry *own = NULL, *e = NULL;
  for (size_t i = 0; i < b->roll->count; i++) {
    struct roll_entry *x = &b->roll->entries[i];
    const struct roll_entry *holder = x->proxy ? &b->roll->entries[x->proxy - 1] : NULL;
    bool mine = b->k.actor->person && (x->person == b->k.actor->person || (holder && holder->person == b->k.actor->person));
    if (mine && x->number == number) e = x;
    if (mine) own = x;
  }
  if (!e) error_set(b->k.err, ERR_DENIED, own ? "ballot.entry" : "ballot.not-on-roll", NULL, NULL);
  return e;
}

static bool code_is_good(const char *code) {
  size_t n = 0;
  for (; code[n]; n++)
    if (!strchr("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", code[n])) return false;
  return n == CHECK_CODE_CHARS;
}

/* Where a ballot belongs in the box: before the first that is greater. What a sealed ballot begins with is a key made for it
 * alone, so the order says nothing of when it came. */
static size_t place_in_box(struct bytes box, const unsigned char *sealed) {
  size_t at = 0;
  while (at + BALLOT_SEALED <= box.len && memcmp((const unsigned char *)box.data + at, sealed, BALLOT_SEALED) < 0)
    at += BALLOT_SEALED;
  return at;
}

/* The whole box is written anew: no ballot keeps the transaction or the place it came with. */
static int put_in_box(struct ballot_work *b, const unsigned char *sealed) {
  struct q_ballot_box_get_out row = {0};
  struct q_ballot_box_get_in in = {.district = b->k.w->district, .track = b->roll->track};
  if (q_ballot_box_get(b->k.t->db, b->k.a, &row, &in, b->k.err) < 0) return -1;
  unsigned char *box = arena_alloc(b->k.a, row.ballots.len + BALLOT_SEALED);
  size_t at = place_in_box(row.ballots, sealed);
  if (at) memcpy(box, row.ballots.data, at);
  memcpy(box + at, sealed, BALLOT_SEALED);
  if (row.ballots.len > at) memcpy(box + at + BALLOT_SEALED, (const unsigned char *)row.ballots.data + at, row.ballots.len - at);
  struct q_ballot_box_put_in all = {
      .district = in.district, .track = in.track, .ballots = {box, row.ballots.len + BALLOT_SEALED}};
  return q_ballot_box_put(b->k.t->db, &all, b->k.err) < 0 ? -1 : 0;
}

/* All ballots have the same length, whatever they say. */
static int put_ballot(struct ballot_work *b, const struct roll_entry *e, int option, const char *code) {
  struct box_ballot clear = {.version = 1, .option = (unsigned char)option, .channel = CHANNEL_ON_LINE};
  unsigned char sealed[BALLOT_SEALED];
  clear.entry = b->t->type->ballot->secret ? 0 : (uint32_t)e->number;
  memcpy(clear.code, code, CHECK_CODE_CHARS);
  if (crypto_box_seal(sealed, (const unsigned char *)&clear, sizeof clear, b->roll->box_public.data) != 0)
    return error_fault(b->k.err, "matter.roll", "a ballot cannot be sealed");
  return put_in_box(b, sealed);
}

static int cast(struct ballot_work *b, const struct vote *v) {
  struct roll_entry *e = voters_entry(b, v->entry);
  if (!e || check_open(b, CHANNEL_ON_LINE) < 0 || check_mark(b, e, CHANNEL_ON_LINE) < 0) return -1;
  int option = option_index(b->t->type->ballot, v->option);
  if (option < 0) return error_set(b->k.err, ERR_INPUT, "ballot.option", "option", NULL);
  if (!code_is_good(v->code)) return error_set(b->k.err, ERR_INPUT, "ballot.code", "code", NULL);
  e->mark = channel_mark(CHANNEL_ON_LINE);
  return put_ballot(b, e, option, v->code) < 0 ? -1 : roll_save(&b->k, b->t, b->roll);
}

int ballot_cast(struct lane_txn *t, struct engine *e, const struct actor *actor, const struct vote *v, struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, v->track, false, err);
  if (r == 0) r = cast(&b, v);
  ballot_leave(&b);
  return r;
}

/* --- papers handed out ------------------------------------------------------------------------------------------ */

static int paper(struct ballot_work *b, int number) {
  struct roll_entry *e = ballot_entry(b, number);
  if (!e || check_open(b, CHANNEL_PAPER) < 0 || check_mark(b, e, CHANNEL_PAPER) < 0) return -1;
  if (!b->t->type->ballot->secret) return error_set(b->k.err, ERR_CONFLICT, "ballot.channel", NULL, NULL);
  e->mark = channel_mark(CHANNEL_PAPER);
  return roll_save(&b->k, b->t, b->roll);
}

int ballot_paper(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                 struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, track, true, err);
  if (r == 0) r = paper(&b, entry);
  ballot_leave(&b);
  return r;
}

/* --- sheets ----------------------------------------------------------------------------------------------------- */

static int compare_lines(const void *a, const void *b) {
  const struct sheet_line *x = a, *y = b;
  if (x->entry != y->entry) return x->entry < y->entry ? -1 : 1;
  return strcmp(x->option, y->option);
}

/* The same lines give the same text, in whatever order they were typed: "12=yes,15=no"; "yes=3,no=2,=1". */
static const char *sheet_text(struct work *k, const struct sheet_in *in, bool secret) {
  struct buf b;
  struct sheet_line *lines = arena_memdup(k->a, in->lines, in->count * sizeof *in->lines);
  qsort(lines, in->count, sizeof *lines, compare_lines);
  buf_init(&b, SHEET_TEXT);
  for (size_t i = 0; i < in->count; i++) {
    if (secret && !lines[i].votes) continue;
    if (b.len) buf_putc(&b, ',');
    if (secret)
      buf_printf(&b, "%s=%lld", lines[i].option, (long long)lines[i].votes);
    else
      buf_printf(&b, "%d=%s", lines[i].entry, lines[i].option);
  }
  const char *text = arena_strdup(k->a, b.data);
  buf_free(&b);
  return text;
}

static struct seal_place sheet_place(const struct work *k, int64_t track, int64_t number, const char *column) {
  return (struct seal_place){k->w->district, "ballot_sheet", column, track * SHEETS_MOST + number};
}

int ballot_sheet_text(const char **out, const struct people_env *env, struct arena *a, int64_t district, int64_t track,
                      int64_t number, const char *column, struct bytes sealed, struct error *err) {
  struct seal_place where = {district, "ballot_sheet", column, track * SHEETS_MOST + number};
  char *text = NULL;
  if (people_unseal(a, &text, &env->keys, &where, sealed, err) < 0) return -1;
  *out = text ? text : "";
  return 0;
}

int ballot_sheet_open(const char **out, struct work *k, int64_t track, int64_t number, const char *column, struct bytes sealed) {
  return ballot_sheet_text(out, k->e->env, k->a, k->w->district, track, number, column, sealed, k->err);
}

/* The sheet as it stands, NULL when there is none. */
static int find_sheet(struct q_ballot_sheets_out **out, struct ballot_work *b, int64_t number) {
  struct q_ballot_sheets_out *rows;
  size_t n;
  struct q_ballot_sheets_in in = {.district = b->k.w->district, .track = b->roll->track};
  *out = NULL;
  if (q_ballot_sheets(b->k.t->db, b->k.a, &rows, &n, &in, b->k.err) < 0) return -1;
  for (size_t i = 0; i < n; i++)
    if (rows[i].number == number) *out = &rows[i];
  return 0;
}

/* Those on a sheet have voted from the moment it is entered, so that nobody votes again on line meanwhile. */
static int mark_lines(struct ballot_work *b, const struct sheet_in *in) {
  for (size_t i = 0; i < in->count; i++) {
    struct roll_entry *e = ballot_entry(b, in->lines[i].entry);
    if (!e) return -1;
    for (size_t j = 0; j < i; j++)
      if (in->lines[j].entry == in->lines[i].entry) return error_set(b->k.err, ERR_INPUT, "ballot.sheet.twice", "lines", NULL);
    if (check_mark(b, e, in->channel) < 0) return -1;
    e->mark = channel_mark(in->channel);
  }
  return 0;
}

/* Marks of an earlier entering that is entered anew. */
static void unmark(struct ballot_work *b, const char *text) {
  for (const char *s = text; *s;) {
    long number = strtol(s, NULL, 10);
    if (number >= 1 && (size_t)number <= b->roll->count) b->roll->entries[number - 1].mark = MARK_NONE;
    s += strcspn(s, ",");
    s += *s == ',';
  }
}

static int check_lines(struct ballot_work *b, const struct sheet_in *in) {
  const struct procedure_ballot *ballot = b->t->type->ballot;
  if (!in->count || in->count > SHEET_LINES) return error_set(b->k.err, ERR_INPUT, "ballot.sheet.empty", "lines", NULL);
  for (size_t i = 0; i < in->count; i++) {
    const struct sheet_line *l = &in->lines[i];
    bool unreadable = ballot->secret && !*l->option;
    if (!unreadable && option_index(ballot, l->option) < 0) return error_set(b->k.err, ERR_INPUT, "ballot.option", "lines", NULL);
    if (ballot->secret && (l->votes < 0 || l->votes > VOTES_MOST))
      return error_set(b->k.err, ERR_INPUT, "ballot.sheet.votes", "lines", NULL);
  }
  return 0;
}

/* Papers of a secret ballot are counted when nobody votes any more; named ones are entered as they come in. */
static int check_sheet(struct ballot_work *b, const struct sheet_in *in) {
  const struct procedure_ballot *ballot = b->t->type->ballot;
  if (!ballot || b->roll->counted || !b->roll->box_public.len || b->t->stage->final || b->k.actor->kind != ACTOR_ACCOUNT)
    return error_set(b->k.err, ERR_CONFLICT, "ballot.closed", NULL, title_arg(b->k.a, &b->t->stage->title), NULL);
  bool open = stage_is_in(&ballot->open, b->t->stage);
  if (ballot->secret && open) return error_set(b->k.err, ERR_CONFLICT, "ballot.sheet.open", NULL, NULL);
  if (in->channel <= CHANNEL_ON_LINE || in->channel >= CHANNELS || !(ballot->channels & 1U << in->channel))
    return error_set(b->k.err, ERR_CONFLICT, "ballot.channel", "channel", NULL);
  if (in->number < 1 || in->number > 9999) return error_set(b->k.err, ERR_INPUT, "ballot.sheet.number", "number", NULL);
  return check_lines(b, in);
}

static int sheet_first(struct ballot_work *b, const struct sheet_in *in, const char *text) {
  struct seal_place where = sheet_place(&b->k, b->roll->track, in->number, "first_said");
  if (!in->photo && in->channel == CHANNEL_PAPER) return error_set(b->k.err, ERR_INPUT, "ballot.sheet.photo", "photo", NULL);
  if (!b->t->type->ballot->secret && mark_lines(b, in) < 0) return -1;
  struct q_ballot_sheet_add_in row = {.district = b->k.w->district,
                                      .track = b->roll->track,
                                      .number = in->number,
                                      .channel = in->channel,
                                      .first_said = people_seal(b->k.a, &b->k.e->env->keys, &where, text),
                                      .first_by = b->k.actor->account,
                                      .photo = in->photo};
  return q_ballot_sheet_add(b->k.t->db, &row, b->k.err) < 0 ? -1 : 0;
}

/* The other one's entering, or one's own anew after they differed. */
static int sheet_again(struct ballot_work *b, const struct sheet_in *in, const char *text, const struct q_ballot_sheets_out *old,
                       enum sheet_state *state) {
  struct work *k = &b->k;
  bool first = old->first_by == k->actor->account;
  const char *said[2] = {"", ""};
  struct seal_place place = sheet_place(k, b->roll->track, in->number, first ? "first_said" : "second_said");
  struct bytes sealed = people_seal(k->a, &k->e->env->keys, &place, text);
  if (old->state == SHEET_AGREED) return error_set(k->err, ERR_CONFLICT, "ballot.sheet.agreed", "number", NULL);
  if (first && old->state == SHEET_ENTERED) return error_set(k->err, ERR_CONFLICT, "ballot.sheet.same", "number", NULL);
  if (old->channel != in->channel) return error_set(k->err, ERR_CONFLICT, "ballot.sheet.channel", "channel", NULL);
  if (ballot_sheet_open(&said[0], k, b->roll->track, in->number, "first_said", old->first_said) < 0) return -1;
  if (ballot_sheet_open(&said[1], k, b->roll->track, in->number, "second_said", old->second_said) < 0) return -1;
  if (first && !b->t->type->ballot->secret) {
    unmark(b, said[0]);
    if (mark_lines(b, in) < 0) return -1;
  }
  said[first ? 0 : 1] = text;
  *state = text_eq(said[0], said[1]) ? SHEET_AGREED : SHEET_DIFFERS;
  struct q_ballot_sheet_put_in row = {.district = k->w->district,
                                      .track = b->roll->track,
                                      .number = in->number,
                                      .state = *state,
                                      .first_said = first ? sealed : old->first_said,
                                      .first_by = old->first_by,
                                      .second_said = first ? old->second_said : sealed,
                                      .second_by = first ? old->second_by : k->actor->account,
                                      .photo = in->photo ? in->photo : old->photo};
  return q_ballot_sheet_put(k->t->db, &row, k->err) < 0 ? -1 : 0;
}

static int sheet(struct ballot_work *b, const struct sheet_in *in, enum sheet_state *state) {
  struct q_ballot_sheets_out *old;
  if (check_sheet(b, in) < 0 || find_sheet(&old, b, in->number) < 0) return -1;
  const char *text = sheet_text(&b->k, in, b->t->type->ballot->secret);
  *state = SHEET_ENTERED;
  if ((old ? sheet_again(b, in, text, old, state) : sheet_first(b, in, text)) < 0) return -1;
  if (roll_save(&b->k, b->t, b->roll) < 0) return -1;
  const char *data = arena_printf(b->k.a, "{\"track\":%lld,\"sheet\":%lld,\"state\":%d,\"photo\":%lld}",
                                  (long long)in->track, (long long)in->number, (int)*state, (long long)in->photo);
  return roll_note(&b->k, b->roll, "ballot.sheet", data);
}

int ballot_sheet(struct lane_txn *t, struct engine *e, const struct actor *actor, const struct sheet_in *in,
                 enum sheet_state *state, struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, in->track, true, err);
  if (r == 0) r = sheet(&b, in, state);
  ballot_leave(&b);
  return r;
}
