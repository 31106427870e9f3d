/* The JSON API: what the district is made of - places, procedures, catalogue, calendar - and the journal anybody can
 * check. */
#include <math.h>
#include <string.h>

#include "matter/calendar.h"
#include "matter/catalogue.h"
#include "place/place.h"
#include "web/api_row.h"
#include "web/case_json.h"

static bool in_chinese(const struct request *r) {
  return r->lang == LANG_ZH;
}

/* --- places ----------------------------------------------------------------------------------------------------- */

enum { PLACES_PARENT, PLACES_Q };
enum { LOCATE_LON, LOCATE_LAT };

static const char *level_name(enum place_level level) {
  static const char *const names[] = {"",     "district", "street",    "community",
                                      "grid", "building", "stairwell", "household"};
  return names[level];
}

static void put_id(struct json *j, const char *key, int64_t id) {
  json_key(j, key);
  if (id)
    json_int(j, id);
  else
    json_null(j);
}

static void write_place(struct json *j, const struct place_row *p) {
  json_object(j);
  json_put_int(j, "id", p->id);
  json_put(j, "level", level_name(p->level));
  json_put(j, "kind", p->kind);
  json_put(j, "code", p->code);
  json_put(j, "name", p->name);
  put_id(j, "parent", p->parent);
  put_id(j, "street", p->street);
  put_id(j, "community", p->community);
  put_id(j, "grid", p->grid);
  api_put_position(j, "position", p->at.lon, p->at.lat);
  json_object_end(j);
}

