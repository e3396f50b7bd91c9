/* pump.h: an engine with its sockets, clock and inbox on a loop: what server.c and proxy.c have
 * in common. Operations of the engine become calls of backends and datagrams. */
#ifndef RADMFA_IO_PUMP_H
#define RADMFA_IO_PUMP_H

#include <radmfa/engine.h>
#include <uv.h>

struct pump;

struct pump_options {
  radmfa_engine_options engine; /* random_key, wake and wake_user are the pump's to fill in */
  bool reuse_port;
  uint32_t receive_buffer_size;
};

/* Returns 0, an error of radmfa_engine_new or a libuv error. */
RADMFA_MUST_USE int radmfa__pump_new(uv_loop_t *loop, const struct pump_options *options,
                                     struct pump **out_pump);

/* Returns 0, RADMFA_E_NO_MEMORY, RADMFA_E_TOO_BIG (over 64 sockets) or a libuv error. */
RADMFA_MUST_USE int radmfa__pump_listen(struct pump *pump, const radmfa_address *address,
                                        radmfa_address *out_bound);

/* as radmfa_engine_set_ruleset */
RADMFA_MUST_USE int radmfa__pump_set_ruleset(struct pump *pump, radmfa_ruleset *ruleset);
/* Octets, the least of all sockets; UINT32_MAX without one. */
uint32_t radmfa__pump_receive_buffer(const struct pump *pump);
radmfa_engine *radmfa__pump_engine(struct pump *pump);

/* No new login from now on; `drained` comes once, from the loop, when none is pending. */
void radmfa__pump_drain(struct pump *pump, void (*drained)(void *user), void *user);

/* Stops at once. `closed` (or NULL) comes from the loop, when nothing of the pump is left. Not
 * from inside a backend's function. */
void radmfa__pump_close(struct pump *pump, void (*closed)(void *user), void *user);

#endif
