/* `tongxin body ...`: bodies that deliberate and decide, and their rolls, from a table and as a table. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "cli/commands.h"
#include "cli/office.h"
#include "people/people.h"
#include "place/place.h"

enum { OUT_BYTES = 16 << 20, COLUMNS = 12 };

/* One row of the file, as it stands there. */
struct row {
  int64_t line;
  const char *place, *kind, *body, *seat, *login, *name, *phone, *door, *area, *from, *until;
};

struct work {
  struct cli_office in;
  struct row *rows;
  size_t count;
};

static int office_run(struct cli *c, int (*what)(struct work *w, struct error *err), struct error *err) {
  struct work w = {0};
  int r = cli_office_open(&w.in, c, err);
  if (r == 0) r = what(&w, err);
  cli_office_close(&w.in);
  return r;
}

/* --- import ----------------------------------------------------------------------------------------------------- */

static const char *const columns[] = {"place", "kind", "body", "seat", "login", "name",
                                      "phone", "door", "area", "from", "until"};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0], NEEDED = 4 };

static void copy_row(struct row *out, const struct csv_row *row, const int at[COLUMN_COUNT], struct arena *a) {
  const char **fields[] = {&out->place, &out->kind, &out->body, &out->seat, &out->login, &out->name,
                           &out->phone, &out->door, &out->area, &out->from, &out->until};
  out->line = row->line;
  for (int i = 0; i < COLUMN_COUNT; i++) *fields[i] = at[i] < 0 ? "" : text_trim(a, row->field[at[i]]);
}

static int read_rows(struct work *w, struct csv *csv, struct error *err) {
  int at[COLUMN_COUNT];
  struct csv_row row;
  size_t room = 0;
  int more;
  struct arena *a = w->in.c->arena;
  if (csv_read_header(csv, err) < 0) return -1;
  for (int i = 0; i < COLUMN_COUNT; i++) {
    at[i] = csv_column(csv, columns[i]);
    if (i < NEEDED && csv_column_required(&at[i], csv, columns[i], err) < 0) return -1;
  }
  while ((more = csv_next(csv, &row, err)) == 1) {
    if (w->count == room) {
      struct row *all = ARENA_ARRAY(a, room * 2 + 64, struct row);
      if (room) memcpy(all, w->rows, room * sizeof *all);
      w->rows = all;
      room = room * 2 + 64;
    }
    copy_row(&w->rows[w->count++], &row, at, a);
  }
  return more;
}

static int row_wrong(const struct row *r, const char *column, struct error *err) {
  char line[24];
  snprintf(line, sizeof line, "%lld", (long long)r->line);
  return error_set(err, ERR_INPUT, "cli.body.row", column, line, column, NULL);
}

/* Whoever has an account is that person; else the one with this name and telephone, or a new one. */
static int person_of_row(int64_t *person, struct lane_txn *t, struct work *w, const struct row *r, struct error *err) {
  int64_t account;
  if (!*r->login) {
    if (!*r->name) return row_wrong(r, "name", err);
    const char *phone = *r->phone ? r->phone : NULL;
    return people_person_of_reporter(t, &w->in.env, &w->in.by, r->name, phone, person, err);
  }
  int found = people_account_find(&account, person, t->db, t->arena, t->district, r->login, err);
  return found < 0 ? -1 : found ? 0 : row_wrong(r, "login", err);
}

static int day_read(time_ms *out, const struct work *w, const struct row *r, const char *text, const char *column,
                    struct error *err) {
  int32_t day;
  *out = 0;
  if (!*text) return 0;
  if (!date_parse(&day, text)) return row_wrong(r, column, err);
  *out = ms_of_day(day, w->in.house.offset_min);
  return 0;
}

static int put_seat(struct lane_txn *t, struct work *w, const struct row *r, int64_t body, int64_t place,
                    struct error *err) {
  struct seat_new seat = {.body = body, .seat = r->seat};
  int64_t id;
  if (*r->area && !area_read(&seat.area, r->area)) return row_wrong(r, "area", err);
  if (day_read(&seat.from, w, r, r->from, "from", err) < 0 || day_read(&seat.until, w, r, r->until, "until", err) < 0)
    return -1;
  if (person_of_row(&seat.person, t, w, r, err) < 0) return -1;
  if (*r->door) {
    if (people_household_add(t, &w->in.env, &w->in.by, place, r->door, &seat.household, err) < 0) return -1;
    if (people_household_join(t, &w->in.by, seat.household, seat.person, "head", err) < 0) return -1;
  }
  return people_seat_add(t, &w->in.by, &seat, &id, err);
}

