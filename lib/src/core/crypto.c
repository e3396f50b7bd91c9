/* crypto.c: the shared secret and what MD5 makes of it; beside io/tls.c the only file that knows
 * OpenSSL.
 *
 * Why the low-level MD5_* that OpenSSL 3 calls deprecated: their states are plain values. What the
 * secret alone decides is computed once and copied to the stack for each packet, by any thread,
 * without allocation, and MD5 stays there under a FIPS provider (RADIUS has no other choice). They
 * are the fastest, too. HMAC-MD5 of 110 octets with the states kept, times the 228 ns of MD5_CTX:
 *   HMAC() 5.0   EVP_MAC context for each secret 1.27   EVP_MD_CTX_copy_ex of both states 1.14
 * MD5 of 110 octets, times the 147 ns of MD5_*:
 *   EVP_Digest(EVP_md5()) 2.4   EVP_DigestInit_ex with context and fetched MD kept 1.14
 * Best of 7 x 100,000 calls in one program, `gcc -O2 x.c -lcrypto && taskset -c 1 ./a.out`, OpenSSL
 * 3.0.19, 2-core Xeon VM, 2026-11-24. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/md5.h>

#include "crypto.h"
#include "lanes.h"
#include "mem.h"

#include "core.h"

struct radmfa_secret {
  radmfa_allocator allocator;
  MD5_CTX after_secret; /* fed with the secret */
  MD5_CTX hmac_inner;   /* fed with the key XOR ipad (RFC 2104 2) */
  MD5_CTX hmac_outer;   /* fed with the key XOR opad */
  size_t len;
  uint8_t bytes[];
};

/* MD5_Init, _Update and _Final cannot fail: they always return 1. */
static void update(MD5_CTX *md5, const radmfa_span *parts, size_t n_parts) {
  for (size_t i = 0; i < n_parts; i++) MD5_Update(md5, parts[i].ptr, parts[i].len);
}

/* The last state is the digest, and with it the pad that hides a password. */
static void finish(MD5_CTX *md5, uint8_t out_digest[16]) {
  MD5_Final(out_digest, md5);
  radmfa_wipe(md5, sizeof *md5);
}

static void start_hmac(const uint8_t key[MD5_CBLOCK], uint8_t pad, MD5_CTX *out_state) {
  uint8_t block[MD5_CBLOCK];
  for (size_t i = 0; i < sizeof block; i++) block[i] = key[i] ^ pad;
  MD5_Init(out_state);
  MD5_Update(out_state, block, sizeof block);
  radmfa_wipe(block, sizeof block);
}

static void compute_states(radmfa_secret *secret) {
  radmfa_span bytes = {secret->bytes, secret->len};
  MD5_Init(&secret->after_secret);
  update(&secret->after_secret, &bytes, 1);
  uint8_t key[MD5_CBLOCK] = {0};
  if (bytes.len > sizeof key)
    radmfa__md5(&bytes, 1, key); /* RFC 2104 2: a longer key is hashed first */
  else
    memcpy(key, bytes.ptr, bytes.len);
  start_hmac(key, 0x36, &secret->hmac_inner);
  start_hmac(key, 0x5c, &secret->hmac_outer);
  radmfa_wipe(key, sizeof key);
}

int radmfa_secret_new(radmfa_span bytes, const radmfa_allocator *allocator,
                      radmfa_secret **out_secret) {
  if (bytes.len == 0) return RADMFA_E_INVALID;
  if (bytes.len > SIZE_MAX - sizeof(radmfa_secret)) return RADMFA_E_NO_MEMORY;
  radmfa_allocator chosen = radmfa__allocator(allocator);
  radmfa_secret *secret = radmfa__alloc(&chosen, sizeof *secret + bytes.len);
  if (!secret) return RADMFA_E_NO_MEMORY;
  secret->allocator = chosen;
  secret->len = bytes.len;
  memcpy(secret->bytes, bytes.ptr, bytes.len);
  compute_states(secret);
  *out_secret = secret;
  return 0;
}

void radmfa_secret_free(radmfa_secret *secret) {
  if (!secret) return;
  radmfa_allocator allocator = secret->allocator;
  size_t size = sizeof *secret + secret->len;
  radmfa_wipe(secret, size);
  radmfa__free(&allocator, secret, size);
}

void radmfa__md5(const radmfa_span *parts, size_t n_parts, uint8_t out_digest[16]) {
  MD5_CTX md5;
  MD5_Init(&md5);
  update(&md5, parts, n_parts);
  finish(&md5, out_digest);
}

void radmfa__md5_secret_first(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                              uint8_t out_digest[16]) {
  MD5_CTX md5 = secret->after_secret;
  update(&md5, parts, n_parts);
  finish(&md5, out_digest);
}

void radmfa__md5_secret_last(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                             uint8_t out_digest[16]) {
  MD5_CTX md5;
  MD5_Init(&md5);
  update(&md5, parts, n_parts);
  MD5_Update(&md5, secret->bytes, secret->len);
  finish(&md5, out_digest);
}

