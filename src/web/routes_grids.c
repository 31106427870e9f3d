/* Divisions and grids, for the administrator: the tree with its gaps and overlaps on a map; drawings taken in from a file or
 * drawn by hand, checked as a whole first, and taken as a whole. Works without a map: coordinates can be typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "people/person.h"
#include "place/grid.h"
#include "place/overlay.h"
#include "web/admin.h"
#include "web/view_map.h"

enum { GRIDS_STREET };
enum { EXPORT_CRS };
enum { FINDINGS_SHOWN = 200, MARKS_MOST = 60, KEPT_MOST = 1 << 20, BODY_MOST = 24 << 20, POINTS_MOST = 2000 };
enum { DRAWN_BYTES = 400 << 10 };

static const char *const crs_names[] = {"wgs84", "gcj02", "bd09"};

/* --- findings --------------------------------------------------------------------------------------------------- */

static const char *size_text(struct arena *a, const struct place_finding *f) {
  if (!*f->unit) return "—";
  return arena_printf(a, "%.0f %s", f->size, text_eq(f->unit, "m2") ? "m²" : f->unit);
}

static void finding_row(struct panel *p, struct panel_part *t, const struct place_finding *f) {
  struct error e = {0};
  place_finding_error(&e, f);
  const struct view_problem *problem = desk_problem(p->r, &e);
  panel_row(p, t);
  panel_number(p, t, t->row_count);
  panel_tag(p, t, f->warning ? "clock soon" : "clock late", panel_word(p, f->warning ? W_BOOKS_WARNING : W_BOOKS_ERROR));
  panel_cell(p, t, problem->what)->small = problem->hint;
  panel_cell(p, t, f->name)->small = *f->other ? f->other : NULL;
  bool known = f->at.lon == f->at.lon && (f->at.lon != 0 || f->at.lat != 0);
  panel_cell(p, t, known ? arena_printf(p->r->arena, "%.6f, %.6f", f->at.lon, f->at.lat) : "—");
  panel_cell(p, t, size_text(p->r->arena, f));
}

static void findings_table(struct panel *p, const struct place_findings *found, const char *title) {
  struct panel_part *t = panel_table(p, title, W_LETTERS_NUMBER, W_OFFICE_STATE, W_BOOKS_WHAT, W_GRIDS_WHOM, W_GRIDS_WHERE,
                                     W_GRIDS_SIZE, NO_WORD);
  t->empty = panel_word(p, W_GRIDS_NO_FINDINGS);
  for (int i = 0; i < found->count && i < FINDINGS_SHOWN; i++) finding_row(p, t, &found->item[i]);
}

/* Where the findings lie, for the map: "lon,lat lon,lat", in the order of the table. */
static const char *marks_of(struct arena *a, const struct place_findings *found) {
  const char *s = "";
  for (int i = 0; i < found->count && i < MARKS_MOST; i++)
    s = arena_printf(a, "%s%s%.6f,%.6f", s, i ? " " : "", found->item[i].at.lon, found->item[i].at.lat);
  return s;
}

/* --- what is in force ------------------------------------------------------------------------------------------- */

/* Compares the grids in force of a street with one another and with the borders of their communities. */
static int check_street(struct place_findings *found, struct panel *p, int64_t street, struct error *err) {
  struct q_place_shape_now_out *rows;
  size_t n;
  int count = 0;
  struct arena *a = p->r->arena;
  struct q_place_shape_now_in in = {.district = p->who.world->district};
  if (q_place_shape_now(p->who.db, a, &rows, &n, &in, err) < 0) return -1;
  struct place_area *areas = ARENA_ARRAY(a, n + 1, struct place_area);
  struct place_area *parents = ARENA_ARRAY(a, n + 1, struct place_area);
  for (size_t i = 0; i < n; i++) {
    if (rows[i].level != PLACE_COMMUNITY || rows[i].street != street) continue;
    struct place_shape *shape = ARENA_NEW(a, struct place_shape);
    if (place_shape_parse(shape, a, rows[i].geometry, err) < 0) return -1;
    parents[i] = (struct place_area){.label = rows[i].name, .shape = shape};
  }
  for (size_t i = 0; i < n; i++) {
    if (rows[i].level != PLACE_GRID || rows[i].street != street) continue;
    struct place_shape *shape = ARENA_NEW(a, struct place_shape);
    if (place_shape_parse(shape, a, rows[i].geometry, err) < 0) return -1;
    areas[count] = (struct place_area){.number = count + 1, .label = rows[i].name, .shape = shape};
    for (size_t k = 0; k < n; k++)
      if (parents[k].shape && rows[k].place == rows[i].community) areas[count].parent = &parents[k];
    count++;
  }
  if (place_overlay_validity(areas, count, found, err) < 0) return -1;
  return found->errors ? 0 : place_overlay_check(areas, count, &(struct place_overlay_options){0}, found, err);
}

