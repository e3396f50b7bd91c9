#include "sources.h"

#include "values.h"

#include <string.h>

#define ADDRESS_SIZE 64u

/* The last four octets, in which those of a range may differ. */
static uint32_t tail_of(const radmfa_address *address) {
  const uint8_t *tail = address->ip + 12;
  return (uint32_t)tail[0] << 24 | (uint32_t)tail[1] << 16 | (uint32_t)tail[2] << 8 | tail[3];
}

static bool read_range(const char *text, const char *dots, struct sources *out) {
  char first_text[ADDRESS_SIZE];
  radmfa_address first, last;
  size_t len = (size_t)(dots - text);
  if (len >= sizeof first_text) return false;
  memcpy(first_text, text, len);
  first_text[len] = 0;
  if (radmfa_address_parse(first_text, &first) || radmfa_address_parse(dots + 2, &last))
    return false;
  if (memcmp(first.ip, last.ip, 12) || tail_of(&last) < tail_of(&first)) return false;
  *out = (struct sources){first, (uint64_t)(tail_of(&last) - tail_of(&first)) + 1};
  return true;
}

bool read_sources(const char *text, void *out) {
  struct sources sources = {0};
  const char *dots = strstr(text, "..");
  if (dots) {
    if (!read_range(text, dots, &sources)) return false;
  } else if (read_count(text, &sources.count)) {
    (void)!radmfa_address_parse("127.0.1.1", &sources.first);
  } else if (radmfa_address_parse(text, &sources.first) == 0) {
    sources.count = 1;
  }
  if (!sources.count || sources.count > SOURCES_MAX || sources.first.port) return false;
  *(struct sources *)out = sources;
  return true;
}

radmfa_address sources_get(const struct sources *sources, uint64_t number) {
  radmfa_address address = sources->first;
  uint32_t tail = tail_of(&address) + (uint32_t)number;
  for (unsigned i = 0; i < 4; i++) address.ip[12 + i] = (uint8_t)(tail >> (24 - 8 * i));
  return address;
}
