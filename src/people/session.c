#include "people/session.h"

#include <stdio.h>
#include <string.h>

#include "people/person.h"
#include "people/post.h"
#include "people/totp.h"

enum { TOKEN_BYTES = 32, KEY_RANDOM_BYTES = 24, HEX_HASH = 2 * HASH_BYTES + 1 };

static void secret_hash(char out[HEX_HASH], const char *secret) {
  unsigned char digest[HASH_BYTES];
  hash_bytes(digest, secret, strlen(secret));
  text_hex(out, digest, sizeof digest);
}

/* ---- signing in: on a worker ---- */

static bool is_locked(const struct q_account_by_login_out *row, time_ms now) {
  return !text_eq(row->status, "active") || row->locked_until > now;
}

/* The one-time code of an account that has them. */
static int check_code(struct sign_in *out, struct arena *a, const struct people_env *env,
                      const struct q_account_by_login_out *row, time_ms now, struct error *err) {
  struct seal_place where = {.district = env->district, .table = "account", .column = "totp", .row = row->id};
  char *secret;
  out->totp_step = row->totp_step;
  if (people_unseal(a, &secret, &env->keys, &where, row->totp, err) < 0) return -1;
  if (!secret) return 0;
  if (text_empty(out->ask.code)) {
    out->outcome = SIGN_IN_CODE_NEEDED;
    return 0;
  }
  int64_t step = totp_check(secret, out->ask.code, now, people_in_force(env)->totp_drift, row->totp_step);
  if (step < 0)
    out->outcome = SIGN_IN_CODE_WRONG;
  else
    out->totp_step = step;
  return 0;
}

/* The right password is known here and nowhere else: the moment to make its hash anew under today's limits. */
static int renew_hash(struct sign_in *out, const struct q_account_by_login_out *row, struct error *err) {
  if (!password_is_old(row->hash)) return 0;
  out->rehash = true;
  text_copy(out->old_hash, sizeof out->old_hash, row->hash);
  return password_hash(out->new_hash, out->ask.password, err);
}

int people_sign_in_check(struct sign_in *out, struct db *db, struct arena *a, const struct people_env *env,
                         const struct sign_in_ask *ask, time_ms now, struct error *err) {
  struct q_account_by_login_out row = {0};
  memset(out, 0, sizeof *out);
  out->ask = *ask;
  struct q_account_by_login_in in = {.district = env->district, .login = ask->login ? ask->login : ""};
  int found = q_account_by_login(db, a, &row, &in, err);
  if (found < 0) return -1;
  bool plausible = ask->password && strlen(ask->password) <= PASSWORD_MAX_BYTES;
  bool right = password_matches(found ? row.hash : NULL, plausible ? ask->password : "");
  out->account = found ? row.id : 0;
  if (!right || !plausible) return 0;
  if (is_locked(&row, now)) {
    out->outcome = SIGN_IN_LOCKED;
    return 0;
  }
  out->outcome = SIGN_IN_DONE;
  if (renew_hash(out, &row, err) < 0) return -1;
  return check_code(out, a, env, &row, now, err);
}

/* ---- signing in: in the lane ---- */

static int log_security(struct lane_txn *t, const struct people_env *env, const char *kind, int64_t account,
                        const char *source, struct error *err) {
  char match[HEX_HASH];
  int64_t id;
  if (!text_empty(source)) people_match(match, &env->keys, env->district, "source", source);
  if (lane_next(t, "security_event", &id, err) < 0) return -1;
  struct q_security_event_add_in row = {.district = t->district,
                                        .id = id,
                                        .at = t->now,
                                        .kind = kind,
                                        .account = account,
                                        .source_match = text_empty(source) ? NULL : match};
  return q_security_event_add(t->db, &row, err) < 0 ? -1 : 0;
}

/* One more failure. Failures further apart than the lock is long do not add up, and a lock that has run out starts a
 * new count. */
static int count_failure(struct lane_txn *t, const struct people_env *env, const struct actor *self,
                         const struct q_account_by_id_out *row, struct error *err) {
  time_ms span = (time_ms)people_in_force(env)->lock_min * MINUTE_MS;
  bool fresh =
      row->failed_at == 0 || row->failed_at + span < t->now || (row->locked_until && row->locked_until <= t->now);
  struct q_account_failures_in in = {.district = t->district,
                                     .id = row->id,
                                     .failures = fresh ? 1 : row->failures + 1,
                                     .failed_at = t->now,
                                     .locked_until = fresh ? 0 : row->locked_until};
  bool locks = in.failures >= people_in_force(env)->failures && in.locked_until <= t->now;
  if (locks) in.locked_until = t->now + span;
  if (q_account_failures(t->db, &in, err) < 0) return -1;
  return locks ? people_journal(t, self, "people.account-locked-out", "account", row->id, NULL, err) : 0;
}

