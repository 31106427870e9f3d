#include "store/file_kind.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { TEXT_LOOK = 64 << 10 };

/* One line a kind: where its mark stands and what it is. `also` is looked for at `also_at` in the same file. */
struct mark {
  const char *media;
  size_t at;
  const char *bytes;
  size_t len;
  size_t also_at;
  const char *also;
};

static const struct mark marks[] = {
    {"image/jpeg", 0, "\xFF\xD8\xFF", 3, 0, NULL},
    {"image/png", 0, "\x89PNG\r\n\x1A\n", 8, 0, NULL},
    {"image/webp", 0, "RIFF", 4, 8, "WEBP"},
    {"image/gif", 0, "GIF8", 4, 0, NULL},
    {"image/tiff", 0, "II*\0", 4, 0, NULL},
    {"image/tiff", 0, "MM\0*", 4, 0, NULL},
    {"image/heic", 4, "ftyphei", 7, 0, NULL},
    {"image/heic", 4, "ftyphev", 7, 0, NULL},
    {"image/heic", 4, "ftypmif1", 8, 0, NULL},
    {"image/heic", 4, "ftypmsf1", 8, 0, NULL},
    {"image/heic", 4, "ftypavif", 8, 0, NULL},
    {"application/pdf", 0, "%PDF-", 5, 0, NULL},
    {"application/zip", 0, "PK\x03\x04", 4, 0, NULL},
    {"audio/mp4", 4, "ftypM4A ", 8, 0, NULL},
    {"video/mp4", 4, "ftyp", 4, 0, NULL},
    {"audio/webm", 0, "\x1A\x45\xDF\xA3", 4, 0, NULL},
    {"audio/ogg", 0, "OggS", 4, 0, NULL},
    {"audio/amr", 0, "#!AMR", 5, 0, NULL},
    {"audio/mpeg", 0, "ID3", 3, 0, NULL},
    {"audio/wav", 0, "RIFF", 4, 8, "WAVE"},
};

/* Types that may be claimed for what the bytes show as something more general. */
static const struct {
  const char *claimed, *found, *ending;
} kinds[] = {
    {"image/jpeg", "image/jpeg", ".jpg"},
    {"image/png", "image/png", ".png"},
    {"image/webp", "image/webp", ".webp"},
    {"image/gif", "image/gif", ".gif"},
    {"image/heic", "image/heic", ".heic"},
    {"image/heif", "image/heic", ".heic"},
    {"image/avif", "image/heic", ".avif"},
    {"audio/webm", "audio/webm", ".webm"},
    {"audio/ogg", "audio/ogg", ".ogg"},
    {"audio/mp4", "audio/mp4", ".m4a"},
    {"audio/mp4", "video/mp4", ".m4a"}, /* recorders name the container */
    {"audio/x-m4a", "audio/mp4", ".m4a"},
    {"audio/amr", "audio/amr", ".amr"},
    {"audio/mpeg", "audio/mpeg", ".mp3"},
    {"audio/wav", "audio/wav", ".wav"},
    {"application/pdf", "application/pdf", ".pdf"},
    {"text/plain", "text/plain", ".txt"},
    {"text/csv", "text/plain", ".csv"},
    {"application/geo+json", "text/plain", ".geojson"},
    {"application/json", "text/plain", ".json"},
    {"application/zip", "application/zip", ".zip"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", ".docx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", ".xlsx"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool has(struct bytes d, size_t at, const char *bytes, size_t len) {
  return d.len >= at && d.len - at >= len && memcmp(d.data + at, bytes, len) == 0;
}

/* Text has no control characters but the usual ones; its encoding is its reader's business. */
static bool looks_like_text(struct bytes d) {
  size_t n = d.len < TEXT_LOOK ? d.len : TEXT_LOOK;
  for (size_t i = 0; i < n; i++)
    if (d.data[i] < 0x20 && !strchr("\t\n\r\f", d.data[i])) return false;
  for (size_t i = 0; i < n; i++)
    if (d.data[i] == 0 || d.data[i] == 0x7F) return false;
  return n > 0;
}

const char *file_sniff(struct bytes data) {
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    const struct mark *m = &marks[i];
    if (!has(data, m->at, m->bytes, m->len)) continue;
    if (!m->also || has(data, m->also_at, m->also, strlen(m->also))) return m->media;
  }
  return looks_like_text(data) ? "text/plain" : NULL;
}

/* "Image/JPEG; name=x" is image/jpeg; "image/jpg" is what many programs say. */
static void plain_claim(char *out, size_t size, const char *claimed) {
  size_t n = claimed ? strcspn(claimed, "; \t") : 0;
  if (n >= size) n = size - 1;
  for (size_t i = 0; i < n; i++) out[i] = (char)(claimed[i] >= 'A' && claimed[i] <= 'Z' ? claimed[i] + 32 : claimed[i]);
  out[n] = '\0';
  if (text_eq(out, "image/jpg") || text_eq(out, "image/pjpeg")) text_copy(out, size, "image/jpeg");
}

int file_is_what_it_says(const char **media, struct bytes data, const char *claimed, struct error *err) {
  char claim[128];
  if (!data.len) return error_set(err, ERR_INPUT, "file.empty", NULL, NULL);
  const char *found = file_sniff(data);
  if (!found) return error_set(err, ERR_INPUT, "file.unknown", NULL, NULL);
  plain_claim(claim, sizeof claim, claimed);
  if (!*claim || text_eq(claim, "application/octet-stream")) {
    *media = found;
    return 0;
  }
  for (int i = 0; i < KINDS; i++)
    if (text_eq(kinds[i].claimed, claim) && text_eq(kinds[i].found, found)) {
      *media = kinds[i].claimed;
      return 0;
    }
  return error_set(err, ERR_INPUT, "file.not-what-it-says", NULL, claim, found, NULL);
}

const char *file_ending(const char *media) {
  for (int i = 0; i < KINDS; i++)
    if (text_eq(kinds[i].claimed, media)) return kinds[i].ending;
  return "";
}
