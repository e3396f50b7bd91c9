/* A datagram from a stranger: parsed, walked, searched, verified, its secrets revealed. Each must
 * answer or refuse, never read outside (AddressSanitizer) nor hand out what is not in the packet
 * (the checks below). */
#include <radmfa/auth.h>

#include <stdlib.h>

#define CHECK(truth) ((truth) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(const radmfa_packet *packet, radmfa_span value) {
  const uint8_t *end = packet->bytes + packet->length;
  CHECK(value.ptr >= packet->bytes + RADMFA_HEADER_SIZE && value.ptr <= end);
  CHECK(value.len <= RADMFA_ATTR_VALUE_SIZE_MAX && value.len <= (size_t)(end - value.ptr));
}

/* Steps through all attributes; every one of them takes its room, so together they fill the packet.
 * */
static void walk(const radmfa_packet *packet) {
  radmfa_attr attr;
  size_t filled = RADMFA_HEADER_SIZE;
  for (size_t cursor = 0; radmfa_packet_next(packet, &cursor, &attr);
       filled += 2 + attr.value.len) {
    check_inside(packet, attr.value);
    CHECK(attr.type != 0);
  }
  CHECK(filled == packet->length);
}

static void search(const radmfa_packet *packet) {
  radmfa_span value;
  for (unsigned type = 0; type < 256; type++) {
    if (radmfa_packet_find(packet, (uint8_t)type, &value)) check_inside(packet, value);
    if (radmfa_packet_find_vendor(packet, RADMFA_VENDOR_MICROSOFT, (uint8_t)type, &value))
      check_inside(packet, value);
  }
}

static void reveal(const radmfa_packet *packet, const radmfa_secret *secret) {
  uint8_t password[RADMFA_PASSWORD_SIZE_MAX], key[RADMFA_SALTED_PLAIN_SIZE_MAX];
  size_t len;
  radmfa_attr attr;
  if (radmfa_reveal_password(packet, secret, password, &len) == 0) CHECK(len <= sizeof password);
  for (size_t cursor = 0; radmfa_packet_next(packet, &cursor, &attr);)
    if (radmfa_reveal_salted(attr.value, secret, radmfa_packet_authenticator(packet), key, &len) ==
        0)
      CHECK(len <= sizeof key);
}

static void verify(const radmfa_packet *packet, const radmfa_secret *secret) {
  int lax = radmfa_verify_request(packet, secret, false),
      strict = radmfa_verify_request(packet, secret, true);
  CHECK(strict || !lax); /* what passes where Message-Authenticator is required passes everywhere */
  CHECK(strict || packet->message_authenticator_at);
  CHECK(radmfa_verify_chap(packet, radmfa_text("password")) <= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  radmfa_packet packet;
  radmfa_secret *secret;
  if (radmfa_packet_parse((radmfa_span){data, size}, &packet)) return 0;
  if (radmfa_secret_new(radmfa_text("xyzzy5461"), NULL, &secret)) abort();
  walk(&packet);
  search(&packet);
  reveal(&packet, secret);
  verify(&packet, secret);
  radmfa_secret_free(secret);
  return 0;
}
