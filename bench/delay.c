#include "delay.h"

#include "values.h"

#include <math.h>
#include <string.h>

#define SIGMA_MAX 10

static const char lognormal[] = "lognormal:";

static bool parse_lognormal(const char *text, struct delay *out_delay) {
  const char *comma = strchr(text, ','), *end;
  uint64_t median_ns;
  double sigma;
  if (!comma || !read_duration_part(text, (size_t)(comma - text), &median_ns)) return false;
  if (!read_decimal(comma + 1, &end, &sigma) || *end || sigma > SIGMA_MAX) return false;
  *out_delay = (struct delay){.is_lognormal = true, .median_ns = (double)median_ns, .sigma = sigma};
  return true;
}

bool delay_parse(const char *text, struct delay *out_delay) {
  if (!strncmp(text, lognormal, sizeof lognormal - 1))
    return parse_lognormal(text + sizeof lognormal - 1, out_delay);
  const char *dots = strstr(text, "..");
  struct delay delay = {0};
  size_t len = dots ? (size_t)(dots - text) : strlen(text);
  if (!read_duration_part(text, len, &delay.min_ns)) return false;
  if (!read_duration(dots ? dots + 2 : text, &delay.max_ns)) return false;
  if (delay.max_ns < delay.min_ns) return false;
  *out_delay = delay;
  return true;
}

bool read_delay(const char *text, void *out) {
  return delay_parse(text, out);
}

uint64_t delay_draw(const struct delay *delay, struct random *random) {
  if (delay->is_lognormal) {
    double ns = delay->median_ns * exp(delay->sigma * random_normal(random));
    return ns < (double)DURATION_MAX_NS ? (uint64_t)ns : DURATION_MAX_NS;
  }
  uint64_t spread_ns = delay->max_ns - delay->min_ns;
  if (!spread_ns) return delay->min_ns;
  return delay->min_ns + (uint64_t)(random_unit(random) * (double)(spread_ns + 1));
}
