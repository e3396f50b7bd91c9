/* The vectors of SipHash's authors, as `openssl mac -macopt size:8 (or 16) siphash` gives them too:
 * key 00 01 .. 0f, data 00 01 .. */
#include "core/hash.h"

#include "../support/hex.h"

#include <criterion/criterion.h>

static struct bytes counting(size_t len) {
  struct bytes bytes = {.len = len};
  for (size_t i = 0; i < len; i++) bytes.data[i] = (uint8_t)i;
  return bytes;
}

static radmfa_hash_key reference_key(void) {
  struct bytes key = counting(16);
  return radmfa__hash_key(key.data);
}

static void little_endian(uint64_t value, uint8_t out[8]) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)(value >> 8 * i);
}

static void expect_hash64(size_t len, const char *want_hex) {
  struct bytes data = counting(len), want = hex(want_hex);
  uint8_t got[8];
  little_endian(radmfa__hash64(reference_key(), data.data, len), got);
  cr_assert_arr_eq(got, want.data, 8, "%zu octets", len);
}

static void expect_hash128(size_t len, const char *want_hex) {
  struct bytes data = counting(len), want = hex(want_hex);
  radmfa_hash128 hash = radmfa__hash128(reference_key(), data.data, len);
  uint8_t got[16];
  little_endian(hash.a, got);
  little_endian(hash.b, got + 8);
  cr_assert_arr_eq(got, want.data, 16, "%zu octets", len);
}

Test(hash, hash64_gives_the_reference_vectors) {
  expect_hash64(0, "310e0edd47db6f72");
  expect_hash64(1, "fd67dc93c539f874");
  expect_hash64(7, "37d1018bf50002ab");
  expect_hash64(8, "6224939a79f5f593");
  expect_hash64(15, "e545be4961ca29a1");
  expect_hash64(63, "724506eb4c328a95");
}

Test(hash, hash128_gives_the_reference_vectors) {
  expect_hash128(0, "a3817f04ba25a8e66df67214c7550293");
  expect_hash128(1, "da87c1d86b99af44347659119b22fc45");
  expect_hash128(7, "a1f1ebbed8dbc153c0b84aa61ff08239");
  expect_hash128(8, "3b62a9ba6258f5610f83e264f31497b4");
  expect_hash128(15, "5493e99933b0a8117e08ec0f97cfc3d9");
  expect_hash128(63, "5150d1772f50834a503e069a973fbd7c");
}

Test(hash, another_key_gives_another_hash) {
  struct bytes zeros = filled(0, 16);
  cr_assert_neq(radmfa__hash64(reference_key(), "alice", 5),
                radmfa__hash64(radmfa__hash_key(zeros.data), "alice", 5));
}

Test(hash, nothing_at_null_hashes_like_the_empty_string) {
  cr_assert_eq(radmfa__hash64(reference_key(), NULL, 0), radmfa__hash64(reference_key(), "", 0));
}
