/* The count: the box is opened, added up with the sheets and emptied; the key it was sealed to is destroyed; what remains are
 * sums, the list of check codes, and of an open ballot who voted how. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "matter/ballot_internal.h"

_Static_assert(BALLOT_SEALED == sizeof(struct box_ballot) + crypto_box_SEALBYTES, "the length of a sealed ballot");

enum { TEXT_MAX = 64 << 20 };

struct counting {
  struct doing *d;
  struct work *k;
  const struct procedure_ballot *ballot;
  const struct procedure_rule_version *rule;
  struct roll *r;
  struct tally_entry *entries;
  int64_t votes[TALLY_OPTIONS][CHANNELS], unreadable[CHANNELS], turnout[CHANNELS];
  int64_t boxes;
};

/* --- the box ---------------------------------------------------------------------------------------------------- */

static int open_key(struct counting *c, unsigned char secret[crypto_box_SECRETKEYBYTES]) {
  struct seal_place where = {c->k->w->district, "roll", "box_secret", c->r->track};
  char *hex = NULL;
  if (people_unseal(c->k->a, &hex, &c->k->e->env->keys, &where, c->r->box_secret, c->k->err) < 0) return -1;
  bool good = hex && text_unhex(secret, crypto_box_SECRETKEYBYTES, hex);
  if (hex) sodium_memzero(hex, strlen(hex));
  return good ? 0 : error_fault(c->k->err, "matter.roll", "the key of box %lld is gone", (long long)c->r->track);
}

static int keep_code(struct counting *c, const struct box_ballot *ballot) {
  struct q_ballot_code_add_in in = {.district = c->k->w->district,
                                    .track = c->r->track,
                                    .code = arena_strndup(c->k->a, ballot->code, CHECK_CODE_CHARS)};
  return q_ballot_code_add(c->k->t->db, &in, c->k->err) < 0 ? -1 : 0;
}

/* A named ballot that a paper took the place of is not counted. */
static int take_ballot(struct counting *c, const struct box_ballot *ballot) {
  size_t n = c->r->count;
  bool whole = ballot->version == 1 && ballot->option < c->ballot->options_count;
  if (!c->ballot->secret) whole = whole && ballot->entry && ballot->entry <= n;
  if (!whole)
    return error_fault(c->k->err, "matter.roll", "a ballot of box %lld says nothing", (long long)c->r->track);
  if (!c->ballot->secret && c->r->entries[ballot->entry - 1].mark != channel_mark(CHANNEL_ON_LINE)) return 0;
  if (!c->ballot->secret) c->entries[ballot->entry - 1].option = ballot->option;
  c->votes[ballot->option][CHANNEL_ON_LINE]++;
  c->boxes++;
  return keep_code(c, ballot);
}

static int open_box(struct counting *c) {
  struct q_ballot_box_get_out row = {0};
  unsigned char secret[crypto_box_SECRETKEYBYTES];
  struct q_ballot_box_get_in in = {.district = c->k->w->district, .track = c->r->track};
  if (q_ballot_box_get(c->k->t->db, c->k->a, &row, &in, c->k->err) < 0 || open_key(c, secret) < 0) return -1;
  int r = 0;
  if (row.ballots.len % BALLOT_SEALED) r = error_set(c->k->err, ERR_CONFLICT, "ballot.count.box", NULL, NULL);
  for (size_t at = 0; at < row.ballots.len && r == 0; at += BALLOT_SEALED) {
    struct box_ballot clear;
    const unsigned char *sealed = (const unsigned char *)row.ballots.data + at;
    bool whole =
        crypto_box_seal_open((unsigned char *)&clear, sealed, BALLOT_SEALED, c->r->box_public.data, secret) == 0;
    r = whole ? take_ballot(c, &clear) : error_set(c->k->err, ERR_CONFLICT, "ballot.count.box", NULL, NULL);
  }
  sodium_memzero(secret, sizeof secret);
  return r;
}

/* --- the sheets ------------------------------------------------------------------------------------------------- */

static int option_of(const struct counting *c, const char *name, size_t len) {
  for (size_t i = 0; i < c->ballot->options_count; i++)
    if (strlen(c->ballot->options[i].name) == len && memcmp(c->ballot->options[i].name, name, len) == 0) return (int)i;
  return -1;
}

