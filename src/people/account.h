/* Accounts: logins of those who hold posts, their passwords and one-time codes.
 *
 * Hashing takes tens of milliseconds and never happens in the lane: a worker prepares (checks the rules, hashes), the
 * lane writes. */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H

#include "people/access.h"
#include "people/person.h"
#include "people/settings.h"
#include "people/totp.h"

enum { LOGIN_MAX = 40 };

/* 0 when `login` may be an account's name: 3 to 40 of a-z 0-9 . _ -, starting with a letter or digit. -1: people.login.
 */
int people_login_check(const char *login, struct error *err);

/* Checks the rules and makes the hash; on a worker. -1: people.password.*. */
int people_password_prepare(char hash[PASSWORD_HASH_SIZE], const struct people_env *env, const char *login,
                            const char *password, struct error *err);

struct account_new {
  const char *login;
  int64_t person;
  const char *hash; /* from people_password_prepare */
  bool must_change; /* the password was given by somebody else */
};

/* In the lane; `by` must be the machine or an administrator. -1: people.account.denied, people.login,
 * people.account.taken, people.post.person. */
int people_account_create(struct lane_txn *t, const struct people_env *env, const struct actor *by,
                          const struct account_new *in, int64_t *id, struct error *err);

/* A new password. Allowed for the account itself, administrators and the machine; a password given by others must be
 * changed at the next sign-in (`must_change`). Ends every session of the account but the one of `keep_token` (NULL:
 * all). */
int people_account_password(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                            const char *hash, bool must_change, const char *keep_token, struct error *err);

/* One's own change of password, first half, on a worker: is `old` right, is `new` allowed? Wrong `old`:
 * people.password.old. */
int people_password_change_prepare(char hash[PASSWORD_HASH_SIZE], struct db *db, struct arena *a,
                                   const struct people_env *env, const struct actor *who, const char *old,
                                   const char *new, struct error *err);

/* "active" or "locked", by an administrator or the machine; locking ends its sessions, "active" also opens what
 * failures locked. -1: people.account.denied, people.account.missing, people.account.self (locking oneself). */
int people_account_status(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                          const char *status, struct error *err);

/* Turns one-time codes on after a first code was right, or off (secret NULL; an administrator for somebody else, or
 * oneself with a right code). Journalled. -1: people.totp.wrong, people.account.denied. */
int people_account_totp(struct lane_txn *t, const struct people_env *env, const struct actor *by, int64_t account,
                        const char *secret, const char *code, struct error *err);

/* The account of a login: 1, 0 none, -1 error. */
int people_account_find(int64_t *account, int64_t *person, struct db *db, struct arena *a, int64_t district,
                        const char *login, struct error *err);

#endif