static void answer_locked(struct sign_in *s, const struct q_account_by_id_out *row, time_ms now) {
  char minutes[24];
  time_ms left = row->locked_until > now ? row->locked_until - now : 0;
  if (left == 0) {
    error_set(&s->answer, ERR_DENIED, "people.sign-in.closed", NULL, NULL);
    return;
  }
  snprintf(minutes, sizeof minutes, "%lld", (long long)((left + MINUTE_MS - 1) / MINUTE_MS));
  error_set(&s->answer, ERR_TOO_MANY, "people.sign-in.locked", NULL, minutes, NULL);
}

static int open_session(struct lane_txn *t, const struct people_env *env, const struct actor *self, struct sign_in *s,
                        struct error *err) {
  unsigned char random[TOKEN_BYTES];
  char hash[HEX_HASH];
  int64_t id;
  if (!text_empty(s->ask.old_token)) {
    secret_hash(hash, s->ask.old_token);
    struct q_session_end_in end = {.district = t->district, .token_hash = hash, .at = t->now};
    if (q_session_end(t->db, &end, err) < 0) return -1;
  }
  random_fill(random, sizeof random);
  text_hex(s->token, random, sizeof random);
  secret_hash(hash, s->token);
  s->expires = t->now + (time_ms)people_in_force(env)->session_hours * HOUR_MS;
  if (lane_next(t, "session", &id, err) < 0) return -1;
  struct q_session_add_in row = {.district = t->district,
                                 .token_hash = hash,
                                 .id = id,
                                 .account = s->account,
                                 .created = t->now,
                                 .expires = s->expires,
                                 .device = s->ask.device ? s->ask.device : ""};
  struct q_account_signed_in_in mark = {
      .district = t->district, .id = s->account, .at = t->now, .totp_step = s->totp_step};
  if (q_session_add(t->db, &row, err) < 0 || q_account_signed_in(t->db, &mark, err) < 0) return -1;
  struct q_account_rehash_in fresh = {
      .district = t->district, .id = s->account, .hash = s->new_hash, .old_hash = s->old_hash};
  if (s->rehash && q_account_rehash(t->db, &fresh, err) < 0) return -1;
  return people_journal(t, self, "people.sign-in", "account", s->account, NULL, err);
}

/* What has happened since the check counts: another failure may have locked the account, another sign-in may have used
 * the code. */
static enum sign_in_outcome outcome_now(const struct sign_in *s, const struct q_account_by_id_out *row, time_ms now) {
  bool locked = !text_eq(row->status, "active") || row->locked_until > now;
  if (s->outcome == SIGN_IN_WRONG) return SIGN_IN_WRONG;
  if (locked) return SIGN_IN_LOCKED;
  if (s->outcome == SIGN_IN_DONE && row->totp.data && s->totp_step <= row->totp_step) return SIGN_IN_CODE_WRONG;
  return s->outcome;
}

int people_sign_in_record(struct lane_txn *t, const struct people_env *env, struct sign_in *s, struct error *err) {
  static const char *const kinds[] = {"wrong", "locked", "code-needed", "code-wrong", "sign-in"};
  struct q_account_by_id_out row = {.status = ""};
  error_clear(&s->answer);
  s->token[0] = '\0';
  struct actor self = {.kind = ACTOR_ACCOUNT, .district = t->district, .account = s->account};
  struct q_account_by_id_in in = {.district = t->district, .id = s->account};
  if (s->account && q_account_by_id(t->db, t->arena, &row, &in, err) < 0) return -1;
  enum sign_in_outcome outcome = s->account ? outcome_now(s, &row, t->now) : SIGN_IN_WRONG;
  if (log_security(t, env, kinds[outcome], s->account, s->ask.source, err) < 0) return -1;
  bool failed = outcome == SIGN_IN_WRONG || outcome == SIGN_IN_CODE_WRONG;
  if (failed && s->account && row.locked_until <= t->now && count_failure(t, env, &self, &row, err) < 0) return -1;
  switch (outcome) {
    case SIGN_IN_WRONG: error_set(&s->answer, ERR_INPUT, "people.sign-in.wrong", "password", NULL); break;
    case SIGN_IN_LOCKED: answer_locked(s, &row, t->now); break;
    case SIGN_IN_CODE_NEEDED: error_set(&s->answer, ERR_INPUT, "people.sign-in.code-needed", "code", NULL); break;
    case SIGN_IN_CODE_WRONG: error_set(&s->answer, ERR_INPUT, "people.sign-in.code-wrong", "code", NULL); break;
    case SIGN_IN_DONE: return open_session(t, env, &self, s, err);
  }
  return 0;
}

