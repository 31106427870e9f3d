/* Signing in, sessions, keys of programs: from a secret to an actor.
 *
 * Signing in has two halves, because argon2id takes 60 ms and the lane must not wait for it:
 *
 *   struct sign_in s;
 *   people_sign_in_check(&s, db, arena, env, &ask, now, err);       on a worker: reads, verifies
 *   people_sign_in_record(t, env, &s, err);                         in the lane: counts failures, locks, makes the
 * session if (s.answer.kind == ERR_NONE) set the cookie to s.token; else show s.answer
 *
 * An account that does not exist costs the same time and gets the same answer as a wrong password. Only who has the
 * right password learns that an account is locked. A session's token is 256 random bits, is new at every sign-in, and
 * only its hash is kept. */
#ifndef PEOPLE_SESSION_H
#define PEOPLE_SESSION_H

#include "people/access.h"
#include "people/settings.h"

enum { SESSION_TOKEN_SIZE = 2 * 32 + 1, API_KEY_SIZE = 2 * 24 + 8 };

struct sign_in_ask {
  const char *login, *password;
  const char *code;      /* one-time code; NULL or "" when none was typed */
  const char *device;    /* words for the list of one's sessions; NULL */
  const char *source;    /* network address, for the security log as a keyed hash; NULL */
  const char *old_token; /* the session this browser had: ended; NULL */
};

enum sign_in_outcome { SIGN_IN_WRONG, SIGN_IN_LOCKED, SIGN_IN_CODE_NEEDED, SIGN_IN_CODE_WRONG, SIGN_IN_DONE };

/* Carried from check to record; the strings of the ask must live until then. */
struct sign_in {
  struct sign_in_ask ask;
  enum sign_in_outcome outcome;
  int64_t account; /* 0: no such account */
  int64_t totp_step;
  bool rehash;
  char old_hash[PASSWORD_HASH_SIZE], new_hash[PASSWORD_HASH_SIZE];
  /* after people_sign_in_record: */
  struct error answer; /* people.sign-in.wrong, .locked ({1} minutes), .code-needed, .code-wrong; ERR_NONE: done */
  char token[SESSION_TOKEN_SIZE];
  time_ms expires;
};

/* The first half: reads the account, takes the time of one argon2id whether there is one or not. -1: database. */
int people_sign_in_check(struct sign_in *out, struct db *db, struct arena *a, const struct people_env *env,
                         const struct sign_in_ask *ask, time_ms now, struct error *err);

/* -1 only when the database fails; a refusal is recorded and stands in `answer`. May be run again (the lane repeats a
 * batch when the database was busy). */
int people_sign_in_record(struct lane_txn *t, const struct people_env *env, struct sign_in *s, struct error *err);

/* In the lane: ends the session of a token. */
int people_sign_out(struct lane_txn *t, const struct actor *by, const char *token, struct error *err);

/* What the pages need besides the actor. */
struct session_state {
  bool must_change; /* a password given by somebody else: only the page that changes it is open */
  bool must_enrol;  /* an administrator without one-time codes: only the page that turns them on is open */
  bool touch;       /* hand people_session_touch to the lane, nobody waits for it */
  time_ms expires;
  const char *login, *name, *lang;
};

/* The actor of a session token: 1, 0 when there is no such session any more (ended, idle too long, account locked),
 * -1 on error. Posts are those in office now; who shares a role in rotation has it in their month. */
int people_session_actor(struct actor *out, struct session_state *state, struct db *db, struct arena *a,
                         const struct people_env *env, const char *token, time_ms now, struct error *err);
int people_session_touch(struct lane_txn *t, const char *token, struct error *err);

/* The same for an account without a session: the command line, tests, messages ("what may this person see?"). */
int people_account_actor(struct actor *out, struct db *db, struct arena *a, const struct people_env *env,
                         int64_t account, time_ms now, struct error *err);

/* A key for a program: what for, of which organisation (0: it only reports and follows its own), which sources it may
 * claim (names, a space between), how often a minute (0: as the district's setting), until when (0: no end). */
struct key_new {
  const char *name, *sources;
  int64_t org;
  int per_minute;
  time_ms expires;
};

/* Makes the key; it is shown once, only its hash is kept. Journalled. -1: people.account.denied, people.key.name,
 * people.key.sources. */
int people_key_create(struct lane_txn *t, const struct actor *by, const struct key_new *in, char key[API_KEY_SIZE],
                      int64_t *id, struct error *err);
/* Ends it at once. Journalled. -1: people.account.denied, people.key.missing. */
int people_key_end(struct lane_txn *t, const struct actor *by, int64_t id, struct error *err);

/* The actor of a key, with its own rate and sources: 1, 0 none, -1 error. */
int people_key_actor(struct actor *out, struct db *db, struct arena *a, const struct people_env *env, const char *key,
                     time_ms now, struct error *err);

/* In the lane, daily: forgets sessions a week after their end and the security log after the days of the settings. */
int people_clean_up(struct lane_txn *t, const struct people_env *env, struct error *err);

#endif
