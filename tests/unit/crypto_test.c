#include "core/crypto.h"

#include "../support/hex.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdlib.h>
#include <string.h>

static radmfa_secret *secret_of(struct bytes bytes) {
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new(span(&bytes), NULL, &secret), 0);
  return secret;
}

static struct bytes text(const char *from) {
  struct bytes bytes = {.len = strlen(from)};
  memcpy(bytes.data, from, bytes.len);
  return bytes;
}

static void expect_hmac(struct bytes key, struct bytes data, const char *want_hex) {
  radmfa_secret *secret = secret_of(key);
  radmfa_span whole = span(&data);
  struct bytes want = hex(want_hex);
  uint8_t got[16];
  radmfa__hmac_md5(secret, &whole, 1, got);
  cr_assert_arr_eq(got, want.data, 16);
  radmfa_secret_free(secret);
}

Test(crypto, hmac_md5_gives_the_vectors_of_rfc_2202) {
  expect_hmac(filled(0x0b, 16), text("Hi There"), "9294727a3638bb1c13f48ef8158bfc9d");
  expect_hmac(text("Jefe"), text("what do ya want for nothing?"),
              "750c783e6ab0b503eaa86e310a5db738");
  expect_hmac(filled(0xaa, 16), filled(0xdd, 50), "56be34521d144c88dbb8c733f0e8b3f6");
  expect_hmac(hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), filled(0xcd, 50),
              "697eaf0aca3a3aea3a75164746ffaa79");
  expect_hmac(filled(0x0c, 16), text("Test With Truncation"), "56461ef2342edc00f9bab995690efd4c");
}

Test(crypto, a_secret_of_more_than_64_octets_is_hashed_before_it_keys_hmac) {
  expect_hmac(filled(0xaa, 80), text("Test Using Larger Than Block-Size Key - Hash Key First"),
              "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
  expect_hmac(filled(0xaa, 80),
              text("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
              "6f630fad67cda0ee1fb1f562db3aa53e");
}

Test(crypto, md5_gives_the_vectors_of_rfc_1321) {
  struct bytes data = text("message digest"), want = hex("f96b697d7cb7938d525a2f31aaf161d0"),
               empty = hex("d41d8cd98f00b204e9800998ecf8427e");
  radmfa_span whole = span(&data);
  uint8_t got[16];
  radmfa__md5(&whole, 1, got);
  cr_assert_arr_eq(got, want.data, 16);
  radmfa__md5(NULL, 0, got);
  cr_assert_arr_eq(got, empty.data, 16);
}

Test(crypto, parts_are_hashed_as_if_they_were_one) {
  struct bytes data = text("message digest"), want = hex("f96b697d7cb7938d525a2f31aaf161d0");
  const radmfa_span parts[] = {
      {data.data, 3}, {NULL, 0}, {data.data + 3, 0}, {data.data + 3, data.len - 3}};
  uint8_t got[16];
  radmfa__md5(parts, 4, got);
  cr_assert_arr_eq(got, want.data, 16);
}

Test(crypto, the_secret_can_stand_before_or_behind_the_data) {
  struct bytes message = text("message "), digest = text("digest"),
               want = hex("f96b697d7cb7938d525a2f31aaf161d0");
  radmfa_secret *first = secret_of(message), *last = secret_of(digest);
  radmfa_span behind = span(&digest), before = span(&message);
  uint8_t got[16];
  radmfa__md5_secret_first(first, &behind, 1, got);
  cr_assert_arr_eq(got, want.data, 16);
  radmfa__md5_secret_last(last, &before, 1, got);
  cr_assert_arr_eq(got, want.data, 16);
  radmfa_secret_free(first);
  radmfa_secret_free(last);
}

Test(crypto, equal_ct_sees_a_difference_in_any_octet) {
  uint8_t a[16] = {0};
  for (size_t i = 0; i < sizeof a; i++) {
    uint8_t b[16] = {0};
    cr_assert(radmfa__equal_ct(a, b, sizeof a));
    b[i] = 1;
    cr_assert_not(radmfa__equal_ct(a, b, sizeof a));
  }
}

Test(crypto, wipe_leaves_zeros) {
  uint8_t memory[] = "a password";
  radmfa_wipe(memory, sizeof memory);
  for (size_t i = 0; i < sizeof memory; i++) cr_assert_eq(memory[i], 0);
  radmfa_wipe(NULL, 0);
}

Test(crypto, an_empty_secret_is_refused) {
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new((radmfa_span){NULL, 0}, NULL, &secret), RADMFA_E_INVALID);
  cr_assert_null(secret);
}

Test(crypto, freeing_no_secret_does_nothing) {
  radmfa_secret_free(NULL);
}

static void *refuse(size_t size, void *user) {
  (void)size;
  (void)user;
  return NULL;
}

static void keep_what_is_freed(void *memory, size_t size, void *user) {
  struct bytes *kept = user;
  cr_assert_leq(size, sizeof kept->data);
  kept->len = size;
  memcpy(kept->data, memory, size);
  free(memory);
}

static void *give(size_t size, void *user) {
  (void)user;
  return calloc(1, size);
}

Test(crypto, a_secret_without_memory_is_an_error) {
  struct bytes bytes = text("xyzzy5461");
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new(span(&bytes),
                                 &(radmfa_allocator){refuse, keep_what_is_freed, NULL}, &secret),
               RADMFA_E_NO_MEMORY);
  cr_assert_eq(radmfa_secret_new((radmfa_span){bytes.data, SIZE_MAX}, NULL, &secret),
               RADMFA_E_NO_MEMORY);
  cr_assert_null(secret);
}

