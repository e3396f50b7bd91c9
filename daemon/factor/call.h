/* call.h: factor of type call: rings the user's phone through a SIP trunk and hears which key is
 * pressed. Its calls, their timers and what is said in them live on a loop in a thread of its own;
 * SIP has another. Loops of RADIUS only leave a request in its inbox. */
#ifndef RADMFAD_FACTOR_CALL_H
#define RADMFAD_FACTOR_CALL_H

#include "../people.h"
#include "call_event.h"
#include "call_limits.h"
#include "call_machine.h"
#include "call_outcome.h"
#include "prefixes.h"
#include "prompts.h"
#include "sip.h"

#define CALL_PIN_HASH_SIZE 128u /* "$argon2id$..." and its NUL */

/* Whom to call, and how he is asked. What is pointed to lives as long as the factor. */
struct callee {
  struct phone phone;
  const struct prompts *prompts;
  char language[PROMPT_LANGUAGE_SIZE];
  struct rate per_user; /* his own limit of calls; count 0: what is configured */
  bool wants_pin;
  bool wants_challenge; /* a digit before `#`; not with a PIN */
  /* His PIN, where one is wanted: a hash, or something that `pin_is` knows. Empty and NULL: he has
   * none, and is denied. */
  char pin_hash[CALL_PIN_HASH_SIZE];
  const void *pin_user;
};

enum call_purpose {
  CALL_TO_SIGN_IN,
  CALL_TO_MANAGE, /* how he signs in: he is asked as at a sign-in, and told what it is for */
  CALL_TO_VERIFY, /* that the phone is his who enrols it */
  CALL_TO_TELL,   /* whose number was changed; "0" and "#" says that it was not he */
};

/* A PIN or a digit is asked for, where one is wanted. */
static inline bool call_is_personal(enum call_purpose purpose) {
  return purpose == CALL_TO_SIGN_IN || purpose == CALL_TO_MANAGE;
}

struct call_request {
  uint64_t id; /* of the login; not 0, and of no other request */
  radmfa_span identity;
  enum call_purpose purpose;
  uint64_t deadline_ms; /* of thread_now_ms */
  const struct callee *callee;
};

struct call_trunk {
  struct sip_trunk sip;
  bool has_srtp; /* SRTP or no call */
};

struct call_options {
  /* Once for each request that was not cancelled; any thread. */
  void (*answer)(void *user, uint64_t id, radmfa_factor_answer answer);
  /* Finds the callee for a login's start; on loops' threads. */
  void (*find)(void *user, const radmfa_request *request, struct callee *out_callee);
  bool (*pin_is)(const void *pin_user, radmfa_span pin);
  /* A call has come into this state; on the factor's thread. Or NULL. */
  void (*on_progress)(void *user, uint64_t id, enum call_state state);
  /* What calls and trunks came to; on the factor's thread. Or NULL. */
  void (*on_event)(void *user, const struct call_event *event);
  void *user;

  const char *name; /* borrowed, as all that follows */
  const struct call_trunk *trunks;
  size_t n_trunks;
  const char *from;
  const char *display_name;
  bool asserts_identity;
  bool follows_redirects;
  bool extension_in_uri;
  radmfa_address local;
  const char *ca_file;
  uint16_t port_min, port_max; /* of RTP */
  struct prefixes prefixes;
  uint32_t ring_timeout_ms, talk_timeout_ms;
  const char *fraud_code; /* or NULL */
  struct call_limits *limits;
  bool may_want_pins; /* some policy does */
};

struct call_factor;

extern const radmfa_factor call_vtable;

/* Returns 0, RADMFA_E_NO_MEMORY, or an error of libuv or sip_new. */
RADMFA_MUST_USE int call_factor_new(const struct call_options *options,
                                    struct call_factor **out_factor);
/* Hangs up what is up, and waits for that, SIP_END_MS and a little at most. No request is answered
 * after it. NULL is fine. */
void call_factor_free(struct call_factor *factor);

/* What was heard and said in all calls so far; from on_progress and on_event alone. */
void call_factor_stats(const struct call_factor *factor, struct media_stats *out_stats);

/* The same as the vtable's, for who has no login: a portal, or an administrator. Any thread. */
void call_factor_place(struct call_factor *factor, const struct call_request *request);
void call_factor_cancel(struct call_factor *factor, uint64_t id);

#endif
