/* Settings of this room: what a district may change while it runs. The table of names is in
 * settings.c, their bounds and values in catalogues/settings.yaml; the values a district gave stand in the table `setting`. */
#ifndef PEOPLE_SETTINGS_H
#define PEOPLE_SETTINGS_H

#include "people/password.h"
#include "people/role.h"
#include "people/seal.h"
#include "store/store.h"

enum { FORCE_RULES = 8 };

/* How many posts of a role there should be for each place of a level: "1+2+N" is three of these. most 0: no upper
 * bound. */
struct force_rule {
  enum role role;
  enum role_level per;
  int least, most;
};

struct people_settings {
  struct password_rules password;
  int failures;       /* wrong passwords before an account is locked */
  int lock_min;       /* minutes it stays locked */
  int idle_min;       /* a session unused for so long is over */
  int session_hours;  /* and every session after so long */
  int totp_drift;     /* 30-second steps a telephone's clock may be off */
  bool totp_required; /* administrators must use one-time codes (never in a demonstration district) */
  int security_days;  /* how long the security log is kept; the law asks for six months */
  struct {
    int page, report, sign_in, api, export;
  } rate; /* what one address, account or key may do in a minute; 0 is no limit. A whole building may share an address. */
  struct force_rule force[FORCE_RULES];
  size_t force_count;
  struct people_settings *before; /* what was in force until these came */
};

/* What is compiled in. */
int people_settings_default(struct people_settings *out, struct error *err);
/* What is compiled in, `folder`/settings.yaml over it (NULL: none), and over both what the district set while running. A
 * value out of its bounds is left out and logged. */
int people_settings_load(struct people_settings *out, struct db *db, struct arena *a, const char *folder, int64_t district,
                         struct error *err);

/* 0 when `name` is a setting of this room and `value` fits it. -1: people.setting.unknown, people.setting.value
 * ({1} least, {2} most). */
int people_setting_check(const char *name, const char *value, struct error *err);

/* Which district this is and what its people functions need beside a connection. Made once at start; all of it stays as it
 * is but the settings, which may be set anew while others read: ask people_in_force() each time. */
struct people_env {
  int64_t district;
  int offset_min;
  bool demo;
  struct seal_keys keys;
  struct people_settings settings;               /* at the start */
  struct people_settings *_Atomic newer;         /* since; NULL while nothing has changed */
};

/* The settings in force now, good until people_env_close: those that were are kept for whoever still reads them. */
const struct people_settings *people_in_force(const struct people_env *env);

/* Reads them again. One thread at a time. */
int people_env_refresh(struct people_env *env, struct db *db, const char *dir, struct error *err);
/* Frees what refreshing kept. Without a refresh there is nothing to free. */
void people_env_close(struct people_env *env);

/* Reads keys from `dir` and settings through `db`. The district must exist. -1: people.district, seal_keys_load,
 * database. */
int people_env_load(struct people_env *out, struct db *db, struct arena *a, const char *dir, int64_t district,
                    struct error *err);

#endif
