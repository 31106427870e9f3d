/* Opening the socket to listen on. */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include "base/error.h"

/* "127.0.0.1:8365", "[::1]:0", "unix:/run/tongxin.sock", or "systemd" for the socket systemd passes (fd 3). Sets *fd
 * and *port (0 for a UNIX socket). A UNIX socket left by a dead process is replaced; one that answers is not.
 * -1 with web.listen.bad or web.listen.taken. */
int listen_open(int *fd, int *port, const char *address, struct error *err);

#endif
