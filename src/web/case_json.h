/* A case view as JSON: the same for the API and for receipts. What the view withholds is null or an empty list. */
#ifndef WEB_CASE_JSON_H
#define WEB_CASE_JSON_H

#include "base/json_write.h"
#include "web/case_view.h"

/* Writes one object (schema "matter"). `offset_min` is the district's clock. */
void case_json_write(struct json *j, const struct case_view *v, enum lang lang, int offset_min);

/* What an action asks for, as a form: schema "field" for each. */
void case_json_fields(struct json *j, const struct procedure_action *action, enum lang lang);

#endif
