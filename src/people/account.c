#include "people/account.h"

#include <string.h>

int people_login_check(const char *login, struct error *err) {
  size_t n = login ? strlen(login) : 0;
  bool good = n >= 3 && n <= LOGIN_MAX && login[0] != '.' && login[0] != '_' && login[0] != '-';
  for (size_t i = 0; good && i < n; i++) {
    char c = login[i];
    good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }
  return good ? 0 : error_set(err, ERR_INPUT, "people.login", "login", NULL);
}

int people_password_prepare(char hash[PASSWORD_HASH_SIZE], const struct people_env *env, const char *login,
                            const char *password, struct error *err) {
  if (password_check(&people_in_force(env)->password, login, password, "password", err) < 0) return -1;
  return password_hash(hash, password, err);
}

static bool keeps_accounts(const struct actor *by) {
  return by->kind == ACTOR_MACHINE || (by->kind == ACTOR_ACCOUNT && access_has_role(by, ROLE_BIT(ROLE_ADMINISTRATOR)));
}

static bool is_own(const struct actor *by, int64_t account) {
  return by->kind == ACTOR_ACCOUNT && by->account != 0 && by->account == account;
}

static int denied(struct error *err) {
  return error_set(err, ERR_DENIED, "people.account.denied", NULL, NULL);
}

static int account_row(struct q_account_by_id_out *out, struct lane_txn *t, int64_t account, struct error *err) {
  int found =
      q_account_by_id(t->db, t->arena, out, &(struct q_account_by_id_in){.district = t->district, .id = account}, err);
  if (found == 0) return error_set(err, ERR_MISSING, "people.account.missing", NULL, NULL);
  return found < 0 ? -1 : 0;
}

int people_account_find(int64_t *account, int64_t *person, struct db *db, struct arena *a, int64_t district,
                        const char *login, struct error *err) {
  struct q_account_by_login_out row;
  int found =
      q_account_by_login(db, a, &row, &(struct q_account_by_login_in){.district = district, .login = login}, err);
  if (found > 0) *account = row.id, *person = row.person;
  return found;
}

int people_account_create(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                          const struct account_new *in, int64_t *id, struct error *err) {
  int64_t other, other_person;
  struct q_person_by_id_out person;
  if (!keeps_accounts(by)) return denied(err);
  if (people_login_check(in->login, err) < 0) return -1;
  int taken = people_account_find(&other, &other_person, t->db, t->arena, env->district, in->login, err);
  if (taken < 0) return -1;
  if (taken > 0) return error_set(err, ERR_CONFLICT, "people.account.taken", "login", in->login, NULL);
  int known = q_person_by_id(t->db, t->arena, &person,
                             &(struct q_person_by_id_in){.district = t->district, .id = in->person}, err);
  if (known < 0) return -1;
  if (known == 0 || !person.staff_name) return error_set(err, ERR_INPUT, "people.post.person", "person", NULL);
  if (lane_next(t, "account", id, err) < 0) return -1;
  struct q_account_add_in row = {.district = t->district,
                                 .id = *id,
                                 .login = in->login,
                                 .person = in->person,
                                 .hash = in->hash,
                                 .must_change = in->must_change ? 1 : 0,
                                 .created = t->now};
  if (q_account_add(t->db, &row, err) < 0) return -1;
  char *data = arena_printf(t->arena, "{\"person\":%lld}", (long long)in->person);
  return people_journal(t, by, "people.account-create", "account", *id, data, err);
}

static int end_sessions(struct lane_txn *t, int64_t account, const char *keep_token, struct error *err) {
  char hash[2 * HASH_BYTES + 1] = "";
  if (keep_token) {
    unsigned char digest[HASH_BYTES];
    hash_bytes(digest, keep_token, strlen(keep_token));
    text_hex(hash, digest, sizeof digest);
  }
  struct q_session_end_others_in in = {.district = t->district, .account = account, .token_hash = hash, .at = t->now};
  return q_session_end_others(t->db, &in, err) < 0 ? -1 : 0;
}

