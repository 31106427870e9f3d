/* people: persons, posts, accounts, signing in. On SQLite and on PostgreSQL. */
#include "dbtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "people/account.h"
#include "people/org.h"
#include "people/person.h"
#include "people/post.h"
#include "people/session.h"

/* 2026-11-23 10:00 in China. */
enum { DISTRICT = DBTEST_DISTRICT };
static const time_ms START = 1795399200000;

static struct people_env env;
static time_ms now;
static const struct actor machine = {.kind = ACTOR_MACHINE, .district = DISTRICT};

static void set_now(struct dbtest *t, time_ms at) {
  now = at;
  lane_set_now(t->lane, at);
}

static struct dbtest *begin(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  char dir[] = "/tmp/tongxin-people-XXXXXX", path[80];
  password_use_test_limits();
  assert_non_null(mkdtemp(dir));
  DB_OK(seal_keys_create(dir, &err), &err);
  DB_OK(people_env_load(&env, t->db, t->arena, dir, DISTRICT, &err), &err);
  snprintf(path, sizeof path, "%s/keys/fields.key", dir);
  unlink(path);
  snprintf(path, sizeof path, "%s/keys", dir);
  rmdir(path);
  rmdir(dir);
  env.demo = false;
  set_now(t, START);
  return t;
}

/* Every action of the tests goes through the lane in one of these. */
struct step {
  const struct actor *by;
  struct person_new person;
  struct post_new post;
  struct account_new account;
  struct sign_in *sign_in;
  int64_t id, other;
  time_ms at;
  const char *text, *code;
  bool flag;
};

static int add_person(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_person_add(t, &env, s->by, &s->person, &s->id, err);
}
static int of_reporter(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_person_of_reporter(t, &env, s->by, s->person.name, s->person.phone, &s->id, err);
}
static int erase(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_person_erase(t, &env, s->by, s->id, err);
}
static int appoint(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_post_appoint(t, &env, s->by, &s->post, &s->id, err);
}
static int end_post(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_post_end(t, &env, s->by, s->id, s->at, s->text, err);
}
static int hand_over(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_post_hand_over(t, &env, s->by, s->id, s->other, s->at, &s->id, err);
}
static int create_account(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_account_create(t, &env, s->by, &s->account, &s->id, err);
}
static int set_password(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_account_password(t, &env, s->by, s->id, s->text, s->flag, NULL, err);
}
static int set_status(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_account_status(t, &env, s->by, s->id, s->text, err);
}
static int set_totp(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_account_totp(t, &env, s->by, s->id, s->text, s->code, err);
}
static int record(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_sign_in_record(t, &env, s->sign_in, err);
}
static int touch(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_session_touch(t, s->text, err);
}
static int sign_out(struct lane_txn *t, void *ctx, struct error *err) {
  struct step *s = ctx;
  return people_sign_out(t, s->by, s->text, err);
}

/* The code of the error a step ends with, "" when it is done. */
static const char *try(struct dbtest *t, lane_fn *fn, struct step *s) {
  struct error *err = ARENA_NEW(t->arena, struct error);
  if (!s->by) s->by = &machine;
  int rc = lane_call(t->lane, fn, s, err);
  assert_int_equal(rc == 0, err->kind == ERR_NONE);
  if (err->kind == ERR_FAULT || err->kind == ERR_UNAVAILABLE) print_error("%s: %s\n", err->code, err->detail);
  return err->code;
}

static int64_t a_staff(struct dbtest *t, const char *name) {
  struct step s = {.person = {.staff_name = name}};
  assert_string_equal(try(t, add_person, &s), "");
  return s.id;
}

static const struct place_chain grid_one = {.street = 11, .community = 22, .grid = 33},
                                stairwell_one = {
                                    .street = 11, .community = 22, .grid = 33, .building = 44, .stairwell = 55};

static int64_t a_post(struct dbtest *t, enum role role, int64_t person, int64_t place, struct place_chain at,
                      int rotation) {
  struct step s = {
      .post = {
          .role = role, .person = person, .place = place, .at = at, .rotation = rotation, .appointed_by = "示例社区"}};
  assert_string_equal(try(t, appoint, &s), "");
  return s.id;
}

static int64_t an_account(struct dbtest *t, const char *login, int64_t person, const char *password) {
  char hash[PASSWORD_HASH_SIZE];
  struct error err = {0};
  DB_OK(people_password_prepare(hash, &env, login, password, &err), &err);
  struct step s = {.account = {.login = login, .person = person, .hash = hash}};
  assert_string_equal(try(t, create_account, &s), "");
  return s.id;
}

static struct sign_in sign(struct dbtest *t, const char *login, const char *password, const char *code) {
  struct sign_in in;
  struct error err = {0};
  struct sign_in_ask ask = {
      .login = login, .password = password, .code = code, .device = "测试", .source = "192.0.2.7"};
  DB_OK(people_sign_in_check(&in, t->db, t->arena, &env, &ask, now, &err), &err);
  struct step s = {.sign_in = &in};
  assert_string_equal(try(t, record, &s), "");
  return in;
}

