#include "people/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/setting.h"

/* Name and where it goes; bounds and values stand in catalogues/settings.yaml. */
#define NUMBERS(X)                                  \
  X("people.password-chars", password.min_chars)    \
  X("people.password-classes", password.min_classes) \
  X("people.sign-in-failures", failures)             \
  X("people.lock-minutes", lock_min)                \
  X("people.idle-minutes", idle_min)                \
  X("people.session-hours", session_hours)          \
  X("people.totp-drift", totp_drift)                \
  X("people.totp-administrators", totp_required)    \
  X("people.security-log-days", security_days)      \
  X("rate.page", rate.page)                         \
  X("rate.report", rate.report)                     \
  X("rate.sign-in", rate.sign_in)                   \
  X("rate.api", rate.api)                           \
  X("rate.export", rate.export)

/* "1 grid worker, 2 building heads, N stairwell heads": role, per what. */
#define FORCES(X)                            \
  X(ROLE_GRID_WORKER, ROLE_AT_GRID)          \
  X(ROLE_BUILDING_HEAD, ROLE_AT_GRID)        \
  X(ROLE_STAIRWELL_HEAD, ROLE_AT_STAIRWELL)

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

static bool number_fits(const char *value, const struct setting *of, int *out) {
  int64_t n;
  if (!text_to_int(value, &n) || n < of->least || n > of->most) return false;
  *out = (int)n;
  return true;
}

/* 1 taken, 0 not a setting of ours, -1 out of bounds (least and most are then set). */
static int take(struct people_settings *s, const struct settings *list, const char *name, const char *value,
                int64_t *least, int64_t *most) {
  const struct setting *of = setting_find(list, name);
  int n = 0;
  if (!of) return 0;
  *least = of->least, *most = of->most;
#define X(key, field)                             \
  if (text_eq(name, key)) {                       \
    if (!number_fits(value, of, &n)) return -1;   \
    s->field = (__typeof__(s->field))n;           \
    return 1;                                     \
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

/* What the files say, without days: they hold from the start of the program. */
static void take_all(struct people_settings *out, const struct settings *list) {
  int64_t least, most;
  memset(out, 0, sizeof *out);
#define X(which, level) out->force[out->force_count++] = (struct force_rule){.role = which, .per = level};
  FORCES(X)
#undef X
  for (size_t i = 0; i < list->count; i++) {
    const char *value = setting_on(list, list->items[i].name, 0);
    if (value && take(out, list, list->items[i].name, value, &least, &most) < 0)
      log_event(LOG_WARNING, "setting-out-of-bounds", "name", list->items[i].name, NULL);
  }
}

int people_settings_default(struct people_settings *out, struct error *err) {
  struct arena *a = arena_new(4 << 20);
  struct settings list;
  int r = settings_shipped(&list, a, err);
  if (r == 0) take_all(out, &list);
  arena_free(a);
  return r;
}

int people_settings_load(struct people_settings *out, struct db *db, struct arena *a, const char *folder, int64_t district,
                         struct error *err) {
  struct q_setting_all_out *rows;
  struct settings list;
  size_t count;
  if ((folder ? settings_load(&list, a, folder, err) : settings_shipped(&list, a, err)) < 0) return -1;
  take_all(out, &list);
  if (q_setting_all(db, a, &rows, &count, &(struct q_setting_all_in){.district = district}, err) < 0) return -1;
  for (size_t i = 0; i < count; i++) {
    int64_t least, most;
    if (take(out, &list, rows[i].name, rows[i].value, &least, &most) < 0)
      log_event(LOG_WARNING, "setting-out-of-bounds", "name", rows[i].name, NULL);
  }
  return 0;
}

static int check(const struct settings *list, const char *name, const char *value, struct error *err) {
  struct people_settings scratch;
  int64_t least = 0, most = 0;
  char low[24], high[24];
  take_all(&scratch, list);
  int taken = take(&scratch, list, name, value, &least, &most);
  if (taken > 0) return 0;
  if (taken == 0) return error_set(err, ERR_MISSING, "people.setting.unknown", NULL, name, NULL);
  snprintf(low, sizeof low, "%lld", (long long)least);
  snprintf(high, sizeof high, "%lld", (long long)most);
  return error_set(err, ERR_INPUT, "people.setting.value", NULL, low, high, NULL);
}

int people_setting_check(const char *name, const char *value, struct error *err) {
  struct arena *a = arena_new(4 << 20);
  struct settings list;
  int r = settings_shipped(&list, a, err);
  if (r == 0) r = check(&list, name, value, err);
  arena_free(a);
  return r;
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
  return people_settings_load(&out->settings, db, a, arena_printf(a, "%s/catalogues", dir), district, err);
}

const struct people_settings *people_in_force(const struct people_env *env) {
  const struct people_settings *newer = env->newer;
  return newer ? newer : &env->settings;
}

int people_env_refresh(struct people_env *env, struct db *db, const char *dir, struct error *err) {
  struct arena *a = arena_new(16 << 20);
  struct people_settings *s = xmalloc(sizeof *s);
  int r = people_settings_load(s, db, a, arena_printf(a, "%s/catalogues", dir), env->district, err);
  arena_free(a);
  if (r < 0) {
    free(s);
    return -1;
  }
  s->before = env->newer;
  env->newer = s;
  return 0;
}

void people_env_close(struct people_env *env) {
  if (!env) return;
  for (struct people_settings *s = env->newer, *before; s; s = before) {
    before = s->before;
    free(s);
  }
  env->newer = NULL;
}
