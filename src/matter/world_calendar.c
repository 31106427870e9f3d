/* The calendar of a world, put together of its layers: the nation's days (chinese-days.json), the notices of single years
 * and the district's own days kept as rulebooks, and calendar.yaml with hours and rules between them. And what a change
 * of it would do to clocks that run. */
#include <stdio.h>
#include <string.h>

#include "base/file_text.h"
#include "matter/clock_settings.h"
#include "matter/engine_internal.h"

enum { PATH_MOST = 4096 };

/* What is read, one after the other, with the digest of it all. */
struct layers {
  struct calendar *c;
  struct clock_settings *settings;
  const char *digest; /* of what was read so far */
  struct arena *a;
};

static void digest(struct layers *l, const char *text) {
  unsigned char hash[HASH_BYTES];
  char *hex = arena_alloc(l->a, 2 * HASH_BYTES + 1);
  const char *all = arena_printf(l->a, "%s\n%s", l->digest, text);
  hash_bytes(hash, all, strlen(all));
  text_hex(hex, hash, HASH_BYTES);
  l->digest = hex;
}

/* The text of a file of the folder, for the digest too; `path` is where it lies. */
static int read_file(char **text, size_t *n, char path[PATH_MOST], struct layers *l, const char *folder, const char *name,
                     struct error *err) {
  snprintf(path, PATH_MOST, "%s/%s", folder, name);
  if (file_text(text, n, l->a, path, CALENDAR_FILE_MAX, err) < 0) return -1;
  digest(l, *text);
  return 0;
}

/* One rulebook of kind "calendar": "district" holds days as YAML, every other the notice of a year as JSON. */
static int add_rulebook(struct layers *l, const char *name, const char *source, struct error *err) {
  struct clock_settings ignored;
  size_t n = strlen(source);
  digest(l, source);
  if (text_eq(name, CALENDAR_OWN)) return clock_settings_read(&ignored, l->c, source, n, err);
  return calendar_load_holiday_cn(l->c, source, n, err);
}

/* The rulebooks of one of the two layers; `with` takes the place of the one of its name, or is added. */
static int add_rulebooks(struct layers *l, const struct q_rulebook_newest_out *rows, size_t n, const struct calendar_text *with,
                         bool own, struct error *err) {
  bool done = !with || text_eq(with->name, CALENDAR_OWN) != own;
  for (size_t i = 0; i < n; i++) {
    if (!text_eq(rows[i].kind, "calendar") || text_eq(rows[i].name, CALENDAR_OWN) != own) continue;
    bool replaced = with && text_eq(rows[i].name, with->name);
    if (add_rulebook(l, rows[i].name, replaced ? with->source : rows[i].source, err) < 0) return -1;
    done = done || replaced;
  }
  return done ? 0 : add_rulebook(l, with->name, with->source, err);
}

int world_calendar_read(struct world_calendar *out, struct arena *a, struct db *db, int64_t district, int offset_min,
                        const char *folder, const struct calendar_text *with, struct error *err) {
  struct q_rulebook_newest_out *rows;
  size_t count, n;
  char *text, path[PATH_MOST];
  struct layers l = {.c = calendar_new(a, offset_min), .settings = ARENA_NEW(a, struct clock_settings), .digest = "", .a = a};
  if (q_rulebook_newest(db, a, &rows, &count, &(struct q_rulebook_newest_in){.district = district}, err) < 0) return -1;
  if (read_file(&text, &n, path, &l, folder, "chinese-days.json", err) < 0) return -1;
  if (calendar_load_file(l.c, path, err) < 0 || add_rulebooks(&l, rows, count, with, false, err) < 0) return -1;
  if (read_file(&text, &n, path, &l, folder, "calendar.yaml", err) < 0) return -1;
  if (clock_settings_read(l.settings, l.c, text, n, err) < 0 || add_rulebooks(&l, rows, count, with, true, err) < 0) return -1;
  if (calendar_build(l.c, 0, 0, err) < 0) return -1;
  *out = (struct world_calendar){.calendar = l.c, .rules = &l.settings->clock, .duplicates = &l.settings->duplicates,
                                 .digest = l.digest};
  return 0;
}

int engine_calendar_try(const struct calendar **out, struct engine *e, struct db *db, struct arena *a,
                        const struct calendar_text *with, struct error *err) {
  struct world_calendar read;
  const struct world *w = world_take(e);
  int r = world_calendar_read(&read, a, db, w->district, w->offset_min, e->folder, with, err);
  world_release(e, w);
  if (r == 0) *out = read.calendar;
  return r;
}

/* One open clock, counted with the other calendar; nothing is written. */
static int try_clock(struct work *k, int64_t clock, struct changed_clock *out, bool *changed) {
  *changed = false;
  for (size_t i = 0; i < k->s->clock_count; i++) {
    struct state_clock *c = &k->s->clocks[i];
    if (c->id != clock) continue;
    time_ms was = c->due;
    if (clock_next_mark_at(k, c) < 0) return -1;
    *changed = c->due != was;
    *out = (struct changed_clock){
        .matter = k->s->id, .clock = clock, .code = k->s->code, .name = c->type->name, .was = was, .is = c->due};
  }
  return 0;
}

int engine_calendar_moves(struct calendar_moves *out, struct engine *e, struct db *db, struct arena *a,
                          const struct calendar *other, time_ms from, time_ms now, struct error *err) {
  const struct world *w = world_take(e);
  const struct world *tried = world_with_calendar(w, a, other);
  struct q_clock_open_due_out *open;
  size_t n = 0;
  struct q_clock_open_due_in in = {.district = w->district, .from_at = from, .most = CALENDAR_TRIED};
  int r = q_clock_open_due(db, a, &open, &n, &in, err);
  *out = (struct calendar_moves){.clocks = ARENA_ARRAY(a, n + 1, struct changed_clock), .more = n == CALENDAR_TRIED};
  for (size_t i = 0; r >= 0 && i < n; i++) {
    struct work k = {.e = e, .w = tried, .a = a, .key = "system", .now = now, .err = err};
    bool changed = false;
    r = state_load(&k.s, db, w, open[i].matter, a, err);
    if (r == 1 && !k.s->sealed) r = try_clock(&k, open[i].id, &out->clocks[out->count], &changed);
    out->count += changed;
  }
  world_release(e, w);
  return r < 0 ? -1 : 0;
}
