/* Residents report: the district's front page, the form, the plate at the stairwell that opens it with the place known.
 * What is wrong comes back with everything that was typed and the photos already sent. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "matter/catalogue.h"
#include "matter/list.h"
#include "pages.h"
#include "people/identity.h"
#include "web/resident.h"

enum {
  FIRST_PICTURES = 11,
  REPORT_BODY = 96 << 20,
  PLACES_MOST = 2000,
  SAID_MOST = 9 + RESIDENT_PHOTOS,
  FAULTS_MOST = 6,
  NAME_CHARS = 40,
  POSITION_CHARS = 60
};

/* --- the form: what was typed ----------------------------------------------------------------------------------- */

struct report {
  struct resident x;
  const struct procedure *procedure;
  const struct procedure_action *action;
  const struct procedure_field *text, *photo, *voice, *position, *place, *address, *category, *name, *phone;
  const char *v_text, *v_position, *v_place, *v_address, *v_category, *v_name, *v_phone, *v_plate, *v_once, *v_follow;
  bool confidential, near_seen;
  struct resident_photos photos, sound;
  const struct view_notices_here *notices;
  const struct view_public *near_cases;
  int near_count;
  bool ask_near;
  struct view_fault faults[FAULTS_MOST];
  int fault_count;
  char fault_field[FAULTS_MOST][72];
  /* what goes to the lane */
  struct said said[SAID_MOST];
  size_t said_count;
  struct reporter_in reporter;
  struct acted acted;
  int64_t follow;
};

static int begin_report(struct report *p, struct request *r, struct error *err) {
  *p = (struct report){.v_text = "",
                       .v_position = "",
                       .v_place = "",
                       .v_address = "",
                       .v_category = "",
                       .v_name = "",
                       .v_phone = "",
                       .v_plate = "",
                       .v_once = "",
                       .v_follow = ""};
  if (resident_open(&p->x, r, err) < 0) return -1;
  if (!resident_opening(&p->x, &p->procedure, &p->action))
    return error_set(err, ERR_MISSING, "resident.no-form", NULL, NULL);
  p->text = resident_field(p->action, AS_SUMMARY, FIELD_TEXT);
  p->photo = resident_field(p->action, AS_NOTHING, FIELD_PHOTO);
  p->voice = resident_field(p->action, AS_VOICE, FIELD_FILE);
  p->position = resident_field(p->action, AS_POSITION, FIELD_POSITION);
  p->place = resident_field(p->action, AS_PLACE, FIELD_PLACE);
  p->address = resident_field(p->action, AS_ADDRESS, FIELD_TEXT);
  p->category = resident_field(p->action, AS_CATEGORY, FIELD_CATEGORY);
  p->name = resident_field(p->action, AS_NAME, FIELD_PERSON);
  p->phone = resident_field(p->action, AS_PHONE, FIELD_PHONE);
  p->photos.field = p->photo ? p->photo->name : "";
  p->sound = (struct resident_photos){.field = p->voice ? p->voice->name : "", .sound = true};
  return 0;
}

static const char *typed(const struct request *r, const char *name) {
  const char *s = req_form(r, name);
  return s ? text_trim(r->arena, s) : "";
}

static const char *typed_field(const struct request *r, const struct procedure_field *f) {
  return f ? typed(r, f->name) : "";
}

static void read_typed(struct report *p) {
  const struct request *r = p->x.r;
  p->v_text = typed_field(r, p->text);
  p->v_position = typed_field(r, p->position);
  p->v_place = typed_field(r, p->place);
  p->v_address = typed_field(r, p->address);
  p->v_category = typed_field(r, p->category);
  p->v_name = typed_field(r, p->name);
  p->v_phone = typed_field(r, p->phone);
  p->v_plate = typed(r, "plate");
  p->v_once = typed(r, "once");
  p->v_follow = typed(r, "follow");
  p->confidential = text_eq(typed(r, "confidential"), "1");
  p->near_seen = text_eq(typed(r, "near"), "seen");
}

