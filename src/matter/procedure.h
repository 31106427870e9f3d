/* Procedures: how a kind of matter runs, read from a YAML file that a district can edit.
 *
 * The notions, and there are no others: a matter is a bundle of TRACKS. Track 0, "main", is the matter itself; a
 * department that was called, a request for more time, a call-back is a further track of the same matter. A track
 * has STAGES (where it stands), ACTIONS (who may move it, what they must say, what follows), FIELDS (what is said)
 * and CLOCKS (until when). What follows an action are EFFECTS; whether something may be or applies is a CONDITION;
 * who is meant is an ACTOR. The engine knows these and no procedure by name.
 *
 * Everything here is pure: no database, no HTTP, no clock. A `struct procedure` is built once in an arena, checked,
 * and never changed; every pointer in it points into the same arena. Names (of stages, actions, fields ...) are what
 * is stored with a running matter, together with name and version of the procedure; find them again with the
 * procedure_*_find functions.
 *
 * A new notion is one more array or one more enum value here, one more reader function, and nothing rebuilt: unknown keys
 * are refused, so adding one breaks no file. */
#ifndef MATTER_PROCEDURE_H
#define MATTER_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "matter/limit.h"
#include "matter/tally.h"
#include "people/role.h"

/* --- small things ----------------------------------------------------------------------------------------------- */

/* A text in both languages. Both are set wherever the file gives one; {NULL, NULL} where it may be left out. */
struct bilingual {
  const char *zh, *en;
};

/* Where in the file something stands, 1-based; column counts characters. {0, 0}: nowhere. */
struct procedure_at {
  int line, column;
};

/* What a setting becomes on a day: a matter keeps what held when it was opened. */
struct procedure_change {
  int32_t from;      /* matters opened on this day or later */
  const char *limit; /* of a limit, as text */
  int64_t number;
};

/* A number a district may change without editing the procedure: `setting NAME` in the file means the district's own
 * value for "<procedure>.<name>" if it has one, otherwise the default given here. */
struct procedure_setting {
  const char *name;        /* "sample-percent" */
  struct bilingual title;
  bool is_limit;           /* a limit ("30 urgent-minutes"), else a whole number */
  const char *limit;       /* default of a limit, as text */
  int64_t number, min, max;
  const struct procedure_change *changes; /* later values, in the order of their days */
  size_t changes_count;
  struct procedure_at at;
};

/* A span of legal time, as the file writes it ("4 work-hours", "3 work-days", "2 months") and as limit_parse
 * (matter/limit.h) understood it. `setting` is not NULL when the district may change it; text and value are then the
 * default. text NULL: no limit was given. */
struct procedure_limit {
  const char *text;
  struct limit value;
  const struct procedure_setting *setting;
};

/* A whole number, possibly a setting (then `number` is the default). */
struct procedure_number {
  int64_t number;
  const struct procedure_setting *setting;
};

struct procedure_track;
struct procedure_stage;
struct procedure_action;
struct procedure_field;
struct procedure_clock;
struct procedure_condition;

/* --- who: actors ------------------------------------------------------------------------------------------------ */

enum procedure_actor_kind {
  ACTOR_ROLE,       /* a role's name: who holds such a post over the matter's place; for roles of an organisation
                       (ROLE_AT_ORG): who holds it in the department that holds the track */
  ACTOR_ANYONE,     /* `anyone`: also without an account */
  ACTOR_REPORTER,   /* `reporter`: every reporter of the matter, of those merged into it and of the one it was opened
                       out of, by account or receipt */
  ACTOR_HOLDER,     /* `holder`: the department, post or person to whom this action's own track is assigned */
  ACTOR_TRACK,      /* `TRACK` or `TRACK.ROLE`: the holders of the matter's tracks of that type (in that role) */
  ACTOR_HANDLER,    /* `handler`: whoever took an action while the main track was in phase handling */
  ACTOR_RETURNED,   /* `returned-to`: whoever received the return that brought the track to its present stage */
  ACTOR_DID,        /* `did ACTION`: whoever took that action on this track last */
  ACTOR_STARTER,    /* `starter`: who opened the matter, or for a further track, who added it */
  ACTOR_ROLL,       /* `roll TRACK`: everybody on the roll of the latest track of that type but those excluded */
  ACTOR_SYSTEM      /* `system`: only as an effect of something else (a clock, another action) */
};

struct procedure_actor {
  enum procedure_actor_kind kind;
  enum role role;                         /* ACTOR_ROLE */
  const struct procedure_track *track;    /* ACTOR_TRACK, ACTOR_ROLL */
  const char *track_role;                 /* ACTOR_TRACK: "lead", or NULL for any */
  const struct procedure_action *action;  /* ACTOR_DID */
  struct procedure_at at;
};

struct procedure_actors {
  const struct procedure_actor *items;
  size_t count;
};

/* --- what is said: fields --------------------------------------------------------------------------------------- */

