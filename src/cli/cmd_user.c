/* `tongxin user ...`: accounts, posts and departments from the command line: for the first administrator, for scripts,
 * and for the day nobody can sign in. Everything is an action of the machine through the lane and stands in the
 * journal.
 *
 * A password is never taken from the command line, where every process can read it: it comes from standard input with
 * --password-stdin, or is made up and printed once, and then has to be changed at the first sign-in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/office.h"
#include "people/people.h"
#include "place/place.h"

enum { FILE_BYTES = 1 << 20, PAGE_ROWS = 500 };

/* What every sub-command works with; one at a time, given to the lane as its context. */
struct office {
  struct cli_office in;
  int64_t account, person, id;
  char hash[PASSWORD_HASH_SIZE], made_up[17];
  struct post_new post;
  struct org_row *orgs;
  size_t org_count;
};

/* Hands one job to the lane. */
static int office_do(struct office *o, lane_fn *fn, struct error *err) { return cli_office_do(&o->in, fn, o, err); }

/* Opens, runs, closes. */
static int with_office(struct cli *c, int (*work)(struct office *o, struct error *err), struct error *err) {
  struct office o = {0};
  int r = cli_office_open(&o.in, c, err);
  if (r == 0) r = work(&o, err);
  cli_office_close(&o.in);
  return r;
}

/* The account whose login is the first operand. */
static int find_account(struct office *o, struct error *err) {
  const char *login = o->in.c->operands[0];
  int found = people_account_find(&o->account, &o->person, o->in.house.db, o->in.c->arena, o->in.env.district, login, err);
  return found ? found < 0 ? -1 : 0 : error_set(err, ERR_MISSING, "people.account.missing", NULL, NULL);
}

/* ---- passwords ---- */

static int read_password(char *out, size_t size, struct error *err) {
  if (!fgets(out, (int)size, stdin)) return error_set(err, ERR_INPUT, "cli.user.no-password", "password-stdin", NULL);
  out[strcspn(out, "\r\n")] = '\0';
  return text_is_utf8(out, strlen(out)) ? 0 : error_set(err, ERR_INPUT, "cli.user.no-password", "password-stdin", NULL);
}

/* The hash of a password from standard input, or of one made up here. */
static int choose_password(struct office *o, struct error *err) {
  char typed[PASSWORD_MAX_BYTES + 2];
  const char *password = o->made_up;
  if (cli_flag(o->in.c, "password-stdin")) {
    if (read_password(typed, sizeof typed, err) < 0) return -1;
    password = typed;
  } else {
    password_new(o->made_up);
  }
  return people_password_prepare(o->hash, &o->in.env, o->in.c->operands[0], password, err);
}

static void say_password(const struct office *o) {
  if (o->made_up[0]) cli_say(o->in.c, W_CLI_USER_PASSWORD_MADE, o->made_up, NULL);
}

/* ---- accounts ---- */

static int add_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  struct person_new person = {.staff_name = cli_text(o->in.c, "name")};
  struct account_new account = {.login = o->in.c->operands[0], .hash = o->hash, .must_change = o->made_up[0] != '\0'};
  if (people_person_add(t, &o->in.env, &o->in.by, &person, &account.person, err) < 0) return -1;
  return people_account_create(t, &o->in.env, &o->in.by, &account, &o->account, err);
}

static int add(struct office *o, struct error *err) {
  if (choose_password(o, err) < 0 || office_do(o, add_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_ADDED, o->in.c->operands[0], NULL);
  say_password(o);
  return 0;
}

static int password_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_account_password(t, &o->in.env, &o->in.by, o->account, o->hash, o->made_up[0] != '\0', NULL, err);
}

static int password(struct office *o, struct error *err) {
  if (find_account(o, err) < 0 || choose_password(o, err) < 0 || office_do(o, password_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_PASSWORD_SET, o->in.c->operands[0], NULL);
  say_password(o);
  return 0;
}

static int lock_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_account_status(t, &o->in.env, &o->in.by, o->account, "locked", err);
}

static int unlock_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_account_status(t, &o->in.env, &o->in.by, o->account, "active", err);
}

