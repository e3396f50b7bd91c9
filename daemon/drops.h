/* drops.h: gathers notices of dropped datagrams, of clients and of upstream servers, so that a
 * flood of them makes one line a second for each reason (for limit: for each client and reason)
 * and not a line each. The first is told at once and opens a window of a second; what comes in
 * it is counted and told when it is over. The caller's clock and lock. */
#ifndef RADMFAD_DROPS_H
#define RADMFAD_DROPS_H

#include <radmfa/engine.h>
#include <radmfa/upstream.h>

#define DROPS_WINDOW_MS 1000u
#define DROPS_KINDS ((unsigned)RADMFA_DROP_COUNT + (unsigned)RADMFA_UPSTREAM_EVENT_COUNT)
#define DROPS_CLIENTS_MAX \
  256u /* clients over their limit at the same time that get a line each; the others share one */
#define DROPS_CLIENT_NAME_SIZE 64u /* a longer name is cut */

/* What is gathered of one kind, and what a line tells of it. */
struct drops_kind {
  uint64_t count;         /* since the last line; 0: none */
  uint64_t window_end_ms; /* 0: no window is open */
  const char *reason;     /* constant */
  bool secret_may_be_wrong;
  bool is_upstream;                  /* then `name` is a server's */
  radmfa_address peer;               /* the last one's; so name */
  char name[DROPS_CLIENT_NAME_SIZE]; /* the client's; "": unknown */
};

/* Zeroed is empty. */
struct drops {
  struct drops_kind kinds[DROPS_KINDS];
  struct drops_kind limits[DROPS_CLIENTS_MAX];
  unsigned n_limits; /* those in use, the first of them */
};

/* drops_add counts a dropped datagram. Returns whether a line is to be written now: `*out_line`. */
bool drops_add(struct drops *drops, const radmfa_notice *notice, uint64_t now_ms,
               struct drops_kind *out_line);
/* The same for a reply of an upstream server. */
bool drops_add_upstream(struct drops *drops, const radmfa_upstream_notice *notice, uint64_t now_ms,
                        struct drops_kind *out_line);

/* drops_due closes the windows that are over; where something was counted in one: true, and
 * `*out_line` is to be written. To be repeated until false. UINT64_MAX as `now_ms` brings all. */
bool drops_due(struct drops *drops, uint64_t now_ms, struct drops_kind *out_line);

/* drops_next_ms is when the next window is over, or UINT64_MAX. */
uint64_t drops_next_ms(const struct drops *drops);

#endif
