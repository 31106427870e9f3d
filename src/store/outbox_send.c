/* The two senders. Neither lets an address reach the log or the database. */
#include "store/outbox_send.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "store/outbox_internal.h"

enum { ADDRESS_MAX = 2048, LETTER_MAX = 1 << 20, WORD_BYTES = 42, LINE_BYTES = 57, ANSWER_MAX = 64 << 10 };

static struct outbox_result fate(enum outbox_fate f, const char *code, long number) {
  struct outbox_result r = {.fate = f};
  if (number) snprintf(r.code, sizeof r.code, "%s-%ld", code, number);
  else text_copy(r.code, sizeof r.code, code);
  return r;
}

/* --- the text of a mail (RFC 5322, MIME) ------------------------------------------------------------------------ */

static void add_base64(struct buf *out, const void *bytes, size_t n) {
  char text[128];
  sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_ORIGINAL);
  buf_puts(out, text);
}

/* A header's words in UTF-8 (RFC 2047): pieces that end between characters. */
static void add_words(struct buf *out, const char *s) {
  size_t len = strlen(s);
  for (size_t at = 0; at < len;) {
    size_t n = len - at < WORD_BYTES ? len - at : WORD_BYTES;
    while (at + n < len && n > 1 && ((unsigned char)s[at + n] & 0xC0) == 0x80) n--;
    buf_puts(out, at ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
    add_base64(out, s + at, n);
    buf_puts(out, "?=");
    at += n;
  }
}

static void add_date(struct buf *out, time_ms at) {
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  struct civil c;
  civil_from_ms(&c, at, 0);
  buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[c.weekday - 1], c.day, months[c.month - 1], c.year,
             c.hour, c.minute, c.second);
}

static void compose(struct buf *out, const struct outbox_letter *l, const struct outbox_settings *s, const char *to) {
  const char *domain = strchr(s->mail_from, '@');
  buf_puts(out, "From: ");
  if (!text_empty(s->mail_name)) {
    add_words(out, s->mail_name);
    buf_putc(out, ' ');
  }
  buf_printf(out, "<%s>\r\nTo: <%s>\r\nSubject: ", s->mail_from, to);
  add_words(out, l->subject);
  buf_puts(out, "\r\n");
  add_date(out, l->created);
  buf_printf(out, "Message-ID: <%s%s>\r\n", l->key, domain ? domain : "@localhost");
  buf_printf(out, "Content-Language: %s\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", l->lang);
  size_t len = strlen(l->body);
  for (size_t at = 0; at < len; at += LINE_BYTES) {
    add_base64(out, l->body + at, len - at < LINE_BYTES ? len - at : LINE_BYTES);
    buf_puts(out, "\r\n");
  }
}

/* One address, nothing that could end a line or a command. */
static bool is_address(const char *s) {
  const char *at = strchr(s, '@');
  if (!at || at == s || !at[1] || strchr(at + 1, '@') || strlen(s) > 254) return false;
  for (; *s; s++)
    if (*s <= ' ' || *s > '~' || strchr("<>(),;:\\\"[]", *s)) return false;
  return true;
}

/* --- libcurl ---------------------------------------------------------------------------------------------------- */

struct reading {
  const char *at;
  size_t left;
};

static size_t give(char *to, size_t size, size_t count, void *ctx) {
  struct reading *r = ctx;
  size_t n = size * count < r->left ? size * count : r->left;
  memcpy(to, r->at, n);
  r->at += n;
  r->left -= n;
  return n;
}

/* What a receiver answers is not read, and not without end. */
static size_t ignore(char *from, size_t size, size_t count, void *ctx) {
  size_t *taken = ctx;
  (void)from;
  *taken += size * count;
  return *taken > ANSWER_MAX ? 0 : size * count;
}

static void set_common(CURL *curl, const struct outbox_settings *s, const char *protocols) {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, s->timeout_ms);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, s->connect_ms);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  if (!text_empty(s->smtp_ca_file)) curl_easy_setopt(curl, CURLOPT_CAINFO, s->smtp_ca_file);
}

/* Refused for good with 5xx, except where it is we who are not let in: that is for the administrator to mend. */
static struct outbox_result mail_fate(CURLcode r, long code) {
  if (r == CURLE_OK) return fate(OUTBOX_SENT, "", 0);
  if (r == CURLE_LOGIN_DENIED || code == 530 || code == 535) return fate(OUTBOX_AGAIN, "outbox.sign-in", code);
  if (code >= 500 && code < 600) return fate(OUTBOX_DEAD, "outbox.refused", code);
  if (code >= 400) return fate(OUTBOX_AGAIN, "outbox.put-off", code);
  return fate(OUTBOX_AGAIN, "outbox.line", (long)r);
}

static struct outbox_result send_mail(CURL *curl, const struct outbox_letter *l, const struct outbox_settings *s,
                                      const char *to) {
  struct buf text;
  char url[300];
  long code = 0;
  if (!is_address(to)) return fate(OUTBOX_DEAD, "outbox.address", 0);
  buf_init(&text, LETTER_MAX);
  compose(&text, l, s, to);
  struct reading reading = {text.data, text.len};
  struct curl_slist *receivers = curl_slist_append(NULL, to);
  snprintf(url, sizeof url, "%s://%s:%d/", s->tls == OUTBOX_TLS_WHOLE ? "smtps" : "smtp", s->smtp_host, s->smtp_port);
  set_common(curl, s, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_USE_SSL, s->tls == OUTBOX_TLS_NONE ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
  if (!text_empty(s->smtp_user)) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, s->smtp_user);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, s->smtp_password);
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, s->mail_from);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, receivers);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  CURLcode r = text.full ? CURLE_OUT_OF_MEMORY : curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_slist_free_all(receivers);
  buf_free(&text);
  return mail_fate(r, code);
}

