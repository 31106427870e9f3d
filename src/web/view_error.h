/* What pages/error.html shows. */
#ifndef WEB_VIEW_ERROR_H
#define WEB_VIEW_ERROR_H

struct view_error {
  int status;
  const char *what, *hint;
  const char *field;   /* "" none */
  const char *sign_in; /* where to sign in, when that would help; "" none */
};

#endif
