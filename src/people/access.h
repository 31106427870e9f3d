/* Access: THE one place that decides who may see or do what.
 *
 * Three questions are asked of it, always in this order:
 *   1. access_route   may this caller use this door at all?            (asked by the dispatcher, from the route table)
 *   2. access_scope   which part of the district may a list show?      (asked by whoever writes a list query)
 *   3. access_matter  how much of THIS matter may be shown?            (asked for every single matter that is shown)
 * and two when something is done:
 *   4. access_act_as  under which of their posts may they take an action that the procedure gives to these roles?
 *   5. access_open    may they have personal data in clear, for this reason? (the opening is then journalled)
 * A list that passed 2 holds nothing that 3 would refuse: the property test in test_access.c says so.
 *
 * Everything here is pure: no database, no clock but the one it is given. The rules, in words:
 *   - A post gives sight of its place and everything under it, or of the matters handed to its organisation.
 *   - Being assigned (a post, a person, an organisation's track) always gives sight of that one matter.
 *   - Personal data is masked for everybody but those assigned, unless opened for a written reason.
 *   - A confidential matter is never public, hidden from neighbours, and its reporter opens to centres and leaders
 * only.
 *   - A sealed matter does not exist for anybody but those who hold a post of a role the procedure names (`know`) AND
 *     are assigned to it, whatever their rank; or who broke the glass: a role the procedure names, in whose place it
 *     lies, gave a reason, and the grant has not run out.
 *   - An administrator keeps accounts and sees of matters what the public sees. */
#ifndef PEOPLE_ACCESS_H
#define PEOPLE_ACCESS_H

#include "base/error.h"
#include "base/time.h"
#include "people/role.h"

/* ---- who asks ---- */

enum actor_kind {
  ACTOR_ANONYMOUS = 0,
  ACTOR_RECEIPT, /* a resident who showed the receipt code of one matter, no account */
  ACTOR_ACCOUNT, /* signed in */
  ACTOR_API_KEY, /* a program with a key */
  ACTOR_MACHINE  /* a clock, an import, the command line on the machine itself */
};

/* A place with everything above it; 0 where there is none or it is not known that finely. Own ids, not codes.
 * A post at street level has street set and community, grid, building, stairwell 0; and so on downwards. */
struct place_chain {
  int64_t street, community, grid, building, stairwell;
};

/* A post as access sees it: one role, bound to one place or organisation. Only posts in force now are loaded. */
struct post {
  int64_t id;
  enum role role;
  int64_t place; /* the place it is bound to; 0 for the whole district or for an organisation's post */
  struct place_chain at;
  int64_t org; /* the organisation; 0 when none */
  bool acting; /* standing in for somebody */
};

/* Whoever asks. Made once a request (people_actor_load) and read-only after. Zero-initialised is anonymous, which
 * may see least: forgetting to fill it in can only take rights away. */
struct actor {
  enum actor_kind kind;
  int64_t district;
  int64_t person;           /* account, or a receipt whose reporter is a known person; else 0 */
  int64_t account;          /* ACTOR_ACCOUNT */
  int64_t session;          /* ACTOR_ACCOUNT */
  int64_t api_key;          /* ACTOR_API_KEY */
  int64_t org;              /* ACTOR_API_KEY: the organisation the key was issued to, or 0 */
  int per_minute;           /* ACTOR_API_KEY: its own rate; 0 the district's */
  const char *sources;      /* ACTOR_API_KEY: the sources it may claim, a space between; NULL none */
  int64_t matter;           /* ACTOR_RECEIPT: the one matter the receipt opens */
  int64_t reporter;         /* ACTOR_RECEIPT: whose receipt it is */
  bool own;                 /* ACTOR_RECEIPT: they reported it themselves; who joined or was merged into it did not */
  const struct post *posts; /* owned by the arena of the request */
  size_t post_count;
  const char *label; /* for pages ("王示例 · 金川路街道综治中心"); never logged; may be NULL */
};