static void add_fault(struct report *p, const struct error *e) {
  if (p->fault_count == FAULTS_MOST) return;
  text_copy(p->fault_field[p->fault_count], sizeof p->fault_field[0], e->field);
  p->faults[p->fault_count++] = resident_fault(&p->x, e);
}

static const char *fault_of(const struct report *p, const struct procedure_field *f) {
  for (int i = 0; f && i < p->fault_count; i++)
    if (text_eq(p->fault_field[i], f->name)) return p->faults[i].what;
  return "";
}

/* --- the form: shown -------------------------------------------------------------------------------------------- */

static struct view_input input_of(const struct report *p, const struct procedure_field *f, const char *value) {
  if (!f) return (struct view_input){.name = ""};
  struct view_input in = resident_input(&p->x, p->action, f, value);
  in.error = fault_of(p, f);
  return in;
}

static int fill_areas(struct view_resident_report *v, const struct report *p, struct error *err) {
  const struct resident *x = &p->x;
  struct q_place_of_level_out *streets, *communities;
  size_t ns, nc;
  struct q_place_of_level_in in = {.district = x->app->district, .level = PLACE_STREET};
  if (q_place_of_level(x->db, x->a, &streets, &ns, &in, err) < 0) return -1;
  in.level = PLACE_COMMUNITY;
  if (q_place_of_level(x->db, x->a, &communities, &nc, &in, err) < 0) return -1;
  struct view_area *areas = ARENA_ARRAY(x->a, ns + 1, struct view_area);
  for (size_t i = 0; i < ns; i++) {
    struct view_option *o = ARENA_ARRAY(x->a, nc + 1, struct view_option);
    areas[i] = (struct view_area){.name = streets[i].name, .places = o};
    for (size_t k = 0; k < nc; k++)
      if (communities[k].street == streets[i].id) {
        const char *id = arena_printf(x->a, "%lld", (long long)communities[k].id);
        o[areas[i].count++] = (struct view_option){id, communities[k].name, text_eq(id, p->v_place)};
      }
  }
  v->areas = areas;
  v->area_count = (int)ns;
  return 0;
}

static void fill_categories(struct view_resident_report *v, const struct report *p) {
  int n;
  const struct view_category *all = resident_categories(&p->x, p->v_category, &n);
  v->common = all;
  v->common_count = n < FIRST_PICTURES ? n : FIRST_PICTURES;
  v->more = all + v->common_count;
  v->more_count = n - v->common_count;
  v->none_chosen = text_empty(p->v_category);
  for (int i = 0; i < v->more_count; i++) v->more_open = v->more_open || v->more[i].chosen;
}

static const char *label_of(const struct report *p, const char *place) {
  const struct resident *x = &p->x;
  struct place_row *chain;
  size_t n;
  int64_t id;
  struct error ignored = {0};
  if (!text_to_int(place, &id) || place_chain(&chain, &n, x->db, x->a, x->app->district, id, &ignored) != 0) return "";
  return place_label(x->a, chain, n);
}

static void fill_photos(struct view_resident_report *v, const struct report *p) {
  v->photos_name = p->photo ? p->photo->name : "";
  v->photos_label = p->photo ? resident_say(&p->x, &p->photo->label) : "";
  v->photos_error = fault_of(p, p->photo);
  v->photos = resident_photo_views(&p->x, p->photos.kept, p->photos.kept_count);
  v->photo_count = p->photos.kept_count;
  v->photo_most = RESIDENT_PHOTOS;
  v->voice_name = p->voice ? p->voice->name : "";
  v->voice_label = p->voice ? resident_say(&p->x, &p->voice->label) : "";
  v->voice_error = fault_of(p, p->voice);
  v->voices = resident_photo_views(&p->x, p->sound.kept, p->sound.kept_count);
  v->voice_count = p->sound.kept_count;
}

/* Where it is, by pressing on a map: for those who have a script; the list of communities says the same. */
static const struct view_map *picking_map(const struct report *p) {
  struct view_map *m = ARENA_NEW(p->x.a, struct view_map);
  *m = (struct view_map){
      .title = word(p->x.r->lang, W_RESIDENT_PICK), .pick = "pick-lon pick-lat", .tiles = p->x.app->tiles, .communities = true};
  return m;
}

