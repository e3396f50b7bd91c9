/* portal.h: what the parts of the process share. */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include "session.h"

struct portal {
  const struct config *config;
  struct radmfad *radmfad;
  struct calls *calls;
  struct http *http;
  uint8_t csrf_key[SESSION_CSRF_KEY_SIZE]; /* forms of an earlier start are refused */
  uint64_t now_ms;                         /* of this turn of the loop, monotonic */
};

/* Runs until SIGTERM or SIGINT. 0, or 1 after a message on stderr. */
int portal_run(const struct config *config);

#endif