/* "12=yes" or "yes=3". */
static void take_line(struct counting *c, const char *s, size_t len, enum procedure_channel channel) {
  const char *equal = memchr(s, '=', len);
  if (!equal) return;
  size_t left = (size_t)(equal - s), right = len - left - 1;
  if (c->ballot->secret) {
    int option = option_of(c, s, left);
    int64_t votes = strtoll(equal + 1, NULL, 10);
    if (option < 0)
      c->unreadable[channel] += votes;
    else
      c->votes[option][channel] += votes;
    return;
  }
  int option = option_of(c, equal + 1, right);
  long entry = strtol(s, NULL, 10);
  if (option < 0 || entry < 1 || (size_t)entry > c->r->count) return;
  c->entries[entry - 1].option = option;
  c->votes[option][channel]++;
}

static int take_sheets(struct counting *c) {
  struct q_ballot_sheets_out *rows;
  size_t n;
  struct q_ballot_sheets_in in = {.district = c->k->w->district, .track = c->r->track};
  if (q_ballot_sheets(c->k->t->db, c->k->a, &rows, &n, &in, c->k->err) < 0) return -1;
  for (size_t i = 0; i < n; i++) {
    const char *text;
    const char *number = arena_printf(c->k->a, "%lld", (long long)rows[i].number);
    if (rows[i].state != SHEET_AGREED) return error_set(c->k->err, ERR_CONFLICT, "ballot.count.sheet", NULL, number, NULL);
    if (ballot_sheet_open(&text, c->k, c->r->track, rows[i].number, "first_said", rows[i].first_said) < 0) return -1;
    for (const char *s = text; *s;) {
      size_t len = strcspn(s, ",");
      take_line(c, s, len, (enum procedure_channel)rows[i].channel);
      s += len + (s[len] == ',');
    }
  }
  return 0;
}

/* --- does the roll bear it out? --------------------------------------------------------------------------------- */

static int64_t voted_by(const struct counting *c, enum procedure_channel channel) {
  int64_t n = 0;
  for (int o = 0; o < TALLY_OPTIONS; o++) n += c->votes[o][channel];
  return n + c->unreadable[channel];
}

/* As many ballots in the box as marks on the roll; not more papers than were handed out. */
static int check_marks(struct counting *c) {
  for (size_t i = 0; i < c->r->count; i++) c->turnout[mark_channel(c->r->entries[i].mark)]++;
  c->turnout[CHANNEL_NONE] = 0;
  if (c->boxes != c->turnout[CHANNEL_ON_LINE]) return error_set(c->k->err, ERR_CONFLICT, "ballot.count.box", NULL, NULL);
  for (int ch = CHANNEL_PAPER; ch < CHANNELS; ch++) {
    int64_t counted = voted_by(c, (enum procedure_channel)ch);
    bool fits = c->ballot->secret ? counted <= c->turnout[ch] : counted == c->turnout[ch];
    if (!fits)
      return error_set(c->k->err, ERR_CONFLICT, "ballot.count.paper", NULL, arena_printf(c->k->a, "%lld", (long long)counted),
                       arena_printf(c->k->a, "%lld", (long long)c->turnout[ch]), NULL);
  }
  return 0;
}

/* --- what remains ----------------------------------------------------------------------------------------------- */

static int put_total(struct counting *c, const char *option, int channel, int64_t votes) {
  struct q_ballot_total_add_in in = {
      .district = c->k->w->district, .track = c->r->track, .option = option, .channel = channel, .votes = votes};
  return q_ballot_total_add(c->k->t->db, &in, c->k->err) < 0 ? -1 : 0;
}

/* Where a channel was used by few, or all of it voted alike, its sums would say who voted how. */
static bool tells_on(const struct counting *c, int channel) {
  int64_t n = voted_by(c, (enum procedure_channel)channel);
  if (n == 0) return false;
  if (n < c->rule->small) return true;
  for (int o = 0; o < TALLY_OPTIONS; o++)
    if (c->votes[o][channel] == n) return true;
  return false;
}