static int alive(struct dbtest *t, const char *token, struct actor *actor, struct session_state *state) {
  struct error err = {0};
  int rc = people_session_actor(actor, state, t->db, t->arena, &env, token, now, &err);
  DB_OK(rc, &err);
  return rc;
}

static int64_t journal_of(struct dbtest *t, const char *subject, int64_t id, const char *action) {
  struct q_journal_of_subject_out *rows;
  size_t n;
  int64_t found = 0;
  struct error err = {0};
  struct q_journal_of_subject_in in = {.district = DISTRICT, .subject = subject, .subject_id = id};
  DB_OK(q_journal_of_subject(t->db, t->arena, &rows, &n, &in, &err), &err);
  for (size_t i = 0; i < n; i++) found += text_eq(rows[i].action, action);
  return found;
}

/* ---- persons ---- */

static void a_resident_is_kept_sealed_and_shown_masked(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct person_view view;
  struct q_person_by_id_out raw;
  struct step s = {.person = {.name = "张示例", .id_number = "11010519491231002x", .phone = "138 0000 2091"}};
  assert_string_equal(try(t, add_person, &s), "");
  DB_OK(q_person_by_id(t->db, t->arena, &raw, &(struct q_person_by_id_in){.district = DISTRICT, .id = s.id}, &err),
        &err);
  assert_null(raw.staff_name);
  assert_null(memmem(raw.name.data, raw.name.len, "示例", 6));
  assert_null(memmem(raw.phone.data, raw.phone.len, "2091", 4));
  assert_int_equal(people_person_clear(&view, t->db, t->arena, &env, s.id, &err), 1);
  assert_string_equal(view.name, "张示例");
  assert_string_equal(view.id_number, "11010519491231002X");
  assert_string_equal(view.phone, "13800002091");
  assert_int_equal(people_person_masked(&view, t->db, t->arena, &env, s.id, &err), 1);
  assert_string_equal(view.name, "张**");
  assert_string_equal(view.id_number, "110105********002X");
  assert_string_equal(view.phone, "138****2091");
  assert_int_equal(journal_of(t, "person", s.id, "people.person-add"), 1);
}

static void the_same_identity_number_is_not_entered_twice(void **state) {
  struct dbtest *t = begin(state);
  struct step s = {.person = {.name = "张示例", .id_number = "11010519491231002X"}};
  assert_string_equal(try(t, add_person, &s), "");
  s.person.id_number = "110105491231002"; /* the old number of the same person */
  assert_string_equal(try(t, add_person, &s), "people.person.known");
  s.person.id_number = "110105491231003";
  assert_string_equal(try(t, add_person, &s), "");
  s.person = (struct person_new){.lang = "zh"};
  assert_string_equal(try(t, add_person, &s), "people.person.empty");
  s.person = (struct person_new){.name = "张示例", .phone = "12"};
  assert_string_equal(try(t, add_person, &s), "identity.phone");
}

static void a_reporter_is_found_again_by_name_and_telephone(void **state) {
  struct dbtest *t = begin(state);
  struct step first = {.person = {.name = "李演示", .phone = "13800002092"}},
              again = {.person = {.name = "李演示", .phone = "138-0000-2092"}},
              kin = {.person = {.name = "李小演", .phone = "13800002092"}};
  assert_string_equal(try(t, of_reporter, &first), "");
  assert_string_equal(try(t, of_reporter, &again), "");
  assert_string_equal(try(t, of_reporter, &kin), "");
  assert_int_equal(first.id, again.id);
  assert_int_not_equal(first.id, kin.id);
}

static void an_erased_person_is_gone_and_the_journal_still_holds(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct person_view view;
  struct journal_report report;
  struct step s = {.person = {.name = "张示例", .phone = "13800002091"}};
  assert_string_equal(try(t, add_person, &s), "");
  assert_string_equal(try(t, erase, &s), "");
  assert_string_equal(try(t, erase, &s), "people.person.missing");
  assert_int_equal(people_person_clear(&view, t->db, t->arena, &env, s.id, &err), 1);
  assert_true(view.erased);
  assert_null(view.name);
  assert_null(view.phone);
  DB_OK(journal_verify(t->db, DISTRICT, &report, NULL, NULL, &err), &err);
  assert_int_equal(report.bad_seq, 0);
}

/* ---- posts ---- */

