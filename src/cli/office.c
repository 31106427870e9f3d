#include "cli/office.h"

#include <string.h>

#include "base/embedded.h"
#include "matter/engine.h"
#include "place/place.h"

int cli_office_open(struct cli_office *o, struct cli *c, struct error *err) {
  memset(o, 0, sizeof *o);
  o->c = c;
  o->now = wall_now();
  if (cli_house_open(&o->house, c, DB_READER, err) < 0) return -1;
  o->by = (struct actor){.kind = ACTOR_MACHINE, .district = o->house.district};
  return people_env_load(&o->env, o->house.db, c->arena, o->house.dir, o->house.district, err);
}

void cli_office_close(struct cli_office *o) {
  lane_close(o->lane);
  engine_close(o->engine);
  if (o->places) place_map_close(o->places);
  seal_keys_forget(&o->env.keys);
  cli_house_close(&o->house);
}

int cli_office_do(struct cli_office *o, lane_fn *fn, void *ctx, struct error *err) {
  if (!o->lane && lane_open(&o->lane, o->house.url, o->house.district, err) < 0) return -1;
  return lane_call(o->lane, fn, ctx, err);
}

int cli_office_engine(struct cli_office *o, struct error *err) {
  const struct embedded *bound = embedded_find("catalogues/nation-bound.geojson");
  const char *folder = arena_printf(o->c->arena, "%s/catalogues", o->house.dir);
  if (place_map_open(&o->places, o->house.district, bound ? bound->data : (struct bytes){0}, err) < 0) return -1;
  if (place_map_refresh(o->places, o->house.db, err) < 0) return -1;
  return engine_open(&o->engine, o->house.db, &o->env, o->places, folder, err);
}