enum procedure_field_type {
  FIELD_TEXT,
  FIELD_CHOICE,      /* one of `options` */
  FIELD_CHOICES,     /* several of `options` */
  FIELD_NUMBER,
  FIELD_YES_NO,
  FIELD_DATE,        /* YYYY-MM-DD */
  FIELD_TIME,        /* a moment */
  FIELD_PERSON,      /* a person's name: personal */
  FIELD_PHONE,       /* personal */
  FIELD_PHOTO,
  FIELD_FILE,
  FIELD_POSITION,    /* longitude and latitude */
  FIELD_PLACE,       /* a node of the place tree */
  FIELD_CATEGORY,    /* a code of a catalogue (scheme, kind, code) */
  FIELD_CONDITION,   /* one condition of the chosen category */
  FIELD_DEPARTMENT,
  FIELD_DEPARTMENTS,
  FIELD_POST,        /* a post (who holds which role where) */
  FIELD_MATTER,      /* another matter */
  FIELD_RATING,      /* 1 .. scale */
  FIELD_RECORD       /* rows of `fields` */
};

/* Which of the matter's own properties a field fills, so that lists, maps and statistics find it. */
enum procedure_field_as {
  AS_NOTHING = 0,
  AS_SUMMARY,   /* text: what it is about */
  AS_PLACE,     /* place */
  AS_POSITION,  /* position */
  AS_ADDRESS,   /* text: where, in words */
  AS_CATEGORY,  /* category */
  AS_CONDITION, /* condition: the filing condition, gives the legal limit */
  AS_CLOSING,   /* condition: the closing condition that was met */
  AS_SOURCE,    /* choice: where the report came from */
  AS_URGENCY,   /* choice */
  AS_REASON,    /* text or choice: the reason of a return, refusal, extension ... */
  AS_ANSWER,    /* text: the answer the reporter reads */
  AS_NAME,      /* person: the reporter's name */
  AS_PHONE,     /* phone: the reporter's */
  AS_VOICE,     /* file: what it is about, spoken */
  AS_SOLVED     /* yes-no: whether it is solved, as the reporter says it or was asked */
};

/* Who sees a value. Each includes the ones after it in this list, except sealed. */
enum procedure_seen {
  SEEN_PUBLIC,   /* anybody */
  SEEN_REPORTER, /* the reporters, and those who work on it */
  SEEN_HANDLERS, /* those who work on it */
  SEEN_SEALED    /* the holder and whoever the access rules name, each reading journalled */
};

/* Whom a rating rates. */
enum procedure_rates { RATES_NOBODY = 0, RATES_MATTER, RATES_HOLDER, RATES_CENTRE };

struct procedure_option {
  const char *name;
  struct bilingual title;
  struct procedure_at at;
};

struct procedure_field {
  const char *name;
  enum procedure_field_type type;
  enum procedure_field_as as;
  struct bilingual label, help;
  const struct procedure_track *track;  /* whose field: values belong to one track */
  const struct procedure_field *record; /* the record it is a row part of, or NULL */
  const struct procedure_option *options; /* FIELD_CHOICE, FIELD_CHOICES; for FIELD_RATING: words of 1..scale, or none */
  size_t options_count;
  const struct procedure_field *fields; /* FIELD_RECORD */
  size_t fields_count;
  const char *checklist;     /* FIELD_RECORD: a row for each clause of this checklist; its parts are the program's. NULL: no */
  bool has_min, has_max;
  double min, max;   /* characters of a text, value of a number, how many photos, files, choices, rows, departments */
  bool past;         /* date, time: not after now */
  bool future;       /* date, time: not before now */
  bool required;     /* inside a record: every row must have it */
  int scale;         /* FIELD_RATING: best value, 2..10 */
  enum procedure_rates rates;
  const char *const *schemes; /* FIELD_CATEGORY: schemes to choose from; none: all */
  size_t schemes_count;
  const struct procedure_field *category; /* FIELD_CONDITION: of which category field */
  bool closing;                           /* FIELD_CONDITION: show the closing words of the condition */
  const char *const *procedures;          /* FIELD_MATTER: procedures to choose from; none: the same one */
  size_t procedures_count;
  enum procedure_seen seen;
  struct bilingual purpose; /* of personal data: what it is for (PIPL art. 6, 17) */
  struct bilingual basis;   /* of personal data: on what ground (PIPL art. 13) */
  int index;                /* 0.. within its track (within its record) */
  struct procedure_at at;
};

struct procedure_fields {
  const struct procedure_field *items;
  size_t count;
};

/* A list of fields named by an action. */
struct procedure_field_list {
  const struct procedure_field *const *items;
  size_t count;
};

/* --- whether: conditions ---------------------------------------------------------------------------------------- */

