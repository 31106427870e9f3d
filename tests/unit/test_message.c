#include "dbtest.h"

#include <string.h>

#include "store/message.h"

static int add(struct lane_txn *t, void *ctx, struct error *err) {
  struct message *m = ctx;
  if (message_add(t, m, &m->id, err) < 0) return -1;
  return text_eq(m->kind, "fail") ? error_set(err, ERR_INPUT, "test.told-to", NULL, NULL) : 0;
}

static void send(struct dbtest *t, const char *to) {
  struct message m = {.to_key = to, .matter = 7, .kind = "case.closed", .zh = "案件已办结", .en = "A case was closed"};
  struct error err = {0};
  DB_OK(lane_call(t->lane, add, &m, &err), &err);
}

static const char *const mine[] = {"account:12", "post:7"};

static int mark_seen(struct lane_txn *t, void *ctx, struct error *err) {
  return message_mark(t, 12, mine, 2, *(int64_t *)ctx, err);
}

static int64_t unread(struct dbtest *t) {
  int64_t n = -1;
  struct error err = {0};
  DB_OK(message_unread(t->db, t->arena, DBTEST_DISTRICT, mine, 2, 12, &n, &err), &err);
  return n;
}

static void messages_to_all_my_keys_come_newest_first_in_pages(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct message *list;
  size_t count;
  struct error err = {0};
  for (int i = 0; i < 4; i++) {
    send(t, "account:12");
    send(t, "account:13");
    send(t, "post:7");
  }
  DB_OK(message_list(t->db, t->arena, DBTEST_DISTRICT, mine, 2, 12, 0, 5, &list, &count, &err), &err);
  assert_int_equal(count, 5);
  static const int64_t ids[] = {12, 10, 9, 7, 6, 4, 3, 1};
  for (size_t i = 0; i < 5; i++) assert_int_equal(list[i].id, ids[i]);
  assert_string_equal(list[0].to_key, "post:7");
  assert_string_equal(list[0].zh, "案件已办结");
  assert_int_equal(list[0].matter, 7);
  DB_OK(message_list(t->db, t->arena, DBTEST_DISTRICT, mine, 2, 12, 6, 5, &list, &count, &err), &err);
  assert_int_equal(count, 3);
  for (size_t i = 0; i < 3; i++) assert_int_equal(list[i].id, ids[5 + i]);
}

static void what_was_seen_stays_seen(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  int64_t upto = 3;
  struct message *list;
  size_t count;
  for (int i = 0; i < 3; i++) {
    send(t, "account:12");
    send(t, "post:7");
  }
  assert_int_equal(unread(t), 6);
  DB_OK(lane_call(t->lane, mark_seen, &upto, &err), &err);
  assert_int_equal(unread(t), 3);
  upto = 1;
  DB_OK(lane_call(t->lane, mark_seen, &upto, &err), &err);
  assert_int_equal(unread(t), 3);
  DB_OK(message_list(t->db, t->arena, DBTEST_DISTRICT, mine, 2, 12, 0, 9, &list, &count, &err), &err);
  assert_false(list[2].seen);
  assert_true(list[3].seen);
  for (int i = 0; i < 120; i++) send(t, "post:7");
  assert_int_equal(unread(t), MESSAGE_COUNTED);
}

static int64_t heard[10];
static int heard_count;
static void hear(void *ctx, int64_t district, const char *to_key, int64_t id) {
  assert_int_equal(district, DBTEST_DISTRICT);
  assert_string_equal(to_key, ctx);
  heard[heard_count++] = id;
}

static void listeners_hear_of_what_was_committed_and_of_nothing_else(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  char key[] = "post:7";
  struct message bad = {.to_key = key, .kind = "fail", .zh = "x", .en = "x"};
  heard_count = 0;
  message_listen(hear, key);
  send(t, key);
  assert_int_equal(lane_call(t->lane, add, &bad, &err), -1);
  send(t, key);
  message_listen(NULL, NULL);
  send(t, key);
  assert_int_equal(heard_count, 2);
  assert_int_equal(heard[0], 1);
  assert_int_equal(heard[1], 2);
}

static int forget_matter(struct lane_txn *t, void *ctx, struct error *err) {
  *(int *)ctx = message_forget_matter(t, 7, err);
  return *(int *)ctx < 0 ? -1 : 0;
}

static void an_erased_matter_takes_its_messages_along(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  int gone = 0;
  send(t, "post:7");
  send(t, "account:12");
  DB_OK(lane_call(t->lane, forget_matter, &gone, &err), &err);
  assert_int_equal(gone, 2);
  assert_int_equal(unread(t), 0);
}

static void what_a_matter_says_is_put_in_at_reading_and_nothing_when_it_is_not_there(void **state) {
  struct dbtest *t = dbtest_of(state);
  struct error err = {0};
  struct message *list, m = {.to_key = "post:7", .matter = 7, .kind = "incident",
                             .zh = "新上报 " MESSAGE_CODE "：" MESSAGE_SUMMARY "。", .en = "New report " MESSAGE_CODE};
  size_t count;
  DB_OK(lane_call(t->lane, add, &m, &err), &err);
  DB_OK(message_list(t->db, t->arena, DBTEST_DISTRICT, mine, 2, 12, 0, 5, &list, &count, &err), &err);
  assert_int_equal(count, 1);
  assert_string_equal(list[0].zh, "新上报 ：。");
  assert_string_equal(list[0].en, "New report ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      DB_TEST(messages_to_all_my_keys_come_newest_first_in_pages),
      DB_TEST(what_was_seen_stays_seen),
      DB_TEST(listeners_hear_of_what_was_committed_and_of_nothing_else),
      DB_TEST(an_erased_matter_takes_its_messages_along),
      DB_TEST(what_a_matter_says_is_put_in_at_reading_and_nothing_when_it_is_not_there),
  };
  return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
