/* call_event.h: what the log hears of calls and trunks. */
#ifndef RADMFAD_FACTOR_CALL_EVENT_H
#define RADMFAD_FACTOR_CALL_EVENT_H

#include <radmfa/base.h>

struct call_event {
  enum { CALL_EVENT_ENDED, CALL_EVENT_TRUNK_DOWN, CALL_EVENT_TRUNK_UP } kind;
  const char *factor;
  const char *trunk; /* ENDED: the last that was asked, or NULL */
  const char *error; /* TRUNK_DOWN */

  /* ENDED */
  uint64_t id; /* of the login */
  radmfa_span user;
  const char *number; /* E.164 */
  const char *outcome;
  uint16_t sip_status; /* 0: none */
  const char *sip_reason;
  uint32_t rang_ms, talked_ms;
  unsigned tries; /* how often it was asked for a key */
};

#endif