static const char *new_once(const struct report *p) {
  char *once = arena_alloc(p->x.a, RESIDENT_ONCE + 1);
  random_code(once, RESIDENT_ONCE);
  return once;
}

static int show_report(struct report *p, int status, struct error *err) {
  struct view_resident_report v = {
      .once = text_empty(p->v_once) ? new_once(p) : p->v_once,
      .plate = p->v_plate,
      .place = p->v_place,
      .position = p->v_position,
      .place_label = text_empty(p->v_plate) ? "" : label_of(p, p->v_place),
      .text = input_of(p, p->text, p->v_text),
      .address = input_of(p, p->address, p->v_address),
      .name = input_of(p, p->name, p->v_name),
      .phone = input_of(p, p->phone, p->v_phone),
      .category_name = p->category ? p->category->name : "",
      .place_name = p->place ? p->place->name : "",
      .position_name = p->position ? p->position->name : "",
      .category_error = fault_of(p, p->category),
      .place_error = text_empty(fault_of(p, p->place)) ? fault_of(p, p->position) : fault_of(p, p->place),
      .near_cases = p->near_cases,
      .near_count = p->near_count,
      .ask_near = p->ask_near,
      .near_seen = p->near_seen || p->near_count > 0,
      .confidential = p->confidential,
      .faults = p->faults,
      .fault_count = p->fault_count};
  v.map = picking_map(p);
  v.notices = p->notices;
  v.text.required = p->text && !p->category;
  if (p->category) v.text.help = word(p->x.r->lang, W_RESIDENT_TEXT_HELP);
  fill_categories(&v, p);
  fill_photos(&v, p);
  if (fill_areas(&v, p, err) < 0) return -1;
  page_resident_report(reply_html(p->x.r, status), &v, &p->x.r->page);
  return 0;
}

enum { PLATE_CODE };
enum { REPORT_CATEGORY };

/* Public open cases around the place or the position, if one is known. */
static int find_near(struct report *p, struct error *err) {
  struct lonlat at = place_nowhere();
  struct place_row place;
  int64_t id;
  struct error ignored = {0};
  double lon, lat;
  const char *comma = strchr(p->v_position, ',');
  if (comma && text_to_real(arena_strndup(p->x.a, p->v_position, (size_t)(comma - p->v_position)), &lon) &&
      text_to_real(comma + 1, &lat) && fabs(lon) <= 180 && fabs(lat) <= 90) {
    at = (struct lonlat){lon, lat};
  } else if (text_to_int(p->v_place, &id) &&
             place_get(&place, p->x.db, p->x.a, p->x.app->district, id, &ignored) == 0 &&
             place.level >= PLACE_BUILDING) {
    at = place.at;
    if (isnan(at.lon) && place_get(&place, p->x.db, p->x.a, p->x.app->district, place.building, &ignored) == 0)
      at = place.at;
  }
  p->near_cases = resident_public_near(&p->x, at.lon, at.lat, p->v_category, &p->near_count, err);
  return err->kind == ERR_NONE ? 0 : -1;
}

static int report_get(struct request *r, struct error *err) {
  struct report *p = ARENA_NEW(r->arena, struct report);
  if (begin_report(p, r, err) < 0) return -1;
  p->v_category = req_text(r, REPORT_CATEGORY);
  return show_report(p, 200, err);
}

static int plate_get(struct request *r, struct error *err) {
  struct report *p = ARENA_NEW(r->arena, struct report);
  struct place_row place;
  if (begin_report(p, r, err) < 0) return -1;
  if (place_by_plate(&place, p->x.db, r->arena, app_of(r)->district, req_text(r, PLATE_CODE), err) != 0) return -1;
  p->v_plate = place.plate;
  p->v_place = arena_printf(r->arena, "%lld", (long long)place.id);
  if (resident_notices_here(&p->notices, &p->x, place.community, err) < 0) return -1;
  return find_near(p, err) < 0 ? -1 : show_report(p, 200, err);
}

