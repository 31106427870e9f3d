/* Between app.c, app_timer.c and app_calendar.c only. */
#ifndef WEB_APP_INSIDE_H
#define WEB_APP_INSIDE_H

#include "web/app.h"

/* The thread that does what is due by the clock: marks of clocks, signed heads of the journal, the daily clean-up, a new
 * world when a rulebook changed. app_timer_new writes down with which calendar the clocks were counted, before anybody can
 * change it; app_timer_stop takes one that never ran, too. */
int app_timer_new(struct app_timer **out, struct web_app *app, int checkpoint_minutes, struct error *err);
/* From here it turns, every second. `app->server` must be there before, and until app_timer_stop returned. */
int app_timer_run(struct app_timer *timer, struct error *err);
void app_timer_stop(struct app_timer *timer);
/* After the server: until then the page of jobs may ask how they went. NULL is allowed. */
void app_timer_free(struct app_timer *timer);

/* What the timer does about figures, a little at each turn (app_figures.c). Zero at the start. */
struct app_figures {
  bool counted; /* nothing waits to be counted anew */
  int month;    /* where counting goes on */
  bool kept;    /* every month that has ended is kept, until next_month */
  time_ms next_month;
};
int app_figures_turn(struct app_figures *f, struct web_app *app, time_ms now, struct error *err);

/* How far counting the open clocks anew has come, after a change of the calendar: digests of what was done and what is aimed
 * at, the last clock counted. Zero-initialise. */
struct app_recount {
  char done[80], aim[80];
  int64_t after, next;
};
/* Goes on counting when the calendar is not the one the clocks were counted with; a bounded piece. The timer's. */
int app_calendar_follow(struct app_recount *c, struct web_app *app, struct db *db, struct error *err);

/* Starts to send what lies in the outbox when `mail.yaml` says how. Errors: app.mail.value ({1} the key), app.mail.open
 * (others may read the file), and those of yaml.h. */
int app_mail_start(struct web_app *app, struct error *err);

/* Signs the head of the journal now. */
int app_checkpoint(struct web_app *app, struct error *err);

/* The identify hook: who asks, and what every page says of the district. */
int app_identify(struct request *r, struct error *err);

#endif