enum procedure_test {
  TEST_ALL,    /* every part holds (no parts: true) */
  TEST_ANY,    /* some part holds */
  TEST_NOT,    /* parts[0] does not hold */
  TEST_VALUE,  /* `field` has one of `values` */
  TEST_RANGE,  /* `field` is a number in [min, max] */
  TEST_GIVEN,  /* `field` has a value */
  TEST_EVERY,  /* every track of type `track` (in `track_role`) is in one of `stages`, and there is at least one */
  TEST_SOME,   /* some such track is */
  TEST_WAS,    /* this action's track has been in one of `stages` */
  TEST_DONE,   /* `action` was taken at least `times` times on its track(s) of this matter */
  TEST_QUORUM, /* on this action's own track, or the latest of type `track`, enough of the roll take part */
  TEST_PASSED, /* its ballot was counted and passed */
  TEST_SETTLED /* every matter of procedure `other` that was opened out of this one has ended (none: true) */
};

struct procedure_condition {
  enum procedure_test test;
  const struct procedure_condition *const *parts; /* ALL, ANY, NOT */
  size_t parts_count;
  const struct procedure_field *field;            /* VALUE, RANGE, GIVEN */
  const char *const *values;                      /* VALUE: names of options, "yes"/"no", category codes "urban/event/0131" */
  size_t values_count;
  double min, max;                                /* RANGE: -INFINITY / INFINITY when open */
  const struct procedure_track *track;            /* EVERY, SOME, QUORUM, PASSED */
  const char *track_role;                         /* or NULL */
  const struct procedure_stage *const *stages;    /* EVERY, SOME, WAS */
  size_t stages_count;
  const struct procedure_action *action;          /* DONE */
  int times;
  const char *other;                              /* SETTLED: name of a procedure */
  struct procedure_at at;
};

/* What a condition asks about a running matter; the engine answers. `of` is handed through. */
struct procedure_facts {
  const void *of;
  /* Calls `each` for every value the field has at present (a choice: one; choices: several), as text. */
  void (*values)(const void *of, const struct procedure_field *field, void (*each)(void *to, const char *value), void *to);
  /* How many tracks of that type (in that role, NULL any) there are, and how many stand in one of the stages. */
  void (*tracks)(const void *of, const struct procedure_condition *c, int *all, int *in_stages);
  bool (*was)(const void *of, const struct procedure_stage *stage);
  int (*done)(const void *of, const struct procedure_action *action);
  bool (*decided)(const void *of, const struct procedure_condition *c); /* QUORUM, PASSED */
  bool (*settled)(const void *of, const char *procedure);
};

/* Whether the condition holds; NULL always does. Pure. */
bool procedure_holds(const struct procedure_condition *c, const struct procedure_facts *facts);

/* --- what follows: effects -------------------------------------------------------------------------------------- */

enum procedure_effect_kind {
  EFFECT_ASSIGN,    /* the action's track is now held by `field`'s department, post or person, or by `actors` */
  EFFECT_ADD,       /* add tracks of type `track` in `track_role`, one for each department (post) in `field`, or one without
                       a holder; with `percent` under 100 only for a sample, drawn by the engine. With `each` one for each
                       row of that record, which begins with its action `action` saying what `carry` hands on */
  EFFECT_CLOCK,     /* `clock_op` on `clock` */
  EFFECT_TELL,      /* a message to `actors`: `words` with placeholders, or the words of the stage when both are NULL */
  EFFECT_OPEN,      /* open a matter of procedure `procedure` by its action `other`, linked as `link`, handing on `carry` */
  EFFECT_LINK,      /* link this matter to the one in `field` as `link` */
  EFFECT_MERGE,     /* merge this matter into the one in `field`: its reporters go along */
  EFFECT_SUPERVISE, /* put it under supervision, `card` */
  EFFECT_ESCALATE,  /* to `actors`, or one rung up the procedure's `ladder` when there are none */
  EFFECT_SET,       /* give `field` the value `value` */
  EFFECT_ISSUE,     /* issue the paper `document` */
  EFFECT_DO         /* take action `action` as the system: on tracks of its type in this matter (`origin` false), or
                       action `other` on the main track of the matter this one was opened out of (`origin` true).
                       Where it cannot be taken at present, nothing happens. */
};

enum procedure_clock_op { CLOCK_START, CLOCK_PAUSE, CLOCK_RESUME, CLOCK_STOP, CLOCK_EXTEND, CLOCK_RELIMIT };

enum procedure_card { CARD_ORDINARY, CARD_YELLOW, CARD_RED, CARD_LIFT };

/* One field handed on when another matter is opened. */
struct procedure_carry {
  const char *theirs;                   /* field name in the other procedure */
  const struct procedure_field *ours;
};

