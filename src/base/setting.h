/* Settings: what a district may change without a programmer, as data. catalogues/settings.yaml names each with its
 * bounds, its ground in law and its value from a day on; a later law is one more line with its day, never a changed
 * program. The file of a data directory lies over the one that is compiled in, name by name, and the table `setting`
 * (what an administrator changed while the program ran) over both. */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum { SETTING_FILE_MAX = 256 * 1024, SETTING_VALUE_MAX = 500 };

enum setting_kind {
  SETTING_NUMBER, /* whole, from `least` to `most` */
  SETTING_LIMIT,  /* a span of legal time, "15 work-days"; what it means is matter/limit.h's */
  SETTING_TEXT,    /* what it means is its reader's */
  SETTING_ROLES,   /* names of roles, a space between; what they are is people/role.h's */
  SETTING_ADDRESS, /* "https://example" without a path, or nothing */
  SETTING_CHOICE   /* one of `choices` */
};

/* A value and the days on which it holds, both included; 0 is open. Days are those of base/time.h. */
struct setting_value {
  int32_t from, until;
  const char *text;
};

struct setting {
  const char *name; /* "rights.answer-limit" */
  enum setting_kind kind;
  int64_t least, most;
  const char *choices; /* SETTING_CHOICE: "yes no" */
  bool at_start;       /* a change holds from the next start of the program */
  const char *title_zh, *title_en;
  const char *unit_zh, *unit_en; /* of a number: "minutes"; "" none */
  const char *basis_zh, *basis_en; /* "" where no law asks for it */
  const struct setting_value *values; /* in the order of their days; at least one */
  size_t count;
};

struct settings {
  const struct setting *items;
  size_t count;
};

/* Reads a file's text. -1: yaml.*, setting.form ({1} line, {2} column, {3} what stands there), setting.value (a number
 * out of its bounds), setting.days (days that overlap or run backwards). Everything lives in `a`. */
int settings_read(struct settings *out, struct arena *a, const char *yaml, size_t n, struct error *err);

/* Those that are compiled in. They are right, or the tests fail. */
int settings_shipped(struct settings *out, struct arena *a, struct error *err);

/* `folder`/settings.yaml over the shipped ones; the shipped ones alone when there is no such file. */
int settings_load(struct settings *out, struct arena *a, const char *folder, struct error *err);

/* Whether a value may stand there, as far as this room can know: numbers in their bounds, choices, addresses, length. Roles and
 * limits are checked by the rooms they belong to. -1 (field "value"): setting.number ({1} least, {2} most), setting.choice
 * ({1} the choices), setting.address, setting.text. */
int setting_check(const struct setting *s, const char *value, struct error *err);

/* The setting of a name, or NULL. */
const struct setting *setting_find(const struct settings *s, const char *name);

/* What it is on a day; NULL when no value holds then. */
const char *setting_on(const struct settings *s, const char *name, int32_t day);

/* The same as a number; `otherwise` when none holds. */
int64_t setting_number_on(const struct settings *s, const char *name, int32_t day, int64_t otherwise);

#endif
