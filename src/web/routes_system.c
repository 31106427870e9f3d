/* For those who run the machine: is it well, and what is it doing. Counts only, nothing about anybody. */
#include "version.h"
#include "matter/list.h"
#include "store/outbox.h"
#include "web/app.h"

static int health(struct request *r, struct error *err) {
  struct web_app *app = app_of(r);
  struct lane_figures lane;
  struct db *db;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  lane_figures(app->lane, &lane);
  r->http->reply.no_store = true;
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_put_bool(&j, "ok", true);
  json_put(&j, "version", TONGXIN_VERSION);
  json_put(&j, "database", db_version(db));
  json_put(&j, "district", app->code);
  json_put_bool(&j, "demo", app->demo);
  json_put_int(&j, "waiting", lane.waiting);
  json_object_end(&j);
  return 0;
}

/* One line group of the Prometheus text format, version 0.0.4. */
static void metric(struct buf *b, const char *name, const char *type, const char *help, int64_t value) {
  buf_printf(b, "# HELP tongxin_%s %s\n# TYPE tongxin_%s %s\ntongxin_%s %lld\n", name, help, name, type, name,
             (long long)value);
}

static void http_metrics(struct buf *b, struct http_server *server) {
  struct http_counts c;
  http_counts(server, &c);
  metric(b, "http_requests_total", "counter", "Requests answered.", c.requests);
  metric(b, "http_refused_malformed_total", "counter", "Requests two parsers could read differently.", c.refused_malformed);
  metric(b, "http_refused_busy_total", "counter", "Requests refused because too many waited.", c.refused_busy);
  metric(b, "http_bytes_out_total", "counter", "Bytes of replies.", c.bytes_out);
  metric(b, "http_in_flight", "gauge", "Requests being worked on.", c.in_flight);
  metric(b, "http_queued", "gauge", "Requests waiting for a worker.", c.queued);
  metric(b, "http_connections", "gauge", "Open connections.", c.connections);
  metric(b, "http_streams", "gauge", "Open live updates.", c.streams);
}

static void lane_metrics(struct buf *b, struct lane *lane) {
  struct lane_figures f;
  lane_figures(lane, &f);
  metric(b, "lane_jobs_total", "counter", "Changes handed to the writer lane and finished.", f.jobs);
  metric(b, "lane_failed_total", "counter", "Changes that were refused or failed.", f.failed);
  metric(b, "lane_batches_total", "counter", "Durable commits.", f.batches);
  metric(b, "lane_waiting", "gauge", "Changes waiting for the lane.", f.waiting);
  metric(b, "lane_largest_batch", "gauge", "Most changes made durable by one commit.", f.largest_batch);
}

static void store_metrics(struct buf *b) {
  metric(b, "statements_total", "counter", "Statements run on the database.", db_statements());
}

static int outbox_metrics(struct buf *b, struct request *r, struct db *db, struct error *err) {
  struct outbox_figures f;
  if (outbox_figures(db, r->arena, app_of(r)->district, r->now, &f, err) < 0) return -1;
  metric(b, "outbox_waiting", "gauge", "Letters that wait to be sent.", f.waiting + f.sending);
  metric(b, "outbox_dead", "gauge", "Letters given up; somebody must look.", f.dead);
  metric(b, "outbox_oldest_seconds", "gauge", "Age of the oldest unsent letter.", f.oldest_ms / SECOND_MS);
  return 0;
}

static int clock_metrics(struct buf *b, struct request *r, struct db *db, struct error *err) {
  struct q_clock_aside_count_out aside = {0};
  if (q_clock_aside_count(db, r->arena, &aside, &(struct q_clock_aside_count_in){app_of(r)->district}, err) < 0) return -1;
  metric(b, "clock_marks_aside", "gauge", "Marks of clocks that were refused and put off; somebody must look.", aside.n);
  return 0;
}

/* Open matters by phase, the whole district. */
static int matter_metrics(struct buf *b, struct request *r, struct db *db, struct error *err) {
  struct web_app *app = app_of(r);
  struct phase_count counts[PHASE_VOID + 1];
  struct scope whole = {.arm = {{.kind = SCOPE_DISTRICT, .confidential = true}}, .count = 1};
  const struct world *w = world_take(app->engine);
  int result = matter_phase_counts(counts, db, r->arena, w, &whole, r->now, err);
  world_release(app->engine, w);
  for (int i = 0; result == 0 && i <= PHASE_VOID; i++) {
    const char *name = arena_printf(r->arena, "matters_open_%s", procedure_phase_name((enum procedure_phase)i));
    if (i < PHASE_CLOSED) metric(b, name, "gauge", "Open matters in this phase.", counts[i].n);
  }
  return result;
}

static int metrics(struct request *r, struct error *err) {
  struct web_app *app = app_of(r);
  struct q_journal_head_out head = {0};
  struct db *db;
  if (app_db(&db, r, err) < 0) return -1;
  if (q_journal_head(db, r->arena, &head, &(struct q_journal_head_in){app->district}, err) < 0) return -1;
  struct buf *b = reply_as(r, 200, "text/plain; version=0.0.4; charset=utf-8");
  r->http->reply.no_store = true;
  http_metrics(b, app->server);
  lane_metrics(b, app->lane);
  struct q_file_waiting_count_out files = {0};
  if (q_file_waiting_count(db, r->arena, &files, &(struct q_file_waiting_count_in){app->district}, err) < 0) return -1;
  metric(b, "files_waiting", "gauge", "Uploads that belong to nothing yet.", files.n);
  metric(b, "files_abandoned_total", "counter", "Uploads erased because nothing came to use them.", app->files_abandoned);
  store_metrics(b);
  metric(b, "journal_entries_total", "counter", "Entries of the journal.", head.seq);
  return outbox_metrics(b, r, db, err) < 0 || clock_metrics(b, r, db, err) < 0 ? -1 : matter_metrics(b, r, db, err);
}

const struct route routes_system[] = {
    {.method = HTTP_GET, .path = "/healthz", .kind = ROUTE_API, .who = ACCESS_PUBLIC, .reply = "health", .tag = "system",
     .help = W_ROUTE_HEALTH, .handler = health},
    {.method = HTTP_GET, .path = "/metrics", .kind = ROUTE_RAW, .who = ACCESS_PUBLIC, .tag = "system",
     .help = W_ROUTE_METRICS, .handler = metrics},
    {0}};
