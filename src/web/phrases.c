#include "web/phrases.h"

int phrase_owners(struct phrase_owner out[PHRASE_OWNERS], const struct actor *actor) {
  int n = 0;
  for (size_t i = 0; i < actor->post_count && n < PHRASE_OWNERS; i++) {
    const struct post *p = &actor->posts[i];
    struct phrase_owner one = {.org = p->org, .place = p->org ? 0 : p->place};
    bool twice = false;
    for (int k = 0; k < n; k++) twice = twice || (out[k].org == one.org && out[k].place == one.place);
    if (!twice) out[n++] = one;
  }
  return n;
}

int phrase_list(struct phrase **out, int *count, const struct case_asker *who, const struct phrase_owner *owner,
                struct error *err) {
  struct q_phrase_list_out *rows;
  size_t n;
  struct q_phrase_list_in in = {.district = who->world->district, .org = owner->org, .place = owner->place};
  if (q_phrase_list(who->db, who->arena, &rows, &n, &in, err) < 0) return -1;
  struct phrase *list = ARENA_ARRAY(who->arena, n + 1, struct phrase);
  for (size_t i = 0; i < n; i++)
    list[i] = (struct phrase){.id = rows[i].id, .purpose = rows[i].purpose, .zh = rows[i].zh, .en = rows[i].en};
  *out = list;
  *count = (int)n;
  return 0;
}
