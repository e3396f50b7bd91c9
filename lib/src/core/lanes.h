/* lanes.h: MD5 (RFC 1321) of several short messages at once: each message has a lane of the CPU's
 * vectors, and what one costs is what all of them cost. */
#ifndef RADMFA_CORE_LANES_H
#define RADMFA_CORE_LANES_H

#include <radmfa/base.h>

#define LANES 16u
#define LANES_BLOCKS_MAX 4u /* of 64 octets for each message, the padding included */
#define LANES_WORTH 3u      /* fewer messages cost less one by one */

struct lanes {
  unsigned n; /* messages so far */
  uint8_t n_blocks[LANES];
  uint32_t state[4][LANES]; /* MD5's A, B, C and D, one behind the other (RFC 1321 3.3) */
  uint8_t blocks[LANES][LANES_BLOCKS_MAX * 64];
};

/* MD5's state before the first block. */
extern const uint32_t radmfa__md5_start[4];

/* Begins a message whose first `n_hashed` octets, whole blocks, have led to `state`; the parts,
 * one behind the other, are the rest of it. False, and nothing begun, where the rest has more than
 * LANES_BLOCKS_MAX blocks, or all lanes are taken. */
RADMFA_MUST_USE bool radmfa__lanes_add(struct lanes *lanes, const uint32_t state[4],
                                       size_t n_hashed, const radmfa_span *parts, size_t n_parts);

/* Computes the digests of all messages. */
void radmfa__lanes_run(struct lanes *lanes);

/* The same with vectors of one kind; false where this CPU has none such. */
enum lanes_kind { LANES_PLAIN, LANES_AVX2, LANES_AVX512, LANES_KINDS };
RADMFA_MUST_USE bool radmfa__lanes_run_by(enum lanes_kind kind, struct lanes *lanes);

/* Of the message that was added as number `lane`. */
void radmfa__lanes_digest(const struct lanes *lanes, unsigned lane, uint8_t out_digest[16]);

#endif
