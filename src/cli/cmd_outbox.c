/* `tongxin outbox ...`: letters that could not be delivered. A list shows neither addresses nor texts. */
#include "cli/commands.h"
#include "cli/office.h"
#include "people/person.h"
#include "store/outbox.h"

enum { OUT_BYTES = 1 << 20, PAGE_ROWS = 500 };

struct letters {
  struct cli_office in;
  int64_t id; /* 0: all dead ones */
  int count;
};

static int with_letters(struct cli *c, int (*work)(struct letters *l, struct error *err), struct error *err) {
  struct letters l = {0};
  int r = cli_office_open(&l.in, c, err);
  if (r == 0) r = work(&l, err);
  cli_office_close(&l.in);
  return r;
}

static void put_line(struct buf *b, const struct letters *l, const struct outbox_line *line) {
  char since[40];
  struct json j;
  if (cli_json(l->in.c)) {
    json_start(&j, b);
    outbox_write_json(&j, line, l->in.house.offset_min);
    buf_putc(b, '\n');
    return;
  }
  time_format(since, sizeof since, line->next_at, l->in.house.offset_min);
  buf_printf(b, "%lld\t%s\t%s\t%lld\t%s\t%s\n", (long long)line->id, line->state, line->channel, (long long)line->tries,
             since, *line->error ? line->error : "-");
}

static int list(struct letters *l, struct error *err) {
  int64_t before = 0;
  size_t count = PAGE_ROWS;
  while (count == PAGE_ROWS) {
    struct outbox_line *lines;
    struct buf b;
    if (outbox_list(l->in.house.db, l->in.c->arena, l->in.house.district, cli_text(l->in.c, "state"), before, PAGE_ROWS, &lines,
                    &count, err) < 0)
      return -1;
    buf_init(&b, OUT_BYTES);
    for (size_t i = 0; i < count; i++) put_line(&b, l, &lines[i]);
    int r = cli_write(&b, err);
    buf_free(&b);
    if (r < 0) return -1;
    if (count) before = lines[count - 1].id;
  }
  return 0;
}

/* The number of one letter, or "all". */
static int read_which(struct letters *l, struct error *err) {
  const char *typed = l->in.c->operands[0];
  if (text_eq(typed, "all") || (text_to_int(typed, &l->id) && l->id > 0)) return 0;
  return error_set(err, ERR_INPUT, "cli.outbox.which", NULL, typed, NULL);
}

/* One line of the journal for what was done to letters; nothing when there were none. */
static int note(struct lane_txn *t, struct letters *l, const char *action, struct error *err) {
  if (l->count < 0) return -1;
  if (l->count == 0 && l->id) return error_set(err, ERR_MISSING, "cli.outbox.missing", NULL, cli_amount(l->in.c, l->id), NULL);
  const char *data = arena_printf(t->arena, "{\"letters\":%d}", l->count);
  return l->count ? people_journal(t, &l->in.by, action, "outbox", l->id, data, err) : 0;
}

static int replay_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct letters *l = ctx;
  l->count = outbox_replay(t, l->id, err);
  return note(t, l, "outbox.replay", err);
}

static int drop_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct letters *l = ctx;
  l->count = outbox_drop(t, l->id, err);
  return note(t, l, "outbox.drop", err);
}

static int replay(struct letters *l, struct error *err) {
  if (read_which(l, err) < 0 || cli_office_do(&l->in, replay_in_lane, l, err) < 0) return -1;
  cli_say(l->in.c, W_CLI_OUTBOX_REPLAYED, cli_amount(l->in.c, l->count), NULL);
  return 0;
}

static int drop(struct letters *l, struct error *err) {
  if (read_which(l, err) < 0 || cli_office_do(&l->in, drop_in_lane, l, err) < 0) return -1;
  cli_say(l->in.c, W_CLI_OUTBOX_DROPPED, cli_amount(l->in.c, l->count), NULL);
  return 0;
}

static int run_list(struct cli *c, struct error *err) { return with_letters(c, list, err); }
static int run_replay(struct cli *c, struct error *err) { return with_letters(c, replay, err); }
static int run_drop(struct cli *c, struct error *err) { return with_letters(c, drop, err); }

static const struct cli_option list_options[] = {
    {.name = "state", .type = CLI_CHOICE, .value = "STATE", .choices = "waiting|sending|sent|dead", .otherwise = "dead",
     .help = W_CLI_OUTBOX_STATE},
    {.name = "json", .type = CLI_FLAG, .help = W_CLI_OPTION_JSON},
    {0}};
static const struct cli_command cmd_list = {
    .name = "list", .help = W_CLI_OUTBOX_LIST, .options = list_options, .run = run_list};
static const struct cli_command cmd_replay = {.name = "replay", .help = W_CLI_OUTBOX_REPLAY, .operands = "NUMBER|all",
                                              .operands_min = 1, .operands_max = 1, .run = run_replay};
static const struct cli_command cmd_drop = {.name = "drop", .help = W_CLI_OUTBOX_DROP, .operands = "NUMBER|all",
                                            .operands_min = 1, .operands_max = 1, .run = run_drop};
static const struct cli_command *const under[] = {&cmd_list, &cmd_replay, &cmd_drop, NULL};
const struct cli_command cmd_outbox = {.name = "outbox", .help = W_CLI_OUTBOX, .under = under};
