/* call_record.h: a call and the factor that it belongs to, as the files of the factor see them:
 * call.c (life, what comes in), call_turn.c (what the state machine wants done) and call_talk.c
 * (what is said and heard). On the factor's thread, but where it says otherwise. */
#ifndef RADMFAD_FACTOR_CALL_RECORD_H
#define RADMFAD_FACTOR_CALL_RECORD_H

#include "../hashing.h"
#include "../loop_thread.h"
#include "call.h"
#include "call_inbox.h"
#include "call_keys.h"
#include "call_machine.h"
#include "call_table.h"
#include "trunks.h"

#include <stdatomic.h>

#define CALL_IDENTITY_MAX 255u

struct call {
  struct call_factor *factor;
  struct call_place place; /* in the table */
  char identity[CALL_IDENTITY_MAX];
  size_t identity_len;
  struct callee callee;
  enum call_purpose purpose;
  uint64_t deadline_ms;

  enum call_state state;
  enum call_outcome outcome; /* so far */
  bool has_ticket;
  bool is_answered; /* the login has heard of it, or will not any more */
  struct call_ticket ticket;

  /* the leg to the trunk: place.leg, 0: none is up */
  size_t trunk;
  uint32_t tried; /* a bit for each trunk that was asked */
  uint16_t sip_status;
  char sip_reason[SIP_REASON_SIZE];
  bool rang;
  unsigned n_redirects;
  uint64_t dialled_ms, answered_ms, ended_ms; /* 0: not yet */

  struct media_stream *stream; /* NULL: no port, or given back */
  struct sdp_local sdp;
  struct call_keys keys;
  unsigned tries;
  bool dials_extension;

  uv_timer_t limit; /* of ringing, talking, leaving, ending */
  uv_timer_t pause; /* of a silent trunk, or a silent person */
  unsigned n_timers;
};

struct call_factor {
  struct call_options options;
  struct loop_thread *thread;
  struct call_inbox inbox;
  bool is_open; /* the loop can be woken; under the inbox's lock */
  bool is_stopping;
  uv_async_t wake;
  uv_timer_t queue; /* the turn of who waits */
  uv_timer_t watch; /* over trunks that hold calls which ring */
  struct sip *sip;
  struct media *media;
  struct hashing *hashing; /* NULL: nobody has a PIN */
  void *owner;             /* in the limits */
  struct call_table table;
  struct trunks trunks;
  bool answers_probes[SIP_TRUNKS_MAX]; /* it once did, so silence means something */
  uint64_t n_legs;
  radmfa_address local; /* where calls come from */
};

/* ---- call.c ---- */

/* Later, from the loop: somebody's turn may have come. */
void call_factor_wake(struct call_factor *factor);
void call_tell(const struct call *call);
/* For the turn of its number, if nothing speaks against that. The call may be gone afterwards. */
void call_ask(struct call *call);
void call_tell_trunk(const struct call_factor *factor, size_t trunk, enum call_event_kind kind,
                     const char *error);

/* ---- call_turn.c ---- */

/* What a call has come to: one event in, one action done. The call may be gone afterwards. */
void call_turn(struct call *call, enum call_machine_event event);
void call_turn_with(struct call *call, enum call_machine_event event, enum call_outcome outcome);
/* This call's trunk could not. */
void call_trunk_failed(struct call *call, enum call_outcome outcome, const char *why);
void call_on_sip(struct call *call, const struct sip_event *event);
void call_timers_init(struct call *call, uv_loop_t *loop);
/* How long a silent trunk or a silent person is waited for. */
void call_set_pause(struct call *call, uint64_t after_ms);
void call_clear_pause(struct call *call);

/* ---- call_talk.c ---- */

/* Takes a port, and writes our offer into `out` (SDP_SIZE_MAX); its length, or 0: no port. */
size_t call_offer(struct call *call, bool has_srtp, char *out);
bool call_begin_media(struct call *call, radmfa_span answer);
void call_answer_offer(struct call *call, radmfa_span offer);
void call_greet(struct call *call);
void call_prompt_again(struct call *call);
void call_check_pin(struct call *call);
void call_judge_pin(struct call *call, bool is_right);
void call_say_goodbye(struct call *call);
void call_key(struct call *call, enum call_key_source source, char key);
/* The key that was missing did not come, or was another: another try, or none. */
void call_wrong(struct call *call);

#endif
