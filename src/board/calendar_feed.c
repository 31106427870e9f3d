#include "board/calendar_feed.h"

#include <stdio.h>
#include <string.h>

enum { LINE_OCTETS = 75, LINE_MOST = 16384 };

/* Folds between characters: an octet that goes on with one is never the first of a line (3.1). */
static void put_line(struct calendar_feed *f, const char *line) {
  size_t n = strlen(line), used = 0;
  for (size_t i = 0; i < n;) {
    size_t len = 1;
    while (i + len < n && ((unsigned char)line[i + len] & 0xc0) == 0x80) len++;
    if (used + len > LINE_OCTETS) {
      buf_puts(f->out, "\r\n ");
      used = 1;
    }
    buf_add(f->out, line + i, len);
    used += len;
    i += len;
  }
  buf_puts(f->out, "\r\n");
}

/* A value of type TEXT: 3.3.11. Other controls have no place in it. */
static void put_text(struct calendar_feed *f, const char *name, const char *text) {
  struct buf line;
  if (text_empty(text)) return;
  buf_init(&line, LINE_MOST);
  buf_printf(&line, "%s:", name);
  for (const char *p = text; *p; p++) {
    if (*p == '\\' || *p == ';' || *p == ',') buf_putc(&line, '\\');
    if (*p == '\n')
      buf_puts(&line, "\\n");
    else if ((unsigned char)*p >= 0x20 && *p != 0x7f)
      buf_putc(&line, *p);
  }
  put_line(f, line.data);
  buf_free(&line);
}

static void put_time(struct calendar_feed *f, const char *name, time_ms at) {
  struct civil c;
  char line[64];
  civil_from_ms(&c, at, 0);
  snprintf(line, sizeof line, "%s:%04d%02d%02dT%02d%02d%02dZ", name, c.year, c.month, c.day, c.hour, c.minute, c.second);
  put_line(f, line);
}

void calendar_begin(struct calendar_feed *f, struct buf *out, const char *organ, const char *name) {
  struct buf maker;
  f->out = out;
  put_line(f, "BEGIN:VCALENDAR");
  put_line(f, "VERSION:2.0");
  buf_init(&maker, LINE_MOST);
  buf_printf(&maker, "-//Tongxin 365//%s//ZH", organ);
  put_text(f, "PRODID", maker.data);
  buf_free(&maker);
  put_line(f, "CALSCALE:GREGORIAN");
  put_line(f, "METHOD:PUBLISH");
  put_text(f, "X-WR-CALNAME", name);
  put_line(f, "REFRESH-INTERVAL;VALUE=DURATION:PT6H");
}

void calendar_add(struct calendar_feed *f, const struct calendar_event *e) {
  put_line(f, "BEGIN:VEVENT");
  put_text(f, "UID", e->uid);
  put_time(f, "DTSTAMP", e->stamp);
  put_time(f, "DTSTART", e->begins);
  if (e->ends) put_time(f, "DTEND", e->ends);
  put_text(f, "SUMMARY", e->summary);
  put_text(f, "LOCATION", e->location);
  if (!text_empty(e->url)) {
    struct buf line;
    buf_init(&line, LINE_MOST);
    buf_printf(&line, "URL:%s", e->url);
    put_line(f, line.data);
    buf_free(&line);
  }
  put_line(f, "TRANSP:TRANSPARENT");
  put_line(f, "END:VEVENT");
}

void calendar_end(struct calendar_feed *f) { put_line(f, "END:VCALENDAR"); }