/* --- the form: sent --------------------------------------------------------------------------------------------- */

static void say(struct report *p, const struct procedure_field *f, int number, const char *value) {
  if (f && !text_empty(value)) p->said[p->said_count++] = (struct said){f->name, number, value};
}

/* What the engine does not look at: it keeps the reporter apart from what was said. */
static void check_reporter(struct report *p) {
  char phone[PHONE_SIZE];
  struct error e = {0};
  int64_t most = p->name && p->name->has_max ? (int64_t)p->name->max : NAME_CHARS;
  if ((int64_t)text_chars(p->v_name) > most || text_has_controls(p->v_name)) {
    error_set(&e, ERR_INPUT, "matter.field.long", p->name ? p->name->name : "", resident_say(&p->x, &p->name->label),
              arena_printf(p->x.a, "%lld", (long long)most), NULL);
    add_fault(p, &e);
  }
  error_clear(&e);
  if (!text_empty(p->v_phone) && phone_read(phone, p->v_phone, p->phone ? p->phone->name : NULL, &e) < 0)
    add_fault(p, &e);
}

/* A report somebody can go to needs a place: a plate, a position, a community, or at least words. */
static void check_place(struct report *p) {
  struct error e = {0};
  if (!text_empty(p->v_place) || !text_empty(p->v_position) || !text_empty(p->v_address)) return;
  error_set(&e, ERR_INPUT, "matter.place.missing", p->place ? p->place->name : "", NULL);
  add_fault(p, &e);
}

/* Three taps: a kind and a photo (or a voice note) say what it is; the kind's own words stand for the text. */
static void say_by_kind(struct report *p) {
  const struct catalogue *c = p->x.w->catalogue;
  bool shown = p->photos.kept_count + p->photos.draft_count + p->sound.kept_count + p->sound.draft_count > 0;
  if (!p->text || !text_empty(p->v_text) || !shown || text_empty(p->v_category)) return;
  const struct catalogue_code *code = catalogue_find_key(c, p->v_category, day_of_ms(p->x.r->now, p->x.w->offset_min));
  if (code) p->v_text = resident_say(&p->x, code->public_title.zh ? &code->public_title : &code->title);
}

static void check_text(struct report *p) {
  struct error e = {0};
  say_by_kind(p);
  if (!p->text || !text_empty(p->v_text)) return;
  error_set(&e, ERR_INPUT, "matter.field.missing", p->text->name, resident_say(&p->x, &p->text->label), NULL);
  add_fault(p, &e);
}

static void fill_said(struct report *p) {
  p->said_count = 0;
  say(p, p->text, 0, p->v_text);
  say(p, p->position, 0, p->v_position);
  say(p, p->place, 0, p->v_place);
  say(p, p->address, 0, p->v_address);
  say(p, p->category, 0, p->v_category);
  for (int i = 0; i < p->photos.kept_count + p->photos.draft_count; i++)
    say(p, p->photo, i, arena_printf(p->x.a, "%lld", (long long)p->photos.kept[i]));
  if (p->sound.kept_count + p->sound.draft_count)
    say(p, p->voice, 0, arena_printf(p->x.a, "%lld", (long long)p->sound.kept[0]));
}

/* The same key must come with the same report; photos are left out, as their ids differ from try to try. */
static struct bytes asked(const struct report *p) {
  const char *s = arena_printf(p->x.a, "%s|%s|%s|%s", p->v_text, p->v_place, p->v_position, p->v_follow);
  return (struct bytes){.data = (const unsigned char *)s, .len = strlen(s)};
}

static int do_follow(struct lane_txn *t, struct report *p, struct error *err) {
  const struct web_app *app = p->x.app;
  struct follow follow = {.actor = &p->x.r->actor, .matter = p->follow, .reporter = &p->reporter, .once_key = p->v_once,
                          .once_request = asked(p)};
  if (text_empty(follow.once_key)) follow.once_key = NULL;
  return engine_follow(t, app->engine, &follow, &p->acted, err);
}

