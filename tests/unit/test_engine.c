/* The engine, on the page's own case: kitchen waste behind a noodle shop, from a resident's report over the whistle to
 * the rating, with the wrong turns people take. On SQLite and on PostgreSQL. */
#include "dbtest.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file_text.h"
#include "matter/alike.h"
#include "matter/list.h"
#include "matter/matter.h"
#include "matter/verify.h"
#include "people/settings.h"
#include "place/place.h"
#include "store/db_internal.h"
#include "store/message.h"
#include "store/outbox.h"

enum { FOLDER = 64, SAID = 16 };

/* A small district: one street, one community, one grid, one building, one stairwell; the people of the story. */
struct town {
  struct dbtest *t;
  struct engine *engine;
  struct people_env env;
  struct place_map *places;
  char folder[FOLDER];
  int64_t street, community, grid, building, stairwell;
  struct actor resident, grid_worker, centre, second_clerk, leader, market, sanitation, district, stranger, mediator, officer;
  struct post posts[10];
  time_ms now;
};

static void link_file(const char *folder, const char *name, const char *target) {
  char to[160], from[512], cwd[300];
  snprintf(to, sizeof to, "%s/%s", folder, name);
  assert_non_null(getcwd(cwd, sizeof cwd));
  snprintf(from, sizeof from, "%s/%s", cwd, target);
  assert_int_equal(symlink(from, to), 0);
}

static void make_folder(struct town *w) {
  snprintf(w->folder, sizeof w->folder, "/tmp/tongxin-town-XXXXXX");
  assert_non_null(mkdtemp(w->folder));
  link_file(w->folder, "schemes.csv", "catalogues/schemes.csv");
  link_file(w->folder, "units.csv", "catalogues/units.csv");
  link_file(w->folder, "urban-yuncheng", "catalogues/urban-yuncheng");
  link_file(w->folder, "grid-service", "catalogues/grid-service");
  link_file(w->folder, "calendar.yaml", "catalogues/calendar.yaml");
  link_file(w->folder, "chinese-days.json", "node_modules/chinese-days/dist/chinese-days.json");
}

static void remove_folder(struct town *w) {
  static const char *const names[] = {"schemes.csv",  "units.csv",     "urban-yuncheng",
                                      "grid-service", "calendar.yaml", "chinese-days.json"};
  char path[160];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", w->folder, names[i]);
    unlink(path);
  }
  rmdir(w->folder);
}

static int64_t add_place(struct lane_txn *t, enum place_level level, int64_t parent, const char *kind, const char *code,
                         const char *name, struct error *err) {
  int64_t id = 0;
  struct place_new in = {.actor = "system",
                         .level = level,
                         .parent = parent,
                         .kind = kind,
                         .code = code,
                         .name = name,
                         .at = {102.188, 38.521},
                         .plate = level == PLACE_STAIRWELL};
  place_add(t, &in, &id, err);
  return id;
}

static int adopt(struct lane_txn *t, const char *kind, const char *name, struct error *err) {
  char path[80], *text;
  struct actor system = {.kind = ACTOR_MACHINE};
  snprintf(path, sizeof path, "%ss/%s.yaml", kind, name);
  if (file_text(&text, NULL, t->arena, path, PROCEDURE_FILE_MAX, err) < 0) return -1;
  return engine_adopt(t, &system, kind, name, text, NULL, err);
}

/* Every template of papers: which of them a procedure issues is its own affair. */
static int adopt_documents(struct lane_txn *t, struct error *err) {
  glob_t found;
  int r = glob("documents/*.yaml", 0, NULL, &found) ? error_fault(err, "test.documents", "no templates of papers") : 0;
  for (size_t i = 0; r == 0 && i < found.gl_pathc; i++) {
    const char *file = strrchr(found.gl_pathv[i], '/') + 1;
    r = adopt(t, "document", arena_printf(t->arena, "%.*s", (int)(strlen(file) - strlen(".yaml")), file), err);
  }
  globfree(&found);
  return r;
}

static int adopt_all(struct lane_txn *t, struct error *err) {
  static const char *const procedures[] = {"incident", "whistle", "reception", "dispute"};
  if (adopt_documents(t, err) < 0) return -1;
  for (size_t i = 0; i < sizeof procedures / sizeof procedures[0]; i++)
    if (adopt(t, "procedure", procedures[i], err) < 0) return -1;
  return 0;
}

static int build_town(struct lane_txn *t, void *ctx, struct error *err) {
  struct town *w = ctx;
  int64_t district = add_place(t, PLACE_DISTRICT, 0, "district", "620302000000", "金川区", err);
  w->street = add_place(t, PLACE_STREET, district, "street", "620302004000", "金川路街道", err);
  w->community = add_place(t, PLACE_COMMUNITY, w->street, "community", "620302004001", "演示社区", err);
  w->grid = add_place(t, PLACE_GRID, w->community, "basic", NULL, "第一网格", err);
  w->building = add_place(t, PLACE_BUILDING, w->grid, "building", NULL, "1号楼", err);
  w->stairwell = add_place(t, PLACE_STAIRWELL, w->building, "stairwell", NULL, "1单元", err);
  if (err->kind) return -1;
  return adopt_all(t, err);
}

static struct actor with_post(struct town *w, int n, enum role role, int64_t place, struct place_chain at,
                              int64_t org) {
  w->posts[n] = (struct post){.id = n + 1, .role = role, .place = place, .at = at, .org = org};
  return (struct actor){.kind = ACTOR_ACCOUNT,
                        .district = DBTEST_DISTRICT,
                        .person = 100 + n,
                        .account = 10 + n,
                        .posts = &w->posts[n],
                        .post_count = 1};
}

static void hire(struct town *w) {
  struct place_chain street = {.street = w->street}, grid = {w->street, w->community, w->grid, 0, 0};
  w->grid_worker = with_post(w, 0, ROLE_GRID_WORKER, w->grid, grid, 0);
  w->centre = with_post(w, 1, ROLE_STREET_CENTRE, w->street, street, 0);
  w->second_clerk = with_post(w, 2, ROLE_STREET_CENTRE, w->street, street, 0);
  w->leader = with_post(w, 3, ROLE_STREET_LEADER, w->street, street, 0);
  w->market = with_post(w, 4, ROLE_DEPARTMENT_OFFICER, 0, (struct place_chain){0}, 501);
  w->sanitation = with_post(w, 5, ROLE_DEPARTMENT_OFFICER, 0, (struct place_chain){0}, 502);
  w->district = with_post(w, 6, ROLE_DISTRICT_CENTRE, 0, (struct place_chain){0}, 0);
  w->stranger = with_post(w, 7, ROLE_STREET_CENTRE, 9999, (struct place_chain){.street = 9999}, 0);
  w->mediator = with_post(w, 8, ROLE_MEDIATOR, w->community, (struct place_chain){w->street, w->community, 0, 0, 0}, 0);
  w->officer = with_post(w, 9, ROLE_COMMUNITY_OFFICER, w->community, w->posts[8].at, 0);
}

