/* What the outbox's worker, its senders and its tests share. */
#ifndef STORE_OUTBOX_INTERNAL_H
#define STORE_OUTBOX_INTERNAL_H

#include "store/outbox_send.h"

/* A claimed letter; memory of the claim's arena. */
struct outbox_letter {
  int64_t district, id, tries;
  const char *channel, *key_id, *subject, *body, *lang;
  struct bytes recipient;
  time_ms created;
  char key[80]; /* the same for every try: Message-ID and Idempotency-Key */
};

enum outbox_fate { OUTBOX_SENT, OUTBOX_AGAIN, OUTBOX_DEAD, OUTBOX_PUT_BACK };

/* How a try ended. `code` is a word for people ("outbox.refused-550"), never an address. */
struct outbox_result {
  enum outbox_fate fate;
  char code[48];
};

/* Takes the lease and claims what is due, in the lane; 0 letters when another server has the lease. */
int outbox_claim(struct lane *lane, const struct outbox_settings *s, const char *holder, struct arena *arena,
                 struct outbox_letter **letters, size_t *count, struct error *err);

/* Sends one letter; blocks for up to the timeout. `curl` is a handle kept between letters. */
struct outbox_result outbox_deliver(void *curl, const struct outbox_letter *l, const struct outbox_settings *s,
                                    outbox_open_fn *open, void *ctx);

/* Writes down how it ended, in the lane. */
int outbox_mark(struct lane *lane, const struct outbox_settings *s, const struct outbox_letter *l,
                const struct outbox_result *result, struct error *err);

/* Lets go of the lease so that another server need not wait for its end. */
int outbox_release(struct lane *lane, const char *holder, struct error *err);

#endif
