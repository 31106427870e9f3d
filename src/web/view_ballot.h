/* What the pages of meetings and ballots show. */
#ifndef WEB_VIEW_BALLOT_H
#define WEB_VIEW_BALLOT_H

#include "web/desk.h"
#include "web/view_resident.h"

/* A line of a quorum or of what is needed to pass. */
struct view_rule_line {
  const char *words;
  bool holds;
};

/* What every page of a roll says first. */
struct view_ballot_head {
  int64_t track;
  const char *code, *summary, *title, *stage, *question, *where, *case_href; /* case_href "" for those who have none */
  const char *const *agenda;
  int agenda_count;
  time_ms time, opened, counted;
  const char *rule, *law; /* title and version of the rule; what it rests on, "" */
  const char *notice;     /* of secrecy */
  bool secret, voting, counted_already;
  const struct view_rule_line *quorum;
  int quorum_count;
};

struct view_entry {
  int number;
  const char *name, *seat, *area, *attended, *look, *proxy, *excluded; /* attended: words; look of its tag */
  bool here, voted, is_excluded, may_attend, may_take_paper;
};

struct view_meeting {
  struct view_ballot_head h;
  const struct view_problem *problem;
  const struct view_entry *entries;
  int entry_count, entitled_count, here_count, voted_count; /* entitled: but those excluded */
  const struct view_option *choose, *seats; /* entries and seats to choose from */
  int choose_count, seat_count;
  const char *qr_view, *qr_path, *address;
  bool takes_attendance, may_change, takes_proxies, may_vote_paper, has_sheets, frozen, mine;
};

/* One entry a voter may vote for. */
struct view_vote_entry {
  int number;
  const char *name;
  bool own, voted, excluded;
};

struct view_vote {
  struct view_ballot_head h;
  const struct view_problem *problem;
  const struct view_vote_entry *entries;
  int entry_count;
  int chosen;        /* the entry the form is for; 0 none left */
  const char *for_name; /* "" for oneself */
  const struct view_option *options;
  int option_count;
  const char *code;  /* the check code, before and after */
  bool may_vote, here, may_attend;
  const char *token;
};

struct view_sheet {
  int64_t number;
  const char *channel, *state, *look, *first, *second;
  int64_t photo;
  const struct view_option *said; /* what the two said, when they differ */
  int said_count;
};

struct view_sheet_line {
  int number;
  const char *name, *title; /* of an entry; of an option */
  bool excluded;
  const struct view_option *options;
  int option_count;
};

struct view_sheets {
  struct view_ballot_head h;
  const struct view_problem *problem;
  const struct view_sheet *sheets;
  int sheet_count;
  const struct view_sheet_line *lines;
  int line_count;
  const struct view_option *channels;
  int channel_count;
  const char *number;
  bool takes;
};

/* One option in the result. */
struct view_total {
  const char *title, *by_channel; /* "网上 5，纸质 3", "" withheld */
  int64_t votes;
  int percent; /* of the votes, for the bar */
  bool won;
};

struct view_named {
  const char *name, *option, *channel;
};

struct view_result {
  struct view_ballot_head h;
  const struct view_total *totals;
  int total_count;
  const struct view_rule_line *pass;
  int pass_count;
  const struct view_option *turnout; /* value: how many */
  int turnout_count;
  const char *winner, *asked, *place;
  const char *const *codes;
  int code_count;
  int64_t entitled, voted, unreadable;
  bool passed, quorate, withheld, asked_found;
  const struct view_named *named;
  int named_count;
};

struct view_mine_row {
  int64_t track;
  const char *code, *title, *summary, *stage, *look, *state;
  time_ms time;
  bool vote, result;
};

struct view_mine {
  const struct view_mine_row *rows;
  int row_count;
};

#endif
