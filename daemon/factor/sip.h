/* sip.h: the SIP stack (RFC 3261) in a thread of its own: calls go out through trunks, and one
 * hears what becomes of them. Only files that include sip_stack.h know the SIP library.
 *
 * Commands go in by one queue and may come from any thread; events come out by one callback, on
 * the stack's thread, which must only queue them. A call is named by a number of the caller's
 * choice, never by a pointer, so what comes for a call that is over finds nothing. */
#ifndef RADMFAD_FACTOR_SIP_H
#define RADMFAD_FACTOR_SIP_H

#include <radmfa/base.h>

#define SIP_TRUNKS_MAX 16u
#define SIP_SDP_SIZE_MAX 4096u /* longer descriptions are refused as malformed */
#define SIP_REASON_SIZE 64u
#define SIP_NUMBER_SIZE 17u /* "+" and 15 digits (E.164 6.1) */

/* Everything is copied by sip_new. */
struct sip_trunk {
  const char *name;
  const char *uri;   /* "sip:pbx.corp.example:5061;transport=tls": host, port, transport */
  const char *proxy; /* an outbound proxy in that form, or NULL */
  const char *user;  /* who we are when the trunk asks (digest, RFC 3261 22), or NULL */
  radmfa_span password;
  bool registers; /* REGISTER, and again before it expires */
};

enum sip_event_kind {
  SIP_EVENT_TRYING,   /* a 100, or any other sign that the trunk has the call */
  SIP_EVENT_RINGING,  /* 180 to 183, with or without early media, which nobody hears */
  SIP_EVENT_ANSWERED, /* the 200, which is acknowledged: `sdp` is what it said, perhaps empty */
  SIP_EVENT_OFFERED,  /* the far end wants another session: sip_accept_offer or sip_refuse_offer */
  SIP_EVENT_KEY,      /* an INFO with a key: `key` */
  /* Exactly once for each call, and the last: a final answer that is no 200 (`status`, `reason`;
   * `is_local` where no answer came but the stack gave up: 408, 503, and why in our words), or
   * after the 200 a BYE of the far end (status 200), or what sip_hang_up wanted (status 487). */
  SIP_EVENT_ENDED,
  SIP_EVENT_REGISTERED,   /* `call` is the trunk's index; so in the next two */
  SIP_EVENT_UNREGISTERED, /* refused (`status`) or not reached; it is tried again by itself */
  SIP_EVENT_PROBED,       /* what sip_probe found */
};

/* What sip_probe found of a trunk; empty where it came not so far. */
struct sip_probe {
  char address[64];      /* "10.0.0.1:5061" */
  char transport[8];     /* "udp", "tcp", "tls" */
  char tls_version[16];  /* "TLSv1.3" */
  char certificate[128]; /* its name */
  int64_t not_after_sec; /* and when it ends; 0: not known */
  uint32_t took_ms;
  bool knows_pcmu, knows_pcma, knows_events; /* of the answer's SDP, where it has one */
  bool has_sdp;
};

struct sip_event {
  enum sip_event_kind kind;
  uint64_t call;
  uint16_t status; /* RFC 3261 21; 0: none */
  bool is_local;
  char reason[SIP_REASON_SIZE];   /* the far end's words, cut; may hold anything */
  char key;                       /* "0123456789*#ABCD" */
  char redirect[SIP_NUMBER_SIZE]; /* ENDED by a 3xx: the number that it names, or "" */
  radmfa_span sdp;                /* borrowed for the callback; to SIP_SDP_SIZE_MAX octets */
  const struct sip_probe *probe;  /* PROBED; borrowed */
};

struct sip_options {
  const struct sip_trunk *trunks; /* 1 to SIP_TRUNKS_MAX */
  size_t n_trunks;
  const char *from;         /* the number we call from: "+15551230000" */
  const char *display_name; /* or NULL */
  bool asserts_identity;    /* P-Asserted-Identity with `from` (RFC 3325) */
  radmfa_address local;     /* where we listen; port 0: any. All zero: the address by which the
                             * first trunk is reached */
  const char *ca_file;      /* who signs the trunks' certificates; NULL: none has TLS */
  void (*on_event)(const struct sip_event *event, void *user);
  void *user;
};

struct sip;

/* sip_new starts the thread. Returns 0, RADMFA_E_NO_MEMORY, or an error of libuv's range for what
 * the system refused (UV_EADDRINUSE, UV_ENOENT: no such ca_file, ...). */
RADMFA_MUST_USE int sip_new(const struct sip_options *options, struct sip **out_sip);
/* sip_free hangs up everything, leaves the registrars, and waits for that, SIP_END_MS at most. No
 * event comes after it. NULL is fine. */
#define SIP_END_MS 4000u
void sip_free(struct sip *sip);

/* The address that the stack is reached at; with its port. */
void sip_local(const struct sip *sip, radmfa_address *out_local);

struct sip_call {
  uint64_t call;         /* not 0, and of no other call that has not ended */
  size_t trunk;          /* index */
  const char *number;    /* E.164 with its "+" */
  const char *extension; /* becomes part of the URI (RFC 3966 5.3: ";ext="), or NULL */
  radmfa_span sdp;       /* our offer */
};

/* All of these: any thread, copied, false when out of memory (then nothing was done and no event
 * comes). */
RADMFA_MUST_USE bool sip_call(struct sip *sip, const struct sip_call *call);
/* CANCEL while it rings, also if the 200 crosses it (then ACK and BYE); BYE after it; for a call
 * that was not heard of yet: CANCEL with its first answer (RFC 3261 9.1). ENDED comes when that
 * is done, at the latest after SIP_END_MS. */
bool sip_hang_up(struct sip *sip, uint64_t call);
bool sip_accept_offer(struct sip *sip, uint64_t call, radmfa_span sdp); /* 200 */
bool sip_refuse_offer(struct sip *sip, uint64_t call);                  /* 488 */
/* An OPTIONS to the trunk; PROBED comes once, after 4 s at the latest. */
bool sip_probe(struct sip *sip, size_t trunk);

#endif