static void a_post_is_bound_at_its_level_by_those_who_may(void **state) {
  struct dbtest *t = begin(state);
  int64_t person = a_staff(t, "王示例"), boss = a_staff(t, "赵演示");
  struct step s = {
      .post = {.role = ROLE_GRID_WORKER, .person = person, .place = 33, .at = grid_one, .appointed_by = "示例街道"}};
  struct post mine = {.id = 1, .role = ROLE_COMMUNITY_OFFICER, .place = 22, .at = {.street = 11, .community = 22}};
  struct actor officer = {
      .kind = ACTOR_ACCOUNT, .district = DISTRICT, .account = 9, .person = boss, .posts = &mine, .post_count = 1};
  s.by = &officer;
  assert_string_equal(try(t, appoint, &s), "people.post.denied");
  mine = (struct post){.id = 1, .role = ROLE_STREET_CENTRE, .place = 12, .at = {.street = 12}};
  assert_string_equal(try(t, appoint, &s), "people.post.denied");
  mine.at.street = 11;
  assert_string_equal(try(t, appoint, &s), "");
  assert_int_equal(journal_of(t, "post", s.id, "people.post-appoint"), 1);
  s.by = &machine;
  assert_string_equal(try(t, appoint, &s), "people.post.already");
  s.post.at = stairwell_one;
  s.post.place = 55;
  assert_string_equal(try(t, appoint, &s), "people.post.level");
  s.post.role = ROLE_DEPARTMENT_OFFICER;
  assert_string_equal(try(t, appoint, &s), "people.post.org");
  s.post.org = 999;
  assert_string_equal(try(t, appoint, &s), "people.post.org");
  s.post.role = ROLE_RESIDENT;
  assert_string_equal(try(t, appoint, &s), "people.post.role");
  s.post = (struct post_new){.role = ROLE_AUDITOR, .person = 12345};
  assert_string_equal(try(t, appoint, &s), "people.post.person");
  s.post = (struct post_new){.role = ROLE_AUDITOR, .person = person, .from = START, .until = START};
  assert_string_equal(try(t, appoint, &s), "people.post.dates");
}

static void a_hand_over_leaves_no_moment_without_or_with_two(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct post_row *rows;
  size_t n;
  int64_t one = a_staff(t, "王示例"), two = a_staff(t, "孙示例");
  int64_t post = a_post(t, ROLE_GRID_WORKER, one, 33, grid_one, 0);
  time_ms at = START + 5 * (time_ms)DAY_MS;
  struct step s = {.id = post, .other = two, .at = at};
  assert_string_equal(try(t, hand_over, &s), "");
  const struct {
    time_ms at;
    int64_t person;
  } moments[] = {{START, one}, {at - 1, one}, {at, two}, {at + 1, two}};
  for (size_t i = 0; i < 4; i++) {
    struct post_filter which = {.place = 33, .role = ROLE_GRID_WORKER};
    DB_OK(people_posts_in_office(&rows, &n, t->db, t->arena, DISTRICT, &which, moments[i].at, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].person, moments[i].person);
  }
  s.id = post;
  s.at = 0;
  set_now(t, at + 1);
  assert_string_equal(try(t, hand_over, &s), "people.post.ended");
  DB_OK(people_post_history(&rows, &n, t->db, t->arena, DISTRICT, 33, ROLE_GRID_WORKER, &err), &err);
  assert_int_equal(n, 2);
  assert_int_equal(rows[0].person, two);
  struct step end = {.id = rows[0].post.id, .text = "because"};
  assert_string_equal(try(t, end_post, &end), "people.post.reason");
  end.text = "resigned";
  assert_string_equal(try(t, end_post, &end), "");
  struct post_filter which = {.place = 33, .role = ROLE_NONE};
  DB_OK(people_posts_in_office(&rows, &n, t->db, t->arena, DISTRICT, &which, now + 1, &err), &err);
  assert_int_equal(n, 0);
}

static void stairwell_heads_take_turns_by_the_month(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  int64_t account[3];
  const char *const logins[] = {"head-one", "head-two", "head-three"};
  for (int i = 0; i < 3; i++) {
    int64_t person = a_staff(t, logins[i]);
    a_post(t, ROLE_STAIRWELL_HEAD, person, 55, stairwell_one, i + 1);
    account[i] = an_account(t, logins[i], person, "correct Horse 7");
  }
  struct step s = {.post = {.role = ROLE_STAIRWELL_HEAD,
                            .person = a_staff(t, "多余的人"),
                            .place = 55,
                            .at = stairwell_one,
                            .rotation = 2}};
  assert_string_equal(try(t, appoint, &s), "people.post.turn");
  for (int month = 0; month < 7; month++) {
    time_ms at = START + month * 30 * (time_ms)DAY_MS; /* each in another month: 23 Nov, 23 Dec, 22 Jan ... */
    int on_duty = 0;
    for (int i = 0; i < 3; i++) {
      struct actor actor;
      DB_OK(people_account_actor(&actor, t->db, t->arena, &env, account[i], at, &err), &err);
      struct civil date;
      civil_from_ms(&date, at, env.offset_min);
      assert_int_equal(actor.post_count, (date.year * 12 + date.month - 1) % 3 == i ? 1 : 0);
      on_duty += (int)actor.post_count;
    }
    assert_int_equal(on_duty, 1);
  }
}

