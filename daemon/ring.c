#include "ring.h"

#include <string.h>

bool ring_init(struct ring *ring) {
  ring->used = ring->first = ring->end = ring->turn = 0;
  ring->lost = 0;
  return pthread_mutex_init(&ring->lock, NULL) == 0;
}

void ring_cleanup(struct ring *ring) {
  pthread_mutex_destroy(&ring->lock);
}

/* Makes room in one piece, if there is any. An empty ring starts over, so that a quiet one touches
 * little of its memory. */
static bool make_room(struct ring *ring, size_t len) {
  if (!ring->used) ring->first = ring->end = 0;
  bool has_turned = ring->used && ring->end <= ring->first;
  size_t limit = has_turned ? ring->first : RING_SIZE;
  if (len <= limit - ring->end) return true;
  if (has_turned || len > ring->first) return false;
  ring->turn = ring->end;
  ring->end = 0;
  return true;
}

bool ring_put(struct ring *ring, radmfa_span line, size_t *out_used) {
  pthread_mutex_lock(&ring->lock);
  bool fits = make_room(ring, line.len);
  if (fits) {
    memcpy(ring->bytes + ring->end, line.ptr, line.len);
    ring->end += line.len;
    ring->used += line.len;
  } else {
    ring->lost++;
  }
  *out_used = ring->used;
  pthread_mutex_unlock(&ring->lock);
  return fits;
}

radmfa_span ring_oldest(struct ring *ring) {
  radmfa_span oldest = {0};
  pthread_mutex_lock(&ring->lock);
  if (ring->used) {
    size_t end = ring->end <= ring->first ? ring->turn : ring->end;
    oldest = (radmfa_span){(const uint8_t *)ring->bytes + ring->first, end - ring->first};
  }
  pthread_mutex_unlock(&ring->lock);
  return oldest;
}

void ring_drop(struct ring *ring, size_t len) {
  pthread_mutex_lock(&ring->lock);
  bool has_turned = ring->end <= ring->first;
  ring->first += len;
  ring->used -= len;
  if (has_turned && ring->first == ring->turn) ring->first = 0;
  pthread_mutex_unlock(&ring->lock);
}

uint64_t ring_take_lost(struct ring *ring) {
  pthread_mutex_lock(&ring->lock);
  uint64_t lost = ring->lost;
  ring->lost = 0;
  pthread_mutex_unlock(&ring->lock);
  return lost;
}

void ring_give_lost(struct ring *ring, uint64_t lost) {
  pthread_mutex_lock(&ring->lock);
  ring->lost += lost;
  pthread_mutex_unlock(&ring->lock);
}
