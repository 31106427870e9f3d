/* What most commands begin with: where the data is, which database, which district. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "store/store.h"

const char *cli_data_dir(const struct cli *c) { return cli_text(c, "data"); }

const char *cli_database_url(const struct cli *c) {
  const char *url = cli_text(c, "database");
  return url ? url : arena_printf(c->arena, "sqlite:%s/tongxin.db", cli_data_dir(c));
}

int cli_house_choose(struct cli_house *h, struct arena *a, const char *code, struct error *err) {
  struct q_district_all_out *rows, *found = NULL;
  size_t n;
  if (q_district_all(h->db, a, &rows, &n, err) < 0) return -1;
  if (n == 0) return error_set(err, ERR_MISSING, "cli.not-made", NULL, h->dir, NULL);
  if (n > 1 && !code) return error_set(err, ERR_INPUT, "cli.district.which", "district", rows[0].code, NULL);
  for (size_t i = 0; i < n && !found; i++)
    if (!code || text_eq(rows[i].code, code)) found = &rows[i];
  if (!found) return error_set(err, ERR_MISSING, "cli.district", "district", code, NULL);
  h->district = found->district;
  h->code = found->code;
  h->name_zh = found->name_zh;
  h->name_en = found->name_en;
  h->offset_min = (int)found->offset_min;
  h->demo = found->demo != 0;
  return 0;
}

/* SQLite would make an empty file of a mistyped path; a command that only looks must not. */
static int check_there(const struct cli_house *h, struct error *err) {
  struct stat st;
  if (stat(h->dir, &st) < 0) return error_set(err, ERR_MISSING, "cli.data", "data", h->dir, strerror(errno), NULL);
  if (!S_ISDIR(st.st_mode)) return error_set(err, ERR_MISSING, "cli.data", "data", h->dir, strerror(ENOTDIR), NULL);
  if (text_starts(h->url, "sqlite:") && stat(h->url + strlen("sqlite:"), &st) < 0)
    return error_set(err, ERR_MISSING, "cli.not-made", NULL, h->dir, NULL);
  return 0;
}

static int check_schema(struct cli_house *h, struct error *err) {
  int current = db_is_current(h->db, err);
  if (current < 0) return -1;
  return current ? 0 : error_set(err, ERR_CONFLICT, "cli.schema-old", NULL, h->dir, NULL);
}

int cli_house_open(struct cli_house *h, struct cli *c, enum db_use use, struct error *err) {
  *h = (struct cli_house){.url = cli_database_url(c), .dir = cli_data_dir(c)};
  if (check_there(h, err) < 0 || db_open(&h->db, h->url, use, err) < 0) return -1;
  if (check_schema(h, err) == 0 && cli_house_choose(h, c->arena, cli_text(c, "district"), err) == 0) return 0;
  cli_house_close(h);
  return -1;
}

void cli_house_close(struct cli_house *h) {
  db_close(h->db);
  h->db = NULL;
}
