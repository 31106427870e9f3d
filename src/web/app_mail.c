/* Mail and web hooks of a server: `mail.yaml` in the data directory says where letters go out. Without it they wait in
 * the outbox, and nothing is lost. Secrets stand in that file alone, which must not be readable by others. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_text.h"
#include "base/yaml.h"
#include "store/outbox_send.h"
#include "web/app_inside.h"

enum { MAIL_FILE_MAX = 16 * 1024, PORT_MAX = 65535 };

static int wrong(struct error *err, const char *key) {
  return error_set(err, ERR_INPUT, "app.mail.value", key, key, NULL);
}

static int read_port(int *out, const struct yaml *node, struct error *err) {
  int64_t n;
  if (!node) return 0;
  if (!text_to_int(node->text, &n) || n < 1 || n > PORT_MAX) return wrong(err, "port");
  *out = (int)n;
  return 0;
}

static int read_tls(enum outbox_tls *out, const struct yaml *node, struct error *err) {
  static const char *const names[] = {"starttls", "whole", "none"};
  if (!node) return 0;
  for (int i = 0; i < 3; i++)
    if (text_eq(node->text, names[i])) {
      *out = (enum outbox_tls)i;
      return 0;
    }
  return wrong(err, "tls");
}

/* Keys that hold text, and where it goes. */
static int read_texts(struct outbox_settings *s, const struct yaml *file, struct error *err) {
  const struct {
    const char *key;
    const char **to;
  } texts[] = {{"host", &s->smtp_host},
               {"user", &s->smtp_user},
               {"password", &s->smtp_password},
               {"ca-file", &s->smtp_ca_file},
               {"from", &s->mail_from},
               {"name", &s->mail_name},
               {"webhook-allowed", &s->webhook_allowed},
               {"webhook-secret", &s->webhook_secret}};
  for (size_t i = 0; i < file->count; i++) {
    const struct yaml *node = file->items[i];
    bool known = text_eq(node->key, "port") || text_eq(node->key, "tls");
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
      if (!text_eq(node->key, texts[k].key)) continue;
      if (node->kind != YAML_SCALAR) return wrong(err, node->key);
      *texts[k].to = node->text;
      known = true;
    }
    if (!known) return wrong(err, node->key);
  }
  return 0;
}

/* 1 when there is a file, 0 when there is none. */
static int read_settings(struct outbox_settings *s, struct web_app *app, struct error *err) {
  const char *path = arena_printf(app->arena, "%s/mail.yaml", app->dir);
  struct stat is;
  struct yaml *file;
  char *text;
  size_t n;
  if (stat(path, &is) < 0) return 0;
  if (is.st_mode & (S_IRWXG | S_IRWXO)) return error_set(err, ERR_INPUT, "app.mail.open", NULL, path, NULL);
  outbox_settings_usual(s);
  if (file_text(&text, &n, app->arena, path, MAIL_FILE_MAX, err) < 0) return -1;
  if (yaml_read(&file, app->arena, text, n, MAIL_FILE_MAX, err) < 0) return -1;
  if (read_texts(s, file, err) < 0 || read_port(&s->smtp_port, yaml_get(file, "port"), err) < 0 ||
      read_tls(&s->tls, yaml_get(file, "tls"), err) < 0)
    return -1;
  return text_empty(s->mail_from) ? wrong(err, "from") : 1;
}

int app_mail_start(struct web_app *app, struct error *err) {
  struct outbox_settings settings;
  int r = read_settings(&settings, app, err);
  if (r <= 0) return r;
  return outbox_start(&app->outbox, app->lane, &settings, engine_open_address, app->people, err);
}
