/* Sending what lies in the outbox: mail over SMTP and signed web hooks, both through libcurl. One thread per process and
 * district; a lease in the database lets one of several servers send. */
#ifndef STORE_OUTBOX_SEND_H
#define STORE_OUTBOX_SEND_H

#include "store/lane.h"

enum outbox_tls {
  OUTBOX_TLS_STARTTLS, /* required: no letter leaves unencrypted */
  OUTBOX_TLS_WHOLE,    /* smtps:// from the first byte */
  OUTBOX_TLS_NONE      /* for a server on this machine */
};

/* How and how often. Strings are the caller's and must outlive the worker; NULL or "" where there is none. Secrets come from
 * the program's configuration, never from the database. */
struct outbox_settings {
  const char *smtp_host, *smtp_user, *smtp_password, *smtp_ca_file;
  int smtp_port;
  enum outbox_tls tls;
  const char *mail_from, *mail_name;  /* sender's address and shown name */
  const char *webhook_allowed;        /* URL beginnings separated by spaces: others are refused for good */
  const char *webhook_secret;         /* signs web hooks */
  long timeout_ms, connect_ms;        /* per letter */
  int tries;                          /* dead after so many */
  time_ms first_wait, longest_wait;   /* doubled after each failure, 20 % more or less by chance */
  int batch;                          /* letters claimed at once */
  time_ms claim, lease, poll;         /* claim: given up when not answered by then; longer than batch x timeout */
};

/* localhost:25 without TLS, 20 s, 12 tries from 30 s to 2 h, 20 letters at once, polled every second. */
void outbox_settings_usual(struct outbox_settings *out);

/* Opens a sealed address into `out`; the room that sealed it gives this. -1 with `err`: the letter is dead. */
typedef int outbox_open_fn(void *ctx, struct bytes sealed, const char *key_id, char *out, size_t size, struct error *err);

struct outbox;

/* Starts the worker. `settings` is copied; `open` may be NULL when addresses are not sealed. Errors: outbox.start. */
int outbox_start(struct outbox **out, struct lane *lane, const struct outbox_settings *settings, outbox_open_fn *open,
                 void *ctx, struct error *err);

/* Sends what is due without waiting for the next poll; for an after-commit listener. Any thread. */
void outbox_wake(struct outbox *o);

/* Ends after the letter in hand and gives the lease back. NULL is allowed. */
void outbox_stop(struct outbox *o);

/* The signature of a web hook, as its receiver computes it: lower-case hex of HMAC-SHA256 with the secret over
 * "<time>.<id>.<body>", `time` and `id` being the headers Tongxin-Time and Idempotency-Key. */
void outbox_signature(char out[65], const char *secret, const char *time, const char *id, const char *body);

#endif
