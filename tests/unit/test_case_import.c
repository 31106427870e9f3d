/* Cases of another system: opened, timed and closed as they were, every wrong row refused by itself, on both databases. */
#include "dbtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file_text.h"
#include "matter/case_import.h"
#include "matter/state.h"
#include "people/settings.h"
#include "place/place.h"

enum { NEWS = 64, FOLDER = 40, PATH = 160 };

static const char HEADER[] = "no,in,due,out,state,flag,what,kind,unit,lon,lat,how\n";

static const char MAP[] =
    "source: old-hotline\n"
    "time: {zone: '+08:00', format: 'YYYY/M/D hh:mm'}\n"
    "id: no\nopened: in\ntarget: due\nclosed: out\n"
    "status: {column: state, open: [处理中], closed: [办结]}\n"
    "on-time: {column: flag, yes: 是, no: 否}\n"
    "topic: [what, kind]\ncategory: kind\n"
    "department: {column: unit, table: {城管: {key: old-enforcement, zh: 城管局, en: Enforcement}}, otherwise: refuse}\n"
    "position: {lon: lon, lat: lat, outside: keep}\nresult: how\n";

/* A district with an engine, a file to import, and what was said of it. */
struct desk {
  struct dbtest *t;
  struct people_env env;
  struct place_map *places;
  struct engine *engine;
  struct case_map *map;
  struct case_import_report report;
  char folder[FOLDER], file[PATH];
  struct {
    enum case_news_kind kind;
    int64_t line;
    char column[40], reference[40], code[72];
  } news[NEWS];
  size_t count;
  time_ms now;
};

static void link_file(const char *folder, const char *name, const char *target) {
  struct arena *a = arena_new(1 << 16);
  char cwd[300];
  assert_non_null(getcwd(cwd, sizeof cwd));
  assert_int_equal(symlink(arena_printf(a, "%s/%s", cwd, target), arena_printf(a, "%s/%s", folder, name)), 0);
  arena_free(a);
}

static const char *const LINKS[][2] = {{"schemes.csv", "catalogues/schemes.csv"},
                                       {"units.csv", "catalogues/units.csv"},
                                       {"urban-yuncheng", "catalogues/urban-yuncheng"},
                                       {"grid-service", "catalogues/grid-service"},
                                       {"calendar.yaml", "catalogues/calendar.yaml"},
                                       {"chinese-days.json", "node_modules/chinese-days/dist/chinese-days.json"}};

static void read_map(struct desk *d, const char *text) {
  struct error err = {0};
  DB_OK(case_map_read(&d->map, d->t->arena, text, strlen(text), OFFSET_CHINA_MIN, &err), &err);
}

static struct desk *desk_of(void **state) {
  static struct desk desk;
  struct desk *d = &desk;
  struct error err = {0};
  *d = (struct desk){.t = dbtest_of(state)};
  snprintf(d->folder, sizeof d->folder, "%s", "/tmp/tongxin-cases-XXXXXX");
  assert_non_null(mkdtemp(d->folder));
  text_copy(d->file, sizeof d->file, arena_printf(d->t->arena, "%s/cases.csv", d->folder));
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) link_file(d->folder, LINKS[i][0], LINKS[i][1]);
  d->env = (struct people_env){.district = DBTEST_DISTRICT, .offset_min = OFFSET_CHINA_MIN};
  random_fill(d->env.keys.match, KEY_BYTES);
  random_fill(d->env.keys.seal[0].key, KEY_BYTES);
  d->env.keys.seal[0].number = 1;
  d->env.keys.count = 1;
  assert_true(time_parse(&d->now, "2026-11-23T10:00:00+08:00", 0));
  lane_set_now(d->t->lane, d->now);
  DB_OK(place_map_open(&d->places, DBTEST_DISTRICT, (struct bytes){0}, &err), &err);
  DB_OK(engine_open(&d->engine, d->t->db, &d->env, d->places, d->folder, &err), &err);
  read_map(d, MAP);
  return d;
}