static int put_totals(struct counting *c) {
  bool together = false;
  for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) together |= c->ballot->secret && tells_on(c, ch);
  for (size_t o = 0; o <= c->ballot->options_count; o++) {
    bool readable = o < c->ballot->options_count;
    const char *name = readable ? c->ballot->options[o].name : "";
    int64_t all = 0;
    for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) {
      int64_t votes = readable ? c->votes[o][ch] : c->unreadable[ch];
      all += votes;
      if (!together && votes && put_total(c, name, ch, votes) < 0) return -1;
    }
    if (together && all && put_total(c, name, CHANNEL_NONE, all) < 0) return -1;
  }
  return 0;
}

static int put_turnout(struct counting *c) {
  for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) {
    struct q_ballot_turnout_add_in in = {
        .district = c->k->w->district, .track = c->r->track, .channel = ch, .votes = c->turnout[ch]};
    if (c->turnout[ch] && q_ballot_turnout_add(c->k->t->db, &in, c->k->err) < 0) return -1;
  }
  return 0;
}

static int put_named(struct counting *c) {
  for (size_t i = 0; i < c->r->count && !c->ballot->secret; i++) {
    if (c->entries[i].option < 0) continue;
    struct q_ballot_named_add_in in = {.district = c->k->w->district,
                                       .track = c->r->track,
                                       .entry = (int64_t)i + 1,
                                       .option = c->ballot->options[c->entries[i].option].name,
                                       .channel = mark_channel(c->r->entries[i].mark)};
    if (q_ballot_named_add(c->k->t->db, &in, c->k->err) < 0) return -1;
  }
  return 0;
}

/* After a secret ballot the roll says who voted, no longer in which way: with a channel of one voter that would say all. */
static void blur_marks(struct counting *c) {
  for (size_t i = 0; i < c->r->count && c->ballot->secret; i++)
    if (c->r->entries[i].mark != MARK_NONE) c->r->entries[i].mark = MARK_VOTED;
}

static int empty_box(struct counting *c) {
  struct q_ballot_box_empty_in in = {.district = c->k->w->district, .track = c->r->track};
  c->r->box_secret = (struct bytes){0};
  return q_ballot_box_empty(c->k->t->db, &in, c->k->err) < 0 ? -1 : 0;
}

/* --- the result ------------------------------------------------------------------------------------------------- */

static void decide(struct counting *c) {
  struct tally all;
  tally_sum(&all, c->entries, c->r->count, NULL, c->k->a);
  for (size_t o = 0; c->ballot->secret && o < c->ballot->options_count; o++)
    for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) all.option[o][BY_PERSONS] += c->votes[o][ch];
  int leads = tally_leading(&all, (int)c->ballot->options_count);
  int winner = c->ballot->passes >= 0 ? c->ballot->passes : leads;
  bool quorate = quorum_holds(&c->rule->quorum, c->entries, c->r->count, c->k->a);
  c->r->passed = quorate && pass_holds(&c->rule->pass, &all, winner, c->entries, c->r->count, c->k->a);
  c->r->winner = c->r->passed ? c->ballot->options[winner].name : NULL;
}

static const char *codes_hash(struct counting *c) {
  struct q_ballot_codes_out *rows;
  size_t n;
  unsigned char hash[HASH_BYTES];
  char *hex = arena_alloc(c->k->a, 2 * HASH_BYTES + 1);
  struct buf b;
  struct q_ballot_codes_in in = {.district = c->k->w->district, .track = c->r->track};
  if (q_ballot_codes(c->k->t->db, c->k->a, &rows, &n, &in, c->k->err) < 0) return NULL;
  buf_init(&b, TEXT_MAX);
  for (size_t i = 0; i < n; i++) buf_printf(&b, "%s\n", rows[i].code);
  hash_bytes(hash, b.data, b.len);
  text_hex(hex, hash, sizeof hash);
  buf_free(&b);
  return hex;
}

/* The journal gets the sums and a hash of the list of codes, so that neither can be changed afterwards unseen. */
static int note_count(struct counting *c) {
  struct buf b;
  const char *codes = codes_hash(c);
  if (!codes) return -1;
  buf_init(&b, 4096);
  buf_printf(&b, "{\"track\":%lld,\"rule\":%d,\"quorum\":%s,\"passed\":%s,\"codes\":\"%s\",\"votes\":{", (long long)c->r->track,
             (int)c->r->rule_from, c->r->quorate ? "true" : "false", c->r->passed ? "true" : "false", codes);
  for (size_t o = 0; o < c->ballot->options_count; o++) {
    int64_t all = 0;
    for (int ch = CHANNEL_ON_LINE; ch < CHANNELS; ch++) all += c->votes[o][ch];
    buf_printf(&b, "%s\"%s\":%lld", o ? "," : "", c->ballot->options[o].name, (long long)all);
  }
  buf_puts(&b, "}}");
  int r = roll_note(c->k, c->r, "ballot.count", arena_strdup(c->k->a, b.data));
  buf_free(&b);
  return r;
}