static void an_empty_turn_is_covered_by_the_next(void **state) {
  (void)state;
  bool standing_in;
  int turns[] = {1, 2, 4}; /* the third has left */
  int seen[4];
  for (int month = 1; month <= 12; month++) {
    int duty = people_rotation_on_duty(turns, 3, 2026, month, &standing_in);
    int due = (2026 * 12 + month - 1) % 4 + 1;
    seen[due - 1] = turns[duty];
    assert_int_equal(standing_in, due == 3);
  }
  assert_int_equal(seen[0], 1);
  assert_int_equal(seen[1], 2);
  assert_int_equal(seen[2], 4);
  assert_int_equal(seen[3], 4);
  int always[] = {0, 0};
  assert_int_equal(people_rotation_on_duty(always, 2, 2026, 1, &standing_in), -1);
  assert_int_equal(people_rotation_on_duty(NULL, 0, 2026, 1, &standing_in), -1);
}

static void one_plus_two_plus_n_lists_vacancies_and_excess(void **state) {
  (void)state;
  struct arena *a = arena_new(1 << 20);
  struct people_settings settings;
  struct error err = {0};
  assert_int_equal(people_settings_default(&settings, &err), 0);
  const struct force_place places[] = {{33, ROLE_AT_GRID},
                                       {34, ROLE_AT_GRID},
                                       {55, ROLE_AT_STAIRWELL},
                                       {56, ROLE_AT_STAIRWELL},
                                       {22, ROLE_AT_COMMUNITY}};
  const struct post_row posts[] = {{.post = {.role = ROLE_GRID_WORKER, .at = grid_one}},
                                   {.post = {.role = ROLE_GRID_WORKER, .at = grid_one}},
                                   {.post = {.role = ROLE_BUILDING_HEAD, .at = stairwell_one}},
                                   {.post = {.role = ROLE_BUILDING_HEAD, .at = stairwell_one}},
                                   {.post = {.role = ROLE_STAIRWELL_HEAD, .at = stairwell_one}},
                                   {.post = {.role = ROLE_STAIRWELL_HEAD, .at = stairwell_one}}};
  struct force_finding *f;
  size_t n;
  people_force_check(&f, &n, a, settings.force, settings.force_count, places, 5, posts, 6);
  assert_int_equal(n, 4);
  assert_true(f[0].place == 0 && f[0].role == ROLE_GRID_WORKER && f[0].have == 2 && f[0].most == 1);
  assert_true(f[1].place == 1 && f[1].role == ROLE_BUILDING_HEAD && f[1].have == 0 && f[1].least == 2);
  assert_true(f[2].place == 1 && f[2].role == ROLE_GRID_WORKER && f[2].have == 0);
  assert_true(f[3].place == 3 && f[3].role == ROLE_STAIRWELL_HEAD && f[3].have == 0);
  arena_free(a);
}

static void settings_are_bounded_and_read_from_the_district(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct db *writer;
  static const struct q_setting_put_in values[] = {{DISTRICT, "people.sign-in-failures", "3"},
                                                   {DISTRICT, "people.idle-minutes", "100000"},
                                                   {DISTRICT, "force.building-head", "1-3"}};
  DB_OK(db_open(&writer, t->url, DB_WRITER, &err), &err);
  DB_OK(db_begin(writer, &err), &err);
  for (size_t i = 0; i < 3; i++) DB_OK(q_setting_put(writer, &values[i], &err), &err);
  DB_OK(db_commit(writer, &err), &err);
  db_close(writer);
  struct people_settings s;
  log_set_level(LOG_ERROR);
  DB_OK(people_settings_load(&s, t->db, t->arena, NULL, DISTRICT, &err), &err);
  assert_int_equal(s.failures, 3);
  assert_int_equal(s.idle_min, 30);
  assert_true(s.force[1].least == 1 && s.force[1].most == 3);
  assert_int_equal(people_setting_check("people.idle-minutes", "60", &err), 0);
  assert_int_equal(people_setting_check("people.idle-minutes", "1", &err), -1);
  assert_string_equal(err.code, "people.setting.value");
  error_clear(&err);
  assert_int_equal(people_setting_check("people.wishes", "1", &err), -1);
  assert_string_equal(err.code, "people.setting.unknown");
  error_clear(&err);
  assert_int_equal(people_setting_check("force.grid-worker", "two", &err), -1);
}

/* ---- organisations ---- */

static char *departments_file(struct arena *a) {
  enum { MAX = 1 << 16 };
  char *text = arena_alloc(a, MAX);
  FILE *f = fopen("catalogues/departments.yaml", "r");
  assert_non_null(f);
  size_t n = fread(text, 1, MAX - 1, f);
  fclose(f);
  text[n] = '\0';
  return text;
}