static void leave(struct desk *d) {
  engine_close(d->engine);
  place_map_close(d->places);
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++)
    unlink(arena_printf(d->t->arena, "%s/%s", d->folder, LINKS[i][0]));
  unlink(d->file);
  rmdir(d->folder);
}

static void write_file(struct desk *d, const char *rows) {
  FILE *f = fopen(d->file, "wb");
  assert_non_null(f);
  fputs(HEADER, f);
  fputs(rows, f);
  assert_int_equal(fclose(f), 0);
}

static int hear(void *ctx, const struct case_news *n, struct error *err) {
  struct desk *d = ctx;
  (void)err;
  assert_true(d->count < NEWS);
  d->news[d->count].kind = n->kind;
  d->news[d->count].line = n->line;
  text_copy(d->news[d->count].column, sizeof d->news[0].column, n->column);
  text_copy(d->news[d->count].reference, sizeof d->news[0].reference, n->reference);
  text_copy(d->news[d->count].code, sizeof d->news[0].code, n->why->code);
  d->count++;
  return 0;
}

static int run(struct desk *d, bool dry, int64_t most, struct error *err) {
  struct error read = {0};
  char *procedure;
  DB_OK(file_text(&procedure, NULL, d->t->arena, "procedures/imported.yaml", PROCEDURE_FILE_MAX, &read), &read);
  struct case_import_settings s = {.lane = d->t->lane,
                                   .engine = d->engine,
                                   .path = d->file,
                                   .procedure_source = procedure,
                                   .now = d->now,
                                   .dry_run = dry,
                                   .refusals_most = most,
                                   .news = hear,
                                   .ctx = d};
  d->count = 0;
  return case_import(&d->report, d->map, &s, err);
}

static void imports(struct desk *d) {
  struct error err = {0};
  DB_OK(run(d, false, 0, &err), &err);
}

static struct state *look(struct desk *d, const char *reference) {
  struct error err = {0};
  struct q_imported_get_out row = {0};
  struct q_imported_get_in in = {DBTEST_DISTRICT, "old-hotline", reference};
  struct state *s = NULL;
  assert_int_equal(q_imported_get(d->t->db, d->t->arena, &row, &in, &err), 1);
  const struct world *w = world_take(d->engine); /* kept: the state points into it */
  assert_int_equal(state_load(&s, d->t->db, w, row.matter, d->t->arena, &err), 1);
  world_release(d->engine, w);
  return s;
}

static time_ms at(const char *text) {
  time_ms out = 0;
  assert_true(time_parse(&out, text, OFFSET_CHINA_MIN));
  return out;
}

/* --- the tests -------------------------------------------------------------------------------------------------- */

static void cases_are_opened_timed_and_closed_as_they_were(void **state) {
  struct desk *d = desk_of(state);
  write_file(d,
             "A1,2025/3/3 09:00,2025/3/5 18:00,2025/3/4 10:30,办结,是,路灯不亮,路灯,城管,102.19,38.52,已修好\n"
             "A2,2025/3/3 09:00,2025/3/5 18:00,2025/3/5 18:01,办结,否,井盖松动,井盖,城管,,,\n"
             "A3,2025/3/3 09:00,2025/3/5 18:00,2025/3/5 18:00,办结,是,,绿化,,-71.09,42.35,正好在最后一刻\n"
             "A4,2025/3/6 09:00,2099/3/9 18:00,,处理中,,垃圾未清,环卫,城管,0,0,\n"
             "A5,2025/3/6 09:00,,2025/3/7 09:00,办结,,没有期限的,环卫,,,,\n");
  imports(d);
  assert_int_equal(d->count, 0);
  assert_int_equal(d->report.rows, 5);
  assert_int_equal(d->report.opened, 5);
  assert_int_equal(d->report.closed, 4);
  assert_int_equal(d->report.judged, 3);
  assert_int_equal(d->report.agreed, 3);
  assert_int_equal(d->report.departments, 1);
  struct state *s = look(d, "A1");
  assert_string_equal(s->summary, "路灯不亮");
  assert_true(s->opened == at("2025-03-03T09:00:00") && s->closed == at("2025-03-04T10:30:00"));
  assert_int_equal(s->outcome, OUTCOME_DONE);
  assert_false(s->late);
  assert_int_equal(s->clock_count, 1);
  assert_true(s->clocks[0].due == at("2025-03-05T18:00:00"));
  assert_true(s->tracks[0].org > 0);
  assert_string_equal(s->source, "import");
  assert_true(look(d, "A2")->late);
  s = look(d, "A3");
  assert_false(s->late);
  assert_string_equal(s->summary, "绿化"); /* nothing in the first column of the topic */
  assert_true(s->lon < -71 && !s->at.street);
  s = look(d, "A4");
  assert_int_equal(s->outcome, OUTCOME_OPEN);
  assert_true(s->due == at("2099-03-09T18:00:00"));
  assert_true(s->lon != s->lon); /* nought, nought is no position */
  assert_int_equal(look(d, "A5")->clock_count, 0);
  leave(d);
}

