/* Jobs and backups, for the administrator: what the server does by itself and how it went, the last signature and
 * verification, and copies of the data. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/journal.h"
#include "store/outbox.h"
#include "web/admin.h"
#include "web/app_jobs.h"
#include "web/backup_run.h"
#include "web/verify_run.h"

enum { BACKUPS_SHOWN = 20, HEAD_SHOWN = 16, BACKUP_OLD_DAYS = 2 };

static const char *megabytes(struct panel *p, int64_t bytes) {
  const double mega = 1 << 20;
  return arena_printf(p->r->arena, "%.1f MiB", (double)bytes / mega);
}

/* --- the head of the page --------------------------------------------------------------------------------------- */

static int64_t database_bytes(const struct web_app *app, struct arena *a) {
  struct stat st;
  int64_t all = 0;
  if (!text_starts(app->url, "sqlite:")) return 0;
  const char *path = app->url + strlen("sqlite:"), *const ends[] = {"", "-wal"};
  for (int i = 0; i < 2; i++)
    if (stat(arena_printf(a, "%s%s", path, ends[i]), &st) == 0) all += st.st_size;
  return all;
}

static const char *verify_text(struct panel *p, const struct verify_state *s) {
  if (!s->done) return panel_word(p, W_JOBS_VERIFY_NEVER);
  const char *when = panel_when(p, s->ended);
  if (s->report.bad_seq) return panel_say(p, W_JOBS_VERIFY_BROKEN, panel_count(p, s->report.bad_seq), when, NULL);
  return panel_say(p, W_JOBS_VERIFY_HOLDS, panel_count(p, s->report.entries), when, NULL);
}

static bool is_good(const struct q_backup_list_out *b) {
  return !*b->code && !b->bad_seq;
}

static int facts_part(struct panel *p, const struct q_backup_list_out *rows, size_t n, struct error *err) {
  const struct web_app *app = app_of(p->r);
  struct q_checkpoint_last_out last = {0};
  struct verify_state verified;
  struct statvfs fs;
  size_t good = 0;
  struct q_checkpoint_last_in in = {.district = app->district};
  if (q_checkpoint_last(p->who.db, p->r->arena, &last, &in, err) < 0) return -1;
  verify_run_state(&verified, app->verify);
  while (good < n && !is_good(&rows[good])) good++;
  bool old = good == n || p->r->now - rows[good].ended > BACKUP_OLD_DAYS * (time_ms)DAY_MS;
  struct panel_part *f = panel_facts(p, NULL);
  panel_fact(p, f, W_JOBS_CHECKPOINT,
             last.seq ? panel_say(p, W_JOBS_ENTRY, panel_count(p, last.seq), panel_when(p, last.at), NULL)
                      : panel_word(p, W_JOBS_UNSIGNED));
  panel_fact_named(p, f, panel_word(p, W_JOBS_VERIFY), verify_text(p, &verified),
                   !verified.done            ? NULL
                   : verified.report.bad_seq ? "clock late"
                                             : "clock ok");
  panel_fact_named(p, f, panel_word(p, W_JOBS_BACKUP),
                   good < n ? panel_when(p, rows[good].ended) : panel_word(p, W_JOBS_NEVER),
                   old ? "clock soon" : "clock ok");
  if (database_bytes(app, p->r->arena)) panel_fact(p, f, W_JOBS_SIZE, megabytes(p, database_bytes(app, p->r->arena)));
  if (statvfs(app->dir, &fs) == 0)
    panel_fact(p, f, W_JOBS_DISK, megabytes(p, (int64_t)fs.f_bavail * (int64_t)fs.f_frsize));
  return 0;
}

/* --- jobs ------------------------------------------------------------------------------------------------------- */

static const char *every_text(struct panel *p, time_ms every) {
  return every ? panel_say(p, W_JOBS_MINUTES, panel_count(p, every / MINUTE_MS), NULL) : panel_word(p, W_JOBS_SECOND);
}

static const enum word job_words[APP_JOBS] = {
    [APP_JOB_RULEBOOKS] = W_JOBS_NAME_RULEBOOKS,   [APP_JOB_CLOCKS] = W_JOBS_NAME_CLOCKS,
    [APP_JOB_SETTINGS] = W_JOBS_NAME_SETTINGS,     [APP_JOB_REQUESTS] = W_JOBS_NAME_REQUESTS,
    [APP_JOB_FIGURES] = W_JOBS_NAME_FIGURES,       [APP_JOB_CALENDAR] = W_JOBS_NAME_CALENDAR,
    [APP_JOB_CHECKPOINT] = W_JOBS_NAME_CHECKPOINT, [APP_JOB_CLEAN] = W_JOBS_NAME_CLEAN,
    [APP_JOB_ABANDONED] = W_JOBS_NAME_ABANDONED,   [APP_JOB_SWEEP] = W_JOBS_NAME_SWEEP,
    [APP_JOB_PLACES] = W_JOBS_NAME_PLACES};