static int lock(struct office *o, struct error *err) {
  if (find_account(o, err) < 0 || office_do(o, lock_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_LOCKED, o->in.c->operands[0], NULL);
  return 0;
}

static int unlock(struct office *o, struct error *err) {
  if (find_account(o, err) < 0 || office_do(o, unlock_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_UNLOCKED, o->in.c->operands[0], NULL);
  return 0;
}

/* "login  active|locked  name  role place; role place": one line an account, tabs between. */
static int put_account(struct buf *b, struct office *o, const struct q_account_page_out *row, struct error *err) {
  struct q_post_of_person_out *posts;
  size_t count;
  struct q_post_of_person_in in = {.district = o->in.env.district, .person = row->person, .now = o->in.now};
  if (q_post_of_person(o->in.house.db, o->in.c->arena, &posts, &count, &in, err) < 0) return -1;
  bool waits = text_eq(row->status, "active") && row->locked_until > o->in.now;
  buf_printf(b, "%s\t%s\t%s\t", row->login, waits ? "locked-out" : row->status, row->staff_name ? row->staff_name : "");
  for (size_t i = 0; i < count; i++) {
    const char *role = words_find(o->in.c->lang, role_words(role_by_name(posts[i].role)));
    buf_printf(b, "%s%s#%lld", i ? ", " : "", role ? role : posts[i].role, (long long)posts[i].id);
  }
  buf_putc(b, '\n');
  return 0;
}

static int list(struct office *o, struct error *err) {
  const char *after = "";
  size_t count = PAGE_ROWS;
  while (count == PAGE_ROWS) {
    struct q_account_page_out *rows;
    struct q_account_page_in in = {.district = o->in.env.district, .after = after, .most = PAGE_ROWS};
    if (q_account_page(o->in.house.db, o->in.c->arena, &rows, &count, &in, err) < 0) return -1;
    struct buf b;
    buf_init(&b, FILE_BYTES);
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++) r = put_account(&b, o, &rows[i], err);
    if (r == 0) r = cli_write(&b, err);
    buf_free(&b);
    if (r < 0) return -1;
    if (count) after = rows[count - 1].login;
  }
  return 0;
}

/* ---- posts ---- */

static int find_place(struct office *o, struct error *err) {
  const char *code = cli_text(o->in.c, "place");
  struct place_row place;
  if (!code) return 0;
  if (place_by_code(&place, o->in.house.db, o->in.c->arena, o->in.env.district, code, o->in.now, err) < 0) return -1;
  if (place.level == PLACE_DISTRICT) return 0;
  o->post.place = place.id;
  o->post.at = (struct place_chain){.street = place.street,
                                    .community = place.community,
                                    .grid = place.grid,
                                    .building = place.building,
                                    .stairwell = place.stairwell};
  return 0;
}

static int find_org(struct office *o, struct error *err) {
  const char *key = cli_text(o->in.c, "org");
  struct org_row org;
  if (!key) return 0;
  int found = people_org_by_key(&org, o->in.house.db, o->in.c->arena, o->in.env.district, key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  o->post.org = found > 0 ? org.id : 0;
  return found < 0 ? -1 : 0;
}

static int appoint_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_post_appoint(t, &o->in.env, &o->in.by, &o->post, &o->id, err);
}

static int appoint(struct office *o, struct error *err) {
  if (find_account(o, err) < 0) return -1;
  o->post.person = o->person;
  o->post.role = role_by_name(cli_text(o->in.c, "role"));
  o->post.rotation = (int)cli_number(o->in.c, "turn");
  o->post.acting = cli_flag(o->in.c, "acting");
  o->post.appointed_by = cli_text(o->in.c, "by");
  if (cli_text(o->in.c, "until")) o->post.until = ms_of_day((int32_t)cli_number(o->in.c, "until") + 1, o->in.env.offset_min);
  if (find_place(o, err) < 0 || find_org(o, err) < 0) return -1;
  const char *phone = cli_text(o->in.c, "phone");
  char number[PHONE_SIZE];
  if (phone && phone_read(number, phone, "phone", err) < 0) return -1;
  o->post.duty_phone = phone ? number : NULL;
  if (office_do(o, appoint_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_APPOINTED, cli_amount(o->in.c, o->id), NULL);
  return 0;
}

static int end_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_post_end(t, &o->in.env, &o->in.by, o->id, 0, cli_text(o->in.c, "reason"), err);
}

static int end_post(struct office *o, struct error *err) {
  if (!text_to_int(o->in.c->operands[0], &o->id)) return error_set(err, ERR_INPUT, "people.post.missing", NULL, NULL);
  if (office_do(o, end_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_ENDED, o->in.c->operands[0], NULL);
  return 0;
}

/* ---- departments ---- */

static int orgs_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct office *o = ctx;
  return people_orgs_put(t, &o->in.by, o->orgs, o->org_count, err);
}

static int departments(struct office *o, struct error *err) {
  const char *path = o->in.c->operands[0];
  FILE *f = fopen(path, "rb");
  if (!f) return error_set(err, ERR_MISSING, "cli.file", NULL, path, strerror(errno), NULL);
  char *text = arena_alloc(o->in.c->arena, FILE_BYTES + 1);
  size_t n = fread(text, 1, FILE_BYTES, f);
  fclose(f);
  if (people_orgs_read(&o->orgs, &o->org_count, o->in.c->arena, text, n, err) < 0) return -1;
  if (office_do(o, orgs_in_lane, err) < 0) return -1;
  cli_say(o->in.c, W_CLI_USER_DEPARTMENTS_DONE, cli_amount(o->in.c, (int64_t)o->org_count), NULL);
  return 0;
}

/* ---- the table ---- */

#define RUN(name)                                           \
  static int run_##name(struct cli *c, struct error *err) { \
    return with_office(c, name, err);                       \
  }
