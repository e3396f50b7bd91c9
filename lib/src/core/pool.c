#include "pool.h"

#include "mem.h"

#include "core.h"

/* so that a page of the records of logins is whole pages of the system, and none is wasted */
#define SLOTS_PER_PAGE 512u
#define GENERATION_MASK ((1u << POOL_GENERATION_BITS) - 1)

/* A free slot: the number of the next free one + 1 lies behind its pool_slot. */
struct free_slot {
  struct pool_slot head;
  uint32_t next;
};

void radmfa__pool_init(struct pool *pool, const radmfa_allocator *allocator, size_t slot_size,
                       uint32_t first_generation) {
  *pool = (struct pool){.allocator = allocator,
                        .slot_size = slot_size,
                        .first_generation = first_generation & GENERATION_MASK};
  if (!pool->first_generation) pool->first_generation = 1;
}

void radmfa__pool_cleanup(struct pool *pool) {
  for (uint32_t i = 0; i < pool->n_pages; i++)
    radmfa__free(pool->allocator, pool->pages[i], SLOTS_PER_PAGE * pool->slot_size);
  radmfa__free(pool->allocator, pool->pages, pool->pages_size * sizeof *pool->pages);
  *pool = (struct pool){0};
}

static void *slot_at(const struct pool *pool, uint32_t slot) {
  return pool->pages[slot / SLOTS_PER_PAGE] + (slot % SLOTS_PER_PAGE) * pool->slot_size;
}

static bool grow_index(struct pool *pool) {
  uint32_t size = pool->pages_size ? 2 * pool->pages_size : 16;
  uint8_t **pages = radmfa__alloc(pool->allocator, size * sizeof *pages);
  if (!pages) return false;
  if (pool->pages) memcpy(pages, pool->pages, pool->n_pages * sizeof *pages);
  radmfa__free(pool->allocator, pool->pages, pool->pages_size * sizeof *pages);
  pool->pages = pages;
  pool->pages_size = size;
  return true;
}

static bool add_page(struct pool *pool) {
  if (pool->n_pages == ((uint32_t)1 << POOL_SLOT_BITS) / SLOTS_PER_PAGE) return false;
  if (pool->n_pages == pool->pages_size && !grow_index(pool)) return false;
  uint8_t *page = radmfa__alloc(pool->allocator, SLOTS_PER_PAGE * pool->slot_size);
  if (!page) return false;
  pool->pages[pool->n_pages] = page;
  uint32_t first = pool->n_pages++ * SLOTS_PER_PAGE;
  for (uint32_t i = SLOTS_PER_PAGE; i-- > 0;) { /* backwards: the lowest is taken first */
    struct free_slot *slot = slot_at(pool, first + i);
    slot->head.slot = first + i;
    slot->head.generation = pool->first_generation & GENERATION_MASK;
    slot->next = pool->free_head;
    pool->free_head = first + i + 1;
  }
  return true;
}

/* The one that will be taken next, which nobody has touched for long. */
static void prefetch(const struct pool *pool, const void *slot) {
  for (size_t at = 0; at < pool->slot_size; at += 64)
    __builtin_prefetch((const uint8_t *)slot + at, 1);
}

void *radmfa__pool_take(struct pool *pool) {
  if (!pool->free_head && !add_page(pool)) return NULL;
  struct free_slot *slot = slot_at(pool, pool->free_head - 1);
  pool->free_head = slot->next;
  slot->head.used = 1;
  if (pool->free_head) prefetch(pool, slot_at(pool, pool->free_head - 1));
  return slot;
}

void radmfa__pool_give(struct pool *pool, void *slot) {
  struct free_slot *freed = slot;
  freed->head.used = 0;
  if (!++freed->head.generation) freed->head.generation = 1;
  freed->next = pool->free_head;
  pool->free_head = freed->head.slot + 1;
}

uint64_t radmfa__pool_number(const void *slot) {
  const struct pool_slot *head = slot;
  return (uint64_t)head->generation << POOL_SLOT_BITS | head->slot;
}

void *radmfa__pool_find(const struct pool *pool, uint64_t number) {
  uint32_t slot = (uint32_t)(number & (((uint64_t)1 << POOL_SLOT_BITS) - 1));
  if (slot / SLOTS_PER_PAGE >= pool->n_pages) return NULL;
  struct pool_slot *head = slot_at(pool, slot);
  return head->used && radmfa__pool_number(head) == number ? head : NULL;
}

uint32_t radmfa__pool_slots(const struct pool *pool) {
  return pool->n_pages * SLOTS_PER_PAGE;
}

void *radmfa__pool_each_before(const struct pool *pool, uint32_t *inout_slot, uint32_t end) {
  uint32_t n_slots = radmfa__pool_slots(pool);
  if (end > n_slots) end = n_slots;
  while (*inout_slot < end) {
    struct pool_slot *head = slot_at(pool, (*inout_slot)++);
    if (head->used) return head;
  }
  return NULL;
}

void *radmfa__pool_each(const struct pool *pool, uint32_t *inout_slot) {
  return radmfa__pool_each_before(pool, inout_slot, UINT32_MAX);
}
