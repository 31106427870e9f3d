/* The outbox against a real mail server (tests/lib/smtp.mjs) that misbehaves when it is asked to. */
#include "dbtest.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/outbox.h"
#include "store/outbox_internal.h"

extern char **environ;
enum { PATIENCE_MS = 20000 };

/* --- the mail server -------------------------------------------------------------------------------------------- */

static struct {
  pid_t pid;
  int input, port;
  char log[64];
} smtp;

static char *letters_log(void) {
  static char text[1 << 20];
  int fd = open(smtp.log, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  text[n > 0 ? n : 0] = '\0';
  return text;
}

static int start_smtp(void **state) {
  char node[] = "node", script[] = "tests/lib/smtp.mjs";
  char *const argv[] = {node, script, NULL};
  posix_spawn_file_actions_t files;
  int in[2];
  (void)state;
  hash_start();
  snprintf(smtp.log, sizeof smtp.log, "/tmp/tongxin-smtp-XXXXXX");
  int out = mkstemp(smtp.log);
  if (out < 0 || pipe2(in, O_CLOEXEC) < 0) return -1;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in[0], 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  int failed = posix_spawnp(&smtp.pid, "node", &files, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&files);
  close(in[0]);
  close(out);
  smtp.input = in[1];
  for (int i = 0; !failed && i < PATIENCE_MS / 20 && !smtp.port; i++) {
    const char *said = strstr(letters_log(), "listening ");
    if (said) smtp.port = (int)strtol(said + 10, NULL, 10);
    usleep(20000);
  }
  return 0;
}

static int stop_smtp(void **state) {
  (void)state;
  close(smtp.input);
  if (smtp.pid > 0) waitpid(smtp.pid, NULL, 0);
  unlink(smtp.log);
  return 0;
}

/* How many letters the server took for this address; all of them must have the same Message-ID. */
static int taken_for(const char *to) {
  char wanted[200], id[200] = "";
  int n = 0;
  snprintf(wanted, sizeof wanted, "{\"to\":\"%s\"", to);
  for (char *s = letters_log(); (s = strstr(s, wanted)) != NULL; s++, n++) {
    const char *at = strstr(s, "\"id\":\"");
    assert_non_null(at);
    if (*id) assert_memory_equal(id, at, strlen(id));
    else snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 6, "\"") + 7, at);
  }
  return n;
}

/* --- letters ---------------------------------------------------------------------------------------------------- */

static struct dbtest *begin(void **state, struct outbox_settings *s) {
  struct dbtest *t = dbtest_of(state);
  if (!smtp.port) {
    print_message("# skipped: node cannot be started\n");
    skip();
  }
  outbox_settings_usual(s);
  s->smtp_host = "127.0.0.1";
  s->smtp_port = smtp.port;
  s->mail_from = "tongxin@district.example";
  s->mail_name = "同心365";
  s->timeout_ms = 5000;
  s->tries = 4;
  s->first_wait = 30;
  s->longest_wait = 100;
  s->claim = 400;
  s->lease = 300;
  s->poll = 20;
  return t;
}

struct adding {
  const char *channel, *to, *dedupe;
  bool fail;
  int64_t id;
};

static int add(struct lane_txn *t, void *ctx, struct error *err) {
  struct adding *a = ctx;
  struct outbox_message m = {.channel = a->channel ? a->channel : "mail",
                             .recipient = {(const unsigned char *)a->to, strlen(a->to)},
                             .subject = "您有一件事项需要查看,请登录系统办理(不含个人信息)", .body = "请登录系统查看。\n.\n", .lang = "zh",
                             .dedupe = a->dedupe ? a->dedupe : a->to, .matter = 5};
  if (outbox_add(t, &m, &a->id, err) < 0) return -1;
  return a->fail ? error_set(err, ERR_INPUT, "test.told-to", NULL, NULL) : 0;
}

static int64_t post_as(struct dbtest *t, const char *channel, const char *to, const char *dedupe) {
  struct adding a = {.channel = channel, .to = to, .dedupe = dedupe};
  struct error err = {0};
  DB_OK(lane_call(t->lane, add, &a, &err), &err);
  return a.id;
}

static int64_t post(struct dbtest *t, const char *to) { return post_as(t, NULL, to, NULL); }

static struct outbox_line line_of(struct dbtest *t, int64_t id) {
  struct outbox_line *lines;
  size_t count;
  struct error err = {0};
  DB_OK(outbox_list(t->db, t->arena, DBTEST_DISTRICT, NULL, id + 1, 1, &lines, &count, &err), &err);
  assert_int_equal(count, 1);
  assert_int_equal(lines[0].id, id);
  return lines[0];
}

