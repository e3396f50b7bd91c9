/* media_source.h: whom a call believes, and where it sends to. What the far end wrote into its
 * description may be an address that nobody sends from, behind NAT or a PBX; so the first address
 * that is heard counts (symmetric RTP, RFC 4961), then no other. Only at the very beginning the
 * one of the description, which came by the signalling, takes the place of any other. Pure. */
#ifndef RADMFAD_FACTOR_MEDIA_SOURCE_H
#define RADMFAD_FACTOR_MEDIA_SOURCE_H

#include <radmfa/base.h>

/* As long as this no key counts, either: it may be an echo of the trunk's own tones, or of somebody
 * whose place the one of the description is yet to take. */
#define MEDIA_SETTLE_MS 300u

struct media_source {
  bool has_heard;
  radmfa_address described, heard;
  uint64_t settles_ms;
};

/* A description, the first or another one. One without an address (hold) changes nothing, nor does
 * the same one; behind another all begins anew. */
void media_source_describe(struct media_source *source, const radmfa_address *described,
                           uint64_t now_ms);

/* Whether somebody there would be believed. */
bool media_source_accepts(const struct media_source *source, const radmfa_address *from,
                          uint64_t now_ms);
/* Believes him, who has shown to be genuine, from now on. True: he was not believed before, and is
 * now where we send to. */
bool media_source_believe(struct media_source *source, const radmfa_address *from);
bool media_source_is(const struct media_source *source, const radmfa_address *from);
bool media_source_is_settled(const struct media_source *source, uint64_t now_ms);

/* Where we send to, or NULL: nowhere yet. */
const radmfa_address *media_source_target(const struct media_source *source);

#endif
