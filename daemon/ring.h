/* ring.h: whole lines on their way from the threads that say them to the one that writes them. A
 * line lies in one piece. Any thread; the lock is held for a copy of one line. */
#ifndef RADMFAD_RING_H
#define RADMFAD_RING_H

#include <pthread.h>
#include <radmfa/base.h>

#define RING_SIZE (1u << 20)

struct ring {
  pthread_mutex_t lock; /* the rest */
  size_t used;          /* octets of lines */
  size_t first, end;    /* where the oldest line begins, where the newest ends */
  size_t turn;          /* end <= first: the lines from `first` on end here, the next begin at 0 */
  uint64_t lost;        /* lines for which there was no room */
  char bytes[RING_SIZE];
};

bool ring_init(struct ring *ring);
void ring_cleanup(struct ring *ring);

/* Says in `*out_used` how many octets there are with it. False, and counted, where there is no
 * room. */
bool ring_put(struct ring *ring, radmfa_span line, size_t *out_used);

/* The oldest lines, as many as lie in one piece; empty where there are none. They stay as they are
 * until ring_drop. By one thread. */
radmfa_span ring_oldest(struct ring *ring);
void ring_drop(struct ring *ring, size_t len); /* `len` octets of them */

uint64_t ring_take_lost(struct ring *ring); /* how many lines were lost since the last call */
void ring_give_lost(struct ring *ring, uint64_t lost); /* and could not be told */

#endif
