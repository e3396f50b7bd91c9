/* sip_stack.h: what the files of the SIP stack share that know sofia-sip; for them alone.
 * Everything here belongs to the stack's thread. */
#ifndef RADMFAD_FACTOR_SIP_STACK_H
#define RADMFAD_FACTOR_SIP_STACK_H

#include "sip_digest.h"
#include "sip_paths.h"

#include <pthread.h>

#define SU_ROOT_MAGIC_T struct sip
#define SU_WAKEUP_ARG_T struct sip
#define NTA_AGENT_MAGIC_T struct sip
#define NTA_LEG_MAGIC_T void
#define NTA_OUTGOING_MAGIC_T void
#define NTA_INCOMING_MAGIC_T void

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_wait.h>

#define SIP_METHODS "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK"
#define SIP_CALL_SLOTS 1024u

struct sip_registration; /* sip_registrar.c */
struct sip_phone_call;   /* sip_calls.c */

struct sip_line { /* a trunk at work */
  struct sip *sip;
  size_t at;
  nta_agent_t *agent; /* its own where it has TLS, else one for all */
  struct sip_target target;
  bool has_proxy;
  struct sip_target next; /* the proxy, or the trunk */
  char host_port[SIP_URI_SIZE];
  char contact[SIP_URI_SIZE]; /* "<sip:+1555...@10.0.0.7:5060;transport=tcp>" */
  char from[SIP_URI_SIZE];    /* with the display name */
  char route[SIP_URI_SIZE];   /* the proxy's Route, or "" */
  char *user;                 /* or NULL */
  uint8_t *password;
  size_t password_len;
  bool registers;
  struct sip_registration *registration;
};

struct sip_stack {
  su_root_t *root;
  nta_agent_t *plain; /* UDP and TCP; NULL where every trunk has TLS */
  struct sip_line lines[SIP_TRUNKS_MAX];
  size_t n_lines;
  struct sip_phone_call *slots[SIP_CALL_SLOTS]; /* by number: calls whose end was not told */
  struct sip_phone_call *calls;                 /* all, and those that end by themselves */
  struct sip_probing *probings;
  char identity[SIP_URI_SIZE]; /* P-Asserted-Identity: ..., or "" */
  bool is_ending;
  uint64_t end_by_ms;
};

struct sip {
  struct sip_queue *queue;
  struct sip_paths *paths;
  radmfa_address local;
  struct sip_stack stack;
  struct sip_options options; /* those that need no copy; for the thread's start */
  void (*on_event)(const struct sip_event *event, void *user);
  void *user;
  struct sip_target nexts[SIP_TRUNKS_MAX];
  pthread_t thread;
  pthread_mutex_t lock; /* all below */
  pthread_cond_t changed;
  bool has_started;
  int error;
};

/* ---- sip.c ---- */

void sip_tell(struct sip *sip, const struct sip_event *event);

/* ---- sip_requests.c ---- */

/* Where to send: "sip:10.0.0.1:5060;transport=udp". */
enum sip_path_state sip_line_next(const struct sip_line *line, char out_url[SIP_URI_SIZE]);
/* Whether a request came from the trunk. */
bool sip_line_sent(const struct sip_line *line, nta_incoming_t *request);
/* Whether the latest answer did, or was made here. */
bool sip_line_answered(const struct sip_line *line, nta_outgoing_t *request);
/* Whether a message came from any trunk. */
bool sip_is_of_trunk(const struct sip *sip, msg_t *message);

/* A dialog with a Call-ID and a tag that nobody guesses who has seen others: the library makes them
 * of the time and of a counter. NULL: no memory. */
nta_leg_t *sip_line_leg(const struct sip_line *line, const char *from, const char *to,
                        nta_request_f *callback, void *magic);

/* The answer to a 401 or 407, as headers; both may be asked for. */
struct sip_answers {
  char www[SIP_DIGEST_SIZE];
  char proxy[SIP_DIGEST_SIZE];
};
/* `n_tries` have been made with credentials. False: it's no use. */
RADMFA_MUST_USE bool sip_line_answer(const struct sip_line *line, nta_outgoing_t *request,
                                     const sip_t *response, unsigned n_tries,
                                     struct sip_answers *out_answers);

/* What a request needs besides. */
struct sip_request_parts {
  sip_method_t method;
  const char *name;
  const char *uri;                   /* or NULL: the dialog's */
  const struct sip_answers *answers; /* or NULL */
  const tagi_t *headers;             /* or NULL */
};
/* NULL when it cannot be sent. */
nta_outgoing_t *sip_line_send(const struct sip_line *line, nta_leg_t *leg,
                              const struct sip_request_parts *parts, nta_response_f *callback,
                              void *magic);

bool sip_is_local(nta_outgoing_t *request); /* the response was made here */
void sip_set_reason(struct sip_event *event, const struct sip_line *line, nta_outgoing_t *request,
                    const sip_t *response);
/* Why nothing came back: the relay's words, where it has some, or ours. */
void sip_set_local_reason(struct sip_event *event, const struct sip_line *line);

/* ---- sip_calls.c ---- */

void sip_calls_place(struct sip *sip, const struct sip_call *call);
void sip_calls_hang_up(struct sip *sip, uint64_t id);
void sip_calls_answer_offer(struct sip *sip, uint64_t id, radmfa_span sdp, bool is_accepted);
void sip_calls_hang_up_all(struct sip *sip);
void sip_calls_tick(struct sip *sip, uint64_t now_ms); /* also frees what is over */
void sip_calls_drop_all(struct sip *sip);              /* tells the ends that were not told */

/* ---- sip_registrar.c ---- */

RADMFA_MUST_USE bool sip_registrar_start(struct sip_line *line);
void sip_registrar_tick(struct sip_line *line, uint64_t now_ms);
void sip_registrar_leave(struct sip_line *line); /* unregisters */
bool sip_registrar_is_idle(const struct sip_line *line);
void sip_registrar_free(struct sip_line *line);

/* ---- sip_probing.c ---- */

void sip_probe_start(struct sip *sip, size_t trunk);
void sip_probes_tick(struct sip *sip, uint64_t now_ms);
void sip_probes_drop_all(struct sip *sip);

#endif