Test(crypto, a_freed_secret_was_wiped_first) {
  struct bytes bytes = text("xyzzy5461"), kept = {.len = 0};
  radmfa_secret *secret = NULL;
  cr_assert_eq(radmfa_secret_new(span(&bytes), &(radmfa_allocator){give, keep_what_is_freed, &kept},
                                 &secret),
               0);
  radmfa_secret_free(secret);
  cr_assert_gt(kept.len, bytes.len);
  for (size_t i = 0; i < kept.len; i++) cr_assert_eq(kept.data[i], 0);
}

/* Jobs of all lengths with secrets of all lengths, some too long for a lane. */
static void expect_as_one_by_one(void (*many)(struct hash_job *, size_t),
                                 void (*one)(const radmfa_secret *, const radmfa_span *, size_t,
                                             uint8_t *)) {
  struct bytes data = filled(0x5a, 400);
  for (size_t n = 0; n <= HASH_JOBS_MAX; n++) {
    struct hash_job jobs[HASH_JOBS_MAX];
    radmfa_secret *secrets[HASH_JOBS_MAX];
    for (size_t i = 0; i < n; i++) {
      size_t len = (i * 53 + n * 11) % 400;
      secrets[i] = secret_of(filled((uint8_t)i, 1 + (i * 29 + n) % 300));
      jobs[i] = (struct hash_job){.secret = secrets[i], .n_parts = 2};
      jobs[i].parts[0] = (radmfa_span){data.data, len / 2};
      jobs[i].parts[1] = (radmfa_span){data.data + len / 2, len - len / 2};
    }
    many(jobs, n);
    for (size_t i = 0; i < n; i++) {
      uint8_t want[16];
      one(secrets[i], jobs[i].parts, jobs[i].n_parts, want);
      cr_assert_arr_eq(jobs[i].digest, want, 16, "job %zu of %zu", i, n);
      radmfa_secret_free(secrets[i]);
    }
  }
}

Test(crypto, many_at_once_give_what_each_gives_alone) {
  expect_as_one_by_one(radmfa__hmac_md5_many, radmfa__hmac_md5);
  expect_as_one_by_one(radmfa__md5_secret_first_many, radmfa__md5_secret_first);
  expect_as_one_by_one(radmfa__md5_secret_last_many, radmfa__md5_secret_last);
}