RUN(add)
RUN(list)
RUN(password)
RUN(lock)
RUN(unlock)
RUN(appoint)
RUN(end_post)
RUN(departments)

static const struct cli_option add_options[] = {
    {.name = "name", .type = CLI_TEXT, .value = "NAME", .required = true, .help = W_CLI_USER_NAME},
    {.name = "password-stdin", .type = CLI_FLAG, .help = W_CLI_USER_PASSWORD_STDIN},
    {0}};
static const struct cli_option password_options[] = {
    {.name = "password-stdin", .type = CLI_FLAG, .help = W_CLI_USER_PASSWORD_STDIN}, {0}};
static const struct cli_option post_options[] = {
    {.name = "role", .type = CLI_TEXT, .value = "ROLE", .required = true, .help = W_CLI_USER_ROLE},
    {.name = "place", .type = CLI_TEXT, .value = "CODE", .help = W_CLI_USER_PLACE},
    {.name = "org", .type = CLI_TEXT, .value = "KEY", .help = W_CLI_USER_ORG},
    {.name = "by", .type = CLI_TEXT, .value = "BODY", .help = W_CLI_USER_BY},
    {.name = "until", .type = CLI_DATE, .value = "DATE", .help = W_CLI_USER_UNTIL},
    {.name = "turn", .type = CLI_NUMBER, .value = "N", .help = W_CLI_USER_TURN},
    {.name = "phone", .type = CLI_TEXT, .value = "NUMBER", .help = W_CLI_USER_PHONE},
    {.name = "acting", .type = CLI_FLAG, .help = W_CLI_USER_ACTING},
    {0}};
static const struct cli_option end_options[] = {{.name = "reason",
                                                 .type = CLI_CHOICE,
                                                 .choices = "term|resigned|handed-over|mistake",
                                                 .otherwise = "term",
                                                 .help = W_CLI_USER_REASON},
                                                {0}};

/* A sub-command with one operand. */
#define ONE(var, typed, word_, opts, operand, fn)             \
  static const struct cli_command var = {.name = typed,       \
                                         .help = word_,       \
                                         .options = opts,     \
                                         .operands = operand, \
                                         .operands_min = 1,   \
                                         .operands_max = 1,   \
                                         .run = fn}
ONE(cmd_add, "add", W_CLI_USER_ADD, add_options, "LOGIN", run_add);
ONE(cmd_password, "password", W_CLI_USER_PASSWORD, password_options, "LOGIN", run_password);
ONE(cmd_lock, "lock", W_CLI_USER_LOCK, NULL, "LOGIN", run_lock);
ONE(cmd_unlock, "unlock", W_CLI_USER_UNLOCK, NULL, "LOGIN", run_unlock);
ONE(cmd_post_add, "add", W_CLI_USER_POST_ADD, post_options, "LOGIN", run_appoint);
ONE(cmd_post_end, "end", W_CLI_USER_POST_END, end_options, "NUMBER", run_end_post);
ONE(cmd_departments, "departments", W_CLI_USER_DEPARTMENTS, NULL, "FILE", run_departments);

static const struct cli_command cmd_list = {.name = "list", .help = W_CLI_USER_LIST, .run = run_list};
static const struct cli_command *const post_under[] = {&cmd_post_add, &cmd_post_end, NULL};
static const struct cli_command cmd_post = {.name = "post", .help = W_CLI_USER_POST, .under = post_under};
static const struct cli_command *const under[] = {&cmd_add,  &cmd_list,        &cmd_password,  &cmd_lock, &cmd_unlock,
                                                  &cmd_post, &cmd_departments, &cmd_vacancies, NULL};
const struct cli_command cmd_user = {.name = "user", .help = W_CLI_USER, .under = under};