/* The roles an actor holds, as bits (RESIDENT is always among them). */
role_set access_roles(const struct actor *actor);

/* True when the actor may say that what it reports came from `source` ("hotline"): a program whose key names it. Where a
 * person's report comes from is said by the action they take. */
bool access_may_claim(const struct actor *actor, const char *source);

/* True when the actor holds a post of one of `roles`, wherever. */
bool access_has_role(const struct actor *actor, role_set roles);

/* ---- 1. doors ---- */

/* What a route declares: any of these, or'd with ROLE_BITs. Roles are let in when ANY post matches; where in the
 * district is asked later by scope and matter. */
#define ACCESS_PUBLIC ((role_set)1 << 60)    /* anybody, signed in or not */
#define ACCESS_SIGNED_IN ((role_set)1 << 61) /* any account */
#define ACCESS_RECEIPT ((role_set)1 << 62)   /* the holder of a receipt code */
#define ACCESS_API_KEY ((role_set)1 << 63)   /* a program with a key */

/* 0 when `actor` may use a route declared with `mask`. Otherwise -1 with
 *   access.sign-in   ERR_SIGN_IN  nobody is signed in and somebody else might be let in
 *   access.role      ERR_DENIED   signed in, but holds none of the roles
 * ACTOR_MACHINE passes every door. An empty mask lets nobody in (a forgotten declaration is a closed door). */
int access_route(role_set mask, const struct actor *actor, struct error *err);

/* One line of the access matrix: would a caller of this kind, holding this role (ROLE_NONE for none), be let in? */
bool access_route_admits(role_set mask, enum actor_kind kind, enum role role);

/* ---- 2. lists ---- */

enum scope_kind {
  SCOPE_DISTRICT,
  SCOPE_STREET,
  SCOPE_COMMUNITY,
  SCOPE_GRID,
  SCOPE_BUILDING,
  SCOPE_STAIRWELL,
  SCOPE_ORG
};

/* One arm of a scope: everything whose column of that kind equals `id` (nothing to compare for SCOPE_DISTRICT).
 * `confidential` false: rows that are confidential must be left out. Sealed rows are left out of every list except
 * the list of one's own assignments. */
struct scope_arm {
  enum scope_kind kind;
  int64_t id;
  bool confidential;
  const struct post *post; /* the post it comes from, for the choice of hats on the page; NULL for an API key's */
};

enum { SCOPE_ARMS = 24 };

/* What an actor may list. Arms that lie inside a wider arm are left out, so nearly everybody has one; they are
 * sorted from the widest to the narrowest. What is assigned to a person or post by name is always theirs to list and
 * is not an arm: query by post or person. `person` is for "my own reports" (0: none). */
struct scope {
  struct scope_arm arm[SCOPE_ARMS];
  size_t count;
  int64_t person;
};

/* Fills `out` with the part of the district whose matters `actor` may see in a list. */
void access_scope(const struct actor *actor, struct scope *out);

/* The same decision row by row, for rows that are not matters (posts, places, statistics): does any arm cover this
 * place or this organisation (0: none)? */
bool access_scope_covers(const struct scope *scope, const struct place_chain *at, int64_t org);

/* ---- 3. one matter ---- */

/* How much of a matter is shown; each shows what the one before shows, and more. */
enum access_view {
  VIEW_NONE = 0, /* answer as if it did not exist (404) */
  VIEW_PUBLIC,   /* what the procedure shows to everybody: stages, place without house number, no texts, no photos */
  VIEW_REPORTER, /* what the procedure shows to the one who reported */
  VIEW_HANDLER,  /* everything, personal data masked */
  VIEW_FULL      /* everything, personal data in clear: those assigned (except a confidential reporter's) */
};

/* A grant to look into a sealed matter after the glass was broken; written by the journalled action. */
struct glass_grant {
  int64_t account;
  time_ms until;
};

/* What has to be known of a matter to decide. The matter room fills it from one row and its tracks; arrays belong to
 * the caller and may be NULL with count 0. */