struct org_step {
  struct org_row *rows;
  size_t count;
};

static int put_orgs(struct lane_txn *t, void *ctx, struct error *err) {
  struct org_step *s = ctx;
  return people_orgs_put(t, &machine, s->rows, s->count, err);
}

static void departments_come_from_a_file_and_keep_their_ids(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct org_step s;
  struct org_row before, after, *all;
  size_t n;
  char *text = departments_file(t->arena);
  DB_OK(people_orgs_read(&s.rows, &s.count, t->arena, text, strlen(text), &err), &err);
  assert_true(s.count > 20);
  DB_OK(lane_call(t->lane, put_orgs, &s, &err), &err);
  DB_OK(people_org_by_key(&before, t->db, t->arena, DISTRICT, "sanitation", &err), &err);
  DB_OK(lane_call(t->lane, put_orgs, &s, &err), &err);
  DB_OK(people_org_by_key(&after, t->db, t->arena, DISTRICT, "sanitation", &err), &err);
  assert_int_equal(before.id, after.id);
  assert_string_equal(after.name_zh, "环境卫生中心");
  DB_OK(people_org_by_id(&before, t->db, t->arena, DISTRICT, after.parent, &err), &err);
  assert_string_equal(before.key, "urban-management");
  DB_OK(people_orgs(&all, &n, t->db, t->arena, DISTRICT, NULL, &err), &err);
  assert_int_equal(n, s.count);
  assert_string_equal(people_org_for_unit(all, n, "drainage")->key, "municipal-works");
  assert_null(people_org_for_unit(all, n, "drain"));
  DB_OK(people_orgs(&all, &n, t->db, t->arena, DISTRICT, "utility", &err), &err);
  assert_int_equal(n, 5);
}

static void a_wrong_list_of_organisations_is_refused_with_its_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *line, *what;
  } cases[] = {
      {"departments:\n  - {key: A, kind: department, zh: 甲, en: A}\n", "2", "key"},
      {"departments:\n  - {key: a, kind: bureau, zh: 甲, en: A}\n", "2", "kind"},
      {"departments:\n  - {key: a, kind: unit, zh: 甲, en: A}\n  - {key: a, kind: unit, zh: 甲, en: A}\n", "3", "key"},
      {"departments:\n  - {key: a, kind: unit, zh: 甲, en: A, parent: b}\n", "2", "parent"},
      {"departments:\n  - {key: a, kind: unit, zh: 甲, en: A, boss: b}\n", "2", "boss"},
      {"departments:\n  - {key: a, kind: unit, zh: 甲, en: A, units: [A b]}\n", "2", "units"},
      {"departments: 3\n", "1", "departments"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct arena *a = arena_new(1 << 20);
    struct error err = {0};
    struct org_row *rows;
    size_t n;
    assert_int_equal(people_orgs_read(&rows, &n, a, cases[i].text, strlen(cases[i].text), &err), -1);
    assert_string_equal(err.code, "people.org.file");
    assert_string_equal(err.arg[0], cases[i].line);
    assert_string_equal(err.arg[1], cases[i].what);
    arena_free(a);
  }
}

/* ---- accounts ---- */

static void accounts_are_kept_by_administrators(void **state) {
  struct dbtest *t = begin(state);
  int64_t person = a_staff(t, "王示例");
  struct post office = {.id = 1, .role = ROLE_STREET_LEADER, .at = {.street = 11}};
  struct actor leader = {.kind = ACTOR_ACCOUNT, .district = DISTRICT, .account = 99, .posts = &office, .post_count = 1};
  struct step s = {.by = &leader, .account = {.login = "wang-shili", .person = person, .hash = "x"}};
  assert_string_equal(try(t, create_account, &s), "people.account.denied");
  office.role = ROLE_ADMINISTRATOR;
  assert_string_equal(try(t, create_account, &s), "");
  assert_string_equal(try(t, create_account, &s), "people.account.taken");
  s.account.login = "Wang";
  assert_string_equal(try(t, create_account, &s), "people.login");
  s.account.login = "wang2";
  s.account.person = 12345;
  assert_string_equal(try(t, create_account, &s), "people.post.person");
  leader.account = s.id = 1;
  s.text = "locked";
  assert_string_equal(try(t, set_status, &s), "people.account.self");
}