struct procedure_effect {
  enum procedure_effect_kind kind;
  const struct procedure_condition *when; /* NULL: always */
  const struct procedure_field *field;    /* ASSIGN, ADD, LINK, MERGE, SET; CLOCK extend: how many units */
  struct procedure_actors actors;         /* ASSIGN, TELL, ESCALATE */
  const struct procedure_track *track;    /* ADD */
  const char *track_role;                 /* ADD: or NULL */
  struct procedure_number percent;        /* ADD: 100 unless sampled */
  const struct procedure_clock *clock;    /* CLOCK */
  enum procedure_clock_op clock_op;       /* CLOCK */
  struct procedure_limit extend;          /* CLOCK extend by a fixed span; text NULL: `field` units of `extend_unit` */
  enum unit extend_unit;                  /* UNIT_WORK_DAY ... */
  struct bilingual words;                 /* TELL */
  const char *procedure;                  /* OPEN */
  const char *other;                      /* OPEN: its opening action; DO with origin: the action there */
  const char *link;                       /* OPEN, LINK: kind of link */
  const struct procedure_field *each;     /* OPEN, ADD: one for each row of this record; NULL: one */
  const struct procedure_carry *carry;    /* OPEN, ADD */
  size_t carry_count;
  enum procedure_card card;               /* SUPERVISE */
  const char *value;                      /* SET */
  const struct procedure_action *action;  /* DO (origin false); ADD with `each`: how each begins */
  bool origin;                            /* DO */
  bool own;                               /* DO: on this very track, not on all of its type */
  const struct procedure_document *document; /* ISSUE */
  struct procedure_at at;
};

struct procedure_effects {
  const struct procedure_effect *items;
  size_t count;
};

/* --- what follows from what was said: decision tables (triage) --------------------------------------------------- */

/* One row: where `when` holds (NULL: whatever is left), the table's field gets the option `is`, people read `because`,
 * and `effects` follow, each time the row is the answer. */
struct procedure_row {
  const struct procedure_condition *when; /* TEST_VALUE and TEST_RANGE of the table's inputs, all of them holding */
  const char *is;
  struct bilingual because;
  struct procedure_effects effects;
  int number; /* 1.. as people count rows */
  struct procedure_at at;
};

/* A decision table gives one choice field its value, and nobody else may. It is asked again whenever an input is said; the
 * earlier answers stay in the history. The first row that holds is the answer; with `unique` no two rows hold at once. */
struct procedure_table {
  const struct procedure_field *field;
  const struct procedure_track *track;
  struct procedure_field_list inputs; /* choice, yes-no, number */
  const struct procedure_row *rows;
  size_t rows_count;
  bool unique;
  struct procedure_at at;
};

/* --- where it stands: stages ------------------------------------------------------------------------------------ */

/* The field's own terms, the same in every procedure, so that statistics can be made of all of them. */
enum procedure_phase {
  PHASE_REPORTED,   /* 上报 */
  PHASE_VERIFYING,  /* 核实 */
  PHASE_ACCEPTED,   /* 受理 (待立案) */
  PHASE_FILED,      /* 立案 (待派遣) */
  PHASE_DISPATCHED, /* 派遣 (待签收) */
  PHASE_HANDLING,   /* 处置 */
  PHASE_HANDLED,    /* 反馈 */
  PHASE_CHECKING,   /* 核查 */
  PHASE_SUSPENDED,  /* 挂账 */
  PHASE_CLOSED,     /* 结案 */
  PHASE_REFUSED,    /* 不予受理 */
  PHASE_VOID        /* 作废 */
};

enum procedure_outcome {
  OUTCOME_OPEN = 0, /* not a final stage */
  OUTCOME_DONE,     /* 办结 */
  OUTCOME_REFUSED,  /* 不予受理, refused */
  OUTCOME_VOID,     /* 作废, withdrawn */
  OUTCOME_MERGED    /* 并案 */
};

struct procedure_stage {
  const char *name;
  struct bilingual title;
  struct bilingual plain; /* for the resident, with placeholders {holder} {due} {number}; {NULL,NULL} on side tracks */
  const struct procedure_track *track;
  bool final;
  enum procedure_outcome outcome;
  enum procedure_phase phase;
  struct procedure_actors held; /* on whose to-do list it stands; empty on final stages */
  int index;                    /* 0.. within its track */
  struct procedure_at at;
};

struct procedure_stage_list {
  const struct procedure_stage *const *items;
  size_t count;
};

/* --- who moves it: actions -------------------------------------------------------------------------------------- */

enum procedure_to { TO_STAGE, TO_STAY, TO_PREVIOUS /* the stage it was in before this one */ };

/* Where an action leads; the first whose `when` holds is taken. The last has no condition. */
struct procedure_move {
  const struct procedure_condition *when;
  enum procedure_to to;
  const struct procedure_stage *stage; /* TO_STAGE */
};

/* Which figure an action adds to (besides the phases). */
enum procedure_counts {
  COUNTS_NOTHING = 0,
  COUNTS_RETURN,    /* 退回: the engine also remembers who received it, see ACTOR_RETURNED */
  COUNTS_REWORK,    /* 返工 */
  COUNTS_EXTENSION, /* 延期 */
  COUNTS_SUSPEND,   /* 挂账 */
  COUNTS_URGE,      /* 催办 */
  COUNTS_SUPERVISE, /* 督办 */
  COUNTS_REOPEN,    /* 重新办理: also counts as relapse */
  COUNTS_REFUSAL,   /* 拒哨, refusing a call */
  COUNTS_CALLBACK   /* 回访 */
};