/* --- web hooks -------------------------------------------------------------------------------------------------- */

/* Scheme, host and port the same, and the path beginning with the allowed one. libcurl reads both URLs, so that what is
 * compared is what would be called; an address with a user in it is never allowed. */
static bool url_matches(const char *url, const char *allowed) {
  static const CURLUPart same[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
  CURLU *a = curl_url(), *b = curl_url();
  bool good = a && b && curl_url_set(a, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_set(b, CURLUPART_URL, allowed, 0) == CURLUE_OK;
  char *x = NULL, *y = NULL;
  for (size_t i = 0; good && i < sizeof same / sizeof *same; i++) {
    good = curl_url_get(a, same[i], &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
           curl_url_get(b, same[i], &y, CURLU_DEFAULT_PORT) == CURLUE_OK && strcmp(x, y) == 0;
    curl_free(x);
    curl_free(y);
    x = y = NULL;
  }
  if (good) {
    good = curl_url_get(a, CURLUPART_PATH, &x, 0) == CURLUE_OK && curl_url_get(b, CURLUPART_PATH, &y, 0) == CURLUE_OK &&
           text_starts(x, y) && !strstr(x, "..");
    curl_free(x);
    curl_free(y);
    x = NULL;
    if (good && curl_url_get(a, CURLUPART_USER, &x, 0) == CURLUE_OK) good = false;
    curl_free(x);
  }
  curl_url_cleanup(a);
  curl_url_cleanup(b);
  return good;
}

static bool is_allowed(const char *url, const char *list) {
  char one[ADDRESS_MAX];
  for (const char *s = list ? list : ""; *s;) {
    s += strspn(s, " ");
    size_t n = strcspn(s, " ");
    if (n && n < sizeof one) {
      memcpy(one, s, n);
      one[n] = '\0';
      if (url_matches(url, one)) return true;
    }
    s += n;
  }
  return false;
}

void outbox_signature(char out[65], const char *secret, const char *time, const char *id, const char *body) {
  crypto_auth_hmacsha256_state state;
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  const char *const pieces[] = {time, ".", id, ".", body};
  crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
  for (size_t i = 0; i < 5; i++) crypto_auth_hmacsha256_update(&state, (const unsigned char *)pieces[i], strlen(pieces[i]));
  crypto_auth_hmacsha256_final(&state, mac);
  text_hex(out, mac, sizeof mac);
}

static struct curl_slist *hook_headers(const struct outbox_letter *l, const struct outbox_settings *s) {
  char time[24], mac[65], line[200];
  snprintf(time, sizeof time, "%lld", (long long)(l->created / SECOND_MS));
  outbox_signature(mac, s->webhook_secret ? s->webhook_secret : "", time, l->key, l->body);
  struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
  snprintf(line, sizeof line, "Idempotency-Key: %s", l->key);
  h = curl_slist_append(h, line);
  snprintf(line, sizeof line, "Tongxin-Time: %s", time);
  h = curl_slist_append(h, line);
  snprintf(line, sizeof line, "Tongxin-Signature: sha256=%s", mac);
  return curl_slist_append(h, line);
}

static struct outbox_result send_hook(CURL *curl, const struct outbox_letter *l, const struct outbox_settings *s,
                                      const char *url) {
  long code = 0;
  size_t taken = 0;
  if (!is_allowed(url, s->webhook_allowed)) return fate(OUTBOX_DEAD, "outbox.not-allowed", 0);
  struct curl_slist *headers = hook_headers(l, s);
  set_common(curl, s, "http,https");
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, l->body);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &taken);
  CURLcode r = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_slist_free_all(headers);
  if (code >= 200 && code < 300) return fate(OUTBOX_SENT, "", 0);
  if (code >= 400 && code < 500 && code != 408 && code != 429) return fate(OUTBOX_DEAD, "outbox.refused", code);
  return code ? fate(OUTBOX_AGAIN, "outbox.put-off", code) : fate(OUTBOX_AGAIN, "outbox.line", (long)r);
}

/* --- one letter ------------------------------------------------------------------------------------------------- */

static int open_plain(struct bytes sealed, char *out, size_t size) {
  if (sealed.len >= size) return -1;
  memcpy(out, sealed.data, sealed.len);
  out[sealed.len] = '\0';
  return 0;
}

struct outbox_result outbox_deliver(void *curl, const struct outbox_letter *l, const struct outbox_settings *s,
                                    outbox_open_fn *open, void *ctx) {
  char address[ADDRESS_MAX] = "";
  struct error err = {0};
  int r = open ? open(ctx, l->recipient, l->key_id, address, sizeof address, &err)
               : open_plain(l->recipient, address, sizeof address);
  struct outbox_result result;
  if (r < 0) result = fate(OUTBOX_DEAD, "outbox.sealed", 0);
  else if (text_eq(l->channel, "mail")) result = send_mail(curl, l, s, address);
  else result = send_hook(curl, l, s, address);
  sodium_memzero(address, sizeof address);
  return result;
}
