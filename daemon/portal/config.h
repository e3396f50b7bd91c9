/* config.h: portal.yaml as a struct. Every message names file, line and column. */
#ifndef PORTAL_CONFIG_H
#define PORTAL_CONFIG_H

#include "../arena.h"
#include "../diag.h"
#include "language.h"

#include <stdint.h>
#include <sys/socket.h>

#define CONFIG_LISTENS_MAX 16u

struct config_listen {
  struct place at;
  struct sockaddr_storage address;
  socklen_t len;
};

struct config {
  struct arena memory;
  struct config_listen listens[CONFIG_LISTENS_MAX];
  size_t n_listens;
  const char *certificate_file, *key_file; /* relative ones: to the configuration's folder */
  const char *radmfad;                     /* path of its portal socket */
  const char *title;
  enum language language; /* of who has chosen none and wants none of ours */
  uint32_t connections, connections_per_address;
  uint32_t request_timeout_ms; /* for the head, and again for the body */
};

/* NULL after an error to `diag`. */
struct config *config_load(const char *path, struct diag *diag);
struct config *config_load_text(const char *name, const char *bytes, size_t len, struct diag *diag);
void config_free(struct config *config); /* NULL is fine */

#endif