static void heard(const struct desk *d, size_t i, int64_t line, const char *column, const char *code) {
  assert_true(i < d->count);
  assert_string_equal(d->news[i].code, code);
  assert_int_equal(d->news[i].line, line);
  assert_string_equal(d->news[i].column, column);
  assert_int_equal(d->news[i].kind, CASE_REFUSED);
}

static void every_wrong_row_is_refused_with_its_line_column_and_reason(void **state) {
  struct desk *d = desk_of(state);
  struct error err = {0};
  write_file(d,
             ",2025/3/3 09:00,,,,,没有编号,路灯,,,,\n"
             "B2,2025-03-03 09:00,,,,,时间格式不同,路灯,,,,\n"
             "B3,2099/3/3 09:00,,,,,还没发生,路灯,,,,\n"
             "B4,2025/3/3 09:00,,2025/3/3 08:59,办结,,先结后开,路灯,,,,\n"
             "B5,2025/3/3 09:00,2025/3/2 09:00,,,,期限更早,路灯,,,,\n"
             "B6,2025/3/3 09:00,,,办结,,没有结案时间,路灯,,,,\n"
             "B7,2025/3/3 09:00,,,搁置,,状态不认识,路灯,,,,\n"
             "B8,2025/3/3 09:00,,,,也许,标志不认识,路灯,,,,\n"
             "B9,2025/3/3 09:00,,,,,=1+1,路灯,,,,\n"
             "B10,2025/3/3 09:00,,,,,,,,,,\n"
             "B11,2025/3/3 09:00,,,,,位置不对,路灯,,东经,北纬,\n"
             "B12,2025/3/3 09:00,,,,,部门不认识,路灯,水务,,,\n"
             "B13,2025/3/3 09:00,,,,,少了几栏,路灯\n"
             "B14,2025/3/3 09:00,,,,,\xC2\xB7\xB5\xC6,,,,,\n"
             "B15,2025/3/3 09:00,,,,,好的一行,路灯,,,,\n"
             "B15,2025/3/3 09:00,,,,,编号重复,路灯,,,,\n");
  DB_OK(run(d, false, 0, &err), &err);
  assert_int_equal(d->report.refused, 15);
  assert_int_equal(d->report.opened, 1);
  heard(d, 0, 2, "no", "import.case.empty");
  heard(d, 1, 3, "in", "import.case.moment");
  heard(d, 2, 4, "in", "import.case.future");
  heard(d, 3, 5, "out", "import.case.early");
  heard(d, 4, 6, "due", "import.case.target-early");
  heard(d, 5, 7, "state", "import.case.status");
  heard(d, 6, 8, "state", "import.case.word");
  heard(d, 7, 9, "flag", "import.case.word");
  heard(d, 8, 10, "what", "import.case.formula");
  heard(d, 9, 11, "what", "import.case.empty");
  heard(d, 10, 12, "lon", "import.case.position");
  heard(d, 11, 13, "unit", "import.case.department");
  heard(d, 12, 14, "", "csv.columns");
  heard(d, 13, 15, "", "csv.encoding.gb18030");
  heard(d, 14, 17, "no", "import.case.twice");
  assert_string_equal(d->news[14].reference, "B15");
  leave(d);
}

