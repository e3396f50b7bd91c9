/* due.h: what is due next, to the nanosecond, among millions. Nothing is ever taken out early:
 * whoever no longer waits is recognised when its time comes, which keeps an entry at 16 octets. */
#ifndef RADMFA_BENCH_DUE_H
#define RADMFA_BENCH_DUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct due_entry {
  uint64_t at_ns;
  uint64_t what; /* the caller's */
};

/* All zeros is an empty one. */
struct due {
  struct due_entry *heap;
  size_t count;
  size_t capacity;
};

void due_add(struct due *due, uint64_t at_ns, uint64_t what);
/* Takes out the earliest that is due at now_ns; false where there is none. */
bool due_pop(struct due *due, uint64_t now_ns, uint64_t *out_what);
uint64_t due_next_ns(const struct due *due); /* UINT64_MAX where there is nothing */
void due_cleanup(struct due *due);

#endif
