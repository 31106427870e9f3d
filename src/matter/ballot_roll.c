/* Rolls: drawn from a body, frozen when they open, with who came, who stands in for whom and who is excluded. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "matter/ballot_internal.h"
#include "people/body.h"
#include "people/person.h"

enum { TOKEN_CHARS = 16, REASON_CHARS = 200 };

bool stage_is_in(const struct procedure_stage_list *list, const struct procedure_stage *stage) {
  for (size_t i = 0; i < list->count; i++)
    if (list->items[i] == stage) return true;
  return false;
}

int32_t work_today(const struct work *k) { return day_of_ms(k->now, k->w->offset_min); }

static const char marks[CHANNELS] = {[CHANNEL_NONE] = MARK_NONE,
                                     [CHANNEL_ON_LINE] = 'o',
                                     [CHANNEL_PAPER] = 'p',
                                     [CHANNEL_PHONE] = 't',
                                     [CHANNEL_HAND] = 'h'};

char channel_mark(enum procedure_channel channel) { return marks[channel]; }

enum procedure_channel mark_channel(char mark) {
  for (int i = 0; i < CHANNELS; i++)
    if (marks[i] == mark) return (enum procedure_channel)i;
  return CHANNEL_NONE;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static int load_entries(struct roll *r, const char *row_marks, struct db *db, struct arena *a, int64_t district,
                        struct error *err) {
  struct q_roll_entries_out *rows;
  struct q_roll_entries_in in = {.district = district, .track = r->track};
  if (q_roll_entries(db, a, &rows, &r->count, &in, err) < 0) return -1;
  r->entries = ARENA_ARRAY(a, r->count + 2, struct roll_entry); /* and one that is invited */
  if (strlen(row_marks) != r->count) return error_fault(err, "matter.roll", "marks of roll %lld", (long long)r->track);
  for (size_t i = 0; i < r->count; i++)
    r->entries[i] = (struct roll_entry){.number = (int)rows[i].entry,
                                        .person = rows[i].person,
                                        .household = rows[i].household,
                                        .area = rows[i].area,
                                        .seat = rows[i].seat,
                                        .excluded = rows[i].excluded,
                                        .invited = rows[i].invited != 0,
                                        .attended = (enum roll_attended)rows[i].attended,
                                        .proxy = (int)rows[i].proxy,
                                        .mark = row_marks[i]};
  return 0;
}

int roll_load(struct roll **out, struct db *db, struct arena *a, int64_t district, int64_t track, struct error *err) {
  struct q_roll_get_out row;
  int found = q_roll_get(db, a, &row, &(struct q_roll_get_in){.district = district, .track = track}, err);
  if (found <= 0) return found;
  struct roll *r = ARENA_NEW(a, struct roll);
  *r = (struct roll){.track = track,
                     .matter = row.matter,
                     .body = row.body,
                     .drawn = row.drawn,
                     .opened = row.opened,
                     .counted = row.counted,
                     .rule_from = (int32_t)row.rule_from,
                     .token = row.token,
                     .winner = row.winner,
                     .quorate = row.quorate != 0,
                     .passed = row.passed != 0,
                     .box_public = row.box_public,
                     .box_secret = row.box_secret};
  if (load_entries(r, row.marks, db, a, district, err) < 0) return -1;
  *out = r;
  return 1;
}

const struct procedure_rule_version *roll_rule(const struct roll *r, const struct procedure_track *type, int32_t today) {
  return procedure_rule_on(type->roll->rule, r->opened ? r->rule_from : today);
}

struct tally_entry *roll_tally(const struct roll *r, struct arena *a) {
  struct tally_entry *out = ARENA_ARRAY(a, r->count + 1, struct tally_entry);
  for (size_t i = 0; i < r->count; i++) {
    const struct roll_entry *e = &r->entries[i];
    out[i] = (struct tally_entry){.seat = e->seat,
                                  .household = e->household,
                                  .area = e->area,
                                  .excluded = e->excluded != NULL,
                                  .attended = e->attended != ATTENDED_NOT,
                                  .voted = e->mark != MARK_NONE,
                                  .option = -1};
  }
  return out;
}