int people_sign_out(struct lane_txn *t, const struct actor *by, const char *token, struct error *err) {
  char hash[HEX_HASH];
  secret_hash(hash, token);
  struct q_session_end_in in = {.district = t->district, .token_hash = hash, .at = t->now};
  int ended = q_session_end(t->db, &in, err);
  if (ended <= 0) return ended;
  return people_journal(t, by, "people.sign-out", "account", by->account, NULL, err);
}

/* ---- from a token to an actor ---- */

/* Is the holder of a post in rotation on duty this month? */
static int on_duty(const struct post_row *mine, struct db *db, struct arena *a, const struct people_env *env,
                   time_ms now, struct error *err) {
  struct post_row *all;
  size_t count;
  struct civil date;
  bool standing_in;
  if (mine->rotation == 0) return 1;
  struct post_filter which = {.place = mine->post.place, .role = mine->post.role};
  if (people_posts_in_office(&all, &count, db, a, env->district, &which, now, err) < 0) return -1;
  int *turns = ARENA_ARRAY(a, count + 1, int);
  for (size_t i = 0; i < count; i++) turns[i] = all[i].rotation;
  civil_from_ms(&date, now, env->offset_min);
  int duty = people_rotation_on_duty(turns, count, date.year, date.month, &standing_in);
  return duty >= 0 && all[duty].post.id == mine->post.id;
}

static int load_posts(struct actor *out, struct db *db, struct arena *a, const struct people_env *env, time_ms now,
                      struct error *err) {
  struct q_post_of_person_out *rows;
  size_t count, kept = 0;
  struct q_post_of_person_in in = {.district = env->district, .person = out->person, .now = now};
  if (q_post_of_person(db, a, &rows, &count, &in, err) < 0) return -1;
  struct post *posts = ARENA_ARRAY(a, count + 1, struct post);
  for (size_t i = 0; i < count; i++) {
    const struct q_post_of_person_out *r = &rows[i];
    struct post_row row = {.post = {.id = r->id,
                                    .role = role_by_name(r->role),
                                    .place = r->place,
                                    .org = r->org,
                                    .acting = r->acting != 0,
                                    .at = {r->street, r->community, r->grid, r->building, r->stairwell}},
                           .rotation = (int)r->rotation};
    int duty = row.post.role == ROLE_NONE ? 0 : on_duty(&row, db, a, env, now, err);
    if (duty < 0) return -1;
    if (duty) posts[kept++] = row.post;
  }
  out->posts = posts;
  out->post_count = kept;
  return 0;
}

static bool is_live(const struct q_session_by_token_out *row, const struct people_env *env, time_ms now) {
  time_ms idle = (time_ms)people_in_force(env)->idle_min * MINUTE_MS;
  return row->ended == 0 && now < row->expires && now < row->seen + idle && text_eq(row->status, "active");
}

int people_session_actor(struct actor *out, struct session_state *state, struct db *db, struct arena *a,
                         const struct people_env *env, const char *token, time_ms now, struct error *err) {
  char hash[HEX_HASH];
  struct q_session_by_token_out row;
  memset(out, 0, sizeof *out);
  memset(state, 0, sizeof *state);
  out->district = env->district;
  if (!token || strlen(token) != SESSION_TOKEN_SIZE - 1) return 0;
  secret_hash(hash, token);
  struct q_session_by_token_in in = {.district = env->district, .token_hash = hash};
  int found = q_session_by_token(db, a, &row, &in, err);
  if (found <= 0) return found;
  if (!is_live(&row, env, now)) return 0;
  out->kind = ACTOR_ACCOUNT;
  out->person = row.person;
  out->account = row.account;
  out->session = row.id;
  out->label = row.staff_name;
  if (load_posts(out, db, a, env, now, err) < 0) return -1;
  bool administrator = access_has_role(out, ROLE_BIT(ROLE_ADMINISTRATOR));
  *state =
      (struct session_state){.must_change = row.must_change != 0,
                             .touch = now - row.seen >= MINUTE_MS,
                             .expires = row.expires,
                             .must_enrol = administrator && people_in_force(env)->totp_required && !env->demo && !row.has_totp,
                             .login = row.login,
                             .name = row.staff_name,
                             .lang = row.lang};
  return 1;
}

int people_session_touch(struct lane_txn *t, const char *token, struct error *err) {
  char hash[HEX_HASH];
  secret_hash(hash, token);
  struct q_session_touch_in in = {.district = t->district, .token_hash = hash, .seen = t->now};
  return q_session_touch(t->db, &in, err) < 0 ? -1 : 0;
}

