/* What the pages of meetings, ballots and results share: the roll of a track with its matter, and who asks. */
#ifndef WEB_BALLOT_PAGE_H
#define WEB_BALLOT_PAGE_H

#include "matter/ballot.h"
#include "web/view_ballot.h"

struct ballot_page {
  struct request *r;
  struct case_asker who;
  struct state *s;
  const struct state_track *t;
  struct roll *roll;
  const struct procedure_rule_version *rule;
  bool keeps, mine; /* keeps the roll; is on it */
};

/* Loads it for whoever keeps it or is on it; with `everybody` also for those who may see the matter at all. -1:
 * matter.unknown. */
int ballot_page_open(struct ballot_page *p, struct request *r, int64_t track, bool everybody, struct error *err);

/* Question, time, rule, quorum so far. */
void ballot_page_head(struct view_ballot_head *out, struct ballot_page *p);

/* One line of a rule in words. */
struct view_rule_line ballot_line(struct ballot_page *p, const struct rule_line *line, const struct line_result *result,
                                  bool quorum);

/* A name of somebody on the roll: in clear for whoever keeps it, else masked; "" unknown. */
const char *ballot_name(struct ballot_page *p, int64_t person);

/* Titles of a seat and of a channel, in the asker's language. */
const char *ballot_seat(struct ballot_page *p, const char *seat);
/* CHANNEL_NONE: all together. */
const char *ballot_channel(struct request *r, enum procedure_channel channel);
/* A number as text. */
const char *ballot_count_text(struct ballot_page *p, int64_t n);
/* Are votes taken in its present stage? */
bool ballot_votes_now(const struct ballot_page *p);

/* May this entry be voted for by whoever asks? */
bool ballot_is_mine(const struct ballot_page *p, const struct roll_entry *e);

#endif