bool roll_keeps(struct engine *e, const struct world *w, const struct actor *actor, const struct state *s,
                const struct state_track *t, time_ms now) {
  struct error ignored = {0};
  struct arena *a = arena_new(1 << 20);
  struct work k = {.e = e, .w = w, .a = a, .actor = actor, .now = now, .err = &ignored, .s = (struct state *)s};
  struct procedure_action keeping = {.by = t->type->roll->by, .track = t->type};
  k.key = actor_key(a, actor);
  state_subject(s, a, &k.subject);
  bool keeps = access_matter(actor, &k.subject, now) >= VIEW_HANDLER && who_may(&k, t, &keeping, NULL);
  arena_free(a);
  return keeps;
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static const char *marks_text(struct arena *a, const struct roll *r) {
  char *text = arena_alloc(a, r->count + 1);
  for (size_t i = 0; i < r->count; i++) text[i] = r->entries[i].mark;
  return text;
}

int roll_save(struct work *k, struct state_track *t, struct roll *r) {
  const struct procedure_rule_version *rule = roll_rule(r, t->type, work_today(k));
  r->quorate = quorum_holds(&rule->quorum, roll_tally(r, k->a), r->count, k->a);
  t->quorate = r->quorate;
  t->passed = r->passed;
  struct q_roll_put_in in = {.district = k->w->district,
                             .track = r->track,
                             .opened = r->opened,
                             .rule_from = r->rule_from,
                             .marks = marks_text(k->a, r),
                             .quorate = r->quorate,
                             .passed = r->passed,
                             .counted = r->counted,
                             .winner = r->winner,
                             .box_public = r->box_public,
                             .box_secret = r->box_secret};
  return q_roll_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

int entry_save(struct work *k, const struct roll *r, const struct roll_entry *e) {
  struct q_roll_entry_put_in in = {.district = k->w->district,
                                   .track = r->track,
                                   .entry = e->number,
                                   .excluded = e->excluded,
                                   .attended = e->attended,
                                   .proxy = e->proxy};
  return q_roll_entry_put(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

int roll_note(struct work *k, const struct roll *r, const char *action, const char *data) {
  struct journal_entry entry = {
      .actor = k->key, .subject = "matter", .subject_id = r->matter, .action = action, .data = data};
  return journal_append(k->t, &entry, NULL, k->err);
}

static int entry_insert(struct work *k, const struct roll *r, const struct roll_entry *e) {
  struct q_roll_entry_add_in in = {.district = k->w->district,
                                   .track = r->track,
                                   .entry = e->number,
                                   .person = e->person,
                                   .household = e->household,
                                   .seat = e->seat,
                                   .area = e->area,
                                   .invited = e->invited};
  return q_roll_entry_add(k->t->db, &in, k->err) < 0 ? -1 : 0;
}

/* --- drawing ---------------------------------------------------------------------------------------------------- */

static const struct procedure_seat *seat_named(const struct procedure_roll *roll, const char *name) {
  for (size_t i = 0; i < roll->seats_count; i++)
    if (text_eq(roll->seats[i].name, name)) return &roll->seats[i];
  return NULL;
}

/* What was drawn before goes; whoever was invited is invited anew. */
static int drop_roll(struct work *k, int64_t track) {
  struct q_roll_drop_in row = {.district = k->w->district, .track = track};
  struct q_roll_entry_drop_in entries = {.district = k->w->district, .track = track};
  return q_roll_drop(k->t->db, &row, k->err) < 0 || q_roll_entry_drop(k->t->db, &entries, k->err) < 0 ? -1 : 0;
}

static int take_seats(struct roll *r, struct work *k, const struct procedure_roll *type, int64_t body) {
  struct seat_row *seats;
  size_t n;
  if (people_seats(&seats, &n, k->t->db, k->a, k->w->district, body, k->now, k->err) < 0) return -1;
  r->entries = ARENA_ARRAY(k->a, n + 1, struct roll_entry);
  for (size_t i = 0; i < n; i++) {
    if (type->seats_count && !seat_named(type, seats[i].seat))
      return error_set(k->err, ERR_CONFLICT, "ballot.seat.unknown", NULL, seats[i].seat, NULL);
    r->entries[r->count++] = (struct roll_entry){.number = (int)i + 1,
                                                 .person = seats[i].person,
                                                 .household = seats[i].household,
                                                 .area = seats[i].area,
                                                 .seat = seats[i].seat,
                                                 .mark = MARK_NONE};
  }
  return 0;
}

static int draw(struct doing *d) {
  struct work *k = d->k;
  const struct procedure_roll *type = d->track->type->roll;
  struct body_row body;
  char token[TOKEN_CHARS + 1];
  struct roll *r = ARENA_NEW(k->a, struct roll);
  int found = people_body_find(&body, k->t->db, k->a, k->w->district, &k->s->at, type->body, k->err);
  if (found < 0) return -1;
  if (found == 0) return error_set(k->err, ERR_CONFLICT, "ballot.body", NULL, type->body, NULL);
  random_code(token, TOKEN_CHARS);
  *r = (struct roll){.track = d->track->id, .matter = k->s->id, .body = body.id, .drawn = k->now, .token = token};
  if (take_seats(r, k, type, body.id) < 0 || drop_roll(k, r->track) < 0) return -1;
  struct q_roll_add_in in = {.district = k->w->district,
                             .track = r->track,
                             .matter = r->matter,
                             .body = r->body,
                             .drawn = r->drawn,
                             .token = token,
                             .marks = marks_text(k->a, r)};
  if (q_roll_add(k->t->db, &in, k->err) < 0) return -1;
  for (size_t i = 0; i < r->count; i++)
    if (entry_insert(k, r, &r->entries[i]) < 0) return -1;
  d->track->quorate = d->track->passed = false;
  return 0;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

static int check_seats(struct work *k, const struct procedure_roll *type, const struct roll *r) {
  for (size_t i = 0; i < type->seats_count; i++) {
    const struct procedure_seat *seat = &type->seats[i];
    int have = 0;
    for (size_t j = 0; j < r->count; j++) have += text_eq(r->entries[j].seat, seat->name) && !r->entries[j].excluded;
    if (have >= seat->least && (!seat->most || have <= seat->most)) continue;
    const char *wanted = arena_printf(k->a, "%d", have < seat->least ? seat->least : seat->most);
    return error_set(k->err, ERR_CONFLICT, have < seat->least ? "ballot.seat.few" : "ballot.seat.many", NULL,
                     title_arg(k->a, &seat->title), wanted, arena_printf(k->a, "%d", have), NULL);
  }
  return r->count ? 0 : error_set(k->err, ERR_CONFLICT, "ballot.empty", NULL, NULL);
}

static const char *moment(struct work *k, time_ms at) {
  char s[48];
  time_format_short(s, sizeof s, at, k->w->offset_min);
  return arena_strdup(k->a, s);
}

static bool meeting_time(time_ms *out, struct doing *d) {
  const struct procedure_field *f = d->track->type->meeting ? d->track->type->meeting->time : NULL;
  const struct state_track *t = f && f->track == d->track->type ? d->track : &d->k->s->tracks[0];
  const char *v = f ? state_value(d->k->s, t, f) : NULL;
  return v && time_parse(out, v, d->k->w->offset_min);
}

/* The roll as it is frozen, for the journal: who, on which seat, with which area; numbers only. */
static const char *roll_data(struct work *k, const struct roll *r) {
  struct buf b;
  unsigned char hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1];
  buf_init(&b, 64 << 20);
  for (size_t i = 0; i < r->count; i++)
    buf_printf(&b, "%d %lld %lld %s %lld\n", r->entries[i].number, (long long)r->entries[i].person,
               (long long)r->entries[i].household, r->entries[i].seat, (long long)r->entries[i].area);
  hash_bytes(hash, b.data, b.len);
  text_hex(hex, hash, sizeof hash);
  buf_free(&b);
  return arena_printf(k->a, "{\"track\":%lld,\"entries\":%zu,\"rule\":%d,\"roll\":\"%s\"}", (long long)r->track, r->count,
                      (int)r->rule_from, hex);
}

static void make_box(struct work *k, struct roll *r) {
  unsigned char public[crypto_box_PUBLICKEYBYTES], secret[crypto_box_SECRETKEYBYTES];
  char hex[2 * sizeof secret + 1];
  struct seal_place where = {k->w->district, "roll", "box_secret", r->track};
  crypto_box_keypair(public, secret);
  text_hex(hex, secret, sizeof secret);
  r->box_public = (struct bytes){arena_memdup(k->a, public, sizeof public), sizeof public};
  r->box_secret = people_seal(k->a, &k->e->env->keys, &where, hex);
  sodium_memzero(secret, sizeof secret);
  sodium_memzero(hex, sizeof hex);
}

static int open_roll(struct doing *d, struct roll *r) {
  struct work *k = d->k;
  time_ms at;
  if (check_seats(k, d->track->type->roll, r) < 0) return -1;
  if (meeting_time(&at, d) && k->now < at)
    return error_set(k->err, ERR_CONFLICT, "ballot.early", NULL, moment(k, at), NULL);
  r->rule_from = procedure_rule_on(d->track->type->roll->rule, work_today(k))->from;
  r->opened = k->now;
  return roll_note(k, r, "ballot.open", roll_data(k, r));
}

int ballot_after(struct doing *d, const struct procedure_stage *from) {
  const struct procedure_track *type = d->track->type;
  const struct procedure_stage *now = d->track->stage;
  struct roll *r;
  if (!type->roll || now == from) return 0;
  if (stage_is_in(&type->roll->drawn, now) && draw(d) < 0) return -1;
  bool meets = type->meeting && stage_is_in(&type->meeting->open, now);
  bool votes = type->ballot && stage_is_in(&type->ballot->open, now);
  if (!meets && !votes) return 0;
  int found = roll_load(&r, d->k->t->db, d->k->a, d->k->w->district, d->track->id, d->k->err);
  if (found < 0) return -1;
  if (found == 0) return error_set(d->k->err, ERR_CONFLICT, "ballot.undrawn", NULL, NULL);
  if (!r->opened && open_roll(d, r) < 0) return -1;
  if (votes && !r->box_public.len && !r->counted) make_box(d->k, r);
  return roll_save(d->k, d->track, r);
}

/* Called three days before means: on the third day after, weekend or not: time to prepare, no limit to be put off. */
static int earliest_after(time_ms *out, struct doing *d, struct limit notice) {
  struct work *k = d->k;
  if (notice.unit != UNIT_NATURAL_DAY)
    return clock_advance(out, k->w->calendar, k->w->rules, k->now, notice, k->err);
  *out = ms_of_day(work_today(k) + (int32_t)(notice.milli / LIMIT_ONE), k->w->offset_min);
  return 0;
}

/* A meeting is called so long before as its rule says. */
int ballot_before(struct doing *d) {
  const struct procedure_track *type = d->track->type;
  struct limit notice;
  time_ms at, earliest;
  if (type->ballot && d->action == type->ballot->counted && ballot_count(d) < 0) return -1;
  if (!type->meeting || !type->meeting->time || state_said_in(d->k->s, d->track, type->meeting->time) != d->step) return 0;
  const struct procedure_rule_version *rule = procedure_rule_on(type->roll->rule, work_today(d->k));
  if (!rule->notice.text || !meeting_time(&at, d)) return 0;
  if (limit_resolve(&notice, d->k, &rule->notice) < 0 || earliest_after(&earliest, d, notice) < 0) return -1;
  if (at >= earliest) return 0;
  return error_set(d->k->err, ERR_INPUT, "ballot.notice", type->meeting->time->name, moment(d->k, earliest), NULL);
}

/* --- outside of actions ----------------------------------------------------------------------------------------- */

int ballot_enter(struct ballot_work *b, struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track,
                 bool keeper, struct error *err) {
  *b = (struct ballot_work){.k = {.t = t,
                                  .e = e,
                                  .w = world_take(e),
                                  .a = t->arena,
                                  .actor = actor,
                                  .key = actor_key(t->arena, actor),
                                  .now = t->now,
                                  .err = err}};
  int r = roll_load(&b->roll, t->db, t->arena, b->k.w->district, track, err);
  if (r > 0) r = state_load(&b->k.s, t->db, b->k.w, b->roll->matter, t->arena, err);
  if (r < 0) return -1;
  if (r == 0) return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  state_subject(b->k.s, b->k.a, &b->k.subject);
  b->t = (struct state_track *)state_track_by_id(b->k.s, track);
  if (!b->t || !b->t->type->roll) return error_fault(err, "matter.roll", "roll %lld has no track", (long long)track);
  struct procedure_action keeping = {.by = b->t->type->roll->by, .track = b->t->type};
  if (!keeper) return 0;
  if (actor->kind != ACTOR_MACHINE && access_matter(actor, &b->k.subject, t->now) < VIEW_HANDLER)
    return error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
  return who_may(&b->k, b->t, &keeping, NULL) ? 0 : error_set(err, ERR_DENIED, "ballot.keeper", NULL, NULL);
}

void ballot_leave(struct ballot_work *b) { world_release(b->k.e, b->k.w); }

struct roll_entry *ballot_entry(struct ballot_work *b, int number) {
  if (number >= 1 && (size_t)number <= b->roll->count) return &b->roll->entries[number - 1];
  error_set(b->k.err, ERR_INPUT, "ballot.entry", "entry", NULL);
  return NULL;
}

static int refuse_stage(struct ballot_work *b) {
  return error_set(b->k.err, ERR_CONFLICT, "ballot.closed", NULL, title_arg(b->k.a, &b->t->stage->title), NULL);
}

static int note_entry(struct ballot_work *b, const char *action, const struct roll_entry *e, const char *more) {
  const char *data =
      arena_printf(b->k.a, "{\"track\":%lld,\"entry\":%d%s}", (long long)b->roll->track, e->number, more);
  return roll_note(&b->k, b->roll, action, data);
}

static int keep_entry(struct ballot_work *b, const struct roll_entry *e) {
  return entry_save(&b->k, b->roll, e) < 0 || roll_save(&b->k, b->t, b->roll) < 0 ? -1 : 0;
}

/* Before the count, from the drawing on. */
static bool is_running(const struct ballot_work *b) { return !b->roll->counted && !b->t->stage->final; }

static struct roll_entry *own_entry(struct ballot_work *b) {
  for (size_t i = 0; i < b->roll->count; i++)
    if (b->k.actor->person && b->roll->entries[i].person == b->k.actor->person) return &b->roll->entries[i];
  error_set(b->k.err, ERR_DENIED, "ballot.not-on-roll", NULL, NULL);
  return NULL;
}

/* With whoever came in person, those they stand in for are there too. */
static int bring_along(struct ballot_work *b, const struct roll_entry *holder) {
  for (size_t i = 0; i < b->roll->count; i++) {
    struct roll_entry *e = &b->roll->entries[i];
    if (e->proxy != holder->number || e->attended != ATTENDED_NOT || e->excluded) continue;
    e->attended = ATTENDED_PROXY;
    if (entry_save(&b->k, b->roll, e) < 0) return -1;
  }
  return 0;
}

static int attend(struct ballot_work *b, int number, const char *token) {
  struct roll_entry *e = number ? ballot_entry(b, number) : own_entry(b);
  const struct procedure_meeting *m = b->t->type->meeting;
  if (!e) return -1;
  if (!number && sodium_memcmp(token, b->roll->token, TOKEN_CHARS) != 0)
    return error_set(b->k.err, ERR_INPUT, "ballot.token", "token", NULL);
  if (!m || !stage_is_in(&m->open, b->t->stage)) return refuse_stage(b);
  if (e->excluded) return error_set(b->k.err, ERR_CONFLICT, "ballot.excluded", NULL, e->excluded, NULL);
  if (e->attended == ATTENDED_QR || e->attended == ATTENDED_LIST) return 0;
  e->attended = number ? ATTENDED_LIST : ATTENDED_QR;
  e->proxy = 0; /* who came in person needs nobody */
  if (bring_along(b, e) < 0 || keep_entry(b, e) < 0) return -1;
  return note_entry(b, "ballot.attend", e, number ? ",\"how\":\"list\"" : ",\"how\":\"qr\"");
}

int roll_attend(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                const char *token, struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, track, entry != 0, err);
  if (r == 0 && !entry && strlen(token) != TOKEN_CHARS) r = error_set(err, ERR_INPUT, "ballot.token", "token", NULL);
  if (r == 0) r = attend(&b, entry, token);
  ballot_leave(&b);
  return r;
}

/* --- proxies ---------------------------------------------------------------------------------------------------- */

static int check_proxy(struct ballot_work *b, const struct roll_entry *e, const struct roll_entry *holder) {
  const struct procedure_rule_version *rule = roll_rule(b->roll, b->t->type, work_today(&b->k));
  int held = 0;
  for (size_t i = 0; i < b->roll->count; i++) held += b->roll->entries[i].proxy == holder->number && &b->roll->entries[i] != e;
  if (!rule->proxies) return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.none", NULL, NULL);
  if (e == holder || e->person == holder->person) return error_set(b->k.err, ERR_INPUT, "ballot.proxy.self", "holder", NULL);
  if (held >= rule->proxies) {
    const char *most = arena_printf(b->k.a, "%d", rule->proxies);
    return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.limit", "holder", most, NULL);
  }
  if (rule->proxy_at_home && (!e->household || e->household != holder->household))
    return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.home", "holder", NULL);
  if (holder->proxy || holder->excluded) return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.chain", "holder", NULL);
  for (size_t i = 0; i < b->roll->count; i++)
    if (b->roll->entries[i].proxy == e->number) return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.chain", "holder", NULL);
  return 0;
}

static int voted_already(struct ballot_work *b, const struct roll_entry *e) {
  const char *code = e->mark == 'p' ? "ballot.voted.paper" : e->mark == 'o' ? "ballot.voted.on-line" : "ballot.voted";
  return error_set(b->k.err, ERR_CONFLICT, code, NULL, NULL);
}

static int proxy(struct ballot_work *b, int number, int holder_number) {
  struct roll_entry *e = ballot_entry(b, number), *holder = NULL;
  if (!e || (holder_number && !(holder = ballot_entry(b, holder_number)))) return -1;
  if (!is_running(b)) return refuse_stage(b);
  if (e->mark != MARK_NONE) return voted_already(b, e);
  if (e->attended == ATTENDED_QR || e->attended == ATTENDED_LIST)
    return error_set(b->k.err, ERR_CONFLICT, "ballot.proxy.here", "entry", NULL);
  if (holder && check_proxy(b, e, holder) < 0) return -1;
  bool there = holder && (holder->attended == ATTENDED_QR || holder->attended == ATTENDED_LIST);
  e->proxy = holder_number;
  e->attended = there ? ATTENDED_PROXY : ATTENDED_NOT;
  const char *more = arena_printf(b->k.a, ",\"holder\":%d", holder_number);
  return keep_entry(b, e) < 0 ? -1 : note_entry(b, "ballot.proxy", e, more);
}

int roll_proxy(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry, int holder,
               struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, track, true, err);
  if (r == 0) r = proxy(&b, entry, holder);
  ballot_leave(&b);
  return r;
}

/* --- conflicts of interest, invitations ------------------------------------------------------------------------- */

static int exclude(struct ballot_work *b, int number, const char *why) {
  struct roll_entry *e = ballot_entry(b, number);
  if (!e) return -1;
  if (!is_running(b)) return refuse_stage(b);
  if (e->mark != MARK_NONE) return voted_already(b, e);
  if (why && (text_chars(why) < 2 || text_chars(why) > REASON_CHARS))
    return error_set(b->k.err, ERR_INPUT, "ballot.why", "why", NULL);
  e->excluded = why;
  if (why) e->attended = ATTENDED_NOT;
  return keep_entry(b, e) < 0 ? -1 : note_entry(b, why ? "ballot.exclude" : "ballot.include", e, "");
}

int roll_exclude(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, int entry,
                 const char *why, struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, track, true, err);
  if (r == 0) r = exclude(&b, entry, why);
  ballot_leave(&b);
  return r;
}

static int invite(struct ballot_work *b, const char *name, int64_t person) {
  const struct procedure_seat *seat = seat_named(b->t->type->roll, name);
  struct roll *r = b->roll;
  if (r->opened || !is_running(b)) return error_set(b->k.err, ERR_CONFLICT, "ballot.frozen", NULL, NULL);
  if (!seat || !seat->invited) return error_set(b->k.err, ERR_INPUT, "ballot.seat.invited", "seat", NULL);
  for (size_t i = 0; i < r->count; i++)
    if (r->entries[i].person == person) return error_set(b->k.err, ERR_CONFLICT, "people.body.twice", "name", NULL);
  struct roll_entry *e = &r->entries[r->count++];
  *e = (struct roll_entry){
      .number = (int)r->count, .person = person, .seat = seat->name, .invited = true, .mark = MARK_NONE};
  if (entry_insert(&b->k, r, e) < 0 || roll_save(&b->k, b->t, r) < 0) return -1;
  return note_entry(b, "ballot.invite", e, arena_printf(b->k.a, ",\"seat\":\"%s\"", seat->name));
}

int roll_invite(struct lane_txn *t, struct engine *e, const struct actor *actor, int64_t track, const char *seat,
                int64_t person, struct error *err) {
  struct ballot_work b;
  int r = ballot_enter(&b, t, e, actor, track, true, err);
  if (r == 0) r = invite(&b, seat, person);
  ballot_leave(&b);
  return r;
}
