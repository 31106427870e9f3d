/* The table: every area of the site, named once. Add an area here and nowhere else. */
#include "web/route.h"

extern const struct route routes_audit[], routes_settings[], routes_jobs[];
extern const struct route routes_data[], routes_data_ask[];
extern const struct route routes_admin[], routes_people[], routes_team[];
extern const struct route routes_clocks[];
extern const struct route routes_grids[], routes_people_import[], routes_catalogue[], routes_rota[];
extern const struct route routes_calendar[], routes_keys[], routes_orgs[], routes_procedures[];
extern const struct route routes_body[], routes_meeting[], routes_sheet[], routes_vote[], routes_case_paper[], routes_thread[];
extern const struct route routes_leader[], routes_public_figures[], routes_screen[];
extern const struct route routes_live[], routes_notice[];
extern const struct route routes_leader[];
extern const struct route routes_live[], routes_notice[], routes_document[];
extern const struct route routes_case[], routes_cases[], routes_demo[], routes_desk[], routes_map[], routes_place[];
extern const struct route routes_sign_in[];
extern const struct route routes_site[], routes_system[];
extern const struct route routes_api_file[], routes_api_list[], routes_api_matter[], routes_api_people[], routes_api_site[];
extern const struct route routes_open311[], routes_open311_post[], routes_open311_request[];
extern const struct route routes_resident[], routes_resident_home[], routes_resident_track[], routes_resident_about[];

extern const struct route routes_phone[], routes_phone_app[], routes_phone_case[];
extern const struct route routes_phone_book[], routes_phone_burden[], routes_phone_handover[];

extern const struct route routes_bulk[], routes_own[], routes_phrases[];
extern const struct route routes_bulk[], routes_phrases[];
extern const struct route routes_sealed[], routes_visits[], routes_inspection[];

extern const struct route routes_objection[], routes_disclosure[];

const struct route *const route_areas[] = {
    routes_site,
    routes_sign_in,
    routes_desk,
    routes_cases,
    routes_bulk,
    routes_own,
    routes_phrases,
    routes_case,
    routes_case_paper,
    routes_thread,
    routes_audit,
    routes_data,
    routes_data_ask,
    routes_admin,
    routes_clocks,
    routes_settings,
    routes_jobs,
    routes_people,
    routes_people_import,
    routes_grids,
    routes_catalogue,
    routes_rota,
    routes_orgs,
    routes_keys,
    routes_procedures,
    routes_calendar,
    routes_team,
    routes_body,
    routes_meeting,
    routes_sheet,
    routes_vote,
    routes_phone,
    routes_phone_case,
    routes_phone_app,
    routes_phone_book,
    routes_phone_burden,
    routes_phone_handover,
    routes_live,
    routes_map,
    routes_leader,
    routes_public_figures,
    routes_screen,
    routes_place,
    routes_system,
    routes_demo,
    routes_api_people,
    routes_api_matter,
    routes_api_list,
    routes_api_site,
    routes_api_file,
    routes_open311,
    routes_open311_post,
    routes_open311_request,
    routes_resident_home,
    routes_resident,
    routes_resident_track,
    routes_resident_about,
    routes_notice,
    routes_objection,
    routes_disclosure,
    routes_sealed,
    routes_visits,
    routes_inspection,
    routes_document,
    NULL,
};
