/* What commands work with that change a running district: its database, the settings and keys of its people, a lane of
 * their own, and the machine as actor. A server that is running meanwhile has the database between our batches. */
#ifndef CLI_OFFICE_H
#define CLI_OFFICE_H

#include "cli/cli.h"
#include "people/access.h"
#include "people/settings.h"
#include "store/lane.h"

struct engine;
struct place_map;

struct cli_office {
  struct cli *c;
  struct cli_house house;
  struct people_env env;
  struct actor by; /* the machine: what is done on the command line is done by whoever holds the data directory */
  time_ms now;
  struct lane *lane;
  struct place_map *places;
  struct engine *engine;
};

/* Opens database, settings and keys. On failure, too, cli_office_close may be called. Errors: those of cli_house_open and
 * people_env_load. */
int cli_office_open(struct cli_office *o, struct cli *c, struct error *err);
void cli_office_close(struct cli_office *o);

/* Hands one job to the lane, which is opened at the first one. */
int cli_office_do(struct cli_office *o, lane_fn *fn, void *ctx, struct error *err);

/* Opens the engine as well, for commands that look at or change matters. */
int cli_office_engine(struct cli_office *o, struct error *err);

/* Counts every open clock anew with the calendar of the engine, batch by batch, and prints those that moved. */
int cli_calendar_recompute(struct cli_office *o, struct error *err);

#endif
