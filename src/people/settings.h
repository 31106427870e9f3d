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

/* Which district this is and what its people functions need beside a connection. Made once at start, read-only. */
struct people_env {
  int64_t district;
  int offset_min;
  bool demo;
  struct seal_keys keys;
  struct people_settings settings;
};

/* Reads keys from `dir` and settings through `db`. The district must exist. -1: people.district, seal_keys_load,
 * database. */
int people_env_load(struct people_env *out, struct db *db, struct arena *a, const char *dir, int64_t district,
                    struct error *err);

#endif
