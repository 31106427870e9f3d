/* What the pages of signing in show. */
#ifndef WEB_VIEW_SIGN_IN_H
#define WEB_VIEW_SIGN_IN_H

#include "web/desk.h"

struct view_sign_in {
  const struct view_problem *problem;
  const char *next, *login;
  bool code_needed; /* the password was right: now the one-time code */
};

struct view_password {
  const struct view_problem *problem;
  bool must; /* somebody else set the present one */
  int least; /* characters */
};

struct view_codes {
  const struct view_problem *problem;
  bool on;
  const char *secret, *spaced, *uri;
  const char *qr_view, *qr_path;
};

#endif
