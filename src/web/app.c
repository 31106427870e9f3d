#include "web/app.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "people/rate.h"
#include "people/setting_change.h"
#include "people/settings.h"
#include "store/file.h"
#include "store/outbox_send.h"
#include "web/app_inside.h"
#include "web/backup_run.h"
#include "web/verify_run.h"

enum { START_ARENA = 64 << 20, DRAIN_MS = 10000, CHECKPOINT_MINUTES = 60 };

/* A worker's own: its connection, and whether a view of it is held. */
struct app_worker {
  struct db *db;
  bool reading;
};

struct web_app *app_of(const struct request *r) { return r->app; }

int app_db(struct db **out, struct request *r, struct error *err) {
  struct app_worker *w = r->worker;
  if (!w->reading && db_read_begin(w->db, err) < 0) return -1;
  w->reading = true;
  *out = w->db;
  return 0;
}

static int worker_start(void **worker, void *app, struct error *err) {
  struct app_worker *w = xmalloc(sizeof *w);
  *w = (struct app_worker){0};
  if (db_open(&w->db, ((struct web_app *)app)->url, DB_READER, err) < 0) {
    free(w);
    return -1;
  }
  *worker = w;
  return 0;
}

/* A view held while nothing is asked would keep the write-ahead log from being folded back. */
static void worker_rest(void *worker) {
  struct app_worker *w = worker;
  if (w->reading) db_read_end(w->db);
  w->reading = false;
}

static void worker_end(void *worker) {
  struct app_worker *w = worker;
  worker_rest(w);
  db_close(w->db);
  free(w);
}

/* --- start and stop --------------------------------------------------------------------------------------------- */

static int choose_district(struct web_app *app, struct db *db, const char *code, struct error *err) {
  struct q_district_all_out *rows;
  size_t n, at = 0;
  if (q_district_all(db, app->arena, &rows, &n, err) < 0) return -1;
  while (at < n && code && !text_eq(rows[at].code, code)) at++;
  if (at == n || (n > 1 && !code)) return error_set(err, ERR_MISSING, "app.district", "district", code ? code : "", NULL);
  app->district = rows[at].district;
  app->code = rows[at].code;
  app->name_zh = rows[at].name_zh;
  app->name_en = rows[at].name_en;
  app->offset_min = (int)rows[at].offset_min;
  app->demo = rows[at].demo != 0;
  return 0;
}

/* An older schema is refused, not changed: who serves may not be who takes backups. */
static int check_schema(struct web_app *app, struct db *db, struct error *err) {
  int current = db_is_current(db, err);
  if (current < 0) return -1;
  return current ? 0 : error_set(err, ERR_CONFLICT, "app.schema-old", NULL, app->dir, NULL);
}

int app_places_changed(struct web_app *app, struct db *db, struct error *err) {
  return place_map_refresh(app->places, db, err);
}

static int open_rooms(struct web_app *app, struct db *db, const struct app_settings *s, struct error *err) {
  if (check_schema(app, db, err) < 0 || choose_district(app, db, s->district, err) < 0) return -1;
  if (journal_key_load(&app->journal_key, app->dir, err) < 0) return -1;
  if (seal_keys_load(&app->seal, app->dir, err) < 0) return -1;
  if (file_store_open(&app->files, app->dir, app->district, err) < 0) return -1;
  if (place_map_open(&app->places, app->district, s->nation, err) < 0) return -1;
  return app_places_changed(app, db, err);
}

static int open_engine(struct web_app *app, struct db *db, struct error *err) {
  const char *folder = arena_printf(app->arena, "%s/catalogues", app->dir);
  app->people = ARENA_NEW(app->arena, struct people_env);
  if (people_env_load(app->people, db, app->arena, app->dir, app->district, err) < 0) return -1;
  return engine_open(&app->engine, db, app->people, app->places, folder, err);
}

/* Tokens of forms are good on every server of a district: the key follows from one they share. */
static void share_csrf_key(const struct web_app *app) {
  unsigned char key[HASH_BYTES];
  hash_keyed(key, app->seal.match, "csrf", 4);
  route_set_csrf_key(key);
}

/* A district with a key for the national map (setting `map.tianditu`) sees it under its drawn areas. */
static int choose_tiles(struct web_app *app, struct db *db, struct error *err) {
  struct q_setting_get_out key = {0};
  struct q_setting_get_in in = {.district = app->district, .name = "map.tianditu"};
  int found = q_setting_get(db, app->arena, &key, &in, err);
  if (found != 1) return found < 0 ? -1 : 0;
  if (strspn(key.value, "0123456789abcdef") != strlen(key.value) || !*key.value) return 0;
  app->tiles = arena_printf(app->arena,
                            "https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
                            "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}"
                            "&TILECOL={x}&tk=%s",
                            key.value);
  return 0;
}

static int open_app(struct web_app *app, const struct app_settings *s, struct error *err) {
  struct db *db = NULL;
  if (route_table_check(err) < 0) return -1;
  /* The writer opens first: a database that needs recovery is recovered by it, before readers come. */
  if (db_open(&db, app->url, DB_WRITER, err) < 0) return -1;
  int r = open_rooms(app, db, s, err) < 0 ? -1 : open_engine(app, db, err);
  if (r == 0) r = choose_tiles(app, db, err);
  db_close(db);
  if (r < 0 || lane_open(&app->lane, app->url, app->district, err) < 0) return -1;
  if (app_mail_start(app, err) < 0) return -1;
  return app_timer_new(&app->timer, app, s->checkpoint_minutes ? s->checkpoint_minutes : CHECKPOINT_MINUTES, err);
}

