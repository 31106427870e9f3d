/* Passwords: the rules they keep, and argon2id.
 *
 * Hashing takes 64 MiB and about 60 ms (libsodium's INTERACTIVE limits; measured in docs), so no more run at once
 * than there are cores: the others wait in line instead of eating the machine. An account that does not exist
 * costs the same time as a wrong password, so that nobody can ask the clock who works here. */
#ifndef PEOPLE_PASSWORD_H
#define PEOPLE_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { PASSWORD_HASH_SIZE = 128, PASSWORD_MAX_BYTES = 256 };

/* What a district asks of a password. Settings, with these defaults (GB/T 22239-2019, 8.1.4.1). */
struct password_rules {
  int min_chars;   /* 10 */
  int min_classes; /* 3 of: lower case, upper case, digits, everything else */
};
extern const struct password_rules password_rules_default;

/* 0 when `password` may be the password of `login`. -1: people.password.short ({1} characters), .long, .classes ({1}),
 * .login (contains the login), .common (the commonest ones, whatever their case). */
int password_check(const struct password_rules *rules, const char *login, const char *password, const char *field,
                   struct error *err);

/* The argon2id hash of a password, with its parameters and salt in it. -1: people.password.memory. Blocks while as
 * many hashes as there are cores are being made. */
int password_hash(char out[PASSWORD_HASH_SIZE], const char *password, struct error *err);

/* True when `password` is the one of `hash`. With hash NULL the same work is done and the answer is false. */
bool password_matches(const char *hash, const char *password);

/* True when `hash` was made with other limits than today's and should be made again at this sign-in. */
bool password_is_old(const char *hash);

/* Cheaper limits for tests that sign in a thousand times; never called by the program. */
void password_use_test_limits(void);

/* A random password that keeps the default rules, for a new account or a reset; `out` has at least 17 bytes. */
void password_new(char out[17]);

#endif