static void signing_in_gives_a_session_with_the_posts_in_office(void **state) {
  struct dbtest *t = begin(state);
  struct actor actor;
  struct session_state session;
  int64_t person = a_staff(t, "王示例");
  int64_t post = a_post(t, ROLE_GRID_WORKER, person, 33, grid_one, 0);
  int64_t account = an_account(t, "wangshili", person, "correct Horse 7");
  struct sign_in in = sign(t, "wangshili", "correct Horse 7", NULL);
  assert_int_equal(in.answer.kind, ERR_NONE);
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_int_equal(actor.account, account);
  assert_int_equal(actor.post_count, 1);
  assert_int_equal(actor.posts[0].id, post);
  assert_int_equal(actor.posts[0].at.grid, 33);
  assert_string_equal(session.name, "王示例");
  assert_int_equal(journal_of(t, "account", account, "people.sign-in"), 1);
  struct sign_in next = sign(t, "wangshili", "correct Horse 7", NULL);
  assert_string_not_equal(in.token, next.token);
  assert_int_equal(alive(t, "", &actor, &session), 0);
  assert_int_equal(alive(t, NULL, &actor, &session), 0);
  in.token[5] = in.token[5] == '0' ? '1' : '0';
  assert_int_equal(alive(t, in.token, &actor, &session), 0);
  assert_int_equal(actor.kind, ACTOR_ANONYMOUS);
  struct step out = {.by = &(struct actor){.kind = ACTOR_ACCOUNT, .district = DISTRICT, .account = account},
                     .text = next.token};
  assert_string_equal(try(t, sign_out, &out), "");
  assert_int_equal(alive(t, next.token, &actor, &session), 0);
}

static void a_session_ends_when_idle_and_after_its_hours(void **state) {
  struct dbtest *t = begin(state);
  struct actor actor;
  struct session_state session;
  an_account(t, "wangshili", a_staff(t, "王示例"), "correct Horse 7");
  struct sign_in in = sign(t, "wangshili", "correct Horse 7", NULL);
  set_now(t, START + 30 * MINUTE_MS - 1);
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_true(session.touch);
  set_now(t, START + 30 * MINUTE_MS);
  assert_int_equal(alive(t, in.token, &actor, &session), 0);
  set_now(t, START);
  struct step s = {.text = in.token};
  for (int i = 1; i < 12 * 3; i++) { /* used every 20 minutes */
    set_now(t, START + i * 20 * (time_ms)MINUTE_MS);
    assert_int_equal(alive(t, in.token, &actor, &session), 1);
    assert_string_equal(try(t, touch, &s), "");
  }
  set_now(t, START + 12 * (time_ms)HOUR_MS);
  assert_int_equal(alive(t, in.token, &actor, &session), 0);
}

static void five_failures_lock_for_fifteen_minutes(void **state) {
  struct dbtest *t = begin(state);
  int64_t account = an_account(t, "wangshili", a_staff(t, "王示例"), "correct Horse 7");
  for (int i = 0; i < 5; i++)
    assert_string_equal(sign(t, "wangshili", "wrong Horse 7", NULL).answer.code, "people.sign-in.wrong");
  struct sign_in in = sign(t, "wangshili", "correct Horse 7", NULL);
  assert_string_equal(in.answer.code, "people.sign-in.locked");
  assert_string_equal(in.answer.arg[0], "15");
  assert_string_equal(in.token, "");
  assert_string_equal(sign(t, "wangshili", "wrong Horse 7", NULL).answer.code,
                      "people.sign-in.wrong"); /* says nothing new */
  assert_int_equal(journal_of(t, "account", account, "people.account-locked-out"), 1);
  set_now(t, START + 15 * MINUTE_MS - 1);
  assert_string_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.code, "people.sign-in.locked");
  set_now(t, START + 15 * MINUTE_MS);
  for (int i = 0; i < 4; i++)
    assert_string_equal(sign(t, "wangshili", "wrong Horse 7", NULL).answer.code, "people.sign-in.wrong");
  assert_int_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.kind, ERR_NONE);
  for (int i = 0; i < 4; i++) sign(t, "wangshili", "wrong Horse 7", NULL); /* the count began anew */
  assert_int_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.kind, ERR_NONE);
  for (int i = 0; i < 10; i++) { /* now and then a slip of the finger does not add up */
    set_now(t, START + (i + 2) * (time_ms)HOUR_MS);
    assert_string_equal(sign(t, "wangshili", "wrong Horse 7", NULL).answer.code, "people.sign-in.wrong");
  }
  assert_int_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.kind, ERR_NONE);
}

static void nobody_learns_whether_an_account_exists(void **state) {
  struct dbtest *t = begin(state);
  an_account(t, "wangshili", a_staff(t, "王示例"), "correct Horse 7");
  struct sign_in no = sign(t, "nobody", "wrong Horse 7", NULL), wrong = sign(t, "wangshili", "wrong Horse 7", NULL);
  assert_memory_equal(&no.answer, &wrong.answer, sizeof no.answer);
  for (int i = 0; i < 9; i++)
    assert_string_equal(sign(t, "nobody", "wrong Horse 7", NULL).answer.code, wrong.answer.code);
  assert_string_equal(sign(t, NULL, NULL, NULL).answer.code, wrong.answer.code);
  assert_string_equal(sign(t, "' OR 1=1 --", "x", NULL).answer.code, wrong.answer.code);
  struct q_security_event_page_out *events;
  size_t n;
  struct error err = {0};
  struct q_security_event_page_in in = {.district = DISTRICT, .before = START + 1, .most = 100};
  DB_OK(q_security_event_page(t->db, t->arena, &events, &n, &in, &err), &err);
  assert_int_equal(n, 13);
}

