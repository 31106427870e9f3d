/* `tongxin user vacancies`: where 1+2+N is not met: grids without a worker, with too few building heads, stairwells
 * nobody looks after, posts held by more than the rule allows. How many there should be is a setting of the district.
 */
#include <string.h>

#include "cli/commands.h"
#include "people/people.h"
#include "place/place.h"

enum { OUT_BYTES = 16 << 20 };

struct force {
  struct cli *c;
  struct cli_house *house;
  const struct people_settings *settings;
  time_ms now;
  struct force_place *places;
  const struct q_place_of_level_out **rows;
  size_t place_count;
  struct post_row *posts;
  size_t post_count;
};

static enum place_level level_of(enum role_level level) {
  switch (level) {
    case ROLE_AT_STAIRWELL: return PLACE_STAIRWELL;
    case ROLE_AT_BUILDING: return PLACE_BUILDING;
    case ROLE_AT_GRID: return PLACE_GRID;
    case ROLE_AT_COMMUNITY: return PLACE_COMMUNITY;
    case ROLE_AT_STREET: return PLACE_STREET;
    default: return PLACE_DISTRICT;
  }
}

/* All places of one level, behind those read before. */
static int add_places(struct force *f, enum role_level level, struct error *err) {
  struct q_place_of_level_out *rows;
  size_t n;
  struct arena *a = f->c->arena;
  for (size_t i = 0; i < f->place_count; i++)
    if (f->places[i].level == level) return 0;
  struct q_place_of_level_in in = {.district = f->house->district, .level = (int64_t)level_of(level)};
  if (q_place_of_level(f->house->db, a, &rows, &n, &in, err) < 0) return -1;
  struct force_place *places = ARENA_ARRAY(a, f->place_count + n + 1, struct force_place);
  const struct q_place_of_level_out **all = ARENA_ARRAY(a, f->place_count + n + 1, const struct q_place_of_level_out *);
  for (size_t i = 0; i < f->place_count + n; i++) {
    bool old = i < f->place_count;
    all[i] = old ? f->rows[i] : &rows[i - f->place_count];
    places[i] = old ? f->places[i] : (struct force_place){rows[i - f->place_count].id, level};
  }
  f->places = places;
  f->rows = all;
  f->place_count += n;
  return 0;
}

static int add_posts(struct force *f, enum role role, struct error *err) {
  struct post_row *rows;
  size_t n;
  struct post_filter which = {.role = role};
  if (people_posts_in_office(&rows, &n, f->house->db, f->c->arena, f->house->district, &which, f->now, err) < 0)
    return -1;
  struct post_row *all = ARENA_ARRAY(f->c->arena, f->post_count + n + 1, struct post_row);
  if (f->post_count) memcpy(all, f->posts, f->post_count * sizeof *all);
  if (n) memcpy(all + f->post_count, rows, n * sizeof *all);
  f->posts = all;
  f->post_count += n;
  return 0;
}

static void put_line(struct buf *b, const struct force *f, const struct force_finding *x) {
  const struct q_place_of_level_out *place = f->rows[x->place];
  const char *role = words_find(f->c->lang, role_words(x->role));
  struct json j;
  if (!cli_json(f->c)) {
    buf_printf(b, "%s\t%s\t%s\t%d\t%d\t%d\n", place->code, place->name, role ? role : role_name(x->role), x->have,
               x->least, x->most);
    return;
  }
  json_start(&j, b);
  json_object(&j);
  json_put_int(&j, "place", place->id);
  json_put(&j, "code", place->code);
  json_put(&j, "name", place->name);
  json_put(&j, "role", role_name(x->role));
  json_put_int(&j, "have", x->have);
  json_put_int(&j, "least", x->least);
  json_put_int(&j, "most", x->most);
  json_put_bool(&j, "vacant", x->have < x->least);
  json_object_end(&j);
  buf_putc(b, '\n');
}

static int check(struct force *f, struct error *err) {
  struct force_finding *found;
  struct buf b;
  size_t n;
  const struct people_settings *s = f->settings;
  for (size_t i = 0; i < s->force_count; i++)
    if (add_places(f, s->force[i].per, err) < 0 || add_posts(f, s->force[i].role, err) < 0) return -1;
  people_force_check(&found, &n, f->c->arena, s->force, s->force_count, f->places, f->place_count, f->posts,
                     f->post_count);
  buf_init(&b, OUT_BYTES);
  if (n && !cli_json(f->c)) buf_printf(&b, "%s\n", word(f->c->lang, W_CLI_VACANCIES_HEAD));
  for (size_t i = 0; i < n; i++) put_line(&b, f, &found[i]);
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static int run(struct cli *c, struct error *err) {
  struct cli_house h;
  struct people_settings *settings = ARENA_NEW(c->arena, struct people_settings);
  if (cli_house_open(&h, c, DB_READER, err) < 0) return -1;
  struct force f = {.c = c, .house = &h, .settings = settings, .now = wall_now()};
  int r = people_settings_load(settings, h.db, c->arena, arena_printf(c->arena, "%s/catalogues", h.dir), h.district, err);
  if (r == 0) r = check(&f, err);
  cli_house_close(&h);
  return r;
}

static const struct cli_option options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};

const struct cli_command cmd_vacancies = {
    .name = "vacancies", .help = W_CLI_USER_VACANCIES, .options = options, .run = run};
