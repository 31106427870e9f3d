/* base: what every room stands on, and what knows nothing of any of them.
 *
 * Arenas (memory by lifetime), buffers (bytes with a maximum), errors (what, where, what to do), text
 * (UTF-8, checked at the door), time (one function reads the wall clock), hashes, the JSON writer and the
 * log. Nothing here knows a district, a matter, a database or HTTP. Every other room may include base;
 * base includes nothing of ours. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"

#endif
