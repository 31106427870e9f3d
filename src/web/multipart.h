/* multipart/form-data (RFC 7578), read strictly from bytes that are all there. */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "base/arena.h"
#include "base/error.h"
#include "web/http.h"

enum { MULTIPART_PARTS_MAX = 200, MULTIPART_HEADER_MAX = 2000, MULTIPART_FIELD_MAX = 256 * 1024 };

/* Fields into *fields (values valid UTF-8), files into *files. File data points into `body`, which must outlive them. An
 * empty file input (no name, no bytes) is left out. -1 with web.multipart.bad, web.multipart.many, web.encoding. */
int multipart_parse(struct http_pairs *fields, struct http_file **files, size_t *file_count, struct arena *a,
                    struct bytes body, const char *boundary, struct error *err);

#endif