static void a_lock_that_came_between_check_and_record_counts(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct sign_in in;
  int64_t account = an_account(t, "wangshili", a_staff(t, "王示例"), "correct Horse 7");
  struct sign_in_ask ask = {.login = "wangshili", .password = "correct Horse 7"};
  DB_OK(people_sign_in_check(&in, t->db, t->arena, &env, &ask, now, &err), &err);
  assert_int_equal(in.outcome, SIGN_IN_DONE);
  struct step lock = {.id = account, .text = "locked"}, s = {.sign_in = &in};
  assert_string_equal(try(t, set_status, &lock), "");
  assert_string_equal(try(t, record, &s), "");
  assert_string_equal(in.answer.code, "people.sign-in.closed");
  assert_string_equal(in.token, "");
  lock.text = "active";
  assert_string_equal(try(t, set_status, &lock), "");
  assert_int_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.kind, ERR_NONE);
}

static void a_new_password_ends_the_sessions_and_must_be_changed(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct actor actor;
  struct session_state session;
  char hash[PASSWORD_HASH_SIZE];
  int64_t account = an_account(t, "wangshili", a_staff(t, "王示例"), "correct Horse 7");
  struct sign_in old = sign(t, "wangshili", "correct Horse 7", NULL);
  DB_OK(people_password_prepare(hash, &env, "wangshili", "another Horse 8", &err), &err);
  struct actor stranger = {.kind = ACTOR_ACCOUNT, .district = DISTRICT, .account = account + 1};
  struct step s = {.by = &stranger, .id = account, .text = hash, .flag = true};
  assert_string_equal(try(t, set_password, &s), "people.account.denied");
  s.by = &machine;
  assert_string_equal(try(t, set_password, &s), "");
  assert_int_equal(alive(t, old.token, &actor, &session), 0);
  assert_string_equal(sign(t, "wangshili", "correct Horse 7", NULL).answer.code, "people.sign-in.wrong");
  struct sign_in in = sign(t, "wangshili", "another Horse 8", NULL);
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_true(session.must_change);
  assert_int_equal(people_password_change_prepare(hash, t->db, t->arena, &env, &actor, "wrong", "third Horse 9", &err),
                   -1);
  assert_string_equal(err.code, "people.password.old");
  error_clear(&err);
  assert_int_equal(
      people_password_change_prepare(hash, t->db, t->arena, &env, &actor, "another Horse 8", "another Horse 8", &err),
      -1);
  assert_string_equal(err.code, "people.password.same");
  error_clear(&err);
  DB_OK(people_password_change_prepare(hash, t->db, t->arena, &env, &actor, "another Horse 8", "third Horse 9", &err),
        &err);
  struct step own = {.by = &actor, .id = account, .text = hash};
  assert_string_equal(try(t, set_password, &own), "");
  assert_int_equal(sign(t, "wangshili", "third Horse 9", NULL).answer.kind, ERR_NONE);
}

static void an_administrator_signs_in_with_a_one_time_code(void **state) {
  struct dbtest *t = begin(state);
  struct actor actor;
  struct session_state session;
  char secret[TOTP_SECRET_TEXT], code[TOTP_DIGITS + 1];
  int64_t person = a_staff(t, "钱演示");
  a_post(t, ROLE_ADMINISTRATOR, person, 0, (struct place_chain){0}, 0);
  int64_t account = an_account(t, "admin.qian", person, "correct Horse 7");
  struct sign_in in = sign(t, "admin.qian", "correct Horse 7", NULL);
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_true(session.must_enrol);
  env.demo = true;
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_false(session.must_enrol);
  env.demo = false;
  totp_secret_new(secret);
  struct step s = {.by = &actor, .id = account, .text = secret, .code = "000000"};
  totp_code(code, TOTP_DIGITS, secret, now);
  if (!text_eq(code, "000000")) assert_string_equal(try(t, set_totp, &s), "people.totp.wrong");
  s.code = code;
  assert_string_equal(try(t, set_totp, &s), "");
  set_now(t, START + 2 * MINUTE_MS);
  assert_string_equal(sign(t, "admin.qian", "correct Horse 7", NULL).answer.code, "people.sign-in.code-needed");
  assert_string_equal(sign(t, "admin.qian", "correct Horse 7", "12").answer.code, "people.sign-in.code-wrong");
  totp_code(code, TOTP_DIGITS, secret, now);
  assert_string_equal(sign(t, "admin.qian", "wrong Horse 7", code).answer.code, "people.sign-in.wrong");
  in = sign(t, "admin.qian", "correct Horse 7", code);
  assert_int_equal(in.answer.kind, ERR_NONE);
  assert_int_equal(alive(t, in.token, &actor, &session), 1);
  assert_false(session.must_enrol);
  assert_string_equal(sign(t, "admin.qian", "correct Horse 7", code).answer.code,
                      "people.sign-in.code-wrong"); /* once */
  struct step off = {.by = &actor, .id = account, .code = "1"};
  assert_string_equal(try(t, set_totp, &off), "people.totp.wrong");
  off.by = &machine;
  assert_string_equal(try(t, set_totp, &off), "");
  assert_int_equal(sign(t, "admin.qian", "correct Horse 7", NULL).answer.kind, ERR_NONE);
}

