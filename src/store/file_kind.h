/* What a file is, told from its first bytes and never from its name. */
#ifndef STORE_FILE_KIND_H
#define STORE_FILE_KIND_H

#include "base/buf.h"
#include "base/error.h"

/* The media type its bytes say ("image/jpeg", "application/pdf", "text/plain", ...), or NULL when they say nothing we
 * know. HEIC and AVIF are both "image/heic". Office files are "application/zip" here: that is what they are. */
const char *file_sniff(struct bytes data);

/* Checks `claimed` (a Content-Type, parameters ignored, any case; NULL or "application/octet-stream" claims nothing)
 * against the bytes and gives the media type to keep in `media` (for ever valid). A text may be claimed as text/csv, an
 * office file as its own type. Errors: file.empty, file.unknown, file.not-what-it-says {claimed} {found}. */
int file_is_what_it_says(const char **media, struct bytes data, const char *claimed, struct error *err);

/* The ending for a download's name, with its dot (".pdf"); "" for a type that is not known. */
const char *file_ending(const char *media);

#endif
