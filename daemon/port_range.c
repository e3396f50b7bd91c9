/* port_range.c: two numbers with two dots between them. */
#include "port_range.h"

#include <stdlib.h>
#include <string.h>

/* An even number behind which stands `end`. Goes behind that. */
static bool take_even(const char **inout_text, const char *end, uint16_t *out_port) {
  size_t len = strspn(*inout_text, "0123456789");
  unsigned long port = len && len <= 5 ? strtoul(*inout_text, NULL, 10) : 0;
  const char *behind = *inout_text + len;
  if (port < PORT_RANGE_MIN || port > UINT16_MAX || port % 2) return false;
  if (strncmp(behind, end, strlen(end)) != 0) return false;
  *inout_text = behind + strlen(end);
  *out_port = (uint16_t)port;
  return true;
}

bool port_range_parse(const char *text, struct port_range *out_range) {
  struct port_range range;
  if (!take_even(&text, "..", &range.min) || !take_even(&text, "", &range.max)) return false;
  if (*text || range.min > range.max) return false;
  *out_range = range;
  return true;
}

uint32_t port_range_count(struct port_range range) {
  return (range.max - range.min) / 2u + 1;
}