struct procedure_action {
  const char *name;
  struct bilingual title;
  struct bilingual help;   /* may be {NULL,NULL} */
  struct bilingual plain;  /* the line in the resident's timeline; {NULL,NULL}: not shown there */
  const struct procedure_track *track;
  bool opens;                               /* taken to open a matter: there is no stage before */
  struct procedure_stage_list from;
  const struct procedure_move *moves;       /* at least one */
  size_t moves_count;
  struct procedure_actors by, not_by;
  struct procedure_field_list needs, asks;  /* of this track, or of the main track */
  const struct procedure_condition *when;
  struct procedure_effects effects;
  enum procedure_counts counts;
  bool composer;                 /* `page: composer`: it is taken on a page that shows whom it calls and by when */
  int upto;                      /* at most so often on one track; 0: no bound */
  struct procedure_limit again;  /* the same person not sooner again; text NULL: no bound */
  struct procedure_limit within; /* only so long after the track entered its present stage; text NULL: no bound */
  int index;                     /* 0.. within its track */
  struct procedure_at at;
};

/* --- until when: clocks ----------------------------------------------------------------------------------------- */

/* PLAN: as the plan of the clock's track says for the present visit.
 * GIVEN: the end itself is a value of the matter: a date or moment set by a decision, an order, an imported file. */
enum procedure_limit_from { LIMIT_FIXED, LIMIT_TABLE, LIMIT_CATALOGUE, LIMIT_GIVEN, LIMIT_PLAN };

struct procedure_limit_row {
  const char *value; /* of the table's field */
  struct procedure_limit limit;
  struct procedure_at at;
};

/* What happens when part of the limit, all of it, or more has passed: `percent` of the limit when `after` is not
 * given, otherwise `after` later than the limit. */
struct procedure_mark {
  int percent;                  /* 80: a warning; 100: late; 200: twice the limit has passed */
  struct procedure_limit after; /* text NULL: by percent */
  struct procedure_effects effects;
  struct procedure_at at;
};

struct procedure_clock {
  const char *name; /* unique in the procedure, not only in its track */
  struct bilingual title;
  const struct procedure_track *track;
  struct procedure_stage_list start_stages, stop_stages, pause_stages; /* on entering; on entering; while in */
  const struct procedure_action *const *start_actions, *const *stop_actions;
  size_t start_actions_count, stop_actions_count;
  enum procedure_limit_from limit_from;
  struct procedure_limit limit;              /* FIXED; CATALOGUE: when the condition gives none */
  const struct procedure_field *limit_field; /* TABLE: whose value; CATALOGUE: the condition; GIVEN: its end */
  const struct procedure_field *kind_field;  /* CATALOGUE: a choice of general, engineering, special; or NULL: general */
  const struct procedure_limit_row *rows;    /* TABLE: complete for a choice without a fallback */
  size_t rows_count;
  const struct procedure_condition *when;    /* it starts only if this holds */
  bool goes_on;    /* started again after it had stopped: true: goes on from where it stopped; false: anew */
  bool counts;     /* part of the on-time figures */
  bool response;   /* meeting it in time is what the response rate counts */
  bool shown;      /* the reporter sees its end as "next date" */
  const struct procedure_mark *marks; /* in order of time */
  size_t marks_count;
  int index; /* 0.. within the procedure */
  struct procedure_at at;
};

/* A plan of visits: each track of the type is one visit, added by the plan when the one before has ended. */
struct procedure_plan {
  struct procedure_stage_list start_stages; /* of main, on entering */
  const struct procedure_action *const *start_actions, *const *restart_actions;
  size_t start_actions_count, restart_actions_count;
  struct procedure_limit first, every;      /* due so long after the start, and after the visit before */
  const struct procedure_condition *clean;  /* of the visit's own fields */
  int clean_count;                          /* complete after so many clean ones in a row; 0: not by that */
  bool skips_first;                         /* the first visit does not count among them */
  int times;                                /* complete after so many visits; 0: not by that */
  const struct procedure_field *until;      /* complete when the next would be due after this date; or NULL */
  struct procedure_effects effects;         /* when it is complete, on the main track */
  const struct procedure_clock *clock;      /* the one with `limit: plan` */
  struct procedure_at at;
};

/* --- tracks and the whole --------------------------------------------------------------------------------------- */

enum procedure_holder { HOLDER_NONE, HOLDER_DEPARTMENT, HOLDER_POST, HOLDER_PERSON, HOLDER_PLACE, HOLDER_ANY };

/* A part a track can play among those of its type: one lead, up to nine assisting. */
struct procedure_track_role {
  const char *name;
  struct bilingual title;
  int least, most; /* how many of them one matter has */
  struct procedure_at at;
};

/* A track that publishes: while it stands in one of `shown`, what its fields say is public, from the moment it came there
 * until its period ends (the clock's late mark takes it out). Values said anew make a further edition. */
