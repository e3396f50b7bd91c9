/* media_ports.c: a bit for each port number, looked through a word at a time. */
#include "media_ports.h"

#include <radmfa/error.h>

#include <stdlib.h>

#define WORD 64u

static uint32_t n_words(const struct media_ports *ports) {
  return (ports->n + WORD - 1) / WORD;
}

static void mark(struct media_ports *ports, uint32_t at) {
  ports->taken[at / WORD] |= UINT64_C(1) << at % WORD;
}

int media_ports_init(struct media_ports *ports, uint16_t min, uint16_t max) {
  uint32_t first = min + min % 2u;
  if (first > max || first == 0) return RADMFA_E_INVALID;
  struct media_ports made = {.first = (uint16_t)first, .n = (max - first) / 2 + 1};
  made.taken = calloc(n_words(&made), sizeof *made.taken);
  if (!made.taken) return RADMFA_E_NO_MEMORY;
  for (uint32_t at = made.n; at < n_words(&made) * WORD; at++) mark(&made, at); /* are none */
  *ports = made;
  return 0;
}

void media_ports_cleanup(struct media_ports *ports) {
  free(ports->taken);
  ports->taken = NULL;
}

/* The first free one of this word, at bit `from` or behind it; false: none is. */
static bool find(const struct media_ports *ports, uint32_t word, uint32_t from, uint32_t *out_at) {
  uint64_t is_free = ~ports->taken[word] & UINT64_MAX << from;
  if (!is_free) return false;
  *out_at = word * WORD + (uint32_t)__builtin_ctzll(is_free);
  return true;
}

uint16_t media_ports_take(struct media_ports *ports, uint32_t random) {
  uint32_t start = random % ports->n, at;
  uint32_t word = start / WORD, from = start % WORD;
  if (ports->n_taken == ports->n) return 0;
  while (!find(ports, word, from, &at)) { /* comes back to the first word, for what lies before */
    word = (word + 1) % n_words(ports);
    from = 0;
  }
  mark(ports, at);
  ports->n_taken++;
  return (uint16_t)(ports->first + 2 * at);
}

void media_ports_give_back(struct media_ports *ports, uint16_t port) {
  uint32_t at = (uint32_t)(port - ports->first) / 2;
  ports->taken[at / WORD] &= ~(UINT64_C(1) << at % WORD);
  ports->n_taken--;
}
