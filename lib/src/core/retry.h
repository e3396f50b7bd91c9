/* retry.h: when a request without an answer is sent again, and when it is given up (RFC 5080
 * 2.2.1). One difference: a request that was sent as often as it may be is not given up before its
 * time is over. What it waits for may be a person. */
#ifndef RADMFA_CORE_RETRY_H
#define RADMFA_CORE_RETRY_H

#include <radmfa/base.h>

/* RFC 5080 2.2.1's IRT, MRT, MRC and MRD. */
struct retry_timing {
  uint32_t first_ms;            /* to the first retransmission, not 0; then twice the time before */
  uint32_t longest_ms;          /* but no longer than this; 0: without a limit */
  uint32_t retransmissions_max; /* 0: without a limit */
  uint32_t give_up_after_ms;    /* after the first transmission */
};

struct retry {
  uint64_t give_up_at_ms;
  uint32_t rt_ms; /* RT: from the last transmission to the next */
  uint32_t n_retransmissions;
};

/* A tenth more or less, RFC 5080's RAND: `random_bits` is uniform over all of 32 bits. */
uint64_t radmfa__jitter(uint32_t ms, uint32_t random_bits);

/* radmfa__retry_begin: it was sent for the first time; radmfa__retry_next: it was sent again.
 * True: it is to be sent again at *out_ms; false: it is to be given up at *out_ms. */
RADMFA_MUST_USE bool radmfa__retry_begin(struct retry *retry, const struct retry_timing *timing,
                                         uint64_t now_ms, uint32_t random_bits, uint64_t *out_ms);
RADMFA_MUST_USE bool radmfa__retry_next(struct retry *retry, const struct retry_timing *timing,
                                        uint64_t now_ms, uint32_t random_bits, uint64_t *out_ms);

#endif
