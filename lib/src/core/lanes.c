/* lanes.c: one body, compiled for each kind of vectors; which of them the CPU has is asked when it
 * runs. A round's step works on all lanes at once, so lanes whose message has ended are computed
 * with the others and what comes of it is thrown away. */
#include "lanes.h"

#include "core.h"

#define BLOCK 64u
#define WORDS 16u /* in a block */
#define LENGTH_SIZE 8u

/* The compiler cuts a vector into as many registers as the target needs. */
typedef uint32_t vector __attribute__((vector_size(LANES * sizeof(uint32_t))));

const uint32_t radmfa__md5_start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

/* RFC 1321 3.4: the integer part of 4294967296 times abs(sin(i)), i in radians. */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

#define INLINED static inline __attribute__((always_inline))

/* a = b + ((a + f + word + sine) <<< shift), by pointers, since how vectors are passed by value
 * depends on the target. */
INLINED void step(vector *a, const vector *b, const vector *f, const vector *word, uint32_t sine,
                  int shift) {
  vector sum = *a + *f + *word + sine;
  *a = *b + (sum << shift | sum >> (32 - shift));
}

/* The four functions of RFC 1321 3.4, written with fewer operations where that is possible. */
INLINED void mix(int round, const vector *b, const vector *c, const vector *d, vector *out) {
  switch (round) {
    case 0: *out = *d ^ (*b & (*c ^ *d)); break;
    case 1: *out = *c ^ (*d & (*b ^ *c)); break;
    case 2: *out = *b ^ *c ^ *d; break;
    default: *out = *c ^ (*b | ~*d); break;
  }
}

/* Four rounds of sixteen steps. Round r takes the words in the order first + i * stride. */
INLINED void sixteen(int round, vector state[4], const vector words[WORDS], unsigned first,
                     unsigned stride, const int shifts[4]) {
  vector a = state[0], b = state[1], c = state[2], d = state[3], f;
  const uint32_t *sine = sines + 16 * round;
  for (unsigned i = 0; i < WORDS; i += 4, sine += 4) {
    unsigned word = first + i * stride;
    mix(round, &b, &c, &d, &f);
    step(&a, &b, &f, &words[word % WORDS], sine[0], shifts[0]);
    mix(round, &a, &b, &c, &f);
    step(&d, &a, &f, &words[(word + stride) % WORDS], sine[1], shifts[1]);
    mix(round, &d, &a, &b, &f);
    step(&c, &d, &f, &words[(word + 2 * stride) % WORDS], sine[2], shifts[2]);
    mix(round, &c, &d, &a, &f);
    step(&b, &c, &f, &words[(word + 3 * stride) % WORDS], sine[3], shifts[3]);
  }
  state[0] = a, state[1] = b, state[2] = c, state[3] = d;
}

/* One block of every lane; `live` has all bits set in the lanes whose message has such a block. */
INLINED void compress(vector state[4], const vector words[WORDS], const vector *live) {
  vector next[4] = {state[0], state[1], state[2], state[3]};
  sixteen(0, next, words, 0, 1, (const int[]){7, 12, 17, 22});
  sixteen(1, next, words, 1, 5, (const int[]){5, 9, 14, 20});
  sixteen(2, next, words, 5, 3, (const int[]){4, 11, 16, 23});
  sixteen(3, next, words, 0, 7, (const int[]){6, 10, 15, 21});
  for (unsigned i = 0; i < 4; i++) state[i] += next[i] & *live;
}

