/* In whose lists a matter stands: the organisations that hold one of its tracks. Kept apart from the tracks and in the order
 * lists are shown, so that the list of one department among a million matters reads its page and no more. */
#include "matter/engine_internal.h"

static void add_once(int64_t *orgs, size_t *count, int64_t org) {
  if (!org) return;
  for (size_t i = 0; i < *count; i++)
    if (orgs[i] == org) return;
  orgs[(*count)++] = org;
}

void listing_orgs(const int64_t **orgs, size_t *count, const struct state *s, struct arena *a) {
  int64_t *found = ARENA_ARRAY(a, s->track_count + 1, int64_t);
  *count = 0;
  for (size_t i = 0; i < s->track_count; i++) add_once(found, count, s->tracks[i].org);
  *orgs = found;
}

static bool is_among(int64_t org, const int64_t *orgs, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (orgs[i] == org) return true;
  return false;
}

int listing_follow(struct work *k) {
  struct state *s = k->s;
  const int64_t *orgs;
  size_t count;
  if (s->sealed) return 0; /* in no list of anybody */
  listing_orgs(&orgs, &count, s, k->a);
  for (size_t i = 0; i < count; i++) {
    struct q_matter_org_add_in in = {k->w->district, orgs[i], s->opened, s->id};
    if (is_among(orgs[i], s->orgs_listed, s->orgs_listed_count)) continue;
    if (q_matter_org_add(k->t->db, &in, k->err) < 0) return -1;
  }
  for (size_t i = 0; i < s->orgs_listed_count; i++) {
    struct q_matter_org_drop_in in = {k->w->district, s->orgs_listed[i], s->opened, s->id};
    if (is_among(s->orgs_listed[i], orgs, count)) continue;
    if (q_matter_org_drop(k->t->db, &in, k->err) < 0) return -1;
  }
  s->orgs_listed = orgs;
  s->orgs_listed_count = count;
  return 0;
}