static void job_line(struct panel *p, struct panel_part *t, const struct app_job *job, int i) {
  const char *what = panel_word(p, job_words[i]);
  bool failed = job->err.kind != ERR_NONE;
  panel_row(p, t);
  if (failed) panel_row_look(t, "late");
  panel_cell(p, t, what)->small = job->name;
  panel_cell(p, t, every_text(p, job->every));
  panel_time(p, t, job->last);
  panel_cell(p, t, job->last ? panel_say(p, W_JOBS_MS, panel_count(p, job->took), NULL) : "—");
  if (!job->last) {
    panel_tag(p, t, "clock held", panel_word(p, W_JOBS_NOT_YET));
    return;
  }
  struct panel_cell *cell =
      panel_tag(p, t, failed ? "clock late" : "clock ok", panel_word(p, failed ? W_JOBS_FAILED : W_JOBS_FINE));
  if (failed)
    cell->small = desk_problem(p->r, &job->err)->what;
  else if (job->failed)
    cell->small = panel_say(p, W_JOBS_FAILED_AT, panel_when(p, job->failed), NULL);
}

static int jobs_part(struct panel *p, struct error *err) {
  struct app_job jobs[APP_JOBS];
  struct outbox_figures letters;
  const struct web_app *app = app_of(p->r);
  if (outbox_figures(p->who.db, p->r->arena, app->district, p->r->now, &letters, err) < 0) return -1;
  app_jobs(jobs, app->timer);
  struct panel_part *t = panel_table(p, panel_word(p, W_JOBS_JOBS), W_JOBS_WHAT, W_JOBS_EVERY, W_JOBS_LAST, W_JOBS_TOOK,
                                     W_JOBS_RESULT, NO_WORD);
  const char *waiting = panel_count(p, letters.waiting + letters.sending), *dead = panel_count(p, letters.dead);
  t->text = panel_say(p, W_JOBS_LETTERS, waiting, dead, NULL);
  for (int i = 0; i < APP_JOBS; i++) job_line(p, t, &jobs[i], i);
  return 0;
}

/* --- backups ---------------------------------------------------------------------------------------------------- */

static void backup_line(struct panel *p, struct panel_part *t, const struct q_backup_list_out *b) {
  struct error e = {.kind = ERR_UNAVAILABLE};
  panel_row(p, t);
  if (!is_good(b)) panel_row_look(t, "late");
  panel_time(p, t, b->started);
  panel_cell(p, t, b->name)->small = case_actor_name(&p->who, b->actor);
  panel_cell(p, t, megabytes(p, b->bytes));
  panel_number(p, t, b->entries);
  panel_tag(p, t, "code", *b->head ? arena_strndup(p->r->arena, b->head, HEAD_SHOWN) : "—");
  if (is_good(b)) {
    panel_tag(p, t, "clock ok", panel_word(p, W_JOBS_HOLDS));
    return;
  }
  text_copy(e.code, sizeof e.code, b->code);
  bool broken = !*b->code;
  panel_tag(p, t, "clock late",
            broken ? panel_say(p, W_JOBS_BROKEN, panel_count(p, b->bad_seq), NULL) : panel_word(p, W_JOBS_FAILED))
      ->small = broken ? NULL : desk_problem(p->r, &e)->what;
}

/* The address of the database without what signs in to it. */
static const char *database_name(struct arena *a, const char *url) {
  const char *at = strstr(url, "://"), *end = at ? strchr(at + 3, '?') : NULL;
  const char *whole = end ? arena_strndup(a, url, (size_t)(end - url)) : url;
  const char *sign = at ? strrchr(whole, '@') : NULL;
  return sign ? arena_printf(a, "postgresql://%s", sign + 1) : whole;
}

