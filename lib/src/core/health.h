/* health.h: is a server alive? It may have to call a person and take most of a minute for its
 * answer: slow is not dead. Any valid reply is a sign of life (RFC 3539 3.4); what silence means
 * depends on whether the server can be asked if it is there.
 *
 * One that can be probed, by Status-Server (RFC 5997) or by the login of a probe user:
 *   Suspected  when a request had to be sent again, or was given up, and nothing valid came from
 *              the server since it was first sent; or when the server refused. It is probed at
 *              once, then about every 5 s. Any valid reply ends the suspicion; until
 *              then requests go to others, where there are any.
 *   Dead       when 3 probes in a row had no answer, and no other valid reply came meanwhile. It
 *              gets no request, and is probed about every 10 s.
 *   Alive      again when 3 probes in a row were answered (RFC 3539 3.4.1); a late reply to
 *              something else is not enough.
 *
 * One that cannot be probed:
 *   Dead       when a request was given up, nothing valid came since that request was first sent,
 *              and 3 requests or more were waiting, this one included. So a server that is asked
 *              less than that is never dead. It gets one request every 30 s as a trial. Whoever
 *              asks may have less patience than that: where requests are withdrawn before they are
 *              given up, it is dead when some have been waiting, and nothing valid came, for as
 *              long as a request may take, and 3 or more are waiting then.
 *   Alive      again with a valid reply to a request first sent after it was declared dead.
 *
 * One that refused (ICMP: nobody listens there) is not dead for that; choose.h asks it last, for a
 * second.
 *
 * For one caller at a time: a health that several threads share needs their lock. */
#ifndef RADMFA_CORE_HEALTH_H
#define RADMFA_CORE_HEALTH_H

#include <radmfa/base.h>

#define HEALTH_PROBE_TIMEOUT_MS 4000u /* a probe without an answer is then unanswered */

enum health_state { HEALTH_ALIVE, HEALTH_SUSPECTED, HEALTH_DEAD };

/* What an event did to a server: each change is told once. */
enum health_change { HEALTH_UNCHANGED, HEALTH_DIED, HEALTH_REVIVED };

struct health {
  enum health_state state;
  bool can_be_probed;
  bool is_probe_out;
  uint8_t n_probes; /* in a row: unanswered while SUSPECTED, answered while DEAD */
  uint32_t outstanding;
  uint64_t quiet_since_ms;   /* nothing valid came then or later */
  uint64_t waiting_since_ms; /* something is outstanding since then */
  uint64_t refused_until_ms;
  uint64_t died_ms, trial_ms;
  uint64_t probe_sent_ms, next_probe_ms;
};

void radmfa__health_init(struct health *health, bool can_be_probed); /* ALIVE */

/* Requests. Each one that was sent is outstanding until it has its reply, is given up, withdrawn
 * (its answer is not wanted any more; `timeout_ms` is when it would have been given up) or
 * cancelled. `sent_ms` is when it was sent to this server first. */
void radmfa__health_sent(struct health *health, uint64_t now_ms);
RADMFA_MUST_USE enum health_change radmfa__health_replied(struct health *health, uint64_t sent_ms,
                                                          uint64_t now_ms);
RADMFA_MUST_USE enum health_change radmfa__health_gave_up(struct health *health, uint64_t sent_ms,
                                                          uint64_t now_ms);
RADMFA_MUST_USE enum health_change radmfa__health_withdrawn(struct health *health,
                                                            uint32_t timeout_ms, uint64_t now_ms);
void radmfa__health_cancelled(struct health *health);
/* It has to be sent again. */
void radmfa__health_unanswered(struct health *health, uint64_t sent_ms, uint64_t now_ms);
/* A valid reply to what is not outstanding: given up or cancelled before, or never counted.
 * `sent_ms` is 0 where it is not known. */
RADMFA_MUST_USE enum health_change radmfa__health_heard(struct health *health, uint64_t sent_ms,
                                                        uint64_t now_ms);
/* ICMP port unreachable, for a request or a probe. Requests stay outstanding: those that go to
 * another server are cancelled here. */
void radmfa__health_refused(struct health *health, uint64_t now_ms);

/* Probes: one at a time, never sent again (RFC 5997 4.1). probe_at is when the next one is due, or
 * UINT64_MAX: none, or one is out. A probe that was sent is answered, unanswered (it timed out, or
 * was refused) or cancelled: it could not be sent, or its sender goes away. */
uint64_t radmfa__health_probe_at(const struct health *health);
void radmfa__health_probe_sent(struct health *health, uint64_t now_ms, uint32_t random_bits);
RADMFA_MUST_USE enum health_change radmfa__health_probe_answered(struct health *health,
                                                                 uint64_t now_ms);
RADMFA_MUST_USE enum health_change radmfa__health_probe_unanswered(struct health *health,
                                                                   uint64_t now_ms);
void radmfa__health_probe_cancelled(struct health *health);

#endif
