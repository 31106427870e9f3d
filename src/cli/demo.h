/* The demonstration district: the real divisions of one county, a made-up map, invented people and what befell them. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "base/base.h"
#include "base/yaml.h"
#include "people/settings.h"
#include "store/store.h"

/* One who can sign in; written to `dir`/demo-roles.json and shown at the start. */
struct demo_role {
  const char *role, *account, *name;
};

/* Everybody with a post: who acts for it in the cases. */
struct demo_worker {
  enum role role;
  int64_t place, org_id, account;
  const char *org, *login; /* key of the organisation, "" none; account's name */
};

enum { DEMO_ROLES = 60, DEMO_WORKERS = 1000, DEMO_PASSWORD = 24 };

/* The district being made. */
struct demo {
  struct arena *arena;
  const char *dir, *url;
  int64_t district;
  int offset_min;
  struct people_env env;
  struct lane *lane;
  const struct yaml *people; /* demo/people.yaml */
  time_ms now, start;        /* the present, and the beginning of its history */
  char password[DEMO_PASSWORD], hash[PASSWORD_HASH_SIZE];
  struct demo_role roles[DEMO_ROLES];
  size_t role_count;
  struct demo_worker workers[DEMO_WORKERS];
  size_t worker_count;
  int64_t photo_before, photo_after; /* files: the place as it was reported, and when it was done */
  const struct yaml *scripts; /* demo/scripts.yaml */
};

/* Fills a district that was just founded. Errors: demo.file, and those of the rooms. What was done before a failure
 * stays: the caller tells people to remove the directory. */
int demo_fill(const char *dir, const char *url, int64_t district, struct arena *a, struct error *err);

/* What stands at a key of one of the demo's files, "" when nothing does; and a number written there, 0 when it is none. */
const char *demo_text(const struct yaml *map, const char *key);
int64_t demo_number(const char *text);

/* demo_people.c: departments, persons, posts and accounts. */
int demo_people(struct demo *d, struct error *err);

/* demo_photos.c: the pictures of the cases. Error demo.photo, and those of store/file.h. */
int demo_photos(struct demo *d, struct error *err);

/* demo_cases.c: what befell the district. */
int demo_cases(struct demo *d, struct error *err);

/* The file of sign-ins in `dir`. */
const char *demo_roles_path(struct arena *a, const char *dir);

#endif
