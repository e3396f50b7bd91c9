#include "plan.h"

#include "values.h"

void plan_init(struct plan *plan, double per_second, uint64_t n_logins) {
  *plan = (struct plan){.per_second = per_second, .n_logins = n_logins};
}

/* From the number, not from the last one: so no error adds up. */
bool plan_next_due(const struct plan *plan, uint64_t *out_due_ns) {
  if (plan->next >= plan->n_logins) return false;
  *out_due_ns = (uint64_t)((double)plan->next * NS_PER_S / plan->per_second);
  return true;
}

void plan_advance(struct plan *plan) {
  plan->next++;
}