struct subject {
  int64_t district, matter;
  struct place_chain at;
  const int64_t *orgs; /* organisations that have (or had) a track in it */
  size_t org_count;
  const int64_t *posts; /* posts it is assigned to: the handler's, each track's, visitors' */
  size_t post_count;
  const int64_t *persons; /* persons assigned by name, in whatever role */
  size_t person_count;
  const int64_t *reporters; /* persons who reported it or a matter merged into it */
  size_t reporter_count;
  int64_t api_key;   /* the key it came in by; 0 */
  bool shown_public; /* the procedure shows it to everybody in its present stage */
  bool confidential; /* the reporter asked for their name to be kept */
  bool sealed;       /* need-to-know: the procedure's `secrecy: sealed` */
  bool
      reporter_tracks; /* a sealed matter may still be looked up by its reporter (never where a phone may be watched) */
  role_set know;       /* sealed: roles that may be assigned and then know of it */
  role_set glass;      /* sealed: roles that may break the glass */
  const struct glass_grant *grants;
  size_t grant_count;
};

/* The most of `s` that `actor` may be shown. `now` is for grants. */
enum access_view access_matter(const struct actor *actor, const struct subject *s, time_ms now);

/* True when the reporter's identity may be shown in clear without asking: not for confidential or sealed matters. */
bool access_shows_reporter(const struct actor *actor, const struct subject *s, time_ms now);

/* Is the actor (one of) the reporter(s): by person, by receipt, by API key? */
bool access_is_reporter(const struct actor *actor, const struct subject *s);

/* Is the matter assigned to the actor: by post, by name, or by their organisation's track? */
bool access_is_assigned(const struct actor *actor, const struct subject *s);

/* ---- 4. doing ---- */

/* The post under which `actor` may take an action that is given to `roles` on `s`, or NULL. The nearest one: an
 * organisation's own track first, then the smallest place. A post at a place covers everything under it. `org` narrows
 * to one organisation's track (the track being acted on), 0 for none: an organisation's post then needs to have any
 * track in it. RESIDENT in `roles` lets anybody in, with a post whose id is 0. Sealed matters: only those access_matter
 * shows it to as handlers. ACTOR_MACHINE gets no post: the engine's own actions do not ask. */
const struct post *access_act_as(const struct actor *actor, role_set roles, const struct subject *s, int64_t org,
                                 time_ms now);

/* The same without a matter: a post of `roles` that covers a place (opening a matter there, appointing there). */
const struct post *access_post_at(const struct actor *actor, role_set roles, const struct place_chain *at);

/* May `actor` appoint to, and end, posts of `role` at a place (all zero: the district)? Administrators and the machine
 * anywhere; a street's centre or leader those below it; a community's officer or secretary its building and stairwell
 * heads and volunteers. Nobody gives a post that sees more than their own. */
bool access_may_appoint(const struct actor *actor, enum role role, const struct place_chain *at);

/* ---- 5. personal data and sealed files ---- */

enum access_datum {
  DATUM_CONTACT, /* telephone, address, identity number of the people in it */
  DATUM_REPORTER /* who reported */
};

/* 0 when personal data of `s` may be shown in clear to `actor` for `reason` (at least 4 characters when they are not
 * assigned). The caller journals the opening. Otherwise -1:
 *   access.matter    ERR_MISSING  may not know of it
 *   access.open      ERR_DENIED   this role does not open personal data, or not a confidential reporter
 *   access.reason    ERR_INPUT    a reason is needed */
int access_open(const struct actor *actor, const struct subject *s, enum access_datum what, const char *reason,
                time_ms now, struct error *err);

/* 0 when `actor` may break the glass of sealed `s` for `reason` (at least 10 characters). The caller writes a
 * glass_grant, journals, and tells the supervisor the procedure names. Errors as access_open. */
int access_break_glass(const struct actor *actor, const struct subject *s, const char *reason, struct error *err);

#endif