/* The place a list begins at: the one asked for, or the district itself. */
static int parent_of(int64_t *out, struct request *r, struct db *db, struct error *err) {
  struct q_place_of_level_in in = {.district = app_of(r)->district, .level = PLACE_DISTRICT};
  struct q_place_of_level_out *rows;
  size_t n;
  *out = req_int(r, PLACES_PARENT);
  if (*out) return 0;
  if (q_place_of_level(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  if (n) *out = rows[0].id;
  return 0;
}

/* Households are nobody else's business: they are in no answer. */
static int places(struct request *r, struct error *err) {
  struct db *db;
  struct place_row *rows;
  size_t n;
  struct json j;
  int64_t district = app_of(r)->district, parent;
  if (app_db(&db, r, err) < 0 || parent_of(&parent, r, db, err) < 0) return -1;
  int found = req_has(r, PLACES_Q)
                  ? place_search(&rows, &n, db, r->arena, district, req_text(r, PLACES_Q), API_PAGE_MOST, err)
                  : place_children(&rows, &n, db, r->arena, district, parent, API_PAGE_MOST, err);
  if (found < 0) return -1;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < n; i++)
    if (rows[i].level != PLACE_HOUSEHOLD && !rows[i].valid_to) write_place(&j, &rows[i]);
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static int put_place_of(struct json *j, struct request *r, struct db *db, const char *key, int64_t id,
                        struct error *err) {
  struct place_row row;
  json_key(j, key);
  if (!id) {
    json_null(j);
    return 0;
  }
  if (place_get(&row, db, r->arena, app_of(r)->district, id, err) < 0) return -1;
  write_place(j, &row);
  return 0;
}

static int locate(struct request *r, struct error *err) {
  struct lonlat at = {req_real(r, LOCATE_LON), req_real(r, LOCATE_LAT)};
  struct place_found found;
  struct db *db;
  struct json j;
  if (place_locate(&found, app_of(r)->places, at, err) < 0 || app_db(&db, r, err) < 0) return -1;
  api_reply(r, &j, 200);
  if (put_place_of(&j, r, db, "street", found.street, err) < 0) return -1;
  if (put_place_of(&j, r, db, "community", found.community, err) < 0) return -1;
  if (put_place_of(&j, r, db, "grid", found.grid, err) < 0) return -1;
  json_put_bool(&j, "to_be_placed", found.to_be_placed);
  json_put_real(&j, "distance_m", round(found.distance_m));
  json_object_end(&j);
  return 0;
}

/* --- procedures ------------------------------------------------------------------------------------------------- */

enum { PROCEDURE_NAME };

static void put_titles(struct json *j, const struct request *r, const char *name, const struct bilingual *title) {
  json_put(j, "name", name);
  json_put(j, "title", bilingual_pick(title, in_chinese(r)));
}

static int procedures(struct request *r, struct error *err) {
  const struct world *w = api_world(r);
  struct json j;
  (void)err;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < w->procedure_count; i++) {
    const struct procedure_secrecy *secrecy = w->procedures[i]->secrecy;
    if (secrecy && !access_has_role(&r->actor, secrecy->know)) continue;
    json_object(&j);
    put_titles(&j, r, w->procedures[i]->name, &w->procedures[i]->title);
    json_put(&j, "about", bilingual_pick(&w->procedures[i]->about, in_chinese(r)));
    json_put_int(&j, "version", w->procedures[i]->version);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static int find_procedure(const struct procedure **out, struct request *r, struct error *err) {
  *out = world_procedure(api_world(r), req_text(r, PROCEDURE_NAME), 0);
  return *out ? 0 : error_set(err, ERR_MISSING, "matter.procedure", "name", req_text(r, PROCEDURE_NAME), NULL);
}

static void write_stages(struct json *j, const struct request *r, const struct procedure_track *t) {
  json_key(j, "stages");
  json_array(j);
  for (size_t i = 0; i < t->stages_count; i++) {
    const struct procedure_stage *s = &t->stages[i];
    json_object(j);
    put_titles(j, r, s->name, &s->title);
    json_put(j, "phase", procedure_phase_name(s->phase));
    json_put_bool(j, "final", s->final);
    json_object_end(j);
  }
  json_array_end(j);
}

static void write_actions(struct json *j, const struct request *r, const struct procedure_track *t) {
  json_key(j, "actions");
  json_array(j);
  for (size_t i = 0; i < t->actions_count; i++) {
    const struct procedure_action *a = &t->actions[i];
    json_object(j);
    put_titles(j, r, a->name, &a->title);
    json_put_bool(j, "opens", a->opens);
    json_key(j, "from");
    json_array(j);
    for (size_t k = 0; k < a->from.count; k++) json_string(j, a->from.items[k]->name);
    json_array_end(j);
    case_json_fields(j, a, r->lang);
    json_object_end(j);
  }
  json_array_end(j);
}

static void write_clocks(struct json *j, const struct request *r, const struct procedure_track *t) {
  json_key(j, "clocks");
  json_array(j);
  for (size_t i = 0; i < t->clocks_count; i++) {
    json_object(j);
    put_titles(j, r, t->clocks[i].name, &t->clocks[i].title);
    json_put(j, "limit", t->clocks[i].limit.text);
    json_put_bool(j, "shown", t->clocks[i].shown);
    json_put_bool(j, "counts", t->clocks[i].counts);
    json_object_end(j);
  }
  json_array_end(j);
}

static void write_laws(struct json *j, const struct request *r, const struct procedure *p) {
  json_key(j, "basis");
  json_array(j);
  for (size_t i = 0; i < p->basis_count; i++) {
    json_object(j);
    json_put(j, "title", bilingual_pick(&p->basis[i].title, in_chinese(r)));
    json_put(j, "article", p->basis[i].article);
    json_object_end(j);
  }
  json_array_end(j);
}

static int procedure_one(struct request *r, struct error *err) {
  const struct procedure *p;
  struct json j;
  if (find_procedure(&p, r, err) < 0) return -1;
  api_reply(r, &j, 200);
  put_titles(&j, r, p->name, &p->title);
  json_put(&j, "about", bilingual_pick(&p->about, in_chinese(r)));
  json_put_int(&j, "version", p->version);
  write_laws(&j, r, p);
  json_key(&j, "tracks");
  json_array(&j);
  for (size_t i = 0; i < p->tracks_count; i++) {
    json_object(&j);
    put_titles(&j, r, p->tracks[i].name, &p->tracks[i].title);
    write_stages(&j, r, &p->tracks[i]);
    write_actions(&j, r, &p->tracks[i]);
    write_clocks(&j, r, &p->tracks[i]);
    json_object_end(&j);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

static int procedure_drawing(struct request *r, struct error *err) {
  const struct procedure *p;
  if (find_procedure(&p, r, err) < 0) return -1;
  procedure_draw(reply_as(r, 200, "image/svg+xml; charset=utf-8"), p, in_chinese(r));
  return 0;
}

/* --- the catalogue ---------------------------------------------------------------------------------------------- */

enum { CATALOGUE_SCHEME, CATALOGUE_KIND, CATALOGUE_Q };

static bool has_text(const struct bilingual *t, const char *q) {
  return (t->zh && strstr(t->zh, q)) || (t->en && strcasestr(t->en, q));
}

static bool is_asked(const struct request *r, const struct catalogue_code *c) {
  const char *q = req_text(r, CATALOGUE_Q);
  if (req_has(r, CATALOGUE_SCHEME) && !text_eq(c->scheme, req_text(r, CATALOGUE_SCHEME))) return false;
  if (req_has(r, CATALOGUE_KIND) && !text_eq(c->kind, req_text(r, CATALOGUE_KIND))) return false;
  return !*q || text_starts(c->code, q) || has_text(&c->title, q) || has_text(&c->public_title, q);
}

static void write_condition(struct json *j, const struct request *r, const struct catalogue_condition *c) {
  struct buf words;
  buf_init(&words, 200);
  limit_words(&words, r->lang, c->limits[LIMIT_GENERAL]);
  json_object(j);
  json_put_int(j, "order", c->order);
  json_put(j, "filing", bilingual_pick(&c->filing, in_chinese(r)));
  json_put(j, "closing", bilingual_pick(&c->closing, in_chinese(r)));
  json_put(j, "limit", words.data);
  for (int i = LIMIT_ENGINEERING; i < LIMIT_KINDS; i++) {
    buf_clear(&words);
    if (c->limits[i].unit != UNIT_NONE) limit_words(&words, r->lang, c->limits[i]);
    json_put(j, arena_printf(r->arena, "limit_%s", catalogue_limit_name((enum catalogue_limit)i)), words.len ? words.data : NULL);
  }
  json_object_end(j);
  buf_free(&words);
}

static void write_code(struct json *j, const struct request *r, const struct catalogue_code *c) {
  json_object(j);
  json_put(j, "key", c->key);
  json_put(j, "scheme", c->scheme);
  json_put(j, "kind", c->kind);
  json_put(j, "code", c->code);
  json_put(j, "title", bilingual_pick(&c->title, in_chinese(r)));
  json_put(j, "public_title", c->public_title.zh ? bilingual_pick(&c->public_title, in_chinese(r)) : NULL);
  json_put(j, "major", bilingual_pick(&c->major->title, in_chinese(r)));
  json_put(j, "unit", c->unit ? bilingual_pick(&c->unit->title, in_chinese(r)) : NULL);
  json_key(j, "conditions");
  json_array(j);
  for (size_t i = 0; i < c->conditions_count; i++) write_condition(j, r, &c->conditions[i]);
  json_array_end(j);
  json_object_end(j);
}

static int catalogue(struct request *r, struct error *err) {
  const struct catalogue *c = api_world(r)->catalogue;
  int32_t today = day_of_ms(r->now, app_of(r)->offset_min);
  struct json j;
  (void)err;
  api_reply(r, &j, 200);
  json_key(&j, "items");
  json_array(&j);
  for (size_t i = 0; i < c->codes_count; i++) {
    const struct catalogue_code *code = &c->codes[i];
    bool in_force = (!code->from || code->from <= today) && (!code->until || code->until >= today);
    if (in_force && is_asked(r, code)) write_code(&j, r, code);
  }
  json_array_end(&j);
  json_object_end(&j);
  return 0;
}

/* --- the calendar ----------------------------------------------------------------------------------------------- */

enum { CALENDAR_YEAR };

/* The days that are not what their weekday says. */
static void write_days(struct json *j, const struct request *r, const struct calendar *c, int year) {
  json_key(j, "days");
  json_array(j);
  for (int32_t day = day_from_civil(year, 1, 1); day <= day_from_civil(year, 12, 31); day++) {
    struct day_info info;
    char date[16];
    if (!calendar_look(&info, c, day) || info.kind == DAY_KIND_WORK || info.kind == DAY_KIND_WEEKEND) continue;
    date_format(date, sizeof date, day);
    json_object(j);
    json_put(j, "date", date);
    json_put(j, "kind", calendar_day_key(info.kind));
    json_put_bool(j, "worked", info.worked);
    json_put(j, "name", in_chinese(r) ? info.zh : info.en);
    json_object_end(j);
  }
  json_array_end(j);
}

static int calendar(struct request *r, struct error *err) {
  const struct calendar *c = api_world(r)->calendar;
  struct civil today;
  struct json j;
  civil_from_ms(&today, r->now, app_of(r)->offset_min);
  int year = req_has(r, CALENDAR_YEAR) ? (int)req_int(r, CALENDAR_YEAR) : today.year;
  bool inside =
      day_from_civil(year, 1, 1) >= calendar_first_day(c) && day_from_civil(year, 12, 31) <= calendar_last_day(c);
  if (!inside) return error_set(err, ERR_INPUT, "api.year", "year", NULL);
  api_reply(r, &j, 200);
  json_put_int(&j, "year", year);
  json_put_bool(&j, "published", calendar_known(c, year));
  write_days(&j, r, c, year);
  json_object_end(&j);
  return 0;
}

/* --- the journal ------------------------------------------------------------------------------------------------ */

enum { JOURNAL_AFTER, JOURNAL_LIMIT };
enum { LINES_USUAL = 1000, LINES_MOST = 10000 };

static void put_hex(struct json *j, const char *key, struct bytes bytes) {
  char hex[2 * 64 + 1] = "";
  if (bytes.len <= 64) text_hex(hex, bytes.data, bytes.len);
  json_put(j, key, hex);
}

static int checkpoint(struct request *r, struct error *err) {
  struct q_checkpoint_last_in in = {app_of(r)->district};
  struct q_checkpoint_last_out row;
  struct db *db;
  struct json j;
  if (app_db(&db, r, err) < 0) return -1;
  int found = q_checkpoint_last(db, r->arena, &row, &in, err);
  if (found < 0) return -1;
  api_reply(r, &j, 200);
  json_key(&j, "checkpoint");
  if (found) {
    json_object(&j);
    json_put_int(&j, "district", in.district);
    json_put_int(&j, "checkpoint", row.seq);
    json_put_int(&j, "at", row.at);
    put_hex(&j, "hash", row.hash);
    put_hex(&j, "public_key", row.public_key);
    put_hex(&j, "signature", row.signature);
    json_object_end(&j);
  } else {
    json_null(&j);
  }
  json_object_end(&j);
  return 0;
}

/* The lines are those of `tongxin export journal`: docs/verify-journal.mjs reads either. */
static void write_entry(struct buf *b, int64_t district, const struct q_journal_after_out *row) {
  struct json j;
  json_start(&j, b);
  json_object(&j);
  json_put_int(&j, "district", district);
  json_put_int(&j, "seq", row->seq);
  json_put_int(&j, "at", row->at);
  json_put(&j, "actor", row->actor);
  json_put(&j, "action", row->action);
  json_put(&j, "subject", row->subject);
  json_put_int(&j, "subject_id", row->subject_id);
  json_put(&j, "data", row->data);
  put_hex(&j, "hash", row->hash);
  json_object_end(&j);
  buf_putc(b, '\n');
}

static int journal(struct request *r, struct error *err) {
  struct q_journal_after_in in = {.district = app_of(r)->district,
                                  .after = req_int(r, JOURNAL_AFTER),
                                  .count = req_has(r, JOURNAL_LIMIT) ? req_int(r, JOURNAL_LIMIT) : LINES_USUAL};
  struct q_journal_after_out *rows;
  struct db *db;
  size_t n;
  if (app_db(&db, r, err) < 0 || q_journal_after(db, r->arena, &rows, &n, &in, err) < 0) return -1;
  struct buf *b = reply_as(r, 200, "application/jsonl; charset=utf-8");
  r->http->reply.no_store = true;
  for (size_t i = 0; i < n; i++) write_entry(b, in.district, &rows[i]);
  return 0;
}

#define NAME_IN_PATH \
  { .name = "name", .type = PARAM_CODE, .in = IN_PATH, .required = true, .zh = "程序名", .en = "name of the procedure" }

const struct route routes_api_site[] = {
    {.method = HTTP_GET,
     .path = "/api/v1/places",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "places",
     .tag = "places",
     .help = W_API_PLACES,
     .rate = RATE_API,
     .handler = places,
     PARAMS([PLACES_PARENT] = {.name = "parent",
                               .type = PARAM_INT,
                               .in = IN_QUERY,
                               .low = 0,
                               .high = 1e15,
                               .zh = "上级",
                               .en = "id of the place they lie under; 0: the district"},
            [PLACES_Q] =
                {.name = "q", .type = PARAM_TEXT, .in = IN_QUERY, .max = 60, .zh = "名称", .en = "part of a name"})},
    {.method = HTTP_GET,
     .path = "/api/v1/places/locate",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "located",
     .tag = "places",
     .help = W_API_LOCATE,
     .rate = RATE_API,
     .handler = locate,
     PARAMS([LOCATE_LON] = {.name = "lon",
                            .type = PARAM_REAL,
                            .in = IN_QUERY,
                            .required = true,
                            .low = -180,
                            .high = 180,
                            .zh = "经度",
                            .en = "longitude, WGS-84"},
            [LOCATE_LAT] = {.name = "lat",
                            .type = PARAM_REAL,
                            .in = IN_QUERY,
                            .required = true,
                            .low = -90,
                            .high = 90,
                            .zh = "纬度",
                            .en = "latitude, WGS-84"})},
    {.method = HTTP_GET,
     .path = "/api/v1/procedures",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "procedures",
     .tag = "procedures",
     .help = W_API_PROCEDURES,
     .rate = RATE_API,
     .handler = procedures},
    {.method = HTTP_GET,
     .path = "/api/v1/procedures/{name}",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "procedure",
     .tag = "procedures",
     .help = W_API_PROCEDURE,
     .rate = RATE_API,
     .handler = procedure_one,
     PARAMS([PROCEDURE_NAME] = NAME_IN_PATH)},
    {.method = HTTP_GET,
     .path = "/api/v1/procedures/{name}/drawing",
     .kind = ROUTE_RAW,
     .who = ACCESS_PUBLIC,
     .tag = "procedures",
     .help = W_API_PROCEDURE_DRAWING,
     .rate = RATE_API,
     .handler = procedure_drawing,
     PARAMS([PROCEDURE_NAME] = NAME_IN_PATH)},
    {.method = HTTP_GET,
     .path = "/api/v1/catalogue",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "catalogue",
     .tag = "catalogue",
     .help = W_API_CATALOGUE,
     .rate = RATE_API,
     .handler = catalogue,
     PARAMS([CATALOGUE_SCHEME] = {.name = "scheme", .type = PARAM_CODE, .in = IN_QUERY, .zh = "目录", .en = "scheme"},
            [CATALOGUE_KIND] = {.name = "kind", .type = PARAM_CODE, .in = IN_QUERY, .zh = "部件或事件", .en = "kind"},
            [CATALOGUE_Q] = {.name = "q",
                             .type = PARAM_TEXT,
                             .in = IN_QUERY,
                             .max = 60,
                             .zh = "查找",
                             .en = "part of a title, or the beginning of a code"})},
    {.method = HTTP_GET,
     .path = "/api/v1/calendar",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "calendar",
     .tag = "calendar",
     .help = W_API_CALENDAR,
     .rate = RATE_API,
     .handler = calendar,
     PARAMS([CALENDAR_YEAR] = {.name = "year",
                               .type = PARAM_INT,
                               .in = IN_QUERY,
                               .low = 1900,
                               .high = 2200,
                               .zh = "年份",
                               .en = "year; this year when absent"})},
    {.method = HTTP_GET,
     .path = "/api/v1/journal/checkpoint",
     .kind = ROUTE_API,
     .who = ACCESS_PUBLIC,
     .reply = "checkpoint",
     .tag = "journal",
     .help = W_API_CHECKPOINT,
     .rate = RATE_API,
     .handler = checkpoint},
    {.method = HTTP_GET,
     .path = "/api/v1/journal",
     .kind = ROUTE_RAW,
     .who = ROLE_BIT(ROLE_AUDITOR),
     .tag = "journal",
     .help = W_API_JOURNAL,
     .rate = RATE_EXPORT,
     .handler = journal,
     PARAMS([JOURNAL_AFTER] = {.name = "after",
                               .type = PARAM_INT,
                               .in = IN_QUERY,
                               .low = 0,
                               .high = 1e15,
                               .zh = "从哪条之后",
                               .en = "number of the last entry one has"},
            [JOURNAL_LIMIT] = {.name = "limit",
                               .type = PARAM_INT,
                               .in = IN_QUERY,
                               .low = 1,
                               .high = LINES_MOST,
                               .zh = "条数",
                               .en = "lines"})},
    {0}};