static void reading_again_takes_what_is_new(void **state) {
  struct desk *d = desk_of(state);
  write_file(d, "C1,2025/3/3 09:00,2025/3/5 18:00,,处理中,,路灯不亮,路灯,,,,\n");
  imports(d);
  assert_int_equal(d->report.opened, 1);
  imports(d);
  assert_int_equal(d->report.opened, 0);
  assert_int_equal(d->report.already, 1);
  write_file(d,
             "C1,2025/3/3 09:00,2025/3/5 18:00,2025/3/6 09:00,办结,否,路灯不亮,路灯,,,,修好了\n"
             "C2,2025/3/3 09:00,,,处理中,,又一件,路灯,,,,\n");
  imports(d);
  assert_int_equal(d->report.opened, 1);
  assert_int_equal(d->report.already, 1);
  assert_int_equal(d->report.closed, 1);
  assert_int_equal(d->report.judged, 1);
  assert_int_equal(d->report.agreed, 1);
  assert_true(look(d, "C1")->late);
  leave(d);
}

static void a_flag_that_disagrees_is_told(void **state) {
  struct desk *d = desk_of(state);
  write_file(d, "D1,2025/3/3 09:00,2025/3/5 18:00,2025/3/6 09:00,办结,是,路灯不亮,路灯,,,,\n");
  imports(d);
  assert_int_equal(d->report.judged, 1);
  assert_int_equal(d->report.agreed, 0);
  assert_int_equal(d->count, 1);
  assert_int_equal(d->news[0].kind, CASE_DISAGREES);
  assert_string_equal(d->news[0].code, "import.case.was-late");
  leave(d);
}

static void closed_before_opened_can_be_closed_at_its_opening(void **state) {
  struct desk *d = desk_of(state);
  char map[2000];
  snprintf(map, sizeof map, "%sclosed-early: at-opening\n", MAP);
  read_map(d, map);
  write_file(d, "E1,2025/3/3 09:00,2025/3/5 18:00,2025/3/3 08:59,办结,是,先结后开,路灯,,,,\n");
  imports(d);
  assert_int_equal(d->report.mended, 1);
  assert_int_equal(d->report.agreed, 1);
  struct state *s = look(d, "E1");
  assert_true(s->closed == s->opened);
  bool kept = false;
  for (size_t i = 0; i < s->said_count; i++)
    if (text_eq(s->said[i].field_name, "closed-there")) kept = text_starts(s->said[i].value, "2025-03-03T08:59");
  assert_true(kept);
  leave(d);
}

static void a_dry_run_writes_nothing(void **state) {
  struct desk *d = desk_of(state);
  struct error err = {0};
  struct q_journal_head_out before = {0}, after = {0};
  struct q_journal_head_in in = {DBTEST_DISTRICT};
  write_file(d, "F1,2025/3/3 09:00,,,处理中,,路灯不亮,路灯,城管,,,\nF2,nie,,,,,时间不对,路灯,,,,\n");
  assert_true(q_journal_head(d->t->db, d->t->arena, &before, &in, &err) >= 0);
  DB_OK(run(d, true, 0, &err), &err);
  assert_int_equal(d->report.opened, 1);
  assert_int_equal(d->report.refused, 1);
  assert_true(q_journal_head(d->t->db, d->t->arena, &after, &in, &err) >= 0);
  assert_int_equal(before.seq, after.seq);
  leave(d);
}

static void too_many_refusals_stop_it(void **state) {
  struct desk *d = desk_of(state);
  struct error err = {0};
  write_file(d, "G1,x,,,,,a,b,,,,\nG2,x,,,,,a,b,,,,\nG3,x,,,,,a,b,,,,\n");
  assert_int_equal(run(d, false, 2, &err), -1);
  assert_string_equal(err.code, "import.case.stopped");
  leave(d);
}