/* The lowest octet first (RFC 1321 2). */
INLINED uint32_t read_word(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void write_word(uint8_t *at, uint32_t word) {
  for (unsigned i = 0; i < 4; i++) at[i] = (uint8_t)(word >> 8 * i);
}

/* Word by word, from lanes one behind the other to lanes side by side. */
INLINED void load(const struct lanes *lanes, unsigned block, vector words[WORDS],
                  vector *out_live) {
  for (unsigned lane = 0; lane < lanes->n; lane++) {
    const uint8_t *from = lanes->blocks[lane] + block * BLOCK;
    for (unsigned i = 0; i < WORDS; i++, from += 4) words[i][lane] = read_word(from);
    (*out_live)[lane] = block < lanes->n_blocks[lane] ? UINT32_MAX : 0;
  }
}

INLINED void run(struct lanes *lanes) {
  vector state[4], words[WORDS] = {{0}}, live = {0};
  unsigned n_blocks = 0;
  for (unsigned lane = 0; lane < lanes->n; lane++)
    if (lanes->n_blocks[lane] > n_blocks) n_blocks = lanes->n_blocks[lane];
  memcpy(state, lanes->state, sizeof state);
  for (unsigned block = 0; block < n_blocks; block++) {
    load(lanes, block, words, &live);
    compress(state, words, &live);
  }
  memcpy(lanes->state, state, sizeof state);
  radmfa_wipe(words, sizeof words); /* a secret may be among them */
  radmfa_wipe(state, sizeof state);
}

#if defined __x86_64__
__attribute__((target("avx512f"))) static void run_avx512(struct lanes *lanes) {
  run(lanes);
}

__attribute__((target("avx2"))) static void run_avx2(struct lanes *lanes) {
  run(lanes);
}

static bool has(enum lanes_kind kind) {
  switch (kind) {
    case LANES_AVX512: return __builtin_cpu_supports("avx512f");
    case LANES_AVX2: return __builtin_cpu_supports("avx2");
    default: return kind == LANES_PLAIN;
  }
}
#else
#define run_avx512 run_plain
#define run_avx2 run_plain

static bool has(enum lanes_kind kind) {
  return kind == LANES_PLAIN;
}
#endif

static void run_plain(struct lanes *lanes) {
  run(lanes);
}

bool radmfa__lanes_run_by(enum lanes_kind kind, struct lanes *lanes) {
  static void (*const runs[])(struct lanes *) = {
      [LANES_PLAIN] = run_plain, [LANES_AVX2] = run_avx2, [LANES_AVX512] = run_avx512};
  if (!has(kind)) return false;
  runs[kind](lanes);
  return true;
}

void radmfa__lanes_run(struct lanes *lanes) {
  enum lanes_kind kind = LANES_AVX512;
  while (!radmfa__lanes_run_by(kind, lanes)) kind--;
}

/* ---- messages ---- */

static size_t total(const radmfa_span *parts, size_t n_parts) {
  size_t len = 0;
  for (size_t i = 0; i < n_parts; i++) len += parts[i].len;
  return len;
}

/* RFC 1321 3.1 and 3.2: a one bit, zeros up to the end of a block less eight octets, and the length
 * in bits. */
static void pad(uint8_t *blocks, size_t len, size_t size, uint64_t n_octets) {
  uint64_t n_bits = n_octets * 8;
  blocks[len] = 0x80;
  memset(blocks + len + 1, 0, size - LENGTH_SIZE - len - 1);
  write_word(blocks + size - 8, (uint32_t)n_bits);
  write_word(blocks + size - 4, (uint32_t)(n_bits >> 32));
}

bool radmfa__lanes_add(struct lanes *lanes, const uint32_t state[4], size_t n_hashed,
                       const radmfa_span *parts, size_t n_parts) {
  size_t len = total(parts, n_parts), at = 0;
  size_t n_blocks = (len + 1 + LENGTH_SIZE + BLOCK - 1) / BLOCK;
  if (n_blocks > LANES_BLOCKS_MAX || lanes->n == LANES) return false;
  unsigned lane = lanes->n++;
  uint8_t *blocks = lanes->blocks[lane];
  lanes->n_blocks[lane] = (uint8_t)n_blocks;
  for (unsigned i = 0; i < 4; i++) lanes->state[i][lane] = state[i];
  for (size_t i = 0; i < n_parts; at += parts[i++].len)
    if (parts[i].len) memcpy(blocks + at, parts[i].ptr, parts[i].len);
  pad(blocks, len, n_blocks * BLOCK, n_hashed + len);
  return true;
}

void radmfa__lanes_digest(const struct lanes *lanes, unsigned lane, uint8_t out_digest[16]) {
  for (unsigned i = 0; i < 4; i++) write_word(out_digest + 4 * i, lanes->state[i][lane]);
}
