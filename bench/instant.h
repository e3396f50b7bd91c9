/* instant.h: a whole RADIUS server in memory, without socket and clock: the library's engine with
 * a primary and a factor that say yes at once. What a login costs without the system. */
#ifndef RADMFA_BENCH_INSTANT_H
#define RADMFA_BENCH_INSTANT_H

#include <radmfa/engine.h>

#define INSTANT_BATCH 64u /* datagrams at once, as a server reads them */

struct instant;

/* Any client may ask, with this secret. NULL where memory is short. */
struct instant *instant_new(radmfa_span secret);
void instant_free(struct instant *instant);

/* Gives how many replies came of `n` datagrams that arrived together. */
uint64_t instant_take(struct instant *instant, const radmfa_datagram *datagrams, size_t n,
                      uint64_t now_ms);
/* The same of datagrams that the engine gets one by one. */
uint64_t instant_take_each(struct instant *instant, const radmfa_datagram *datagrams, size_t n,
                           uint64_t now_ms);

#endif