static int do_open(struct lane_txn *t, struct report *p, struct error *err) {
  struct act act = {.actor = &p->x.r->actor,
                    .action = p->action->name,
                    .procedure = p->procedure->name,
                    .said = p->said,
                    .said_count = p->said_count,
                    .reporter = &p->reporter,
                    .source = text_empty(p->v_plate) ? "public" : "plate",
                    .once_key = text_empty(p->v_once) ? NULL : p->v_once, /* no key is not the same key */
                    .once_request = asked(p)};
  return engine_act(t, p->x.app->engine, &act, &p->acted, err);
}

static int keep_files(struct lane_txn *t, struct report *p, struct error *err) {
  const char *actor = actor_key(t->arena, &p->x.r->actor);
  if (resident_photos_add(t, p->x.app, &p->photos, actor, err) < 0) return -1;
  return resident_photos_add(t, p->x.app, &p->sound, actor, err);
}

static int erase_new(struct lane_txn *t, const struct resident_photos *p, struct error *err) {
  for (int i = 0; i < p->draft_count; i++)
    if (file_erase(t, p->kept[p->kept_count + i], err) < 0) return -1;
  return 0;
}

/* The photos get their rows in the very transaction of the report: a second press of the button leaves none behind. */
static int run_report(struct lane_txn *t, void *ctx, struct error *err) {
  struct report *p = ctx;
  if (keep_files(t, p, err) < 0) return -1;
  fill_said(p);
  if ((p->follow ? do_follow(t, p, err) : do_open(t, p, err)) < 0) return -1;
  p->acted.receipt = arena_strdup(p->x.a, p->acted.receipt);
  if (!p->acted.again) return 0;
  return erase_new(t, &p->photos, err) < 0 ? -1 : erase_new(t, &p->sound, err);
}

static int keep_photos(struct lane_txn *t, void *ctx, struct error *err) {
  return keep_files(t, ctx, err);
}

static void all_kept(struct resident_photos *p) {
  p->kept_count += p->draft_count;
  p->draft_count = 0;
}

/* The form again, with its photos kept. */
static int show_again(struct request *r, void *ctx, struct error *err) {
  struct report *p = ctx;
  if (err->kind != ERR_NONE) return -1;
  all_kept(&p->photos);
  all_kept(&p->sound);
  if (app_db(&p->x.db, r, err) < 0) return -1;
  return show_report(p, p->fault_count ? 422 : 200, err);
}

static int give_back(struct report *p) {
  if (p->photos.draft_count + p->sound.draft_count) return app_run(p->x.r, keep_photos, p, show_again);
  struct error none = {0};
  return show_again(p->x.r, p, &none);
}

static int reported(struct request *r, void *ctx, struct error *err) {
  struct report *p = ctx;
  if (err->kind == ERR_NONE) {
    if (!text_empty(p->acted.receipt))
      return reply_redirect(r, arena_printf(r->arena, "/r/%s?new=1", p->acted.receipt));
    return error_set(err, ERR_CONFLICT, "resident.sent-before", NULL, NULL);
  }
  if (err->kind != ERR_INPUT && err->kind != ERR_CONFLICT && !*err->field) return -1;
  add_fault(p, err);
  error_clear(err);
  return give_back(p);
}

static int find_followed(struct report *p, struct error *err) {
  if (state_find_code(p->x.db, p->x.app->district, p->v_follow, &p->follow, p->x.a, err) < 0) return -1;
  return p->follow ? 0 : error_set(err, ERR_MISSING, "matter.unknown", NULL, NULL);
}

/* What is wrong with a file is the sender's to mend, unless it is the disk. */
static int bad_file(struct report *p, const struct error *wrong, struct error *err) {
  if (wrong->kind == ERR_FAULT) {
    *err = *wrong;
    return -1;
  }
  add_fault(p, wrong);
  return 0;
}

