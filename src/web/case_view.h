/* A matter as one person may see it: the one place where pages, the API and receipts get what they show of a case.
 *
 *   struct case_asker who = {app->engine, world, app->people, db, r->arena, &r->actor, r->lang, r->now};
 *   struct state *s;
 *   if (state_load(&s, db, world, matter, r->arena, err) != 1 || case_view_make(&view, &who, s, err) < 0) return -1;
 *
 * access_matter() decides how much (VIEW_PUBLIC, VIEW_REPORTER, VIEW_HANDLER, VIEW_FULL); fields are shown by their
 * `seen`; names and telephone numbers are masked unless the actor is assigned or has opened them with a reason.
 * Everything is in the asker's language and lives in their arena; what is withheld is not in the view at all. */
#ifndef WEB_CASE_VIEW_H
#define WEB_CASE_VIEW_H

#include "matter/engine.h"
#include "matter/state.h"
#include "people/access.h"
#include "people/settings.h"

struct asker_memo;
struct name_memo;
struct case_asker {
  struct engine *engine;
  const struct world *world;
  const struct people_env *people;
  struct db *db;
  struct arena *arena;
  const struct actor *actor;
  enum lang lang;
  time_ms now;
  struct asker_memo **memo; /* web/desk_lists.c: counts read once a request */
  struct name_memo *names;  /* case_names.c: names looked up once for a view; NULL: each time anew */
  bool reporters_open; /* access_open() said yes to the reporters' data and it was journalled */
};

/* "ok" green, "soon" amber, "late" red, "held" grey: classes of .clock; the words beside say the same. */
struct case_light {
  const char *look;  /* "" when no clock runs */
  const char *words; /* "剩3小时20分", "超11分", "挂账" */
  time_ms due;       /* 0 none */
};

/* A light from an end alone, as lists have it. `closed` with no `due`: grey or empty. */
struct case_light case_light_of(struct arena *a, enum lang lang, time_ms due, time_ms warn_at, time_ms now);
/* "/case/620302-%E5%93%A8-2026-0001": the address of a case. */
const char *case_address(struct arena *a, const char *code);
/* "2天3小时", "11分", for spans of time in either direction. */
const char *case_span(struct arena *a, enum lang lang, time_ms span);

/* Something said: a label and one or several texts. */
struct case_fact {
  const char *field, *label;
  const char *const *values; /* ready to be read: titles of options, names of departments, dates */
  int value_count;
  const char *value;         /* the values joined, for those who want one text */
  const char *raw;           /* as stored (first value); for the API */
  const char *href;          /* where it leads (another case), or "" */
  const char *because;       /* decided by a table: which row, and its words; or "" */
  bool masked;               /* personal, shown masked; may be opened with a reason */
  bool head;                 /* said in the view's own head too: what, where, who, which category */
};

struct case_photo {
  int64_t id;         /* of store/file.h */
  const char *label;  /* of its field: "现场照片" */
  time_ms at;
  bool sound;         /* a voice note: to be heard, not seen */
  bool after;         /* taken once somebody had begun to put it right, or to check it */
  bool picture;       /* not a paper */
};

struct case_step {
  int64_t id;
  time_ms at;
  const char *action;       /* title */
  const char *plain;        /* for the reporter; "" when the procedure has none: then not in their view */
  const char *actor, *post; /* name ("王示例"), and what as ("金川路街道 · 街道综治中心") */
  const char *track;        /* title of a side track with its holder; "" for main */
  const char *stage;        /* where it led, "" when it stayed */
  const char *used, *limit; /* of the clock this step ended; "" none */
  bool late;                /* that clock was late */
  bool opening;             /* the first of them */
  const struct case_fact *facts;
  int fact_count;
  const struct case_photo *photos;
  int photo_count;
};

/* One stop of the stage line: a phase of the main track. */
struct case_stop {
  const char *title, *who, *used, *limit;
  const char *when; /* "09:41" of today, else "11-22 09:41"; "" still to come */
  const char *look; /* "done", "now", "now late", "", "passed" (left out on the way) */
  time_ms at;       /* when it was left, or entered when it is the present one; 0 still to come */
};

struct case_clock {
  const char *name, *title, *track; /* track: title of a side track, "" for main */
  struct case_light light;
  time_ms started, due, ended;      /* ended 0: still runs */
  const char *used, *limit;         /* "2 工作时 10 分", "4 个工作时" */
  int used_milli;                   /* of the limit */
  bool late, paused, counts, shown;
  int unknown_year;                 /* counted without a published calendar; 0 */
  const char *const *lines;         /* how it was counted, line by line */
  int line_count;
};

struct case_track {
  int64_t id;
  const char *name, *title, *role, *holder, *stage; /* role: title of its part ("牵头"), "" none */
  bool ended;
  struct case_light light;
  bool meets;                /* has a roll: a meeting or a ballot with a page of its own */
  time_ms entered, closed;
  const struct case_fact *facts; /* what was said last on it */
  int fact_count;
};

