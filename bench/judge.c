#include "judge.h"

#include <radmfa/auth.h>
#include <string.h>

static bool answers(const radmfa_packet *reply, const uint8_t *authenticator,
                    const radmfa_secret *secret) {
  return radmfa_verify_reply(reply, authenticator, secret, false) == 0;
}

static enum judgement by_state(uint8_t state) {
  switch (state) {
    case SLOT_WAITING: return JUDGED_ANSWER;
    case SLOT_ANSWERED: return JUDGED_DOUBLED;
    case SLOT_LOST: return JUDGED_LATE;
    default: return JUDGED_FORGED;
  }
}

enum judgement judge_reply(struct slot *slots, radmfa_span datagram, const radmfa_secret *secret,
                           radmfa_packet *out_packet, struct slot **out_slot) {
  if (radmfa_packet_parse(datagram, out_packet)) return JUDGED_MALFORMED;
  struct slot *slot = *out_slot = &slots[out_packet->id];
  if (slot->state == SLOT_UNUSED) return JUDGED_FORGED;
  if (answers(out_packet, slot->authenticator, secret)) return by_state(slot->state);
  if (slot->state_before == SLOT_UNUSED) return JUDGED_FORGED;
  if (answers(out_packet, slot->authenticator_before, secret)) return by_state(slot->state_before);
  return JUDGED_FORGED;
}

enum judgement judge_echo(struct slot *slots, radmfa_span datagram, struct slot **out_slot) {
  if (datagram.len < RADMFA_HEADER_SIZE) return JUDGED_MALFORMED;
  struct slot *slot = *out_slot = &slots[datagram.ptr[1]];
  const uint8_t *authenticator = datagram.ptr + 4; /* RFC 2865 3 */
  if (memcmp(authenticator, slot->authenticator, sizeof slot->authenticator) == 0)
    return by_state(slot->state);
  if (memcmp(authenticator, slot->authenticator_before, sizeof slot->authenticator) == 0)
    return by_state(slot->state_before);
  return JUDGED_FORGED;
}