static void a_compressed_file_is_read_as_it_is(void **state) {
  struct desk *d = desk_of(state);
  gzFile f = gzopen(d->file, "wb");
  gzputs(f, HEADER);
  for (int i = 0; i < 600; i++) gzprintf(f, "H%d,2025/3/3 09:00,,,处理中,,第%d件,路灯,,,,\n", i, i);
  gzclose(f);
  imports(d);
  assert_int_equal(d->report.opened, 600);
  assert_string_equal(look(d, "H599")->summary, "第599件");
  leave(d);
}

static void a_missing_column_is_named(void **state) {
  struct desk *d = desk_of(state);
  struct error err = {0};
  read_map(d, "source: s\nid: no\nopened: in\ntopic: nowhere\n");
  write_file(d, "");
  assert_int_equal(run(d, false, 0, &err), -1);
  assert_string_equal(err.code, "csv.column.missing");
  assert_string_equal(err.arg[0], "nowhere");
  leave(d);
}

static void wrong_map(const char *text, const char *code, const char *line, const char *what) {
  struct arena *a = arena_new(1 << 22);
  struct case_map *map;
  struct error err = {0};
  assert_int_equal(case_map_read(&map, a, text, strlen(text), 0, &err), -1);
  assert_string_equal(err.code, code);
  assert_string_equal(err.arg[0], line);
  assert_string_equal(err.arg[2], what);
  arena_free(a);
}

static void a_wrong_map_says_where(void **state) {
  (void)state;
  wrong_map("source: s\nid: a\nopend: b\n", "import.map.key", "3", "opend");
  wrong_map("source: s\nid: a\ntopic: c\n", "import.map.missing", "1", "opened");
  wrong_map("id: a\nopened: b\ntopic: c\n", "import.map.missing", "1", "source");
  wrong_map("source: S P\nid: a\nopened: b\ntopic: c\n", "import.map.value", "1", "source");
  wrong_map("source: s\nid: a\nopened: b\ntopic: c\ntime: {zone: east}\n", "import.map.value", "5", "zone");
  wrong_map("source: s\nid: a\nopened: b\ntopic: c\nposition: {lon: x}\n", "import.map.missing", "5", "lon, lat");
  wrong_map("source: s\nid: a\nopened: b\ntopic: c\nclosed-early: never\n", "import.map.value", "5", "closed-early");
}

static void moments_are_read_as_the_map_writes_them(void **state) {
  (void)state;
  struct case_map map = {.offset_min = OFFSET_CHINA_MIN};
  time_ms out;
  static const char *const good[][2] = {{"YYYY年M月D日 h时mm分", "2025年3月4日 9时05分"},
                                        {"DD.MM.YYYY hh:mm", "04.03.2025 09:05"},
                                        {"MM/DD/YYYY hh:mm:ss AM", "03/04/2025 09:05:00 AM"},
                                        {"YYYYMMDDhhmm", "202503040905"},
                                        {NULL, "2025-03-04 09:05"}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    map.format = good[i][0];
    assert_true(case_moment(&out, &map, good[i][1]));
    assert_true(out == at("2025-03-04T09:05:00"));
  }
  map.format = "YYYY-MM-DD";
  static const char *const bad[] = {"2025-02-30", "2025-3-4", "2025-03-04 x", "", "2025-03", "25-03-04"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(case_moment(&out, &map, bad[i]));
  map.format = "h AM";
  assert_false(case_moment(&out, &map, "13 PM"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(cases_are_opened_timed_and_closed_as_they_were),
      DB_TEST(every_wrong_row_is_refused_with_its_line_column_and_reason),
      DB_TEST(reading_again_takes_what_is_new),
      DB_TEST(a_flag_that_disagrees_is_told),
      DB_TEST(closed_before_opened_can_be_closed_at_its_opening),
      DB_TEST(a_dry_run_writes_nothing),
      DB_TEST(too_many_refusals_stop_it),
      DB_TEST(a_compressed_file_is_read_as_it_is),
      DB_TEST(a_missing_column_is_named),
      cmocka_unit_test(a_wrong_map_says_where),
      cmocka_unit_test(moments_are_read_as_the_map_writes_them),
  };
  return cmocka_run_group_tests_name("case import", tests, NULL, NULL);
}
