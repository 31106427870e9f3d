#include "base/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/time.h"

static enum log_level lowest = LOG_INFO;
static const char *const names[] = {"debug", "info", "warning", "error"};

void log_set_level(enum log_level level) { lowest = level; }

static void read_environment(void) {
  static int done;
  if (__atomic_exchange_n(&done, 1, __ATOMIC_RELAXED)) return;
  const char *s = getenv("TONGXIN_LOG");
  for (int i = 0; s && i < 4; i++)
    if (text_eq(s, names[i])) lowest = (enum log_level)i;
}

static void value(struct buf *b, const char *s) {
  if (!strpbrk(s, " \"=\n\t\\") && *s) {
    buf_puts(b, s);
    return;
  }
  buf_putc(b, '"');
  for (; *s; s++) {
    if (*s == '"' || *s == '\\') buf_putc(b, '\\');
    buf_putc(b, *s == '\n' ? ' ' : *s);
  }
  buf_putc(b, '"');
}

void log_event(enum log_level level, const char *event, ...) {
  read_environment();
  if (level < lowest) return;
  struct buf b;
  buf_init(&b, 4096);
  char at[48];
  time_format(at, sizeof at, wall_now(), OFFSET_CHINA_MIN);
  buf_printf(&b, "time=%s level=%s event=%s", at, names[level], event);
  va_list args;
  va_start(args, event);
  for (const char *key; (key = va_arg(args, const char *)) != NULL;) {
    const char *v = va_arg(args, const char *);
    buf_printf(&b, " %s=", key);
    value(&b, v ? v : "");
  }
  va_end(args);
  buf_putc(&b, '\n');
  (void)!write(STDERR_FILENO, b.data, b.len);
  buf_free(&b);
}