static void tree_part(struct panel *p, const struct q_grids_tree_out *rows, size_t n, int64_t street) {
  const char *title = panel_word(p, street ? W_GRIDS_COMMUNITIES : W_GRIDS_STREETS);
  struct panel_part *t = panel_table(p, title, W_OFFICE_NAME, W_GRIDS_CODE, W_GRIDS_BORDER, W_GRIDS_GRIDS, W_GRIDS_DRAWN,
                                     NO_WORD);
  for (size_t i = 0; i < n; i++) {
    int64_t grids = rows[i].grids, drawn = rows[i].drawn_grids;
    if (street ? rows[i].level != PLACE_COMMUNITY || rows[i].street != street : rows[i].level != PLACE_STREET) continue;
    for (size_t k = 0; !street && k < n; k++)
      if (rows[k].level == PLACE_COMMUNITY && rows[k].street == rows[i].id) grids += rows[k].grids, drawn += rows[k].drawn_grids;
    panel_row(p, t);
    if (street) panel_cell(p, t, rows[i].name);
    else panel_link(p, t, arena_printf(p->r->arena, "/admin/grids?street=%lld", (long long)rows[i].id), rows[i].name);
    panel_tag(p, t, "code", rows[i].code);
    panel_tag(p, t, rows[i].drawn ? "clock ok" : "clock held",
              panel_word(p, rows[i].drawn ? W_GRIDS_IS_DRAWN : W_GRIDS_NOT_DRAWN));
    panel_number(p, t, grids);
    panel_tag(p, t, drawn < grids ? "clock soon" : "clock ok",
              panel_say(p, W_GRIDS_OF, panel_count(p, drawn), panel_count(p, grids), NULL));
  }
}

