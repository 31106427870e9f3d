/* What the residents' pages show: report, receipt, public pages. All of it already decided by access. */
#ifndef WEB_VIEW_RESIDENT_H
#define WEB_VIEW_RESIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "web/case_view.h"
#include "web/view_map.h"

/* One thing to fill in. */
struct view_input {
  const char *name, *label, *help, *value, *error;
  const char *id;         /* of the element; "" the name */
  const char *purpose, *basis; /* of personal data: what it is for and on what ground; "" none */
  bool required;
  int max;                /* characters */
  const char *kind;       /* "lines", "line", "phone", "photos", "choice", "yes-no", "rating" */
  const struct view_option *options;
  int option_count;
};

struct view_option {
  const char *value, *title;
  bool chosen;
};

/* A category with its picture. */
struct view_category {
  const char *key, *title, *icon, *major, *name; /* major, name: where it stands in the catalogue, and its name there */
  bool chosen;
};

struct view_area {
  const char *name;
  const struct view_option *places;
  int count;
};

/* A photo that is here already: the ticket proves that this sender sent it. */
struct view_photo {
  const char *ticket, *href;
  int number;
  bool sound; /* a voice note */
};

/* What is public for a time, as a line of a list. */
struct view_notice_row {
  int64_t id;
  const char *kind, *heading, *place, *fate, *look, *spot; /* fate, spot: keys of words; look: colour of the tag */
  time_ms begins, ends;
  const char *until; /* in words */
  bool on_show, no_proof;
  const char *site, *began; /* for the feed */
};

/* What is on show at somebody's place. */
struct view_notices_here {
  const char *place, *href; /* href: all of them */
  const struct view_notice_row *rows;
  int row_count;
};

/* A public case, as everybody may see it. */
struct view_public {
  const char *code, *title, *place, *stage, *look; /* look: colour of the tag */
  const char *icon;
  time_ms opened;
  int reporters, metres; /* metres: how far away; 0 unknown */
  bool late;
};

struct view_fault {
  const char *href, *what, *hint;
};

struct view_resident_report {
  const char *once, *place_label, *place, *plate, *position;
  struct view_input text, address, name, phone;
  const char *photos_name, *photos_label, *category_name, *place_name, *position_name;
  const char *category_error, *photos_error, *place_error;
  const struct view_category *common, *more; /* the first rows of pictures, and the rest */
  int common_count, more_count;
  bool more_open, none_chosen;
  const struct view_area *areas;
  int area_count;
  const struct view_photo *photos;
  int photo_count, photo_most;
  const char *voice_name, *voice_label, *voice_error;
  const struct view_photo *voices; /* at most one, sent before */
  int voice_count;
  const struct view_map *map; /* for choosing the place */
  const struct view_notices_here *notices; /* of the place of a plate; NULL none */
  const struct view_public *near_cases;
  int near_count;
  bool ask_near;     /* stop once: is it one of these? */
  bool near_seen;
  bool confidential;
  const struct view_fault *faults;
  int fault_count;
};

/* One form of a receipt. */
struct view_resident_form {
  const char *action, *title, *help, *look; /* action: address; look "primary" or "" */
  const char *name, *once; /* name: of the action, unique on the page */
  bool open;          /* shown unfolded */
  bool photos;        /* has a photo field */
  const struct view_input *inputs;
  int input_count;
  const struct view_photo *kept;
  int kept_count;
  struct view_fault fault; /* what "" none */
};

/* A line of the story. */
struct view_resident_step {
  const char *words;
  time_ms at;
  bool late;
  const struct case_fact *facts;
  int fact_count;
  const struct view_photo *photos;
  int photo_count;
};