/* A demonstration is tried by programs as well as people, and has nothing to guess. */
static void read_rates(struct rate_limit limits[RATE_CLASSES], const struct web_app *app) {
  const struct people_settings *s = people_in_force(app->people);
  const int per_minute[RATE_CLASSES] = {[RATE_PAGE] = s->rate.page, [RATE_REPORT] = s->rate.report,
                                        [RATE_SIGN_IN] = s->rate.sign_in, [RATE_API] = s->rate.api,
                                        [RATE_EXPORT] = s->rate.export};
  for (int i = 0; i < RATE_CLASSES; i++) limits[i] = (struct rate_limit){per_minute[i], (per_minute[i] + 1) / 2};
}

static void limit_rates(struct web_app *app) {
  enum { CALLERS = 65536 };
  struct rate_limit limits[RATE_CLASSES];
  read_rates(limits, app);
  if (!app->demo) app->rates = people_rate_new(CALLERS, limits, RATE_CLASSES);
  route_set_rates(app->rates);
}

/* --- settings that change while it runs -------------------------------------------------------------------------- */

static int begin_settings(struct lane_txn *t, void *ctx, struct error *err) {
  const struct web_app *app = ctx;
  int taken;
  return setting_begin(t, day_of_ms(t->now, app->offset_min), &taken, err);
}

static int take_settings(struct web_app *app, struct db *db, struct error *err) {
  struct rate_limit limits[RATE_CLASSES];
  if (engine_reload(app->engine, db, err) < 0 || people_env_refresh(app->people, db, app->dir, err) < 0) return -1;
  read_rates(limits, app);
  if (app->rates) people_rate_set(app->rates, limits, RATE_CLASSES);
  return 0;
}

int app_settings_follow(struct web_app *app, struct db *db, time_ms now, struct error *err) {
  struct arena *a = arena_new(256 * 1024);
  struct q_setting_change_due_out *due;
  struct q_setting_change_mark_out mark = {0};
  size_t n = 0;
  struct q_setting_change_due_in in = {.district = app->district, .day = day_of_ms(now, app->offset_min)};
  int r = q_setting_change_due(db, a, &due, &n, &in, err);
  if (r >= 0 && n) r = lane_call(app->lane, begin_settings, app, err);
  if (r >= 0) r = q_setting_change_mark(db, a, &mark, &(struct q_setting_change_mark_in){app->district}, err);
  pthread_mutex_lock(&app->settings_lock);
  if (r >= 0 && mark.n != app->settings_taken) {
    r = take_settings(app, db, err);
    if (r >= 0) app->settings_taken = mark.n;
  }
  pthread_mutex_unlock(&app->settings_lock);
  arena_free(a);
  return r < 0 ? -1 : 0;
}

static int start_serving(struct web_app *app, const struct app_settings *s, struct error *err) {
  struct http_settings http = {.listen = s->listen, .workers = s->workers, .proxy = s->proxy, .body_limit = route_body_limit,
                               .handler = route_handle, .app = app, .worker_start = worker_start,
                               .worker_end = worker_end, .worker_rest = worker_rest,
                               .images = app->tiles ? "https://*.tianditu.gov.cn" : NULL};
  route_set_identify(app_identify);
  share_csrf_key(app);
  limit_rates(app);
  app->verify = verify_run_new(app->url, app->district);
  app->backup = backup_run_new(app->url, app->dir, app->district, app->lane);
  /* The timer speaks to open pages through the server: it turns only while there is one. */
  return http_start(&app->server, &http, err) < 0 ? -1 : app_timer_run(app->timer, err);
}

int app_start(struct web_app **out, const struct app_settings *s, struct error *err) {
  struct arena *arena = arena_new(START_ARENA);
  struct web_app *app = ARENA_NEW(arena, struct web_app);
  app->arena = arena;
  app->settings_taken = -1;
  pthread_mutex_init(&app->settings_lock, NULL);
  app->dir = arena_strdup(arena, s->dir);
  app->url = arena_strdup(arena, s->url);
  if (open_app(app, s, err) == 0 && start_serving(app, s, err) == 0) {
    *out = app;
    return 0;
  }
  app_stop(app);
  return -1;
}

/* First nothing more by the clock, which speaks to pages through the server; then no new requests; the lane finishes what both
 * handed in; its last entry is signed. */
void app_stop(struct web_app *app) {
  struct error err = {0};
  if (!app) return;
  bool served = app->server != NULL;
  app_timer_stop(app->timer);
  http_stop(app->server, DRAIN_MS);
  verify_run_free(app->verify);
  backup_run_free(app->backup);
  app_timer_free(app->timer);
  outbox_stop(app->outbox);
  if (served && app_checkpoint(app, &err) < 0) log_event(LOG_ERROR, "checkpoint", "code", err.code, "detail", err.detail, NULL);
  lane_close(app->lane);
  engine_close(app->engine);
  file_store_close(app->files);
  place_map_close(app->places);
  seal_keys_forget(&app->seal);
  people_env_close(app->people);
  people_rate_free(app->rates);
  arena_free(app->arena);
}

void app_block_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is met as a full disk */
}

void app_wait(void) {
  sigset_t set;
  int signal_number = 0;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  while (sigwait(&set, &signal_number) != 0) continue;
  log_event(LOG_INFO, "stopping", "signal", signal_number == SIGTERM ? "TERM" : "INT", NULL);
}