void radmfa__hmac_md5(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                      uint8_t out_digest[16]) {
  uint8_t inner[MD5_DIGEST_LENGTH];
  MD5_CTX md5 = secret->hmac_inner;
  update(&md5, parts, n_parts);
  finish(&md5, inner);
  md5 = secret->hmac_outer;
  MD5_Update(&md5, inner, sizeof inner);
  finish(&md5, out_digest);
}

/* ---- many at once ---- */

_Static_assert(HASH_JOBS_MAX == LANES, "a lane for each job");

#define NO_LANE LANES

static void lanes_wipe(struct lanes *lanes) {
  radmfa_wipe(lanes, sizeof *lanes);
}

static void take_digests(struct lanes *lanes, const uint8_t *lane_of, struct hash_job *jobs,
                         size_t n) {
  radmfa__lanes_run(lanes);
  for (size_t i = 0; i < n; i++)
    if (lane_of[i] != NO_LANE) radmfa__lanes_digest(lanes, lane_of[i], jobs[i].digest);
}

static void copy_state(const MD5_CTX *md5, uint32_t out_state[4]) {
  out_state[0] = md5->A, out_state[1] = md5->B, out_state[2] = md5->C, out_state[3] = md5->D;
}

static void add_outer(struct lanes *lanes, const struct hash_job *job) {
  radmfa_span inner = {job->digest, sizeof job->digest};
  uint32_t state[4];
  copy_state(&job->secret->hmac_outer, state);
  (void)!radmfa__lanes_add(lanes, state, MD5_CBLOCK, &inner, 1); /* one block, a lane for each */
  radmfa_wipe(state, sizeof state);                              /* as good as the secret */
}

/* HMAC is MD5 of the key's outer pad and the MD5 of the inner pad and the message (RFC 2104 2). */
void radmfa__hmac_md5_many(struct hash_job *jobs, size_t n) {
  struct lanes lanes;
  uint8_t lane_of[HASH_JOBS_MAX];
  uint32_t state[4];
  lanes.n = 0;
  for (size_t i = 0; i < n; i++) {
    struct hash_job *job = &jobs[i];
    lane_of[i] = (uint8_t)lanes.n;
    copy_state(&job->secret->hmac_inner, state);
    if (n >= LANES_WORTH && radmfa__lanes_add(&lanes, state, MD5_CBLOCK, job->parts, job->n_parts))
      continue;
    lane_of[i] = NO_LANE;
    radmfa__hmac_md5(job->secret, job->parts, job->n_parts, job->digest);
  }
  radmfa_wipe(state, sizeof state); /* as good as a secret */
  if (!lanes.n) return;
  take_digests(&lanes, lane_of, jobs, n);
  lanes.n = 0;
  for (size_t i = 0; i < n; i++)
    if (lane_of[i] != NO_LANE) add_outer(&lanes, &jobs[i]);
  take_digests(&lanes, lane_of, jobs, n);
  lanes_wipe(&lanes);
}

typedef void hash_one(const radmfa_secret *secret, const radmfa_span *parts, size_t n_parts,
                      uint8_t out_digest[16]);

static void md5_many(struct hash_job *jobs, size_t n, bool secret_first, hash_one *alone) {
  struct lanes lanes;
  uint8_t lane_of[HASH_JOBS_MAX];
  lanes.n = 0;
  for (size_t i = 0; i < n; i++) {
    struct hash_job *job = &jobs[i];
    radmfa_span parts[HASH_PARTS_MAX + 1], secret = {job->secret->bytes, job->secret->len};
    for (size_t j = 0; j < job->n_parts; j++) parts[j + secret_first] = job->parts[j];
    parts[secret_first ? 0 : job->n_parts] = secret;
    lane_of[i] = (uint8_t)lanes.n;
    if (n >= LANES_WORTH &&
        radmfa__lanes_add(&lanes, radmfa__md5_start, 0, parts, job->n_parts + 1))
      continue;
    lane_of[i] = NO_LANE;
    alone(job->secret, job->parts, job->n_parts, job->digest);
  }
  if (!lanes.n) return;
  take_digests(&lanes, lane_of, jobs, n);
  lanes_wipe(&lanes);
}

void radmfa__md5_secret_first_many(struct hash_job *jobs, size_t n) {
  md5_many(jobs, n, true, radmfa__md5_secret_first);
}

void radmfa__md5_secret_last_many(struct hash_job *jobs, size_t n) {
  md5_many(jobs, n, false, radmfa__md5_secret_last);
}

/* ---- */

bool radmfa__equal_ct(const void *a, const void *b, size_t len) {
  return CRYPTO_memcmp(a, b, len) == 0;
}

void radmfa_wipe(void *memory, size_t size) {
  if (size) OPENSSL_cleanse(memory, size);
}
