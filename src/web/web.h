/* web: pages, the JSON API, Open311, feeds. Holds no rules: it reads, checks the shape of what comes in, asks
 * the rooms below, and writes what they say for people and programs.
 *
 * How one request lives
 *   1. The I/O thread (http_mhd.c) has the headers. The guard (guard.c) refuses what two parsers could read
 *      differently; the route's body limit is looked up; the body is gathered up to that limit.
 *   2. The connection is suspended and the request waits in a bounded queue (full: 503 with Retry-After).
 *   3. A worker takes it: address, cookies, query and form are decoded once, all of it valid UTF-8 (decode.c,
 *      multipart.c); the route is found (route.c); language, who is asking (the identify hook), access, CSRF, rate, parameters:
 *      each can end the request with an error in the asker's language.
 *   4. The handler reads through the worker's own read-only connection and fills the reply; or
 *      it defers: the action goes to the writer lane, the worker is free for somebody else, the lane commits and
 *      calls request_continue, and any worker writes the reply from what the lane said. Nothing is answered before it
 *      is durable.
 *   5. The connection is resumed; the I/O thread sends security headers and body and the arena dies.
 * A client that goes away meanwhile costs nothing: its reply is dropped in step 5. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "web/http.h"
#include "web/page.h"
#include "web/route.h"

#endif
