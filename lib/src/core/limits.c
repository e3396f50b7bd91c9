#include "limits.h"

#include "core.h"

#define CHUNK_MAX 64u /* drawn at once */
/* of the limit: all that RADMFA_ENGINES_MAX engines may hold in reserve is a thirty-second of it */
#define CHUNK_SHARE (1u << 16)

void radmfa__quota_init(struct quota *quota, atomic_uint *taken, uint32_t max) {
  *quota = (struct quota){.taken = taken, .max = max};
}

static uint32_t chunk_of(const struct quota *quota) {
  uint32_t chunk = quota->max / CHUNK_SHARE;
  if (chunk < 1) return 1;
  return chunk < CHUNK_MAX ? chunk : CHUNK_MAX;
}

static bool draw(struct quota *quota, uint32_t n) {
  unsigned before = atomic_fetch_add_explicit(quota->taken, n, memory_order_relaxed);
  if (before + n <= quota->max && before + n >= before) {
    quota->reserve += n;
    return true;
  }
  atomic_fetch_sub_explicit(quota->taken, n, memory_order_relaxed);
  return false;
}

bool radmfa__quota_take(struct quota *quota) {
  if (!quota->reserve && !draw(quota, chunk_of(quota)) && !draw(quota, 1)) return false;
  quota->reserve--;
  return true;
}

void radmfa__quota_give(struct quota *quota) {
  uint32_t chunk = chunk_of(quota), keep = chunk == 1 ? 0 : chunk;
  quota->reserve++;
  if (quota->reserve < keep + chunk) return;
  atomic_fetch_sub_explicit(quota->taken, quota->reserve - keep, memory_order_relaxed);
  quota->reserve = keep;
}

void radmfa__quota_close(struct quota *quota) {
  atomic_fetch_sub_explicit(quota->taken, quota->reserve, memory_order_relaxed);
  quota->reserve = 0;
}

bool radmfa__count_up(atomic_uint *counter, uint32_t max) {
  if (atomic_fetch_add_explicit(counter, 1, memory_order_relaxed) < max) return true;
  atomic_fetch_sub_explicit(counter, 1, memory_order_relaxed);
  return false;
}

void radmfa__count_down(atomic_uint *counter) {
  atomic_fetch_sub_explicit(counter, 1, memory_order_relaxed);
}
