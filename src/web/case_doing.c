#include "web/case_doing.h"

#include "matter/sealed.h"

#include <string.h>

#include "web/app.h"
#include "web/phone_burden.h"

/* What was typed and the files as one list, each value of a field with its number. */
static void say_files(struct arena *a, const struct doing *d, struct said *out, size_t *count) {
  memcpy(out, d->said.items, d->said.count * sizeof *out);
  *count = d->said.count;
  for (size_t i = 0; i < d->draft_count; i++) {
    int number = 0;
    for (size_t k = 0; k < *count; k++) number += text_eq(out[k].field, d->said.file_fields[i]);
    out[(*count)++] = (struct said){d->said.file_fields[i], number, arena_printf(a, "%lld", (long long)d->ids[i])};
  }
}

static int take_one(struct doing *d, size_t i, const struct file_limits *limits, struct error *err) {
  const struct http_file *f = d->said.files[i];
  struct bytes data = {f->data, f->len};
  struct file_store *files = app_of(d->r)->files;
  const struct procedure_field *field =
      procedure_field_find(d->what.procedure, d->what.action->track, d->said.file_fields[i]);
  if (field && field->type == FIELD_PHOTO) return file_take_photo(&d->drafts[i], files, data, f->type, limits, err);
  if (file_take_plain(&d->drafts[i], files, data, f->type, limits, err) < 0) return -1;
  bool sound = !field || field->as != AS_VOICE || text_starts(d->drafts[i].media, "audio/");
  return sound ? 0 : error_set(err, ERR_INPUT, "file.sound", NULL, NULL);
}

static int take_files(struct doing *d, const struct case_asker *who, struct error *err) {
  struct file_limits limits;
  d->drafts = ARENA_ARRAY(d->r->arena, d->said.file_count + 1, struct file_draft);
  d->ids = ARENA_ARRAY(d->r->arena, d->said.file_count + 1, int64_t);
  if (!d->said.file_count) return 0;
  if (file_limits_load(&limits, who->world->settings, who->db, who->world->district, err) < 0) return -1;
  for (size_t i = 0; i < d->said.file_count; i++) {
    if (take_one(d, i, &limits, err) < 0) {
      text_copy(err->field, sizeof err->field, d->said.file_fields[i]);
      return -1;
    }
    d->draft_count++;
  }
  return 0;
}

static void fill_once(struct doing *d) {
  struct request *r = d->r;
  const char *once = http_pair_get(&r->http->form, "_once"), *seen = http_pair_get(&r->http->form, "_seen");
  d->act.once_key = text_empty(once) || strlen(once) > 64 ? NULL : once;
  d->act.once_request = (struct bytes){(const unsigned char *)r->http->path, strlen(r->http->path)};
  if (text_empty(seen) || !text_to_int(seen, &d->act.seen_step)) d->act.seen_step = 0;
}

/* Seconds from opening the form to sending it: as the phone measured it, else by our own clock. */
static int64_t seconds_of(const struct doing *d) {
  const struct http_pairs *form = &d->r->http->form;
  const char *took = http_pair_get(form, "_took"), *began = http_pair_get(form, "_began");
  int64_t n;
  if (took && text_to_int(took, &n)) return n;
  return began && text_to_int(began, &n) && n > 0 && n <= d->r->now ? (d->r->now - n) / 1000 : 0;
}

void doing_read(struct doing *d, const struct case_asker *who) {
  struct error file_wrong = {0};
  d->act.actor = &d->r->actor;
  d->act.action = d->action;
  d->fields = (int)(d->what.action->needs.count + d->what.action->asks.count);
  d->offset_min = who->world->offset_min;
  d->seconds = seconds_of(d);
  fill_once(d);
  form_read(&d->said, d->r, who, &d->what, &d->wrong);
  if (take_files(d, who, &file_wrong) < 0 && d->wrong.kind == ERR_NONE) d->wrong = file_wrong;
}

int doing_keep_files(struct lane_txn *t, void *doing, struct error *err) {
  struct doing *d = doing;
  const char *key = actor_key(t->arena, &d->r->actor);
  for (size_t i = 0; i < d->draft_count; i++)
    if (file_add(t, app_of(d->r)->files, &d->drafts[i], key, &d->ids[i], err) < 0 || file_wait(t, d->ids[i], err) < 0) return -1;
  return 0;
}

int doing_run(struct lane_txn *t, void *doing, struct error *err) {
  struct doing *d = doing;
  struct acted acted = {0};
  if (doing_keep_files(t, d, err) < 0) return -1;
  struct said *said = ARENA_ARRAY(t->arena, d->said.count + d->draft_count + 1, struct said);
  struct act act = d->act;
  say_files(t->arena, d, said, &act.said_count);
  act.said = said;
  if (engine_act(t, app_of(d->r)->engine, &act, &acted, err) < 0) return -1;
  for (size_t i = 0; acted.again && i < d->draft_count; i++)
    if (file_erase(t, d->ids[i], err) < 0) return -1;
  if (acted.matter > SEALED_IDS) d->r->quiet = true;
  acted.code = arena_strdup(d->r->arena, acted.code);
  acted.receipt = arena_strdup(d->r->arena, acted.receipt);
  acted.stage = arena_strdup(d->r->arena, acted.stage);
  d->acted = acted;
  if (acted.again || !phone_burden_counts(&d->r->actor)) return 0;
  return phone_burden_add(t, &d->r->actor, d->offset_min, d->fields, d->seconds, err);
}

static const char *said_as(const struct doing *d, enum procedure_field_as as) {
  const struct procedure_field *f = procedure_field_as(d->what.procedure, as);
  for (size_t i = 0; f && i < d->said.count; i++)
    if (text_eq(d->said.items[i].field, f->name)) return d->said.items[i].value;
  return "";
}

static void name_reporter(struct doing *d) {
  const char *confidential = http_pair_get(&d->r->http->form, "_confidential");
  d->reporter = (struct reporter_in){.name = said_as(d, AS_NAME),
                                     .phone = said_as(d, AS_PHONE),
                                     .mail = "",
                                     .confidential = confidential && text_eq(confidential, "1"),
                                     .lang = LANG_ZH};
  if (*d->reporter.name || *d->reporter.phone || d->reporter.confidential) d->act.reporter = &d->reporter;
}

int doing_run_opening(struct lane_txn *t, void *doing, struct error *err) {
  name_reporter(doing);
  return doing_run(t, doing, err);
}

void doing_say_kept(struct doing *d) {
  struct said *all = ARENA_ARRAY(d->r->arena, d->said.count + d->draft_count + 1, struct said);
  say_files(d->r->arena, d, all, &d->said.count);
  d->said.items = all;
  d->draft_count = 0;
}
