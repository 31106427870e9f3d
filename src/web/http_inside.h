/* Between http.c and http_mhd.c only. */
#ifndef WEB_HTTP_INSIDE_H
#define WEB_HTTP_INSIDE_H

#include "web/http.h"

/* Fills path, query, cookies, form, files, peer and tls from target, headers and body. What cannot be read leaves an
 * error in r->bad. `proxy` may be NULL. */
void http_read_parts(struct http_request *r, const char *proxy);

#endif
