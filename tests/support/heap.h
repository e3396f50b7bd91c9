/* heap.h: an allocator for tests. It counts, fails when told to, and aborts when a block comes back
 * with another size than it was asked for, twice, or not at all. */
#ifndef RADMFA_TESTS_HEAP_H
#define RADMFA_TESTS_HEAP_H

#include <radmfa/base.h>

struct heap {
  size_t blocks;        /* not freed yet */
  size_t bytes;         /* in them */
  size_t count;         /* allocations so far, failed ones included */
  size_t fail_at;       /* this one fails (1 is the first); 0: none */
  size_t fail_all_from; /* this one and all after it fail; 0: none */
  bool failed;          /* one was made to fail */
};

/* heap_allocator borrows `heap`. */
radmfa_allocator heap_allocator(struct heap *heap);

#endif
