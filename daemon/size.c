#include "size.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_OCTETS_MAX (1u << 30)

static const struct {
  const char *name;
  uint32_t octets;
} units[] = {{"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}};

bool size_parse(const char *text, uint32_t *out_octets) {
  size_t digits = strspn(text, "0123456789");
  if (!digits || digits > 9) return false;
  uint64_t number = strtoul(text, NULL, 10);
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(text + digits, units[i].name) != 0) continue;
    if (number * units[i].octets > SIZE_OCTETS_MAX) return false;
    *out_octets = (uint32_t)(number * units[i].octets);
    return true;
  }
  return false;
}