static struct town *town_of(void **state) {
  static struct town town;
  struct town *w = &town;
  struct error err = {0};
  *w = (struct town){.t = dbtest_of(state)};
  make_folder(w);
  w->env = (struct people_env){.district = DBTEST_DISTRICT, .offset_min = OFFSET_CHINA_MIN};
  random_fill(w->env.keys.match, KEY_BYTES);
  random_fill(w->env.keys.seal[0].key, KEY_BYTES);
  w->env.keys.seal[0].number = 1;
  w->env.keys.count = 1;
  assert_true(time_parse(&w->now, "2026-11-23T10:00:00+08:00", 0)); /* a Monday */
  lane_set_now(w->t->lane, w->now);
  DB_OK(lane_call(w->t->lane, build_town, w, &err), &err);
  DB_OK(place_map_open(&w->places, DBTEST_DISTRICT, (struct bytes){0}, &err), &err);
  DB_OK(engine_open(&w->engine, w->t->db, &w->env, w->places, w->folder, &err), &err);
  hire(w);
  return w;
}

static void leave_town(struct town *w) {
  engine_close(w->engine);
  place_map_close(w->places);
  remove_folder(w);
}

static void later(struct town *w, time_ms by) {
  w->now += by;
  lane_set_now(w->t->lane, w->now);
}

/* --- acting ----------------------------------------------------------------------------------------------------- */

struct try {
  struct town *w;
  struct act act;
  struct acted acted;
  char code[64], receipt[32];
};

static int run_act(struct lane_txn *t, void *ctx, struct error *err) {
  struct try *y = ctx;
  if (engine_act(t, y->w->engine, &y->act, &y->acted, err) < 0) return -1;
  text_copy(y->code, sizeof y->code, y->acted.code);
  text_copy(y->receipt, sizeof y->receipt, y->acted.receipt);
  return 0;
}

/* Values as field, value, field, value ... NULL. */
static size_t collect(struct said *said, va_list args) {
  size_t n = 0;
  for (const char *field; (field = va_arg(args, const char *)) != NULL; n++) {
    const char *value = va_arg(args, const char *);
    int number = 0;
    for (size_t i = 0; i < n; i++) number += strcmp(said[i].field, field) == 0;
    said[n] = (struct said){field, number, value};
  }
  return n;
}

static struct error try_act(struct try *y) {
  struct error err = {0};
  lane_call(y->w->t->lane, run_act, y, &err);
  return err;
}

static struct error open_with(struct town *w, const struct actor *actor, const char *procedure, const char *action,
                              struct try *y, ...) {
  struct said said[SAID];
  struct reporter_in reporter = {.name = "张示例", .phone = "13800000000", .mail = "", .lang = LANG_ZH};
  va_list args;
  va_start(args, y);
  *y = (struct try){.w = w,
                    .act = {.actor = actor,
                            .procedure = procedure,
                            .action = action,
                            .said = said,
                            .reporter = &reporter,
                            .source = "public"}};
  y->act.said_count = collect(said, args);
  va_end(args);
  return try_act(y);
}

static struct error does(struct town *w, const struct actor *actor, int64_t matter, int64_t track, const char *action,
                         ...) {
  struct said said[SAID];
  struct try y = {.w = w, .act = {.actor = actor, .matter = matter, .track = track, .action = action, .said = said}};
  va_list args;
  va_start(args, action);
  y.act.said_count = collect(said, args);
  va_end(args);
  return try_act(&y);
}