struct procedure_publication {
  struct bilingual title;                 /* kind of publication, for lists */
  const struct procedure_field *heading, *text;
  const struct procedure_field *where;    /* choice of board, page, both; NULL: the page */
  const struct procedure_field *proof;    /* photo of the board; NULL: none is asked */
  const struct procedure_field *removed;  /* photo of it taken down; NULL: none is asked */
  const struct procedure_field *item;     /* choice: which item of the plan of disclosure it pays; NULL: none */
  const char *objects, *objects_by;       /* procedure of an objection and the action that opens one; NULL: none is taken */
  struct procedure_stage_list shown;
  const struct procedure_clock *period;
  struct procedure_at at;
};

/* --- what is inspected: checklists --------------------------------------------------------------------------------- */

/* A track that inspects: on entering one of `open` a round begins on the edition of the day, which stays; on entering one of
 * `again` only what did not hold is looked at again. The action that says `answers` completes the round. */
struct procedure_inspection {
  const struct procedure_field *answers;                /* of type checklist */
  const struct procedure_field *of;                     /* text: what is inspected */
  struct procedure_stage_list open, again;
  const struct procedure_field *score, *level, *findings; /* numbers the engine fills when a round is complete; or NULL */
  struct procedure_at at;
};

/* A track that grades: while it stands in one of `shown` what it inspected has its level, until the clock runs out. */
struct procedure_grade {
  struct bilingual title;                 /* "星级" */
  struct procedure_stage_list shown;
  const struct procedure_clock *until;    /* its late mark takes the track out of `shown` */
  const struct procedure_document *paper; /* issued with it; or NULL */
  struct procedure_at at;
};

/* --- who decides, and by which rule: rolls, meetings, ballots -------------------------------------------------------- */

/* A rule as it is in force from one day on. The version in force on the day a roll's meeting or ballot opens binds until its
 * end, whatever comes into force meanwhile. */
struct procedure_rule_version {
  int32_t from, until;          /* day numbers; until 0: still in force; the first day it no longer is */
  struct bilingual law;         /* may be {NULL, NULL} */
  const char *article;
  struct rule_test quorum, pass;
  struct procedure_limit notice; /* a meeting is called so long before; text NULL: any time */
  int proxies;                  /* so many others one person may stand in for */
  bool proxy_at_home;           /* only for somebody of the same household */
  bool paper_first;             /* a paper vote takes the place of one cast on line before; else the first one counts */
  int small;                    /* totals by channel are withheld where fewer than this used it; 0: never */
  struct procedure_at at;
};

struct procedure_rule {
  const char *name;
  struct bilingual title;
  const struct procedure_rule_version *versions; /* by from, each until the next */
  size_t versions_count;
  struct procedure_at at;
};

struct procedure_seat {
  const char *name;
  struct bilingual title;
  int least, most; /* how many there must be when it opens; most 0: any number */
  bool invited;    /* added to this roll alone, by whoever keeps it: an interested party, an expert */
  struct procedure_at at;
};

/* A track with a roll: who is entitled. Drawn from a body with its terms on entering a stage, frozen when the meeting or
 * ballot opens. */
struct procedure_roll {
  const char *body;                    /* kind of body at the matter's place */
  const struct procedure_rule *rule;
  struct procedure_stage_list drawn;
  const struct procedure_seat *seats;  /* none: whatever the body has */
  size_t seats_count;
  struct procedure_actors by;          /* who keeps it: attendance, proxies, conflicts of interest, paper */
  struct procedure_at at;
};

struct procedure_meeting {
  const struct procedure_field *time;          /* a moment: not opened before it */
  const struct procedure_field *where, *agenda; /* texts; may be NULL */
  struct procedure_stage_list open;            /* stages in which people come in */
  struct procedure_at at;
};

enum procedure_channel { CHANNEL_NONE, CHANNEL_ON_LINE, CHANNEL_PAPER, CHANNEL_PHONE, CHANNEL_HAND, CHANNELS };

struct procedure_ballot {
  const struct procedure_field *question;  /* a public text */
  const struct procedure_option *options;
  size_t options_count;
  int passes;                              /* the option that must win; -1: whichever leads */
  bool secret;
  unsigned channels;                       /* bits 1 << enum procedure_channel */
  struct procedure_stage_list open;        /* stages in which votes are taken */
  const struct procedure_action *counted;  /* the action that counts */
  const struct procedure_clock *until;     /* votes are refused after its end; or NULL */
  struct procedure_at at;
};

