/* The app: everything that lives as long as the server, and how a handler reaches it.
 *
 *   static int case_get(struct request *r, struct error *err) {
 *     struct db *db;
 *     if (app_db(&db, r, err) < 0) return -1;      one view of the database for the whole handler
 *     ...
 *   }
 *   static int case_post(struct request *r, struct error *err) {
 *     struct act act = {.actor = &r->actor, .action = "accept", ...};
 *     return app_act(r, &act, case_posted, NULL);  goes on in case_posted when it is durable
 *   }
 */
#ifndef WEB_APP_H
#define WEB_APP_H

#include <pthread.h>

#include "matter/engine.h"
#include "people/seal.h"
#include "place/place.h"
#include "store/store.h"
#include "web/route.h"

struct app_timer;
struct backup_run;
struct file_store;
struct people_env;
struct verify_run;

struct web_app {
  const char *dir, *url; /* data directory, database */
  int64_t district;
  const char *code, *name_zh, *name_en;
  int offset_min;
  bool demo;
  _Atomic bool stopping; /* the server is to end: long work is cut short */
  const char *tiles; /* address of map tiles, with {layer} {s} {z} {x} {y}; NULL: drawn areas alone */
  struct lane *lane;
  struct outbox *outbox; /* NULL without mail.yaml: letters wait */
  struct engine *engine;
  struct people_env *people; /* settings and keys of the room people */
  struct file_store *files;
  struct place_map *places;
  struct journal_key journal_key;
  struct seal_keys seal;
  struct rate_table *rates; /* NULL in a demonstration district */
  pthread_mutex_t settings_lock;
  int64_t settings_taken; /* how many changes of settings had come when they were last read */
  struct http_server *server;
  struct app_timer *timer;
  struct verify_run *verify; /* the verification asked for from a page */
  struct backup_run *backup; /* and the backup */
  _Atomic int64_t files_abandoned; /* uploads erased since the start because nothing came to use them */
  struct arena *arena; /* for what is made at start */
};

struct app_settings {
  const char *dir, *url, *district; /* district: code, or NULL for the only one */
  const char *listen;
  const char *proxy; /* as in struct http_settings; NULL none */
  int workers;       /* 0: as many as cores */
  struct bytes nation; /* catalogues/nation-bound.geojson; without data no bound is asked of points */
  int checkpoint_minutes; /* how often the head of the journal is signed; 0: 60 */
};

/* Opens everything and starts to serve. Errors: app.schema-old, app.district, and those of the rooms. */
int app_start(struct web_app **out, const struct app_settings *settings, struct error *err);

/* Lets what is under way finish, signs the head of the journal, closes everything. NULL is allowed. */
void app_stop(struct web_app *app);

/* Waits for SIGTERM or SIGINT. Call app_block_signals before any thread is started. */
void app_block_signals(void);
void app_wait(void);

/* ---- for handlers ---- */

/* The channel of live pages: "changed" is published when something became durable. */
#define APP_CHANGED "changed"

/* The app a request came to. */
struct web_app *app_of(const struct request *r);

/* This worker's read-only connection, in a view that stays the same until the handler (or the `after`) returns. */
int app_db(struct db **out, struct request *r, struct error *err);

/* Runs `run` in the lane and goes on with `after` on a worker. `err` of `after` holds what the lane said, ERR_NONE when it
 * is durable; returning -1 shows it to the asker. `ctx` must live as long as the request; the lane's `run` may be run
 * again when the database was busy. Returns 0 from a handler. */
int app_run(struct request *r, lane_fn *run, void *ctx, int (*after)(struct request *r, void *ctx, struct error *err));

/* Takes an action. `act` is copied whole, what it says included; its actor is r->actor when none is given. `after` gets
 * what came of it with its strings in the request's memory, or NULL when it failed (err says why). */
int app_act(struct request *r, const struct act *act,
            int (*after)(struct request *r, const struct acted *acted, void *ctx, struct error *err), void *ctx);

/* The cookie of a session, and the moment it ends; NULL signs this browser out. */
void app_keep_session(struct request *r, const char *token, time_ms expires);
const char *app_session_token(const struct request *r); /* "" none */

/* Takes into use the settings whose day has come, and reads all of them again when any came since, here or on another server.
 * By the timer every second, and at once after a change. */
int app_settings_follow(struct web_app *app, struct db *db, time_ms now, struct error *err);

/* After grids, communities or their areas changed: the point index is built anew from `db`. */
int app_places_changed(struct web_app *app, struct db *db, struct error *err);

#endif
