/* site.h: a configuration at work: its users, backends and ruleset. The only place that knows
 * every kind of backend. A reload makes a new site; the old one goes when the last login that
 * began under it has ended. */
#ifndef RADMFAD_SITE_H
#define RADMFAD_SITE_H

#include "blocklist.h"
#include "config.h"
#include "factor/call.h"
#include "failures.h"
#include "number.h"

#include <stdatomic.h>

struct admission;
struct site;
struct store;
struct call_event;
struct call_limits;
struct questions;
struct store_user;
struct call_trial;
struct ldap_event;
struct ldap_list_end;
struct ldap_list_request;
struct ldap_person;
struct ldap_trial;
struct passcodes;

struct site_options {
  radmfa_join_table *join_table;
  struct blocklist *blocklist;
  struct failures *failures;
  struct admission *admission;     /* the process's, so the next one; NULL with is_check */
  struct store *store;             /* NULL: there is none */
  struct passcodes *passcodes;     /* the process's */
  struct call_limits *call_limits; /* the process's */
  struct questions *questions;     /* so these; NULL with is_check */
  /* Called on any thread once nobody uses the site's ruleset any more: site_free may follow, on
   * a thread that may wait. */
  void (*unused)(struct site *site, void *user);
  radmfa_upstream_notice_cb on_upstream; /* or NULL; on loops' threads, with `user` */
  /* or NULL; on threads of directories, with `user` */
  void (*on_ldap)(const struct ldap_event *event, void *user);
  /* or NULL; on threads of calls, with `user` */
  void (*on_call)(const struct call_event *event, void *user);
  void *user;
  /* for --check: what would connect by itself is not started, but can be tried */
  bool is_check;
};

/* site_new reads the users files and starts the backends. `config` is the site's from then on,
 * also where this fails. NULL: `diag` says why. */
struct site *site_new(struct config *config, const struct site_options *options, struct diag *diag);

/* Gives up the maker's use of the ruleset: `unused` comes when the engines' is over too. */
void site_retire(struct site *site);
void site_free(struct site *site);

const struct config *site_config(const struct site *site);
radmfa_ruleset *site_ruleset(const struct site *site);

/* Whether a call factor of some policy with this primary may call the number; true, too, where no
 * such policy calls anybody. */
bool site_number_allowed(const struct site *site, const char *primary, const struct number *number);

/* Whether the number that the store has of him may be called for a login. */
bool site_number_counts(const struct store_user *user);

/* How many users the file primary of that index has. */
size_t site_users(const struct site *site, size_t primary);
/* The servers of the radius primary of that index. */
radmfa_upstream *site_upstream(const struct site *site, size_t primary);
/* Asks each server of the ldap primary of that index; `out_trials` has one for each. */
void site_try_ldap(const struct site *site, size_t primary, struct ldap_trial *out_trials);

/* ---- who is in a directory (ldap_list.h); each waits, and is for a thread that may. Whoever asks
 * holds the site. ---- */

/* Whether the primary of that index is a directory with an account that reads it. */
bool site_has_directory(const struct site *site, size_t primary);
/* Returns 0, and `*out_end` says how it ended; RADMFA_E_INVALID (it has no directory),
 * RADMFA_E_BUSY (it is being read already). */
RADMFA_MUST_USE int site_list_directory(struct site *site, size_t primary,
                                        const struct ldap_list_request *request,
                                        struct ldap_list_end *out_end);
/* The same for one person; RADMFA_E_BUSY: many are being looked for. */
RADMFA_MUST_USE int site_find_in_directory(struct site *site, size_t primary, radmfa_span typed,
                                           const atomic_bool *stop, struct ldap_person *out_person,
                                           struct ldap_list_end *out_end);

/* Asks each trunk of the call factor of that index. */
void site_try_trunks(const struct site *site, size_t factor, struct call_trial *out_trials);
/* Calls `number` by the first call factor and tells the story on `out`. False: the right key was
 * not pressed, or why there could be no call. */
bool site_try_call(const struct site *site, const char *number, FILE *out);

/* ---- questions that belong to no login (questions.h); any thread. Whoever asks holds the site
 * until he is answered: radmfa_ruleset_ref of its ruleset. ---- */

enum site_password_result {
  SITE_PASSWORD_WRONG,
  SITE_PASSWORD_RIGHT,
  SITE_PASSWORD_UNAVAILABLE,
  SITE_PASSWORD_OVER_LIMIT,
};

/* Borrowed for the callback. */
struct site_password_answer {
  enum site_password_result result;
  radmfa_reason reason;       /* WRONG: as of a login */
  radmfa_span identity;       /* RIGHT: who it is; the typed name where the primary named nobody */
  radmfa_admission admission; /* RIGHT: what his groups say of a factor */
};

/* Called once, on any thread, also before site_check_password returns. */
typedef void (*site_password_cb)(const struct site_password_answer *answer, void *user);

/* site_check_password asks the policy's primary, with the same limits of failures as a login. What
 * a directory knows of him it has noted when the answer comes (site_listed_phone,
 * site_is_administrator). Returns 0, RADMFA_E_NOT_FOUND (no such policy, or its primary cannot be
 * asked so), RADMFA_E_INVALID (a name or password that is empty or too long) or
 * RADMFA_E_NO_MEMORY: then `done` is not called. */
RADMFA_MUST_USE int site_check_password(struct site *site, const char *policy, radmfa_span user,
                                        radmfa_span password, uint32_t wait_ms,
                                        site_password_cb done, void *done_user);

/* The number that the policy's primary, directory or users file, has of him; its kind is UNKNOWN
 * where a directory was not asked of late. */
struct phone site_listed_phone(struct site *site, size_t policy, radmfa_span identity,
                               uint64_t now_ms);
/* Whether the directory said so when his password was checked just now. */
bool site_is_administrator(struct site *site, size_t policy, radmfa_span identity, uint64_t now_ms);

/* Borrowed for the call. */
struct site_call_request {
  const char *policy;
  radmfa_span identity; /* whom limits count it for */
  const struct number *number;
  const char *language; /* NULL: the policy's */
  enum call_purpose purpose;
  uint32_t wait_ms;
};

/* site_call rings the number by the policy's first factor that calls; one that is simulated rings
 * nowhere, and answers as it would a login. `progress` gets "calling", "ringing" and "answered",
 * `done` what came of it, once; both on any thread, `done` also before site_call returns.
 * A PIN is asked for where the policy wants one and he has one, with a purpose that is his own
 * (call_is_personal). Returns 0, RADMFA_E_NOT_FOUND (no such policy, or none of its factors calls)
 * or RADMFA_E_NO_MEMORY: then `done` is not called. */
RADMFA_MUST_USE int site_call(struct site *site, const struct site_call_request *request,
                              void (*progress)(const char *word, void *user),
                              void (*done)(radmfa_factor_answer answer, void *user), void *user,
                              uint64_t *out_id);
/* Hangs up; `done` comes with RADMFA_FACTOR_HUNG_UP unless it has come. */
void site_end_call(struct site *site, uint64_t id);

#endif
