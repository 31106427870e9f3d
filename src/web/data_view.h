/* What the pages and the API say alike of requests about one's own data. */
#ifndef WEB_DATA_VIEW_H
#define WEB_DATA_VIEW_H

#include "base/json_write.h"
#include "matter/data_request.h"
#include "web/route.h"

/* "name" as people read it; "" is "—". Static. */
const char *data_field_title(enum lang lang, const char *field);

/* What a request is about: "310-… · phone", "what is kept about me". */
int data_about(const char **out, struct db *db, struct arena *a, int64_t district, enum lang lang, int64_t record,
               const char *field, struct error *err);

/* The time to answer as the setting says it today: "15 work days". */
const char *data_limit_words(struct arena *a, const struct world *w, enum lang lang, time_ms now);

/* The members of schema data-request. `whole`: with what the person wrote and was answered. */
void data_put(struct json *j, struct request *r, const struct data_request *q, bool whole);

/* Answers with the requests of these ids, in their order: {"items":[...]}. */
int data_reply_items(struct request *r, struct db *db, const int64_t *ids, size_t count, bool whole, struct error *err);

#endif