/* One matter on a receipt: the reported one, or one opened out of it. */
struct view_resident_matter {
  const char *code, *procedure, *stage, *plain, *summary, *place, *category, *holder, *answer;
  struct case_light light;
  time_ms opened, next_date;
  bool over, late;
  bool joined; /* somebody else reported it: their words and photos are not shown */
  const char *late_words;
  const struct case_stop *stops;
  int stop_count;
  const struct view_resident_step *steps;
  int step_count;
  const struct case_track *tracks;
  int track_count;
  const struct view_photo *photos;
  int photo_count;
  const struct view_resident_form *forms;
  int form_count;
};

struct view_resident_receipt {
  struct view_fault fault;
  const char *receipt, *address, *qr_view, *qr_path;
  bool fresh;          /* just reported */
  const struct view_notices_here *notices; /* NULL none */
  const char *merged;  /* code under which it was reported; "" not merged */
  struct view_resident_matter main;
  const struct view_resident_matter *others;
  int other_count;
};

struct view_resident_track {
  const char *receipt;
  struct view_fault fault;
};

/* A figure; words "少于 5" instead of a small number. */
struct view_resident_figure {
  const char *title, *value, *look;
};

/* A line of a map's legend. */
struct view_mark {
  struct html mark;
  const char *title;
};

struct view_resident_public {
  struct html map; /* of what is open; "" none */
  const struct view_mark *marks;
  int mark_count;
  const struct view_public *cases;
  int case_count;
  const struct view_resident_figure *figures;
  int figure_count;
  bool open_only;
  const char *next; /* address of the next page; "" none */
  const struct view_option *areas; /* streets to choose from */
  int area_count;
  const struct view_category *categories;
  int category_count;
};

struct view_resident_case {
  struct view_public c;
  const struct case_stop *stops;
  int stop_count;
  bool open;
};

/* What is stored, why and how long: out of the procedures themselves. */
struct view_privacy_row {
  const char *label, *purpose, *basis;
};
struct view_privacy_part {
  const char *procedure, *keep, *keep_basis;
  const struct view_privacy_row *rows;
  int row_count;
};
struct view_resident_privacy {
  const struct view_privacy_part *parts;
  int part_count;
};

struct view_verify_line {
  int64_t seq;
  time_ms at;
  const char *action, *hash, *before;
};
struct view_resident_verify {
  const char *asked;
  struct view_fault fault;
  const struct view_verify_line *lines;
  int line_count;
  int64_t checkpoint_seq;
  time_ms checkpoint_at;
  const char *checkpoint_hash, *signature, *key;
};

struct view_feed_entry {
  const char *code, *title, *place, *stage, *opened, *updated, *site;
};
struct view_resident_feed {
  const char *site, *updated;
  const struct view_feed_entry *entries;
  int entry_count;
};
struct view_my_consent {
  const char *purpose;
  time_ms given, withdrawn;
};
/* What somebody asked about their own data. */
struct view_my_request {
  const char *word, *about, *answer; /* about: which record and field; answer "" until there is one */
  time_ms asked, due, answered;
  bool granted, late;
};
struct view_my_record {
  const char *value, *title;
  bool chosen;
};
/* The form, with what was typed, and what was asked before. */
struct view_resident_ask {
  struct view_fault fault; /* what "" none */
  const char *what, *field, *value, *words, *limit;
  const struct view_my_record *records, *fields;
  int record_count, field_count;
  const struct view_my_request *requests;
  int request_count;
};
struct view_demo_role {
  const char *word, *name, *account, *password, *path;
};

struct view_my_case {
  const char *href, *code, *summary, *stage;
  time_ms opened, next_date;
  bool over;
};
struct view_my_opening {
  time_ms at;
  const char *who, *what, *reason; /* reason: as it was written; "" erased */
};
struct view_resident_me {
  const char *name, *phone, *id_number;
  const struct view_my_case *cases;
  int case_count;
  const struct view_my_opening *openings;
  int opening_count;
  const struct view_my_consent *consents;
  int consent_count;
  const struct view_notices_here *notices; /* NULL: no community is known */
  struct view_resident_ask ask;
};

struct view_resident_demo {
  const char *plate; /* to begin with; "" none */
  const struct view_demo_role *roles;
  int role_count;
};

#endif
