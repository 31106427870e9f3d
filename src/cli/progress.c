#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

static const int64_t TERMINAL_EVERY_NS = 100000000, LINE_EVERY_NS = 5000000000;

void cli_progress_start(struct cli_progress *p, const struct cli *c, enum word what, int64_t total) {
  *p = (struct cli_progress){.c = c, .what = what, .total = total, .terminal = isatty(STDERR_FILENO) == 1};
  p->started_ns = p->shown_ns = monotonic_ns();
}

static void show(struct cli_progress *p, int64_t now_ns, const char *end) {
  double seconds = (double)(now_ns - p->started_ns) / 1e9;
  double rate = seconds > 0 ? (double)p->done / seconds : 0;
  fprintf(stderr, "%s%s %lld", p->terminal ? "\r\033[K" : "", word(p->c->lang, p->what), (long long)p->done);
  if (p->total > 0) fprintf(stderr, " / %lld (%.0f%%)", (long long)p->total, 100.0 * (double)p->done / (double)p->total);
  fprintf(stderr, "  %.0f/s%s", rate, end);
  fflush(stderr);
  p->shown = true;
  p->shown_ns = now_ns;
}

void cli_progress_at(void *progress, int64_t done) {
  struct cli_progress *p = progress;
  int64_t now_ns = monotonic_ns();
  p->done = done;
  if (now_ns - p->shown_ns < (p->terminal ? TERMINAL_EVERY_NS : LINE_EVERY_NS)) return;
  show(p, now_ns, p->terminal ? "" : "\n");
}

/* What was short enough to need no progress says nothing at its end either. */
void cli_progress_end(struct cli_progress *p) {
  if (p->shown) show(p, monotonic_ns(), "\n");
}
