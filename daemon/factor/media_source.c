/* media_source.c: two addresses and two times. */
#include "media_source.h"

#include <string.h>

static bool is_same_host(const radmfa_address *a, const radmfa_address *b) {
  return memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

static bool is_same(const radmfa_address *a, const radmfa_address *b) {
  return is_same_host(a, b) && a->port == b->port;
}

/* 0.0.0.0, as it is mapped (RFC 4291 2.5.5.2), or "::". */
static bool is_nowhere(const radmfa_address *address) {
  static const uint8_t v4_any[16] = {[10] = 0xff, [11] = 0xff}, v6_any[16];
  return address->port == 0 || memcmp(address->ip, v4_any, sizeof v4_any) == 0 ||
         memcmp(address->ip, v6_any, sizeof v6_any) == 0;
}

void media_source_describe(struct media_source *source, const radmfa_address *described,
                           uint64_t now_ms) {
  bool is_first = source->described_ms == 0;
  if (!is_first && (is_nowhere(described) || is_same(described, &source->described))) return;
  *source = (struct media_source){.described = *described, .described_ms = now_ms};
}

bool media_source_is(const struct media_source *source, const radmfa_address *from) {
  return source->has_heard && is_same(from, &source->heard);
}

/* How near he is to the description; 0: a stranger. */
static unsigned nearness(const struct media_source *source, const radmfa_address *from) {
  return (unsigned)is_same_host(from, &source->described) +
         (unsigned)is_same(from, &source->described);
}

bool media_source_is_settled(const struct media_source *source, uint64_t now_ms) {
  if (now_ms < source->described_ms + MEDIA_SETTLE_MS) return false;
  return !source->has_heard || nearness(source, &source->heard) ||
         now_ms >= source->heard_ms + MEDIA_STRANGER_MS;
}

bool media_source_accepts(const struct media_source *source, const radmfa_address *from,
                          uint64_t now_ms) {
  if (!source->has_heard || media_source_is(source, from)) return true;
  return !media_source_is_settled(source, now_ms) &&
         nearness(source, from) > nearness(source, &source->heard);
}

bool media_source_believe(struct media_source *source, const radmfa_address *from,
                          uint64_t now_ms) {
  if (media_source_is(source, from)) return false;
  source->has_heard = true;
  source->heard = *from;
  source->heard_ms = now_ms;
  return true;
}

const radmfa_address *media_source_target(const struct media_source *source) {
  if (source->has_heard) return &source->heard;
  return is_nowhere(&source->described) ? NULL : &source->described;
}
