#include "retry.h"

#include "core.h"

uint64_t radmfa__jitter(uint32_t ms, uint32_t random_bits) {
  uint64_t tenth = ms / 10;
  return ms - tenth + (random_bits * (2 * tenth + 1) >> 32);
}

/* Sent at now_ms, it would be sent again after rt_ms. */
static bool schedule(struct retry *retry, const struct retry_timing *timing, uint64_t rt_ms,
                     uint64_t now_ms, uint32_t random_bits, uint64_t *out_ms) {
  if (timing->longest_ms && rt_ms > timing->longest_ms)
    rt_ms = radmfa__jitter(timing->longest_ms, random_bits);
  bool is_last =
      timing->retransmissions_max && retry->n_retransmissions == timing->retransmissions_max;
  if (is_last || now_ms + rt_ms >= retry->give_up_at_ms) {
    *out_ms = retry->give_up_at_ms;
    return false;
  }
  retry->rt_ms = (uint32_t)rt_ms;
  *out_ms = now_ms + rt_ms;
  return true;
}

bool radmfa__retry_begin(struct retry *retry, const struct retry_timing *timing, uint64_t now_ms,
                         uint32_t random_bits, uint64_t *out_ms) {
  *retry = (struct retry){.give_up_at_ms = now_ms + timing->give_up_after_ms};
  return schedule(retry, timing, radmfa__jitter(timing->first_ms, random_bits), now_ms, random_bits,
                  out_ms);
}

bool radmfa__retry_next(struct retry *retry, const struct retry_timing *timing, uint64_t now_ms,
                        uint32_t random_bits, uint64_t *out_ms) {
  retry->n_retransmissions++;
  uint64_t rt_ms = retry->rt_ms + radmfa__jitter(retry->rt_ms, random_bits);
  return schedule(retry, timing, rt_ms, now_ms, random_bits, out_ms);
}
