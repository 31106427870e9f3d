#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/embedded.h"
#include "place/demo.h"
#include "place/division.h"

enum { YAML_MAX = 1 << 20, JSON_MAX = 64 << 10 };

static const char *const lists[][2] = {{"provinces.csv", "divisions/provinces.csv"},
                                       {"cities.csv", "divisions/cities.csv"},
                                       {"areas.csv", "divisions/areas.csv"},
                                       {"streets.csv", "demo/streets.csv"},
                                       {"villages.csv", "demo/villages.csv"}};
enum { LISTS = sizeof lists / sizeof *lists };

const char *demo_roles_path(struct arena *a, const char *dir) { return arena_printf(a, "%s/demo-roles.json", dir); }

/* --- divisions and map ------------------------------------------------------------------------------------------ */

static int write_file(const char *path, struct bytes data, struct error *err) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && write(fd, data.data, data.len) == (ssize_t)data.len;
  if (fd >= 0 && close(fd) != 0) ok = false;
  return ok ? 0 : error_set(err, ERR_UNAVAILABLE, "found.dir", "data", path, strerror(errno), NULL);
}

static void remove_lists(struct arena *a, const char *folder) {
  for (int i = 0; i < LISTS; i++) unlink(arena_printf(a, "%s/%s", folder, lists[i][0]));
  rmdir(folder);
}

/* The lists are read by the same reader as anybody's, from files. */
static int write_lists(struct demo *d, char *folder, struct error *err) {
  if (!mkdtemp(folder)) return error_set(err, ERR_UNAVAILABLE, "found.dir", "data", folder, strerror(errno), NULL);
  for (int i = 0; i < LISTS; i++) {
    const struct embedded *f = embedded_find(lists[i][1]);
    if (!f) return error_fault(err, "demo.file", "%s is not embedded", lists[i][1]);
    if (write_file(arena_printf(d->arena, "%s/%s", folder, lists[i][0]), f->data, err) < 0) return -1;
  }
  return 0;
}

static int read_divisions(struct demo *d, struct place_divisions *list, struct error *err) {
  char *folder = arena_printf(d->arena, "%s/divisions-XXXXXX", d->dir);
  const char *county = arena_strndup(d->arena, yaml_get(d->people, "street")->text, 6);
  int r = write_lists(d, folder, err);
  if (r == 0) r = place_divisions_read(list, d->arena, folder, county, NULL, NULL, err);
  remove_lists(d->arena, folder);
  return r;
}

const char *demo_text(const struct yaml *map, const char *key) {
  const struct yaml *node = yaml_get(map, key);
  return node ? node->text : "";
}

int64_t demo_number(const char *text) {
  int64_t n = 0;
  text_to_int(text, &n);
  return n;
}

struct places {
  struct demo *demo;
  struct place_divisions list;
};

static double real_of(const struct yaml *node) {
  double n = 0;
  if (node) text_to_real(node->text, &n);
  return n;
}

static int make_places(struct lane_txn *t, void *ctx, struct error *err) {
  struct places *p = ctx;
  const struct yaml *file = p->demo->people, *centre = yaml_get(file, "centre");
  struct place_divisions_report applied, adopted;
  struct place_demo_report made;
  const char *street = yaml_get(file, "street")->text;
  int32_t edition;
  if (!date_parse(&edition, yaml_get(file, "edition")->text)) return error_fault(err, "demo.file", "edition");
  if (place_divisions_apply(&applied, t, "system", &p->list, edition, p->demo->offset_min, NULL, NULL, err) < 0) return -1;
  if (place_divisions_adopt(&adopted, t, "system", arena_strndup(t->arena, street, 6), err) < 0) return -1;
  struct place_demo_options options = {.actor = "system", .street = street,
                                       .centre = {real_of(yaml_get(centre, "lon")), real_of(yaml_get(centre, "lat"))}};
  return place_demo_make(&made, t, &options, err);
}

static int demo_places(struct demo *d, struct error *err) {
  struct places p = {.demo = d};
  if (read_divisions(d, &p.list, err) < 0) return -1;
  return lane_call(d->lane, make_places, &p, err);
}

/* --- sign-ins --------------------------------------------------------------------------------------------------- */

/* Written last and renamed: a demo without it was not finished. */
static int write_roles(struct demo *d, struct error *err) {
  const char *path = demo_roles_path(d->arena, d->dir), *beside = arena_printf(d->arena, "%s.new", path);
  struct buf b;
  struct json j;
  buf_init(&b, JSON_MAX);
  json_start(&j, &b);
  json_array(&j);
  for (size_t i = 0; i < d->role_count; i++) {
    json_object(&j);
    json_put(&j, "role", d->roles[i].role);
    json_put(&j, "account", d->roles[i].account);
    json_put(&j, "name", d->roles[i].name);
    json_put(&j, "password", d->password);
    json_put(&j, "path", "/sign-in");
    json_object_end(&j);
  }
  json_array_end(&j);
  int r = write_file(beside, (struct bytes){(unsigned char *)b.data, b.len}, err);
  if (r == 0 && rename(beside, path) < 0)
    r = error_set(err, ERR_UNAVAILABLE, "found.dir", "data", path, strerror(errno), NULL);
  buf_free(&b);
  return r;
}

/* --- all of it -------------------------------------------------------------------------------------------------- */

static int read_file(struct demo *d, struct error *err) {
  struct yaml *people;
  const struct embedded *f = embedded_find("demo/people.yaml");
  int64_t days = 0;
  if (!f) return error_fault(err, "demo.file", "demo/people.yaml is not embedded");
  if (yaml_read(&people, d->arena, (const char *)f->data.data, f->data.len, YAML_MAX, err) < 0) return -1;
  const struct yaml *given = yaml_get(people, "days");
  if (!given || !text_to_int(given->text, &days)) return error_fault(err, "demo.file", "days");
  d->people = people;
  d->now = wall_now();
  d->start = d->now - days * DAY_MS;
  return 0;
}

static int read_env(struct demo *d, struct error *err) {
  struct db *db = NULL;
  int r = db_open(&db, d->url, DB_READER, err);
  if (r == 0) r = people_env_load(&d->env, db, d->arena, d->dir, d->district, err);
  db_close(db);
  d->offset_min = d->env.offset_min;
  return r;
}

static int fill(struct demo *d, struct error *err) {
  lane_set_now(d->lane, d->start);
  if (demo_places(d, err) < 0 || demo_people(d, err) < 0 || demo_photos(d, err) < 0 ||
      demo_cases(d, err) < 0) return -1;
  lane_set_now(d->lane, 0);
  return write_roles(d, err);
}

int demo_fill(const char *dir, const char *url, int64_t district, struct arena *a, struct error *err) {
  struct demo *d = ARENA_NEW(a, struct demo);
  *d = (struct demo){.arena = a, .dir = dir, .url = url, .district = district};
  if (read_file(d, err) < 0 || read_env(d, err) < 0 || lane_open(&d->lane, url, district, err) < 0) return -1;
  int r = fill(d, err);
  lane_close(d->lane);
  seal_keys_forget(&d->env.keys);
  return r;
}