struct case_reporter {
  int64_t id;
  const char *name, *phone; /* masked or clear; "" when not given or withheld */
  bool confidential, masked;
  time_ms at;
};

struct case_link {
  int64_t id;
  const char *code, *kind, *procedure, *stage; /* code "" when the asker may not know which */
  bool outgoing;
};

/* Something the asker could do now. The form is made by case_form.h. */
struct case_offer {
  const struct procedure_action *action;
  int64_t track;
  const char *name, *title, *help, *track_title, *track_name;
  int fields; /* how many it asks; 0: a button is enough */
};

/* One way to file or close it by the catalogue. */
struct case_standard {
  int number;
  const char *filing, *closing, *limit;
  bool chosen;
};

/* Somebody opened a sealed file: they are assigned to it, or (`glass`) broke the glass. */
struct case_reading {
  const char *who;
  time_ms at;
  bool glass;
};

struct case_view {
  enum access_view view;
  bool sealed;
  const char *safe;      /* sealed: how the person can safely be reached, "" not said */
  const struct case_reading *readings; /* sealed: the latest first */
  int reading_count;
  const struct state *state;
  const char *code, *procedure, *procedure_name;
  const char *stage, *stage_name, *phase;   /* titles and stable names: "待派遣", "filed", "filed" */
  bool joined;                              /* a reporter who did not report this one themselves: texts are withheld */
  const char *plain;                        /* for the reporter: "已立案，正在确定由谁办理" */
  const char *outcome;                      /* "open", "done", "refused", "void", "merged" */
  const char *summary, *address, *source, *urgency, *holder; /* "" when withheld or not given */
  const char *place;                        /* "金川路街道金谷里社区第一网格" as far as may be shown */
  const char *street, *community, *grid;
  const char *category_code, *category;     /* "urban-yuncheng/event/0131", "市容环境 / 餐厨垃圾" */
  const char *unit;                         /* who usually puts it right, by the catalogue */
  bool has_position, to_be_placed, confidential, late, public, over, urgent;
  double lon, lat;                          /* when has_position */
  const char *card;                         /* "", "ordinary", "yellow", "red" */
  const char *card_title;
  int reporters_total, returns, reworks, urges, reopens, extensions;
  time_ms opened, updated, closed, next_date; /* next_date: by which something must have happened; 0 */
  struct case_light light;
  const char *merged_code, *relapse_code;     /* "" none or not to be known */
  int64_t last_step;

  const struct case_stop *stops;
  int stop_count;
  const struct case_fact *facts; /* what was said on the main track, newest value of each field */
  int fact_count;
  const struct case_photo *photos;
  int photo_count;
  const struct case_step *steps; /* newest first */
  int step_count;
  const struct case_track *tracks; /* side tracks */
  int track_count;
  const struct case_clock *clocks; /* running ones first */
  int clock_count;
  const struct case_reporter *reporters;
  int reporter_count;
  bool may_open_reporters;         /* masked, but access_open() would say yes to a good reason */
  const struct case_link *links;
  int link_count;
  const struct case_standard *standards;
  int standard_count;
  const struct case_offer *offers;
  int offer_count;
};

/* Error access.matter (MISSING) when the actor may not know of it. */
int case_view_make(struct case_view **out, const struct case_asker *who, const struct state *s, struct error *err);

/* The file may be shown to whoever has this view: it is a photo or paper of a field they see. */
bool case_view_has_file(const struct case_view *v, int64_t file);

/* Where names that were looked up are kept; in `a`. A case of many steps names few people, posts and places. */
struct name_memo *case_names_new(struct arena *a);
/* Who is behind an actor's key, as far as anybody may know: "王示例", "上报人", "系统". Never NULL. */
const char *case_actor_name(const struct case_asker *who, const char *key);
/* What a post is: "金川路街道 · 街道综治中心"; "" for 0. */
const char *case_post_title(const struct case_asker *who, int64_t post);
/* The name of an organisation, "" for 0 or unknown; of a place. */
const char *case_org_name(const struct case_asker *who, int64_t org);
const char *case_place_name(const struct case_asker *who, int64_t place);
/* "市容环境 / 餐厨垃圾" of a category's key; the key itself when it is in no catalogue. */
const char *case_category_title(const struct case_asker *who, const char *key);

/* One stored value of a field as a person reads it. */
const char *case_value_words(const struct case_asker *who, const struct procedure_field *f, const char *category,
                             const char *value);

/* Where a matter came from: the procedure's own word for it, the door it came by, or the procedure it was opened out of. */
const char *case_source_words(const struct case_asker *who, const struct procedure *p, const char *source);

#endif
