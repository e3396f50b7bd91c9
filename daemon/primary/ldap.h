/* ldap.h: primary of type ldap: a PAP password is right if the directory lets the user bind with it
 * (RFC 4513 5.1.3); who it is tells the entry found after that. One thread with a loop of its own
 * does it all: the loops of RADIUS hand over a copy of the request and nothing else.
 *
 * A bind that was sent is never sent again for that login: two wrong ones count twice against the
 * user's account. */
#ifndef RADMFAD_PRIMARY_LDAP_H
#define RADMFAD_PRIMARY_LDAP_H

#include "../blocklist.h"
#include "../failures.h"
#include "ldap_code.h"
#include "ldap_connection.h"
#include "ldap_groups.h"
#include "ldap_name.h"

#include <radmfa/backend.h>

struct people;

enum ldap_event_kind {
  LDAP_EVENT_UP,         /* a server works: for the first time, or again */
  LDAP_EVENT_DOWN,       /* a server does not: `error`, `detail`; once until it works again */
  LDAP_EVENT_REFUSED,    /* a login: `outcome` says why */
  LDAP_EVENT_UNANSWERED, /* a login: nobody could say; `outcome`, `detail` */
};

/* For the log. All of it is borrowed for the call; `user` and `detail` may hold any octets. */
struct ldap_event {
  enum ldap_event_kind kind;
  const char *primary;
  const char *server; /* NULL where none was asked */
  /* up, down: of the connections as the service account, that entries are looked up over */
  bool is_service;
  int error; /* down: as in ldap_connection.h; 0: the server answered and `detail` says what */
  radmfa_span detail;
  uint64_t login_id; /* of a login, as the rest */
  radmfa_span user;  /* as typed */
  /* refused: a name of ldap_bind_outcome_name, or "empty_password", "impossible_password" (with a
   * NUL), "not_our_name", "too_many_failures", "another_person" (who was found is not who was
   * bound), "blocked", "group"; unanswered: "unavailable" or "look_up" */
  const char *outcome;
};

/* Texts and lists are borrowed and outlive the primary. */
struct ldap_options {
  /* Where answers go; any thread. Its result is not looked at. */
  int (*deliver)(void *answers, uint64_t login_id, const radmfa_primary_answer *answer);
  void *answers;
  const char *name;
  const struct ldap_server *servers; /* used in this order */
  size_t n_servers;
  radmfa_tls_context *tls; /* the primary takes a reference; NULL where all servers are plain */
  struct ldap_names names;
  /* The identity of a user is this attribute of his entry: objectGUID as its usual text, another
   * one as it is. NULL: his name without domain, in lower case, and no entry is looked for. */
  const char *identity_attribute;
  const char *base; /* DN below which entries are looked for */
  /* RFC 4515, with {user} (without domain) and {bind} (as it was bound) for what was typed. NULL:
   * sAMAccountName or uid is {user}, or userPrincipalName is {bind}. It must match one entry. Not
   * used where `names.bind` is a DN: that is the entry. */
  const char *filter;
  /* RFC 4515: everybody, for who reads the directory (ldap_person.h). NULL: made of `filter`. */
  const char *list_filter;
  /* Who is refused or needs no factor; asked of the entry unless `people` know it, so
   * identity_attribute is not NULL. */
  struct ldap_group_options groups;
  /* Who looks after others in the portal: the members of `require`; `others` is refuse. Asked when
   * a question (questions.h) was answered with yes, and noted in `people`; what cannot be known is
   * no. Needs identity_attribute, too. */
  struct ldap_group_options rights;
  /* The user's telephone number, noted in `people`; not verified, since he may have written it
   * there himself. NULL: none is looked for. */
  const char *number_attribute;
  const char *country_code; /* number.h */
  /* Borrowed, or NULL: groups are asked about at each login. */
  struct people *people;
  /* Who looks entries up. Empty: the user himself, on the connection he was bound on. */
  radmfa_span service_name;
  radmfa_span service_password; /* copied; the caller wipes his */
  unsigned connections;         /* for binds, to each server; 0: 4 */
  uint32_t connect_timeout_ms;  /* 0: 5000 */
  uint32_t bind_timeout_ms;     /* also how long a login waits for a server; 0: 5000 */
  /* as in ldap_pool.h */
  uint32_t stall_ms, backoff_ms, backoff_max_ms;
  unsigned queue_max; /* logins that wait or are under way; 0: 10000 */
  /* Borrowed, or NULL where max_failures is 0: no limit. */
  struct failures *failures;
  uint32_t max_failures, failures_window_ms;
  struct blocklist *blocklist;                                  /* borrowed */
  void (*on_event)(const struct ldap_event *event, void *user); /* or NULL; any thread */
  void *event_user;
};

struct ldap_primary;

extern const radmfa_primary ldap_primary_vtable;

/* Starts the thread; it connects to all servers at once. Returns 0, RADMFA_E_NO_MEMORY (or no
 * thread to be had), RADMFA_E_INVALID (no server, a filter, base or group that is none, or groups
 * without identity_attribute) or an error of libuv. */
RADMFA_MUST_USE int ldap_primary_new(const struct ldap_options *options,
                                     struct ldap_primary **out_primary);
/* Ends the connections and the thread; logins under way get no answer. No start may be under
 * way. */
void ldap_primary_free(struct ldap_primary *primary);
/* What it works by, defaults and its own copy of the service password included. */
const struct ldap_options *ldap_primary_options(const struct ldap_primary *primary);

/* ---- radmfad --check ---- */

/* What came of trying one server. What was not reached is 0 or "". */
struct ldap_trial {
  int error;              /* as in ldap_connection.h */
  char detail[256];       /* where something is wrong: says more */
  radmfa_address address; /* port 0: not connected */
  char tls_version[16];
  char certificate[256]; /* its subject */
  int64_t not_after_sec; /* since 1970, UTC */
  bool has_bound;        /* the service account was asked; `service` is what came of it */
  enum ldap_bind_outcome service;
  /* the first of the groups, of rights too, that the service account does not see; of the options,
   * or NULL */
  const char *missing_group;
  uint32_t took_ms;
};

/* Tries all servers at once and waits for the ends, bind_timeout_ms in all at most. `out_trials`
 * has one for each server. Needs servers, tls, service_*, groups and rights. */
void ldap_try(const struct ldap_options *options, struct ldap_trial *out_trials);

#endif
