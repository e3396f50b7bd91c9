/* Values made by other means than this library, and what the forms themselves promise. */
#include "core/hidden.h"

#include "../support/hex.h"
#include "core/wire.h"

#include <criterion/criterion.h>

/* The secret and the Request Authenticator of RFC 2865 7.1. */
static const uint8_t authenticator[16] = {0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57,
                                          0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22, 0x7a};
static radmfa_secret *secret;

static void make_secret(void) {
  cr_assert_eq(radmfa_secret_new(radmfa_text("xyzzy5461"), NULL, &secret), 0);
}

static void free_secret(void) {
  radmfa_secret_free(secret);
}

TestSuite(hidden, .init = make_secret, .fini = free_secret);

static struct hiding hiding_from(uint16_t salt) {
  return (struct hiding){
      .secret = secret, .request_authenticator = authenticator, .next_salt = salt};
}

/* `clear` and `hidden` become each other, the salt being the given one. */
static void expect_pair(enum hidden_form form, uint16_t salt, const char *clear_text,
                        const char *hidden_text) {
  struct bytes clear = hex(clear_text), hidden = hex(hidden_text), out = {.len = 0};
  struct hiding hiding = hiding_from(salt);
  cr_assert_eq(radmfa__hidden_open(form, &hiding, span(&hidden), out.data, &out.len), 0);
  cr_assert(radmfa_span_equal(span(&out), span(&clear)));
  cr_assert_eq(radmfa__hidden_hide(form, &hiding, span(&clear), out.data, &out.len), 0);
  cr_assert(radmfa_span_equal(span(&out), span(&hidden)));
}

/* RFC 2548 2.4.2 */
Test(hidden, a_salted_key) {
  expect_pair(HIDDEN_SALTED, 0x8002,
              "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
              "8002b1ed10ff7ae7f7d006cfe642cecac235663000e7668f9ab57b96238e38f1a92a82d098038e9a3a8e"
              "65fd098b10d55ea8");
}

/* RFC 2868 3.5 */
Test(hidden, a_tagged_password) {
  expect_pair(HIDDEN_TAGGED, 0x8001, "01 74756e6e656c7077",
              "01 8001cf3ba3160b74f387b0062f09e6838723");
}

/* RFC 2548 2.4.1: the padding is not part of the keys */
Test(hidden, a_pair_of_mppe_keys) {
  expect_pair(HIDDEN_MPPE_KEYS, 0, "0001020304050607 101112131415161718191a1b1c1d1e1f",
              "6ccd11faf6bf72ac4ff3f62c6c3f1cf913fe2045677bd407692e975b5167fd3c");
}

Test(hidden, an_ascend_secret) {
  expect_pair(HIDDEN_ASCEND, 0, "30313233343536373839616263646566",
              "93f9ddc13faf13e785a708e43553f8a9");
}

static uint16_t salt_of(struct hiding *hiding) {
  uint8_t out[RADMFA_ATTR_VALUE_SIZE_MAX];
  size_t len = 0;
  cr_assert_eq(radmfa__hidden_hide(HIDDEN_SALTED, hiding, (radmfa_span){0}, out, &len), 0);
  return read_u16(out);
}

/* RFC 2868 3.5: the highest bit is set */
Test(hidden, salts_go_round_without_losing_their_highest_bit) {
  struct hiding hiding = hiding_from(0xffff);
  cr_assert_eq(salt_of(&hiding), 0xffff);
  cr_assert_eq(salt_of(&hiding), 0x8000);
  cr_assert_eq(salt_of(&hiding), 0x8001);
}

/* A request that is answered twice has one authenticator, and two keys must not be hidden by the
 * same octets. */
Test(hidden, another_answer_to_the_same_request_has_other_salts) {
  struct hiding first = hiding_from(0), again = hiding_from(0), other = hiding_from(0);
  first.attributes = again.attributes = radmfa_text("one key");
  other.attributes = radmfa_text("another key");
  uint16_t salt = salt_of(&first);
  cr_assert(salt & 0x8000);
  cr_assert_eq(salt_of(&again), salt);
  cr_assert_neq(salt_of(&other), salt);
}

Test(hidden, a_vendor_is_known_by_his_hidden_attributes) {
  cr_assert_eq(radmfa__hidden_form(311, 16), HIDDEN_SALTED);
  cr_assert_eq(radmfa__hidden_form(311, 18), HIDDEN_NOT);
  cr_assert_eq(radmfa__hidden_form(9, 16), HIDDEN_NOT);
  cr_assert_eq(radmfa__hidden_layout(311).header_size, 2);
  cr_assert_eq(radmfa__hidden_layout(4846).type_size, 2);
  cr_assert(radmfa__hidden_layout(24757).has_continuation);
  cr_assert_eq(radmfa__hidden_layout(429).header_size, 0);
}
