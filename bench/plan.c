#include "plan.h"

#include "values.h"

#include <math.h>
#include <string.h>

/* ---- the words ---- */

/* "RATE/TIME" or "FROM..TO/TIME" at the start of `text`; `*out_end` is what follows it. */
static bool parse_part(const char *text, bool is_ramp, struct plan_part *out_part,
                       const char **out_end) {
  uint64_t ns;
  if (!read_decimal(text, &text, &out_part->from_per_s)) return false;
  out_part->to_per_s = out_part->from_per_s;
  if (is_ramp) {
    if (strncmp(text, "..", 2) || !read_decimal(text + 2, &text, &out_part->to_per_s)) return false;
  }
  size_t len = *text == '/' ? strcspn(text + 1, ",") : 0;
  if (!len || !read_duration_part(text + 1, len, &ns) || !ns) return false;
  out_part->seconds = (double)ns / NS_PER_S;
  *out_end = text + 1 + len;
  return out_part->from_per_s <= RATE_MAX && out_part->to_per_s <= RATE_MAX;
}

static bool parse_parts(const char *text, bool is_ramp, struct plan_shape *shape) {
  while (shape->n_parts < PLAN_PARTS_MAX) {
    if (!parse_part(text, is_ramp, &shape->parts[shape->n_parts], &text)) return false;
    shape->n_parts++;
    if (!*text) return plan_shape_logins(shape) > 0;
    text++; /* the comma */
  }
  return false;
}

bool read_plan(const char *text, void *out) {
  static const char step[] = "step:", ramp[] = "ramp:";
  struct plan_shape shape = {.text = text, .poisson = !strcmp(text, "poisson")};
  bool is_step = !strncmp(text, step, sizeof step - 1);
  if (is_step || !strncmp(text, ramp, sizeof ramp - 1)) {
    if (!parse_parts(strchr(text, ':') + 1, !is_step, &shape)) return false;
  } else if (!shape.poisson && strcmp(text, "constant")) {
    return false;
  }
  *(struct plan_shape *)out = shape;
  return true;
}

/* ---- parts ---- */

static double logins_of(const struct plan_part *part) {
  return (part->from_per_s + part->to_per_s) / 2 * part->seconds;
}

uint64_t plan_shape_logins(const struct plan_shape *shape) {
  double logins = 0;
  for (size_t i = 0; i < shape->n_parts; i++) logins += logins_of(&shape->parts[i]);
  return (uint64_t)(logins + 1e-6); /* 33000 may have become 32999.9999999 */
}

double plan_shape_seconds(const struct plan_shape *shape) {
  double seconds = 0;
  for (size_t i = 0; i < shape->n_parts; i++) seconds += shape->parts[i].seconds;
  return seconds;
}

/* When so many logins of this part have been due: t in from * t + growth * t * t / 2 = logins,
 * written so that it holds without growth, too. */
static double seconds_at(const struct plan_part *part, double logins) {
  double growth = (part->to_per_s - part->from_per_s) / part->seconds;
  double square = part->from_per_s * part->from_per_s + 2 * growth * logins;
  double divisor = part->from_per_s + sqrt(square > 0 ? square : 0);
  return divisor > 0 ? 2 * logins / divisor : 0;
}

/* ---- walking ---- */

static void enter_part(struct plan *plan) {
  const struct plan_shape *shape = &plan->shape;
  while (plan->part + 1 < shape->n_parts) {
    const struct plan_part *part = &shape->parts[plan->part];
    if (plan->place - plan->logins_before < logins_of(part)) break;
    plan->logins_before += logins_of(part);
    plan->seconds_before += part->seconds;
    plan->part++;
  }
}

void plan_init(struct plan *plan, const struct plan_shape *shape, double per_second,
               uint64_t n_logins, uint64_t seed) {
  *plan = (struct plan){.shape = *shape, .n_logins = n_logins};
  random_seed(&plan->random, seed);
  if (!shape->n_parts) {
    plan->shape.parts[0] = (struct plan_part){per_second, per_second, HUGE_VAL};
    plan->shape.n_parts = 1;
  }
  enter_part(plan);
}

void plan_init_closed(struct plan *plan, uint64_t outstanding, uint64_t n_logins, uint64_t end_ns) {
  *plan = (struct plan){.outstanding = outstanding, .n_logins = n_logins, .end_ns = end_ns};
}

bool plan_is_over(const struct plan *plan, uint64_t now_ns) {
  return plan->next >= plan->n_logins || (plan->end_ns && now_ns >= plan->end_ns);
}

/* From the login's place, not from the one before: so no error adds up. */
bool plan_next_due(const struct plan *plan, uint64_t now_ns, uint64_t n_waiting,
                   uint64_t *out_due_ns) {
  if (plan_is_over(plan, now_ns)) return false;
  if (plan->outstanding) {
    if (n_waiting >= plan->outstanding) return false;
    *out_due_ns = now_ns;
    return true;
  }
  const struct plan_part *part = &plan->shape.parts[plan->part];
  double seconds = plan->seconds_before + seconds_at(part, plan->place - plan->logins_before);
  *out_due_ns = (uint64_t)(seconds * NS_PER_S + 0.5);
  return true;
}

/* Between arrivals at random lie exponentially distributed steps. */
void plan_advance(struct plan *plan) {
  plan->next++;
  if (plan->shape.poisson)
    plan->place -= log(1 - random_unit(&plan->random));
  else
    plan->place = (double)plan->next;
  if (!plan->outstanding) enter_part(plan);
}