static int put_row(struct lane_txn *t, struct work *w, const struct row *r, struct error *err) {
  struct place_row place;
  int64_t body;
  if (place_by_code(&place, t->db, t->arena, t->district, r->place, t->now, err) < 0) return row_wrong(r, "place", err);
  struct body_new in = {.kind = r->kind, .name = r->body, .place = place.id};
  if (people_body_put(t, &w->in.by, &in, &body, err) < 0) return row_wrong(r, err->field, err);
  return put_seat(t, w, r, body, place.id, err);
}

/* All of the file or nothing: half a roll is worse than none. */
static int import_in_lane(struct lane_txn *t, void *ctx, struct error *err) {
  struct work *w = ctx;
  for (size_t i = 0; i < w->count; i++)
    if (put_row(t, w, &w->rows[i], err) < 0) return -1;
  return 0;
}

static int import_roll(struct work *w, struct error *err) {
  struct csv *csv;
  if (csv_open(&csv, w->in.c->arena, w->in.c->operands[0], NULL, err) < 0) return -1;
  int r = read_rows(w, csv, err);
  csv_close(csv);
  if (r < 0 || cli_office_do(&w->in, import_in_lane, w, err) < 0) return -1;
  cli_say(w->in.c, W_CLI_BODY_IMPORTED, cli_amount(w->in.c, (int64_t)w->count), NULL);
  return 0;
}

/* --- list and roll ---------------------------------------------------------------------------------------------- */

static int list(struct work *w, struct error *err) {
  struct body_row *rows;
  size_t n;
  struct buf b;
  if (people_bodies(&rows, &n, w->in.house.db, w->in.c->arena, &w->in.by, w->in.now, err) < 0) return -1;
  buf_init(&b, OUT_BYTES);
  for (size_t i = 0; i < n; i++)
    buf_printf(&b, "%lld\t%s\t%s\t%s\t%lld\n", (long long)rows[i].id, rows[i].kind, rows[i].name, rows[i].place_name,
               (long long)rows[i].seats);
  int r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

static int put_seat_line(struct buf *b, struct work *w, const struct seat_row *s, struct error *err) {
  struct person_view person = {0};
  char area[24], until[16] = "";
  if (people_person_masked(&person, w->in.house.db, w->in.c->arena, &w->in.env, s->person, err) < 0) return -1;
  area_format(area, sizeof area, s->area);
  if (s->until) date_format(until, sizeof until, day_of_ms(s->until, w->in.house.offset_min));
  buf_printf(b, "%lld\t%s\t%s\t%s\t%s\n", (long long)s->id, s->seat, person.name ? person.name : "—", area, until);
  return 0;
}

static int roll(struct work *w, struct error *err) {
  struct seat_row *rows;
  struct body_row body;
  size_t n;
  int64_t id = 0;
  struct buf b;
  text_to_int(w->in.c->operands[0], &id);
  int found = people_body_get(&body, w->in.house.db, w->in.c->arena, w->in.house.district, id, err);
  if (found <= 0) return found < 0 ? -1 : error_set(err, ERR_MISSING, "people.body.missing", NULL, NULL);
  if (people_seats(&rows, &n, w->in.house.db, w->in.c->arena, w->in.house.district, id, w->in.now, err) < 0) return -1;
  buf_init(&b, OUT_BYTES);
  int r = 0;
  for (size_t i = 0; i < n && r == 0; i++) r = put_seat_line(&b, w, &rows[i], err);
  if (r == 0) r = cli_write(&b, err);
  buf_free(&b);
  return r;
}

/* --- the table -------------------------------------------------------------------------------------------------- */

static int run_import(struct cli *c, struct error *err) { return office_run(c, import_roll, err); }
static int run_list(struct cli *c, struct error *err) { return office_run(c, list, err); }
static int run_roll(struct cli *c, struct error *err) { return office_run(c, roll, err); }

static const struct cli_command cmd_import_roll = {
    .name = "import", .help = W_CLI_BODY_IMPORT, .operands = "FILE", .operands_min = 1, .operands_max = 1, .run = run_import};
static const struct cli_command cmd_list = {.name = "list", .help = W_CLI_BODY_LIST, .run = run_list};
static const struct cli_command cmd_roll = {
    .name = "roll", .help = W_CLI_BODY_ROLL, .operands = "NUMBER", .operands_min = 1, .operands_max = 1, .run = run_roll};
static const struct cli_command *const under[] = {&cmd_import_roll, &cmd_list, &cmd_roll, NULL};
const struct cli_command cmd_body = {.name = "body", .help = W_CLI_BODY, .under = under};