#define MUST(call)                                                                                      \
  do {                                                                                                  \
    struct error must = (call);                                                                         \
    if (must.kind) fail_msg("%s: %s %s %s %s", #call, must.code, must.field, must.arg[0], must.detail); \
  } while (0)
#define REFUSED(call, expected)                    \
  do {                                             \
    struct error refused = (call);                 \
    assert_string_equal(refused.code, (expected)); \
  } while (0)

static struct state *look(struct town *w, int64_t matter) {
  struct error err = {0};
  struct state *s;
  const struct world *world = world_take(w->engine);
  assert_int_equal(state_load(&s, w->t->db, world, matter, w->t->arena, &err), 1);
  world_release(w->engine, world);
  return s;
}

static void stands_at(struct town *w, int64_t matter, const char *stage) {
  assert_string_equal(look(w, matter)->tracks[0].stage->name, stage);
}

static const struct state_track *called(const struct state *s, int64_t org) {
  for (size_t i = 1; i < s->track_count; i++)
    if (s->tracks[i].org == org) return &s->tracks[i];
  fail_msg("department %lld was not called", (long long)org);
  return NULL;
}

static size_t waiting(struct town *w, const struct actor *actor, int64_t matter) {
  struct error err = {0};
  struct offer *offers;
  size_t n;
  DB_OK(engine_offers(w->engine, actor, look(w, matter), w->t->arena, w->now, &offers, &n, &err), &err);
  return n;
}

static const char *num(struct town *w, int64_t n) {
  return arena_printf(w->t->arena, "%lld", (long long)n);
}

static struct error report(struct town *w, struct try *y) {
  static const struct actor nobody = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  return open_with(w, &nobody, "incident", "report", y, "description", "面馆后门朝小区长期堆放餐厨垃圾，有异味",
                   "place", num(w, w->stairwell), "category", "urban-yuncheng/event/0131", NULL);
}

/* From the report to the stage at which the street can dispatch. */
static int64_t filed_case(struct town *w, struct actor *reporter) {
  struct try y;
  MUST(report(w, &y));
  *reporter = (struct actor){.kind = ACTOR_RECEIPT, .district = DBTEST_DISTRICT, .matter = y.acted.matter};
  MUST(does(w, &w->centre, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL));
  MUST(does(w, &w->grid_worker, y.acted.matter, 0, "verify", "verified", "yes", "finding",
            "后门有三个敞口桶，地面有污水", NULL));
  MUST(does(w, &w->centre, y.acted.matter, 0, "file", "place", num(w, w->grid), "category", "urban-yuncheng/event/0131",
            "condition", "1", "danger", "possible", "reach", "few", NULL));
  return y.acted.matter;
}

/* --- the story -------------------------------------------------------------------------------------------------- */

static void the_noodle_shop_case_runs_over_the_whistle_to_the_rating(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int64_t incident = filed_case(w, &reporter);
  stands_at(w, incident, "filed");
  MUST(does(w, &w->centre, incident, 0, "whistle", "problem", "面馆后门堆放餐厨垃圾，需市场监管、环卫一起到场", NULL));
  stands_at(w, incident, "whistled");
  struct state *s = look(w, incident);
  assert_int_equal(s->link_count, 1);
  int64_t whistle = s->links[0].other;

  MUST(does(w, &w->centre, whistle, 0, "prepare", "kind", "daily", "place", num(w, w->grid), "lead", "501", "assist",
            "502", NULL));
  REFUSED(does(w, &w->centre, whistle, 0, "approve", NULL), "matter.not-yours");
  MUST(does(w, &w->leader, whistle, 0, "approve", NULL));
  stands_at(w, whistle, "blown");
  int64_t lead = called(look(w, whistle), 501)->id, assist = called(look(w, whistle), 502)->id;

  later(w, 30 * MINUTE_MS);
  MUST(does(w, &w->market, whistle, lead, "confirm", NULL));
  REFUSED(does(w, &w->market, whistle, assist, "confirm", NULL), "matter.not-yours");
  MUST(does(w, &w->sanitation, whistle, assist, "confirm", NULL));
  MUST(does(w, &w->market, whistle, lead, "arrive", "arrived-at", "102.188,38.521", NULL));
  MUST(does(w, &w->sanitation, whistle, assist, "arrive", "arrived-at", "102.188,38.521", NULL));
  MUST(does(w, &w->centre, whistle, 0, "meet", "meeting-time", "2026-11-23T10:20:00+08:00", "attendees",
            "居民代表、商户、环卫、物业", "minutes", "店主当日清运，签收运协议", "division-of-work.who", "501",
            "division-of-work.what", "督促店主整改", "division-of-work.by-when", "2026-11-25", NULL));
  stands_at(w, whistle, "handling");

  /* the lead cannot close before all have reported */
  REFUSED(does(w, &w->market, whistle, 0, "finish", "joint-result", "店主已清理", "after-photos", "1", "answer",
               "垃圾已清运", NULL),
          "matter.condition");
  MUST(does(w, &w->market, whistle, lead, "report", "done-what", "责令店主清理并使用密闭桶", "done-photos", "4", NULL));
  REFUSED(does(w, &w->market, whistle, 0, "finish", "joint-result", "店主已清理", "after-photos", "1", "answer",
               "垃圾已清运", NULL),
          "matter.condition");
  MUST(does(w, &w->sanitation, whistle, assist, "report", "done-what", "清运三桶并冲洗地面", "done-photos", "5", NULL));
  MUST(does(w, &w->market, whistle, 0, "finish", "joint-result", "店主已清理", "after-photos", "1", "answer",
            "垃圾已清运", NULL));
  MUST(does(w, &w->grid_worker, whistle, 0, "check", "check-result", "pass", "check-photos", "2", NULL));
  MUST(does(w, &w->centre, whistle, 0, "close", NULL));
  stands_at(w, whistle, "closed");
  stands_at(w, incident, "handled");

  MUST(does(w, &w->centre, incident, 0, "send-to-check", NULL));
  MUST(does(w, &w->grid_worker, incident, 0, "check", "check-result", "pass", "check-photos", "3", NULL));
  MUST(does(w, &w->centre, incident, 0, "close", "closing", "1", "answer", "面馆后门垃圾已清理，店主签订收运协议",
            NULL));
  stands_at(w, incident, "closed");
  MUST(does(w, &reporter, incident, 0, "rate", "solved", "yes", "satisfaction", "5", NULL));
  assert_int_equal(look(w, incident)->outcome, OUTCOME_DONE);
  assert_false(look(w, incident)->late);

  struct journal_report report;
  struct error err = {0};
  DB_OK(journal_verify(w->t->db, DBTEST_DISTRICT, &report, NULL, NULL, &err), &err);
  assert_int_equal(report.bad_seq, 0);
  leave_town(w);
}

static void only_those_meant_may_act(void **state) {
  struct town *w = town_of(state);
  struct actor reporter, nobody = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  struct actor other = {.kind = ACTOR_RECEIPT, .district = DBTEST_DISTRICT, .matter = 424242};
  struct try y;
  MUST(report(w, &y));
  reporter = (struct actor){.kind = ACTOR_RECEIPT, .district = DBTEST_DISTRICT, .matter = y.acted.matter};
  assert_int_equal(strlen(y.receipt), 10);
  REFUSED(does(w, &w->grid_worker, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL), "matter.not-yours");
  REFUSED(does(w, &reporter, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL), "matter.not-yours");
  struct error e = does(w, &nobody, y.acted.matter, 0, "accept", NULL);
  assert_true(e.kind == ERR_SIGN_IN || e.kind == ERR_MISSING);
  e = does(w, &w->stranger, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL);
  assert_true(e.kind == ERR_DENIED || e.kind == ERR_MISSING);
  e = does(w, &other, y.acted.matter, 0, "withdraw", NULL);
  assert_true(e.kind == ERR_DENIED || e.kind == ERR_MISSING);
  assert_true(waiting(w, &w->centre, y.acted.matter) > 0);
  stands_at(w, y.acted.matter, "reported");
  leave_town(w);
}

static int64_t journal_length(struct town *w) {
  struct q_journal_head_out head = {0};
  struct error err = {0};
  DB_OK(q_journal_head(w->t->db, w->t->arena, &head, &(struct q_journal_head_in){.district = DBTEST_DISTRICT}, &err),
        &err);
  return head.seq;
}

static void wrong_values_are_refused_with_their_field(void **state) {
  struct town *w = town_of(state);
  struct actor nobody = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  struct try y;
  int64_t before = journal_length(w);
  struct error e = open_with(w, &nobody, "incident", "report", &y, "place", num(w, w->grid), NULL);
  assert_string_equal(e.code, "matter.field.missing");
  assert_string_equal(e.field, "description");
  e = open_with(w, &nobody, "incident", "report", &y, "description", "垃圾很多", "place", "999999", NULL);
  assert_string_equal(e.field, "place");
  e = open_with(w, &nobody, "incident", "report", &y, "description", "垃圾很多", "place", num(w, w->grid), "category",
                "urban-yuncheng/event/9999", NULL);
  assert_string_equal(e.code, "matter.field.category");
  e = open_with(w, &nobody, "incident", "report", &y, "description", "垃圾很多", "place", num(w, w->grid), "opinion",
                "x", NULL);
  assert_string_equal(e.code, "matter.field.unknown");
  e = open_with(w, &nobody, "incident", "report", &y, "description", "\xff\xfe垃圾", "place", num(w, w->grid), NULL);
  assert_string_equal(e.code, "matter.field.encoding");
  e = open_with(w, &nobody, "no-such", NULL, &y, NULL);
  assert_string_equal(e.code, "matter.procedure");
  assert_int_equal(journal_length(w), before);
  leave_town(w);
}

static void the_receiver_of_a_return_does_not_pass_it_on(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int64_t id = filed_case(w, &reporter);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  assert_true(waiting(w, &w->market, id) > 0);
  REFUSED(does(w, &w->market, id, 0, "return", NULL), "matter.field.missing");
  MUST(does(w, &w->market, id, 0, "return", "return-reason", "不属于我局职责范围", NULL));
  stands_at(w, id, "filed");
  assert_int_equal(look(w, id)->returns, 1);
  assert_string_equal(look(w, id)->tracks[0].returned_to, "account:11");
  leave_town(w);
}

static void what_is_dispatched_counts_for_its_department(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  struct error err = {0};
  struct q_tally_sum_out *rows;
  size_t n;
  int64_t id = filed_case(w, &reporter);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  struct q_tally_sum_in in = {.district = DBTEST_DISTRICT, .period_to = 999999, .measure = "filed", .kind = FIGURE_ORG,
                              .street = DB_NULL};
  DB_OK(q_tally_sum(w->t->db, w->t->arena, &rows, &n, &in, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(rows[0].value, "501");
  assert_int_equal(rows[0].n, 1);
  leave_town(w);
}

static void the_clock_runs_out_and_goes_up_the_ladder(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int taken = 0;
  (void)taken;
  int64_t id = filed_case(w, &reporter);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  MUST(does(w, &w->market, id, 0, "take", NULL));
  struct state *s = look(w, id);
  assert_true(s->due > w->now);
  char due[48];
  time_format(due, sizeof due, s->due, OFFSET_CHINA_MIN);
  /* 4 work hours from 10:00 on a Monday: 2 h until noon, 2 h from 14:30 */
  assert_string_equal(due, "2026-11-23T16:30:00+08:00");
  leave_town(w);
}

/* "10 work-days": the limit in force of the clock that runs for whoever handles it. */
static const char *handling_limit(struct town *w, int64_t matter) {
  struct state *s = look(w, matter);
  struct clock_reading r;
  struct error err = {0};
  const struct world *world = world_take(w->engine);
  char *out = arena_alloc(w->t->arena, 48);
  *out = '\0';
  for (size_t i = 0; i < s->clock_count; i++) {
    if (strcmp(s->clocks[i].type->name, "handle") != 0 || s->clocks[i].clock.end != CLOCK_OPEN) continue;
    DB_OK(clock_read(&r, &s->clocks[i].clock, world->calendar, world->rules, w->now, &err), &err);
    limit_write(out, 48, r.limit);
  }
  world_release(w->engine, world);
  return out;
}

/* How often the explanation of that clock says that the limit became another. */
static int relimits_told(struct town *w, int64_t matter) {
  struct state *s = look(w, matter);
  struct clock_line *lines;
  struct error err = {0};
  size_t n;
  int told = 0;
  const struct world *world = world_take(w->engine);
  for (size_t i = 0; i < s->clock_count; i++) {
    if (strcmp(s->clocks[i].type->name, "handle") != 0) continue;
    DB_OK(clock_explain(&lines, &n, w->t->arena, &s->clocks[i].clock, world->calendar, world->rules, w->now, &err), &err);
    for (size_t k = 0; k < n; k++) told += lines[k].kind == LINE_RELIMIT;
  }
  world_release(w->engine, world);
  return told;
}

static void the_limit_is_general_works_or_special_as_dispatched_and_survives_another_category(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int64_t id = filed_case(w, &reporter);
  /* the kitchen waste has no limit for works: refused where it is chosen, at its field, and nothing is done */
  struct error refused = does(w, &w->centre, id, 0, "dispatch", "department", "501", "limit-kind", "engineering", NULL);
  assert_string_equal(refused.code, "matter.limit.kind");
  assert_string_equal(refused.field, "limit-kind");
  stands_at(w, id, "filed");
  MUST(does(w, &w->centre, id, 0, "change-category", "category", "urban-yuncheng/event/0113", "condition", "1", NULL));
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", "limit-kind", "engineering", NULL));
  assert_string_equal(handling_limit(w, id), "10 work-days");
  MUST(does(w, &w->centre, id, 0, "change-limit-kind", "limit-kind", "special", "opinion", "地下管线复杂", NULL));
  assert_string_equal(handling_limit(w, id), "20 work-days");
  later(w, HOUR_MS);
  MUST(does(w, &w->centre, id, 0, "change-category", "category", "urban-yuncheng/event/0131", "condition", "1", NULL));
  assert_string_equal(handling_limit(w, id), "4 work-hours");
  MUST(does(w, &w->centre, id, 0, "change-category", "category", "urban-yuncheng/event/0101", "condition", "2", NULL));
  assert_string_equal(handling_limit(w, id), "60 work-days");
  assert_int_equal(relimits_told(w, id), 3);
  leave_town(w);
}

/* incident with another time to accept from 25 November on. */
static int adopt_changed(struct lane_txn *t, void *ctx, struct error *err) {
  static const char old[] = "accept-limit:      {limit: 2 work-hours,";
  struct actor system = {.kind = ACTOR_MACHINE};
  char *text;
  (void)ctx;
  if (file_text(&text, NULL, t->arena, "procedures/incident.yaml", PROCEDURE_FILE_MAX, err) < 0) return -1;
  char *at = strstr(text, old);
  assert_non_null(at);
  const char *changed = arena_printf(t->arena, "%.*s%s changes: [{from: 2026-11-25, limit: 9 work-hours}],%s", (int)(at - text),
                                     text, old, at + strlen(old));
  return engine_adopt(t, &system, "procedure", "incident", changed, NULL, err);
}

static int64_t accept_hours(struct town *w, int64_t matter) {
  struct state *s = look(w, matter);
  for (size_t i = 0; i < s->clock_count; i++)
    if (strcmp(s->clocks[i].type->name, "accept") == 0) return s->clocks[i].clock.limit.milli / LIMIT_ONE;
  return 0;
}

static void a_rule_that_changes_on_a_day_is_that_of_matters_opened_from_then_on(void **state) {
  struct town *w = town_of(state);
  struct error err = {0};
  struct try before, after;
  DB_OK(lane_call(w->t->lane, adopt_changed, NULL, &err), &err);
  DB_OK(engine_reload(w->engine, w->t->db, &err), &err);
  MUST(report(w, &before));
  assert_int_equal(accept_hours(w, before.acted.matter), 2);
  later(w, 3 * (time_ms)DAY_MS);
  MUST(report(w, &after));
  assert_int_equal(accept_hours(w, after.acted.matter), 9);
  assert_int_equal(accept_hours(w, before.acted.matter), 2);
  leave_town(w);
}

static void the_same_key_reports_once(void **state) {
  struct town *w = town_of(state);
  struct said said[] = {{"description", 0, "路灯不亮"}, {"place", 0, num(w, w->grid)}};
  struct actor phone = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  struct reporter_in reporter = {.lang = LANG_ZH};
  struct try first = {.w = w,
                      .act = {.actor = &phone,
                              .procedure = "incident",
                              .action = "report",
                              .said = said,
                              .said_count = 2,
                              .reporter = &reporter,
                              .source = "public",
                              .once_key = "phone-1",
                              .once_request = {(const unsigned char *)"a", 1}}};
  struct try second = first, third = first;
  MUST(try_act(&first));
  MUST(try_act(&second));
  assert_true(second.acted.again);
  assert_string_equal(second.code, first.code);
  assert_string_equal(second.receipt, first.receipt);
  third.act.once_request = (struct bytes){(const unsigned char *)"b", 1};
  REFUSED(try_act(&third), "store.once-differs");
  leave_town(w);
}

static void whoever_comes_second_is_told(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int64_t id = filed_case(w, &reporter);
  int64_t seen = look(w, id)->last_step;
  struct said said[] = {{"department", 0, "501"}};
  struct try a = {
      .w = w,
      .act = {
          .actor = &w->centre, .matter = id, .action = "dispatch", .said = said, .said_count = 1, .seen_step = seen}};
  struct try b = a;
  b.act.actor = &w->second_clerk;
  MUST(try_act(&a));
  struct error e = try_act(&b);
  assert_int_equal(e.kind, ERR_CONFLICT);
  assert_int_equal(look(w, id)->tracks[0].org, 501);
  leave_town(w);
}

static void merged_reporters_stay_informed(void **state) {
  struct town *w = town_of(state);
  struct try first, second;
  MUST(report(w, &first));
  MUST(report(w, &second));
  MUST(does(w, &w->centre, second.acted.matter, 0, "merge", "into", num(w, first.acted.matter), NULL));
  stands_at(w, second.acted.matter, "merged");
  struct state *s = look(w, first.acted.matter);
  assert_int_equal(s->reporter_count, 2);
  assert_int_equal(s->reporter_total, 2);
  struct error err = {0};
  int64_t matter;
  DB_OK(state_find_receipt(w->t->db, DBTEST_DISTRICT, second.receipt, &matter, NULL, w->t->arena, &err), &err);
  assert_int_equal(matter, first.acted.matter);
  REFUSED(does(w, &w->centre, first.acted.matter, 0, "merge", "into", num(w, first.acted.matter), NULL),
          "matter.link.self");
  leave_town(w);
}

static int take_marks(struct lane_txn *t, void *ctx, struct error *err) {
  int taken;
  return engine_timer(t, ((struct town *)ctx)->engine, 100, &taken, err);
}

static void a_late_case_turns_red_and_is_escalated(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  struct error err = {0};
  int64_t id = filed_case(w, &reporter);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  MUST(does(w, &w->market, id, 0, "take", NULL));
  later(w, 3 * (time_ms)DAY_MS);
  DB_OK(lane_call(w->t->lane, take_marks, w, &err), &err);
  struct state *s = look(w, id);
  assert_true(s->late);
  bool escalated = false;
  for (size_t i = 0; i < s->step_count; i++) escalated |= strcmp(s->steps[i].action_name, "escalate") == 0;
  assert_true(escalated);
  size_t steps = s->step_count;
  DB_OK(lane_call(w->t->lane, take_marks, w, &err), &err);
  assert_int_equal(look(w, id)->step_count, steps); /* each mark once */
  leave_town(w);
}

static size_t listed(struct town *w, const struct actor *actor, struct list_filter filter) {
  struct error err = {0};
  struct list_row *rows;
  struct scope scope;
  size_t n;
  const struct world *world = world_take(w->engine);
  if (actor) {
    access_scope(actor, &scope);
    filter.scope = &scope;
  }
  DB_OK(matter_list(&rows, &n, NULL, w->t->db, w->t->arena, world, &filter, w->now, &err), &err);
  world_release(w->engine, world);
  return n;
}

static void lists_hold_what_their_reader_may_see(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  int64_t id = filed_case(w, &reporter);
  assert_int_equal(listed(w, &w->centre, (struct list_filter){0}), 1);
  assert_int_equal(listed(w, &w->grid_worker, (struct list_filter){.order = LIST_SOONEST}), 1);
  assert_int_equal(listed(w, &w->district, (struct list_filter){.order = LIST_CHANGED, .only_open = true}), 1);
  assert_int_equal(listed(w, &w->stranger, (struct list_filter){0}), 0);
  assert_int_equal(listed(w, &w->market, (struct list_filter){0}), 0);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  assert_int_equal(listed(w, &w->market, (struct list_filter){0}), 1);
  assert_int_equal(listed(w, &w->sanitation, (struct list_filter){0}), 0);
  assert_int_equal(listed(w, NULL, (struct list_filter){0}), 1); /* the public */
  leave_town(w);
}

static void search_finds_one_character_and_more(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  filed_case(w, &reporter);
  assert_int_equal(listed(w, &w->centre, (struct list_filter){.words = "餐厨垃圾"}), 1);
  assert_int_equal(listed(w, &w->centre, (struct list_filter){.words = "厨"}), 1);
  assert_int_equal(listed(w, &w->centre, (struct list_filter){.words = "面馆 异味"}), 1);
  assert_int_equal(listed(w, &w->centre, (struct list_filter){.words = "电梯"}), 0);
  assert_int_equal(listed(w, &w->stranger, (struct list_filter){.words = "餐厨"}), 0);
  leave_town(w);
}

static void what_waits_is_on_the_right_list(void **state) {
  struct town *w = town_of(state);
  struct error err = {0};
  struct try y;
  MUST(report(w, &y));
  const struct world *world = world_take(w->engine);
  struct inbox_row *rows;
  size_t n;
  struct inbox_filter all = {0};
  DB_OK(matter_inbox(&rows, &n, NULL, w->t->db, w->t->arena, world, &w->centre, &all, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(rows[0].stage->name, "reported");
  assert_true(rows[0].due > w->now);
  DB_OK(matter_inbox(&rows, &n, NULL, w->t->db, w->t->arena, world, &w->grid_worker, &all, &err), &err);
  assert_int_equal(n, 0);
  world_release(w->engine, world);
  MUST(does(w, &w->centre, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL));
  world = world_take(w->engine);
  DB_OK(matter_inbox(&rows, &n, NULL, w->t->db, w->t->arena, world, &w->grid_worker, &all, &err), &err);
  assert_int_equal(n, 1);
  DB_OK(matter_inbox(&rows, &n, NULL, w->t->db, w->t->arena, world, &w->centre, &all, &err), &err);
  assert_int_equal(n, 0);
  struct near_row *near;
  DB_OK(matter_near(&near, &n, w->t->db, w->t->arena, world, 102.188, 38.521, 1, 0, false, 10, &err), &err);
  assert_int_equal(n, 1);
  world_release(w->engine, world);
  leave_town(w);
}

static void those_meant_are_told_once_and_reporters_by_mail(void **state) {
  struct town *w = town_of(state);
  struct error err = {0};
  struct actor nobody = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  struct reporter_in reporter = {.name = "张示例", .mail = "zhang@example.invalid", .lang = LANG_ZH};
  struct said said[] = {{"description", 0, "路灯不亮"}, {"place", 0, num(w, w->grid)}};
  struct try y = {.w = w,
                  .act = {.actor = &nobody,
                          .procedure = "incident",
                          .action = "report",
                          .said = said,
                          .said_count = 2,
                          .reporter = &reporter,
                          .source = "public"}};
  MUST(try_act(&y));
  MUST(does(w, &w->centre, y.acted.matter, 0, "accept", "place", num(w, w->grid), NULL));
  const char **keys;
  size_t key_count, n;
  struct message *messages;
  struct outbox_line *letters;
  engine_keys(&w->centre, w->t->arena, &keys, &key_count);
  DB_OK(message_list(w->t->db, w->t->arena, DBTEST_DISTRICT, keys, key_count, 11, 0, 10, &messages, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_non_null(strstr(messages[0].zh, y.code));
  assert_non_null(strstr(messages[0].zh, "路灯不亮"));
  DB_OK(outbox_list(w->t->db, w->t->arena, DBTEST_DISTRICT, NULL, 0, 10, &letters, &n, &err), &err);
  assert_int_equal(n, 1);
  assert_string_equal(letters[0].channel, "mail");
  struct state *s = look(w, y.acted.matter);
  char address[100];
  struct bytes sealed = s->reporters[0].mail;
  const char *key_id = arena_printf(w->t->arena, "reporter.mail:%lld", (long long)s->reporters[0].id);
  DB_OK(engine_open_address(&w->env, sealed, key_id, address, sizeof address, &err), &err);
  assert_string_equal(address, "zhang@example.invalid");
  leave_town(w);
}

static void a_second_report_of_the_same_thing_is_suggested_with_its_reasons(void **state) {
  struct town *w = town_of(state);
  struct error err = {0};
  struct try first, other;
  struct actor nobody = {.kind = ACTOR_ANONYMOUS, .district = DBTEST_DISTRICT};
  MUST(report(w, &first));
  MUST(open_with(w, &nobody, "incident", "report", &other, "description", "三单元门口路灯整夜不亮", "place",
                 num(w, w->stairwell), "category", "urban-yuncheng/component/0137", NULL));
  later(w, HOUR_MS);
  const struct world *world = world_take(w->engine);
  struct scope scope;
  access_scope(&w->centre, &scope);
  struct alike_to to = {.procedure = "incident",
                        .summary = "面馆后门堆餐厨垃圾，味道很大",
                        .category = "urban-yuncheng/event/0131",
                        .lon = 102.1881,
                        .lat = 38.5211,
                        .at = w->now};
  struct alike *found;
  size_t n;
  DB_OK(matter_alike(&found, &n, w->t->db, w->t->arena, world, &to, &scope, 10, &err), &err);
  assert_int_equal(n, 1); /* the lamp at the same door is not the same thing */
  assert_int_equal(found[0].matter, first.acted.matter);
  assert_true(found[0].score.reason_count >= 2);
  access_scope(&w->stranger, &scope);
  DB_OK(matter_alike(&found, &n, w->t->db, w->t->arena, world, &to, &scope, 10, &err), &err);
  assert_int_equal(n, 0);
  world_release(w->engine, world);
  leave_town(w);
}

static void the_same_place_again_is_a_relapse(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  struct try again;
  int64_t id = filed_case(w, &reporter);
  MUST(does(w, &w->centre, id, 0, "dispatch", "department", "501", NULL));
  MUST(does(w, &w->market, id, 0, "take", NULL));
  MUST(does(w, &w->market, id, 0, "finish", "result", "已责令清理", "after-photos", "1", "answer", "已清理完毕", NULL));
  MUST(does(w, &w->second_clerk, id, 0, "send-to-check", NULL));
  MUST(does(w, &w->grid_worker, id, 0, "check", "check-result", "pass", "check-photos", "2", NULL));
  MUST(does(w, &w->centre, id, 0, "close", "closing", "1", "answer", "已清理，请监督", NULL));
  later(w, 20 * (time_ms)DAY_MS);
  MUST(report(w, &again));
  assert_int_equal(look(w, again.acted.matter)->relapse_of, id);
  leave_town(w);
}

static void behind_the_back(struct town *w, const char *sql) {
  struct error err = {0};
  struct db *db;
  DB_OK(db_open(&db, w->t->url, DB_WRITER, &err), &err);
  DB_OK(db->driver->script(db, sql, &err), &err);
  db_close(db);
}

static void finds(struct town *w, const char *code, const char *where) {
  struct matter_verify_report report;
  struct error err = {0};
  DB_OK(matter_verify(w->t->db, &w->env, &report, NULL, NULL, &err), &err);
  assert_string_equal(report.code, code);
  assert_string_equal(report.where, where);
  if (*code) assert_true(strlen(report.matter) > 0);
}

static void a_change_behind_the_engines_back_is_found(void **state) {
  struct town *w = town_of(state);
  struct actor reporter;
  filed_case(w, &reporter);
  finds(w, "", "");
  behind_the_back(w, "UPDATE said SET value = '后门有四个敞口桶' WHERE field = 'finding'");
  finds(w, "verify.value", "finding");
  behind_the_back(w, "UPDATE said SET value = '后门有三个敞口桶，地面有污水' WHERE field = 'finding'");
  finds(w, "", "");
  behind_the_back(w, "UPDATE step SET actor = 'account:99' WHERE action = 'verify'");
  finds(w, "verify.step", "verify");
  behind_the_back(w, "UPDATE step SET actor = 'account:10' WHERE action = 'verify'");
  behind_the_back(w, "UPDATE track SET stage = 'closed'");
  finds(w, "verify.track", "main");
  behind_the_back(w, "UPDATE track SET stage = 'filed'");
  behind_the_back(w, "UPDATE matter SET stage = 'closed'");
  finds(w, "verify.matter", "");
  behind_the_back(w, "UPDATE matter SET stage = 'filed'");
  behind_the_back(w, "UPDATE said SET value = NULL, salt = NULL WHERE field = 'description'"); /* erased by right */
  finds(w, "", "");
  leave_town(w);
}

/* --- decision tables and plans of visits: a dispute ---------------------------------------------------------------- */

static int64_t noise_dispute(struct town *w) {
  struct try y;
  MUST(open_with(w, &w->grid_worker, "dispute", "register", &y, "facts", "两家餐馆排烟管道噪声大，楼上居民多次交涉", "kind",
                 "noise", "place", num(w, w->grid), "people", "8", "source", "found", "threat", "none", "hurt", "no",
                 "times", "1", "failed", "no", NULL));
  return y.acted.matter;
}

static const char *risk_of(const struct state *s, int *row) {
  const struct procedure_field *f = procedure_field_find(s->procedure, &s->procedure->tracks[0], "risk");
  const struct state_step *step = state_said_in(s, &s->tracks[0], f);
  const struct procedure_row *by = step ? state_decided_by(s, step, f) : NULL;
  *row = by ? by->number : 0;
  return state_value(s, &s->tracks[0], f);
}

static const struct state_clock *open_clock(const struct state *s, const char *name) {
  for (size_t i = s->clock_count; i-- > 0;)
    if (strcmp(s->clocks[i].type->name, name) == 0 && s->clocks[i].clock.end == CLOCK_OPEN) return &s->clocks[i];
  return NULL;
}

static const struct state_track *last_track(const struct state *s, const char *type) {
  for (size_t i = s->track_count; i-- > 0;)
    if (strcmp(s->tracks[i].type->name, type) == 0) return &s->tracks[i];
  return NULL;
}

static void a_table_decides_gives_its_row_and_is_asked_again(void **state) {
  struct town *w = town_of(state);
  int64_t id = noise_dispute(w);
  int row;
  assert_string_equal(risk_of(look(w, id), &row), "blue");
  assert_int_equal(row, 8);
  assert_null(open_clock(look(w, id), "red"));
  REFUSED(does(w, &w->centre, id, 0, "judge-risk", "threat", "weapon", "hurt", "no", "times", "2", "failed", "no", "risk",
               "blue", NULL),
          "matter.field.unknown");
  MUST(does(w, &w->centre, id, 0, "judge-risk", "threat", "weapon", "hurt", "no", "times", "2", "failed", "no", NULL));
  struct state *s = look(w, id);
  assert_string_equal(risk_of(s, &row), "red");
  assert_int_equal(row, 1);
  assert_non_null(open_clock(s, "red")); /* what the row says follows at once */
  size_t said = 0;
  for (size_t i = 0; i < s->said_count; i++) said += strcmp(s->said[i].field_name, "risk") == 0;
  assert_int_equal(said, 2); /* both answers stay */
  MUST(does(w, &w->leader, id, 0, "respond", "measures", "民警、调解员到场，双方分开劝导", NULL));
  assert_null(open_clock(look(w, id), "red"));
  MUST(does(w, &w->centre, id, 0, "judge-risk", "threat", "words", "hurt", "no", "times", "3", "failed", "no", NULL));
  assert_string_equal(risk_of(look(w, id), &row), "orange");
  REFUSED(does(w, &w->leader, id, 0, "respond", "measures", "再次到场劝导", NULL), "matter.condition");
  leave_town(w);
}

static void name_party(struct town *w, int64_t id, const char *add, const char *name, const char *minor) {
  MUST(does(w, &w->officer, id, 0, add, NULL));
  MUST(does(w, &w->officer, id, last_track(look(w, id), "party")->id, "describe", "name", name, "kind", "party", "minor",
            minor, "contact", "phone", NULL));
}

static struct error accept_dispute(struct town *w, int64_t id) {
  return does(w, &w->officer, id, 0, "accept", "rights-told", "yes", "mediator", "9", "request", "停止噪声", NULL);
}

/* Both parties named, a session held, an agreement made. */
static int64_t agreed_dispute(struct town *w) {
  int64_t id = noise_dispute(w);
  name_party(w, id, "add-applicant", "张示例", "no");
  name_party(w, id, "add-respondent", "李演示", "no");
  MUST(accept_dispute(w, id));
  MUST(does(w, &w->mediator, id, 0, "mediate", "session-with", "双方、社区干部", "session", "商定加装隔声罩", NULL));
  MUST(does(w, &w->mediator, id, 0, "agree", "agreement-way", "written", "terms.what", "加装隔声罩", "terms.by-when",
            "2026-12-15", NULL));
  return id;
}

static void neighbours_who_serve_do_not_know_of_a_confidential_kind_of_matter(void **state) {
  struct town *w = town_of(state);
  struct try y;
  struct post head = {.id = 77, .role = ROLE_BUILDING_HEAD, .place = w->building};
  head.at = (struct place_chain){w->street, w->community, w->grid, w->building, 0};
  struct actor neighbour = {.kind = ACTOR_ACCOUNT, .district = DBTEST_DISTRICT, .person = 177, .account = 87};
  neighbour.posts = &head;
  neighbour.post_count = 1;
  MUST(open_with(w, &w->officer, "dispute", "register", &y, "facts", "楼上楼下争执", "kind", "neighbour", "place",
                 num(w, w->stairwell), "people", "2", "source", "found", "threat", "none", "hurt", "no", "times", "1",
                 "failed", "no", NULL));
  REFUSED(does(w, &neighbour, y.acted.matter, 0, "judge-risk", NULL), "matter.unknown");
  REFUSED(does(w, &w->leader, y.acted.matter, 0, "judge-risk", NULL), "matter.not-yours");
  leave_town(w);
}

static void a_minor_is_not_heard_without_a_guardian(void **state) {
  struct town *w = town_of(state);
  int64_t id = noise_dispute(w);
  REFUSED(accept_dispute(w, id), "matter.condition");
  name_party(w, id, "add-applicant", "张示例", "yes");
  name_party(w, id, "add-respondent", "李演示", "no");
  assert_string_equal(look(w, id)->tracks[1].stage->name, "unrepresented");
  REFUSED(accept_dispute(w, id), "matter.condition");
  MUST(does(w, &w->officer, id, look(w, id)->tracks[1].id, "represent", "guardian", "王示例", "relation", "父亲", NULL));
  MUST(accept_dispute(w, id));
  struct state *s = look(w, id);
  for (size_t i = 0; i < s->said_count; i++) /* names stand sealed */
    if (strcmp(s->said[i].field_name, "name") == 0) assert_null(s->said[i].value);
  REFUSED(does(w, &w->mediator, id, 0, "agree", "agreement-way", "oral", "terms.what", "和好", "terms.by-when", "2026-12-15",
               NULL),
          "matter.condition"); /* nobody agreed to anything without a session */
  leave_town(w);
}

static void pay_visit(struct town *w, int64_t id, const char *kept) {
  const struct state_track *visit = last_track(look(w, id), "visit");
  MUST(does(w, &w->mediator, id, visit->id, "pay", "seen-whom", "双方", "kept", kept, "calm", "yes", NULL));
}

static void visits_follow_their_plan_until_they_were_clean_often_enough(void **state) {
  struct town *w = town_of(state);
  int64_t id = agreed_dispute(w);
  const struct state_clock *due = open_clock(look(w, id), "visit-due");
  assert_non_null(due);
  assert_int_equal(day_of_ms(due->due, OFFSET_CHINA_MIN), day_of_ms(w->now, OFFSET_CHINA_MIN) + 7);
  later(w, 5 * (time_ms)DAY_MS);
  pay_visit(w, id, "no"); /* not kept: it does not count */
  due = open_clock(look(w, id), "visit-due"); /* the fifteenth day is a Sunday: the Monday after */
  assert_int_equal(day_of_ms(due->due, OFFSET_CHINA_MIN), day_of_ms(w->now, OFFSET_CHINA_MIN) + 16);
  later(w, 10 * (time_ms)DAY_MS);
  pay_visit(w, id, "yes");
  stands_at(w, id, "agreed");
  later(w, 10 * (time_ms)DAY_MS);
  pay_visit(w, id, "yes");
  stands_at(w, id, "closed");
  assert_null(open_clock(look(w, id), "visit-due"));
  leave_town(w);
}

static void a_missed_visit_goes_up_and_a_broken_agreement_starts_anew(void **state) {
  struct town *w = town_of(state);
  struct error err = {0};
  int64_t id = agreed_dispute(w);
  later(w, 9 * (time_ms)DAY_MS);
  DB_OK(lane_call(w->t->lane, take_marks, w, &err), &err);
  struct state *s = look(w, id);
  size_t up = 0;
  for (size_t i = 0; i < s->step_count; i++)
    up += strcmp(s->steps[i].action_name, "escalate") == 0 && strcmp(s->steps[i].track->type->name, "visit") == 0;
  assert_int_equal(up, 1);
  pay_visit(w, id, "yes");
  MUST(does(w, &w->mediator, id, 0, "broken", "measures", "隔声罩未装，重新约谈", NULL));
  stands_at(w, id, "accepted");
  assert_null(open_clock(look(w, id), "visit-due")); /* what waited was called off */
  MUST(does(w, &w->mediator, id, 0, "agree", "agreement-way", "written", "terms.what", "三日内安装", "terms.by-when",
            "2026-12-20", NULL));
  later(w, 2 * (time_ms)DAY_MS);
  pay_visit(w, id, "yes"); /* the first of the new agreement: the earlier clean one is forgotten */
  stands_at(w, id, "agreed");
  leave_town(w);
}

static void the_court_is_asked_within_thirty_days_or_not(void **state) {
  struct town *w = town_of(state);
  int64_t late = agreed_dispute(w), soon = agreed_dispute(w);
  later(w, 29 * (time_ms)DAY_MS);
  MUST(does(w, &w->mediator, soon, 0, "ask-court", "asked-on", "2026-12-22", "court", "演示区人民法院", NULL));
  later(w, 3 * (time_ms)DAY_MS);
  REFUSED(does(w, &w->mediator, late, 0, "ask-court", "asked-on", "2026-12-25", "court", "演示区人民法院", NULL),
          "matter.too-late");
  MUST(does(w, &w->mediator, soon, 0, "court-ruled", "ruling", "confirmed", NULL));
  stands_at(w, soon, "agreed");
  leave_town(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(the_noodle_shop_case_runs_over_the_whistle_to_the_rating),
      DB_TEST(only_those_meant_may_act),
      DB_TEST(wrong_values_are_refused_with_their_field),
      DB_TEST(the_receiver_of_a_return_does_not_pass_it_on),
      DB_TEST(the_clock_runs_out_and_goes_up_the_ladder),
      DB_TEST(a_late_case_turns_red_and_is_escalated),
      DB_TEST(the_limit_is_general_works_or_special_as_dispatched_and_survives_another_category),
      DB_TEST(a_rule_that_changes_on_a_day_is_that_of_matters_opened_from_then_on),
      DB_TEST(the_same_key_reports_once),
      DB_TEST(whoever_comes_second_is_told),
      DB_TEST(merged_reporters_stay_informed),
      DB_TEST(those_meant_are_told_once_and_reporters_by_mail),
      DB_TEST(a_second_report_of_the_same_thing_is_suggested_with_its_reasons),
      DB_TEST(the_same_place_again_is_a_relapse),
      DB_TEST(a_change_behind_the_engines_back_is_found),
      DB_TEST(what_is_dispatched_counts_for_its_department),
      DB_TEST(lists_hold_what_their_reader_may_see),
      DB_TEST(search_finds_one_character_and_more),
      DB_TEST(what_waits_is_on_the_right_list),
      DB_TEST(a_table_decides_gives_its_row_and_is_asked_again),
      DB_TEST(neighbours_who_serve_do_not_know_of_a_confidential_kind_of_matter),
      DB_TEST(a_minor_is_not_heard_without_a_guardian),
      DB_TEST(visits_follow_their_plan_until_they_were_clean_often_enough),
      DB_TEST(a_missed_visit_goes_up_and_a_broken_agreement_starts_anew),
      DB_TEST(the_court_is_asked_within_thirty_days_or_not),
  };
  return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
