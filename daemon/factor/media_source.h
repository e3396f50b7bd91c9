/* media_source.h: whom a call believes, and where it sends to. What the far end wrote into its
 * description may be an address that nobody sends from, behind NAT or a PBX; so the first address
 * that is heard counts (symmetric RTP, RFC 4961), then no other. But whoever sends keys to all our
 * ports may be the first, too. So until keys count, who is nearer to the description, which came by
 * the signalling, takes the place of another: its address and port before its address alone, and
 * that before a stranger's. And a stranger's keys count later. Pure. */
#ifndef RADMFAD_FACTOR_MEDIA_SOURCE_H
#define RADMFAD_FACTOR_MEDIA_SOURCE_H

#include <radmfa/base.h>

/* As long as this behind a description no key counts: it may be an echo of the trunk's tones. */
#define MEDIA_SETTLE_MS 300u
/* Nor of a stranger for as long behind his first packet: the one of the description has begun to
 * send by then, if he ever does. */
#define MEDIA_STRANGER_MS 1000u

struct media_source {
  bool has_heard;
  radmfa_address described, heard;
  uint64_t described_ms, heard_ms; /* when; 0: never */
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
bool media_source_believe(struct media_source *source, const radmfa_address *from, uint64_t now_ms);
bool media_source_is(const struct media_source *source, const radmfa_address *from);
/* Keys count. */
bool media_source_is_settled(const struct media_source *source, uint64_t now_ms);

/* Where we send to, or NULL: nowhere yet. */
const radmfa_address *media_source_target(const struct media_source *source);

#endif
