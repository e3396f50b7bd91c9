/* sip_paths.h: where the SIP stack has to send for each trunk: a relay where the trunk has TLS,
 * else the address of its name, which is looked up again and again on a loop of their own, so that
 * a slow name server holds nobody up. */
#ifndef RADMFAD_FACTOR_SIP_PATHS_H
#define RADMFAD_FACTOR_SIP_PATHS_H

#include "sip_relay.h"

struct sip_paths_options {
  const struct sip_target *targets; /* SIP_TRUNKS_MAX at most; copied */
  size_t n_targets;
  const char *ca_file; /* or NULL where no target has TLS */
  /* A look-up has ended. On the loop's thread. */
  void (*changed)(void *user);
  void *user;
};

struct sip_paths;

/* Returns 0, RADMFA_E_NO_MEMORY, RADMFA_E_CERTIFICATE (no CA file, or not one) or an error of
 * libuv. */
RADMFA_MUST_USE int sip_paths_new(const struct sip_paths_options *options,
                                  struct sip_paths **out_paths);
void sip_paths_free(struct sip_paths *paths);

enum sip_path_state {
  SIP_PATH_PENDING, /* not known yet: `changed` will be called */
  SIP_PATH_READY,
  SIP_PATH_UNKNOWN, /* no such name, now; it is looked up again */
};

/* Any thread. `*out_next` is where to send, and of a relay its port on loopback. */
enum sip_path_state sip_paths_next(struct sip_paths *paths, size_t at, radmfa_address *out_next);
/* The trunk's own address, which a relay's stream looks up for itself. */
enum sip_path_state sip_paths_address(struct sip_paths *paths, size_t at,
                                      radmfa_address *out_address);
/* Whether a message from there came from the trunk: any address of its name, any port of it; of a
 * relay its own port. */
bool sip_paths_is_from(struct sip_paths *paths, size_t at, const radmfa_address *source);
/* Empty for what is no relay. */
void sip_paths_facts(struct sip_paths *paths, size_t at, struct sip_relay_facts *out_facts);

#endif