static void backup_parts(struct panel *p, const struct q_backup_list_out *rows, size_t n, const struct error *wrong) {
  struct web_app *app = app_of(p->r);
  struct backup_state s;
  backup_run_state(&s, app->backup);
  if (s.running) {
    const char *text = panel_word(p, W_JOBS_COPYING);
    if (s.verifying) text = panel_say(p, W_JOBS_READING, panel_count(p, s.entries), panel_count(p, s.total), NULL);
    panel_progress(p, text, "/admin/jobs", s.entries, s.total ? s.total : 1);
  } else if (!backup_run_can(app->backup)) {
    struct panel_part *l = panel_lines(p, panel_word(p, W_JOBS_BACKUPS));
    panel_line(p, l, 0, "", arena_printf(p->r->arena, "# %s", panel_word(p, W_JOBS_BACKUP_COMMAND)), NULL);
    panel_line(p, l, 0, "",
               arena_printf(p->r->arena, "pg_dump --format=custom --file=tongxin-$(date +%%F).dump '%s'",
                            database_name(p->r->arena, app->url)),
               NULL);
    panel_line(p, l, 0, "",
               arena_printf(p->r->arena, "tar -C %s -cf keys-$(date +%%F).tar keys journal.key journal.pub", app->dir),
               NULL);
    panel_line(p, l, 0, "", arena_printf(p->r->arena, "# %s", panel_word(p, W_JOBS_BACKUP_COMMAND_AFTER)), NULL);
    return;
  } else if (admin_acts(p->r)) {
    struct panel_form *f = panel_form(p, panel_word(p, W_JOBS_BACKUPS), "/admin/jobs/backup", W_JOBS_BACKUP_NOW);
    f->look = "primary";
    f->help = panel_say(p, W_JOBS_BACKUP_HELP, arena_printf(p->r->arena, "%s/backups", app->dir), NULL);
    panel_wrong(p, f, wrong);
  }
  struct panel_part *t = panel_table(p, panel_word(p, W_JOBS_BACKUPS), W_JOBS_STARTED, W_JOBS_FILE, W_JOBS_BYTES,
                                     W_JOBS_ENTRIES, W_JOBS_HEAD, W_JOBS_RESULT, NO_WORD);
  t->empty = panel_word(p, W_JOBS_BACKUP_NONE);
  for (size_t i = 0; i < n; i++) backup_line(p, t, &rows[i]);
}

/* --- the page --------------------------------------------------------------------------------------------------- */

static int show(struct request *r, const struct error *wrong, int status, struct error *err) {
  struct panel p;
  struct q_backup_list_out *rows;
  size_t n;
  if (panel_start(&p, r, W_JOBS_TITLE, err) < 0) return -1;
  struct q_backup_list_in in = {.district = p.who.world->district, .count = BACKUPS_SHOWN};
  if (q_backup_list(p.who.db, r->arena, &rows, &n, &in, err) < 0) return -1;
  panel_title(&p, panel_word(&p, W_JOBS_TITLE), panel_word(&p, W_JOBS_SUB));
  panel_button(&p, "/admin/letters", W_JOBS_LETTERS_LOOK, "send", "");
  panel_button(&p, "/audit/verify", W_JOBS_VERIFY_LOOK, "checks", "");
  if (facts_part(&p, rows, n, err) < 0) return -1;
  backup_parts(&p, rows, n, wrong);
  if (jobs_part(&p, err) < 0) return -1;
  return panel_send(&p, status);
}

static int jobs_get(struct request *r, struct error *err) {
  return show(r, NULL, 200, err);
}

static int backup_post(struct request *r, struct error *err) {
  struct q_journal_head_out head = {0};
  struct db *db;
  struct web_app *app = app_of(r);
  struct q_journal_head_in in = {app->district};
  if (app_db(&db, r, err) < 0 || q_journal_head(db, r->arena, &head, &in, err) < 0) return -1;
  if (backup_run_start(app->backup, &r->actor, head.seq, r->now, err) < 0) return admin_wrong(r, err, show);
  return reply_redirect(r, "/admin/jobs");
}

const struct route routes_jobs[] = {{.method = HTTP_GET,
                                     .path = "/admin/jobs",
                                     .kind = ROUTE_PAGE,
                                     .who = ADMIN_READS,
                                     .help = W_ROUTE_JOBS,
                                     .rate = RATE_PAGE,
                                     .handler = jobs_get},
                                    {.method = HTTP_POST,
                                     .path = "/admin/jobs/backup",
                                     .kind = ROUTE_PAGE,
                                     .who = ADMIN_WRITES,
                                     .csrf = CSRF_TOKEN,
                                     .open_form = true,
                                     .help = W_ROUTE_BACKUP,
                                     .rate = RATE_EXPORT,
                                     .handler = backup_post},
                                    {0}};