struct procedure_track {
  const char *name; /* "main", or as the file says */
  struct bilingual title;
  enum procedure_holder holder;
  const struct procedure_track_role *roles;
  size_t roles_count;
  const struct procedure_stage *stages;
  size_t stages_count;
  const struct procedure_stage *start; /* where an added track begins; on main NULL, the opening action says */
  const struct procedure_action *actions;
  size_t actions_count;
  struct procedure_fields fields;
  const struct procedure_clock *clocks;
  size_t clocks_count;
  const struct procedure_publication *publication; /* NULL: it publishes nothing */
  const struct procedure_table *tables;
  size_t tables_count;
  const struct procedure_plan *plan; /* or NULL */
  const struct procedure_roll *roll; /* or NULL; so are these */
  const struct procedure_meeting *meeting;
  const struct procedure_ballot *ballot;
  const struct procedure_inspection *inspection;
  const struct procedure_grade *grade;
  int index; /* 0 is main */
  struct procedure_at at;
};

/* A law, rule or notice the procedure rests on, with the days from which and until which it is in force. */
struct procedure_law {
  struct bilingual title;
  const char *article;
  int32_t from, until; /* day numbers; 0: not given */
  struct procedure_at at;
};

/* What one group of readers sees of a matter (bits). */
enum procedure_shows {
  SHOWS_STAGES = 1 << 0,
  SHOWS_TIMELINE = 1 << 1,    /* actions that have plain words */
  SHOWS_NEXT_DATE = 1 << 2,   /* ends of clocks that are shown */
  SHOWS_PARTICIPANTS = 1 << 3,
  SHOWS_HOLDER = 1 << 4,
  SHOWS_SUMMARY = 1 << 5,
  SHOWS_PLACE = 1 << 6,
  SHOWS_CATEGORY = 1 << 7,
  SHOWS_PHOTOS = 1 << 8,
  SHOWS_ANSWER = 1 << 9,
  SHOWS_RATING = 1 << 10
};

enum procedure_relapse { RELAPSE_PLACE = 1 << 0, RELAPSE_CATEGORY = 1 << 1, RELAPSE_REPORTER = 1 << 2 };

/* The part of the site a kind of matter is found in: `menu` in the file. */
enum procedure_menu { IN_CASES, IN_JOINT, IN_GRID, IN_DELIBERATION, IN_MEDIATION };

/* Need-to-know (`secrecy`): every matter of the procedure is sealed. It is encrypted with a key of its own, has a code that
 * tells nothing, stands in no list, count, search or export, and exists only for those who hold a post of a role in `know`
 * AND are assigned to it, or who broke the glass. */
struct procedure_secrecy {
  role_set know, glass;                 /* who may be assigned; who may break the glass where the matter lies */
  enum role supervisor;                 /* hears of every broken glass, and of what is escalated to that role */
  struct procedure_limit glass_for;     /* how long a broken glass stays open */
  struct bilingual notice;              /* the only words that are ever told of it; may hold {number} and {due} */
  const struct procedure_field *contact; /* how the person concerned can safely be reached; NULL: not asked */
  const struct procedure_field *concerned; /* the account name of the person concerned, who may read it; NULL: nobody */
  struct procedure_at at;
};

/* --- what is put on paper: documents ----------------------------------------------------------------------------- */

/* What stands in one blank of a template: every present value of the field on tracks of its type (in `role`, NULL any). */
struct procedure_blank {
  const char *name;
  const struct procedure_field *field;
  const char *role;
};

/* A paper this procedure issues: a template (matter/document.h) and what fills its blanks. */
struct procedure_document {
  const char *name, *of; /* `of`: the template */
  const struct procedure_blank *blanks;
  size_t blanks_count;
  int index;
  struct procedure_at at;
};

struct procedure {
  const char *name; /* "incident" */
  int version;      /* 1.. */
  struct bilingual title, about;
  enum procedure_menu menu;
  const char *icon; /* for buttons that begin one, a name of assets/icons.txt; NULL the usual one */
  const struct procedure_law *basis;
  size_t basis_count;
  const char *number;         /* "{district}-{year}-{seq:6}", see procedure_number */
  unsigned open_at;           /* bits 1 << enum role_level: the levels of place it may lie at; 0: needs no place */
  const char *const *open_from; /* procedures out of whose matters it may be opened */
  size_t open_from_count;
  bool confidential;          /* every matter of it: never public, hidden from neighbours */
  const struct procedure_secrecy *secrecy; /* NULL: it is not sealed */
  bool open_alone;            /* may also be opened by itself */
  const enum role *ladder;    /* who a late matter is escalated to, from the lowest rung up */
  size_t ladder_count;
  const struct procedure_setting *settings;
  size_t settings_count;
  const struct procedure_rule *rules;
  size_t rules_count;
  const struct procedure_track *tracks; /* tracks[0] is main */
  size_t tracks_count;
  const struct procedure_document *documents;
  size_t documents_count;
  unsigned shows_reporter, shows_public; /* bits of enum procedure_shows */
  unsigned relapse_same;      /* bits of enum procedure_relapse; 0: not counted */
  struct procedure_limit relapse_within;
  struct procedure_limit keep; /* retention after the matter ended; text NULL: for good */
  struct bilingual keep_basis;
  const char *source;         /* the file's text, for keeping with the version */
  size_t source_len;
};