int ballot_count(struct doing *d) {
  struct counting c = {.d = d, .k = d->k, .ballot = d->track->type->ballot};
  int found = roll_load(&c.r, d->k->t->db, d->k->a, d->k->w->district, d->track->id, d->k->err);
  if (found < 0) return -1;
  if (found == 0 || !c.r->box_secret.len || c.r->counted)
    return error_set(d->k->err, ERR_CONFLICT, "ballot.count.nothing", NULL, NULL);
  c.rule = roll_rule(c.r, d->track->type, work_today(d->k));
  c.entries = roll_tally(c.r, d->k->a);
  if (open_box(&c) < 0 || take_sheets(&c) < 0 || check_marks(&c) < 0) return -1;
  decide(&c);
  if (put_totals(&c) < 0 || put_turnout(&c) < 0 || put_named(&c) < 0 || empty_box(&c) < 0) return -1;
  blur_marks(&c);
  c.r->counted = d->k->now;
  return roll_save(d->k, d->track, c.r) < 0 ? -1 : note_count(&c);
}

/* --- reading it ------------------------------------------------------------------------------------------------- */

static int read_named(struct ballot_result *out, const struct roll *r, const struct procedure_ballot *b, struct db *db,
                      struct arena *a, int64_t district, struct error *err) {
  struct q_ballot_named_all_out *rows;
  size_t n;
  if (q_ballot_named_all(db, a, &rows, &n, &(struct q_ballot_named_all_in){.district = district, .track = r->track}, err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++)
    for (size_t o = 0; o < b->options_count; o++)
      if (text_eq(rows[i].option, b->options[o].name)) out->entries[rows[i].entry - 1].option = (int)o;
  return 0;
}

static int read_totals(struct ballot_result *out, const struct roll *r, const struct procedure_ballot *b, struct db *db,
                       struct arena *a, int64_t district, struct error *err) {
  struct q_ballot_totals_out *rows;
  struct q_ballot_turnouts_out *turnout;
  size_t n;
  if (q_ballot_totals(db, a, &rows, &out->total_count, &(struct q_ballot_totals_in){district, r->track}, err) < 0 ||
      q_ballot_turnouts(db, a, &turnout, &n, &(struct q_ballot_turnouts_in){district, r->track}, err) < 0)
    return -1;
  for (size_t i = 0; i < n; i++) out->turnout[turnout[i].channel] = turnout[i].votes;
  out->totals = ARENA_ARRAY(a, out->total_count + 1, struct ballot_total);
  for (size_t i = 0; i < out->total_count; i++) {
    out->totals[i] = (struct ballot_total){rows[i].option, (enum procedure_channel)rows[i].channel, rows[i].votes};
    if (!*rows[i].option) out->unreadable += rows[i].votes;
    for (size_t o = 0; b->secret && o < b->options_count; o++)
      if (text_eq(rows[i].option, b->options[o].name)) out->tally.option[o][BY_PERSONS] += rows[i].votes;
  }
  return 0;
}

int ballot_result(struct ballot_result *out, const struct roll *r, const struct procedure_ballot *b, struct db *db,
                  struct arena *a, int64_t district, struct error *err) {
  struct q_ballot_codes_out *codes;
  *out = (struct ballot_result){.entries = roll_tally(r, a)};
  if (read_named(out, r, b, db, a, district, err) < 0) return -1;
  tally_sum(&out->tally, out->entries, r->count, NULL, a);
  if (read_totals(out, r, b, db, a, district, err) < 0) return -1;
  if (q_ballot_codes(db, a, &codes, &out->code_count, &(struct q_ballot_codes_in){district, r->track}, err) < 0) return -1;
  out->codes = ARENA_ARRAY(a, out->code_count + 1, const char *);
  for (size_t i = 0; i < out->code_count; i++) out->codes[i] = codes[i].code;
  return 0;
}