struct key_step {
  const struct actor *by;
  char key[API_KEY_SIZE];
  int64_t id;
};

static int create_key(struct lane_txn *t, void *ctx, struct error *err) {
  struct key_step *s = ctx;
  struct key_new in = {.name = "热线对接", .sources = "hotline police", .per_minute = 90, .expires = START + DAY_MS};
  return people_key_create(t, s->by, &in, s->key, &s->id, err);
}
static int end_key(struct lane_txn *t, void *ctx, struct error *err) {
  struct key_step *s = ctx;
  return people_key_end(t, s->by, s->id, err);
}

static void a_key_is_an_actor_until_it_ends(void **state) {
  struct dbtest *t = begin(state);
  struct error err = {0};
  struct actor actor;
  struct key_step s = {.by = &(struct actor){.kind = ACTOR_ANONYMOUS, .district = DISTRICT}};
  assert_int_equal(lane_call(t->lane, create_key, &s, &err), -1);
  assert_string_equal(err.code, "people.account.denied");
  error_clear(&err);
  s.by = &machine;
  DB_OK(lane_call(t->lane, create_key, &s, &err), &err);
  assert_true(text_starts(s.key, "tx365_"));
  assert_int_equal(people_key_actor(&actor, t->db, t->arena, &env, s.key, START, &err), 1);
  assert_int_equal(actor.kind, ACTOR_API_KEY);
  assert_int_equal(actor.per_minute, 90);
  assert_true(access_may_claim(&actor, "police"));
  assert_true(access_may_claim(&actor, "hotline"));
  assert_false(access_may_claim(&actor, "hot"));
  assert_false(access_may_claim(&actor, "patrol"));
  assert_false(access_may_claim(&actor, ""));
  assert_int_equal(people_key_actor(&actor, t->db, t->arena, &env, s.key, START + DAY_MS, &err), 0);
  assert_int_equal(people_key_actor(&actor, t->db, t->arena, &env, "tx365_no", START, &err), 0);
  assert_int_equal(actor.kind, ACTOR_ANONYMOUS);
  DB_OK(lane_call(t->lane, end_key, &s, &err), &err);
  assert_int_equal(people_key_actor(&actor, t->db, t->arena, &env, s.key, START, &err), 0);
}

int main(void) {
  hash_start();
  const struct CMUnitTest tests[] = {
      DB_TEST(a_resident_is_kept_sealed_and_shown_masked),
      DB_TEST(the_same_identity_number_is_not_entered_twice),
      DB_TEST(a_reporter_is_found_again_by_name_and_telephone),
      DB_TEST(an_erased_person_is_gone_and_the_journal_still_holds),
      DB_TEST(a_post_is_bound_at_its_level_by_those_who_may),
      DB_TEST(a_hand_over_leaves_no_moment_without_or_with_two),
      DB_TEST(stairwell_heads_take_turns_by_the_month),
      cmocka_unit_test(an_empty_turn_is_covered_by_the_next),
      cmocka_unit_test(one_plus_two_plus_n_lists_vacancies_and_excess),
      DB_TEST(settings_are_bounded_and_read_from_the_district),
      DB_TEST(departments_come_from_a_file_and_keep_their_ids),
      cmocka_unit_test(a_wrong_list_of_organisations_is_refused_with_its_line),
      DB_TEST(accounts_are_kept_by_administrators),
      DB_TEST(signing_in_gives_a_session_with_the_posts_in_office),
      DB_TEST(a_session_ends_when_idle_and_after_its_hours),
      DB_TEST(five_failures_lock_for_fifteen_minutes),
      DB_TEST(nobody_learns_whether_an_account_exists),
      DB_TEST(a_lock_that_came_between_check_and_record_counts),
      DB_TEST(a_new_password_ends_the_sessions_and_must_be_changed),
      DB_TEST(an_administrator_signs_in_with_a_one_time_code),
      DB_TEST(a_key_is_an_actor_until_it_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
