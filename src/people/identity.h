/* Numbers that name people and bodies: checked, brought to one form, masked. Pure.
 *
 * GB 11643-1999 resident identity number, GB 32100-2015 unified social credit code, GB 11714-1997 organisation code,
 * and telephone numbers, which are checked loosely because their ranges change. White space and hyphens inside are
 * forgiven and lower case is made upper; full-width digits are not (a form says so, nothing is guessed). */
#ifndef PEOPLE_IDENTITY_H
#define PEOPLE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { RESIDENT_ID_SIZE = 19, CREDIT_CODE_SIZE = 19, ORG_CODE_SIZE = 10, PHONE_SIZE = 24 };

/* What a resident identity number says. */
struct resident_id {
  char number[RESIDENT_ID_SIZE]; /* 18 characters, X upper case; a 15-digit number is brought to 18 */
  int32_t birth;                 /* day number */
  int region;                    /* the six digits of the first registration, GB/T 2260 */
  bool male;
  bool from_old; /* it was a 15-digit number (issued before 1999: born 19xx) */
};

/* Reads a resident identity number of 18 or 15 digits. `today` is the day nobody is born after.
 * -1: identity.resident.form (not 18 or 15 characters, or not digits), .region (no such province), .birth (no such
 * day, or in the future), .check (check character is wrong). `field` names the form field, may be NULL. */
int resident_id_read(struct resident_id *out, const char *text, int32_t today, const char *field, struct error *err);

/* The check character of the first 17 digits (ISO 7064 MOD 11-2). */
char resident_id_check(const char *seventeen);

/* Reads a unified social credit code into its 18 upper-case characters.
 * -1: identity.credit.form, identity.credit.check. */
int credit_code_read(char out[CREDIT_CODE_SIZE], const char *text, const char *field, struct error *err);

/* Reads an organisation code ("D2143569-X") into nine characters without the hyphen.
 * -1: identity.org-code.form, identity.org-code.check. */
int org_code_read(char out[ORG_CODE_SIZE], const char *text, const char *field, struct error *err);

/* Reads a telephone number into one form: "13800002091", "0935-8312345", "4008000000", abroad "+44..."; no extensions.
 * -1: identity.phone. */
int phone_read(char out[PHONE_SIZE], const char *text, const char *field, struct error *err);
bool phone_is_mobile(const char *phone);

/* Masks, for everybody who has no reason to see the whole. They take any text and never show more than they say:
 * an identity number's region and last four (110105********002X), a telephone's first three and last four
 * (138****2091), the first character of a name (张**), nothing of what is too short for that. `out` gets valid UTF-8.
 */
void mask_resident_id(char *out, size_t size, const char *number);
void mask_phone(char *out, size_t size, const char *phone);
void mask_name(char *out, size_t size, const char *name);

#endif
