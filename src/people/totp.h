/* One-time codes from a telephone app: RFC 6238 (TOTP) over RFC 4226 (HOTP), HMAC-SHA-1, six digits, 30 seconds, the
 * profile every authenticator app speaks. SHA-1 is sound inside HMAC; it is used nowhere else here. Pure. */
#ifndef PEOPLE_TOTP_H
#define PEOPLE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_SECRET_TEXT = 32 + 1, TOTP_DIGITS = 6, TOTP_STEP_S = 30 };

/* A new random secret as 32 letters of base 32 (RFC 4648), the form apps show and take. */
void totp_secret_new(char out[TOTP_SECRET_TEXT]);

/* The code of a base-32 secret at `now`, as `digits` (6 to 8) digits. False when the secret is not base 32. */
bool totp_code(char *out, int digits, const char *secret, time_ms now);

/* The step whose code this is, looking `drift` steps to both sides of now; -1 when none. A step not later than
 * `last_step` is refused, so that a code works once: store what is returned. Takes the same time for every code. */
int64_t totp_check(const char *secret, const char *code, time_ms now, int drift, int64_t last_step);

/* "otpauth://totp/..." for the QR code of enrolment; label and issuer are escaped. */
char *totp_uri(struct arena *a, const char *issuer, const char *label, const char *secret);

#endif