int people_account_password(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                            const char *hash, bool must_change, const char *keep_token, struct error *err) {
  struct q_account_by_id_out row;
  (void)env;
  if (!keeps_accounts(by) && !is_own(by, account)) return denied(err);
  if (account_row(&row, t, account, err) < 0) return -1;
  struct q_account_password_in in = {
      .district = t->district, .id = account, .hash = hash, .must_change = must_change ? 1 : 0, .at = t->now};
  if (q_account_password(t->db, &in, err) < 0 || end_sessions(t, account, keep_token, err) < 0) return -1;
  return people_journal(t, by, "people.account-password", "account", account, NULL, err);
}

int people_password_change_prepare(char hash[PASSWORD_HASH_SIZE], struct db *db, struct arena *a,
                                   const struct people_env *env, const struct actor *who, const char *old,
                                   const char *new, struct error *err) {
  struct q_account_by_id_out row;
  struct q_account_by_id_in in = {.district = env->district, .id = who->account};
  int found = who->kind == ACTOR_ACCOUNT ? q_account_by_id(db, a, &row, &in, err) : 0;
  if (found < 0) return -1;
  if (found == 0) return denied(err);
  if (!password_matches(row.hash, old)) return error_set(err, ERR_INPUT, "people.password.old", "old", NULL);
  if (text_eq(old, new)) return error_set(err, ERR_INPUT, "people.password.same", "password", NULL);
  return people_password_prepare(hash, env, row.login, new, err);
}

int people_account_status(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                          const char *status, struct error *err) {
  struct q_account_by_id_out row;
  (void)env;
  if (!keeps_accounts(by)) return denied(err);
  bool lock = text_eq(status, "locked");
  if (!lock && !text_eq(status, "active")) return error_set(err, ERR_INPUT, "people.account.status", "status", NULL);
  if (lock && is_own(by, account)) return error_set(err, ERR_CONFLICT, "people.account.self", NULL, NULL);
  if (account_row(&row, t, account, err) < 0) return -1;
  struct q_account_status_in in = {.district = t->district, .id = account, .status = status};
  if (q_account_status(t->db, &in, err) < 0 || (lock && end_sessions(t, account, NULL, err) < 0)) return -1;
  return people_journal(t, by, lock ? "people.account-lock" : "people.account-unlock", "account", account, NULL, err);
}

static struct seal_place totp_place(const struct people_env *env, int64_t account) {
  return (struct seal_place){.district = env->district, .table = "account", .column = "totp", .row = account};
}

/* Taking one-time codes away weakens the account, so the owner shows one more code for it; an administrator who helps
 * somebody with a lost telephone does not have one. */
static int check_off(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                     const struct q_account_by_id_out *row, const char *code, struct error *err) {
  struct seal_place where = totp_place(env, row->id);
  char *secret;
  if (!is_own(by, row->id)) return 0;
  if (people_unseal(t->arena, &secret, &env->keys, &where, row->totp, err) < 0) return -1;
  if (secret && totp_check(secret, code, t->now, people_in_force(env)->totp_drift, row->totp_step) < 0)
    return error_set(err, ERR_INPUT, "people.totp.wrong", "code", NULL);
  return 0;
}

int people_account_totp(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                        const char *secret, const char *code, struct error *err) {
  struct q_account_by_id_out row;
  int64_t step = 0;
  if (!is_own(by, account) && (secret || !keeps_accounts(by))) return denied(err);
  if (account_row(&row, t, account, err) < 0) return -1;
  if (secret) {
    step = totp_check(secret, code, t->now, people_in_force(env)->totp_drift, 0);
    if (step < 0) return error_set(err, ERR_INPUT, "people.totp.wrong", "code", NULL);
  } else if (check_off(t, env, by, &row, code, err) < 0) {
    return -1;
  }
  struct seal_place where = totp_place(env, account);
  struct q_account_totp_in in = {.district = t->district,
                                 .id = account,
                                 .totp = people_seal(t->arena, &env->keys, &where, secret),
                                 .totp_step = step};
  if (q_account_totp(t->db, &in, err) < 0) return -1;
  return people_journal(t, by, secret ? "people.totp-on" : "people.totp-off", "account", account, NULL, err);
}
