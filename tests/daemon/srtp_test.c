/* SRTP against the one packet that is published, and against who has no key. */
#include "factor/srtp.h"

#include "factor/rtp.h"
#include "hex.h"

#include <criterion/criterion.h>
#include <string.h>

static void begin(void) {
  cr_assert(srtp_begin());
}

TestSuite(srtp, .init = begin, .fini = srtp_finish);

struct room {
  _Alignas(uint32_t) uint8_t bytes[512];
  size_t len;
};

static const uint8_t *key_of(uint8_t value) {
  static uint8_t key[SRTP_KEY_SIZE];
  memset(key, value, sizeof key);
  return key;
}

static struct srtp_key *sender(uint8_t value) {
  struct srtp_key *key;
  cr_assert_eq(srtp_key_new_sender(key_of(value), 0xcafebabe, &key), 0);
  return key;
}

static struct srtp_key *receiver(uint8_t value) {
  struct srtp_key *key;
  cr_assert_eq(srtp_key_new_receiver(key_of(value), &key), 0);
  return key;
}

static struct room packet(uint16_t sequence) {
  struct room room = {.len = RTP_HEADER_SIZE + 160};
  struct rtp_packet header = {.sequence = sequence, .timestamp = 160, .ssrc = 0xcafebabe};
  rtp_write_header(&header, room.bytes);
  memset(room.bytes + RTP_HEADER_SIZE, 0x55, 160);
  return room;
}

static struct room sealed(struct srtp_key *key, uint16_t sequence) {
  struct room room = packet(sequence);
  cr_assert(srtp_seal(key, room.bytes, &room.len));
  return room;
}

/* The vector of libsrtp's own test, test/srtp_driver.c. */
Test(srtp, the_known_packet_is_sealed_as_everybody_does) {
  struct bytes octets = hex("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
  struct bytes plain = hex("800f1234decafbadcafebabe abababababababababababababababab");
  struct bytes expected = hex("800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402"
                              "b78d6acc99ea179b8dbb");
  struct srtp_key *key;
  struct room room = {.len = plain.len};
  memcpy(room.bytes, plain.data, plain.len);
  cr_assert_eq(srtp_key_new_sender(octets.data, 0xcafebabe, &key), 0);
  cr_assert(srtp_seal(key, room.bytes, &room.len));
  cr_assert_eq(room.len, expected.len);
  cr_assert_eq(memcmp(room.bytes, expected.data, expected.len), 0);
  srtp_key_free(key);
}

Test(srtp, what_is_sealed_is_unsealed_with_the_same_key) {
  struct srtp_key *ours = sender(1), *theirs = receiver(1);
  struct room before = packet(7), room = sealed(ours, 7);
  cr_assert_eq(room.len, before.len + 10);
  cr_assert_neq(memcmp(room.bytes + 12, before.bytes + 12, 160), 0);
  cr_assert(srtp_unseal(theirs, room.bytes, &room.len));
  cr_assert_eq(room.len, before.len);
  cr_assert_eq(memcmp(room.bytes, before.bytes, before.len), 0);
  srtp_key_free(ours);
  srtp_key_free(theirs);
}

Test(srtp, what_was_changed_or_has_another_key_or_came_before_is_refused) {
  struct srtp_key *ours = sender(1), *theirs = receiver(1), *foreign = receiver(2);
  struct room room = sealed(ours, 7), changed = room, again = room;
  cr_assert_not(srtp_unseal(foreign, again.bytes, &again.len));
  for (size_t i = 0; i < room.len; i++) {
    changed = room;
    changed.bytes[i] ^= 1;
    cr_assert_not(srtp_unseal(theirs, changed.bytes, &changed.len), "octet %zu", i);
  }
  again = room;
  cr_assert(srtp_unseal(theirs, again.bytes, &again.len));
  again = room;
  cr_assert_not(srtp_unseal(theirs, again.bytes, &again.len), "twice");
  srtp_key_free(ours);
  srtp_key_free(theirs);
  srtp_key_free(foreign);
}

Test(srtp, packets_that_nobody_looked_at_may_lie_in_between) {
  struct srtp_key *ours = sender(1), *theirs = receiver(1);
  struct room room = sealed(ours, 65000);
  cr_assert(srtp_unseal(theirs, room.bytes, &room.len));
  for (uint32_t i = 65001; i < 65600; i++) room = sealed(ours, (uint16_t)i);
  cr_assert(srtp_unseal(theirs, room.bytes, &room.len)); /* sequence numbers began anew */
  srtp_key_free(ours);
  srtp_key_free(theirs);
}

Test(srtp, what_is_too_short_is_refused) {
  struct srtp_key *ours = sender(1), *theirs = receiver(1);
  for (size_t len = 0; len < RTP_HEADER_SIZE + 10; len++) {
    struct room room = packet(1);
    room.len = len;
    cr_assert_not(srtp_unseal(theirs, room.bytes, &room.len), "%zu", len);
    room.len = len;
    if (len < RTP_HEADER_SIZE) cr_assert_not(srtp_seal(ours, room.bytes, &room.len));
  }
  srtp_key_free(ours);
  srtp_key_free(theirs);
}

Test(srtp, a_key_knows_its_octets) {
  struct srtp_key *key = sender(1);
  cr_assert(srtp_key_is(key, key_of(1)));
  cr_assert_not(srtp_key_is(key, key_of(2)));
  srtp_key_free(key);
  srtp_key_free(NULL);
}

Test(srtp, several_may_use_the_library) {
  cr_assert(srtp_begin());
  srtp_finish();
  srtp_key_free(sender(1));
}
