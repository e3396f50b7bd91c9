/* config.h: radmfad.yaml as a struct. schema.c is the table of keys; config.c walks the YAML by it.
 * Every message names file, line and column. References (a client's policy, a policy's primary and
 * factors) are checked and kept as indexes. */
#ifndef RADMFAD_CONFIG_H
#define RADMFAD_CONFIG_H

#include "arena.h"
#include "diag.h"
#include "duration.h"
#include "factor/call_limits.h"
#include "ldap_url.h"
#include "log.h"
#include "port_range.h"
#include "secrets.h"
#include "standing.h"

#include <radmfa/stream.h>
#include <radmfa/upstream.h>

/* Each struct begins with the place of what it was read from. */
struct config_listen {
  struct place at;
  radmfa_address address;
};

struct config_client {
  struct place at;
  const char *name;
  radmfa_prefix *prefixes;
  size_t n_prefixes;
  struct secret secret;
  radmfa_message_authenticator message_authenticator;
  uint32_t timeout_ms;
  uint32_t answer_before_ms; /* 0: the library's default */
  uint32_t pending_max;      /* default: as the limit of all */
  size_t policy;             /* index into policies */
};

struct config_policy {
  struct place at;
  const char *name;
  size_t primary;                     /* index into primaries */
  size_t factors[RADMFA_FACTORS_MAX]; /* indexes into factors */
  size_t n_factors;
  bool accept_unenrolled;
  bool join;
  uint32_t reuse_approval_ms;
  radmfa_on_unavailable on_unavailable;
  uint32_t reject_delay_ms;
  uint32_t min_call_ms;
  /* Of calls. NULL: as the factor has them. */
  const char *prompts;
  const char *language;
  bool wants_pin;
  bool wants_challenge;
};

/* An upstream RADIUS server. */
struct config_server {
  struct place at;
  const char *name; /* default: its address */
  radmfa_address address;
  struct secret secret;
  radmfa_message_authenticator message_authenticator; /* of its replies */
  bool status_server;                                 /* it answers Status-Server */
};

struct config_radius {
  struct config_server *servers;
  size_t n_servers;
  radmfa_strategy strategy;
  radmfa_address source; /* without port; all zero: any */
  uint32_t timeout_ms;
  uint32_t retransmit_ms;
  uint32_t retransmit_max_ms;
  uint32_t failover_ms;   /* 0: never */
  uint32_t pending_max;   /* default: as the limit of all */
  const char *probe_user; /* NULL: nobody */
  struct secret probe_password;
};

/* A server of a directory, a domain controller say. */
struct config_ldap_server {
  struct place at;
  const char *name; /* default: host and port */
  struct ldap_url url;
  bool start_tls;
  bool insecure_plain;     /* ldap:// without TLS: somebody wrote that he wants it */
  const char *server_name; /* that the certificate must have; NULL: the host */
};

/* Which groups say that a user needs no factor, or may not come in; or looks after others in the
 * portal. */
struct config_groups {
  const char *const *refuse, *const *require, *const *exempt, *const *administrators; /* DNs */
  size_t n_refuse, n_require, n_exempt, n_administrators;
  enum standing others; /* of who is in none */
  bool nested;
};

/* How a user's entry is found once his password was right. */
struct config_ldap_search {
  const char *base;        /* NULL: bind names are those of entries */
  const char *filter;      /* with {user} or {bind}; NULL: the primary's own */
  const char *list_filter; /* of everybody, without {user}; NULL: made of `filter` */
  const char *user;        /* who searches; NULL: each user for himself */
  struct secret password;
  const char *identity; /* the attribute that tells one person from all others; NULL: no search */
  struct config_groups groups;
  uint32_t cache_ms;            /* how long groups are remembered */
  const char *number_attribute; /* NULL: no number is looked for */
  const char *country_code;     /* NULL: numbers have their own, or are none */
  bool number_is_trusted;       /* somebody wrote that no user can write the attribute */
};

#define CONFIG_LDAP_SERVERS_MAX 16u

struct config_ldap {
  struct config_ldap_server *servers;
  size_t n_servers;
  radmfa_tls_context *trust; /* NULL: no server has TLS */
  const char *bind;          /* a name with {user} once */
  const char *const *domains;
  size_t n_domains;
  struct config_ldap_search search;
  uint32_t connections; /* to each server, for binds */
  uint32_t connect_timeout_ms;
  uint32_t timeout_ms; /* of a bind or search */
  struct rate max_failures;
};

enum config_primary_type { CONFIG_PRIMARY_FILE, CONFIG_PRIMARY_RADIUS, CONFIG_PRIMARY_LDAP };