static struct outbox_line wait_for(struct dbtest *t, int64_t id, const char *state) {
  struct outbox_line l = line_of(t, id);
  for (int i = 0; i < PATIENCE_MS / 20 && !text_eq(l.state, state); i++) {
    usleep(20000);
    l = line_of(t, id);
  }
  assert_string_equal(l.state, state);
  return l;
}

static struct outbox *start(struct dbtest *t, const struct outbox_settings *s) {
  struct outbox *o;
  struct error err = {0};
  DB_OK(outbox_start(&o, t->lane, s, NULL, NULL, &err), &err);
  return o;
}

/* An address nobody else in this run has: both databases write to the same server. */
static const char *name(struct dbtest *t, const char *kind) {
  static int n;
  char code[9];
  random_code(code, 8);
  return arena_printf(t->arena, "%s@box%d%s.example", kind, ++n, code);
}

static int replay(struct lane_txn *t, void *ctx, struct error *err) {
  int n = outbox_replay(t, *(int64_t *)ctx, err);
  if (n < 0) return -1;
  *(int64_t *)ctx = n;
  return 0;
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void a_letter_is_sent_once_and_its_address_forgotten(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  const char *to = name(t, "someone");
  int64_t id = post(t, to), again = post(t, to);
  assert_int_equal(id, again);
  struct outbox *o = start(t, &s);
  struct outbox_line l = wait_for(t, id, "sent");
  assert_int_equal(l.tries, 1);
  assert_int_equal(post(t, to), id);
  usleep(200000);
  outbox_stop(o);
  assert_int_equal(taken_for(to), 1);
  const char *letter = strstr(letters_log(), to);
  assert_non_null(strstr(letter, "Subject: =?UTF-8?B?"));
  assert_non_null(strstr(letter, "6K+355m75b2V57O757uf5p+l55yL44CCCi4K"));
  struct q_outbox_due_out *rows;
  size_t count;
  struct error err = {0};
  struct q_outbox_due_in in = {.district = DBTEST_DISTRICT, .state = "sent", .now = INT64_MAX, .count = 9};
  DB_OK(q_outbox_due(t->db, t->arena, &rows, &count, &in, &err), &err);
  assert_int_equal(count, 1);
  assert_int_equal(rows[0].recipient.len, 0);
}

static void no_action_no_letter(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  struct adding a = {.to = name(t, "someone"), .fail = true};
  struct error err = {0};
  assert_int_equal(lane_call(t->lane, add, &a, &err), -1);
  struct outbox_figures f;
  error_clear(&err);
  DB_OK(outbox_figures(t->db, t->arena, DBTEST_DISTRICT, wall_now(), &f, &err), &err);
  assert_int_equal(f.waiting + f.sent + f.sending + f.dead, 0);
}

static void a_busy_server_is_asked_again(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  const char *to = name(t, "busy-2"), *later = name(t, "busydata-1");
  int64_t id = post(t, to), second = post(t, later);
  struct outbox *o = start(t, &s);
  assert_int_equal(wait_for(t, id, "sent").tries, 3);
  assert_int_equal(wait_for(t, second, "sent").tries, 2);
  outbox_stop(o);
  assert_int_equal(taken_for(to), 1);
  assert_int_equal(taken_for(later), 1);
}

static void a_refused_letter_is_dead_until_it_is_replayed(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  int64_t id = post(t, name(t, "gone")), bad = post(t, "no address\r\nRCPT TO:<x@y>"), count = id;
  struct error err = {0};
  struct outbox *o = start(t, &s);
  struct outbox_line l = wait_for(t, id, "dead");
  assert_int_equal(l.tries, 1);
  assert_string_equal(l.error, "outbox.refused-550");
  assert_string_equal(wait_for(t, bad, "dead").error, "outbox.address");
  outbox_stop(o);
  DB_OK(lane_call(t->lane, replay, &count, &err), &err);
  assert_int_equal(count, 1);
  assert_int_equal(line_of(t, id).tries, 0);
  assert_string_equal(line_of(t, id).state, "waiting");
  assert_string_equal(line_of(t, bad).state, "dead");
}

static void a_letter_put_off_too_often_is_given_up(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  const char *to = name(t, "busy-5");
  int64_t id = post(t, to), all = 0;
  struct error err = {0};
  struct outbox *o = start(t, &s);
  struct outbox_line l = wait_for(t, id, "dead");
  assert_int_equal(l.tries, 4);
  assert_string_equal(l.error, "outbox.put-off-451");
  DB_OK(lane_call(t->lane, replay, &all, &err), &err);
  assert_int_equal(wait_for(t, id, "sent").tries, 2);
  outbox_stop(o);
  assert_int_equal(taken_for(to), 1);
}

static void a_broken_line_sends_again_under_the_same_id(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  const char *before = name(t, "cut-1"), *after = name(t, "lost-1");
  int64_t a = post(t, before), b = post(t, after);
  struct outbox *o = start(t, &s);
  assert_int_equal(wait_for(t, a, "sent").tries, 2);
  assert_int_equal(wait_for(t, b, "sent").tries, 2);
  outbox_stop(o);
  assert_int_equal(taken_for(before), 1);
  assert_int_equal(taken_for(after), 2); /* the one gap: taken_for has compared the ids */
}

/* A server that dies with a letter in hand: this program run again with `how`. */
static void die_while(struct dbtest *t, const struct outbox_settings *s, const char *how) {
  char port[16], self[] = "test_outbox", *mode = arena_strdup(t->arena, how);
  snprintf(port, sizeof port, "%d", s->smtp_port);
  char *const argv[] = {self, mode, t->url, port, NULL};
  pid_t pid;
  int status;
  assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int die(char **argv) {
  struct outbox_settings s;
  struct outbox_letter *letters;
  size_t count = 0;
  struct error err = {0};
  struct lane *lane;
  hash_start();
  outbox_settings_usual(&s);
  s.smtp_host = "127.0.0.1";
  s.smtp_port = (int)strtol(argv[3], NULL, 10);
  s.mail_from = "tongxin@district.example";
  s.claim = 400;
  s.lease = 300;
  if (lane_open(&lane, argv[2], DBTEST_DISTRICT, &err) < 0 ||
      outbox_claim(lane, &s, "dying", arena_new(1 << 20), &letters, &count, &err) < 0 || count != 1)
    return 3;
  if (text_eq(argv[1], "die-sent") && outbox_deliver(curl_easy_init(), &letters[0], &s, NULL, NULL).fate != OUTBOX_SENT) return 4;
  kill(getpid(), SIGKILL);
  return 5;
}

static void nothing_is_lost_when_the_process_is_killed(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  const char *to = name(t, "someone"), *other = name(t, "someone");
  int64_t id = post(t, to);
  die_while(t, &s, "die-claimed");
  assert_string_equal(line_of(t, id).state, "sending");
  struct outbox *o = start(t, &s);
  wait_for(t, id, "sent");
  outbox_stop(o);
  assert_int_equal(taken_for(to), 1);
  id = post(t, other);
  die_while(t, &s, "die-sent");
  o = start(t, &s);
  assert_int_equal(wait_for(t, id, "sent").tries, 2);
  outbox_stop(o);
  assert_int_equal(taken_for(other), 2);
}

enum { MANY = 30 };

static void two_servers_send_each_letter_once(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  struct dbtest second = *t;
  struct error err = {0};
  const char *to[MANY];
  int64_t id[MANY];
  s.claim = 20 * SECOND_MS;
  s.batch = 7;
  for (int i = 0; i < MANY; i++) id[i] = post(t, to[i] = name(t, "many"));
  DB_OK(lane_open(&second.lane, t->url, DBTEST_DISTRICT, &err), &err);
  struct outbox *a = start(t, &s), *b = start(&second, &s);
  for (int i = 0; i < MANY; i++) wait_for(t, id[i], "sent");
  outbox_stop(a);
  outbox_stop(b);
  lane_close(second.lane);
  for (int i = 0; i < MANY; i++) assert_int_equal(taken_for(to[i]), 1);
}

/* --- web hooks -------------------------------------------------------------------------------------------------- */

static char request[8192];

static void *answer_one(void *arg) {
  static const char ok[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
  int fd = accept(*(int *)arg, NULL, NULL);
  size_t n = 0;
  for (ssize_t got; fd >= 0 && !strstr(request, "\n.\n") && (got = read(fd, request + n, sizeof request - 1 - n)) > 0;) {
    n += (size_t)got;
    request[n] = '\0';
  }
  assert_int_equal(write(fd, ok, sizeof ok - 1), sizeof ok - 1);
  close(fd);
  return NULL;
}

static int listen_somewhere(int *port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof a;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
  assert_int_equal(listen(fd, 5), 0);
  getsockname(fd, (struct sockaddr *)&a, &len);
  *port = ntohs(a.sin_port);
  return fd;
}

static const char *header(struct dbtest *t, const char *named) {
  const char *s = strstr(request, named);
  assert_non_null(s);
  s += strlen(named);
  return arena_strndup(t->arena, s, strcspn(s, "\r\n"));
}

static void a_web_hook_is_signed(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  pthread_t thread;
  int port, fd = listen_somewhere(&port);
  char mac[65];
  memset(request, 0, sizeof request);
  assert_int_equal(pthread_create(&thread, NULL, answer_one, &fd), 0);
  s.webhook_secret = "a secret of the test";
  s.webhook_allowed = arena_printf(t->arena, "https://hooks.example/ http://127.0.0.1:%d/in/", port);
  int64_t id = post_as(t, "webhook", arena_printf(t->arena, "http://127.0.0.1:%d/in/x", port), "hook");
  struct outbox *o = start(t, &s);
  wait_for(t, id, "sent");
  outbox_stop(o);
  pthread_join(thread, NULL);
  close(fd);
  assert_memory_equal(request, "POST /in/x HTTP/1.1", 19);
  outbox_signature(mac, s.webhook_secret, header(t, "Tongxin-Time: "), header(t, "Idempotency-Key: "), "请登录系统查看。\n.\n");
  assert_string_equal(header(t, "Tongxin-Signature: sha256="), mac);
}

static void a_web_hook_goes_only_where_it_may(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  static const char *const urls[] = {"http://127.0.0.1:9/other/x", "http://127.0.0.1:8/in/x", "https://127.0.0.1:9/in/x",
                                     "http://127.0.0.1:9@evil.example/in/", "http://u:p@127.0.0.1:9/in/x", "file:///etc/passwd",
                                     "http://127.0.0.1:9/in/../admin", "gopher://127.0.0.1:9/in/", "http://127.0.0.1.evil:9/in/"};
  enum { URLS = sizeof urls / sizeof *urls };
  int64_t id[URLS];
  s.webhook_allowed = "http://127.0.0.1:9/in/";
  for (size_t i = 0; i < URLS; i++) id[i] = post_as(t, "webhook", urls[i], NULL);
  struct outbox *o = start(t, &s);
  for (size_t i = 0; i < URLS; i++) assert_string_equal(wait_for(t, id[i], "dead").error, "outbox.not-allowed");
  outbox_stop(o);
}

static void the_signature_is_what_others_compute(void **state) {
  char mac[65];
  (void)state;
  outbox_signature(mac, "key", "1", "a", "{}"); /* HMAC-SHA256("key", "1.a.{}") */
  assert_string_equal(mac, "2feff09a49c6bdbe325c6ba6184fd6c062b2673e7a7540878df8ddd237343792");
}

static void lines_are_written_as_json_without_addresses(void **state) {
  struct outbox_settings s;
  struct dbtest *t = begin(state, &s);
  struct buf b;
  struct json j;
  struct outbox_line l = line_of(t, post(t, name(t, "someone")));
  buf_init(&b, 2000);
  json_start(&j, &b);
  outbox_write_json(&j, &l, OFFSET_CHINA_MIN);
  assert_non_null(strstr(b.data, "\"state\":\"waiting\""));
  assert_non_null(strstr(b.data, "\"matter\":5"));
  assert_null(strstr(b.data, "@"));
  buf_free(&b);
}

int main(int argc, char **argv) {
  if (argc == 4) return die(argv);
  const struct CMUnitTest tests[] = {
      DB_TEST(a_letter_is_sent_once_and_its_address_forgotten),
      DB_TEST(no_action_no_letter),
      DB_TEST(a_busy_server_is_asked_again),
      DB_TEST(a_refused_letter_is_dead_until_it_is_replayed),
      DB_TEST(a_letter_put_off_too_often_is_given_up),
      DB_TEST(a_broken_line_sends_again_under_the_same_id),
      DB_TEST(nothing_is_lost_when_the_process_is_killed),
      DB_TEST(two_servers_send_each_letter_once),
      DB_TEST(a_web_hook_is_signed),
      DB_TEST(a_web_hook_goes_only_where_it_may),
      DB_TEST(lines_are_written_as_json_without_addresses),
      cmocka_unit_test(the_signature_is_what_others_compute),
  };
  return cmocka_run_group_tests_name("outbox", tests, start_smtp, stop_smtp);
}
