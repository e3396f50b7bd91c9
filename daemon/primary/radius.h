/* radius.h: RADIUS servers as a primary. The library asks them (radmfa/upstream.h); here is what a
 * configuration says of them, and how `radmfad --check` tries them. */
#ifndef RADMFAD_PRIMARY_RADIUS_H
#define RADMFAD_PRIMARY_RADIUS_H

#include <radmfa/upstream.h>

struct radius_server {
  const char *name;
  radmfa_address address;
  radmfa_span secret;
  radmfa_message_authenticator message_authenticator; /* of its replies */
  bool status_server;
};

/* As radmfa_upstream_options. */
struct radius_options {
  const char *name;
  const struct radius_server *servers;
  size_t n_servers;
  radmfa_strategy strategy;
  radmfa_address source;
  uint32_t timeout_ms;
  uint32_t retransmit_ms, retransmit_max_ms;
  uint32_t failover_ms;
  uint32_t pending_max;
  radmfa_span probe_user, probe_password;
  radmfa_upstream_notice_cb on_notice; /* or NULL */
  void *notice_user;
};

/* Everything is copied. Returns 0 or an error of radmfa_upstream_new or _add_server. */
RADMFA_MUST_USE int radius_upstream_new(const struct radius_options *options,
                                        radmfa_upstream **out_upstream);

/* What came of asking one server whether it is there. */
struct radius_trial {
  int error; /* of radmfa_client_probe or its callback; 0: it answered */
  uint32_t took_ms;
  bool is_signed; /* its answer had a Message-Authenticator */
};

/* Asks all servers at once, on a loop of its own, and waits for the answers; `out_trials` has one
 * for each server. */
void radius_try(radmfa_upstream *upstream, size_t n_servers, struct radius_trial *out_trials);

#endif