struct config_primary {
  struct place at;
  const char *name;
  enum config_primary_type type;
  const char *path; /* file: with the configuration's folder before it where it was relative */
  struct config_radius radius;
  struct config_ldap ldap;
};

/* A SIP trunk or PBX. */
struct config_trunk {
  struct place at;
  const char *name;  /* default: its host, and its port where that was written */
  const char *uri;   /* "sip:pbx.corp.example:5061;transport=tls", always with its transport */
  const char *proxy; /* in the same form, or NULL */
  const char *user;  /* NULL: it does not ask */
  struct secret password;
  bool registers;
  bool needs_srtp; /* it has TLS then, and its proxy, too */
};

struct config_call {
  struct config_trunk *trunks; /* in the order in which they are tried; at most 16 */
  size_t n_trunks;
  const char *from;         /* E.164, with its "+" */
  const char *display_name; /* or NULL */
  bool asserts_identity;
  bool follows_redirects;
  bool extension_in_uri;   /* else it is dialled once somebody has answered */
  radmfa_address local;    /* without port; all zero: by which the first trunk is reached */
  const char *ca_file;     /* path; NULL: no trunk has TLS */
  struct port_range ports; /* of RTP; both even */
  const char *const *allowed_prefixes, *const *denied_prefixes; /* "+44" */
  size_t n_allowed_prefixes, n_denied_prefixes;                 /* of the allowed at least one */
  uint32_t ring_timeout_ms, talk_timeout_ms;
  const char *fraud_code; /* digits; NULL: nobody can report fraud */
  const char *prompts;    /* path of a folder; NULL: the standard ones */
  const char *language;
};

enum config_factor_type { CONFIG_FACTOR_SIMULATED, CONFIG_FACTOR_CALL, CONFIG_FACTOR_TOTP };

struct config_factor {
  struct place at;
  const char *name;
  enum config_factor_type type;
  radmfa_factor_answer answer; /* simulated; so the next one */
  struct duration_range after;
  struct config_call call;
  uint32_t totp_window; /* steps each way */
};

enum config_store_type { CONFIG_STORE_SQLITE };

/* Who may enrol that has no factor so far. An administrator's invitation is good for each. */
enum config_enrolment {
  CONFIG_ENROL_INVITE,
  CONFIG_ENROL_DIRECTORY_NUMBER, /* whom the number reaches that his directory knows */
  CONFIG_ENROL_NETWORKS,         /* who comes from one of them */
  CONFIG_ENROL_OPEN,             /* who has the password */
};

/* What radmfad does for a portal; its pages are a program of their own. */
struct config_portal {
  const char *path;  /* of the socket; NULL: no portal */
  const char *group; /* of the system, whose members may use it */
  size_t policy;     /* whose primary checks passwords and whose factors call */
  enum config_enrolment enrolment;
  radmfa_prefix *networks;
  size_t n_networks;
  const char *const *administrators; /* names as they type them, or identities */
  size_t n_administrators;
  uint32_t session_ms; /* a session ends that nothing was asked in for so long */
  const char *issuer;  /* what an authenticator app shows */
};

struct config {
  struct arena memory; /* of all that is pointed to here but secrets and trust */
  const char *file;    /* every place borrows it */
  struct config_listen *listens;
  size_t n_listens;
  unsigned workers; /* "auto" is resolved to the number of cores here */
  struct config_client *clients;
  size_t n_clients;
  struct config_policy *policies;
  size_t n_policies;
  struct config_primary *primaries;
  size_t n_primaries;
  struct config_factor *factors;
  size_t n_factors;
  enum log_format log_format;
  enum log_level log_level;
  uint32_t pending_max;
  uint32_t kept_replies_max; /* default: as pending */
  uint32_t receive_buffer;   /* octets, of each socket */
  struct call_limits_options calls;
  enum config_store_type store_type;
  const char *store_path;    /* NULL: no store */
  uint32_t history_days;     /* 0: no history */
  const char *control_path;  /* NULL: no socket for administrators */
  const char *control_group; /* who may use it */
  struct config_portal portal;
};

/* config_load reads and checks the file. All errors are reported, not only the first, as far as
 * that makes sense. Returns NULL where there was an error. Users files are not read here. */
struct config *config_load(const char *path, struct diag *diag);
/* The same from memory; `name` stands for the file, in messages and where paths are relative. */
struct config *config_load_text(const char *name, const char *bytes, size_t len, struct diag *diag);
void config_free(struct config *config); /* secrets are wiped; NULL is fine */

#endif
