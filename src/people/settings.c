#include "people/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* name, default, least, most, where it goes */
#define NUMBERS(X)                                            \
  X("people.password-chars", 10, 8, 64, password.min_chars)   \
  X("people.password-classes", 3, 1, 4, password.min_classes) \
  X("people.sign-in-failures", 5, 3, 20, failures)            \
  X("people.lock-minutes", 15, 1, 1440, lock_min)             \
  X("people.idle-minutes", 30, 5, 480, idle_min)              \
  X("people.session-hours", 12, 1, 72, session_hours)         \
  X("people.totp-drift", 1, 0, 4, totp_drift)                 \
  X("people.totp-administrators", 1, 0, 1, totp_required)     \
  X("people.security-log-days", 200, 180, 3650, security_days) \
  X("rate.page", 600, 0, 60000, rate.page)                    \
  X("rate.report", 60, 0, 60000, rate.report)                 \
  X("rate.sign-in", 30, 0, 60000, rate.sign_in)               \
  X("rate.api", 1200, 0, 60000, rate.api)                     \
  X("rate.export", 12, 0, 60000, rate.export)

/* "1 grid worker, 2 building heads, N stairwell heads": setting name, role, per what, default. */
#define FORCES(X)                                                 \
  X("force.grid-worker", ROLE_GRID_WORKER, ROLE_AT_GRID, "1")     \
  X("force.building-head", ROLE_BUILDING_HEAD, ROLE_AT_GRID, "2") \
  X("force.stairwell-head", ROLE_STAIRWELL_HEAD, ROLE_AT_STAIRWELL, "1+")

/* "2" is exactly two, "1+" one or more, "1-3" a range. */
static bool parse_force(struct force_rule *rule, const char *text) {
  char low[16], *split;
  int64_t least, most;
  text_copy(low, sizeof low, text);
  bool open = (split = strchr(low, '+')) != NULL && split[1] == '\0';
  bool range = !open && (split = strchr(low, '-')) != NULL;
  if (open || range) *split = '\0';
  if (!text_to_int(low, &least) || least < 0 || least > 99) return false;
  most = open ? 0 : least;
  if (range && (!text_to_int(split + 1, &most) || most < least || most > 99)) return false;
  rule->least = (int)least;
  rule->most = (int)most;
  return true;
}

static bool number_fits(const char *value, int least, int most, int *out) {
  int64_t n;
  if (!text_to_int(value, &n) || n < least || n > most) return false;
  *out = (int)n;
  return true;
}

/* 1 taken, 0 not a setting of ours, -1 out of bounds (least and most are then set). */
static int take(struct people_settings *s, const char *name, const char *value, int *least, int *most) {
  int n = 0;
#define X(key, initial, low, high, field)              \
  if (text_eq(name, key)) {                            \
    *least = low, *most = high;                        \
    if (!number_fits(value, low, high, &n)) return -1; \
    s->field = (__typeof__(s->field))n;                \
    return 1;                                          \
  }
  NUMBERS(X)
#undef X
  for (size_t i = 0; i < s->force_count; i++) {
    char key[40];
    snprintf(key, sizeof key, "force.%s", role_name(s->force[i].role));
    if (!text_eq(name, key)) continue;
    *least = 0, *most = 99;
    return parse_force(&s->force[i], value) ? 1 : -1;
  }
  return 0;
}

void people_settings_default(struct people_settings *out) {
  memset(out, 0, sizeof *out);
#define X(key, initial, low, high, field) out->field = initial;
  NUMBERS(X)
#undef X
#define X(key, which, level, initial)                                              \
  out->force[out->force_count] = (struct force_rule){.role = which, .per = level}; \
  parse_force(&out->force[out->force_count++], initial);
  FORCES(X)
#undef X
}

int people_settings_load(struct people_settings *out, struct db *db, struct arena *a, int64_t district,
                         struct error *err) {
  struct q_setting_all_out *rows;
  size_t count;
  people_settings_default(out);
  if (q_setting_all(db, a, &rows, &count, &(struct q_setting_all_in){.district = district}, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    int least, most;
    if (take(out, rows[i].name, rows[i].value, &least, &most) < 0)
      log_event(LOG_WARNING, "setting-out-of-bounds", "name", rows[i].name, NULL);
  }
  return 0;
}

int people_setting_check(const char *name, const char *value, struct error *err) {
  struct people_settings scratch;
  int least = 0, most = 0;
  people_settings_default(&scratch);
  int taken = take(&scratch, name, value, &least, &most);
  if (taken > 0) return 0;
  if (taken == 0) return error_set(err, ERR_MISSING, "people.setting.unknown", NULL, name, NULL);
  char low[12], high[12];
  snprintf(low, sizeof low, "%d", least);
  snprintf(high, sizeof high, "%d", most);
  return error_set(err, ERR_INPUT, "people.setting.value", NULL, low, high, NULL);
}

int people_env_load(struct people_env *out, struct db *db, struct arena *a, const char *dir, int64_t district,
                    struct error *err) {
  struct q_district_all_out *rows;
  size_t count;
  memset(out, 0, sizeof *out);
  out->district = district;
  if (q_district_all(db, a, &rows, &count, err) < 0) return -1;
  size_t i = 0;
  while (i < count && rows[i].district != district) i++;
  if (i == count) return error_set(err, ERR_MISSING, "people.district", NULL, NULL);
  out->offset_min = (int)rows[i].offset_min;
  out->demo = rows[i].demo != 0;
  if (seal_keys_load(&out->keys, dir, err) < 0) return -1;
  return people_settings_load(&out->settings, db, a, district, err);
}
