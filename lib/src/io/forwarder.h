/* forwarder.h: what one loop forwards: engine's operations become requests of clients, their
 * answers become answers of a primary. */
#ifndef RADMFA_IO_FORWARDER_H
#define RADMFA_IO_FORWARDER_H

#include <radmfa/client.h>
#include <radmfa/engine.h>

struct forwarder;

struct forwarder_options {
  uv_loop_t *loop;
  radmfa_join_table *join_table; /* where answers go; outlives the forwarder */
  const radmfa_allocator *allocator;
};

RADMFA_MUST_USE int radmfa__forwarder_new(const struct forwarder_options *options,
                                          struct forwarder **out_forwarder);

/* FORWARD and CANCEL_FORWARD. Whatever cannot be asked is answered as unavailable. */
void radmfa__forwarder_ask(struct forwarder *forwarder, const radmfa_operation *operation);
void radmfa__forwarder_cancel(struct forwarder *forwarder, uint64_t login_id);

/* A new ruleset is there: upstreams of older ones are let go as soon as nothing waits for them. */
void radmfa__forwarder_new_ruleset(struct forwarder *forwarder);

/* `closed` comes from the loop; at once where nothing was ever forwarded. */
void radmfa__forwarder_close(struct forwarder *forwarder, void (*closed)(void *user), void *user);

#endif