/* Looks at what came in; what is wrong becomes faults. Returns -1 for what is not about the form. */
static int read_report(struct report *p, struct error *err) {
  struct error photo = {0}, sound = {0};
  read_typed(p);
  if (p->photo && resident_photos_read(&p->photos, &p->x, p->photo->name, RESIDENT_PHOTOS, &photo) < 0 &&
      bad_file(p, &photo, err) < 0)
    return -1;
  if (p->voice && resident_voice_read(&p->sound, &p->x, p->voice->name, &sound) < 0 && bad_file(p, &sound, err) < 0)
    return -1;
  if (text_empty(p->v_follow)) {
    check_text(p);
    check_place(p);
  }
  check_reporter(p);
  p->reporter = (struct reporter_in){
      .name = p->v_name, .phone = p->v_phone, .mail = "", .confidential = p->confidential, .lang = p->x.r->lang};
  return 0;
}

static int report_post(struct request *r, struct error *err) {
  struct report *p = ARENA_NEW(r->arena, struct report);
  if (begin_report(p, r, err) < 0 || read_report(p, err) < 0) return -1;
  if (!text_empty(p->v_follow) && find_followed(p, err) < 0) return -1;
  if (p->fault_count) return give_back(p);
  if (!p->follow && !p->near_seen) {
    if (find_near(p, err) < 0) return -1;
    p->ask_near = p->near_count > 0;
    if (p->ask_near) return give_back(p);
  }
  return app_run(r, run_report, p, reported);
}

enum { PHOTO_TICKET };

static int photo_get(struct request *r, struct error *err) {
  struct resident x;
  if (resident_open(&x, r, err) < 0) return -1;
  int64_t file = resident_photo_of_ticket(&x, req_text(r, PHOTO_TICKET));
  if (!file) return error_set(err, ERR_MISSING, "file.missing", NULL, NULL);
  return resident_photo_send(&x, file, true, err);
}

const struct route routes_resident[] = {{.method = HTTP_GET,
                                         .path = "/report",
                                         .kind = ROUTE_PAGE,
                                         .who = ACCESS_PUBLIC,
                                         .tag = "resident",
                                         .help = W_ROUTE_REPORT,
                                         .rate = RATE_PAGE,
                                         .handler = report_get,
                                         PARAMS([REPORT_CATEGORY] = {.name = "category",
                                                                     .type = PARAM_TEXT,
                                                                     .in = IN_QUERY,
                                                                     .max = 80,
                                                                     .zh = "预选类别",
                                                                     .en = "category chosen already"})},
                                        {.method = HTTP_POST,
                                         .path = "/report",
                                         .kind = ROUTE_PAGE,
                                         .who = ACCESS_PUBLIC,
                                         .csrf = CSRF_ORIGIN,
                                         .tag = "resident",
                                         .help = W_ROUTE_REPORT_SEND,
                                         .rate = RATE_REPORT,
                                         .body_max = REPORT_BODY,
                                         .open_form = true,
                                         .handler = report_post},
                                        {.method = HTTP_GET,
                                         .path = "/report/photo/{ticket}",
                                         .kind = ROUTE_PAGE,
                                         .who = ACCESS_PUBLIC,
                                         .tag = "resident",
                                         .help = W_ROUTE_REPORT_PHOTO,
                                         .rate = RATE_PAGE,
                                         .handler = photo_get,
                                         PARAMS([PHOTO_TICKET] = {.name = "ticket",
                                                                  .type = PARAM_CODE,
                                                                  .in = IN_PATH,
                                                                  .required = true,
                                                                  .zh = "照片凭据",
                                                                  .en = "proof of having sent the photo"})},
                                        {.method = HTTP_GET,
                                         .path = "/p/{plate}",
                                         .kind = ROUTE_PAGE,
                                         .who = ACCESS_PUBLIC,
                                         .tag = "resident",
                                         .help = W_ROUTE_PLATE,
                                         .rate = RATE_PAGE,
                                         .handler = plate_get,
                                         PARAMS([PLATE_CODE] = {.name = "plate",
                                                                .type = PARAM_TEXT,
                                                                .in = IN_PATH,
                                                                .required = true,
                                                                .max = 40,
                                                                .zh = "楼口码牌上的编码",
                                                                .en = "code on the plate at the stairwell"})},
                                        {0}};
