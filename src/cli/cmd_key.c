/* `tongxin key ...`: keys of programs (JSON API, Open311). A key is shown once, when it is made; only its hash is kept. */
#include "cli/commands.h"
#include "cli/office.h"
#include "people/org.h"
#include "people/session.h"
#include "store/store.h"

enum { OUT_BYTES = 4 << 20 };

struct keys {
  struct cli_office in;
  struct key_new new;
  char key[API_KEY_SIZE];
  int64_t id;
};

static int with_keys(struct cli *c, int (*work)(struct keys *k, struct error *err), struct error *err) {
  struct keys k = {0};
  int r = cli_office_open(&k.in, c, err);
  if (r == 0) r = work(&k, err);
  cli_office_close(&k.in);
  return r;
}

/* --- add -------------------------------------------------------------------------------------------------------- */

static int add_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct keys *k = ctx;
  return people_key_create(t, &k->in.by, &k->new, k->key, &k->id, err);
}

static int find_org(struct keys *k, struct error *err) {
  const char *key = cli_text(k->in.c, "org");
  struct org_row org;
  if (!key) return 0;
  int found = people_org_by_key(&org, k->in.house.db, k->in.c->arena, k->in.house.district, key, err);
  if (found == 0) return error_set(err, ERR_INPUT, "people.post.org", "org", NULL);
  k->new.org = found > 0 ? org.id : 0;
  return found < 0 ? -1 : 0;
}

/* "hotline,police" as the table keeps it. */
static const char *sources_of(const struct cli *c) {
  const char *given = cli_text(c, "source");
  char *names = arena_strdup(c->arena, given ? given : "");
  for (char *p = names; *p; p++)
    if (*p == ',') *p = ' ';
  return names;
}

