/* worker.h: one loop in a thread of its own, with one proxy on it. What it is told from outside
 * it does on its own thread. */
#ifndef RADMFAD_WORKER_H
#define RADMFAD_WORKER_H

#include "log.h"

#include <radmfa/proxy.h>

struct worker;

struct worker_options {
  radmfa_proxy_options proxy;
  const char *name; /* of the thread, at most 15 octets */
  /* Called on the worker's thread after each worker_drain, when no login is pending. */
  void (*drained)(void *user);
  /* Called there where a ruleset could not be taken over (an error of radmfa_proxy_set_ruleset):
   * the one before stays at work, and the new one is tried again twice a second; called with 0
   * when it is at work. */
  void (*behind)(unsigned number, int error, void *user);
  unsigned number; /* for `behind` */
  void *user;
};

/* Makes the loop and the proxy; the thread starts with worker_start. Returns 0 or an error of
 * radmfa_proxy_new. */
RADMFA_MUST_USE int worker_new(const struct worker_options *options, struct worker **out_worker);

/* Before worker_start. Returns 0 or an error of radmfa_proxy_listen. */
RADMFA_MUST_USE int worker_listen(struct worker *worker, const radmfa_address *address,
                                  radmfa_address *out_bound);

/* As radmfa_proxy_receive_buffer; before worker_start. */
uint32_t worker_receive_buffer(const struct worker *worker);

bool worker_start(struct worker *worker); /* false: no thread */

/* From any other thread. */
void worker_set_ruleset(struct worker *worker, radmfa_ruleset *ruleset, uint32_t pending_max,
                        uint32_t kept_replies_max); /* takes a reference */
void worker_drain(struct worker *worker);
/* Has `what` called once on the worker's thread, soon; worker_free comes later. False when out of
 * memory. */
RADMFA_MUST_USE bool worker_run(struct worker *worker, void (*what)(radmfa_proxy *proxy, void *arg),
                                void *arg);
void worker_stop(struct worker *worker); /* at once, whatever is pending */

/* Ends the thread (worker_stop), waits for it and frees; also for a worker that was never
 * started. */
void worker_free(struct worker *worker);

#endif
