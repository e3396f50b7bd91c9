/* pool.h: slots of one size, found by a number that is never valid again once its slot was given
 * back. Pages are allocated as they are needed and freed with the pool; freed slots are used
 * again first. */
#ifndef RADMFA_CORE_POOL_H
#define RADMFA_CORE_POOL_H

#include <radmfa/base.h>

#define POOL_SLOT_BITS 30u       /* so a pool holds a thousand million slots */
#define POOL_GENERATION_BITS 24u /* a number comes again after its slot was used 16 million times */

/* The beginning of whatever is kept in a pool. */
struct pool_slot {
  uint32_t slot;
  uint32_t generation : POOL_GENERATION_BITS;
  uint32_t used : 1;
};

struct pool {
  const radmfa_allocator *allocator;
  size_t slot_size; /* a multiple of 8 */
  uint8_t **pages;
  uint32_t n_pages, pages_size;
  uint32_t free_head; /* slot number + 1; 0: none */
  uint32_t first_generation;
};

/* Generations begin at `first_generation` (its lower 24 bits), best at random, so that numbers of
 * one run are not those of the next. They are never 0, and so is no number. */
void radmfa__pool_init(struct pool *pool, const radmfa_allocator *allocator, size_t slot_size,
                       uint32_t first_generation);
void radmfa__pool_cleanup(struct pool *pool);

/* A slot whose pool_slot is set and whose other bytes are anything; NULL without memory. */
void *radmfa__pool_take(struct pool *pool);
void radmfa__pool_give(struct pool *pool, void *slot);

/* POOL_SLOT_BITS + POOL_GENERATION_BITS wide. */
uint64_t radmfa__pool_number(const void *slot);
/* The first slot in use from `*inout_slot` (begin with 0) on and before `end`, or NULL; moves
 * `*inout_slot` behind it, or to the end. */
void *radmfa__pool_each_before(const struct pool *pool, uint32_t *inout_slot, uint32_t end);
void *radmfa__pool_each(const struct pool *pool, uint32_t *inout_slot); /* of all */
uint32_t radmfa__pool_slots(const struct pool *pool);                   /* in use or not */
void *radmfa__pool_find(const struct pool *pool, uint64_t number);      /* NULL: given back */

#endif