static int say_key(const struct keys *k, struct error *err) {
  const struct cli *c = k->in.c;
  struct json j;
  struct buf b;
  if (!cli_json(c)) {
    cli_say(c, W_CLI_KEY_ADDED, cli_amount(c, k->id), k->new.name, NULL);
    cli_say(c, W_CLI_KEY_ONCE, k->key, NULL);
    return 0;
  }
  buf_init(&b, OUT_BYTES);
  json_start(&j, &b);
  json_object(&j);
  json_put_int(&j, "id", k->id);
  json_put(&j, "name", k->new.name);
  json_put(&j, "key", k->key);
  json_object_end(&j);
  buf_putc(&b, '\n');
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static int add(struct keys *k, struct error *err) {
  struct cli *c = k->in.c;
  k->new = (struct key_new){.name = c->operands[0], .sources = sources_of(c), .per_minute = (int)cli_number(c, "per-minute")};
  if (cli_text(c, "until")) k->new.expires = ms_of_day((int32_t)cli_number(c, "until") + 1, k->in.env.offset_min);
  if (k->new.expires && k->new.expires <= k->in.now) return error_set(err, ERR_INPUT, "people.key.until", "until", NULL);
  if (find_org(k, err) < 0 || cli_office_do(&k->in, add_in_lane, k, err) < 0) return -1;
  return say_key(k, err);
}

/* --- list ------------------------------------------------------------------------------------------------------- */

static const char *state_of(const struct q_api_key_all_out *row, time_ms now) {
  if (row->ended) return "revoked";
  return row->expires && row->expires <= now ? "expired" : "valid";
}

static const char *org_key(struct keys *k, int64_t id) {
  struct org_row org;
  struct error ignored = {0};
  if (!id || people_org_by_id(&org, k->in.house.db, k->in.c->arena, k->in.house.district, id, &ignored) != 1) return "";
  return org.key;
}

static void put_json(struct json *j, struct keys *k, const struct q_api_key_all_out *row) {
  int offset = k->in.house.offset_min;
  json_object(j);
  json_put_int(j, "id", row->id);
  json_put(j, "name", row->name);
  json_put(j, "state", state_of(row, k->in.now));
  json_put(j, "org", row->org ? org_key(k, row->org) : NULL);
  json_put(j, "sources", row->sources);
  json_put_int(j, "per_minute", row->per_minute);
  json_put_time(j, "created", row->created, offset);
  json_put_time(j, "expires", row->expires, offset);
  json_put_time(j, "ended", row->ended, offset);
  json_object_end(j);
}

static void put_line(struct buf *b, struct keys *k, const struct q_api_key_all_out *row) {
  const char *org = org_key(k, row->org);
  char until[40] = "-";
  if (row->expires) time_format(until, sizeof until, row->expires, k->in.house.offset_min);
  buf_printf(b, "%lld\t%s\t%s\t%s\t%s\t%lld\t%s\n", (long long)row->id, state_of(row, k->in.now), row->name,
             *org ? org : "-", *row->sources ? row->sources : "-", (long long)row->per_minute, until);
}

static int list(struct keys *k, struct error *err) {
  struct q_api_key_all_out *rows;
  size_t n;
  struct json j;
  struct buf b;
  struct q_api_key_all_in which = {.district = k->in.house.district};
  if (q_api_key_all(k->in.house.db, k->in.c->arena, &rows, &n, &which, err) < 0) return -1;
  buf_init(&b, OUT_BYTES);
  json_start(&j, &b);
  bool as_json = cli_json(k->in.c);
  if (as_json) json_array(&j);
  for (size_t i = 0; i < n; i++) {
    if (as_json) put_json(&j, k, &rows[i]);
    else put_line(&b, k, &rows[i]);
  }
  if (as_json) json_array_end(&j);
  if (as_json) buf_putc(&b, '\n');
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

/* --- revoke ----------------------------------------------------------------------------------------------------- */

static int revoke_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct keys *k = ctx;
  return people_key_end(t, &k->in.by, k->id, err);
}

static int revoke(struct keys *k, struct error *err) {
  struct cli *c = k->in.c;
  if (!text_to_int(c->operands[0], &k->id)) return error_set(err, ERR_INPUT, "people.key.missing", NULL, NULL);
  if (cli_office_do(&k->in, revoke_in_lane, k, err) < 0) return -1;
  cli_say(c, W_CLI_KEY_REVOKED, c->operands[0], NULL);
  return 0;
}

/* --- the table -------------------------------------------------------------------------------------------------- */

static int run_add(struct cli *c, struct error *err) { return with_keys(c, add, err); }
static int run_list(struct cli *c, struct error *err) { return with_keys(c, list, err); }
static int run_revoke(struct cli *c, struct error *err) { return with_keys(c, revoke, err); }

static const struct cli_option add_options[] = {
    {.name = "org", .type = CLI_TEXT, .value = "KEY", .help = W_CLI_KEY_ORG},
    {.name = "source", .type = CLI_TEXT, .value = "NAME,...", .help = W_CLI_KEY_SOURCE},
    {.name = "per-minute", .type = CLI_NUMBER, .value = "N", .otherwise = "0", .help = W_CLI_KEY_RATE},
    {.name = "until", .type = CLI_DATE, .value = "DATE", .help = W_CLI_KEY_UNTIL},
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {0}};
static const struct cli_option list_options[] = {{.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON}, {0}};
static const struct cli_command cmd_add = {.name = "add", .help = W_CLI_KEY_ADD, .options = add_options, .operands = "NAME",
                                           .operands_min = 1, .operands_max = 1, .run = run_add};
static const struct cli_command cmd_list = {
    .name = "list", .help = W_CLI_KEY_LIST, .options = list_options, .run = run_list};
static const struct cli_command cmd_revoke = {.name = "revoke", .help = W_CLI_KEY_REVOKE, .operands = "NUMBER",
                                              .operands_min = 1, .operands_max = 1, .run = run_revoke};
static const struct cli_command *const under[] = {&cmd_add, &cmd_list, &cmd_revoke, NULL};
const struct cli_command cmd_key = {.name = "key", .help = W_CLI_KEY, .under = under};
