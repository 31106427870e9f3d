/* Delivering what tell.c says: a message under the key, and for a reporter who left an address a mail through the
 * outbox, both in the transaction of the action they tell of. A mail says that there is news and where to read it; what
 * people wrote stays here. Nothing at all leaves about a sealed matter. */
#include "matter/engine_internal.h"

#include <stdio.h>
#include <string.h>

#include "store/message.h"
#include "store/outbox.h"

static const struct state_reporter *reporter_of_key(const struct work *k, const char *key) {
  int64_t id;
  if (!text_starts(key, "reporter:") || !text_to_int(key + strlen("reporter:"), &id)) return NULL;
  for (size_t i = 0; i < k->s->reporter_count; i++)
    if (k->s->reporters[i].id == id) return &k->s->reporters[i];
  return NULL;
}

static const char *word_filled(struct work *k, enum lang lang, enum word id, const char *one, const char *two,
                               const char *three) {
  struct buf b;
  buf_init(&b, 2000);
  words_format(&b, lang, id, one, two, three, NULL);
  const char *copy = arena_strdup(k->a, b.data);
  buf_free(&b);
  return copy;
}

/* One mail per step and reporter: several effects of one action are one piece of news. */
static int mail_reporter(struct work *k, const struct state_reporter *r) {
  bool zh = r->lang == LANG_ZH;
  const struct procedure_stage *stage = k->s->tracks[0].stage;
  const char *news =
      tell_fill(k, &k->s->tracks[0], bilingual_pick(stage->plain.zh ? &stage->plain : &stage->title, zh), zh);
  const char *site = world_setting(k->w, k->a, "site", "address");
  const char *where = site ? arena_printf(k->a, "%s/r/%s", site, r->receipt) : r->receipt;
  struct outbox_message mail = {.channel = "mail",
                                .recipient = r->mail,
                                .matter = k->s->id,
                                .lang = zh ? "zh" : "en",
                                .key_id = arena_printf(k->a, "reporter.mail:%lld", (long long)r->id),
                                .subject = word_filled(k, r->lang, W_MAIL_NEWS_SUBJECT, k->s->code, NULL, NULL),
                                .body = word_filled(k, r->lang, W_MAIL_NEWS_BODY, k->s->code, news, where),
                                .dedupe = arena_printf(k->a, "matter:%lld:step:%lld:reporter:%lld", (long long)k->s->id,
                                                       (long long)k->s->last_step, (long long)r->id)};
  return outbox_add(k->t, &mail, NULL, k->err);
}

int tell_deliver(struct work *k, const char *key, const char *zh, const char *en) {
  const struct state_reporter *reporter = reporter_of_key(k, key);
  const char *kind = k->s->sealed ? "sealed" : k->s->procedure->name;
  struct message m = {.matter = k->s->id, .to_key = key, .kind = kind, .zh = zh, .en = en};
  if (message_add(k->t, &m, NULL, k->err) < 0) return -1;
  if (!reporter || !reporter->mail.len || k->s->sealed) return 0;
  return mail_reporter(k, reporter);
}

int engine_open_address(void *env, struct bytes sealed, const char *key_id, char *out, size_t size, struct error *err) {
  const struct people_env *e = env;
  struct seal_place where = {e->district, "reporter", "mail", 0};
  struct arena *a = arena_new(64 * 1024);
  char *clear = NULL;
  int r = -1;
  if (!text_starts(key_id, "reporter.mail:") || !text_to_int(key_id + strlen("reporter.mail:"), &where.row))
    error_fault(err, "matter.address", "unknown key of an address: %s", key_id);
  else
    r = people_unseal(a, &clear, &e->keys, &where, sealed, err);
  if (r == 0) text_copy(out, size, clear ? clear : "");
  arena_free(a);
  return r;
}
