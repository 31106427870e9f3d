/* Every entry of the menus, by part. One line for one entry; see menu.h. */
#include "web/desk_lists.h"
#include "web/menu.h"
#include "web/view_leader.h"

#define CHECKERS (ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_ADMINISTRATOR))

#define TEAM                                                                                              \
  (CHECKERS | ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY) | ROLE_BIT(ROLE_STREET_CENTRE) | \
   ROLE_BIT(ROLE_STREET_LEADER) | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_DISTRICT_LEADER))

/* Who answers requests about one's own data, and who sees that they are answered. */
#define RIGHTS (CHECKERS | ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_DISTRICT_LEADER))

static int data_waiting(struct menu_count *out, const struct case_asker *who, struct error *err) {
  struct q_data_request_count_out row = {0};
  struct q_data_request_count_in in = {.district = who->world->district, .now = who->now};
  int r = q_data_request_count(who->db, who->arena, &row, &in, err);
  *out = (struct menu_count){row.waiting, row.late ? "late" : ""};
  return r < 0 ? -1 : 0;
}

#define OUTDOORS                                                                                   \
  (ROLE_BIT(ROLE_GRID_WORKER) | ROLE_BIT(ROLE_BUILDING_HEAD) | ROLE_BIT(ROLE_STAIRWELL_HEAD) | \
   ROLE_BIT(ROLE_COMMUNITY_OFFICER) | ROLE_BIT(ROLE_PARTY_SECRETARY))

/* The rota is the street's and the community's; the district looks at vacancies. */
#define ROTA (TEAM & ~(ROLE_BIT(ROLE_DISTRICT_CENTRE) | ROLE_BIT(ROLE_DISTRICT_LEADER)))

const struct menu_row menu_rows[] = {
    {MENU_DESK, "/desk", "side.desk", "layout-dashboard", DESK_WHO, NULL},

    {MENU_CASES, NULL, "side.decide", NULL, CASES_WHO, NULL},
    {MENU_CASES, "/desk?list=approvals", "side.approvals", "calendar-time", DESK_DECIDERS, desk_count_approvals},
    {MENU_CASES, "/desk?list=callbacks", "side.callbacks", "mood-smile", DESK_DECIDERS, desk_count_callbacks},
    {MENU_CASES, "/cases?state=carded", "side.carded", "alert-triangle", CASES_WHO, desk_count_carded},

    {MENU_CASES, NULL, "side.queries", NULL, CASES_WHO, NULL},
    {MENU_CASES, "/cases", "side.all", "file-search", CASES_WHO, NULL},
    {MENU_CASES, "/cases?state=late", "side.late", "clock", CASES_WHO, desk_count_late},
    {MENU_CASES, "/cases?phase=suspended", "side.suspended", "calendar-time", CASES_WHO, desk_count_suspended},
    {MENU_CASES, "/cases?state=watched", "side.watched", "star", CASES_WHO, desk_count_watched},
    {MENU_CASES, "/phrases", "phrase.title", "messages", CASES_WHO, NULL},

    {MENU_GRID, "/phone", "menu.work", "map-2", CASES_WHO, NULL},
    {MENU_GRID, "/phone/book", "phone.book", "building-community", OUTDOORS, NULL},
    {MENU_GRID, "/phone/burden", "phone.burden-all", "hourglass", CASES_WHO, NULL},

    {MENU_GRID, "/team", "team.in-office", "users", TEAM, NULL},
    {MENU_GRID, "/team/rota", "rota.title", "calendar-time", ROTA, NULL},
    {MENU_GRID, "/team/vacancies", "team.vacancies", "alert-triangle", TEAM, NULL},

    {MENU_JOINT, "/inspections", "inspection.due", "clipboard-list", CASES_WHO, NULL},

    {MENU_DELIBERATION, "/votes", "ballot.mine", "checks", DESK_WHO, NULL},
    {MENU_DELIBERATION, "/bodies", "body.title", "users", TEAM, NULL},

    {MENU_FIGURES, "/own", "own.title", "chart-bar", ROLE_BIT(ROLE_DEPARTMENT_OFFICER), NULL},
    {MENU_MEDIATION, "/visits", "visits.title", "route", CASES_WHO, NULL},
    {MENU_MEDIATION, "/sealed", "sealed.title", "lock", CASES_WHO, NULL},

    {MENU_FIGURES, "/leader", "leader.title", "chart-bar", LEADER_WHO, NULL},
    {MENU_FIGURES, "/screen", "screen.title", "layout-dashboard", LEADER_WHO & ~ROLE_BIT(ROLE_DEPARTMENT_OFFICER), NULL},
    {MENU_FIGURES, "/public/figures", "public.figures", "clipboard-list", LEADER_WHO, NULL},

    {MENU_PUBLIC, "/public/notices", "notice.board", "clipboard-list", DESK_WHO, NULL},
    {MENU_PUBLIC, "/disclosure", "disclosure.title", "checks", CASES_WHO, NULL},
    {MENU_PUBLIC, "/public/stars", "stars.title", "star", DESK_WHO, NULL},

    {MENU_SYSTEM, "/admin/people", "people.title", "user", ROLE_BIT(ROLE_ADMINISTRATOR), NULL},
    {MENU_SYSTEM, "/admin/orgs", "office.orgs", "building", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/grids", "grids.title", "map-2", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/procedures", "books.procedures", "route", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/catalogue", "catalogue.title", "books", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/calendar", "books.calendar", "calendar-time", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/settings", "settings.title", "adjustments", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/jobs", "jobs.title", "database", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/keys", "office.keys", "key", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/security", "security.title", "checks", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/access", "matrix.title", "layers-subtract", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/letters", "letters.title", "send", CHECKERS, NULL},
    {MENU_SYSTEM, "/admin/clocks", "aside.title", "clock", CHECKERS, NULL},
    {MENU_SYSTEM, "/data-requests", "data.title", "eye-check", RIGHTS, data_waiting},
    {MENU_SYSTEM, "/audit", "menu.audit", "clipboard-list", CHECKERS, NULL},

    {.word = NULL}};