static int grids_get(struct request *r, struct error *err) {
  struct panel p;
  struct q_grids_tree_out *rows;
  struct place_findings found;
  struct view_map *map = ARENA_NEW(r->arena, struct view_map);
  int64_t street = req_int(r, GRIDS_STREET);
  size_t n;
  if (panel_start(&p, r, W_GRIDS_TITLE, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_GRIDS_TITLE), street ? panel_place(&p, street) : panel_word(&p, W_GRIDS_SUB));
  if (street) panel_back(&p, "/admin/grids", panel_word(&p, W_GRIDS_TITLE));
  panel_button(&p, "/admin/grids/export.geojson", W_GRIDS_EXPORT, "map-2", "");
  if (admin_acts(r)) {
    panel_button(&p, "/admin/grids/import", W_GRIDS_IMPORT, "upload", "");
    const char *draw = arena_printf(r->arena, "/admin/grids/draw?street=%lld", (long long)street);
    panel_button(&p, draw, W_GRIDS_DRAW, "map-pin", "primary");
  }
  struct q_grids_tree_in in = {.district = p.who.world->district};
  if (q_grids_tree(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  place_findings_start(&found, r->arena, 0);
  if (street && check_street(&found, &p, street, err) < 0) return -1;
  *map = (struct view_map){.title = panel_word(&p, W_GRIDS_TITLE), .street = street, .tiles = app_of(r)->tiles,
                           .communities = true, .grids = street != 0, .tall = true, .marks = marks_of(r->arena, &found)};
  panel_map(&p, NULL, map);
  if (street) findings_table(&p, &found, panel_word(&p, W_GRIDS_FINDINGS));
  tree_part(&p, rows, n, street);
  return panel_send(&p, 200);
}

static int export_get(struct request *r, struct error *err) {
  char *text = NULL;
  size_t len = 0;
  struct db *db;
  enum place_crs crs = (enum place_crs)req_int(r, EXPORT_CRS);
  if (app_db(&db, r, err) < 0) return -1;
  FILE *out = open_memstream(&text, &len);
  if (!out) return error_unavailable(err, "store.thread", "open_memstream");
  int result = place_grids_export(out, db, app_of(r)->district, crs, err);
  fclose(out);
  if (result == 0) {
    reply_download(r, "application/geo+json", "grids.geojson");
    buf_add(&r->http->reply.body, text, len);
  }
  free(text);
  return result;
}

/* --- a drawing, checked and taken ------------------------------------------------------------------------------- */

struct drawing {
  struct request *r;
  const char *text;
  size_t len;
  enum place_crs crs;
  bool take, allow_gaps, replace, by_hand;
  const char *reason;
  struct place_features features;
  struct place_findings read; /* what reading found; the checks begin with it each time they run */
  struct place_grids_report report;
  bool checked;
};

static void crs_choice(struct panel *p, struct panel_form *f, const char *now) {
  static const enum word words[] = {W_GRIDS_WGS84, W_GRIDS_GCJ02, W_GRIDS_BD09};
  panel_field(p, f, "crs", "choice", W_GRIDS_CRS, now)->help = panel_word(p, W_GRIDS_CRS_HELP);
  for (int i = 0; i < 3; i++) panel_option(p, f, crs_names[i], panel_word(p, words[i]));
}

static void result_parts(struct panel *p, const struct drawing *d) {
  const struct place_grids_report *x = &d->report;
  bool good = !x->found.errors;
  struct view_map *map = ARENA_NEW(p->r->arena, struct view_map);
  panel_note(p, good ? "notice" : "warning",
             good ? panel_say(p, W_GRIDS_GOOD, panel_count(p, x->added), panel_count(p, x->redrawn), panel_count(p, x->unchanged),
                              panel_count(p, x->retired), NULL)
                  : panel_say(p, W_GRIDS_REFUSED, panel_count(p, x->found.errors), panel_count(p, x->found.warnings), NULL));
  *map = (struct view_map){.title = panel_word(p, W_GRIDS_TITLE), .tiles = app_of(p->r)->tiles, .communities = true,
                           .marks = marks_of(p->r->arena, &x->found)};
  if (x->found.count) panel_map(p, NULL, map);
  findings_table(p, &x->found, panel_word(p, W_GRIDS_FINDINGS));
}

static int show_import(struct drawing *d, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  if (panel_start(&p, d->r, W_GRIDS_IMPORT, err) < 0) return -1;
  panel_back(&p, "/admin/grids", panel_word(&p, W_GRIDS_TITLE));
  if (d->checked) result_parts(&p, d);
  struct panel_form *f = panel_form(&p, panel_word(&p, W_GRIDS_DRAWING), "/admin/grids/import", W_GRIDS_CHECK);
  f->help = panel_word(&p, W_GRIDS_IMPORT_HELP);
  panel_field(&p, f, "file", "file", W_GRIDS_FILE, "")->accept = ".geojson,.json,application/geo+json";
  struct form_field *x = panel_field(&p, f, "drawing", "source", W_GRIDS_TEXT, "");
  x->value = d->text && d->len <= KEPT_MOST ? d->text : "";
  if (d->len > KEPT_MOST) x->help = panel_word(&p, W_GRIDS_TOO_LONG);
  crs_choice(&p, f, crs_names[d->crs]);
  panel_field(&p, f, "gaps", "check", W_GRIDS_ALLOW_GAPS, d->allow_gaps ? "1" : "");
  panel_field(&p, f, "replace", "check", W_GRIDS_REPLACE, d->replace ? "1" : "")->help = panel_word(&p, W_GRIDS_REPLACE_HELP);
  panel_field(&p, f, "reason", "text", W_GRIDS_REASON, "");
  if (d->checked && !d->report.found.errors) {
    f->second = panel_word(&p, W_GRIDS_TAKE);
    f->second_name = "take";
  }
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int import_get(struct request *r, struct error *err) {
  struct drawing d = {.r = r};
  return show_import(&d, NULL, 200, err);
}

static int check_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct drawing *d = ctx;
  char actor[ACTOR_NAME_SIZE];
  people_actor_name(actor, &d->r->actor);
  d->report = (struct place_grids_report){0};
  place_findings_start(&d->report.found, t->arena, 0);
  for (int i = 0; i < d->read.count; i++) place_finding_add(&d->report.found, &d->read.item[i]);
  struct place_grids_options options = {.actor = arena_strdup(t->arena, actor), .crs = d->crs, .allow_gaps = d->allow_gaps,
                                        .dry_run = !d->take, .replace = d->replace, .reason = d->reason};
  return place_grids_import(&d->report, t, &d->features, &options, err);
}

/* The findings lie in the batch's memory: what the page shows is copied while it is there. */
static int check_job(struct lane_txn *t, void *ctx, struct error *err) {
  struct drawing *d = ctx;
  int result = check_in_lane(t, d, err);
  struct place_findings found = d->report.found, kept;
  place_findings_start(&kept, d->r->arena, FINDINGS_SHOWN);
  for (int i = 0; i < found.count && i < FINDINGS_SHOWN; i++) place_finding_add(&kept, &found.item[i]);
  kept.errors = found.errors;
  kept.warnings = found.warnings;
  d->report.found = kept;
  return result;
}

/* The index reads in a view of its own, so on a connection of its own. */
static int refresh_index(struct web_app *app, struct error *err) {
  struct db *db = NULL;
  int result = db_open(&db, app->url, DB_READER, err);
  if (result == 0) result = app_places_changed(app, db, err);
  db_close(db);
  return result;
}

static int after_check(struct request *r, void *ctx, struct error *err) {
  struct drawing *d = ctx;
  bool refused = text_eq(err->code, "place.grids.refused");
  if (err->kind != ERR_NONE && !refused) {
    struct error wrong = *err;
    if (err->kind == ERR_UNAVAILABLE || err->kind == ERR_FAULT) return -1;
    error_clear(err);
    return show_import(d, &wrong, error_http_status(wrong.kind), err);
  }
  error_clear(err);
  d->checked = true;
  if (refused || !d->take) return show_import(d, NULL, refused ? 422 : 200, err);
  if (refresh_index(app_of(r), err) < 0) return -1;
  reply_notice(r, W_GRIDS_TAKEN);
  return reply_redirect(r, "/admin/grids");
}

/* Reads the drawing on this worker, then has it checked (and taken) in the lane, where the tree cannot change. */
static int check(struct drawing *d, struct error *err) {
  struct place_geojson_options options = {.crs = d->crs};
  place_findings_start(&d->read, d->r->arena, 0);
  if (place_geojson_read(&d->features, d->r->arena, d->text, d->len, &options, &d->read, err) < 0) {
    struct error wrong = *err;
    text_copy(wrong.field, sizeof wrong.field, "drawing");
    error_clear(err);
    return show_import(d, &wrong, error_http_status(wrong.kind), err);
  }
  return app_run(d->r, check_job, d, after_check);
}

static void read_options(struct drawing *d) {
  struct request *r = d->r;
  struct error ignored = {0};
  d->crs = CRS_WGS84;
  place_crs_parse(&d->crs, panel_typed(r, "crs"), &ignored);
  d->allow_gaps = *panel_typed(r, "gaps") != '\0';
  d->replace = *panel_typed(r, "replace") != '\0';
  d->reason = panel_typed(r, "reason");
  d->take = req_form(r, "take") != NULL;
}

static int import_post(struct request *r, struct error *err) {
  struct drawing *d = ARENA_NEW(r->arena, struct drawing);
  const char *typed = req_form(r, "drawing");
  *d = (struct drawing){.r = r, .text = typed ? typed : ""};
  read_options(d);
  d->len = strlen(d->text);
  for (size_t i = 0; i < r->http->file_count; i++) {
    const struct http_file *f = &r->http->files[i];
    if (!text_eq(f->field, "file") || !f->len) continue;
    d->len = f->len;
    d->text = text_is_utf8((const char *)f->data, f->len) ? arena_strndup(r->arena, (const char *)f->data, f->len) : "";
  }
  struct error wrong = {0};
  if (!*d->text) error_set(&wrong, ERR_INPUT, d->len ? "books.utf8" : "books.empty", "drawing", NULL);
  else if (d->replace && text_chars(d->reason) < 4) error_set(&wrong, ERR_INPUT, "grids.reason", "reason", NULL);
  if (wrong.kind == ERR_NONE) return check(d, err);
  d->len = 0;
  return show_import(d, &wrong, 422, err);
}

/* --- drawn by hand ---------------------------------------------------------------------------------------------- */

static int show_draw(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct view_map *map = ARENA_NEW(r->arena, struct view_map);
  int64_t street = r->http->method == HTTP_GET ? req_int(r, GRIDS_STREET) : 0;
  if (panel_start(&p, r, W_GRIDS_DRAW, err) < 0) return -1;
  panel_back(&p, "/admin/grids", panel_word(&p, W_GRIDS_TITLE));
  panel_note(&p, "", panel_word(&p, W_GRIDS_DRAW_HELP));
  *map = (struct view_map){.title = panel_word(&p, W_GRIDS_DRAW), .street = street, .tiles = app_of(r)->tiles,
                           .communities = true, .grids = street != 0, .tall = true, .draw = "f-points"};
  panel_map(&p, NULL, map);
  struct panel_form *f = panel_form(&p, NULL, "/admin/grids/draw", W_GRIDS_CHECK);
  struct form_field *x = panel_field(&p, f, "code", "text", W_GRIDS_OF_CODE, "");
  x->needed = true;
  x->max_chars = 15;
  x->help = panel_word(&p, W_GRIDS_OF_CODE_HELP);
  x = panel_field(&p, f, "name", "text", W_OFFICE_NAME, "");
  x->max_chars = 40;
  x = panel_field(&p, f, "points", "source", W_GRIDS_POINTS, "");
  x->help = panel_word(&p, W_GRIDS_POINTS_HELP);
  crs_choice(&p, f, "wgs84");
  panel_wrong(&p, f, wrong);
  return panel_send(&p, status);
}

static int draw_get(struct request *r, struct error *err) { return show_draw(r, NULL, 200, err); }

/* "102.188, 38.520" a line into corners. Error grids.points ({1} the line). */
static int read_points(struct lonlat *out, int *count, struct arena *a, const char *text, struct error *err) {
  int line = 0;
  *count = 0;
  for (const char *s = text; *s;) {
    size_t n = strcspn(s, "\n");
    char *one = text_trim(a, arena_strndup(a, s, n)), *comma = strpbrk(one, ", \t");
    line++;
    s += n + (s[n] == '\n');
    if (!*one) continue;
    bool good = comma != NULL && *count < POINTS_MOST;
    if (good) {
      *comma++ = '\0';
      comma += strspn(comma, ", \t");
      good = text_to_real(one, &out[*count].lon) && text_to_real(comma, &out[*count].lat) && place_coord_valid(out[*count]);
    }
    if (!good) return error_set(err, ERR_INPUT, "grids.points", "points", arena_printf(a, "%d", line), NULL);
    (*count)++;
  }
  return *count >= 3 ? 0 : error_set(err, ERR_INPUT, "grids.corners", "points", NULL);
}

static const char *as_geojson(struct arena *a, const char *code, const char *name, const struct lonlat *at, int count) {
  struct buf b;
  struct json j;
  bool grid = strlen(code) == 15;
  buf_init(&b, DRAWN_BYTES);
  json_start(&j, &b);
  json_object(&j);
  json_put(&j, "type", "FeatureCollection");
  json_key(&j, "features");
  json_array(&j);
  json_object(&j);
  json_put(&j, "type", "Feature");
  json_key(&j, "properties");
  json_object(&j);
  json_put(&j, grid ? "code" : "community", code);
  if (*name) json_put(&j, "name", name);
  json_object_end(&j);
  json_key(&j, "geometry");
  json_object(&j);
  json_put(&j, "type", "Polygon");
  json_key(&j, "coordinates");
  json_array(&j);
  json_array(&j);
  for (int i = 0; i <= count; i++) {
    json_array(&j);
    json_real(&j, at[i % count].lon);
    json_real(&j, at[i % count].lat);
    json_array_end(&j);
  }
  json_array_end(&j);
  json_array_end(&j);
  json_object_end(&j);
  json_object_end(&j);
  json_array_end(&j);
  json_object_end(&j);
  const char *s = arena_strdup(a, b.data);
  buf_free(&b);
  return s;
}

static int draw_post(struct request *r, struct error *err) {
  struct drawing *d = ARENA_NEW(r->arena, struct drawing);
  struct lonlat *at = ARENA_ARRAY(r->arena, POINTS_MOST, struct lonlat);
  const char *code = panel_typed(r, "code"), *points = req_form(r, "points");
  int count = 0;
  size_t digits = strspn(code, "0123456789");
  if ((digits != 12 && digits != 15) || code[digits]) error_set(err, ERR_INPUT, "grids.code", "code", NULL);
  else read_points(at, &count, r->arena, points ? points : "", err);
  if (err->kind != ERR_NONE) return admin_wrong(r, err, show_draw);
  *d = (struct drawing){.r = r, .by_hand = true, .allow_gaps = true};
  read_options(d);
  d->allow_gaps = true; /* one grid alone leaves the rest of its community open */
  d->take = false;
  d->text = as_geojson(r->arena, code, panel_typed(r, "name"), at, count);
  d->len = strlen(d->text);
  return check(d, err);
}

const struct route routes_grids[] = {
    {.method = HTTP_GET, .path = "/admin/grids", .kind = ROUTE_PAGE, .who = ADMIN_READS, .help = W_ROUTE_GRIDS, .rate = RATE_PAGE,
     .handler = grids_get,
     PARAMS([GRIDS_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15})},
    {.method = HTTP_GET, .path = "/admin/grids/export.geojson", .kind = ROUTE_PAGE, .who = ADMIN_READS,
     .help = W_ROUTE_GRIDS_EXPORT, .rate = RATE_EXPORT, .handler = export_get,
     PARAMS([EXPORT_CRS] = {.name = "crs", .type = PARAM_CHOICE, .in = IN_QUERY, .choices = "wgs84|gcj02|bd09"})},
    {.method = HTTP_GET, .path = "/admin/grids/import", .kind = ROUTE_PAGE, .who = ADMIN_WRITES,
     .help = W_ROUTE_GRIDS_IMPORT_PAGE, .rate = RATE_PAGE, .handler = import_get},
    {.method = HTTP_POST, .path = "/admin/grids/import", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .body_max = BODY_MOST, .help = W_ROUTE_GRIDS_IMPORT, .handler = import_post},
    {.method = HTTP_GET, .path = "/admin/grids/draw", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .help = W_ROUTE_GRIDS_DRAW_PAGE,
     .rate = RATE_PAGE, .handler = draw_get,
     PARAMS([GRIDS_STREET] = {.name = "street", .type = PARAM_INT, .in = IN_QUERY, .low = 0, .high = 1e15})},
    {.method = HTTP_POST, .path = "/admin/grids/draw", .kind = ROUTE_PAGE, .who = ADMIN_WRITES, .csrf = CSRF_TOKEN,
     .open_form = true, .help = W_ROUTE_GRIDS_DRAW, .handler = draw_post},
    {0}};
