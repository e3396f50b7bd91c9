/* judge.h: what a datagram is to the load generator that receives it. */
#ifndef RADMFA_BENCH_JUDGE_H
#define RADMFA_BENCH_JUDGE_H

#include "ids.h"

#include <radmfa/packet.h>

enum judgement {
  JUDGED_ANSWER,  /* genuine, and its login waits */
  JUDGED_DOUBLED, /* genuine, but its login has its answer */
  JUDGED_LATE,    /* genuine, but its login was given up as lost */
  JUDGED_FORGED,  /* an authenticator does not match any request of this socket and id */
  JUDGED_MALFORMED,
};

/* `slots` are the 256 of the socket that the datagram came to; *out_packet and *out_slot are set
 * unless it is malformed. */
enum judgement judge_reply(struct slot *slots, radmfa_span datagram, const radmfa_secret *secret,
                           radmfa_packet *out_packet, struct slot **out_slot);

/* The same of a datagram that an echo sent back, or of its first 20 octets: nothing in it is
 * signed, so identifier and authenticator must do. */
enum judgement judge_echo(struct slot *slots, radmfa_span datagram, struct slot **out_slot);

#endif
