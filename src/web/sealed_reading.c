#include "web/sealed_reading.h"

#include "matter/sealed.h"

struct noting {
  struct request *r;
  int64_t matter;
  int (*handler)(struct request *r, struct error *err);
};

static int note(struct lane_txn *t, void *ctx, struct error *err) {
  struct noting *n = ctx;
  n->r->quiet = true;
  return sealed_note_reading(t, &n->r->actor, n->matter, err);
}

static int again(struct request *r, void *ctx, struct error *err) {
  struct noting *n = ctx;
  return err->kind == ERR_NONE ? n->handler(r, err) : -1;
}

int sealed_reading(struct request *r, struct db *db, const struct state *s,
                   int (*handler)(struct request *r, struct error *err), struct error *err) {
  bool due;
  struct subject subject;
  if (!s->sealed) return 0;
  state_subject(s, r->arena, &subject);
  if (access_matter(&r->actor, &subject, r->now) == VIEW_NONE) return 0; /* whoever may not know of it opened nothing */
  if (sealed_reading_due(&due, db, r->arena, &r->actor, s, r->now, err) < 0) return -1;
  if (!due) return 0;
  struct noting *n = ARENA_NEW(r->arena, struct noting);
  *n = (struct noting){r, s->id, handler};
  return app_run(r, note, n, again) < 0 ? -1 : 1;
}
