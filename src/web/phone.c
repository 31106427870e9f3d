#include "web/phone.h"

#include <string.h>

#include "web/case_offer.h"

enum { TAG_BYTES = 12, SINCE_MOST = 12 };

/* Nobody learns an account's number from a phone left lying about. */
void phone_frame(struct request *r) {
  unsigned char hash[HASH_BYTES];
  const char *said = arena_printf(r->arena, "phone-account:%lld", (long long)r->actor.account);
  char *tag = arena_alloc(r->arena, 2 * TAG_BYTES + 1);
  hash_keyed(hash, app_of(r)->seal.match, said, strlen(said));
  text_hex(tag, hash, TAG_BYTES);
  r->page.account = tag;
}

bool phone_wants_json(const struct request *r) {
  const char *accept = http_header_in(r->http, "Accept");
  return accept && text_starts(accept, "application/json");
}

int phone_reply_done(struct request *r, const struct acted *acted) {
  struct json j;
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_put(&j, "state", "done");
  json_put(&j, "code", acted->code);
  json_put(&j, "stage", acted->stage ? acted->stage : "");
  json_put(&j, "receipt", acted->receipt ? acted->receipt : "");
  json_put_int(&j, "step", acted->step);
  json_put_bool(&j, "again", acted->again);
  json_object_end(&j);
  return 0;
}

int phone_reply_at(struct request *r, const char *address) {
  struct json j;
  json_start(&j, reply_json(r, 200));
  json_object(&j);
  json_put(&j, "state", "done");
  json_put(&j, "code", "");
  json_put(&j, "at", address);
  json_object_end(&j);
  return 0;
}

/* What happened since the phone looked: titles and when, no texts. */
static void put_since(struct json *j, const struct case_view *v, const struct request *r) {
  int64_t seen = 0;
  const char *said = http_pair_get(&r->http->form, "_seen");
  if (said) text_to_int(said, &seen);
  json_key(j, "since");
  json_array(j);
  for (int i = 0; i < v->step_count && i < SINCE_MOST && v->steps[i].id > seen; i++) {
    json_object(j);
    json_put(j, "what", v->steps[i].action);
    json_put(j, "who", v->steps[i].actor);
    json_put_int(j, "at", v->steps[i].at);
    json_object_end(j);
  }
  json_array_end(j);
}

static bool stays(const struct procedure_action *a) {
  return a->moves_count == 1 && a->moves[0].to == TO_STAY;
}

/* How the case stands now, for whoever has to settle what they typed against it. */
static void put_case(struct json *j, const struct request *r, const struct case_asker *who, const struct state *s,
                     const char *action, int64_t track) {
  struct case_view *v;
  struct error ignored = {0};
  if (!s || case_view_make(&v, who, s, &ignored) < 0 || v->view < VIEW_HANDLER) {
    json_put(j, "case", "unknown");
    return;
  }
  const struct case_offer *offer = case_offer_find(s, v, action, track);
  json_put(j, "case", v->over ? "over" : "open");
  json_put(j, "stage", v->stage);
  json_put_bool(j, "offered", offer != NULL);
  json_put_bool(j, "adds", offer && stays(offer->action));
  json_put_int(j, "seen", v->last_step);
  put_since(j, v, r);
}

int phone_reply_wrong(struct request *r, const struct error *wrong, const struct case_asker *who, const struct state *s,
                      const char *action, int64_t track) {
  struct json j;
  const struct view_problem *p = desk_problem(r, wrong);
  json_start(&j, reply_json(r, error_http_status(wrong->kind)));
  json_object(&j);
  json_put(&j, "state", "wrong");
  json_put(&j, "code", wrong->code);
  json_put(&j, "message", p ? p->what : "");
  json_put(&j, "hint", p ? p->hint : "");
  json_put(&j, "field", wrong->field);
  if (who) put_case(&j, r, who, s, action, track);
  json_object_end(&j);
  return 0;
}

/* --- what may be begun ------------------------------------------------------------------------------------------ */

static bool says_what(const struct procedure_action *a) {
  for (size_t i = 0; i < a->needs.count; i++)
    if (a->needs.items[i]->as == AS_SUMMARY) return true;
  return false;
}

bool phone_anybody_opens(const struct procedure *p) {
  const struct procedure_track *main = &p->tracks[0];
  for (size_t i = 0; i < main->actions_count; i++)
    for (size_t k = 0; main->actions[i].opens && k < main->actions[i].by.count; k++)
      if (main->actions[i].by.items[k].kind == ACTOR_ANYONE) return true;
  return false;
}

int phone_openings(struct phone_link **out, int *count, const char **report, struct request *r,
                   const struct case_asker *who, struct error *err) {
  struct desk_opening *list;
  int n, used = 0;
  if (desk_openings(&list, &n, r, who, err) < 0) return -1;
  *out = ARENA_ARRAY(r->arena, (size_t)n + 1, struct phone_link);
  *report = "";
  for (int i = 0; i < n; i++) {
    const char *href = arena_printf(r->arena, "/phone/open/%s/%s", list[i].procedure->name, list[i].action->name);
    bool reports = says_what(list[i].action) && phone_anybody_opens(list[i].procedure);
    if (reports && !**report) *report = href;
    if (reports) continue;
    (*out)[used++] = (struct phone_link){.href = href,
                                         .title = list[i].title,
                                         .about = list[i].about,
                                         .icon = list[i].procedure->icon ? list[i].procedure->icon : "file-plus",
                                         .tile = list[i].procedure->menu == IN_GRID};
  }
  *count = used;
  return 0;
}
