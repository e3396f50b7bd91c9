/* call_event.h: what became of a call, and of a trunk. For the log. */
#ifndef RADMFAD_FACTOR_CALL_EVENT_H
#define RADMFAD_FACTOR_CALL_EVENT_H

#include "prefixes.h"

enum call_event_kind {
  CALL_EVENT_ENDED, /* once for each call, also for one that was never placed */
  CALL_EVENT_TRUNK_UP,
  CALL_EVENT_TRUNK_DOWN, /* no call is placed through it until it is up */
  CALL_EVENT_TRUNK_REGISTERED,
  CALL_EVENT_TRUNK_UNREGISTERED, /* it refused, or was not reached; it is asked again */
};

/* Borrowed for the callback. */
struct call_event {
  enum call_event_kind kind;
  const char *factor;
  const char *trunk; /* the last one asked; NULL: none was */
  const char *error; /* TRUNK_DOWN, TRUNK_UNREGISTERED: why */

  /* the next ones of ENDED */
  uint64_t id;            /* of the login */
  radmfa_span user;       /* his identity */
  const char *number;     /* E.164; the log masks it. NULL or empty: none */
  const char *outcome;    /* a word */
  uint16_t sip_status;    /* the trunk's last final answer (RFC 3261 21); 0: none */
  const char *sip_reason; /* its words, which may hold anything, or why none came; NULL or empty */
  uint32_t rang_ms;       /* from the INVITE to the answer, or to the end */
  uint32_t talked_ms;     /* from the answer to the end */
  uint32_t tries;         /* how often he was asked for a key */
};

#define CALL_NUMBER_MASKED_SIZE sizeof(((struct number *)0)->e164)
/* "+44xxxxxxxx18" of "+442079460018": the country and the last two digits, enough to see which of
 * somebody's phones it was and too little to call him. Empty for what is no E.164. */
void call_number_mask(const char *e164, char out[CALL_NUMBER_MASKED_SIZE]);

#endif
