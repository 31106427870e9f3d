/* The table: every area of the site, named once. Add an area here and nowhere else. */
#include "web/route.h"

extern const struct route routes_case[], routes_demo[], routes_place[], routes_sign_in[], routes_site[], routes_system[];

const struct route *const route_areas[] = {
    routes_site,
    routes_sign_in,
    routes_case,
    routes_place,
    routes_system,
    routes_demo,
    NULL,
};