/* --- findings --------------------------------------------------------------------------------------------------- */

enum procedure_severity { FINDING_ERROR, FINDING_WARNING };

/* One thing found in a file. `code` is dotted; its words are error.<code> and hint.<code>. */
struct procedure_finding {
  struct procedure_at at;
  enum procedure_severity severity;
  const char *code;
  const char *arg[ERROR_ARGS]; /* "" where there is none */
};

/* All of them, in the order of the file, at most 200. Zero-initialise. */
struct procedure_findings {
  struct procedure_finding *items;
  size_t count, cap;
  size_t errors;
};

/* --- reading, checking, drawing --------------------------------------------------------------------------------- */

enum { PROCEDURE_FILE_MAX = 256 * 1024 };

/* Reads and checks a procedure file of `len` bytes. What is wrong with it goes to `found` (in `a`, as is the
 * procedure). Returns 0 with *out set when there are no errors (there may be warnings); otherwise -1, *out NULL and
 * the first finding's code in `err` as ERR_INPUT, its line and column in err->field as "line:column". */
int procedure_read(const struct procedure **out, struct procedure_findings *found, struct arena *a, const char *text,
                   size_t len, struct error *err);

/* Checks what one file alone cannot say: that the procedures opened exist, may be opened from there, have the
 * opening action and the fields carried to, and that an action done on an origin exists there. Findings carry the
 * place in the file of procedures[i]; `which` (may be NULL) gets the index i of each finding's procedure. */
void procedure_check_together(struct procedure_findings *found, size_t **which, struct arena *a,
                              const struct procedure *const *procedures, size_t count);

/* Draws the procedure as an SVG document (no script, no external part) in Chinese (`zh`) or English. */
void procedure_draw(struct buf *out, const struct procedure *p, bool zh);

/* --- finding by name -------------------------------------------------------------------------------------------- */

/* Each returns NULL when there is none. */
const struct procedure_track *procedure_track_find(const struct procedure *p, const char *name);
const struct procedure_stage *procedure_stage_find(const struct procedure_track *t, const char *name);
const struct procedure_action *procedure_action_find(const struct procedure_track *t, const char *name);
/* A field of the track itself, or else of main. A field inside a record: "record.field". */
const struct procedure_field *procedure_field_find(const struct procedure *p, const struct procedure_track *t,
                                                   const char *name);
/* The main track's field that fills `as`, or NULL. */
const struct procedure_field *procedure_field_as(const struct procedure *p, enum procedure_field_as as);
const struct procedure_clock *procedure_clock_find(const struct procedure *p, const char *name);
const struct procedure_setting *procedure_setting_find(const struct procedure *p, const char *name);
const struct procedure_track_role *procedure_track_role_find(const struct procedure_track *t, const char *name);

/* The first opening action with that name, or (name NULL) the first at all. */
const struct procedure_action *procedure_opening(const struct procedure *p, const char *name);

/* Whether the action may be taken from that stage (its `from` only). */
bool procedure_action_from(const struct procedure_action *action, const struct procedure_stage *stage);

/* Where the action leads now (the first move whose condition holds). Never NULL. */
const struct procedure_move *procedure_action_move(const struct procedure_action *action,
                                                   const struct procedure_facts *facts);

/* The version of the rule in force on a day; before the first one, the first. */
const struct procedure_rule_version *procedure_rule_on(const struct procedure_rule *rule, int32_t day);

/* The row of the table that answers, NULL while an input has no value. Pure. */
const struct procedure_row *procedure_decide(const struct procedure_table *table, const struct procedure_facts *facts);

/* The condition as a person reads it ("伤害程度为轻伤以上"); nothing for NULL. */
void procedure_condition_words(struct buf *out, const struct procedure_condition *c, bool zh);

/* The text in the language asked for. */
const char *bilingual_pick(const struct bilingual *t, bool zh);

/* Stable names as files and stored rows write them: "handling", "yellow", "text" ... */
const char *procedure_phase_name(enum procedure_phase phase);
const char *procedure_outcome_name(enum procedure_outcome outcome);
const char *procedure_card_name(enum procedure_card card);
const char *procedure_counts_name(enum procedure_counts counts);
const char *procedure_channel_name(enum procedure_channel channel); /* "on-line" */
const char *procedure_field_type_name(enum procedure_field_type type);
const char *procedure_field_as_name(enum procedure_field_as as); /* "place"; "nothing" */

/* Writes a matter's number from the pattern. Known placeholders: {district} {street} {year} {month} {day} {seq:N}
 * (N digits, more when it does not fit). `street` may be "". */
struct procedure_number_parts {
  const char *district, *street;
  int32_t day; /* day number of opening, for year, month and day */
  int64_t seq;
};
void procedure_number(struct buf *out, const struct procedure *p, const struct procedure_number_parts *parts);

/* Whether numbers of this procedure start again each year ({year} in the pattern). */
bool procedure_number_yearly(const struct procedure *p);

#endif
