#include "people/role.h"

#include <string.h>

static const struct {
  const char *name, *words;
  enum role_level level;
  unsigned can;
} roles[ROLE_COUNT] = {
#define X(id, name, level, can) [ROLE_##id] = {name, "role." name, level, can},
    ROLE_LIST(X)
#undef X
};

static const char *const levels[] = {"none", "stairwell", "building", "grid", "community", "street", "district", "org"};
enum { LEVEL_COUNT = sizeof levels / sizeof levels[0] };

_Static_assert(ROLE_COUNT <= 48, "the high bits of a role_set belong to access.h");
_Static_assert(LEVEL_COUNT == ROLE_AT_ORG + 1, "every level has a name");

static bool known(enum role role) {
  return (int)role >= 0 && (int)role < ROLE_COUNT;
}

enum role role_by_name(const char *name) {
  if (!name) return ROLE_NONE;
  for (int i = 0; i < ROLE_COUNT; i++)
    if (strcmp(roles[i].name, name) == 0) return (enum role)i;
  return ROLE_NONE;
}

const char *role_name(enum role role) {
  return known(role) ? roles[role].name : "";
}
const char *role_words(enum role role) {
  return known(role) ? roles[role].words : "";
}
enum role_level role_level(enum role role) {
  return known(role) ? roles[role].level : ROLE_AT_NONE;
}
unsigned role_can(enum role role) {
  return known(role) ? roles[role].can : 0;
}

const char *role_level_name(enum role_level level) {
  return (int)level < LEVEL_COUNT ? levels[level] : levels[0];
}

enum role_level role_level_by_name(const char *name) {
  for (int i = 0; name && i < LEVEL_COUNT; i++)
    if (strcmp(levels[i], name) == 0) return (enum role_level)i;
  return ROLE_AT_NONE;
}