int people_account_actor(struct actor *out, struct db *db, struct arena *a, const struct people_env *env,
                         int64_t account, time_ms now, struct error *err) {
  struct q_account_by_id_out row;
  memset(out, 0, sizeof *out);
  out->district = env->district;
  int found = q_account_by_id(db, a, &row, &(struct q_account_by_id_in){.district = env->district, .id = account}, err);
  if (found <= 0 || !text_eq(row.status, "active")) return found < 0 ? -1 : 0;
  out->kind = ACTOR_ACCOUNT;
  out->person = row.person;
  out->account = account;
  return load_posts(out, db, a, env, now, err) < 0 ? -1 : 1;
}

/* ---- keys of programs ---- */

static int may_keep_keys(const struct actor *by, struct error *err) {
  if (by->kind == ACTOR_MACHINE || (by->kind == ACTOR_ACCOUNT && access_has_role(by, ROLE_BIT(ROLE_ADMINISTRATOR))))
    return 0;
  return error_set(err, ERR_DENIED, "people.account.denied", NULL, NULL);
}

/* Names with a space between: "hotline police". */
static bool are_names(const char *text) {
  enum { SOURCES_BYTES = 200 };
  size_t n = strlen(text);
  return n <= SOURCES_BYTES && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789- ") == n;
}

int people_key_create(struct lane_txn *t, const struct actor *by, const struct key_new *in, char key[API_KEY_SIZE],
                      int64_t *id, struct error *err) {
  enum { NAME_CHARS = 80 };
  unsigned char random[KEY_RANDOM_BYTES];
  char hex[2 * KEY_RANDOM_BYTES + 1], hash[HEX_HASH];
  const char *sources = in->sources ? in->sources : "";
  if (may_keep_keys(by, err) < 0) return -1;
  if (text_empty(in->name) || text_chars(in->name) > NAME_CHARS || text_has_controls(in->name) || in->per_minute < 0)
    return error_set(err, ERR_INPUT, "people.key.name", "name", NULL);
  if (!are_names(sources)) return error_set(err, ERR_INPUT, "people.key.sources", "source", NULL);
  random_fill(random, sizeof random);
  text_hex(hex, random, sizeof random);
  snprintf(key, API_KEY_SIZE, "tx365_%s", hex);
  secret_hash(hash, key);
  if (lane_next(t, "api_key", id, err) < 0) return -1;
  struct q_api_key_add_in row = {.district = t->district,
                                 .id = *id,
                                 .key_hash = hash,
                                 .name = in->name,
                                 .org = in->org,
                                 .sources = sources,
                                 .per_minute = in->per_minute,
                                 .created = t->now,
                                 .expires = in->expires};
  if (q_api_key_add(t->db, &row, err) < 0) return -1;
  return people_journal(t, by, "people.key-create", "api_key", *id, NULL, err);
}

int people_key_end(struct lane_txn *t, const struct actor *by, int64_t id, struct error *err) {
  if (may_keep_keys(by, err) < 0) return -1;
  int ended = q_api_key_end(t->db, &(struct q_api_key_end_in){.district = t->district, .id = id, .at = t->now}, err);
  if (ended < 0) return -1;
  if (ended == 0) return error_set(err, ERR_MISSING, "people.key.missing", NULL, NULL);
  return people_journal(t, by, "people.key-end", "api_key", id, NULL, err);
}

int people_key_actor(struct actor *out, struct db *db, struct arena *a, const struct people_env *env, const char *key,
                     time_ms now, struct error *err) {
  char hash[HEX_HASH];
  struct q_api_key_by_hash_out row;
  memset(out, 0, sizeof *out);
  out->district = env->district;
  if (text_empty(key)) return 0;
  secret_hash(hash, key);
  int found =
      q_api_key_by_hash(db, a, &row, &(struct q_api_key_by_hash_in){.district = env->district, .key_hash = hash}, err);
  if (found <= 0) return found;
  if (row.ended || (row.expires && row.expires <= now)) return 0;
  out->kind = ACTOR_API_KEY;
  out->api_key = row.id;
  out->org = row.org;
  out->label = row.name;
  out->per_minute = (int)row.per_minute;
  out->sources = row.sources;
  return 1;
}

int people_clean_up(struct lane_txn *t, const struct people_env *env, struct error *err) {
  enum { SESSION_DAYS = 7 };
  struct q_session_forget_in sessions = {.district = t->district, .before = t->now - SESSION_DAYS * (time_ms)DAY_MS};
  struct q_security_event_forget_in events = {.district = t->district,
                                              .before = t->now - people_in_force(env)->security_days * (time_ms)DAY_MS};
  return q_session_forget(t->db, &sessions, err) < 0 || q_security_event_forget(t->db, &events, err) < 0 ? -1 : 0;
}
